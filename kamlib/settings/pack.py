"""What of the input is tolerated, and how much a pack shows."""

from typing import Annotated

from pydantic import Field

from kamlib.settings.fields import Group, PositiveInt, Share, setting


class DataSettings(Group):
    """What of the input is tolerated."""

    max_reject_share: Share = setting(0.02, "share of lines", "house rule: above it the run stops")
    max_open_share: Share = setting(
        0.01, "share of revenue", "house rule: a question on which more hangs stops the run"
    )
    carried_share: Share = setting(
        0.01, "share of a table's rows", "house rule: a warning of fewer goes with no total"
    )
    complete_slack_days: Annotated[int, Field(ge=0, le=60)] = setting(
        7, "days", "a quarter whose last days have no sale (holidays) is still complete"
    )
    max_unpacked_mb: PositiveInt = setting(
        4096, "MB", "an .xlsx that unpacks to more is refused as a zip bomb"
    )


class OrderSettings(Group):
    """What counts as an order."""

    zero_value: bool = setting(
        False,
        "yes/no",
        "a delivery without a price, such as a call-off under a framework contract that was "
        "paid at once, is an order too; usually it is a sample or a replacement",
    )


class PackSettings(Group):
    """How much a page and a sheet hold, and how long a notebook may run."""

    page_rows: Annotated[int, Field(ge=5, le=5000)] = setting(15, "rows", "more is read in Excel")
    sheet_rows: Annotated[int, Field(ge=100, le=1_000_000)] = setting(
        50_000, "rows", "more make live formulas slow; the rest is in tables/"
    )
    dossiers: Annotated[int, Field(ge=0, le=5000)] = setting(
        200, "accounts", "more than anybody can look after as key accounts; 0 makes no dossier"
    )
    address: Annotated[str, Field(pattern=r"^((https?|file)://[^\s\"<>]+)?$", max_length=300)] = (
        setting(
            "",
            "address",
            "where the folder of all packs is reached (https://..., file://server/...): links in "
            "calendars and mails lead there; without one they name the page",
        )
    )
    timeout_seconds: Annotated[int, Field(ge=30)] = setting(1200, "seconds", "one notebook")


class SummarySettings(Group):
    """What the first page tells, and how much of it."""

    held_share: Share = setting(
        0.02, "share of a year ago", "a margin that changed by less held; convention"
    )
    plan_share: Share = setting(
        0.5, "share of the quarter's revenue", "plans that cover less do not judge the quarter"
    )
    managers: Annotated[int, Field(ge=1, le=30)] = setting(
        7, "managers", "more do not fit one sheet; the others stand in Excel"
    )
    tasks: Annotated[int, Field(ge=1, le=10)] = setting(
        5, "tasks", "for Monday, where nobody is named as manager; one sheet"
    )
    words: Annotated[int, Field(ge=4, le=60)] = setting(
        12, "words", "of a reason or a task on the first page; 500 words in all"
    )
    room: PositiveInt = setting(72, "words", "of all reasons together, and of all tasks; one sheet")
