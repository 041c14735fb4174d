"""One account's dossier: every analysis of it, computed at first use from the book."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from kamlib.analysis.account import brief, completeness, sales
from kamlib.analysis.account.facts import general_facts
from kamlib.analysis.account.people import coverage, decision_map
from kamlib.analysis.account.rivals import plan_rows, rivals
from kamlib.analysis.account.timeline import timeline
from kamlib.analysis.account.warnings import decision_warnings
from kamlib.chapters.completeness import FILLED_FROM, everyone
from kamlib.chapters.segments import key_account_tables, segments
from kamlib.chapters.targeting import book_whitespace
from kamlib.data.book import Book
from kamlib.data.describe.schema import TABLES
from kamlib.data.frames import account_days
from kamlib.errors import DataError, nearest_name
from kamlib.words import _


@dataclass(frozen=True)
class Dossier:
    """What is known of one account as of the book's quarter; frames are made at first use."""

    book: Book
    account: str

    def of(self, table: str, *, ahead: bool = False) -> pd.DataFrame:
        """The account's own rows of a side table, as known on the quarter's last day."""
        rows = self.book.known(table, ahead=ahead)
        return rows[rows["account"] == self.account].reset_index(drop=True)

    def without(self, table: str) -> str:
        """What to say where a table has no row of the account."""
        about = TABLES[table].help
        if self.book.known(table).empty:
            return _(
                "This data set has no table {table}, which would fill this part: {about}."
            ).format(table=table, about=about[0].lower() + about[1:])
        return _("The table {table} has no row of this account.").format(table=table)

    def lacks(self, table: str) -> str:
        """The same where the whole data set does not have the table; else nothing."""
        return self.without(table) if self.book.known(table).empty else ""

    @cached_property
    def as_of(self) -> pd.Timestamp:
        """The last day that is known of."""
        return self.book.seen_to

    @cached_property
    def name(self) -> str:
        """The account's name, or its number where it has none."""
        name = self.everyone["name"].get(self.account)
        return self.account if pd.isna(name) or not name else str(name)

    @cached_property
    def everyone(self) -> pd.DataFrame:
        """Attributes of all accounts, those without any sale included, indexed by account."""
        return everyone(self.book)

    @cached_property
    def classes(self) -> pd.DataFrame:
        """The ABC-XYZ table of all accounts."""
        return self.book.abc_xyz.classes

    @cached_property
    def found(self) -> pd.Series | None:
        """The account's row of it; None where it never had a sale."""
        return self.classes.loc[self.account] if self.account in self.classes.index else None

    @cached_property
    def class_history(self) -> pd.DataFrame:
        """The account's classes at the end of the last quarters, the latest first."""
        whole = self.book.abc_xyz.history
        rows = whole[whole["account"] == self.account]
        rows = rows[["quarter", "revenue", "cell"]].assign(quarter=rows["quarter"].astype("str"))
        return rows.iloc[::-1].reset_index(drop=True)

    @cached_property
    def general(self) -> pd.DataFrame:
        """The general facts."""
        return general_facts(
            self.account,
            self.everyone,
            managers=self.managers,
            currency=self.book.currency,
        )

    @cached_property
    def months(self) -> pd.DataFrame:
        """Value per month."""
        return self.book.months[self.book.months["account"] == self.account]

    @cached_property
    def days(self) -> pd.DataFrame:
        """Value per day with a line."""
        return account_days(self.book.tables.ledger.table, self.book.as_of, [self.account])

    @cached_property
    def value(self) -> pd.DataFrame:
        """Quarter and year against a year ago."""
        return sales.account_value(
            self.months,
            as_of=self.book.as_of,
            data_from=self.book.tables.data_from,
            complete=self.book.complete,
        )

    @cached_property
    def expected(self) -> float:
        """What it may buy next quarter."""
        return sales.outlook(self.value, self.months, as_of=self.book.as_of)

    @cached_property
    def lines(self) -> pd.DataFrame:
        """Product lines against a year ago."""
        whole = self.book.line_quarters
        return sales.line_changes(
            whole[whole["account"] == self.account],
            as_of=self.book.as_of,
            data_from=self.book.tables.data_from,
        )

    @property
    def named_lines(self) -> pd.DataFrame:
        """The same, empty where the sales name no product line at all."""
        return self.lines if (self.lines.index != "").any() else self.lines.iloc[:0]

    @cached_property
    def season(self) -> pd.DataFrame:
        """Months of the year, over the last years."""
        years = self.book.settings.dossier.season_years
        return sales.season(self.months, as_of=self.book.as_of, years=years)

    @cached_property
    def events(self) -> pd.DataFrame:
        """The relationship in time."""
        return self.events_of(self.book.settings.dossier.timeline_months)

    def events_of(self, months: int) -> pd.DataFrame:
        """The relationship of so many months."""
        names = ("interactions", "deliveries", "payments", "tenders", "losses", "winbacks")
        rows = [self.of(name, ahead=True) for name in names]
        people = self.of("contacts").dropna(subset=["name"]).set_index("contact")["name"]
        talks = rows[0]
        rows[0] = talks.assign(
            contact=talks["contact"].replace(people.to_dict()),
            manager=talks["manager"].replace(self.managers),
        )
        return timeline(*rows, as_of=self.as_of, months=months, currency=self.book.currency)

    @cached_property
    def people(self) -> pd.DataFrame:
        """The decision map."""
        months = self.book.settings.dossier.talk_months
        return decision_map(
            self.of("contacts"), self.of("interactions"), as_of=self.as_of, talk_months=months
        )

    @cached_property
    def coverage(self) -> pd.DataFrame:
        """Who of us talks with whom of theirs."""
        months = self.book.settings.dossier.talk_months
        return coverage(
            self.of("contacts"), self.of("interactions"), as_of=self.as_of, talk_months=months
        )

    @cached_property
    def warnings(self) -> pd.DataFrame:
        """What to worry about in the decision map."""
        rules = self.book.settings.dossier
        return decision_warnings(
            self.people,
            self.of("interactions"),
            as_of=self.as_of,
            talk_months=rules.talk_months,
            min_talks=rules.min_talks,
            decider_days=rules.decider_days,
            ours=self.managers,
        )

    @cached_property
    def rivals(self) -> pd.DataFrame:
        """Who else courts it, and our position."""
        return rivals(self.of("competitors"), self.lines, as_of=self.as_of)

    @cached_property
    def gaps(self) -> pd.DataFrame:
        """What similar accounts buy and it does not: its rows of the whitespace of all."""
        rows = book_whitespace(self.book)
        return rows[rows["account"] == self.account].reset_index(drop=True)

    @cached_property
    def standing(self) -> pd.Series:
        """Criteria, types, segment and place of the account; empty where it never had a sale."""
        return self._row_of("segments")

    @cached_property
    def mistakes(self) -> pd.Series:
        """The five mistakes with this account; empty where it never had a sale."""
        return self._row_of("mistakes")

    @cached_property
    def plan(self) -> pd.DataFrame:
        """What is planned with it for the quarter after the book's."""
        tables = key_account_tables(self.book)
        return plan_rows(self.account, tables["plan"], segments(self.book).plays)

    @cached_property
    def promises(self) -> pd.DataFrame:
        """What is open on either side."""
        days = self.book.settings.dossier.settle_days
        return brief.open_promises(self.events, as_of=self.as_of, settle_days=days)

    @cached_property
    def state(self) -> pd.DataFrame:
        """What the dossier holds and lacks."""
        return completeness.dossier_state(
            self.account,
            self.everyone,
            {table: self.book.known(table) for table in FILLED_FROM if table != "accounts"},
            as_of=self.as_of,
            settings=self.book.settings.dossier,
        )

    @cached_property
    def lacking(self) -> pd.DataFrame:
        """What is missing, partly known or old, by what it would add."""
        return completeness.missing(self.state)

    @cached_property
    def questions(self) -> pd.DataFrame:
        """What to ask at the next meeting."""
        return brief.questions(
            self.lines,
            self.of("tenders"),
            self.of("competitors"),
            self.people,
            self.lacking,
            self.found,
            currency=self.book.currency,
        )

    @cached_property
    def proposals(self) -> pd.DataFrame:
        """What to offer at the next meeting."""
        return brief.proposals(
            self.gaps,
            self.lines,
            self.events,
            self.of("tenders"),
            self.found,
            as_of=self.as_of,
            usual_margin=self.usual_margin,
            currency=self.book.currency,
        )

    @property
    def usual_margin(self) -> float:
        """The company's margin rate in 12 months (0–1); NaN where no margin is known."""
        known = self.classes.dropna(subset=["margin"])
        revenue = known["revenue"].sum()
        return known["margin"].sum() / revenue if revenue > 0 else float("nan")

    def _row_of(self, table: str) -> pd.Series:
        rows = key_account_tables(self.book)[table]
        return rows.loc[self.account] if self.account in rows.index else pd.Series(dtype=object)

    @cached_property
    def managers(self) -> dict[str, str]:
        """Names of our managers by code."""
        return _manager_names(self.book)

    @cached_property
    def unused_tables(self) -> pd.DataFrame:
        """The tables that this data set does not have, and what each would fill."""
        rows = [(name, TABLES[name].help) for name in FILLED_FROM if self.book.known(name).empty]
        return pd.DataFrame(rows, columns=["table", "would_fill"]).astype("str")


def open_dossier(book: Book, account: str) -> Dossier:
    """The dossier of one account.

    Raises
    ------
    DataError
        Neither the sales nor the accounts table knows the account.
    """
    dossier = Dossier(book, str(account))
    if dossier.account not in dossier.everyone.index:
        dossier = Dossier(book, str(account).strip())
    wanted = dossier.account
    names = dossier.everyone["name"]
    if wanted in names.index:
        return dossier
    named = names.index[names.fillna("").str.casefold() == wanted.casefold()]
    hint = f'; did you mean "{named[0]}"?' if len(named) else nearest_name(wanted, names.index)
    raise DataError(
        f'account "{account}": neither the sales nor the accounts table of '
        f"{book.dataset.name} knows it{hint}"
    )


def _manager_names(book: Book) -> dict[str, str]:
    rows = book.tables["managers"].dropna(subset=["manager", "name"])
    return dict(zip(rows["manager"], rows["name"], strict=True))
