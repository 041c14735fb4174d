"""An answer that is written by hand settles a question only with what it changes."""

import pytest

from kamlib.data.book import open_tables

LINES = (
    "Type,No,Date,Customer,Amount\nInvoice,1,2024-01-05,100,100\nInvoice,2,2024-02-05,101,200\n"
    "Credit note,3,2024-03-05,100,50\n"
)
TOML = """title = "x"
[transactions]
source = "sales.csv"
[transactions.columns]
account = "Customer"
date = "Date"
document = "No"
revenue = "Amount"
"""


@pytest.mark.parametrize(
    ("answer", "keys"),
    [("", ["credit_notes"]), ("plus", []), ("minus", ["credit_notes"])],
)
def test_an_answer_without_its_changes_settles_only_what_stays(tmp_path, answer, keys):
    (tmp_path / "sales.csv").write_text(LINES, encoding="utf-8")
    asked = f'[questions.credit_notes]\nanswer = "{answer}"\n' if answer else ""
    (tmp_path / "dataset.toml").write_text(TOML + asked, encoding="utf-8")
    tables, _settings = open_tables(tmp_path)
    assert [question.key for question in tables.questions] == keys
