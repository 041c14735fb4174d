"""Transactions whose columns stand in several files: lines, their orders, customers, products."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kamlib.data.describe.headers import same_words
from kamlib.data.describe.schema import TABLES
from kamlib.data.describe.synonyms import FIRST_NAMES, FULL_NAMES, LAST_NAMES
from kamlib.data.guess.assignment import SourceColumn, assigned_columns, source_columns
from kamlib.data.guess.formulas import ColumnGuess, direct_guess
from kamlib.data.guess.guess import Guess, LookupGuess, guess_table
from kamlib.data.guess.keys import Link, Source, links
from kamlib.data.read.conversion import quoted
from kamlib.words import _

_NEARLY_ALL = 0.98
_MOST = 0.8
_LONGEST_CHAIN = 12
# What a source that is found by such a key may tell of a line.
_TELLS = {
    "document": ("account", "date", "document", "channel", "region", "manager"),
    "account": ("region", "manager"),
    "product": ("product_line",),
    "product_line": ("product_line",),
    "manager": ("manager",),
    "region": ("region",),
}
_NAMED = ("manager", "product_line", "region")


@dataclass
class _Chain:
    """Lines, and what has been looked up for them so far."""

    base: Source
    guess: Guess
    mapped: dict[str, ColumnGuess]
    lookups: list[tuple[Link, LookupGuess]]

    @property
    def names(self) -> set[str]:
        """The columns that can be named, folded: a lookup's are hidden by earlier ones."""
        looked_up = [name for link, _found in self.lookups for name in link.other.header]
        return {name.casefold() for name in (*self.base.header, *looked_up)}


def linked_guess(base: Source, sources: Sequence[Source], *, coded: Source | None = None) -> Guess:
    """The guess of transactions for a source with what other sources tell of its lines.

    Parameters
    ----------
    base
        The source of the lines.
    sources
        All sources; those of one file and one sheet may be looked up.
    coded
        The source of the managers' table, if there is one: it has their names by code.

    Returns
    -------
    The guess for ``base`` alone where it holds no amounts; else with the columns that lookups
    add, and these in the order in which they must be joined.
    """
    guess = guess_table(base.header, base.samples, "transactions", name=" ".join(base.stems))
    others = [s for s in sources if s is not base and s is not coded]
    others = [s for s in others if len(s.files) == 1 and len(s.sheets) < 2]
    if "revenue" in guess.missing or not others:
        return guess
    chain = _Chain(base, guess, {item.column: item for item in guess.columns}, [])
    _follow(chain, base, others, ())
    used = _needed(chain)
    columns = tuple(chain.mapped[name] for name in TABLES["transactions"].names
                    if name in chain.mapped)  # fmt: skip
    missing = tuple(name for name in guess.missing if name not in chain.mapped)
    named = {source for item in columns for source in item.sources}
    unused = tuple(name for name in guess.unused if name not in named)
    gained = sum(item.confidence for item in columns) - sum(i.confidence for i in guess.columns)
    gained += 2 * (len(guess.missing) - len(missing))
    return replace(guess, columns=columns, missing=missing, unused=unused,
                   score=guess.score + gained, lookups=tuple(used))  # fmt: skip


def _follow(
    chain: _Chain, source: Source, others: Sequence[Source], path: tuple[Source, ...]
) -> None:
    """Look up what is still missing, from a source's own columns, and go on from there."""
    if len(path) > _LONGEST_CHAIN:
        return
    free = [other for other in others if other not in path and other is not source]
    for link in links(source, list(source.header), free, min_share=_MOST):
        if any(link.other is known.other for known, _found in chain.lookups):
            continue
        if not path and link.kind == "account" and "account" in chain.mapped:
            continue  # the accounts table says it of them once
        gained = _gained(chain, link)
        step = (link, _lookup(source, link))
        chain.lookups.append(step)
        before = dict(chain.mapped)
        chain.mapped.update(gained)
        _follow(chain, link.other, others, (*path, source))
        if chain.mapped == before:
            chain.lookups.remove(step)


def _gained(chain: _Chain, link: Link) -> dict[str, ColumnGuess]:
    """What a looked-up source tells of the lines that nothing told yet."""
    hidden = chain.names
    wanted = [name for name in _TELLS.get(link.kind, ()) if name not in chain.mapped]
    if link.share < _NEARLY_ALL:
        wanted = [name for name in wanted if name not in ("account", "date")]
    columns = source_columns(link.other.header, link.other.samples)
    columns = [column for column in columns if column.name.casefold() not in hidden]
    gained = {}
    table = TABLES["transactions"]
    for name in wanted:
        narrow = replace(table, columns=(table.column(name),))
        found = assigned_columns([c for c in columns if _is_filled(c, link.other)], narrow)
        if name in found:
            column, score, why = found[name]
            gained[name] = direct_guess(
                table.column(name), column.header, column.evidence, score, why
            )
    if link.kind == "product":
        gained |= _cost(chain, columns)
    return gained | _names(chain, link, columns)


