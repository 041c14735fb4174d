"""The sheets of accounts and of concentration: classes live on the cut-offs, a Pareto chart."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from kamlib.chapters.abc_xyz import ACCOUNTS, PARETO
from kamlib.quarters import new_after
from kamlib.show.columns import COLUMNS, Column, column
from kamlib.show.theme import ABC_COLOURS, ACCENT, MUTED
from kamlib.words import _, count, share, shown_width, told
from kamlib.workbook import desk as desks
from kamlib.workbook.desk import LIVE_HEAD, WARN, Desk, area, chips, dress, put, short
from kamlib.workbook.formulas import LIVE, abc_rule, class_workings, last_quarter, rule
from kamlib.workbook.inputs import link_to_try
from kamlib.workbook.lists import write_list
from kamlib.workbook.spoken import unique_texts

BAND_ROW, HEAD_ROW, FIRST_ROW = 4, 5, 6
DOUBTFUL, VERY_DOUBTFUL = 0.8, 0.5

# Groups of columns, left to right; columns without content in a data set are left out.
BANDS = (
    (_("Who"), ("account", "name", "manager", "region")),
    (_("Where it stands"), ("cell", "abc", "xyz", "cell_before", "moved", "new", "lost")),
    (_("Value"), ("value", "other_money", "share", "share_before", "value_before")),
    (_("Rhythm"), ("xyz_value", "active_share", "gap_cv", "value_cv", "active_months",
                   "window_months", "gaps")),
    (_("Time"), ("first_order", "last_order", "silence_days", "typical_gap_days",
                    "explained_days")),
    (_("How sure"), ("border_distance", "nearest_border", "stability", "abc_stability",
                     "xyz_stability")),
    (_("Demand"), ("pattern", "adi", "cv2", "residual_cv")),
    (_("Reason"), ("why",)),
    (_("Workings"), ("rank", "manager_number", "abc_distance", "xyz_distance")),
)  # fmt: skip
MAYBE_EMPTY = ("name", "manager", "region", "other_money", "residual_cv", "cell_before", "moved")
FOLDED = {
    *("cell_before", "value_before", "active_share", "gap_cv", "value_cv", "active_months"),
    *("window_months", "gaps", "first_order", "abc_stability", "xyz_stability", "pattern"),
    *("adi", "cv2", "residual_cv", "explained_days", *BANDS[-1][1]),
}

_OWN = {
    "cell_before": Column("cell_before", _("Cell last quarter"), "class", 9),
    "moved": Column("moved", _("Change since last quarter"), "text", 12),
    "xyz_value": Column("xyz_value", _("XYZ measure in use"), "ratio", 10),
    "rank": Column("rank", _("Rank in the pack"), "count", 8),
    "manager_number": Column("manager_number", _("Manager no."), "count", 9),
    "abc_distance": Column("abc_distance", _("To ABC border"), "ratio", 9),
    "xyz_distance": Column("xyz_distance", _("To XYZ border"), "ratio", 9),
    "why": replace(COLUMNS["why"], label=_("Why (as of the cut-offs in the pack)"), width=70),
}
LARGEST = 40
CHART_ROW, CHART_ROWS = 4, 24
TABLE_ROW = CHART_ROW + CHART_ROWS + 1


@dataclass(frozen=True)
class Layout:
    """Where the accounts stand in their sheet, for the formulas of every sheet.

    ``frame`` holds what is written, ``left`` the accounts that find no room: the smallest,
    which stay as they are in the pack.
    """

    frame: pd.DataFrame
    left: pd.DataFrame
    columns: dict[str, int]

    @property
    def rows(self) -> int:
        """Accounts in the sheet."""
        return len(self.frame)

    @property
    def left_out(self) -> int:
        """Accounts that are not."""
        return len(self.left)

    @property
    def last(self) -> int:
        """The last row, from 0; there is always one, if blank."""
        return FIRST_ROW + max(self.rows, 1) - 1

    @property
    def total(self) -> float:
        """The positive value of all accounts."""
        values = pd.concat([self.frame["value"], self.left["value"]])
        return round(float(values.clip(lower=0).sum()), 6)

    @property
    def total_formula(self) -> str:
        """The same as a formula; a constant where accounts are left out."""
        return "" if self.left_out else f'=SUMIF({self.area("value")},">0")'

    def area(self, name: str) -> str:
        """A column's cells."""
        return area(ACCOUNTS.name, FIRST_ROW, self.last, self.columns[name])

    def counted(self, axis: str, letter: str) -> str:
        """The formula that counts the accounts of a class or place."""
        left = int((self.left[axis].astype("str") == letter).sum())
        return f'=COUNTIF({self.area(axis)},"{letter}")' + (f"+{left}" if left else "")

    def summed(self, money: str, axis: str, letter: str) -> str:
        """The formula that adds up a money column over a class or place."""
        left = self.left.loc[self.left[axis].astype("str") == letter, money].sum()
        formula = f'=SUMIF({self.area(axis)},"{letter}",{self.area(money)})'
        return formula + (f"+({left:.10g})" if left else "")

    def total_of(self, money: str) -> str:
        """The formula that adds up a money column over all accounts."""
        left = self.left[money].sum()
        return f"=SUM({self.area(money)})" + (f"+({left:.10g})" if left else "")


