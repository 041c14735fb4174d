"""What people edit in dossier workbooks becomes part of the data set, and nothing else does."""

import datetime as dt
import shutil
import zipfile

import openpyxl
import pandas as pd
import pytest
from dossier_company import (
    SALES,
    TABLE_ROWS,
    Excel,
    company,
    dossier,
    rewrite,
    through_libreoffice,
)
from sales_table import csv_dataset, opened

from kamlib import open_book
from kamlib.data.findings import findings
from kamlib.data.tables import reconciliation
from kamlib.pack.dossier_template import write_dossier
from kamlib.pack.template import write_template
from kamlib.places import data_roots


def steps(tables, name):
    """The reconciliation's steps of one table; read and added must be all that follows."""
    told = reconciliation(tables).query("table == @name")
    rows = told.groupby("step")["rows"].sum()
    into = rows.reindex(["read", "added"]).sum()
    assert into == rows.reindex(["excluded", "rejected", "removed", "kept"]).sum()
    return {(step, why): n for step, why, n in told[["step", "reason", "rows"]].to_numpy()}


def reasons(tables, name):
    notes = tables.dossiers.notes if name == "dossiers" else tables.side[name].notes
    return notes[["file", "sheet", "row", "reason"]].to_numpy().tolist()


def same(tables, *, but=()):
    """All tables are as the data set's own sources have them, but for the named ones."""
    assert set(tables.own) | set(but) == set(tables.side)
    for name in set(tables.own) - set(but) - {"plans"}:  # these add up into quarters
        pd.testing.assert_frame_equal(tables.side[name].rows, tables.own[name].rows)


def test_dossiers_that_nobody_edited_change_nothing(tmp_path):
    folder = tmp_path / "demo"
    shutil.copytree(data_roots()[0] / "demo", folder)
    tables = opened(folder)
    listed = ["N1155", "N1148", "N9202", *tables["accounts"]["account"][:3]]
    for account in listed:
        write_dossier(None, tables, account)
    again = opened(folder)
    same(again, but=("winbacks",))  # the demo's returned lists have attempts, too
    assert list(again.dossiers.rows["account"]) == sorted(listed)
    assert again.dossiers.notes.empty
    assert steps(again, "dossiers") == {("read", ""): 6, ("kept", ""): 6}
    unknown = findings(again).query("table == 'dossiers'")
    assert unknown["examples"].to_list() == ["N9202"]


@pytest.mark.parametrize(
    "saved_by", ["openpyxl", pytest.param("libreoffice", marks=pytest.mark.slow)]
)
def test_edits_flow_back_and_reconcile(tmp_path, saved_by):
    if saved_by == "libreoffice" and not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed")
    folder = company(tmp_path / "set")
    path = dossier(folder)
    with Excel(path) as excel:
        row = excel.row("contacts", contact="C2")
        excel.set("contacts", row, position="Managing director", last_contact=dt.date(2024, 2, 2))
        excel.add("interactions", date=dt.date(2024, 2, 22), kind="call", subject="=1+1")
        excel.add("interactions", account="A", date=dt.date(2024, 2, 23), kind="meeting")
        excel.delete("competitors", competitor="Rival")
        excel.add("judgements", criterion="reputation", score=0.8, author="M1")
        excel.set("accounts", 2, employees=None, expert="no")
    if saved_by == "libreoffice":
        through_libreoffice(path, tmp_path)
    tables = opened(folder)
    contact = tables["contacts"].set_index(["account", "contact"]).loc[("A", "C2")]
    assert contact["position"] == "Managing director" and contact["name"] == "Bob"
    assert contact["last_contact"] == pd.Timestamp("2024-02-02")
    added = tables["interactions"].tail(2)
    assert added["account"].to_list() == ["A", "A"]
    assert added["subject"].to_list()[0] == "=1+1"
    assert tables["competitors"]["competitor"].to_list() == ["Other", "Rival"]
    assert tables["competitors"]["share"].to_list()[0] == 0.123456789012345
    assert tables["judgements"][["account", "score"]].to_numpy().tolist() == [["A", 0.8]]
    account = tables["accounts"].set_index("account").loc["A"]
    assert pd.isna(account["employees"]) and not account["expert"]
    for name, own in tables.own.items():
        other = tables[name].query("account == 'B'").reset_index(drop=True)
        pd.testing.assert_frame_equal(
            other, own.rows.query("account == 'B'").reset_index(drop=True)
        )
        assert tables[name].dtypes.to_dict() == own.rows.dtypes.to_dict()
    by, changed = "by a dossier", ("of those kept", "changed by a dossier")
    assert steps(tables, "contacts") == {("read", ""): 3, ("kept", ""): 3, changed: 1}
    assert steps(tables, "interactions") == {("read", ""): 4, ("added", by): 2, ("kept", ""): 6}
    assert steps(tables, "competitors") == {("read", ""): 3, ("removed", by): 1, ("kept", ""): 2}
    assert steps(tables, "judgements") == {("read", ""): 0, ("added", by): 1, ("kept", ""): 1}
    assert all(table.notes.empty for table in tables.side.values())
    again = opened(folder)  # from the cache
    for name in tables.side:
        pd.testing.assert_frame_equal(again[name], tables[name])
    assert open_book(folder).known("judgements")["author"].to_list() == ["M1"]


