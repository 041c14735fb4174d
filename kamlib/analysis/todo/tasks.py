"""What could be done with each account and prospect: one row per subject and verb, with its worth.

Each function takes the result that argues for its verb and gives tasks in the same columns:
``subject``, ``verb``, ``stake`` (currency a year: what hangs on it), ``chance`` (0–1: that it is
won or kept by doing this), ``worth`` (currency: stake times chance, less what an offer costs),
``hours`` (of sales; NaN where it takes those of the account's play), ``do`` and ``why`` (words).
"""

import pandas as pd

from kamlib.analysis.churn.winback import offer_table
from kamlib.analysis.measures.dependence import counted, with_dependence
from kamlib.analysis.todo.verbs import (
    EARN,
    FIND_OUT,
    GROW,
    KEEP,
    SETTLE,
    THANK,
    WIN,
    WIN_BACK,
)
from kamlib.settings import Settings
from kamlib.words import _, count, days, money, share

COLUMNS = ("subject", "verb", "stake", "chance", "worth", "hours", "do", "why")
_NEW = ("new", "rose")


def waited_for(promised: pd.DataFrame, *, settings: Settings) -> pd.DataFrame:
    """What is overdue, and not for so long (``todo.owed_days``) that nobody waits any more.

    Parameters
    ----------
    promised
        The table of ``promises``.
    """
    return promised[promised["overdue_days"] <= settings.todo.owed_days]


def owed_now(promised: pd.DataFrame, *, settings: Settings) -> pd.Series:
    """What we owe each account, in words: promises and answers that are overdue, and not for long.

    What has been overdue for longer than ``todo.owed_days`` nobody waits for any more: it makes
    no task, and is told as a number beside what does.

    Parameters
    ----------
    promised
        The table of ``promises``.
    """
    late = waited_for(promised, settings=settings)
    late = late.sort_values(["account", "overdue_days"], ascending=[True, False], kind="stable")
    groups = late.groupby("account")
    first, numbers = groups.head(1).set_index("account"), groups.size()
    older = promised[promised["overdue_days"] > settings.todo.owed_days].groupby("account").size()
    longer = _("{owed} Overdue for longer than {days}: {n} more.")
    words = []
    for row in first.itertuples():
        owed = _owed_words(row, int(numbers[row.Index]))
        if row.Index in older.index:
            n = count(older[row.Index])
            owed = longer.format(owed=owed, days=days(settings.todo.owed_days), n=n)
        words.append(owed)
    return pd.Series(words, first.index, dtype="str")


def settle_tasks(
    owed: pd.Series,
    margin: pd.Series,
    watched: pd.DataFrame,
    lost: pd.Index,
    *,
    settings: Settings,
) -> pd.DataFrame:
    """What we owe is done. Of who may leave, settling also has the chance that a call keeps it.

    Parameters
    ----------
    owed
        What :func:`owed_now` says.
    margin
        Margin a year per account (currency).
    watched
        The watch list without its days: ``keep`` (currency).
    lost
        The lost accounts: what is owed to them is the first step of winning them back.
    """
    # What is owed to a company that never bought is a step of winning it.
    rules, owed = settings.todo, owed[owed.index.isin(margin.index) & ~owed.index.isin(lost)]
    stake = margin.reindex(owed.index).fillna(0.0).clip(lower=0.0)
    kept = (watched["keep"].reindex(owed.index) / stake.where(stake > 0)).fillna(0.0)
    return _tasks(
        SETTLE,
        stake=stake,
        chance=1 - (1 - rules.settle_gain) * (1 - kept.clip(0.0, 1.0)),
        hours=pd.Series(rules.settle_hours, owed.index),
        do=pd.Series(_("Do what was promised or asked for, then call and say so."), owed.index),
        why=owed,
    )


def winback_tasks(listed: pd.DataFrame) -> pd.DataFrame:
    """The lost accounts that are worth an attempt (``winback_list``)."""
    return _tasks(
        WIN_BACK,
        stake=listed["second_lifetime_value"],
        chance=listed["p_win"] - listed["p_natural"],
        worth=listed["net_value"],
        hours=listed["hours"],
        do=listed["offer_words"],
        why=listed["why"],
    )


def keep_tasks(
    watched: pd.DataFrame, at_risk: pd.DataFrame, key: pd.Index, *, settings: Settings
) -> pd.DataFrame:
    """Who may leave and can still be reached; and the key accounts, of which nothing is wrong.

    Parameters
    ----------
    watched
        The watch list without its days: ``keep``, ``margin_a_year``, ``called``, ``hint``,
        ``why``.
    at_risk
        What each account may cost by leaving: ``margin_at_risk``, ``margin_a_year``.
    key
        The key accounts.
    """
    called = watched[watched["keep"] > 0]
    offers = offer_table(settings.winback)["offer_words"]
    talk = _("Call who decides, and ask what holds orders up.")
    calm = at_risk.loc[at_risk.index.isin(key) & ~at_risk.index.isin(watched.index)]
    first = _tasks(
        KEEP,
        stake=called["margin_a_year"],
        worth=called["keep"],
        hours=None,
        do=talk + (" " + called["hint"].map(offers).astype("str")).where(called["hint"] != "", ""),
        why=called["why"],
    )
    rest = _tasks(
        KEEP,
        stake=calm["margin_a_year"].clip(lower=0.0),
        worth=calm["margin_at_risk"],
        hours=None,
        do=pd.Series("", calm.index),
        why=pd.Series(_("A key account, and nothing is known to be wrong."), calm.index),
    )
    return pd.concat([first, rest], ignore_index=True)


