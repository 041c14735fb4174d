"""What became of the attempts to win accounts back, and the chances that follow from them.

Some of those asked would have come back unasked: of attempts that add ``u`` where they can,
``p + w * u`` come back, ``p`` of them unasked, and ``w = (1 - p) * fade``. So ``u`` is learnt as
by least squares: each attempt counts as ``w ** 2`` tries with ``w * (came - p)`` returns, which
is one try where nobody comes unasked and the loss is fresh.
"""

import numpy as np
import pandas as pd

from kamlib.analysis.churn.reasons import UNKNOWN
from kamlib.analysis.churn.winback import offer_kinds, offer_table
from kamlib.analysis.measures.year_value import per_row
from kamlib.quarters import quarter_label
from kamlib.settings import WinbackSettings
from kamlib.words import _, count, counted, money, share

CLOSED = ("won", "refused", "no answer")
YEAR = 12
COUNTS = ("attempts", "won", "refused", "no_answer", "open", "came")
CHANCES = ("predicted", "p_natural")
MONEY = ("cost", "revenue_before", "margin_before", "revenue_after", "margin_after")


def last_orders_before(winbacks: pd.DataFrame, gaps: pd.DataFrame) -> pd.Series:
    """The last order of each account before its latest attempt: where its reason lies.

    Returns
    -------
    ``last_order`` per account with an attempt, missing where it had not ordered before.
    """
    latest = winbacks.groupby("account")["date"].max()
    orders = gaps[gaps["date"] < per_row(latest, gaps["account"])]
    return orders.groupby("account")["date"].max().reindex(latest.index).rename("last_order")


def attempts(
    winbacks: pd.DataFrame,
    reasons: pd.Series,
    then: pd.DataFrame,
    gaps: pd.DataFrame,
    months: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    settings: WinbackSettings,
) -> pd.DataFrame:
    """Each logged attempt with its reason, what had been predicted, and the money around it.

    ``predicted`` is the chance to come back as it stood on the day of the attempt: of an unasked
    return, and what the attempt adds by the assumption and by the attempts for the same reason
    whose outcome was known by then.

    Parameters
    ----------
    winbacks
        The canonical table as it was known; an empty outcome is still open.
    reasons
        Reason code per account, of the departure that the attempt was about.
    then
        The table of ``chances_then``, by row of ``winbacks``.
    gaps, months
        The book's frames: order days, account x month.

    Returns
    -------
    One row per attempt, by day and account: ``account``, ``date``, ``offer`` (kind),
    ``offered`` (as written), ``reason``, ``outcome``, ``outcome_on``, ``cost``; ``predicted``
    (0–1), ``p_natural`` (0–1, of it unasked), ``came`` (whether it was won, or ordered within
    ``winback.horizon_days``); ``returns``, ``tries`` (what it counts as in learning what an
    attempt adds, 0 while it is open); ``revenue_before``, ``margin_before`` (of the year before
    the order before it), ``revenue_after``, ``margin_after`` (since the month of the attempt, at
    most twelve months and up to ``as_of``; of won attempts, NaN where their margin is unknown;
    else 0).
    """
    rows = winbacks.join(then).sort_values(["date", "account"], kind="stable", ignore_index=True)
    rows = rows.assign(
        offered=rows["offer"].astype("str").fillna(""),
        offer=offer_kinds(rows["offer"]),
        reason=per_row(reasons, rows["account"]).astype("str").fillna(UNKNOWN),
        outcome=rows["outcome"].astype("str").fillna("open"),
        cost=rows["cost"].astype(float),
        came=_came(rows, gaps, as_of, settings),
        fade=0.5 ** (rows["lost_days"] / settings.fade_days),
    )
    closed = rows["outcome"].isin(CLOSED)
    shows = ((1 - rows["p_so_far"]) * rows["fade"]).where(closed, 0.0)
    rows["returns"] = shows * (rows["came"] - rows["p_so_far"])
    rows["tries"] = shows**2
    assumed = offer_table(settings)["p_win_assumed"]
    added = [
        _posterior(_closed_before(rows, row), assumed[row.reason], settings)[0]
        for row in rows.itertuples()
    ]
    rows["predicted"] = 1 - (1 - rows["p_natural"]) * (1 - np.array(added) * rows["fade"])
    before, after = _before(months, rows, gaps), _after(months, rows, as_of)
    columns = ("account", "date", "offer", "offered", "reason", "outcome", "outcome_on", "cost")
    told = ("predicted", "p_natural", "came", "returns", "tries")
    return pd.concat([rows[[*columns, *told]], before, after], axis=1)


