import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from kamlib.analysis.measures.likelihood import (
    AT_A_BOUND,
    CONVERGED,
    NOT_CONVERGED,
    maximum_likelihood,
    nothing_fitted,
)

BOUNDS = [(1e-3, 1e3), (1e-3, 1e3)]


def hill(top, observations=100.0):
    """A parabola in the logs: each log is known with a variance of one per observation."""

    def likelihood(logs):
        away = logs - np.log(top)
        return -observations * (away @ away) / 2, -observations * away

    return likelihood


def test_the_top_and_its_errors():
    found = maximum_likelihood(hill([2.0, 5.0]), [(1.0, 1.0)], BOUNDS, observations=100.0)
    assert found.status == CONVERGED
    assert found.usable
    assert found.values == pytest.approx([2.0, 5.0])
    # By the delta method: the parameter times the error of its log, 1 / sqrt(100).
    assert found.errors == pytest.approx([0.2, 0.5], rel=1e-4)


def test_a_climb_takes_one_thread_and_leaves_the_process_as_it_was():
    seen = []

    def likelihood(logs):
        seen.append(blas_threads())
        return hill([2.0, 5.0])(logs)

    with threadpool_limits(2, user_api="blas"):
        before = blas_threads()
        maximum_likelihood(likelihood, [(1.0, 1.0)], BOUNDS, observations=100.0)
        assert blas_threads() == before
    assert before == {2}
    assert seen and all(threads == {1} for threads in seen)


def blas_threads():
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


def test_a_top_beyond_the_bound():
    found = maximum_likelihood(hill([2.0, 1e5]), [(1.0, 1.0)], BOUNDS, observations=100.0)
    assert found.status == AT_A_BOUND
    assert found.values[1] == pytest.approx(1e3)
    assert np.isnan(found.errors).all()


def test_a_ridge_on_which_a_parameter_makes_no_difference():
    def ridge(logs):
        return -50 * logs[0] ** 2, np.array([-100 * logs[0], 0.0])

    found = maximum_likelihood(ridge, [(2.0, 3.0)], BOUNDS, observations=100.0)
    assert found.status == AT_A_BOUND


def test_the_higher_of_two_tops_counts():
    def two_tops(logs):
        near, far = np.exp(-((logs - 1) ** 2) / 0.1), 2 * np.exp(-((logs + 1) ** 2) / 0.1)
        slopes = -20 * (logs - 1) * near - 20 * (logs + 1) * far
        return float(near[0] + far[0]), slopes

    found = maximum_likelihood(two_tops, [(np.e,), (0.35,)], [(0.01, 100)], observations=1.0)
    assert np.log(found.values) == pytest.approx([-1.0], abs=1e-4)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_no_maximum_is_a_status(value):
    found = maximum_likelihood(
        lambda logs: (value, np.full(2, value)), [(1.0, 1.0)], BOUNDS, observations=1.0
    )
    assert found.status == NOT_CONVERGED
    assert not found.usable
    assert np.isnan(found.values).all()


def test_slopes_that_are_wrong_do_not_pass_for_a_maximum():
    found = maximum_likelihood(
        lambda logs: (-float(logs @ logs), np.ones(2)), [(1.0, 1.0)], BOUNDS, observations=1.0
    )
    assert not found.usable


def test_nothing_to_fit():
    assert nothing_fitted(4).status == "too few"
    assert len(nothing_fitted(4).values) == 4
