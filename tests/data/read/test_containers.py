"""What a file is follows from its content: the same lines come out of any container."""

import gzip
import io
import zipfile

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from sales_table import COLUMNS, NAMES, expected_rows, ledger_rows, opened, sales_lines
from sales_table import write_dataset as described

from kamlib.data.files.containers import content_kind
from kamlib.data.files.encodings import text_encoding
from kamlib.data.findings import findings
from kamlib.data.read.sources import peek
from kamlib.errors import DataError

LINES = [(account, day.isoformat(), document, f"{amount:.2f}", line)
         for account, day, document, amount, line in sales_lines(NAMES["utf-8"])]  # fmt: skip


def delimited(sign=",", ends="\n", rows=LINES):
    return "".join(sign.join(row) + ends for row in (COLUMNS, *rows))


def workbook(sheets=None):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in (sheets or {"Sales": LINES}).items():
        sheet = book.create_sheet(name)
        for row in (COLUMNS, *rows):
            sheet.append(row)
    return book


def saved(book):
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def zipped(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def html_row(cells, tag="td"):
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"


def web_page(rows=LINES, before=""):
    lines = "\n".join([html_row(COLUMNS, "th"), *map(html_row, rows)])
    return f"<html><body><table><tr><td>Menu</td></tr></table><table>{before}{lines}</table>"


def xml_sheet(name, hidden=False):
    def cell(text):
        return f'<Cell><Data ss:Type="String">{text}</Data></Cell>'

    rows = "".join(f"<Row>{''.join(map(cell, row))}</Row>" for row in (COLUMNS, *LINES))
    state = (
        '<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel">'
        "<Visible>SheetHidden</Visible></WorksheetOptions>"
    )
    options = state if hidden else ""
    return f'<Worksheet ss:Name="{name}"><Table>{rows}</Table>{options}</Worksheet>'


def xml_spreadsheet():
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    sheets = xml_sheet("Sales") + xml_sheet("Old", hidden=True)
    return f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}">{sheets}</Workbook>'


CONTAINERS = {
    "carriage returns.csv": lambda: delimited(ends="\r").encode(),
    "tabs.xls": lambda: delimited("\t").encode(),
    "utf-16 tabs.xls": lambda: delimited("\t").encode("utf-16"),
    "utf-16 without mark.txt": lambda: delimited(";").encode("utf-16-le"),
    "web page.xls": lambda: web_page().encode(),
    "two header lines.xls": lambda: web_page(
        before='<tr><th colspan="2">Who</th><th colspan="3">What</th></tr>'
    ).encode(),
    "xml.xls": lambda: xml_spreadsheet().encode(),
    "workbook.csv": lambda: saved(workbook()),
    "workbook.xls": lambda: saved(workbook()),
    "text.dat": lambda: delimited().encode(),
    "one.zip": lambda: zipped(out__sales=delimited(), __MACOSX__x="\0\1"),
    "book.zip": lambda: zipped(**{"Книга.xlsx": saved(workbook())}),
    "two.zip": lambda: zipped(
        **{"a.csv": delimited(rows=LINES[:9]), "../b.csv": delimited(rows=LINES[9:]), "c": "%PDF-1"}
    ),
    "sales.csv.gz": lambda: gzip.compress(delimited().encode()),
}  # fmt: skip


@pytest.mark.parametrize("name", CONTAINERS)
def test_the_same_lines_come_out_of_any_container(tmp_path, name):
    folder = described(tmp_path / "set", name)
    (folder / name).write_bytes(CONTAINERS[name]())
    assert ledger_rows(folder) == expected_rows(NAMES["utf-8"])


