"""Conventions of exports that do not come back right yet: who mends one takes its line out.

A test fails as soon as one of them holds; the draws of several together leave them out.
"""

SILENT = "a wrong figure without a word"
STOPS = "stopped, though it could be read"
ASKS = "a question is open, though the export settles it"

NOT_YET: dict[tuple[str, str], str] = {
    ("sign", "S/H column"): ASKS,
    ("amounts", "two currencies"): STOPS,
}

# Two or more conventions of which each alone holds, and together they do not.
NOT_YET_TOGETHER: list[set[tuple[str, str]]] = [
    *({("language", "zht"), ("status", status)} for status in ("cancelled", "draft", "quotation")),
    {("language", "zht"), ("sign", "type column")},
]