def _is_filled(column: SourceColumn, source: Source) -> bool:
    cells = source.samples.iloc[:, list(source.header).index(column.name)].dropna()
    filled = (cells.astype("str").str.strip() != "").sum()
    return bool(filled >= len(source.samples) / 2)


def _cost(chain: _Chain, columns: Sequence[SourceColumn]) -> dict[str, ColumnGuess]:
    """Quantity times what the article costs, where the lines do not tell."""
    if {"cost", "margin"} & set(chain.mapped) or "quantity" not in chain.mapped:
        return {}
    table = TABLES["transactions"]
    found = assigned_columns(columns, replace(table, columns=()))
    if "unit_cost" not in found:
        return {}
    column, _score, _why = found["unit_cost"]
    quantity = chain.mapped["quantity"]
    sql = f"{quantity.sql} * {quoted(column.name)}"
    why = _("quantity times unit cost")
    sources = (*quantity.sources, column.name)
    return {"cost": ColumnGuess("cost", sources, sql, 0.9, why, column.evidence.samples)}


def _names(chain: _Chain, link: Link, columns: Sequence[SourceColumn]) -> dict[str, ColumnGuess]:
    """A code that the lines have, as the name that the looked-up source gives it."""
    by_name = {column.name: column for column in columns}
    for target in _NAMED:
        coded = target in chain.mapped and chain.mapped[target].sources == (link.column,)
        if not coded and (target in chain.mapped or target != link.kind):
            continue
        sql, sources = name_expression(list(by_name))
        if sql:
            evidence = by_name[sources[-1]].evidence
            why = _("the name that {key} has in {file}")
            why = why.format(key=link.column, file=link.other.label)
            return {target: ColumnGuess(target, sources, sql, 0.9, why, evidence.samples)}
    return {}


def named_manager(guess: Guess, source: Source, sources: Sequence[Source]) -> Guess:
    """A guess with managers by name, where it has them by a code that another source names."""
    others = [s for s in sources if s is not source and len(s.files) == 1 and len(s.sheets) < 2]
    item = next((item for item in guess.columns if item.column == "manager"), None)
    if item is None or len(item.sources) != 1:
        return guess
    for link in links(source, item.sources, others, min_share=_MOST):
        chain = _Chain(source, guess, {"manager": item}, [])
        columns = source_columns(link.other.header, link.other.samples)
        columns = [column for column in columns if column.name.casefold() not in chain.names]
        found = _names(chain, link, columns).get("manager")
        if found:
            kept = tuple(found if old is item else old for old in guess.columns)
            return replace(guess, columns=kept, lookups=(_lookup(source, link),))
    return guess


def name_expression(header: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The SQL of a full name from the columns of a source, and the columns that it uses."""
    full = next((name for name in header if same_words(name, FULL_NAMES)), "")
    if full:
        return quoted(full), (full,)
    first = next((name for name in header if same_words(name, FIRST_NAMES)), "")
    last = next((name for name in header if same_words(name, LAST_NAMES)), "")
    if first and last:
        return f"{quoted(first)} || ' ' || {quoted(last)}", (first, last)
    return "", ()


def _lookup(source: Source, link: Link) -> LookupGuess:
    text = _("{column} of {source} is found in {other}, {share} % of lines")
    why = text.format(
        column=link.column,
        source=source.label,
        other=link.other.label,
        share=f"{100 * link.share:.4g}",
    )
    sheet = link.other.sheets[0] if link.other.sheets else ""
    key = "" if link.key.casefold() == link.column.casefold() else link.key
    return LookupGuess(link.other.files[0], sheet, link.column, key, why)


def _needed(chain: _Chain) -> list[LookupGuess]:
    """The lookups whose columns or keys something uses, in the order of joining."""
    needed = {name.casefold() for item in chain.mapped.values() for name in item.sources}
    own = {name.casefold() for name in chain.base.header}
    kept: list[LookupGuess] = []
    for link, lookup in reversed(chain.lookups):
        if needed & ({name.casefold() for name in link.other.header} - own):
            kept.insert(0, lookup)
            needed.add(link.column.casefold())
    return kept


def is_lookup_of(source: Source, guess: Guess) -> bool:
    """Whether a source is one that the guess looks up."""
    return any(
        lookup.source in source.files and (lookup.sheet in source.sheets or not lookup.sheet)
        for lookup in guess.lookups
    )
