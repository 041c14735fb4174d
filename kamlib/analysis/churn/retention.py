"""How long accounts stay: Kaplan–Meier retention, by what was known of them at the beginning."""

import numpy as np
import pandas as pd

from kamlib.analysis.abc_xyz.abc import abc_classes
from kamlib.analysis.measures.significant import significant
from kamlib.quarters import CALENDAR, quarter_label, year_label
from kamlib.settings import RetentionSettings
from kamlib.words import _, count, day, share

COLUMNS = ("group", "days", "retained", "low", "high", "at_risk", "accounts", "lost")
# A year on, or as long as some group has been followed.
AFTER_DAYS = (365, 182, 91)
_DIGITS = 9  # logarithms and exponentials go by the processor in the last digits


def account_spans(
    states: pd.DataFrame,
    first_orders: pd.Series,
    *,
    seen_to: pd.Timestamp,
    data_from: pd.Timestamp,
    since: pd.Series,
    months: int,
) -> pd.DataFrame:
    """How long each account has been seen to stay, and whether it left at the end of that.

    An account that the loss rule calls lost left at its last order. Any other has ordered
    within its allowed silence, so it was still there at the beginning of that silence's
    longest: it is followed until ``seen_to - allowed_days`` and not beyond, because a loss
    after that day could not have been noticed yet. Followed until ``seen_to``, the last
    months would hold accounts and no losses, and retention would look better than it is.

    Who first ordered within the first ``months`` of the data may be older than the data, where
    only those stand that had not left before. It began when ``since`` says, and enters late: as
    old as it was when the data began. Where nothing is known of that, it is left out.

    Parameters
    ----------
    states
        The table of ``account_states``: ``state``, ``last_order``, ``allowed_days``.
    first_orders
        First order day per account.
    seen_to
        The last day that is known of.
    data_from, since
        The first day of the data; per account since when it is one, where that is known.

    Returns
    -------
    Indexed by account, those whose beginning is known and that are followed at all: ``began``
    (day); ``entered``, ``days`` (of stay since then, when followed from and to); ``lost``
    (whether it left at the end).
    """
    lost = states["state"].eq("lost")
    allowed = pd.to_timedelta(np.ceil(states["allowed_days"].astype(float)), unit="D")
    end = states["last_order"].where(lost, seen_to - allowed)
    first = first_orders.reindex(states.index).astype("datetime64[us]")
    told = since.reindex(states.index).astype("datetime64[us]").where(first.notna())
    fresh = first >= (data_from.to_period("M") + months).start_time
    began = first.where(fresh, np.fmin(told, first).where(told.notna()))
    days = (end - began).dt.days.astype(float)
    entered = (data_from - began).dt.days.clip(lower=0).astype(float)
    spans = pd.DataFrame({"began": began, "entered": entered, "days": days, "lost": lost})
    return spans[(days >= 0) & (days >= entered)]


def classed_spans(
    spans: pd.DataFrame,
    first_orders: pd.Series,
    months: pd.DataFrame,
    *,
    first_months: int,
    share_cuts: tuple[float, float],
) -> pd.DataFrame:
    """The spans of accounts from the day on which their class was known, with that class.

    The class is that of the revenue of the first calendar months in which an account is seen
    to order, and who left within them is not classed. By a later year who stays would be A for
    having stayed (immortal time). Equal accounts are of one class.

    Parameters
    ----------
    spans
        The table of :func:`account_spans`.
    first_orders
        First order day per account.
    months
        The book's frame, account x month.

    Returns
    -------
    Rows of ``spans``, followed from the end of those months, with ``class`` ("A", "B", "C").
    """
    first = pd.PeriodIndex(first_orders.reindex(spans.index), freq="M")
    known = (first + first_months).start_time
    entered = (pd.Series(known, spans.index) - spans["began"]).dt.days.astype(float)
    later = spans.assign(entered=np.fmax(spans["entered"], entered))
    later = later[later["days"] >= later["entered"]]
    begun = pd.Series(first, spans.index).reindex(months["account"])
    passed = pd.PeriodIndex(months["month"]).asi8 - pd.PeriodIndex(begun, freq="M").asi8
    early = months[begun.notna().to_numpy() & (passed >= 0) & (passed < first_months)]
    value = early.groupby("account")["revenue"].sum().reindex(later.index).dropna()
    classed = abc_classes(value[value > 0], share_cuts=share_cuts)
    # The first of equal ones stands highest.
    same = classed.groupby("value")["abc"].transform("first").astype("str")
    return later.assign(**{"class": same.reindex(later.index)})


