import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from kamlib.analysis.segments.invest import (
    ATTRACTIVENESS,
    NOT_PLACEABLE,
    QUADRANTS,
    STRENGTH,
    axis,
    part_scores,
    part_words,
    portfolio_figures,
    portfolio_headline,
    portfolio_matrix,
    quadrant_sizes,
    revenue_growth,
)
from kamlib.analysis.segments.known import Known
from kamlib.settings import Settings, load_settings

AS_OF = pd.Timestamp("2025-12-31")
NAN = float("nan")
PARTS = [*ATTRACTIVENESS, *STRENGTH, "rhythm"]
# account: revenue, margin, months with an order, gap_cv, own gap, lost
COMPANY = {
    "big": (3000, 900, 1.0, 0.1, True, False),
    "rival's": (600, 120, 0.5, 1.2, True, False),
    "small": (400, 100, 0.75, NAN, False, False),
    "gone": (200, 50, 0.1, NAN, False, True),
    "returns": (-200, -60, 0.2, NAN, False, False),
    "unknown": (800, NAN, NAN, NAN, False, False),
}


def company(names=COMPANY):
    index = pd.Index(list(names), dtype="str", name="account")
    columns = ["revenue", "margin", "active_share", "gap_cv", "own_gap", "lost"]
    rows = pd.DataFrame([COMPANY[name] for name in names], index, columns=columns)
    kinds = {**dict.fromkeys(columns[:4], float), "own_gap": bool, "lost": bool}
    classes = rows.astype(kinds).assign(value=rows["revenue"].astype(float))
    since = pd.Series("2023-01-05", index).mask(index == "unknown", "2025-03-01")
    classes["first_order"] = pd.to_datetime(since).astype("datetime64[us]")
    revenue = {name: COMPANY[name][0] / 12 for name in names}
    months = pd.DataFrame(
        [
            (name, month, each * (1.0 if month.year == 2025 else 0.8))
            for name, each in revenue.items()
            for month in pd.period_range("2023-01", "2025-12", freq="M")
            if month >= classes.loc[name, "first_order"].to_period("M")
        ],
        columns=["account", "month", "revenue"],
    )
    accounts = pd.DataFrame({"annual_revenue": [9e6, *[1e6] * (len(index) - 1)]}, index)
    return classes, months.astype({"month": "period[M]"}), accounts


@pytest.fixture
def sides(side_table):
    """Competitors, contacts and the track record of the two that anything is recorded of."""
    rivals = side_table(
        "competitors",
        [
            {"account": "big", "competitor": "X", "share": 0.25},
            {"account": "rival's", "competitor": "X", "share": 0.75},
        ],
    )
    people = side_table(
        "contacts",
        [
            {"account": "big", "contact": "1", "role": "decides", "influence": 3, "attitude": 2,
             "owner": "M1"},
            {"account": "big", "contact": "2", "influence": 1, "attitude": -2},
            {"account": "big", "contact": "3", "influence": 0, "attitude": -2},
            {"account": "rival's", "contact": "1", "role": "decides", "influence": 2},
            {"account": "rival's", "contact": "2", "attitude": 0.5},
        ],
    )  # fmt: skip
    record = pd.DataFrame(
        {
            "deliveries_due": [40.0, 2.0],
            "deliveries_late": [2.0, 2.0],
            "tenders_won": [3.0, 1.0],
            "tenders_lost": [1.0, 0.0],
        },
        pd.Index(["big", "rival's"], dtype="str", name="account"),
    )
    return rivals, people, record


def known_of(frames, sides, as_of=AS_OF):
    """Classes, months and accounts; competitors, contacts and track record."""
    names = ("classes", "months", "accounts", "competitors", "contacts", "record")
    return Known(**dict(zip(names, (*frames, *sides), strict=True)), as_of=as_of)


def matrix_of(frames, sides, settings=None):
    return portfolio_matrix(known_of(frames, sides), settings=settings or Settings())


def test_the_figures_of_two_accounts_by_hand(sides):
    """Mean yearly revenue: 3000, 600, 400, 200 and 800 * 12 / 10 make 5160 / 5 = 1032; mean of
    the own revenues 14 / 6 million; mean of positive values 5000 / 5; margins known 1170 of
    4200 positive revenue."""
    figures = portfolio_figures(known_of(company(), sides), settings=Settings())
    expected = pd.DataFrame(
        {
            "wallet": [4000 / 1032, 2400 / 1032],
            "own_size": [54 / 14, 6 / 14],
            "value": [3.0, 0.6],
            "growth": [0.25, 0.25],
            "margin_rate": [0.3 - 1170 / 4200, 0.2 - 1170 / 4200],
            "wallet_share": [0.75, 0.25],
            "regularity": [1.0, 0.5],
            "service": [0.95, NAN],
            "attitude": [1.0, 0.5],
            "decider": [1.0, 0.0],
            "tenders": [0.75, NAN],
            "rhythm": [0.1, 1.2],
        },
        pd.Index(["big", "rival's"], dtype="str", name="account"),
    )
    pd.testing.assert_frame_equal(figures.loc[expected.index, list(expected)], expected)
    unknown = figures.loc["unknown", PARTS]
    assert unknown.index[unknown.notna()].tolist() == ["own_size", "value"]


