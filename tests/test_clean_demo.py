"""What a user did in data/demo changes no test, not even a notebook's."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from kamlib.data.read.dataset import load_dataset
from kamlib.places import PROJECT, data_roots

SEEN = """
from kamlib.data.read.dataset import load_dataset
from kamlib.places import data_roots

folder = load_dataset("demo", data_roots()).folder
sorted(path.name for path in folder.rglob("*") if path.is_file())
"""


def test_the_demo_company_of_a_test_run_is_a_copy_of_what_is_committed():
    folder = load_dataset("demo", data_roots()).folder
    assert not folder.is_relative_to(PROJECT)
    assert not (folder / "dossiers").exists()
    demo = PROJECT / "data" / "demo"
    for path in (*demo.glob("*.csv"), *demo.glob("returned/todo-2025Q4-*.csv")):
        assert (folder / path.relative_to(demo)).read_bytes() == path.read_bytes()


@pytest.mark.slow
def test_a_notebook_run_as_a_test_sees_no_dossier_that_a_user_wrote(tmp_path):
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copyfile(PROJECT / name, tmp_path / name)
    demo, notebooks = tmp_path / "data" / "demo", tmp_path / "notebooks"
    (demo / "dossiers").mkdir(parents=True)
    (demo / "dossiers" / "N1155.xlsx").write_text("mine")
    (demo / "returned").mkdir()
    (demo / "returned" / "kam-demo-2025Q3.xlsx").write_text("mine")
    (demo / "dataset.toml").write_text('[transactions]\nsource = "s.csv"\n')
    notebooks.mkdir()
    shown = nbformat.v4.new_output(
        "execute_result", {"text/plain": "['dataset.toml']"}, execution_count=1
    )
    cell = nbformat.v4.new_code_cell(SEEN.strip(), outputs=[shown], execution_count=1)
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), notebooks / "seen.ipynb")
    done = _pytest(tmp_path)
    assert done.returncode == 0 and "1 passed" in done.stdout, done.stdout


def _pytest(folder: Path) -> subprocess.CompletedProcess:
    """The notebooks of a folder as tests, by this kamlib, with nothing set by this run."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("KAM_", "PYTEST_"))}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "notebooks"],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
