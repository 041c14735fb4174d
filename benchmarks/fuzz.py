"""Thousands of hostile inputs, kills, planted caches and a browser: ``python -m benchmarks.fuzz``.

What is tried stands in ``tests/hostile``, where a short version of it is tested.
"""

import argparse
import datetime as dt
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.measured import PROJECT
from benchmarks.tables import printed

sys.path[:0] = [str(PROJECT / "tests" / "hostile")]

INPUTS = 3_000
KILLS = 200
WHOLE_KILLS = 16  # of them with real kernels: each takes half a minute
CACHES = 150
DOSSIERS = 3
_SHOWN = 60
_ENDS = ("accepted", "refused", "traceback", "abort", "hang")
_BESIDE = ("lost", "outside", "left")


def main() -> None:
    """Try what the command line asks for, and print the tables of ``benchmarks/README.md``."""
    options = _options()
    begun = time.monotonic()
    print(f"{dt.date.today():%Y-%m-%d}, seed {options.seed}\n", flush=True)
    with tempfile.TemporaryDirectory(prefix="kam-fuzz-") as name:
        folder = Path(name)
        for line in (
            *_inputs(options.seed, options.inputs, options.caches, folder),
            *_kills(options.seed, options.kills, min(options.whole, options.kills), folder),
            *(_pack(folder) if options.browser else ()),
        ):
            print(line, flush=True)
    print(f"\n{(time.monotonic() - begun) / 60:.0f} minutes by the clock")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=INPUTS, help="mutants (default: 3,000)")
    parser.add_argument("--caches", type=int, default=CACHES, help="planted caches (default: 150)")
    parser.add_argument("--kills", type=int, default=KILLS, help="killed reports (default: 200)")
    parser.add_argument("--whole", type=int, default=WHOLE_KILLS, help="of them with kernels (16)")
    parser.add_argument("--no-browser", dest="browser", action="store_false")
    parser.add_argument("--seed", type=int, default=2026)
    return parser.parse_args()


def _inputs(seed: int, count: int, caches: int, folder: Path) -> Iterator[str]:
    """The table of inputs by level, and what was wrong, in words."""
    from caches import planted
    from mutants import corpus, mutant
    from trials import Listener, dossiers, tried

    kept = dossiers(folder / "dossiers")
    listener = Listener()
    ways: dict[str, Iterable[Any]] = {
        "mutants": (mutant(seed, number, kept) for number in range(count)),
        "corpus": corpus(),
        "caches": planted(seed, caches, folder / "caches"),
    }
    counts: dict[str, Counter[str]] = {}
    wrong: list[str] = []
    for name, inputs in ways.items():
        for trial in tried(inputs, folder / name, port=listener.port):
            level = trial.level if name == "mutants" else name
            counts.setdefault(level, Counter()).update(
                [trial.end, *(f for f in trial.faults if f in _BESIDE)]
            )
            counts[level]["seconds"] += trial.seconds
            counts[level]["inputs"] += 1
            if trial.faults:
                wrong.append(_told(trial))
    listener.close()
    yield from printed(["level", "inputs", *_ENDS, *_BESIDE, "CPU s"], _rows(counts))
    yield f"\nCalls of a listener on this machine: {len(listener.calls)}"
    yield from wrong[:_SHOWN]
    yield ""


def _rows(counts: dict[str, Counter[str]]) -> list[list[str]]:
    everything = sum(counts.values(), Counter())
    return [
        [level, *(f"{found[each]:,.0f}" for each in ("inputs", *_ENDS, *_BESIDE, "seconds"))]
        for level, found in {**counts, "all": everything}.items()
    ]


def _told(trial: Any) -> str:
    said = trial.told.strip().splitlines()[-1:] if trial.end not in ("accepted", "refused") else []
    parts = [trial.lost, trial.outside, trial.left, *said]
    return (
        f"- {', '.join(trial.faults)}: {trial.name[:200]}: {'; '.join(filter(None, parts))[:500]}"
    )


def _kills(seed: int, count: int, whole: int, folder: Path) -> Iterator[str]:
    """The table of killed reports by the signal, and what was wrong, in words."""
    from kills import killed

    counts: dict[str, Counter[str]] = {}
    wrong = []
    for kill in killed(seed, count - whole, whole, folder / "kills"):
        name = f"{kill.by}, whole run" if kill.whole else kill.by
        counts.setdefault(name, Counter()).update(("runs", kill.end, *kill.faults))
        if kill.faults:
            wrong.append(f"- {kill}")
    kinds = ("runs", "kept", "new", "aside", "broken", "lost pack", "left", "processes", "deaf")
    rows = [[name, *(str(found[kind]) for kind in kinds)] for name, found in sorted(counts.items())]
    yield from printed(["ended by", *kinds], rows)
    yield from wrong[:_SHOWN]
    yield ""


def _pack(folder: Path) -> Iterator[str]:
    """The table of the company of strangers: its pages in a browser, its workbook and tables."""
    from strangers import browsed, made_of_data, written_pack
    from trials import Listener

    listener = Listener()
    pack = written_pack(folder / "strangers", listener.port, dossiers=DOSSIERS)
    made = made_of_data(pack.folder)
    rows = [["pages that failed", str(len(pack.failures))],
            ["formulas and links made of data", str(len(made))]]  # fmt: skip
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    told = list(made)
    if chromium:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            seen = browsed(pack.folder, browser)
            browser.close()
        shown = {"pages opened": seen.pages, "payloads in their text": seen.names}
        found = {"scripts that ran": seen.ran, "requests": seen.asked, "dialogs": seen.dialogs,
                 "links and handlers made of data": seen.links}  # fmt: skip
        rows += [[name, f"{number:,}"] for name, number in shown.items()]
        rows += [[name, str(len(each))] for name, each in found.items()]
        told += [f"{name}: {each}" for name, every in found.items() for each in every]
    listener.close()
    rows.append(["calls of a listener on this machine", str(len(listener.calls))])
    yield from printed(["hostile data set", "count"], rows)
    yield from (f"- {each}" for each in told[:_SHOWN])
    if not chromium:
        yield "left out: no Chromium to open the pages with"


if __name__ == "__main__":
    main()
