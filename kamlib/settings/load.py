"""All settings of the workbook, and how a data set or a run changes them.

Every threshold stands once, in the module of its chapter beside this one; what groups of
settings are made of is in :mod:`kamlib.settings.fields`.

A data set's ``settings.toml`` overrides the defaults; ``--set abc.cuts=0.7,0.9`` and a
notebook's ``settings`` parameter override that.
"""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError

from kamlib.errors import SettingsError, nearest_name
from kamlib.settings.abc_xyz import (
    AbcSettings,
    ConcentrationSettings,
    HistorySettings,
    ReplaySettings,
    StabilitySettings,
    XyzSettings,
)
from kamlib.settings.account import AccountsSettings, DossierSettings
from kamlib.settings.churn import (
    AtRiskSettings,
    BridgeSettings,
    ChurnSettings,
    HintSettings,
    RetentionSettings,
    WatchSettings,
    WinbackSettings,
    WorkSettings,
)
from kamlib.settings.fields import Group
from kamlib.settings.identities import IdentitySettings
from kamlib.settings.pack import DataSettings, OrderSettings, PackSettings, SummarySettings
from kamlib.settings.privacy import PrivacySettings
from kamlib.settings.rhythm import RhythmSettings
from kamlib.settings.segments import (
    CriteriaSettings,
    HandoverSettings,
    KeySettings,
    MistakeSettings,
    PlaySettings,
    PortfolioSettings,
    RecordSettings,
    RfmSettings,
    TypeSettings,
)
from kamlib.settings.targeting import (
    CampaignSettings,
    LookalikeSettings,
    TargetCheckSettings,
    ThreePSettings,
    TierSettings,
    WhitespaceSettings,
)
from kamlib.settings.todo import TodoSettings

KEPT = "kept"  # the records of who changed what, and why: see kamlib.settings.kept
_EXPECTED = """expected like '{"abc.cuts": "0.7,0.9"}'"""


class Settings(Group):
    """All settings of the workbook, grouped by analysis."""

    data: DataSettings = DataSettings()
    accounts: AccountsSettings = AccountsSettings()
    orders: OrderSettings = OrderSettings()
    abc: AbcSettings = AbcSettings()
    xyz: XyzSettings = XyzSettings()
    rhythm: RhythmSettings = RhythmSettings()
    churn: ChurnSettings = ChurnSettings()
    hints: HintSettings = HintSettings()
    retention: RetentionSettings = RetentionSettings()
    watch: WatchSettings = WatchSettings()
    winback: WinbackSettings = WinbackSettings()
    work: WorkSettings = WorkSettings()
    stability: StabilitySettings = StabilitySettings()
    concentration: ConcentrationSettings = ConcentrationSettings()
    history: HistorySettings = HistorySettings()
    replay: ReplaySettings = ReplaySettings()
    record: RecordSettings = RecordSettings()
    criteria: CriteriaSettings = CriteriaSettings()
    dossier: DossierSettings = DossierSettings()
    types: TypeSettings = TypeSettings()
    rfm: RfmSettings = RfmSettings()
    portfolio: PortfolioSettings = PortfolioSettings()
    handovers: HandoverSettings = HandoverSettings()
    key: KeySettings = KeySettings()
    at_risk: AtRiskSettings = AtRiskSettings()
    plays: PlaySettings = PlaySettings()
    mistakes: MistakeSettings = MistakeSettings()
    bridge: BridgeSettings = BridgeSettings()
    three_p: ThreePSettings = ThreePSettings()
    lookalike: LookalikeSettings = LookalikeSettings()
    target_check: TargetCheckSettings = TargetCheckSettings()
    whitespace: WhitespaceSettings = WhitespaceSettings()
    tiers: TierSettings = TierSettings()
    campaign: CampaignSettings = CampaignSettings()
    todo: TodoSettings = TodoSettings()
    identities: IdentitySettings = IdentitySettings()
    summary: SummarySettings = SummarySettings()
    pack: PackSettings = PackSettings()
    privacy: PrivacySettings = PrivacySettings()


