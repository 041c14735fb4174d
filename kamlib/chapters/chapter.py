"""What a chapter is: the frames, tables, sentences and pictures of one notebook, each said once.

A chapter is a class whose members are functions with a decorator: :func:`frame` (a step on the
way), :func:`table` (a result of the pack: a file, a table of the page, a sheet), :func:`view`
(some rows of a table for the page), :func:`slider` (figures by the values of a setting that one
may try on the page), :func:`sentence` and :func:`picture`. Each is computed when
it is first asked for, once per book. The attribute is the result itself; ``tables``, ``says``
and ``pictures`` have it as the page shows it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from inspect import getdoc
from typing import Any, ClassVar

import pandas as pd
from matplotlib.axes import Axes

from kamlib.data.book import Book
from kamlib.data.findings import ACCOUNT, MANAGER, Caveat, caveat
from kamlib.data.results import Results, resting
from kamlib.data.sharing import results_folder, shared_result
from kamlib.errors import nearest_name
from kamlib.settings import Settings
from kamlib.show.columns import Column, Entry, column, register
from kamlib.show.sentences import Html, Position, Sentence, noted
from kamlib.show.sentences import slider as shown_slider
from kamlib.show.spec import Page, Sheet
from kamlib.show.tables import Table, said
from kamlib.show.tables import table as shown_table
from kamlib.show.theme import Picture
from kamlib.show.theme import picture as shown_picture
from kamlib.words import _, listing

# The columns that name whose rows a table shows, and as whom a warning knows them.
SUBJECTS = {
    **dict.fromkeys(("account", "prospect", "subject"), ACCOUNT),
    **dict.fromkeys(("manager", "owner"), MANAGER),
}
# What is said where there is nothing to show: a text, or a function of the chapter.
Otherwise = str | Callable[[Any], str]


class Member(property):
    """One result of a chapter: what makes it, its name, and how it is told.

    A property, so that IPython takes its type from the function and completes without computing.
    """

    kind = "frame"
    untried = False
    wordless = False
    rests: tuple[str, ...] | None = None

    def __init__(self, compute: Callable[[Any], Any]) -> None:
        super().__init__(compute)
        self.compute = compute
        self.name = compute.__name__
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.attribute = name

    def __get__(self, chapter: "Chapter | None", owner: type | None = None) -> Any:
        if chapter is None:
            return self
        own = getattr(chapter.book, chapter.name) if self.untried else chapter
        if own is not chapter:
            return getattr(own, self.attribute)
        return chapter.once(self.attribute, lambda: self._computed(chapter), self.rests)

    def _computed(self, chapter: "Chapter") -> Any:
        folder = results_folder(wordless=self.wordless)
        if folder is None or not chapter.made_as:
            return self.compute(chapter)
        names = (*chapter.made_as, self.attribute)
        return shared_result(folder, names, lambda: self.compute(chapter))

    def __set__(self, chapter: "Chapter", value: object) -> None:
        raise AttributeError(
            _('"{name}" of {chapter} is computed; keep your own under another name').format(
                name=self.attribute, chapter=chapter.name
            )
        )

    @property
    def about(self) -> str:
        """The first line of what is said of it."""
        return (getdoc(self.compute) or "").partition("\n")[0]


class TableMember(Member):
    """A table of the pack: a file, and as told a table of the page and sheets."""

    kind = "table"

    def __init__(
        self, compute: Callable[[Any], Any], name: str, page: Page, sheets: tuple[Sheet, ...]
    ) -> None:
        super().__init__(compute)
        self.name = name or self.name
        self.page = page
        self.sheets = sheets


class ViewMember(Member):
    """Some rows of a table as a page shows them; the file is the table's, or there is none."""

    kind = "view"

    def __init__(self, compute: Callable[[Any], Any], of: str, page: Page) -> None:
        super().__init__(compute)
        self.name = of
        self.page = page