NO_TABLES = {
    "pdf.csv": (b"%PDF-1.7", "is a PDF, which cannot be read as a table; export"),
    "photo.xlsx": (b"\x89PNG\r\n", "is a picture"),
    "letter.docx": (zipped(**{"word/document.xml": b""}), "is a Word document"),
    "sales.numbers": (zipped(**{"Index/Document.iwa": b""}), "is an Apple Numbers file.*export it"),
    "sales.mdb": (b"\x00\x01\x00\x00Standard Jet DB\x00", "is an Access database"),
    "sales.dbf": (b"\x03\x7c\x01\x02" + bytes(4) + b"\x41\x00\x10\x00" + bytes(20) + b"A" * 32
                  + b"\r", "is a dBASE table"),
    "login.xls": (b"<html><body><form>Sign in</form>", "is a web page without a table"),
    "sales.json": (b'[{"Customer": 1}]', "is JSON text"),
    "rubbish.csv": (bytes(range(256)) * 8 + bytes(999), "is a binary file of an unknown kind"),
    "none.zip": (zipped(), "is an archive without a file"),
}  # fmt: skip


@pytest.mark.parametrize("name", NO_TABLES)
def test_what_holds_no_table_says_what_it_is_and_what_to_do(tmp_path, name):
    content, told = NO_TABLES[name]
    folder = described(tmp_path / "set", name)
    (folder / name).write_bytes(content)
    with pytest.raises(DataError, match=told):
        opened(folder)


def test_a_packed_bomb_is_refused_while_it_unpacks(tmp_path):
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(bytes(3 * 2**20)))
    with pytest.raises(DataError, match="refused as a zip bomb"):
        peek(path, max_unpacked_mb=1)


