"""What a number or code is that somebody wrote: without the blanks and signs nobody meant."""

import re

BLANKS = "[\t\r\n \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+"
INVISIBLE = "[\u00ad\u200b\u2060\ufeff]"
WHOLE = "^([0-9]+)[.,]00?$"
_BLANKS, _INVISIBLE, _WHOLE = re.compile(BLANKS), re.compile(INVISIBLE), re.compile(WHOLE)


def plain_id(text: str) -> str:
    """An id as it is meant: none but single blanks, none around it, and ``100.0`` is 100.

    :func:`kamlib.data.reduce.ids.id_text` is the same for the columns of tables.

    >>> plain_id("\\u00a0N 1001\\n"), plain_id("100.0")
    ('N 1001', '100')
    """
    single = _BLANKS.sub(" ", _INVISIBLE.sub("", text)).strip(" ")
    return _WHOLE.sub(r"\1", single)
