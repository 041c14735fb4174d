"""What is done with each account: the play's row, with the hours and days of the one list."""

import pandas as pd

from kamlib.analysis.segments.known import Work
from kamlib.analysis.segments.plan import COLUMNS, manager_plan

# account: manager, cell, value, hours of the play, key
COMPANY = {
    "giant": ("Ann", "AX", 1000, 24, True),
    "gone": ("Ann", "CL", 200, 0, False),
    "calm": ("Ann", "BX", 90, 8, False),
    "idle": ("Ann", "CL", 4, 0, False),
    "other": ("Bob", "AX", 70, 24, True),
    "nobodys": ("", "CX", 3, 2, False),
}
TODO = pd.DataFrame(
    [
        ("gone", 2.0, "2026-01-05", True, "Call it.", "It left."),
        ("giant", 30.0, "2026-01-07", True, "Visit it.", "It slows."),
        ("other", 26.0, None, False, "Offer it.", "It could."),
        ("P1", 8.0, "2026-01-02", True, "Win it.", "A prospect."),
    ],
    columns=["subject", "hours", "due", "fits", "do", "why"],
).astype({"due": "datetime64[us]"})
NO_TYPES = pd.DataFrame()


def plan_of(company=COMPANY, todo=TODO, types=NO_TYPES):
    index = pd.Index(list(company), name="account", dtype="str")
    columns = ["manager", "cell", "value", "hours", "key"]
    rows = pd.DataFrame(list(company.values()), index, columns=columns)
    classes = rows[["manager", "cell", "value"]].assign(name=index.str.title(), why="its class")
    plays = pd.DataFrame({"place": rows["cell"], "hours": rows["hours"].astype(float)}, index)
    plays = plays.assign(play="Play", lead="Lead", offer="Offer", next_step="Step")
    key = rows.index[rows["key"].astype(bool)]
    work = Work(
        classes=classes, plays=plays, risk=NO_TYPES, key=key, managers=NO_TYPES,
        as_of=pd.Timestamp("2025-12-31"),
    )  # fmt: skip
    return manager_plan(work, types=types, todo=todo)


def test_by_hand():
    plan = plan_of()
    assert list(plan) == COLUMNS
    rows = plan[["manager", "account", "hours", "fits", "next_step", "why"]].to_numpy().tolist()
    assert rows == [
        ["Ann", "gone", 2, True, "Call it.", "It left."],
        ["Ann", "giant", 30, True, "Visit it.", "It slows."],
        ["Ann", "calm", 8, False, "Step", "its class"],
        ["Bob", "other", 26, False, "Offer it.", "It could."],
        ["", "nobodys", 2, False, "Step", "its class"],
    ]
    due = plan.set_index("account")["due"]
    assert due.dropna().to_dict() == {
        "gone": pd.Timestamp("2026-01-05"),
        "giant": pd.Timestamp("2026-01-07"),
    }


def test_types_are_shown():
    types = pd.DataFrame({"types": ["image"]}, pd.Index(["other"], name="account"))
    plan = plan_of(types=types).set_index("account")
    assert plan.loc["other", "types"] == "image"
    assert plan.loc["giant", "types"] == ""


def test_no_account():
    plan = plan_of({}, TODO)
    assert list(plan) == COLUMNS
    assert plan.empty
    assert plan["due"].dtype == "datetime64[us]"