def earn_tasks(
    thin: pd.DataFrame, rate: float, *, settings: Settings, currency: str = ""
) -> pd.DataFrame:
    """The accounts that earn less than the company's usual margin (``thin_margins``).

    Parameters
    ----------
    rate
        The company's margin per revenue (0–1).
    """
    why = [
        _("Earns {rate} of {revenue}, the company {usual}.").format(
            rate=share(row.margin_rate), revenue=money(row.revenue, currency), usual=share(rate)
        )
        for row in thin.itertuples()
    ]
    return _tasks(
        EARN,
        stake=thin["missing_margin"],
        chance=pd.Series(settings.todo.earn_chance, thin.index),
        hours=None,
        do=pd.Series(_("Go through its prices, discounts and what it costs to serve."), thin.index),
        why=pd.Series(why, thin.index),
    )


def grow_tasks(gaps: pd.DataFrame, rate: float, dependent: pd.DataFrame) -> pd.DataFrame:
    """The line that each account could buy besides, the one that is worth most (``whitespace``).

    Parameters
    ----------
    rate
        Margin per revenue (0–1) by which sales become margin.
    dependent
        The accounts on whom we depend (``dependence``): what more they buy counts less.
    """
    best = gaps.drop_duplicates("account").set_index("account")
    do = [_("Offer {line}.").format(line=line) for line in best["product_line"]]
    return _tasks(
        GROW,
        stake=best["value_if_bought"] * rate,
        chance=best["chance"],
        worth=counted(best["expected_value"] * rate, dependent),
        hours=None,
        do=pd.Series(do, best.index),
        why=with_dependence(best["why"], dependent),
    )


def target_tasks(
    targets: pd.DataFrame,
    questions: pd.DataFrame,
    rate: float,
    dependent: pd.DataFrame,
    *,
    settings: Settings,
) -> pd.DataFrame:
    """The targets that get hours of sales: prospects are to be won, accounts to be grown.

    Of who is to be asked first only a part of its worth hangs on the answer.

    Parameters
    ----------
    targets, questions
        The tables of targets and of ``find_out``.
    rate
        Margin per revenue (0–1) by which sales become margin.
    dependent
        The accounts on whom we depend (``dependence``), as their priority has it already.
    """
    rows = targets[targets["sales_hours"] > 0]
    asked = rows["tier"].astype("str") == FIND_OUT
    verbs = rows["kind"].map({"account": GROW, "prospect": WIN}).mask(asked, FIND_OUT)
    offer = rows["offer"].astype("str").fillna("")
    first = questions.drop_duplicates("prospect").set_index("prospect")
    asking = [
        _("Ask {ask}: {question}").format(ask=row.ask, question=row.question)
        for row in first.itertuples()
    ]
    told = pd.Series(asking, first.index, dtype="str").reindex(rows.index)
    return _tasks(
        verbs,
        stake=rows["expected_value"] * rate,
        worth=rows["priority"] * rate * asked.map({True: settings.todo.answer_share, False: 1.0}),
        hours=rows["sales_hours"].astype(float),
        do=offer.where(~asked, told.fillna(_("Ask what is not known of it yet."))),
        why=with_dependence(rows["offer_why"], dependent),
    )


def thank_tasks(happened: pd.DataFrame, margin: pd.Series, *, settings: Settings) -> pd.DataFrame:
    """Who is new among the largest, or has risen to them (``abc_xyz_actions``)."""
    rows = happened[happened["reason"].isin(_NEW)]
    rules = settings.todo
    return _tasks(
        THANK,
        stake=margin.reindex(rows.index).fillna(0.0).clip(lower=0.0),
        chance=pd.Series(rules.thank_gain, rows.index),
        hours=pd.Series(rules.least_hours, rows.index),
        do=rows["do_what"],
        why=rows["what_happened"],
    )


def _tasks(
    verb: str | pd.Series,
    *,
    stake: pd.Series,
    hours: pd.Series | None,
    do: pd.Series,
    why: pd.Series,
    chance: pd.Series | None = None,
    worth: pd.Series | None = None,
) -> pd.DataFrame:
    worth = stake * chance if worth is None else worth
    if chance is None:
        chance = (worth / stake.where(stake > 0)).fillna(0.0)
    table = pd.DataFrame(
        {
            "subject": pd.Series(stake.index, stake.index, dtype="str"),
            "verb": verb,
            "stake": stake.astype(float),
            "chance": chance.astype(float),
            "worth": worth.astype(float),
            "hours": float("nan") if hours is None else hours.astype(float),
            "do": do.astype("str"),
            "why": why.astype("str"),
        },
        stake.index,
    )
    return table[list(COLUMNS)].reset_index(drop=True)


def _owed_words(row: tuple, number: int) -> str:
    """The oldest of what is owed, and how much more there is."""
    one = {
        "step": _("Promised and overdue by {days}: {what}."),
        "delivery": _("A delivery is late by {days}: {what}."),
        "complaint": _("A complaint waits {days} too long: {what}."),
        "request": _("A request waits {days} too long: {what}."),
    }
    more = {
        "step": _("Promised and overdue by {days}: {what}; {n} more."),
        "delivery": _("A delivery is late by {days}: {what}; {n} more."),
        "complaint": _("A complaint waits {days} too long: {what}; {n} more."),
        "request": _("A request waits {days} too long: {what}; {n} more."),
    }
    return (one if number == 1 else more)[row.kind].format(
        days=days(row.overdue_days), what=row.what or _("not noted what"), n=count(number - 1)
    )
