"""Pictures of one account: order days, lines, months of the year, and the relationship in lanes."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from kamlib.analysis.account.timeline import LANES
from kamlib.show.theme import (
    ABC_COLOURS,
    ACCENT,
    GRID,
    INK,
    MUTED,
    describe,
    label,
    legend_above,
    money_axis,
    new_axes,
    short_money,
    themed,
)
from kamlib.words import _, count, day

MAX_LINES = 10
ROW_HEIGHT = 0.8  # of the largest order day, in rows
YEARS = ("#0b2f5b", "#5d9fce", "#a9b6c3", "#ccd4dc")  # this year first
DASHES = ("-", "-", (0, (4, 2)), (0, (1, 2)))
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
def plot_order_days(
    days: pd.DataFrame, *, as_of: pd.Timestamp, years: int = 3, currency: str = "",
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """A strip per year with a stroke for each order day: rhythm, season and silence at a look.

    Parameters
    ----------
    days
        The account's rows of ``account_days``: ``date``, ``revenue``, ``ordered``. The height
        of a stroke grows with the root of the day's revenue; days of returns only are dots.
    as_of
        The last day; each strip is one year and the last ends here.
    years
        How many strips; fewer where the account is younger.
    """
    as_of = pd.Timestamp(as_of)
    starts = _year_starts(days, as_of, years)
    ax = ax or new_axes(9, 0.75 + 0.55 * len(starts))
    bought = days[days["ordered"].fillna(False).astype(bool)]
    largest = max(bought.loc[bought["date"] >= starts[0], "revenue"].max(), 1) if len(bought) else 1
    names = []
    for row, start in enumerate(starts):
        end = min(start + pd.DateOffset(years=1) - pd.Timedelta(days=1), as_of)
        year = days[(days["date"] >= start) & (days["date"] <= end)]
        _strip(ax, row, year, start, largest)
        names.append(_("to {end}").format(end=day(end)))
        ordered = year[year["ordered"].fillna(False).astype(bool)]
        text = _("{n} days, {money}").format(
            n=count(len(ordered)), money=short_money(year["revenue"].sum(), currency)
        )
        ax.text(372, row + 0.1, text, va="center", fontsize=8, color=INK)
    _silence(ax, bought, starts[-1], as_of, len(starts) - 1)
    months = pd.date_range(starts[-1], periods=12, freq="MS")
    ax.set_xticks([(month - starts[-1]).days for month in months], months.strftime("%b"), ha="left")
    ax.xaxis.tick_top()
    ax.set_yticks([row + 0.1 for row in range(len(starts))], names)
    ax.set(xlim=(0, 470), ylim=(len(starts) - 0.4, -0.75))
    ax.grid(visible=False, axis="y")
    ax.vlines([(month - starts[-1]).days for month in months], -0.6, len(starts) - 0.4, color=GRID,
              linewidth=0.6, zorder=0)  # fmt: skip
    for side in ax.spines.values():
        side.set_visible(False)
    return describe(ax, _order_days_alt(bought, starts, as_of))


@themed
def plot_lines(
    lines: pd.DataFrame, *, currency: str = "", span: str = "12 months", ax: Axes | None = None
) -> Axes:
    """What the account buys by line: twelve months (dark) against the twelve before (light).

    Parameters
    ----------
    lines
        The table of ``line_changes``, indexed by product line.
    span
        What the twelve months are called, where the data does not cover them.
    """
    shown = lines[lines["state"] != "long gone"].head(MAX_LINES)
    ax = ax or new_axes(9, 0.9 + 0.42 * max(len(shown), 2))
    rows = np.arange(len(shown))
    before = shown["revenue_before"].fillna(0).to_numpy(float)
    now = shown["revenue"].to_numpy(float)
    ax.barh(rows - 0.17, now, height=0.34, color=ABC_COLOURS["A"])
    ax.barh(rows + 0.17, before, height=0.28, color=ABC_COLOURS["C"])
    for row, (value, past, line) in enumerate(zip(now, before, shown.itertuples(), strict=True)):
        text = f"{_signed(line.change, currency)}  {line.state}".strip()
        worse = line.state in ("left", "shrunk")
        ax.annotate(text, (max(value, past, 0), row), (6, 0), textcoords="offset points",
                    va="center", fontsize=8, color="#a8480b" if worse else INK)  # fmt: skip
    ax.set_yticks(rows, [label(line or _("no line"), 22) for line in shown.index])
    ax.set_ylim(max(len(shown), 1) - 0.4, -0.6)
    top = max(now.max(initial=0), before.max(initial=0)) or 1
    ax.set_xlim(min(now.min(initial=0), before.min(initial=0), 0) * 1.05, top * 1.22)
    money_axis(ax.xaxis)
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    ax.set_xlabel(" ".join(filter(None, [_("Revenue"), currency and f"({currency})"])))
    legend_above(
        ax,
        [
            Patch(facecolor=ABC_COLOURS["A"], label=span),
            Patch(facecolor=ABC_COLOURS["C"], label=_("the 12 before")),
        ],
    )
    return describe(ax, _lines_alt(shown, currency, span))


@themed
def plot_season(grid: pd.DataFrame, *, currency: str = "", ax: Axes | None = None) -> Axes:
    """Revenue by month of the year, this year over the last ones.

    Parameters
    ----------
    grid
        The table of ``season``: twelve months by year, the latest year last.
    """
    ax = ax or new_axes(9, 3)
    months = np.arange(len(grid))
    for age, year in enumerate(reversed(grid.columns)):
        look = min(age, len(YEARS) - 1)
        ax.plot(months, grid[year].to_numpy(float), color=YEARS[look], linestyle=DASHES[look],
                linewidth=2.4 if age == 0 else 1.6, marker="o" if age == 0 else None,
                markersize=4, zorder=5 - look, label=_("to {end}").format(end=year))  # fmt: skip
    ax.set_xticks(months, grid.index)
    ax.set_xlim(-0.3, len(grid) - 0.7)
    if grid.size and grid.min(axis=None) < 0:
        ax.axhline(0, color=MUTED, linewidth=0.8)
    else:
        ax.set_ylim(bottom=0)
    money_axis(ax.yaxis)
    ax.set_ylabel(" ".join(filter(None, [_("Revenue"), currency and f"({currency})"])))
    if len(grid.columns):
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, borderaxespad=0)
    return describe(ax, _season_alt(grid, currency))


def _signed(change: float, currency: str) -> str:
    if pd.isna(change):
        return ""
    sign = "+" if change > 0 else "-" if change < 0 else ""
    return f"{sign}{short_money(abs(change), currency)}"


def _year_starts(days: pd.DataFrame, as_of: pd.Timestamp, years: int) -> list[pd.Timestamp]:
    after = as_of + pd.Timedelta(days=1)
    starts = [after - pd.DateOffset(years=age) for age in range(years, 0, -1)]
    first = days["date"].min() if len(days) else as_of
    return [start for start in starts[:-1] if start + pd.DateOffset(years=1) > first] + starts[-1:]


def _strip(ax: Axes, row: int, year: pd.DataFrame, start: pd.Timestamp, largest: float) -> None:
    ax.hlines(row + 0.4, 0, 366, color=GRID, linewidth=1)
    ordered = year["ordered"].fillna(False).astype(bool)
    places = (year["date"] - start).dt.days
    heights = ROW_HEIGHT * np.sqrt(year["revenue"].clip(lower=0) / largest)
    strokes = [
        [(x, row + 0.4), (x, row + 0.4 - max(height, 0.08))]
        for x, height in zip(places[ordered], heights[ordered], strict=True)
    ]
    ax.add_collection(LineCollection(strokes, colors=ABC_COLOURS["B"], linewidths=1.5))
    back = places[~ordered]
    ax.scatter(back, [row + 0.4] * len(back), s=9, color=ACCENT, zorder=4)


def _silence(
    ax: Axes, bought: pd.DataFrame, start: pd.Timestamp, as_of: pd.Timestamp, row: int
) -> None:
    last = bought["date"].max() if len(bought) else pd.NaT
    if pd.isna(last) or (as_of - last).days < 60:
        return
    begin, end = max((last - start).days, 0), (as_of - start).days
    ax.hlines(row + 0.4, begin, end, color=ACCENT, linewidth=3)
    text = _("silent for {days} days").format(days=count((as_of - last).days))
    ax.text((begin + end) / 2, row + 0.22, text, ha="center", va="center", fontsize=7.5,
            color="#a8480b")  # fmt: skip


def _order_days_alt(bought: pd.DataFrame, starts: list, as_of: pd.Timestamp) -> str:
    shown = bought[bought["date"] >= starts[0]]
    if shown.empty:
        return _("No order day between {first} and {last}.").format(
            first=day(starts[0]), last=day(as_of)
        )
    gaps = shown["date"].diff().dt.days
    text = _("{n} order days from {first} to {last}, the last on {latest}").format(
        n=count(len(shown)), first=day(starts[0]), last=day(as_of), latest=day(shown["date"].max())
    )
    if gaps.notna().any():
        text += _("; the longest gap was {gap} days").format(gap=count(gaps.max()))
    return f"{text}."


def _lines_alt(shown: pd.DataFrame, currency: str, span: str) -> str:
    parts = [
        f"{line or _('no line')} {short_money(row['revenue'], currency)} ({row['state']})"
        for line, row in shown.iterrows()
    ]
    listed = ", ".join(parts) or "–"
    return _("Revenue by product line in {span}: {lines}.").format(span=span, lines=listed)


def _season_alt(grid: pd.DataFrame, currency: str) -> str:
    if grid.empty or not len(grid.columns):
        return _("No month with a sale.")
    last = grid[grid.columns[-1]]
    return _("Revenue by month in {years} years; in the last one most in {month}: {money}.").format(
        years=count(len(grid.columns)),
        month=last.fillna(0).idxmax(),
        money=short_money(last.max(), currency),
    )


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
        if event.state in ("open", "overdue"):
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
