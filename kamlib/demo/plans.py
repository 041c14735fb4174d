"""The managers: their hours, their revenue plans, and the lists of tasks that they gave back."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kamlib.data.work import list_name, names_cell
from kamlib.demo.account import Account
from kamlib.demo.chance import Dice
from kamlib.demo.company import MANAGERS, MARKETING
from kamlib.demo.leads import looked_after_by, need_line
from kamlib.demo.market import OFFERS
from kamlib.demo.orders import Document
from kamlib.demo.prospects import Prospect
from kamlib.demo.workdays import LAST, WORKDAYS, YEARS, quarter

# M5 has not been tested; M2 is below what the workbook expects.
KNOWLEDGE = {"M1": 0.91, "M2": 0.58, "M3": 0.84, "M4": 0.77, "M6": 0.88}
TESTED_ON = date(2025, 9, 12)
_QUARTERS = tuple(f"{year}Q{number}" for year in YEARS for number in (1, 2, 3, 4)) + ("2026Q1",)

# The list of tasks that was made at the end of September 2025, for the last quarter.
_TASKS_OF, _TASKS_FROM = "2025Q4", date(2025, 10, 1)
_YEAR_BEFORE = date(2024, 10, 1)
_HEADINGS = {
    "manager": "Manager", "due": "Due", "verb": "Do", "subject": "Account or target",
    "name": "Name", "do": "How", "stake": "At stake a year (EUR)", "chance": "Chance",
    "worth": "Worth a year (EUR)", "hours": "Hours", "done_on": "Done on",
    "outcome": "Outcome", "value": "Value a year (EUR)", "notes": "Notes", "id": "Task",
}  # fmt: skip
_HOW = {
    "settle": "Do what was promised or asked for, then call and say so.",
    "win back": "Offer: {line}.",
    "keep": "Call who decides, and ask what holds orders up.",
    "grow": "Offer {line}.",
    "win": "Quote {line} beside what it buys today.",
}
_HOURS = {"settle": 1.0, "win back": 4.0, "keep": 2.0, "grow": 2.0, "win": 8.0}
# How many of a manager's tasks are done: M6 had a trade fair.
_DILIGENCE = {"M1": 0.8, "M2": 0.6, "M3": 0.75, "M4": 0.65, "M5": 0.8, "M6": 0.45}
_FILES = {"m1-to-m3": ("M1", "M2", "M3"), "m4-to-m6": ("M4", "M5", "M6")}
_NOTES = {
    "won": ("good talk, order promised", "pleased that we called", "contract goes on"),
    "lost": ("has signed with a rival", "no answer to three calls", "closes its workshop"),
    "open": ("decides in January", "wants a trial delivery first", "budget comes in spring"),
}
_WORDS = {"won": "kept or won", "lost": "lost", "open": "still open"}


@dataclass
class _Task:
    manager: str
    verb: str
    subject: str
    name: str
    stake: float
    chance: float
    line: str = ""  # what is offered
    came: str = ""  # won, lost, open: what its manager could say at the end

    @property
    def id(self) -> str:
        return f"{self.verb.replace(' ', '_')}_{self.subject}"


def manager_rows() -> list[dict]:
    """Who sells, with what the last test of product knowledge said, and who does marketing."""
    return [
        {
            "manager": code,
            "name": name,
            "hours_per_quarter": hours,
            "product_knowledge": KNOWLEDGE.get(code),
            "tested_on": TESTED_ON if code in KNOWLEDGE else None,
            "team": team,
        }
        for team, people in (("sales", MANAGERS), ("marketing", MARKETING))
        for code, (name, hours) in people.items()
    ]


def play_rows() -> list[dict]:
    """The two plays in which the company differs from the workbook's own."""
    return [
        {
            "place": "AX",
            "strategy": "Defend and deepen",
            "hours": 20,
            "lead": "Key-account manager",
            "offer": "Frame contract for the year with reserved stock",
            "next_step": "Quarterly review on site with who decides",
        },
        {
            "place": "prospective",
            "strategy": "Take over from the rival line by line",
            "hours": 16,
            "lead": "Key-account manager with marketing",
            "offer": "Trial delivery of the line in which the rival is weakest",
            "next_step": "Agree on the trial and on who judges it",
        },
    ]


def plan_rows(documents: list[Document], seed: int) -> list[dict]:
    """A plan per manager and quarter: last year's quarter and some more, in whole thousands."""
    sold = _sold(documents)
    rows = []
    for manager in MANAGERS:
        dice = Dice(seed, "plans", manager)
        for number, name in enumerate(_QUARTERS):
            year_before = _QUARTERS[max(0, number - 4)] if number >= 4 else name
            growth = dice.between(1.02, 1.09) if number >= 4 else dice.between(0.95, 1.08)
            plan = round(sold[manager, year_before] / 100 * growth / 1000) * 1000
            rows.append({"manager": manager, "quarter": name, "revenue_plan": plan})
    return rows


def _sold(documents: list[Document]) -> dict[tuple[str, str], int]:
    sold: dict[tuple[str, str], int] = {}
    for document in documents:
        key = (document.manager, quarter(document.date))
        goods = sum(line.revenue for line in document.lines if line.product_line != "Freight")
        sold[key] = sold.get(key, 0) + goods
    return sold


