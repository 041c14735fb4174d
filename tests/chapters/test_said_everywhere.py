"""Whatever rests on rows with a finding says so: proven by what changes with the rows."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from edited_demo import edited

from kamlib import open_book
from kamlib.chapters.catalogue import (
    KeyAccountBook,
    pack_tables,
    sheet_caveats,
    sheet_tables,
    told_sheets,
)
from kamlib.show.sentences import Html

pytestmark = pytest.mark.long
SHOWN = ("table", "view", "sentence")
FEW = {"stability.resamples": 10, "replay.quarters": 1, "target_check.resamples": 100}
ACCOUNTS = ("N1155", "N1049")
# What the findings themselves show; and of these two tables the names stand everywhere.
OF_THE_DATA = {"reconciliation", "findings", "sales_lines"}
NAMES = {
    "accounts": ["account", "name", "manager", "region", "since"],
    "managers": ["manager", "name"],
}
# Tables whose rows go together: one at a time would compute the same results ever again.
TOGETHER = (
    ("contacts",),
    ("interactions", "deliveries", "payments"),
    ("competitors", "prospects"),
    ("judgements", "losses", "winbacks", "tenders"),
    ("managers", "plans"),
    ("accounts",),
)


def chapters(book):
    return (*book.chapters, book.summary, *(book.account(name) for name in ACCOUNTS))


def members(book, kinds=SHOWN):
    for chapter in chapters(book):
        for name, member in type(chapter).members.items():
            if member.kind in kinds and name not in OF_THE_DATA:
                yield chapter, member


@pytest.fixture(scope="module")
def clean():
    """The demo, and what each of its results is and stands on."""
    book = open_book("demo", settings=FEW)
    found = {(c.path, m.attribute): getattr(c, m.attribute) for c, m in members(book)}
    return book, found, {(c.path, m.attribute): c.rests(m) for c, m in members(book)}


def without_some(book, names):
    """The same book from which every third row of the tables is gone, or what it says of whom."""
    side = {name: lacking(book.tables.side[name], name) for name in names}
    other = replace(book, tables=replace(book.tables, side={**book.tables.side, **side}))
    other.once("churn tried", lambda: book.churn.tried)  # stands on the sales alone
    other.once("chapter identities", lambda: book.identities)  # open until somebody settles them
    return other


def lacking(side, name):
    rows = side.rows
    if name in NAMES:
        third = np.arange(len(rows)) % 3 == 0
        rows = rows.mask(pd.DataFrame({c: third & (c not in NAMES[name]) for c in rows}))
    else:
        rows = rows[np.arange(len(rows)) % 3 != 0].reset_index(drop=True)
    return replace(side, rows=rows)


def same(one, other):
    if isinstance(one, pd.DataFrame) and isinstance(other, pd.DataFrame):
        return one.equals(other)
    return one is other or (isinstance(one, str) and one == other)


@pytest.mark.parametrize("names", TOGETHER)
def test_what_does_not_name_a_table_does_not_change_with_its_rows(clean, names):
    book, found, rests = clean
    other = without_some(book, names)
    free, changed = 0, []
    for chapter, member in members(other):
        key = chapter.path, member.attribute
        if not {on.partition(".")[0] for on in rests[key]} & set(names):
            free += 1
            if not same(found[key], getattr(chapter, member.attribute)):
                changed.append(key)
    assert not changed
    assert 0 < free < len(found)


def every(rows, step, **values):
    """Every so many rows with other values."""
    here = np.arange(len(rows)) % step == 0
    return rows.assign(**{name: rows[name].mask(here, value) for name, value in values.items()})


# One finding at least in each table, in more rows than a figure of the company goes without.
PLANTED = {
    "transactions": {"product_line": "", "region": "", "channel": "", "manager": "M77"},
    "accounts": {"since": "2031-01-01"},
    "contacts": {"contact": ""},
    "interactions": {"kind": ""},
    "deliveries": {"document": ""},
    "payments": {"document": ""},
    "tenders": {"date": ""},
    "competitors": {"competitor": ""},
    "judgements": {"score": "7"},
    "losses": {"date": ""},
    "winbacks": {"date": ""},
    "prospects": {"value": "-5"},
    "managers": {"product_knowledge": "7"},
    "plans": {"revenue_plan": ""},
}


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """The demo with a fault in every table."""
    folder = tmp_path_factory.mktemp("planted") / "demo"
    changes = {
        name: lambda rows, values=values: every(rows, 12, **values)
        for name, values in PLANTED.items()
    }
    return open_book(edited(folder, **changes), settings=FEW)


def concerned(row):
    """Whom a warning is about: managers, or accounts and prospects."""
    of_managers = row.table in ("plans", "managers") or row.column == "manager"
    return "managers" if of_managers else "accounts"


def shows(result, kind):
    names = {"managers": ("manager", "owner"), "accounts": ("account", "prospect", "subject")}[kind]
    if not isinstance(result, pd.DataFrame):
        return set()
    flat = result.reset_index()
    return {one for name in names if name in flat for one in flat[name].dropna()}


@pytest.mark.parametrize("name", PLANTED)
def test_each_result_that_rests_on_a_planted_fault_says_so(planted, monkeypatch, name):
    warnings = planted.carried[planted.carried["table"] == name]
    assert len(warnings), "the fault is found"
    monkeypatch.setattr(KeyAccountBook, "carried", property(lambda book: warnings))
    said = 0
    for chapter, member in members(planted):
        result = getattr(chapter, member.attribute)
        rests, own = chapter.rests(member), hasattr(chapter, "account")
        shelf = chapter.says if member.kind == "sentence" else chapter.tables
        on_page = getattr(shelf[member.attribute], "shown", None)
        rows = result if on_page is None else result.head(len(on_page))
        due = []
        for row in warnings.itertuples():
            if {row.table, f"{row.table}.{row.column}"} & rests:
                whom = {chapter.account} if own else shows(rows, concerned(row))
                about = set(row.concerns) & whom if whom and row.concerns else row.share >= 0.01
                due += [row.finding] if about and not (own and concerned(row) == "managers") else []
        if not due or result is None or not len(result):
            continue
        html = shelf[member.attribute].html
        assert html.count("kam-rests") == 1, (chapter.path, member.attribute, due)
        assert f"Rests on {name}" in html
        said += 1
    assert said, f"something rests on {name}"


def test_sheets_say_what_their_tables_rest_on(planted):
    tables = pack_tables(planted)
    told = sheet_caveats(planted, tables)
    made = {m.name: (c, m) for c in planted.chapters for m in c.told_tables()}
    for sheet, member in told_sheets(planted):
        texts = [
            c.caveat(m) for c, m in map(made.get, sheet_tables(sheet, member)) if m.name in tables
        ]
        assert all(text in told.get(sheet.name, "") for text in texts), sheet.name
    assert {"Leaving", "Win-back", "Portfolios", "Targets", "Bridge"} <= set(told)


def test_pictures_say_it_below(planted):
    marked = set()
    for chapter, member in members(planted, ("picture",)):
        shown = chapter.pictures[member.attribute]
        if isinstance(shown, Html) or not shown.caveat:
            continue
        data, _metadata = shown._repr_mimebundle_()
        assert "kam-rests" in data["text/html"] and "<img " in data["text/html"]
        assert "image/png" not in data
        marked.add(member.attribute)
    assert {"directions", "plan_actual", "net_values", "relationship", "scores"} <= marked
    assert "pareto" not in marked, "classes rest on the sales alone"
