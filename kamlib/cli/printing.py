"""How texts and tables stand in a terminal: lines break at blanks, tables fit or become lists."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.table import Table as RichTable

from kamlib.errors import shown

if TYPE_CHECKING:
    import pandas as pd

console = Console()
problems = Console(stderr=True)
_EDGES = 3  # of a table, beside each column; and one more
_IDEOGRAPHS = "\u2e80"  # from here on a text has no blanks, and breaks anywhere


def wrapped(text: str, width: int) -> list[str]:
    """A text in lines of at most a width, broken at blanks; a longer word stands whole.

    >>> wrapped("39 lines of type Credit note", 12)
    ['39 lines of', 'type Credit', 'note']
    """
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for word in _words(paragraph, width):
            joined = f"{line} {word}" if line else word
            if line and cell_len(joined) > width:
                lines.append(line)
                joined = word
            line = joined
        lines.append(line)
    return lines


def _words(text: str, width: int) -> Iterator[str]:
    for word in map(shown, text.split()):
        if cell_len(word) <= width or max(word) < _IDEOGRAPHS:
            yield word
            continue
        part = ""
        for sign in word:
            if cell_len(part + sign) > width:
                yield part
                part = ""
            part += sign
        yield part


def say(text: str = "", *, indent: int = 0, hang: int = 0, style: str = "") -> None:
    """Print a paragraph, its lines indented, all but the first by ``hang`` more."""
    width = max(console.width - indent - hang, 20)
    for number, line in enumerate(wrapped(text, width)):
        before = " " * (indent + (hang if number else 0))
        console.print(f"{before}{line}", style=style, markup=False, highlight=False, soft_wrap=True)


def heading(text: str) -> None:
    """Print what stands below, set apart."""
    console.print()
    say(text, style="bold")


def complain(text: str, label: str = "", style: str = "bold red") -> None:
    """Print to the standard error stream: what is wrong, or what is missing."""
    lines = wrapped(f"{label} {text}".strip(), max(problems.width, 20))
    first = lines[0].removeprefix(label)
    start = f"[{style}]{escape(label)}[/]" if label else ""
    problems.print(f"{start}{escape(first)}", highlight=False, soft_wrap=True)
    for line in lines[1:]:
        problems.print(line, markup=False, highlight=False, soft_wrap=True)


def place(label: str, path: object) -> None:
    """Print where something is, on one line that can be copied."""
    text = f"{label}: [bold]{escape(shown(str(path)))}[/]"
    console.print(text, highlight=False, soft_wrap=True)


def print_frame(frame: "pd.DataFrame", title: str, *, cents: bool = False) -> None:
    """Print a result table; as a list where its words do not fit beside each other."""
    from kamlib.show.columns import column, to_the_cent
    from kamlib.words import told

    kinds = [column(str(name), frame[name]) for name in frame.columns]
    kinds = [to_the_cent(kind) for kind in kinds] if cents else kinds
    rows = [
        [kind.text(value) for kind, value in zip(kinds, row, strict=True)]
        for row in frame.itertuples(index=False)
    ]
    labels = [told(kind.label) for kind in kinds]
    print_rows(told(title), labels, rows, right=[kind.numeric for kind in kinds])


def print_rows(
    title: str, labels: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[bool] = ()
) -> None:
    """Print rows of texts; columns in which nothing stands are left out."""
    filled = [i for i in range(len(labels)) if any(row[i] for row in rows)]
    labels = [labels[i] for i in filled]
    rows = [[row[i] for i in filled] for row in rows]
    right = [bool(right and right[i]) for i in filled]
    heading(title)
    widths = _widths([labels, *rows], console.width - _EDGES * len(labels) - 1, right)
    if not widths:
        _print_list(labels, rows)
        return
    shown = RichTable(header_style="bold", leading=0)
    for label, width, numeric in zip(labels, widths, right, strict=True):
        shown.add_column(
            escape(label), justify="right" if numeric else "left", width=width, no_wrap=True
        )
    for row in rows:
        cells = zip(row, widths, strict=True)
        shown.add_row(*(escape("\n".join(wrapped(text, width))) for text, width in cells))
    console.print(shown)


def _widths(rows: Sequence[Sequence[str]], room: int, right: Sequence[bool]) -> list[int] | None:
    """How wide each column gets: its longest word at least; None where that is too much."""
    columns = list(zip(*rows, strict=True))
    whole = [max(map(cell_len, texts)) for texts in columns]
    least = [
        max(_longest_word(text, 2) for text in texts) if not numeric else wide
        for texts, wide, numeric in zip(columns, whole, right, strict=True)
    ]
    if sum(least) > room or not columns:
        return None
    widths, left = least, room - sum(least)
    while left and any(map(int.__lt__, widths, whole)):
        # The one that lacks most gets one more.
        i = max(range(len(widths)), key=lambda i: whole[i] - widths[i])
        widths[i] += 1
        left -= 1
    return widths


def _longest_word(text: str, width: int) -> int:
    return max((cell_len(word) for word in _words(text, width)), default=1)


def _print_list(labels: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    for row in rows:
        told = [f"{label}: {text}" for label, text in zip(labels, row, strict=True) if text]
        for number, text in enumerate(told):
            say(text, indent=2 if number else 0, hang=2)
        console.print()
