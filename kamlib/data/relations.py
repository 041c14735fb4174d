"""What does not fit together: who reports to whom, who owns whom, days ahead, prospects twice."""

from collections.abc import Iterable, Mapping

import pandas as pd

from kamlib.data.describe.schema import TABLES
from kamlib.data.describe.slugs import alike
from kamlib.data.reduce.checks import EXAMPLES, Finding
from kamlib.data.reduce.ledger import document_days
from kamlib.data.reduce.reporting import superiors
from kamlib.data.reduce.spellings import spelled_alike
from kamlib.data.tables import Tables
from kamlib.data.who import in_circles
from kamlib.settings import PS
from kamlib.words import _

_OWN_DIGITS = 7  # of a telephone number: its own, without country and area
# Days that may lie ahead: what is promised, due or agreed.
_AHEAD = {
    "deliveries": ("promised_on",),
    "payments": ("due_on",),
    "interactions": ("next_step_due",),
    "identities": ("decided_on",),
}


def relation_findings(tables: Tables, sold: Iterable[str] = ()) -> list[Finding]:
    """What does not fit together in the tables beside transactions.

    Parameters
    ----------
    tables
        The checked tables.
    sold
        The accounts that transactions know.
    """
    accounts = {*sold, *tables["accounts"]["account"]}
    parents = tables.who.parents
    return [
        *_reporting(tables["contacts"]),
        *_dotted(tables["contacts"]),
        *_namesakes(tables["contacts"]),
        *_at_two_accounts(tables["contacts"]),
        *_parents(parents, accounts | parents.keys()),
        *(found for name in tables.side for found in _future(tables, name)),
        *_paid_before(tables),
        *_alike(accounts),
    ]


def _reporting(contacts: pd.DataFrame) -> Iterable[Finding]:
    lines = contacts[contacts["reports_to"].notna()]
    known = contacts.groupby("account")["contact"].agg(set)
    to_self = lines["reports_to"] == lines["contact"]
    pairs = zip(lines["account"], lines["reports_to"], strict=True)
    to_nobody = pd.Series(
        [person not in known[account] for account, person in pairs], lines.index, dtype=bool
    )
    circular = _circular(lines[~to_self])
    for told, where in (
        (_("reports to the person itself"), to_self),
        (_("reports to a contact that the account does not have"), to_nobody),
        (_("reports in a circle"), circular.reindex(lines.index, fill_value=False)),
    ):
        found = lines[where]
        yield from _found("contacts", "warning", told, _people(found), found["account"])


def _dotted(contacts: pd.DataFrame) -> Iterable[Finding]:
    known = set(zip(contacts["account"], contacts["contact"], strict=True))
    lines = contacts[contacts["dotted_to"].notna()]
    cells = zip(lines["account"], lines["contact"], lines["dotted_to"], strict=True)
    lost = [
        f"{account} {person}"
        for account, person, text in cells
        if any((account, above) not in known or above == person for above in superiors(text))
    ]
    told = _("has a dotted line to itself or to a contact that the account does not have")
    yield from _found("contacts", "warning", told, pd.Series(lost, dtype="str"))


def same_people(contacts: pd.DataFrame) -> pd.DataFrame:
    """People who stand with several accounts: by mail address, or by full name and telephone.

    Parameters
    ----------
    contacts
        The checked rows of the table.

    Returns
    -------
    One row per person and other account: ``account``, ``contact``; ``other`` (account),
    ``other_contact``; ``by`` ("mail", or "name and phone").
    """
    name = contacts["name"].fillna("").map(spelled_alike)
    whole = contacts["name"].fillna("").str.strip().str.contains(r"\s|[^\x00-\u04ff]", regex=True)
    phone = contacts["phone"].fillna("").str.replace(r"\D", "", regex=True).str[-_OWN_DIGITS:]
    signs = {
        "mail": contacts["mail"].fillna("").map(spelled_alike),
        "name and phone": (name + " " + phone).where(whole & (phone.str.len() == _OWN_DIGITS), ""),
    }
    columns = ["account", "contact"]
    found = []
    for by, sign in signs.items():
        rows = contacts[columns].assign(sign=sign)[sign != ""]
        both = rows.merge(rows.set_axis(["other", "other_contact", "sign"], axis=1), on="sign")
        found.append(both[both["account"] != both["other"]].assign(by=by))
    pairs = pd.concat(found, ignore_index=True).drop(columns="sign")
    return pairs.drop_duplicates([*columns, "other", "other_contact"], ignore_index=True)


def _at_two_accounts(contacts: pd.DataFrame) -> Iterable[Finding]:
    pairs = same_people(contacts)
    once = pairs[pairs["account"] < pairs["other"]]
    told = _("one person at two accounts, by mail address or by name and telephone")
    shown = _people(once) + " = " + once["other"] + " " + once["other_contact"]
    yield from _found("contacts", "note", told, shown)


def _paid_before(tables: Tables) -> Iterable[Finding]:
    """Invoices that were paid before the day that they bear in the sales."""
    written = tables if tables.hidden is None else tables.hidden.origin  # the ledger's numbers
    paid = written["payments"].dropna(subset=["document", "paid_on"])
    if paid.empty:
        return
    days = document_days(tables.ledger, paid["document"].unique())
    early = paid["paid_on"] < days.reindex(paid["document"]).to_numpy()
    early = tables["payments"].loc[paid.index[early]]
    told = _("paid before the day that the invoice bears in the sales; a prepayment, or a slip")
    shown = early["account"] + " " + early["document"]
    yield from _found("payments", "warning", told, shown, early["account"])


