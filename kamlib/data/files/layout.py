"""How a report's grid becomes plain lines: the options of a description, and their proof."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

SAP_LIST, DATEV = "sap-list", "datev"
MONTHS = "months"
CURRENCIES = "currencies"
YEARS = "years"
TITLE = "title"


@dataclass(frozen=True)
class Unpivot:
    """Columns that become lines: which, and the names of the two new columns.

    ``columns`` are names, or ``("months",)`` for every column that is named like a month or
    quarter, ``("years",)`` for every column that is named by a year alone, or ``("currencies",)``
    for every column of rates that is named by a currency (then a column ``Unit`` says for how many
    units its rate is); ``total`` names the column that must be the sum of the others in its row.
    ``year`` is that of months without one: a number, a column's name, or "title" (the title, the
    sheet's or file's name says it). ``year_starts`` is the first month of the company's year:
    quarters and years are of it, and months without a year where the first of them is its first
    month.
    """

    columns: tuple[str, ...] = (MONTHS,)
    period: str = "Month"
    amount: str = "Amount"
    total: str = ""
    year: int | str = ""
    year_starts: int = 1


@dataclass(frozen=True)
class Groups:
    """Headings above their lines in one column: each level becomes a column.

    ``lines`` is a pattern for the rows of the deepest level; where it is empty, a line is a row
    in which the column is empty.
    """

    levels: tuple[str, ...]
    column: int = 1
    lines: str = ""


@dataclass(frozen=True)
class Yearless:
    """Columns of days that are written without their year, and where it stands.

    ``year`` is a number, a column's name, or "title" (the rows above the header, the sheet's or
    the file's name say it).
    """

    columns: tuple[str, ...]
    year: int | str = TITLE


@dataclass(frozen=True)
class Layout:
    """How a part's grid becomes plain lines, and why (``why``: what proves it, in words)."""

    kind: str = ""
    header: int | None = None
    header_rows: int = 1
    fill_down: tuple[tuple[str, ...], ...] = ()
    fill_within: str = ""
    unpivot: Unpivot | None = None
    groups: Groups | None = None
    documents: tuple[str, ...] = ()
    without_year: Yearless | None = None
    why: tuple[str, ...] = field(default=(), compare=False)

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing to do."""
        return self == Layout(header=self.header)


# From a part's rows and its name to what is to be done.
Recogniser = Callable[[Sequence[Sequence[Any]], str], Layout]
PLAIN = Layout()
