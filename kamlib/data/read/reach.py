"""The gate: what a data set reaches beyond the files in its folder, and whether it may.

A data set may have come by mail. It reads the files in its folder, and nothing else, until its
user has allowed what it asks for: files outside, a database, code of its own. What is allowed is
kept by its content (:mod:`kamlib.data.read.consent`); another content is asked about anew.
Whoever opens a file of a data set, connects to its database or runs its code comes by here.
"""

import hashlib
import itertools
import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from kamlib.data.read.addresses import FILES, Address, database_address, is_database
from kamlib.data.read.consent import allowed, consent_key, keep_allowed
from kamlib.data.read.dataset import DataSet, Lookup, TableSource
from kamlib.errors import DataError, first_line, shown
from kamlib.words import _

OUTSIDE, DATABASE, CODE = "outside", "database", "code"
FLAGS = {OUTSIDE: "--allow-outside", DATABASE: "--allow-database", CODE: "--allow-code"}
OF_DATA = (OUTSIDE, DATABASE)  # what opening the tables reaches; code runs only for a pack
CHAPTERS, NOTEBOOKS = "chapters", "notebooks"
_RUN = {CHAPTERS: ".py", NOTEBOOKS: ".ipynb"}
_SHOWN = 30  # files of code that are listed; all of them count
_WILD = re.compile(r"[*?\[]")
_DESCRIPTION, _SETTINGS = "dataset.toml", "settings.toml"


@dataclass(frozen=True)
class Reach:
    """One thing that a data set asks for: its kind, in words, and what it is allowed by."""

    kind: str
    told: str
    key: str


def reached(dataset: DataSet, kinds: Sequence[str] = tuple(FLAGS)) -> list[Reach]:
    """All that a data set asks for beyond the files in its folder; nothing outside is touched.

    Raises
    ------
    DataError
        The address of a database is none that can be used.
    """
    found: list[Reach] = []
    if OUTSIDE in kinds:
        found += _files_outside(dataset)
    if DATABASE in kinds:
        found += _databases(dataset)
    if CODE in kinds:
        found += own_code(dataset)
    return list({each.key: each for each in found}.values())


def refused(dataset: DataSet, kinds: Sequence[str] = tuple(FLAGS)) -> list[Reach]:
    """What a data set asks for and nobody has allowed."""
    return _not_allowed(dataset.folder, reached(dataset, kinds))


def allow(dataset: DataSet, reaches: Iterable[Reach]) -> None:
    """Allow a data set what it asks for, from now on.

    Raises
    ------
    DataError
        It cannot be kept.
    """
    more = {each.key: each.told for each in reaches}
    if more:
        keep_allowed(dataset.folder, more)


def allow_files(folder: Path, files: Iterable[Path]) -> None:
    """Allow a data set in a folder the files that its user has named on the command line.

    Raises
    ------
    DataError
        It cannot be kept.
    """
    folder = folder.resolve()
    places = [file.resolve() for file in files]
    named = [_outside(str(place), str(place)) for place in places if not _within(place, folder)]
    if more := _not_allowed(folder, named):
        keep_allowed(folder, {each.key: each.told for each in more})


def check_reach(dataset: DataSet, kinds: Sequence[str] = OF_DATA) -> None:
    """Refuse a data set that asks for what nobody has allowed.

    Raises
    ------
    DataError
        It does: what it asks for, and the command that allows it.
    """
    check_allowed(dataset, reached(dataset, kinds))


def check_allowed(dataset: DataSet, reaches: Iterable[Reach]) -> None:
    """Refuse each thing that nobody has allowed.

    Raises
    ------
    DataError
        What is refused, and the command that allows it.
    """
    left = _not_allowed(dataset.folder, reaches)
    if not left:
        return
    asks = "; ".join(each.told for each in left)
    flags = " ".join(flag for kind, flag in FLAGS.items() if kind in {each.kind for each in left})
    raise DataError(
        f"{dataset.described_in}: asks for more than the files in its folder: it {asks}. Nothing "
        "of that was done. If you know where the data set comes from and want it, allow it with: "
        f"kam check {dataset.called} {flags}"
    )


def _not_allowed(folder: Path, reaches: Iterable[Reach]) -> list[Reach]:
    asked = list(reaches)
    known = allowed(folder) if asked else {}
    return [each for each in asked if each.key not in known]


# --- files ---------------------------------------------------------------------------------------


