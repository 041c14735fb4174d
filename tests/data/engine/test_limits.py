"""How much memory and time there is, and what is left of the folders for what does not fit."""

import contextlib
import os
import subprocess
import sys
import time

import duckdb
import pytest
from typer.testing import CliRunner

from kamlib.cli import app, commands
from kamlib.data.engine import limits, memory
from kamlib.data.engine.opened import open_engine
from kamlib.errors import SettingsError

resource = pytest.importorskip("resource", reason="Windows has no such limit")
GB = 2**30
FOREVER = "SELECT COUNT(*) FROM range(1000000) a, range(1000000) b, range(1000000) c"


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine of 8 GB whose groups of processes are folders of the test's own."""
    monkeypatch.setattr(memory, "_GROUPS", tmp_path)
    monkeypatch.setattr(memory, "_own_groups", lambda: ["a/b", "a", "."])
    monkeypatch.setattr(memory, "_of_machine", lambda: 8 * GB)
    monkeypatch.delenv(memory.MEMORY_VARIABLE, raising=False)
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "memory" / "a").mkdir(parents=True)
    memory.memory_allowed.cache_clear()
    yield tmp_path
    memory.memory_allowed.cache_clear()


@pytest.mark.parametrize(
    ("place", "said", "allowed"),
    [
        ("a/b/memory.max", f"{2 * GB}\n", 2 * GB),
        ("a/memory.max", f"{3 * GB}\n", 3 * GB),  # of the group above
        ("a/b/memory.max", "max\n", 8 * GB),
        ("memory/a/memory.limit_in_bytes", f"{GB}\n", GB),
        ("memory/memory.limit_in_bytes", "9223372036854771712\n", 8 * GB),
    ],
)
def test_the_container_says_how_much_memory_there_is(machine, place, said, allowed):
    (machine / place).write_text(said, encoding="ascii")
    assert memory.memory_allowed() == allowed


def test_the_user_says_less_and_the_engine_takes_half_of_what_is_free(machine, monkeypatch):
    monkeypatch.setenv(memory.MEMORY_VARIABLE, "1000")
    assert memory.memory_allowed() == 1000 * 2**20
    [[limit]] = open_engine().con.execute("SELECT current_setting('memory_limit')").fetchall()
    number, unit = limit.split()
    assert unit == "MiB" and 64 <= float(number) < 500


@pytest.mark.parametrize("said", ["much", "-5", "10", "1e9"])
def test_a_limit_that_is_none_is_told(machine, monkeypatch, said):
    monkeypatch.setenv(memory.MEMORY_VARIABLE, said)
    with pytest.raises(SettingsError, match="expected a whole number of megabytes"):
        memory.memory_allowed()


@pytest.mark.parametrize("said", ["soon", "0", "-1", "nan", "inf"])
def test_a_time_that_is_none_is_told(monkeypatch, said):
    monkeypatch.setenv(limits.SECONDS_VARIABLE, said)
    with pytest.raises(SettingsError, match="expected a number of seconds"):
        open_engine().answer("SELECT 1")


def test_a_statement_is_stopped_in_time_and_the_engine_goes_on(monkeypatch):
    monkeypatch.setenv(limits.SECONDS_VARIABLE, "0.5")
    engine = open_engine()
    began = time.monotonic()
    with pytest.raises(limits.LimitError, match=r"longer than 0\.5 seconds \(KAM_SECONDS"):
        engine.answer(FOREVER)
    assert time.monotonic() - began < 10
    assert engine.answer("SELECT 42 AS a")["a"].to_pylist() == [42]


def test_a_statement_that_takes_too_much_memory_is_told_and_the_limit_goes(monkeypatch):
    monkeypatch.setattr(limits, "_most_memory", lambda _second: memory.process_kilobytes("VmData")
                        * 1024 + GB // 4)  # fmt: skip
    before = resource.getrlimit(resource.RLIMIT_DATA)
    with pytest.raises(limits.LimitError, match="more memory than there is"):
        open_engine().answer("SELECT REPEAT('x', 2000000000) AS a")
    assert resource.getrlimit(resource.RLIMIT_DATA) == before
    assert len(bytearray(GB // 2)) == GB // 2


def test_an_error_of_the_engine_stays_what_it_is():
    with pytest.raises(duckdb.ConversionException):
        open_engine().answer("SELECT CAST('x' AS INTEGER)")


_SPILLS = """
import os, signal, sys
from kamlib.data.engine.opened import open_engine
engine = open_engine()
engine.con.execute("CREATE TEMP TABLE t AS SELECT md5(range::VARCHAR) AS a FROM range(4000000)")
engine.con.execute("CREATE TEMP TABLE u AS FROM t ORDER BY a")
print(engine.con.execute("SELECT SUM(size) FROM duckdb_temporary_files()").fetchall()[0][0] or 0)
sys.stdout.flush()
if sys.argv[1] == "die":
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_folders_of_others_beside_it_stay(tmp_path):
    (tmp_path / "spill-mine").mkdir()
    (tmp_path / "spill-mine" / "sales.csv").write_text("mine")
    code = "from kamlib.data.engine.opened import open_engine; open_engine()"
    env = {**os.environ, "KAM_CACHE": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], env=env, check=True)
    assert (tmp_path / "spill-mine" / "sales.csv").read_text() == "mine"


@pytest.mark.skipif(limits.resource is None, reason="the system has no such limit")
def test_statements_that_overlap_leave_the_process_as_it_was():
    resource = limits.resource
    before = resource.getrlimit(resource.RLIMIT_DATA)
    with contextlib.ExitStack() as one, contextlib.ExitStack() as two:
        one.enter_context(limits._memory_limited())
        within = resource.getrlimit(resource.RLIMIT_DATA)
        two.enter_context(limits._memory_limited())
        one.close()
        assert resource.getrlimit(resource.RLIMIT_DATA) == within != before
    assert resource.getrlimit(resource.RLIMIT_DATA) == before


@pytest.mark.parametrize("end", ["well", "die"])
def test_what_does_not_fit_is_put_on_the_disk_and_goes(tmp_path, end):
    env = {**os.environ, "KAM_CACHE": str(tmp_path), memory.MEMORY_VARIABLE: "300"}
    run = subprocess.run(
        [sys.executable, "-c", _SPILLS, end], env=env, capture_output=True, text=True
    )
    assert int(run.stdout) > 0, run.stderr
    assert len(list(tmp_path.glob("kam-spill-*"))) == (end == "die")
    after = {**env, memory.MEMORY_VARIABLE: ""}
    code = "from kamlib.data.engine.opened import open_engine; open_engine()"
    subprocess.run([sys.executable, "-c", code], env=after, check=True)
    assert not list(tmp_path.glob("kam-spill-*"))


@pytest.mark.parametrize(
    "error", [MemoryError(), duckdb.OutOfMemoryException("no more"), ValueError("else")]
)
def test_the_command_line_says_when_memory_runs_out(monkeypatch, error):
    def raises(_language):
        raise error

    monkeypatch.setattr(commands, "_speak", raises)
    run = CliRunner().invoke(app, ["report", "demo"])
    said = "needs more memory than there is" in " ".join(run.output.split())
    assert said is not isinstance(error, ValueError)
    assert run.exit_code == (2 if said else 1)


def test_where_no_thread_can_be_started_memory_is_told(monkeypatch):
    def full(_thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(limits.threading.Thread, "start", full)
    with pytest.raises(limits.LimitError, match="needs more memory than there is"):
        limits.within_limits(None, lambda: 1)
