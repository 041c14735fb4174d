"""File names for accounts: safe on every system, readable, the same in each run."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

MAX_SLUG, CODE = 60, 8
# A file's name has at most 255 bytes, and a sign of some scripts takes four of them.
MAX_BYTES = 180
# Windows opens a device under these names, whatever follows a dot; index is the list's own page.
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|index)(\..*)?", re.IGNORECASE)


def slug(account: str) -> str:
    """What of an account id a file name can show, for any system.

    Letters and digits of any script stay, Latin ones without their accents; what is neither
    becomes a hyphen. An id of which nothing is left is shown by its code.

    >>> slug("N1012"), slug("Müller & Söhne"), slug("../../etc/passwd"), slug("nul.txt")
    ('N1012', 'Muller-Sohne', 'etc-passwd', 'account-nul.txt')
    >>> slug("上海贸易 (有限公司)"), slug("Завод №7"), slug("हिन्दी"), slug("...")
    ('上海贸易-有限公司', 'Завод-No7', 'हिन्दी', 'account-ab5df625')
    """
    # Composed, for a folder that decomposes names (macOS) must find what a page links to.
    plain = unicodedata.normalize(
        "NFC", "".join(map(_plain, unicodedata.normalize("NFKC", account)))
    )
    safe = "".join(sign if _stays(sign) else "-" for sign in plain)
    safe = re.sub(r"[-.]*-[-.]*", "-", safe)[:MAX_SLUG]
    safe = safe.encode()[:MAX_BYTES].decode(errors="ignore").strip("-.")
    while safe and unicodedata.category(safe[0]).startswith("M"):  # a mark needs a letter before
        safe = safe[1:].lstrip("-.")
    if not safe:
        return f"account-{_code(account)[:CODE]}"
    return f"account-{safe}" if _RESERVED.fullmatch(safe) else safe


def _plain(sign: str) -> str:
    """A Latin letter without its accents; any other sign as it is."""
    letter, *marks = unicodedata.normalize("NFD", sign)
    return letter if marks and letter.isascii() else sign


def _stays(sign: str) -> bool:
    return sign in "._-" or unicodedata.category(sign)[0] in "LMN"


def file_names(accounts: Iterable[str]) -> dict[str, str]:
    """A file name without its ending for each account, no two alike on any system.

    An account that slugs like another one gets a code of its own id behind its name, so its
    name does not depend on the order, and on others only by there being one.

    >>> file_names(["A1", "a1", "B2"])
    {'A1': 'A1-16a36e86', 'a1': 'a1-f55ff16f', 'B2': 'B2'}
    """
    slugs = {account: slug(account) for account in accounts}
    shared = Counter(name.casefold() for name in slugs.values())
    names = {account: name for account, name in slugs.items() if shared[name.casefold()] == 1}
    taken = {name.casefold() for name in names.values()}
    for account in sorted(slugs.keys() - names.keys()):
        names[account] = _coded(slugs[account], account, taken)
        taken.add(names[account].casefold())
    return {account: names[account] for account in slugs}


def alike(accounts: Iterable[str]) -> list[list[str]]:
    """Groups of accounts whose ids slug alike, each sorted.

    >>> alike(["A/1", "B2", "a-1"])
    [['A/1', 'a-1']]
    """
    groups: dict[str, list[str]] = {}
    for account in sorted(set(accounts)):
        groups.setdefault(slug(account).casefold(), []).append(account)
    return [group for group in groups.values() if len(group) > 1]


def _coded(name: str, account: str, taken: set[str]) -> str:
    """The name with as much of the id's code as tells it from all others."""
    code = _code(account)
    names = (f"{name}-{code[:length]}" for length in range(CODE, len(code) + 1))
    return next(coded for coded in names if coded.casefold() not in taken)


def _code(account: str) -> str:
    return hashlib.sha256(account.encode("utf-8", "surrogatepass")).hexdigest()
