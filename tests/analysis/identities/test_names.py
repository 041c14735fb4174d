import time

import pandas as pd
import pytest
from invented_names import invented

from kamlib.analysis.identities.names import NEAR, SAME, TYPED, like_names, shared_names

MOST = 3


def how(*names):
    """How two names are alike, "" where they are not."""
    found = like_names(pd.Series(names, ["1", "2"], dtype="str"), most_same=MOST)
    return found["how"].squeeze() if len(found) else ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller Bau GmbH", "Mueller  Bau"),
        ("Müller Bau GmbH", "MULLER BAU"),
        ("Hoogsloot Meubel B.V.", "Hoogsloot Meubel"),
        ("Studio Nord Ltd", "Studi0 Nord Ltd"),
        ("Kessler Pumps GmbH & Co. KG", "Kessler Pumps GmbH & C0. KG"),
        ("ＡＣＭＥ Ｐumps", "Acme Pumps Inc."),
        ("Hoog sloot Meubel", "Hoogsloot Meubel"),
        ("Energietechnik Weidmarck", "Weidmarck Energietechnik"),
        ("ООО «Ромашка»", "Ромашка ООО"),
        ("上海華興貿易有限公司", "上海华兴贸易"),
    ],
)
def test_one_name_in_two_ways(one, other):
    assert how(one, other) == SAME


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wiedmarck Energietechnik", "Weidmarck Energietechnik"),
        ("Falkfeldt Metallbau", "Falkfeldt Metalbau"),
    ],
)
def test_a_slip_of_the_keys(one, other):
    assert how(one, other) == TYPED


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hansen Marine", "Jansen Marine"),  # the first letter
        ("Lindholm Bygg", "Lundholm Bygg"),  # another letter
        ("Peters & Son Optik", "Peterson Optik"),
        ("Kessler Pumps", "Kessler Pumps International"),
        ("杭州宏达贸易有限公司", "杭州新宏达贸易有限公司"),
    ],
)
def test_what_is_only_near_is_no_twin_by_its_name(one, other):
    assert how(one, other) in ("", NEAR)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller Nord", "Müller Süd"),
        ("Smith & Sons", "Smith & Son Roofing"),
        ("Rossmann 112", "Rossmann 113"),
        ("Base 1 12", "Base 11 2"),
        ("Dornhorst A", "Dornhorst B"),
        ("杭州宏达贸易有限公司", "杭州宏远贸易有限公司"),
        ("10077", "10078"),
        ("", ""),
        ("GmbH", "GmbH"),
    ],
)
def test_namesakes_are_not_alike(one, other):
    assert how(one, other) in ("", NEAR)
    if any(map(str.isdigit, one)) or not one:
        assert how(one, other) == ""


def test_a_slip_that_makes_another_word_in_use_is_none():
    names = ["Petersen Bau", "Peterssen Bau", "Petersen Druck", "Petersen Optik"]
    more = ["Peterssen Chemie", "Peterssen Papier"]
    few = like_names(pd.Series(names, dtype="str"), most_same=MOST)
    assert few["how"].tolist() == [TYPED]
    many = like_names(pd.Series([*names, *more], dtype="str"), most_same=MOST)
    assert many["how"].tolist() == [NEAR]


def test_branches_of_a_chain_are_no_twins_but_are_counted():
    names = pd.Series(["Rossmann"] * 4 + ["Kessler"] * 2, list("abcdef"), dtype="str")
    assert like_names(names, most_same=MOST).values.tolist() == [["e", "f", SAME]]
    assert shared_names(names, most_same=MOST).to_dict() == {"Rossmann": 4}


def test_the_order_of_the_names_changes_nothing():
    names, _true = invented(size=600, twins=60)
    again = names.sample(frac=1, random_state=1)
    assert like_names(again, most_same=MOST).equals(like_names(names, most_same=MOST))


@pytest.mark.parametrize("seed", [7, 8])
def test_of_10_000_names_the_planted_twins_are_found_and_hardly_anything_else(seed):
    names, true = invented(seed=seed)
    begun = time.process_time()
    found = like_names(names, most_same=MOST)
    assert time.process_time() - begun < 20  # all pairs would take minutes
    sure = {(one, other): how for one, other, how in found.to_numpy() if how != NEAR}
    same = {pair for pair, how in sure.items() if how == SAME}
    assert same <= true
    assert len(sure.keys() & true) >= 0.99 * len(sure)
    assert len(sure.keys() & true) >= 0.98 * len(true)
