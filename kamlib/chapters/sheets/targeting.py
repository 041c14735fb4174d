"""The sheets of targeting in the Excel workbook, in their order."""

from kamlib.show.spec import Sheet, Sum
from kamlib.words import _

# Of the targets what is printed, one page wide; the rest is for the screen. Above the three
# columns behind the three P's stand their inputs.
PRINTED = (
    "rank:9 prospect:12 name:27 tier:13 owner:14 need:10 budget:10 authority:10 score:9 "
    "completeness:13 vetoed:11 chance:10 expected_value:12 priority:12 offer_line:13 offer:66"
)
FRESH = "need_freshness:11 budget_freshness:11 authority_freshness:11"

TARGETS = Sheet(
    _("Targets"),
    tab="targets",
    about=_("Whom to target next"),
    title=_("Whom to target next"),
    columns=f"{PRINTED} notes:34 done_on:12 value_from:13 missing:16 below:10 fit:9 kind:11 "
    f"{FRESH} rank_in_pack:9 score_rank:9 why:90 tier_why:40 border:24 decider:18 roles_missing:22 "
    "industry:18 region:16 relationship:13 source:18 competitor:18 offer_why:40 second_line:18 "
    "fit_low:9 fit_high:9 similar:40 rank_best:9 rank_worst:9 p_win:9 own_chance:9 rank_key:9 "
    "score_key:9",
    fold="need_freshness budget_freshness authority_freshness rank_in_pack score_rank offer_why "
    "second_line fit_low fit_high similar rank_best rank_worst p_win own_chance rank_key score_key",
    labels={
        "below": _("Below least score"),
        "rank_best": _("Rank by score: best"),
        "rank_worst": _("Rank by score: worst"),
    },
    freeze="name",
    live="targeting.write_targets",
    front=8,
)
QUESTIONS = Sheet(
    _("Questions"),
    tab="targets",
    about=_("What to find out of whom; room for the answers"),
    title=_("What to find out"),
    note=_(
        "{rows} questions, those on which most hangs first; filter your name. That is the expected "
        "value of a year x (score with a yes - score with a no)."
    ),
    columns="owner:12 prospect:13 name:28 p:16 question:52 ask:36 at_stake:13 notes:34 done_on:12",
    own=True,
    freeze="prospect",
    pages=2,
    row=4,
)
EVIDENCE = Sheet(
    _("Evidence"),
    tab="targets",
    about=_("What each score rests on, with its source and age"),
    title=_("What the scores rest on"),
    note=_("{rows} pieces of evidence; of each target and P the one marked as counting counts."),
    columns="prospect:13 name:28 p:16 value:9 evidence:60 source:28 date:12 freshness:11 used:9 "
    "left_out:34",
    freeze="prospect",
    pages=2,
    row=4,
    live="targeting.write_evidence",
)
CONTACTS = Sheet(
    _("Contacts"),
    tab="targets",
    about=_("The people at the targets, with the next step of each"),
    title=_("People at the targets"),
    note=_("{people} at {targets} targets, the most important targets first."),
    remark=_("Filter an owner or a role; Notes and Done on are yours."),
    columns="prospect:13 name:28 tier:14 person:20 role:14 position:22 owner:18 next_step:32 "
    "next_step_due:12 channel:12 last_contact:12 silent_days:9 interests:26 finding:36 notes:34 "
    "done_on:12 contact:9",
    own=True,
    freeze="name",
    pages=2,
    row=4,
    live="campaign.write_contacts",
)
CARDS = Sheet(
    _("Contact cards"),
    tab="targets",
    about=_("One card per person, to print and take along"),
    live="campaign.write_cards",
)
CALENDAR = Sheet(
    _("Campaign"),
    tab="targets",
    about=_("Content and personal steps by day, in sales and in marketing"),
    columns="date:12 week:7 owner:14 marketing:14 prospect:13 name:28 tier:14 step:24 content:34 "
    "channel:12 person:20 sales_hours:9 marketing_hours:11 status:11 notes:34 done_on:12 "
    "audience:22 why:44 monday:12 owner_number:9 marketing_number:9 step_id:34",
    fold="monday owner_number marketing_number step_id",
    labels={
        "owner": _("Sales"),
        "status": _("Status"),
        "owner_number": _("Sales no."),
        "marketing_number": _("Marketing no."),
    },
    freeze="week",
    pages=2,
    row=7,
    live="campaign.write_calendar",
    front=9,
)
WEEKS = Sheet(
    _("Hours by week"),
    tab="targets",
    about=_("Hours of the calendar per person and week"),
    live="campaign.write_weeks",
    follows=True,
)
WHITESPACE = Sheet(
    _("Whitespace"),
    tab="targets",
    about=_("What similar accounts buy and these do not"),
    title=_("What similar accounts buy and these do not"),
    columns="account:13 name:28 manager:16 product_line:22 expected_value:13 expected_margin:13 "
    "low:12 high:12 chance:11 value_if_bought:13 peers:9 peer_share:10 own_value:12 stopped:12 "
    "notes:34 done_on:12 why:60 account_number:9 line_number:9",
    fold="account_number line_number",
    labels={"account_number": _("Account no."), "line_number": _("Line no.")},
    own=True,
    sums=(
        Sum(_("Gaps shown"), "account", count=True),
        Sum(_("Expected a year"), "expected_value"),
        Sum(_("Of them done"), "done_on", count=True),
    ),
    bars={"expected_value": "#8fcca2"},
    freeze="name",
    pages=2,
    row=6,
    live="whitespace.write_whitespace",
)
WHITE_MAP = Sheet(
    _("Whitespace map"),
    tab="targets",
    about=_("The same as a map of accounts and lines"),
    live="whitespace.write_white_map",
)
SCORE_CHECK = Sheet(
    _("Check of scores"),
    tab="targets",
    about=_("Whether the scores told won from lost deals"),
    live="targeting.write_score_check",
    needs=("win_rates", "lookalike", "lead_sources", "whitespace_check"),
)
SCORECARD = Sheet(
    _("RACI and scorecard"),
    tab="targets",
    about=_("Who does what, and the quarter's figures; one page"),
    live="targeting.write_scorecard",
    needs=("scorecard",),
)
