"""Unasked returns of lost accounts: by hand, from planted rates, and against what then happened."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from side_rows import side_rows

from kamlib import open_book
from kamlib.analysis.churn.returns import (
    ReturnRates,
    chances_then,
    lost_lists,
    past_losses,
    return_rates,
    unasked_chance,
)
from kamlib.settings import RhythmSettings

SEEN = pd.Timestamp("2025-12-31")
NONE = side_rows("winbacks")
UNTOLD = side_rows("losses")


def gaps_of(days_by_account):
    """Order days, given as days before the last known one, with the gap before each."""
    rows = []
    for account, days in days_by_account.items():
        dates = sorted(SEEN - pd.Timedelta(days=back) for back in set(days))
        gaps = [None, *((b - a).days for a, b in zip(dates, dates[1:], strict=False))]
        rows += [(account, date, gap) for date, gap in zip(dates, gaps, strict=True)]
    frame = pd.DataFrame(rows, columns=["account", "date", "gap"])
    return frame.astype({"account": "str", "date": "datetime64[us]", "gap": float})


def losses_of(days, allowed=100.0, winbacks=NONE, seen_to=SEEN):
    gaps = gaps_of(days)
    limits, before = pd.Series(allowed, list(days)), pd.Series(allowed, gaps.index)
    return past_losses(gaps, limits, before, winbacks, seen_to=seen_to, rules=RhythmSettings())


def drawn(number, rng, kinds):
    """Losses of known rates: Lomax with b = 100 days, followed for up to three years."""
    kind = rng.choice(list(kinds), number)
    rate = np.array([kinds[name] for name in kind])
    days = 100 * (rng.uniform(size=number) ** (-1 / rate) - 1)
    seen = rng.uniform(0, 1095, number)
    return pd.DataFrame(
        {
            "account": [f"a{n}" for n in range(number)],
            "silent_from": SEEN - pd.to_timedelta(np.ceil(seen) + 100, unit="D"),
            "since": SEEN - pd.to_timedelta(np.ceil(seen), unit="D"),
            "days": np.minimum(days, seen),
            "ended": days < seen,
            "asked": np.nan,
            "rhythm": kind,
        }
    )


def chance(rates, days, kind="monthly", recorded="", horizon=182):
    told = {"rhythm": pd.Series([kind]), "recorded": pd.Series([recorded])}
    return unasked_chance(rates, pd.Series([float(days)]), horizon_days=horizon, **told).iloc[0]


def test_losses_by_hand():
    # a: a gap of 131 days, 30 beyond the 101st; now silent for 10. b: lost for 99 days now.
    # c: a gap of 100 days is within what is allowed.
    found = losses_of({"a": [141, 10], "b": [200], "c": [150, 50]})
    told = found[["account", "days", "ended"]].to_numpy().tolist()
    assert told == [["a", 30, True], ["b", 99, False]]
    assert found["since"].tolist() == [SEEN - pd.Timedelta(days=40), SEEN - pd.Timedelta(days=99)]
    assert found["silent_from"].iloc[0] == SEEN - pd.Timedelta(days=141)
    assert found["asked"].isna().all()


def test_a_rhythm_is_what_the_orders_before_the_loss_showed():
    """By today's, of which an order after the loss is part, who came back has another one."""
    weekly = [500 - 7 * n for n in range(8)]
    found = losses_of({"back": [*weekly, 200, 20], "gone": weekly})
    assert found.loc[found["account"] == "gone", "rhythm"].tolist() == ["weekly"]
    assert found.loc[found["account"] == "back", "rhythm"].iloc[0] == "weekly"


def test_a_return_after_an_attempt_is_not_unasked():
    days = {"a": [141, 10], "b": [200]}
    attempt = {"account": "a", "date": SEEN - pd.Timedelta(days=30), "outcome": "won"}
    asked = losses_of(days, winbacks=side_rows("winbacks", attempt))
    assert asked["asked"].tolist()[0] == 10
    assert return_rates(asked, UNTOLD, as_of=SEEN, min_losses=1).usual == 0
    earlier = attempt | {"date": SEEN - pd.Timedelta(days=400)}
    found = losses_of(days, winbacks=side_rows("winbacks", earlier))
    assert return_rates(found, UNTOLD, as_of=SEEN, min_losses=1).usual > 0


