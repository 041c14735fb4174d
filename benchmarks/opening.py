"""Part b: opening Online Retail II from its workbook, through kamlib and through pandas."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from benchmarks.ledgers import write_sales_as_text
from benchmarks.measured import PROJECT, Measured, measured
from benchmarks.tables import megabytes, printed, ratio, seconds

SHARED = Path(os.environ.get("KAM_SHARED") or PROJECT.parent / "shared" / "data").resolve()
FOLDER = SHARED / "online-retail-ii"
QUARTER = "2011Q3"
TEXT_LINES, LITTLE_MB = 5_000_000, 1_000
_HERE = "benchmarks.opening"


def book_opened() -> Measured:
    """Open the book and make its account frames: read, checked and reconciled lines."""
    from kamlib import open_book

    with Measured() as run:
        book = open_book(FOLDER, QUARTER)
        months = book.months
    run.report = {"lines": book.tables.read, "frames": len(months)}
    return run


def text_opened(folder: str) -> Measured:
    """Open a data set whose lines are delimited text."""
    from kamlib.data.book import open_tables

    with Measured() as run:
        tables, _settings = open_tables(folder)
    run.report = {"lines": tables.read}
    return run


def workbook_read(engine: str) -> Measured:
    """Read both sheets with pandas and put them together; nothing is checked or added up."""
    import pandas as pd

    with Measured() as run:
        sheets = pd.read_excel(FOLDER / "online_retail_II.xlsx", sheet_name=None, engine=engine)
        lines = pd.concat(sheets.values())
    run.report = {"lines": len(lines)}
    return run


def report(folder: Path, *, quick: bool) -> Iterator[str]:
    """The lines of part b's tables."""
    yield from _text_report(folder, lines=1_000_000 if quick else TEXT_LINES)
    yield ""
    if not FOLDER.is_dir():
        yield "left out: the shared real data is not there (online-retail-ii)"
        return
    cache = folder / "cache-opening"
    shutil.rmtree(cache, ignore_errors=True)
    runs = {
        "kamlib, cold": measured(f"{_HERE}:book_opened", {}, cache=cache),
        "kamlib, warm": measured(f"{_HERE}:book_opened", {}, cache=cache),
    }
    engines = ["calamine"] if quick else ["calamine", "openpyxl"]
    for engine in engines:
        work = {"engine": engine}
        name = f"pandas.read_excel, {engine}"
        runs[name] = measured(f"{_HERE}:workbook_read", work, cache=cache)
    base = runs["kamlib, cold"].seconds
    rows = [
        [name, f"{run.report['lines']:,}", seconds(run.seconds), ratio(run.seconds, base),
         megabytes(run.peak_mb)]
        for name, run in runs.items()
    ]  # fmt: skip
    header = ["contender", "lines read", "seconds", "ratio to kamlib, cold", "peak MB"]
    yield from printed(header, rows)
    if quick:
        yield "left out by --quick: openpyxl"


def _text_report(folder: Path, *, lines: int) -> Iterator[str]:
    """A large text opened cold: with all memory of the machine, and with little."""
    place = folder / "text"
    write_sales_as_text(place, lines)
    rows = []
    for allowed in (None, LITTLE_MB):
        cache = folder / f"cache-text-{allowed}"
        work = {"folder": str(place)}
        run = measured(f"{_HERE}:text_opened", work, cache=cache, memory_mb=allowed)
        name = f"text, {allowed:,} MB allowed" if allowed else "text"
        rows.append([name, f"{run.report['lines']:,}", seconds(run.seconds),
                     megabytes(run.peak_mb)])  # fmt: skip
    yield from printed(["kamlib, cold", "lines read", "seconds", "peak MB"], rows)
