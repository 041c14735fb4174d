"""Notebook 00: the quarter on one sheet, from what the other chapters say."""

from collections.abc import Sequence

import pandas as pd

from kamlib.analysis.churn.margin_at_risk import said_to_leave
from kamlib.analysis.identities.open_twins import twins_briefly
from kamlib.analysis.measures.days import first_week
from kamlib.analysis.summary import tiles
from kamlib.analysis.summary.data_holes import data_holes
from kamlib.analysis.summary.last_quarter import last_quarter_words
from kamlib.analysis.summary.sides import account_rows, manager_rows, plan_rows, quarter_plan
from kamlib.analysis.summary.stakes import (
    AT_RISK,
    BACK,
    EARN,
    KEEP,
    NET,
    WATCHED,
    WIN,
    Stake,
    at_stake,
)
from kamlib.analysis.summary.tiles import YEAR_AGO, Against, Tile
from kamlib.analysis.summary.trend import SHOWN, YEAR, account_changes, trend
from kamlib.analysis.summary.verdict import Change, Plan, Quarter, verdict
from kamlib.analysis.targeting.deal_chance import VALIDATED
from kamlib.analysis.todo.advised import AGAIN
from kamlib.analysis.todo.verbs import SETTLE
from kamlib.chapters.catalogue import DATA_PAGE, page_file
from kamlib.chapters.chapter import SUBJECTS, Chapter, frame, rests, sentence, view
from kamlib.chapters.churn_past import compared_quarter
from kamlib.chapters.sheets.todo import ADVISED
from kamlib.data.findings import Caveat, caveat
from kamlib.data.tables import OpenQuestion
from kamlib.pictures.churn import STEP_COLOURS, step_word
from kamlib.quarters import MONTHS, quarter_label
from kamlib.settings import settings_table
from kamlib.show import first_page
from kamlib.show.first_page import FirstPage, Step
from kamlib.show.sentences import Html
from kamlib.show.spec import Page, Sheet
from kamlib.show.theme import ABC_COLOURS
from kamlib.words import _, count, counted, share

BRIDGE = ("new", "returned", "grown", "shrunk", "lost", "credited")
MONDAY = 0  # of a week's days


