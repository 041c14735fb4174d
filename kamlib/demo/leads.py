"""What else is noted of a prospect: its need, its worth, its people, talks and rivals."""

from datetime import date, timedelta

from kamlib.demo.chance import Dice
from kamlib.demo.company import INDUSTRIES, MANAGERS_IN
from kamlib.demo.names import person
from kamlib.demo.prospects import Prospect
from kamlib.demo.relations import INTERESTS, STEPS, TALKS, set_last_contacts
from kamlib.demo.workdays import LAST, workday

_LAST_TALK = date(2025, 12, 23)
_OUTCOMES = ("interested", "no decision yet", "offer requested", "wants a reference", "asks again")
# Position, role, influence, place in this list of who stands above.
_POSTS = (
    ("Managing director", "decides", 3, None),
    ("Head of purchasing", "champions", 2, 0),
    ("Works manager", "influences", 2, 0),
    ("Buyer", "gatekeeps", 1, 1),
)
# Which posts are known, and with which of them somebody of us talks.
_COMMITTEES = {
    "covered": (((0, 1, 2), (0, 1, 2, 3)), None),
    "no decider": (((1, 2), (1, 2, 3)), None),
    "single thread": (((0, 1, 3), (0, 1), (0, 1, 2, 3)), 1),
    "nobody": (((0,), (0, 1), (0, 1, 3)), 0),
}


def need_line(prospect: Prospect, seed: int) -> str:
    """The product line that it needs first: what companies of its industry buy most."""
    return Dice(seed, "need line", prospect.prospect).weighted(INDUSTRIES[prospect.industry])


def looked_after_by(prospect: Prospect, seed: int) -> str:
    """Who of us works on it, whether the table says so or not."""
    return Dice(seed, "lead manager", prospect.prospect).pick(MANAGERS_IN[prospect.region])


def committee(prospect: Prospect, seed: int) -> str:
    """What is planted in its decision structure; "" where we know nobody."""
    dice = Dice(seed, "committee", prospect.prospect)
    known = prospect.result == "open" and not prospect.account and prospect.need > 0.4
    if not known or not dice.happens(0.6):
        return ""
    return dice.weighted({"covered": 4, "no decider": 3, "single thread": 3, "nobody": 2})


def complete_prospects(rows: list[dict], prospects: list[Prospect], seed: int) -> None:
    """Write into each prospect's row what it is to us, needs first, is worth, and who has it."""
    for row, prospect in zip(rows, prospects, strict=True):
        dice = Dice(seed, "lead", prospect.prospect)
        worth = max(1000, round(prospect.employees * dice.between(60, 180) / 1000) * 1000)
        line, manager = need_line(prospect, seed), looked_after_by(prospect, seed)
        row |= {
            "relationship": "past" if dice.happens(0.15) else "new",
            "product_line": line if dice.happens(0.7) else "",
            "value": worth if dice.happens(0.5) else None,
            "manager": manager if dice.happens(0.5) else "",
            "account": prospect.account if prospect.result == "won" else "",
        }


def lead_rows(rows: list[dict], prospects: list[Prospect], seed: int) -> dict[str, list[dict]]:
    """Contacts, interactions and competitors of the prospects that we work on."""
    found: dict[str, list[dict]] = {"contacts": [], "interactions": [], "competitors": []}
    for row, prospect in zip(rows, prospects, strict=True):
        people = _people(prospect, seed)
        found["contacts"] += people
        found["interactions"] += _talks(prospect, people, row["first_seen"], seed)
        found["competitors"] += _rivals(prospect, row, seed)
    set_last_contacts(found["contacts"], found["interactions"])
    return found


