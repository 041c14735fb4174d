"""The pack as its readers find it: pages, tables, workbook and manifest that agree."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import nbformat
import openpyxl
import pandas as pd
import pytest
from workbook_cells import load

from kamlib import DataError, open_book, read_table
from kamlib.analysis.todo.verbs import BY_CAMPAIGN
from kamlib.chapters.catalogue import beside_name
from kamlib.pack import pack as pack_module
from kamlib.pack.files import swapped_in
from kamlib.pack.pack import Pack, write_pack
from kamlib.pack.page_list import PAGES
from kamlib.places import PROJECT
from kamlib.words import short

# The contract of DESIGN.md: a table's first columns, which whoever reads the CSV relies on.
FIRST_COLUMNS = {
    "reconciliation": "table step reason rows revenue",
    "abc_xyz": "account name revenue margin share share_before abc xyz cell active_share gap_cv "
    "value_cv border_distance stability why",
    "matrix": "abc xyz accounts revenue margin share",
    "concentration": "measure value",
    "migration": "account from_cell to_cell revenue_before revenue change manager",
    "targets": "prospect need budget authority score fit tier missing why",
    "whitespace": "account product_line expected_value why",
    "plan": "manager account play hours due",
}
pytestmark = pytest.mark.slow
LARGEST = ["N1155", "N1087", "N1049"]
FEW = {"pack.dossiers": 3}
DOSSIERS = 5
NASTY_NAMES = [
    '"Quoted" & Sons',
    "+49 Trading",
    "@home",
    "C:\\Windows\\system32",
    "Emoji 🚚 Logistik",
    "$E=mc^2$ Ltd",
    "-1 Minus",
    # The largest, so these have dossiers.
    '=HYPERLINK("x","click")',
    "../../etc/passwd",
    "Ünïcode " + "x" * 292,
    "上海贸易有限公司",
    "<script>alert('x')</script>",
]


class Page(HTMLParser):
    """The parts of a page that the tests ask about."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.sources: list[str] = []
        self.alts: list[str] = []
        self.tags: list[str] = []
        self.words: list[str] = []
        self._silent = 0
        self.html = path.read_text(encoding="utf-8")
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        values = dict(attrs)
        self.tags.append(tag)
        self._silent += tag in ("script", "style")
        if tag == "a":
            self.links.append(values["href"])
        if tag == "img":
            self.alts.append(values.get("alt") or "")
        self.sources += [values[key] for key in ("src", "srcset") if key in values]
        if tag == "link":
            self.sources.append(values["href"])

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture
def pack(demo_pack) -> Pack:
    return demo_pack


@pytest.fixture
def classes(pack) -> pd.DataFrame:
    return pd.read_csv(pack.folder / "tables" / "abc_xyz.csv", dtype={"account": str})


def test_the_pack_holds_what_the_design_lists(pack):
    assert pack.complete, (pack.failures, pack.checks)
    there = {path.relative_to(pack.folder).as_posix() for path in pack.folder.rglob("*.*")}
    assert {page.file for page in PAGES} <= there
    assert {f"notebooks/{page.notebook}.ipynb" for page in PAGES} <= there
    assert {"kam-demo-2025Q4.xlsx", "manifest.json", "tables/rejected.xlsx"} <= there
    dossiers = {"index", *LARGEST}
    assert {f"accounts/{name}.html" for name in dossiers} == {
        name for name in there if name.startswith("accounts/")
    }
    assert {f"notebooks/accounts/{name}.ipynb" for name in LARGEST} <= there
    assert not [name for name in there if "/." in name or name.startswith(".")]


@pytest.mark.parametrize("name", FIRST_COLUMNS)
def test_each_table_begins_with_the_columns_of_its_contract(pack, name):
    header = pd.read_csv(pack.folder / "tables" / f"{name}.csv", nrows=0).columns
    wanted = FIRST_COLUMNS[name].split()
    assert list(header[: len(wanted)]) == wanted


def test_calendars_hold_the_steps_of_the_campaign_and_the_other_tasks(pack):
    steps, todo = (
        pd.read_csv(pack.folder / "tables" / f"{name}.csv", keep_default_na=False)
        for name in ("campaign", "todo")
    )
    steps = steps[steps["date"] != ""]
    by_campaign = todo["verb"].isin(BY_CAMPAIGN) & todo["subject"].isin(steps["prospect"])
    tasks = todo[(todo["due"] != "") & ~by_campaign]
    tasks = tasks.assign(owner=tasks["manager"], marketing="")
    steps = pd.concat([steps, tasks], ignore_index=True)
    people = sorted((set(steps["owner"]) | set(steps["marketing"])) - {""})
    files = {path.stem: path for path in (pack.folder / "calendar").iterdir()}
    assert sorted(files) == sorted([*people, "everyone"])

    def entries(name):
        return files[name].read_bytes().count(b"BEGIN:VEVENT")

    assert entries("everyone") == len(steps)
    mine = (steps["owner"] == people[0]) | (steps["marketing"] == people[0])
    assert entries(people[0]) == mine.sum() > 0


