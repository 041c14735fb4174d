"""The decision map of one account: who takes part, who reports to whom, whom we reach."""

from collections.abc import Mapping

import pandas as pd

from kamlib.words import _, count

TEXTS = ("name", "position", "reports_to", "dotted_to", "role", "interests", "channel", "owner")
COLUMNS = (
    *("name", "position", "role", "influence", "attitude", "reports_to", "dotted_to", "level"),
    *("last_talk", "silent_days", "talks", "met_by", "owner", "interests", "channel", "finding"),
)


def decision_map(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    talk_months: int,
    elsewhere: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Everyone recorded as taking part in an account's decisions, with the formal line.

    A line that leads to nobody, to the person itself or in a circle is left out and said so in
    ``finding``; of a circle the line of its most influential person goes. A code recorded twice
    counts once, as first recorded.

    Parameters
    ----------
    contacts, interactions
        The account's own rows of the canonical tables.
    as_of
        The last day that is known of: what is dated later has not happened.
    talk_months
        The window, ending with ``as_of``, in which a talk counts as contact.
    elsewhere
        By contact the other accounts at which the same person stands, in words.

    Returns
    -------
    One row per person, indexed by ``contact``, from the top of the line down: ``name``,
    ``position``, ``role`` ("" where unknown); ``influence`` (0–3) and ``attitude`` (-2..2),
    NaN where unknown; ``reports_to`` (a code in the index, or ""); ``dotted_to`` (codes in the
    index of others who have a say, "; " between them, or ""); ``level`` (0 at the top);
    ``last_talk`` (day; NaT where none is known); ``silent_days`` since then; ``talks`` in the
    window; ``met_by`` (who of us, most talks first); ``owner``; ``interests``, ``channel``;
    ``finding`` (what is wrong with the row, "" where nothing is).
    """
    as_of = pd.Timestamp(as_of)
    codes = contacts["contact"].fillna("").astype("str")
    people = contacts.assign(contact=codes)[codes != ""].drop_duplicates("contact")
    people = people.set_index("contact")
    for name in TEXTS:
        people[name] = people[name].fillna("").astype("str")
    findings = _row_findings(people, codes, as_of)
    lines, line_findings = formal_lines(people["reports_to"], people["influence"])
    people["reports_to"] = lines
    people["dotted_to"], dotted_findings = dotted_lines(people["dotted_to"], lines)
    told = _("stands with {others} too: one person at several accounts")
    also = [(code, told.format(others=others)) for code, others in (elsewhere or {}).items()]
    people["level"] = _levels(lines)
    talked = coverage(contacts, interactions, as_of=as_of, talk_months=talk_months)
    people["last_talk"] = _last_talks(people, interactions, as_of)
    people["silent_days"] = (as_of - people["last_talk"]).dt.days.astype(float)
    with_us = talked[talked["talks"] > 0].groupby("contact", sort=False)
    people["talks"] = with_us["talks"].sum().reindex(people.index).fillna(0).astype(int)
    met_by = with_us["ours"].agg(", ".join) if len(talked) else pd.Series(dtype="str")
    people["met_by"] = met_by.reindex(people.index).fillna("").astype("str")
    people["finding"] = _joined(people.index, findings + line_findings + dotted_findings + also)
    people["name"] = people["name"].where(people["name"] != "", people.index)
    order = people.assign(code=people.index)
    order = order.sort_values(
        ["level", "influence", "code"], ascending=[True, False, True], kind="stable"
    )
    return people.loc[order.index, list(COLUMNS)]


def coverage(
    contacts: pd.DataFrame, interactions: pd.DataFrame, *, as_of: pd.Timestamp, talk_months: int
) -> pd.DataFrame:
    """Who of us talks with whom of theirs, and who of us is to look after whom.

    Returns
    -------
    One row per pair, most talks first: ``contact``; ``ours`` (manager code); ``talks`` in the
    window (briefs do not count; 0 for an owner who had none); ``owner`` (bool).
    """
    known = contacts["contact"].dropna().astype("str")
    talks = talks_with(interactions, as_of=as_of, talk_months=talk_months)
    talks = talks[talks["contact"].isin(known) & (talks["manager"] != "")]
    pairs = talks.groupby(["contact", "manager"]).size()
    owners = contacts.dropna(subset=["contact", "owner"]).drop_duplicates("contact")
    owners = owners[owners["owner"] != ""]
    owned = pd.MultiIndex.from_frame(owners[["contact", "owner"]].astype("str"))
    both = pairs.index.union(owned)
    found = pd.DataFrame({"talks": pairs.reindex(both).fillna(0).astype(int)}, index=both)
    found["owner"] = both.isin(owned)
    found.index = found.index.set_names(["contact", "ours"])
    found = found.reset_index().astype({"contact": "str", "ours": "str"})
    return found.sort_values(["talks", "contact", "ours"], ascending=[False, True, True],
                             ignore_index=True, kind="stable")  # fmt: skip


def against_us(people: pd.DataFrame) -> pd.Series:
    """Who is against us, by ``role`` or ``attitude``; what is not recorded is not against us."""
    return (people["role"] == "opposes") | (people["attitude"] < 0)


def talks_with(
    interactions: pd.DataFrame, *, as_of: pd.Timestamp, talk_months: int
) -> pd.DataFrame:
    """The talks of the window: interactions other than briefs; empty texts are ""."""
    as_of = pd.Timestamp(as_of)
    begin = as_of + pd.Timedelta(days=1) - pd.DateOffset(months=talk_months)
    day = interactions["date"]
    within = (day >= begin) & (day <= as_of) & (interactions["kind"] != "brief")
    talks = interactions[within]
    texts = {name: talks[name].fillna("").astype("str") for name in ("contact", "manager")}
    return talks.assign(**texts)


def by_one_of_us(talks: pd.DataFrame, *, min_talks: int) -> pd.Series:
    """Whether all talks were by one of ours, of each account with so many whose manager is known.

    Parameters
    ----------
    talks
        The table of ``talks_with``, of all accounts.
    """
    ours = talks[talks["manager"] != ""].groupby("account")["manager"]
    return (ours.nunique() == 1)[ours.size() >= min_talks]


def formal_lines(
    reports_to: pd.Series, influence: pd.Series
) -> tuple[pd.Series, list[tuple[str, str]]]:
    """The reporting lines that can be drawn, and what is wrong with the others.

    Returns
    -------
    Per contact the code above it or ""; and pairs (contact, what was left out).
    """
    lines, findings = reports_to.copy(), []
    for code, above in reports_to.items():
        if above == code:
            findings.append((code, _("is said to report to itself")))
            lines[code] = ""
        elif above and above not in reports_to.index:
            told = _("reports to {above}, who is not recorded").format(above=above)
            findings.append((code, told))
            lines[code] = ""
    for circle in _circles(lines):
        top = max(circle, key=lambda code: (_or_zero(influence[code]), -circle.index(code)))
        told = _("reports in a circle ({circle}): the line to {above} is left out")
        names = " → ".join([*circle, circle[0]])
        findings.append((top, told.format(circle=names, above=lines[top])))
        lines[top] = ""
    return lines.astype("str"), findings


def dotted_lines(dotted_to: pd.Series, lines: pd.Series) -> tuple[pd.Series, list[tuple[str, str]]]:
    """The dotted lines that can be drawn beside the formal ones, and who of them is not recorded.

    Returns
    -------
    Per contact the codes, "; " between them; and pairs (contact, what was left out).
    """
    drawn, findings = {}, []
    for code, text in dotted_to.items():
        above = dict.fromkeys(part for part in text.split("; ") if part)
        for other in above:
            if other not in lines.index:
                told = _("has a dotted line to {above}, who is not recorded")
                findings.append((code, told.format(above=other)))
        known = (other for other in above if other in lines.index)
        drawn[code] = "; ".join(other for other in known if other not in (code, lines[code]))
    return pd.Series(drawn, dotted_to.index, dtype="str"), findings


def _circles(lines: pd.Series) -> list[list[str]]:
    """Each circle once, beginning with its first code."""
    found, seen = [], set()
    for start in lines.index:
        path, code = [], start
        while code and code not in seen and code not in path:
            path.append(code)
            code = lines[code]
        if code and code in path:
            circle = path[path.index(code) :]
            first = circle.index(min(circle))
            found.append(circle[first:] + circle[:first])
        seen.update(path)
    return found


def _levels(lines: pd.Series) -> pd.Series:
    levels: dict[str, int] = {}
    for start in lines.index:
        path, code = [], start
        while code and code not in levels:
            path.append(code)
            code = lines[code]
        depth = levels[code] + 1 if code else 0
        for steps, passed in enumerate(reversed(path)):
            levels[passed] = depth + steps
    return pd.Series(levels, dtype=int).reindex(lines.index)


def _last_talks(people: pd.DataFrame, interactions: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """The later of the recorded last contact and the last talk that names the person."""
    recorded = people["last_contact"].where(people["last_contact"] <= as_of)
    talks = interactions[(interactions["date"] <= as_of) & (interactions["kind"] != "brief")]
    last = talks.groupby("contact")["date"].max().reindex(people.index)
    return pd.concat([recorded, last], axis=1).max(axis=1).astype("datetime64[us]")


def _row_findings(
    people: pd.DataFrame, codes: pd.Series, as_of: pd.Timestamp
) -> list[tuple[str, str]]:
    findings = []
    for code, times in codes[codes != ""].value_counts(sort=False).items():
        if times > 1:
            told = _("is recorded {times} times; the first row counts")
            findings.append((code, told.format(times=count(times))))
    spelt = people["name"].str.casefold().str.split().str.join(" ")
    for code, name in spelt[spelt.duplicated(keep=False) & (spelt != "")].items():
        others = [other for other in spelt.index[spelt == name] if other != code]
        told = _("has the same name as {others}: one person recorded twice?")
        findings.append((code, told.format(others=", ".join(others))))
    for code in people.index[people["last_contact"] > as_of]:
        findings.append((code, _("last contact is dated in the future and is left out")))
    return findings


def _joined(index: pd.Index, findings: list[tuple[str, str]]) -> pd.Series:
    texts: dict[str, list[str]] = {}
    for code, text in findings:
        texts.setdefault(code, []).append(text)
    return pd.Series(["; ".join(texts.get(code, [])) for code in index], index, dtype="str")


def _or_zero(value: float) -> float:
    return 0.0 if pd.isna(value) else float(value)
