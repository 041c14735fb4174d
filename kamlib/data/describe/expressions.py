"""The mapping's SQL expressions: which source columns they use, and as what.

Expressions are DuckDB's SQL. They are read once with sqlglot, their columns are matched to the
source's real headers, and each column's use tells whether it must be text, a number or a date.
What they may call is known by the engine's own catalogue, whichever database they run in.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import sqlglot
from sqlglot import exp

from kamlib.data.engine.functions import AGGREGATE, OTHER, UNSTEADY
from kamlib.data.engine.statements import Refusal, check_line, check_select
from kamlib.errors import DataError, nearest_name
from kamlib.settings.machine import LONGEST_SQL

_NUMBER_PARENTS = (exp.Mul, exp.Add, exp.Sub, exp.Div, exp.Mod, exp.Neg, exp.Abs, exp.Round)
_TEXT_PARENTS = (
    exp.Like, exp.ILike, exp.RegexpLike, exp.Upper, exp.Lower, exp.Trim, exp.Concat,
    exp.Substring, exp.DPipe, exp.RegexpReplace, exp.StartsWith, exp.Left, exp.Right,
    exp.RegexpExtract, exp.StrToTime,
)  # fmt: skip
_PASSING_PARENTS = (exp.Paren, exp.Coalesce, exp.If, exp.Case, exp.Nullif, exp.Greatest, exp.Least)
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Between)
_ROW_MAKERS = (exp.Unnest, exp.Explode, exp.Columns)
_STRENGTH = {"": 0, "text": 1, "number": 2, "date": 3, "moment": 4}


@dataclass(frozen=True)
class Expression:
    """One expression of a mapping: its text, its place (for messages) and the kind it yields."""

    text: str
    where: str
    kind: str = ""

    @property
    def target(self) -> str:
        """The canonical column that the expression yields; empty for a rule."""
        section, _, column = self.where.partition(".columns] ")
        return column if section.startswith("[") else ""

    @property
    def tree(self) -> exp.Expression:
        """The parsed expression.

        Raises
        ------
        DataError
            The text is not one SQL expression about one line, or depends on more than the line.
        """
        return _tree(self.text, self.where)


@lru_cache(maxsize=1024)
def _tree(text: str, where: str) -> exp.Expression:
    _check_length(text, where)
    try:
        trees = sqlglot.parse(text, dialect="duckdb")
        tree = _one_expression(trees, text, where)
        names = frozenset(column.name.casefold() for column in tree.find_all(exp.Column))
        check_line(_quoted(tree, lambda name: name), names)
    except sqlglot.errors.SqlglotError as error:
        details = getattr(error, "errors", None) or [{}]
        near = details[0].get("highlight", "")
        at = f' near "{near}"' if near else ""
        raise DataError(
            f"{where}: the expression {text!r} does not parse{at}; "
            "expected SQL over the source's columns"
        ) from None
    except RecursionError:
        raise DataError(f"{where}: {shortened(text)} is nested too deeply") from None
    except Refusal as refusal:
        raise DataError(f"{where}: {shortened(text)} {_why(refusal)}") from None
    return tree


def _one_expression(
    trees: Sequence[exp.Expression | None], text: str, where: str
) -> exp.Expression:
    refused = (exp.Query, exp.DDL, exp.DML, exp.Command, exp.Drop, exp.Set)
    if len(trees) != 1 or trees[0] is None or trees[0].find(*refused):
        raise DataError(f"{where}: {shortened(text)} must be one SQL expression")
    if trees[0].find(exp.AggFunc, exp.Window, exp.Star):
        raise Refusal(AGGREGATE)
    if trees[0].find(*_ROW_MAKERS):
        raise DataError(
            f"{where}: {shortened(text)} would make several lines or columns out of one"
        )
    return trees[0]


def _why(refusal: Refusal) -> str:
    """What is wrong with an expression, as the end of a sentence."""
    shown = refusal.shown
    if refusal.kind == AGGREGATE:
        return "must be about one line, without sums over lines"
    if refusal.kind == UNSTEADY:
        asks = f" ({shown})" if shown else ""
        return (
            f"gives another value at each run{asks}; expected one that follows from the source's "
            "columns alone, such as a date written out"
        )
    if refusal.kind == OTHER:
        return (
            f"calls {shown}, which is no function that follows from a line's values alone; "
            "expected one such as UPPER, ROUND or SUBSTRING"
        )
    return f"must be one SQL expression ({shown})"


def _check_length(text: str, where: str) -> None:
    if len(text) > LONGEST_SQL:
        raise DataError(f"{where} has {len(text)} characters; expected at most {LONGEST_SQL}")


def shortened(text: str) -> str:
    """An expression as a message shows it."""
    return repr(text if len(text) <= 300 else f"{text[:300]}…")


def _quoted(tree: exp.Expression, real: Callable[[str], str]) -> str:
    """An expression as the engine's SQL, each column quoted under its real name."""

    def named(node: exp.Expression) -> exp.Expression:
        if not isinstance(node, exp.Column):
            return node
        return exp.column(exp.to_identifier(real(node.name), quoted=True))

    return tree.transform(named).sql(dialect="duckdb")


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

    def real(written: str) -> str:
        name = written if written in header else by_fold.get(written.casefold())
        if name is None:
            raise missing_column(written, header, source, expression.where)
        return name

    return _quoted(expression.tree, real)


