"""Pages and chapters of a data set's own, on the example that the docs show."""

import json
import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from consenting import consented

from kamlib import DataError, open_book
from kamlib.chapters.catalogue import pack_tables
from kamlib.pack.pack import write_pack
from kamlib.pack.page_list import PAGES, own_pages
from kamlib.places import PROJECT

pytestmark = pytest.mark.slow
EXAMPLES = PROJECT / "docs" / "examples"
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


@pytest.fixture(scope="module")
def company(tmp_path_factory) -> Path:
    """A small company: A1 buys every Monday of a year, B2 every fourth Thursday."""
    folder = tmp_path_factory.mktemp("own") / "company"
    folder.mkdir()
    mondays = pd.date_range("2024-01-01", "2024-12-31", freq="W-MON")
    thursdays = pd.date_range("2024-01-04", "2024-12-31", freq="28D")
    rows = [("A1", day, 100.0, "North") for day in mondays]
    rows += [("B2", day, 30.0, "South") for day in thursdays]
    lines = pd.DataFrame(rows, columns=["account", "date", "revenue", "region"])
    lines.assign(document=range(len(lines))).to_csv(folder / "sales.csv", index=False)
    toml = 'title = "Own"\ncurrency = "EUR"\n\n[transactions]\nsource = "sales.csv"\n'
    (folder / "dataset.toml").write_text(toml, encoding="utf-8")
    for name in ("chapters", "notebooks"):
        shutil.copytree(EXAMPLES / name, folder / name)
    return consented(folder)


@pytest.fixture(scope="module")
def pack(company, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kamlib.pack.pack.PAGES", PAGES[:1])
        reports = tmp_path_factory.mktemp("reports")
        return write_pack(
            company,
            "2024Q4",
            {"pack.dossiers": 0, "replay.quarters": 1, "stability.resamples": 10},
            reports=reports,
        )


def test_the_docs_show_the_example_as_it_is():
    text = (PROJECT / "docs" / "own-pages.md").read_text(encoding="utf-8")
    assert (EXAMPLES / "chapters" / "weekdays.py").read_text(encoding="utf-8") in text
    cells = json.loads((EXAMPLES / "notebooks" / "weekdays.ipynb").read_text())["cells"]
    for cell in cells:
        assert "".join(cell["source"]) in text


def test_an_own_notebook_is_a_page_with_navigation(pack):
    assert pack.complete, (pack.failures, pack.checks)
    page = (pack.folder / "weekdays.html").read_text(encoding="utf-8")
    assert "<h1" in page and "When do they order?" in page
    assert "Most orders come on Mon: 80% of all." in page
    for file in ("index.html", "weekdays.html"):
        html = (pack.folder / file).read_text(encoding="utf-8")
        assert 'href="index.html"' in html and 'href="weekdays.html"' in html
    assert (pack.folder / "notebooks" / "weekdays.ipynb").is_file()
    assert "import " not in page.partition("<main")[2]


def test_what_it_shows_by_name_is_a_file_of_the_pack(pack):
    regions = pd.read_csv(pack.folder / "tables" / "region_sales.csv")
    assert regions["revenue"].tolist() == [5300.0, 390.0]
    manifest = json.loads((pack.folder / "manifest.json").read_text(encoding="utf-8"))
    assert {"region_sales.csv", "order_weekdays.csv"} <= set(manifest["tables"])


def test_an_own_chapter_adds_a_table_and_a_sheet(pack):
    table = pd.read_csv(pack.folder / "tables" / "order_weekdays.csv", index_col="account")
    assert table.loc["A1", DAYS].tolist() == [53, 0, 0, 0, 0, 0, 0]
    assert table.loc["B2", DAYS].tolist() == [0, 0, 0, 13, 0, 0, 0]
    book = openpyxl.load_workbook(pack.folder / pack.workbook)
    sheet = book["Weekdays"]
    assert sheet["A1"].value == "When do they order?"
    assert sheet["A2"].value.startswith("2 accounts")
    links = {cell.value: cell for row in book["More"].iter_rows() for cell in row if cell.hyperlink}
    assert links["Weekdays"].hyperlink.location == "'Weekdays'!A1"
    assert links["Weekdays"].offset(0, 1).value == "On which days of the week who orders"


def test_the_book_has_it_beside_ours_in_earlier_quarters_too(company):
    book = open_book(company, "2024Q4")
    assert "weekdays" in dir(book) and book.chapters[-1] is book.weekdays
    assert "order_weekdays" in pack_tables(book)
    assert book.earlier().weekdays.book.quarter == pd.Period("2024Q3")


@pytest.fixture
def changed(company, tmp_path):
    """A copy of the company to spoil."""
    return Path(shutil.copytree(company, tmp_path / "company"))


def test_without_consent_no_pack_is_written_and_nothing_runs(changed, tmp_path):
    with pytest.raises(DataError, match="chapters/weekdays.py, notebooks/weekdays.ipynb") as told:
        write_pack(changed, "2024Q4", reports=tmp_path / "reports")
    assert "--allow-code" in str(told.value) and not (tmp_path / "reports").exists()


@pytest.mark.parametrize(
    "old, new, match",
    [
        ('"weekdays", "Weekdays"', '"abc_xyz", "W"', 'there is a chapter "abc_xyz" already'),
        ('"weekdays", "Weekdays"', '"Week days", "W"', 'name = "Week days"; expected small'),
        ("def order_weekdays", "def matrix", 'there is a table "matrix" already'),
        ('"Weekdays",\n            about', '"Matrix",\n            about', 'a sheet "Matrix"'),
        ("import pandas", "import pandass", "cannot be loaded: ModuleNotFoundError"),
    ],
)
def test_a_chapter_that_cannot_stand_beside_ours_is_refused(changed, old, new, match):
    path = changed / "chapters" / "weekdays.py"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError, match=match) as refused:
        open_book(consented(changed), "2024Q4")
    assert "chapters/weekdays.py" in str(refused.value)


