"""``make quick``: the fast tests of what a change touches, for the inner loop.

A change is what differs from where the branch left main, committed or not. It touches the rooms
of the changed modules, then those of the modules that import them. Of their tests run those that
are not marked slow: none that starts a kernel or LibreOffice, writes a pack or reads the real
data. What is still to come after 35 seconds is skipped, and said (conftest.py): a change that
touches nearly everything takes ``make test``.
``python tests/quick.py --since COMMIT`` takes another start; ``--list`` only names the files.
"""

import argparse
import ast
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
# These read the sources themselves and take a second or two.
OF_ALL_SOURCES = ("tests/test_layers.py", "tests/test_orders.py")
SECONDS = 35  # for the tests; before them they are collected
OF_NOTEBOOKS = "tests/notebooks/test_notebooks.py"


def touched_tests(changed: Iterable[str], project: Path = PROJECT) -> list[str]:
    """The test files, and modules with doctests, that a change of files touches, nearest first.

    Parameters
    ----------
    changed
        Paths from the project's folder, with slashes; a file may be gone.
    """
    near, rooms, modules = set(), set(), set()
    for path in map(Path, changed):
        if path.parts[0] == "kamlib" and path.suffix == ".py":
            modules.add(path)
            near.add(path)
        elif path.parts[0] == "kamlib":  # a template, a style sheet, words
            rooms.add(path.parent)
        elif path.name == "conftest.py":
            near |= _tests_in(project, path.parent, "**/test_*.py")
        elif path.parts[0] == "tests" and path.name.startswith("test_"):
            near.add(path)
        elif path.parts[0] == "tests" and path.suffix == ".py":
            near |= _importing(project, "tests", {path.stem})
        elif path.suffix == ".ipynb":
            near.add(Path(OF_NOTEBOOKS))
    if modules:
        near |= set(map(Path, OF_ALL_SOURCES))
    near |= _tests_of(project, rooms | {path.parent for path in modules})
    importing = _importing(project, "kamlib", set(map(_module_name, modules)))
    far = _tests_of(project, {path.parent for path in importing}) - near
    ordered = [*sorted(near), *sorted(far)]
    return [path.as_posix() for path in ordered if (project / path).is_file()]


def _tests_of(project: Path, rooms: Iterable[Path]) -> set[Path]:
    folders = ("tests" / room.relative_to("kamlib") for room in rooms)
    return {path for folder in folders for path in _tests_in(project, folder, "test_*.py")}


def _tests_in(project: Path, folder: Path, pattern: str) -> set[Path]:
    return {path.relative_to(project) for path in (project / folder).glob(pattern)}


def _importing(project: Path, folder: str, names: set[str]) -> set[Path]:
    """The files below a folder that import one of the modules."""
    return {
        path.relative_to(project)
        for path in (project / folder).rglob("*.py")
        if names.intersection(_imports(path))
    }


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _module_name(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def changed_files(since: str | None = None) -> list[str]:
    """What differs from a commit, by default from where the branch left main."""
    start = since or _left_main()
    different = _git("diff", "--name-only", "--no-renames", start)
    return sorted({*different, *_git("ls-files", "--others", "--exclude-standard")})


def _left_main() -> str:
    for main in ("origin/main", "main"):
        if start := _git("merge-base", "HEAD", main, check=False):
            return start[0]
    return "HEAD"


def _git(*arguments: str, check: bool = True) -> list[str]:
    done = subprocess.run(
        ["git", *arguments], cwd=PROJECT, capture_output=True, text=True, check=check
    )
    return done.stdout.splitlines()


def main() -> int:
    """Run them; the status is pytest's."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--since", help="the commit to compare with")
    parser.add_argument("--list", action="store_true", help="name the files, run nothing")
    given = parser.parse_args()
    files = touched_tests(changed_files(given.since))
    print(f"{len(files)} files are touched", *(files if given.list else ()), sep="\n")
    if given.list or not files:
        return 0
    os.chdir(PROJECT)
    os.environ["KAM_QUICK_SECONDS"] = str(SECONDS)
    options = ["-q", "-rfEs", "-m", "not slow", "-p", "no:nbval", "-o", "addopts="]
    options += ["--doctest-modules", "--strict-markers", "--import-mode=importlib"]
    if len(files) > 2:
        options += ["-n", "2", "--dist", "loadscope", "--no-loadscope-reorder"]
    status = pytest.main([*options, *files])
    return 0 if status == pytest.ExitCode.NO_TESTS_COLLECTED else status


if __name__ == "__main__":
    sys.exit(main())
