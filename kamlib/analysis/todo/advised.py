"""What was advised for a quarter, what of it was done, and what then became of the accounts."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.analysis.todo.verbs import EARN, FIND_OUT, GROW, KEEP, SETTLE, THANK, VERBS, WIN
from kamlib.settings import TASK_OUTCOMES, Settings
from kamlib.settings.todo import LOST, MISSED, STILL_OPEN, UNDONE, WON
from kamlib.words import _

COLUMNS = (
    *("quarter", "id", "subject", "name", "manager", "verb", "do", "stake", "worth", "due"),
    *("done_on", "outcome", "done", "touched", "since", "came", "kept", "revenue_since"),
    *("margin_since", "steps_done", "notes", "doubt", "returned"),
)
GROUP_COLUMNS = (
    *("by", "key", "tasks", "stake", "rate", "done", "stake_done", "kept", "untouched"),
    *("rate_done", "rate_untouched", "said", "came"),
)
EVERYTHING, AIM, VERB, MANAGER = _("all"), _("aim"), _("verb"), _("manager")
TO_KEEP, TO_WIN = _("to be kept"), _("to be won")
AGAIN = _("made again")  # a list that nobody returned
QUARTERS = 4  # of a year
STAYS = (SETTLE, KEEP, THANK)  # what they are about is there already
_TARGETS = (WIN, FIND_OUT)
_GONE = ("lost", "at risk", "never bought")  # states in which no calendar explains the silence
# What was tried or done, and what of it is no result.
_WORKED = (WON, STILL_OPEN, LOST)
_NOT_DONE = (MISSED, UNDONE)


@dataclass(frozen=True)
class Since:
    """What became of accounts and prospects in the quarter of a list.

    ``accounts`` is indexed by account: ``revenue`` and ``margin`` of the quarter (currency;
    margin missing where unknown), ``rate_before`` (margin per revenue of the four quarters
    before, missing where unknown), ``ordered``, ``lost``, ``quiet`` (no order, as its calendar
    has it) and ``new_line`` (whether it bought a product line that it had not bought in those;
    missing where no line is known). ``company``
    has the account that each won prospect is (its code → account), ``won`` the prospects that
    were won by the quarter's end.
    """

    accounts: pd.DataFrame
    company: pd.Series
    won: pd.Index


def since_facts(
    line_quarters: pd.DataFrame, states: pd.Series, *, quarter: pd.Period
) -> pd.DataFrame:
    """What each account did in a quarter, as ``Since`` has it.

    Parameters
    ----------
    line_quarters
        ``account``, ``product_line`` ("" where unknown), ``quarter``, ``revenue``, ``margin``,
        ``order_days``.
    states
        The state of every account at the quarter's end: it knows each account's calendar.
    """
    now = line_quarters[line_quarters["quarter"] == quarter]
    before = line_quarters[
        (line_quarters["quarter"] < quarter) & (line_quarters["quarter"] >= quarter - QUARTERS)
    ]
    sold = now.groupby("account")[["revenue", "margin"]].sum(min_count=1).reindex(states.index)
    year = before.groupby("account")[["revenue", "margin"]].sum(min_count=1).reindex(states.index)
    pairs = ["account", "product_line"]
    bought = now[(now["revenue"] > 0) & (now["product_line"] != "")]
    had = pd.MultiIndex.from_frame(before.loc[before["revenue"] > 0, pairs])
    new = bought.loc[~pd.MultiIndex.from_frame(bought[pairs]).isin(had), "account"]
    ordered = states.index.isin(now.loc[now["order_days"] > 0, "account"])
    facts = pd.DataFrame(
        {
            "revenue": sold["revenue"].fillna(0.0),
            "margin": sold["margin"],
            "rate_before": year["margin"] / year["revenue"].where(year["revenue"] > 0),
            "ordered": ordered,
            "lost": states == "lost",
            "quiet": ~states.isin(_GONE) & ~ordered,
            "new_line": pd.Series(states.index.isin(new), states.index).astype("boolean"),
        },
        states.index,
    )
    if not (line_quarters["product_line"] != "").any():
        facts["new_line"] = pd.Series(pd.NA, facts.index, dtype="boolean")
    return facts


def advised(tasks: pd.DataFrame, since: Since) -> pd.DataFrame:
    """Each task of a quarter's list: what was done, what is said to have come of it, what came.

    A task is done where it has a day or an outcome that only work brings, unless its outcome is
    that it was not done, or nobody was reached. What came of it people know better than figures:
    where they say, it counts, with their value; else the account's orders tell. Listed are the
    tasks that had hours, and those on which something was done all the same.

    Parameters
    ----------
    tasks
        One row per account: ``quarter``, ``subject``, ``id``, ``name``, ``manager``, ``verb``,
        ``do``, ``stake`` and ``worth`` (currency a year), ``due`` (missing without hours),
        ``done_on``, ``outcome``, ``value`` (currency a year, as people say), ``notes``,
        ``steps_done``, ``returned``.
    since
        What became of accounts and prospects in the quarter.

    Returns
    -------
    ``COLUMNS``, by manager, what is worth most first: ``done``; ``touched`` (done, tried, or a
    step of it done), both missing of a list that nobody returned; ``since`` (words); ``came``
    (whether what the verb is for happened, by figures alone, so that what was done can be held
    against what was not; missing where they do not tell); ``kept`` (currency a year that was
    kept or won); ``doubt`` (where people and figures contradict each other).
    """
    rows = tasks[tasks["due"].notna() | _touched(tasks)].reset_index(drop=True)
    rows = rows.assign(outcome=rows["outcome"].astype("str").fillna(""))
    company = since.company.to_dict()
    account = [company.get(subject, subject) for subject in rows["subject"]]
    facts = since.accounts.reindex(account).reset_index(drop=True)
    won = rows["subject"].isin(since.won)
    for name, found in (("done", _done(rows)), ("touched", _touched(rows))):
        rows[name] = found.astype("boolean").mask(rows["returned"] == AGAIN)
    rows["came"] = _came(rows["verb"], facts, won)
    rows["since"] = _since(facts, won)
    by_figures = _gained(rows, facts).where(rows["came"].eq(True).fillna(False), 0.0)
    told = rows["value"].fillna(by_figures.where(by_figures > 0, rows["stake"]))
    kept = by_figures.mask(rows["outcome"] == WON, told)
    kept = kept.mask(rows["outcome"].isin([LOST, STILL_OPEN]), 0.0)
    rows["kept"] = kept.clip(lower=0.0)
    rows["revenue_since"], rows["margin_since"] = facts["revenue"].fillna(0.0), facts["margin"]
    rows["doubt"] = _doubts(rows)
    rows["outcome"] = rows["outcome"].replace(TASK_OUTCOMES)
    rows = rows.sort_values(["manager", "worth", "subject"], ascending=[True, False, True],
                            kind="stable", ignore_index=True)  # fmt: skip
    return rows[list(COLUMNS)]


def advised_by(table: pd.DataFrame, *, settings: Settings) -> pd.DataFrame:
    """The tasks of a quarter's list in all, by verb and by manager.

    Parameters
    ----------
    table
        The table of :func:`advised`.

    Returns
    -------
    ``GROUP_COLUMNS``: ``by`` ("all", "aim", "verb", "manager"), ``key``; ``tasks``, ``stake``,
    ``rate`` (0–1, of how many it came true, by figures alone); of those done ``done``,
    ``stake_done``, ``kept`` (currency a year); ``untouched`` (how many nobody worked on). Like is
    held against like: ``rate_done`` is of the tasks done whose verb has ``todo.least_compared``
    untouched ones in the company, ``rate_untouched`` of those, verb by verb as often as there
    were tasks done; ``said`` (0–1) is the mean chance that doing brings it, ``came`` the first
    rate less the second. These four are missing where fewer than ``todo.least_compared`` tell.
    """
    table = table.assign(usual=table["verb"].map(_usual(table, settings)).astype(float))
    groups = [(EVERYTHING, "", table)]
    stays = table["verb"].isin(STAYS)
    groups += [(AIM, aim, part) for aim, part in ((TO_KEEP, table[stays]), (TO_WIN, table[~stays]))
               if len(part)]  # fmt: skip
    by_verb = dict(list(table.groupby("verb")))
    groups += [(VERB, verb, by_verb[verb]) for verb in VERBS if verb in by_verb]
    groups += [(MANAGER, str(name), part) for name, part in table.groupby("manager")]
    rows = [{"by": by, "key": key, **_figures(part, settings)} for by, key, part in groups]
    counts = dict.fromkeys(("tasks", "done", "untouched"), "Int64")
    kinds = counts | {"by": "str", "key": "str"}
    return pd.DataFrame(rows, columns=list(GROUP_COLUMNS)).astype(kinds)


def _done(tasks: pd.DataFrame) -> pd.Series:
    worked = tasks["done_on"].notna() | tasks["outcome"].isin(_WORKED)
    return worked & ~tasks["outcome"].isin(_NOT_DONE)


def _touched(tasks: pd.DataFrame) -> pd.Series:
    return _done(tasks) | (tasks["outcome"] == MISSED) | (tasks["steps_done"] > 0)


def _came(verbs: pd.Series, facts: pd.DataFrame, won: pd.Series) -> pd.Series:
    """Whether what each verb is for happened, by figures; missing where they do not tell."""
    ordered = facts["ordered"].astype("boolean").fillna(False)
    lost = facts["lost"].astype("boolean").fillna(False)
    there = (ordered | facts["quiet"].astype("boolean").fillna(False)) & ~lost
    rate = facts["margin"] / facts["revenue"].where(facts["revenue"] > 0)
    better = (rate > facts["rate_before"]).astype("boolean")
    better = better.mask(rate.isna() | facts["rate_before"].isna())
    new = facts["new_line"].astype("boolean")
    came = ordered.copy()  # of who is won back
    came = came.mask(verbs.isin(STAYS), there)
    came = came.mask(verbs == EARN, better).mask(verbs == GROW, new)
    return came.mask(verbs.isin(_TARGETS), ordered | won)


def _gained(rows: pd.DataFrame, facts: pd.DataFrame) -> pd.Series:
    """Currency a year that came, if it came: the stake, of thin margins what was gained."""
    rate = facts["margin"] / facts["revenue"].where(facts["revenue"] > 0)
    more = (rate - facts["rate_before"]) * facts["revenue"] * QUARTERS
    earned = np.minimum(more.fillna(0.0), rows["stake"])
    return rows["stake"].mask(rows["verb"] == EARN, earned).fillna(0.0).clip(lower=0.0)


def _since(facts: pd.DataFrame, won: pd.Series) -> pd.Series:
    """In a word what became of each in the quarter."""
    known = facts["revenue"].notna().to_numpy()
    lost = facts["lost"].eq(True).fillna(False).to_numpy(bool)
    ordered = facts["ordered"].eq(True).fillna(False).to_numpy(bool)
    quiet = facts["quiet"].eq(True).fillna(False).to_numpy(bool)
    words = [_("won"), _("ordered"), _("lost"), _("quiet as usual"), _("no order"), _("not won")]
    told = np.select([won.to_numpy(), ordered, lost, quiet, known], words[:5], words[5])
    return pd.Series(told, facts.index, dtype="str")


def _doubts(rows: pd.DataFrame) -> pd.Series:
    """Where what people say and what the figures say contradict each other."""
    said, came = rows["outcome"], rows["came"].astype("boolean")
    undone = rows["done_on"].notna() & said.isin(_NOT_DONE)
    texts = np.select(
        [
            undone,
            (said == WON) & came.eq(False).fillna(False),
            (said == LOST) & came.eq(True).fillna(False),
        ],
        [
            _("has a day, but is said not to be done: it counts as not done"),
            _("said to be kept or won, but the sales do not show it yet"),
            _("said to be lost, but it ordered"),
        ],
        "",
    )
    return pd.Series(texts, rows.index, dtype="str")


def _usual(table: pd.DataFrame, settings: Settings) -> pd.Series:
    """By verb of how many untouched tasks it came true (0–1), where enough of them tell."""
    rest = table[table["touched"].eq(False).fillna(False) & table["came"].notna()]
    came = rest.assign(came=rest["came"].astype(float)).groupby("verb")["came"]
    return came.mean()[came.size() >= settings.todo.least_compared]


def _figures(part: pd.DataFrame, settings: Settings) -> dict[str, object]:
    known = bool(part["done"].notna().any())
    done = part[part["done"].eq(True).fillna(False)]
    alike = done[done["usual"].notna() & done["came"].notna()]
    enough = len(alike) >= settings.todo.least_compared
    rate, usual = alike["came"].astype(float).mean(), alike["usual"].mean()
    chance = (alike["worth"] / alike["stake"].where(alike["stake"] > 0)).clip(0.0, 1.0).mean()
    compared = {"rate_done": rate, "rate_untouched": usual, "said": chance, "came": rate - usual}
    return {
        "tasks": len(part),
        "stake": float(part["stake"].sum()),
        "rate": part["came"].dropna().astype(float).mean(),
        "done": len(done) if known else pd.NA,
        "stake_done": float(done["stake"].sum()) if known else np.nan,
        "kept": float(done["kept"].sum()) if known else np.nan,
        "untouched": int((~part["touched"]).sum()) if known else pd.NA,
        **{name: value if enough else np.nan for name, value in compared.items()},
    }