def test_the_chance_by_hand():
    rates = ReturnRates(100.0, 0.5, pd.Series({"weekly": 1.0}), pd.Series({"price": 2.0}))
    assert chance(rates, 100, "weekly", horizon=200) == pytest.approx(1 - 200 / 400)
    assert chance(rates, 100, "yearly", horizon=600) == pytest.approx(1 - (200 / 800) ** 0.5)
    assert chance(rates, 100, "weekly", "price", horizon=200) == pytest.approx(1 - (1 / 2) ** 2)
    assert chance(rates, 0, "weekly", "closed down") == 0
    assert chance(rates, -30, "weekly") == chance(rates, 0, "weekly")


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 3000), st.floats(1, 1000), st.sampled_from(["weekly", "yearly"]))
def test_the_longer_lost_the_less_comes_back(days, more, kind):
    rates = return_rates(drawn(200, np.random.default_rng(1), {"weekly": 0.4}), UNTOLD, as_of=SEEN,
                         min_losses=1)  # fmt: skip
    assert 0 <= chance(rates, days + more, kind) <= chance(rates, days, kind) <= 1


def test_planted_rates_of_each_rhythm_are_found():
    kinds = {"weekly": 0.2, "monthly": 0.5, "seasonal": 1.2, "project": 0.05}
    found = drawn(4000, np.random.default_rng(11), kinds)
    rates = return_rates(found, UNTOLD, as_of=SEEN, min_losses=10)
    for kind, rate in kinds.items():
        for days in (0, 200, 600):
            true = 1 - ((100 + days) / (100 + days + 182)) ** rate
            assert chance(rates, days, kind) == pytest.approx(true, abs=0.05)
    told = chance(rates, 50, "project")
    assert told < 0.1 < chance(rates, 50, "seasonal")


def test_few_losses_of_a_rhythm_are_drawn_towards_the_others():
    rng = np.random.default_rng(5)
    many = drawn(1500, rng, {"weekly": 0.3, "monthly": 0.8, "steady": 0.5})
    few = drawn(3, rng, {"project": 0.5}).assign(ended=False, days=900.0)
    rates = return_rates(pd.concat([many, few], ignore_index=True), UNTOLD, as_of=SEEN,
                         min_losses=10)  # fmt: skip
    assert 0.1 < rates.rhythms["project"] < rates.usual
    assert rates.rhythms["weekly"] == pytest.approx(0.3, abs=0.08)
    alike = return_rates(drawn(60, rng, {"weekly": 0.5, "monthly": 0.5}), UNTOLD, as_of=SEEN,
                         min_losses=10)  # fmt: skip
    assert alike.rhythms["weekly"] == pytest.approx(alike.rhythms["monthly"], rel=0.3)


def test_a_recorded_reason_counts_from_its_record_on():
    rng = np.random.default_rng(7)
    found = drawn(2000, rng, {"weekly": 0.6})
    # Of half of those that still stayed away after 60 days it is recorded that they left for a
    # rival: none of these came back.
    stay = found.index[(found["days"] > 60) & (found.index % 2 == 0)]
    found.loc[stay, "ended"] = False
    told = [{"account": found.loc[n, "account"], "date": found.loc[n, "since"]
             + pd.Timedelta(days=60), "reason": "competitor"} for n in stay]  # fmt: skip
    rates = return_rates(found, side_rows("losses", *told), as_of=SEEN, min_losses=10)
    assert rates.reasons["competitor"] < 0.1 < 0.8 < rates.reasons[""] < 1.6
    assert chance(rates, 100, "weekly", "competitor") < 0.05
    assert chance(rates, 100, "weekly", "") > 0.2
    assert chance(rates, 100, "weekly", "price") == chance(rates, 100, "weekly", "no such")


def test_too_few_losses_tell_nothing():
    found = losses_of({"a": [141, 10], "b": [200]})
    assert chance(return_rates(found, UNTOLD, as_of=SEEN, min_losses=3), 0) == 0
    assert chance(return_rates(found, UNTOLD, as_of=SEEN, min_losses=2), 0) > 0
    nobody = past_losses(gaps_of({}), pd.Series(dtype=float), pd.Series(dtype=float), NONE,
                         seen_to=SEEN, rules=RhythmSettings())  # fmt: skip
    assert nobody.empty
    assert chance(return_rates(nobody, UNTOLD, as_of=SEEN, min_losses=1), 0) == 0


