"""What is written is written whole, and never through a link that somebody planted."""

import ast
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kamlib import DataError
from kamlib.cli import app
from kamlib.data.guess.answer import answer_question
from kamlib.data.guess.setup import guessed_dataset
from kamlib.demo import write_demo
from kamlib.pack.files import swapped_in, write_input_workbook, write_rejected
from kamlib.pack.pack import write_pack
from kamlib.places import PROJECT
from kamlib.saving import make_folder, save_bytes, save_copy, save_text, saved

SALES = "Customer,Date,Amount\nA,2024-01-05,10\nB,2024-02-05,20\n"
WRITERS = {"write_text", "write_bytes", "touch", "mkdir", "mkstemp", "mkdtemp", "makedirs"}
WRITERS |= {"to_excel", "to_parquet", "NamedTemporaryFile", "TemporaryDirectory", "copyfile"}
WRITERS |= {"copytree", "copy2", "symlink_to"}
# Who writes by itself, and into what of its own.
OWN = {
    "kamlib/saving.py": "here it is",
    "kamlib/cli/unexpected.py": "a new file in the user's own cache, never one that is there",
    "kamlib/living.py": "the folders of a run",
    "kamlib/data/read/consent.py": "the user's own configuration",
    "kamlib/data/sharing.py": "the folder of its run",
    "kamlib/data/engine/spill.py": "where the engine puts what memory does not hold",
    "kamlib/data/reduce/store.py": "the cache",
    "kamlib/data/reduce/seals.py": "the cache, and the key by which it is believed",
    "kamlib/data/reduce/side_tables.py": "an entry of the cache, before it has its name",
    "kamlib/data/returned.py": "an entry of the cache, before it has its name",
    "kamlib/data/dossiers/files.py": "an entry of the cache, before it has its name",
    "kamlib/data/files/containers.py": "a temporary folder of its own",
    "kamlib/pack/files.py": "the folder of its run",
    "kamlib/pack/kernels.py": "the folder of Jupyter's own files",
    "kamlib/show/files.py": "rows into a list",
    "kamlib/pack/notebooks.py": "the notebooks of a checkout, and a pack before it has its name",
}


@pytest.fixture
def outside(tmp_path) -> Path:
    """A file elsewhere that a planted link leads to."""
    file = tmp_path / "outside" / "precious.txt"
    file.parent.mkdir()
    file.write_text("precious")
    return file


@pytest.fixture
def inside(tmp_path) -> Path:
    folder = tmp_path / "inside"
    folder.mkdir()
    return folder


