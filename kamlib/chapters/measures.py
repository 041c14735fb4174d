"""Data and words: each measure of the company, its number today, and every place that tells it."""

from collections.abc import Callable

import pandas as pd

from kamlib.analysis.churn.margin_at_risk import OUT
from kamlib.analysis.summary.stakes import AT_RISK, BACK, NET, WATCHED
from kamlib.analysis.todo.one_number import (
    SAID,
    stood,
    todays_numbers,
    unlike_numbers,
    unsaid_numbers,
)
from kamlib.chapters.chapter import Chapter, frame, table
from kamlib.show.spec import Page, Sheet
from kamlib.words import _

WORDS = Sheet(
    _("Words"),
    tab="data",
    about=_("What each measure means, and its number today"),
    title=_("Data and words: each measure once"),
    note=_(
        "{rows} measures. Each has one number, wherever it stands: the pack is checked for it. "
        "Where a figure is of another time or of others, it has another name."
    ),
    columns="label:34 today:16 about:60 window:34 population:34 places:44",
    freeze="label",
    wrapped=True,
)
HEADINGS = (
    ("label", _("Measure"), "text", 34),
    ("today", _("Today"), "text", 16),
    ("about", _("What it is"), "text", 60),
    ("window", _("Of which time"), "text", 34),
    ("population", _("Of whom"), "text", 34),
    ("places", _("Where it stands"), "text", 44),
)
YEAR = 12  # months of the first page's year
STATES = {"active": ("active", "new"), "slowing": "slowing", "at_risk": "at risk"}
STATES |= {"lost": "lost", "returned": "returned"}
Of = Callable[[str], Chapter]
# A place as readers know it, and what is read there of the chapters.
Place = tuple[str, Callable[[Of], float]]


class Measures(Chapter):
    """What each word means: every measure once, with its number today."""

    name, title = "measures", _("Data and words")

    @frame
    def stands(self) -> pd.DataFrame:
        """What each place tells of each measure."""
        return stood(
            [
                (measure, place, read(self.beside))
                for measure, places in PLACES.items()
                for place, read in places
            ]
        )

    @table(
        page=Page("label today about window population places", rows=None),
        sheet=WORDS,
        headings=HEADINGS,
    )
    def measures(self) -> pd.DataFrame:
        """Each measure with its definition, its number today, and where it stands."""
        span = self.book.year_words if self.book.short_data else ""
        return todays_numbers(self.stands, currency=self.currency, span=span)

    @frame
    def faults(self) -> list[tuple[str, str, str]]:
        """Measures with more than one number, and sentences that tell another one."""
        said = [
            (measure, f"{self.beside(chapter).title}, {name}", getattr(self.beside(chapter), name))
            for (chapter, name), measures in TOLD_IN.items()
            for measure in measures
        ]
        sentences = pd.DataFrame(said, columns=list(SAID))
        return [
            *unlike_numbers(self.stands),
            *unsaid_numbers(sentences, self.measures, currency=self.currency),
        ]


def _first_page(column: str) -> Callable[[Of], float]:
    """A figure of the first page; none of its year where the classes look at another span."""

    def read(of: Of) -> float:
        same = not column.startswith("year") or of("abc_xyz").settings.abc.months == YEAR
        return float(of("summary").trend[column].iloc[-1]) if same else float("nan")

    return read


def _planned(of: Of) -> float:
    """The plan on the first page, where that judges the quarter by it."""
    plan = of("summary").plan
    return float("nan") if plan is None else plan.plan


def _stake(what: str, unit: str) -> Callable[[Of], float]:
    """The money of a row of the first page, where it has that unit."""

    def read(of: Of) -> float:
        rows = of("summary").stakes
        rows = rows[(rows["what"] == what) & (rows["unit"] == unit)]
        return float(rows["money"].iloc[0]) if len(rows) else float("nan")

    return read


def _sum(chapter: str, name: str, column: str, **where: object) -> Callable[[Of], float]:
    """The sum of a column, of the rows in which other columns have one of some values."""

    def read(of: Of) -> float:
        rows = _where(getattr(of(chapter), name), where)
        return float(rows[column].astype(float).sum(min_count=1)) if len(rows) else 0.0

    return read


def _rows(chapter: str, name: str, **where: object) -> Callable[[Of], float]:
    """The number of rows in which some columns have one of some values."""
    return lambda of: float(len(_where(getattr(of(chapter), name), where)))


