"""One card per person at a target: role, interests, channel, last contact, next step, owner."""

import numpy as np
import pandas as pd

from kamlib.analysis.account.people import against_us
from kamlib.analysis.account.promises import promised_steps
from kamlib.analysis.campaign.committee import committee_people
from kamlib.analysis.measures.texts import text_of
from kamlib.settings import Settings
from kamlib.words import _, count, day

COLUMNS = [
    *("prospect", "name", "contact", "person", "position", "role", "interests", "channel"),
    *("last_contact", "silent_days", "next_step", "next_step_due", "owner", "finding"),
    *("influence", "attitude", "promises"),
]


def contact_cards(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    targets: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    settings: Settings,
    owners: pd.Series | None = None,
) -> pd.DataFrame:
    """A card for each person recorded at a target, and one for each decider nobody knows.

    The next step is what was promised to the person and is open (as in ``promised_steps``), the
    one due first; where nothing is, one is proposed by the person's role and by what is missing;
    nothing is asked of a person who is against us.

    Parameters
    ----------
    contacts, interactions
        The canonical tables; ``account`` is an account's number or a prospect's code.
    targets
        The table of ``target_list``.
    as_of
        The last day that is known of.
    owners
        Per target who of us, for people without a recorded ``owner``; else its ``manager``.

    Returns
    -------
    One row per person, target by target, who decides first: ``COLUMNS``. ``contact`` is "" and
    ``person`` "unknown: who decides" where no decider is recorded; ``silent_days`` since
    ``last_contact``, NaN where there was none; ``next_step_due`` NaT for a proposed step;
    ``finding`` (what is wrong or overdue, "" where nothing is); ``influence`` (0–3) and
    ``attitude`` (-2 to 2) as recorded, NaN where they are not; ``promises`` open with the person.
    """
    as_of = pd.Timestamp(as_of)
    until = {"as_of": as_of, "settings": settings}
    people = committee_people(contacts, interactions, targets, **until)
    cards = _with_unknown_deciders(people, targets)
    cards["name"] = cards["prospect"].map(text_of(targets["name"])).astype("str")
    looked_after = targets["manager"] if owners is None else owners.reindex(targets.index)
    by_target = cards["prospect"].map(text_of(looked_after)).astype("str")
    cards["owner"] = cards["owner"].where(cards["owner"] != "", by_target)
    cards["silent_days"] = (as_of - cards["last_contact"]).dt.days.astype(float)
    agreed = _agreed(interactions, targets, as_of)
    cards = cards.merge(agreed, on=["prospect", "contact"], how="left")
    cards["next_step"] = text_of(cards["next_step"])
    cards["promises"] = cards["promises"].fillna(0).astype(int)
    proposed = _proposed(cards)
    cards["next_step"] = cards["next_step"].where(cards["next_step"] != "", proposed)
    cards["finding"] = _findings(cards)
    dates = dict.fromkeys(["last_contact", "next_step_due"], "datetime64[us]")
    return cards[COLUMNS].astype(dates)


