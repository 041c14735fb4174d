"""What each of us does as calendar files (.ics), for any calendar program."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
from icalendar import Calendar, Event

from kamlib.data.describe.slugs import file_names
from kamlib.saving import make_folder, save_bytes
from kamlib.show.columns import column
from kamlib.words import _, number, told

EVERYONE = "everyone"
CANCELLED = "CANCELLED"
_VERSION = ("dtstamp", "sequence")


def calendar_ics(
    steps: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    name: str = "",
    known_to: pd.Timestamp | None = None,
    before: Mapping[str, tuple[int, bytes]] | None = None,
    dropped: Mapping[str, tuple[int, bytes]] | None = None,
) -> bytes:
    """Steps as whole-day entries.

    The same steps after the same calendar give the same bytes. An entry that is not as it was
    in the calendar before is its next version: ``SEQUENCE`` is one more and ``DTSTAMP`` as many
    seconds later, so that a calendar program moves the entry instead of showing it twice. With
    no calendar before, the first version counts the days that the data goes beyond the quarter.
    An entry that falls away is said to be cancelled, so that it goes from the calendar it is in.

    Parameters
    ----------
    steps
        The rows of ``dated_work`` with a day; ``step_id`` is the name of an entry, ``page`` where
        it is argued: an address, or the name of a page of the pack.
    as_of
        Last day of the reported quarter, which stands as the day of writing.
    name
        What the calendar is called.
    known_to
        The last day of the data, where it is later.
    before
        The :func:`known_versions` of the calendar that was written before, of everyone.
    dropped
        Those of the calendar before of who reads this one; what is not in ``steps`` is cancelled.
    """
    calendar = Calendar()
    gone = {uid: kept for uid, kept in (dropped or {}).items() if uid not in set(_uids(steps))}
    calendar.add("prodid", "-//kamlib//campaign//EN")
    calendar.add("version", "2.0")
    # Where nothing but cancelled entries is left, programs want to be told in the method.
    calendar.add("method", "PUBLISH" if len(steps) else "CANCEL")
    calendar.add("x-wr-calname", told(name or _("To do")))
    start = pd.Timestamp(as_of).normalize().to_pydatetime().replace(tzinfo=UTC)
    beyond = (pd.Timestamp(as_of if known_to is None else known_to) - pd.Timestamp(as_of)).days
    for uid, row in zip(_uids(steps), steps.to_dict("records"), strict=True):
        event = _event(row, uid)
        sequence = max(beyond, 0)
        if before and uid in before:
            last, content = before[uid]
            sequence = last if content == event.to_ical() else max(last + 1, sequence)
        calendar.add_component(_stamped(event, sequence, start))
    for uid, (last, content) in gone.items():
        event = Event.from_ical(content)
        if event.get("status") != CANCELLED:
            last = max(last, (before or {}).get(uid, (last,))[0]) + 1
            event.add("status", CANCELLED)
        calendar.add_component(_stamped(event, last, start))
    return calendar.to_ical()


def write_calendars(
    folder: Path,
    plan: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    known_to: pd.Timestamp | None = None,
    before: Path | None = None,
) -> list[Path]:
    """Write one calendar for everyone and one for each owner of sales and of marketing.

    Parameters
    ----------
    plan
        The rows of ``dated_work`` with ``page``; steps without a date
        are left out (``fits`` says so there).
    as_of, known_to
        As :func:`calendar_ics` takes them.
    before
        The folder of the calendars that these replace.

    Returns
    -------
    The files, ``everyone.ics`` first, then by file name; none where no step has a day or had one
    before, for some calendar programs refuse an empty file. Who has no step any more gets a
    file that cancels the old ones. ``folder`` is made where something is written.
    """
    dated = plan[plan["date"].notna()]
    files = {file: who for who, file in calendar_files(plan).items()}
    old = {path.name: path for path in sorted(before.glob("*.ics"))} if before else {}
    known = {name: known_versions(path.read_bytes()) for name, path in old.items()}
    written = []
    for file in [*files, *(name for name in old if name not in files)]:
        person = files.get(file, "")
        mine = (dated["owner"] == person) | (dated["marketing"] == person)
        part = dated if person == EVERYONE else dated[mine & (person != "")]
        if part.empty and not known.get(file):
            continue
        make_folder(folder)
        called = person or Path(file).stem
        title = _("To do") if person == EVERYONE else f"{_('To do')}: {called}"
        made = calendar_ics(
            part,
            as_of=as_of,
            name=title,
            known_to=known_to,
            before=known.get(f"{EVERYONE}.ics"),
            dropped=known.get(file),
        )
        save_bytes(folder / file, made)
        written.append(folder / file)
    return written


def calendar_files(plan: pd.DataFrame) -> dict[str, str]:
    """The file of everyone's calendar and of each person's who has an entry in it, by person."""
    dated = plan[plan["date"].notna()]
    people = sorted((set(dated["owner"]) | set(dated["marketing"])) - {""})
    return {who: f"{file}.ics" for who, file in file_names([EVERYONE, *people]).items()}


def known_versions(calendar: bytes) -> dict[str, tuple[int, bytes]]:
    """By name each entry's version and what it says apart from that; nothing of what is broken."""
    try:
        events = Calendar.from_ical(calendar).walk("VEVENT") if calendar else []
    except ValueError:
        return {}
    found = {}
    for event in events:
        sequence = int(event.get("sequence", 0))
        for name in _VERSION:
            event.pop(name, None)
        found[str(event.get("uid"))] = (sequence, event.to_ical())
    return found


def _stamped(event: Event, sequence: int, start: datetime) -> Event:
    event.add("dtstamp", start + timedelta(seconds=sequence))
    event.add("sequence", sequence)
    return event


def _uids(steps: pd.DataFrame) -> list[str]:
    return [f"{name}@kamlib" for name in steps["step_id"]]


def _event(row: dict, uid: str) -> Event:
    day = pd.Timestamp(row["date"]).date()
    event = Event()
    event.add("uid", uid)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", f"{told(row['step'])}: {row['name']}")
    event.add("description", _description(row))
    event.add("categories", [told(row["tier"])])
    event.add("transp", "TRANSPARENT")
    if "://" in row["page"]:
        event.add("url", row["page"])
    return event


def _description(row: dict) -> str:
    lines = [
        (_("What"), row["content"]),
        (_("Channel"), column("channel").text(row["channel"])),
        (_("Person"), row["person"]),
        (_("For"), row["audience"]),
        (_("Sales"), row["owner"]),
        (_("Marketing"), row["marketing"]),
        (_("Hours"), _hours(row)),
        (_("Why"), row["why"]),
        (_("Page"), row["page"]),
    ]
    return "\n".join(f"{told(label)}: {told(text)}" for label, text in lines if text)


def _hours(row: dict) -> str:
    parts = [(row["sales_hours"], _("sales")), (row["marketing_hours"], _("marketing"))]
    return ", ".join(f"{number(hours, 1)} {who}" for hours, who in parts if hours > 0)
