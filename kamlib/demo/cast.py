"""The cast: how many accounts of which archetype, who they are, and what they buy."""

from dataclasses import dataclass
from datetime import date

from kamlib.demo.account import Account
from kamlib.demo.chance import Dice
from kamlib.demo.company import (
    CORE_INDUSTRIES,
    INDUSTRIES,
    LINES,
    MANAGERS_IN,
    PRODUCTS,
    REGION_SHARES,
)
from kamlib.demo.fates import plant_fates
from kamlib.demo.names import Namer

_YEARLY = {  # EUR a year
    "large": (115_000, 320_000),
    "medium": (36_000, 85_000),
    "small": (3_000, 20_000),
}
_STAFF = {"giant": (5200, 5200), "large": (250, 3000), "medium": (80, 600), "small": (8, 150)}
_CORE_INDUSTRY = {"giant": 1.0, "large": 0.85, "medium": 0.5, "small": 0.25}


@dataclass(frozen=True)
class _Recipe:
    archetype: str
    counts: tuple[int, int, int]  # large, medium, small
    gap: tuple[float, float]
    steps: int
    spread: float
    order_lines: tuple[int, int]


_RECIPES = (
    _Recipe("regular-large", (11, 0, 0), (6, 10), 8, 0.3, (2, 5)),
    _Recipe("regular-medium", (0, 16, 0), (9, 16), 8, 0.35, (2, 4)),
    _Recipe("regular-small", (0, 0, 20), (14, 22), 8, 0.4, (1, 4)),
    _Recipe("periodic", (2, 6, 10), (44, 58), 10, 0.35, (3, 6)),
    _Recipe("seasonal", (3, 4, 6), (8, 14), 4, 0.4, (2, 4)),
    _Recipe("project", (4, 6, 5), (115, 170), 4, 0.6, (5, 12)),
    _Recipe("declining", (2, 3, 4), (8, 18), 5, 0.35, (2, 5)),
    _Recipe("rising", (3, 3, 2), (8, 14), 5, 0.35, (2, 5)),
    _Recipe("newcomer", (1, 4, 9), (10, 22), 4, 0.45, (1, 4)),
    _Recipe("leaver", (4, 8, 16), (8, 26), 4, 0.4, (2, 4)),
    _Recipe("partial-leaver", (4, 3, 0), (8, 14), 6, 0.35, (2, 6)),
    _Recipe("returner", (0, 3, 5), (14, 28), 4, 0.4, (2, 4)),
    _Recipe("return-heavy", (0, 3, 0), (14, 24), 3, 0.4, (2, 5)),
    _Recipe("price-hunter", (2, 3, 1), (26, 45), 1, 0.6, (2, 5)),
    _Recipe("image", (0, 3, 1), (12, 24), 5, 0.35, (2, 4)),
    _Recipe("expert", (2, 2, 0), (9, 16), 6, 0.3, (3, 5)),
    _Recipe("prospective", (0, 2, 3), (12, 24), 4, 0.45, (1, 4)),
    _Recipe("sleeper", (0, 0, 3), (20, 40), 2, 0.4, (1, 3)),
    _Recipe("never-bought", (0, 0, 3), (30, 30), 2, 0.4, (1, 3)),
)


def cast_accounts(seed: int, namer: Namer) -> list[Account]:
    """Everyone who ever buys, with number, fate and planted truth, ordered by number."""
    accounts = _specials() + _from_recipes(seed)
    numbers = Dice(seed, "numbers").shuffled(range(1001, 1001 + len(accounts)))
    for account, number in zip(accounts, numbers, strict=True):
        account.account = f"N{number}"
        _identity(account, Dice(seed, "identity", account.account), namer)
        _appetite(account, Dice(seed, "appetite", account.account))
    accounts = plant_fates(accounts, seed)
    return sorted(accounts, key=lambda account: account.account)


