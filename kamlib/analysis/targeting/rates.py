"""What past deals tell: how often won, how well valued, what each source of prospects yields."""

import numpy as np
import pandas as pd

from kamlib.analysis.measures.texts import text_of
from kamlib.analysis.models.deals import TEXTS, UNKNOWN, ordered_deals
from kamlib.settings import PS, Settings, TargetCheckSettings
from kamlib.words import _, count, money, number, share

RARELY, OFTEN, NONE, TOO_FEW = "wins rarely", "wins often", "no difference seen", "too few"
LEVELS = ("low", "mid", "high", UNKNOWN)
# The European Union's classes of size: employees, and annual revenue where those are unknown.
BANDS = ("micro", "small", "medium", "large")
EMPLOYEES, REVENUE = (10, 50, 250), (2e6, 10e6, 50e6)
ATTRIBUTES = (*PS, *TEXTS, "competitor", "size")
RATE_COLUMNS = (
    *("attribute", "value", "n", "won", "win_rate", "low", "high", "rest_n", "rest_rate"),
    *("difference", "difference_low", "difference_high", "verdict"),
)
NOTED_COLUMNS = ("account", "deals", "noted", "first_month", "bought", "factor", "left_out")
LEFT_OUT = ("bought nothing yet", "bought before", "no whole year yet")
FEWEST = 3  # accounts: of fewer nothing is said
YEAR = 12  # months
COUNTS = ("found", "qualified", "won", "lost", "open")
GAPS = ("bad_dates", "undated", "value_unknown", "unscored")
SOURCE_COLUMNS = (
    *("source", *COUNTS, "win_rate", "low", "high", "won_in_year"),
    *("value_won", "value_per_found", "days_to_win", *GAPS, "verdict"),
)
YEAR_DAYS = 365  # days


def win_rates(facts: pd.DataFrame, won: pd.Series, *, settings: Settings) -> pd.DataFrame:
    """Hold the share won of each value against that of all other decided deals.

    With some thirty values looked at, one or two would differ by chance: a verdict also needs
    that the difference stands among all of them (false discovery rate of Benjamini and
    Hochberg, at one less the confidence).

    Parameters
    ----------
    facts
        Per deal: ``need``, ``budget``, ``authority`` (0–1 or NaN), ``relationship``,
        ``source``, ``industry``, ``competitor`` (text), ``employees``, ``annual_revenue``.
        What is absent, or known of no deal, is left out.
    won
        True or False per deal, missing where open.

    Returns
    -------
    One row per attribute and value: ``attribute``, ``value``, ``n`` (decided deals), ``won``,
    ``win_rate`` (0–1) with ``low``, ``high`` (Wilson interval); ``rest_n``, ``rest_rate`` (all
    others); ``difference`` with ``difference_low``, ``difference_high`` (Newcombe interval);
    ``verdict`` ("wins rarely", "wins often", "no difference seen", "too few").
    """
    deals, outcome = ordered_deals(facts, won)
    check = settings.target_check
    tables = [_counts(name, values, outcome) for name, values in _values(deals, check).items()]
    tables = [table for table in tables if (table["value"] != UNKNOWN).any()]
    if not tables:
        kinds = dict.fromkeys(RATE_COLUMNS, float) | dict.fromkeys(("n", "won", "rest_n"), "int64")
        kinds |= dict.fromkeys(("attribute", "value", "verdict"), "str")
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})
    found = pd.concat(tables, ignore_index=True)
    found["rest_n"] = len(outcome) - found["n"]
    rest_won = outcome.sum() - found["won"]
    found["win_rate"] = found["won"] / found["n"]
    found["rest_rate"] = rest_won / found["rest_n"].where(found["rest_n"] > 0)
    found["difference"] = found["win_rate"] - found["rest_rate"]
    level = check.confidence
    found["low"], found["high"] = wilson_interval(found["won"], found["n"], confidence=level)
    low, high = wilson_interval(rest_won, found["rest_n"], confidence=level)
    found["difference_low"] = found["difference"] - np.hypot(
        found["win_rate"] - found["low"], high - found["rest_rate"]
    )
    found["difference_high"] = found["difference"] + np.hypot(
        found["high"] - found["win_rate"], found["rest_rate"] - low
    )
    found["verdict"] = _verdicts(found, outcome.mean(), check)
    return found[list(RATE_COLUMNS)]


