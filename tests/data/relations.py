"""The demo company with one thing changed in it: the shared cases of tables that belong together.

Each is made by the shared script, read in place, and skipped where that is not there.
"""

import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from companies import SHARED

PROJECT = Path(__file__).resolve().parents[2]
EDIT = SHARED.parent / "cases" / "relations" / "edit.py"


@cache
def edited(case: str) -> Path:
    """The folder of the demo company as a case has it."""
    if not EDIT.is_file():
        pytest.skip(f"the shared case {case} is not there")
    folder = Path(mkdtemp()) / "demo"
    made = [sys.executable, str(EDIT), case, str(folder)]
    subprocess.run(made, cwd=PROJECT, check=True, capture_output=True)
    return folder
