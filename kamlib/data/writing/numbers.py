"""What a text must look like to be a number: said once, for guessing and for reading alike.

A text is taken apart into digits, signs and words; what only the whole column can settle (the
decimal sign, an unknown word, which of CR and DR is money in) is left to the column.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from kamlib.data.describe.headers import CURRENCY_WORDS, SCALE_WORDS, UNIT_WORDS, word_set

MISSING = frozenset(("", "null", "none", "nan", "nat", "n/a", "#n/a", "<na>"))
DASHES = frozenset(("-", "–", "—", "−", "--", "‐", "‑"))

# What stands for no tax in a column of taxes or of their rates.
_UNTAXED = word_set(
    "exempt exempted free untaxed steuerfrei befreit exonéré exonere exento esente vrijgesteld zw "
    "免税 免稅 不征税 不徵稅 零税率 零稅率"
) | {"без ндс", "не облагается", "без налога", "ндс не облагается", "tax exempt", "tax free",
     "vat exempt", "vat free", "zero rated", "ohne mwst", "ohne ust", "zero-rated"}  # fmt: skip

# The forms of a clean number as regular expressions that Python and DuckDB read alike; D is the
# decimal sign, G the other one. Each cell is one of these, or is taken apart by `number_text`.
_WORDS = "eur|usd|gbp|chf|cny|rmb|rub|pln|czk|sek|nok|dkk|jpy|inr|try|kr|zł|kč|ft|руб|р"
_MONEY = f"(?:[€$£¥₽元]|(?i:{_WORDS})@P)"
_SPACE = "[ \u00a0\u202f\u2009]"
_GROUPS = f"[1-9][0-9]{{0,2}}(?:(?:@G[0-9]{{3}})+|(?:{_SPACE}[0-9]{{3}})+|(?:['’][0-9]{{3}})+)"
_EDGE = f"(?:[€$£¥]{_SPACE}?|(?i:eur|usd|gbp|chf|rmb){_SPACE})?[+-]?BODY(?:{_SPACE}?{_MONEY})?"
_CLEAN = _EDGE.replace("BODY", f"(?:[0-9]+|{_GROUPS})(?:@D[0-9]*)?")
_PROOF_BODY = (
    f"(?:0[0-9]*@D[0-9]+|[0-9]+@D(?:[0-9]{{1,2}}|[0-9]{{4,}})|[0-9]{{4,}}@D[0-9]+|{_GROUPS}@D[0-9]+"
    "|[1-9][0-9]{0,2}(?:@G[0-9]{3}){2,})"
)
SMALL = "^-?[0-9]{1,3}$"
WHOLE = "^[+-]?[0-9]+$"


def _form(body: str, decimal: str) -> str:
    signs = {"@D": f"[{decimal}]", "@G": "[.]" if decimal == "," else "[,]"}
    # A point after a word is no digit's: only where the comma is the decimal sign.
    signs["@P"] = "[.]?" if decimal == "," else ""
    for mark, sign in signs.items():
        body = body.replace(mark, sign)
    return f"^{body}$"


CLEAN = {sign: _form(_CLEAN, sign) for sign in ".,"}
PROOF = {sign: _form(_EDGE.replace("BODY", _PROOF_BODY), sign) for sign in ".,"}
EITHER = {sign: _form(_EDGE.replace("BODY", "[1-9][0-9]{0,2}@D[0-9]{3}"), sign) for sign in ".,"}
# A number cell of Excel among texts is written with these at its end: its point proves nothing.
EXACT_TAIL = "0000000"
EXACT = r"^-?[0-9]+[.][0-9]*0000000$"

_ISO_CURRENCIES = word_set(
    "aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd btn bwp "
    "byn bzd cad cdf chf clp cny cop crc cuc cup cve czk djf dkk dop dzd egp ern etb eur fjd fkp "
    "gbp gel ghs gip gmd gnf gtq gyd hkd hnl hrk htg huf idr ils inr iqd irr isk jmd jod jpy kes "
    "kgs khr kmf kpw krw kwd kyd kzt lak lbp lkr lrd lsl lyd mad mdl mga mkd mmk mnt mop mru mur "
    "mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub "
    "rur rwf sar sbd scr sdg sek sgd shp sll sos srd ssp stn svc syp szl thb tjs tmt tnd try ttd "
    "twd tzs uah ugx usd uyu uzs ves vnd vuv wst xaf xcd xof xpf yer zar zmw rmb ntd"
)
_CURRENCY = _ISO_CURRENCIES | word_set(
    "kr kč zł zl ft lei leu лв лв грн тг тенге сум din дин kn rs rp rm r fr sfr dm p р руб рубль "
    "рубля рублей рублях коп тңг ден us hk nt sek sfr tl € € euro euros eur. usd. 元整 圆 圓 元 "
    "块 円 人民币 人民幣 美元 美金 欧元 歐元 港币 港幣 港元 新台币 新臺幣 台币 臺幣 日元 日圓 日圆 "
    "英镑 英鎊 卢布 盧布 整 正"
)
# What a cell's own sign or word names, which a header's would not.
_OF_CELLS = {
    **{"R$": "BRL", "HK$": "HKD", "NT$": "TWD", "A$": "AUD", "S$": "SGD"},
    **{"р": "RUB", "zł": "PLN", "Kč": "CZK", "Ft": "HUF", "₺": "TRY", "₹": "INR", "₴": "UAH"},
}
_SCALES = {
    **{word: float(scale) for word, scale in SCALE_WORDS.items() if word not in ("teur", "keur")},
    **dict.fromkeys(("k", "tsd", "tsd.", "тыс", "th", "t€", "teur", "keur", "千", "仟"), 1e3),
    **dict.fromkeys(("м", "m", "mn", "mm", "mio", "mln", "млн", "百万", "百萬"), 1e6),
    **dict.fromkeys(("万", "萬", "万元", "萬元"), 1e4),
    **dict.fromkeys(("bn", "b", "mrd", "mld", "млрд"), 1e9),
    **dict.fromkeys(("亿", "億", "亿元", "億元"), 1e8),
    **dict.fromkeys(("lakh", "lac", "lakhs"), 1e5),
    **dict.fromkeys(("crore", "crores"), 1e7),
    **dict.fromkeys(("千万", "千萬"), 1e7),
}
_CREDIT = word_set("cr c h credit haben 贷 貸 кт")
_DEBIT = word_set("dr d s debit soll 借 дт")
_RED = word_set("红字 紅字 红 紅 负 負 минус minus")
_UNITS = UNIT_WORDS | word_set(
    "ea each st stk stck stück szt шт кг kg л l box 箱 只 套 支 瓶 吨 米"
)
_GLUED = sorted(
    (word for word in (*_CURRENCY, *_SCALES, *_CREDIT, *_DEBIT, *_RED, *_UNITS, *CURRENCY_WORDS)
     if re.match("[\u3400-\u9fff]", word)),
    key=len, reverse=True,
)  # fmt: skip
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ′´`＇", "'"))
_MINUSES = str.maketrans(dict.fromkeys("−‐‑‒–—﹣", "-"))
_RAISED = re.compile("[²³¹½¼¾⅓⅔⁰-₎]")
_SPLIT = re.compile(
    r"([^0-9]*?)((?:(?<![^\W\d_])[.,])?[0-9](?:[0-9.,' ]*[0-9])?)([.,]?)([eE][+-]?[0-9]{1,3})?"
    r"([^0-9]*)"
)
_TOKEN = re.compile(
    r"[a-zа-яё]{0,3}[$€]|[^\W\d_]+\.?(?:/[^\W\d_]+)?|[-+()<>%▲△▼▽']|\s+|(?P<other>.)", re.IGNORECASE
)
_NO_CENTS = re.compile(r"(?<=[0-9])[.,]\s*-{1,2}(?![0-9])")
_HYPHEN = re.compile(r"^([-(]?) ?([0-9]{1,3}(?: ?[0-9]{3})*|[0-9]+)[-=]([0-9]{2})(\)?)$")
_KOPECKS = re.compile(
    r"(?<=[0-9])\s*(?:руб(?:л\w+|\.)?|р\.?)\s*([0-9]{2})\s*коп\w*\.?", re.IGNORECASE
)
_GROUPED = re.compile(r"^[0-9]{1,3}(?:([' ])[0-9]{3})(?:\1[0-9]{3})*(?![0-9])")
_LONGEST = 60
_MOST_LETTERS = 4


@dataclass(frozen=True)
class NumberText:
    """A text that is a number: its digits with points and commas, and what stands around them.

    ``words`` are those that nobody knows: the column decides on them. ``side`` is ``credit``,
    ``debit`` or empty; ``hyphen`` that the decimal sign would be a hyphen (22 410-70).
    """

    digits: str
    negative: bool = False
    grouped: bool = False
    words: tuple[str, ...] = ()
    side: str = ""
    scale: float = 1.0
    exponent: str = ""
    percent: bool = False
    hyphen: bool = False
    zero: bool = False


@dataclass(frozen=True)
class ColumnStyle:
    """What a column's cells settle together: decimal sign, words, hyphens, which side is minus."""

    decimal: str = "."
    words: frozenset[str] = frozenset()
    hyphen: bool = False
    negative_side: str = ""


