"""Results that several processes of one run need: the first makes them, the others read them.

A report run has a folder for it that is its user's alone and goes with the run; without one
everybody computes for himself. It lies beside the files by which the run's kernels are told what
to do: who could write there could tell them anything, so what lies there is read as it is.
"""

import os
import pickle
import time
from collections.abc import Callable
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import Any

from kamlib.data.results import ask, resting
from kamlib.living import only_run
from kamlib.words import SOURCE, language

FOLDER_VARIABLE = "KAM_RESULTS"
POLL = 0.02  # seconds between two looks at what another process is making
WORTH = 0.03  # seconds: what is made faster than it is read is not handed on


def results_folder(*, wordless: bool = False) -> Path | None:
    """The folder through which this run hands on results, if it has one.

    A text is told in another language by who knows how it was made: there only what is
    ``wordless`` is handed on.
    """
    folder = os.environ.get(FOLDER_VARIABLE, "")
    if not folder or not Path(folder).is_dir():
        return None
    return Path(folder) if wordless or language() == SOURCE else None


def shared_result(folder: Path, names: tuple[str, ...], compute: Callable[[], Any]) -> Any:
    """A result by its names, made by whichever process of the run asks first.

    Parameters
    ----------
    folder
        As ``results_folder`` gives it.
    names
        What tells it from all others of the run: book, settings, chapter, result.
    """
    path = folder / f"{sha256(chr(31).join(names).encode()).hexdigest()[:32]}.result"
    while not path.exists():
        with ExitStack() as stack:
            try:
                mine = stack.enter_context(only_run(path.with_suffix(".busy")))
            except OSError:
                return compute()
            if mine and not path.exists():
                return _made(path, compute)
        if not mine:  # whoever is making it lives: of one that died nothing is held
            time.sleep(POLL)
    asked, value = pickle.loads(path.read_bytes())
    ask(*asked)
    return value


def _made(path: Path, compute: Callable[[], Any]) -> Any:
    began = time.process_time()
    with resting() as asked:
        value = compute()
    ask(*asked)
    if time.process_time() - began < WORTH:
        return value
    part = path.with_suffix(".part")
    try:
        part.write_bytes(pickle.dumps((sorted(asked), value), pickle.HIGHEST_PROTOCOL))
        part.replace(path)
    except (OSError, TypeError, AttributeError, pickle.PicklingError):
        part.unlink(missing_ok=True)  # each makes it for itself
    return value
