"""An expression sees the time behind a day; a time zone is turned into local days, or told."""

import datetime as dt

import duckdb
import ibis
import pandas as pd
import pytest
from cases import CASES
from sales_table import opened

from kamlib.data.findings import findings
from kamlib.errors import DataError

TOML = """currency = "EUR"
{top}
[transactions]
source = "{file}"
{option}
[transactions.columns]
account = "Customer"
revenue = "Amount"
date = "{date}"
"""
BERLIN = "CAST(Date AS TIMESTAMPTZ) AT TIME ZONE 'Europe/Berlin'"
OPTION = 'time_zone = "Europe/Berlin"'
# Text in a file, and the day on which it is in Berlin.
STAMPS = {
    "2024-12-31T23:30:00Z": "2025-01-01",
    "2024-12-31T22:30:00Z": "2024-12-31",
    "2024-06-30T22:30:00.250Z": "2024-07-01",
    "2024-10-01 00:30:00+03:00": "2024-09-30",
    "2024-09-30T23:30:00 +0200": "2024-09-30",
    "30.06.2024 22:15 Z": "2024-07-01",
    "2024-05-15T12:00:00+02:00": "2024-05-15",
}


def frame(stamps):
    return pd.DataFrame({"Customer": "A", "Date": list(stamps), "Amount": 10.0})


def dataset(folder, data, *, kind="csv", date="Date", option="", top=""):
    file = f"sales.{kind}"
    write = {"csv": data.to_csv, "xlsx": data.to_excel, "parquet": data.to_parquet}[kind]
    write(folder / file, index=False)
    text = TOML.format(file=file, date=date, option=option, top=top)
    (folder / "dataset.toml").write_text(text, encoding="utf-8")
    return opened(folder)


def days(tables):
    """Each day of the ledger as often as it has lines."""
    rows = tables.ledger.table.to_pyarrow().to_pylist()
    return sorted(str(row["date"]) for row in rows for _line in range(row["lines"]))


def zone_findings(tables):
    found = findings(tables)
    return found[found["finding"].str.contains("carries a time zone")]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
@pytest.mark.parametrize("how", [{"date": BERLIN}, {"option": OPTION}], ids=["SQL", "option"])
def test_local_days_of_texts_with_a_time_zone(tmp_path, kind, how):
    tables = dataset(tmp_path, frame(STAMPS), kind=kind, **how)
    assert days(tables) == sorted(STAMPS.values())
    assert zone_findings(tables).empty


@pytest.mark.parametrize("how", [{"date": BERLIN}, {"option": OPTION}], ids=["SQL", "option"])
def test_local_days_of_moments_that_are_stored_as_such(tmp_path, how):
    stamps = [text for text in STAMPS if text[:4] == "2024"]
    moments = pd.to_datetime(pd.Series(stamps), utc=True, format="ISO8601")
    tables = dataset(tmp_path, frame(stamps).assign(Date=moments), kind="parquet", **how)
    assert days(tables) == sorted(STAMPS[text] for text in stamps)


@pytest.mark.parametrize("kind", ["xlsx", "parquet"])
def test_an_expression_sees_the_time_of_a_typed_cell(tmp_path, kind):
    data = frame([dt.datetime(2024, 12, 31, 23, 30), dt.datetime(2024, 12, 31, 10)])
    tables = dataset(tmp_path, data, kind=kind, date="CAST(Date AS TIMESTAMP) + INTERVAL 1 HOUR")
    assert days(tables) == ["2024-12-31", "2025-01-01"]


@pytest.mark.parametrize(
    "written", ["31.12.2024 23:30", "2024-12-31 11:30 PM", "12/31/2024 23:30:00"]
)
def test_an_expression_sees_the_time_of_a_text_without_a_zone(tmp_path, written):
    tables = dataset(tmp_path, frame([written]), date="Date + INTERVAL 1 HOUR")
    assert days(tables) == ["2025-01-01"]


def test_a_time_that_cannot_be_read_rejects_its_row_only_where_a_zone_is_wanted(tmp_path):
    data = frame(["2024-12-31T23:75:00Z", "2024-12-31 23:75", "2024-12-30"])
    tables = dataset(tmp_path, data, option=OPTION)
    assert days(tables) == ["2024-12-30", "2024-12-31"]
    [told] = tables.rejected["reason"]
    assert told == 'Date "2024-12-31T23:75:00Z" is not a date'


EDGES = {
    "2024-12-31T23:30:00Z": 1,
    "2025-01-01T03:00:00Z": 2,
    "2025-01-31T23:00:00Z": 4,  # a month's end, and no quarter's of a calendar year
    "2024-12-31T10:00:00Z": 8,
    "2025-01-01T15:00:00Z": 16,
    "2024-11-15T23:59:00Z": 32,
}


@pytest.mark.parametrize(
    ("top", "lines", "money"), [("", 2, "3.00"), ("year_starts = 2", 1, "4.00")]
)
def test_lines_at_a_quarter_s_end_are_told_with_the_setting_to_write(tmp_path, top, lines, money):
    data = frame(EDGES).assign(Amount=list(EDGES.values()))
    tables = dataset(tmp_path, data, top=top)
    assert days(tables) == sorted(text[:10] for text in EDGES)
    [row] = zone_findings(tables).itertuples()
    assert (row.severity, row.rows) == ("warning", lines)
    assert f"({money})" in row.finding and 'time_zone = "Europe/Berlin"' in row.finding


def test_stored_moments_at_a_quarter_s_end_are_told_too(tmp_path):
    data = frame(EDGES).assign(Date=pd.to_datetime(list(EDGES), utc=True))
    tables = dataset(tmp_path, data, kind="parquet")
    assert list(zone_findings(tables)["rows"]) == [2]


def test_days_without_a_time_zone_are_not_told_of(tmp_path):
    tables = dataset(tmp_path, frame(["2024-12-31 23:30:00", "2025-01-01"]))
    assert zone_findings(tables).empty


def test_an_unknown_time_zone_is_refused_with_the_nearest(tmp_path):
    told = '"Europe/Berln" is no time zone; did you mean "Europe/Berlin"'
    with pytest.raises(DataError, match=told):
        dataset(tmp_path, frame(["2024-12-31"]), option='time_zone = "Europe/Berln"')


@pytest.mark.skipif(not CASES.exists(), reason="the shared cases are not here")
def test_the_case_of_a_time_zone(tmp_path):
    case = CASES / "analysis/13-time-zone"
    for file in ("transactions.csv", "dataset.toml"):
        (tmp_path / file).write_text((case / file).read_text())
    table = opened(tmp_path).ledger.table
    rows = table.filter(ibis._.account.startswith("TZ")).to_pyarrow().to_pylist()
    assert {row["account"]: str(row["date"]) for row in rows} == {
        "TZ1": "2025-01-01", "TZ2": "2024-09-30", "TZ3": "2024-10-01"
    }  # fmt: skip


def test_a_database_s_moments_become_local_days_there(tmp_path):
    file = tmp_path / "sales.duckdb"
    with duckdb.connect(file) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(
            "CREATE TABLE lines AS SELECT 'A' AS Customer, 10.0 AS Amount, "
            "TIMESTAMPTZ '2024-12-31 23:30:00+00' AS Date"
        )
    text = TOML.format(file=f"duckdb://{file}", date="Date", option=OPTION, top="")
    text = text.replace(OPTION, f'{OPTION}\ntable = "lines"')
    (tmp_path / "dataset.toml").write_text(text, encoding="utf-8")
    assert days(opened(tmp_path)) == ["2025-01-01"]
