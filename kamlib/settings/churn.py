"""Notebook 03's settings: states, hints, retention, the watch list, what winning back is worth.

Every table of nine stands in the order of ``LOSS_REASONS``.
"""

from typing import Annotated, Literal

from pydantic import Field

from kamlib.settings.fields import (
    Group,
    InnerShare,
    PositiveFloat,
    PositiveInt,
    RisingCuts,
    Share,
    setting,
)

LOSS_REASONS = (
    "service level",
    "product quality",
    "missed deadlines",
    "opinion not considered",
    "forgotten",
    "price",
    "competitor",
    "closed down",
    "unknown",
)
NINE = len(LOSS_REASONS)
NineChances = Annotated[tuple[InnerShare, ...], Field(min_length=NINE, max_length=NINE)]
NineHours = Annotated[
    tuple[Annotated[float, Field(ge=0, le=100)], ...], Field(min_length=NINE, max_length=NINE)
]
NineShares = Annotated[tuple[Share, ...], Field(min_length=NINE, max_length=NINE)]


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
    min_record_days: Annotated[int, Field(ge=2, le=20)] = setting(
        3, "days", "what was said on fewer earlier days shows no model off; convention"
    )
    min_record: PositiveInt = setting(
        20, "judgements", "nor do fewer of a band of silence; convention of this workbook"
    )
    resamples: Annotated[int, Field(ge=50, le=5000)] = setting(
        400, "resamples", "of accounts, for the interval of a model's gain"
    )
    confidence: InnerShare = setting(0.95, "share", "of the interval of a model's gain")
    range_chance: InnerShare = setting(
        0.8, "chance", "that an account's orders lie in the range told; convention: four of five"
    )
    gone_days: Annotated[int, Field(ge=30, le=1825)] = setting(
        365, "days", "silent for a year, which holds each season, and not back: the account is gone"
    )
    advice_loss: Share = setting(
        0.02,
        "share of right alarms",
        "a silence is as sure as the one in force if it is right so little less often; convention",
    )
    advice_gain_days: PositiveInt = setting(
        14, "days", "losses noticed less than two weeks sooner are no reason to change a rule"
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


class AtRiskSettings(Group):
    """From which silence on an account is urgent, and who is alike when losses are counted."""

    from_gaps: PositiveFloat = setting(
        1.5, "typical gaps", "convention of this workbook: shorter silence is no sign yet"
    )
    silence_cuts: RisingCuts = setting(
        (0.0, 0.1, 0.25, 0.5),
        "share of the allowed silence",
        "accounts between the same two are alike in silence; convention of this workbook",
    )
    like_accounts: PositiveInt = setting(
        20, "accounts", "with so many those alike in less count in; convention of this workbook"
    )


class RetentionSettings(Group):
    """How long accounts stay, by class and by when they came."""

    min_accounts: PositiveInt = setting(
        20, "accounts", "smaller groups are put together; convention of this workbook"
    )
    confidence: InnerShare = setting(0.95, "share", "of the band around a retention curve")
    cohort: Literal["year", "quarter"] = setting("year", "", "accounts by when they first ordered")


class WatchSettings(Group):
    """Who is called before it leaves."""

    min_reachable: Share = setting(
        0.25,
        "chance",
        "of silences as long as its own fewer than one in four ended: it is not called, but won "
        "back or let go; convention of this workbook",
    )


class WinbackSettings(Group):
    """What winning an account back costs and brings."""

    p_win: NineChances = setting(
        (0.25, 0.20, 0.25, 0.30, 0.35, 0.20, 0.10, 0.02, 0.15),
        "chance that an attempt adds, by reason",
        "assumption, within the 20 to 40 % that Griffin & Lowenstein (2001) quote for lost "
        "accounts or below; logged attempts replace it",
    )
    fade_days: PositiveInt = setting(
        365, "days", "so long after a loss an attempt adds half of it; convention of this workbook"
    )
    prior_weight: PositiveFloat = setting(
        10.0, "attempts", "the assumption counts as much as so many logged attempts"
    )
    interval: InnerShare = setting(0.8, "share", "of the range around a chance to win")
    min_attempts: PositiveInt = setting(
        5, "attempts", "from so many on, an offer's own attempts count instead of the reason's"
    )
    cost_share: NineShares = setting(
        (0.03, 0.05, 0.05, 0.03, 0.02, 0.10, 0.05, 0.0, 0.02),
        "share of the yearly margin, by reason",
        "assumption: what the offer costs; recorded costs replace it",
    )
    hours: NineHours = setting(
        (4.0, 4.0, 4.0, 5.0, 3.0, 3.0, 5.0, 0.0, 1.0),
        "hours per attempt, by reason",
        "assumption: prepare, visit or call, follow up; within the 10 hours of the play L",
    )
    min_costs: PositiveInt = setting(
        2, "attempts", "from so many recorded costs on, their median is an offer's cost"
    )
    horizon_days: PositiveInt = setting(
        182, "days", "half a year for a return, by itself or by our offer"
    )
    min_losses: PositiveInt = setting(
        10, "losses", "fewer tell nothing of the chance to return unasked"
    )
    value_years: Annotated[int, Field(ge=1, le=20)] = setting(
        3, "years", "the second lifetime (Stauss & Friege 1999); convention of this workbook"
    )
    keep_rate: Share = setting(
        0.7, "share kept per year", "assumption: who left once leaves more easily"
    )
    margin_rate: InnerShare = setting(
        0.2, "margin / revenue", "assumption where no margin is known at all"
    )
    rest_days: PositiveInt = setting(
        180, "days", "an account that refused is left in peace so long"
    )
    same_attempt_days: PositiveInt = setting(
        30,
        "days",
        "an attempt in a list that came back is the logged one so near to it; convention",
    )
    max_overdue_days: PositiveInt = setting(
        60, "days", "who owes an invoice for longer is not courted"
    )


class WorkSettings(Group):
    """What an hour of the managers' work costs, and what it must leave at least."""

    hour_cost: Annotated[float, Field(ge=0, le=1_000_000)] = setting(
        60.0,
        "currency per hour",
        "assumption: pay, travel and overhead of a manager's hour in euros, dollars or pounds; "
        "say yours",
    )
    least_per_hour: Annotated[float, Field(ge=0, le=100)] = setting(
        1.0,
        "costs of an hour",
        "convention of this workbook: what leaves less per hour than the hour costs gives way",
    )

    @property
    def floor(self) -> float:
        """What an hour must leave after all costs (currency)."""
        return self.least_per_hour * self.hour_cost


class BridgeSettings(Group):
    """What the quarter's revenue is held against."""

    compare: Literal["year ago", "last quarter"] = setting(
        "year ago", "", "the same quarter a year ago takes the season out"
    )
