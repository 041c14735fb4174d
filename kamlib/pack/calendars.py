"""The campaign as calendar files (.ics), one for each of us, for any calendar program."""

import hashlib
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
# What a step is, whenever it is to be done: its day and texts may change, and it stays the same.
_STEP = ["prospect", "cluster", "step", "answers_of"]
_VERSION = ("dtstamp", "sequence")


def steps_with_uid(plan: pd.DataFrame, *, as_of: pd.Timestamp, company: str = "") -> pd.DataFrame:
    """The steps that have a day, each with the name under which calendars know it.

    It is made of the company, the quarter, the target (a prospect or a cluster), the step and its
    number among like ones, so that a step which moves to another day keeps its name.

    Parameters
    ----------
    plan
        The table of ``campaign``.
    as_of
        Last day of the reported quarter.
    company
        The data set's name.

    Returns
    -------
    The rows with a date, in their order, and ``uid``.
    """
    dated = plan[plan["date"].notna()]
    of_cluster = dated["prospect"] == ""
    step = pd.DataFrame(
        {
            "prospect": dated["prospect"],
            "cluster": (dated["tier"].astype("str") + " " + dated["name"]).where(of_cluster, ""),
            "step": dated["step"],
            "answers_of": dated["owner"].where(of_cluster, ""),
        }
    )
    place = step.groupby(_STEP, sort=False).cumcount()
    quarter = f"{pd.Timestamp(as_of):%Y-%m-%d}"
    parts = zip(*(step[name] for name in _STEP), place, strict=True)
    return dated.assign(uid=[_uid(company, quarter, *map(str, part)) for part in parts])


def calendar_ics(
    steps: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    name: str = "",
    known_to: pd.Timestamp | None = None,
    before: Mapping[str, tuple[int, bytes]] | None = None,
) -> bytes:
    """Steps as whole-day entries.

    The same steps after the same calendar give the same bytes. An entry that is not as it was
    in the calendar before is its next version: ``SEQUENCE`` is one more and ``DTSTAMP`` as many
    seconds later, so that a calendar program moves the entry instead of showing it twice. With
    no calendar before, the first version counts the days that the data goes beyond the quarter.

    Parameters
    ----------
    steps
        The table of :func:`steps_with_uid`.
    as_of
        Last day of the reported quarter, which stands as the day of writing.
    name
        What the calendar is called.
    known_to
        The last day of the data, where it is later.
    before
        The :func:`known_versions` of the calendar that was written before, of everyone.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//kamlib//campaign//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", told(name or _("Campaign")))
    start = pd.Timestamp(as_of).normalize().to_pydatetime().replace(tzinfo=UTC)
    beyond = (pd.Timestamp(as_of if known_to is None else known_to) - pd.Timestamp(as_of)).days
    for row in steps.to_dict("records"):
        event = _event(row)
        sequence = max(beyond, 0)
        if before and row["uid"] in before:
            last, content = before[row["uid"]]
            sequence = last if content == event.to_ical() else max(last + 1, sequence)
        calendar.add_component(_stamped(event, sequence, start))
    return calendar.to_ical()


def write_calendars(
    folder: Path,
    plan: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    known_to: pd.Timestamp | None = None,
    company: str = "",
    before: Path | None = None,
) -> list[Path]:
    """Write one calendar for everyone and one for each owner of sales and of marketing.

    Parameters
    ----------
    plan
        The table of ``campaign``; steps without a date are left out (``fits`` says so there).
    as_of, known_to, company
        As :func:`calendar_ics` and :func:`steps_with_uid` take them.
    before
        The folder of the calendars that these replace.

    Returns
    -------
    The files, ``everyone.ics`` first; none where no step has a day, for some calendar programs
    refuse an empty file. ``folder`` is made where it is not there and something is written.
    """
    dated = steps_with_uid(plan, as_of=as_of, company=company)
    if dated.empty:
        return []
    make_folder(folder)
    people = sorted((set(dated["owner"]) | set(dated["marketing"])) - {""})
    earlier = before / f"{EVERYONE}.ics" if before else None
    known = known_versions(earlier.read_bytes() if earlier and earlier.is_file() else b"")
    files = file_names([EVERYONE, *people])
    written = []
    for person, file in files.items():
        mine = (dated["owner"] == person) | (dated["marketing"] == person)
        part = dated if person == EVERYONE else dated[mine]
        title = _("Campaign") if person == EVERYONE else f"{_('Campaign')}: {person}"
        path = folder / f"{file}.ics"
        made = calendar_ics(part, as_of=as_of, name=title, known_to=known_to, before=known)
        save_bytes(path, made)
        written.append(path)
    return written


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


def _event(row: dict) -> Event:
    day = pd.Timestamp(row["date"]).date()
    event = Event()
    event.add("uid", row["uid"])
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", f"{told(row['step'])}: {row['name']}")
    event.add("description", _description(row))
    event.add("categories", [told(row["tier"])])
    event.add("transp", "TRANSPARENT")
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
    ]
    return "\n".join(f"{told(label)}: {told(text)}" for label, text in lines if text)


def _hours(row: dict) -> str:
    parts = [(row["sales_hours"], _("sales")), (row["marketing_hours"], _("marketing"))]
    return ", ".join(f"{number(hours, 1)} {who}" for hours, who in parts if hours > 0)


def _uid(*parts: str) -> str:
    text = "\x1f".join(parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32] + "@kamlib"
