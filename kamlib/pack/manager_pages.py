"""The page of each manager's sheet, which prints on one sheet of paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape

import pandas as pd

from kamlib.chapters.catalogue import KeyAccountBook
from kamlib.chapters.sheets.manager import NAME, ManagerSheet
from kamlib.data.describe.slugs import file_names
from kamlib.pack.calendars import calendar_files
from kamlib.pack.pages import PageLink, content_html
from kamlib.show.first_page import tiles_html
from kamlib.show.sheet_style import CSS
from kamlib.show.sheet_tables import frame_html
from kamlib.show.tables import CHIP_CSS
from kamlib.words import _, told

FOLDER = "managers"
_ONE_SHEET = (
    "@media print{.kf-tiles{grid-template-columns:repeat(4,1fr)}h1{margin:4px 0}"
    "h2{margin:9px 0 0;padding:0;border:0;font-size:11pt}p{margin:2px 0}"
    "main nav.beside{display:none}.kf-tile{padding:3px 7px}.kf-tile svg{height:16px}"
    ".kf-table{font-size:7.8pt;line-height:1.22}p{font-size:8pt}"
    ".kam-headline{font-size:10pt;margin:4px 0 6px;max-width:none}}"
)


@dataclass(frozen=True)
class Manager:
    """One of us with a sheet: the code and the name, and the file within the folder of sheets."""

    manager: str
    name: str
    file: str

    @property
    def href(self) -> str:
        """The page as seen from the pack's folder."""
        return f"{FOLDER}/{self.file}"


def planned_managers(book: KeyAccountBook) -> list[Manager]:
    """Who gets a sheet: everybody who looks after an account or has a task, by code."""
    todo = book.todo.todo
    codes = sorted((set(book.segments.portfolio.index) | set(todo["manager"])) - {""})
    names = {code: book.manager_name(code) for code in codes}
    twice = pd.Series(names).duplicated(keep=False)
    labels = {c: f"{name} {c}" if twice[c] else name for c, name in names.items()}
    files = file_names(list(labels.values()))
    return [Manager(code, names[code], f"{files[labels[code]]}.html") for code in codes]


def manager_html(
    book: KeyAccountBook,
    manager: Manager,
    links: Sequence[PageLink],
    beside: Sequence[PageLink],
    *,
    accounts: Mapping[str, str],
) -> str:
    """A manager's sheet.

    Parameters
    ----------
    links, beside
        The navigation bars of the pack and of the sheets.
    accounts
        The address of each account's dossier as seen from the sheet.
    """
    sheet = ManagerSheet(book, manager.manager)
    tiles = [replace(tile, page=f"../{tile.page}") for tile in sheet.tiles]
    parts = [
        f"<style>{CSS}{CHIP_CSS}{_ONE_SHEET}</style>",
        f'<p class="kam-headline">{escape(told(sheet.verdict))}</p>',
        tiles_html(tiles).html,
        _section(_("This week"), sheet.week_words, sheet.week),
        _section(_("The largest accounts"), sheet.money, sheet.largest),
        _section(_("What we owe"), sheet.owed_words, sheet.owed),
        _calendar(book, manager.manager),
    ]
    return content_html(book, manager.name, links, "".join(parts), beside=beside, dossiers=accounts)


def neighbours(managers: Sequence[Manager], place: int) -> list[PageLink]:
    """Links from the sheet at a place to all others."""
    return [PageLink(m.file, m.name, at == place) for at, m in enumerate(managers)]


def _section(title: str, lead: str, rows: pd.DataFrame) -> str:
    if rows.empty and not lead:
        return ""
    said = f"<p>{escape(told(lead))}</p>" if lead else ""
    shown = [name for name in rows if name != "subject"]
    table = frame_html(rows, shown, table=NAME) if len(rows) else ""
    return f"<h2>{escape(told(title))}</h2>{said}{table}"


def _calendar(book: KeyAccountBook, manager: str) -> str:
    """A link to the calendar file, where the manager has an entry in one."""
    file = calendar_files(book.todo.dated).get(manager)
    if not file:
        return ""
    said = escape(told(_("All of it as a calendar file")))
    return f'<p class="kf-small"><a href="../calendar/{escape(file)}">{said}</a></p>'
