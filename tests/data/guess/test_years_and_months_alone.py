"""Sales whose only time is a year, or a month without its year: read where proven, else asked."""

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from invented import described, opened, sums

from kamlib.data.findings import findings
from kamlib.data.guess.setup import guessed_dataset
from kamlib.data.stops import stops
from kamlib.data.writing.yearless import most_over_new_year, names_month
from kamlib.errors import DataError
from kamlib.settings import load_settings

YEARS = {
    "en": (["Customer", "Year", "Amount"], "{}"),
    "de": (["Kunde", "Jahr", "Betrag"], "{}"),
    "ru": (["Клиент", "Год", "Сумма"], "{} г."),
    "zh": (["客户", "年度", "金额"], "{}年"),
    "fr": (["Client", "Année", "Montant"], "{}"),
    "own": (["Customer", "Fiscal Year", "Amount"], "FY{}"),
    "period": (["Customer", "Period", "Amount"], "{}"),
    "date": (["Customer", "Date", "Amount"], "{}"),
}
MONTHS = {
    "en": (
        ["Customer", "Month", "Amount"],
        "January February March April May June July August September October November December",
    ),
    "short": (
        ["Customer", "Date", "Amount"],
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    ),
    "de": (
        ["Kunde", "Monat", "Betrag"],
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    ),
    "ru": (
        ["Клиент", "Месяц", "Сумма"],
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    ),
    "zh": (["客户", "月份", "金额"], "1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月"),
    "zh signs": (
        ["客户", "月", "金额"],
        "一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月",
    ),
    "numbers": (["Customer", "Month", "Amount"], "1 2 3 4 5 6 7 8 9 10 11 12"),
}
ROWS = 48
ALL = sum(100.5 + n for n in range(ROWS))


