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


def _one_way(values: tuple[float, ...]) -> tuple[float, ...]:
    if list(values) not in (sorted(set(values)), sorted(set(values), reverse=True)):
        raise ValueError("must all rise or all fall")
    return values


def not_all_zero(weights: tuple[float, ...]) -> tuple[float, ...]:
    if not any(weights):
        raise ValueError("must not all be 0")
    return weights


Share = Annotated[float, Field(ge=0, le=1)]
InnerShare = Annotated[float, Field(gt=0, lt=1)]
PositiveFloat = Annotated[float, Field(gt=0)]
PositiveInt = Annotated[int, Field(ge=1)]
RisingShares = Annotated[tuple[InnerShare, InnerShare], AfterValidator(_rising)]
FallingShares = Annotated[tuple[InnerShare, InnerShare], AfterValidator(_falling)]
RisingRatios = Annotated[tuple[PositiveFloat, PositiveFloat], AfterValidator(_rising)]
Weight = Annotated[float, Field(ge=0)]
SixWeights = Annotated[
    tuple[Weight, Weight, Weight, Weight, Weight, Weight], AfterValidator(not_all_zero)
]
FiveWeights = Annotated[tuple[Weight, Weight, Weight, Weight, Weight], AfterValidator(not_all_zero)]
# The raw figures that stand for the scores 0, 0.25, 0.5, 0.75 and 1; linear between them.
Anchors = Annotated[tuple[float, float, float, float, float], AfterValidator(_one_way)]
ClassShares = tuple[Share, Share, Share]


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
    slow_gaps: PositiveFloat = setting(
        2.0, "typical gaps", "silence beyond it is slower than usual; convention of this workbook"
    )
    at_risk_share: InnerShare = setting(
        0.5, "share of the allowed silence", "beyond it at risk; convention of this workbook"
    )
    slow_ratio: InnerShare = setting(
        0.7, "value / same months a year ago", "below it slowing; convention of this workbook"
    )
    slow_months: Annotated[int, Field(ge=1, le=12)] = setting(
        6, "months", "held against the same months a year ago"
    )
    returned_days: Annotated[int, Field(ge=1, le=730)] = setting(
        180, "days", "so long after its return an account is called returned"
    )
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


class HintSettings(Group):
    """What around an account's last orders hints at the reason why it is leaving."""

    days_before: Annotated[int, Field(ge=30, le=730)] = setting(
        180, "days", "what drives an account away lies in the half-year before its last order"
    )
    days_after: Annotated[int, Field(ge=0, le=365)] = setting(
        60, "days", "and in the weeks after it"
    )
    late_days: PositiveInt = setting(2, "days", "a delivery so late is late")
    late_share: InnerShare = setting(0.3, "share of deliveries", "convention of this workbook")
    settled_days: PositiveInt = setting(20, "days", "a complaint settled later was settled late")
    no_contact_days: PositiveInt = setting(120, "days", "field convention: a quarter and a month")
    rival_share: InnerShare = setting(0.4, "share of purchases", "convention of this workbook")


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


class RecordSettings(Group):
    """Which promises, payments, complaints and meetings count."""

    months: Annotated[int, Field(ge=1, le=60)] = setting(12, "months", "trailing year")
    brief_days: Annotated[int, Field(ge=0, le=90)] = setting(
        14, "days", "a meeting is prepared by a brief at most so long before it"
    )


