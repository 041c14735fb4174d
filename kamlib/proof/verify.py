"""Whether a pack is as it was written, and its totals are those of the source files.

Every total is added up anew by :mod:`kamlib.proof.recount`, and compared with the figures that the
pack's manifest holds and with its table of accounts; every file is compared with its hash in the
manifest, and the manifest with its signature. Nothing of the pack is made again.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pandas as pd

from kamlib.data.read.dataset import DataSet
from kamlib.data.reduce.lines import STEPS
from kamlib.data.reduce.opening import engine_of
from kamlib.data.reduce.seals import signer
from kamlib.errors import DataError, SettingsError
from kamlib.places import data_roots
from kamlib.proof.figures import source_hashes
from kamlib.proof.manifest import MANIFEST, TABLES, file_hashes, listed, read_manifest, signed
from kamlib.proof.recount import described, recounted, recounted_sides
from kamlib.quarters import quarter_label, quarter_of
from kamlib.words import _, count, number

_PLACE = ("file", "sheet", "step", "reason")
_ACCOUNTS = "abc_xyz.csv"
_QUARTERS = 8  # shown one by one; those before them as one
_CENT = Decimal("0.01")
_ANONYMOUS = _(
    "the pack is anonymous and does not say what it was made of: its files are compared with its "
    "manifest; compare its totals with the pack that has the names"
)


@dataclass(frozen=True)
class Compared:
    """A total of the pack beside that of the files: lines and money, and whether they agree.

    ``held`` is what the pack says, ``found`` what the files do; each has ``rows``, ``revenue``
    and ``margin``, of which any may be missing.
    """

    what: str
    held: Mapping[str, Any]
    found: Mapping[str, Any]
    agrees: bool


@dataclass
class Verified:
    """What came of verifying a pack: its totals, what differs in words, and what to know."""

    folder: Path
    title: str
    totals: list[Compared] = field(default_factory=list)
    differs: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def verify_pack(folder: Path, dataset: str = "") -> Verified:
    """Verify a written pack against its manifest and the source files.

    Parameters
    ----------
    folder
        The pack, ``reports/<data set>/<quarter>``.
    dataset
        The data set that it was made of; found by the manifest where it is empty.

    Raises
    ------
    DataError
        The folder is no pack, its manifest cannot be read, or there is no such data set.
    """
    manifest = read_manifest(folder)
    if not isinstance(manifest, dict) or "figures" not in manifest:
        raise DataError(f"{folder / MANIFEST}: holds no figures to compare; write the pack again")
    altered = _altered(manifest)
    try:
        return _verified(folder, dataset, manifest, altered)
    except (DataError, SettingsError):
        raise
    except (LookupError, TypeError, AttributeError, ValueError, ArithmeticError):
        if not altered:
            raise
        raise DataError(f"{folder / MANIFEST}: is not as kamlib wrote it; it was altered") from None


def _verified(folder: Path, dataset: str, manifest: dict[str, Any], altered: bool) -> Verified:
    result = Verified(folder, f"{manifest['title']}, {manifest['quarter']}")
    if altered:
        result.differs.append(_("{file} was altered").format(file=MANIFEST))
    _compare_files(result, manifest)
    if manifest.get("anonymous"):
        result.notes.append(_ANONYMOUS)
        return result
    source, settings = described(dataset or _dataset(folder, manifest))
    _compare_sources(result, manifest, source)
    _compare_totals(result, manifest, source, settings.data.max_unpacked_mb)
    return result


def _dataset(folder: Path, manifest: Mapping[str, Any]) -> str | Path:
    """The data set of a pack: where it was, by its name, or as a mapping beside the pack."""
    named = Path(manifest["described_in"])
    beside = folder.resolve().parent / named.name
    by_name = (root / manifest["dataset"] / named.name for root in data_roots())
    for path in (named, *by_name, beside):
        if path.is_file():
            return path
    raise DataError(
        f'{folder}: the data set "{manifest["dataset"]}" that it was made of is not here; say '
        "where it is with --dataset"
    )


def _altered(manifest: dict[str, Any]) -> bool:
    """Whether a manifest is not what was signed; with another's key its own hash must do."""
    now = signed({key: value for key, value in manifest.items() if key != "signed"})
    then = manifest.get("signed")
    if not isinstance(then, dict) or then.get("content") != now["content"]:
        return True
    return then.get("by") == now["by"] and then.get("signature") != now["signature"]


