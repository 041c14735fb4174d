"""kam verify: a pack that was altered, or is not what its source files say, is found out."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sales_table import AMOUNTS, NAMES, sales_frame, write_dataset
from typer.testing import CliRunner

from kamlib.chapters.catalogue import open_book
from kamlib.chapters.ground import held_as_counted
from kamlib.cli import app
from kamlib.data.reduce import seals
from kamlib.errors import DataError
from kamlib.proof import manifest as manifests
from kamlib.proof.figures import source_hashes
from kamlib.proof.manifest import MANIFEST, write_manifest
from kamlib.proof.verify import verify_pack
from kamlib.show.files import write_csv

TOLD = {
    "made_of": "",
    "verdict": "",
    "checks": {},
    "failures": {},
    "dossiers": {},
    "timings_seconds": {},
}


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    """A small company in data/small, and in reports/small/… what verify looks at of a pack."""
    root = tmp_path_factory.mktemp("written")
    folder = write_dataset(root / "data" / "small", "sales.csv")
    sales = sales_frame(NAMES["utf-8"])
    sales.to_csv(folder / "sales.csv", index=False)
    (folder / "accounts.csv").write_text("account,name\n00123,Nord\n", encoding="utf-8")
    with (folder / "dataset.toml").open("a", encoding="utf-8") as file:
        file.write('[accounts]\nsource = "accounts.csv"\n')
    book = open_book(folder)
    pack = root / "reports" / "small" / book.quarter_name
    (pack / "tables").mkdir(parents=True)
    write_csv(book.abc_xyz.files()["abc_xyz"], pack / "tables" / "abc_xyz.csv")
    (pack / "index.html").write_text("the quarter in one page")
    (pack / "kam-small.xlsx").write_bytes(b"a workbook")
    write_manifest(pack, book, TOLD | {"sources": source_hashes(book.dataset)})
    return root


@pytest.fixture
def pack(written, tmp_path, monkeypatch) -> Path:
    """A copy of it, in the folder in which the user is."""
    root = Path(shutil.copytree(written, tmp_path / "copy"))
    monkeypatch.chdir(root)
    monkeypatch.delenv("KAM_DATA")
    [found] = Path("reports/small").iterdir()
    return found


def differs(pack: Path) -> str:
    return "\n".join(verify_pack(pack).differs)


def edited(pack: Path, edit, sign=None) -> None:
    """Alter a manifest; with ``sign`` whatever proves it is made anew."""
    held = json.loads((pack / MANIFEST).read_text(encoding="utf-8"))
    edit(held)
    if sign:
        del held["signed"]
        held["signed"] = sign(held)
    (pack / MANIFEST).write_text(json.dumps(held), encoding="utf-8")


def test_a_pack_as_it_was_written_agrees_with_its_source_files(pack):
    found = verify_pack(pack)
    assert not found.differs and not found.notes
    totals = {each.what: each for each in found.totals}
    assert totals["kept"].found["rows"] == 20 and all(each.agrees for each in found.totals)
    assert float(totals["kept"].found["revenue"]) == pytest.approx(2 * sum(AMOUNTS))
    assert totals["tables beside the sales"].found["rows"] == 1
    assert float(totals["tables/abc_xyz.csv"].found["revenue"]) > 0


def test_the_command_shows_it_in_80_columns_and_ends_with_4_where_something_differs(pack):
    run = CliRunner(env={"COLUMNS": "80"})
    good = run.invoke(app, ["verify", str(pack)])
    assert good.exit_code == 0 and "All agrees" in good.output
    assert max(map(len, good.output.splitlines())) <= 80
    (pack / "kam-small.xlsx").write_bytes(b"another workbook")
    bad = run.invoke(app, ["verify", str(pack)])
    assert bad.exit_code == 4 and "kam-small.xlsx" in bad.output and "What differs" in bad.output
    none = run.invoke(app, ["verify", "data"])
    assert none.exit_code == 2 and "Traceback" not in none.output


@pytest.mark.parametrize("name", ["tables/abc_xyz.csv", "kam-small.xlsx", "index.html"])
def test_an_altered_or_missing_file_of_the_pack_is_named(pack, name):
    path = pack / name
    path.write_bytes(path.read_bytes().replace(b"a", b"b", 1))
    assert f"{name} of the pack: is not as it was" in differs(pack)
    path.unlink()
    assert f"{name} of the pack: is not there any more" in differs(pack)


def test_an_altered_table_is_found_though_its_hash_was_altered_too_by_a_stranger(pack):
    table = pack / "tables" / "abc_xyz.csv"
    text = table.read_text(encoding="utf-8")
    header, first, rest = text.split("\n", 2)
    place = header.split(",").index("revenue")
    cells = first.split(",")
    cells[place] = "9" + cells[place]
    table.write_text("\n".join([header, ",".join(cells), rest]), encoding="utf-8")

    def sign_as_a_stranger(held):
        mine = manifests.signed(held)
        return {**mine, "by": "0" * 12, "signature": "0" * 64}

    hashed = seals.content_hash(table)
    edited(pack, lambda held: held["tables"].update({"abc_xyz.csv": hashed}), sign_as_a_stranger)
    found = verify_pack(pack)
    assert [text.partition(":")[0] for text in found.differs] == ["tables/abc_xyz.csv"]
    assert "another key than yours" in found.notes[0]


@pytest.mark.parametrize("sign", [False, True])
def test_altered_figures_of_the_manifest_are_found(pack, sign):
    def dearer(held):
        held["figures"]["fates"][0]["revenue"] = "1.0000"

    def without_the_key(held):
        return {**manifests.signed(held), "signature": "0" * 64}

    edited(pack, dearer, without_the_key if sign else None)
    told = differs(pack)
    assert "manifest.json was altered" in told
    assert "kept: the pack says 20 rows, 1.00 of revenue" in told


@pytest.mark.parametrize(
    "edit",
    [
        lambda held: held.pop("sources"),
        lambda held: held.update(figures=[]),
        lambda held: held.update(figures={"fates": [1], "months": {"x": 1}, "accounts": None}),
        lambda held: held["figures"]["fates"][0].update(revenue="NaN"),
        lambda held: held["figures"]["months"].update({"no month": {"rows": 1}}),
        lambda held: held.update(signed=7),
        lambda held: held.update(described_in="/dev/null"),
    ],
)
def test_a_manifest_of_any_shape_ends_in_words(pack, edit):
    edited(pack, edit)
    try:
        assert "manifest.json was altered" in differs(pack)
    except DataError as error:
        assert "altered" in str(error) or "not here" in str(error)


@pytest.mark.parametrize("text", ["", "[]", "{}", "[" * 100_000, "no json"])
def test_a_manifest_that_is_none_is_refused(pack, text):
    (pack / MANIFEST).write_text(text)
    with pytest.raises(DataError, match=r"manifest\.json"):
        verify_pack(pack)


def test_an_altered_source_is_named_with_what_it_changes(pack):
    path = Path("data/small/sales.csv")
    path.write_text(path.read_text(encoding="utf-8").replace("1234.5,", "1235.5,", 1), "utf-8")
    told = differs(pack)
    assert "the source sales.csv: is not as it was" in told
    assert "kept: the pack says 20 rows" in told and "accounts, each by itself" in told
    path.unlink()
    assert "there is no file" in differs(pack)


def test_a_table_beside_the_sales_and_the_description_are_looked_at_too(pack):
    Path("data/small/accounts.csv").write_text("account,name\n00123,Nord\n7,Sud\n")
    told = differs(pack)
    assert "the source accounts.csv" in told and "tables beside the sales (accounts)" in told
    Path("data/small/settings.toml").write_text("[abc]\nmonths = 12\n")
    assert "settings.toml: came to the sources" in differs(pack)


def test_a_data_set_that_moved_is_said_or_asked_for(pack):
    Path("data/small").rename("moved")
    with pytest.raises(DataError, match="--dataset"):
        verify_pack(pack)
    assert not verify_pack(pack, "moved").differs


def test_a_note_of_ones_own_in_the_pack_is_told_and_no_difference(pack):
    (pack / "my notes.txt").write_text("call them")
    found = verify_pack(pack)
    assert not found.differs and "my notes.txt" in found.notes[0]


def test_the_cache_has_no_say_in_it(pack):
    """The ledger times three, by somebody who has the key: the manifest's months are wrong."""
    book = open_book(Path("data/small"))
    ledger = book.tables.ledger
    table = ledger.table.mutate(revenue=(ledger.table["revenue"] * 3).cast("decimal(18, 4)"))
    tampered = replace(ledger, table=table)
    assert tampered.held != tampered.counted
    tables = replace(book.tables, ledger=tampered)
    write_manifest(
        pack, replace(book, tables=tables), TOLD | {"sources": source_hashes(book.dataset)}
    )
    found = verify_pack(pack)
    assert any(each.what == book.quarter_name and not each.agrees for each in found.totals)


