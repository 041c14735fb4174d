"""Settings kept for good: written into a data set's settings.toml, with who did it, and why.

The file stays as it is but for the lines of what was changed; a record, ``[[kept]]``, is added at
its end. What would make it another file than meant is not written at all.
"""

import datetime as dt
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd

from kamlib.errors import DataError, SettingsError
from kamlib.saving import save_text
from kamlib.settings.load import KEPT, Settings, load_settings, setting_text, settings_from
from kamlib.words import _

FILE = "settings.toml"
_HEADER = re.compile(r"^\s*\[(\[?)\s*([^\[\]#]+?)\s*\]")
_KEY = re.compile(r"""^\s*([\w."' -]+?)\s*=""")


@dataclass(frozen=True)
class Why:
    """Who keeps a setting, on which day, for which reason and with which effect."""

    author: str
    on: dt.date
    reason: str
    effect: str


@dataclass(frozen=True)
class Kept:
    """One setting that was kept: its values as texts, and why."""

    setting: str
    before: str
    after: str
    author: str
    on: str
    reason: str
    effect: str


def moved_settings(start: Settings, chosen: Settings) -> dict[str, Any]:
    """The settings in which two differ, by dotted name, with the value chosen."""
    before, after = start.model_dump(), chosen.model_dump()
    return {
        f"{group}.{name}": _plain(value)
        for group, values in after.items()
        for name, value in values.items()
        if value != before[group][name]
    }


def _plain(value: Any) -> Any:
    """A value without what a slider's steps leave in the last digits."""
    if isinstance(value, tuple | list):
        return type(value)(map(_plain, value))
    return round(value, 9) if isinstance(value, float) else value


def keep_settings(folder: Path, start: Settings, values: Mapping[str, Any], why: Why) -> list[Kept]:
    """Write settings into a data set's ``settings.toml``, whole or not at all.

    Parameters
    ----------
    folder
        The data set's.
    start
        The settings in force before.
    values
        Values by dotted name.
    why
        Author and reason must be told.

    Returns
    -------
    What was kept, a record per setting.

    Raises
    ------
    SettingsError
        Author or reason is empty, nothing is moved, a value is impossible, or the file is built
        so that it cannot be changed safely; it is as it was then.
    DataError
        The file cannot be written.
    """
    if not why.author.strip() or not why.reason.strip():
        raise SettingsError(_("Say who keeps this, and why: both are needed."))
    if not values:
        raise SettingsError(_("Nothing is moved: there is nothing to keep."))
    load_settings(overrides=values)  # within their bounds
    path = folder / FILE
    text = path.read_text(encoding="utf-8-sig") if path.exists() else ""
    before = start.model_dump()
    records = []
    new = text
    for name, value in values.items():
        group, _dot, field = name.partition(".")
        new = _with_value(new, group, field, value)
        old, now = setting_text(before[group][field]), setting_text(value)
        told = (" ".join(each.split()) for each in (why.author, why.reason, why.effect))
        author, reason, effect = told
        records.append(Kept(name, old, now, author, why.on.isoformat(), reason, effect))
    new = "\n\n".join([new.rstrip("\n"), *map(_record, records)]).lstrip("\n") + "\n"
    _check(text, new, values, records, path)
    try:
        save_text(path, new)
    except OSError as error:
        told = _("{path}: cannot be written ({why}). Nothing was kept.")
        raise DataError(told.format(path=path, why=error.strerror)) from None
    return records


def kept_settings(folder: Path) -> pd.DataFrame:
    """What was kept in a data set's ``settings.toml``, the last first.

    Returns
    -------
    One row per setting and day: ``setting``, ``before``, ``after``, ``author``, ``on``,
    ``reason``, ``effect`` (texts).
    """
    path, names = folder / FILE, [field.name for field in fields(Kept)]
    known = tomllib.loads(path.read_text(encoding="utf-8-sig")) if path.exists() else {}
    rows = [[str(row.get(name, "")) for name in names] for row in known.get(KEPT, [])]
    return pd.DataFrame(rows[::-1], columns=names, dtype="str")


def _record(kept: Kept) -> str:
    lines = [f"{name} = {_toml(value)}" for name, value in asdict(kept).items()]
    return "\n".join([f"[[{KEPT}]]", *lines])


def _toml(value: Any) -> str:
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _with_value(text: str, group: str, field: str, value: Any) -> str:
    """The text with the setting's line changed, or added where there was none."""
    lines = text.splitlines()
    table, header, dotted = "", None, False
    for at, line in enumerate(lines):
        head = _HEADER.match(line)
        if head:
            table = head[1] + head[2]
            header = at if table == group else header
            continue
        key = _KEY.match(line)
        name = ".".join(filter(None, (table, key[1] if key else "")))
        dotted |= key is not None and not table and name.startswith(f"{group}.")
        if key and name == f"{group}.{field}":
            end, comment = _end(lines, at)
            lines[at:end] = [f"{line[: key.end()]} {_toml(value)}{comment}"]
            return "\n".join(lines)
    if dotted:
        return "\n".join([f"{group}.{field} = {_toml(value)}", *lines])
    if header is not None:
        lines.insert(header + 1, f"{field} = {_toml(value)}")
        return "\n".join(lines)
    return "\n".join([*lines, *([""] if lines else []), f"[{group}]", f"{field} = {_toml(value)}"])


def _end(lines: list[str], at: int) -> tuple[int, str]:
    """Where an assignment ends (line after it), and the comment behind it."""
    for end in range(at + 1, len(lines) + 1):
        try:
            found = tomllib.loads("\n".join(lines[at:end]))
        except tomllib.TOMLDecodeError:
            continue
        last = lines[end - 1]
        for place, sign in enumerate(last):
            if sign == "#" and _reads([*lines[at : end - 1], last[:place]]) == found:
                return end, f"  {last[place:]}"
        return end, ""
    return at + 1, ""


def _reads(lines: list[str]) -> dict[str, Any] | None:
    try:
        return tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError:
        return None


def _check(old: str, new: str, values: Mapping[str, Any], records: list[Kept], path: Path) -> None:
    """Refuse a text that says anything else than the old one, the values and the records."""
    meant, told = tomllib.loads(old), _reads(new.split("\n"))
    for name, value in values.items():
        group, _dot, field = name.partition(".")
        held = list(value) if isinstance(value, tuple) else value
        meant = meant | {group: {**_table(meant, group), field: held}}
    meant[KEPT] = [*meant.get(KEPT, []), *map(asdict, records)]
    if told != meant:
        raise SettingsError(
            _("{path}: is written so that it cannot be changed safely. Write into it: {values}")
            .format(path=path, values=", ".join(f"{n} = {_toml(v)}" for n, v in values.items()))
        )  # fmt: skip
    settings_from(told, where=str(path))


def _table(known: Mapping[str, Any], group: str) -> dict[str, Any]:
    found = known.get(group, {})
    return dict(found) if isinstance(found, Mapping) else {}
