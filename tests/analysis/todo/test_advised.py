"""Last quarter's list by hand: what was done, what came of it, and like held against like."""

import numpy as np
import pandas as pd
import pytest

from kamlib.analysis.todo.advised import AGAIN, Since, advised, advised_by, since_facts
from kamlib.analysis.todo.advised_words import (
    advised_briefly,
    advised_headline,
    comparison_words,
    doubt_words,
    last_time,
)
from kamlib.settings import Settings

Q = pd.Period("2025Q4", "Q-DEC")
# subject: verb, stake, worth, done on, outcome, value, steps done
TASKS = {
    "stays": ("keep", 1000, 200, "2025-11-03", "", np.nan, 0),
    "leaves": ("keep", 500, 100, "2025-11-04", "", np.nan, 0),
    "kept": ("keep", 300, 30, None, "won", 250.0, 0),
    "back": ("win back", 800, 80, "2025-10-02", "won", np.nan, 0),
    "silent": ("win back", 400, 40, "2025-10-02", "open", np.nan, 0),
    "wider": ("grow", 120, 12, None, "", np.nan, 0),
    "thin": ("earn", 90, 9, "2025-12-01", "", np.nan, 0),
    "P1": ("win", 600, 60, None, "", np.nan, 1),
    "P2": ("win", 700, 70, None, "not reached", np.nan, 0),
    "undone": ("settle", 50, 5, "2025-12-01", "not done", np.nan, 0),
}


def tasks_of(company, **changes):
    columns = ["verb", "stake", "worth", "done_on", "outcome", "value", "steps_done"]
    frame = pd.DataFrame(list(company.values()), columns=columns)
    frame["done_on"] = pd.to_datetime(frame["done_on"])
    known = {
        "quarter": "2025Q4", "subject": list(company), "id": list(company), "name": "", "do": "",
        "manager": "Ann", "due": pd.Timestamp("2025-10-01"), "notes": "", "returned": "a.xlsx",
    }  # fmt: skip
    return frame.assign(**known | changes).astype({"stake": float, "worth": float})


