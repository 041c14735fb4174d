"""The people of each account, and all meetings, calls, complaints and requests with them."""

from datetime import date, timedelta

from kamlib.demo.account import Account
from kamlib.demo.chance import Dice
from kamlib.demo.company import HANDOVER, LINES
from kamlib.demo.names import person
from kamlib.demo.workdays import FIRST, LAST, workday

_PEOPLE = {"giant": (9, 9), "large": (4, 6), "medium": (2, 4), "small": (1, 2)}
_CADENCE_DAYS = {"giant": (6, 12), "large": (20, 34), "medium": (38, 62), "small": (70, 105)}
# Position, role, influence and the place in this list of who stands above, top down.
_POSTS = (
    ("Managing director", "decides", 3, None),
    ("Head of purchasing", "champions", 2, 0),
    ("Works manager", "influences", 2, 0),
    ("Buyer", "gatekeeps", 1, 1),
    ("Finance director", "signs", 2, 0),
    ("Maintenance lead", "uses", 1, 2),
    ("Quality manager", "influences", 2, 2),
    ("Category buyer", "uses", 1, 1),
    ("Warehouse lead", "uses", 1, 2),
)
INTERESTS = (
    "delivery on the day",
    "price per piece",
    "fewer suppliers",
    "safety at work",
    "product tests",
    "digital ordering",
    "payment terms",
    "sustainability",
)
TALKS = {
    "meeting": ("review of the quarter", "prices for next year", "new range", "service agreement"),
    "call": ("open orders", "stock levels", "demand for next month", "a quotation"),
    "e-mail": ("catalogue sent", "price list sent", "answer to a question", "invitation"),
}
_OUTCOMES = ("order expected", "no change", "offer requested", "decision next month", "satisfied")
STEPS = ("send an offer", "send samples", "clarify stock", "visit the site", "")
_COMPLAINTS = ("wrong item delivered", "damaged on arrival", "error on the invoice")


def contact_rows(account: Account, seed: int) -> list[dict]:
    """The account's people as a tree, with what is planted in its decision structure."""
    if account.archetype in ("doublet", "typo", "never-bought", "sleeper"):
        return []
    dice = Dice(seed, "contacts", account.account)
    count = dice.whole(*_PEOPLE[account.size])
    rows = [_contact_row(account, place, count, dice) for place in range(count)]
    if account.committee == "no sponsor":
        for row in rows:
            row["attitude"] = min(row["attitude"], 0)
            row["role"] = "influences" if row["role"] == "champions" else row["role"]
    elif account.committee == "unknown decider":
        rows[0]["role"], rows[0]["attitude"] = "", None
    elif account.committee == "opponent":
        rows[min(2, count - 1)] |= {"role": "opposes", "attitude": -2, "influence": 3}
    return rows


def _contact_row(account: Account, place: int, count: int, dice: Dice) -> dict:
    position, role, influence, above = _POSTS[place]
    return {
        "account": account.account,
        "contact": f"C{place + 1}",
        "name": person(dice, account.region),
        "position": "Owner" if account.size == "small" and place == 0 else position,
        "reports_to": "" if above is None else f"C{above + 1}",
        "role": role,
        "influence": 3 if count == 1 else influence,
        "attitude": dice.weighted({-1: 1, 0: 3, 1: 4, 2: 2}),
        "interests": dice.pick(INTERESTS),
        "channel": dice.pick(("phone", "e-mail", "visit")),
        "last_contact": None,
        "owner": account.manager,
    }


def set_last_contacts(contacts: list[dict], interactions: list[dict]) -> None:
    """Write into each contact the day of its last interaction."""
    last: dict[tuple[str, str], date] = {}
    for row in interactions:
        if row["contact"]:
            key = (row["account"], row["contact"])
            last[key] = max(row["date"], last.get(key, row["date"]))
    for row in contacts:
        row["last_contact"] = last.get((row["account"], row["contact"]))


def interaction_rows(account: Account, contacts: list[dict], seed: int) -> list[dict]:
    """All we know to have talked about, one row per day and kind."""
    if not contacts:
        return []
    dice = Dice(seed, "interactions", account.account)
    codes = [row["contact"] for row in contacts]
    if account.committee == "single thread":
        codes = codes[-1:]
    elif account.committee == "unknown decider":
        codes = codes[1:]
    quiet_from, quiet_to = _quiet(account, dice)
    rows = _talks(account, codes, dice) + _complaints(account, codes, dice)
    rows = [row for row in rows if not quiet_from <= row["date"] < quiet_to]
    rows += _story(account, codes, dice)
    unique = {(row["date"], row["kind"]): row for row in rows}
    return [unique[key] for key in sorted(unique)]


