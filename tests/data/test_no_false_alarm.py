"""What is clean raises no question, and no warning beyond those that its own faults deserve."""

import pytest
from exports import ASPECTS, written
from outcomes import outcome

from kamlib.data.book import open_tables
from kamlib.data.findings import findings

# (table, how bad) -> findings that are more than a note; the demo company's faults are planted.
KNOWN = {
    "demo": {
        ("transactions", "error"): 4,
        ("contacts", "warning"): 4,
        ("interactions", "warning"): 1,
        ("tenders", "warning"): 1,
    },
    "adventureworks": {("plans", "warning"): 1},
    "online_retail_parquet": {},
}


@pytest.mark.parametrize("name", ["demo", "adventureworks", "online_retail_parquet"])
def test_companies_of_the_tests_raise_no_question(name, request):
    folder = "demo" if name == "demo" else request.getfixturevalue(name)
    tables, _settings = open_tables(folder)
    found = findings(tables)
    serious = found[found["severity"] != "note"]
    assert not tables.questions
    assert serious.groupby(["table", "severity"]).size().to_dict() == KNOWN[name]


@pytest.mark.parametrize("language", ASPECTS["language"])
@pytest.mark.parametrize("container", ["csv", "xlsx"])
def test_plain_exports_raise_no_question_and_no_warning(language, container, tmp_path):
    files, truth = written({"language": language, "container": container}, 11, tmp_path / "files")
    found = outcome(files, tmp_path)
    assert (found.revenue, found.accounts) == (float(truth.revenue), truth.accounts)
    assert not found.asked
    assert " | warning | " not in found.said and " | error | " not in found.said
