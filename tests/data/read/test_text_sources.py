"""The same lines from delimited text as any program writes it give the same ledger."""

import csv
import io

import pytest
from sales_table import (
    COLUMNS,
    NAMES,
    expected_rows,
    ledger_rows,
    opened,
    sales_lines,
    write_dataset,
)

from kamlib.data.files.encodings import LEGACY_ENCODINGS, at_home
from kamlib.errors import DataError

FORMATS = {
    "iso": lambda day: day.isoformat(),
    "iso with time": lambda day: f"{day.isoformat()} 13:45:00",
    "dots": lambda day: f"{day:%d.%m.%Y}",
    "day-first": lambda day: f"{day:%d/%m/%Y}",
    "two-digit year": lambda day: f"{day:%d.%m.%y}",
    "month-first": lambda day: f"{day:%m/%d/%Y}",
    "serial": lambda day: str(day.toordinal() - 693594),
    "compact": lambda day: f"{day:%Y%m%d}",
    "chinese": lambda day: f"{day.year}年{day.month}月{day.day}日",
    "named": lambda day: f"{day:%d %b %Y}",
}
NUMBERS = {
    "point": str,
    "comma": lambda amount: str(amount).replace(".", ","),
    "grouped": lambda amount: f"{amount:,.2f}",
    "german": lambda amount: f"{amount:,.2f}".translate(str.maketrans(",.", ".,")),
    "russian": lambda amount: f"{amount:,.2f} ₽".replace(",", "\u00a0").replace(".", ","),
    "swiss": lambda amount: f"CHF {amount:,.2f}".replace(",", "'"),
    "brackets": lambda amount: f"{amount:.2f}" if amount >= 0 else f"({-amount:.2f})",
    "trailing minus": lambda amount: f"{amount:.2f}" if amount >= 0 else f"{-amount:.2f}-",
}


