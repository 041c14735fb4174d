"""The fate of every transaction line: kept, set aside, excluded with a reason, or rejected.

One SELECT gives each line its canonical columns and its fate; nothing is dropped on the way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import ibis

from kamlib.data.describe.expressions import Expression, resolved
from kamlib.data.describe.schema import TABLES
from kamlib.data.describe.titles import titles_of
from kamlib.data.files.parts import ROW
from kamlib.data.read.asking import selected
from kamlib.data.read.conventions import quoted
from kamlib.data.read.conversion import UNREADABLE, WATCHED
from kamlib.data.read.dataset import TableSource
from kamlib.data.read.totals import ASIDE, CARRIED, HEADER, NOTE, TOTAL
from kamlib.data.reduce.ids import account_text, id_text, lost_digits, plain_text, was_whole
from kamlib.data.reduce.rates import (
    CURRENCY,
    FOREIGN,
    NO_RATE,
    RATE,
    Rates,
    converted,
    is_in_own,
    with_rates,
)
from kamlib.errors import DataError, first_line

KEPT = "kept"
SET_ASIDE = "set aside"
EXCLUDED = "excluded"
REJECTED = "rejected"
STEPS = (SET_ASIDE, EXCLUDED, REJECTED, KEPT)  # in which a line is judged, after it is read

# Whether an id was read otherwise than it is written, 0 or 1.
MENDED = "mended"
_IDS = ("account", "document", "product")
DIMENSIONS = ("product_line", "channel", "region", "manager")
# Four decimals hold any price times quantity; exact sums make the same tables byte for byte.
MONEY = "DECIMAL(18, 4)"
ASIDE_REASONS = {
    TOTAL: "total row, a control sum",
    HEADER: "the header once more",
    NOTE: "a note beside the lines, without an amount",
    CARRIED: "an opening or closing balance, no sale",
}
LOST_DIGITS = (
    "account is in scientific notation such as 4.01230E+12 and has lost its last digits in Excel: "
    "export it again as text"
)
# Why a line is rejected, or set aside as one that stands in another part, too.
NOT_READABLE = "a cell cannot be read"
NO_ACCOUNT = "account is empty"
NO_DATE = "date is empty"
ODD_DATE = "date is not plausible"
NO_REVENUE = "revenue is empty or no finite amount"
ALREADY_READ = "document already read in {}"
MOST_MONEY = "1e13"
YEARS = ("1980-01-01", "2100-01-01")


@dataclass(frozen=True)
class Mapping:
    """The expressions of a transactions table: per canonical column, and per exclusion.

    ``source`` is the table's description, for what is no expression; ``rates`` convert the lines'
    money where a column of currencies is mapped.
    """

    columns: dict[str, Expression]
    exclusions: tuple[tuple[str, Expression], ...]
    part: tuple[Expression, ...] = ()
    negative: tuple[Expression, ...] = ()
    once_per_document: bool = False
    source: TableSource = TableSource(source=())
    rates: Rates = field(default_factory=Rates)

    @property
    def foreign(self) -> tuple[str, ...]:
        """What each line says of its money before conversion; nothing without currencies."""
        return FOREIGN if "currency" in self.columns else ()

    @property
    def expressions(self) -> list[Expression]:
        """All expressions of the mapping."""
        conditions = (where for _, where in self.exclusions)
        return [*self.columns.values(), *conditions, *self.part, *self.negative]


def lines_mapping(source: TableSource, header: Sequence[str] = ()) -> Mapping:
    """The mapping of a transactions table; without columns, equal headers map themselves.

    Raises
    ------
    DataError
        A required column is not mapped.
    """
    columns = mapped_columns("transactions", source, header)
    exclusions = tuple(
        (rule.reason, where)
        for rule, where in zip(source.exclude, exclusion_rules("transactions", source), strict=True)
    )
    part = (Expression(source.part, "[transactions] part"),) if source.part else ()
    negative = (
        (Expression(source.negative, "[transactions] negative", "flag"),) if source.negative else ()
    )
    once = source.once_per_document and "document" in columns
    return Mapping(columns, exclusions, part, negative, once, source)


def mapped_columns(table: str, source: TableSource, header: Sequence[str]) -> dict[str, Expression]:
    """A table's expressions by canonical column; without any, equal headers map themselves.

    Raises
    ------
    DataError
        A required column is not mapped.
    """
    written = source.columns or equal_headers(table, header)
    missing = [name for name in TABLES[table].required if name not in written]
    if missing:
        raise DataError(
            f"{table}: {', '.join(missing)} is not mapped; "
            f'add {missing[0]} = "…" under [{table}.columns]'
        )
    return {
        name: Expression(text, f"[{table}.columns] {name}", TABLES[table].column(name).kind)
        for name, text in written.items()
    }


def exclusion_rules(table: str, source: TableSource) -> list[Expression]:
    """The conditions under which a table's rows are left out, in order."""
    return [
        Expression(rule.where, f'[[{table}.exclude]] "{rule.reason}"', "flag")
        for rule in source.exclude
    ]