def test_tenders_won_in_part_are_told_apart(sides):
    rivals, people, record = sides
    words = []
    for won, lost, partly in ((3.0, 1.0, 0.0), (1.4, 1.6, 0.0), (3.0, 1.0, 2.0)):
        told = record.assign(tenders_won=won, tenders_lost=lost, tenders_partly=partly)
        figures = portfolio_figures(
            known_of(company(), (rivals, people, told)), settings=Settings()
        )
        words.append(part_words(figures).loc["big", "tenders"])
    assert words == [
        "3 of 4 tenders won",
        "1.4 of 3 tenders won, those won in part by their amount",
        "3 of 4 tenders won; 2 more won in part, how much is not known",
    ]


def test_two_accounts_are_placed_by_hand(sides):
    table = matrix_of(company(), sides)
    # wallet 0.75 + 0.25 * (4000 / 1032 - 2) / 6; own size 0.75 + 0.25 * (54 / 14 - 2) / 6;
    # value 0.75 + 0.25 / 6; growth 0.5 + 0.25 * 0.2 / 0.25; margin 0.5 + 0.25 * 0.021429 / 0.05
    parts = (0.828165, 0.827381, 0.791667, 0.7, 0.607143)
    weights = (0.30, 0.15, 0.25, 0.10, 0.20)
    assert table.loc["big", "attractiveness"] == pytest.approx(np.dot(parts, weights), abs=1e-6)
    # share 0.5 + 0.25 * 0.15 / 0.2, regular 1, service 0.5, attitude 0.75, decider 1, tenders 0.75
    parts = (0.6875, 1.0, 0.5, 0.75, 1.0, 0.75)
    weights = (0.40, 0.25, 0.10, 0.10, 0.05, 0.10)
    assert table.loc["big", "strength"] == pytest.approx(np.dot(parts, weights), abs=1e-6)
    # share 0.0625, regular 0.25 + 0.25 * 0.17 / 0.42, attitude 0.5, decider 0; no service, tenders
    strength = (0.4 * 0.0625 + 0.25 * 0.351190 + 0.1 * 0.5 + 0) / 0.8
    assert table.loc["rival's", "strength"] == pytest.approx(strength, abs=1e-6)
    assert table["strength_known"].round(9).to_dict() == {
        "big": 1.0, "rival's": 0.8, "small": 0.25, "gone": 0.25, "returns": 0.25, "unknown": 0.0,
    }  # fmt: skip
    assert table["quadrant"].to_dict() == {
        "big": "strategic", "rival's": "star", "small": "status", "gone": NOT_PLACEABLE,
        "returns": NOT_PLACEABLE, "unknown": NOT_PLACEABLE,
    }  # fmt: skip
    assert table.loc["gone", "placed_why"] == "lost: see win-back"
    assert table.loc["returns", "placed_why"] == "no positive value in the window"
    assert table.loc[["gone", "returns"], ["attractiveness", "strength"]].isna().all().all()
    assert table.loc["rival's", "placed_why"].endswith(
        "(25 % of its purchases are ours, orders in 50 % of months, gaps vary by 120 % of their "
        "mean, attitude +0.5 of 1 contacts, nobody of us is named for who decides); unknown: "
        "service, tenders"
    )
    assert (
        "strength not known: under 25 % of its weights; unknown: our share of its"
        in (table.loc["unknown", "placed_why"])
    )
    revenue = company()[0]["revenue"]
    sizes = quadrant_sizes(table, revenue)
    assert sizes["accounts"].sum() == len(table)
    assert sizes["revenue"].sum() == revenue.sum()
    assert portfolio_headline(table, revenue).startswith("Strategic: 1 account with 62.5 % of")


def test_the_cut_and_what_must_be_known_are_settings(sides):
    higher = matrix_of(company(), sides, load_settings(None, {"portfolio.cut": 0.9}))
    assert set(higher["quadrant"]) == {"streamline", NOT_PLACEABLE}
    strict = matrix_of(company(), sides, load_settings(None, {"portfolio.min_known": 0.9}))
    assert strict.index[strict["quadrant"] != NOT_PLACEABLE].tolist() == ["big"]


