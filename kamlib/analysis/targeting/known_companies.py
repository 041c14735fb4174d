"""Which prospects are companies that buy from us already: by number, by name, nearly by name."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from kamlib.words import _, count, share

COLUMNS = ("account", "match", "match_why", "like_account")
RECORDED, NUMBER, SAME_NAME, LIKE_NAME = "recorded", "number", "same name", "like name"

# Letters of their own that accents alone do not explain; German umlauts as if written out.
_LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe", "ł": "l",
     "đ": "d", "ð": "d", "þ": "th", "ı": "i", "’": "'", "＆": "&"}
)  # fmt: skip
_AND = r"\b(?:and|und|et|en|og|och|и)\b|和"
# Without dots and accents, as they stand once the name has been made plain; the long ones first.
_PHRASES = (
    *("общество с ограниченнои ответственностью", "акционерное общество"),
    *("spolka z ograniczona odpowiedzialnoscia", "limited liability company"),
    *("ug haftungsbeschraenkt", "sp z oo", "sp k", "sp j", "sa de cv", "sdn bhd", "pty ltd"),
)
_RUSSIAN_FORMS = ("ооо", "ао", "зао", "пао", "оао", "нао", "ип", "тоо")
_FORMS = (
    # German, Dutch, Belgian, French
    *("gmbh", "ggmbh", "mbh", "ag", "kg", "kgaa", "ohg", "gbr", "ug", "ek", "ev", "se", "co"),
    *("cie", "company", "bv", "nv", "vof", "bvba", "sprl", "sa", "sas", "sasu", "sarl", "eurl"),
    # Nordic and Baltic
    *("ab", "as", "asa", "aps", "oy", "oyj", "hf", "ehf", "uab", "sia", "oue"),
    # English
    *("ltd", "limited", "plc", "llp", "llc", "lp", "inc", "incorporated", "corp", "corporation"),
    *("pte", "pvt"),
    # Italian, Spanish, Polish, Czech, Hungarian and others
    *("spa", "srl", "srls", "sl", "slu", "ltda", "spzoo", "sro", "doo", "kft", "zrt"),
    *_RUSSIAN_FORMS,
)
_FORM = "|".join([*_PHRASES, *_FORMS])
_LAST_FORMS = rf"(?:\s*\b(?:{_FORM})\b)+\s*$"
_FIRST_FORMS = rf"^\s*(?:(?:{'|'.join((*_PHRASES[:2], *_RUSSIAN_FORMS))})\b\s*)+"
_CHINESE_FORMS = r"(?:股份有限公司|有限责任公司|有限公司|股份公司|公司|株式会社)\s*$"
_BLOCK = 4_000  # prospects compared at a time, so that memory stays small


def name_key(names: pd.Series) -> pd.Series:
    """What is left of company names by which the same company is found again.

    Case, accents, punctuation, "and" in any language and legal forms at the end (Russian ones
    at the start too) are taken away; "ü" counts as "ue".

    >>> name_key(pd.Series(["Müller & Sohn GmbH & Co. KG", "MUELLER und Sohn GmbH", "AG"])).tolist()
    ['mueller sohn', 'mueller sohn', '']

    Parameters
    ----------
    names
        Company names as written; missing ones allowed.

    Returns
    -------
    ``name_key`` with the same index: "" where nothing is left.
    """
    written = names.astype("str").fillna("")
    plain = pd.Series(written.unique(), dtype="str")
    key = plain.str.normalize("NFKC").str.casefold().str.translate(_LETTERS)
    key = key.str.normalize("NFKD").str.replace(r"[\u0300-\u036f']", "", regex=True)
    key = key.str.replace(r"\b(\w)[./]\s*(?=\w\b)", r"\1", regex=True)
    key = key.str.replace("&", " and ").str.replace("+", " and ")
    key = key.str.replace(r"[\W_]+", " ", regex=True)
    key = key.str.replace(_AND, " ", regex=True).str.split().str.join(" ")
    key = key.str.replace(_FIRST_FORMS, "", regex=True)
    key = key.str.replace(_LAST_FORMS, "", regex=True)
    key = key.str.replace(_CHINESE_FORMS, "", regex=True).str.strip()
    found = written.map(dict(zip(plain, key, strict=True)))
    return found.astype("str").rename("name_key")


def known_companies(
    prospects: pd.DataFrame, accounts: pd.DataFrame, *, like_share: float = 0.9, workers: int = -1
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
    like_share
        From which likeness of two keys (0–1: letters kept in place, words in any order) on they
        are called alike; above 1 nothing is.
    workers
        How many processors compare names; -1 all.

    Returns
    -------
    One row per prospect, in the table's order: ``COLUMNS``. ``account`` is the number of the
    same company, the first by number where several have the name, "" where none is known;
    ``match`` one of "recorded", "number", "same name", "like name", ""; ``match_why`` in words;
    ``like_account`` the number of the account with the most similar name, only for "like name".
    """
    index = pd.Index(prospects["prospect"].astype("str"), name="prospect", dtype="str")
    table = pd.DataFrame("", index, list(COLUMNS), dtype="str")
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
    likeness = pd.Series(np.nan, range(len(index)))
    if len(open_rows) and len(by_name) and like_share <= 1:
        alike = _alike(keys.iloc[open_rows], by_name, like_share, workers)
        rows = open_rows[alike["account"].to_numpy() != ""]
        alike = alike[alike["account"] != ""]
        table.iloc[rows, table.columns.get_loc("like_account")] = alike["account"].to_numpy()
        table.iloc[rows, table.columns.get_loc("match")] = LIKE_NAME
        likeness.iloc[rows] = alike["likeness"].to_numpy()
    table["match_why"] = _reasons(table, names, keys, by_name, likeness)
    return table.astype("str")


