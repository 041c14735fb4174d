"""Other sources of sales lines: read as one with the first, or asked about with their money."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from kamlib.data.doubts.doubt import Answer, Doubt
from kamlib.data.guess.guess import Guesses
from kamlib.data.guess.toml import dataset_toml
from kamlib.data.read.dataset import described
from kamlib.data.reduce.ledger import open_ledger
from kamlib.data.reduce.opening import engine_of
from kamlib.errors import DataError
from kamlib.words import _, count, number

_MOST_READ = 4


def source_doubts(path: Path, guesses: Guesses) -> Iterator[Doubt]:
    """What is told of sources that are read as one, and what is asked of those left out.

    Parameters
    ----------
    path
        Where the description will be: sources are named relative to its folder.
    guesses
        The guessed tables; the guess of transactions names its rivals.
    """
    if "transactions" not in guesses:
        return
    guess = guesses["transactions"][2]
    if guess.rename or guess.may_lack:
        yield _one_source(guess.rename, guess.may_lack)
    for place, rival in enumerate(guess.rivals[:_MOST_READ], start=1):
        key = "left_out" if place == 1 else f"left_out_{place}"
        yield from _left_out(key, path, {"transactions": rival})


def _one_source(rename: dict[str, str], may_lack: tuple[str, ...]) -> Doubt:
    told = [
        _('"{name}" is called "{other}" in some sheets or files').format(name=new, other=old)
        for old, new in rename.items()
    ]
    if may_lack:
        names = ", ".join(f'"{name}"' for name in may_lack)
        told.append(_("{names} is missing in some, and empty there").format(names=names))
    says = _("These are read as one: {told}.").format(told="; ".join(told))
    proof = _("All their other columns have the same names.")
    return Doubt("one_source", says, proof, (), decided="one", says=says)


def _left_out(key: str, path: Path, rival: Guesses) -> Iterator[Doubt]:
    try:
        content = tomllib.loads(dataset_toml("", None, rival))
        left = described(path, content)
        ledger = open_ledger(engine_of(left), left)
    except DataError:
        return
    rows, money = ledger.kept_rows, ledger.kept_revenue
    if not rows or not money:
        return
    source, sheet, _guess = rival["transactions"]
    where = ", ".join(Path(name).name for name in (*_texts(source), *_texts(sheet)))
    figures = {"where": where, "rows": count(rows), "money": number(money, 2)}
    what = _(
        "{where} looks like sales lines too ({rows} lines, {money}), but its columns differ: is it "
        "right that it is left out?"
    ).format(**figures)
    proof = _(
        "If it counts, give its columns the names of the others (rename under [transactions]) and "
        "add it to source."
    )
    answers = (Answer("yes", _("these lines are no further sales: they stay left out")),)
    yield Doubt(key, what, proof, answers, money=abs(money), rows=rows)


def _texts(names: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names or ())