def wilson_interval(
    won: pd.Series, n: pd.Series, *, confidence: float
) -> tuple[pd.Series, pd.Series]:
    """Wilson's interval of a share; NaN of nothing (Wilson 1927, JASA 22: 209–212).

    >>> low, high = wilson_interval(pd.Series([81]), pd.Series([263]), confidence=0.95)
    >>> round(float(low[0]), 4), round(float(high[0]), 4)  # Newcombe 1998, table I, method 3
    (0.2553, 0.3662)
    """
    from scipy.stats import norm

    z = norm.ppf(0.5 + confidence / 2)
    n = n.astype(float).where(n > 0)
    middle = (won + z**2 / 2) / (n + z**2)
    half = z * np.sqrt(won * (n - won) / n + z**2 / 4) / (n + z**2)
    return (middle - half).clip(0, 1), (middle + half).clip(0, 1)


def _values(deals: pd.DataFrame, check: TargetCheckSettings) -> dict[str, pd.Series]:
    """The value of each deal per attribute, as ordered categories where they have an order."""
    found = {}
    for name in PS:
        if name in deals:
            found[name] = _banded(deals[name], check.level_cuts, LEVELS[:3])
    for name in TEXTS:
        if name in deals:
            text = deals[name].astype("str").fillna("")
            found[name] = text.where(text != "", UNKNOWN)
    if "competitor" in deals:
        text = deals["competitor"].astype("str").fillna("")
        found["competitor"] = pd.Series(np.where(text == "", "none known", "known"), deals.index)
    sizes = [
        _banded(deals[name], cuts, BANDS)
        for name, cuts in (("employees", EMPLOYEES), ("annual_revenue", REVENUE))
        if name in deals
    ]
    if sizes:
        found["size"] = sizes[0].where(sizes[0] != UNKNOWN, sizes[-1])
    return found


def _banded(score: pd.Series, cuts: tuple[float, ...], names: tuple[str, ...]) -> pd.Series:
    value = pd.to_numeric(score, errors="coerce").to_numpy(float, na_value=np.nan)
    place = np.searchsorted(cuts, np.nan_to_num(value), side="right")
    text = np.where(np.isnan(value), UNKNOWN, np.array(names)[place])
    order = [*names, UNKNOWN]
    return pd.Series(pd.Categorical(text, categories=order, ordered=True), score.index)


def _counts(name: str, values: pd.Series, outcome: np.ndarray) -> pd.DataFrame:
    frame = pd.DataFrame({"value": values, "outcome": outcome}, values.index)
    grouped = frame.groupby("value", observed=True)["outcome"]
    table = pd.DataFrame({"n": grouped.size(), "won": grouped.sum().astype("int64")})
    table = table.reset_index()
    table.insert(0, "attribute", name)
    if not isinstance(values.dtype, pd.CategoricalDtype):
        table = table.sort_values(
            ["n", "value"], ascending=[False, True], ignore_index=True, kind="stable"
        )
    return table.astype({"attribute": "str", "value": "str"})


def _verdicts(found: pd.DataFrame, share_won: float, check: TargetCheckSettings) -> pd.Series:
    from scipy.stats import false_discovery_control, norm

    enough = (found["n"] >= check.min_group) & (found["rest_n"] >= check.min_group)
    spread = np.sqrt(share_won * (1 - share_won) * (1 / found["n"] + 1 / found["rest_n"]))
    judged = enough & (spread > 0)
    stands = pd.Series(False, found.index)
    if judged.any():
        chance = 2 * norm.sf((found["difference"].abs() / spread)[judged].to_numpy(float))
        stands[judged] = false_discovery_control(chance) <= 1 - check.confidence
    rarely = stands & (found["difference_high"] < 0)
    often = stands & (found["difference_low"] > 0)
    verdict = np.select([~enough, rarely, often], [TOO_FEW, RARELY, OFTEN], NONE)
    return pd.Series(verdict, found.index, dtype="str")


