"""Where revenue came from and went: the bridge between two quarters, and lines that were left.

Each account (in each line, region, channel …) is in exactly one step, so
``before + new + returned + grown + shrunk + lost + credited = after``, to the cent.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kamlib.quarters import quarter_label, quarter_labels
from kamlib.words import _, count, money, share

STEPS = ("new", "returned", "grown", "shrunk", "lost", "credited")
COLUMNS = ("direction", "key", "before", *STEPS, "after")
TOTAL = "total"
MONEY_DIGITS = 6
HALF_A_CENT = 0.005
YEAR = 4
QUIET = 2
LINE_COLUMNS = ("account", "product_line", "last_quarter", "revenue_a_year", "account_share", "why")


def bridge(
    sales: Mapping[str, pd.DataFrame], *, quarter: pd.Period, base: pd.Period
) -> pd.DataFrame:
    """The revenue bridge from one quarter to another, by each direction.

    A buyer is an account within one part (one account in one product line). It is *new*
    when it had not bought in that part up to the end of ``base``; *returned* when it had, but
    not in ``base`` itself; *credited* when it was not there in ``base`` and got more back in
    ``quarter`` than it bought: credits of other quarters' sales make nobody new; *lost* when it
    bought in ``base`` and has no sale in ``quarter``; else *grown* or *shrunk*. What changed
    nothing is in none of them. "Lost" here is a quarter
    without a sale, not the loss rule: an account that buys twice a year is lost and returns.

    Parameters
    ----------
    sales
        By direction (``total``, ``product_line`` …): ``account``, ``key``, ``quarter``
        (period), ``revenue`` (net, currency), of all quarters up to ``quarter``.
    quarter, base
        The reported quarter and the one it is held against, earlier.

    Returns
    -------
    One row per direction and key, the largest fall first within a direction and what is not
    known last: ``direction``, ``key``; ``before``, the six steps (signed) and ``after``, in the
    currency.

    Raises
    ------
    ValueError
        ``base`` is not before ``quarter``.
    """
    if base >= quarter:
        raise ValueError(
            f"base {quarter_label(base)} must be before the quarter {quarter_label(quarter)}"
        )
    parts = [_direction(name, frame, quarter, base) for name, frame in sales.items()]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COLUMNS))


def total_sales(sales: pd.DataFrame) -> pd.DataFrame:
    """The sales of one direction without its parts: what the total's bridge is made of."""
    whole = sales.groupby(["account", "quarter"], as_index=False)["revenue"].sum()
    return whole.assign(key="")[["account", "key", "quarter", "revenue"]]


def labelled_sales(sales: pd.DataFrame, labels: pd.Series, unknown: str) -> pd.DataFrame:
    """The sales by a label of the account (its recorded reason, its strongest competitor).

    Parameters
    ----------
    sales
        As :func:`bridge` takes them, of any direction.
    labels
        Text per account.
    unknown
        What an account without a label is put under.
    """
    whole = total_sales(sales)
    return whole.assign(key=whole["account"].map(labels).astype("str").fillna(unknown))


def buyer_steps(sales: pd.DataFrame, *, quarter: pd.Period, base: pd.Period) -> pd.DataFrame:
    """Each buyer's step between two quarters.

    Returns
    -------
    One row per account and key with a sale in either quarter: ``account``, ``key``,
    ``before``, ``after`` (currency), ``step`` (of ``STEPS``, empty where nothing changed).
    """
    known = sales[sales["quarter"] <= quarter]
    index = pd.MultiIndex.from_frame(known[["account", "key"]])
    values = known["revenue"].to_numpy(float)
    sums = pd.DataFrame(
        {
            "before": np.where(known["quarter"] == base, values, 0.0),
            "after": np.where(known["quarter"] == quarter, values, 0.0),
            "was": (known["quarter"] == base).to_numpy(),
            "is": (known["quarter"] == quarter).to_numpy(),
            "ever": (known["quarter"] <= base).to_numpy(),
        },
        index,
    )
    found = sums.groupby(level=[0, 1]).agg(
        {"before": "sum", "after": "sum", "was": "any", "is": "any", "ever": "any"}
    )
    found = found[found["was"] | found["is"]]
    change = (found["after"] - found["before"]).round(MONEY_DIGITS)
    conditions = [
        ~found["was"] & (change < 0),
        ~found["was"] & (change == 0),
        ~found["ever"],
        ~found["was"],
        ~found["is"],
        change > 0,
        change < 0,
    ]
    order = ("credited", "", "new", "returned", "lost", "grown", "shrunk")
    found["step"] = pd.Series(np.select(conditions, order, ""), found.index, dtype="str")
    return found[["before", "after", "step"]].reset_index()


