"""Numbers that are settled to be one account, and accounts of one group, count as one."""

import csv
import shutil

import pandas as pd
import pytest
from dossier_company import Excel, dossier, rewrite
from sales_table import csv_dataset, opened

from kamlib import open_book
from kamlib.data.dossiers.sheets import DOSSIER_TABLES
from kamlib.data.tables import reconciliation
from kamlib.errors import DataError
from kamlib.places import PROJECT
from kamlib.settings import Settings

LINES = [
    ("100", "2023-01-10", 50),
    ("100", "2023-02-10", -20),
    ("200", "2023-02-10", 70),
    ("200", "2024-03-10", 40),
    ("300", "2024-03-11", 10),
    ("400", "2024-12-11", 5),
]
IDENTITIES = "account,belongs_to,kind,decided_by,decided_on,note"
RENUMBERED = [IDENTITIES, "100,200,renumbered,M1,2024-01-05,new system"]
ACCOUNTS = [
    "account,name,region,employees,expert,parent",
    "100,Alpha GmbH,North,,yes,",
    "200,Alpha Ltd,,40,,",
    "300,Gamma,South,7,no,400",
    "400,Delta,South,,,",
]


def company(folder, **tables):
    rows = ["Customer,Date,Document,Amount,Line"]
    rows += [f"{a},{d},R{n},{x},P" for n, (a, d, x) in enumerate(LINES)]
    csv_dataset(folder, rows)
    with (folder / "dataset.toml").open("a", encoding="utf-8") as file:
        for name, text in tables.items():
            file.write(f'[{name}]\nsource = "{name}.csv"\n')
            rewrite(folder, name, text)
    return folder


def told(book, table="identities"):
    found = book.findings.query("table == @table")
    return dict(zip(found["finding"], found["examples"], strict=True))


def test_settled_numbers_are_one_account_in_lines_frames_and_tables(tmp_path):
    contacts = ["account,contact,name", "100,C1,Ann", "200,C1,Bob", "200,C2,Cyd", "100,C2,cyd"]
    talks = ["account,date,kind,contact", "100,2023-01-01,call,C1", "200,2023-01-01,call,C1"]
    book = open_book(
        company(
            tmp_path,
            identities=RENUMBERED,
            accounts=ACCOUNTS,
            contacts=contacts,
            interactions=talks,
        ),
        "2024Q4",
    )
    assert list(book.accounts.index) == ["200", "300", "400"]
    assert book.accounts["also"].tolist() == ["100", "", ""]
    assert book.months.groupby("account")["revenue"].sum()["200"] == 140
    lines = book.lines().to_pyarrow().to_pandas()
    assert sorted(lines["account"]) == ["200", "200", "200", "200", "300", "400"]
    assert lines["revenue"].sum() == sum(x for *_rest, x in LINES)
    # On 10 February the return under the old number and the order under the new are one day.
    assert book.months.query("account == '200'")["returned"].tolist() == [0, 0, 0]
    first = book.accounts.loc["200"]
    assert (first["name"], first["region"], first["employees"], first["expert"]) == (
        *("Alpha Ltd", "North"),
        40,
        True,
    )
    people = book.tables["contacts"]
    assert people[["account", "contact", "name"]].to_numpy().tolist() == [
        ["200", "C1 (100)", "Ann"],
        ["200", "C1", "Bob"],
        ["200", "C2", "Cyd"],
    ]
    assert book.tables["interactions"]["contact"].tolist() == ["C1 (100)", "C1"]
    steps = book.reconciliation.set_index(["table", "step"])["rows"]
    for name, joined in (("accounts", 1), ("contacts", 1)):
        assert steps[name, "excluded"] == joined
        assert steps[name, "read"] == steps[name, "kept"] + joined
    kept = book.reconciliation.query("table == 'transactions' and step == 'kept'")
    assert kept["revenue"].item() == sum(x for *_rest, x in LINES)
    moved = "count as another account, as was decided: 30.00 of revenue moves with them"
    assert told(book)[moved] == "100 = 200"
    differ = "two rows of one account differ: those of the number that stays count"
    assert told(book, "accounts")[differ] == "200: name"


def test_the_old_number_leads_to_the_account_and_says_until_when(tmp_path):
    folder = company(tmp_path / "new", identities=RENUMBERED, accounts=ACCOUNTS)
    book = open_book(folder, "2024Q4")
    one = book.account("100")
    assert one is book.account("200")
    facts = one.general.set_index("fact")["known"]
    assert facts["Also known as"] == (
        "100 until February 2023 (renumbered, decided by M1, 2024-01-05, new system)"
    )
    assert "also 100" in repr(one.heading)
    assert book.abc_xyz.classes.loc["200", "name"] == "Alpha Ltd (also 100)"
    written = dossier(folder, "100")
    assert written.name == "200.xlsx"
    with pytest.raises(DataError, match='account "500": neither'):
        book.account("500")


