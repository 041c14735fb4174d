"""Short codes that stand for names: the same each quarter, and of no use without the user's key.

A code is made of a name by the key that lies in the user's own configuration folder and never
beside any data (:mod:`kamlib.data.reduce.seals`): who has a code alone cannot try names out.
"""

from collections import Counter
from collections.abc import Collection, Iterable

from kamlib.data.reduce.seals import signature

# No vowels: no word comes of them. No signs that are taken for others. A letter goes first, so
# that no code is taken for a number.
_LETTERS = "BCDFGHJKMNPQRSTVWXZ"
_SIGNS = _LETTERS + "23456789"
_MOST = 40  # signs that a name's signature makes


def name_code(kind: str, name: str, *, length: int) -> str:
    """The code of one name, without looking at any others.

    Parameters
    ----------
    kind
        What is named, such as ``account``: an account and a product of one name have two codes.
    length
        The number of signs, at most 40.
    """
    number = int(signature({"stands for": [kind, name]}), 16)
    number, first = divmod(number, len(_LETTERS))
    signs = [_LETTERS[first]]
    while len(signs) < length:
        number, place = divmod(number, len(_SIGNS))
        signs.append(_SIGNS[place])
    return "".join(signs)


def name_codes(
    kind: str, names: Iterable[str], *, length: int, never: Collection[str] = ()
) -> dict[str, str]:
    """The code of each of some names, no two alike.

    Names whose codes would be alike, or ``never`` wanted, have longer ones: whether a code is
    so long may change with the names, all others stay as they are.

    Parameters
    ----------
    kind, length
        As :func:`name_code` takes them.
    never
        What no code may be, whatever its case: the names themselves.
    """
    left, found = sorted({*names}), {}
    refused = {text.casefold() for text in never}
    for signs in range(length, _MOST + 1):
        codes = {name: name_code(kind, name, length=signs) for name in left}
        times = Counter(codes.values())
        fine = {n: c for n, c in codes.items() if times[c] == 1 and c.casefold() not in refused}
        found |= fine
        left = [name for name in left if name not in fine]
        if not left:
            break
    return found