def accounts_layout(desk: Desk) -> Layout:
    """Choose rows and columns, and compute what the formulas will hold."""
    classes = desk.tables["abc_xyz"]
    settings = desk.book.settings
    frame = classes.join(class_workings(classes, settings=settings))
    frame["rank"] = range(1, len(frame) + 1)
    other = "margin" if settings.abc.measure == "revenue" else "revenue"
    frame["other_money"] = frame[other]
    # What is measured stands in the column of value; the same money under both names.
    frame["manager_number"] = frame["manager"].map(manager_numbers(classes))
    if "migration" in desk.tables:
        frame = frame.join(last_quarter(classes, desk.tables["migration"]))
    kept = [name for _band, names in BANDS for name in names if _has_content(frame, name)]
    rows = settings.pack.sheet_rows
    return Layout(frame[:rows], frame[rows:], {name: i for i, name in enumerate(kept)})


def manager_numbers(classes: pd.DataFrame) -> dict[str, int]:
    """Managers by falling revenue, numbered from 1.

    Formulas count by number: a name may be too long, or look like a condition.
    """
    revenue = classes.groupby("manager")["revenue"].sum()
    revenue = revenue.sort_values(ascending=False, kind="stable")
    return {name: i + 1 for i, name in enumerate(revenue.index)}


def all_managers(desk: Desk) -> dict[str, int]:
    """Managers with their numbers; after those with accounts whoever only a table names."""
    numbers = manager_numbers(desk.tables["abc_xyz"])
    named = [desk.tables[key].reset_index() for key in ("portfolio", "plan") if key in desk.tables]
    for frame in named:
        for name in frame["manager"].astype("str"):
            numbers.setdefault(name, len(numbers) + 1)
    return numbers


def money_column(desk: Desk, name: str) -> str:
    """The column of the sheet that holds revenue or margin."""
    return "value" if name == desk.book.settings.abc.measure else "other_money"


def write_accounts(desk: Desk) -> None:
    """All accounts with live classes, filters, frozen headings and colours."""
    layout = desk.layout
    sheet = desk.sheet(ACCOUNTS.name, _("Accounts"), _note(layout), gridlines=True)
    desk.banner(sheet)
    link_to_try(desk, sheet, _legend())
    looks = {name: _look(desk, name) for name in layout.columns}
    _bands(desk, sheet, layout)
    for name, col in layout.columns.items():
        if name in LIVE:
            _formulas(desk, sheet, layout, name, looks[name])
        elif name == "account":
            for i, account in enumerate(layout.frame.index):
                desk.account(sheet, FIRST_ROW + i, col, account)
        else:
            style = desk.body(looks[name].kind)
            for i, value in enumerate(_values(layout, name)):
                put(sheet, FIRST_ROW + i, col, value, style)
    _widths(sheet, layout, looks)
    _table(desk, sheet, layout, looks)
    _colours(desk, sheet, layout)
    sheet.set_row(HEAD_ROW, 46)
    fixed = 2 if "name" in layout.columns else 1
    sheet.freeze_panes(FIRST_ROW, fixed)
    sheet.repeat_rows(HEAD_ROW)
    # Two pages wide, the accounts on both: on one nobody could read it.
    sheet.repeat_columns(0, fixed - 1)
    sheet.fit_to_pages(2, 0)
    sheet.set_zoom(90)


