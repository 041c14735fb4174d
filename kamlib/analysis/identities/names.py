"""Names that are alike: the same company, a slip of the keys, or near enough to be looked at.

The one notion of alike names. Names are compared by their keys (``name_key``): no case, accents,
punctuation or legal form. Nothing is compared with everything: equal keys share a group, keys of
one slip share what is left when a letter is taken out, and a name that begins another one stands
right before it in the order of the alphabet; 10,000 names take about a second.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

import pandas as pd

from kamlib.data.describe.letters import name_key, simplified

# The same name; one slip of the keys apart; one letter apart, or longer by some words.
SAME, TYPED, NEAR = "same name", "typing error", "near name"
PAIR = ("one", "other")
Holders = dict[str, list]  # the accounts that have each key
_BARE = str.maketrans("äöüÄÖÜøØåÅ", "aouAOUoOaA")  # for who has no umlauts on the keyboard
_ZERO = re.compile(r"(?<=[^\W\d_])0(?!\d)|(?<!\d)0(?=[^\W\d_])")
_ONE = re.compile(r"(?<=[^\W\d_])1(?=[^\W\d_])")
_HAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORD = 5  # letters that a word must have for a slip in it to tell nothing else
_BEGINS = 8  # letters of a name that may begin another one
_MOST_BEGINNINGS = 3  # longer names that begin alike: more of them are a family of names
_USED = 2  # names with a word in them; with more it is a word of its own and no slip
_PLURAL = frozenset("sne")  # "Son" and "Sons" are two firms oftener than a slip


def like_names(names: pd.Series, *, most_same: int) -> pd.DataFrame:
    """The pairs of accounts whose names are alike, each once.

    Parameters
    ----------
    names
        A name per account; empty ones, and such as are codes, are alike to none.
    most_same
        A name that more accounts have than that says nothing of two of them: branches of a
        chain. See :func:`shared_names`.

    Returns
    -------
    By ``one`` and ``other`` (labels of the index, ``one`` before ``other``): ``how`` (``SAME``,
    ``TYPED``, ``NEAR``; the surest that holds).

    >>> names = pd.Series({"1": "Müller Bau GmbH", "2": "MULLER  BAU", "3": "Müller Nord"})
    >>> like_names(names, most_same=3).values.tolist()
    [['1', '2', 'same name']]
    """
    keys = _keys(names)
    holders = keys.groupby("key")["account"].agg(list).to_dict()
    found: dict[tuple, str] = {}
    for how, pairs in (
        (SAME, _same(keys, most_same)),
        *_slips(holders, most_same),
        (NEAR, _beginnings(holders, most_same)),
    ):
        for pair in pairs:
            found.setdefault(pair, how)
    rows = sorted((*pair, how) for pair, how in found.items())
    return pd.DataFrame(rows, columns=[*PAIR, "how"], dtype="str")


def shared_names(names: pd.Series, *, most_same: int) -> pd.Series:
    """Names that more accounts have than two numbers of one company would explain.

    Returns
    -------
    The number of accounts by name, most first: branches of a chain, or a name that says nothing.
    """
    keys = name_key(names)
    keys = keys[keys != ""]
    holders = keys.groupby(keys).transform("size")
    many = names[keys.index][holders > most_same].groupby(keys[holders > most_same])
    table = pd.DataFrame({"name": many.first(), "accounts": many.size()})
    table = table.sort_values(["accounts", "name"], ascending=[False, True], kind="stable")
    return table.set_index("name")["accounts"]


def is_name(text: str) -> bool:
    """Whether a text reads as a company's name rather than as a code.

    >>> is_name("Ivy Parts"), is_name("中科贸易"), is_name("N1O13"), is_name("K-1012")
    (True, True, False, False)
    """
    letters = sum(map(str.isalpha, text))
    digits = sum(map(str.isdigit, text))
    return letters >= 2 and letters > 2 * digits


def _keys(names: pd.Series) -> pd.DataFrame:
    """The ways in which each name may be found: ``account``, ``key``, ``compact``, ``digits``."""
    told = names.astype("str").fillna("")
    told = told[told.map(is_name).astype("bool")]
    told = told.map(lambda name: _ONE.sub("l", _ZERO.sub("o", simplified(name)))).astype("str")
    # A name without its umlauts is written "Mueller" by some and "Muller" by others.
    keys = pd.concat([name_key(told), name_key(told.str.translate(_BARE))])
    frame = pd.DataFrame({"account": keys.index, "key": keys.to_numpy()}).drop_duplicates()
    frame = frame[frame["key"] != ""].reset_index(drop=True)
    frame["compact"] = frame["key"].str.replace(" ", "", regex=False)
    frame["digits"] = frame["key"].map(lambda key: " ".join(re.findall(r"\d+", key)))
    return frame


def _same(keys: pd.DataFrame, most_same: int) -> Iterator[tuple]:
    """Accounts whose names have the same letters, or the same words in another order."""
    words = keys["key"].map(lambda key: " ".join(sorted(key.split())))
    for spelled in (keys["compact"], words):
        groups = keys.groupby([spelled.to_numpy(), keys["digits"].to_numpy()])["account"]
        for holders in groups.agg(frozenset):
            if len(holders) <= most_same:
                yield from combinations(sorted(holders), 2)


def _slips(holders: Holders, most_same: int) -> list[tuple[str, list[tuple]]]:
    """Accounts whose names are one letter apart, by how sure that is a slip of the keys."""
    used = Counter(word for key in holders for word in dict.fromkeys(key.split()))
    found: dict[str, list[tuple]] = {TYPED: [], NEAR: []}
    for one, other in sorted(_one_letter_apart(holders)):
        how = _slip(one, other, used)
        if how and max(len(holders[one]), len(holders[other])) <= most_same:
            found[how] += _crossed(holders[one], holders[other])
    return list(found.items())


def _one_letter_apart(keys: Iterable[str]) -> set[tuple[str, str]]:
    """Keys that share what is left once one letter is taken out of either or both."""
    left: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        plain = key.replace(" ", "")
        if len(plain) > _WORD:
            shorter = (plain[:i] + plain[i + 1 :] for i in range(len(plain)))
            for rest in dict.fromkeys([plain, *shorter]):
                left[rest].append(key)
    return {
        (one, other)
        for sharing in left.values()
        if len(sharing) > 1
        for one, other in combinations(sorted(sharing), 2)
    }


def _slip(one: str, other: str, used: Counter) -> str:
    """How two keys of one letter apart are alike: ``TYPED``, ``NEAR``, or "" for not at all."""
    if re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return ""
    words = one.split(), other.split()
    if len(words[0]) != len(words[1]):
        return NEAR  # "Peterson" and "Peters & Son"
    apart = [pair for pair in zip(*words, strict=True) if pair[0] != pair[1]]
    if len(apart) != 1:
        return ""
    mine, theirs = apart[0]
    if min(len(mine), len(theirs)) < _WORD:
        return ""
    at = next((i for i, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a != b), -1)
    if _HAN.search(mine + theirs) or min(used[mine], used[theirs]) > _USED:
        return NEAR  # another word, not a slip in the same one
    if len(mine) == len(theirs):
        turned = sorted(mine) == sorted(theirs) and mine[at + 2 :] == theirs[at + 2 :]
        return TYPED if turned else NEAR
    longer = max(mine, theirs, key=len)
    ends = at == -1 and longer[-1] in _PLURAL
    return NEAR if at == 0 or ends else TYPED


def _beginnings(holders: Holders, most_same: int) -> Iterator[tuple]:
    """Accounts of which one has the other's name with more words behind it, or cut off."""
    listed = sorted(holders)
    for place, key in enumerate(listed):
        if len(key) < _BEGINS:
            continue
        longer = []
        for other in listed[place + 1 : place + 2 + _MOST_BEGINNINGS]:
            if not other.startswith(key):
                break
            longer.append(other)
        if len(longer) > _MOST_BEGINNINGS or len(holders[key]) > most_same:
            continue
        for other in longer:
            more = other.removeprefix(key)
            whole = more.startswith(" ") or len(key) >= 2 * _BEGINS  # no word, or cut off late
            if whole and len(holders[other]) <= most_same and not re.search(r"\d", more):
                yield from _crossed(holders[key], holders[other])


def _crossed(ones: Iterable, others: Iterable) -> list[tuple]:
    return [tuple(sorted((one, other))) for one in ones for other in others if one != other]
