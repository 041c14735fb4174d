from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from kamlib.analysis.measures.wallet import rival_shares, wallets
from kamlib.analysis.segments.known import Known
from kamlib.analysis.segments.types import account_types, breadwinner_fallback
from kamlib.settings import ACCOUNT_TYPES, Settings, load_settings

TRUTH = Path(__file__).parents[3] / "data" / "demo" / "truth.csv"
AS_OF = pd.Timestamp("2025-12-31")
NAN = float("nan")
# account: revenue, margin, first order, since, credit limit, own revenue, leader, known, expert
COMPANY = {
    "giant": (500, 100, "2023-01-05", "2010-01-01", 90, 9e6, True, False, False),
    "tenth": (300, 18, "2023-01-05", None, NAN, NAN, False, True, True),
    "thin": (400, 2, "2023-01-05", None, NAN, NAN, None, None, None),
    "unclear": (350, NAN, "2023-01-05", None, NAN, NAN, False, False, False),
    "young": (20, 4, "2025-07-10", "2025-07-01", 30, NAN, False, False, False),
    "budget": (20, 4, "2025-07-10", "2025-07-01", 5, 100, False, False, False),
    "poor": (20, 4, "2025-07-10", "2025-07-01", 5, 100, False, False, False),
    "loyal": (20, 4, "2025-07-10", "2025-07-01", 30, NAN, False, False, False),
    "in the file": (20, 4, "2025-07-10", "2015-01-01", 30, NAN, False, False, False),
    "loses": (30, -40, "2024-01-05", None, NAN, NAN, False, False, True),
}
RIVALS = {"young": 0.5, "budget": 0.9, "poor": 0.9, "loyal": 0.49, "in the file": 0.8, "giant": 0.9}


def company(names=COMPANY, lost=()):
    index = pd.Index(list(names), dtype="str", name="account")
    rows = pd.DataFrame([COMPANY[name] for name in names], index, columns=range(9))
    classes = pd.DataFrame(
        {
            "revenue": rows[0].astype(float),
            "margin": rows[1].astype(float),
            "value": rows[0].astype(float),
            "first_order": pd.to_datetime(rows[2]).astype("datetime64[us]"),
            "lost": index.isin(lost),
        },
        index,
    )
    accounts = pd.DataFrame(
        {
            "name": [f"{name} Ltd" for name in names],
            "since": pd.to_datetime(rows[3]).astype("datetime64[us]"),
            "credit_limit": rows[4].astype(float),
            "annual_revenue": rows[5].astype(float),
            **{
                flag: rows[place].astype("boolean")
                for place, flag in ((6, "market_leader"), (7, "well_known"), (8, "expert"))
            },
        },
        index,
    )
    return classes, accounts


@pytest.fixture
def sides(side_table):
    rivals = side_table(
        "competitors",
        [
            {"account": name, "competitor": "X", "product_line": "Tools", "share": part}
            for name, part in RIVALS.items()
        ],
    )
    named = {"prospect": "P1", "name": " BUDGET  ltd", "budget": 0.5, "competitor_share": 1.0}
    same_name = {"prospect": "P2", "name": "Loyal Ltd", "budget": 1.0, "competitor_share": 1.0}
    return rivals, side_table("prospects", [named, same_name])


def types_of(frames, sides, settings=None):
    names = ("classes", "accounts", "competitors", "prospects")
    known = Known(**dict(zip(names, (*frames, *sides), strict=True)), as_of=AS_OF)
    return account_types(known, settings=settings or Settings())


