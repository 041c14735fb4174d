"""A pack in which codes stand for all names: no file of it has any original name or id."""

import base64
import html
import io
import json
import re
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from edited_demo import edited
from typer.testing import CliRunner

from kamlib.cli import commands
from kamlib.cli.commands import app
from kamlib.pack.archive import write_archive
from kamlib.pack.pack import write_pack
from kamlib.proof.verify import verify_pack

pytestmark = pytest.mark.long  # a pack of its own; tests/data/test_anonymous.py holds the tables
QUARTER = "2025Q4"
QUICK = {"stability.resamples": 10, "replay.quarters": 1, "target_check.resamples": 20}
HIDDEN = {"privacy.anonymise": "yes", "pack.dossiers": 1}
SAID = "Hélène Gaillard of L'Atelier Grandtramont asked Katrin Osterloh to Grossheim"
WORD = re.compile(r"\w+")
DATA = re.compile(rb"data:[\w/+.-]+;base64,([A-Za-z0-9+/=\s]+)")
SHORT = 4  # signs: shorter ids are addresses of cells, too
PARTS = (".html", ".ipynb", ".json", ".csv", ".ics", ".txt", ".xml", ".rels")


def company(folder):
    """The demo company, with names in whatever people write, in files' and sheets' names."""

    def says(*columns):
        def change(rows):
            for column in columns:
                rows.loc[rows.index[::3], column] = SAID
            return rows

        return change

    edited(
        folder,
        accounts=says("description", "history", "structure", "surroundings"),
        interactions=says("subject", "outcome", "next_step"),
        contacts=lambda rows: says("interests", "position")(
            rows.assign(mail=rows["name"].str.replace(" ", ".") + "@grossheim.example")
        ),
        judgements=says("evidence"),
        losses=says("note"),
        competitors=says("note"),
        winbacks=says("offer"),
        tenders=says("reason"),
        prospects=says("need_evidence", "source"),
        plays=says("strategy", "lead", "offer", "next_step"),
    )
    (folder / "transactions.csv").rename(folder / "Nordhafen 2025.csv")
    described = folder / "dataset.toml"
    text = described.read_text(encoding="utf-8")
    text = text.replace("transactions.csv", "Nordhafen 2025.csv")
    text = text.replace("freight and postage, not a product", "freight that Osterloh wants out")
    described.write_text(
        f'{text}\n[decisions]\nsigns = "Osterloh said so of Nordhafen"\n', encoding="utf-8"
    )
    (folder / "notebooks").mkdir()
    notebook = Path("notebooks/06_ask_your_own.ipynb").read_text(encoding="utf-8")
    (folder / "notebooks" / "own.ipynb").write_text(notebook, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The company's folder, and the folder of its anonymous packs."""
    base = tmp_path_factory.mktemp("anonymous")
    folder, reports = company(base / "Grossheim"), base / "reports"
    (reports / "Grossheim" / QUARTER).mkdir(parents=True)
    pack = write_pack(folder, QUARTER, QUICK | HIDDEN, reports=reports)
    assert pack.complete, (pack.failures, pack.checks)
    return folder, pack.folder


def columns(folder, *named):
    """The values of columns: ``table.column``."""
    found = set()
    for table, column in (name.split(".") for name in named):
        file = "Nordhafen 2025" if table == "transactions" else table
        rows = pd.read_csv(folder / f"{file}.csv", dtype="str", keep_default_na=False)
        found |= {" ".join(value.split()) for value in rows[column]} - {""}
    return found


def originals(folder):
    """All names, and all words that alone give somebody away."""
    ids = columns(
        folder, "accounts.account", "transactions.account", "prospects.prospect",
        "contacts.account", "interactions.account", "tenders.account", "deliveries.document",
    )  # fmt: skip
    names = columns(
        folder, "accounts.name", "prospects.name", "contacts.name", "managers.name",
        "competitors.competitor", "tenders.competitor", "prospects.competitor", "contacts.mail",
    )  # fmt: skip
    people = columns(folder, "contacts.name", "managers.name")
    words = {word for name in people for word in name.split() if len(word) > SHORT}
    return ids, names, words | {"Nordhafen", "Grossheim", "Grandtramont", "demo"}


def seen(name, content):
    """All that a file holds, unpacked: of archives the members, of pages the pictures."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            for part in parts.namelist():
                yield from seen(f"{name}/{part}", parts.read(part))
        return
    if content[:4] == b"\x89PNG":
        yield f"{name} (picture)", without_pixels(content).decode("latin-1")
        return
    if not name.endswith(PARTS):  # a font, or another picture within a page
        yield name, content.decode("latin-1")
        return
    text = content.decode("utf-8")
    if name.endswith((".json", ".ipynb")):
        told = json.loads(text)
        text += json.dumps(told, ensure_ascii=False)
        yield from notebook_pictures(name, told)
    if name.endswith(".ics"):
        text = re.sub(r"\r?\n[ \t]", "", text)
    yield name, DATA.sub(b"", html.unescape(text).encode()).decode()
    for number, found in enumerate(DATA.finditer(content)):
        yield from seen(f"{name} {number}", base64.b64decode(found[1]))


def notebook_pictures(name, notebook):
    for cell in notebook.get("cells", []):  # of any other JSON none
        for output in cell.get("outputs", []):
            if picture := output.get("data", {}).get("image/png"):
                yield from seen(name, base64.b64decode(picture))


def without_pixels(picture):
    """What a picture says of itself: all its chunks but the pixels'."""
    said, place = b"", 8
    while place < len(picture):
        size = int.from_bytes(picture[place : place + 4], "big")
        kind = picture[place + 4 : place + 8]
        said += b"" if kind == b"IDAT" else picture[place + 4 : place + 8 + size]
        place += size + 12
    return said


def files(folder):
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def test_no_file_of_an_anonymous_pack_has_an_original_name_or_id(made):
    folder, pack = made
    ids, names, words = originals(folder)
    assert len(ids) > 4000 and len(names) > 900
    long_ids = {each for each in ids if len(each) > SHORT}
    count = 0
    for file, content in files(pack.parent):
        count += 1
        assert not (long_ids | words) & set(WORD.findall(file)), file
        for name, text in seen(file, content):
            found = set(re.findall(r"[\w-]+", text)) | set(WORD.findall(text))
            assert not (long_ids | words) & found, name
            assert not [each for each in names if each in text], name
    assert count > 60


def test_prospects_and_managers_have_other_numbers_in_every_table(made):
    folder, pack = made
    short = columns(folder, "prospects.prospect", "managers.manager", "contacts.contact")
    for path in sorted((pack / "tables").glob("*.csv")):
        cells = pd.read_csv(path, dtype="str", keep_default_na=False)
        found = {word for column in cells for text in cells[column].unique()
                 for word in WORD.findall(text)}  # fmt: skip
        assert not found & short, path.name


def test_the_search_would_find_a_name(made, tmp_path):
    folder, pack = made
    _ids, names, _words = originals(folder)
    book = openpyxl.Workbook()
    book.properties.creator = "Katrin Osterloh"
    book.save(tmp_path / "kam.xlsx")
    found = [text for name, text in seen("kam.xlsx", (tmp_path / "kam.xlsx").read_bytes())]
    assert any("Katrin Osterloh" in text for text in found) and "Katrin Osterloh" in names


def test_it_stands_beside_the_real_packs_and_says_that_it_is_anonymous(made):
    _folder, pack = made
    assert pack.parent.name == "Grossheim-anonymous"
    assert not list((pack.parent.parent / "Grossheim" / QUARTER).iterdir())
    manifest = json.loads((pack / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["anonymous"] and manifest["title"] == "Company"
    assert "privacy.anonymise" in manifest["changed_settings"]
    assert (pack / f"kam-company-{QUARTER}.xlsx").is_file()
    assert not list(pack.glob("own*"))  # whom somebody's own notebook names, nobody knows
    verified = verify_pack(pack)
    assert not verified.differs and "anonymous" in verified.notes[-1]


def test_an_altered_anonymous_pack_is_found_out(made, tmp_path):
    _folder, pack = made
    copy = tmp_path / QUARTER
    shutil.copytree(pack, copy)
    (copy / "summary.txt").write_text("all is well")
    assert verify_pack(copy).differs


def test_its_archive_page_has_the_title_alone(made, tmp_path):
    _folder, pack = made
    write_archive(pack.parent, "Company")
    text = (pack.parent / "index.html").read_text(encoding="utf-8")
    assert "Company" in text and "Grossheim" not in text


def test_the_command_asks_for_it(monkeypatch):
    asked = []
    monkeypatch.setattr(commands, "write_packs", lambda *given: asked.append(given))
    ended = CliRunner().invoke(app, ["report", "demo", "--anonymise", "--quiet"])
    assert not ended.exit_code and asked[0][1].settings == {"privacy.anonymise": "yes"}