def _circular(lines: pd.DataFrame) -> pd.Series:
    """Whether each contact stands in a circle of its account's reporting lines."""
    parts = [pd.Series(dtype=bool)]
    for _account, group in lines.groupby("account"):
        circle = in_circles(dict(zip(group["contact"], group["reports_to"], strict=True)))
        parts.append(group["contact"].isin(circle))
    return pd.concat(parts).astype(bool)


def _namesakes(contacts: pd.DataFrame) -> Iterable[Finding]:
    """The same name twice in an account; "N. Berg" is taken for "Nina Berg"."""
    name = contacts["name"].fillna("").str.casefold()
    name = name.str.replace(r"[\s.]+", " ", regex=True).str.strip()
    first = name.str.replace(r" .*", "", regex=True)
    rest = name.str.replace(r"^\S* ?", "", regex=True)
    frame = pd.DataFrame(
        {"account": contacts["account"], "whole": first + " " + rest, "short": first.str[:1] + rest}
    )[first != ""]
    initial = ((first.str.len() == 1) & (rest != ""))[first != ""]
    shortened = initial.groupby([frame["account"], frame["short"]]).transform("any")
    repeated = frame.duplicated(["account", "whole"])
    repeated |= frame.duplicated(["account", "short"]) & shortened
    told = _("may be an earlier contact of the account: the name, or its initial, is the same")
    found = contacts.loc[repeated[repeated].index]
    yield from _found("contacts", "warning", told, _people(found), found["account"])


def _parents(parents: Mapping[str, str], known: set[str]) -> Iterable[Finding]:
    above = pd.Series(parents, dtype="str")
    accounts = above.index.to_series()
    own = above == accounts
    circle = accounts.isin(in_circles(parents))
    for told, where in (
        (_("is its own parent"), own),
        (_("has a parent that is owned by it in turn"), circle & ~own),
        (_("has a parent that no table knows"), ~above.isin(known)),
    ):
        yield from _found("accounts", "warning", told, accounts[where], accounts[where])


def _future(tables: Tables, name: str) -> Iterable[Finding]:
    rows = tables[name]
    for column in TABLES[name].columns:
        if column.kind != "date" or column.name in _AHEAD.get(name, ()):
            continue
        later = rows[column.name] > tables.data_to
        if name == "tenders":  # the day on which an open one is decided may lie ahead
            later &= rows["result"] != "open"
        told = _("{column} lies after the data's last day, {day}").format(
            column=column.name, day=f"{tables.data_to:%Y-%m-%d}"
        )
        key = rows.loc[later, TABLES[name].key[0]]
        days = rows.loc[later, column.name].dt.strftime("%Y-%m-%d")
        yield from _found(name, "warning", told, key + " " + days, key)


def _alike(accounts: set[str]) -> Iterable[Finding]:
    groups = alike(accounts)
    told = _(
        "have ids that a file name cannot tell apart; a code is added to their dossiers' names"
    )
    examples = (" = ".join(group) for group in groups[:EXAMPLES])
    if groups:
        yield Finding("accounts", "note", told, sum(map(len, groups)), ", ".join(examples))


def _people(contacts: pd.DataFrame) -> pd.Series:
    return contacts["account"] + " " + contacts["contact"]


def _found(
    table: str, severity: str, told: str, where: pd.Series, whose: pd.Series | None = None
) -> Iterable[Finding]:
    """A finding where there is any, and whose rows it is about where that is known."""
    if len(where):
        shown = ", ".join(where.head(EXAMPLES))
        concerns = () if whose is None else tuple(dict.fromkeys(whose))
        yield Finding(table, severity, told, len(where), shown, concerns=concerns)


def prospect_findings(prospects: pd.DataFrame) -> list[Finding]:
    """What does not fit together in the table ``prospects``, counted and with examples.

    Parameters
    ----------
    prospects
        Its checked rows.
    """
    codes, outcome, done = prospects["prospect"], prospects["outcome"], prospects["outcome_on"]
    decided = outcome.isin(["won", "lost"])
    early = done < prospects["first_seen"]
    no_day, no_number = decided & done.isna(), (outcome == "won") & prospects["account"].isna()
    return [
        *_prospects_found(
            "warning", _("have their outcome before the first contact"), codes[early], codes
        ),
        *_prospects_found(
            "warning",
            _("have evidence dated after their outcome"),
            _late_evidence(prospects),
            codes,
        ),
        *_prospects_found(
            "warning", _("are won or lost without the day of it"), codes[no_day], codes
        ),
        *_prospects_found(
            "note", _("are won, but not said to be which account"), codes[no_number], codes
        ),
        *_prospects_found(
            "warning", _("have the name of another prospect too"), _repeated_names(prospects), codes
        ),
    ]


def _late_evidence(prospects: pd.DataFrame) -> pd.Series:
    """Code and quality of each piece of evidence that is younger than the outcome."""
    found = [pd.Series(dtype="str")]
    for quality in PS:
        late = prospects[f"{quality}_date"] > prospects["outcome_on"]
        found.append(prospects.loc[late, "prospect"] + f" {quality}")
    return pd.concat(found).sort_index(kind="stable")


def _repeated_names(prospects: pd.DataFrame) -> pd.Series:
    """Code = code of the prospects that repeat an earlier one's name; case and blanks aside."""
    plain = prospects["name"].str.casefold().str.replace(r"\s+", " ", regex=True).str.strip()
    named = prospects[plain.fillna("") != ""]
    first = named["prospect"].groupby(plain[named.index]).transform("first")
    repeated = first != named["prospect"]
    return named.loc[repeated, "prospect"] + " = " + first[repeated]


def _prospects_found(
    severity: str, told: str, where: pd.Series, codes: pd.Series
) -> Iterable[Finding]:
    yield from _found("prospects", severity, told, where, codes[where.index])
