"""The result tables on real data: the same from every copy of it, and by an independent sum."""

import pandas as pd
import pytest

from kamlib import open_book
from kamlib.chapters.catalogue import pack_tables
from kamlib.show.files import write_csv

QUARTER = "2011Q3"
FEW = {"stability.resamples": 10, "replay.quarters": 1}


@pytest.fixture(scope="module")
def from_xlsx(online_retail):
    return pack_tables(open_book(online_retail, QUARTER, FEW))


@pytest.mark.long
@pytest.mark.slow
def test_xlsx_and_parquet_give_the_same_tables_byte_for_byte(
    from_xlsx, online_retail_parquet, tmp_path
):
    from_parquet = pack_tables(open_book(online_retail_parquet, QUARTER, FEW))
    assert list(from_xlsx) == list(from_parquet)
    for name, frame in from_xlsx.items():
        write_csv(frame, tmp_path / "xlsx.csv")
        write_csv(from_parquet[name], tmp_path / "parquet.csv")
        assert (tmp_path / "xlsx.csv").read_bytes() == (tmp_path / "parquet.csv").read_bytes(), name


@pytest.mark.slow
def test_the_classes_hold_against_plain_pandas_on_the_raw_lines(from_xlsx, online_retail):
    lines = pd.read_parquet(online_retail / "online_retail_II.parquet")
    second = lines["Sheet"] == "Year 2010-2011"
    repeated = second & lines["Invoice"].isin(lines.loc[~second, "Invoice"])
    product = lines["StockCode"].str.match(r"^[0-9]{5}") | (lines["StockCode"] == "D")
    lines = lines[~repeated & lines["Customer ID"].notna() & product]
    assert len(lines) == 806_058
    year = lines[(lines["InvoiceDate"] >= "2010-10-01") & (lines["InvoiceDate"] < "2011-10-01")]
    value = (year["Quantity"] * year["Price"]).groupby(year["Customer ID"].astype(str)).sum()
    value = value.round(4).sort_values(ascending=False)
    before = (value.cumsum() - value) / value[value > 0].sum()
    classes = from_xlsx["abc_xyz"]
    assert classes["revenue"].sum() == pytest.approx(value.sum(), abs=0.005)
    for letter, low, high in (("A", -1, 0.80), ("B", 0.80, 0.95), ("C", 0.95, 2)):
        wanted = value[(value > 0) & (before >= low) & (before < high)].index
        assert set(wanted) == set(classes.index[classes["abc"] == letter])


@pytest.mark.slow
def test_resellers_have_margins_lines_and_managers(adventureworks):
    book = open_book(adventureworks)
    tables = pack_tables(book)
    assert book.has_margin and "sales_against_margin" in tables
    classes = tables["abc_xyz"]
    assert classes["margin"].sum() == pytest.approx(
        book.months.loc[book.months["month"] > book.as_of.to_period("M") - 12, "margin"].sum()
    )
    losing = classes[(classes["margin"] < 0) & (classes["revenue"] > 0)]
    assert len(losing) > 50  # of the resellers, more than half lose money over all years
    assert (classes["manager"] != "").all()
