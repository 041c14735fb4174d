"""What groups are as one, and what their sites are one by one."""

import pandas as pd
import pytest
from companies import shared

from kamlib import open_book
from kamlib.analysis.abc_xyz.groups import (
    chosen_headline,
    groups,
    groups_headline,
    sites,
    with_groups,
)

HEADS = {"a": "g", "b": "g", "c": "g", "e": "x"}


def classes(**revenue):
    """Classes of accounts, largest first; only what groups look at."""
    frame = pd.DataFrame({"revenue": pd.Series(revenue, dtype=float)}).rename_axis("account")
    frame = frame.assign(share=frame["revenue"] / frame["revenue"].sum(), cell="AX", new=False)
    last = pd.Timestamp("2024-12-14")
    names = frame.index.str.upper()
    return frame.assign(name=names, lost=frame.index == "c", last_order=last)


BY_ACCOUNT = classes(d=30, a=20, b=20, e=20, c=10)
BY_GROUP = classes(g=50, d=30, x=20)


@pytest.fixture(scope="module")
def found():
    return groups(BY_ACCOUNT, BY_GROUP, HEADS)


def test_a_group_has_the_sums_of_its_sites_and_its_place(found):
    assert found.index.tolist() == ["g"]  # x has one site only
    group = found.loc["g"]
    assert group["sites"] == 3
    assert group["revenue"] == BY_ACCOUNT.loc[["a", "b", "c"], "revenue"].sum()
    assert (group["share"], group["rank"]) == (0.5, 1)
    assert (group["largest_site"], group["site_share"], group["site_rank"]) == ("a", 0.2, 2)


def test_both_levels_say_what_the_other_would(found):
    assert groups_headline(found, level="account") == (
        "As a group G (3 sites) is 50.0 % of revenue, your largest customer; its largest site "
        "alone is 20.0 %."
    )
    assert groups_headline(found, level="group") == (
        "Site by site, the largest of the 3 of G is A with 20.0 % of revenue, number 2."
    )
    none = groups(BY_ACCOUNT, BY_ACCOUNT, {})
    assert groups_headline(none, level="account") == ""


@pytest.mark.parametrize(
    ("level", "now", "other", "told"),
    [
        (
            *("account", "d", "dg"),
            "As a group, G (3 sites) would be a breadwinner; none of the sites is one by itself.",
        ),
        ("account", "dc", "dg", ""),
        ("group", "dg", "d", "Site by site, no site of G (3 sites) would be a breadwinner."),
    ],
)
def test_who_is_chosen_as_a_group_alone_is_named(found, level, now, other, told):
    said = chosen_headline(
        found, HEADS, pd.Index([*now]), pd.Index([*other]), level=level, what="a breadwinner"
    )
    assert said == told


def test_the_reason_of_a_type_says_what_the_other_level_would(found):
    by_account = pd.DataFrame({"types": "none", "type_why": "small"}, BY_ACCOUNT.index)
    by_group = pd.DataFrame(
        {"types": ["breadwinner", "none", "none"], "type_why": ""}, BY_GROUP.index
    )
    told = with_groups(by_account, by_group, found, HEADS, level="account")["type_why"]
    assert told["a"] == "small; as a group G (3 sites), 50.0 %: breadwinner"
    assert told["d"] == told["e"] == "small"
    told = with_groups(by_group, by_account, found, HEADS, level="group")["type_why"]
    assert told["g"] == "; its 3 sites one by one: none"


def test_the_sites_of_a_group_are_listed_with_their_state():
    rows = sites(BY_ACCOUNT, HEADS, "g")
    assert rows.index.tolist() == ["a", "b", "c"]
    assert rows["state"].tolist() == ["active", "active", "lost"]
    assert sites(BY_ACCOUNT, HEADS, "d").empty


@pytest.mark.parametrize("level", ["account", "group"])
def test_the_group_of_twelve_sites_is_the_largest_customer(level):
    case = shared("../cases/analysis/07-group-of-12-sites")
    book = open_book(case, settings={"accounts.level": level})
    group = book.abc_xyz.groups.loc["GLOBEX"]
    assert (group["sites"], group["revenue"], group["rank"]) == (12, 72_000, 1)
    assert group["share"] == pytest.approx(72_000 / 403_282.10, abs=1e-5)
    assert "Globex Group HQ" in book.abc_xyz.says.concentrated
    assert "would be a breadwinner" in book.segments.says.kinds
    assert "would be a key account" in book.segments.says.carried
    assert book.segments.groups["types"].to_dict() == {"GLOBEX": "breadwinner"}
    facts = book.account("GLOBEX").general
    assert (facts["fact"] == "Site").sum() == 12
    own = book.account("SUB03").general.set_index("fact")["known"]
    assert own["Its group"] == "Globex Group HQ (12 sites): EUR 72,000 in 12 months, 17.9 % of all"
