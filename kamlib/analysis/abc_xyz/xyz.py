"""XYZ classes: how often and how regularly an account buys, through three lenses.

Each lens is a measure built from sums over months, so that the same sums over resampled
months tell how stable a class is. Months before an account's first order never count.
The rule, as Excel repeats it: L where lost; else N where new (and, for ``gap_cv``, where
``gaps`` is below the minimum); else ``ROUND(measure, 9)`` against the cuts, Z where the
measure is unknown.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from kamlib.settings import XyzSettings

# "" stands last: no order at all, or no positive value and so no place in the grid.
XYZ = pd.CategoricalDtype(["X", "Y", "Z", "N", "L", ""], ordered=True)
# Each way to judge a rhythm, with the column of its measure.
LENS_COLUMNS = {"frequency": "active_share", "gap_cv": "gap_cv", "value_cv": "value_cv"}
LENSES = tuple(LENS_COLUMNS)
MONTHS_OF = {"month": 1, "quarter": 3}
CUT_DIGITS = 9


def month_grids(
    months: pd.DataFrame,
    columns: Sequence[str],
    *,
    end: pd.Period,
    periods: int,
    accounts: pd.Index | None = None,
) -> dict[str, pd.DataFrame]:
    """Columns of the long account x month frame, laid out wide in one pass.

    Returns
    -------
    By column name, accounts (sorted; ``accounts`` where given) x the ``periods`` months that
    end with ``end``: the column's values, 0 where there is no row or the value is unknown.
    """
    if accounts is None:
        accounts = pd.Index(sorted(months["account"].unique()), dtype="str")
    accounts = accounts.rename("account")
    span = pd.period_range(end=end, periods=periods, freq="M", name="month")
    column_at = month_ordinals(months) - span[0].ordinal
    inside = (column_at >= 0) & (column_at < periods)
    codes, seen = pd.factorize(months["account"][inside])
    row_at = accounts.get_indexer(pd.Index(seen, dtype="str"))[codes]
    cell_at = (row_at * periods + column_at[inside])[row_at >= 0]
    grids = {}
    for column in columns:
        values = months[column].to_numpy(dtype=float, na_value=np.nan)[inside][row_at >= 0]
        flat = np.bincount(cell_at, np.nan_to_num(values), minlength=len(accounts) * periods)
        grid = flat.astype(float).reshape(len(accounts), periods)
        grids[column] = pd.DataFrame(grid, accounts, span)
    return grids


def month_ordinals(months: pd.DataFrame) -> np.ndarray:
    """The months of the long frame as consecutive whole numbers."""
    return months["month"].astype("period[M]").array.asi8


def frequency_lens(order_days: pd.DataFrame, first_order: pd.Series) -> pd.DataFrame:
    """Share of the months with an order, of those since the account's first order ever.

    Parameters
    ----------
    order_days
        Order days per account and month of the window.
    first_order
        Day of the first order per account; NaT where there is none.

    Returns
    -------
    Per account: ``active_months``, ``window_months`` (counts), ``active_share`` (0–1, NaN
    where the account never ordered).
    """
    active, since = (term.sum(axis=1) for term in frequency_terms(order_days, first_order))
    return pd.DataFrame(
        {
            "active_months": active.astype(int),
            "window_months": since.astype(int),
            "active_share": share_from_sums(active, since),
        },
        order_days.index,
    )


def gap_lens(
    gaps: pd.DataFrame, gap_days: pd.DataFrame, gap_days_squared: pd.DataFrame
) -> pd.DataFrame:
    """Variation (sd / mean, population) of the days between order days.

    A gap belongs to the month in which it ends, so the first one may reach back beyond
    the window.

    Returns
    -------
    Per account: ``gaps`` (count in the window), ``gap_cv`` (NaN without a gap).
    """
    n, days, squares = (term.sum(axis=1) for term in gap_terms(gaps, gap_days, gap_days_squared))
    return pd.DataFrame(
        {"gaps": n.astype(int), "gap_cv": cv_from_sums(n, days, squares)}, gaps.index
    )


def value_lens(
    value: pd.DataFrame, first_order: pd.Series, *, period: str = "month"
) -> pd.DataFrame:
    """Variation (sd / mean, population) of value per period since the account's first order.

    Periods without value count as 0. Quarters are groups of three months that end with the
    window; an incomplete one at its start is left out.

    Returns
    -------
    Per account: ``value_cv`` (NaN where the mean is not positive).
    """
    counted, amounts, _ = value_terms(value, first_order, period=period)
    n = counted.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = amounts.sum(axis=1) / n
        deviation = np.where(counted > 0, amounts - mean[:, None], 0.0)
        cv = np.sqrt((deviation**2).sum(axis=1) / n) / mean
    return pd.DataFrame({"value_cv": np.where(mean > 0, cv, np.nan)}, value.index)


def xyz_lenses(
    grids: Mapping[str, pd.DataFrame], status: pd.DataFrame, *, settings: XyzSettings
) -> pd.DataFrame:
    """All three lenses side by side.

    Parameters
    ----------
    grids
        ``order_days`` and ``value`` over the window, and ``gaps``, ``gap_days`` and
        ``gap_days_squared`` over the (longer) window of gaps: accounts x months.
    status
        Per account ``first_order`` (NaT where there is none), ``new`` and ``lost``.

    Returns
    -------
    Per account: ``active_share``, ``gap_cv``, ``value_cv``; ``xyz_frequency``,
    ``xyz_gap_cv``, ``xyz_value_cv`` (category X < Y < Z, N new, L lost, "" never ordered);
    ``active_months``, ``window_months``, ``gaps``.
    """
    first = status["first_order"]
    frequency = frequency_lens(grids["order_days"], first)
    gap = gap_lens(grids["gaps"], grids["gap_days"], grids["gap_days_squared"])
    value = value_lens(grids["value"], first, period=settings.value_period)
    unknown = {"gap_cv": gap["gaps"] < settings.min_gaps}
    measures = {
        "active_share": frequency["active_share"],
        "gap_cv": gap["gap_cv"],
        "value_cv": value["value_cv"],
    }
    classes = {
        f"xyz_{lens}": _class_of(
            measure, getattr(settings, f"{lens}_cuts"), status, unknown.get(lens, False)
        )
        for lens, measure in zip(LENSES, measures.values(), strict=True)
    }
    counts = {**frequency[["active_months", "window_months"]], "gaps": gap["gaps"]}
    return pd.DataFrame({**measures, **classes, **counts}, index=status.index)


def lens_disagreements(lenses: pd.DataFrame) -> pd.DataFrame:
    """Accounts that the three lenses class differently, widest apart first.

    Only X, Y and Z count: N and L say that a lens cannot judge. Equal widths keep the
    order of ``lenses``.

    Returns
    -------
    The rows of ``lenses`` concerned, with ``steps_apart`` (1, or 2 where X meets Z).
    """
    codes = np.column_stack([lenses[f"xyz_{lens}"].astype(XYZ).cat.codes for lens in LENSES])
    codes = np.where(codes > 2, np.nan, codes).reshape(-1, len(LENSES))
    highest = np.fmax.reduce(codes, axis=1, initial=-np.inf)
    lowest = np.fmin.reduce(codes, axis=1, initial=np.inf)
    apart = np.maximum(highest - lowest, 0).astype(int)
    wider = lenses.assign(steps_apart=apart)[apart > 0]
    return wider.sort_values("steps_apart", ascending=False, kind="stable")


def demand_pattern(value: pd.DataFrame, *, adi_cut: float, cv2_cut: float) -> pd.DataFrame:
    """How demand comes, as a diagnostic: how often, and how even when it comes.

    ADI is periods per period with demand, CV2 the squared variation (sample sd / mean) of
    the periods with demand. Net returns are no demand; NaN periods do not count.

    Parameters
    ----------
    value
        Accounts x periods, NaN where a period stands outside.

    Returns
    -------
    Per account: ``adi`` (NaN without demand), ``cv2`` (NaN below two periods with demand),
    ``pattern`` (smooth, erratic, intermittent, lumpy; "" below two).

    References
    ----------
    Syntetos & Boylan 2005, Int. J. Forecasting 21(2): 303-314.
    """
    amounts = value.to_numpy(dtype=float)
    demand = np.where(amounts > 0, amounts, 0.0)
    n = (demand > 0).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        adi = np.where(n > 0, (~np.isnan(amounts)).sum(axis=1) / n, np.nan)
        mean = demand.sum(axis=1) / n
        spread = np.where(demand > 0, (demand - mean[:, None]) ** 2, 0.0).sum(axis=1)
        cv2 = np.where(n > 1, spread / (n - 1) / mean**2, np.nan)
    names = np.array(["smooth", "erratic", "intermittent", "lumpy", ""], dtype=object)
    which = np.where(n > 1, 2 * (adi >= adi_cut) + (cv2 >= cv2_cut), 4)
    pattern = pd.Series(names[which], value.index, dtype="str")
    return pd.DataFrame({"adi": adi, "cv2": cv2, "pattern": pattern}, value.index)


def residual_cv(value: pd.DataFrame, first_order: pd.Series, *, season: int = 12) -> pd.Series:
    """Variation that season does not explain: sd of (value - value a season ago) / mean value.

    Over the last ``season`` months. Pure noise gives 1.41 times its ``value_cv``, as the
    month a year ago is noisy too; a perfect season gives 0.

    Returns
    -------
    ``residual_cv`` per account; NaN with less than two seasons since the first order, or a
    mean that is not positive.
    """
    if value.shape[1] < 2 * season:
        return pd.Series(np.nan, value.index, name="residual_cv")
    both = value.iloc[:, -2 * season :]
    before, last = both.to_numpy()[:, :season], both.to_numpy()[:, season:]
    mean = last.mean(axis=1)
    usable = _since_first_order(both.columns[:1], first_order)[:, 0] & (mean > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        cv = np.where(usable, (last - before).std(axis=1) / mean, np.nan)
    return pd.Series(cv, value.index, name="residual_cv")


def xyz_codes(measure: np.ndarray, cuts: tuple[float, float]) -> np.ndarray:
    """X (0), Y (1) or Z (2): cuts that fall ask for high values, cuts that rise for low.

    A measure on a cut, to nine digits, belongs to the better class; an unknown one is Z.
    """
    rounded = np.round(np.asarray(measure, float), CUT_DIGITS)
    sign = 1 if cuts[0] > cuts[1] else -1
    first, second = (sign * rounded >= sign * cut for cut in cuts)
    return np.where(first, 0, np.where(second, 1, 2)).astype(np.int8)


def frequency_terms(order_days: pd.DataFrame, first_order: pd.Series) -> tuple[np.ndarray, ...]:
    """Per account and month, 0 or 1: ordered; not before the first order."""
    since = _since_first_order(order_days.columns, first_order)
    return ((order_days.to_numpy() > 0) & since).astype(float), since.astype(float)


def gap_terms(*grids: pd.DataFrame) -> tuple[np.ndarray, ...]:
    """Per account and month: number, sum and sum of squares of the gaps that end in it."""
    return tuple(grid.to_numpy(dtype=float) for grid in grids)


def value_terms(
    value: pd.DataFrame, first_order: pd.Series, *, period: str = "month"
) -> tuple[np.ndarray, ...]:
    """Per account and period since the first order: 1, value, value squared."""
    each = MONTHS_OF[period]
    complete = value.iloc[:, value.shape[1] % each :]
    counted = _since_first_order(complete.columns[each - 1 :: each], first_order)
    amounts = complete.to_numpy().reshape(*counted.shape, each).sum(axis=2) * counted
    return counted.astype(float), amounts, amounts**2


def share_from_sums(active: np.ndarray, since: np.ndarray) -> np.ndarray:
    """Active months over months; NaN for none."""
    with np.errstate(invalid="ignore"):
        return active / since


def cv_from_sums(n: np.ndarray, total: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """sd / mean (population) from count, sum and sum of squares; NaN for a mean <= 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        cv = np.sqrt(np.maximum(n * squares - total**2, 0.0)) / total
    return np.where(total > 0, cv, np.nan)


def _class_of(
    measure: pd.Series, cuts: tuple[float, float], status: pd.DataFrame, unknown: pd.Series | bool
) -> pd.Categorical:
    codes = xyz_codes(measure.to_numpy(), cuts)
    codes = np.where(status["new"] | unknown, 3, codes)
    codes = np.where(status["lost"], 4, codes)
    codes = np.where(status["first_order"].isna(), 5, codes)
    return pd.Categorical.from_codes(codes, dtype=XYZ)


def _since_first_order(columns: pd.PeriodIndex, first_order: pd.Series) -> np.ndarray:
    first = first_order.astype("datetime64[us]").dt.to_period("M")
    # NaT has the smallest ordinal: such an account has no month that counts.
    began = np.where(first.isna(), np.iinfo(np.int64).max, first.array.asi8)
    return columns.asi8[None, :] >= began[:, None]
