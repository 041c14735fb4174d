"""The same figures on every processor: bytes of tables and workbook under several settings.

numpy and OpenBLAS choose their code by the processor, and add up in another order on another one
and with other threads. Each setting is a process of its own, with a ledger of its own and other
hashes of texts.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

PROJECT = Path(__file__).resolve().parents[1]
# What numpy would use here beyond its baseline, the oldest first.
FOUND = [name for name in __cpu_dispatch__ if __cpu_features__.get(name)]
WIDE = [name for name in FOUND if "AVX512" in name or name == "X86_V4"]
INTEL = bool(__cpu_features__.get("SSE42"))


def setting(core, threads, without, seed):
    """The environment of a processor: OpenBLAS's code, threads, what numpy must not use."""
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), str(threads))
    chosen = {"OPENBLAS_CORETYPE": core} if INTEL and core else {}
    disabled = {"NPY_DISABLE_CPU_FEATURES": " ".join(without)} if without else {}
    return {**threads, **chosen, **disabled, "PYTHONHASHSEED": str(seed)}


NEW = setting("SkylakeX" if __cpu_features__.get("AVX512F") else "", 2, [], 1)
USUAL = setting("Haswell" if __cpu_features__.get("AVX2") else "", 2, WIDE, 2)
OLD = setting("Nehalem", 1, FOUND, 3)


def digests(dataset, folder, environment, *options):
    """The SHA-256 of each file that is made of a data set under a setting."""
    clean = {name: text for name, text in os.environ.items() if not name.startswith("NPY_")}
    paths = os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH", "")]))
    done = subprocess.run(
        [sys.executable, str(PROJECT / "tests" / "same_bytes.py"), dataset, folder, *options],
        env=clean | environment | {"KAM_CACHE": str(folder / "cache"), "PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        check=True,
        timeout=600,
    )
    return json.loads(done.stdout)


def check_same(dataset, tmp_path, settings, *options):
    found = [
        digests(dataset, tmp_path / str(number), environment, *options)
        for number, environment in enumerate(settings)
    ]
    first = found[0]
    assert len(first) > 50
    for other in found[1:]:
        assert list(other) == list(first)
        assert [name for name in first if first[name] != other[name]] == []


def test_the_demos_tables_and_workbook_are_the_same_on_every_processor(tmp_path):
    check_same("demo", tmp_path, (NEW, USUAL, OLD), "--workbook")


def test_the_tables_of_real_data_are_the_same_on_every_processor(online_retail_parquet, tmp_path):
    check_same(str(online_retail_parquet), tmp_path, (NEW, OLD))


def test_a_difference_is_found(tmp_path, monkeypatch):
    made = iter([{str(n): "a" for n in range(60)}, {str(n): "ab"[n == 7] for n in range(60)}])
    monkeypatch.setitem(globals(), "digests", lambda *_args: next(made))
    with pytest.raises(AssertionError, match="'7'"):
        check_same("demo", tmp_path, (NEW, OLD))
