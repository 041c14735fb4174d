"""Sets (kits, bundles) that stand with their price beside their priced components: money twice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.data.amounts.figures import Amount, Figures
from kamlib.data.amounts.proof import CENT, NEARLY_ALL
from kamlib.data.describe.sets import is_flag, is_marked, names_parents, part_told
from kamlib.data.doubts.doubt import Answer, Doubt
from kamlib.data.read.conventions import one_of, text_of
from kamlib.words import _, count, number

_HALF = 0.5
_MOST_CODES = 200
_WHOLE = r"\.0$"


@dataclass(frozen=True)
class _Sets:
    """What a column tells: per set its amount and the sum of its components, and what to leave.

    ``owner`` holds per line the place of its set, -1 where it is no component; ``left`` says which
    lines would be left out, by the condition ``where``: components, or where ``of_sets`` the sets.
    ``is_said`` tells that header, cells or a reference say so, whatever the amounts do.
    """

    owner: np.ndarray
    left: np.ndarray
    where: str
    of_sets: bool = False
    is_said: bool = False


def set_doubts(figures: Figures, revenue: Amount, columns: dict[str, str]) -> Iterator[Doubt]:
    """The doubt that sets and their components both count, from the columns that tell them apart.

    Parameters
    ----------
    figures
        The numbers of the lines, and the texts of such columns.
    revenue
        What is the revenue so far.
    columns
        The first expressions per canonical column.
    """
    for name in figures.marks:
        open_ones = []
        for found in _readings(figures, revenue, name, columns):
            doubt = _doubt(found, revenue, name)
            if doubt is not None and not doubt.is_open:
                yield doubt
                return
            open_ones += [doubt] if doubt is not None else []
        if open_ones:
            yield open_ones[0]
            return


def _readings(
    figures: Figures, revenue: Amount, name: str, columns: dict[str, str]
) -> Iterator[_Sets]:
    """The ways in which a column may tell which lines are components, and of which set."""
    texts = figures.marks[name].str.replace(_WHOLE, "", regex=True)
    said = {*texts} - {""}
    marked = texts.map({text: is_marked(text) for text in said}).fillna(False).to_numpy("bool")
    if is_flag(said):
        yield from _by_flag(figures, revenue, name, marked)
    elif "component" in {*map(part_told, said)}:
        yield from _by_kind(figures, revenue, name, texts)
    else:
        yield from _by_name(figures, name, texts, marked, columns)
        yield from _shared_name(figures, revenue, texts, marked, columns)


def _by_flag(figures: Figures, revenue: Amount, name: str, marked: np.ndarray) -> Iterator[_Sets]:
    """Yes and no: a yes says component, or it says set."""
    where = _is_one_of(name, figures.marks[name][marked])
    header = part_told(name) or ("component" if names_parents(name) else "")
    yield _Sets(_before(marked, figures.document), marked, where, is_said=header == "component")
    yield _Sets(_after(marked, figures.document, revenue.values), marked, where, of_sets=True)


def _by_kind(figures: Figures, revenue: Amount, name: str, texts: pd.Series) -> Iterator[_Sets]:
    """Cells that say component, or set."""
    told = texts.map({text: part_told(text) for text in texts.unique()})
    part, whole = ((told == kind).to_numpy() for kind in ("component", "set"))
    where = _is_one_of(name, figures.marks[name][part])
    yield _Sets(_before(part, figures.document), part, where, is_said=True)
    if whole.any():
        where = _is_one_of(name, figures.marks[name][whole])
        parts = _after(whole, figures.document, revenue.values)
        yield _Sets(parts, whole, where, of_sets=True)


def _by_name(
    figures: Figures,
    name: str,
    texts: pd.Series,
    marked: np.ndarray,
    columns: dict[str, str],
) -> Iterator[_Sets]:
    """Cells that name the line or article of the set; where they do not, it stands before."""
    own = np.zeros(len(texts), dtype="bool")
    ids = figures.ids.apply(lambda column: column.str.replace(_WHOLE, "", regex=True))
    for key in ids:
        own |= (texts == ids[key]).to_numpy()
    part = marked & ~own
    where = _is_filled(name, figures.marks[name][~marked])
    if (own & marked).any() and "product" in columns:
        where += f" AND {text_of(name)} <> TRIM(CAST({columns['product']} AS VARCHAR))"
    owner = _by_reference(texts, ids, part, figures.document)
    yield _Sets(owner, part, where, is_said=True)
    owner = _before(part, figures.document, texts)
    yield _Sets(owner, part, where, is_said=names_parents(name))


def _by_reference(
    texts: pd.Series, ids: pd.DataFrame, part: np.ndarray, document: np.ndarray
) -> np.ndarray:
    """Per component the place of the line of its document that it names by article or line."""
    owner = np.full(len(texts), -1)
    wholes = pd.DataFrame({"document": document, **ids, "place": np.arange(len(texts))})[~part]
    parts = pd.DataFrame({"document": document, "named": texts, "row": np.arange(len(texts))})
    for key in ids:
        first = wholes[wholes[key] != ""].drop_duplicates(["document", key])
        found = parts[part].merge(
            first[["document", key, "place"]],
            left_on=["document", "named"],
            right_on=["document", key],
        )
        if len(found) > (owner >= 0).sum():
            owner = np.full(len(texts), -1)
            owner[found["row"].to_numpy()] = found["place"].to_numpy()
    return owner


def _before(part: np.ndarray, document: np.ndarray, texts: pd.Series | None = None) -> np.ndarray:
    """Per component the place of the line before the run of components in which it stands."""
    places = np.arange(len(part))
    same = np.r_[False, document[1:] == document[:-1]]
    # The last line that is no component; it bears the run only within its document.
    last = np.maximum.accumulate(np.where(part, -1, places))
    owner = np.where(part & (last >= 0), last, -1)
    inside = owner >= 0
    inside[inside] = document[owner[inside]] == document[places[inside]]
    owner[~inside] = -1
    if texts is not None:  # another name within a run is of another set
        named = texts.to_numpy()
        changed = part & np.r_[False, part[:-1] & (named[1:] != named[:-1])] & same
        owner[changed] = -1
    return owner


def _after(whole: np.ndarray, document: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Per component the place of the set before it, whose amount it and its neighbours make up."""
    amounts = np.nan_to_num(values)
    owner = np.full(len(whole), -1)
    for place in np.flatnonzero(whole):
        left, after = amounts[place], place + 1
        while after < len(whole) and document[after] == document[place] and not whole[after]:
            left -= amounts[after]
            after += 1
            if abs(left) <= CENT:
                owner[place + 1 : after] = place
                break
    return owner


