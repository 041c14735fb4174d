"""The same thing twice: sheets and files that hold the same documents, or the sum of the others."""

from collections.abc import Iterator
from pathlib import PurePosixPath

import pandas as pd

from kamlib.data.doubts.doubt import Answer, Doubt
from kamlib.data.doubts.parts import no_sales_by_name
from kamlib.data.read.dataset import DataSet, TableSource
from kamlib.data.reduce.ledger import Ledger
from kamlib.data.reduce.profile import ALIKE
from kamlib.words import _, count, number

# Of what stands in two parts, so much must be equal: documents are rarely alike by chance, a
# customer's days may be.
_EQUAL_DOCUMENTS, _EQUAL_DAYS = 0.5, 0.9
_FEWEST_DAYS, _MANY_DAYS = 3, 10
# Above this share numbers that recur under another day or customer are a series that restarts.
_FEW = 0.05
_CENT = 0.005
_FEWEST_LINES = 3
_FEWEST_ALIKE, _MANY_ALIKE = 10, 0.2
_DATED_AFTER = pd.Timedelta(days=31)
_SHOWN = 3
_PLACE = ["file", "sheet"]


def copy_doubts(dataset: DataSet, ledger: Ledger) -> Iterator[Doubt]:
    """The doubts that parts of the sources hold the same lines twice."""
    yield from _repeated(ledger)
    if len(ledger.fates[_PLACE].drop_duplicates()) < 2:
        return
    keys = ledger.keys
    part = keys.groupby(_PLACE, observed=True, sort=False).ngroup()
    if keys.empty or not part.max():
        return
    keys = keys.assign(part=part, revenue=keys["revenue"].astype("float64"))
    found = _shared(keys)
    names = _part_names(keys)
    source = dataset.tables["transactions"]
    doubt = _copies(found, keys, names)
    if doubt is None:
        yield from _sums_of_others(keys, names, source, asked=no_sales_by_name(ledger))
        return
    yield doubt
    yield from _corrected(found, keys, source)


def _repeated(ledger: Ledger) -> Iterator[Doubt]:
    """A large share of lines that are exactly alike another one of their document."""
    counts, kept = ledger.counts, ledger.kept
    alike = int(counts.loc[counts["finding"] == ALIKE, "rows"].sum())
    lines = int(kept["rows"].sum())
    if alike < _FEWEST_ALIKE or alike < _MANY_ALIKE * lines:
        return
    what = _(
        "{n} of {all} lines are exactly alike another line of the same document: is the export in "
        "the file twice?"
    ).format(n=count(alike), all=count(lines))
    proof = _("if it is, take the second copy out of the file; its lines are all counted")
    money = abs(float(kept["revenue"].sum())) * alike / lines
    answers = (Answer("all_count", _("all lines count: they are different sales")),)
    yield Doubt("repeated", what, proof, answers, "", "all_count", money, alike)


def _shared(keys: pd.DataFrame) -> pd.DataFrame:
    """Each key of a later part that stands in an earlier one too, beside the first of it.

    ``equal`` says whether lines, content and money are the same; the first's end in ``_first``.
    """
    later = keys[keys.duplicated("key")]
    first = keys[keys["key"].isin(later["key"])].drop_duplicates("key")
    both = later.merge(first, on="key", suffixes=("", "_first"))
    same = [both[name] == both[f"{name}_first"] for name in ("lines", "content")]
    alike = (both["revenue"] - both["revenue_first"]).abs() < _CENT
    return both.assign(equal=same[0] & same[1] & alike)


def _part_names(keys: pd.DataFrame) -> pd.Series:
    """How each part is called: its sheet, its file, or both where that is needed."""
    places = keys.drop_duplicates("part").set_index("part")[_PLACE].astype("str")
    file = places["file"].map(lambda name: PurePosixPath(name).name)
    if places["file"].nunique() == 1:
        return places["sheet"].where(places["sheet"] != "", file)
    return file.where(places["sheet"] == "", file + " " + places["sheet"])


def _copies(found: pd.DataFrame, keys: pd.DataFrame, names: pd.Series) -> Doubt | None:
    equal = found[found["equal"]]
    if equal.empty:
        return None
    has_documents = equal["document"].notna().mean() > _EQUAL_DOCUMENTS
    share = len(equal) / len(found)
    if has_documents:
        proved, suspected = share >= _EQUAL_DOCUMENTS, len(equal) >= _FEWEST_DAYS
    else:
        enough = len(equal) >= _FEWEST_DAYS
        proved = share >= _EQUAL_DAYS and enough
        suspected = share >= _EQUAL_DOCUMENTS and len(equal) >= _MANY_DAYS
    if not (proved or suspected):
        return None
    way = _way(found, keys) if has_documents else "day"
    what = _("{lines} lines ({money}) stand in two sheets or files: {parts}. Do they count once?")
    what = what.format(
        lines=count(int(equal["lines"].sum())),
        money=number(float(equal["revenue"].sum()), 2),
        parts=_told_pairs(equal, names, has_documents=has_documents),
    )
    told = _("{equal} of the {all} documents that stand in both are equal line for line")
    if not has_documents:
        told = _("{equal} of the {all} days of a customer that stand in both are equal")
    proof = told.format(equal=count(len(equal)), all=count(len(found)))
    once = Answer("once", _("they are read from the first of them"), {"one_part_per": way})
    both = Answer("both", _("both count: they are different sales"))
    money, rows = float(equal["revenue"].abs().sum()), int(equal["lines"].sum())
    decided = "once" if proved else ""
    return Doubt("copies", what, proof, (once, both), decided, "once", money, rows)


