"""One ledger in every convention: its total comes back to the cent, or something names it."""

import pytest
from export_oracle import NAMED, silent, wrong_figures
from exports import ASPECTS, written
from not_yet import NOT_YET
from outcomes import outcome

pytestmark = pytest.mark.usefixtures("without_collecting")
EACH = 3  # one in so many choices of an aspect; `make long` takes the others
ALL = [(aspect, choice) for aspect, choices in ASPECTS.items() for choice in choices]


def _marked(convention):
    aspect, choice = convention
    reason = NOT_YET.get(convention)
    marks = [pytest.mark.xfail(strict=True, raises=Exception, reason=reason)] if reason else []
    if list(ASPECTS[aspect]).index(choice) % EACH:
        marks.append(pytest.mark.long)
    return pytest.param(aspect, choice, id=f"{aspect}: {choice}", marks=marks)


@pytest.mark.parametrize("aspect, choice", [_marked(convention) for convention in ALL])
def test_a_convention_alone_comes_back_right(aspect, choice, tmp_path):
    files, truth = written({aspect: choice}, 8, tmp_path / "files")
    found = outcome(files, tmp_path)
    assert not silent(found, truth, {aspect: choice})
    if (aspect, choice) not in NAMED:
        assert not found.error
        assert not found.asked
        assert not list(wrong_figures(found, truth))


def test_the_list_of_what_does_not_hold_yet_names_conventions():
    assert set(NOT_YET) <= set(ALL)