def equal_headers(table: str, header: Sequence[str]) -> dict[str, str]:
    """The mapping of canonical columns to equal headers, case and underscores aside.

    Equal are the canonical names, and what the input workbook calls them in its languages.
    """
    by_name = {name.casefold().strip().replace(" ", "_"): name for name in reversed(header)}
    found = {}
    for name in TABLES[table].names:
        titles = (title.casefold().replace(" ", "_") for title in (name, *titles_of(table, name)))
        known = next((title for title in titles if title in by_name), None)
        if known:
            found[name] = quoted(by_name[known])
    return found


def line_fates(
    relation: ibis.Table,
    mapping: Mapping,
    header: Sequence[str],
    label: str,
    *,
    earlier: str = "",
    key: str = "document",
    watched: int = 0,
) -> tuple[ibis.Table, list[tuple[str, str]]]:
    """Every line of a part with its canonical columns and its fate.

    Parameters
    ----------
    relation
        The part's typed columns with ``kam_row`` and ``kam_unreadable``.
    mapping
        The transactions mapping.
    header
        The part's real column names.
    label
        The part's name, for messages.
    earlier
        Name of a table of documents already read (``document``, ``first_part``), if any.
    key
        What is read from its first part only, as SQL over canonical columns.
    watched
        How many watched columns the relation carries along.

    Returns
    -------
    The lines, with ``fate`` (a place in the list that follows) and, with ``earlier``,
    ``first_part``; and the fates: step and reason, the kept lines' first.

    Raises
    ------
    DataError
        An expression does not run on this source.
    """
    canonical = _canonical(mapping, header, label)
    select = [f"{sql} AS {name}" for name, sql in canonical.items()]
    for index, (_reason, where) in enumerate(mapping.exclusions):
        select.append(f"({resolved(where, header, label)}) AS excluded_{index}")
    select += [f"{ROW} AS source_row", f"{UNREADABLE} AS unreadable"]
    kept = [f"{WATCHED}{place}" for place in range(watched)]
    select += kept
    has_aside = ASIDE in relation.columns
    select += [ASIDE] if has_aside else []
    query = f"SELECT {', '.join(select)} FROM source"
    rules = _rules(mapping, bool(earlier), has_aside)
    carried = [*kept, *mapping.foreign]
    try:
        rated = _rated(relation, mapping, header, label)
        lines = selected(rated, "source", query)
        fates = _fate_query(rules, earlier, key, carried)
        judged = selected(lines, "lines", fates)
    except Exception as error:  # each engine has its own errors for SQL that does not run
        raise _does_not_run(mapping, relation, header, label, error) from None
    return judged, [(KEPT, ""), *((step, reason) for _when, step, reason in rules)]


def _rated(relation: ibis.Table, mapping: Mapping, header: Sequence[str], label: str) -> ibis.Table:
    """The part's rows, with currency and rate where a column of currencies is mapped."""
    if not mapping.foreign:
        return relation
    currency = plain_text(resolved(mapping.columns["currency"], header, label))
    date = f"TRY_CAST({resolved(mapping.columns['date'], header, label)} AS DATE)"
    return with_rates(relation, currency, date, mapping.rates)


def _canonical(mapping: Mapping, header: Sequence[str], label: str) -> dict[str, str]:
    """SQL per canonical column that the ledger needs, cast to its type."""

    def sql(name: str) -> str:
        return resolved(mapping.columns[name], header, label)

    def money(value: str) -> str:
        # Not a number and infinity fail the comparison too, on every engine.
        return f"CASE WHEN ABS({value}) < {MOST_MONEY} THEN CAST({value} AS {MONEY}) END"

    def text(name: str) -> str:
        return (id_text if name in ("document", "product") else plain_text)(sql(name))

    known = mapping.columns
    amount = money(f"({sql('revenue')})")
    revenue, margin = converted(amount, known, "revenue"), f"CAST(NULL AS {MONEY})"
    if "margin" in known:
        margin = converted(money(f"({sql('margin')})"), known, "margin")
    elif "cost" in known and mapping.foreign and is_in_own(known, "cost"):
        margin = f"({revenue}) - ({money('(' + sql('cost') + ')')})"
    elif "cost" in known:
        margin = converted(money(f"(({sql('revenue')}) - ({sql('cost')}))"), known, "cost")
    texts = ("document", "product", *DIMENSIONS)
    amounts = {
        "revenue": revenue,
        "margin": margin,
        "quantity": money(f"({sql('quantity')})")
        if "quantity" in known
        else f"CAST(NULL AS {MONEY})",
    }
    if mapping.foreign:
        amounts["amount"] = amount
    for where in mapping.negative:
        amounts = _negated(amounts, resolved(where, header, label))
    if mapping.once_per_document:
        amounts = _once(amounts, text("document"))
    return {
        "account": account_text(sql("account"), mapping.source),
        "date": f"TRY_CAST({sql('date')} AS DATE)",
        **amounts,
        **{name: text(name) if name in known else "CAST(NULL AS VARCHAR)" for name in texts},
        **({"currency": CURRENCY, "rate": RATE} if mapping.foreign else {}),
        MENDED: _mended([sql(name) for name in _IDS if name in known]),
    }


