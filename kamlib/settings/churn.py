"""More groups of settings: retention, the watch list, and what winning an account back is worth.

Every table of nine stands in the order of the reasons: service level, product quality, missed
deadlines, opinion not considered, forgotten, price, competitor, closed down, unknown.
"""

from typing import Annotated, Literal

from pydantic import Field

from kamlib.settings.abc_xyz import Group, InnerShare, PositiveFloat, PositiveInt, Share, setting

NineChances = Annotated[tuple[InnerShare, ...], Field(min_length=9, max_length=9)]
NineShares = Annotated[tuple[Share, ...], Field(min_length=9, max_length=9)]


class RetentionSettings(Group):
    """How long accounts stay, by class and by when they came."""

    min_accounts: PositiveInt = setting(
        20, "accounts", "smaller groups are put together; convention of this workbook"
    )
    confidence: InnerShare = setting(0.95, "share", "of the band around a retention curve")
    cohort: Literal["year", "quarter"] = setting("year", "", "accounts by when they first ordered")


class WatchSettings(Group):
    """How many accounts a manager can call."""

    calls_a_week: PositiveInt = setting(
        10, "accounts per manager", "due this week; the others later"
    )
    weeks: PositiveInt = setting(13, "weeks", "one quarter; what finds no room has no due day")


class WinbackSettings(Group):
    """What winning an account back costs and brings."""

    p_win: NineChances = setting(
        (0.25, 0.20, 0.25, 0.30, 0.35, 0.20, 0.10, 0.02, 0.15),
        "chance per attempt, by reason",
        "assumption, within the 20 to 40 % that Griffin & Lowenstein (2001) quote for lost "
        "accounts or below; logged attempts replace it",
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
    max_overdue_days: PositiveInt = setting(
        60, "days", "who owes an invoice for longer is not courted"
    )
    attempts_a_week: PositiveInt = setting(
        3, "attempts per manager", "the most valuable come first"
    )
    weeks: PositiveInt = setting(13, "weeks", "one quarter; what finds no room has no due day")


class BridgeSettings(Group):
    """What the quarter's revenue is held against."""

    compare: Literal["year ago", "last quarter"] = setting(
        "year ago", "", "the same quarter a year ago takes the season out"
    )
