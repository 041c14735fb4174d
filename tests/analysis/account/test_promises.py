"""Promises that are open, kept or overdue: by hand, and the same wherever they are told."""

import pandas as pd
import pytest

from kamlib import open_book
from kamlib.analysis.account.promises import COLUMNS, promised_steps, promises
from kamlib.data.reduce.checks import empty_side_table

AS_OF = pd.Timestamp("2025-12-31")


def talks(*records):
    empty = empty_side_table("interactions")
    base = {"account": "A", "kind": "call"}
    frame = pd.DataFrame([base | record for record in records]).reindex(columns=empty.columns)
    return frame.astype(empty.dtypes.to_dict())


STEP = {
    "date": "2025-09-01", "contact": "Ms X", "subject": "Samples",
    "next_step": "send samples", "next_step_due": "2025-10-06",
}  # fmt: skip


@pytest.mark.parametrize(
    ("later", "state"),
    [
        ({"contact": "Ms X", "subject": "samples "}, "kept"),
        ({"contact": "Mr Y", "subject": "samples"}, "overdue"),  # another person
        ({"contact": "Ms X", "subject": "prices"}, "overdue"),  # another subject
        ({"contact": "Ms X", "subject": "prices", "next_step": "offer"}, "kept"),
        ({"contact": "Mr Y", "subject": "samples", "next_step": "offer"}, "overdue"),
        ({"subject": "samples"}, "kept"),  # nobody can tell that it was another person
        ({"contact": "Ms X"}, "kept"),
        ({"contact": "Ms X", "subject": "samples", "kind": "brief"}, "overdue"),
        ({"contact": "Ms X", "subject": "samples", "date": "2025-10-05"}, "overdue"),
        ({"contact": "Ms X", "subject": "samples", "account": "B"}, "overdue"),
    ],
)
def test_a_talk_keeps_what_was_promised_to_that_person_about_that(later, state):
    found = promised_steps(talks(STEP, {"date": "2025-10-06"} | later), as_of=AS_OF)
    assert found["state"].iloc[0] == state
    assert found["overdue_days"].fillna(0).iloc[0] == (86 if state == "overdue" else 0)


def test_answers_and_deliveries_have_days_too():
    sent = empty_side_table("deliveries")
    days = [("2025-12-01", None), ("2025-12-01", "2025-12-09"), ("2026-01-09", None)]
    rows = [
        {"account": "A", "document": f"D{n}", "promised_on": due, "delivered_on": came}
        for n, (due, came) in enumerate(days)
    ]
    sent = pd.DataFrame(rows).reindex(columns=sent.columns).astype(sent.dtypes.to_dict())
    asked = talks(
        {"date": "2025-12-01", "kind": "complaint"},
        {"date": "2025-12-17", "kind": "request"},  # a fortnight is not over yet
        {"date": "2025-12-01", "kind": "request", "resolved_on": "2026-01-02"},
    )
    found = promises(asked, sent, as_of=AS_OF, settle_days=14)
    assert tuple(found) == COLUMNS
    assert found[["kind", "state"]].to_numpy().tolist() == [
        ["complaint", "overdue"], ["request", "open"], ["request", "overdue"],
        ["delivery", "overdue"], ["delivery", "kept"], ["delivery", "open"],
    ]  # fmt: skip
    assert found["overdue_days"].dropna().tolist() == [16, 16, 30]
    assert promises(asked.iloc[:0], sent.iloc[:0], as_of=AS_OF, settle_days=14).empty


def test_brief_cards_mistakes_and_campaign_tell_the_same_promises():
    book = open_book("demo")
    steps = promised_steps(book.known("interactions"), as_of=book.seen_to)
    late = steps[steps["state"] == "overdue"]
    mistakes, cards = book.segments.mistakes, book.targeting.contact_cards
    owing = mistakes.index.intersection(late["account"].unique())
    assert len(owing) > 100
    assert mistakes.loc[owing, "found"].str.contains("lateness").all()
    key = ["prospect", "contact"]
    still = steps[(steps["state"] != "kept") & (steps["contact"] != "")]
    number = still.groupby(["account", "contact"]).size()
    mine = cards[cards["contact"] != ""].set_index(key)["promises"]
    expected = number.reindex(mine.index).fillna(0)
    assert mine.tolist() == expected.tolist()
    assert mine.sum() > 20
    for account in owing[:3]:
        told = book.account(account).promises
        theirs = late.loc[late["account"] == account, "overdue_days"]
        shown = told.loc[told["overdue"] & told["what"].str.contains("agreed on"), "days_overdue"]
        assert sorted(shown) == sorted(theirs)
    first = cards[(cards["promises"] > 0) & cards["tier"].eq("one-to-one")]
    first = first.sort_values(["next_step_due", "prospect", "contact"], kind="stable")
    assert len(first)
    plan = book.targeting.campaign.set_index("prospect")
    for card in first.drop_duplicates("prospect").itertuples():
        told = plan.loc[[card.prospect], "content"]
        assert told.str.contains(f"keep first: {card.next_step} ({card.person}", regex=False).any()
