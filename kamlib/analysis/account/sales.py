"""What one account buys: value against last year, by line, over the months of the year."""

import numpy as np
import pandas as pd

from kamlib.analysis.measures.rhythm import free_days_of
from kamlib.analysis.measures.rhythm_words import resting_words, season_words
from kamlib.quarters import YEAR, frequency_of, quarter_labels, quarter_of, span_words
from kamlib.words import _, capital, count, day, money, share

QUARTER = 3


def account_value(
    months: pd.DataFrame, *, as_of: pd.Timestamp, data_from: pd.Timestamp, complete: bool = True
) -> pd.DataFrame:
    """The quarter and twelve months of one account against a year ago.

    Parameters
    ----------
    months
        The account's rows of the account x month frame.
    as_of
        Last day of the quarter.
    data_from
        The first day of the data: before it nothing can be compared.
    complete
        Whether the data reaches the quarter's end; if not, nothing is compared.

    Returns
    -------
    Two rows, indexed by ``span`` ("quarter"; "12 months", or what of them the data covers):
    ``revenue``, ``revenue_before`` (net, currency; before NaN where the data does not reach
    back), ``against_last_year`` (change, as share of before; NaN where before is not positive),
    ``margin``, ``margin_before`` (NaN where unknown),
    ``margin_rate`` (0–1), ``order_days``, ``order_days_before``.
    """
    end = pd.Timestamp(as_of).to_period("M")
    first = pd.Timestamp(data_from).to_period("M")
    rows = {}
    for span, length in ((_("quarter"), QUARTER), (span_words(as_of, data_from), YEAR)):
        now = _sums(months, end, length)
        covered = complete and first <= end - YEAR - length + 1
        before = _sums(months, end - YEAR, length) * (1.0 if covered else np.nan)
        rows[span] = {
            "revenue": now["revenue"],
            "revenue_before": before["revenue"],
            "against_last_year": _change(now["revenue"], before["revenue"]),
            "margin": now["margin"],
            "margin_before": before["margin"],
            "margin_rate": now["margin"] / now["revenue"] if now["revenue"] > 0 else np.nan,
            "order_days": now["order_days"],
            "order_days_before": before["order_days"],
        }
    table = pd.DataFrame.from_dict(rows, orient="index", dtype=float)
    table.index = pd.Index(table.index, dtype="str", name="span")
    return table


def line_changes(
    line_quarters: pd.DataFrame, *, as_of: pd.Timestamp, data_from: pd.Timestamp
) -> pd.DataFrame:
    """What the account buys by product line: twelve months against the twelve before.

    Returns
    -------
    One row per line ever bought, most revenue first, indexed by ``product_line`` ("" where
    unknown): ``revenue``, ``revenue_before``, ``change`` (currency; NaN where the data does not
    reach back), ``share`` (of the account's positive revenue), ``margin`` (NaN where unknown),
    ``margin_rate``, ``last_bought`` (quarter, "" for never), ``state`` ("new", "back",
    "grown", "steady", "shrunk", "left", "long gone"; steady within a tenth; new where first
    bought in the twelve months).
    """
    freq = frequency_of(line_quarters["quarter"])
    end = quarter_of(as_of, freq)
    covered = quarter_of(data_from, freq) <= end - 7
    rows = line_quarters[line_quarters["quarter"] <= end]
    lines = pd.Index(sorted(rows["product_line"].unique()), dtype="str", name="product_line")
    now = _line_sums(rows[rows["quarter"] > end - 4], lines)
    before = _line_sums(rows[(rows["quarter"] <= end - 4) & (rows["quarter"] > end - 8)], lines)
    bought = rows[rows["order_days"] > 0]
    last = bought.groupby("product_line")["quarter"].max().reindex(lines)
    table = pd.DataFrame(
        {"revenue": now["revenue"].fillna(0.0), "revenue_before": before["revenue"].fillna(0.0)}
    )
    table["revenue_before"] *= 1.0 if covered else np.nan
    table["change"] = table["revenue"] - table["revenue_before"]
    positive = table["revenue"].clip(lower=0)
    table["share"] = positive / positive.sum() if positive.sum() else np.nan
    table["margin"] = now["margin"]
    table["margin_rate"] = (now["margin"] / now["revenue"]).where(now["revenue"] > 0)
    table["last_bought"] = quarter_labels(last).where(last.notna(), "").astype("str")
    first = bought.groupby("product_line")["quarter"].min().reindex(lines)
    table["state"] = _line_states(table, (first > end - 4).to_numpy())
    order = table.assign(line=lines, unknown=lines == "").sort_values(
        ["unknown", "revenue", "line"], ascending=[True, False, True], kind="stable"
    )
    return table.loc[order.index]


def season(months: pd.DataFrame, *, as_of: pd.Timestamp, years: int) -> pd.DataFrame:
    """Revenue by month of the year, the last years over each other.

    Each year ends in the month of ``as_of``, so that none is cut off.

    Returns
    -------
    Twelve rows in order of the last year, indexed by ``month`` ("Jan" …), one column per year
    (its last day's, as text, oldest first); NaN before the account's first line.
    """
    end = pd.Timestamp(as_of).to_period("M")
    span = pd.period_range(end - YEAR * years + 1, end, freq="M")
    revenue = months.set_index("month")["revenue"].reindex(span)
    first = months["month"].min() if len(months) else end + 1
    revenue = revenue.fillna(0.0).where(span >= first)
    names = pd.Index([month.strftime("%b") for month in span[:YEAR]], dtype="str", name="month")
    columns = [str(period.end_time.date()) for period in span[YEAR - 1 :: YEAR]]
    grid = pd.DataFrame(revenue.to_numpy(float).reshape(years, YEAR).T, names, columns)
    return grid.dropna(axis=1, how="all")


