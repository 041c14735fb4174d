"""What several processes of one run need is made once, and is the same for all."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event

import pandas as pd
import pytest

from kamlib import open_book
from kamlib.data import sharing
from kamlib.data.results import ask, resting
from kamlib.data.sharing import FOLDER_VARIABLE, results_folder, shared_result

QUICK = {"stability.resamples": 10, "replay.quarters": 1}
FRAME = pd.DataFrame(
    {
        "name": pd.Series(["a", "北京"], dtype="str"),
        "day": pd.Series(pd.to_datetime(["2026-01-02", None])).astype("datetime64[us]"),
        "money": [0.1, float("nan")],
        "fits": [True, False],
    },
    index=pd.Index(["x", "y"], name="account", dtype="str"),
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A run's folder, in which all is worth handing on."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    monkeypatch.setattr(sharing, "WORTH", -1.0)
    return tmp_path


def made(times, value=FRAME):
    def compute():
        ask("contacts")
        times.append(1)
        return value

    return compute


def test_the_second_process_reads_what_the_first_made(folder):
    times = []
    first = shared_result(folder, ("q", "todo"), made(times))
    with resting() as asked:
        again = shared_result(folder, ("q", "todo"), made(times))
    assert times == [1]
    pd.testing.assert_frame_equal(again, first, check_exact=True)
    assert asked == {"contacts"}, "and stands on the same tables"
    shared_result(folder, ("q2", "todo"), made(times))
    assert times == [1, 1], "another book is another result"


def test_without_a_run_everybody_computes(monkeypatch, tmp_path):
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    assert results_folder() is None
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "gone"))
    assert results_folder() is None
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    assert results_folder() == tmp_path
    monkeypatch.setattr(sharing, "language", lambda: "qps")
    assert results_folder() is None, "texts are told in another language by who made them"
    assert results_folder(wordless=True) == tmp_path


@pytest.mark.parametrize("value", [None, "words", FRAME["money"], pd.DataFrame({"x": [1, "a"]})])
def test_whatever_a_chapter_makes_comes_back_as_it_was(folder, value):
    times = []
    first, again = (shared_result(folder, ("q",), made(times, value)) for _turn in range(2))
    assert times == [1]
    assert type(again) is type(first)
    assert repr(again) == repr(first)


def test_what_cannot_be_handed_on_is_made_by_each(folder):
    times, own = [], lambda: None
    for _turn in range(2):
        assert shared_result(folder, ("q",), made(times, own)) is own
    assert times == [1, 1]
    assert not list(folder.iterdir())


def test_what_is_made_at_once_is_not_handed_on(folder, monkeypatch):
    monkeypatch.setattr(sharing, "WORTH", 60.0)
    times = []
    for _turn in range(2):
        shared_result(folder, ("q",), made(times))
    assert times == [1, 1]
    assert not list(folder.iterdir())


def test_who_died_while_making_it_keeps_nobody_waiting(folder):
    times = []
    shared_result(folder, ("q",), made(times))
    [path] = folder.glob("*.result")
    path.unlink()
    path.with_suffix(".busy").touch()
    shared_result(folder, ("q",), made(times))
    assert times == [1, 1]
    assert [each.suffix for each in folder.iterdir()] == [".result"]


def test_who_makes_it_is_waited_for(folder):
    times, begun, go_on = [], Event(), Event()

    def slowly():
        begun.set()
        go_on.wait()
        return made(times)()

    with ThreadPoolExecutor() as pool:
        first = pool.submit(shared_result, folder, ("q",), slowly)
        begun.wait()
        second = pool.submit(shared_result, folder, ("q",), made(times))
        with pytest.raises(TimeoutError):
            second.result(timeout=0.1)
        go_on.set()
        pd.testing.assert_frame_equal(first.result(), second.result())
    assert times == [1]


def results(folder):
    return {path.name for path in folder.glob("*.result")}


def test_accounts_quarters_and_settings_are_told_apart(folder):
    book = open_book("demo", settings=QUICK)
    made = [
        (book.account("N1155"), "days"),
        (book.account("N1087"), "days"),
        (book.abc_xyz, "classed"),
        (book.earlier().abc_xyz, "classed"),
        (open_book("demo", settings=QUICK | {"abc.cuts": "0.7,0.9"}).abc_xyz, "classed"),
        (open_book("demo", "2025Q3", QUICK).abc_xyz, "classed"),
    ]
    assert len({(*chapter.made_as, name) for chapter, name in made}) == len(made)
    for chapter, name in made:
        before = results(folder)
        getattr(chapter, name)
        assert results(folder) > before, chapter


def test_the_same_book_opened_again_reads_what_is_there(folder):
    first = open_book("demo", settings=QUICK).abc_xyz.classed
    before = results(folder)
    again = open_book("demo", "2025Q4", QUICK)
    pd.testing.assert_frame_equal(again.abc_xyz.classed, first, check_exact=True)
    assert results(folder) == before


def test_what_somebody_tries_out_or_alters_is_not_handed_on(folder):
    book = open_book("demo", settings=QUICK)
    tried = book.abc_xyz.under(book.settings.model_copy())
    altered = replace(book, quarter=book.quarter - 1)
    assert not tried.made_as and not altered.abc_xyz.made_as
    assert len(tried.classed) == len(book.accounts)


def test_a_failure_leaves_nothing_behind(folder):
    def fails():
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        shared_result(folder, ("q",), fails)
    assert not list(folder.iterdir())
