"""Every order in the package is stable: of two equals no processor decides who stands first.

numpy's default sort goes by the processor's instructions: of equal rows it puts now one, now the
other first. A stable sort keeps them as they came: by the last key, the order of an index, or the
rows of the source.
"""

import ast
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
MODULES = sorted((PROJECT / "kamlib").rglob("*.py"))
SORTS = {"sort_values", "sort_index", "argsort"}
# Which of equals they give is theirs to choose: sort_values, a key and head say it.
NEVER = {"nlargest", "nsmallest", "lexsort_indexer", "sample", "any_value", "arbitrary"}
# Which of equals stand on which side of the edge is not told; these two hold the edge apart.
PARTITIONED = {"gaps", "lookalike"}
ONE_BY_ONE = (ast.For, ast.comprehension)


def called(node):
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def is_numpy(node):
    return isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "np"


def is_set(node):
    """A set that is written as one, or made of two: its order goes by the run's hashes."""
    if isinstance(node, ast.Set | ast.SetComp):
        return True
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.Sub | ast.BitXor):
        return is_set(node.left) or is_set(node.right)
    if not isinstance(node, ast.Call):
        return False
    named = isinstance(node.func, ast.Name) and node.func.id in {"set", "frozenset"}
    return named or called(node) in {"intersection", "difference", "symmetric_difference"}


def doubtful_orders(text):
    """Line and reason of what may come in another order on another processor or run."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ONE_BY_ONE) and is_set(node.iter):
            yield node.iter.lineno, "a set in no order"
        if not isinstance(node, ast.Call):
            continue
        name = called(node)
        listed = isinstance(node.func, ast.Name) and node.func.id in {"list", "tuple"}
        if listed and any(map(is_set, node.args)):
            yield node.lineno, "a set in no order"
        stable = any(
            word.arg == "kind" and isinstance(word.value, ast.Constant)
            and word.value.value == "stable" for word in node.keywords
        )  # fmt: skip
        if (name in SORTS or (name == "sort" and is_numpy(node))) and not stable:
            yield node.lineno, f"{name} without a stable kind"
        if name in NEVER or (name == "argpartition" and is_numpy(node)):
            yield node.lineno, name


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_every_order_is_stable(path):
    found = list(doubtful_orders(path.read_text(encoding="utf-8")))
    if path.stem in PARTITIONED:
        found = [each for each in found if each[1] != "argpartition"]
    assert not found, f"{path.relative_to(PROJECT)}: {found}"


@pytest.mark.parametrize(
    "text",
    [
        'frame.sort_values("share")',
        'frame.sort_values("share", kind="quicksort")',
        "frame.sort_index()",
        "np.argsort(values)",
        "values.argsort()",
        "np.sort(values)",
        "np.argpartition(values, 3)",
        "frame.nlargest(3, 'share')",
        "for name in {'a', 'b'}: print(name)",
        "for name in names.intersection(others): print(name)",
        "[name for name in set(names) - {''}]",
        "list(set(names))",
    ],
)
def test_what_is_doubtful_is_found(text):
    assert list(doubtful_orders(text))


@pytest.mark.parametrize(
    "text",
    [
        'frame.sort_values("share", kind="stable")',
        'np.sort(values, kind="stable")',
        "sorted(set(names))",
        "text.partition('=')",
        "for name in sorted({'a', 'b'}): print(name)",
    ],
)
def test_what_is_sound_is_left_alone(text):
    assert not list(doubtful_orders(text))
