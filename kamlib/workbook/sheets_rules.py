"""The classes as Excel formulas: what kamlib.analysis says, on named cut-off cells.

Each formula looks only at its own row and at named cells, so the table can be sorted. Only
functions that Excel 2013 and LibreOffice both know.
"""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from kamlib.settings import Settings
from kamlib.workbook.desk import YES, quoted

LENS_COLUMNS = {"frequency": "active_share", "gap_cv": "gap_cv", "value_cv": "value_cv"}
# Where an account did not exist: an empty text would count as any blank cell.
NOT_THERE = "–"
ARROW = " → "

_FORMULAS = {
    "share": '=IF({value}>0,{value}/total_value,"")',
    "share_before": '=IF({value}>0,{value_before}/total_value,"")',
    # kamlib.analysis.abc_xyz.abc: a share on a cut, to nine digits, belongs to the class below.
    "abc": (
        '=IF({value}>0,IF(ROUND({share_before},9)<abc_cut_a,"A",'
        'IF(ROUND({share_before},9)<abc_cut_b,"B","C")),"D")'
    ),
    "new": '=IF({first_order}="","",IF({first_order}>new_after,{yes},""))',
    # kamlib.analysis.measures.loss; an unknown typical gap is a blank cell and counts as 0.
    "lost": (
        '=IF({silence_days}="","",IF({silence_days}>'
        'MAX(min_silence_days,gap_multiple*{typical_gap_days}),{yes},""))'
    ),
    "xyz_value": (
        '=IF(xyz_measure="frequency",IF({active_share}="","",{active_share}),'
        'IF(xyz_measure="gap_cv",IF({gap_cv}="","",{gap_cv}),IF({value_cv}="","",{value_cv})))'
    ),
    # kamlib.analysis.abc_xyz.xyz: D, never ordered, L, N, then the measure against the cuts.
    "xyz": (
        '=IF({abc}="D","",IF({first_order}="","Z",IF({lost}={yes},"L",'
        'IF(OR({new}={yes},{gaps}<xyz_min_gaps),"N",IF({xyz_value}="","Z",'
        'IF(ROUND({xyz_value},9)*xyz_direction>=xyz_cut_x*xyz_direction,"X",'
        'IF(ROUND({xyz_value},9)*xyz_direction>=xyz_cut_y*xyz_direction,"Y","Z")))))))'
    ),
    "cell": "={abc}&{xyz}",
    "moved": '=IF({cell_before}={cell},"",{cell_before}&{arrow}&{cell})',
    "abc_distance": (
        '=IF({abc}="D","",MIN(ABS({share_before}-abc_cut_a),ABS({share_before}-abc_cut_b)))'
    ),
    "xyz_distance": (
        '=IF(OR({xyz}="X",{xyz}="Y",{xyz}="Z"),IF({xyz_value}="","",MIN(1,'
        'ABS({xyz_value}-xyz_cut_x)/xyz_cut_x,ABS({xyz_value}-xyz_cut_y)/xyz_cut_y)),"")'
    ),
    "border_distance": '=IF({abc}="D","",MIN({abc_distance},{xyz_distance}))',
    "nearest_border": (
        '=IF({abc}="D","",IF({abc_distance}<=MIN(9,{xyz_distance}),'
        'IF(ABS({share_before}-abc_cut_a)<=ABS({share_before}-abc_cut_b),"A/B","B/C"),'
        "IF(MIN(1,ABS({xyz_value}-xyz_cut_x)/xyz_cut_x)<="
        'MIN(1,ABS({xyz_value}-xyz_cut_y)/xyz_cut_y),"X/Y","Y/Z")))'
    ),
}
LIVE = frozenset(_FORMULAS)


def rule(name: str, cell: Callable[[str], str]) -> str:
    """The formula of one calculated column, with ``{r}`` where the row's number goes.

    Parameters
    ----------
    cell
        From a column's name to its cell in the same row, ``$F{r}``.
    """
    class_of = _Cells(cell)
    return _FORMULAS[name].format_map(class_of)


def abc_rule(value: str, value_before: str) -> str:
    """The ABC class from a value cell and a cell of what ranks before it."""
    share = f"ROUND({value_before}/total_value,9)"
    return f'=IF({value}>0,IF({share}<abc_cut_a,"A",IF({share}<abc_cut_b,"B","C")),"D")'


def workings(classes: pd.DataFrame, *, settings: Settings) -> pd.DataFrame:
    """What the helper columns hold at the cut-offs in force: the results of their formulas.

    Returns
    -------
    Per account ``xyz_value``, ``abc_distance``, ``xyz_distance`` (NaN where outside).
    """
    lens = settings.xyz.measure
    measure = classes[LENS_COLUMNS[lens]]
    before = classes["share_before"]
    abc = np.minimum(*(abs(before - cut) for cut in settings.abc.cuts))
    cuts = getattr(settings.xyz, f"{lens}_cuts")
    xyz = np.minimum(*(abs(measure - cut) / cut for cut in cuts)).clip(upper=1.0)
    placed = classes["xyz"].isin(["X", "Y", "Z"])
    return pd.DataFrame(
        {"xyz_value": measure, "abc_distance": abc, "xyz_distance": xyz.where(placed)}
    )


def last_quarter(classes: pd.DataFrame, moves: pd.DataFrame) -> pd.DataFrame:
    """Every account's cell a quarter ago, from the table of moves, and its move in words.

    Returns
    -------
    Per account ``cell_before`` (a dash for one not known then) and ``moved``
    ("BX → AX", "" where it stayed).
    """
    from_cell = moves["from_cell"].astype("str").replace("", NOT_THERE)
    before = from_cell.reindex(classes.index)
    before = before.where(classes.index.isin(moves.index), classes["cell"].astype("str"))
    moved = (before + ARROW + classes["cell"].astype("str")).where(before != classes["cell"], "")
    return pd.DataFrame({"cell_before": before, "moved": moved})


class _Cells(Mapping):
    """Names in a formula: columns become cells, ``yes`` and ``arrow`` become texts."""

    def __init__(self, cell: Callable[[str], str]) -> None:
        self.cell = cell
        self.texts = {"yes": quoted(YES), "arrow": quoted(ARROW)}

    def __getitem__(self, name: str) -> str:
        return self.texts.get(name) or self.cell(name)

    def __iter__(self):
        return iter(self.texts)

    def __len__(self) -> int:
        return len(self.texts)
