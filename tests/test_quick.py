"""Which tests a change touches: by the rooms and by who imports what was changed."""

import pytest
from quick import OF_NOTEBOOKS, touched_tests

SOURCES = {
    "kamlib/analysis/churn/states.py": "",
    "kamlib/analysis/churn/other.py": "",
    "kamlib/chapters/churn.py": "from kamlib.analysis.churn.states import states_at",
    "kamlib/pack/pack.py": "from kamlib.chapters import churn",
    "kamlib/pack/page.css": "",
    "kamlib/show/tables.py": "import pandas as pd",
    "tests/analysis/churn/test_states.py": "",
    "tests/analysis/test_all.py": "",
    "tests/chapters/test_churn.py": "from rows import row",
    "tests/chapters/test_catalogue.py": "",
    "tests/pack/test_pack.py": "",
    "tests/show/test_tables.py": "",
    "tests/show/conftest.py": "",
    "tests/data/rows.py": "",
    "tests/test_layers.py": "",
    OF_NOTEBOOKS: "",
}


@pytest.fixture
def project(tmp_path):
    for name, text in SOURCES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("changed", "touched"),
    [
        (  # its room, its doctests, and the room of who imports it
            "kamlib/analysis/churn/states.py",
            "kamlib/analysis/churn/states.py tests/analysis/churn/test_states.py "
            "tests/test_layers.py tests/chapters/test_catalogue.py tests/chapters/test_churn.py",
        ),
        (  # one that is gone: nobody imports it any more
            "kamlib/show/gone.py",
            "tests/show/test_tables.py tests/test_layers.py",
        ),
        ("kamlib/pack/page.css", "tests/pack/test_pack.py"),
        ("tests/pack/test_pack.py", "tests/pack/test_pack.py"),
        ("tests/data/rows.py", "tests/chapters/test_churn.py"),
        ("tests/show/conftest.py", "tests/show/test_tables.py"),
        ("notebooks/03_churn.ipynb", OF_NOTEBOOKS),
        ("README.md", ""),
    ],
)
def test_what_a_change_touches(project, changed, touched):
    assert touched_tests([changed], project) == touched.split()


def test_changes_add_up(project):
    both = touched_tests(["kamlib/pack/pack.py", "kamlib/show/tables.py"], project)
    assert {"tests/pack/test_pack.py", "tests/show/test_tables.py"} <= set(both)
    assert touched_tests([], project) == []
