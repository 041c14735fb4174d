"""The tables of several files with the keys between them: which source holds the lines."""

from collections.abc import Sequence
from dataclasses import replace

import pyarrow.compute as pc

from kamlib.data.describe.headers import name_score, read_header
from kamlib.data.describe.schema import TABLES
from kamlib.data.files.layout import PLAIN
from kamlib.data.guess.formulas import ColumnGuess
from kamlib.data.guess.guess import Guess, Guesses, guess_table
from kamlib.data.guess.keys import Source, key_texts
from kamlib.data.guess.lookups import is_lookup_of, linked_guess, named_manager
from kamlib.data.read.conversion import quoted
from kamlib.words import _

# So many of a list's companies buy already that it is a list of accounts.
_BUYERS = 0.5
_SURE_NAME = 0.85  # a header that names a company, beside one that holds its code


def with_links(
    guesses: Guesses, left_out: Sequence[str], sources: Sequence[Source]
) -> tuple[Guesses, list[str]]:
    """The guessed tables with transactions put together from all files by their keys.

    Parameters
    ----------
    guesses, left_out
        The tables as guessed from each source alone, and the sources that none was found for.
    sources
        All sources.

    Returns
    -------
    The tables in the order of the canonical ones, and what is left out now.
    """
    found, left = dict(guesses), list(left_out)
    if len(sources) > 1:
        found, left = _with_lines(found, left, sources)
        found, left = _without_buyers(found, left, sources)
        found = _with_manager_names(found, sources)
    found = _with_own_names(found)
    return {table: found[table] for table in TABLES if table in found}, left


def _with_lines(
    guesses: Guesses, left_out: list[str], sources: Sequence[Source]
) -> tuple[Guesses, list[str]]:
    current = _source_of(guesses, "transactions", sources)
    coded = _source_of(guesses, "managers", sources)  # names managers by their code already
    linked = [(source, linked_guess(source, sources, coded=coded)) for source in sources]
    linked = [(source, guess) for source, guess in linked if guess.is_complete and guess.lookups]
    is_open = current is None or guesses["transactions"][2].missing
    if not is_open:
        # Lines of the orders that were found so far, or these with more told of them.
        linked = [
            (source, guess) for source, guess in linked
            if source is current or is_lookup_of(current, guess)
        ]  # fmt: skip
    if not linked:
        return guesses, left_out
    source, guess = max(linked, key=lambda pair: (pair[0] is not current, pair[1].score))
    kept = {
        table: item for table, item in guesses.items()
        if table != "transactions" and _source_of(guesses, table, sources) is not source
    }  # fmt: skip
    files = source.files[0] if len(source.files) == 1 else source.files
    sheet = source.sheets[0] if len(source.sheets) == 1 and _shares_file(source, sources) else None
    kept["transactions"] = (files, sheet, guess)
    used = [s for s in sources if s is source or is_lookup_of(s, guess)]
    told = tuple(f"{_where(s)}:" for s in used)
    return kept, [text for text in left_out if not text.startswith(told)]


def _shares_file(source: Source, sources: Sequence[Source]) -> bool:
    return any(set(s.files) & set(source.files) for s in sources if s is not source)


def _without_buyers(
    guesses: Guesses, left_out: list[str], sources: Sequence[Source]
) -> tuple[Guesses, list[str]]:
    """Companies that buy are no prospects: their list is that of the accounts, or left out."""
    list_, lines = (_source_of(guesses, name, sources) for name in ("prospects", "transactions"))
    if list_ is None or lines is None:
        return guesses, left_out
    columns = {item.column: item.sources for item in guesses["prospects"][2].columns}
    bought = {item.column: item.sources for item in guesses["transactions"][2].columns}
    keys = [name for target in ("prospect", "name") for name in columns.get(target, ())]
    buyers = [name for name in bought.get("account", ()) if name in lines.header]
    if not any(_share(list_, key, lines, name) >= _BUYERS for key in keys for name in buyers):
        return guesses, left_out
    kept = {table: item for table, item in guesses.items() if table != "prospects"}
    source, sheet, _guess = guesses["prospects"]
    accounts = guess_table(list_.header, list_.samples, "accounts", name=" ".join(list_.stems))
    if "accounts" not in kept and accounts.is_complete:
        return {**kept, "accounts": (source, sheet, accounts)}, left_out
    text = _("{where}: these companies buy already, so they are no prospects")
    return kept, [*left_out, text.format(where=_where(list_))]


def _share(source: Source, column: str, other: Source, name: str) -> float:
    values = key_texts(source, column)
    if not len(values):
        return 0.0
    return pc.mean(pc.is_in(values, value_set=key_texts(other, name))).as_py()


def _with_manager_names(guesses: Guesses, sources: Sequence[Source]) -> Guesses:
    """The managers of accounts by name too, where the lines have them by name."""
    source = _source_of(guesses, "accounts", sources)
    lines = guesses.get("transactions")
    if source is None or lines is None or not lines[2].lookups:
        return guesses
    named = {item.column: item for item in lines[2].columns}.get("manager")
    files, sheet, guess = guesses["accounts"]
    renamed: Guess = named_manager(guess, source, sources)
    by_name = {item.column: item for item in renamed.columns}.get("manager")
    if named is None or by_name is None or by_name.sql != named.sql:
        return guesses
    return {**guesses, "accounts": (files, sheet, renamed)}


def _with_own_names(guesses: Guesses) -> Guesses:
    """The accounts by the names that the lines have beside their codes, where no list has them."""
    if "accounts" in guesses or "transactions" not in guesses:
        return guesses
    source, sheet, lines = guesses["transactions"]
    code = {item.column: item for item in lines.columns}.get("account")
    plain = (lines.layout, lines.lookups, lines.rename) == (PLAIN, (), {})
    if code is None or len(code.sources) != 1 or not plain:
        return guesses
    scores = {name: name_score(read_header(name), "accounts", "name")[0] for name in lines.unused}
    name = max(scores, key=lambda each: scores[each], default="")
    if not name or scores[name] < _SURE_NAME:
        return guesses
    columns = (
        replace(code, sql=quoted("account")),
        ColumnGuess("name", (name,), quoted("name"), scores[name], _("beside the code")),
    )
    accounts = Guess("accounts", columns, (), (), reshape=_names_of(code.sql, quoted(name)))
    used = replace(lines, unused=tuple(each for each in lines.unused if each != name))
    return {**guesses, "transactions": (source, sheet, used), "accounts": (source, sheet, accounts)}


def _names_of(code: str, name: str) -> str:
    """A SELECT of each code with the name that most of its lines have."""
    return (
        f"SELECT {code} AS account, {name} AS name FROM source "
        f"WHERE {code} IS NOT NULL AND {name} IS NOT NULL GROUP BY 1, 2 "
        f"QUALIFY ROW_NUMBER() OVER (PARTITION BY {code} ORDER BY COUNT(*) DESC, {name}) = 1 "
        "ORDER BY 1"
    )


def _source_of(guesses: Guesses, table: str, sources: Sequence[Source]) -> Source | None:
    if table not in guesses:
        return None
    files, sheet, guess = guesses[table]
    files = (files,) if isinstance(files, str) else files
    used = {name for item in guess.columns for name in item.sources}
    fitting = [s for s in sources if s.files == files and used <= set(s.header)]
    sheets = (sheet,) if isinstance(sheet, str) else sheet
    named = [s for s in fitting if sheets and s.sheets == sheets]
    return next(iter(named or fitting), None)


def _where(source: Source) -> str:
    return ", ".join((*source.files, *source.sheets))
