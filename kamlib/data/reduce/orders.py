"""What an order is: an account's day on which, netted per product, anything positive remains.

A storno and its new invoice of the same day are no order; a purchase beside a return of older
goods is one. A line without a product is netted within its document; documents of equal amounts
cancel each other, and so do all of a day that come to nothing together. Only days on which goods
or money are taken back need it, so it costs next to nothing.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import ibis
import pyarrow as pa

from kamlib.data.read.asking import asked, with_relation
from kamlib.data.read.conventions import literal
from kamlib.data.reduce.lines import DIMENSIONS

PAID = "revenue > 0"
UNPAID = "revenue = 0 AND quantity > 0"  # a call-off that costs nothing
TAKEN = "revenue < 0 OR (revenue = 0 AND quantity < 0)"
# Lines per ledger row: positive and unpaid ones of which something remains, those taken back.
ORDERED, ZERO, MINUS = "ordered", "zero_lines", "minus_lines"


def number_of(condition: str) -> str:
    """The number of lines of which a condition holds, as SQL."""
    return f"CAST(SUM(CASE WHEN {condition} THEN 1 ELSE 0 END) AS BIGINT)"


LINE_COUNTS = {ORDERED: number_of(PAID), ZERO: number_of(UNPAID), MINUS: number_of(TAKEN)}


def netted(
    lines: ibis.Table, keys: Sequence[str], *, where: str = "fate = 0", by_product: bool = True
) -> pa.Table:
    """What is left of lines where some of their product was taken back on the same day.

    Parameters
    ----------
    lines
        Lines in canonical columns.
    keys
        The columns of a ledger row that are known, account and date among them.
    where
        Which lines count, as SQL.
    by_product
        Whether a line's money is that of its product, not that of its whole document.

    Returns
    -------
    One row per combination of the keys with such a line: the keys; ``ordered``, ``zero_lines``
    (minus the number of positive and of unpaid lines of which nothing remains).
    """
    places = ", ".join(str(n) for n in range(1, len(keys) + 1))
    query = f"""
        SELECT {", ".join(keys)}, -{number_of(f"{PAID} AND stays = 0")} AS {ORDERED},
            -{number_of(f"{UNPAID} AND called <= 0")} AS {ZERO}
        FROM ({_items(keys, where, by_product)}) AS netted GROUP BY {places}"""
    return asked(lines, "fates", query)


def _items(keys: Sequence[str], where: str, by_product: bool) -> str:
    """The lines of products taken back (or without one), and whether anything of them stays.

    ``item`` is what is netted: a product, else a document, else the lines of one amount. Of the
    lines of an item the ``nth`` 1 stands for it where documents of equal amounts are cancelled.
    """
    product = "COALESCE(product, '')" if by_product else "''"
    item = """CASE WHEN line.sold <> '' THEN CONCAT('p', line.sold)
                    WHEN COALESCE(document, '') <> '' THEN CONCAT('d', document)
                    ELSE CONCAT('a', CAST(ABS(revenue) AS VARCHAR)) END"""
    day = "PARTITION BY account, date"
    return f"""
        SELECT item.*, CASE WHEN net <= 0 THEN 0 WHEN sold <> '' THEN 1
            WHEN SUM(CASE WHEN nth = 1 THEN net ELSE 0 END)
                OVER ({day}, sold, ABS(net)) <= 0 THEN 0
            WHEN rest = 0 THEN 0 ELSE 1 END AS stays
        FROM (
            SELECT named.*, SUM(revenue) OVER ({day}, item) AS net,
                ROW_NUMBER() OVER ({day}, item ORDER BY revenue) AS nth,
                SUM(revenue) OVER ({day}, sold) AS rest,
                SUM(CASE WHEN revenue = 0 THEN quantity ELSE 0 END) OVER ({day}, item) AS called
            FROM (
                SELECT {", ".join(f"line.{name}" for name in keys)}, line.sold, line.revenue,
                    line.quantity, {item} AS item
                FROM (SELECT {", ".join(keys)}, document, {product} AS sold,
                        CAST(revenue AS DECIMAL(18, 4)) AS revenue,
                        CAST(quantity AS DECIMAL(18, 4)) AS quantity
                    FROM fates WHERE {where}) AS line
                JOIN (SELECT DISTINCT account, date, {product} AS sold
                    FROM fates WHERE {where} AND ({TAKEN})) AS taken
                    ON line.account = taken.account AND line.date = taken.date
                        AND line.sold = taken.sold
            ) AS named
        ) AS item"""


def days_in_parts(connection: ibis.BaseBackend, ledgers: Sequence[Path]) -> pa.Table:
    """Days on which one part takes back what another may have sold: ``account``, ``date``."""
    query = f"""
        SELECT DISTINCT taken.account, taken.date
        FROM {_rows(ledgers)} AS taken JOIN {_rows(ledgers)} AS sold
            ON taken.account = sold.account AND taken.date = sold.date
        WHERE taken.{MINUS} > 0 AND sold.{ORDERED} + sold.{ZERO} > 0
            AND (taken.filename <> sold.filename OR taken.part <> sold.part)
        ORDER BY 1, 2"""
    return connection.answer(query)


def days_of_several(
    connection: ibis.BaseBackend, ledgers: Sequence[Path], counted_as: Mapping[str, str]
) -> pa.Table:
    """Days on which several numbers of one account have lines, and one of them takes back.

    Parameters
    ----------
    counted_as
        The account that each number counts as which does not count as itself.

    Returns
    -------
    One row per number and day, in that order: ``number``; ``account``; ``date``.
    """
    pairs = {"number": [*counted_as], "account": [*counted_as.values()]}
    named = ibis.util.gen_name("who")
    connection.con.register(named, pa.table(pairs))
    query = f"""
        WITH days AS (
            SELECT day.account AS number, COALESCE(who.account, day.account) AS account, date,
                SUM({MINUS}) AS taken
            FROM {_rows(ledgers)} AS day LEFT JOIN {named} AS who ON day.account = who.number
            WHERE COALESCE(who.account, day.account) IN (SELECT account FROM {named})
            GROUP BY 1, 2, 3)
        SELECT number, account, date FROM days
        QUALIFY COUNT(*) OVER (PARTITION BY account, date) > 1
            AND SUM(taken) OVER (PARTITION BY account, date) > 0
        ORDER BY 1, 3"""
    return connection.answer(query)


def write_netted(
    connection: ibis.BaseBackend,
    lines: ibis.Table,
    days: pa.Table,
    ledgers: Sequence[Path],
    target: Path,
    *,
    by_product: bool,
) -> None:
    """Write all ledgers as one, in which some days are netted over all their parts.

    Parameters
    ----------
    lines
        The kept lines of all parts, as :func:`kamlib.data.reduce.ledger.open_lines` has them.
    days
        The days, as :func:`days_in_parts` finds them.
    target
        The Parquet file to write.
    """
    left = remaining(connection, lines, days, by_product=by_product)
    connection.con.register("remaining_orders", left)
    keys, both = ("account", "date", *DIMENSIONS), (ORDERED, ZERO)
    same = " AND ".join(f"COALESCE(day.{name}, '') = remaining.{name}" for name in DIMENSIONS)
    orders = ", ".join(
        f"LEAST(day.{name}, COALESCE(remaining.{name}, day.{name})) AS {name}" for name in both
    )
    order = ", ".join(f"day.{name} NULLS FIRST" for name in keys)
    query = f"""
        SELECT day.* EXCLUDE (filename) REPLACE ({orders})
        FROM {_rows(ledgers)} AS day LEFT JOIN remaining_orders AS remaining
            ON day.account = remaining.account AND day.date = remaining.date AND {same}
        ORDER BY {order}, day.filename, day.part"""
    connection.raw_sql(
        f"COPY ({query}) TO {literal(str(target))} (FORMAT parquet, COMPRESSION zstd)"
    )


def remaining(
    connection: ibis.BaseBackend, lines: ibis.Table, days: pa.Table, *, by_product: bool
) -> pa.Table:
    """What remains of some days when all their lines are netted.

    Parameters
    ----------
    lines
        Kept lines of all parts, on the embedded engine.
    days
        ``account`` and ``date``.

    Returns
    -------
    One row per account, day and part of the sales with a line: these; ``ordered``,
    ``zero_lines``.
    """
    keys, both = ("account", "date", *DIMENSIONS), (ORDERED, ZERO)
    found, undone, held = (ibis.util.gen_name(name) for name in ("days", "undone", "held"))
    connection.con.register(found, days)
    query = f"SELECT * FROM kept SEMI JOIN {found} USING (account, date)"
    connection.raw_sql(f"CREATE TEMP TABLE {held} AS {with_relation(lines, 'kept', query)}")
    table = netted(connection.table(held), keys, where="1 = 1", by_product=by_product)
    connection.con.register(undone, table)
    names = ", ".join(keys)
    query = f"""
        SELECT {names}, {", ".join(f"CAST(SUM({name}) AS BIGINT) AS {name}" for name in both)}
        FROM (SELECT {names}, {", ".join(f"{LINE_COUNTS[name]} AS {name}" for name in both)}
            FROM {held} GROUP BY ALL UNION ALL SELECT * FROM {undone})
        GROUP BY ALL ORDER BY {names}"""
    found = connection.answer(query)
    connection.raw_sql(f"DROP TABLE {held}")
    return found


def _rows(ledgers: Sequence[Path]) -> str:
    files = ", ".join(literal(str(ledger)) for ledger in ledgers)
    return f"(SELECT * FROM read_parquet([{files}], filename = true))"
