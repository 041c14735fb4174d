"""A company whose year starts in another month: the same figures, in its own quarters."""

import re
import zipfile

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from companies import shared
from matplotlib.text import Text

from kamlib import open_book
from kamlib.chapters.catalogue import pack_tables
from kamlib.data.expect import expected
from kamlib.errors import DataError, StoppedError
from kamlib.show.files import write_csv
from kamlib.show.tables import table
from kamlib.show.theme import description
from kamlib.workbook.workbook import write_workbook

FEBRUARY = "14-fiscal-year-from-february"
HEAD = 'currency = "EUR"\ncomplete_to = {end}\n{year}[transactions]\nsource = "lines.csv"\n'


def drawn(months_later=0):
    """Three years of 14 accounts, two lines and managers, all days moved by whole months."""
    dice = np.random.default_rng(7)
    rows = []
    for month in pd.period_range("2022-01", "2024-12", freq="M"):
        for account in range(14):
            if dice.random() < 0.25 + 0.05 * account:
                day = (month + months_later).start_time + pd.Timedelta(days=int(dice.integers(28)))
                line, amount = dice.choice(["Pumps", "Seals"]), dice.lognormal(6 + account / 4, 0.4)
                who = ("Ann", "Bob")[account % 2]
                rows.append((f"K{account:02}", f"{day:%Y-%m-%d}", round(amount, 2), line, who))
    columns = ["account", "date", "revenue", "product_line", "manager"]
    return pd.DataFrame(rows, columns=columns)


def company(folder, lines, year_starts=None, end="2024-12-31", more=""):
    """A data set over lines, with a year of its own where one is given."""
    folder.mkdir(parents=True, exist_ok=True)
    lines.to_csv(folder / "lines.csv", index=False)
    year = f"year_starts = {year_starts}\n" if year_starts else ""
    text = HEAD.format(end=end, year=year + more)
    (folder / "dataset.toml").write_text(text, encoding="utf-8")
    return folder


def frames(book):
    """Tables that go by quarters, or by windows that end with one, without what they are called."""
    lines, managers = book.line_quarters, book.manager_quarters
    count = {"quarter": pd.PeriodIndex(lines["quarter"]).asi8 - book.quarter.ordinal}
    counted = {"quarter": pd.PeriodIndex(managers["quarter"]).asi8 - book.quarter.ordinal}
    classes = book.abc_xyz.classes.sort_index()
    history = book.abc_xyz.history
    history = history.assign(quarter=pd.PeriodIndex(history["quarter"]).asi8 - book.quarter.ordinal)
    whole = managers.drop(columns="revenue_to_day")
    return {
        "line_quarters": lines.assign(**count),
        "manager_quarters": whole.assign(**counted),
        "classes": classes[["revenue", "share", "abc"]],
        "history": history.sort_values(["quarter", "account"])[["account", "revenue", "abc"]],
        "bridge": book.churn.bridge,
        "portfolio": book.segments.portfolio[["accounts", "revenue", "actual", "revenue_before"]],
        "whitespace": book.targeting.whitespace[["account", "product_line", "expected_value"]],
    }


@pytest.fixture(scope="module")
def calendar(tmp_path_factory):
    """The drawn company in the calendar's year."""
    return open_book(company(tmp_path_factory.mktemp("calendar"), drawn()))


@pytest.mark.parametrize(
    ("starts", "later"), [(2, 1), pytest.param(12, 11, marks=pytest.mark.long)]
)
def test_a_ledger_moved_with_its_year_has_the_tables_of_the_unmoved_one(
    tmp_path, calendar, starts, later
):
    moved = drawn(later)
    end = (pd.Period("2024-12", freq="M") + later).end_time.date()
    book = open_book(company(tmp_path / "moved", moved, starts, end))
    assert book.quarter.quarter == calendar.quarter.quarter == 4
    for name, frame in frames(book).items():
        right = frames(calendar)[name].reset_index(drop=True)
        pd.testing.assert_frame_equal(frame.reset_index(drop=True), right, obj=name)
    lost = book.churn.loss_dynamics, calendar.churn.loss_dynamics
    assert [each.index.quarter.tolist() for each in lost] == [[1, 2, 3, 4] * 2] * 2


def test_a_year_that_starts_in_january_changes_no_byte(tmp_path, calendar):
    book = open_book(company(tmp_path / "january", drawn(), 1))
    for name, frame in frames(book).items():
        written = []
        for each in (frame, frames(calendar)[name]):
            write_csv(each, tmp_path / "table.csv")
            written.append((tmp_path / "table.csv").read_bytes())
        assert written[0] == written[1], name
    assert book.quarter_in_full == "2024Q4"


@pytest.mark.parametrize("starts", [4, pytest.param(10, marks=pytest.mark.long)])
def test_a_year_from_a_quarters_month_has_the_calendars_sums(tmp_path, calendar, starts):
    book = open_book(company(tmp_path / "quarter", drawn(), starts))
    assert book.as_of == calendar.as_of
    assert book.quarter_name in ("FY2024Q3", "FY2025Q2", "FY2025Q1")
    for name, frame in frames(book).items():
        pd.testing.assert_frame_equal(frame, frames(calendar)[name], obj=name)


@pytest.mark.parametrize("starts", [2, pytest.param(11, marks=pytest.mark.long)])
def test_quarters_add_up_to_the_companys_year(tmp_path, starts):
    lines = drawn()
    book = open_book(company(tmp_path / "sums", lines, starts), "2024-06-15")
    by_quarter = book.line_quarters.groupby("quarter")["revenue"].sum()
    days = pd.to_datetime(lines["date"])
    first = pd.Timestamp(2022, starts, 1)
    inside = (days >= first) & (days < first + pd.DateOffset(years=1))
    year = pd.Period(first, freq=book.quarter.freqstr)
    assert by_quarter[year : year + 3].sum() == pytest.approx(lines.loc[inside, "revenue"].sum())
    assert by_quarter.sum() == pytest.approx(lines.loc[days <= book.as_of, "revenue"].sum())


