"""Calendar files are read again by the library: dates, escapes, folds, and the same bytes."""

import pandas as pd
import pytest
from icalendar import Calendar

from kamlib import open_book
from kamlib.analysis.campaign.step_ids import step_ids
from kamlib.pack.calendars import calendar_ics, known_versions, write_calendars

AS_OF = pd.Timestamp("2025-12-31")
ROWS = [
    (
        "2026-01-02",
        "上海贸易; «Müller», Söhne",
        "offer, terms; and\na reference " * 9,
        "Ann",
        "Mia",
    ),
    ("2026-01-05", "Acme", "call \\ mail", "Ann", ""),
    (None, "Acme", "no day", "Ann", "Mia"),
    ("2026-01-06", "Food", "mailing", "", "Mia"),
    ("2026-01-06", "Food", "mailing", "", "Mia"),
]


@pytest.fixture
def plan():
    frame = pd.DataFrame(ROWS, columns=["date", "name", "content", "owner", "marketing"])
    frame = frame.astype({"date": "datetime64[us]"})
    texts = {"prospect": "P1", "tier": "one-to-one", "step": "Offer", "channel": "phone"}
    figures = {"sales_hours": 1.5, "marketing_hours": 0.0}
    figures["page"] = "2025Q4/03-churn.html"
    figures["page"] = "2025Q4/03-churn.html"
    return named(frame.assign(person="Dora", audience="", why="number 1", **texts, **figures))


def named(plan, **options):
    """The plan with the names of its steps, as the chapter hands it over."""
    return plan.assign(step_id=step_ids(plan, **({"as_of": AS_OF} | options)))


def written(plan, before=b"", **options):
    steps, known = plan[plan["date"].notna()], known_versions(before)
    return calendar_ics(steps, as_of=AS_OF, before=known, dropped=known, **options)


def imported(*calendars):
    """What a calendar program holds after reading them in one after the other."""
    held = {}
    for event in [event for content in calendars for event in events(content)]:
        uid = str(event["uid"])
        if uid not in held or event["sequence"] >= held[uid]["sequence"]:
            held[uid] = event
    return {uid: event for uid, event in held.items() if event.get("status") != "CANCELLED"}


def versions(content):
    """By name each entry's day, version and time of writing."""
    return {
        str(event["uid"]): (event.decoded("dtstart"), event["sequence"], event.decoded("dtstamp"))
        for event in events(content)
    }


def events(content):
    return list(Calendar.from_ical(content).walk("VEVENT"))


def test_read_again(plan):
    content = written(plan)
    found = events(content)
    assert [event.decoded("dtstart").isoformat() for event in found] == [
        *("2026-01-02", "2026-01-05", "2026-01-06", "2026-01-06"),
    ]
    first = found[0]
    assert (first.decoded("dtend") - first.decoded("dtstart")).days == 1
    assert str(first["summary"]) == "Offer: 上海贸易; «Müller», Söhne"
    assert "What: offer, terms; and\na reference" in str(first["description"])
    assert "Hours: 1.5 sales" in str(first["description"])
    assert first["categories"].cats == ["one-to-one"]
    assert "call \\ mail" in str(found[1]["description"])
    assert len({str(event["uid"]) for event in found}) == 4


def test_an_entry_leads_to_the_page_on_which_it_is_argued(plan):
    place, address = "2025Q4/03-churn.html", "https://packs.example/demo/2025Q4/03-churn.html"
    for event in events(written(plan)):
        assert f"Page: {place}" in str(event["description"])
        assert "url" not in event
    assert {str(e["url"]) for e in events(written(plan.assign(page=address)))} == {address}


def test_bytes(plan):
    content = written(plan)
    assert content == written(plan.copy()) == written(plan, before=content)
    lines = content.split(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in lines)
    assert content.count(b"DTSTAMP:20251231T000000Z") == 4
    assert b"DTSTART;VALUE=DATE:20260102" in content


def test_a_step_that_moves_is_the_same_entry_in_its_next_version(plan):
    plan = named(plan.assign(step=plan["content"]))
    first = written(plan)
    later = plan["content"] == "call \\ mail"
    moved = plan.assign(date=plan["date"].mask(later, pd.Timestamp("2026-01-09")))
    second = written(moved, before=first)
    before, after = versions(first), versions(second)
    assert set(before) == set(after)
    changed = {uid for uid in before if before[uid] != after[uid]}
    assert len(changed) == 1
    [uid] = changed
    assert before[uid][1:] < after[uid][1:] == (1, pd.Timestamp("2025-12-31 00:00:01+00:00"))
    # Back again it is a version of its own, not the old one.
    third = versions(written(plan, before=second))
    assert (third[uid][0], third[uid][1]) == (before[uid][0], 2)


