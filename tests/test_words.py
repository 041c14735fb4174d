"""Figures as a reader sees them."""

import math

import pandas as pd
import pytest

from kamlib.words import DASH, count, day, money, number, points, share


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
