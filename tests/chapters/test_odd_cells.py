"""No cell of a side table costs a page: whatever is in it, all is computed, told and written.

The pages of the notebooks show these tables, sentences and pictures, and nothing else.
"""

import re
import shutil
import zipfile

import pandas as pd
import pytest
from odd_cells import MARK, SIDES, part_of_the_demo, plant

from kamlib import open_book
from kamlib.chapters.catalogue import pack_tables
from kamlib.data.describe.schema import TABLES
from kamlib.workbook.workbook import write_workbook

pytestmark = pytest.mark.long
ROUGH = {
    "stability.resamples": 10,
    "replay.quarters": 1,
    "target_check.resamples": 20,
    "target_check.repeats": 1,
    "lookalike.resamples": 20,
}
DOSSIERS = ("N1155", "N1001", "N1002")
TEXT_IN_FORMULA = re.compile(r'"(?:[^"]|"")*"')


@pytest.fixture(scope="module")
def part(tmp_path_factory):
    return part_of_the_demo(tmp_path_factory.mktemp("odd") / "part")


def shown(result, drawn):
    """What a page has of a result."""
    if hasattr(result, "png"):
        return result.png if drawn else ""
    return getattr(result, "html", None) or str(result)


def everything(book, *, drawn=False):
    """All that pages and workbook show, made; what could not be, by its name."""
    failed = {}

    def made(name, make):
        try:
            return make()
        except Exception as error:
            failed[name] = f"{type(error).__name__}: {error}"[:200]

    tables = made("tables", lambda: pack_tables(book))
    dossiers = [made(each, lambda each=each: book.account(each)) for each in DOSSIERS]
    for chapter in [*book.chapters, *(each for each in dossiers if each is not None)]:
        for name, member in chapter.members.items():
            made(
                f"{chapter.path}.{name}",
                lambda chapter=chapter, member=member: shown(chapter.shown(member), drawn),
            )
    return tables, failed


def formulas(workbook):
    """The formulas of a workbook without the texts in them, and the addresses of its links."""
    with zipfile.ZipFile(workbook) as parts:
        for name in parts.namelist():
            content = parts.read(name).decode("utf-8")
            found = re.findall(r"<(?:f|formula1?2?|definedName)\b[^>]*>([^<]*)<", content)
            yield from (TEXT_IN_FORMULA.sub("", each.replace("&quot;", '"')) for each in found)
            if name.endswith(".rels"):
                yield from re.findall(r'Target="([^"]*)"', content)
            yield from re.findall(r'<hyperlink [^>]*location="([^"]*)"', content)


def test_whatever_stands_in_the_cells_all_is_made(part, tmp_path):
    folder = shutil.copytree(part, tmp_path / "odd")
    for table in SIDES:
        plant(folder, table)
    book = open_book(folder, settings=ROUGH)
    tables, failed = everything(book, drawn=True)
    assert not failed
    write_workbook(tmp_path / "odd.xlsx", book, tables)
    assert any(MARK in str(value) for value in tables["contact_cards"].to_numpy().ravel())
    assert not [each for each in formulas(tmp_path / "odd.xlsx") if MARK in each]


def test_no_column_that_may_be_empty_is_needed(part, tmp_path):
    folder = shutil.copytree(part, tmp_path / "empty")
    for name in SIDES:
        path = folder / f"{name}.csv"
        frame = pd.read_csv(path, dtype="str", keep_default_na=False)
        optional = [c.name for c in TABLES[name].columns if not c.required and c.name in frame]
        optional = [column for column in optional if column not in TABLES[name].key]
        frame[optional] = ""
        frame.to_csv(path, index=False)
    book = open_book(folder, settings=ROUGH)
    tables, failed = everything(book)
    assert not failed
    write_workbook(tmp_path / "empty.xlsx", book, tables)
