"""The words by which a row says that it is a total of the lines around it, in many languages."""

import re
import unicodedata
from typing import NamedTuple

_LATIN = (
    "total, totals, grand total, grand totals, sub total, subtotal, sub totals, subtotals, "
    "report totals, overall total, report total, running total, "
    "total general, total geral, total global, totale, totale generale, totale complessivo, "
    "subtotale, sub totale, sous total, somme, total general, summe, summen, gesamt, gesamtsumme, "
    "zwischensumme, endsumme, gesamtergebnis, teilergebnis, insgesamt, summe gesamt, "
    "gesamt summe, totaal, eindtotaal, subtotaal, suma, suma total, suma koncowa, razem, lacznie, "
    "ogolem, celkem, soucet, mezisoucet, summa, totalt, delsumma, i alt, yhteensa, osszesen, "
    "toplam, genel toplam, ukupno, sum, sum total, gross total, net total, total sum, "
    "page total, carried forward, brought forward, ubertrag"
)
_CYRILLIC = (
    "итого, всего, итог, итоги, общий итог, итого всего, всего итого, промежуточный итог, "
    "общая сумма, разом, усього, всього, пидсумок, підсумок, подытог, подитог, вкупно, укупно, общо"
)
_CHINESE = (
    "小计 合计 总计 累计 汇总 共计 总和 合计数 小計 合計 總計 累計 彙總 匯總 共計 総計 本日合计 "
    "本日小计 本月合计 本月小计 本月累计 本年累计 本年合计 本期合计 本期累计 本季合计 "
    "当日合计 当月合计 本页小计 本页合计 本頁小計 年度合计 "
    "月度合计 客户合计 客户小计 单据合计 全部合计"
)
# Balances that are carried along: no sales, whatever they amount to.
_BALANCES = (
    r"(?:opening|beginning|starting|initial|closing|ending|final) balances?"
    r"|balances? (?:brought|carried) (?:forward|down)|balances? [bc] ?(?:f|fwd|d)"
    r"|(?:brought|carried) forward balance|anfangs(?:bestand|saldo)|end(?:bestand|saldo)"
    r"|schluss(?:bestand|saldo)|eroffnungs(?:saldo|bilanz)|saldo ?vortrag|vortrag(?: vorjahr)?"
    r"|saldenvortrag|ubertrag vorjahr|сальдо (?:на )?(?:начало|конец|начальное|конечное)"
    r"|(?:начальное|конечное|входящее|исходящее) сальдо|(?:входящий|исходящий) остаток"
    r"|остаток на (?:начало|конец)|(?:report|solde) a nouveau|solde (?:initial|final|d ouverture"
    r"|de cloture|anterieur|reporte)|saldo (?:inicial|final|anterior|iniziale|finale|poczatkowe"
    r"|koncowe|otwarcia|zamkniecia)|bilans otwarcia|begin ?saldo|eind ?saldo"
)
_BALANCE = re.compile(
    rf"^(?:{_BALANCES})\b.{{0,40}}$"
    r"|^(?:期初|期末|年初|年末|月初|月末)(?:余额|餘額|结余|結餘|数)"
    r"|^(?:上年|上期|上月|去年)(?:结转|結轉|余额|餘額|结余|結餘)"
)
# What a company may well be called too: such a word alone proves nothing where the keys are full.
_NAMES_TOO = frozenset(
    ["total", "totale", "totaal", "summe", "suma", "summa", "sum", "somme", "gesamt", "toplam"]
)
_ENDS = "ergebnis"  # Excel's own subtotals in German: "Alder Tools Ergebnis"
# "Total for X", "Итого по X", "Summe für X": the word after says that it is one.
_LINKS = r"(?:for|of|by|fur|fuer|der|des|von|per|pour|de|du|des|del|di|da|por|para|za|od|voor|van"
_LINKS += r"|по|за|для|от|на|с)"
_MONTHS = (
    "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|januar|februar|marz|mai|juni|juli|oktober"
    "|dezember|okt|dez|янв\\w*|фев\\w*|мар\\w*|апр\\w*|ма[йя]|июн\\w*|июл\\w*|авг\\w*|сен\\w*"
    "|окт\\w*|ноя\\w*|дек\\w*|january|february|march|april|june|july|august|september|october"
    "|november|december|q|quarter|quartal|квартал|кв|год|года|г|year|jahr|month|monat|месяц|период"
    "|период а|day|tag|день|fy|kw|eur|usd|gbp|rub|cny|rmb|руб|net|gross|netto|brutto|documents?"
    "|records?|rows?|lines?|items?|entries|datensatze|zeilen|enregistrements|lignes|записей|строк"
)
_PERIOD = re.compile(rf"^(?:{_MONTHS}|\d+|[年月日季度第元万条笔行]|i{{1,3}}|iv)+$")


