"""Pictures of the plan: who of a buying committee is reached, and the quarter's calendar."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from kamlib.data.describe.schema import CONTACT_ROLES
from kamlib.pictures.marks import ALARM, heat_map, key, raise_key, row_axes, row_names, table_axes
from kamlib.pictures.targeting import tier_word
from kamlib.show.columns import column
from kamlib.show.theme import (
    ABC_COLOURS,
    ACCENT,
    GRID,
    HEAT,
    INK,
    MUTED,
    describe,
    label,
    legend_above,
    new_axes,
    say,
    themed,
)
from kamlib.words import _, count, share

REACHED, KNOWN, MISSING = ABC_COLOURS["A"], ABC_COLOURS["C"], "#f1f3f6"
FIRST, CROWD = "one-to-one", ("one-to-few", "one-to-many", "find out")
SYMBOLS = ("o", "s", "D", "^", "v", "P", "X", "*")
# So a channel keeps its symbol from quarter to quarter; others take what is left.
CHANNELS = ("visit", "phone", "e-mail", "internal", "event", "mail", "online")
ROW_INCHES = 0.3


@themed
def plot_committees(
    committees: pd.DataFrame, cards: pd.DataFrame, rows: int = 25, *, reached_days: float = 365,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Which part of each buying committee is reached, only known, or missing.

    Parameters
    ----------
    committees
        The table of ``buying_committees``, indexed by prospect: ``roles_known``,
        ``coverage`` (0–1), ``decider``, ``decider_reached``, ``single_thread`` (bool);
        ``name`` of the target.
    cards
        The table of ``contact_cards``: ``prospect``, ``role``, ``silent_days`` (NaN where
        never talked with).
    rows
        How many targets are shown.
    reached_days
        A talk within so many days is contact.
    """
    shown = committees.head(rows)
    talked = cards[cards["silent_days"].le(reached_days)]
    reached = talked.groupby("prospect")["role"].agg(set).to_dict()
    ax = row_axes(ax, len(shown), ROW_INCHES)
    signs = pd.DataFrame("", shown.index, list(CONTACT_ROLES))
    for prospect, known in shown["roles_known"].items():
        signs.loc[prospect, [role for role in CONTACT_ROLES if role in _split(known)]] = "○"
        signs.loc[prospect, [r for r in CONTACT_ROLES if r in reached.get(prospect, ())]] = "✓"
    steps = signs.replace({"": 0.0, "○": 0.5, "✓": 1.0}).astype(float)
    heat_map(ax, steps, signs, scale=ListedColormap([MISSING, KNOWN, REACHED]))
    for y, facts in enumerate(shown.to_dict("records")):
        text, alarm = committee_word(facts)
        ax.text(len(CONTACT_ROLES) + 0.72, y + 0.5, share(facts["coverage"], 0), ha="right",
                va="center", fontsize=8)  # fmt: skip
        look = {"color": ALARM, "weight": "bold"} if alarm else {"color": MUTED}
        ax.text(len(CONTACT_ROLES) + 0.95, y + 0.5, text, va="center", fontsize=8, **look)
    heads = [*(role_word(role) for role in CONTACT_ROLES), _("known")]
    table_axes(ax, heads, row_names(shown, 28), room=2.6)
    ax.tick_params(axis="x", labelsize=7.5)
    ax.tick_params(axis="y", labelcolor=INK)
    key(ax, {_("reached ✓"): REACHED, _("known, not reached ○"): KNOWN, _("missing"): MISSING})
    raise_key(ax, 0.28)
    if shown.empty:
        say(ax, _("No buying committee is recorded."))
    return describe(ax, _committees_alt(committees))


