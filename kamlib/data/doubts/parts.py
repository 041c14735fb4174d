"""Doubts about whole sheets and files by their names: orders beside invoices, and plans."""

from collections.abc import Iterator
from pathlib import PurePosixPath

import pandas as pd

from kamlib.data.describe.telling import BOOKED_PART, ORDER_PART, PLAN_PART, part_words
from kamlib.data.doubts.doubt import Answer, Doubt, listed
from kamlib.data.read.dataset import DataSet, TableSource
from kamlib.data.reduce.ledger import Ledger
from kamlib.words import _, count, number

_PLACE = ["file", "sheet"]


def part_doubts(dataset: DataSet, ledger: Ledger) -> Iterator[Doubt]:
    """The doubts that the names of sheets and files raise beside those of the others."""
    source = dataset.tables["transactions"]
    for key, what, found, others in _told_by_name(ledger):
        yield _no_sales(found, others, source, key, what)


def no_sales_by_name(ledger: Ledger) -> set[tuple[str, str]]:
    """The files and sheets that are asked about because of their names."""
    return {
        (str(row.file), str(row.sheet))
        for _key, _what, found, _others in _told_by_name(ledger)
        for row in found.itertuples()
    }


def _told_by_name(ledger: Ledger) -> Iterator[tuple[str, str, pd.DataFrame, pd.DataFrame]]:
    """Per kind that is perhaps no sale: its key, its words, its parts, and all others."""
    kept = ledger.kept.groupby(_PLACE, as_index=False, sort=False, observed=True)
    parts = kept[["rows", "revenue"]].sum()
    if len(parts) < 2:
        return
    own = [row.sheet or row.file for row in parts.itertuples()]
    parts = parts.assign(words=[part_words(_stem(name)) for name in own])
    for pattern, key, what in (
        (PLAN_PART, "plans", _("a plan by their name")),
        (ORDER_PART, "orders", _("orders by their name, beside what was invoiced or shipped")),
    ):
        found = parts[parts["words"].str.contains(pattern)]
        others = parts.drop(found.index)
        booked = others["words"].str.contains(BOOKED_PART).any()
        if len(found) and len(others) and (booked or key == "plans"):
            yield key, what, found, others


def _no_sales(
    found: pd.DataFrame,
    others: pd.DataFrame,
    source: TableSource,
    key: str,
    told: str,
) -> Doubt:
    rows, money = int(found["rows"].sum()), float(found["revenue"].sum())
    names = dict.fromkeys(_name(row) for row in found.itertuples())
    what = _("{rows} lines ({money}) of {names} are {told}: do they count as sales?").format(
        rows=count(rows), money=number(money, 2), names=listed([*names]), told=told
    )
    proof = _("what was only planned or ordered would count beside what was sold")
    answers = [Answer("yes", _("they count as sales"))]
    changes = _without(found, others, source)
    if changes:
        answers.insert(0, Answer("no", _("they are left out"), changes))
    assumed = answers[0].word
    return Doubt(f"{key}_beside", what, proof, tuple(answers), "", assumed, abs(money), rows)


def _without(found: pd.DataFrame, others: pd.DataFrame, source: TableSource) -> dict:
    """What leaves the found parts out of the source, where that can be said."""
    files = set(found["file"].astype("str"))
    if not files & set(others["file"].astype("str")):
        left = [name for name in source.source if name not in files]
        return {"source": left} if 0 < len(left) < len(source.source) else {}
    sheets = set(found["sheet"].astype("str"))
    rest = list(dict.fromkeys(others["sheet"].astype("str")))
    return {} if sheets & {*rest, ""} else {"sheet": rest}


def _name(row: tuple) -> str:
    """A part as people call it: its sheet, or its file where there is none."""
    return row.sheet or PurePosixPath(row.file).name


def _stem(name: str) -> str:
    return PurePosixPath(name).stem if "." in name else name