def _talks(account: Account, codes: list[str], dice: Dice) -> list[dict]:
    rows, day = [], max(FIRST, account.start)
    while (day := workday(day + timedelta(days=dice.whole(*_CADENCE_DAYS[account.size])))) <= LAST:
        kind = dice.weighted({"call": 5, "meeting": 3, "e-mail": 3})
        row = _row(account, day, kind, dice.pick(TALKS[kind]), codes, dice)
        row["outcome"], row["next_step"] = dice.pick(_OUTCOMES), dice.pick(STEPS)
        if row["next_step"]:
            row["next_step_due"] = workday(day + timedelta(days=dice.whole(7, 35)))
        rows.append(row)
        if kind == "meeting" and dice.happens(0.6):
            before = workday(day, -dice.whole(1, 4))
            if before >= FIRST:
                rows.append(_row(account, before, "brief", "brief for the meeting", [""], dice))
    return rows


def _quiet(account: Account, dice: Dice) -> tuple[date, date]:
    """From when to when nobody of us spoke with the account."""
    end = LAST + timedelta(days=1)
    if account.reason == "forgotten":  # silence is what drove it away
        gone = account.left_on or account.silent_from
        return gone - timedelta(days=dice.whole(150, 240)), account.returned_on or end
    if account.left_on or account.merged_on:
        gone = account.left_on or account.merged_on
        return gone + timedelta(days=dice.whole(20, 70)), end
    return end, end


def _complaints(account: Account, codes: list[str], dice: Dice) -> list[dict]:
    """Ordinary complaints, settled within weeks; an expert also asks for much, and is heard."""
    rows, expert = [], "expert" in account.types
    last = account.left_on or account.merged_on or LAST
    per_year = {"giant": 8.0, "large": 2.0, "medium": 0.8, "small": 0.25}[account.size]
    day = max(FIRST, account.start)
    while (day := day + timedelta(days=round(365 / per_year * dice.wait(1)) + 7)) < last:
        rows.append(_settled(account, day, "complaint", dice.pick(_COMPLAINTS), codes, dice))
    day = max(FIRST, account.start)
    while expert and (day := day + timedelta(days=dice.whole(40, 80))) < last:
        subject = f"test certificate for {dice.pick(LINES).lower()}"
        rows.append(_settled(account, day, "request", subject, codes, dice))
    return rows


def _settled(
    account: Account, day: date, kind: str, subject: str, codes: list[str], dice: Dice
) -> dict:
    row = _row(account, workday(day), kind, subject, codes, dice)
    done = workday(row["date"], dice.whole(1, 18))
    if done <= LAST:
        row["resolved_on"], row["outcome"] = done, "taken up and settled"
    return row


def _story(account: Account, codes: list[str], dice: Dice) -> list[dict]:
    """What was said in the months before an account, or one of its lines, went away."""
    gone = account.gone_on or account.silent_from
    plots = {
        "missed deadlines": ("complaint", "delivery late again", 3, 0.5),
        "product quality": ("complaint", "goods do not meet the specification", 3, 0.6),
        "service level": ("complaint", "no answer for days", 4, 0.2),
        "opinion not considered": ("request", "change of packaging, as proposed", 3, 0.0),
        "price": ("call", "asks for a lower price, rival is cheaper", 2, 0.0),
        "competitor": ("call", "tests a rival's range", 1, 0.0),
        "closed down": ("e-mail", "announces that the site will close", 1, 0.0),
    }
    if account.reason not in plots or gone is None:
        return []
    kind, subject, times, settled = plots[account.reason]
    rows = []
    for _ in range(times):
        day = workday(max(FIRST, gone - timedelta(days=dice.whole(15, 150))))
        row = _row(account, day, kind, subject, codes, dice)
        if dice.happens(settled):
            row["resolved_on"] = min(LAST, workday(day, dice.whole(25, 60)))
            row["outcome"] = "settled late"
        rows.append(row)
    return rows


def _row(
    account: Account, day: date, kind: str, subject: str, codes: list[str], dice: Dice
) -> dict:
    return {
        "account": account.account,
        "date": day,
        "kind": kind,
        "contact": dice.pick(codes),
        "subject": subject,
        "outcome": "",
        "resolved_on": None,
        "next_step": "",
        "next_step_due": None,
        "manager": account.manager_at(day, HANDOVER),
    }