def retention(
    spans: pd.DataFrame, groups: pd.Series, *, settings: RetentionSettings
) -> pd.DataFrame:
    """The share of accounts that stay longer than so many days (Kaplan & Meier 1958), by group.

    Who entered late counts from then on. A curve begins where ``retention.min_accounts`` are
    followed at once, and tells of those that were still there. Groups of fewer are put together
    under "other"; where that is too small too, it is left out (:func:`retention_headline` says
    how many).

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
    followed on that day); ``accounts``, ``lost`` (of the group).
    """
    named = _merged(groups.reindex(spans.index).dropna().astype("str"), settings.min_accounts)
    parts = [
        _curve(name, spans.loc[named.index[named == name]], settings)
        for name in sorted(named.unique(), key=lambda name: (name == _other(), name))
    ]
    parts = [part for part in parts if len(part)]
    empty = pd.DataFrame(columns=list(COLUMNS)).astype(
        {"group": "str", **dict.fromkeys(COLUMNS[1:5], float)} | dict.fromkeys(COLUMNS[5:], "int64")
    )
    return pd.concat(parts, ignore_index=True) if parts else empty


def cohorts(
    began: pd.Series,
    *,
    data_from: pd.Timestamp,
    settings: RetentionSettings,
    freq: str = CALENDAR,
) -> pd.Series:
    """The cohort of each account: year or quarter in which it began, as the company has them.

    Who is older than the data is of one cohort: of those that came with it and left, the data
    knows nothing.

    Returns
    -------
    ``cohort`` (text) per account whose beginning is known.
    """
    label = year_label if settings.cohort == "year" else quarter_label
    known = began.dropna()
    named = pd.Series(pd.PeriodIndex(known, freq=freq).map(label), known.index, "str", "cohort")
    return named.mask(known < data_from, _("before {day}").format(day=day(data_from)))


def retained_after(table: pd.DataFrame, days: float) -> pd.DataFrame:
    """What of each group stays so many days longer than to the beginning of its curve.

    Returns
    -------
    Indexed by group: ``retained``, ``low``, ``high`` (0–1; NaN where no account of the group
    has been followed so long), ``at_risk`` (accounts).
    """
    groups = table.groupby("group", sort=False)["days"]
    after = table["days"] - groups.transform("min")
    before = table[after <= days].groupby("group", sort=False).tail(1).set_index("group")
    longest = groups.max() - groups.min()
    found = before[["retained", "low", "high", "at_risk"]].reindex(longest.index)
    return found.where(longest >= days)


def retention_headline(table: pd.DataFrame, ordered: int, first_months: int) -> str:
    """Which class stays best and which worst after a year, and how many accounts are left out.

    Of shorter histories half a year or a quarter tells.

    Parameters
    ----------
    table
        The table of :func:`retention`, by class.
    ordered
        How many accounts ever ordered.
    first_months
        Whose revenue makes the class.
    """
    told_after = {each: retained_after(table, each)["retained"].dropna() for each in AFTER_DAYS}
    days, after = next(
        ((each, found) for each, found in told_after.items() if len(found)), (0, None)
    )
    if after is None:
        return _("No group of accounts has been followed for {days} days.").format(
            days=count(AFTER_DAYS[-1])
        )
    best, worst = after.idxmax(), after.idxmin()
    one = _(
        "Classed by their first {months} months, {best_share} of {best} are still there {days} "
        "days later."
    )
    two = _(
        "Classed by their first {months} months, {best_share} of {best} are still there {days} "
        "days later, and {worst_share} of {worst}."
    )
    told = (one if best == worst else two).format(
        months=count(first_months),
        days=count(days),
        best=best,
        best_share=share(after[best], 0),
        worst=worst,
        worst_share=share(after[worst], 0),
    )
    left = ordered - int(table.drop_duplicates("group")["accounts"].sum())
    if left:
        told += " " + _(
            "Not judged are {left}: gone or too young by then, too few of a class, or perhaps "
            "older than the data."
        ).format(left=count(left))
    return told


