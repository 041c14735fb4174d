"""Every threshold of the workbook: its name, default, bounds, unit and source, once.

A data set's ``settings.toml`` overrides the defaults; ``--set abc.cuts=0.7,0.9`` and a
notebook's ``settings`` parameter override that.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from kamlib.errors import SettingsError, nearest_name


def _rising(cuts: tuple[float, ...]) -> tuple[float, ...]:
    if list(cuts) != sorted(set(cuts)):
        raise ValueError("must rise")
    return cuts


def _falling(cuts: tuple[float, ...]) -> tuple[float, ...]:
    if list(cuts) != sorted(set(cuts), reverse=True):
        raise ValueError("must fall")
    return cuts


Share = Annotated[float, Field(ge=0, le=1)]
InnerShare = Annotated[float, Field(gt=0, lt=1)]
PositiveFloat = Annotated[float, Field(gt=0)]
PositiveInt = Annotated[int, Field(ge=1)]
RisingShares = Annotated[tuple[InnerShare, InnerShare], AfterValidator(_rising)]
FallingShares = Annotated[tuple[InnerShare, InnerShare], AfterValidator(_falling)]
RisingRatios = Annotated[tuple[PositiveFloat, PositiveFloat], AfterValidator(_rising)]


class Group(BaseModel):
    """Settings of one analysis; unknown names are refused and nothing can be changed later."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def setting(default: Any, unit: str, source: str) -> Any:
    """One setting's default with its unit and where the default comes from."""
    return Field(default, title=unit, description=source, validate_default=True)


class DataSettings(Group):
    """What of the input is tolerated."""

    max_reject_share: Share = setting(0.02, "share of lines", "house rule: above it the run stops")
    complete_slack_days: Annotated[int, Field(ge=0, le=60)] = setting(
        7, "days", "a quarter whose last days have no sale (holidays) is still complete"
    )
    max_unpacked_mb: PositiveInt = setting(
        4096, "MB", "an .xlsx that unpacks to more is refused as a zip bomb"
    )


class AbcSettings(Group):
    """ABC classes by value."""

    measure: Literal["revenue", "margin"] = setting("revenue", "", "what an account is worth")
    cuts: RisingShares = setting((0.80, 0.95), "share of value before", "Pareto convention")
    months: Annotated[int, Field(ge=1, le=60)] = setting(12, "months", "trailing year")


class XyzSettings(Group):
    """XYZ classes by how often and how regularly an account buys."""

    measure: Literal["frequency", "gap_cv", "value_cv"] = setting(
        "frequency", "", "key-account practice: how often and how regularly an account buys"
    )
    months: Annotated[int, Field(ge=3, le=60)] = setting(12, "months", "trailing year")
    gap_months: Annotated[int, Field(ge=3, le=60)] = setting(24, "months", "enough gaps to judge")
    frequency_cuts: FallingShares = setting(
        (0.75, 0.33), "share of months", "convention of this workbook"
    )
    gap_cv_cuts: RisingRatios = setting(
        (0.5, 1.0), "sd / mean of gaps", "convention of this workbook"
    )
    value_cv_cuts: RisingRatios = setting(
        (0.5, 1.0), "sd / mean of value", "convention of this workbook"
    )
    value_period: Literal["month", "quarter"] = setting("month", "", "period of value_cv")
    new_months: Annotated[int, Field(ge=0, le=24)] = setting(6, "months", "younger accounts are N")
    min_gaps: Annotated[int, Field(ge=1, le=50)] = setting(3, "gaps", "fewer are N under gap_cv")
    adi_cut: PositiveFloat = setting(1.32, "periods", "Syntetos & Boylan 2005")
    cv2_cut: PositiveFloat = setting(0.49, "ratio", "Syntetos & Boylan 2005")


class ChurnSettings(Group):
    """When an account counts as lost."""

    min_silence_days: Annotated[int, Field(ge=1, le=1825)] = setting(
        180, "days", "convention of this workbook"
    )
    gap_multiple: PositiveFloat = setting(3.0, "typical gaps", "convention of this workbook")


class StabilitySettings(Group):
    """How far a class depends on which months happened to fall into the window."""

    resamples: Annotated[int, Field(ge=10, le=5000)] = setting(
        200, "resamples", "convention of this workbook"
    )
    block_months: Annotated[int, Field(ge=1, le=12)] = setting(3, "months", "keeps the season")
    seed: Annotated[int, Field(ge=0)] = setting(20251231, "", "same input, same table")


class ConcentrationSettings(Group):
    """How much hangs on a few accounts."""

    top: tuple[PositiveInt, ...] = setting((1, 5, 10), "accounts", "convention of this workbook")
    key_share_band: RisingShares = setting(
        (0.30, 0.55), "share of revenue", "what the field quotes for key accounts"
    )


class HistorySettings(Group):
    """How far back the classes are shown."""

    quarters: Annotated[int, Field(ge=2, le=40)] = setting(
        8, "quarters", "convention of this workbook"
    )


class PackSettings(Group):
    """How much a page and a sheet hold, and how long a notebook may run."""

    page_rows: Annotated[int, Field(ge=5, le=5000)] = setting(100, "rows", "longer: in Excel")
    sheet_rows: Annotated[int, Field(ge=100, le=1_000_000)] = setting(
        50_000, "rows", "more make live formulas slow; the rest is in tables/"
    )
    timeout_seconds: Annotated[int, Field(ge=30)] = setting(1200, "seconds", "one notebook")


class Settings(Group):
    """All settings of the workbook, grouped by analysis."""

    data: DataSettings = DataSettings()
    abc: AbcSettings = AbcSettings()
    xyz: XyzSettings = XyzSettings()
    churn: ChurnSettings = ChurnSettings()
    stability: StabilitySettings = StabilitySettings()
    concentration: ConcentrationSettings = ConcentrationSettings()
    history: HistorySettings = HistorySettings()
    pack: PackSettings = PackSettings()


def load_settings(
    folder: Path | None = None, overrides: Mapping[str, Any] | None = None
) -> Settings:
    """The settings in force for a data set.

    Parameters
    ----------
    folder
        The data set's folder; its ``settings.toml`` is read where it exists.
    overrides
        Values over it, nested (``{"abc": {"cuts": [0.7, 0.9]}}``) or by dotted name
        (``{"abc.cuts": "0.7,0.9"}``); a text is read as the setting's type.

    Raises
    ------
    SettingsError
        A name is unknown (with the nearest known one) or a value is impossible.
    """
    values: dict[str, dict[str, Any]] = {}
    path = folder / "settings.toml" if folder else None
    if path and path.exists():
        _merge(values, _read_toml(path), where=str(path))
    _merge(values, overrides or {}, where="settings")
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(_first_problem(error)) from None


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
        return [part.strip() for part in value.split(",")]
    return value


def _first_problem(error: ValidationError) -> str:
    problem = error.errors()[0]
    group, name = problem["loc"][0], problem["loc"][1]
    default = Settings.model_fields[group].annotation.model_fields[name].default
    return (
        f"setting {group}.{name} = {setting_text(problem['input'])}: "
        f"{problem['msg'].removeprefix('Value error, ')}; the default is {setting_text(default)}"
    )
