"""The accounts table: who each company is, better known the bigger it is."""

from datetime import date

from kamlib.demo.account import Account
from kamlib.demo.chance import Dice
from kamlib.demo.company import INDUSTRIES
from kamlib.demo.workdays import FIRST, workday

_KNOWN = {"giant": 1.0, "large": 0.9, "medium": 0.55, "small": 0.15}
_SITES = ("one site", "two sites", "a main site and three depots", "five plants in two countries")
_OWNERS = ("family-owned", "owned by a fund", "a cooperative", "part of a listed group")
_STORIES = (
    "Founded in {year}; with us since a tender.",
    "Founded in {year}; a former employee of ours buys there.",
    "Founded in {year}; new management since 2021.",
    "Founded in {year}; grew by two take-overs.",
)
_SURROUNDINGS = (
    "Sells to {industry} in its region; two rivals nearby.",
    "Supplies larger firms of its branch; depends on few customers.",
    "Exports half of its output; suppliers from all over Europe.",
    "Works for public customers; many tenders.",
)


def account_rows(accounts: list[Account], seed: int) -> list[dict]:
    """One row per number in the customer file; a mistyped number is not in it."""
    giant = next(account for account in accounts if account.archetype == "giant")
    children = [a for a in accounts if a.archetype == "regular-medium"][:3]
    rows = []
    for account in accounts:
        if account.archetype == "typo":
            continue
        row = _row(account, Dice(seed, "profile", account.account))
        row["parent"] = giant.account if account in children else ""
        rows.append(row)
    return rows


def _row(account: Account, dice: Dice) -> dict:
    known = dice.happens(_KNOWN[account.size]) or bool(account.types)
    credit = max(1000, round(account.yearly * dice.between(0.1, 0.25) / 1000) * 1000)
    return {
        "account": account.account,
        "name": account.name,
        "parent": "",
        "industry": account.industry,
        "region": account.region,
        "manager": account.manager,
        "since": _since(account, dice),
        "employees": account.employees if known or dice.happens(0.85) else None,
        "annual_revenue": account.annual_revenue if known or dice.happens(0.6) else None,
        "credit_limit": 50_000 if "prospective" in account.types else credit,
        "payment_terms": account.payment_terms,
        **_flags(account, known, dice),
        **(_texts(account, dice) if known else {}),
        **({"history": _note(account)} if _note(account) else {}),
    }


def _since(account: Account, dice: Dice) -> date | None:
    if account.archetype == "never-bought":
        return workday(date(dice.whole(2023, 2025), dice.whole(1, 9), 5))
    if account.start > FIRST:
        return account.start
    return workday(date(dice.whole(2004, 2022), dice.whole(1, 12), dice.whole(1, 28)))


def _flags(account: Account, known: bool, dice: Dice) -> dict[str, str]:
    image = "image" in account.types
    leader = image and dice.happens(0.5)
    flags = {
        "market_leader": leader or account.size == "giant",
        "well_known": image,
        "expert": "expert" in account.types,
    }
    return {name: ("yes" if value else "no") if known else "" for name, value in flags.items()}


def _texts(account: Account, dice: Dice) -> dict[str, str]:
    goods = " and ".join(list(INDUSTRIES[account.industry])[:2]).lower()
    texts = {
        "description": f"{account.industry}; needs {goods} above all.",
        "history": dice.pick(_STORIES).format(year=dice.whole(1890, 2010)),
        "structure": f"{dice.pick(_SITES).capitalize()}; {dice.pick(_OWNERS)}.",
        "surroundings": dice.pick(_SURROUNDINGS).format(industry=account.industry.lower()),
    }
    # Even of a big account not everything has been found out.
    return {name: text for name, text in texts.items() if dice.happens(0.85)}


def _note(account: Account) -> str:
    if account.archetype == "merged":
        return f"Since {account.merged_on} booked under {account.merged_into}."
    return ""
