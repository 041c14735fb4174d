"""The four types of key accounts, by ordered predicates that say why, and their sentence."""

import numpy as np
import pandas as pd

from kamlib.analysis.abc_xyz.sentences import earned_word, measure_word
from kamlib.analysis.measures.wallet import wallets
from kamlib.analysis.segments.known import Known
from kamlib.settings import ACCOUNT_TYPES, Settings
from kamlib.words import _, capital, count, money, share

NONE = "none"
FLAGS = ("market_leader", "well_known", "expert")


def account_types(known: Known, *, settings: Settings, currency: str = "") -> pd.DataFrame:
    """Name the types of every account (METHODS 4); several may apply.

    - *breadwinner*: at least ``types.breadwinner_share`` of all positive margin of the window
      (of revenue where no margin is known at all; where only its own margin is unknown, it is not
      judged). Where nobody reaches that, the ``types.fallback_accounts`` largest (equal values by
      account number).
    - *prospective*: not lost, with us for less than ``types.prospective_months``, able to buy,
      and at least ``types.rival_share`` of its need bought from competitors.
    - *image*: leader of its market or well known; *expert*: so recorded. An empty flag is no yes.

    With us is who buys: the first order counts where the sales reach back far enough before it
    to show that nothing was bought, whatever an address file says; else the earlier of ``since``
    and the first order. Able to buy is shown by a credit limit, by the account's own revenue,
    or by the budget of a prospect of the same name. What that prospect bought from competitors
    is no evidence: it was noted before the account bought from us.

    Parameters
    ----------
    currency
        In which the reasons name money.

    Returns
    -------
    One row per account in the order of ``classes``: ``types`` ("breadwinner, image", or "none"),
    ``breadwinner``, ``prospective``, ``image``, ``expert`` (bool), ``type_why`` (text).
    """
    classes = known.classes
    attributes = known.accounts.reindex(classes.index)
    bread, bread_why = _breadwinners(classes, settings, currency)
    need = wallets(
        classes,
        known.competitors,
        as_of=known.as_of,
        months=settings.abc.months,
        bought=known.bought,
    )
    young, young_why = _newness(classes, attributes, pd.Timestamp(known.as_of), settings)
    able, able_why = _ability(attributes, need, known.prospects, settings, currency)
    rivals = need["rival_share"]
    mostly = rivals >= settings.types.rival_share
    leader, famous, expert = (flagged(attributes[name]) for name in FLAGS)
    flags = {
        "breadwinner": bread,
        "prospective": young & able & mostly & ~classes["lost"].astype(bool),
        "image": leader | famous,
        "expert": expert,
    }
    bought = [_("{share} bought from competitors").format(share=share(x, 0)) for x in rivals]
    whys = {
        "breadwinner": bread_why,
        "prospective": [
            ", ".join(parts) for parts in zip(young_why, able_why, bought, strict=True)
        ],
        "image": _image_words(leader, famous),
        "expert": [_("demanding, and knows the market")] * len(classes),
    }
    table = pd.DataFrame(flags, classes.index)
    named = _listed(table, {name: [name] * len(table) for name in ACCOUNT_TYPES}, ", ")
    reasons = {name: [f"{name}: {why}" for why in whys[name]] for name in ACCOUNT_TYPES}
    why = _listed(table, reasons, "; ").mask(named == "", _why_none(classes, attributes, bread_why))
    table.insert(0, "types", named.mask(named == "", NONE))
    return table.assign(type_why=why)


def breadwinner_fallback(classes: pd.DataFrame, *, settings: Settings) -> bool:
    """Whether nobody brings ``types.breadwinner_share``, so that the largest are named instead."""
    part = _earned_share(classes)
    return not (part >= settings.types.breadwinner_share).any()


def earned_measure(classes: pd.DataFrame) -> str:
    """By what breadwinners are judged: "margin", or "revenue" where no margin is known at all."""
    return "margin" if classes["margin"].notna().any() else "revenue"


def _earned_share(classes: pd.DataFrame) -> pd.Series:
    """Each account's part of all that is positive; NaN where its margin is not known."""
    earned = classes[earned_measure(classes)].astype(float)
    # Summed in order of size: the order of rows does not move the last digit.
    total = np.sort(earned[earned > 0].to_numpy(), kind="stable").sum()
    return earned / total if total > 0 else earned * np.nan


def _breadwinners(
    classes: pd.DataFrame, settings: Settings, currency: str
) -> tuple[pd.Series, list[str]]:
    measure, part = earned_measure(classes), _earned_share(classes)
    earned, word = classes[measure].astype(float), earned_word(classes, measure)
    less = _("no positive {value} ({sum})")
    enough = settings.types.breadwinner_share
    facts = [
        _("{share} of {value} ({sum})").format(
            share=share(x), value=word, sum=money(amount, currency)
        )
        if amount > 0
        else less.format(value=measure_word(measure), sum=money(amount, currency))
        if not np.isnan(amount)
        else _("margin not known, so not judged by margin")
        for x, amount in zip(part, earned, strict=True)
    ]
    if not breadwinner_fallback(classes, settings=settings):
        return part >= enough, facts
    place = earned[earned > 0].sort_index(kind="stable").rank(ascending=False, method="first")
    place = place.reindex(classes.index)
    last = settings.types.fallback_accounts
    told = _(
        "number {place} by {value}, with {fact}; nobody brings {enough}, so the {last} largest "
        "are named"
    )
    words = [
        fact
        if not number <= last
        else told.format(
            place=count(number),
            value=measure_word(measure),
            fact=fact,
            enough=share(enough, 0),
            last=count(last),
        )
        for number, fact in zip(place, facts, strict=True)
    ]
    return place <= last, words


