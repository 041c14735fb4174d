"""Headers that are a month or a quarter, in the languages that companies write them."""

import re
import unicodedata

# The beginnings of the months' names, January first.
_MONTHS = (
    "jan янв ene gen sty jän led", "feb фев fév fev lut úno", "mar мар mär mrz maa bře",
    "apr апр avr abr kwi dub", "may mai май мая mag mei maj kvě", "jun июн juin giu cze čvn",
    "jul июл juil lug lip čvc", "aug авг aoû aou ago sie srp", "sep сен set wrz zář",
    "oct okt окт ott out paź říj", "nov ноя lis", "dec dez дек déc dic gru pro",
)  # fmt: skip
_BY_START = {start: n for n, names in enumerate(_MONTHS, 1) for start in names.split()}
_NAME = "|".join(sorted(_BY_START, key=len, reverse=True))
_SIGN = r"[\s.,/_'’\-–]*"
_YEAR = r"(?P<year>(?:19|20)\d\d|\d\d)"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?P<year>(?:19|20)\d\d)\s*年\s*(?P<month>\d{1,2})\s*月(?:份)?",
        r"(?P<year>(?:19|20)\d\d)[-./](?P<month>\d{1,2})[-./](?P<day>\d{1,2})(?:[ T][0:]+)?",
        rf"\b(?P<name>{_NAME})[^\W\d_]*{_SIGN}{_YEAR}(?:\s*г(?:\.|ода?)?)?(?!\d)",
        rf"(?P<year>(?:19|20)\d\d){_SIGN}(?P<name>{_NAME})[^\W\d_]*",
        r"(?P<year>(?:19|20)\d\d)\s*(?:年)?[\s\-]*(?:Q|第|кв\.?\s*)?(?P<quarter>[1-4])\s*(?:季度|кв\w*)",
        r"(?P<year>(?:19|20)\d\d)[\s\-/]*Q(?P<quarter>[1-4])\b",
        r"\bQ(?P<quarter>[1-4])[\s\-/]*(?P<year>(?:19|20)\d\d)\b",
        r"\b(?P<quarter>[1-4])[.\s]*(?:кв\w*|Quartal)\.?\s*(?P<year>(?:19|20)\d\d)\b",
        r"\b(?P<month>0?[1-9]|1[0-2])\s*[./\-]\s*(?P<year>(?:19|20)\d\d)\b",
        r"\b(?P<year>(?:19|20)\d\d)\s*[./\-]\s*(?P<month>0?[1-9]|1[0-2])\b(?![./\-]\d)",
        r"\b(?P<year>20\d\d)(?P<month>0[1-9]|1[0-2])\b",
    )
)


def period_of(header: str) -> tuple[str, str] | None:
    """The first day (ISO) of the month or quarter that a header names, and what else it says.

    >>> period_of("янв 24"), period_of("2024年1月 金额"), period_of("Qty")
    (('2024-01-01', ''), ('2024-01-01', '金额'), None)
    """
    text = unicodedata.normalize("NFKC", " ".join(header.split()))
    for form in _FORMS:
        if found := form.search(text):
            parts = found.groupdict()
            month = _month(parts)
            if month is None or not 1 <= month <= 12:
                continue
            year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
            rest = f"{text[: found.start()]} {text[found.end() :]}"
            return f"{year}-{month:02}-{int(parts.get('day') or 1):02}", rest.strip(" -–_/.:,()")
    return None


def _month(parts: dict[str, str | None]) -> int | None:
    if parts.get("quarter"):
        return 3 * int(parts["quarter"]) - 2
    if parts.get("month"):
        return int(parts["month"])
    return _BY_START.get((parts["name"] or "").casefold())
