"""Each measure of the company, once: what it is called, of what span, of whom, in which unit.

Headings, tiles, sentences and the page *Data and words* take a measure's name from here. Where a
figure is of another span or of others, it is another measure and has another name.
"""

from dataclasses import dataclass
from typing import Literal

from kamlib.words import _

Unit = Literal["money", "share", "count", "hours"]

_QUARTER = _("the quarter")
WINDOW = _("the window of the classes (abc.months) to the quarter's end")
_END = _("the quarter's end")
OWN_YEAR = _("the year up to each account's last order, credits after it too")
_NEXT_YEAR = _("the four quarters to come")
_NEXT = _("the coming quarter")
_ALL = _("all accounts with any sale so far")
_RECORDED = _("all accounts that the sales or the accounts table name")
_STAYING = _("accounts that have bought and are not lost")
_OURS = _("managers, or all accounts where none is named")


@dataclass(frozen=True)
class Measure:
    """A measure of the whole company.

    Attributes
    ----------
    name
        As headings, tiles and sentences call it.
    about
        What is counted or added up.
    window
        Of which span of time, or on which day.
    population
        Of whom.
    unit
        ``money`` (the currency), ``share`` (0–1), ``count`` or ``hours``.
    """

    name: str
    about: str
    window: str
    population: str
    unit: Unit


