"""Pictures of the key accounts: their criteria, how sure their rank is, their types and share."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from kamlib.show.columns import column
from kamlib.show.labels import label, share_axis, short_money
from kamlib.show.theme import (
    ABC_COLOURS,
    ACCENT,
    GRID,
    HEAT,
    MUTED,
    describe,
    legend_above,
    new_axes,
    text_colour,
    themed,
)
from kamlib.words import _, count, number, share

CRITERIA = ("income", "reliability", "long_term", "growth", "new_income", "reputation")
ROW_INCHES = 0.26
UNKNOWN = "?"


@themed
def plot_criteria(criteria: pd.DataFrame, rows: int = 25, *, ax: Axes | None = None) -> Axes:
    """The six criteria of the first accounts: darker is better, a question mark is unknown.

    Parameters
    ----------
    criteria
        Indexed by account, in the order in which to show them: ``name``, the six scores
        (0–1, NaN where unknown) and ``score``.
    rows
        How many accounts are shown.
    """
    shown = criteria.head(rows)
    ax = ax or new_axes(9, 1.1 + ROW_INCHES * max(len(shown), 2))
    names = [*CRITERIA, "score"]
    for y, row in enumerate(shown[names].itertuples(index=False)):
        for x, value in enumerate(row):
            _criterion_tile(ax, x + (0.15 if x == len(CRITERIA) else 0), y, value)
    heads = [column(name).label for name in names]
    places = [x + 0.5 + (0.15 if x == len(CRITERIA) else 0) for x in range(len(names))]
    ax.set_xticks(places, [_broken(text) for text in heads])
    ax.set_yticks([y + 0.5 for y in range(len(shown))], _names(shown, 30))
    ax.xaxis.tick_top()
    ax.set(xlim=(0, len(names) + 0.15), ylim=(max(len(shown), 1), 0))
    ax.grid(visible=False)
    for side in ax.spines.values():
        side.set_visible(False)
    return describe(ax, _criteria_alt(shown))


@themed
def plot_rank_range(criteria: pd.DataFrame, rows: int = 20, *, ax: Axes | None = None) -> Axes:
    """The rank of the first accounts, and its range when every weight moves up or down.

    Parameters
    ----------
    criteria
        Indexed by account, best first: ``name``, ``rank``, ``rank_best``, ``rank_worst``.
    """
    shown = criteria[criteria["rank"].notna()].head(rows)
    ax = ax or new_axes(7.5, 0.9 + 0.24 * max(len(shown), 2))
    places = range(len(shown))
    ax.hlines(places, shown["rank_best"], shown["rank_worst"], color=ABC_COLOURS["C"], linewidth=6)
    ax.plot(shown["rank"], places, "o", color=ABC_COLOURS["A"], markersize=6)
    ax.set_yticks(list(places), _names(shown, 30))
    ax.set_ylim(max(len(shown), 1) - 0.4, -0.6)
    ax.set_xlim(left=0)
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    ax.set_xlabel(_("Rank by weighted score (1 is best)"))
    widest = (shown["rank_worst"] - shown["rank_best"]).max() if len(shown) else 0
    return describe(
        ax,
        _(
            "Ranks of {accounts} accounts with their range under other weights; the widest "
            "range spans {ranks} ranks."
        ).format(accounts=count(len(shown)), ranks=count(widest)),
    )


@themed
def plot_types(
    types: pd.DataFrame, revenue: pd.Series, *, currency: str = "", ax: Axes | None = None
) -> Axes:
    """Accounts and revenue of the four types; an account with several counts in each.

    Parameters
    ----------
    types
        Indexed by account: ``breadwinner``, ``prospective``, ``image``, ``expert`` (bool).
    revenue
        Net revenue of the window per account.
    """
    ax = ax or new_axes(7.5, 2.6)
    names = ("breadwinner", "prospective", "image", "expert")
    sums = [float(revenue.reindex(types.index)[types[name]].sum()) for name in names]
    numbers = [int(types[name].sum()) for name in names]
    ax.barh(range(len(names)), sums, color=ABC_COLOURS["B"], height=0.6)
    for y, (money, accounts) in enumerate(zip(sums, numbers, strict=True)):
        told = _("{money}, {accounts} accounts") if accounts != 1 else _("{money}, 1 account")
        text = told.format(money=short_money(money, currency), accounts=count(accounts))
        ax.annotate(text, (max(money, 0), y), (5, 0), textcoords="offset points", va="center")
    ax.set_yticks(range(len(names)), [column(name).label for name in names])
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.set_xlim(0, max([*sums, 1]) * 1.45)
    ax.set_xticks([])
    ax.grid(visible=False)
    ax.spines["bottom"].set_visible(False)
    listed = ", ".join(
        f"{column(name).label}: {count(accounts)}"
        for name, accounts in zip(names, numbers, strict=True)
    )
    return describe(ax, _("Accounts per type: {listed}.").format(listed=listed))


@themed
def plot_key_share(
    shares: Mapping[str, float] | pd.Series, band: tuple[float, float], *, ax: Axes | None = None
) -> Axes:
    """What key accounts bring, beside the band that is usual.

    Parameters
    ----------
    shares
        Share (0–1, NaN where unknown) by what it is a share of: a column's name.
    band
        The usual lower and upper share.
    """
    known = {column(n).label: value for n, value in shares.items() if not pd.isna(value)}
    ax = ax or new_axes(7.5, 1.1 + 0.45 * max(len(known), 1))
    ax.axvspan(*band, color=ABC_COLOURS["D"], zorder=0)
    for y, (name, value) in enumerate(known.items()):
        inside = band[0] <= value <= band[1]
        ax.barh(y, value, height=0.5, color=ABC_COLOURS["A"] if inside else ACCENT)
        ax.annotate(f"{name}: {share(value)}", (max(value, 0), y), (5, 0),
                    textcoords="offset points", va="center", fontweight="bold")  # fmt: skip
    ax.set_yticks([])
    ax.set(xlim=(0, 1.25), ylim=(max(len(known), 1) - 0.5, -0.5))
    ax.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    share_axis(ax.xaxis)
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    told = _("usual: {low} to {high}").format(low=share(band[0], 0), high=share(band[1], 0))
    legend_above(ax, [Patch(facecolor=ABC_COLOURS["D"], label=told)])
    listed = ", ".join(f"{name} {share(value)}" for name, value in known.items())
    return describe(ax, _("Share of key accounts: {listed}; {usual}.").format(
        listed=listed or _("unknown"), usual=told))  # fmt: skip


def _criterion_tile(ax: Axes, x: float, y: int, value: float) -> None:
    known = not pd.isna(value)
    colour = HEAT(float(value)) if known else "white"
    ax.add_patch(
        Rectangle((x + 0.03, y + 0.06), 0.94, 0.88, facecolor=colour,
                  edgecolor=GRID if known else MUTED, linewidth=0.6,
                  linestyle="-" if known else (0, (2, 2)))
    )  # fmt: skip
    ink = text_colour(colour) if known else MUTED
    ax.text(x + 0.5, y + 0.52, number(value) if known else UNKNOWN, ha="center", va="center",
            fontsize=8, color=ink)  # fmt: skip


def _names(frame: pd.DataFrame, width: int) -> list[str]:
    names = frame["name"] if "name" in frame else pd.Series("", index=frame.index)
    return [label(name or account, width) for account, name in names.items()]


def _broken(text: str) -> str:
    return text.replace(" ", "\n", 1) if len(text) > 9 else text


def _criteria_alt(shown: pd.DataFrame) -> str:
    if shown.empty:
        return _("Criteria: no account to show.")
    known = shown[list(CRITERIA)].notna()
    best = shown["score"].idxmax() if shown["score"].notna().any() else shown.index[0]
    return _(
        "Six criteria of {accounts} accounts, 0 to 1; {known} of {all} scores are known. "
        "The best weighted score is {score}: {name}."
    ).format(
        accounts=count(len(shown)),
        known=count(known.to_numpy().sum()),
        all=count(known.size),
        score=number(shown.loc[best, "score"]),
        name=shown.loc[best].get("name") or best,
    )
