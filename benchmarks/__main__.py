"""Measure kamlib beside what a user would write instead, and print one table per part."""

import argparse
import os
import platform
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from benchmarks import accounts, dossiers, exports, opening, packs, purchases, targets

_PACKAGES = ("duckdb", "ibis-framework", "pandas", "numpy", "pyarrow", "openpyxl",
             "python-calamine", "papermill", "ipykernel")  # fmt: skip


def main() -> None:
    """Run the parts that the command line asks for."""
    options = _options()
    print(_machine(), flush=True)
    with tempfile.TemporaryDirectory(prefix="kam-bench-") as name:
        folder = Path(name)
        parts = {
            "a": ("Account frames of generated ledgers", accounts.report(folder, options.lines)),
            "b": ("Opening Online Retail II", opening.report(folder, quick=options.quick)),
            "c": ("The whole pack, cache warm (seconds)", packs.report(folder)),
            "d": ("Dossiers of 200 accounts", dossiers.report(folder)),
            "e": (
                "Purchase models of simulated accounts",
                purchases.report(folder, purchases.SIZES[: 2 if options.quick else 3]),
            ),
            "f": (
                f"Targeting {targets.PROSPECTS:,} prospects",
                targets.report(folder, repeats=1 if options.quick else 3),
            ),
            "g": (
                "Exports in every convention",
                exports.report(folder, 300 if options.quick else exports.DRAWN),
            ),
        }
        for letter in options.parts:
            title, lines = parts[letter]
            _show(f"({letter}) {title}", lines)


def _show(title: str, lines: Iterator[str]) -> None:
    print(f"\n## {title}\n", flush=True)
    for line in lines:
        print(line, flush=True)


def _machine() -> str:
    """The machine's size and the versions that the figures hold for."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB, load {load:.1f} at the start; "
        f"Python {platform.python_version()}, {versions}"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1 million lines, no openpyxl")
    parser.add_argument("--parts", default="abcdefg", help="which parts (default: abcdefg)")
    parser.add_argument(
        "--lines", type=int, nargs="+", help="sizes of the generated ledgers (default: 1, 5, 20 M)"
    )
    options = parser.parse_args()
    if set(options.parts) - set("abcdefg"):
        parser.error(f"--parts {options.parts}: expected letters of abcdefg")
    options.lines = options.lines or (accounts.SIZES[:1] if options.quick else accounts.SIZES)
    return options


if __name__ == "__main__":
    main()
