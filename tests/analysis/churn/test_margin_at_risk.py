"""Margin at risk: counted by hand, held against drawn companies, and without a look ahead."""

import numpy as np
import pandas as pd
import pytest

from kamlib.analysis.churn.margin_at_risk import (
    STANDING,
    by_record,
    by_silence,
    listed_leaving,
    margin_at_risk,
    record_headline,
    risk_headline,
    risk_record,
    standings,
    year_after,
)
from kamlib.analysis.measures.list_record import list_record
from kamlib.settings import load_settings

SETTINGS = load_settings()
NOW = pd.Period("2025Q4", freq="Q")


def rows_of(quarter, *rows):
    """Rows of ``standing``: account, state, silent, abc, margin, margin_after."""
    frame = pd.DataFrame(rows, columns=list(STANDING[1:])).astype({"account": "str"})
    return frame.assign(quarter=quarter)[list(STANDING)]


def alike(quarter, states, margin=100.0, after=np.nan):
    return rows_of(
        quarter, *((f"{n:03d}", state, 0, 0, margin, after) for n, state in enumerate(states))
    )


def test_the_chance_is_counted_and_drawn_by_hand():
    """Of 40 alike a year ago 10 are lost now; the others' margin fell from 100 to 80."""
    past = alike(NOW - 4, ["active"] * 40, after=80.0)
    now = alike(NOW, ["lost"] * 10 + ["active"] * 30)
    found = margin_at_risk(pd.concat([past, now]), NOW, settings=SETTINGS)
    assert found.index.tolist() == [f"{n:03d}" for n in range(10, 40)]
    total = 11 / 42
    first = (10 + 20 * total) / 60
    second = (10 + 20 * first) / 60
    gone = (10 + 20 * second) / 60
    row = found.iloc[0]
    assert row["p_gone"] == pytest.approx(gone, rel=1e-5)
    assert row["may_leave"] == pytest.approx(100 * gone, rel=1e-5)
    # Drawn to itself: a fifth of the margin of those that stayed.
    assert row["may_shrink"] == pytest.approx((1 - gone) * 20, rel=1e-5)
    assert row["margin_at_risk"] == pytest.approx(row["may_leave"] + row["may_shrink"])


def test_the_large_and_the_slowing_are_not_like_the_others():
    """Of the small half leave, of the large none; who slows shrinks."""

    def company(quarter, after):
        small = [(f"s{n}", "active", 0, 2, 10.0, after and 10.0) for n in range(100)]
        large = [(f"l{n}", "active", 0, 0, 1000.0, after and 1000.0) for n in range(100)]
        slow = [(f"w{n}", "slowing", 2, 2, 10.0, after and 5.0) for n in range(100)]
        return rows_of(quarter, *small, *large, *slow)

    past, now = company(NOW - 4, 1.0), company(NOW, np.nan)
    left = now["account"].isin([f"s{n}" for n in range(50)])
    now["state"] = now["state"].mask(left, "lost")
    found = margin_at_risk(pd.concat([past, now]), NOW, settings=SETTINGS)
    assert found.loc["s99", "p_gone"] == pytest.approx(0.46, abs=0.03)
    assert found.loc["l99", "p_gone"] < 0.06
    assert found.loc["w99", "p_gone"] < 0.06
    assert found.loc["w99", "may_shrink"] == pytest.approx(5.0, abs=1.5)
    assert found.loc["l99", "may_shrink"] < 10


def test_without_a_year_the_longest_span_is_carried_to_one():
    """A tenth is lost in half a year: nearly a fifth in a year, and nobody knows who shrinks."""
    past = alike(NOW - 2, ["active"] * 1000)
    now = alike(NOW, ["lost"] * 100 + ["active"] * 900)
    found = margin_at_risk(pd.concat([past, now]), NOW, settings=SETTINGS)
    assert found["p_gone"].iloc[0] == pytest.approx(1 - 0.9**2, abs=0.003)
    assert found["may_shrink"].isna().all()
    assert found["margin_at_risk"].tolist() == found["may_leave"].tolist()
    # A quarter that is not over is followed by nothing.
    assert margin_at_risk(pd.concat([past, now]), NOW, known_to=NOW - 3, settings=SETTINGS).empty


