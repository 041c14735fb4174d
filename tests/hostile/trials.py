"""Trying inputs in forked children with limits, so that an abort or a hang costs one input only.

A child is forked from a process that has imported kamlib and opened no engine. It tries one
input after the other and tells each before and after; whichever it does not come back from was
an abort (it died) or a hang (it was ended for its time). Needs fork: Linux or another Unix.
"""

import contextlib
import faulthandler
import gc
import importlib
import io
import json
import os
import pickle
import random
import re
import resource
import select
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import payloads
from mutants import SIDE, Input, ledger, text_file, toml

MAX_SECONDS = 40.0  # of processor time per input
MAX_WAIT = 120.0  # by the clock, on a busy machine
MAX_MEMORY = 4 * 2**30  # of address space, beyond what a child inherits
STATEMENT_SECONDS = "3"  # of one statement of the engine, as KAM_SECONDS says
_SLOW = 3.0  # seconds after which a child may still be busy with what it has given up
_A_BATCH = 100  # inputs of one child: what an engine keeps is given back
# An input of this kind ends in one of these.
ENDS = ("accepted", "refused", "traceback", "abort", "hang")


@dataclass(frozen=True)
class Trial:
    """How an input ended: one of ``ENDS``, what was said, and what went wrong beside.

    ``lost`` says which rows or money are missing, ``outside`` what was read, written or asked for
    outside of the data set, ``left`` what stayed behind in the folder for temporary files.
    """

    name: str
    level: str
    end: str
    told: str = ""
    lost: str = ""
    outside: str = ""
    left: str = ""
    seconds: float = 0.0

    @property
    def faults(self) -> list[str]:
        """Everything that must not be, by its kind; empty where all is well."""
        found = [self.end] if self.end not in ("accepted", "refused") else []
        return found + [kind for kind in ("lost", "outside", "left") if getattr(self, kind)]


class Listener:
    """A port of this machine that notes who calls: nobody must."""

    def __init__(self) -> None:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(64)
        self._socket.settimeout(0.2)
        self.port: int = self._socket.getsockname()[1]
        self.calls: list[bytes] = []
        self._ended = False
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._ended = True
        self._thread.join()
        self._socket.close()

    def _listen(self) -> None:
        while not self._ended:
            with contextlib.suppress(TimeoutError):
                call, _who = self._socket.accept()
                with call:
                    call.settimeout(0.2)
                    said = b""
                    with contextlib.suppress(OSError):
                        said = call.recv(4096)
                    self.calls.append(said or b"(nothing said)")


# Where kamlib may write: the data set's own folder, and what a user's programs keep at home.
_OWN = (Path("data/set"), Path("home/.cache/kamlib"), Path("home/.config/kamlib"))


@dataclass(frozen=True)
class Ground:
    """The folders of a trial: where the data set lies, what is outside, home and temporary."""

    folder: Path
    port: int = 0

    def prepared(self) -> "Ground":
        """The same, with all that is watched in place."""
        for name in ("data", "outside", "home", "tmp", "here"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        canary = f"account,date,revenue\n{payloads.CANARY},2024-01-01,73917391.25\n"
        (self.folder / "outside" / "canary.csv").write_text(canary)
        return self

    def written(self, given: Input) -> Path:
        """The data set's folder with an input's files in it."""
        data = self.folder / "data" / "set"
        shutil.rmtree(data, ignore_errors=True)
        for name, content in given.files.items():
            path = data / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self._filled(content) if name.endswith(".toml") else content)
        for name, target in given.links.items():
            (data / name).symlink_to(target.format(out=self.folder / "outside"))
        return data

    def _filled(self, content: bytes) -> bytes:
        outside = str(self.folder / "outside").encode()
        return content.replace(b"{out}", outside).replace(b"{port}", str(self.port).encode())

    def watched(self) -> dict[str, tuple[int, int]]:
        """All that is outside of what kamlib may write to: sizes and times."""
        own = [self.folder / name for name in _OWN]
        found = {}
        for name in ("outside", "home", "here", "data"):
            for path in (self.folder / name).rglob("*"):
                if any(path.is_relative_to(each) or each.is_relative_to(path) for each in own):
                    continue
                stat = path.lstat()
                told = (0, 0) if path.is_dir() else (stat.st_size, stat.st_mtime_ns)
                found[str(path.relative_to(self.folder))] = told
        return found


