"""Every threshold once: default, bounds, unit, source. Open to all; knows words and errors only."""

from kamlib.settings.abc_xyz import (
    AbcSettings,
    ConcentrationSettings,
    HistorySettings,
    StabilitySettings,
    XyzSettings,
)
from kamlib.settings.account import DossierSettings
from kamlib.settings.churn import (
    AtRiskSettings,
    BridgeSettings,
    ChurnSettings,
    HintSettings,
    RetentionSettings,
    WatchSettings,
    WinbackSettings,
)
from kamlib.settings.load import Settings, load_settings, setting_text, settings_table
from kamlib.settings.pack import DataSettings, PackSettings
from kamlib.settings.segments import (
    CriteriaSettings,
    KeySettings,
    MistakeSettings,
    PlaySettings,
    PortfolioSettings,
    RecordSettings,
    RfmSettings,
    TypeSettings,
)
from kamlib.settings.targeting import (
    P_WORDS,
    PS,
    CampaignSettings,
    LookalikeSettings,
    TargetCheckSettings,
    ThreePSettings,
    TierSettings,
    WhitespaceSettings,
)

__all__ = [
    "PS",
    "P_WORDS",
    "AbcSettings",
    "AtRiskSettings",
    "BridgeSettings",
    "CampaignSettings",
    "ChurnSettings",
    "ConcentrationSettings",
    "CriteriaSettings",
    "DataSettings",
    "DossierSettings",
    "HintSettings",
    "HistorySettings",
    "KeySettings",
    "LookalikeSettings",
    "MistakeSettings",
    "PackSettings",
    "PlaySettings",
    "PortfolioSettings",
    "RecordSettings",
    "RetentionSettings",
    "RfmSettings",
    "Settings",
    "StabilitySettings",
    "TargetCheckSettings",
    "ThreePSettings",
    "TierSettings",
    "TypeSettings",
    "WatchSettings",
    "WhitespaceSettings",
    "WinbackSettings",
    "XyzSettings",
    "load_settings",
    "setting_text",
    "settings_table",
]
