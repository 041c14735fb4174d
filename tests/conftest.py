"""Where the shared real data is; the demo company's clean copy is ../conftest.py's."""

import sys
from pathlib import Path

import pytest

from kamlib.pack.threads import one_thread

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
SALVIRT = Path(__file__).parent / "data" / "salvirt"
ADVENTUREWORKS = Path(__file__).parent / "data" / "adventureworks" / "dataset.toml"

# pytest does not put test folders on the path; tests/data/sales_table.py serves several tests.
sys.path.insert(0, str(ADVENTUREWORKS.parents[1]))


@pytest.fixture(scope="session", autouse=True)
def one_thread_each():
    """The workers of a run, and the kernels of its notebooks, share the cores already."""
    with one_thread():
        yield


def shared_folder(name: str) -> Path:
    """A folder of the shared real data, or the reason why the test is skipped."""
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"the shared real data is not there: {name}")
    return folder


@pytest.fixture(scope="session")
def online_retail() -> Path:
    """The folder of Online Retail II with its dataset.toml over the .xlsx."""
    return shared_folder("online-retail-ii")


@pytest.fixture(scope="session")
def online_retail_parquet(online_retail, tmp_path_factory) -> Path:
    """A data set with the same mapping over the same lines as Parquet."""
    text = (online_retail / "dataset.toml").read_text(encoding="utf-8")
    file = (online_retail / "online_retail_II.parquet").as_posix()
    xlsx = '"online_retail_II.xlsx"'
    assert xlsx in text
    folder = tmp_path_factory.mktemp("retail") / "online-retail-parquet"
    folder.mkdir()
    text = text.replace(xlsx, f'"{file}"\npart = "\\"Sheet\\""', 1)
    (folder / "dataset.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def adventureworks(tmp_path_factory) -> Path:
    """A data set over the shared AdventureWorks files: tests/data/adventureworks/dataset.toml."""
    source = shared_folder("adventureworks-reseller")
    folder = tmp_path_factory.mktemp("works") / "adventureworks"
    folder.mkdir()
    text = ADVENTUREWORKS.read_text(encoding="utf-8").replace("SHARED/", f"{source.as_posix()}/")
    (folder / "dataset.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def salvirt(tmp_path_factory) -> Path:
    """A data set over the shared Salvirt deals, won and lost: tests/data/salvirt/dataset.toml."""
    source = shared_folder("salvirt-b2b")
    folder = tmp_path_factory.mktemp("deals") / "salvirt"
    folder.mkdir()
    text = (SALVIRT / "dataset.toml").read_text(encoding="utf-8")
    text = text.replace("SHARED/", f"{source.as_posix()}/")
    (folder / "dataset.toml").write_text(text, encoding="utf-8")
    (folder / "sales.csv").write_bytes((SALVIRT / "sales.csv").read_bytes())
    return folder