def test_a_folder_is_read_by_what_lies_in_it_and_not_by_suffix(tmp_path):
    folder = described(tmp_path / "set", "exports/*")
    (folder / "exports").mkdir()
    (folder / "exports" / "first.export").write_text(delimited(rows=LINES[:9]))
    (folder / "exports" / "second.xls").write_bytes(saved(workbook({"S": LINES[9:]})))
    (folder / "exports" / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    assert ledger_rows(folder) == expected_rows(NAMES["utf-8"])


@pytest.mark.parametrize(
    "encoding, name",
    [
        *(("cp1252", "Société Générale"), ("cp1251", "ООО Ромашка"), ("gb18030", "北京贸易公司")),
        *(("mac_roman", "Café Müller"), ("cp1250", "Spółka Żółć"), ("cp850", "Müller & Söhne")),
        *(("cp866", "ООО Ромашка"), ("koi8_r", "ООО Ромашка"), ("big5", "台北貿易有限公司")),
    ],
)
def test_an_encoding_is_found_by_letters_that_come_late(tmp_path, encoding, name):
    path = tmp_path / "sales.csv"
    plain = "A Company,2024-01-02,R-1,10.00,Pumps\n" * 40_000
    path.write_bytes((plain + f"{name},2024-01-02,R-1,10.00,Pumps\n" * 3).encode(encoding))
    assert text_encoding(path) == encoding


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_does_not_count_and_is_told(tmp_path, state):
    book = workbook({"Sales": LINES, "Sales (old)": LINES})
    book["Sales (old)"].sheet_state = state
    path = tmp_path / "sales.xlsx"
    book.save(path)
    left = []
    assert [part.sheet for part in peek(path, left=left)] == ["Sales"]
    assert [(part.sheet, part.rows) for part in left] == [("Sales (old)", 20)]


def test_a_peek_can_be_at_all_rows(tmp_path):
    path = tmp_path / "sales.csv"
    path.write_text(delimited(rows=LINES * 20))
    assert peek(path)[0].rows.num_rows == 200
    assert peek(path, rows=None)[0].rows.num_rows == 400


def with_formulas(path, rows, writer):
    """The amounts of some rows as formulas, by a program that does not compute."""
    if writer == "openpyxl":
        book = workbook()
        for row in rows:
            book["Sales"].cell(row, 4).value = f"=1*{row}"
        book.save(path)
        return
    book = xlsxwriter.Workbook(path, {"strings_to_numbers": True})
    sheet = book.add_worksheet("Sales")
    for number, line in enumerate((COLUMNS, *LINES)):
        sheet.write_row(number, 0, line)
        if number + 1 in rows:
            sheet.write_formula(number, 3, f"=1*{number}")
    book.close()


@pytest.mark.parametrize("writer", ["openpyxl", "xlsxwriter"])
@pytest.mark.parametrize(
    "rows, told",
    [
        (range(2, 22), 'the cells of column "Amount" are formulas without stored values'),
        ((5, 9), r'2 cells of column "Amount" \(rows 5, 9\) are formulas without stored values'),
    ],
)
def test_formulas_without_stored_values_say_so(tmp_path, writer, rows, told):
    folder = described(tmp_path / "set", "sales.xlsx")
    with_formulas(folder / "sales.xlsx", rows, writer)
    with pytest.raises(DataError, match=told):
        opened(folder)
    assert peek(folder / "sales.xlsx")[0].unstored == (("Amount",) if len(rows) == 20 else ())


def test_cells_merged_downwards_count_in_each_row_but_amounts_once(tmp_path):
    book = workbook(
        {
            "Sales": [
                ("A", "2024-01-02", "R1", 10, "P"),
                ("", "2024-01-03", "", 5, "P"),
                ("", "2024-01-04", "", None, "P"),
                ("Total", "", "", 15, ""),
            ]
        }
    )
    sheet = book["Sales"]
    for cells in ("A2:A4", "C2:C4", "D3:D4", "A5:C5"):
        sheet.merge_cells(cells)
    folder = described(tmp_path / "set", "sales.xlsx")
    book.save(folder / "sales.xlsx")
    rows = peek(folder / "sales.xlsx")[0].rows.to_pydict()
    assert rows["Customer"] == ["A", "A", "A", "Total"]
    assert rows["Document"] == ["R1", "R1", "R1", None]
    assert rows["Amount"] == [10, 5, None, 15]


def test_a_kind_is_found_without_reading_the_name(tmp_path):
    (tmp_path / "x.pdf").write_text(delimited())
    assert content_kind(tmp_path / "x.pdf") == "text"


def left_of(folder):
    tables = opened(folder)
    return tables, tables.ledger.left.drop(columns="file").to_numpy().tolist()


def test_a_sheet_whose_header_changed_is_told_with_its_money(tmp_path):
    folder = described(tmp_path / "set", "sales.xlsx")
    book = workbook({"2024": LINES[:9], "2025": LINES[9:], "Read me": [], "Rates": []})
    book["2025"]["D1"] = "Amount (EUR)"
    for row in ((None,) * 5, ("USD", 1.1)):
        book["Rates"].append(row)
    for cell in ("A1", "B1", "C1", "D1", "E1"):
        book["Read me"][cell] = book["Rates"][cell] = None
    book["Read me"]["A1"], book["Read me"]["A2"] = "About this file", "Made by Anna"
    book["Rates"]["A1"], book["Rates"]["B1"] = "Currency", "Rate"
    book.save(folder / "sales.xlsx")
    tables, left = left_of(folder)
    money = sum(float(line[3]) for line in LINES[9:])
    why = 'it has no column "Amount", but "Amount (EUR)"'
    assert left[0] == ["2025", why, 11, pytest.approx(money), "warning"]
    none = "it has none of the columns that the mapping uses"
    assert [row[:2] + row[4:] for row in left[1:]] == [
        ["Read me", none, "note"],
        ["Rates", none, "note"],
    ]
    found = findings(tables).set_index("finding")["severity"]
    shown = f"{money:,.2f}"
    assert found[f'"2025": not read, {why}; about {shown} of revenue'] == "warning"
    assert "left" not in tables.ledger.fates["step"].unique()


@pytest.mark.parametrize("mapped", [False, True])
def test_a_named_sheet_that_lacks_a_column_is_told_whoever_mapped_it(tmp_path, mapped):
    names = ("account", "date", "revenue", "margin")
    book = openpyxl.Workbook()
    book.active.title = "2024"
    for row in (names, ("A", "2024-02-01", 10, 4)):
        book.active.append(row)
    for row in ((*names[:3], "product"), ("A", "2025-02-01", 20, "P")):
        (book["2025"] if "2025" in book else book.create_sheet("2025")).append(row)
    book.save(tmp_path / "s.xlsx")
    text = '[transactions]\nsource = "s.xlsx"\nsheet = ["2024", "2025"]\n'
    written = "".join(f'{name} = "{name}"\n' for name in names)
    text += f"[transactions.columns]\n{written}" * mapped
    (tmp_path / "dataset.toml").write_text(f'currency = "EUR"\n{text}')
    tables, left = left_of(tmp_path)
    assert tables.ledger.kept_rows == 1
    why = 'it has no column "margin", but "product"'
    assert left == [["2025", why, 1, pytest.approx(20), "warning"]]


def test_a_summary_without_dates_is_a_note_and_not_a_warning(tmp_path):
    folder = described(tmp_path / "set", "sales.xlsx")
    book = workbook()
    summary = book.create_sheet("By customer")
    for row in (("Customer", "Amount"), ("A", 20.0), ("B", 30.0)):
        summary.append(row)
    book.save(folder / "sales.xlsx")
    [row] = left_of(folder)[1]
    assert row[2:] == [2, 50.0, "note"]


def test_a_sheet_of_another_table_is_not_left(tmp_path):
    folder = described(tmp_path / "set", "sales.xlsx")
    book = workbook()
    sheet = book.create_sheet("Customers")
    for row in (("Code", "Name"), (NAMES["utf-8"][0], "One")):
        sheet.append(row)
    book.save(folder / "sales.xlsx")
    with (folder / "dataset.toml").open("a", encoding="utf-8") as file:
        file.write('[accounts]\nsource = "sales.xlsx"\n[accounts.columns]\naccount = "Code"\n')
    assert left_of(folder)[1] == []


@pytest.mark.parametrize(
    "torn, amount",
    [
        ("Smith, John,2024-02-01,R9,12.50,Pumps", 12.5),
        ("A,2024-02-01,R9,12.50,Pumps, large", 12.5),
        ("A,2024-02-01,R9,1,234.50,Pumps", 1234.5),
        ("A,2024-02-01,R9,12.50,Pumps,,", 12.5),
        ("A,2024-02-01,R9,12.50", 12.5),
        ("A,2024-02-01", None),
    ],
)
def test_a_row_that_does_not_split_still_has_money(tmp_path, torn, amount):
    folder = described(tmp_path / "set", "sales.csv")
    (folder / "sales.csv").write_text(delimited() + torn + "\n", encoding="utf-8")
    tables = opened(folder)
    assert tables.rejected["revenue"].astype("float64").to_list() == [pytest.approx(amount)] or (
        amount is None and tables.rejected["revenue"].isna().all()
    )
    told = [text for text in findings(tables)["finding"] if "do not split" in text]
    assert told == (
        []
        if amount is None
        else [
            f"rows do not split into the header's columns; about {amount:,.2f} of revenue",
        ]
    )


@pytest.mark.parametrize("ends", [(";", ""), ("", ";"), (";;", "")])
def test_a_delimiter_at_the_end_of_lines_or_header_only_is_no_column(tmp_path, ends):
    lines, header = ends
    folder = described(tmp_path / "set", "sales.csv")
    rows = [";".join(COLUMNS) + header, *(";".join(row) + lines for row in LINES)]
    (folder / "sales.csv").write_text("\n".join(rows), encoding="utf-8")
    assert ledger_rows(folder) == expected_rows(NAMES["utf-8"])


def test_a_name_that_no_engine_takes_is_read_without_it(tmp_path):
    columns = {"account": ["A"], "date": ["2024-02-01"], "revenue": [10.0], "\x00": ["x"]}
    pq.write_table(pa.table(columns), tmp_path / "s.parquet")
    (tmp_path / "dataset.toml").write_text(
        'currency = "EUR"\n[transactions]\nsource = "s.parquet"\n[transactions.columns]\n'
        'account = "account"\ndate = "date"\nrevenue = "revenue"\nregion = \'"column 4"\'\n'
    )
    tables, _left = left_of(tmp_path)
    assert tables.lines.to_pyarrow().to_pandas()["region"].tolist() == ["x"]
