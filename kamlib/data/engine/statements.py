"""What a data set's own SQL may hold, by the engine's own parser: nothing is matched as text.

A SELECT is allowed by what it is made of, and what is not known here is refused: tables, kinds
of expressions, functions (:mod:`kamlib.data.engine.functions`).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import duckdb

from kamlib.data.engine.functions import (
    AGGREGATE,
    CLOCK_WORDS,
    OTHER,
    PURE,
    UNSTEADY,
    Calls,
    kind_of,
    reader,
)
from kamlib.errors import first_line

SOURCE = "source"
_LINE = {
    *("CASE", "CAST", "COLLATE", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "CONSTANT"),
    *("FUNCTION", "LAMBDA", "LAMBDA_REF", "OPERATOR", "BETWEEN", "TYPE"),
}
_SELECT = _LINE | {"STAR", "SUBQUERY", "WINDOW", "POSITIONAL_REFERENCE"}
_QUERIES = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}
_TABLES = {"BASE_TABLE", "SUBQUERY", "JOIN", "TABLE_FUNCTION", "EXPRESSION_LIST", "EMPTY", "PIVOT"}
_ROW_MAKERS = {"unnest", "range", "generate_series"}
_ENDS = ("_MODIFIER", "_TYPE_INFO")
_ORDERS = {"ORDER_DEFAULT", "ASCENDING", "DESCENDING"}


@dataclass(frozen=True)
class Refusal(Exception):  # noqa: N818  (what is told is the caller's error)
    """Why a text is refused: ``kind`` is that of a function, ``syntax``, ``select`` or ``table``.

    ``shown`` is the function or table, or what the parser says.
    """

    kind: str
    shown: str = ""


@lru_cache(maxsize=4096)
def check_line(sql: str, columns: frozenset[str]) -> None:
    """Refuse an expression that does not follow from one line's values alone.

    Parameters
    ----------
    sql
        One expression.
    columns
        The names in it that are columns, in small letters: other names ask the session.

    Raises
    ------
    Refusal
        It calls a function that is not pure, or is no expression of one line.
    """
    _Check(_LINE, {PURE}, columns).walk(parsed(f"SELECT {sql}")["select_list"])


def check_select(text: str) -> None:
    """Refuse a SELECT that holds more than ``source`` and what follows from it.

    Raises
    ------
    Refusal
        It is not one SELECT, names another table, or calls a function that is neither pure nor
        an aggregate.
    """
    _Check(_SELECT, {PURE, AGGREGATE}, None).walk(parsed(text), frozenset((SOURCE,)))


def parsed(text: str) -> dict[str, Any]:
    """The one SELECT that a text is, as the engine's parser reads it.

    Raises
    ------
    Refusal
        The text does not parse, or is not one SELECT.
    """
    try:
        [[said]] = reader().con.execute("SELECT json_serialize_sql(?::VARCHAR)", [text]).fetchall()
        tree = json.loads(said)
    except duckdb.Error as error:  # too deep, or no text that can be passed on
        raise Refusal("syntax", first_line(error)) from None
    if tree["error"]:
        kind = "select" if tree["error_type"] == "not implemented" else "syntax"
        raise Refusal(kind, tree["error_message"])
    if len(tree["statements"]) != 1:
        raise Refusal("select")
    return tree["statements"][0]["node"]


def calls_of(sql: str) -> Calls:
    """The functions that an expression of the engine's own calls."""
    nodes = list(_nodes(parsed(f"SELECT {sql}")["select_list"]))
    return Calls(
        frozenset(node["function_name"].casefold() for node in nodes if "function_name" in node),
        any(node.get("class") == "SUBQUERY" for node in nodes),
        any(_asks_the_clock(node) for node in nodes),
    )


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
    for part in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from _nodes(part)


def _asks_the_clock(node: dict[str, Any]) -> bool:
    names = node.get("column_names", [])
    return len(names) == 1 and names[0].casefold() in CLOCK_WORDS


