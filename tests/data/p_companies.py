"""Small companies for the tests of targets, all columns as the data layer has them."""

from types import SimpleNamespace

import pandas as pd

from kamlib.analysis.targeting.target_list import Known, decided_list, target_list
from kamlib.settings import Settings

AS_OF = pd.Timestamp("2025-12-31")
RULES = Settings()
DAYS = {"first_seen", "outcome_on", "need_date", "budget_date", "authority_date"}
TEXT = ("account", "match", "match_why")


def prospects_of(*rows):
    """Prospects as the canonical table has them; what is not given is unknown."""
    names = ["prospect", "name", "industry", "employees", "annual_revenue", "source", "outcome",
             "competitor", "competitor_share", "product_line", "value", "manager", "account",
             *sorted(DAYS), "need", "need_evidence", "budget", "budget_evidence", "authority",
             "authority_evidence"]  # fmt: skip
    frame = pd.DataFrame(list(rows), columns=names)
    numbers = ["employees", "annual_revenue", "competitor_share", "value", "need", "budget",
               "authority"]  # fmt: skip
    texts = [name for name in names if name not in DAYS and name not in numbers]
    kinds = {**dict.fromkeys(numbers, float), **dict.fromkeys(texts, "str")}
    return frame.astype({**kinds, **dict.fromkeys(DAYS, "datetime64[us]")})


def matches_of(prospects, **found):
    """``found``: prospect -> (account, match)."""
    rows = [(*found.get(code, ("", "")), "") for code in prospects["prospect"]]
    index = pd.Index(prospects["prospect"], name="prospect")
    return pd.DataFrame(rows, index, list(TEXT)).astype("str")


def company(**abc):
    """Six accounts of one industry each; ``abc`` changes classes."""
    index = pd.Index(["a1", "a2", "a3", "a4", "lost", "none"], name="account", dtype="str")
    classes = pd.DataFrame(
        {
            "name": ["Ada", "Bob", "", "Dee", "Eve", "Fay"],
            "revenue": [1000.0, 400.0, 200.0, 100.0, 50.0, 0.0],
            "abc": ["A", "B", "C", "C", "C", "D"],
            "lost": [False, False, False, False, True, False],
            "first_order": pd.Timestamp("2022-03-01").as_unit("us"),
        },
        index,
    )
    accounts = pd.DataFrame(
        {
            "industry": ["Food", "Food", "Food", "Steel", "Steel", ""],
            "region": "North",
            "employees": [10.0, 20.0, None, 5.0, None, None],
            "annual_revenue": [100_000.0, 100_000.0, None, 25_000.0, None, None],
            "manager": "M1",
            "credit_limit": [150.0, None, None, None, None, None],
        },
        index,
    ).astype({"industry": "str", "region": "str", "manager": "str"})
    whitespace = pd.DataFrame(
        {
            "account": ["a1", "a1", "a2", "lost", "none"],
            "product_line": ["Tools", "Safety", "Tools", "Tools", "Tools"],
            "expected_value": [50.0, 100.0, 0.0, 70.0, 80.0],
            "value_if_bought": [200.0, 150.0, 0.0, 90.0, 95.0],
        }
    ).astype({"account": "str", "product_line": "str"})
    return SimpleNamespace(classes=classes, accounts=accounts, whitespace=whitespace)


def targets_of(firm, prospects, matches=None, competitors=None, bought=None):
    matches = matches_of(prospects) if matches is None else matches
    known = Known(*(prospects, firm.accounts, firm.classes, firm.whitespace), competitors, bought)
    return target_list(known, matches, as_of=AS_OF, settings=RULES)


def decided_of(prospects, matches=None):
    matches = matches_of(prospects) if matches is None else matches
    return decided_list(prospects, matches, as_of=AS_OF)
