"""Plays: the workbook's own, a data set's over them, and each account's."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib import open_book
from kamlib.analysis.segments.plays import account_plays, hours_available, plays_in_force
from kamlib.data.describe.schema import PLAY_PLACES
from kamlib.data.reduce.checks import empty_side_table
from kamlib.settings import load_settings

few = settings(deadline=None, max_examples=20)
TYPES = ("breadwinner", "prospective", "image", "expert")
NONE = empty_side_table("plays")
CELLS = [*(abc + xyz for abc in "ABC" for xyz in "XYZNL"), "D"]


def own(*rows):
    return pd.DataFrame(rows, columns=list(NONE.columns)).astype(NONE.dtypes.to_dict())


def classes(**cells):
    index = pd.Index(list(cells), name="account", dtype="str")
    cell = pd.Series(list(cells.values()), index, dtype="str")
    return pd.DataFrame({"cell": cell, "abc": cell.str[:1], "xyz": cell.str[1:]})


def types(index, **held):
    return pd.DataFrame(
        {name: [name in held.get(account, ()) for account in index] for name in TYPES}, index
    )


def test_every_place_has_a_play_with_all_that_it_needs():
    plays = plays_in_force(NONE)
    assert tuple(plays.index) == PLAY_PLACES
    assert list(plays) == ["strategy", "hours", "lead", "offer", "next_step", "own"]
    assert plays.notna().all(axis=None)
    assert (plays[["strategy", "lead", "offer", "next_step"]] != "").all(axis=None)
    assert not plays["own"].any()
    cells = plays.loc[[a + x for a in "ABC" for x in "XYZ"], "hours"]
    assert cells.tolist() == [24, 18, 14, 8, 6, 4, 2, 1, 0.5]
    assert plays.loc["D", "hours"] == 0


def test_own_plays_are_laid_over_cell_by_cell():
    rows = own(
        ("AX", "Hold", 20.0, None, " ", "Call"),
        ("CZ", None, None, None, None, None),
        ("D", None, 0.25, None, None, None),
        ("D", None, 9.0, None, None, None),
    )
    usual, plays = plays_in_force(NONE), plays_in_force(rows)
    assert plays.loc["AX", ["strategy", "hours", "next_step"]].tolist() == ["Hold", 20, "Call"]
    assert plays.loc["AX", ["lead", "offer"]].equals(usual.loc["AX", ["lead", "offer"]])
    assert plays.loc["D", "hours"] == 0.25
    assert plays.index[plays["own"]].tolist() == ["AX", "D"]
    others = plays.index.difference(["AX", "D"])
    pd.testing.assert_frame_equal(plays.loc[others], usual.loc[others])


def test_each_accounts_play_by_hand():
    table = classes(a="AX", b="BN", c="CN", d="AL", e="CL", f="D", g="CY", h="BX", i="AX", j="BL")
    held = types(
        table.index,
        d=["breadwinner"],
        f=["image"],
        g=["expert", "prospective"],
        h=["image", "expert"],
        i=["image"],
    )
    plays = account_plays(table, held, plays_in_force(NONE))
    expected = {
        "a": ("AX", 24.0),
        "b": ("N", 4.0),
        "c": ("N", 2.0),
        "d": ("L", 10.0),
        "e": ("L", 0.0),
        "f": ("D", 0.0),
        "g": ("prospective", 16.0),
        "h": ("expert", 12.0),
        "i": ("image", 24.0),
        "j": ("L", 5.0),
    }
    assert plays["place"].to_dict() == {name: place for name, (place, _) in expected.items()}
    assert plays["hours"].to_dict() == {name: hours for name, (_, hours) in expected.items()}
    assert list(plays) == ["place", "play", "hours", "lead", "offer", "next_step"]
    assert plays.loc["i", "play"] == "Be seen with it"


def test_the_settings_share_out_the_hours_of_new_and_lost():
    changed = load_settings(None, {"plays.lost_shares": "1,1,0.1", "plays.new_shares": "0,0,1"})
    table = classes(lost="CL", new="CN", large="AN")
    plays = account_plays(table, types(table.index), plays_in_force(NONE), settings=changed)
    assert plays["hours"].tolist() == [1.0, 8.0, 0.0]


def test_accounts_without_types_and_no_account():
    table = classes(a="AX")
    nobody = pd.DataFrame()
    assert account_plays(table, nobody, plays_in_force(NONE))["place"].tolist() == ["AX"]
    assert account_plays(table.iloc[:0], nobody, plays_in_force(NONE)).empty


@few
@given(st.dictionaries(st.text("abcdef", min_size=1), st.sampled_from(CELLS)), st.data())
def test_properties(cells, data):
    table = classes(**cells)
    chosen = st.lists(st.sampled_from(TYPES))
    held = types(table.index, **{name: data.draw(chosen) for name in cells})
    plays = account_plays(table, held, plays_in_force(NONE))
    assert plays.index.equals(table.index)
    assert plays["place"].isin(PLAY_PLACES).all()
    untyped = account_plays(table, held.iloc[:0], plays_in_force(NONE))
    assert (plays["hours"] >= untyped["hours"]).all()
    outside = untyped["place"].isin(["L", "D"])
    pd.testing.assert_frame_equal(plays[outside], untyped[outside])
    shuffled = table.sample(frac=1, random_state=1)
    again = account_plays(shuffled, held, plays_in_force(NONE)).loc[table.index]
    pd.testing.assert_frame_equal(again, plays)


def test_hours_as_recorded_or_as_usual():
    managers = pd.DataFrame(
        {"manager": ["M1", "M2", "M3"], "hours_per_quarter": [220.0, float("nan"), 0.0]}
    )
    names = pd.Index(["M1", "M2", "M3", "M4", ""], name="manager")
    assert hours_available(managers, names).tolist() == [220, 260, 0, 260, 260]
    changed = load_settings(None, {"plays.hours_per_quarter": 100})
    assert hours_available(managers, names, settings=changed)["M4"] == 100


def test_the_demo_companys_own_plays():
    plays = plays_in_force(open_book("demo").known("plays"))
    assert plays.index[plays["own"]].tolist() == ["AX", "prospective"]
    assert plays.loc["AX", "hours"] == 20


@pytest.mark.parametrize("place", PLAY_PLACES)
def test_offers_and_next_steps_are_short_enough_for_a_table(place):
    play = plays_in_force(NONE).loc[place]
    assert play[["offer", "next_step"]].str.len().max() <= 90
    assert play["strategy"] == play["strategy"].strip()
