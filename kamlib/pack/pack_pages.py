"""The pages of a pack: which there are, how they lead to each other, and what failed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from kamlib.data.book import Book
from kamlib.pack.dossiers import (
    FOLDER,
    LIST,
    NOTEBOOK,
    Dossier,
    from_within,
    hrefs,
    list_html,
    neighbours,
)
from kamlib.pack.notebooks import Run
from kamlib.pack.pages import PageLink, failure_html, page_html
from kamlib.words import _


@dataclass(frozen=True)
class PackPage:
    """One page of the pack and the notebook that makes it."""

    notebook: str
    file: str
    title: str


PAGES = (
    PackPage("00_summary", "index.html", _("Summary")),
    PackPage("01_abc_xyz", "01-abc-xyz.html", _("ABC-XYZ")),
    PackPage("02_segments", "02-segments.html", _("Key accounts")),
    PackPage("03_churn", "03-churn.html", _("Churn")),
    PackPage("04_targeting", "04-targeting.html", _("Targeting")),
)


@dataclass
class Pack:
    """A written pack: where it is, what failed in it, and how long its steps took (seconds).

    ``dossiers`` has the seconds of each account's.
    """

    folder: Path
    workbook: str
    failures: dict[str, str] = field(default_factory=dict)
    timings: dict[str, float] = field(default_factory=dict)
    dossiers: dict[str, float] = field(default_factory=dict)
    checks: dict[str, bool] = field(default_factory=dict)

    @property
    def first_page(self) -> Path:
        """The page to open."""
        return self.folder / PAGES[0].file

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
    dossiers: Sequence[Dossier]

    def write_page(self, page: PackPage, run: Run, seconds: float) -> None:
        """Write the page of an executed notebook, or the page that says what failed."""
        self.pack.timings[f"notebook {page.notebook}"] = seconds
        links = self._links(page.file)
        if run.failure:
            self.pack.failures[page.notebook] = run.failure
            html = failure_html(self.book, page.title, links, run.failure)
        else:
            addresses = hrefs(self.dossiers)
            html = page_html(run.notebook, self.book, page.title, links, dossiers=addresses)
        self._write(page.file, html)

    def write_dossier(self, dossier: Dossier, run: Run, seconds: float) -> None:
        """Write an account's dossier, or the page that says what failed."""
        self.pack.dossiers[dossier.account] = seconds
        links = from_within(self._links())
        beside = neighbours(self.dossiers, self.dossiers.index(dossier))
        if run.failure:
            self.pack.failures[_failure(dossier)] = run.failure
            html = failure_html(self.book, dossier.title, links, run.failure, beside=beside)
        else:
            addresses = hrefs(self.dossiers, within=True)
            del addresses[dossier.account]  # no link from a page to itself
            html = page_html(
                run.notebook, self.book, dossier.title, links, beside=beside, dossiers=addresses
            )
        self._write(f"{FOLDER}/{dossier.file}", html)

    def write_list(self, tables: Mapping[str, pd.DataFrame]) -> None:
        """Write the page that leads to all dossiers."""
        failed = {d.account for d in self.dossiers if _failure(d) in self.pack.failures}
        file = f"{FOLDER}/{LIST}"
        links = from_within(self._links(file))
        self._write(file, list_html(self.book, tables, self.dossiers, links, failed))

    def _links(self, current: str = "") -> list[PageLink]:
        """The navigation bar of a page, as seen from the pack's folder."""
        pages = [(page.file, page.title) for page in PAGES]
        if self.dossiers:
            pages.append((f"{FOLDER}/{LIST}", _("Dossiers")))
        pages.append((self.pack.workbook, _("Excel workbook")))
        return [PageLink(file, title, file == current) for file, title in pages]

    def _write(self, file: str, html: str) -> None:
        (self.folder / file).write_text(html, encoding="utf-8", newline="\n")


def _failure(dossier: Dossier) -> str:
    return f"{NOTEBOOK} {dossier.account}"
