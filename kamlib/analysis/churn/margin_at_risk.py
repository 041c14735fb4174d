"""What accounts may cost us within a year: by leaving, and by buying less.

Chance and margin are of the same span, the next four quarters. How many leave is counted: of the
accounts that stood alike at the ends of earlier quarters, so many were lost four quarters later.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from kamlib.analysis.abc_xyz.abc import abc_codes
from kamlib.analysis.measures.definitions import called
from kamlib.analysis.measures.list_record import Record
from kamlib.analysis.measures.rhythm import free_days
from kamlib.analysis.measures.significant import significant
from kamlib.analysis.measures.year_value import margin_or_assumed, year_before
from kamlib.quarters import YEAR, quarter_label
from kamlib.settings import Settings
from kamlib.words import _, money, share
from kamlib.words import accounts as in_accounts

YEAR_QUARTERS = 4
NO_YEAR = pd.Series(dtype=float)
OUT = ("lost", "never bought")
STANDING = ("quarter", "account", "state", "silent", "abc", "margin", "margin_after")
COLUMNS = ("p_gone", "may_leave", "may_shrink", "margin_at_risk")
RECORD_COLUMNS = ("quarter", "accounts", "margin", "may_leave", "left", "may_shrink", "shrunk")
# How accounts are alike, from widely to closely: each is drawn towards the one before.
LIKE = ("state", "silent", "abc")


def standings(
    states: Mapping[pd.Period, pd.DataFrame],
    months: pd.DataFrame,
    margin_rate: float,
    *,
    data_from: pd.Timestamp,
    known_to: pd.Period,
    settings: Settings,
) -> pd.DataFrame:
    """How each account stood at the ends of quarters, and what it brought in the year after.

    Parameters
    ----------
    states
        The table of ``account_states`` at the end of each quarter.
    months
        Account x month: ``account``, ``month``, ``revenue``, ``margin``.
    margin_rate
        Margin per revenue where an account's margin is not known (0–1).
    data_from, known_to
        The first day of the data and the last quarter that is over. A margin of the year after
        is held against that of the year before only where both years are known.

    Returns
    -------
    The tables of ``standing``, one below the other.
    """
    parts = []
    for quarter, then in states.items():
        known = months[months["month"] <= quarter.end_time.to_period("M")]
        year = margin_or_assumed(year_before(known, then["last_order"]), margin_rate)
        first = quarter.end_time.to_period("M") - YEAR + 1
        whole = quarter + YEAR_QUARTERS <= known_to and data_from.to_period("M") <= first
        after = year_after(months, quarter, margin_rate=margin_rate) if whole else NO_YEAR
        parts.append(standing(then, year["margin_a_year"], after, quarter, settings=settings))
    return pd.concat(parts, ignore_index=True)


def standing(
    states: pd.DataFrame,
    margin: pd.Series,
    margin_after: pd.Series,
    quarter: pd.Period,
    *,
    settings: Settings,
) -> pd.DataFrame:
    """How each account that had bought stood at the end of a quarter.

    Parameters
    ----------
    states
        The table of ``account_states`` there.
    margin
        Of the year up to its last order, per account (currency).
    margin_after
        Of the four quarters after; empty where it is not known.

    Returns
    -------
    One row per account: ``quarter``, ``account``, ``state`` (text), ``silent`` (band of
    ``way_to_loss``, 0 is none), ``abc`` (0 A to 3 D, by margin among those that stay),
    ``margin`` (at least 0), ``margin_after`` (at least 0, NaN where not known).
    """
    found = states[states["state"] != "never bought"]
    margin = margin.reindex(found.index).fillna(0.0).clip(lower=0.0)
    staying = (found["state"] != "lost").to_numpy()
    codes = np.full(len(found), 3, dtype=np.int8)
    codes[staying] = abc_codes(margin[staying].round(6).to_numpy(), share_cuts=settings.abc.cuts)
    after = np.nan if margin_after.empty else margin_after.reindex(found.index).fillna(0.0)
    return pd.DataFrame(
        {
            "quarter": quarter,
            "account": found.index,
            "state": found["state"].astype("str").to_numpy(),
            "silent": np.digitize(way_to_loss(found), settings.at_risk.silence_cuts, right=True),
            "abc": codes,
            "margin": margin.to_numpy(),
            "margin_after": np.clip(after, 0.0, None),
        },
        columns=list(STANDING),
    )


def way_to_loss(found: pd.DataFrame) -> pd.Series:
    """Of the silence that is allowed, how much is used up (0–1).

    In a season, or with a slow rhythm, of the part of it beyond the day on which an order was due.

    Parameters
    ----------
    found
        ``silence_days``, ``allowed_days``, ``due_days``, ``season``, ``rhythm``, ``own_gap``
        (``account_states``).
    """
    free = free_days(found)
    used = (found["silence_days"] - free) / (found["allowed_days"] - free)
    return used.clip(0.0, 1.0).fillna(0.0)


def year_after(months: pd.DataFrame, quarter: pd.Period, *, margin_rate: float) -> pd.Series:
    """The margin of each account in the four quarters after one, assumed where it is unknown."""
    end = quarter.end_time.to_period("M")
    inside = (months["month"] > end) & (months["month"] <= end + YEAR)
    sums = months[inside].groupby("account")[["revenue", "margin"]].sum(min_count=1)
    return sums["margin"].astype(float).fillna(margin_rate * sums["revenue"].astype(float))


def margin_at_risk(
    standings: pd.DataFrame,
    quarter: pd.Period,
    *,
    known_to: pd.Period | None = None,
    settings: Settings,
) -> pd.DataFrame:
    """What each account that stays may cost us within a year, by what became of those alike.

    Alike is who was in the same state, as far on its way to being lost by silence, and of the
    same class by margin; where few were, those alike in less count in
    (``at_risk.like_accounts``). An account may leave: the chance that it is gone at the end of
    the next four quarters, times its margin of a year. Or it stays and buys less: times the part
    by which the margin of those fell that were in the same state and stayed.

    Where no year has passed yet, the longest span that has is followed, and its chance carried
    to a year; how far accounts shrink is then not known and left out, as it is while no year
    after another is known.

    Parameters
    ----------
    standings
        As ``standing`` gives them, of this and earlier quarters.
    quarter
        Whose accounts are asked for; of what happened after it nothing is used.
    known_to
        The last quarter that is over; ``quarter`` where nobody says.

    Returns
    -------
    Indexed by account: ``p_gone`` (0–1), ``may_leave``, ``may_shrink`` (NaN where not known),
    ``margin_at_risk`` (their sum; currency). Empty where nothing could be followed.
    """
    asked = standings[(standings["quarter"] == quarter) & ~standings["state"].isin(OUT)]
    past, span = _followed(standings, quarter if known_to is None else known_to, settings)
    if past.empty:
        return pd.DataFrame(columns=list(COLUMNS), dtype=float).rename_axis("account")
    like = settings.at_risk.like_accounts
    gone = _drawn(past, asked, past["gone"], np.ones(len(past)), LIKE, like, ends=1.0)
    gone = significant(1 - (1 - gone) ** (YEAR_QUARTERS / span))
    stayed = past[(past["gone"] == 0) & past["margin_after"].notna()]
    fell = (stayed["margin"] - stayed["margin_after"]).clip(lower=0.0)
    weight = stayed["margin"].to_numpy()
    shrinks = np.full(len(asked), np.nan)
    if weight.sum() > 0:
        shrinks = _drawn(stayed, asked, fell, weight, LIKE[:1], like)
    margin = asked["margin"].to_numpy()
    leave, shrink = gone * margin, (1 - gone) * significant(shrinks) * margin
    found = {"p_gone": gone, "may_leave": leave, "may_shrink": shrink}
    accounts = pd.Index(asked["account"], dtype="str", name="account")
    return pd.DataFrame(found | {"margin_at_risk": leave + np.nan_to_num(shrink)}, accounts)


def said_to_leave(
    standings: pd.DataFrame, quarters: Sequence[pd.Period], *, settings: Settings
) -> list[float]:
    """The margin of a year that was said at the ends of quarters to leave, as ``risk_record`` has.

    NaN where nothing could be followed yet (currency).
    """
    told = (margin_at_risk(standings, quarter, settings=settings) for quarter in quarters)
    return [float(said["may_leave"].sum()) if len(said) else float("nan") for said in told]


def risk_record(
    standings: pd.DataFrame, known_to: pd.Period, *, settings: Settings
) -> pd.DataFrame:
    """What was said at the ends of earlier quarters to be at risk, and what a year then took.

    Parameters
    ----------
    known_to
        The last quarter that is over.

    Returns
    -------
    One row per earlier quarter whose year is over and of which losses could be foretold, the
    first first: ``quarter``; ``accounts`` (that stayed then) and their ``margin`` of a year;
    ``may_leave`` as it was said, and ``left``, the margin a year of those lost at the year's
    end; ``may_shrink`` as it was said (NaN where not known then), and ``shrunk``, by which the
    margin of the others fell (NaN where the year before is not known; currency).
    """
    rows = []
    for then in sorted(standings["quarter"].unique()):
        said = margin_at_risk(standings, then, settings=settings)
        if then + YEAR_QUARTERS > known_to or said.empty:
            continue
        came = _after(standings, then, YEAR_QUARTERS)
        fell = (came["margin"] - came["margin_after"]).clip(lower=0.0)
        parts = (came["gone"] * came["margin"]).sum(), (fell * (1 - came["gone"])).sum(min_count=1)
        told = said["may_leave"].sum(), said["may_shrink"].sum(min_count=1)
        rows.append((then, len(said), came["margin"].sum(), told[0], parts[0], told[1], parts[1]))
    return pd.DataFrame(rows, columns=list(RECORD_COLUMNS))


def listed_leaving(
    standings: pd.DataFrame, listed: pd.Index, then: pd.Period, *, settings: Settings
) -> pd.DataFrame:
    """What was said of the accounts on an earlier quarter's watch list, and what a year brought.

    Parameters
    ----------
    listed
        The accounts on that list.
    then
        The quarter at whose end it was made; its year is over.

    Returns
    -------
    What ``list_record`` reads: ``quarter``, ``subject`` (account), ``chance`` (``p_gone``),
    ``value`` (margin of a year, currency), ``came`` (whether it was lost at the year's end),
    ``brought`` (the margin of those lost).
    """
    said = margin_at_risk(standings, then, settings=settings)
    said = said[said.index.isin(listed)]
    came = _after(standings, then, YEAR_QUARTERS).set_index("account").reindex(said.index)
    return pd.DataFrame(
        {
            "quarter": quarter_label(then),
            "subject": said.index.astype("str"),
            "chance": said["p_gone"].to_numpy(float),
            "value": came["margin"].to_numpy(float),
            "came": (came["gone"] > 0).to_numpy(bool),
            "brought": (came["gone"] * came["margin"]).to_numpy(float),
        }
    )


def by_record(found: pd.DataFrame, listed: pd.Index, record: Record) -> pd.DataFrame:
    """What is at risk by leaving, of the accounts on the watch list, corrected by its record.

    Parameters
    ----------
    found
        The table of ``margin_at_risk``.
    listed
        The accounts on the watch list.
    """
    on_it = found.index.isin(listed)
    p_gone = (found["p_gone"] * np.where(on_it, record.factor, 1.0)).clip(upper=1.0)
    leave = found["may_leave"] * np.where(on_it, record.money_factor, 1.0)
    whole = leave + found["may_shrink"].fillna(0.0)
    return found.assign(p_gone=p_gone, may_leave=leave, margin_at_risk=whole)


def _followed(
    standings: pd.DataFrame, known_to: pd.Period, settings: Settings
) -> tuple[pd.DataFrame, int]:
    """Who stood how at earlier quarters, and what became of it over the longest span known."""
    past = pd.DataFrame()
    for span in range(YEAR_QUARTERS, 0, -1):
        before = [then for then in standings["quarter"].unique() if then + span <= known_to]
        parts = [_after(standings, then, span) for then in sorted(before)]
        past = pd.concat(parts) if parts else past
        if len(past) >= settings.at_risk.like_accounts:
            return past, span
    return past.iloc[:0], YEAR_QUARTERS


def _after(standings: pd.DataFrame, then: pd.Period, span: int) -> pd.DataFrame:
    """Who stayed at the end of a quarter, with whether it was ``gone`` so many quarters later."""
    rows = standings[(standings["quarter"] == then) & ~standings["state"].isin(OUT)]
    later = standings[standings["quarter"] == then + span].set_index("account")["state"]
    gone = (later.reindex(rows["account"]) == "lost").astype(float).to_numpy()
    known = rows["margin_after"] if span == YEAR_QUARTERS else np.nan
    return rows.assign(gone=gone, margin_after=known)


def _drawn(
    past: pd.DataFrame,
    asked: pd.DataFrame,
    happened: pd.Series,
    weight: np.ndarray,
    like: tuple[str, ...],
    accounts: int,
    *,
    ends: float = 0.0,
) -> np.ndarray:
    """The part of the weight to which it happened, of those alike.

    Those alike in less count in as so many ``accounts`` would; ``ends`` are added to what
    happened and to what did not, for what never happened yet may.
    """
    sums = past.assign(happened=happened.to_numpy(), weight=weight)
    total = (sums["happened"].sum() + ends) / (sums["weight"].sum() + 2 * ends)
    found, wider = pd.Series(total, asked.index), pd.Series(total, sums.index)
    for depth in range(1, len(like) + 1):
        keys = list(like[:depth])
        groups = sums.assign(wider=wider.to_numpy()).groupby(keys)
        near = groups[["happened", "weight"]].sum().join(groups["wider"].first())
        draw = accounts * near["weight"] / groups.size()
        whole = (near["weight"] + draw).where(near["weight"] > 0)
        share = ((near["happened"] + draw * near["wider"]) / whole).fillna(near["wider"])
        told = asked[keys].join(share.rename("share"), on=keys)["share"]
        found = told.fillna(found)
        wider = sums[keys].join(share.rename("share"), on=keys)["share"]
    return found.to_numpy()


def by_silence(found: pd.DataFrame) -> pd.Series:
    """The margin a year times how far the account is on its way out.

    That is the larger of two shares: of the silence allowed, how much is used up
    (``way_to_loss``); of the value of the same months a year ago, how much is missing. A rule of
    thumb, not a probability, for who has no past yet to be told from.

    Parameters
    ----------
    found
        The columns of ``way_to_loss``, ``value_ratio`` and ``margin_a_year``.

    Returns
    -------
    Currency per account, at least 0.
    """
    missing = (1 - found["value_ratio"]).clip(0.0, 1.0).fillna(0.0)
    share = np.maximum(way_to_loss(found), missing)
    return share * found["margin_a_year"].clip(lower=0.0).fillna(0.0)


def risk_headline(churn: pd.DataFrame, currency: str = "") -> str:
    """How much margin is at risk, by what, and how that is told.

    Parameters
    ----------
    churn
        The pack's table: ``margin_at_risk``, ``may_leave``, ``may_shrink``, ``p_gone``,
        ``margin_a_year``, ``margin_assumed``, ``revenue_a_year``, ``state``.
    """
    staying = churn[~churn["state"].isin(OUT)]
    if staying.empty:
        return _("No account is left that could leave.")
    names = {"sum": "margin_at_risk", "leave": "may_leave", "shrink": "may_shrink"}
    sums = {name: money(staying[column].sum(), currency) for name, column in names.items()}
    whole = money(staying["margin_a_year"].clip(lower=0).sum(), currency)
    told = _(
        "{measure}: {sum} of the {whole} that accounts not lost brought in the year up to their "
        "last order"
    ).format(measure=called("margin_at_risk"), sum=sums["sum"], whole=whole)
    told += _assumed(staying, currency)
    if staying["p_gone"].isna().all():
        return told + _(", told from silence alone: the history is too short to count losses.")
    counted = _(
        "The chance is counted: of accounts that stood alike at earlier quarter ends, so many were "
        "lost a year later."
    )
    if staying["may_shrink"].isna().all():
        return told + _(
            ": each account's margin of that year times its chance to be lost a year from now. "
            "{counted} What those that stay may bring less is not in it: no two years are known."
        ).format(counted=counted)
    return told + _(
        ": {leave} is each account's margin of that year times its chance to be lost a year from "
        "now, and {shrink} is what those that stay usually bring less. {counted}"
    ).format(**sums, counted=counted)


def _assumed(staying: pd.DataFrame, currency: str) -> str:
    """Of whose margin nothing is known, and what was assumed instead."""
    unknown = staying[staying["margin_assumed"] & (staying["revenue_a_year"] > 0)]
    if unknown.empty:
        return ""
    margin, revenue = unknown["margin_a_year"].sum(), unknown["revenue_a_year"].sum()
    told = _(" (assumed at {rate} of revenue: {assumed}, of {accounts})")
    return told.format(
        rate=share(margin / revenue),
        assumed=money(margin, currency),
        accounts=in_accounts(len(unknown)),
    )


def record_headline(record: pd.DataFrame, currency: str = "") -> str:
    """What was said to be at risk a year ago, and what came; nothing where no year is over."""
    if record.empty:
        return ""
    last = record.iloc[-1]
    sums = {name: money(last[name], currency) for name in RECORD_COLUMNS[2:]}
    told = _(
        "Four quarters before, {may_leave} of {margin} margin were to go within a year with "
        "accounts that leave, and {left} did."
    ).format(**sums)
    if pd.isna(last["may_shrink"]) or pd.isna(last["shrunk"]):
        return told
    return (
        told
        + " "
        + _(
            "Those that stayed were to bring {may_shrink} less, and where it fell their margin "
            "fell by {shrunk}."
        ).format(**sums)
    )
