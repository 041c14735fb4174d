"""How each result column is shown: its heading and its format on pages and in Excel, once."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import pandas as pd

from kamlib import words
from kamlib.quarters import quarter_label
from kamlib.show import codes  # noqa: F401 - marks them
from kamlib.show.headings import ENTRIES
from kamlib.show.target_headings import CODES
from kamlib.words import _

__all__ = [
    "COLUMNS",
    "EXCEL_FORMATS",
    "NAMED",
    "NUMERIC_KINDS",
    "Column",
    "Kind",
    "column",
    "measure_kind",
    "measure_label",
    "measure_rows",
    "measure_text",
    "to_the_cent",
]

Kind = Literal[
    "money", "cents", "share", "count", "days", "hours", "ratio", "text", "date", "class"
]

# Excel's own format codes; a money cell gets the currency through its heading, not its format,
# so that a sheet can be copied and calculated on.
EXCEL_FORMATS: dict[Kind, str] = {
    "money": "#,##0",
    "share": "0.0%",
    "count": "#,##0",
    "cents": "#,##0.00",
    "days": "#,##0",
    "hours": "#,##0.0",
    "ratio": "0.00",
    "text": "@",
    "date": "yyyy-mm-dd",
    "class": "@",
}

NUMERIC_KINDS: frozenset[Kind] = frozenset(
    {"money", "cents", "share", "count", "days", "hours", "ratio"}
)

# What somebody else called or wrote so: no word of it is ours.
NAMED: frozenset[str] = frozenset(
    {
        *("account", "prospect", "contact", "name", "document", "product", "product_line", "line"),
        *("competitor", "rival", "industry", "region", "subject", "note", "notes"),
        "step_id",
    }
)


@dataclass(frozen=True)
class Column:
    """How one column is shown: heading, kind of value, width in Excel's characters.

    ``words`` are what readers call the codes that it holds.
    """

    name: str
    label: str
    kind: Kind
    width: int
    words: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def excel_format(self) -> str:
        """Excel's number format code."""
        return EXCEL_FORMATS[self.kind]

    @property
    def numeric(self) -> bool:
        """Whether the values are numbers, set to the right."""
        return self.kind in NUMERIC_KINDS

    def heading(self, currency: str = "") -> str:
        """The label, with the currency where the column holds money: ``Revenue (GBP)``."""
        label = words.told(self.label)
        return f"{label} ({currency})" if self.kind in ("money", "cents") and currency else label

    def text(self, value: object) -> str:
        """One value as a reader sees it; a dash where it is unknown, empty for an empty text."""
        if pd.api.types.is_scalar(value) and pd.isna(value):
            return "" if self.kind in ("text", "class") else words.DASH
        if self.words:
            return words.told(self.words.get(str(value), str(value)))
        text = _FORMATTERS[self.kind](value)
        return text if self.numeric or self.name in NAMED else words.told(text)


_FORMATTERS = {
    "money": words.money,
    "cents": words.number,
    "share": words.share,
    "count": words.count,
    "days": words.count,
    "hours": lambda value: words.number(value, 1),
    "ratio": words.number,
    "text": lambda value: (
        _yes(value) if isinstance(value, (bool, np.bool_)) else quarter_label(value)
    ),
    "date": words.day,
    "class": str,
}

_WIDTHS: dict[Kind, int] = {
    "money": 14,
    "cents": 18,
    "share": 10,
    "count": 10,
    "days": 10,
    "hours": 10,
    "ratio": 10,
    "text": 24,
    "date": 12,
    "class": 8,
}


# A column's name (with its table's before a dot, where it means something else there), its
# heading, its kind of value, and its width where the kind's does not do.
Entry = tuple[str, str, Kind] | tuple[str, str, Kind, int]
COLUMNS: dict[str, Column] = {}


def register(entries: Iterable[Entry], *, table: str = "") -> None:
    """Say how columns are shown, those of one table where it is named."""
    for name, label, kind, *width in entries:
        wide, words_of = width[0] if width else _WIDTHS[kind], CODES.get(name, {})
        known = Column(name.rpartition(".")[2], label, kind, wide, words_of)
        COLUMNS[f"{table}.{name}" if table else name] = known


register(ENTRIES)


def column(name: str, values: pd.Series | None = None, *, table: str = "") -> Column:
    """How a column is shown: from the registry, or by its type where it is not in there.

    Parameters
    ----------
    name
        The column's name in a result table.
    values
        The column itself. A registered money, share or count column that holds text (such as
        the mixed values of a settings table) is shown as text.
    table
        The table that it stands in, where its name means something else than elsewhere.
    """
    known = COLUMNS.get(f"{table}.{name}") or COLUMNS.get(name)
    if known is None:
        kind = "text" if values is None else _kind(values)
        return Column(name, _(_plain_label(str(name))), kind, _WIDTHS[kind])
    if values is not None and known.numeric and not _is_number(values):
        return Column(name, known.label, "text", _WIDTHS["text"])
    return known


def measure_rows(concentration: pd.DataFrame) -> pd.DataFrame:
    """The measures of concentration in words, each value in its own unit, as texts.

    Parameters
    ----------
    concentration
        Indexed by ``measure``: ``value``.

    Returns
    -------
    ``measure`` and ``value``, both text, one row per measure.
    """
    names = concentration.index.astype("str")
    texts = [measure_text(name, concentration["value"].iloc[i]) for i, name in enumerate(names)]
    return pd.DataFrame({"measure": map(measure_label, names), "value": texts}, dtype="str")


def measure_kind(name: str) -> Kind:
    """The kind of a measure's value: ``top_5_share`` is a share, ``gini`` a ratio."""
    if name.endswith("_share"):
        return "share"
    return "count" if name == "accounts" else "ratio"


def measure_label(name: str) -> str:
    """A measure of concentration in words."""
    top = re.fullmatch(r"top_(\d+)_share", name)
    if top:
        if top[1] == "1":
            return _("Share of the largest account")
        return _("Share of the {k} largest accounts").format(k=top[1])
    labels = {
        "accounts": _("Accounts with positive value"),
        "gini": _("Unequal (0 = all equal, 1 = one has all)"),
        "hhi": _("Herfindahl index (HHI)"),
        "effective_accounts": _("As concentrated as this many equal accounts"),
    }
    return labels.get(name, _plain_label(name))


def measure_text(name: str, value: float) -> str:
    """A measure's value in its own unit; HHI is small and gets four digits."""
    if name == "hhi":
        return words.number(value, 4)
    return _FORMATTERS[measure_kind(name)](value)


def _plain_label(name: str) -> str:
    return name.replace("_", " ").capitalize()


def to_the_cent(shown: Column) -> Column:
    """A money column that shows cents; any other column as it is."""
    return replace(shown, kind="cents", width=_WIDTHS["cents"]) if shown.kind == "money" else shown


def _kind(values: pd.Series) -> Kind:
    if isinstance(values.dtype, pd.CategoricalDtype):
        return "class"
    if pd.api.types.is_datetime64_any_dtype(values):
        return "date"
    if pd.api.types.is_integer_dtype(values):
        return "count"
    return "ratio" if _is_number(values) else "text"


def _yes(value: object) -> str:
    return _("yes") if value else ""


def _is_number(values: pd.Series) -> bool:
    numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    return numeric or bool(values.isna().all())