def allowed_files(dataset: DataSet, source: str) -> list[Path]:
    """The files that a path, a folder or a glob of a data set names, in name order.

    Raises
    ------
    DataError
        They lie outside the data set's folder, and nobody has allowed that.
    """
    check_allowed(dataset, _way_out(dataset, source))
    found = _found(dataset, source)
    check_files(dataset, found)
    return found


def check_files(dataset: DataSet, paths: Iterable[Path]) -> None:
    """Refuse files of a data set's folder that a link leads out of it.

    Raises
    ------
    DataError
        A link does, and nobody has allowed it.
    """
    check_allowed(dataset, _linked_outside(dataset, paths))


def _files_outside(dataset: DataSet) -> Iterator[Reach]:
    for source in _sources(dataset):
        yield from _way_out(dataset, source) or _linked_outside(dataset, _found(dataset, source))
    for folder in (dataset.dossiers, dataset.returned):
        way = _way_out(dataset, folder.name)
        yield from way or _linked_outside(dataset, folder.glob("*"))
    yield from _linked_outside(dataset, [dataset.folder / _SETTINGS])


def _sources(dataset: DataSet) -> Iterator[str]:
    """All paths that a description names: of tables, of lookups, of databases that are files."""
    for read in _read(dataset):
        for source in read.source:
            if not is_database(source):
                yield source
            elif (address := database_address(source)).kind in FILES:
                yield address.file


def _read(dataset: DataSet) -> Iterator[TableSource | Lookup]:
    for table in dataset.tables.values():
        yield from (table, *table.lookup)


def _way_out(dataset: DataSet, source: str) -> list[Reach]:
    """What a path leads to outside, as it is written, or by a link before its first wildcard.

    What looks like a pattern may be a file's own name, as that of a database is.
    """
    named = list(_named_outside(dataset, source))
    before = itertools.takewhile(lambda part: not _WILD.search(part), Path(source).parts)
    paths = [Path(dataset.folder, *before), dataset.folder / source]
    return named or list(dict.fromkeys(_linked_outside(dataset, paths)))


def _named_outside(dataset: DataSet, source: str) -> Iterator[Reach]:
    """The place outside the folder that a path names as it is written; no disk is asked.

    A Windows drive or a share of a network is outside on every system.
    """
    place = os.path.normpath(os.path.join(dataset.folder, source))
    foreign = os.name != "nt" and PureWindowsPath(source).drive
    if foreign or not _within(Path(place), dataset.folder):
        yield _outside(source, source if foreign else place)


def _linked_outside(dataset: DataSet, paths: Iterable[Path]) -> Iterator[Reach]:
    """Where links in the folder lead out of it: one for each link, however many files follow."""
    folder = dataset.folder
    for path in paths:
        real = Path(os.path.realpath(path))
        # Whoever names a workbook on the command line has named what it links to.
        if real == dataset.described_in or _within(real, folder) or not _within(path, folder):
            continue
        steps = [step for step in reversed(path.parents) if _within(step, folder)]
        link = next(s for s in [*steps, path] if not _within(Path(os.path.realpath(s)), folder))
        place = os.path.realpath(link)
        told = _("reads {place}, to which {link} in its folder is a link")
        told = shown(told.format(place=place, link=os.path.relpath(link, folder)))
        yield Reach(OUTSIDE, told, consent_key(OUTSIDE, os.path.normcase(place)))


def _outside(source: str, place: str) -> Reach:
    told = _("reads a file outside its folder, {place}").format(place=place)
    if source != place:
        told = _("{told} (source {source})").format(told=told, source=source)
    return Reach(OUTSIDE, shown(told), consent_key(OUTSIDE, os.path.normcase(place)))


def _within(path: Path, folder: Path) -> bool:
    """Whether a path lies in a folder as both are written, ``..`` taken into account."""
    place, top = (os.path.normcase(os.path.normpath(each)) for each in (path, folder))
    return Path(place).is_relative_to(top)


def _found(dataset: DataSet, source: str) -> list[Path]:
    try:
        return _looked_for(dataset, source)
    except (ValueError, NotImplementedError, IndexError, RecursionError, OSError) as error:
        raise DataError(
            f'{dataset.described_in}: "{source}" cannot be looked for ({first_line(error)}); '
            'expected a path or a pattern, such as "sales-*.csv"'
        ) from None


def _looked_for(dataset: DataSet, source: str) -> list[Path]:
    place, anchor = dataset.folder / source, Path(source).anchor
    if _WILD.search(source):
        top = dataset.folder / anchor
        return _tables_in(dataset, top.glob(str(Path(source).relative_to(anchor))))
    if place.is_dir():
        return sorted(place.rglob("*.parquet")) or _tables_in(dataset, place.iterdir())
    return [place] if place.is_file() else []


