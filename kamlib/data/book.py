"""The book of a quarter: everything that the analyses of a data set start from."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import ibis
import pandas as pd

from kamlib.data.anonymous import place_of
from kamlib.data.findings import RowFindings, carried, decided, findings, row_findings
from kamlib.data.frames import (
    account_line_quarters,
    account_months,
    account_part_quarters,
    latest_attributes,
    manager_quarters,
    order_gaps,
    order_statistics,
)
from kamlib.data.known import known_at
from kamlib.data.read.dataset import DataSet, load_dataset
from kamlib.data.read.reach import check_reach
from kamlib.data.reduce.ledger import SNAPSHOT_VARIABLE
from kamlib.data.reduce.opening import engine_of
from kamlib.data.results import Results, ask
from kamlib.data.stops import stop_on_doubt
from kamlib.data.tables import Tables, load_tables, reconciliation, with_opinions_kept
from kamlib.errors import DataError
from kamlib.places import data_roots
from kamlib.quarters import (
    CALENDAR,
    YEAR,
    parsed_quarter,
    quarter_label,
    quarter_of,
    quarter_told,
    refuse_weeks,
    short_data_words,
    span_words,
)
from kamlib.settings import Settings, load_settings

LATEST = "latest"
FEWEST_RESAMPLES = 10  # the fewest that the settings allow
FEWEST_DRAWS = 100  # of deals and gaps: on them depends which method is kept
# The last book that was opened within a report run, by what it was opened with.
_kept: dict[tuple[str, ...], "Book"] = {}


@dataclass(frozen=True)
class Book:
    """A data set as of the end of a quarter.

    ``as_of`` is the quarter's last day; ``complete`` says whether the data reaches it. Frames
    are made at first use; their columns are described where they are made
    (:mod:`kamlib.data.frames`).
    """

    tables: Tables = field(repr=False)
    quarter: pd.Period
    complete: bool
    settings: Settings = field(repr=False)
    _results: Results = field(default_factory=Results, init=False, repr=False, compare=False)
    # The book that this one is an earlier one of, and by how many quarters.
    _of: "tuple[Book, int] | None" = field(default=None, init=False, repr=False, compare=False)
    # How it was opened, which all books opened so are the same by; nothing where it was altered.
    made_as: tuple[str, ...] = field(default=(), init=False, repr=False, compare=False)

    def once(self, name: str, compute: Callable[[], Any]) -> Any:
        """A result that several parts of a pack need: computed at the first call, then kept.

        Who changes a frame that is handed out changes it for nobody else.
        """
        return self._results.once(name, compute)

    def known(self, name: str, *, ahead: bool = False) -> pd.DataFrame:
        """A side table as it was known on the quarter's last known day; empty without one.

        Parameters
        ----------
        name
            The canonical table.
        ahead
            Whether deliveries, payments and tenders that are due later are kept. They are only
            where the quarter reaches the data's last day: of an earlier quarter nobody knows
            which of them existed then.
        """
        ahead = ahead and self.seen_to >= self.data_to
        ask(name)
        return self.once(
            f"known {name} ahead" if ahead else f"known {name}",
            lambda: known_at(name, self.tables[name], self.seen_to, ahead=ahead),
        )

    def earlier(self, quarters: int = 1) -> "Book | None":
        """The book of an earlier quarter, from what was known then; None before the data.

        How sure its classes are is hardly looked at: nobody is shown it. An earlier quarter of
        an earlier one is the same book, made once.
        """
        if self._of is not None:
            book, back = self._of
            return book.earlier(back + quarters)
        if self.quarter - quarters < self.quarter_of(self.tables.data_from):
            return None
        return self.once(f"earlier {quarters}", lambda: self._earlier(quarters))

    def _earlier(self, quarters: int) -> "Book":
        quarter, settings = self.quarter - quarters, _rough(self.settings)
        made = replace(self, quarter=quarter, complete=True, settings=settings)
        object.__setattr__(made, "_of", (self, quarters))
        return self._likewise(made, f"earlier {quarters}")

    def _likewise(self, made: "Book", how: str) -> "Book":
        """A book made of this one: whoever opens this one so makes the same."""
        object.__setattr__(made, "made_as", self.made_as and (*self.made_as, how))
        return made

    def other_level(self) -> "Book | None":
        """The book with groups as one account, or site by site where this one has groups.

        None where no account has a parent. How sure its classes are is hardly looked at.
        """
        if not self.tables.who.heads:
            return None
        level = "account" if self.settings.accounts.level == "group" else "group"
        settings = _rough(self.settings)
        settings = settings.model_copy(
            update={"accounts": settings.accounts.model_copy(update={"level": level})}
        )
        return self.once(
            "other level",
            lambda: self._likewise(
                replace(
                    self,
                    tables=self._tables(settings),
                    settings=settings,
                ),
                f"by {level}",
            ),
        )

    def _tables(self, settings: Settings) -> Tables:
        """The tables of the book's own data set by other settings."""
        hidden = self.tables.hidden
        dataset = self.dataset if hidden is None else hidden.origin.dataset
        tables = load_tables(engine_of(dataset), dataset, settings)
        return with_opinions_kept(tables, settings, self.as_of)

    def lines(self) -> ibis.Table:
        """The checked lines of the sales up to ``as_of``: what all figures are sums of.

        A lazy table of the engine (Ibis): group, filter and join it, and ``.to_pandas()`` gives
        what is left. Excluded and rejected lines are not in it, so its revenue sums to that of
        ``months``. The source is opened when the lines are first asked for.

        Returns
        -------
        ``account``; ``date`` (day); ``document``, ``product``, ``product_line`` (texts, empty
        where unknown); ``quantity`` (units); ``revenue``, ``margin`` (currency; quantity and
        margin missing where unknown); ``channel``, ``region``, ``manager`` (texts).
        """
        lines = self.tables.lines
        return lines.filter(lines["date"] <= self.as_of.date())

    @property
    def dataset(self) -> DataSet:
        """The data set's description: name, title, currency, folder."""
        return self.tables.dataset

    @property
    def currency(self) -> str:
        """The currency of all money."""
        return self.dataset.currency

    @property
    def quarter_name(self) -> str:
        """What the quarter is called: ``2025Q4``, in a company's own year ``FY2024Q4``."""
        return quarter_label(self.quarter)

    @property
    def quarter_in_full(self) -> str:
        """Its name where it stands first: "FY2024Q4 (November 2024 to January 2025)"."""
        return quarter_told(self.quarter)

    def page_address(self, page: str = "") -> str:
        """Where a page of the pack is reached: by ``pack.address``; else its place among packs."""
        address, place = self.settings.pack.address.rstrip("/"), f"{self.quarter_name}/{page}"
        return f"{address}/{quote(f'{self.dataset.name}/{place}')}" if address else place

    def quarter_of(self, day: pd.Timestamp) -> pd.Period:
        """The quarter of the company's year that holds a day."""
        return quarter_of(day, self.quarter.freqstr)

    @property
    def as_of(self) -> pd.Timestamp:
        """The last day of the quarter."""
        return self.quarter.end_time.normalize()

    def span_words(self, months: int) -> str:
        """What a window of so many trailing months is called: less where the data begins in it."""
        return span_words(self.as_of, self.tables.data_from, months)

    @property
    def year_words(self) -> str:
        """What the trailing year is called: "12 months", or "3 months, since 2024-10-03"."""
        return self.span_words(YEAR)

    @property
    def short_data(self) -> str:
        """What to know of a year's figures where the data begins within the year; else empty."""
        return short_data_words(self.as_of, self.tables.data_from)

    @property
    def seen_to(self) -> pd.Timestamp:
        """The last day that is known of: ``as_of``, or the data's end in an open quarter."""
        return self.as_of if self.complete else min(self.as_of, self.data_to)

    @property
    def data_to(self) -> pd.Timestamp:
        """The last day to which there is data."""
        return self.tables.data_to

    @property
    def months(self) -> pd.DataFrame:
        """Value and rhythm per account and month."""
        return self.once(
            "frame months", lambda: account_months(self.tables.ledger.table, self.as_of)
        )

    @property
    def orders(self) -> pd.DataFrame:
        """Order statistics per account at the ends of this and the earlier quarters shown."""
        return self.once("frame orders", self._orders)

    @property
    def gaps(self) -> pd.DataFrame:
        """Every order day of every account with the days of silence before it."""
        return self.once("frame gaps", lambda: order_gaps(self.tables.ledger.table, self.as_of))

    @property
    def line_quarters(self) -> pd.DataFrame:
        """Value per account, product line and quarter."""
        ask("transactions.product_line")
        return self.once(
            "frame line_quarters",
            lambda: account_line_quarters(
                self.tables.ledger.table, self.as_of, self.quarter.freqstr
            ),
        )

    def part_quarters(self, part: str) -> pd.DataFrame:
        """Revenue per account, quarter and one part of the sales, such as the manager."""
        ask(f"transactions.{part}")
        return self.once(
            f"frame quarters by {part}",
            lambda: account_part_quarters(
                self.tables.ledger.table, self.as_of, part, self.quarter.freqstr
            ),
        )

    @property
    def manager_quarters(self) -> pd.DataFrame:
        """What each manager sold per quarter, as the lines name the manager."""
        ask("transactions.manager")
        return self.once(
            "frame manager_quarters",
            lambda: manager_quarters(
                self.tables.ledger.table, self.as_of, self.seen_to, self.quarter.freqstr
            ),
        )

    @property
    def accounts(self) -> pd.DataFrame:
        """Every account with a line, indexed by account: name, manager, region and what is known.

        What the accounts table leaves empty comes from the latest lines; a missing name is the
        account's number. ``also`` has the other numbers that count as the account.
        """
        return self.once("frame accounts", self._accounts)

    @property
    def everyone(self) -> pd.DataFrame:
        """Every known account, indexed by account: ``accounts``, then those without any line."""
        return self.once("frame everyone", self._everyone)

    @property
    def manager_names(self) -> dict[str, str]:
        """The names of our managers by code, as the table of managers has them."""
        return self.once("frame manager_names", self._manager_names)

    def _manager_names(self) -> dict[str, str]:
        rows = self.tables["managers"].dropna(subset=["manager", "name"])
        return dict(zip(rows["manager"], rows["name"], strict=True))

    def manager_name(self, manager: str) -> str:
        """What one of us is called by whoever reads: the name, or the code where none is known."""
        return self.manager_names.get(manager) or manager

    @property
    def has_margin(self) -> bool:
        """Whether any line has a margin."""
        return self.once("frame has_margin", lambda: bool(self.months["margin"].notna().any()))

    @property
    def reconciliation(self) -> pd.DataFrame:
        """Where every row went, by table, step and reason."""
        return self.once("frame reconciliation", lambda: reconciliation(self.tables, self.as_of))

    @property
    def findings(self) -> pd.DataFrame:
        """What to know of the data's quality, and what was decided of how it is read."""
        return self.once("frame findings", self._findings)

    @property
    def carried(self) -> pd.DataFrame:
        """The warnings that go along with whatever rests on the rows that they are about."""
        return self.once(
            "frame carried", lambda: carried(self.tables, self.quarter, self._row_findings)
        )

    @property
    def _row_findings(self) -> RowFindings:
        return self.once("row findings", lambda: row_findings(self.tables))

    def _orders(self) -> pd.DataFrame:
        quarters = range(self.settings.history.quarters, -1, -1)
        dates = [(self.quarter - back).end_time.normalize() for back in quarters]
        return order_statistics(self.tables.ledger.table, dates)

    def _findings(self) -> pd.DataFrame:
        decisions = decided(self.tables)
        if decisions.empty:
            return findings(self.tables, self._row_findings)
        found = pd.concat([findings(self.tables, self._row_findings), decisions], ignore_index=True)
        return found.astype({"rows": "Int64"})

    def _accounts(self) -> pd.DataFrame:
        sold = latest_attributes(self.tables.ledger.table, self.as_of)
        known = self.tables["accounts"].set_index("account").reindex(sold.index)
        for column in ("manager", "region"):
            known[column] = known[column].fillna(sold[column])
        known["name"] = known["name"].fillna(known.index.to_series())
        known["channel"] = sold["channel"]
        also = self.tables.who.also
        known["also"] = pd.Series([also.get(a, "") for a in known.index], known.index, "str")
        first = ["name", "manager", "region", "channel"]
        return known[[*first, *known.columns.difference(first, sort=False)]]

    def _everyone(self) -> pd.DataFrame:
        known = self.tables["accounts"].set_index("account")
        unsold = known[~known.index.isin(self.accounts.index) & ~known.index.duplicated()]
        return pd.concat([self.accounts, unsold])