def bridge_headline(bridge: pd.DataFrame, currency: str = "") -> str:
    """What the quarter's revenue changed by, and the largest step up and down."""
    whole = bridge[bridge["direction"] == TOTAL]
    if whole.empty:
        return _("There is no earlier quarter to hold this one against.")
    row = whole.iloc[0]
    change = row["after"] - row["before"]
    steps = {
        _("are new"): row["new"],
        _("bought again"): row["returned"],
        _("buy more"): row["grown"],
    }
    credited = _("only got credits, for what they had bought in other quarters")
    falls = {
        _("buy less"): row["shrunk"],
        _("bought nothing"): row["lost"],
        credited: row["credited"],
    }
    up, down = max(steps, key=steps.get), min(falls, key=falls.get)
    part = f" ({share(change / row['before'])})" if row["before"] > HALF_A_CENT else ""
    rose, fell = steps[up] >= HALF_A_CENT, falls[down] <= -HALF_A_CENT
    told = _("Revenue went from {before} to {after}: {change}{part}.")
    if rose and fell:
        told = _(
            "Revenue went from {before} to {after}: {change}{part}. Most came from accounts that "
            "{up} ({up_money}), most went with those that {down} ({down_money})."
        )
    elif rose or fell:
        most = _("Most came from accounts that {up} ({up_money}).")
        if fell:
            most = _("Most went with accounts that {down} ({down_money}).")
        told = f"{told} {most}"
    told = told.format(
        before=money(row["before"], currency),
        after=money(row["after"], currency),
        change=money(change, currency),
        part=part,
        up=up,
        up_money=money(steps[up], currency),
        down=down,
        down_money=money(falls[down], currency),
    )
    if down == credited or row["credited"] > -HALF_A_CENT:
        return told
    more = _("Credits to accounts that had bought nothing in the quarter compared with: {credits}.")
    return told + " " + more.format(credits=money(row["credited"], currency))


def largest_falls(bridge: pd.DataFrame, keys: int = 3) -> pd.DataFrame:
    """Where most was lost: of each direction the keys with the largest fall.

    Returns
    -------
    Rows of the bridge without the total: ``direction``, ``key``, ``before``, ``shrunk``,
    ``lost``, ``change``, ``after``; only keys whose revenue fell, the largest fall first and
    what is not known last.
    """
    unlabelled = bridge["key"].isin([_("not recorded"), _("none recorded")])
    parts = bridge[(bridge["direction"] != TOTAL) & ~unlabelled]
    parts = parts.assign(change=parts["after"] - parts["before"])
    falls = parts[parts["change"] < 0].groupby("direction", sort=False).head(keys)
    unknown = falls["key"] == ""
    falls = falls.assign(
        unknown=unknown,
        direction=falls["direction"].map(direction_word).astype("str"),
        key=falls["key"].where(falls["key"] != "", _("not known")),
    )
    falls = falls.sort_values(["unknown", "change"], kind="stable", ignore_index=True)
    return falls[["direction", "key", "before", "shrunk", "lost", "change", "after"]]


def strongest_competitors(competitors: pd.DataFrame) -> pd.Series:
    """Who has the largest share of each account; of equals who was seen there last.

    Those who are equal in that too are named together: neither is stronger.

    >>> rows = {"account": ["N1", "N1", "N1"], "competitor": ["West", "East", "South"],
    ...         "share": [0.2, 0.2, 0.1], "seen_on": pd.Timestamp("2025-05-01")}
    >>> strongest_competitors(pd.DataFrame(rows))["N1"]
    'East / West'
    """
    known = competitors.assign(
        share=competitors["share"].astype(float).fillna(-1.0),
        seen_on=competitors["seen_on"].fillna(pd.Timestamp.min.ceil("s")),
    )
    for column in ("share", "seen_on"):
        most = known.groupby("account")[column].transform("max")
        known = known[known[column] == most]
    return known.groupby("account")["competitor"].agg(lambda names: " / ".join(sorted(set(names))))


def direction_word(direction: str) -> str:
    """A direction of the bridge as a reader sees it."""
    return {
        TOTAL: _("total"),
        "product_line": _("product line"),
        "region": _("region"),
        "channel": _("channel"),
        "manager": _("manager"),
        "reason": _("recorded reason"),
        "competitor": _("strongest competitor"),
    }[direction]


