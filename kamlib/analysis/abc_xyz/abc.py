"""ABC classes: which accounts hold the money.

The rule, as Excel repeats it: D where the value is not positive; else A where
``ROUND(value_before / total, 9)`` is below the first cut, B below the second, else C.
"""

import numpy as np
import pandas as pd

from kamlib.analysis.measures.texts import crossing
from kamlib.words import _

ABC = pd.CategoricalDtype(["A", "B", "C", "D"], ordered=True)
# Sums of cents are not exact in floats: a share this close to a cut stands on it.
CUT_DIGITS = 9
# Where A could end, beside the cut in force.
CUTS_TRIED = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)


def abc_classes(value: pd.Series, *, share_cuts: tuple[float, float]) -> pd.DataFrame:
    """Class accounts A, B or C by the share of value that stands before them.

    An account is A while the accounts above it hold less than the first cut, so one giant
    above the cut stays A. Equal values rank by account id. A share on a cut, to nine
    digits, belongs to the class below it. Without positive value an account is D, outside
    the shares.

    Parameters
    ----------
    value
        Net value of the window per account, in the book's currency.
    share_cuts
        Shares of value (0–1, rising) at which A and B end.

    Returns
    -------
    One row per account, largest first, D last: ``value``; ``share`` and ``share_before``
    (0–1, NaN for D); ``abc`` (ordered category A < B < C < D); ``value_before`` (NaN for D).

    Raises
    ------
    ValueError
        A value is missing or infinite, an account occurs twice, or the cuts do not rise
        within 0–1.

    Examples
    --------
    >>> sales = pd.Series([85.0, 10.0, 3.0, 2.0], index=["a", "b", "c", "d"])
    >>> abc_classes(sales, share_cuts=(0.80, 0.95))["abc"].tolist()
    ['A', 'B', 'C', 'C']
    """
    _check(value, share_cuts)
    falling = (
        value.sort_index(kind="stable").sort_values(ascending=False, kind="stable").astype(float)
    )
    positive = falling.where(falling > 0)
    before, total = _value_before(positive.fillna(0.0).to_numpy())
    value_before = pd.Series(before, falling.index).where(positive.notna())
    share_before = value_before / total
    codes = np.digitize(share_before.fillna(2.0).round(CUT_DIGITS), share_cuts)
    return pd.DataFrame(
        {
            "value": falling,
            "share": positive / total,
            "share_before": share_before,
            "abc": pd.Categorical.from_codes(np.where(falling > 0, codes, 3), dtype=ABC),
            "value_before": value_before,
        },
        index=falling.index.rename("account"),
    )


def abc_codes(value: np.ndarray, *, share_cuts: tuple[float, float]) -> np.ndarray:
    """The classes of ``abc_classes`` as 0 (A) to 3 (D), in the order given: the fast path.

    Equal values rank by position, so hand over the accounts sorted by id.
    """
    falling = np.sort(np.clip(value, 0.0, None), kind="stable")[::-1]
    before, total = _value_before(falling)
    codes = np.where(value > 0, 2, 3).astype(np.int8)
    if total > 0:
        shares = np.round(before / total, CUT_DIGITS)
        # B first: the accounts before the second cut include those before the first.
        for code, cut in ((1, share_cuts[1]), (0, share_cuts[0])):
            codes[_largest(value, falling, int(np.searchsorted(shares, cut)))] = code
    return codes


