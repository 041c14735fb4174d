"""Reading the lines with a first description, and settling what they leave open.

Each round reads the lines, hears the doubts that they raise, lays the proven (or assumed) answers
over the description and reads again, until no new doubt comes up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import ibis
import pandas as pd

from kamlib.data.doubts.doubt import Doubt
from kamlib.data.doubts.reading import is_told_by, reach, reading_doubts
from kamlib.data.read.dataset import CURRENCY_KEY, DataSet, TableSource, changed
from kamlib.data.reduce.ledger import open_ledger
from kamlib.data.reduce.opening import engine_of
from kamlib.errors import DataError
from kamlib.words import accounts as in_words

_ROUNDS = 5
_CENT = 0.005
_OF_SIGNS = ("refunds", "return_parts", "document_letters", "credit_notes")


@dataclass(frozen=True)
class Settled:
    """What a reading settled: doubts in the order in which they came up, and each answer's total.

    ``totals`` holds per doubt and answer the kept revenue (currency) if it is given; ``kept`` is
    the revenue as described, of ``rows`` lines and ``accounts`` accounts from the day ``first``
    to ``last``; ``problem`` says why the lines cannot be read at all. ``left`` is what of the
    files is not read (:class:`kamlib.data.reduce.ledger.Ledger`).
    """

    dataset: DataSet
    doubts: tuple[Doubt, ...] = ()
    totals: dict[tuple[str, str], float] | None = None
    kept: float = 0.0
    rows: int = 0
    problem: str = ""
    accounts: int = 0
    first: str = ""
    last: str = ""
    left: pd.DataFrame | None = None

    @property
    def decided(self) -> list[Doubt]:
        """What the files prove."""
        return [doubt for doubt in self.doubts if not doubt.is_open]

    @property
    def open(self) -> list[Doubt]:
        """What people must say."""
        return [doubt for doubt in self.doubts if doubt.is_open]


def settled(dataset: DataSet, before: Sequence[Doubt] = ()) -> Settled:
    """Settle what a described data set's lines leave open.

    Parameters
    ----------
    dataset
        The first description.
    before
        Doubts that the files raised before any line was read; their answers are not yet laid
        over.
    """
    connection = engine_of(dataset)
    first = dataset.tables["transactions"]
    doubts = list(before)
    try:
        for _round in range(_ROUNDS):
            current = _described(dataset, first, doubts)
            ledger = open_ledger(connection, current)
            known = {doubt.key for doubt in doubts}
            new = [
                doubt
                for doubt in reading_doubts(current, ledger)
                if doubt.key not in known and not is_told_by(doubt.key, known)
            ]
            if not new:
                break
            doubts += new
    except DataError as error:
        current = _described(dataset, first, doubts)
        return Settled(current, tuple(doubts), problem=str(error))
    # Before any other answer is tried: it takes the ledger's name in the engine.
    accounts, first_day, last_day = reach(ledger)
    outcomes = {
        (doubt.key, answer.word): _outcome(
            connection, dataset, first, doubts, doubt.key, answer.word
        )
        for doubt in doubts
        for answer in doubt.answers
        if doubt.is_open
    }
    totals = {of: total for of, (total, _span) in outcomes.items()}
    spans = {of: span for of, (_total, span) in outcomes.items()}
    doubts = [doubt for doubt in doubts if not _is_idle(doubt, outcomes)]
    return Settled(
        current,
        tuple(_with_spans(doubt, spans) for doubt in doubts),
        totals,
        kept=ledger.kept_revenue,
        rows=ledger.kept_rows,
        accounts=accounts,
        first=first_day,
        last=last_day,
        left=ledger.left,
    )


def _described(dataset: DataSet, first: TableSource, doubts: Sequence[Doubt]) -> DataSet:
    source, currency = first, dataset.currency
    for doubt in doubts:
        source = changed(source, doubt.changes, f"[questions.{doubt.key}]")
        currency = str(doubt.changes.get(CURRENCY_KEY, currency))
    tables = {**dataset.tables, "transactions": source}
    return dataset.model_copy(update={"tables": tables, "currency": currency})


def _is_idle(doubt: Doubt, outcomes: dict[tuple[str, str], tuple[float, str]]) -> bool:
    """Whether a question of signs and refunds changes nothing, whatever is answered."""
    if not doubt.is_open or doubt.key not in _OF_SIGNS:
        return False
    found = [outcomes[doubt.key, answer.word] for answer in doubt.answers]
    return len(found) > 1 and all(
        abs(total - found[0][0]) < _CENT and span == found[0][1] for total, span in found
    )


def _with_spans(doubt: Doubt, spans: dict[tuple[str, str], str]) -> Doubt:
    """A doubt whose answers say which days and how many accounts follow, where they differ."""
    own = [spans.get((doubt.key, answer.word), "") for answer in doubt.answers]
    if not doubt.is_open or len({*own}) < 2:
        return doubt
    answers = tuple(
        replace(answer, means=f"{answer.means} ({span})") if span else answer
        for answer, span in zip(doubt.answers, own, strict=True)
    )
    return replace(doubt, answers=answers)


def _outcome(
    connection: ibis.BaseBackend,
    dataset: DataSet,
    first: TableSource,
    doubts: Sequence[Doubt],
    key: str,
    word: str,
) -> tuple[float, str]:
    """The kept revenue, accounts and days if a doubt is answered by that word, all others as is."""
    answered = [replace(d, decided=word) if d.key == key else d for d in doubts]
    try:
        ledger = open_ledger(connection, _described(dataset, first, answered))
    except DataError:
        return float("nan"), ""
    number, first_day, last_day = reach(ledger)
    return ledger.kept_revenue, f"{in_words(number)}, {first_day} to {last_day}"


def stake(doubt: Doubt, settled_: Settled) -> float:
    """The share (0–1) of revenue that hangs on an open doubt: by its answers' totals or its own."""
    totals = [v for (key, _), v in (settled_.totals or {}).items() if key == doubt.key and v == v]
    apart = max(totals) - min(totals) if totals else 0.0
    total = max(map(abs, totals), default=settled_.kept)
    return min(max(apart, doubt.money) / total, 1.0) if total else 1.0
