"""What earlier lists said against what came of it, and what follows for what is said today."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
import pandas as pd

from kamlib.analysis.measures.significant import significant
from kamlib.settings import ReplaySettings
from kamlib.words import _, capital, count, money, number, share

ROW_COLUMNS = ("quarter", "subject", "chance", "came")
MONEY_COLUMNS = ("value", "brought")
SHOWN_DIGITS = 2  # a factor that rounds to 1.00 changes nothing that a reader could see


@dataclass(frozen=True)
class Record:
    """How the rows of earlier lists came true.

    ``list`` (its name, for readers); ``quarters``, ``rows`` (whose outcome is known); ``said``
    (0–1, mean chance), ``came`` (0–1, share of the rows of which it came); ``factor`` (what a
    chance of today is multiplied by); ``expected``, ``brought`` (currency: chance times value of
    all rows, and what they brought; NaN where the list says no money), ``money_factor``;
    ``words``. Both factors are 1 where too few quarters tell.
    """

    list: str
    quarters: int
    rows: int
    said: float
    came: float
    factor: float
    expected: float
    brought: float
    money_factor: float
    words: str

    @property
    def changes(self) -> bool:
        """Whether anything that is said today is changed by it."""
        return any(round(x, SHOWN_DIGITS) != 1 for x in (self.factor, self.money_factor))


COLUMNS = tuple(Record.__dataclass_fields__)


def list_record(
    listed: pd.DataFrame, *, name: str, span: int, settings: ReplaySettings, currency: str = ""
) -> Record:
    """The record of a list from the rows that it showed at the ends of earlier quarters.

    Parameters
    ----------
    listed
        One row per quarter and row of its list: ``quarter`` (text); ``subject`` (what the row is
        about: who is on several lists is counted as one event within a span); ``chance`` (0–1,
        as the list said; rows without one say nothing); ``came`` (whether it did). Where the list
        says money also ``value`` (currency, what it is worth if it comes) and ``brought``.
    name
        The list, for readers.
    span
        For how many quarters a chance is said: so many lists in a row tell of the same event.

    Returns
    -------
    The record; what it says of the money is NaN without those columns.
    """
    told = listed[listed["chance"].notna()]
    quarters, rows = int(told["quarter"].nunique()), len(told)
    enough, prior = quarters >= settings.least_quarters, settings.prior_events
    chance, came = told["chance"].astype(float), told["came"].astype(float)
    alike = _distinct(told, span)
    factor = shrunk_factor(chance.sum(), came.sum(), alike * chance.sum(), prior)
    expected = brought = np.nan
    money_factor = 1.0
    if set(MONEY_COLUMNS) <= set(told):
        value = told["value"].astype(float)
        expected, brought = float((chance * value).sum()), float(told["brought"].sum())
        events = alike * expected_events(chance, value)
        money_factor = shrunk_factor(expected, brought, events, prior)
    record = Record(
        list=name,
        quarters=quarters,
        rows=rows,
        said=float(chance.mean()),
        came=float(came.mean()),
        factor=factor if enough else 1.0,
        expected=expected,
        brought=brought,
        money_factor=money_factor if enough else 1.0,
        words="",
    )
    return replace(record, words=_words(record, settings.least_quarters, currency))


def shrunk_factor(said: float, came: float, events: float, prior: float) -> float:
    """Came over said, drawn towards 1 by its uncertainty (Bühlmann's credibility).

    If what was said is right, the relative variance of what comes is 1 over the number of events
    expected; how far what is said is off has a relative variance of 1 / ``prior``. So events
    expected weigh events / (events + prior).

    >>> shrunk_factor(200, 100, 200, 4), shrunk_factor(2, 0, 2, 4), shrunk_factor(0, 5, 0, 4)
    (0.509804, 0.666667, 1.0)
    """
    if not said > 0:
        return 1.0
    return significant(float(1 + events / (events + prior) * (came / said - 1)))


def expected_events(chance: pd.Series, value: pd.Series) -> float:
    """How many events of equal worth would be as sure in sum as these chances of values.

    >>> one = pd.Series([0.5, 0.5])
    >>> expected_events(one, pd.Series([10.0, 10.0])), expected_events(one, pd.Series([10.0, 0.0]))
    (1.0, 0.5)
    """
    spread = float((chance * value**2).sum())
    return float((chance * value).sum() ** 2 / spread) if spread > 0 else 0.0


def records_table(records: Sequence[Record]) -> pd.DataFrame:
    """One row per record: the columns of ``Record``."""
    table = pd.DataFrame([asdict(record) for record in records], columns=list(COLUMNS))
    return table.astype({"list": "str", "words": "str", "quarters": "int64", "rows": "int64"})


def came_told(*records: Record) -> str:
    """The records of a list's parts, of those of which there is any; else why there is none."""
    judged = [record for record in records if record.quarters] or records[:1]
    return " ".join(
        _("{list}: {words}.").format(list=capital(record.list), words=record.words)
        for record in judged
    )


def _distinct(told: pd.DataFrame, span: int) -> float:
    """The share (0–1) of the rows that tell of an event of their own."""
    times = told.groupby("subject").size()
    return float(np.ceil(times / span).sum() / times.sum()) if len(times) else 0.0


def _words(record: Record, least: int, currency: str) -> str:
    if not record.quarters:
        return _("what earlier lists said cannot be judged yet, so nothing is changed by it")
    told = _("said {said}, {came} came").format(
        said=share(record.said, 0), came=share(record.came, 0)
    )
    if np.isfinite(record.expected):
        told = _("{told}, expected {expected}, brought {brought}").format(
            told=told,
            expected=money(record.expected, currency),
            brought=money(record.brought, currency),
        )
    one = record.quarters == 1
    told = (_("{told}, in {n} quarter") if one else _("{told}, in {n} quarters")).format(
        told=told, n=count(record.quarters)
    )
    if record.quarters < least:
        few = _("{told}: under {least} quarters say too little, nothing is changed by it")
        return few.format(told=told, least=count(least))
    if not record.changes:
        return _("{told}: nothing has to be changed").format(told=told)
    if np.isnan(record.expected):
        return _("{told}: the chances are shown times {factor}").format(
            told=told, factor=number(record.factor, SHOWN_DIGITS)
        )
    return _("{told}: chances are shown times {factor}, money times {money}").format(
        told=told,
        factor=number(record.factor, SHOWN_DIGITS),
        money=number(record.money_factor, SHOWN_DIGITS),
    )
