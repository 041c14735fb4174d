"""Figures as a reader sees them."""

import math

import pandas as pd
import pytest

from kamlib.words import (
    DASH,
    AsItIs,
    _,
    count,
    day,
    money,
    number,
    points,
    share,
    speak,
    speaking,
    told,
)


@pytest.mark.parametrize(
    "text, expected",
    [
        (count(1234567), "1,234,567"),
        (count(0), "0"),
        (number(1234.5), "1,234.50"),
        (number(-0.126, 1), "-0.1"),
        (money(12345.67, "GBP"), "GBP 12,346"),
        (money(99.5), "99.50"),
        (money(50, "EUR"), "EUR 50"),
        (money(-12.25, "EUR"), "EUR -12.25"),
        (share(0.4123), "41.2 %"),
        (share(1.0, 0), "100 %"),
        (points(0.021), "+2 points"),
        (points(-0.014), "-1 point"),
        (points(0.004), "0 points"),
        (day(pd.Timestamp("2011-09-30 12:00")), "2011-09-30"),
    ],
)
def test_figures(text, expected):
    assert text == expected


@pytest.mark.parametrize("form", [count, number, money, points, share, day])
@pytest.mark.parametrize("unknown", [None, math.nan, pd.NA, pd.NaT])
def test_what_is_unknown_is_a_dash(form, unknown):
    assert form(unknown) == DASH


@pytest.fixture
def pseudo():
    """Speak the pseudo-language within a test."""
    with speaking("qps"):
        yield


def test_english_is_told_as_it_is():
    assert told(_("{n} days").format(n=3)) == "3 days"


def test_a_marked_text_is_its_source_in_every_language(pseudo):
    assert _("at risk") == "at risk"
    assert _("{n} days").format(n=3) == "3 days"


def test_a_text_is_told_with_its_parts_in_turn(pseudo):
    inner = _("{n} orders").format(n=2)
    assert told(_("after {what} in {place}").format(what=inner, place="Bonn")) == (
        "【after】 2 【orders】 【in】 Bonn"
    )


def test_a_text_that_went_through_a_column_is_told(pseudo):
    column = pd.Series([_("{n} orders").format(n=2)], dtype="str")
    assert told(column.iloc[0]) == "2 【orders】"


@pytest.mark.parametrize("seam", [": ", "; ", ", ", " · ", "\n", " ("])
def test_joined_texts_are_told_part_by_part(pseudo, seam):
    joined = seam.join([_("no answer"), "Ann Meyer", _("{n} orders").format(n=2)])
    assert told(joined) == seam.join(["【no answer】", "Ann Meyer", "2 【orders】"])


def test_templates_that_are_joined_are_told_each(pseudo):
    template = _("{n} orders") + "; " + _("of which {late} late")
    assert told(template.format(n=2, late=1)) == "2 【orders】; 【of which】 1 【late】"


def test_a_text_that_begins_a_sentence_is_told(pseudo):
    assert _("silent for {n} days.").format(n=9)
    assert told("Silent for 9 days") == "【silent for】 9 【days】"


def test_a_stored_text_is_told_by_its_template(pseudo):
    assert _("{key} stands twice, {n} times in all")
    assert told("account stands twice, 3 times in all").endswith("【times in all】")


@pytest.mark.parametrize("text", ["", "N1155", "Lost Harbour Ltd", "12,345", "EUR 3", DASH])
def test_data_stays(pseudo, text):
    _("Lost")
    assert told(text) == text


def test_a_name_is_nobodys_to_translate(pseudo):
    assert told(_("Lost")) == "【Lost】"
    assert told(AsItIs("Lost")) == "Lost"


def test_what_is_told_stays_when_it_is_told_again(pseudo):
    once = told(_("no answer") + ": Ann Meyer")
    assert told(once) == once


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match='"xx" is not known; expected one of en, qps'):
        speak("xx")