def _rough(settings: Settings) -> Settings:
    """The settings of a book of which nobody is shown how sure its figures are."""
    fewer = {"stability": FEWEST_RESAMPLES, "target_check": FEWEST_DRAWS}
    rough = {
        group: getattr(settings, group).model_copy(update={"resamples": number})
        for group, number in fewer.items()
    }
    return settings.model_copy(update=rough)


def open_book(
    dataset: str | Path = "demo",
    quarter: str = LATEST,
    settings: Mapping[str, Any] | str | None = None,
    *,
    kind: type[Book] = Book,
) -> Book:
    """Open a data set as of the end of a quarter.

    Within a report run (its kernels know the ledger's snapshot) the last book opened is kept:
    opening it again reads and computes nothing twice.

    Parameters
    ----------
    dataset
        The name of a folder under ``data/``, or a path to one.
    quarter
        ``"2011Q3"``, ``"FY2011Q3"`` in a company's own year, a day or month in the quarter
        (``"2011-08-15"``), or ``"latest"`` for the latest complete one.
    settings
        Values over the data set's ``settings.toml``, or such as JSON text.
    kind
        The class of the book: the chapters make one that has them all.

    Raises
    ------
    DataError
        The data cannot be used, or does not hold the quarter.
    SettingsError
        A setting is unknown or impossible.
    """
    snapshot = os.environ.get(SNAPSHOT_VARIABLE, "")
    if not snapshot:
        return _opened(dataset, quarter, settings, kind)
    asked = (snapshot, str(dataset), repr(quarter), repr(settings or {}), kind.__name__)
    if asked not in _kept:
        book = _opened(dataset, quarter, settings, kind)
        _kept.clear()
        _kept[asked] = book
    return _kept[asked]


