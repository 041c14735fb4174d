"""The quarterly pack: pages, tables, workbook, notebooks and manifest, swapped in as a whole."""

import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from kamlib import words
from kamlib.chapters.catalogue import beside_name, open_book, pack_tables
from kamlib.chapters.measures import Measures
from kamlib.chapters.own import TABLES_VARIABLE
from kamlib.data.anonymous import PLACE_VARIABLE
from kamlib.data.book import LATEST, Book
from kamlib.data.reduce.ledger import SNAPSHOT_VARIABLE
from kamlib.data.sharing import FOLDER_VARIABLE
from kamlib.errors import DataError
from kamlib.pack.archive import write_archive
from kamlib.pack.calendars import write_calendars
from kamlib.pack.data_page import data_html
from kamlib.pack.dossiers import (
    CARDS,
    FOLDER,
    LIST,
    NOTEBOOK,
    Dossier,
    card_hrefs,
    cards_html,
    from_within,
    hrefs,
    list_html,
    neighbours,
    other_accounts,
    planned_dossiers,
)
from kamlib.pack.files import bring_back, check_room, only_writer, swapped_in, write_rejected
from kamlib.pack.kept_kernels import KeptKernels
from kamlib.pack.kernels import kernel_files, stopped_together
from kamlib.pack.manager_pages import FOLDER as MANAGERS
from kamlib.pack.manager_pages import Manager, manager_html, planned_managers
from kamlib.pack.manager_pages import neighbours as sheets_beside
from kamlib.pack.notebooks import NOTEBOOKS, Run, run_notebook
from kamlib.pack.page_list import DATA_PAGE, PAGES, PackPage, own_pages, pages_with_data
from kamlib.pack.pages import PageLink, failure_html, page_html
from kamlib.pack.unplaced import Places
from kamlib.places import data_roots
from kamlib.proof.figures import source_hashes
from kamlib.proof.manifest import write_manifest
from kamlib.proof.standing import made_of, standing
from kamlib.saving import is_link, make_folder, save_text, top_folder
from kamlib.show.files import write_csv
from kamlib.show.first_page import log_line, summary_text
from kamlib.show.mail import mail_body
from kamlib.words import _, count
from kamlib.workbook.workbook import write_workbook


@dataclass
class Pack:
    """A written pack: where it is, what failed in it, and how long its steps took (seconds).

    ``dossiers`` has the seconds of each account's; ``instead_of`` where it would be, had no page
    failed; ``line`` is the first page in a line. One that is ``unchanged`` stood already.
    """

    folder: Path
    workbook: str
    failures: dict[str, str] = field(default_factory=dict)
    timings: dict[str, float] = field(default_factory=dict)
    dossiers: dict[str, float] = field(default_factory=dict)
    checks: dict[str, bool] = field(default_factory=dict)
    instead_of: Path | None = None
    line: str = ""
    unchanged: bool = False

    @property
    def first_page(self) -> Path:
        """The page to open."""
        return self.folder / PAGES[0].file

    @property
    def mail(self) -> Path:
        """The first page as the body of a mail."""
        return self.folder / MAIL

    @property
    def complete(self) -> bool:
        """Whether every page was made and every check holds."""
        return not self.failures and all(self.checks.values())