def listed_attempts(
    made: pd.DataFrame, *, freq: str, as_of: pd.Timestamp, horizon_days: int
) -> pd.DataFrame:
    """The attempts whose horizon is over, with what was said on their day, for ``list_record``.

    Parameters
    ----------
    made
        The table of :func:`attempts`.
    freq
        Of the book's quarters.

    Returns
    -------
    ``quarter``, ``subject`` (the account), ``chance``, ``came`` (whether it came back).
    """
    over = made[made["date"] + pd.Timedelta(days=horizon_days) <= as_of]
    quarters = over["date"].dt.to_period(freq)
    rows = {
        "quarter": [quarter_label(quarter) for quarter in quarters],
        "subject": over["account"],
        "chance": over["predicted"],
        "came": over["came"].astype(bool),
    }
    return pd.DataFrame(rows).astype({"quarter": "str"}).reset_index(drop=True)


def attempt_scores(made: pd.DataFrame, *, by: list[str], settings: WinbackSettings) -> pd.DataFrame:
    """Predicted against achieved: attempts by reason, by offer, or by both.

    Parameters
    ----------
    made
        The table of :func:`attempts`.
    by
        ``["reason"]``, ``["offer"]`` or both.

    Returns
    -------
    One row per group, the most attempts first: the columns of ``by``; ``attempts``, ``won``,
    ``refused``, ``no_answer``, ``open``, ``came`` (closed ones that were won, or whose account
    ordered within ``winback.horizon_days``); ``achieved`` (0–1, came of closed), ``low``,
    ``high`` (Jeffreys interval of ``winback.interval``), ``predicted``, ``p_natural`` (mean over
    the closed; of it unasked);
    all NaN without a closed attempt; ``as_predicted`` ("yes", "better", "worse", or empty:
    whether the prediction lies within the interval); ``cost`` and the money before and after
    (currency), ``gain`` (margin after less cost); both margin after and gain are NaN where the
    margin of a won attempt is unknown.
    """
    from scipy.stats import beta

    closed = made["outcome"].isin(CLOSED)
    marked = made.assign(
        attempts=1,
        **{name.replace(" ", "_"): made["outcome"] == name for name in (*CLOSED, "open")},
        came=made["came"] & closed,
        **{name: made[name].where(closed) for name in CHANCES},
    )
    groups = marked.groupby(by)
    found = groups[list(COUNTS)].sum().join(groups[list(CHANCES)].mean())
    found = found.join(groups[list(MONEY)].sum(min_count=1))
    number = found["attempts"] - found["open"]
    came, away = found["came"].astype(float), (number - found["came"]).astype(float)
    found["achieved"] = (came / number).where(number > 0)
    tails = (0.5 - settings.interval / 2, 0.5 + settings.interval / 2)
    for name, tail in zip(("low", "high"), tails, strict=True):
        bound = pd.Series(beta.ppf(tail, came + 0.5, away + 0.5), found.index, dtype=float)
        found[name] = bound.where(number > 0)
    verdicts = [found["predicted"] < found["low"], found["predicted"] > found["high"], number > 0]
    found["as_predicted"] = np.select(verdicts, ["better", "worse", "yes"], "")
    found["as_predicted"] = found["as_predicted"].astype("str")
    # A sum that leaves out a won attempt's unknown margin would count it as nothing earned.
    unknown = marked["margin_after"].isna().groupby([marked[name] for name in by]).any()
    found["margin_after"] = found["margin_after"].mask(unknown)
    found["gain"] = found["margin_after"] - found["cost"].fillna(0.0)
    order = ["achieved", "low", "high", *CHANCES, "as_predicted", *MONEY, "gain"]
    found = found.reset_index().astype({name: "int64" for name in COUNTS})
    ranked = found.sort_values(
        ["attempts", *by], ascending=[False, *[True] * len(by)], kind="stable"
    )
    return ranked[[*by, *COUNTS, *order]].reset_index(drop=True)