def _opened(
    dataset: str | Path, quarter: str, settings: Mapping[str, Any] | str | None, kind: type[Book]
) -> Book:
    tables, in_force = open_tables(dataset, settings)
    stop_on_doubt(tables, in_force)
    book = book_of(tables, in_force, quarter, kind=kind)
    place = str(book.dataset.described_in.resolve())
    object.__setattr__(book, "made_as", (place, book.quarter_name, in_force.model_dump_json()))
    return book


def book_of(
    tables: Tables, in_force: Settings, quarter: str = LATEST, *, kind: type[Book] = Book
) -> Book:
    """The book of a quarter from tables that are open already.

    Raises
    ------
    DataError
        The data does not hold the quarter.
    """
    slack = pd.Timedelta(days=in_force.data.complete_slack_days)
    freq = tables.dataset.quarters
    latest = latest_complete_quarter(tables.data_to, slack, freq)
    # Without any complete quarter the latest is the one that has begun.
    usual = max(latest, quarter_of(tables.data_from, freq))
    chosen = usual if quarter == LATEST else asked_quarter(quarter, freq)
    _check_quarter(chosen, tables)
    tables = with_opinions_kept(tables, in_force, chosen.end_time.normalize())
    return kind(tables, chosen, chosen <= latest, in_force)


