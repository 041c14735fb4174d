"""A query on a relation, answered by its own engine."""

from functools import lru_cache

import ibis
import pyarrow as pa
from ibis.expr.operations import Node

from kamlib.data.engine.opened import Engine


def asked(relation: ibis.Table, name: str, query: str) -> pa.Table:
    """The answer to a SELECT in which a relation goes by a name.

    On the embedded engine the query goes there as it is written: taking it apart and putting it
    together again, as is needed to speak to a database, would cost more than most answers.

    Parameters
    ----------
    relation
        Any relation.
    name
        What the query calls it.
    query
        A SELECT in DuckDB's dialect, each column with a name.
    """
    engine = relation.get_backend()
    if not isinstance(engine, Engine):
        return relation.alias(name).sql(query, dialect="duckdb").to_pyarrow()
    return engine.answer(with_relation(relation, name, query))


def with_relation(relation: ibis.Table, name: str, query: str) -> str:
    """A SELECT of the embedded engine in which a relation of its own goes by a name."""
    return f"WITH {name} AS ({_text(relation.op())}) {query}"


@lru_cache(maxsize=4)
def _text(node: Node) -> str:
    relation = node.to_expr()
    return str(relation.get_backend().compile(relation))
