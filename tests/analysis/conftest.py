"""Account frames from order lines, slow and obvious, so that analyses are tested alone."""

import math
from collections import defaultdict
from statistics import mean, median, pstdev
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from companies import shared
from salvirt_deals import read_deals

from kamlib import open_book
from kamlib.analysis.abc_xyz.abc_xyz import abc_xyz
from kamlib.analysis.measures.rhythm import with_rhythm
from kamlib.analysis.segments.criteria import criteria
from kamlib.analysis.segments.invest import portfolio_matrix
from kamlib.analysis.segments.key_accounts import key_accounts
from kamlib.analysis.segments.known import Known
from kamlib.analysis.segments.record import track_record
from kamlib.analysis.segments.rfm import rfm
from kamlib.analysis.segments.types import account_types
from kamlib.data.describe.schema import TABLES
from kamlib.settings.rhythm import RhythmSettings

MONTH_COLUMNS = [
    *("account", "month", "revenue", "margin", "order_days"),
    *("gaps", "gap_days", "gap_days_squared"),
]
ORDER_COLUMNS = [
    *("as_of", "account", "first_order", "last_order", "order_days", "gaps"),
    *("gap_median", "gap_mean", "gap_sd", "gap_log_sum"),
]


def slow_months(lines):
    """One row per account and month with a line; ``lines``: (account, day, revenue, margin)."""
    cells = defaultdict(lambda: {"revenue": 0.0, "margin": 0.0, "days": set(), "gaps": []})
    for account, day, revenue, margin in lines:
        cell = cells[account, pd.Timestamp(day).to_period("M")]
        cell["revenue"] += revenue
        cell["margin"] += math.nan if margin is None else margin
    for account, days in slow_order_days(lines).items():
        for day in days:
            cells[account, day.to_period("M")]["days"].add(day)
        for earlier, later in zip(days, days[1:], strict=False):
            cells[account, later.to_period("M")]["gaps"].append((later - earlier).days)
    rows = [
        (
            *(account, month, cell["revenue"], cell["margin"], len(cell["days"])),
            *(len(cell["gaps"]), sum(cell["gaps"]), sum(gap**2 for gap in cell["gaps"])),
        )
        for (account, month), cell in cells.items()
    ]
    frame = pd.DataFrame(rows, columns=MONTH_COLUMNS)
    return frame.astype({"account": "str", "month": "period[M]", "revenue": float, "margin": float})


def slow_orders(lines, dates):
    """One row per date and account that had ordered by then."""
    rows = []
    for date in map(pd.Timestamp, dates):
        for account, all_days in slow_order_days(lines).items():
            days = [day for day in all_days if day <= date]
            gaps = [(later - earlier).days for earlier, later in zip(days, days[1:], strict=False)]
            if days:
                figures = [f(gaps) if gaps else math.nan for f in (median, mean, pstdev)]
                logs = sum(map(math.log, gaps)) if gaps else math.nan
                rows.append(
                    (date, account, days[0], days[-1], len(days), len(gaps), *figures, logs)
                )
    frame = pd.DataFrame(rows, columns=ORDER_COLUMNS)
    kinds = dict.fromkeys(["as_of", "first_order", "last_order"], "datetime64[us]")
    numbers = dict.fromkeys(ORDER_COLUMNS[6:], float)
    frame = frame.astype({"account": "str", **kinds, **numbers})
    days = [(account, day) for account, all_days in slow_order_days(lines).items()
            for day in all_days]  # fmt: skip
    return rhythmic(frame, pd.DataFrame(days, columns=["account", "date"]))


def rhythmic(orders, days):
    """Order statistics with the rhythm, as a book has them."""
    days = days.astype({"account": "str", "date": "datetime64[us]"})
    days = days.sort_values(["account", "date"], ignore_index=True)
    return with_rhythm(orders, days, rules=RhythmSettings())


