"""Running a data set's own SQL: what goes wrong is told with the expression that it comes from."""

import contextlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import partial

import ibis
import pyarrow as pa

from kamlib.data.describe.expressions import Expression, resolved, shortened
from kamlib.data.engine.limits import LimitError, within_limits
from kamlib.data.engine.opened import open_engine
from kamlib.errors import DataError, first_line

_ROWS = 100
_SECONDS = 1  # for so few rows of nothing in particular
_VALUES = ("A100", 1000, date(2024, 1, 31), datetime(2024, 1, 31), True)


@contextlib.contextmanager
def running(
    label: str,
    relation: ibis.Table,
    expressions: Sequence[Expression],
    header: Sequence[str],
    *,
    said: str = "the mapping does not run on every line",
) -> Iterator[None]:
    """What runs expressions over the lines of a part: its errors become the data set's.

    Raises
    ------
    DataError
        The mapping does not run on some line, or takes more time or memory than it may: which
        expression does so by itself, where one does.
    """
    try:
        yield
    except LimitError as error:
        item = _costly(relation, expressions, header)
        named = f"{item.where} = {shortened(item.text)}" if item else "the mapping"
        raise DataError(f"{label}: {named} cannot be worked out: {error}") from None
    except DataError:
        raise
    except Exception as error:  # each engine has its own errors for values that do not fit
        raise DataError(f"{label}: {said}: {first_line(error)}") from None


def _costly(
    relation: ibis.Table, expressions: Sequence[Expression], header: Sequence[str]
) -> Expression | None:
    """The first expression that by itself asks too much, tried on few rows of made-up cells.

    In an engine of its own: that of the lines may still be at it.
    """
    engine = open_engine(threads=1)
    schema = relation.schema().to_pyarrow()
    cells = {field.name: _cells(field.type) for field in schema if field.name in header}
    engine.con.register("cells", pa.table(cells))
    for item in expressions:
        try:
            query = f"SELECT MAX(HASH({resolved(item, header, '')})) FROM cells"
            within_limits(engine.con, partial(engine.answer, query), seconds=_SECONDS)
        except LimitError:
            return item
        except Exception:  # it does not fit made-up cells: that is no matter of limits
            continue
    return None


def _cells(kind: pa.DataType) -> pa.Array:
    for value in _VALUES:
        with contextlib.suppress(pa.ArrowException, TypeError, ValueError):
            return pa.array([value] * _ROWS, kind)
    return pa.nulls(_ROWS, kind)