def test_totals_agree_between_ledger_tables_pages_and_excel(pack, classes):
    book = open_book("demo", "2025Q4")
    year = book.months[book.months["month"] > pd.Period("2024-12", "M")]
    total = round(year["revenue"].sum(), 2)
    matrix = pd.read_csv(pack.folder / "tables" / "matrix.csv")
    assert round(classes["revenue"].sum(), 2) == total
    assert round(matrix["revenue"].sum(), 2) == total
    assert matrix["accounts"].sum() == len(classes) == len(book.accounts)
    page = Page(pack.folder / "index.html")
    assert f"12 months {short(total)} " in page.text
    sheet = openpyxl.load_workbook(pack.folder / pack.workbook, data_only=True)["Accounts"]
    header = next(row for row in sheet.iter_rows() if row[0].value == "Account")
    column = next(c.column for c in header if str(c.value).startswith("Revenue"))
    written = [sheet.cell(row, column).value for row in range(header[0].row + 1, sheet.max_row + 1)]
    assert round(sum(v for v in written if isinstance(v, (int, float))), 2) == total


def test_who_earns_too_little_stands_in_csv_page_and_excel(pack):
    thin = pd.read_csv(pack.folder / "tables" / "thin_margins.csv")
    assert thin.loc[0, "account"] == "N1049"  # planted: sells much, earns 4 %
    assert thin.loc[0, "name"] in Page(pack.folder / "01-abc-xyz.html").text
    sheet = load(pack.folder / pack.workbook)["Thin margins"]
    written = [row[0].value for row in sheet.iter_rows() if row[0].value]
    assert [value for value in written if value in set(thin["account"])] == list(thin["account"])


def test_the_reconciliation_closes_to_the_cent(pack):
    steps_taken = pd.read_csv(pack.folder / "tables" / "reconciliation.csv")
    lines = steps_taken[steps_taken["table"] == "transactions"].set_index("step")
    fates = lines[lines.index.isin(["set aside", "excluded", "rejected", "kept"])]
    assert fates["rows"].sum() == lines.loc["read", "rows"] == 40_855
    assert round(fates["revenue"].sum(), 2) == round(lines.loc["read", "revenue"], 2)
    truth = pd.read_csv(PROJECT / "data" / "demo" / "truth_totals.csv")
    kept = truth[(truth["step"] == "kept") & truth["detail"].isna()].iloc[0]
    assert lines.loc["kept", "rows"] == kept["rows"]
    assert round(lines.loc["kept", "revenue"], 2) == kept["revenue"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.file)
def test_a_page_stands_alone(pack, page):
    shown = Page(pack.folder / page.file)
    assert not [source for source in shown.sources if not source.startswith("data:")]
    assert not re.search(r"https?://", shown.html)
    for link in shown.links:
        assert link.startswith("#") or (pack.folder / link.partition("#")[0]).exists(), link
    assert (shown.alts or page is PAGES[0]) and all(len(alt) > 20 for alt in shown.alts)
    assert "open_book" not in shown.html and "import " not in shown.text
    assert "Traceback" not in shown.text and "object at 0x" not in shown.html
    told = "settings changed." if page is PAGES[0] else "settings changed from the default"
    assert told in shown.text and "data.html" in " ".join(shown.links)
    # Between the pages, and between the parts of a long one.
    assert shown.tags.count("nav") == 1 + (page is not PAGES[0])
    assert shown.tags.count("h1") == 1


@pytest.mark.parametrize("account", LARGEST)
def test_a_dossier_stands_alone_between_its_neighbours(pack, account):
    shown = Page(pack.folder / "accounts" / f"{account}.html")
    assert not [source for source in shown.sources if not source.startswith("data:")]
    assert not re.search(r"https?://", shown.html)
    assert "open_book" not in shown.html and "Traceback" not in shown.text
    assert "../data.html" in shown.links and shown.tags.count("h1") == 1
    place = LARGEST.index(account)
    near = [f"{name}.html" for name in LARGEST[max(place - 1, 0) : place + 2] if name != account]
    assert {"../index.html", "index.html", *near} <= set(shown.links)
    assert {f"../{pack.workbook}", f"../{beside_name(pack.workbook)}"} <= set(shown.links)
    assert f"{account}.html" not in shown.links


