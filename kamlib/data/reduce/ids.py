"""Ids as texts: what Excel made of them is undone where it can be, and named where it cannot.

The blanks within an id are single ones, ``100.0`` is 100, and one account has one form in all
tables. All of it is SQL, for lines and side tables alike.
"""

from collections.abc import Mapping

from kamlib.data.describe.ids import BLANKS, INVISIBLE, WHOLE
from kamlib.data.read.conversion import literal
from kamlib.data.read.dataset import TableSource

# Columns that hold an account, whatever their table.
ACCOUNTS = ("account", "parent", "belongs_to")
IDS = (
    *(*ACCOUNTS, "document", "product", "prospect", "manager"),
    *("contact", "reports_to", "dotted_to"),
)
_ENDS_WHOLE = ("%.0", "%,0", "%.00", "%,00")
SCIENTIFIC = "^[0-9]([.,][0-9]+)?[eE][+][0-9]+$"


def plain_text(sql: str) -> str:
    """A text without blanks around it; an empty one is missing."""
    return f"NULLIF(TRIM(CAST({sql} AS VARCHAR)), '')"


def id_text(sql: str) -> str:
    """An id as it is meant: no doubled or strange blanks, and ``100.0`` is 100.

    :func:`kamlib.data.describe.ids.plain_id` is the same for one text.
    """
    text = f"CAST({sql} AS VARCHAR)"
    single = f"REGEXP_REPLACE({text}, '{INVISIBLE}', '', 'g')"
    single = f"REGEXP_REPLACE({single}, '{BLANKS}', ' ', 'g')"
    # Most ids are plain: only what is not pays for the patterns.
    wide = f"BIT_LENGTH({text}) > 8 * LENGTH({text})"
    odd = " OR ".join(f"{text} LIKE '%{blanks}%'" for blanks in ("  ", "\t", "\n", "\r"))
    strange = f"{wide} OR {odd}"
    trimmed = plain_text(f"CASE WHEN {strange} THEN {single} ELSE {text} END")
    whole = f"REGEXP_REPLACE({trimmed}, '{WHOLE}', '\\1')"
    return f"CASE WHEN {_ends_whole(trimmed)} THEN {whole} ELSE {trimmed} END"


def account_text(sql: str, source: TableSource) -> str:
    """An account's id in the one form that the description gives it.

    ``account_digits`` writes ids of digits only with so many of them; ``same_accounts`` says
    which spelling stands for which other.
    """
    return one_form(id_text(sql), source.account_digits, source.same_accounts)


def one_form(text: str, digits: int, same: Mapping[str, str]) -> str:
    """An id's SQL with a number of digits and other spellings of it taken together."""
    if digits:
        bare = f"LTRIM({text}, '0')"
        padded = f"LPAD({bare}, {digits}, '0')"
        padded = f"CASE WHEN LENGTH({bare}) < {digits} THEN {padded} ELSE {bare} END"
        text = f"CASE WHEN REGEXP_MATCHES({text}, '^[0-9]+$') THEN {padded} ELSE {text} END"
    if same:
        same = {variant: _last(variant, same) for variant in same}
        cases = " ".join(
            f"WHEN {literal(variant)} THEN {literal(shown)}" for variant, shown in same.items()
        )
        text = f"CASE {text} {cases} ELSE {text} END"
    return text


def _last(account: str, same: Mapping[str, str]) -> str:
    """Whom a spelling stands for in the end, where one that stands for another has others."""
    seen = {account}
    while same.get(account, account) not in seen:
        account = same[account]
        seen.add(account)
    return account


def was_whole(sql: str) -> str:
    """Whether a text is a whole number with a decimal behind it, such as ``100.0``."""
    text = f"CAST({sql} AS VARCHAR)"
    # A CASE, for the pattern is to be tried on those few only.
    whole = f"REGEXP_MATCHES({text}, '{WHOLE}')"
    return f"(CASE WHEN {_ends_whole(text)} THEN {whole} ELSE FALSE END)"


def lost_digits(name: str) -> str:
    """Whether an id is written like ``4.01230E+12``, so that its last digits are lost."""
    matches = f"REGEXP_MATCHES({name}, '{SCIENTIFIC}')"
    return f"(CASE WHEN {name} LIKE '%+%' THEN {matches} ELSE FALSE END)"


def _ends_whole(text: str) -> str:
    return " OR ".join(f"{text} LIKE '{end}'" for end in _ENDS_WHOLE)
