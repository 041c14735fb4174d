"""What ``kam init`` and ``kam check`` make of files that nobody mapped: figures and words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd

from kamlib.data.findings import findings
from kamlib.data.guess.setup import guessed_dataset
from kamlib.data.read.dataset import load_dataset
from kamlib.data.reduce.lines import REJECTED
from kamlib.data.reduce.opening import engine_of
from kamlib.data.tables import Tables, check_rejects, load_tables, reconciliation
from kamlib.errors import DataError
from kamlib.settings import load_settings

# Notes that most clean data has: they name nothing.
_USUAL = ("without margin", "returns or credit notes", "exactly alike")
_NOT_WORDS = ("path", "report", "settled")


@dataclass(frozen=True)
class Outcome:
    """The kept lines in figures; ``error``, where it stopped; ``said``, warnings and questions.

    ``asked`` are the open questions; ``rejected`` is the money of rejected lines; ``known``
    counts the accounts with a master row. What init decided is in ``decided`` and not in
    ``said``: a decision that is wrong is no warning.
    """

    lines: int = 0
    accounts: int = 0
    revenue: float = 0.0
    rejected: float = 0.0
    first: str = ""
    last: str = ""
    known: int = 0
    currency: str = ""
    asked: tuple[str, ...] = ()
    error: str = ""
    said: str = ""
    decided: str = ""

    @property
    def words(self) -> str:
        """All that warns: the error, the findings, the questions, where rows went."""
        return f"{self.error}\n{self.said}"

    def tells(self, pattern: str) -> bool:
        """Whether a warning, a question or the error has these words."""
        return re.search(pattern, self.words, re.IGNORECASE) is not None

    def decides(self, pattern: str) -> bool:
        """Whether what init shows of its decisions has these words."""
        return re.search(pattern, self.decided, re.IGNORECASE) is not None


def outcome(files: Sequence[Path], data: Path, name: str = "guessed") -> Outcome:
    """Describe files by ``kam init``, open what it wrote, and gather what comes of it.

    Whatever is no DataError is a traceback for a user, and is not caught.
    """
    said, decided = "", ""
    try:
        guessed = guessed_dataset(name, files, data)
        said, decided = _said(guessed), _decided(guessed)
        for folder in {f"/{file.parent.name}/" for file in files}:  # its name is no warning
            said, decided = said.replace(folder, "/…/"), decided.replace(folder, "/…/")
        description = load_dataset(guessed.path.parent)
        settings = load_settings(guessed.path.parent, None)
        tables = load_tables(engine_of(description, threads=1), description, settings)
        check_rejects(tables, settings)
    except DataError as error:
        return Outcome(error=str(error), said=said, decided=decided)
    return figures(tables, said=said, decided=decided)


def figures(tables: Tables, *, said: str = "", decided: str = "") -> Outcome:
    """The figures of opened tables, and their findings as words."""
    sums = tables.ledger.table.to_pyarrow()
    found = findings(tables)
    found = found[~found["finding"].str.startswith(_USUAL)]
    went = reconciliation(tables)
    return Outcome(
        lines=sum(sums["lines"].to_pylist()),
        accounts=len(set(sums["account"].to_pylist())),
        revenue=round(float(sum(sums["revenue"].to_pylist())), 2),
        rejected=float(went.loc[went["step"] == REJECTED, "revenue"].sum()),
        first=f"{min(sums['date'].to_pylist()):%Y-%m-%d}",
        last=f"{max(sums['date'].to_pylist()):%Y-%m-%d}",
        known=len(set(sums["account"].to_pylist()) & set(tables["accounts"]["account"])),
        currency=tables.dataset.currency,
        asked=tuple(question.ask for question in tables.questions),
        said="\n".join((said, _rows(found), _rows(went[went["step"] != "read"]))),
        decided=decided,
    )


def _said(guessed: object) -> str:
    """Every text that init shows apart from its columns and its decisions."""
    names = [item.name for item in fields(guessed) if item.name not in _NOT_WORDS]
    return "\n".join(_text(getattr(guessed, name)) for name in names)


def _decided(guessed: object) -> str:
    """What init wrote and showed of its columns and decisions."""
    return f"{guessed.path.read_text(encoding='utf-8')}\n{_rows(guessed.report)}"


def _text(value: object) -> str:
    if isinstance(value, pd.DataFrame):
        return _rows(value)
    return "\n".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _rows(frame: pd.DataFrame) -> str:
    return "\n".join(
        " | ".join(f"{cell:,.2f}" if isinstance(cell, float) else str(cell) for cell in row)
        for row in frame.itertuples(index=False)
    )
