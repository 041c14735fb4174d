"""Conventions drawn together: the total comes back to the cent, or something names it."""

import tempfile
from pathlib import Path

import pytest
from export_oracle import silent, wrong_figures
from exports import ASPECTS, settled, written
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from not_yet import NOT_YET, NOT_YET_TOGETHER
from outcomes import outcome

pytestmark = [pytest.mark.usefixtures("without_collecting"), pytest.mark.long]
SEEDS = st.integers(0, 10_000)
DRAWN = 60  # beside all conventions alone; `make bench` draws 3,000, CI must end within 30 minutes
QUICK = settings(
    max_examples=DRAWN,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],  # a failing draw is small already: to shrink it takes minutes
    suppress_health_check=list(HealthCheck),
)


def test_conventions_together_are_right_or_named():
    ends, silent_ones = [], []

    @QUICK
    @given(combined(), SEEDS)
    def drawn(choices, seed):
        end, told = checked(choices, seed)
        ends.append(end)
        if told:
            silent_ones.append((choices, seed, told))

    drawn()
    assert not silent_ones
    # Most must come right: to stop at everything would be no proof.
    assert len(ends) >= DRAWN and ends.count("right") >= 0.6 * DRAWN


@st.composite
def combined(draw):
    """Two to four conventions that hold alone, of different aspects, as they can stand together."""
    aspects = draw(st.lists(st.sampled_from(list(ASPECTS)), min_size=2, max_size=4, unique=True))
    holding = {a: [c for c in ASPECTS[a] if (a, c) not in NOT_YET] for a in aspects}
    choices = settled({aspect: draw(st.sampled_from(holding[aspect])) for aspect in aspects})
    assume(not NOT_YET.keys() & choices.items())
    assume(not any(pair <= choices.items() for pair in NOT_YET_TOGETHER))
    return choices


def checked(choices, seed):
    """How an export ends, and what is wrong in it without a word."""
    with tempfile.TemporaryDirectory() as name:
        files, truth = written(choices, seed, Path(name) / "files")
        found = outcome(files, Path(name))
    if told := silent(found, truth, choices):
        return "silent", told
    right = not found.error and not list(wrong_figures(found, truth))
    return ("right" if right else "named"), ""
