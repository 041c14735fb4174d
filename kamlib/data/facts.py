"""All that `kam check` knows of a data set, for a machine to read."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from kamlib.data.book import open_tables
from kamlib.data.doubts.reading import OpenQuestion, answer_command, reach
from kamlib.data.expect import expected
from kamlib.data.findings import findings
from kamlib.data.stops import stops
from kamlib.data.tables import Tables, reconciliation
from kamlib.errors import DataError
from kamlib.settings import Settings


def facts(
    dataset: str | Path,
    settings: Mapping[str, Any] | None = None,
    *,
    proposals: Callable[[Tables, Settings], pd.DataFrame] | None = None,
) -> dict[str, Any]:
    """What came in, where it went, what is decided and what is open, as JSON can hold it.

    Parameters
    ----------
    dataset, settings
        As :func:`kamlib.data.book.open_tables` takes them.
    proposals
        Finds the accounts that may be one company; it is asked where a report can be made.

    Returns
    -------
    ``dataset`` (name, title, folder, description, year_starts), ``currency``, ``files``,
    ``lines`` and ``revenue`` (kept), ``accounts``, ``first`` and ``last`` day, ``fates`` (rows and
    revenue of the sales by file, sheet, step and reason), ``reconciliation`` (of all tables),
    ``left_out`` (sheets and files that are not read), ``controls`` (totals in the sources),
    ``decisions``, ``questions``, ``findings``, ``expect``, ``identities`` (accounts that may be
    one company, with the evidence and the money that would move), and ``stops``: why no report is
    made, empty where one can be. Money is rounded to cents, unknown figures are null. Where the
    data cannot be opened at all, ``stops`` is all there is.

    Raises
    ------
    SettingsError
        A setting is unknown or impossible.
    """
    try:
        tables, in_force = open_tables(dataset, settings)
    except DataError as error:
        return {"dataset": {"name": str(dataset)}, "stops": [str(error)]}
    described, found = tables.dataset, stops(tables, in_force)
    fates = tables.ledger.fates
    accounts, first, last = reach(tables.ledger)
    by_fate = fates.groupby(["file", "sheet", "step", "reason"], as_index=False, sort=False)
    return {
        "dataset": {
            "name": described.name,
            "title": described.title,
            "folder": str(described.folder),
            "description": described.described_in.name,
            "year_starts": described.year_starts,
        },
        "currency": described.currency,
        "files": _files(tables),
        "lines": tables.ledger.kept_rows,
        "revenue": _cents(tables.ledger.kept_revenue),
        "accounts": accounts,
        "first": first,
        "last": last,
        "fates": _records(by_fate[["rows", "revenue"]].sum()),
        "reconciliation": _records(reconciliation(tables)),
        "left_out": _records(tables.ledger.left),
        "controls": _records(tables.ledger.controls),
        "decisions": [{"key": key, "told": told} for key, told in described.decisions.items()],
        "questions": [_question(tables, in_force, each) for each in tables.questions],
        "findings": _records(findings(tables)),
        "expect": _records(expected(tables)),
        "identities": _records(proposals(tables, in_force)) if proposals and not found else [],
        "stops": found,
    }


def _files(tables: Tables) -> list[str]:
    """All files: those that lines came from, those of the side tables, those that init saw."""
    read = tables.ledger.fates["file"]
    named = [*read, *(path for table in tables.dataset.tables.values() for path in table.source)]
    return list(dict.fromkeys([*tables.dataset.files, *map(str, named)]))


def _question(tables: Tables, settings: Settings, question: OpenQuestion) -> dict[str, Any]:
    return {
        "key": question.key,
        "ask": str(question.ask),
        "why": str(question.proof),
        "rows": question.rows,
        "stake": round(question.stake, 4),
        "stops": question.stake > settings.data.max_open_share,
        "answers": [
            {"word": word, "means": str(means), "total": _cents(question.totals.get(word))}
            for word, means in question.answers.items()
        ],
        "command": answer_command(tables.dataset, question),
    }


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A frame's rows as JSON holds them, its columns in order."""
    return [
        {str(name): _plain(value) for name, value in zip(frame.columns, row, strict=True)}
        for row in frame.itertuples(index=False)
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return str(value)
    if pd.isna(value):
        return None
    if isinstance(value, float):
        return _cents(value)
    return value.item() if hasattr(value, "item") else value


def _cents(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else round(float(value), 2)
