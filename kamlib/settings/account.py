"""What counts as one account, and the dossiers: each setting with bounds, unit and source."""

from typing import Annotated, Literal

from pydantic import Field

from kamlib.settings.fields import Group, PositiveInt, Share, SixWeights, setting


class AccountsSettings(Group):
    """What counts as one account."""

    level: Literal["account", "group"] = setting(
        "account", "", "group: all accounts under one topmost parent count as one"
    )


class DossierSettings(Group):
    """What an account's dossier looks back on, and when it is complete and fresh."""

    timeline_months: Annotated[int, Field(ge=3, le=120)] = setting(
        24, "months", "how far back the relationship is told"
    )
    season_years: Annotated[int, Field(ge=2, le=8)] = setting(
        3, "years", "the months of so many years are laid over each other"
    )
    talk_months: Annotated[int, Field(ge=1, le=60)] = setting(
        12, "months", "a talk so long ago still counts as contact with a person"
    )
    min_talks: Annotated[int, Field(ge=1, le=50)] = setting(
        3, "talks", "fewer do not show through whom the contact runs"
    )
    unusual_share: Share = setting(
        0.25,
        "share of accounts",
        "that all talks are by one of us is told where it holds for no more; convention",
    )
    decider_days: PositiveInt = setting(
        90, "days", "who decides should be met every quarter; convention of this workbook"
    )
    settle_days: PositiveInt = setting(
        14, "days", "a complaint or request open longer is overdue; convention of this workbook"
    )
    stale_days: PositiveInt = setting(365, "days", "what was found out earlier counts as old")
    stale_credit: Share = setting(0.5, "share", "what is old counts so much")
    weights: SixWeights = setting(
        (0.25, 0.25, 0.15, 0.15, 0.10, 0.10),
        "weights",
        "convention: general, people, conversations, service, competition, judgement",
    )
