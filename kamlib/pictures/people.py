"""The decision map of one account as a drawn graph: their people, their formal line, and ours."""

from collections.abc import Mapping

import networkx as nx
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyBboxPatch

from kamlib.show.theme import INK, MUTED, describe, label, new_axes, text_colour, themed
from kamlib.words import _, count

# Attitude as colour, dark blue for us, dark orange against us, and as a sign within the circle:
# the sign tells them apart in grey print and for colour-blind readers.
ATTITUDES = {
    2: ("#0b2f5b", "++", _("supporter")),
    1: ("#2878b5", "+", _("for us")),
    0: ("#e8ebef", "0", _("neutral")),
    -1: ("#eba96b", "–", _("against us")),
    -2: ("#a8480b", "– –", _("opponent")),
}
UNKNOWN = ("#ffffff", "?", _("unknown"))
ROW = 0.46  # inches per person
STEP = 0.52  # inches per level of the formal line
WIDTH = 9.0
OURS_AT = 7.55  # inches from the left, where our people stand
NAMES_TO = 3.7  # inches: where the names of theirs end
TALKS_TO = 6.35  # inches: where the number of talks ends
RADII = {0: 0.1, 1: 0.125, 2: 0.16, 3: 0.2}  # inches, by influence


@themed
def plot_decision_map(
    people: pd.DataFrame, coverage: pd.DataFrame, ours: Mapping[str, str] | None = None,
    *, ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Everyone involved: who reports to whom, what weight and attitude each has, whom we reach.

    Everybody has a row of their own, so names never meet, however many they are.

    Parameters
    ----------
    people
        The table of ``decision_map``, indexed by contact.
    coverage
        The table of ``coverage``: ``contact``, ``ours``, ``talks``, ``owner``.
    ours
        Names of our managers by code.
    """
    if ax is None:
        ax = new_axes(WIDTH, 1.0 + ROW * max(len(people), 2))
        # Everything stands in inches already: nothing is left to lay out.
        ax.figure.set_layout_engine("none")
        ax.set_position((0.01, 0.01, 0.98, 0.98))
    spots = layout(people)
    _formal_lines(ax, people, spots)
    _dotted_lines(ax, people, spots)
    for code, person in people.iterrows():
        _person(ax, person, *spots[code])
    managers = list(dict.fromkeys(coverage["ours"]))
    seats = _seats(coverage, spots, managers)
    _talk_lines(ax, people, coverage, spots, seats)
    for code, (x, y) in seats.items():
        _our_box(ax, label((ours or {}).get(code) or code, 18), x, y)
    _frame(ax, people, seats)
    return describe(ax, _alt(people, coverage))


def layout(people: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Where each person stands, in inches: to the right by level, down by the formal line.

    Everybody gets a row; a superior stands between those who report to them, so that lines
    cross neither each other nor a name.
    """
    graph = reporting_graph(people)
    deepest = max((people["level"].max() if len(people) else 0), 1)
    step = min(STEP, 2.1 / deepest)
    order: list[str] = []
    for top in (code for code in graph if not graph.in_degree(code)):
        order += _in_order(graph, top)
    levels = nx.get_node_attributes(graph, "level")
    return {code: (0.32 + step * levels[code], ROW * row) for row, code in enumerate(order)}


def reporting_graph(people: pd.DataFrame) -> nx.DiGraph:
    """The formal line as a graph, from above to below: a forest."""
    graph = nx.DiGraph()
    for code, level in people["level"].items():
        graph.add_node(code, level=int(level))
    below = people[people["reports_to"] != ""]
    graph.add_edges_from(zip(below["reports_to"], below.index, strict=True))
    return graph


def _in_order(graph: nx.DiGraph, top: str) -> list[str]:
    """The people of a tree from the highest row to the lowest; no depth of line is too deep."""
    order, waiting = [], [(top, False)]
    while waiting:
        code, ready = waiting.pop()
        below = list(graph.successors(code))
        if ready or not below:
            order.append(code)
            continue
        half = len(below) // 2
        parts = [*((c, False) for c in below[:half]), (code, True),
                 *((c, False) for c in below[half:])]  # fmt: skip
        waiting.extend(reversed(parts))
    return order


def attitude_of(person: pd.Series) -> tuple[str, str, str]:
    """Colour, sign and word of a person's attitude."""
    attitude = person["attitude"]
    return UNKNOWN if pd.isna(attitude) else ATTITUDES[max(-2, min(2, round(attitude)))]


def _formal_lines(ax: Axes, people: pd.DataFrame, spots: dict) -> None:
    for code, above in people["reports_to"].items():
        if above:
            (x, y), (up_x, up_y) = spots[code], spots[above]
            ax.plot([up_x, up_x, x], [up_y, y, y], color=MUTED, linewidth=1.2, zorder=1,
                    solid_joinstyle="round")  # fmt: skip


def dotted_pairs(people: pd.DataFrame) -> list[tuple[str, str]]:
    """Who has a dotted line to whom: pairs (contact, who else has a say)."""
    cells = people["dotted_to"] if "dotted_to" in people else pd.Series(dtype="str")
    return [(code, above) for code, text in cells.items() for above in text.split("; ") if above]


def _dotted_lines(ax: Axes, people: pd.DataFrame, spots: dict) -> None:
    """Dashed, to the left of all people, so that they cross no name."""
    for place, (code, above) in enumerate(dotted_pairs(people)):
        (x, y), (up_x, up_y) = spots[code], spots[above]
        left, beside = 0.02 + 0.05 * (place % 3), 0.06  # inches: beside the formal line
        ax.plot([x, left, left, up_x], [y + beside, y + beside, up_y + beside, up_y + beside],
                color=MUTED, linewidth=1.0, zorder=1, linestyle=(0, (3, 2)))  # fmt: skip


def _person(ax: Axes, person: pd.Series, x: float, y: float) -> None:
    colour, sign, _word = attitude_of(person)
    weight = person["influence"]
    radius = RADII[1] if pd.isna(weight) else RADII[max(0, min(3, round(weight)))]
    decides = person["role"] in ("decides", "signs")
    # The white ground hides the lines that end behind the circle.
    ax.add_patch(Circle((x, y), radius + 0.03, facecolor="white", edgecolor="none", zorder=2))
    ax.add_patch(
        Circle(
            (x, y), radius, facecolor=colour, edgecolor=INK, zorder=3,
            linewidth=2.2 if decides else 0.8, linestyle=":" if pd.isna(weight) else "-",
        )
    )  # fmt: skip
    ax.text(x, y, sign, ha="center", va="center", fontsize=6 + 14 * (radius - 0.1), weight="bold",
            color=text_colour(colour), zorder=4)  # fmt: skip
    room = int((NAMES_TO - x - 0.3) / 0.083)
    place = x + radius + 0.09
    ax.text(place, y - 0.085, label(person["name"], room), va="center", fontsize=9, weight="bold")
    facts = [person["position"], person["role"] or _("part unknown")]
    text = " · ".join(fact for fact in facts if fact)
    room = int((NAMES_TO - place) / 0.066)
    ax.text(place, y + 0.095, label(text, room), va="center", fontsize=7.5,
            color=MUTED)  # fmt: skip


def _seats(coverage: pd.DataFrame, spots: dict, managers: list[str]) -> dict:
    """Where our people stand: at the middle of whom they look after, never on top of each other."""
    middle = {
        code: coverage.loc[coverage["ours"] == code, "contact"].map(lambda c: spots[c][1]).mean()
        for code in managers
    }
    seats, lowest = {}, -ROW
    for code in sorted(managers, key=lambda code: (middle[code], code)):
        lowest = max(middle[code], lowest + ROW)
        seats[code] = (OURS_AT, lowest)
    return seats


def _talk_lines(
    ax: Axes, people: pd.DataFrame, coverage: pd.DataFrame, spots: dict, seats: dict
) -> None:
    most = max(coverage["talks"].max(), 1) if len(coverage) else 1
    for pair in coverage.itertuples():
        y, (seat_x, seat_y) = spots[pair.contact][1], seats[pair.ours]
        talked = pair.talks > 0
        style = {"linewidth": 0.8 + 3.2 * pair.talks / most, "color": "#7a93ab"} if talked else {
            "linewidth": 0.9, "color": MUTED, "linestyle": (0, (2, 3))}  # fmt: skip
        ax.plot([TALKS_TO + 0.08, seat_x], [y, seat_y], zorder=1, solid_capstyle="round", **style)
    for code, person in people.iterrows():
        ax.text(NAMES_TO + 0.1, spots[code][1], label(person["interests"], 21), va="center",
                fontsize=7.5, color=MUTED)  # fmt: skip
        text = reached(person)
        colour = INK if person["talks"] else "#a8480b"
        ax.text(TALKS_TO, spots[code][1], text, ha="right", va="center", fontsize=7.5,
                color=colour, zorder=5)  # fmt: skip


def reached(person: pd.Series) -> str:
    """How often in the window, and how long ago, we talked to a person."""
    if not person["talks"]:
        return _("no talk")
    if pd.isna(person["silent_days"]):
        return _("{n} talks").format(n=count(person["talks"]))
    return _("{n} talks, {days} d ago").format(
        n=count(person["talks"]), days=count(person["silent_days"])
    )


def _our_box(ax: Axes, text: str, x: float, y: float) -> None:
    box = FancyBboxPatch((x, y - 0.13), 1.3, 0.26, boxstyle="round,pad=0.02,rounding_size=0.05",
                         facecolor="#eef2f6", edgecolor=MUTED, linewidth=0.8, zorder=3)  # fmt: skip
    ax.add_patch(box)
    ax.text(x + 0.65, y, text, ha="center", va="center", fontsize=8, weight="bold", zorder=4)


def _frame(ax: Axes, people: pd.DataFrame, seats: dict) -> None:
    rows = [ROW * (max(len(people), 1) - 1), *(y for _x, y in seats.values())]
    ax.set(xlim=(0, WIDTH - 0.1), ylim=(max(rows) + 0.36, -0.78), aspect="equal")
    ax.axis("off")
    theirs = _("Their people (circle: influence; ring: decides or signs)")
    if dotted_pairs(people):
        theirs = _("Their people (circle: influence; ring: decides; dashed: dotted line)")
    ax.text(0.1, -0.46, theirs, fontsize=7.5, color=MUTED, va="center")
    ax.text(NAMES_TO + 0.1, -0.46, _("what matters to them"), fontsize=7.5, color=MUTED,
            va="center")  # fmt: skip
    ax.text(TALKS_TO, -0.46, _("talks"), fontsize=7.5, color=MUTED, ha="right",
            va="center")  # fmt: skip
    ax.text(OURS_AT, -0.46, _("Ours"), fontsize=7.5, color=MUTED, va="center")
    handles = [
        Line2D([], [], marker="o", markersize=8, linestyle="none", markerfacecolor=colour,
               markeredgecolor=INK, markeredgewidth=0.6, label=f"{sign}  {word}")
        for colour, sign, word in (*ATTITUDES.values(), UNKNOWN)
    ]  # fmt: skip
    ax.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, 1.0), ncols=6, fontsize=7.5,
              frameon=False, borderaxespad=0, handletextpad=0.2, columnspacing=1.3)  # fmt: skip


def _alt(people: pd.DataFrame, coverage: pd.DataFrame) -> str:
    if people.empty:
        return _("Decision map: nobody is recorded.")
    attitude = people["attitude"]
    reached_by_us = people.index[people["talks"] > 0]
    told = _(
        "Decision map of {n} people: {good} for us, {bad} against us, {unknown} unknown; "
        "we talked with {reached} of them, through {ours} of ours."
    ).format(
        n=count(len(people)),
        good=count((attitude > 0).sum()),
        bad=count((attitude < 0).sum()),
        unknown=count(attitude.isna().sum()),
        reached=count(len(reached_by_us)),
        ours=count(coverage.loc[coverage["talks"] > 0, "ours"].nunique()),
    )
    dotted = dotted_pairs(people)
    if not dotted:
        return told
    return _("{told} Dotted lines, dashed: {n}.").format(told=told, n=count(len(dotted)))
