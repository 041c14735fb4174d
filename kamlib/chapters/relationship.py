"""One account's own rows, and its relationship in time: its people, and who else courts it."""

import pandas as pd
from matplotlib.axes import Axes

from kamlib import pictures
from kamlib.analysis.account import rivals, sales, timeline
from kamlib.analysis.account.people import by_one_of_us, coverage, decision_map, talks_with
from kamlib.analysis.account.warnings import decision_warnings
from kamlib.chapters.chapter import Chapter, Member, frame, picture, rests, sentence, view
from kamlib.data.book import Book
from kamlib.data.describe.schema import TABLES
from kamlib.data.findings import ACCOUNT, MANAGER
from kamlib.data.frames import account_days
from kamlib.data.relations import same_people
from kamlib.settings import Settings
from kamlib.show.spec import Page
from kamlib.words import _

# What the relationship is recorded in.
RECORDED = "deliveries payments interactions tenders losses winbacks"


class Relationship(Chapter):
    """What was promised, kept, said, won and lost with one account, and with whom."""

    def __init__(self, book: Book, account: str, settings: Settings | None = None) -> None:
        self.account = account
        super().__init__(book, settings)

    @property
    def made_as(self) -> tuple[str, ...]:
        """What tells its results from those of other accounts, too."""
        return super().made_as and (*super().made_as, self.account)

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

    def subjects(self, member: Member, rows: int | None = None) -> dict[str, set[str]]:
        """The account and its manager alone, whatever a result names besides."""
        manager = self.book.everyone["manager"].get(self.account)
        return {ACCOUNT: {self.account}, MANAGER: set() if pd.isna(manager) else {manager}}

    @property
    def as_of(self) -> pd.Timestamp:
        """The last day that is known of."""
        return self.book.seen_to

    @frame
    def months(self) -> pd.DataFrame:
        """Value and rhythm per month."""
        return self._own(self.book.months)

    @frame
    def days(self) -> pd.DataFrame:
        """Value per day with a line."""
        return account_days(self.book.tables.ledger.table, self.book.as_of, [self.account])

    @frame
    def product_lines(self) -> pd.DataFrame:
        """Product lines against a year ago; sales that name none are a line without a name."""
        book = self.book
        return sales.line_changes(
            self._own(book.line_quarters), as_of=book.as_of, data_from=book.tables.data_from
        )

    @rests(RECORDED)
    @frame
    def events(self) -> pd.DataFrame:
        """The relationship in time."""
        people = self.of("contacts").dropna(subset=["name"]).set_index("contact")["name"]
        rows = {name: self.of(name, ahead=True) for name in timeline.TABLES}
        talks = rows["interactions"]
        talks["contact"] = talks["contact"].replace(people.to_dict())
        talks["manager"] = talks["manager"].replace(self.book.manager_names)
        return timeline.timeline(
            rows,
            as_of=self.as_of,
            months=self.settings.dossier.timeline_months,
            settle_days=self.settings.dossier.settle_days,
            currency=self.currency,
        )

    @picture(otherwise=lambda self: self.without("interactions"))
    def relationship(self) -> Axes | None:
        """What was promised, kept, said, won and lost, in lanes."""
        if self.events.empty:
            return None
        return pictures.plot_timeline(
            self.events,
            self.days,
            as_of=self.as_of,
            months=self.settings.dossier.timeline_months,
        )

    @rests(f"{RECORDED} contacts")  # by whose names it tells who said so
    @view(page=Page("date kind text still", rows=15, otherwise=""))
    def worth_reading(self) -> pd.DataFrame:
        """The events worth reading, newest first, with what is still open or overdue."""
        events = timeline.notable(self.events)
        words = {"open": _("open"), "overdue": _("overdue")}
        return events.assign(still=events["state"].map(words).astype("str").fillna(""))

    @view(
        page=Page(
            "contact name position role influence attitude reports_to dotted_to talks last_talk "
            "met_by finding",
            otherwise="",
        )
    )
    def people(self) -> pd.DataFrame:
        """Who takes part in its decisions: the decision map; dotted lines where there are any."""
        people = decision_map(**self._talks(), elsewhere=self._elsewhere())
        return people if (people["dotted_to"] != "").any() else people.drop(columns="dotted_to")

    @frame
    def coverage(self) -> pd.DataFrame:
        """Who of us talks with whom of theirs."""
        return coverage(**self._talks())

    @view(
        page=Page(
            "warning text who",
            otherwise=_("No warning: who decides is known, met, and not alone on our side."),
        )
    )
    def warnings(self) -> pd.DataFrame:
        """What to worry about in the decision map."""
        rules = self.settings.dossier
        return decision_warnings(
            self.people,
            self.of("interactions"),
            as_of=self.as_of,
            talk_months=rules.talk_months,
            min_talks=rules.min_talks,
            decider_days=rules.decider_days,
            alone=self._alone_is_unusual,
            ours=self.book.manager_names,
        )

    @property
    def _alone_is_unusual(self) -> bool:
        """Whether few accounts are talked to by one of us only."""
        rules, book = self.settings.dossier, self.book

        def share() -> float:
            talks = talks_with(
                book.known("interactions"), as_of=self.as_of, talk_months=rules.talk_months
            )
            return by_one_of_us(talks, min_talks=rules.min_talks).mean()

        return book.once("by one of us", share) <= rules.unusual_share

    @picture(otherwise=lambda self: self.without("contacts"))
    def decisions(self) -> Axes | None:
        """Who reports to whom, what weight and attitude each has, whom we reach."""
        if self.people.empty:
            return None
        return pictures.plot_decision_map(self.people, self.coverage, self.book.manager_names)

    @view(
        page=Page(
            "product_line competitor rival_share rival_strength our_revenue our_change seen_on "
            "note",
            rows=12,
            otherwise=lambda self: self.without("competitors"),
        )
    )
    def rivals(self) -> pd.DataFrame:
        """Who else courts it, and what we sell in the same line."""
        return rivals.rivals(self.of("competitors"), self.product_lines, as_of=self.as_of)

    @sentence
    def courted(self) -> str:
        """How many rivals in how many lines, and the strongest of them."""
        return rivals.rivals_headline(self.rivals, self.currency)

    def _own(self, rows: pd.DataFrame) -> pd.DataFrame:
        return rows[rows["account"] == self.account]

    def _talks(self) -> dict:
        return {
            "contacts": self.of("contacts"),
            "interactions": self.of("interactions"),
            "as_of": self.as_of,
            "talk_months": self.settings.dossier.talk_months,
        }

    def _elsewhere(self) -> dict[str, str]:
        """By contact the other accounts at which the same person stands, with their names."""
        pairs = self.book.once("same people", lambda: same_people(self.book.known("contacts")))
        own = pairs[pairs["account"] == self.account]
        names = self.book.everyone["name"].reindex(own["other"]).fillna("").to_numpy()
        texts = (names + " (" + own["other"] + ")").str.strip().set_axis(own["contact"])
        return texts.groupby(level=0).agg(", ".join).to_dict()
