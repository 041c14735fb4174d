"""The ABC-XYZ table: value, rhythm, status, stability and the reasons, account by account.

The one module that puts the single analyses together.
"""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from kamlib.analysis.abc_xyz import abc as abc_analysis
from kamlib.analysis.abc_xyz import xyz as xyz_analysis
from kamlib.analysis.abc_xyz.sentences import explanations
from kamlib.analysis.abc_xyz.stability import class_stability
from kamlib.analysis.measures.loss import lost, orders_at
from kamlib.analysis.measures.rhythm import CARRIED, known_seasons
from kamlib.analysis.measures.texts import with_numbers
from kamlib.quarters import CALENDAR, newcomers, quarter_index, quarter_of, span_words
from kamlib.settings import Settings

MONEY_DIGITS = 6
SEASONS_MONTHS = 24
COUNTED = ["order_days", "gaps", "gap_days", "gap_days_squared"]
COLUMNS = (
    *("name", "revenue", "margin", "share", "share_before", "abc", "xyz", "cell"),
    *("active_share", "gap_cv", "value_cv", "border_distance", "stability", "why"),
    *("value", "manager", "region", "xyz_frequency", "xyz_gap_cv", "xyz_value_cv"),
    *("first_order", "last_order", "silence_days", "typical_gap_days", "gaps"),
    *("active_months", "window_months", "new", "lost", "pattern", "adi", "cv2", "residual_cv"),
    *("abc_stability", "xyz_stability", "nearest_border", "value_before", "own_gap"),
    *("rhythm", "season", "due_days", "explained_days"),
    *("resumes_on", "call_on"),
)


def abc_xyz(
    months: pd.DataFrame,
    orders: pd.DataFrame,
    accounts: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    settings: Settings,
    seen_to: pd.Timestamp | None = None,
    data_from: pd.Timestamp | None = None,
) -> pd.DataFrame:
    """Place every account in the ABC-XYZ matrix, and say why and how surely.

    An account without positive value in the window is D, whatever its rhythm; else it is
    L where lost, N where its first order lies in the last ``xyz.new_months`` calendar
    months, else X, Y or Z by the chosen lens. Where margin is known for some months only,
    the unknown ones count as nothing earned.

    Parameters
    ----------
    months, orders, accounts
        The book's frames: account x month, order statistics at dates, account attributes.
    as_of
        Last day of the reported quarter.
    seen_to
        The last day that is known of, where the quarter is not complete: silence counts to it.
    data_from
        The first day of the data: who stands there already is not new, and a window in which
        it lies is shorter.

    Returns
    -------
    One row per account with any line up to ``as_of``, as ``abc_classes`` sorts; columns
    as in ``COLUMNS``. ``revenue`` and ``margin`` of the ABC window (net, currency);
    ``value`` the one of them that is measured and ``value_before`` what ranks before it;
    shares and stabilities 0–1 (of equals that an ABC cut parts by their ids times the part of
    them that have the same class); gaps and silence in days; ``border_distance`` 0–1: to the
    nearest cut, for ABC as share of value, for XYZ relative to the cut and at most 1 (N
    and L: ABC only; D: NaN), and ``nearest_border`` which ("A/B" … "Y/Z").

    Raises
    ------
    ValueError
        Margin is to be measured and is not known at all.
    """
    end = pd.Timestamp(as_of).to_period("M")
    known = _first_lines(months, end).index
    grids = _grids(months, known, end, _periods(settings), settings)
    since = accounts.get("since")
    came = {"as_of": pd.Timestamp(as_of), "data_from": data_from, "since": since}
    table, windows = _classed(grids, orders, known, came, settings, seen_to)
    parts = [
        _attributes(accounts, known),
        _diagnostics(grids, table, settings),
        _stability(table, windows, settings),
        _border(table, settings),
        explanations(table, settings=settings, span=_span(as_of, data_from, settings)),
    ]
    whole = pd.concat([table, *parts], axis=1)[list(COLUMNS)]
    return whole.sort_values("value", ascending=False, kind="stable")


