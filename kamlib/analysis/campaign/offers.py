"""The offer that is made to one target: its line, against which rival, on what need, with proof."""

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from kamlib.analysis.campaign.offer_lines import offer_lines
from kamlib.analysis.targeting.target_list import Known
from kamlib.settings import WhitespaceSettings
from kamlib.words import _, day, money, share

COLUMNS = (
    *("offer_line", "offer", "offer_why", "second_line", "offer_value", "approach", "rival"),
    *("rival_share", "rival_strength", "references"),
)
TEXTS = ("offer_line", "offer", "offer_why", "second_line", "approach", "rival", "references")
DIRECT, AGAINST, BESIDE, NONE = "direct", "against a rival", "second source", ""
MORE = "more of the line"
# How people write down why it is needed: the first kind that is found tells the first step.
# Words are found from their beginning: a website is no site, steel plates are not late.
NEEDS: Mapping[str, str] = {
    "guess": r"\b(guess|assum|догад|предполож)|猜|估计",
    "asked": r"\b(offer|quot|enquir|inquir|предлож|запрос|запрош)|报价|询价",
    "rival failed": r"\b(fail|late\b|complain|deliver|сорв|подв[её]л|подвод)|失误|延误",
    "new plant": r"\b(plants?\b|sites?\b|build|expan|завод|строит)|工厂|扩|新建",
}


def offers(
    targets: pd.DataFrame,
    known: Known,
    similar: pd.Series | None = None,
    *,
    currency: str = "",
    settings: WhitespaceSettings,
) -> pd.DataFrame:
    """One offer per target: the line it lacks, the rival there, the need as recorded.

    A line that a rival holds (``strong_rival``, or ``strong_rival_share`` where no strength is
    recorded) gives way to the target's next line that none holds, unless the prospect named it;
    where rivals hold all, the one with the weakest rival is offered as second source. A line
    that an account buys from us and from a rival does not give way. A rival that is recorded for
    no line is met in every line.

    Parameters
    ----------
    targets
        The target list, indexed by ``prospect``.
    known
        Its ``whitespace``, ``bought``, ``accounts``, and ``competitors``, whose ``account`` may
        name a prospect.
    similar
        Per target the numbers of its similar accounts, parted by commas, where known.

    Returns
    -------
    Indexed by ``prospect`` as ``targets``: ``offer_line`` (empty where none is known); ``offer``
    (what, and the first step, for the account manager); ``offer_why``; ``second_line``;
    ``offer_value`` (of the line in a year if it buys, currency, NaN where unknown); ``approach``
    ("direct", "against a rival", "second source", "more of the line" that it buys from us and a
    rival, empty without a line); ``rival`` (there),
    ``rival_share`` (0–1), ``rival_strength`` (0–3), NaN where unknown; ``references`` (accounts
    that buy the line; internal, they are asked before they are named).
    """
    similar = pd.Series(dtype="str") if similar is None else similar
    lines = offer_lines(targets, known, similar)
    lines = _with_rivals(lines, targets, known.competitors, settings)
    lines = lines.sort_values(
        ["named", "held", "weight", "score", "product_line"],
        ascending=[False, True, True, False, True],
        kind="stable",
    )
    place = lines.groupby("prospect").cumcount()
    first = lines[place == 0].set_index("prospect").reindex(targets.index)
    second = lines[place == 1].set_index("prospect")["product_line"].reindex(targets.index)
    table = pd.DataFrame(
        {
            "offer_line": first["product_line"].astype("str").fillna(""),
            "second_line": second.astype("str").fillna(""),
            "offer_value": first["value"].astype(float),
            "rival": first["rival"].astype("str").fillna(""),
            "rival_share": first["rival_share"].astype(float),
            "rival_strength": first["rival_strength"].astype(float),
        },
        index=targets.index,
    )
    elsewhere = first["basis"].astype("str").fillna("") == "rival"
    table["approach"] = _approaches(table, first["held"].astype("boolean").fillna(False), elsewhere)
    table["references"] = _references(first["references"], known.accounts)
    table["offer"], table["offer_why"] = _words(table, targets, first, known.bought, currency)
    return table[list(COLUMNS)].astype(dict.fromkeys(TEXTS, "str"))


def with_offers(targets: pd.DataFrame, made: pd.DataFrame) -> pd.DataFrame:
    """The target list with the line and the worth of its offer, where an account has none noted.

    ``value_from`` says where a value comes from ("noted", "rival's part", "gap"; "" without one).
    """
    growing = targets["kind"] == "account"
    line, value = targets["product_line"], targets["value"]
    offered = growing & made["offer_value"].notna()
    kinds = [value.notna(), offered & (made["approach"] == MORE), offered]
    origin = np.select(kinds, [_("noted"), _("rival's part"), _("gap")], "")
    return targets.assign(
        value_from=pd.Series(origin, targets.index, dtype="str"),
        product_line=line.mask(growing & (line == ""), made["offer_line"]),
        value=value.fillna(made["offer_value"].where(growing)),
    )


