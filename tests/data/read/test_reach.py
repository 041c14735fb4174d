"""What a data set reaches: the files in its folder, and beyond it only what somebody allowed."""

import hashlib
import json
import os
import shutil
import socket
import threading
from pathlib import Path

import duckdb
import pytest
from consenting import consented
from sales_table import COLUMNS, NAMES, csv_dataset, sales_frame, sales_lines, write_dataset

from kamlib import open_book
from kamlib.chapters.catalogue import open_book as open_book_with_chapters
from kamlib.data.book import open_tables
from kamlib.data.guess.setup import guessed_dataset
from kamlib.data.read.consent import allowed, consent_file, keep_allowed
from kamlib.data.read.dataset import load_dataset
from kamlib.data.read.reach import allowed_files, check_reach, reached, refused
from kamlib.errors import DataError

posix = pytest.mark.skipif(os.name != "posix", reason="links as on POSIX systems")
ROWS = [",".join(COLUMNS), *(",".join(map(str, line)) for line in sales_lines(NAMES["utf-8"]))]


@pytest.fixture
def elsewhere(tmp_path):
    """A file of the user's that no data set names by itself."""
    path = tmp_path / "private" / "sales.csv"
    path.parent.mkdir()
    path.write_text("\n".join(ROWS) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def received(tmp_path):
    """A data set over its own file, received by mail."""
    return csv_dataset(tmp_path / "received", ROWS)


@pytest.fixture
def listening():
    """A server that must see nobody: its port, and the connections that it saw."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(0.2)
        seen, over = [], threading.Event()

        def accept():
            while not over.is_set():
                try:
                    connection, _address = server.accept()
                    seen.append(connection)
                    connection.close()
                except TimeoutError:
                    continue

        thread = threading.Thread(target=accept)
        thread.start()
        yield server.getsockname()[1], seen
        over.set()
        thread.join()


def refusal(folder):
    """What is said where a data set is opened; it must not open."""
    with pytest.raises(DataError, match="asks for more than the files in its folder") as caught:
        open_tables(folder)
    assert "Nothing of that was done" in str(caught.value)
    return str(caught.value)


def test_its_own_files_need_no_consent(received):
    assert not reached(load_dataset(received))
    assert open_tables(received)[0].ledger.kept_rows == 20
    assert not consent_file(received.resolve()).exists()


@pytest.mark.parametrize(
    "source",
    [
        "../private/sales.csv",
        "../private/*.csv",
        "../private",
        "sub/../../private/sales.csv",
        "{private}/sales.csv",
        "{private}/*.csv",
        r"C:\private\sales.csv",
        "C:sales.csv",
        r"\\server\share\sales.csv",
        "//server/share/sales.csv",
    ],
)
def test_a_path_outside_is_refused_before_anything_is_looked_for(received, elsewhere, source):
    named = source.format(private=elsewhere.parent)
    write_dataset(received, named)
    told = refusal(received)
    assert named in told and "--allow-outside" in told and "--allow-database" not in told
    with pytest.raises(DataError, match="--allow-outside"):
        allowed_files(load_dataset(received), named)


@pytest.mark.parametrize("source", ["../private/sales.csv", "../private/*.csv", "{private}/*.csv"])
def test_what_is_allowed_is_read_and_remembered(received, elsewhere, source):
    write_dataset(received, source.format(private=elsewhere.parent))
    assert open_tables(consented(received))[0].ledger.kept_rows == 20
    assert open_tables(received)[0].ledger.kept_rows == 20
    write_dataset(received, "../private/other.csv")
    assert "other.csv" in refusal(received)


def test_consent_is_of_one_folder(received, elsewhere, tmp_path):
    write_dataset(received, str(elsewhere))
    consented(received)
    other = shutil.copytree(received, tmp_path / "other")
    refusal(other)


@pytest.mark.parametrize("table", ["accounts", "rates", "lookup", "database"])
def test_side_tables_and_lookups_are_no_way_out(received, elsewhere, table):
    text = (received / "dataset.toml").read_text(encoding="utf-8")
    source = f'source = "{elsewhere.as_posix()}"\n'
    if table == "database":
        source = f'source = "sqlite://{elsewhere.as_posix()}"\ntable = "t"\n'
    if table in ("lookup", "database"):
        text = f'{text}[[transactions.lookup]]\nkey = "Customer"\n{source}'
    else:
        text = f"{text}[{table}]\n{source}"
    (received / "dataset.toml").write_text(text, encoding="utf-8")
    assert elsewhere.as_posix() in refusal(received)


@posix
@pytest.mark.parametrize("source", ["sales.csv", "*.csv", "lines", "lines/*.csv", "a/../sales.csv"])
def test_a_link_is_no_way_out(received, elsewhere, source):
    (received / "sales.csv").unlink()
    if source.startswith("lines"):
        (received / "lines").symlink_to(elsewhere.parent, target_is_directory=True)
    else:
        (received / "a").mkdir()
        (received / "sales.csv").symlink_to(elsewhere)
    write_dataset(received, source)
    told = refusal(received)
    assert "is a link" in told and str(elsewhere.parent) in told
    assert open_tables(consented(received))[0].ledger.kept_rows == 20


@posix
@pytest.mark.parametrize("source", ["lines", "lines/*.csv", "lines/deep/**/*.csv"])
def test_what_a_link_leads_to_is_not_even_looked_through(received, elsewhere, source, monkeypatch):
    looked = []
    for name in ("glob", "rglob", "iterdir"):
        real = getattr(Path, name)
        monkeypatch.setattr(Path, name, lambda p, *a, real=real: looked.append(p) or real(p, *a))
    (received / "lines").symlink_to("/", target_is_directory=True)
    write_dataset(received, source)
    assert "lines in its folder is a link" in refusal(received)
    with pytest.raises(DataError, match="--allow-outside"):
        allowed_files(load_dataset(received), source)
    assert not [path for path in looked if (received / "lines") in (path, *path.parents)]


@posix
@pytest.mark.parametrize("folder", ["dossiers", "returned", "settings.toml"])
def test_nor_are_folders_and_settings_that_are_links(received, elsewhere, folder):
    other = elsewhere.parent / folder
    if folder == "settings.toml":
        other.write_text("[abc]\ncuts = [0.7, 0.9]\n")
    else:
        other.mkdir()
        (other / "A.xlsx").write_bytes(b"")
    (received / folder).symlink_to(other)
    assert "is a link" in refusal(received)
    assert open_tables(consented(received))


@posix
def test_a_link_that_leads_elsewhere_later_is_asked_about_again(received, elsewhere):
    (received / "sales.csv").unlink()
    (received / "sales.csv").symlink_to(elsewhere)
    consented(received)
    check_reach(load_dataset(received))
    other = elsewhere.with_name("other.csv")
    other.write_bytes(elsewhere.read_bytes())
    (received / "sales.csv").unlink()
    (received / "sales.csv").symlink_to(other)
    assert "other.csv" in refusal(received)


@posix
def test_a_link_within_the_folder_is_one_of_its_files(received):
    (received / "sales.csv").rename(received / "lines.csv")
    (received / "sales.csv").symlink_to("lines.csv")
    assert open_tables(received)[0].ledger.kept_rows == 20


def test_files_that_its_user_named_need_no_consent(elsewhere, tmp_path):
    guessed = guessed_dataset("mine", [elsewhere], tmp_path / "data")
    folder = guessed.path.parent
    assert "../../private/sales.csv" in guessed.path.read_text(encoding="utf-8")
    assert open_tables(folder)[0].ledger.kept_rows == 20
    text = guessed.path.read_text(encoding="utf-8")
    guessed.path.write_text(text.replace('title = "', 'title = "Our '), encoding="utf-8")
    assert open_tables(folder)[0].dataset.title == "Our mine"
    guessed.path.write_text(text.replace("private/sales.csv", "private/../x.csv"), encoding="utf-8")
    assert "x.csv" in refusal(folder)


def database(folder, port, **changes):
    user, host, table = "kam:${KAM_TEST_SECRET}", "127.0.0.1", changes.pop("table", "sales.lines")
    url = f"postgresql://{changes.get('user', user)}@{changes.get('host', host)}:{port}/sales"
    return write_dataset(folder, url + changes.get("query", ""), table=table)


def test_no_server_is_contacted_and_no_variable_read_before_consent(
    received, listening, monkeypatch
):
    port, seen = listening
    monkeypatch.setenv("KAM_TEST_SECRET", "hidden-value")
    database(received, port)
    told = refusal(received)
    assert f'contacts 127.0.0.1:{port} as "kam"' in told and "table sales.lines" in told
    assert "KAM_TEST_SECRET" in told and "hidden-value" not in told
    assert "kam check" in told and "--allow-database" in told
    with pytest.raises(DataError, match="--allow-database"):
        open_book(received)
    assert not seen


def test_a_server_is_contacted_once_it_is_allowed(received, listening, monkeypatch):
    pytest.importorskip("psycopg")
    port, seen = listening
    monkeypatch.setenv("KAM_TEST_SECRET", "hidden-value")
    consented(database(received, port))
    with pytest.raises(DataError, match="does not answer") as caught:
        open_tables(received)
    assert seen and "hidden-value" not in str(caught.value)
    kept = consent_file(received.resolve()).read_text(encoding="utf-8")
    assert "hidden-value" not in kept and "127.0.0.1" in kept


@pytest.mark.parametrize(
    "change",
    [
        {"host": "localhost"},
        {"user": "kam:${KAM_TEST_OTHER}"},
        {"user": "${KAM_TEST_SECRET}:x"},
        {"table": "sales.salaries"},
        {"query": "?sslmode=disable"},
    ],
    ids=str,
)
def test_any_change_of_what_is_reached_is_asked_about_again(
    received, listening, change, monkeypatch
):
    port, seen = listening
    monkeypatch.setenv("KAM_TEST_SECRET", "hidden-value")
    consented(database(received, port))
    assert not refused(load_dataset(received))
    database(received, port, **change)
    assert "hidden-value" not in refusal(received) and not seen


def test_a_change_that_reaches_nothing_new_is_not_asked_about(received, listening):
    consented(database(received, listening[0]))
    path = received / "dataset.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"Amount"', '"Amount * 1"'), encoding="utf-8")
    assert not refused(load_dataset(received))


def test_what_is_told_cannot_rewrite_the_terminal(received):
    database(received, 5432, table="HERE")
    path = received / "dataset.toml"
    acting = r"x\u001b[2K\n- harmless\u202e"
    path.write_text(path.read_text(encoding="utf-8").replace("HERE", acting), encoding="utf-8")
    [told] = [each.told for each in reached(load_dataset(received))]
    assert told.isprintable() and r"\x1b[2K\n- harmless\u202e" in told


def test_a_variable_fills_in_no_path(received, monkeypatch):
    monkeypatch.setenv("KAM_TEST_SECRET", "sales")
    write_dataset(received, "${KAM_TEST_SECRET}.csv")
    with pytest.raises(DataError, match=r'there is no file "\$\{KAM_TEST_SECRET\}.csv"'):
        open_tables(received)


@pytest.fixture
def engine_file(received):
    """The sales in a DuckDB file in the data set's folder, with a view that reads another file."""
    path = received / "sales.duckdb"
    frame = sales_frame(NAMES["utf-8"])
    with duckdb.connect(path) as connection:
        connection.register("frame", frame)
        connection.execute("CREATE TABLE lines AS SELECT * FROM frame")
        csv = (received / "sales.csv").as_posix()
        connection.execute(f"CREATE VIEW seen AS SELECT * FROM read_csv('{csv}')")
    return path


def hashes(folder):
    """The files of a folder and its cache aside: what is in them, and nothing came or went."""
    files = [path for path in folder.glob("*") if path.is_file()]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_an_engine_s_file_in_the_folder_is_only_read(received, engine_file):
    write_dataset(received, "duckdb://sales.duckdb", table="lines")
    before = hashes(received)
    assert open_tables(received)[0].ledger.kept_rows == 20
    assert hashes(received) == before


def test_a_view_of_an_engine_s_file_reads_no_other_file(received, engine_file):
    write_dataset(received, "duckdb://sales.duckdb", table="seen")
    with pytest.raises(DataError, match="disabled|no such table"):
        open_tables(received)


@posix
@pytest.mark.parametrize("name", ["x1.duckdb", "x[1].duckdb", "x*.duckdb"])
def test_an_engine_s_file_is_no_pattern_that_hides_a_link(received, elsewhere, engine_file, name):
    engine_file.rename(elsewhere.parent / "outside.duckdb")
    (received / name).symlink_to(elsewhere.parent / "outside.duckdb")
    write_dataset(received, f"duckdb://{name}", table="lines")
    assert [each.kind for each in refused(load_dataset(received))] == ["outside"]
    with pytest.raises(DataError, match="is a link"):
        open_tables(received)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("duckdb://sale.duckdb", "there is no such file"),
        ("duckdb://sales.duckdb?allow_unsigned_extensions=true&extensions=x", "takes no options"),
        ("duckdb://sales.csv", "cannot be opened as a DuckDB file"),
        ("duckdb://../private/sales.csv", "--allow-outside"),
        ("sqlite://../private/sales.csv", "--allow-outside"),
    ],
)
def test_no_database_is_made_or_opened_that_must_not(received, elsewhere, engine_file, url, told):
    write_dataset(received, url, table="lines")
    before = hashes(received), hashes(elsewhere.parent)
    with pytest.raises(DataError, match=told):
        open_tables(received)
    assert (hashes(received), hashes(elsewhere.parent)) == before


