"""The quarterly pack: pages, tables, workbook, notebooks and manifest, swapped in as a whole."""

import hashlib
import json
import os
import platform
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from kamlib.data.book import LATEST, Book, open_book
from kamlib.data.ledger import SNAPSHOT_VARIABLE
from kamlib.output.files import swapped_in, write_csv, write_rejected
from kamlib.output.notebooks import NOTEBOOKS, Run, run_notebook
from kamlib.output.pages import PageLink, failure_html, page_html
from kamlib.output.results import pack_tables
from kamlib.output.workbook import write_workbook
from kamlib.settings import settings_table
from kamlib.words import _

PACKAGES = ("kamlib", "pandas", "numpy", "duckdb", "ibis-framework", "matplotlib", "xlsxwriter")
Progress = Callable[[str], None]


@dataclass(frozen=True)
class PackPage:
    """One page of the pack and the notebook that makes it."""

    notebook: str
    file: str
    title: str


PAGES = (
    PackPage("00_summary", "index.html", _("Summary")),
    PackPage("01_abc_xyz", "01-abc-xyz.html", _("ABC-XYZ")),
)


@dataclass
class Pack:
    """A written pack: where it is, what failed in it, and how long its steps took (seconds)."""

    folder: Path
    workbook: str
    failures: dict[str, str] = field(default_factory=dict)
    timings: dict[str, float] = field(default_factory=dict)
    checks: dict[str, bool] = field(default_factory=dict)

    @property
    def first_page(self) -> Path:
        """The page to open."""
        return self.folder / PAGES[0].file

    @property
    def complete(self) -> bool:
        """Whether every page was made and every check holds."""
        return not self.failures and all(self.checks.values())


def write_pack(
    dataset: str | Path,
    quarter: str = LATEST,
    settings: Mapping[str, Any] | None = None,
    *,
    reports: Path = Path("reports"),
    progress: Progress = lambda done: None,
) -> Pack:
    """Write the quarterly pack of a data set under ``reports/<dataset>/<quarter>``.

    Parameters
    ----------
    dataset, quarter, settings
        As :func:`kamlib.open_book` takes them.
    reports
        The folder of all packs.
    progress
        Called with what was just done, ``steps()`` times in all.

    Raises
    ------
    DataError, SettingsError
        The input cannot be used; nothing is written then.
    """
    started = time.perf_counter()
    book = open_book(dataset, quarter, settings)
    target = reports / book.dataset.name / str(book.quarter)
    pack = Pack(target, workbook_name(book))
    pack.timings["open the book"] = time.perf_counter() - started
    progress(_("data read and checked"))
    with swapped_in(target) as staging:
        _write(staging, book, settings or {}, pack, progress)
        pack.timings["all"] = time.perf_counter() - started
        _write_manifest(staging, book, pack)
    return pack


def steps() -> int:
    """How many times ``write_pack`` calls ``progress``."""
    return len(PAGES) + 3


def workbook_name(book: Book) -> str:
    """The file name of the pack's Excel workbook."""
    return f"kam-{book.dataset.name}-{book.quarter}.xlsx"


def _write(
    staging: Path, book: Book, settings: Mapping[str, Any], pack: Pack, progress: Progress
) -> None:
    (staging / "notebooks").mkdir()
    with (
        _shared_snapshot(book),
        ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool,
    ):
        running = {pool.submit(_run_page, page, staging, book, settings): page for page in PAGES}
        tables = _timed(pack, "tables", lambda: _write_tables(staging, book, pack))
        progress(_("tables written"))
        _timed(pack, "workbook", lambda: write_workbook(staging / pack.workbook, book, tables))
        progress(_("workbook written"))
        for done in as_completed(running):
            page = running[done]
            run, seconds = done.result()
            pack.timings[f"notebook {page.notebook}"] = seconds
            _write_page(staging, book, page, run, pack)
            progress(_("{title}: page written").format(title=page.title))


@contextmanager
def _shared_snapshot(book: Book) -> Iterator[None]:
    """Notebooks of a live database see the very state that this process has read."""
    os.environ[SNAPSHOT_VARIABLE] = book.tables.ledger.snapshot
    try:
        yield
    finally:
        os.environ.pop(SNAPSHOT_VARIABLE, None)


