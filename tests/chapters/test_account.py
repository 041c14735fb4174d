"""Dossiers of the demo company and of real data, their pictures and their explorer."""

import numpy as np
import pandas as pd
import pytest

from kamlib import open_book
from kamlib.analysis.account.people import coverage, decision_map
from kamlib.chapters.account import Account
from kamlib.data.reduce.checks import empty_side_table
from kamlib.errors import DataError
from kamlib.explore.account import explore_account
from kamlib.pictures.account import plot_lines, plot_order_days, plot_season, plot_timeline
from kamlib.pictures.people import layout, plot_decision_map, reached
from kamlib.show import tables
from kamlib.show.theme import description, picture

FRAMES = (
    *("general", "value", "product_lines", "season", "class_history", "events", "people"),
    *("coverage", "warnings", "rivals", "gaps", "promises", "state", "lacking", "questions"),
    *("proposals", "plan"),
)
AS_OF = pd.Timestamp("2025-12-31")


@pytest.fixture(scope="module")
def book():
    return open_book("demo")


def drawn(dossier):
    book = dossier.book
    at = {"as_of": dossier.as_of}
    return [
        plot_decision_map(dossier.people, dossier.coverage, book.manager_names),
        plot_timeline(dossier.events, dossier.days, months=24, **at),
        plot_order_days(dossier.days, **at),
        plot_lines(dossier.product_lines),
        plot_season(dossier.season),
    ]


def check_whole(dossier):
    for name in FRAMES:
        assert isinstance(getattr(dossier, name), pd.DataFrame), name
    assert all(description(ax) for ax in drawn(dossier))
    assert dossier.full_name in dossier.heading.plain
    assert dossier.in_mind.plain
    assert dossier.complete.plain
    assert len(dossier.freshness) == 6
    for shelf in (dossier.tables, dossier.says, dossier.pictures):
        assert all(shelf[name]._repr_mimebundle_() for name in shelf)


def test_the_rhythm_tells_how_many_orders_may_come(book):
    known = book.churn.churn
    row = known[known["orders_low"] >= 2].iloc[0]
    low, high = int(row["orders_low"]), int(row["orders_high"])
    told = book.account(row.name).says.rhythm.plain
    assert f"In the next 13 weeks {low} to {high} orders can be expected" in told
    never = known.index[known["state"] == "never bought"][0]
    assert "can be expected" not in book.account(never).says.rhythm.plain


def texts(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


# The giant, a planted leaver, one just begun, an opponent, one that never bought, a mistyped one.
@pytest.mark.parametrize("kind", ["giant", "leaver", "newcomer", "never-bought", "typo", "merged"])
def test_very_different_accounts_have_a_dossier(book, kind):
    truth = pd.read_csv(book.dataset.folder / "truth.csv", dtype="str")
    accounts = truth.loc[truth["archetype"] == kind, "account"]
    check_whole(book.account(accounts.iloc[-1]))


def test_an_account_that_does_not_exist_is_refused_with_the_nearest(book):
    with pytest.raises(DataError, match=r'account "N115": neither .* knows it; did you mean "N1'):
        book.account("N115")
    with pytest.raises(DataError, match='did you mean "N1155"'):
        book.account("Altenhaven Werke AG")


def test_all_dossiers_together_agree_with_each(book):
    whole = book.segments.filled
    for account in ("N1155", "N1011", "N1157"):
        assert book.account(account).state["counts"].sum() == pytest.approx(whole[account])


def test_sales_of_the_dossier_agree_with_the_classes(book):
    dossier = book.account("N1155")
    assert dossier.value["revenue"].iloc[1] == pytest.approx(dossier.found["revenue"])
    assert dossier.product_lines["revenue"].sum() == pytest.approx(dossier.found["revenue"])
    assert dossier.season.iloc[:, -1].sum() == pytest.approx(dossier.found["revenue"])
    assert dossier.class_history.loc[0, "cell"] == dossier.found["cell"]


@pytest.mark.slow
def test_transactions_alone_still_make_a_dossier(online_retail_parquet):
    dossier = open_book(online_retail_parquet).account("18102")
    check_whole(dossier)
    assert len(dossier.unused_tables) == 10
    assert "no table contacts, which would fill this part" in dossier.without("contacts")
    assert "no table accounts" in dossier.lacks("accounts")
    assert dossier.named_lines.empty
    assert dossier.questions["why"].eq("missing in the dossier").all()


@pytest.mark.slow
def test_resellers_have_a_dossier_that_knows_what_loses_money(adventureworks):
    book = open_book(adventureworks)
    dossier = book.account("170")
    check_whole(dossier)
    assert dossier.proposals.loc[0, "proposal"].startswith("No new discount")
    assert dossier.lacks("accounts") == ""


def test_a_section_without_data_says_so_in_one_line(book):
    assert tables.said("").html == ""
    nobody = Account(book, "N9999")
    assert nobody.without("tenders") == "The table tenders has no row of this account."


def some_people(count, deep=False):
    rows = empty_side_table("contacts")
    above = [f"C{n - 1}" if deep else f"C{(n - 1) // 3}" for n in range(count)]
    frame = pd.DataFrame(
        {
            "account": "A",
            "contact": [f"C{n}" for n in range(count)],
            "name": [f"Maximiliane von Hohenstein-{n} 客户 $x" for n in range(count)],
            "position": "Head of purchasing of the northern region",
            "reports_to": ["", *above[1:]],
            "role": "",
            "influence": [n % 4 if n % 5 else np.nan for n in range(count)],
            "attitude": [n % 5 - 2 if n % 6 else np.nan for n in range(count)],
            "owner": [f"M{n % 3}" for n in range(count)],
        }
    )
    contacts = frame.reindex(columns=rows.columns).astype(rows.dtypes.to_dict())
    talks = empty_side_table("interactions")
    at = {"as_of": AS_OF, "talk_months": 12}
    return decision_map(contacts, talks, **at), coverage(contacts, talks, **at)


@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize("count", [1, 2, 6, 15])
def test_names_in_the_decision_map_never_meet(count, deep):
    people, ours = some_people(count, deep)
    ax = plot_decision_map(people, ours)
    ax.figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in ax.texts if text.get_text()]
    for at, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[at + 1 :]), ax.texts[at].get_text()
    whole = ax.figure.bbox
    assert all(whole.x0 <= box.x0 and box.x1 <= whole.x1 for box in boxes)
    spots = layout(people)
    assert len({y for _x, y in spots.values()}) == count
    for code, above in people["reports_to"].items():
        assert not above or spots[above][0] < spots[code][0]


