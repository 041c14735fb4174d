"""The house rules that can be read from the files: layers, sizes, names, pinned packages."""

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
MODULES = sorted((PROJECT / "kamlib").rglob("*.py"))
# Each layer may import those below it; setting, words and errors are for all.
GROUND = {
    *("kamlib.settings", "kamlib.setting_groups"),
    *("kamlib.setting_groups_keys", "kamlib.setting_groups_churn", "kamlib.setting_groups_dossier"),
    "kamlib.setting_groups_targets",
    *("kamlib.words", "kamlib.errors", "kamlib.places"),
}
BELOW = {
    "package": {"data"},
    "ground": set(),
    "data": {"data"},
    "analysis": {"analysis"},
    "demo": {"data", "demo"},
    "output": {"data", "analysis", "output"},
    "cli": {"data", "analysis", "output", "demo"},
}
ANALYSIS_MAY_USE = {
    *("pandas", "numpy", "kamlib", "scipy", "sklearn", "statsmodels"),
    *("rapidfuzz", "holidays"),
}


def module_name(path):
    return ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")


def layer(name):
    if name in GROUND:
        return "ground"
    if name == "kamlib":
        return "package"
    return name.split(".")[1]


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path.name}: relative import"
            if node.module == "kamlib":
                yield from (f"kamlib.{alias.name}" for alias in node.names)
            else:
                yield node.module


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_imports_point_one_way(path):
    own = layer(module_name(path))
    for name in imports(path):
        if name.startswith("kamlib"):
            imported = layer(name)
            allowed = imported == "ground" or imported in BELOW[own]
            assert allowed, f"{module_name(path)} ({own}) imports {name} ({imported})"
        elif own == "analysis":
            root = name.split(".")[0]
            assert root in ANALYSIS_MAY_USE or root in sys.stdlib_module_names, name


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_modules_are_small_and_named_by_what_is_in_them(path):
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= 350, f"{module_name(path)} has {lines} lines"
    assert path.stem not in {"utils", "util", "common", "helpers", "helper", "misc"}


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
