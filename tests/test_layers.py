"""The house rules that can be read from the files: layers, sizes, names, pinned packages."""

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
MODULES = sorted((PROJECT / "kamlib").rglob("*.py"))
# cli -> pack -> workbook, explore -> chapters, pictures -> show, analysis, data -> settings.
GROUND = {
    "settings",
    "places",
    "words",
    "errors",
    "quarters",
    "living",
    "saving",
}  # open to every room; settings itself stands on the others
DATA = {"data", "data.describe"}  # what stands above data may ask of it
ANALYSIS = {
    *("analysis.abc_xyz", "analysis.segments", "analysis.churn", "analysis.targeting"),
    *("analysis.campaign", "analysis.account", "analysis.models", "analysis.measures"),
    *("analysis.identities", "analysis.todo", "analysis.summary"),
}
CELLS = {"data.engine", "data.describe", "data.writing", "data.files"}
MEASURED = {"analysis.measures", "analysis.models", "analysis.abc_xyz"}
# Room -> the rooms that it may import, besides the ground and itself.
MAY_IMPORT = {
    "": {"chapters", "show"},
    "words": set(),
    "errors": set(),
    "quarters": set(),
    "places": set(),
    "living": set(),
    "saving": {"living"},
    "settings": {"saving"},
    "data.engine": set(),
    "data.describe": {"data.engine"},
    "data.writing": {"data.describe"},
    "data.files": {"data.describe", "data.writing"},
    "data.read": CELLS,
    "data.reduce": CELLS | {"data.read"},
    "data.privacy": CELLS | {"data.read", "data.reduce"},
    "data.dossiers": CELLS | {"data.read", "data.reduce"},
    "data.doubts": CELLS | {"data.read", "data.reduce"},
    "data.amounts": CELLS | {"data.read", "data.doubts"},
    "data.guess": CELLS | {"data.read", "data.reduce", "data.doubts", "data.amounts"},
    "data": CELLS | {"data.read", "data.reduce", "data.dossiers", "data.doubts", "data.privacy"},
    "analysis": set(),
    "analysis.measures": set(),
    "analysis.account": {"analysis.measures"},
    "analysis.identities": {"analysis.measures", "data.describe"},
    "analysis.abc_xyz": {"analysis.measures"},
    "analysis.models": {"analysis.measures", "analysis.abc_xyz"},
    "analysis.churn": MEASURED,
    "analysis.segments": MEASURED | {"analysis.churn", "analysis.account"},
    "analysis.targeting": MEASURED | {"analysis.segments", "analysis.identities", "data.describe"},
    "analysis.campaign": {"analysis.measures", "analysis.targeting", "analysis.account"},
    "analysis.todo": {"analysis.measures", "analysis.churn", "analysis.campaign"},
    "analysis.summary": {"analysis.measures"},
    "show": {"analysis.targeting", "analysis.measures", "analysis.summary"},
    "chapters": {"show", "pictures"} | ANALYSIS | DATA,
    "pictures": {
        "show",
        "analysis.churn",
        "analysis.account",
        "analysis.measures",
        "data.describe",
    },
    "workbook": {"chapters", "pictures", "show"} | ANALYSIS | DATA,
    "explore": {"chapters", "pictures", "show", "data"} | ANALYSIS,
    "proof": {"data", "data.dossiers", "data.privacy"} | CELLS | {"data.read", "data.reduce"},
    "pack": {"workbook", "chapters", "show", "proof", "data.reduce", "data.dossiers"} | DATA,
    "demo": {"data.describe", "data"},
    "cli": {
        "pack",
        "proof",
        "show",
        "demo",
        "data",
        "data.guess",
        "data.doubts",
        "data.read",
        "data.engine",
    },
}
MAX_LINES = 600
MAX_STATEMENTS = 36
MAX_CODE_LINES = 60
TABLES_OF_CODE = {"_default_plays"}  # one literal table, 80 lines long
FILES_IN_A_ROOM = range(4, 19)
OTHER_SIZES = {"": 6, "analysis": 0}
ANALYSIS_MAY_USE = {
    *("pandas", "numpy", "kamlib", "scipy", "sklearn", "statsmodels"),
    *("holidays", "threadpoolctl"),
}