@dataclass(frozen=True)
class _Check:
    """A walk over a parsed text: what may stand in it; ``columns`` where they are known."""

    classes: set[str]
    functions: set[str]
    columns: frozenset[str] | None

    def walk(self, tree: Any, tables: frozenset[str] = frozenset()) -> None:
        """Refuse what may not stand there; ``tables`` are those that have a name here."""
        if isinstance(tree, list):
            for part in tree:
                self.walk(part, tables)
        if not isinstance(tree, dict):
            return
        if tree.get("sample"):
            raise Refusal(UNSTEADY, "SAMPLE")
        if "class" in tree:
            self.expression(tree, tables)
            return
        if isinstance(tree.get("type"), str):
            self.table(tree, tables)
        if "cte_map" in tree:
            tables = self.named(tree, tables)
        for name, part in tree.items():
            if name != "cte_map":
                self.walk(part, tables)

    def named(self, query: dict[str, Any], tables: frozenset[str]) -> frozenset[str]:
        """The tables that a query knows with those that it names itself, each after the last."""
        for entry in query["cte_map"]["map"]:
            self.walk(entry["value"], tables)
            tables |= {entry["key"].casefold()}
        if query.get("type") == "RECURSIVE_CTE_NODE":
            tables |= {query["cte_name"].casefold()}
        return tables

    def table(self, tree: dict[str, Any], tables: frozenset[str]) -> None:
        """Refuse what is neither a query, a known table nor something inside of them."""
        kind = tree["type"]
        if kind not in _QUERIES | _TABLES | _ORDERS and not kind.endswith(_ENDS):
            raise Refusal("select", kind.removesuffix("_REF").lower())
        if kind == "BASE_TABLE":
            name = tree["table_name"]
            where = [tree["catalog_name"], tree["schema_name"]]
            if any(where) or name.casefold() not in tables:
                raise Refusal("table", ".".join([*filter(None, where), name]))
        if kind == "TABLE_FUNCTION":
            name = tree["function"]["function_name"]
            if name.casefold() not in _ROW_MAKERS:
                raise Refusal("table", f"{name}()")

    def expression(self, tree: dict[str, Any], tables: frozenset[str]) -> None:
        """Refuse an expression of a kind, or with a function, that may not stand here."""
        kind = tree["class"]
        if kind not in self.classes:
            raise Refusal("select", kind.lower())
        if kind == "CONSTANT":
            return
        if kind == "LAMBDA":
            self.lambda_(tree, tables)
            return
        if kind in ("FUNCTION", "WINDOW"):
            self.function(tree)
        if kind == "COLUMN_REF":
            self.column(tree)
        for part in tree.values():
            self.walk(part, tables)

    def lambda_(self, tree: dict[str, Any], tables: frozenset[str]) -> None:
        """A function over a list's elements: its own names are columns within it."""
        own = {
            name.casefold() for node in _nodes(tree["lhs"]) for name in node.get("column_names", [])
        }
        columns = None if self.columns is None else self.columns | own
        _Check(self.classes, self.functions, columns).walk(tree["expr"], tables)

    def function(self, tree: dict[str, Any]) -> None:
        """Refuse a function that is not of an allowed kind, or that lies in a schema."""
        name = tree["function_name"].casefold()
        where = tree["schema"] if tree["schema"] not in ("", "main") else tree["catalog"]
        if where:
            raise Refusal(OTHER, f"{where}.{name}()")
        makes_rows = name == "unnest" and "SUBQUERY" in self.classes
        found = kind_of(name)
        if name == "age" and len(tree["children"]) < 2:  # to this day
            found = UNSTEADY
        if found not in self.functions and not makes_rows:
            raise Refusal(found, f"{name}()")

    def column(self, tree: dict[str, Any]) -> None:
        """Refuse a name that the engine would take for its clock or its session."""
        names = tree["column_names"]
        is_known = self.columns is None or names[-1].casefold() in self.columns
        if not is_known or (self.columns is None and _asks_the_clock(tree)):
            raise Refusal(UNSTEADY, names[-1])