def ready() -> None:
    """Import what a trial needs, so that its children have it; opens no engine."""
    for name in _NEEDED:
        importlib.import_module(f"kamlib.{name}")


_NEEDED = ("cli.commands", "cli.telling", "data.facts", "data.guess.setup", "pack.files",
           "pack.identities", "pack.template", "pack.pack")  # fmt: skip


def tried(
    inputs: Iterable[Input], folder: Path, *, port: int = 0, a_batch: int = _A_BATCH
) -> Iterator[Trial]:
    """Try inputs, in forked children with limits of time and memory; each with how it ended."""
    ready()
    waiting = list(inputs)
    while waiting:
        batch, waiting = waiting[:a_batch], waiting[a_batch:]
        done = list(_batch(batch, Ground(folder, port)))
        yield from done
        waiting = batch[len(done) :] + waiting


def _batch(batch: Sequence[Input], ground: Ground) -> Iterator[Trial]:
    """The trials of one child; fewer than the inputs where one was an abort or a hang."""
    reading, writing = os.pipe()
    log = ground.folder / "log.txt"
    ground.folder.mkdir(parents=True, exist_ok=True)
    child = forked()
    if child == 0:
        _child(batch, ground, writing, log)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        for given in batch:
            line, end = _line(pipe, child)
            if end:
                yield Trial(given.name, given.level, end, _tail(log), seconds=MAX_SECONDS)
                break
            trial = Trial(**json.loads(line))
            yield trial
            if trial.seconds > _SLOW:
                break
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def in_child(work: Callable[[Ground], Any], folder: Path) -> Any:
    """What some work gives, done in a forked child: no engine is opened in this process.

    Raises
    ------
    RuntimeError
        The work failed.
    """
    ground = Ground(folder).prepared()
    result = folder / "result.pickle"
    child = forked()
    if child == 0:
        try:
            _alone(ground, folder / "log.txt", limits=False)
            result.write_bytes(pickle.dumps(work(ground)))
            os._exit(0)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(1)
    if os.waitpid(child, 0)[1]:
        raise RuntimeError((folder / "log.txt").read_text(errors="replace")[-2000:])
    return pickle.loads(result.read_bytes())


def dossiers(folder: Path) -> dict[str, bytes]:
    """Dossier workbooks of a seed's accounts, as kamlib writes them: seeds like any other file."""
    return in_child(_dossiers, folder)


def _dossiers(ground: Ground) -> dict[str, bytes]:
    rows = ledger(random.Random(1))
    described = {"currency": "EUR", "transactions": {"source": "sales.csv"}}
    described |= {name: {"source": f"{name}.csv"} for name in ("accounts", "contacts")}
    files = {f"{name}.csv": SIDE[name].encode() for name in ("accounts", "contacts")}
    files |= {"sales.csv": text_file(rows), "dataset.toml": toml(described).encode()}
    data = ground.written(Input("dossiers", "bytes", files))
    found = {}
    for account in ("A-1", "A-2"):
        path = data / f"{account}.xlsx"
        end, told = kam(["template", str(path), "--dossier", account, "--dataset", str(data)])
        if end != "accepted":
            raise RuntimeError(told)
        found[path.name] = path.read_bytes()
    return found