def win_chances(made: pd.DataFrame, *, settings: WinbackSettings) -> pd.DataFrame:
    """What the next attempt for a reason adds to the chance: assumption and log together.

    Beta-binomial: the assumption counts as ``winback.prior_weight`` attempts, each closed attempt
    as ``tries``, in which ``returns`` came beyond those that come unasked. Where the offer that
    answers the reason has ``winback.min_attempts`` closed attempts for that reason, only these
    count, else all for the reason.

    Returns
    -------
    Indexed by reason: ``offer``, ``offer_words``, ``p_win_assumed``, ``cost_share`` (as
    ``offer_table``); ``attempts``, ``won`` (closed ones that count), ``counted`` ("offer" or
    "reason"); ``tries``, ``returns`` (of all of them); ``p_win`` (0–1), ``p_win_low``,
    ``p_win_high``.
    """
    table = offer_table(settings)
    closed = made[made["outcome"].isin(CLOSED)]
    rows = []
    for reason, row in table.iterrows():
        own = closed[closed["reason"] == reason]
        same = own[own["offer"] == row["offer"]]
        enough = len(same) >= settings.min_attempts
        counted = same if enough else own
        won = int((counted["outcome"] == "won").sum())
        chances = _posterior(counted, row["p_win_assumed"], settings)
        rows.append((len(counted), won, "offer" if enough else "reason", *_learnt(counted),
                     *chances))  # fmt: skip
    columns = ["attempts", "won", "counted", "tries", "returns", "p_win", "p_win_low",
               "p_win_high"]  # fmt: skip
    return table.join(pd.DataFrame(rows, table.index, columns).astype({"counted": "str"}))


def attempts_headline(made: pd.DataFrame, currency: str = "") -> str:
    """How many attempts were won against what had been predicted, and what they brought."""
    closed = made[made["outcome"].isin(CLOSED)]
    if closed.empty:
        return _("No attempt to win an account back has been logged to its end.")
    # With no margin of a won attempt, or with some of them unknown, revenue tells the whole.
    known = closed["margin_after"].notna().all()
    brought = closed["margin_after" if known else "revenue_after"].sum()
    told = _(
        "Of {all} {won} won, and of the accounts asked {came} came back ({part}; predicted "
        "{predicted}, of it {natural} unasked).{cost}{brought}"
    )
    more = _(" Those won brought {brought} of margin since.")
    if not known:
        more = _(" Those won brought {brought} of revenue since.")
    costs = closed["cost"].dropna()
    paid = _(" They cost {cost}.").format(cost=money(costs.sum(), currency)) if len(costs) else ""
    won = int((closed["outcome"] == "won").sum())
    return told.format(
        all=counted(
            len(closed),
            _("1 attempt to win back that is closed"),
            _("{n} attempts to win back that are closed"),
        ),
        won=count(won) if won else _("none"),
        came=count(closed["came"].sum()) if closed["came"].any() else _("none"),
        part=share(closed["came"].mean(), 0),
        predicted=share(closed["predicted"].mean(), 0),
        natural=share(closed["p_natural"].mean(), 0),
        cost=paid,
        brought=more.format(brought=money(brought, currency)) if won else "",
    )


def _learnt(made: pd.DataFrame) -> tuple[float, float]:
    """How many attempts could show what they add, and in how many of them it did."""
    tries = float(made["tries"].sum())
    return tries, min(max(float(made["returns"].sum()), 0.0), tries)


