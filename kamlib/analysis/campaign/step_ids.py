"""By what name calendars and workbooks know a step, whenever and by whom it is to be done."""

import hashlib

import pandas as pd

# What a step is: its day, texts and people may change, and it stays the same.
_STEP = ["prospect", "cluster", "step", "answers_of"]


def step_ids(plan: pd.DataFrame, *, as_of: pd.Timestamp, company: str = "") -> pd.Series:
    """The name of each step, made of company, quarter, target and step.

    The target is a prospect, or a cluster with its tier; like steps at one target are numbered.
    So a step that moves to another day, or that finds none, keeps its name.

    Parameters
    ----------
    plan
        The table of ``campaign``.
    as_of
        Last day of the reported quarter.
    company
        The data set's name.

    Returns
    -------
    One text per row, none twice.
    """
    of_cluster = plan["prospect"] == ""
    step = pd.DataFrame(
        {
            "prospect": plan["prospect"],
            "cluster": (plan["tier"].astype("str") + " " + plan["name"]).where(of_cluster, ""),
            "step": plan["step"],
            "answers_of": plan["owner"].where(of_cluster, ""),
        }
    )
    place = step.groupby(_STEP, sort=False).cumcount()
    quarter = f"{pd.Timestamp(as_of):%Y-%m-%d}"
    parts = zip(*(step[name] for name in _STEP), place, strict=True)
    names = [_name(company, quarter, *map(str, part)) for part in parts]
    return pd.Series(names, plan.index, dtype="str")


def _name(*parts: str) -> str:
    text = "\x1f".join(parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