def _line(pipe: Any, child: int) -> tuple[bytes, str]:
    """The next line of a child, or how it ended instead."""
    begun, used = time.monotonic(), _processor_seconds(child)
    while True:
        if select.select([pipe], [], [], 0.5)[0]:
            line = pipe.readline()
            return line, "" if line.endswith(b"\n") else "abort"
        late = time.monotonic() - begun > MAX_WAIT
        if late or _processor_seconds(child) - used > MAX_SECONDS:
            return b"", "hang"


def _processor_seconds(process: int) -> float:
    try:
        parts = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def _tail(log: Path) -> str:
    text = log.read_text(errors="replace") if log.exists() else ""
    return " / ".join(text.splitlines()[-4:])[-500:]


def forked() -> int:
    """Fork; the child never gives back what it inherits: an engine's threads did not come along."""
    gc.collect()
    child = os.fork()
    if child == 0:
        gc.freeze()
    return child


def _child(batch: Sequence[Input], ground: Ground, writing: int, log: Path) -> None:
    """Try all of a batch and end the process, whatever happens."""
    code = 1
    try:
        _alone(ground, log)
        with os.fdopen(writing, "wb", buffering=0) as pipe:
            for given in batch:
                trial = tried_here(given, ground)
                pipe.write(json.dumps(asdict(trial)).encode() + b"\n")
                gc.collect()  # a book's engine stays open until then
        code = 0
    finally:
        os._exit(code)


def _alone(ground: Ground, log: Path, *, limits: bool = True) -> None:
    """Limits, folders and an environment of the child's own."""
    ground.prepared()
    if limits:
        from kamlib.data.engine.memory import process_kilobytes

        most = process_kilobytes("VmSize") * 1024 + MAX_MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    faulthandler.disable()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDONLY)
    told = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream, number in ((nothing, 0), (told, 1), (told, 2)):
        os.dup2(stream, number)
    sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
    own = {"HOME": "home", "TMPDIR": "tmp", "XDG_CACHE_HOME": "home/.cache"}
    os.environ |= {name: str(ground.folder / place) for name, place in own.items()}
    os.environ["KAM_SECRET"] = payloads.SECRET
    os.environ["KAM_TRACEBACK"] = "1"  # what nobody expected is raised, not told in a line
    os.environ["KAM_SECONDS"] = STATEMENT_SECONDS
    os.environ["KAM_KEY"] = str(ground.folder / "key")
    os.environ.pop("KAM_CACHE", None)
    tempfile.tempdir = None
    os.chdir(ground.folder / "here")


def tried_here(given: Input, ground: Ground) -> Trial:
    """Try one input in this process: ``kam check`` of its description, or ``kam init`` first."""
    data = ground.written(given)
    before, begun = ground.watched(), time.process_time()
    end, told, facts = _checked(given, data, ground)
    seconds = round(time.process_time() - begun, 2)
    after = ground.watched()
    changed = sorted(
        name for name in after.keys() | before.keys() if after.get(name) != before.get(name)
    )
    changed = [name for name in changed if not name.startswith("here/reports")]
    left = sorted(path.name for path in (ground.folder / "tmp").iterdir())
    found = Trial(
        given.name, given.level, end, told[-2000:],
        lost=_lost(given, facts) if end == "accepted" or facts.get("fates") or given.facts else "",
        outside=", ".join([*changed, *_read(data, told)]),
        left=", ".join(left), seconds=seconds,
    )  # fmt: skip
    for path in [each for name in ("tmp", "here") for each in (ground.folder / name).iterdir()]:
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    return found


def _checked(given: Input, data: Path, ground: Ground) -> tuple[str, str, dict[str, Any]]:
    """How a check ends, all that it said, and its facts where there are some."""
    if given.command == "init":
        files = [str(data / name) for name in given.files if "/" not in name]
        files = [name for name in files if not name.endswith(".toml")]
        end, told = kam(["init", "guessed", "--from", *files, "--data", str(data / "own")])
        if end != "accepted":
            return end, told, {}
        data = data / "own" / "guessed"
    end, told = kam(["check", str(data), "--json"])
    facts = _facts(told) if end != "traceback" else {}
    if end == "accepted" and given.aloud:
        end, again = kam(["check", str(data), "--reports", str(ground.folder / "here" / "reports")])
        told += again
    return end, told, facts