def written(names, *, delimiter=",", date=FORMATS["iso"], number=str):
    stream = io.StringIO()
    rows = csv.writer(stream, delimiter=delimiter, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for account, day, document, amount, line in sales_lines(names):
        rows.writerow((account, date(day), document, number(amount), line))
    return stream.getvalue()


def dataset(tmp_path, text, written_in="utf-8", **options):
    folder = write_dataset(tmp_path / "set", "sales.csv", **options)
    (folder / "sales.csv").write_bytes(text.encode(written_in))
    return folder


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_any_delimiter_in_any_unicode_gives_the_same_ledger(tmp_path, delimiter, encoding):
    names = NAMES["utf-8"]
    folder = dataset(tmp_path, written(names, delimiter=delimiter), encoding)
    assert ledger_rows(folder) == expected_rows(names)


@pytest.mark.parametrize("encoding", LEGACY_ENCODINGS)
@pytest.mark.parametrize("told", [False, True])
def test_legacy_encodings_are_found_or_told(tmp_path, encoding, told):
    names = NAMES[encoding]
    options = {"encoding": encoding} if told else {}
    folder = dataset(tmp_path, written(names, delimiter=";"), encoding, **options)
    assert ledger_rows(folder) == expected_rows(names)


@pytest.mark.parametrize("date", FORMATS)
def test_any_date_format_gives_the_same_ledger(tmp_path, date):
    folder = dataset(tmp_path, written(NAMES["utf-8"], date=FORMATS[date]))
    assert ledger_rows(folder) == expected_rows(NAMES["utf-8"])


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_any_number_format_gives_the_same_ledger(tmp_path, number, delimiter):
    text = written(NAMES["utf-8"], delimiter=delimiter, number=NUMBERS[number])
    assert ledger_rows(dataset(tmp_path, text)) == expected_rows(NAMES["utf-8"])


@pytest.mark.parametrize("order", ["day-first", "month-first"])
def test_a_set_order_of_dates_wins_where_both_could_be(tmp_path, order):
    text = "Customer,Date,Document,Amount,Line\nA,03/04/2024,1,10,P\n"
    rows = ledger_rows(dataset(tmp_path, text, dates=order))
    assert rows[0][1] == {"day-first": "2024-04-03", "month-first": "2024-03-04"}[order]


@pytest.mark.parametrize("decimal, value", [(".", "1234.0000"), (",", "1.2340")])
def test_a_set_decimal_sign_decides_what_could_be_both(tmp_path, decimal, value):
    text = 'Customer,Date,Document,Amount,Line\nA,2024-04-03,1,"1,234",P\n'
    assert ledger_rows(dataset(tmp_path, text, decimal=decimal))[0][6] == value


def test_one_cell_in_another_number_format_is_not_off_by_a_hundred(tmp_path):
    amounts = ["10.50", "11.25", "12,50", "1.234,75", "1,234.75"]
    lines = [f'A,2024-01-0{n + 1},1,"{amount}",P' for n, amount in enumerate(amounts)]
    text = "\n".join(["Customer,Date,Document,Amount,Line", *lines])
    values = [row[6] for row in ledger_rows(dataset(tmp_path, text))]
    assert values == ["10.5000", "11.2500", "12.5000", "1234.7500", "1234.7500"]


def test_ragged_rows_are_rejected_with_their_row_number(tmp_path):
    rows = written(NAMES["utf-8"]).split("\r\n")
    rows[5] += ",too,many"
    rows[9] = "too few"
    rows.insert(11, "")
    tables = opened(dataset(tmp_path, "\r\n".join(rows)))
    rejected = tables.rejected
    assert list(rejected["row"]) == [6, 10]
    assert list(rejected["reason"]) == [
        "7 columns where the header has 5",
        "1 columns where the header has 5",
    ]
    assert tables.read == 20
    assert tables.ledger.fates["rows"].to_list() == [18, 2]


def test_blank_rows_are_passed_over_and_rows_keep_their_numbers(tmp_path):
    rows = ["Sales 2024", "", ",".join(COLUMNS), "", "A,2024-01-02,1,10,P", ",,,,", " , ,,,"]
    tables = opened(dataset(tmp_path, "\n".join([*rows, "A,soon,1,10,P"])))
    assert tables.read == 2
    assert tables.rejected[["row", "reason"]].to_numpy().tolist() == [
        [8, 'Date "soon" is not a date']
    ]


def test_a_quoted_line_break_does_not_shift_row_numbers(tmp_path):
    text = 'Customer,Date,Document,Amount,Line\n"A\nB",2024-01-02,1,10,P\nC,2024-01-02,1,x,P\n'
    tables = opened(dataset(tmp_path, text))
    assert tables.rejected["row"].to_list() == [3]
    assert tables.ledger.table.to_pyarrow()["account"].to_pylist() == ["A B"]


def test_a_quotation_mark_that_is_never_closed_ends_the_run(tmp_path):
    rows = written(NAMES["utf-8"]).split("\r\n")
    rows[4] = rows[4].replace(NAMES["utf-8"][0], '"A')
    with pytest.raises(DataError, match="sales.csv, row 5: a quotation mark .* never closed"):
        opened(dataset(tmp_path, "\r\n".join(rows)))


@pytest.mark.parametrize("encoding", LEGACY_ENCODINGS)
def test_a_text_is_at_home_in_its_own_encoding(encoding):
    content = written(NAMES[encoding]).encode(encoding)
    scores = {name: at_home(content, name) for name in LEGACY_ENCODINGS}
    assert max(scores, key=scores.get) == encoding


def test_an_encoding_that_does_not_fit_is_named(tmp_path):
    folder = dataset(tmp_path, written(NAMES["cp1251"]), "cp1251", encoding="utf-8")
    with pytest.raises(DataError, match='sales.csv: cannot be read .*"utf-8"'):
        opened(folder)


def test_an_encoding_that_does_not_exist_is_named(tmp_path):
    folder = dataset(tmp_path, written(NAMES["cp1251"]), "cp1251", encoding="latin-99")
    with pytest.raises(DataError, match='encoding = "latin-99"'):
        opened(folder)
