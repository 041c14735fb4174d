import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamlib.analysis.abc_xyz.concentration import concentration
from kamlib.show.columns import COLUMNS, column, measure_rows
from kamlib.show.tables import TABLE_CSS, table


class Cells(HTMLParser):
    """The rows of a table as text, and the attributes of its cells."""

    def __init__(self, html):
        super().__init__()
        self.rows, self.attributes, self.tags, self.inside = [], [], [], False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag == "tr":
            self.rows.append([])
            self.attributes.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
            self.attributes[-1].append(dict(attrs) | {"tag": tag})
            self.inside = True

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.rows[-1][-1] += data


def made_frame():
    return pd.DataFrame(
        {
            "name": ["Brown & Sons", "客户", "None left"],
            "revenue": [1_234_567.5, 99.5, np.nan],
            "share": [0.8, 0.15, np.nan],
            "cell": ["AX", "BN", "D"],
            "first_order": pd.to_datetime(["2010-01-02", None, "2011-09-30"]),
            "gaps": [3, 0, 12],
            "new": [True, False, False],
            "gap_cv": [0.5, np.nan, 1.234],
        },
        index=pd.Index(["a1", "a2", "a3"], name="account"),
    )


def test_a_table_is_formatted_by_its_columns():
    cells = Cells(table(made_frame(), currency="GBP", caption="All & sundry").html)
    assert cells.rows == [
        [
            *("Account", "Name", "Revenue (GBP)", "Share", "Cell", "First order", "Gaps"),
            *("New", "Gap variation"),
        ],
        ["a1", "Brown & Sons", "1,234,568", "80.0 %", "AX", "2010-01-02", "3", "yes", "0.50"],
        ["a2", "客户", "99.50", "15.0 %", "BN", "–", "0", "", "–"],
        ["a3", "None left", "–", "–", "D", "2011-09-30", "12", "", "1.23"],
    ]


def test_numbers_stand_right_and_carry_their_raw_value():
    cells = Cells(table(made_frame()).html)
    assert [cell.get("data-sort") for cell in cells.attributes[1]] == [
        *(None, None, "1234567.5", "0.8", None, None, "3", None, "0.5")
    ]
    assert cells.attributes[3][2] == {"tag": "td", "class": "num", "data-sort": ""}
    assert cells.attributes[0][2] == {"tag": "th", "scope": "col", "class": "num"}


def test_a_table_is_semantic_html():
    html = table(made_frame(), caption="All & sundry").html
    cells = Cells(html)
    assert '<table class="kam-table"><caption>All &amp; sundry</caption>' in html
    assert {cell["scope"] for cell in cells.attributes[0]} == {"col"}
    heads = [row[0] for row in cells.attributes[1:]]
    accounts = [head.pop("data-account") for head in heads]
    assert heads == [{"tag": "th", "scope": "row", "class": "short"}] * 3
    assert accounts == made_frame().index.tolist()
    assert "script" not in cells.tags
    assert "id=" not in html
    assert html == table(made_frame(), caption="All & sundry").html


def test_classes_are_coloured_letters():
    html = table(made_frame()).html
    assert '<span class="kam-chip kam-A">A</span><span class="kam-chip kam-X">X</span>' in html
    assert '<span class="kam-chip kam-D">D</span>' in html
    borders = pd.DataFrame({"nearest_border": ["A/B"], "cell": ["<b>"]})
    assert "kam-chip kam" not in table(borders).html.replace(TABLE_CSS, "")


@given(st.lists(st.text(), min_size=1, max_size=5))
def test_names_come_through_unharmed(names):
    cells = Cells(table(pd.DataFrame({"name": names})).html.replace("\r", "\N{SYMBOL FOR NULL}"))
    shown = [row[0] for row in cells.rows[1:]]
    assert shown == [name.replace("\r", "\N{SYMBOL FOR NULL}") for name in names]


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", '"><img src=x>', "=HYPERLINK()", "😀"]
)
def test_a_hostile_name_is_text_in_cells_headings_and_caption(name):
    frame = pd.DataFrame(
        {"name": [name], f"odd {name}": [1]}, index=pd.Index([name], name="account")
    )
    html = table(frame, caption=name, currency=name, name=name, rows=0).html + table(frame).html
    assert not {"script", "img"} & set(Cells(html).tags)
    assert Cells(table(frame).html).rows[1][:2] == [name, name]


@pytest.mark.parametrize(
    ("rows", "name", "note"),
    [
        (2, "", "First 2 of 3."),
        (2, "abc_xyz",
         "First 2 of 3; all of them in tables/abc_xyz.csv and in the Excel workbook."),
        (3, "abc_xyz", ""),
        (None, "abc_xyz", ""),
    ],
)  # fmt: skip
def test_a_cut_table_says_where_the_rest_is(rows, name, note):
    shown = table(made_frame(), rows=rows, name=name)
    assert shown.note == note
    assert ("kam-note" in shown.html.replace(TABLE_CSS, "")) == bool(note)
    assert len(Cells(shown.html).rows) == 1 + min(rows or 3, 3)