def plain_text(text: str) -> str:
    """A text with one kind of digit, space, apostrophe and minus."""
    text = text.translate(_APOSTROPHES)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_MINUSES)
    return re.sub(r"\s+", " ", text).strip()


@lru_cache(maxsize=100_000)
def number_text(text: str) -> NumberText | None:
    """What a text says if it is a number, else ``None``."""
    if len(text) > _LONGEST or _RAISED.search(text):
        return None
    plain = _KOPECKS.sub(r",\1", _NO_CENTS.sub("", plain_text(text)))
    plain = plain.strip('="').removeprefix("'")
    hyphen = _HYPHEN.match(plain)
    if hyphen and (hyphen[1] == "(") == bool(hyphen[4]):
        whole = hyphen[2].replace(" ", "")
        return NumberText(f"{whole}.{hyphen[3]}", negative=bool(hyphen[1]), hyphen=True)
    parts = _SPLIT.fullmatch(plain)
    if parts is None:
        return _dash(plain)
    before, digits, tail, exponent, after = parts.groups(default="")
    digits = re.sub(r" ?([.,]) ?", r"\1", digits)
    grouped = bool(_GROUPED.match(digits))
    if re.search("[' ]", digits) and not grouped:
        return None
    digits = re.sub("[' ]", "", digits)
    digits += tail if re.search("[.,]", digits) else ""
    if _reading(digits, grouped) is None:
        return None
    around = _around(before, after, digits)
    if around is None:
        return None
    return NumberText(digits, grouped=grouped, exponent=exponent, **around)


