from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score

from kamlib.analysis.models.deal_scores import deal_measures, ranked
from kamlib.analysis.models.deals import (
    Judged,
    deal_groups,
    fold_numbers,
    ridge_logistic,
    split_large_groups,
    unseen_deals,
)
from kamlib.analysis.targeting.check import (
    COLUMNS,
    NOTHING,
    TELLS,
    TOO_FEW,
    WRONG,
    check_headline,
    predictors_headline,
    target_check,
    usable_deals,
)
from kamlib.analysis.targeting.deal_chance import calibrated_chance
from kamlib.analysis.targeting.rates import win_rates
from kamlib.settings import Settings

SETTINGS = Settings.model_validate({"target_check": {"repeats": 4, "resamples": 200}})
DEMO = Path(__file__).parents[3] / "data" / "demo"
P = ["need", "budget", "authority"]


@pytest.fixture(scope="module")
def salvirt_models(salvirt_deals):
    deals = salvirt_deals
    found = target_check(deals.facts, deals.won, groups=deals.groups, settings=SETTINGS)
    return found.set_index("predictor")


def drawn_deals(number, seed, slopes):
    """Deals whose log odds rise by the slopes per unit of each P; a fifth of P is unknown."""
    random = np.random.default_rng(seed)
    names = [f"D{place:04d}" for place in range(number)]
    facts = pd.DataFrame(random.random((number, 3)), index=names, columns=P)
    odds = sum(slope * (facts[p] - 0.5) for p, slope in slopes.items())
    won = pd.Series(random.random(number) < 1 / (1 + np.exp(-odds)), names)
    facts = facts.mask(random.random((number, 3)) < 0.2)
    return facts.assign(score=facts.mean(axis=1)), won


def as_judged(order, fold=None):
    order = np.asarray(order, dtype=float)
    fold = np.zeros(len(order), dtype=int) if fold is None else np.asarray(fold)
    return Judged(order, order[None, :], fold[None, :])


def test_ten_deals_by_hand():
    won = np.array([1, 0, 1, 0, 0, 0, 0, 0, 0, 0], dtype=float)
    chance = [0.9, 0.8, 0.7, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]
    found = {
        name: value[0] for name, value in ranked(won, as_judged(chance), np.ones((1, 10))).items()
    }
    # The first won deal stands above all 8 lost ones, the second above 7.
    assert found["auc"] == pytest.approx(15 / 16)
    assert found["average_precision"] == pytest.approx((1 + 2 / 3) / 2)
    # The top fifth are two deals with one won, of a fifth that are.
    assert found["lift_top_fifth"] == pytest.approx(0.5 / 0.2)
    # Within the folds {1, 2, 3} and the rest, one of two pairs is right and nothing else is a pair.
    folds = ranked(won, as_judged(chance, [0, 0, 0, *[1] * 7]), np.ones((1, 10)))
    assert folds["auc"][0] == pytest.approx(1 / 2)


@hypothesis_settings(deadline=None, max_examples=25)
@given(
    st.lists(
        st.tuples(st.booleans(), st.sampled_from([0.0, 0.1, 0.5, 0.7, 1.0]), st.integers(1, 3)),
        min_size=4,
    ).filter(lambda rows: 0 < sum(row[0] for row in rows) < len(rows))
)
def test_measures_are_those_of_scikit_learn(rows):
    won, score, weights = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    found = ranked(won, as_judged(score), np.vstack([weights, np.ones(len(won))]))
    for place, own in enumerate((weights, None)):
        expected = roc_auc_score(won, score, sample_weight=own)
        assert found["auc"][place] == pytest.approx(expected)
        expected = average_precision_score(won, score, sample_weight=own)
        assert found["average_precision"][place] == pytest.approx(expected)


def test_the_ridge_is_that_of_scikit_learn():
    random = np.random.default_rng(2)
    columns, weights = random.normal(size=(120, 4)), random.random(120) + 0.5
    won = (random.random(120) < 1 / (1 + np.exp(-columns[:, 0]))).astype(float)
    found = ridge_logistic(columns, won, weights, penalty=0.3)
    expected = LogisticRegression(C=0.3, tol=1e-10, max_iter=1000).fit(columns, won, weights)
    assert found == pytest.approx([*expected.intercept_, *expected.coef_[0]], abs=1e-5)