def written_files(path: Path) -> list[int]:
    """The lines of a module that write a file or make a folder without kamlib.saving."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        texts = [a.value for a in [*node.args, *(k.value for k in node.keywords)]
                 if isinstance(a, ast.Constant) and isinstance(a.value, str)]  # fmt: skip
        if name in WRITERS or (name == "open" and any(set(t) <= set("wabx+t") for t in texts if t)):
            found.append(node.lineno)
        if name == "write" and getattr(getattr(node.func, "value", 0), "id", "") == "nbformat":
            found.append(node.lineno)
        if name == "to_csv" and (node.args or any(k.arg == "path_or_buf" for k in node.keywords)):
            found.append(node.lineno)
    return found


def test_only_one_module_writes_files():
    modules = sorted((PROJECT / "kamlib").rglob("*.py"))
    found = {path.relative_to(PROJECT).as_posix(): written_files(path) for path in modules}
    assert {name for name, lines in found.items() if lines} == set(OWN)


def test_writing_is_found_in_the_sources(tmp_path):
    module = tmp_path / "module.py"
    module.write_text('p.write_text("x")\np.open("wb")\nopen(p)\nf.to_csv()\nf.to_csv(p)\n')
    assert written_files(module) == [1, 2, 5]


def write_with_saved(path):
    with saved(path) as beside:
        beside.write_text("new")


@pytest.mark.parametrize(
    "write",
    [
        lambda path: save_text(path, "new"),
        lambda path: save_bytes(path, b"new"),
        lambda path: save_copy(Path(__file__), path),
        write_with_saved,
    ],
)
@pytest.mark.parametrize("leads", ["to a file", "nowhere", "to a folder"])
def test_nothing_is_written_through_a_link(inside, outside, write, leads):
    nowhere = outside.with_name("new.txt")
    target = {"to a file": outside, "nowhere": nowhere, "to a folder": outside.parent}[leads]
    link = inside / "link.txt"
    link.symlink_to(target)
    with pytest.raises(DataError, match="link.txt: is a link to another place"):
        write(link)
    assert outside.read_text() == "precious" and not nowhere.exists()
    assert [path.name for path in outside.parent.iterdir()] == ["precious.txt"]
    assert [path.name for path in inside.iterdir()] == ["link.txt"]


def test_no_folder_between_may_be_a_link_and_those_above_may(inside, outside):
    (inside / "dossiers").symlink_to(outside.parent)
    for write in (save_text, lambda path, _text, within: make_folder(path, within=within)):
        with pytest.raises(DataError, match="dossiers: is a link"):
            write(inside / "dossiers" / "A.xlsx", "new", within=inside)
    (outside.parent / "real").mkdir()
    save_text(inside / "dossiers" / "real" / "A.txt", "new", within=inside / "dossiers")
    assert (outside.parent / "real" / "A.txt").read_text() == "new"


def test_who_stands_in_a_received_folder_writes_through_no_link_in_it(inside, outside, monkeypatch):
    received = inside / "received"
    received.mkdir()
    (received / "sales.csv").write_text(SALES + "C,2024-02-30,5\n")
    described = '[transactions.columns]\naccount = "Customer"\ndate = "Date"\nrevenue = "Amount"\n'
    (received / "dataset.toml").write_text(
        f'title = "t"\ncurrency = "EUR"\n[transactions]\nsource = "sales.csv"\n{described}'
    )
    for place in (inside, received):
        (place / "reports").symlink_to(outside.parent)
    settings = ["--set", "data.max_reject_share=1"]
    monkeypatch.chdir(received)
    done = CliRunner().invoke(app, ["check", ".", *settings])
    assert done.exit_code == 2 and "reports: is a link to another place" in done.output
    with pytest.raises(DataError, match="reports: is a link to another place"):
        write_pack(".", settings={"data.max_reject_share": 1})
    assert [path.name for path in outside.parent.iterdir()] == ["precious.txt"]
    monkeypatch.chdir(inside)
    assert CliRunner().invoke(app, ["check", "received", *settings]).exit_code == 0
    assert (outside.parent / "received" / "rejected.xlsx").is_file()


def test_a_file_is_replaced_whole_and_keeps_its_mode(inside):
    path = inside / "a.txt"
    save_text(path, "one\r\ntwo")
    path.chmod(0o600)
    save_text(path, "new")
    assert path.read_text() == "new" and path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(RuntimeError), saved(path) as beside:
        beside.write_text("half")
        raise RuntimeError
    assert path.read_text() == "new" and [each.name for each in inside.iterdir()] == ["a.txt"]


def test_what_a_killed_write_left_goes_with_the_next(inside):
    left = inside / ".kam-a-killed"
    left.mkdir()
    (left / "a.txt").write_text("half")
    save_text(inside / "a.txt", "whole")
    assert [path.name for path in inside.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("planted", ["demo", "2025Q4"])
def test_a_pack_is_not_written_through_a_link(inside, outside, planted):
    reports = inside / "reports"
    target = reports / "demo" / "2025Q4"
    link = reports / "demo" if planted == "demo" else target
    link.parent.mkdir(parents=True)
    link.symlink_to(outside.parent)
    with (
        pytest.raises(DataError, match=f"{planted}: is a link"),
        swapped_in(target, within=reports),
    ):
        pass
    assert outside.read_text() == "precious" and list(outside.parent.iterdir()) == [outside]


def test_links_among_the_leftovers_of_a_pack_are_left_alone(inside, outside):
    for name in (".2025Q4-abcdefgh", ".2025Q4-old-abcdefgh"):
        (inside / name).symlink_to(outside.parent)
    (outside.parent / "pack").mkdir()
    with swapped_in(inside / "2025Q4") as staging:
        (staging / "index.html").write_text("new")
    assert outside.read_text() == "precious" and (outside.parent / "pack").is_dir()
    assert (inside / "2025Q4" / "index.html").read_text() == "new"


def test_no_command_writes_through_a_planted_link(inside, outside, tmp_path):
    sales = tmp_path / "sales.csv"
    sales.write_text(SALES)
    (inside / "mine").mkdir()
    description = inside / "mine" / "dataset.toml"
    description.symlink_to(outside.with_name("none.toml"))
    with pytest.raises(DataError, match="is a link"):
        guessed_dataset("mine", [sales], inside)
    description.unlink()
    (inside / "mine").rmdir()
    (inside / "mine").symlink_to(outside.parent)
    with pytest.raises(DataError, match="mine: is a link"):
        guessed_dataset("mine", [sales], inside)
    (inside / "input.xlsx").symlink_to(outside)
    with pytest.raises(DataError, match="is a link"):
        write_input_workbook(inside / "input.xlsx", b"x")
    with pytest.raises(DataError, match="is a link"):
        write_rejected(None, inside / "input.xlsx")
    (inside / "accounts.csv").symlink_to(outside)
    with pytest.raises(DataError, match="is a link"):
        write_demo(inside)
    assert outside.read_text() == "precious"
    assert [path.name for path in outside.parent.iterdir()] == ["precious.txt"]


def test_an_answer_is_not_written_through_a_link(tmp_path, inside):
    real = guessed_dataset("real", [_sales(tmp_path)], tmp_path).path
    real.write_text(real.read_text() + '\n[questions.x]\nanswers = ["yes", "no"]\nanswer = "no"\n')
    before = real.read_bytes()
    (inside / "sales.csv").write_text(SALES)
    (inside / "dataset.toml").symlink_to(real)
    with pytest.raises(DataError):
        answer_question(inside, "x", "yes")
    assert real.read_bytes() == before and (inside / "dataset.toml").is_symlink()


def _sales(folder: Path) -> Path:
    path = folder / "sales.csv"
    path.write_text(SALES)
    return path