class SliderMember(Member):
    """Figures by the values of a setting that one may try on the page: a row per value."""

    kind = "slider"

    def __init__(
        self, compute: Callable[[Any], Any], label: str, at: Callable[[Any], str], page: Page
    ) -> None:
        super().__init__(compute)
        self.label = label
        self.at = at
        self.page = page


class SentenceMember(Member):
    """What the page says in words."""

    kind = "sentence"


class PictureMember(Member):
    """What the page draws; ``otherwise`` is said where there is nothing to draw."""

    kind = "picture"

    def __init__(self, compute: Callable[[Any], Any], otherwise: Otherwise) -> None:
        super().__init__(compute)
        self.otherwise = otherwise

    def __get__(self, chapter: "Chapter | None", owner: type | None = None) -> Any:
        # Drawn anew each time: axes are changed by who gets them.
        return self if chapter is None else self.compute(chapter)


def frame(compute: Callable[[Any], Any]) -> Member:
    """A step on the way to the tables: any result that others are made of."""
    return Member(compute)


def untried(member: Member) -> Member:
    """A result that stays the book's own whatever settings are tried out: ``@untried @frame``."""
    member.untried = True
    return member


def wordless(member: Member) -> Member:
    """Numbers, codes and days only: the same in every language, and handed on in each."""
    member.wordless = True
    return member


def rests(on: str) -> Callable[[Member], Member]:
    """A result that stands on some canonical tables, so that their warnings go with it.

    ``on`` names tables, or columns of one, parted by blanks:
    ``@rests("plans transactions.manager") @table()``. A result that does not say it stands on
    what the results stand on that it is made of, and on the tables that it asks the book for;
    one that is made of less than it asks for says of what.
    """

    def told(member: Member) -> Member:
        member.rests = tuple(on.split())
        return member

    return told


def table(
    name: str = "", *, page: Page | None = None, sheet: Sheet | None = None,
    sheets: tuple[Sheet, ...] = (), headings: Sequence[Entry] = (),
) -> Callable[[Callable[[Any], pd.DataFrame | None]], TableMember]:  # fmt: skip
    """A table of the pack.

    Parameters
    ----------
    name
        Of its file ``tables/<name>.csv``, where it is not the function's.
    page
        How a page shows it.
    sheet, sheets
        The sheets that show it, in the order of the workbook.
    headings
        Its own columns, those that ``kamlib.show.headings`` does not know or knows otherwise:
        (name, heading, kind of value).

    Returns
    -------
    A decorator of the function that makes the frame, or None where the book has no such table.
    """
    every = sheets if sheet is None else (sheet, *sheets)

    def told(compute: Callable[[Any], pd.DataFrame | None]) -> TableMember:
        member = TableMember(compute, name, page or Page(), every)
        register(headings, table=member.name)
        return member

    return told


def view(
    *, of: str = "", page: Page | None = None
) -> Callable[[Callable[[Any], pd.DataFrame]], ViewMember]:
    """Some rows or columns of the table ``of`` for a page of their own.

    Without ``of`` it stands on its page only: no file holds the rows that are not shown.
    """
    return lambda compute: ViewMember(compute, of, page or Page())


def slider(
    label: str, *, at: Callable[[Any], str], page: Page, headings: Sequence[Entry] = ()
) -> Callable[[Callable[[Any], pd.DataFrame]], SliderMember]:
    """Figures that follow a slider on the page, computed ahead.

    The frame has a row per value of the setting, which is its index (``at`` says it in words),
    with ``in_force`` (of one row true), the figures that ``page`` names, and ``words``: who
    crosses.
    """

    def told(compute: Callable[[Any], pd.DataFrame]) -> SliderMember:
        member = SliderMember(compute, label, at, page)
        register(headings, table=member.name)
        return member

    return told


def sentence(compute: Callable[[Any], str]) -> SentenceMember:
    """What the page says in words; empty where there is nothing to say."""
    return SentenceMember(compute)