def _direction(name: str, sales: pd.DataFrame, quarter: pd.Period, base: pd.Period) -> pd.DataFrame:
    steps = buyer_steps(sales, quarter=quarter, base=base)
    change = steps["after"] - steps["before"]
    columns = {step: change.where(steps["step"] == step, 0.0) for step in STEPS}
    parts = steps[["key", "before", "after"]].assign(**columns)
    summed = parts.groupby("key", as_index=False).sum().round(MONEY_DIGITS)
    summed.insert(0, "direction", name)
    falls = (summed["after"] - summed["before"]).to_numpy()
    # What is not known leads no list, however much it is.
    order = np.lexsort((falls, (summed["key"] == "").to_numpy()))
    return summed.iloc[order][list(COLUMNS)]


def line_losses(line_quarters: pd.DataFrame, *, quarter: pd.Period) -> pd.DataFrame:
    """The lines that accounts have left while they go on buying others.

    An account has left a line when it bought nothing of it in the last two quarters, though it
    did in at least two of the four quarters before them and in one of the same two quarters a
    year ago (so a season is no loss), and though it bought other lines in the last two quarters.

    Parameters
    ----------
    line_quarters
        The book's frame: ``account``, ``product_line``, ``quarter``, ``revenue``.
    quarter
        The reported quarter.

    Returns
    -------
    One row per account and line that was left, the most money first: ``account``,
    ``product_line``; ``last_quarter`` with a sale; ``revenue_a_year`` (of the four quarters
    before the two quiet ones, currency); ``account_share`` (0–1, what that was of the account's
    revenue then); ``why`` (the sentence).
    """
    known = line_quarters[line_quarters["product_line"] != ""]
    known = known[(known["quarter"] <= quarter) & (known["revenue"] > 0)]
    known = known.assign(back=(quarter.ordinal - pd.PeriodIndex(known["quarter"]).asi8))
    year = known[(known["back"] >= QUIET) & (known["back"] < QUIET + YEAR)]
    keys = ["account", "product_line"]
    lines = year.groupby(keys).agg(
        quarters=("back", "nunique"), nearest=("back", "min"), revenue_a_year=("revenue", "sum")
    )
    same_season = year[year["back"] >= YEAR].groupby(keys).size()
    quiet = known[known["back"] < QUIET]
    bought = quiet.groupby(keys).size()
    left = lines[
        (lines["quarters"] >= 2)
        & lines.index.isin(same_season.index)
        & ~lines.index.isin(bought.index)
    ].reset_index()
    left = left[left["account"].isin(quiet["account"])]
    of_account = year.groupby("account")["revenue"].sum()
    left["account_share"] = left["revenue_a_year"] / left["account"].map(of_account).astype(float)
    left["last_quarter"] = quarter_labels(quarter - left["nearest"]) if len(left) else ""
    told = _("bought {revenue} of {line} a year until {quarter}, nothing since; still buys others")
    left["why"] = pd.Series(
        [
            told.format(
                revenue=money(row.revenue_a_year), line=row.product_line, quarter=row.last_quarter
            )
            for row in left.itertuples()
        ],
        left.index,
        dtype="str",
    )
    order = ["revenue_a_year", "account", "product_line"]
    left = left.sort_values(order, ascending=[False, True, True], ignore_index=True, kind="stable")
    return left[list(LINE_COLUMNS)].astype({"last_quarter": "str"})


def line_losses_headline(losses: pd.DataFrame, currency: str = "") -> str:
    """How many accounts stay but left a line, and what that was worth."""
    if losses.empty:
        return _("No account that goes on buying has left a product line.")
    worst = (
        losses.groupby("product_line")["revenue_a_year"]
        .sum()
        .sort_values(ascending=False, kind="stable")
    )
    left = losses["account"].nunique()
    told = _(
        "{n} accounts go on buying but have left a line: {revenue} a year, most of it in {line} "
        "({part})."
    )
    if left == 1:
        told = _("1 account goes on buying but has left a line: {revenue} a year in {line}.")
    if left == 1 and len(worst) > 1:
        told = _(
            "1 account goes on buying but has left lines: {revenue} a year, most of it in {line} "
            "({part})."
        )
    return told.format(
        n=count(left),
        revenue=money(losses["revenue_a_year"].sum(), currency),
        line=worst.index[0],
        part=money(worst.iloc[0], currency),
    )