CHAPTER = """
from pathlib import Path
Path({mark!r}).touch()
from kamlib.chapters import Chapter
class Own(Chapter):
    name, title = "own", "Own"
"""


@pytest.fixture
def coded(received, tmp_path):
    """A received data set with a chapter that leaves a mark where it runs."""
    mark = tmp_path / "it ran"
    (received / "chapters").mkdir()
    (received / "chapters" / "own.py").write_text(CHAPTER.format(mark=str(mark)))
    return received, mark


def test_no_code_runs_before_consent(coded):
    folder, mark = coded
    with pytest.raises(DataError, match="--allow-code") as caught:
        open_book_with_chapters(folder)
    assert "runs code of its own on this computer: chapters/own.py" in str(caught.value)
    assert not mark.exists()
    assert open_tables(folder)[0].ledger.kept_rows == 20  # its figures can be looked at
    assert open_book_with_chapters(consented(folder)).own.name == "own" and mark.exists()


@pytest.mark.parametrize("file", ["chapters/own.py", "chapters/_more.py", "notebooks/pandas.py"])
def test_code_that_changes_is_asked_about_again(coded, file):
    folder, mark = coded
    consented(folder)
    path = folder / file
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as opened:
        opened.write("# more\n")
    with pytest.raises(DataError, match="--allow-code"):
        open_book_with_chapters(folder)
    assert not mark.exists()


