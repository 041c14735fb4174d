"""The groups of settings on key accounts: types, RFM, portfolio matrix, the list itself."""

from typing import Annotated, Literal

from pydantic import Field

from kamlib.settings.abc_xyz import (
    Anchors,
    FiveWeights,
    Group,
    InnerShare,
    PositiveFloat,
    PositiveInt,
    Share,
    SixWeights,
    setting,
)

AbcNames = tuple[Literal["A", "B", "C"], ...]
TypeNames = tuple[Literal["breadwinner", "prospective", "image", "expert"], ...]


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


class KeySettings(Group):
    """Who is a key account, and for how many there is room."""

    classes: AbcNames = setting(("A",), "classes", "key-account practice: A, or any of the types")
    types: TypeNames = setting(
        ("breadwinner", "prospective", "image", "expert"), "types", "key-account practice"
    )
    hours_share: Share = setting(
        0.7, "share of a manager's hours", "the rest is for the other accounts"
    )
    max_accounts: Annotated[int, Field(ge=0, le=10_000)] = setting(
        40, "accounts", "without managers' hours; McDonald & Woodburn: 15 to 35, never over 50"
    )
