"""The sheets that lead on: Start, what the quarter says and where what is, and the index More."""

from collections.abc import Callable, Iterable

from xlsxwriter.chart import Chart
from xlsxwriter.worksheet import Worksheet

from kamlib.analysis.summary.trend import trend
from kamlib.chapters.catalogue import MORE, START
from kamlib.chapters.sheets.churn import BRIDGE
from kamlib.quarters import quarter_label
from kamlib.show.columns import column
from kamlib.show.first_page import mark_words
from kamlib.show.spec import Sheet
from kamlib.show.theme import ABC_COLOURS, ACCENT, INK
from kamlib.words import AsItIs, _, day, shown_width, told
from kamlib.workbook import desk as desks
from kamlib.workbook.accounts import Layout, money_column
from kamlib.workbook.bridge import bridge_frame, waterfall_chart
from kamlib.workbook.desk import HEAD, INPUT, MUTED, Desk, area, dress, put

COLUMNS, WIDTH = 12, 13
LAST_COL, HALF = COLUMNS - 1, COLUMNS // 2
VERDICT_ROW, VERDICT_LETTERS = 3, 105  # letters of the verdict in a line
TILE_COLUMNS = 2
CHART_ROWS, CHART_WIDTH = 15, 570
# Where the columns of the quarters' figures stand, beside the figures now.
FIGURES, NOW, PACK = HALF, HALF + 3, HALF + 4
NAME_COLUMNS = 2  # of the contents, before what there is to find
INDEX_WIDTHS = (30, 100)


def write_start(desk: Desk) -> None:
    """The verdict, the figures of the first page, two charts, and where what is."""
    book = desk.book
    facts = _("Quarter {quarter}, as of {day}, {currency}, sales of {span}").format(
        quarter=book.quarter_in_full, day=day(book.as_of),
        currency=desk.currency or _("no currency given"),
        span=book.span_words(book.settings.abc.months),
    )  # fmt: skip
    title = _("Key accounts: {title}").format(title=desks.short(book.dataset.title, 200))
    sheet = desk.sheet(START.name, title, facts)
    sheet.set_column(0, LAST_COL, WIDTH)
    desk.banner(sheet)
    row = VERDICT_ROW
    for text in _warnings(desk):
        row = _warned(desk, sheet, row, text)
    if desk.first is not None:
        row = _tiles(desk, sheet, _verdict(desk, sheet, row))
    charts, row = row, row + CHART_ROWS + 1
    below = _figures(desk, sheet, desk.layout, row)
    last = max(_contents(desk, sheet, row), _quarters(desk, sheet, below + 1, charts))
    _bridge(desk, sheet, charts)
    sheet.print_area(0, 0, last, LAST_COL)
    sheet.fit_to_pages(1, 1)
    sheet.activate()
    sheet.set_first_sheet()


def _warnings(desk: Desk) -> Iterable[str]:
    if not desk.book.complete:
        yield _(
            "The quarter is not complete: sales reach only to {day}. Values are too low, silences "
            "too long."
        ).format(day=day(desk.book.data_to))
    if desk.book.short_data:
        yield desk.book.short_data


def _warned(desk: Desk, sheet: Worksheet, row: int, text: str) -> int:
    style = desk.style(
        bold=True,
        text_wrap=True,
        bg_color=INPUT,
        border=1,
        border_color="#b58900",
        valign="vcenter",
    )
    sheet.merge_range(row, 0, row, LAST_COL, text, style)
    sheet.set_row(row, 24 if shown_width(text) < 150 else 34)
    return row + 1


