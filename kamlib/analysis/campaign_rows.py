"""The steps of a campaign before they have a day: per target, per cluster, per open question."""

import numpy as np
import pandas as pd

from kamlib.words import _, count

# When in the quarter (0–1): a target's steps take SPAN; calls, content, mailings, questions.
SPAN = 0.6
CALLS, CONTENT, MAILINGS, BETWEEN_MAILINGS, QUESTIONS = (0.15, 0.95), 0.5, 0.25, 0.3, 0.6
NAMED = 3  # companies named of a cluster
COLUMNS = [
    *("prospect", "name", "tier", "step", "content", "channel", "person", "owner"),
    *("sales_hours", "marketing_hours", "why", "audience", "order", "rank"),
    *("wanted", "chain", "after", "waits"),
]


def target_rows(
    tiers: pd.DataFrame,
    offers: pd.DataFrame,
    steps: pd.DataFrame,
    names: pd.Series,
    people: pd.DataFrame,
    find_out: pd.DataFrame,
    why: pd.Series,
) -> pd.DataFrame:
    """The personal steps of one-to-one targets and the calls of one-to-few ones.

    Parameters
    ----------
    people
        The first person of each role at each target: ``prospect``, ``role``, ``person``,
        ``channel``, ``interests``.
    why
        The sentence on each target's buying committee.

    Returns
    -------
    One row per target and step: ``COLUMNS``; ``wanted`` (place in the quarter, 0–1), ``chain``
    (steps of one target), ``after`` (the cluster's content, which comes before).
    """
    worked = tiers[tiers["tier"].isin(["one-to-one", "one-to-few"])]
    rows = _times_steps(worked, steps[(steps["tier"] == "one-to-one") | (steps["key"] == "call")])
    rows = _with_people(rows, people, names)
    one = (rows["tier"] == "one-to-one").to_numpy()
    starts = rows["prospect"].map(_turn(worked[worked["tier"] == "one-to-one"])).astype(float)
    calls = rows["prospect"].map(_turn(_by_cluster(worked))).astype(float)
    last = max(int(rows["order"].max()) - 1, 1) if len(rows) else 1
    personal = starts * (1 - SPAN) + (rows["order"] - 1) / last * SPAN
    called = CALLS[0] + calls * (CALLS[1] - CALLS[0])
    rows["wanted"] = np.where(one, personal, called).astype(float)
    rows["after"] = np.where(one, "", "content " + rows["cluster"])
    rows["content"] = _filled(rows, offers)
    asked = rows["prospect"].map(_questions(find_out, rows["prospect"])).astype("str").fillna("")
    first = rows["key"].isin(["introduction", "call"]) & (asked != "")
    with_question = rows["content"] + "; " + _("ask: ") + asked
    rows["content"] = rows["content"].mask(first, with_question)
    committee = rows["prospect"].map(why).astype("str").fillna("")
    rows["why"] = committee.where(rows["whom"] != "", "")
    return rows.assign(audience="", chain=rows["prospect"], waits=False)[COLUMNS]


def cluster_rows(
    tiers: pd.DataFrame, offers: pd.DataFrame, steps: pd.DataFrame, names: pd.Series
) -> pd.DataFrame:
    """Content for one-to-few clusters, mailings for one-to-many ones, and answers to them.

    Returns
    -------
    One row per cluster and step: ``COLUMNS``, ``prospect`` is ""; the answers of sales are a row
    per owner, where the tier has sales hours.
    """
    parts = []
    for tier, first in (("one-to-few", CONTENT), ("one-to-many", MAILINGS)):
        members = tiers[tiers["tier"] == tier].sort_values("rank")
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
    asked = open_ones[open_ones["sales_hours"] > 0]
    rows = _with_people(_times_steps(asked, steps[steps["tier"] == "find out"]), people, names)
    rows["wanted"] = rows["prospect"].map(_turn(asked)).astype(float) * QUESTIONS
    told = rows["prospect"].map(_questions(find_out, rows["prospect"])).astype("str").fillna("")
    rows["content"] = told.where(told != "", rows["content"])
    rows = rows.assign(audience="", chain=rows["prospect"], after="", why="", waits=False)[COLUMNS]
    waiting = open_ones[open_ones["sales_hours"] <= 0]
    parts = [rows] + [
        _waiting(owner, group, names) for owner, group in waiting.groupby("owner", sort=True)
    ]
    return _stacked(parts)


