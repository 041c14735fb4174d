"""Contradictions and hollow sentences as properties of drawn companies, small and odd ones too."""

import re

import numpy as np
import pandas as pd
import pytest
from drawn import drawn_company

from kamlib import open_book

QUICK = {"stability.resamples": 10, "replay.quarters": 1, "target_check.resamples": 50}
FROM = pd.Timestamp("2023-07-01")
LINES = ("Tools", "Safety", "Fasteners")
# "1 accounts", "1 of 1 managers", "0 have", "EUR 0 of …", "nan", a name of code.
HOLLOW = re.compile(
    r"\b1 (accounts|days|targets|tasks|gaps|steps|quarters|orders|promises|tenders|people|deals"
    r"|questions|groups|hours|lines|managers|attempts)\b|\b1 of 1 |\bnan\b|\bNaT\b"
    r"|\bNone\b(?! (of|is|came))"
    r"|\b1 earlier days\b|\{|\bEUR -?0 (of|a year|revenue|margin)|\b1 account (are|have|buy|stay)\b"
)
ROUNDS = re.compile(r"(?<![\d.,])0 (have|has|are|is|were|was|did)\b")


def company_in(folder, accounts, *, seed, margin=True, managers=2, talks=True):
    """A data set of drawn orders, with returns, and as much beside them as is asked for."""
    random = np.random.default_rng(seed)
    orders, _truth = drawn_company(accounts, leaving_a_year=0.3, seed=seed)
    orders = orders[orders["date"] >= FROM].reset_index(drop=True)
    size = orders["account"].map(
        {name: random.lognormal(7, 1.2) for name in sorted(orders["account"].unique())}
    )
    revenue = (size * random.lognormal(0, 0.4, len(orders))).round(2)
    sales = orders.assign(
        document=[f"R{n}" for n in range(len(orders))],
        product="P",
        product_line=random.choice(LINES, len(orders)),
        quantity=1,
        revenue=revenue,
    )
    back = sales[random.random(len(sales)) < 0.04]
    back = back.assign(
        date=back["date"] + pd.Timedelta(days=20), document=back["document"] + "C",
        quantity=-1, revenue=-back["revenue"] * random.choice([0.5, 1.0, 3.0], len(back)),
    )  # fmt: skip
    sales = pd.concat([sales, back[back["date"] <= orders["date"].max()]], ignore_index=True)
    tables = {"transactions": sales}
    if margin:
        sales["margin"] = (sales["revenue"] * random.normal(0.25, 0.2, len(sales))).round(2)
    if managers:
        names = sorted(orders["account"].unique())
        of = [f"M{n % managers + 1}" for n in range(len(names))]
        sales["manager"] = sales["account"].map(dict(zip(names, of, strict=True)))
        tables["accounts"] = pd.DataFrame({"account": names, "manager": of})
        people = [f"M{n + 1}" for n in range(managers)]
        tables["managers"] = pd.DataFrame({"manager": people, "hours_per_quarter": 40})
        plans = {"manager": people, "quarter": "2025Q4", "revenue_plan": 5000}
        tables["plans"] = pd.DataFrame(plans)
    if talks:
        some = orders[random.random(len(orders)) < 0.2]
        tables["interactions"] = pd.DataFrame(
            {
                "account": some["account"],
                "date": some["date"] + pd.Timedelta(days=5),
                "kind": random.choice(["call", "meeting", "complaint"], len(some)),
                "next_step": random.choice(["", "send samples"], len(some)),
                "next_step_due": some["date"] + pd.Timedelta(days=30),
            }
        )
        tables["winbacks"] = pd.DataFrame(
            {"account": orders["account"].iloc[:1], "date": pd.Timestamp("2025-02-03"),
             "offer": "visit", "outcome": "refused"}
        )  # fmt: skip
    told = 'title = "Drawn"\ncurrency = "EUR"\n'
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
        told += f'[{name}]\nsource = "{name}.csv"\n'
    (folder / "dataset.toml").write_text(told)
    return open_book(folder, settings=QUICK)


MIXED = {"weekly": 1, "monthly": 8, "seasonal": 3, "yearly": 2, "project": 3}
COMPANIES = {
    "mixed": (MIXED, {"seed": 3}),
    "without margin, managers or talks": (
        {"monthly": 6, "project": 2},
        {"seed": 5, "margin": False, "managers": 0, "talks": False},
    ),
    "one account": ({"weekly": 1}, {"seed": 8, "managers": 1}),
    "two accounts": ({"monthly": 2}, {"seed": 11, "managers": 1, "margin": False}),
}


FIRST = ("mixed", "one account")  # the others are for `make long`


@pytest.fixture(
    scope="module",
    params=[pytest.param(n, marks=() if n in FIRST else pytest.mark.long) for n in COMPANIES],
)
def book(request, tmp_path_factory):
    accounts, options = COMPANIES[request.param]
    return company_in(tmp_path_factory.mktemp("drawn"), accounts, **options)


def sentences(book):
    for chapter in (*book.chapters, book.summary):
        for name, member in type(chapter).members.items():
            if member.kind == "sentence":
                yield f"{chapter.name}.{name}", str(getattr(chapter, name))


def test_no_list_contradicts_another_and_each_word_has_one_number(book):
    assert book.todo.contradictions.to_numpy().tolist() == []
    if not book.has_margin:
        assumed = [text for text in dict(sentences(book)).values() if "assumed" in text]
        assert len(assumed) >= 2, "where margin is unknown it says what was assumed"


def test_no_sentence_is_hollow(book):
    told = dict(sentences(book))
    assert len(told) > 40
    for name, text in told.items():
        assert not HOLLOW.search(text) and not ROUNDS.search(text), (name, text)