def cut_ties(classes: pd.DataFrame) -> pd.DataFrame:
    """Accounts of equal value that a cut parts: nothing but their ids sets them apart.

    Parameters
    ----------
    classes
        ``value`` and ``abc`` per account (``abc_classes``).

    Returns
    -------
    One row per such account, in the order of ``classes``: ``equals`` (accounts of this value, it
    included); ``alike`` (0–1, the part of them that have its class); ``split`` ("6 A, 1 B").

    >>> cut_ties(abc_classes(pd.Series(1.0, list("abcdefg")), share_cuts=(0.8, 0.95))).loc["g"]
    equals           7
    alike     0.142857
    split     6 A, 1 B
    Name: g, dtype: object
    """
    placed = classes.loc[classes["abc"] != "D", ["value", "abc"]]
    placed = placed[placed["value"].duplicated(keep=False)]  # only equals can be parted
    counts = pd.crosstab(placed["value"], placed["abc"].astype("str"))
    counts = counts[(counts > 0).sum(axis=1) > 1]
    placed = placed[placed["value"].isin(counts.index)]
    split = {
        value: ", ".join(f"{number} {abc}" for abc, number in row.items() if number)
        for value, row in counts.to_dict("index").items()
    }
    equals = placed["value"].map(counts.sum(axis=1)).astype(int)
    alike = placed.groupby(["value", "abc"], observed=True)["value"].transform("size") / equals
    texts = placed["value"].map(split).astype("str")
    return pd.DataFrame({"equals": equals, "alike": alike, "split": texts}, placed.index)


def cuts_tried(value: pd.Series, names: pd.Series, cuts: tuple[float, float]) -> pd.DataFrame:
    """How many accounts A, B and C hold were A to end elsewhere, and who would cross.

    Parameters
    ----------
    value
        As ``abc_classes`` takes it.
    names
        What each account is called.
    cuts
        The cuts in force; B keeps its own.

    Returns
    -------
    Indexed by ``cut`` (0–1, rising), the one in force among them: ``in_force``; ``a_accounts``,
    ``b_accounts``, ``c_accounts``; ``a_share`` (0–1, of positive value); ``words``.
    """
    first, second = cuts
    tried = sorted({*(cut for cut in CUTS_TRIED if cut < second), first})
    found = {cut: abc_classes(value, share_cuts=(cut, second)) for cut in tried}
    now = found[first]["abc"] == "A"
    rows = []
    for cut, classes in found.items():
        numbers, a = classes["abc"].value_counts(sort=False), classes["abc"] == "A"
        told = crossing(
            names,
            {
                _("A as well: {names}."): a[a & ~now].index,
                _("No longer A: {names}."): now[now & ~a].index,
            },
        )
        held = classes["share"].where(a).sum()
        rows.append((cut == first, *(int(numbers[each]) for each in "ABC"), held, told))
    columns = ["in_force", "a_accounts", "b_accounts", "c_accounts", "a_share", "words"]
    return pd.DataFrame(rows, pd.Index(tried, name="cut", dtype=float), columns)


def computed_limits(value: pd.Series) -> pd.DataFrame:
    """Where the curve itself would end A and B: a diagnostic beside the set cuts.

    The curve runs over accounts, largest first, from (0, 0) to (1, 1). Of its point nearest to
    (0, 1) and the last point reached with a slope of at least 1 (the last account of at least
    mean value) the earlier ends A. B ends at the curve's point nearest to (x, 1), where x is the
    later one's share of accounts.

    Returns
    -------
    Indexed by ``limit`` (A, B): ``share_of_accounts`` and ``share_of_value`` (0–1, NaN
    without positive value); ``informative``; ``note`` (why not, else empty).

    References
    ----------
    Ultsch & Lötsch 2015, PLoS ONE 10(6): e0129767; so does their R package ABCanalysis.
    """
    falling = np.sort(value[value > 0].to_numpy(float), kind="stable")[::-1]
    ends, places, shares = [0, 0], [np.nan, np.nan], [np.nan, np.nan]
    if len(falling):
        x = np.arange(len(falling) + 1) / len(falling)
        y = np.concatenate([[0.0], np.cumsum(falling)]) / falling.sum()
        break_even = int((falling >= falling.mean() * (1 - 1e-12)).sum())
        first, later = sorted((_nearest(x, y, 0.0), break_even))
        ends = [first, _nearest(x, y, x[later])]
        places, shares = x[ends], y[ends]
    note = _why_not(falling, ends[1] - ends[0])
    return pd.DataFrame(
        {
            "share_of_accounts": places,
            "share_of_value": shares,
            "informative": not note,
            "note": note,
        },
        index=pd.Index(["A", "B"], name="limit"),
    )


