"""What an account's own calendar is read from, and how long it explains a silence."""

from typing import Annotated

from pydantic import Field

from kamlib.settings.fields import Group, InnerShare, PositiveInt, Share, setting


class RhythmSettings(Group):
    """When an account has a season, and how long its own rhythm explains its silence."""

    rest_months: Annotated[int, Field(ge=1, le=11)] = setting(
        2, "months", "a season rests for so many months at least; convention of this workbook"
    )
    quiet_share: InnerShare = setting(
        0.15,
        "orders / its mean month",
        "a month with fewer is out of season: a single order of a winter does not end the rest",
    )
    season_chance: InnerShare = setting(
        0.01, "chance", "a rest that orders at any time would show so often is no season"
    )
    industry_accounts: PositiveInt = setting(
        3,
        "accounts",
        "of one industry with a season: who never ordered out of it has it too, after one year",
    )
    missed_season: Share = setting(
        0.5, "share of its season", "so much of a season silent, and it was missed; convention"
    )
    beyond_longest: Annotated[float, Field(ge=1)] = setting(
        1.5, "longest silences", "as three gaps to two: lost this far beyond what it came back from"
    )
    cycle_beats_season: PositiveInt = setting(
        120, "days", "from an order cycle so long on, the cycle counts and no season"
    )
    call_before_days: PositiveInt = setting(
        10, "days", "an account is called so long before its season; convention of this workbook"
    )
