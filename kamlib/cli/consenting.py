"""What a data set asks for beyond its files: allowed by an option, or by a yes in a terminal."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kamlib.cli import asking
from kamlib.cli.printing import heading, say

if TYPE_CHECKING:
    from kamlib.data.read.reach import Reach

AllowOutside = Annotated[
    bool,
    typer.Option("--allow-outside", help="Let it read the files outside its folder that it names."),
]
AllowDatabase = Annotated[
    bool,
    typer.Option("--allow-database", help="Let it ask the databases that it names, as it says."),
]
AllowCode = Annotated[
    bool, typer.Option("--allow-code", help="Let its own chapters and notebooks run, as they are.")
]
_YES = ("yes", "y")


def ask_consent(
    dataset: str | Path,
    *,
    outside: bool = False,
    database: bool = False,
    code: bool = False,
    runs_code: bool = False,
    ask: bool = True,
) -> None:
    """Allow a data set what the options say, and ask for the rest where somebody is there.

    What is allowed is kept until it changes. What is not is refused where it would be reached.

    Parameters
    ----------
    dataset
        As :func:`kamlib.open_book` takes it.
    outside, database, code
        The options that were given.
    runs_code
        Whether what follows runs the data set's own code: else it is not asked for.
    ask
        Whether somebody may be asked.

    Raises
    ------
    DataError
        There is no such data set, its description is wrong, or consent cannot be kept.
    """
    from kamlib.data.read.dataset import load_dataset
    from kamlib.data.read.reach import CODE, DATABASE, OUTSIDE, allow, refused
    from kamlib.places import data_roots

    described = load_dataset(dataset, roots=data_roots())
    given = {OUTSIDE: outside, DATABASE: database, CODE: code}
    open_ = refused(described, [kind for kind in given if given[kind] or runs_code or kind != CODE])
    allow(described, [each for each in open_ if given[each.kind]])
    left = [each for each in open_ if not given[each.kind]]
    if left and ask and asking.in_a_terminal():
        from kamlib.words import _, told

        heading(told(_("This data set asks for more than the files in its folder")))
        say(str(described.described_in))
        allow(described, _agreed(left, input))


def _agreed(left: Sequence["Reach"], read: Callable[[str], str]) -> list["Reach"]:
    """What somebody says yes to, one kind after the other."""
    from kamlib.words import _, told

    agreed: list[Reach] = []
    for kind in dict.fromkeys(each.kind for each in left):
        of_kind = [each for each in left if each.kind == kind]
        say()
        _list(of_kind)
        prompt = told(_("Allow it, from now on? Type yes (Enter refuses): "))
        if asking.typed(read, prompt) in _YES:
            agreed += of_kind
    return agreed


def _list(reaches: Iterable["Reach"]) -> None:
    from kamlib.words import _, told

    for each in reaches:
        say(f"- {told(_('it'))} {told(each.told)}", hang=2)
