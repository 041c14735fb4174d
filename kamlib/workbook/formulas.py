"""Classes and targets as Excel formulas: what kamlib.analysis says, on named input cells.

Each formula looks only at its own row and at named cells, so the table can be sorted. Only
functions that Excel 2013 and LibreOffice both know.
"""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from kamlib.analysis.abc_xyz.xyz import LENS_COLUMNS
from kamlib.settings import PS, Settings
from kamlib.words import _
from kamlib.workbook.desk import YES, quoted

# Where an account did not exist: an empty text would count as any blank cell.
NOT_THERE = "–"
ARROW = " → "

CLASS_FORMULAS = {
    "share": '=IF({value}>0,{value}/total_value,"")',
    "share_before": '=IF({value}>0,{value_before}/total_value,"")',
    # kamlib.analysis.abc_xyz.abc: a share on a cut, to nine digits, belongs to the class below.
    "abc": (
        '=IF({value}>0,IF(ROUND({share_before},9)<abc_cut_a,"A",'
        'IF(ROUND({share_before},9)<abc_cut_b,"B","C")),"D")'
    ),
    "new": '=IF({first_order}="","",IF({first_order}>new_after,{yes},""))',
    # kamlib.analysis.measures.loss; what is not known is a blank cell and counts as 0.
    "lost": (
        '=IF({silence_days}="","",IF({silence_days}>'
        'MAX(min_silence_days,gap_multiple*{typical_gap_days},{explained_days}),{yes},""))'
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
LIVE = frozenset(CLASS_FORMULAS)
FRESH = tuple(f"{name}_freshness" for name in PS)
BELOW = _("below")
MIDDLE, SCALE = "target_middle_chance", "target_scale"
# Digits of a share of the highest value that order targets, and the places behind them that
# settle equal ones: 15 digits together are exact in Excel.
TIE_DIGITS, PLACES = 9, 100_000
_TINY = 1e-9
# Where past deals told the chance from the score, it moves with the score on the pack's curve.
CURVE = "target_chance_curve"
FROM_SCORE, FROM_CURVE, FROM_PACK = "score", "curve", "pack"

# On named cells and the row's own; what was typed over a grey cell counts as fresh.
_FRESH = "({fresh}+(1-ISNUMBER({fresh})))"
_KNOWN = f"SUMPRODUCT(three_p_weights,{_FRESH},--ISNUMBER({{ps}}))"
TARGET_FORMULAS = {
    "vetoed": "=MID({vetoes},3,60)",
    "completeness": f'=IF(three_p_total<=0,"",{_KNOWN}/three_p_total)',
    # The logarithm of 1 where a P is blank or 0: the first does not count, the second vetoes.
    "score": (
        f'=IF(three_p_total<=0,{{no_weight}},IF({{vetoed}}<>"",0,IF({{completeness}}>0,'
        f"EXP(SUMPRODUCT(three_p_weights,{_FRESH},--ISNUMBER({{ps}}),"
        f'LN({{ps}}+({{ps}}<=0)))/{_KNOWN}),"")))'
    ),
    "own_chance": '=IF({vetoed}<>"","",IF(ISNUMBER({p_win}),{told},{untold}))',
    "chance": f'=IF({{vetoed}}<>"",0,IF(ISNUMBER({{own_chance}}),{{own_chance}},{MIDDLE}))',
    "priority": '=IF(ISNUMBER({expected_value}),{chance}*{expected_value},"")',
    # Without a value, below all others and by the chance; equal ones by their rank in the pack.
    "rank_key": f"=ROUND(IF(ISNUMBER({{priority}}),IF({SCALE}>0,{{priority}}/{SCALE},0),"
    f"{{chance}}-2)*1E{TIE_DIGITS},0)*{PLACES}-{{rank_in_pack}}",
    "rank": "=RANK({rank_key},target_keys)",
    "score_key": f"=IF(ISNUMBER({{score}}),ROUND({{score}}*1E{TIE_DIGITS},0)*{PLACES}"
    '-{rank_in_pack},"")',
    "score_rank": '=IF(ISNUMBER({score_key}),RANK({score_key},target_score_keys),"")',
    "below": f"=IF(ISNUMBER({{score}}),IF({{score}}<target_min_score-{_TINY},{{below_word}},"
    '""),"")',
}


def rule(name: str, cell: Callable[[str], str]) -> str:
    """The formula of one calculated column, with ``{r}`` where the row's number goes.

    Parameters
    ----------
    cell
        From a column's name to its cell in the same row, ``$F{r}``.
    """
    class_of = _Cells(cell)
    return CLASS_FORMULAS[name].format_map(class_of)


def abc_rule(value: str, value_before: str) -> str:
    """The ABC class from a value cell and a cell of what ranks before it."""
    share = f"ROUND({value_before}/total_value,9)"
    return f'=IF({value}>0,IF({share}<abc_cut_a,"A",IF({share}<abc_cut_b,"B","C")),"D")'


def class_workings(classes: pd.DataFrame, *, settings: Settings) -> pd.DataFrame:
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


def target_workings(frame: pd.DataFrame, *, settings: Settings) -> pd.DataFrame:
    """The targets with the results of all formulas at the settings in force.

    Score, completeness, chance and priority are those of the pack. ``attrs`` holds the middle
    chance (``middle``) and the highest expected value (``scale``), in currency.
    """
    ps, veto = frame[list(PS)], settings.three_p.veto_at
    # What has no weight does not veto.
    heavy = [weight > 0 for weight in settings.three_p.weights]
    frame["vetoed"] = [
        ", ".join(n for n, p, counts in zip(PS, row, heavy, strict=True) if p <= veto and counts)
        for row in ps.itertuples(index=False)
    ]
    frame["vetoed"] = frame["vetoed"].astype("str")
    free = frame["vetoed"] == ""
    curve = chance_curve(frame["score"], frame["p_win"])
    same = np.isclose(frame["p_win"], frame["score"], rtol=_TINY, atol=_TINY)
    frame["p_win"] = frame["p_win"].mask(same)
    chance = "p_win" if frame["p_win"].notna().any() else "score"
    frame["own_chance"] = frame[chance].where(free)
    middle, scale = frame["own_chance"].median(), frame["expected_value"].max()
    frame.attrs |= {"middle": 0.5 if pd.isna(middle) else float(middle),
                    "scale": 0.0 if pd.isna(scale) else float(scale), "curve": curve}  # fmt: skip
    frame["chance"] = frame["own_chance"].fillna(frame.attrs["middle"]).where(free, 0.0)
    frame["rank_key"] = _rank_keys(frame)
    frame["rank"] = frame["rank_key"].rank(ascending=False, method="min")
    keys = (frame["score"] * 10**TIE_DIGITS).round() * PLACES - frame["rank_in_pack"]
    frame["score_key"] = keys
    frame["score_rank"] = keys.rank(ascending=False, method="min")
    below = frame["score"] < settings.tiers.min_score - _TINY
    frame["below"] = pd.Series(np.where(below, BELOW, ""), frame.index, dtype="str")
    return frame


def chance_curve(score: pd.Series, chance: pd.Series) -> tuple[float, ...]:
    """The logistic curve of the score on which the chances of the pack lie.

    Returns
    -------
    Base and slope of the log odds, the least and the highest chance; empty where the chances do
    not lie on such a curve, or are unknown, or are the scores.
    """
    known = score.notna() & chance.between(0, 1, inclusive="neither")
    x, p = score[known].to_numpy(float), chance[known].to_numpy(float)
    if len(x) < 3 or np.allclose(x, p, rtol=_TINY, atol=_TINY):
        return ()
    low, high = p.min(), p.max()
    inner = (p > low + _TINY) & (p < high - _TINY)
    if inner.sum() < 3 or np.ptp(x[inner]) < _TINY:
        return ()
    slope, base = np.polyfit(x[inner], np.log(p[inner] / (1 - p[inner])), 1)
    curve = np.clip(1 / (1 + np.exp(-(base + slope * x))), low, high)
    if not np.allclose(curve, p, rtol=0, atol=1e-10):
        return ()
    return float(base), float(slope), float(low), float(high)


def chance_from(frame: pd.DataFrame) -> str:
    """Where chances come from: the score itself, the curve of past deals, or as in the pack."""
    if frame.attrs["curve"]:
        return FROM_CURVE
    return FROM_PACK if frame["p_win"].notna().any() else FROM_SCORE


def _rank_keys(frame: pd.DataFrame) -> pd.Series:
    scale = frame.attrs["scale"]
    part = frame["priority"] / scale if scale > 0 else frame["priority"] * 0.0
    part = part.fillna(frame["chance"] - 2)
    return (part * 10**TIE_DIGITS).round() * PLACES - frame["rank_in_pack"]


def target_live(frame: pd.DataFrame, shown: pd.DataFrame, first: int) -> dict[str, list[str]]:
    """One formula per target and live column, the first target being in row ``first``.

    A priority that is not chance times value (the pack took another middle chance) stays.
    """
    letters = {name: f"${xl_col_to_name(col)}" for col, name in enumerate(shown)}
    score, from_score = letters["score"] + "{r}", chance_from(frame) == FROM_SCORE
    texts = {
        **{name: f"{letter}{{r}}" for name, letter in letters.items()},
        "ps": f"{letters[PS[0]]}{{r}}:{letters[PS[-1]]}{{r}}",
        "fresh": f"{letters[FRESH[0]]}{{r}}:{letters[FRESH[-1]]}{{r}}",
        "vetoes": "&".join(
            f"IF(AND(ISNUMBER({letters[name]}{{r}}),{letters[name]}{{r}}<=veto_at,"
            f'three_p_weight_{name}>0),", {name}","")'
            for name in PS
        ),
        "told": letters["p_win"] + "{r}",
        "untold": f'IF(ISNUMBER({score}),{score},"")' if from_score else '""',
        "no_weight": quoted(_("no weight")),
        "below_word": quoted(BELOW),
    }
    if frame.attrs["curve"]:
        own, told = f"{letters['score']}{{r}}", f"{letters['p_win']}{{r}}"
        odds = f"{CURVE}_base+{CURVE}_slope*{own}"
        curve = f"MAX({CURVE}_low,MIN({CURVE}_high,1/(1+EXP(-({odds})))))"
        texts["told"] = f"IF(ISNUMBER({own}),{curve},{told})"
    live = {}
    for name, template in TARGET_FORMULAS.items():
        whole = template.format(**texts)
        live[name] = [whole.replace("{r}", str(first + i)) for i in range(len(frame))]
    made = frame["chance"] * frame["expected_value"]
    kept = frame["priority"].notna() & ~np.isclose(made, frame["priority"], rtol=_TINY, atol=_TINY)
    for i in np.flatnonzero(kept.to_numpy()):
        live["priority"][i] = f"={frame['priority'].iloc[i]!r}"
    return live
