"""How long accounts stay: Kaplan–Meier retention by class and by cohort."""

import numpy as np
import pandas as pd

from kamlib.analysis.abc_xyz.abc import abc_classes
from kamlib.analysis.measures.significant import significant
from kamlib.analysis.measures.year_value import year_before
from kamlib.quarters import CALENDAR, quarter_label, quarter_of, year_label
from kamlib.settings import RetentionSettings
from kamlib.words import _, count, share

COLUMNS = ("group", "days", "retained", "low", "high", "at_risk", "accounts", "lost")
YEAR_DAYS = 365
_DIGITS = 9  # logarithms and exponentials go by the processor in the last digits


def account_spans(
    states: pd.DataFrame, first_orders: pd.Series, *, seen_to: pd.Timestamp
) -> pd.DataFrame:
    """How long each account has been seen to stay, and whether it left at the end of that.

    An account that the loss rule calls lost left at its last order. Any other has ordered
    within its allowed silence, so it was still there at the beginning of that silence's
    longest: it is followed until ``seen_to - allowed_days`` and not beyond, because a loss
    after that day could not have been noticed yet. Followed until ``seen_to``, the last
    months would hold accounts and no losses, and retention would look better than it is.

    Parameters
    ----------
    states
        The table of ``account_states``: ``state``, ``last_order``, ``allowed_days``.
    first_orders
        First order day per account.
    seen_to
        The last day that is known of.

    Returns
    -------
    Indexed by account, those that ever ordered and are followed at all: ``days`` (of stay),
    ``lost`` (whether it left then).
    """
    lost = states["state"].eq("lost")
    allowed = pd.to_timedelta(np.ceil(states["allowed_days"].astype(float)), unit="D")
    end = states["last_order"].where(lost, seen_to - allowed)
    days = (end - first_orders.reindex(states.index)).dt.days.astype(float)
    spans = pd.DataFrame({"days": days, "lost": lost}, states.index)
    return spans[days >= 0]


def retention(
    spans: pd.DataFrame, groups: pd.Series, *, settings: RetentionSettings
) -> pd.DataFrame:
    """The share of accounts that stay longer than so many days (Kaplan & Meier 1958), by group.

    Groups of fewer than ``retention.min_accounts`` are put together under "other"; if that
    is still too small, it is left out (:func:`retention_headline` says how many).

    Parameters
    ----------
    spans
        The table of :func:`account_spans`.
    groups
        The group of each account; an account without one is left out.

    Returns
    -------
    Long: one row per group and day on which accounts left, plus the group's first and last
    day, in the order of the groups: ``group``; ``days``; ``retained`` (0–1); ``low``, ``high``
    (pointwise band on the log-log scale, Kalbfleisch & Prentice 1980); ``at_risk`` (accounts
    followed up to that day); ``accounts``, ``lost`` (of the group).
    """
    named = _merged(groups.reindex(spans.index).dropna().astype("str"), settings.min_accounts)
    parts = [
        _curve(name, spans.loc[named.index[named == name]], settings.confidence)
        for name in sorted(named.unique(), key=lambda name: (name == _other(), name))
    ]
    empty = pd.DataFrame(columns=list(COLUMNS)).astype(
        {"group": "str", **dict.fromkeys(COLUMNS[1:5], float)} | dict.fromkeys(COLUMNS[5:], "int64")
    )
    return pd.concat(parts, ignore_index=True) if parts else empty


def cohorts(
    first_orders: pd.Series,
    *,
    data_from: pd.Timestamp,
    settings: RetentionSettings,
    freq: str = CALENDAR,
) -> pd.Series:
    """The cohort of each account: year or quarter of its first order, as the company has them.

    In the cohort in which the data begins stand the accounts of all earlier ones too: it is
    called "2023 or earlier".

    Returns
    -------
    ``cohort`` (text) per account with an order.
    """
    label = year_label if settings.cohort == "year" else quarter_label
    known = first_orders.dropna()
    named = pd.Series(pd.PeriodIndex(known, freq=freq).map(label), known.index, "str", "cohort")
    first = label(quarter_of(data_from, freq))
    return named.mask(named == first, _("{period} or earlier").format(period=first))