def test_equal_deals_are_one_group_and_in_one_fold():
    facts = pd.DataFrame({"need": [1, 1, np.nan, np.nan, 0.2], "source": ["a", "a", "", "", "a"]})
    assert deal_groups(facts).tolist() == [0, 0, 1, 2, 3]
    assert split_large_groups(np.array([7, 7, 7, 5, 5]), 2).tolist() == [0, 1, 2, 3, 3]
    groups = np.repeat(np.arange(40), 3)
    won = (np.arange(120) % 4 == 0).astype(float)
    for folds in fold_numbers(won, groups, settings=SETTINGS):
        assert (pd.Series(folds).groupby(groups).nunique() == 1).all()
        assert np.bincount(folds).tolist() == [24] * 5
    many = np.tile(won, 400)  # 48,000 deals: two draws say as much as ten
    assert len(fold_numbers(many, np.arange(len(many)), settings=SETTINGS)) == 2


def test_copies_are_not_learnt_from(salvirt_deals):
    """The place of each deal's copies: ungrouped folds learn from them, grouped ones do not."""
    order = salvirt_deals.facts.index
    groups = pd.factorize(salvirt_deals.groups)[0]
    assert len(order) - len(np.unique(groups)) == 102  # 83 equal to the outcome, 19 but for it
    won = salvirt_deals.won.to_numpy(float)
    leaks = []
    for own in (groups, np.arange(len(order))):
        folds = fold_numbers(won, own, settings=SETTINGS)
        leaks.append(sum(pd.Series(f).groupby(groups).nunique().gt(1).sum() for f in folds))
    assert leaks[0] == 0 < leaks[1]


def test_salvirt(salvirt_deals, salvirt_models):
    found = salvirt_models
    assert found.columns.tolist() == list(COLUMNS[1:])
    assert found["n"].eq(448).all()
    assert found["won"].eq(227).all()
    assert found["unknown"].to_dict() | {"budget": 36} == found["unknown"].to_dict()
    for p in P:
        known = salvirt_deals.facts[p].notna()
        expected = roc_auc_score(salvirt_deals.won[known], salvirt_deals.facts.loc[known, p])
        assert found.loc[p, "auc_known"] == pytest.approx(expected)
    assert found.loc["authority", "verdict"] == NOTHING
    assert found.loc["authority", "auc_low"] < 0.5 < found.loc["authority", "auc_high"]
    # Budget tells by the deals of which it is unknown, hardly among the others.
    assert found.loc["budget", "auc"] > found.loc["budget", "auc_known"] + 0.03
    assert found.loc["budget", "auc_known_low"] < 0.5
    assert found.loc["all facts", "auc_low"] > found.loc["three P's", "auc"] > 0.5
    assert found.loc["fit", "verdict"] == TOO_FEW


def test_salvirt_in_words(salvirt_deals, salvirt_models):
    rates = win_rates(salvirt_deals.facts, salvirt_deals.won, settings=SETTINGS)
    models = salvirt_models.reset_index()
    text = f"{check_headline(models, rates)} {predictors_headline(models)}"
    for words in (
        "227 of 448 decided deals were won.",
        "ew clients: 17.1 % won against 69.0 % of the others",
        "udget unknown: 13.9 % won against 53.9 % of the others",
        ", fitted told won from lost best (AUC 0.7",
        "; so did ",
    ):
        assert words in text
    silent = text.split("Does not discriminate in your data: ")[1]
    assert "power to decide alone (AUC 0.50)" in silent
    # One AUC of what told, those of the P's that did not: the others are in the table.
    told = predictors_headline(models)
    silent_ps = salvirt_models.loc[list(P), "verdict"].eq(NOTHING).sum()
    assert told.count("AUC") == 1 + silent_ps
    assert told.count("–") == 1  # one range


def test_the_order_of_rows_does_not_matter(salvirt_deals, salvirt_models):
    mixed = salvirt_deals.facts.sample(frac=1, random_state=1)
    found = target_check(mixed, salvirt_deals.won, groups=salvirt_deals.groups, settings=SETTINGS)
    pd.testing.assert_frame_equal(found.set_index("predictor"), salvirt_models)