def _verdict(desk: Desk, sheet: Worksheet, row: int) -> int:
    """What matters most of the quarter, as the first page says it."""
    style = desk.style(bold=True, font_size=15, font_color=INK, text_wrap=True, valign="vcenter")
    text = told(desk.first.verdict)
    sheet.merge_range(row, 0, row, LAST_COL, "", style)
    put(sheet, row, 0, AsItIs(text), style)
    # Merged cells do not grow by themselves.
    sheet.set_row(row, 24 * (1 + shown_width(text) // VERDICT_LETTERS))
    return row + 1


def _tiles(desk: Desk, sheet: Worksheet, row: int) -> int:
    """The figures of the first page side by side, in its words, with their changes below."""
    edge = {"border_color": desks.GRID, "left": 1, "right": 1, "indent": 1}
    label = desk.style(font_color=MUTED, top=1, **edge)
    figure = desk.style(bold=True, font_size=18, font_color=HEAD, align="left", **edge)
    small = desk.style(font_size=9, text_wrap=True, valign="top", align="left", bottom=1, **edge)
    tiles = desk.first.tiles[: COLUMNS // TILE_COLUMNS]
    most = max((len(tile.marks) + bool(tile.beside) for tile in tiles), default=0)
    for col, tile in zip(range(0, COLUMNS, TILE_COLUMNS), tiles, strict=False):
        beside = [told(tile.beside)] if tile.beside else []
        marks = "\n".join([*beside, *map(mark_words, tile.marks)])
        texts = ((told(tile.label), label), (tile.figure, figure), (marks, small))
        for line, (text, look) in enumerate(texts, row):
            sheet.merge_range(line, col, line, col + TILE_COLUMNS - 1, "", look)
            put(sheet, line, col, AsItIs(text), look)
    sheet.set_row(row + 1, 26)
    sheet.set_row(row + 2, 13 * max(most, 1) + 3)
    return row + 4


def _figures(desk: Desk, sheet: Worksheet, layout: Layout, row: int) -> int:
    """Key figures as formulas on the sheet Accounts, beside what the pack says."""
    desk.heading(sheet, row, FIGURES, _("Key figures"))
    _first_head(desk, sheet, row + 1, _("Figure"))
    for col, text in ((NOW, _("Now")), (PACK, _("In the pack"))):
        put(sheet, row + 1, col, text, desk.head(live=col == NOW, numeric=True))
    line = row + 1
    for text, formula, value, kind in _key_figures(desk, layout):
        line += 1
        for col in range(FIGURES, NOW):
            put(sheet, line, col, text if col == FIGURES else "", desk.body("text"))
        sheet.write_formula(line, NOW, formula, desk.body(kind, bold=True), value)
        put(sheet, line, PACK, value, desk.body(kind))
    return line + 1


def _key_figures(desk: Desk, layout: Layout) -> list[tuple[str, str, float, str]]:
    classes, revenue = desk.tables["abc_xyz"], money_column(desk, "revenue")
    revenue_text = column("revenue").heading(desk.currency)

    def accounts(text: str, axis: str, letter: str):
        value = float((classes[axis].astype("str") == letter).sum())
        return text, layout.counted(axis, letter), value, "count"

    def part(text: str, axis: str, letter: str):
        inside = classes[axis].astype("str") == letter
        formula = layout.summed("value", axis, letter).removeprefix("=")
        value = float(classes.loc[inside, "share"].sum())
        return text, f"=IF(total_value>0,({formula})/total_value,0)", value, "share"

    listed = f"=COUNTA({layout.area('account')})" + (
        f"+{layout.left_out}" if layout.left_out else ""
    )
    figures = [
        (_("Accounts with any sale so far"), listed, float(len(classes)), "count"),
        (revenue_text, layout.total_of(revenue), float(classes["revenue"].sum()), "money"),
    ]
    if desk.book.has_margin:
        margin = layout.total_of(money_column(desk, "margin"))
        text = column("margin").heading(desk.currency)
        figures.append((text, margin, float(classes["margin"].sum()), "money"))
    figures += [
        accounts(_("A accounts"), "abc", "A"),
        part(_("Their share of value"), "abc", "A"),
        accounts(_("Large and regular (AX)"), "cell", "AX"),
        part(_("Their share of value"), "cell", "AX"),
        accounts(_("New accounts (N)"), "xyz", "N"),
        accounts(_("Lost accounts (L)"), "xyz", "L"),
        part(_("Their share of value"), "xyz", "L"),
        accounts(_("Without positive value (D)"), "abc", "D"),
    ]
    if "moved" in layout.columns:
        moved = f'=SUMPRODUCT(--({layout.area("moved")}<>""))'
        left = int((layout.left["moved"] != "").sum())
        value = float((layout.frame["moved"] != "").sum() + left)
        text = _("Changed their cell since last quarter")
        figures.append((text, moved + (f"+{left}" if left else ""), value, "count"))
    return figures


def _first_head(desk: Desk, sheet: Worksheet, row: int, text: str) -> None:
    """The heading of the first column, over all cells up to the figures."""
    sheet.merge_range(row, FIGURES, row, NOW - 1, "", desk.head())
    put(sheet, row, FIGURES, text, desk.head())


def _contents(desk: Desk, sheet: Worksheet, row: int) -> int:
    """The sheets of this workbook that stand in front, and the index of all others."""
    desk.heading(sheet, row, 0, _("Where to go on"))
    line = row + 1
    for name, told_of in desk.specs.items():
        if name != START.name and name not in desk.behind:
            _link(desk, sheet, line, f"internal:'{_doubled(name)}'!A1", told_of, NAME_COLUMNS)
            line += 1
    return line


def _link(
    desk: Desk, sheet: Worksheet, row: int, address: str, told_of: Sheet, about: int = 1
) -> None:
    look = desk.style(font_color=ACCENT, underline=1, bold=True)
    sheet.write_url(row, 0, address, look, told_of.name)
    put(sheet, row, about, told_of.about, desk.style())


def _doubled(name: str) -> str:
    return name.replace("'", "''")


def _quarters(desk: Desk, sheet: Worksheet, row: int, charts: int) -> int:
    """Revenue, margin and plan of the last quarters, and their chart further up."""
    book = desk.book
    found = trend(book.months, as_of=book.as_of, data_from=book.tables.data_from)
    found = found[found["revenue"].notna()]
    names = [*(["revenue"] if not book.has_margin else ["revenue", "margin"])]
    plans = _plans(desk, len(found))
    desk.heading(sheet, row, FIGURES, _("The last quarters"))
    titles = {name: column(name).heading(desk.currency) for name in names}
    if plans is not None:
        found, titles = found.assign(plan=plans), titles | {"plan": _("Plan")}
    _first_head(desk, sheet, row + 1, _("Quarter"))
    places = dict(zip(titles, range(NOW, LAST_COL + 1), strict=False))
    for name, col in places.items():
        put(sheet, row + 1, col, titles[name], desk.head(numeric=True))
    first, last = row + 2, row + 1 + len(found)
    ends = [book.quarter - back for back in reversed(range(len(found)))]
    for line, (quarter, values) in enumerate(
        zip(ends, found.to_dict("records"), strict=True), first
    ):
        for col in range(FIGURES, NOW):
            text = quarter_label(quarter) if col == FIGURES else ""
            put(sheet, line, col, text, desk.body("text"))
        for name, col in places.items():
            put(sheet, line, col, values[name], desk.body("money"))
    if len(found):
        chart = _quarters_chart(desk, titles, places, (first, last))
        described = {"description": _("Revenue and margin by quarter"), "object_position": 2}
        sheet.insert_chart(charts, 0, chart, described)
    return last + 1


def _plans(desk: Desk, quarters: int) -> list[float] | None:
    """The plan of each of the last quarters, all managers together; None where there is none."""
    plans = desk.book.known("plans")
    if plans.empty:
        return None
    sums = plans.groupby(plans["quarter"].map(quarter_label))["revenue_plan"].sum(min_count=1)
    ends = (desk.book.quarter - back for back in reversed(range(quarters)))
    found = [float(sums.get(quarter_label(quarter), float("nan"))) for quarter in ends]
    return found if any(plan == plan for plan in found) else None


def _quarters_chart(
    desk: Desk, titles: dict[str, str], places: dict[str, int], rows: tuple[int, int]
) -> Chart:
    """Revenue and margin as columns, the plan as a mark."""
    looks = {"revenue": ABC_COLOURS["B"], "margin": ABC_COLOURS["A"]}
    quarters = "=" + area(START.name, *rows, FIGURES)
    chart = desk.workbook.add_chart({"type": "column"})
    for name, colour in looks.items():
        if name in places:
            values = "=" + area(START.name, *rows, places[name])
            chart.add_series(
                {"name": titles[name], "categories": quarters, "values": values, "gap": 60,
                 "overlap": -5, "fill": {"color": colour}, "border": {"none": True}}
            )  # fmt: skip
    if "plan" in places:
        line = desk.workbook.add_chart({"type": "line"})
        mark = {"type": "long_dash", "size": 11, "fill": {"color": INK}, "border": {"color": INK}}
        values = "=" + area(START.name, *rows, places["plan"])
        line.add_series(
            {"name": titles["plan"], "categories": quarters, "values": values,
             "line": {"none": True}, "marker": mark}
        )  # fmt: skip
        chart.combine(line)
    title = _("Revenue and margin by quarter")
    dress(chart, title, width=CHART_WIDTH, rows=CHART_ROWS)
    return chart


def _bridge(desk: Desk, sheet: Worksheet, row: int) -> None:
    """Where revenue came from and went: the chart of the sheet Bridge, where there is one."""
    if BRIDGE.name not in desk.sheets:
        return
    chart, title = waterfall_chart(desk, bridge_frame(desk), width=CHART_WIDTH, rows=CHART_ROWS)
    if chart is not None:
        described = {"description": title, "object_position": 2}
        sheet.insert_chart(row, HALF, chart, described)


def write_more(desk: Desk) -> None:
    """The index of all sheets that do not stand in front, in this workbook and beside it."""
    sheet = desk.sheet(MORE.name, _("More"), _more_note(desk))
    for col, width in enumerate(INDEX_WIDTHS):
        sheet.set_column(col, col, width)
    ours = [(name, told_of) for name, told_of in desk.specs.items() if name in desk.behind]
    row = 3
    if ours:
        where = _("In this workbook, behind this sheet") if desk.beside else _("In this workbook")
        row = _listed(desk, sheet, row, where, ours, lambda name: f"internal:'{_doubled(name)}'!A1")
    if desk.beside:
        where = _("In the workbook {file}, in the same folder").format(file=desk.other)
        _listed(desk, sheet, row, where, desk.beside.items(), lambda name: _outside(desk, name))
    sheet.freeze_panes(3, 0)
    if desk.second:
        sheet.activate()
        sheet.set_first_sheet()


def _more_note(desk: Desk) -> str:
    if desk.second:
        return _(
            "All tables that only are read. What one works with stands in {file}. The title of "
            "each sheet leads back here."
        ).format(file=desk.other)
    return _(
        "What follows the cells of this workbook stands behind, in grey. All other tables stand in "
        "a second workbook. The title of each sheet leads back here."
    )


def _outside(desk: Desk, name: str) -> str:
    return f"external:{desk.other}#'{_doubled(told(name))}'!A1"


def _listed(
    desk: Desk,
    sheet: Worksheet,
    row: int,
    title: str,
    listed: Iterable[tuple[str, Sheet]],
    address: Callable[[str], str],
) -> int:
    desk.heading(sheet, row, 0, title)
    for line, (name, told_of) in enumerate(listed, row + 1):
        _link(desk, sheet, line, address(name), told_of)
        row = line
    return row + 2
