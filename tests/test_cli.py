"""The command line as a user types it, from a folder of his own."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from consenting import consented
from typer.testing import CliRunner

from kamlib.cli import app
from kamlib.places import PROJECT

pytestmark = pytest.mark.slow  # each command is a process of its own
KAM = [sys.executable, "-c", "from kamlib.cli import app; app()"]
FEW = ("--set", "pack.dossiers=1", "--set", "replay.quarters=1", "--set", "stability.resamples=10")


def kam(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run the command in a folder, its cache kept out of the project."""
    return subprocess.run(
        [*KAM, *arguments],
        cwd=folder,
        env={**os.environ, "COLUMNS": "120"},
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.fixture(scope="module")
def sources(tmp_path_factory) -> Path:
    """A small sales file and the names of its accounts."""
    folder = tmp_path_factory.mktemp("sources")
    days = pd.date_range("2024-01-02", "2025-12-30", freq="7D")
    lines = [
        (f"C{number % 7:03d}", day.date().isoformat(), f"R{number}", 100 + 10 * (number % 7))
        for number, day in enumerate(days)
    ]
    sales = pd.DataFrame(lines, columns=["Customer No", "Invoice date", "Invoice", "Amount"])
    sales.to_csv(folder / "sales.csv", index=False)
    names = pd.DataFrame({"Customer No": sales["Customer No"].unique()})
    names["Customer name"] = "Firma " + names["Customer No"]
    names.to_csv(folder / "customers.csv", index=False)
    return folder


@pytest.fixture
def company(sources, tmp_path) -> Path:
    """A folder with the files and nothing else."""
    return Path(shutil.copytree(sources, tmp_path, dirs_exist_ok=True))


@pytest.fixture(scope="module")
def guessed_once(sources, tmp_path_factory) -> Path:
    """The files and a data set guessed from them."""
    folder = Path(shutil.copytree(sources, tmp_path_factory.mktemp("guessed"), dirs_exist_ok=True))
    kam(folder, "init", "mine", "--from", "sales.csv")
    return folder


@pytest.fixture
def begun(guessed_once, tmp_path) -> Path:
    """A folder of one's own with the files and the data set."""
    folder = Path(shutil.copytree(guessed_once, tmp_path, dirs_exist_ok=True))
    consented(folder / "data" / "mine")
    return folder


@pytest.fixture(scope="module")
def reported(sources, tmp_path_factory) -> SimpleNamespace:
    """What was typed from the files to the pack, with relative paths and a setting."""
    folder = Path(shutil.copytree(sources, tmp_path_factory.mktemp("company"), dirs_exist_ok=True))
    changed = ("--set", "abc.cuts=0.3,0.5", "-q", "2025Q4", *FEW)
    return SimpleNamespace(
        guessed=kam(folder, "init", "mine", "--from", "sales.csv", "customers.csv"),
        checked=kam(folder, "check", "mine"),
        done=kam(folder, "report", "mine", *changed),
        again=kam(folder, "report", "mine", *changed, "--json"),
        pack=folder / "reports" / "mine" / "2025Q4",
    )


def test_from_the_files_to_the_pack_with_relative_paths(reported):
    assert reported.guessed.returncode == 0, reported.guessed.stderr
    assert "currency" in reported.guessed.stderr and "only a guess" in reported.guessed.stderr
    assert reported.checked.returncode == 0
    assert reported.done.returncode == 0, reported.done.stderr
    assert "reports/mine/2025Q4/index.html" in reported.done.stdout.replace(os.sep, "/")
    assert sorted(path.name for path in reported.pack.parent.iterdir()) == ["2025Q4", "index.html"]
    manifest = json.loads((reported.pack / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["complete"] and not manifest["failures"]
    assert "Firma C001" in (reported.pack / "01-abc-xyz.html").read_text(encoding="utf-8")


def test_a_pack_for_which_nothing_has_changed_is_not_made_again(reported):
    assert reported.again.returncode == 0, reported.again.stderr
    told = json.loads(reported.again.stdout)
    assert told["unchanged"] and told["complete"] and told["verdict"] in reported.done.stdout
    assert "Nothing has changed" not in reported.done.stdout


def test_a_setting_on_the_command_line_reaches_page_and_table(reported):
    assert reported.done.returncode == 0, reported.done.stderr
    classes = pd.read_csv(reported.pack / "tables" / "abc_xyz.csv")
    large = (classes["abc"] == "A").sum()
    assert 0 < large < 4
    page = (reported.pack / "01-abc-xyz.html").read_text(encoding="utf-8")
    assert f"{large} of 7 accounts" in page and "4 settings changed from the default" in page


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("report", "mine", "--set", "abc.cut=0.7,0.9"), 'did you mean "abc.cuts"'),
        (("report", "mine", "--set", "abc.cuts=0.9,0.7"), "must rise"),
        (("report", "mine", "--quarter", "2030Q1"), "expected one of 2024Q1 to 2025Q4"),
        (("report", "mine", "--quarter", "spring"), "expected like 2011Q3"),
        (("report", "nobody"), 'there is no data set "nobody"'),
        (("check", "sales.csv"), "kam init NAME --from sales.csv"),
        (("init", "mine", "--from", "sales.csv"), "is there already"),
        (("init", "other", "--from", "none.csv"), "there is no such file"),
    ],
)
def test_wrong_input_is_one_clear_message_and_status_2(begun, monkeypatch, arguments, told):
    monkeypatch.chdir(begun)
    done = CliRunner().invoke(app, list(arguments))
    assert done.exit_code == 2 and isinstance(done.exception, SystemExit)
    assert told in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr and not (begun / "reports").exists()


def test_a_filled_in_template_is_not_overwritten(tmp_path):
    assert kam(tmp_path, "template", "input.xlsx").returncode == 0
    again = kam(tmp_path, "template", "input.xlsx")
    assert again.returncode == 2 and "is there already" in again.stderr
    assert kam(tmp_path, "template", "input.xlsx", "--force").returncode == 0


def test_a_dossier_is_written_where_it_counts_and_needs_a_data_set(company):
    kam(company, "init", "mine", "--from", "sales.csv", "customers.csv")
    done = kam(company, "template", "--dossier", "C001", "--dataset", "mine")
    assert done.returncode == 0, done.stderr
    assert (company / "data" / "mine" / "dossiers" / "C001.xlsx").is_file()
    away = kam(company, "template", "--dossier", "C002", "--dataset", "mine", "c2.xlsx")
    assert away.returncode == 0 and "To make it count" in away.stdout
    lone = kam(company, "template", "--dossier", "C001")
    assert lone.returncode == 2 and "needs both" in lone.stderr
    wrong = kam(company, "template", "--dossier", "C01", "--dataset", "mine")
    assert wrong.returncode == 2 and "did you mean" in wrong.stderr
    assert kam(company, "template").returncode == 2
    checked = kam(company, "check", "mine")
    assert checked.returncode == 0 and "dossiers" in checked.stdout


def test_help_names_every_command():
    shown = kam(PROJECT, "--help").stdout
    for command in ("report", "check", "init", "answer", "template", "demo", "lab"):
        assert command in shown