def test_what_is_known_is_recovered():
    facts, won = drawn_deals(400, 5, {"need": 3.0, "budget": -3.0})
    found = target_check(facts, won, settings=SETTINGS).set_index("predictor")
    verdicts = found["verdict"]
    assert verdicts[["need", "budget", "authority"]].tolist() == [TELLS, WRONG, NOTHING]
    assert verdicts["P's fitted"] == TELLS
    assert found.loc["budget", "auc_high"] < 0.5
    large, outcome = drawn_deals(50_000, 6, {"need": 3.0, "budget": -3.0})
    for p in P:
        known = large[p].notna()
        truth = roc_auc_score(outcome[known], large.loc[known, p])
        assert found.loc[p, "auc_known_low"] < truth < found.loc[p, "auc_known_high"]


def test_noise_does_not_discriminate():
    """Of 48 verdicts on noise about one in twenty may say something; 8 has a chance of 1 %."""
    quick = Settings.model_validate({"target_check": {"repeats": 2, "resamples": 100}})
    said = 0
    for seed in range(8):
        facts, won = drawn_deals(120, 100 + seed, {})
        found = target_check(facts, won, settings=quick)
        said += found["verdict"].isin([TELLS, WRONG]).sum()
    assert said < 8


def test_later_deals_are_judged_from_earlier_ones():
    facts, won = drawn_deals(300, 7, {"need": 4.0})
    days = pd.Series(pd.date_range("2024-01-01", periods=300), facts.index)
    found = target_check(facts, won, days=days, settings=SETTINGS)
    later = found[found["sample"] == "later deals"].set_index("predictor")
    assert later["n"].eq(99).all()
    assert later.loc["need", "verdict"] == TELLS
    # Turned round in the last third, what was learnt before is wrong there, however it was won.
    turned = won.where(days <= days.iloc[200], ~won)
    again = target_check(facts, turned, days=days, settings=SETTINGS)
    again = again[again["sample"] == "later deals"].set_index("predictor")
    assert again.loc["need", "auc"] == pytest.approx(1 - later.loc["need", "auc"])
    assert again.loc["need", "verdict"] == WRONG


@pytest.mark.parametrize("number", [0, 1, 12])
def test_too_few_deals_are_called_unvalidated(number):
    facts, won = drawn_deals(40, 8, {"need": 2.0})
    facts, won = facts.head(number), won.head(number)
    found = target_check(facts, won, days=pd.Series(dtype="datetime64[us]"), settings=SETTINGS)
    assert (found["verdict"] == TOO_FEW).all()
    assert found["auc"].isna().all()
    text = check_headline(found, win_rates(facts, won, settings=SETTINGS))
    assert text.startswith("The scores are unvalidated")
    assert number == 0 or f"{30 - number} more decided" in text
    chance = calibrated_chance(facts, won, facts, settings=SETTINGS)
    assert chance.status == "unvalidated"
    assert chance.chance.isna().all() and len(chance.chance) == number
    assert f"{30 - number} more decided" in chance.note


def test_all_unknown_is_no_error():
    facts = pd.DataFrame(np.nan, index=range(40), columns=[*P, "score", "fit"])
    won = pd.Series(np.arange(40) % 2 == 0)
    found = target_check(facts, won, settings=SETTINGS).set_index("predictor")
    assert found.loc[[*P, "three P's", "fit"], "verdict"].eq(TOO_FEW).all()
    assert found.loc["all facts", "verdict"] == NOTHING
    assert calibrated_chance(facts, won, facts, settings=SETTINGS).status == "unvalidated"


def test_the_chance_of_open_targets():
    facts, won = drawn_deals(600, 9, {"need": 4.0, "budget": 4.0})
    wanted = pd.DataFrame(
        {"need": [0.1, 0.9, 5.0, np.nan], "budget": [0.1, 0.9, 5.0, np.nan], "authority": 0.5},
        index=list("abcd"),
    )
    wanted["score"] = wanted[P].mean(axis=1).where(wanted["need"].notna())
    found = calibrated_chance(facts, won, wanted, settings=SETTINGS)
    assert found.status == "validated"
    low, high, beyond, unknown = found.chance
    assert low < 0.3 < 0.7 < high <= beyond < 1
    told = found.chance.notna()
    assert (found.low[told] <= found.chance[told]).all()
    assert (found.chance[told] <= found.high[told]).all()
    assert "1 targets lie outside" in found.note
    # The truth of the first two: log odds of -3.2 and 3.2, blurred by what is unknown.
    own = calibrated_chance(facts, won, facts, settings=SETTINGS).chance
    assert own.mean() == pytest.approx(won.mean(), abs=0.02)