def _specials() -> list[Account]:
    return [
        Account(
            "giant",
            "giant",
            7_450_000,
            2.3,
            6,
            0.25,
            (4, 8),
            name="Altenhaven Werke AG",
            region="Germany North",
            industry="Shipbuilding",
            discount=0.14,
            trend=((date(2023, 1, 1), 0.78), (date(2025, 1, 1), 1.0)),
        ),
        Account(
            "breadwinner",
            "large",
            1_850_000,
            4.5,
            8,
            0.25,
            (4, 7),
            name="Veldhoornse Systemen B.V.",
            region="Benelux",
            industry="Mechanical engineering",
            discount=0.02,
        ),
        Account(
            "thin-margin",
            "large",
            760_000,
            6.5,
            8,
            0.3,
            (4, 7),
            name="Möllendörp Großhandel GmbH & Co. KG",
            region="Germany South",
            industry="Logistics",
            discount=0.245,
            mix={"Packaging": 0.7, "Equipment": 0.2, "Safety": 0.1},
        ),
    ]


def _from_recipes(seed: int) -> list[Account]:
    found = []
    for recipe in _RECIPES:
        dice = Dice(seed, "recipe", recipe.archetype)
        for size, count in zip(("large", "medium", "small"), recipe.counts, strict=True):
            for _ in range(count):
                yearly, gap = round(dice.between(*_YEARLY[size])), dice.between(*recipe.gap)
                found.append(
                    Account(
                        recipe.archetype,
                        size,
                        yearly,
                        round(gap, 2),
                        recipe.steps,
                        recipe.spread,
                        recipe.order_lines,
                    )
                )
    return found


def _identity(account: Account, dice: Dice, namer: Namer) -> None:
    account.region = account.region or dice.weighted(REGION_SHARES)
    fresh = account.archetype in ("newcomer", "prospective")  # small with us, not in itself
    core = dice.happens(0.75 if fresh else _CORE_INDUSTRY[account.size])
    others = tuple(name for name in INDUSTRIES if name not in CORE_INDUSTRIES)
    account.industry = account.industry or dice.pick(CORE_INDUSTRIES if core else others)
    account.name = account.name or namer.company(dice, account.region, account.industry)
    account.manager = dice.pick(MANAGERS_IN[account.region])
    if account.archetype == "giant":
        account.manager = "M1"
    if account.manager == "M1" and account.size != "giant" and dice.happens(0.3):
        account.manager_before = "M2"
    low, high = _STAFF["large" if fresh and dice.happens(0.6) else account.size]
    account.employees = dice.whole(low, high)
    account.annual_revenue = round(account.employees * dice.between(120, 260)) * 1000


def _appetite(account: Account, dice: Dice) -> None:
    account.mix = account.mix or _line_mix(account, dice)
    for line in LINES:
        known = dice.shuffled(range(len(PRODUCTS[line])))
        account.assortment[line] = tuple(sorted(known[: 9 if account.size == "giant" else 6]))
    account.channels = _channels(account, dice)
    if not account.discount:
        account.discount = round(dice.between(0.0, 0.06 if account.size == "small" else 0.1), 3)
    account.pays_on_time = dice.weighted({0.98: 5, 0.92: 4, 0.8: 2, 0.55: 1})
    account.payment_terms = dice.weighted({14: 3, 30: 6, 45: 2, 60: 1})


def _line_mix(account: Account, dice: Dice) -> dict[str, float]:
    """What the industry buys, save a line or so that this account gets elsewhere."""
    typical = INDUSTRIES[account.industry]
    first = max(typical, key=typical.get)
    weights = {
        line: weight * dice.between(0.6, 1.4)
        for line, weight in typical.items()
        if line == first or dice.happens(0.78)
    }
    total = sum(weights.values())
    return {line: weight / total for line, weight in weights.items()}


def _channels(account: Account, dice: Dice) -> dict[str, float]:
    if account.size == "giant":
        return {"EDI": 0.9, "field": 0.1}
    main = dice.pick(("field", "web", "phone"))
    return {"field": 0.15, "web": 0.15, "phone": 0.1} | {main: 0.75}
