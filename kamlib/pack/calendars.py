"""The campaign as calendar files (.ics), one for each of us, for any calendar program."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
from icalendar import Calendar, Event

from kamlib.data.describe.slugs import file_names
from kamlib.show.columns import column
from kamlib.words import _, number, told

EVERYONE = "everyone"
_IDENTITY = ["date", "prospect", "name", "tier", "step", "content", "owner", "marketing"]


def calendar_ics(plan: pd.DataFrame, *, as_of: pd.Timestamp, name: str = "") -> bytes:
    """The steps that have a day, as whole-day entries.

    The same plan gives the same bytes, and an entry keeps its identity from file to file, so
    a calendar that reads both holds it once.

    Parameters
    ----------
    plan
        The table of ``campaign``; steps without a date are left out (``fits`` says so there).
    as_of
        Last day of the reported quarter, which stands as the day of writing.
    name
        What the calendar is called.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//kamlib//campaign//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", told(name or _("Campaign")))
    stamp = pd.Timestamp(as_of).to_pydatetime().replace(tzinfo=UTC)
    dated = plan[plan["date"].notna()]
    seen: dict[str, int] = {}
    for row in dated.to_dict("records"):
        uid = _uid(row)
        seen[uid] = seen.get(uid, 0) + 1
        again = f"-{seen[uid]}" if seen[uid] > 1 else ""
        calendar.add_component(_event(row, f"{uid}{again}@kamlib", stamp))
    return calendar.to_ical()


def write_calendars(folder: Path, plan: pd.DataFrame, *, as_of: pd.Timestamp) -> list[Path]:
    """Write one calendar for everyone and one for each owner of sales and of marketing.

    Returns
    -------
    The files, ``everyone.ics`` first; none where no step has a day, for some calendar programs
    refuse an empty file. ``folder`` is made where it is not there and something is written.
    """
    dated = plan[plan["date"].notna()]
    if dated.empty:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    people = sorted((set(dated["owner"]) | set(dated["marketing"])) - {""})
    files = file_names([EVERYONE, *people])
    written = []
    for person, file in files.items():
        mine = (dated["owner"] == person) | (dated["marketing"] == person)
        part = dated if person == EVERYONE else dated[mine]
        title = _("Campaign") if person == EVERYONE else f"{_('Campaign')}: {person}"
        path = folder / f"{file}.ics"
        path.write_bytes(calendar_ics(part, as_of=as_of, name=title))
        written.append(path)
    return written


def _event(row: dict, uid: str, stamp: datetime) -> Event:
    day = pd.Timestamp(row["date"]).date()
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", stamp)
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


def _uid(row: dict) -> str:
    parts = "\x1f".join(str(row[column]) for column in _IDENTITY)
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:32]
