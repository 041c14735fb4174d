"""The portfolio matrix: how attractive each account is, and how strong we are there.

McDonald & Woodburn, Key Account Management: attractive accounts are *strategic* where we are
strong and *star* where we are not yet; less attractive ones are *status* where we are strong
and *streamline* where we are not.
"""

import numpy as np
import pandas as pd

from kamlib.analysis.measures.anchors import anchored
from kamlib.analysis.segments.invest import (
    ATTRACTIVENESS,
    STRENGTH,
    part_names,
    part_words,
    portfolio_figures,
)
from kamlib.settings import Settings
from kamlib.words import _, count, number, share

QUADRANTS = ("strategic", "star", "status", "streamline")
NOT_PLACEABLE = "not placeable"
# Scores that agree to so many digits are equal: one on the cut belongs above it.
DIGITS = 9


def portfolio_matrix(
    classes: pd.DataFrame,
    months: pd.DataFrame,
    accounts: pd.DataFrame,
    competitors: pd.DataFrame,
    contacts: pd.DataFrame,
    record: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    settings: Settings,
    seen_to: pd.Timestamp | None = None,
    bought: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Place every account by attractiveness and strength, or say why it cannot be placed.

    Each axis is the weighted mean of its known parts on fixed anchors (``settings.portfolio``);
    unknown is not zero. An axis of which less than ``portfolio.min_known`` of the weights is
    known places nobody. Neither is placed who is lost (a matter of winning back) or has no
    positive value in the window: the matrix asks where to invest among those who buy.

    Parameters
    ----------
    classes
        The table of ``abc_xyz``.
    months, accounts
        The book's frames.
    competitors, contacts
        The canonical side tables as known at ``as_of``; empty where the data set has none.
    record
        The table of ``track_record``; may lack accounts.
    seen_to
        The last day that is known of, where the quarter is not complete: growth ends there.
    bought
        The table of ``lines_bought``, by which rivals' shares of single lines are weighed.

    Returns
    -------
    One row per account in the order of ``classes``: ``attractiveness``, ``strength`` (0–1, NaN
    where it cannot be placed on that axis); ``attractiveness_known``, ``strength_known`` (0–1,
    share of the weights); ``quadrant`` (of ``QUADRANTS``, or "not placeable"); ``placed_why``.
    """
    figures = portfolio_figures(
        *(classes, months, accounts, competitors, contacts, record),
        as_of=as_of,
        settings=settings,
        seen_to=seen_to,
        bought=bought,
    )
    rules, here, scores = settings.portfolio, _here(classes), part_scores(figures, settings)
    axes = {
        "attractiveness": axis(scores[list(ATTRACTIVENESS)], rules.attractiveness_weights),
        "strength": axis(scores[list(STRENGTH)], rules.strength_weights),
    }
    table = pd.DataFrame(index=classes.index)
    for name, found in axes.items():
        enough = found["known"].round(DIGITS) >= rules.min_known
        table[name] = found["score"].where(enough & (here == ""))
        table[f"{name}_known"] = found["known"]
    table["quadrant"] = quadrants(table["attractiveness"], table["strength"], cut=rules.cut)
    table["placed_why"] = _reasons(table, here, part_words(figures), settings)
    return table


def part_scores(figures: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The score (0–1, NaN where unknown) of every part of both axes, on its fixed anchors.

    Regularity is the better of two: an order in most months, or even gaps however long, as an
    account that orders each quarter to the day is no less regular than one that orders monthly.
    """
    scores = {
        part: anchored(figures[part], getattr(settings.portfolio, part))
        for part in (*ATTRACTIVENESS, *STRENGTH, "rhythm")
    }
    scores["regularity"] = np.fmax(scores["regularity"], scores.pop("rhythm"))
    return pd.DataFrame(scores)


def axis(scores: pd.DataFrame, weights: tuple[float, ...]) -> pd.DataFrame:
    """The weighted mean of the known parts: ``score`` (0–1, NaN without any), ``known`` (0–1).

    >>> scores = pd.DataFrame({"wallet": [0.8, 0.4], "growth": [0.2, None]})
    >>> axis(scores, (3, 1)).round(3).to_dict("list")
    {'score': [0.65, 0.4], 'known': [1.0, 0.75]}
    """
    above, below = np.zeros(len(scores)), np.zeros(len(scores))
    for part, weight in zip(scores, weights, strict=True):
        score = scores[part].to_numpy(float)
        above += weight * np.nan_to_num(score)
        below += weight * ~np.isnan(score)
    score = np.divide(above, below, out=np.full(len(scores), np.nan), where=below > 0)
    return pd.DataFrame({"score": score, "known": below / sum(weights)}, scores.index)


def quadrants(attractiveness: pd.Series, strength: pd.Series, *, cut: float) -> pd.Series:
    """The quadrant of each account; a score on the cut is above it.

    >>> attractiveness, strength = pd.Series([0.5, 0.9, 0.1, None]), pd.Series([0.5, 0.2, 0.6, 1])
    >>> quadrants(attractiveness, strength, cut=0.5).tolist()
    ['strategic', 'star', 'status', 'not placeable']
    """
    attractive, strong = attractiveness.round(DIGITS) >= cut, strength.round(DIGITS) >= cut
    known = attractiveness.notna() & strength.notna()
    corners = [attractive & strong, attractive & ~strong, ~attractive & strong]
    names = np.select([~known, *corners], [NOT_PLACEABLE, *QUADRANTS[:3]], default=QUADRANTS[3])
    return pd.Series(list(names), attractiveness.index, dtype="str", name="quadrant")


def quadrant_sizes(table: pd.DataFrame, revenue: pd.Series) -> pd.DataFrame:
    """Accounts and revenue per quadrant.

    Returns
    -------
    Indexed by ``quadrant`` (``QUADRANTS``, then "not placeable"): ``accounts``; ``revenue``
    (net, window, currency).
    """
    names = pd.Index([*QUADRANTS, NOT_PLACEABLE], dtype="str", name="quadrant")
    groups = revenue.reindex(table.index).groupby(table["quadrant"])
    sizes = pd.DataFrame({"accounts": groups.size(), "revenue": groups.sum()})
    return sizes.reindex(names, fill_value=0)


def portfolio_headline(table: pd.DataFrame, revenue: pd.Series) -> str:
    """How many are in which quadrant, what strategic ones bring, how many are not placeable."""
    sizes = quadrant_sizes(table, revenue)
    total = sizes["revenue"].clip(lower=0).sum()
    if not sizes["accounts"].drop(NOT_PLACEABLE).sum():
        return _("No account can be placed: too little is known of attractiveness and strength.")
    return _(
        "Strategic: {strategic} accounts with {part} of revenue; to be won over (star): {star}; "
        "to be kept with little effort (status): {status}; to be served simply (streamline): "
        "{streamline}. Not placeable: {rest}."
    ).format(
        **{name: count(sizes.loc[name, "accounts"]) for name in QUADRANTS},
        part=share(sizes.loc["strategic", "revenue"] / total if total else np.nan),
        rest=count(sizes.loc[NOT_PLACEABLE, "accounts"]),
    )


def _here(classes: pd.DataFrame) -> pd.Series:
    """Why an account is outside the matrix, whatever is known of it; else empty."""
    outside = [classes["lost"].astype(bool), ~(classes["value"] > 0)]
    words = [_("lost: see win-back"), _("no positive value in the window")]
    return pd.Series(list(np.select(outside, words, default="")), classes.index, dtype="str")


def _reasons(
    table: pd.DataFrame, here: pd.Series, words: pd.DataFrame, settings: Settings
) -> pd.Series:
    least = settings.portfolio.min_known
    halves = [
        _axis_words(table["attractiveness"], _("attractiveness"), words, ATTRACTIVENESS, least),
        _axis_words(table["strength"], _("strength"), words, STRENGTH, least),
    ]
    rows = zip(here, *halves, strict=True)
    told = [outside or f"{first}; {second}" for outside, first, second in rows]
    return pd.Series(told, table.index, dtype="str")


def _axis_words(
    scores: pd.Series, shown: str, words: pd.DataFrame, parts: tuple[str, ...], least: float
) -> list[str]:
    names, texts = part_names(), []
    few = _("{axis} not known: under {least} of its weights")
    for score, facts in zip(scores, words[list(parts)].itertuples(index=False), strict=True):
        head = few.format(axis=shown, least=share(least, 0))
        text = head if np.isnan(score) else f"{shown} {number(score)}"
        known = ", ".join(fact for fact in facts if fact)
        missing = [names[part] for part, fact in zip(parts, facts, strict=True) if not fact]
        if known:
            text += f" ({known})"
        if missing:
            text += _("; unknown: {missing}").format(missing=", ".join(missing))
        texts.append(text)
    return texts
