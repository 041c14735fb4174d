"""What ``kam report`` tells people, logs and programs, and by which number it ends."""

import json
from pathlib import Path

import pytest
import typer

from kamlib.cli import reporting
from kamlib.cli.reporting import Telling, Wanted, write_packs
from kamlib.data.book import quarters_between
from kamlib.errors import DataError, SettingsError
from kamlib.pack import pack as packs
from kamlib.pack.pack import Pack

WANTED = Wanted("latest", {}, Path("reports"))
LINE = "a · 2025Q4: Plan [met]. " + 20 * "Margin held. "
GOOD = Pack(Path("reports/a/2025Q4"), "a.xlsx", checks={"sums agree": True}, line=LINE)
BROKEN = Pack(Path("reports/a/2025Q4"), "a.xlsx", checks={"sums agree": False})
FAILED = Pack(
    Path("reports/a/2025Q4.failed"),
    "a.xlsx",
    failures={"03_churn": "ValueError: no"},
    instead_of=Path("reports/a/2025Q4"),
)


@pytest.fixture
def reported(monkeypatch, capsys):
    """Report packs that are made already; gives exit code, output and what was told beside."""

    def report(*made, telling=None, wanted=WANTED):
        left = list(made)

        def write_pack(*_given, progress, **_more):
            progress("tables written", 2)
            progress("workbook written", 2)
            return left.pop(0)

        monkeypatch.setattr(packs, "write_pack", write_pack)
        code = 0
        try:
            write_packs("a", wanted, telling or Telling())
        except typer.Exit as ended:
            code = ended.exit_code
        told = capsys.readouterr()
        return code, told.out, told.err

    return report


@pytest.mark.parametrize(("pack", "code"), [(GOOD, 0), (FAILED, 3), (BROKEN, 4)])
def test_the_exit_code_says_what_came_of_it(reported, pack, code):
    assert reported(pack)[0] == code


def test_of_several_quarters_the_worst_counts(reported, monkeypatch):
    monkeypatch.setattr(reporting, "_quarters", lambda *_given: ["2025Q3", "2025Q4"])
    assert reported(FAILED, GOOD)[0] == 3


def test_where_no_terminal_is_each_step_is_a_line(reported):
    _code, out, err = reported(GOOD)
    steps = [line.split(maxsplit=2)[2] for line in err.splitlines()]
    assert steps == ["1 of 2  tables written", "2 of 2  workbook written"]
    assert out.replace("\\", "/").splitlines() == [
        "Pack: reports/a/2025Q4",
        "Open: reports/a/2025Q4/index.html",
        "Excel: reports/a/2025Q4/a.xlsx",
        LINE,
    ]


def test_the_body_of_a_mail_stands_alone(reported, tmp_path):
    (tmp_path / "mail.html").write_text("<html>é</html>\n", encoding="utf-8")
    code, out, err = reported(Pack(tmp_path, "a.xlsx"), telling=Telling(mail=True))
    assert (code, out, err) == (0, "<html>é</html>\n", "")
    with pytest.raises(SettingsError, match="mail's body alone"):
        Telling(json=True, mail=True)


def test_quiet_tells_only_what_is_wrong(reported):
    assert reported(GOOD, telling=Telling(quiet=True))[1:] == ("", "")
    _code, out, err = reported(FAILED, telling=Telling(quiet=True))
    assert not out and "03_churn: ValueError: no" in err


def test_what_failed_stands_beside_the_good_one_and_it_is_said(reported):
    told = " ".join(reported(FAILED)[2].replace("\\", "/").split())
    assert "not all pages of reports/a/2025Q4 could be made" in told
    assert "stands in reports/a/2025Q4.failed" in told and "--publish-partial" in told


def test_a_program_gets_one_object_and_nothing_else(reported):
    code, out, _err = reported(FAILED, telling=Telling(json=True))
    told = json.loads(out)
    assert (code, told["exit_code"], told["complete"]) == (3, 3, False)
    assert told["failures"] == FAILED.failures
    assert Path(told["pack"]) == FAILED.folder


def test_quiet_and_json_are_not_asked_for_together():
    with pytest.raises(SettingsError, match="one of them alone"):
        Telling(quiet=True, json=True)


def test_a_run_of_quarters_has_both_ends():
    names = quarters_between("demo", "2025Q2", "latest")
    assert names == ["2025Q2", "2025Q3", "2025Q4"]
    with pytest.raises(DataError, match="2025Q4 is after 2025Q3"):
        quarters_between("demo", "2025Q4", "2025Q3")
