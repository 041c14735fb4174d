"""Accounts that Excel or people wrote in several ways are one account; others stay two."""

from invented import HEADER, described, lines, opened, revenue, sums

from kamlib.data.reduce.lines import LOST_DIGITS


def keys(guessed):
    return {doubt.key: doubt for doubt in guessed.settled.doubts}


def test_leading_zeros_that_one_file_lost_come_back(tmp_path):
    first = lines(1, 12, customers=("000100", "000101", "AB-7"))
    later = lines(13, 24, customers=("100", "101", "AB-7"))
    guessed = described(tmp_path, {"a.csv": first, "b.csv": later})
    assert keys(guessed)["leading_zeros"].decided == "one"
    assert sums(opened(guessed)) == (48, ["000100", "000101", "AB-7"], revenue(lines(1, 24)))


def test_leading_zeros_of_a_side_table_join_too(tmp_path):
    customers = [["Customer No", "Customer Name", "Industry"], *[
        (f"0000{n}", f"Company {n}", "Food") for n in (100, 101, 102)
    ]]  # fmt: skip
    files = {"sales.csv": lines(customers=("100", "101", "102")), "customers.csv": customers}
    tables = opened(described(tmp_path, files))
    assert {*tables["accounts"]["account"]} == {*sums(tables)[1]}


def test_numbers_with_several_forms_are_asked(tmp_path):
    rows = lines(1, 24, customers=("007", "0007", "7", "12"))
    doubt = keys(described(tmp_path, {"sales.csv": rows}))["leading_zeros"]
    assert doubt.is_open
    assert doubt.money > 0


def test_plain_numbers_raise_no_doubt(tmp_path):
    rows = lines(customers=("100", "1000", "0200"))
    assert not keys(described(tmp_path, {"sales.csv": rows}))


def test_names_in_capitals_and_with_dots_are_one(tmp_path):
    rows = lines(1, 28, customers=("Ivy Parts", "IVY PARTS", "Ivy  Parts.", "Ivy\u00a0Parts"))
    guessed = described(tmp_path, {"sales.csv": rows})
    assert keys(guessed)["names"].decided == "one"
    assert sums(opened(guessed))[1] == ["Ivy Parts"]


def test_names_that_differ_in_legal_form_are_asked(tmp_path):
    rows = lines(customers=("Berg GmbH", "Berg AG", "Tal KG"))
    guessed = described(tmp_path, {"sales.csv": rows})
    assert keys(guessed)["legal_forms"].is_open
    assert sums(opened(guessed))[1] == ["Berg AG", "Berg GmbH", "Tal KG"]


def test_codes_in_capitals_are_other_codes(tmp_path):
    rows = lines(customers=("0015aB1", "0015AB1", "0016xY2"))
    assert not keys(described(tmp_path, {"sales.csv": rows}))


def test_blanks_and_a_decimal_are_no_part_of_an_id(tmp_path):
    rows = lines(customers=("100.0", "\u200b101 ", "102,0".replace(",", ".")))
    tables = opened(described(tmp_path, {"sales.csv": rows}))
    assert sums(tables)[1] == ["100", "101", "102"]
    told = tables.ledger.counts.set_index("finding")["rows"]
    assert told["with a number that Excel wrote like 100.0, read as 100"] == 16


def test_an_account_that_lost_its_digits_is_rejected(tmp_path):
    rows = lines(customers=("4.01230E+12", "C101", "4E+12"))
    tables = opened(described(tmp_path, {"sales.csv": rows}))
    rejected = tables.ledger.rejected
    assert {*rejected["reason"]} == {LOST_DIGITS}
    assert {*rejected["account"]} == {"4.01230E+12", "4E+12"}
    assert sums(tables)[1] == ["C101"]


def test_a_product_that_lost_its_digits_is_told(tmp_path):
    rows = [(*row[:3], "4.01230E+12", *row[4:]) for row in lines()]
    told = opened(described(tmp_path, {"sales.csv": rows}, HEADER)).ledger.counts["finding"]
    assert any("4.01230E+12" in text for text in told)


def test_ids_in_another_case_or_alphabet_are_asked(tmp_path):
    rows = lines(1, 24, customers=("K100", "k100", "\u041a100", "K200"))  # \u041a: Cyrillic
    doubt = keys(described(tmp_path, {"sales.csv": rows}))["codes"]
    assert doubt.is_open
    assert doubt.answers[0].changes["same_accounts"].keys() == {"k100", "\u041a100"}


def test_a_file_that_holds_its_export_twice_is_asked(tmp_path):
    rows = lines(1, 24)
    assert keys(described(tmp_path, {"sales.csv": [*rows, *rows]}))["repeated"].is_open
