"""The wheel, as one who has no checkout gets it: what is in it, and that it works by itself."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from kamlib.places import PROJECT

pytest.importorskip("pip", reason="pip is not installed")

pytestmark = pytest.mark.slow
SOURCES = ("kamlib", "notebooks", "data/demo", "pyproject.toml", "setup.py", "README.md")
# What a checkout holds beside what is committed: none of it is for others.
PRIVATE = (
    "data/demo/dossiers/N1155.xlsx",
    "data/demo/.kam/ledger.parquet",
    "data/demo/returned/kam-demo-2025Q3.xlsx",
    "data/mine/dataset.toml",
    "notebooks/reports/demo/index.html",
    "notebooks/mine.ipynb",
    "reports/demo/index.html",
    "build/lib/kamlib/gone.py",
)
# One page as the pack makes it; the kernel says which kamlib it has, and which data it finds.
PAGE = """
import nbformat
from pathlib import Path
from kamlib import open_book
from kamlib.pack.notebooks import run_notebook
from kamlib.pack.pages import page_html

path = Path("notebooks", "01_abc_xyz.ipynb")
notebook = nbformat.read(path, as_version=4)
told = "import kamlib; print(kamlib.__file__, kamlib.open_book('mine').dataset.title, sep='|')"
notebook.cells.append(nbformat.v4.new_code_cell(told))
nbformat.write(notebook, path)
rough = {"stability.resamples": 10}
given = {"dataset": "demo", "settings": rough}
run = run_notebook(path, given, timeout_seconds=120, saved=Path("run.ipynb"))
assert not run.failure, run.failure
html = page_html(run.notebook, open_book("demo", settings=rough), "Classes", [])
Path("page.html").write_text(html, encoding="utf-8")
print(run.notebook.cells[-1].outputs[0].text)
"""


def pip(*arguments: str | Path) -> None:
    """Run pip without any network."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel of a copy of the checkout in which someone has worked."""
    copy, built = tmp_path_factory.mktemp("checkout"), tmp_path_factory.mktemp("built")
    for name in SOURCES:
        source, target = PROJECT / name, copy / name
        if source.is_dir():
            # A user's dossiers lie beside data; kamlib has a room of that name.
            theirs = () if name == "kamlib" else ("dossiers",)
            ignored = shutil.ignore_patterns("__pycache__", ".*", *theirs)
            shutil.copytree(source, target, ignore=ignored)
        else:
            shutil.copyfile(source, target)
    for name in PRIVATE:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text("mine")
    pip("wheel", copy, "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", built)
    (path,) = built.iterdir()
    return path


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """The wheel in a folder of its own, which only ``kam`` below has on its path."""
    target = tmp_path_factory.mktemp("installed")
    pip("install", "--no-deps", "--no-index", "--target", target, wheel)
    return target


def run(folder: Path, installed: Path, *command: str) -> subprocess.CompletedProcess:
    """Python in a folder, with the installed package and a home of its own, and no checkout."""
    kept = {k: v for k, v in os.environ.items() if k not in ("KAM_DATA", "KAM_CACHE")}
    home = dict.fromkeys(("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"), f"{installed}-home")
    path = os.pathsep.join([str(folder / "stubs"), str(installed)])
    return subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env={**kept, **home, "PYTHONPATH": path, "PYTHONSAFEPATH": "1", "COLUMNS": "120"},
        capture_output=True,
        text=True,
        timeout=120,
    )


def kam(folder: Path, installed: Path, *arguments: str) -> subprocess.CompletedProcess:
    """The command as installed, in a folder."""
    return run(folder, installed, "-c", "from kamlib.cli import app; app()", *arguments)


def files(folder: Path) -> set[str]:
    """All files below a folder, without byte code."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(folder).as_posix() for path in found}


def test_it_holds_the_code_the_notebooks_and_the_demo_company_and_nothing_else(wheel):
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    code = {f"kamlib/{name}" for name in files(PROJECT / "kamlib")}
    brought = [
        *(PROJECT / "notebooks").glob("0*.ipynb"),
        *(PROJECT / "data" / "demo").glob("*.csv"),
        *(PROJECT / "data" / "demo").glob("*.toml"),
        *(PROJECT / "data" / "demo").glob("returned/todo-2025Q4-*.csv"),
    ]
    brought = {f"kamlib/project/{path.relative_to(PROJECT).as_posix()}" for path in brought}
    assert held == code | brought
    assert {Path(name).suffix for name in code} > {".py", ".css", ".js", ".j2"}
    assert len(brought) >= 6 + 21


def test_it_says_its_version(installed, tmp_path):
    shown = kam(tmp_path, installed, "--version")
    (info,) = installed.glob("*.dist-info")
    assert shown.stdout.strip() == info.stem.replace("-", " ")


def test_the_demo_company_is_read_and_never_written_to(installed, tmp_path):
    before = files(installed)
    checked = kam(tmp_path, installed, "check", "demo")
    assert checked.returncode == 0, checked.stderr
    assert "Nordhafen" in checked.stdout and (tmp_path / "reports" / "demo").is_dir()
    refused = kam(tmp_path, installed, "template", "--dossier", "N1155", "--dataset", "demo")
    assert refused.returncode == 2 and "`kam demo` writes" in " ".join(refused.stderr.split())
    assert any("demo-" in path.name for path in Path(f"{installed}-home").rglob("*"))
    assert files(installed) == before


def test_the_laboratory_opens_copies_and_overwrites_none(installed, tmp_path):
    stub, notebooks = tmp_path / "stubs" / "jupyterlab", tmp_path / "notebooks"
    stub.mkdir(parents=True)
    (stub / "__init__.py").write_text("raise ImportError")
    lone = kam(tmp_path, installed, "lab")
    assert lone.returncode == 2 and 'pip install "kamlib[lab]"' in lone.stderr
    assert not notebooks.exists()

    (stub / "__init__.py").write_text("")
    (stub / "__main__.py").write_text("import os; print('in', os.getcwd())")
    notebooks.mkdir()
    (notebooks / "00_summary.ipynb").write_text("mine")
    opened = kam(tmp_path, installed, "lab")
    assert opened.returncode == 0 and f"in {notebooks.resolve()}" in opened.stdout
    assert (notebooks / "00_summary.ipynb").read_text() == "mine"
    assert files(notebooks) == files(installed / "kamlib" / "project" / "notebooks")


def test_a_notebook_has_the_installed_library_the_demo_company_and_data_beside_it(
    installed, tmp_path
):
    shutil.copytree(installed / "kamlib" / "project" / "notebooks", tmp_path / "notebooks")
    own = tmp_path / "data" / "mine"
    own.mkdir(parents=True)
    (own / "s.csv").write_text("account,date,document,revenue\na,2025-01-02,d,1\n")
    (own / "dataset.toml").write_text('title = "My own"\n[transactions]\nsource = "s.csv"\n')
    made = run(tmp_path, installed, "-c", PAGE)
    assert made.returncode == 0, made.stderr
    module, title = made.stdout.strip().split("|")
    assert Path(module).is_relative_to(installed) and title == "My own"
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "Nordhafen" in page and page.count("<img") + page.count("<svg") > 3
    (style,) = (installed / "kamlib").rglob("page.css")
    assert style.read_text(encoding="utf-8")[:200] in page