def open_tables(
    dataset: str | Path, settings: Mapping[str, Any] | str | None = None
) -> tuple[Tables, Settings]:
    """A data set's checked tables and the settings in force, before any quarter is chosen.

    Raises
    ------
    DataError
        The data cannot be used at all, or nobody has allowed the data set what it reaches
        beyond the files in its folder.
    SettingsError
        A setting is unknown or impossible.
    """
    description = load_dataset(place_of(dataset), roots=data_roots())
    check_reach(description)
    in_force = load_settings(description.folder, settings)
    return load_tables(engine_of(description), description, in_force), in_force


def quarters_between(
    dataset: str | Path, first: str, last: str, settings: Mapping[str, Any] | str | None = None
) -> list[str]:
    """The names of the quarters from one to another, both with their packs.

    Raises
    ------
    DataError
        The data cannot be used or does not hold one of them, or the last is before the first.
    SettingsError
        A setting is unknown or impossible.
    """
    tables, in_force = open_tables(dataset, settings)
    ends = [book_of(tables, in_force, each).quarter for each in (first, last)]
    if ends[0] > ends[1]:
        raise DataError(f"{first} is after {quarter_label(ends[1])}; expected a quarter before it")
    return [quarter_label(each) for each in pd.period_range(*ends)]


def latest_complete_quarter(
    data_to: pd.Timestamp, slack: pd.Timedelta, freq: str = CALENDAR
) -> pd.Period:
    """The latest quarter whose end the data reaches, within the slack for closing holidays."""
    quarter = quarter_of(data_to, freq)
    return quarter if data_to + slack >= quarter.end_time.normalize() else quarter - 1


def asked_quarter(quarter: Any, freq: str = CALENDAR) -> pd.Period:
    """The quarter that somebody asks for: by its name, by a day or month in it, or itself.

    Raises
    ------
    DataError
        The text is not a quarter; with a hint where it is a period of a calendar of weeks.
    """
    if isinstance(quarter, pd.Period):
        return quarter_of(quarter.end_time, freq)
    found = parsed_quarter(quarter, freq)
    if found is None:
        refuse_weeks(quarter, "quarter")
        example = quarter_label(pd.Period("2011Q3", freq=freq))
        raise DataError(
            f'quarter "{quarter}": expected like {example}, a day in it such as 2011-08-15, or '
            f'"{LATEST}"'
        )
    return found


def _check_quarter(quarter: pd.Period, tables: Tables) -> None:
    first, last = (quarter_of(day, quarter.freqstr) for day in (tables.data_from, tables.data_to))
    if not first <= quarter <= last:
        raise DataError(
            f"quarter {quarter_told(quarter)}: the data reaches from "
            f"{tables.data_from:%Y-%m-%d} to {tables.data_to:%Y-%m-%d}; expected one of "
            f"{quarter_label(first)} to {quarter_label(last)}"
        )
