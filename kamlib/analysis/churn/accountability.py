"""What an earlier quarter's list said of the accounts, and what then happened.

Only warnings count that came while the account could still be kept: whoever was probably gone by
then is judged with the lost. A silence that the account's calendar explains is neither a hit nor,
when it ends, a return.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from kamlib.analysis.churn.reach import LEAVING, probably_gone, reachable
from kamlib.analysis.measures.loss import lost
from kamlib.analysis.measures.rhythm import explained_gaps, rests_through, rhythms
from kamlib.analysis.measures.seasons import Known
from kamlib.quarters import quarter_index, quarter_label
from kamlib.settings import Settings
from kamlib.words import _, count, counted, days, money, share
from kamlib.words import accounts as in_accounts

# States that are a call: "this account is leaving", or "this account has left".
CALLED = ("at risk", "lost")
WATCHED = "slowing"
OUTCOMES = ("hit", "false alarm", "still lost", "came back", "warned", "miss")
# The outcomes of a warning that was right.
WARNINGS = ("hit", "warned")
OUTCOME = pd.CategoricalDtype(OUTCOMES, ordered=True)
COLUMNS = (
    *("said", "outcome", "ordered_on", "lost_now", "days_gained", "reachable"),
    *("revenue_a_year", "margin_a_year"),
)


def list_outcomes(
    said: pd.DataFrame,
    gaps: pd.DataFrame,
    *,
    said_on: pd.Timestamp,
    until: pd.Timestamp,
    settings: Settings,
    beside: Known | None = None,
) -> pd.DataFrame:
    """Hold what was said of the accounts at one date against what they did until another.

    *hit*: called at risk while it could still be kept (``reachable`` not below
    ``watch.min_reachable``) and no order since, unless it was out of its season all the while:
    that tells nothing, and it is not judged. *false alarm*: called at risk, and it ordered; or
    called lost, and it ordered after a silence that its calendar, as known by now, explains.
    *still lost* and *came back*: called lost, or at risk or slowing but probably gone already,
    and no order since, or one. *warned*: said to be
    slowing, so it stood on the watch list, and since then it has not ordered and is lost or
    probably gone. *miss*: the same of an account on no list.

    Parameters
    ----------
    said
        As it was said then, from what was known then (``account_states`` of the earlier
        book): ``state``, ``season``, ``last_order``, ``due_days``, ``reachable``
        (:func:`kamlib.analysis.churn.reach.reachable`), and ``revenue_a_year``,
        ``margin_a_year`` (``year_before``), of all accounts.
    gaps
        Order days with gaps, as known now (``Book.gaps``).
    said_on, until
        The date of the list, and the date to which is looked.
    beside
        What is known of accounts beside their orders.

    Returns
    -------
    Indexed by account, the called ones, the warned and the misses, by outcome and then revenue:
    ``said``
    (state), ``outcome`` (ordered category), ``ordered_on`` (first order after, missing
    without), ``lost_now`` (whether it is lost or probably gone at ``until``), ``days_gained`` (of
    hits and warned: from ``said_on`` to the day on which the loss rule says so), ``reachable``
    (0–1, as seen then), ``revenue_a_year``, ``margin_a_year`` (currency, as seen then).

    Raises
    ------
    ValueError
        ``until`` is not after ``said_on``.
    """
    if until <= said_on:
        raise ValueError(f"until {until:%Y-%m-%d} must be after said_on {said_on:%Y-%m-%d}")
    known = gaps[gaps["date"] <= until]
    rhythm = rhythms(known, until, known=beside, rules=settings.rhythm)
    rule = _gone_by(until, known, rhythm, settings)
    after = known.assign(explained=explained_gaps(known, rhythm, until, rules=settings.rhythm))
    after = after[after["date"] > said_on].drop_duplicates("account").set_index("account")
    after = after.reindex(said.index)
    found = pd.DataFrame(
        {
            "said": said["state"].astype("str"),
            "ordered_on": after["date"].astype("datetime64[us]"),
            "lost_now": rule["gone"].reindex(said.index).eq(True),
            "reachable": said["reachable"].astype(float),
            "revenue_a_year": said["revenue_a_year"].astype(float),
            "margin_a_year": said["margin_a_year"].astype(float),
        }
    )
    back = found["ordered_on"].notna()
    given_up = probably_gone(said, said["reachable"], min_reachable=settings.watch.min_reachable)
    decided = pd.Series(said.index.isin(given_up.index), said.index)
    called = (found["said"] == CALLED[0]) & ~decided
    gone = (found["said"] == CALLED[1]) | decided
    # An order that ended a silence which, as is known by now, was only a season is no return.
    explained = (found["said"] == CALLED[1]) & (after["gap"] <= after["explained"])
    # Who ordered once more could not be foreseen by this list: the next one is judged by it.
    left = ~called & ~gone & ~back & found["lost_now"]
    watched = found["said"] == WATCHED
    rests = rests_through(said["season"], said_on, until)
    cases = [called & ~back & ~rests, (called & back) | explained, gone & ~back, gone & back,
             left & watched, left & ~watched]  # fmt: skip
    outcome = np.select(cases, OUTCOMES, "")
    allowed = rule["allowed_days"].reindex(said.index)
    lost_on = said["last_order"] + pd.to_timedelta(np.ceil(allowed + 1), unit="D")
    gained = (lost_on - said_on).dt.days.astype(float)
    found["days_gained"] = gained.where(np.isin(outcome, WARNINGS)).clip(lower=0.0)
    found["outcome"] = pd.Categorical(np.where(outcome == "", None, outcome), dtype=OUTCOME)
    found = found[outcome != ""].sort_index(kind="stable")
    order = np.lexsort((-found["revenue_a_year"].to_numpy(), found["outcome"].cat.codes))
    return found.iloc[order][list(COLUMNS)].rename_axis("account")


def _gone_by(
    until: pd.Timestamp, known: pd.DataFrame, rhythm: pd.DataFrame, settings: Settings
) -> pd.DataFrame:
    """The loss rule at a day, and who is ``gone`` by it or by a silence of so many own gaps."""
    churn = settings.churn
    at = rhythm.assign(last_order=known.groupby("account")["date"].max())
    rule = lost(at, until, min_silence_days=churn.min_silence_days,
                gap_multiple=churn.gap_multiple)  # fmt: skip
    state = np.where(rule["lost"], "lost", LEAVING[0])
    states = rule.join(at[["season", "due_days"]]).assign(state=state)
    least = settings.watch.min_reachable
    hopeless = probably_gone(states, reachable(states, known), min_reachable=least)
    return rule.assign(gone=rule["lost"] | rule.index.isin(hopeless.index))


def accountability(
    rounds: Iterable[tuple[pd.Period, pd.DataFrame, pd.DataFrame]],
    *,
    settings: Settings,
    quarters: int = 1,
    beside: Known | None = None,
) -> pd.DataFrame:
    """How good the lists of several quarters were, each judged the same number of quarters on.

    A list whose time is not over yet is judged by nothing and left out: give only gaps of
    books that reach so far.

    Parameters
    ----------
    rounds
        Per list: the quarter at whose end it was said; what it said (``said`` of
        :func:`list_outcomes`); order days with gaps that reach to the end of the time.
    quarters
        After how many quarters a list is judged.

    Returns
    -------
    Indexed by quarter (of the list): ``hits``, ``false_alarms``, ``still_lost``,
    ``came_back``, ``misses``, ``warned`` (accounts); ``precision`` (0–1, hits of those called at
    risk);
    ``recall`` (0–1, of the accounts that were neither lost nor probably gone then and are lost
    now, those that had been called at risk or slowing); ``days_gained`` (mean of hits and warned:
    so long before the loss rule); ``margin_hit``, ``margin_false_alarm``, ``margin_missed``
    and the
    same of revenue (currency a year, as seen then; margin NaN where unknown).
    """
    rows = {}
    for quarter, said, gaps in rounds:
        said_on, until = (part.end_time.normalize() for part in (quarter, quarter + quarters))
        found = list_outcomes(said, gaps, said_on=said_on, until=until, settings=settings,
                              beside=beside)  # fmt: skip
        rows[quarter] = _round(found)
    index = quarter_index(rows)
    columns = [*_COUNTS, "precision", "recall", "days_gained", *_MONEY]
    frame = pd.DataFrame(list(rows.values()), index, columns)
    return frame.astype(dict.fromkeys(columns[len(_COUNTS) :], float)).sort_index(kind="stable")


def accountability_headline(table: pd.DataFrame, currency: str = "") -> str:
    """What became of the latest list: hits, false alarms, misses, and the money of each."""
    if table.empty:
        return _("There is no earlier list to be held to account.")
    row = table.iloc[-1]
    quarter = quarter_label(table.index[-1])
    parts = [_called_at_risk(row, quarter, currency)]
    if row["warned"]:
        one, more = _("1 that it called slowing is gone"), _("{n} that it called slowing are gone")
        parts.append(counted(row["warned"], one, more) + ".")
    told = _("Nobody was lost without having been on the list.")
    if row["misses"]:
        told = _("{accounts} with {money} revenue in the last year before went unwarned.").format(
            accounts=in_accounts(row["misses"]), money=money(row["revenue_missed"], currency)
        )
    parts.append(told)
    if row["days_gained"] >= 1:
        told = _("Warnings that were right came {days} before the loss rule would have spoken.")
        parts.append(told.format(days=days(round(row["days_gained"]))))
    if lost := row["still_lost"] + row["came_back"]:
        told = _("Of {lost} lost or probably gone by then {back} came back.")
        back = count(row["came_back"]) if row["came_back"] else _("none")
        parts.append(told.format(lost=in_accounts(lost), back=back))
    return " ".join(parts)


def _called_at_risk(row: pd.Series, quarter: str, currency: str) -> str:
    """Whom a list called at risk while they could be kept, and who of them has ordered since."""
    hits, alarms = row["hits"], row["false_alarms"]
    if not hits + alarms:
        return _("The list of {quarter} called nobody at risk who could still be kept.").format(
            quarter=quarter
        )
    told = _(
        "Of {called} that the list of {quarter} called at risk while they could still be kept, no "
        "order has come since from {hits}, with {hit_money} revenue in the last year before, and "
        "orders from {alarms}: {precision} of the calls were right."
    )
    if not alarms:
        told = _(
            "Of {called} that the list of {quarter} called at risk while they could still be kept, "
            "none has ordered since: {hit_money} revenue in the last year before."
        )
    elif not hits:
        told = _(
            "Of {called} that the list of {quarter} called at risk while they could still be kept, "
            "all have ordered since."
        )
    return told.format(
        called=in_accounts(hits + alarms),
        quarter=quarter,
        hits=count(hits),
        hit_money=money(row["revenue_hit"], currency),
        alarms=count(alarms),
        precision=share(row["precision"], 0),
    )


# The column of each outcome, in the order of the table.
_COUNTS = {
    "hits": "hit",
    "false_alarms": "false alarm",
    "still_lost": "still lost",
    "came_back": "came back",
    "misses": "miss",
    "warned": "warned",
}
_PARTS = {"hit": "hit", "false alarm": "false_alarm", "miss": "missed"}
_MONEY = tuple(f"{kind}_{part}" for kind in ("margin", "revenue") for part in _PARTS.values())


def _round(found: pd.DataFrame) -> dict[str, float]:
    numbers = found["outcome"].value_counts()
    counts = {name: int(numbers[outcome]) for name, outcome in _COUNTS.items()}
    called = counts["hits"] + counts["false_alarms"]
    left = found["lost_now"] & ~found["outcome"].isin(["still lost", "came back"])
    foreseen = int((left & found["said"].isin(["at risk", WATCHED])).sum())
    money_of = {
        f"{kind}_{part}": found.loc[found["outcome"] == outcome, f"{kind}_a_year"].sum(min_count=1)
        if numbers[outcome]
        else 0.0
        for kind in ("margin", "revenue")
        for outcome, part in _PARTS.items()
    }
    return {
        **counts,
        "precision": counts["hits"] / called if called else np.nan,
        "recall": foreseen / int(left.sum()) if left.any() else np.nan,
        "days_gained": found["days_gained"].mean(),
        **money_of,
    }
