"""Columns of yes and no whose header says what a yes or a no makes of a line.

The headers stand in English, German, French, Spanish, Italian, Dutch, Polish, Russian, Chinese.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from kamlib.data.describe.letters import simplified, words_apart

_YES_WORDS = (
    "yes y x 1 1.0 true t ja j wahr oui o vrai si sí s sim verdadero verdadeiro vero tak prawda да "
    "д истина 是 真 √ ✓ ✔ ☑ + v 有 红 红字"
)
_NO_WORDS = (
    "no n 0 0.0 false f nein falsch non faux não nao falso nee nie fałsz нет н ложь 否 假 × ☐ - – "
    "✗ 无 非 蓝 蓝字"
)
_YES, _NO = frozenset(_YES_WORDS.split()), frozenset(("", *_NO_WORDS.split()))


def is_yes(cell: str) -> bool:
    """Whether a whole cell says yes."""
    return simplified(cell).strip().casefold() in _YES


def is_no(cell: str) -> bool:
    """Whether a whole cell says no, or nothing."""
    return simplified(cell).strip().casefold() in _NO


# What a yes says; the longer list of words that cells may hold is in telling.py.
_CANCELLED = re.compile(
    r"storn|fksto|\bvoid|\bcancel|\bdelet|\brevers(?:ed|al)|\bannul|\banul|gelöscht|geloescht|"
    r"\blösch|ungültig|supprim|\belimina|\bcancella|geannuleerd|verwijderd|usunię|"
    r"сторн|отмен|аннулир|удал|помечен|作废|取消|撤销|删除|冲销|红冲"
)
_DRAFT = re.compile(
    r"\bdraft|entwurf|brouillon|borrador|bozza|\bquot(?:e|ation)\b|\bestimate\b|pro.?forma|"
    r"angebot|devis|черновик|草稿|报价"
)
_RETURN = re.compile(
    r"\breturn|\brefund|\bcredit.?(?:note|memo)|gutschrift|retour|rückgabe|\bavoir\b|"
    r"\bdevoluci|\babono|\breso\b|zwrot|возврат|退货|退款|红字|红蓝|冲红"
)
_INTERNAL = re.compile(
    r"\binter ?co(?:mpany)?\b|\bintra ?group|\binternal\b|\binterne?\b|\bintern[oa]\b|konzern"
    r"|innerbetrieb|intragroupe|intragrupo|infragruppo|\brelated part|\baffiliat|verbundene"
    r"|\bgroup (?:company|sale)|внутригрупп|внутри группы|внутрихолдинг|внутренн|взаимозависим"
    r"|связанн\w+ сторон|аффилирован|内部|关联|集团内"
)
# What a no denies: such a line is not booked, or not yet sure.
_FINAL = re.compile(
    r"^(?:is )?(?:posted|booked|approved|confirmed|finalized|finalised|validated)(?: flag)?$|"
    r"gebucht|verbucht|freigegeben|genehmigt|bestätigt|comptabilis|validé|contabilizad|confirmad|"
    r"contabilizzat|confermat|geboekt|bevestigd|zaksięgowan|zatwierdzon|"
    r"провед[её]н|утвержд[её]н|подтвержд[её]н|审核|过账|记账|已确认|审批"
)
_DENIED = re.compile(r"\b(?:not|un|non|nicht|nie|не)\b|\bun(?=posted|booked|confirmed)|未|不|反")

_NO_FLAG = re.compile(
    r"amount|sum|qty|quantity|date|allow|able|policy|сумм|кол|дата|возмож|数量|金额|日期|可|允许"
    r"|原因|reason|причин",
    re.IGNORECASE,
)


_BY_YES = (
    ("cancelled", _CANCELLED),
    ("unfinished", _DRAFT),
    ("return", _RETURN),
    ("internal", _INTERNAL),
)


@cache
def flag_of(header: str) -> tuple[str, bool]:
    """Which kind of line a header of yes and no tells, and whether a yes tells it or a no.

    The kinds are ``cancelled``, ``unfinished``, ``return`` and ``internal``; empty where a header
    tells none.

    >>> flag_of("Is Cancelled"), flag_of("Проведен"), flag_of("Paid")
    (('cancelled', True), ('unfinished', False), ('', True))
    """
    text = unicodedata.normalize("NFKC", header)
    text = words_apart(text)
    text = " ".join(re.sub(r"[\W_]+", " ", simplified(text).casefold()).split())
    if _NO_FLAG.search(text):
        return "", True
    denied = bool(_DENIED.search(text))
    for kind, words in _BY_YES:
        if words.search(text):
            return kind, not denied
    text = " ".join(_DENIED.sub(" ", text).split())
    return ("unfinished", denied) if _FINAL.search(text) else ("", True)


def flags_told(header: str, values: Iterable[str]) -> list[str] | None:
    """What each cell of a column of yes and no says of its line; None for any other column.

    >>> flags_told("Storno", ["", "X"]), flags_told("Posted", ["Y", "N"])
    (['', 'cancelled'], ['', 'unfinished'])
    """
    kind, tells = flag_of(header)
    plain = [simplified(value).strip().casefold() for value in values] if kind else []
    said = {*plain} - {""}
    if not said or not said <= _YES | _NO or not (said & _YES or not tells):
        return None
    told = _YES if tells else _NO
    return [kind if value in told else "" for value in plain]
