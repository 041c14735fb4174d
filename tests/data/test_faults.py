"""A faulty input costs only itself: it is read right, or refused with what, where and why."""

import re
from pathlib import Path

import pyarrow as pa
import pytest
from cases import CASES
from companies import SHARED
from faulty import (
    Fault,
    csv_text,
    cut,
    far,
    ods,
    packed,
    parquet,
    spoilt,
    text,
    web_page,
    xlsx,
    xml_2003,
    zipped,
)  # fmt: skip
from typer.testing import CliRunner

from kamlib.cli import app

SHARED_FAULTS = CASES / "faults"
DAMAGED = "damaged"
BOMB = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 20))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
THREE = pa.array([1, 2, 3])
LONG = "y" * 140_000
FILES = [
    Fault("far.xlsx", xlsx(far("XFD", 1048576)), "reach as far as XFD1048576.*Ctrl.End"),
    Fault("far-row.xlsx", xlsx(far("A", 4294967295)), "reach as far as D4294967295"),
    Fault("far-first.xlsx", xlsx(far("XFD", 1048576) + far("A", 9)), "XFD1048576"),
    Fault("format-only.xlsx", xlsx('<row r="900000"><c r="XFD900000" s="0"/></row>')),
    Fault("far.ods", ods('<table:table-row table:number-rows-repeated="1048570"><table:table-cell '
          'table:number-columns-repeated="16384" office:value-type="string"><text:p>x</text:p>'
          "</table:table-cell></table:table-row>"), "Excel reader ends|reach as far|limit"),
    Fault("far.xls", xml_2003('<Row s:Index="1000000"><Cell s:Index="16000"><Data s:Type="Number">'
          "1</Data></Cell></Row>"), 'sheet "S".*reach as far as WQJ1000000'),
    Fault("far-format.xls", xml_2003('<Row s:Index="1000000"><Cell s:Index="16000"/></Row>')),
    Fault("odd.xls", xml_2003('<Row s:Index="²"/><Row s:Index="%s"/>' % ("9" * 5000))),
    Fault("merged.xls", xml_2003('<Row><Cell s:MergeAcross="99999" s:MergeDown="99999"><Data '
          's:Type="String">x</Data></Cell></Row>'), "reach as far as"),
    Fault("spans.xls", text(web_page('<td rowspan="1000" colspan="1000">x</td>' * 99)),
          "reach as far as"),
    Fault("wide.xls", text(web_page('<td rowspan="²" colspan="%s">x</td>' % ("9" * 5000)))),
    Fault("no-book.xlsx", xlsx(workbook=None), "lacks xl/workbook.xml"),
    Fault("no-sheet.xlsx", xlsx(worksheets__sheet1=None), DAMAGED),
    Fault("broken.xlsx", xlsx(workbook="<workbook><sheets"), DAMAGED),
    Fault("bomb.xlsx", xlsx(workbook=f'<!DOCTYPE x [<!ENTITY l0 "ha">{BOMB}]><workbook/>'),
          "damaged|no visible sheet"),
    Fault("texts.xlsx", xlsx(sharedStrings='<sst count="99999999999" uniqueCount="99999999999"/>'),
          "says that it holds 99,999,999,999 texts"),
    Fault("cut.ods", cut(ods(""), 0.6), DAMAGED),
    Fault("old.xls", text(OLE + b"Workbook".join([b"\xff" * 600] * 3)), DAMAGED),
    Fault("cr.csv", text(csv_text("\r"))),
    Fault("mixed.csv", text(csv_text("\r\n").replace("\r\n", "\n", 1))),
    Fault("long.csv", text(csv_text(more=LONG))),
    Fault("ours.csv", text(csv_text(more="1").replace("revenue,1", "revenue,kam_row"))),
    Fault("twice.csv", text(csv_text(more="1").replace("revenue,1", "revenue,Revenue"))),
    Fault("nul.csv", text(csv_text().replace("B", "B\x00")), "encoding|binary"),
    Fault("surrogate.csv", text("﻿".encode("utf-16-le") + csv_text().encode("utf-16-le")
          + b"\x00\xd8\x00"), "encoding|read"),
    Fault("ours.parquet", parquet(kam_row=THREE)),
    Fault("own.parquet", parquet(file_row_number=THREE, File_Row_Number=THREE)),
    Fault("nested.parquet", parquet(tree=pa.array([{"a": [1]}, None, {"a": []}]))),
    Fault("wide.parquet", parquet(wide=pa.array([10**40, 1, None], pa.decimal256(60)))),
    Fault("dictionary.parquet", parquet(d=pa.array(["x", "y", "x"]).dictionary_encode())),
    Fault("cut.parquet", cut(parquet(), 0.5), DAMAGED),
    Fault("spoilt.parquet", spoilt(parquet(), 0.02), DAMAGED),
    Fault("cut.csv.gz", text(packed(csv_text().encode() * 9)[:-12]), DAMAGED),
    Fault("up.zip", zipped(("../../up.csv", csv_text()))),
    Fault("same.zip", zipped(("a.csv", csv_text()), ("a.csv", csv_text())), '"a.csv" twice'),
]  # fmt: skip
OPTIONS = {
    'delimiter = "||"': "expected one sign",
    'delimiter = "\\n"': "expected one sign",
    'delimiter = "\\u0000"': "expected one sign",
    'delimiter = "\\""': "expected one sign",
    "delimiter = 7": "delimiter",
    "header = [1]": "header",
    "header = -3": "no such row",
    "names = 2024-01-01": "names",
    'header = 1\nnames = ["a", "A", "b", "c"]': '"A" is there twice',
    'header = 1\nnames = ["kam_row", "b", "c", "d"]': "reserved",
    'encoding = "base64"': "encoding",
    'encoding = "\\u0000"': "encoding",
    "lookup = 5": "lookup",
    "columns = []": "columns",
}
SOURCES = {
    "[]": "names no file",
    '""': "names no file",
    '"/data/*.csv"': "folder",
    '"**"': "no file",
    '"["': "no file",
    '"a\\u0000*"': "control signs",
    f'"{"x" * 300}.csv"': "no file|looked for",
    "{}": "source",
}
TOP = {
    "title = []": "title",
    "currency = 2024-01-01": "currency",
    "files = 3": "files",
    "decisions = 5": "decisions",
    "questions = 1": "questions",
    "expect = []": "expect",
    "complete_to = nan": "complete_to",
    "complete_to = 99999": "complete_to",
    "year_starts = inf": "year_starts",
    f"x = {'[' * 5000}": "not valid TOML",
    f"year_starts = {'9' * 5000}": "not valid TOML",
    "questions.x.answers.yes.columns = 5\nquestions.x.answer = 'yes'": "columns",
}


