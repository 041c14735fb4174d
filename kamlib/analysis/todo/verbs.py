"""What one of us can have to do with an account or prospect: eight verbs, the first goes first."""

SETTLE, WIN_BACK, KEEP, EARN = "settle", "win back", "keep", "earn"
GROW, WIN, FIND_OUT, THANK = "grow", "win", "find out", "thank"
# Of two that hold for one account the earlier is its task, and the later becomes a step of it.
VERBS = (SETTLE, WIN_BACK, KEEP, EARN, GROW, WIN, FIND_OUT, THANK)
# The page of the pack on which each is argued, by its chapter.
SOURCES = {
    SETTLE: "segments",
    WIN_BACK: "churn",
    KEEP: "churn",
    EARN: "abc_xyz",
    GROW: "targeting",
    WIN: "targeting",
    FIND_OUT: "targeting",
    THANK: "abc_xyz",
}
