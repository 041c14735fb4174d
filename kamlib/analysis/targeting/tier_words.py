"""The sentences on tiers: why a target stands in one, what would move it, what a table says."""

import numpy as np
import pandas as pd

from kamlib.settings import Settings, TierSettings
from kamlib.words import _, count, money, number, share

ONE, FEW, MANY, FIND_OUT, NOT_NOW = range(5)
NEAREST = 3  # so many on either side of a border are told at most
_ROUNDING = 1e-9


def tier_reasons(table: pd.DataFrame, *, settings: Settings) -> pd.Series:
    """Why each target stands in its tier, with its figures.

    Parameters
    ----------
    table
        As ``tiers`` works with it: ``place``, ``rank``, ``weight``, ``chance``,
        ``expected_value``, ``priority``, ``score``, ``completeness``, ``vetoed``, ``p_why``,
        ``held``, ``hand``, ``leaving``, ``owner``, ``cluster``, ``sales_hours``.
    """
    columns = ["place", "held", "hand", "vetoed", "rank", "cluster", "score", "completeness"]
    columns += ["sales_hours", "p_why", "leaving"]
    rows = table[columns].assign(figures=_figures(table)).to_dict("records")
    texts = [_reason(row, settings.tiers) for row in rows]
    reasons = pd.Series(texts, table.index, dtype="str")
    if table.empty:
        return reasons
    last = table.loc[table["place"] == ONE, "rank"].max()
    over = (table["held"] == ONE) & (table["hand"] == ONE) & (table["place"] > ONE)
    over &= table["rank"] < last
    passed = _("; the hours of {owner} or of marketing for one-to-one are spent")
    owners = table["owner"].where(table["owner"] != "", _("sales"))
    more = pd.Series([passed.format(owner=owner) for owner in owners], table.index, dtype="str")
    return reasons.where(~over, reasons + more)


def _reason(row: dict, limits: TierSettings) -> str:
    """Why one target stands in its tier, whoever else has its owner's hours."""
    if row["place"] == FIND_OUT:
        ask, wait = _("ask first"), _("to be asked, but no hours are left this quarter")
        asks = ask if row["sales_hours"] or not limits.find_out_hours else wait
        unknown = _("only {known} of the three P's is known: {ask}")
        return unknown.format(known=share(row["completeness"], 0), ask=asks)
    if row["vetoed"]:
        why = row["p_why"] or _("one of the three P's is 0")
        return _("vetoed: {why}").format(why=why)
    if row["leaving"]:
        return _("at risk of leaving: it is kept first, see the watch list")
    if row["held"] == NOT_NOW:
        below, limit = _apart(row["score"], limits.min_score)
        return _("score {score} is below {limit}").format(score=below, limit=limit)
    place, hand = row["place"], row["hand"]
    form = _placed(place, too_little=place != ONE and hand >= min(place, MANY))
    return form.format(rank=count(row["rank"]), cluster=row["cluster"], figures=row["figures"])


def _placed(place: int, *, too_little: bool) -> str:
    """The words for a place, where its value alone keeps a target from a closer one too."""
    if too_little:
        return {
            FEW: _("number {rank}, with {cluster}, too little for one-to-one: {figures}"),
            MANY: _("number {rank}, by mailing, too little for work by hand: {figures}"),
            NOT_NOW: _("number {rank}, too little for work by hand: {figures}"),
        }[place]
    return {
        ONE: _("number {rank}: {figures}"),
        FEW: _("number {rank}, with {cluster}: {figures}"),
        MANY: _("number {rank}, by mailing: {figures}"),
        NOT_NOW: _("number {rank}, no hours left for it: {figures}"),
    }[place]


def borders(table: pd.DataFrame, *, settings: Settings) -> pd.Series:
    """What would move each target that is near the border of a tier of its owner.

    The last one in and the first one out of one-to-one, and of one-to-few among those with a
    cluster, are compared per owner; on either side the three nearest within ``tiers.border``
    are told. Who stands "not now" for its score alone, at most ``tiers.border_score`` below
    ``tiers.min_score``, is told where its rank would get it work by hand: per owner the best
    three.
    """
    texts = pd.Series("", table.index, dtype="str")
    able = table[(table["held"] == ONE) & (table["priority"] > 0)]
    clustered = able[able["cluster"] != ""]
    _tell(texts, able[able["hand"] == ONE], ONE, _("one-to-one"), settings)
    _tell(texts, clustered[clustered["hand"] <= FEW], FEW, _("one-to-few"), settings)
    _tell_scores(texts, table, settings)
    return texts


