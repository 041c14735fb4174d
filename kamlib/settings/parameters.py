"""What was passed to a notebook, against what its cell of parameters has."""

import ast
from collections.abc import Mapping

from kamlib.errors import SettingsError, nearest_name

PASSED = "# Parameters"  # how papermill's cell of what was passed begins


def check_parameters() -> None:
    """Refuse what was passed to a notebook and its cell of parameters does not have.

    papermill itself only warns. What is looked at are the cells that the kernel has run:
    papermill's own, which begins with ``# Parameters``, and the one before it. Where nothing was
    passed, and outside of a notebook, nothing is refused.

    Raises
    ------
    SettingsError
        A parameter is none of the notebook's, or is a number where it should be a text.
    """
    from IPython import get_ipython

    kernel = get_ipython()
    cells = [] if kernel is None else list(kernel.user_ns.get("In", ()))
    places = [place for place, cell in enumerate(cells) if cell.startswith(PASSED)]
    if places:
        _refuse(_assigned(cells[places[-1]]), _assigned(cells[places[-1] - 1]))


def _refuse(passed: Mapping[str, ast.stmt], known: Mapping[str, ast.stmt]) -> None:
    for name, given in passed.items():
        if name not in known:
            raise SettingsError(
                f'the notebook has no parameter "{name}"{nearest_name(name, known)}; it has '
                f"{', '.join(known)}"
            )
        kind, value = getattr(known[name], "annotation", None), given.value
        text = isinstance(kind, ast.Name) and kind.id == "str"
        if text and not isinstance(getattr(value, "value", None), str):
            raise SettingsError(
                f"parameter {name} = {ast.unparse(value)}: expected a text; papermill -r {name} … "
                "passes it as it is written"
            )


def _assigned(cell: str) -> dict[str, ast.stmt]:
    """The statements of a cell that give a name a value, by the name."""
    found: dict[str, ast.stmt] = {}
    for line in ast.parse(cell).body:
        if isinstance(line, ast.AnnAssign | ast.Assign):
            target = line.target if isinstance(line, ast.AnnAssign) else line.targets[0]
            found[ast.unparse(target)] = line
    return found
