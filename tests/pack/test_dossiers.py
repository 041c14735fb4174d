"""Dossiers: one notebook for many accounts, and what leads to their pages."""

import nbformat
import openpyxl
import pandas as pd
import pytest

from kamlib import open_book
from kamlib.chapters.catalogue import pack_tables
from kamlib.data.reduce.ledger import SNAPSHOT_VARIABLE
from kamlib.pack.dossiers import NOTEBOOK, hrefs, neighbours, planned_dossiers
from kamlib.pack.kept_kernels import KeptKernels
from kamlib.pack.notebooks import NOTEBOOKS, Run
from kamlib.pack.pages import linked
from kamlib.show.tables import table
from kamlib.workbook import desk
from kamlib.workbook.workbook import write_workbook

pytestmark = pytest.mark.slow
FEW = {"stability.resamples": 10, "replay.quarters": 1}
GIVEN = {"dataset": "demo", "quarter": "2025Q4", "settings": FEW}


@pytest.fixture(scope="module")
def book():
    return open_book("demo", "2025Q4", FEW)


@pytest.fixture
def within_a_run(book, monkeypatch):
    """The kernels that are started belong to a report run."""
    monkeypatch.setenv(SNAPSHOT_VARIABLE, book.tables.ledger.snapshot)


@pytest.fixture
def notebook(tmp_path):
    """Write a notebook of some cells beside the parameters."""

    def write(*cells: str):
        parameters = nbformat.v4.new_code_cell(
            'dataset = "demo"\nquarter = "latest"\nsettings = {}\naccount = ""',
            metadata={"tags": ["parameters"]},
        )
        path = tmp_path / f"{NOTEBOOK}.ipynb"
        made = [parameters, *map(nbformat.v4.new_code_cell, cells)]
        nbformat.write(nbformat.v4.new_notebook(cells=made), path)
        return path

    return write


def one_kernel(path, timeout_seconds=60):
    return KeptKernels(path.parent, GIVEN, timeout_seconds=timeout_seconds, kernels=1)


def submitted(kernels, account, folder):
    """The notebook's run for an account, to come."""
    return kernels.submit(NOTEBOOK, folder / f"{account}.ipynb", account=account)


def runs(path, accounts, folder, *, timeout_seconds=60) -> dict[str, Run]:
    """The notebook run for the accounts, one after the other in one kernel."""
    with one_kernel(path, timeout_seconds) as kernels:
        running = {each: submitted(kernels, each, folder) for each in accounts}
        return {account: done.result()[0] for account, done in running.items()}


def said(run: Run) -> str:
    """All that the cells of a run put out, as text."""
    outputs = [out for cell in run.notebook.cells for out in cell.get("outputs", [])]
    return " ".join(out["data"]["text/plain"] for out in outputs if "data" in out)


def test_accounts_share_a_kernel_but_no_names(notebook, tmp_path):
    path = notebook(
        '"before" in globals()', "before = account", "import os", "account, os.getpid()"
    )
    done = runs(path, ["A", "B"], tmp_path)
    (a, first), (b, second) = (
        said(run).removeprefix("False ").split(", ") for run in done.values()
    )
    assert (a, b) == ("('A'", "('B'") and first == second
    saved = nbformat.read(tmp_path / "B.ipynb", as_version=4)
    assert [cell.execution_count for cell in saved.cells] == [1, 2, 3, 4, 5, 6]
    assert saved.cells[1].metadata.tags == ["injected-parameters"]


def test_who_changes_a_frame_changes_it_for_no_other_account(notebook, tmp_path, within_a_run):
    path = notebook(
        "from kamlib import open_book\nbook = open_book(dataset, quarter, settings)",
        'shared = book.once("shared", lambda: {"frame": book.accounts[["name"]]})["frame"]',
        'side, months = book.tables["contacts"], book.months',
        '"changed" in shared, "changed" in side, "changed" in months, len(book.accounts)',
        'shared["changed"] = side["changed"] = months["changed"] = account',
        "shared.iloc[:, 0] = account\nshared.drop(shared.index, inplace=True)",
    )
    first, second = runs(path, ["A", "B"], tmp_path).values()
    assert not first.failure and not second.failure
    assert said(first) == said(second) == "(False, False, False, 200)"


@pytest.mark.long
def test_a_dossier_is_the_same_whoever_was_before_it(tmp_path, within_a_run):
    path = NOTEBOOKS / f"{NOTEBOOK}.ipynb"
    after = runs(path, ["N1155", "N1014"], tmp_path)
    alone = runs(path, ["N1014"], tmp_path / "..")
    assert not after["N1155"].failure and not alone["N1014"].failure
    assert after["N1014"] == alone["N1014"]
    assert after["N1014"].notebook.cells != after["N1155"].notebook.cells


