"""Why accounts left: what was recorded, what the data hints at, and the money behind each."""

import numpy as np
import pandas as pd

from kamlib.analysis.measures.year_value import per_row
from kamlib.words import _, count, money, share

REASON_CODES = (
    "service level",
    "product quality",
    "missed deadlines",
    "opinion not considered",
    "forgotten",
    "price",
    "competitor",
    "closed down",
    "unknown",
)
UNKNOWN = "unknown"
SOURCES = ("recorded", "hint", UNKNOWN)
TEXTS = ("recorded", "note", "hint", "hint_evidence", "reason", "reason_source")


def account_reasons(
    last_orders: pd.Series,
    losses: pd.DataFrame,
    hints: pd.DataFrame,
    *,
    days_before: int,
) -> pd.DataFrame:
    """The recorded reason of each account and, apart from it, the strongest hint.

    A loss that was recorded more than ``days_before`` days before the last order speaks of an
    earlier departure and does not count. ``reason`` is for use where one is needed: the
    recorded one, unless it is "unknown", else the hinted one; ``reason_source`` says which.

    Parameters
    ----------
    last_orders
        Last order day per account.
    losses
        The canonical table as it was known; the latest row of an account counts.
    hints
        The strongest hint of each account (``strongest_hints``).
    days_before
        ``hints.days_before``: how long before its last order an account may have said so.

    Returns
    -------
    Indexed as ``last_orders``: ``recorded`` (code, empty where nothing was recorded),
    ``recorded_on``, ``note``; ``hint`` (code, empty without), ``hint_strength`` (0–1),
    ``hint_evidence``; ``reason`` (code, "unknown" without any), ``reason_source`` (of
    ``SOURCES``).
    """
    own = per_row(last_orders, losses["account"])
    fitting = losses[own.notna() & (losses["date"] >= own - pd.Timedelta(days=days_before))]
    latest = fitting.sort_values("date", kind="stable").groupby("account").tail(1)
    latest = latest.set_index("account").reindex(last_orders.index)
    hinted = hints.reindex(last_orders.index)
    told = latest["reason"].notna() & (latest["reason"] != UNKNOWN)
    guessed = hinted["hint"].notna() & (hinted["hint"] != UNKNOWN)
    found = pd.DataFrame(
        {
            "recorded": latest["reason"],
            "recorded_on": latest["date"].astype("datetime64[us]"),
            "note": latest["note"],
            "hint": hinted["hint"],
            "hint_strength": hinted["hint_strength"].astype(float),
            "hint_evidence": hinted["hint_evidence"],
            "reason": latest["reason"].where(told, hinted["hint"].where(guessed, UNKNOWN)),
            "reason_source": np.select([told, guessed], SOURCES[:2], UNKNOWN),
        },
        last_orders.index,
    )
    texts = found[list(TEXTS)].astype(object).fillna("").astype("str")
    return found.assign(**{name: texts[name] for name in TEXTS})


def reasons_by_money(reasons: pd.DataFrame, year: pd.DataFrame) -> pd.DataFrame:
    """The reasons of lost accounts by the money that went, recorded and hinted apart.

    Parameters
    ----------
    reasons
        The table of :func:`account_reasons`, of the lost accounts.
    year
        What each brought in the year before its last order (``year_before``).

    Returns
    -------
    One row per source and reason that occurs, the sources in the order recorded, hint,
    unknown, the most revenue first within one: ``reason_source``, ``reason``; ``accounts``;
    ``revenue_a_year``, ``margin_a_year`` (currency; margin NaN where it is unknown for all);
    ``revenue_share`` (0–1, of all lost revenue, NaN where there is none).
    """
    rows = reasons[["reason_source", "reason"]].join(year)
    summed = rows.groupby(["reason_source", "reason"]).agg(
        accounts=("revenue_a_year", "size"),
        revenue_a_year=("revenue_a_year", "sum"),
        margin_a_year=("margin_a_year", lambda values: values.sum(min_count=1)),
    )
    summed = summed.reset_index().astype({"margin_a_year": float})
    whole = summed["revenue_a_year"].sum()
    summed["revenue_share"] = summed["revenue_a_year"] / whole if whole > 0 else np.nan
    place = summed["reason_source"].map({name: n for n, name in enumerate(SOURCES)})
    order = np.lexsort((summed["reason"], -summed["revenue_a_year"], place))
    return summed.iloc[order].reset_index(drop=True)


def reasons_headline(table: pd.DataFrame, currency: str = "") -> str:
    """How far the reasons are known by record or by hint, and the reason with most money."""
    whole = int(table["accounts"].sum())
    if not whole:
        return _("No account counts as lost.")
    if (table["reason_source"] == UNKNOWN).all():
        told = _("The reason is known of none of {all} lost accounts: record it with each loss.")
        return told.format(all=count(whole))
    by_source = table.groupby("reason_source")[["accounts", "revenue_a_year"]].sum()
    by_source = by_source.reindex(SOURCES, fill_value=0)
    told = _(
        "Of {all} lost accounts {recorded} left for a recorded reason, for {hint} the data hints "
        "at one, and of {unknown} nothing is known ({part} of the revenue that they brought)."
    ).format(
        all=count(whole),
        recorded=count(by_source.loc["recorded", "accounts"]),
        hint=count(by_source.loc["hint", "accounts"]),
        unknown=count(by_source.loc[UNKNOWN, "accounts"]),
        part=share(table.loc[table["reason_source"] == UNKNOWN, "revenue_share"].sum(), 0),
    )
    for source, words in (
        ("recorded", _("Most revenue with a recorded reason went for: {reason} ({sum} a year).")),
        ("hint", _("Of the hints most revenue went for: {reason} ({sum} a year).")),
    ):
        rows = table[table["reason_source"] == source]
        if len(rows):
            first = rows.iloc[0]
            told += " " + words.format(
                reason=reason_word(first["reason"]), sum=money(first["revenue_a_year"], currency)
            )
    return told


def reason_word(code: str) -> str:
    """A reason code as a reader sees it."""
    return {
        "service level": _("service level"),
        "product quality": _("product quality"),
        "missed deadlines": _("missed deadlines"),
        "opinion not considered": _("opinion not considered"),
        "forgotten": _("forgotten"),
        "price": _("price"),
        "competitor": _("competitor"),
        "closed down": _("closed down"),
        "unknown": _("unknown"),
    }[code]