def noted_values(
    decided: pd.DataFrame, months: pd.DataFrame, *, as_of: pd.Timestamp
) -> pd.DataFrame:
    """The value noted of each won prospect and what its account bought in its first year.

    Several prospects that became one account are one row with the sum of their values. The first
    year is the month of the first order, however late in it that came, and the eleven after it; it
    is whole when the first order lies twelve months back. An account that bought before
    any of its prospects was seen has no first year that a note could have told.

    Parameters
    ----------
    decided
        The table of ``decided_list``: ``outcome``, ``value`` (currency a year), ``account``,
        ``first_seen`` are read.
    months
        The book's frame: ``account``, ``month``, ``revenue``, ``order_days``.

    Returns
    -------
    One row per account of won deals with a value above 0: ``account`` ("" where none is known);
    ``deals``; ``noted`` and ``bought`` (currency); ``first_month``; ``factor`` (at least 1: the
    larger of the two over the smaller, infinite where nothing was kept); ``left_out``
    (``LEFT_OUT``; "" where the two can be compared, else ``bought`` and ``factor`` are NaN).
    """
    value = decided["value"].astype(float)
    won = decided[(decided["outcome"] == "won").fillna(False) & (value > 0)]
    account = text_of(won["account"])
    key = account.where(account != "", "prospect " + won.index.astype("str"))
    deals = pd.DataFrame(
        {"account": account, "noted": won["value"].astype(float), "seen": won["first_seen"]}
    ).groupby(key.to_numpy(), sort=True)
    table = deals.agg(account=("account", "first"), noted=("noted", "sum"), seen=("seen", "min"))
    table["deals"] = deals.size()
    ordered = months[months["order_days"] > 0]
    first = ordered.groupby("account")["month"].min().rename("first_month")
    table["first_month"] = begin = first.reindex(table["account"]).set_axis(table.index)
    last = pd.Timestamp(as_of).to_period("M")
    states = [
        begin.isna(),
        begin < pd.to_datetime(table["seen"]).dt.to_period("M"),
        ~(begin + YEAR <= last),
    ]
    table["left_out"] = np.select(states, LEFT_OUT, "")
    bought = _first_year(months, first).reindex(table["account"]).to_numpy(float)
    table["bought"] = np.where(table["left_out"] == "", bought, np.nan)
    with np.errstate(divide="ignore"):
        ratio = table["bought"].clip(lower=0) / table["noted"]
        table["factor"] = np.maximum(ratio, 1 / ratio)
    table = table.reset_index(drop=True)[list(NOTED_COLUMNS)]
    return table.astype({"account": "str", "left_out": "str", "deals": "int64"})


def noted_values_headline(table: pd.DataFrame, currency: str = "") -> str:
    """How far the noted values were off, empty where too few can be compared.

    Parameters
    ----------
    table
        The table of ``noted_values``.
    """
    known = table[table["left_out"] == ""]
    if len(known) < FEWEST:
        return ""
    told = _(
        "{n} won deals had a value noted and a whole year behind them: {noted} was noted, {bought} "
        "bought in the first twelve calendar months"
    ).format(
        n=count(known["deals"].sum()),
        noted=money(known["noted"].sum(), currency),
        bought=money(known["bought"].sum(), currency),
    )
    middle = known["factor"].median()
    if np.isfinite(middle):
        off = _("{told}; the note was off by a factor of {factor} in the middle")
        told = off.format(told=told, factor=number(middle, 1))
    words = zip(
        LEFT_OUT,
        (
            _("{n} bought nothing yet"),
            _("{n} bought before they were prospects"),
            _("{n} have no whole year yet"),
        ),
        strict=True,
    )
    deals = table.groupby("left_out")["deals"].sum()
    rest = [text.format(n=count(deals[why])) for why, text in words if why in deals]
    return f"{told} ({_('left out')}: {', '.join(rest)})." if rest else f"{told}."


def _first_year(months: pd.DataFrame, first: pd.Series) -> pd.Series:
    """Revenue per account from the month of its first order on, twelve months (currency)."""
    rows = months[["account", "month", "revenue"]].merge(first.reset_index(), on="account")
    since = (rows["month"] >= rows["first_month"]) & (rows["month"] < rows["first_month"] + YEAR)
    return rows[since].groupby("account")["revenue"].sum()


