"""Answers to open questions, written into the description as one word, all else as it stands."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from kamlib.data.doubts.doubt import Doubt
from kamlib.data.doubts.reading import OpenQuestion, open_questions, reading_doubts, stake_of
from kamlib.data.guess.toml import question_block
from kamlib.data.read.dataset import DataSet, load_dataset
from kamlib.data.read.reach import check_reach
from kamlib.data.reduce.ledger import Ledger, open_ledger
from kamlib.data.reduce.opening import engine_of
from kamlib.errors import DataError, nearest_name
from kamlib.places import data_roots
from kamlib.saving import save_text
from kamlib.words import _

_SECTION = re.compile(r"^[ \t]*\[", re.MULTILINE)
_ANSWER = re.compile(r"^([ \t]*answer[ \t]*=[ \t]*)(\"[^\"\n]*\"|'[^'\n]*')", re.MULTILINE)


@dataclass(frozen=True)
class Answered:
    """What was answered, and the description that holds it now."""

    path: Path
    key: str
    word: str
    means: str = ""


def asked(dataset: str | Path) -> list[OpenQuestion]:
    """The open questions of a data set, most revenue first.

    Raises
    ------
    DataError
        There is no such data set, or its lines cannot be read.
    """
    described = load_dataset(dataset, roots=data_roots())
    return open_questions(described, _ledger(described))


def answer_question(dataset: str | Path, key: str, word: str) -> Answered:
    """Write the answer to a question into a data set's ``dataset.toml``.

    A question that only the lines raise, as those of a hand-written description do, gets its
    section there. Comments, order and everything else stay.

    Parameters
    ----------
    dataset
        As :func:`kamlib.open_book` takes it.
    key, word
        The question's name, such as ``credit_notes``, and one of its answers, such as ``minus``.

    Raises
    ------
    DataError
        There is no such question or answer, or the description cannot be written.
    """
    described = load_dataset(dataset, roots=data_roots())
    path = described.described_in
    if path.suffix.lower() != ".toml":
        raise DataError(
            f"{path.name}: holds no answers; write a dataset.toml for it with "
            f"`kam init NAME --from {path.name}`, and answer there"
        )
    with path.open(encoding="utf-8-sig", newline="") as file:
        text = file.read()
    question = described.questions.get(key)
    if question is not None and question.answers:
        means = _meant(key, word, question.meanings)
        written = _set_answer(text, key, word)
    else:
        ledger = _ledger(described)
        doubt = _raised(described, ledger, key)
        means = _meant(key, word, {each.word: each.means for each in doubt.answers})
        written = _appended(text, doubt, stake_of(doubt, ledger), word)
    _check(path, text, written, key, word)
    save_text(path, written)
    return Answered(path, key, word, means)


def _meant(key: str, word: str, meanings: dict[str, str]) -> str:
    if word in meanings:
        return meanings[word]
    words = _(" or ").join(f'"{each}"' for each in meanings)
    near = nearest_name(word, meanings)
    raise DataError(f'question {key}: "{word}" is none of its answers{near}; expected {words}')


def _raised(described: DataSet, ledger: Ledger, key: str) -> Doubt:
    """The doubt of that name that the lines raise."""
    doubts = {doubt.key: doubt for doubt in reading_doubts(described, ledger)}
    if key in described.questions and key in doubts:
        raise DataError(
            f"{described.described_in.name}: [questions.{key}] lists no answers; "
            "delete it and answer again"
        )
    if key in doubts:
        return doubts[key]
    known = list(dict.fromkeys([*described.questions, *doubts]))
    told = _("the questions are {names}").format(names=", ".join(known))
    raise DataError(
        f'{described.described_in.name}: there is no question "{key}"{nearest_name(key, known)}; '
        f"{told if known else _('nothing is asked')}"
    )


def _set_answer(text: str, key: str, word: str) -> str:
    """A description with the answer in the section of its question."""
    names = "|".join(re.escape(name) for name in (key, f'"{key}"', f"'{key}'"))
    header = re.search(rf"^[ \t]*\[[ \t]*questions\.(?:{names})[ \t]*\][^\n]*\n?", text, re.M)
    if header is None:
        return text
    following = _SECTION.search(text, header.end())
    end = following.start() if following else len(text)
    section = text[header.end() : end]
    if _ANSWER.search(section):
        section = _ANSWER.sub(lambda found: f'{found[1]}"{word}"', section, count=1)
    else:
        section = f'answer = "{word}"{_line_end(text)}{section}'
    return text[: header.end()] + section + text[end:]


def _appended(text: str, doubt: Doubt, stake: float, word: str) -> str:
    """A description with a section for a question that it did not have."""
    block = question_block(doubt, stake, {}, word).replace("\n", _line_end(text))
    apart = "" if text.endswith("\n") or not text else _line_end(text)
    return text + apart + _line_end(text) + block


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _check(path: Path, before: str, after: str, key: str, word: str) -> None:
    """Refuse to write anything that is not the same description with this one answer."""
    was, is_ = tomllib.loads(before), tomllib.loads(after)
    found = is_.get("questions", {}).get(key, {})
    others = {name: each for name, each in is_.items() if name != "questions"}
    same = others == {name: each for name, each in was.items() if name != "questions"}
    questions = {**was.get("questions", {}), key: found}
    if found.get("answer") != word or not same or questions != is_.get("questions", {}):
        raise DataError(
            f'{path}: the answer finds no place; write answer = "{word}" below [questions.{key}]'
        )


def _ledger(described: DataSet) -> Ledger:
    check_reach(described)
    return open_ledger(engine_of(described), described)