def test_what_came_after_an_attempt_changes_nothing_of_what_was_said_then():
    days = {f"x{n}": [900, 700 + n, 300] for n in range(12)} | {"a": [400], "b": [700, 30]}
    asked = [{"account": "a", "date": SEEN - pd.Timedelta(days=250)},
             {"account": "b", "date": SEEN - pd.Timedelta(days=100)},
             {"account": "never", "date": SEEN - pd.Timedelta(days=100)}]  # fmt: skip
    winbacks = side_rows("winbacks", *asked)
    then = {"told": UNTOLD, "as_of": SEEN, "horizon_days": 182, "min_losses": 5}
    whole = chances_then(winbacks, losses_of(days, winbacks=winbacks), **then)
    # Lost after 100 days of silence: a since 299 days, b since 599.
    assert whole["lost_days"].tolist() == [49, 499, 0]
    assert whole["p_natural"].iloc[0] > whole["p_natural"].iloc[1] > 0
    assert (whole["p_so_far"] <= whole["p_natural"]).all()
    assert whole["p_so_far"].iloc[1] < whole["p_natural"].iloc[1]  # 100 of 182 days have passed
    early = {name: [day for day in list_ if day >= 250] for name, list_ in days.items()}
    again = chances_then(winbacks.iloc[:1], losses_of(early, winbacks=winbacks.iloc[:1]), **then)
    assert again["p_natural"].iloc[0] == pytest.approx(whole["p_natural"].iloc[0])


def test_on_real_sales_about_as_many_return_as_is_said(online_retail_parquet):
    then, now = (open_book(online_retail_parquet, quarter) for quarter in ("2011Q1", "2011Q3"))
    lost = then.churn.states[lambda rows: rows["state"] == "lost"]
    days = (then.seen_to - lost["since"]).dt.days.astype(float)
    rates = return_rates(then.churn.losses, UNTOLD, as_of=then.seen_to, min_losses=10)
    said = unasked_chance(rates, days, rhythm=lost["rhythm"], recorded=pd.Series("", lost.index),
                          horizon_days=183)  # fmt: skip
    bought = now.gaps.loc[now.gaps["date"] > then.as_of, "account"].unique()
    back = pd.Series(lost.index.isin(bought), lost.index)
    assert len(lost) > 1000
    assert said.mean() == pytest.approx(back.mean(), abs=0.05)
    fresh = days < days.median()
    assert said[fresh].mean() == pytest.approx(back[fresh].mean(), abs=0.08)
    assert said[~fresh].mean() == pytest.approx(back[~fresh].mean(), abs=0.08)
    # No worse than to say the same of all.
    assert ((said - back) ** 2).mean() < back.mean() * (1 - back.mean())


def test_no_leaver_of_the_demo_company_is_said_to_come_back_by_itself():
    book = open_book("demo")
    truth = pd.read_csv(book.dataset.folder / "truth.csv", dtype=str).set_index("account")
    leavers = truth.index[truth["archetype"] == "leaver"]
    chances = book.churn.economics["p_natural"].reindex(leavers).dropna()
    assert len(chances) > 15 and (chances < 0.2).all()


def test_unasked_returns_are_held_against_what_was_said_at_earlier_quarter_ends():
    """Of 40 lost in 2023 five are back at once and ten a year later; five others were asked."""
    since = pd.Timestamp("2023-06-01")
    losses = pd.DataFrame(
        {
            "account": [f"N{n:02d}" for n in range(40)],
            "since": since,
            "silent_from": since - pd.Timedelta(days=180),
            "days": [100.0] * 5 + [300.0] * 10 + [900.0] * 25,
            "ended": [True] * 15 + [False] * 25,
            "asked": [np.nan] * 35 + [400.0] * 5,
            "rhythm": "steady",
        }
    )
    told = side_rows("losses")
    quarters = [pd.Period("2023Q4", freq="Q-DEC"), pd.Period("2023Q1", freq="Q-DEC")]
    rows = lost_lists(losses, told, quarters, horizon_days=365, min_losses=5)
    assert set(rows["quarter"]) == {"2023Q4"}  # nobody was lost before
    assert rows["subject"].tolist() == [f"N{n:02d}" for n in range(5, 35)]
    assert rows["came"].tolist() == [True] * 10 + [False] * 20
    # What ended after the day tells nothing of it.
    later = losses.assign(ended=losses["ended"] & (losses["days"] < 200), days=losses["days"] + 1)
    again = lost_lists(later, told, quarters[:1], horizon_days=365, min_losses=5)
    np.testing.assert_allclose(again["chance"], rows["chance"], rtol=0.05)
    assert not again["came"].any()
    assert lost_lists(losses, told, [], horizon_days=365, min_losses=5).empty
