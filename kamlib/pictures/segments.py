"""Pictures of notebook 02: key accounts by their criteria, and the portfolios of managers."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from kamlib.pictures.matrix import shade, tile
from kamlib.settings import ACCOUNT_TYPES, CRITERIA
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
    money_axis,
    new_axes,
    share_axis,
    short_money,
    text_colour,
    themed,
)
from kamlib.words import _, count, number, share

ROW_INCHES = 0.26
UNKNOWN = "?"
NAMED = 12
LARGEST_DOT, SMALLEST_DOT = 900, 14


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
    sums = [float(revenue.reindex(types.index)[types[name]].sum()) for name in ACCOUNT_TYPES]
    numbers = [int(types[name].sum()) for name in ACCOUNT_TYPES]
    ax.barh(range(len(ACCOUNT_TYPES)), sums, color=ABC_COLOURS["B"], height=0.6)
    for y, (money, accounts) in enumerate(zip(sums, numbers, strict=True)):
        told = _("{money}, {accounts} accounts") if accounts != 1 else _("{money}, 1 account")
        text = told.format(money=short_money(money, currency), accounts=count(accounts))
        ax.annotate(text, (max(money, 0), y), (5, 0), textcoords="offset points", va="center")
    ax.set_yticks(range(len(ACCOUNT_TYPES)), [column(name).label for name in ACCOUNT_TYPES])
    ax.set_ylim(len(ACCOUNT_TYPES) - 0.4, -0.6)
    ax.set_xlim(0, max([*sums, 1]) * 1.45)
    ax.set_xticks([])
    ax.grid(visible=False)
    ax.spines["bottom"].set_visible(False)
    listed = ", ".join(
        f"{column(name).label}: {count(accounts)}"
        for name, accounts in zip(ACCOUNT_TYPES, numbers, strict=True)
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


@themed
def plot_portfolio_matrix(
    placed: pd.DataFrame, *, cut: float = 0.5, named: int = NAMED, ax: Axes | None = None
) -> Axes:
    """Accounts by how attractive they are and how strong we are there; dots as large as sales.

    Parameters
    ----------
    placed
        Indexed by account: ``name``, ``attractiveness``, ``strength`` (0–1, NaN where the
        account cannot be placed), ``quadrant``, ``revenue``; ``key`` (whether it is a key
        account) colours the dots where it is there.
    cut
        Where both axes are cut.
    named
        How many of the largest are named.
    """
    ax = ax or new_axes(9, 5.6)
    known = placed[placed["attractiveness"].notna() & placed["strength"].notna()]
    known = known.sort_values("revenue", ascending=False, kind="stable")
    top = max(known["revenue"].max(), 1) if len(known) else 1
    sizes = (known["revenue"].clip(lower=0) / top * LARGEST_DOT).clip(lower=SMALLEST_DOT)
    key = known["key"].astype(bool) if "key" in known else pd.Series(True, known.index)
    colours = [ABC_COLOURS["A"] if is_key else ABC_COLOURS["C"] for is_key in key]
    ax.scatter(known["strength"], known["attractiveness"], s=sizes, c=colours, alpha=0.75,
               edgecolors="white", linewidths=0.6)  # fmt: skip
    for line in (ax.axhline, ax.axvline):
        line(cut, color=MUTED, linewidth=0.9, linestyle=(0, (4, 3)))
    _name_quadrants(ax, known, cut)
    _name_dots(ax, known.head(named))
    ax.set(xlim=(0, 1.02), ylim=(0, 1.02))
    ax.set_xlabel(_("Our strength at the account"))
    ax.set_ylabel(_("Attractiveness of the account"))
    for axis in (ax.xaxis, ax.yaxis):
        share_axis(axis)
    if "key" in known:
        patches = [
            Patch(facecolor=ABC_COLOURS["A"], label=_("key accounts")),
            Patch(facecolor=ABC_COLOURS["C"], label=_("others")),
        ]
        legend_above(ax, patches)
    numbers = known["quadrant"].astype("str").value_counts().sort_index(kind="stable")
    listed = ", ".join(f"{name}: {count(accounts)}" for name, accounts in numbers.items())
    missing = count(len(placed) - len(known))
    return describe(
        ax,
        _("Portfolio matrix. Accounts per quadrant: {listed}. Not placeable: {missing}.").format(
            listed=listed or _("none"), missing=missing
        ),
    )


@themed
def plot_rfm(rfm: pd.DataFrame, *, currency: str = "", ax: Axes | None = None) -> Axes:
    """Accounts and money by how recently (across) and how often (up) they order.

    Parameters
    ----------
    rfm
        Indexed by account: ``r``, ``f`` (1–5, 5 is best, NaN where it never ordered) and
        ``monetary`` (value of the window, currency).
    """
    ax = ax or new_axes(6.5, 4)
    known = rfm[rfm["r"].notna() & rfm["f"].notna()]
    groups = known.groupby([known["r"].astype(int), known["f"].astype(int)])["monetary"]
    sums, numbers = groups.sum(), groups.size()
    top = max(sums.max(), 1) if len(sums) else 1
    for r in range(1, 6):
        for f in range(1, 6):
            money, accounts = sums.get((r, f), 0.0), numbers.get((r, f), 0)
            small = short_money(money, currency) if accounts else ""
            large = count(accounts) if accounts else "·"
            tile(ax, (r - 1, f - 1, 1, 1), shade(max(money, 0) / top, HEAT), large, small, size=11)
    ax.grid(visible=False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.set_xticks([x + 0.5 for x in range(5)], ["1", "2", "3", "4", "5"])
    ax.set_yticks([y + 0.5 for y in range(5)], ["1", "2", "3", "4", "5"])
    ax.set(xlim=(-0.03, 5.03), ylim=(-0.03, 5.03))
    ax.set_xlabel(_("Recency: 5 ordered last, 1 is longest silent"))
    ax.set_ylabel(_("Frequency: 5 orders most often"))
    best = numbers.get((5, 5), 0)
    return describe(
        ax,
        _("{accounts} accounts by recency and frequency; {best} are in the best field.").format(
            accounts=count(len(known)), best=count(best)
        ),
    )


@themed
def plot_manager_hours(portfolio: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Hours that each manager's accounts ask for, against the hours there are.

    Parameters
    ----------
    portfolio
        Indexed by manager: ``hours_needed``, ``hours_available`` (hours in the quarter).
    """
    shown = portfolio[portfolio["hours_needed"].notna()]
    ax = ax or new_axes(7.5, 1.0 + 0.36 * max(len(shown), 2))
    places = list(range(len(shown)))
    over = shown["hours_needed"] > shown["hours_available"]
    ax.barh(places, shown["hours_needed"], height=0.6,
            color=[ACCENT if more else ABC_COLOURS["B"] for more in over])  # fmt: skip
    _marks(ax, shown["hours_available"])
    for y, hours in enumerate(shown["hours_needed"]):
        ax.annotate(count(hours), (hours, y), (5, 0), textcoords="offset points", va="center")
    _manager_axis(ax, shown, places)
    ax.set_xlabel(_("Hours in the quarter"))
    patches = [
        Patch(facecolor=ABC_COLOURS["B"], label=_("needed")),
        Patch(facecolor=ACCENT, label=_("needed, more than there are")),
        Patch(facecolor=INK, label=_("available (line)")),
    ]
    legend_above(ax, patches)
    names = ", ".join(_manager(name) for name in shown.index[over])
    return describe(
        ax,
        _("Hours needed against hours available of {managers} managers; short of hours: {names}.")
        .format(managers=count(len(shown)), names=names or _("nobody")),
    )  # fmt: skip