def test_what_the_companys_system_adds_and_changes_meanwhile_stays(tmp_path):
    folder = company(tmp_path / "set")
    with Excel(dossier(folder)) as excel:
        excel.set("contacts", excel.row("contacts", contact="C1"), position="Head of buying")
        excel.set("interactions", excel.row("interactions", kind="complaint"), outcome="Replaced")
        excel.delete("interactions", kind="meeting")
        excel.delete("interactions", kind="call")
        excel.add("contacts", contact="C3", name="Dee", influence=2)
        excel.add("interactions", date=dt.date(2024, 2, 21), kind="call", subject="Same")
    contacts = list(TABLE_ROWS["contacts"])
    contacts[1] = "A,C1,Ann,Lead buyer,2,-2,2024-01-10"  # the dossier's cell, and another
    contacts.append("A,C3,Dee,Clerk,1,,")
    contacts.append("A,C4,Eve,Clerk,1,,")
    rewrite(folder, "contacts", contacts)
    interactions = list(TABLE_ROWS["interactions"])
    interactions[1] = "A,2024-01-20,call,Prices,Sent again,"  # deleted in the dossier
    interactions[2] = "A,2024-01-20,complaint,Late,,2024-02-01"
    interactions.append("A,2024-02-21,call,Same,,")  # added there too
    rewrite(folder, "interactions", interactions)
    tables = opened(folder)
    people = tables["contacts"].query("account == 'A'").set_index("contact")
    assert people["position"].to_list() == ["Head of buying", "Director", "Clerk", "Clerk"]
    assert people["attitude"].to_list()[0] == -2
    assert people.loc["C3", "influence"] == 2
    told = {reason for *_where, reason in reasons(tables, "contacts")}
    came = "{} came meanwhile: what the dossier says counts"
    assert told == {came.format('position "Lead buyer"'), came.format('influence "1"')}
    events = tables["interactions"].query("account == 'A'")
    assert events["kind"].to_list() == ["call", "complaint", "call"]
    complaint = events.iloc[1]
    assert complaint["outcome"] == "Replaced"
    assert complaint["resolved_on"] == pd.Timestamp("2024-02-01")
    ((file, sheet, _row, reason),) = reasons(tables, "interactions")
    assert (file, sheet) == ("dossiers/A.xlsx", "interactions")
    assert "deleted in the dossier, but changed meanwhile in the data set: the row stays" in reason
    assert steps(tables, "interactions")["removed", "by a dossier"] == 1
    found = findings(tables).query("table == 'contacts'")
    assert "position … came meanwhile: what the dossier says counts" in found["finding"].to_list()
    assert found["examples"].str.contains("dossiers/A.xlsx contacts row 2").any()


def test_an_edited_row_that_is_no_longer_in_the_data_set_stays(tmp_path):
    folder = company(tmp_path / "set")
    with Excel(dossier(folder)) as excel:
        excel.set("competitors", excel.row("competitors", competitor="Other"), strength=3)
    rewrite(folder, "competitors", TABLE_ROWS["competitors"][:2])
    tables = opened(folder)
    assert tables["competitors"]["strength"].to_list() == [1, 3]
    assert "no longer in the data set" in reasons(tables, "competitors")[0][3]


