"""What tests of several rooms share: the companies over real data, and their written packs.

The demo company's clean copy is ../conftest.py's.
"""

import gc
import os
import pickle
import re
import shutil
import sys
import time
from pathlib import Path

import pytest
from filelock import FileLock

# pytest does not put test folders on the path; these serve several tests.
sys.path[:0] = [
    str(Path(__file__).parent / folder) for folder in (".", "data", "oracle", "hostile", "..")
]

pytest.register_assert_rewrite("workbook_cells")  # before anybody imports it

from companies import adventureworks_in, retail_parquet_in, salvirt_in, shared  # noqa: E402
from elsewhere import OLD, made  # noqa: E402
from held import company_pack  # noqa: E402

from kamlib.chapters import chapter  # noqa: E402
from kamlib.data import sharing  # noqa: E402
from kamlib.pack import pack  # noqa: E402
from kamlib.words import SOURCE, language  # noqa: E402

QUICK = "KAM_QUICK_SECONDS"  # quick.py sets it: how long tests are begun
SUITE = "KAM_SUITE_SECONDS"  # CI sets it: how long slow tests are begun on a slow machine
REST = 150  # seconds more in which the others are begun
UNTIL = pytest.StashKey[tuple[float, float]]()
RESULTS = {"shared": True}  # whether the test at work reads what others made, and hands it on
# Whoever asks for one of these starts LibreOffice or kernels, or reads large real data.
SLOW_FIXTURES = {
    *("pseudo", "recalculated", "demo_pack", "demo_pack_elsewhere", "adventureworks_pack"),
    *("online_retail", "online_retail_parquet", "retail", "retail_keys", "retail_lines"),
    *("adventureworks", "works_keys", "salvirt", "salvirt_deals", "cdnow"),
}


# Whoever asks for one of these makes a whole pack again: `make long` runs them.
LONG_FIXTURES = {"pseudo", "demo_pack_elsewhere"}

# Packs are begun first, so that the workers of a run end together; then the many quick tests, and
# at the end what a slow machine may have no time for.
FIRST = ("tests/pack/test_pack", "tests/notebooks/test_notebooks", "tests/oracle/", "notebooks/")
LAST = (
    *("tests/data/guess/test_amounts", "tests/test_cli", "tests/workbook/", "tests/pack/"),
    *(
        "tests/chapters/",
        "tests/data/dossiers/",
        "tests/data/test_cases",
        "tests/data/test_exports",
    ),
)


def pytest_configure(config):
    """Workers take the files in this order, not by the number of their tests."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Mark as slow what asks for something slow, and begin with the packs."""
    for item in items:
        if LONG_FIXTURES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("long")
        if SLOW_FIXTURES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("slow")

    def place(item):
        path = item.path.relative_to(config.rootpath).as_posix()
        order = (*FIRST, "", *LAST)
        known = [n for n, name in enumerate(order) if name and path.startswith(name)]
        return known[0] if known else len(FIRST)

    if QUICK not in os.environ:  # a quick run begins with what is nearest
        items.sort(key=place)


def pytest_collection_finish(session):
    """A run's time begins with its first test."""
    seconds = float(os.environ.get(QUICK, "inf")), float(os.environ.get(SUITE, "inf"))
    session.config.stash[UNTIL] = tuple(time.monotonic() + each for each in seconds)


def pytest_runtest_setup(item):
    """Skip what ``make quick``, or CI on a slow machine, has no time left for."""
    now, (quick, suite) = time.monotonic(), item.config.stash[UNTIL]
    if now > quick:
        pytest.skip("no time left in a quick run: `make test` runs all")
    if now > suite + (0 if item.get_closest_marker("slow") else REST):
        pytest.skip(f"no time left on this machine: without {SUITE} `make test` runs all")


@pytest.fixture(scope="session", autouse=True)
def without_looking_and_waiting():
    """What was imported is never garbage, and no test cuts the power before the disk has it all."""
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "fsync", lambda handle: None)
        yield


