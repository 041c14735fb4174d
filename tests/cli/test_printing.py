"""Texts and tables in a terminal: no line is too long, no word is broken."""

import os
from pathlib import Path

import pytest
import typer

from kamlib.cli import commands, printing
from kamlib.cli.reporting import Telling, Wanted, write_packs
from kamlib.errors import take_note
from kamlib.pack import pack as packs
from kamlib.pack.pack import Pack


@pytest.fixture
def printed(monkeypatch, capsys):
    def narrow(width):
        monkeypatch.setattr(printing.console, "_width", width)
        return capsys

    return narrow


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("a/very/long/path stays", 8, ["a/very/long/path", "stays"]),
        ("", 10, [""]),
        ("first\nsecond", 20, ["first", "second"]),
        ("客户名称开票日期", 8, ["客户名称", "开票日期"]),
    ],
)
def test_lines_break_at_blanks_and_between_ideographs(text, width, lines):
    assert printing.wrapped(text, width) == lines


def test_a_table_gives_each_column_its_longest_word(printed):
    capsys = printed(44)
    rows = [("transactions", "not known before the end of the quarter", "")]
    printing.print_rows("What", ["Table", "Finding", "Empty"], rows)
    out = capsys.readouterr().out
    assert "transactions" in out and "Empty" not in out
    assert max(map(len, out.splitlines())) <= 44


def test_a_table_that_does_not_fit_becomes_a_list(printed):
    capsys = printed(24)
    printing.print_rows("What", ["Table", "Column"], [("transactions", "product_line_name")])
    lines = capsys.readouterr().out.splitlines()
    assert "Table: transactions" in lines and "  Column:" in lines
    assert any("product_line_name" in line for line in lines)


def test_a_path_and_a_note_cannot_rewrite_the_terminal(printed):
    capsys = printed(200)
    printing.place("Pack", Path("reports", "a\x1b[2Kb"))
    take_note("what was kept in a\x1b[2Kb is made again", about=printed)
    commands._tell_notes()
    told = capsys.readouterr()
    assert "Pack: reports/a\\x1b[2Kb" in told.out.replace(os.sep, "/")
    assert "Note: what was kept in a\\x1b[2Kb is made again" in told.err


def test_what_failed_in_a_pack_cannot_rewrite_the_terminal(printed, monkeypatch):
    capsys = printed(200)
    pack = Pack(Path("reports"), "x.xlsx", failures={"own\x1b[2K": "ValueError: \x1b[2K"})
    monkeypatch.setattr(packs, "write_pack", lambda *_given, **_more: pack)
    with pytest.raises(typer.Exit):
        write_packs("mine", Wanted("latest", {}, Path("reports")), Telling())
    assert "failed own\\x1b[2K: ValueError: \\x1b[2K" in capsys.readouterr().err
