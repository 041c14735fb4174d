"""Killing ``kam report`` at random moments: the last good pack stays, or the new one is whole.

Most runs are forked and short: the command, the reading, the cache, the swap, the manifest and
the cleaning are the real ones; frames, workbook and pages are stand-ins, because they take half
a minute and have no part in it. Some are whole, in a process of their own with real kernels.
"""

import hashlib
import json
import os
import pickle
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pandas as pd
from mutants import ledger, text_file, toml
from trials import Ground, forked, in_child, kam, ready

PATIENCE = 15.0  # seconds in which what a dead run has started must have ended
_SIGNALS = (signal.SIGKILL, signal.SIGTERM)
_QUARTER = "2024Q2"
_NAME = "small"
_POLL = 0.0005
_LONGER = 10  # times as long as a short run a whole one takes, about


@dataclass(frozen=True)
class Kill:
    """A killed run: by what, when (seconds, or ``swap``), how the pack was after it, what is wrong.

    ``end`` is ``kept`` (byte for byte), ``new`` (whole), ``aside`` (comes back at the next start)
    or ``broken``; ``faults`` are the kinds of what must not be, each with its words.
    """

    by: str
    moment: str
    whole: bool
    end: str
    faults: Mapping[str, str] = field(default_factory=dict)


def killed(seed: int, short: int, whole: int, folder: Path) -> Iterator[Kill]:
    """Kill so many short and whole runs of a small data set, one after the other."""
    ready()
    draw = random.Random(f"kills {seed}")
    place = _Place(Ground(folder).prepared(), draw)
    place.standing = in_child(_standing, folder)
    place.run_short(None)  # a good pack to begin with, and how long a run takes
    kinds = [False] * short + [True] * whole
    for is_whole in kinds:
        by = draw.choice(_SIGNALS)
        yield place.kill(by, is_whole)
    yield place.last()