@pytest.fixture(scope="session")
def base_of_run(tmp_path_factory) -> Path:
    """A folder of this run, the same for all its workers."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def once_a_run(base_of_run):
    """Make something slow in a folder once, whatever the number of workers that want it.

    What is made must be picklable: other workers, and other modules, get a copy of it.
    """

    def make_once(name, make):
        folder = base_of_run / f"once-{name}"
        with FileLock(f"{folder}.lock"):
            made = folder / "made.pickle"
            if not made.exists():
                shutil.rmtree(folder, ignore_errors=True)  # of one that failed
                folder.mkdir()
                made.write_bytes(pickle.dumps(make(folder)))
        return pickle.loads(made.read_bytes())

    return make_once


@pytest.fixture(scope="session", autouse=True)
def results_of_companies_once():
    """What a chapter makes of a company that no test changes is made once a run, as in a report.

    Tests that patch something make all for themselves: see ``alone_where_patched``.
    """
    folder = Path(os.environ["KAM_DATA"]).parent / "results"  # that of the committed notebooks, too
    told = re.compile(rf"{re.escape(os.environ['KAM_DATA'])}/demo/|/once-[a-z]+-set/")

    def shared_here(given, names, compute):
        if given is folder and not told.search(Path(names[0]).as_posix()):
            return compute()
        return sharing.shared_result(given, names, compute)

    def folder_here(**kind):
        own = folder if RESULTS["shared"] and language() == SOURCE else None
        return sharing.results_folder(**kind) or own

    to_kernels = pack._told_to_kernels

    def told_here(book, tables, own):
        known = RESULTS["shared"] and told.search(Path((*book.made_as, "")[0]).as_posix())
        return to_kernels(book, tables, folder if known else own)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(chapter, "shared_result", shared_here)
        patched.setattr(chapter, "results_folder", folder_here)
        patched.setattr(pack, "_told_to_kernels", told_here)
        yield


@pytest.fixture(autouse=True)
def alone_where_patched(request):
    """A test that patches something shares no results, in either direction."""
    RESULTS["shared"] = "monkeypatch" not in request.fixturenames
    yield
    RESULTS["shared"] = True


@pytest.fixture(scope="session")
def demo_pack(once_a_run):
    """The demo company's pack of 2025Q4 with three dossiers: to be read, not to be changed."""
    return once_a_run("demo", lambda folder: company_pack("demo", folder))


@pytest.fixture(scope="session")
def demo_pack_elsewhere(once_a_run) -> Path:
    """The folder of its tables and workbooks, made again by a process on an older processor."""
    return once_a_run("elsewhere", lambda folder: made("demo", folder, OLD, "workbook"))


@pytest.fixture(scope="session")
def adventureworks_pack(once_a_run):
    """The pack of AdventureWorks of 2020Q1 with three dossiers: to be read."""
    return once_a_run("adventureworks", lambda folder: company_pack("adventureworks", folder))


@pytest.fixture(scope="session")
def online_retail() -> Path:
    """The folder of Online Retail II with its dataset.toml over the .xlsx."""
    return shared("online-retail-ii")


@pytest.fixture(scope="session")
def online_retail_parquet(once_a_run) -> Path:
    """A data set with the same mapping over the same lines as Parquet: to be read."""
    return once_a_run("retail-set", retail_parquet_in)


@pytest.fixture(scope="session")
def adventureworks(once_a_run) -> Path:
    """A data set over the shared AdventureWorks files: to be read."""
    return once_a_run("works-set", adventureworks_in)


@pytest.fixture(scope="session")
def salvirt(once_a_run) -> Path:
    """A data set over the shared Salvirt deals: to be read."""
    return once_a_run("deals-set", salvirt_in)


@pytest.fixture
def without_collecting():
    """Parsing makes many short-lived objects: a third of the time went into looking for them."""
    gc.disable()
    yield
    gc.enable()
    gc.collect()
