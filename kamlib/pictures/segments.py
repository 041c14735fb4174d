"""Pictures of notebook 02: key accounts by their criteria, and the portfolios of managers."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kamlib.pictures.marks import (
    DASHED,
    NOWHERE,
    beside,
    dots_with_ranges,
    heat_map,
    key,
    limits,
    money_rows,
    named_rows,
    row_axes,
    row_names,
    strengths,
    table_axes,
    unknown_field,
)
from kamlib.settings import ACCOUNT_TYPES, CRITERIA
from kamlib.show.columns import column
from kamlib.show.theme import (
    ABC_COLOURS,
    ACCENT,
    INK,
    MUTED,
    describe,
    label,
    meet,
    money_axis,
    new_axes,
    share_axis,
    short_money,
    themed,
)
from kamlib.words import _, count, counted, number, share
from kamlib.words import accounts as in_accounts

ROW_INCHES = 0.26
NAMED = 12
LARGEST_DOT, SMALLEST_DOT = 900, 14

SHORT_REASON = 24  # letters; a longer one stands in the table below the picture


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
    ax = row_axes(ax, len(shown), ROW_INCHES, head=1.1)
    names = [*CRITERIA, "score"]
    scores = shown[names].astype(float)
    heat_map(ax, scores, scores.map(number, na_action="ignore"))
    for y, x in np.argwhere(scores.isna().to_numpy()):
        unknown_field(ax, x, y)
    ax.axvline(len(CRITERIA), color="white", linewidth=9)  # the score stands apart
    heads = [_broken(column(name).label) for name in names]
    table_axes(ax, heads, row_names(shown, 30))
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
    ax = row_axes(ax, len(shown), 0.24, width=7.5, head=0.9)
    ranges = {"low": "rank_best", "value": "rank", "high": "rank_worst"}
    drawn = pd.DataFrame({name: shown[of].to_numpy(float) for name, of in ranges.items()})
    dots_with_ranges(ax, drawn.assign(colour=ABC_COLOURS["A"]), thick=6, pale=1,
                     range_colour=ABC_COLOURS["C"], edge=ABC_COLOURS["A"])  # fmt: skip
    named_rows(ax, row_names(shown, 30))
    ax.set_xlim(left=0)
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
    heads = [column(name).label for name in ACCOUNT_TYPES]
    money_rows(ax, heads, sums, numbers, ABC_COLOURS["B"], currency=currency, room=1.45, thick=0.6)
    listed = ", ".join(
        f"{head}: {count(number)}" for head, number in zip(heads, numbers, strict=True)
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
    for y, value in enumerate(known.values()):
        inside = band[0] <= value <= band[1]
        ax.barh(y, value, height=0.5, color=ABC_COLOURS["A"] if inside else ACCENT)
    told = [f"{name}: {share(value)}" for name, value in known.items()]
    beside(ax, [max(value, 0) for value in known.values()], told, fontweight="bold")
    named_rows(ax, [], bottom=max(len(known), 1) - 0.5)
    ax.set_xlim(0, 1.25)
    ax.set_ylim(top=-0.5)
    ax.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    share_axis(ax.xaxis)
    told = _("usual: {low} to {high}").format(low=share(band[0], 0), high=share(band[1], 0))
    key(ax, {told: ABC_COLOURS["D"]})
    listed = ", ".join(f"{name} {share(value)}" for name, value in known.items())
    return describe(ax, _("Share of key accounts: {listed}; {usual}.").format(
        listed=listed or _("unknown"), usual=told))  # fmt: skip


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
    keys = known["key"].astype(bool) if "key" in known else pd.Series(True, known.index)
    colours = [ABC_COLOURS["A"] if is_key else ABC_COLOURS["C"] for is_key in keys]
    ax.scatter(known["strength"], known["attractiveness"], s=sizes, c=colours, alpha=0.75,
               edgecolors="white", linewidths=0.6)  # fmt: skip
    for line in (ax.axhline, ax.axvline):
        line(cut, **DASHED)
    _name_quadrants(ax, known, cut)
    _name_dots(ax, known.head(named))
    ax.set(xlim=(0, 1.02), ylim=(0, 1.02))
    ax.set_xlabel(_("Our strength at the account"))
    ax.set_ylabel(_("Attractiveness of the account"))
    for axis in (ax.xaxis, ax.yaxis):
        share_axis(axis)
    if "key" in known:
        key(ax, {_("key accounts"): ABC_COLOURS["A"], _("others"): ABC_COLOURS["C"]})
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
    groups = known.groupby([known["f"].astype(int), known["r"].astype(int)])["monetary"]
    fives = {"index": range(5, 0, -1), "columns": range(1, 6)}
    sums, numbers = (
        found.unstack(fill_value=0).reindex(**fives, fill_value=0)  # noqa: PD010
        for found in (groups.sum(), groups.size())
    )
    texts = numbers.map(lambda accounts: count(accounts) if accounts else NOWHERE)
    money = sums.map(lambda money: short_money(money, currency)).where(numbers > 0, "")
    heat_map(ax, strengths(sums), texts, small=money, size=11)
    table_axes(ax, [str(r) for r in fives["columns"]], [str(f) for f in fives["index"]])
    ax.xaxis.tick_bottom()
    ax.xaxis.set_label_position("bottom")
    ax.set_xlabel(_("Recency: 5 ordered last, 1 is longest silent"))
    ax.set_ylabel(_("Frequency: 5 orders most often"))
    best = numbers.loc[5, 5]
    return describe(
        ax,
        _("{accounts} by recency and frequency; in the best field: {best}.").format(
            accounts=in_accounts(len(known)), best=count(best)
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
    ax = row_axes(ax, len(shown), 0.36, width=7.5)
    over = shown["hours_needed"] > shown["hours_available"]
    ax.barh(range(len(shown)), shown["hours_needed"], height=0.6,
            color=[ACCENT if more else ABC_COLOURS["B"] for more in over])  # fmt: skip
    limits(ax, shown["hours_available"])
    beside(ax, shown["hours_needed"], map(count, shown["hours_needed"]))
    _manager_rows(ax, shown)
    ax.set_xlabel(_("Hours in the quarter"))
    needed = {_("by plays"): ABC_COLOURS["B"], _("by plays, more than there are"): ACCENT}
    key(ax, needed | {_("available (line)"): INK})
    names = ", ".join(_manager_names(shown[over]))
    return describe(
        ax,
        _("Hours by plays against hours available of {managers}; short of hours: {names}.").format(
            managers=_managers(len(shown)), names=names or _("nobody")
        ),
    )  # fmt: skip


@themed
def plot_plan_actual(
    portfolio: pd.DataFrame, *, currency: str = "", ax: Axes | None = None
) -> Axes:
    """Sales of the quarter per manager against the plan.

    Parameters
    ----------
    portfolio
        Indexed by manager: ``plan``, ``actual``, ``run_rate`` (currency; NaN where unknown);
        ``plan_doubt`` where somebody is not judged by the plan.
    """
    shown = portfolio[portfolio["plan"].notna() | (portfolio["actual"].fillna(0) != 0)]
    ax = row_axes(ax, len(shown), 0.36, width=7.5)
    projected = shown["run_rate"].fillna(shown["actual"])
    ax.barh(range(len(shown)), projected, height=0.6, color=ABC_COLOURS["D"])
    short = shown["actual"] < shown["plan"]
    ax.barh(range(len(shown)), shown["actual"], height=0.6,
            color=[ACCENT if less else ABC_COLOURS["B"] for less in short])  # fmt: skip
    limits(ax, shown["plan"])
    ends = pd.concat([shown["actual"], shown["plan"], projected], axis=1).max(axis=1).clip(lower=0)
    beside(ax, ends, _parts_of_plan(shown), gap=6)
    _manager_rows(ax, shown)
    ax.margins(x=0.18)
    money_axis(ax.xaxis, currency)
    sold = {_("sold"): ABC_COLOURS["B"], _("sold, below plan"): ACCENT}
    if (projected > shown["actual"]).any():
        sold[_("run-rate")] = ABC_COLOURS["D"]
    key(ax, sold | {_("plan (line)"): INK})
    return describe(
        ax,
        _plan_alt(shown, short),
    )


def _managers(number: int) -> str:
    return counted(number, _("1 manager"), _("{n} managers"))


def _plan_alt(shown: pd.DataFrame, short: pd.Series) -> str:
    if shown["plan"].isna().all():
        return _("Sales of {managers}, without a plan.").format(managers=_managers(len(shown)))
    return _("Sales against plan of {managers}; below plan: {names}.").format(
        managers=_managers(len(shown)),
        names=", ".join(_manager_names(shown[short])) or _("nobody"),
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
            if box[0] >= 0 and box[2] <= 1.02 and not any(meet(box, other) for other in taken):
                taken.append(box)
                ax.text(left, low, text, fontsize=7.5, color=INK)
                break


def _parts_of_plan(shown: pd.DataFrame) -> list[str]:
    doubts = shown["plan_doubt"] if "plan_doubt" in shown else pd.Series("", shown.index)
    return [
        _("not judged: {why}").format(why=why)
        if 0 < len(why) <= SHORT_REASON
        else _("not judged")
        if why
        else _("{share} of plan").format(share=share(actual / plan, 0))
        if plan and not pd.isna(plan)
        else _("no plan")
        for actual, plan, why in zip(shown["actual"], shown["plan"], doubts, strict=True)
    ]


def _manager_rows(ax: Axes, shown: pd.DataFrame) -> None:
    named_rows(ax, [label(name, 24) for name in _manager_names(shown)])
    ax.set_xlim(left=0)
    ax.margins(x=0.1)


def _manager_names(shown: pd.DataFrame) -> list[str]:
    named = shown["name"].fillna("") if "name" in shown else pd.Series("", shown.index)
    return [known or str(code) or _("no manager") for code, known in named.items()]
