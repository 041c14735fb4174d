"""What a text must look like to be a date: said once, for guessing and for reading alike.

A text is taken apart into year, month and day as far as it tells them; the order of bare numbers
(03/04/24) is left to the column.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from kamlib.data.describe.headers import word_set
from kamlib.data.writing.numbers import plain_text
from kamlib.data.writing.periods import quarter_in

ORDERS = ("day-first", "month-first", "year-first")
ROC = "roc"
# ISO days, which need no taking apart; the time that may follow them is not looked at.
ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]+[0-9]{1,2}:[0-9]{2}.*)?$"
# What is cut off before a text is taken apart, so that few different texts remain.
TIME_TAIL = r"[T ,]+[0-9]{1,2}:[0-9]{2}.*$"
SERIALS = (20_000, 80_000)  # 1954 to 2119
YEARS = (1990, 2100)  # numbers that are years, where a column holds nothing else
FUTURE_DAYS = 31
_LONGEST = 48
_OLDEST_SHORT_YEAR = 1990

_MONTHS = (
    "january jan januar jänner jänn jän janvier janv enero ene gennaio gen januari stycznia "
    "styczeń sty января январь янв janeiro",
    "february feb februar feber février févr fév fevr febrero febbraio februari lutego luty lut "
    "февраля февраль фев февр fevereiro fev",
    "march mar märz mrz mär mars marzo maart mrt marca marzec марта март мар março",
    "april apr avril avr abril abr aprile kwietnia kwiecień kwi апреля апрель апр",
    "may mai mayo maggio mag mei maja maj мая май maio",
    "june jun juni juin junio giugno giu czerwca czerwiec cze июня июнь июн junho",
    "july jul juli juillet juil julio luglio lug lipca lipiec lip июля июль июл julho",
    "august aug août aou agosto ago augustus sierpnia sierpień sie августа август авг",
    "september sep sept septembre septiembre set settembre września wrzesień wrz сентября сентябрь "
    "сен сент setembro",
    "october oct oktober okt octobre octubre ottobre ott października październik paź октября "
    "октябрь окт outubro out",
    "november nov novembre noviembre listopada listopad lis ноября ноябрь ноя нояб novembro",
    "december dec dezember dez décembre déc diciembre dic dicembre grudnia grudzień gru декабря "
    "декабрь дек dezembro",
)
_WEEKDAYS = word_set(
    "monday mon montag mo lundi lun lunes lunedi maandag ma poniedziałek pon понедельник пн "
    "tuesday tue tues dienstag di mardi mar martes martedi dinsdag wtorek wt вторник вт "
    "wednesday wed mittwoch mi mercredi mer miércoles mié mercoledi woensdag wo środa śr среда ср "
    "thursday thu thur thurs donnerstag do jeudi jeu jueves jue giovedi gio donderdag czwartek czw "
    "четверг чт friday fri freitag fr vendredi ven viernes vie venerdi vrijdag vr piątek pt "
    "пятница пт saturday sat samstag sonnabend sa samedi sam sábado sáb sabato sab zaterdag za "
    "sobota sob суббота сб sunday sun sonntag so dimanche dim domingo dom domenica zondag zo "
    "niedziela niedz ndz воскресенье вс"
)
_FILLERS = word_set(
    "г год года р r de del der den of the le el al il den um uhr am pm a m t s st nd rd th er"
)
_QUOTES = re.compile(r"[«»„“”]|\"(?=[0-9]{1,2}\")|(?<=[0-9])\"")  # «05» марта 2024 г.
_MAY_BE_QUARTER = re.compile(r"[QT][1-4]|[1-4]\s?Q|quart|кв|季|trim", re.IGNORECASE)
_AD = re.compile(r"(?:中華民國|中华民国|民國|民国)\s*")
_WEEKDAY_ZH = re.compile(r"[(\[]?\s*(?:星期|周|週|礼拜|禮拜)[一二三四五六日天]\s*[)\]]?")
_CLOCK = re.compile(
    r"[T,]?\s*(?:上午|下午|早上|晚上|中午|凌晨|[ap]\.?m\.?)?\s*[0-9]{1,2}(?::[0-9]{2}|[时時点點]).*$"
    r"|\s*(?:上午|下午|早上|晚上|中午|凌晨)\s*$",
    re.IGNORECASE,
)
_CHINESE = re.compile(
    r"([0-9]{2,4})\s*年\s*([0-9]{1,2})\s*月(?:份|\s*([0-9]{1,2})\s*(?:[日号號])?)?\.?"
)
_NUMERIC = re.compile(r"([0-9]{1,4})\s?([-/.])\s?([0-9]{1,2})\s?\2\s?([0-9]{1,4})\.?")
_YEAR_MONTH = re.compile(r"([0-9]{4})\s?[-/.]\s?([0-9]{1,2})")
_MONTH_YEAR = re.compile(r"([0-9]{1,2})\s?[-/.]\s?([0-9]{4})")
_YEAR_WEEK = re.compile(
    r"(?P<year>20[0-9]{2})\s?(?:[-/.]?\s?(?:W|KW|CW|WK|S|нед\w*\.?)\s?|年\s?第?\s?(?=[0-9]{1,2}\s?[周週]))"
    r"(?P<week>[0-9]{1,2})\s?[周週]?",
    re.IGNORECASE,
)
_WEEK_YEAR = re.compile(
    r"(?:W|KW|CW|WK|week|нед\w*\.?)\s?(?P<week>[0-9]{1,2})\s?[-/. ,]\s?(?P<year>20[0-9]{2})",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(?:19|20)[0-9]{6}")
_COMPACT_ROC = re.compile(r"1[0-4][0-9]{5}")
_COMPACT_MONTH = re.compile(r"(?:19|20)[0-9]{4}")
_WORDS = re.compile(r"'?[0-9]+|[^\W\d_]+")
_ZH_DIGITS = {sign: str(n) for n, sign in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0"}


@dataclass(frozen=True)
class DayText:
    """A text that is a date: three numbers in an order that may be open.

    ``order`` is empty where only the column can tell it, then ``parts`` are as written; else
    they are year, month, day. ``bare`` are digits alone, which may be a number as well.
    """

    parts: tuple[int, int, int]
    order: str = ""
    month_only: bool = False
    week_only: bool = False
    quarter_only: bool = False
    roc: bool = False
    bare: bool = False
    only_year_first: bool = False

    @property
    def short_year(self) -> bool:
        """Whether the year has two digits."""
        return not self.order and max(self.parts) < 100


@lru_cache(maxsize=100_000)
def day_text(text: str) -> DayText | None:
    """What a text says if it is a date or a month, else ``None``."""
    if len(text) > _LONGEST or not re.search(r"[0-9０-９〇一二]", text):
        return None
    plain = _QUOTES.sub(" ", _WEEKDAY_ZH.sub(" ", plain_text(_arabic(text)))).strip()
    is_roc = _AD.match(plain) is not None
    plain = _CLOCK.sub("", _AD.sub("", plain)).strip(" ,;")
    plain = re.sub("(?<=[0-9])T$", "", plain)
    found = _quarter(text) or _week(plain) or _digits_only(plain) or _chinese(plain, is_roc)
    if found is None:
        bare = _without_words(plain)
        found = _numeric(bare, is_roc) or _month_and_year(bare) or _named(plain)
    if found is None or (found.order and day_value(found, "") is None):
        return None
    return found


def day_value(day: DayText, order: str) -> dt.date | None:
    """The date of a text in the order of its column; ``None`` where there is no such day."""
    first, second, third = day.parts
    if day.only_year_first and order not in ("year-first", ROC):
        return None
    if day.order or order == "year-first" or order == ROC:
        year, month, number = first, second, third
    elif order == "month-first":
        month, number, year = first, second, third
    else:
        number, month, year = first, second, third
    if order == ROC and 0 < year < 200:
        year += 1911
    if year < 100:
        year += 2000 if year <= dt.date.today().year % 100 + 1 else 1900
    try:
        return dt.date(year, month, number)
    except ValueError:
        return None


def is_implausible(day: DayText, order: str) -> bool:
    """Whether a date in an order does not exist, lies ahead of today, or long ago by two digits."""
    value = day_value(day, order)
    if value is None:
        return True
    oldest = _OLDEST_SHORT_YEAR if day.short_year else 1
    return value.year < oldest or value > dt.date.today() + dt.timedelta(days=FUTURE_DAYS)


def possible_orders(day: DayText) -> tuple[str, ...]:
    """The orders in which a text of three numbers can be read at all."""
    if day.order:
        return ()
    if day.only_year_first:
        return ORDERS[2:]
    return ORDERS if day.short_year else ORDERS[:2]


@dataclass(frozen=True)
class OrderEvidence:
    """What a column's dates say of their order: cells that speak against each, and the rest.

    ``against`` counts the cells that an order cannot read, or only as a day ahead of today;
    ``either`` the cells that two orders read differently; ``months`` the months in use by order.
    """

    against: dict[str, int]
    either: int
    cells: int
    months: dict[str, int]
    short: bool

    @property
    def best(self) -> str:
        """The order that the fewest cells speak against; empty where nothing tells two apart."""
        orders = ORDERS if self.short else ORDERS[:2]
        least = min(self.against[order] for order in orders)
        left = [order for order in orders if self.against[order] == least]
        return left[0] if len(left) == 1 else ""

    @property
    def candidates(self) -> tuple[str, ...]:
        """The orders that as few cells speak against as against any other."""
        orders = ORDERS if self.short else ORDERS[:2]
        least = min(self.against[order] for order in orders)
        return tuple(order for order in orders if self.against[order] == least)


def order_evidence(counts: Mapping[str, int]) -> OrderEvidence:
    """What date texts, with how often each stands in the column, say of their order."""
    against = dict.fromkeys(ORDERS, 0)
    months: dict[str, set[int]] = {order: set() for order in ORDERS}
    either = cells = 0
    short = False
    for text, count in counts.items():
        day = day_text(text)
        if day is None or day.order:
            continue
        cells += count
        short |= day.short_year
        readings = set()
        for order in ORDERS:
            if is_implausible(day, order):
                against[order] += count
            value = day_value(day, order)
            if value and (order != "year-first" or day.short_year):
                readings.add(value)
                months[order].add(value.month)
        fits = [order for order in possible_orders(day) if not is_implausible(day, order)]
        either += count * (len(readings) > 1 and len(fits) > 1)
    used = {order: len(found) for order, found in months.items()}
    return OrderEvidence(against, either, cells, used, short)


def likeliest_order(evidence: OrderEvidence, texts: Iterable[str]) -> tuple[str, str]:
    """An order for dates that can be read in several, and the hint that speaks for it.

    The rows' own order speaks first, then a year that would be one month long.
    """
    candidates = evidence.candidates
    days = [day for text in texts if (day := day_text(text)) and not day.order]
    steps_back = {}
    for order in candidates:
        values = [day_value(day, order) for day in days]
        known = [value for value in values if value]
        pairs = list(zip(known, known[1:], strict=False))
        steps_back[order] = min(sum(b < a for a, b in pairs), sum(b > a for a, b in pairs))
    if days and len(set(days)) > 5:
        calm = min(candidates, key=lambda order: (steps_back[order], order))
        rest = [steps_back[order] for order in candidates if order != calm]
        if rest and steps_back[calm] * 10 <= min(rest) and min(rest) - steps_back[calm] >= 3:
            return calm, "row order"
    if "year-first" in candidates and len(candidates) > 1:
        years = {len({day.parts[0] for day in days}), len({day.parts[2] for day in days})}
        firsts, lasts = (len({day.parts[n] for day in days}) for n in (0, 2))
        if len(years) > 1 and firsts * 3 <= lasts:
            return "year-first", "few years"
        candidates = tuple(order for order in candidates if order != "year-first")
        if len(candidates) == 1:
            return candidates[0], ""
    widest = max(candidates, key=lambda order: (evidence.months[order], order == "day-first"))
    if min(evidence.months[order] for order in candidates) == 1 < evidence.months[widest] - 1:
        return widest, "one month"
    return candidates[0], ""


def _arabic(text: str) -> str:
    """Chinese numerals of a date as digits: 二〇二四年十二月三十一日."""
    if "年" not in text or not re.search("[一二三四五六七八九十〇零]\\s*[年月日号號]", text):
        return text

    def number(match: re.Match[str]) -> str:
        signs = match[0]
        if "十" in signs:
            tens, _, ones = signs.partition("十")
            return str(int(_ZH_DIGITS.get(tens, "1")) * 10 + int(_ZH_DIGITS.get(ones, "0")))
        return "".join(_ZH_DIGITS[sign] for sign in signs)

    return re.sub(r"[〇零○一二三四五六七八九十]+(?=\s*[年月日号號])", number, text)


def _quarter(text: str) -> DayText | None:
    """Q1 2024, 2024年1季度, 1 квартал 2024 г.: the first day of that quarter."""
    if not _MAY_BE_QUARTER.search(text):
        return None
    found = quarter_in(text)
    if found is None or not 1980 <= found[0] <= 2100:
        return None
    return DayText((found[0], 3 * found[1] - 2, 1), "ymd", quarter_only=True)


def _week(text: str) -> DayText | None:
    """2024-W05, 2024W05, W05/2024, KW 5 2024, 2024年第5周: the Monday of that week."""
    match = _YEAR_WEEK.fullmatch(text) or _WEEK_YEAR.fullmatch(text)
    if not match:
        return None
    try:
        day = dt.date.fromisocalendar(int(match["year"]), int(match["week"]), 1)
    except ValueError:
        return None
    return DayText((day.year, day.month, day.day), "ymd", week_only=True)


def _digits_only(text: str) -> DayText | None:
    if _COMPACT.fullmatch(text):
        return DayText((int(text[:4]), int(text[4:6]), int(text[6:])), "ymd", bare=True)
    if _COMPACT_ROC.fullmatch(text):
        year = int(text[:3]) + 1911
        return DayText((year, int(text[3:5]), int(text[5:])), "ymd", roc=True, bare=True)
    if _COMPACT_MONTH.fullmatch(text):
        return DayText((int(text[:4]), int(text[4:]), 1), "ymd", month_only=True, bare=True)
    return None


def _chinese(text: str, is_roc: bool) -> DayText | None:
    match = _CHINESE.fullmatch(text)
    if not match:
        return None
    year, month, number = int(match[1]), int(match[2]), match[3]
    roc = is_roc or 100 <= year <= 150
    if roc:
        year += 1911
    elif year < 100:
        year += 2000
    return DayText((year, month, int(number or 1)), "ymd", month_only=number is None, roc=roc)


def _numeric(text: str, is_roc: bool) -> DayText | None:
    match = _NUMERIC.fullmatch(text)
    if not match:
        return None
    first, second, third = int(match[1]), int(match[3]), int(match[4])
    if is_roc or (len(match[1]) == 3 and 100 <= first <= 150):
        return DayText((first + 1911, second, third), "ymd", roc=True)
    if len(match[1]) == 4:
        return DayText((first, second, third), "ymd") if len(match[4]) <= 2 else None
    only_year_first = len(match[1]) == 2 and len(match[4]) == 1
    lengths = (1, 2, 4) if only_year_first else (2, 4)
    if len(match[1]) == 3 or len(match[4]) not in lengths or max(first, second) > 99:
        return None
    day = DayText((first, second, third), only_year_first=only_year_first)
    readable = any(day_value(day, order) for order in possible_orders(day))
    return day if readable and (third >= 1900 or third < 100) else None


def _month_and_year(text: str) -> DayText | None:
    match = _YEAR_MONTH.fullmatch(text)
    year, month = (int(match[1]), int(match[2])) if match else (0, 0)
    match = _MONTH_YEAR.fullmatch(text)
    if match:
        year, month = int(match[2]), int(match[1])
    if 1980 <= year <= 2100 and 1 <= month <= 12:
        return DayText((year, month, 1), "ymd", month_only=True)
    return None


def _without_words(text: str) -> str:
    """A text without weekdays and such fillers as "г." before and after its numbers."""
    kept = [
        match[0]
        for match in re.finditer(r"[^\W\d_]+\.?,?|[^\s\w]|[0-9]+|\s+", text)
        if not _is_filler(match[0].rstrip(".,"))
    ]
    return "".join(kept).strip(" ,")


def _is_filler(word: str) -> bool:
    return _folded(word) in _SKIPPED and not word.isdigit()


def _named(text: str) -> DayText | None:
    """5 March 2024, March 5th 2024, 05-Mar-24, 5 марта 2024 г., Jan-23, März 2024."""
    if re.search(r"[^\w\s.,'/()-]|_", text):
        return None
    numbers: list[str] = []
    months: list[int] = []
    place = 0
    for token in _WORDS.findall(text):
        folded = _folded(token)
        if token[-1].isdigit():
            numbers.append(token)
        elif folded in _MONTH_NAMES and not (folded in _SKIPPED and months):
            months.append(_MONTH_NAMES[folded])
            place = len(numbers)
        elif folded not in _SKIPPED:
            return None
    if len(months) == 2 and _folded(_WORDS.findall(text)[0]) in _SKIPPED:
        months = months[1:]  # "mar. 5 mars": Tuesday, in March
    if len(months) != 1 or not 1 <= len(numbers) <= 2:
        return None
    digits = [int(number.lstrip("'")) for number in numbers]
    if len(numbers) == 1:
        is_year = len(numbers[0]) >= 4 or (place == 0 and len(numbers[0].lstrip("'")) == 2)
        return _certain(digits[0], months[0], 1, month_only=True) if is_year else None
    if len(numbers[0]) == 4 or digits[0] > 31:
        return _certain(digits[0], months[0], digits[1])
    return (
        _certain(digits[1], months[0], digits[0]) if len(numbers[1]) != 3 or "'" in text else None
    )


def _certain(year: int, month: int, number: int, *, month_only: bool = False) -> DayText | None:
    if year < 100:
        year += 2000 if year <= dt.date.today().year % 100 + 1 else 1900
    if not 1900 <= year <= 2100:
        return None
    return DayText((year, month, number), "ymd", month_only=month_only)


def _folded(word: str) -> str:
    """A word without case and accents."""
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


_MONTH_NAMES = {
    _folded(name): n for n, names in enumerate(_MONTHS, start=1) for name in names.split()
}
_SKIPPED = frozenset(map(_folded, _WEEKDAYS | _FILLERS))
