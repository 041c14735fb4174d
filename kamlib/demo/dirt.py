"""The dirt that a real company's tables hold: planted, counted and written down."""

from dataclasses import dataclass

from kamlib.demo.chance import Dice

# What is wrong -> the column that is spoiled and what stands in it, line after line.
_BAD_LINES = {
    "account is empty": ("account", ("", "", "", "")),
    "date is impossible": ("date", ("2025-02-30", "2024-06-31", "2023-13-05")),
    "revenue is empty": ("revenue", ("", "", "")),
    "revenue is not a number": ("revenue", ("n/a", "see credit note")),
}
UNKNOWN_ACCOUNTS = ("N9014", "N9115", "N9202")  # in side tables, but not among the accounts


@dataclass(frozen=True)
class Finding:
    """One planted fault outside the transactions."""

    table: str
    account: str
    key: str
    finding: str


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