def _mended(ids: Sequence[str]) -> str:
    """Whether any id of a line was a number with a decimal behind it."""
    return f"CASE WHEN {' OR '.join(map(was_whole, ids))} THEN 1 ELSE 0 END"


def _negated(amounts: dict[str, str], where: str) -> dict[str, str]:
    """The amounts of lines without a sign, taken away where the condition holds.

    A line that is below zero already stays as it is, and so does a quantity below zero.
    """
    turned = f"({where}) AND ({amounts.get('amount', amounts['revenue'])}) > 0"
    less = {name: f"-ABS({sql})" if name == "quantity" else f"-({sql})"
            for name, sql in amounts.items()}  # fmt: skip
    return {
        name: f"CASE WHEN {turned} THEN {less[name]} ELSE {sql} END"
        for name, sql in amounts.items()
    }


def _once(amounts: dict[str, str], document: str) -> dict[str, str]:
    """The money of a document on its first line, and nothing on the others."""
    first = f"{document} IS NULL OR ROW_NUMBER() OVER (PARTITION BY {document} ORDER BY {ROW}) = 1"
    money = {name: f"CASE WHEN {first} THEN {amounts[name]} ELSE 0 END"
             for name in amounts if name != "quantity"}  # fmt: skip
    return {**amounts, **money}


def _rules(mapping: Mapping, has_earlier: bool, has_aside: bool) -> list[tuple[str, str, str]]:
    """Condition, step and reason of each way out, in the order in which they are tried."""
    no_lines = [
        (f"{ASIDE} = '{code}'", SET_ASIDE, reason) for code, reason in ASIDE_REASONS.items()
    ]
    repeated = ("earlier.first_part IS NOT NULL", SET_ASIDE, ALREADY_READ)
    excluded = [
        (f"excluded_{index}", EXCLUDED, reason)
        for index, (reason, _where) in enumerate(mapping.exclusions)
    ]
    rejected = [
        ("unreadable IS NOT NULL", NOT_READABLE),
        ("account IS NULL", NO_ACCOUNT),
        (lost_digits("account"), LOST_DIGITS),
        ("date IS NULL", NO_DATE),
        (f"date < DATE '{YEARS[0]}' OR date >= DATE '{YEARS[1]}'", ODD_DATE),
        *([("rate IS NULL", NO_RATE)] if mapping.foreign else []),
        ("revenue IS NULL", NO_REVENUE),
    ]
    return [
        *(no_lines if has_aside else []),
        *([repeated] if has_earlier else []),
        *excluded,
        *((when, REJECTED, reason) for when, reason in rejected),
    ]


def _fate_query(
    rules: Sequence[tuple[str, str, str]], earlier: str, key: str, carried: Sequence[str]
) -> str:
    fate = " ".join(f"WHEN {when} THEN {n}" for n, (when, _, _) in enumerate(rules, start=1))
    names = ("account", "date", "document", "product", *DIMENSIONS, "revenue", "margin",
             "quantity", "source_row", "unreadable", MENDED, *carried)  # fmt: skip
    selected = ", ".join(f"lines.{name}" for name in names)
    join = f"LEFT JOIN {earlier} AS earlier ON {key} = earlier.document"
    return (
        f"SELECT {selected}, {'earlier.first_part, ' if earlier else ''}"
        f"CAST(CASE {fate} ELSE 0 END AS SMALLINT) AS fate FROM lines {join if earlier else ''}"
    )


def _does_not_run(
    mapping: Mapping, relation: ibis.Table, header: Sequence[str], label: str, error: Exception
) -> DataError:
    """The error of the first expression that does not run by itself."""
    for item in mapping.expressions:
        query = f"SELECT {resolved(item, header, label)} AS value FROM source"
        try:
            selected(relation, "source", query)
        except Exception as single:
            said = first_line(single)
            return DataError(f"{label}: {item.where} = {item.text!r} does not run: {said}")
    return DataError(f"{label}: the mapping does not run: {first_line(error)}")