def test_byte_code_that_lies_beside_does_not_run(coded):
    import py_compile

    folder, mark = coded
    chapter = folder / "chapters" / "own.py"
    chapter.write_text(CHAPTER.format(mark=str(mark)))
    compiled = py_compile.compile(
        str(chapter), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH
    )
    chapter.write_text("from kamlib.chapters import Chapter\n")
    open_book_with_chapters(consented(folder))
    assert os.path.exists(compiled) and not mark.exists()


def test_what_a_notebook_has_shown_is_no_other_code(coded):
    folder, _mark = coded
    path = folder / "notebooks" / "mine.ipynb"
    path.parent.mkdir()
    cell = {"cell_type": "code", "source": "1", "metadata": {}, "outputs": []}
    path.write_text(json.dumps({"cells": [cell], "metadata": {}}))
    consented(folder)
    shown = {**cell, "outputs": [{"text": "1"}], "execution_count": 1}
    path.write_text(json.dumps({"cells": [shown], "metadata": {}}))
    assert not refused(load_dataset(folder))
    path.write_text(json.dumps({"cells": [{**shown, "source": "2"}], "metadata": {}}))
    assert [each.kind for each in refused(load_dataset(folder))] == ["code"]


@posix
def test_consent_is_kept_for_its_owner_and_believed_from_nobody_else(received, elsewhere):
    write_dataset(received, str(elsewhere))
    consented(received)
    path = consent_file(received.resolve())
    assert path.stat().st_mode & 0o777 == 0o600
    assert [name.name for name in path.parent.iterdir() if name.name.startswith(".")] == []
    path.chmod(0o622)
    assert not allowed(received.resolve())
    path.chmod(0o600)
    assert allowed(received.resolve())
    aside = path.with_suffix(".aside")
    path.rename(aside)
    path.symlink_to(aside)
    assert not allowed(received.resolve()), "a link could lead into the data set's own folder"
    before = aside.read_bytes()
    consented(received)
    assert not path.is_symlink() and aside.read_bytes() == before
    path.write_text("no json")
    assert not allowed(received.resolve())