# What stands beside a total below a report, and is no sum of money: how many lines, their mean.
_COUNT_WORDS = (
    "count, record count, row count, total count, average, avg, mean, anzahl, mittelwert, "
    "durchschnitt, moyenne, nombre, promedio, media, среднее, количество записей, 平均, 平均值, "
    "计数"
)
_COUNTS = frozenset(_COUNT_WORDS.split(", "))


def plain_words(text: str) -> str:
    """A text as words of one case, without accents and signs."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    if folded.isascii():
        bare = folded
    else:
        apart = unicodedata.normalize("NFD", folded)
        # The breve of й belongs to its letter; accents of Latin letters do not tell here.
        bare = re.sub(r"(?<=[a-z])[\u0300-\u036f]+", "", apart)
        bare = unicodedata.normalize("NFC", bare).replace("ł", "l")
    return " ".join(re.findall(r"\w+|\*+", bare.replace("_", " ")))


_WORDS = frozenset(plain_words(word) for word in f"{_LATIN}, {_CYRILLIC}".split(", "))
_LONGEST_FIRST = "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True))
_HAN = "|".join(sorted(_CHINESE.split(), key=len, reverse=True))
_AT_START = re.compile(rf"^(?:{_LONGEST_FIRST})\b ?(.*)$")
_AT_END = re.compile(rf"^(.+) (?:{_LONGEST_FIRST}|{_ENDS})$")
_HAN_START = re.compile(rf"^(?:{_HAN}) ?(.*)$")
_HAN_END = re.compile(rf"^(.*?) ?(?:{_HAN})$")

# A quick sieve in the engine's own regular expressions: every total label passes it.
SIEVE = (
    r"(?i)(tota|subt|s[uo]mm|suma|\bsum\b|gesamt|ergebnis|razem|[lł]ącznie|og[oó]łem|celkem"
    r"|sou[cč]et|i alt|yhteens|összesen|toplam|ukupno|forward|übertrag|ито[гж]|всего|сумма|разом"
    r"|усього|всього|підсумок|под[ыи]тог|купно|общо|[小合总累共總総].?[计計和]|[汇匯彙][总總]"
    r"|T O T A L|\bcount\b|average|\bavg\b|\bmean\b|anzahl|durchschnitt|mittelwert"
    r"|moyenne|^nombre$|promedio|^media$|средн|записей|平均|计数|^\s*\*+\s*$"
    r"|balance|bestand|saldo|vortrag|сальдо|остаток|nouveau|\bsolde\b|bilans"
    r"|[年月期](?:初|末|结转|結轉)|[年月期][余餘结結])"
)


COUNT = "how many"
BALANCE = "balance"


class TotalLabel(NamedTuple):
    """How surely a cell's text names a total, and what of.

    ``strength`` is 2 for a total word alone, with a period, or with "for …"; 1 beside other
    words, as in "Total Energies"; 0 where there is none. ``of`` is the rest. ``name_too`` says
    that a company may be called so.
    """

    strength: int
    of: str = ""
    name_too: bool = False


def total_label(text: str) -> TotalLabel:
    """What a cell's text says of being a total.

    >>> total_label("Итого по Ромашка").strength, total_label("Total Energies").strength
    (2, 1)
    """
    plain = plain_words(text)
    if re.fullmatch(r"(?:\w )+\w", plain):  # "T O T A L", "合 计"
        plain = plain.replace(" ", "")
    if not plain or len(plain) > 120:
        return TotalLabel(0)
    if re.fullmatch(r"\*{1,5}", plain):
        return TotalLabel(1)
    if _BALANCE.match(plain):
        return TotalLabel(1, BALANCE)
    if plain in _COUNTS:
        return TotalLabel(1, COUNT)
    if plain in _WORDS:
        return TotalLabel(2, "", plain in _NAMES_TOO)
    if found := _HAN_END.match(plain):
        return TotalLabel(2, found[1].strip())
    if found := _HAN_START.match(plain):
        return TotalLabel(2 if _says_what(found[1]) else 1, found[1])
    if found := _AT_START.match(plain):
        linked = re.match(rf"^{_LINKS}\b ?(.+)$", found[1])
        strength = 2 if linked or _says_what(found[1]) else 1
        return TotalLabel(strength, linked[1] if linked else found[1], not linked)
    if found := _AT_END.match(plain):
        return TotalLabel(2 if _says_what(found[1]) else 1, found[1], True)
    return TotalLabel(0)


def _says_what(rest: str) -> bool:
    """Whether the words beside a total word are a period, a currency or another total word."""
    words = [word for word in rest.split() if not re.fullmatch(_LINKS, word)]
    return all(_PERIOD.match(word) or word in _WORDS or re.match(_HAN, word) for word in words)
