"""Doubts about how numbers and dates are written, from what the cells prove."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pandas as pd

from kamlib.data.doubts.doubt import Answer, Doubt, listed
from kamlib.data.reduce.ledger import Ledger
from kamlib.words import _, count

_UNPROVEN = ("default", "hint")
_FILES = 5
_CONTRARY = 0.05  # of the proofs may say the contrary: typing errors
_SIGNS = {",": _("a comma"), ".": _("a point")}
_WORDS = {",": "comma", ".": "point"}


def writing_doubts(ledger: Ledger) -> Iterator[Doubt]:
    """What the cells of the lines leave open, and what is to be told of how they are read."""
    facts = ledger.conventions
    facts = facts[facts["basis"] != "set"]
    money = abs(ledger.kept_revenue)
    yield from _order(facts[facts["kind"] == "decimal"], _decimal, money)
    yield from _days(facts[facts["kind"] == "dates"], ledger)
    yield from _currencies(facts[facts["kind"] == "currency"], ledger.kept_rows, money)
    for kind in _TOLD:
        found = facts[facts["kind"] == kind]
        if len(found):
            says = told_of_cells(kind, found)
            key = kind.replace("-", "_").replace(" ", "_")
            yield Doubt(key, says, "", (), decided="told", says=says, applied=True)


def _order(
    facts: pd.DataFrame, doubt: Callable[[pd.Series, bool, float], Doubt], money: float
) -> Iterator[Doubt]:
    """The doubt about cells that could be read in two ways, if there are any."""
    unclear = facts[facts["ambiguous"] > 0]
    if unclear.empty:
        return
    open_ = _open(unclear)
    ranked = (open_ if len(open_) else unclear).sort_values(
        ["ambiguous", "column"], ascending=[False, True], kind="stable"
    )
    yield doubt(ranked.iloc[0], not len(open_), money)


def _days(facts: pd.DataFrame, ledger: Ledger) -> Iterator[Doubt]:
    """The doubt about days: of one file among others it is asked, and told, by its name."""
    unclear = facts[facts["ambiguous"] > 0]
    some = _open(unclear)
    some = some if len(some) else unclear[unclear["basis"] == "other files"]
    files = [*dict.fromkeys(some["file"])]
    if not files or facts["file"].isin(files).all():
        yield from _order(facts, _dates, abs(ledger.kept_revenue))
        return
    kept = ledger.kept
    money = abs(float(kept.loc[kept["file"].isin(files), "revenue"].sum()))
    for doubt in _order(some, _dates, money):
        named = _("{files}: {told}")
        shown = listed(files, _FILES)
        answers = tuple(
            replace(each, changes={"dates_of": dict.fromkeys(files, each.changes["dates"])})
            for each in doubt.answers
        )
        yield replace(
            doubt,
            what=named.format(files=shown, told=doubt.what),
            says=named.format(files=shown, told=doubt.says),
            answers=answers,
        )


def _currencies(facts: pd.DataFrame, rows: int, money: float) -> Iterator[Doubt]:
    """The doubt about cells of one column that name several currencies."""
    for column, own in facts.groupby("column", sort=False):
        cells = (
            own.groupby("decided")["proofs_for"].sum().sort_values(ascending=False, kind="stable")
        )
        if len(cells) < 2:
            continue
        named = ", ".join(f"{code} ({count(int(n))})" for code, n in cells.items())
        what = _(
            'the cells of "{column}" name {n} currencies, which cannot be added up: {named}. Do '
            "they count as they stand?"
        ).format(column=column, n=len(cells), named=named)
        proof = _("If not, bring the amounts into one currency in the file, or leave lines out.")
        answers = (Answer("yes", _("the amounts are added up as they stand")),)
        others = int(cells.iloc[1:].sum())
        at_stake = money * min(others / max(rows, 1), 1.0)
        yield Doubt("cell_currencies", what, proof, answers, money=at_stake, rows=others)
        return


def _open(facts: pd.DataFrame) -> pd.DataFrame:
    """The facts that nothing proves, or about as much speaks against as for them."""
    contrary = facts["proofs_against"] > _CONTRARY * facts["proofs_for"]
    return facts[facts["basis"].isin(_UNPROVEN) | contrary]


def _decimal(fact: pd.Series, settled: bool, money: float) -> Doubt:
    sign = str(fact["decided"])
    shown = {"example": fact["example"], "sign": _SIGNS[sign], "column": fact["column"]}
    what = _(
        '{n} numbers of "{column}", such as {example}, can be read in two ways: does the sign in '
        "them part thousands, or is it the decimal sign?"
    ).format(n=count(fact["ambiguous"]), **shown)
    says = _('The decimal sign is {sign}, so {example} in "{column}" is read with it.')
    answers = tuple(
        Answer(_WORDS[s], _("the decimal sign is {sign}").format(sign=told), {"decimal": s})
        for s, told in _SIGNS.items()
    )
    decided = _WORDS[sign]
    return Doubt(
        "decimal",
        what,
        _proof(fact),
        answers,
        decided if settled else "",
        decided,
        money,
        int(fact["ambiguous"]),
        says.format(**shown),
        applied=settled,
    )


def _dates(fact: pd.Series, settled: bool, money: float) -> Doubt:
    order = str(fact["decided"])
    what = _(
        '{n} dates of "{column}", such as {example}, can be read in two ways: which part comes '
        "first?"
    ).format(n=count(fact["ambiguous"]), column=fact["column"], example=fact["example"])
    says = _('Dates of "{column}" are read {order}.').format(column=fact["column"], order=order)
    answers = tuple(
        Answer(word, _("dates are {order}").format(order=word), {"dates": word})
        for word in dict.fromkeys((order, "day-first", "month-first"))
    )
    return Doubt(
        "dates",
        what,
        _proof(fact),
        answers,
        order if settled else "",
        order,
        money,
        int(fact["ambiguous"]),
        says,
        applied=settled,
    )


def _proof(fact: pd.Series) -> str:
    hint = str(fact["hint"])
    if fact["basis"] in _UNPROVEN:
        return hint or _("No cell proves it.")
    told = {
        "cells": _("{n} cells prove it"),
        "other columns": _("other columns of the same file prove it"),
        "other files": _("other files prove it"),
    }[str(fact["basis"])].format(n=count(fact["proofs_for"]))
    if fact["proofs_against"]:
        told += _(", {n} say the contrary").format(n=count(fact["proofs_against"]))
    return told + (f"; {hint}" if hint else "")


def told_of_cells(kind: str, found: pd.DataFrame) -> str:
    """How some columns' cells are read, as one sentence; empty where it goes without saying.

    ``found`` are the facts of that kind (:class:`kamlib.data.read.conventions.Convention`).
    """
    columns = ", ".join(f'"{name}"' for name in dict.fromkeys(found["column"]))
    cells = found["proofs_for"].where(found["kind"] != "swapped", found["ambiguous"]).sum()
    first = found.iloc[0]
    return _TOLD.get(kind, "").format(
        columns=columns,
        n=count(cells),
        example=first["example"],
        decided=first["decided"],
        hint=first["hint"],
    )


_TOLD = {
    "month-only": _(
        "Dates of {columns} are months only, such as {example}: each counts as the first of its "
        "month, and gaps between orders cannot be measured to the day."
    ),
    "week-only": _(
        "Dates of {columns} are weeks only, such as {example}: each counts as the Monday of its "
        "week, and gaps between orders cannot be measured to the day."
    ),
    "quarter-only": _(
        "Dates of {columns} are quarters only, such as {example}: each counts as the first day of "
        "that quarter of the calendar year, and months and gaps between orders tell nothing."
    ),
    "roc": _("The years of {columns} count from 1911, as in {example}: 1911 is added."),
    "swapped": _(
        "In {n} dates of {columns} a spreadsheet had swapped day and month; they are turned back "
        "({hint})."
    ),
    "cr-dr": _(
        "The sign of {columns} stands as a word behind the number ({example}): {decided}; {hint}."
    ),
    "scaled": _(
        "{n} cells of {columns} name their unit, such as {example}, and are multiplied by it."
    ),
    "hyphen is decimal": _(
        "A hyphen is the decimal sign in {n} cells of {columns}, such as {example}."
    ),
    "dash is zero": _(
        "{n} cells of {columns} hold only a dash, or a word for no tax, and count as zero."
    ),
}
