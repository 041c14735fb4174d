"""The page *Data and words*: what each word means, where the data comes from, what is checked."""

from collections.abc import Mapping
from html import escape

import pandas as pd

from kamlib.chapters.catalogue import KeyAccountBook
from kamlib.chapters.measures import Measures
from kamlib.data.reduce.side_tables import SideTable
from kamlib.pack.pages import PageLink, content_html
from kamlib.proof.figures import source_name
from kamlib.settings import settings_table
from kamlib.show.columns import register
from kamlib.show.tables import table
from kamlib.words import _, told

CHANGED = ("setting", "value", "default", "unit", "source")
register(
    (
        ("file", _("File"), "text", 30),
        ("sheet", _("Sheet"), "text", 14),
        ("read", _("Lines read"), "count"),
        ("kept", _("Used"), "count"),
        ("excluded", _("Left out by a rule"), "count"),
        ("rejected", _("Could not be used"), "count"),
        ("holds", _("Holds"), "text", 8),
    ),
    table="data_page",
)


def data_html(book: KeyAccountBook, checks: Mapping[str, bool], links: list[PageLink]) -> str:
    """The page of a pack that says what its words mean and what its data is.

    Parameters
    ----------
    checks
        What was checked of the pack, and whether it holds.
    links
        The navigation bar.
    """
    ground = book.ground
    settings = settings_table(book.settings).rename(columns={"name": "setting"})
    changed = settings[settings["changed"]]
    parts = [
        _said(_("What each word means, where the figures come from, and whether they agree.")),
        _section(
            _("What each word means"),
            _(
                "Each measure stands once, and has one number on every page and sheet. A figure "
                "of another time, or of others, has another name."
            ),
            book.measures.tables.measures.html,
        ),
        _section(
            _("Does the pack agree with itself?"),
            _("What was checked before it was written."),
            _table(checked(checks)),
            ""
            if book.todo.contradictions.empty
            else book.todo.tables.contradictions.html,
        ),
        _section(
            _("Where the figures come from"),
            _("Each line of the sales has one fate, by file and sheet."),
            _table(files_read(book.tables.ledger.fates)),
            ground.tables.sales_lines.html,
            _table(tables_beside(book.tables.as_read)) if book.tables.as_read else "",
        ),
        _section(
            _("What to know of the data"),
            _("Rows that could not be used stand in tables/rejected.xlsx.")
            if len(book.tables.rejected)
            else "",
            book.identities.says.open.html if book.identities.says.open else "",
            ground.tables.findings.html,
        ),
        _section(
            _("How earlier lists came true"),
            _("What is said today is corrected by it."),
            ground.tables.records.html,
        ),
        _section(
            _("Settings"),
            _("Nothing was changed from the defaults.") if changed.empty else
            _("Those that were changed from the defaults."),
            _table(changed, CHANGED) if len(changed) else "",
            ground.tables.kept.html,
            _folded(_("All settings in force"), _table(settings, CHANGED)),
        ),
    ]  # fmt: skip
    return content_html(book, Measures.title, links, "".join(parts))


def files_read(fates: pd.DataFrame) -> pd.DataFrame:
    """What became of each file's and sheet's lines.

    Parameters
    ----------
    fates
        The ledger's: ``file``, ``sheet``, ``step``, ``rows``.

    Returns
    -------
    One row per file and sheet: ``file``, ``sheet``, ``read``, ``kept``, ``excluded``,
    ``rejected`` (lines).
    """
    fates = fates.assign(file=fates["file"].map(source_name))
    sums = fates.pivot_table(
        index=["file", "sheet"], columns="step", values="rows", aggfunc="sum", fill_value=0
    )
    steps = sums.reindex(columns=["kept", "set aside", "excluded", "rejected"], fill_value=0)
    left_out = steps["excluded"] + steps["set aside"]
    found = steps.assign(excluded=left_out, read=steps.sum(axis=1))
    return found[["read", "kept", "excluded", "rejected"]].reset_index()


def tables_beside(tables: Mapping[str, SideTable]) -> pd.DataFrame:
    """The tables beside the sales: ``table``, ``read``, ``kept``, ``rejected`` (rows)."""
    rows = [(name, side.read, side.kept, side.rejected) for name, side in tables.items()]
    return pd.DataFrame(rows, columns=["table", "read", "kept", "rejected"])


def checked(checks: Mapping[str, bool]) -> pd.DataFrame:
    """What was checked and whether it holds, what does not first."""
    rows = [(_(name), _("yes") if holds else _("NO")) for name, holds in checks.items()]
    found = pd.DataFrame(rows, columns=["check", "holds"]).astype("str")
    return found.sort_values("holds", kind="stable", key=lambda holds: holds == _("yes"))


def _table(frame: pd.DataFrame, columns: tuple[str, ...] | None = None) -> str:
    named = list(columns) if columns else None
    return table(frame, rows=None, columns=named, name="data_page").html


def _section(title: str, lead: str, *parts: str) -> str:
    return f"<h2>{escape(told(title))}</h2>{_said(lead)}{''.join(parts)}"


def _said(text: str) -> str:
    return f"<p>{escape(told(text))}</p>" if text else ""


def _folded(title: str, content: str) -> str:
    summary = f"<summary>{escape(told(title))}</summary>"
    return f'<details class="kam-folded">{summary}{content}</details>'
