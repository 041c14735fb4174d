"""The Excel workbook of the pack: typed, filtered, linked, and live on its cut-off cells."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
from xlsxwriter import Workbook

from kamlib.data.book import Book
from kamlib.words import _
from kamlib.workbook import desk as desks
from kamlib.workbook.accounts import Layout, accounts_layout, write_accounts, write_pareto
from kamlib.workbook.assumptions import write_assumptions
from kamlib.workbook.bridge import write_bridge
from kamlib.workbook.campaign import write_calendar, write_cards, write_contacts, write_weeks
from kamlib.workbook.churn import write_left_alone, write_losses, write_watch, write_winback
from kamlib.workbook.cutoffs import write_cut_offs
from kamlib.workbook.desk import Desk, PlainFormulas
from kamlib.workbook.lists import (
    write_data,
    write_lenses,
    write_sales_margin,
    write_settings,
    write_thin_margins,
)
from kamlib.workbook.matrix import write_history, write_matrix, write_migration
from kamlib.workbook.plan import write_plan, write_plays, write_portfolios
from kamlib.workbook.segments import (
    write_criteria,
    write_key_accounts,
    write_key_changes,
    write_mistakes,
    write_types,
)
from kamlib.workbook.summary import write_summary
from kamlib.workbook.targeting import (
    write_evidence,
    write_questions,
    write_score_check,
    write_scorecard,
    write_targets,
)
from kamlib.workbook.whitespace import write_white_map, write_whitespace

OPTIONS = {
    # A name is never a formula, a link or a number, whatever it looks like.
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}

CHECKS = ("target_models", "win_rates", "lookalike", "lead_sources", "whitespace_check")

# The sheets in order, what each needs of the tables (any of them), and who writes it.
SHEETS: tuple[tuple[str, tuple[str, ...], Callable], ...] = (
    (desks.SUMMARY, ("abc_xyz",), write_summary),
    (desks.KEY_ACCOUNTS, ("key_accounts",), write_key_accounts),
    (desks.KEY_CHANGES, ("key_changes", "key_left_out"), write_key_changes),
    (desks.PLAN, ("plan",), write_plan),
    (desks.PORTFOLIOS, ("portfolio",), write_portfolios),
    (desks.CRITERIA, ("segments",), write_criteria),
    (desks.TYPES, ("types",), write_types),
    (desks.PLAYS, ("plays",), write_plays),
    (desks.MISTAKES, ("mistakes",), write_mistakes),
    (desks.WATCH, ("watch_list",), write_watch),
    (desks.WINBACK, ("winback",), write_winback),
    (desks.LEFT_ALONE, ("do_not_chase",), write_left_alone),
    (desks.ASSUMPTIONS, ("winback",), write_assumptions),
    (desks.BRIDGE, ("bridge",), write_bridge),
    (desks.LOSSES, ("loss_dynamics",), write_losses),
    (desks.TARGETS, ("targets",), write_targets),
    (desks.QUESTIONS, ("find_out",), write_questions),
    (desks.EVIDENCE, ("target_evidence",), write_evidence),
    (desks.CONTACTS, ("contact_cards",), write_contacts),
    (desks.CARDS, ("contact_cards",), write_cards),
    (desks.CALENDAR, ("campaign",), write_calendar),
    (desks.WEEKS, ("campaign",), write_weeks),
    (desks.WHITESPACE, ("whitespace",), write_whitespace),
    (desks.WHITE_MAP, ("whitespace",), write_white_map),
    (desks.SCORE_CHECK, CHECKS, write_score_check),
    (desks.SCORECARD, ("raci", "scorecard"), write_scorecard),
    (desks.CUT_OFFS, ("abc_xyz",), write_cut_offs),
    (desks.ACCOUNTS, ("abc_xyz",), write_accounts),
    (desks.MATRIX, ("matrix",), write_matrix),
    (desks.PARETO, ("abc_xyz",), write_pareto),
    (desks.MIGRATION, ("migration",), write_migration),
    (desks.HISTORY, ("class_history", "migration"), write_history),
    (desks.LENSES, ("lens_disagreements",), write_lenses),
    (desks.SALES_MARGIN, ("sales_against_margin",), write_sales_margin),
    (desks.THIN_MARGINS, ("thin_margins",), write_thin_margins),
    (desks.DATA, ("reconciliation", "findings"), write_data),
    (desks.SETTINGS, ("settings",), write_settings),
)
WITHOUT_LAYOUT = {
    *(write_key_accounts, write_key_changes, write_criteria, write_plan, write_plays),
    *(write_mistakes, write_lenses, write_sales_margin, write_thin_margins, write_data),
    *(write_watch, write_winback, write_left_alone, write_assumptions, write_bridge, write_losses),
    *(
        write_questions,
        write_evidence,
        write_targets,
        write_contacts,
        write_cards,
        write_calendar,
        write_weeks,
    ),
    *(write_whitespace, write_white_map, write_score_check, write_scorecard, write_settings),
}


def write_workbook(
    path: Path,
    book: Book,
    tables: Mapping[str, pd.DataFrame],
    *,
    dossiers: Mapping[str, str] | None = None,
) -> None:
    """Write the pack's workbook, the same bytes for the same inputs.

    Classes, shares and the matrix are formulas on named cut-off cells and carry their
    computed values. A sheet whose table is missing is left out.

    Parameters
    ----------
    path
        The file to write, .xlsx.
    tables
        The result tables by name (``kamlib.chapters.catalogue.pack_tables``); ``abc_xyz`` is
        needed.
    dossiers
        The address of each account's dossier as seen from the workbook; account cells link to it.

    Raises
    ------
    ValueError
        There is no table ``abc_xyz``.
    """
    if "abc_xyz" not in tables:
        raise ValueError(f"tables must hold abc_xyz; there are {', '.join(tables) or 'none'}")
    with Workbook(path, OPTIONS) as workbook:
        _describe(workbook, book)
        desk = Desk(workbook, book, tables, dossiers=dossiers or {})
        wanted = [sheet for sheet in SHEETS if any(table in tables for table in sheet[1])]
        for name, _needs, _write in wanted:
            desk.sheets[name] = workbook.add_worksheet(name, PlainFormulas)
        layout = accounts_layout(desk)
        for _name, _needs, write in wanted:
            _written(write, desk, layout)


def _written(write: Callable, desk: Desk, layout: Layout) -> None:
    if write in WITHOUT_LAYOUT:
        write(desk)
    else:
        write(desk, layout)


def _describe(workbook: Workbook, book: Book) -> None:
    workbook.set_properties(
        {
            "title": _("Key accounts: {title}").format(title=book.dataset.title),
            "subject": str(book.quarter),
            "comments": _("Live on the sheet Cut-offs; made with kamlib."),
            # Not the time of the run: the same inputs give the same bytes.
            "created": book.as_of.to_pydatetime(),
        }
    )
    workbook.set_calc_mode("auto")
    workbook.set_size(28_000, 16_000)