def test_a_dossier_written_before_the_numbers_were_settled_still_counts(tmp_path):
    talks = ["account,date,kind,subject", "100,2023-01-01,call,Prices", "200,2023-02-01,call,New"]
    folder = company(tmp_path / "old", accounts=ACCOUNTS, interactions=talks)
    with Excel(dossier(folder, "100")) as book:
        book.set("interactions", book.row("interactions", subject="Prices"), outcome="Agreed")
        book.set("accounts", 2, industry="Food")
    with (folder / "dataset.toml").open("a") as file:
        file.write('[identities]\nsource = "identities.csv"\n')
    rewrite(folder, "identities", RENUMBERED)
    tables = opened(folder)
    rows = tables["interactions"]
    assert rows[["account", "subject", "outcome"]].fillna("").to_numpy().tolist() == [
        ["200", "Prices", "Agreed"],
        ["200", "New", ""],
    ]
    assert tables["accounts"].set_index("account").loc["200", "industry"] == "Food"


@pytest.mark.parametrize(
    ("rows", "finding", "examples", "accounts"),
    [
        (["100,100,same,,,"], "belongs to itself: the row says nothing", "100", 4),
        (
            ["100,200,same,,,", "200,100,same,,,"],
            *("belongs to itself in a circle: nothing is settled", "100 = 200, 200 = 100", 4),
        ),
        (
            ["100,999,same,,,"],
            *("belongs to a number that no table knows: nothing is settled", "100 = 999", 4),
        ),
        (
            ["100,200,same,,,", "100,300,merged,,,"],
            *("is said to be two different accounts: the first row counts", "100 = 300", 3),
        ),
        (
            ["100,200,same,,,", "200,100,different,,,"],
            *("is said to be the same and to be different: it counts as the same", "100 = 200", 3),
        ),
        (
            ["099,100,same,,,", "100,200,merged,,,", "200,300,successor,,,"],
            *("is a number that neither transactions nor accounts know", "099", 2),
        ),
        (
            ["100,200,different,,,"],
            *("is said to be another", "", 4),
        ),
    ],
)
def test_what_does_not_settle_anything_is_told(tmp_path, rows, finding, examples, accounts):
    book = open_book(company(tmp_path, identities=[IDENTITIES, *rows]), "2024Q4")
    assert len(book.accounts) == accounts
    assert told(book).get(finding, "") == examples
    assert float(book.lines()["revenue"].sum().to_pyarrow().as_py()) == sum(
        x for *_rest, x in LINES
    )


def test_settled_spellings_are_not_asked_about(tmp_path):
    rows = ["Customer,Date,Document,Amount,Line"]
    rows += [f"{a},2024-0{n}-05,R{n},100,P" for n, a in enumerate(["K1", "k1", "B2"], start=1)]
    folder = csv_dataset(tmp_path, rows)
    assert [question.key for question in opened(folder).questions] == ["codes"]
    with (folder / "dataset.toml").open("a") as file:
        file.write('[identities]\nsource = "identities.csv"\n')
    for kind in ("same", "different"):
        rewrite(folder, "identities", [IDENTITIES, f"k1,K1,{kind},,,"])
        assert not opened(folder).questions


def split(folder, account, other):
    """Half of an account's rows, in every table, under another number that is settled."""
    events = ["transactions", "deliveries", "payments"]
    events += [table.name for table in DOSSIER_TABLES if table.name != "accounts"]
    for name in events:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        place = rows[0].index("account")
        for n, row in enumerate([row for row in rows if row[place] == account]):
            row[place] = other if n % 2 else account
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
    rewrite(folder, "identities", [IDENTITIES, f"{other},{account},merged,M1,2025-01-01,"])
    with (folder / "dataset.toml").open("a") as file:
        file.write('[identities]\nsource = "identities.csv"\n')


def with_stornos(folder, account):
    """Pairs of a storno and its new invoice, and of a sale and its storno, some with a rest."""
    day = "2024-06-{:02},X{},1"
    tail = ",,TO-107,Tools,{},field,UK and Ireland,M6"
    rows = [
        f"{account},{day.format(n, f'{n}-{k}')},{amount}{tail.format(amount // 10)}"
        for n, amounts in ((2, (-300, 300)), (9, (400, -400)), (16, (-300, 350)))
        for k, amount in enumerate(amounts)
    ]
    with (folder / "transactions.csv").open("a", encoding="utf-8") as file:
        file.write("\n".join(rows) + "\n")


