"""The explorer of churn: lists and errors follow the controls, and mistakes are said in it."""

from html import escape, unescape

import pytest
from drawn import drawn_company
from sales_table import csv_dataset

from kamlib import open_book
from kamlib.explore.churn import explore_churn
from kamlib.words import money


def part(box, name):
    found = [w for w in _walk(box) if f"kam-explorer-{name}" in getattr(w, "_dom_classes", ())]
    assert len(found) == 1, name
    return found[0]


def _walk(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from _walk(child)


def told_of(row):
    """What the page's sentence says of a position of the page's slider."""
    sum_ = money(row["risk_margin"], "EUR")
    return (
        f" {row['risk_accounts']} at risk of being lost, with {sum_} margin in their last year, "
        f"{row['lost_accounts']} lost,"
    )


@pytest.mark.slow
def test_a_shorter_silence_loses_more_accounts_and_errs_more():
    book = open_book("demo")
    box = explore_churn(book.churn)
    lost = len(book.churn.winback) + len(book.churn.do_not_chase) - len(book.churn.gone)
    assert part(box, "message").value == ""
    assert f" {lost} lost," in unescape(part(box, "headline").value)
    tried = book.churn.silences_tried
    assert tried.index[tried["in_force"]].tolist() == [180] and told_of(tried.loc[180]) in (
        book.churn.staying
    )
    before = {name: part(box, name).value for name in ("headline", "errors", "watch", "winback")}
    pictures = part(box, "states").value
    part(box, "silence").value = 60
    assert part(box, "message").value == ""
    assert told_of(tried.loc[60]) in unescape(part(box, "headline").value)
    for name, said in before.items():
        assert part(box, name).value != said, name
    assert part(box, "states").value != pictures
    assert "Tried here: 60 days of silence; in force: 180." in part(box, "errors").value
    part(box, "silence").value = 365
    assert told_of(tried.loc[365]) in unescape(part(box, "headline").value)
    part(box, "silence").value = 180
    assert told_of(tried.loc[180]) in unescape(part(box, "headline").value)
    assert "Tried here: 180 days of silence, as in force." in part(box, "errors").value
    assert part(box, "winback").value == before["winback"]
    # At the page's settings the margin at risk is the page's.
    assert book.churn.risk in unescape(before["headline"])
    assert book.churn.rule in unescape(before["errors"])


def test_the_silence_starts_at_the_advice_beside_what_is_in_force(tmp_path):
    """A drawn company of weekly buyers need not wait for the half-year that is in force."""
    days, _truth = drawn_company({"weekly": 90})
    rows = (f"{day.account},{day.date:%Y-%m-%d},R{n},10,P" for n, day in days.iterrows())
    folder = csv_dataset(tmp_path / "set", ["Customer,Date,Document,Amount,Line", *rows])
    book = open_book(folder)
    box, advised = explore_churn(book.churn), book.churn.advice.days
    assert part(box, "message").value == ""
    assert part(box, "silence").value == advised < 60
    told = part(box, "errors").value
    assert f"Tried here: {advised} days of silence; in force: 180." in told
    assert escape(book.churn.advised) in told
    assert f"With {advised} days of silence the loss rule" in told
    assert book.churn.settings.churn.min_silence_days == 180
    lost = (book.churn.states["state"] == "lost").sum()
    told = unescape(part(box, "headline").value)
    assert f"and {lost} of all that ever bought are lost" not in told
