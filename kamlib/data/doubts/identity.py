"""Who is who: accounts that are one once leading zeros or the way of writing are taken away."""

from collections.abc import Iterator

import pandas as pd

from kamlib.data.describe.letters import name_key, spelling_key
from kamlib.data.doubts.doubt import Answer, Doubt
from kamlib.data.read.addresses import is_database
from kamlib.data.read.dataset import DataSet, with_same_accounts
from kamlib.data.reduce.ids import ACCOUNTS
from kamlib.data.reduce.ledger import Ledger
from kamlib.data.reduce.side_tables import open_side_table
from kamlib.errors import DataError
from kamlib.words import _, count, number

_NAMES = 0.6  # of the accounts must look like names, not codes
_MOST_VARIANTS = 2_000
_SHOWN = 3
_LOOK_ALIKE = str.maketrans("АВЕКМНОРСТУХІ", "ABEKMHOPCTYXI")


def identity_doubts(dataset: DataSet, ledger: Ledger) -> Iterator[Doubt]:
    """The doubts that several accounts are one."""
    accounts = _with_others(ledger.accounts, dataset, ledger)
    yield from _leading_zeros(accounts)
    codes = accounts[~accounts["account"].map(_is_name).astype("bool")]
    yield from _one_code(codes)
    names = accounts[accounts["account"].map(_is_name).astype("bool")]
    if names.empty or len(names) < _NAMES * len(accounts):
        return
    spelled = list(_one_name(names, spelling_key(names["account"]), "names"))
    yield from spelled or _one_name(names, name_key(names["account"]), "legal_forms")


def _with_others(sold: pd.DataFrame, dataset: DataSet, ledger: Ledger) -> pd.DataFrame:
    """The accounts of the lines, and those of other tables that the lines do not have."""
    tables = with_same_accounts(dataset.tables)
    dataset = dataset.model_copy(update={"tables": tables})
    others: set[str] = set()
    said: set[str] = set()  # who they are, or are not, stands in the table identities
    for name, source in tables.items():
        if name == "transactions" or is_database(source.source[0]):
            continue
        try:
            rows = open_side_table(ledger.table.get_backend(), dataset, name).rows
        except DataError:  # is told where the table is opened for use
            continue
        for column in [name for name in ACCOUNTS if name in rows.columns]:
            others |= {*rows[column].dropna()}
        if name == "identities":
            said |= {*rows.loc[rows["kind"] != "site", "account"]}
    sold = sold[~sold["account"].isin(said)]
    others -= said
    rest = pd.DataFrame({"account": sorted(others - {*sold["account"]})}, dtype="str")
    found = pd.concat([sold, rest.assign(lines=0, revenue=0.0)], ignore_index=True)
    return found.astype({"account": "str", "lines": "int64", "revenue": "float64"})


def _leading_zeros(accounts: pd.DataFrame) -> Iterator[Doubt]:
    """Numbers that are one without the zeros in front of them, which Excel takes away."""
    numbers = accounts[accounts["account"].str.fullmatch("[0-9]+")]
    bare = numbers["account"].str.lstrip("0")
    padded = numbers["account"] != bare
    forms = bare.groupby(bare).transform("size")
    if not (forms > 1).any():
        return
    shared = numbers[forms > 1]
    widths = {*numbers.loc[padded, "account"].str.len()}
    digits = max(widths) if len(widths) == 1 else 1
    settled = int(padded.groupby(bare).sum().max()) == 1
    what = _(
        "{n} accounts ({money}) are {companies} once the zeros in front are taken away, such as "
        "{examples}. Are they one?"
    ).format(**_figures(shared, bare[forms > 1]))
    proof = _("each number has one form with leading zeros, and one that Excel made a number of")
    if not settled:
        proof = _("some numbers have several forms with leading zeros")
    answers = (
        Answer("one", _("one account, read in one form"), {"account_digits": digits}),
        Answer("different", _("different accounts")),
    )
    decided = "one" if settled else ""
    yield Doubt(
        "leading_zeros",
        what,
        proof,
        answers,
        decided,
        "one",
        _of_smaller(shared, bare[forms > 1]),
        int(shared["lines"].sum()),
    )