def three_times(name):
    def alter(table):
        return table.mutate(**{name: (table[name] * 3).cast(table[name].type())})

    return alter


@pytest.mark.parametrize(
    ("alter", "broken"),
    [
        (three_times("revenue"), "revenue of the ledger is that of the lines kept"),
        (three_times("margin"), "margin of the ledger is that of the lines kept"),
        (three_times("quantity"), "quantity of the ledger is that of the lines kept"),
        (three_times("lines"), "lines of the ledger are the lines kept"),
        (lambda table: table.filter(table["account"] != "N1155"), "revenue of the ledger"),
        (lambda table: table.union(table), "margin of the ledger"),
    ],
)
def test_the_checks_of_a_pack_hold_the_ledger_against_what_was_counted(alter, broken):
    book = open_book("demo")
    assert all(held_as_counted(book.tables).values())
    ledger = replace(book.tables.ledger, table=alter(book.tables.ledger.table))
    found = held_as_counted(replace(book.tables, ledger=ledger))
    assert [name for name, holds in found.items() if not holds and name.startswith(broken)]


def test_a_cache_with_three_times_the_revenue_and_the_key_is_still_seen_by_the_checks(
    pack, tmp_path, monkeypatch
):
    monkeypatch.setenv("KAM_CACHE", str(tmp_path / "cache"))
    first = open_book(Path("data/small")).tables.ledger
    path = first.files[0]
    table = pq.read_table(path)
    place = table.column_names.index("revenue")
    three = [3 * value for value in table["revenue"].to_pylist()]
    pq.write_table(table.set_column(place, "revenue", pa.array(three, pa.decimal128(18, 4))), path)
    os.unlink(path.parent / seals.SEAL)
    seals.write_seal(path.parent, path.parent.name)
    again = open_book(Path("data/small")).tables.ledger
    assert again.from_cache and again.held["revenue"] == 3 * again.counted["revenue"]


@pytest.mark.slow
def test_the_pack_of_the_demo_company_agrees(demo_pack):
    found = verify_pack(demo_pack.folder)
    assert not found.differs
    assert {each.what: each.found.get("rows") for each in found.totals}["kept"] == 39_619


@pytest.mark.slow
def test_the_pack_of_adventureworks_agrees(adventureworks_pack, adventureworks):
    found = verify_pack(adventureworks_pack.folder, str(adventureworks))
    assert not [each for each in found.totals if not each.agrees]