def test_the_decision_map_draws_weight_attitude_and_coverage(book):
    dossier = book.account("N1155")
    ax = plot_decision_map(dossier.people, dossier.coverage, book.manager_names)
    signs = [text for text in texts(ax) if text in ("++", "+", "0", "–", "– –", "?")]
    assert sorted(signs) == sorted(["+", "– –", "–", "–", "0", "–", "++", "+", "0"])
    assert "Katrin Osterloh" in texts(ax)
    radii = {patch.get_radius() for patch in ax.patches if hasattr(patch, "get_radius")}
    assert len(radii) == 6  # three weights, each with its white ground
    assert "9 people: 3 for us, 4 against us, 0 unknown" in description(ax)
    assert reached(dossier.people.loc["C1"]) == "6 talks, 44 d ago"


def test_the_timeline_has_a_lane_for_what_there_is(book):
    dossier = book.account("N1155")
    ax = plot_timeline(dossier.events, dossier.days, as_of=dossier.as_of, months=24)
    lanes = [text.get_text().split("\n")[0] for text in ax.get_yticklabels()]
    assert lanes == [
        *("Orders", "Deliveries", "Payments", "Complaints,", "Talks", "Tenders", "Next steps")
    ]
    alone = plot_timeline(dossier.events.iloc[:0], dossier.days, as_of=dossier.as_of, months=24)
    assert [text.get_text() for text in alone.get_yticklabels()] == ["Orders"]


def test_pictures_of_sales_draw_the_frames(book):
    dossier = book.account("N1155")
    lines = dossier.product_lines
    ax = plot_lines(lines)
    assert [bar.get_width() for bar in ax.containers[0]] == lines["revenue"].tolist()
    season = plot_season(dossier.season)
    np.testing.assert_array_equal(season.lines[0].get_ydata(), dossier.season.iloc[:, -1])
    strip = plot_order_days(dossier.days, as_of=dossier.as_of)
    lines = [part for part in strip.collections if hasattr(part, "get_segments")]
    strokes = sum(len(part.get_segments()) for part in lines if part.get_linewidths()[0] == 1.5)
    assert strokes == dossier.days["ordered"].sum()


def test_long_silence_is_marked(book):
    dossier = book.account("N1011")
    ax = plot_order_days(dossier.days, as_of=dossier.as_of)
    assert "silent for 160 days" in texts(ax)
    assert picture(ax).png


def test_the_explorer_leafs_through_accounts(book):
    box = explore_account(book.account("N1155"))
    account, months = box.children[0].children
    message, headline, timeline, decision_map_view, warnings = box.children[1:]
    assert "Altenhaven Werke AG" in headline.value
    first = timeline.value, decision_map_view.value
    account.value = "N1005 · O'Elmgarth Automotive plc"
    assert "Elmgarth" in headline.value
    assert "Declan Doyle" in warnings.value
    assert (timeline.value, decision_map_view.value) != first
    before = timeline.value
    months.value = 6
    assert timeline.value != before
    account.value = "N1004x"
    assert "did you mean" in message.value
    account.value = "N1004"
    assert message.value == ""


def test_the_gaps_are_those_of_the_page_on_targeting(book):
    gaps = book.targeting.whitespace
    first = book.account(gaps.loc[0, "account"])
    own = gaps[gaps["account"] == first.account]
    assert first.gaps["expected_value"].tolist() == own["expected_value"].tolist()
    assert first.proposals["proposal"].str.contains(own.iloc[0]["product_line"]).any()
