"""The explorer of targets: a control moved moves a named result, mistakes are said in it."""

import pandas as pd
import pytest
from target_frames import made_targets, made_tier_hours

from kamlib.explore import targeting
from kamlib.explore.targeting import changes_told, explore_targets
from kamlib.settings import Settings
from kamlib.show.theme import description

FIRST, FEW = "one-to-one", "one-to-few"


class MadeChapter:
    """As much of the chapter and its book as the explorer asks for."""

    currency = "EUR"

    def __init__(self, teams=(), settings=None, tried=None):
        self.settings = settings or Settings()
        self.tried = [] if tried is None else tried
        self.managers = pd.DataFrame({"manager": ["K1", "K2"][: len(teams)], "team": list(teams)})
        self.targets, self.tier_hours = made_tables(self.settings)

    @property
    def book(self):
        return self

    def known(self, name):
        assert name == "managers"
        return self.managers.astype("str")

    def under(self, settings):
        self.tried.append(settings)
        return MadeChapter(settings=settings, tried=self.tried)


def made_tables(settings):
    """As many one-to-one targets as the share of hours is enough for; a veto needs its score."""
    frame = made_targets(40)
    frame["score"] = frame["score"].where(frame["need"] > settings.three_p.veto_at, 0.0)
    first = round(40 * settings.tiers.hours_share)
    weight = dict(zip(("need", "budget", "authority"), settings.three_p.weights, strict=True))
    by = sum(frame[name].fillna(0) * share for name, share in weight.items())
    frame = frame.loc[by.sort_values(ascending=False, kind="stable").index]
    frame["tier"] = pd.Categorical(
        [FIRST] * first + [FEW] * (40 - first), [FIRST, FEW], ordered=True
    )
    frame["rank"] = range(1, 41)
    hours = made_tier_hours()
    hours["one_to_one"] *= settings.tiers.one_to_one_share / 0.6
    return frame, hours


@pytest.fixture
def chapter(monkeypatch):
    # What a picture shows is tested beside it; making each of them would take seconds.
    monkeypatch.setattr(targeting, "picture", _Told)
    return MadeChapter()


class _Told:
    def __init__(self, ax):
        self.png = description(ax).encode()


def part(box, name):
    found = [w for w in _walk(box) if f"kam-explorer-{name}" in getattr(w, "_dom_classes", ())]
    assert len(found) == 1, name
    return found[0]


def _walk(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from _walk(child)


def test_the_explorer_begins_with_the_page(chapter):
    box = explore_targets(chapter)
    assert part(box, "message").value == ""
    assert part(box, "headline").value == "40 targets: one-to-one 6, one-to-few 34."
    assert part(box, "changed").value == "Nobody changes tier against the page."
    assert b"40 targets by score and fit" in bytes(part(box, "picture").value)
    assert b"274 of 304 hours" in bytes(part(box, "tier-hours").value)
    assert "First 20 of 40" in part(box, "list").value
    assert not chapter.tried, "the page's own targets are taken, not judged again"


def test_more_hours_let_more_targets_into_one_to_one(chapter):
    box = explore_targets(chapter)
    pictures = {name: part(box, name).value for name in ("picture", "tier-hours")}
    part(box, "hours").value = 0.25
    assert part(box, "headline").value == "40 targets: one-to-one 10, one-to-few 30."
    assert part(box, "changed").value.startswith("4 of 40 targets change tier. Into one-to-one: ")
    assert part(box, "changed").value.endswith("Out: nobody.")
    assert part(box, "picture").value != pictures["picture"]
    part(box, "one-to-one").value = 0.3
    assert part(box, "tier-hours").value != pictures["tier-hours"]
    part(box, "hours").value = 0.15
    part(box, "one-to-one").value = 0.6
    assert part(box, "changed").value == "Nobody changes tier against the page."


@pytest.mark.parametrize(
    ("control", "value", "group", "name", "set_to"),
    [
        ("weight-need", 0.9, "three_p", "weights", (0.9, 0.3, 0.3)),
        ("veto", 0.3, "three_p", "veto_at", 0.3),
        ("half-life", 6, "three_p", "half_life_months", 6),
        ("hours", 0.5, "tiers", "hours_share", 0.5),
        ("marketing", 20, "tiers", "marketing_hours", 20),
        ("one-to-one", 0.1, "tiers", "one_to_one_share", 0.1),
    ],
)
def test_each_control_sets_its_setting(chapter, control, value, group, name, set_to):
    box = explore_targets(chapter)
    part(box, control).value = value
    assert part(box, "message").value == ""
    assert getattr(getattr(chapter.tried[-1], group), name) == set_to


def test_weights_of_nothing_are_said_and_leave_the_result_as_it_was(chapter):
    box = explore_targets(chapter)
    for name in ("need", "budget", "authority"):
        part(box, f"weight-{name}").value = 0
    assert "All weights are 0" in part(box, "message").value
    assert "40 targets" in part(box, "headline").value
    part(box, "weight-budget").value = 1
    assert part(box, "message").value == ""
    assert "change tier" in part(box, "changed").value


def test_marketing_hours_cannot_be_moved_where_its_people_are_recorded(chapter):
    assert not part(explore_targets(MadeChapter(["sales"])), "marketing").disabled
    assert part(explore_targets(MadeChapter(["marketing"])), "marketing").disabled


def test_what_changed_names_who_enters_and_who_leaves():
    targets = made_targets(4).assign(tier=[FIRST, FEW, FEW, FIRST], name=["Ann", "Bo", "", "Cy"])
    before = pd.Series([FIRST, FIRST, FEW], targets.index[:3])
    assert changes_told(before, targets) == (
        "2 of 4 targets change tier. Into one-to-one: Cy. Out: Bo."
    )
    many = made_targets(30).assign(tier=FIRST)
    told = changes_told(pd.Series(FEW, many.index), many)
    assert "Company 5 Handels AG, 24 more. Out: nobody." in told
