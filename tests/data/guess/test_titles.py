"""Units that stand in a title or below the header; pages; and the account that is no customer."""

from invented import HEADER, described, lines, opened, revenue, sums


def thousands(rows):
    return [[*row[:5], f"{float(row[5]) / 1000:.5f}"] for row in rows]


def test_thousands_in_a_title_are_asked(tmp_path):
    rows = lines(1, 24)
    head = ["Umsatzbericht (Angaben in TEUR)", *[""] * 5]
    guessed = described(tmp_path, {"a.csv": [head, list(HEADER), *thousands(rows)]})
    [doubt] = guessed.settled.open
    assert doubt.key == "title_scale" and doubt.assumed == "scaled"
    assert round(guessed.settled.totals["title_scale", "scaled"], 2) == revenue(rows)


def test_a_row_of_units_belongs_to_the_header(tmp_path):
    rows = lines(1, 24)
    units = ["", "", "", "", "Stk", "TEUR"]
    guessed = described(tmp_path, {"a.csv": [list(HEADER), units, *thousands(rows)]})
    assert not guessed.settled.doubts
    tables = opened(guessed)
    assert sums(tables)[0] == 48 and sums(tables)[2] == revenue(rows)


def test_a_page_number_is_no_line_to_be_filled(tmp_path):
    rows = lines(1, 24)
    pages = [page for n in (0, 16, 32) for page in (["Page", *[""] * 5], *rows[n : n + 16])]
    guessed = described(tmp_path, {"a.csv": [list(HEADER), *pages[1:]]})
    assert "fill_down" not in guessed.path.read_text()


def test_an_account_of_the_books_is_no_customer(tmp_path):
    head = ["ContactName", *HEADER[:2], *HEADER[3:], "AccountCode", "TaxType"]
    rows = [[row[2], *row[:2], *row[3:], "200", "20% VAT"] for row in lines()]
    guessed = described(tmp_path, {"a.csv": [head, *rows]})
    assert sums(opened(guessed))[1] == ["C100", "C101", "C102"]


def test_money_that_talks_would_leave_unused_makes_sales_lines(tmp_path):
    head = ["No", "Date", "Customer", "Type", "Amount"]
    rows = [[*row[:3], "Invoice", row[5]] for row in lines()]
    guessed = described(tmp_path, {"export.csv": [head, *rows]})
    assert sums(opened(guessed))[2] == revenue(rows)


def test_bare_sums_below_each_customer_are_no_lines_to_be_filled(tmp_path):
    head = ["Customer", "Invoice No", "Date", "Item", "Net Amount"]
    rows = []
    for name in ("C100", "C101", "C102"):
        own = [[row[2], row[0], row[1], row[3], row[5]] for row in lines(1, 24) if row[2] == name]
        rows += [*own, ["", "", "", "", f"{revenue(own):.2f}"]]
    assert sums(opened(described(tmp_path, {"a.csv": [head, *rows]})))[2] == revenue(lines(1, 24))


def test_thousands_in_a_note_below_the_lines_are_asked(tmp_path):
    rows = lines(1, 24)
    note = ["All amounts in thousand EUR", *[""] * 5]
    guessed = described(tmp_path, {"a.csv": [list(HEADER), *thousands(rows), note]})
    [doubt] = guessed.settled.open
    assert doubt.key == "title_scale" and note[0] in doubt.what
    assert round(guessed.settled.totals["title_scale", "scaled"], 2) == revenue(rows)
    (tmp_path / "plain").mkdir()
    plain = described(
        tmp_path / "plain", {"b.csv": [list(HEADER), *rows, ["Printed by Ann", *[""] * 5]]}
    )
    assert not plain.settled.open
