"""Prospects that are accounts already: names by hand, planted truth, properties."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_names import invented

from kamlib.analysis.targeting.target_list import MATCH_COLUMNS, known_companies
from kamlib.data.describe.letters import name_key
from kamlib.places import PROJECT

SAME = [
    ("Müller & Sohn GmbH & Co. KG", "Mueller und Sohn GmbH"),
    ("Société Générale S.A.", "SOCIETE GENERALE SA"),
    ("O'Brien & Sons Ltd.", "OBrien and Sons Limited"),
    ("Van Dijk B.V.", "van dijk bv"),
    ("Rossi S.p.A.", "Rossi SpA"),
    ("Żabin Sp. z o.o.", "Zabin sp z oo"),
    ("Sjö Verkstad A/S", "sjö  verkstad AS"),
    ("Łódź Maszyny S. A.", "Lodz Maszyny"),
    ("ООО «Ромашка»", "Ромашка, ООО"),
    ("АО Север", "Север"),
    ("北京贸易有限公司", "北京贸易"),
    ("上海阀门股份有限公司", "上海阀门有限公司"),
    ("Straße AG", "STRASSE"),
    ("Acme, Inc.", "ACME LLC"),
]
OTHER = [("Müller Bau GmbH", "Müller Holz GmbH"), ("Kogge GmbH", "Kog GmbH"), ("SAP SE", "SAS")]


@pytest.mark.parametrize(("one", "two"), SAME)
def test_the_same_company_has_one_key(one, two):
    first, second = name_key(pd.Series([one, two]))
    assert first == second != ""


@pytest.mark.parametrize(("one", "two"), OTHER)
def test_other_companies_have_other_keys(one, two):
    assert name_key(pd.Series([one, two])).nunique() == 2


def test_legal_forms_alone_are_no_name():
    names = pd.Series(["GmbH & Co. KG", "AG", "ООО", "有限公司", " ", None, "&"])
    assert name_key(names).tolist() == [""] * 7
    prospects = pd.DataFrame({"prospect": ["P1", "P2"], "name": ["AG", None]})
    accounts = pd.DataFrame({"name": ["GmbH", ""]}, index=["A1", "A2"])
    assert (known_companies(prospects, accounts) == "").all(axis=None)


def companies():
    accounts = pd.DataFrame(
        {"name": ["Ahl GmbH", "AHL AG", "Birk & Sohn KG", "Dorn Maschinenbau", None]},
        index=pd.Index(["N2", "N1", "N3", "N4", "N5"], name="account"),
    )
    prospects = pd.DataFrame(
        {
            "prospect": ["P1", "P2", "N4", "P4", "P5", "P6"],
            "name": ["Ahl", "Birk u. Co", "Foo", "Dorn Maschinenbbau Ltd", "Ahl", "Ahl"],
            "account": [None, "N3", None, None, "N4", "X9"],
        }
    )
    return prospects, accounts


def test_matches_by_hand():
    table = known_companies(*companies())
    assert tuple(table) == MATCH_COLUMNS
    rows = {row[0]: row[1:] for row in table.itertuples()}
    assert rows == {
        "P1": ("N1", "same name",
               "has the name of account N1, AHL AG; 2 accounts have that name (N1, N2), the first "
               "by number counts", ""),
        "P2": ("N3", "recorded", "recorded as account N3, Birk & Sohn KG", ""),
        "N4": ("N4", "number",
               "its code is the number of account N4, Dorn Maschinenbau", ""),
        "P4": ("", "like name",
               "is named like account N4, Dorn Maschinenbau: the same company?", "N4"),
        "P5": ("N4", "recorded", "recorded as account N4, Dorn Maschinenbau", ""),
        "P6": ("N1", "same name", rows["P1"][2], ""),  # the recorded number is nobody's
    }  # fmt: skip


def test_names_are_alike_as_those_of_two_numbers_of_one_company_are():
    names = {"A1": "Maschinenbau Dorn", "A2": "Muller Holz", "A3": "Ivy Parts", "A4": "Reed Foods"}
    accounts = pd.DataFrame({"name": names})
    wanted = [
        "Dorn Maschinenbau GmbH",
        "Mueller Holz",
        "Ivy Prats",
        "Reid Foods",
        "Ivy Parts North",
    ]
    prospects = pd.DataFrame({"prospect": ["P1", "P2", "P3", "P4", "P5"], "name": wanted})
    found = known_companies(prospects, accounts)
    assert found["like_account"].tolist() == ["A1", "A2", "A3", "", ""]
    assert not found["account"].any()
    assert found["match"].tolist() == ["like name"] * 3 + ["", ""]
    branches = pd.DataFrame({"name": [*names.values(), *["Ivy Parts"] * 3]})
    branches.index = [*names, "B1", "B2", "B3"]
    assert known_companies(prospects, branches).loc["P3", "like_account"] == ""


@pytest.mark.parametrize("seed", [7, 8])
def test_of_10_000_names_the_planted_companies_are_found_and_hardly_anything_else(seed):
    names, true = invented(seed=seed)
    ours, theirs = ({pair[place] for pair in true} for place in (0, 1))
    rest = [code for code in names.index if code not in ours | theirs]
    accounts = pd.DataFrame({"name": names[sorted(ours) + rest[::2]]})
    wanted = names[sorted(theirs) + rest[1::2]]
    prospects = pd.DataFrame({"prospect": [f"P{code}" for code in wanted.index], "name": wanted})
    found = known_companies(prospects, accounts).query("match != ''")
    number = found["account"].where(found["account"] != "", found["like_account"])
    pairs = {*zip(number, found.index.str.removeprefix("P"), strict=True)}
    assert len(pairs & true) >= 0.99 * len(pairs)
    assert len(pairs & true) >= 0.98 * len(true)


def test_nobody_at_all():
    prospects, accounts = companies()
    assert known_companies(prospects.head(0), accounts).empty
    found = known_companies(prospects.drop(columns="account"), accounts.head(0))
    assert found.index.tolist() == prospects["prospect"].tolist()
    assert (found == "").all(axis=None)


def demo(name):
    """A file of the demo company, all text, empty where nothing stands."""
    path = PROJECT / "data" / "demo" / f"{name}.csv"
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def test_the_demos_accounts_among_its_prospects_are_recovered():
    truth = demo("truth_prospects").set_index("prospect")
    prospects, accounts = demo("prospects"), demo("accounts").set_index("account")
    by_name = known_companies(prospects.drop(columns="account"), accounts)
    assert by_name["account"].tolist() == truth["account"].tolist()
    assert set(by_name["match"]) == {"", "same name"}, "nobody is taken for another one"
    recorded = known_companies(prospects, accounts)
    assert recorded["account"].tolist() == truth["account"].tolist()
    assert (recorded["match"] == "recorded").sum() == (truth["outcome"] == "won").sum() == 34
    already = truth.index[truth["already_account"] == "yes"]
    assert recorded.loc[already, "match"].tolist() == ["same name"] * 2


NAMES = st.lists(st.text("abü &.GK-", max_size=10), min_size=1, max_size=8)


@settings(max_examples=25, deadline=None)
@given(NAMES, NAMES)
def test_a_match_is_an_equal_key_whatever_the_order(wanted, had):
    prospects = pd.DataFrame({"prospect": [f"P{i}" for i in range(len(wanted))], "name": wanted})
    accounts = pd.DataFrame({"name": had}, index=[f"A{i}" for i in range(len(had))])
    found = known_companies(prospects, accounts)
    again = known_companies(prospects.iloc[::-1], accounts.iloc[::-1])
    pd.testing.assert_frame_equal(
        found[["account", "match"]], again.loc[found.index, ["account", "match"]]
    )
    key = name_key(accounts["name"])
    for code, own in zip(prospects["prospect"], name_key(prospects["name"]), strict=True):
        same = sorted(key.index[(key == own) & (own != "")])
        assert found.loc[code, "account"] == (same[0] if same else "")


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=15))
def test_a_key_is_its_own_key_and_forms_change_nothing(name):
    key = name_key(pd.Series([name, f"{name} GmbH & Co. KG", name.upper()]))
    assert key[1] == key[0]
    assert key[0] == key[0].strip()
