import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib.analysis.targeting.rates import OFTEN, RARELY, RATE_COLUMNS, TOO_FEW, win_rates
from kamlib.settings import Settings

SETTINGS = Settings()


def rates_of(facts, won, own=SETTINGS):
    return win_rates(facts, won, settings=own).set_index(["attribute", "value"])


def test_six_deals_by_hand():
    facts = pd.DataFrame(
        {
            "budget": [0.1, 0.4, 0.69, 0.7, np.nan, 1.0],
            "source": ["fair", "fair", "", "web", "fair", "web"],
            "competitor": ["Acme", "", "Acme", "", "", ""],
            "employees": [9, 10, 250, np.nan, np.nan, 49],
            "annual_revenue": [1e9, 1e9, np.nan, 2e7, np.nan, np.nan],
        },
        index=list("abcdef"),
    )
    won = pd.Series([0, 0, 1, 1, 0, 1], facts.index).astype(bool)
    found = rates_of(facts, won)
    counted = {key: (row.n, row.won) for key, row in found.iterrows()}
    assert counted == {
        ("budget", "low"): (1, 0),
        ("budget", "mid"): (2, 1),
        ("budget", "high"): (2, 2),
        ("budget", "unknown"): (1, 0),
        ("source", "fair"): (3, 0),
        ("source", "web"): (2, 2),
        ("source", "unknown"): (1, 1),
        ("competitor", "none known"): (4, 2),
        ("competitor", "known"): (2, 1),
        ("size", "micro"): (1, 0),
        ("size", "small"): (2, 1),
        ("size", "medium"): (1, 1),
        ("size", "large"): (1, 1),
        ("size", "unknown"): (1, 0),
    }
    assert found.loc[("source", "fair"), "difference"] == pytest.approx(0 - 3 / 3)
    assert (found["verdict"] == TOO_FEW).all()
    assert found.columns.tolist() == list(RATE_COLUMNS[2:])


def test_newcombes_example_of_a_difference():
    """56 of 70 against 48 of 80: 0.0524 to 0.3339 (Newcombe 1998, method 10)."""
    source = ["one"] * 70 + ["two"] * 80
    won = [1] * 56 + [0] * 14 + [1] * 48 + [0] * 32
    facts = pd.DataFrame({"source": source})
    row = rates_of(facts, pd.Series(won)).loc[("source", "one")]
    assert row["difference"] == pytest.approx(0.2)
    assert row["difference_low"] == pytest.approx(0.0524, abs=1e-4)
    assert row["difference_high"] == pytest.approx(0.3339, abs=1e-4)
    assert row["verdict"] == OFTEN


def test_nothing_decided_and_all_won():
    empty = win_rates(pd.DataFrame({"need": []}), pd.Series(dtype=float), settings=SETTINGS)
    assert empty.empty
    assert empty.columns.tolist() == list(RATE_COLUMNS)
    facts = pd.DataFrame({"source": ["a", "b"] * 20})
    found = rates_of(facts, pd.Series([True] * 40))
    assert (found["verdict"] == "no difference seen").all()
    assert found["difference"].tolist() == [0, 0]


@settings(deadline=None, max_examples=10)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b", ""]),
            st.sampled_from([0.0, 0.5, 1.0, np.nan]),
            st.booleans(),
        ),
        min_size=2,
        max_size=40,
    ),
    st.randoms(use_true_random=False),
)
def test_each_deal_is_counted_once_per_attribute_in_any_order(rows, random):
    facts = pd.DataFrame(rows, columns=["source", "need", "won"])
    found = win_rates(facts, facts["won"], settings=SETTINGS)
    assert (found.groupby("attribute")["n"].sum() == len(rows)).all()
    assert (found.groupby("attribute")["won"].sum() == facts["won"].sum()).all()
    assert found["win_rate"].between(found["low"], found["high"]).all()
    order = list(range(len(rows)))
    random.shuffle(order)
    again = win_rates(facts.iloc[order], facts["won"], settings=SETTINGS)
    pd.testing.assert_frame_equal(found, again)


def test_salvirt_has_what_a_plain_count_finds(salvirt_deals):
    deals = salvirt_deals
    found = rates_of(deals.facts, deals.won)

    def counted(column, value):
        inside, outside = [0, 0], [0, 0]
        for row in deals.rows:
            side = inside if row[column] == value else outside
            side[0] += 1
            side[1] += row["Status"] == "Won"
        return inside[1] / inside[0], outside[1] / outside[0]

    levels = {
        ("authority", "high"): ("Authority", "High"),
        ("authority", "mid"): ("Authority", "Mid"),
        ("authority", "low"): ("Authority", "Low"),
        ("budget", "unknown"): ("Budgt_alloc", "Unknown"),
        ("relationship", "current"): ("Client", "Current"),
        ("relationship", "new"): ("Client", "New"),
    }
    for key, (column, value) in levels.items():
        rate, rest = counted(column, value)
        assert found.loc[key, "win_rate"] == pytest.approx(rate)
        assert found.loc[key, "rest_rate"] == pytest.approx(rest)
    percent = (100 * found["win_rate"]).round(1)
    assert [percent["authority", level] for level in ("high", "mid", "low")] == [53.1, 50.4, 52.9]
    assert percent["budget", "unknown"] == 13.9
    assert round(100 * found.loc[("budget", "unknown"), "rest_rate"]) == 54
    assert percent["relationship", "current"] == 69.6
    assert percent["relationship", "new"] == 17.1
    verdicts = found["verdict"]
    assert verdicts["relationship", "current"] == OFTEN
    assert verdicts["relationship", "new"] == verdicts["budget", "unknown"] == RARELY
    assert (verdicts["authority"] == "no difference seen").all()
