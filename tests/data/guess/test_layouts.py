"""Layouts of reports are recognised with a proof, and become plain lines."""

import time
import tomllib

import pytest

from kamlib.data.book import open_tables
from kamlib.data.files.layout import Layout, Unpivot
from kamlib.data.files.plain import is_sap_list, plain_lines, sap_rows
from kamlib.data.guess.layouts import recognised_layout
from kamlib.data.guess.toml import layout_lines
from kamlib.data.read.dataset import load_dataset
from kamlib.errors import DataError

LINES = [["C1", "A", "2024-01-05", 10.0], ["C2", "B", "2024-02-05", 20.0]] * 3


def lines_of(rows):
    layout = recognised_layout(rows)
    first = layout.header or 1
    return plain_lines(rows, first, tuple(map(str, rows[first - 1])), layout, "part"), layout


def test_two_header_rows_are_joined():
    rows = [["客户", "", "金额", ""], ["编码", "名称", "不含税", "税额"], *LINES]
    found, layout = lines_of(rows)
    assert found.header == ("客户 编码", "客户 名称", "金额 不含税", "金额 税额")
    assert "rows 1 and 2 are one header" in layout.why[0]


def test_a_plain_list_stays_as_it_is():
    assert recognised_layout([["No", "Name", "Date", "Amount"], *LINES]).is_plain
    assert layout_lines(Layout()) == []


def test_fields_of_the_first_line_are_filled_but_not_into_totals():
    rows = [
        ["Order Reference", "Order Date", "Customer", "Product", "Subtotal"],
        *(["S1", "2024-01-05", "Azure", "P1", 1.0], ["", "", "", "P2", 2.0]),
        *(["S2", "2024-01-06", "Ready", "P1", 3.0], ["", "", "", "P2", 4.0]),
        ["Total", "", "", "", 10.0],
    ]
    found, layout = lines_of(rows)
    assert layout.fill_down == (("Order Reference", "Order Date", "Customer"),)
    assert [row[2] for row in found.rows] == ["Azure", "Azure", "Ready", "Ready", ""]


@pytest.mark.parametrize(
    "months",
    [
        ("01.2024", "02.2024", "03.2024"),
        ("янв 24", "фев 24", "мар 24"),
        ("2024年1月", "2024年2月", "2024年3月"),
        ("Jan 2024", "Feb 2024", "Mar 2024"),
        ("2024-01", "2024-02", "2024-03"),
    ],
)
def test_months_as_columns_become_lines(months):
    found, _layout = lines_of([["Customer", *months, "Total"], ["A", 1.0, "", 3.0, 4.0]])
    assert found.header == ("Customer", "Month", "Amount")
    assert found.rows == [["A", "2024-01-01", 1.0], ["A", "2024-03-01", 3.0]]
    assert found.controls == ((2, "Total A", 4.0, 4.0),)


def test_listed_columns_that_are_no_months_keep_their_names():
    layout = Layout(unpivot=Unpivot(("Ann", "Bob"), "Manager", "Sales"))
    rows = [["Customer", "Ann", "Bob"], ["A", 1.0, 2.0]]
    found = plain_lines(rows, 1, ("Customer", "Ann", "Bob"), layout, "part")
    assert found.header == ("Customer", "Manager", "Sales")
    assert found.rows == [["A", "Ann", 1.0], ["A", "Bob", 2.0]]


def test_headings_above_their_lines_become_a_column():
    rows = [
        ["", "Date", "Num", "Amount"],
        *(["Alder", "", "", ""], ["", "01/05/2024", "1", 5.0], ["", "01/06/2024", "2", 6.0]),
        *(["Total for Alder", "", "", 11.0], ["Birch", "", "", ""]),
        *(["", "01/07/2024", "3", 7.0], ["Total for Birch", "", "", 7.0]),
    ]
    found, layout = lines_of(rows)
    assert layout.groups.levels == ("Customer",)
    names = [row[0] for row in found.rows]
    assert names == ["Alder", "Alder", "Total for Alder", "Birch", "Total for Birch"]


def test_a_list_of_sap_is_split_at_its_bars():
    text = "List\n-----\n|Doc|Net |\n-----\n|1  |1,00|\n|2  |2,00|\n-----\n|*  |3,00|\n-----\n"
    assert is_sap_list(text)
    assert [row for row in sap_rows(text) if row][2] == ["1", "1,00"]


def test_an_empty_row_above_documents_is_no_level_of_a_hierarchy():
    header = [["List"], [], ["Registrator", "Customer", "Amount"], []]
    body = [[f"Sale 00-{n} dated 0{n}.03.2024 12:00:00", f"K{n}", "10"] for n in range(1, 6)]
    found = recognised_layout([*header, *body])
    assert not found.groups
    assert found.documents == ("Registrator",)


def test_a_layout_s_options_are_toml_whatever_signs_a_name_has():
    names = ("Заказ 😀", "\U00020000 \U00100000", 'say "no"', "C:\\new")
    layout = Layout(documents=names, why=("row 1\nis \x1b the header",))
    comment, *lines = layout_lines(layout)
    assert comment == "# row 1 is   the header"
    assert tomllib.loads("\n".join(lines))["documents"] == [*names]


def test_a_pattern_of_lines_that_is_none_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"groups.lines: '\(' is no pattern \(missing \)"):
        load_dataset(grouped(tmp_path, "(", ["North", "A-1 of 5 May 2024"]))


def test_no_pattern_of_lines_draws_out_the_reading(tmp_path):
    folder = grouped(
        tmp_path, r"(a+)+$|A-\S+ of 5", ["North", "a" * 64 + "b", "A-1 of\xa05 May 2024"]
    )
    began = time.process_time()
    tables, _settings = open_tables(folder)
    assert time.process_time() - began < 10  # the usual matching would take years
    assert tables.ledger.kept_rows == 1


def grouped(folder, pattern, column):
    """A data set of one column of headings above their lines, which a pattern tells apart."""
    rows = [f"{text},2024-05-05,10" if text[0] == "A" else f"{text},," for text in column]
    (folder / "s.csv").write_text("\n".join(["Customer,Date,Revenue", *rows]), encoding="utf-8")
    text = '[transactions]\nsource = "s.csv"\n'
    text += f"groups = {{ levels = ['Customer', 'Document'], lines = '{pattern}' }}\n"
    text += '[transactions.columns]\naccount = "Customer"\ndate = "Date"\nrevenue = "Revenue"\n'
    (folder / "dataset.toml").write_text('currency = "EUR"\n' + text, encoding="utf-8")
    return folder
