"""Which offer answers which reason, what kind a logged offer is, and what an offer costs."""

import re
from collections.abc import Mapping

import pandas as pd

from kamlib.analysis.churn.reasons import REASON_CODES
from kamlib.settings import WinbackSettings
from kamlib.words import _

OFFERS = {
    "service level": "apology and service recovery",
    "product quality": "quality guarantee",
    "missed deadlines": "delivery commitment",
    "opinion not considered": "proof of listening",
    "forgotten": "visit and gift",
    "price": "special price",
    "competitor": "new range",
    "closed down": "none",
    "unknown": "open talk",
}
OTHER = "other"
# Offers that cost the same whatever the account's size; the others grow with its margin.
FLAT = ("apology and service recovery", "proof of listening", "visit and gift", "open talk")
# How people write an offer down: the beginnings of words. The first kind that is found counts,
# so a "visit with a gift and the new range" is a visit, and a "call and a small gift" a talk.
WORDS: Mapping[str, tuple[str, ...]] = {
    "delivery commitment": ("deliver", "penalty", "交货", "交付", "достав", "поставк", "срок"),
    "quality guarantee": ("guarantee", "quality", "warrant", "质量", "保证", "гарант", "качеств"),
    "apology and service recovery": ("apolog", "service", "道歉", "服务", "извин", "сервис"),
    "special price": ("price", "discount", "rebate", "特价", "折扣", "цен", "скидк"),
    "proof of listening": ("listen", "workshop", "product team", "倾听", "研讨", "услыш",
                           "семинар"),
    "open talk": ("call", "talk", "survey", "电话", "звон", "разговор"),
    "visit and gift": ("visit", "gift", "拜访", "礼", "визит", "подар"),
    "new range": ("range", "trial", "sample", "新品", "试用", "样品", "ассортимент", "образ",
                  "проб"),
}  # fmt: skip


def offer_table(settings: WinbackSettings) -> pd.DataFrame:
    """The offers with the assumptions that stand behind them, to be shown and edited.

    Returns
    -------
    Indexed by reason, in the order of ``REASON_CODES``: ``offer`` (kind), ``offer_words``
    (what it consists of); ``p_win_assumed`` (0–1, per attempt); ``cost_share`` (of the yearly
    margin).
    """
    said = _words_of_offers()
    return pd.DataFrame(
        {
            "offer": pd.Series(list(OFFERS.values()), dtype="str").to_numpy(),
            "offer_words": pd.Series([said[kind] for kind in OFFERS.values()], dtype="str"),
            "p_win_assumed": list(settings.p_win),
            "cost_share": list(settings.cost_share),
        }
    ).set_index(pd.Index(REASON_CODES, name="reason", dtype="str"))


def offer_kinds(offers: pd.Series) -> pd.Series:
    """The kind of each logged offer, by its words; "other" where none of them fits.

    >>> offer_kinds(pd.Series(["Special price for two quarters", "flowers", None])).tolist()
    ['special price', 'other', 'other']
    """
    texts = offers.astype("str").str.casefold().fillna("")
    kinds = pd.Series(OTHER, offers.index, dtype="str", name="offer")
    for kind in reversed(WORDS):
        # An offer that is written as the kind itself is of that kind, whatever words it shares.
        fits = texts.str.contains(_pattern(WORDS[kind]), regex=True)
        kinds = kinds.mask(fits, kind)
    for kind in WORDS:
        kinds = kinds.mask(texts == kind, kind)
    return kinds


def recorded_costs(made: pd.DataFrame, *, min_costs: int) -> pd.DataFrame:
    """The median recorded cost of each kind of offer with enough records.

    Offers that grow with the account (all but ``FLAT``) are told as a share of the account's
    margin of the year before the attempt; attempts where that is unknown, or not above 0, do
    not count for it.

    Parameters
    ----------
    made
        The table of ``attempts``: ``offer`` (kind), ``cost``, ``margin_before``.

    Returns
    -------
    Indexed by kind: ``cost`` (currency, of the kinds in ``FLAT``), ``share`` (of the yearly
    margin, of the others); NaN where too few are recorded.
    """
    cost, before = made["cost"].astype(float), made["margin_before"].astype(float)
    flat = made["offer"].isin(FLAT)
    told = pd.DataFrame({"cost": cost.where(flat), "share": (cost / before).where(before > 0)})
    told["share"] = told["share"].mask(flat)
    groups = told.groupby(made["offer"].to_numpy())
    return groups.median().where(groups.count() >= min_costs).rename_axis("offer")


def _pattern(words: tuple[str, ...]) -> str:
    """Any of the words, in letters of the alphabet only where a word begins."""
    return "|".join(rf"\b{re.escape(word)}" if word.isalpha() and _spaced(word) else
                    re.escape(word) for word in words)  # fmt: skip


def _spaced(word: str) -> bool:
    """Whether its writing puts spaces between words (Chinese does not)."""
    return ord(word[0]) < ord("⺀")


def _words_of_offers() -> dict[str, str]:
    return {
        "apology and service recovery": _(
            "Apologise in person, name one contact, agree on times within which it is answered."
        ),
        "quality guarantee": _("Guarantee the quality in writing, exchange free of charge."),
        "delivery commitment": _("Commit to delivery days, with a penalty when one is missed."),
        "proof of listening": _("Show what was made of its requests; ask the product team along."),
        "visit and gift": _("Visit with a gift, and show what is new since its last order."),
        "special price": _("A special price for two quarters, within the discount ceiling."),
        "new range": _("A trial of the range in which the rival is weakest."),
        "none": _("No offer."),
        "open talk": _("Call and ask why; record the reason before anything is offered."),
    }
