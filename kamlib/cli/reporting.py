"""What ``kam report`` tells while packs are written and after: people, a log, or a program."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from kamlib.cli.printing import complain, console, place, problems
from kamlib.errors import SettingsError, shown

if TYPE_CHECKING:
    from kamlib.pack.pack import Pack

PAGES_FAILED = 3
CHECKS_FAILED = 4


@dataclass(frozen=True)
class Telling:
    """How much is told: ``quiet`` only what is wrong, ``json`` one object and nothing else.

    ``mail`` prints the first page as the body of a mail, and nothing else.
    """

    quiet: bool = False
    json: bool = False
    mail: bool = False

    def __post_init__(self) -> None:
        if self.quiet and self.json:
            raise SettingsError("--quiet and --json: one of them alone; --json is quiet already")
        if self.mail and (self.quiet or self.json):
            raise SettingsError("--mail-body prints the mail's body alone, without another of them")

    @property
    def alone(self) -> bool:
        """Whether what is printed is for a program or a mail, and nothing may stand beside it."""
        return self.json or self.mail


@dataclass(frozen=True)
class Wanted:
    """Which packs are written: of which quarters, where, and whether failed pages may stand.

    ``since`` is the first of several quarters; of one alone it is empty. ``again`` makes also a
    pack for which nothing has changed.
    """

    quarter: str
    settings: dict[str, str]
    reports: Path
    since: str = ""
    partial: bool = False
    again: bool = False


def write_packs(dataset: str, wanted: Wanted, telling: Telling) -> None:
    """Write the packs of a data set and tell what came of them; the exit code says it, too."""
    made = [
        _write_pack(dataset, quarter, wanted, telling) for quarter in _quarters(dataset, wanted)
    ]
    if telling.json:
        told = [machine_told(pack, seconds) for pack, seconds in made]
        typer.echo(json.dumps(told if wanted.since else told[0], indent=2, ensure_ascii=False))
    code = max(exit_code(pack) for pack, _seconds in made)
    if code:
        raise typer.Exit(code)


def exit_code(pack: "Pack") -> int:
    """0 where all is well, 3 where pages failed, 4 where checks do not hold."""
    if pack.failures:
        return PAGES_FAILED
    return 0 if pack.complete else CHECKS_FAILED


def machine_told(pack: "Pack", seconds: float) -> dict[str, Any]:
    """What came of a pack, for a program."""
    return {
        "pack": str(pack.folder),
        "first_page": str(pack.first_page),
        "workbook": str(pack.folder / pack.workbook),
        "verdict": pack.line,
        "complete": pack.complete,
        "unchanged": pack.unchanged,
        "exit_code": exit_code(pack),
        "failures": pack.failures,
        "checks": pack.checks,
        "seconds": round(seconds, 1),
    }


def _quarters(dataset: str, wanted: Wanted) -> Sequence[str]:
    if not wanted.since:
        return [wanted.quarter]
    from kamlib.data.book import quarters_between

    return quarters_between(dataset, wanted.since, wanted.quarter, wanted.settings)


def _write_pack(
    dataset: str, quarter: str, wanted: Wanted, telling: Telling
) -> tuple["Pack", float]:
    from kamlib.pack.pack import write_pack

    started = time.perf_counter()
    with _progress(telling) as progress:
        pack = write_pack(
            dataset,
            quarter,
            wanted.settings,
            reports=wanted.reports,
            partial=wanted.partial,
            keep=not wanted.again,
            progress=progress,
        )
    _tell_wrong(pack)
    if telling.mail:
        typer.echo(pack.mail.read_text(encoding="utf-8"), nl=False)
    elif not (telling.quiet or telling.json):
        place("Pack", pack.folder)
        place("Open", pack.first_page)
        place("Excel", pack.folder / pack.workbook)
        if pack.unchanged:
            console.print(
                "Nothing has changed since it was made: it stands as it is (--again makes it anew)"
            )
        console.print(pack.line, markup=False, highlight=False, soft_wrap=True)
    return pack, time.perf_counter() - started


def _tell_wrong(pack: "Pack") -> None:
    for name, message in pack.failures.items():
        complain(f"{name}: {message}", "failed", "red")
    for name, holds in pack.checks.items():
        if not holds:
            problems.print(f"[red]check does not hold[/]: {name}", highlight=False)
    if pack.instead_of is not None:
        left = (
            "the last good pack stays" if pack.instead_of.is_dir() else "no pack stands there yet"
        )
        complain(
            f"not all pages of {pack.instead_of} could be made, so what was made stands in "
            f"{pack.folder}; {left} (--publish-partial puts it there all the same)",
            "failed",
            "red",
        )


@contextmanager
def _progress(telling: Telling) -> Iterator[Callable[[str, int], None]]:
    """A bar in a terminal, a line a step where there is none, nothing where that is wanted."""
    if telling.quiet or telling.alone:
        yield lambda done, steps: None
    elif problems.is_terminal:
        with _bar() as bar:
            task = bar.add_task("reading the data", total=None)
            yield lambda done, steps: bar.update(
                task, advance=1, total=steps, description=_told(done)
            )
    else:
        started, number = time.perf_counter(), 0

        def line(done: str, steps: int) -> None:
            nonlocal number
            number += 1
            seconds = time.perf_counter() - started
            say_aside(f"{seconds:5.0f} s  {number} of {steps}  {_told(done)}")

        yield line


def say_aside(text: str) -> None:
    """Print a line beside the results."""
    problems.print(text, markup=False, highlight=False, soft_wrap=True)


def survive_any_terminal() -> None:
    """A sign that a terminal or a log cannot show is shown as ``?``, and ends nothing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _told(done: str) -> str:
    from kamlib.words import told

    return escape(shown(told(done)))


def _bar() -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description:32}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=problems,
        transient=True,
    )
