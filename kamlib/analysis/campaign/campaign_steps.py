"""The steps of a campaign, tier by tier: what is done, through what, with how much time."""

import pandas as pd

from kamlib.words import _

COLUMNS = [
    *("tier", "case", "order", "key", "step", "content", "channel", "whom"),
    *("sales", "marketing"),
]
# How a one-to-one target stands: its decider is reached; somebody can introduce us; only who
# decides can be asked; there is nobody to ask.
REACHED, INTRODUCED, DIRECT, NOBODY = CASES = ("reached", "introduced", "direct", "nobody")


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
    return steps.reset_index(drop=True)[COLUMNS]


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
        steps.loc["introduction", texts] = [_("Find the way in"), first, _("phone"), "decides"]
    return steps.assign(order=range(1, len(steps) + 1))


def _steps() -> pd.DataFrame:
    one, few, many = "one-to-one", "one-to-few", "one-to-many"
    rows = [
        (one, 1, "brief", _("Research brief"),
         _("one page on {name}: figures, people, what it needs, what it buys from whom"),
         _("internal"), "", 0.1, 0.25),
        (one, 2, "introduction", _("Introduction"), _("introduction to who decides"),
         "", "introduces", 0.1, 0.0),
        (one, 3, "content", _("Personal content"), _("{offer}, made for: {interests}"),
         "", "decides", 0.05, 0.35),
        (one, 4, "offer", _("Offer meeting"), _("offer: {offer}"),
         _("visit"), "decides", 0.35, 0.1),
        (one, 5, "proof", _("Proof"), _("a reference or a trial for {offer}"),
         "", "influences", 0.1, 0.2),
        (one, 6, "follow-up", _("Follow-up"), _("open questions, terms, date of the decision"),
         _("phone"), "decides", 0.2, 0.0),
        (one, 7, "review", _("Review"), _("what came of it, and whether {name} stays one-to-one"),
         _("internal"), "", 0.1, 0.1),
        (few, 1, "cluster", _("Content for a few"), _("for companies like them: {offer}"),
         _("e-mail"), "", 0.0, 1.0),
        (few, 2, "call", _("Personal call"), _("talk about {offer}; {sent}"),
         _("phone"), "decides", 1.0, 0.0),
        (many, 1, "mailing 1", _("Mailing 1 of 3"), _("the problem we solve: {offer}"),
         _("e-mail"), "", 0.0, 0.4),
        (many, 2, "mailing 2", _("Mailing 2 of 3"), _("a customer's story: {offer}"),
         _("e-mail"), "", 0.0, 0.3),
        (many, 3, "mailing 3", _("Mailing 3 of 3"), _("an invitation to ask for an offer"),
         _("e-mail"), "", 0.0, 0.3),
        (many, 4, "answers", _("Answers"), _("answer whoever wrote back"),
         _("phone"), "", 1.0, 0.0),
        ("find out", 1, "ask", _("Find out"),
         _("what is known of it is old: confirm need, ability to pay and who decides"),
         _("phone"), "decides", 1.0, 0.0),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=[name for name in COLUMNS if name != "case"])
    table.insert(1, "case", "")
    texts = ["tier", "case", "key", "step", "content", "channel", "whom"]
    return table.astype(dict.fromkeys(texts, "str") | {"sales": float, "marketing": float})