def by_year(form):
    """Sixteen sums of customers in each of three years."""
    header, written = YEARS[form]
    rows = [[f"C{n % 4}", written.format(2023 + n // 16), f"{100 + n}.50"] for n in range(ROWS)]
    return [header, *rows]


def by_month(form):
    """Four sums of customers in each month of a year."""
    header, months = MONTHS[form]
    rows = [[f"C{n % 4}", months.split()[n // 4], f"{100 + n}.50"] for n in range(ROWS)]
    return [header, *rows]


def workbook(folder, name, sheets):
    """A workbook with these sheets, described by init."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([int(cell) if str(cell).isdecimal() else cell for cell in row])
    book.save(folder / name)
    return guessed_dataset("guessed", [folder / name], folder / "data")


def asked(tables):
    """The keys of what is asked."""
    return [question.key for question in tables.questions]


def span(tables):
    """First and last day."""
    return f"{tables.data_from:%F}", f"{tables.data_to:%F}"


@pytest.mark.parametrize("form", YEARS)
def test_a_column_of_years_is_read_and_asked_about(form, tmp_path):
    guessed = described(tmp_path, {"sales.csv": by_year(form)})
    tables = opened(guessed)
    assert sums(tables)[::2] == (ROWS, ALL)
    assert span(tables) == ("2023-01-01", "2025-01-01")
    assert asked(tables) == ["whole_years"]
    assert tables.questions[0].stake == 1.0
    assert tables.questions[0].ask.startswith("48 sums (5,952.00) are of whole years")
    settings = load_settings(guessed.path.parent, None)
    assert any("whole_years" in told for told in stops(tables, settings))


@pytest.mark.parametrize("form", ["en", "ru"])
def test_a_column_of_years_in_a_workbook_is_the_same(form, tmp_path):
    tables = opened(workbook(tmp_path, "a.xlsx", {"Sheet1": by_year(form)}))
    assert sums(tables)[::2] == (ROWS, ALL)
    assert (asked(tables), span(tables)[0]) == (["whole_years"], "2023-01-01")


def test_numbers_of_years_in_parquet_are_the_same(tmp_path):
    header, *rows = by_year("en")
    customers, years, amounts = zip(*rows, strict=True)
    columns = [customers, [*map(int, years)], [*map(float, amounts)]]
    pq.write_table(pa.table(dict(zip(header, columns, strict=True))), tmp_path / "sales.parquet")
    tables = opened(guessed_dataset("guessed", [tmp_path / "sales.parquet"], tmp_path / "data"))
    assert sums(tables)[::2] == (ROWS, ALL)
    assert (asked(tables), span(tables)[1]) == (["whole_years"], "2025-01-01")


def test_an_answer_lets_the_report_go_on_with_a_warning(tmp_path):
    guessed = described(tmp_path, {"sales.csv": by_year("en")})
    text = guessed.path.read_text(encoding="utf-8").replace('answer = ""', 'answer = "yes"')
    guessed.path.write_text(text, encoding="utf-8")
    tables = opened(guessed)
    assert not stops(tables, load_settings(guessed.path.parent, None))
    warned = findings(tables).query("severity == 'warning'")["finding"]
    assert warned.str.contains("quarters, months, seasons .* cannot be told").any()


def test_years_count_on_the_first_day_of_the_company_s_own(tmp_path):
    guessed = described(tmp_path, {"sales.csv": by_year("own")})
    text = f"year_starts = 4\n{guessed.path.read_text(encoding='utf-8')}"
    guessed.path.write_text(text, encoding="utf-8")
    assert span(opened(guessed)) == ("2023-04-01", "2025-04-01")


def test_days_that_are_all_the_first_of_their_years_are_asked_about(tmp_path):
    header, *rows = by_year("date")
    rows = [[customer, f"{year}-01-01", amount] for customer, year, amount in rows]
    assert asked(opened(described(tmp_path, {"sales.csv": [header, *rows]}))) == ["whole_years"]
    rows[0][1] = "2023-01-02"
    (tmp_path / "b").mkdir()
    assert not asked(opened(described(tmp_path / "b", {"sales.csv": [header, *rows]})))


def test_sums_of_years_beside_dated_lines_are_left_out_and_said(tmp_path):
    header, *rows = by_month("en")
    days = [[c, f"2025-{n // 4 + 1:02}-05", amount] for n, (c, _m, amount) in enumerate(rows)]
    files = {"sales.csv": [[header[0], "Invoice Date", header[2]], *days]}
    guessed = described(tmp_path, {**files, "by year.csv": by_year("en")})
    tables = opened(guessed)
    assert sums(tables)[::2] == (ROWS, ALL)
    assert not asked(tables)
    assert any("by year.csv" in told for told in guessed.left_out)


def test_a_year_among_days_is_rejected(tmp_path):
    header, *rows = by_year("date")
    rows = [[c, f"2025-03-{n % 28 + 1:02}", a] for n, (c, _y, a) in enumerate(rows)]
    rows[7][1] = "2025"
    fates = opened(described(tmp_path, {"sales.csv": [header, *rows]})).ledger.fates
    assert fates.groupby("step")["rows"].sum().to_dict() == {"kept": ROWS - 1, "rejected": 1}


@pytest.mark.parametrize("form", MONTHS)
def test_months_take_the_year_of_the_file_s_name(form, tmp_path):
    guessed = described(tmp_path, {"sales 2025.csv": by_month(form)})
    tables = opened(guessed)
    assert sums(tables)[::2] == (ROWS, ALL)
    assert span(tables) == ("2025-01-01", "2025-12-01")
    assert not asked(tables)
    told = guessed.path.read_text(encoding="utf-8")
    assert "have no year: 2025 stands above them or in the name" in told
    assert findings(tables)["finding"].str.contains("months only").any()


@pytest.mark.parametrize("form", MONTHS)
def test_months_whose_year_nothing_tells_are_named_and_how_to_give_it(form, tmp_path):
    guessed = described(tmp_path, {"sales.csv": by_month(form)})
    name, month = MONTHS[form][0][1], MONTHS[form][1].split()[0]
    said = f'the months of "{name}", such as "{month}", lack their year: put it into'
    assert any(said in told and "year = 2025 }" in told for told in guessed.missing)
    with pytest.raises(DataError, match="date is not mapped"):
        opened(guessed)


def test_files_and_sheets_named_by_years_have_each_its_own(tmp_path):
    files = {f"sales {year}.csv": by_month("de") for year in (2024, 2025)}
    tables = opened(described(tmp_path, files))
    assert (sums(tables)[2], span(tables)) == (2 * ALL, ("2024-01-01", "2025-12-01"))
    (tmp_path / "b").mkdir()
    sheets = {str(year): by_month("ru") for year in (2024, 2025)}
    tables = opened(workbook(tmp_path / "b", "sales.xlsx", sheets))
    assert (sums(tables)[2], span(tables)) == (2 * ALL, ("2024-01-01", "2025-12-01"))


def test_a_file_without_a_year_among_others_stops(tmp_path):
    files = {"sales 2025.csv": by_month("de"), "sales more.csv": by_month("de")}
    guessed = described(tmp_path, files)
    with pytest.raises(DataError, match=r"sales more.csv: days or months have no year"):
        opened(guessed)


def test_a_title_gives_the_year_unless_it_names_two(tmp_path):
    title = [["Umsatz 2025", None, None], [None, None, None]]
    tables = opened(workbook(tmp_path, "a.xlsx", {"S": [*title, *by_month("de")]}))
    assert span(tables) == ("2025-01-01", "2025-12-01")
    title[0][0] = "Umsatz 2024-2025"
    (tmp_path / "b").mkdir()
    with pytest.raises(DataError, match='months of "Monat", such as "Januar", lack their year'):
        workbook(tmp_path / "b", "b.xlsx", {"S": [*title, *by_month("de")]})


@pytest.mark.parametrize("form", ["en", "ru", "zh", "zh signs"])
@pytest.mark.parametrize("year", ["{}", "{}年"])
def test_a_year_beside_gives_each_month_its_own(form, year, tmp_path):
    header, *rows = by_month(form)
    rows = [[*row, year.format(2024 if n < 24 else 2025)] for n, row in enumerate(rows)]
    tables = opened(described(tmp_path, {"a.csv": [[*header, "Year"], *rows]}))
    assert (sums(tables)[2], span(tables)) == (ALL, ("2024-01-01", "2025-12-01"))
    assert not asked(tables)


@pytest.mark.parametrize("written", ["Q{}", "{}", "{} квартал", "第{}季度"])
def test_quarters_beside_their_year_are_quarters(written, tmp_path):
    rows = [[f"C{n % 4}", 2024, written.format(n // 12 + 1), f"{100 + n}.50"] for n in range(ROWS)]
    guessed = described(tmp_path, {"a.csv": [["Customer", "Year", "Quarter", "Amount"], *rows]})
    tables = opened(guessed)
    assert (sums(tables)[2], span(tables)) == (ALL, ("2024-01-01", "2024-10-01"))
    assert findings(tables)["finding"].str.contains("quarters only").any()


@pytest.mark.parametrize("by_account", [False, True])
def test_months_over_a_new_year_are_not_put_into_one(by_account, tmp_path):
    names = MONTHS["en"][1].split()
    months = [*names[3:], *names[:3]]
    rows = [[f"C{a}", month, "100.50"] for month in months for a in range(4)]
    rows = sorted(rows, key=lambda row: row[0]) if by_account else rows
    guessed = described(tmp_path, {"sales 2025.csv": [MONTHS["en"][0], *rows]})
    assert any("add a column Year" in told for told in guessed.missing)


def test_months_account_by_account_in_one_year_are_read(tmp_path):
    rows = [[f"C{a}", month, "100.50"] for a in range(4) for month in MONTHS["en"][1].split()]
    tables = opened(described(tmp_path, {"sales 2025.csv": [MONTHS["en"][0], *rows]}))
    assert span(tables) == ("2025-01-01", "2025-12-01")


def test_months_in_no_order_are_of_one_year():
    months, owners = ["Nov", "Jan", "Mar", "Feb", "Dec", "Apr"], ["A"] * 3 + ["B"] * 3
    assert not most_over_new_year(months, owners)
    assert not most_over_new_year(["Dec", "Jan", "Nov", "Jan"], ["A", "A", "B", "A"])
    two = ["Jan", "Dec", "Jan", "Dec", "Feb", "Nov"]
    assert not most_over_new_year(two, ["A", "A", "B", "B", "C", "C"])


def test_a_year_of_the_company_s_own_in_a_name_is_no_calendar_year(tmp_path):
    guessed = described(tmp_path, {"sales FY2025.csv": by_month("en")})
    assert any("is of a year of your own" in told for told in guessed.missing)


@pytest.mark.parametrize("form", ["en", "numbers"])
def test_months_beside_a_year_of_the_company_s_own_are_asked_about(form, tmp_path):
    header, *rows = by_month(form)
    guessed = described(
        tmp_path, {"a.csv": [[*header, "Fiscal Year"], *([*row, "2024"] for row in rows)]}
    )
    tables = opened(guessed)
    assert (sums(tables)[2], asked(tables)) == (ALL, ["own_year"])
    settings = load_settings(guessed.path.parent, None)
    assert any("own_year" in told for told in stops(tables, settings))
    text = guessed.path.read_text(encoding="utf-8").replace('answer = ""', 'answer = "yes"')
    guessed.path.write_text(text, encoding="utf-8")
    assert not stops(opened(guessed), settings)


@pytest.mark.parametrize(
    ("name", "cell"), [("Fiscal Year", "2023/24"), ("Date", "W05"), ("Period", "P05")]
)
def test_what_is_no_day_is_shown(name, cell, tmp_path):
    header, *rows = by_year("en")
    rows = [[customer, cell, amount] for customer, _year, amount in rows]
    guessed = described(tmp_path, {"sales.csv": [[header[0], name, header[2]], *rows]})
    said = f'all that it says of time is "{name}", such as "{cell}", which is no day'
    assert any(said in told for told in guessed.missing)


def test_a_month_beside_days_changes_nothing(tmp_path):
    header, *rows = by_month("en")
    rows = [[*row, f"2024-{n // 4 + 1:02}-05"] for n, row in enumerate(rows)]
    tables = opened(described(tmp_path, {"sales 2025.csv": [[*header, "Invoice Date"], *rows]}))
    assert span(tables) == ("2024-01-05", "2024-12-05")


@pytest.mark.parametrize("text", ["5", "05.03", "P05", "W05", "A-1", "Market", "May Ltd", ""])
def test_other_texts_are_no_months(text):
    assert not names_month(text)
