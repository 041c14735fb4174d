"""Codes that stand for names: the same each time, never two alike, nothing without the key."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib.data.privacy.codes import name_code, name_codes


@settings(max_examples=25, deadline=None)
@given(st.sets(st.text(max_size=6), max_size=30))
def test_each_name_has_one_code_and_no_two_are_alike(names):
    found = name_codes("account", names, length=1)
    assert set(found) == names and len(set(found.values())) == len(names)


def test_a_code_can_be_read_out_and_is_no_number():
    for number in range(500):
        assert re.fullmatch("[B-DF-HJ-NP-TV-Z][B-DF-HJ-NP-TV-Z2-9]{5}", code(str(number)))


def code(name, kind="account"):
    return name_code(kind, name, length=6)


def test_it_is_the_same_whatever_other_names_there_are():
    few = name_codes("account", ["N1", "N2"], length=6)
    many = name_codes("account", [f"N{n}" for n in range(2000)], length=6)
    assert few == {name: many[name] for name in few}


def test_names_whose_codes_would_be_alike_have_longer_ones():
    names = [str(number) for number in range(2000)]
    found = name_codes("account", names, length=2)
    assert len(set(found.values())) == len(names)
    assert {len(code) for code in found.values()} > {2, 3}
    assert all(code(name).startswith(found[name][:2]) for name in names)


def test_what_is_a_name_itself_is_no_code():
    plain = code("N1")
    found = name_codes("account", ["N1", plain.lower()], length=6, never=["N1", plain.lower()])
    assert found["N1"].startswith(plain) and len(found["N1"]) == 7


def test_another_key_makes_other_codes(monkeypatch, tmp_path):
    before = code("N1"), code("N1", kind="person")
    assert before[0] != before[1]
    monkeypatch.setenv("KAM_KEY", str(tmp_path / "key"))
    assert code("N1") not in before
    assert code("N1") == code("N1")
