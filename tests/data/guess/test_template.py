"""What is filled in in the template opens without any mapping."""

import datetime as dt

import openpyxl
import pandas as pd
import pytest
from sales_table import opened

from kamlib import open_book
from kamlib.data.book import open_tables
from kamlib.data.describe.schema import CONTACT_ROLES, PLAY_PLACES, TABLES
from kamlib.data.describe.titles import FRONT, column_title, sheet_title
from kamlib.data.describe.value_words import choice_word
from kamlib.data.guess.guess import guess_table
from kamlib.data.guess.setup import guessed_dataset
from kamlib.data.read.dataset import load_dataset
from kamlib.data.reduce.lines import equal_headers
from kamlib.errors import DataError
from kamlib.pack.template import write_template
from kamlib.settings import CRITERIA_WORDS


@pytest.fixture
def template(tmp_path):
    """Write the template with rows added below (or, with ``over``, over) the examples."""

    def write(rows, over=False):
        path = tmp_path / "Our input 2025.xlsx"
        write_template(path)
        book = openpyxl.load_workbook(path)
        for name, values in rows.items():
            sheet = book[name]
            headers = [cell.value for cell in sheet[1]]
            for n, row in enumerate(values, start=2 if over else 3):
                for position, header in enumerate(headers, start=1):
                    sheet.cell(n, position).value = row.get(header)
        book.save(path)
        book.close()
        return path

    return write


SALES = [
    {"account": "00123", "date": dt.date(2025, month, 15), "document": f"R{month}", "revenue": 10.5}
    for month in range(1, 13)
]


@pytest.mark.parametrize("over", [False, True])
def test_what_is_filled_in_opens_and_the_examples_stay_out(template, over):
    accounts = [
        {"account": "00123", "name": "Alpha", "expert": "yes", "since": dt.date(2020, 1, 1)}
    ]
    path = template({"transactions": SALES, "accounts": accounts}, over)
    assert set(load_dataset(path).tables) == {"transactions", "accounts"}
    book = open_book(path)
    assert list(book.accounts.index) == ["00123"]
    assert book.accounts.loc["00123", "name"] == "Alpha"
    told = book.reconciliation.set_index(["table", "step"])["rows"]
    assert told["transactions", "kept"] == 12
    left_out = {} if over else {("transactions", "excluded"): 1, ("accounts", "excluded"): 1}
    assert {key: told[key] for key in told.index if key[1] == "excluded"} == left_out
    assert "rejected" not in told.index.get_level_values("step")
    assert book.dataset.title == "Our input 2025"


def test_an_example_row_is_told_by_its_reason(template):
    told = opened(template({"transactions": SALES})).ledger.fates
    assert "example row of the template" in told["reason"].to_list()


def test_a_template_without_sales_says_what_to_fill_in(template):
    with pytest.raises(DataError, match='no sheet "transactions" with lines; fill in'):
        load_dataset(template({}))


@pytest.mark.parametrize("language", ["en", "zh", "ru"])
def test_a_template_needs_no_mapping_and_none_is_guessed(tmp_path, language):
    path = tmp_path / "input.xlsx"
    write_template(path, language=language)
    with pytest.raises(DataError, match="expected `kam check input.xlsx`"):
        guessed_dataset("ours", [path], tmp_path)
    assert not (tmp_path / "ours").exists()


def test_company_and_currency_of_the_first_sheet_stand_on_the_pages(tmp_path):
    path = tmp_path / "input.xlsx"
    write_template(path)
    book = openpyxl.load_workbook(path)
    sheet = book["Read me"]
    labels = {cell.value: cell for row in sheet.iter_rows() for cell in row if cell.value}
    labels["Company"].offset(column=1).value = "Müller & Söhne"
    labels["Currency"].offset(column=1).value = "CHF"
    book["transactions"].append(["00123", "2024-01-05", "R1", "1", 12.5])
    book.save(path)
    dataset = load_dataset(path)
    assert (dataset.title, dataset.currency) == ("Müller & Söhne", "CHF")
    assert dataset.year_starts == 1
    labels["Year starts in month"].offset(column=1).value = "February"
    book.save(path)
    with pytest.raises(DataError, match="the month in which the year starts = 'February'"):
        load_dataset(path)


