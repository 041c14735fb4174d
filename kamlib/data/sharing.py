"""Results that several processes of one run need: the first makes them, the others read them.

A report run has a folder for it that is its user's alone and goes with the run; without one
everybody computes for himself. Only frames that come back exactly as they were are handed on.
"""

import json
import os
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kamlib.data.results import ask, resting
from kamlib.words import SOURCE, language

FOLDER_VARIABLE = "KAM_RESULTS"
PATIENCE = 60.0  # seconds, for another process that is making the same
_RESTS = b"kam_rests"


def shared_result(names: tuple[str, ...], compute: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """A result by its names, made by whichever process of the run asks first.

    Parameters
    ----------
    names
        What tells it from all others of the run: book, settings, chapter, result.
    """
    folder = os.environ.get(FOLDER_VARIABLE, "")
    # A text is told in another language by who knows how it was made.
    if not folder or not Path(folder).is_dir() or language() != SOURCE:
        return compute()
    path = Path(folder) / f"{sha256(chr(31).join(names).encode()).hexdigest()[:32]}.parquet"
    busy, until = path.with_suffix(".busy"), time.monotonic() + PATIENCE
    while True:
        if path.exists():
            return _read(path)
        try:
            busy.touch(exist_ok=False)
        except FileExistsError:
            if time.monotonic() > until:
                return compute()
            time.sleep(0.05)
            continue
        except OSError:
            return compute()
        try:
            return _made(path, compute)
        finally:
            busy.unlink(missing_ok=True)


def _made(path: Path, compute: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    with resting() as asked:
        value = compute()
    ask(*asked)
    part = path.with_suffix(".part")
    try:
        table = pa.Table.from_pandas(value)
        told = {**(table.schema.metadata or {}), _RESTS: json.dumps(sorted(asked)).encode()}
        pq.write_table(table.replace_schema_metadata(told), part)
        pd.testing.assert_frame_equal(pq.read_table(part).to_pandas(), value, check_exact=True)
        part.replace(path)
    except (AssertionError, pa.ArrowException, OSError, TypeError, ValueError):
        part.unlink(missing_ok=True)  # each makes it for itself
    return value


def _read(path: Path) -> pd.DataFrame:
    table = pq.read_table(path)
    ask(*json.loads(table.schema.metadata[_RESTS]))
    return table.to_pandas()