class CriteriaSettings(Group):
    """The six criteria of key accounts: their weights, and what figure stands for what score."""

    weights: SixWeights = setting(
        (0.30, 0.15, 0.15, 0.15, 0.10, 0.15),
        "weights",
        "convention: income, reliability, long-term, growth, new income, reputation",
    )
    weight_swing: Annotated[float, Field(ge=0, lt=1)] = setting(
        0.5, "share of the weight", "how far each weight is moved to see how sure a rank is"
    )
    income_share: Anchors = setting(
        (0.0, 0.001, 0.005, 0.02, 0.10),
        "share of margin",
        "convention of this workbook; 0.10 is a breadwinner",
    )
    paid_on_time: Anchors = setting(
        (0.5, 0.7, 0.8, 0.9, 0.98), "share of invoices", "convention of this workbook"
    )
    dispute_days: Anchors = setting(
        (90.0, 60.0, 30.0, 14.0, 0.0),
        "days",
        "convention: how long the oldest complaint has been open",
    )
    returned_share: Anchors = setting(
        (0.30, 0.15, 0.08, 0.03, 0.0), "share of gross value", "convention of this workbook"
    )
    tenure_years: Anchors = setting(
        (0.0, 0.5, 1.0, 3.0, 5.0), "years", "convention of this workbook"
    )
    silence_used: Anchors = setting(
        (1.0, 0.75, 0.5, 0.25, 0.0),
        "share of the silence allowed",
        "1 is where the rule of churn counts an account as lost",
    )
    value_change: Anchors = setting(
        (-0.01, -0.001, 0.0, 0.001, 0.01),
        "share of the company's value",
        "convention: part in the company's growth",
    )
    new_share: Anchors = setting(
        (0.0, 0.05, 0.10, 0.20, 0.40), "share of revenue", "convention of this workbook"
    )
    new_months: Annotated[int, Field(ge=3, le=36)] = setting(
        12, "months", "a line is new to an account for a year after it first bought it"
    )
    recorded_reputation: tuple[Share, Share] = setting(
        (1.0, 0.75), "score", "convention: market leader, well known, where nobody judged"
    )


class AtRiskSettings(Group):
    """From which silence on an account's margin is at risk, before any model says so."""

    from_gaps: PositiveFloat = setting(
        1.5, "typical gaps", "convention of this workbook: shorter silence is no sign yet"
    )


class PlaySettings(Group):
    """What the plays cost in hours, and how a manager's quarter is filled with them."""

    hours_per_quarter: Annotated[float, Field(ge=0, le=2000)] = setting(
        260.0, "hours", "20 hours a week over 13 weeks; for a manager whose hours are not recorded"
    )
    new_shares: ClassShares = setting(
        (1.0, 0.5, 0.25), "share of the N play's hours", "for class A, B and C; house rule"
    )
    lost_shares: ClassShares = setting(
        (1.0, 0.5, 0.0),
        "share of the L play's hours",
        "for class A, B and C; house rule: small lost accounts get mail, not hours",
    )
    risk_cuts: RisingShares = setting(
        (0.1, 0.5),
        "share of the way to being lost",
        "convention of this workbook: from the first on slowing, from the second on urgent",
    )


class MistakeSettings(Group):
    """From where on one of the five mistakes counts as made."""

    max_late_share: Share = setting(0.10, "share of deliveries", "convention of this workbook")
    reply_days: PositiveFloat = setting(
        14.0, "days, median", "a complaint or request is settled within two weeks"
    )
    dispute_days: Annotated[int, Field(ge=0, le=365)] = setting(
        14, "days", "convention of this workbook: a complaint is settled within two weeks"
    )
    min_completeness: Share = setting(0.6, "share of the dossier", "convention of this workbook")
    max_unprepared_share: Share = setting(
        0.5, "share of meetings", "convention of this workbook: most meetings have a brief"
    )
    min_knowledge: Share = setting(0.7, "test result", "convention of this workbook")


class PackSettings(Group):
    """How much a page and a sheet hold, and how long a notebook may run."""

    page_rows: Annotated[int, Field(ge=5, le=5000)] = setting(100, "rows", "longer: in Excel")
    sheet_rows: Annotated[int, Field(ge=100, le=1_000_000)] = setting(
        50_000, "rows", "more make live formulas slow; the rest is in tables/"
    )
    dossiers: Annotated[int, Field(ge=0, le=5000)] = setting(
        200, "accounts", "more than anybody can look after as key accounts; 0 makes no dossier"
    )
    timeout_seconds: Annotated[int, Field(ge=30)] = setting(1200, "seconds", "one notebook")
