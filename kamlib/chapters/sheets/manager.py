"""One manager's sheet: plan, hours, this week, the largest accounts, what is owed to them."""

import pandas as pd

from kamlib.analysis.measures.days import first_week
from kamlib.analysis.summary import tiles
from kamlib.analysis.summary.brief_words import brief
from kamlib.analysis.summary.manager_sheet import (
    largest_accounts,
    manager_verdict,
    owed_by,
    owed_lines,
    owed_words,
)
from kamlib.analysis.summary.tiles import Tile
from kamlib.analysis.summary.trend import SHOWN, trend
from kamlib.analysis.summary.verdict import Change, Plan
from kamlib.chapters.catalogue import KeyAccountBook, page_file
from kamlib.quarters import quarter_label
from kamlib.show.columns import register
from kamlib.words import _, count, counted, told

MOST_TASKS = 6  # of a week on one sheet
WEEK = ("name", "due", "verb", "stake", "hours", "why", "do")
WORDS = (("do", 12), ("why", 14))  # of a text: one sheet has room for no more
NAME = "manager_sheet"
register(
    (
        ("gap", _("Change in the quarter"), "money", 12),
        ("what", _("What"), "text", 30),
        ("when", _("When"), "text", 14),
        ("margin_at_risk", _("Margin at risk"), "money", 12),
    ),
    table=NAME,
)


