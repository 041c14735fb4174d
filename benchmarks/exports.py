"""The proof on thousands of drawn exports: right, named, stopped; silently wrong is a failure."""

import gc
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measured import PROJECT

DRAWN = 3_000
_SHOWN = 20


def report(folder: Path, drawn: int = DRAWN, seed: int = 2026) -> Iterator[str]:
    """Draw exports of one to four conventions, and say in lines of Markdown how they end."""
    sys.path[:0] = [str(PROJECT / "tests" / "data")]
    from exports import ASPECTS, settled

    draw = random.Random(seed)
    ends: Counter[str] = Counter()
    silent_ones = []
    begun = time.process_time()
    for number in range(drawn):
        aspects = draw.sample(list(ASPECTS), draw.randint(1, 4))
        choices = settled({aspect: draw.choice(ASPECTS[aspect]) for aspect in aspects})
        end, told = _end(choices, draw.randrange(10_000), folder / f"export-{number}")
        ends[end] += 1
        if end == "silent":
            silent_ones.append(f"- {choices}: {told}")
        if number % 100 == 99:
            gc.collect()
    yield "| end | exports | share |"
    yield "|---|---:|---:|"
    for end, count in ends.most_common():
        yield f"| {end} | {count:,} | {count / drawn:.1%} |"
    yield f"\n{time.process_time() - begun:,.0f} s of processor time"
    yield from silent_ones[:_SHOWN]


def _end(choices: dict[str, str], seed: int, folder: Path) -> tuple[str, str]:
    """How an export ends: right, asked, named, stopped, traceback or silent; and what it told."""
    from export_oracle import silent, wrong_figures
    from exports import written
    from outcomes import outcome

    files, truth = written(choices, seed, folder / "files")
    try:
        found = outcome(files, folder)
    except Exception as error:  # a traceback for a user, counted like any other end
        return "traceback", f"{type(error).__name__}: {error}"
    if found.error:
        return "stopped", found.error
    if told := silent(found, truth, choices):
        return "silent", told
    if list(wrong_figures(found, truth)):
        return "named", ""
    return ("asked" if found.asked else "right"), ""
