"""The mapping's SQL expressions: which source columns they use, and as what.

Expressions are DuckDB's SQL. They are read once with sqlglot, their columns are matched to the
source's real headers, and each column's use tells whether it must be text, a number or a date.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

from kamlib.errors import DataError, first_line, nearest_name

_NUMBER_PARENTS = (exp.Mul, exp.Add, exp.Sub, exp.Div, exp.Mod, exp.Neg, exp.Abs, exp.Round)
_TEXT_PARENTS = (
    exp.Like, exp.ILike, exp.RegexpLike, exp.Upper, exp.Lower, exp.Trim, exp.Concat,
    exp.Substring, exp.DPipe, exp.RegexpReplace, exp.StartsWith, exp.Left, exp.Right,
    exp.RegexpExtract, exp.StrToTime,
)  # fmt: skip
_PASSING_PARENTS = (exp.Paren, exp.Coalesce, exp.If, exp.Case, exp.Nullif, exp.Greatest, exp.Least)
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Between)
_ROW_MAKERS = (exp.Unnest, exp.Explode, exp.Columns)
_CLOCK_AND_CHANCE = (
    exp.CurrentDate, exp.CurrentDatetime, exp.CurrentTime, exp.CurrentTimestamp,
    exp.Localtime, exp.Localtimestamp, exp.Rand, exp.Uuid,
)  # fmt: skip
# As they are called where the parser has no class of its own for them.
_CLOCK_AND_CHANCE_NAMES = {
    *("now", "today", "get_current_time", "get_current_timestamp", "transaction_timestamp"),
    *("random", "setseed", "uuid", "uuidv4", "uuidv7", "gen_random_uuid", "nextval"),
    *("getenv", "getvariable", "current_setting"),
}
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
        if trees[0].find(*_ROW_MAKERS):
            raise DataError(
                f"{self.where}: {self.text!r} would make several lines or columns out of one"
            )
        if _is_unsteady(trees[0]):
            raise DataError(
                f"{self.where}: {self.text!r} gives another value at each run; expected one that "
                "follows from the source's columns alone, such as a date written out"
            )
        return trees[0]


def _is_unsteady(tree: exp.Expression) -> bool:
    """Whether an expression asks the clock, chance or the session: results are kept and reused."""
    calls = tree.find_all(exp.Anonymous)
    names = {call.name.casefold() for call in calls}
    return bool(tree.find(*_CLOCK_AND_CHANCE) or names & _CLOCK_AND_CHANCE_NAMES)


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


def check_reshape(text: str, where: str) -> None:
    """Refuse a table's own SELECT that reads more than ``source``, which alone is in the cache key.

    Raises
    ------
    DataError
        The text is not one SELECT, or it names another table, file or function of files.
    """
    try:
        trees = sqlglot.parse(text, dialect="duckdb")
    except sqlglot.errors.SqlglotError as error:
        raise DataError(f"{where} does not parse: {first_line(error)}") from None
    refused = (exp.DDL, exp.DML, exp.Command, exp.Drop, exp.Set, exp.Attach, exp.Copy)
    if len(trees) != 1 or trees[0] is None or trees[0].find(*refused):
        raise DataError(f"{where} must be one SELECT over source")
    known = {"source", *(named.alias.casefold() for named in trees[0].find_all(exp.CTE))}
    for table in trees[0].find_all(exp.Table):
        if table.name.casefold() not in known or table.db:
            shown = table.sql(dialect="duckdb")
            raise DataError(f"{where} reads {shown}; it may read source only")
    if _is_unsteady(trees[0]):
        raise DataError(f"{where} gives another result at each run")


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
