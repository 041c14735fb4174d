"""The sheets of the classes in the Excel workbook, in their order."""

from kamlib.show.spec import Sheet
from kamlib.words import _

TRY_IT = Sheet(
    _("Try it"),
    tab="input",
    about=_("Every cell that one may change: cut-offs, weights, chances and costs"),
    live="try_it.write_try_it",
    front=10,
)
ACCOUNTS = Sheet(
    _("Accounts"),
    about=_("Every account: class, reason, certainty; sort and filter"),
    live="accounts.write_accounts",
    front=3,
)
PARETO = Sheet(
    _("Pareto"),
    about=_("How few accounts bring how much"),
    live="accounts.write_pareto",
    needs=("abc_xyz",),
)
MATRIX = Sheet(
    _("Matrix"),
    about=_("Accounts and money per place, by manager, with the check"),
    live="matrix.write_matrix",
    follows=True,
)
MIGRATION = Sheet(
    _("Migration"), about=_("Who moved since last quarter"), live="matrix.write_migration"
)
SALES_MARGIN = Sheet(
    _("Sales and margin"),
    about=_("Who sells much and earns little"),
    live="lists.write_sales_margin",
)
HISTORY = Sheet(
    _("Quarters"),
    about=_("Classes over the quarters, and all moves"),
    live="matrix.write_history",
    needs=("migration",),
)
LENSES = Sheet(
    _("Lenses"),
    about=_("Accounts that another lens sees differently"),
    title=_("Where the lenses disagree"),
    note=_("{rows} accounts that the three lenses class differently; X against Z first."),
    remark=_("As of the cut-offs in the pack."),
    columns="account name manager revenue cell xyz_frequency xyz_gap_cv xyz_value_cv "
    "steps_apart active_share gap_cv value_cv gaps",
    row=4,
)
THIN_MARGINS = Sheet(
    _("Thin margins"),
    about=_("Accounts below the company's margin rate"),
    title=_("Who earns too little"),
    note=_("What each account would earn more at the company's own margin rate; most first."),
)
