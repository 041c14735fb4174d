"""The five mistakes of account managers, as far as the records show them."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kamlib.settings import Settings
from kamlib.words import _, count, days, share

MISTAKES = (
    *("lateness", "disputes_open", "thin_dossier", "unprepared_meetings"),
    "product_knowledge",
)
# Which of them stand on the rows of which table.
SEEN_IN = {
    "deliveries": ("lateness",),
    "interactions": ("lateness", "disputes_open", "unprepared_meetings"),
}
_TRACK = [
    *("deliveries_due", "deliveries_late", "reply_days_median", "complaints", "oldest_open_days"),
    *("meetings", "meetings_without_brief", "complaints_overdue", "promises_overdue"),
    "oldest_promise_days",
]


def mistakes(
    classes: pd.DataFrame,
    track: pd.DataFrame,
    completeness: pd.Series,
    managers: pd.DataFrame,
    *,
    settings: Settings,
) -> pd.DataFrame:
    """How far each of the five mistakes is made with each account.

    Each is 0 where nothing is wrong and rises to 1; it is NaN where the records say nothing,
    which is not the same as nothing wrong. It counts as found beyond the threshold of
    ``settings.mistakes``.

    Parameters
    ----------
    classes
        The table of ``abc_xyz``: the accounts and their managers today.
    track
        The table of ``track_record``.
    completeness
        Of the dossier, per account (0–1, NaN or absent where it is not known).
    managers
        The table ``managers``, for ``product_knowledge``.

    Returns
    -------
    One row per account in the order of ``classes``: ``lateness`` (share of deliveries that
    came late, or the part of the usual time to settle a complaint or request that is over
    ``reply_days``, or the same part of the time that the oldest overdue promise has taken,
    whichever is most; found wherever a promise is overdue); ``disputes_open`` (1 where a
    complaint is overdue); ``thin_dossier`` (share of the dossier that is missing);
    ``unprepared_meetings`` (share of meetings without a brief); ``product_knowledge`` (what
    the manager's last test result lacks to 1); ``mistakes`` (number found), ``known`` (number
    of the five that can be judged), ``found`` (their names), ``mistakes_why`` (words),
    ``manager``.
    """
    limits = settings.mistakes
    record = track.reindex(index=classes.index, columns=_TRACK).astype(float)
    late = record["deliveries_late"] / record["deliveries_due"].where(record["deliveries_due"] > 0)
    reply = record["reply_days_median"]
    over = (1 - limits.reply_days / reply.where(reply > 0, limits.reply_days)).clip(lower=0)
    over = over.where(reply.notna())
    without = record["meetings_without_brief"] / record["meetings"].where(record["meetings"] > 0)
    full = completeness.reindex(classes.index).astype(float)
    tested = managers.drop_duplicates("manager").set_index("manager")["product_knowledge"]
    knowledge = classes["manager"].map(tested).astype(float)
    overdue = record["oldest_promise_days"]
    waited = 1 - limits.reply_days / (limits.reply_days + overdue)
    dispute = (record["complaints_overdue"] > 0).astype(float)
    table = pd.DataFrame(
        {
            "lateness": np.fmax(np.fmax(late, over), waited),
            "disputes_open": dispute.where(record["complaints"].notna()),
            "thin_dossier": 1 - full,
            "unprepared_meetings": without,
            "product_knowledge": 1 - knowledge,
        }
    )
    found = pd.DataFrame(
        {
            "lateness": (late > limits.max_late_share)
            | (reply > limits.reply_days)
            | (record["promises_overdue"] > 0),
            "disputes_open": table["disputes_open"] == 1,
            "thin_dossier": full < limits.min_completeness,
            "unprepared_meetings": without > limits.max_unprepared_share,
            "product_knowledge": knowledge < limits.min_knowledge,
        }
    )
    figures = record.assign(
        late=late > limits.max_late_share,
        slow=reply > limits.reply_days,
        completeness=full,
        knowledge=knowledge,
    )
    return table.assign(
        mistakes=found.sum(axis=1).astype(int),
        known=table.notna().sum(axis=1).astype(int),
        found=_listed(found, MISTAKES),
        mistakes_why=_whys(table, found, figures),
        manager=classes["manager"],
    )


def unjudged(table: pd.DataFrame, doubts: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """The table of mistakes, some of them unknown of accounts whose rows are in doubt.

    Parameters
    ----------
    table
        The table of ``mistakes``.
    doubts
        By table of ``SEEN_IN`` why nobody can tell, by account.
    """
    whys = {
        account: {name: why[account] for name, why in doubts.items() if account in why}
        for account in table.index
    }
    here = [account for account, why in whys.items() if why]
    if not here:
        return table
    words, rows = mistake_words(), table.loc[here].copy()
    unknown = {a: {n for name in whys[a] for n in SEEN_IN[name]} for a in here}
    for mistake in MISTAKES:
        rows.loc[[a for a in here if mistake in unknown[a]], mistake] = float("nan")
    left = [
        [n for n in found.split(", ") if n and n not in unknown[a]]
        for a, found in zip(here, rows["found"], strict=True)
    ]
    rows["found"] = [", ".join(each) for each in left]
    rows["mistakes"] = [len(each) for each in left]
    rows["known"] = rows[list(MISTAKES)].notna().sum(axis=1)
    rows["mistakes_why"] = [
        "; ".join([*(_("not judged: {why}").format(why=why) for why in whys[a].values()),
                   *(words[n] for n in each)])
        for a, each in zip(here, left, strict=True)
    ]  # fmt: skip
    table = table.copy()
    table.loc[here, rows.columns] = rows
    return table.astype({"mistakes": int, "known": int})


def manager_mistakes(table: pd.DataFrame) -> pd.DataFrame:
    """The five mistakes per manager: with what share of the accounts each is found.

    Parameters
    ----------
    table
        The table of ``mistakes``.

    Returns
    -------
    One row per manager, most mistakes per account first, "" (no manager) last: ``accounts``;
    of the first four mistakes the share (0–1) of accounts with it among those that can be
    judged, and ``<mistake>_known`` how many those are; ``product_knowledge`` (what the test
    result lacks to 1, NaN where not recorded); ``mistakes`` (number found over all accounts,
    product knowledge once); ``per_account``; ``mistakes_why``.
    """
    columns = {"accounts": table["manager"].groupby(table["manager"]).size()}
    number = pd.Series(0, columns["accounts"].index)
    for name in MISTAKES[:-1]:
        known = table.loc[table[name].notna(), "manager"]
        groups = _has(table, name).reindex(known.index).groupby(known)
        made = groups.sum().reindex(number.index).fillna(0).astype(int)
        columns[name] = groups.mean().reindex(number.index).astype(float)
        columns[f"{name}_known"] = groups.size().reindex(number.index).fillna(0).astype(int)
        columns[f"{name}_found"] = made
        number = number + made
    knowledge = table.groupby("manager")["product_knowledge"].first()
    lacking = _has(table, "product_knowledge").groupby(table["manager"]).any()
    whole = pd.DataFrame(columns).assign(
        product_knowledge=knowledge, mistakes=number + lacking.astype(int)
    )
    whole["per_account"] = whole["mistakes"] / whole["accounts"]
    whole["mistakes_why"] = _manager_whys(whole, lacking)
    whole = whole.drop(columns=[f"{name}_found" for name in MISTAKES[:-1]])
    ranked = whole.sort_index(kind="stable").sort_values(
        "per_account", ascending=False, kind="stable"
    )
    nobody = ranked.index == ""
    return pd.concat([ranked[~nobody], ranked[nobody]]).rename_axis("manager")


def mistake_words() -> dict[str, str]:
    """The five mistakes as a reader sees them."""
    return {
        "lateness": _("late with what was promised"),
        "disputes_open": _("disputes left open"),
        "thin_dossier": _("thin dossier"),
        "unprepared_meetings": _("meetings without a brief"),
        "product_knowledge": _("product knowledge"),
    }


def _has(table: pd.DataFrame, name: str) -> pd.Series:
    return table["found"].str.split(", ").map(lambda names: name in names).astype(bool)


def _listed(found: pd.DataFrame, names: tuple[str, ...]) -> pd.Series:
    rows = found[list(names)].to_numpy(bool)
    texts = [", ".join(np.array(names)[row]) for row in rows]
    return pd.Series(texts, found.index, dtype="str")


def _whys(table: pd.DataFrame, found: pd.DataFrame, figures: pd.DataFrame) -> pd.Series:
    sentences = {
        "disputes_open": lambda row: _("a complaint has been open for {days} days").format(
            days=count(row["oldest_open_days"])
        ),
        "thin_dossier": lambda row: _("{part} of the dossier is filled").format(
            part=share(row["completeness"], 0)
        ),
        "unprepared_meetings": lambda row: _("{some} of {all} meetings without a brief").format(
            some=count(row["meetings_without_brief"]), all=count(row["meetings"])
        ),
        "product_knowledge": lambda row: _(
            "the manager's last test of product knowledge: {part}"
        ).format(part=share(row["knowledge"], 0)),
        "lateness": _lateness_words,
    }
    whys = []
    rows = zip(found.to_dict("records"), figures.to_dict("records"), strict=True)
    for (made, row), judged in zip(rows, table.notna().any(axis=1), strict=True):
        told = [sentences[name](row) for name in MISTAKES if made[name]]
        none = _("none found") if judged else _("nothing is recorded that would show one")
        whys.append("; ".join(told) or none)
    return pd.Series(whys, table.index, dtype="str")


def _lateness_words(row: dict) -> str:
    told = []
    if row["promises_overdue"] > 0:
        one = _("a promise is overdue by {days}")
        more = _("{n} promises are overdue, the oldest by {days}")
        told.append(
            (one if row["promises_overdue"] == 1 else more).format(
                n=count(row["promises_overdue"]), days=days(row["oldest_promise_days"])
            )
        )
    if row["late"]:
        told.append(
            _("{some} of {all} deliveries late").format(
                some=count(row["deliveries_late"]), all=count(row["deliveries_due"])
            )
        )
    if row["slow"]:
        told.append(
            _("complaints and requests take {days} days to settle (median)").format(
                days=count(row["reply_days_median"])
            )
        )
    return ", ".join(told)


def _manager_whys(whole: pd.DataFrame, lacking: pd.Series) -> pd.Series:
    told, names = [], mistake_words()
    for manager, row in whole.iterrows():
        parts = [
            _("{mistake}: {some} of {all} accounts").format(
                mistake=names[name],
                some=count(row[f"{name}_found"]),
                all=count(row[f"{name}_known"]),
            )
            for name in MISTAKES[:-1]
            if row[f"{name}_found"]
        ]
        if lacking[manager]:
            parts.append(
                _("{mistake}: test result {part}").format(
                    mistake=names["product_knowledge"], part=share(1 - row["product_knowledge"], 0)
                )
            )
        judged = row[[f"{name}_known" for name in MISTAKES[:-1]]].sum() > 0
        none = _("none found") if judged else _("nothing is recorded that would show one")
        told.append("; ".join(parts) or none)
    return pd.Series(told, whole.index, dtype="str")
