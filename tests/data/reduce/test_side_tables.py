"""The tables beside transactions: what is allowed, what is noted, what is left out."""

import os

import pandas as pd
import pytest
from sales_table import csv_dataset, opened

from kamlib import open_book
from kamlib.data.describe.schema import TABLES
from kamlib.data.findings import findings
from kamlib.data.reduce.store import written_entry
from kamlib.data.tables import reconciliation
from kamlib.errors import DataError

SALES = ["Customer,Date,Document,Amount,Line", "A,2024-01-15,R1,10,P", "B,2024-02-15,R2,10,P"]


def with_table(tmp_path, name, rows, extra=""):
    """The checked tables of a data set with one side table whose headers map themselves."""
    folder = csv_dataset(tmp_path / "set", SALES)
    (folder / f"{name}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    with (folder / "dataset.toml").open("a") as file:
        file.write(f'[{name}]\nsource = "{name}.csv"\n{extra}')
    return opened(folder)


def notes(tables, name):
    return tables.side[name].notes[["row", "reason"]].to_numpy().tolist()


def test_choices_bounds_flags_and_required_cells(tmp_path):
    tables = with_table(
        tmp_path,
        "accounts",
        [
            "account,name,employees,payment_terms,expert,since",
            "A,Alpha,12,30,yes,2019-03-01",
            "B,Beta,-5,999,maybe,soon",
            ",Nobody,1,1,no,2019-03-01",
            "A,Alpha again,1,1,no,2019-03-01",
            "C,,,,x,",
        ],
    )
    assert notes(tables, "accounts") == [
        [3, 'since "soon" is not a date'],
        [3, 'employees "-5" is below 0: left empty'],
        [3, 'payment_terms "999" is outside 0 to 365: left empty'],
        [3, 'expert "maybe" is neither yes nor no: left empty'],
        [4, "account is empty: the row is left out"],
        [
            5,
            "account stands in an earlier row: this one is left out, it says another name, "
            "employees, payment_terms, expert",
        ],
    ]
    rows = tables["accounts"].set_index("account")
    assert list(rows.index) == ["A", "B", "C"]
    assert rows["expert"].to_list() == [True, pd.NA, True]
    assert rows.loc["B", ["employees", "payment_terms", "since"]].isna().all()
    assert rows.loc["A", "since"] == pd.Timestamp("2019-03-01")


def test_unknown_choices_fall_back_or_are_emptied(tmp_path):
    tables = with_table(
        tmp_path,
        "losses",
        ["account,date,reason", "A,2024-03-01,PRICE", "B,2024-03-01,weather", "B,2024-04-01,"],
    )
    assert tables["losses"]["reason"].to_list()[:2] == ["price", "unknown"]
    assert pd.isna(tables["losses"]["reason"][2])
    assert notes(tables, "losses")[0][1].startswith('reason "weather" is none of service level')
    assert notes(tables, "losses")[0][1].endswith('taken as "unknown"')


def test_events_may_repeat_but_not_as_the_very_same_row(tmp_path):
    row = "A,2024-03-01,call,first"
    tables = with_table(
        tmp_path,
        "interactions",
        ["account,date,kind,subject", row, row.replace("first", "second"), row],
    )
    assert len(tables["interactions"]) == 2
    assert notes(tables, "interactions") == [
        [4, "the same stands in an earlier row: this one is left out"]
    ]


def test_rows_that_do_not_split_are_counted(tmp_path):
    tables = with_table(tmp_path, "managers", ["manager,name", "M1,Ann", "M2,Ben,extra", "M3,Cy"])
    side = tables.side["managers"]
    assert (side.read, side.rejected, len(side.rows)) == (3, 1, 2)
    assert notes(tables, "managers") == [[3, "3 columns where the header has 2"]]


def test_exclusions_work_on_side_tables_and_are_counted(tmp_path):
    rule = '[[managers.exclude]]\nreason = "left us"\nwhere = "name LIKE \'%(gone)\'"\n'
    rows = ["manager,name", "M1,Ann", "M2,Ben (gone)"]
    tables = with_table(tmp_path, "managers", rows, rule)
    assert tables["managers"]["manager"].to_list() == ["M1"]
    steps = reconciliation(tables).query("table == 'managers'")
    assert steps[["step", "reason", "rows"]].to_numpy().tolist() == [
        ["read", "", 2],
        ["excluded", "left us", 1],
        ["kept", "", 1],
    ]


def test_quarters_are_read_in_the_usual_spellings(tmp_path):
    spelled = ["2025Q4", "2025-Q3", "q2 2025", "Q1/2025", "spring"]
    rows = ["manager,quarter,revenue_plan", *(f"M1,{quarter},100" for quarter in spelled)]
    tables = with_table(tmp_path, "plans", rows)
    assert tables["plans"]["quarter"].to_list() == ["2025Q4", "2025Q3", "2025Q2", "2025Q1"]
    assert [row for row, _reason in notes(tables, "plans")] == [6, 6]


def test_unknown_accounts_are_a_finding_with_examples(tmp_path):
    rows = ["account,contact", "A,C1", "Z9,C1", "Z9,C2"]
    found = findings(with_table(tmp_path, "contacts", rows)).set_index("table").loc["contacts"]
    assert found["finding"] == "of accounts that neither transactions nor accounts know"
    assert (found["rows"], found["examples"], found["severity"]) == (2, "Z9", "warning")


def test_one_fault_in_many_values_is_one_finding(tmp_path):
    rows = ["manager,hours_per_quarter", *(f"M{n},{-n}" for n in range(1, 9))]
    found = findings(with_table(tmp_path, "managers", rows)).query("table == 'managers'")
    assert found["finding"].to_list() == ["hours_per_quarter … is outside 0 to 2000: left empty"]
    assert found["rows"].to_list() == [8]


def test_an_empty_table_and_a_table_that_is_missing_are_the_same(tmp_path):
    tables = with_table(tmp_path, "tenders", ["account,date,result"])
    assert tables["tenders"].empty
    for name, table in TABLES.items():
        if name != "transactions":
            assert tuple(tables[name].columns) == table.names


def test_kinds_are_the_same_with_and_without_rows(tmp_path):
    rows = ["account,name,employees,since,expert", "A,Alpha,3,2019-03-01,yes"]
    given = with_table(tmp_path, "accounts", rows)["accounts"].dtypes
    missing = opened(csv_dataset(tmp_path / "other", SALES))["accounts"].dtypes
    pd.testing.assert_series_equal(given, missing)


def test_a_required_column_that_is_not_there_ends_the_run(tmp_path):
    with pytest.raises(DataError, match="managers: manager is not mapped; add manager"):
        with_table(tmp_path, "managers", ["code,name", "M1,Ann"])


def test_a_reshape_that_does_not_run_is_told(tmp_path):
    told = r"managers.csv: \[managers\] reshape does not run"
    with pytest.raises(DataError, match=told):
        with_table(tmp_path, "managers", ["code", "1"], 'reshape = "SELECT nosuch FROM source"\n')


@pytest.mark.parametrize(
    ("select", "told"),
    [
        ("SELECT * FROM read_csv('/etc/passwd')", "may read source only"),
        ("SELECT * FROM 'other.parquet'", "may read source only"),
        ("SELECT * FROM source JOIN main.source AS other USING (code)", "may read source only"),
        ("SELECT * FROM source; SELECT 1", "must be one SELECT"),
        ("ATTACH 'x.db'", "must be one SELECT"),
        ("SELECT code AS manager, random() FROM source", "another result at each run"),
        ("SELECT FROM FROM", "does not parse"),
    ],
)
def test_a_reshape_reads_its_own_source_only(tmp_path, select, told):
    with pytest.raises(DataError, match=rf"managers.csv: \[managers\] reshape .*{told}"):
        with_table(tmp_path, "managers", ["code", "1"], f'reshape = "{select}"\n')


def test_rules_that_share_a_reason_are_counted_together(tmp_path):
    rules = "".join(
        f'[[managers.exclude]]\nreason = "left"\nwhere = "manager = \'{name}\'"\n'
        for name in ("Ann", "Bob")
    )
    tables = with_table(tmp_path, "managers", ["manager", "Ann", "Bob", "Cy"], rules)
    assert tables.side["managers"].excluded == {"left": 2}
    assert tables.side["managers"].read == 3


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such permissions")
def test_what_is_kept_is_readable_by_whoever_shares_the_data_set(tmp_path):
    shared = tmp_path / "kam-cache"
    shared.mkdir()
    shared.chmod(0o770)
    cache = shared / "of a key"
    with written_entry(cache / "entry") as staging:
        (staging / "rows.txt").write_text("x")
    assert (cache / "entry").stat().st_mode & 0o777 == 0o770
    with pytest.raises(KeyError), written_entry(cache / "other"):
        raise KeyError
    assert sorted(path.name for path in cache.iterdir()) == ["entry"]
    assert sorted(path.name for path in shared.iterdir()) == [".gitignore", "of a key"]


def test_a_second_opening_takes_side_tables_from_the_cache(tmp_path, monkeypatch):
    from kamlib.data.reduce import side_tables

    rows = ["account,name,expert", "A,Alpha,yes", "A,Twice,no"]
    first = with_table(tmp_path, "accounts", rows)
    monkeypatch.setattr(side_tables, "read_side_table", None)
    again = opened(tmp_path / "set")
    pd.testing.assert_frame_equal(first["accounts"], again["accounts"])
    pd.testing.assert_frame_equal(first.side["accounts"].notes, again.side["accounts"].notes)
    assert again.side["accounts"].rejected == 1


def test_adventureworks_opens_with_margins_managers_and_plans(adventureworks):
    book = open_book(adventureworks, "2020Q1")
    told = book.reconciliation.set_index(["table", "step"])["rows"]
    assert told["transactions", "kept"] == 57_851
    assert book.has_margin
    counts = book.findings.set_index("finding")
    assert counts["rows"]["without margin"] == 76
    plans = counts.loc["of managers who have neither a sale nor an account"]
    assert (plans["table"], plans["rows"], plans["examples"]) == ("plans", 2, "277")
    assert set(book.accounts["industry"]) == {
        "Specialty Bike Shop", "Value Added Reseller", "Warehouse"
    }  # fmt: skip
    assert book.accounts[["employees", "annual_revenue", "history"]].notna().all(axis=None)
    lines = set(book.line_quarters["product_line"])
    assert lines == {"Accessories", "Bikes", "Clothing", "Components"}
    months = open_book(adventureworks, "2020Q2").months
    assert months["revenue"].sum() == pytest.approx(77_548_570.20, abs=0.01)
    assert months["margin"].sum() / months["revenue"].sum() == pytest.approx(0.012, abs=0.001)
    plan = book.tables["plans"].query("quarter == '2018Q3'")["revenue_plan"]
    assert 1_000_000 < plan.sum() < 10_000_000