def _note(layout: Layout) -> str:
    if not layout.left_out:
        return _("{rows} accounts, the largest first.").format(rows=count(layout.rows))
    return _(
        "The {rows} largest of {all} accounts; {left} smaller ones are in tables/abc_xyz.csv and "
        "count in all totals as they are in the pack."
    ).format(
        rows=count(layout.rows),
        all=count(layout.rows + layout.left_out),
        left=count(layout.left_out),
    )


def _legend() -> str:
    return _(
        "Brown headings follow the cut-offs on the sheet Try it. Sort and filter as you like. + "
        "above the columns shows more of them. A class less sure than {limit} is shaded."
    ).format(limit=share(DOUBTFUL, 0))


def _widths(sheet: Worksheet, layout: Layout, looks: Mapping[str, Column]) -> None:
    """Column widths; what few people look for is folded away."""
    folded = False
    for name, col in layout.columns.items():
        options = {"level": 1, "hidden": True} if name in FOLDED else {"collapsed": folded}
        folded = name in FOLDED
        width = max(looks[name].width, max(map(shown_width, told(looks[name].label).split())) + 2)
        sheet.set_column(col, col, width, None, options)
    sheet.set_column(len(looks), len(looks), None, None, {"collapsed": folded})


def _has_content(frame: pd.DataFrame, name: str) -> bool:
    if name == "account":
        return True
    if name not in frame or name not in MAYBE_EMPTY:
        return name in frame
    values = frame[name]
    if name == "name":
        return bool((values != frame.index).any())
    return bool(values.notna().any() and (values.astype("str") != "").any())


def _look(desk: Desk, name: str) -> Column:
    measure = desk.book.settings.abc.measure
    if name == "value":
        return replace(COLUMNS[measure], name=name)
    if name == "other_money":
        return replace(COLUMNS["margin" if measure == "revenue" else "revenue"], name=name)
    return _OWN.get(name) or column(name)


def _values(layout: Layout, name: str) -> list:
    return layout.frame.index.tolist() if name == "account" else layout.frame[name].tolist()


def _formulas(desk: Desk, sheet: Worksheet, layout: Layout, name: str, look: Column) -> None:
    letters = {other: xl_col_to_name(col) for other, col in layout.columns.items()}
    template = rule(name, lambda other: f"${letters[other]}{{r}}")
    style, col = desk.body(look.kind, bold=name == "cell"), layout.columns[name]
    told = _told_new(desk, layout) if name == "new" else set()
    for i, value in enumerate(_values(layout, name)):
        row = FIRST_ROW + i
        if i in told:
            put(sheet, row, col, value, style)
            continue
        sheet.write_formula(
            row, col, template.replace("{r}", str(row + 1)), style, desks.shown(value)
        )


def _told_new(desk: Desk, layout: Layout) -> set[int]:
    """The rows of accounts that are new by what the accounts table says, not by their orders."""
    book = desk.book
    after = new_after(book.as_of, book.tables.data_from, book.settings.xyz.new_months)
    rows = zip(_values(layout, "new"), _values(layout, "first_order"), strict=True)
    return {i for i, (new, first) in enumerate(rows) if desks.shown(new) and first <= after}


def _bands(desk: Desk, sheet: Worksheet, layout: Layout) -> None:
    line = desk.style(bold=True, font_color=desks.HEAD, bottom=2, bottom_color=desks.HEAD)
    for title, names in BANDS:
        cols = [layout.columns[name] for name in names if name in layout.columns]
        for col in cols:
            put(sheet, BAND_ROW, col, title if col == cols[0] else "", line)


