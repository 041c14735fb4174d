"""The planted truth, table by table: what every analysis may be tested against."""

from kamlib.demo.account import Account
from kamlib.demo.company import FREIGHT_REASON
from kamlib.demo.dirt import Finding
from kamlib.demo.leads import committee, need_line
from kamlib.demo.market import recorded_loss
from kamlib.demo.orders import Document
from kamlib.demo.prospects import Prospect
from kamlib.demo.workdays import YEARS

# Where an analyst could see the reason; the others are known only if somebody asked.
_EVIDENCE = {
    "missed deadlines": "deliveries",
    "product quality": "transactions, interactions",
    "service level": "interactions",
    "opinion not considered": "interactions",
    "forgotten": "interactions",
    "price": "tenders, interactions",
    "competitor": "tenders, competitors",
    "closed down": "interactions, payments",
}


def account_truth(accounts: list[Account], documents: list[Document], seed: int) -> list[dict]:
    """One row per number that was ever used: archetype, types, what became of it and why."""
    days: dict[str, list] = {}
    for document in documents:
        if document.kind == "R":
            days.setdefault(document.account, []).append(document.date)
    return [_account_row(account, days.get(account.account, []), seed) for account in accounts]


def _account_row(account: Account, days: list, seed: int) -> dict:
    loss = recorded_loss(account, seed)
    return {
        "account": account.account,
        "name": account.name,
        "archetype": account.archetype,
        "types": ";".join(account.types),
        "size": account.size,
        "first_order": min(days, default=None),
        "last_order": max(days, default=None),
        "left_on": account.left_on,
        "left_line": account.left_line,
        "left_line_on": account.left_line_on,
        "reason": account.reason,
        "reason_seen_in": _EVIDENCE.get(account.reason, ""),
        "recorded_on": loss[0] if loss else None,
        "recorded_reason": loss[1] if loss else "",
        "silent_from": account.silent_from,
        "returned_on": account.returned_on,
        "won_back": "yes" if account.won_back else "",
        "adopted_line": account.adopted_line,
        "adopted_on": account.adopted_on,
        "merged_into": account.merged_into,
        "merged_on": account.merged_on,
        "same_company_as": account.same_company_as,
        "typo_of": account.typo_of,
        "pays_on_time": account.pays_on_time,
        "committee": account.committee,
    }


def prospect_truth(prospects: list[Prospect], seed: int) -> list[dict]:
    """One row per prospect: what is behind the notes, and the chance to win it."""
    return [
        {
            "prospect": prospect.prospect,
            "lookalike": "yes" if prospect.lookalike else "no",
            "need": prospect.need,
            "budget": prospect.budget,
            "authority": prospect.authority,
            "p_win": prospect.p_win,
            "outcome": prospect.result,
            "account": prospect.account,
            "already_account": "yes" if prospect.account and prospect.result == "open" else "",
            "need_line": need_line(prospect, seed),
            "committee": committee(prospect, seed),
        }
        for prospect in prospects
    ]


def total_truth(documents: list[Document], bad: list[dict]) -> list[dict]:
    """What the lines must reconcile to: rows and revenue per step, and per year."""
    lines = [(document, line) for document in documents for line in document.lines]
    freight = [line for _, line in lines if line.product_line == "Freight"]
    goods = [(document, line) for document, line in lines if line.product_line != "Freight"]
    rows = [
        ("read", "", len(lines) + len(bad), None, None),
        ("rejected", "", len(bad), None, None),
        ("excluded", FREIGHT_REASON, len(freight), _revenue(freight), None),
        _kept("kept", "", [line for _, line in goods]),
    ]
    for year in YEARS:
        rows.append(_kept("kept", str(year), [line for d, line in goods if d.date.year == year]))
    names = ("step", "detail", "rows", "revenue", "margin")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _kept(step: str, detail: str, lines: list) -> tuple:
    margin = sum(line.margin for line in lines) / 100
    return step, detail, len(lines), _revenue(lines), margin


def _revenue(lines: list) -> float:
    return sum(line.revenue for line in lines) / 100


def fault_truth(findings: list[Finding]) -> list[dict]:
    """One row per fault planted outside the transactions."""
    return [vars(finding) for finding in findings]