def lead_sources(
    prospects: pd.DataFrame,
    scores: pd.DataFrame,
    revenue_by_prospect: pd.Series,
    rates: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    settings: Settings,
) -> pd.DataFrame:
    """The yield per source of prospects.

    Qualified is a prospect whose score reaches ``campaign.qualified_score`` with
    ``tiers.min_completeness`` of its weight known, and each one that was won. An outcome after
    ``as_of`` is still open. How many are won within a year is the cumulative incidence with a
    loss as the competing end (Aalen & Johansen 1978), as open ones may still be won.

    Parameters
    ----------
    prospects
        The canonical table, open and decided ones.
    scores
        Per prospect ``score`` and ``completeness`` (0–1), the table of ``three_ps``.
    revenue_by_prospect
        What the account that a prospect became bought in the twelve months up to ``as_of``
        (currency); where it is not known, the recorded ``value`` of a year counts.
    rates
        The table of ``win_rates``: whether a source wins rarely or often is judged there once,
        together with all other groups of deals, so that the two never disagree.

    Returns
    -------
    One row per source, the most found first: ``source`` ("unknown" where empty); the numbers
    ``found``, ``qualified``, ``won``, ``lost``, ``open``; ``win_rate`` (0–1, won of won and
    lost; NaN without any), ``low``, ``high`` (its Jeffreys interval of
    ``target_check.confidence``); ``won_in_year`` (0–1; NaN without dates or where none was
    followed for a year); ``value_won`` (currency a year; NaN where of no won one it is known),
    ``value_per_found``; ``days_to_win`` (median). What is left out is counted: ``bad_dates``
    (ended before it was first seen) and ``undated``, out of the times; ``value_unknown`` (won);
    ``unscored`` (not won, no score). ``verdict`` ("wins rarely", "wins often", "no difference
    seen", "too few"), as ``rates`` has it.
    """
    rows = _marked(prospects, scores, revenue_by_prospect, as_of, settings)
    groups = rows.groupby("source", sort=True)
    found = groups[[*COUNTS, *GAPS]].sum().astype("int64")
    decided = found["won"] + found["lost"]
    found["win_rate"] = (found["won"] / decided).where(decided > 0)
    found["low"], found["high"] = _interval(found["won"], found["lost"], settings)
    found["won_in_year"] = pd.Series(
        {source: _within_a_year(group) for source, group in groups}, dtype=float
    )
    value = groups["value_won"].sum(min_count=1)
    found["value_won"] = value.where(found["won"] > 0, 0.0).astype(float)
    found["value_per_found"] = found["value_won"] / found["found"]
    found["days_to_win"] = groups["days_to_win"].median()
    found["verdict"] = _source_verdicts(found.index, rates)
    found = found.reset_index().astype({"source": "str", "verdict": "str"})
    ranked = found.sort_values(
        ["found", "source"], ascending=[False, True], ignore_index=True, kind="stable"
    )
    return ranked[list(SOURCE_COLUMNS)]


def lead_sources_headline(sources: pd.DataFrame) -> str:
    """What the sources yielded, and which one surely wins more or less often than the others."""
    if sources.empty:
        return _("There are no prospects yet, so no source has a yield.")
    total = sources[list(COUNTS)].sum()
    decided = total["won"] + total["lost"]
    sentence = _("{found} prospects came from {n} sources; {won} of {decided} decided were won")
    sentence = sentence.format(
        found=count(total["found"]),
        n=count(len(sources)),
        won=count(total["won"]),
        decided=count(decided),
    )
    told = _told(sources)
    if told:
        return _("{sentence}; {told}.").format(sentence=sentence, told="; ".join(told))
    if (sources["verdict"] == TOO_FEW).all():
        few = _("{sentence}; of no source enough are decided to compare them.")
        return few.format(sentence=sentence)
    return _("{sentence}; no source wins more or less often than the others beyond chance.").format(
        sentence=sentence
    )