def tiers_headline(
    tiers: pd.DataFrame, hours: pd.DataFrame, currency: str = "", *, validated: bool = True
) -> str:
    """How many targets get how much of whose time, and what the first could bring.

    Parameters
    ----------
    tiers, hours
        The tables of ``tiers`` and ``tier_hours``.
    validated
        Whether past deals bear the chances out: else nothing is expected of them.
    """
    if tiers.empty:
        return _("There is no target: neither prospects nor accounts that could grow.")
    numbers = tiers["tier"].value_counts()
    sales = hours[hours["team"] == "sales"]
    marketing = hours[hours["team"] == "marketing"]
    rest = [
        (_("{n} have to be found out about first"), numbers["find out"]),
        (_("{n} are not for now"), numbers["not now"]),
    ]
    others = ", ".join(told.format(n=count(n)) for told, n in rest if n)
    text = _(
        "The quarter's hours reach {one} of {all} targets one-to-one, {few} one-to-few and "
        "{many} one-to-many{others}. "
        "That takes {sales} of {sales_all} sales hours and {marketing} of {marketing_all} "
        "hours of marketing."
    )
    if len(tiers) == 1:
        text = _(
            "There is one target: the quarter's hours reach {one} one-to-one, {few} one-to-few and "
            "{many} one-to-many{others}. "
            "That takes {sales} of {sales_all} sales hours and {marketing} of {marketing_all} "
            "hours of marketing."
        )
    text = text.format(
        one=count(numbers["one-to-one"]),
        few=count(numbers["one-to-few"]),
        many=count(numbers["one-to-many"]),
        others=f"; {others}" if others else "",
        all=count(len(tiers)),
        sales=count(sales["hours_used"].sum()),
        sales_all=count(sales["hours_available"].sum()),
        marketing=count(marketing["hours_used"].sum()),
        marketing_all=count(marketing["hours_available"].sum()),
    )
    first = tiers[tiers["tier"] == "one-to-one"]
    if first["priority"].notna().any():
        told = _("Won, the one-to-one targets could buy {value} a year in all; {chance}.")
        chance = _("how likely that is no deals have shown yet")
        if validated:
            chance = _("with the chance to win counted in, {value}").format(
                value=money(first["priority"].sum(), currency)
            )
        text += " " + told.format(
            value=money(first["expected_value"].sum(), currency), chance=chance
        )
    return text


def _figures(table: pd.DataFrame) -> list[str]:
    known = _("{value} = {chance} chance x {expected}")
    scored = _("{value} = {chance} (score of the three P's, chance unknown) x {expected}")
    guessed = _("{value} = {chance} (median, chance unknown) x {expected}")
    worthless = _("{chance} chance, value unknown")
    unchecked = table["chance"].isna().all()
    forms = np.select(
        [table["priority"].isna(), table["chance"].notna(), unchecked & table["score"].notna()],
        [worthless, known, scored],
        default=guessed,
    )
    columns = (table[name].tolist() for name in ("priority", "weight", "expected_value"))
    return [
        _(form).format(value=money(value), chance=share(weight, 0), expected=money(expected))
        for form, value, weight, expected in zip(forms.tolist(), *columns, strict=True)
    ]


def _tell(texts: pd.Series, able: pd.DataFrame, tier: int, word: str, settings: Settings) -> None:
    """Write into ``texts`` who is near the border of ``tier``; a higher tier's text stays."""
    near, hours = settings.tiers.border, settings.tiers.sales_hours[tier]
    marketing = settings.tiers.marketing_hours_each[tier]
    for owner, group in able[able["place"] >= tier].groupby("owner", sort=True):
        inside, outside = group[group["place"] == tier], group[group["place"] > tier]
        if inside.empty or outside.empty:
            continue
        last, first = inside["priority"].iloc[-1], outside["priority"].iloc[0]
        up = outside[outside["priority"] >= last * (1 - near)].head(NEAREST)
        down = inside[inside["priority"] <= first * (1 + near)].tail(NEAREST)
        below = _(
            "just below {tier}: {gap} more priority, or {hours} h more of {owner} and "
            "{marketing} h more of marketing for {tier}, would lift it"
        )
        above = _("just in {tier}: {name} follows {gap} behind, and fewer hours would drop it")
        for code, priority in up["priority"].items():
            gap = share(last / priority - 1)
            told = below.format(
                tier=word,
                gap=gap,
                hours=number(hours * (1 + outside.index.get_loc(code)), 0),
                owner=owner or _("sales"),
                marketing=number(marketing * (1 + outside.index.get_loc(code)), 0),
            )
            texts[code] = texts[code] or told
        for code, priority in down["priority"].items():
            gap = share(1 - first / priority)
            following = outside["name"].iloc[0] or outside.index[0]
            told = above.format(tier=word, name=following, gap=gap)
            texts[code] = texts[code] or told


def _tell_scores(texts: pd.Series, table: pd.DataFrame, settings: Settings) -> None:
    """Write into ``texts`` whom a slightly better score would bring to work by hand."""
    limits = settings.tiers
    near = table["score"] >= limits.min_score - limits.border_score - _ROUNDING
    low = (table["held"] == NOT_NOW) & ~table["vetoed"] & ~table["leaving"]
    able = (table["priority"] > 0) & ((table["hand"] == ONE) | (table["hand"] == FEW))
    worked = (table["held"] == ONE) & able
    # Its rank counts where it stands before the last one that its owner works on by hand.
    last = table[worked & (table["place"] <= FEW)].groupby("owner")["rank"].max()
    left_out = table["owner"].isin(table.loc[worked & (table["place"] > FEW), "owner"])
    before = (table["rank"] < table["owner"].map(last).astype(float)) | ~left_out
    best = (
        table[low & near & able & before]
        .sort_values("rank", kind="stable")
        .groupby("owner")
        .head(NEAREST)
    )
    told = _(
        "just below work by hand: score {score}, from {limit} on its rank of {rank} would count"
    )
    for code, score, rank in zip(best.index, best["score"], best["rank"], strict=True):
        below, limit = _apart(score, limits.min_score)
        texts[code] = told.format(score=below, limit=limit, rank=count(rank))


def _apart(score: float, limit: float) -> tuple[str, str]:
    """A score and the limit above it, with as many digits as tell the two apart."""
    digits = next((n for n in range(2, 9) if number(score, n) != number(limit, n)), 9)
    round_limit = abs(limit - round(limit, 2)) < _ROUNDING
    return number(score, digits), number(limit, 2 if round_limit else digits)
