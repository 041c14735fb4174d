"""What the side tables say of each account: payments, deliveries, complaints, meetings, tenders."""

import pandas as pd

from kamlib.analysis.account.promises import promises
from kamlib.analysis.measures.debts import owed

COLUMNS = (
    *("invoices_due", "invoices_on_time", "oldest_overdue_days", "overdue_amount"),
    *("deliveries_due", "deliveries_late", "deliveries_incomplete", "late_days_mean"),
    *("complaints", "complaints_open", "oldest_open_days", "requests_open"),
    *("reply_days_median", "meetings", "meetings_without_brief", "last_contact"),
    *("tenders_won", "tenders_lost", "tenders_partly"),
    *("complaints_overdue", "promises_overdue", "oldest_promise_days"),
)


def track_record(
    interactions: pd.DataFrame,
    deliveries: pd.DataFrame,
    payments: pd.DataFrame,
    tenders: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    months: int = 12,
    brief_days: int = 14,
    settle_days: int = 14,
) -> pd.DataFrame:
    """Count what was promised, paid, complained of and prepared, account by account.

    A row belongs to the window by its own day (date of an interaction or tender, promised day
    of a delivery, due day of a payment). What is still open counts whatever its age: overdue
    invoices, open complaints and requests, promises that nobody kept. Rows of a later day
    are left out, and what happened after ``as_of`` has not happened yet. A credit note of ours
    (an amount below zero) is no invoice: it is neither due nor overdue.

    Parameters
    ----------
    interactions, deliveries, payments, tenders
        The canonical side tables; empty where the data set has none.
    as_of
        The last day that is known of.
    months
        Length of the window that ends with ``as_of``.
    brief_days
        A meeting is prepared by a brief of the same day or of at most so many days before.
    settle_days
        A complaint or request that is open longer is overdue.

    Returns
    -------
    One row per account that occurs in any of the tables, by account; columns as in
    ``COLUMNS``, numbers as floats, NaN where the table says nothing of the account.
    ``oldest_*_days``: 0 where nothing is open; days since the due day of an unpaid invoice
    (``overdue``), the day of an open complaint (``open``), the due day of a promise (``promise``).
    ``promises_overdue`` are next steps, requests and deliveries as ``promises`` has them,
    ``complaints_overdue`` the complaints. ``overdue_amount`` in the currency, NaN where no
    overdue invoice has an amount. ``late_days_mean`` over late deliveries and ``reply_days_median``
    over settled complaints and requests: NaN without any. ``last_contact`` is the latest
    interaction other than a brief. A tender won in part counts in ``tenders_won`` with the part
    of its amount that was won and in ``tenders_lost`` with the rest; where that part is not
    known it counts in ``tenders_partly`` only. One that was withdrawn is neither won nor lost.
    """
    as_of = pd.Timestamp(as_of)
    begin = as_of + pd.Timedelta(days=1) - pd.DateOffset(months=months)
    talks = _until(interactions, "date", as_of)
    sent = _until(deliveries, "promised_on", as_of)
    parts = [
        _payment_facts(_until(owed(payments), "due_on", as_of), as_of, begin),
        _delivery_facts(sent, as_of, begin),
        _dispute_facts(talks, as_of, begin),
        _meeting_facts(talks, begin, brief_days),
        _promise_facts(promises(talks, sent, as_of=as_of, settle_days=settle_days)),
        _tender_facts(_until(tenders, "date", as_of), begin),
    ]
    record = pd.concat([part.sort_index(kind="stable") for part in parts], axis=1).sort_index(
        kind="stable"
    )
    record.index = pd.Index(record.index, dtype="str", name="account")
    numbers = [name for name in COLUMNS if name != "last_contact"]
    kinds = {"last_contact": "datetime64[us]", **dict.fromkeys(numbers, float)}
    return record.astype(kinds)[list(COLUMNS)]


def _until(rows: pd.DataFrame, day: str, as_of: pd.Timestamp) -> pd.DataFrame:
    return rows[rows[day].isna() | (rows[day] <= as_of)]


def _payment_facts(
    payments: pd.DataFrame, as_of: pd.Timestamp, begin: pd.Timestamp
) -> pd.DataFrame:
    due, paid = payments["due_on"], _happened(payments["paid_on"], as_of)
    within = due >= begin
    overdue = paid.isna() & (due < as_of)
    facts = pd.DataFrame(
        {
            "invoices_due": within,
            "invoices_on_time": within & (paid <= due),
            "days": (as_of - due).dt.days.where(overdue),
            "amount": payments["amount"].where(overdue),
        }
    ).groupby(payments["account"])
    found = facts[["invoices_due", "invoices_on_time"]].sum()
    oldest = facts["days"].max()
    amount = facts["amount"].sum(min_count=1)
    return found.assign(
        oldest_overdue_days=oldest.fillna(0), overdue_amount=amount.mask(oldest.isna(), 0)
    )


