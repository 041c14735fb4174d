"""The sheets of targets: live scores and ranks, questions, evidence, checks and who does what."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from kamlib.chapters.sheets.targeting import EVIDENCE, PRINTED, SCORE_CHECK, SCORECARD, TARGETS
from kamlib.quarters import quarter_told
from kamlib.settings import PS
from kamlib.show.columns import Kind, column
from kamlib.show.theme import text_colour
from kamlib.words import _, count
from kamlib.workbook import desk as desks
from kamlib.workbook.desk import (
    ABC_COLOURS,
    LIVE_HEAD,
    Desk,
    put,
    quoted,
)
from kamlib.workbook.formulas import (
    CURVE,
    FRESH,
    FROM_CURVE,
    FROM_PACK,
    MIDDLE,
    SCALE,
    chance_from,
    target_live,
    target_workings,
)
from kamlib.workbook.inputs import (
    INPUT_ROW,
    LABEL_ROW,
    TARGET_HEAD_ROW,
    link_to_try,
    repeat_target_inputs,
)
from kamlib.workbook.lists import (
    Placed,
    colour_done,
    finish_told,
    own_cells,
    told_frame,
    write_frame,
    write_list,
    write_sums,
)

# Each rank is found among all: more targets would make the sheet slow.
RANKED = 10_000
ROW_HEIGHT = 47  # three lines: a list to look through; longer reasons are whole in their cell
ACCOUNT = "account"
TIER_COLOURS = {
    "one-to-one": ABC_COLOURS["A"],
    "one-to-few": ABC_COLOURS["B"],
    "one-to-many": ABC_COLOURS["C"],
    "find out": "#f6e3a1",
    "not now": ABC_COLOURS["D"],
}
TEXTS = ("name", "kind", "tier", "owner", "missing", "why")
NUMBERS = (*PS, *FRESH, "score", "completeness", "expected_value", "priority", "p_win", "rank")
# Texts stand first and are as wide in every table of a sheet.
TEXT_WIDTHS, NUMBER_WIDTH = (30, 26, 34), 12
LETTERS = {
    "R": {"bg_color": "#0b2f5b", "font_color": "#ffffff"},
    "A/R": {"bg_color": "#0b2f5b", "font_color": "#ffffff"},
    "A": {"bg_color": "#2878b5", "font_color": "#ffffff"},
    "C": {"bg_color": "#8cc0e4"},
    "I": {"bg_color": "#e8eef5"},
}
UNIT_KINDS: dict[str, Kind] = {"share": "share", "currency": "money"}
FIGURES = ("last_quarter", "this_quarter", "change")


def target_frame(desk: Desk) -> pd.DataFrame:
    """The targets as their sheet shows them, the highest rank in the pack first."""
    frame = desk.tables["targets"].rename_axis("prospect").reset_index()
    for name in TEXTS:
        frame[name] = frame[name].astype("str").fillna("") if name in frame else ""
    for name in NUMBERS:
        frame[name] = frame[name].astype(float) if name in frame else np.nan
    frame = frame.sort_values("rank", kind="stable", na_position="last", ignore_index=True)
    frame["rank_in_pack"] = frame["rank"].fillna(
        pd.Series(np.arange(1.0, len(frame) + 1), frame.index)
    )
    frame = frame.head(min(desk.book.settings.pack.sheet_rows, RANKED)).copy()
    frame = target_workings(frame, settings=desk.book.settings)
    return frame.assign(notes="", done_on="")


def account_codes(desk: Desk) -> set[str]:
    """The targets that are accounts: only their numbers lead to a dossier."""
    table = desk.tables.get("targets")
    if table is None or "kind" not in table:
        return set()
    return set(table.index[table["kind"].astype("str") == ACCOUNT])


def link_accounts(desk: Desk, sheet: Worksheet, placed: Placed, codes: pd.Series) -> None:
    """Let the numbers of targets that are accounts lead to their dossiers."""
    linked = account_codes(desk) & set(desk.dossiers)
    col = placed.columns["prospect"]
    for row, code in enumerate(codes.tolist(), placed.first):
        if code in linked:
            desk.account(sheet, row, col, code, text_wrap=True)


def colour_tiers(desk: Desk, sheet: Worksheet, placed: Placed) -> None:
    """A tier's cell in the colour of the tier."""
    col = placed.columns["tier"]
    for tier, colour in TIER_COLOURS.items():
        look = {"bg_color": colour, "font_color": text_colour(colour)}
        rule = {"type": "cell", "criteria": "==", "value": quoted(tier)}
        rule |= {"format": desk.workbook.add_format(look)}
        sheet.conditional_format(placed.first, col, placed.last, col, rule)