MEASURES: dict[str, Measure] = {
    # sales
    "revenue_quarter": Measure(
        _("Revenue of the quarter"),
        _("Net sales, returns and credits taken off."),
        _QUARTER, _ALL, "money",
    ),
    "margin_quarter": Measure(
        _("Margin of the quarter"),
        _("Net sales less their cost, where it is known."),
        _QUARTER, _ALL, "money",
    ),
    "plan": Measure(
        _("Plan"), _("What was planned as revenue."), _QUARTER, _("managers with a plan"), "money"
    ),
    "revenue": Measure(
        _("Revenue"), _("Net sales, returns and credits taken off."), WINDOW, _ALL, "money"
    ),
    "margin": Measure(
        _("Margin"), _("Net sales less their cost, where it is known."), WINDOW, _ALL, "money"
    ),
    "revenue_own_year": Measure(
        _("Revenue in its last year"),
        _("Net sales: what an account is worth to us while it buys."),
        OWN_YEAR, _STAYING, "money",
    ),
    "margin_own_year": Measure(
        _("Margin in its last year"),
        _("Margin of those sales, where it is unknown assumed at the company's usual rate; of an "
          "account that loses money nothing is counted."),
        OWN_YEAR, _STAYING, "money",
    ),
    # accounts
    "accounts_recorded": Measure(
        _("Accounts on record"), _("Accounts, those that never bought too."),
        _END, _RECORDED, "count",
    ),
    "accounts": Measure(
        _("Accounts with any sale so far"), _("Accounts that stand in the sales."),
        _END, _ALL, "count",
    ),
    "accounts_ordering_quarter": Measure(
        _("Accounts that ordered in the quarter"), _("Accounts with an order, not only a return."),
        _QUARTER, _ALL, "count",
    ),
    "accounts_positive": Measure(
        _("Accounts with positive value"),
        _("Accounts of class A, B or C: their sales, or margins, are more than what came back."),
        WINDOW, _ALL, "count",
    ),
    "accounts_d": Measure(
        _("Without positive value (D)"),
        _("Accounts that bought nothing, or got as much back as they brought."),
        WINDOW, _ALL, "count",
    ),
    "key_accounts": Measure(
        _("Key accounts"),
        _("Accounts whose class or type makes them key, and for whom there is room."),
        _END, _ALL, "count",
    ),
    "key_share": Measure(
        _("Key accounts' share of positive revenue"),
        _("Revenue of key accounts by that of all accounts with positive revenue."),
        WINDOW, _("accounts with positive revenue"), "share",
    ),
    # who stays and who leaves
    "active": Measure(
        _("Accounts that buy as usual"), _("Accounts in the states active and new."),
        _END, _RECORDED, "count",
    ),
    "slowing": Measure(
        _("Accounts slowing"),
        _("Accounts silent for longer than is usual for them, or that buy much less than in the "
          "same months a year ago."),
        _END, _RECORDED, "count",
    ),
    "at_risk": Measure(
        _("Accounts at risk of being lost"),
        _("Accounts half way, by their silence, to being counted as lost."),
        _END, _RECORDED, "count",
    ),
    "watch_list": Measure(
        _("Accounts on the watch list"),
        _("Slowing or at risk, with sales in their last year, and not gone for all we know."),
        _END, _STAYING, "count",
    ),
    "margin_at_risk": Measure(
        _("Margin at risk"),
        _("Of each account the margin of its last year times the chance that it is lost a year "
          "from now, and what those that stay usually bring less."),
        _NEXT_YEAR, _STAYING, "money",
    ),
    "may_leave": Measure(
        _("Margin that may leave"),
        _("The part of the margin at risk that goes with accounts that leave: of each the margin "
          "of its last year times the chance that it is lost a year from now."),
        _NEXT_YEAR, _STAYING, "money",
    ),
    "margin_at_risk_watched": Measure(
        _("Margin at risk on the watch list"),
        _("The margin at risk of the accounts on the watch list alone."),
        _NEXT_YEAR, _("accounts on the watch list"), "money",
    ),
    "lost": Measure(
        _("Lost accounts"), _("Accounts silent for longer than the loss rule allows."),
        _END, _("all accounts that ever bought"), "count",
    ),
    "lost_in_window": Measure(
        _("Lost accounts with sales in the window (L)"),
        _("Lost accounts whose sales in the window of the classes are positive."),
        WINDOW, _("accounts with positive value"), "count",
    ),
    "lost_in_quarter": Measure(
        _("Accounts that became lost in the quarter"),
        _("Accounts whose silence went beyond the loss rule within the quarter."),
        _QUARTER, _("all accounts that ever bought"), "count",
    ),
    "gone": Measure(
        _("Accounts probably gone"),
        _("Not lost by the rule yet, but hardly any silence as long as theirs ended."),
        _END, _STAYING, "count",
    ),
    "returned": Measure(
        _("Accounts that came back lately"),
        _("Accounts that ordered after a silence that counted as lost, in the last days "
          "(churn.returned_days)."),
        _END, _RECORDED, "count",
    ),
    "returned_in_quarter": Measure(
        _("Accounts that came back in the quarter"),
        _("Accounts that were lost when the quarter began, and ordered in it."),
        _QUARTER, _("accounts lost when the quarter began"), "count",
    ),
    # winning back
    "worth_winning_back": Measure(
        _("Accounts worth an attempt"),
        _("Accounts lost or probably gone with whom an attempt brings more than it costs."),
        _NEXT, _("accounts lost or probably gone"), "count",
    ),
    "winback_value": Measure(
        _("Net value of winning back"),
        _("What the attempts add to the margin of the years after, less what they cost."),
        _("the years that a return counts for (winback.value_years)"),
        _("accounts worth an attempt"), "money",
    ),
    "attempts": Measure(
        _("Attempts to win back that are closed"),
        _("Logged attempts that were won, refused or got no answer."),
        _("all that is logged up to the quarter's end"), _("accounts that were asked"), "count",
    ),
    # whom to target
    "targets": Measure(
        _("Targets"), _("Companies that we could win and accounts that could grow."),
        _END, _("open prospects, and accounts with something to gain"), "count",
    ),
    "pipeline": Measure(
        _("Pipeline"), _("What the targets would buy in a year, times the chance to win them."),
        _("the year after they are won"), _("targets that are open"), "money",
    ),
    "whitespace": Measure(
        _("Expected of gaps"),
        _("What accounts could buy in a year of lines that they lack, times the chance to sell."),
        _("the year to come"), _("accounts that lack a line which similar ones buy"), "money",
    ),
    # work
    "tasks": Measure(
        _("Tasks"), _("Accounts and targets on which somebody should act, each once."),
        _NEXT, _("accounts and targets"), "count",
    ),
    "tasks_worth": Measure(
        _("Worth of the tasks that fit"),
        _("What hangs on each task in margin a year, times the chance that it is won or kept."),
        _("a year"), _("tasks that fit into the hours"), "money",
    ),
    "hours_tasks": Measure(
        _("Hours of the tasks that fit"), _("Hours of all tasks that find room."),
        _NEXT, _OURS, "hours",
    ),
    "hours_available": Measure(
        _("Hours available"), _("Hours that each of us has for accounts and targets."),
        _NEXT, _OURS, "hours",
    ),
    "hours_plays": Measure(
        _("Hours by plays"),
        _("Hours of the accounts' tasks, and of the play of each account that has no task."),
        _NEXT, _OURS, "hours",
    ),
    "promises_open": Measure(
        _("Open promises"),
        _("Next steps, answers and deliveries that we promised and that are not done."),
        _("the last day of the data"), _("accounts and prospects"), "count",
    ),
    "promises_overdue": Measure(
        _("Overdue promises"), _("Open promises whose day has passed."),
        _("the last day of the data"), _("accounts and prospects"), "count",
    ),
}  # fmt: skip


def called(measure: str) -> str:
    """What a measure is called."""
    return MEASURES[measure].name
