"""Every shared case of an export as it is comes out right, or is named: described by init alone."""

import pytest
from cases import ALL, CASES, NOT_YET
from companies import SHARED
from outcomes import outcome

from kamlib.data.book import open_tables
from kamlib.data.guess.setup import guessed_dataset


def _marked(value, key, name):
    reason = NOT_YET.get(key)
    marks = [pytest.mark.xfail(strict=True, raises=Exception, reason=reason)] if reason else []
    return pytest.param(value, id=name, marks=marks)


@pytest.fixture
def there():
    if not CASES.is_dir():
        pytest.skip(f"the shared cases are not there: {CASES.name} beside {SHARED.name}")


@pytest.mark.parametrize("case", [_marked(case, case.folder, case.name) for case in ALL])
def test_the_outcome_is_right_or_named(case, there, tmp_path):
    assert not case.faults(outcome(case.files, tmp_path))


def test_the_table_has_every_case_and_nothing_else(there):
    folders = [folder for name in ("input", "input-zh-ru") for folder in (CASES / name).iterdir()]
    assert {case.folder for case in ALL} == {
        folder.relative_to(CASES).as_posix() for folder in folders
    }
    tables = {f"side table {name}" for name in VALUES}
    assert {case.folder for case in ALL} | tables >= set(NOT_YET)


# Per side table the columns whose Chinese words mean a choice, a scale or a number.
VALUES = {
    "accounts": ("credit_limit", "payment_terms"),
    "contacts": ("role", "influence", "attitude"),
    "interactions": ("kind",),
    "prospects": ("need", "budget", "authority", "value", "employees", "annual_revenue"),
    "tenders": ("result", "our_price", "winning_price"),
}


@pytest.fixture(scope="module")
def in_chinese(tmp_path_factory):
    """The tables of the case whose side tables are Chinese."""
    case = next(case for case in ALL if case.folder.endswith("34-side-tables-zh"))
    guessed = guessed_dataset("guessed", case.files, tmp_path_factory.mktemp("chinese"))
    return open_tables(guessed.path.parent)[0]


@pytest.mark.parametrize("name", [_marked(name, f"side table {name}", name) for name in VALUES])
def test_side_tables_in_chinese_lose_no_value(name, there, request):
    tables = request.getfixturevalue("in_chinese")
    rows = tables[name]
    assert len(rows) and not rows[list(VALUES[name])].isna().any(axis=None)
    assert tables.side[name].notes.empty
