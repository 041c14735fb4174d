"""What every page stands on: how the data came in, the settings, how lists came true."""

from collections.abc import Iterator

import pandas as pd

from kamlib.analysis.churn.margin_at_risk import listed_leaving
from kamlib.analysis.churn.returns import lost_lists
from kamlib.analysis.churn.winback_attempts import listed_attempts
from kamlib.analysis.measures.list_record import (
    MONEY_COLUMNS,
    ROW_COLUMNS,
    Record,
    list_record,
    records_table,
)
from kamlib.analysis.targeting.check import missing_deals
from kamlib.analysis.targeting.deal_chance import VALIDATED, listed_deals
from kamlib.analysis.targeting.gaps import YEAR, lines_bought
from kamlib.analysis.targeting.whitespace import listed_gaps
from kamlib.analysis.targeting.whitespace_past import lists_told
from kamlib.chapters.chapter import Chapter, frame, rests, table, untried, view, wordless
from kamlib.data.book import Book
from kamlib.data.tables import Tables
from kamlib.quarters import quarter_label
from kamlib.settings import settings_table
from kamlib.settings.kept import kept_settings
from kamlib.show.spec import Page, Sheet
from kamlib.words import _, count

DATA = Sheet(
    _("Data"),
    tab="data",
    about=_("Every source row accounted for"),
    live="lists.write_data",
    front=13,
    needs=("findings",),
)
SETTINGS = Sheet(
    _("Settings"), tab="data", about=_("Thresholds in force"), live="lists.write_settings"
)
DAYS_PER_YEAR = 365
HEADINGS = (
    ("list", _("List"), "text", 34),
    ("quarters", _("Quarters"), "count"),
    ("rows", _("Rows"), "count"),
    ("said", _("Said"), "share"),
    ("came", _("Came"), "share"),
    ("factor", _("Chances times"), "ratio"),
    ("expected", _("Expected"), "money"),
    ("brought", _("Brought"), "money"),
    ("money_factor", _("Money times"), "ratio"),
    ("words", _("In words"), "text", 80),
)
RECORDS = Sheet(
    _("Said and came"),
    tab="data",
    about=_("How chances of earlier lists came true, and what is corrected by it"),
    title=_("What earlier lists said, and what came"),
    note=_(
        "Lists of earlier quarters, made again from what was known then. Said and came: mean "
        "chance, and share of their rows. What is said today is multiplied by the factors, which "
        "are 1 where too few quarters tell."
    ),
    columns="list:34 quarters:10 rows:9 said:10 came:10 factor:10 expected:14 brought:14 "
    "money_factor:10 words:80",
    row=4,
)