def module_name(path):
    return ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")


def room(name):
    """The room of a module, of a package or of a name in one of them: the longest that there is."""
    parts = name.split(".")[1:]
    while parts and ".".join(parts) not in MAY_IMPORT:
        parts.pop()
    return ".".join(parts)


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path.name}: relative import"
            if node.module.startswith("kamlib"):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            else:
                yield node.module


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_imports_point_one_way(path):
    own = room(module_name(path))
    for name in imports(path):
        if name.startswith("kamlib"):
            imported = room(name)
            ground = {"places", "words", "errors", "quarters"} if own in GROUND else GROUND
            allowed = imported == own or imported in ground | MAY_IMPORT[own]
            assert allowed, f"{module_name(path)} ({own}) imports {name} ({imported})"
        elif own.startswith("analysis"):
            root = name.split(".")[0]
            assert root in ANALYSIS_MAY_USE or root in sys.stdlib_module_names, name


def test_no_room_stands_above_and_below_another():
    above = {own: set(others) for own, others in MAY_IMPORT.items()}
    while lowest := [own for own, others in above.items() if not others & set(above)]:
        for own in lowest:
            del above[own]
    assert not above


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_modules_are_small_and_named_by_what_is_in_them(path):
    text = path.read_text(encoding="utf-8")
    lines = text.count("\n")
    assert lines <= MAX_LINES, f"{module_name(path)} has {lines} lines"
    assert path.stem not in {"utils", "util", "common", "helpers", "helper", "misc"}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.name not in TABLES_OF_CODE:
            body = node.body[1:] if ast.get_docstring(node) else node.body
            found = sum(isinstance(part, ast.stmt) for top in body for part in ast.walk(top))
            assert found <= MAX_STATEMENTS, f"{node.name} has {found} statements"
            described = node.body[0].end_lineno - node.body[0].lineno + 1
            lines = node.end_lineno - node.lineno + 1 - described * (body is not node.body)
            assert lines <= MAX_CODE_LINES, f"{node.name} has {lines} lines of code"


def test_no_name_repeats_its_folder():
    for path in MODULES:
        assert not path.stem.startswith(f"{path.parent.name}_"), module_name(path)


def test_a_room_holds_as_many_files_as_one_can_look_over():
    for package in sorted(path.parent for path in MODULES if path.name == "__init__.py"):
        name = room(module_name(package / "__init__.py"))
        files = len(list(package.glob("*.py"))) - 1
        allowed = [OTHER_SIZES[name]] if name in OTHER_SIZES else FILES_IN_A_ROOM
        assert files in allowed, f"{name or 'kamlib'} has {files} files"


def test_conda_installs_what_pip_does():
    text = (PROJECT / "environment.yml").read_text(encoding="utf-8")
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = re.search(r"- -e \.\[(.+)\]", text)[1].split(",")
    assert sorted(extras) == sorted(project["optional-dependencies"])
    assert f"python{project['requires-python']}" in text


def requirement_names(requirements):
    return {re.match(r"[\w.-]+", text)[0].lower().replace("_", "-") for text in requirements}


def test_every_requirement_is_pinned_with_hashes_and_without_addresses():
    text = (PROJECT / "constraints.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*(-i|--index|--extra|--find)", text, re.MULTILINE)
    blocks = re.split(r"\n(?=\S)", text.strip())
    pinned = {re.match(r"[\w.-]+", block)[0].lower() for block in blocks if "==" in block}
    for block in blocks:
        assert "--hash=sha256:" in block, block.splitlines()[0]
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = requirement_names(project["dependencies"])
    for extra in project["optional-dependencies"].values():
        wanted |= requirement_names(extra)
    assert wanted <= pinned