def buying_classes(
    months: pd.DataFrame, last_orders: pd.Series, *, share_cuts: tuple[float, float]
) -> pd.Series:
    """The ABC class of each account by the revenue of the year up to its last order.

    The class of today would make every lost account a D. Still, who left early had less time
    to grow: the first months of A look better than those of C for that reason as well.

    Returns
    -------
    ``class`` ("A", "B", "C") per account with positive revenue then.
    """
    value = year_before(months, last_orders.dropna())["revenue_a_year"]
    classed = abc_classes(value[value > 0], share_cuts=share_cuts)["abc"]
    return classed.astype("str").rename("class")


def retained_after(table: pd.DataFrame, days: float) -> pd.DataFrame:
    """What of each group stays longer than so many days.

    Returns
    -------
    Indexed by group: ``retained``, ``low``, ``high`` (0–1; NaN where no account of the group
    has been followed so long), ``at_risk`` (accounts).
    """
    before = table[table["days"] <= days].groupby("group", sort=False).tail(1).set_index("group")
    longest = table.groupby("group", sort=False)["days"].max()
    found = before[["retained", "low", "high", "at_risk"]].reindex(longest.index)
    return found.where(longest >= days)


def retention_headline(table: pd.DataFrame, spans: pd.DataFrame, days: int = YEAR_DAYS) -> str:
    """Which group stays best and which worst after a year, and how many accounts are left out."""
    after = retained_after(table, days)["retained"].dropna()
    if after.empty:
        return _("No group of accounts has been followed for {days} days.").format(
            days=count(days))  # fmt: skip
    best, worst = after.idxmax(), after.idxmin()
    told = _("After {days} days {best_share} of {best} are still there")
    if best != worst:
        told = told + _(", and {worst_share} of {worst}")
    told = (told + ".").format(days=count(days), best=best, best_share=share(after[best], 0),
                               worst=worst, worst_share=share(after[worst], 0))  # fmt: skip
    left = len(spans) - int(table.drop_duplicates("group")["accounts"].sum())
    if left:
        told += " " + _("Left out, in groups too small to judge: {left}.").format(left=count(left))
    return told


def _other() -> str:
    return _("other")


def _merged(groups: pd.Series, min_accounts: int) -> pd.Series:
    small = groups.map(groups.value_counts()) < min_accounts
    named = groups.mask(small, _other())
    return named if small.sum() >= min_accounts else named[~small]


def _curve(name: str, spans: pd.DataFrame, confidence: float) -> pd.DataFrame:
    from statsmodels.duration.survfunc import SurvfuncRight

    days, lost = spans["days"].to_numpy(float), spans["lost"].to_numpy(int)
    fit = SurvfuncRight(days, lost) if lost.any() else None
    # statsmodels cannot be asked for a group that nobody left.
    steps = pd.DataFrame(
        {
            "days": np.asarray(fit.surv_times, float) if fit else np.array([]),
            "retained": np.asarray(fit.surv_prob, float) if fit else np.array([]),
            "se": np.asarray(fit.surv_prob_se, float) if fit else np.array([]),
        }
    )
    ends = pd.Series([0.0, days.max()]).drop_duplicates()
    all_days = np.union1d(steps["days"], ends)
    steps = steps.set_index("days").reindex(all_days).ffill().fillna({"retained": 1.0, "se": 0.0})
    low, high = _band(steps["retained"].to_numpy(), steps["se"].to_numpy(), confidence)
    followed = len(days) - np.searchsorted(np.sort(days, kind="stable"), all_days, side="left")
    shares = {"retained": steps["retained"].to_numpy(), "low": low, "high": high}
    shares = {name: significant(values, _DIGITS) for name, values in shares.items()}
    counts = {"at_risk": followed, "accounts": len(days), "lost": int(lost.sum())}
    frame = pd.DataFrame({"group": name, "days": all_days, **shares, **counts})
    return frame.astype({"group": "str"})


def _band(retained: np.ndarray, se: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """The band on the log-log scale, which stays within 0–1; none where it is 0 or 1."""
    from scipy.stats import norm

    inner = (retained > 0) & (retained < 1)
    safe = np.where(inner, retained, 0.5)
    width = norm.ppf(0.5 + confidence / 2) * np.where(inner, se, 0.0) / (safe * np.log(safe))
    low, high = safe ** np.exp(-width), safe ** np.exp(width)
    return np.where(inner, low, retained), np.where(inner, high, retained)