def lines(*rows):
    columns = ["account", "product_line", "quarter", "revenue", "margin", "order_days"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(quarter=pd.PeriodIndex(frame["quarter"], freq="Q-DEC"))


@pytest.fixture
def since():
    sold = lines(
        ("stays", "Tools", "2025Q3", 100.0, 20.0, 2),
        ("stays", "Tools", "2025Q4", 100.0, 20.0, 2),
        ("kept", "Tools", "2025Q3", 100.0, 20.0, 2),
        ("back", "Tools", "2025Q4", 50.0, 10.0, 1),
        ("wider", "Tools", "2025Q3", 50.0, 10.0, 1),
        ("wider", "Safety", "2025Q4", 50.0, 10.0, 1),
        ("thin", "Tools", "2025Q3", 100.0, 10.0, 1),
        ("thin", "Tools", "2025Q4", 100.0, 15.0, 1),
        ("new of P1", "Tools", "2025Q4", 10.0, 1.0, 1),
        ("undone", "Tools", "2025Q4", 10.0, 1.0, 1),
    )
    names = ["stays", "leaves", "kept", "back", "silent", "wider", "thin", "new of P1", "undone"]
    states = pd.Series("active", names).mask(pd.Index(names).isin(["leaves", "silent"]), "lost")
    states["kept"] = "at risk"
    facts = since_facts(sold, states, quarter=Q)
    return Since(facts, pd.Series({"P1": "new of P1"}), pd.Index([]))


def test_by_hand(since):
    table = advised(tasks_of(TASKS), since).set_index("subject")
    assert len(table) == len(TASKS)
    assert table["done"].to_dict() == {
        name: name not in ("wider", "P1", "P2", "undone") for name in table.index
    }
    assert table.index[~table["touched"]].tolist() == ["wider", "undone"]
    assert table["came"].to_dict() == {
        "stays": True, "leaves": False, "kept": False, "back": True, "silent": False,
        "wider": True, "thin": True, "P1": True, "P2": False, "undone": True,
    }  # fmt: skip
    # What people say goes before figures: a value, else the stake. "Open" has brought nothing
    # yet. A margin of 10 % that became 15 % of 100 a quarter is 20 a year.
    assert table["kept"].to_dict() == pytest.approx({
        "stays": 1000, "leaves": 0, "kept": 250, "back": 800, "silent": 0,
        "wider": 120, "thin": 20, "P1": 600, "P2": 0, "undone": 50,
    })  # fmt: skip
    assert table["since"][["stays", "leaves", "kept", "P1", "P2"]].tolist() == [
        "ordered", "lost", "no order", "ordered", "not won",
    ]  # fmt: skip
    assert table["outcome"]["back"] == "kept or won"
    doubts = table.loc[table["doubt"] != "", "doubt"]
    assert doubts.to_dict() == {
        "kept": "said to be kept or won, but the sales do not show it yet",
        "undone": "has a day, but is said not to be done: it counts as not done",
    }


def test_in_words(since):
    table = advised(tasks_of(TASKS), since)
    assert advised_headline(table, "EUR") == (
        "For 2025Q4 10 tasks were advised, with EUR 4,560 of margin a year at stake: 6 were done. "
        "Of these EUR 820 a year was won or won back. "
        "Of EUR 1,800 a year that was to be kept EUR 1,250 is still there."
    )
    assert doubt_words(table).startswith("Of 2 tasks workbook and sales say different things")
    assert comparison_words(advised_by(table, settings=Settings())) == "", "too few tell"
    assert advised_headline(table.iloc[:0]) == ""
    one = table[table["subject"] == "wider"].assign(stake=0.0)
    assert advised_headline(one, "EUR") == "For 2025Q4 1 task was advised: none was done."
    talked = table[table["subject"].isin(["silent", "leaves"])]
    assert advised_headline(talked, "EUR").endswith(
        "2 were done. Nothing was won or won back by them yet. "
        "Of EUR 500 a year that was to be kept nothing is left."
    )
    by = advised_by(table, settings=Settings()).set_index(["by", "key"])
    assert by.loc[("aim", "to be won"), ["tasks", "kept"]].tolist() == [6, 820]
    assert by.loc[("aim", "to be kept"), ["stake_done", "kept"]].tolist() == [1800, 1250]


def test_in_one_sentence(since):
    table = advised(tasks_of(TASKS), since)
    assert advised_briefly(table, "EUR") == (
        "Of 10 advised tasks 6 were done: EUR 820 of margin a year won or won back, "
        "EUR 1,250 of EUR 1,800 kept."
    )
    won = table[table["subject"] == "back"]
    assert advised_briefly(won, "EUR") == (
        "Of 1 advised task 1 was done: EUR 800 of margin a year won or won back."
    )


def test_what_had_no_hours_is_listed_only_where_it_was_done(since):
    tasks = tasks_of(TASKS, due=pd.NaT)
    listed = set(advised(tasks, since)["subject"])
    assert listed == {*TASKS} - {"wider", "undone"}


def test_nobody_is_said_to_have_done_nothing_where_nothing_came_back(since):
    tasks = tasks_of(TASKS, returned=AGAIN, done_on=pd.NaT, outcome="", steps_done=0)
    table = advised(tasks, since)
    assert table[["done", "touched"]].isna().all(axis=None)
    every = advised_by(table, settings=Settings()).iloc[0]
    assert (every["tasks"], every["rate"]) == (10, 0.6)
    assert every[["done", "untouched", "kept", "came"]].isna().all()
    told = advised_headline(table, "EUR")
    assert told.startswith("No workbook of 2025Q4 came back")
    assert "it came true of 6 of them" in told
    assert comparison_words(advised_by(table, settings=Settings())) == ""


def test_like_is_held_against_like(since):
    """Five calls to keep of which four did, five attempts of which one did; all keep, none back."""
    company, names = {}, {"keep": ["stays"] * 4 + ["leaves"], "win back": ["back"] + ["silent"] * 4}
    for verb, accounts in names.items():
        for number, account in enumerate(accounts):
            for day in ("2025-11-01", None):
                company[f"{account} {verb} {number} {day}"] = (verb, 100, 10, day, "", np.nan, 0)
    company |= {f"{name} more": ("win back", 100, 10, None, "", np.nan, 0) for name in names}
    tasks = tasks_of(company)
    facts = since.accounts.reindex([name.split(" ")[0] for name in company])
    there = Since(facts.set_axis(list(company)), since.company, since.won)
    by = advised_by(advised(tasks, there), settings=Settings()).set_index(["by", "key"])
    # Both rates are the same verb by verb; in all 5 of 10 against 5 of 12 would look like more.
    assert by.loc[("verb", "keep"), ["rate_done", "rate_untouched"]].tolist() == [0.8, 0.8]
    assert by.loc[("verb", "win back"), "rate_untouched"] == pytest.approx(1 / 7)
    every = by.loc[("all", "")]
    assert every["rate_done"] == 0.5
    assert every["rate_untouched"] == pytest.approx((0.8 + 1 / 7) / 2)
    assert every["came"] == pytest.approx(every["rate_done"] - every["rate_untouched"])
    assert every["said"] == pytest.approx(0.1)
    assert (every["done"], every["untouched"]) == (10, 12)
    told = comparison_words(by.reset_index())
    assert "50 % of the tasks that were done, and of 47 % of like ones that nobody touched" in told
    assert "no chance sample" in told
    strict = advised_by(advised(tasks, there), settings=Settings(todo={"least_compared": 11}))
    assert strict[["rate_done", "said", "came"]].isna().all(axis=None)


def test_without_product_lines_nobody_knows_whether_an_account_grew(since):
    sold = lines(("wider", "", "2025Q4", 50.0, 10.0, 1))
    facts = since_facts(sold, pd.Series("active", ["wider"]), quarter=Q)
    table = advised(tasks_of({"wider": TASKS["wider"]}), Since(facts, since.company, since.won))
    assert table["came"].isna().all()
    assert table["kept"].tolist() == [0]


def test_a_company_without_prospects_and_one_without_any_task(since):
    alone = Since(since.accounts, pd.Series(dtype=float), pd.Index([]))
    table = advised(tasks_of({"stays": TASKS["stays"]}), alone)
    assert table["since"].tolist() == ["ordered"]
    none = advised(tasks_of(TASKS).iloc[:0], alone)
    assert none.empty and advised_by(none, settings=Settings())["tasks"].tolist() == [0]


def test_the_new_list_says_what_was_written_on_the_last_one():
    tasks = tasks_of(TASKS).assign(notes="")
    tasks.loc[0, "notes"] = "ask again in May"
    said = last_time(tasks)
    assert said["stays"] == "keep: 2025-11-03: ask again in May"
    assert said["back"] == "win back: 2025-10-02, kept or won"
    assert said["P2"] == "win: not reached"
    assert said["wider"] == ""


def test_who_is_quiet_as_its_calendar_has_it_is_still_there(since):
    states = pd.Series({"winter": "active", "late": "at risk"})
    facts = since_facts(lines(("winter", "Seeds", "2025Q2", 9.0, 3.0, 1)), states, quarter=Q)
    tasks = tasks_of({name: TASKS["stays"] for name in states.index})
    table = advised(tasks, Since(facts, since.company, since.won)).set_index("subject")
    assert table["came"].to_dict() == {"winter": True, "late": False}
    assert table["since"].to_dict() == {"winter": "quiet as usual", "late": "no order"}
    assert table["kept"].to_dict() == {"winter": 1000, "late": 0}