@pytest.mark.parametrize("language", ["zh", "ru"])
def test_a_template_in_another_language_is_read_without_a_mapping(tmp_path, language):
    path = tmp_path / "input.xlsx"
    write_template(path, language)
    book = openpyxl.load_workbook(path)
    front, company, currency, year = FRONT[language]
    labels = {cell.value: cell for row in book[front].iter_rows() for cell in row if cell.value}
    labels[company].offset(column=1).value, labels[currency].offset(column=1).value = "Я 甲", "CNY"
    labels[year].offset(column=1).value = 2
    sheet = book[sheet_title("transactions", language)]
    headers = [cell.value for cell in sheet[1]]
    assert headers == [
        column_title("transactions", name, language) for name in TABLES["transactions"].names
    ]
    for row in SALES:
        told = {column_title("transactions", name, language): row[name] for name in row}
        sheet.append([told.get(header) for header in headers])
    book.save(path)
    dataset = load_dataset(path)
    assert (dataset.title, dataset.currency, dataset.year_starts) == ("Я 甲", "CNY", 2)
    read = open_book(path)
    told = read.reconciliation.set_index(["table", "step"])["rows"]
    assert (told["transactions", "kept"], told["transactions", "excluded"]) == (12, 1)
    assert list(read.accounts.index) == ["00123"]


@pytest.mark.parametrize("language", ["zh", "ru"])
def test_answers_from_the_lists_of_another_language_are_read(tmp_path, language):
    path = tmp_path / "input.xlsx"
    write_template(path, language)
    book = openpyxl.load_workbook(path)

    def add(table, row):
        sheet = book[sheet_title(table, language)]
        titled = {
            column_title(table, name, language): choice_word(
                table, TABLES[table].column(name), value, language
            )
            for name, value in row.items()
        }
        sheet.append([titled.get(cell.value) for cell in sheet[1]])

    for row in SALES:
        add("transactions", row)
    add("accounts", {"account": "00123", "name": "Alpha", "expert": "yes"})
    for n, role in enumerate(CONTACT_ROLES):
        add("contacts", {"account": "00123", "contact": f"C{n}", "role": role})
    for criterion in CRITERIA_WORDS.values():
        add("judgements", {"account": "00123", "criterion": criterion, "score": 0.5})
    for place in PLAY_PLACES:
        add("plays", {"place": place, "strategy": place})
    book.save(path)
    tables, _settings = open_tables(path)
    assert tables["accounts"]["expert"].tolist() == [True]
    assert tables["contacts"]["role"].tolist() == list(CONTACT_ROLES)
    assert set(tables["judgements"]["criterion"]) == set(CRITERIA_WORDS.values())
    plays = tables["plays"]
    assert plays["place"].tolist() == plays["strategy"].tolist()
    assert set(plays["place"]) == set(PLAY_PLACES)


@pytest.mark.parametrize("language", ["zh", "ru"])
@pytest.mark.parametrize("table", TABLES)
def test_every_title_is_a_known_name_of_its_column(table, language):
    titles = [column_title(table, name, language) for name in TABLES[table].names]
    assert len(set(titles)) == len(titles)
    guess = guess_table(titles, pd.DataFrame(), name=sheet_title(table, language))
    assert guess.table == table
    wanted = {name: f'"{title}"' for name, title in zip(TABLES[table].names, titles, strict=True)}
    if table == "transactions":
        del wanted["cost"], wanted["currency"]  # margin is given; the rows show currencies
    assert guess.expressions == wanted
    assert equal_headers(table, titles).keys() == set(TABLES[table].names)


def test_there_is_no_template_in_an_unknown_language(tmp_path):
    with pytest.raises(DataError, match='there is none in "xx"; expected one of en, zh, ru'):
        write_template(tmp_path / "input.xlsx", "xx")