def currency_in(text: str) -> str:
    """The currency that a cell's own sign or word names beside its number, else an empty text."""
    around = re.sub(r"[\s0-9.,'’()+-]", "", text)
    return _OF_CELLS.get(around, "")


def number_value(number: NumberText, style: ColumnStyle) -> float | None:
    """The value of a number text in its column; ``None`` where the column does not allow it."""
    if number.hyphen and not style.hyphen:
        return None
    if not style.words.issuperset(number.words):
        return None
    sign = -1.0 if number.negative else 1.0
    if number.side and number.side == style.negative_side:
        sign = -sign
    if number.zero:
        return 0.0
    if number.hyphen:
        return sign * float(number.digits)
    proof = _reading(number.digits, number.grouped)
    decimal = style.decimal if proof in ("either", "") else proof
    other = "." if decimal == "," else ","
    digits = number.digits.replace(other, "").replace(decimal, ".")
    value = sign * number.scale * float(digits + number.exponent.lower())
    return round(value, 6) if number.scale != 1 else value


def decimal_proof(number: NumberText) -> str:
    """The decimal sign that a number's form proves, ``either`` where it could be both, or none."""
    if number.hyphen or number.zero:
        return ""
    return _reading(number.digits, number.grouped) or ""


def column_style(counts: Mapping[str, int], filled: int, decimal: str) -> ColumnStyle:
    """What the texts of a column, with how often each stands there, settle together.

    Parameters
    ----------
    counts
        Texts that are not clean by themselves, with the number of cells.
    filled
        All cells of the column that hold something.
    decimal
        The decimal sign.
    """
    words: Counter[str] = Counter()
    sides: Counter[str] = Counter()
    hyphens = 0
    for text, count in counts.items():
        number = number_text(text)
        if number is None:
            continue
        words.update(dict.fromkeys(number.words, count))
        hyphens += count * number.hyphen
    kept = frozenset(word for word, count in words.items() if 2 * count > filled)
    style = ColumnStyle(decimal, kept, 2 * hyphens > filled)
    for text, count in counts.items():
        number = number_text(text)
        value = number and number.side and number_value(number, style)
        if value:
            sides[number.side] += count * abs(value)
    if not sides:
        return style
    marked = sum(count for text, count in counts.items() if (n := number_text(text)) and n.side)
    if len(sides) == 1 and 2 * marked < filled:
        negative = next(iter(sides))
    else:
        negative = "debit" if sides["credit"] > sides["debit"] else "credit"
    return ColumnStyle(decimal, kept, style.hyphen, negative)


def estimate(text: str, decimal: str) -> float | None:
    """About what a text holds that is no number: its first digits, negative if it looks so."""
    plain = plain_text(text)
    found = re.search(r"[0-9][0-9.,' ]*", plain)
    if not found:
        return None
    digits = re.sub("[' ]", "", found[0]).rstrip(".,")
    proof = _reading(digits, False)
    sign = proof if proof in (".", ",") else decimal
    whole, _, fraction = digits.rpartition(sign) if sign in digits else (digits, "", "")
    value = float(re.sub("[.,]", "", whole) + "." + re.sub("[.,]", "", fraction) + "0")
    around = plain[: found.start()] + plain[found.end() :]
    return -value if re.search(r"[-(▲△▼]|红|紅|负|負|минус", around) else value


