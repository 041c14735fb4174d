import pandas as pd
import pytest

from kamlib.analysis.abc_xyz.abc_xyz import abc_xyz, abc_xyz_history
from kamlib.analysis.abc_xyz.actions import REASONS, abc_xyz_actions
from kamlib.analysis.abc_xyz.matrix import migration
from kamlib.settings import Settings

# account: revenue, cell now; cell and revenue before (None: it did not move); how stable A is.
COMPANY = {
    "lost": (40, "AL", "AX", 90, 1.0),
    "dried up": (-5, "D", "BY", 60, float("nan")),
    "fell": (30, "BX", "AX", 50, 1.0),
    "irregular": (80, "AY", "AX", 85, 0.1),
    "grows, less often": (81, "AY", "AX", 70, 1.0),
    "new": (45, "AN", "", 0, 1.0),
    "rose": (44, "AX", "BX", 20, 1.0),
    "just": (20, "AX", None, None, 0.5),
    "nearly": (19, "BX", None, None, 0.5),
    "quiet": (100, "AX", None, None, 1.0),
    "lost long ago": (10, "BL", None, None, 1.0),
    "small": (1, "CL", "CX", 2, 1.0),
    "safe b": (15, "BX", None, None, 0.5),
}


def classes():
    rows = [
        {
            "account": account,
            "name": account.title(),
            "manager": "Ann",
            "revenue": float(revenue),
            "abc": cell[0],
            "xyz": cell[1:],
            "cell": cell,
            "share_before": {"nearly": 0.81, "safe b": 0.94}.get(account, 0.85),
            "first_order": pd.Timestamp("2025-10-02"),
            "last_order": pd.Timestamp("2025-06-01"),
            "silence_days": 213.0,
            "typical_gap_days": 30.0,
            "own_gap": True,
            "margin": 1.0,
            "active_months": 8,
            "window_months": 12,
            "abc_stability": stability,
            "nearest_border": "A/B",
        }
        for account, (revenue, cell, _, _, stability) in COMPANY.items()
    ]
    return pd.DataFrame(rows).set_index("account")


def moves():
    rows = [
        (account, before, float(revenue))
        for account, (_, _, before, revenue, _) in COMPANY.items()
        if before is not None
    ]
    return pd.DataFrame(rows, columns=["account", "from_cell", "revenue_before"]).set_index(
        "account"
    )


def test_every_reason_by_hand():
    table = abc_xyz_actions(classes(), moves(), currency="GBP")
    assert table["reason"].to_dict() == {
        "lost": "lost",
        "irregular": "irregular",
        "dried up": "dried up",
        "fell": "fell",
        "new": "new",
        "rose": "rose",
        "just": "just A",
        "nearly": "nearly A",
    }
    assert list(table.index) == [
        *("lost", "irregular", "dried up", "fell", "new", "rose", "just", "nearly")
    ]
    assert set(table["reason"]) == set(REASONS)
    assert table["what_happened"].to_dict() == {
        "lost": "No order since 2025-06-01: silent for 213 days, usually 30 between orders. It was "
        "AX with GBP 90.",
        "irregular": "Buys less regularly and less: was X, now Y, with orders in 8 of 12 months; "
        "from GBP 85 to GBP 80.",
        "dried up": "No revenue left after returns: it was BY with GBP 60.",
        "fell": "Fell from A to B: from GBP 50 to GBP 30.",
        "new": "New since 2025-10-02, and already among the largest with GBP 45.",
        "rose": "Rose from B to A: from GBP 20 to GBP 44.",
        "just": "Only just A: with other months in the year it would be A in 50 % of cases.",
        "nearly": "Only just not A: B holds in 50 % of cases with other months in the year.",
    }
    assert (table["do_what"].str.len() > 20).all()


def test_who_buys_more_did_not_fall_and_who_buys_less_did_not_rise():
    earlier = moves()
    earlier.loc["fell", "revenue_before"] = 29.0  # buys 30 now, others grew more
    earlier.loc["rose", "revenue_before"] = 45.0
    reasons = abc_xyz_actions(classes(), earlier)["reason"]
    assert "fell" not in reasons.index
    assert "rose" not in reasons.index


def test_returned_is_told_where_something_was_returned():
    table = classes()
    table.loc["dried up", "active_months"] = 0
    returned = abc_xyz_actions(table, moves()).loc["dried up"]
    assert returned["what_happened"].startswith("Bought nothing and returned older goods: it was")
    table.loc["dried up", "revenue"] = 0.0
    bought = abc_xyz_actions(table, moves(), currency="GBP").loc["dried up"]
    assert bought["what_happened"] == "Bought nothing in the window: it was BY with GBP 60."
    assert "returns" not in bought["do_what"]


def test_a_riser_that_loses_money_is_not_simply_courted():
    table = classes()
    table.loc[["rose", "lost"], "margin"] = -5.0
    deeds = abc_xyz_actions(table, moves())["do_what"]
    assert deeds["rose"].startswith("It loses money: check prices and terms first. Give it")
    assert not deeds["lost"].startswith("It loses")


def test_a_single_order_has_no_usual_gap():
    table = classes()
    table.loc["lost", "own_gap"] = False
    told = abc_xyz_actions(table, moves())["what_happened"]
    assert "silent for 213 days after too few orders to know its rhythm." in told["lost"]


def test_the_list_stays_short():
    assert abc_xyz_actions(classes(), moves(), rows=3).index.tolist() == [
        *("lost", "irregular", "dried up")
    ]


@pytest.mark.parametrize("rows", [None, 5])
def test_nothing_to_do(rows):
    table = abc_xyz_actions(classes().loc[["quiet"]], moves().iloc[:0], rows=rows)
    assert table.empty
    assert list(table)[:5] == ["name", "manager", "revenue", "what_happened", "do_what"]


def test_the_retail_company(retail):
    months, orders, _ = retail
    after = abc_xyz(*retail, as_of=pd.Timestamp("2011-09-30"), settings=Settings())
    history = abc_xyz_history(months, orders, settings=Settings())
    before = history[history["quarter"] == "2011Q2"].set_index("account")
    table = abc_xyz_actions(after, migration(before, after), rows=None)
    assert table.index.is_unique
    # 13093 ordered every 11 days and had been silent since March.
    assert table.loc["13093", "reason"] == "lost"
    largest = table[["revenue", "revenue_before"]].max(axis=1)
    assert largest.is_monotonic_decreasing