def test_an_empty_table_has_headings_and_says_so():
    shown = table(made_frame().iloc[:0])
    assert len(Cells(shown.html).rows[0]) == 9
    assert "No rows." in shown.html


def test_columns_are_picked_in_order():
    shown = table(made_frame(), columns=["revenue", "account"])
    assert Cells(shown.html).rows[0] == ["Revenue", "Account"]
    with pytest.raises(ValueError, match="no such column: turnover"):
        table(made_frame(), columns=["turnover"])


def test_a_notebook_gets_html_and_short_text():
    frame = pd.concat([made_frame()] * 50)
    data = table(frame, currency="GBP", columns=["account", "name", "cell"])._repr_mimebundle_()
    assert data["text/plain"].splitlines() == [
        "Account | Name | Cell",
        *("a1 | Brown & Sons | AX", "a2 | 客户 | BN", "a3 | None left | D"),
        *("a1 | Brown & Sons | AX", "a2 | 客户 | BN", "… 150 rows"),
    ]
    assert len(data["text/html"]) < 20_000


def test_a_count_beside_a_missing_value_stays_whole():
    frame = pd.DataFrame({"accounts": pd.array([5878, None], dtype="Int64"), "rows": [5878.0, 1.0]})
    assert [row for row in Cells(table(frame).html).rows[1:]] == [["5,878", "5,878"], ["–", "1"]]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (pd.Series([1, 2]), "count"),
        (pd.Series([1.5, None]), "ratio"),
        (pd.Series(["x"]), "text"),
        (pd.Series([True]), "text"),
        (pd.Series(pd.to_datetime(["2011-01-01"])), "date"),
        (pd.Series(["A"], dtype="category"), "class"),
        (pd.Series(pd.PeriodIndex(["2011Q3"], freq="Q")), "text"),
    ],
)
def test_an_unknown_column_goes_by_its_type(values, kind):
    unknown = column("some_thing", values)
    assert (unknown.label, unknown.kind) == ("Some thing", kind)


def test_a_registered_number_that_holds_text_is_shown_as_text():
    assert column("value", pd.Series(["0.8,0.95", "12"])).kind == "text"
    assert column("value", pd.Series([None, None], dtype=object)).kind == "money"


def test_every_column_has_a_heading_and_an_excel_format():
    assert COLUMNS["revenue"].heading("GBP") == "Revenue (GBP)"
    assert COLUMNS["revenue"].excel_format == "#,##0"
    assert COLUMNS["share"].excel_format == "0.0%"
    assert COLUMNS["name"].excel_format == "@"
    for name, known in COLUMNS.items():
        assert known.name == name.rpartition(".")[2]
        assert known.label
        assert known.width >= 6


def test_a_column_may_mean_something_else_in_one_table():
    assert column("growth").kind == "ratio"
    assert column("growth", table="portfolio").kind == "share"
    frame = pd.DataFrame({"manager": ["M1"], "growth": [0.25]})
    assert "25.0 %" in table(frame, name="portfolio").html
    assert "0.25" in table(frame, name="segments").html


CONTRACT = {
    *("table", "step", "reason", "rows", "revenue", "account", "name", "margin", "share"),
    *("share_before", "abc", "xyz", "cell", "active_share", "gap_cv", "value_cv"),
    *("border_distance", "stability", "why", "accounts", "measure", "value", "from_cell"),
    *("to_cell", "revenue_before", "change", "manager"),
}


def test_every_column_of_the_contract_is_registered():
    assert set(COLUMNS) >= CONTRACT


def test_measures_of_concentration_are_told_in_their_own_units():
    sales = pd.Series([100.0, 50, 30, 10, 5, 3, 1, 1])
    rows = measure_rows(concentration(sales, top=(1, 5)))
    assert rows.to_numpy().tolist() == [
        ["Accounts with positive value", "8"],
        ["Share of the largest account", "50.0 %"],
        ["Share of the 5 largest accounts", "97.5 %"],
        ["Unequal (0 = all equal, 1 = one has all)", "0.64"],
        ["Herfindahl index (HHI)", "0.3384"],
        ["As concentrated as this many equal accounts", "2.96"],
    ]


def test_the_style_knows_every_class_letter():
    assert set(re.findall(r"\.kam-([A-Z])\{", TABLE_CSS)) == set("ABCDXYZNL")


def test_a_target_that_is_an_account_can_be_linked_to_its_dossier():
    shown = table(pd.DataFrame({"prospect": ["N1155", ""], "name": ["Altenhaven", "?"]})).html
    assert shown.count('data-account="N1155"') == 1 and 'data-account=""' not in shown
