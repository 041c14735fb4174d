"""Targeting of a small company whose prospects are bent in every way: all is said, none stops."""

import pandas as pd
import pytest

from kamlib import open_book
from kamlib.data.book import Book

ROUGH = {
    "stability.resamples": 10,
    "replay.quarters": 1,
    "target_check.resamples": 20,
    "target_check.repeats": 1,
    "lookalike.resamples": 20,
}
HEADER = (
    "prospect,name,industry,region,employees,first_seen,need,need_date,budget,budget_date,"
    "authority,value,outcome,outcome_on"
)
FORMULA, HTML, CHINESE = (
    '=HYPERLINK("http://x";"y")',
    "<script>alert(1)</script>",
    "北京贸易有限公司",
)
NOTED = "Food,North,40,2024-03-01"
BENT = [
    f'Q1,"=HYPERLINK(""http://x"";""y"")",{NOTED},0.8,2024-08-01,0.6,2024-08-01,0.5,9000,open,',
    f"Q2,{HTML},{NOTED},1.7,2024-08-01,-0.2,2024-08-01,0.5,9000,open,",
    f"Q3,{CHINESE},{NOTED},0.7,2024-08-01,0.5,2024-08-01,0.5,9000,open,",
    f"A3,Somebody Else Ltd,{NOTED},0.7,2024-08-01,0.5,2024-08-01,,9000,open,",
    f"Q4,Twice GmbH,{NOTED},0.7,2024-08-01,0.5,2024-08-01,,9000,open,",
    f"Q5,TWICE  gmbh,{NOTED},0.6,2024-08-01,0.5,2024-08-01,,9000,open,",
    f"Q6,Early Ltd,{NOTED},0.7,2024-04-01,0.5,,,9000,lost,2024-02-01",
    f"Q7,Late Ltd,{NOTED},0.7,2024-08-01,0.5,2024-08-01,,9000,won,2024-06-01",
    f"Q8,No Ltd,{NOTED},0,2024-08-01,0.5,2024-08-01,,9000,open,",
    "Q9,,,,,,,,,,,,,",
    f"Q10,Account 13 Ltd.,{NOTED},0.7,2024-08-01,0.5,2024-08-01,,9000,open,",
]


def company(folder, prospects, **more):
    """Twelve accounts that buy two or three lines each month of two years."""
    folder.mkdir()
    sales = ["account,date,document,revenue,product_line"]
    for number in range(1, 13):
        lines = ("Pumps", "Seals", "Belts")[: 2 + number % 2]
        sales += [
            f"A{number},{year}-{month:02d}-1{number % 9},{line[0]}{number}-{year}-{month},"
            f"{number * 100 + len(line)},{line}"
            for year in (2023, 2024)
            for month in range(1, 13)
            for line in lines
        ]
    sales += [f"A13,2023-0{month}-11,L{month},500,Pumps" for month in range(1, 7)]  # then lost
    accounts = ["account,name,industry,region,employees", "A13,Account 13 Ltd,Food,North,50"]
    accounts += [
        f"A{n},Account {n},{('Food', 'Metal')[n % 2]},North,{n * 20}" for n in range(1, 13)
    ]
    sources = {"transactions": sales, "accounts": accounts, **more}
    if prospects is not None:
        sources["prospects"] = [HEADER, *prospects]
    toml = "\n".join(f'[{name}]\nsource = "{name}.csv"' for name in sources)
    (folder / "dataset.toml").write_text(f'currency = "EUR"\n{toml}\n', encoding="utf-8")
    for name, rows in sources.items():
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def judged(folder, **settings):
    book = open_book(folder, settings=ROUGH | settings)
    tables, said = book.targeting.files(), book.targeting.says
    for name in said:
        text = said[name]
        assert isinstance(text, str), name
        assert "nan" not in text.split() and "None" not in text, name
        assert " – of " not in text and "worth –" not in text, (name, text)
    targets = tables["targets"]
    assert targets.index.is_unique and (targets["tier_why"] != "").all()
    assert targets["priority"].dropna().ge(0).all()
    return book, tables, said


@pytest.fixture
def first_quarter(monkeypatch):
    """No quarter before is looked at: half the time, and the scorecard has to say so."""
    monkeypatch.setattr(Book, "earlier", lambda self, quarters=1: None)


@pytest.fixture(scope="module")
def bent(tmp_path_factory):
    return judged(company(tmp_path_factory.mktemp("bent") / "company", BENT))


def test_names_stay_what_they_are(bent):
    _book, tables, _said = bent
    names = tables["targets"]["name"]
    assert names[["Q1", "Q2", "Q3"]].tolist() == [FORMULA, HTML, CHINESE]


def test_scores_out_of_range_are_unknown_counted_and_said(bent):
    book, tables, _said = bent
    found = book.findings.query("table == 'prospects'").set_index("finding")["rows"]
    assert found["need … is outside 0 to 1: left empty"] == 1
    assert found["budget … is outside 0 to 1: left empty"] == 1
    own = tables["targets"].loc["Q2"]
    assert own[["need", "budget"]].isna().all() and own["missing"] == "need, budget"
    assert own["tier"] == "find out"
    assert tables["target_evidence"].query("used")["value"].between(0, 1).all()


