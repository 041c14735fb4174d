import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from kamlib.analysis.measures.scores import METRICS, auc, calibration_curve, gain_interval, metrics

judged = st.lists(
    st.tuples(st.booleans(), st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.7, 1.0])), min_size=4
).filter(lambda rows: 0 < sum(event for event, _ in rows) < len(rows))


def arrays(rows):
    event, probability = zip(*rows, strict=True)
    return np.array(event, dtype=float), np.array(probability)


def test_ten_accounts_by_hand():
    event = np.array([1, 0, 1, 0, 0, 0, 0, 0, 0, 0], dtype=float)
    probability = np.array([0.9, 0.8, 0.7, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1])
    found = metrics(event, probability)
    # 16 pairs: the first event wins all 8, the second 7.
    assert found["auc"] == pytest.approx(15 / 16)
    # At the first event 1 of 1, at the second 2 of 3.
    assert found["average_precision"] == pytest.approx((1 + 2 / 3) / 2)
    assert found["brier"] == pytest.approx((0.01 + 0.64 + 0.09 + 7 * 0.01) / 10)
    # The top tenth is one account, an event, of a fifth that are.
    assert found["lift_top_decile"] == pytest.approx(5.0)
    assert found["calibration"] == pytest.approx(0.31 - 0.2)


def test_equal_probabilities_share_the_last_places_of_the_top_tenth():
    event = np.array([1.0] * 5 + [0.0] * 15)
    assert metrics(event, np.full(20, 0.4))["lift_top_decile"] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("event", "probability"),
    [([], []), ([0, 0], [0.1, 0.2]), ([1, 1], [0.1, 0.2]), ([0, 1], [0.1, np.nan])],
)
def test_nothing_to_measure(event, probability):
    found = metrics(np.array(event, dtype=float), np.array(probability, dtype=float))
    assert set(found) == set(METRICS)
    assert np.isnan(list(found.values())).all()


@given(judged)
def test_auc_is_that_of_scikit_learn(rows):
    event, score = arrays(rows)
    assert auc(event, score) == pytest.approx(roc_auc_score(event, score))
    weights = np.arange(1.0, len(event) + 1)
    expected = roc_auc_score(event, score, sample_weight=weights)
    assert auc(event, score, weights) == pytest.approx(expected)


@given(judged)
def test_the_sign_turns_the_ranking_round(rows):
    event, score = arrays(rows)
    assert auc(event, -score) == pytest.approx(1 - auc(event, score))
    assert auc(event, np.exp(score)) == pytest.approx(auc(event, score))


@settings(deadline=None, max_examples=20)
@given(judged, st.sampled_from(["auc", "brier"]))
def test_no_gain_over_itself(rows, measure):
    event, score = arrays(rows)
    interval = {"measure": measure, "resamples": 50, "confidence": 0.9, "seed": 1}
    gains = gain_interval(event, score, score, np.arange(len(event)), **interval)
    assert gains == pytest.approx((0, 0, 0))


def test_a_clear_gain_and_none():
    random = np.random.default_rng(3)
    truth = random.random(400)
    event = (random.random(400) < truth).astype(float)
    noise, accounts = random.random(400), np.repeat(np.arange(200), 2)
    interval = {"resamples": 200, "confidence": 0.95, "seed": 1}
    for measure in ("auc", "brier"):
        gain, low, high = gain_interval(event, truth, noise, accounts, measure=measure, **interval)
        assert 0 < low < gain < high
        _, low, high = gain_interval(
            event, noise, random.random(400), accounts, measure=measure, **interval
        )
        assert low < 0.1 and high > -0.1
    expected = roc_auc_score(event, truth) - roc_auc_score(event, noise)
    gain, *_ = gain_interval(event, truth, noise, accounts, measure="auc", **interval)
    assert gain == pytest.approx(expected)


def test_an_account_is_drawn_with_all_its_rows():
    """The same rows as one account each give a narrower interval than as few accounts."""
    random = np.random.default_rng(4)
    base = random.random(60)
    event = np.tile((random.random(60) < base).astype(float), 10)
    good, bad = np.tile(base, 10), np.tile(random.random(60), 10)
    interval = {"measure": "auc", "resamples": 200, "confidence": 0.95, "seed": 1}
    few = gain_interval(event, good, bad, np.tile(np.arange(60), 10), **interval)
    many = gain_interval(event, good, bad, np.arange(600), **interval)
    assert few[2] - few[1] > 2 * (many[2] - many[1])


def test_calibration_in_groups_of_equal_size():
    curve = calibration_curve(np.array([0, 1, 1, 1.0]), np.array([0.1, 0.3, 0.6, 0.8]), bins=2)
    assert curve["predicted"].tolist() == pytest.approx([0.2, 0.7])
    assert curve["happened"].tolist() == [0.5, 1.0]
    assert curve["n"].tolist() == [2, 2]
    assert calibration_curve(np.array([]), np.array([])).empty
