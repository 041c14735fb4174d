"""A run that is killed, at several moments: what it leaves, and what the next one makes of it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from kamlib.living import LOCK
from kamlib.pack.files import bring_back

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no such signals"),
]
OLD = "the last good pack"
# The command line for a pack of two pages, whose swap waits halfway where it is asked to.
KAM = """
import os, sys, time
from pathlib import Path
from kamlib.cli import app
from kamlib.pack import pack
pack.PAGES = pack.PAGES[:2]
replace = Path.replace
def waiting(path, target):
    if path.name == "new" and os.environ.get("HALFWAY"):
        Path(os.environ["HALFWAY"]).touch()
        time.sleep(60)
    return replace(path, target)
Path.replace = waiting
app()
"""


@pytest.fixture(scope="module")
def company(tmp_path_factory) -> Path:
    """A small data set: seven accounts, a line a week."""
    folder = tmp_path_factory.mktemp("data") / "small"
    folder.mkdir()
    days = pd.date_range("2024-01-02", "2025-12-30", freq="7D")
    rows = [f"C{n % 7},{day:%Y-%m-%d},{100 + n % 9}" for n, day in enumerate(days)]
    (folder / "sales.csv").write_text("\n".join(["account,date,revenue", *rows]))
    (folder / "dataset.toml").write_text(
        'currency = "EUR"\ncomplete_to = 2025-12-31\n[transactions]\nsource = "sales.csv"\n'
    )
    return folder


class Place:
    """A folder of packs with one pack, and a run that writes it anew."""

    def __init__(self, folder: Path, company: Path) -> None:
        self.reports, self.runtime = folder / "reports", folder / "runtime"
        self.pack = self.reports / company.name / "2025Q4"
        self.halfway = folder / "halfway"
        self.company = company
        self.pack.mkdir(parents=True)
        self.runtime.mkdir()
        (self.pack / "index.html").write_text(OLD)

    def start(self, *, halfway: bool = False) -> subprocess.Popen:
        variables = {"JUPYTER_RUNTIME_DIR": str(self.runtime), "HALFWAY": ""}
        variables["KAM_CACHE"] = str(self.company.parent / "cache")
        if halfway:
            variables["HALFWAY"] = str(self.halfway)
        settings = ("--set", "pack.dossiers=0", "-q", "2025Q4", "--reports", str(self.reports))
        return subprocess.Popen(
            [sys.executable, "-c", KAM, "report", str(self.company), *settings],
            env=os.environ | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def lock(self) -> str:
        """The file that the one writer of the pack holds."""
        return f".{self.pack.name}.lock"

    @property
    def beside(self) -> list[str]:
        """What stands in the folder of packs besides the pack and what says who writes it."""
        there = [each.name for each in self.pack.parent.iterdir() if each != self.pack]
        return [name for name in there if name != self.lock]

    @property
    def kernels(self) -> list[int]:
        """The processes of this run's kernels that live."""
        found = []
        for each in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                if str(self.runtime).encode() in each.read_bytes():
                    found.append(int(each.parent.name))
            except OSError:
                continue
        return found

    def old_pack_is_there(self) -> bool:
        return (self.pack / "index.html").read_text() == OLD


def until(happens, run: subprocess.Popen, seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while not happens():
        assert run.poll() is None, run.communicate()
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def place(tmp_path, company) -> Place:
    return Place(tmp_path, company)


MOMENTS = {
    "at the start": lambda place: place.beside,
    "while notebooks run": lambda place: place.kernels,
    "halfway through the swap": lambda place: place.halfway.exists(),
}


@pytest.mark.parametrize(
    ("moment", "number", "code"),
    [
        ("at the start", signal.SIGTERM, 143),
        ("while notebooks run", signal.SIGTERM, 143),
        ("while notebooks run", signal.SIGINT, 130),
        ("halfway through the swap", signal.SIGTERM, 143),
    ],
)
def test_a_run_that_is_told_to_stop_cleans_up(place, moment, number, code):
    run = place.start(halfway="halfway" in moment)
    until(lambda: MOMENTS[moment](place), run)
    run.send_signal(number)
    told = run.communicate(timeout=30)[1]
    assert run.returncode == code and "Stopped" in told and "Traceback" not in told
    assert place.old_pack_is_there() and not place.beside
    assert not (place.pack.parent / place.lock).exists()
    assert not place.kernels and not list(place.runtime.iterdir())


@pytest.mark.parametrize("moment", ["while notebooks run", "halfway through the swap"])
def test_what_a_killed_run_left_is_mended_by_the_next(place, moment):
    halfway = "halfway" in moment
    run = place.start(halfway=halfway)
    until(lambda: MOMENTS[moment](place), run)
    (left,) = place.beside
    bring_back(place.pack.parent)  # another run, while this one lives
    assert (place.pack.parent / left / LOCK).exists()
    run.kill()
    run.communicate()
    assert place.beside == [left] and place.pack.exists() != halfway
    dead = set(place.runtime.iterdir())
    following = place.start()
    until(lambda: place.beside and left not in place.beside, following)
    assert place.old_pack_is_there()
    until(lambda: set(place.runtime.iterdir()) - dead, following)
    assert not dead & set(place.runtime.iterdir())
    following.terminate()
    following.communicate(timeout=30)
    assert place.old_pack_is_there() and not place.beside and not list(place.runtime.iterdir())