def returned_lists(
    accounts: list[Account], prospects: list[Prospect], documents: list[Document], seed: int
) -> dict[str, str]:
    """The lists of the last quarter's tasks as two teams gave them back, by the file's name.

    Sheets *To do* of a workbook, saved as text: one by commas, one as a German office does it.
    Each team has filtered its own; what is not done is empty.
    """
    tasks = [
        *_account_tasks(accounts, documents, seed),
        *_prospect_tasks(prospects, accounts, seed),
    ]
    found = {}
    for number, (name, managers) in enumerate(_FILES.items()):
        own = [task for task in tasks if task.manager in managers]
        own = sorted(own, key=lambda task: (task.manager, -task.stake * task.chance, task.id))
        rows = [_task_cells(task, place, seed) for place, task in enumerate(own)]
        found[f"todo-{_TASKS_OF}-{name}.csv"] = _sheet(rows, len(tasks), german=bool(number))
    return found


def _account_tasks(
    accounts: list[Account], documents: list[Document], seed: int
) -> Iterator[_Task]:
    margin: dict[str, int] = {}
    for document in documents:
        if _YEAR_BEFORE <= document.date < _TASKS_FROM:
            cents = sum(line.margin for line in document.lines)
            margin[document.account] = margin.get(document.account, 0) + cents
    for account in accounts:
        dice = Dice(seed, "task", account.account)
        earned, gone = margin.get(account.account, 0) / 100, account.left_on
        if gone and date(2024, 7, 1) <= gone < date(2025, 7, 1):
            if account.reason == "closed down" or dice.happens(0.5):
                continue
            yield _task(account, "win back", 0.25 * account.yearly, dice.between(0.08, 0.3), "lost")
        elif earned < 3000 or (gone and gone < _TASKS_FROM and earned < 6000):
            continue
        elif gone or account.archetype == "declining":
            kept = "lost" if gone and gone <= LAST else "won"
            yield _task(account, "keep", earned, dice.between(0.15, 0.3), kept)
        elif account.left_line:
            yield _task(account, "grow", 0.2 * earned, dice.between(0.1, 0.3), "open")
        elif account.size == "large" or dice.happens(0.15):
            yield _task(account, "settle" if dice.happens(0.5) else "keep", earned, 0.05, "won")


def _task(account: Account, verb: str, stake: float, chance: float, came: str) -> _Task:
    names = (account.manager, verb, account.account, account.name)
    line = OFFERS[account.reason][0] if verb == "win back" else account.left_line
    return _Task(*names, stake, chance, line, came)


def _prospect_tasks(
    prospects: list[Prospect], accounts: list[Account], seed: int
) -> Iterator[_Task]:
    starts = {account.account: account.start for account in accounts}
    for prospect in prospects:
        dice, began = Dice(seed, "task", prospect.prospect), starts.get(prospect.account)
        won = prospect.result == "won" and began is not None and began >= _TASKS_FROM
        tried = prospect.result == "open" and not prospect.account and prospect.p_win > 0.4
        if won or (tried and dice.happens(0.3)):
            yield _Task(
                looked_after_by(prospect, seed),
                "win",
                prospect.prospect,
                prospect.name,
                0.3 * prospect.employees * dice.between(60, 180),
                prospect.p_win,
                need_line(prospect, seed),
                "won" if won else "open",
            )


def _task_cells(task: _Task, place: int, seed: int) -> dict[str, object]:
    dice = Dice(seed, "done", task.id)
    days = [day for day in WORKDAYS if day >= _TASKS_FROM]
    row = {
        "manager": task.manager,
        "due": days[min(place, len(days) - 1)],
        "verb": task.verb,
        "subject": task.subject,
        "name": task.name,
        "do": _HOW[task.verb].format(line=task.line),
        "stake": task.stake,
        "chance": task.chance,
        "worth": task.stake * task.chance,
        "hours": _HOURS[task.verb],
        "id": task.id,
    }
    if dice.happens(_DILIGENCE[task.manager]):
        row["done_on"] = dice.pick(days)
        if dice.happens(0.6):  # the others leave it to the sales
            row["outcome"], row["notes"] = _WORDS[task.came], dice.pick(_NOTES[task.came])
            if task.came == "won" and dice.happens(0.3):
                row["value"] = round(task.stake * dice.between(0.5, 1.0), -2)
    elif dice.happens(0.2):
        row["outcome"] = "not reached"
    return row


def _sheet(rows: list[dict[str, object]], every: int, *, german: bool) -> str:
    listed = list_name("todo", _TASKS_OF, every)
    names = [names_cell(n, h, listed if n == "done_on" else "") for n, h in _HEADINGS.items()]
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";" if german else ",", lineterminator="\n")
    writer.writerows([[f"What each of us does in {_TASKS_OF}"], names, _HEADINGS.values()])
    writer.writerows([_told(row.get(name), german) for name in _HEADINGS] for row in rows)
    return file.getvalue()


def _told(value: object, german: bool) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".replace(".", ",") if german else f"{value:.2f}"
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}" if german else value.isoformat()
    return "" if value is None else str(value)
