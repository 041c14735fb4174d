"""Notebook 01: which accounts carry the business, how regularly they buy, and what changed."""

import pandas as pd
from matplotlib.axes import Axes

from kamlib import pictures
from kamlib.analysis.abc_xyz import sentences
from kamlib.analysis.abc_xyz.abc import (
    computed_limits,
    cuts_tried,
    sales_against_margin,
    thin_margins,
)
from kamlib.analysis.abc_xyz.abc_xyz import abc_xyz, abc_xyz_history
from kamlib.analysis.abc_xyz.actions import abc_xyz_actions
from kamlib.analysis.abc_xyz.concentration import concentration, lorenz_curve, without_top
from kamlib.analysis.abc_xyz.groups import groups, groups_headline, sites
from kamlib.analysis.abc_xyz.matrix import class_history, matrix, migration, migration_matrix
from kamlib.analysis.abc_xyz.xyz import lens_disagreements
from kamlib.analysis.identities.open_twins import settled_first, with_twins
from kamlib.chapters.chapter import Chapter, frame, picture, sentence, slider, table, view
from kamlib.chapters.sheets.abc_xyz import (
    ACCOUNTS,
    HISTORY,
    LENSES,
    MATRIX,
    MIGRATION,
    PARETO,
    SALES_MARGIN,
    THIN_MARGINS,
    TRY_IT,
)
from kamlib.show.spec import Page
from kamlib.words import _, share


