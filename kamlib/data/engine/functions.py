"""What the engine knows of its own functions: which follow from a line's values alone.

The engine's catalogue says of each function whether it gives the same for the same values, and
how each macro is defined. A name that stands for several functions is what the worst of them is.
"""

from dataclasses import dataclass
from functools import cache

from kamlib.data.engine.opened import Engine, open_engine

# Same values, same result.
PURE = "pure"
# Many rows, one result; and what looks at other rows of a window.
AGGREGATE = "aggregate"
# It asks the clock, chance or the session.
UNSTEADY = "unsteady"
# It reads, writes or runs something, makes rows, or is not known at all.
OTHER = "other"
_BY_RISK = (PURE, AGGREGATE, UNSTEADY, OTHER)
_SAID = {"CONSISTENT": PURE, "CONSISTENT_WITHIN_QUERY": UNSTEADY, "VOLATILE": UNSTEADY}
# What the catalogue calls the same for the same values, and is not.
_OTHERWISE = {
    **dict.fromkeys(("current_localtime", "current_localtimestamp"), UNSTEADY),
    **dict.fromkeys(("current_setting", "getvariable", "version"), UNSTEADY),
    "reservoir_quantile": UNSTEADY,
    "error": PURE,  # it is only called late
    # They take whole statements as texts.
    **dict.fromkeys(("json_serialize_sql", "json_deserialize_sql", "json_serialize_plan"), OTHER),
}
# Names without brackets that the engine takes for its clock where there is no such column.
CLOCK_WORDS = frozenset(
    ("current_date", "current_time", "current_timestamp", "localtime", "localtimestamp")
)


@dataclass(frozen=True)
class Calls:
    """The functions that a text calls, and whether it holds a SELECT or asks the clock."""

    names: frozenset[str]
    selects: bool
    clock: bool


@cache
def reader() -> Engine:
    """An engine without any data, that parses statements and is asked for its functions."""
    return open_engine(threads=1)


def kind_of(name: str) -> str:
    """What a function is, by its name as the engine's parser gives it."""
    folded = name.casefold()
    return _functions().get(folded) or _macros().get(folded, OTHER)


@cache
def _functions() -> dict[str, str]:
    rows = (
        reader()
        .con.execute("""
        SELECT DISTINCT LOWER(function_name), function_type, stability
        FROM duckdb_functions() WHERE function_type IN ('scalar', 'aggregate')""")
        .fetchall()
    )
    kinds: dict[str, str] = {}
    for name, of, said in rows:
        kind = AGGREGATE if of == "aggregate" else _SAID.get(said, OTHER)
        kinds[name] = _worst(kinds.get(name, PURE), _OTHERWISE.get(name, kind))
    return kinds


@cache
def _macros() -> dict[str, str]:
    """Macros are asked for only where a text calls one: hardly any does."""
    from kamlib.data.engine.statements import calls_of

    rows = (
        reader()
        .con.execute("""
        SELECT DISTINCT LOWER(function_name), macro_definition,
            schema_name = 'main' AND LEN(parameters) > 0
        FROM duckdb_functions() WHERE function_type = 'macro'""")
        .fetchall()
    )
    macros = [(name, calls_of(sql) if is_open else None) for name, sql, is_open in rows]
    kinds = _with_macros(dict(_functions()), macros)
    return {name: kinds[name] for name, _calls in macros}


def _with_macros(kinds: dict[str, str], macros: list[tuple[str, Calls | None]]) -> dict[str, str]:
    """The kinds with those of macros: what the worst of the functions is that each calls.

    One macro may call another; a macro of the session, or with a SELECT of its own, is no
    function of a line.
    """
    left = macros
    while left:
        of_macros = {name for name, _calls in left}
        ready = [
            (name, calls)
            for name, calls in left
            if calls is None or not (calls.names & of_macros) - {name}
        ]
        for name, calls in ready or left:
            found = OTHER
            if ready and calls is not None and not calls.selects:
                clock = UNSTEADY if calls.clock else PURE
                found = _worst(clock, *(kinds.get(call, OTHER) for call in calls.names))
            kinds[name] = _worst(kinds.get(name, PURE), found)
        left = [item for item in left if item not in ready] if ready else []
    return kinds


def _worst(*kinds: str) -> str:
    return max(kinds, key=_BY_RISK.index)
