"""The companies that tests open beside the demo: sets over the shared real data.

The data is looked for in ``../shared/data`` beside the project, or in the folder that KAM_SHARED
names; without it the tests that need it are skipped.
"""

import os
from pathlib import Path

import pytest
from consenting import consented

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("KAM_SHARED") or HERE.parents[2] / "shared" / "data").resolve()


def shared(name: str) -> Path:
    """A folder or file of the shared real data, or the reason why the test is skipped."""
    found = SHARED / name
    if not found.exists():
        pytest.skip(f"the shared real data is not there: {name}")
    return found


def adventureworks_in(folder: Path) -> Path:
    """A data set over the shared AdventureWorks files: tests/data/adventureworks/dataset.toml."""
    return _mapped("adventureworks", shared("adventureworks-reseller"), folder)


def salvirt_in(folder: Path) -> Path:
    """A data set over the shared Salvirt deals, won and lost: tests/data/salvirt/dataset.toml."""
    made = _mapped("salvirt", shared("salvirt-b2b"), folder)
    (made / "sales.csv").write_bytes((HERE / "salvirt" / "sales.csv").read_bytes())
    return made


def retail_parquet_in(folder: Path) -> Path:
    """Online Retail II with the mapping of its .xlsx over the same lines as Parquet."""
    source = shared("online-retail-ii")
    text = (source / "dataset.toml").read_text(encoding="utf-8")
    file = (source / "online_retail_II.parquet").as_posix()
    xlsx = '"online_retail_II.xlsx"'
    assert xlsx in text
    made = folder / "online-retail-parquet"
    made.mkdir()
    text = text.replace(xlsx, f'"{file}"\npart = "\\"Sheet\\""', 1)
    (made / "dataset.toml").write_text(text, encoding="utf-8")
    return consented(made)


def _mapped(name: str, source: Path, folder: Path) -> Path:
    made = folder / name
    made.mkdir()
    text = (HERE / name / "dataset.toml").read_text(encoding="utf-8")
    text = text.replace("SHARED/", f"{source.as_posix()}/")
    (made / "dataset.toml").write_text(text, encoding="utf-8")
    return consented(made)
