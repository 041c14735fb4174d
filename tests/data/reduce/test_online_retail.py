"""The real case: Online Retail II through .xlsx and through Parquet, held against pandas."""

import numpy as np
import pandas as pd
import pytest

from kamlib import open_book
from kamlib.data.reduce import ledger as ledger_module

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def from_parquet(online_retail_parquet):
    return open_book(online_retail_parquet, "2011Q3")


@pytest.fixture(scope="module")
def from_xlsx(online_retail):
    return open_book(online_retail, "2011Q3")


@pytest.fixture(scope="module")
def lines(online_retail):
    """The kept lines, by pandas alone: account, date, product, revenue."""
    lines = pd.read_parquet(online_retail / "online_retail_II.parquet")
    first_sheet = lines.groupby("Invoice")["Sheet"].transform("min")
    code = lines["StockCode"].astype("str")
    product = code.str.match("[0-9]{5}") | (code == "D")
    kept = lines[(lines["Sheet"] == first_sheet) & lines["Customer ID"].notna() & product]
    return pd.DataFrame(
        {
            "account": kept["Customer ID"].astype("int64").astype("str"),
            "date": kept["InvoiceDate"].dt.normalize(),
            "product": kept["StockCode"].astype("str"),
            "revenue": (kept["Quantity"] * kept["Price"]).astype("float64").round(4),
        }
    )


def order_days(lines):
    """Days on which, netted per product, anything positive remains, each with its gap."""
    net = lines.groupby(["account", "date", "product"])["revenue"].sum().round(4)
    days = net[net > 0].reset_index()[["account", "date"]].drop_duplicates()
    return days.assign(gap=days.groupby("account")["date"].diff().dt.days)


def test_a_storno_of_the_same_day_is_no_order(from_parquet, lines):
    """Of 32,882 days with a positive line 148 leave nothing; three accounts never ordered."""
    positive = lines[lines["revenue"] > 0].drop_duplicates(["account", "date"])
    assert (len(positive), len(order_days(lines))) == (32_882, 32_734)
    last = from_parquet.orders.groupby("account")["last_order"].max()
    assert last["12346"] == pd.Timestamp("2010-06-28"), "January 2011 came back at once"
    never = set(positive["account"]) - set(order_days(lines)["account"])
    assert never == {"12773", "17378", "17592"} and not never & set(last.index)


def test_every_line_of_the_workbook_is_accounted_for(from_xlsx):
    told = from_xlsx.reconciliation.set_index(["step", "reason"])
    rows = told["rows"]
    assert rows["read", ""] == 1_067_371
    assert rows["set aside", "document already read in Year 2009-2010"] == 22_523
    assert rows["excluded", "no customer id"] == 235_287
    assert rows["excluded", "not a product: postage, fees, manual, samples"] == 3_503
    assert rows["kept", ""] == 806_058
    assert rows[["set aside", "excluded", "kept"]].sum() == rows["read", ""]
    assert told["revenue"]["kept", ""] == pytest.approx(16_399_131.24, abs=0.005)
    parts = told.loc[["set aside", "excluded", "kept"], "revenue"].sum()
    assert parts == pytest.approx(told["revenue"]["read", ""], abs=0.005)
    assert rows["of those kept"].sum() == 806_058
    assert "rejected" not in told.index.get_level_values("step")


@pytest.mark.parametrize("frame", ["months", "orders", "accounts", "line_quarters", "findings"])
def test_parquet_gives_the_same_frames_bit_for_bit(from_xlsx, from_parquet, frame):
    pd.testing.assert_frame_equal(
        getattr(from_xlsx, frame), getattr(from_parquet, frame), check_exact=True
    )


def test_parquet_reconciles_to_the_same_numbers(from_xlsx, from_parquet):
    pd.testing.assert_frame_equal(
        from_xlsx.reconciliation, from_parquet.reconciliation, check_exact=True
    )


def test_a_second_opening_reads_no_source(from_xlsx, online_retail, monkeypatch):
    def refuse(*_args, **_options):
        raise AssertionError("a source was read")

    monkeypatch.setattr(ledger_module, "file_parts", refuse)
    monkeypatch.setattr(ledger_module, "raw_parts", refuse)
    again = open_book(online_retail, "2011Q3")
    assert again.tables.ledger.from_cache
    assert again.tables.ledger.fingerprint == from_xlsx.tables.ledger.fingerprint
    pd.testing.assert_frame_equal(again.months, from_xlsx.months, check_exact=True)


def test_months_are_those_of_pandas(from_parquet, lines):
    lines = lines[lines["date"] <= "2011-09-30"]
    month = lines["date"].dt.to_period("M").rename("month")
    expected = lines.groupby(["account", month])["revenue"].sum()
    days = order_days(lines)
    rhythm = days.groupby(["account", days["date"].dt.to_period("M")])["gap"]
    found = from_parquet.months.set_index(["account", "month"])
    np.testing.assert_allclose(found["revenue"], expected, atol=1e-6)
    for column, slow in (
        ("order_days", rhythm.size()),
        ("gaps", rhythm.count()),
        ("gap_days", rhythm.sum()),
        ("gap_days_squared", rhythm.agg(lambda gaps: (gaps**2).sum())),
    ):
        expected_there = slow.reindex(expected.index, fill_value=0)
        assert (found[column] == expected_there).all(), column


def test_order_statistics_are_those_of_pandas(from_parquet, lines):
    days = order_days(lines)
    assert from_parquet.orders["as_of"].nunique() == 8  # of 9: no sale before 2009Q4
    for as_of, found in from_parquet.orders.groupby("as_of"):
        groups = days[days["date"] <= as_of].groupby("account")
        found = found.set_index("account")
        gaps = groups["gap"]
        assert found.index.to_list() == list(groups.groups)
        assert (found["order_days"] == groups.size()).all()
        assert (found["gaps"] == gaps.count()).all()
        assert (found["first_order"] == groups["date"].min()).all()
        assert (found["last_order"] == groups["date"].max()).all()
        for column, slow in (
            ("gap_median", gaps.median()),
            ("gap_mean", gaps.mean()),
            ("gap_sd", gaps.std(ddof=0)),
            ("gap_log_sum", gaps.apply(lambda g: np.log(g).sum() if g.notna().any() else np.nan)),
        ):
            np.testing.assert_allclose(found[column], slow, atol=1e-9, err_msg=column)


def test_the_quarter_that_has_begun_opens_and_says_so(online_retail_parquet):
    begun = open_book(online_retail_parquet, "2011Q4")
    assert not begun.complete
    assert begun.data_to == pd.Timestamp("2011-12-09")
    assert open_book(online_retail_parquet).quarter == pd.Period("2011Q3")
