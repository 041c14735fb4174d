"""Every threshold once: default, bounds, unit, source. Open to all; knows words and errors only."""

from kamlib.settings.abc_xyz import ReplaySettings, XyzSettings
from kamlib.settings.churn import (
    LOSS_REASONS,
    ChurnSettings,
    HintSettings,
    RetentionSettings,
    WatchSettings,
    WinbackSettings,
    WorkSettings,
)
from kamlib.settings.identities import IdentitySettings
from kamlib.settings.load import Settings, load_settings, settings_table, tried
from kamlib.settings.pack import SummarySettings
from kamlib.settings.rhythm import RhythmSettings
from kamlib.settings.segments import (
    ACCOUNT_TYPES,
    CRITERIA,
    CRITERIA_WORDS,
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
from kamlib.settings.todo import TASK_OUTCOMES, TASK_VERBS, TodoSettings

__all__ = [
    "ACCOUNT_TYPES",
    "CRITERIA",
    "CRITERIA_WORDS",
    "LOSS_REASONS",
    "PS",
    "P_WORDS",
    "TASK_OUTCOMES",
    "TASK_VERBS",
    "CampaignSettings",
    "ChurnSettings",
    "HintSettings",
    "IdentitySettings",
    "LookalikeSettings",
    "ReplaySettings",
    "RetentionSettings",
    "RhythmSettings",
    "Settings",
    "SummarySettings",
    "TargetCheckSettings",
    "ThreePSettings",
    "TierSettings",
    "TodoSettings",
    "WatchSettings",
    "WhitespaceSettings",
    "WinbackSettings",
    "WorkSettings",
    "XyzSettings",
    "load_settings",
    "settings_table",
    "tried",
]
