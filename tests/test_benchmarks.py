"""The benchmarks run, and all their contenders come to the same frames (no time is asserted)."""

import sys
from pathlib import Path

import pytest

# Benchmarks are no part of the installed package.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import peer_data, peers
from benchmarks.accounts import account_frames, contended
from benchmarks.contenders import CONTENDERS
from benchmarks.exports import report as drawn_exports
from benchmarks.ledgers import write_sales
from benchmarks.measured import Measured, measured, median
from benchmarks.purchases import drawn, fitted, scored
from benchmarks.tables import printed
from benchmarks.targets import STEPS, scores_apart, worked
from benchmarks.targets import drawn as targets_drawn

pytestmark = pytest.mark.slow
LINES = 20_000


def test_all_contenders_return_equal_frames(tmp_path):
    runs = account_frames(tmp_path, LINES, repeats=1)
    assert set(runs) == {"data", *CONTENDERS}
    assert runs["data"].report["months"] > runs["data"].report["orders"] > 100
    assert all(run.seconds > 0 and run.peak_mb > 10 for run in runs.values())


def test_sales_are_the_same_each_time(tmp_path):
    one, other = (write_sales(tmp_path / name, LINES) for name in ("one", "other"))
    assert one.read_bytes() == other.read_bytes()


def test_work_that_fails_is_told(tmp_path):
    arguments = {"name": "SQL, decimal", "folder": str(tmp_path), "result": ""}
    with pytest.raises(RuntimeError, match=f"{contended.__name__} failed"):
        measured("benchmarks.accounts:contended", arguments, cache=tmp_path)


def test_median_keeps_the_highest_peak():
    runs = [Measured(3.0, 10.0), Measured(1.0, 30.0), Measured(2.0, 20.0)]
    assert median(runs) == Measured(2.0, 30.0)


def test_printed_tables_are_markdown():
    lines = list(printed(["who", "s"], [["SQL", "1.25"]]))
    assert lines == ["| who |    s |", "|-----|-----:|", "| SQL | 1.25 |"]


def test_purchase_models_are_fitted_and_scored(tmp_path):
    file = str(tmp_path / "purchases.csv")
    drawn(file, 3000)
    run = fitted(file, 1)
    assert run.report["status"] == "converged"
    assert run.report["groups"] < 3000
    assert 0 < scored(file).report["p_active"] < 1


def test_numbers_of_peers_that_stand_in_the_code_are_the_same_or_differ_as_told(tmp_path):
    areas = (peers.small_purchases, peers.shares, peers.survival, peers.demand)
    found = [held for area in areas for held in area(tmp_path)]
    other = {held.peer for held in found if held.verdict != peers.SAME}
    assert other == {"R ineq, example of Gini (corr = TRUE)", "R DescTools, Gini", "LineNow"}
    assert len(found) == 17
    assert "NOT EXPLAINED" not in str([held.verdict for held in found])


def test_a_peers_data_set_that_is_absent_is_told_and_so_is_a_difference(tmp_path, monkeypatch):
    monkeypatch.setattr(peer_data, "PEERS", tmp_path)
    monkeypatch.setattr(peers, "FILE", tmp_path / "peers.md")
    monkeypatch.setattr(peers, "PROJECT", tmp_path)

    def wrong(_folder):
        """An area."""
        yield peers.Held("a paper", "Gini", [0.5], [0.5001], 1e-5)

    monkeypatch.setattr(peers, "AREAS", (wrong, peers.limits))
    with pytest.raises(SystemExit, match="not explained"):
        peers.main()
    lines = (tmp_path / "peers.md").read_text(encoding="utf-8").splitlines()
    assert lines[-2] == "| a paper | Gini | 0.5 | 0.5001 | differs: NOT EXPLAINED |"
    assert lines[-1].endswith("| absent: SwissInhabitants.rda is not there |")


def test_steps_of_targeting_run_with_equal_scores(tmp_path):
    file = str(tmp_path / "targets.pickle")
    targets = targets_drawn(file, 300).report["targets"]
    assert targets >= 300
    assert scores_apart(file) < 1e-12
    for own, instead in STEPS.values():
        for name in filter(None, (own, instead)):
            report = worked(file, name).report
            assert report.get("times") == 3.0 or report["rows"] >= 300, name


def test_drawn_exports_are_counted_by_their_end(tmp_path):
    lines = list(drawn_exports(tmp_path, drawn=2))
    assert lines[0] == "| end | exports | share |"
    assert sum(int(line.split("|")[2]) for line in lines[2:] if line.startswith("| ")) == 2