def test_rows_that_cannot_be_used_are_told_and_leave_what_was_there(tmp_path):
    folder = company(tmp_path / "set")
    path = dossier(folder)
    with Excel(path) as excel:
        excel.set("contacts", excel.row("contacts", contact="C1"), contact=None)
        excel.set("contacts", excel.row("contacts", contact="C2"), account="B")
        excel.set("interactions", excel.row("interactions", kind="meeting"), date="next week")
        excel.add("interactions", date=dt.date(2024, 2, 22), subject="no kind")
        foreign = excel.add("competitors", account="B", competitor="Rival", product_line="P")
        excel.add("judgements", criterion="reputation")
        excel.set("competitors", 2, strength=9)
    tables = opened(folder)
    same(tables, but=("competitors", "judgements"))
    assert pd.isna(tables["competitors"]["strength"][0])
    assert tables["judgements"].empty
    told = 'account "B" is not the one of this dossier (A): the row is left out'
    assert ["dossiers/A.xlsx", "competitors", foreign, told] in reasons(tables, "competitors")
    assert reasons(tables, "judgements") == [
        ["dossiers/A.xlsx", "judgements", 2, "score is empty: the row is left out"]
    ]
    unusable = ("rejected", "row of a dossier that cannot be used")
    assert steps(tables, "contacts")[unusable] == 2
    assert steps(tables, "interactions")[unusable] == 2
    assert steps(tables, "judgements") == {
        ("read", ""): 0, ("added", "by a dossier"): 1, unusable: 1, ("kept", ""): 0
    }  # fmt: skip
    assert len(tables.rejected.query("file == 'dossiers/A.xlsx'")) == 8


def test_sheets_and_columns_that_are_gone_or_new_change_nothing(tmp_path):
    folder = company(tmp_path / "set")
    path = dossier(folder)
    with Excel(path) as excel:
        del excel.book["accounts"]
        excel.book["contacts"].delete_cols(4)
        excel.book["contacts"].cell(1, 20).value = "my remark"
        excel.book["contacts"].cell(2, 20).value = "nice"
        excel.book["interactions"].insert_rows(1, 2)
        excel.book["interactions"].cell(1, 1).value = "Talks with Alpha"
        excel.book.create_sheet("Sketch")
    tables = opened(folder)
    same(tables)
    assert {reason for *_where, reason in reasons(tables, "dossiers")} == {
        "the sheet is gone: its rows stay as they are in the data set",
        "has no column position: its cells stay as they are",
        'has a column "my remark" of your own: it is not read',
        "is a sheet of your own: it is not read",
    }
    with Excel(path) as excel:
        sheet = excel.book["contacts"]
        assert sheet["C2"].value == "Ann"
        sheet["C2"].value = "Anna"
    changed = opened(folder)["contacts"].iloc[0]
    assert (changed["name"], changed["position"]) == ("Anna", "Buyer")


def test_files_that_are_no_dossier_stop_nothing_and_are_told(tmp_path):
    folder = company(tmp_path / "set")
    path = dossier(folder)
    place = path.parent
    (place / "~$A.xlsx").write_bytes(b"lock")
    (place / "minutes.docx").write_bytes(b"words")
    (place / "garbage.xlsx").write_bytes(b"garbage")
    (place / "empty.xlsx").write_bytes(b"")
    (place / "cut.xlsx").write_bytes(path.read_bytes()[:2000])
    openpyxl.Workbook().save(place / "foreign.xlsx")
    tables = opened(folder)
    same(tables)
    told = {file: reason for file, _sheet, _row, reason in reasons(tables, "dossiers")}
    assert set(told) == {f"dossiers/{n}.xlsx" for n in ("garbage", "empty", "cut", "foreign")}
    assert "was not written by `kam template --dossier`" in told["dossiers/foreign.xlsx"]
    assert "is not an Excel workbook" in told["dossiers/garbage.xlsx"]
    assert steps(tables, "dossiers") == {
        ("read", ""): 5, ("rejected", "not readable, or no dossier"): 4, ("kept", ""): 1
    }  # fmt: skip
    found = findings(tables).query("table == 'dossiers'")
    assert set(found["severity"]) == {"error"} and found["rows"].sum() == 4
    open_book(folder)


def test_of_two_dossiers_of_an_account_both_count_and_the_later_saved_wins(tmp_path):
    folder = company(tmp_path / "set")
    first = dossier(folder)
    second = first.with_name("A copy.xlsx")
    shutil.copyfile(first, second)
    days = {first: dt.datetime(2024, 3, 2), second: dt.datetime(2024, 3, 1)}
    for path, day in days.items():
        with Excel(path) as excel:
            excel.set("contacts", 2, position=path.stem, name="Anna")
            excel.set("contacts", 3, **{"channel" if path == first else "owner": "x"})
            excel.add("interactions", date=dt.date(2024, 2, 22), kind="call", subject="Both")
            excel.delete("competitors", competitor="Rival")
        _saved_on(path, day)
    tables = opened(folder)
    assert tables["contacts"].loc[0, ["position", "name"]].to_list() == ["A", "Anna"]
    assert tables["contacts"].loc[1, ["channel", "owner"]].to_list() == ["x", "x"]
    assert (tables["interactions"]["subject"] == "Both").sum() == 1
    assert len(tables["competitors"]) == 2
    ((file, *_where, reason),) = reasons(tables, "dossiers")
    assert file == "dossiers/A.xlsx" and 'beside "dossiers/A copy.xlsx"' in reason
    assert [reason for *_where, reason in reasons(tables, "contacts")] == [
        'position "A copy" came meanwhile: what the dossier says counts'
    ]