def _compare_files(result: Verified, manifest: dict[str, Any]) -> None:
    """Each file with its hash; and whose key it is by which they are proven."""
    if manifest.get("signed", {}).get("by") != signer():
        told = _(
            "the manifest is signed with another key than yours: that nobody altered it is not "
            "proven, its totals and files are compared all the same"
        )
        result.notes.append(told)
    tables = {f"{TABLES}/{name}": hashed for name, hashed in manifest["tables"].items()}
    found, held = file_hashes(result.folder), tables | manifest["files"]
    result.differs += _changes(held, found, _("{file} of the pack"))
    added = sorted(found.keys() - held.keys())
    if added:
        told = _("files that do not belong to the pack: {files}")
        result.notes.append(told.format(files=listed(added)))


def _compare_sources(result: Verified, manifest: dict[str, Any], source: DataSet) -> None:
    try:
        found = source_hashes(source)
    except DataError as error:
        result.differs.append(str(error))
        return
    held = manifest["sources"]
    result.differs += _changes(held, found, _("the source {file}"))
    if added := sorted(found.keys() - held.keys()):
        told = _("{files}: came to the sources after the pack was written")
        result.differs.append(told.format(files=listed(added)))


def _changes(held: Mapping[str, str], found: Mapping[str, str], what: str) -> Iterator[str]:
    altered = sorted(name for name, hashed in held.items() if found.get(name, hashed) != hashed)
    if altered:
        told = what.format(file=listed(altered))
        yield told + _(": is not as it was when the pack was written")
    if gone := sorted(held.keys() - found.keys()):
        yield what.format(file=listed(gone)) + _(": is not there any more")


def _compare_totals(
    result: Verified, manifest: dict[str, Any], source: DataSet, max_unpacked_mb: int
) -> None:
    try:
        engine = engine_of(source)
        found = recounted(engine, source, max_unpacked_mb=max_unpacked_mb).record
        sides = recounted_sides(engine, source, max_unpacked_mb=max_unpacked_mb)
    except DataError as error:
        told = _("the totals cannot be added up from the source files: {why}")
        result.differs.append(told.format(why=error))
        return
    held = manifest["figures"]
    result.totals += _fates(held["fates"], found["fates"])
    result.totals += _quarters(held["months"], found["months"], source.quarters)
    result.totals.append(_of_accounts(held["accounts"], found["accounts"]))
    result.totals.append(_of_the_table(result.folder, manifest, found["months"]))
    result.totals.append(_of_sides(manifest["tables_beside"], sides))
    told = _("{what}: the pack says {held}, the source files {found}")
    result.differs += [
        told.format(what=each.what, held=_said(each.held), found=_said(each.found))
        for each in result.totals
        if not each.agrees
    ]


def _fates(held: Iterable[dict[str, Any]], found: Iterable[dict[str, Any]]) -> list[Compared]:
    """Per step and reason all files together; where one differs, that one by itself."""
    both = [{tuple(row[name] for name in _PLACE): row for row in rows} for rows in (held, found)]
    places = sorted(both[0].keys() | both[1].keys())
    lines = []
    fates = dict.fromkeys(place[2:] for place in places)
    for step, reason in sorted(fates, key=lambda fate: STEPS.index(fate[0])):
        own = [place for place in places if place[2:] == (step, reason)]
        what = f"{step}: {reason}" if reason else step
        lines.append(_compared(what, *([rows.get(place) for place in own] for rows in both)))
        if not lines[-1].agrees and len(own) > 1:
            for place in own:
                part = _compared(
                    " ".join(filter(None, (*place[:2], what))),
                    *([rows.get(place)] for rows in both),
                )
                lines += [] if part.agrees else [part]
    return lines


