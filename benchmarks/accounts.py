"""Part a: the account frames of generated ledgers, through kamlib, SQL and pandas."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.contenders import CONTENDERS, comparable
from benchmarks.measured import Measured, measured, median
from benchmarks.tables import megabytes, printed, ratio, seconds

BASELINE = "SQL, decimal"
SIZES = (1_000_000, 5_000_000, 20_000_000)
REPEATED_UP_TO = 5_000_000
_HERE = "benchmarks.accounts"


def generated(folder: str, lines: int) -> Measured:
    """Write a generated data set (in a process of its own, to leave the parent small)."""
    from benchmarks.ledgers import write_sales

    with Measured() as run:
        file = write_sales(Path(folder), lines)
    run.report["file_mb"] = file.stat().st_size / 1e6
    return run


def contended(name: str, folder: str, result: str) -> Measured:
    """Make a contender's frames, measured, and store them for the comparison."""
    import duckdb  # noqa: F401  (imports are not part of the work)
    import ibis  # noqa: F401

    import kamlib  # noqa: F401

    with Measured() as run:
        frames = CONTENDERS[name](Path(folder))
    for table, frame in comparable(frames).items():
        frame.to_parquet(f"{result}-{table}.parquet")
    return run


def compared(results: dict[str, str]) -> Measured:
    """Raise where a contender's frames differ from the baseline's beyond a float's last digits."""
    import pandas as pd

    run = Measured()
    for table in ("months", "orders"):
        expected = pd.read_parquet(f"{results[BASELINE]}-{table}.parquet")
        run.report[table] = len(expected)
        for result in results.values():
            found = pd.read_parquet(f"{result}-{table}.parquet")
            pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-9, atol=1e-6)
    return run


def account_frames(folder: Path, lines: int, *, repeats: int) -> dict[str, Measured]:
    """All contenders on one generated data set, in turns; their frames are held equal.

    Returns
    -------
    The median run per contender, and as ``"data"`` what was generated.
    """
    sales, cache = folder / f"sales-{lines}", folder / "cache"
    data = measured(f"{_HERE}:generated", {"folder": str(sales), "lines": lines}, cache=cache)
    runs: dict[str, list[Measured]] = {name: [] for name in CONTENDERS}
    results = {name: str(folder / name.replace(", ", "-")) for name in CONTENDERS}
    for _round in range(repeats):
        for name in CONTENDERS:
            if name == "kamlib, cold":
                shutil.rmtree(cache, ignore_errors=True)
            arguments = {"name": name, "folder": str(sales), "result": results[name]}
            runs[name].append(measured(f"{_HERE}:contended", arguments, cache=cache))
    data.report |= measured(f"{_HERE}:compared", {"results": results}, cache=cache).report
    data.report["ledger_mb"] = sum(f.stat().st_size for f in cache.rglob("ledger.parquet")) / 1e6
    shutil.rmtree(sales)
    shutil.rmtree(cache)
    return {"data": data, **{name: median(measures) for name, measures in runs.items()}}


def report(folder: Path, sizes: Sequence[int] = SIZES) -> Iterator[str]:
    """The lines of part a's tables."""
    by_size = {}
    for lines in sizes:
        by_size[lines] = account_frames(folder, lines, repeats=3 if lines <= REPEATED_UP_TO else 1)
        data = by_size[lines]["data"].report
        yield (
            f"{lines / 1e6:g} million lines: {data['file_mb']:.0f} MB of Parquet, the ledger "
            f"{data['ledger_mb']:.0f} MB; {data['months']:,} account months and "
            f"{data['orders']:,} accounts, equal in all contenders"
        )
    header = ["contender"]
    for lines in sizes:
        size = f"{lines / 1e6:g} M"
        header += [f"{size}: seconds", "ratio to SQL", "peak MB"]
    rows = []
    for name in CONTENDERS:
        row = [name]
        for runs in by_size.values():
            run = runs[name]
            row += [seconds(run.seconds), ratio(run.seconds, runs[BASELINE].seconds),
                    megabytes(run.peak_mb)]  # fmt: skip
        rows.append(row)
    yield ""
    yield from printed(header, rows)
    if len(sizes) > 1:
        yield ""
        yield from _growth(by_size)


def _growth(by_size: dict[int, dict[str, Measured]]) -> Iterator[str]:
    sizes = list(by_size)
    header = ["growth of time"]
    steps = list(zip(sizes, sizes[1:], strict=False))
    header += [f"{a / 1e6:g} to {b / 1e6:g} M (lines x {b / a:g})" for a, b in steps]
    rows = [
        [name, *(ratio(by_size[b][name].seconds, by_size[a][name].seconds) for a, b in steps)]
        for name in CONTENDERS
    ]
    yield from printed(header, rows)
