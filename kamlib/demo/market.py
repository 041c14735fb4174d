"""Rivals and tenders, judged scores, recorded losses and attempts to win back."""

from datetime import date, timedelta

from kamlib.demo.account import Account
from kamlib.demo.chance import Dice
from kamlib.demo.company import COMPETITORS, HANDOVER
from kamlib.demo.workdays import FIRST, LAST, WORKDAYS, workday

OFFERS = {
    "missed deadlines": ("delivery commitment with penalty", 900),
    "product quality": ("quality guarantee and free exchange", 1400),
    "service level": ("apology and a named service desk", 500),
    "opinion not considered": ("workshop with the product team", 700),
    "forgotten": ("visit with a gift and the new range", 250),
    "price": ("special price for two quarters", 1800),
    "competitor": ("trial of the new range", 800),
    "unknown": ("call and a small gift", 120),
}
_LOST_REASONS = ("price", "delivery time", "range", "quality")
_TENDERS_PER_YEAR = {"giant": 4.0, "large": 1.1, "medium": 0.4, "small": 0.1}


def competitor_rows(account: Account, seed: int) -> list[dict]:
    """Who courts the account, by line; a prospective one buys mostly elsewhere."""
    dice = Dice(seed, "competitors", account.account)
    if account.archetype in ("doublet", "typo") or (
        account.size == "small" and not account.types and dice.happens(0.6)
    ):
        return []
    lines = dice.shuffled(sorted(account.mix))[: dice.whole(1, 3)]
    if "prospective" in account.types:
        lines = sorted(account.mix)
    if account.left_line:
        lines = sorted({*lines, account.left_line})
    return [_competitor_row(account, line, dice) for line in lines]


def _competitor_row(account: Account, line: str, dice: Dice) -> dict:
    taken = line == account.left_line or account.reason in ("competitor", "price")
    low, high = (0.05, 0.35)
    if "prospective" in account.types:
        low, high = 0.65, 0.85
    elif taken and account.gone_on:
        low, high = 0.75, 1.0
    share = round(dice.between(low, high), 2)
    gone = account.gone_on if taken and account.gone_on else None
    seen = gone - timedelta(days=dice.whole(10, 60)) if gone else _recent(account, dice)
    return {
        "account": account.account,
        "competitor": rival(account, dice),
        "product_line": line,
        "share": share,
        "strength": min(3, int(share * 4)),
        "note": dice.pick(("seen on site", "told by the buyer", "from a tender", "")),
        "seen_on": seen,
    }


def rival(account: Account, dice: Dice) -> str:
    """A rival; whoever left to a rival names always the same one."""
    if account.reason == "competitor":
        return COMPETITORS[int(account.account[1:]) % len(COMPETITORS)]
    return dice.pick(COMPETITORS)


def _recent(account: Account, dice: Dice) -> date:
    last = min(account.left_on or LAST, LAST)
    return max(FIRST, last - timedelta(days=dice.whole(20, 400)))


def tender_rows(account: Account, seed: int) -> list[dict]:
    """Tenders, with prices that fit the result and its reason."""
    if account.archetype in ("doublet", "typo", "never-bought", "sleeper", "merged"):
        return []
    dice = Dice(seed, "tenders", account.account)
    last = min(account.left_on or LAST, LAST)
    per_year = _TENDERS_PER_YEAR[account.size] + 1.5 * (account.archetype == "price-hunter")
    rows, day = [], max(FIRST, account.start)
    while (day := day + timedelta(days=round(365 / per_year * dice.wait(2)) + 10)) < last:
        line = dice.pick(sorted(account.mix))
        rows.append(_tender_row(account, workday(day), line, _result(account, day, dice), dice))
    if account.gone_on and account.reason in ("price", "competitor"):
        line = account.left_line or max(account.mix, key=account.mix.get)
        for months in (1, 4):
            day = workday(max(FIRST, account.gone_on - timedelta(days=30 * months + 5)))
            reason = "price" if account.reason == "price" else "range"
            rows.append(_tender_row(account, day, line, ("lost", reason), dice))
    unique = {(row["date"], row["product_line"]): row for row in rows if row["date"] <= LAST}
    return [unique[key] for key in sorted(unique)]


def _result(account: Account, day: date, dice: Dice) -> tuple[str, str]:
    if day >= date(2025, 12, 1):
        return "open", ""
    if account.archetype == "price-hunter":
        return ("won", "price") if dice.happens(0.4) else ("lost", "price")
    if dice.happens(0.55):
        return "won", dice.pick(("service", "delivery time", "quality", "price"))
    return "lost", dice.weighted(dict(zip(_LOST_REASONS, (4, 3, 2, 1), strict=True)))


