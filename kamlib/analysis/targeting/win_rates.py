"""How often deals were won, per value of what is noted of them, and against the others."""

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control, norm

from kamlib.analysis.models.deals import TEXTS, THREE_P, UNKNOWN, ordered_deals
from kamlib.settings import Settings, TargetCheckSettings

RARELY, OFTEN, NONE, TOO_FEW = "wins rarely", "wins often", "no difference seen", "too few"
LEVELS = ("low", "mid", "high", UNKNOWN)
# The European Union's classes of size: employees, and annual revenue where those are unknown.
BANDS = ("micro", "small", "medium", "large")
EMPLOYEES, REVENUE = (10, 50, 250), (2e6, 10e6, 50e6)
ATTRIBUTES = (*THREE_P, *TEXTS, "competitor", "size")
COLUMNS = (
    *("attribute", "value", "n", "won", "win_rate", "low", "high", "rest_n", "rest_rate"),
    *("difference", "difference_low", "difference_high", "verdict"),
)


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
        kinds = dict.fromkeys(COLUMNS, float) | dict.fromkeys(("n", "won", "rest_n"), "int64")
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
    return found[list(COLUMNS)]


def wilson_interval(
    won: pd.Series, n: pd.Series, *, confidence: float
) -> tuple[pd.Series, pd.Series]:
    """Wilson's interval of a share; NaN of nothing (Wilson 1927, JASA 22: 209–212).

    >>> low, high = wilson_interval(pd.Series([81]), pd.Series([263]), confidence=0.95)
    >>> round(float(low[0]), 4), round(float(high[0]), 4)  # Newcombe 1998, table I, method 3
    (0.2553, 0.3662)
    """
    z = norm.ppf(0.5 + confidence / 2)
    n = n.astype(float).where(n > 0)
    middle = (won + z**2 / 2) / (n + z**2)
    half = z * np.sqrt(won * (n - won) / n + z**2 / 4) / (n + z**2)
    return (middle - half).clip(0, 1), (middle + half).clip(0, 1)


def _values(deals: pd.DataFrame, check: TargetCheckSettings) -> dict[str, pd.Series]:
    """The value of each deal per attribute, as ordered categories where they have an order."""
    found = {}
    for name in THREE_P:
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
