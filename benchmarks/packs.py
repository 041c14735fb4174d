"""Part c: the whole pack with a warm cache, and how much of it is starting kernels."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.measured import Measured, measured, median
from benchmarks.opening import FOLDER, QUARTER
from benchmarks.tables import printed, seconds

DATASETS = {"demo company": ("demo", "latest"), "Online Retail II": (str(FOLDER), QUARTER)}
_HERE = "benchmarks.packs"
# What every notebook of the pack imports before its first figure.
_IMPORTS = """from kamlib import open_book
from kamlib.chapters.abc_xyz import AbcXyz
from kamlib.explore.abc_xyz import explore_abc_xyz"""


def pack_written(dataset: str, quarter: str, reports: str) -> Measured:
    """Write a pack and report its own timings."""
    from kamlib.pack.pack import write_pack

    with Measured() as run:
        pack = write_pack(dataset, quarter, reports=Path(reports))
    if not pack.complete:
        raise RuntimeError(f"the pack is not complete: {pack.failures} {pack.checks}")
    run.report = pack.timings
    return run


def kernels_started(folder: str, number: int) -> Measured:
    """Run notebooks side by side, as the pack does, that only import what its notebooks import."""
    import nbformat

    from kamlib.pack.notebooks import run_notebook

    cells = [nbformat.v4.new_code_cell("", metadata={"tags": ["parameters"]}),
             nbformat.v4.new_code_cell(_IMPORTS)]  # fmt: skip
    paths = [Path(folder) / f"imports-{place}.ipynb" for place in range(number)]
    for path in paths:
        nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    with Measured() as run, ThreadPoolExecutor(max_workers=number) as pool:
        done = list(pool.map(lambda path: run_notebook(path, {}, timeout_seconds=120), paths))
    if any(each.failure for each in done):
        raise RuntimeError(done[0].failure)
    return run


def report(folder: Path) -> Iterator[str]:
    """The lines of part c's table."""
    from kamlib.pack.page_list import PAGES

    cache = folder / "cache-packs"
    kernels = median(
        measured(f"{_HERE}:kernels_started", {"folder": str(folder), "number": number}, cache=cache)
        for number in [len(PAGES)] * 3
    )
    alone = {"folder": str(folder), "number": 1}
    one = measured(f"{_HERE}:kernels_started", alone, cache=cache)
    header = ["data set", "open the book", "tables", "workbook", "slowest notebook", "all",
              "kernels start and import", "share of all"]  # fmt: skip
    rows = []
    for name, (dataset, quarter) in DATASETS.items():
        if dataset == str(FOLDER) and not FOLDER.is_dir():
            continue
        run = _pack(folder, dataset, quarter, cache)
        notebooks = [taken for step, taken in run.report.items() if step.startswith("notebook")]
        figures = [*(run.report[step] for step in ("open the book", "tables", "workbook")),
                   max(notebooks), run.seconds, kernels.seconds]  # fmt: skip
        share = f"{kernels.seconds / run.seconds:.0%}"
        rows.append([name, *map(seconds, figures), share])
    yield from printed(header, rows)
    yield (
        f"one kernel alone starts and imports in {seconds(one.seconds)} s; {len(PAGES)} at once, "
        f"as in a pack, in {seconds(kernels.seconds)} s"
    )


def _pack(folder: Path, dataset: str, quarter: str, cache: Path) -> Measured:
    """The median of three runs after one that fills the cache."""
    arguments = {"dataset": dataset, "quarter": quarter, "reports": str(folder / "reports")}
    runs = [measured(f"{_HERE}:pack_written", arguments, cache=cache) for _ in range(4)]
    return median(runs[1:])
