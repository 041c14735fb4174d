"""Is the revenue a line's own? It may be its document's total, a price, or in cents."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from kamlib.data.amounts.figures import Amount, Figures
from kamlib.data.amounts.proof import NEARLY_ALL, of_prices, rates_between, share
from kamlib.data.doubts.doubt import Answer, Doubt, revenue_is
from kamlib.data.read.conversion import quoted
from kamlib.words import _, count, number

_LEAST_DOCUMENTS = 3
_VARIES = 0.3
_POWERS = (10, 100, 1000, 10_000)


def products(figures: Figures) -> list[Amount]:
    """Quantity times each price, with the unit of the header; nothing where either lacks."""
    quantities = figures.named("quantity", "transactions")[:1]
    found = []
    for quantity in quantities:
        for name in figures.named("price"):
            price = figures.amount(name)
            values = figures.numbers[quantity].to_numpy() * price.values
            found.append(Amount(f"{quoted(quantity)} * {price.sql}", values, (quantity, name)))
    return found


def quantity_of(figures: Figures) -> np.ndarray:
    """The quantity per line; 1 where there is none."""
    names = figures.named("quantity", "transactions")
    return figures.numbers[names[0]].to_numpy() if names else np.ones(len(figures.numbers))


def line_amount(
    figures: Figures, revenue: Amount, by_price: Amount | None
) -> tuple[Amount, list[Doubt]]:
    """The line's own amount where the revenue is its document's, and what is to be said of it.

    Parameters
    ----------
    figures
        The numbers of the lines.
    revenue
        What seems to be the revenue so far.
    by_price
        Quantity times price less discount, where these are there.
    """
    documents = _documents(figures, revenue)
    if documents is None:
        return revenue, []
    repeated, first_only = _is_repeated(documents), _is_first_only(documents)
    if not (repeated or first_only):
        return revenue, []
    if (
        by_price is not None
        and by_price.names != revenue.names
        and (first_only or _varies(figures, by_price.values))
    ):
        return _by_price(figures, revenue, by_price)
    if first_only:
        return _filled_up(revenue)
    if not _varies_otherwise(figures, revenue):
        return revenue, []
    return revenue, [_ask_repeated(figures, revenue, documents)]


def _documents(figures: Figures, revenue: Amount) -> pd.DataFrame | None:
    """Per document of several lines: filled lines, least and greatest amount."""
    groups = figures.by_document(value=revenue.values)["value"]
    found = groups.agg(["size", "count", "min", "max", "first", "sum"])
    found = found[found["size"] > 1]
    return found if len(found) >= _LEAST_DOCUMENTS else None


def _is_repeated(documents: pd.DataFrame) -> bool:
    filled = documents[documents["count"] == documents["size"]]
    same = (filled["max"] - filled["min"]).abs() <= 0.005
    enough = len(filled) >= max(_LEAST_DOCUMENTS, 0.5 * len(documents))
    return bool(enough and same.mean() >= NEARLY_ALL and filled["max"].nunique() > 2)


def _is_first_only(documents: pd.DataFrame) -> bool:
    return bool((documents["count"] == 1).mean() >= NEARLY_ALL)


def _varies(figures: Figures, values: np.ndarray) -> bool:
    found = figures.by_document(value=values)["value"].agg(["size", "nunique"])
    found = found[found["size"] > 1]
    return len(found) > 0 and bool((found["nunique"] > 1).mean() > _VARIES)


def _varies_otherwise(figures: Figures, revenue: Amount) -> bool:
    """Whether lines of one document differ in another number, such as their quantity."""
    others = [name for name in figures.numbers if name not in revenue.names]
    return any(_varies(figures, figures.numbers[name].to_numpy()) for name in others)


def _by_price(figures: Figures, revenue: Amount, by_price: Amount) -> tuple[Amount, list[Doubt]]:
    both = figures.by_document(line=by_price.values, total=revenue.values)
    sums = both.agg(line=("line", "sum"), total=("total", "first"))
    lines, totals = sums["line"].to_numpy(), sums["total"].to_numpy()
    equal = share(totals, lines, of_prices(np.full(len(lines), 5.0), totals))
    taxed = rates_between(totals, lines)
    proof = _("the lines' {lines} add up to it on {share} % of the documents").format(
        lines=by_price.sql, share=number(100 * max(equal, taxed), 0)
    )
    proven = max(equal, taxed) >= 0.8
    if not proven:
        proof = _("it is the same on all lines of a document, whatever they hold")
    what = _(
        "{sql} is the total of its document, not the line's: added up line by line it would be "
        "{total}, while {lines} is {right}"
    ).format(
        sql=revenue.sql,
        total=number(revenue.total, 2),
        lines=by_price.sql,
        right=number(by_price.total, 2),
    )
    answers = (
        revenue_is("lines", by_price.sql, _("revenue is quantity times price")),
        revenue_is(
            "as_it_stands", revenue.sql, _("revenue is the amount as it stands on each line")
        ),
    )
    money = abs(revenue.total - by_price.total)
    doubt = Doubt("document_total", what, proof, answers, "lines" if proven else "", "lines",
                  money, int(np.isfinite(revenue.values).sum()))  # fmt: skip
    return by_price, [doubt]


def _filled_up(revenue: Amount) -> tuple[Amount, list[Doubt]]:
    sql = f"COALESCE({revenue.sql}, 0)"
    empty = int(np.isnan(revenue.values).sum())
    what = _(
        "{sql} stands on the first line of its document only: the other {rows} lines bring nothing"
    ).format(sql=revenue.sql, rows=count(empty))
    proof = _("each document has it once: it is the document's total")
    answers = (revenue_is("once", sql, _("it counts once per document")),)
    doubt = Doubt("document_total", what, proof, answers, "once", "once", 0.0, empty)
    return Amount(sql, np.nan_to_num(revenue.values), revenue.names), [doubt]


def _ask_repeated(figures: Figures, revenue: Amount, documents: pd.DataFrame) -> Doubt:
    extra = float((documents["sum"] - documents["first"]).sum())
    what = _(
        "{sql} is the same on all lines of each of {n} documents: is it the total of the document "
        "(then {once} in all) or of each line ({total})?"
    ).format(
        sql=revenue.sql,
        n=count(len(documents)),
        once=number(revenue.total - extra, 2),
        total=number(revenue.total, 2),
    )
    proof = _("no price is there by which it could be proven")
    answers = (
        Answer("first_line", _("the document's: its first line alone bears it"),
               {"once_per_document": True}),
        Answer("each_line", _("each line's own, as it stands")),
    )  # fmt: skip
    return Doubt("document_total", what, proof, answers, "", "first_line", abs(extra),
                 int(documents["size"].sum()))  # fmt: skip


def right_column(figures: Figures, revenue: Amount) -> tuple[Amount, list[Doubt]]:
    """Another column where it is quantity times the one taken: that one is a price."""
    quantity = quantity_of(figures)
    if len(revenue.names) != 1 or np.nanmin(quantity) == np.nanmax(quantity):
        return revenue, []
    for name in figures.sums:
        other = figures.amount(name)
        if name in revenue.names:
            continue
        product = quantity * revenue.values
        part = share(other.values, product, of_prices(quantity, other.values))
        if part >= NEARLY_ALL and abs(product - revenue.values)[np.isfinite(product)].sum() > 0:
            what = _("{sql} is the price of one piece, {other} is the line's amount").format(
                sql=revenue.sql, other=other.sql
            )
            proof = _("quantity times the one is the other on {share} % of the lines").format(
                share=number(100 * part, 0)
            )
            answers = (
                revenue_is("amount", other.sql),
                revenue_is("price", revenue.sql),
            )
            money = abs(other.total - revenue.total)
            return other, [Doubt("line_amount", what, proof, answers, "amount", "amount", money)]
    return revenue, []


def scaled(figures: Figures, revenue: Amount) -> tuple[Amount, list[Doubt]]:
    """The amount in its unit where it is a power of ten times quantity times price."""
    quantity = quantity_of(figures)
    for product in products(figures):
        if set(product.names) <= set(revenue.names):
            continue
        for power in _POWERS:
            for times in (power, 1 / power):
                expected = product.values * times
                slack = of_prices(quantity, revenue.values) * max(times, 1)
                if share(revenue.values, expected, slack) >= NEARLY_ALL:
                    return _in_unit(revenue, product, times)
    return revenue, []


def _in_unit(revenue: Amount, product: Amount, times: float) -> tuple[Amount, list[Doubt]]:
    size = round(times if times > 1 else 1 / times)
    by = f"/ {size}" if times > 1 else f"* {size}"
    other = Amount(f"({revenue.sql}) {by}", revenue.values / times, revenue.names)
    relation = _("{sql} is {product} {relation} on nearly all lines").format(
        sql=revenue.sql,
        product=product.sql,
        relation=f"* {size}" if times > 1 else f"/ {size}",
    )
    what = _("{sql} ({total}) or {product} ({other_total}) is in another unit").format(
        sql=revenue.sql,
        total=number(revenue.total, 2),
        product=product.sql,
        other_total=number(product.total, 2),
    )
    answers = (
        revenue_is("scaled", other.sql),
        revenue_is(
            "as_it_stands",
            revenue.sql,
            _("the price is for several pieces: revenue stays as it stands"),
        ),
    )
    decided = {100: "scaled", 1 / 100: "as_it_stands"}.get(times, "")
    money, rows = abs(other.total - revenue.total), int(np.isfinite(revenue.values).sum())
    assumed = decided or "as_it_stands"
    doubt = Doubt("scale", what, relation, answers, decided, assumed, money, rows)
    return (other if decided == "scaled" else revenue), [doubt]


def jumps(figures: Figures, revenue: Amount) -> Iterator[Doubt]:
    """The doubt that one sheet or file is in thousands and another is not."""
    if len(figures.parts) < 2:
        return
    frame = pd.DataFrame({"part": figures.part, "value": np.abs(revenue.values)})
    frame = frame[frame["value"] > 0]
    levels = frame.groupby("part")["value"].agg(["median", "size", "sum"])
    levels = levels[levels["size"] >= 10]
    if len(levels) < 2:
        return
    low, high = levels["median"].idxmin(), levels["median"].idxmax()
    jump = levels["median"].max() / levels["median"].min()
    if not jump >= 300:
        return
    what = _(
        "the amounts of {high} are {times} times those of {low} (median {high_median} and "
        "{low_median}): are they in one unit?"
    ).format(
        high=figures.parts[high],
        low=figures.parts[low],
        times=number(jump, 0),
        high_median=number(levels.loc[high, "median"], 2),
        low_median=number(levels.loc[low, "median"], 2),
    )
    proof = _("if not, bring the files to one unit, or describe one of them with a header in tsd.")
    answers = (Answer("same_unit", _("all are in one unit, as they stand")),)
    rows = int(levels.loc[low, "size"])
    yield Doubt("mixed_scale", what, proof, answers, "", "same_unit",
                float(levels.loc[low, "sum"]) * 999, rows)  # fmt: skip