def abc_xyz_history(
    months: pd.DataFrame,
    orders: pd.DataFrame,
    *,
    settings: Settings,
    seen_to: pd.Timestamp | None = None,
    data_from: pd.Timestamp | None = None,
    since: pd.Series | None = None,
    freq: str = CALENDAR,
) -> pd.DataFrame:
    """The classes at the end of each of the last quarters, with the rules of today.

    ``freq`` is the frequency of the company's quarters.

    Returns
    -------
    One row per quarter and account with a line by then, for the last
    ``history.quarters`` dates in ``orders``: ``quarter`` (period), ``account``,
    ``revenue`` (net, of the ABC window), ``abc``, ``xyz``, ``cell``; ``covered`` (whether
    the sales reach back over the whole ABC window: before that, many look new).
    """
    dates = [pd.Timestamp(date) for date in sorted(orders["as_of"].unique())]
    dates = dates[-settings.history.quarters :]
    end = dates[-1].to_period("M") if dates else pd.Period("2000-12", "M")
    first_lines = _first_lines(months, end)
    span = 3 * settings.history.quarters + _periods(settings)
    grids = _grids(months, first_lines.index, end, span, settings)
    parts = []
    for date in dates:
        until = date.to_period("M")
        then = {name: grid.loc[:, :until] for name, grid in grids.items()}
        came = {"as_of": date, "data_from": data_from, "since": since}
        table, _ = _classed(then, orders, first_lines.index, came, settings, seen_to)
        there = (first_lines <= until.ordinal).to_numpy()
        part = table.loc[there, ["revenue", "abc", "xyz", "cell"]].reset_index()
        part.insert(0, "quarter", quarter_of(date, freq))
        covered = first_lines.min() <= until.ordinal - settings.abc.months + 1
        parts.append(part.assign(covered=bool(covered)))
    return pd.concat(parts, ignore_index=True) if parts else _empty_history()


def _span(as_of: pd.Timestamp, data_from: pd.Timestamp | None, settings: Settings) -> str:
    months = settings.abc.months
    begins = as_of - pd.DateOffset(months=months) if data_from is None else data_from
    return span_words(as_of, begins, months)


def _periods(settings: Settings) -> int:
    own = settings.abc.months, settings.xyz.months, settings.xyz.gap_months
    return max(*own, SEASONS_MONTHS)


def _first_lines(months: pd.DataFrame, end: pd.Period) -> pd.Series:
    ordinals = xyz_analysis.month_ordinals(months)
    there = ordinals <= end.ordinal
    codes, seen = pd.factorize(months["account"][there])
    first = pd.Series(ordinals[there]).groupby(codes).min()
    return pd.Series(first.to_numpy(), pd.Index(seen, dtype="str", name="account")).sort_index(
        kind="stable"
    )


def _grids(
    months: pd.DataFrame, known: pd.Index, end: pd.Period, periods: int, settings: Settings
) -> dict[str, pd.DataFrame]:
    margin = months["margin"].astype(float)
    if settings.abc.measure == "margin" and len(months) and margin.isna().all():
        raise ValueError("abc.measure is margin, but no line of the data set has a margin")
    counted = months.assign(lines=1.0, margin=margin, margin_known=margin.notna())
    columns = ["revenue", "margin", "margin_known", "lines", *COUNTED]
    return xyz_analysis.month_grids(counted, columns, end=end, periods=periods, accounts=known)


def _classed(
    grids: dict[str, pd.DataFrame],
    orders: pd.DataFrame,
    known: pd.Index,
    came: dict[str, Any],
    settings: Settings,
    seen_to: pd.Timestamp | None,
) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """The classes and the windows they come from, both in the order of ``known``.

    Everything stays in that one order, so that nothing is looked up by name twice.
    """
    status = _status(orders, known, came, settings, seen_to)
    value = grids[settings.abc.measure]
    windows = {name: grids[name].iloc[:, -settings.xyz.gap_months :] for name in COUNTED}
    windows["order_days"] = grids["order_days"].iloc[:, -settings.xyz.months :]
    windows["value"] = value.iloc[:, -settings.xyz.months :]
    windows["abc_value"] = value.iloc[:, -settings.abc.months :]
    lenses = xyz_analysis.xyz_lenses(windows, status, settings=settings.xyz)
    money = _money(grids, settings.abc.months)
    ranked = abc_analysis.abc_classes(
        windows["abc_value"].sum(axis=1).round(MONEY_DIGITS), share_cuts=settings.abc.cuts
    )
    ranked = ranked.iloc[np.argsort(known.get_indexer(ranked.index), kind="stable")].set_axis(known)
    table = pd.concat([ranked, money, status, lenses], axis=1)
    table["value_before"] = table["value_before"].round(MONEY_DIGITS)
    for lens in xyz_analysis.LENSES:
        table[f"xyz_{lens}"] = _in_grid(table[f"xyz_{lens}"], table["abc"])
    table["xyz"] = table[f"xyz_{settings.xyz.measure}"]
    table["cell"] = table["abc"].astype("str") + table["xyz"].astype("str")
    return table, windows


def _in_grid(xyz: pd.Series, abc: pd.Series) -> pd.Series:
    """Nothing for D; and value without a single order (a returned loss) is Z, not nothing."""
    return xyz.mask(xyz == "", "Z").mask(abc == "D", "")


def _status(
    orders: pd.DataFrame,
    known: pd.Index,
    came: dict[str, Any],
    settings: Settings,
    seen_to: pd.Timestamp | None,
) -> pd.DataFrame:
    as_of = came["as_of"]
    at = orders_at(orders, as_of)
    known_to = as_of if seen_to is None else min(as_of, pd.Timestamp(seen_to))
    churn = settings.churn
    silent = lost(
        at, known_to, min_silence_days=churn.min_silence_days, gap_multiple=churn.gap_multiple
    )
    status = at[["first_order", *CARRIED]].join(silent).reindex(known)
    status["season"] = known_seasons(status)
    for column in ("first_order", "last_order", "resumes_on", "call_on"):
        status[column] = status[column].astype("datetime64[us]")
    for column in ("lost", "own_gap"):
        status[column] = status[column].eq(True)
    status["new"] = newcomers(status["first_order"], months=settings.xyz.new_months, **came)
    return status


