"""What differs between two packs of a company, and why: data, settings, versions, people."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from kamlib.errors import DataError
from kamlib.proof.manifest import TABLES, listed, read_manifest
from kamlib.words import _, count

# Folders of a data set in which people, not a system, write.
PEOPLE = ("dossiers", "returned")


@dataclass(frozen=True)
class Change:
    """Something that stood otherwise before."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Differences:
    """What differs between two packs: figures and lists, and in words what may be the reason."""

    title: str
    figures: list[Change] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


def differences(before: Path, after: Path) -> Differences:
    """Compare two packs of one data set, of the same quarter or of two.

    Parameters
    ----------
    before, after
        The folders of the packs, ``reports/<data set>/<quarter>``.

    Raises
    ------
    DataError
        One of them is no pack, or they are of different data sets.
    """
    one, other = _compared(before), _compared(after)
    if one["dataset"] != other["dataset"]:
        raise DataError(
            f"{before} is a pack of {one['dataset']}, {after} of {other['dataset']}; "
            "expected two packs of one data set"
        )
    title = _("{company}: {before} and {after}").format(
        company=other["title"], before=one["quarter"], after=other["quarter"]
    )
    figures = [
        *_figures(_table(before, "measures"), _table(after, "measures")),
        *_checks(one["checks"], other["checks"]),
    ]
    lists = [
        *_moved(_table(before, "abc_xyz"), _table(after, "abc_xyz")),
        *_in_and_out(_("key accounts"), before, after, "key_accounts", "account"),
        *_in_and_out(_("tasks"), before, after, "todo", "subject"),
        *_in_and_out(_("targets"), before, after, "targets", "prospect"),
    ]
    return Differences(title, figures, lists, list(_reasons(one, other)))


def _compared(folder: Path) -> Mapping[str, Any]:
    """A pack's manifest, with all that is compared."""
    found = read_manifest(folder)
    names = ("dataset", "title", "quarter", "settings", "sources", "versions", "checks")
    if not isinstance(found, dict) or not set(names) <= set(found):
        raise DataError(f"{folder}: is no pack whose manifest holds {', '.join(names)}")
    return found


def _table(folder: Path, name: str) -> pd.DataFrame:
    """A table of a pack as texts; without a row where the pack has none of that name."""
    try:
        path = folder / TABLES / f"{name}.csv"
        return pd.read_csv(path, dtype="str", keep_default_na=False, na_filter=False,
                           encoding="utf-8-sig")  # fmt: skip
    except (OSError, ValueError):
        return pd.DataFrame()


def _figures(before: pd.DataFrame, after: pd.DataFrame) -> Iterator[Change]:
    """Each measure that has another number today."""
    if not {"name", "today"} <= {*before.columns} & {*after.columns}:
        return
    was, today = (
        frame.drop_duplicates("name").set_index("name")["today"] for frame in (before, after)
    )
    for name in [*after["name"], *(n for n in was.index if n not in today.index)]:
        one, other = str(was.get(name, "")), str(today.get(name, ""))
        if one != other:
            yield Change(str(name), one, other)


def _checks(before: Mapping[str, bool], after: Mapping[str, bool]) -> Iterator[Change]:
    words = {True: _("holds"), False: _("does not hold"), None: ""}
    for name in dict.fromkeys([*before, *after]):
        one, other = before.get(name), after.get(name)
        if one is not other and False in (one, other):
            yield Change(_("check: {name}").format(name=name), words[one], words[other])


def _moved(before: pd.DataFrame, after: pd.DataFrame) -> Iterator[str]:
    """How many accounts have another class, and the first of them."""
    needed = {"account", "name", "cell"}
    if not needed <= {*before.columns} & {*after.columns}:
        return
    both = after.merge(before[["account", "cell"]], on="account", suffixes=("", "_before"))
    moved = both[both["cell"] != both["cell_before"]]
    if len(moved):
        columns = (moved[name] for name in ("name", "account", "cell_before", "cell"))
        named = [
            f"{name or account} {was} → {now}"
            for name, account, was, now in zip(*columns, strict=True)
        ]
        yield _("another class ({n}): {listed}").format(n=count(len(moved)), listed=listed(named))


def _in_and_out(what: str, before: Path, after: Path, table: str, key: str) -> Iterator[str]:
    was, now = _table(before, table), _table(after, table)
    if key not in was.columns and key not in now.columns:
        return
    names = [
        dict(zip(frame[key], frame.get("name", frame[key]), strict=True)) if key in frame else {}
        for frame in (was, now)
    ]
    come = [name or each for each, name in names[1].items() if each not in names[0]]
    gone = [name or each for each, name in names[0].items() if each not in names[1]]
    new, left = _("new {what} ({n}): {listed}"), _("{what} gone ({n}): {listed}")
    for names, text in ((come, new), (gone, left)):
        if names:
            yield text.format(n=count(len(names)), what=what, listed=listed(names))


def _reasons(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    if one["quarter"] != other["quarter"]:
        yield _("another quarter: {before}, then {after}").format(
            before=one["quarter"], after=other["quarter"]
        )
    for name in dict.fromkeys([*one["settings"], *other["settings"]]):
        was, now = one["settings"].get(name, ""), other["settings"].get(name, "")
        if was != now:
            yield _("setting {name}: {before}, then {after}").format(
                name=name, before=was or "–", after=now or "–"
            )
    yield from _files(one["sources"], other["sources"])
    for name in dict.fromkeys([*one["versions"], *other["versions"]]):
        was, now = one["versions"].get(name, "–"), other["versions"].get(name, "–")
        if was != now:
            yield _("version of {name}: {before}, then {after}").format(
                name=name, before=was, after=now
            )


def _files(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """Which of the data's files came, went or are others; what people wrote by itself."""
    ways = (
        (_("came"), [name for name in after if name not in before]),
        (_("went"), [name for name in before if name not in after]),
        (_("changed"), [name for name in after if before.get(name, after[name]) != after[name]]),
    )
    for way, names in ways:
        theirs = sorted(name for name in names if name.split("/")[0] in PEOPLE)
        data = sorted(set(names) - set(theirs))
        if data:
            yield _("files of the data that {way}: {files}").format(way=way, files=listed(data))
        if theirs:
            yield _("people's entries that {way}: {files}").format(way=way, files=listed(theirs))
