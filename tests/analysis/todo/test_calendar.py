"""All that has a day: the campaign's steps, and the tasks that are no part of it."""

import pandas as pd

from kamlib.analysis.campaign.step_ids import step_ids
from kamlib.analysis.todo.calendar import campaign_within, dated_work

AS_OF = pd.Timestamp("2025-12-31")
DAY = pd.Timestamp("2026-01-05")
TODO = (
    pd.DataFrame(
        [
            ("a", "Alpha", "Ann", "keep", "Call it.", "Offer it.", "silent", 2.0, DAY, True),
            ("P1", "Prospect", "Bob", "win", "Offer it.", "", "needs it", 8.0, DAY, True),
            ("b", "Beta", "Bob", "earn", "Ask it.", "", "thin", 1.0, pd.NaT, False),
        ],
        columns=[
            *("subject", "name", "manager", "verb", "do", "steps", "why", "hours", "due", "fits"),
        ],
    )
    .astype({"due": "datetime64[us]"})
    .assign(source=["03-churn.html", "04-targeting.html", "01-abc-xyz.html"])
)


def campaign(*prospects):
    rows = pd.DataFrame({"date": DAY, "prospect": list(prospects)}).astype({"prospect": "str"})
    texts = dict.fromkeys(
        ("name", "tier", "step", "content", "channel", "person", "owner", "marketing", "why",
         "audience"), "x"
    )  # fmt: skip
    rows = rows.assign(**texts, sales_hours=1.0, marketing_hours=2.0, order=1, fits=True)
    rows = rows.astype({"date": "datetime64[us]", **dict.fromkeys(texts, "str")})
    return rows.assign(step_id=step_ids(rows, as_of=AS_OF, company="demo"))


def test_a_target_has_its_steps_and_everybody_else_the_task():
    found = dated_work(campaign("P1", "P1"), TODO, as_of=AS_OF, company="demo")
    assert found["prospect"].tolist() == ["P1", "P1", "a"]
    task = found.iloc[2]
    assert (task["step"], task["owner"], task["marketing"]) == ("Keep", "Ann", "")
    assert task["content"] == "Call it. · Offer it."
    assert (task["sales_hours"], task["marketing_hours"]) == (2, 0)
    assert found["step_id"].is_unique
    assert found["source"].tolist() == ["04-targeting.html"] * 2 + ["03-churn.html"]


def test_a_task_that_is_not_the_campaigns_stands_beside_its_steps():
    """What is owed to an account by Monday was left out for a visit in March."""
    steps = campaign("a").assign(date=DAY + pd.Timedelta(days=60), sales_hours=1.5)
    found = dated_work(steps, TODO, as_of=AS_OF, company="demo")
    mine = found[found["prospect"] == "a"]
    assert mine["date"].tolist() == [DAY + pd.Timedelta(days=60), DAY]
    assert mine["sales_hours"].tolist() == [1.5, 0.5], "no hour is counted twice"


def test_a_task_keeps_its_name_when_its_day_moves_and_without_any_campaign():
    alone = dated_work(campaign(), TODO, as_of=AS_OF, company="demo")
    moved = TODO.assign(due=TODO["due"] + pd.Timedelta(days=1), hours=5.0)
    again = dated_work(campaign(), moved, as_of=AS_OF, company="demo")
    assert alone["prospect"].tolist() == ["a", "P1"]
    assert alone["step_id"].tolist() == again["step_id"].tolist()
    assert alone["date"].tolist() != again["date"].tolist()


def test_the_campaign_goes_to_nobody_for_whom_the_list_has_no_hours():
    planned = campaign("b", "P1", "", "P2")
    found = campaign_within(planned, TODO)
    assert found["prospect"].tolist() == ["P1", "", "b", "P2"]
    assert found["fits"].tolist() == found["date"].notna().tolist() == [True, True, False, False]
    assert found["why"].str.contains("no hours in the list").tolist() == [False, False, True, True]
    assert sorted(found["step_id"]) == sorted(planned["step_id"])
    shared = dated_work(found, TODO, as_of=AS_OF, company="demo")
    assert set(shared.loc[shared["date"].notna(), "prospect"]) == {"P1", "", "a"}
