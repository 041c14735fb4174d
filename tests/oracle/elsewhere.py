"""What is made of a data set in a process of its own, with the processor as it is set.

numpy and OpenBLAS choose their code by the processor, and add up in another order on another one
and with other threads. Each setting is a process with a ledger of its own and other hashes of
texts. Run as ``python tests/oracle/elsewhere.py <data set> <folder> <what>``, where what is
``tables``, ``workbook`` (with the tables) or ``pack``: writes into the folder and says where.
With OMP_NUM_THREADS=1 the database, too, has one core only.
"""

import os
import subprocess
import sys
from pathlib import Path

from held import FEW
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

from kamlib import open_book
from kamlib.chapters.catalogue import pack_tables
from kamlib.pack.dossiers import hrefs, planned_dossiers
from kamlib.places import PROJECT
from kamlib.show.files import write_csv
from kamlib.workbook.workbook import write_workbook

# What numpy would use here beyond its baseline, the oldest first.
FOUND = [name for name in __cpu_dispatch__ if __cpu_features__.get(name)]
WIDE = [name for name in FOUND if "AVX512" in name or name == "X86_V4"]
QUICK = {"stability.resamples": 10, "replay.quarters": 1}  # of no held pack
INTEL = bool(__cpu_features__.get("SSE42"))


def setting(core, threads, without, seed):
    """The environment of a processor: OpenBLAS's code, threads, what numpy must not use."""
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), str(threads))
    chosen = {"OPENBLAS_CORETYPE": core} if INTEL and core else {}
    disabled = {"NPY_DISABLE_CPU_FEATURES": " ".join(without)} if without else {}
    return {**threads, **chosen, **disabled, "PYTHONHASHSEED": str(seed)}


NEW = setting("SkylakeX" if __cpu_features__.get("AVX512F") else "", 2, [], 1)
OLD = setting("Nehalem", 1, FOUND, 3)


def made(dataset, folder, environment, what):
    """The folder in which something was made of a data set under a setting."""
    clean = {name: text for name, text in os.environ.items() if not name.startswith("NPY_")}
    paths = os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH", "")]))
    done = subprocess.run(
        [sys.executable, __file__, dataset, folder, what],
        env=clean | environment | {"KAM_CACHE": str(folder / "cache"), "PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=600,
    )
    return Path(done.stdout.strip())


def make(dataset, folder, what):
    """Make it in this process; returns the folder in which it is."""
    book = open_book(dataset, settings=FEW if dataset == "demo" else FEW | QUICK)
    tables = pack_tables(book)
    for name, frame in tables.items():
        write_csv(frame, folder / "made" / "tables" / f"{name}.csv")
    if what == "workbook":
        path = folder / "made" / book.workbook_name
        write_workbook(path, book, tables, dossiers=hrefs(planned_dossiers(book, tables)))
    return folder / "made"


if __name__ == "__main__":
    if os.environ.get("OMP_NUM_THREADS") == "1" and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    given, into, wanted = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    (into / "made" / "tables").mkdir(parents=True, exist_ok=True)
    print(make(given, into, wanted))