@themed
def plot_plan_actual(
    portfolio: pd.DataFrame, *, currency: str = "", ax: Axes | None = None
) -> Axes:
    """Sales of the quarter per manager against the plan.

    Parameters
    ----------
    portfolio
        Indexed by manager: ``plan``, ``actual``, ``run_rate`` (currency; NaN where unknown).
    """
    shown = portfolio[portfolio["plan"].notna() | (portfolio["actual"].fillna(0) != 0)]
    ax = ax or new_axes(7.5, 1.0 + 0.36 * max(len(shown), 2))
    places = list(range(len(shown)))
    projected = shown["run_rate"].fillna(shown["actual"])
    ax.barh(places, projected, height=0.6, color=ABC_COLOURS["D"])
    short = shown["actual"] < shown["plan"]
    ax.barh(places, shown["actual"], height=0.6,
            color=[ACCENT if less else ABC_COLOURS["B"] for less in short])  # fmt: skip
    _marks(ax, shown["plan"])
    for y, (actual, plan) in enumerate(zip(shown["actual"], shown["plan"], strict=True)):
        part = _("{share} of plan").format(share=share(actual / plan, 0)) if plan else _("no plan")
        end = max([0, *(v for v in (actual, plan, projected.iloc[y]) if not pd.isna(v))])
        ax.annotate(part if not pd.isna(plan) else _("no plan"), (end, y), (6, 0),
                    textcoords="offset points", va="center")  # fmt: skip
    _manager_axis(ax, shown, places)
    ax.margins(x=0.18)
    money_axis(ax.xaxis, currency)
    patches = [
        Patch(facecolor=ABC_COLOURS["B"], label=_("sold")),
        Patch(facecolor=ACCENT, label=_("sold, below plan")),
        Patch(facecolor=INK, label=_("plan (line)")),
    ]
    if (projected > shown["actual"]).any():
        patches.insert(2, Patch(facecolor=ABC_COLOURS["D"], label=_("run-rate")))
    legend_above(ax, patches)
    return describe(
        ax,
        _("Sales against plan of {managers} managers; below plan: {names}.").format(
            managers=count(len(shown)),
            names=", ".join(_manager(name) for name in shown.index[short]) or _("nobody"),
        ),
    )