def decimal_of(proofs: Iterable[str]) -> str:
    """The decimal sign that most proofs speak for; a point where none does."""
    counts = Counter(proofs)
    return "," if counts[","] > counts["."] else "."


def _dash(plain: str) -> NumberText | None:
    """Excel's accounting format writes zero as a dash; a tax that there is none, as a word."""
    if plain.casefold().rstrip(".") in _UNTAXED:
        return NumberText("0", zero=True)
    if not re.fullmatch(r"[^\w]*-[^\w]*|\w{1,4}\.? ?-|- ?\w{1,4}\.?", plain):
        return None
    rest = plain.replace("-", "", 1).strip()
    around = _around("", f" {rest}", "0,0") if rest else {}
    if around is None or around.get("words"):
        return None
    return NumberText("0", zero=True)


def _reading(digits: str, grouped: bool) -> str | None:
    """The decimal sign that digits prove, ``either``, empty for whole numbers; None: no number."""
    signs = re.sub("[0-9]", "", digits)
    if not signs:
        return ""
    last = signs[-1]
    other = "." if last == "," else ","
    whole, _, fraction = digits.rpartition(last)
    if len(signs) == 1:
        either = len(fraction) == 3 and re.fullmatch("[1-9][0-9]{0,2}", whole) and not grouped
        return "either" if either else last
    if grouped:
        return None
    if set(signs) == {last}:
        western = re.fullmatch(r"[1-9][0-9]{0,2}(?:[.,][0-9]{3})+", digits)
        indian = re.fullmatch(r"[1-9][0-9]?(?:,[0-9]{2})*,[0-9]{3}", digits)
        return other if western or indian else None
    if signs.count(last) > 1:
        return None
    western = re.fullmatch(r"[1-9][0-9]{0,2}(?:[.,][0-9]{3})+", whole)
    indian = re.fullmatch(r"[1-9][0-9]?(?:,[0-9]{2})*,[0-9]{3}", whole)
    return last if western or indian else None


def _around(before: str, after: str, digits: str) -> dict | None:
    """What signs and words before and after the digits say; None where they are no number's."""
    found = {"side": "", "scale": 1.0, "percent": False, "words": (), "signs": ""}
    for text, leads in ((before, True), (after, False)):
        for match in _TOKEN.finditer(text):
            token = match[0]
            if match["other"] and unicodedata.category(token) != "Sc":
                return None
            if token.isspace() or unicodedata.category(token[0]) == "Sc":
                continue
            if token in "-+()<>▲△▼▽":
                found["signs"] += token if leads else token.replace("-", "_")
            elif token in "%'":
                found["percent"] |= token == "%"
            else:
                glued = text[match.end() : match.end() + 1] in ("", "-")
                if not _word(token.casefold(), leads, glued, digits, found):
                    return None
    signs = found.pop("signs").replace("+", "")
    red = found.pop("red", False)
    if signs not in ("", "-", "_", "()", "(-)", "-()", "<>", "▲", "△", "▼", "▽"):
        return None
    return {**found, "negative": bool(signs) or red, "words": tuple(sorted(set(found["words"])))}


def _word(token: str, leads: bool, glued: bool, digits: str, found: dict) -> bool:
    """Note what a word beside the digits says; whether it may stand there."""
    word = token.rstrip(".")
    if re.match("[\u3400-\u9fff]", word):
        return all(_known(piece, leads, found) for piece in _pieces(word))
    # A short word glued to whole digits is a code's: KH026, R100, P-300.
    is_currency = token != word or (len(word) == 3 and word in _CURRENCY)
    if leads and glued and not is_currency and not re.search("[.,]", digits):
        return False
    if token.endswith("$") or token.endswith("€"):
        if token in ("t€", "k€"):
            found["scale"] *= 1e3
        return True
    if _known(word, leads, found):
        return True
    if len(word) > _MOST_LETTERS or re.match("0[0-9]", digits):
        return False
    found["words"] = (*found["words"], word)
    return True


def _pieces(word: str) -> list[str]:
    pieces = []
    while word:
        piece = next((known for known in _GLUED if word.startswith(known)), word)
        pieces.append(piece)
        word = word[len(piece) :]
    return pieces


def _known(word: str, leads: bool, found: dict) -> bool:
    if word in _RED:
        found["red"] = True
    elif not leads and word in _SCALES:
        found["scale"] *= _SCALES[word]
    elif not leads and (word in _CREDIT or word in _DEBIT):
        found["side"] = "credit" if word in _CREDIT else "debit"
    else:
        return word in _CURRENCY or word in CURRENCY_WORDS or (not leads and word in _UNITS)
    return True
