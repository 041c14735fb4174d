"""What several processes of one run need is made once, and is the same for all."""

import pandas as pd
import pytest

from kamlib.data import sharing
from kamlib.data.results import ask, resting
from kamlib.data.sharing import FOLDER_VARIABLE, shared_result

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
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    return tmp_path


def made(times, value=FRAME):
    def compute():
        ask("contacts")
        times.append(1)
        return value

    return compute


def test_the_second_process_reads_what_the_first_made(folder):
    times = []
    first = shared_result(("q", "todo"), made(times))
    with resting() as asked:
        again = shared_result(("q", "todo"), made(times))
    assert times == [1]
    pd.testing.assert_frame_equal(again, first, check_exact=True)
    assert asked == {"contacts"}, "and stands on the same tables"
    shared_result(("q2", "todo"), made(times))
    assert times == [1, 1], "another book is another result"


def test_without_a_run_everybody_computes(monkeypatch, tmp_path):
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    times = []
    for _turn in range(2):
        shared_result(("q",), made(times))
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "gone"))
    shared_result(("q",), made(times))
    assert times == [1, 1, 1]


def test_what_would_come_back_otherwise_is_not_handed_on(folder):
    times = []
    odd = pd.DataFrame({"mixed": [1, "a"]})
    for _turn in range(2):
        assert shared_result(("q",), made(times, odd)) is odd
    assert times == [1, 1]
    assert not list(folder.iterdir())


def test_who_waits_too_long_computes(folder, monkeypatch):
    monkeypatch.setattr(sharing, "PATIENCE", 0.1)
    times = []
    shared_result(("q",), made(times))
    [path] = folder.glob("*.parquet")
    path.unlink()
    path.with_suffix(".busy").touch()
    shared_result(("q",), made(times))
    assert times == [1, 1]


def test_a_failure_leaves_nothing_behind(folder):
    def fails():
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        shared_result(("q",), fails)
    assert not list(folder.iterdir())
