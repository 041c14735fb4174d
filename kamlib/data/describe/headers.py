"""Reading a header: its words, its unit, and how well it names a canonical column."""

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

from kamlib.data.describe.letters import simplified
from kamlib.data.describe.synonyms import INGREDIENTS, SYNONYMS
from kamlib.data.describe.titles import titles_of
from kamlib.words import _

_CHINESE = "\u3400-\u9fff"
_WORD = re.compile(rf"[{_CHINESE}]+|[^\W_{_CHINESE}]+")
_BRACKETS = re.compile(r"[(\[{【<]([^)\]}】>]*)[)\]}】>]")
_ID_ENDING = re.compile(r"(?<=.)(编码|编号|代码|代号|号码|号|码|id)$")
_SKIPPED = frozenset(
    (
        "of",
        "the",
        "a",
        "по",
        "за",
        "de",
        "du",
        "des",
        "la",
        "le",
        "del",
        "di",
        "della",
        "der",
        "van",
    )
)
_SIGN_SCALE = re.compile(r"(?<![^\W_])([ktm])\s?([€$£])", re.IGNORECASE)
_SIGN_SCALES = {"k": "thousand", "t": "thousand", "m": "million"}
_ACCENTED = re.compile("[\u00c0-\u024f]")
_MAX_RANK_LOSS = 0.1
_TYPO_LETTERS = 6


@dataclass(frozen=True)
class Header:
    """A header as words, without its unit; ``scale`` is 1000 for "thousand EUR", 0.01 for cents."""

    text: str
    words: tuple[str, ...]
    with_brackets: tuple[str, ...]
    currency: str = ""
    scale: float = 1
    percent: bool = False

    @property
    def is_telling(self) -> bool:
        """Whether a word says that this is something special, as in "Ship date"."""
        return _telling(self.with_brackets, _Name((), "", 0, False, False))


@dataclass(frozen=True)
class _Name:
    words: tuple[str, ...]
    joined: str
    score: float
    head: bool
    weak: bool


@cache
def read_header(text: str) -> Header:
    """Split a header into words and unit: ``Сумма, тыс. руб.`` is ``сумма`` in thousand RUB."""
    plain = _plain(text)
    outside = _BRACKETS.sub(" ", plain)
    inside = " ".join(_BRACKETS.findall(plain)) if _WORD.search(outside) else ""
    outside = outside if inside else plain
    main, extra = _split(outside), _split(inside)
    scales = [SCALE_WORDS[word] for word in (*extra, *main) if word in SCALE_WORDS]
    scales += [SCALES_IN_BRACKETS[word] for word in extra if word in SCALES_IN_BRACKETS]
    main = _said_once(main)
    in_parts = not scales and _part_of_money(main, extra) != 1
    kept = tuple(w for w in main if not (_is_unit(w) or (in_parts and w in _PARTS))) or main
    if len(kept) > 1 and kept[-1] in _IN and kept[-1] != main[-1]:  # "Betrag in Cent"
        kept = kept[:-1]
    units = SCALES_IN_BRACKETS.keys() | (_PARTS if in_parts else set())
    more = tuple(w for w in extra if not _is_unit(w) and w not in units)
    return Header(
        text,
        _alike(kept),
        _alike((*kept, *more)),
        currency=currency_of(plain, (*extra, *main)),
        scale=max(scales, default=_part_of_money(main, extra)),
        percent=any(ABBREVIATIONS.get(word, word) == "percent" for word in (*main, *extra)),
    )


def _part_of_money(main: tuple[str, ...], extra: tuple[str, ...]) -> float:
    """0.01 where a header says cents: in brackets, or as its last word; else 1.

    "руб. коп." means roubles with two decimals, "per cent" a share.
    """
    words = (*main, *extra)
    at_end = len(main) > 1 and main[-1] in _PARTS and main[-2] not in ("per", "pro")
    cents = at_end or _PARTS & {*extra}
    return 0.01 if cents and not _WITH_DECIMALS & {*words} else 1