def _tender_row(
    account: Account, day: date, line: str, result: tuple[str, str], dice: Dice
) -> dict:
    amount = round(account.yearly * dice.between(0.05, 0.3) / 100) * 100
    ours = round(amount * dice.between(0.96, 1.04) / 10) * 10
    outcome, reason = result
    if outcome == "open":
        winning = None
    elif outcome == "won":
        winning = ours
    elif reason == "price":
        winning = round(ours * dice.between(0.86, 0.96) / 10) * 10
    else:  # not the price decided: the winner was no cheaper
        winning = round(ours * dice.between(1.0, 1.05) / 10) * 10
    return {
        "account": account.account,
        "date": day,
        "product_line": line,
        "amount": amount,
        "our_price": ours,
        "winning_price": winning,
        "result": outcome,
        "reason": reason,
        "competitor": rival(account, dice),
    }


def judgement_rows(account: Account, seed: int) -> list[dict]:
    """Judged scores for the accounts that somebody took the time to judge."""
    dice = Dice(seed, "judgements", account.account)
    judged = account.size in ("giant", "large") or account.types or dice.happens(0.15)
    if not judged or account.archetype in ("doublet", "typo", "never-bought", "sleeper"):
        return []
    image = "image" in account.types
    rows = [
        _judgement_row(
            account,
            "reputation",
            dice.between(0.8, 0.98) if image else dice.between(0.2, 0.65),
            "named as reference by others" if image else "known in its town",
            dice,
        )
    ]
    if dice.happens(0.6):
        score = account.pays_on_time - dice.between(0.0, 0.15)
        rows.append(_judgement_row(account, "reliability", score, "keeps what it promises", dice))
    if dice.happens(0.4):
        score = 0.15 if account.left_on else dice.between(0.4, 0.95)
        rows.append(_judgement_row(account, "long-term", score, "talk about next year", dice))
    return rows


def _judgement_row(account: Account, criterion: str, score: float, why: str, dice: Dice) -> dict:
    last = min(account.left_on or LAST, LAST)
    day = max(FIRST, account.start + timedelta(days=20), last - timedelta(days=dice.whole(5, 300)))
    day = workday(min(day, WORKDAYS[-1]))
    return {
        "account": account.account,
        "criterion": criterion,
        "score": round(score, 2),
        "author": account.manager_at(day, HANDOVER),
        "date": day,
        "evidence": why,
    }


def recorded_loss(account: Account, seed: int) -> tuple[date, str] | None:
    """When and with which reason the loss was written down, if it was."""
    gone = account.left_on or account.silent_from
    if account.archetype not in ("leaver", "returner") or gone is None:
        return None
    dice = Dice(seed, "losses", account.account)
    day = workday(gone + timedelta(days=dice.whole(40, 190)))
    back = account.returned_on and day >= account.returned_on
    if day > LAST or back or dice.happens(0.25):
        return None
    return day, "unknown" if dice.happens(0.2) else account.reason


def loss_rows(account: Account, seed: int) -> list[dict]:
    """The recorded loss, if any."""
    found = recorded_loss(account, seed)
    if not found:
        return []
    day, reason = found
    note = "" if reason == "unknown" else "as told on the phone"
    return [{"account": account.account, "date": day, "reason": reason, "note": note}]


def winback_rows(account: Account, seed: int) -> list[dict]:
    """Attempts to win back: won for those planted so, else refused, unanswered or open."""
    gone = account.left_on or account.silent_from
    if account.archetype not in ("leaver", "returner") or account.reason == "closed down":
        return []
    dice = Dice(seed, "winbacks", account.account)
    if not account.won_back and (account.returned_on or dice.happens(0.35)):
        return []
    tries = [workday(gone + timedelta(days=dice.whole(70, 190)))]
    if account.won_back:
        tries = [workday(account.returned_on - timedelta(days=dice.whole(12, 40)))]
    elif dice.happens(0.3):
        tries.append(workday(tries[0] + timedelta(days=dice.whole(90, 150))))
    return [_winback_row(account, day, dice) for day in tries if day <= LAST]


def _winback_row(account: Account, day: date, dice: Dice) -> dict:
    offer, cost = OFFERS[account.reason]
    outcome = dice.weighted({"refused": 6, "no answer": 4})
    done = workday(day + timedelta(days=dice.whole(10, 60)))
    if account.won_back:
        outcome, done = "won", account.returned_on
    elif done > LAST:
        outcome, done = "open", None
    scale = {"large": 2.0, "medium": 1.0, "small": 0.3}[account.size]
    return {
        "account": account.account,
        "date": day,
        "offer": offer,
        "cost": round(cost * scale * dice.between(0.8, 1.2)),
        "outcome": outcome,
        "outcome_on": done,
    }
