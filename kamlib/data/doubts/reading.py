"""All doubts that a reading of the lines raises, and the questions that are open."""

from collections.abc import Collection
from dataclasses import dataclass, field

import pandas as pd

from kamlib.data.doubts.copies import copy_doubts
from kamlib.data.doubts.currencies import SETTLED_BY_RATES, currency_doubts
from kamlib.data.doubts.days import day_doubts, year_doubts
from kamlib.data.doubts.doubt import Doubt
from kamlib.data.doubts.identity import identity_doubts
from kamlib.data.doubts.kinds import kind_doubts
from kamlib.data.doubts.parts import part_doubts
from kamlib.data.doubts.writing import writing_doubts
from kamlib.data.read.dataset import DataSet
from kamlib.data.reduce.ledger import Ledger

_MAX_STAKE = 1.0
# Where the money that went back stands in a column, it says how much of a sale came back.
_SAME_MONEY = {"came_back_in_part": "refunds"}


@dataclass(frozen=True)
class OpenQuestion:
    """A question that nobody has answered: what is asked, the words to answer it, the stake.

    ``answers`` says per word what it means, ``totals`` the revenue (currency) that it leads to
    where that is known; ``stake`` is the share (0–1) of revenue on it, ``proof`` why the files
    do not settle it, or how they nearly do.
    """

    key: str
    ask: str
    answers: dict[str, str]
    stake: float
    rows: int = 0
    proof: str = ""
    totals: dict[str, float] = field(default_factory=dict)


def reading_doubts(
    dataset: DataSet, ledger: Ledger, *, today: pd.Timestamp | None = None
) -> list[Doubt]:
    """The doubts that the lines as read raise; none where the description settles them.

    ``today`` is the day of the run, the clock's where it is not given.
    """
    found = [
        *writing_doubts(ledger),
        *day_doubts(dataset, ledger, today=today or pd.Timestamp.now()),
        *year_doubts(dataset, ledger),
        *identity_doubts(dataset, ledger),
        *copy_doubts(dataset, ledger),
        *kind_doubts(dataset, ledger),
        *part_doubts(dataset, ledger),
        *currency_doubts(dataset, ledger),
    ]
    said = {*dataset.questions, *dataset.decisions}
    return [
        doubt
        for doubt in found
        if not _is_answered(doubt, dataset) and not is_told_by(doubt.key, said)
    ]


def is_told_by(key: str, others: Collection[str]) -> bool:
    """Whether other doubts, asked or decided, are about the same money as one: not asked twice.

    >>> is_told_by("came_back_in_part", {"refunds"}), is_told_by("came_back", {"refunds"})
    (True, False)
    """
    return _SAME_MONEY.get(key) in others


def _is_answered(doubt: Doubt, dataset: DataSet) -> bool:
    """Whether an answer settles a doubt: one that changes something must bring its changes."""
    question = dataset.questions.get(doubt.key)
    if question is None or not question.answer:
        return False
    changes = {answer.word: answer.changes for answer in doubt.answers}
    return bool(question.answers) or not changes.get(question.answer, {"unknown": True})


def open_questions(dataset: DataSet, ledger: Ledger) -> list[OpenQuestion]:
    """What must still be said: open in the description, or raised by the lines; most first."""
    doubts = reading_doubts(dataset, ledger)
    raised = {doubt.key for doubt in doubts}
    asked = [
        question
        for question in written_questions(dataset)
        if question.key not in SETTLED_BY_RATES or question.key in raised
    ]
    known = {question.key for question in asked}
    for doubt in doubts:
        if doubt.key not in known and not doubt.applied:
            words = {answer.word: answer.means for answer in doubt.answers}
            stake = stake_of(doubt, ledger)
            asked.append(OpenQuestion(doubt.key, doubt.what, words, stake, doubt.rows, doubt.proof))
    return sorted(asked, key=lambda question: (-question.stake, question.key))


def written_questions(dataset: DataSet) -> list[OpenQuestion]:
    """The open questions that the description itself holds, most revenue first."""
    asked = [
        OpenQuestion(
            key,
            question.ask,
            question.meanings,
            question.stake,
            question.rows,
            question.why,
            question.totals,
        )
        for key, question in dataset.open_questions.items()
    ]
    return sorted(asked, key=lambda question: (-question.stake, question.key))


def answer_command(dataset: DataSet, question: OpenQuestion) -> str:
    """What people type to answer a question: ``kam answer data/mine credit_notes minus``."""
    return f"kam answer {dataset.called} {question.key} {next(iter(question.answers), 'WORD')}"


def stake_of(doubt: Doubt, ledger: Ledger) -> float:
    """The share (0–1) of the kept revenue that hangs on a doubt."""
    total = abs(ledger.kept_revenue)
    return min(doubt.money / total, _MAX_STAKE) if total else _MAX_STAKE


def reach(ledger: Ledger) -> tuple[int, str, str]:
    """How many accounts a ledger has, its first and its last day; no days where it is empty."""
    lines = ledger.table
    found = lines.aggregate(
        accounts=lines["account"].nunique(), first=lines["date"].min(), last=lines["date"].max()
    )
    [row] = found.to_pyarrow().to_pylist()
    days = [f"{day:%Y-%m-%d}" if day else "" for day in (row["first"], row["last"])]
    return int(row["accounts"]), days[0], days[1]
