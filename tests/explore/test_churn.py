"""The explorer of churn: lists and errors follow the controls, and mistakes are said in it."""

from html import unescape

import pandas as pd
import pytest

from kamlib import open_book
from kamlib.analysis.churn.watch_list import risk_headline
from kamlib.explore.churn import explore_churn
from kamlib.settings import Settings


def part(box, name):
    found = [w for w in _walk(box) if f"kam-explorer-{name}" in getattr(w, "_dom_classes", ())]
    assert len(found) == 1, name
    return found[0]


def _walk(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from _walk(child)


@pytest.mark.slow
def test_a_shorter_silence_loses_more_accounts_and_errs_more():
    book = open_book("demo")
    box = explore_churn(book.churn)
    lost = len(book.churn.winback) + len(book.churn.do_not_chase)
    assert part(box, "message").value == ""
    assert f"and {lost} are lost" in unescape(part(box, "headline").value)
    before = {name: part(box, name).value for name in ("headline", "errors", "watch", "winback")}
    pictures = part(box, "states").value
    part(box, "silence").value = 60
    assert part(box, "message").value == ""
    for name, said in before.items():
        assert part(box, name).value != said, name
    assert part(box, "states").value != pictures
    part(box, "silence").value = 180
    assert part(box, "winback").value == before["winback"]
    # At the page's horizon the margin at risk is the page's, and the model is among the rules.
    assert book.churn.risk in unescape(before["headline"])
    assert book.churn.rule in unescape(before["errors"])
    part(box, "horizon").value = 26
    fit = book.churn.tried.fit
    told = "26 weeks" if fit.usable else f"{fit.status}: silence tells"
    assert told in part(box, "headline").value


def test_why_silence_tells_is_said():
    churn = pd.DataFrame({"state": ["active"], "margin_a_year": 5.0, "margin_at_risk": 1.0,
                          "p_model": ""})  # fmt: skip
    told = risk_headline(churn, Settings(), status="at a bound")
    assert told.endswith("at risk: the purchase model is at a bound: silence tells.")
    assert risk_headline(churn, Settings()).endswith("the history is too short for a model.")
