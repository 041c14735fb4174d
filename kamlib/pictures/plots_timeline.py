"""The relationship with one account as a picture: one lane per kind of event."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.lines import Line2D

from kamlib.analysis.account.timeline import LANES
from kamlib.show.theme import ABC_COLOURS, GRID, INK, MUTED, describe, new_axes, themed
from kamlib.words import _, count

GOOD, BAD, PLAIN = ABC_COLOURS["B"], "#b85c14", "#93a1af"
ORDERS = "orders"
FULL_DAYS = 30  # a stem of this many days fills its lane
# Shapes tell the states apart in grey print: full up, full down, hollow.
TALK_MARKS = {"meeting": ("o", 26), "call": ("o", 9), "e-mail": ("|", 22), "brief": ("d", 16)}
TENDER_MARKS = {
    "good": ("^", GOOD),
    "bad": ("v", BAD),
    "open": ("D", "white"),
    "plain": ("s", PLAIN),
}


@themed
def plot_timeline(
    events: pd.DataFrame, days: pd.DataFrame, *, as_of: pd.Timestamp, months: int,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Orders as a light track, and below it what was promised, paid, complained of and said.

    Lanes without an event are left out.

    Parameters
    ----------
    events
        The table of ``timeline``.
    days
        The account's rows of ``account_days``.
    months
        How far back the picture goes; what is older and still open is drawn at its left edge.
    """
    as_of = pd.Timestamp(as_of)
    begin = as_of + pd.Timedelta(days=1) - pd.DateOffset(months=months)
    lanes = [ORDERS, *(lane for lane in LANES if (events["lane"] == lane).any())]
    ax = ax or new_axes(9, 0.9 + 0.52 * len(lanes))
    shown = events.assign(date=events["date"].clip(lower=begin), until=events["until"])
    _orders(ax, days[(days["date"] >= begin) & (days["date"] <= as_of)])
    for row, lane in enumerate(lanes[1:], start=1):
        ax.axhline(row + 0.5, color=GRID, linewidth=0.8, zorder=0)
        _DRAW[lane](ax, row, shown[shown["lane"] == lane], as_of)
    ax.axhline(0.5, color=GRID, linewidth=0.8, zorder=0)
    ax.axvline(as_of, color=MUTED, linewidth=0.8, linestyle=":")
    ax.set_yticks(range(len(lanes)), [_lane_name(lane) for lane in lanes])
    latest = max(as_of, events["date"].max()) if len(events) else as_of
    ax.set_xlim(begin - pd.Timedelta(days=8), latest + pd.Timedelta(days=12))
    ax.set_ylim(len(lanes) - 0.45, -0.55)
    locator = AutoDateLocator(minticks=4, maxticks=9)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    ax.spines["left"].set_visible(False)
    _key(ax)
    return describe(ax, timeline_alt(events))


def timeline_alt(events: pd.DataFrame) -> str:
    """What the timeline shows, counted."""
    lanes = events["lane"].value_counts()
    late = events[events["lane"].eq("deliveries") & events["state"].isin(["bad", "overdue"])]
    still = events["state"].isin(["open", "overdue"]).sum()
    return _(
        "Timeline: {deliveries} deliveries, {late} of them late or incomplete; {payments} "
        "payments; {complaints} complaints and requests; {talks} talks; {tenders} tenders; "
        "{open} things open."
    ).format(
        **{name: count(lanes.get(name, 0)) for name in
           ("deliveries", "payments", "complaints", "talks", "tenders")},
        late=count(len(late)), open=count(still),
    )  # fmt: skip


def _lane_name(lane: str) -> str:
    return {
        "orders": _("Orders"),
        "deliveries": _("Deliveries\nlate ↑ early ↓"),
        "payments": _("Payments\nlate ↑ early ↓"),
        "complaints": _("Complaints,\nrequests"),
        "talks": _("Talks"),
        "tenders": _("Tenders"),
        "steps": _("Next steps"),
        "losses": _("Lost,\nwin-back"),
    }[lane]


def _orders(ax: Axes, days: pd.DataFrame) -> None:
    bought = days[days["ordered"].fillna(False).astype(bool)]
    largest = max(bought["revenue"].max(), 1) if len(bought) else 1
    heights = 0.75 * np.sqrt(bought["revenue"].clip(lower=0) / largest)
    ax.vlines(bought["date"], 0.4 - heights, 0.4, color="#b9cfe2", linewidth=1.5)


