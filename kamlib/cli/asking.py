"""Open questions asked one by one in a terminal; never where there is none."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kamlib.cli.printing import console, heading, say

if TYPE_CHECKING:
    from kamlib.data.doubts.reading import OpenQuestion


def in_a_terminal() -> bool:
    """Whether somebody is there to be asked, and sees it."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def ask_open(dataset: str | Path, questions: Sequence["OpenQuestion"] | None = None) -> int:
    """Ask what is open, write each answer into the description; how many were answered.

    Where an answer raises another question, that is asked, too.
    """
    from kamlib.data.guess.answer import answer_question, asked

    left_open: set[str] = set()
    answered = 0
    while True:
        questions = asked(dataset) if questions is None else questions
        question = next((each for each in questions if each.key not in left_open), None)
        if question is None:
            return answered
        word = _answer(question, input)
        if word:
            answer_question(dataset, question.key, word)
            answered += 1
            questions = None  # read again: another answer, another total
        else:
            left_open.add(question.key)


def _answer(question: "OpenQuestion", read: Callable[[str], str]) -> str:
    """The word that somebody chose, by itself or by its number; empty where it stays open."""
    from kamlib.cli.telling import answer_lines, tell_question
    from kamlib.words import _, told

    heading(told(_("A question")))
    tell_question(question, answers=False)
    words = list(question.answers)
    for number, line in enumerate(answer_lines(question), start=1):
        say(f"{number}  {line}", indent=2, hang=3)
    prompt = told(_("Number or word (Enter leaves it open): "))
    by_name = {word.casefold(): word for word in words}
    by_name |= {str(number): word for number, word in enumerate(words, start=1)}
    while True:
        word = typed(read, prompt)
        if not word or word in by_name:
            return by_name.get(word, "")
        say(told(_("That is none of the answers.")))


def typed(read: Callable[[str], str], prompt: str) -> str:
    """What somebody types, in small letters; nothing where the input ends."""
    try:
        return read(prompt).strip().casefold()
    except EOFError:
        console.print()
        return ""
