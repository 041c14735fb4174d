"""The list of key accounts: who belongs on it, for whom there is room, who came and who left."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.analysis.abc_xyz.sentences import (
    LOSSES_TOLD,
    measure_word,
    positive_word,
    shown_name,
)
from kamlib.analysis.segments.types import NONE, flagged
from kamlib.settings import Settings
from kamlib.words import _, count, money, number, share
from kamlib.words import accounts as in_accounts

KEY, NO_ROOM, LOST, NO_CANDIDATE = "key", "no room", "lost", "no candidate"
COLUMNS = (
    *("name", "manager", "types", "cell", "revenue", "margin", "score", "hours", "key_why"),
    *("value", "by_class", "by_type"),
)
# Hours agree to so many digits: sums of floats fill a manager's time exactly.
HOUR_DIGITS = 6
BECAUSE = ("first order", "returned", "class", "type", "room", "lost", "gone")
CHANGE_COLUMNS = (
    *("name", "manager", "change", "because", "change_why", "from_cell", "cell"),
    *("types_before", "types", "revenue_before", "revenue"),
)


@dataclass(frozen=True)
class KeyAccounts:
    """The key accounts of one quarter, and everyone else with the reason why not.

    ``judged`` has every account in the order in which room is given out: the columns of the list
    and ``status`` ("key", "no room", "lost", "no candidate").
    """

    judged: pd.DataFrame

    @property
    def key(self) -> pd.DataFrame:
        """The list, best first: columns as in ``COLUMNS``; ``key_why`` says why and on whose time.

        ``by_class`` and ``by_type`` say by which rule the account belongs (bool).
        """
        return self.judged[self.judged["status"] == KEY].drop(columns="status")

    @property
    def left_out(self) -> pd.DataFrame:
        """Whoever would belong but is lost or found no room, most value first: ``status`` too."""
        out = self.judged[self.judged["status"].isin([NO_ROOM, LOST])].sort_index(kind="stable")
        return out.sort_values("value", ascending=False, kind="stable")


def key_accounts(
    classes: pd.DataFrame,
    types: pd.DataFrame,
    criteria: pd.DataFrame,
    account_plays: pd.DataFrame,
    managers: pd.DataFrame,
    *,
    settings: Settings,
) -> KeyAccounts:
    """Choose the key accounts by the rule of ``settings.key``.

    A candidate is of one of ``key.classes`` or has one of ``key.types``, and is not lost. Room is
    given out in this order: breadwinners, then everyone else by value, equal values by score,
    then by account number. Value stands first because hours go where there is most to lose, and
    because a score in which much is unknown would move small accounts before large ones.

    Each manager takes accounts in that order until one does not fit into ``key.hours_share`` of
    the hours; who comes later waits too, even if small enough, so more hours never push anyone
    out. Accounts without a manager, or whose manager has no hours on record, share
    ``key.max_accounts`` places.

    Parameters
    ----------
    classes
        The table of ``abc_xyz``.
    types
        The table of ``account_types``.
    criteria
        The table of ``criteria``: ``score``; may lack accounts.
    account_plays
        The table of ``account_plays``: ``hours`` per quarter; may lack accounts, which then ask
        for none.
    managers
        The canonical side table; empty where the data set has none.
    """
    rules = settings.key
    kinds = types.reindex(classes.index)
    table = pd.DataFrame(
        {
            "name": shown_name(classes),
            "manager": classes["manager"].fillna("").astype("str"),
            "types": kinds["types"].fillna(NONE).astype("str"),
            **{name: classes[name] for name in ("cell", "revenue", "margin")},
            "score": criteria["score"].reindex(classes.index).astype(float),
            "hours": account_plays["hours"].reindex(classes.index).astype(float).fillna(0.0),
            "value": classes["value"],
            "by_class": classes["abc"].astype("str").isin(rules.classes),
            "by_type": _any_of(kinds, rules.types),
        },
        classes.index,
    )
    lost = classes["lost"].astype(bool)
    wanted = table["by_class"] | table["by_type"]
    table = table.assign(bread=flagged(kinds["breadwinner"]), wanted=wanted & ~lost)
    table = _in_line(table)
    room, words = _room(table, managers, settings)
    lost, wanted = lost.reindex(table.index), wanted.reindex(table.index)
    table["status"] = pd.Series(
        list(np.select([room, table["wanted"], wanted], [KEY, NO_ROOM, LOST], NO_CANDIDATE)),
        table.index,
        dtype="str",
    )
    table["key_why"] = _reasons(table, classes, kinds, words, settings)
    return KeyAccounts(table[[*COLUMNS, "status"]])


def key_share(chosen: KeyAccounts, classes: pd.DataFrame, *, settings: Settings) -> pd.DataFrame:
    """What share of revenue and margin the key accounts bring, against the usual band.

    Of all that is positive: accounts that lose money would make a share of the net mean nothing.

    Returns
    -------
    Indexed by ``measure`` ("revenue", "margin"): ``share`` (0–1; NaN where unknown, or where
    the key accounts together bring less than nothing), ``low``, ``high``
    (``concentration.key_share_band``), ``place`` ("below", "within", "above", "losing",
    "unknown"), ``verdict`` (a sentence); ``net`` (what they bring, losses taken off) and
    ``losses`` (of all accounts that lose; both in the currency, NaN where unknown).
    """
    low, high = settings.concentration.key_share_band
    rows = {}
    for measure in ("revenue", "margin"):
        brought = classes[measure].astype(float).sort_values(kind="stable")
        positive, own = brought.clip(lower=0), brought.index.isin(chosen.key.index)
        net = brought[own].sum(min_count=1)
        part = positive[own].sum() / positive.sum() if positive.sum() > 0 else np.nan
        part = np.nan if net < 0 else part
        place = "losing" if net < 0 else _place(part, low, high)
        verdict = _verdict(place, measure_word(measure), low, high)
        rows[measure] = {
            "share": part, "low": low, "high": high, "place": place, "verdict": verdict,
            "net": net, "losses": (positive - brought).sum(min_count=1),
        }  # fmt: skip
    table = pd.DataFrame.from_dict(rows, orient="index")
    return table.rename_axis("measure").astype({"place": "str", "verdict": "str"})


def key_headline(chosen: KeyAccounts, shares: pd.DataFrame, currency: str = "") -> str:
    """How many key accounts there are, what they bring, and for whom no room was left."""
    key, out = chosen.key, chosen.left_out
    waiting = out[out["status"] == NO_ROOM]
    if key.empty and waiting.empty:
        return _("There is no key account: nobody is of the classes or types that make one.")
    if key.empty:
        first = waiting.iloc[0]
        told = _("No account is key for want of room. Waiting: {n}, {name} with {sum} first.")
        return told.format(
            n=in_accounts(len(waiting)), name=first["name"], sum=money(first["value"], currency)
        )
    brings = _("{share} of {value}")
    told = [
        brings.format(share=share(row.share), value=_word(measure, row))
        for measure, row in shares.iterrows()
        if not pd.isna(row.share)
    ]
    told_of = _("{n} key accounts bring {shares}.")
    if len(key) == 1:
        told_of = _("1 key account brings {shares}.")
    sentence = told_of.format(
        n=count(len(key)), shares=_(" and ").join(told) or _("no positive value")
    )
    sentence += _losing(shares.loc["margin"], currency)
    if shares.loc["revenue", "place"] != "unknown":
        sentence += f" {shares.loc['revenue', 'verdict']}"
    if len(waiting):
        more = _("{n} more would belong but find no room: {name} with {sum} is the largest.")
        if len(waiting) == 1:
            more = _("1 more would belong but finds no room: {name} with {sum}.")
        first = waiting.iloc[0]
        more = more.format(
            n=count(len(waiting)), name=first["name"], sum=money(first["value"], currency)
        )
        sentence += f" {more}"
    return sentence


def _word(measure: str, row: pd.Series) -> str:
    """What a share is of: of what is positive, where the losses beside it would show."""
    losing = row["losses"] > LOSSES_TOLD * row["net"]
    return positive_word(measure) if losing else measure_word(measure)


def _losing(margin: pd.Series, currency: str) -> str:
    """What a share of margin does not tell: that some, or all of them together, lose money."""
    if margin["place"] == "losing":
        told = _(" Together they lose {money} of margin.")
        return told.format(money=money(-margin["net"], currency))
    if not margin["losses"] > LOSSES_TOLD * margin["net"]:
        return ""
    told = _(
        " The losses aside are {money}, of accounts that cost money or sent back more than they "
        "bought."
    )
    return told.format(money=money(margin["losses"], currency))


def _in_line(table: pd.DataFrame) -> pd.DataFrame:
    scored = table.assign(scored=table["score"].fillna(-1.0)).sort_index(kind="stable")
    return scored.sort_values(
        ["bread", "value", "scored"], ascending=False, kind="stable"
    ).drop(columns="scored")  # fmt: skip


def _room(
    table: pd.DataFrame, managers: pd.DataFrame, settings: Settings
) -> tuple[pd.Series, pd.Series]:
    """Who of those in line finds room, and in words on whose time."""
    rules = settings.key
    known = managers[managers["hours_per_quarter"].notna()].drop_duplicates("manager", keep="last")
    hours = pd.Series(known["hours_per_quarter"].to_numpy(float), known["manager"].astype("str"))
    theirs = (hours.reindex(table["manager"]) * rules.hours_share).to_numpy()
    asked = table["hours"].where(table["wanted"], 0.0)
    before = (asked.groupby(table["manager"]).cumsum() - asked).round(HOUR_DIGITS)
    fits = (before + table["hours"]).round(HOUR_DIGITS) <= theirs.round(HOUR_DIGITS)
    found = pd.DataFrame(
        {
            "manager": table["manager"],
            "who": _named(table["manager"], known),
            "timed": ~np.isnan(theirs),
            "fits": fits,
            "needed": table["hours"],
            "theirs": theirs,
            "spent": asked.where(fits, 0.0).groupby(table["manager"]).cumsum(),
            "place": (table["wanted"] & np.isnan(theirs)).cumsum(),
        }
    )
    pooled = found["place"] <= rules.max_accounts
    words = [_room_words(row, rules.max_accounts) for row in found.itertuples()]
    room = table["wanted"] & fits.where(found["timed"], pooled)
    return room, pd.Series(words, table.index, dtype="str")


def _named(codes: pd.Series, managers: pd.DataFrame) -> pd.Series:
    """The names of managers; the code where none is known."""
    if "name" not in managers:
        return codes
    names = managers.set_index("manager")["name"].astype("str").fillna("")
    found = codes.map(names).astype("str").fillna("")
    return found.where(found != "", codes)


def _room_words(row, places: int) -> str:
    """On whose time an account is looked after, or why there is no room for it."""
    if not row.timed and row.place <= places:
        return _("no hours of a manager on record")
    if not row.timed:
        return _("no room: {accounts} without managers' hours first").format(
            accounts=in_accounts(places)
        )
    told = _("{needed} of the {all} hours that {manager} has for key accounts")
    if not row.fits and row.spent + row.needed <= row.theirs:
        told = _(
            "no room on the list: {manager} has hours for larger accounts first, which wait too"
        )
    elif not row.fits:
        told = _(
            "no room on the list: of the {all} hours that {manager} has for key accounts {before} "
            "are given out, it needs {needed}"
        )
    return told.format(
        manager=row.who,
        needed=number(row.needed, 0),
        all=number(row.theirs, 0),
        before=number(row.spent, 0),
    )


def _reasons(
    table: pd.DataFrame,
    classes: pd.DataFrame,
    kinds: pd.DataFrame,
    room: pd.Series,
    settings: Settings,
) -> pd.Series:
    by_class = _("{abc}: {share} of {value}")
    value = measure_word(settings.abc.measure)
    parts = classes["share"].reindex(table.index)
    typed = kinds["type_why"].reindex(table.index).fillna("").astype("str")
    told = []
    for row, part, kind, place in zip(table.itertuples(), parts, typed, room, strict=True):
        if row.status == NO_CANDIDATE:
            told.append(_("{cell}, and none of the types").format(cell=row.cell))
            continue
        why = []
        if row.status == LOST:
            why.append(_("lost: see win-back"))
        if row.by_class:
            why.append(by_class.format(abc=row.cell[:1], share=share(part), value=value))
        if row.by_type:
            why.append(kind)
        if row.margin < 0:
            why.append(_("it loses money: prices and terms first"))
        if row.status != LOST:
            why.append(place)
        told.append("; ".join(why))
    return pd.Series(told, table.index, dtype="str")


def _any_of(kinds: pd.DataFrame, names: tuple[str, ...]) -> pd.Series:
    flags = [flagged(kinds[name]) for name in names]
    return pd.concat(flags, axis=1).any(axis=1) if flags else pd.Series(False, kinds.index)


def _place(part: float, low: float, high: float) -> str:
    if np.isnan(part):
        return "unknown"
    return "below" if part < low else "above" if part > high else "within"


def _verdict(place: str, value: str, low: float, high: float) -> str:
    words = {
        "below": _(
            "That is less {value} than key accounts usually bring ({low} to {high}): the list may "
            "miss accounts, or the base is made of many small ones."
        ),
        "within": _("That is what key accounts usually bring of {value} ({low} to {high})."),
        "above": _(
            "That is more {value} than key accounts usually bring ({low} to {high}): either much "
            "hangs on few, or the list is long and a shorter one would do."
        ),
        "losing": _("Together they lose money: a share of {value} would mean nothing."),
        "unknown": _("The share of {value} is not known."),
    }
    return words[place].format(value=value, low=share(low, 0), high=share(high, 0))


def key_changes(before: KeyAccounts | None, now: KeyAccounts) -> pd.DataFrame:
    """What changed on the list, from the same rule on the books of two quarters.

    Parameters
    ----------
    before
        The key accounts of the quarter before; None where there is no earlier book.
    now
        The key accounts of the reported quarter.

    Returns
    -------
    One row per account that entered or left, the most revenue of the two quarters first:
    ``name``, ``manager``; ``change`` ("entered", "left"); ``because`` (of ``BECAUSE``: what
    changed for the account); ``change_why`` (a sentence); ``from_cell``, ``cell``,
    ``types_before``, ``types`` (text, empty where it was not there); ``revenue_before``,
    ``revenue`` (net of the window, currency; NaN where it was not there).
    """
    if before is None:
        return _table([])
    old, new = before.judged, now.judged
    was, is_now = old["status"] == KEY, new["status"] == KEY
    entered = new.index[is_now & ~was.reindex(new.index, fill_value=False)]
    left = old.index[was & ~is_now.reindex(old.index, fill_value=False)]
    rows = [_row(account, "entered", old, new) for account in entered]
    rows += [_row(account, "left", old, new) for account in left]
    table = _table(rows).sort_index(kind="stable")
    order = table[["revenue_before", "revenue"]].max(axis=1).sort_values(
        ascending=False, kind="stable"
    )  # fmt: skip
    return table.loc[order.index]


def key_changes_headline(changes: pd.DataFrame, before: KeyAccounts | None) -> str:
    """How many entered and left, and the largest of each."""
    if before is None:
        return _("There is no earlier quarter to compare the list with.")
    if changes.empty:
        return _("Nobody entered or left the list since last quarter.")
    texts = []
    for change, one, more in (
        (
            "entered",
            _("{name} entered the list since last quarter."),
            _("{n} entered the list since last quarter, the largest {name}."),
        ),
        ("left", _("{name} left it."), _("{n} left it, the largest {name}.")),
    ):
        found = changes[changes["change"] == change]
        if len(found):
            words = one if len(found) == 1 else more
            texts.append(words.format(n=count(len(found)), name=found["name"].iloc[0]))
    return " ".join(texts)


def _row(account: str, change: str, old: pd.DataFrame, new: pd.DataFrame) -> dict:
    then = old.loc[account] if account in old.index else None
    here = new.loc[account] if account in new.index else None
    because = _because_in(then, here) if change == "entered" else _because_out(then, here)
    latest = then if here is None else here
    return {
        "account": account,
        "name": latest["name"],
        "manager": latest["manager"],
        "change": change,
        "because": because,
        "change_why": _sentence(change, because, then, here),
        "from_cell": "" if then is None else then["cell"],
        "cell": "" if here is None else here["cell"],
        "types_before": "" if then is None else then["types"],
        "types": "" if here is None else here["types"],
        "revenue_before": float("nan") if then is None else then["revenue"],
        "revenue": float("nan") if here is None else here["revenue"],
    }


def _because_in(then: pd.Series | None, here: pd.Series) -> str:
    if then is None:
        return "first order"
    if then["status"] == LOST:
        return "returned"
    if then["status"] == NO_ROOM:
        return "room"
    return "class" if here["by_class"] else "type"


def _because_out(then: pd.Series, here: pd.Series | None) -> str:
    if here is None:
        return "gone"
    if here["status"] == LOST:
        return "lost"
    if here["status"] == NO_CANDIDATE and _went(here):
        return "lost"
    if here["status"] == NO_ROOM:
        return "room"
    return "class" if then["by_class"] else "type"


def _went(here: pd.Series) -> bool:
    """Lost, and not even of a class or type any more."""
    return str(here["cell"]).endswith("L")


def _sentence(change: str, because: str, then: pd.Series | None, here: pd.Series | None) -> str:
    places = {
        "from_cell": "" if then is None else then["cell"],
        "cell": "" if here is None else here["cell"],
        "before": "" if then is None or then["types"] == NONE else then["types"],
        "types": "" if here is None or here["types"] == NONE else here["types"],
        "why": "" if here is None else here["key_why"],
    }
    entered = {
        "first order": _("First seen this quarter ({why})."),
        "returned": _("It was lost and orders again ({why})."),
        "room": _("Now there is room for it ({why})."),
        "class": _("Rose from {from_cell} to {cell} ({why})."),
        "type": _("Now {types} ({why})."),
    }
    if because == "class" and not _with_the_money(change, then, here):
        return _moved_by_others(change).format(**places)
    left = {
        "lost": _("Counts as lost: was {from_cell}, now {cell}; see win-back."),
        "gone": _("It has no line any more under this number."),
        "room": _("Still belongs, but others come first ({why})."),
        "class": _("Fell from {from_cell} to {cell}, and none of the types holds."),
        "type": _("No longer {before}, and its class alone ({cell}) does not make it one."),
    }
    return (entered if change == "entered" else left)[because].format(**places)


def _with_the_money(change: str, then: pd.Series | None, here: pd.Series | None) -> bool:
    """Whether what the account buys moved as its class did; others' sales move a class too."""
    if then is None or here is None:
        return True
    grown = here["revenue"] - then["revenue"]
    return grown > 0 if change == "entered" else grown < 0


def _moved_by_others(change: str) -> str:
    if change == "entered":
        return _("From {from_cell} to {cell} without buying more: others bought less ({why}).")
    return _(
        "From {from_cell} to {cell} without buying less: others grew, and none of the types holds."
    )


def _table(rows: list[dict]) -> pd.DataFrame:
    numbers = ("revenue_before", "revenue")
    kinds = {name: float if name in numbers else "str" for name in CHANGE_COLUMNS}
    table = pd.DataFrame(rows, columns=["account", *CHANGE_COLUMNS]).astype(
        {"account": "str", **kinds}
    )
    return table.set_index("account")
