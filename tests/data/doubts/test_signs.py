"""Returns that only a document's number, a file's name or a code tells; names tell none."""

import tomllib

import pytest
from invented import HEADER, described, lines, opened, revenue, sums

from kamlib.data.describe.telling import told_in


def test_letters_of_credit_notes_are_asked_with_both_totals(tmp_path):
    rows = lines(1, 24)
    named = [(f"{'GS' if int(row[0]) % 6 == 0 else 'RE'}-2025-{row[0]}", *row[1:]) for row in rows]
    back = revenue([row for row in rows if int(row[0]) % 6 == 0])
    [doubt] = described(tmp_path, {"a.csv": named}).settled.open
    assert doubt.key == "document_letters" and '8 lines with "GS"' in doubt.what
    assert doubt.money == 2 * back and doubt.assumed == "minus"


def test_letters_that_mean_places_raise_nothing(tmp_path):
    named = [(f"{'HH' if int(row[0]) % 6 else 'M'}-{row[0]}", *row[1:]) for row in lines(1, 24)]
    assert not described(tmp_path, {"a.csv": named}).settled.doubts


def test_a_file_of_credit_notes_takes_money_away(tmp_path):
    sales, back = lines(1, 24), lines(51, 54, month=3)
    guessed = described(tmp_path, {"Rechnungen_2025.csv": sales, "Gutschriften_2025.csv": back})
    assert tomllib.loads(guessed.path.read_text())["transactions"]["negative_parts"] == [
        "Gutschriften_2025"
    ]
    tables = opened(guessed)
    assert sums(tables)[2] == round(revenue(sales) - revenue(back), 2)


def test_a_name_tells_nothing_and_two_columns_may_tell_the_same(tmp_path):
    head = [*HEADER[:5], "Customer Name", "Type", "Status", HEADER[5]]
    names = {"C100": "Return to Sender", "C101": "Storno AG", "C102": "Draft Beer"}
    said = {1: ("cancelled", "open"), 2: ("invoice", "void")}
    rows = lines(1, 24)
    written = [
        [*row[:5], names[row[2]], *said.get(int(row[0]), ("invoice", "open")), row[5]]
        for row in rows
    ]
    guessed = described(tmp_path, {"a.csv": [head, *written]})
    keys = ["cancelled", "cancelled_2", "open_orders"]  # all that is left is "open": told
    assert [doubt.key for doubt in guessed.settled.doubts] == keys
    assert "open_orders" not in [doubt.key for doubt in guessed.settled.open]
    assert sums(opened(guessed))[2] == revenue([row for row in rows if int(row[0]) > 2])


def test_codes_count_where_their_header_says_whose_they_are():
    assert told_in("FKART", ["F2", "ZRE", "S1"]) == ["", "return", "return"]
    assert told_in("Type", ["SI", "SC", "SR"]) == ["", "return", "payment"]
    assert told_in("Type", ["RE", "SR"]) == ["", ""]
    assert told_in("Description", ["Return spring", "Gutschrift zu RE-1"]) == ["", "return"]
    assert told_in("Stage", ["Closed Won", "Closed Lost", "Proposal/Price Quote"]) == [
        *("", "cancelled", "unfinished")
    ]


def test_offers_are_left_out_and_down_payments_asked(tmp_path):
    head = [*HEADER[:5], "Type", HEADER[5]]
    rows = [[*row[:5], "Deposit" if row[0] == "3" else "Invoice", row[5]] for row in lines(1, 24)]
    offers = [[*row[:5], "Invoice", row[5]] for row in lines(51, 54)]
    guessed = described(tmp_path, {"Invoices.csv": [head, *rows], "Quotes.csv": [head, *offers]})
    assert [doubt.key for doubt in guessed.settled.decided] == ["other_parts"]
    [asked] = guessed.settled.open
    assert asked.key == "deposits"
    assert guessed.settled.totals["deposits", "yes"] == revenue(rows)


