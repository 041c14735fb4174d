"""Properties of laying dossiers over tables: whatever is edited, no other row is touched."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib.data.describe.schema import TABLES
from kamlib.data.dossiers import sheets
from kamlib.data.dossiers.edits import table_edits
from kamlib.data.dossiers.merge import laid_over
from kamlib.data.dossiers.sheets import Sheet, row_keys
from kamlib.data.reduce.checks import SideTable, empty_side_table

# The table's key column, a text and a number, drawn from few values so that edits collide.
COLUMNS = {
    "competitors": ("competitor", "note", "strength"),
    "contacts": ("contact", "interests", "influence"),
}


@pytest.fixture(autouse=True, scope="module")
def cells_as_they_are():
    """Cells of these kinds need no engine to be typed, which would take most of the time."""

    def typed(_connection, table, cells):
        frame = pd.DataFrame(cells, dtype="object").reindex(columns=list(table.names))
        return frame.replace({"": None}).assign(unreadable=pd.Series(dtype="str"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheets, "_typed", typed)
        yield


def rows(codes):
    """Rows of one account as (code, text, number); a contact's code comes once."""
    cell = st.tuples(
        st.sampled_from(codes),
        st.sampled_from(["", "=1+1", "北京 😀", "x"]),
        st.sampled_from([None, 0, 1.5, 3]),
    )
    return st.lists(cell, unique_by=lambda row: row[0], max_size=5)


def sheet(name, written, edited, account="A"):
    columns = COLUMNS[name]

    def cells(found):
        return [(n, dict(zip(columns, row, strict=True))) for n, row in enumerate(found, start=2)]

    return Sheet(f"dossiers/{account}.xlsx", account, cells(edited), cells(written))


def base(name, found):
    """The data set's own table over (account, code, text, number)."""
    frame = pd.DataFrame(found, columns=["account", *COLUMNS[name]]).replace({"": None})
    empty = empty_side_table(name)
    return SideTable(
        name,
        frame.reindex(columns=list(empty.columns)).astype(empty.dtypes.to_dict()),
        pd.DataFrame(columns=["table", "file", "sheet", "row", "reason"]),
        len(found),
        0,
    )


def keys(name, frame):
    return sorted(row_keys(TABLES[name], frame))


def of(account, found):
    return [(account, *row) for row in found]


@pytest.mark.parametrize("name", COLUMNS)
@settings(max_examples=20, deadline=None)
@given(written=rows("PQRST"), edited=rows("PQRSTUV"), new=rows("XYZ"), other=rows("PQX"))
def test_what_the_dossier_has_and_what_the_source_gained_is_all_there_is(
    name, written, edited, new, other
):
    own = base(name, of("B", other) + of("A", written) + of("A", new))
    edits = table_edits(None, TABLES[name], [sheet(name, written, edited)])
    merged = laid_over(own, edits, name)
    assert keys(name, merged.rows) == keys(
        name, base(name, of("B", other) + of("A", edited) + of("A", new)).rows
    )
    pd.testing.assert_frame_equal(
        merged.rows.query("account == 'B'").reset_index(drop=True),
        own.rows.query("account == 'B'").reset_index(drop=True),
    )
    assert merged.rows.dtypes.to_dict() == own.rows.dtypes.to_dict()
    counts = merged.laid_over
    assert merged.read + counts["added"] - counts["removed"] == len(merged.rows)
    assert merged.notes.empty
    again = laid_over(merged, edits, name)  # the source has taken the edits over
    assert keys(name, again.rows) == keys(name, merged.rows)


@pytest.mark.parametrize("name", COLUMNS)
@settings(max_examples=15, deadline=None)
@given(written=rows("PQRST"), source=rows("PQRSTU"), other=rows("PQX"))
def test_without_an_edit_the_source_stays_as_it_is(name, written, source, other):
    found = table_edits(
        None, TABLES[name], [sheet(name, written, written), sheet(name, other, other, "B")]
    )
    assert found.edits.empty and found.notes.empty and not found.rejected
    own = base(name, of("A", source) + of("B", other))
    pd.testing.assert_frame_equal(laid_over(own, found, name).rows, own.rows)


@pytest.mark.parametrize("name", COLUMNS)
@settings(max_examples=15, deadline=None)
@given(written=rows("PQRS"), edited=rows("PQRST"), source=rows("PQRSTU"), other=rows("PQX"))
def test_whatever_both_did_accounts_without_a_dossier_never_change(
    name, written, edited, source, other
):
    own = base(name, of("A", source) + of("B", other))
    edits = table_edits(None, TABLES[name], [sheet(name, written, edited)])
    merged = laid_over(own, edits, name)
    pd.testing.assert_frame_equal(
        merged.rows.query("account == 'B'").reset_index(drop=True),
        own.rows.query("account == 'B'").reset_index(drop=True),
    )
    if name == "contacts":
        assert not merged.rows.duplicated(["account", "contact"]).any()
