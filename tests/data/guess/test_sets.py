"""Sets that stand with their price beside their priced components: their money counts once."""

import numpy as np
import pandas as pd
import pytest
from amount_lines import settled, total

from kamlib.data.describe.sets import names_parents, tells_sets

# What the marking column says of a plain line, a set, and a component; the set is line 2.
MARKS = {
    "article": ("", "", "SET1"),
    "line": ("", "", "2"),
    "both": ("", "SET1", "SET1"),
    "name": ("", "Gift box", "Gift box"),
    "component": ("No", "No", "Yes"),
    "set": ("N", "Y", "N"),
    "mark": ("", "", "X"),
    "type": ("Standard", "Kit", "Component"),
    "类型": ("普通", "套件", "子件"),
    "тип": ("Товар", "Комплект", "Компонент"),
}
RANDOM = np.random.default_rng(11)
PRICES = RANDOM.uniform(20, 300, (24, 3)).round(2)


def sales(header, how, *, off=0.0, alone=0.0):
    """Orders of a plain line and, in every other one, of a set with two components."""
    plain, whole, part = MARKS[how]
    rows = []
    for place, (first, one, two) in enumerate(PRICES):
        day = f"2024-{1 + place % 12:02d}-{1 + place:02d}"
        head = [f"R{1000 + place}", day, f"C{place % 4}"]
        rows.append([*head, 1, "P1", plain, first])
        if place % 2 == 0:
            rows.append([*head, 2, "SET1", whole, round((one + two) * (1 - off), 2)])
            rows += [[*head, 3, "C1", part, one], [*head, 4, "C2", part, two]]
        elif alone:
            rows.append([*head, 2, "C1", part, alone])
    names = ["Invoice No", "Invoice Date", "Customer", "Line No", "Item", header, "Amount"]
    return pd.DataFrame(rows, columns=names)


PLAIN = PRICES[:, 0].sum()
SETS = PRICES[::2, 1:].sum()


@pytest.mark.parametrize(
    ("header", "how"),
    [("Parent item", "article"), ("Parent line", "line"), ("Bundle", "set"), ("Bundle", "article"),
     ("Kit", "both"), ("Bundle", "name"), ("Is component", "component"), ("Line type", "type"),
     ("Stückliste", "article"), ("UEPOS", "line"), ("组合父项", "article"), ("是否子件", "mark"),
     ("行类型", "类型"), ("Комплект", "article"), ("Тип строки", "тип")],
)  # fmt: skip
@pytest.mark.parametrize("file", ["sales.csv", "sales.xlsx"])
def test_a_set_that_equals_its_components_counts_once(tmp_path, header, how, file):
    guessed, doubts = settled(tmp_path, sales(header, how), file)
    assert total(guessed) == pytest.approx(PLAIN + SETS, abs=0.01)
    assert doubts["sets"].decided == "once"
    assert f"{SETS:,.2f}" in doubts["sets"].statement


@pytest.mark.parametrize(
    ("header", "how"), [("Parent item", "article"), ("Line type", "type"), ("Component", "mark")]
)
def test_a_set_with_a_discount_is_asked_about(tmp_path, header, how):
    guessed, doubts = settled(tmp_path, sales(header, how, off=0.1))
    totals = guessed.settled.totals
    assert doubts["sets"].is_open
    assert totals["sets", "once"] == pytest.approx(PLAIN + 0.9 * SETS, abs=0.1)
    assert totals["sets", "both"] == pytest.approx(PLAIN + 1.9 * SETS, abs=0.1)


def test_a_component_that_is_sold_alone_is_not_left_out_without_a_word(tmp_path):
    guessed, doubts = settled(tmp_path, sales("Parent item", "article", alone=50.0))
    assert doubts["sets"].is_open
    assert "600.00 would go with them" in doubts["sets"].proof
    assert guessed.settled.totals["sets", "both"] == pytest.approx(PLAIN + 2 * SETS + 600, abs=0.01)


def test_families_of_articles_and_sets_without_a_price_raise_nothing(tmp_path):
    family = sales("Parent SKU", "article").assign(**{"Parent SKU": "FAMILY"})
    _guessed, doubts = settled(tmp_path, family)
    assert "sets" not in doubts
    free = sales("Parent item", "article", off=1.0)
    (tmp_path / "free").mkdir()
    guessed, doubts = settled(tmp_path / "free", free)
    assert "sets" not in doubts
    assert total(guessed) == pytest.approx(PLAIN + SETS, abs=0.01)


def test_a_parent_company_is_no_set():
    assert not names_parents("Parent company")
    assert not tells_sets("Document type", ["Invoice", "Credit note"])
    assert tells_sets("Line type", ["Standard", "Kit component"])