def test_growth_needs_the_same_months_a_year_ago():
    """First order in May 2024: May is not full, so June to December 2025 against 2024."""
    index = pd.Index(["a", "late"], dtype="str", name="account")
    first = pd.to_datetime(["2024-05-20", "2024-08-02"]).astype("datetime64[us]")
    classes = pd.DataFrame({"first_order": first}, index)
    rows = [("a", "2024-05", 5), ("a", "2024-06", 10), ("a", "2024-12", 10), ("a", "2025-01", 99),
            ("a", "2025-05", 99), ("a", "2025-07", 30), ("late", "2024-09", 5)]  # fmt: skip
    months = pd.DataFrame(rows, columns=["account", "month", "revenue"])
    months["month"] = pd.PeriodIndex(months["month"], freq="M")
    growth = revenue_growth(classes, months, seen_to=AS_OF, min_months=6)
    assert growth.loc["a"] == pytest.approx(0.5)
    assert np.isnan(growth.loc["late"])
    # The last full month is November: June to November only.
    open_quarter = revenue_growth(classes, months, seen_to=pd.Timestamp("2025-12-20"), min_months=6)
    assert open_quarter.loc["a"] == pytest.approx(2.0)


def test_nothing_recorded_and_nobody_there(side_table):
    nothing = side_table("competitors"), side_table("contacts"), pd.DataFrame(
        index=pd.Index([], dtype="str", name="account")
    )  # fmt: skip
    table = matrix_of(company(), nothing)
    assert table["strength_known"].max() == 0.25
    assert set(table["quadrant"]) <= {*QUADRANTS, NOT_PLACEABLE}
    classes, months, accounts = company()
    empty = matrix_of((classes.head(0), months.head(0), accounts.head(0)), nothing)
    assert empty.empty
    assert portfolio_headline(empty, classes["revenue"]).startswith("No account can be placed")
    blank = classes.assign(**dict.fromkeys(["revenue", "margin", "value", "active_share"], NAN))
    blank["first_order"] = pd.NaT
    table = matrix_of((blank, months.head(0), accounts * NAN), nothing)
    assert (table["quadrant"] == NOT_PLACEABLE).all()
    assert (table["placed_why"] != "").all()


@effort(deadline=None, max_examples=25)
@given(
    st.lists(st.lists(st.one_of(st.floats(-5, 5), st.just(NAN)), min_size=12, max_size=12),
             min_size=1, max_size=8),
)  # fmt: skip
def test_scores_stay_within_bounds_and_unknown_is_not_zero(rows):
    figures = pd.DataFrame(rows, columns=PARTS, dtype=float)
    scores = part_scores(figures, Settings())
    found = axis(scores[list(STRENGTH)], Settings().portfolio.strength_weights)
    assert found["score"].dropna().between(0, 1).all()
    assert found["known"].between(0, 1 + 1e-12).all()
    assert (found["score"].isna() == (found["known"] == 0)).all()
    known = scores[list(STRENGTH)]
    inside = found["score"].notna()
    assert (found["score"][inside] >= known.min(axis=1)[inside] - 1e-12).all()
    assert (found["score"][inside] <= known.max(axis=1)[inside] + 1e-12).all()


def test_row_order_does_not_matter(demo_keys):
    book, known = demo_keys.book, demo_keys.book.known
    mixed = [
        frame.sample(frac=1, random_state=5)
        for frame in (
            *(demo_keys.classes, book.months, book.accounts),
            *(known("competitors"), known("contacts"), demo_keys.record),
        )
    ]
    table = portfolio_matrix(known_of(mixed, (), book.as_of), settings=book.settings)
    pd.testing.assert_frame_equal(table.loc[demo_keys.matrix.index], demo_keys.matrix)


def test_every_account_is_placed_or_says_why(demo_keys, retail_keys, works_keys):
    for keys in (demo_keys, retail_keys, works_keys):
        table = keys.matrix
        assert table.index.equals(keys.classes.index)
        placed = table["quadrant"].isin(QUADRANTS)
        assert (placed | (table["quadrant"] == NOT_PLACEABLE)).all()
        both = table[["attractiveness", "strength"]].notna().all(axis=1)
        assert placed.equals(both)
        assert (table["placed_why"] != "").all()
        assert not placed[keys.classes["lost"]].any()
        # The largest that are not lost are placed, even from transactions alone.
        largest = keys.classes[~keys.classes["lost"]].index[:20]
        assert placed.loc[largest].mean() >= 0.9
        assert set(table.loc[placed, "quadrant"]) == set(QUADRANTS)
