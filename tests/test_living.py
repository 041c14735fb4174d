"""Folders of runs: those of the living are left alone, those of the dead are found and removed."""

import shutil
import subprocess
import sys

import pytest

from kamlib.living import LOCK, dead_folders, run_folder
from kamlib.pack.files import bring_back, swapped_in

HOLD = """
import sys
from pathlib import Path
from kamlib.living import run_folder
with run_folder(Path(sys.argv[1]), ".2025Q4-") as folder:
    print(folder.name, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other_run(tmp_path):
    """Another process that holds a folder of its own; killed at the end, if not before."""
    run = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    run.name = run.stdout.readline().strip()
    yield run
    run.kill()
    run.communicate()


def test_a_folder_is_gone_after_its_run(tmp_path):
    with run_folder(tmp_path, ".2025Q4-") as folder:
        (folder / "new").mkdir()
        assert not list(dead_folders(tmp_path, ".2025Q4-*"))
        assert (folder / "new").is_dir()
    assert not list(tmp_path.iterdir())


def test_a_folder_is_dead_as_soon_as_its_run_is_killed(tmp_path, other_run):
    folder = tmp_path / other_run.name
    (folder / "pack").mkdir()
    assert not list(dead_folders(tmp_path, ".2025Q4-*")) and folder.is_dir()
    other_run.kill()
    other_run.wait()
    assert [each.name for each in dead_folders(tmp_path, ".2025Q4-*")] == [folder.name]
    assert not folder.exists()


def test_a_dead_folder_is_nobody_elses_while_it_is_looked_at(tmp_path):
    left = tmp_path / ".2025Q4-killed"
    left.mkdir()
    (left / LOCK).touch()
    for _each in dead_folders(tmp_path, ".2025Q4-*"):
        assert not list(dead_folders(tmp_path, ".2025Q4-*"))
    assert not left.exists()


def test_a_pack_set_aside_by_a_dead_run_comes_back(tmp_path):
    for name in (".2025Q4-old-abcd1234", ".2025Q3-ef_56789"):
        (tmp_path / name / "pack").mkdir(parents=True)
        (tmp_path / name / "pack" / "index.html").write_text(name)
    bring_back(tmp_path)
    assert (tmp_path / "2025Q4" / "index.html").read_text() == ".2025Q4-old-abcd1234"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2025Q3", "2025Q4"]


def test_a_pack_that_is_there_stays_before_one_set_aside(tmp_path):
    (tmp_path / ".2025Q4-old-abcd" / "pack").mkdir(parents=True)
    (tmp_path / "2025Q4").mkdir()
    (tmp_path / "2025Q4" / "new.html").touch()
    bring_back(tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["2025Q4", "new.html"]


def test_what_a_living_run_set_aside_stays_there(tmp_path, other_run):
    aside = tmp_path / other_run.name / "pack"
    aside.mkdir()
    with swapped_in(tmp_path / "2025Q4") as staging:
        (staging / "index.html").touch()
    assert aside.is_dir() and (tmp_path / "2025Q4" / "index.html").exists()


def test_two_runs_that_end_together_leave_one_whole_pack(tmp_path):
    target = tmp_path / "2025Q4"
    with swapped_in(target) as one:
        (one / "one.html").touch()
        with swapped_in(target) as other:
            (other / "other.html").touch()
    assert [path.name for path in tmp_path.rglob("*")] == ["2025Q4", "one.html"]


def test_a_run_told_to_stop_while_its_folder_goes_leaves_nothing(tmp_path, monkeypatch):
    remove, told = shutil.rmtree, []

    def interrupted(folder, **options):
        if not told:
            told.append(folder)
            raise KeyboardInterrupt
        remove(folder, **options)

    monkeypatch.setattr(shutil, "rmtree", interrupted)
    with pytest.raises(KeyboardInterrupt), run_folder(tmp_path, "writing-"):
        pass
    assert told and not list(tmp_path.iterdir())