def load_settings(
    folder: Path | None = None, overrides: Mapping[str, Any] | str | None = None
) -> Settings:
    """The settings in force for a data set.

    Parameters
    ----------
    folder
        The data set's folder; its ``settings.toml`` is read where it exists.
    overrides
        Values over it, nested (``{"abc": {"cuts": [0.7, 0.9]}}``) or by dotted name
        (``{"abc.cuts": "0.7,0.9"}``); a text is read as the setting's type. All of it may be JSON
        text, as ``papermill -p settings`` gives it.

    Raises
    ------
    SettingsError
        A name is unknown (with the nearest known one) or a value is impossible.
    """
    path = folder / "settings.toml" if folder else None
    told = _read_toml(path) if path and path.exists() else {}
    return settings_from(told, _from_json(overrides) or {}, where=str(path))


def settings_from(
    told: Mapping[str, Any], overrides: Mapping[str, Any] | None = None, *, where: str
) -> Settings:
    """The settings of what a ``settings.toml`` says, with values over it; ``where`` it stands.

    Raises
    ------
    SettingsError
        A name is unknown (with the nearest known one) or a value is impossible.
    """
    values: dict[str, dict[str, Any]] = {}
    _merge(values, {name: value for name, value in told.items() if name != KEPT}, where=where)
    _merge(values, overrides or {}, where="settings")
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(_first_problem(error)) from None


def tried(start: Settings, values: Mapping[str, Any]) -> Settings:
    """The settings with other values, by dotted names; ``"abc.cuts.0"`` is the first cut.

    Raises
    ------
    ValueError
        A value is impossible.
    """
    chosen = start.model_dump()
    for name, value in values.items():
        group, field, *place = name.split(".")
        if place:
            value = [value if at == int(place[0]) else old
                     for at, old in enumerate(chosen[group][field])]  # fmt: skip
        chosen[group][field] = value
    return Settings.model_validate(chosen)


def settings_table(settings: Settings) -> pd.DataFrame:
    """All settings: ``name``, ``value``, ``default``, ``unit``, ``source``, ``changed``."""
    rows = []
    for group, fields in Settings.model_fields.items():
        for name, field in fields.annotation.model_fields.items():
            value = getattr(getattr(settings, group), name)
            rows.append(
                {
                    "name": f"{group}.{name}",
                    "value": setting_text(value),
                    "default": setting_text(field.default),
                    "unit": field.title,
                    "source": field.description,
                    "changed": value != field.default,
                }
            )
    return pd.DataFrame(rows)


def setting_text(value: Any) -> str:
    """A setting's value as ``--set`` takes it: ``0.8,0.95``."""
    return ",".join(map(str, value)) if isinstance(value, tuple | list) else str(value)


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: is not valid TOML: {error}") from None


def _from_json(overrides: Mapping[str, Any] | str | None) -> Mapping[str, Any] | None:
    if not isinstance(overrides, str) or not overrides.strip():
        return None if isinstance(overrides, str) else overrides
    try:
        found = json.loads(overrides)
    except ValueError as error:
        raise SettingsError(f"settings: {overrides!r} is no JSON ({error}); {_EXPECTED}") from None
    if not isinstance(found, dict):
        raise SettingsError(f"settings: {overrides!r} is no mapping; {_EXPECTED}")
    return found


def _merge(values: dict[str, dict[str, Any]], new: Mapping[str, Any], where: str) -> None:
    for key, value in new.items():
        if isinstance(value, Mapping):
            items = {f"{key}.{name}": inner for name, inner in value.items()}
        else:
            items = {key: value}
        for dotted, single in items.items():
            group, name = _known_setting(dotted, where)
            values.setdefault(group, {})[name] = _parsed(group, name, single)


def _known_setting(dotted: str, where: str) -> tuple[str, str]:
    names = [
        f"{group}.{name}"
        for group, field in Settings.model_fields.items()
        for name in field.annotation.model_fields
    ]
    if dotted not in names:
        raise SettingsError(
            f'{where}: no setting is called "{dotted}"{nearest_name(dotted, names)}'
        )
    group, _, name = dotted.partition(".")
    return group, name


def _parsed(group: str, name: str, value: Any) -> Any:
    default = Settings.model_fields[group].annotation.model_fields[name].default
    if isinstance(value, str) and isinstance(default, tuple):
        return [part.strip() for part in value.split(",")] if value.strip() else []
    return value


def _first_problem(error: ValidationError) -> str:
    problem = error.errors()[0]
    group, name = problem["loc"][0], problem["loc"][1]
    default = Settings.model_fields[group].annotation.model_fields[name].default
    shown = setting_text(default) or "empty"
    return (
        f"setting {group}.{name} = {setting_text(problem['input'])}: "
        f"{problem['msg'].removeprefix('Value error, ')}; the default is {shown}"
    )