class Ground(Chapter):
    """Where every row of the source went, what to know of the data, and the settings in force.

    And how what lists of earlier quarters said came true: they are made again, from what was
    known then, and what is said today is corrected by it.
    """

    name, title = "ground", _("Data and settings")

    @table(page=Page("step reason rows revenue", cents=True), sheet=DATA)
    def reconciliation(self) -> pd.DataFrame:
        """Where every row went, by table, step and reason."""
        return self.book.reconciliation

    @table(page=Page(rows=15, caption=_("What to know of the data")))
    def findings(self) -> pd.DataFrame:
        """What to know of the data's quality."""
        return self.book.findings

    @table("settings", sheet=SETTINGS)
    def in_force(self) -> pd.DataFrame:
        """Every setting with its value, its default, unit and source."""
        return settings_table(self.settings)

    @view(
        page=Page(
            "kept_on setting before after author reason effect",
            caption=_("Settings kept for good, and why"),
            otherwise="",
        )
    )
    def kept(self) -> pd.DataFrame:
        """Who changed which setting for good, when, why and with which effect; the last first."""
        found = kept_settings(self.book.dataset.folder).rename(columns={"on": "kept_on"})
        if self.settings.privacy.anonymise:  # what people write may name anybody
            found[["author", "reason", "effect"]] = ""
        return found

    @view(of="reconciliation", page=Page("step reason rows revenue", cents=True))
    def sales_lines(self) -> pd.DataFrame:
        """Where every line of the sales went."""
        rows = self.book.reconciliation
        return rows[rows["table"] == "transactions"]

    @table(
        page=Page("list quarters rows said came factor expected brought money_factor words"),
        sheet=RECORDS,
        headings=HEADINGS,
    )
    def records(self) -> pd.DataFrame:
        """What lists of earlier quarters said, what came, and how today's are corrected by it."""
        return records_table(
            [
                self.leaving_record,
                self.attempt_record,
                self.return_record,
                *self.gap_records,
                self.deal_record,
            ]
        )

    @untried
    @frame
    def sums(self) -> dict[str, bool]:
        """Whether the totals agree with each other and with what was read, to the cent."""
        book = self.book
        classes, places = book.abc_xyz.classes, book.abc_xyz.matrix
        steps = book.reconciliation.query("table == 'transactions'")
        read = steps[steps["step"] == "read"]
        fates = steps[steps["step"].isin(["set aside", "excluded", "rejected", "kept"])]
        begin = book.quarter.end_time.to_period("M") - book.settings.abc.months
        window = book.months[book.months["month"] > begin]
        return {
            **held_as_counted(book.tables),
            "every line read has one fate": int(read["rows"].sum()) == int(fates["rows"].sum()),
            "revenue of all fates is the revenue read": _same(read["revenue"], fates["revenue"]),
            "revenue of all accounts is the ledger's": _same(window["revenue"], classes["revenue"]),
            "revenue of the matrix is that of the accounts": _same(
                places["revenue"], classes["revenue"]
            ),
            "every account is in one place": int(places["accounts"].sum()) == len(classes),
        }

    @untried
    @frame
    def checks(self) -> dict[str, bool]:
        """The sums, and whether no list of the pack contradicts another."""
        return self.sums | {"no list contradicts another": self.book.todo.contradictions.empty}

    @rests("accounts transactions.product_line")
    @wordless
    @untried
    @frame
    def gap_lists(self) -> pd.DataFrame:
        """The lists of gaps of earlier quarters, as far as chances had been learnt by then.

        Where too few are, those that today's rule would have given, learnt from other accounts.
        """
        book, targeting, found = self.book, self.book.targeting, [_nothing(*MONEY_COLUMNS, "place")]
        # A chance that is assumed today has no record: what was assumed earlier is no more sure.
        if targeting.gaps_before.empty or targeting.gaps_said.empty:
            return found[0].assign(own=True)
        for earlier in self._earlier(YEAR):
            if earlier.targeting.gaps_before.empty:
                break
            after = lines_bought(book.line_quarters, end=earlier.quarter + YEAR)
            label = quarter_label(earlier.quarter)
            listed = listed_gaps(earlier.targeting.gaps_said, after, quarter=label)
            found.append(listed)
        own = pd.concat(found, ignore_index=True).assign(own=True)
        if own["quarter"].nunique() >= book.settings.replay.least_quarters:
            return own
        told = lists_told(targeting.gaps_before, targeting.whitespace_check, settings=book.settings)
        return told.assign(own=False)

    @rests("accounts transactions.product_line")
    @untried
    @frame
    def gap_records(self) -> tuple[Record, Record]:
        """The record of the gaps that a page lists, and of those below, which Excel lists."""
        listed, rows = self.gap_lists, self.book.targeting.gaps_shown
        first = listed["place"] <= rows
        parts = {
            _("the first {n} gaps of earlier lists"): listed[first],
            _("the gaps below the first {n} of earlier lists"): listed[~first],
        }
        if not listed["own"].all():
            parts = {
                _("the first {n} gaps of earlier lists by today's rule"): listed[first],
                _("the gaps below the first {n} by today's rule"): listed[~first],
            }
        return tuple(
            self._record(part, name.format(n=rows), span=YEAR) for name, part in parts.items()
        )

    @wordless
    @untried
    @frame
    def deal_lists(self) -> pd.DataFrame:
        """Chances to win as said at the end of the quarter before a deal was decided."""
        targeting, found = self.book.targeting, [_nothing()]
        if targeting.chance_said.status != VALIDATED:
            return found[0]
        for earlier in self._earlier(1):
            # Further back fewer deals were decided.
            if missing_deals(earlier.targeting.won.to_numpy(), earlier.settings.target_check):
                break
            said = earlier.targeting.chance_said
            if said.status == VALIDATED:
                known = targeting.prospects
                found.append(listed_deals(said.chance, known, quarter=earlier.quarter))
        return pd.concat(found, ignore_index=True)

    @untried
    @frame
    def deal_record(self) -> Record:
        """How chances to win came true."""
        return self._record(self.deal_lists, _("chances to win, of deals decided since"), span=1)

    @frame
    def leaving_lists(self) -> pd.DataFrame:
        """What watch lists of earlier quarters said would leave within a year, and what left."""
        churn, found = self.book.churn, [_nothing(*MONEY_COLUMNS)]
        for earlier in self._earlier(YEAR):
            listed, then = earlier.churn.on_watch, earlier.quarter
            if not (churn.standings["quarter"] == then).any():
                break
            found.append(listed_leaving(churn.standings, listed, then, settings=self.book.settings))
        return pd.concat(found, ignore_index=True)

    @frame
    def leaving_record(self) -> Record:
        """How chances of leaving came true, of the accounts on watch lists."""
        name = _("accounts on watch lists, lost four quarters later")
        return self._record(self.leaving_lists, name, span=YEAR)

    @frame
    def return_record(self) -> Record:
        """How chances of unasked returns came true, of accounts that were lost and not asked."""
        book, rules = self.book, self.book.settings.winback
        first = book.quarter_of(book.tables.data_from)
        ends = [book.quarter - back for back in range(1, (book.quarter - first).n + 1)]
        horizon = pd.Timedelta(days=rules.horizon_days)
        over = [end for end in ends if end.end_time.normalize() + horizon <= book.seen_to]
        listed = lost_lists(
            book.churn.losses,
            book.known("losses"),
            over[: book.settings.replay.quarters],
            horizon_days=rules.horizon_days,
            min_losses=rules.min_losses,
        )
        name = _("lost accounts that nobody asked, returned")
        return self._record(listed, name, span=self._span(rules.horizon_days))

    @frame
    def attempt_record(self) -> Record:
        """How chances of logged attempts to win back came true; each attempt counts at once."""
        book, rules = self.book, self.book.settings.winback
        listed = listed_attempts(
            book.churn.winback_log,
            freq=book.quarter.freqstr,
            as_of=book.seen_to,
            horizon_days=rules.horizon_days,
        )
        name = _("attempts to win back, {days} days after them or more, returned")
        name = name.format(days=count(rules.horizon_days))
        return self._record(listed, name, span=1)

    def _span(self, days: int) -> int:
        return -(-days * YEAR // DAYS_PER_YEAR)

    def _earlier(self, span: int) -> Iterator[Book]:
        """The books of earlier quarters after which so many quarters are known, the last first."""
        last = span if self.book.complete else span + 1
        for back in range(last, last + self.book.settings.replay.quarters):
            if (earlier := self.book.earlier(back)) is None:
                return
            yield earlier

    def _record(self, listed: pd.DataFrame, name: str, *, span: int) -> Record:
        rules = self.book.settings.replay
        return list_record(listed, name=name, span=span, settings=rules, currency=self.currency)


_COUNTED = {
    "rows": "lines of the ledger are the lines kept",
    "revenue": "revenue of the ledger is that of the lines kept",
    "margin": "margin of the ledger is that of the lines kept",
    "quantity": "quantity of the ledger is that of the lines kept",
}


def held_as_counted(tables: Tables) -> dict[str, bool]:
    """Whether the ledger holds what the reader counted line by line, held against it."""
    ledger = tables.ledger
    return {name: ledger.held[each] == ledger.counted[each] for each, name in _COUNTED.items()}


def _same(one: pd.Series, other: pd.Series) -> bool:
    return bool(abs(one.sum() - other.sum()) < 0.005)


def _nothing(*more: str) -> pd.DataFrame:
    """Lists without a row, with the columns of ``list_record`` and some more."""
    return pd.DataFrame({name: pd.Series(dtype=object) for name in (*ROW_COLUMNS, *more)})
