"""A demo company, a cache and a consent of the test run's own: what a user did changes no test.

Here and not in tests/, because the notebooks are tests too, and their kernels inherit it.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

DEMO = Path(__file__).parent / "data" / "demo"
_OWN = pytest.StashKey[Path]()


def pytest_configure(config):
    """Copy the demo company as it is committed: without dossiers and whatever else was added.

    Of what came back stays what the generator wrote.
    """
    if hasattr(config, "workerinput"):  # a worker inherits what the run has set
        return
    own = config.stash[_OWN] = Path(tempfile.mkdtemp(prefix="kam-tests-"))
    shutil.copytree(DEMO, own / "data" / "demo", ignore=_folders)
    os.environ["KAM_DATA"], os.environ["KAM_CACHE"] = str(own / "data"), str(own / "cache")
    os.environ["KAM_KEY"] = str(own / "key")
    os.environ["KAM_CONSENT"] = str(own / "consent")
    (own / "results").mkdir()
    # The workers of a run, and the kernels of its notebooks, share the cores already.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def pytest_unconfigure(config):
    """Remove the copy and the cache."""
    if _OWN in config.stash:
        shutil.rmtree(config.stash[_OWN], ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    """Committed notebooks run as those of a report do: what one has made the others read."""
    with pytest.MonkeyPatch.context() as patched:
        if item.path.suffix == ".ipynb":
            patched.setenv("KAM_RESULTS", str(Path(os.environ["KAM_DATA"]).parent / "results"))
        return (yield)


def _folders(folder, names):
    if Path(folder).name == "returned":
        return [name for name in names if not name.startswith("todo-2025Q4-")]
    return [name for name in names if (Path(folder) / name).is_dir() and name != "returned"]