def test_what_fails_fails_its_own_account_only(notebook, tmp_path):
    path = notebook(
        "import os, pathlib, time\nmark = pathlib.Path('mark')",
        "assert account != 'error', 'no <b>such</b> thing'",
        "account == 'dies' and os._exit(1)",
        "account == 'worn' and not mark.exists() and (mark.touch(), os._exit(1))",
        "account == 'hangs' and time.sleep(60)",
        "account",
    )
    accounts = ["one", "error", "worn", "dies", "two", "hangs", "four"]
    done = runs(path, accounts, tmp_path, timeout_seconds=3)
    failed = {account: run.failure for account, run in done.items() if run.failure}
    assert failed.pop("error") == "AssertionError: no <b>such</b> thing"
    assert failed.pop("dies") == "DeadKernelError: Kernel died"
    assert failed.pop("hangs").startswith("CellTimeoutError: A cell timed out")
    assert not failed
    assert [said(done[each])[-7:] for each in ("one", "four")] == ["e 'one'", " 'four'"]
    assert (tmp_path / "mark").exists()  # "worn" failed in a used kernel and not in a new one


def test_a_run_that_is_given_up_starts_no_other_account(notebook, tmp_path):
    path = notebook("account")
    with (
        pytest.raises(KeyboardInterrupt),
        one_kernel(path) as kernels,
    ):
        waiting = [submitted(kernels, str(n), tmp_path) for n in range(50)]
        waiting[0].result()
        raise KeyboardInterrupt
    assert waiting[-1].cancelled() and not (tmp_path / "49.ipynb").exists()


def test_an_unknown_parameter_is_refused(notebook, tmp_path):
    with pytest.raises(ValueError, match="no notebook has a parameter quartr"):
        KeptKernels(notebook().parent, {"quartr": "2025Q4"}, timeout_seconds=60)
    with (
        one_kernel(notebook()) as kernels,
        pytest.raises(ValueError, match="no notebook has a parameter acount"),
    ):
        kernels.submit(NOTEBOOK, tmp_path / "x.ipynb", acount="N1014")


def test_a_book_is_kept_within_a_run_only(book, within_a_run, monkeypatch):
    kept = open_book("demo", "2025Q4")
    assert open_book("demo", "2025Q4", {}) is kept
    other = open_book("demo", "2025Q4", {"abc.cuts": "0.5,0.9"})
    assert other is not kept and other.settings.abc.cuts == (0.5, 0.9)
    assert open_book("demo", "2025Q3") is not open_book("demo", "2025Q4")
    monkeypatch.delenv(SNAPSHOT_VARIABLE)
    assert open_book("demo", "2025Q4") is not open_book("demo", "2025Q4")


def test_the_best_accounts_get_dossiers_up_to_the_limit(book):
    names = ["Marlholt & Sons Foods LLP", "Krähorst & Söhne Fahrzeugteile KG"]
    listed = pd.DataFrame({"name": names}, pd.Index(["N1014", "N1002"], name="account"))
    tables = {"key_accounts": listed}
    first, second = planned_dossiers(book, tables)
    assert (first.account, first.file) == ("N1014", "N1014.html")
    assert second.title == "Krähorst & Söhne Fahrzeugteile KG (N1002)"
    assert hrefs([first]) == {"N1014": "accounts/N1014.html"}
    assert [link.href for link in neighbours([first, second], 1)] == ["N1014.html", "index.html"]
    few = open_book("demo", "2025Q4", {"pack.dossiers": 1})
    assert planned_dossiers(few, tables) == [first]
    assert planned_dossiers(book, {"key_accounts": tables["key_accounts"].head(0)}) == []


def test_account_cells_lead_to_dossiers_and_other_cells_do_not():
    frame = pd.DataFrame({"account": ['A "1" <b>', "B"], "name": ["One", "B"]})
    html = table(frame).html
    page = linked(html, {'A "1" <b>': "accounts/A-1-b.html"})
    assert '<a href="accounts/A-1-b.html">A &quot;1&quot; &lt;b&gt;</a>' in page
    assert page.count("<a ") == 1 and "data-account" not in page
    single = '<td data-account=\'A "1"\'>A "1"</td>'  # as nbconvert writes it
    assert linked(single, {'A "1"': "a.html"}) == '<td><a href="a.html">A "1"</a></td>'
    assert linked(html, {}) == html.replace(' data-account="B"', "").replace(
        ' data-account="A &quot;1&quot; &lt;b&gt;"', ""
    )


@pytest.mark.long
def test_excel_has_no_more_links_than_it_can_open(book, tmp_path, monkeypatch):
    monkeypatch.setattr(desk, "MAX_LINKS", 2)
    tables = pack_tables(book)
    addresses = {account: f"accounts/{account}.html" for account in tables["abc_xyz"].index}
    write_workbook(tmp_path / "x.xlsx", book, tables, dossiers=addresses)
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx")["Accounts"]
    cells = [row[0] for row in sheet if row[0].value in addresses]
    assert len(cells) == 200
    assert [cell.value for cell in cells if cell.hyperlink] == list(tables["abc_xyz"].index[:2])