@dataclass
class _Place:
    """The data set, its packs, and what runs have left there."""

    ground: Ground
    draw: random.Random
    standing: Any = None
    good: dict[str, str] = field(default_factory=dict)
    seconds: float = 2.0
    left: set[str] = field(default_factory=set)
    number: int = 0

    @property
    def data(self) -> Path:
        return self.ground.folder / "data" / _NAME

    @property
    def packs(self) -> Path:
        return self.ground.folder / "reports" / _NAME

    @property
    def pack(self) -> Path:
        return self.packs / _QUARTER

    def kill(self, by: signal.Signals, whole: bool) -> Kill:
        """Kill one run, and look at what it left."""
        at_swap = self.draw.random() < 0.5
        moment = self._moment(at_swap, whole)
        run = self._whole if whole else self._forked
        begun = self._write_data()
        process = run()
        code = self._end(process, by, moment, at_swap)
        faults = {} if not whole else self._processes(process)
        end = self._looked_at()
        if end == "aside" and not self._comes_back():
            faults["lost pack"] = "set aside, and not back at the next start"
        faults |= self._leftovers(by, code, begun)
        if end == "broken":
            faults["broken pack"] = ", ".join(self._differences()[:5])
        name = f"{'swap + ' if at_swap else ''}{moment:.3f} s"
        return Kill(by.name if code != 0 else "ended", name, whole, end, faults)

    def _moment(self, at_swap: bool, whole: bool) -> float:
        """Seconds, from the run's start or from when its manifest is there."""
        if at_swap:
            return self.draw.random() ** 3 * 0.03
        return self.draw.random() * self.seconds * (_LONGER if whole else 1)

    def last(self) -> Kill:
        """A run to its end: nothing of all the others is left, and the pack is whole."""
        self._write_data()
        self.run_short(None)
        faults = {"left": ", ".join(sorted(found))} if (found := self._hidden()) else {}
        return Kill("none", "", False, self._looked_at(), faults)

    def run_short(self, by: signal.Signals | None) -> None:
        """A short run, to its end or to where it makes its folder."""
        begun = time.monotonic()
        self._write_data()
        process = self._forked()
        if by is None:
            os.waitpid(process, 0)
            self.seconds = time.monotonic() - begun
            self.good = _tree(self.pack)
            if not self.good:
                raise RuntimeError((self.ground.folder / "log.txt").read_text()[-2000:])
            return
        self._end(process, by, 0.05, True, made="")

    def _write_data(self) -> float:
        """The data set, another each time, so that each run makes its part of the cache anew."""
        self.number += 1
        rows = ledger(random.Random(f"{self.number}"), 60)
        self.data.mkdir(parents=True, exist_ok=True)
        (self.data / "sales.csv").write_bytes(text_file(rows))
        described = {"currency": "EUR", "transactions": {"source": "sales.csv"}}
        (self.data / "dataset.toml").write_text(toml(described))
        return time.time()

    def _arguments(self) -> list[str]:
        reports = str(self.ground.folder / "reports")
        return ["report", str(self.data), "--quarter", _QUARTER, "--reports", reports,
                "--set", "pack.dossiers=0"]  # fmt: skip

    def _forked(self) -> int:
        child = forked()
        if child:
            return child
        code = 1
        try:
            os.setsid()
            _apart(self.ground)
            with _short(self.standing):
                end, told = kam(self._arguments())
            print(told, flush=True)
            code = 0 if end == "accepted" else 2
        finally:
            os._exit(code)

    def _whole(self) -> int:
        command = "from kamlib.cli import app; app()"
        own = {name: str(self.ground.folder / place) for name, place in _FOLDERS.items()}
        process = subprocess.Popen(
            [sys.executable, "-c", command, *self._arguments()],
            env={**os.environ, **own, "KAM_TRIAL": str(self.ground.folder)},
            cwd=self.ground.folder / "here",
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        process.returncode = 0  # waited for by its number, like the others
        return process.pid

    def _end(self, process: int, by: signal.Signals, moment: float, at_swap: bool,
             made: str = "manifest.json") -> int:  # fmt: skip
        """Kill a run at its moment and wait for it; its status, 0 where it had ended by itself."""
        known = {path.name for path in self._staging()}
        if at_swap:
            while not any(
                not made or (path / made).exists() or (path / "new" / made).exists()
                for path in self._staging()
                if path.name not in known
            ):
                if (ended := os.waitpid(process, os.WNOHANG))[0]:
                    return ended[1]
                time.sleep(_POLL)
        until = time.monotonic() + moment
        while time.monotonic() < until:
            if (ended := os.waitpid(process, os.WNOHANG))[0]:
                return ended[1]
            time.sleep(min(_POLL * 10, max(until - time.monotonic(), 0)))
        os.kill(process, by)
        return self._waited(process)

    def _waited(self, process: int) -> int:
        until = time.monotonic() + 4 * PATIENCE
        while time.monotonic() < until:
            if (ended := os.waitpid(process, os.WNOHANG))[0]:
                return ended[1]
            time.sleep(0.01)
        os.kill(process, signal.SIGKILL)  # a run that does not heed SIGTERM is a fault: left
        os.waitpid(process, 0)
        return -1

    def _staging(self) -> list[Path]:
        return [p for p in self.packs.glob(".*") if p.is_dir()] if self.packs.is_dir() else []

    def _looked_at(self) -> str:
        """How the pack is: as it was, new and whole, set aside, or broken."""
        found = _tree(self.pack)
        if found == self.good:
            return "kept"
        if not found and not self.pack.exists():
            return "aside"
        if found and _is_whole(self.pack):
            self.good = found
            return "new"
        return "broken"

    def _differences(self) -> list[str]:
        found = _tree(self.pack)
        return sorted(
            n for n in found.keys() | self.good.keys() if found.get(n) != self.good.get(n)
        )

    def _comes_back(self) -> bool:
        """Whether the next start, ended as soon as it has begun, has put the last pack back."""
        self._end(self._forked(), signal.SIGKILL, 0.0, True, made="")
        return self._looked_at() == "kept"

    def _hidden(self) -> set[str]:
        """What runs may leave: folders beside the pack, parts of the cache, temporary files."""
        found = {f"reports/{path.name}" for path in self._staging()}
        found |= {f"cache/{path.name}" for path in (self.data / ".kam").rglob("writing-*")}
        found |= {f"tmp/{path.name}" for path in (self.ground.folder / "tmp").iterdir()}
        runtime = self.ground.folder / "home" / "runtime"
        return found | {f"runtime/{path.name}" for path in runtime.glob("*")}

    def _leftovers(self, by: signal.Signals, code: int, _begun: float) -> dict[str, str]:
        """What SIGTERM leaves, and what the run before has left and this one not removed."""
        now = self._hidden()
        reached = any(name.startswith("reports/") for name in now - self.left) or code == 0
        stale = now & self.left if reached else set()
        fresh = now - self.left if by == signal.SIGTERM or code == 0 else set()
        self.left = now
        found = {}
        if code == -1:
            found["deaf"] = "did not end on SIGTERM"
        if stale:
            found["left"] = "by the run before: " + ", ".join(sorted(stale)[:5])
        if fresh:
            found["left"] = (
                f"after {'SIGTERM' if code else 'its end'}: {', '.join(sorted(fresh)[:5])}"
            )
        return found

    def _processes(self, _process: int) -> dict[str, str]:
        """Kernels that outlive their run by more than they may; these are ended."""
        until = time.monotonic() + PATIENCE
        while (left := _of_trial(self.ground.folder)) and time.monotonic() < until:
            time.sleep(0.2)
        for number in left:
            os.kill(number, signal.SIGKILL)
        return {"processes": f"{len(left)} live on"} if left else {}


_FOLDERS = {"HOME": "home", "KAM_KEY": "key", "TMPDIR": "tmp",
            "JUPYTER_RUNTIME_DIR": "home/runtime", "IPYTHONDIR": "home/ipython"}  # fmt: skip


def _apart(ground: Ground) -> None:
    """Folders, streams and signals of a run's own."""
    for name, place in _FOLDERS.items():
        os.environ[name] = str(ground.folder / place)
    os.environ.pop("KAM_CACHE", None)
    log = os.open(ground.folder / "log.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for number in (1, 2):
        os.dup2(log, number)
    sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    import tempfile

    tempfile.tempdir = None
    os.chdir(ground.folder / "here")


def _standing(ground: Ground) -> bytes:
    """The frames of a pack of the small data set, made once for all short runs."""
    place = _Place(ground, random.Random(0))
    place._write_data()
    from kamlib.chapters.catalogue import open_book, pack_tables

    tables = pack_tables(open_book(place.data, _QUARTER, {"pack.dossiers": 0}))
    shutil.rmtree(place.data)
    return pickle.dumps(tables)


def _short(standing: bytes) -> Any:
    """The pack's slow steps replaced by stand-ins, for the time of a run."""
    import nbformat

    from kamlib.pack import pack
    from kamlib.pack.notebooks import Run

    tables: dict[str, pd.DataFrame] = pickle.loads(standing)
    page = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Page")])

    class Kernels:
        def __init__(self, *_given: Any, **_options: Any) -> None:
            pass

        def __enter__(self) -> "Kernels":
            return self

        def __exit__(self, *_error: object) -> None:
            pass

        def submit(self, _name: str, saved: Path, **_own: Any) -> "Future[tuple[Run, float]]":
            nbformat.write(page, saved)
            done: Future[tuple[Run, float]] = Future()
            done.set_result((Run(page), 0.0))
            return done

    def workbook(path: Path, *_given: Any, **_options: Any) -> None:
        path.write_bytes(b"workbook" * 10_000)

    return patch.multiple(
        pack, pack_tables=lambda _book: tables, KeptKernels=Kernels, write_workbook=workbook
    )


def _tree(folder: Path) -> dict[str, str]:
    """Every file of a folder with the hash of its content."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _is_whole(pack: Path) -> bool:
    """Whether all that a manifest lists is there as it says, with pages and a workbook."""
    try:
        manifest = json.loads((pack / "manifest.json").read_text(encoding="utf-8"))
        tables = {
            name: hashlib.sha256((pack / "tables" / name).read_bytes()).hexdigest()
            for name in manifest["tables"]
        }
    except (OSError, ValueError, KeyError):
        return False
    pages = len(list(pack.glob("*.html"))) >= 5 and len(list(pack.glob("*.xlsx"))) == 1
    return pages and tables == manifest["tables"]


def _of_trial(folder: Path) -> list[int]:
    """The processes that bear a trial's mark in their environment."""
    mark, found = f"KAM_TRIAL={folder}".encode(), []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except OSError:  # ended meanwhile, or not ours
            continue
    return found