def test_a_state_in_a_looked_up_order_and_a_credit_note_in_a_state_are_heard(tmp_path):
    rows = lines(1, 24)
    states = {"4": "Cancelled", "5": "Creditnota"}
    items = [["order_id", "sku", "quantity", "net_amount"]]
    items += [(row[0], *row[3:]) for row in rows]
    orders = [["order_id", "order_date", "customer_id", "status"]]
    orders += [(*row[:3], states.get(row[0], "Shipped")) for row in rows[::2]]
    guessed = described(tmp_path, {"order_items.csv": items, "orders.csv": orders})
    assert {doubt.key for doubt in guessed.settled.decided} == {"cancelled", "credit_notes"}
    by_state = {state: revenue([row for row in rows if row[0] == n]) for n, state in states.items()}
    expected = revenue(rows) - by_state["Cancelled"] - 2 * by_state["Creditnota"]
    assert sums(opened(guessed))[2] == round(expected, 2)


def test_plans_beside_actuals_and_purchases_are_no_sales(tmp_path):
    head = [*HEADER[:5], "Scenario", "Art", HEADER[5]]
    rows = [[*row[:5], "Actual", "Verkauf", row[5]] for row in lines(1, 24)]
    plans = [[*row[:5], "Budget", "Verkauf", row[5]] for row in lines(51, 54)]
    bought = [[*row[:5], "Actual", "Einkauf", row[5]] for row in lines(61, 62)]
    guessed = described(tmp_path, {"a.csv": [head, *rows, *plans, *bought]})
    assert {doubt.key for doubt in guessed.settled.decided} == {"plans", "payments"}
    assert sums(opened(guessed))[2] == revenue(rows)


def test_currencies_in_cells_are_asked(tmp_path):
    rows = [(*row[:5], f"{'$' if row[2] == 'C101' else '€'}{row[5]}") for row in lines(1, 24)]
    [doubt] = described(tmp_path, {"a.csv": rows}).settled.open
    assert doubt.key == "cell_currencies" and doubt.rows == 16


@pytest.mark.parametrize(
    ("names", "asked"),
    [
        (("eur.csv", "usd.csv"), ["named_currencies"]),
        (("Sales EUR.csv", "Sales USD.csv"), ["named_currencies"]),
        (("try.csv", "eur.csv"), []),
        (("EUR 2024.csv", "EUR 2025.csv"), []),
    ],
)
def test_files_that_are_called_after_several_currencies_are_not_added_up_in_silence(
    tmp_path, names, asked
):
    one, other = lines(1, 12), lines(21, 26, factor=2)
    guessed = described(tmp_path, dict(zip(names, (one, other), strict=True)))
    assert [doubt.key for doubt in guessed.settled.open] == asked
    if asked:
        [doubt] = guessed.settled.open
        assert doubt.money == pytest.approx(revenue(other))
        assert [answer.word for answer in doubt.answers] == ["yes"]


@pytest.mark.parametrize("word", ["VAT 19%", "19 % MwSt.", "НДС (20 %)", "增值税", "Sales tax"])
def test_tax_that_stands_as_an_article_is_no_sale(tmp_path, word):
    rows = lines(1, 24)
    tax = [[*row[:3], word, 1, f"{float(row[5]) * 0.19:.2f}"] for row in rows]
    guessed = described(tmp_path, {"a.csv": [*rows, *tax]})
    [doubt] = guessed.settled.decided
    assert (doubt.key, doubt.rows) == ("tax_lines", 48)
    assert sums(opened(guessed))[2] == revenue(rows)


def test_an_article_that_speaks_of_tax_is_one_and_much_tax_is_asked_about(tmp_path):
    named = {"P-1": "VAT guide", "P-2": "Tax return"}
    rows = [(*row[:3], named[row[3]], *row[4:]) for row in lines(1, 24)]
    assert not described(tmp_path, {"a.csv": rows}).settled.doubts
    (tmp_path / "other").mkdir()
    rows = [(*row[:3], "VAT" if int(row[0]) % 2 else row[3], *row[4:]) for row in lines(1, 24)]
    [doubt] = described(tmp_path / "other", {"a.csv": rows}).settled.open
    assert doubt.key == "tax_lines"