class ManagerSheet:
    """What stands on a manager's sheet: slices of what the chapters say."""

    def __init__(self, book: KeyAccountBook, manager: str) -> None:
        self.book, self.manager = book, manager
        classes, everyone = book.abc_xyz.classes, book.everyone
        self.accounts = everyone.index[everyone["manager"] == manager]
        self.classes = classes[classes.index.isin(self.accounts)]
        todo = book.todo.todo
        self.tasks = todo[todo["manager"] == manager]
        portfolio = book.segments.portfolio
        self.row = portfolio.loc[manager] if manager in portfolio.index else None

    @property
    def verdict(self) -> str:
        """The plan, and which accounts changed most."""
        plan = float("nan") if self.row is None else float(self.row["plan"])
        sold = float("nan") if self.row is None else float(self.row["run_rate"])
        return manager_verdict(
            self._change, plan, sold, self.book.currency, is_open=not self.book.complete
        )

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """Revenue to plan, margin, what may leave, hours."""
        book = self.book
        year_ago = _("on {quarter}").format(quarter=quarter_label(book.quarter - tiles.YEAR_AGO))
        against = tiles.Against(year_ago, book.settings.summary.held_share, not book.complete)
        found = [(tiles.sales_tile(self._trend, self._plan, against), "segments")]
        if book.has_margin:
            found.append((tiles.margin_tile(self._trend, against), "abc_xyz"))
            risk = book.churn.at_risk
            mine = risk[risk.index.isin(self.accounts)]
            whole = float(mine["margin_at_risk"].sum())
            found.append((tiles.leaving_tile(mine["may_leave"], [], whole, against), "churn"))
        else:
            watched = book.churn.watched
            mine = watched[watched.index.isin(self.accounts)]
            found.append((tiles.slowing_tile(mine), "churn"))
        hours = book.todo.hours.reindex([self.manager]).fillna(0.0)
        found.append((tiles.hours_tile(self.tasks, hours), "segments"))
        return tuple(tiles.leading_to(tile, page_file(page)) for tile, page in found)

    @property
    def week(self) -> pd.DataFrame:
        """The tasks of the first week, by day, in as few words as a sheet has room for."""
        rows = self._first.head(MOST_TASKS)
        short = {name: [brief(told(text), words) for text in rows[name]] for name, words in WORDS}
        rows = rows.assign(**{n: pd.Series(t, rows.index, dtype="str") for n, t in short.items()})
        return rows[["subject", *WEEK]]

    @property
    def week_words(self) -> str:
        """How many tasks stand in the first week, and how many there are in all."""
        if self.tasks.empty:
            return _("Nothing is worth an hour in the coming quarter.")
        first, fits = len(self._first), int(self.tasks["fits"].sum())
        if not first:
            return _("No task finds room in the hours of the coming quarter.")
        told_of = _("{first} of the {all} that find room in the quarter.")
        return told_of.format(first=counted(first, _("1 task"), _("{n} tasks")), all=count(fits))

    @property
    def largest(self) -> pd.DataFrame:
        """The accounts that brought most in a year, by ``subject``."""
        rows = largest_accounts(
            self.classes,
            self._changes,
            self.book.churn.at_risk,
            self.book.churn.states["state"],
        )
        if not self.book.has_margin:
            rows = rows.drop(columns=["margin", "margin_at_risk"], errors="ignore")
        if rows["gap"].isna().all():
            rows = rows.drop(columns="gap")
        return rows.rename_axis("subject").reset_index()

    @property
    def money(self) -> str:
        """Of which time and in which currency the accounts' money is."""
        said, currency = _("Money of {span}, in {currency}."), self.book.currency
        said = said if currency else _("Money of {span}.")
        return said.format(span=self.book.year_words, currency=currency)

    @property
    def owed(self) -> pd.DataFrame:
        """What was promised to the accounts and is not kept."""
        return owed_lines(self._owed, self.book.everyone["name"])

    @property
    def owed_words(self) -> str:
        """How much is owed, and how much of it is overdue."""
        return owed_words(self._owed)

    @property
    def _first(self) -> pd.DataFrame:
        fits = self.tasks[self.tasks["fits"]]
        return first_week(fits).sort_values(["due", "subject"], kind="stable")

    @property
    def _owed(self) -> pd.DataFrame:
        days = self.book.settings.todo.owed_days
        return owed_by(self.book.todo.promised, self.accounts, owed_days=days)

    @property
    def _changes(self) -> pd.DataFrame:
        found = self.book.summary.changes
        mine = found[found.index.isin(self.accounts)]
        return mine.assign(gap=mine["revenue"] - mine["revenue_before"])

    @property
    def _change(self) -> Change:
        """What the manager sold in the quarter and in the one compared with: the bridge's row."""
        bridge, parts = self.book.churn.bridge, self._changes
        row = bridge[(bridge["direction"] == "manager") & (bridge["key"] == self.manager)]
        if row.empty:
            sums = parts[["revenue", "revenue_before"]].sum(min_count=1)
            now, before = float(sums["revenue"]), float(sums["revenue_before"])
        else:
            now, before = (float(row.iloc[0][name]) for name in ("after", "before"))
        if not self.book.complete:
            before = float("nan")
        gap = now - before
        if abs(parts["gap"].sum() - gap) > abs(gap) / 2:
            parts = parts[:0]  # accounts changed hands: those of today are no causes
        return Change(now, before, self.book.summary.since, parts[["name", "gap"]])

    @property
    def _trend(self) -> pd.DataFrame:
        """Revenue and margin of the last quarters, as the lines name who sold."""
        sold = self.book.manager_quarters
        sold = sold[sold["manager"] == self.manager].set_index("quarter")
        if sold.empty:  # the lines name nobody: then it is the accounts of today
            book, months = self.book, self.book.months
            mine = months[months["account"].isin(self.accounts)]
            return trend(mine, as_of=book.as_of, data_from=book.tables.data_from)
        first = self.book.quarter - (SHOWN - 1)
        quarters = pd.period_range(first, self.book.quarter, freq=first.freqstr)
        shown = sold[["revenue", "margin"]].reindex(quarters)
        return shown.assign(rate=shown["margin"] / shown["revenue"].where(shown["revenue"] > 0))

    @property
    def _plan(self) -> Plan | None:
        if self.row is None or not self.row["plan"] > 0:
            return None
        none = pd.DataFrame({"name": [], "gap": []})
        return Plan(float(self.row["plan_gap"]), float(self.row["plan"]), 1, 1, none)
