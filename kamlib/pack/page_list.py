"""Which pages a pack has: ours, and those of the data set's own notebooks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat

from kamlib.chapters.catalogue import (
    DATA_PAGE,
    PAGE_NOTEBOOKS,
    KeyAccountBook,
    chapter_class,
    page_file,
)
from kamlib.data.book import Book
from kamlib.data.describe.slugs import slug
from kamlib.data.stops import NOTEBOOKS as OWN
from kamlib.data.stops import allowed_code
from kamlib.errors import DataError
from kamlib.places import NOTEBOOKS


@dataclass(frozen=True)
class PackPage:
    """One page of the pack and the notebook that makes it."""

    notebook: str
    file: str
    title: str
    folder: Path = NOTEBOOKS

    @property
    def path(self) -> Path:
        """The notebook's file."""
        return self.folder / f"{self.notebook}.ipynb"


def _page(name: str, notebook: str) -> PackPage:
    return PackPage(notebook, page_file(name), chapter_class(name).title)


PAGES = tuple(_page(name, notebook) for name, notebook in PAGE_NOTEBOOKS.items())


def pages_with_data(book: KeyAccountBook, pages: Sequence[PackPage]) -> list[PackPage]:
    """The pages to which the navigation leads: not those whose chapter tells of nobody."""
    names = {notebook: name for name, notebook in PAGE_NOTEBOOKS.items()}
    ours = {page: names.get(page.notebook) for page in pages if page.folder == NOTEBOOKS}
    return [page for page in pages if not ours.get(page) or getattr(book, ours[page]).tells]


def own_pages(book: Book) -> list[PackPage]:
    """The pages of the notebooks in the data set's folder ``notebooks/``, by their names.

    An anonymous pack has none: nobody knows whom somebody's own texts and code name.

    Raises
    ------
    DataError
        Nobody has allowed them to run; a notebook cannot be read, lacks the parameters, or is
        called like one of ours.
    """
    pages = []
    if book.tables.hidden is not None:
        return pages
    for path in allowed_code(book.dataset, OWN):
        pages.append(_own_page(path, [*PAGES, *pages]))
    return pages


def _own_page(path: Path, others: list[PackPage]) -> PackPage:
    where = f"{OWN}/{path.name}"
    try:
        cells = nbformat.read(path, as_version=4).cells
    except Exception as error:
        raise DataError(f"{where}: is no notebook that can be read ({error})") from None
    tagged = [cell for cell in cells if "parameters" in cell.metadata.get("tags", [])]
    lacking = [name for name in ("dataset", "quarter", "settings")
               if not any(re.search(rf"^{name}\b *(:[^=\n]+)?=", cell.source, re.MULTILINE)
                          for cell in tagged)]  # fmt: skip
    if lacking:
        raise DataError(
            f'{where}: no cell tagged "parameters" sets {", ".join(lacking)}; copy that cell from '
            "one of the workbook's own notebooks"
        )
    page = PackPage(path.stem, f"{slug(path.stem)}.html", _title(cells) or path.stem, path.parent)
    same = any(page.file == other.file or page.notebook == other.notebook for other in others)
    if same or page.file == DATA_PAGE:
        raise DataError(f"{where}: there is a page {page.file} already; rename the notebook")
    return page


def _title(cells: list[nbformat.NotebookNode]) -> str:
    """The notebook's first heading."""
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    found = re.search(r"^# (.+)$", prose, re.MULTILINE)
    return found[1].strip() if found else ""