def _name_quadrants(ax: Axes, known: pd.DataFrame, cut: float) -> None:
    """The name of each quadrant in its outer corner, with the number of its accounts."""
    high, right = known["attractiveness"] >= cut, known["strength"] >= cut
    corners = {
        (True, True): (1.0, 1.0, "right", "top"),
        (True, False): (0.01, 1.0, "left", "top"),
        (False, True): (1.0, 0.01, "right", "bottom"),
        (False, False): (0.01, 0.01, "left", "bottom"),
    }
    for (up, east), (x, y, across, along) in corners.items():
        inside = known[(high == up) & (right == east)]
        if len(inside):
            text = f"{str(inside['quadrant'].iloc[0]).capitalize()}: {count(len(inside))}"
            ax.text(x, y, text, ha=across, va=along, color=MUTED, weight="bold", fontsize=10)


def _name_dots(ax: Axes, named: pd.DataFrame) -> None:
    """The names of the largest dots, each where none stands yet; who finds no place has none."""
    taken: list[tuple[float, float, float, float]] = []
    for account, row in named.iterrows():
        text = label(row.get("name") or account, 22)
        x, y = float(row["strength"]), float(row["attractiveness"])
        width, height = 0.0115 * len(text) * 9 / ax.figure.get_figwidth(), 0.034
        spots = [(x + 0.01, y + 0.012), (x - 0.01 - width, y + 0.012),
                 (x + 0.01, y - 0.042), (x - 0.01 - width, y - 0.042)]  # fmt: skip
        for left, low in spots:
            box = (left, low, left + width, low + height)
            if box[0] >= 0 and box[2] <= 1.02 and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                ax.text(left, low, text, fontsize=7.5, color=INK)
                break


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _marks(ax: Axes, values: pd.Series) -> None:
    """A line across each bar at a value to hold it against."""
    for y, value in enumerate(values):
        if not pd.isna(value):
            ax.plot([value, value], [y - 0.4, y + 0.4], color=INK, linewidth=2.2)


def _manager_axis(ax: Axes, shown: pd.DataFrame, places: list[int]) -> None:
    named = shown["name"].fillna("") if "name" in shown else pd.Series("", shown.index)
    texts = [label(known or _manager(code), 24) for code, known in named.items()]
    ax.set_yticks(places, texts)
    ax.set_ylim(max(len(shown), 1) - 0.4, -0.6)
    ax.set_xlim(left=0)
    ax.margins(x=0.1)
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")


def _manager(name: str) -> str:
    return str(name) or _("no manager")