def _table(desk: Desk, sheet: Worksheet, layout: Layout, looks: Mapping[str, Column]) -> None:
    texts = unique_texts([look.heading(desk.currency) for look in looks.values()])
    heads = [
        {"header": text, "header_format": desk.head(live=name in LIVE, numeric=look.numeric)}
        for text, (name, look) in zip(texts, looks.items(), strict=True)
    ]
    options = {"name": "accounts", "style": None, "columns": heads}
    sheet.add_table(HEAD_ROW, 0, layout.last, len(looks) - 1, options)


def _colours(desk: Desk, sheet: Worksheet, layout: Layout) -> None:
    def over(name: str, options: dict) -> None:
        col = layout.columns.get(name)
        if col is not None:
            sheet.conditional_format(FIRST_ROW, col, layout.last, col, options)

    for name in ("abc", "xyz"):
        chips(desk, sheet, FIRST_ROW, layout.columns[name], layout.last, layout.columns[name])
    over("value", {"type": "data_bar", "bar_color": "#8cc0e4", "bar_solid": True})
    add = desk.workbook.add_format
    strong = add({"bg_color": "#e9b27c", "bold": True})
    for limit, look in ((VERY_DOUBTFUL, strong), (DOUBTFUL, add({"bg_color": WARN}))):
        for name in ("stability", "abc_stability", "xyz_stability"):
            over(name, _below(layout, name, limit, look))
    warning = add({"font_color": LIVE_HEAD, "bold": True})
    for name in ("lost", "moved", "new"):
        over(name, {"type": "no_blanks", "format": warning})


def _below(layout: Layout, name: str, limit: float, look) -> dict:
    if name not in layout.columns:
        return {}
    cell = f"{xl_col_to_name(layout.columns[name])}{FIRST_ROW + 1}"
    # A blank counts as 0: leave out accounts whose stability is not known.
    criteria = f"=AND(ISNUMBER({cell}),{cell}<{limit})"
    return {"type": "formula", "criteria": criteria, "format": look, "stop_if_true": True}


def write_pareto(desk: Desk) -> None:
    """The largest accounts as columns in the colour of their class, with the running share."""
    layout = desk.layout
    note = _("The {largest} largest accounts, in the colours of their classes.").format(
        largest=count(min(LARGEST, layout.rows))
    )
    sheet = desk.sheet(PARETO.name, _("On how few accounts sales rest"), note)
    desk.banner(sheet)
    for col, width in enumerate((7, 16, 28, 15, 12, 8, 13, 13, 13, 9, 9)):
        sheet.set_column(col, col, width)
    last = _largest(desk, sheet, layout)
    if layout.rows:
        _chart(desk, sheet, last)
    row = _measures(desk, sheet, last + 3)
    if "without_top" in desk.tables:
        desk.heading(sheet, row, 1, _("If the largest accounts were gone"))
        write_list(desk, PARETO.name, _without_top(desk), row=row + 1, col=1, table="without_top")
    sheet.freeze_panes(3, 0)


def _largest(desk: Desk, sheet: Worksheet, layout: Layout) -> int:
    frame = layout.frame[layout.frame["value"] > 0].head(LARGEST)
    value = column(desk.book.settings.abc.measure).heading(desk.currency)
    heads = (_("Rank"), _("Account"), _("Name"), value, _("Running share"), _("ABC"), "A", "B", "C",
             _("A ends"), _("B ends"))  # fmt: skip
    for col, text in enumerate(heads):
        put(sheet, TABLE_ROW, col, text, desk.head(live=col > 3, numeric=col not in (1, 2)))
    for i, account in enumerate(frame.itertuples()):
        row, line = TABLE_ROW + 1 + i, TABLE_ROW + 2 + i
        put(sheet, row, 0, i + 1, desk.body("count"))
        desk.account(sheet, row, 1, account.Index)
        put(sheet, row, 2, short(account.name or account.Index, 20), desk.body("text"))
        put(sheet, row, 3, account.value, desk.body("money"))
        above = f"SUM(D${TABLE_ROW + 2}:D{line})"
        running = account.share_before + account.share
        sheet.write_formula(row, 4, f"={above}/total_value", desk.body("share"), running)
        rule = abc_rule(f"D{line}", f"({above}-D{line})")
        sheet.write_formula(row, 5, rule, desk.body("class"), account.abc)
        for j, letter in enumerate("ABC"):
            mine = account.value if account.abc == letter else 0
            formula = f'=IF(F{line}="{letter}",D{line},0)'
            sheet.write_formula(row, 6 + j, formula, desk.body("money", font_color=MUTED), mine)
        cuts = desk.book.settings.abc.cuts
        for j, name in enumerate(("abc_cut_a", "abc_cut_b")):
            look = desk.body("share", font_color=MUTED)
            sheet.write_formula(row, 9 + j, f"={name}", look, cuts[j])
    sheet.set_row(TABLE_ROW, 32)
    last = TABLE_ROW + max(len(frame), 1)
    desk.note(sheet, last + 1, 6, _("The columns from here to the right feed the chart."))
    desks.chips(desk, sheet, TABLE_ROW + 1, 5, last, 5)
    return last


