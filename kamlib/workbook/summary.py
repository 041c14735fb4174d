"""The first sheet: what the quarter says, its figures, whom to call, where to go on."""

from xlsxwriter.worksheet import Worksheet

from kamlib.analysis.abc_xyz.sentences import (
    abc_headline,
    concentration_headline,
    earned_word,
    matrix_headline,
    migration_headline,
    xyz_headline,
)
from kamlib.analysis.todo.spine import first_tasks
from kamlib.chapters.catalogue import SUMMARY
from kamlib.show.columns import column
from kamlib.words import _, day, shown_width
from kamlib.workbook import desk as desks
from kamlib.workbook.accounts import Layout, money_column
from kamlib.workbook.desk import INPUT, Desk, put
from kamlib.workbook.lists import write_list

WIDTHS = (16, 30, 18, 16, 52, 58, 10)
LAST_COL = len(WIDTHS) - 1


def write_summary(desk: Desk) -> None:
    """One page: headlines, key figures now and in the pack, links, the first tasks."""
    layout = desk.layout
    book = desk.book
    facts = _("Quarter {quarter}, as of {day}, {currency}, sales of {span}").format(
        quarter=book.quarter_in_full, day=day(book.as_of),
        currency=desk.currency or _("no currency given"),
        span=book.span_words(book.settings.abc.months),
    )  # fmt: skip
    title = _("Key accounts: {title}").format(title=desks.short(book.dataset.title, 200))
    sheet = desk.sheet(SUMMARY.name, title, facts)
    for col, width in enumerate(WIDTHS):
        sheet.set_column(col, col, width)
    desk.banner(sheet)
    row = 3
    if not book.complete:
        row = _warned(desk, sheet, row, _incomplete(desk))
    if book.short_data:
        row = _warned(desk, sheet, row, book.short_data)
    row = _headlines(desk, sheet, row)
    below = _figures(desk, sheet, layout, row)
    row = max(below, _links(desk, sheet, row)) + 1
    if "todo" in desk.tables:
        _monday(desk, sheet, row)
    sheet.activate()
    sheet.set_first_sheet()


def _incomplete(desk: Desk) -> str:
    return _(
        "The quarter is not complete: sales reach only to {day}. Values are too low, silences "
        "too long."
    ).format(day=day(desk.book.data_to))


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


def _headlines(desk: Desk, sheet: Worksheet, row: int) -> int:
    tables, settings = desk.tables, desk.book.settings
    measure, classes = settings.abc.measure, desk.tables["abc_xyz"]
    sentences = [abc_headline(classes, desk.currency, measure), xyz_headline(classes, measure)]
    if "matrix" in tables:
        sentences.append(matrix_headline(tables["matrix"], measure))
    if "concentration" in tables:
        band = settings.concentration.key_share_band
        earned = earned_word(classes, measure)
        sentences.append(concentration_headline(tables["concentration"], band, measure, earned))
    if "migration" in tables:
        sentences.append(migration_headline(tables["migration"], desk.currency))
    desk.heading(sheet, row, 0, _("What the quarter says"))
    style = desk.style(text_wrap=True, valign="top")
    for i, sentence in enumerate(sentences, row + 1):
        # Merged text cells do not grow by themselves: make room for two lines.
        sheet.merge_range(i, 0, i, LAST_COL, "", style)
        put(sheet, i, 0, sentence, style)
        sheet.set_row(i, 16 * (1 + shown_width(sentence) // 210))
    return row + len(sentences) + 2


def _figures(desk: Desk, sheet: Worksheet, layout: Layout, row: int) -> int:
    """Key figures as formulas on the sheet Accounts, beside what the pack says."""
    desk.heading(sheet, row, 0, _("Key figures"))
    heads = (
        (0, _("Figure"), False),
        (1, "", False),
        (2, _("Now"), True),
        (3, _("In the pack"), False),
    )
    for col, text, live in heads:
        put(sheet, row + 1, col, text, desk.head(live=live, numeric=col > 1))
    line = row + 1
    for text, formula, value, kind in _key_figures(desk, layout):
        line += 1
        put(sheet, line, 0, text, desk.body("text"))
        put(sheet, line, 1, "", desk.body("text"))
        sheet.write_formula(line, 2, formula, desk.body(kind, bold=True), value)
        put(sheet, line, 3, value, desk.body(kind))
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


def _links(desk: Desk, sheet: Worksheet, row: int) -> int:
    desk.heading(sheet, row, 4, _("Where to go on"))
    line = row
    for name, spec in desk.specs.items():
        if name == SUMMARY.name:
            continue
        line += 1
        target = name.replace("'", "''")
        look = desk.style(font_color="#1a5fa8", underline=1, align="left", indent=1)
        sheet.write_url(line, 4, f"internal:'{target}'!A1", look, f"{name}: {spec.about}")
    return line + 1


def _monday(desk: Desk, sheet: Worksheet, row: int) -> None:
    frame = first_tasks(desk.tables["todo"])
    frame = frame[["subject", "name", "manager", "stake", "why", "do", "verb"]]
    desk.heading(sheet, row, 0, _("Whom to call on Monday, and why (as in the pack)"))
    widths = dict(zip(frame, WIDTHS, strict=True))  # those of the sheet, from the left
    write_list(desk, SUMMARY.name, frame, row=row + 1, table="monday", widths=widths)