def test_an_account_split_in_two_and_settled_is_the_unsplit_one(tmp_path):
    demo, folder = tmp_path / "whole" / "demo", tmp_path / "demo"
    shutil.copytree(PROJECT / "data" / "demo", demo)
    with_stornos(demo, "N1155")
    shutil.copytree(demo, folder)
    split(folder, "N1155", "N1155-2")
    whole, again = open_book(demo), open_book(folder)
    for name in ("months", "orders", "gaps", "line_quarters", "manager_quarters"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(whole, name))
    also = again.accounts["also"]
    assert also[also != ""].to_dict() == {"N1155": "N1155-2"}
    pd.testing.assert_frame_equal(again.accounts.assign(also=""), whole.accounts)
    for name in whole.tables.side:
        pd.testing.assert_frame_equal(again.tables[name], whole.tables[name])
    told = "Altenhaven Werke AG (also N1155-2)"
    classes = again.abc_xyz.classes
    assert classes.loc["N1155", "name"] == told
    classes["name"] = classes["name"].str.replace(" (also N1155-2)", "", regex=False)
    pd.testing.assert_frame_equal(classes, whole.abc_xyz.classes)


GROUP = Settings.model_validate({"accounts": {"level": "group"}})


def test_a_group_has_the_sums_of_its_sites(tmp_path):
    accounts = [
        "account,name,parent,industry,manager,employees",
        *(
            "100,One,210,Food,M1,10",
            "200,Two,210,Food,M2,10",
            "210,Both,G,,,",
            "300,Three,G,Food,,",
        ),
    ]
    folder = company(tmp_path / "group", accounts=accounts)
    sites = open_book(folder, "2024Q4")
    group = open_book(folder, "2024Q4", {"accounts.level": "group"})
    assert list(group.accounts.index) == ["400", "G"]
    found = group.accounts.loc["G"]
    assert (found["name"], found["industry"]) == ("G", "Food")
    assert found[["employees", "parent"]].isna().all()
    months = sites.months.assign(
        account=sites.months["account"].replace(dict.fromkeys(["100", "200", "300"], "G"))
    )
    for name in ("revenue", "margin"):
        sums = months.groupby(["account", "month"])[name].sum(min_count=1)
        pd.testing.assert_series_equal(group.months.set_index(["account", "month"])[name], sums)
    steps = reconciliation(group.tables).query("table == 'accounts'").set_index("step")["rows"]
    assert steps["read"] == steps["excluded"] + steps["kept"] == 4
    assert group.account("100").account == "G"
    below = [account for account, head in group.tables.who.heads.items() if head == "G"]
    assert sorted(below) == ["100", "200", "210", "300"]


def test_a_site_of_the_table_identities_has_a_parent(tmp_path):
    rows = [IDENTITIES, "100,400,site,M1,,"]
    tables = opened(company(tmp_path, identities=rows, accounts=ACCOUNTS))
    assert tables["accounts"].set_index("account")["parent"].dropna().to_dict() == {
        "100": "400",
        "300": "400",
    }
    grouped = opened(tmp_path, GROUP)
    assert sorted(grouped.ledger.accounts["account"]) == ["200", "400"]


def test_a_circle_of_parents_makes_no_group_and_deep_ones_are_told(tmp_path):
    accounts = ["account,parent", "100,200", "200,100", "300,310", "310,320", "320,330"]
    tables = opened(company(tmp_path, accounts=accounts), GROUP)
    assert sorted(tables.ledger.accounts["account"]) == ["100", "200", "330", "400"]
    (deep,) = tables.who.findings
    assert (deep.finding, deep.examples) == (
        "stands more than three levels deep in its group; counts under the topmost",
        "300",
    )


def test_without_parents_the_level_changes_nothing(tmp_path):
    folder = company(tmp_path, accounts=[row.rpartition(",")[0] + "," for row in ACCOUNTS])
    text = (
        (folder / "accounts.csv")
        .read_text()
        .replace("parent", "")
        .replace("expert,\n", "expert,parent\n")
    )
    rewrite(folder, "accounts", text.splitlines())
    one, other = opened(folder), opened(folder, GROUP)
    pd.testing.assert_frame_equal(one["accounts"], other["accounts"])
    pd.testing.assert_frame_equal(one.ledger.accounts, other.ledger.accounts)