def _way(found: pd.DataFrame, keys: pd.DataFrame) -> str:
    """By what the copies are told: by their numbers, or by day too where those may recur."""
    only_numbers = found["document"].notna().all() and not len(_moved(found, keys))
    return "document" if only_numbers else "document and day"


def _moved(found: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
    """Documents of a later part whose number an earlier one has for another day or customer."""
    numbered = keys[keys["document"].notna() & ~keys["key"].isin(found["key"])]
    first = keys.groupby("document")["part"].min()
    return numbered[numbered["part"] > numbered["document"].map(first)]


def _told_pairs(equal: pd.DataFrame, names: pd.Series, *, has_documents: bool) -> str:
    told = []
    for (first, later), group in equal.groupby(["part_first", "part"]):
        text = _('"{later}" repeats {n} documents of "{first}", {start} to {end}')
        if not has_documents:
            text = _('"{later}" repeats {n} days of customers of "{first}", {start} to {end}')
        span = (f"{day:%Y-%m-%d}" for day in (group["date"].min(), group["date"].max()))
        start, end = span
        told.append(
            text.format(
                later=names[later], n=count(len(group)), first=names[first], start=start, end=end
            )
        )
    return "; ".join(told[:_SHOWN]) + ("; …" if len(told) > _SHOWN else "")


def _corrected(found: pd.DataFrame, keys: pd.DataFrame, source: TableSource) -> Iterator[Doubt]:
    """Documents that two parts tell differently: corrected between two exports, or moved."""
    other = found[~found["equal"] & found["document"].notna()]
    moved = _moved(found, keys)
    if len(moved) > _FEW * len(found):
        moved = moved.iloc[:0]
    if other.empty and moved.empty:
        return
    apart = other["revenue"] - other["revenue_first"]
    what = _(
        "{n} documents have other lines in a later sheet or file: {first} there first, {later} "
        "later. Which counts?"
    ).format(
        n=count(len(other)),
        first=number(float(other["revenue_first"].sum()), 2),
        later=number(float(other["revenue"].sum()), 2),
    )
    changes = {}
    if len(moved):
        what += " " + _("{n} more ({money}) have another day or customer there.").format(
            n=count(len(moved)), money=number(float(moved["revenue"].sum()), 2)
        )
        changes = {"one_part_per": "document"}
    answers = [Answer("first", _("what was read first"), changes)]
    if len(source.source) > 1 and not any("*" in name for name in source.source):
        turned = {**changes, "source": list(reversed(source.source))}
        answers.append(Answer("last", _("what the later file says"), turned))
    proof = _("the documents were changed between two exports")
    money = float(apart.abs().sum() + moved["revenue"].abs().sum())
    rows = int(other["lines"].sum() + moved["lines"].sum())
    yield Doubt("corrected", what, proof, tuple(answers), "", "first", money, rows)


def _sums_of_others(
    keys: pd.DataFrame, names: pd.Series, source: TableSource, *, asked: set[tuple[str, str]]
) -> Iterator[Doubt]:
    """A part that sums to the cent to what another one, or all others, sum to.

    Parts that are asked about by their names are not asked about once more.
    """
    places = zip(keys["file"].astype("str"), keys["sheet"].astype("str"), strict=True)
    sold = [place not in asked for place in places] if asked else slice(None)
    parts = (
        keys[sold]
        .groupby("part")
        .agg(
            lines=("lines", "sum"),
            revenue=("revenue", "sum"),
            start=("date", "min"),
            end=("date", "max"),
        )
    )
    # The part with the fewest lines is the summary.
    for part, row in parts.sort_values("lines", kind="stable").iterrows():
        others = parts.drop(part)
        within = others[_same_time(others, row)]
        single = within.index[(within["revenue"] - row["revenue"]).abs() < _CENT]
        whole = abs(others["revenue"].sum() - row["revenue"]) < _CENT and len(within)
        if not row["revenue"] or row["lines"] < _FEWEST_LINES or not (len(single) or whole):
            continue
        told = names[single[0]] if len(single) else _("all others together")
        what = _('"{part}" ({lines} lines) sums to the cent to what "{other}" does, {money}.')
        what = what.format(
            part=names[part],
            lines=count(int(row["lines"])),
            other=told,
            money=number(row["revenue"], 2),
        )
        what += " " + _("Is it the same once more?")
        place = keys.loc[keys["part"] == part, _PLACE].iloc[0]
        once = Answer("once", _("it is left out"), _without(place, keys, source))
        both = Answer("both", _("both count"))
        proof = _("two sums that agree to the cent over the same time are rarely chance")
        money, rows = abs(float(row["revenue"])), int(row["lines"])
        yield Doubt("summary", what, proof, (once, both), "", "once", money, rows)
        return


def _same_time(others: pd.DataFrame, row: pd.Series) -> pd.Series:
    """Which parts are of the days of one; a sum of few lines may be dated just after its lines."""
    few = others["lines"] > row["lines"]
    start = row["start"] - _DATED_AFTER if row["start"] == row["end"] else row["start"]
    return (others["start"] <= row["end"]) & (
        (others["end"] >= row["start"]) | (few & (others["end"] >= start))
    )


def _without(place: pd.Series, keys: pd.DataFrame, source: TableSource) -> dict[str, list[str]]:
    """What leaves a part out: the list of all other sheets, or of all other files."""
    file, sheet = str(place["file"]), str(place["sheet"])
    parts = keys[_PLACE].drop_duplicates().astype("str")
    if sheet and parts["file"].nunique() == 1:
        return {"sheet": [name for name in parts["sheet"] if name != sheet]}
    ours = PurePosixPath(file).name
    left = [name for name in source.source if PurePosixPath(name).name != ours]
    alone = (parts["file"] == file).sum() == 1 and len(left) == len(source.source) - 1
    return {"source": left} if alone and left else {}
