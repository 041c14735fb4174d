"""What to find out: the question behind each unknown P, whom to ask, what hangs on the answer."""

import numpy as np
import pandas as pd

from kamlib.analysis.measures.texts import text_of
from kamlib.analysis.targeting.three_ps import score_ends
from kamlib.settings import PS, ThreePSettings
from kamlib.words import _

COLUMNS = ("prospect", "name", "p", "question", "ask", "owner", "at_stake")
# Whom to ask about which P, by part in the decision, the best first.
ASKED = {
    "need": ("champions", "uses", "influences", "decides", "gatekeeps", "signs", ""),
    "budget": ("signs", "decides", "champions", "influences", "gatekeeps", "uses", ""),
    "authority": ("champions", "influences", "uses", "gatekeeps", "signs", "decides", ""),
}
ACCOUNT, REFERRED = "account", "referral"
FINANCE = r"financ|finanz|treasur|accounting|buchhalt|\bCFO\b|财务|会计|финанс|бухгалт"


def find_out(
    three_ps: pd.DataFrame,
    targets: pd.DataFrame,
    committees: pd.DataFrame | None = None,
    *,
    contacts: pd.DataFrame | None = None,
    unnamed: pd.Index | None = None,
    settings: ThreePSettings,
) -> pd.DataFrame:
    """One question per unknown P, those on which most hangs first.

    A P that is known from the target's industry only is asked about like an unknown one, and so is
    who decides where a figure for authority is noted and no name (``unnamed``). Of a
    target that a no rules out nothing is asked, nor for a P that has no weight. Questions are
    worded to whom they are put: the best contact on record for that P (about need who champions
    us, about budget who signs or keeps the money, about who decides again who champions us;
    nobody who opposes us, nor a champion who turned against us); without a contact who decides
    as the committee has it, then where the lead came from. Where nobody is known the switchboard
    gives names and numbers, no more, after our own team was asked.

    At stake is how far the answer can move the target: its value times the score with a full
    yes to the question less that with a plain no. It is no forecast, and no value of information:
    what the answer will be, and what asking costs, has no part in it.

    Parameters
    ----------
    three_ps, targets
        The tables of those names (``targets`` of ``target_list``); ``value`` is what a target
        is expected to buy in a year (currency).
    committees
        The table of ``buying_committees``: ``decider``; may be missing.
    contacts
        The canonical table, as known; ``account`` names a target.
    unnamed
        The targets to be worked on by hand at which nobody is recorded.

    Returns
    -------
    One row per question: ``prospect``, ``name``, ``p``, ``question``, ``ask``, ``owner`` (who of
    us, "" where nobody); ``at_stake`` (currency; NaN where the value is unknown).
    """
    open_ones = three_ps[~three_ps["vetoed"]]
    facts = targets.reindex(open_ones.index)
    weights = np.asarray(settings.weights) / sum(settings.weights)
    parts = []
    for p, weight in zip(PS, weights, strict=True):
        unknown = open_ones[p].isna() | _holds(open_ones["guessed"], p)
        if p == "authority" and unnamed is not None:
            unknown |= open_ones.index.isin(unnamed)
        missing = open_ones.index[unknown & (weight > 0)]
        rows = facts.loc[missing]
        known = _best_contact(contacts, missing, p)
        again = _holds(open_ones.loc[missing, "ask_again"], p)
        part = pd.DataFrame({"prospect": missing, "name": _shown(rows), "p": p})
        person = _person(known, committees if p != "authority" else None)
        source = text_of(rows["source"]).str.casefold()
        asked = list(zip(person != "", rows["kind"] == ACCOUNT, source, strict=True))
        part["question"] = _questions(p, rows, asked, again)
        part["ask"] = _whom(p, rows, person, asked)
        part["owner"] = text_of(rows["manager"]).to_numpy(dtype=object)
        low, high = score_ends(open_ones.loc[missing], p, settings=settings)
        part["at_stake"] = rows["value"].to_numpy(float) * (high - low)
        parts.append(part.assign(weight=weight))
    table = pd.concat(parts, ignore_index=True)
    table = table.sort_values(
        ["at_stake", "weight", "prospect"], ascending=[False, False, True], kind="stable"
    )
    texts = dict.fromkeys(COLUMNS[:6], "str")
    return table.reset_index(drop=True)[list(COLUMNS)].astype(texts)


