"""Part d: dossiers per minute, in kernels that are kept beside a new kernel per account."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.measured import Measured, measured
from benchmarks.tables import megabytes, printed, ratio, seconds

ACCOUNTS = 200
# A new kernel per account takes too long for all of them; its rate is that of these.
FEW = 20
_HERE = "benchmarks.dossiers"


def dossiers_made(folder: str, number: int, keep: bool) -> Measured:
    """Run the dossier notebook for the largest accounts of the demo company, cache warm."""
    from kamlib import open_book
    from kamlib.data.reduce.ledger import SNAPSHOT_VARIABLE

    book = open_book("demo")
    accounts = book.accounts.index[:number]
    target = Path(folder) / ("kept" if keep else "fresh")
    target.mkdir(exist_ok=True)
    os.environ[SNAPSHOT_VARIABLE] = book.tables.ledger.snapshot
    with Measured() as run:
        failures = (_kept if keep else _fresh)(accounts, target, str(book.quarter))
    if any(failures):
        raise RuntimeError(next(filter(None, failures)))
    run.report = {"accounts": len(accounts)}
    return run


def _kept(accounts: list[str], target: Path, quarter: str) -> list[str]:
    from kamlib.pack.dossiers import NOTEBOOK
    from kamlib.pack.kept_kernels import KeptKernels
    from kamlib.pack.notebooks import NOTEBOOKS

    given = {"dataset": "demo", "quarter": quarter, "settings": {}}
    with KeptKernels(NOTEBOOKS, given, timeout_seconds=600) as kernels:
        running = [
            kernels.submit(NOTEBOOK, target / f"{each}.ipynb", account=each) for each in accounts
        ]
        return [done.result()[0].failure for done in running]


def _fresh(accounts: list[str], target: Path, quarter: str) -> list[str]:
    from kamlib.pack.kept_kernels import MAX_KERNELS
    from kamlib.pack.notebooks import run_notebook

    def failure(account: str) -> str:
        given = {"dataset": "demo", "quarter": quarter, "settings": {}, "account": account}
        saved = target / f"{account}.ipynb"
        return run_notebook(_notebook(), given, timeout_seconds=600, saved=saved).failure

    with ThreadPoolExecutor(max_workers=min(os.cpu_count() or 1, MAX_KERNELS)) as pool:
        return list(pool.map(failure, accounts))


def _notebook() -> Path:
    from kamlib.pack.dossiers import NOTEBOOK
    from kamlib.pack.notebooks import NOTEBOOKS

    return NOTEBOOKS / f"{NOTEBOOK}.ipynb"


def report(folder: Path, *, number: int = ACCOUNTS) -> Iterator[str]:
    """The lines of part d's table."""
    cache = folder / "cache-dossiers"
    header = ["kernels", "dossiers", "seconds", "dossiers per minute", "ratio", "peak MB"]
    runs = {}
    for name, keep, accounts in (
        ("(cache made warm)", True, 1),
        ("kept from account to account", True, number),
        ("a new one per account", False, min(number, FEW)),
    ):
        arguments = {"folder": str(folder), "number": accounts, "keep": keep}
        runs[name] = measured(f"{_HERE}:dossiers_made", arguments, cache=cache)
    rates = {name: 60 * run.report["accounts"] / run.seconds for name, run in runs.items()}
    slow = rates["a new one per account"]
    yield from printed(
        header,
        [
            [name, str(run.report["accounts"]), seconds(run.seconds), f"{rates[name]:.0f}",
             ratio(rates[name], slow), megabytes(run.peak_mb)]
            for name, run in list(runs.items())[1:]
        ],
    )  # fmt: skip
    yield "peak MB is that of the process that runs the kernels, without the kernels themselves"
