"""The watch list: whom to call first, why, and until when."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib import open_book
from kamlib.analysis.churn.reach import LEAVING, as_lost, gone_words, probably_gone
from kamlib.analysis.churn.reasons import reason_hints, strongest_hints
from kamlib.analysis.churn.states import STATE, account_states
from kamlib.analysis.churn.watch_list import (
    COLUMNS,
    LeavingAccounts,
    watch_headline,
    watch_list,
)
from kamlib.analysis.measures.year_value import usual_margin_rate, year_before
from kamlib.settings import WatchSettings

AS_OF = pd.Timestamp("2025-12-31")
NO_HINTS = pd.DataFrame(columns=["hint", "hint_strength", "hint_evidence"])
HINTS = pd.DataFrame(
    {"hint": ["missed deadlines"], "hint_strength": [0.5],
     "hint_evidence": ["2 of 3 deliveries late before the last order, up to 20 days"]}, ["late"],
)  # fmt: skip


def states_of(rows):
    columns = ["state", "silence_days", "typical_gap_days", "allowed_days", "value_ratio"]
    index = pd.Index([name for name, *_ in rows], name="account", dtype="str")
    frame = pd.DataFrame([row[1:] for row in rows], index, columns).astype({"state": STATE})
    last = AS_OF - pd.to_timedelta(frame["silence_days"], unit="D")
    numbers = dict.fromkeys(columns[1:], float)
    return frame.astype(numbers).assign(since=pd.Timestamp("2025-12-01"), last_order=last,
                                         own_gap=frame.index != "late", season="",
                                         rhythm="monthly", due_days=30.0)  # fmt: skip


STATES = states_of([
    ("late", "at risk", 120, 24, 180, 0.9),
    ("falls", "slowing", 10, 24, 180, 0.25),
    ("quiet", "slowing", 61, 24, 180, np.nan),
    ("unknown", "at risk", 90, np.nan, 180, np.nan),
    ("fine", "active", 5, 24, 180, 1.0),
    ("gone", "lost", 300, 24, 180, 0.0),
])  # fmt: skip
ACCOUNTS = pd.DataFrame({"name": STATES.index + " Ltd", "manager": ["M2", "M1", "M1", np.nan,
                         "M1", "M1"]}, STATES.index)  # fmt: skip
YEAR = pd.DataFrame({"revenue_a_year": 60_000.0,
                     "margin_a_year": [18_400.0, 2_000.0, 12_000.0, np.nan, 1.0, 1.0]},
                    STATES.index)  # fmt: skip


def dated(table):
    """The list with the days that the one list of tasks could have for it."""
    return table.assign(due=pd.Timestamp("2026-01-07"))


def watched(hints=HINTS, **given):
    rules = given.pop("rules", WatchSettings())
    leaving = LeavingAccounts(STATES, ACCOUNTS, YEAR, hints, **given)
    return watch_list(leaving, margin_rate=0.2, settings=rules, currency="EUR")


def test_by_hand():
    table = watched()
    assert table.columns.tolist() == list(COLUMNS)
    assert table.index.tolist() == ["unknown", "quiet", "falls", "late"]
    assert table["manager"].tolist() == ["", "M1", "M1", "M2"]
    # Half of the silence allowed of 12,000 assumed; 61/180 of 12,000; 75 % of 2,000 missing. Of
    # "late" few gaps are known: 30 days of silence say nothing yet.
    expected = [6_000, 12_000 * 61 / 180, 1_500, 18_400 * (120 - 30) / (180 - 30)]
    assert table["at_risk"].tolist() == pytest.approx(expected)
    assert table["why"].to_dict() == {
        "unknown": "Silent for 90 days; lost at 180; EUR 12,000 margin a "
        "year, assumed from EUR 60,000 revenue.",
        "quiet": "Usually orders every 24 days, silent for 61 days; EUR 12,000 margin a year.",
        "falls": "Buys 25 % of what it bought in the same months a year ago; EUR 2,000 margin a "
        "year.",
        "late": "Its few orders and those of others let expect one every 24 days, silent for 120 "
        "days; lost at 180; 2 of 3 deliveries "
        "late before the last order, up to 20 days; EUR 18,400 margin a year.",
    }
    told = watch_headline(dated(table), "EUR")
    assert (
        "On the watch list, slowing or at risk of being lost: 4 accounts, with" in told
        and "late Ltd first" in told
    )
    one = watch_headline(dated(table).loc[["late"]], "EUR")
    assert one.startswith(
        "On the watch list, slowing or at risk of being lost: 1 account, late Ltd"
    )
    nobody = watch_headline(table.loc[["late"]].assign(due=pd.NaT, at_risk=0.0), "EUR")
    assert nobody == (
        "On the watch list, slowing or at risk of being lost: 1 account; no margin hangs on it, so "
        "nobody is to be called."
    )


def test_a_models_margin_at_risk_comes_before_the_rule_of_thumb():
    table = watched(at_risk=pd.Series({"falls": 9_000.0}))
    assert table.index.tolist() == ["unknown", "falls", "quiet", "late"]
    assert table.loc["quiet", "at_risk"] == pytest.approx(12_000 * 61 / 180)


def test_who_is_probably_gone_is_not_called():
    chance = pd.Series({"late": 0.24, "falls": 0.9, "quiet": 0.5, "unknown": 0.3, "fine": 0.1,
                        "gone": 0.0})  # fmt: skip
    table = watched(reachable=chance)
    assert table.index.tolist() == ["unknown", "quiet", "falls"]
    expected = table["at_risk"] * chance.reindex(table.index)
    assert table["keep"].tolist() == pytest.approx(expected.tolist())
    told = watch_headline(dated(table), "EUR", gone=1)
    assert "quiet Ltd first. Not called, but weighed for winning back: 1 account silent for" in told
    assert watch_headline(dated(table), "EUR").endswith("quiet Ltd first.")
    # With as much to keep, more of it can be kept.
    more = watched(reachable=chance.replace(0.5, 0.05))
    assert more.index[more["manager"] == more.loc["falls", "manager"]][0] == "falls"


def test_an_account_stands_on_one_of_two_lists():
    chance = pd.Series({"late": 0.24, "falls": 0.9, "quiet": 0.25, "unknown": 0.3, "fine": 0.1,
                        "gone": 0.0})  # fmt: skip
    gone = probably_gone(STATES, chance, min_reachable=0.25)
    assert gone.to_dict() == {"late": 0.24}
    given_up = as_lost(STATES, gone.index, seen_to=AS_OF)
    lost = given_up.index[given_up["state"] == "lost"]
    assert sorted(lost) == ["gone", "late"] and given_up.loc["late", "since"] == AS_OF
    assert set(watched(reachable=chance).index) == {"falls", "quiet", "unknown"}
    assert gone_words(STATES, gone).to_dict() == {
        "late": "Probably gone: silent for 120 days, and of silences of so many usual gaps 24 % "
        "ended in an order."
    }


def test_a_recorded_reason_is_told():
    reasons = pd.DataFrame(
        {"recorded": ["price"], "recorded_on": [pd.Timestamp("2025-11-11")]}, ["quiet"]
    )
    table = watched(reasons=reasons)
    assert "61 days; recorded: price on 2025-11-11; EUR" in table.loc["quiet", "why"]
    assert not table["why"].drop("quiet").str.contains("recorded").any()


def test_nobody_to_watch():
    nobody = LeavingAccounts(STATES.iloc[4:], ACCOUNTS, YEAR, NO_HINTS)
    table = watch_list(nobody, margin_rate=0.2, settings=WatchSettings())
    assert table.empty and table.columns.tolist() == list(COLUMNS)
    told = watch_headline(table)
    assert told == "No account stands on the watch list: of those to be kept none is slowing."


@settings(max_examples=20, deadline=None)
@given(st.permutations(STATES.index.tolist()), st.floats(0.1, 100))
def test_the_order_of_rows_does_not_matter_and_money_scales(order, factor):
    table = watched()
    scaled = LeavingAccounts(STATES.loc[order], ACCOUNTS, YEAR * factor, HINTS)
    again = watch_list(scaled, margin_rate=0.2, settings=WatchSettings())
    assert again.index.tolist() == table.index.tolist()
    np.testing.assert_allclose(again["at_risk"], factor * table["at_risk"])


@pytest.mark.parametrize("name", ["demo", "online_retail_parquet", "adventureworks"])
def test_on_three_companies(name, request):
    book = open_book(name if name == "demo" else request.getfixturevalue(name))
    rules = book.settings
    states = account_states(
        book.orders, book.gaps, book.months, book.accounts.index, as_of=book.as_of,
        seen_to=book.seen_to, settings=rules,
    )  # fmt: skip
    tables = ("interactions", "deliveries", "payments", "tenders", "competitors")
    found = reason_hints(states["last_order"], *map(book.known, tables), settings=rules.hints)
    leaving = LeavingAccounts(
        states, book.accounts, year_before(book.months, states["last_order"]),
        strongest_hints(found),
    )  # fmt: skip
    table = watch_list(
        leaving, settings=rules.watch,
        margin_rate=usual_margin_rate(book.months, rules.winback.margin_rate),
    )  # fmt: skip
    worth = leaving.year["revenue_a_year"] > 0  # what was credited in full is not
    assert len(table) == (states["state"].isin(LEAVING) & worth).sum() > 10
    assert np.isfinite(table["at_risk"]).all() and (table["at_risk"] >= 0).all()
    assert not table["why"].str.contains("nan|NaT").any()
    if name == "demo":
        truth = pd.read_csv(book.dataset.folder / "truth.csv", dtype=str).set_index("account")
        late = pd.to_datetime(truth["left_on"]) > book.as_of - pd.Timedelta(days=150)
        assert set(truth.index[late]) - {"N1193"} <= set(table.index)