def _newness(
    classes: pd.DataFrame, attributes: pd.DataFrame, as_of: pd.Timestamp, settings: Settings
) -> tuple[pd.Series, list[str]]:
    months = pd.DateOffset(months=settings.types.prospective_months)
    first, since = classes["first_order"], attributes["since"].astype("datetime64[us]")
    # Sales that begin shortly before the first order cannot show that it is the first.
    shown = first - months >= first.min()
    earliest = first.where(since.isna() | (first < since), since)
    start = first.where(shown, earliest.where(since.notna()))
    young = start > as_of - months
    words = [_("with us since {day}").format(day=f"{x:%Y-%m-%d}") for x in start.fillna(as_of)]
    return young, words


def _ability(
    attributes: pd.DataFrame,
    need: pd.DataFrame,
    prospects: pd.DataFrame,
    settings: Settings,
    currency: str,
) -> tuple[pd.Series, list[str]]:
    rules, yearly = settings.types, need["yearly"]
    credit, own = (attributes[name].astype(float) for name in ("credit_limit", "annual_revenue"))
    budget = _prospect_budgets(attributes, prospects)
    found = {
        "budget": budget >= rules.min_budget,
        "credit": credit >= rules.credit_cover * yearly,
        "own": own >= rules.revenue_multiple * yearly,
    }
    amounts = {
        "budget": [_("budget scored {x:.2f} as a prospect").format(x=x) for x in budget],
        "credit": [
            _("credit limit {limit} against {yearly} a year").format(
                limit=money(x, currency), yearly=money(y, currency)
            )
            for x, y in zip(credit, yearly, strict=True)
        ],
        "own": [_("own revenue {sum}").format(sum=money(x, currency)) for x in own],
    }
    evidence = pd.DataFrame(found, attributes.index)
    return evidence.any(axis=1), _listed(evidence, amounts, ", ").tolist()


def _prospect_budgets(attributes: pd.DataFrame, prospects: pd.DataFrame) -> pd.Series:
    """The budget score of a prospect that has the account's name; the latest seen counts."""
    known = prospects[prospects["budget"].notna() & prospects["name"].notna()]
    known = known.sort_values(["first_seen", "prospect"], na_position="first", kind="stable")
    figures = pd.Series(known["budget"].to_numpy(float), _plain(known["name"]))
    figures = figures[~figures.index.duplicated(keep="last")]
    found = figures.reindex(_plain(attributes["name"]))
    return pd.Series(found.to_numpy(float), attributes.index)


def _plain(names: pd.Series) -> pd.Index:
    text = names.astype("str").fillna("").str.casefold()
    return pd.Index(text.str.split().str.join(" "), dtype="str")


def flagged(values: pd.Series) -> pd.Series:
    """Which values are a yes; what is unknown is none."""
    return values.eq(True).fillna(False).astype(bool)


def _image_words(leader: pd.Series, known: pd.Series) -> list[str]:
    words = {
        (True, True): _("leader of its market and well known"),
        (True, False): _("leader of its market"),
    }
    usual = _("well known in its industry or region")
    return [words.get(pair, usual) for pair in zip(leader, known, strict=True)]


def _listed(flags: pd.DataFrame, words: dict[str, list[str]], between: str) -> pd.Series:
    """Per account the words of the columns that hold, in their order."""
    columns = [
        np.where(flags[name], np.array(words[name], dtype=object), None) for name in flags.columns
    ]
    rows = zip(*columns, strict=True)
    texts = [between.join(text for text in row if text is not None) for row in rows]
    return pd.Series(texts, flags.index, dtype="str")


def _why_none(classes: pd.DataFrame, attributes: pd.DataFrame, bread_why: list[str]) -> pd.Series:
    """What was looked at where no type holds."""
    unknown = attributes[list(FLAGS)].isna().all(axis=1)
    silent = _("; not recorded whether it is well known or an expert")
    texts = [
        _("no type: {fact}").format(fact=fact) + (silent if nothing else "")
        for fact, nothing in zip(bread_why, unknown, strict=True)
    ]
    return pd.Series(texts, classes.index, dtype="str")


def types_headline(types: pd.DataFrame, classes: pd.DataFrame, *, settings: Settings) -> str:
    """How many accounts are of which type, and by what rule breadwinners were named.

    Parameters
    ----------
    types
        The table of ``account_types``.
    classes
        The table of ``abc_xyz``.
    """
    numbers = {name: int(types[name].sum()) for name in ACCOUNT_TYPES}
    if not sum(numbers.values()):
        return _("No account is of any of the four types, or nothing recorded shows it.")
    words = {
        "breadwinner": _("breadwinners: {n}"),
        "prospective": _("prospective: {n}"),
        "image": _("image: {n}"),
        "expert": _("expert: {n}"),
    }
    told = [text.format(n=count(numbers[n])) for n, text in words.items() if numbers[n]]
    told = capital(", ".join(told)) + "."
    if breadwinner_fallback(classes, settings=settings):
        reason = _(
            "Nobody brings {share} of {measure}: sales are spread over many, so the {number} "
            "largest are named breadwinners instead."
        ).format(
            share=share(settings.types.breadwinner_share, 0),
            measure=measure_word(earned_measure(classes)),
            number=count(settings.types.fallback_accounts),
        )
        told = f"{told} {reason}"
    silent = [name for name in ACCOUNT_TYPES if not numbers[name]]
    if silent and set(silent) != {"breadwinner"}:
        names = ", ".join(name for name in silent if name != "breadwinner")
        more = _("Without any: {names}; the tables accounts and competitors would show them.")
        told = f"{told} {more.format(names=names)}"
    return told