def _with_rivals(
    lines: pd.DataFrame,
    targets: pd.DataFrame,
    competitors: pd.DataFrame,
    settings: WhitespaceSettings,
) -> pd.DataFrame:
    """The strongest rival in each line, else the one the target is known to buy from."""
    known = competitors.assign(
        prospect=competitors["account"].astype("str"),
        product_line=competitors["product_line"].astype("str").fillna(""),
    ).rename(columns={"competitor": "rival", "share": "rival_share", "strength": "rival_strength"})
    columns = ["rival", "rival_share", "rival_strength"]
    known = known.sort_values(
        ["rival_strength", "rival_share", "rival"], ascending=[False, False, True], kind="stable"
    ).drop_duplicates(["prospect", "product_line"])[["prospect", "product_line", *columns]]
    there = lines.merge(known, on=["prospect", "product_line"], how="left")
    everywhere = known[known["product_line"] == ""].set_index("prospect")
    # Of an account the table says in which line it met whom.
    prospects = targets[targets["kind"] != "account"]
    told = prospects[["competitor", "competitor_share"]].set_axis(columns[:2], axis=1)
    for source in (everywhere, told.assign(rival_strength=np.nan)):
        named = source["rival"].astype("str").fillna("").reindex(there["prospect"]).fillna("")
        empty = (there["rival"].isna() & (named != "").to_numpy()).to_numpy()
        for name in columns:
            values = source[name].reindex(there["prospect"]).set_axis(there.index)
            there[name] = there[name].astype(values.dtype).where(~empty, values)
    strength, part = (there[name].astype(float) for name in columns[1:][::-1])
    strong = (strength >= settings.strong_rival) | (
        strength.isna() & (part >= settings.strong_rival_share)
    )
    # Where it buys the line from us too, we are in already.
    there["held"] = strong & (there["basis"] != "rival")
    # Among lines that are held the weakest rival counts, among free ones only the line itself.
    weight = strength.fillna(settings.strong_rival) + part.fillna(0.5).clip(0, 1)
    there["weight"] = weight.where(there["held"], 0.0)
    return there


def _approaches(table: pd.DataFrame, held: pd.Series, elsewhere: pd.Series) -> np.ndarray:
    none, rival = table["offer_line"] == "", table["rival"] != ""
    return np.select(
        [none, elsewhere & rival, held.to_numpy(bool), rival], [NONE, MORE, BESIDE, AGAINST], DIRECT
    )


def _references(codes: pd.Series, accounts: pd.DataFrame) -> list[str]:
    names = accounts["name"].astype("str").fillna("").to_dict()
    return [
        _("internal, ask before naming: {who}").format(
            who=", ".join(f"{code} {names.get(code, '')}".strip() for code in each.split(", "))
        )
        if each
        else ""
        for each in codes.astype("str").fillna("")
    ]


def _words(
    table: pd.DataFrame,
    targets: pd.DataFrame,
    first: pd.DataFrame,
    bought: pd.DataFrame,
    currency: str,
) -> tuple[list[str], list[str]]:
    needs = [""] * len(targets)
    dates = [pd.NaT] * len(targets)
    if "need_evidence" in targets:
        needs = targets["need_evidence"].astype("str").fillna("").tolist()
        dates = targets["need_date"].tolist()
    columns = ("approach", "offer_line", "rival", "rival_share", "offer_value")
    called = _called(table, targets, bought, currency)
    facts = list(zip(called, *(table[column] for column in columns), needs, strict=True))
    basis, why, stopped = (
        first[name].astype("str").fillna("") for name in ("basis", "why", "stopped")
    )
    capped = first["capped"].astype("boolean").fillna(False)
    found = zip(facts, basis, stopped, capped, strict=True)
    offer = [_offer(*row, *more, currency) for row, *more in found]
    sources = zip(facts, dates, table["rival_strength"], basis, why, strict=True)
    return offer, [_why(*row) for row in sources]


