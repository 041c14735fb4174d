"""All chapters, the book that has them, and what follows from them: files, sheets, contents."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from inspect import getdoc, isfunction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from kamlib.analysis.measures.rhythm import with_rhythm
from kamlib.analysis.measures.seasons import Known
from kamlib.chapters.own import Taken, own_chapters
from kamlib.data.book import LATEST, Book
from kamlib.data.book import open_book as open_plain_book
from kamlib.data.stops import CHAPTERS, allowed_code
from kamlib.errors import nearest_name
from kamlib.places import NOTEBOOKS
from kamlib.show.spec import Sheet
from kamlib.words import _, listing

if TYPE_CHECKING:
    from kamlib.chapters.account import Account
    from kamlib.chapters.chapter import Chapter, TableMember

# The notebook's name is the chapter's: a notebook that has one is a page of the pack.
PAGE_NOTEBOOKS = {
    path.stem[3:]: path.stem
    for path in sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    if (Path(__file__).parent / f"{path.stem[3:]}.py").is_file() and path.stem[3:] != "account"
}
OF_PAGES = tuple(PAGE_NOTEBOOKS)
FIRST_CHAPTERS = ("ground", "identities", "todo", "measures")  # what every page stands on
START = Sheet(_("Start"), tab="summary", live="start.write_start", needs=("abc_xyz",), front=1)
MORE = Sheet(_("More"), tab="summary", about=_("All other tables"), live="start.write_more")


class ChapterOf:
    """A chapter of a book, made when it is first asked for; only then its module is loaded.

    No property, whose results IPython does not complete.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        text = (Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8")
        self.__doc__ = text.partition("\n")[0].strip('"')

    def __get__(self, book: "KeyAccountBook | None", owner: type | None = None) -> Any:
        if book is None:
            return self
        return book.once(f"chapter {self.name}", lambda: chapter_class(self.name)(book))


@dataclass(frozen=True)
class KeyAccountBook(Book):
    """A data set as of the end of a quarter, with the chapters of the workbook.

    Each notebook with a chapter of its name gives the book an attribute of that name:
    ``book.churn.watch_list`` is a table as a frame, ``book.churn.tables.watch_list`` the same as
    its page shows it, ``book.churn.says.watch`` a sentence, ``book.churn.pictures.waterfall`` a
    picture. Each is computed when it is first asked for.
    """

    _own: list["Chapter"] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """The chapters of the data set's own are attributes of the book, as ours are."""
        self._add_own()
        object.__setattr__(self, "__doc__", self._help())  # what help() of a book says

    def _add_own(self) -> None:
        if self.tables.hidden is not None:  # nobody knows whom somebody's own texts name
            return
        if paths := allowed_code(self.dataset, CHAPTERS):
            taken = Taken(dir(type(self)), our_chapters())
            for chapter in own_chapters(self, paths, taken):
                object.__setattr__(self, chapter.name, chapter)
                self._own.append(chapter)

    def __repr__(self) -> str:
        return f"<book: {self.dataset.name}, {self.quarter_name}; help(book) says what is in it>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(self._help())

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if hasattr(type(self), name):
            # It is there, and what makes it failed for want of an attribute: say of which.
            return object.__getattribute__(self, name)
        raise AttributeError(f'the book has no "{name}"{nearest_name(name, dir(self))}')

    def _help(self) -> str:
        """The chapters, the frames that they start from, and how to go on."""
        kind = type(self)
        found = {name: getattr(kind, name) for name in dir(kind) if not name.startswith("_")}
        chapters = {n: c.__doc__ for n, c in found.items() if isinstance(c, ChapterOf)}
        chapters |= {own.name: getdoc(type(own)) for own in self._own}
        frames = {n: getdoc(f) for n, f in found.items() if isinstance(f, property)}
        calls = {f"{n}(…)": getdoc(f) for n, f in found.items() if isfunction(f)}
        side = ", ".join(self.tables.side) or _("none")
        return "\n\n".join(
            [
                f"{self.dataset.title}, {self.quarter_in_full}, {self.currency}",
                _("Chapters") + "\n" + listing(chapters),
                _("To be called") + "\n" + listing(calls),
                _("Frames and facts that all start from") + "\n" + listing(frames),
                _('Tables beside the sales, as book.known("…") up to the quarter: ') + side,
            ]
        )

    def _orders(self) -> pd.DataFrame:
        """Order statistics at the ends of quarters, with each account's rhythm as known then."""
        return with_rhythm(
            super()._orders(),
            self.gaps,
            known=Known.of(self.everyone, self.tables.data_from),
            seen_to=self.seen_to,
            rules=self.settings.rhythm,
        )

    def account(self, account: str) -> "Account":
        """Notebook 05: one account by its number.

        Raises
        ------
        DataError
            Neither the sales nor the accounts table knows the account.
        """
        from kamlib.chapters.account import Account, known_account

        number = known_account(self, account)
        return self.once(f"chapter account {number}", lambda: Account(self, number))

    @property
    def workbook_name(self) -> str:
        """The file name of the pack's Excel workbook."""
        return f"kam-{self.dataset.name}-{self.quarter_name}.xlsx"

    def workbook_of(self, sheet: Sheet) -> str:
        """The file name of the workbook in which a sheet stands."""
        in_first = sheet.front or sheet.follows
        return self.workbook_name if in_first else beside_name(self.workbook_name)

    @property
    def chapters(self) -> tuple["Chapter", ...]:
        """All chapters that have tables of the pack, in the order of the pages, own ones last."""
        return (*(getattr(self, kind.name) for kind in our_chapters()), *self._own)


def open_book(
    dataset: str | Path = "demo",
    quarter: str = LATEST,
    settings: Mapping[str, Any] | str | None = None,
) -> KeyAccountBook:
    """Open a data set as of the end of a quarter, with all chapters.

    Parameters
    ----------
    dataset
        The name of a folder under ``data/``, or a path to one.
    quarter
        ``"2011Q3"``, ``"FY2011Q3"`` in a company's own year, a day or month in the quarter
        (``"2011-08-15"``), or ``"latest"`` for the latest complete one.
    settings
        Values over the data set's ``settings.toml``, or such as JSON text.

    Raises
    ------
    DataError
        The data cannot be used, or does not hold the quarter.
    SettingsError
        A setting is unknown or impossible.
    """
    return open_plain_book(dataset, quarter, settings, kind=KeyAccountBook)


def chapter_class(name: str) -> type["Chapter"]:
    """The chapter of a name, loaded when it is first asked for."""
    from kamlib.chapters.chapter import Chapter

    module = import_module(f"kamlib.chapters.{name}")
    found = (kind for kind in vars(module).values() if isinstance(kind, type))
    own = (kind for kind in found if kind.__module__ == module.__name__)
    return next(kind for kind in own if issubclass(kind, Chapter) and kind.name == name)


def our_chapters() -> list[type["Chapter"]]:
    """The chapters of every book, in the order of the pages."""
    return [chapter_class(name) for name in FIRST_CHAPTERS + OF_PAGES]


DATA_PAGE = "data.html"  # what words mean and what the data is: no notebook makes it


def page_file(name: str) -> str:
    """The file of a chapter's page in the pack; the summary's is the first page.

    >>> page_file("churn")
    '03-churn.html'
    """
    return "index.html" if name == "summary" else f"{PAGE_NOTEBOOKS[name].replace('_', '-')}.html"


for _name in FIRST_CHAPTERS + OF_PAGES:
    setattr(KeyAccountBook, _name, ChapterOf(_name))


def pack_tables(book: KeyAccountBook) -> dict[str, pd.DataFrame]:
    """Every table of the pack by the name of its file, in the order of the chapters.

    The names and first columns are a contract with who reads ``tables/*.csv``.
    """
    return {name: frame for chapter in book.chapters for name, frame in chapter.files().items()}


def sheet_tables(sheet: Sheet, member: "TableMember | None") -> tuple[str, ...]:
    """The tables that a sheet shows, its own first."""
    return sheet.needs if member is None else (member.name, *sheet.needs)


def sheet_caveats(book: KeyAccountBook, tables: Collection[str]) -> dict[str, str]:
    """What is to be known of the rows that each sheet rests on, of those where something is.

    Parameters
    ----------
    tables
        The names of the tables that there are.
    """
    told = {m.name: (chapter, m) for chapter in book.chapters for m in chapter.told_tables()}
    found = {}
    for sheet, member in told_sheets(book):
        shown = [told[name] for name in sheet_tables(sheet, member) if name in tables]
        texts = dict.fromkeys(chapter.caveat(one) for chapter, one in shown)
        found[sheet.name] = " ".join(text for text in texts if text)
    return {name: text for name, text in found.items() if text}


def told_sheets(book: KeyAccountBook) -> list[tuple[Sheet, "TableMember | None"]]:
    """The workbooks' sheets in their order, each with the table that it shows.

    First those that stand in front, then what follows their cells; what a chapter of the data
    set's own shows may be anything, and stands with them.
    """
    last = (book.abc_xyz, book.ground)
    chapters = [*(chapter for chapter in book.chapters if chapter not in last), *last]
    told = [
        (replace(s, follows=True) if chapter in book._own else s, m)
        for chapter in chapters
        for m in chapter.told_tables()
        for s in m.sheets
    ]
    front = sorted((each for each in told if each[0].front), key=lambda each: each[0].front)
    rest = [each for each in told if not each[0].front]
    follows = [each for each in rest if each[0].follows]
    return [(START, None), *front, *follows, *(each for each in rest if not each[0].follows)]


def beside_name(workbook: str) -> str:
    """The name of the second workbook, with what nothing in the first one needs.

    >>> beside_name("kam-demo-2025Q4.xlsx")
    'kam-demo-2025Q4-more.xlsx'
    """
    return f"{workbook.removesuffix('.xlsx')}-more.xlsx"