def write_targets(desk: Desk) -> None:
    """All targets, the best first, with what weights, veto and least score make of them."""
    every, frame = len(desk.tables["targets"]), target_frame(desk)
    sheet = desk.sheet(TARGETS.name, TARGETS.title, _note(every, len(frame)))
    link_to_try(
        desk, sheet, f"{_how(chance_from(frame))} {desk.book.targeting.chances_came}".strip()
    )
    shown = frame[[name for name in TARGETS.widths if name in frame]]
    live = target_live(frame, shown, TARGET_HEAD_ROW + 2)
    placed = write_list(
        desk,
        TARGETS.name,
        shown,
        row=TARGET_HEAD_ROW,
        table="targets",
        labels=TARGETS.labels,
        live=live,
        widths=TARGETS.widths,
    )
    link_accounts(desk, sheet, placed, shown["prospect"])
    _names(desk, sheet, placed, frame)
    repeat_target_inputs(desk, placed.columns[PS[0]])
    if len(shown):
        own_cells(desk, sheet, placed)
        colour_done(desk, sheet, placed)
        _colours(desk, sheet, placed)
        write_sums(desk, sheet, LABEL_ROW, _sums(placed, shown))
        sheet.set_row(LABEL_ROW, 46)
    finish_told(sheet, TARGETS, placed)
    names = [each.partition(":")[0] for each in PRINTED.split()]
    printed = [placed.columns[name] for name in names if name in placed.columns]
    sheet.print_area(0, 0, placed.last, max(printed))
    sheet.set_row(TARGET_HEAD_ROW, 48)
    for row in range(placed.first, placed.last + 1):
        sheet.set_row(row, ROW_HEIGHT)


def _names(desk: Desk, sheet: Worksheet, placed: Placed, frame: pd.DataFrame) -> None:
    """What ranks look at: whole columns, the highest expected value, the middle chance."""
    for name, column_name in (("target_keys", "rank_key"), ("target_score_keys", "score_key")):
        desk.workbook.define_name(name, f"={placed.area(column_name)}")
    for name, value in zip(("base", "slope", "low", "high"), frame.attrs["curve"], strict=False):
        desk.workbook.define_name(f"{CURVE}_{name}", f"={value!r}")
    cells = (
        (MIDDLE, _("Where none is known"), "share", "chance", "own_chance",
         "MEDIAN", "middle"),
        (SCALE, _("Highest of all"), "money", "expected_value", "expected_value", "MAX", "scale"),
    )  # fmt: skip
    for name, text, kind, above, column_name, function, value in cells:
        col = placed.columns[above]
        known, none = placed.area(column_name), 0.5 if function == "MEDIAN" else 0
        formula = f"=IF(COUNT({known})>0,{function}({known}),{none})"
        desks.put(sheet, LABEL_ROW, col, text, desk.head(live=True, numeric=True))
        style = desk.body(kind, font_color=LIVE_HEAD)
        sheet.write_formula(INPUT_ROW, col, formula, style, frame.attrs[value])
        desk.name(name, TARGETS.name, INPUT_ROW, col)


