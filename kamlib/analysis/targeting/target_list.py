"""Whom we may target: companies to be won, accounts that could grow, and who buys already."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.analysis.abc_xyz.sentences import shown_name
from kamlib.analysis.identities.names import NEAR, SAME, like_names
from kamlib.analysis.measures.texts import text_of
from kamlib.analysis.measures.wallet import wallets
from kamlib.analysis.targeting.derived import DECIDED
from kamlib.data.describe.letters import name_key
from kamlib.settings import PS, Settings
from kamlib.words import _, count

PROSPECT, ACCOUNT = "prospect", "account"
DOUBT = "like name"  # a match that is only reported
TEXTS = (
    *("kind", "name", "industry", "region", "manager", "source", "relationship", "product_line"),
    *("competitor", "account", "outcome", *(f"{p}_evidence" for p in PS)),
)
DATES = ("first_seen", "outcome_on", *(f"{p}_date" for p in PS))
NUMBERS = ("employees", "annual_revenue", "competitor_share", "value", *PS)
COLUMNS = (
    *("kind", "name", "industry", "region", "employees", "annual_revenue", "manager", "source"),
    *("first_seen", "relationship", "product_line", "competitor", "competitor_share", "value"),
    *("account", "outcome", "outcome_on"),
    *(column for p in PS for column in (p, f"{p}_evidence", f"{p}_date")),
)
NOTED = ("source", *(column for p in PS for column in (p, f"{p}_evidence", f"{p}_date")))
MATCH_COLUMNS = ("account", "match", "match_why", "like_account")
RECORDED, NUMBER, SAME_NAME, LIKE_NAME = "recorded", "number", "same name", "like name"


@dataclass(frozen=True)
class Known:
    """What a book knows of companies, ours and others, when targets are judged.

    Attributes
    ----------
    prospects, competitors, contacts, interactions
        The canonical tables, as known; columns of prospects that they lack are unknown.
    accounts
        ``industry``, ``region``, ``employees``, ``annual_revenue``, ``manager`` … per account.
    classes, whitespace, bought, record
        The tables of ``abc_xyz``, ``whitespace``, ``lines_bought`` and ``track_record``.
    """

    prospects: pd.DataFrame
    accounts: pd.DataFrame
    classes: pd.DataFrame
    whitespace: pd.DataFrame
    competitors: pd.DataFrame | None = None
    bought: pd.DataFrame | None = None
    contacts: pd.DataFrame | None = None
    interactions: pd.DataFrame | None = None
    record: pd.DataFrame | None = None


def target_list(
    known: Known, matches: pd.DataFrame, *, as_of: pd.Timestamp, settings: Settings
) -> pd.DataFrame:
    """The open prospects that are no account yet, then the accounts that could grow.

    An account could grow where it is neither lost nor D and has whitespace or buys from
    competitors; or where it is not lost and was noted as an open prospect (what was noted of it
    then speaks of the account). Its ``value`` is what was noted; else that of its offer
    (``with_offers``), unknown as yet; of an account of which no line is known, what it buys from
    competitors, at most as much as it buys from us.

    Parameters
    ----------
    known
        Without ``competitors`` no account grows for a rival's share.
    matches
        The table of ``known_companies``; may lack prospects.

    Returns
    -------
    Indexed by ``prospect`` (its code, or the account's number), columns as in ``COLUMNS``: ``kind``
    ("prospect", "account"); texts, "" where unknown; ``employees`` (people),
    ``annual_revenue``, ``value`` (currency a year), ``competitor_share`` (0–1); ``account`` (its
    number, "" for a prospect); ``outcome`` "open"; ``outcome_on`` NaT; per P the score noted
    (as recorded, 0–1 where right), its evidence and its day.
    """
    table = _prospect_rows(known.prospects)
    company = _company(table, matches, known.accounts.index)
    still_open = ~_decided(table, as_of)
    noted = table[still_open & (company != "")].assign(account=company)
    own = table[still_open & (company == "")]
    own = own.assign(account="", outcome="open", outcome_on=pd.NaT)
    growing = _growing(noted, known, as_of=as_of, settings=settings)
    return _canonical(pd.concat([own, growing]) if len(growing) else own)


def decided_list(
    prospects: pd.DataFrame,
    matches: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """The prospects won or lost by ``as_of``, to check scores against; columns of ``COLUMNS``.

    ``account`` is the number under which it buys today, "" where it is none.
    """
    table = _prospect_rows(prospects)
    table["account"] = _company(table, matches, pd.Index([]))
    return table[_decided(table, as_of)][list(COLUMNS)]


def already_accounts(
    prospects: pd.DataFrame,
    matches: pd.DataFrame,
    accounts: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """The open prospects that are accounts already: no targets of their own, and none if lost.

    Returns
    -------
    Indexed by ``prospect``: ``name``, ``account`` (its number), ``match`` (how it was found:
    "same name", "number", "recorded"), ``match_why``.
    """
    table = _prospect_rows(prospects)
    table["account"] = _company(table, matches, accounts.index)
    found = table[~_decided(table, as_of) & (table["account"] != "")]
    told = matches.reindex(index=found.index, columns=["match", "match_why"])
    match = text_of(told["match"])
    match = match.where(~match.isin(["", DOUBT]), "number")
    return found[["name", "account"]].assign(match=match, match_why=text_of(told["match_why"]))


def company_numbers(
    prospects: pd.DataFrame, matches: pd.DataFrame, accounts: pd.Index
) -> np.ndarray:
    """The number of the account that each row of the canonical table is, "" for none."""
    codes = text_of(prospects["prospect"])
    numbers = _company(_prospect_rows(prospects), matches, accounts)
    recorded = text_of(prospects["account"])
    found = text_of(numbers.reindex(codes)).to_numpy(object)
    return np.where(recorded != "", recorded.to_numpy(object), found)


def _prospect_rows(prospects: pd.DataFrame) -> pd.DataFrame:
    """Every prospect once, by its code, with all columns."""
    codes = text_of(prospects["prospect"])
    table = prospects.assign(prospect=codes)[codes != ""].drop_duplicates("prospect")
    return _canonical(table.set_index("prospect").reindex(columns=COLUMNS).assign(kind=PROSPECT))


def _canonical(table: pd.DataFrame) -> pd.DataFrame:
    found = table.reindex(columns=COLUMNS)
    kinds = {**dict.fromkeys(NUMBERS, float), **dict.fromkeys(DATES, "datetime64[us]")}
    found = found.astype(kinds).assign(**{name: text_of(found[name]) for name in TEXTS})
    found.index = pd.Index(found.index, dtype="str", name="prospect")
    return found


def _company(table: pd.DataFrame, matches: pd.DataFrame, accounts: pd.Index) -> pd.Series:
    """The account's number that each prospect is, "" for none."""
    told = matches.reindex(index=table.index, columns=["account", "match"])
    number = text_of(told["account"]).where(text_of(told["match"]) != DOUBT, "")
    same = table.index.to_series().where(table.index.isin(accounts), "")
    return number.where(number != "", same).astype("str")


def _decided(table: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    return table["outcome"].isin(DECIDED) & ~(table["outcome_on"] > pd.Timestamp(as_of))


def _growing(
    noted: pd.DataFrame, known: Known, *, as_of: pd.Timestamp, settings: Settings
) -> pd.DataFrame:
    classes, whitespace, bought = known.classes, known.whitespace, known.bought
    # Who was noted as a prospect is one though it is on our books: it just does not buy.
    buying = (classes["abc"].astype("str") != "D") | classes.index.isin(noted["account"])
    here = classes[~classes["lost"].astype(bool) & buying]
    gaps = whitespace.loc[whitespace["expected_value"] > 0, "account"].unique()
    rival = _strongest_rival(known.competitors, here, bought, as_of=as_of, settings=settings)
    noted = noted.sort_values(["first_seen", "prospect"], kind="stable").drop_duplicates(
        "account", keep="last"
    )
    noted = noted.set_index("account")
    wanted = here.index.isin(gaps) | here.index.isin(noted.index)
    wanted |= here.index.isin(rival.index[rival["competitor_share"] > 0])
    here = here[wanted]
    rival, noted = rival.reindex(here.index), noted.reindex(here.index)
    facts = known.accounts.reindex(
        index=here.index, columns=["industry", "region", "employees", "annual_revenue", "manager"]
    )
    of_lines = here.index.isin(gaps) | here.index.isin([] if bought is None else bought.index)
    value = noted["value"].fillna(rival["from_rivals"].astype(float).where(~of_lines))
    return facts.assign(
        kind=ACCOUNT,
        name=shown_name(here),
        first_seen=here["first_order"],
        relationship="current",
        product_line=text_of(noted["product_line"]),
        competitor=rival["competitor"],
        competitor_share=rival["competitor_share"],
        value=value,
        account=here.index,
        outcome="open",
        **{name: noted[name] for name in NOTED},
    )


def _strongest_rival(
    competitors: pd.DataFrame | None,
    here: pd.DataFrame,
    bought: pd.DataFrame | None,
    *,
    as_of: pd.Timestamp,
    settings: Settings,
) -> pd.DataFrame:
    columns = ["competitor", "competitor_share", "from_rivals"]
    if competitors is None or not len(here):
        return pd.DataFrame(columns=columns)
    rows = competitors[~(competitors["seen_on"] > pd.Timestamp(as_of))]
    rows = rows[rows["share"].between(0, 1)]
    known = wallets(here, rows, as_of=as_of, months=settings.abc.months, bought=bought)
    rows = rows.sort_values(
        ["share", "seen_on", "competitor"], ascending=[False, False, True], kind="stable"
    )
    first = rows.drop_duplicates("account").set_index("account")[["competitor"]]
    found = first.reindex(here.index).assign(competitor_share=known["rival_share"])
    elsewhere = np.minimum(known["wallet"] - known["yearly"], known["yearly"])
    return found.assign(from_rivals=elsewhere.where(elsewhere > 0))[columns]


def known_companies(
    prospects: pd.DataFrame, accounts: pd.DataFrame, *, most_same: int = 3
) -> pd.DataFrame:
    """Which prospects are accounts already.

    What is recorded comes first, then a prospect's code that is an account's number, then the
    same name (see ``name_key``). A name that is only alike settles nothing: it is a question.

    Parameters
    ----------
    prospects
        The table ``prospects``: ``prospect``, ``name`` and, where there is one, ``account``.
    accounts
        Indexed by account number: ``name``.
    most_same
        ``identities.most_same``: a name that more accounts have tells nothing of one of them.

    Returns
    -------
    One row per prospect, in the table's order: ``COLUMNS``. ``account`` is the number of the
    same company, the first by number where several have the name, "" where none is known;
    ``match`` one of "recorded", "number", "same name", "like name", ""; ``match_why`` in words;
    ``like_account`` the number of the account named alike, the surest first, for "like name".
    """
    index = pd.Index(prospects["prospect"].astype("str"), name="prospect", dtype="str")
    table = pd.DataFrame("", index, list(MATCH_COLUMNS), dtype="str")
    if prospects.empty or accounts.empty:
        return table
    names = accounts["name"].astype("str").fillna("")
    names.index = names.index.astype("str")
    names = names.sort_index(kind="stable")
    keys = name_key(prospects["name"]).set_axis(index)
    theirs = name_key(names)
    theirs = theirs[theirs != ""]
    by_name = pd.Series(theirs.index, pd.Index(theirs, dtype="str"), dtype="str")
    same = by_name[~by_name.index.duplicated()].reindex(keys).fillna("").to_numpy(object)
    code = np.where(index.isin(names.index), index, "")
    noted = _noted(prospects)
    noted = np.where(np.isin(noted, names.index), noted, "")
    found = [noted != "", code != "", same != ""]
    table["account"] = np.select(found, [noted, code, same], "")
    table["match"] = np.select(found, [RECORDED, NUMBER, SAME_NAME], "")
    open_rows = np.flatnonzero((table["match"] == "").to_numpy() & (keys != "").to_numpy())
    alike = _alike(prospects["name"].set_axis(index).iloc[open_rows], keys, names, most_same)
    table.loc[alike.index, "like_account"] = alike
    table.loc[alike.index, "match"] = LIKE_NAME
    table["match_why"] = _reasons(table, names, keys, by_name)
    return table.astype("str")


def _noted(prospects: pd.DataFrame) -> np.ndarray:
    if "account" not in prospects:
        return np.full(len(prospects), "", dtype=object)
    return prospects["account"].astype("str").fillna("").to_numpy(object)


def _alike(wanted: pd.Series, keys: pd.Series, names: pd.Series, most_same: int) -> pd.Series:
    """By prospect the account whose name is surely like its own; those without one are left out."""
    one_each = wanted[~keys.loc[wanted.index].duplicated().to_numpy()]
    both = pd.concat([names.add_prefix("a"), one_each.add_prefix("p")])
    pairs = like_names(both, most_same=most_same)  # a is before p
    pairs = pairs[pairs["one"].str.startswith("a") & pairs["other"].str.startswith("p")]
    pairs = pairs[pairs["how"] != NEAR].assign(later=pairs["how"] != SAME)
    pairs = pairs.sort_values(["other", "later", "one"], kind="stable").drop_duplicates("other")
    by_key = dict(zip(keys.loc[pairs["other"].str[1:]], pairs["one"].str[1:], strict=True))
    return keys.loc[wanted.index].map(by_key).dropna()


def _reasons(
    table: pd.DataFrame,
    names: pd.Series,
    keys: pd.Series,
    by_name: pd.Series,
) -> list[str]:
    named = names[~names.index.duplicated()].to_dict()
    holders = by_name.groupby(by_name.index).agg(list).to_dict()
    words = {
        RECORDED: _("recorded as account {account}, {name}"),
        NUMBER: _("its code is the number of account {account}, {name}"),
        SAME_NAME: _("has the name of account {account}, {name}"),
        LIKE_NAME: _("is named like account {account}, {name}: the same company?"),
    }
    more = _("; {n} accounts have that name ({all}), the first by number counts")
    told = []
    for account, match, like, key in zip(
        table["account"], table["match"], table["like_account"], keys, strict=True
    ):
        number = account or like
        text = words.get(match, "").format(account=number, name=named.get(number, "").strip())
        holding = holders.get(key, [])
        if match == SAME_NAME and len(holding) > 1:
            text += more.format(n=count(len(holding)), all=", ".join(holding[:5]))
        told.append(text)
    return told