def _noted(prospects: pd.DataFrame) -> np.ndarray:
    if "account" not in prospects:
        return np.full(len(prospects), "", dtype=object)
    return prospects["account"].astype("str").fillna("").to_numpy(object)


def _alike(keys: pd.Series, by_name: pd.Series, like_share: float, workers: int) -> pd.DataFrame:
    """Per key the account with the most similar one: ``account`` ("" if none), ``likeness``."""
    own, choices = _sorted_words(keys.unique()), _sorted_words(by_name.index)
    best = np.zeros(len(own), dtype=int)
    likeness = np.zeros(len(own))
    for start in range(0, len(own), _BLOCK):
        scores = process.cdist(
            own[start : start + _BLOCK],
            choices,
            scorer=fuzz.ratio,
            score_cutoff=100 * like_share,
            dtype=np.float32,
            workers=workers,
        )
        part = slice(start, start + len(scores))
        best[part] = scores.argmax(axis=1)
        likeness[part] = scores.max(axis=1) / 100
    near = np.where(likeness > 0, by_name.to_numpy(object)[best], "")
    found = pd.DataFrame({"account": near, "likeness": likeness}, keys.unique())
    return found.loc[keys]


def _sorted_words(keys: Sequence[str]) -> list[str]:
    return [" ".join(sorted(key.split())) for key in keys]


def _reasons(
    table: pd.DataFrame,
    names: pd.Series,
    keys: pd.Series,
    by_name: pd.Series,
    likeness: pd.Series,
) -> list[str]:
    named = names[~names.index.duplicated()].to_dict()
    holders = by_name.groupby(by_name.index).agg(list).to_dict()
    words = {
        RECORDED: _("recorded as account {account}, {name}"),
        NUMBER: _("its code is the number of account {account}, {name}"),
        SAME_NAME: _("has the name of account {account}, {name}"),
        LIKE_NAME: _("is named like account {account}, {name} ({likeness}): the same company?"),
    }
    more = _("; {n} accounts have that name ({all}), the first by number counts")
    told = []
    for account, match, like, key, near in zip(
        table["account"], table["match"], table["like_account"], keys, likeness, strict=True
    ):
        number = account or like
        text = words.get(match, "").format(
            account=number, name=named.get(number, "").strip(), likeness=share(near)
        )
        holding = holders.get(key, [])
        if match == SAME_NAME and len(holding) > 1:
            text += more.format(n=count(len(holding)), all=", ".join(holding[:5]))
        told.append(text)
    return told
