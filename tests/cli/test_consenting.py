"""Consent on the command line: options, a yes in a terminal, and nothing without either."""

from pathlib import Path

import pytest

DESCRIPTION = """\
currency = "EUR"
[transactions]
source = "../sales.csv"
negative = "Type = 'Credit note'"
[transactions.columns]
account = '"Customer No"'
date = '"Invoice Date"'
document = '"Invoice No"'
revenue = '"Net Amount"'
"""


@pytest.fixture
def received(sales, tmp_path):
    """A data set that reads a file outside and asks a database."""
    sales()
    path = tmp_path / "received" / "dataset.toml"
    path.parent.mkdir()
    path.write_text(DESCRIPTION, encoding="utf-8")
    return path


def said(done):
    return " ".join(done.output.split())


def with_database(path):
    address = "postgresql://kam:${KAM_TEST_SECRET}@db.invalid/sales"
    with path.open("a", encoding="utf-8") as file:
        file.write(f'[accounts]\nsource = "{address}"\ntable = "accounts"\n')


@pytest.mark.parametrize(
    "command", [("check",), ("report",), ("answer", "credit_notes", "minus"), ("check", "--json")]
)
def test_without_a_terminal_it_is_refused_with_the_option_to_give(kam, received, command):
    name, *more = command
    done = kam(name, "received", *more, answers="yes\n")
    assert done.exit_code == 2, done.output
    assert "kam check received --allow-outside" in said(done)
    assert "../sales.csv" in said(done)


def test_an_option_allows_it_from_then_on(kam, received):
    assert kam("check", "received", "--allow-outside").exit_code == 0
    assert kam("check", "received").exit_code == 0
    with_database(received)
    done = kam("check", "received")
    assert done.exit_code == 2 and "kam check received --allow-database" in said(done)
    assert "--allow-outside" not in said(done)


def test_an_option_allows_its_own_kind_only(kam, received):
    with_database(received)
    done = kam("check", "received", "--allow-outside", "--allow-code")
    assert done.exit_code == 2 and "--allow-database" in said(done)


@pytest.mark.parametrize("typed", ["yes", "Y", " yes "])
def test_in_a_terminal_a_yes_allows_what_was_listed(kam, received, terminal, typed):
    terminal(typed)
    done = kam("check", "received")
    assert done.exit_code == 0, done.output
    assert "asks for more than the files in its folder" in said(done)
    assert "../sales.csv" in said(done)
    terminal()
    again = kam("check", "received")
    assert again.exit_code == 0 and "asks for more" not in said(again)


@pytest.mark.parametrize("typed", [("",), ("no",), ("maybe",), ()])
def test_in_a_terminal_anything_else_refuses(kam, received, terminal, typed):
    terminal(*typed)
    done = kam("check", "received")
    assert done.exit_code == 2 and "Nothing of that was done" in said(done)


def test_each_kind_is_asked_for_by_itself(kam, received, terminal, monkeypatch):
    monkeypatch.setenv("KAM_TEST_SECRET", "hidden-value")
    with_database(received)
    terminal("yes", "no")
    done = kam("check", "received")
    assert done.exit_code == 2 and "hidden-value" not in said(done)
    assert 'contacts db.invalid as "kam"' in said(done) and "KAM_TEST_SECRET" in said(done)
    assert said(done).endswith("kam check received --allow-database")


def test_check_runs_no_code_and_asks_for_none(kam, received, terminal):
    mark = Path("it-ran").resolve()
    chapter = received.parent / "chapters" / "own.py"
    chapter.parent.mkdir()
    chapter.write_text(f"from pathlib import Path\nPath({str(mark)!r}).touch()\n")
    terminal("yes")
    assert kam("check", "received").exit_code == 0
    assert not mark.exists()
    terminal()
    done = kam("report", "received")
    assert done.exit_code == 2 and "--allow-code" in said(done) and not mark.exists()
    assert kam("check", "received", "--allow-code").exit_code == 0 and not mark.exists()


def test_a_mapping_of_files_that_were_typed_is_not_asked_about(kam, sales, monkeypatch, tmp_path):
    from types import SimpleNamespace

    from kamlib.pack import pack as packs

    def write_pack(dataset, quarter, settings, **_more):
        book = packs.open_book(dataset, quarter, settings)
        return SimpleNamespace(
            folder=Path(book.dataset.name), failures={}, checks={}, complete=True, instead_of=None,
            first_page=Path("x"), workbook="x", line="x", unchanged=False,
        )  # fmt: skip

    monkeypatch.setattr(packs, "write_pack", write_pack)
    sales()
    assert kam("report", "sales.csv").exit_code == 0
    assert kam("report", "reports/sales").exit_code == 0
    monkeypatch.setenv("KAM_CONSENT", str(tmp_path / "another computer"))
    assert kam("report", "reports/sales").exit_code == 2
    assert kam("report", "sales.csv").exit_code == 0
    mapping = Path("reports/sales/dataset.toml")
    text = mapping.read_text(encoding="utf-8")
    mapping.write_text(text.replace('source = "../../sales.csv"', 'source = "../../other.csv"'))
    done = kam("report", "sales.csv")
    assert done.exit_code == 2 and "other.csv" in said(done)