def check_reshape(text: str, where: str) -> None:
    """Refuse a table's own SELECT that reads more than ``source``, which alone is in the cache key.

    Raises
    ------
    DataError
        The text is not one SELECT, it names another table or a file, or it calls a function that
        does more than to compute.
    """
    _check_length(text, where)
    try:
        check_select(text)
    except RecursionError:
        raise DataError(f"{where} is nested too deeply") from None
    except Refusal as refusal:
        shown = refusal.shown
        raise DataError(
            {
                "syntax": f"{where} does not parse: {shown}",
                "table": f"{where} reads {shown}; it may read source only",
                UNSTEADY: f"{where} gives another result at each run ({shown})",
                OTHER: f"{where} calls {shown}, which is no function that computes and nothing "
                "else; expected one such as UPPER, ROUND or SUM",
            }.get(refusal.kind, f"{where} must be one SELECT over source{_and_pivot(text)}")
        ) from None


def _and_pivot(text: str) -> str:
    if "PIVOT" not in text.upper():
        return ""
    return "; a PIVOT must list its values: PIVOT source ON kind IN ('a', 'b') USING SUM(value)"


def missing_column(name: str, header: Sequence[str], source: str, where: str) -> DataError:
    """The error for a column that the source does not have."""
    shown = ", ".join(header[:20]) + (", …" if len(header) > 20 else "")
    return DataError(
        f'{source}: has no column "{name}"{nearest_name(name, header)} ({where}); it has {shown}'
    )


def column_roles(expressions: Iterable[Expression], header: Sequence[str]) -> dict[str, str]:
    """What each used column must be: ``text``, ``number``, ``date``, or empty where any will do.

    ``moment`` is a date with the time behind it, for an expression that looks at the time.
    """
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
        if isinstance(node.parent, exp.Case) and node.arg_key == "this":
            return _compared(node.parent.args["ifs"][0].this)
        node = node.parent
    parent = node.parent
    if parent is None:
        return {"flag": "text"}.get(kind, kind)
    if isinstance(parent, exp.Cast):
        return _type_role(parent.to)
    if isinstance(parent, exp.AtTimeZone):
        return "moment"
    if isinstance(parent, (exp.Add, exp.Sub)) and isinstance(parent.expression, exp.Interval):
        return "moment"
    if isinstance(parent, _NUMBER_PARENTS):
        return "" if parent.find(exp.Interval) else "number"
    if isinstance(parent, _TEXT_PARENTS):
        return "text"
    return _compared(parent) if isinstance(parent, _COMPARISONS) else ""


def _compared(node: exp.Expression) -> str:
    """What a column must be to be compared with a literal."""
    literal = node.find(exp.Literal)
    return "" if literal is None else ("text" if literal.is_string else "number")


def _type_role(to: exp.DataType) -> str:
    if to.is_type(*exp.DataType.TEXT_TYPES):
        return "text"
    if to.is_type(*exp.DataType.NUMERIC_TYPES):
        return "number"
    if to.is_type(exp.DataType.Type.DATE):
        return "date"
    return "moment" if to.is_type(*exp.DataType.TEMPORAL_TYPES) else ""