def test_an_outcome_before_the_first_contact_is_left_out_of_the_check(bent):
    book, tables, said = bent
    left_out = tables["deals_left_out"].set_index("finding")
    row = left_out.loc["left out: outcome before the first contact"]
    assert row.tolist() == [1, "Q6"]
    late = left_out.loc["need: emptied, noted after the outcome"]
    assert late.tolist() == [1, "Q7"]
    assert "outcome before the first contact (1)" in said.unused
    assert tables["target_models"]["n"].max() == 1  # Q7 alone
    assert "unvalidated" in said.checked
    assert tables["lead_sources"]["bad_dates"].sum() == 1
    findings = book.findings["finding"].tolist()
    assert "have their outcome before the first contact" in findings


def test_a_code_that_is_an_account_counts_as_the_account(bent):
    _book, tables, said = bent
    assert tables["already_accounts"]["account"].to_dict() == {"A3": "A3", "Q10": "A13"}
    targets = tables["targets"]
    assert targets.loc["A3", ["kind", "name"]].tolist() == ["account", "Account 3"]
    assert "(A3) is account A3" in said.already
    assert "1 of them are lost accounts: no targets here" in said.already
    assert not targets.index.isin(["Q10", "A13"]).any()


def test_a_company_noted_twice_is_said(bent):
    book, _tables, _said = bent
    found = book.findings.set_index("finding")
    assert found.loc["have the name of another prospect too", "examples"] == "Q5 = Q4"


def test_an_empty_row_and_a_no_are_no_accident(bent):
    _book, tables, said = bent
    targets = tables["targets"]
    assert targets.loc["Q9", "tier"] == "find out"
    assert targets.loc["Q9", "missing"] == "need, budget, authority"
    assert targets.loc["Q8", "vetoed"] and targets.loc["Q8", "tier"] == "not now"
    assert targets.loc["Q8", "score"] == 0
    assert "1 is ruled out by a no" in said.known
    assert len(tables["find_out"].query("prospect == 'Q9'")) == 3


def test_without_prospects_at_all(tmp_path, first_quarter):
    _book, tables, said = judged(company(tmp_path / "none", None))
    assert (tables["targets"]["kind"] == "account").all()
    assert "no prospects yet" in said.sources
    assert "There is no earlier quarter to compare with." in said.progress
    assert "accounts that could grow" in said.known


def test_one_prospect_of_which_nothing_is_known(tmp_path, first_quarter):
    _book, tables, said = judged(company(tmp_path / "one", ["Q9,,,,,,,,,,,,,"]))
    own = tables["targets"].query("kind == 'prospect'")
    assert own.index.tolist() == ["Q9"] and own["score"].isna().all()
    assert own["tier"].tolist() == ["find out"]
    assert "nothing is known of 1" in said.known and tables["find_out"]["prospect"].eq("Q9").any()


def test_everything_decided_leaves_accounts_only(tmp_path, first_quarter):
    rows = [
        f"D{n},Decided {n},Food,North,{n + 20},2024-01-0{n % 9 + 1},0.{n % 8 + 1},2024-01-10,0.5,,"
        f"0.{n % 7 + 1},5000,{'won' if n % 3 == 0 else 'lost'},2024-0{n % 6 + 3}-02"
        for n in range(45)
    ]
    _book, tables, said = judged(company(tmp_path / "all", rows))
    assert not (tables["targets"]["kind"] == "prospect").any()
    assert "15 of 45 decided deals were won" in said.checked
    assert tables["lead_sources"]["open"].sum() == 0


def test_no_a_accounts_and_no_line_names(tmp_path, first_quarter):
    """The first account is worth more than the first cut, so only it is A: too few to learn of."""
    settings = {"abc.cuts": [0.0001, 0.0002]}
    book, tables, said = judged(company(tmp_path / "few", BENT), **settings)
    assert tables["targets"]["fit"].isna().all()
    assert "cannot be said" in said.resemblance
    assert book.tables["managers"].empty and book.tables["contacts"].empty
    assert pd.isna(tables["lookalike"].loc[tables["lookalike"]["measure"] == "auc", "value"]).all()


def test_a_won_prospect_may_go_by_the_number_of_its_account(tmp_path):
    rows = [
        f"A3,Account 3,{NOTED},0.9,2024-04-01,0.5,2024-04-01,,9000,won,2024-06-01",
        f"Q1,Twice GmbH,{NOTED},0.7,2024-08-01,0.5,2024-08-01,,9000,open,",
    ]
    _book, tables, _said = judged(company(tmp_path / "numbered", rows))
    # Won as a prospect, and a target as the account that could grow.
    assert "A3" in tables["targets"].index
    assert tables["lead_sources"][["found", "won"]].to_numpy().tolist() == [[2, 1]]
