"""What we promised: open, kept or overdue, said once for dossier, cards, campaign and mistakes."""

import pandas as pd

from kamlib.analysis.measures.texts import text_of

TALKS = ("meeting", "call", "e-mail", "other")  # what a next step can have been done by
DISPUTES = ("complaint", "request")
COLUMNS = ("kind", "account", "contact", "what", "made", "due", "state", "overdue_days")
# Under what a talk is filed besides its own person and subject.
_ALL, _LOOSE = "\0all", "\0loose"


def promises(
    interactions: pd.DataFrame, deliveries: pd.DataFrame, *, as_of: pd.Timestamp, settle_days: int
) -> pd.DataFrame:
    """Everything that we promised: next steps, answers to complaints and requests, deliveries.

    Parameters
    ----------
    interactions, deliveries
        The canonical tables. What happened after ``as_of`` has not happened yet.
    as_of
        The last day that is known of.
    settle_days
        Complaints and requests are due so many days after they were made.

    Returns
    -------
    One row per promise: ``COLUMNS``. ``kind`` (step, complaint, request, delivery), ``account``,
    ``contact`` ("" where nobody is named), ``what``, ``made`` (day; of a delivery NaT), ``due``
    (day, NaT where none was agreed), ``state`` ("kept", "open", "overdue"), ``overdue_days``
    (NaN where it is not overdue).
    """
    at = {"as_of": as_of}
    parts = [
        promised_steps(interactions, **at),
        promised_answers(interactions, settle_days=settle_days, **at),
        promised_deliveries(deliveries, **at),
    ]
    return pd.concat(parts, ignore_index=True)


def promised_steps(interactions: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """The next steps that were agreed on, by the index of ``interactions``: ``COLUMNS``.

    A step was promised to a person and about a subject. It is kept by a later talk (of
    ``TALKS``), on its due day or after it, with the same person about the same subject; a talk
    with that person that agreed on a new step counts whatever it was about, for what is next
    was spoken of. Where person or subject is not recorded, it is not asked for.
    """
    as_of = pd.Timestamp(as_of)
    rows = interactions[interactions["date"] <= as_of]
    names = ("account", "contact", "subject", "next_step")
    texts = {name: text_of(rows[name]) for name in names}
    texts["subject"] = texts["subject"].str.casefold().str.split().str.join(" ")
    rows = rows.assign(**texts)
    given = rows[rows["next_step"] != ""]
    last = _last_talks(given, rows[rows["kind"].fillna("other").isin(TALKS)])
    due = given["next_step_due"]
    kept = (given["date"] < last) & (due.isna() | (due <= last))
    return _promises("step", given, given["next_step"], given["date"], due, kept, as_of)


def promised_answers(
    interactions: pd.DataFrame, *, as_of: pd.Timestamp, settle_days: int
) -> pd.DataFrame:
    """The answers that complaints and requests wait for, by the index of ``interactions``."""
    as_of = pd.Timestamp(as_of)
    rows = interactions[(interactions["date"] <= as_of) & interactions["kind"].isin(DISPUTES)]
    due = rows["date"] + pd.Timedelta(days=settle_days)
    kept = rows["resolved_on"] <= as_of
    return _promises(rows["kind"], rows, text_of(rows["subject"]), rows["date"], due, kept, as_of)


def promised_deliveries(deliveries: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """The deliveries that have a promised day, by the index of ``deliveries``."""
    as_of = pd.Timestamp(as_of)
    rows = deliveries[deliveries["promised_on"].notna()]
    rows = rows.assign(contact="")
    kept, due = rows["delivered_on"] <= as_of, rows["promised_on"]
    return _promises("delivery", rows, text_of(rows["document"]), pd.NaT, due, kept, as_of)


def _last_talks(steps: pd.DataFrame, talks: pd.DataFrame) -> pd.Series:
    """The day of the last talk that can have kept each step, NaT where there was none."""
    told = (talks["subject"] == "") | (talks["next_step"] != "")
    filed = _filed(talks.assign(told=told), "subject", "told")
    filed = _filed(filed.assign(anyone=filed["contact"] == ""), "contact", "anyone")
    key = ["account", "contact", "subject"]
    last = filed.groupby(key)["date"].max()
    whom, about = (steps[name].mask(steps[name] == "", _ALL) for name in key[1:])
    asked = [
        pd.MultiIndex.from_arrays([steps["account"], person, subject])
        for person in (whom, whom.where(whom == _ALL, _LOOSE))
        for subject in (about, about.where(about == _ALL, _LOOSE))
    ]
    days = pd.DataFrame({n: last.reindex(keys).to_numpy() for n, keys in enumerate(asked)})
    return days.max(axis=1).set_axis(steps.index).astype("datetime64[us]")


def _filed(talks: pd.DataFrame, name: str, loose: str) -> pd.DataFrame:
    """The talks under their own value, under all, and where ``loose`` under that."""
    whole = talks.assign(**{name: _ALL})
    return pd.concat([talks, whole, talks[talks[loose]].assign(**{name: _LOOSE})])


def _promises(kind, rows, what, made, due, kept, as_of) -> pd.DataFrame:
    overdue = ~kept & (due < as_of)
    table = pd.DataFrame(
        {
            "kind": kind,
            "account": rows["account"],
            "contact": text_of(rows["contact"]),
            "what": what,
            "made": made,
            "due": due,
            "state": kept.map({True: "kept", False: "open"}).mask(overdue, "overdue"),
            "overdue_days": (as_of - due).dt.days.where(overdue),
        },
        index=rows.index,
    )
    kinds = dict.fromkeys(["made", "due"], "datetime64[us]") | {"overdue_days": float}
    texts = dict.fromkeys(["kind", "account", "contact", "what", "state"], "str")
    return table.astype(texts | kinds)[list(COLUMNS)]
