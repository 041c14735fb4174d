"""Tables of a page that is one sheet of paper: narrow on it, cards on a telephone."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

import pandas as pd

from kamlib.analysis.summary.brief_words import short_name
from kamlib.show.columns import Column, column
from kamlib.show.tables import chips
from kamlib.words import told

NUMBER = ' class="num"'
_NAME, _DAY = ' class="who"', ' class="day"'


def rows_html(heads: Mapping[str, str], rows: Iterable[Sequence[str]], kind: str = "") -> str:
    """A table of cells that are HTML.

    Parameters
    ----------
    heads
        By heading how its column looks: ``NUMBER`` or "".
    rows
        The cells of each row.
    kind
        Which of the sheet's tables it is, for its style.
    """
    named = {told(name): look for name, look in heads.items()}
    head = "".join(f'<th scope="col"{look}>{escape(name)}</th>' for name, look in named.items())
    filled = ("".join(map(_cell, named, named.values(), cells)) for cells in rows)
    body = "".join(f"<tr>{cells}</tr>" for cells in filled)
    return (
        f'<table class="kf-table{f" {kind}" if kind else ""}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def frame_html(rows: pd.DataFrame, columns: Sequence[str], *, table: str = "") -> str:
    """A frame as such a table: ``name`` is the account's of ``subject``, money without a currency.

    On a telephone each row is a card, with the heading beside each cell.

    Parameters
    ----------
    rows
        Has ``subject`` (account or prospect) where ``name`` is among the columns.
    columns
        The columns to show, in order.
    table
        The table that they stand in, where their names mean something else than elsewhere.
    """
    shown = [column(name, rows[name], table=table) for name in columns]
    heads = {one.heading(""): _look(one) for one in shown}
    cells = []
    for row in rows.to_dict("records"):
        texts = [chips(one.text(row[one.name])) if one.kind == "class" else
                 escape(one.text(row[one.name])) for one in shown]  # fmt: skip
        at = columns.index("name") if "name" in columns else -1
        if at >= 0:
            texts[at] = account_html(row["subject"], row["name"])
        cells.append(texts)
    return rows_html(heads, cells, "kf-sheet")


def _look(shown: Column) -> str:
    if shown.name == "name":
        return _NAME
    return NUMBER if shown.numeric else _DAY if shown.kind == "date" else ""


def account_html(subject: str, name: str) -> str:
    """A name that a page of the pack makes a link where the account has a dossier."""
    return (
        f'<span title="{escape(name)}" data-account="{escape(subject)}">'
        f"{escape(short_name(name))}</span>"
    )


def person_html(manager: str, name: str) -> str:
    """The name of one of us, which a page of the pack makes a link to the sheet."""
    return f'<span data-manager="{escape(manager)}">{escape(name)}</span>'


def _cell(head: str, look: str, content: str) -> str:
    return f'<td data-label="{escape(head)}"{look}>{content}</td>'
