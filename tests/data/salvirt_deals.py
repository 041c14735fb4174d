"""The 448 decided deals of Salvirt (Bohanec et al. 2017), mapped to the facts of the check."""

import csv
from types import SimpleNamespace

import pandas as pd

NEED = {"Yes": 1.0, "Info gathering": 0.5, "Poor": 0.3, "No": 0.2}
SCOPE = {"Clear": 1.0, "Few questions": 0.6, "Low": 0.3}
BUDGET = {"Yes": 1.0, "No": 0.4}
AUTHORITY = {"High": 0.9, "Mid": 0.5, "Low": 0.2}


def read_deals(file):
    """``rows`` (the file, for plain loops), ``facts``, ``won``, ``groups`` (equal rows)."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter=";"))
    table = pd.DataFrame(rows, index=[f"S{number:03d}" for number in range(len(rows))])
    facts = pd.DataFrame(
        {
            "need": table["Needs_def"].map(NEED) * table["Scope"].map(SCOPE),
            "budget": table["Budgt_alloc"].map(BUDGET),
            "authority": table["Authority"].map(AUTHORITY),
            "relationship": table["Client"].str.lower(),
            "source": table["Source"],
            "competitor": table["Competitors"].where(table["Competitors"] == "Yes", ""),
        }
    )
    facts["score"] = facts[["need", "budget", "authority"]].mean(axis=1)
    groups = table.drop(columns="Status").agg("|".join, axis=1)
    return SimpleNamespace(rows=rows, facts=facts, won=table["Status"] == "Won", groups=groups)