def _where(rows: pd.DataFrame, where: dict[str, object]) -> pd.DataFrame:
    for column, values in where.items():
        wanted = values if isinstance(values, tuple) else (values,)
        rows = rows[rows[column].astype(type(wanted[0])).isin(wanted)]
    return rows


def _last(column: str) -> Callable[[Of], float]:
    """A figure of the last quarter of those in which losses are counted."""

    def read(of: Of) -> float:
        rows = of("churn").loss_dynamics
        return float(rows[column].iloc[-1]) if len(rows) else float("nan")

    return read


def _key_share(of: Of) -> float:
    """The key accounts' part of all positive revenue, added up from the classes."""
    revenue = of("abc_xyz").classes["revenue"].clip(lower=0).astype(float)
    keys, net = of("segments").key_accounts.index, of("segments").key_share.loc["revenue", "net"]
    return revenue[revenue.index.isin(keys)].sum() / revenue.sum() if net >= 0 else float("nan")


def _staying_margin(of: Of) -> float:
    """What accounts that are not lost brought in their last year, losses aside."""
    found = of("churn").at_risk["margin_a_year"].clip(lower=0)
    return float(found[~of("churn").states["state"].isin(OUT)].sum())


def _hours_of_managers(of: Of) -> float:
    """The hours of the same people as the portfolios tell them."""
    hours = of("todo").hours
    return float(
        of("segments").portfolio["hours_available"].reindex(hours.index).fillna(hours).sum()
    )


def _lost_by_state(of: Of) -> float:
    """Lost accounts that the classes have in their window."""
    states, classes = of("churn").states["state"], of("abc_xyz").classes
    placed = classes.index[classes["abc"].astype(str) != "D"]
    return float((states.reindex(placed) == "lost").sum())


_FIRST, _CLASSES, _KEYS = _("Summary"), _("ABC-XYZ"), _("Key accounts")
_CHURN, _TARGETS, _TODO = _("Churn"), _("Targeting"), _("To do")
_MANAGERS, _MATRIX, _WATCH = _("Portfolios"), _("Matrix"), _("Watch list")
_WINBACK, _BRIDGE, _MISTAKES = _("Win-back"), _("Bridge"), _("Mistakes")

