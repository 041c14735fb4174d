"""All notebooks: their anatomy, and that they follow their parameters."""

import re

import nbformat
import pytest

from kamlib import open_book
from kamlib.analysis.abc_xyz.abc_xyz import abc_xyz
from kamlib.analysis.abc_xyz.sentences import abc_headline
from kamlib.pack.dossiers import NOTEBOOK
from kamlib.pack.notebooks import NOTEBOOKS, run_notebook
from kamlib.pack.page_list import PAGES

PATHS = sorted(NOTEBOOKS.glob("[!.]*.ipynb"))
OF_PAGES = [NOTEBOOKS / f"{page.notebook}.ipynb" for page in PAGES]
# One tells whether parameters reach a notebook; that they reach each, `make long` tries.
FOLLOWING = [OF_PAGES[2], *(pytest.param(path, marks=pytest.mark.long)
                            for path in OF_PAGES if path != OF_PAGES[2])]  # fmt: skip
MAX_CELLS = 48
MAX_LINES = 8


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def notebook(request) -> nbformat.NotebookNode:
    return nbformat.read(request.param, as_version=4)


def _code(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_every_page_of_the_pack_has_its_notebook():
    assert {*OF_PAGES, NOTEBOOKS / f"{NOTEBOOK}.ipynb"} <= set(PATHS)


def test_notebooks_hold_no_logic(notebook):
    for cell in _code(notebook):
        assert len(cell.source.splitlines()) <= MAX_LINES, cell.id
        assert not re.search(r"^\s*(def|class|for|while|if|try|with|lambda)\b", cell.source, re.M)
    assert len(notebook.cells) <= MAX_CELLS


def test_parameters_are_the_agreed_ones(notebook):
    (cell,) = [c for c in _code(notebook) if "parameters" in c.metadata.get("tags", [])]
    names = re.findall(r"^(\w+): \w+ = .+  # \w", cell.source, re.M)
    assert names[:3] == ["dataset", "quarter", "settings"]
    assert set(names[3:]) <= {"account"}


def test_cells_are_named_not_numbered_at_random(notebook):
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", cell_id) for cell_id in ids), ids


def test_committed_outputs_are_there_and_hold_nothing_of_this_machine(notebook):
    shown = [cell for cell in _code(notebook) if cell.outputs]
    assert len(shown) >= len(_code(notebook)) - 4
    text = nbformat.writes(notebook)
    assert '"output_type": "error"' not in text
    assert not re.search(r'"/(work|tmp|root|home|Users)/|object at 0x|widget-view', text)


def test_a_figure_is_never_typed_into_the_text(notebook):
    prose = " ".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert not re.search(r"\d{4,}", re.sub(r"20\d\dQ\d", "", prose))


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> str:
    """Where notebooks of one run hand on what they made."""
    return str(tmp_path_factory.mktemp("results"))


@pytest.mark.slow
@pytest.mark.parametrize("path", FOLLOWING, ids=lambda path: path.stem)
def test_a_notebook_follows_its_parameters(path, tmp_path, monkeypatch, results):
    monkeypatch.setenv("KAM_RESULTS", results)
    changed = {"abc.cuts": "0.5,0.9", "stability.resamples": 20, "replay.quarters": 1}
    run = run_notebook(
        path,
        {"dataset": "demo", "quarter": "2024Q4", "settings": changed},
        timeout_seconds=300,
        saved=tmp_path / path.name,
    )
    assert not run.failure
    book = open_book("demo", "2024Q4", changed)
    said = nbformat.writes(run.notebook)
    assert _expected(path, book) in said
    assert not [cell for cell in run.notebook.cells if "explore" in cell.metadata.get("tags", [])]


def _expected(path, book) -> str:
    """A sentence that only a run with the changed quarter and settings says."""
    classes = abc_xyz(
        book.months, book.orders, book.accounts, as_of=book.as_of, settings=book.settings
    )
    if path.stem == "05_account":  # of one account, whose name and figures it says
        return classes.loc["N1155", "why"]
    if path.stem == "00_summary":
        return book.summary.verdict
    if path.stem == "02_segments":
        return book.segments.says.carried
    if path.stem == "03_churn":  # the classes whose retention it compares follow the cut-offs
        return book.churn.kept
    if path.stem == "04_targeting":  # the quarter's targets, and whom its accounts resemble
        return book.targeting.says.reach
    return abc_headline(classes, "EUR")


def test_an_unknown_parameter_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no notebook has a parameter quartr"):
        run_notebook(PATHS[0], {"quartr": "2024Q4"}, timeout_seconds=60, saved=tmp_path / "x.ipynb")