def slow_order_days(lines):
    """The days with a positive line, in order, per account."""
    days = defaultdict(set)
    for account, day, revenue, _ in lines:
        if revenue > 0:
            days[account].add(pd.Timestamp(day))
    return {account: sorted(found) for account, found in days.items()}


def slow_accounts(lines):
    names = sorted({account for account, *_ in lines})
    index = pd.Index(names, name="account", dtype="str")
    columns = {"name": [f"Name of {name}" for name in names], "manager": "Ann", "region": "North"}
    return pd.DataFrame(columns, index).astype("str")


def slow_frames(lines, dates):
    """``months``, ``orders``, ``accounts`` as the data layer hands them over."""
    until = max(map(pd.Timestamp, dates))
    lines = [line for line in lines if pd.Timestamp(line[1]) <= until]
    return slow_months(lines), slow_orders(lines, dates), slow_accounts(lines)


def quick_frames(lines, dates):
    """The same from a frame ``account``, ``date``, ``revenue``, for the large real data."""
    lines = lines[lines["date"] <= max(dates)]
    days = lines[lines["revenue"] > 0][["account", "date"]].drop_duplicates()
    days = days.sort_values(["account", "date"], ignore_index=True)
    days["gap"] = days.groupby("account")["date"].diff().dt.days
    days = days.assign(
        month=days["date"].dt.to_period("M"),
        **{"square": days["gap"] ** 2, "log": np.log(days["gap"])},
    )
    ordered = days.groupby(["account", "month"]).agg(
        order_days=("date", "size"),
        gaps=("gap", "count"),
        gap_days=("gap", "sum"),
        gap_days_squared=("square", "sum"),
    )
    month = lines["date"].dt.to_period("M").rename("month")
    months = lines.groupby(["account", month])[["revenue"]].sum().assign(margin=np.nan)
    months = months.join(ordered).fillna(dict.fromkeys(ordered, 0)).reset_index()
    orders = pd.concat(_quick_orders(days[days["date"] <= date], date) for date in dates)
    names = pd.Index(sorted(lines["account"].unique()), name="account", dtype="str")
    accounts = pd.DataFrame({"name": "", "manager": "", "region": ""}, names).astype("str")
    kinds = dict.fromkeys(["as_of", "first_order", "last_order"], "datetime64[us]")
    orders = rhythmic(orders[ORDER_COLUMNS].astype(kinds), days[["account", "date"]])
    return months[MONTH_COLUMNS], orders, accounts


def _quick_orders(days, date):
    groups = days.groupby("account")
    found = groups.agg(
        first_order=("date", "min"),
        last_order=("date", "max"),
        order_days=("date", "size"),
        gaps=("gap", "count"),
        gap_median=("gap", "median"),
        gap_mean=("gap", "mean"),
    )
    found["gap_sd"] = groups["gap"].std(ddof=0)
    found["gap_log_sum"] = groups["log"].sum(min_count=1)
    return found.reset_index().assign(as_of=date)


@pytest.fixture(scope="session")
def frames():
    return slow_frames


@pytest.fixture(scope="session")
def quick():
    return quick_frames


@pytest.fixture(scope="session")
def retail_lines():
    """Kept lines of Online Retail II as its dataset.toml says: account, date, revenue."""
    lines = pd.read_parquet(shared("online-retail-ii/online_retail_II.parquet"))
    first_sheet = lines.groupby("Invoice")["Sheet"].transform("min")
    stock = lines["StockCode"].astype("str")
    product = stock.str.match("[0-9]{5}") | (stock == "D")
    lines = lines[(lines["Sheet"] == first_sheet) & lines["Customer ID"].notna() & product]
    return pd.DataFrame(
        {
            "account": lines["Customer ID"].astype("int64").astype("str"),
            "date": lines["InvoiceDate"].dt.normalize().astype("datetime64[us]"),
            "revenue": (lines["Quantity"] * lines["Price"]).astype(float).round(6),
        }
    )


