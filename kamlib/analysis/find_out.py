"""What to find out: the question behind each unknown P, whom to ask, what the answer is worth."""

import numpy as np
import pandas as pd

from kamlib.analysis.p_pieces import PS, text_of
from kamlib.settings import ThreePSettings
from kamlib.words import _

COLUMNS = ("prospect", "name", "p", "question", "ask", "owner", "worth")
# Whom to ask about which P, by part in the decision, the best first.
ASKED = {
    "need": ("champions", "uses", "influences", "decides", "gatekeeps", "signs", ""),
    "budget": ("signs", "decides", "champions", "influences", "gatekeeps", "uses", ""),
    "authority": ("champions", "influences", "uses", "gatekeeps", "signs", "decides", ""),
}
FINANCE = "financ|treasur|controll|accounting|CFO"


def find_out(
    three_ps: pd.DataFrame,
    targets: pd.DataFrame,
    committees: pd.DataFrame | None = None,
    *,
    contacts: pd.DataFrame | None = None,
    settings: ThreePSettings,
) -> pd.DataFrame:
    """One question per unknown P, what is worth most to know first.

    A P that is known from the target's industry only is asked about like an unknown one. Of a
    target that a no rules out nothing is asked. Whom to ask is the best contact on record for that
    P (about need who champions us, about budget who signs or keeps the money, about who
    decides again who champions us); without a contact who decides as the committee has it, then
    where the lead came from, else the switchboard.

    Parameters
    ----------
    three_ps, targets
        The tables of those names (``targets`` of ``target_list``).
    committees
        The table of ``buying_committees``: ``decider``; may be missing.
    contacts
        The canonical table, as known; ``account`` names a target.

    Returns
    -------
    One row per question: ``prospect``, ``name``, ``p``, ``question``, ``ask``, ``owner`` (who of
    us, "" where nobody); ``worth`` (currency: the target's value times the P's share of the
    weight; NaN where the value is unknown).
    """
    open_ones = three_ps[~three_ps["vetoed"]]
    facts = targets.reindex(open_ones.index)
    weights = np.asarray(settings.weights) / sum(settings.weights)
    parts = []
    for p, weight in zip(PS, weights, strict=True):
        missing = open_ones.index[open_ones[p].isna() | _holds(open_ones["guessed"], p)]
        rows = facts.loc[missing]
        known = _best_contact(contacts, missing, p)
        again = _holds(open_ones.loc[missing, "ask_again"], p)
        part = pd.DataFrame({"prospect": missing, "name": _shown(rows), "p": p})
        part["question"] = _questions(p, rows, known, again)
        part["ask"] = _whom(rows, known, committees if p != "authority" else None)
        part["owner"] = text_of(rows["manager"]).to_numpy(dtype=object)
        part["worth"] = rows["value"].to_numpy(float) * weight
        parts.append(part.assign(weight=weight))
    table = pd.concat(parts, ignore_index=True)
    table = table.sort_values(
        ["worth", "weight", "prospect"], ascending=[False, False, True], kind="stable"
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
        ["place", "influence", "attitude", "contact"], ascending=[True, False, False, True]
    )
    first = people.drop_duplicates("account").set_index("account")["shown"]
    return text_of(first.reindex(missing))


def _whom(rows: pd.DataFrame, known: pd.Series, committees: pd.DataFrame | None) -> list[str]:
    decider = pd.Series("", rows.index, dtype="str")
    if committees is not None and "decider" in committees:
        decider = text_of(committees["decider"].reindex(rows.index))
    columns = (known, decider, text_of(rows["source"]).str.casefold(), rows["kind"])
    return [
        person or decides or _otherwise(source, kind)
        for person, decides, source, kind in zip(*columns, strict=True)
    ]


def _otherwise(source: str, kind: str) -> str:
    if kind == "account":
        return _("whoever places its orders")
    if "referral" in source:
        return _("whoever referred it to us")
    return _("the switchboard")


def _questions(p: str, rows: pd.DataFrame, known: pd.Series, again: np.ndarray) -> list[str]:
    ask = {"need": _need, "budget": _budget, "authority": _authority}[p]
    size = rows["annual_revenue"].notna() | rows["employees"].notna()
    texts = [text_of(rows[name]) for name in ("kind", "product_line", "competitor", "industry")]
    told = [ask(*facts) for facts in zip(*texts, size.to_numpy(), known != "", strict=True)]
    before = _("It said no long ago: has that changed? {question}")
    return [
        before.format(question=question) if old else question
        for question, old in zip(told, again, strict=True)
    ]


def _need(kind, line, competitor, industry, sized, known) -> str:
    if competitor and line:
        text = _("How much {line} does it buy from {competitor} a year, and what would make it "
                 "change?")  # fmt: skip
    elif competitor:
        text = _("What does it buy from {competitor}, and what would make it change?")
    elif line:
        text = _("How much {line} does it need a year, and when is that decided?")
    elif industry:
        text = _("Which of our lines does this company of {industry} need, and how much a year?")
    else:
        text = _("What does it need of what we sell, and how much a year?")
    return text.format(line=line, competitor=competitor, industry=industry)


def _budget(kind, line, competitor, industry, sized, known) -> str:
    what = line or _("what we sell")
    if kind == "account":
        return _("What may it spend on {what} this year, and what credit would it need?").format(
            what=what
        )
    text = _("What does it spend on {what} a year, and is the money granted?").format(what=what)
    if not sized:
        text += " " + _("What are its annual revenue and number of employees?")
    return text


def _authority(kind, line, competitor, industry, sized, known) -> str:
    what = line or _("what we sell")
    text = _("Who decides on {what}, who signs, and who of us knows them?")
    if known:
        text = _("Who decides on {what}, who signs, and can you bring us together?")
    if competitor:
        text += " " + _("Who there stands by {competitor}?")
    return text.format(what=what, competitor=competitor)


def _shown(rows: pd.DataFrame) -> np.ndarray:
    name = text_of(rows["name"])
    return name.where(name != "", rows.index.to_series()).to_numpy(dtype=object)


def _holds(texts: pd.Series, p: str) -> np.ndarray:
    return texts.str.contains(p, regex=False).to_numpy(bool)
