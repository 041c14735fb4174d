"""What the one list of tasks assumes where nothing has been counted yet."""

from typing import Annotated

from pydantic import Field

from kamlib.settings.fields import Group, Share, setting
from kamlib.words import _

# What one of us can have to do with an account or prospect: of two that hold the earlier is its
# task, and the later becomes a step of it.
TASK_VERBS = ("settle", "win back", "keep", "earn", "grow", "win", "find out", "thank")
WON, STILL_OPEN, LOST, MISSED, UNDONE = "won", "open", "lost", "not reached", "not done"
# What came of a task, as it is chosen in the workbook.
TASK_OUTCOMES = {
    WON: _("kept or won"),
    STILL_OPEN: _("still open"),
    LOST: _("lost"),
    MISSED: _("not reached"),
    UNDONE: _("not done"),
}
Hours = Annotated[float, Field(gt=0, le=200)]


class TodoSettings(Group):
    """Chances, hours and days of tasks that no other page works out."""

    settle_gain: Share = setting(
        0.05,
        "chance to stay",
        "what settling an overdue promise or dispute adds; assumed until own records tell",
    )
    owed_days: Annotated[int, Field(ge=1, le=3650)] = setting(
        30, "days", "what is overdue for longer nobody waits for any more; convention"
    )
    settle_hours: Hours = setting(1.0, "hours", "to settle what is owed to one account; convention")
    earn_chance: Share = setting(
        0.25, "chance", "that missing margin is won back by going through prices; assumed"
    )
    thin_share: Share = setting(
        0.75,
        "share of the usual margin rate",
        "who earns less gets no lower prices; convention",
    )
    answer_share: Share = setting(
        0.1, "share of its worth", "that hangs on what is not known of a target; assumed"
    )
    thank_gain: Share = setting(
        0.01, "chance to stay", "what thanking in person adds; assumed, and small on purpose"
    )
    least_hours: Hours = setting(0.5, "hours", "a task takes at least; convention")
    touch_hours: Hours = setting(
        2.0, "hours", "of each task come first; the rest is spread over the quarter; convention"
    )
    least_compared: Annotated[int, Field(ge=1, le=1000)] = setting(
        5, "tasks", "done and untouched, from which on the two are held against each other"
    )
    steps_told: Annotated[int, Field(ge=0, le=10)] = setting(
        3, "steps", "of an account beside its task; convention"
    )
