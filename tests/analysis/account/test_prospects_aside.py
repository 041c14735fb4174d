"""People, talks and rivals of prospects stand in the tables and change nothing of accounts."""

from types import SimpleNamespace

import pandas as pd

from kamlib.analysis.account.completeness import dossier_completeness

SHARED_TABLES = ("contacts", "interactions", "competitors")


def without_prospects(book):
    """The book as it would be if nobody had noted anything of prospects' people and talks."""
    codes = book.known("prospects")["prospect"]

    def known(name):
        rows = book.known(name)
        if name in SHARED_TABLES:
            rows = rows[~rows["account"].isin(codes)].reset_index(drop=True)
        return rows

    parts = ("as_of", "seen_to", "settings", "months", "orders", "accounts", "line_quarters")
    return SimpleNamespace(
        known=known, tables=book.tables, **{part: getattr(book, part) for part in parts}
    )


def test_nothing_of_accounts_depends_on_what_is_noted_of_prospects(demo_keys, key_frames):
    book, classes = demo_keys.book, demo_keys.classes
    codes = book.known("prospects")["prospect"]
    for name in SHARED_TABLES:
        assert book.known(name)["account"].isin(codes).sum() > 40, name
    before = key_frames(without_prospects(book))
    record = demo_keys.record.reindex(before.record.index)
    pd.testing.assert_frame_equal(record, before.record, check_dtype=False)
    assert set(demo_keys.record.index) - set(record.index) <= set(codes)
    for table in ("classes", "criteria", "types", "matrix"):
        found = getattr(demo_keys, table)
        pd.testing.assert_frame_equal(found, getattr(before, table))
        assert not found.reset_index()["account"].isin(codes).any()
    assert demo_keys.chosen.key.index.equals(before.chosen.key.index)

    tables = {name: book.known(name) for name in (*SHARED_TABLES, "deliveries", "payments")}
    fewer = tables | {name: without_prospects(book).known(name) for name in SHARED_TABLES}
    given = {"as_of": book.as_of, "settings": book.settings.dossier}
    full = dossier_completeness(book.accounts, tables, **given)
    assert full.index.equals(book.accounts.index)
    assert full.equals(dossier_completeness(book.accounts, fewer, **given))
    assert not classes.index.isin(codes).any()