@dataclass(frozen=True)
class PageWriter:
    """Writes a pack's pages into its folder, and into the pack how each went."""

    folder: Path
    book: Book
    pack: Pack
    pages: Sequence[PackPage]
    dossiers: Sequence[Dossier]
    places: Places
    managers: Sequence[Manager] = ()
    cards: pd.DataFrame = field(default_factory=pd.DataFrame)

    def write_each(
        self,
        running: Mapping[Future[tuple[Run, float]], PackPage | Dossier],
        told: Callable[[str], None],
    ) -> None:
        """Write each page whose notebook is done, as they are done, and tell of it."""
        started = time.perf_counter()
        for done in as_completed(running):
            made = running[done]
            if isinstance(made, PackPage):
                self.write_page(made, *done.result())
                told(_("{title}: page written").format(title=made.title))
                continue
            self.write_dossier(made, *done.result())
            self.pack.timings["dossiers"] = time.perf_counter() - started
            number, every = count(len(self.pack.dossiers)), count(len(self.dossiers))
            written = _("{number} of {all} dossiers written")
            told(written.format(number=number, all=every))

    def write_page(self, page: PackPage, run: Run, seconds: float) -> None:
        """Write the page of an executed notebook, or the page that says what failed."""
        run = self._unplaced(run, page.path.name)
        self.pack.timings[f"notebook {page.notebook}"] = seconds
        links = self._links(page.file)
        if run.failure:
            self.pack.failures[page.notebook] = run.failure
            html = failure_html(self.book, page.title, links, run.failure)
        else:
            addresses = self._accounts()
            first = page.file == PAGES[0].file
            html = page_html(
                run.notebook,
                self.book,
                page.title,
                links,
                dossiers=addresses,
                managers=self._people(),
                bare=first,
            )
        self._write(page.file, html)

    def write_dossier(self, dossier: Dossier, run: Run, seconds: float) -> None:
        """Write an account's dossier, or the page that says what failed."""
        run = self._unplaced(run, f"{FOLDER}/{dossier.name}.ipynb")
        self.pack.dossiers[dossier.account] = seconds
        links = from_within(self._links())
        beside = neighbours(self.dossiers, self.dossiers.index(dossier))
        if run.failure:
            self.pack.failures[_failure(dossier)] = run.failure
            html = failure_html(self.book, dossier.title, links, run.failure, beside=beside)
        else:
            addresses = self._accounts("../") | hrefs(self.dossiers, within=True)
            del addresses[dossier.account]  # no link from a page to itself
            html = page_html(
                run.notebook,
                self.book,
                dossier.title,
                links,
                beside=beside,
                dossiers=addresses,
                managers=self._people("../"),
            )
        self._write(f"{FOLDER}/{dossier.file}", html)

    def write_others(self, tables: Mapping[str, pd.DataFrame]) -> None:
        """Write the pages that no notebook makes."""
        self.write_data()
        self.write_managers()
        self.write_cards()
        if self.dossiers:
            self.write_list(tables)

    def write_list(self, tables: Mapping[str, pd.DataFrame]) -> None:
        """Write the page that leads to all dossiers."""
        failed = {d.account for d in self.dossiers if _failure(d) in self.pack.failures}
        file = f"{FOLDER}/{LIST}"
        links = from_within(self._links(file))
        people = self._people("../")
        html = list_html(self.book, tables, self.dossiers, links, failed, managers=people)
        self._write(file, html)

    def write_managers(self) -> None:
        """Write the sheet of each of us."""
        accounts = self._accounts("../")
        if self.managers:
            make_folder(self.folder / MANAGERS)
        for place, manager in enumerate(self.managers):
            beside = sheets_beside(self.managers, place)
            links = from_within(self._links())
            html = manager_html(self.book, manager, links, beside, accounts=accounts)
            self._write(manager.href, html)

    def write_cards(self) -> None:
        """Write the page of the accounts of class A and B that have no dossier."""
        if self.cards.empty:
            return
        html = cards_html(
            self.book,
            self.cards,
            self._links(CARDS),
            dossiers=hrefs(self.dossiers),
            managers=self._people(),
        )
        self._write(CARDS, html)

    def write_data(self) -> None:
        """Write the page on data, settings and words, and what was checked."""
        links = self._links(DATA_PAGE)
        self._write(DATA_PAGE, data_html(self.book, self.pack.checks, links))

    def _accounts(self, back: str = "") -> dict[str, str]:
        """Where each account with a dossier, or with a short card, is told of."""
        return {account: f"{back}{href}" for account, href in self._told_of.items()}

    @cached_property
    def _told_of(self) -> dict[str, str]:
        cards = {} if self.cards.empty else card_hrefs(self.cards)
        return cards | hrefs(self.dossiers)

    @cached_property
    def _with_data(self) -> list[PackPage]:
        return pages_with_data(self.book, self.pages)

    def _people(self, back: str = "") -> dict[str, PageLink]:
        """By code the name of each of us, and where the sheet is."""
        named = {code: PageLink("", name) for code, name in self.book.manager_names.items()}
        return named | {m.manager: PageLink(f"{back}{m.href}", m.name) for m in self.managers}

    def _unplaced(self, run: Run, name: str) -> Run:
        """A run without the places of this machine, in its file, too."""
        saved = Path("notebooks", name)
        clean = self.places.save(self.folder / saved, self.folder)
        clean = clean or self.places.notebook(run.notebook, saved)
        return Run(clean, self.places.text(run.failure))

    def _links(self, current: str = "") -> list[PageLink]:
        """The navigation bar of a page, as seen from the pack's folder."""
        pages = [(page.file, page.title) for page in self._with_data]
        if self.dossiers:
            pages.append((f"{FOLDER}/{LIST}", _("Dossiers")))
        if len(self.cards):
            pages.append((CARDS, _("Other accounts")))
        pages.append((DATA_PAGE, Measures.title))
        pages.append((self.pack.workbook, _("Excel workbook")))
        more = beside_name(self.pack.workbook)
        if (self.folder / more).exists():  # where it would be empty there is none
            pages.append((more, _("More in Excel")))
        return [PageLink(file, title, file == current) for file, title in pages]

    def _write(self, file: str, html: str) -> None:
        save_text(self.folder / file, html)