@pytest.fixture
def kam(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        done = CliRunner().invoke(app, [*map(str, arguments)])
        assert done.exit_code in (0, 2), done.output
        return done

    return run


def described(folder: Path, source: str, top: str = "", options: str = "") -> Path:
    folder.mkdir()
    content = f"{top}\n[transactions]\nsource = {source}\n{options}\n"
    (folder / "dataset.toml").write_text(content, encoding="utf-8")
    return folder


def is_right(done, told: str) -> bool:
    output = " ".join(done.output.split())
    if not told:
        return done.exit_code == 0 and ("3" in output)
    return done.exit_code == 2 and re.search(told, output) is not None


@pytest.mark.parametrize("fault", FILES, ids=lambda fault: fault.name)
def test_a_faulty_file_is_read_or_refused(fault, kam, tmp_path):
    folder = described(tmp_path / "set", f'"{fault.name}"')
    fault.make(folder / fault.name)
    done = kam("check", folder)
    assert is_right(done, fault.told), done.output
    kam("init", "guessed", "--from", folder / fault.name)


@pytest.mark.parametrize("option", OPTIONS)
def test_a_faulty_option_is_refused(option, kam, tmp_path):
    folder = described(tmp_path / "set", '"t.csv"', options=option)
    (folder / "t.csv").write_text(csv_text(), encoding="utf-8")
    done = kam("check", folder)
    assert is_right(done, OPTIONS[option]), done.output


@pytest.mark.parametrize("source", SOURCES, ids=lambda text: text[:20])
def test_a_faulty_source_is_refused(source, kam, tmp_path):
    done = kam("check", described(tmp_path / "set", source))
    assert is_right(done, SOURCES[source]), done.output


@pytest.mark.parametrize("top", TOP, ids=lambda text: text[:20])
def test_a_faulty_description_is_refused(top, kam, tmp_path):
    done = kam("check", described(tmp_path / "set", '"t.csv"', top))
    assert is_right(done, TOP[top]), done.output


@pytest.mark.parametrize("name", ["..", "a/b", "", " ", "x" * 300, "a\x00b", "*", "[x]", "-"])
def test_a_data_set_s_name_may_be_anything_or_is_refused(name, kam, tmp_path):
    (tmp_path / "t.csv").write_text(csv_text(), encoding="utf-8")
    kam("check", "--", name)
    kam("init", "--from", "t.csv", "--", name)


def _shared() -> list[str]:
    there = SHARED_FAULTS.iterdir() if SHARED_FAULTS.is_dir() else ()
    return sorted(folder.name for folder in there if folder.is_dir()) or ["none"]


@pytest.mark.parametrize("case", _shared())
def test_a_shared_fault_is_read_or_refused(case, kam):
    if not SHARED_FAULTS.is_dir():
        pytest.skip(f"the shared cases are not there: {CASES.name} beside {SHARED.name}")
    kam("check", SHARED_FAULTS / case)
    [file] = (SHARED_FAULTS / case).glob("t.*")
    kam("init", "guessed", "--from", file)
