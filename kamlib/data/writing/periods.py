"""Headers that are a month, a quarter or a year, in the languages that companies write them."""

import re
import unicodedata
from collections.abc import Iterable

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
        rf"\bQ(?P<quarter>[1-4])[\s'’/\-]+{_YEAR}\b",
        rf"\b(?P<quarter>[1-4])\s?Q[\s'’/\-]*{_YEAR}\b",
        rf"\b(?:T|trim\w*\.?\s*)(?P<quarter>[1-4])[\s/\-]*{_YEAR}\b",
        rf"\b(?P<quarter>[1-4])\s*(?:er|e|º|°|o|-й|й)?\s*(?:trim\w*|кв\w*)\.?[\s/\-]*{_YEAR}\b",
        r"\b(?P<month>0?[1-9]|1[0-2])\s*[./\-]\s*(?P<year>(?:19|20)\d\d)\b",
        r"\b(?P<year>(?:19|20)\d\d)\s*[./\-]\s*(?P<month>0?[1-9]|1[0-2])\b(?![./\-]\d)",
        r"\b(?P<year>20\d\d)(?P<month>0[1-9]|1[0-2])\b",
    )
)


# "FY24 Q4" and "Q4 FY2024": a quarter of the year that the company counts.
_FISCAL = re.compile(
    r"\bFY\s?['’]?(?:20)?(?P<year>\d\d)(?=[\s\-/_]*Q[1-4]\b)"
    r"|(?<=Q[1-4])(?P<gap>[\s\-/_]*)FY\s?['’]?(?:20)?(?P<after>\d\d)\b",
    re.IGNORECASE,
)
# Whole headers that are a month or a quarter of a year that stands elsewhere.
_FULL = (
    "january januar januari janvier enero gennaio janeiro styczeń январь",
    "february februar februari février fevrier febrero febbraio fevereiro luty февраль",
    "march märz maart mars marzo março marzec март",
    "april avril abril aprile kwiecień апрель", "may mai mei mayo maggio maio maj май",
    "june juni juin junio giugno junho czerwiec июнь",
    "july juli juillet julio luglio julho lipiec июль",
    "august augustus août aout agosto sierpień август",
    "september septembre septiembre settembre setembro wrzesień сентябрь sept",
    "october oktober octobre octubre ottobre outubro październik октябрь",
    "november novembre noviembre novembro listopad ноябрь",
    "december dezember décembre decembre diciembre dicembre dezembro grudzień декабрь",
)  # fmt: skip
_BY_NAME = {name: n for n, names in enumerate(_FULL, 1) for name in names.split()} | _BY_START
_QUARTER = re.compile(
    r"(?:Q|T|第|кв\.?\s*)\s?([1-4])(?:季度?)?|([1-4])\s*(?:-й\s*)?"
    r"(?:季度?|кв(?:\.|артал)?|\.?\s*Quartal|Q|(?:st|nd|rd|th)\s+quarter)",
    re.IGNORECASE,
)
_MARK = r"(?:Q|T|кв\w*\.?|Quartal|quarter|trim\w*\.?|季度?)"
_TH = r"(?:\s*-?\s*(?:й|er|st|nd|rd|th|e|º|°|o)\b)?"
_WHOLE_QUARTERS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?P<year>(?:19|20)\d\d)\s*(?:年|г\.?|года?)?[\s\-/.,]*(?:Q|T|кв\.?\s?)(?P<quarter>[1-4])",
        rf"(?P<year>(?:19|20)\d\d)\s*(?:年|г\.?|года?)?[\s\-/.,]*第?\s*(?P<quarter>[1-4]){_TH}[.\s]*{_MARK}",
        rf"(?:Q|T|кв\.?\s?)(?P<quarter>[1-4])[\s'’/\-.,]*{_YEAR}(?:\s*(?:г\.?|года?))?",
        rf"(?P<quarter>[1-4]){_TH}[.\s]*{_MARK}[\s'’/\-.,]*{_YEAR}(?:\s*(?:г\.?|года?))?",
    )
)
_DIGITS = {sign: str(n) for n, sign in enumerate("一二三四五六七八九十", 1)}
_DIGITS |= {"十一": "11", "十二": "12"}
_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4"}
_YEARS = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_ONE_YEAR = re.compile(
    r"(?<![\w./\-])(?:за\s+|FY\s?|in\s+)?(?P<year>(?:19|20)\d\d)(?![\d./\-])"
    r"\s*(?:年度?|г(?:од[уа]?|\.)?(?!\w))?",
    re.IGNORECASE,
)
_DAYS = re.compile(
    r"(?<!\d)(?:\d{4}[-./年]\s?\d{1,2}[-./月]\s?\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{4}"
    r"|\d{1,2}\.?\s[^\W\d_]+\.?,?\s\d{4}|[^\W\d_]+\.?\s\d{1,2},\s?\d{4})"
)