def _failure(dossier: Dossier) -> str:
    return f"{NOTEBOOK} {dossier.account}"


ANONYMOUS = "-anonymous"  # what the name of the folder of anonymous packs ends with
FAILED = ".failed"  # what the name of a pack ends with in which pages failed
REASONS = "reasons.txt"
CALENDARS = "calendar"  # the folder of the campaign's calendar files
TEXT, MAIL = "summary.txt", "mail.html"  # the first page as a text, and as the body of a mail
# What was just done, and how many steps there are in all as far as is known.
Progress = Callable[[str, int], None]
_OTHER_STEPS = 3  # data read, tables written, workbook written


def write_pack(
    dataset: str | Path,
    quarter: str = LATEST,
    settings: Mapping[str, Any] | None = None,
    *,
    reports: Path = Path("reports"),
    partial: bool = False,
    keep: bool = False,
    progress: Progress = lambda done, steps: None,
) -> Pack:
    """Write the quarterly pack of a data set under ``reports/<dataset>/<quarter>``.

    An anonymous one goes to ``reports/<dataset>-anonymous/<quarter>``, never over the real one.

    Where a page fails it is written to ``<quarter>.failed`` beside it, with the reasons, and the
    last good pack stays.

    Parameters
    ----------
    dataset, quarter, settings
        As :func:`kamlib.open_book` takes them.
    reports
        The folder of all packs.
    partial
        Whether a pack in which pages failed takes the place of a good one all the same.
    keep
        Whether a pack that stands there and would come out the same is left as it is.
    progress
        Called after each step with what was just done and the number of all steps, which grows
        by the dossiers once their accounts are known.

    Raises
    ------
    DataError, SettingsError
        The input cannot be used, or changed meanwhile; nothing is written then.
    """
    started = time.perf_counter()
    check_room(reports)
    for folder in reports.iterdir() if reports.is_dir() else ():
        if not is_link(folder):
            bring_back(folder)
    book = open_book(dataset, quarter, settings)
    sources = source_hashes(book.dataset)
    target = reports / _folder_name(book) / book.quarter_name
    pack, made = Pack(target, book.workbook_name), made_of(book, sources)
    if keep and (manifest := standing(target, made)):
        pack.unchanged, pack.line, pack.checks = True, manifest["verdict"], manifest["checks"]
        return pack
    pages = [*PAGES, *own_pages(book)]
    pack.timings["open the book"] = time.perf_counter() - started
    progress(_("data read and checked"), len(pages) + _OTHER_STEPS)
    top = top_folder(reports, book.dataset.folder)
    with only_writer(target, within=top):
        with swapped_in(target, within=top, place=lambda: pack.folder) as staging:
            _write(staging, book, settings or {}, pack, pages, progress)
            pack.timings["all"] = time.perf_counter() - started
            _check_unchanged(sources, source_hashes(book.dataset))
            if pack.failures and not partial:
                _set_beside(staging, pack)
            _write_manifest(staging, book, pack, sources, made)
        if pack.instead_of is None:
            shutil.rmtree(_failed(target), ignore_errors=True)
        write_archive(target.parent, book.dataset.title)
    return pack


