"""A query on a relation, answered by its own engine."""

import ibis
import pyarrow as pa
from ibis.expr.operations import DatabaseTable
from sqlglot.expressions import to_identifier

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
        return selected(relation, name, query).to_pyarrow()
    return engine.answer(with_relation(relation, name, query))


def selected(relation: ibis.Table, name: str, query: str) -> ibis.Table:
    """A SELECT, as :func:`asked` takes it, as a relation to ask further: nothing is run yet.

    The embedded engine keeps it as a view of its own, for the same reason.
    """
    engine = relation.get_backend()
    if not isinstance(engine, Engine):
        return relation.alias(name).sql(query, dialect="duckdb")
    return viewed(engine, with_relation(relation, name, query))


def viewed(engine: Engine, query: str) -> ibis.Table:
    """A SELECT of the embedded engine as a view of its own."""
    view = ibis.util.gen_name("viewed")
    engine.raw_sql(f"CREATE TEMP VIEW {view} AS {query}")
    return engine.table(view)


def with_relation(relation: ibis.Table, name: str, query: str) -> str:
    """A SELECT of the embedded engine in which a relation of its own goes by a name."""
    query, named = query.strip(), f"WITH {name} AS ({_text(relation)})"
    if query.startswith("WITH "):  # it names relations of its own, too
        return f"{named}, {query.removeprefix('WITH ')}"
    return f"{named} {query}"


def _text(relation: ibis.Table) -> str:
    if isinstance(relation.op(), DatabaseTable):
        return f"FROM {qualified(relation)}"
    return str(relation.get_backend().compile(relation))


def qualified(table: ibis.Table) -> str:
    """The name of a table or view of an engine, with where it stands, as it is written in SQL."""
    made = table.op()
    parts = (made.namespace.catalog, made.namespace.database, made.name)
    return ".".join(to_identifier(part, quoted=True).sql("duckdb") for part in parts if part)
