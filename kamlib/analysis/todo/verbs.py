"""What one of us can have to do with an account or prospect: eight verbs, the first goes first."""

from kamlib.settings import TASK_VERBS

VERBS = TASK_VERBS
SETTLE, WIN_BACK, KEEP, EARN, GROW, WIN, FIND_OUT, THANK = VERBS
# The page of the pack on which each is argued, by its chapter.
SOURCES = {
    SETTLE: "02-segments.html",
    WIN_BACK: "03-churn.html",
    KEEP: "03-churn.html",
    EARN: "01-abc-xyz.html",
    GROW: "04-targeting.html",
    WIN: "04-targeting.html",
    FIND_OUT: "04-targeting.html",
    THANK: "01-abc-xyz.html",
}
# What the campaign does step by step: it begins on the day of its first step.
BY_CAMPAIGN = (WIN, GROW, FIND_OUT)
