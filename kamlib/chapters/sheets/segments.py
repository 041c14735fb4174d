"""The sheets of the key accounts in the Excel workbook, in their order."""

from kamlib.analysis.segments.mistakes import MISTAKES as FIVE
from kamlib.settings import ACCOUNT_TYPES, CRITERIA
from kamlib.show.spec import Sheet, Sum
from kamlib.words import _

SIX = " ".join(CRITERIA)


KEY_ACCOUNTS = Sheet(
    _("Key accounts"),
    tab="keys",
    about=_("Who is key, by which criteria"),
    title=_("Key accounts"),
    columns=f"name manager types cell revenue margin {SIX} score completeness rank rank_in_pack "
    "rank_best rank_worst hours quadrant rfm_segment key_why manager_number",
    fold="manager_number",
    live="segments.write_key_accounts",
    front=4,
)
KEY_CHANGES = Sheet(
    _("Entered and left"),
    tab="keys",
    about=_("Who entered the list, who left, who found no room"),
    title=_("Who entered, who left, who is not on the list"),
    note=_("Against last quarter's list by the same rule; candidates without room by the reason."),
    columns="name manager revenue_before revenue from_cell cell change change_why why reason",
    live="segments.write_key_changes",
    needs=("key_left_out",),
)
PLAN = Sheet(
    _("Plan and hours"),
    tab="work",
    about=_("What each manager does for whom, by when; room for notes"),
    title=_("What each manager does in {quarter}"),
    note=_("{rows} steps, by manager and due date. Filter your name; Notes and Done on are yours."),
    remark=_("Grey: finds no room in the hours that there are. Green: done."),
    columns="manager:13 due:12 account:13 name:28 cell:7 play:26 next_step:32 hours:8 fits:9 "
    "notes:34 done_on:12 types:16 offer:32 lead:20 key:10 value:13 why:50 place:10 "
    "manager_number:10",
    fold="place manager_number",
    labels={"place": _("Place of the play")},
    own=True,
    sums=(
        Sum(_("Steps shown"), "account", count=True),
        Sum(_("Their hours"), "hours"),
        Sum(_("Of it done"), "done_on", count=True),
    ),
    freeze="account name",
    pages=2,
    row=7,
    live="plan.write_plan",
    front=5,
)
PORTFOLIOS = Sheet(
    _("Portfolios"),
    tab="work",
    about=_("Per manager: plan against actual, hours against need"),
    title=_("The managers' portfolios"),
    note=_("One row per manager, the largest portfolio first."),
    remark=_(
        "Accounts and their sums: of the manager today. Plan and actual: of whom the sale names; "
        "growth: of who served then. At risk: what accounts may cost within a year by leaving or "
        "by buying less."
    ),
    columns="manager name manager_number accounts key_accounts revenue margin at_risk "
    "inherited passed_on largest_share effective_accounts growth kept_growth expected_growth "
    "against_mix growth_doubt plan actual quarter_inherited quarter_passed_on run_rate of_plan "
    "plan_gap plan_doubt hours_needed hours_fitting hours_available hours_over",
    fold="manager_number effective_accounts kept_growth expected_growth",
    labels={"manager_number": _("No.")},
    row=4,
    live="plan.write_portfolios",
)
SIX_CRITERIA = Sheet(
    _("Criteria"),
    tab="keys",
    about=_("The six criteria of every account, with evidence"),
    title=_("The six criteria of every account"),
    columns=f"name manager cell types {SIX} score completeness rank rank_in_pack rank_best "
    "rank_worst rfm_segment quadrant attractiveness strength key "
    f"{' '.join(f'{name}_evidence' for name in CRITERIA)} "
    f"{' '.join(f'{name}_known' for name in CRITERIA)} number rank_key",
    fold="attractiveness strength number rank_key "
    + " ".join(f"{name}_{part}" for name in CRITERIA for part in ("evidence", "known")),
    labels={"number": _("Account no."), "rank_key": _("Order by score")},
    live="segments.write_criteria",
    follows=True,
)
TYPES = Sheet(
    _("Types"),
    tab="keys",
    about=_("Breadwinners, prospective, image and expert accounts"),
    title=_("What the accounts are to us"),
    columns=f"name manager cell revenue {' '.join(ACCOUNT_TYPES)} type_why",
    live="segments.write_types",
)
GROUPS = Sheet(
    _("Groups"),
    tab="keys",
    about=_("Groups of accounts as one customer, beside their sites"),
    title=_("Groups and their sites"),
    note=_(
        "Each group of which at least two accounts bought, the largest first: what it is as one "
        "customer, and its largest site by itself."
    ),
    columns="account:13 name:28 sites:8 revenue:14 share:9 rank:8 cell:8 types:22 key:9 "
    "largest_site:14 site_name:28 site_share:12 site_rank:12",
    sums=(Sum(_("Sites"), "sites"), Sum(_("Revenue"), "revenue")),
    freeze="name",
    row=6,
)
PLAYS = Sheet(
    _("Plays"),
    tab="work",
    about=_("What to do with each kind of account"),
    title=_("The plays in force"),
    note=_("One play per place of the matrix and per type; yours where the data set has its own."),
    columns="place:15 strategy:34 hours:9 lead:22 offer:44 next_step:44 own:10 accounts:11 "
    "hours_needed:11",
    labels={
        "hours": _("Hours per account"),
        "accounts": _("Accounts in the plan"),
        "hours_needed": _("Hours in the plan"),
    },
    live="plan.write_plays",
)
MISTAKES = Sheet(
    _("Mistakes"),
    tab="work",
    about=_("What goes wrong at key accounts"),
    title=_("The five mistakes"),
    note=_(
        "{rows} {who}, the most mistakes first; more is worse. Blank: nothing is recorded that "
        "would tell."
    ),
    columns=f"name manager {' '.join(FIVE)} mistakes mistakes_why",
    freeze="name",
    wrapped=True,
    live="segments.write_mistakes",
)