def _called(
    table: pd.DataFrame, targets: pd.DataFrame, bought: pd.DataFrame, currency: str
) -> list[str]:
    """What each target is called in its offer: an account also by what it buys from us already."""
    name = targets["name"].astype("str").fillna("")
    name = name.where(name != "", targets.index.astype("str"))
    main = bought.idxmax(axis=1).astype("str") if bought.size else pd.Series(dtype="str")
    main = main.reindex(targets.index).astype("str").fillna("")
    row = bought.index.get_indexer(targets.index)
    line = bought.columns.get_indexer(table["offer_line"])
    sold = np.zeros(len(targets))
    there = (row >= 0) & (line >= 0)
    sold[there] = bought.to_numpy(float)[row[there], line[there]]
    buys, part = _("{name} (buys {line} from us)"), _("{name} (buys {value} of it from us)")
    called = []
    columns = (name, table["approach"], main, sold)
    for each, approach, largest, amount in zip(*columns, strict=True):
        if approach == MORE:
            text = part.format(name=each, value=money(amount, currency)) if amount > 0 else each
        else:
            text = buys.format(name=each, line=largest) if largest else each
        called.append(text)
    return called


def _offer(
    name, approach, line, rival, rival_share, value, need, basis, stopped, capped, currency
) -> str:
    if not line:
        return _("No line to offer to {name} is known: ask what it buys, and from whom.").format(
            name=name
        )
    kinds = {
        DIRECT: _("Offer {line} to {name}{worth}."),
        AGAINST: _("Quote {line} to {name} beside what {rival}{has} delivers{worth}."),
        BESIDE: _("Offer {name} a trial of {line} as second source beside {rival}{has}{worth}."),
        MORE: _("Win more of the {line} that {name} buys from {rival}{has}{worth}."),
    }
    what = kinds[approach].format(
        line=line, name=name, rival=rival, has=_has(rival_share),
        worth=_worth(value, capped, currency),
    )  # fmt: skip
    kind = need_kind(need)
    step = _step(approach, line, kind)
    if stopped and not kind:
        step = _("ask why it bought no {line} after {last}").format(line=line, last=stopped)
    elif basis == "named" and kind == "guess":
        # Its own word for the line leaves nothing of it to be guessed but how much.
        step = _("ask how much {line} it needs a year and when that is decided").format(line=line)
    step = _("First step: {step}.").format(step=step)
    return f"{what} {step}"


def _worth(value: float, capped: bool, currency: str) -> str:
    if pd.isna(value) or value < 1:
        return ""
    told = _(": {value} a year in this line")
    if capped:
        told = _(
            ": at least {value} a year in this line, counted with no more than it buys from us "
            "in all"
        )
    return told.format(value=money(value, currency))


def _has(rival_share: float) -> str:
    return "" if pd.isna(rival_share) else _(" ({share})").format(share=share(rival_share, 0))


def _step(approach: str, line: str, kind: str) -> str:
    """The first step, by the kind of need that was recorded, else by the rival's position."""
    steps = {
        "guess": _("confirm that it needs {line}, which is only our guess"),
        "asked": _("send the offer it asked for, with {line} on top"),
        "rival failed": _("promise delivery days for {line} in writing"),
        "new plant": _("ask for the plan of the new site and list the {line} it needs"),
        BESIDE: _("agree on the trial of {line} and on who judges it"),
        AGAINST: _("compare price and delivery of its last order of {line} with ours"),
        MORE: _(
            "agree on one group of articles in {line} to move to us, with price and delivery day"
        ),
        DIRECT: _("ask who buys {line} there, and show the range to them"),
    }
    return steps[kind or approach].format(line=line)


def need_kind(evidence: str) -> str:
    """What kind of need a recorded evidence tells of; empty where its words are not known.

    >>> need_kind("asked for an offer"), need_kind("saw the sign")
    ('asked', '')
    """
    text = evidence.casefold()
    return next((kind for kind, words in NEEDS.items() if re.search(words, text)), "")


def _why(facts: tuple, date, strength: float, basis: str, gap_why: str) -> str:
    _name, approach, line, rival, rival_share, _value, need = facts
    parts = []
    if need:
        parts.append(_("need: “{need}” ({date})").format(need=need, date=day(date)))
    bases = {
        "gap": gap_why,
        "rival": _("it buys {line} elsewhere, too"),
        "named": _("it named {line} itself"),
        "similar accounts": _("its most similar accounts buy {line} most"),
        "industry": _("accounts of its industry buy {line} most"),
        "all accounts": _("all accounts together buy {line} most"),
    }
    if basis:
        parts.append(bases[basis] if basis == "gap" else bases[basis].format(line=line))
    known = "" if pd.isna(strength) else _(", strength {n} of 3").format(n=f"{strength:.0f}")
    rivals = {
        DIRECT: _("no rival is known there"),
        AGAINST: _("{rival}{has}{known} is there, but not strong"),
        BESIDE: _("{rival}{has}{known} holds it"),
        MORE: _("{rival}{has}{known} has it now"),
        NONE: _("no gap, no named line"),
    }
    told = rivals[approach].format(rival=rival, has=_has(rival_share), known=known)
    return "; ".join([*parts, told])
