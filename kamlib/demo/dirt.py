"""The dirt that a real company's tables hold: planted, counted and written down.

And the forms in which they hold more rows than they mean: a plan by month, a delivery in two
parts, an invoice paid in instalments. Each table of the pack is as if they came as one.
"""

from dataclasses import dataclass
from datetime import timedelta

from kamlib.demo.chance import Dice

# What is wrong -> the column that is spoiled and what stands in it, line after line.
_BAD_LINES = {
    "account is empty": ("account", ("", "", "", "")),
    "date is impossible": ("date", ("2025-02-30", "2024-06-31", "2023-13-05")),
    "revenue is empty": ("revenue", ("", "", "")),
    "revenue is not a number": ("revenue", ("n/a", "see credit note")),
}
UNKNOWN_ACCOUNTS = ("N9014", "N9115", "N9202")  # in side tables, but not among the accounts

PLANNED_BY_MONTH = "M5"
IN_PARTS = "N1045"  # buys regularly, and receives each order in two parts
IN_INSTALMENTS = "N1013"  # pays each invoice in two instalments


@dataclass(frozen=True)
class Finding:
    """One planted fault outside the transactions."""

    table: str
    account: str
    key: str
    finding: str


@dataclass(frozen=True)
class Form:
    """What stands in more rows than it has figures: in which table, of whom, in how many rows."""

    table: str
    subject: str
    form: str
    rows: int
    meant: int


def spoil_transactions(rows: list[dict], seed: int) -> tuple[list[dict], list[dict]]:
    """The lines with bad ones among them, and the list of the bad ones by row of the file."""
    dice = Dice(seed, "bad lines")
    ends = [
        place
        for place, (row, later) in enumerate(zip(rows, rows[1:], strict=False), start=1)
        if row["document"] != later["document"] and row["product_line"] != "Freight"
    ]
    faults = [(why, column, text) for why, (column, texts) in _BAD_LINES.items() for text in texts]
    places = sorted(dice.shuffled(ends)[: len(faults)])
    fault_at = dict(zip(places, dice.shuffled(faults), strict=True))
    dirty, bad = [], []
    for place, row in enumerate(rows):
        if place in fault_at:
            reason, column, text = fault_at[place]
            last = rows[place - 1]
            dirty.append(last | {"line": last["line"] + 1} | {column: text})
            # Row 1 of the file is the header.
            bad.append({"row": len(dirty) + 1, "step": "rejected", "reason": reason} | dirty[-1])
        dirty.append(row)
    return dirty, bad


def spoil_sides(tables: dict[str, list[dict]], seed: int) -> list[Finding]:
    """Plant unknown accounts and a doubled contact into the side tables; say what was done."""
    dice = Dice(seed, "side dirt")
    findings = []
    sides = ("contacts", "interactions", "tenders")
    for table, account in zip(sides, UNKNOWN_ACCOUNTS, strict=True):
        row = dice.pick(tables[table][:200]) | {"account": account}
        tables[table].append(row)
        key = str(row.get("contact") or row.get("date"))
        findings.append(Finding(table, account, key, "account is not in accounts"))
    findings.append(_double_contact(tables["contacts"]))
    findings.append(_respell_contact(tables["contacts"]))
    return findings


def _double_contact(contacts: list[dict]) -> Finding:
    place = next(p for p, row in enumerate(contacts) if row["contact"] == "C2" and p > 40)
    row = contacts[place]
    contacts.insert(place + 1, row | {"position": row["position"].upper()})
    return Finding("contacts", row["account"], row["contact"], "the same contact twice")


def _respell_contact(contacts: list[dict]) -> Finding:
    """The same person once more under another code."""
    place = next(p for p, row in enumerate(contacts) if row["contact"] == "C3" and p > 120)
    row = contacts[place]
    first, last = row["name"].split(" ", 1)
    contacts.insert(place + 1, row | {"contact": "C3a", "name": f"{first[0]}. {last}"})
    return Finding("contacts", row["account"], "C3a", "the same person as C3")


def blank_names(accounts: list[dict]) -> list[Finding]:
    """Blanks around two names, as copied from a letter; they change what a match finds."""
    findings = []
    for row in (accounts[11], accounts[57]):
        row["name"] = f" {row['name']} "
        findings.append(Finding("accounts", row["account"], "name", "blanks around the name"))
    return findings


def write_in_forms(tables: dict[str, list[dict]]) -> list[Form]:
    """Rewrite the rows of one manager and two accounts in place; say what was done."""
    told = []
    for table, column, subject, form, rewrite in (
        ("plans", "manager", PLANNED_BY_MONTH, "planned by month", _months),
        ("deliveries", "account", IN_PARTS, "delivered in two parts", _parts),
        ("payments", "account", IN_INSTALMENTS, "paid in two instalments", _instalments),
    ):
        meant = sum(row[column] == subject for row in tables[table])
        rows = [
            part
            for row in tables[table]
            for part in (rewrite(row) if row[column] == subject else (row,))
        ]
        told.append(Form(table, subject, form, meant + len(rows) - len(tables[table]), meant))
        tables[table] = rows
    return told


def _months(plan: dict) -> list[dict]:
    """A quarter's plan as three months: the third gets what does not divide."""
    year, quarter = plan["quarter"].split("Q")
    third = plan["revenue_plan"] // 3
    amounts = (third, third, plan["revenue_plan"] - 2 * third)
    first = 3 * int(quarter) - 2
    return [
        plan | {"quarter": f"{year}-{first + place:02}", "revenue_plan": amount}
        for place, amount in enumerate(amounts)
    ]


def _parts(delivery: dict) -> list[dict]:
    """A part on the day before, and then the rest: only with that it is what was promised."""
    day = delivery["delivered_on"]
    before = day and day - timedelta(days=1)
    return [delivery | {"delivered_on": before, "complete": "no"}, delivery]


def _instalments(payment: dict) -> list[dict]:
    """Two fifths of an invoice, and then the rest."""
    cents = round(payment["amount"] * 100)
    first = 2 * cents // 5
    return [payment | {"amount": first / 100}, payment | {"amount": (cents - first) / 100}]
