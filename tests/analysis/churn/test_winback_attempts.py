"""Attempts: kinds of offers, predicted against achieved, and the chances that follow."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta
from side_rows import side_rows

from kamlib import open_book
from kamlib.analysis.churn.reasons import account_reasons, reason_hints, strongest_hints
from kamlib.analysis.churn.winback import OFFERS, WORDS, offer_kinds, offer_table, recorded_costs
from kamlib.analysis.churn.winback_attempts import (
    attempt_scores,
    attempts,
    attempts_headline,
    last_orders_before,
    listed_attempts,
    win_chances,
)
from kamlib.settings import LOSS_REASONS, WinbackSettings

AS_OF = pd.Timestamp("2025-12-31")
RULES = WinbackSettings()
GAPS = pd.DataFrame(
    {"account": ["a", "a", "a", "b"], "gap": [np.nan, 30.0, 300.0, np.nan],
     "date": pd.to_datetime(["2024-05-02", "2024-06-01", "2025-03-28", "2024-07-01"])}
).astype({"account": "str"})  # fmt: skip
MONTHS = pd.DataFrame(
    {"account": ["a", "a", "a", "a", "b"], "revenue": [100.0, 50.0, 80.0, 20.0, 10.0],
     "month": pd.PeriodIndex(["2024-05", "2024-06", "2025-03", "2026-01", "2024-07"], freq="M"),
     "margin": [30.0, np.nan, 20.0, 5.0, np.nan]}
)  # fmt: skip
REASONS = pd.Series({"a": "price", "b": "price"})
LOGGED = side_rows(
    "winbacks",
    {"account": "b", "date": "2025-01-10", "offer": "Discount of 5 %", "cost": 100,
     "outcome": "refused", "outcome_on": "2025-02-01"},
    {"account": "a", "date": "2025-03-01", "offer": "special price", "cost": 300,
     "outcome": "won", "outcome_on": "2025-03-28"},
    {"account": "b", "date": "2025-06-01", "offer": "call", "outcome": "no answer",
     "outcome_on": "2025-07-01"},
    {"account": "b", "date": "2025-12-01", "offer": "a bouquet"},
    {"account": "z", "date": "2025-12-02", "offer": "a visit", "outcome": "won"},
)  # fmt: skip


def then_of(logged, lost_days=0.0, natural=0.0, so_far=None):
    so_far = natural if so_far is None else so_far
    return pd.DataFrame({"lost_days": lost_days, "p_natural": natural, "p_so_far": so_far},
                        logged.index)  # fmt: skip


def made(logged=LOGGED, reasons=REASONS, **then):
    known = then_of(logged, **then)
    return attempts(logged, reasons, known, GAPS, MONTHS, as_of=AS_OF, settings=RULES)


def test_the_offers_answer_every_reason():
    table = offer_table(RULES)
    assert table.index.tolist() == list(LOSS_REASONS) == list(OFFERS)
    assert (table["offer_words"].str.len() > 5).all()
    assert table["p_win_assumed"].between(0.01, 0.4).all()
    assert set(WORDS) == set(OFFERS.values()) - {"none"}
    kinds = pd.Series(list(WORDS))
    assert offer_kinds(kinds).tolist() == list(WORDS)  # a kind written as such is that kind
    words = pd.Series(["特价两个季度", "скидка 5 %", "Visit with a gift and the new range",
                       "recall", None])  # fmt: skip
    expected = ["special price", "special price", "visit and gift", "other", "other"]
    assert offer_kinds(words).tolist() == expected


def test_the_offers_of_the_demo_company_are_the_workbooks():
    book = open_book("demo")
    winbacks = book.known("winbacks")
    truth = pd.read_csv(book.dataset.folder / "truth.csv", dtype=str).set_index("account")
    expected = winbacks["account"].map(truth["reason"]).map(OFFERS)
    assert (offer_kinds(winbacks["offer"]) == expected).all()


def test_attempts_by_hand():
    table = made()
    assert table["offer"].tolist() == ["special price", "special price", "open talk", "other",
                                       "visit and gift"]  # fmt: skip
    assert table["reason"].tolist() == ["price"] * 4 + ["unknown"]
    assert table["outcome"].tolist() == ["refused", "won", "no answer", "open", "won"]
    # 20 % assumed, worth 10 attempts; then a refusal, a win, and one without an answer.
    expected = [2 / 10, 2 / 11, 3 / 12, 3 / 13, 0.15]
    assert table["predicted"].tolist() == pytest.approx(expected)
    won = table.iloc[1]
    assert (won["revenue_before"], won["margin_before"]) == (150.0, 30.0)
    assert (won["revenue_after"], won["margin_after"]) == (80.0, 20.0)  # not of 2026
    assert table.loc[table["outcome"] != "won", "revenue_after"].eq(0).all()
    assert table.iloc[4]["revenue_before"] == 0  # it had never ordered


def test_scores_by_hand():
    table = attempt_scores(made(), by=["reason"], settings=RULES).set_index("reason")
    row = table.loc["price"]
    assert row[["attempts", "won", "refused", "no_answer", "open"]].tolist() == [4, 1, 1, 1, 1]
    assert row["achieved"] == pytest.approx(1 / 3)
    assert row["predicted"] == pytest.approx((2 / 10 + 2 / 11 + 3 / 12) / 3)
    assert (row["low"], row["high"]) == pytest.approx(tuple(beta.ppf([0.1, 0.9], 1.5, 2.5)))
    assert row["as_predicted"] == "yes"
    assert (row["cost"], row["margin_after"], row["gain"]) == (400.0, 20.0, -380.0)
    both = attempt_scores(made(), by=["reason", "offer"], settings=RULES)
    assert both["attempts"].sum() == 5
    open_only = attempt_scores(made(LOGGED.iloc[[3]]), by=["offer"], settings=RULES)
    assert np.isnan(open_only.loc[0, "achieved"]) and open_only.loc[0, "as_predicted"] == ""
    told = attempts_headline(made())
    assert told.startswith(
        "Of 4 attempts to win back that are closed 2 won, and of the accounts asked 2 came back "
        "(50 %; predicted 20 %, of it 0 %"
    )
    refused = attempts_headline(made(LOGGED[LOGGED["outcome"] == "refused"]))
    assert "none won" in refused and "brought" not in refused


def test_what_would_have_come_unasked_is_not_the_attempts_doing():
    then = {"lost_days": 365.0, "natural": 0.3, "so_far": 0.1}
    table = made(**then)
    # 20 % assumed, of which a year has left half; three in ten would come anyway.
    assert table["predicted"].iloc[0] == pytest.approx(1 - 0.7 * (1 - 0.2 * 0.5))
    closed = table["outcome"] != "open"
    shows = 0.9 * 0.5
    beyond = [-0.1, 0.9, -0.1, 0, 0.9]
    assert table["returns"].tolist() == pytest.approx([shows * part for part in beyond])
    assert table["tries"].tolist() == pytest.approx((shows**2 * closed).tolist())
    price = win_chances(table, settings=RULES).loc["price"]
    tries, returns = 3 * shows**2, shows * 0.7
    assert (price["tries"], price["returns"]) == pytest.approx((tries, returns))
    assert price["p_win"] == pytest.approx((10 * 0.2 + returns) / (10 + tries))


def test_an_account_that_ordered_within_the_horizon_came_whatever_was_noted():
    logged = side_rows("winbacks", {"account": "a", "date": "2025-03-01", "outcome": "no answer"},
                       {"account": "a", "date": "2024-08-01", "outcome": "refused"})  # fmt: skip
    table = made(logged)
    assert table[["outcome", "came"]].to_numpy().tolist() == [["refused", False],
                                                              ["no answer", True]]  # fmt: skip
    assert table["revenue_after"].eq(0).all()  # it was not won
    row = attempt_scores(table, by=["reason"], settings=RULES).iloc[0]
    assert (row["won"], row["came"], row["achieved"]) == (0, 1, 0.5)


@pytest.mark.parametrize("uplift", [0.0, 0.25, 0.6])
def test_the_planted_uplift_is_learnt_from_under_the_unasked_returns(uplift):
    rng = np.random.default_rng(17)
    number = 1500
    natural = rng.uniform(0.05, 0.4, number)
    lost_days = rng.uniform(0, 700, number)
    chance = 1 - (1 - natural) * (1 - uplift * 0.5 ** (lost_days / RULES.fade_days))
    won = rng.uniform(size=number) < chance
    logged = side_rows("winbacks", *(
        {"account": f"x{n}", "date": "2024-01-01", "offer": "discount",
         "outcome": "won" if won[n] else "refused"} for n in range(number)
    ))  # fmt: skip
    reasons = pd.Series("price", [f"x{n}" for n in range(number)])
    table = made(logged, reasons, lost_days=lost_days, natural=natural)
    learnt = win_chances(table, settings=RULES).loc["price"]
    assert learnt["p_win"] == pytest.approx(uplift, abs=0.06)


def test_a_win_of_unknown_margin_is_not_counted_as_nothing_earned():
    unknown = MONTHS.assign(margin=np.nan)
    table = attempts(LOGGED, REASONS, then_of(LOGGED), GAPS, unknown, as_of=AS_OF, settings=RULES)
    won = table.iloc[1]
    assert won["revenue_after"] == 80 and np.isnan(won["margin_after"])
    row = attempt_scores(table, by=["reason"], settings=RULES).set_index("reason").loc["price"]
    assert row["revenue_after"] == 80
    assert np.isnan(row["margin_after"]) and np.isnan(row["gain"])
    assert "brought 80 of revenue since" in attempts_headline(table)
    assert "brought 20 of margin since" in attempts_headline(made())


def test_logged_attempts_replace_the_assumption_step_by_step():
    chances = win_chances(made(), settings=RULES)
    assert chances.loc["price", ["attempts", "won"]].tolist() == [3, 1]
    assert chances.loc["price", "p_win"] == pytest.approx((10 * 0.20 + 1) / (10 + 3))
    assert chances.loc["price", "p_win_low"] == pytest.approx(beta.ppf(0.1, 3, 10))
    assert chances.loc["competitor", "p_win"] == pytest.approx(0.10)
    own = win_chances(made(), settings=WinbackSettings(min_attempts=2))
    assert own.loc["price", "counted"] == "offer"
    assert own.loc["price", "p_win"] == pytest.approx((10 * 0.20 + 1) / (10 + 2))
    many = pd.concat([made()] * 300)
    assert win_chances(many, settings=RULES).loc["price", "p_win"] == pytest.approx(0.5, abs=0.01)


def test_nothing_logged():
    empty = made(LOGGED.iloc[:0], REASONS.iloc[:0])
    assert attempt_scores(empty, by=["reason"], settings=RULES).empty
    chances = win_chances(empty, settings=RULES)
    assert chances["p_win"].tolist() == pytest.approx(list(RULES.p_win))
    assert "No attempt" in attempts_headline(empty)
    assert last_orders_before(LOGGED.iloc[:0], GAPS).empty
    assert recorded_costs(empty, min_costs=1).empty


OUTCOMES = st.lists(st.sampled_from(["won", "refused", "no answer", "open"]), max_size=20)


@settings(max_examples=40, deadline=None)
@given(OUTCOMES)
def test_one_more_win_raises_the_chance_and_an_open_one_changes_nothing(outcomes):
    def chance(*more):
        logged = side_rows("winbacks", *({"account": "b", "date": "2025-01-01", "outcome": one}
                                         for one in (*outcomes, *more)))  # fmt: skip
        return win_chances(made(logged), settings=RULES).loc["price"]

    now = chance()
    assert 0 < now["p_win_low"] < now["p_win"] < now["p_win_high"] < 1
    assert chance("open")["p_win"] == now["p_win"]
    assert chance("won")["p_win"] > now["p_win"] > chance("refused")["p_win"]


def test_attempts_whose_horizon_is_over_are_held_against_what_was_said():
    logged = made()
    day = logged["date"].sort_values().iloc[2]
    rows = listed_attempts(logged, freq="Q-DEC", as_of=day + pd.Timedelta(days=10), horizon_days=10)
    over = logged[logged["date"] <= day]
    assert 0 < len(over) < len(logged)
    assert rows["subject"].tolist() == over["account"].tolist()
    assert rows["chance"].tolist() == over["predicted"].tolist()
    assert rows["came"].tolist() == over["came"].astype(bool).tolist()
    assert rows["quarter"].iloc[0] == str(over["date"].dt.to_period("Q").iloc[0])
    none = listed_attempts(logged.iloc[:0], freq="Q-DEC", as_of=day, horizon_days=10)
    assert none.columns.tolist() == rows.columns.tolist()


def test_costs_are_the_median_of_the_kind():
    logged = made().assign(
        cost=[100.0, 300.0, 20.0, 5.0, 40.0], margin_before=[200.0, 1000, 50, 1, 0]
    )
    costs = recorded_costs(pd.concat([logged, logged.iloc[:1]]), min_costs=2)
    assert costs["share"].dropna().to_dict() == {"special price": 0.5}
    assert costs["cost"].isna().all()  # one talk and one visit are too few
    flat = recorded_costs(logged, min_costs=1)["cost"].dropna()
    assert flat.to_dict() == {"open talk": 20.0, "visit and gift": 40.0}


def test_who_was_won_back_in_the_demo_company():
    book = open_book("demo")
    truth = pd.read_csv(book.dataset.folder / "truth.csv", dtype=str).set_index("account")
    winbacks = book.known("winbacks")
    last = last_orders_before(winbacks, book.gaps)
    tables = ("interactions", "deliveries", "payments", "tenders", "competitors")
    hints = strongest_hints(
        reason_hints(last, *map(book.known, tables), settings=book.settings.hints)
    )
    reasons = account_reasons(last, book.known("losses"), hints, days_before=180)["reason"]
    table = attempts(winbacks, reasons, then_of(winbacks), book.gaps, book.months,
                     as_of=book.as_of, settings=book.settings.winback)  # fmt: skip
    won = table[table["outcome"] == "won"]
    assert set(won["account"]) == set(truth.index[truth["won_back"] == "yes"])
    assert (won["revenue_after"] > 0).all() and (won["revenue_before"] > 0).all()
    planted = table["account"].map(truth["reason"])
    assert (table["reason"] == planted).mean() > 0.9
    scores = attempt_scores(table, by=["reason"], settings=book.settings.winback)
    assert scores["attempts"].sum() == len(winbacks)
    assert scores.set_index("reason").loc["forgotten", "as_predicted"] == "better"