def currency_of(text: str, words: tuple[str, ...] = ()) -> str:
    """The currency that a sign or word names, else an empty text."""
    signs = [code for sign, code in CURRENCY_SIGNS.items() if sign in text]
    named = [
        CURRENCY_WORDS[word] for word in words or _split(_plain(text)) if word in CURRENCY_WORDS
    ]
    return (signs + named + [""])[0]


@cache
def name_score(header: Header, table: str, column: str) -> tuple[float, str]:
    """How well a header names a column (0–1), and in what way.

    ``table`` may be empty for an ingredient such as ``price``.
    """
    if _joined(_split(_plain(header.text))) == column.replace("_", "") and table:
        return 1.0, _("same name")
    best = (0.0, "")
    names = _names(table, column)
    untaxed = _tax(header.with_brackets)[1] or header.words
    for words in dict.fromkeys((header.with_brackets, header.words, untaxed)):
        joined = _joined(words)
        loss = 0.0 if words == header.with_brackets else 0.01
        for name in names:
            score, why = _match(words, joined, name)
            if score - loss > best[0]:
                best = (score - loss, why)
    return best


def tax_of(header: Header) -> str:
    """``net`` or ``gross`` where a header says so, else an empty text."""
    return _tax(header.with_brackets)[0]


def is_gross(header: Header) -> bool:
    """Whether a header says that its amounts include tax."""
    return tax_of(header) == "gross"


def is_unit(text: str) -> bool:
    """Whether a text is a unit and nothing else: a currency, thousands of it, pieces, per cent.

    >>> is_unit("[TEUR]"), is_unit("Stk."), is_unit("Ada Ltd")
    (True, True, False)
    """
    words = _split(_plain(text))
    known = all(_is_unit(word) or word in ("in", "percent", *SCALES_IN_BRACKETS) for word in words)
    return known and (bool(words) or any(sign in text for sign in CURRENCY_SIGNS))


def scale_of(text: str) -> int:
    """The thousands in which a title says that its amounts are, else 1.

    >>> scale_of("Umsatz 2024 (Angaben in TEUR)"), scale_of("Sales, EUR '000"), scale_of("Sales")
    (1000, 1000, 1)
    """
    words = _split(_plain(text))
    found = [SCALE_WORDS[word] for word in words if word in SCALE_WORDS]
    found += [1_000] if re.search(r"['’]000s?\b|k€|€k|\bin k\b", text, re.IGNORECASE) else []
    return max(found, default=1)


def is_tax(header: Header) -> bool:
    """Whether a header names the tax itself, rather than an amount with or without it."""
    return _is_tax(header.with_brackets)


