"""The offer to each target: by hand, its rivals, its words, and many prospects."""

import time

import numpy as np
import pandas as pd
import pytest

from kamlib.analysis.campaign.offers import COLUMNS, need_kind, offers, with_offers
from kamlib.analysis.targeting.gaps import lines_bought
from kamlib.analysis.targeting.target_list import Known
from kamlib.settings import WhitespaceSettings

NOW = pd.Period("2025Q4")
TEXTS = ("name", "industry", "product_line", "competitor", "need_evidence", "kind")


def targets_of(*rows):
    """Dicts; what is not given is unknown."""
    base = dict.fromkeys(TEXTS, "") | {"competitor_share": np.nan, "value": np.nan}
    base |= {"need_date": pd.NaT, "kind": "prospect"}
    table = pd.DataFrame([base | row for row in rows]).set_index("prospect")
    kinds = dict.fromkeys(TEXTS, "str") | {"competitor_share": float, "value": float}
    return table.astype({**kinds, "need_date": "datetime64[us]"})


def sales_of(rows):
    table = pd.DataFrame(rows, columns=["account", "product_line", "revenue"])
    texts = {"account": "str", "product_line": "str", "revenue": float}
    quarters = pd.PeriodIndex([NOW] * len(table), freq="Q-DEC")
    return table.astype(texts).assign(quarter=quarters, margin=np.nan)


def competitors_of(*rows):
    columns = ["account", "competitor", "product_line", "share", "strength"]
    table = pd.DataFrame(list(rows), columns=columns)
    kinds = dict.fromkeys(columns[:3], "str") | dict.fromkeys(columns[3:], float)
    return table.astype(kinds).assign(seen_on=pd.NaT)


def gaps_of(*rows):
    columns = ["account", "product_line", "expected_value", "value_if_bought", "why", "references"]
    table = pd.DataFrame(list(rows), columns=columns).assign(stopped="")
    texts = dict.fromkeys(("account", "product_line", "why", "references", "stopped"), "str")
    return table.astype({**texts, "expected_value": float, "value_if_bought": float})


ACCOUNTS = pd.DataFrame(
    {"name": ["Ship One", "Ship Two", "Baker"], "industry": ["Ship", "Ship", "Food"]},
    pd.Index(["N1", "N2", "N3"], dtype="str", name="account"),
).astype("str")
SALES = sales_of(
    [("N1", "Safety", 60), ("N1", "Tools", 40), ("N2", "Safety", 100), ("N3", "Hygiene", 900)]
)
BOUGHT = lines_bought(SALES, end=NOW)
TARGETS = targets_of(
    {"prospect": "P1", "name": "Yard", "industry": "Ship", "value": 1000.0},
    {"prospect": "P2", "name": "Dock", "industry": "Ship", "product_line": "Tools",
     "competitor": "Rex", "competitor_share": 0.8, "need_evidence": "asked for an offer",
     "need_date": pd.Timestamp("2025-10-02")},
    {"prospect": "P3", "name": "Unknown"},
    {"prospect": "N1", "name": "Ship One", "kind": "account"},
    {"prospect": "N2", "name": "Ship Two", "kind": "account"},
)  # fmt: skip
GAPS = gaps_of(
    ("N1", "Hygiene", 30.0, 90.0, "9 of 10 buy it", "N3"),
    ("N1", "Paper", 20.0, 50.0, "8 of 10 buy it", ""),
)
RIVALS = competitors_of(
    ("N1", "Max", "Hygiene", 0.7, 3), ("N1", "Min", "Paper", 0.1, 1), ("P1", "Old", "", 0.2, np.nan)
)


def known_of(gaps, bought, accounts, rivals):
    return Known(None, accounts, None, gaps, rivals, bought)


def made(targets=TARGETS, gaps=GAPS, rivals=RIVALS, similar=None, **changed):
    given = {"currency": "EUR", "settings": WhitespaceSettings(**changed)}
    return offers(targets, known_of(gaps, BOUGHT, ACCOUNTS, rivals), similar, **given)