def _best_contact(contacts: pd.DataFrame | None, missing: pd.Index, p: str) -> pd.Series:
    """Name and position of the best one to ask, per target; "" without any."""
    if contacts is None or not len(contacts):
        return pd.Series("", missing, dtype="str")
    columns = ["account", "contact", "name", "position", "role", "influence", "attitude"]
    people = contacts.reindex(columns=columns)
    people = people[people["account"].isin(missing) & (people["role"] != "opposes").fillna(True)]
    turned = (text_of(people["role"]) == "champions") & (people["attitude"].astype(float) < 0)
    people = people[~turned]
    role, position = text_of(people["role"]), text_of(people["position"])
    place = role.map({name: place for place, name in enumerate(ASKED[p])}).fillna(len(ASKED[p]))
    if p == "budget":
        keeps = position.str.contains(FINANCE, case=False) & (role != "signs")
        place = place.where(~keeps, 0.5)
    name = text_of(people["name"])
    name = name.where(name != "", text_of(people["contact"]))
    shown = name.where(position == "", name + ", " + position)
    people = people.assign(place=place, shown=shown)
    people = people.sort_values(
        ["place", "influence", "attitude", "contact"],
        ascending=[True, False, False, True],
        kind="stable",
    )
    first = people.drop_duplicates("account").set_index("account")["shown"]
    return text_of(first.reindex(missing))


def _person(known: pd.Series, committees: pd.DataFrame | None) -> pd.Series:
    """Who is asked, per target: the best contact, else who decides; "" where nobody is known."""
    if committees is None or "decider" not in committees:
        return known
    return known.where(known != "", text_of(committees["decider"].reindex(known.index)))


def _whom(
    p: str, rows: pd.DataFrame, person: pd.Series, asked: list[tuple[bool, bool, str]]
) -> list[str]:
    lines = text_of(rows["product_line"])
    return [
        who if known else _otherwise(p, line, account, source)
        for who, line, (known, account, source) in zip(person, lines, asked, strict=True)
    ]


def _otherwise(p: str, line: str, account: bool, source: str) -> str:
    """Whom to ask where nobody at the target is known, and who knows the name."""
    if account:
        return _("whoever places its orders")
    referred = REFERRED in source
    if p == "authority":
        if referred:
            return _("whoever referred it to us")
        return _("the switchboard (first our team: who knows them?)")
    whom = _("whoever buys {what} there") if p == "need" else _("whoever pays for {what} there")
    by = _("name: first our team, then the switchboard")
    if referred:
        by = _("name: from whoever referred it to us")
    return f"{whom.format(what=line or _like_ours())} ({by})"


def _questions(
    p: str, rows: pd.DataFrame, asked: list[tuple[bool, bool, str]], again: np.ndarray
) -> list[str]:
    words = {"need": _need, "budget": _budget, "authority": _authority}[p]
    size = rows["annual_revenue"].notna() | rows["employees"].notna()
    texts = [text_of(rows[name]) for name in ("product_line", "competitor")]
    told = [words(*facts) for facts in zip(*texts, size, asked, strict=True)]
    before = _("You said no long ago: has that changed? {question}")
    # Nobody outside the company can say so, nor can its switchboard.
    inside = [known or account or p != "authority" for known, account, _source in asked]
    return [
        before.format(question=question) if old and able else question
        for question, old, able in zip(told, again, inside, strict=True)
    ]


def _need(line, competitor, sized, asked) -> str:
    if competitor and line:
        text = _("What do you buy in {line} from {competitor} a year, and what would make you "
                 "change?")  # fmt: skip
    elif competitor:
        text = _("What do you buy from {competitor} a year, and what would make you change?")
    elif line:
        text = _("What do you need in {line} a year, and when do you decide on it?")
    else:
        text = _("Which of our product lines do you need, and how much of each a year?")
    return text.format(line=line, competitor=competitor)


def _budget(line, competitor, sized, asked) -> str:
    what = line or _like_ours()
    _known, account, _source = asked
    if account:
        text = _("What may you spend on {what} this year, and what credit would you need?")
        return text.format(what=what)
    text = _("What do you spend on {what} a year, and is the money granted?").format(what=what)
    if not sized:
        text += " " + _("What are your annual revenue and number of employees?")
    return text


def _authority(line, competitor, sized, asked) -> str:
    known, account, source = asked
    if known or account:
        text = _("Who of you decides on {what}, who signs, and can you bring us together?")
        rival = _("Who of you stands by {competitor}?")
    elif REFERRED in source:
        text = _("Who there decides on {what}, who signs, and will you introduce us?")
        rival = _("Who there stands by {competitor}?")
    else:
        text = _("Who decides on {what}, who signs, and what are their names and numbers?")
        rival = ""
    text = f"{text} {rival}" if competitor and rival else text
    return text.format(what=line or _("purchases"), competitor=competitor)


def _like_ours() -> str:
    return _("products like ours")


def _shown(rows: pd.DataFrame) -> np.ndarray:
    name = text_of(rows["name"])
    return name.where(name != "", rows.index.to_series()).to_numpy(dtype=object)


def _holds(texts: pd.Series, p: str) -> np.ndarray:
    return texts.str.contains(p, regex=False).to_numpy(bool)