def _posterior(
    made: pd.DataFrame, assumed: float, settings: WinbackSettings
) -> tuple[float, float, float]:
    """Mean and interval of what an attempt adds, from closed attempts and the assumption."""
    from scipy.stats import beta

    tries, returns = _learnt(made)
    a = settings.prior_weight * assumed + returns
    b = settings.prior_weight * (1 - assumed) + tries - returns
    tail = 0.5 - settings.interval / 2
    return a / (a + b), float(beta.ppf(tail, a, b)), float(beta.ppf(1 - tail, a, b))


def _came(
    rows: pd.DataFrame, gaps: pd.DataFrame, as_of: pd.Timestamp, settings: WinbackSettings
) -> pd.Series:
    """Whether each account was won, or ordered within the horizon after the attempt."""
    known = gaps.loc[gaps["date"] <= as_of, ["account", "date"]]
    both = rows[["account", "date"]].reset_index(names="row").astype({"account": "str"})
    both = both.merge(known.astype({"account": "str"}), on="account", suffixes=("", "_order"))
    after = (both["date_order"] - both["date"]).dt.days
    ordered = both.loc[(after > 0) & (after <= settings.horizon_days), "row"]
    return (rows["outcome"] == "won").fillna(False) | rows.index.isin(ordered)


def _closed_before(rows: pd.DataFrame, row) -> pd.DataFrame:
    known = rows["outcome_on"].fillna(rows["date"]) < row.date
    return rows[rows["outcome"].isin(CLOSED) & (rows["reason"] == row.reason) & known]


def _orders_before(rows: pd.DataFrame, gaps: pd.DataFrame) -> pd.Series:
    """Per attempt the last order before it."""
    days = (
        gaps[["account", "date"]]
        .rename(columns={"date": "order"})
        .sort_values("order", kind="stable")
    )
    kinds = {"account": "str"}
    found = pd.merge_asof(
        rows[["account", "date"]].astype(kinds), days.astype(kinds), left_on="date",
        right_on="order", by="account", allow_exact_matches=False,
    )  # fmt: skip
    return pd.Series(found["order"].to_numpy(), rows.index)


def _sums(
    months: pd.DataFrame, rows: pd.DataFrame, first: pd.Series, last: pd.Series, name: str
) -> pd.DataFrame:
    """Revenue and margin per attempt, of the months (counted from year 0) first to last."""
    bounds = pd.DataFrame({"account": rows["account"], "first": first, "last": last})
    joined = bounds.reset_index(names="attempt").merge(months, on="account")
    month = pd.PeriodIndex(joined["month"])
    ordinal = month.year * YEAR + month.month
    inside = joined[(ordinal >= joined["first"]) & (ordinal <= joined["last"])]
    sums = inside.groupby("attempt")[["revenue", "margin"]].sum(min_count=1)
    sums = sums.reindex(rows.index).astype(float).fillna({"revenue": 0.0})
    return sums.rename(columns={"revenue": f"revenue_{name}", "margin": f"margin_{name}"})


def _before(months: pd.DataFrame, rows: pd.DataFrame, gaps: pd.DataFrame) -> pd.DataFrame:
    last = _ordinal(_orders_before(rows, gaps))
    return _sums(months, rows, last - YEAR + 1, last, "before")


def _after(months: pd.DataFrame, rows: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    first = _ordinal(rows["date"])
    end = pd.Series(as_of.year * YEAR + as_of.month, rows.index)
    found = _sums(months, rows, first, np.minimum(first + YEAR - 1, end), "after")
    # Who bought nothing left no margin; of what was bought at an unknown margin it is unknown.
    found["margin_after"] = found["margin_after"].mask(found["revenue_after"] == 0, 0.0)
    # What an account bought that refused or gave no answer is not the attempt's doing.
    return found.where(rows["outcome"] == "won", 0.0)


def _ordinal(days: pd.Series) -> pd.Series:
    return days.dt.year * YEAR + days.dt.month