def test_what_was_said_and_what_came():
    """The record of each quarter stands on nothing that came after it."""
    random = np.random.default_rng(5)
    quarters = [NOW - back for back in range(12, -1, -1)]
    gone, parts = np.zeros(400, dtype=bool), []
    for quarter in quarters:
        states = np.where(gone, "lost", "active")
        parts.append(alike(quarter, states, after=90.0 if quarter + 4 <= NOW else np.nan))
        gone |= random.random(400) < 0.03
    table = pd.concat(parts)
    record = risk_record(table, NOW, settings=SETTINGS)
    assert record["quarter"].tolist() == quarters[1:9]
    record = record.iloc[3:]
    # A constant loss of 3 % a quarter is 11.5 % a year; of those that stay, a tenth less comes.
    parts = record[["may_leave", "left", "may_shrink", "shrunk"]].div(record["margin"], axis=0)
    assert parts["may_leave"].tolist() == pytest.approx([0.115] * 5, abs=0.03)
    assert parts["left"].tolist() == pytest.approx([0.115] * 5, abs=0.04)
    assert parts["may_shrink"].tolist()[1:] == pytest.approx([0.0885] * 4, abs=0.005)
    assert parts["shrunk"].tolist() == pytest.approx([0.0885] * 5, abs=0.005)
    cut = quarters[6]
    early = table[table["quarter"] <= cut].copy()
    early["margin_after"] = early["margin_after"].where(early["quarter"] + 4 <= cut)
    known = margin_at_risk(early, cut, settings=SETTINGS)[["may_leave", "may_shrink"]].sum()
    told = record.set_index("quarter").loc[cut, ["may_leave", "may_shrink"]]
    assert told.tolist() == pytest.approx(known.tolist())


def states_of(**columns):
    accounts = pd.Index(["a", "b", "c"], name="account")
    base = {
        "state": pd.Categorical(["active", "lost", "never bought"]),
        "last_order": pd.to_datetime(["2024-12-01", "2023-12-01", None]),
        "silence_days": [30.0, 395.0, np.nan],
        "allowed_days": 180.0,
        "due_days": np.nan,
        "season": "",
        "rhythm": "",
        "own_gap": True,
    }
    return pd.DataFrame(base | columns, accounts)


def test_how_accounts_stood_and_the_year_after():
    months = pd.DataFrame(
        {
            "account": ["a", "a", "a", "b"],
            "month": pd.PeriodIndex(["2024-02", "2025-02", "2026-01", "2023-12"], freq="M"),
            "revenue": [100.0, 60.0, 999.0, 40.0],
            "margin": [np.nan, 20.0, 999.0, 10.0],
        }
    )
    then = pd.Period("2024Q4", freq="Q")
    # Its margin of 2024 is assumed at a half; of the year after January 2026 is none.
    after = year_after(months, then, margin_rate=0.5)
    assert after.to_dict() == {"a": 20.0}
    known = {"data_from": pd.Timestamp("2024-01-02"), "settings": SETTINGS}
    table = standings({then: states_of()}, months, 0.5, known_to=then + 4, **known)
    assert table["account"].tolist() == ["a", "b"]
    assert table["margin"].tolist() == [50.0, 10.0]
    assert table["margin_after"].tolist() == [20.0, 0.0]
    # 30 of 180 days: more than a tenth of the way, less than a quarter.
    assert table["silent"].tolist()[0] == 2
    for unknown in (
        {"known_to": then + 3},
        {"known_to": then + 4, "data_from": pd.Timestamp("2024-02-01")},
    ):
        table = standings({then: states_of()}, months, 0.5, **known | unknown)
        assert table["margin_after"].isna().all()


def test_by_silence_the_larger_of_two_shares_counts():
    found = states_of(
        silence_days=[90.0, 18.0, np.nan],
        value_ratio=[0.9, 0.2, np.nan],
        margin_a_year=[100.0, 100.0, np.nan],
    )
    assert by_silence(found).tolist() == pytest.approx([50, 80, 0])


