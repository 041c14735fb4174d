"""What does not fit together: planted in a small data set, and in the demo company."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamlib import open_book
from kamlib.data.relations import in_circles
from kamlib.places import PROJECT

TABLES = {
    "accounts": "account,name,parent\nA/1,One,A/1\na-1,Two,B\nB,Three,a-1\nC,Four,Z\nD,Five,B\n",
    "contacts": """account,contact,name,reports_to,last_contact
B,1,Ann Bee,2,2024-01-01
B,2,Bo Cee,1,2031-01-01
B,3,A. Bee,1,
B,4,ann  bee,9,
B,5,Ann Dee,4,
C,1,Zed,1,
C,2,,,
C,3,Zed,2,
""",
    "tenders": "account,date,result\nB,2026-01-01,won\nC,2026-01-01,open\nD,2024-01-01,lost\n",
    "interactions": "account,date,kind,next_step_due,resolved_on\n"
    "B,2026-02-01,call,2027-01-01,\nC,2024-03-01,complaint,,2026-03-01\n",
    "payments": "account,document,due_on,paid_on\nB,1,2026-01-01,\nB,2,2024-01-01,2030-01-01\n",
    "deliveries": "account,document,promised_on,delivered_on\nB,1,2026-01-01,\n",
}


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> pd.DataFrame:
    """The findings on a data set where much does not fit, by table and finding."""
    folder = tmp_path_factory.mktemp("data") / "bent"
    folder.mkdir()
    lines = [f"{a},2024-{m:02d}-15,{a}{m},10" for m in range(1, 13) for a in ("A/1", "a-1", "B")]
    sources = TABLES | {"transactions": "\n".join(["account,date,document,revenue", *lines])}
    toml = "\n".join(f'[{name}]\nsource = "{name}.csv"' for name in sources)
    (folder / "dataset.toml").write_text(toml)
    for name, text in sources.items():
        (folder / f"{name}.csv").write_text(text)
    return open_book(folder).findings.set_index(["table", "finding"])


@pytest.mark.parametrize(
    ("table", "finding", "rows", "examples"),
    [
        ("contacts", "reports to the person itself", 1, "C 1"),
        ("contacts", "reports to a contact that the account does not have", 1, "B 4"),
        ("contacts", "reports in a circle", 2, "B 1, B 2"),
        (
            "contacts",
            "may be an earlier contact of the account: the name, or its initial, is the same",
            3,
            "B 3, B 4, C 3",
        ),
        ("accounts", "is its own parent", 1, "A/1"),
        ("accounts", "has a parent that is owned by it in turn", 2, "a-1, B"),
        ("accounts", "has a parent that no table knows", 1, "C"),
        ("contacts", "last_contact lies after the data's last day, 2024-12-15", 1, "B 2031-01-01"),
        ("tenders", "date lies after the data's last day, 2024-12-15", 1, "B 2026-01-01"),
        ("interactions", "date lies after the data's last day, 2024-12-15", 1, "B 2026-02-01"),
        (
            "interactions",
            "resolved_on lies after the data's last day, 2024-12-15",
            1,
            "C 2026-03-01",
        ),
        ("payments", "paid_on lies after the data's last day, 2024-12-15", 1, "B 2030-01-01"),
        (
            "accounts",
            "have ids that a file name cannot tell apart; a code is added to their dossiers' names",
            2,
            "A/1 = a-1",
        ),
    ],
)
def test_each_misfit_is_counted_with_examples(found, table, finding, rows, examples):
    told = found.loc[(table, finding)]
    assert (told["rows"], told["examples"]) == (rows, examples)


def test_what_may_lie_ahead_is_no_finding(found):
    texts = found.index.get_level_values("finding")
    assert texts.str.contains("lies after").sum() == 5
    assert not texts.str.contains("promised_on|due_on|next_step_due").any()


def test_the_planted_namesake_of_the_demo_company_is_found():
    faults = pd.read_csv(PROJECT / "data" / "demo" / "truth_faults.csv")
    planted = faults[faults["finding"] == "the same person as C3"].iloc[0]
    findings = open_book("demo").findings
    told = findings[findings["finding"].str.startswith("may be an earlier contact")].iloc[0]
    assert f"{planted['account']} {planted['key']}" in told["examples"]
    assert not findings["finding"].str.contains("circle|parent|lies after|file name").any()


@given(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("abcdefg")))
def test_a_circle_is_whoever_comes_back_to_themselves(above):
    slow = set()
    for start in above:
        each, steps = above[start], 0
        while each in above and each != start and steps <= len(above):
            each, steps = above[each], steps + 1
        if each == start:
            slow.add(start)
    assert in_circles(above) == slow
