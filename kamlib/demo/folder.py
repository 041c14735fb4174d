"""Write the demo company: its tables, its description and the planted truth."""

import csv
import io
from collections.abc import Container, Iterable
from datetime import date
from pathlib import Path
from typing import Any

from kamlib.data.describe.schema import TABLES
from kamlib.demo.account import Account
from kamlib.demo.cast import cast_accounts
from kamlib.demo.company import COUNTRY, CURRENCY, FREIGHT_REASON, TITLE
from kamlib.demo.dirt import blank_names, spoil_sides, spoil_transactions, write_in_forms
from kamlib.demo.leads import complete_prospects, lead_rows
from kamlib.demo.market import (
    competitor_rows,
    judgement_rows,
    loss_rows,
    tender_rows,
    winback_rows,
)
from kamlib.demo.names import Namer
from kamlib.demo.orders import Document, all_documents
from kamlib.demo.plans import manager_rows, plan_rows, play_rows, returned_lists
from kamlib.demo.profiles import account_rows
from kamlib.demo.prospects import cast_prospects, prospect_rows
from kamlib.demo.relations import contact_rows, interaction_rows, set_last_contacts
from kamlib.demo.service import delivery_rows, payment_rows
from kamlib.demo.truth import account_truth, fault_truth, prospect_truth, total_truth
from kamlib.saving import make_folder, save_text

SEED = 20251231

_PER_ACCOUNT = {
    "tenders": tender_rows,
    "competitors": competitor_rows,
    "judgements": judgement_rows,
    "losses": loss_rows,
    "winbacks": winback_rows,
}


def write_demo(folder: Path, seed: int = SEED) -> None:
    """Write the demo company into a folder: 15 tables, two ``.toml`` and ``truth*.csv``.

    In the folder ``returned`` stand the lists of the last quarter's tasks, as people gave them
    back.

    Parameters
    ----------
    folder
        Where to; created if need be, files of the same names are replaced.
    seed
        The same seed gives the same bytes on every machine.
    """
    namer = Namer()
    accounts = cast_accounts(seed, namer)
    prospects = cast_prospects(accounts, namer, seed)
    documents = all_documents(accounts, seed)
    tables = _side_tables(accounts, documents, seed)
    tables["prospects"] = prospect_rows(prospects, accounts, seed)
    complete_prospects(tables["prospects"], prospects, seed)
    findings = blank_names(tables["accounts"]) + spoil_sides(tables, seed)
    for name, rows in lead_rows(tables["prospects"], prospects, seed).items():
        tables[name] += rows
    forms = write_in_forms(tables)
    tables["transactions"], bad = spoil_transactions(_transaction_rows(documents), seed)

    make_folder(folder)
    for name, rows in tables.items():
        # As in a real export, only the columns of which something is known.
        known = {column for row in rows for column in row}
        columns = tuple(column for column in TABLES[name].names if column in known)
        _write_csv(folder / f"{name}.csv", columns, rows)
    truth = {
        "truth": account_truth(accounts, documents, seed),
        "truth_prospects": prospect_truth(prospects, seed),
        "truth_rows": bad,
        "truth_totals": total_truth(documents, bad),
        "truth_faults": fault_truth(findings),
        "truth_forms": [vars(form) for form in forms],
    }
    for name, rows in truth.items():
        _write_csv(folder / f"{name}.csv", tuple(rows[0]), rows)
    make_folder(folder / "returned")
    for name, text in returned_lists(accounts, prospects, documents, seed).items():
        save_text(folder / "returned" / name, text)
    save_text(folder / "dataset.toml", _dataset_toml(tables))
    save_text(folder / "settings.toml", _settings_toml())


def _side_tables(
    accounts: list[Account], documents: list[Document], seed: int
) -> dict[str, list[dict]]:
    contacts, interactions = [], []
    for account in accounts:
        people = contact_rows(account, seed)
        contacts += people
        interactions += interaction_rows(account, people, seed)
    set_last_contacts(contacts, interactions)
    tables = {
        name: [row for account in accounts for row in rows(account, seed)]
        for name, rows in _PER_ACCOUNT.items()
    }
    return tables | {
        "accounts": account_rows(accounts, seed),
        "contacts": contacts,
        "interactions": interactions,
        "deliveries": delivery_rows(documents, seed),
        "payments": payment_rows(documents, seed),
        "managers": manager_rows(),
        "plans": plan_rows(documents, seed),
        "plays": play_rows(),
    }


def _transaction_rows(documents: list[Document]) -> list[dict]:
    return [
        {
            "account": document.account,
            "date": document.date,
            "document": document.number,
            "line": number,
            "revenue": line.revenue / 100,
            "margin": line.margin / 100,
            "product": line.product,
            "product_line": line.product_line,
            "quantity": line.quantity,
            "channel": document.channel,
            "region": document.buyer.region,
            "manager": document.manager,
        }
        for document in documents
        for number, line in enumerate(document.lines, start=1)
    ]


def _write_csv(path: Path, names: tuple[str, ...], rows: Iterable[dict[str, Any]]) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    save_text(path, file.getvalue())


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _settings_toml() -> str:
    head = "# A German company: nobody is called on its public holidays."
    return f'{head}\n[campaign]\ncountry = "{COUNTRY}"\n'


def _dataset_toml(tables: Container[str]) -> str:
    head = [
        "# The demo company, written by kamlib.demo; nothing in it is real. truth*.csv holds what",
        "# was planted. Headers equal the canonical names, so no column needs to be mapped.",
        f'title = "{TITLE}"',
        f'currency = "{CURRENCY}"',
        "",
        "[transactions]",
        'source = "transactions.csv"',
        "",
        "[[transactions.exclude]]",
        f'reason = "{FREIGHT_REASON}"',
        "where  = \"product LIKE 'FREIGHT%'\"",
    ]
    others = [name for name in TABLES if name in tables and name != "transactions"]
    sections = [line for name in others for line in ("", f"[{name}]", f'source = "{name}.csv"')]
    return "\n".join([*head, *sections, ""])
