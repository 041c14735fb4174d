"""The steps of a campaign before they have a day: per target, per cluster, per open question."""

import numpy as np
import pandas as pd

from kamlib.analysis.campaign.campaign_people import cases, with_people
from kamlib.analysis.campaign.campaign_steps import NOBODY, REACHED
from kamlib.analysis.targeting.tiers import CLOSE
from kamlib.words import _, count

# When in the quarter (0–1): a target's steps take SPAN of what lies before END, after which some
# days are left for what has to move; calls, content, mailings, questions.
SPAN, END = 0.6, 0.95
CALLS, CONTENT, MAILINGS, BETWEEN_MAILINGS, QUESTIONS = (0.05, 0.95), 0.7, 0.25, 0.3, 0.6
NAMED = 3  # companies named of a cluster
COLUMNS = [
    *("prospect", "name", "tier", "step", "content", "channel", "person", "owner"),
    *("sales_hours", "marketing_hours", "why", "audience", "order", "rank"),
    *("wanted", "chain", "after", "waits", "loose"),
]


def target_rows(
    tiers: pd.DataFrame,
    offers: pd.DataFrame,
    steps: pd.DataFrame,
    names: pd.Series,
    people: pd.DataFrame,
    find_out: pd.DataFrame,
    committees: pd.DataFrame,
    promises: pd.DataFrame,
) -> pd.DataFrame:
    """The personal steps of one-to-one targets and the calls of one-to-few ones.

    Parameters
    ----------
    people
        The table of ``people_by_role``.
    committees
        The table of that name: ``decider_reached``, ``committee_why``.
    promises
        The table of ``open_promises``, with ``place`` (of the day it is due in the quarter, 0–1):
        what was agreed is kept first.

    Returns
    -------
    One row per target and step: ``COLUMNS``; ``wanted`` (place in the quarter, 0–1), ``chain``
    (steps of one target), ``after`` (the cluster's content, which comes before).
    """
    worked = tiers[tiers["tier"].isin(CLOSE)]
    standing = cases(worked.index, people, committees["decider_reached"])
    of_one = (worked["tier"] == "one-to-one").to_numpy()
    worked = worked.assign(case=standing.where(of_one, ""))
    rows = _times_steps(worked, steps[(steps["tier"] == "one-to-one") | (steps["key"] == "call")])
    rows = with_people(rows, people, names)
    one = (rows["tier"] == "one-to-one").to_numpy()
    starts = rows["prospect"].map(_turn(worked[of_one])).astype(float)
    calls = rows["prospect"].map(_turn(_by_cluster(worked))).astype(float)
    last = (rows.groupby("prospect")["order"].transform("max") - 1).clip(lower=1)
    personal = END * (starts * (1 - SPAN) + (rows["order"] - 1) / last * SPAN)
    called = CALLS[0] + calls * (CALLS[1] - CALLS[0])
    due = rows["prospect"].map(promises["place"]).astype(float).clip(lower=0)
    personal = np.where(rows["order"] == 1, np.fmin(personal, due), personal)
    rows["wanted"] = np.where(one, personal, called).astype(float)
    rows["after"] = np.where(one, "", "content " + rows["cluster"])
    rows["content"] = _filled(rows, offers, _sent(worked, offers))
    questions = _questions(find_out, rows["prospect"])
    unknown = (rows["key"] == "call") & (rows["own_person"] == "")
    unknown &= ~rows["prospect"].isin(questions.index)
    first = _("find out who decides") + "; " + rows["content"]
    rows["content"] = rows["content"].mask(unknown, first)
    against = rows["content"].radd(_("hear what stands against us") + "; ")
    rows["content"] = rows["content"].mask(rows["own_against"] == "yes", against)
    rows["content"] = _asking(rows, questions)
    rows["content"] = _keeping(rows, promises["told"])
    committee = rows["prospect"].map(committees["committee_why"]).astype("str").fillna("")
    rows["why"] = committee.where(rows["whom"] != "", "")
    later = (rows["case"] == NOBODY) & (rows["whom"] != "") & (rows["key"] != "introduction")
    depends = rows["why"] + "; " + _("this depends on the first talk: find the way in before")
    rows["why"] = rows["why"].mask(later, depends.str.removeprefix("; "))
    return rows.assign(audience="", chain=rows["prospect"], waits=False, loose=~one)[COLUMNS]


def cluster_rows(
    tiers: pd.DataFrame,
    offers: pd.DataFrame,
    steps: pd.DataFrame,
    names: pd.Series,
) -> pd.DataFrame:
    """Content for one-to-few clusters, mailings for one-to-many ones, and answers to them.

    Returns
    -------
    One row per cluster and step: ``COLUMNS``, ``prospect`` is ""; the answers of sales are a row
    per owner, where the tier has sales hours.
    """
    parts = []
    for tier, first in (("one-to-few", CONTENT), ("one-to-many", MAILINGS)):
        members = tiers[tiers["tier"] == tier].sort_values("rank", kind="stable")
        clusters = list(members.groupby("cluster", sort=False))
        of_tier = steps[(steps["tier"] == tier) & (steps["key"] != "call")]
        for number, (cluster, group) in enumerate(clusters):
            start = 0.02 + first * number / len(clusters)
            parts.append(_cluster(cluster, group, of_tier, start, offers, names))
    return _stacked(parts)