def _tables_in(dataset: DataSet, paths: Iterable[Path]) -> list[Path]:
    """The files of a folder or glob, in name order, without what programs leave there."""

    def counts(path: Path) -> bool:
        below = path.relative_to(folder) if path.is_relative_to(folder) else Path(path.name)
        hidden = any(part.startswith((".", "~$")) and part != ".." for part in below.parts)
        own = path.suffix == ".toml" or path.name.lower() in ("thumbs.db", "desktop.ini")
        return path.is_file() and not hidden and not own

    folder = dataset.folder
    return sorted(p for p in paths if counts(p) and not p.is_relative_to(dataset.dossiers))


# --- databases -----------------------------------------------------------------------------------


def allowed_address(dataset: DataSet, source: TableSource | Lookup) -> Address:
    """The address of a table's database, which may be asked; a file's is a whole path.

    Raises
    ------
    DataError
        It is no address, or nobody has allowed it.
    """
    address = database_address(source.source[0])
    if address.kind not in FILES:
        check_allowed(dataset, [_contact(address, source.table)])
        return address
    check_allowed(dataset, _way_out(dataset, address.file))
    return Address(address.kind, file=str(dataset.folder / address.file))


def _databases(dataset: DataSet) -> Iterator[Reach]:
    for read in _read(dataset):
        for source in filter(is_database, read.source):
            address = database_address(source)
            if address.kind not in FILES:
                yield _contact(address, read.table)


def _contact(address: Address, table: str) -> Reach:
    """A database that is asked over the network: any change of it is another one."""
    told = _('contacts {server} as "{user}" and reads the table {table} of its database {name}')
    told = told.format(
        server=address.server, user=address.user, table=table or "?", name=address.database
    )
    if address.variables:
        named = ", ".join(address.variables)
        more = _("to log in there it reads from the environment of this computer: {names}")
        told = f"{told}; {more.format(names=named)}"
    if address.options:
        keys = ", ".join(f"{key}={value}" for key, value in address.options)
        told = f"{told} ({keys})"
    names = ",".join(re.findall(r"\$\{\w+\}", address.password))
    parts = (address.kind, address.host, str(address.port), address.database, address.user)
    key = consent_key(DATABASE, *parts, names, table, json.dumps(address.options))
    return Reach(DATABASE, shown(told), key)


# --- code ----------------------------------------------------------------------------------------


def own_files(dataset: DataSet, folder: str) -> list[Path]:
    """The chapters or notebooks of a data set's own, by name: those that would be run."""
    if dataset.described_in.name != _DESCRIPTION:
        return []
    return sorted((dataset.folder / folder).glob(f"[!._]*{_RUN[folder]}"))


def own_code(dataset: DataSet) -> list[Reach]:
    """The code that a data set brings along, with all that lies beside it: one thing, or none."""
    run = [path for folder in _RUN for path in own_files(dataset, folder)]
    if not run:
        return []
    beside = dict.fromkeys([*run, *(p for folder in _RUN for p in _all_below(dataset, folder))])
    names = [path.relative_to(dataset.folder).as_posix() for path in beside]
    made_of = [text for name, path in zip(names, beside, strict=True)
               for text in (name, _code_hash(path))]  # fmt: skip
    shown_names = ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
    told = _("runs code of its own on this computer: {files}").format(files=shown_names)
    return [Reach(CODE, shown(told), consent_key(CODE, *made_of))]


def _all_below(dataset: DataSet, folder: str) -> Iterator[Path]:
    """Every file of a folder of code that is not hidden: code may import what lies beside it."""
    for path in sorted((dataset.folder / folder).rglob("*")):
        name = path.relative_to(dataset.folder)
        if any(part.startswith(".") for part in name.parts):
            continue
        if path.is_symlink() and path.is_dir():
            raise DataError(f"{name.as_posix()}: is a link to a folder; expected the folder itself")
        if path.is_file():
            yield path


def _code_hash(path: Path) -> str:
    """The hash of a file; of a notebook without the outputs, which nothing runs."""
    with path.open("rb") as file:
        if path.suffix != ".ipynb":
            return hashlib.file_digest(file, "sha256").hexdigest()
        content = file.read()
    try:
        notebook = json.loads(content)
        for cell in notebook["cells"]:
            cell.update(outputs=[], execution_count=None)
        content = json.dumps(notebook, sort_keys=True).encode()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        pass  # no notebook: who runs it will say so
    return hashlib.sha256(content).hexdigest()
