"""One command from an export to a pack: described beside the pack, and used again."""

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from kamlib.cli import raw_files
from kamlib.errors import DataError
from kamlib.pack import pack as packs
from kamlib.pack.template import write_template


@pytest.fixture
def packed(monkeypatch):
    """The packs that would be written: what was asked, after the data was opened."""
    written = []

    def write_pack(dataset, quarter, settings, *, reports, **_more):
        book = packs.open_book(dataset, quarter, settings)
        folder = reports / book.dataset.name / str(book.quarter)
        written.append(SimpleNamespace(book=book, folder=folder))
        return packs.Pack(folder, "kam.xlsx")

    monkeypatch.setattr(packs, "write_pack", write_pack)
    return written


def test_an_export_becomes_a_pack_and_its_mapping_is_kept(kam, sales, packed):
    sales(name="my sales 2025.csv")
    done = kam("report", "my sales 2025.csv", "--quarter", "2025Q3")
    assert done.exit_code == 0, done.output
    mapping = Path("reports/my-sales-2025/dataset.toml")
    assert "Decided, and how we know" in done.output and str(mapping) in done.output
    [pack] = packed
    assert str(pack.book.quarter) == "2025Q3" and pack.folder == mapping.parent / "2025Q3"
    assert "decision" in set(pack.book.findings["severity"])
    mapping.write_text(mapping.read_text("utf-8").replace('title = "', 'title = "Our '), "utf-8")
    again = kam("report", "my sales 2025.csv")
    assert again.exit_code == 0 and "Decided" not in again.output
    assert packed[1].book.dataset.title == "Our my sales 2025"
    assert kam("report", "reports/my-sales-2025").exit_code == 0 and len(packed) == 3


def test_a_heavy_question_stops_it_and_keeps_the_mapping(kam, sales, packed):
    sales(also_signed=True)
    done = kam("report", "sales.csv")
    assert done.exit_code == 2 and not packed
    told = " ".join(done.output.split())
    assert "Answer: kam answer reports/sales credit_notes minus (or plus)" in told
    assert kam("answer", "reports/sales", "credit_notes", "minus").exit_code == 0
    assert kam("report", "sales.csv").exit_code == 0 and len(packed) == 1


def test_changed_columns_and_other_files_are_clear_errors(kam, sales, packed):
    lines = sales()
    assert kam("report", "sales.csv").exit_code == 0
    lines.rename(columns={"Net Amount": "Betrag"}).to_csv("sales.csv", index=False)
    done = kam("report", "sales.csv")
    told = " ".join(done.output.split())
    assert done.exit_code == 2 and "Net Amount" in told
    assert "reports/sales/dataset.toml" in told and "delete it" in told
    sales(name="other.csv")
    done = kam("report", "sales.csv", "other.csv")
    assert done.exit_code == 2 and "is of other files (sales.csv)" in " ".join(done.output.split())


def test_what_is_no_export_is_told_apart(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_template(Path("input.xlsx"))
    export = pd.DataFrame({"Customer": ["A"], "Amount": [1.0]})
    export.to_excel("export.xlsx", sheet_name="transactions", index=False)
    own = pd.DataFrame({"account": ["A"], "date": ["2025-01-01"], "revenue": [1.0]})
    own.to_excel("own.xlsx", sheet_name="transactions", index=False)
    export.to_csv("export.csv", index=False)
    for name, raw in [("input", False), ("export", True), ("own", False)]:
        assert raw_files.are_raw([f"{name}.xlsx"]) == raw, name
    assert raw_files.are_raw(["export.csv", "export.xlsx"]) and not raw_files.are_raw(["demo"])
    with pytest.raises(DataError, match="several data sets"):
        raw_files.are_raw(["demo", "mine"])
    with pytest.raises(DataError, match="is a data set of its own"):
        raw_files.are_raw(["export.csv", "input.xlsx"])
    with pytest.raises(DataError, match=r"none.csv: there is no such file"):
        raw_files.are_raw(["export.csv", "none.csv"])
