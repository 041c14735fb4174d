"""The sheets of types and of mistakes: what an account is to us, and what goes wrong there."""

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from kamlib.analysis.segments.mistakes import MISTAKES as FIVE
from kamlib.data.describe.schema import ACCOUNT_TYPES
from kamlib.show.columns import column
from kamlib.words import _, count
from kamlib.workbook import desk as desks
from kamlib.workbook.accounts import Layout, money_column
from kamlib.workbook.desk import MISTAKES, TYPES, YES, Desk, put
from kamlib.workbook.lists import Placed, chosen, finish_list, write_list

BLOCK_ROW = 3
HEAD_ROW = BLOCK_ROW + len(ACCOUNT_TYPES) + 5
WANTED_TYPES = ("name", "manager", "cell", "revenue", *ACCOUNT_TYPES, "type_why")
WANTED_MISTAKES = ("name", "manager", *FIVE, "mistakes", "mistakes_why")


def write_types(desk: Desk, layout: Layout) -> None:
    """The accounts that have a type, with the reason, and the sums per type above."""
    types, classes = desk.tables["types"], desk.tables["abc_xyz"]
    types = types.set_index("account") if "account" in types else types
    typed = types[types[list(ACCOUNT_TYPES)].any(axis=1)]
    own = classes[["name", "manager", "cell", "revenue"]]
    typed = typed.drop(columns=list(own), errors="ignore").join(own)
    typed = typed.sort_values("revenue", ascending=False, kind="stable")
    note = _("{typed} of {all} accounts have a type; an account with several counts in each.")
    note = note.format(typed=count(len(typed)), all=count(len(classes)))
    sheet = desk.sheet(TYPES, _("What the accounts are to us"), note)
    frame = chosen(typed, WANTED_TYPES).rename_axis("account")
    limit = desk.book.settings.pack.sheet_rows
    placed = write_list(desk, TYPES, frame.head(limit), row=HEAD_ROW, table="types", wrapped=True)
    if not desk.tables["types"].empty and len(frame) <= limit:
        _sums(desk, sheet, layout, placed, typed)
    for name in ACCOUNT_TYPES:
        col = placed.columns[name]
        look = desk.workbook.add_format({"bg_color": desks.ABC_COLOURS["C"], "bold": True})
        rule = {"type": "no_blanks", "format": look}
        sheet.conditional_format(placed.first, col, placed.last, col, rule)
    finish_list(sheet, placed)
    sheet.freeze_panes(3, 0)
    sheet.set_column(0, 0, 16)


def write_mistakes(desk: Desk) -> None:
    """The five mistakes at each key account, the most of them first."""
    found, classes = desk.tables["mistakes"], desk.tables["abc_xyz"]
    who = _("accounts")
    if "key_accounts" in desk.tables:
        found = found.reindex(desk.tables["key_accounts"].index.intersection(found.index))
        who = _("key accounts")
    found = found.drop(columns=["name", "manager"], errors="ignore")
    found = found.join(classes[["name", "manager"]])
    found = found.sort_values("mistakes", ascending=False, kind="stable")
    note = _(
        "{accounts} {who}, the most mistakes first; more is worse. Blank: nothing is recorded "
        "that would tell."
    ).format(accounts=count(len(found)), who=who)
    sheet = desk.sheet(MISTAKES, _("The five mistakes"), note)
    frame = chosen(found, WANTED_MISTAKES).rename_axis("account")
    shown = frame.head(desk.book.settings.pack.sheet_rows)
    placed = write_list(desk, MISTAKES, shown, row=3, table="mistakes", wrapped=True)
    scale = {"min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1}
    colours = {"min_color": "#ffffff", "max_color": "#e9b27c"}
    for name in FIVE:
        if name in placed.columns:
            col = placed.columns[name]
            rule = {"type": "2_color_scale", **scale, **colours}
            sheet.conditional_format(placed.first, col, placed.last, col, rule)
    finish_list(sheet, placed, fixed=placed.columns.get("name", 0) + 1)


def _sums(desk: Desk, sheet: Worksheet, layout: Layout, placed: Placed, typed) -> None:
    """Accounts and revenue per type and without one, from the list and the sheet Accounts."""
    revenue = column("revenue")
    col = placed.columns["revenue"]
    figures = (_("Accounts"), revenue.heading(desk.currency), _("Share of revenue"))
    for i in range(col - 1):
        put(sheet, BLOCK_ROW, i, _("Type") if i == 0 else "", desk.head())
    for i, text in enumerate(figures, col - 1):
        put(sheet, BLOCK_ROW, i, text, desk.head(live=True, numeric=True))
    sheet.set_row(BLOCK_ROW, 34)
    classes = desk.tables["abc_xyz"]
    total = float(classes["revenue"].sum())
    whole = layout.total_of(money_column(desk, "revenue")).removeprefix("=")
    money = placed.area("revenue")
    rows = []
    for name in ACCOUNT_TYPES:
        cells = placed.area(name)
        own = typed[typed[name].astype(bool)]
        rows.append(
            (column(name).label, f'=COUNTIF({cells},"{YES}")', len(own),
             f'=SUMIF({cells},"{YES}",{money})', float(own["revenue"].sum()))
        )  # fmt: skip
    left = f"+{layout.left_out}" if layout.left_out else ""
    counted = f"COUNTA({layout.area('account')}){left}-COUNTA({placed.area('account')})"
    others, rest = len(classes) - len(typed), total - float(typed["revenue"].sum())
    rows.append((_("None"), f"={counted}", others, f"={whole}-SUM({money})", rest))
    for line, (text, accounts, number, formula, value) in enumerate(rows, BLOCK_ROW + 1):
        for i in range(col - 1):
            put(sheet, line, i, text if i == 0 else "", desk.body("text", bold=True))
        sheet.write_formula(line, col - 1, accounts, desk.body("count"), number)
        sheet.write_formula(line, col, formula, desk.body("money"), value)
        part = f"=IF({whole}>0,{xl_rowcol_to_cell(line, col)}/({whole}),0)"
        share = value / total if total > 0 else 0.0
        sheet.write_formula(line, col + 1, part, desk.body("share"), share)