def _with_unknown_deciders(people: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    deciders = people.loc[people["role"] == "decides", "prospect"]
    missing = targets.index[~targets.index.isin(deciders)]
    texts = dict.fromkeys(["contact", "position", "interests", "channel", "owner"], "")
    unknown = pd.DataFrame({"prospect": missing.to_numpy()}).assign(
        **texts,
        person=_("unknown: who decides"),
        role="decides",
        influence=np.nan,
        attitude=np.nan,
        last_contact=pd.NaT,
        reached=False,
        times=0,
        future=False,
    )
    kinds = people.dtypes.to_dict()
    both = pd.concat([unknown[list(people)].astype(kinds), people], ignore_index=True)
    place = pd.Series(targets.index.get_indexer(both["prospect"]), both.index)
    return both.loc[place.sort_values(kind="stable").index].reset_index(drop=True)


def _agreed(interactions: pd.DataFrame, targets: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """What is open with each person: the step due first, and how many there are."""
    own = interactions[interactions["account"].isin(targets.index)]
    steps = promised_steps(own, as_of=as_of)
    steps = steps[(steps["state"] != "kept") & (steps["contact"] != "")]
    both = ["account", "contact"]
    steps = steps.assign(promises=steps.groupby(both)["what"].transform("size"))
    steps = steps.sort_values(["due", "made", "what", *both], kind="stable")
    first = steps.drop_duplicates(both)[[*both, "what", "due", "state", "promises"]]
    names = {"account": "prospect", "what": "next_step", "due": "next_step_due"}
    return first.rename(columns=names)


def _proposed(cards: pd.DataFrame) -> pd.Series:
    """A next step for each card by its role, and by whom else we know there."""
    role, real = cards["role"], cards["contact"] != ""
    against = against_us(cards)
    champion = _first(cards[real & (role == "champions") & ~against], cards)
    decider = _first(cards[real & (role == "decides")], cards)
    somebody = _first(cards[real & ~against], cards)
    met = cards.loc[real & (role == "decides") & cards["reached"], "prospect"]
    decider_met = cards["prospect"].isin(met)
    has_champion, has_decider = champion != "", decider != ""
    cases = [
        (~real & has_champion, _("ask {champion} who decides, and for an introduction")),
        (~real & (somebody != ""), _("ask {somebody} who decides")),
        (~real, _("find out who decides: call the company, look at its register and site")),
        ((role == "decides") & cards["reached"], _("present our offer and ask for a decision")),
        (
            (role == "decides") & has_champion,
            _("ask {champion} for an introduction to who decides"),
        ),
        (role == "decides", _("ask for a first meeting")),
        (role == "signs", _("settle what is needed for a signature: terms, budget, dates")),
        (
            (role == "champions") & against,
            _("find out what turned this person; win back before asking for anything"),
        ),
        ((role == "champions") & ~has_decider, _("ask who decides")),
        ((role == "champions") & ~decider_met, _("ask for an introduction to {decider}")),
        (role == "champions", _("give figures that make our case inside")),
        (role == "influences", _("ask what counts for this person, and show proof of it")),
        (role == "uses", _("ask what is missing today, and offer a trial")),
        (role == "gatekeeps", _("keep informed, and ask the way to who decides")),
        (role == "opposes", _("hear the objections, and answer them one by one")),
    ]
    forms = np.select(
        [flag for flag, _text_of in cases],
        [text for _flag, text in cases],
        default=_("ask what part this person has in the decision"),
    )
    rows = zip(forms.tolist(), champion.tolist(), decider.tolist(), somebody.tolist(), strict=True)
    texts = [
        _(form).format(champion=champions, decider=decides, somebody=anybody)
        for form, champions, decides, anybody in rows
    ]
    return pd.Series(texts, cards.index, dtype="str")


def _first(people: pd.DataFrame, cards: pd.DataFrame) -> pd.Series:
    """The first of these people at each card's target, "" where there is none."""
    first = people.drop_duplicates("prospect").set_index("prospect")["person"]
    return text_of(cards["prospect"].map(first))


def _findings(cards: pd.DataFrame) -> pd.Series:
    real = cards["contact"] != ""
    twice = _("recorded {times} times; the first row counts")
    late = _("agreed by {due} and not reported done")
    more = _("{n} promises are open with this person")
    silent = _("no contact for {days} days")
    spelt = cards["person"].str.casefold().str.split().str.join(" ")
    same = cards.assign(spelt=spelt)[real].duplicated(["prospect", "spelt"], keep=False)
    same = same.reindex(cards.index, fill_value=False)
    stale = real & ~cards["reached"]
    against = against_us(cards)
    parts = [
        (cards["times"] > 1, twice),
        (same, _("same name as another person there: one recorded twice?")),
        (cards["future"], _("last contact is dated in the future and is left out")),
        (cards["state"] == "overdue", late),
        (cards["promises"] > 1, more),
        (stale & cards["last_contact"].isna(), _("no contact is recorded")),
        (stale & cards["last_contact"].notna(), silent),
        (real & (cards["role"] == ""), _("part in the decision unknown")),
        (real & against, _("against us")),
    ]
    texts = np.full(len(cards), "", dtype=object)
    for flag, form in parts:
        for at in np.flatnonzero(flag.to_numpy(bool)):
            told = form
            if form is twice:
                told = form.format(times=count(cards["times"].iloc[at]))
            elif form is late:
                told = form.format(due=day(cards["next_step_due"].iloc[at]))
            elif form is more:
                told = form.format(n=count(cards["promises"].iloc[at]))
            elif form is silent:
                told = form.format(days=count(cards["silent_days"].iloc[at]))
            texts[at] = f"{texts[at]}; {told}" if texts[at] else told
    return pd.Series(texts, cards.index, dtype="str")
