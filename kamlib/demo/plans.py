"""The managers, their hours and their revenue plans."""

from datetime import date

from kamlib.demo.chance import Dice
from kamlib.demo.company import MANAGERS, MARKETING
from kamlib.demo.orders import Document
from kamlib.demo.workdays import YEARS, quarter

# M5 has not been tested; M2 is below what the workbook expects.
KNOWLEDGE = {"M1": 0.91, "M2": 0.58, "M3": 0.84, "M4": 0.77, "M6": 0.88}
TESTED_ON = date(2025, 9, 12)
_QUARTERS = tuple(f"{year}Q{number}" for year in YEARS for number in (1, 2, 3, 4)) + ("2026Q1",)


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