def _money(grids: dict[str, pd.DataFrame], months: int) -> pd.DataFrame:
    names = ["revenue", "margin", "margin_known", "lines"]
    sums = pd.DataFrame({name: grids[name].iloc[:, -months:].sum(axis=1) for name in names})
    unknown = (sums["margin_known"] == 0) & (sums["lines"] > 0)
    nowhere = not grids["margin_known"].to_numpy().any()
    sums["margin"] = sums["margin"].mask(unknown | nowhere)
    return sums[["revenue", "margin"]].round(MONEY_DIGITS)


def _attributes(accounts: pd.DataFrame, known: pd.Index) -> pd.DataFrame:
    names = ["name", "manager", "region"]
    return with_numbers(accounts).reindex(index=known, columns=names).astype("str").fillna("")


def _diagnostics(
    grids: dict[str, pd.DataFrame], table: pd.DataFrame, settings: Settings
) -> pd.DataFrame:
    value = grids[settings.abc.measure]
    window = value.iloc[:, -settings.xyz.months :]
    before = window.shape[1] - table["window_months"].to_numpy()
    since = np.arange(window.shape[1]) >= before[:, None]
    pattern = xyz_analysis.demand_pattern(
        window.where(since), adi_cut=settings.xyz.adi_cut, cv2_cut=settings.xyz.cv2_cut
    )
    return pattern.assign(residual_cv=xyz_analysis.residual_cv(value, table["first_order"]))


def _stability(
    table: pd.DataFrame, windows: dict[str, pd.DataFrame], settings: Settings
) -> pd.DataFrame:
    first = table["first_order"]
    xyz, draws = settings.xyz, settings.stability
    block = draws.block_months
    if xyz.measure == "frequency":
        terms = xyz_analysis.frequency_terms(windows["order_days"], first)
        measure, cuts = xyz_analysis.share_from_sums, xyz.frequency_cuts
    elif xyz.measure == "gap_cv":
        terms = xyz_analysis.gap_terms(*(windows[name] for name in COUNTED[1:]))
        measure, cuts = xyz_analysis.cv_from_sums, xyz.gap_cv_cuts
    else:
        terms = xyz_analysis.value_terms(windows["value"], first, period=xyz.value_period)
        measure, cuts = xyz_analysis.cv_from_sums, xyz.value_cv_cuts
        block = max(1, block // xyz_analysis.MONTHS_OF[xyz.value_period])
    found = class_stability(
        table[["abc", "xyz"]],
        windows["abc_value"],
        terms,
        abc_rule=partial(abc_analysis.abc_codes, share_cuts=settings.abc.cuts),
        xyz_rule=lambda *sums: xyz_analysis.xyz_codes(measure(*sums), cuts),
        resamples=draws.resamples,
        block_months=draws.block_months,
        seed=draws.seed,
        xyz_block=block,
    )
    # Of equals that a cut parts, each might as well have had the class of another one.
    alike = abc_analysis.cut_ties(table)["alike"].reindex(found.index).fillna(1.0)
    names = ["abc_stability", "stability"]
    return found.assign(**found[names].mul(alike, axis=0))


def _border(table: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    lens = settings.xyz.measure
    measure = table["active_share" if lens == "frequency" else lens]
    measure = measure.where(table["xyz"].isin(["X", "Y", "Z"])).to_numpy()
    cuts = getattr(settings.xyz, f"{lens}_cuts")
    distances = np.column_stack(
        [abs(table["share_before"].to_numpy() - cut) for cut in settings.abc.cuts]
        + [np.minimum(abs(measure - cut) / cut, 1.0) for cut in cuts]
    )
    nearest = np.argmin(np.nan_to_num(distances, nan=np.inf), axis=1)
    names = np.array(["A/B", "B/C", "X/Y", "Y/Z", ""], dtype=object)
    placed = (table["abc"] != "D").to_numpy()
    return pd.DataFrame(
        {
            "border_distance": distances[np.arange(len(table)), nearest],
            "nearest_border": pd.Series(names[np.where(placed, nearest, 4)], table.index, "str"),
        },
        table.index,
    )


def _empty_history() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "quarter": quarter_index([]),
            "account": pd.Series(dtype="str"),
            "revenue": pd.Series(dtype=float),
            "abc": pd.Series(dtype=abc_analysis.ABC),
            "xyz": pd.Series(dtype=xyz_analysis.XYZ),
            "cell": pd.Series(dtype="str"),
            "covered": pd.Series(dtype=bool),
        }
    )
