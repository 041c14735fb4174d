"""The groups of settings on targeting: three P's, lookalikes, checks, whitespace, tiers, plans."""

from typing import Annotated

from pydantic import AfterValidator, Field

from kamlib.settings.fields import (
    Anchors,
    Group,
    InnerShare,
    PositiveFloat,
    PositiveInt,
    RisingShares,
    Share,
    Weight,
    not_all_zero,
    setting,
)
from kamlib.words import _

# The three P's, in the order of ``three_p.weights``, and what readers call them.
P_WORDS = {"need": _("need"), "budget": _("ability to pay"), "authority": _("power to decide")}
PS = tuple(P_WORDS)
ThreeWeights = Annotated[tuple[Weight, Weight, Weight], AfterValidator(not_all_zero)]
Hours = Annotated[float, Field(ge=0, le=500)]
ThreeHours = tuple[Hours, Hours, Hours]


def _known_country(code: str) -> str:
    """The code as the package holidays spells it; "" stays."""
    country, dash, part = code.strip().partition("-")
    if not country and not dash:
        return ""
    # Only who names a country waits for the package's table.
    from holidays import list_supported_countries

    parts = list_supported_countries().get(country.upper())
    spelt = [name for name in parts or () if name.casefold() == part.casefold()]
    if parts is None or (dash and not spelt):
        raise ValueError(
            'no holidays are known of it; give a country by its two letters, such as "DE" or '
            '"US", or a part of one, such as "DE-BY", or leave it empty'
        )
    return "-".join([country.upper(), *spelt[:1]])


Country = Annotated[str, AfterValidator(_known_country)]


class ThreePSettings(Group):
    """Need, ability to pay and power to decide, and what their score is made of."""

    weights: ThreeWeights = setting(
        (0.4, 0.3, 0.3), "weights", "need, budget, authority; convention of this workbook"
    )
    half_life_months: PositiveFloat = setting(
        12.0, "months", "evidence so old counts half; convention of this workbook"
    )
    undated_freshness: Share = setting(
        0.5, "share of weight", "evidence without a date; convention of this workbook"
    )
    veto_at: Share = setting(0.0, "score", "a P at or below it vetoes: METHODS, one zero vetoes")
    veto_months: PositiveInt = setting(
        24, "months", "an older no is no veto but a question to ask again"
    )
    own_size: Anchors = setting(
        (5.0, 20.0, 60.0, 200.0, 800.0),
        "own revenue, times what it would buy in a year",
        "ability to pay where no budget is noted; convention of this workbook",
    )
    credit: Anchors = setting(
        (0.0, 0.05, 0.15, 0.3, 0.6),
        "credit limit, share of a year's purchases",
        "ability to pay of an account; convention of this workbook",
    )
    paid_on_time: Anchors = setting(
        (0.5, 0.7, 0.85, 0.95, 1.0),
        "share of invoices due",
        "ability to pay of an account; convention of this workbook",
    )
    need_gap: Anchors = setting(
        (0.0, 0.05, 0.15, 0.35, 0.8),
        "whitespace, share of a year's purchases",
        "need of an account; convention of this workbook",
    )
    rival_share: Anchors = setting(
        (0.0, 0.15, 0.35, 0.6, 0.9),
        "share bought from competitors",
        "need that others serve today; convention of this workbook",
    )
    overdue_days: Anchors = setting(
        (120.0, 60.0, 30.0, 10.0, 0.0),
        "days its oldest open invoice is overdue",
        "ability to pay of an account; convention of this workbook",
    )
    industry_fit: Anchors = setting(
        (0.2, 0.5, 1.0, 2.0, 5.0),
        "sales per known company of its industry, times the average",
        "need where nothing else is known; convention of this workbook",
    )
    min_industry: PositiveInt = setting(
        8, "accounts", "fewer of an industry tell nothing of what it needs, pays and earns"
    )
    stated_line: Share = setting(
        0.6, "score", "need of who named a line but no score was noted; convention"
    )
    derived_min: Share = setting(
        0.05, "score", "no figure scores less: only a recorded no is a no; convention"
    )
    decider_weight: Share = setting(
        0.6, "share", "power to decide: who decides; the rest is the influence of those reached"
    )
    known_decider: Share = setting(
        0.4, "score", "who decides is known but was not talked with; convention"
    )
    opposed: Share = setting(
        0.5, "share of the score", "left where everyone reached opposes us; convention"
    )
    weight_range: Share = setting(
        0.5, "share of a weight", "up and down, for the range of ranks; convention"
    )


