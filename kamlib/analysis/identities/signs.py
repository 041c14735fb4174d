"""What else than the name says that two accounts are one company: pairs, each with its sign."""

import re
from collections.abc import Iterable
from itertools import combinations

import numpy as np
import pandas as pd

from kamlib.analysis.identities.names import PAIR
from kamlib.analysis.measures.texts import text_column
from kamlib.data.describe.letters import spelling_key

# What is taken for a digit when a number is typed or read.
_DIGITS = str.maketrans({"O": "0", "o": "0", "О": "0", "о": "0", "I": "1", "l": "1", "І": "1"})
_MOST_NUMBERS = 3  # so many ids that one misreading makes one; more follow a pattern
_ADDRESS = re.compile(r"\b(?:street|strasse|straße|str|road|rd|avenue|ave|st)\b")


def like_numbers(accounts: Iterable[str]) -> pd.DataFrame:
    """Pairs of account numbers that differ by a letter that looks like a digit.

    >>> like_numbers(["N1013", "N1O13", "N1014"]).values.tolist()
    [['N1013', 'N1O13']]
    """
    ids = pd.Series(sorted({*accounts}), dtype="str")
    ids = ids[ids.str.contains("[0-9]")]
    folded = ids.str.translate(_DIGITS)
    return _pairs(ids.groupby(folded).agg(list), _MOST_NUMBERS)


def same_address(accounts: pd.DataFrame, *, most_same: int) -> pd.DataFrame:
    """Pairs of accounts at one address, where no more than ``most_same`` are."""
    key = address_key(accounts)
    key = key[key.str.contains(r"\d") & (key.str.len() > 5)]  # no street without its number
    return _pairs(pd.Series(key.index, key.index).groupby(key).agg(list), most_same)


def address_key(accounts: pd.DataFrame) -> pd.Series:
    """The address of each account as it is compared, "" where none is known."""
    address = text_column(accounts, "address").astype("str")
    return spelling_key(address).str.replace(_ADDRESS, "str", regex=True).astype("str")


def same_people(contacts: pd.DataFrame, *, most_same: int) -> pd.DataFrame:
    """Pairs of accounts that share persons, by name, mail address or telephone number.

    Returns
    -------
    ``one``, ``other``; ``people`` (number of persons of the same name, in words of two at
    least); ``reached`` (number of equal mail addresses and telephone numbers). Who or what stands
    in more accounts than ``most_same`` tells nothing.
    """
    found = []
    for column, shape in (("name", r"\S\s\S"), ("mail", "@"), ("phone", r"\d\D*\d\D*\d\D*\d\D*\d")):
        text = spelling_key(text_column(contacts, column))
        if column == "phone":
            text = text.str.replace(r"\D", "", regex=True).str[-9:]
            shape = r"\d{5}"
        known = contacts.assign(text=text.astype("str"))[["account", "text"]].drop_duplicates()
        known = known[known["text"].str.contains(shape, regex=True)]
        pairs = _pairs(known.groupby("text")["account"].agg(list), most_same)
        found.append(pairs.assign(people=int(column == "name"), reached=int(column != "name")))
    every = pd.concat(found, ignore_index=True)
    return every.groupby(list(PAIR), as_index=False)[["people", "reached"]].sum()


def like_lines(pairs: pd.DataFrame, line_quarters: pd.DataFrame) -> pd.Series:
    """How much of what two accounts ever bought is in the same product lines.

    Returns
    -------
    Per pair 0–1: the sum over lines of the smaller of both shares of revenue; missing where
    either bought in no named line.
    """
    known = line_quarters[(line_quarters["product_line"] != "") & (line_quarters["revenue"] > 0)]
    asked = pd.unique(pairs[list(PAIR)].to_numpy().ravel())
    known = known[known["account"].isin(asked)]
    if known.empty:
        return pd.Series(np.nan, pairs.index)
    sums = known.pivot_table("revenue", "account", "product_line", "sum", fill_value=0.0)
    shares = sums.div(sums.sum(axis=1), axis=0)
    one, other = (shares.reindex(pairs[side]).to_numpy() for side in PAIR)
    return pd.Series(np.minimum(one, other).sum(axis=1), pairs.index)


def _pairs(groups: pd.Series, most: int) -> pd.DataFrame:
    found = {
        pair
        for holders in groups
        if 1 < len(set(holders)) <= most
        for pair in combinations(sorted(set(holders)), 2)
    }
    return pd.DataFrame(sorted(found), columns=list(PAIR), dtype="str")