def question_rows(
    tiers: pd.DataFrame,
    steps: pd.DataFrame,
    names: pd.Series,
    people: pd.DataFrame,
    find_out: pd.DataFrame,
) -> pd.DataFrame:
    """A step per target that is asked about, and a row per owner for those that have to wait."""
    open_ones = tiers[tiers["tier"] == "find out"]
    if "at_stake" in find_out:
        stakes = find_out.groupby("prospect")["at_stake"].max().reindex(open_ones.index)
        open_ones = open_ones.iloc[np.argsort(-stakes.fillna(0).to_numpy(), kind="stable")]
    asked = open_ones[open_ones["sales_hours"] > 0].assign(case="")
    rows = with_people(_times_steps(asked, steps[steps["tier"] == "find out"]), people, names)
    rows["wanted"] = rows["prospect"].map(_turn(asked)).astype(float) * QUESTIONS
    told = rows["prospect"].map(_questions(find_out, rows["prospect"])).astype("str").fillna("")
    rows["content"] = told.where(told != "", rows["content"])
    plain = dict.fromkeys(["audience", "after", "why"], "") | {"waits": False, "loose": False}
    rows = rows.assign(chain=rows["prospect"], **plain)[COLUMNS]
    waiting = open_ones[open_ones["sales_hours"] <= 0]
    parts = [rows] + [
        _waiting(owner, group, names) for owner, group in waiting.groupby("owner", sort=True)
    ]
    return _stacked(parts)


