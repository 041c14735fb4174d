"""Doubts about returns without a sign that no column tells: by document number, by part's name."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import pandas as pd

from kamlib.data.describe.telling import CREDIT_LETTERS, RETURN, told_by
from kamlib.data.doubts.doubt import Doubt, listed, minus_or_plus, no_or_yes
from kamlib.data.read.conventions import one_of
from kamlib.data.read.dataset import TableSource
from kamlib.data.reduce.profile import DOCUMENT_LETTERS, LETTERS, PART_NAME
from kamlib.words import _, count, number

_FEW = 0.1
_OF_SALES = re.compile(r"(?<!\w)(?:und|and|et|y|e|en|i|och|og|&|\+)(?!\w)", re.IGNORECASE)


def sign_doubts(by_value: pd.DataFrame, document: str) -> Iterator[Doubt]:
    """The doubts whether documents and parts that are called after returns take money away.

    Parameters
    ----------
    by_value
        Per column and value: ``rows``, ``plus_rows``, ``minus_rows``, ``plus``, ``minus`` and
        ``kind``.
    document
        The SQL that yields the document's number; empty where there is none.
    """
    parts = by_value[by_value["column"] == PART_NAME]
    told = [kind == RETURN and not _OF_SALES.search(name)
            for kind, name in zip(parts["kind"], parts["value"], strict=True)]  # fmt: skip
    for doubt in _returns(parts, pd.Series(told, parts.index, dtype=bool)):
        yield doubt
        return
    letters = by_value[by_value["column"] == DOCUMENT_LETTERS] if document else by_value[:0]
    told = [bool(CREDIT_LETTERS & {*value.split()}) for value in letters["value"]]
    yield from _by_letters(letters, pd.Series(told, letters.index, dtype=bool), document)


def other_part_doubts(source: TableSource, profile: pd.DataFrame) -> Iterator[Doubt]:
    """The doubts whether sheets and files that are called after offers or payments are sales."""
    parts = profile[profile["column"] == PART_NAME]
    kinds = [told_by(name) if not _OF_SALES.search(name) else "" for name in parts["value"]]
    told = pd.Series([bool(kind) and kind != RETURN for kind in kinds], parts.index, dtype=bool)
    found, others = parts[told], parts[~told]
    rows, money = int(found["rows"].sum()), float((found["plus"] + found["minus"]).sum())
    if not rows or others.empty:
        return
    names = listed([*found["value"]])
    figures = {"rows": count(rows), "money": number(money, 2), "names": names}
    what = _("{rows} lines ({money}) stand in {names}: are they sales?").format(**figures)
    says = _("{rows} lines ({money}) of {names} are left out").format(**figures)
    gone = {*found["value"]}
    sheets = [sheet for sheet in source.sheet or [*dict.fromkeys(profile["sheet"])] if sheet]
    changes = {
        "source": [name for name in source.source if PurePosixPath(name).stem not in gone],
        "sheet": [sheet for sheet in sheets if sheet not in gone],
    }
    changes = {key: value for key, value in changes.items() if value}
    if gone & {*sheets} and not changes.get("sheet"):
        return
    settled = found["plus"].sum() < others["plus"].sum() and bool(changes)
    decided = "no" if settled else ""
    proof = _("their name says that they are no sales")
    yield Doubt("other_parts", what, proof, no_or_yes(changes), decided, "no", abs(money), rows,
                says)  # fmt: skip


def _returns(parts: pd.DataFrame, told: pd.Series) -> Iterator[Doubt]:
    """Sheets and files of returns beside others: is their name their sign?"""
    returns, others = parts[told & (parts["plus_rows"] > 0)], parts[~told]
    rows, money = int(returns["plus_rows"].sum()), float(returns["plus"].sum())
    if not rows or others.empty or rows <= _FEW * returns["rows"].sum():
        return
    names = listed([*returns["value"]])
    says = _("{rows} lines of {names} are positive; they take money away (−{money})").format(
        rows=count(rows), names=names, money=number(money, 2)
    )
    what = _(
        "{rows} lines of {names} are positive: do they take money away (−{money}) or bring it "
        "(+{money})?"
    ).format(rows=count(rows), names=names, money=number(money, 2))
    settled = not others["minus_rows"].sum() and others["plus"].sum() > money
    proof = (
        _("it is called after returns, and no other line is below zero")
        if settled
        else _("other lines are below zero: the files use both ways")
    )
    answers = minus_or_plus({"negative_parts": [*returns["value"]]})
    decided = "minus" if settled else ""
    yield Doubt("return_parts", what, proof, answers, decided, "minus", 2 * money, rows, says)


def _by_letters(letters: pd.DataFrame, told: pd.Series, document: str) -> Iterator[Doubt]:
    returns, others = letters[told & (letters["plus_rows"] > 0)], letters[~told]
    rows, money = int(returns["plus_rows"].sum()), float(returns["plus"].sum())
    if not rows or rows <= _FEW * returns["rows"].sum() or others["plus"].sum() <= money:
        return
    shown = listed([*returns["value"]])
    what = _(
        "{rows} lines with {letters} in their document's number are positive: are they credit "
        "notes that take money away (−{money}), or do they bring it (+{money})?"
    ).format(rows=count(rows), letters=shown, money=number(money, 2))
    proof = _("credit notes are often numbered so, and nothing else tells what these lines are")
    text = LETTERS.format(document=f"CAST({document} AS VARCHAR)")
    where = one_of(text, returns["value"])
    means = _("they are credit notes and take money away")
    answers = minus_or_plus({"negative": where}, means)
    yield Doubt("document_letters", what, proof, answers, "", "minus", 2 * money, rows)
