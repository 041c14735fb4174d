"""The sentences on the managers' work: their lists, their portfolios, their mistakes."""

from collections.abc import Collection

import pandas as pd

from kamlib.analysis.measures.definitions import called
from kamlib.analysis.segments.mistakes import MISTAKES, mistake_words
from kamlib.words import _, capital, count, money, number, share
from kamlib.words import accounts as in_accounts


def portfolio_headline(
    portfolio: pd.DataFrame, currency: str = "", *, estimated: Collection[str] = ()
) -> str:
    """Whether the plan is reached, what the mix does not explain, and who lacks hours.

    Parameters
    ----------
    portfolio
        The table of ``portfolios``; who is told a doubt of is not judged.
    estimated
        Managers whose plan of the quarter is a part of their plan of the year.
    """
    named = portfolio[portfolio.index != ""]
    told = _("{measure}: {risk}.")
    if portfolio["margin"].isna().all():
        told = _("{measure}, assumed from revenue: {risk}.")
    risk = money(portfolio["at_risk"].sum(), currency)
    risk = told.format(measure=called("margin_at_risk"), risk=risk)
    if named.empty:
        nobody = _("The data names no managers: nobody's plan and hours can be judged.")
        return f"{nobody} {risk}"
    short = named[named["hours_needed"] > named["hours_available"]]
    hours = _("Managers short of hours if each account got its play: {short} of {all}.").format(
        short=count(len(short)), all=count(len(named))
    )
    if short.empty:
        hours = _("Nobody would be short of hours if each account got its play.")
    parts = [_plan_words(named, currency, estimated), _mix_words(named, currency), hours, risk]
    return " ".join(part for part in parts if part)


def mistakes_headline(table: pd.DataFrame) -> str:
    """With how many accounts a mistake is found, which is the most common, and what is unknown.

    Parameters
    ----------
    table
        The table of ``mistakes``.
    """
    judged = table[table["known"] > 0]
    if judged.empty:
        return _("Nothing is recorded that would show one of the five mistakes.")
    # One manager's test result is not a mistake made with each of the accounts.
    found = judged["found"].str.split(", ").explode()
    found = found[(found != "product_knowledge") & (found != "")]
    made = judged[judged.index.isin(found.index)]
    if made.empty:
        return _("No mistake is found; what can be judged: {all}.").format(
            all=in_accounts(len(judged))
        )
    counts = {name: int((found == name).sum()) for name in MISTAKES}
    most = max(MISTAKES, key=counts.get)
    sentence = _(
        "With {made} that can be judged at least one mistake is found, gaps in a manager's product "
        "knowledge aside; the most common is {most}{known}."
    ).format(
        made=_so_many(len(made), len(judged)),
        most=mistake_words()[most],
        known=_of_known(counts[most], int(table[most].notna().sum())),
    )
    unknown = [mistake_words()[name] for name in MISTAKES if table[name].isna().all()]
    if not unknown:
        return sentence
    return _("{sentence} Nothing is recorded on: {unknown}.").format(
        sentence=sentence, unknown=", ".join(unknown)
    )


def _so_many(some: int, every: int) -> str:
    if some == every == 1:
        return _("the one account")
    if some == every > 1:
        return _("all {accounts}").format(accounts=in_accounts(every))
    return _("{n} of {accounts}").format(n=count(some), accounts=in_accounts(every))


def _of_known(some: int, known: int) -> str:
    """With how many of those where it is known a mistake is found."""
    if some == known == 1:
        return ""
    told = _(", with {some} of the {known} where it is known")
    if some == known:
        told = _(", with all {known} where it is known")
    return told.format(some=count(some), known=count(known))


def _hours(value: float) -> str:
    return number(value, 0 if float(value).is_integer() else 1)


def _plan_words(named: pd.DataFrame, currency: str, estimated: Collection[str]) -> str:
    planned = named[named["plan"].notna()]
    doubts = _doubts(named, "plan_doubt")
    doubts = _("Not judged by the plan: {doubts}.").format(doubts=doubts) if doubts else ""
    if planned.empty:
        return f"{_('There is no plan to hold the quarter against.')} {doubts}".strip()
    judged = planned[_sure(planned, "plan_doubt")]
    reached = (judged["plan_gap"] >= 0).sum()
    projected = (planned["quarter_share"] < 1).any()
    who = _("{reached} of {all} managers reach their plan")
    if reached == 1:
        who = _("{reached} of {all} managers reaches the plan")
    if len(judged) == 1:
        one, none = _("the one manager reaches the plan"), _("the one manager misses the plan")
        who = one if reached else none
    told = _("{who}: {actual} against {plan}.") if len(planned) == 1 else \
        _("{who}; together {actual} against {plan}.")  # fmt: skip
    if projected:
        told = _(
            "At this rate {who}; together {actual}, projected to the quarter's end, against {plan}."
        )
    told = told.format(
        who=(str if projected else capital)(
            who.format(reached=count(reached), all=count(len(judged)))
        ),
        actual=money(planned["run_rate"].sum(), currency),
        plan=money(planned["plan"].sum(), currency),
    )
    told = f"{told} {doubts}".strip()
    split = planned[planned.index.isin(list(estimated))]
    if len(split):
        part = _("The plan of {who} is a part of the year's plan: an estimate.")
        who = ", ".join(_named(split, manager) for manager in split.index)
        told = f"{told} {part.format(who=who)}"
    left = named[named["plan"].isna() & (named["run_rate"] != 0)]
    if left.empty:
        return told
    without = _("Without a plan of the quarter, and left out: {who} with {actual}.").format(
        who=", ".join(_named(left, manager) for manager in left.index),
        actual=money(left["run_rate"].sum(), currency),
    )
    return f"{told} {without}"


def _sure(table: pd.DataFrame, name: str) -> pd.Series:
    """Whom a verdict judges: all, where the table tells no doubts."""
    return table[name] == "" if name in table else pd.Series(True, table.index)


def _doubts(table: pd.DataFrame, name: str) -> str:
    """Who is not judged, each with the reason."""
    doubted = table[~_sure(table, name)]
    return ", ".join(
        _("{who} ({why})").format(who=_named(doubted, manager), why=row[name])
        for manager, row in doubted.iterrows()
    )


def _mix_words(named: pd.DataFrame, currency: str) -> str:
    known = named[named["against_mix_share"].notna()]
    doubts = _doubts(known, "growth_doubt")
    told = _best_and_worst(known[_sure(known, "growth_doubt")], currency)
    if not doubts:
        return told
    return f"{told} " + _("Not judged by growth: {doubts}.").format(doubts=doubts)


def _best_and_worst(compared: pd.DataFrame, currency: str) -> str:
    if len(compared) < 2:
        return ""
    best, worst = compared["against_mix"].idxmax(), compared["against_mix"].idxmin()
    return _(
        "Against what like accounts did in the whole company, {best} is ahead by {most} "
        "({best_share}) and {worst} behind by {least} ({worst_share})."
    ).format(
        best=_named(compared, best),
        most=money(compared.loc[best, "against_mix"], currency),
        best_share=share(compared.loc[best, "against_mix_share"]),
        worst=_named(compared, worst),
        least=money(-compared.loc[worst, "against_mix"], currency),
        worst_share=share(-compared.loc[worst, "against_mix_share"]),
    )


def _named(portfolio: pd.DataFrame, manager: str) -> str:
    return portfolio.loc[manager, "name"] or manager