def sales_against_margin(
    revenue: pd.Series, margin: pd.Series, *, share_cuts: tuple[float, float]
) -> pd.DataFrame:
    """Class by revenue against class by margin: who sells much and earns little.

    Unknown margin counts as nothing earned.

    Returns
    -------
    One row per pair of classes, all 16: ``abc_revenue``, ``abc_margin``; ``accounts``;
    ``revenue`` and ``margin`` (sums, currency).
    """
    earned = margin.reindex(revenue.index).fillna(0.0)
    frame = pd.DataFrame(
        {
            "abc_revenue": abc_classes(revenue, share_cuts=share_cuts)["abc"],
            "abc_margin": abc_classes(earned, share_cuts=share_cuts)["abc"],
            "revenue": revenue,
            "margin": earned,
        }
    )
    pairs = frame.groupby(["abc_revenue", "abc_margin"], observed=False)
    sums = pairs.agg(
        accounts=("revenue", "size"), revenue=("revenue", "sum"), margin=("margin", "sum")
    )
    return sums.round({"revenue": 6, "margin": 6}).reset_index()


def thin_margins(classes: pd.DataFrame) -> pd.DataFrame:
    """Accounts that earn less than the company does of the same sales, the most missing first.

    Parameters
    ----------
    classes
        The table of ``abc_xyz``.

    Returns
    -------
    One row per account with sales, known margin and a lower margin rate than all such accounts
    together: ``name``, ``manager``, ``revenue``, ``margin`` (currency), ``margin_rate`` (share
    of revenue), ``missing_margin`` (currency: what it would earn more at the company's rate).
    """
    known = classes[classes["margin"].notna() & (classes["revenue"] > 0)]
    usual = known["margin"].sum() / known["revenue"].sum() if len(known) else float("nan")
    table = known[["name", "manager", "revenue", "margin"]].assign(
        margin_rate=known["margin"] / known["revenue"],
        missing_margin=(usual * known["revenue"] - known["margin"]).round(6),
    )
    below = table[table["missing_margin"] > 0].sort_index(kind="stable")
    return below.sort_values("missing_margin", ascending=False, kind="stable")


def _check(value: pd.Series, share_cuts: tuple[float, float]) -> None:
    first, second = share_cuts
    if not 0 < first < second < 1:
        raise ValueError(f"share_cuts must rise within 0–1, e.g. (0.80, 0.95), not {share_cuts}")
    wrong = value.index[~np.isfinite(value.to_numpy(float, na_value=np.nan))]
    if len(wrong):
        raise ValueError(f"value must be a finite number; it is not for {len(wrong)}: {wrong[0]}")
    if not value.index.is_unique:
        twice = value.index[value.index.duplicated()][0]
        raise ValueError(f"an account may have one value only; {twice} has several")


def _value_before(falling: np.ndarray) -> tuple[np.ndarray, float]:
    running = np.cumsum(falling)
    before = np.concatenate([[0.0], running[:-1]])[: len(falling)]
    return before, float(running[-1]) if len(running) else 0.0


def _largest(value: np.ndarray, falling: np.ndarray, places: int) -> np.ndarray:
    smallest_in = falling[places - 1]
    inside = value > smallest_in
    ties = np.flatnonzero(value == smallest_in)
    inside[ties[: places - int(inside.sum())]] = True
    return inside


def _nearest(x: np.ndarray, y: np.ndarray, effort: float) -> int:
    """Which point of a curve is nearest to (effort, 1), the first of equals."""
    return int(np.argmin(np.round((x - effort) ** 2 + (1 - y) ** 2, 12)))


def _why_not(falling: np.ndarray, in_b: int) -> str:
    if len(falling) < 3:
        return _("fewer than three accounts with positive value")
    if np.isclose(falling[0], falling[-1], rtol=1e-9, atol=0):
        return _("all accounts are of equal value")
    if in_b == 0:
        return _("both limits fall on the same account, so nobody is left for B")
    if in_b == 1:
        return _("B would be one account")
    return ""
