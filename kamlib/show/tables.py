"""Result tables for pages and notebooks: formatted, escaped, sortable; or one line where none."""

import re
from collections.abc import Sequence
from html import escape, unescape

import pandas as pd

from kamlib.show.columns import Column, column, to_the_cent
from kamlib.show.page_colours import shade
from kamlib.show.sentences import MARK, Html, marked, noted, rests_on
from kamlib.show.theme import CLASS_COLOURS, text_colour
from kamlib.words import _, count, told

PLAIN_ROWS = 5
PLAIN_WIDTH = 24
# The columns whose codes may be accounts'.
_CODES = ("account", "prospect", "subject")
_PEOPLE = ("manager", "owner")  # of us
_PEOPLE_KEYS = frozenset({"manager"})  # what a table is split by, where its keys are of us
# A column so wide holds sentences: it gets room, or they would run down the page.
LONG_WIDTH = 34
# One so narrow holds codes and single words: it takes no more room than they need.
SHORT_WIDTH = 14
_LONG, _SHORT = ' class="long"', ' class="short"'
# On a telephone a table of more columns stands as cards, one a row: see the page's style.
FEW_COLUMNS = 3
MANY_COLUMNS = 11  # of more the letters are small on paper, or the last would be cut
_TABLE = re.compile(r'<table class="(kam-table|kf-table)([^"]*)">(.*?)</table>', re.S)
_HEADING = re.compile(r"<th\b[^>]*>(.*?)</th>", re.S)
_PART = re.compile(r"<(thead|tbody|tr|th|td)\b([^>]*)>")
_TAG = re.compile(r"<[^>]+>")
_ROLES = {"thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "th": "rowheader", "td": "cell"}


def _chip_css() -> str:
    return "".join(
        f".kam-{letter}{{background:{colour};color:{text_colour(colour)}}}"
        for letter, colour in CLASS_COLOURS.items()
    )


CHIP_CSS = (
    ".kam-chip{display:inline-block;min-width:1.3em;padding:0 3px;text-align:center;"
    "border-radius:3px;font-weight:600;print-color-adjust:exact;-webkit-print-color-adjust:exact}"
    + _chip_css()
)
# Two classes, or JupyterLab's own rules for tables (all text to the right) would win.
_OURS = ".kam-output table.kam-table"

# Carried by every table, so that one looks right in JupyterLab too, which knows no page style.
TABLE_CSS = (
    f"{_OURS}{{border-collapse:collapse;font-size:13px;line-height:1.35;margin:0;"
    "font-variant-numeric:tabular-nums}"
    f"{_OURS} caption{{text-align:left;font-weight:600;padding:4px 8px}}"
    f"{_OURS} th,{_OURS} td{{text-align:left;padding:4px 8px;"
    f"border-bottom:1px solid {shade('line')};vertical-align:top;"
    "overflow-wrap:anywhere;max-width:32em}"
    f"{_OURS} thead th{{border-bottom:2px solid {shade('muted')};overflow-wrap:normal;"
    "vertical-align:bottom}"
    f"{_OURS} tbody th{{font-weight:400}}"
    f"{_OURS} .num{{text-align:right;white-space:nowrap}}"
    f"{_OURS} .cls{{white-space:nowrap}}"
    f"{_OURS} td.long{{min-width:15em;max-width:36em}}"
    f"{_OURS} .short{{white-space:nowrap}}"
    f".kam-note{{color:{shade('muted')};font-size:12px;margin:4px 8px}}" + CHIP_CSS
)


def table(
    frame: pd.DataFrame,
    *,
    currency: str = "",
    rows: int | None = 100,
    caption: str = "",
    columns: Sequence[str] | None = None,
    name: str = "",
    cents: bool = False,
    caveat: str = "",
) -> "Table":
    """A frame as a page or a notebook shows it: the last line of a cell.

    Parameters
    ----------
    frame
        A result table; a named index is its first column.
    currency
        Stands in the headings of money columns.
    rows
        How many rows are shown; ``None`` for all.
    caption
        What the table is, above it.
    columns
        The columns to show, in this order (the index may be among them); by default all. Of
        those chosen, one that holds nothing, or a name that only repeats the account, is left
        out.
    name
        The table's name in the pack, where the rows that are not shown can be found.
    cents
        Whether money is shown to the cent, as a reconciliation needs it.
    caveat
        What is to be known of the rows that the table rests on.

    Raises
    ------
    ValueError
        A column to show is not in the frame.
    """
    flat = frame.reset_index() if any(n is not None for n in frame.index.names) else frame
    if columns is not None:
        missing = [wanted for wanted in columns if wanted not in flat.columns]
        if missing:
            raise ValueError(f"no such column: {', '.join(missing)}; there are {list(flat)}")
        flat = flat[[wanted for wanted in columns if _says_something(flat, wanted)]]
    made = Table(flat, currency=currency, rows=rows, caption=caption, name=name, cents=cents)
    made.caveat = caveat
    return made


def _says_something(frame: pd.DataFrame, name: str) -> bool:
    values = frame[name]
    if not len(values):
        return True
    if name == "name" and "account" in frame:
        return bool((values.astype("str") != frame["account"].astype("str")).any())
    return bool((values.notna() & (values.astype("str") != "")).any())


class Table:
    """A formatted table; ``html`` for a page or a widget, both forms for a notebook."""

    caveat = ""

    def __init__(
        self,
        frame: pd.DataFrame,
        *,
        currency: str,
        rows: int | None,
        caption: str,
        name: str,
        cents: bool,
    ) -> None:
        self.shown = frame if rows is None else frame.head(rows)
        self.total = len(frame)
        shown = [column(str(label), frame.iloc[:, i], table=name) for i, label in enumerate(frame)]
        self.columns = [to_the_cent(each) for each in shown] if cents else shown
        self.currency = currency
        self.caption = caption
        self.name = name

    @property
    def html(self) -> str:
        """The table as HTML, with the style it needs."""
        caption = f"<caption>{escape(told(self.caption))}</caption>" if self.caption else ""
        head = "".join(self._heading(shown) for shown in self.columns)
        head = head.replace("</th>", f" {MARK}</th>", 1) if self.caveat else head
        body = "\n".join(self._row(values) for values in self._records())
        note = f'\n<p class="kam-note">{escape(self.note)}</p>' if self.note else ""
        return (
            f'<div class="kam-output"><style>{TABLE_CSS}</style>\n'
            f'<table class="kam-table">{caption}\n<thead><tr>{head}</tr></thead>\n'
            f"<tbody>\n{body}\n</tbody></table>{note}{rests_on(self.caveat)}</div>"
        )

    @property
    def note(self) -> str:
        """What is not shown and where it is; empty where all of it is."""
        if self.total == 0:
            return told(_("No rows."))
        if len(self.shown) == self.total:
            return ""
        shown, total = count(len(self.shown)), count(self.total)
        if not self.name:
            return told(_("First {shown} of {total}.").format(shown=shown, total=total))
        note = _(
            "First {shown} of {total}; all of them in tables/{name}.csv and in the Excel workbook."
        )
        return told(note.format(shown=shown, total=total, name=self.name))

    @property
    def plain(self) -> str:
        """The first rows as plain text, for a terminal and for a stored notebook's diff."""
        lines = [told(self.caption)] if self.caption else []
        lines.append(" | ".join(shown.heading(self.currency) for shown in self.columns))
        for values in self._records(PLAIN_ROWS):
            texts = [shown.text(value) for shown, value in zip(self.columns, values, strict=True)]
            lines.append(" | ".join(map(_shortened, texts)))
        if self.total > PLAIN_ROWS:
            lines.append(told(_("… {total} rows").format(total=count(self.total))))
        lines += [f"{MARK} {told(self.caveat)}"] if self.caveat else []
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return self.html

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        return {"text/html": self.html, "text/plain": self.plain}

    def __repr__(self) -> str:
        return self.plain

    def _records(self, rows: int | None = None) -> list[tuple]:
        # Column by column: itertuples would turn counts beside a missing value into floats.
        part = self.shown if rows is None else self.shown.head(rows)
        columns = [part.iloc[:, position].tolist() for position in range(part.shape[1])]
        return list(zip(*columns, strict=True))

    def _heading(self, shown: Column) -> str:
        number = ' class="num"' if shown.numeric else ""
        return f'<th scope="col"{number}>{escape(shown.heading(self.currency))}</th>'

    def _row(self, values: tuple) -> str:
        cells = [_cell(shown, value) for shown, value in zip(self.columns, values, strict=True)]
        cells = self._marked(self._keyed(cells, values), values)
        first = f'<th scope="row"{cells[0][0]}>{cells[0][1]}</th>'
        others = "".join(f"<td{attributes}>{content}</td>" for attributes, content in cells[1:])
        return f"<tr>{first}{others}</tr>"

    def _keyed(self, cells: list[tuple[str, str]], values: tuple) -> list[tuple[str, str]]:
        """The cells of a row whose key is one of us, as the column before it says."""
        names = [shown.name for shown in self.columns]
        if "key" not in names or not _PEOPLE_KEYS.intersection(map(str, values)):
            return cells
        at = names.index("key")
        attributes, content = cells[at]
        cells[at] = (f'{attributes} data-manager="{content}"', content)
        return cells

    def _marked(self, cells: list[tuple[str, str]], values: tuple) -> list[tuple[str, str]]:
        """The cells, with the mark at who it is that the note below is about."""
        whose = getattr(self.caveat, "whose", ())
        at = next((i for i, value in enumerate(values) if whose and value in whose), None)
        if at is None:
            return cells
        attributes, content = cells[at]
        return [*cells[:at], (attributes, f"{content} {MARK}"), *cells[at + 1 :]]


def _cell(shown: Column, value: object) -> tuple[str, str]:
    """The attributes and the content of a cell; the raw number is what a script sorts by."""
    text = shown.text(value)
    if shown.numeric:
        return f' class="num" data-sort="{_sort_key(value)}"', escape(text)
    if shown.kind == "class":
        return ' class="cls"', chips(text)
    room = _LONG if shown.width >= LONG_WIDTH else ""
    if max(shown.width, len(text)) <= SHORT_WIDTH:
        room = _SHORT
    if shown.name in _CODES and text:
        # A page of the pack turns it into a link where the account has a dossier.
        room += f' data-account="{escape(text)}"'
    if shown.name in _PEOPLE and text:
        # There it gets the name, and leads to the sheet.
        room += f' data-manager="{escape(text)}"'
    return room, escape(text)


def _sort_key(value: object) -> str:
    return "" if pd.isna(value) else f"{value:.10g}"


def chips(text: str) -> str:
    """A class or a cell ("AX") as coloured letters; anything else as it is."""
    if not 0 < len(text) <= 2 or any(letter not in CLASS_COLOURS for letter in text):
        return escape(text)
    return "".join(f'<span class="kam-chip kam-{letter}">{letter}</span>' for letter in text)


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= PLAIN_WIDTH else line[: PLAIN_WIDTH - 1] + "…"


def said(text: str) -> Html:
    """One plain sentence; nothing at all where it is empty."""
    shown = told(marked(text))
    html = f'<p class="kam-said">{escape(shown)}</p>' if shown else ""
    return noted(Html(html, shown), getattr(text, "caveat", ""))


def as_cards(html: str) -> str:
    """A page whose wide tables can stand as cards on a telephone, one a row.

    Each cell gets its heading, which stands beside it there; a name belongs to the card's head
    and needs none. A table shown as blocks is none to a screen reader, so its parts say what they
    are. A table of few columns stays one.

    >>> wide = '<table class="kam-table"><thead><tr>{0}</tr></thead><tbody><tr><th scope="row">a'
    >>> wide += '</th><td>b</td></tr></tbody></table>'
    >>> as_cards(wide.format(4 * '<th scope="col">Head</th>'))
    '<table class="kam-table kam-wide" role="table">...<td role="cell" data-label="Head">b</td>...'
    >>> as_cards(wide.format("<th>Head</th>")) == wide.format("<th>Head</th>")
    True
    """
    return _TABLE.sub(_carded, html)


def _carded(found: re.Match[str]) -> str:
    kind, more, inside = found.groups()
    head, _end, _body = inside.partition("</thead>")
    labels = [unescape(_TAG.sub("", label)) for label in _HEADING.findall(head)]
    ours = kind == "kam-table"
    if ours and len(labels) <= FEW_COLUMNS:
        return found[0]
    name, at = told(column("name").heading("")), 0

    def part(tag: re.Match[str]) -> str:
        nonlocal at
        what, attributes = tag.groups()
        at = 0 if what == "tr" else at + 1
        role = "columnheader" if 'scope="col"' in attributes else _ROLES[what]
        label = ""
        if ours and what == "td":
            label = labels[at - 1] if at <= len(labels) else ""
            label = f' data-label="{escape("" if label == name else label)}"'
        return f'<{what} role="{role}"{label}{attributes}>'

    wide = " kam-wide" * ours + " kam-many" * (ours and len(labels) > MANY_COLUMNS)
    return f'<table class="{kind}{more}{wide}" role="table">{_PART.sub(part, inside)}</table>'


def stacked(*parts: Html | Table) -> Html:
    """Sentences and tables below each other, as one output of a notebook."""
    apart = '<div class="kam-part" style="margin-bottom:16px">'
    html = "".join(f"{apart}{part.html}</div>" for part in parts if part.html)
    plain = [part.plain for part in parts]
    return Html(html, "\n\n".join(text for text in plain if text))