@cache
def _tax(words: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """What words say of tax, and the words without that."""
    text = " ".join(words)
    for kind, pattern in (("net", _NET), ("gross", _GROSS)):
        found = pattern.search(text)
        if found:
            rest = (text[: found.start()] + " " + text[found.end() :]).split()
            return kind, tuple(rest)
    return "", words


def same_words(text: str, names: str) -> bool:
    """Whether a text is one of the names, case, spaces and underscores aside."""
    return _joined(read_header(text).words) in {name.joined for name in _compiled(names)}


def has_words(text: str, names: str) -> bool:
    """Whether one of the names stands in a text as whole words."""
    words = read_header(text).with_brackets
    spans = {words[i:j] for i in range(len(words)) for j in range(i + 1, len(words) + 1)}
    return any(name.words in spans for name in _compiled(names))


def _match(words: tuple[str, ...], joined: str, name: _Name) -> tuple[float, str]:
    if joined == name.joined:
        return name.score, _("a known name, used where nothing better is there") if name.weak else (
            _("a known name")
        )
    if name.weak:
        return 0.0, ""
    if len(words) > 1 and sorted(words) == sorted(name.words):
        return name.score - 0.05, _("the words of a known name")
    if name.head and _ends_in(words, joined, name):
        return 0.75 - 0.03 * abs(len(words) - len(name.words)), _("ends in a known name")
    if _like(joined, name.joined) and not _telling(words, name) and not _is_tax(words):
        return 0.8 - 0.05 * (1 - name.score), _("much like a known name")
    return 0.0, ""


def _is_tax(words: tuple[str, ...]) -> bool:
    """Whether words name the tax itself, not an amount with or without it."""
    return not _tax(words)[0] and re.search(rf"\b{_TAX}\b", " ".join(words)) is not None


def _ends_in(words: tuple[str, ...], joined: str, name: _Name) -> bool:
    if re.match(f"[{_CHINESE}]", name.joined):
        found = joined.endswith(name.joined)
        return found and not any(word in joined for word in TELLING_CHINESE)
    size = len(name.words)
    # Russian puts the head first ("Сумма продажи"), and an adjective before it ("Общая сумма").
    at_start = words[:size] == name.words and re.match("[а-я]", name.joined) is not None
    return (words[-size:] == name.words or at_start) and not _telling(words, name)


def _telling(words: tuple[str, ...], name: _Name) -> bool:
    """Whether a word that the name lacks makes the header mean something else."""
    return bool(TELLING & (set(words) - set(name.words)))


def _like(one: str, other: str) -> bool:
    """Whether two names differ by a typing error at most."""
    short, long = sorted((len(one), len(other)))
    if short < _TYPO_LETTERS or long - short > 2 or one[:1] != other[:1]:
        return False
    return SequenceMatcher(None, one, other).ratio() >= 0.88


@cache
def _names(table: str, column: str) -> tuple[_Name, ...]:
    listed = SYNONYMS.get(table, INGREDIENTS).get(column, "")
    return _compiled(", ".join((column, listed, *titles_of(table, column))) if table else listed)


@cache
def _compiled(listed: str) -> tuple[_Name, ...]:
    names = []
    texts = [text.strip() for text in listed.split(",") if text.strip()]
    for rank, text in enumerate(texts):
        weak, head = text.startswith("?"), text.startswith("~")
        words = _alike(_split(_plain(text)))
        loss = _MAX_RANK_LOSS * rank / len(texts)
        score = (0.7 if weak else 0.98) - loss * (0.5 if weak else 1)
        names.append(_Name(words, _joined(words), score, head, weak))
    return tuple(names)


def _plain(text: str) -> str:
    text = text.replace("№", " no ").replace("°", " ")
    text = unicodedata.normalize("NFKC", text).replace("ё", "е").replace("Ё", "Е")
    text = simplified(text.replace("#", " no ").replace("%", " percent "))
    text = _SIGN_SCALE.sub(lambda found: f" {_SIGN_SCALES[found[1].casefold()]} {found[2]} ", text)
    text = _ACCENTED.sub(lambda found: _bare(found[0]), text)
    text = re.sub(r"\b(?:M[Ww]St|USt)", lambda found: found[0].lower(), text)
    text = re.sub(r"(?<=[a-zа-я0-9])(?=[A-ZА-Я])", " ", text)
    return re.sub(r"(?<=[A-ZА-Я])(?=[A-ZА-Я][a-zа-я])", " ", text)


def _bare(letter: str) -> str:
    """A Latin letter without its accent."""
    return {"ł": "l", "Ł": "L", "ø": "o", "ß": "ss"}.get(
        letter, unicodedata.normalize("NFD", letter)[0]
    )


def _said_once(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a header of two rows, where the upper one says what the lower one repeats.

    >>> _said_once(("单据", "单据编号")), _said_once(("customer", "customer", "no"))
    (('单据编号',), ('customer', 'no'))
    """
    pairs = zip(words, (*words[1:], ""), strict=False)
    return tuple(word for word, later in pairs if not _is_repeated(word, later))


def _is_repeated(word: str, later: str) -> bool:
    if re.match(f"[{_CHINESE}]", word):
        return later.startswith(word.removesuffix("信息"))
    return word == later


def _split(text: str) -> tuple[str, ...]:
    words = (word.casefold() for word in _WORD.findall(text))
    return tuple(word for word in words if word not in _SKIPPED)


def _alike(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words with abbreviations written out and run-together words ("custno") parted."""
    parts = [part for word in words for part in _parted(word)]
    if len(parts) > 1:
        return tuple(ABBREVIATIONS.get(part, part) for part in parts)
    # A lone "No" or "Код" says too little to be any table's id.
    return tuple(part if ABBREVIATIONS.get(part) == "id" else ABBREVIATIONS.get(part, part)
                 for part in parts)  # fmt: skip


@cache
def _parted(word: str) -> tuple[str, ...]:
    vocabulary = _vocabulary()
    if word in vocabulary or not word.isascii() or len(word) > 40:
        return (word,)
    best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
    for end in range(2, len(word) + 1):
        for start in range(end - 1):
            head, tail = best[start], word[start:end]
            if head is not None and tail in vocabulary:
                found = (*head, tail)
                if best[end] is None or len(found) < len(best[end]):
                    best[end] = found
    return best[-1] or (word,)


@cache
def _vocabulary() -> frozenset[str]:
    listed = [text for columns in SYNONYMS.values() for text in columns.values()]
    words = {word for text in (*listed, *INGREDIENTS.values()) for word in _split(_plain(text))}
    short = {word for word in ABBREVIATIONS if word.isascii()} | {"id"}
    return frozenset({word for word in words if word.isascii() and len(word) > 2} | short)


def _joined(words: tuple[str, ...]) -> str:
    text = "".join(words)
    return _ID_ENDING.sub("号", text) if re.match(f"[{_CHINESE}]", text) else text


def _is_unit(word: str) -> bool:
    return word in CURRENCY_WORDS or word in SCALE_WORDS or word in UNIT_WORDS


def word_set(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


# One word for many; applied to headers and to the names above alike.
ABBREVIATIONS: dict[str, str] = {
    **dict.fromkeys(("cust", "customers"), "customer"),
    **dict.fromkeys(("acct", "acc", "accnt"), "account"),
    **dict.fromkeys(("no", "nr", "num", "nbr", "number", "code", "key", "ident"), "id"),
    **dict.fromkeys(("numero", "nummer", "codigo", "codice", "kod", "numer", "cod", "n"), "id"),
    **dict.fromkeys(("код", "номер", "ид", "идентификатор", "номера"), "id"),
    **dict.fromkeys(("qty", "qnty", "quant", "qnt"), "quantity"),
    **dict.fromkeys(("amt", "amnt"), "amount"),
    **dict.fromkeys(("pct", "perc", "prc", "процент"), "percent"),
    "inv": "invoice",
    "dt": "date",
    "doc": "document",
    "prod": "product",
    "prd": "product",
    "cat": "category",
    "desc": "description",
    "descr": "description",
    "mgr": "manager",
    "salesman": "salesperson",
    "rev": "revenue",
    "ord": "order",
    "наим": "наименование",
    "контр": "контрагент",
}

_TAX = (
    "(?:sales |value added )?(?:vat|tax|taxes|taxe|gst|hst|mwst|ust|iva|tva|btw|ндс|налога|"
    "umsatzsteuer|mehrwertsteuer|steuer|impuestos|podatku)"
)
_NET = re.compile(
    rf"\b(?:excl|excluding|exclusive|excluded|exkl|exklusive|ex|before|without|net|less|hors|"
    rf"sans|ohne|zzgl|sin|senza|bez|без|за вычетом|без учета) (?:of )?{_TAX}\b|"
    rf"\b{_TAX} (?:excl\w*|exkl\w*|esclusa|escluso)\b|\b(?:untaxed|pretax|pre tax|ht|htva|net|"
    r"netto|neto|nette|netta)\b|\bnetto(?=[a-z])|不含税|未税|无税|除税|去税|税前"
)
_GROSS = re.compile(
    rf"\b(?:incl|including|inclusive|inkl|inklusive|with|plus|mit|avec|con|z|с|со|включая|вкл|"
    rf"с учетом) {_TAX}\b|\b{_TAX} (?:incl\w*|inkl\w*|inclusa|incluso|paid)\b|"
    r"\b(?:gross|ttc|tvac|brutto|bruto|lordo|lorda)\b|\bbrutto(?=[a-z])|含税|价税合计|税价合计|税后"
)

# Words that make a longer name mean something else than its head says.
TELLING = word_set(
    "discount rebate tax vat freight shipping shipment ship due birth delivery delivered promised "
    "paid payment open plan planned target budget forecast cost costs unit list created modified "
    "updated change valid expiry return returned bonus fee charge commission balance credit debit "
    "previous prior last next requested required customer client id скидки скидка ндс налог налога "
    "доставки план плановая плановое рождения создания изменения оплаты платежа возврата бонуса "
    "outstanding taxes subtotal refund refunded deposit prepaid prepayment handling postage duty "
    "insurance cumulative ytd running rounding steuer mwst ust iva tva btw frais versand rabatt "
    "остатка аванс аванса предоплата предоплаты накопительно нарастающим лимит лимита "
    "долга задолженности остаток себестоимости закупки срок начала окончания прошлый"
)
TELLING_CHINESE = word_set(
    "折扣 税额 运费 成本 计划 目标 预算 预测 应收 应付 已付 未付 付款 收款 回款 退货 返利 欠款 "
    "余额 累计 期初 期末 定金 预收 预付 税率 生日 "
    "出生 创建 修改 更新 交货 发货 到货 到期 佣金 优惠 库存"
)

CURRENCY_SIGNS = {"£": "GBP", "€": "EUR", "$": "USD", "¥": "CNY", "₽": "RUB"}
_CODES = (
    *("CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "JPY", "INR", "AUD"),
    *("NZD", "SGD", "HKD", "TWD", "KRW", "ZAR", "BRL", "CAD", "MXN", "TRY", "AED", "UAH", "KZT"),
    *("BYN", "ILS", "THB"),
)
_DOLLARS = ("美金", "долларов", "доллары", "долларах")
CURRENCY_WORDS: dict[str, str] = {
    **dict.fromkeys(("gbp", "sterling", "英镑"), "GBP"),
    **dict.fromkeys(("eur", "euro", "euros", "teur", "keur", "欧元", "евро"), "EUR"),
    **dict.fromkeys(("usd", "dollar", "dollars", "美元", "долл", "доллар", *_DOLLARS), "USD"),
    **dict.fromkeys(("cny", "rmb", "yuan", "元", "人民币", "万元", "千元", "юань", "юаней"), "CNY"),
    **dict.fromkeys(("rub", "rur", "руб", "рубль", "рублей", "рубли", "рублях", "卢布"), "RUB"),
    **dict.fromkeys(("港币", "港元"), "HKD"),
    **dict.fromkeys(("日元", "日圆"), "JPY"),
    **dict.fromkeys(("台币", "新台币"), "TWD"),
    **dict.fromkeys(("грн", "гривна", "гривен"), "UAH"),
    **dict.fromkeys(("тенге",), "KZT"),
    **dict.fromkeys(("franken", "sfr"), "CHF"),
    **{code.casefold(): code for code in _CODES},
}
SCALE_WORDS: dict[str, int] = {
    **dict.fromkeys(("thousand", "thousands", "teur", "keur", "tsd", "тыс", "千元", "千"), 1_000),
    **dict.fromkeys(("万元", "万"), 10_000),
    **dict.fromkeys(("million", "millions", "mio", "млн", "百万", "百万元"), 1_000_000),
}
# Hundredths of a currency's unit; the others say that the unit itself is written, with decimals.
_PARTS = word_set(
    "cent cents ct cts eurocent eurocents pence pennies penny rappen centime centimes céntimos "
    "centimos centavos centesimi grosze groszy öre øre ore копейка копейки копеек копейках коп "
    "коп. paise kuruş 分"
)
_IN = frozenset(("in", "en", "в", "w"))
_WITH_DECIMALS = word_set("руб рубль рублей рубли rub грн 元")
SCALES_IN_BRACKETS: dict[str, int] = {"k": 1_000, "000": 1_000, "000s": 1_000, "m": 1_000_000}
UNIT_WORDS = word_set(
    "stk stück stuck stueck st ea pce szt db ks pz uds kpl "
    "pcs pc pieces шт ед 件 个 台 days day дней дн 天 чел hours h ч ч. kg кг"
)
