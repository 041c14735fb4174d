"""Days that are written without their year are read where one year is known, and else named."""

import pytest
from invented import described, opened, sums

from kamlib.data.files.layout import Layout, Yearless
from kamlib.data.files.plain import plain_lines
from kamlib.data.writing.yearless import lacks_year, over_new_year, with_its_year
from kamlib.errors import DataError

MONTHS_RU = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
FORMS = {
    "zh": (["客户", "日期", "金额"], lambda m, d: f"{m}月{d}日"),
    "zh weekday": (["客户", "日期", "金额"], lambda m, d: f"{m:02}月{d:02}日 星期二"),
    "de": (["Kunde", "Datum", "Betrag"], lambda m, d: f"{d:02}.{m:02}."),
    "ru": (["Клиент", "Дата", "Сумма"], lambda m, d: f"{d} {MONTHS_RU.split()[m - 1]}"),
    "en": (["Customer", "Date", "Amount"], lambda m, d: f"{d}/{m}"),
}
DAYS = [(1 + n // 5, 1 + 7 * n % 28) for n in range(60)]
ALL = sum(100 + n for n in range(60))


def table(form, first=0):
    """Sixty lines of a year whose days have none."""
    header, written = FORMS[form]
    days = [*DAYS[first:], *DAYS[:first]]
    rows = [[f"C{n % 4}", written(m, d), f"{100 + n}.00"] for n, (m, d) in enumerate(days)]
    return [header, *rows]


def said(guessed):
    """What init wrote."""
    return guessed.path.read_text(encoding="utf-8")


@pytest.mark.parametrize("form", FORMS)
def test_the_file_s_name_gives_the_year(form, tmp_path):
    guessed = described(tmp_path, {"sales 2025.csv": table(form)})
    tables = opened(guessed)
    assert sums(tables)[::2] == (60, ALL)
    assert (f"{tables.data_from:%F}", f"{tables.data_to:%F}") == ("2025-01-01", "2025-12-22")
    assert not tables.questions
    assert "have no year: 2025 stands above them or in the name" in said(guessed)


@pytest.mark.parametrize("title", ["2025年销售明细", "Продажи за 2025 год", "Umsatz 2025"])
def test_a_title_above_gives_the_year(title, tmp_path):
    header, *rows = table("de")
    tables = opened(described(tmp_path, {"a.csv": [[title, "", ""], header, *rows]}))
    assert f"{tables.data_to:%F}" == "2025-12-22"


def test_a_column_beside_gives_each_line_its_year(tmp_path):
    header, *rows = table("ru")
    rows = [[*row, "2024" if n < 30 else "2025"] for n, row in enumerate(rows)]
    guessed = described(tmp_path, {"a.csv": [[*header, "Год"], *rows]})
    tables = opened(guessed)
    assert (f"{tables.data_from:%F}", f"{tables.data_to:%F}") == ("2024-01-01", "2025-12-22")
    assert 'it is that of "Год"' in said(guessed)


def test_each_file_has_the_year_of_its_own_name(tmp_path):
    header, *rows = table("de")
    more = [[row[0], row[1], "1.00"] for row in rows]
    tables = opened(
        described(tmp_path, {"a 2024.csv": [header, *rows], "a 2025.csv": [header, *more]})
    )
    assert f"{tables.data_from:%F}" == "2024-01-01"
    assert sums(tables)[2] == ALL + 60


@pytest.mark.parametrize("form", FORMS)
def test_a_year_that_nothing_tells_is_named_and_how_to_give_it(form, tmp_path):
    with pytest.raises(DataError, match=r"lack their year: put it into .* year = 2025 \}"):
        described(tmp_path, {"a.csv": table(form)})


def test_what_the_stop_proposes_is_read(tmp_path):
    guessed = described(tmp_path, {"sales 2025.csv": table("de")})
    text = said(guessed).replace('year = "title"', "year = 2023")
    guessed.path.write_text(text, encoding="utf-8")
    assert f"{opened(guessed).data_to:%F}" == "2023-12-22"


def test_days_over_a_new_year_are_not_put_into_one(tmp_path):
    with pytest.raises(DataError, match="pass from December into January"):
        described(tmp_path, {"a 2025.csv": table("de", first=50)})
    guessed = described(tmp_path, {"sales 2025.csv": table("de", first=50)})
    assert any("add a column Year" in told for told in guessed.missing)


def test_the_day_that_a_year_lacks_is_rejected(tmp_path):
    header, *rows = table("de")
    rows.insert(10, ["C1", "29.02.", "5.00"])
    tables = opened(described(tmp_path, {"sales 2025.csv": [header, *rows]}))
    assert sums(tables)[2] == ALL
    assert tables.ledger.fates.set_index("step")["rows"].to_dict()["rejected"] == 1


@pytest.mark.parametrize("text", ["05.03", "5.3", "5 items", "2025-03-05", "03/04/05", "P"])
def test_other_texts_are_no_days_without_year(text):
    assert not lacks_year(text)
    assert with_its_year(text, 2025) == text


def test_days_backwards_pass_into_the_year_before():
    assert over_new_year(["03.02.", "05.01.", "20.12.", "10.11."])
    assert not over_new_year(["03.02.", "20.12.", "05.01.", "10.11.", "01.03."])


def test_a_day_behind_its_month_is_no_month():
    assert not over_new_year(["01/05", "01/20", "01/30", "02/03", "02/15"])
    assert not over_new_year([f"{m}/{d}" for m in (1, 2, 3) for d in range(1, 29)])
    assert over_new_year(["11/20", "12/05", "12/28", "1/3", "1/17"])
    assert over_new_year(["20/11", "05/12", "28/12", "3/1", "17/1"])


def test_days_behind_their_months_take_the_year_of_the_name(tmp_path):
    header, *rows = table("en")
    rows = [[account, "/".join(day.split("/")[::-1]), money] for account, day, money in rows]
    tables = opened(described(tmp_path, {"sales 2025.csv": [header, *rows]}))
    assert sums(tables)[::2] == (60, ALL)
    assert (f"{tables.data_from:%F}", f"{tables.data_to:%F}") == ("2025-01-01", "2025-12-22")


@pytest.mark.parametrize("year", [float("nan"), float("inf"), ""])
def test_a_day_beside_no_year_stays_as_it_is(year):
    layout = Layout(without_year=Yearless(columns=("Date",), year="Year"))
    rows = [["Date", "Year"], ["05.03.", 2024.0], ["06.03.", year]]
    found = plain_lines(rows, 1, ("Date", "Year"), layout, "part")
    assert [row[0] for row in found.rows] == ["2024-03-05", "06.03."]
