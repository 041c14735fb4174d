"""One thread per process: for this one and those that it starts, and only for as long."""

import os
import subprocess
import sys

from threadpoolctl import threadpool_info

from kamlib.pack.threads import VARIABLES, one_thread

COUNT = "import numpy; from threadpoolctl import threadpool_info as pools; " + (
    "print(max(pool['num_threads'] for pool in pools()))"
)


def test_this_process_and_its_children_calculate_with_one_thread(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    before = [pool["num_threads"] for pool in threadpool_info()]
    with one_thread():
        assert {pool["num_threads"] for pool in threadpool_info()} <= {1}
        child = subprocess.run([sys.executable, "-c", COUNT], capture_output=True, text=True)
        assert child.stdout.strip() == "1", child.stderr
    assert [pool["num_threads"] for pool in threadpool_info()] == before
    assert not set(VARIABLES) & set(os.environ)


def test_what_the_user_has_set_stays(monkeypatch):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    with one_thread():
        assert os.environ["OPENBLAS_NUM_THREADS"] == "3"
    assert os.environ["OPENBLAS_NUM_THREADS"] == "3"
