"""The order of dates where files differ: what leaves it open is named with its file and money."""

import datetime as dt

import pytest
from invented import described

HEADER = ["No", "Date", "Customer", "Net Amount"]


def rows(days, order, start, amount="100.00"):
    """A sale a day, days in that order."""
    form = {"day-first": "%d/%m/%Y", "month-first": "%m/%d/%Y"}[order]
    return [HEADER] + [
        [f"R{start + n}", day.strftime(form), f"C{n % 4}", amount] for n, day in enumerate(days)
    ]


def month(number, days=range(2, 29)):
    return [dt.date(2024, number, day) for day in days]


PROVEN = {"a.csv": rows(month(1), "day-first", 0), "b.csv": rows(month(2), "day-first", 100)}


def test_a_file_that_others_prove_is_named(tmp_path):
    days = [dt.date(2024, 3, 5), dt.date(2024, 5, 9), dt.date(2024, 7, 4), dt.date(2024, 9, 9)]
    found = described(tmp_path, {**PROVEN, "c.csv": rows(days, "day-first", 200)})
    assert not found.settled.open
    told = " ".join(found.described.decisions.values())
    assert 'c.csv": Dates of "Date" are read day-first' in told.replace("../files/", "")


@pytest.mark.parametrize("shuffled", [False, True])
def test_a_month_first_file_among_others_is_asked_about_with_its_money(tmp_path, shuffled):
    days = month(3, range(2, 13))
    days = days[::2] + days[1::2] if shuffled else days
    files = {**PROVEN, "c.csv": rows(days, "month-first", 200)}
    found = described(tmp_path, files)
    [doubt] = found.settled.open
    assert doubt.key == "dates" and "c.csv" in doubt.what and doubt.money == pytest.approx(1100)
    by_word = {answer.word: answer.changes for answer in doubt.answers}
    [(file, order)] = by_word["month-first"]["dates_of"].items()
    assert (file.rpartition("/")[2], order) == ("c.csv", "month-first")


def test_files_that_prove_differing_orders_settle_nothing_for_a_third(tmp_path):
    days = [dt.date(2024, 3, 5), dt.date(2024, 5, 9), dt.date(2024, 7, 4), dt.date(2024, 9, 9)]
    files = {"a.csv": PROVEN["a.csv"], "b.csv": rows(month(2), "month-first", 100)}
    found = described(tmp_path, {**files, "c.csv": rows(days, "day-first", 200)})
    [doubt] = found.settled.open
    assert "c.csv" in doubt.what and "b.csv" not in doubt.what