def outlook(value: pd.DataFrame, months: pd.DataFrame, *, as_of: pd.Timestamp) -> float:
    """What the account may buy next quarter: last year's same quarter, moved by the year's trend.

    The trend is the change of twelve months, at least -100 % and at most +100 %. NaN where the
    data does not reach back.
    """
    change = value["against_last_year"].iloc[-1]
    end = pd.Timestamp(as_of).to_period("M")
    before = _sums(months, end - YEAR + QUARTER, QUARTER)["revenue"]
    return max(before, 0.0) * (1 + min(max(change, -1.0), 1.0)) if not np.isnan(change) else np.nan


def sales_headline(value: pd.DataFrame, expected: float, currency: str = "") -> str:
    """What the account bought in twelve months, against the year before, and what is next."""
    year = value.iloc[-1]
    bought = money(year["revenue"], currency)
    text = _("Bought {revenue} in {span}").format(revenue=bought, span=value.index[-1])
    if not np.isnan(year["against_last_year"]):
        word = _("more") if year["against_last_year"] >= 0 else _("less")
        text += _(", {change} {word} than the year before").format(
            change=share(abs(year["against_last_year"])), word=word
        )
    elif not np.isnan(year["revenue_before"]):
        text += _("; nothing in the year before")
    text += "."
    if not np.isnan(year["margin_rate"]):
        text += " " + _("{rate} of it stays as margin.").format(rate=share(year["margin_rate"]))
    if not np.isnan(expected):
        told = _("Next quarter, by last year's season and the year's trend: about {expected}.")
        text += " " + told.format(expected=money(expected, currency))
    return text


def rhythm_headline(days: pd.DataFrame, found: pd.Series | None, *, seen_to: pd.Timestamp) -> str:
    """How often it orders, how long it has been silent, and when the next order is due.

    Parameters
    ----------
    days
        The account's rows of ``account_days``.
    found
        Its row of the table of ``abc_xyz``; None where it never had a line.
    """
    ordered = days.loc[days["ordered"].fillna(False).astype(bool), "date"]
    if ordered.empty or found is None:
        return _("No order is known.")
    last, silent = ordered.max(), (pd.Timestamp(seen_to) - ordered.max()).days
    gap = found["typical_gap_days"]
    text = _(
        "Order days since {first}: {n}. Last order on {last}, days of silence since: {silent}."
    )
    text = text.format(
        n=count(len(ordered)), first=day(ordered.min()), last=day(last), silent=count(silent)
    )
    if pd.isna(gap):
        return text
    if pd.notna(found["resumes_on"]):
        return f"{text} {capital(resting_words(found))}."
    if found["season"]:
        text += " " + _("It buys {season}.").format(season=season_words(found["season"]))
    whose = _("Its usual gap is") if found["own_gap"] else _("The usual gap, drawn from others, is")
    text += _(" {whose} {gap} days").format(whose=whose, gap=count(gap))
    if gap < silent <= (free := free_days_of(found)):
        return text + _(": an order is due; {days} days of silence are nothing unusual.").format(
            days=count(free)
        )
    if count(silent - gap) == "1":
        return text + _(": the next order is 1 day late.")
    if silent > gap:
        return text + _(": the next order is {days} days late.").format(days=count(silent - gap))
    return text + _(": the next order is due about {due}.").format(
        due=day(last + pd.Timedelta(days=round(gap)))
    )


def _sums(months: pd.DataFrame, end: pd.Period, length: int) -> pd.Series:
    rows = months[(months["month"] > end - length) & (months["month"] <= end)]
    margin = rows["margin"].sum(min_count=1)
    return pd.Series(
        {
            "revenue": rows["revenue"].sum(),
            "margin": margin if len(rows) else np.nan,
            "order_days": float(rows["order_days"].sum()),
        }
    )


def _change(now: float, before: float) -> float:
    return (now - before) / before if before > 0 else np.nan


def _line_sums(rows: pd.DataFrame, lines: pd.Index) -> pd.DataFrame:
    groups = rows.groupby("product_line")
    sums = groups[["revenue"]].sum().assign(margin=groups["margin"].sum(min_count=1))
    return sums.reindex(lines)


def _line_states(table: pd.DataFrame, new: np.ndarray) -> pd.Series:
    now, before = table["revenue"], table["revenue_before"]
    conditions = {
        "": (now > 0) & before.isna(),
        "new": (now > 0) & (before <= 0) & new,
        "back": (now > 0) & (before <= 0),
        "grown": (now > 0) & (now > 1.1 * before),
        "shrunk": (now > 0) & (now < 0.9 * before),
        "steady": now > 0,
        "left": before > 0,
    }
    chosen = np.select(list(conditions.values()), list(conditions), default="long gone")
    return pd.Series(chosen, table.index, dtype="str")