@pytest.fixture(scope="session")
def retail(retail_lines):
    """The account frames of Online Retail II for 2011Q3 and the eight quarters before."""
    dates = pd.period_range("2009Q3", "2011Q3", freq="Q").end_time.normalize().as_unit("us")
    return quick_frames(retail_lines, list(dates))


# Hours of each place for tests of the key list: round figures, a type over a cell.
PLAY_HOURS = {
    **{"AX": 20, "AY": 18, "AZ": 16, "BX": 8, "BY": 6, "BZ": 4, "CX": 2, "CY": 1, "CZ": 1},
    **{"breadwinner": 30, "prospective": 14, "image": 12, "expert": 12},
}


def _key_frames(book):
    """What types, RFM, matrix and key list need and give, for one book."""
    known, settings = book.known, book.settings
    until = {"as_of": book.as_of, "settings": settings}
    classes = abc_xyz(book.months, book.orders, book.accounts, **until, seen_to=book.seen_to)
    sides = [known(name) for name in ("interactions", "deliveries", "payments", "tenders")]
    record = track_record(*sides, as_of=book.as_of)
    of_accounts = Known(
        classes=classes,
        accounts=book.accounts,
        months=book.months,
        line_quarters=book.line_quarters,
        record=record,
        as_of=book.as_of,
        seen_to=book.seen_to,
        data_from=book.tables.data_from,
        **{n: known(n) for n in ("judgements", "competitors", "prospects", "contacts")},
    )
    scores = criteria(of_accounts, settings=settings)
    types = account_types(of_accounts, settings=settings)
    matrix = portfolio_matrix(of_accounts, settings=settings)
    places = types["types"].str.split(", ").str[0]
    places = places.where(places != "none", classes["cell"])
    plays = places.map(PLAY_HOURS).fillna(4.0).to_frame("hours")
    chosen = key_accounts(classes, types, scores, plays, known("managers"), settings=settings)
    return SimpleNamespace(
        book=book,
        classes=classes,
        record=record,
        criteria=scores,
        types=types,
        matrix=matrix,
        rfm=rfm(classes, book.months, **until),
        plays=plays,
        managers=known("managers"),
        chosen=chosen,
    )


@pytest.fixture(scope="session")
def key_frames():
    """What gives a book's types, RFM, matrix and key list, for a changed book."""
    return _key_frames


@pytest.fixture(scope="session")
def demo_keys():
    return _key_frames(open_book("demo"))


@pytest.fixture(scope="session")
def demo_keys_before(demo_keys):
    return _key_frames(demo_keys.book.earlier())


@pytest.fixture(scope="session")
def retail_keys(online_retail_parquet):
    return _key_frames(open_book(online_retail_parquet, "2011Q3"))


@pytest.fixture(scope="session")
def works_keys(adventureworks):
    return _key_frames(open_book(adventureworks, "2020Q1"))


@pytest.fixture(scope="session")
def side_table():
    """Rows of a canonical side table: what is not given is empty, as the data layer has it."""

    def make(name, rows=()):
        kinds = {"text": "str", "number": float, "date": "datetime64[us]", "flag": "boolean"}
        table = TABLES[name]
        frame = pd.DataFrame(list(rows), columns=list(table.names))
        return frame.astype({column.name: kinds[column.kind] for column in table.columns})

    return make


@pytest.fixture(scope="session")
def cdnow():
    """Order days of the CDNOW sample with their value, and the end of the papers' first period."""
    file = shared("cdnow/CDNOW_sample.txt")
    names = ["master", "account", "date", "number", "value"]
    lines = pd.read_csv(file, sep=r"\s+", names=names, dtype={"account": "str", "date": "str"})
    lines["date"] = pd.to_datetime(lines["date"], format="%Y%m%d")
    return lines.groupby(["account", "date"])["value"].sum().reset_index()


@pytest.fixture(scope="session")
def salvirt_deals():
    """Decided deals of Salvirt as facts and outcomes: tests/data/salvirt_deals.py."""
    return read_deals(shared("salvirt-b2b/b2b_sales.csv"))