def test_sentences():
    churn = pd.DataFrame(
        {
            "state": ["active", "lost"],
            "p_gone": [0.1, np.nan],
            "may_leave": [10.0, 0],
            "may_shrink": [5.0, 0],
            "margin_at_risk": [15.0, 0],
            "margin_a_year": [100.0, 40],
            "margin_assumed": False,
            "revenue_a_year": [400.0, 200],
        }
    )
    told = risk_headline(churn, "EUR")
    assert told.startswith(
        "Margin at risk: EUR 15 of the EUR 100 that accounts not lost brought in the year up to "
        "their last order: EUR 10 is each account's margin of that year times its chance to be "
        "lost a year from now, and EUR 5 is what those that stay"
    )
    assumed = risk_headline(churn.assign(margin_assumed=True), "EUR")
    assert "last order (assumed at 25.0 % of revenue: EUR 100, of 1 account): EUR 10" in assumed
    assert "no two years are known" in risk_headline(churn.assign(may_shrink=[np.nan, 0]))
    silent = risk_headline(churn.assign(p_gone=np.nan))
    assert silent.endswith("told from silence alone: the history is too short to count losses.")
    assert risk_headline(churn.iloc[1:]) == "No account is left that could leave."
    columns = {"margin": 100.0, "may_leave": 20.0, "left": 12.0, "may_shrink": 9.0, "shrunk": 7.0}
    record = pd.DataFrame(columns, index=[0])
    whole = record_headline(record, "EUR")
    assert whole == (
        "Four quarters before, EUR 20 of EUR 100 margin were to go within a year with accounts "
        "that leave, and EUR 12 did. Those that stayed were to bring EUR 9 less, and where it fell "
        "their margin fell by EUR 7."
    )
    part = record_headline(record.assign(may_shrink=np.nan), "EUR")
    assert whole.startswith(part) and part.endswith("EUR 12 did.")
    assert record_headline(record.iloc[:0]) == ""


def test_watch_lists_of_earlier_quarters_are_held_against_a_year():
    """Of 40 alike ever more are lost a year later; only who stood on the list is judged."""
    quarters = [alike(NOW - n, ["active"] * 40, margin=50.0 + n) for n in range(12, 4, -1)]
    later = [alike(NOW - n, ["lost"] * (12 - n) + ["active"] * (28 + n)) for n in range(4, -1, -1)]
    frame = pd.concat([*quarters, *later])
    listed = pd.Index([f"{n:03d}" for n in range(4, 12)], name="account")
    rows = listed_leaving(frame, listed, NOW - 4, settings=SETTINGS)
    assert rows["subject"].tolist() == [f"{n:03d}" for n in range(8, 12)]  # the others were lost
    assert rows["came"].tolist() == [True] * 4
    assert rows["brought"].tolist() == rows["value"].tolist() == [100.0] * 4
    said = margin_at_risk(frame, NOW - 4, settings=SETTINGS)["p_gone"]
    assert rows["chance"].tolist() == said.reindex(rows["subject"]).tolist()
    # What comes after the day of the list moves what came, and nothing that was said.
    calm = pd.concat([*quarters, later[0], *(alike(NOW - n, ["active"] * 40) for n in range(4))])
    again = listed_leaving(calm, listed, NOW - 4, settings=SETTINGS)
    assert again["chance"].tolist() == rows["chance"].tolist()
    assert not again["came"].any()


def test_what_is_at_risk_on_the_watch_list_follows_its_record():
    past = alike(NOW - 4, ["active"] * 40, after=80.0)
    now = alike(NOW, ["lost"] * 10 + ["active"] * 30)
    found = margin_at_risk(pd.concat([past, now]), NOW, settings=SETTINGS)
    rows = pd.DataFrame({"quarter": [1, 2, 3, 4], "subject": list("abcd"), "chance": 0.5})
    rows = rows.assign(came=False, value=1.0, brought=0.0).astype({"quarter": "str"})
    record = list_record(rows, name="list", span=4, settings=SETTINGS.replay)
    assert record.factor == pytest.approx(1 - 2 / 6)
    listed = pd.Index(["010", "011"])
    told = by_record(found, listed, record)
    others = found.index.difference(listed)
    pd.testing.assert_frame_equal(told.loc[others], found.loc[others])
    for column in ("p_gone", "may_leave"):
        assert told.loc["010", column] == pytest.approx(found.loc["010", column] * 2 / 3)
    assert told.loc["010", "margin_at_risk"] == pytest.approx(
        told.loc["010", ["may_leave", "may_shrink"]].sum()
    )
