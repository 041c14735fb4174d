"""A pack is left as it is only where it would come out the same, to the last file."""

import json
import shutil
from dataclasses import replace

import pytest

from kamlib import open_book
from kamlib.proof import standing as module
from kamlib.proof.figures import source_hashes
from kamlib.proof.manifest import MANIFEST, signed
from kamlib.proof.standing import made_of, standing

QUICK = {"stability.resamples": 10, "replay.quarters": 1}


@pytest.fixture(scope="module")
def book():
    return open_book("demo", "2025Q4", QUICK)


@pytest.fixture(scope="module")
def made(book):
    return made_of(book, source_hashes(book.dataset))


@pytest.fixture
def pack(tmp_path, made):
    """The folder of a small pack, as it is written."""
    folder = tmp_path / "2025Q4"
    (folder / "tables").mkdir(parents=True)
    (folder / "index.html").write_text("a page")
    (folder / "tables" / "todo.csv").write_text("a table")
    written(folder, made)
    return folder


def written(folder, made, **told):
    """The manifest of what lies in a folder."""
    files = module.file_hashes(folder)
    manifest = {
        "made_of": made,
        "failures": {},
        "files": {name: each for name, each in files.items() if "/" not in name},
        "tables": {name[7:]: each for name, each in files.items() if "/" in name},
        **told,
    }
    text = json.dumps({**manifest, "signed": signed(manifest)})
    (folder / MANIFEST).write_text(text)


def test_what_is_the_same_stands(pack, made):
    assert standing(pack, made)["made_of"] == made


@pytest.mark.parametrize("file", ["index.html", "tables/todo.csv", "tables/more.csv"])
def test_a_file_altered_or_beside_them_does_not_stand(pack, made, file):
    (pack / file).write_text("something else")
    assert standing(pack, made) is None


@pytest.mark.parametrize("file", ["index.html", "tables/todo.csv", MANIFEST])
def test_a_file_that_is_gone_does_not_stand(pack, made, file):
    (pack / file).unlink()
    assert standing(pack, made) is None


def test_no_pack_stands_where_there_is_none(tmp_path, made):
    assert standing(tmp_path / "none", made) is None


def test_one_in_which_pages_failed_does_not_stand(pack, made):
    written(pack, made, failures={"01": "no"})
    assert standing(pack, made) is None


def test_one_that_somebody_else_signed_does_not_stand(pack, made, monkeypatch, tmp_path):
    assert standing(pack, made)
    monkeypatch.setenv("KAM_KEY", str(tmp_path / "another key"))
    assert standing(pack, made) is None


def test_whatever_it_is_made_of_tells_it_from_others(book, made, monkeypatch):
    sources = source_hashes(book.dataset)
    assert made_of(book, sources) == made
    name = next(iter(sources))
    others = [
        made_of(book, sources | {name: "0" * 64}),
        made_of(book, sources | {"more.csv": "0" * 64}),
        made_of(open_book("demo", "2025Q4", QUICK | {"abc.cuts": "0.7,0.9"}), sources),
        made_of(open_book("demo", "2025Q3", QUICK), sources),
    ]
    for part in ("language", "_code", "_installed"):
        with monkeypatch.context() as patched:
            patched.setattr(module, part, lambda: "another")
            others.append(made_of(book, sources))
    elsewhere = book.dataset.folder / "other.toml"
    dataset = book.tables.dataset.model_copy(update={"described_in": elsewhere})
    others.append(made_of(replace(book, tables=replace(book.tables, dataset=dataset)), sources))
    assert len({made, *others}) == len(others) + 1


def test_a_line_of_code_more_is_other_code(monkeypatch, tmp_path):
    shutil.copy(module.PACKAGE / "places.py", tmp_path)
    monkeypatch.setattr(module, "PACKAGE", tmp_path)
    code = module._code.__wrapped__
    before = code()
    assert code() == before
    (tmp_path / "places.py").write_text("# another\n")
    assert code() != before
