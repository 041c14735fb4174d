"""Long texts in as few words as one sheet has room for."""

import re

_ENDS = re.compile(r"(?<=[.;:,!?。，；：])\s+")
_SIGNS = " ,;:.。，；：–-("
# What is left of a legal form, or of what joins two words, where a name was cut.
_TAIL = re.compile(r"(?:[\s,]+(?:GmbH|Ltd|Inc|&|\S{1,3}))+[\s,&]*$")
LONGEST = 26  # letters of a name


def brief(text: str, words: int) -> str:
    """A text's first sentences and clauses, as many as fit so many words; else its first words.

    >>> brief("Silent for 160 days; two offers are late; asks for a lower price.", 8)
    'Silent for 160 days; two offers are late …'
    >>> brief("Go through its prices and discounts and what it costs to serve.", 6)
    'Go through its prices and discounts …'
    >>> brief("Call and ask why.", 6)
    'Call and ask why.'
    """
    text, kept = text.strip(), ""
    for part in _ENDS.split(text):
        longer = f"{kept} {part}".strip()
        if number_of_words(longer) > words:
            break
        kept = longer
    if kept == text:
        return text
    if 2 * number_of_words(kept) < words:
        kept = " ".join(text.split()[:words])
    return f"{kept.rstrip(_SIGNS)} …"


def number_of_words(text: str) -> int:
    """How many words a text has; signs between blanks are none.

    >>> number_of_words("a rival (72 %) & Sons")
    4
    """
    return sum(any(map(str.isalnum, word)) for word in text.split())


def short_name(name: str) -> str:
    """A name without the legal form that a sheet has no room for, whole words of it.

    >>> short_name("Möllendörp Großhandel GmbH & Co. KG"), short_name("Brown Ltd")
    ('Möllendörp Großhandel', 'Brown Ltd')
    >>> short_name("Jaworczak Meble Polska Sp. z o.o.")
    'Jaworczak Meble Polska'
    """
    if len(name) <= LONGEST:
        return name
    kept = ""
    for word in name.split():
        longer = f"{kept} {word}".strip()
        if len(longer) > LONGEST:
            break
        kept = longer
    return _TAIL.sub("", kept) or f"{name[:LONGEST]}…"