def test_five_targets_by_hand():
    table = made()
    assert table.columns.tolist() == list(COLUMNS)
    assert table.index.equals(TARGETS.index)
    lines = table[["offer_line", "second_line", "approach", "rival"]].to_dict("index")
    kinds = ["offer_line", "second_line", "approach", "rival"]
    expected = {
        # its industry buys Safety most: 60 % and 100 % of what they buy
        "P1": ["Safety", "Tools", "against a rival", "Old"],
        # it named Tools itself, so the rival's hold of it does not move the offer
        "P2": ["Tools", "Safety", "second source", "Rex"],
        "P3": ["Safety", "Hygiene", "direct", ""],
        # Max holds Hygiene, the better gap: Paper goes first
        "N1": ["Paper", "Hygiene", "against a rival", "Min"],
        "N2": ["", "", "", ""],
    }
    assert lines == {code: dict(zip(kinds, row, strict=True)) for code, row in expected.items()}
    # 80 % of the 1,000 it could buy; the median of who buys Tools; the gap's own value
    assert table["offer_value"].tolist()[:2] == [800.0, 40.0]
    assert table.loc["N1", "offer_value"] == 50
    assert table.loc["P2", "offer"] == (
        "Offer Dock a trial of Tools as second source beside Rex (80 %): EUR 40 a year in this "
        "line. First step: send the offer it asked for, with Tools on top."
    )
    assert table.loc["P2", "offer_why"] == (
        "need: “asked for an offer” (2025-10-02); it named Tools itself; Rex (80 %) holds it"
    )
    assert "Ship One (buys Safety from us)" in table.loc["N1", "offer"]
    assert "8 of 10 buy it; Min (10 %), strength 1 of 3 is there" in table.loc["N1", "offer_why"]
    assert table.loc["N2", "offer"].startswith("No line to offer to Ship Two")


def test_similar_accounts_come_before_the_industry():
    table = made(similar=pd.Series({"P1": "N3, N9", "P3": "N9"}))
    assert table.loc["P1", "offer_line"] == "Hygiene"
    assert table.loc["P1", "references"] == "internal, ask before naming: N3 Baker"
    assert "most similar accounts buy Hygiene" in table.loc["P1", "offer_why"]
    assert table.loc["P3", "offer_line"] == "Safety"


def test_where_rivals_hold_all_lines_the_weakest_is_met_as_second_source():
    rivals = competitors_of(("N1", "Max", "Hygiene", 0.9, 3), ("N1", "Min", "Paper", 0.6, 2))
    row = made(rivals=rivals).loc["N1"]
    assert (row["offer_line"], row["approach"], row["rival"]) == ("Paper", "second source", "Min")
    assert made(strong_rival=3, rivals=rivals).loc["N1", "approach"] == "against a rival"


def test_each_offer_is_its_own_and_its_value_scales():
    table = made()
    assert table["offer"].is_unique
    assert not table[["offer", "offer_why", "references"]].isna().any().any()
    mixed = made(targets=TARGETS.iloc[::-1], gaps=GAPS.iloc[::-1], rivals=RIVALS.iloc[::-1])
    pd.testing.assert_frame_equal(mixed.loc[TARGETS.index], table)


@pytest.mark.parametrize(
    ("evidence", "kind"),
    [
        ("Asked for an offer", "asked"),
        ("rival's delivery failed", "rival failed"),
        ("builds a new plant", "new plant"),
        ("our guess", "guess"),
        ("询价", "asked"),
        ("needs steel plates", ""),
        ("filled in the form on our website", ""),
        ("", ""),
    ],
)
def test_the_recorded_need_tells_the_first_step(evidence, kind):
    assert need_kind(evidence) == kind


def test_nothing_known_is_no_error():
    none = made(targets=TARGETS.head(0))
    assert none.columns.tolist() == list(COLUMNS)
    given = {"settings": WhitespaceSettings()}
    nothing = lines_bought(SALES.head(0), end=NOW)
    known = known_of(GAPS.head(0), nothing, ACCOUNTS.head(0), competitors_of())
    table = offers(TARGETS, known, None, **given)
    assert table["offer_line"].tolist() == ["", "Tools", "", "", ""]
    assert np.isnan(table.loc["P2", "offer_value"])


def test_ten_thousand_prospects_take_seconds():
    n = 10_000
    base = TARGETS.head(1).iloc[np.zeros(n, dtype=int)]
    many = base.set_axis(pd.Index([f"P{number}" for number in range(n)], name="prospect"))
    start = time.process_time()
    table = made(targets=many, similar=pd.Series("N1, N2", many.index))
    assert len(table) == n
    assert time.process_time() - start < 5


