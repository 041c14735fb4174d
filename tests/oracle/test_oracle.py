"""Nothing that a reader of the pack sees changes unless a commit says so: hashes that are held.

A deliberate change of what is seen is a commit of its own, with the hashes made anew
(``make oracle``).
"""

import pytest
from held import COMPANIES, hashes, held

HOW = (
    "To look: `python tests/oracle/held.py {name} --into A` here and `--into B` at the commit "
    "before, then `diff -r A B`. If the change is meant: `make oracle`, in a commit that says why."
)


@pytest.mark.slow
@pytest.mark.parametrize("name", COMPANIES)
def test_a_pack_is_what_is_held(name, request):
    pack = request.getfixturevalue(f"{name}_pack")
    assert pack.complete, (pack.failures, pack.checks)
    assert told(hashes(pack.folder), held(name)) == [], HOW.format(name=name)


def told(found, expected):
    """What is missing, new or different, by its name in the pack."""
    return [
        f"{_what(found.get(name), expected.get(name))}: {name}"
        for name in sorted(found.keys() | expected.keys())
        if found.get(name) != expected.get(name)
    ]


def _what(found, expected):
    return "missing" if found is None else "new" if expected is None else "different"


def test_what_became_different_is_told_by_name():
    before = {"tables/a.csv": "1", "tables/b.csv": "2", "index.html/text": "3"}
    after = {"tables/a.csv": "1", "tables/c.csv": "2", "index.html/text": "4"}
    assert told(after, before) == [
        "different: index.html/text",
        "missing: tables/b.csv",
        "new: tables/c.csv",
    ]


def test_every_kind_of_piece_is_held():
    names = list(held("demo"))
    for ending in (".csv", ".ics", "/xl/workbook.xml", "/text", "/picture 1"):
        assert [name for name in names if name.endswith(ending)], ending
    for page in ("index", "01-abc-xyz", "02-segments", "03-churn", "04-targeting"):
        assert f"{page}.html/text" in names
    assert len([name for name in names if name.startswith("accounts/N")]) > 3
