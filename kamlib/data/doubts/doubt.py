"""A doubt: what could be meant in two ways, how we know, and what hangs on it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from kamlib.words import _, capital


@dataclass(frozen=True)
class Answer:
    """One way to take it: the word that people write, what it means, and what it changes.

    ``changes`` are laid over ``[transactions]`` (:func:`kamlib.data.read.dataset.changed`).
    """

    word: str
    means: str
    changes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Doubt:
    """What could be meant in two ways.

    ``what`` asks it, with its numbers. ``decided`` is the word of the answer that the files
    prove; empty where people must say, and then ``assumed`` counts meanwhile. ``says`` tells the
    decided answer as a statement. ``proof`` says how we know, or why we cannot. ``money`` is the
    revenue (currency, at least 0) that hangs on it, ``rows`` the lines. ``applied`` tells that
    the lines are read so already, so that nobody need say it.
    """

    key: str
    what: str
    proof: str
    answers: tuple[Answer, ...]
    decided: str = ""
    assumed: str = ""
    money: float = 0.0
    rows: int = 0
    says: str = ""
    applied: bool = False

    @property
    def statement(self) -> str:
        """What is decided and how we know, as sentences."""
        means = next((answer.means for answer in self.answers if answer.word == self.decided), "")
        said = (self.says,) if self.says else (self.what, means)
        return " ".join(sentence(text) for text in (*said, self.proof) if text)

    @property
    def is_open(self) -> bool:
        """Whether people must say."""
        return not self.decided

    @property
    def changes(self) -> dict[str, Any]:
        """What the decided or assumed answer changes."""
        word = self.decided or self.assumed
        return next((answer.changes for answer in self.answers if answer.word == word), {})


def minus_or_plus(changes: dict[str, Any], means: str = "") -> tuple[Answer, Answer]:
    """The answers to whether lines without a sign take money away, which ``changes`` says."""
    return (
        Answer("minus", means or _("they take money away"), changes),
        Answer("plus", _("they bring money")),
    )


def no_or_yes(changes: dict[str, Any]) -> tuple[Answer, Answer]:
    """The answers to whether lines are sales; ``changes`` leave them out."""
    return (
        Answer("no", _("they are no sales and are left out"), changes),
        Answer("yes", _("they count as sales")),
    )


def revenue_is(word: str, sql: str, means: str = "") -> Answer:
    """The answer that revenue is an expression over the columns of a line."""
    said = means or _("revenue is {sql}").format(sql=sql)
    return Answer(word, said, {"columns": {"revenue": sql}})


def listed(names: Sequence[str], most: int = 0) -> str:
    """Names in quotation marks one after the other, only the first ones where ``most`` says so."""
    shown = ", ".join(f'"{name}"' for name in (names[:most] if most else names))
    return shown + (", …" if most and len(names) > most else "")


def sentence(text: str) -> str:
    """A text that begins and ends as a sentence does."""
    return capital(text) + ("" if text.endswith((".", "?", "!", "…")) else ".")