def _one_code(codes: pd.DataFrame) -> Iterator[Doubt]:
    """Codes that are one but for case, blanks, or letters of another alphabet that look alike."""
    plain = codes["account"].str.normalize("NFKC")
    # Where an id has capitals and small letters, such as 0015aB1, they tell ids apart.
    one_case = (plain == plain.str.upper()) | (plain == plain.str.lower())
    keys = plain.where(~one_case, plain.str.upper()).str.translate(_LOOK_ALIKE)
    keys = keys.str.replace(r"\s+", "", regex=True)
    shared = keys[keys.groupby(keys).transform("size") > 1]
    if shared.empty:
        return
    found = codes.loc[shared.index]
    what = _(
        "{n} accounts ({money}) are {companies} once case, blanks and letters that look alike are "
        "taken as one, such as {examples}. Are they one?"
    ).format(**_figures(found, shared))
    same = _most_frequent(found, shared)
    answers = (
        Answer("one", _("one account, under its most frequent id"),
               {"same_accounts": same} if len(same) <= _MOST_VARIANTS else {}),
        Answer("different", _("different accounts")),
    )  # fmt: skip
    proof = _("people who type an id do not mind its case or the alphabet of a letter")
    money, rows = _of_smaller(found, shared), int(found["lines"].sum())
    yield Doubt("codes", what, proof, answers, "", "one", money, rows)


def _one_name(names: pd.DataFrame, keys: pd.Series, key: str) -> Iterator[Doubt]:
    """Names that are one name written in several ways."""
    keys = keys[keys != ""]
    shared = keys[keys.groupby(keys).transform("size") > 1]
    if shared.empty:
        return
    found = names.loc[shared.index]
    only_spelled = key == "names"
    told = (
        _("{n} accounts share their name with another, written differently in case, blanks or "
          "punctuation: {companies} companies ({money}), such as {examples}. Are they one?")
        if only_spelled
        else _("{n} accounts share their name with another once legal forms, accents and brackets "
               "are taken away: {companies} companies ({money}), such as {examples}. "
               "Are they one?")
    )  # fmt: skip
    what = told.format(**_figures(found, shared))
    same = _most_frequent(found, shared)
    changes = {"same_accounts": same} if len(same) <= _MOST_VARIANTS else {}
    answers = (
        Answer("one", _("one account, under its most frequent name"), changes),
        Answer("different", _("different accounts")),
    )
    proof = (
        _("the same letters and digits in the same order")
        if only_spelled
        else _("companies of one group may differ in their legal form only")
    )
    decided = "one" if only_spelled and changes else ""
    assumed = "one" if decided else "different"
    rows = int(found["lines"].sum())
    yield Doubt(key, what, proof, answers, decided, assumed, _of_smaller(found, shared), rows)


def _most_frequent(found: pd.DataFrame, keys: pd.Series) -> dict[str, str]:
    """Per other spelling the one with the most lines; of equals the first by alphabet."""
    ranked = found.assign(key=keys).sort_values(
        ["lines", "account"], ascending=[False, True], kind="stable"
    )
    shown = ranked.groupby("key")["account"].transform("first")
    others = ranked.assign(shown=shown)[shown != ranked["account"]].sort_values(
        "account", kind="stable"
    )
    return dict(zip(others["account"], others["shown"], strict=True))


def _of_smaller(found: pd.DataFrame, keys: pd.Series) -> float:
    """The money (currency) of all but the largest account of each group."""
    money = found["revenue"].abs().groupby(keys)
    return float((money.sum() - money.max()).sum())


def _figures(found: pd.DataFrame, keys: pd.Series) -> dict[str, str]:
    """What a question on accounts that may be one says of them."""
    return {
        "n": count(len(found)),
        "money": number(float(found["revenue"].sum()), 2),
        "companies": count(keys.nunique()),
        "examples": _examples(found, keys),
    }


def _examples(found: pd.DataFrame, keys: pd.Series) -> str:
    groups = [group["account"].tolist()[:_SHOWN] for _key, group in found.groupby(keys)]
    shown = (" = ".join(f'"{name}"' for name in group) for group in groups[:_SHOWN])
    return ", ".join(shown) + (", …" if len(groups) > _SHOWN else "")


def _is_name(account: str) -> bool:
    """Whether an account looks like a company's name rather than a code.

    >>> _is_name("Ivy Parts"), _is_name("中科"), _is_name("K-1012"), _is_name("0015g00000AbcDe")
    (True, True, False, False)
    """
    letters = sum(map(str.isalpha, account))
    digits = sum(map(str.isdigit, account))
    return letters >= 2 and (not digits or (" " in account and letters > digits))