def _other() -> str:
    return _("other")


def _merged(groups: pd.Series, min_accounts: int) -> pd.Series:
    small = groups.map(groups.value_counts()) < min_accounts
    named = groups.mask(small, _other())
    return named if small.sum() >= min_accounts else named[~small]


def _curve(name: str, spans: pd.DataFrame, settings: RetentionSettings) -> pd.DataFrame:
    from statsmodels.duration.survfunc import SurvfuncRight

    lost = spans["lost"].to_numpy(int)
    # Whoever leaves on the day of its entry is still at risk on it.
    days, entered = spans["days"].to_numpy(float), spans["entered"].to_numpy(float) - 0.5
    begin = _begin(days, entered, settings.min_accounts)
    kept = days >= begin
    days, lost, entered = days[kept], lost[kept], np.maximum(entered[kept], begin - 0.5)
    if not len(days):
        return pd.DataFrame()
    fit = SurvfuncRight(days, lost, entry=entered) if lost.any() else None
    # statsmodels cannot be asked for a group that nobody left.
    steps = pd.DataFrame(
        {
            "days": np.asarray(fit.surv_times, float) if fit else np.array([]),
            "retained": np.asarray(fit.surv_prob, float) if fit else np.array([]),
            "se": np.asarray(fit.surv_prob_se, float) if fit else np.array([]),
        }
    )
    ends = pd.Series([begin, days.max()]).drop_duplicates()
    all_days = np.union1d(steps["days"], ends)
    steps = steps.set_index("days").reindex(all_days).ffill().fillna({"retained": 1.0, "se": 0.0})
    low, high = _band(steps["retained"].to_numpy(), steps["se"].to_numpy(), settings.confidence)
    shares = {"retained": steps["retained"].to_numpy(), "low": low, "high": high}
    shares = {name: significant(values, _DIGITS) for name, values in shares.items()}
    followed = _followed(days, entered, all_days)
    counts = {"at_risk": followed, "accounts": len(days), "lost": int(lost.sum())}
    frame = pd.DataFrame({"group": name, "days": all_days, **shares, **counts})
    return frame.astype({"group": "str"})


def _followed(days: np.ndarray, entered: np.ndarray, on: np.ndarray) -> np.ndarray:
    """How many accounts had entered by each day and not left before it."""
    came = np.searchsorted(np.sort(entered, kind="stable"), on, side="right")
    return came - np.searchsorted(np.sort(days, kind="stable"), on, side="left")


def _begin(days: np.ndarray, entered: np.ndarray, least: int) -> float:
    """The first day on which so many accounts are followed; infinite where never."""
    on = np.unique(np.ceil(entered)) + 0.0  # no "-0"
    enough = on[_followed(days, entered, on) >= least]
    return float(enough[0]) if len(enough) else np.inf


def _band(retained: np.ndarray, se: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """The band on the log-log scale, which stays within 0–1; none where it is 0 or 1."""
    from scipy.stats import norm

    inner = (retained > 0) & (retained < 1)
    safe = np.where(inner, retained, 0.5)
    width = norm.ppf(0.5 + confidence / 2) * np.where(inner, se, 0.0) / (safe * np.log(safe))
    low, high = safe ** np.exp(-width), safe ** np.exp(width)
    return np.where(inner, low, retained), np.where(inner, high, retained)
