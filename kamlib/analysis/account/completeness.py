"""How complete and fresh the dossiers are: of all accounts as a figure, of one as a list."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from kamlib.settings.account import DossierSettings
from kamlib.words import _

PARTS = ("general", "people", "conversations", "service", "competition", "judgement")


@dataclass(frozen=True)
class Item:
    """One thing that a dossier should hold: its part, the table, and the question to ask."""

    part: str
    name: str
    table: str
    ask: str


ITEMS = (
    Item("general", "name", "accounts", _("What is the company called?")),
    Item("general", "manager", "accounts", _("Who of us looks after it?")),
    Item("general", "industry", "accounts", _("In which industry does it work?")),
    Item("general", "employees", "accounts", _("How many people work there?")),
    Item("general", "annual_revenue", "accounts", _("What does it turn over in a year?")),
    Item("general", "since", "accounts", _("Since when has it been an account?")),
    Item("general", "payment_terms", "accounts", _("Which payment term was agreed?")),
    Item("general", "description", "accounts", _("What does it do, and what for does it need us?")),
    Item("general", "history", "accounts", _("How did it come about, and what did we go through?")),
    Item("general", "structure", "accounts", _("Which units and sites has it; who owns it?")),
    Item("general", "surroundings", "accounts", _("Who are its customers, suppliers, partners?")),
    Item("general", "standing", "accounts", _("Does it lead its market, is it known, an expert?")),
    Item("people", "people", "contacts", _("Who takes part in its decisions?")),
    Item("people", "decider", "contacts", _("Who decides?")),
    Item("people", "judged", "contacts", _("Whose role, influence or attitude is unknown?")),
    Item("people", "interests", "contacts", _("What matters to each of them?")),
    Item("people", "owner", "contacts", _("Who of us looks after each of them?")),
    Item("conversations", "talk", "interactions", _("When did we last talk, and what came of it?")),
    Item("conversations", "next_step", "interactions", _("What is the agreed next step?")),
    Item("service", "deliveries", "deliveries", _("What was promised, and when did it arrive?")),
    Item("service", "payments", "payments", _("When does it pay?")),
    Item("competition", "competitors", "competitors", _("Who else supplies it, in which line?")),
    Item("competition", "rival_share", "competitors", _("What share does each rival have?")),
    Item("judgement", "reputation", "judgements", _("How far does its name help us?")),
)
# The tables that a dossier is filled from beside that of accounts, in the order of its sections.
BESIDE = (
    *("contacts", "interactions", "deliveries", "payments", "tenders"),
    *("competitors", "judgements", "losses", "winbacks"),
)
_TEXTS = (*("industry", "description", "history", "structure", "surroundings"), "manager")
_NUMBERS = ("employees", "annual_revenue", "since", "payment_terms")
_FLAGS = ["market_leader", "well_known", "expert"]


def dossier_completeness(
    accounts: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    *,
    as_of: pd.Timestamp,
    settings: DossierSettings,
) -> pd.Series:
    """How complete and fresh every account's dossier is.

    The weighted mean of the parts; a part is the mean of its items. An item counts by how much
    of it is filled, and only ``stale_credit`` of that where it is older than ``stale_days``.

    Parameters
    ----------
    accounts
        Indexed by account: its attributes (the book's ``accounts``).
    tables
        The side tables by name, as known at ``as_of``; one that is not there counts as empty.
    as_of
        The last day that is known of.

    Returns
    -------
    ``completeness`` per account in ``accounts``, 0–1.
    """
    filled, known_on = dossier_items(accounts, tables, as_of=as_of)
    credit = _credits(filled, known_on, as_of, settings)
    return _weighted(credit, settings).sum(axis=1).rename("completeness")


def dossier_state(
    account: str,
    accounts: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    *,
    as_of: pd.Timestamp,
    settings: DossierSettings,
) -> pd.DataFrame:
    """What one account's dossier holds and lacks, what is old, and who should find it out.

    Parameters
    ----------
    account
        In the index of ``accounts``.
    accounts, tables, as_of, settings
        As :func:`dossier_completeness` takes them.

    Returns
    -------
    One row per item: ``part``, ``item``, ``table``; ``state`` ("filled", "partly", "old",
    "missing"); ``filled`` (0–1); ``known_on`` (day, NaT where it has none), ``age_days``;
    ``weight`` (of the item in the whole, 0–1), ``counts`` (what it adds to the completeness;
    their sum is the completeness); ``who`` (should find out: who looks after most of the
    account's people, for a question about them; else the account's manager; "" where nobody is
    named); ``ask``.

    Raises
    ------
    ValueError
        The account is not in ``accounts``.
    """
    if account not in accounts.index:
        raise ValueError(f'account "{account}" is not among the accounts')
    filled, known_on = dossier_items(accounts.loc[[account]], _of(tables, account), as_of=as_of)
    credit = _credits(filled, known_on, as_of, settings)
    part, found = filled.iloc[0], known_on.iloc[0]
    age = (pd.Timestamp(as_of) - found).dt.days.astype(float)
    state = pd.Series("partly", part.index, dtype="str")
    state[part >= 1] = "filled"
    state[part <= 0] = "missing"
    state[(part > 0) & (age > settings.stale_days)] = "old"
    manager, owner = _who(account, accounts, tables)
    return pd.DataFrame(
        {
            "part": [item.part for item in ITEMS],
            "item": part.index,
            "table": [item.table for item in ITEMS],
            "state": state.to_numpy(),
            "filled": part.to_numpy(float),
            "known_on": found.to_numpy(),
            "age_days": age.to_numpy(float),
            "weight": [_item_weights(settings)[item.name] for item in ITEMS],
            "counts": _weighted(credit, settings).iloc[0].to_numpy(float),
            "who": [owner if item.part == "people" else manager for item in ITEMS],
            "ask": [item.ask for item in ITEMS],
        }
    ).astype(dict.fromkeys(["part", "item", "table", "state", "who", "ask"], "str"))


def missing(state: pd.DataFrame) -> pd.DataFrame:
    """What is missing, partly known or old, by what it would add."""
    open_items = state[state["state"] != "filled"]
    gain = open_items["weight"] - open_items["counts"]
    return open_items.assign(gain=gain).sort_values("gain", ascending=False, kind="stable")


def part_shares(state: pd.DataFrame) -> pd.Series:
    """How complete each part of one dossier is, by its name in words; without weight it is left.

    Parameters
    ----------
    state
        The table of :func:`dossier_state`.

    Returns
    -------
    0–1, indexed by the part's name, in the order of the dossier.
    """
    names = {
        "general": _("general facts"),
        "people": _("people"),
        "conversations": _("conversations"),
        "service": _("deliveries and payments"),
        "competition": _("competitors"),
        "judgement": _("judgement"),
    }
    parts = state.groupby("part")[["counts", "weight"]].sum().reindex(list(PARTS))
    parts = parts[parts["weight"] > 0]
    return (parts["counts"] / parts["weight"]).rename(index=names)


def freshness(state: pd.DataFrame) -> pd.DataFrame:
    """What one dossier holds, by part: how many things are filled, old and missing, how old.

    Parameters
    ----------
    state
        The table of :func:`dossier_state`.

    Returns
    -------
    One row per part: ``part``; ``filled``, ``partly``, ``old``, ``missing`` (numbers of
    things); ``latest`` (day of the newest thing that has a day).
    """
    numbers = pd.crosstab(state["part"], state["state"]).reindex(
        index=list(PARTS), columns=["filled", "partly", "old", "missing"], fill_value=0
    )
    latest = state.groupby("part")["known_on"].max().reindex(list(PARTS))
    return numbers.assign(latest=latest).reset_index()


def dossier_items(
    accounts: pd.DataFrame, tables: Mapping[str, pd.DataFrame], *, as_of: pd.Timestamp
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Per account and item: how much is filled (0–1), and the day it is from (NaT: undated)."""
    index = accounts.index
    parts = {**_general(accounts), **_people(index, tables.get("contacts"))}
    days: dict[str, pd.Series] = {}
    for name, table, day in (
        ("talk", "interactions", "date"),
        ("next_step", "interactions", "date"),
        ("deliveries", "deliveries", "promised_on"),
        ("payments", "payments", "due_on"),
        ("competitors", "competitors", "seen_on"),
        ("reputation", "judgements", "date"),
    ):
        rows = _relevant(name, tables.get(table), pd.Timestamp(as_of))
        seen = rows["account"].unique() if len(rows) else []
        parts[name] = pd.Series(index.isin(seen).astype(float), index)
        days[name] = _latest(rows, day, index)
    parts["rival_share"] = _rival_share(index, tables.get("competitors"))
    days["rival_share"] = days["competitors"]
    names = [item.name for item in ITEMS]
    filled = pd.DataFrame({name: parts[name] for name in names}, index=index).astype(float)
    known_on = pd.DataFrame(days, index=index).reindex(columns=names)
    return filled, known_on.astype("datetime64[us]")


def _general(accounts: pd.DataFrame) -> dict[str, pd.Series]:
    every = [*_TEXTS, *_NUMBERS, *_FLAGS, "name"]
    known = accounts.reindex(columns=every)
    parts = {name: _written(known[name]) for name in _TEXTS}
    parts |= {name: known[name].notna() for name in _NUMBERS}
    own = known["name"].astype("str") != accounts.index.astype("str")
    parts["name"] = _written(known["name"]) & own
    parts["standing"] = known[_FLAGS].notna().mean(axis=1)
    return parts


def _written(texts: pd.Series) -> pd.Series:
    return texts.notna() & (texts.astype("str").str.strip() != "")


def _people(index: pd.Index, contacts: pd.DataFrame | None) -> dict[str, pd.Series]:
    names = ("people", "decider", "judged", "interests", "owner")
    if contacts is None or contacts.empty:
        return {name: pd.Series(0.0, index) for name in names}
    role = contacts["role"].fillna("")
    parts = [role != "", contacts["influence"].notna(), contacts["attitude"].notna()]
    facts = pd.DataFrame(
        {
            "people": 1.0,
            "decider": (role == "decides").astype(float),
            "judged": sum(part.astype(float) for part in parts) / len(parts),
            "interests": (contacts["interests"].fillna("") != "").astype(float),
            "owner": (contacts["owner"].fillna("") != "").astype(float),
        },
        index=contacts.index,
    ).groupby(contacts["account"])
    means, most = facts.mean(), facts.max()
    means[["people", "decider"]] = most[["people", "decider"]]
    found = means.reindex(index).fillna(0.0)
    return {name: found[name] for name in names}


def _relevant(name: str, rows: pd.DataFrame | None, as_of: pd.Timestamp) -> pd.DataFrame:
    if rows is None or rows.empty:
        return pd.DataFrame({"account": pd.Series(dtype="str")})
    if name == "talk":
        return rows[rows["kind"] != "brief"]
    if name == "next_step":
        latest = rows["date"] == rows.groupby("account")["date"].transform("max")
        # A step of an earlier talk still stands while its day has not come.
        ahead = rows["next_step_due"] >= as_of
        return rows[(rows["next_step"].fillna("") != "") & (latest | ahead)]
    return rows[rows["criterion"] == "reputation"] if name == "reputation" else rows


def _latest(rows: pd.DataFrame, day: str, index: pd.Index) -> pd.Series:
    if rows.empty:
        return pd.Series(pd.NaT, index, dtype="datetime64[us]")
    return rows.groupby("account")[day].max().reindex(index).astype("datetime64[us]")


def _rival_share(index: pd.Index, rivals: pd.DataFrame | None) -> pd.Series:
    if rivals is None or rivals.empty:
        return pd.Series(0.0, index)
    known = rivals["share"].notna().groupby(rivals["account"]).mean()
    return known.reindex(index).fillna(0.0)


def _credits(
    filled: pd.DataFrame, known_on: pd.DataFrame, as_of: pd.Timestamp, settings: DossierSettings
) -> pd.DataFrame:
    age = pd.DataFrame({name: (pd.Timestamp(as_of) - known_on[name]).dt.days for name in filled})
    return filled.mask(age > settings.stale_days, filled * settings.stale_credit)


def _item_weights(settings: DossierSettings) -> dict[str, float]:
    weights = dict(zip(PARTS, settings.weights, strict=True))
    total = sum(weights.values())
    numbers = {part: sum(item.part == part for item in ITEMS) for part in PARTS}
    return {item.name: weights[item.part] / total / numbers[item.part] for item in ITEMS}


def _weighted(credit: pd.DataFrame, settings: DossierSettings) -> pd.DataFrame:
    return credit * pd.Series(_item_weights(settings))[list(credit)]


def _of(tables: Mapping[str, pd.DataFrame], account: str) -> dict[str, pd.DataFrame]:
    return {
        name: rows[rows["account"] == account]
        for name, rows in tables.items()
        if "account" in rows.columns
    }


def _who(
    account: str, accounts: pd.DataFrame, tables: Mapping[str, pd.DataFrame]
) -> tuple[str, str]:
    """The account's manager, and who looks after most of its people (else the manager)."""
    manager = accounts["manager"].get(account, "") if "manager" in accounts else ""
    manager = "" if pd.isna(manager) else str(manager)
    contacts = tables.get("contacts")
    if contacts is None or contacts.empty:
        return manager, manager
    owners = contacts.loc[contacts["account"] == account, "owner"].dropna()
    owners = owners[owners != ""].mode()
    return manager, (str(owners.iloc[0]) if len(owners) else manager)