class Summary(Chapter):
    """The quarter on one sheet: the verdict, what is at stake, and whom to call on Monday."""

    name, title = "summary", _("Summary")

    @rests("plans managers transactions.manager")
    @sentence
    def verdict(self) -> str:
        """What matters most of the quarter, in money and with its causes by name."""
        return verdict(self.quarter, self.currency, settings=self.settings.summary)

    @frame
    def trend(self) -> pd.DataFrame:
        """Revenue, margin and buyers of the last quarters, and of the year up to each."""
        book = self.book
        return trend(book.months, as_of=book.as_of, data_from=book.tables.data_from)

    @frame
    def changes(self) -> pd.DataFrame:
        """What each account brought in the quarter and in the one compared with."""
        book = self.book
        base = self._base.end_time.normalize() if self._base is not None else None
        found = account_changes(book.months, as_of=book.as_of, base=base)
        return found.assign(name=book.accounts["name"].reindex(found.index).astype("str"))

    @frame
    def plan(self) -> Plan | None:
        """The quarter's plan, where there is one for most of the sales."""
        portfolio, revenue = self.beside("segments").portfolio, self.trend["revenue"].iloc[-1]
        return quarter_plan(portfolio, revenue, settings=self.settings.summary)

    @frame
    def quarter(self) -> Quarter:
        """What the verdict is made of."""
        margin = self._change("margin") if self.book.has_margin else None
        return Quarter(
            revenue=self._change("revenue"),
            margin=margin,
            year_margin=self._year_margin if margin is not None else None,
            plan=self.plan,
            broken=self._broken,
            holes=self._holes,
            open=not self.book.complete,
            year=self.book.year_words,
        )

    @frame
    def tiles(self) -> tuple[Tile, ...]:
        """The five figures, each with its changes and its last quarters."""
        book, shown = self.book, self.trend
        since = _("on {quarter}").format(quarter=quarter_label(book.quarter - YEAR_AGO))
        against = Against(since, self.settings.summary.held_share, not book.complete)
        year = tiles.year_tile(shown, book.year_words, against, margin=book.has_margin)
        found = [
            (tiles.sales_tile(shown, self.plan, against), "segments#managers-question"),
            (year, "abc_xyz#value-question"),
            (self._leaving_tile(against), "churn#watch-question"),
            (tiles.hours_tile(book.todo.todo, book.todo.hours), "segments#managers-question"),
        ]
        if book.has_margin:
            margin = tiles.margin_tile(shown, against)
            found.insert(1, (margin, "abc_xyz#margin-question"))
        return tuple(tiles.leading_to(tile, _address(page)) for tile, page in found)

    @frame
    def steps(self) -> tuple[Step, ...]:
        """The columns of the bridge; none without an earlier quarter."""
        whole = self.beside("churn").bridge.query("direction == 'total'")
        if whole.empty or self._base is None:
            return ()
        row = whole.iloc[0]
        inner = [
            Step(step_word(step), float(row[step]), STEP_COLOURS[step])
            for step in BRIDGE
            if step != "credited" or row[step]
        ]
        first = Step(quarter_label(self._base), float(row["before"]), ABC_COLOURS["B"], end=True)
        last = Step(self.book.quarter_name, float(row["after"]), ABC_COLOURS["A"], end=True)
        return (first, *inner, last)

    @frame
    def sides(self) -> pd.DataFrame:
        """Managers against their plan, or each of them, or accounts, against what was before."""
        most = self.settings.summary.managers
        if self.plan is not None:
            rows = plan_rows(self.beside("segments").portfolio)
        else:
            rows = manager_rows(self.beside("churn").bridge, self.book.manager_names)
            if len(rows) < 2 and self._base is not None:
                return account_rows(self.changes, self.book.accounts["name"], rows=most)
        if len(rows) <= most:
            return rows
        kept = rows["gap"].abs().sort_values(ascending=False, kind="stable").index[:most]
        return rows[rows.index.isin(kept)]

    @frame
    def stakes(self) -> pd.DataFrame:
        """What can be kept, earned and won, with its money, most first."""
        return at_stake([*self._to_keep, *self._to_earn, *self._to_win])

    @view(
        of="todo",
        page=Page("manager name verb stake do why due subject", rows=None, otherwise=""),
    )
    def monday(self) -> pd.DataFrame:
        """The first task of each manager: whom to call on Monday, and why."""
        return self.book.todo.monday

    @frame
    def calls(self) -> pd.DataFrame:
        """Monday's rows on the sheet: each manager's first task; without managers a few tasks."""
        todo = self.book.todo
        rows = self.monday
        if len(rows) < 2:
            fits = todo.todo[todo.todo["fits"]]
            few = first_week(fits).sort_values("worth", ascending=False, kind="stable")
            rows = few.head(self.settings.summary.tasks)
        rows = rows.sort_values(["stake", "subject"], ascending=[False, True], kind="stable")
        who = list(map(self.book.manager_name, rows["manager"]))
        return rows.assign(who=pd.Series(who, rows.index, dtype="str"))

    @frame
    def undecided(self) -> pd.DataFrame:
        """The tenders that are not decided."""
        rows = self.book.known("tenders", ahead=True)
        return rows[rows["result"].fillna("open") == "open"]

    @sentence
    def last_quarter(self) -> str:
        """What was advised a quarter ago, what was done, and what happened."""
        todo = self.book.todo
        if self.book.has_margin and (todo.advised["returned"] != AGAIN).any():
            return todo.last_quarter_briefly
        churn = self.beside("churn")
        return last_quarter_words(churn.last_judged, churn.winback_log, self.currency)

    @sentence
    def data(self) -> str:
        """What is to be known of data and settings, in a line."""
        book, changed = self.book, int(settings_table(self.settings)["changed"].sum())
        told = [
            self._unused_told,
            "" if self._broken else _("All figures reconcile to the cent."),
            open_questions_told(book.tables.questions),
            twins_briefly(book.identities.candidates, self.currency),
            book.short_data,
            counted(changed, _("1 setting changed."), _("{n} settings changed."))
            if changed
            else "",
        ]
        return " ".join(str(text) for text in told if text)

    @frame
    def doubts(self) -> Caveat:
        """What is to be known of the rows that the sheet rests on, of those whom it names."""
        named = set(self.stakes["subject"]) | set(self.calls["subject"])
        parts = (Summary.verdict, Summary.stakes, Summary.calls)
        asked = set().union(*(self.rests(part) for part in parts))
        shown = {SUBJECTS["subject"]: named}
        least = self.settings.data.carried_share
        return caveat(self.book.carried, asked, shown, least=least)

    @frame
    def sheet(self) -> FirstPage:
        """The whole sheet."""
        book, rules = self.book, self.settings.summary
        calls = self.calls.head(rules.managers)
        return FirstPage(
            title=_("{company} · {quarter}").format(
                company=book.dataset.title, quarter=book.quarter_name
            ),
            verdict=self.verdict,
            currency=self.currency,
            tiles=self.tiles,
            steps=self.steps,
            steps_title=_("What changed since {quarter}").format(
                quarter=quarter_label(self._base or "")
            ),
            sides=self.sides,
            sides_title=self._sides_title,
            stakes=self.stakes,
            monday=calls,
            monday_title=_("Monday, {day} {month}").format(
                day=str(self._monday.day), month=MONTHS[self._monday.month - 1]
            ),
            others=self._others,
            last_quarter=self.last_quarter,
            data=self.data,
            caveat=self.doubts,
            pages=self._pages,
            address=book.page_address(page_file(self.name)),
            words=min(rules.words, rules.room // max(len(calls), 1)),
        )

    @frame
    def headline(self) -> Html:
        """The verdict, as the sheet's headline."""
        return first_page.verdict_html(self.sheet)

    @frame
    def figures(self) -> Html:
        """The five figures side by side."""
        return first_page.tiles_html(self.tiles)

    @frame
    def change(self) -> Html:
        """The bridge, beside what each manager sold against the plan."""
        return first_page.change_html(self.sheet)

    @frame
    def stake_list(self) -> Html:
        """What can be kept, earned and won."""
        return first_page.stakes_html(self.sheet)

    @frame
    def call_list(self) -> Html:
        """The first call of each manager."""
        return first_page.monday_html(self.sheet)

    @frame
    def looking_back(self) -> Html:
        """What came of last quarter's list."""
        return first_page.last_quarter_html(self.sheet)

    @frame
    def data_line(self) -> Html:
        """One line on data and settings."""
        return first_page.data_html(self.sheet)

    @property
    def _base(self) -> pd.Period | None:
        return compared_quarter(self.book, self.settings)

    @property
    def since(self) -> str:
        """Against when the quarter is held, in words; "" where there is nothing earlier."""
        told = _("on {quarter}")
        return told.format(quarter=quarter_label(self._base)) if self._base is not None else ""

    def _change(self, measure: str) -> Change:
        """Revenue or margin of the quarter against the one compared with, by account."""
        found, before = self.changes, f"{measure}_before"
        compared = self._base is not None and self.book.complete
        was = float(found[before].sum()) if compared else float("nan")
        now = float(found[measure].sum())
        gap = found[measure] - found[before].fillna(0.0)
        if measure == "margin" and now < 0:
            gap = found[measure]
        return Change(now, was, self.since, found[["name"]].assign(gap=gap))

    @property
    def _year_margin(self) -> Change:
        """Margin of the trailing year against the year before, and what each account earned."""
        year, classes = self.trend["year_margin"], self.book.abc_xyz.classes
        parts = classes[["name"]].assign(gap=classes["margin"])
        if self.book.settings.abc.months != YEAR:  # the classes look at another span
            parts = parts[:0]
        return Change(float(year.iloc[-1]), float(year.iloc[-5]), _("a year before"), parts)

    @property
    def _broken(self) -> str:
        failing = [name for name, holds in self.book.ground.checks.items() if not holds]
        if not failing:
            return ""
        told = _("The figures of this pack do not agree, and are not to be used: {checks} fails.")
        return told.format(checks=", ".join(failing))

    @property
    def _holes(self) -> list[str]:
        book = self.book
        return data_holes(
            book.months,
            data_from=book.tables.data_from,
            data_to=book.data_to,
            as_of=book.as_of,
            complete=book.complete,
            quarter=book.quarter_name,
            unused=book.tables.unused / book.tables.read if book.tables.read else 0.0,
            most_unused=self.settings.data.carried_share,
        )

    @property
    def _unused_told(self) -> str:
        unused, read = self.book.tables.unused, self.book.tables.read
        if not unused:
            return ""
        told = _("{n} of {all} lines could not be used ({part}).")
        return told.format(n=count(unused), all=count(read), part=share(unused / read, 2))

    def _leaving_tile(self, against: Against) -> Tile:
        """Margin that may leave, or without margins the revenue of who is slower than usual."""
        churn, book = self.beside("churn"), self.book
        if not book.has_margin:
            return tiles.slowing_tile(churn.watch_list)
        earlier = [book.quarter - back for back in reversed(range(1, SHOWN))]
        said = said_to_leave(churn.standings, earlier, settings=self.settings)
        at_risk = float(churn.at_risk["margin_at_risk"].sum())
        return tiles.leaving_tile(churn.at_risk["may_leave"], said, at_risk, against)

    @property
    def _to_keep(self) -> list[Stake]:
        """Who may leave, which lines were left, what is overdue."""
        churn, todo = self.beside("churn"), self.book.todo.todo
        watched, money, unit = churn.watch_list, "at_risk", AT_RISK
        if not self.book.has_margin:
            money, unit = "revenue_a_year", _("revenue a year")
        owed = todo[todo["verb"] == SETTLE].set_index("subject")
        lines = churn.line_losses.set_index("account")
        page = _address("churn#watch-question")
        return [
            Stake(KEEP, WATCHED, _money(watched, money), unit, page),
            Stake(
                KEEP,
                _("Left a line"),
                _money(lines, "revenue_a_year"),
                _("revenue a year"),
                _address("churn#bridge-question"),
            ),
            Stake(
                KEEP,
                _("What we owe"),
                _money(owed, "worth"),
                _("margin a year, by chance") if self.book.has_margin else _("a year, by chance"),
                _address("segments#action"),
            ),
        ]

    @property
    def _to_earn(self) -> list[Stake]:
        """Who earns less than usual."""
        thin = self.beside("abc_xyz").thin_margins
        if thin is None:
            return []
        page = _address("abc_xyz#margin-question")
        rows = _money(thin, "missing_margin")
        return [Stake(EARN, _("Thin margins"), rows, _("margin a year missing"), page)]

    @property
    def _to_win(self) -> list[Stake]:
        """Which tenders are open, whom to win, whom to win back."""
        targeting, churn = self.beside("targeting"), self.beside("churn")
        close = targeting.targets[targeting.targets["tier"].astype("str") == "one-to-one"]
        sure = targeting.chance.status == VALIDATED
        told = _("revenue a year, by chance") if sure else _("revenue a year, if won")
        page = _address("targeting#tiers-question")
        return [
            Stake(
                WIN,
                _("Open tenders"),
                self._open_tenders,
                _("revenue, once"),
                page,
                _("1 tender"),
                _("{n} tenders"),
            ),
            Stake(
                WIN,
                _("One-to-one targets"),
                _money(close, "priority" if sure else "expected_value"),
                told,
                page,
                _("1 company"),
                _("{n} companies"),
            ),
            Stake(
                WIN,
                BACK,
                _money(churn.winback, "net_value"),
                NET,
                _address("churn#winback-question"),
            ),
        ]

    @property
    def _open_tenders(self) -> pd.DataFrame:
        """The tenders that are not decided, each with its account, line and day."""
        book, rows = self.book, self.undecided.set_index("account")
        names = book.everyone["name"].reindex(rows.index).fillna("").astype("str")
        named = names.where(names != "", rows.index.to_series())
        return _money(rows.assign(name=named), "amount")

    @property
    def _sides_title(self) -> str:
        if self.plan is not None:
            return _("Who reached the plan")
        before = quarter_label(self._base or "")
        if self.sides.index.name == "account":
            return _("Accounts that changed most since {quarter}").format(quarter=before)
        return _("Managers against {quarter}").format(quarter=before)

    @property
    def _monday(self) -> pd.Timestamp:
        """The first Monday of the coming quarter."""
        first = self.book.as_of + pd.Timedelta(days=1)
        return first + pd.Timedelta(days=(MONDAY - first.day_of_week) % 7)

    def _sheet(self, sheet: Sheet) -> str:
        """The address of a sheet of the workbook."""
        return f"{self.book.workbook_of(sheet)}#'{sheet.name}'!A1"

    @property
    def _others(self) -> str:
        """For how many managers the sheet has no room."""
        rest = len(self.calls) - self.settings.summary.managers
        if rest <= 0:
            return ""
        told = _("The calls of {n} more stand on the sheet To do.")
        return told.format(n=counted(rest, _("1 manager"), _("{n} managers")))

    @property
    def _pages(self) -> dict[str, str]:
        """Where the headings lead, those of chapters that have a page."""
        advised = self.book.todo.advised
        planned = self.plan is not None or self.sides.index.name != "account"
        return {
            "bridge": _address("churn#bridge-question"),
            "sides": _address("segments#managers-question" if planned else "churn#bridge-question"),
            "monday": _address("segments#action"),
            "lists": self._sheet(ADVISED) if len(advised) else _address("churn#lists-question"),
            "data": DATA_PAGE,
        }


def open_questions_told(questions: Sequence[OpenQuestion]) -> str:
    """What of the data is still open, with the revenue on it; nothing where nothing is."""
    if not questions:
        return ""
    asked = "; ".join(
        _("{ask} ({share} of revenue)").format(ask=question.ask, share=share(question.stake))
        for question in questions
    )
    if len(questions) == 1:
        return _("1 question is open: {asked}").format(asked=asked)
    return _("{n} questions are open: {asked}").format(n=len(questions), asked=asked)


def _address(place: str) -> str:
    """The address of a section of a chapter's page: ``churn#watch-question``."""
    name, _hash, section = place.partition("#")
    return f"{page_file(name)}#{section}"


def _money(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Who a list is about, with the money of a column, and the product line where it names one."""
    found = rows[["name"]].assign(money=rows[column].astype(float).fillna(0.0))
    if "product_line" not in rows or column == "priority":
        return found
    return found.assign(about=rows["product_line"].fillna("").astype("str"))