def month_of(header: str) -> int | None:
    """The month (1–12), or a quarter's first, that a whole header names without its year.

    >>> month_of("Januar"), month_of("十二月"), month_of("Q2"), month_of("Market")
    (1, 12, 4, None)
    """
    text = _in_one_line(header).rstrip(".")
    if found := _QUARTER.fullmatch(text):
        return 3 * int(found[1] or found[2]) - 2
    if found := re.fullmatch(r"(0?[1-9]|1[0-2])\s*月份?", text):
        return int(found[1])
    return _BY_NAME.get(text.casefold())


def is_quarter(header: str) -> bool:
    """Whether a header that :func:`month_of` reads names a quarter."""
    text = _in_one_line(header).rstrip(".")
    return _QUARTER.fullmatch(text) is not None


def quarter_in(text: str) -> tuple[int, int] | None:
    """Year and quarter (1–4) that a whole text names, both of them.

    >>> quarter_in("1 квартал 2024 г."), quarter_in("2024年第一季度"), quarter_in("Q4 report")
    ((2024, 1), (2024, 1), None)
    """
    plain = _in_one_line(text)
    for form in _WHOLE_QUARTERS:
        if found := form.fullmatch(plain):
            year = int(found["year"])
            return year + (2000 if year < 100 else 0), int(found["quarter"])
    return None


def stated_year(texts: Iterable[str]) -> int | None:
    """The one year that the first text with a year names; a day of printing is no such year.

    >>> stated_year(["Printed 15.01.2025", "Sales 2024"]), stated_year(["2023-2024"])
    (2024, None)
    """
    for text in texts:
        days = _DAYS.findall(text)
        of_days = [year for day in days for year in _YEARS.findall(day)]
        found = set(_YEARS.findall(_DAYS.sub(" ", text)))
        found |= set(of_days) if len(of_days) > 1 else set()
        if found:
            return int(found.pop()) if len(found) == 1 else None
    return None


def _in_one_line(text: str) -> str:
    return _in_digits(unicodedata.normalize("NFKC", " ".join(text.split())))


def _in_digits(text: str) -> str:
    """Chinese and Roman numbers before a month or quarter as digits."""
    text = re.sub(
        r"(十[一二]?|[一二三四五六七八九])(?=\s*(?:月|季))", lambda m: _DIGITS[m[1]], text
    )
    roman = r"\b(IV|I{1,3})(?=\.?\s*(?:кв|quart))"
    return re.sub(roman, lambda m: _ROMAN[m[1].upper()], text, flags=re.IGNORECASE)


def period_of(header: str) -> tuple[str, str] | None:
    """The first day (ISO) of the month or quarter that a header names, and what else it says.

    >>> period_of("янв 24"), period_of("2024年1月 金额"), period_of("Qty")
    (('2024-01-01', ''), ('2024-01-01', '金额'), None)
    """
    text = _period_text(header)
    if (found := _form_of(text)) is None:
        return None
    parts = found.groupdict()
    year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    day = f"{year}-{_month(parts):02}-{int(parts.get('day') or 1):02}"
    return day, rest.strip(" -–_/.:,()")


def year_of(header: str) -> tuple[str, str] | None:
    """The first day (ISO) of the one year that a header names alone, and what else it says.

    >>> year_of("Sales 2024"), year_of("2024 г."), year_of("2024年销售额"), year_of("2023 vs 2024")
    (('2024-01-01', 'Sales'), ('2024-01-01', ''), ('2024-01-01', '销售额'), None)
    """
    text = _period_text(header)
    found = _ONE_YEAR.search(text)
    rest = f"{text[: found.start()]} {text[found.end() :]}" if found else ""
    if found is None or re.search(r"\d", rest) or period_of(header):
        return None
    return f"{found['year']}-01-01", rest.strip(" -–_/.:,()")


def year_alone(text: str) -> int | None:
    """The year that a whole text is.

    >>> year_alone("2024 г."), year_alone("2024年度"), year_alone("FY2024"), year_alone("2023/24")
    (2024, 2024, 2024, None)
    """
    found = year_of(text)
    return int(found[0][:4]) if found and not found[1] else None


def names_quarter(header: str) -> bool:
    """Whether a header that names a period names a quarter, with its year or without.

    >>> names_quarter("FY24 Q4"), names_quarter("Q2"), names_quarter("Jan 2024")
    (True, True, False)
    """
    found = _form_of(_period_text(header))
    return is_quarter(header) if found is None else bool(found.groupdict().get("quarter"))


def _period_text(header: str) -> str:
    text = _in_one_line(header)
    return _FISCAL.sub(lambda m: f"{m['gap'] or ''}20{m['year'] or m['after']}", text)


def _form_of(text: str) -> re.Match[str] | None:
    """The first of the forms with a year that a text has, and a month or quarter in it."""
    for form in _FORMS:
        if found := form.search(text):
            month = _month(found.groupdict())
            if month is not None and 1 <= month <= 12:
                return found
    return None


def _month(parts: dict[str, str | None]) -> int | None:
    if parts.get("quarter"):
        return 3 * int(parts["quarter"]) - 2
    if parts.get("month"):
        return int(parts["month"])
    return _BY_START.get((parts["name"] or "").casefold())