def picture(
    compute: Callable[[Any], Axes | None] | None = None, *, otherwise: Otherwise = ""
) -> PictureMember | Callable[[Callable[[Any], Axes | None]], PictureMember]:
    """What the page draws, or None where there is nothing to draw: then ``otherwise`` is said.

    It is a text, or a function of the chapter where it depends on the book.
    """
    if compute is not None:
        return PictureMember(compute, otherwise)
    return lambda given: PictureMember(given, otherwise)


class Shelf:
    """The results of one kind by name, as a page shows them: ``book.churn.tables.watch_list``."""

    def __init__(self, chapter: "Chapter", *kinds: str) -> None:
        self._chapter = chapter
        self._members = {
            name: member for name, member in chapter.members.items() if member.kind in kinds
        }

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._members:
            raise AttributeError(_unknown(self._chapter, name, self._members))
        return self._chapter.shown(self._members[name])

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)

    def __dir__(self) -> list[str]:
        return list(self._members)

    _ipython_key_completions_ = __dir__

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __repr__(self) -> str:
        return _listing(self._members)


class _Shelved:
    """Where a chapter has a shelf; no property, whose results IPython does not complete.

    Its names are properties of a class of its own: IPython takes their types from there and
    completes without computing.
    """

    def __init__(self, about: str, *kinds: str) -> None:
        self._kinds = kinds
        self._made: dict[type, type[Shelf]] = {}
        self.__doc__ = about

    def __get__(self, chapter: "Chapter | None", owner: type | None = None) -> Any:
        if chapter is None:
            return self
        if owner not in self._made:
            named = {n: _entry(m) for n, m in owner.members.items() if m.kind in self._kinds}
            self._made[owner] = type("Shelf", (Shelf,), named)
        return self._made[owner](chapter, *self._kinds)


def _entry(member: Member) -> property:
    def told(shelf: Shelf) -> Any:
        return shelf._chapter.shown(member)

    shown = {"sentence": Sentence, "picture": Picture}
    told.__annotations__["return"] = shown.get(member.kind, Table)
    return property(told, doc=member.about)