def test_every_type_by_hand(sides):
    """Positive margins 100 + 18 + 2 + 5 * 4 = 140: a tenth is 14."""
    found = types_of(company(), sides)
    assert found["types"].to_dict() == {
        "giant": "breadwinner, image",
        "tenth": "breadwinner, image, expert",
        "thin": "none",
        "unclear": "none",
        "young": "prospective",
        "budget": "prospective",
        "poor": "none",
        "loyal": "none",
        "in the file": "prospective",
        "loses": "expert",
    }
    earned = "of margin earned, losses aside"
    assert found["type_why"].to_dict() == {
        "giant": f"breadwinner: 71.4 % {earned} (100); image: leader of its market",
        "tenth": f"breadwinner: 12.9 % {earned} (18); image: well known in its industry or region; "
        "expert: demanding, and knows the market",
        "thin": f"no type: 1.4 % {earned} (2); not recorded whether it is well known or an expert",
        "unclear": "no type: margin not known, so not judged by margin",
        # 20 in the six months from July are 40 a year, half of which is 20.
        "young": "prospective: with us since 2025-07-10, credit limit 30 against 40 a year, 50 % "
        "bought from competitors",
        "budget": "prospective: with us since 2025-07-10, budget scored 0.50 as a prospect, 90 % "
        "bought from competitors",
        "poor": f"no type: 2.9 % {earned} (4)",
        "loyal": f"no type: 2.9 % {earned} (4)",
        "in the file": "prospective: with us since 2025-07-10, credit limit 30 against 40 a year, "
        "80 % bought from competitors",
        "loses": "expert: demanding, and knows the market",
    }
    assert (found["types"] == "none").equals(~found[list(ACCOUNT_TYPES)].any(axis=1))


def test_who_is_lost_is_not_prospective(sides):
    assert types_of(company(lost=["young"]), sides).loc["young", "types"] == "none"


def test_sales_that_begin_late_do_not_make_old_accounts_new(sides):
    """Without the accounts of 2023 the sales begin in July 2025: who is new, nobody can tell."""
    found = types_of(company(["young", "in the file", "budget"]), sides)
    assert found["prospective"].to_dict() == {"young": True, "in the file": False, "budget": True}
    classes, accounts = company(["young", "in the file"])
    unknown = accounts.assign(since=pd.NaT)
    assert not types_of((classes, unknown), sides)["prospective"].any()


def test_a_fragmented_base_names_its_largest(sides):
    names = ["young", "poor", "loyal", "budget"]
    classes, accounts = company(names)
    classes["margin"] = [3.0, 5.0, 2.0, 2.0]
    more = pd.DataFrame({"margin": 2.0}, pd.Index([f"n{n}" for n in range(44)], dtype="str"))
    classes = pd.concat([classes, more.rename_axis("account")])
    classes = classes.assign(
        value=1.0, revenue=1.0, lost=False,
        first_order=classes["first_order"].fillna(pd.Timestamp("2023-01-02")),
    )  # fmt: skip
    settings = load_settings(None, {"types.fallback_accounts": 2})
    assert breadwinner_fallback(classes, settings=settings)
    found = types_of((classes, accounts.reindex(classes.index)), sides, settings)
    assert found.index[found["breadwinner"]].tolist() == ["young", "poor"]
    assert found.loc["poor", "type_why"].startswith(
        "breadwinner: number 1 by margin, with 5.0 % of margin (5); nobody brings 10 %, so the 2 "
        "largest are named"
    )
    # Equal margins stand in line by account number.
    tied = load_settings(None, {"types.fallback_accounts": 3})
    again = types_of((classes, accounts.reindex(classes.index)), sides, tied)
    assert again.index[again["breadwinner"]].tolist() == ["young", "poor", "budget"]
    assert not breadwinner_fallback(company()[0], settings=Settings())


def test_without_any_margin_revenue_counts(sides):
    classes, accounts = company()
    found = types_of((classes.assign(margin=NAN), accounts), sides)
    assert found.index[found["breadwinner"]].tolist() == ["giant", "tenth", "thin", "unclear"]
    assert found.loc["thin", "type_why"].startswith("breadwinner: 23.8 % of revenue (400)")


def test_nothing_at_all(side_table):
    empty = side_table("competitors"), side_table("prospects")
    classes, accounts = company([])
    assert types_of((classes, accounts), empty).empty
    classes, accounts = company(["giant"])
    nothing = classes.assign(revenue=0.0, value=0.0, margin=NAN, first_order=pd.NaT)
    blank = accounts.reindex(["elsewhere"])
    found = types_of((nothing, blank), empty)
    assert found["types"].tolist() == ["none"]
    assert breadwinner_fallback(nothing, settings=Settings())