def test_the_chance_on_salvirt_is_that_of_all_facts(salvirt_deals):
    facts, won, groups = salvirt_deals.facts, salvirt_deals.won, salvirt_deals.groups
    found = calibrated_chance(facts, won, facts, groups=groups, settings=SETTINGS)
    assert (found.predictor, found.status) == ("all facts", "validated")
    by_client = found.chance.groupby(facts["relationship"]).mean()
    assert by_client["new"] < 0.25 < 0.6 < by_client["current"]


def test_deals_are_taken_as_known_before_their_outcome():
    day = pd.Timestamp
    decided = pd.DataFrame(
        {
            "first_seen": [day("2024-01-01"), day("2024-06-01"), day("2024-01-01")],
            "outcome_on": [day("2024-03-01"), day("2024-03-01"), pd.NaT],
            "need": [0.5, 0.5, 0.5],
            "need_evidence": ["said so"] * 3,
            "need_date": [day("2024-03-02"), day("2024-02-01"), day("2024-02-01")],
            "budget": [0.5, 0.5, 0.5],
            "budget_date": [day("2024-03-01"), pd.NaT, pd.NaT],
        },
        index=["a", "b", "c"],
    )
    kept, notes = usable_deals(decided)
    assert kept.index.tolist() == ["a", "c"]
    assert kept["need"].isna().tolist() == [True, False]
    assert kept["need_evidence"].tolist() == ["", "said so"]
    assert kept["budget"].tolist() == [0.5, 0.5]
    assert notes.set_index("finding")["prospects"].to_dict() == {
        "left out: outcome before the first contact": "b",
        "need: emptied, noted after the outcome": "a",
        "ability to pay: kept without a date, may be noted after the outcome": "c",
        "kept without the day of the outcome, not judged as later deals": "c",
    }
    future, notes = usable_deals(decided, as_of=day("2024-02-01"))
    assert future.index.tolist() == ["c"]


def test_the_planted_truth_of_the_demo_company():
    """Budget and the score tell; power to decide does not; need does once all of it is derived."""
    read = {"index_col": "prospect"}
    noted = pd.read_csv(DEMO / "prospects.csv", **read)
    noted["score"] = np.exp(np.log(noted[P].clip(lower=1e-9)).mean(axis=1))
    decided = noted[noted["outcome"].isin(["won", "lost"])]
    decided, notes = usable_deals(decided)
    assert notes.empty
    won = decided["outcome"] == "won"
    found = target_check(decided, won, settings=SETTINGS).set_index("predictor")
    assert (found.loc["need", "n"], found.loc["need", "won"]) == (119, 34)
    assert found.loc["authority", "verdict"] == NOTHING
    assert found.loc["budget", "auc_known_low"] > 0.5
    assert found.loc["three P's", "verdict"] == TELLS
    assert found.loc["need", "auc_known"] > found.loc["authority", "auc_known"]
    chance = calibrated_chance(decided, won, noted, settings=SETTINGS).chance
    truth = pd.read_csv(DEMO / "truth_prospects.csv", **read)["p_win"]
    open_ones = noted["outcome"] == "open"
    assert chance[open_ones].corr(truth[open_ones], method="spearman") > 0.3


def test_measures_of_one_predictor_are_those_of_the_whole(salvirt_deals):
    won = salvirt_deals.won.to_numpy(float)
    groups = np.arange(len(won))
    alone = {"predictors": ("authority",), "settings": SETTINGS}
    judged = unseen_deals(salvirt_deals.facts, won, groups, **alone)["authority"]
    found = deal_measures(won, judged, np.ones((20, len(won))), confidence=0.95)
    assert found["calibration"] == pytest.approx(0, abs=0.01)
    assert found["brier"] == pytest.approx(np.mean((judged.chance - won) ** 2))
