"""How each result column is shown: its heading and its format on pages and in Excel, once."""

import re
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from kamlib import words
from kamlib.words import _

Kind = Literal["money", "cents", "share", "count", "days", "ratio", "text", "date", "class"]

# Excel's own format codes; a money cell gets the currency through its heading, not its format,
# so that a sheet can be copied and calculated on.
EXCEL_FORMATS: dict[Kind, str] = {
    "money": "#,##0",
    "share": "0.0%",
    "count": "#,##0",
    "cents": "#,##0.00",
    "days": "#,##0",
    "ratio": "0.00",
    "text": "@",
    "date": "yyyy-mm-dd",
    "class": "@",
}

NUMERIC_KINDS: frozenset[Kind] = frozenset({"money", "cents", "share", "count", "days", "ratio"})


@dataclass(frozen=True)
class Column:
    """How one column is shown: heading, kind of value, width in Excel's characters."""

    name: str
    label: str
    kind: Kind
    width: int

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
        return (
            f"{self.label} ({currency})"
            if self.kind in ("money", "cents") and currency
            else self.label
        )

    def text(self, value: object) -> str:
        """One value as a reader sees it; a dash where it is unknown, empty for an empty text."""
        if pd.api.types.is_scalar(value) and pd.isna(value):
            return "" if self.kind in ("text", "class") else words.DASH
        return _FORMATTERS[self.kind](value)


_FORMATTERS = {
    "money": words.money,
    "cents": words.number,
    "share": words.share,
    "count": words.count,
    "days": words.count,
    "ratio": words.number,
    "text": lambda value: _yes(value) if isinstance(value, (bool, np.bool_)) else str(value),
    "date": words.day,
    "class": str,
}

_WIDTHS: dict[Kind, int] = {
    "money": 14,
    "cents": 18,
    "share": 10,
    "count": 10,
    "days": 10,
    "ratio": 10,
    "text": 24,
    "date": 12,
    "class": 8,
}


def _registry(entries: list[tuple]) -> dict[str, Column]:
    columns = {}
    for name, label, kind, *width in entries:
        columns[name] = Column(name, label, kind, width[0] if width else _WIDTHS[kind])
    return columns


COLUMNS: dict[str, Column] = _registry(
    [
        # who
        ("account", _("Account"), "text", 14),
        ("name", _("Name"), "text", 32),
        ("manager", _("Manager"), "text", 18),
        ("region", _("Region"), "text", 18),
        # value and class
        ("value", _("Value"), "money"),
        ("margin_rate", _("Margin rate"), "share"),
        ("missing_margin", _("Missing margin"), "money"),
        ("value_before", _("Value before"), "money"),
        ("revenue", _("Revenue"), "money"),
        ("margin", _("Margin"), "money"),
        ("share", _("Share"), "share"),
        ("share_before", _("Share before"), "share"),
        ("abc", _("ABC"), "class"),
        ("xyz", _("XYZ"), "class"),
        ("cell", _("Cell"), "class"),
        ("why", _("Why"), "text", 60),
        # regularity
        ("active_share", _("Months with an order"), "share"),
        ("gap_cv", _("Gap variation"), "ratio"),
        ("value_cv", _("Value variation"), "ratio"),
        ("residual_cv", _("Variation without season"), "ratio"),
        ("xyz_frequency", _("XYZ by frequency"), "class"),
        ("xyz_gap_cv", _("XYZ by gaps"), "class"),
        ("xyz_value_cv", _("XYZ by value"), "class"),
        ("pattern", _("Demand pattern"), "text", 14),
        ("adi", _("Demand interval"), "ratio"),
        ("cv2", _("CV² of value"), "ratio"),
        ("active_months", _("Active months"), "count"),
        ("window_months", _("Months in window"), "count"),
        ("gaps", _("Gaps"), "count"),
        ("new", _("New"), "text", 8),
        ("lost", _("Lost"), "text", 8),
        # certainty
        ("border_distance", _("Distance to border"), "ratio"),
        ("nearest_border", _("Nearest border"), "class", 12),
        ("stability", _("Stability"), "share"),
        ("abc_stability", _("ABC stability"), "share"),
        ("xyz_stability", _("XYZ stability"), "share"),
        # time
        ("first_order", _("First order"), "date"),
        ("last_order", _("Last order"), "date"),
        ("silence_days", _("Days of silence"), "days"),
        ("typical_gap_days", _("Typical gap (days)"), "days"),
        ("quarter", _("Quarter"), "text", 10),
        # tables of groups
        ("accounts", _("Accounts"), "count"),
        ("revenue_before", _("Revenue before"), "money"),
        ("change", _("Change"), "money"),
        ("from_cell", _("From"), "class"),
        ("to_cell", _("To"), "class"),
        ("abc_revenue", _("ABC by revenue"), "class"),
        ("abc_margin", _("ABC by margin"), "class"),
        ("steps_apart", _("Steps apart"), "count"),
        ("top", _("Without the top"), "count"),
        ("covered", _("Covered"), "text", 10),
        ("measure", _("Measure"), "text", 28),
        ("revenue_share_lost", _("Revenue lost"), "share"),
        ("margin_share_lost", _("Margin lost"), "share"),
        ("gini", _("Gini"), "ratio"),
        ("limit", _("Limit"), "class"),
        ("share_of_accounts", _("Share of accounts"), "share"),
        ("share_of_value", _("Share of value"), "share"),
        ("informative", _("Informative"), "text", 12),
        ("note", _("Note"), "text", 40),
        # how the data came in
        ("table", _("Table"), "text", 16),
        ("step", _("Step"), "text", 14),
        ("reason", _("Reason"), "text", 40),
        ("rows", _("Rows"), "count"),
        ("severity", _("Severity"), "text", 10),
        ("finding", _("Finding"), "text", 50),
        ("examples", _("Examples"), "text", 40),
        # settings
        ("setting", _("Setting"), "text", 28),
        ("default", _("Default"), "text", 16),
        ("unit", _("Unit"), "text", 22),
        ("source", _("Source"), "text", 40),
        ("changed", _("Changed"), "text", 10),
    ]
)

# What a page or a sheet shows of a wide result table, by the table's name.
VIEWS: dict[str, tuple[str, ...]] = {
    "abc_xyz": ("account", "name", "manager", "revenue", "margin", "share", "cell", "stability",
                "why"),
    "actions": ("account", "name", "manager", "from_cell", "cell", "revenue_before", "revenue",
                "what_happened", "do_what"),
    "lens_disagreements": ("account", "name", "value", "xyz_frequency", "xyz_gap_cv",
                           "xyz_value_cv", "pattern"),
    "migration": ("account", "name", "from_cell", "to_cell", "revenue_before", "revenue",
                  "change", "manager"),
    "reconciliation": ("step", "reason", "rows", "revenue"),
}  # fmt: skip


def column(name: str, values: pd.Series | None = None) -> Column:
    """How a column is shown: from the registry, or by its type where it is not in there.

    Parameters
    ----------
    name
        The column's name in a result table.
    values
        The column itself. A registered money, share or count column that holds text (such as
        the mixed values of a settings table) is shown as text.
    """
    known = COLUMNS.get(name)
    if known is None:
        kind = "text" if values is None else _kind(values)
        return Column(name, _plain_label(str(name)), kind, _WIDTHS[kind])
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
        "gini": _("Gini coefficient (0 = all equal)"),
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