def _marked(
    prospects: pd.DataFrame,
    scores: pd.DataFrame,
    revenue: pd.Series,
    as_of: pd.Timestamp,
    settings: Settings,
) -> pd.DataFrame:
    """Per prospect its source, what counts of it as 0 or 1, days, status and value."""
    known = prospects.reset_index(drop="prospect" in prospects.columns)
    known = known.reindex(
        columns=["prospect", "source", "first_seen", "outcome", "outcome_on", "value"]
    )
    code = known["prospect"].astype("str")
    source = known["source"].astype("str").fillna("").str.strip()
    seen, ended = (pd.to_datetime(known[name]) for name in ("first_seen", "outcome_on"))
    outcome = known["outcome"].astype("str").fillna("").where(~(ended > as_of), "open")
    won, lost = outcome == "won", outcome == "lost"
    days = (ended.where(won | lost, pd.Timestamp(as_of)) - seen).dt.days.astype(float)
    judged = scores.reindex(columns=["score", "completeness"]).astype(float).reindex(code)
    score, complete = (judged[name].to_numpy() for name in judged)
    good = (score >= settings.campaign.qualified_score) & (
        complete >= settings.tiers.min_completeness
    )
    worth = pd.Series(revenue.astype(float).reindex(code).to_numpy(), known.index)
    worth = worth.fillna(known["value"].astype(float))
    return pd.DataFrame(
        {
            "source": source.replace("", _("unknown")),
            "found": 1,
            "qualified": good | won,
            "won": won,
            "lost": lost,
            "open": ~won & ~lost,
            "days": days.where(days >= 0),
            "status": np.select([won, lost], [1, 2], 0),
            "days_to_win": days.where(won & (days >= 0)),
            "value_won": worth.where(won),
            "bad_dates": days < 0,
            "undated": days.isna(),
            "value_unknown": won & worth.isna(),
            "unscored": ~won & np.isnan(score),
        }
    )


def _interval(won: pd.Series, lost: pd.Series, settings: Settings) -> tuple[pd.Series, pd.Series]:
    from scipy.stats import beta

    tail = (1 - settings.target_check.confidence) / 2
    some = (won + lost) > 0
    bounds = (beta.ppf(part, won + 0.5, lost + 0.5) for part in (tail, 1 - tail))
    low, high = (pd.Series(bound, won.index, dtype=float).where(some) for bound in bounds)
    return low, high


def _within_a_year(rows: pd.DataFrame) -> float:
    from statsmodels.duration.survfunc import CumIncidenceRight

    dated = rows[rows["days"].notna()]
    days, status = dated["days"].to_numpy(), dated["status"].to_numpy()
    if not len(days) or (days.max() < YEAR_DAYS and (status[days == days.max()] == 0).any()):
        return np.nan
    if not (status == 1).any():
        return 0.0
    with np.errstate(divide="ignore", invalid="ignore"):  # errors, not used, where all have ended
        incidence = CumIncidenceRight(days, status)
    until = np.searchsorted(incidence.times, YEAR_DAYS, side="right")
    return float(incidence.cinc[0][until - 1]) if until else 0.0


def _source_verdicts(sources: pd.Index, rates: pd.DataFrame) -> np.ndarray:
    """What the win rates say of each source; of one without decided deals too few are known."""
    of_sources = rates[rates["attribute"] == "source"].set_index("value")["verdict"]
    names = sources.astype("str").to_series().replace(_("unknown"), UNKNOWN)
    return of_sources.reindex(names).fillna(TOO_FEW).astype("str").to_numpy()


def _told(sources: pd.DataFrame) -> list[str]:
    """Which source surely wins most or least often, else which has the highest share so far."""
    forms = [
        (OFTEN, False, _("{source} wins most often ({rate}, {low} to {high})")),
        (RARELY, True, _("{source} wins least often ({rate}, {low} to {high})")),
    ]
    told = [
        _named(sources[sources["verdict"] == verdict], least, form)
        for verdict, least, form in forms
        if (sources["verdict"] == verdict).any()
    ]
    judged = sources[sources["verdict"] == NONE]
    if told or judged["win_rate"].nunique() < 2:
        return told
    form = _("{source} has the highest share of wins so far ({rate} of {n}), which may be chance")
    return [_named(judged, False, form)]


def _named(rows: pd.DataFrame, least: bool, form: str) -> str:
    row = rows.sort_values("win_rate", ascending=least, kind="stable").iloc[0]
    return form.format(
        source=row["source"],
        rate=share(row["win_rate"], 0),
        low=share(row["low"], 0),
        high=share(row["high"], 0),
        n=count(row["won"] + row["lost"]),
    )
