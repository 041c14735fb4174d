"""File names for accounts: safe everywhere, and no two alike."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamlib.data.describe.slugs import MAX_SLUG, alike, file_names, slug

# Texts in which names alike are likely: cases, separators, accents, reserved names.
IDS = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="aAäÄ/-. 1", min_size=1, max_size=4),
    st.sampled_from(["con", "CON", "nul.txt", "account-con", "index", "..", "", "COM1", "lpt¹"]),
)


@given(st.lists(IDS, max_size=30, unique=True))
def test_no_two_accounts_share_a_file_on_any_system(accounts):
    names = file_names(accounts)
    assert list(names) == accounts
    assert len({name.casefold() for name in names.values()}) == len(accounts)


@given(st.lists(IDS, max_size=30, unique=True))
def test_names_do_not_depend_on_the_order(accounts):
    assert file_names(accounts) == file_names(reversed(accounts))


@given(IDS)
def test_a_name_is_safe_on_any_system_and_in_a_link(account):
    name = file_names([account])[account]
    assert all(sign in "._-" or unicodedata.category(sign)[0] in "LMN" for sign in name)
    assert name[0] not in ".-" and name[-1] not in ".-"
    assert name == unicodedata.normalize("NFC", name)
    assert len(f"{name}.xlsx".encode()) <= 255
    assert len(name) <= MAX_SLUG + len("account-")
    assert not re.fullmatch(r"(con|prn|aux|nul|com\d|lpt\d|index)(\..*)?", name, re.IGNORECASE)


@pytest.mark.parametrize(
    ("account", "name"),
    [
        ("N1012", "N1012"),
        ("10/2", "10-2"),
        ("Ünïcode GmbH", "Unicode-GmbH"),
        ("..\\..\\etc", "etc"),
        ("trailing. ", "trailing"),
        ("COM1", "account-COM1"),
        ("lpt¹", "account-lpt1"),
        ("nul.2024", "account-nul.2024"),
        ("console", "console"),
        ("上海贸易（有限公司）", "上海贸易-有限公司"),
        ("ООО «Ромашка»", "ООО-Ромашка"),
        ("Αθήνα Α.Ε.", "Αθήνα-Α.Ε"),
        ("हिन्दी", "हिन्दी"),
        ("שלום\u202eevil", "שלום-evil"),
        ("\u0301x", "x"),
        ("e\u0301t\u00e9", "ete"),
    ],
)
def test_a_name_can_be_read(account, name):
    assert slug(account) == name


def test_ids_that_slug_alike_are_told_apart_and_listed():
    names = file_names(["A/1", "a-1", "B", "b-1"])
    assert names["B"] == "B" and names["b-1"] == "b-1"
    assert names["A/1"].startswith("A-1-") and names["a-1"].startswith("a-1-")
    assert alike(["A/1", "a-1", "B", "b-1"]) == [["A/1", "a-1"]]
    assert alike(["上海", "北京"]) == []
    # A name that another account's code happens to have is not given twice.
    taken = names["A/1"]
    assert len(set(file_names(["A/1", "a-1", taken]).values())) == 3
