"""The same lines in two files are read once, and nothing that only looks like it is."""

import pytest
from invented import HEADER, described, lines, opened, revenue, sums


def keys(guessed):
    return {doubt.key: doubt for doubt in guessed.settled.doubts}


def test_overlapping_exports_are_read_once(tmp_path):
    first, later = lines(1, 12), lines(9, 20)
    guessed = described(tmp_path, {"jan.csv": first, "feb.csv": later})
    doubt = keys(guessed)["copies"]
    assert doubt.decided == "once"
    assert "8 lines" in doubt.what
    assert "4 documents" in doubt.what
    assert sums(opened(guessed))[::2] == (40, revenue(lines(1, 20)))


def test_the_year_so_far_each_month_is_read_once(tmp_path):
    files = {f"to_{last}.csv": lines(1, last) for last in (5, 11, 18, 27)}
    assert sums(opened(described(tmp_path, files)))[::2] == (54, revenue(lines(1, 27)))


def test_the_same_days_without_documents_are_read_once(tmp_path):
    header = HEADER[1:]
    first, later = ([row[1:] for row in lines(1, n)] for n in (12, 20))
    guessed = described(tmp_path, {"a.csv": first, "b.csv": later}, header)
    assert keys(guessed)["copies"].answers[0].changes == {"one_part_per": "day"}
    assert sums(opened(guessed))[2] == revenue(later)


def test_numbers_that_restart_each_year_are_other_documents(tmp_path):
    files = {"2024.csv": lines(year=2024), "2025.csv": lines(year=2025)}
    guessed = described(tmp_path, files)
    assert "copies" not in keys(guessed)
    assert sums(opened(guessed))[0] == 48


def test_numbers_that_restart_stay_where_exports_overlap_too(tmp_path):
    old, new = lines(1, 12, year=2024), lines(1, 12, year=2025)
    overlap = lines(10, 12, year=2024)
    guessed = described(tmp_path, {"2024.csv": old, "2025.csv": overlap + new})
    assert keys(guessed)["copies"].answers[0].changes == {"one_part_per": "document and day"}
    assert sums(opened(guessed))[::2] == (48, revenue(old + new))


def test_documents_split_by_article_are_no_copies(tmp_path):
    every = lines(1, 30)
    files = {f"{item}.csv": [row for row in every if row[3] == item] for item in ("P-1", "P-2")}
    guessed = described(tmp_path, files)
    assert not {"copies", "summary", "corrected"} & keys(guessed).keys()
    assert sums(opened(guessed))[2] == revenue(every)


def test_a_document_that_was_corrected_is_asked_with_its_money(tmp_path):
    first, later = lines(1, 12), lines(1, 20)
    later[0] = (*later[0][:-1], "99.99")
    guessed = described(tmp_path, {"a.csv": first, "b.csv": later})
    doubt = keys(guessed)["corrected"]
    assert doubt.is_open
    assert doubt.money == pytest.approx(99.99 - float(first[0][-1]))
    totals = guessed.settled.totals
    assert totals["corrected", "first"] == pytest.approx(revenue(lines(1, 20)))
    assert totals["corrected", "last"] == pytest.approx(revenue(later))


def test_a_file_that_sums_up_the_other_is_asked(tmp_path):
    every = lines(1, 28, customers=("C100", "C101", "C102", "C103"))
    by_customer = {}
    for row in every:
        by_customer[row[2]] = by_customer.get(row[2], 0) + float(row[-1])
    summary = [
        ("S1", "2025-01-20", name, "all", 1, f"{amount:.2f}")
        for name, amount in by_customer.items()
    ]
    guessed = described(tmp_path, {"sales.csv": every, "summary.csv": summary})
    assert keys(guessed)["summary"].is_open
    assert guessed.settled.totals["summary", "once"] == pytest.approx(revenue(every))
    assert sums(opened(guessed))[2] == revenue(every)


def test_months_with_equal_totals_are_no_sum_of_each_other(tmp_path):
    files = {f"m{month}.csv": lines(month=month) for month in (1, 2)}
    assert not {"copies", "summary"} & keys(described(tmp_path, files)).keys()


@pytest.mark.parametrize("name", ["orders.csv", "plan.csv", "订单.csv", "заказы.csv"])
def test_orders_that_sum_to_the_invoices_are_asked_about_once(tmp_path, name):
    sold = lines(1, 24)
    ordered = [(f"A{row[0]}", *row[1:]) for row in sold]
    guessed = described(tmp_path, {"发票 invoices.csv": sold, name: ordered})
    [doubt] = guessed.settled.open
    assert doubt.key in ("orders_beside", "plans_beside")
    assert guessed.settled.totals[doubt.key, "no"] == pytest.approx(revenue(sold))
    tables = opened(guessed)
    assert [question.key for question in tables.questions] == [doubt.key]


def test_a_summary_beside_orders_and_invoices_is_still_asked_about(tmp_path):
    sold = lines(1, 24)
    ordered = [(f"A{row[0]}", *row[1:]) for row in lines(1, 30)]
    days = {}
    for row in sold:
        days[row[1]] = days.get(row[1], 0) + float(row[-1])
    whole = [("S", day, "C100", "all", "1", f"{money:.2f}") for day, money in days.items()]
    files = {"invoices.csv": sold, "orders.csv": ordered, "by day.csv": whole}
    found = keys(described(tmp_path, files))
    assert {"orders_beside", "summary"} <= found.keys()
    assert "by day" in found["summary"].what
