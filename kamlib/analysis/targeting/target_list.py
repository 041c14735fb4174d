"""Whom we may target: companies that could be won, and accounts that could grow."""

import numpy as np
import pandas as pd

from kamlib.analysis.abc_xyz.sentences import shown_name
from kamlib.analysis.measures.wallet import wallets
from kamlib.analysis.targeting.p_pieces import DECIDED, PS, text_of
from kamlib.settings import Settings

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


def target_list(
    prospects: pd.DataFrame,
    matches: pd.DataFrame,
    classes: pd.DataFrame,
    accounts: pd.DataFrame,
    whitespace: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    settings: Settings,
    competitors: pd.DataFrame | None = None,
    bought: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The open prospects that are no account yet, then the accounts that could grow.

    An account could grow where it is neither lost nor D and has whitespace or buys from
    competitors; or where it is not lost and was noted as an open prospect (what was noted of it
    then speaks of the account). Its ``value`` is what was noted; else that of its offer
    (``with_offers``), unknown as yet; of an account of which no line is known, what it buys from
    competitors, at most as much as it buys from us.

    Parameters
    ----------
    prospects
        The canonical table, as known; columns it lacks are unknown.
    matches
        The table of ``known_companies``; may lack prospects.
    classes
        The table of ``abc_xyz``.
    accounts
        ``industry``, ``region``, ``employees``, ``annual_revenue``, ``manager`` per account.
    whitespace
        The table of ``whitespace``: ``account``, ``expected_value``.
    competitors
        The canonical table, as known; without it no account grows for a rival's share.
    bought
        The table of ``lines_bought``.

    Returns
    -------
    Indexed by ``prospect`` (its code, or the account's number), columns as in ``COLUMNS``: ``kind``
    ("prospect", "account"); texts, "" where unknown; ``employees`` (people),
    ``annual_revenue``, ``value`` (currency a year), ``competitor_share`` (0–1); ``account`` (its
    number, "" for a prospect); ``outcome`` "open"; ``outcome_on`` NaT; per P the score noted
    (as recorded, 0–1 where right), its evidence and its day.
    """
    table = _prospect_rows(prospects)
    company = _company(table, matches, accounts.index)
    still_open = ~_decided(table, as_of)
    noted = table[still_open & (company != "")].assign(account=company)
    own = table[still_open & (company == "")]
    own = own.assign(account="", outcome="open", outcome_on=pd.NaT)
    sides = (whitespace, competitors, bought)
    growing = _growing(noted, classes, accounts, *sides, as_of=as_of, settings=settings)
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
    noted: pd.DataFrame,
    classes: pd.DataFrame,
    accounts: pd.DataFrame,
    whitespace: pd.DataFrame,
    competitors: pd.DataFrame | None,
    bought: pd.DataFrame | None,
    *,
    as_of: pd.Timestamp,
    settings: Settings,
) -> pd.DataFrame:
    # Who was noted as a prospect is one though it is on our books: it just does not buy.
    buying = (classes["abc"].astype("str") != "D") | classes.index.isin(noted["account"])
    here = classes[~classes["lost"].astype(bool) & buying]
    gaps = whitespace.loc[whitespace["expected_value"] > 0, "account"].unique()
    rival = _strongest_rival(competitors, here, bought, as_of=as_of, settings=settings)
    noted = noted.sort_values(["first_seen", "prospect"], kind="stable").drop_duplicates(
        "account", keep="last"
    )
    noted = noted.set_index("account")
    wanted = here.index.isin(gaps) | here.index.isin(noted.index)
    wanted |= here.index.isin(rival.index[rival["competitor_share"] > 0])
    here = here[wanted]
    rival, noted = rival.reindex(here.index), noted.reindex(here.index)
    facts = accounts.reindex(
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