def test_a_notebook_without_our_parameters_is_refused_before_anything_is_written(changed, tmp_path):
    path = changed / "notebooks" / "weekdays.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace('"parameters"', '"none"'))
    with pytest.raises(DataError, match='weekdays.ipynb: no cell tagged "parameters" sets'):
        write_pack(consented(changed), "2024Q4", reports=tmp_path / "reports")
    assert not (tmp_path / "reports").exists()


def test_a_notebook_of_old_is_a_page_and_of_no_anonymous_pack(changed):
    path = changed / "notebooks" / "weekdays.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    (cell,) = [c for c in notebook["cells"] if "parameters" in c["metadata"].get("tags", [])]
    cell["source"] = 'dataset = "demo"\nquarter = "latest"\nsettings = {}'
    path.write_text(json.dumps(notebook), encoding="utf-8")
    (page,) = own_pages(open_book(consented(changed), "2024Q4"))
    assert page.file == "weekdays.html"
    hidden = open_book(changed, "2024Q4", {"privacy.anonymise": "yes"})
    assert not own_pages(hidden) and "weekdays" not in dir(hidden)


def test_a_notebook_is_not_called_like_one_of_ours(changed):
    notebooks = changed / "notebooks"
    (notebooks / "weekdays.ipynb").rename(notebooks / "01_abc_xyz.ipynb")
    with pytest.raises(DataError, match="there is a page .* already; rename the notebook"):
        own_pages(open_book(consented(changed), "2024Q4"))


def test_a_table_is_not_called_like_one_of_the_packs(tmp_path, monkeypatch):
    from kamlib import table

    frame = pd.DataFrame({"revenue": [1.0]})
    table(frame, name="matrix")  # no pack is written: nothing is kept
    monkeypatch.setenv("KAM_TABLES", str(tmp_path))
    with pytest.raises(ValueError, match='"matrix" is one of the pack\'s own'):
        table(frame, name="matrix")
    with pytest.raises(ValueError, match=r'table "\.\./x": expected small letters'):
        table(frame, name="../x")
    table(frame, name="mine")
    assert (tmp_path / "mine.csv").read_text(encoding="utf-8-sig") == "revenue\n1\n"