PLACES: dict[str, tuple[Place, ...]] = {
    "revenue_quarter": (
        (_FIRST, _first_page("revenue")),
        (_BRIDGE, _sum("churn", "bridge", "after", direction="total")),
        (_MANAGERS, _sum("segments", "portfolio", "actual")),
    ),
    "margin_quarter": ((_FIRST, _first_page("margin")),),
    "plan": ((_MANAGERS, _sum("segments", "portfolio", "plan")), (_FIRST, _planned)),
    "revenue": (
        (_CLASSES, _sum("abc_xyz", "classes", "revenue")),
        (_FIRST, _first_page("year")),
        (_MATRIX, _sum("abc_xyz", "matrix", "revenue")),
        (_MANAGERS, _sum("segments", "portfolio", "revenue")),
        (_KEYS, _sum("segments", "standing", "revenue")),
    ),
    "margin": (
        (_CLASSES, _sum("abc_xyz", "classes", "margin")),
        (_FIRST, _first_page("year_margin")),
        (_MATRIX, _sum("abc_xyz", "matrix", "margin")),
        (_MANAGERS, _sum("segments", "portfolio", "margin")),
    ),
    "margin_own_year": ((_CHURN, _staying_margin),),
    "accounts_recorded": ((_CHURN, _rows("churn", "churn")),),
    "accounts": (
        (_CLASSES, _rows("abc_xyz", "classes")),
        (_MATRIX, _sum("abc_xyz", "matrix", "accounts")),
        (_MANAGERS, _sum("segments", "portfolio", "accounts")),
        (_KEYS, _rows("segments", "standing")),
    ),
    "accounts_ordering_quarter": ((_FIRST, _first_page("buyers")),),
    "accounts_positive": (
        (_CLASSES, _rows("abc_xyz", "classes", abc=("A", "B", "C"))),
        (_MATRIX, _sum("abc_xyz", "matrix", "accounts", abc=("A", "B", "C"))),
    ),
    "accounts_d": (
        (_CLASSES, _rows("abc_xyz", "classes", abc="D")),
        (_MATRIX, _sum("abc_xyz", "matrix", "accounts", abc="D")),
    ),
    "key_accounts": (
        (_KEYS, _rows("segments", "key_accounts")),
        (_MANAGERS, _sum("segments", "portfolio", "key_accounts")),
    ),
    "key_share": (
        (_KEYS, lambda of: of("segments").key_share.loc["revenue", "share"]),
        (_CLASSES, _key_share),
    ),
    **{name: ((_CHURN, _rows("churn", "churn", state=state)),) for name, state in STATES.items()},
    "watch_list": ((_WATCH, _rows("churn", "watch_list")),),
    "margin_at_risk": (
        (_CHURN, _sum("churn", "churn", "margin_at_risk")),
        (_MANAGERS, _sum("segments", "portfolio", "at_risk")),
    ),
    "may_leave": ((_CHURN, _sum("churn", "churn", "may_leave")),),
    "margin_at_risk_watched": (
        (_WATCH, _sum("churn", "watch_list", "at_risk")),
        (_FIRST, _stake(WATCHED, AT_RISK)),
        (
            _CHURN,
            lambda of: of("churn").churn["margin_at_risk"].reindex(of("churn").on_watch).sum(),
        ),
    ),
    "lost_in_window": (
        (_CLASSES, _rows("abc_xyz", "classes", abc=("A", "B", "C"), xyz="L")),
        (_MATRIX, _sum("abc_xyz", "matrix", "accounts", abc=("A", "B", "C"), xyz="L")),
        (_CHURN, _lost_by_state),
    ),
    "lost_in_quarter": ((_CHURN, _last("lost")),),
    "gone": ((_CHURN, lambda of: float(len(of("churn").gone))),),
    "returned_in_quarter": ((_CHURN, _last("returned")),),
    "worth_winning_back": (
        (_WINBACK, _rows("churn", "winback")),
        (_CHURN, _rows("churn", "economics", why_not="")),
    ),
    "winback_value": (
        (_WINBACK, _sum("churn", "winback", "net_value")),
        (_FIRST, _stake(BACK, NET)),
    ),
    "attempts": ((_CHURN, _rows("churn", "winback_log", outcome=("won", "refused", "no answer"))),),
    "targets": ((_TARGETS, _rows("targeting", "targets")),),
    "pipeline": ((_TARGETS, _sum("targeting", "scorecard", "this_quarter", measure="pipeline")),),
    "whitespace": ((_TARGETS, _sum("targeting", "whitespace", "expected_value")),),
    "tasks": ((_TODO, _rows("todo", "todo")),),
    "tasks_worth": ((_TODO, _sum("todo", "todo", "worth", fits=True)),),
    "hours_tasks": ((_TODO, _sum("todo", "todo", "hours", fits=True)),),
    "hours_available": (
        (_TODO, lambda of: float(of("todo").hours.sum())),
        (_MANAGERS, _hours_of_managers),
    ),
    "hours_plays": ((_MANAGERS, _sum("segments", "portfolio", "hours_needed")),),
    "promises_open": ((_TODO, _rows("todo", "promised", state=("open", "overdue"))),),
    "promises_overdue": (
        (_TODO, _rows("todo", "promised", state="overdue")),
        (
            _MISTAKES,
            lambda of: (
                of("segments").record[["promises_overdue", "complaints_overdue"]].sum().sum()
            ),
        ),
    ),
}
# The sentences that tell measures: by chapter and sentence.
TOLD_IN: dict[tuple[str, str], tuple[str, ...]] = {
    ("todo", "work"): ("tasks", "tasks_worth", "hours_tasks", "hours_available"),
    ("abc_xyz", "value"): ("accounts_positive", "accounts_d"),
    ("segments", "carried"): ("key_accounts", "key_share"),
    ("segments", "managed"): ("margin_at_risk",),
    ("churn", "change"): ("revenue_quarter",),
    ("churn", "risk"): ("margin_at_risk", "margin_own_year"),
    ("churn", "staying"): ("accounts_recorded", "active", "slowing", "at_risk", "lost"),
    ("churn", "dynamics"): ("lost_in_quarter", "returned_in_quarter"),
    ("churn", "watch"): ("watch_list", "margin_at_risk_watched"),
    ("churn", "worth"): ("worth_winning_back", "winback_value", "gone"),
    ("churn", "attempts"): ("attempts",),
    ("targeting", "reach"): ("targets",),
    ("targeting", "gaps"): ("whitespace",),
    ("targeting", "progress"): ("pipeline",),
}
