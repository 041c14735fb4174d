"""The sheets of churn in the Excel workbook, in their order."""

from kamlib.show.spec import Sheet, Sum
from kamlib.words import _

WATCH = Sheet(
    _("Leaving"),
    tab="leaving",
    about=_("Whom to call this week before it leaves"),
    title=_("Whom to call before it leaves"),
    note=_(
        "{rows} accounts are slowing or at risk, by manager, what a call can keep first. "
        "Filter your name; Notes and Done on are yours."
    ),
    remark=_(
        "Bold: due this week. Without a day: no room in the quarter, or nothing to lose. Who is "
        "probably gone stands on the win-back list. Green: done."
    ),
    columns="manager:13 due:12 account:13 name:28 state:10 at_risk:12 keep:12 silence_days:10 "
    "typical_gap_days:12 hint:18 notes:34 done_on:12 why:56 last_order:12 since:12 "
    "margin_a_year:13 margin_assumed:10 revenue_a_year:13 "
    "reachable:9",
    fold="margin_assumed reachable",
    own=True,
    sums=(
        Sum(_("Accounts shown"), "account", count=True),
        Sum(_("Margin at risk"), "at_risk"),
        Sum(_("Of it done"), "done_on", count=True),
    ),
    freeze="name account",
    pages=2,
    row=7,
    live="churn.write_watch",
    front=6,
)
# What both lists of lost accounts call their own columns.
_LABELS = {"reason_number": _("Reason no."), "pays_off": _("Pays off")}
WINBACK = Sheet(
    _("Win-back"),
    tab="leaving",
    about=_("Whom to win back, with which offer, what it is worth"),
    title=_("Whom to win back"),
    note=_(
        "{rows} lost accounts are worth an attempt, the most net value first. Owners and due days "
        "are as in the pack."
    ),
    remark=_(
        "Brown headings follow the chances and costs on the sheet Try it. Net value = (chance with "
        "an offer - chance unasked) x margin of the years after - cost of offer and hours. "
        "Grey: does not pay off. Green: done."
    ),
    columns="account:13 name:28 manager:13 due:12 reason:18 reason_source:11 offer:24 "
    "net_value:12 rank:8 rank_in_pack:9 pays_off:9 notes:34 done_on:12 p_win:11 p_natural:10 "
    "second_lifetime_value:13 cost:11 hours:8 discount_ceiling:11 lost_since:12 margin_a_year:13 "
    "revenue_a_year:13 why:56 offer_words:40 cost_source:11 margin_assumed:10 p_win_low:11 "
    "p_win_high:11 fade:9 reason_number:9",
    fold="cost_source margin_assumed p_win_low p_win_high fade reason_number",
    labels=_LABELS
    | {"p_win_low": _("Chance at least (pack)"), "p_win_high": _("Chance at most (pack)")},
    own=True,
    sums=(
        Sum(_("Accounts shown"), "account", count=True),
        Sum(_("Net value"), "net_value"),
        Sum(_("Cost"), "cost"),
        Sum(_("Of it done"), "done_on", count=True),
    ),
    freeze="name account",
    pages=2,
    row=7,
    live="churn.write_winback",
    front=7,
)
LEFT_ALONE = Sheet(
    _("Do not chase"),
    tab="leaving",
    about=_("Lost accounts that are left alone, and why"),
    title=_("Whom not to chase"),
    note=_("{rows} lost accounts that are better left alone, the most revenue first."),
    remark=_("Yellow: at the chances and costs of the sheet Try it an attempt would pay off."),
    columns="account:13 name:28 manager:13 why_not:20 again_on:12 why:56 net_value:12 pays_off:9 "
    "reason:18 reason_source:11 revenue_a_year:13 margin_a_year:13 p_win:11 p_natural:10 "
    "second_lifetime_value:13 cost:11 hours:8 lost_since:12 fade:9 reason_number:9",
    fold="fade reason_number",
    labels=_LABELS | {"pays_off": _("Now pays off")},
    freeze="name account",
    pages=2,
    row=5,
    live="churn.write_left_alone",
    follows=True,
)
BRIDGE = Sheet(
    _("Bridge"),
    tab="leaving",
    about=_("Where revenue came from and went"),
    title=_("Where revenue came from and went"),
    note=_(
        "Each account is in one step; within a product line, region … each account and part is. "
        "Lost here: no sale in the quarter. Credits to others: to accounts that bought nothing in "
        "the quarter compared with."
    ),
    live="bridge.write_bridge",
    front=11,
)
LOSSES = Sheet(
    _("Losses"),
    tab="leaving",
    about=_("Losses and returns by quarter"),
    title=_("Losses and returns by quarter"),
    note=_(
        "Lost: silent for longer than the loss rule allows; the money is that of the "
        "year up to the last order."
    ),
    columns="quarter buying lost returned loss_rate revenue_lost margin_lost revenue_returned "
    "change",
    labels={"change": _("Returned less lost"), "returned": _("Returned"), "lost": _("Lost")},
    row=4,
    live="churn.write_losses",
)