class Chapter:
    """The results of one notebook for a book, under the book's settings or others to try out."""

    name: ClassVar[str] = ""
    title: ClassVar[str] = ""
    members: ClassVar[dict[str, Member]] = {}
    tables = _Shelved("The tables as the page shows them.", "table", "view", "slider")
    says = _Shelved("What the page says in words.", "sentence")
    pictures = _Shelved("What the page draws.", "picture")

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        own = {name: member for name, member in vars(cls).items() if isinstance(member, Member)}
        cls.members = cls.members | own

    def __init__(self, book: Book, settings: Settings | None = None) -> None:
        self.book = book
        self.settings = book.settings if settings is None else settings
        self._results = Results()
        self.__doc__ = self._help()  # what help() of a chapter says

    def once(
        self, name: str, compute: Callable[[], Any], rests: tuple[str, ...] | None = None
    ) -> Any:
        """A result, computed at the first call; who changes it changes it for nobody else."""
        return self._results.once(name, compute, rests)

    def under(self, settings: Settings) -> "Chapter":
        """The same chapter under other settings."""
        return type(self)(self.book, settings)

    @property
    def path(self) -> str:
        """How the chapter is reached from the book."""
        return f"book.{self.name}"

    @property
    def made_as(self) -> tuple[str, ...]:
        """What tells its results from others'; nothing where somebody tries out settings."""
        book = self.book
        known = getattr(book, "made_as", ()) and self.settings is book.settings
        return (*book.made_as, self.name) if known else ()

    def beside(self, name: str) -> "Chapter":
        """Another chapter of the same book, under the settings of this one."""
        other = getattr(self.book, name)
        if self.settings == self.book.settings:
            return other
        return self.once(f"beside {name}", lambda: other.under(self.settings))

    @property
    def currency(self) -> str:
        """The currency of all money."""
        return self.book.currency

    def files(self) -> dict[str, pd.DataFrame]:
        """The tables of the pack by the names of their files, those that the book has."""
        made = {m.name: getattr(self, m.attribute) for m in self.told_tables()}
        return {name: frame for name, frame in made.items() if frame is not None}

    @classmethod
    def told_tables(cls) -> list[TableMember]:
        """How each table of the pack is told."""
        return [member for member in cls.members.values() if isinstance(member, TableMember)]

    def shown(self, member: Member) -> Table | Picture | Html | Sentence:
        """A result as the page shows it."""
        if isinstance(member, PictureMember):
            return self._drawn(member)
        result = getattr(self, member.attribute)
        if isinstance(member, TableMember | ViewMember):
            return self._listed(result, member)
        if isinstance(member, SliderMember):
            return self._slid(result, member)
        if isinstance(member, SentenceMember):
            return Sentence(result, self.caveat(member))
        return result

    def caveat(
        self, member: Member, rests: set[str] | None = None, *, rows: int | None = None
    ) -> Caveat:
        """What is to be known of the rows that a result, or its first ``rows``, rests on.

        It is empty where nothing is.
        """
        least = self.settings.data.carried_share
        rests = self.rests(member) if rests is None else rests
        if not rests or self.book.carried.empty:
            return Caveat()
        return caveat(self.book.carried, rests, self.subjects(member, rows), least=least)

    def rests(self, member: Member) -> set[str]:
        """The tables, and columns of tables, that a result stands on."""
        if member.rests is not None:
            return set(member.rests)
        with resting() as asked:
            getattr(self, member.attribute)
        return asked

    def subjects(self, member: Member, rows: int | None = None) -> dict[str, set[str]]:
        """The accounts (prospects among them) and managers that a table names; none of a text.

        Of all its rows, or of the first so many.
        """
        result = getattr(self, member.attribute) if hasattr(member, "page") else None
        named: dict[str, set[str]] = {}
        if isinstance(result, pd.DataFrame):
            flat = _flat(result).head(len(result) if rows is None else rows)
            for name, kind in SUBJECTS.items():
                if name in flat:
                    named.setdefault(kind, set()).update(flat[name].dropna())
        return named

    @property
    def tells(self) -> bool:
        """Whether any of its tables tells of an account or prospect; a chapter without one does."""
        tables = self.told_tables()
        return not tables or any(self.subjects(member).get(ACCOUNT) for member in tables)

    def columns(self, name: str) -> pd.DataFrame:
        """What the columns of a frame or table mean.

        Returns
        -------
        One row per column: ``column``, ``heading``, ``unit`` (the currency of money, "0–1" of a
        share, else the kind of value).

        Raises
        ------
        ValueError
            There is no such table.
        """
        if name not in self.members:
            raise ValueError(_unknown(self, name, self.members))
        result = getattr(self, name)
        if not isinstance(result, pd.DataFrame):
            told = _('"{name}" of {chapter} is no table here').format(name=name, chapter=self.name)
            raise ValueError(told)
        flat = _flat(result)
        looks = [column(str(c), flat[c], table=self.members[name].name) for c in flat]
        rows = [(c, look.label, self._unit(look)) for c, look in zip(flat, looks, strict=True)]
        return pd.DataFrame(rows, columns=["column", "heading", "unit"]).astype("str")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if hasattr(type(self), name):
            # It is there, and what makes it failed for want of an attribute: say of which.
            return object.__getattribute__(self, name)
        raise AttributeError(_unknown(self, name, dir(self)))

    def __dir__(self) -> list[str]:
        own = ["book", "settings", "currency", "tables", "says", "pictures", "columns", "under"]
        return [*self.members, *own]

    def __repr__(self) -> str:
        return f"<{self.path}: {self.title}; help({self.path}) says what is in it>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(self._help(columns=False))

    def _help(self, *, columns: bool = True) -> str:
        """What there is, by kind: each result with what it is, and the columns of tables."""
        parts = [getdoc(type(self)) or self.title]
        for shelf, kinds, told in (
            (".tables", ("table", "view", "slider"), _("tables, as the page shows them")),
            (".says", ("sentence",), _("sentences")),
            (".pictures", ("picture",), _("pictures")),
            ("", ("frame",), _("steps on the way")),
        ):
            members = {name: m for name, m in self.members.items() if m.kind in kinds}
            if members:
                lines = _listing(members, self._columns_told if columns else None)
                parts.append(f"{self.path}{shelf}: {told}\n{lines}")
        parts.append(
            _(
                "Without .tables, .says and .pictures each is the result itself: a table is a "
                'frame of pandas. .columns("name") says what the columns of any table mean.'
            )
        )
        return "\n\n".join(parts)

    def _columns_told(self, member: Member) -> str:
        """The columns that the page shows of a table, each with its unit where it has one."""
        page = getattr(member, "page", None) or Page()
        looks = [column(name, table=member.name) for name in page.columns.split()]
        units = (self._unit(look) if look.numeric else "" for look in looks)
        return ", ".join(
            f"{look.name} ({unit})" if unit else look.name
            for look, unit in zip(looks, units, strict=True)
        )

    def _unit(self, look: Column) -> str:
        units = {"money": self.currency, "cents": self.currency, "share": "0–1"}
        return units.get(look.kind, look.kind)

    def _drawn(self, member: PictureMember) -> Picture | Html:
        with resting() as asked:
            axes = getattr(self, member.attribute)
        found = self.caveat(member, asked if member.rests is None else None)
        if axes is None:
            return said(Sentence(self._told(member.otherwise), found))
        drawn = shown_picture(axes)
        drawn.caveat = found
        return drawn

    def _listed(self, result: pd.DataFrame | None, member: TableMember | ViewMember) -> Any:
        page = member.page
        otherwise = self._told(page.otherwise)
        if result is None or (otherwise is not None and not len(result)):
            return said(Sentence(otherwise or "", self.caveat(member)))
        flat = _flat(result)
        wanted = page.columns.split()
        rows = self._rows(page.rows)
        return shown_table(
            flat,
            columns=[name for name in wanted if name in flat] if wanted else None,
            currency=self.currency,
            rows=rows,
            caption=self._told(page.caption),
            name=member.name,
            cents=page.cents,
            caveat=self.caveat(member, rows=rows),
        )

    def _slid(self, result: pd.DataFrame, member: SliderMember) -> Html:
        looks = [column(name, table=member.name) for name in member.page.columns.split()]
        positions = [
            Position(
                member.at(value), tuple(look.text(row[look.name]) for look in looks), row["words"]
            )
            for value, row in zip(result.index, result.to_dict("records"), strict=True)
        ]
        names = [look.heading(self.currency) for look in looks]
        start = int(result["in_force"].to_numpy().argmax())
        return noted(shown_slider(member.label, names, positions, start), self.caveat(member))

    def _told(self, text: Otherwise | None) -> Any:
        return text(self) if callable(text) else text

    def _rows(self, rows: int | str | None) -> int | None:
        if not isinstance(rows, str):
            return rows
        group, _dot, name = rows.partition(".")
        return getattr(getattr(self.settings, group), name)


def _flat(found: pd.DataFrame) -> pd.DataFrame:
    return found.reset_index() if any(n is not None for n in found.index.names) else found


def _listing(members: Mapping[str, Member], columns: Callable[[Member], str] | None = None) -> str:
    below = {name: columns(member) for name, member in members.items()} if columns else {}
    return listing({name: member.about for name, member in members.items()}, below)


def _unknown(chapter: Chapter, name: str, members: Iterable[str]) -> str:
    told = _('{chapter} has no "{name}"').format(chapter=chapter.name, name=name)
    return told + nearest_name(name, members)