def _saved_on(path, day):
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    core = parts["docProps/core.xml"].decode()
    before, rest = core.split("<dcterms:modified", 1)
    opening, rest = rest.split(">", 1)
    after = rest.split("<", 1)[1]
    core = f"{before}<dcterms:modified{opening}>{day.isoformat()}Z<{after}"
    parts["docProps/core.xml"] = core.encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_a_dossier_written_anew_keeps_its_edits_and_shows_the_newest_rows(tmp_path):
    folder = company(tmp_path / "set")
    path = dossier(folder)
    with Excel(path) as excel:
        excel.set("contacts", 2, position="Head of buying")
        excel.delete("competitors", competitor="Rival")
        excel.add("judgements", criterion="growth", score=0.5)
    rewrite(folder, "interactions", [*TABLE_ROWS["interactions"], "A,2024-02-25,call,New,,"])
    before = opened(folder)
    assert dossier(folder, force=True) == path
    assert path.with_name("A.xlsx.bak").is_file()
    after = opened(folder)
    for name in before.side:
        pd.testing.assert_frame_equal(after[name], before[name])
    with Excel(path) as excel:
        assert excel.row("interactions", subject="New")
        excel.set("contacts", 2, position="Buyer")  # taken back
    assert opened(folder)["contacts"]["position"][0] == "Buyer"


def test_a_data_set_of_sales_only_gains_people_and_names(tmp_path):
    folder = csv_dataset(tmp_path / "set", SALES)
    with Excel(dossier(folder, "B")) as excel:
        excel.set("accounts", 2, name="Beta Ltd", expert="yes")
        excel.add("contacts", contact="C1", name="Cyd", influence=2)
    tables = opened(folder)
    assert set(tables.side) == {"accounts", "contacts"}
    assert tables["contacts"][["account", "name"]].to_numpy().tolist() == [["B", "Cyd"]]
    assert open_book(folder).accounts["name"].to_dict() == {"A": "A", "B": "Beta Ltd"}


def test_texts_that_a_sheet_could_mistake(tmp_path):
    nasty = ["=1+1", "+49 40 123", "@home", "-5", "😀 北京", "x" * 300, "00123", "TRUE"]
    rows = ["account,contact,name", *(f"00123,{n},{text}" for n, text in enumerate(nasty))]
    folder = company(tmp_path / "set", {"contacts": [*rows, '00123,=C9,"two\nlines"']})
    path = dossier(folder, "00123")
    same(opened(folder))
    book = openpyxl.load_workbook(path)
    assert all(cell.data_type == "s" for cell in book["contacts"]["C"][1:11])
    book.close()
    with Excel(path) as excel:
        excel.set("contacts", 2, position="=2+2")
        excel.add("contacts", contact="北", name="Ünï 😀", interests="y" * 300)
    people = opened(folder)["contacts"]
    assert people["name"].to_list() == [*nasty, "two\nlines", "Ünï 😀"]
    assert people["position"][0] == "=2+2"
    assert people["account"].unique().tolist() == ["00123"]


def test_a_workbook_of_input_has_its_dossiers_beside_it(tmp_path):
    path = tmp_path / "input.xlsx"
    write_template(path)
    book = openpyxl.load_workbook(path)
    book["transactions"].append(["00123", "2024-01-05", "R1", "1", 12.5])
    book.save(path)
    with Excel(dossier(path, "00123")) as excel:
        assert excel.path == tmp_path / "input-dossiers" / "00123.xlsx"
        excel.add("losses", date=dt.date(2024, 3, 1), reason="price")
    assert opened(path)["losses"]["reason"].to_list() == ["price"]


def test_a_glob_does_not_take_the_dossiers_for_a_source(tmp_path):
    folder = company(tmp_path / "set", {})
    dossier(folder)
    with (folder / "dataset.toml").open("a", encoding="utf-8") as file:
        file.write('[contacts]\nsource = "**/*.xlsx"\n')
    (folder / "more").mkdir()
    people = pd.DataFrame({"account": ["A"], "contact": ["C1"], "name": ["Ann"]})
    people.to_excel(folder / "more" / "people.xlsx", index=False)
    assert opened(folder)["contacts"]["name"].to_list() == ["Ann"]