def _delivery_facts(
    deliveries: pd.DataFrame, as_of: pd.Timestamp, begin: pd.Timestamp
) -> pd.DataFrame:
    promised = deliveries["promised_on"]
    arrived = _happened(deliveries["delivered_on"], as_of)
    within = promised >= begin
    days = (arrived.fillna(as_of) - promised).dt.days
    late = within & (days > 0)
    facts = pd.DataFrame(
        {
            "deliveries_due": within,
            "deliveries_late": late,
            "deliveries_incomplete": within & deliveries["complete"].eq(False).fillna(False),
            "late_days_mean": days.where(late),
        }
    ).groupby(deliveries["account"])
    counts = facts[["deliveries_due", "deliveries_late", "deliveries_incomplete"]].sum()
    return counts.assign(late_days_mean=facts["late_days_mean"].mean())


def _dispute_facts(talks: pd.DataFrame, as_of: pd.Timestamp, begin: pd.Timestamp) -> pd.DataFrame:
    settled = _happened(talks["resolved_on"], as_of)
    within = talks["date"] >= begin
    complaint, request = talks["kind"] == "complaint", talks["kind"] == "request"
    disputed = complaint & settled.isna()
    facts = pd.DataFrame(
        {
            "complaints": within & complaint,
            "complaints_open": disputed,
            "requests_open": request & settled.isna(),
            "oldest_open_days": (as_of - talks["date"]).dt.days.where(disputed),
            "reply_days_median": (settled - talks["date"])
            .dt.days.clip(lower=0)
            .where(within & (complaint | request)),
        }
    ).groupby(talks["account"])
    counts = facts[["complaints", "complaints_open", "requests_open"]].sum()
    return counts.assign(
        oldest_open_days=facts["oldest_open_days"].max().fillna(0),
        reply_days_median=facts["reply_days_median"].median(),
    )


def _meeting_facts(talks: pd.DataFrame, begin: pd.Timestamp, brief_days: int) -> pd.DataFrame:
    brief = talks["kind"] == "brief"
    meetings = talks.loc[(talks["kind"] == "meeting") & (talks["date"] >= begin)]
    briefs = talks.loc[brief, ["account", "date"]].assign(brief=True)
    met = pd.merge_asof(
        meetings[["account", "date"]].sort_values("date", kind="stable"),
        briefs.sort_values("date", kind="stable"),
        on="date",
        by="account",
        tolerance=pd.Timedelta(days=brief_days),
    )
    counts = met.assign(unprepared=met["brief"].isna()).groupby("account")["unprepared"]
    last = talks["date"].mask(brief).groupby(talks["account"]).max()
    found = pd.DataFrame({"last_contact": last})
    for name, figures in (("meetings", counts.size()), ("meetings_without_brief", counts.sum())):
        found[name] = figures.reindex(found.index).fillna(0)
    return found


def _promise_facts(promised: pd.DataFrame) -> pd.DataFrame:
    late = (promised["state"] == "overdue").astype(float)
    disputed = promised["kind"] == "complaint"
    groups = promised.assign(
        complaints_overdue=late.where(disputed),
        promises_overdue=late.where(~disputed),
        oldest_promise_days=promised["overdue_days"].fillna(0).where(~disputed),
    ).groupby("account")
    counts = groups[["complaints_overdue", "promises_overdue"]].sum(min_count=1)
    return counts.assign(oldest_promise_days=groups["oldest_promise_days"].max())


def _tender_facts(tenders: pd.DataFrame, begin: pd.Timestamp) -> pd.DataFrame:
    within = tenders["date"] >= begin
    result = tenders["result"]
    part = (tenders["won_amount"] / tenders["amount"].where(tenders["amount"] > 0)).clip(0, 1)
    part = part.where(result == "partly won")
    facts = {
        "tenders_won": part.fillna((result == "won").astype(float)),
        "tenders_lost": (1 - part).fillna((result == "lost").astype(float)),
        "tenders_partly": ((result == "partly won") & part.isna()).astype(float),
    }
    return pd.DataFrame(facts).where(within, 0.0).groupby(tenders["account"]).sum()


def _happened(day: pd.Series, as_of: pd.Timestamp) -> pd.Series:
    return day.where(day <= as_of)
