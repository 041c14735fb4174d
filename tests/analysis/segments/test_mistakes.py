"""The five mistakes: worked by hand, per account and per manager."""

import numpy as np
import pandas as pd
import pytest

from kamlib.analysis.segments.mistakes import MISTAKES, manager_mistakes, mistakes
from kamlib.settings import Settings, load_settings

TRACK = [
    *("account", "deliveries_due", "deliveries_late", "reply_days_median", "complaints"),
    *("complaints_overdue", "oldest_open_days", "meetings", "meetings_without_brief"),
    *("promises_overdue", "oldest_promise_days"),
]
NAN = np.nan
RECORD = pd.DataFrame(
    [
        ("late", 20, 3, 2, 1, 0, NAN, 4, 1, 0, 0),
        ("slow", 20, 2, 20, 0, 0, NAN, 0, NAN, 0, 0),
        ("dispute", NAN, NAN, NAN, 2, 1, 15, 2, 2, NAN, NAN),
        ("in time", 10, 1, 5, 3, 0, 14, 4, 2, 0, 0),
        ("nothing", *[NAN] * 10),
    ],
    columns=TRACK,
).set_index("account")
CLASSES = pd.DataFrame(
    {"manager": ["Ann", "Ann", "Bob", "Cid", "", "Cid"]},
    pd.Index(["late", "slow", "dispute", "in time", "nothing", "not in it"], name="account"),
)
FULL = pd.Series({"late": 0.6, "slow": 0.4, "dispute": NAN, "in time": 0.9})
MANAGERS = pd.DataFrame({"manager": ["Ann", "Bob", "Cid"], "product_knowledge": [0.58, NAN, 0.7]})


def found(settings=None):
    settings = settings or Settings()
    return mistakes(CLASSES, RECORD, FULL, MANAGERS, settings=settings)


def test_by_hand():
    table = found()
    assert table.index.equals(CLASSES.index)
    expected = {
        "late": (0.15, 0, 0.4, 0.25, 0.42),
        "slow": (0.3, 0, 0.6, NAN, 0.42),  # 6 of 20 days of waiting are too many
        "dispute": (NAN, 1, NAN, 1, NAN),
        "in time": (0.1, 0, 0.1, 0.5, 0.3),
        "nothing": (NAN, NAN, NAN, NAN, NAN),
        "not in it": (NAN, NAN, NAN, NAN, 0.3),
    }
    for account, values in expected.items():
        row = table.loc[account, list(MISTAKES)].astype(float).tolist()
        assert row == pytest.approx(values, nan_ok=True), account
    assert table["mistakes"].tolist() == [2, 3, 2, 0, 0, 0]
    assert table["known"].tolist() == [5, 4, 2, 5, 0, 1]
    assert table["found"].tolist()[:4] == [
        "lateness, product_knowledge",
        "lateness, thin_dossier, product_knowledge",
        "disputes_open, unprepared_meetings",
        "",
    ]
    assert table["mistakes_why"].tolist() == [
        "3 of 20 deliveries late; the manager's last test of product knowledge: 58 %",
        "complaints and requests take 20 days to settle (median); 40 % of the dossier is filled; "
        "the manager's last test of product knowledge: 58 %",
        "a complaint has been open for 15 days; 2 of 2 meetings without a brief",
        "none found",
        "nothing is recorded that would show one",
        "none found",
    ]


def test_the_settings_decide():
    strict = load_settings(
        None,
        {
            "mistakes.max_late_share": 0,
            "mistakes.reply_days": 1,
            "mistakes.min_completeness": 1,
            "mistakes.max_unprepared_share": 0.2,
            "mistakes.min_knowledge": 0.9,
        },
    )
    assert found(strict)["mistakes"].tolist() == [4, 3, 2, 4, 0, 1]


def test_an_overdue_promise_is_a_mistake():
    late = RECORD.loc[["in time"]].assign(promises_overdue=1, oldest_promise_days=86)
    row = mistakes(CLASSES, late, FULL, MANAGERS, settings=Settings()).loc["in time"]
    assert (row["found"], row["mistakes_why"]) == (
        "lateness", "a promise is overdue by 86 days",
    )  # fmt: skip
    assert row["lateness"] == pytest.approx(0.86)  # 86 of the 100 days since it was given


def test_per_manager_by_hand():
    table = manager_mistakes(found())
    assert table.index.tolist() == ["Ann", "Bob", "Cid", ""]
    ann = table.loc["Ann"]
    assert ann[["accounts", "lateness", "lateness_known"]].tolist() == [2, 1, 2]
    assert ann[["thin_dossier", "thin_dossier_known"]].tolist() == [0.5, 2]
    assert ann[["mistakes", "per_account"]].tolist() == [4, 2]  # knowledge once
    assert ann["product_knowledge"] == pytest.approx(0.42)
    assert ann["mistakes_why"] == (
        "late with what was promised: 2 of 2 accounts; thin dossier: 1 of 2 "
        "accounts; product knowledge: test result 58 %"
    )
    assert np.isnan(table.loc["Bob", "product_knowledge"])
    assert table.loc["Cid", "mistakes_why"] == "none found"
    assert table.loc["", "mistakes_why"] == "nothing is recorded that would show one"


def test_row_order_does_not_matter():
    shuffled = mistakes(
        CLASSES.iloc[::-1], RECORD.iloc[::-1], FULL[::-1], MANAGERS[::-1], settings=Settings()
    )
    pd.testing.assert_frame_equal(shuffled.loc[CLASSES.index], found())
    pd.testing.assert_frame_equal(manager_mistakes(shuffled), manager_mistakes(found()))


def test_without_any_record():
    nothing = mistakes(
        CLASSES,
        pd.DataFrame(),
        pd.Series(dtype=float),
        MANAGERS.iloc[:0],
        settings=Settings(),
    )
    assert nothing[list(MISTAKES)].isna().all(axis=None)
    assert nothing["mistakes"].eq(0).all()
    assert len(manager_mistakes(nothing)) == 4
    assert manager_mistakes(nothing.iloc[:0]).empty
