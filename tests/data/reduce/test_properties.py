"""Whatever the lines: all are accounted for, in any order, and the rhythm is a slow loop's."""

import datetime as dt
import math
import tempfile
from decimal import Decimal
from pathlib import Path
from statistics import mean, median, pstdev

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sales_table import slow_orders, write_dataset

from kamlib.data.frames import account_months, latest_attributes, order_statistics
from kamlib.data.read.dataset import load_dataset
from kamlib.data.reduce.ledger import open_ledger
from kamlib.data.reduce.opening import engine_of

LINE = st.tuples(
    st.sampled_from(["A", "B", "Ä", "", None]),
    st.one_of(
        st.none(),
        st.dates(dt.date(2023, 1, 1), dt.date(2024, 12, 31)),
        st.sampled_from([dt.date(2023, 12, 31), dt.date(2024, 1, 1)]),
    ),
    st.sampled_from(["R1", "R2", None]),
    st.one_of(st.none(), st.integers(-10_000, 10_000).map(lambda cents: cents / 100)),
    st.sampled_from(["P", "Q", None]),
)
LINES = st.lists(LINE, min_size=1, max_size=25)
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
AS_OF = [pd.Timestamp("2023-12-31"), pd.Timestamp("2024-12-31")]


def ledger_of(lines, folder):
    names = ["Customer", "Date", "Document", "Amount", "Line"]
    frame = pd.DataFrame(lines, columns=names)
    kinds = {"Customer": "str", "Document": "str", "Amount": "float64", "Line": "str"}
    frame = frame.astype(kinds).assign(Date=pd.to_datetime(frame["Date"]))
    dataset = write_dataset(Path(folder), "sales.parquet")
    file = dataset / "dataset.toml"
    # Whether a row is a total is a matter of what stands above it: here all rows are lines.
    text = file.read_text("utf-8").replace("[transactions]\n", "[transactions]\ntotals = false\n")
    text += '[[transactions.exclude]]\nreason = "line Q"\nwhere = "Line = \'Q\'"\n'
    file.write_text(text, "utf-8")
    frame.to_parquet(dataset / "sales.parquet")
    described = load_dataset(dataset)
    return open_ledger(engine_of(described), described)


def is_kept(line):
    account, day, _document, amount, product_line = line
    return bool(account) and day is not None and amount is not None and product_line != "Q"


@QUICK
@given(LINES)
def test_rows_and_revenue_of_all_fates_add_up_to_what_was_read(lines):
    with tempfile.TemporaryDirectory() as folder:
        fates = open_ledger_fates(lines, folder)
    assert fates["rows"].sum() == len(lines)
    read = sum(Decimal(str(line[3])) for line in lines if line[3] is not None)
    assert fates["revenue"].sum() == pytest.approx(float(read), abs=1e-6)
    kept = fates[fates["step"] == "kept"]
    assert kept["rows"].sum() == sum(map(is_kept, lines))


def open_ledger_fates(lines, folder):
    return ledger_of(lines, folder).fates


@QUICK
@given(LINES.filter(lambda lines: any(map(is_kept, lines))), st.randoms())
def test_the_order_of_lines_does_not_matter(lines, random):
    shuffled = list(lines)
    random.shuffle(shuffled)
    frames = []
    for version in (lines, shuffled):
        with tempfile.TemporaryDirectory() as folder:
            ledger = ledger_of(version, folder)
            frames.append(
                [
                    account_months(ledger.table, AS_OF[-1]),
                    order_statistics(ledger.table, AS_OF),
                    latest_attributes(ledger.table, AS_OF[-1]),
                    ledger.fates,
                ]
            )
            fingerprint = ledger.fingerprint
            frames[-1].append(pd.DataFrame([fingerprint]))
    for one, other in zip(*frames, strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True)


@QUICK
@given(LINES.filter(lambda lines: any(map(is_kept, lines))))
def test_order_statistics_are_those_of_a_slow_loop(lines):
    with tempfile.TemporaryDirectory() as folder:
        found = order_statistics(ledger_of(lines, folder).table, AS_OF)
    expected = list(slow_statistics(lines))
    assert found[["as_of", "account"]].to_numpy().tolist() == [list(row[:2]) for row in expected]
    for row, slow in zip(found.itertuples(index=False), expected, strict=True):
        assert row[2:6] == slow[2:6]
        assert row[6:] == pytest.approx(slow[6:], abs=1e-9, nan_ok=True)


def slow_statistics(lines):
    kept = [(a, day, document, "", sum_) for a, day, document, sum_, _ in filter(is_kept, lines)]
    orders = slow_orders(kept)
    for as_of in AS_OF:
        for account in sorted({account for account, _day in orders}):
            every = [pd.Timestamp(day) for one, day in orders if one == account]
            days = [day for day in every if day <= as_of]
            gaps = [(later - day).days for day, later in zip(days, days[1:], strict=False)]
            if days:
                figures = [f(gaps) if gaps else math.nan for f in (median, mean, pstdev)]
                logs = sum(map(math.log, gaps)) if gaps else math.nan
                yield as_of, account, days[0], days[-1], len(days), len(gaps), *figures, logs
