"""A cache is never believed: whatever was done to it, figures are right and one line says so."""

import json
import multiprocessing
import os
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sales_table import AMOUNTS, NAMES, sales_frame, write_dataset

from kamlib.data.book import open_tables
from kamlib.data.read.dataset import load_dataset
from kamlib.data.reduce import seals, store
from kamlib.data.reduce.opening import engine_of
from kamlib.data.reduce.seals import SEAL, content_hash
from kamlib.errors import DataError, notes
from kamlib.living import dead_folders

links = pytest.mark.skipif(os.name == "nt", reason="Windows makes links for administrators only")
RIGHT = (round(2 * sum(AMOUNTS), 2), 20, ["Nord"])  # each amount stands in two of the twenty lines


@pytest.fixture(scope="module")
def opened_once(tmp_path_factory) -> Path:
    """A small company that was opened, with a cache beside its data, and the user's key."""
    folder = write_dataset(tmp_path_factory.mktemp("once") / "set", "sales.csv")
    sales_frame(NAMES["utf-8"]).to_csv(folder / "sales.csv", index=False)
    (folder / "accounts.csv").write_text("account,name\n00123,Nord\n", encoding="utf-8")
    with (folder / "dataset.toml").open("a", encoding="utf-8") as file:
        file.write('[accounts]\nsource = "accounts.csv"\n')
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("KAM_CACHE", raising=False)
        patch.setenv("KAM_KEY", str(folder.parent / "key"))
        assert figures(folder) == (*RIGHT, False)
    return folder