def _folder_name(book: Book) -> str:
    """The folder of a data set's packs; that of its anonymous ones lies beside it."""
    hidden = book.tables.hidden
    return book.dataset.name if hidden is None else f"{hidden.origin.dataset.name}{ANONYMOUS}"


def _failed(target: Path) -> Path:
    """Where a pack goes in which pages failed."""
    return target.with_name(f"{target.name}{FAILED}")


def _set_beside(staging: Path, pack: Pack) -> None:
    """A pack in which pages failed stands beside the last good one, and says why."""
    pack.instead_of, pack.folder = pack.folder, _failed(pack.folder)
    why = "\n".join(f"{name}: {message}" for name, message in pack.failures.items())
    heading = words.told(_("Pages that could not be made"))
    save_text(staging / REASONS, f"{heading}\n\n{why}\n")


def _check_unchanged(before: Mapping[str, str], now: Mapping[str, str]) -> None:
    """Each page reads the files for itself: all must have read the same."""
    changed = sorted(name for name, _hash in before.items() ^ now.items())
    if changed:
        raise DataError(
            f"{', '.join(dict.fromkeys(changed))}: changed while the pack was made, so its pages "
            "may tell of different states; nothing was written; make it again"
        )


def _write(
    staging: Path,
    book: Book,
    settings: Mapping[str, Any],
    pack: Pack,
    pages: Sequence[PackPage],
    progress: Progress,
) -> None:
    for folder in ("notebooks", "tables"):
        make_folder(staging / folder)
    parameters = {
        "dataset": _dataset_path(book),
        "quarter": book.quarter_name,
        "settings": dict(settings),
    }
    timeout = book.settings.pack.timeout_seconds
    with (
        kernel_files() as own,
        _told_to_kernels(book, staging / "tables", own),
        ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool,
        KeptKernels(NOTEBOOKS, parameters, timeout_seconds=timeout) as kernels,
        stopped_together(pool),
    ):
        running: dict[Future[tuple[Run, float]], PackPage | Dossier] = {}
        for page in pages:
            saved = staging / "notebooks" / page.path.name
            if page.folder == NOTEBOOKS:
                running[kernels.submit(page.notebook, saved)] = page
            else:  # what somebody's own code leaves in its kernel stays there
                running[pool.submit(_run_own, page, saved, parameters, timeout)] = page
        tables = _timed(pack, "tables", lambda: _write_tables(staging, book, pack))
        dossiers = planned_dossiers(book, tables)
        _write_calendars(staging, book, pack, dossiers)
        places = Places.of(book, staging, pack.folder, parameters["dataset"])
        managers = planned_managers(book)
        cards = other_accounts(book, dossiers)
        writer = PageWriter(staging, book, pack, pages, dossiers, places, managers, cards)
        steps = len(pages) + _OTHER_STEPS + len(dossiers)
        progress(_("tables written"), steps)
        running |= _submitted(kernels, staging, dossiers)
        excel = staging / pack.workbook
        known = hrefs(dossiers)
        _timed(pack, "workbook", lambda: write_workbook(excel, book, tables, dossiers=known))
        progress(_("workbook written"), steps)
        writer.write_each(running, told=lambda what: progress(what, steps))
    writer.write_others(tables)