def _chart(desk: Desk, sheet: Worksheet, last: int) -> None:
    def cells(col: int) -> str:
        return "=" + area(PARETO.name, TABLE_ROW + 1, last, col)

    columns = desk.workbook.add_chart({"type": "column", "subtype": "stacked"})
    for j, letter in enumerate("ABC"):
        columns.add_series(
            {
                "name": letter,
                "categories": cells(2),
                "values": cells(6 + j),
                "fill": {"color": ABC_COLOURS[letter]},
                "gap": 30,
            }
        )
    lines = desk.workbook.add_chart({"type": "line"})
    looks = (
        (_("Running share"), 4, {"color": ACCENT, "width": 2.25}),
        (_("A ends"), 9, {"color": MUTED, "width": 1, "dash_type": "dash"}),
        (_("B ends"), 10, {"color": MUTED, "width": 1, "dash_type": "round_dot"}),
    )
    for name, col, line in looks:
        lines.add_series(
            {"name": name, "categories": cells(2), "values": cells(col), "line": line,
             "y2_axis": True}
        )  # fmt: skip
    columns.combine(lines)
    money = column(desk.book.settings.abc.measure).heading(desk.currency)
    title = _("Value per account and running share")
    dress(columns, title, width=1080, rows=CHART_ROWS, name=money)
    lines.set_y2_axis({"min": 0, "max": 1, "num_format": "0%", "name": _("Share of all value")})
    columns.set_x_axis({"num_font": {"rotation": -60, "size": 8}})
    describe = {"description": _("Pareto chart of the largest accounts"), "object_position": 2}
    sheet.insert_chart(CHART_ROW, 0, columns, describe)


def _measures(desk: Desk, sheet: Worksheet, row: int) -> int:
    if "concentration" not in desk.tables:
        return row
    values = desk.tables["concentration"]["value"]
    desk.heading(sheet, row, 1, _("Concentration"))
    put(sheet, row + 1, 1, _("Measure"), desk.head())
    put(sheet, row + 1, 2, "", desk.head())
    put(sheet, row + 1, 3, _("Value"), desk.head(numeric=True))
    for i, (measure, value) in enumerate(values.items(), row + 2):
        text, kind = _measure_words(measure)
        put(sheet, i, 1, text, desk.body("text"))
        put(sheet, i, 2, "", desk.body("text"))
        put(sheet, i, 3, value, desk.body(kind))
    return row + len(values) + 3


def _measure_words(measure: str) -> tuple[str, str]:
    """What a measure of concentration is, and how it is shown."""
    if measure.startswith("top_"):
        return _("Share of the largest {k}").format(k=measure.split("_")[1]), "share"
    words = {
        "accounts": (_("Accounts with positive value"), "count"),
        "gini": (_("Unequal (0 = all equal, 1 = one has all)"), "ratio"),
        "hhi": (_("Herfindahl index (HHI)"), "ratio"),
        "effective_accounts": (_("Equal accounts as concentrated"), "count"),
    }
    return words.get(measure, (measure, "ratio"))


def _without_top(desk: Desk):
    frame = desk.tables["without_top"]
    return frame if desk.book.has_margin else frame.drop(columns="margin")
