"""The mapping's SQL expressions: which source columns they use, and as what.

Expressions are DuckDB's SQL. They are read once with sqlglot, their columns are matched to the
source's real headers, and each column's use tells whether it must be text, a number or a date.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

from kamlib.errors import DataError, nearest_name

_NUMBER_PARENTS = (exp.Mul, exp.Add, exp.Sub, exp.Div, exp.Mod, exp.Neg, exp.Abs, exp.Round)
_TEXT_PARENTS = (
    exp.Like, exp.ILike, exp.RegexpLike, exp.Upper, exp.Lower, exp.Trim, exp.Concat,
    exp.Substring, exp.DPipe, exp.RegexpReplace, exp.StartsWith, exp.Left, exp.Right,
)  # fmt: skip
_PASSING_PARENTS = (exp.Paren, exp.Coalesce, exp.If, exp.Case, exp.Nullif, exp.Greatest, exp.Least)
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Between)
_STRENGTH = {"": 0, "text": 1, "number": 2, "date": 3}


@dataclass(frozen=True)
class Expression:
    """One expression of a mapping: its text, its place (for messages) and the kind it yields."""

    text: str
    where: str
    kind: str = ""

    @property
    def tree(self) -> exp.Expression:
        """The parsed expression.

        Raises
        ------
        DataError
            The text is not one SQL expression.
        """
        try:
            trees = sqlglot.parse(self.text, dialect="duckdb")
        except sqlglot.errors.SqlglotError as error:
            details = getattr(error, "errors", None) or [{}]
            near = details[0].get("highlight", "")
            at = f' near "{near}"' if near else ""
            raise DataError(
                f"{self.where}: the expression {self.text!r} does not parse{at}; "
                "expected SQL over the source's columns"
            ) from None
        refused = (exp.Query, exp.DDL, exp.DML, exp.Command, exp.Drop, exp.Set)
        if len(trees) != 1 or trees[0] is None or trees[0].find(*refused):
            raise DataError(f"{self.where}: {self.text!r} must be one SQL expression")
        if trees[0].find(exp.AggFunc, exp.Window, exp.Star):
            raise DataError(
                f"{self.where}: {self.text!r} must be about one line, without sums over lines"
            )
        return trees[0]


def columns_used(expressions: Iterable[Expression]) -> list[str]:
    """The column names that expressions use, as written there, each once."""
    names = (column.name for item in expressions for column in item.tree.find_all(exp.Column))
    return list(dict.fromkeys(names))


def resolved(expression: Expression, header: Sequence[str], source: str) -> str:
    """The expression as SQL over the source's real headers, each quoted.

    Raises
    ------
    DataError
        A column is not in the source (with the nearest that is).
    """
    by_fold = {name.casefold(): name for name in reversed(header)}

    def real(node: exp.Expression) -> exp.Expression:
        if not isinstance(node, exp.Column):
            return node
        name = node.name if node.name in header else by_fold.get(node.name.casefold())
        if name is None:
            raise missing_column(node.name, header, source, expression.where)
        return exp.column(exp.to_identifier(name, quoted=True))

    return expression.tree.transform(real).sql(dialect="duckdb")


def missing_column(name: str, header: Sequence[str], source: str, where: str) -> DataError:
    """The error for a column that the source does not have."""
    shown = ", ".join(header[:20]) + (", …" if len(header) > 20 else "")
    return DataError(
        f'{source}: has no column "{name}"{nearest_name(name, header)} ({where}); it has {shown}'
    )


def column_roles(expressions: Iterable[Expression], header: Sequence[str]) -> dict[str, str]:
    """What each used column must be: ``text``, ``number``, ``date``, or empty where any will do."""
    by_fold = {name.casefold(): name for name in reversed(header)}
    roles: dict[str, str] = {}
    for item in expressions:
        for column in item.tree.find_all(exp.Column):
            name = column.name if column.name in header else by_fold.get(column.name.casefold())
            role = _role(column, item.kind)
            if name is not None and _STRENGTH[role] >= _STRENGTH[roles.get(name, "")]:
                roles[name] = role
    return roles


def _role(column: exp.Column, kind: str) -> str:
    node: exp.Expression = column
    while isinstance(node.parent, _PASSING_PARENTS):
        if isinstance(node.parent, exp.If) and node.arg_key == "this":
            return ""
        node = node.parent
    parent = node.parent
    if parent is None:
        return {"flag": "text"}.get(kind, kind)
    if isinstance(parent, exp.Cast):
        return _type_role(parent.to)
    if isinstance(parent, _NUMBER_PARENTS):
        return "" if parent.find(exp.Interval) else "number"
    if isinstance(parent, _TEXT_PARENTS):
        return "text"
    if isinstance(parent, _COMPARISONS):
        literal = parent.find(exp.Literal)
        return "" if literal is None else ("text" if literal.is_string else "number")
    return ""


def _type_role(to: exp.DataType) -> str:
    if to.is_type(*exp.DataType.TEXT_TYPES):
        return "text"
    if to.is_type(*exp.DataType.NUMERIC_TYPES):
        return "number"
    return "date" if to.is_type(*exp.DataType.TEMPORAL_TYPES) else ""
