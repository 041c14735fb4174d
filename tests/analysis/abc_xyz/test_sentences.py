import pandas as pd

from kamlib.analysis.abc_xyz import sentences
from kamlib.analysis.abc_xyz.abc_xyz import abc_xyz
from kamlib.analysis.abc_xyz.concentration import concentration
from kamlib.analysis.abc_xyz.matrix import matrix, migration
from kamlib.settings import Settings, load_settings

AS_OF = pd.Timestamp("2025-12-31")
MONTHS = pd.period_range("2025-01", "2025-12", freq="M").to_timestamp()
LINES = [
    *[("large", day, 80.0, None) for day in MONTHS],
    *[("middle", day, 15.0, None) for day in MONTHS[[6, 7]]],
    ("old", "2024-12-01", 9.0, None),
]


def classes_of(frames, lines=LINES, **overrides):
    return abc_xyz(
        *frames(lines, [AS_OF]), as_of=AS_OF, settings=load_settings(overrides=overrides)
    )


def test_abc(frames):
    assert sentences.abc_headline(classes_of(frames), "GBP") == (
        "1 of 2 accounts is A: Name of large, with 97.0 % of revenue, GBP 960. Accounts without "
        "positive revenue in the window (D): 1."
    )
    two = [("one", day, 50.0, None) for day in MONTHS] + [("other", MONTHS[0], 300.0, None)]
    assert sentences.abc_headline(classes_of(frames, two), "GBP") == (
        "All 2 accounts are A, with GBP 900 of revenue. The largest, Name of one, brings 66.7 %."
    )
    assert sentences.abc_headline(classes_of(frames, two[:12]), "GBP") == (
        "One account brings all revenue: Name of one, GBP 600."
    )


def test_xyz(frames):
    assert sentences.xyz_headline(classes_of(frames)) == (
        "Rhythm of 2 accounts with sales in the window: regularly (X): 1 (50.0 %), with 97.0 % of "
        "revenue; new: 1."
    )


def test_matrix(frames):
    assert sentences.matrix_headline(matrix(classes_of(frames))) == (
        "Large and regular (AX): 1 of 2 accounts, with 97.0 % of revenue."
    )


def test_migration(frames):
    after = classes_of(frames)
    before = after.assign(cell=["BX", "BN", "D"], revenue=[1000.0, 25.0, 0.0])
    assert sentences.migration_headline(migration(before, after), "GBP") == (
        "Accounts that changed their cell: 2. Among them revenue rose by GBP 5 and fell by GBP 40. "
        "The biggest move: Name of large from BX to AX (GBP -40)."
    )
    assert sentences.migration_headline(migration(after, after)) == "No account changed its cell."
    one = after.assign(cell=["BX", *after["cell"][1:]], revenue=[1000.0, *after["revenue"][1:]])
    assert sentences.migration_headline(migration(one, after), "GBP") == (
        "Accounts that changed their cell: 1. The biggest move: Name of large from BX to AX (GBP "
        "-40)."
    )


def test_concentration():
    values = pd.Series([50.0, 30.0, 20.0])
    assert sentences.concentration_headline(concentration(values, top=(1,)), (0.3, 0.55)) == (
        "The largest of 3 accounts brings 50.0 % of revenue, within the 30 % to 55 % that key "
        "accounts usually bring; sales are as concentrated as with 3 accounts of equal "
        "size."
    )
    alone = concentration(values[:1], top=(1,))
    assert sentences.concentration_headline(alone) == "One account brings all revenue."
    assert "more than the" in sentences.concentration_headline(concentration(values, top=(1, 2)))
    by_margin = sentences.concentration_headline(concentration(values, top=(1,)), measure="margin")
    assert "brings 50.0 % of margin" in by_margin


def test_nothing_to_tell(frames):
    classes = classes_of(frames, [])
    assert sentences.abc_headline(classes) == "No account has positive revenue."
    assert sentences.xyz_headline(classes) == "No account has a rhythm to judge."
    assert sentences.matrix_headline(matrix(classes)) == "No account has a place in the matrix."
    empty = concentration(classes["revenue"], top=(1,))
    assert sentences.concentration_headline(empty) == "No account has positive revenue."


def test_reasons_in_the_words_of_the_lens(frames):
    def why(account, **overrides):
        return classes_of(frames, **overrides).loc[account, "why"].split("; ")[1]

    assert why("large") == "X: ordered in 12 of 12 months"
    assert why("middle") == "N: first order on 2025-07-01"
    gap = {"xyz.measure": "gap_cv", "xyz.new_months": 0}
    assert why("large", **gap) == "X: days between orders vary by 0.03 times their mean (11 gaps)"
    assert why("middle", **gap) == "N: gaps between orders so far: 1"
    value = {"xyz.measure": "value_cv", "xyz.new_months": 0}
    assert why("middle", **value) == "Z: value per month varies by 1.41 times its mean"
    quarter = {**value, "xyz.value_period": "quarter"}
    assert why("large", **quarter) == "X: value per quarter varies by 0.00 times its mean"


def test_an_account_without_a_name_is_called_by_its_id(frames):
    classes = classes_of(frames).assign(name="")
    assert "is A: large, with" in sentences.abc_headline(classes)


def test_reasons_cover_every_account(retail):
    as_of = pd.Timestamp("2011-09-30")
    table = abc_xyz(*retail, as_of=as_of, settings=Settings())
    assert table["why"].str.len().min() > 20
    first = table.iloc[0]
    assert first["why"] == (
        "A: 3.1 % of revenue, the largest account; X: ordered in 12 of 12 months"
    )


def test_margin_headline_names_the_losses():
    classes = pd.DataFrame(
        {
            "revenue": [600.0, 400.0, 0.0],
            "margin": [-30.0, 130.0, float("nan")],
            "abc": ["A", "B", "D"],
            "name": ["One", "Two", "Three"],
        }
    )
    assert sentences.margin_headline(classes, "EUR") == (
        "Of EUR 1,000 in sales, 10.0 % stays as margin. One account loses money, EUR 30: One (A)."
    )
    poor = classes.assign(margin=[-30.0, -10.0, float("nan")])
    assert sentences.margin_headline(poor, "EUR") == (
        "Of EUR 1,000 in sales nothing stays as margin: EUR 40 is lost. Accounts that lose money: "
        "2, 1 of them A; together they cost EUR 40."
    )
    assert "No account with sales loses" in sentences.margin_headline(classes.iloc[1:], "EUR")
    back = classes.iloc[1:].assign(margin=[130.0, -7.0], revenue=[400.0, -20.0])
    assert sentences.margin_headline(back, "EUR") == (
        "Of EUR 400 in sales, to accounts that bought more than they sent back, 32.5 % stays as "
        "margin. Who sent back more than it bought took EUR 7 of margin along. No account with "
        "sales loses money."
    )
    assert "no margin or cost" in sentences.margin_headline(classes.iloc[2:], "EUR")
