"""Notebook 05: what must we know of one account before we meet it."""

from html import escape

import pandas as pd
from matplotlib.axes import Axes

from kamlib import pictures
from kamlib.analysis.account import brief, completeness, rivals, sales
from kamlib.analysis.account.facts import general_facts
from kamlib.analysis.models.order_ranges import range_words
from kamlib.chapters.chapter import frame, picture, rests, sentence, view
from kamlib.chapters.handovers import handover_of, handover_told
from kamlib.chapters.relationship import Relationship
from kamlib.chapters.segments import JUDGED_BY
from kamlib.data.book import Book
from kamlib.data.describe.ids import plain_id
from kamlib.data.describe.schema import TABLES
from kamlib.data.results import ask
from kamlib.errors import DataError, nearest_name
from kamlib.quarters import quarter_labels, quarter_told
from kamlib.settings import Settings
from kamlib.show.sentences import Html, figures, noted
from kamlib.show.spec import Page
from kamlib.show.tables import said
from kamlib.words import _, count, day, money, share, told


class Account(Relationship):
    """One account: the brief for the next meeting, then all that is known and what is not."""

    name, title = "account", _("Account")

    @property
    def path(self) -> str:
        """How the chapter is reached from the book."""
        return f'book.account("{self.account}")'

    def under(self, settings: Settings) -> "Account":
        """The same account under other settings."""
        return Account(self.book, self.account, settings)

    @property
    def full_name(self) -> str:
        """The account's name, or its number where it has none."""
        name = self.book.everyone["name"].get(self.account)
        return self.account if pd.isna(name) or not name else str(name)

    @frame
    def heading(self) -> Html:
        """The account's name as the page's title, and who and where it is."""
        row = self.book.everyone.loc[self.account]
        manager = _text(row.get("manager"))
        named = self.book.manager_names.get(manager)
        known = [
            self.account if self.account != self.full_name else "",
            _text(row.get("also")) and _("also {numbers}").format(numbers=row["also"]),
            _text(row.get("industry")),
            _text(row.get("region")),
            _("looked after by {who}").format(who=f"{named} ({manager})" if named else manager)
            if manager
            else _("no manager is named"),
        ]
        about = " · ".join(told(part) for part in known if part)
        html = f'<h1 id="account">{escape(self.full_name)}</h1><p>{escape(about)}</p>'
        return Html(html, f"{self.full_name}\n{about}")

    @frame
    def found(self) -> pd.Series | None:
        """The account's row of the classes; None where it never had a sale."""
        classes = self._classes
        return classes.loc[self.account] if self.account in classes.index else None

    @sentence
    def task(self) -> str:
        """What is to be done with it next and by when, as the one list has it."""
        return self.book.todo.told.get(self.account, "")

    @sentence
    def class_why(self) -> str:
        """Why it is in its class."""
        return self._twin if self.found is None else self.found["why"]

    @sentence
    def sold(self) -> str:
        """What it bought in twelve months, and what is next."""
        return sales.sales_headline(self.value, self.expected, self.currency)

    @frame
    def in_mind(self) -> Html:
        """The figures to have in mind before a meeting."""
        shown = [*self._value_figures(), *self._class_figures(), *self._record_figures()]
        return noted(figures(shown), self.caveat(Account.events))

    @view(
        page=Page(
            "whose what since days_overdue",
            rows=8,
            caption=_("Open promises, overdue first"),
            otherwise="",
        )
    )
    def promises(self) -> pd.DataFrame:
        """What is open on either side."""
        return brief.open_promises(self.events)

    @sentence
    def owed(self) -> str:
        """How much is open on either side, and how much of it is overdue."""
        return brief.promises_headline(self.promises)

    @view(page=Page("when what why known_by", caption=handover_told, otherwise=""))
    def handover(self) -> pd.DataFrame:
        """What its new manager takes over, where it changed hands in 12 months."""
        return handover_of(self)

    @view(page=Page(caption=_("Ask"), otherwise=_("No question arises from the data.")))
    def questions(self) -> pd.DataFrame:
        """What to ask at the next meeting."""
        return brief.questions(
            lines=self.product_lines,
            tenders=self.of("tenders"),
            rivals=self.of("competitors"),
            people=self.people,
            lacking=self.lacking,
            found=self.found,
            currency=self.currency,
        )

    @view(page=Page(caption=_("Offer"), otherwise=_("No proposal arises from the data.")))
    def proposals(self) -> pd.DataFrame:
        """What to offer at the next meeting."""
        return brief.proposals(
            gaps=self.gaps,
            lines=self.product_lines,
            events=self.events,
            tenders=self.of("tenders"),
            found=self.found,
            as_of=self.as_of,
            state=self._state,
            usual_margin=self._usual_margin,
            span=self.book.year_words,
            currency=self.currency,
        )

    @rests("accounts identities")
    @view(page=Page(otherwise=lambda self: self.without("accounts")))
    def general(self) -> pd.DataFrame:
        """The general facts, as the accounts table has them."""
        book, who = self.book, self.book.tables.who
        groups, head = self.beside("abc_xyz").groups, who.heads.get(self.account, self.account)
        return general_facts(
            self.account,
            book.everyone,
            others=who.others(self.account),
            group=groups.loc[head] if head in groups.index else None,
            sites=self.beside("abc_xyz").sites(self.account),
            managers=book.manager_names,
            currency=book.currency,
            span=book.year_words,
        )

    @rests("")
    @frame
    def no_accounts(self) -> Html:
        """That the data set has no accounts table, where it has none."""
        return said(self.lacks("accounts"))

    @view(
        page=Page(
            "span revenue revenue_before against_last_year margin margin_rate order_days",
            otherwise="",
        )
    )
    def value(self) -> pd.DataFrame:
        """Quarter and year against a year ago."""
        book = self.book
        return sales.account_value(
            self.months,
            as_of=book.as_of,
            data_from=book.tables.data_from,
            complete=book.complete,
        )

    @frame
    def expected(self) -> float:
        """What it may buy next quarter."""
        return sales.outlook(self.value, self.months, as_of=self.book.as_of)

    @view(
        page=Page(
            "product_line revenue revenue_before change share margin_rate last_bought state",
            rows=12,
            otherwise="",
        )
    )
    def named_lines(self) -> pd.DataFrame:
        """Product lines against a year ago; empty where the sales name none at all."""
        lines = self.product_lines
        return lines if (lines.index != "").any() else lines.iloc[:0]

    @picture(otherwise=_("The sales name no product line."))
    def lines(self) -> Axes | None:
        """What it buys by line, against the year before."""
        if self.named_lines.empty:
            return None
        return pictures.plot_lines(
            self.named_lines, currency=self.currency, span=self.book.year_words
        )

    @picture(otherwise=_("No order is known."))
    def order_days(self) -> Axes | None:
        """A strip per year with a stroke for each order day."""
        if self.days.empty:
            return None
        return pictures.plot_order_days(
            self.days,
            as_of=self.as_of,
            years=self.settings.dossier.season_years,
            currency=self.currency,
        )

    @frame
    def season(self) -> pd.DataFrame:
        """Months of the year, over the last years."""
        years = self.settings.dossier.season_years
        return sales.season(self.months, as_of=self.book.as_of, years=years)

    @picture
    def months_of_the_year(self) -> Axes | None:
        """Revenue by month of the year, this year over the last ones."""
        if self.season.empty:
            return None
        return pictures.plot_season(self.season, currency=self.currency)

    @sentence
    def rhythm(self) -> str:
        """How often it orders, how long it has been silent, when the next order is due."""
        told = sales.rhythm_headline(self.days, self.found, seen_to=self.as_of)
        return " ".join(part for part in (told, self._foreseen, self._twin) if part)

    @view(
        page=Page(
            caption=lambda self: _("Class and revenue of {span}, by quarter").format(
                span=self.book.year_words
            ),
            otherwise="",
        )
    )
    def class_history(self) -> pd.DataFrame:
        """The account's classes at the end of the last quarters, the latest first."""
        rows = self._own(self.beside("abc_xyz").history)
        rows = rows[["quarter", "revenue", "cell"]].assign(quarter=quarter_labels(rows["quarter"]))
        return rows.iloc[::-1].reset_index(drop=True)

    @frame
    def gaps(self) -> pd.DataFrame:
        """What similar accounts buy and it does not: its rows of the whitespace of all."""
        return self._own(self.beside("targeting").whitespace).reset_index(drop=True)

    @frame
    def standing(self) -> pd.Series:
        """Criteria, types, segment and place of the account; empty where it never had a sale."""
        return self._row_of(self.beside("segments").standing)

    @view(page=Page(otherwise=_("It never bought: it has no standing.")))
    def places(self) -> pd.DataFrame:
        """Its type, segment and place in the portfolio, each with its reason."""
        return rivals.standing_rows(self.standing)

    @rests(JUDGED_BY)
    @view(page=Page(otherwise=""))
    def criteria(self) -> pd.DataFrame:
        """The six criteria of key accounts, each with what it rests on."""
        return rivals.criteria_rows(self.standing)

    @view(
        page=Page(
            "play hours due lead offer next_step fits",
            caption=lambda self: _("Plan for {quarter}").format(
                quarter=quarter_told(self.book.quarter + 1)
            ),
            otherwise=_("No play is planned with it."),
        )
    )
    def plan(self) -> pd.DataFrame:
        """What is planned with it for the quarter after the book's."""
        found = self.beside("segments")
        return rivals.plan_rows(self.account, found.plan, found.account_plays)

    @view(page=Page(caption=_("The five mistakes"), otherwise=""))
    def mistakes(self) -> pd.DataFrame:
        """How far each of the five mistakes shows with it."""
        return rivals.mistake_rows(self._mistakes)

    @sentence
    def mistaken(self) -> str:
        """How many of the five mistakes show, and why."""
        return rivals.mistakes_headline(self._mistakes)

    @frame
    def state(self) -> pd.DataFrame:
        """What the dossier holds and lacks, thing by thing."""
        ask("accounts")
        return completeness.dossier_state(
            self.account,
            self.book.everyone,
            {table: self.book.known(table) for table in completeness.BESIDE},
            as_of=self.as_of,
            settings=self.settings.dossier,
        )

    @frame
    def complete(self) -> Html:
        """How complete the dossier is, as a whole and by part."""
        parts = completeness.part_shares(self.state)
        whole = (_("of the dossier is complete and fresh"), share(self.state["counts"].sum(), 0))
        shown = figures([whole, *((part, share(known, 0)) for part, known in parts.items())])
        return noted(shown, self.caveat(Account.state))

    @view(
        page=Page(
            "part ask state known_on age_days gain who",
            rows=15,
            otherwise=_("Nothing is missing or old."),
        )
    )
    def lacking(self) -> pd.DataFrame:
        """What is missing, partly known or old, by what it would add."""
        return completeness.missing(self.state)

    @rests("")
    @view(
        page=Page(
            caption=_("Tables that this data set does not have: they would fill the rest"),
            otherwise="",
        )
    )
    def unused_tables(self) -> pd.DataFrame:
        """The tables that this data set does not have, and what each would fill."""
        unused = [
            name for name in ("accounts", *completeness.BESIDE) if self.book.known(name).empty
        ]
        rows = [(name, TABLES[name].help) for name in unused]
        return pd.DataFrame(rows, columns=["table", "would_fill"]).astype("str")

    @view(page=Page(otherwise=""))
    def freshness(self) -> pd.DataFrame:
        """What the dossier holds, by part: how much is filled, old and missing, how old."""
        return completeness.freshness(self.state)

    @property
    def _foreseen(self) -> str:
        """How many orders it will place within the horizon; "" where no model can tell."""
        churn = self.beside("churn")
        if self.account not in churn.ranges.index:
            return ""
        weeks = churn.settings.churn.horizon_weeks
        return range_words(churn.ranges.loc[self.account], churn.order_ranges, weeks=weeks)

    @property
    def _twin(self) -> str:
        """Which other number may be the same company, and where to settle it; "" without one."""
        return self.book.identities.twins["words"].get(self.account, "")

    @property
    def _classes(self) -> pd.DataFrame:
        return self.beside("abc_xyz").classes

    @property
    def _mistakes(self) -> pd.Series:
        return self._row_of(self.beside("segments").mistakes)

    @property
    def _usual_margin(self) -> float:
        """The company's margin rate in 12 months (0–1); NaN where no margin is known."""
        known = self._classes.dropna(subset=["margin"])
        revenue = known["revenue"].sum()
        return known["margin"].sum() / revenue if revenue > 0 else float("nan")

    @property
    def _state(self) -> str:
        """Its state; who is probably gone is as good as lost, who never bought has none."""
        churn = self.beside("churn")
        if self.account in churn.gone.index:
            return "lost"
        return str(churn.states["state"].get(self.account, ""))

    def _row_of(self, rows: pd.DataFrame) -> pd.Series:
        return rows.loc[self.account] if self.account in rows.index else pd.Series(dtype=object)

    def _value_figures(self) -> list[tuple[str, str]]:
        year = self.value.iloc[-1]
        told = _("revenue in {span}{change}").format(
            span=year.name, change=_change(year["against_last_year"])
        )
        shown = [(told, money(year["revenue"], self.currency))]
        if not pd.isna(year["margin_rate"]):
            shown.append((_("of it stays as margin"), share(year["margin_rate"])))
        return shown

    def _class_figures(self) -> list[tuple[str, str]]:
        found = self.found
        if found is None:
            return []
        told = _("class; {sure} sure").format(sure=share(found["stability"], 0))
        shown = [(told, found["cell"])]
        if not pd.isna(found["silence_days"]):
            one, more = _("day since the last order"), _("days since the last order")
            told = one if found["silence_days"] == 1 else more
            if not pd.isna(found["typical_gap_days"]):
                gap = _("; usual gap {gap}").format(gap=count(found["typical_gap_days"]))
                told = f"{told}{gap}"
            shown.append((told, count(found["silence_days"])))
        return shown

    def _record_figures(self) -> list[tuple[str, str]]:
        """Deliveries, invoices and talks of twelve months, as far as they are recorded."""
        shown = []
        begin = self.as_of + pd.Timedelta(days=1) - pd.DateOffset(years=1)
        events = self.events[self.events["date"] >= begin]
        for lane, words in (
            ("deliveries", _("of {n} deliveries on time")),
            ("payments", _("of {n} invoices paid on time")),
        ):
            rows = events[(events["lane"] == lane) & (events["kind"] != "credit note")]
            rows = rows[rows["date"] <= self.as_of]
            if len(rows):
                on_time = (rows["days"] <= 0) & rows["until"].notna()
                shown.append((words.format(n=count(len(rows))), share(on_time.mean(), 0)))
        if len(self.promises):
            overdue = int(self.promises["overdue"].sum())
            told = _("open promises and questions")
            if len(self.promises) == 1:
                told = _("open promise or question")
            if overdue:
                told = _("{what}, {n} overdue").format(what=told, n=count(overdue))
            shown.append((told, count(len(self.promises))))
        last = self.of("interactions").query("kind != 'brief'")["date"].max()
        if not pd.isna(last):
            shown.append((_("last talk"), day(last)))
        return shown


def known_account(book: Book, account: str) -> str:
    """The account's number as the book has it, blanks around it aside; an old one leads there.

    Raises
    ------
    DataError
        Neither the sales nor the accounts table knows the account.
    """
    names, counted = book.everyone["name"], book.tables.who.counted_as
    exact, wanted = (counted.get(text, text) for text in (str(account), plain_id(str(account))))
    if exact in names.index or wanted in names.index:
        return exact if exact in names.index else wanted
    named = names.index[names.fillna("").str.casefold() == wanted.casefold()]
    hint = f'; did you mean "{named[0]}"?' if len(named) else nearest_name(wanted, names.index)
    raise DataError(
        f'account "{account}": neither the sales nor the accounts table of '
        f"{book.dataset.name} knows it{hint}"
    )


def _change(change: float) -> str:
    if pd.isna(change):
        return ""
    sign = "+" if change >= 0 else "-"
    return _("; {change} on the year before").format(change=f"{sign}{share(abs(change))}")


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)