def test_every_link_of_every_page_leads_to_a_file(pack):
    pages = list(pack.folder.rglob("*.html"))
    sheets = load(pack.folder / pack.workbook).sheetnames
    managers = len(pd.read_csv(pack.folder / "tables" / "portfolio.csv"))
    # The list of dossiers, the other accounts, the data, the body of a mail.
    assert len(pages) == len(PAGES) + 4 + len(LARGEST) + managers
    for page in pages:
        for link in Page(page).links:
            file, _hash, sheet = unquote(link).partition("#")
            assert not file or (page.parent / file).is_file(), (page, link)
            if file.endswith(".xlsx") and sheet:
                assert sheet.partition("!")[0].strip("'") in sheets, (page, link)


def named_but_not_there(text, files, sheets):
    """The files under tables/ and the sheets of the workbook that a text names in vain."""
    named = re.findall(r"tables/[\w.-]*\w", text)
    told = re.findall(r"\b[Ss]heets? ([A-Z].*)", text, re.MULTILINE)
    lost = [name for name in named if name not in files]
    return lost + [rest for rest in told if not rest.startswith(tuple(sheets))]


def test_every_table_and_sheet_that_a_page_or_a_sheet_names_is_there(pack):
    workbook = load(pack.folder / pack.workbook, data_only=False)
    files = {f"tables/{path.name}" for path in (pack.folder / "tables").iterdir()}
    told = {
        f"{page.relative_to(pack.folder)}": "\n".join(Page(page).words)
        for page in pack.folder.rglob("*.html")
    }
    links = []
    for sheet in workbook:
        cells = [cell for row in sheet.iter_rows() for cell in row]
        told[sheet.title] = "\n".join(c.value for c in cells if isinstance(c.value, str))
        links += [cell.hyperlink.location for cell in cells if cell.hyperlink]
    for where, text in told.items():
        assert named_but_not_there(text, files, workbook.sheetnames) == [], where
    named = "\n".join(told.values())
    assert named.count("tables/targets.csv") and named.count("sheet Try it") > 1
    inside = [link.rpartition("!")[0].strip("'") for link in links if link]
    assert len(inside) > 20 and set(inside) <= set(workbook.sheetnames)
    assert named_but_not_there("tables/targets_border.csv.", files, []) == [
        "tables/targets_border.csv"
    ]
    assert named_but_not_there("Live on the sheet Borders.", files, ["Targets"]) == ["Borders."]


def test_tables_and_excel_lead_to_the_dossiers(pack):
    wanted = {f"accounts/{account}.html" for account in LARGEST}
    for page in PAGES:
        links = {link for link in Page(pack.folder / page.file).links if "accounts/N" in link}
        assert links <= wanted
    assert wanted <= set(Page(pack.folder / "01-abc-xyz.html").links)
    sheet = openpyxl.load_workbook(pack.folder / pack.workbook)["Accounts"]
    # Links to another sheet have no target.
    cells = [c for row in sheet for c in row if c.hyperlink and c.hyperlink.target]
    linked = {cell.value: cell.hyperlink.target for cell in cells}
    assert linked == {account: f"accounts\\{account}.html" for account in LARGEST}
    assert {cell.data_type for cell in cells} == {"s"}


def test_the_same_input_gives_the_same_tables_byte_for_byte(pack, demo_pack_elsewhere):
    for path in sorted((pack.folder / "tables").glob("*.csv")):
        again = demo_pack_elsewhere / "tables" / path.name
        assert path.read_bytes() == again.read_bytes(), path.name
    for path in pack.folder.glob("*.xlsx"):
        assert path.read_bytes() == (demo_pack_elsewhere / path.name).read_bytes(), path.name


