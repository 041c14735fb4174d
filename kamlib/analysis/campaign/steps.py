"""The steps of a campaign before they have a day: what, to whom, through what, how much time."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.analysis.account.people import against_us
from kamlib.analysis.targeting.evidence import DAYS_PER_MONTH
from kamlib.analysis.targeting.tiers import CLOSE
from kamlib.words import _, count, day

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
TIER_COLUMNS = [
    *("tier", "case", "order", "key", "step", "content", "channel", "whom"),
    *("sales", "marketing"),
]
# How a one-to-one target stands: its decider is reached; somebody can introduce us; only who
# decides can be asked; there is nobody to ask.
REACHED, INTRODUCED, DIRECT, NOBODY = CASES = ("reached", "introduced", "direct", "nobody")
INTRODUCES = "introduces"
PEOPLE_COLUMNS = ["prospect", "role", "person", "channel", "interests", "against"]
PROMISES = 2  # of a target are told, those due first


@dataclass(frozen=True)
class Judged:
    """The targets of a quarter as judged: the tables of these names.

    ``offers`` needs ``offer_line``, ``committees`` ``decider_reached`` and ``committee_why``,
    ``find_out`` ``prospect`` and ``question``.
    """

    tiers: pd.DataFrame
    targets: pd.DataFrame
    offers: pd.DataFrame
    committees: pd.DataFrame
    cards: pd.DataFrame
    find_out: pd.DataFrame


def target_rows(
    judged: Judged, steps: pd.DataFrame, people: pd.DataFrame, promises: pd.DataFrame
) -> pd.DataFrame:
    """The personal steps of one-to-one targets and the calls of one-to-few ones.

    Parameters
    ----------
    people
        The table of ``people_by_role``.
    promises
        The table of ``open_promises``, with ``place`` (of the day it is due in the quarter, 0–1):
        what was agreed is kept first.

    Returns
    -------
    One row per target and step: ``COLUMNS``; ``wanted`` (place in the quarter, 0–1), ``chain``
    (steps of one target), ``after`` (the cluster's content, which comes before).
    """
    tiers, offers, committees = judged.tiers, judged.offers, judged.committees
    worked = tiers[tiers["tier"].isin(CLOSE)]
    standing = cases(worked.index, people, committees["decider_reached"])
    of_one = (worked["tier"] == "one-to-one").to_numpy()
    worked = worked.assign(case=standing.where(of_one, ""))
    rows = _times_steps(worked, steps[(steps["tier"] == "one-to-one") | (steps["key"] == "call")])
    rows = with_people(rows, people, judged.targets["name"])
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
    questions = _questions(judged.find_out, rows["prospect"])
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
    made, asked = _(", made for: {what}"), _("; ask first what counts for who reads it")
    told = [made.format(what=what) if what else asked for what in rows["interests"]]
    interests = pd.Series(told, rows.index, dtype="str")
    before = rows["prospect"].map(sent).astype("str").fillna("")
    same, other = _("the content sent is on it"), _("the content sent is on {line}")
    columns = (rows["content"], rows["name"], offer, interests, before)
    texts = [
        _(form).format(
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
            "content": _(mixed if mixed and step.key == "cluster" else step.content).format(
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
        "channel": "phone",
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


def campaign_steps() -> pd.DataFrame:
    """What is done in which tier, in order.

    Returns
    -------
    One row per step: ``tier``; ``case`` (of ``CASES``, "" for other tiers than one-to-one);
    ``order`` (from 1); ``key`` (the step's own name); ``step``, ``content`` (for the reader;
    ``{offer}``, ``{interests}``, ``{name}``, ``{sent}`` are filled in); ``channel`` ("" is the
    person's own); ``whom`` (the role it is meant for, "introduces" whoever is for us, ""
    nobody); ``sales``, ``marketing`` (shares of the tier's hours per target, adding up to 1 in
    each tier and case). Content for a few and mailings are done once per cluster, with the hours
    of all its targets.
    """
    table = _steps()
    one = table[table["tier"] == "one-to-one"]
    steps = pd.concat([*(_case(one, case) for case in CASES), table.drop(one.index)])
    return steps.reset_index(drop=True)[TIER_COLUMNS]


def _case(one: pd.DataFrame, case: str) -> pd.DataFrame:
    """The steps towards a target that stands as ``case`` says; hours only change places."""
    steps = one.assign(case=case).set_index("key", drop=False)
    texts = ["step", "content", "channel", "whom"]
    if case == REACHED:
        steps.loc["offer", "sales"] += steps.loc["introduction", "sales"]
        steps = steps.drop("introduction")
        steps.loc["brief", texts[:2]] = [
            _("Dossier brought up to date"),
            _("what is new at {name} since the last talk, what was agreed, what is still open"),
        ]
    elif case == DIRECT:
        first = _("ask for a first talk: we know of nobody there who would introduce us")
        steps.loc["introduction", texts] = [_("First talk"), first, "", "decides"]
    elif case == NOBODY:
        first = _("find out who decides and get a first talk")
        steps.loc["introduction", texts] = [_("Find the way in"), first, "phone", "decides"]
    return steps.assign(order=range(1, len(steps) + 1))


def _steps() -> pd.DataFrame:
    one, few, many = "one-to-one", "one-to-few", "one-to-many"
    rows = [
        (one, 1, "brief", _("Research brief"),
         _("one page on {name}: figures, people, what it needs, what it buys from whom"),
         "internal", "", 0.1, 0.25),
        (one, 2, "introduction", _("Introduction"), _("introduction to who decides"),
         "", "introduces", 0.1, 0.0),
        (one, 3, "content", _("Personal content"), _("{offer}{interests}"),
         "", "decides", 0.05, 0.35),
        (one, 4, "offer", _("Offer meeting"), _("offer: {offer}"),
         "visit", "decides", 0.35, 0.1),
        (one, 5, "proof", _("Proof"), _("a reference or a trial for {offer}"),
         "", "influences", 0.1, 0.2),
        (one, 6, "follow-up", _("Follow-up"), _("open questions, terms, date of the decision"),
         "phone", "decides", 0.2, 0.0),
        (one, 7, "review", _("Review"), _("what came of it, and whether {name} stays one-to-one"),
         "internal", "", 0.1, 0.1),
        (few, 1, "cluster", _("Content for a few"), _("for companies like them: {offer}"),
         "e-mail", "", 0.0, 1.0),
        (few, 2, "call", _("Personal call"), _("talk about {offer}; {sent}"),
         "phone", "decides", 1.0, 0.0),
        (many, 1, "mailing 1", _("Mailing 1 of 3"), _("the problem we solve: {offer}"),
         "e-mail", "", 0.0, 0.4),
        (many, 2, "mailing 2", _("Mailing 2 of 3"), _("a customer's story: {offer}"),
         "e-mail", "", 0.0, 0.3),
        (many, 3, "mailing 3", _("Mailing 3 of 3"), _("an invitation to ask for an offer"),
         "e-mail", "", 0.0, 0.3),
        (many, 4, "answers", _("Answers"), _("answer whoever wrote back"),
         "phone", "", 1.0, 0.0),
        ("find out", 1, "ask", _("Find out"),
         _("what is known of it is old: confirm need, ability to pay and who decides"),
         "phone", "decides", 1.0, 0.0),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=[name for name in TIER_COLUMNS if name != "case"])
    table.insert(1, "case", "")
    texts = ["tier", "case", "key", "step", "content", "channel", "whom"]
    return table.astype(dict.fromkeys(texts, "str") | {"sales": float, "marketing": float})


def people_by_role(cards: pd.DataFrame, *, talk_months: int) -> pd.DataFrame:
    """The first person of each role at each target, and who can introduce us there.

    Steps go to who is not against us; but who decides is who decides. An introduction is asked
    of whom we talked with lately: a champion, else the most influential of the others but who
    decides; of a stranger only where nobody is known to decide. An attitude that is not recorded
    is not against us.

    Parameters
    ----------
    cards
        The table of ``contact_cards``, of each role the most influential first.
    talk_months
        A talk within them is contact.

    Returns
    -------
    One row per target and role, one of them ``INTRODUCES`` where there is somebody: ``COLUMNS``;
    ``against`` (bool).
    """
    known = cards[cards["contact"] != ""]
    known = known.assign(against=against_us(known).to_numpy(bool))
    decides = known["role"] == "decides"
    able = known[~known["against"] & ~decides]
    able = able.assign(
        stranger=~(able["silent_days"] <= talk_months * DAYS_PER_MONTH),
        other=able["role"] != "champions",
    )
    direct = able["prospect"].isin(known.loc[decides, "prospect"])
    able = able[~(able["stranger"] & direct)]
    by, falling = ["stranger", "other", "influence"], [True, True, False]
    able = able.sort_values(by, ascending=falling, kind="stable")
    introducing = able.drop_duplicates("prospect").assign(role=INTRODUCES)
    first = known[decides | ~known["against"]].drop_duplicates(["prospect", "role"])
    found = pd.concat([first, introducing])[PEOPLE_COLUMNS].reset_index(drop=True)
    return found.astype(dict.fromkeys(PEOPLE_COLUMNS[:-1], "str") | {"against": bool})


def open_promises(cards: pd.DataFrame) -> pd.DataFrame:
    """What was agreed with people of each target and is not reported done.

    Returns
    -------
    Indexed by ``prospect``: ``told`` (words, those due first), ``due`` (the first day).
    """
    agreed = cards[cards["promises"] > 0]
    agreed = agreed.sort_values(["prospect", "next_step_due", "contact"], kind="stable")
    dated, undated = _("{step} ({person}, by {day})"), _("{step} ({person})")
    told = [
        (undated if pd.isna(due) else dated).format(step=step, person=person, day=day(due))
        for step, person, due in zip(
            agreed["next_step"], agreed["person"], agreed["next_step_due"], strict=True
        )
    ]
    agreed = agreed.assign(told=pd.Series(told, agreed.index, dtype="str"))
    groups = agreed.groupby("prospect")
    texts = agreed[groups.cumcount() < PROMISES].groupby("prospect")["told"].agg(", ".join)
    rest = groups["promises"].sum() - groups.size().clip(upper=PROMISES)
    more = pd.Series([_(", {n} more").format(n=count(n)) if n > 0 else "" for n in rest],
                     rest.index, dtype="str")  # fmt: skip
    return pd.DataFrame(
        {"told": (texts + more).astype("str"), "due": groups["next_step_due"].min()}
    )


def cases(targets: pd.Index, people: pd.DataFrame, reached: pd.Series) -> pd.Series:
    """How each target stands: one of ``campaign_steps.CASES``.

    Parameters
    ----------
    people
        The table of ``people_by_role``.
    reached
        Per target whether who decides had contact with us.
    """
    has = {role: people.loc[people["role"] == role, "prospect"] for role in (INTRODUCES, "decides")}
    introduced, decider = (targets.isin(has[role]) for role in (INTRODUCES, "decides"))
    met = reached.reindex(targets).eq(True).fillna(False).to_numpy(bool)
    found = np.select(
        [~introduced & ~decider, met, introduced], [NOBODY, REACHED, INTRODUCED], default=DIRECT
    )
    return pd.Series(found, targets, dtype="str")


def with_people(rows: pd.DataFrame, people: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Each step's person: of its role, else who decides, else anyone known; and the channel.

    Parameters
    ----------
    rows
        ``prospect``, ``case``, ``key``, ``whom``, ``channel`` ("" is the person's own).
    names
        Per target its name.

    Returns
    -------
    ``rows`` with ``person``, ``channel``, ``interests``, ``name``, and of the person on record
    ``own_person``, ``own_against`` ("yes" or "").
    """
    anyone = people[people["role"] != INTRODUCES].drop_duplicates("prospect").assign(role="any")
    known = pd.concat([people, anyone]).set_index(["prospect", "role"])
    known["against"] = known["against"].map({True: "yes", False: ""})
    for column in ("person", "channel", "interests", "against"):
        found = pd.Series("", rows.index, dtype="str")
        for role in ("any", "decides", None):
            roles = rows["whom"] if role is None else [role] * len(rows)
            keys = pd.MultiIndex.from_arrays([rows["prospect"], roles])
            values = known[column].reindex(keys).astype("str").fillna("").to_numpy()
            persons = known["person"].reindex(keys).notna().to_numpy()
            found = found.where(~persons, values)
        # Who is against us is no way in.
        found = found.where((rows["whom"] != "") & (rows["case"] != NOBODY), "")
        rows[f"own_{column}"] = found
    nobody = (rows["own_person"] == "") & (rows["whom"] != "")
    later = (rows["case"] == NOBODY) & (rows["key"] != "introduction")
    unknown = pd.Series(_("nobody known yet"), rows.index, dtype="str")
    unknown = unknown.mask(later, _("who decides, once known"))
    rows["person"] = rows["own_person"].mask(nobody, unknown)
    own = rows["own_channel"].where(rows["own_channel"] != "", "phone")
    # Nobody travels to hand over a page.
    sent = rows["key"].isin(["content", "proof"]) & (own == "visit")
    own = own.mask(sent, "e-mail")
    rows["channel"] = rows["channel"].where(rows["channel"] != "", own)
    rows["interests"] = rows["own_interests"]
    rows["name"] = rows["prospect"].map(names).astype("str").fillna("")
    rows["name"] = rows["name"].where(rows["name"] != "", rows["prospect"])
    return rows
