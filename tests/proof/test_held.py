"""What is held on a person: each row that is about somebody or names one, and where it stands."""

import json

import openpyxl
import pytest
import xlsxwriter
from typer.testing import CliRunner

from kamlib.cli.commands import app
from kamlib.errors import DataError
from kamlib.proof.held import held_on

TABLES = {
    "transactions": """account,date,document,revenue,manager
A,2025-01-02,R1,100,M1
A,2025-02-02,R2,100,M1
B,2025-03-02,R3,100,M2
""",
    "accounts": "account,name,manager,history\nA,Kessler,M1,Founded by Nina Bergström\nB,Ahl,M2,\n",
    "contacts": """account,contact,name,reports_to,attitude,mail,owner
A,C1,Nina Bergström,,-2,nina@kessler.example,M1
A,C2,Otto Fischer,C1,1,,M1
B,C1,Olga Nina,,2,,M2
B,C9,"Müller, Jan",,0,,M2
""",
    "interactions": """account,date,kind,contact,subject,manager
A,2025-01-05,call,C1,prices,M1
A,2025-02-05,call,C2,a word about Nina Bergström,M1
B,2025-02-05,call,C1,Nina Bergströmer,M2
""",
    "judgements": """account,criterion,score,author,date,evidence
A,reputation,0.5,M1,2025-01-01,says nina  bergström
""",
    "managers": "manager,name\nM1,Ada Lind\nM2,Jo Maria\n",
}


@pytest.fixture
def company(tmp_path):
    """A small data set with a dossier, a returned list, and packs."""
    folder = tmp_path / "data"
    for name in ("dossiers", "returned"):
        (folder / name).mkdir(parents=True)
    described = ['title = "x"\ncurrency = "EUR"\n']
    for name, text in TABLES.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        described.append(f'[{name}]\nsource = "{name}.csv"\n')
    (folder / "dataset.toml").write_text("".join(described), encoding="utf-8")
    dossier = openpyxl.Workbook()
    dossier.active.append(["Talk with Nina Bergström, at length"])
    dossier.active.append(["C1", "of nobody else"])
    dossier.save(folder / "dossiers" / "A.xlsx")
    (folder / "returned" / "list.csv").write_text("id;notes\nkeep_A;Ada Lind called\n", "utf-8")
    return folder


def places(found):
    return [(r.table, r.file, r.row, r.named_in) for r in found.records]


def test_each_row_about_a_contact_is_told_with_its_place(company, tmp_path):
    found = held_on("Nina Bergström", company, reports=tmp_path / "none")
    assert found.contacts == ("A/C1",) and not found.managers and not found.packs
    assert places(found) == [
        ("accounts", "accounts.csv", 2, ("history",)),
        ("contacts", "contacts.csv", 2, ("contact", "name", "mail")),
        ("contacts", "contacts.csv", 3, ("reports_to",)),
        ("interactions", "interactions.csv", 2, ("contact",)),
        ("interactions", "interactions.csv", 3, ("subject",)),
        ("judgements", "judgements.csv", 2, ("evidence",)),
        ("dossiers", "dossiers/A.xlsx", 1, ()),
        ("dossiers", "dossiers/A.xlsx", 2, ()),
    ]
    own = found.records[1].held
    assert own["attitude"] == "-2.0" and own["mail"] == "nina@kessler.example"
    assert places(held_on("A/C1", company, reports=tmp_path)) == places(found)
    assert places(held_on("nina@kessler.example", company, reports=tmp_path)) == places(found)


def test_a_manager_is_found_by_code_and_by_name(company, tmp_path):
    found = held_on("M1", company, reports=tmp_path / "none")
    assert found.managers == ("M1",)
    assert places(found) == places(held_on("ada lind", company, reports=tmp_path / "none"))
    (sales,) = [r for r in found.records if r.table == "transactions"]
    assert sales.rows == 2 and sales.row is None
    by_table = [r.table for r in found.records]
    assert by_table.count("accounts") == 1 and by_table.count("contacts") == 2
    assert ("returned", "returned/list.csv", 2, ()) in places(found)


def test_every_file_of_a_pack_that_names_the_person_is_told(company, tmp_path):
    pack = tmp_path / "reports" / "data" / "2025Q1"
    pack.mkdir(parents=True)
    (pack / "index.html").write_text("<p>M&uuml;ller</p> Müller, Jan; Müller, Jan", "utf-8")
    (pack / "a.ipynb").write_text(json.dumps("Müller, Jan"), "utf-8")
    (pack / "me.ics").write_bytes("SUMMARY:M\u00fcl\r\n ler\\, Jan\r\n".encode())
    (pack / "other.html").write_text("Müller, Janus", "utf-8")
    with xlsxwriter.Workbook(str(pack / "kam.xlsx")) as book:
        book.add_worksheet().write_string(0, 0, "with Müller, Jan")
    found = held_on("Müller, Jan", company, reports=tmp_path / "reports")
    assert found.packs == {
        f"{pack.as_posix()}/{name}": times
        for name, times in (("a.ipynb", 1), ("index.html", 2), ("kam.xlsx", 1), ("me.ics", 1))
    }


def test_a_code_that_several_have_asks_for_the_account(company, tmp_path):
    with pytest.raises(DataError, match="2 people have that code; name the account, too, like A/C"):
        held_on("C1", company, reports=tmp_path)
    assert held_on("C9", company, reports=tmp_path / "none").contacts == ("B/C9",)
    with pytest.raises(DataError, match='A: has no contact "C3"'):
        held_on("A/C3", company, reports=tmp_path)


def test_the_command_tells_people_and_programs(company, tmp_path):
    reports = ("--reports", str(tmp_path / "none"))
    shown = CliRunner().invoke(app, ["privacy", "Nina Bergström", str(company), *reports])
    assert not shown.exit_code
    said = " ".join(shown.output.split())
    assert (
        "Contact: A/C1" in said and "contacts.csv row 2, as contact, name, mail: account: A" in said
    )
    told = CliRunner().invoke(app, ["privacy", "M2", str(company), *reports, "--json"])
    found = json.loads(told.output)
    assert found["managers"] == ["M2"] and found["records"][0]["table"] == "accounts"


def test_nothing_found_is_said_and_is_no_fault(company, tmp_path):
    asked = ["privacy", "Somebody Else", str(company), "--reports", str(tmp_path / "none")]
    shown = CliRunner().invoke(app, asked)
    assert not shown.exit_code
    assert 'Nothing is held on "Somebody Else" in data.' in " ".join(shown.output.split())