def test_an_account_is_offered_more_of_what_it_buys_elsewhere():
    buys = targets_of(
        {"prospect": "N2", "name": "Ship Two", "industry": "Ship", "kind": "account",
         "competitor": "Max", "competitor_share": 0.3}
    )  # fmt: skip
    table = made(buys, GAPS, competitors_of(("N2", "Max", "Safety", 0.3, 1)))
    row = table.loc["N2"]
    assert (row["offer_line"], row["approach"]) == ("Safety", "more of the line")
    # Our 100 are 70 % of what it buys of the line.
    assert row["offer_value"] == pytest.approx(100 / 0.7 - 100)
    assert row["offer"].startswith(
        "Win more of the Safety that Ship Two (buys EUR 100 of it from us) buys from Max (30 %): "
        "EUR 42.86 a year in this line."
    )
    assert row["offer_why"] == (
        "it buys Safety elsewhere, too; Max (30 %), strength 1 of 3 has it now"
    )
    assert "N1 Ship One" in row["references"] and "N2" not in row["references"]
    grown = with_offers(buys, table).loc["N2"]
    assert (grown["product_line"], grown["value"]) == ("Safety", row["offer_value"])
    noted = with_offers(buys.assign(value=7.0, product_line="Tools"), table).loc["N2"]
    assert (noted["product_line"], noted["value"]) == ("Tools", 7.0)


@pytest.mark.parametrize(
    ("share", "line", "value"),
    [
        # Gaps of 30 and 20 expected: half of what is bought elsewhere is less than the better.
        (0.1, "Paper", 50.0),
        # 40 x 0.8 / 0.2, at most the 100 that it buys from us in all
        (0.8, "Tools", 100.0),
    ],
)
def test_a_small_gap_does_not_hide_what_rivals_sell(share, line, value):
    rivals = competitors_of(
        ("N1", "Max", "Hygiene", 0.7, 3), ("N1", "Rex", "Tools", share, 3)
    )  # fmt: skip
    row = made(rivals=rivals).loc["N1"]
    assert (row["offer_line"], row["offer_value"]) == (line, value)


def test_a_rival_is_named_only_in_its_line():
    told = TARGETS.assign(
        competitor=TARGETS["competitor"].mask(TARGETS.index == "N1", "Max"),
        competitor_share=TARGETS["competitor_share"].mask(TARGETS.index == "N1", 0.4),
    )
    row = made(told, rivals=competitors_of(("N1", "Max", "Hygiene", 0.7, 3))).loc["N1"]
    assert (row["offer_line"], row["approach"], row["rival"]) == ("Paper", "direct", "")


def test_a_line_that_it_bought_before_is_asked_about():
    offer = made(gaps=GAPS.assign(stopped=["", "2024Q3"])).loc["N1", "offer"]
    assert offer.endswith("First step: ask why it bought no Paper after 2024Q3.")


def test_a_share_of_all_purchases_speaks_of_the_main_line():
    row = made(gaps=GAPS.iloc[:0], rivals=competitors_of(("N1", "Max", "", 0.5, 1))).loc["N1"]
    # As much of Safety elsewhere as here.
    assert (row["offer_line"], row["offer_value"]) == ("Safety", 60.0)


def test_a_capped_value_is_told_as_the_least():
    def offer(share):
        rivals = competitors_of(("N1", "Rex", "Tools", share, 1))
        return made(gaps=GAPS.iloc[:0], rivals=rivals).loc["N1", "offer"]

    # 40 x 0.8 / 0.2 is 160, counted with the 100 that N1 buys from us in all.
    assert offer(0.8).startswith(
        "Win more of the Tools that Ship One (buys EUR 40 of it from us) buys from Rex (80 %): "
        "at least EUR 100 a year in this line, counted with no more than it buys from us in all. "
    )
    assert ": EUR 40 a year in this line. " in offer(0.5)


def test_of_a_line_that_it_buys_only_from_a_rival_no_amount_of_ours_is_told():
    rivals = competitors_of(("N2", "Rex", "Tools", 0.5, 1))
    offer = made(gaps=GAPS.iloc[:0], rivals=rivals).loc["N2", "offer"]
    assert offer.startswith("Win more of the Tools that Ship Two buys from Rex (50 %): ")


def test_what_it_named_itself_is_no_guess_of_ours():
    guess = {"name": "Yard", "industry": "Ship", "need_evidence": "our guess"}
    guess |= {"need_date": pd.Timestamp("2025-10-02")}
    table = made(
        targets_of({"prospect": "P1", "product_line": "Tools"} | guess, {"prospect": "P2"} | guess)
    )
    assert table.loc["P1", "offer"].endswith(
        "First step: ask how much Tools it needs a year and when that is decided."
    )
    assert table.loc["P2", "offer"].endswith(
        "First step: confirm that it needs Safety, which is only our guess."
    )