@effort(deadline=None, max_examples=20)
@given(st.permutations(list(COMPANY)))
def test_the_order_of_accounts_does_not_matter(names):
    classes, accounts = company(names)
    rivals = pd.DataFrame({"account": ["young"], "competitor": "X", "product_line": "Tools"})
    rivals = rivals.assign(share=0.7, seen_on=pd.NaT)
    prospects = pd.DataFrame(columns=["prospect", "name", "budget", "first_seen"])
    found = types_of((classes, accounts), (rivals, prospects))
    again = types_of(company(), (rivals, prospects))
    pd.testing.assert_frame_equal(found.sort_index(), again.sort_index())


@effort(deadline=None, max_examples=20)
@given(st.floats(0.01, 1e6))
def test_the_currency_does_not_matter(factor):
    classes, accounts = company()
    scaled = classes.assign(**{name: classes[name] * factor for name in ("revenue", "margin")})
    limits = {name: accounts[name] * factor for name in ("credit_limit", "annual_revenue")}
    rivals = pd.DataFrame({"account": ["young"], "competitor": "X", "product_line": "Tools"})
    rivals = rivals.assign(share=0.7, seen_on=pd.NaT)
    prospects = pd.DataFrame(columns=["prospect", "name", "budget", "first_seen"])
    found = types_of((scaled, accounts.assign(**limits)), (rivals, prospects))
    assert found["types"].equals(types_of(company(), (rivals, prospects))["types"])


def test_competitors_of_a_line_add_up_and_the_latest_sight_counts(side_table):
    def row(account, competitor, line, part, seen):
        return {
            "account": account, "competitor": competitor, "product_line": line, "share": part,
            "seen_on": pd.Timestamp(seen),
        }  # fmt: skip

    rivals = side_table(
        "competitors",
        [
            row("a", "X", "Tools", 0.9, "2025-01-01"),
            row("a", "X", "Tools", 0.3, "2025-06-01"),
            row("a", "Y", "Tools", 0.4, "2025-01-01"),
            row("a", "X", "Safety", 0.1, "2025-01-01"),
            row("b", "X", "", 0.6, "2025-01-01"),
            row("b", "Y", "Tools", 0.9, "2025-01-01"),
            row("c", "X", "Tools", 0.8, "2025-01-01"),
            row("c", "Y", "Tools", 0.8, "2025-01-01"),
            row("d", "Y", "Tools", NAN, "2025-01-01"),
        ],
    )
    assert rival_shares(rivals).round(9).to_dict() == {"a": 0.4, "b": 0.6, "c": 1.0}
    classes = pd.DataFrame(
        {
            "revenue": [60.0, 10.0, 20.0, -5.0],
            "first_order": pd.to_datetime(["2023-01-01", "2025-12-20", "2025-07-10", pd.NaT]),
        },
        pd.Index(["a", "b", "c", "d"], dtype="str", name="account"),
    )
    found = wallets(classes, rivals, as_of=AS_OF, months=12)
    # b: one month, taken as three; c: six months, and of a rival's share at most 0.95 counts.
    assert found["yearly"].tolist()[:3] == [60, 40, 40]
    assert found["wallet"].round(6).tolist()[:3] == [100, 100, 800]
    assert found.loc["d"].isna().all()


def test_planted_types_are_recovered(demo_keys):
    """Precision and recall 1, but for the giant: a market leader by the data, planted or not."""
    types = demo_keys.types
    planted = pd.read_csv(TRUTH, dtype="str").set_index("account")["types"].fillna("")
    planted = planted.reindex(types.index).fillna("")
    for name in ACCOUNT_TYPES:
        expected = set(planted.index[planted.str.contains(name)])
        giant = {"N1155"} if name == "image" else set()
        assert set(types.index[types[name]]) == expected | giant, name
    assert types["breadwinner"].sum() == 2
    assert not breadwinner_fallback(demo_keys.classes, settings=Settings())


def test_real_data_has_no_breadwinner_by_share(retail_keys, works_keys):
    for keys, value in ((retail_keys, "revenue"), (works_keys, "margin")):
        assert breadwinner_fallback(keys.classes, settings=Settings())
        named = keys.types[keys.types["breadwinner"]]
        assert len(named) == 10
        largest = keys.classes[value].sort_values(ascending=False).index[:10]
        assert set(named.index) == set(largest)
        assert named["type_why"].str.contains("so the 10 largest are named").all()
        assert not keys.types[["prospective", "image", "expert"]].any().any()
