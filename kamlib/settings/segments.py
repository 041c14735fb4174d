"""Notebook 02's settings: criteria, types, RFM, portfolio matrix, plays, the list itself."""

from typing import Annotated, Literal

from pydantic import Field

from kamlib.settings.fields import (
    Anchors,
    ClassShares,
    FiveWeights,
    Group,
    InnerShare,
    PositiveFloat,
    PositiveInt,
    ScoreCuts,
    Share,
    SixWeights,
    setting,
)

# The six criteria in the order of their weights: column, and as tables and people spell it.
CRITERIA_WORDS = {
    "income": "income",
    "reliability": "reliability",
    "long_term": "long-term",
    "growth": "growth",
    "new_income": "new income",
    "reputation": "reputation",
}
CRITERIA = tuple(CRITERIA_WORDS)
ACCOUNT_TYPES = ("breadwinner", "prospective", "image", "expert")
AbcNames = tuple[Literal["A", "B", "C"], ...]
TypeNames = tuple[Literal[ACCOUNT_TYPES], ...]


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
        f"convention: {', '.join(CRITERIA_WORDS.values())}",
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


class MistakeSettings(Group):
    """From where on one of the five mistakes counts as made."""

    max_late_share: Share = setting(0.10, "share of deliveries", "convention of this workbook")
    reply_days: PositiveFloat = setting(
        14.0, "days, median", "a complaint or request is settled within two weeks"
    )
    min_completeness: Share = setting(0.6, "share of the dossier", "convention of this workbook")
    max_unprepared_share: Share = setting(
        0.5, "share of meetings", "convention of this workbook: most meetings have a brief"
    )
    min_knowledge: Share = setting(0.7, "test result", "convention of this workbook")


class TypeSettings(Group):
    """The four types of key accounts."""

    breadwinner_share: InnerShare = setting(
        0.10, "share of margin or revenue", "key-account practice: one tenth of what is earned"
    )
    fallback_accounts: PositiveInt = setting(
        10, "accounts", "named as breadwinners where nobody reaches the share"
    )
    prospective_months: Annotated[int, Field(ge=1, le=60)] = setting(
        12, "months", "key-account practice: with us for less than a year"
    )
    rival_share: Share = setting(
        0.5, "share of purchases", "most of the need is bought from competitors"
    )
    min_budget: Share = setting(0.5, "score", "a prospect's budget from which it can buy")
    credit_cover: PositiveFloat = setting(
        0.5,
        "of a year's purchases",
        "a credit limit that covers it leaves room; convention of this workbook",
    )
    revenue_multiple: PositiveFloat = setting(
        50.0,
        "times a year's purchases",
        "own revenue from which an account can buy more; convention of this workbook",
    )


class RfmSettings(Group):
    """Recency, frequency and monetary value."""

    months: Annotated[int, Field(ge=1, le=60)] = setting(
        12, "months", "trailing year, in which order days count"
    )
    recency_cuts: ScoreCuts = setting(
        (), "days since the last order", "5 up to the first, 1 beyond the last; empty: fifths"
    )
    frequency_cuts: ScoreCuts = setting(
        (), "order days", "1 below the first, 5 from the last on; empty: fifths"
    )
    monetary_cuts: ScoreCuts = setting(
        (), "currency", "1 below the first, 5 from the last on; empty: fifths"
    )


class PortfolioSettings(Group):
    """How attractive an account is, and how strong we are there (McDonald & Woodburn)."""

    cut: InnerShare = setting(0.5, "score", "both axes are cut in the middle")
    min_known: Share = setting(
        0.25, "share of weights", "an axis of which less is known places nobody"
    )
    attractiveness_weights: FiveWeights = setting(
        (0.30, 0.15, 0.25, 0.10, 0.20),
        "weights",
        "convention: wallet, own size, value, growth, margin rate",
    )
    strength_weights: SixWeights = setting(
        (0.40, 0.25, 0.10, 0.10, 0.05, 0.10),
        "weights",
        "convention: share of wallet, regularity, service, attitude, decider, tenders",
    )
    wallet: Anchors = setting(
        (0.05, 0.2, 0.6, 2.0, 8.0), "times the average account", "convention of this workbook"
    )
    own_size: Anchors = setting(
        (0.05, 0.2, 0.6, 2.0, 8.0), "times the average account", "convention of this workbook"
    )
    value: Anchors = setting(
        (0.05, 0.2, 0.6, 2.0, 8.0), "times the average account", "convention of this workbook"
    )
    growth: Anchors = setting(
        (-0.5, -0.2, 0.05, 0.3, 1.0), "share of last year", "convention of this workbook"
    )
    margin_rate: Anchors = setting(
        (-0.15, -0.05, 0.0, 0.05, 0.15), "above the company's rate", "convention of this workbook"
    )
    wallet_share: Anchors = setting(
        (0.2, 0.4, 0.6, 0.8, 0.95), "share of purchases", "convention of this workbook"
    )
    regularity: Anchors = setting(
        (0.1, 0.33, 0.75, 0.9, 1.0), "share of months", "the cuts of X and Y, and beyond"
    )
    rhythm: Anchors = setting(
        (1.5, 1.0, 0.5, 0.3, 0.15),
        "sd / mean of gaps",
        "the cuts of X and Y, and beyond; the better of regularity and rhythm counts",
    )
    service: Anchors = setting(
        (0.8, 0.9, 0.95, 0.98, 1.0), "share of deliveries on time", "convention of this workbook"
    )
    attitude: Anchors = setting(
        (-1.0, 0.0, 0.5, 1.0, 2.0),
        "attitude of contacts, -2 to 2",
        "convention of this workbook: indifference is no strength",
    )
    decider: Anchors = setting(
        (0.0, 0.25, 0.5, 0.75, 1.0), "1 looked after, 0 not", "convention of this workbook"
    )
    tenders: Anchors = setting(
        (0.0, 0.25, 0.5, 0.75, 1.0), "share of tenders won", "convention of this workbook"
    )
    min_growth_months: Annotated[int, Field(ge=1, le=12)] = setting(
        6, "months", "fewer with a year before them say nothing of growth"
    )
    min_deliveries: PositiveInt = setting(3, "deliveries", "fewer say nothing of service")
    min_tenders: PositiveInt = setting(2, "tenders", "fewer say nothing of success")


class HandoverSettings(Group):
    """When another manager's name on the sales means that an account changed hands."""

    deputy_days: PositiveInt = setting(
        42, "days", "who is named for less between two spells of the same manager stood in"
    )
    min_order_days: PositiveInt = setting(
        3, "order days", "fewer between two spells of the same manager are a deputy's"
    )
    min_share: Share = setting(
        0.8, "share of order days", "who leads fewer of them shares the account; convention"
    )
    gap_days: PositiveInt = setting(
        7, "days", "so soon after the last sale of the one before, the next begins the day after"
    )


class KeySettings(Group):
    """Who is a key account, and for how many there is room."""

    classes: AbcNames = setting(("A",), "classes", "key-account practice: A, or any of the types")
    types: TypeNames = setting(ACCOUNT_TYPES, "types", "key-account practice")
    hours_share: Share = setting(
        0.7, "share of a manager's hours", "the rest is for the other accounts"
    )
    max_accounts: Annotated[int, Field(ge=0, le=10_000)] = setting(
        40, "accounts", "without managers' hours; McDonald & Woodburn: 15 to 35, never over 50"
    )