def _write_tables(staging: Path, book: Book, pack: Pack) -> dict[str, pd.DataFrame]:
    tables = pack_tables(book)
    (staging / "tables").mkdir()
    for name, frame in tables.items():
        write_csv(frame, staging / "tables" / f"{name}.csv")
    if len(book.tables.rejected):
        write_rejected(book.tables.rejected, staging / "tables" / "rejected.xlsx")
    pack.checks |= checks(book, tables)
    return tables


def checks(book: Book, tables: Mapping[str, pd.DataFrame]) -> dict[str, bool]:
    """Whether the pack's totals agree with each other and with the ledger, to the cent."""
    classes, places = tables["abc_xyz"], tables["matrix"]
    steps = book.reconciliation.query("table == 'transactions'")
    read = steps[steps["step"] == "read"]
    fates = steps[steps["step"].isin(["set aside", "excluded", "rejected", "kept"])]
    window = book.months[book.months["month"] > book.quarter.end_time.to_period("M") - (
        book.settings.abc.months)]  # fmt: skip
    return {
        "every line read has one fate": int(read["rows"].sum()) == int(fates["rows"].sum()),
        "revenue of all fates is the revenue read": _same(read["revenue"], fates["revenue"]),
        "revenue of all accounts is the ledger's": _same(window["revenue"], classes["revenue"]),
        "revenue of the matrix is that of the accounts": _same(
            places["revenue"], classes["revenue"]
        ),
        "every account is in one place": int(places["accounts"].sum()) == len(classes),
    }


def _same(one: pd.Series, other: pd.Series) -> bool:
    return bool(abs(one.sum() - other.sum()) < 0.005)


def _run_page(
    page: PackPage, staging: Path, book: Book, settings: Mapping[str, Any]
) -> tuple[Run, float]:
    started = time.perf_counter()
    path = NOTEBOOKS / f"{page.notebook}.ipynb"
    run = run_notebook(
        path,
        {
            "dataset": str(_dataset_path(book)),
            "quarter": str(book.quarter),
            "settings": dict(settings),
        },
        timeout_seconds=book.settings.pack.timeout_seconds,
        saved=staging / "notebooks" / path.name,
    )
    return run, time.perf_counter() - started


def _dataset_path(book: Book) -> str:
    """How a notebook finds the data set: by its name where it is the project's own."""
    folder = book.dataset.folder
    if folder.parent == NOTEBOOKS.parent / "data":
        return folder.name
    return str(book.dataset.described_in)


def _write_page(staging: Path, book: Book, page: PackPage, run: Run, pack: Pack) -> None:
    links = [PageLink(other.file, other.title, other is page) for other in PAGES]
    links.append(PageLink(pack.workbook, _("Excel workbook")))
    if run.failure:
        pack.failures[page.notebook] = run.failure
        html = failure_html(book, page.title, links, run.failure)
    else:
        html = page_html(run.notebook, book, page.title, links)
    (staging / page.file).write_text(html, encoding="utf-8", newline="\n")


def _write_manifest(staging: Path, book: Book, pack: Pack) -> None:
    tables = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((staging / "tables").iterdir())
    }
    settings = settings_table(book.settings)
    manifest = {
        "dataset": book.dataset.name,
        "title": book.dataset.title,
        "currency": book.currency,
        "quarter": str(book.quarter),
        "as_of": f"{book.as_of:%Y-%m-%d}",
        "complete": book.complete,
        "data_to": f"{book.data_to:%Y-%m-%d}",
        "fingerprint": book.tables.ledger.fingerprint,
        "settings": dict(zip(settings["name"], settings["value"], strict=True)),
        "changed_settings": settings.loc[settings["changed"], "name"].tolist(),
        "checks": pack.checks,
        "failures": pack.failures,
        "tables": tables,
        "versions": {name: version(name) for name in PACKAGES}
        | {"python": platform.python_version()},
        "timings_seconds": {name: round(seconds, 2) for name, seconds in pack.timings.items()},
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False)
    (staging / "manifest.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def _timed(pack: Pack, name: str, work: Callable[[], Any]) -> Any:
    started = time.perf_counter()
    result = work()
    pack.timings[name] = time.perf_counter() - started
    return result
