"""The group of settings on who the customer is: when two numbers may be one company."""

from typing import Annotated

from pydantic import Field

from kamlib.settings.fields import Group, PositiveInt, Share, setting


class IdentitySettings(Group):
    """When two accounts may be one company, and what counts as a sign of it."""

    most_same: Annotated[int, Field(ge=2, le=20)] = setting(
        3, "accounts", "more with one name are branches of a chain; convention of this workbook"
    )
    follows_days: PositiveInt = setting(
        183, "days", "one begins so long after the other's last order; convention of this workbook"
    )
    overlap_days: Annotated[int, Field(ge=0, le=366)] = setting(
        31, "days", "open orders still run under the old number; convention of this workbook"
    )
    settled_days: PositiveInt = setting(
        92, "days", "who first orders so soon after the data begins is not taken to begin then"
    )
    like_lines: Share = setting(
        0.8, "share", "of both revenues is in the same product lines; convention of this workbook"
    )
    shared_people: PositiveInt = setting(
        2, "persons", "of the same names in both and in no third account; fewer are chance"
    )
