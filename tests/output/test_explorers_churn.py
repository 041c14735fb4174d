"""The explorer of churn: lists and errors follow the controls, and mistakes are said in it."""

from html import unescape

import pytest

from kamlib import open_book
from kamlib.output.churn_results import churn_tables
from kamlib.output.explorers_churn import explore_churn


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
    box = explore_churn(book)
    lost = len(churn_tables(book)["winback"]) + len(churn_tables(book)["do_not_chase"])
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
    part(box, "horizon").value = 26
    assert "26 weeks" in part(box, "headline").value or "silence alone" in (
        part(box, "headline").value
    )
