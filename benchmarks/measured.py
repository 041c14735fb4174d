"""One piece of work in a process of its own: its seconds, its peak memory, what it reports."""

import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Self

PROJECT = Path(__file__).resolve().parents[1]
TIMEOUT_SECONDS = 1500


@dataclass
class Measured:
    """What a piece of work took: wall seconds without imports, MB at its peak, its report.

    ``processor_seconds`` are those of all its threads: on a busy machine they say more.
    Used as a context around the work, in the process that does it.
    """

    seconds: float = 0.0
    peak_mb: float = 0.0
    report: dict[str, Any] = field(default_factory=dict)
    processor_seconds: float = 0.0

    def __enter__(self) -> Self:
        self.seconds, self.processor_seconds = -time.perf_counter(), -time.process_time()
        return self

    def __exit__(self, *_error: object) -> None:
        self.seconds += time.perf_counter()
        self.processor_seconds += time.process_time()
        self.peak_mb = peak_mb()


def measured(
    work: str, arguments: Mapping[str, Any], *, cache: Path, memory_mb: int | None = None
) -> Measured:
    """Run ``module:function`` with arguments in a new process with its own kamlib cache.

    ``memory_mb`` is what it may use, as ``KAM_MEMORY_MB`` says it.

    Raises
    ------
    RuntimeError
        The work failed.
    """
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.measured", work, json.dumps(dict(arguments))],
        cwd=PROJECT,
        env={
            **os.environ,
            "KAM_CACHE": str(cache),
            **({"KAM_MEMORY_MB": str(memory_mb)} if memory_mb else {}),
        },
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
    )
    if done.returncode:
        raise RuntimeError(f"{work} failed:\n{done.stderr[-2000:]}")
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def environment(home: Path, packages: Iterable[str]) -> Path | None:
    """Python of a new environment with packages that are none of ours; None if not to be had."""
    python = home / "bin" / "python"
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for command in ([sys.executable, "-m", "venv", home], [*install, *packages]):
        done = subprocess.run([str(part) for part in command], capture_output=True, check=False)
        if done.returncode:
            return None
    return python


def median(runs: Iterable[Measured]) -> Measured:
    """The run in the middle by its seconds, with the highest peak of all."""
    ordered = sorted(runs, key=lambda run: run.seconds)
    middle = ordered[(len(ordered) - 1) // 2]
    return replace(middle, peak_mb=max(run.peak_mb for run in ordered))


def peak_mb() -> float:
    """The peak of this process's resident memory.

    On Linux from /proc: getrusage's ``ru_maxrss`` begins with the peak of the parent process.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if "VmHWM" in line)
        return int(line.split()[1]) / 1024
    import resource

    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def main() -> None:
    """Do the work that the command line names and print its measures as one line of JSON."""
    module, name = sys.argv[1].split(":")
    work = getattr(importlib.import_module(module), name)
    print(json.dumps(asdict(work(**json.loads(sys.argv[2])))))


if __name__ == "__main__":
    main()