def _facts(told: str) -> dict[str, Any]:
    """The JSON in what was said; nothing where there is none."""
    try:
        return json.JSONDecoder().raw_decode(told, told.index("{"))[0]
    except ValueError:
        return {}


def kam(arguments: list[str]) -> tuple[str, str]:
    """How a command of ``kam`` ends in this process, and what it says."""
    from kamlib.cli import app

    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = _exit_code(app, arguments)
    except BaseException as error:  # PanicException of a Rust package is no Exception
        return "traceback", f"{said.getvalue()[-500:]}\n{_where(error)}"
    if code not in (0, 2):
        return "traceback", f"exit {code}: {said.getvalue()}"
    return "accepted" if code == 0 else "refused", said.getvalue()


def _exit_code(app: Any, arguments: list[str]) -> int:
    from kamlib.cli import printing

    streams = [printing.console, printing.problems]
    files = [each.file for each in streams]
    printing.console.file, printing.problems.file = sys.stdout, sys.stderr
    try:
        return int(app(arguments, standalone_mode=False) or 0)
    except SystemExit as ended:
        return int(ended.code or 0)
    finally:
        for each, file in zip(streams, files, strict=True):
            each.file = file


def _where(error: BaseException) -> str:
    """The kind of an error and the last places of ours that it came through."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__)]
    ours = [f for f in frames if "kamlib" in f.filename and "site-packages" not in f.filename]
    places = " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in ours[::-1][:4])
    return f"{type(error).__name__}: {str(error)[:300]} | {places}"


def _lost(given: Input, facts: dict[str, Any]) -> str:
    """Rows or money that are in no fate, or that an independent count knows otherwise."""
    if not facts.get("fates"):
        return f"no fates: {facts.get('stops', '')}"
    went = [each for each in facts["reconciliation"] if each["table"] == "transactions"]
    read = next(each for each in went if each["step"] == "read")
    fates = [each for each in went if each["step"] in ("set aside", "excluded", "rejected", "kept")]
    found = []
    if read["rows"] != sum(each["rows"] for each in fates):
        found.append(f"{read['rows']} rows read, {sum(each['rows'] for each in fates)} by fate")
    if given.rows is not None and read["rows"] != given.rows:
        found.append(f"{read['rows']} rows read of {given.rows} written")
    revenue = sum((Decimal(str(each["revenue"] or 0)) for each in fates), Decimal(0))
    if given.facts and (other := [k for k in facts if facts[k] != given.facts.get(k)]):
        found.append(f"other figures than without a cache: {', '.join(other)}")
    if given.revenue is not None and abs(revenue - given.revenue) > Decimal("0.02"):
        found.append(f"revenue {revenue} of {given.revenue} written")
    return "; ".join(found)


def _read(data: Path, told: str) -> list[str]:
    """Which secrets from outside stand in what was said or kept."""
    found = [secret for secret in (payloads.CANARY, payloads.SECRET) if secret in told]
    folders = [data / ".kam", Path(os.environ["XDG_CACHE_HOME"])]
    return found + sorted(f"{what} in {name}" for name, what in _kept_secrets(folders))


def _kept_secrets(folders: Sequence[Path]) -> Iterator[tuple[str, str]]:
    import pyarrow.parquet as pq

    kept = [folder for folder in folders if folder.is_dir() and not folder.is_symlink()]
    for path in [path for folder in kept for path in folder.rglob("*") if path.is_file()]:
        text = path.read_bytes()
        if path.suffix == ".parquet":
            with contextlib.suppress(Exception):
                text = str(pq.read_table(path).to_pydict()).encode()
        for secret in (payloads.CANARY, payloads.SECRET):
            if re.search(secret.encode(), text):
                yield path.name, secret
