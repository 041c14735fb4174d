"""Companies that could be won, with the qualities behind what we noted of them."""

from dataclasses import dataclass
from datetime import date, timedelta

from kamlib.demo.account import Account
from kamlib.demo.chance import Dice
from kamlib.demo.company import COMPETITORS, CORE_INDUSTRIES, INDUSTRIES, REGION_SHARES
from kamlib.demo.names import Namer
from kamlib.demo.workdays import LAST, WORKDAYS, workday

_COUNT, _LOST = 250, 85
_KNOWN_SINCE = date(2023, 7, 1)  # accounts won after this day were prospects before
_SOURCES = {"referral": 2, "trade fair": 4, "website": 4, "cold call": 5, "bought list": 5}
_SOURCE_CHANCE = {"referral": 0.15, "trade fair": 0.05, "website": 0.0, "cold call": -0.05}
_UNKNOWN = {"need": 0.2, "budget": 0.3, "authority": 0.4}
_EVIDENCE = {
    "need": ("asked for an offer", "rival's delivery failed", "builds a new plant", "our guess"),
    "budget": ("annual report", "credit agency", "budget named in a call", "pays rivals on time"),
    "authority": ("met the managing director", "buyer only", "org chart", "told by a partner"),
}


@dataclass
class Prospect:
    """A company with its true qualities (0–1), of which the table shows a blurred part."""

    prospect: str
    name: str
    industry: str
    region: str
    employees: int
    annual_revenue: int
    source: str
    need: float
    budget: float
    authority: float
    result: str  # won, lost, open
    account: str = ""  # the account it became, or already is

    @property
    def lookalike(self) -> bool:
        """Whether it resembles the big accounts: a core industry and 250 people or more."""
        return self.industry in CORE_INDUSTRIES and self.employees >= 250

    @property
    def p_win(self) -> float:
        """The planted chance to win it; power to decide plays no part in it."""
        raised = 0.45 * (self.need - 0.5) + 0.55 * (self.budget - 0.5) + 0.2 * self.lookalike
        vetoed = min(self.need, self.budget) < 0.05
        chance = 0.3 + raised + _SOURCE_CHANCE.get(self.source, -0.05)
        return 0.01 if vetoed else round(min(0.95, max(0.03, chance)), 4)


def cast_prospects(accounts: list[Account], namer: Namer, seed: int) -> list[Prospect]:
    """All prospects: those we won, those we lost, those still open."""
    won = [
        account
        for account in accounts
        if _KNOWN_SINCE <= account.start <= LAST
        and account.archetype not in ("merger", "doublet", "typo")
    ]
    steady = [a for a in accounts if a.archetype == "regular-medium" and a not in won]
    results = ["lost"] * _LOST + ["open"] * (_COUNT - _LOST - len(won) - 2)
    known = [(account, "won") for account in won] + [(account, "open") for account in steady[-2:]]
    roster = Dice(seed, "roster").shuffled(known + [(None, result) for result in results])
    codes = [f"P{number:03d}" for number in range(1, _COUNT + 1)]
    return [
        _prospect(code, account, result, namer, Dice(seed, "prospect", code))
        for code, (account, result) in zip(codes, roster, strict=True)
    ]


def _prospect(
    code: str, account: Account | None, result: str, namer: Namer, dice: Dice
) -> Prospect:
    """Draw until the chance to win agrees with the result, as fate would have it."""
    while True:
        found = _draw(code, account, result, dice)
        p_win = found.p_win
        if result == "open" or dice.happens(p_win if result == "won" else 1 - p_win):
            break
    found.name = account.name if account else namer.company(dice, found.region, found.industry)
    if account and result == "open":  # somebody noted a company that buys already
        found.name = found.name.replace("GmbH & Co. KG", "GmbH").replace(" & ", " und ")
    return found


def _draw(code: str, account: Account | None, result: str, dice: Dice) -> Prospect:
    core = dice.happens(0.45)
    others = tuple(name for name in INDUSTRIES if name not in CORE_INDUSTRIES)
    employees = dice.whole(250, 2500) if dice.happens(0.45) else dice.whole(8, 250)
    return Prospect(
        code,
        "",
        account.industry if account else dice.pick(CORE_INDUSTRIES if core else others),
        account.region if account else dice.weighted(REGION_SHARES),
        account.employees if account else employees,
        account.annual_revenue if account else round(employees * dice.between(110, 260)) * 1000,
        dice.weighted(_SOURCES),
        _quality(dice),
        _quality(dice),
        _quality(dice),
        result,
        account.account if account else "",
    )


def _quality(dice: Dice) -> float:
    return 0.0 if dice.happens(0.03) else round(dice.between(0.05, 1.0), 2)


def prospect_rows(prospects: list[Prospect], accounts: list[Account], seed: int) -> list[dict]:
    """What is noted of each: blurred, aged and partly unknown."""
    starts = {account.account: account.start for account in accounts}
    return [
        _row(prospect, starts.get(prospect.account), Dice(seed, "notes", prospect.prospect))
        for prospect in prospects
    ]


def _row(prospect: Prospect, start: date | None, dice: Dice) -> dict:
    days = dice.whole(60, 280)
    if prospect.result == "won":
        done = start
    elif prospect.result == "lost":
        done = workday(date(2023, 10, 2) + timedelta(days=dice.whole(0, 810)))
    else:
        done, days = None, dice.whole(10, 600)
    seen = workday((done or WORKDAYS[-1]) - timedelta(days=days))
    row = {
        "prospect": prospect.prospect,
        "name": prospect.name,
        "industry": prospect.industry if dice.happens(0.95) else "",
        "region": prospect.region,
        "employees": prospect.employees if dice.happens(0.85) else None,
        "annual_revenue": prospect.annual_revenue if dice.happens(0.6) else None,
        "source": prospect.source,
        "first_seen": seen,
    }
    for name in _EVIDENCE:
        row |= _noted(name, getattr(prospect, name), seen, done or WORKDAYS[-1], dice)
    rival = dice.happens(0.65)
    return row | {
        "competitor": dice.pick(COMPETITORS) if rival else "",
        "competitor_share": round(dice.between(0.2, 1.0), 2) if rival else None,
        "outcome": prospect.result,
        "outcome_on": done,
    }


def _noted(name: str, truth: float, seen: date, last: date, dice: Dice) -> dict:
    if dice.happens(_UNKNOWN[name]):
        return {name: None, f"{name}_evidence": "", f"{name}_date": None}
    blurred = min(1.0, max(0.05, truth + dice.between(-0.15, 0.15)))
    day = workday(seen + timedelta(days=dice.whole(0, max(0, (last - seen).days - 5))))
    return {
        name: 0.0 if truth == 0 else round(blurred * 20) / 20,
        f"{name}_evidence": dice.pick(_EVIDENCE[name]),
        f"{name}_date": min(day, last),
    }
