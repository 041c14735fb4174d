"""What becomes of each account: who leaves when and why, who rises, returns, is merged."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from kamlib.demo.account import Account
from kamlib.demo.chance import Dice
from kamlib.demo.company import INDUSTRIES
from kamlib.demo.workdays import LAST, workday

# Accounts that leave in a quarter; the last ones are too fresh for a rule of 180 days.
_LEAVERS_PER_QUARTER = {
    (2023, 2): 1,
    (2023, 3): 2,
    (2023, 4): 2,
    (2024, 1): 2,
    (2024, 2): 3,
    (2024, 3): 2,
    (2024, 4): 3,
    (2025, 1): 4,
    (2025, 2): 4,
    (2025, 3): 3,
    (2025, 4): 2,
}
_REASONS = {
    "missed deadlines": 6,
    "product quality": 4,
    "forgotten": 4,
    "price": 4,
    "service level": 3,
    "competitor": 3,
    "opinion not considered": 2,
    "closed down": 1,
    "unknown": 1,
}
_PARTIAL_REASONS = ("price", "competitor", "product quality", "missed deadlines")
_ABRUPT = ("closed down", "missed deadlines", "product quality")
_SEASONS = (  # activity per month, January first
    (0, 0.1, 1.6, 2.2, 2.4, 2.0, 1.2, 0.3, 0, 0, 0, 0),  # garden and building season
    (0, 0, 0, 0, 0, 0, 0.4, 1.2, 2.0, 2.6, 2.4, 0.6),  # Christmas trade
    (1.4, 0.5, 0, 0, 0, 0, 0, 0, 1.0, 2.2, 2.4, 2.2),  # winter service
    (0, 0, 0.4, 1.5, 2.0, 2.2, 2.2, 1.6, 0.6, 0, 0, 0),  # holiday season
    (0, 0, 0, 0, 0, 0.3, 1.5, 2.4, 2.6, 1.8, 0.3, 0),  # harvest
    (0, 0, 1.2, 4.0, 4.4, 0.8, 0, 0, 0, 0, 0, 0),  # planting: silent each winter, not lost
)
_MERGED_ON = date(2024, 7, 1)


def plant_fates(accounts: list[Account], seed: int) -> list[Account]:
    """Give every account its fate, and add the accounts that arise from others."""
    leaving = _leaving(Dice(seed, "leaving"))
    for account in accounts:
        fate = _FATES.get(account.archetype)
        if fate:
            fate(account, Dice(seed, "fate", account.account))
        if account.archetype == "leaver":
            account.left_on, account.reason = next(leaving)
            _leave(account, Dice(seed, "fate", account.account))
    for number, account in enumerate(a for a in accounts if a.archetype == "partial-leaver"):
        _leave_line(account, number, Dice(seed, "fate", account.account))
    seasonal = [account for account in accounts if account.archetype == "seasonal"]
    for number, account in enumerate(seasonal):
        account.season = _SEASONS[number % len(_SEASONS)]
    for number, account in enumerate(a for a in accounts if a.archetype == "returner"):
        account.won_back = number % 2 == 0  # the others came back by themselves
    _late_starts(accounts, Dice(seed, "starts"))
    _mass_returns(accounts)
    _adoptions(accounts, Dice(seed, "adoptions"))
    _committees(accounts, Dice(seed, "committees"))
    return accounts + _aliases(accounts, Dice(seed, "aliases"))


def _leaving(dice: Dice) -> Iterator[tuple[date, str]]:
    days = [
        _day_in_quarter(dice, year, number)
        for (year, number), count in _LEAVERS_PER_QUARTER.items()
        for _ in range(count)
    ]
    reasons = [reason for reason, count in _REASONS.items() for _ in range(count)]
    yield from zip(dice.shuffled(days), dice.shuffled(reasons), strict=True)


def _day_in_quarter(dice: Dice, year: int, number: int) -> date:
    # The last ten days are left out: who stops in the second quarter of 2025 must have been
    # silent for more than 180 days at the end of the year.
    return workday(date(year, 3 * number - 2, 3) + timedelta(days=dice.whole(0, 77)))


def _leave(account: Account, dice: Dice) -> None:
    if account.reason not in _ABRUPT:
        fading = account.left_on - timedelta(days=dice.whole(90, 180))
        account.trend = ((fading, 1.0), (account.left_on, 0.35))
    if account.reason == "closed down":
        account.pays_on_time = 0.3


def _leave_line(account: Account, number: int, dice: Dice) -> None:
    account.reason = _PARTIAL_REASONS[number % len(_PARTIAL_REASONS)]
    while len(account.mix) < 3:  # it must have a line to leave and lines to stay with
        missing = next(line for line in INDUSTRIES["Construction"] if line not in account.mix)
        account.mix[missing] = 0.3
    account.left_line = sorted(account.mix, key=account.mix.get)[-2]
    account.left_line_on = workday(date(2024, 4, 1) + timedelta(days=dice.whole(0, 500)))


def _rise(account: Account, dice: Dice) -> None:
    begin = date(2024, 1, 1) + timedelta(days=dice.whole(60, 330))
    account.trend = ((begin, round(dice.between(0.12, 0.22), 2)), (date(2025, 10, 1), 1.0))


def _decline(account: Account, dice: Dice) -> None:
    begin = date(2024, 1, 1) + timedelta(days=dice.whole(60, 300))
    account.trend = ((begin, 1.0), (LAST, round(dice.between(0.08, 0.25), 2)))


def _arrive(account: Account, dice: Dice) -> None:
    """Half of the newcomers come in the last six months, the others in the year before."""
    fresh = dice.happens(0.55)
    begin, days = (date(2025, 7, 3), 150) if fresh else (date(2024, 7, 1), 350)
    account.start = workday(begin + timedelta(days=dice.whole(0, days)))


def _try_us(account: Account, dice: Dice) -> None:
    """A prospective account: able to buy, with us for less than a year, and cautious."""
    account.start = workday(date(2025, 1, 20) + timedelta(days=dice.whole(0, 260)))
    account.types = ("prospective",)
    account.employees = dice.whole(400, 2500)
    account.annual_revenue = round(account.employees * dice.between(180, 260)) * 1000
    account.pays_on_time = 0.98


def _return(account: Account, dice: Dice) -> None:
    begin = date(2023, 8, 1) + timedelta(days=dice.whole(0, 420))
    account.silent_from = workday(begin)
    account.returned_on = workday(begin + timedelta(days=dice.whole(230, 420)))
    account.reason = dice.pick(("price", "forgotten", "service level", "missed deadlines"))


def _send_back(account: Account, dice: Dice) -> None:
    account.credit_rate = 0.12
    account.pays_on_time = 0.8


def _hunt_prices(account: Account, dice: Dice) -> None:
    account.discount = round(dice.between(0.15, 0.2), 3)


def _shine(account: Account, dice: Dice) -> None:
    account.types = ("image",)


def _know(account: Account, dice: Dice) -> None:
    account.types = ("expert",)
    account.pays_on_time = 0.98


def _sleep(account: Account, dice: Dice) -> None:
    account.left_on = workday(date(2023, 3, 1) + timedelta(days=dice.whole(0, 60)))
    account.reason = "unknown"


def _never(account: Account, dice: Dice) -> None:
    account.start = LAST + timedelta(days=1)


def _earn(account: Account, dice: Dice) -> None:
    account.types = ("breadwinner",)


_FATES: dict[str, Callable[[Account, Dice], None]] = {
    "giant": _earn,
    "breadwinner": _earn,
    "rising": _rise,
    "declining": _decline,
    "newcomer": _arrive,
    "prospective": _try_us,
    "returner": _return,
    "return-heavy": _send_back,
    "price-hunter": _hunt_prices,
    "image": _shine,
    "expert": _know,
    "sleeper": _sleep,
    "never-bought": _never,
}


def _late_starts(accounts: list[Account], dice: Dice) -> None:
    """Some steady accounts were won during the three years."""
    for account in accounts:
        steady = account.archetype in ("regular-medium", "regular-small", "periodic", "image")
        if steady and dice.happens(0.22):
            account.start = workday(date(2023, 9, 1) + timedelta(days=dice.whole(0, 330)))


def _mass_returns(accounts: list[Account]) -> None:
    """One sends back more in 2025 than it buys, one nets little of much, one has a bad quarter."""
    takers = [account for account in accounts if account.archetype == "return-heavy"]
    takers[0].mass_return = (date(2024, 3, 1), date(2025, 1, 31), date(2025, 2, 12), 0.97)
    takers[0].trend = ((date(2025, 1, 31), 1.0), (date(2025, 3, 31), 0.15))
    takers[1].mass_return = (date(2024, 10, 1), date(2025, 10, 15), date(2025, 10, 20), 0.9)
    takers[2].mass_return = (date(2025, 3, 1), date(2025, 7, 31), date(2025, 8, 18), 0.95)


def _adoptions(accounts: list[Account], dice: Dice) -> None:
    """Some accounts begin to buy a line that their industry buys and they did not."""
    steady = ("regular-large", "regular-medium", "expert", "seasonal", "regular-small", "periodic")
    for account in accounts:
        missing = [line for line in INDUSTRIES[account.industry] if line not in account.mix]
        if account.archetype in steady and missing and dice.happens(0.7):
            account.adopted_line = dice.pick(missing)
            account.adopted_on = workday(date(2024, 10, 1) + timedelta(days=dice.whole(0, 300)))


def _committees(accounts: list[Account], dice: Dice) -> None:
    kinds = {"covered": 5, "single thread": 2, "no sponsor": 2, "unknown decider": 2, "opponent": 2}
    for account in accounts:
        several = account.size == "large" or (account.size == "medium" and account.types)
        account.committee = dice.weighted(kinds) if several else ""
        if account.archetype == "giant":
            account.committee = "opponent"


def _aliases(accounts: list[Account], dice: Dice) -> list[Account]:
    """Second numbers of companies: a merger, three doublets, and one typing error."""
    old = next(a for a in accounts if a.archetype == "regular-medium" and a.start.year == 2023)
    old.archetype, old.merged_on, old.merged_into = "merged", _MERGED_ON, "N1301"
    old.adopted_line, old.adopted_on = "", None
    found = [_second(old, "N1301", "merger", name=old.name, start=_MERGED_ON)]
    steady = [a for a in accounts if a.archetype in ("regular-small", "periodic")]
    for number, twin in enumerate(dice.shuffled(steady)[:3]):
        name = _respelt(twin.name, number)
        start = max(twin.start, workday(date(2024, 3 * number + 1, 10)))
        found.append(_second(twin, f"N{1302 + number}", "doublet", name=name, start=start))
        found[-1].same_company_as = twin.account
    typed = next(a for a in accounts if a.archetype == "regular-large" and "0" in a.account[2:])
    wrong = typed.account[:2] + typed.account[2:].replace("0", "O", 1)
    found.append(_second(typed, wrong, "typo", name="", start=date(2025, 5, 1)))
    found[-1].typo_of = typed.account
    return found


def _second(account: Account, number: str, archetype: str, *, name: str, start: date) -> Account:
    return replace(
        account,
        account=number,
        archetype=archetype,
        name=name,
        start=workday(start),
        types=(),
        merged_into="",
        merged_on=None,
        adopted_line="",
        adopted_on=None,
        committee="",
    )


def _respelt(name: str, number: int) -> str:
    """The same company as another clerk typed it."""
    if number == 0:
        return name.upper()
    if number == 1:
        plain = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "a", "ż": "z"})
        return name.translate(plain).replace(" & ", " and ").rsplit(" ", 1)[0]
    return f"{name[0]}{name[2]}{name[1]}{name[3:]}".replace(" ", "  ", 1)
