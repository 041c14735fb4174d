"""All doubts that a reading of the lines raises, and the questions that are open."""

from dataclasses import dataclass

from kamlib.data.doubts.currencies import currency_doubts
from kamlib.data.doubts.doubt import Doubt
from kamlib.data.doubts.kinds import kind_doubts
from kamlib.data.read.dataset import DataSet
from kamlib.data.reduce.ledger import Ledger

_MAX_STAKE = 1.0


@dataclass(frozen=True)
class OpenQuestion:
    """A question that nobody has answered: what is asked, the words to answer it, the stake.

    ``answers`` says per word what it means; ``stake`` is the share (0–1) of revenue on it.
    """

    key: str
    ask: str
    answers: dict[str, str]
    stake: float
    rows: int = 0


def reading_doubts(dataset: DataSet, ledger: Ledger) -> list[Doubt]:
    """The doubts that the lines as read raise; none where the description settles them."""
    found = [*kind_doubts(dataset, ledger), *currency_doubts(dataset, ledger)]
    answered = {key for key, question in dataset.questions.items() if question.answer}
    return [doubt for doubt in found if doubt.key not in answered]


def open_questions(dataset: DataSet, ledger: Ledger) -> list[OpenQuestion]:
    """What must still be said: open in the description, or raised by the lines; most first."""
    total = revenue_read(ledger)
    asked = [
        OpenQuestion(
            key,
            question.ask,
            question.meanings,
            question.stake,
            question.rows,
        )
        for key, question in dataset.open_questions.items()
    ]
    known = {question.key for question in asked}
    for doubt in reading_doubts(dataset, ledger):
        if doubt.key not in known:
            words = {answer.word: answer.means for answer in doubt.answers}
            stake = min(doubt.money / total, _MAX_STAKE) if total else _MAX_STAKE
            asked.append(OpenQuestion(doubt.key, doubt.what, words, stake, doubt.rows))
    return sorted(asked, key=lambda question: (-question.stake, question.key))


def revenue_read(ledger: Ledger) -> float:
    """The kept revenue (currency), by which stakes are measured."""
    fates = ledger.fates
    return abs(float(fates.loc[fates["step"] == "kept", "revenue"].sum()))