def test_the_manifest_says_what_was_done(pack):
    manifest = json.loads((pack.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["quarter"] == "2025Q4" and manifest["as_of"] == "2025-12-31"
    assert manifest["complete"] and all(manifest["checks"].values())
    assert manifest["settings"]["abc.cuts"] == "0.8,0.95"
    assert set(manifest["dossiers"]) == set(LARGEST)
    assert manifest["timings_seconds"]["dossiers"] >= max(manifest["dossiers"].values())
    assert set(manifest["tables"]) == {p.name for p in (pack.folder / "tables").iterdir()}


@pytest.fixture(scope="module")
def nasty(tmp_path_factory) -> tuple[Pack, pd.DataFrame]:
    """A pack of accounts whose names would break a careless page, sheet or path."""
    folder = tmp_path_factory.mktemp("data") / "nasty set"
    folder.mkdir()
    days = pd.date_range("2024-01-15", "2025-06-30", freq="25D")
    lines = pd.DataFrame(
        [
            (name, day, f"{day:%y%m%d}-{place}", 1000.0 * (place + 1))
            for place, name in enumerate(NASTY_NAMES)
            for day in days
        ],
        columns=["account", "date", "document", "revenue"],
    )
    lines.to_csv(folder / "sales.csv", index=False)
    toml = 'title = "Müller <b>& Co</b>"\ncurrency = "CNY"\n[transactions]\nsource = "sales.csv"\n'
    (folder / "dataset.toml").write_text(toml, encoding="utf-8")
    everyone = {"key.classes": "A,B,C", "replay.quarters": 1, "stability.resamples": 10,
                "pack.dossiers": DOSSIERS}  # fmt: skip
    pack = write_pack(folder, "2025Q2", everyone, reports=tmp_path_factory.mktemp("reports"))
    return pack, lines


def test_hostile_names_come_through_unharmed(nasty):
    pack, _lines = nasty
    assert pack.complete, (pack.failures, pack.checks)
    page = Page(pack.folder / "01-abc-xyz.html")
    for name in NASTY_NAMES:
        assert " ".join(name.split())[:60] in page.text, name
    # Ours, and the figures of the slider.
    assert page.tags.count("script") == 2 and "b" not in page.tags[: page.tags.index("main")]
    file = pack.folder / "tables" / "abc_xyz.csv"
    assert set(read_table(file)["name"]) == set(NASTY_NAMES)


def test_a_page_that_tells_of_nobody_leaves_the_navigation(nasty, pack):
    ledger, _lines = nasty
    targets = "04-targeting.html"
    assert (ledger.folder / targets).is_file()
    for page in ("index.html", "03-churn.html", targets):
        links = Page(ledger.folder / page).links
        assert targets not in links and "02-segments.html" in links
    assert targets in Page(pack.folder / "index.html").links


def test_hostile_names_have_dossiers_of_their_own(nasty):
    pack, _lines = nasty
    listed = Page(pack.folder / "accounts" / "index.html")
    files = [link for link in listed.links if not link.startswith((".", "#"))]
    assert len({name.casefold() for name in files} - {"index.html"}) == DOSSIERS
    for name in files:
        assert re.fullmatch(r"\w[\w.-]*\.html", name)
        page = Page(pack.folder / "accounts" / name)
        assert page.tags.count("script") == 1 and page.tags.count("h1") == 1


def test_hostile_names_are_text_in_excel(nasty):
    pack, _lines = nasty
    workbook = load(pack.folder / pack.workbook, data_only=False)
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]
    named = {cell.value for cell in cells if cell.value in NASTY_NAMES}
    assert named == set(NASTY_NAMES)
    assert {cell.data_type for cell in cells if cell.value in NASTY_NAMES} == {"s"}


def test_a_set_without_margin_gets_a_full_pack(nasty):
    pack, _lines = nasty
    assert "has no margin or cost" in Page(pack.folder / "01-abc-xyz.html").text
    assert not (pack.folder / "tables" / "sales_against_margin.csv").exists()


@pytest.mark.long
def test_an_incomplete_quarter_is_said_on_every_page(tmp_path, monkeypatch):
    (tmp_path / "short").mkdir()
    lines = "account,date,document,revenue\n" + "".join(
        f"a{n % 5},2024-{1 + n % 12:02d}-15,d{n},{10 + n}\n" for n in range(60)
    )
    (tmp_path / "short" / "s.csv").write_text(lines + "a1,2025-02-10,d99,5\n")
    (tmp_path / "short" / "dataset.toml").write_text('[transactions]\nsource = "s.csv"\n')
    none = {"pack.dossiers": 0, "replay.quarters": 1, "stability.resamples": 10}
    pack = write_pack(tmp_path / "short", "2025Q1", none, reports=tmp_path / "reports")
    assert pack.complete and not (pack.folder / "accounts").exists()
    assert "accounts/index.html" not in Page(pack.folder / "index.html").links
    for page in PAGES:
        text = Page(pack.folder / page.file).text
        told = "Quarter 2025Q1 is not complete: the data ends on 2025-02-10"
        if page is PAGES[0]:
            told = "2025Q1 is not over: the data ends on 2025-02-10."
        assert told in text


def test_a_notebook_that_fails_is_said_and_the_others_are_finished(tmp_path, monkeypatch):
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    good = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "", "language": "python"}},
        cells=[
            nbformat.v4.new_code_cell(
                'dataset = "demo"\nquarter = "latest"\nsettings = {}',
                metadata={"tags": ["parameters"]},
            ),
            nbformat.v4.new_code_cell("1 + 1"),
        ],
    )
    bad = nbformat.from_dict(good)
    for page in PAGES:
        nbformat.write(good, notebooks / f"{page.notebook}.ipynb")
    bad.cells[1].source = "raise ValueError('no <b>such</b> frame')"
    nbformat.write(bad, notebooks / f"{PAGES[1].notebook}.ipynb")
    bad.cells[1].source = "assert account != 'N1087', '<b>no</b> dossier'"
    nbformat.write(bad, notebooks / "05_account.ipynb")
    monkeypatch.setattr(pack_module, "NOTEBOOKS", notebooks)
    elsewhere = [replace(page, folder=notebooks) for page in PAGES]
    monkeypatch.setattr(pack_module, "PAGES", elsewhere)
    done = []
    pack = write_pack(
        "demo",
        "2025Q4",
        FEW | {"replay.quarters": 1, "stability.resamples": 10},
        reports=tmp_path / "reports",
        progress=lambda *told: done.append(told),
    )
    assert len(done) == done[-1][1] == len(PAGES) + 3 + len(LARGEST)
    assert not pack.complete
    assert (pack.folder.name, pack.instead_of.name) == ("2025Q4.failed", "2025Q4")
    assert not pack.instead_of.exists()
    assert "no <b>such</b> frame" in (pack.folder / "reasons.txt").read_text(encoding="utf-8")
    assert pack.failures == {
        PAGES[1].notebook: "ValueError: no <b>such</b> frame",
        "05_account N1087": "AssertionError: <b>no</b> dossier",
    }
    dossier = Page(pack.folder / "accounts" / "N1087.html")
    assert "could not be" in dossier.text and "<b>no</b> dossier" in dossier.text
    assert "could not be made" in Page(pack.folder / "accounts" / "index.html").text
    failed = Page(pack.folder / PAGES[1].file)
    assert "could not be" in failed.text and "no <b>such</b> frame" in failed.text
    assert "Traceback" not in failed.text
    assert (pack.folder / PAGES[0].file).exists() and (pack.folder / pack.workbook).exists()