def _times_steps(targets: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    base = targets.reset_index(names="prospect").assign(tier=targets["tier"].astype("str").array)
    rows = base.merge(steps, on="tier", how="inner")
    rows["sales_hours"] *= rows.pop("sales")
    rows["marketing_hours"] *= rows.pop("marketing")
    return rows


def _with_people(rows: pd.DataFrame, people: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Each step's person: of its role, else who decides, else anyone known; and the channel."""
    anyone = people.drop_duplicates("prospect").assign(role="any")
    known = pd.concat([people, anyone]).set_index(["prospect", "role"])
    for column in ("person", "channel", "interests"):
        found = pd.Series("", rows.index, dtype="str")
        for role in ("any", "decides", None):
            roles = rows["whom"] if role is None else [role] * len(rows)
            keys = pd.MultiIndex.from_arrays([rows["prospect"], roles])
            values = known[column].reindex(keys).astype("str").fillna("").to_numpy()
            persons = known["person"].reindex(keys).notna().to_numpy()
            found = found.where(~persons, values)
        rows[f"own_{column}"] = found.where(rows["whom"] != "", "")
    nobody = (rows["own_person"] == "") & (rows["whom"] != "")
    rows["person"] = rows["own_person"].mask(nobody, _("nobody known yet"))
    own = rows["own_channel"].where(rows["own_channel"] != "", _("phone"))
    rows["channel"] = rows["channel"].where(rows["channel"] != "", own)
    rows["interests"] = rows["own_interests"]
    rows["name"] = rows["prospect"].map(names).astype("str").fillna("")
    rows["name"] = rows["name"].where(rows["name"] != "", rows["prospect"])
    return rows


def _filled(rows: pd.DataFrame, offers: pd.DataFrame) -> pd.Series:
    offer = rows["prospect"].map(offers["offer_line"]).astype("str").fillna("")
    offer = offer.where(offer != "", _("our range"))
    interests = rows["interests"].where(rows["interests"] != "", _("what counts for them"))
    columns = (rows["content"], rows["name"], offer, interests)
    texts = [
        form.format(name=name, offer=words, interests=what)
        for form, name, words, what in zip(*(column.tolist() for column in columns), strict=True)
    ]
    return pd.Series(texts, rows.index, dtype="str")


def _questions(find_out: pd.DataFrame, targets: pd.Series) -> pd.Series:
    asked = find_out[["prospect", "question"]].dropna()
    asked = asked[asked["prospect"].isin(targets)]
    return asked.groupby("prospect", sort=False)["question"].agg("; ".join).astype("str")


def _by_cluster(worked: pd.DataFrame) -> pd.DataFrame:
    """The one-to-few targets, cluster by cluster in the order of their first members."""
    few = worked[worked["tier"] == "one-to-few"].sort_values("rank")
    return few.iloc[few["cluster"].factorize()[0].argsort(kind="stable")]


def _turn(targets: pd.DataFrame) -> pd.Series:
    """Where each target stands among those of its owner, 0 to just below 1."""
    groups = targets.groupby("owner")["owner"]
    return groups.cumcount() / groups.transform("size")


def _cluster(
    cluster: str,
    group: pd.DataFrame,
    steps: pd.DataFrame,
    start: float,
    offers: pd.DataFrame,
    names: pd.Series,
) -> pd.DataFrame:
    lines = offers["offer_line"].reindex(group.index).astype("str").fillna("")
    common = lines[lines != ""].mode()
    offer = common.iloc[0] if len(common) else _("our range")
    tier = str(group["tier"].iloc[0])
    first = names.reindex(group.index[:NAMED]).astype("str").fillna("").tolist()
    audience = _audience(len(group), first)
    rows = []
    for step in steps.itertuples():
        base = {
            "step": step.step,
            "content": step.content.format(offer=offer),
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
        rank=int(group["rank"].min()), chain=own, after="", why="", waits=False,
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
    first = names.reindex(group.sort_values("rank").index[:NAMED]).astype("str").fillna("")
    one = _("1 company has to wait: no hours are left this quarter to ask")
    more = _("{n} companies have to wait: no hours are left this quarter to ask")
    told = one if len(group) == 1 else more
    row = dict.fromkeys(["prospect", "person", "chain", "after"], "") | {
        "name": _audience(len(group), []),
        "tier": "find out",
        "step": _("Find out"),
        "content": _("ask what is missing of the three P's"),
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
    "waits": bool,
}