class AbcXyz(Chapter):
    """Which accounts carry the business (ABC), how regularly they buy (XYZ), what changed."""

    name, title = "abc_xyz", _("ABC-XYZ")

    @table(
        "abc_xyz",
        page=Page(
            "account name manager revenue margin share cell stability why", rows="pack.page_rows"
        ),
        sheets=(TRY_IT, ACCOUNTS),
    )
    def classes(self) -> pd.DataFrame:
        """The classes of all accounts, each with its reason."""
        found = self.classed
        return found.assign(why=with_twins(found["why"], self.book.identities.twins))

    @slider(
        _("A ends at"),
        at=lambda cut: share(cut, 0 if round(cut, 2) == cut else 1),
        page=Page("a_accounts a_share b_accounts c_accounts"),
        headings=(
            ("a_accounts", _("Accounts of class A"), "count"),
            ("a_share", _("Share of A"), "share"),
            ("b_accounts", _("Accounts of class B"), "count"),
            ("c_accounts", _("Accounts of class C"), "count"),
        ),
    )
    def cuts_tried(self) -> pd.DataFrame:
        """The classes were A to end elsewhere: what each holds, and who would cross."""
        classes = self.classed
        return cuts_tried(classes["value"], classes["name"], self.settings.abc.cuts)

    @frame
    def classed(self) -> pd.DataFrame:
        """The classes before it is told who may be whose twin."""
        book = self.book
        return abc_xyz(
            book.months,
            book.orders,
            book.accounts,
            as_of=book.as_of,
            settings=self.settings,
            seen_to=book.seen_to,
            data_from=book.tables.data_from,
        )

    @frame
    def history(self) -> pd.DataFrame:
        """The classes of all accounts at the end of each of the last quarters."""
        book = self.book
        return abc_xyz_history(
            book.months,
            book.orders,
            settings=self.settings,
            seen_to=book.seen_to,
            data_from=book.tables.data_from,
            since=book.accounts["since"],
            freq=book.quarter.freqstr,
        )

    @frame
    def before(self) -> pd.DataFrame:
        """The classes of all accounts at the end of the last quarter."""
        history = self.history
        return history[history["quarter"] == self.book.quarter - 1].set_index("account")

    @table(sheet=MATRIX)
    def matrix(self) -> pd.DataFrame:
        """Accounts and money in each place of the matrix."""
        return matrix(self.classes)

    @table(sheet=PARETO)
    def concentration(self) -> pd.DataFrame:
        """How much hangs on a few: shares of the largest, Gini, HHI."""
        return concentration(self.classes["value"], top=self.settings.concentration.top)

    @frame
    def groups(self) -> pd.DataFrame:
        """The groups of accounts: what each is as one, and its largest site by itself."""
        return groups(*self._by_level, self.book.tables.who.heads)

    def sites(self, head: str) -> pd.DataFrame:
        """The accounts of a group with what each bought; empty where it is no group's head."""
        return sites(self._by_level[0], self.book.tables.who.heads, head)

    @property
    def _compared(self) -> pd.DataFrame:
        """The classes, if there is an earlier quarter to hold them against."""
        return self.classes.iloc[:0] if self.before.empty else self.classes

    @property
    def _by_level(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The classes account by account, and with groups as one."""
        other = self.book.other_level()
        if other is None:
            return self.classes, self.classes
        levels = (self.classes, other.abc_xyz.classes)
        return levels if self.book.settings.accounts.level == "account" else levels[::-1]

    @table()
    def without_top(self) -> pd.DataFrame:
        """What is left without the largest accounts, one after the other."""
        return without_top(
            self.classes["revenue"], self._margin, top=self.settings.concentration.top
        )

    @table()
    def computed_limits(self) -> pd.DataFrame:
        """Where A and B would end by the shape of the curve, beside the cuts in force."""
        return computed_limits(self.classes["value"])

    @table(
        page=Page("account name from_cell to_cell revenue_before revenue change manager", rows=10),
        sheet=MIGRATION,
    )
    def migration(self) -> pd.DataFrame:
        """The accounts that changed their cell since the last quarter."""
        return migration(self.before, self._compared)

    @table()
    def migration_matrix(self) -> pd.DataFrame:
        """How many accounts, with how much, went from each cell to each other."""
        return migration_matrix(self.before, self._compared)

    @table(sheet=HISTORY)
    def class_history(self) -> pd.DataFrame:
        """Accounts and money by class over the quarters."""
        return class_history(self.history)

    @table(
        page=Page(
            "account name value xyz_frequency xyz_gap_cv xyz_value_cv pattern",
            rows=10,
            caption=_("The largest accounts on which the lenses disagree most"),
        ),
        sheet=LENSES,
    )
    def lens_disagreements(self) -> pd.DataFrame:
        """The accounts that the three lenses of rhythm class differently."""
        return lens_disagreements(self.classes)

    @table(
        page=Page(
            "account name manager from_cell cell revenue_before revenue what_happened do_what",
            rows=15,
        )
    )
    def actions(self) -> pd.DataFrame:
        """The accounts whose move or doubt is worth a word, and what the one list does of it."""
        told = self.beside("todo").told.reindex(self.moved_or_doubted.index).astype("str")
        nothing = _("Nothing: no task is worth an hour.")
        listed = self.moved_or_doubted.assign(do_what=told.fillna(nothing))
        return settled_first(listed, self.book.identities.twins)

    @frame
    def moved_or_doubted(self) -> pd.DataFrame:
        """The accounts that moved, or whose class hangs on few orders, and what happened."""
        return abc_xyz_actions(self.classes, self.migration, currency=self.currency)

    @view(
        of="actions",
        page=Page(
            "account name manager from_cell cell revenue_before revenue what_happened", rows=15
        ),
    )
    def happened(self) -> pd.DataFrame:
        """What happened to the accounts that moved; what to do is in the list of tasks."""
        return settled_first(self.moved_or_doubted, self.book.identities.twins)

    @table(sheet=SALES_MARGIN)
    def sales_against_margin(self) -> pd.DataFrame | None:
        """Accounts and money by class of revenue and class of margin."""
        if not self.book.has_margin:
            return None
        return sales_against_margin(
            self.classes["revenue"], self.classes["margin"], share_cuts=self.settings.abc.cuts
        )

    @table(
        page=Page(rows=15, caption=_("What is missing against the company's own margin rate")),
        sheet=THIN_MARGINS,
    )
    def thin_margins(self) -> pd.DataFrame | None:
        """The accounts that earn less than the company does of the same sales."""
        return thin_margins(self.classes) if self.book.has_margin else None

    @sentence
    def value(self) -> str:
        """Who brings the money."""
        return sentences.abc_headline(self.classes, self.currency, self._measure)

    @sentence
    def concentrated(self) -> str:
        """How much hangs on a few."""
        told = sentences.concentration_headline(
            self.concentration,
            self.settings.concentration.key_share_band,
            self._measure,
            sentences.earned_word(self.classes, self._measure),
        )
        level = self.book.settings.accounts.level
        grouped = groups_headline(self.groups, level=level, measure=self._measure)
        return f"{told} {grouped}".strip()

    @sentence
    def rhythm(self) -> str:
        """Who buys regularly."""
        return sentences.xyz_headline(self.classes, self._measure)

    @sentence
    def places(self) -> str:
        """Value and rhythm together."""
        return sentences.matrix_headline(self.matrix, self._measure)

    @sentence
    def moves(self) -> str:
        """What changed since the last quarter."""
        if self.before.empty:
            return _("There is no earlier quarter to hold the classes against.")
        return sentences.migration_headline(self.migration, self.currency)

    @sentence
    def earning(self) -> str:
        """Who sells much and earns little."""
        return sentences.margin_headline(self.classes, self.currency)

    @picture
    def pareto(self) -> Axes:
        """Accounts by falling value, with the cuts of the classes."""
        return pictures.plot_pareto(
            self.classes,
            share_cuts=self.settings.abc.cuts,
            currency=self.currency,
            measure=self._measure,
        )

    @picture
    def lorenz(self) -> Axes:
        """The share of value that so many of the accounts bring."""
        curve = lorenz_curve(self.classes["value"])
        return pictures.plot_lorenz(curve)

    @picture
    def without_largest(self) -> Axes:
        """What is left when the largest accounts leave."""
        return pictures.plot_without_top(self.without_top, currency=self.currency)

    @picture
    def lenses(self) -> Axes:
        """The three lenses of rhythm side by side."""
        return pictures.plot_lenses(self.classes)

    @picture
    def grid(self) -> Axes:
        """The matrix with accounts and money in each place."""
        return pictures.plot_matrix(self.matrix, currency=self.currency)

    @picture
    def least_sure(self) -> Axes:
        """The large accounts whose class is least sure."""
        return pictures.plot_least_stable(self.classes)

    @picture
    def moved(self) -> Axes:
        """The moves between the cells."""
        return pictures.plot_migration(self.migration_matrix, currency=self.currency)

    @picture
    def quarters(self) -> Axes:
        """The classes over the quarters."""
        return pictures.plot_class_history(
            self.class_history, show="revenue", currency=self.currency
        )

    @picture
    def margin_classes(self) -> Axes | None:
        """Class by revenue against class by margin."""
        cross = self.sales_against_margin
        if cross is None:
            return None
        return pictures.plot_sales_against_margin(cross, currency=self.currency)

    @property
    def _measure(self) -> str:
        return self.settings.abc.measure

    @property
    def _margin(self) -> pd.Series | None:
        return self.classes["margin"] if self.book.has_margin else None