def _shared_name(
    figures: Figures,
    revenue: Amount,
    texts: pd.Series,
    marked: np.ndarray,
    columns: dict[str, str],
) -> Iterator[_Sets]:
    """Sets that bear the same name as their components: the line that is the sum of the others."""
    amounts = np.nan_to_num(revenue.values)
    frame = pd.DataFrame({"document": figures.document, "name": texts, "value": amounts})[marked]
    if frame.empty or "product" not in columns:
        return
    totals = frame.groupby(["document", "name"])["value"].transform("sum")
    is_whole = ((2 * frame["value"] - totals).abs() <= CENT) & (frame["value"].abs() > CENT)
    first = frame[is_whole].reset_index().drop_duplicates(["document", "name"])
    owners = frame.reset_index().merge(first, on=["document", "name"], suffixes=("", "_first"))
    owner = np.full(len(texts), -1)
    owner[owners["index"].to_numpy()] = owners["index_first"].to_numpy()
    owner[first["index"].to_numpy()] = -1
    codes = {*figures.ids["product"].iloc[first["index"]]} - {""}
    others = {*figures.ids["product"].drop(first["index"])}
    if 0 < len(codes) <= _MOST_CODES and not codes & others:
        product = f"TRIM(CAST({columns['product']} AS VARCHAR))"
        where = one_of(product, sorted(codes))
        left = figures.ids["product"].isin(codes).to_numpy()
        yield _Sets(owner, left, where, of_sets=True)


def _doubt(found: _Sets, revenue: Amount, name: str) -> Doubt | None:
    """What is to be said of sets and their components; nothing where no money counts twice."""
    amounts, owner = np.nan_to_num(revenue.values), found.owner
    parts = pd.Series(amounts[owner >= 0]).groupby(owner[owner >= 0])
    frame = pd.DataFrame({"parts": parts.sum(), "lines": parts.size()})
    frame["whole"] = amounts[frame.index.to_numpy(dtype="int64")]
    frame = frame[(frame[["parts", "whole"]].abs() > CENT).all(axis=1)]
    if frame.empty:
        return None
    equal = float(((frame["whole"] - frame["parts"]).abs() <= CENT).mean())
    # A set without one equal sum may be any line before a mark: only words say more.
    if equal < NEARLY_ALL and not (found.is_said or equal >= _HALF):
        return None
    borne = np.isin(np.arange(len(owner)) if found.of_sets else owner, frame.index)
    lost = float(np.abs(amounts[found.left & ~borne]).sum())
    return _told(found, frame, equal, lost, name)


def _told(found: _Sets, frame: pd.DataFrame, equal: float, lost: float, name: str) -> Doubt:
    """The doubt; ``lost`` is money that would be left out though nothing else bears it."""
    lines, money = int(frame["lines"].sum()), float(frame["parts"].sum())
    says = _(
        '{sets} sets ({set_money}) stand beside their {lines} components ({money}): "{column}" '
        "tells which"
    ).format(
        sets=count(len(frame)),
        set_money=number(float(frame["whole"].sum()), 2),
        lines=count(lines),
        money=number(money, 2),
        column=name,
    )
    proof = _("the components add up to their set on {share} % of the sets").format(
        share=number(100 * equal, 0)
    )
    once = _("the components are left out: their set bears the money")
    if found.of_sets:
        once = _("the sets are left out: their components bear the money")
        money = float(frame["whole"].sum())
    if lost > CENT:
        proof += _("; {lost} would go with them that nothing else bears").format(
            lost=number(lost, 2)
        )
    answers = (
        Answer("once", once, {"exclude": [{"reason": once, "where": found.where}]}),
        Answer("both", _("both count: they are different sales")),
    )
    decided = "once" if equal >= NEARLY_ALL and lost <= CENT else ""
    assumed = "once" if lost < abs(money) else "both"
    what = _("{says}. Do both count?").format(says=says)
    told = _("{says}; {once}").format(says=says, once=once)
    return Doubt("sets", what, proof, answers, decided, assumed, abs(money), lines, told)


def _is_one_of(name: str, values: Sequence[str]) -> str:
    """The SQL condition that a column's cell is one of some texts."""
    return one_of(text_of(name), sorted({*values}))


def _is_filled(name: str, unmarked: Sequence[str]) -> str:
    """The SQL condition that a column's cell says more than those of lines without a mark."""
    return one_of(f"{text_of(name)} NOT", sorted({*unmarked, ""}))