def test_more_data_is_a_later_version_though_the_calendar_before_is_lost(plan):
    content = versions(written(plan, known_to=AS_OF + pd.Timedelta(days=40)))
    assert {version for _day, version, _stamp in content.values()} == {40}


def test_other_companies_quarters_and_targets_have_other_entries(plan):
    def names(steps, **options):
        return set(named(steps, **options)["step_id"])

    own = names(plan)
    assert len(own) == len(plan)
    assert not own & names(plan, company="other")
    assert not own & names(plan, as_of=pd.Timestamp("2025-09-30"))
    assert not own & names(plan.assign(prospect="P2"))
    assert own == names(plan.assign(owner="Zoe", content="else", why="else"))


def test_a_calendar_before_that_cannot_be_read_is_none(plan):
    assert written(plan, before=b"no calendar") == written(plan)


def test_a_file_for_each_of_us(plan, tmp_path):
    odd = plan.assign(owner=plan["owner"].replace("Ann", "../Änn"))
    files = write_calendars(tmp_path / "calendars", odd, as_of=AS_OF)
    assert [path.name for path in files] == ["everyone.ics", "Ann.ics", "Mia.ics"]
    assert [len(events(path.read_bytes())) for path in files] == [4, 2, 3]


def test_no_file_without_a_step_that_has_a_day(plan, tmp_path):
    for nothing in (plan.iloc[:0], plan[plan["date"].isna()]):
        assert write_calendars(tmp_path / "none", nothing, as_of=AS_OF) == []
    assert not (tmp_path / "none").exists()
    # A person whose only step found no day gets no file either.
    alone = plan.assign(owner=plan["owner"].mask(plan["date"].isna(), "Zoe"))
    written = write_calendars(tmp_path, alone, as_of=AS_OF)
    assert [path.name for path in written] == ["everyone.ics", "Ann.ics", "Mia.ics"]


def test_a_step_that_falls_away_is_cancelled_and_one_that_returns_is_not(plan):
    plan = named(plan.assign(step=plan["content"]))
    first = written(plan)
    less = plan[plan["content"] != "call \\ mail"]
    second = written(less, before=first)
    [gone] = [event for event in events(second) if event.get("status") == "CANCELLED"]
    assert gone["sequence"] == 1
    assert str(gone["summary"]).endswith(": Acme")
    assert b"METHOD:PUBLISH" in second
    assert len(imported(first, second)) == 3
    # It stays so, without a version of its own in each pack.
    assert written(less, before=second) == second
    third = written(plan, before=second)
    assert len(imported(first, second, third)) == 4
    assert b"CANCELLED" not in third


def test_who_has_no_step_left_gets_the_old_ones_cancelled(plan, tmp_path):
    write_calendars(tmp_path / "one", plan, as_of=AS_OF)
    moved = plan.assign(owner=plan["owner"].replace("Ann", "Bob"))
    options = {"as_of": AS_OF, "before": tmp_path / "one"}
    names = [path.name for path in write_calendars(tmp_path / "two", moved, **options)]
    assert names == ["everyone.ics", "Bob.ics", "Mia.ics", "Ann.ics"]
    theirs = [(tmp_path / folder / "Ann.ics").read_bytes() for folder in ("one", "two")]
    assert imported(theirs[0]) and not imported(*theirs)
    assert b"METHOD:CANCEL\r\n" in theirs[1]
    everyone = [(tmp_path / folder / "everyone.ics").read_bytes() for folder in ("one", "two")]
    assert len(imported(*everyone)) == len(imported(everyone[0])) == 4
    nothing = write_calendars(tmp_path / "three", plan.iloc[:0], **options)
    assert [path.name for path in nothing] == ["everyone.ics", "Ann.ics", "Mia.ics"]


@pytest.mark.long
def test_a_calendar_with_other_holidays_moves_the_demos_steps(tmp_path):
    plans = {
        country: open_book(
            "demo", settings={"campaign.country": country, "replay.quarters": 1}
        ).targeting.campaign.assign(page="04-targeting.html")
        for country in ("DE", "DE-BY")
    }
    before = None
    for country, plan in plans.items():
        write_calendars(tmp_path / country, plan, as_of=AS_OF, before=before)
        before = tmp_path / country
    first, second = ((tmp_path / name / "everyone.ics").read_bytes() for name in plans)
    held = imported(first, second)
    days = {str(event["uid"]): event.decoded("dtstart") for event in events(second)
            if event.get("status") != "CANCELLED"}  # fmt: skip
    assert len(days) > 150
    assert {uid: event.decoded("dtstart") for uid, event in held.items()} == days
    assert len(held) == plans["DE-BY"]["date"].notna().sum()
    moved = (
        plans["DE"]
        .set_index("step_id")["date"]
        .compare(plans["DE-BY"].set_index("step_id")["date"].reindex(plans["DE"]["step_id"]))
    )
    assert len(moved) > 50