class LookalikeSettings(Group):
    """How much a company resembles today's best accounts."""

    min_best: PositiveInt = setting(
        8, "accounts", "fewer best accounts tell nothing of what they have in common"
    )
    min_group: PositiveInt = setting(5, "accounts", "rarer industries and regions are put together")
    penalty: PositiveFloat = setting(
        0.5, "inverse strength", "ridge penalty C: few best accounts allow few features"
    )
    best_per_feature: PositiveFloat = setting(
        2.0, "best accounts", "for each feature; rarer groups are put together until it holds"
    )
    weak_auc: Share = setting(
        0.6, "AUC", "firmographics that rank worse are called weak; convention of this workbook"
    )
    similar: PositiveInt = setting(3, "accounts", "named as the most similar ones")
    resamples: Annotated[int, Field(ge=20, le=10_000)] = setting(
        400, "resamples", "bootstrap of accounts for the interval"
    )
    confidence: InnerShare = setting(0.95, "share", "of the interval")


class TargetCheckSettings(Group):
    """Whether scores told won from lost deals, and from how many deals on that can be said."""

    min_deals: PositiveInt = setting(30, "decided deals", "fewer say nothing")
    min_each: PositiveInt = setting(10, "won, and lost", "fewer of either say nothing")
    folds: Annotated[int, Field(ge=2, le=20)] = setting(5, "folds", "each deal is judged unseen")
    repeats: Annotated[int, Field(ge=1, le=100)] = setting(10, "times", "the folds are drawn anew")
    resamples: Annotated[int, Field(ge=20, le=10_000)] = setting(
        400, "resamples", "bootstrap of deals for the intervals"
    )
    confidence: InnerShare = setting(0.95, "share", "of the intervals")
    min_group: PositiveInt = setting(10, "deals", "smaller groups have no win rate of their own")
    penalty: PositiveFloat = setting(
        0.3, "inverse strength", "ridge penalty C of the fitted ones; convention of this workbook"
    )
    later_share: InnerShare = setting(
        0.33, "share of decided deals", "the latest ones, judged from those decided before"
    )
    level_cuts: RisingShares = setting(
        (0.4, 0.7), "scores", "below it a P is low, from there mid, high; convention"
    )


class WhitespaceSettings(Group):
    """What similar accounts buy and this one does not."""

    min_peers: PositiveInt = setting(8, "accounts", "fewer similar accounts tell nothing")
    neighbours: PositiveInt = setting(30, "accounts", "the most similar ones are its peers")
    min_peer_share: Share = setting(0.2, "share of peers", "that buy the line")
    prior_peers: PositiveFloat = setting(
        5.0, "peers", "the line's share among all accounts counts as much as so many peers"
    )
    weights: Annotated[
        tuple[Weight, Weight, Weight, Weight, Weight], AfterValidator(not_all_zero)
    ] = setting(
        (2.0, 1.0, 1.0, 1.0, 3.0),
        "weights",
        "industry, region, employees, purchases, mix of lines; convention of this workbook",
    )
    size_times: Annotated[float, Field(gt=1)] = setting(
        20.0, "times", "so much larger or smaller has nothing in common; convention"
    )
    interval: InnerShare = setting(0.8, "share", "of the range around an expected value")
    back_quarters: Annotated[int, Field(ge=4, le=12)] = setting(
        4, "quarters", "so far back the latest gaps are taken that the back-test follows for a year"
    )
    origins: Annotated[int, Field(ge=1, le=20)] = setting(
        6, "quarters", "at most so many days of gaps are followed by the back-test"
    )
    min_filled: PositiveInt = setting(15, "gaps filled, and not", "fewer of either check nothing")
    assumed_fill: Share = setting(
        0.25,
        "of the share of accounts that buy a line",
        "fill such a gap within a year, until more is known; convention of this workbook",
    )
    stopped_quarters: Annotated[int, Field(ge=5, le=20)] = setting(
        8, "quarters", "a line stopped within them is sold again more often, or not: it is learnt"
    )
    strong_rival: Annotated[int, Field(ge=1, le=3)] = setting(
        2, "strength", "from here on a rival holds a line: offers go beside it, not against it"
    )
    strong_rival_share: Share = setting(
        0.5, "share of purchases", "of a rival whose strength is not recorded; convention"
    )