def _colours(desk: Desk, sheet: Worksheet, placed: Placed) -> None:
    """Veto red, unknown grey, P's on the fixed scale 0 to 1, tiers, what moved or fell below."""
    first, last, add = placed.first, placed.last, desk.workbook.add_format
    letters = {name: f"{xl_col_to_name(col)}{first + 1}" for name, col in placed.columns.items()}

    def over(name: str, until: str, rule: dict, **look: object) -> None:
        columns = placed.columns
        rule = rule | {"format": add(look)} if look else rule
        sheet.conditional_format(first, columns[name], last, columns[until], rule)

    def when(name: str, criteria: str, **look: object) -> None:
        over(name, name, {"type": "formula", "criteria": criteria}, **look)

    red = {"bg_color": "#f4c7c3", "font_color": "#8c1d18", "bold": True}
    for name in PS:
        p = letters[name]
        rule = f"=AND(ISNUMBER({p}),{p}<=veto_at,three_p_weight_{name}>0)"
        veto = {"type": "formula", "criteria": rule, "stop_if_true": True}
        over(name, name, veto, **red)
    unknown = {"type": "blanks", "stop_if_true": True}
    over(PS[0], PS[-1], unknown, bg_color="#e3e7ec", pattern=1)
    scale = {"min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1}
    colours = {"min_color": "#ffffff", "max_color": ABC_COLOURS["C"]}
    over(PS[0], PS[-1], {"type": "2_color_scale", **scale, **colours})
    bar = {"type": "data_bar", "bar_solid": True}
    over("score", "score", bar | {"bar_color": "#e9b27c"} | scale)
    over("priority", "priority", bar | {"bar_color": "#8fcca2"})
    when("vetoed", f'=${letters["vetoed"]}<>""', **red)
    cell = f"${letters['completeness']}"
    least = desk.book.settings.tiers.min_completeness
    when("completeness", f"=AND(ISNUMBER({cell}),{cell}<{least})", bg_color=desks.WARN)
    when("below", f'=${letters["below"]}<>""', bg_color=desks.INPUT, bold=True)
    moved = f"=${letters['rank']}<>${letters['rank_in_pack']}"
    when("rank", moved, bold=True, font_color=LIVE_HEAD)
    colour_tiers(desk, sheet, placed)


def _sums(placed: Placed, shown: pd.DataFrame) -> list[tuple[str, str, float, Kind]]:
    def of(text: str, name: str) -> tuple[str, str, float, Kind]:
        return text, f"=SUBTOTAL(109,{placed.area(name)})", float(shown[name].sum()), "money"

    return [
        (_("Targets shown"), f"=SUBTOTAL(103,{placed.area('prospect')})", len(shown), "count"),
        of(_("Priority of those shown"), "priority"),
        (_("Done"), f"=SUBTOTAL(103,{placed.area('done_on')})", 0, "count"),
    ]


def _note(every: int, shown: int) -> str:
    if not every:
        return _("No targets: there are no open prospects and no accounts that could grow.")
    text = _(
        "{rows} targets by priority = chance x expected value. Tiers, owners and hours stay as in "
        "the pack."
    ).format(rows=count(every))
    if shown < every:
        told = _("The first {rows}; all are in tables/{table}.csv.")
        text += " " + told.format(rows=count(shown), table="targets")
    return text


def _how(chance: str) -> str:
    text = _(
        "Brown headings follow the sheet Try it. Score = geometric mean of the known P's, by "
        "weight and freshness; one P at the veto makes it 0. Grey: not known, not counted; type "
        "what you find out (0 to 1) and the score follows."
    )
    told = {
        FROM_CURVE: _("The chance follows the score on the curve that past deals gave the pack."),
        FROM_PACK: _("The chance is what past deals gave the pack; it does not follow the score."),
    }
    return text + " " + told.get(chance, _("The chance is the score: no past deals say more."))


@dataclass(frozen=True)
class Part:
    """A table of a sheet: its name, its words, the columns shown (all where none is named)."""

    key: str
    title: str
    note: str
    empty: str
    wanted: tuple[str, ...] = ()


CHECKS = (
    Part(
        "target_models",
        _("Did the scores tell won from lost deals?"),
        _("Pairs in right order: 50 % is chance. Each deal is judged unseen."),
        _("No deals with an outcome: the scores are not validated."),
        ("label", "sample", "verdict", "n", "won", "auc", "auc_low", "auc_high",
         "average_precision", "lift_top_fifth", "brier", "calibration"),
    ),
    Part(
        "win_rates",
        _("How often deals were won, by what was known"),
        _("At least and at most: the interval of the rate."),
        _("No deals with an outcome: there are no rates."),
        ("attribute", "value", "verdict", "n", "won", "win_rate", "low", "high", "rest_rate"),
    ),
    Part(
        "lookalike",
        _("How well fit finds the best accounts again"),
        "",
        _("No fit: there are too few best accounts to learn from."),
    ),
    Part(
        "lead_sources",
        _("What each source of prospects yields"),
        _("Often or rarely: surely so, looked at together with all other groups of deals. What the "
          "accounts that were won bought in the last year; the value noted where that is "
          "unknown."),
        _("No sources are recorded."),
        ("source", "verdict", "found", "qualified", "won", "lost", "open", "win_rate", "low",
         "high", "value_won", "days_to_win"),
    ),
    Part(
        "whitespace_check",
        _("Were the gaps of a year ago filled since?"),
        _("Against the most popular lines as the plain guess."),
        _("Not enough quarters to look back."),
        ("method", "chosen", "verdict", "gaps", "filled", "auc", "auc_low", "auc_high",
         "average_precision", "precision_top_tenth", "lift_top_tenth", "gain"),
    ),
)  # fmt: skip
PAGE = (
    Part(
        "raci",
        _("Who does what"),
        _("R does it, A answers for it, C is asked, I is told."),
        _("No steps, no roles."),
    ),
    Part(
        "scorecard",
        _("The quarter's figures against last quarter's"),
        "",
        _("No figures."),
        ("label", *FIGURES, "unit", "better"),
    ),
)
CHECK_LABELS = {
    "lost": _("Lost"),
    "open": _("Open"),
    "marketing": _("Marketing"),
    "verdict": _("What it means"),
    "lookalike.value": _("Value"),
}


def write_score_check(desk: Desk) -> None:
    """What past deals say of the scores, each part as a table."""
    note = _("Before a score is believed: how it did on deals whose outcome is known.")
    sheet = desk.sheet(SCORE_CHECK.name, _("Check of the scores"), note)
    placed = _tables(desk, sheet, SCORE_CHECK.name, CHECKS)
    if "lookalike" in placed:
        _whole_numbers(desk, sheet, placed["lookalike"], desk.tables["lookalike"]["value"])
    sheet.freeze_panes(3, 1)


def write_scorecard(desk: Desk) -> None:
    """Roles and figures on one page, to print and hang up."""
    title = _("Sales and marketing together: {quarter}").format(
        quarter=quarter_told(desk.book.quarter + 1)
    )
    sheet = desk.sheet(SCORECARD.name, title, _("One page for sales and marketing."))
    placed = _tables(desk, sheet, SCORECARD.name, PAGE)
    if "raci" in placed:
        where = placed["raci"]
        for letter, look in LETTERS.items():
            rule = {"type": "cell", "criteria": "==", "value": f'"{letter}"'}
            rule |= {"format": desk.workbook.add_format(look | {"bold": True})}
            columns = len(where.columns) - 1
            sheet.conditional_format(where.first, 1, where.last, columns, rule)
    if "scorecard" in placed:
        _by_unit(desk, sheet, placed["scorecard"], _shown(desk, PAGE[1]))
    sheet.fit_to_pages(1, 1)
    sheet.center_horizontally()
    sheet.freeze_panes(3, 1)


def _tables(desk: Desk, sheet: Worksheet, name: str, parts: tuple[Part, ...]) -> dict[str, Placed]:
    """Each part below the other, a part without rows with the reason."""
    row, found = 3, {}
    frames = {part.key: _shown(desk, part) for part in parts if part.key in desk.tables}
    widths = _widths(frames)
    for part in parts:
        if part.key not in frames:
            continue
        frame = frames[part.key]
        desk.heading(sheet, row, 0, part.title)
        note = part.empty if frame.empty else part.note
        if note:
            desk.note(sheet, row + 1, 0, note)
        row += 2 if note else 1
        if not frame.empty:
            own = dict(zip(frame, widths, strict=False))
            found[part.key] = write_list(
                desk, name, frame, row=row, table=part.key, labels=CHECK_LABELS, widths=own
            )
            row = found[part.key].last + 1
        row += 1
    for col, width in enumerate(widths):
        sheet.set_column(col, col, width)
    return found


def _shown(desk: Desk, part: Part) -> pd.DataFrame:
    """The wanted columns that there are, or all of them, texts first."""
    frame = desk.tables[part.key]
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    frame = frame.reset_index(drop=True)
    if "label" in part.wanted and "label" not in frame:
        frame = frame.assign(label=frame.iloc[:, 0].astype("str"))
    chosen = [name for name in part.wanted if name in frame]
    return frame[chosen] if chosen else frame


def _widths(frames: dict[str, pd.DataFrame]) -> list[int]:
    """One width per column of the sheet: of the first texts, and of numbers behind them."""
    widths: list[int] = []
    for key, frame in frames.items():
        for i, label in enumerate(frame):
            look = column(str(label), frame.iloc[:, i], table=key)
            texts = i < len(TEXT_WIDTHS) and key != "raci" and look.kind == "text"
            wanted = TEXT_WIDTHS[i] if texts else min(look.width, 36)
            widths += [NUMBER_WIDTH] * (i + 1 - len(widths))
            widths[i] = max(widths[i], wanted if look.kind == "text" else NUMBER_WIDTH)
    return widths


def _whole_numbers(desk: Desk, sheet: Worksheet, placed: Placed, values: pd.Series) -> None:
    """Measures that count something without decimals."""
    for row, value in enumerate(values.tolist(), placed.first):
        if isinstance(value, int | float) and float(value).is_integer():
            put(sheet, row, placed.columns["value"], float(value), desk.body("count"))


def _by_unit(desk: Desk, sheet: Worksheet, placed: Placed, frame: pd.DataFrame) -> None:
    """Each figure in the format of its own unit."""
    if "unit" not in frame:
        return
    for name in (name for name in FIGURES if name in frame):
        for row, (unit, value) in enumerate(
            zip(frame["unit"].astype("str"), frame[name], strict=True), placed.first
        ):
            style = desk.body(UNIT_KINDS.get(unit, "count"))
            put(sheet, row, placed.columns[name], value, style)


def write_evidence(desk: Desk) -> None:
    """Every piece of evidence of every target, and which of them counts."""
    frame = desk.tables["target_evidence"].reset_index(drop=True)
    if "targets" in desk.tables:
        names = desk.tables["targets"]["name"].astype("str")
        frame["name"] = frame["prospect"].map(names).fillna("").astype("str")
    table = "target_evidence"
    write_frame(desk, EVIDENCE, table, told_frame(desk, EVIDENCE, table, frame))