@pytest.fixture
def company(opened_once, tmp_path, monkeypatch) -> Path:
    """A copy of the company and its cache, for the same user."""
    monkeypatch.delenv("KAM_CACHE", raising=False)
    monkeypatch.setenv("KAM_KEY", str(opened_once.parent / "key"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    notes()
    return Path(shutil.copytree(opened_once, tmp_path / "set"))


def figures(folder: Path) -> tuple[float, int, list[str], bool]:
    tables, _settings = open_tables(folder)
    revenue = round(float(tables.ledger.accounts["revenue"].sum()), 2)
    names = tables["accounts"]["name"].tolist()
    return revenue, tables.ledger.kept_rows, names, tables.ledger.from_cache


def kept(folder: Path) -> Path:
    [place] = [path for path in (folder / ".kam").iterdir() if path.is_dir()]
    return place


def entries(folder: Path) -> list[Path]:
    return sorted(path for path in kept(folder).iterdir() if path.is_dir())


def files(folder: Path, name: str = "*.parquet") -> list[Path]:
    return sorted(path for entry in entries(folder) for path in entry.glob(name))


def times_three(folder):
    for path in files(folder, "ledger.parquet"):
        table = pq.read_table(path)
        place = table.column_names.index("revenue")
        three = pa.array(
            [3 * value for value in table["revenue"].to_pylist()], pa.decimal128(18, 4)
        )
        pq.write_table(table.set_column(place, "revenue", three), path)


def times_three_with_its_hash(folder):
    """By whoever knows how a seal is written, but not the key."""
    times_three(folder)
    for path in files(folder, "ledger.parquet"):
        seal = json.loads((path.parent / SEAL).read_text())
        seal["files"][path.name] = [path.stat().st_size, content_hash(path)]
        (path.parent / SEAL).write_text(json.dumps(seal))


def truncated(folder):
    for path in files(folder):
        os.truncate(path, path.stat().st_size // 2)


def zero_bytes(folder):
    for path in files(folder, "*"):
        os.truncate(path, 0)


def garbage(folder):
    for path in files(folder, "*"):
        path.write_bytes(bytes(range(256)) * 8)


def swapped(folder):
    one, other = entries(folder)[:2]
    one.rename(folder / "one")
    other.rename(one)
    (folder / "one").rename(other)


def swapped_files(folder):
    for entry in entries(folder):
        if (entry / "fates.parquet").exists():
            (entry / "counts.parquet").replace(entry / "fates.parquet")


def missing_part(folder):
    for entry in entries(folder):
        next(entry.glob("*.parquet")).unlink()


def wrong_schema(folder):
    for path in files(folder):
        pq.write_table(pa.table({"wrong": [1]}), path)


def doubled_rows(folder):
    for path in files(folder):
        table = pq.read_table(path)
        pq.write_table(pa.concat_tables([table, table]), path)


def counts_altered(folder):
    for path in files(folder, "counts.json"):
        path.write_text(path.read_text().replace("1", "7", 1))


def without_seal(folder):
    for path in files(folder, SEAL):
        path.unlink()


def seal_of_another_kind(folder):
    for path in files(folder, SEAL):
        path.write_text("[" * 100_000)


def more_than_was_written(folder):
    for entry in entries(folder):
        (entry / "extra.parquet").write_bytes(b"")


def a_file_in_its_place(folder):
    for entry in entries(folder):
        shutil.rmtree(entry)
        entry.write_text("no folder")


def read_only(folder):
    times_three(folder)
    for entry in entries(folder):
        for path in entry.iterdir():
            path.chmod(0o444)
        entry.chmod(0o555)


def linked_entry(folder):
    for entry in entries(folder):
        entry.rename(folder / entry.name)
        entry.symlink_to(folder / entry.name)


def linked_file(folder):
    for path in files(folder):
        away = folder / f"{path.parent.name}-{path.name}"
        path.rename(away)
        path.symlink_to(away)


def half_written(folder):
    """As a disk that lost its current leaves what was not written yet."""
    for entry in entries(folder):
        (entry / SEAL).unlink()
        for path in list(entry.iterdir())[::2]:
            os.truncate(path, 0)


PLANTED = [
    *(times_three, times_three_with_its_hash, truncated, zero_bytes, garbage, swapped),
    *(swapped_files, missing_part, wrong_schema, doubled_rows, counts_altered, without_seal),
    *(seal_of_another_kind, more_than_was_written, a_file_in_its_place, read_only, half_written),
    *(pytest.param(plant, marks=links) for plant in (linked_entry, linked_file)),
]


@pytest.mark.parametrize("plant", PLANTED)
def test_what_was_planted_is_made_again_and_told_in_one_line(company, plant):
    plant(company)
    assert figures(company)[:3] == RIGHT
    [note] = notes()
    assert "not believed" in note and "made again" in note and str(company / ".kam") in note
    assert figures(company) == (*RIGHT, True) and not notes()


def test_a_cache_that_came_by_mail_is_not_believed_though_its_own_seals_hold(company, monkeypatch):
    strangers = kept(company)
    times_three(company)
    for entry in entries(company):
        (entry / SEAL).unlink()
        seals.write_seal(entry, entry.name)  # all is as its sender's kamlib would write it
    assert figures(company)[0] == 3 * RIGHT[0]
    monkeypatch.setenv("KAM_KEY", str(company / "mine"))
    assert figures(company)[:3] == RIGHT
    [note] = notes()
    assert "somebody else" in note and str(company / ".kam") in note
    assert figures(company) == (*RIGHT, True) and not notes()
    assert strangers.is_dir()  # it may be a colleague's, who goes on with it


def test_whoever_takes_over_a_key_by_choice_takes_over_what_is_kept(company, tmp_path, monkeypatch):
    shutil.copy(os.environ["KAM_KEY"], tmp_path / "given")
    monkeypatch.setenv("KAM_KEY", str(tmp_path / "given"))
    assert figures(company) == (*RIGHT, True) and not notes()


def test_the_key_is_for_its_user_only_and_made_anew_where_it_is_damaged(company, monkeypatch):
    key = company / "config" / "kam" / "key"
    monkeypatch.setenv("KAM_KEY", str(key))
    first = seals.signer()
    assert os.name == "nt" or key.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in key.parent.iterdir()] == ["key"]
    seals._key_in.cache_clear()
    assert seals.signer() == first
    key.write_text("short")
    seals._key_in.cache_clear()
    assert seals.signer() != first and len(key.read_text().strip()) == 64


def test_where_no_key_can_be_kept_a_run_and_what_it_starts_have_one(company, monkeypatch):
    (company / "file").write_text("")
    monkeypatch.setenv("KAM_KEY", str(company / "file" / "key"))
    assert figures(company)[:3] == RIGHT
    assert Path(os.environ["KAM_KEY"]).read_text().strip()
    assert figures(company) == (*RIGHT, True)


@links
@pytest.mark.parametrize("kind", ["cache", "folder of the key", "nowhere"])
def test_a_cache_that_is_a_link_is_not_followed(company, tmp_path, kind):
    away = tmp_path / "away"
    kept(company).rename(away)
    link = company / ".kam" / away.name if kind == "folder of the key" else company / ".kam"
    if kind == "folder of the key":
        link = company / ".kam" / seals.signer()
    else:
        shutil.rmtree(link)
    link.symlink_to(tmp_path / "gone" if kind == "nowhere" else away)
    before = sorted(path.name for path in away.iterdir())
    assert figures(company)[:3] == RIGHT
    [note] = notes()
    assert "link to another place" in note
    assert sorted(path.name for path in away.iterdir()) == before
    assert not (tmp_path / "gone").exists()
    assert figures(company) == (*RIGHT, True)


@links
def test_no_link_in_the_cache_is_written_through(company, tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (company / ".kam" / ".gitignore").unlink()
    (company / ".kam" / ".gitignore").symlink_to(victim)
    for entry in entries(company):
        (entry / SEAL).unlink()
        (entry / SEAL).symlink_to(victim)
    assert figures(company)[:3] == RIGHT
    assert victim.read_text() == "mine"


def test_a_file_where_the_cache_should_be_costs_only_the_cache(company):
    shutil.rmtree(company / ".kam")
    (company / ".kam").write_text("no folder")
    assert figures(company)[:3] == RIGHT
    assert figures(company) == (*RIGHT, True)
    assert len(notes()) == 1


def test_nothing_can_be_kept_anywhere_is_said_with_the_way_out(company, monkeypatch):
    (company / "file").write_text("")
    monkeypatch.setenv("KAM_CACHE", str(company / "file"))
    with pytest.raises(DataError, match="nothing can be kept there.*KAM_CACHE"):
        figures(company)


def test_the_engine_finds_a_folder_for_what_does_not_fit_into_memory(company):
    shutil.rmtree(company / ".kam")
    engine_of(load_dataset(company))
    assert kept(company).is_dir() and (company / ".kam" / ".gitignore").read_text() == "*\n"


def test_processes_that_meet_at_a_planted_cache_all_get_it_right(company):
    truncated(company)
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        found = pool.map(figures, [company] * 8)
    assert [each[:3] for each in found] == [RIGHT] * 8
    assert figures(company) == (*RIGHT, True)
    assert not list(kept(company).glob("writing-*"))


def test_all_is_on_the_disk_before_an_entry_has_its_name(company, monkeypatch):
    done = []
    fsync, replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda handle: done.append("fsync") or fsync(handle))
    monkeypatch.setattr(Path, "replace", lambda path, to: done.append("named") or replace(path, to))
    (kept(company) / "writing-dead").mkdir()
    with store.written_entry(kept(company) / "entry") as staging:
        (staging / "one").write_text("1")
        (staging / "other").write_text("2")
    assert not list(kept(company).glob("writing-*"))
    # Two files, their seal and their folder; then the folder that got the name.
    assert done == ["fsync"] * 4 + ["named", "fsync"]


def test_what_is_cleared_away_is_no_dead_run_s_meanwhile(company, monkeypatch):
    entry = kept(company) / "entry"
    entry.mkdir()
    replace, found = Path.replace, []

    def replaced(path, to):
        found.extend(dead_folders(entry.parent, "writing-*"))
        return replace(path, to)

    with store.written_entry(entry) as staging:
        (staging / "one").write_text("1")
        monkeypatch.setattr(Path, "replace", replaced)
    assert store.is_kept(entry) and not found