class TierSettings(Group):
    """How much of whose time a target gets."""

    hours_share: Share = setting(
        0.15, "share of a manager's hours", "kept for targets; the rest is for the plays"
    )
    marketing_hours: Hours = setting(
        160.0, "hours per quarter", "where no marketing people are recorded"
    )
    sales_hours: ThreeHours = setting(
        (8.0, 2.0, 0.0), "hours per target", "one-to-one, one-to-few, one-to-many; convention"
    )
    marketing_hours_each: ThreeHours = setting(
        (6.0, 1.0, 0.02), "hours per target", "one-to-one, one-to-few, one-to-many; convention"
    )
    one_to_one_share: Share = setting(
        0.6, "share of the hours", "at most so much goes to one-to-one; convention"
    )
    many_share: Share = setting(
        0.2, "share of the hours", "at most so much goes to one-to-many; convention"
    )
    find_out_share: Share = setting(
        0.1, "share of sales hours", "kept for questions where some are open; convention"
    )
    min_score: Share = setting(
        0.35, "score", "below it nobody calls by hand; convention of this workbook"
    )
    least_per_hour: Share = setting(
        0.1,
        "share of the company's revenue per hour of sales",
        "who can be expected to bring less in a year, per hour it takes, gets mailings only; "
        "convention of this workbook",
    )
    most_share: Annotated[float, Field(gt=0, le=1)] = setting(
        0.2,
        "share of sales",
        "who brings more, with its group, deepens the dependence by buying more: what it could "
        "buy counts by this share over its own; convention of this workbook",
    )
    min_completeness: Share = setting(
        0.5, "share of weight", "of which less is known is found out about first"
    )
    neighbours: PositiveInt = setting(
        10, "accounts", "whose median a target without a recorded value may buy"
    )
    find_out_hours: Hours = setting(0.5, "hours per target", "to ask the missing question")
    min_cluster: PositiveInt = setting(
        3, "targets", "fewer of one industry or region are no audience for content of their own"
    )
    knows_region: Share = setting(
        0.5, "share of the first one's accounts", "with so many others take turns as owners"
    )
    border: Share = setting(0.1, "share of priority", "so near to a tier's border is named")
    border_score: Share = setting(
        0.02, "score", "so little below the least score is named; convention of this workbook"
    )


class CampaignSettings(Group):
    """The calendar of content and personal steps, and what counts in the scorecard."""

    talk_months: PositiveInt = setting(12, "months", "a talk within them is contact")
    min_talks: PositiveInt = setting(
        2, "talks", "fewer do not show that all contact runs through one person"
    )
    qualified_score: Share = setting(
        0.4, "score", "from here on a prospect is qualified; convention of this workbook"
    )
    step_days: Annotated[int, Field(ge=1, le=20)] = setting(
        4, "working days", "at least, between two steps towards the same target"
    )
    per_week: PositiveInt = setting(
        8, "steps per person", "in a week; what is more moves on to the next"
    )
    day_hours: PositiveFloat = setting(
        4.0, "hours per person", "on one day; only a single longer step takes more; convention"
    )
    week_times: Annotated[float, Field(ge=1)] = setting(
        2.0,
        "times a person's even week",
        "in one week at most; an even week is the quarter's steps shared by its weeks",
    )
    country: Country = setting(
        "", "", "whose public holidays are no working days: DE, US, DE-BY; empty: 1 January only"
    )