def _times_steps(targets: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    base = targets.reset_index(names="prospect").assign(tier=targets["tier"].astype("str").array)
    rows = base.merge(steps, on=["tier", "case"], how="inner")
    rows["sales_hours"] *= rows.pop("sales")
    rows["marketing_hours"] *= rows.pop("marketing")
    return rows


def in_groups(tiers: pd.DataFrame, *, min_cluster: int) -> pd.DataFrame:
    """The tiers with groups in which enough are worked on alike; the others are one group."""
    size = tiers.groupby(["tier", "cluster"], observed=True)["cluster"].transform("size")
    return tiers.assign(cluster=tiers["cluster"].where(size >= min_cluster, ""))


def _sent(worked: pd.DataFrame, offers: pd.DataFrame) -> pd.Series:
    """The line of the content that each one-to-few target gets with its group."""
    few = worked[worked["tier"] == "one-to-few"]
    lines = {cluster: _line(group.index, offers) for cluster, group in few.groupby("cluster")}
    return few["cluster"].map(lines).astype("str")


def _line(targets: pd.Index, offers: pd.DataFrame) -> str:
    """The line that most of a group are offered."""
    lines = offers["offer_line"].reindex(targets).astype("str").fillna("")
    common = lines[lines != ""].mode()
    return common.iloc[0] if len(common) else _("our range")


def _filled(rows: pd.DataFrame, offers: pd.DataFrame, sent: pd.Series) -> pd.Series:
    offer = rows["prospect"].map(offers["offer_line"]).astype("str").fillna("")
    offer = offer.where(offer != "", _("our range"))
    interests = rows["interests"].where(rows["interests"] != "", _("what counts for them"))
    before = rows["prospect"].map(sent).astype("str").fillna("")
    same, other = _("the content sent is on it"), _("the content sent is on {line}")
    columns = (rows["content"], rows["name"], offer, interests, before)
    texts = [
        form.format(
            name=name,
            offer=words,
            interests=what,
            sent=same if line == words else other.format(line=line),
        )
        for form, name, words, what, line in zip(*(c.tolist() for c in columns), strict=True)
    ]
    return pd.Series(texts, rows.index, dtype="str")


def _keeping(rows: pd.DataFrame, promises: pd.Series) -> pd.Series:
    """The content of each target's first step, with what was promised there before."""
    told = rows["prospect"].map(promises).astype("str").fillna("")
    first = (rows["order"] == rows.groupby("prospect")["order"].transform("min")) & (told != "")
    return rows["content"].mask(first, _("keep first: ") + told + "; " + rows["content"])


def _asking(rows: pd.DataFrame, questions: pd.Series) -> pd.Series:
    """The content of each step; in the first talk with a target, with what is open there."""
    asked = rows["prospect"].map(questions).astype("str").fillna("")
    met = rows["case"] == REACHED
    talk = rows["key"].isin(["introduction", "call"]) | ((rows["key"] == "offer") & met)
    with_question = rows["content"] + "; " + _("ask: ") + asked
    return rows["content"].mask(talk & (asked != ""), with_question)


def _questions(find_out: pd.DataFrame, targets: pd.Series) -> pd.Series:
    asked = find_out[["prospect", "question"]].dropna()
    asked = asked[asked["prospect"].isin(targets)]
    return asked.groupby("prospect", sort=False)["question"].agg("; ".join).astype("str")


def _by_cluster(worked: pd.DataFrame) -> pd.DataFrame:
    """The one-to-few targets, cluster by cluster in the order of their first members."""
    few = worked[worked["tier"] == "one-to-few"].sort_values("rank", kind="stable")
    return few.iloc[few["cluster"].factorize()[0].argsort(kind="stable")]


def _turn(targets: pd.DataFrame) -> pd.Series:
    """Where each target stands among those of its owner, 0 to just below 1.

    The owners begin one after the other too, so that their targets do not all come at once.
    """
    groups = targets.groupby("owner")["owner"]
    place, owners = targets["owner"].factorize(sort=True)
    offset = place / max(len(owners), 1)
    return (groups.cumcount() + offset) / groups.transform("size")


def _cluster(
    cluster: str,
    group: pd.DataFrame,
    steps: pd.DataFrame,
    start: float,
    offers: pd.DataFrame,
    names: pd.Series,
) -> pd.DataFrame:
    offer = _line(group.index, offers)
    tier = str(group["tier"].iloc[0])
    mixed = "" if cluster else _("one page on {offer}, for each of them")
    first = names.reindex(group.index[:NAMED]).astype("str").fillna("").tolist()
    audience = _audience(len(group), first)
    rows = []
    for step in steps.itertuples():
        base = {
            "step": step.step,
            "content": (mixed if mixed and step.key == "cluster" else step.content).format(
                offer=offer
            ),
            "channel": step.channel,
            "order": step.order,
            "wanted": start + (step.order - 1) * BETWEEN_MAILINGS,
            "owner": "",
            "sales_hours": 0.0,
            "marketing_hours": float(group["marketing_hours"].sum() * step.marketing),
        }
        if step.key != "answers":
            rows.append(base)
            continue
        hours = group.groupby("owner")["sales_hours"].sum()
        rows += [base | {"owner": who, "sales_hours": float(value)} for who, value in hours.items()
                 if value > 0]  # fmt: skip
    own = ("content " if tier == "one-to-few" else "mailings ") + cluster
    frame = pd.DataFrame(rows).assign(
        prospect="", name=cluster or _("others"), tier=tier, person="", audience=audience,
        rank=int(group["rank"].min()), chain=own, after="", why="", waits=False, loose=False,
    )  # fmt: skip
    # Answers of several owners are given side by side, each after the mailings.
    answers = frame["owner"] != ""
    frame["chain"] = frame["chain"].mask(answers, own + " " + frame["owner"])
    frame["after"] = frame["after"].mask(answers, own)
    return frame[COLUMNS]


def _audience(number: int, names: list[str]) -> str:
    text = _("1 company") if number == 1 else _("{n} companies").format(n=count(number))
    called = ", ".join(name for name in names if name)
    if not called:
        return text
    return f"{text}: {called}" + (" …" if number > len(names) else "")


def _waiting(owner: str, group: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    first = (
        names.reindex(group.sort_values("rank", kind="stable").index[:NAMED])
        .astype("str")
        .fillna("")
    )
    one = _("1 company has to wait: no hours are left this quarter to ask")
    more = _("{n} companies have to wait: no hours are left this quarter to ask")
    told = one if len(group) == 1 else more
    row = dict.fromkeys(["prospect", "person", "chain", "after"], "") | {
        "name": _audience(len(group), []),
        "tier": "find out",
        "step": _("Find out"),
        "content": _("ask what is missing of the three P's, and whether what is old still holds"),
        "channel": _("phone"),
        "owner": owner,
        "sales_hours": 0.0,
        "marketing_hours": 0.0,
        "why": told.format(n=count(len(group))),
        "audience": _audience(len(group), first.tolist()),
        "order": 1,
        "rank": int(group["rank"].min()),
        "wanted": 1.0,
        "waits": True,
        "loose": False,
    }
    return pd.DataFrame([row])[COLUMNS]


def _stacked(parts: list[pd.DataFrame]) -> pd.DataFrame:
    parts = [part for part in parts if len(part)]
    if not parts:
        return pd.DataFrame(columns=COLUMNS).astype(KINDS)
    return pd.concat(parts, ignore_index=True).astype(KINDS)


KINDS = dict.fromkeys(COLUMNS, "str") | {
    **dict.fromkeys(["sales_hours", "marketing_hours", "wanted"], float),
    **dict.fromkeys(["order", "rank"], int),
    **dict.fromkeys(["waits", "loose"], bool),
}
