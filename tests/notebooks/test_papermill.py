"""Notebooks run by papermill itself: what it tells of their parameters, and what they refuse."""

import os
import subprocess
import sys

import pytest
from papermill import inspect_notebook
from papermill.translators import translate_parameters

from kamlib import check_parameters, open_book
from kamlib.errors import SettingsError
from kamlib.pack.notebooks import NOTEBOOKS

PATHS = sorted(NOTEBOOKS.glob("[!.]*.ipynb"))
KINDS = {"dataset": "str", "quarter": "str", "settings": "dict", "account": "str"}
DECLARED = """dataset: str = "demo"  # a folder
account: str = "N1155"  # a number
settings: dict = {}  # values"""
OF_OLD = 'dataset = "demo"\nsettings = {}'


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_papermill_knows_kind_default_and_words_of_each_parameter(path):
    found = inspect_notebook(path)
    assert {name: each["inferred_type_name"] for name, each in found.items()} == {
        name: KINDS[name] for name in found
    }
    assert all(len(each["help"]) > 10 and each["default"] for each in found.values())


def run_by_papermill(folder, *parameters):
    command = [sys.executable, "-m", "papermill", "--no-progress-bar", "-k", "python3"]
    return subprocess.run(
        [*command, str(NOTEBOOKS / "00_summary.ipynb"), str(folder / "out.ipynb"), *parameters],
        cwd=NOTEBOOKS,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.mark.slow
def test_a_notebook_refuses_a_parameter_that_it_does_not_have(tmp_path):
    done = run_by_papermill(tmp_path, "-p", "quartr", "2024Q4")
    assert done.returncode
    said = 'no parameter "quartr"; did you mean "quarter"?; it has dataset, quarter, settings'
    assert said in done.stderr
    assert "SettingsError" in (tmp_path / "out.ipynb").read_text(encoding="utf-8")


def test_settings_as_json_text_reach_the_book():
    with pytest.raises(SettingsError, match='no setting is called "abc.cutz"'):
        open_book("demo", settings='{"abc.cutz": "0.5,0.9"}')


class Kernel:
    """A kernel that has run some cells."""

    def __init__(self, *cells):
        self.user_ns = {"In": ["", *cells]}


def passed(**parameters):
    return translate_parameters("python3", "python", parameters, "Parameters")


def refused(monkeypatch, *cells):
    monkeypatch.setattr("IPython.get_ipython", lambda: Kernel(*cells))
    with pytest.raises(SettingsError) as error:
        check_parameters()
    return str(error.value)


def test_an_unknown_parameter_is_refused_with_those_that_there_are(monkeypatch):
    said = refused(monkeypatch, DECLARED, passed(dataset="demo", acount="N1"))
    assert said == (
        'the notebook has no parameter "acount"; did you mean "account"?; it has dataset, '
        "account, settings"
    )
    assert "dataset, settings" in refused(monkeypatch, OF_OLD, passed(datasets="demo"))


def test_a_number_is_no_text(monkeypatch):
    said = refused(monkeypatch, DECLARED, passed(account=123))
    assert said.startswith("parameter account = 123: expected a text; papermill -r account")


@pytest.mark.parametrize(
    "cells",
    [
        (),
        (DECLARED, "import kamlib\nmine = 3"),
        (DECLARED, passed(dataset="demo", account="00123", settings={"abc.cuts": [0.7, 0.9]})),
        (DECLARED, passed(settings='{"abc.cuts": "0.7,0.9"}'), "mine = 3"),
        (OF_OLD, passed(dataset="demo", settings={})),
        # One account after the other in one kernel: the last passed cell counts.
        (DECLARED, passed(account="A"), "x = 1", DECLARED, passed(account="B")),
    ],
)
def test_what_the_notebook_has_is_taken(monkeypatch, cells):
    monkeypatch.setattr("IPython.get_ipython", lambda: Kernel(*cells))
    check_parameters()


def test_outside_of_a_notebook_nothing_is_refused(monkeypatch):
    monkeypatch.setattr("IPython.get_ipython", lambda: None)
    check_parameters()