@posix
def test_consent_for_a_folder_whose_name_is_no_text_is_kept():
    folder = Path(os.fsdecode(b"/data/caf\xe9 M\xc3\xbcller"))
    keep_allowed(folder, {"key": "reads x"})
    assert allowed(folder) == {"key": "reads x"}
    assert "Müller" in consent_file(folder).read_text("utf-8")


def test_where_consent_cannot_be_kept_it_is_told(received, elsewhere, tmp_path, monkeypatch):
    write_dataset(received, str(elsewhere))
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("KAM_CONSENT", str(tmp_path / "file" / "below"))
    with pytest.raises(DataError, match="cannot be kept there.*set KAM_CONSENT to a folder"):
        consented(received)
    monkeypatch.setenv("KAM_CONSENT", "consent")
    with pytest.raises(DataError, match="KAM_CONSENT = consent: expected a whole path"):
        open_tables(received)


def test_files_are_allowed_only_where_a_description_is_written(elsewhere, tmp_path):
    elsewhere.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(DataError, match="nothing was recognised"):
        guessed_dataset("mine", [elsewhere], tmp_path / "data")
    assert not allowed((tmp_path / "data" / "mine").resolve())


@pytest.mark.parametrize(
    "name", ["{here}/mine", "C:\\mine", "D:mine", "\\\\server\\mine", "../mine"]
)
def test_a_data_set_s_name_is_no_place(elsewhere, tmp_path, name):
    with pytest.raises(DataError, match="is no name for a data set"):
        guessed_dataset(name.format(here=tmp_path), [elsewhere], tmp_path / "data")
    assert {path.name for path in tmp_path.iterdir()} == {"private"}
