"""The managers, their hours and their revenue plans."""

from kamlib.demo.chance import Dice
from kamlib.demo.company import MANAGERS
from kamlib.demo.orders import Document
from kamlib.demo.workdays import YEARS, quarter

_QUARTERS = tuple(f"{year}Q{number}" for year in YEARS for number in (1, 2, 3, 4)) + ("2026Q1",)


def manager_rows() -> list[dict]:
    """One row per manager."""
    return [
        {"manager": code, "name": name, "hours_per_quarter": hours}
        for code, (name, hours) in MANAGERS.items()
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
