"""Part e: fitting and scoring the purchase models, beside the archived package lifetimes."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measured import TIMEOUT_SECONDS, Measured, environment, measured, median
from benchmarks.tables import megabytes, printed, ratio, seconds

SIZES = (10_000, 100_000, 1_000_000)
REPEATED_UP_TO = 100_000
LIFETIMES = ("lifetimes==0.11.3", "pandas<2", "numpy<1.24", "scipy<1.11")
_HERE = "benchmarks.purchases"
_HORIZON_WEEKS, _AGE_WEEKS, _SEED = 13, (4.0, 156.0), 2026
_COLUMNS = ["repeats", "last_weeks", "age_weeks"]
# What a user of lifetimes writes; its time is that of fit(), without imports and reading.
_SCRIPT = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import pandas as pd
from lifetimes import ModifiedBetaGeoFitter
rows = pd.read_csv(sys.argv[1])
start = time.process_time()
model = ModifiedBetaGeoFitter().fit(rows["repeats"], rows["last_weeks"], rows["age_weeks"])
seconds = time.process_time() - start
status = [line for line in open("/proc/self/status") if "VmHWM" in line]
peak = int(status[0].split()[1]) / 1024 if status else 0.0
report = {name: float(model.params_[name]) for name in ("r", "alpha", "a", "b")}
print(json.dumps({"processor_seconds": seconds, "peak_mb": peak, "report": report}))
"""


def drawn(file: str, accounts: int) -> Measured:
    """Draw accounts of three years with known parameters, in whole days, and store them."""
    from benchmarks.simulation import simulated_histories
    from kamlib.analysis.models.purchase import Process

    with Measured() as run:
        rows = simulated_histories(
            Process(0.8, 8.0, 0.6, 4.0), accounts=accounts, age_weeks=_AGE_WEEKS,
            horizon_weeks=_HORIZON_WEEKS, seed=_SEED,
        )  # fmt: skip
        days = (rows[["last_weeks", "age_weeks"]] * 7).round() / 7
        days["last_weeks"] = days.min(axis=1)
        days.insert(0, "repeats", rows["repeats"])
        days.to_csv(file, index=False)
    return run


def fitted(file: str, regularity: int) -> Measured:
    """Fit kamlib's model to all accounts, grouped by equal history."""
    import pandas as pd
    import scipy.optimize  # noqa: F401 - imports are not timed

    from kamlib.analysis.models.purchase import purchase_fit

    rows = pd.read_csv(file)
    with Measured() as run:
        fit = purchase_fit(rows, regularity=regularity)
    run.report = {**fit.parameters["value"], "groups": fit.groups, "status": fit.status}
    return run


def scored(file: str) -> Measured:
    """P(alive), P(active) and expected orders of every account."""
    import pandas as pd
    import scipy.special  # noqa: F401 - imports are not timed

    from benchmarks.expected_orders import purchase_outlook
    from kamlib.analysis.models.purchase import Process

    rows = pd.read_csv(file)
    with Measured() as run:
        outlook = purchase_outlook(Process(0.8, 8.0, 0.6, 4.0), rows, horizon_weeks=_HORIZON_WEEKS)
    run.report = {"p_active": float(outlook["p_active"].mean())}
    return run


def lifetimes_fitted(python: Path, file: str) -> Measured | None:
    """The same model by lifetimes; None where it fails, as it does when it does not converge."""
    done = subprocess.run(
        [str(python), "-c", _SCRIPT, file], capture_output=True, text=True, timeout=TIMEOUT_SECONDS
    )
    return Measured(**json.loads(done.stdout.splitlines()[-1])) if not done.returncode else None


def report(folder: Path, sizes: tuple[int, ...] = SIZES) -> Iterator[str]:
    """The lines of part e's table, in processor seconds."""
    cache = folder / "cache-purchases"
    python = environment(folder / "lifetimes", LIFETIMES)
    header = ["accounts", "groups", "MBG/NBD: seconds", "peak MB", "MBG/CNBD-2: seconds",
              "peak MB", "scoring: seconds", "peak MB", "lifetimes: seconds", "ratio",
              "peak MB", "parameters apart"]  # fmt: skip
    rows = []
    for accounts in sizes:
        file = str(folder / f"purchases-{accounts}.csv")
        measured(f"{_HERE}:drawn", {"file": file, "accounts": accounts}, cache=cache)
        turns = range(3 if accounts <= REPEATED_UP_TO else 1)
        works = [("fitted", {"regularity": 1}), ("fitted", {"regularity": 2}), ("scored", {})]
        runs = [
            median(measured(f"{_HERE}:{name}", {"file": file, **more}, cache=cache) for _ in turns)
            for name, more in works
        ]
        row = [f"{accounts:,}", f"{runs[0].report['groups']:,}"]
        for run in runs:
            row += [seconds(run.processor_seconds), megabytes(run.peak_mb)]
        rows.append([*row, *_beside(python, file, runs[0])])
    yield from printed(header, rows)
    if python is None:
        yield "lifetimes could not be installed"


def _beside(python: Path | None, file: str, own: Measured) -> list[str]:
    """Seconds, ratio, memory, and by how much a parameter differs at most, once by lifetimes."""
    other = lifetimes_fitted(python, file) if python else None
    if other is None:
        return ["-"] * 4
    apart = max(abs(value / own.report[name] - 1) for name, value in other.report.items())
    took = other.processor_seconds
    return [seconds(took), ratio(took, own.processor_seconds), megabytes(other.peak_mb),
            f"{apart:.0e}"]  # fmt: skip
