"""The one example row of each sheet of the input template, and how a reader knows it."""

import datetime as dt

from kamlib.data.describe.schema import TABLES

# A row whose first key column holds exactly this is the template's example, never data.
EXAMPLE_KEY = "EXAMPLE"
# The input workbook's first sheet asks for these, label to the left of the answer.
README_SHEET = "Read me"
COMPANY_LABEL = "Company"
CURRENCY_LABEL = "Currency"

Cell = str | float | dt.date

_VALUES: dict[str, dict[str, Cell]] = {
    "transactions": {
        "date": dt.date(2025, 10, 14),
        "document": "R-00417",
        "line": "1",
        "revenue": 1840.0,
        "cost": 1312.5,
        "product": "00123",
        "product_line": "Pumps",
        "quantity": 8,
        "channel": "field",
        "region": "North",
        "manager": "M03",
    },
    "accounts": {
        "name": "Example Ltd",
        "parent": "10007",
        "industry": "Food",
        "region": "North",
        "manager": "M03",
        "since": dt.date(2019, 3, 1),
        "employees": 240,
        "annual_revenue": 38_000_000.0,
        "credit_limit": 60_000.0,
        "payment_terms": 30,
        "market_leader": "no",
        "well_known": "yes",
        "expert": "yes",
        "description": "Dairy with two plants",
        "history": "First order at a fair in 2019",
        "structure": "Central buying, technical department decides",
        "surroundings": "Supplies three retail chains",
    },
    "contacts": {
        "contact": "C1",
        "name": "Jo Example",
        "position": "Head of maintenance",
        "reports_to": "C2",
        "role": "champions",
        "influence": 2,
        "attitude": 1,
        "interests": "Fewer stops of the line",
        "channel": "phone",
        "last_contact": dt.date(2025, 9, 30),
        "owner": "M03",
    },
    "interactions": {
        "date": dt.date(2025, 9, 30),
        "kind": "complaint",
        "contact": "C1",
        "subject": "Seals leak after two weeks",
        "outcome": "Replaced free of charge",
        "resolved_on": dt.date(2025, 10, 6),
        "next_step": "Visit the line with our engineer",
        "next_step_due": dt.date(2025, 11, 15),
        "manager": "M03",
    },
    "deliveries": {
        "document": "R-00417",
        "promised_on": dt.date(2025, 10, 14),
        "delivered_on": dt.date(2025, 10, 16),
        "complete": "yes",
    },
    "payments": {
        "document": "R-00417",
        "amount": 1840.0,
        "due_on": dt.date(2025, 11, 13),
        "paid_on": dt.date(2025, 11, 20),
    },
    "tenders": {
        "date": dt.date(2025, 6, 12),
        "product_line": "Pumps",
        "amount": 95_000.0,
        "our_price": 91_500.0,
        "winning_price": 88_000.0,
        "result": "lost",
        "reason": "Price",
        "competitor": "Rival Inc",
    },
    "competitors": {
        "competitor": "Rival Inc",
        "product_line": "Valves",
        "share": 0.4,
        "strength": 2,
        "note": "Has a store nearby",
        "seen_on": dt.date(2025, 8, 20),
    },
    "judgements": {
        "criterion": "long-term",
        "score": 0.8,
        "author": "M03",
        "date": dt.date(2025, 9, 1),
        "evidence": "Five-year plan for the second plant",
    },
    "losses": {
        "date": dt.date(2025, 7, 31),
        "reason": "missed deadlines",
        "note": "Three late deliveries in spring",
    },
    "winbacks": {
        "date": dt.date(2025, 9, 15),
        "offer": "Stock reserved for them",
        "cost": 1200.0,
        "outcome": "open",
    },
    "prospects": {
        "name": "Future Ltd",
        "industry": "Food",
        "region": "South",
        "employees": 180,
        "annual_revenue": 25_000_000.0,
        "source": "trade fair",
        "first_seen": dt.date(2025, 5, 8),
        "need": 0.8,
        "need_evidence": "Builds a new line",
        "need_date": dt.date(2025, 9, 3),
        "budget": 0.6,
        "budget_evidence": "Budget approved by the owner",
        "budget_date": dt.date(2025, 9, 3),
        "authority": 0.5,
        "authority_evidence": "We know the head of buying",
        "authority_date": dt.date(2025, 9, 3),
        "competitor": "Rival Inc",
        "competitor_share": 0.7,
        "relationship": "new",
        "product_line": "Pumps",
        "value": 60_000.0,
        "manager": "M03",
        "outcome": "open",
    },
    "managers": {
        "name": "Kim Example",
        "hours_per_quarter": 320,
        "product_knowledge": 0.85,
        "tested_on": dt.date(2025, 9, 12),
        "team": "sales",
    },
    "plans": {"quarter": "2025Q4", "revenue_plan": 450_000.0},
    "plays": {
        "strategy": "Defend and deepen",
        "hours": 24,
        "lead": "Key-account manager",
        "offer": "Yearly agreement with reserved stock",
        "next_step": "Quarterly review with who decides",
    },
}


def example_row(table: str) -> dict[str, Cell]:
    """The example row of a table: canonical column to value, its first key column first."""
    return {TABLES[table].key[0]: EXAMPLE_KEY, **_VALUES[table]}
