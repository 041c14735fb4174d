"""Whitespace: by hand, against a slow loop, its properties, and the companies that are known."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as rules
from hypothesis import strategies as st

from kamlib.analysis.targeting.gaps import line_gaps, lines_bought
from kamlib.analysis.targeting.whitespace import (
    COLUMNS,
    whitespace,
    whitespace_headline,
    whitespace_matrix,
)
from kamlib.analysis.targeting.whitespace_past import followed_gaps
from kamlib.errors import SettingsError
from kamlib.settings import Settings, load_settings

NOW = pd.Period("2025Q4")
AS_OF = pd.Timestamp("2025-12-31")
SETTINGS = load_settings(
    overrides={
        "whitespace": {"min_peers": 3, "neighbours": 3},
        "target_check": {"resamples": 20},
    }
)


def text_index(names):
    return pd.Index(list(names), dtype="str", name="account")


def sales_of(rows):
    """Rows: account, line, quarters back, revenue, margin."""
    table = pd.DataFrame(rows, columns=["account", "product_line", "back", "revenue", "margin"])
    quarters = pd.PeriodIndex.from_ordinals(NOW.ordinal - table["back"].astype(int), freq="Q-DEC")
    table = table.assign(quarter=quarters).drop(columns="back")
    return table.astype(
        {"account": "str", "product_line": "str", "revenue": float, "margin": float}
    )


def accounts_of(names, industry="", employees=np.nan):
    table = pd.DataFrame(
        {"name": [f"Name of {name}" for name in names], "industry": industry, "region": ""},
        text_index(names),
    )
    return table.assign(employees=employees).astype({"industry": "str", "region": "str"})


def classes_of(names, abc="A", lost=False):
    columns = {"name": [f"Name of {name}" for name in names], "abc": abc, "lost": lost}
    return pd.DataFrame(columns, text_index(names))


SIX = [
    *[("a", "Tools", 0, 80.0, 8.0), ("a", "Safety", 1, 20.0, 10.0)],
    *[("b", "Tools", 0, 60.0, 6.0), ("b", "Safety", 3, 40.0, 20.0)],
    *[("c", "Tools", 2, 100.0, 10.0), ("c", "Safety", 0, 30.0, 15.0)],
    *[("c", "Safety", 1, -30.0, -15.0)],  # all of it returned: not bought
    ("d", "Tools", 0, 100.0, 10.0),
    ("e", "Paper", 0, 5_000.0, np.nan),
    ("f", "Tools", 4, 100.0, 10.0),  # more than a year ago
]


def test_six_accounts_by_hand():
    sales, accounts, classes = sales_of(SIX), accounts_of("abcdef"), classes_of("abcdef")
    gaps = line_gaps(
        lines_bought(sales, end=NOW), accounts, text_index("d"), settings=SETTINGS.whitespace
    )
    assert gaps["product_line"].tolist() == ["Paper", "Safety"]
    row = gaps.set_index("product_line").loc["Safety"]
    # a and b buy Safety as 20 % and 40 % of what they buy, c sent it back; e is nothing like d.
    assert (row["peers"], row["buyers"]) == (3, 2)
    # of the four other accounts two buy it: (2 + 5 * 2/4) / (3 + 5)
    assert row["near"] == pytest.approx(4.5 / 8)
    assert (row["popularity"], row["accounts_all"], row["own_value"]) == (0.5, 4, 100)
    assert row["references"] == "a, b"
    found = whitespace(sales, accounts, classes, as_of=AS_OF, settings=SETTINGS)
    assert found.columns.tolist() == list(COLUMNS)
    own = found[found["account"] == "d"].set_index("product_line")
    # too little history to learn from: a quarter of the share of all accounts that buy it
    assert own.loc["Safety", "chance"] == pytest.approx(0.25 * 0.5)
    # fewer than three peers buy it: the part is that of all its buyers, 30 %, of d with it
    assert own.loc["Safety", "value_if_bought"] == pytest.approx(min(0.3 / 0.7 * 100, 40))
    assert own.loc["Safety", "expected_value"] == pytest.approx(0.125 * 40)
    assert own.loc["Safety", "expected_margin"] == pytest.approx(0.125 * 40 * 0.5)
    assert np.isnan(own.loc["Paper", "expected_margin"])
    assert "2 of 3 similar accounts buy Safety: 30 % of what they buy" in own.loc["Safety", "why"]
    assert "is assumed" in own.loc["Safety", "why"]
    assert "f" not in found["account"].tolist()


def test_the_headline_tells_what_was_bought_before():
    back = [("d", "Safety", 6, 10.0, 1.0), ("b", "Paper", 8, 10.0, 1.0)]
    accounts, classes = accounts_of("abcdef"), classes_of("abcdef")
    found = whitespace(sales_of(SIX + back), accounts, classes, as_of=AS_OF, settings=SETTINGS)
    before = found[found["stopped"] != ""]
    # c sent back all that it bought
    assert sorted(before["account"] + before["product_line"]) == ["bPaper", "cSafety", "dSafety"]
    told = "3 of them, {}, are lines that the account stopped buying."
    assert before["expected_value"].sum() > 100
    told = told.format(f"EUR {before['expected_value'].sum():,.0f}")
    assert whitespace_headline(found, "EUR").endswith(f"). {told}")
    one = found.drop(before.index[1:])
    assert ". 1 of them, EUR " in whitespace_headline(one, "EUR")
    assert whitespace_headline(one).endswith(", is a line that the account stopped buying.")
    assert "stopped" not in whitespace_headline(found.drop(before.index))


def test_lost_accounts_and_d_have_no_gaps():
    sales, accounts = sales_of(SIX), accounts_of("abcdef")
    classes = classes_of("abcdef", abc=list("AAADAA"), lost=[False, False, True, *[False] * 3])
    found = whitespace(sales, accounts, classes, as_of=AS_OF, settings=SETTINGS)
    assert set(found["account"]) == {"a", "b", "e"}


def test_the_matrix_holds_every_account_and_line_once():
    sales, accounts, classes = sales_of(SIX), accounts_of("abcdef"), classes_of("abcdef")
    found = whitespace(sales, accounts, classes, as_of=AS_OF, settings=SETTINGS)
    matrix = whitespace_matrix(sales, classes, found, as_of=AS_OF)
    assert len(matrix) == 5 * 3
    assert matrix["account"].iloc[0] == "e"
    assert matrix.loc[matrix["state"] == "gap", "expected_value"].notna().all()
    assert (matrix.loc[matrix["state"] == "bought", "own_value"] > 0).all()
    assert (matrix["state"] == "gap").sum() == len(found)
    assert whitespace_headline(found, "EUR").startswith(f"{found['account'].nunique()} accounts")


@pytest.mark.parametrize("rows", [[], SIX[:1], [("a", "", 0, 5.0, np.nan)] * 9])
def test_nothing_to_compare_gives_the_columns(rows):
    names = sorted({row[0] for row in rows})
    sales, accounts = sales_of(rows), accounts_of(names)
    found = whitespace(sales, accounts, classes_of(names), as_of=AS_OF, settings=SETTINGS)
    assert found.empty
    assert found.columns.tolist() == list(COLUMNS)
    assert found["why"].dtype == "str"
    assert whitespace_headline(found).startswith("No account")
    assert (
        whitespace_matrix(sales, classes_of(names), found, as_of=AS_OF)["state"]
        .isin(["bought"])
        .all()
    )


def slow_gaps(bought, accounts, settings):
    """One account, one line and one other account at a time."""
    rows = []
    for account in bought.index:
        for line in bought.columns[bought.loc[account] <= 0]:
            scored = []
            for place, other in enumerate(bought.index):
                if other == account:
                    continue
                told = [
                    (weight, alike)
                    for weight, alike in zip(
                        settings.weights,
                        slow_likeness(bought, accounts, account, other, line, settings),
                        strict=True,
                    )
                    if alike is not None
                ]
                score = sum(w * a for w, a in told) / sum(w for w, _ in told)
                scored.append((-round(score, 9), place, other))
            peers = [other for _, _, other in sorted(scored)[: settings.neighbours]]
            buyers = [peer for peer in peers if bought.loc[peer, line] > 0]
            rows.append((account, line, len(buyers), ", ".join(buyers[:3])))
    return pd.DataFrame(rows, columns=["account", "product_line", "buyers", "references"])


def slow_likeness(bought, accounts, one, other, line, settings):
    def same(column):
        values = accounts.loc[[one, other], column]
        return None if "" in values.tolist() else float(values.iloc[0] == values.iloc[1])

    def size(a, b):
        if np.isnan([a, b]).any():
            return None
        return max(0.0, 1 - abs(np.log(a / b)) / np.log(settings.size_times))

    mine, theirs = bought.loc[one].drop(line), bought.loc[other].drop(line)
    norm = np.sqrt((mine**2).sum() * (theirs**2).sum())
    cosine = float((mine * theirs).sum() / norm) if norm > 0 else 0.0
    employees = size(*accounts.loc[[one, other], "employees"])
    sums = size(bought.loc[one].sum(), bought.loc[other].sum())
    return same("industry"), same("region"), employees, sums, cosine


def some_company(seed, accounts=12, lines=3):
    random = np.random.default_rng(seed)
    names = [f"N{number:03d}" for number in range(accounts)]
    rows = [
        (name, f"Line {line}", back, float(random.lognormal(5, 1)), np.nan)
        for name in names
        for line in range(lines)
        if random.random() < 0.55
        for back in range(12)
        if random.random() < 0.5
    ]
    known = accounts_of(names, random.choice(["Food", "Energy", ""], accounts))
    known["employees"] = np.where(random.random(accounts) < 0.3, np.nan, random.lognormal(4, 1))
    known["region"] = pd.Series(random.choice(["North", "South", ""], accounts), known.index)
    return sales_of(rows), known.astype({"region": "str"}), classes_of(names)


@pytest.mark.parametrize("seed", [1, 2])
def test_peers_are_those_of_a_slow_loop(seed):
    sales, accounts, _classes = some_company(seed)
    bought = lines_bought(sales, end=NOW)
    rules_ = SETTINGS.whitespace.model_copy(update={"neighbours": 5})
    found = line_gaps(bought, accounts, bought.index, settings=rules_)
    slow = slow_gaps(bought, accounts, rules_)
    pd.testing.assert_frame_equal(found[slow.columns], slow, check_dtype=False)


@rules(max_examples=4, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([0.001, 7.0, 1e6]))
def test_money_scales_and_the_order_of_rows_does_not_matter(seed, factor):
    sales, accounts, classes = some_company(seed)
    found = whitespace(sales, accounts, classes, as_of=AS_OF, settings=SETTINGS)
    assert ((found["low"] <= found["expected_value"]) & (found["chance"] <= 1)).all()
    assert (found["expected_value"] <= found["high"] * (1 + 1e-9)).all()
    assert not found.duplicated(["account", "product_line"]).any()
    mixed = sales.sample(frac=1, random_state=seed)
    mixed["revenue"] *= factor
    again = whitespace(
        mixed, accounts.sample(frac=1, random_state=1), classes, as_of=AS_OF, settings=SETTINGS
    )
    keys = ["account", "product_line"]
    one, two = (each.sort_values(keys, ignore_index=True) for each in (found, again))
    pd.testing.assert_frame_equal(one[[*keys, "chance"]], two[[*keys, "chance"]])
    np.testing.assert_allclose(two["expected_value"], factor * one["expected_value"], rtol=1e-6)


@rules(max_examples=4, deadline=None)
@given(st.integers(0, 1000))
def test_what_comes_later_is_not_looked_at(seed):
    sales, accounts, _classes = some_company(seed)
    earlier = pd.Timestamp("2024-12-31")
    seen = followed_gaps(sales, accounts, as_of=earlier, settings=SETTINGS.whitespace)
    cut = sales[sales["quarter"] <= pd.Period("2024Q4")]
    again = followed_gaps(cut, accounts, as_of=earlier, settings=SETTINGS.whitespace)
    pd.testing.assert_frame_equal(seen, again)
    bought = lines_bought(sales, end=pd.Period("2024Q4"))
    pd.testing.assert_frame_equal(bought, lines_bought(cut, end=pd.Period("2024Q4")))


def test_settings_of_whitespace_are_bounded():
    with pytest.raises(SettingsError, match="back_quarters"):
        load_settings(overrides={"whitespace": {"back_quarters": 3}})
    with pytest.raises(SettingsError, match="weights"):
        load_settings(overrides={"whitespace": {"weights": [0, 0, 0, 0, 0]}})
    assert Settings().whitespace.neighbours == 30
