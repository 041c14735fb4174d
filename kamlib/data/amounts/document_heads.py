"""Head rows that bear the total of their document beside its lines in one table: money twice."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.data.amounts.figures import Amount, Figures
from kamlib.data.amounts.proof import CENT, NEARLY_ALL, rates_between
from kamlib.data.describe.letters import simplified
from kamlib.data.describe.money import TAX_RATES
from kamlib.data.describe.telling import MINUS_SIDE, PLUS_SIDE, SIDE_HEADERS, told_in
from kamlib.data.doubts.doubt import Answer, Doubt, listed
from kamlib.data.read.conventions import one_of, quoted, text_of
from kamlib.words import _, count, number

_HALF = 0.5
_WHOLE = r"\.0$"
_MOST_KINDS = 6
_FEWEST_DOCUMENTS = 3  # of several lines: one line that equals another may be anything


@dataclass(frozen=True)
class _Kinds:
    """Per document (rows) and value of a column (columns): its money, and its lines."""

    money: pd.DataFrame
    lines: pd.DataFrame
    detail: str


@dataclass(frozen=True)
class _Heads:
    """What a value tells: the share of its documents that it sums up, and money it alone bears.

    ``taxed`` says that it does so with tax; ``is_sure`` that the tax is one of the known rates.
    """

    value: str
    share: float
    lost: float
    taxed: bool = False
    is_sure: bool = True


def head_doubts(figures: Figures, revenue: Amount) -> Iterator[Doubt]:
    """The doubt that the rows of one kind are the totals of those of another.

    Parameters
    ----------
    figures
        The numbers of the lines, and the columns of few values.
    revenue
        What is the revenue so far.
    """
    found = (_doubt(figures, revenue, name) for name in figures.kinds)
    doubts = [doubt for doubt in found if doubt is not None]
    yield from sorted(doubts, key=lambda doubt: doubt.is_open)[:1]


def _doubt(figures: Figures, revenue: Amount, name: str) -> Doubt | None:
    cells, amounts = figures.kinds[name], np.nan_to_num(revenue.values)
    texts = cells.map({text: re.sub(_WHOLE, "", text) for text in cells.unique()})
    values = sorted({*texts.unique()})
    if not 1 < len(values) <= _MOST_KINDS or _is_told(name, values):
        return None
    kinds = _by_kind(figures, texts, amounts)
    if kinds is None or _lacks_owner(figures, texts == kinds.detail):
        return None
    total = pd.Series(np.abs(amounts)).groupby(texts.to_numpy()).sum()
    found = [heads for value in values if (heads := _heads(kinds, value, total[value]))]
    proven = [
        heads
        for heads in found
        if heads.share >= NEARLY_ALL and heads.lost <= CENT and heads.is_sure
    ]
    chosen = proven or sorted(found, key=lambda heads: -heads.share)[:1]
    return _told(name, chosen, texts, amounts, is_proven=bool(proven)) if chosen else None


def _is_told(name: str, values: list[str]) -> bool:
    """Whether header and cells say what the lines are: sides of an account, payments, drafts."""
    letters = ("", PLUS_SIDE, MINUS_SIDE)  # H and D tell sides only where the header speaks of them
    is_side = bool(SIDE_HEADERS.search(simplified(name)))
    return is_side or any(told not in letters for told in told_in(name, values))


def _by_kind(figures: Figures, texts: pd.Series, amounts: np.ndarray) -> _Kinds | None:
    """Money and lines of each document, the lines being of the value that most rows have."""
    frame = pd.DataFrame({"document": figures.document, "kind": texts, "money": amounts})
    known = frame[frame["document"] >= 0]
    if known.empty:
        return None
    money = known.pivot_table(index="document", columns="kind", values="money", aggfunc="sum")
    lines = pd.crosstab(known["document"], known["kind"])
    return _Kinds(money, lines, str(lines.sum().idxmax()))


def _lacks_owner(figures: Figures, is_detail: pd.Series) -> bool:
    """Whether lines lack the customer or the day that only their head bears: they count nowhere."""
    known = figures.ids.reindex(columns=["account", "date"])[is_detail.to_numpy()]
    return any(known[key].eq("").mean() > 1 - NEARLY_ALL for key in known)


def _heads(kinds: _Kinds, value: str, money: float) -> _Heads | None:
    """How far the rows of a value are the totals of their documents' lines; nothing where not."""
    if value == kinds.detail or value not in kinds.money:
        return None
    head = kinds.money[value]
    if head.notna().mean() < _HALF:
        return None
    rests = (kinds.money[kinds.detail], kinds.money.drop(columns=value).sum(axis=1))
    for taxed in (False, True):
        best = None
        for rest in rests:
            equal = (_with_tax if taxed else _equal)(head, rest) & (head.abs() > CENT)
            several = int((equal & (kinds.lines[kinds.detail] > 1)).sum())
            of_heads = float(equal.sum() / (head.abs() > CENT).sum()) if equal.any() else 0.0
            lost = money - float(head[rest.abs() > CENT].abs().sum())
            least = NEARLY_ALL if taxed else _HALF
            if several >= _FEWEST_DOCUMENTS and of_heads >= max(least, best.share if best else 0.0):
                is_sure = not taxed or rates_between(head.to_numpy(), rest.to_numpy()) >= NEARLY_ALL
                best = _Heads(value, of_heads, lost, taxed, is_sure)
        if best is not None:
            return best
    return None


def _equal(head: pd.Series, rest: pd.Series) -> pd.Series:
    return (head - rest).abs() <= CENT


def _with_tax(head: pd.Series, rest: pd.Series) -> pd.Series:
    """Whether a head may be what its lines add up to with tax, at one rate or several."""
    most = 1 + max(TAX_RATES) / 100
    lower, upper = rest.abs() - CENT, rest.abs() * most + CENT
    return (head.abs() >= lower) & (head.abs() <= upper) & (np.sign(head) == np.sign(rest))


def _told(
    name: str, heads: list[_Heads], texts: pd.Series, amounts: np.ndarray, *, is_proven: bool
) -> Doubt:
    values = [one.value for one in heads]
    is_head = texts.isin(values).to_numpy()
    rows, money = int(is_head.sum()), float(amounts[is_head].sum())
    says = _('{rows} rows ({money}) are the totals of their documents: "{column}" says {values}')
    says = says.format(rows=count(rows), money=number(money, 2), column=name, values=listed(values))
    proof = _("they are what the other lines add up to on {share} % of their documents")
    if any(one.taxed for one in heads):
        proof = _(
            "they are what the other lines add up to with tax on {share} % of their documents"
        )
    proof = proof.format(share=number(100 * min(one.share for one in heads), 0))
    if not is_proven and (lost := heads[0].lost) > CENT:
        proof += _(", and {lost} would go with them that no other line bears").format(
            lost=number(lost, 2)
        )
    once = _("the totals are left out: the other lines bear the money")
    where = _says(name, values)
    answers = (
        Answer("once", once, {"exclude": [{"reason": once, "where": where}]}),
        Answer("both", _("both count: they are different sales")),
    )
    what = _("{says}. Do both count?").format(says=says)
    told = _("{says}; {once}").format(says=says, once=once)
    decided = "once" if is_proven else ""
    return Doubt("document_heads", what, proof, answers, decided, "once", abs(money), rows, told)


def _says(name: str, values: list[str]) -> str:
    """The SQL condition that a cell is one of some; numbers as such, however they are written."""
    if all(value.isdecimal() for value in values):
        return f"TRY_CAST({quoted(name)} AS DOUBLE) IN ({', '.join(map(str, map(int, values)))})"
    return one_of(text_of(name), values)
