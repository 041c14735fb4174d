"""How urgent a silence is: worked by hand, and what must always hold."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib.analysis.segments.silence import silence_risk
from kamlib.settings import Settings, load_settings

few = settings(deadline=None, max_examples=20)
COLUMNS = ["account", "silence_days", "typical_gap_days", "margin", "revenue", "lost"]


def table(*rows):
    frame = pd.DataFrame(rows, columns=COLUMNS).set_index("account")
    unknown = dict.fromkeys(("due_days", "explained_days"), np.nan)
    frame = frame.assign(**unknown, season="", rhythm="", own_gap=True)
    return frame.astype({"margin": float, "typical_gap_days": float, "silence_days": float})


# The allowance is max(180, 3 gaps), the start 1.5 gaps.
COMPANY = table(
    ("calm", 30, 20, 100, 500, False),  # 1.5 gaps exactly
    ("slow", 105, 20, 100, 500, False),  # (105 - 30) / (180 - 30)
    ("long gaps", 225, 100, 80, 500, False),  # (225 - 150) / (300 - 150)
    ("at the limit", 180, 20, 100, 500, False),
    ("lost", 181, 20, 70, 500, True),
    ("loses money", 200, 20, -50, 500, True),
    ("no rhythm", 135, np.nan, 40, 500, False),  # (135 - 90) / (180 - 90)
    ("unknown margin", 200, 20, np.nan, 500, True),
    ("never ordered", np.nan, np.nan, 10, 500, False),
)


def test_by_hand():
    risk = silence_risk(COMPANY, settings=Settings())
    shares = [0, 0.5, 0.5, 1, 1, 1, 0.5, 1, np.nan]
    assert risk["risk_share"].tolist() == pytest.approx(shares, nan_ok=True)
    assert risk["risk_why"].tolist()[:5] == [
        "silent for 30 days, within 1.5 usual gaps of 20 days",
        "silent for 105 days, usually 20 between orders: 50 % of the way to being counted as "
        "lost, at 180 days",
        "silent for 225 days, usually 100 between orders: 50 % of the way to being counted as "
        "lost, at 300 days",
        "silent for 180 days, usually 20 between orders: 100 % of the way to being counted as "
        "lost, at 180 days",
        "lost: silent for 181 days, more than the 180 that the rule allows",
    ]
    assert risk["risk_why"].iloc[-1] == "never ordered: silence says nothing"


def test_a_start_beyond_the_allowance_leaves_only_loss():
    changed = load_settings(None, {"at_risk.from_gaps": 10})
    risk = silence_risk(COMPANY, settings=changed)["risk_share"]
    assert risk[["slow", "at the limit", "lost"]].tolist() == [0, 0, 1]


def test_no_account():
    assert silence_risk(COMPANY.iloc[:0], settings=Settings()).empty


@few
@given(
    st.lists(st.tuples(st.integers(0, 900), st.floats(1, 400), st.floats(-1000, 1000)), min_size=1)
)
def test_properties(rows):
    accounts = table(*((str(i), s, g, m, m, False) for i, (s, g, m) in enumerate(rows)))
    changed = Settings()
    risk = silence_risk(accounts, settings=changed)
    assert risk["risk_share"].between(0, 1).all()
    allowed = (3 * accounts["typical_gap_days"]).clip(lower=180)
    assert (risk.loc[accounts["silence_days"] > allowed, "risk_share"] == 1).all()
    longer = accounts.assign(silence_days=accounts["silence_days"] + 10)
    later = silence_risk(longer, settings=changed)["risk_share"]
    assert (later >= risk["risk_share"]).all()
