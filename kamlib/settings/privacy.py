"""What of people a book holds: who is named in it, and how long what is thought of them is kept."""

from typing import Annotated

from pydantic import Field

from kamlib.settings.fields import Group, setting


class PrivacySettings(Group):
    """Who is named, and how long opinions about people are kept."""

    anonymise: bool = setting(
        False, "yes/no", "codes stand for accounts, people, managers and competitors"
    )
    title: Annotated[str, Field(min_length=1, max_length=60)] = setting(
        "Company", "name", "what an anonymous pack calls the company"
    )
    judgements_months: Annotated[int, Field(ge=0, le=600)] = setting(
        0, "months", "older opinions about people are left out; 0 keeps all"
    )
