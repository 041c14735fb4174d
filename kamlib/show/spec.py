"""How a result is told: on a page, as a sheet of the workbook; said once, beside the result."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

# Tabs of one colour belong together; which colour that is, the workbook says.
TABS = ("summary", "input", "keys", "work", "leaving", "targets", "classes", "data")


@dataclass(frozen=True)
class Page:
    """How a page shows a table.

    ``columns`` are the names to show, parted by blanks (all of them where empty; one that the
    table lacks is left out). ``rows`` is how many are shown: a number, the setting that has it
    (``"pack.page_rows"``), or None for all. ``caption`` stands above; a function of the chapter
    where it depends on the book. ``otherwise`` is said instead of a table without rows; None
    shows the empty table. ``cents`` shows money to the cent.
    """

    columns: str = ""
    rows: int | str | None = 15
    caption: str | Callable[[Any], str] = ""
    otherwise: str | Callable[[Any], str] | None = None
    cents: bool = False


@dataclass(frozen=True)
class Sum:
    """A figure above a list that follows its filter: the rows shown, or the sum of a column.

    ``column`` is what is counted (``count``) or added up.
    """

    label: str
    column: str
    count: bool = False


@dataclass(frozen=True)
class Sheet:
    """How a table stands in the Excel workbook.

    A list needs nothing more than this; a sheet that is more than a list (live formulas, charts)
    names its writer in ``live``, ``"churn.write_winback"`` for a function of
    ``kamlib.workbook.churn`` (or the function itself), and may leave the rest to it.

    Attributes
    ----------
    name
        On the tab, at most 31 characters.
    about
        What there is to find, as the first sheet says it beside the link.
    title, note, remark
        The sheet's first row, the grey line below, and one more in small letters; ``{rows}``
        in the note stands for the number of rows, ``{quarter}`` in the title for the coming one.
    tab
        Which sheets it belongs to, by the colour of its tab: one of ``TABS``.
    columns
        The columns to show in order, each with its width where it is not the usual one:
        ``"manager:13 due name:28"``; all where empty. Names and managers that say nothing are
        left out.
    fold
        The columns behind a + above the list.
    labels
        Headings that differ from the usual ones.
    own
        Whether the reader has cells of their own: notes, and the day on which it was done.
    sums
        Figures above the list.
    bars
        Columns of money drawn as bars, with their colour.
    freeze
        The last column that stays in sight; the last of several that there is.
    pages
        How many pages wide it is printed.
    row
        The row of the headings, counted from 0.
    wrapped
        Whether long texts break into lines.
    needs
        More tables that the sheet shows; it stands where there is any of them.
    front
        Its place among the tabs that one sees first, counted from 1; 0 for one that is reached
        from the sheet More.
    follows
        Whether what it shows moves with cells of other sheets: then it stands in their workbook,
        behind More, and else in the second workbook.
    """

    name: str
    about: str = ""
    title: str = ""
    note: str = ""
    remark: str = ""
    tab: str = "classes"
    columns: str = ""
    fold: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    own: bool = False
    sums: tuple[Sum, ...] = ()
    bars: Mapping[str, str] = field(default_factory=dict)
    freeze: str = ""
    pages: int = 1
    row: int = 3
    wrapped: bool = False
    live: str | Callable[..., None] = ""
    needs: tuple[str, ...] = ()
    front: int = 0
    follows: bool = False

    def __post_init__(self) -> None:
        """Refuse a tab that there is not, and a name that Excel does not take."""
        if self.tab not in TABS:
            raise ValueError(f'sheet "{self.name}": tab "{self.tab}" is none of {", ".join(TABS)}')
        if not 0 < len(self.name) <= 31:
            raise ValueError(f'sheet "{self.name}": a name has 1 to 31 characters')

    @property
    def widths(self) -> dict[str, int | None]:
        """The columns to show, each with its width, None for the usual one.

        >>> Sheet("Losses", columns="account:13 revenue").widths
        {'account': 13, 'revenue': None}
        """
        named = (text.partition(":") for text in self.columns.split())
        return {name: int(width) if width else None for name, _colon, width in named}