def _submitted(
    kernels: KeptKernels, staging: Path, dossiers: Sequence[Dossier]
) -> dict[Future[tuple[Run, float]], Dossier]:
    if not dossiers:
        return {}
    for path in (staging / FOLDER, staging / "notebooks" / FOLDER):
        make_folder(path)
    saved = staging / "notebooks" / FOLDER
    return {
        kernels.submit(NOTEBOOK, saved / f"{dossier.name}.ipynb", account=dossier.account): dossier
        for dossier in dossiers
    }


@contextmanager
def _told_to_kernels(book: Book, tables: Path, own: Path) -> Iterator[None]:
    """What notebooks of a pack must know: the very state of a live database, where tables go.

    ``own`` is the run's own folder: what takes long is handed on through it.
    """
    told = {SNAPSHOT_VARIABLE: book.tables.ledger.snapshot, TABLES_VARIABLE: str(tables.resolve())}
    told[FOLDER_VARIABLE] = str(own.resolve())
    if book.tables.hidden is not None:
        told[PLACE_VARIABLE] = str(book.dataset.described_in)
    told["PYTHONDONTWRITEBYTECODE"] = "1"  # own code is allowed as it lies there: none is added
    os.environ.update(told)
    try:
        yield
    finally:
        for name in told:
            os.environ.pop(name, None)


def _write_tables(staging: Path, book: Book, pack: Pack) -> dict[str, pd.DataFrame]:
    tables = pack_tables(book)
    for name, frame in tables.items():
        write_csv(frame, staging / "tables" / f"{name}.csv")
    if len(book.tables.rejected):
        write_rejected(book.tables.rejected, staging / "tables" / "rejected.xlsx")
    pack.checks |= book.ground.checks
    save_text(staging / TEXT, summary_text(book.summary.sheet))
    save_text(staging / MAIL, mail_body(book.summary.sheet))
    pack.line = log_line(book.summary.sheet)
    return tables


def _write_calendars(staging: Path, book: Book, pack: Pack, dossiers: Sequence[Dossier]) -> None:
    dated, known = book.todo.dated, hrefs(dossiers)
    argued = zip(dated["prospect"], dated["source"], strict=True)
    pages = [known.get(subject, source) for subject, source in argued]
    write_calendars(
        staging / CALENDARS,
        dated.assign(page=[book.page_address(page) for page in pages]),
        as_of=book.as_of,
        known_to=book.data_to,
        before=pack.folder / CALENDARS,
    )


def _run_own(
    page: PackPage, saved: Path, parameters: Mapping[str, Any], timeout_seconds: int
) -> tuple[Run, float]:
    started = time.perf_counter()
    run = run_notebook(page.path, parameters, timeout_seconds=timeout_seconds, saved=saved)
    return run, time.perf_counter() - started


def _dataset_path(book: Book) -> str:
    """How a notebook finds the data set: by its name where that leads there from any folder.

    One of an anonymous pack must not say where it is: it is told so aside.
    """
    if book.tables.hidden is not None:
        return book.dataset.name
    path, name = book.dataset.described_in, book.dataset.folder.name
    named = (root / name / path.name for root in data_roots() if root.is_absolute())
    found = next((file for file in named if file.is_file()), None)
    return name if found == path and path.name == "dataset.toml" else str(path)


def _write_manifest(
    staging: Path, book: Book, pack: Pack, sources: Mapping[str, str], made: str
) -> None:
    told = {
        "sources": sources,
        "made_of": made,
        "verdict": pack.line,
        "checks": pack.checks,
        "failures": pack.failures,
        "dossiers": {account: round(seconds, 2) for account, seconds in pack.dossiers.items()},
        "timings_seconds": {name: round(seconds, 2) for name, seconds in pack.timings.items()},
    }
    write_manifest(staging, book, told)


def _timed(pack: Pack, name: str, work: Callable[[], Any]) -> Any:
    started = time.perf_counter()
    result = work()
    pack.timings[name] = time.perf_counter() - started
    return result