def _quarters(held: Mapping[str, Any], found: Mapping[str, Any], freq: str) -> list[Compared]:
    """Per quarter, the last ones and those that differ; what comes before as one."""
    months = sorted(held.keys() | found.keys())
    labels = {
        month: quarter_label(quarter_of(pd.Timestamp(f"{month}-01"), freq)) for month in months
    }
    lines, early = [], []
    shown = list(dict.fromkeys(labels.values()))[-_QUARTERS:]
    for label in dict.fromkeys(labels.values()):
        own = [month for month in months if labels[month] == label]
        line = _compared(label, *([rows.get(month) for month in own] for rows in (held, found)))
        if line.agrees and label not in shown:
            early += own
        else:
            lines.append(line)
    if early:
        before = ([rows.get(month) for month in early] for rows in (held, found))
        lines.insert(0, _compared(_("quarters before"), *before))
    return lines


def _of_accounts(held: Mapping[str, Any], found: Mapping[str, Any]) -> Compared:
    rows = ({"rows": each["number"]} for each in (held, found))
    return Compared(_("accounts, each by itself"), *rows, held == found)


def _of_the_table(folder: Path, manifest: dict[str, Any], months: Mapping[str, Any]) -> Compared:
    """The revenue of the pack's table of accounts, and that of its months in the files."""
    last = pd.Period(manifest["as_of"], "M")
    number_of = int(manifest["settings"]["abc.months"])
    window = {str(last - back) for back in range(number_of)}
    found = sum((Decimal(months[name]["revenue"]) for name in window & months.keys()), Decimal(0))
    held = _revenue_of(folder / TABLES / _ACCOUNTS)
    # A table's numbers have 12 digits: cents of an account below ten thousand millions.
    agrees = held is not None and abs(held - found) < max(_CENT, abs(found) / 10**11)
    return Compared(f"{TABLES}/{_ACCOUNTS}", {"revenue": held}, {"revenue": found}, agrees)


def _revenue_of(path: Path) -> Decimal | None:
    """The sum of a table's column revenue; None where it is not there or cannot be read."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return sum((Decimal(row["revenue"] or 0) for row in csv.DictReader(file)), Decimal(0))
    except (OSError, ValueError, KeyError, InvalidOperation, csv.Error):
        return None


def _of_sides(held: Mapping[str, Any], found: Mapping[str, Any]) -> Compared:
    """The rows of all tables beside the sales."""
    rows = ({"rows": sum(each["read"] for each in sides.values())} for sides in (held, found))
    names = [name for name in held.keys() | found.keys() if held.get(name) != found.get(name)]
    what = _("tables beside the sales")
    return Compared(f"{what} ({listed(sorted(names))})" if names else what, *rows, not names)


def _compared(what: str, held: list[Any], found: list[Any]) -> Compared:
    """Several totals together; they agree if each of them does."""
    pairs = zip(held, found, strict=True)
    agrees = all(_same(one, other) for one, other in pairs)
    return Compared(what, _sum(held), _sum(found), agrees)


def _same(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> bool:
    if one is None or other is None:
        return one is other
    money = all(abs(Decimal(one[m]) - Decimal(other[m])) < _CENT for m in ("revenue", "margin"))
    return one["rows"] == other["rows"] and money


def _sum(totals: Iterable[Mapping[str, Any] | None]) -> dict[str, Any]:
    known = [each for each in totals if each is not None]
    return {
        "rows": sum(each["rows"] for each in known),
        "revenue": sum((Decimal(each["revenue"]) for each in known), Decimal(0)),
        "margin": sum((Decimal(each["margin"]) for each in known), Decimal(0)),
    }


def _said(total: Mapping[str, Any]) -> str:
    words = {"rows": _("{n} rows"), "revenue": _("{n} of revenue"), "margin": _("{n} of margin")}
    texts = {
        name: count(value) if name == "rows" else number(float(value), 2)
        for name, value in total.items()
        if value is not None
    }
    return ", ".join(words[name].format(n=text) for name, text in texts.items()) or _("nothing")
