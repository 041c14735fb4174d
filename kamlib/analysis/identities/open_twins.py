"""What is not settled about who the customer is, said where it would mislead."""

import pandas as pd

from kamlib.words import _, count, money

# What is sure enough to be said beside an account; the rest stands on the sheet only.
SAID = ("strong", "likely")
IDLE = ("lost", "never bought")
COLUMNS = ("twin", "goes_on", "was_there", "words")


def open_twins(candidates: pd.DataFrame, states: pd.Series) -> pd.DataFrame:
    """Each account that may be one with another, from either side.

    Parameters
    ----------
    candidates
        The table of ``identity_candidates``.
    states
        The state of every account.

    Returns
    -------
    Indexed by account: ``twin`` (the other number, several parted by commas); ``goes_on``
    (whether one of them still buys); ``was_there`` (whether one of them bought before);
    ``words`` (what to settle first, a sentence).
    """
    said = candidates[candidates["strength"].isin(SAID)]
    old = said[["account", "belongs_to", "kind"]].set_axis(["account", "twin", "kind"], axis=1)
    new = old.rename(columns={"account": "twin", "twin": "account"})
    both = pd.concat([old.assign(old=True), new.assign(old=False)], ignore_index=True)
    state = states.astype("str").reindex(both["twin"]).fillna("never bought").to_numpy()
    both["goes_on"] = ~pd.Series(state).isin(IDLE)
    both["was_there"] = ~pd.Series(state).isin(["new", "never bought"])
    both = both.sort_values(["account", "twin"], kind="stable")
    rows = {account: _row(group) for account, group in both.groupby("account", sort=True)}
    index = pd.Index(list(rows), name="account", dtype="str")
    frame = pd.DataFrame(list(rows.values()), index, list(COLUMNS))
    return frame.astype({"twin": "str", "goes_on": bool, "was_there": bool, "words": "str"})


def with_twins(told: pd.Series, twins: pd.DataFrame) -> pd.Series:
    """Sentences per account, with what is to be settled behind those of accounts with a twin."""
    words = twins["words"].reindex(told.index).fillna("")
    stop = told.str.endswith(".").map({True: " ", False: ". "}).fillna("")
    joined = told.fillna("") + stop.astype("str") + words
    return told.where(words == "", joined).astype("str")


def settled_first(actions: pd.DataFrame, twins: pd.DataFrame) -> pd.DataFrame:
    """A list of what to do in which nobody is asked why it left, or thanked, who only moved.

    Parameters
    ----------
    actions
        The table of ``abc_xyz_actions``: ``reason``, ``what_happened``, ``do_what``.
    """
    twin = twins.reindex(actions.index)
    words = twin["words"].fillna("")
    moved = (actions["reason"].isin(["lost", "dried up"]) & twin["goes_on"].eq(True)) | (
        (actions["reason"] == "new") & twin["was_there"].eq(True)
    )
    told = with_twins(actions["do_what"], twins).where(~moved, words)
    return actions.assign(do_what=told.astype("str"))


def twins_told(candidates: pd.DataFrame, currency: str = "") -> str:
    """How many proposals are open and how much money hangs on them; "" without any."""
    if candidates.empty:
        return ""
    told = _(
        "{n} accounts may be one company with another number: {money} of revenue would move. "
        "Settle them on the sheet Who is the customer."
    )
    if len(candidates) == 1:
        told = _(
            "1 account may be one company with another number: {money} of revenue would move. "
            "Settle it on the sheet Who is the customer."
        )
    return told.format(n=count(len(candidates)), money=money(candidates["money"].sum(), currency))


def twins_briefly(candidates: pd.DataFrame, currency: str = "") -> str:
    """The same in few words; "" without any."""
    if candidates.empty:
        return ""
    told = _("{n} accounts may be one company with another number ({money}).")
    if len(candidates) == 1:
        told = _("1 account may be one company with another number ({money}).")
    return told.format(n=count(len(candidates)), money=money(candidates["money"].sum(), currency))


def with_doubt(
    told: str,
    twins: pd.DataFrame,
    *,
    lost: pd.Series | None = None,
    new: pd.Series | None = None,
    both: pd.Series | None = None,
    currency: str = "",
) -> str:
    """A sentence with how much of it hangs on who the customer is.

    Parameters
    ----------
    lost, new, both
        Money (currency) by account: of what counts as lost in it, as new, and of all that it
        speaks of, where it is of neither.
    """
    parts = [
        (lost, "goes_on", _("Of the lost, {n} with {money} may only have another number.")),
        (new, "was_there", _("Of the new, {n} with {money} may be an old customer under another "
                             "number.")),
        (both, "", _("{n} of them, with {money}, may be one company with another number.")),
    ]  # fmt: skip
    for amounts, where, more in parts:
        doubtful = twins.index[twins[where]] if where else twins.index
        found = pd.Series(dtype=float) if amounts is None else amounts
        found = found[found.index.isin(doubtful)]
        if len(found):
            words = more.format(n=count(len(found)), money=money(found.sum(), currency))
            told = _("{told} {more}").format(told=told, more=words)
    return told


def _row(group: pd.DataFrame) -> tuple[str, bool, bool, str]:
    twin = ", ".join(group["twin"])
    follows = {
        ("renumbered", True): _("May have gone on as {twin} (one ends as the other begins)"),
        ("renumbered", False): _("May have been {twin} before (one begins as the other ends)"),
        ("merged", True): _("May have gone on as {twin} (merged with it)"),
        ("merged", False): _("May have been {twin} before (merged)"),
        ("successor", True): _("May go on under a new owner as {twin} (the same address)"),
        ("successor", False): _("May be the new owner of {twin} (the same address)"),
    }
    first = group.iloc[0]
    told = follows.get((first["kind"], bool(first["old"])), _("May be one company with {twin}"))
    settle = _(": settle first on the sheet Who is the customer.")
    return (
        twin,
        bool(group["goes_on"].any()),
        bool(group["was_there"].any()),
        (told.format(twin=twin) + settle),
    )