def _stems(ax: Axes, row: int, events: pd.DataFrame, _as_of: pd.Timestamp) -> None:
    """Late upwards, early downwards, both up to a lane's half; overdue ones hollow."""
    size = (events["days"].fillna(0).clip(-FULL_DAYS, FULL_DAYS) / FULL_DAYS * 0.4).to_numpy()
    late = size > 0
    for chosen, colour in ((late, BAD), (size < 0, GOOD)):
        ax.vlines(events["date"][chosen], row, row - size[chosen], color=colour, linewidth=1.3)
    on_time = events["date"][size == 0]
    ax.scatter(on_time, [row] * len(on_time), s=4, color=PLAIN, zorder=3)
    overdue = (events["state"] == "overdue").to_numpy()
    ax.scatter(events["date"][overdue], row - size[overdue], s=22, facecolor="white",
               edgecolor=BAD, linewidth=1.4, zorder=4)  # fmt: skip
    partly = (events["kind"] == "incomplete").to_numpy()
    ax.scatter(events["date"][partly], [row] * partly.sum(), s=22, marker="x", color=BAD, zorder=4,
               linewidth=1.1)  # fmt: skip


def _disputes(ax: Axes, row: int, events: pd.DataFrame, as_of: pd.Timestamp) -> None:
    """From the day to its settlement: complaints above, requests below; open ones end hollow."""
    for event in events.itertuples():
        complaint = event.kind == "complaint"
        y, colour = (row - 0.14, BAD) if complaint else (row + 0.16, GOOD)
        end = as_of if pd.isna(event.until) else event.until
        ax.hlines(y, event.date, end, color=colour, linewidth=2.2)
        ax.scatter([event.date], [y], s=12, color=colour, zorder=4)
        if event.state == "open":
            ax.scatter([end], [y], s=24, facecolor="white", edgecolor=colour, zorder=4)
            text = _("{days} d").format(days=count(event.days))
            ax.annotate(text, (end, y), (5, 0), textcoords="offset points", va="center",
                        fontsize=7, color=colour)  # fmt: skip


def _talk_marks(ax: Axes, row: int, events: pd.DataFrame, _as_of: pd.Timestamp) -> None:
    for kind, part in events.groupby("kind"):
        marker, size = TALK_MARKS.get(kind, ("s", 8))
        y = row + (0.22 if kind == "brief" else 0.0)
        hollow = {"facecolor": "white", "edgecolor": PLAIN} if kind == "brief" else {"color": INK}
        ax.scatter(part["date"], [y] * len(part), s=size, marker=marker, linewidth=0.9, **hollow)


def _tender_marks(ax: Axes, row: int, events: pd.DataFrame, _as_of: pd.Timestamp) -> None:
    for state, part in events.groupby("state"):
        marker, colour = TENDER_MARKS.get(state, TENDER_MARKS["plain"])
        edge = INK if state == "open" else colour
        ax.scatter(part["date"], [row] * len(part), s=42, marker=marker, color=colour,
                   edgecolor=edge, linewidth=0.9, zorder=3)  # fmt: skip


def _steps(ax: Axes, row: int, events: pd.DataFrame, _as_of: pd.Timestamp) -> None:
    looks = {
        "plain": {"s": 7, "color": PLAIN},
        "open": {"s": 26, "facecolor": "white", "edgecolor": GOOD, "linewidth": 1.4},
        "overdue": {"s": 34, "color": BAD, "marker": "X"},
    }
    for state, look in looks.items():
        part = events[events["state"] == state]
        ax.scatter(part["date"], [row] * len(part), zorder=3, **look)


def _losses(ax: Axes, row: int, events: pd.DataFrame, _as_of: pd.Timestamp) -> None:
    for event in events.itertuples():
        colour = {"good": GOOD, "bad": BAD}.get(event.state, PLAIN)
        marker = "X" if event.kind == "loss" else "P"
        ax.scatter([event.date], [row], s=40, marker=marker, color=colour, zorder=3)


def _key(ax: Axes) -> None:
    def mark(marker: str, colour: str, text: str, *, size: float = 6, hollow: bool = False):
        face = "white" if hollow else colour
        return Line2D([], [], linestyle="none", marker=marker, markersize=size, label=text,
                      markerfacecolor=face, markeredgecolor=colour)  # fmt: skip

    handles = [
        mark("o", INK, _("meeting"), size=5),
        mark("o", INK, _("call"), size=3),
        mark("|", INK, _("e-mail")),
        mark("d", PLAIN, _("brief"), hollow=True),
        mark("^", GOOD, _("won")),
        mark("v", BAD, _("lost")),
        mark("o", BAD, _("still open"), hollow=True),
        mark("X", BAD, _("overdue")),
        mark("x", BAD, _("incomplete")),
    ]
    ax.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 1), ncols=9, fontsize=7.5,
              handletextpad=0.1, columnspacing=1.0, borderaxespad=0.2)  # fmt: skip


_DRAW = {
    "deliveries": _stems,
    "payments": _stems,
    "complaints": _disputes,
    "talks": _talk_marks,
    "tenders": _tender_marks,
    "steps": _steps,
    "losses": _losses,
}
