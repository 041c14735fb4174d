"""A large text is read piece by piece, and says the same as a small one."""

import subprocess
import sys

import pytest

from kamlib.data.files import text
from kamlib.data.files.parts import HeaderRules

LINES = 300_000
# Share of the memory for cells that the same lines take where all of them are held.
MOST_SHARE = 0.5
READ = """
import sys
from pathlib import Path
import pyarrow as pa
from kamlib.data.files import text
from kamlib.data.files.parts import HeaderRules

text.LARGE_BYTES, text._PIECE_BYTES = int(sys.argv[1]), 2**16
part = text.read_text(Path(sys.argv[2]), HeaderRules())
print(part.data.num_rows, pa.default_memory_pool().max_memory())
"""


def rows(number, odd):
    """Lines; of the odd ones every tenth has a cell too many, and a blank line may follow."""
    for n in range(number):
        more = {3: ",x,x", 7: "\n"}.get(n % 10, "") if odd else ""
        day = f"2024-01-{n % 28 + 1:02}"
        yield f'K{n % 97:05},{day},"R{n:07}, a",{n * 1.25:.2f},line {n % 9}{more}\n'


def written(path, number, *, odd=False):
    content = "".join(rows(number, odd))
    path.write_text(f"account,date,document,revenue,line\n{content}", "utf-8")
    return path


@pytest.mark.parametrize("title", ["", "Sales\n\n"])
def test_pieces_are_the_same_rows(tmp_path, monkeypatch, title):
    path = written(tmp_path / "t.csv", 5_000, odd=True)
    path.write_text(title + path.read_text("utf-8"), "utf-8")
    whole = text.read_text(path, HeaderRules())
    monkeypatch.setattr(text, "LARGE_BYTES", 1_000)
    monkeypatch.setattr(text, "_PIECE_BYTES", 20_000)
    pieces = text.read_text(path, HeaderRules())
    assert pieces.data.column(0).num_chunks > 5
    assert pieces.data.equals(whole.data)
    assert pieces.bad_rows == whole.bad_rows and len(whole.bad_rows) == 500


def test_lines_of_a_large_text_take_hardly_any_memory(tmp_path):
    file = written(tmp_path / "t.csv", LINES)
    most = {}
    for large in (2**20, 2**40):
        command = [sys.executable, "-c", READ, str(large), str(file)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert not done.returncode, done.stderr
        read, most[large] = map(int, done.stdout.split())
        assert read == LINES
    assert most[2**20] < MOST_SHARE * most[2**40], most
