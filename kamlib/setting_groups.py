"""The groups of settings, one per analysis: each field with default, bounds, unit and source."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


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
    horizon_weeks: Annotated[int, Field(ge=1, le=104)] = setting(
        13, "weeks", "a quarter: who orders within it is active, who does not is silent"
    )
    step_weeks: Annotated[int, Field(ge=1, le=52)] = setting(
        13, "weeks", "between the days at which the models are tried"
    )
    origins: Annotated[int, Field(ge=1, le=40)] = setting(
        8, "days", "at most so many days at which the models are tried"
    )
    history_weeks: Annotated[int, Field(ge=1, le=260)] = setting(
        13, "weeks", "so much data must lie before a day at which a model learns or is tried"
    )
    min_train_days: Annotated[int, Field(ge=1, le=20)] = setting(
        2, "days", "a model is tried after it could learn at so many earlier days"
    )
    min_events: Annotated[int, Field(ge=1)] = setting(
        20, "silent accounts", "with fewer no model is chosen, and the simple rule is kept"
    )
    at_risk_gaps: PositiveFloat = setting(
        2.0, "typical gaps", "who ordered within them is still there and may be saved"
    )
    choose_by: Literal["auc", "brier"] = setting("auc", "", "who is called first decides")
    resamples: Annotated[int, Field(ge=50, le=5000)] = setting(
        400, "resamples", "of accounts, for the interval of a model's gain"
    )
    confidence: InnerShare = setting(0.95, "share", "of the interval of a model's gain")
    false_alarm_share: InnerShare = setting(
        0.02, "false alarms per gap", "rules are compared at the same rate of false alarms"
    )


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
