"""Order sizes: by hand, from the frame to the page and the sheet."""

import openpyxl
import pandas as pd
import pytest

from kamlib import open_book
from kamlib.analysis.abc_xyz.order_size import order_sizes
from kamlib.pack.pack import write_pack
from kamlib.pack.page_list import PAGES


def test_an_order_brings_what_was_bought_by_the_days_with_an_order():
    days = ["2024-03-01", "2024-06-01", "2025-02-01", "2025-05-01", "2025-08-01"]
    gaps = pd.DataFrame({"account": "a", "date": pd.to_datetime(days)})
    months = pd.DataFrame({
        "account": "a",
        "month": pd.PeriodIndex(["2024-03", "2024-06", "2025-02", "2025-05", "2025-08"], freq="M"),
        "revenue": [100.0, 300.0, 90.0, 60.0, 30.0],
    })  # fmt: skip
    row = order_sizes(gaps, months, as_of=pd.Timestamp("2025-12-31")).loc["a"]
    assert row.to_dict() == {
        "orders": 3, "size": 60.0, "orders_before": 2, "size_before": 200.0, "change": -140.0,
    }  # fmt: skip


def test_the_page_and_the_sheet_are_there(tmp_path, monkeypatch):
    mine = [page for page in PAGES if page.notebook == "07_order_size"]
    monkeypatch.setattr("kamlib.pack.pack.PAGES", mine)
    pack = write_pack("demo", "2025Q4", {"pack.dossiers": 0}, reports=tmp_path)
    assert pack.complete, pack.failures
    page = (pack.folder / "07-order-size.html").read_text(encoding="utf-8")
    sizes = open_book("demo", "2025Q4").order_size
    assert str(sizes.says.fallen) in page and "An order of" in page
    sheet = openpyxl.load_workbook(pack.folder / pack.workbook)["Order size"]
    assert sheet["A2"].value.startswith(f"{len(sizes.order_sizes)} accounts")
    table = pd.read_csv(pack.folder / "tables" / "order_sizes.csv", index_col="account")
    assert table["change"].iloc[0] == pytest.approx(sizes.order_sizes["change"].iloc[0])