def test_an_open_quarter_is_held_against_as_many_days_a_year_ago(tmp_path):
    lines = drawn()
    book = open_book(company(tmp_path / "open", lines, 2, "2024-12-20"), "2024-12-20")
    assert (book.quarter_name, book.complete) == ("FY2024Q4", False)
    card = book.targeting.quarter
    assert (card.begin, card.as_of) == (pd.Timestamp("2024-11-01"), pd.Timestamp("2024-12-20"))
    then = book.manager_quarters.set_index("quarter").loc[book.quarter - 4]
    days = pd.to_datetime(lines["date"])
    for last, column in (("2023-12-20", "revenue_to_day"), ("2024-01-31", "revenue")):
        right = lines.loc[days.between("2023-11-01", last), "revenue"].sum()
        assert then[column].sum() == pytest.approx(right)


def test_what_people_know_is_of_their_own_year(tmp_path):
    lines = drawn()
    days = pd.to_datetime(lines["date"])
    year = lines.loc[days.between("2023-02-01", "2024-01-31"), "revenue"].sum()
    quarter = lines.loc[days.between("2023-11-01", "2024-01-31"), "revenue"].sum()
    known = f"expect = {{FY2023 = {year}, 2023 = {year}, 2023Q4 = {quarter}}}\n"
    book = open_book(company(tmp_path / "known", lines, 2, more=known))
    assert expected(book.tables)["agrees"].all()
    wrong = f"expect = {{FY2023Q4 = {quarter + 1}}}\n"
    with pytest.raises(StoppedError, match=r"FY2023Q4 \(November 2023 to January 2024\): 116,"):
        open_book(company(tmp_path / "wrong", lines, 2, more=wrong))


def test_the_shared_case_of_a_year_from_february(tmp_path):
    case = shared("../cases/analysis") / FEBRUARY
    lines = pd.read_csv(case / "transactions.csv", dtype={"account": str})
    sums = {}
    for starts in (1, 2):
        folder = company(tmp_path / str(starts), lines, starts, "2025-01-31")
        book = open_book(folder, "latest" if starts == 2 else "2024Q4")
        quarters = book.line_quarters.groupby("quarter")["revenue"].sum()
        sums[book.quarter_in_full] = round(quarters[book.quarter], 2)
    assert sums == {"2024Q4": 83017.84, "FY2024Q4 (November 2024 to January 2025)": 82202.12}
    asked = [open_book(folder, text) for text in ("FY2024Q4", "2025-01-15", "2024-11")]
    assert {each.quarter for each in asked} == {book.quarter}
    assert open_book(folder, asked[0].quarter).quarter == book.quarter
    first = book.churn.retention.loc[lambda rows: rows["by"] == "cohort", "group"]
    assert not any("2022" in group and not group.startswith("FY") for group in first)
    assert book.churn.dynamics.startswith("In FY2024Q4 ")


def test_a_quarter_that_is_none_is_refused_with_the_companys_own(tmp_path):
    folder = company(tmp_path / "asked", drawn(), 2)
    with pytest.raises(DataError, match=r"FY2030Q1 \(February 2030 to April 2030\).*FY2021Q4 to"):
        open_book(folder, "2030Q1")
    with pytest.raises(DataError, match="expected like FY2010Q3, a day in it"):
        open_book(folder, "spring")
    with pytest.raises(DataError, match="calendars of weeks"):
        open_book(folder, "2024W31")
    for more in ('calendar = "4-4-5"\n', "fiscal_weeks = 52\n"):
        with pytest.raises(DataError, match="calendars of weeks"):
            open_book(company(tmp_path / "weeks", drawn(), more=more))


def spoken(chapter):
    """All that a chapter says: sentences, tables as a page shows them, texts of pictures."""
    for name in dir(type(chapter)):
        kind = getattr(getattr(type(chapter), name), "kind", "")
        if kind not in ("sentence", "picture", "view", "table"):
            continue
        made = getattr(chapter, name)
        if kind == "sentence":
            yield name, str(made)
        elif kind == "picture" and made is not None:
            texts = [text.get_text() for text in made.figure.findobj(Text)]
            yield name, " ".join([description(made), *texts])
            plt.close(made.figure)
        elif isinstance(made, pd.DataFrame):
            yield name, table(made, rows=None, name=name).html


def test_no_quarter_is_called_as_the_calendar_does(tmp_path):
    rough = {"stability.resamples": 10, "replay.quarters": 1, "target_check.resamples": 100}
    book = open_book(company(tmp_path / "own", drawn(1), 2, "2025-01-31"), settings=rough)
    chapters = [*book.chapters, book.account("K13")]
    said = {(type(each).__name__, name): text for each in chapters for name, text in spoken(each)}
    tables = pack_tables(book)
    for name, frame in tables.items():
        write_csv(frame, tmp_path / "table.csv")
        said["file", name] = (tmp_path / "table.csv").read_text(encoding="utf-8")
    write_workbook(tmp_path / "kam.xlsx", book, tables)
    with zipfile.ZipFile(tmp_path / "kam.xlsx") as parts:
        said |= {("xlsx", name): parts.read(name).decode("utf-8") for name in parts.namelist()}
    named = re.compile(r"(.{0,30})(?<!FY)\b20\d\dQ[1-4]")
    assert {key: named.search(text)[0] for key, text in said.items() if named.search(text)} == {}
    assert sum("FY2024Q4" in text for text in said.values()) > 10
