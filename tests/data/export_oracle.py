"""Whether an outcome is right, named or silently wrong, said without any of the reader's code."""

import re
from collections.abc import Iterator, Mapping

from exports import ASPECTS, Truth
from outcomes import Outcome

# Figure -> the aspects that can make it wrong: only their words excuse it. Lines whose currency
# has no rate are not counted, and asked about.
_CAUSES = {
    "revenue": ("numbers", "quantities", "sign", "currency", "scale", "amounts", "status",
                "totals", "parts", "layout"),
    "accounts": ("ids", "totals", "layout", "status", "currency"),
    "days": ("dates", "totals", "parts", "layout", "status", "currency"),
}  # fmt: skip
# Aspect, or aspect and choice -> words that name it in a warning, a question or an error.
_TELLING = {
    "numbers": "decimal|thousands sign",
    "quantities": "decimal|thousands sign",
    "sign": "credit|Gutschrift|退|Возврат|positive|unsigned|S/H|Haben|debit|红|red letter|借|貸",
    "currency": "JPY|currencies",
    "scale": "thousand|万|萬|тыс|per 100|scale",
    "amounts": r"gross|VAT|tax|document.? total|(company|local|group) currency|two amounts",
    "status": "status|cancel|storn|draft|entwurf|quot|angebot|作废|作廢|草稿|报价|報價"
    "|отменен|черновик|предложение",
    "totals": r"\btotals?\b|control sum|小计|合计|小計|合計|итог|summe",
    "parts": "twice|same (data|lines|documents)|(two|both|2) (files|sheets|parts)|hidden|copy"
    "|left out|not read|overlap",
    "layout": "header row|header_rows|group|fill|merged|unpivot|total|months as columns",
    "ids": r"scientific|E\+12|leading zero|zeros|\d{3}\.0\b|spell|written in"
    "|same name|share their|written alike",
    "dates": "both ways|year.first|day.first|month.first|swapped|after today|future|read as"
    "|months? only|are months|order of (the )?dat",
}
# Where the words are the right outcome; elsewhere the figures are.
NAMED = {("currency", "mixed in column"), ("ids", "scientific"), ("ids", "name variants")}


def wrong_figures(found: Outcome, truth: Truth) -> Iterator[str]:
    """Which of the figures are not those of the ledger that was written."""
    if truth.revenue is None or abs(found.revenue - float(truth.revenue)) >= 0.005:
        yield "revenue"
    if found.accounts != truth.accounts:
        yield "accounts"
    if not (found.first.startswith(truth.first) and found.last.startswith(truth.last)):
        yield "days"


def silent(found: Outcome, truth: Truth, choices: Mapping[str, str]) -> str:
    """What is wrong without a word, with both figures; empty where nothing is."""
    if found.error:
        return ""
    for figure in wrong_figures(found, truth):
        if figure == "revenue" and truth.revenue is not None and _counted(found, truth):
            continue
        if not _named(found, figure, choices):
            return f"{figure}: {found} instead of {truth}"
    return ""


def _counted(found: Outcome, truth: Truth) -> bool:
    """Whether the money that is missing is told as that of rejected lines."""
    return abs(found.revenue + found.rejected - float(truth.revenue)) < 0.005


def _named(found: Outcome, figure: str, choices: Mapping[str, str]) -> bool:
    patterns = [
        _TELLING[aspect]
        for aspect, choice in choices.items()
        if aspect in _CAUSES[figure] and choice != ASPECTS[aspect][0]
    ]
    if any(re.search(pattern, found.words, re.IGNORECASE) for pattern in patterns):
        return True
    # A header that names one currency beside a column of several is the export's own word.
    both = choices.get("currency") == "mixed in column"
    return both and found.decides(r"in the currency that its header says.*JPY")