def test_a_run_that_is_cut_off_leaves_the_last_good_pack(tmp_path):
    target = tmp_path / "demo" / "2025Q4"
    with swapped_in(target) as staging:
        (staging / "index.html").write_text("good")
    with pytest.raises(KeyboardInterrupt), swapped_in(target) as staging:
        (staging / "index.html").write_text("half")
        raise KeyboardInterrupt
    assert (target / "index.html").read_text() == "good"
    assert [path.name for path in target.parent.iterdir()] == ["2025Q4"]


def test_a_new_pack_takes_the_place_of_the_old_one_whole(tmp_path):
    target = tmp_path / "2025Q4"
    for name in ("old.html", "new.html"):
        with swapped_in(target) as staging:
            (staging / name).write_text("x")
    assert [path.name for path in target.iterdir()] == ["new.html"]
    assert [path.name for path in tmp_path.iterdir()] == ["2025Q4"]


def test_a_source_that_changes_while_the_pack_is_made_ends_it(tmp_path, monkeypatch):
    folder = tmp_path / "moving"
    folder.mkdir()
    lines = "account,date,revenue\n" + "".join(f"a{n},2024-01-1{n},5\n" for n in range(9))
    (folder / "s.csv").write_text(lines)
    (folder / "dataset.toml").write_text('[transactions]\nsource = "s.csv"\n')

    def written(*_told):
        (folder / "s.csv").write_text(lines + "a1,2024-02-10,7\n")

    monkeypatch.setattr(pack_module, "_write", written)
    with pytest.raises(DataError, match=r"^s\.csv: changed while the pack was made"):
        write_pack(folder, reports=tmp_path / "reports")
    assert not [path for path in (tmp_path / "reports").rglob("*") if path.is_file()]


def test_wrong_input_writes_nothing(tmp_path):
    with pytest.raises(DataError, match="quarter 2031Q1: the data reaches from 2023"):
        write_pack("demo", "2031Q1", reports=tmp_path / "reports")
    assert not (tmp_path / "reports").exists()
