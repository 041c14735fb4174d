"""Words for sets (kits, bundles) and their components, in headers and in cells of line types.

A set stands in an export with its price, and its components with theirs: the money twice.
"""

import re
import unicodedata

from kamlib.data.describe.flags import is_no, is_yes
from kamlib.data.describe.letters import simplified, words_apart
from kamlib.data.describe.telling import KIND_HEADERS

# A column that names the line or article to which a component belongs.
_PARENT = re.compile(
    r"\bparent\b(?!.{0,3}(?:company|account|customer|group|client))|component of|part of|belongs to"
    r"|bundled by|higher.?level|\buepos\b|übergeordnet|oberposition|oberartikel|hauptposition"
    r"|hauptartikel|stücklisten?.?(?:kopf|artikel|position)|gehört zu|fait partie|article parent"
    r"|padre|pertenece a|nadrzędn|родительск|входит в|в составе|основная позиция|состав комплекта"
    r"|父项|父件|母件|上级(?:物料|行|商品|产品)|所属(?:套件|套装|组合)|组合父",
    re.IGNORECASE,
)
_COMPONENT = re.compile(
    r"component|\bchild\b|(?:kit|bundle|set).?(?:item|part|line)|komponente|bestandteil|\bteil\b"
    r"|composant|componente|składnik|составляющ|компонент|комплектующ|子件|子项|组件|散件|明细件",
    re.IGNORECASE,
)
_SET = re.compile(
    r"bundle|\bkits?\b|\bsets?\b|assembl|\bcombo\b|\bbom\b|stückliste|stueckliste|set.?artikel"
    r"|bündel|\bpakete?\b|\blot\b|ensemble|conjunto|paquete|zestaw|набор|комплект(?!ующ)"
    r"|套件|套装|套餐|组合|成套",
    re.IGNORECASE,
)


def _plain(text: str) -> str:
    text = simplified(unicodedata.normalize("NFKC", text)).replace("_", " ")
    return words_apart(text).strip()


def names_parents(header: str) -> bool:
    """Whether a header says that its cells name what a line is a part of.

    >>> names_parents("Parent item"), names_parents("组合父项"), names_parents("Parent company")
    (True, True, False)
    """
    return bool(_PARENT.search(_plain(header)))


def tells_sets(header: str, values: list[str]) -> bool:
    """Whether a column may tell sets and their components apart, by its header or its cells."""
    name = _plain(header)
    if any(words.search(name) for words in (_PARENT, _COMPONENT, _SET)):
        return True
    return bool(KIND_HEADERS.search(name)) and "component" in {*map(part_told, values)}


def part_told(text: str) -> str:
    """``component`` or ``set`` where a header or the cell of a line type says so, else empty.

    >>> part_told("Kit component"), part_told("Комплект"), part_told("Standard")
    ('component', 'set', '')
    """
    plain = _plain(text)
    if _COMPONENT.search(plain):
        return "component"
    return "set" if _SET.search(plain) else ""


def is_flag(values: set[str]) -> bool:
    """Whether a column's filled cells are yes and no alone."""
    return any(map(is_yes, values)) and all(is_yes(text) or is_no(text) for text in values)


def is_marked(text: str) -> bool:
    """Whether a cell says more than no, nothing or a dash."""
    return bool(text) and not is_no(text)
