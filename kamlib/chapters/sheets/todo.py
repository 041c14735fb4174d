"""The sheet of the one list in the Excel workbook."""

from kamlib.show.spec import Sheet, Sum
from kamlib.words import _

TODO = Sheet(
    _("To do"),
    tab="work",
    about=_("Who does what with whom next, in one list: filter your name"),
    title=_("What each of us does in {quarter}"),
    note=_(
        "{rows} accounts and targets, each once, by manager and day. Filter your name; Done on, "
        "Outcome, Value and Notes are yours: put the workbook into the folder returned, and the "
        "next pack says what came of it."
    ),
    remark=_(
        "Worth: what is at stake a year times the chance, less what an offer costs. Without a day: "
        "no room in the hours."
    ),
    columns="manager:13 due:12 verb:10 subject:12 name:28 do:44 stake:12 chance:9 worth:12 hours:8 "
    "done_on:12 outcome:14 value:12 notes:34 last_time:34 why:50 steps:44 do_not:26 fits:9 rank:8 "
    "per_hour:10 key:10 source:11 id:16",
    fold="rank per_hour key source id",
    labels={"outcome": _("Outcome"), "value": _("Value a year")},
    own=True,
    sums=(
        Sum(_("Tasks shown"), "subject", count=True),
        Sum(_("Worth a year"), "worth"),
        Sum(_("Their hours"), "hours"),
        Sum(_("Of it done"), "done_on", count=True),
    ),
    freeze="name subject",
    pages=2,
    row=7,
    front=2,
)
ADVISED = Sheet(
    _("Last list"),
    tab="work",
    about=_("What was advised last quarter, what was done, and what came of it"),
    title=_("What was advised last quarter, and what came of it"),
    note=_(
        "{rows} tasks of the list of the quarter that is reported. Done, outcome, value and notes "
        "are as people wrote them into the workbooks that came back."
    ),
    remark=_(
        "Kept or won: what people say; where they say nothing, what is at stake where the sales "
        "show that it came. What came true: by the sales alone."
    ),
    columns="manager:13 verb:10 subject:12 name:28 stake:12 worth:12 done_on:12 outcome:14 "
    "since:12 came:10 kept:12 revenue_since:13 margin_since:13 notes:40 doubt:34 do:40 due:12 "
    "steps_done:8 returned:28 id:16",
    fold="returned id",
    sums=(
        Sum(_("Tasks shown"), "subject", count=True),
        Sum(_("At stake a year"), "stake"),
        Sum(_("Kept or won a year"), "kept"),
    ),
    freeze="name subject",
    pages=2,
    row=7,
)
