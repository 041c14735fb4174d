"""Whom to call this week before it leaves, by manager."""

from dataclasses import dataclass

import pandas as pd

from kamlib.analysis.churn.margin_at_risk import by_silence
from kamlib.analysis.churn.reach import LEAVING, probably_gone
from kamlib.analysis.churn.reasons import reason_word
from kamlib.analysis.churn.states import state_words
from kamlib.analysis.measures.days import first_week
from kamlib.analysis.measures.texts import with_numbers
from kamlib.analysis.measures.year_value import margin_or_assumed
from kamlib.settings import WatchSettings
from kamlib.words import _, count, day, money
from kamlib.words import accounts as in_accounts

COLUMNS = (
    *("manager", "name", "state", "since", "at_risk", "why", "last_order", "silence_days"),
    *("typical_gap_days", "margin_a_year", "margin_assumed", "revenue_a_year", "hint"),
    *("reachable", "keep"),
)


@dataclass(frozen=True)
class LeavingAccounts:
    """What is known of the accounts that may be leaving, each frame indexed by account.

    ``states`` is the table of ``account_states``; ``accounts`` has ``name`` and ``manager``;
    ``year`` what each brought in the year before its last order (``year_before``); ``hints`` the
    strongest hint of each (``strongest_hints``); ``reasons`` what was recorded
    (``account_reasons``). ``at_risk`` is the margin at risk (currency) where a model gives it;
    else silence tells. ``reachable`` is the chance that it is not decided yet (``reachable``),
    1 where nobody says.
    """

    states: pd.DataFrame
    accounts: pd.DataFrame
    year: pd.DataFrame
    hints: pd.DataFrame
    reasons: pd.DataFrame | None = None
    at_risk: pd.Series | None = None
    reachable: pd.Series | None = None


def watch_list(
    leaving: LeavingAccounts,
    *,
    margin_rate: float,
    settings: WatchSettings,
    currency: str = "",
) -> pd.DataFrame:
    """The accounts that are slowing or at risk, by what a call can still keep, per manager.

    Who is probably gone (``probably_gone``, below ``watch.min_reachable``) is not among them, nor
    who brought nothing in the year.

    Parameters
    ----------
    margin_rate
        Margin per revenue where an account's margin is unknown (``usual_margin_rate``).
    currency
        In which the sentences name money.

    Returns
    -------
    Indexed by account, by manager and then ``keep``: ``manager`` (empty where unknown),
    ``name``, ``state``, ``since`` (day), ``at_risk`` (currency), ``why`` (sentence),
    ``last_order``, ``silence_days``, ``typical_gap_days``, ``margin_a_year`` (currency),
    ``margin_assumed``, ``revenue_a_year``, ``hint`` (reason code, empty without); ``reachable``
    (0–1: chance that it is not decided yet); ``keep`` (currency: margin at risk that a call can
    still keep). By when each is called the one list of tasks says.
    """
    states, year, at_risk = leaving.states, leaving.year, leaving.at_risk
    found = states[states["state"].isin(LEAVING)]
    # A sale that was credited in full is worth nothing.
    found = found[year["revenue_a_year"].reindex(found.index) > 0]
    if leaving.reachable is not None:
        gone = probably_gone(states, leaving.reachable, min_reachable=settings.min_reachable)
        found = found[~found.index.isin(gone.index)]
    found = found.assign(state=found["state"].astype("str"))
    named = (
        with_numbers(leaving.accounts)[["name", "manager"]]
        .reindex(found.index)
        .astype("str")
        .fillna("")
    )
    found = found.join(named).join(year[["revenue_a_year"]])
    found = found.join(margin_or_assumed(year.reindex(found.index), margin_rate))
    known = leaving.hints.reindex(found.index)[["hint", "hint_evidence"]].astype(object).fillna("")
    found = found.join(known.astype("str"))
    found = found.join(_recorded(leaving.reasons, found.index))
    silent = by_silence(found)
    found["at_risk"] = silent if at_risk is None else at_risk.reindex(found.index).fillna(silent)
    chance = 1.0 if leaving.reachable is None else leaving.reachable.reindex(found.index)
    found = found.assign(reachable=chance, keep=found["at_risk"] * chance)
    found = found.sort_index(kind="stable").sort_values("keep", ascending=False, kind="stable")
    found = found.sort_values("manager", kind="stable")
    found = found.assign(
        why=pd.Series([_why(row, currency) for _n, row in found.iterrows()], found.index,
                      dtype="str"),
    )  # fmt: skip
    return found[list(COLUMNS)].rename_axis("account")


def watch_headline(table: pd.DataFrame, currency: str = "", *, gone: int = 0) -> str:
    """How many accounts can still be kept, and which to call this week; ``gone`` are not called."""
    told = _listed(table, currency)
    if not gone:
        return told
    more = _(
        "Not called, but weighed for winning back: {accounts} silent for so long that hardly any "
        "such silence ended."
    )
    return told + " " + more.format(accounts=in_accounts(gone))


def _listed(table: pd.DataFrame, currency: str) -> str:
    if table.empty:
        return _("No account stands on the watch list: of those to be kept none is slowing.")
    now = first_week(table)
    told = _(
        "On the watch list, slowing or at risk of being lost: {all}, with {sum} of margin at risk; "
        "{week} of them, with {part}, are to be called this week, {name} first."
    )
    if now.empty:
        told = _(
            "On the watch list, slowing or at risk of being lost: {all}; no margin hangs on it, so "
            "nobody is to be called."
        )
        if table["at_risk"].sum() > 0:
            told = _(
                "On the watch list, slowing or at risk of being lost: {all}, with {sum} of margin "
                "at risk; no call of this week is worth its hour, or finds one."
            )
    elif len(now) == len(table) > 1:
        told = _(
            "On the watch list, slowing or at risk of being lost: {all}, with {sum} of margin at "
            "risk; all are to be called this week, {name} first."
        )
    elif len(table) == 1:
        told = _(
            "On the watch list, slowing or at risk of being lost: {all}, {name}, with {sum} of "
            "margin at risk. Call it."
        )
    return told.format(
        all=in_accounts(len(table)),
        sum=money(table["at_risk"].sum(), currency),
        week=count(len(now)),
        part=money(now["at_risk"].sum(), currency),
        name=now.loc[now["keep"].idxmax(), "name"] if len(now) else table["name"].iloc[0],
    )


def _recorded(reasons: pd.DataFrame | None, accounts: pd.Index) -> pd.DataFrame:
    if reasons is None:
        return pd.DataFrame({"recorded": "", "recorded_on": pd.NaT}, accounts)
    found = reasons.reindex(accounts)[["recorded", "recorded_on"]]
    return found.assign(recorded=found["recorded"].astype(object).fillna(""))


def _why(row: pd.Series, currency: str) -> str:
    """Silence against habit, the hint, and the money, in one sentence."""
    parts = [state_words(row).rstrip(".")]
    if row["recorded"]:
        told = _("recorded: {reason} on {day}")
        parts.append(told.format(reason=reason_word(row["recorded"]), day=day(row["recorded_on"])))
    if row["hint_evidence"]:
        parts.append(row["hint_evidence"])
    money_words = _("{margin} margin a year")
    if row["margin_assumed"]:
        money_words = _("{margin} margin a year, assumed from {revenue} revenue")
    parts.append(
        money_words.format(
            margin=money(row["margin_a_year"], currency),
            revenue=money(row["revenue_a_year"], currency),
        )
    )
    return "; ".join(parts) + "."