def _people(prospect: Prospect, seed: int) -> list[dict]:
    planted = committee(prospect, seed)
    if not planted:
        return []
    dice = Dice(seed, "lead contacts", prospect.prospect)
    posts = dice.pick(_COMMITTEES[planted][0])
    names: list[str] = []
    while len(names) < len(posts):
        name = person(dice, prospect.region)
        if name.split()[-1] not in " ".join(names):
            names.append(name)
    people = zip(posts, names, strict=True)
    return [_contact_row(prospect, place, posts, name, seed, dice) for place, name in people]


def _contact_row(
    prospect: Prospect, place: int, posts: tuple[int, ...], name: str, seed: int, dice: Dice
) -> dict:
    position, role, influence, above = _POSTS[place]
    return {
        "account": prospect.prospect,
        "contact": f"C{place + 1}",
        "name": name,
        "position": position,
        "reports_to": f"C{above + 1}" if above in posts else "",
        "role": role,
        "influence": influence,
        "attitude": dice.weighted({-1: 2, 0: 4, 1: 3, 2: 1}),
        "interests": dice.pick(INTERESTS),
        "channel": dice.pick(("phone", "e-mail", "visit")),
        "last_contact": None,
        "owner": looked_after_by(prospect, seed),
    }


def _talks(prospect: Prospect, people: list[dict], seen: date, seed: int) -> list[dict]:
    """Talks of the last fifteen months; in the last weeks once with everyone we reach."""
    reached = [row["contact"] for row in people]
    if people:
        limit = _COMMITTEES[committee(prospect, seed)][1]
        reached = reached if limit is None else reached[-1:][:limit]
    if not reached:
        return []
    dice = Dice(seed, "lead interactions", prospect.prospect)
    rows, day = [], max(seen, LAST - timedelta(days=455))
    while (day := workday(day + timedelta(days=dice.whole(20, 55)))) <= _LAST_TALK:
        rows.append(_talk(prospect, day, dice.pick(reached), seed, dice))
    for code in reached:
        day = workday(max(seen, _LAST_TALK - timedelta(days=dice.whole(1, 75))), 1)
        rows.append(_talk(prospect, day, code, seed, dice))
    return sorted(_one_a_day_and_kind(rows), key=lambda row: (row["date"], row["kind"]))


def _one_a_day_and_kind(rows: list[dict]) -> list[dict]:
    """The talks; one that would be the second of its kind on a day is of another kind."""
    found: dict[tuple[date, str], dict] = {}
    for row in rows:
        free = [kind for kind in (row["kind"], *TALKS) if (row["date"], kind) not in found]
        if free:
            found[row["date"], free[0]] = row | {"kind": free[0]}
    return list(found.values())


def _talk(prospect: Prospect, day: date, code: str, seed: int, dice: Dice) -> dict:
    kind = dice.weighted({"call": 5, "meeting": 4, "e-mail": 2})
    step = dice.pick(STEPS)
    return {
        "account": prospect.prospect,
        "date": day,
        "kind": kind,
        "contact": code,
        "subject": dice.pick(TALKS[kind]),
        "outcome": dice.pick(_OUTCOMES),
        "resolved_on": None,
        "next_step": step,
        "next_step_due": workday(day + timedelta(days=dice.whole(7, 35))) if step else None,
        "manager": looked_after_by(prospect, seed),
    }


def _rivals(prospect: Prospect, row: dict, seed: int) -> list[dict]:
    """From whom it buys the line that it needs first, where somebody looked."""
    dice = Dice(seed, "lead competitors", prospect.prospect)
    if prospect.result != "open" or not row["competitor"] or not dice.happens(0.5):
        return []
    seen = workday(row["first_seen"] + timedelta(days=dice.whole(0, 60)))
    return [
        {
            "account": prospect.prospect,
            "competitor": row["competitor"],
            "product_line": need_line(prospect, seed),
            "share": row["competitor_share"],
            "strength": min(3, int(row["competitor_share"] * 4)),
            "note": dice.pick(("seen on site", "told by the buyer", "from its web pages", "")),
            "seen_on": min(seen, _LAST_TALK),
        }
    ]
