"""A pack says nothing of the machine that made it, a page that failed neither."""

import json
import zipfile
from pathlib import Path
from urllib.parse import quote

import nbformat
import pandas as pd
import pytest
from consenting import consented

from kamlib import open_book
from kamlib.pack import pack as pack_module
from kamlib.pack.pack import write_pack
from kamlib.pack.page_list import PAGES
from kamlib.pack.unplaced import Places

ODD = "Zwölf (12) odd näme"
PARAMETERS = 'dataset = "demo"\nquarter = "latest"\nsettings = {}'


def notebook(path: Path, *cells: str) -> None:
    parameters = nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})
    made = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "", "language": "python"}},
        cells=[parameters, *map(nbformat.v4.new_code_cell, cells)],
    )
    path.parent.mkdir(exist_ok=True)
    nbformat.write(made, path)


def company(folder: Path) -> Path:
    folder.mkdir(parents=True)
    days = pd.date_range("2024-01-02", "2025-12-30", freq="7D")
    rows = [f"C{n % 7},{day:%Y-%m-%d},{100 + n % 9}" for n, day in enumerate(days)]
    (folder / "sales.csv").write_text("\n".join(["account,date,revenue", *rows, "C1,never,5"]))
    (folder / "dataset.toml").write_text(
        'currency = "EUR"\ncomplete_to = 2025-12-31\n[transactions]\nsource = "sales.csv"\n'
    )
    told = "import os, sys, warnings\nprint(os.getcwd(), sys.prefix, dataset)\nwarnings.warn('x')"
    notebook(folder / "notebooks" / "11_told.ipynb", told)
    opened = "from kamlib import open_book\nopen_book(dataset).account('none')"
    notebook(folder / "notebooks" / "12_fails.ipynb", opened)
    missing = "import pandas as pd, os\npd.read_csv(os.path.join(os.getcwd(), 'none.csv'))"
    notebook(folder / "notebooks" / "13_fails.ipynb", missing)
    return consented(folder)


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    """A pack of a folder with an odd name, two of whose pages failed."""
    odd = tmp_path_factory.mktemp("base") / ODD
    data = company(odd / "in" / "small")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(odd)
        patch.setattr(pack_module, "PAGES", PAGES[:1])
        made = write_pack(
            data,
            "2025Q4",
            {"pack.dossiers": 1, "replay.quarters": 1, "stability.resamples": 10},
            reports=Path("reports"),
        )
        made.folder = made.folder.resolve()
        yield made


def contents(folder: Path):
    """Every file of a pack, and every part of its workbooks."""
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        yield path.relative_to(folder).as_posix(), path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as parts:
                for name in parts.namelist():
                    yield f"{path.name}/{name}", parts.read(name)


@pytest.mark.long
@pytest.mark.slow
def test_no_file_of_a_pack_names_the_folder_that_it_was_made_in(pack):
    assert set(pack.failures) == {"12_fails", "13_fails"}
    words = {ODD, quote(ODD), json.dumps(ODD)[1:-1], "/home/", "/tmp/"}
    found = {
        (name, word)
        for name, content in contents(pack.folder)
        for word in words
        if word.encode() in content
    }
    assert not found
    failed = (pack.folder / "notebooks" / "13_fails.ipynb").read_text("utf-8")
    assert "none.csv" in failed and "FileNotFoundError" in failed and "read_csv" in failed
    assert "none.csv" in pack.failures["13_fails"]


@pytest.mark.slow
def test_its_notebooks_find_the_data_set_again(pack, monkeypatch):
    for path in sorted((pack.folder / "notebooks").rglob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        (given,) = [c for c in cells if "injected-parameters" in c.metadata.get("tags", [])]
        parameters = {}
        exec(given.source, parameters)
        monkeypatch.chdir(path.parent)
        book = open_book(parameters["dataset"], parameters["quarter"], parameters["settings"])
        assert book.quarter_name == "2025Q4" and len(book.accounts) == 7, path.name


def test_a_data_set_elsewhere_is_named_and_how_it_is_found_is_said(tmp_path):
    book = open_book(company(tmp_path / "elsewhere" / "small"))
    target = tmp_path / "there" / "reports" / "small" / "2025Q4"
    target.mkdir(parents=True)
    described = str(book.dataset.described_in)
    places = Places.of(book, target, target, described)
    saved = Path("notebooks", "a.ipynb")
    cell = nbformat.v4.new_code_cell(
        f'dataset = "{described}"\nquarter = "latest"', metadata={"tags": ["injected-parameters"]}
    )
    (found,) = places.notebook(nbformat.v4.new_notebook(cells=[cell]), saved).cells
    assert 'dataset = "small"\nquarter = "latest"' in found.source and "KAM_DATA" in found.source
    assert str(tmp_path) not in found.source