@themed
def plot_campaign(
    campaign: pd.DataFrame, rows: int = 20, *, ours: Mapping[str, str] | None = None,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """The quarter week by week: each step at the one-to-one targets, the others by number.

    Parameters
    ----------
    campaign
        The table of ``campaign``: ``date``, ``prospect``, ``name``, ``tier``, ``channel``,
        ``owner`` (sales), ``marketing`` (owner), ``sales_hours``, ``marketing_hours``.
    rows
        How many one-to-one targets are shown, those that begin first.
    ours
        Names of our people by code.
    """
    steps = campaign[campaign["date"].notna()]
    tiers = steps["tier"].astype("str")
    weeks = steps["date"].dt.to_period("W-SUN").dt.start_time
    first = steps[tiers == FIRST]
    codes = list(dict.fromkeys(first["prospect"]))[:rows]
    crowd = [tier for tier in CROWD if (tiers == tier).any()]
    ax = ax or new_axes(9, 1.3 + ROW_INCHES * max(len(codes) + len(crowd), 2))
    channels = _channels(steps["channel"])
    for y, code in enumerate(codes):
        mine = first[first["prospect"] == code]
        _steps(ax, y, mine, weeks.loc[mine.index], channels)
    gap = len(codes) + (0.3 if codes and crowd else 0)
    for at, tier in enumerate(crowd):
        for week, number in weeks[tiers == tier].value_counts().items():
            ax.text(week + pd.Timedelta(days=3.5), gap + at, count(number), ha="center",
                    va="center", fontsize=8, bbox={"boxstyle": "round,pad=0.25", "linewidth": 0,
                                                   "facecolor": HEAT(0.15)})  # fmt: skip
    texts = [_whose(first[first["prospect"] == code], code, ours or {}) for code in codes]
    texts += [_("{tier}: steps").format(tier=tier_word(tier)) for tier in crowd]
    _weeks_axis(ax, weeks, [*range(len(codes)), *(gap + at for at in range(len(crowd)))], texts)
    _campaign_key(ax, first[first["prospect"].isin(codes)], channels)
    more = first["prospect"].nunique() - len(codes)
    if more > 0:
        ax.annotate(_("… {n} more one-to-one targets in the table").format(n=count(more)), (1, 0),
                    (0, -30), xycoords="axes fraction", textcoords="offset points", ha="right",
                    fontsize=8, color=MUTED)  # fmt: skip
    if steps.empty:
        say(ax, _("No step is planned."))
    return describe(ax, _campaign_alt(steps, tiers))


def role_word(role: str) -> str:
    """A part in a buying committee as a reader sees it."""
    return {
        "decides": _("decides"),
        "signs": _("signs"),
        "champions": _("champions"),
        "influences": _("influences"),
        "uses": _("uses"),
        "gatekeeps": _("gatekeeps"),
        "opposes": _("opposes"),
    }.get(role, role)


def committee_word(facts: dict) -> tuple[str, bool]:
    """What is most wrong with a committee, and whether that is an alarm."""
    if facts["single_thread"]:
        return _("all talks with one person"), True
    if not facts["decider"]:
        return _("nobody known who decides"), True
    if not facts["decider_reached"]:
        return _("who decides is not reached"), True
    return "", False


def _steps(ax: Axes, y: int, mine: pd.DataFrame, weeks: pd.Series, channels: dict) -> None:
    """A target's steps; those of one week stand beside each other."""
    place = mine.groupby(weeks).cumcount().to_numpy()
    number = weeks.map(weeks.value_counts()).to_numpy()
    shift = 3.5 + (place - (number - 1) / 2) * np.minimum(6.0 / number, 2.6)
    days = weeks + pd.to_timedelta(shift, unit="D")
    for day, channel, sales, marketing in zip(
        days, mine["channel"], mine["sales_hours"], mine["marketing_hours"], strict=True
    ):
        colour = ABC_COLOURS["A"] if sales > 0 else ACCENT if marketing > 0 else MUTED
        both = sales > 0 and marketing > 0
        ax.plot([day], [y], channels[channel], color=colour, markersize=8, linestyle="none",
                markeredgecolor=ACCENT if both else "white",
                markeredgewidth=1.8 if both else 0.6)  # fmt: skip


def _channels(used: pd.Series) -> dict[str, str]:
    """The symbol of each channel in use."""
    known = dict(zip(CHANNELS, SYMBOLS, strict=False))
    spare = [s for s in SYMBOLS if s not in {known[c] for c in used if c in known}]
    others = sorted(set(used) - set(known))
    return {c: known[c] for c in CHANNELS if c in set(used)} | {
        c: spare[at % len(spare)] for at, c in enumerate(others)
    }


def _whose(mine: pd.DataFrame, code: str, ours: Mapping[str, str]) -> str:
    """A target, and who of sales does its steps."""
    owner = next((owner for owner in mine["owner"] if owner), "")
    name = label(mine["name"].iloc[0] or code, 26)
    return f"{name} ({label(ours.get(owner) or owner, 14)})" if owner else name


def _weeks_axis(ax: Axes, weeks: pd.Series, places: list, texts: list[str]) -> None:
    ax.set_yticks(places, texts)
    ax.set_ylim((places[-1] if places else 1) + 0.6, -0.6)
    ax.grid(visible=False)
    if weeks.empty:
        ax.set_xticks([])
        return
    starts = pd.date_range(weeks.min(), weeks.max(), freq="7D")
    for at, start in enumerate(starts):
        if at % 2 == 0:
            ax.axvspan(start, start + pd.Timedelta(days=7), color="#f6f8fa", zorder=0)
    middles = starts + pd.Timedelta(days=3.5)
    every = 1 if len(starts) <= 14 else int(np.ceil(len(starts) / 14))
    ax.set_xticks(middles[::every], [f"{start:%d %b}" for start in starts[::every]])
    ax.set_xlim(starts[0], starts[-1] + pd.Timedelta(days=7))
    for place in places:
        ax.axhline(place, color=GRID, linewidth=0.6, zorder=0.5)
    ax.set_xlabel(_("Week from Monday"))


def _campaign_key(ax: Axes, first: pd.DataFrame, channels: dict[str, str]) -> None:
    used = [c for c in channels if (first["channel"] == c).any()]
    handles: list = [
        Line2D([], [], marker=channels[c], linestyle="none", color=MUTED, markersize=7,
               label=label(column("channel").text(c) or _("the person's own"), 16))
        for c in used
    ]  # fmt: skip
    if handles:
        handles += [
            Patch(facecolor=ABC_COLOURS["A"], label=_("sales")),
            Patch(facecolor=ACCENT, label=_("marketing")),
            Patch(facecolor=ABC_COLOURS["A"], edgecolor=ACCENT, linewidth=1.8, label=_("both")),
        ]
        legend_above(ax, handles)


def _split(roles: object) -> set[str]:
    return set(str(roles).replace(" ", "").split(","))


def _committees_alt(committees: pd.DataFrame) -> str:
    if committees.empty:
        return _("Buying committees: none recorded.")
    return _(
        "Buying committees of {n} targets: who decides is reached at {reached}; {single} hang on "
        "one person."
    ).format(
        n=count(len(committees)),
        reached=count(committees["decider_reached"].sum()),
        single=count(committees["single_thread"].sum()),
    )


def _campaign_alt(steps: pd.DataFrame, tiers: pd.Series) -> str:
    if steps.empty:
        return _("Campaign: no step is planned.")
    first = tiers == FIRST
    return _(
        "Campaign from {start} to {end}: {steps} steps, {first} of them at {targets} one-to-one "
        "targets."
    ).format(
        start=f"{steps['date'].min():%Y-%m-%d}",
        end=f"{steps['date'].max():%Y-%m-%d}",
        steps=count(len(steps)),
        first=count(first.sum()),
        targets=count(steps.loc[first, "prospect"].nunique()),
    )
