"""Calendar files are read again by the library: dates, escapes, folds, and the same bytes."""

import pandas as pd
import pytest
from icalendar import Calendar

from kamlib.pack.calendars import calendar_ics, known_versions, steps_with_uid, write_calendars

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
    return frame.assign(person="Dora", audience="", why="number 1", **texts, **figures)


def written(plan, before=b"", **options):
    steps, known = steps_with_uid(plan, as_of=AS_OF), known_versions(before)
    return calendar_ics(steps, as_of=AS_OF, before=known, **options)


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


def test_bytes(plan):
    content = written(plan)
    assert content == written(plan.copy()) == written(plan, before=content)
    lines = content.split(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in lines)
    assert content.count(b"DTSTAMP:20251231T000000Z") == 4
    assert b"DTSTART;VALUE=DATE:20260102" in content


def test_a_step_that_moves_is_the_same_entry_in_its_next_version(plan):
    plan = plan.assign(step=plan["content"])
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
        return set(steps_with_uid(steps, **({"as_of": AS_OF} | options))["uid"])

    own = names(plan)
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
