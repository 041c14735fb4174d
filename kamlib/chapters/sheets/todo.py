"""The sheet of the one list in the Excel workbook."""

from kamlib.show.spec import Sheet, Sum
from kamlib.words import _

TODO = Sheet(
    _("To do"),
    tab="work",
    about=_("Who does what with whom next, in one list: filter your name"),
    title=_("What each of us does in {quarter}"),
    note=_(
        "{rows} accounts and targets, each once, by manager and day. Filter your name; Notes and "
        "Done on are yours."
    ),
    remark=_(
        "Worth: what is at stake a year times the chance, less what an offer costs. Without a day: "
        "no room in the hours."
    ),
    columns="manager:13 due:12 verb:10 subject:12 name:28 do:44 stake:12 chance:9 worth:12 hours:8 "
    "notes:34 done_on:12 why:50 steps:44 do_not:26 fits:9 rank:8 per_hour:10 key:10 source:11 "
    "id:16",
    fold="rank per_hour key source id",
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
)
