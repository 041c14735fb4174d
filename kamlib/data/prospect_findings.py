"""What does not fit together in the prospects: days, outcomes, and names that stand twice."""

from collections.abc import Iterable

import pandas as pd

from kamlib.data.known import QUALITIES
from kamlib.data.reduce.checks import EXAMPLES, Finding
from kamlib.words import _


def prospect_findings(prospects: pd.DataFrame) -> list[Finding]:
    """What does not fit together in the table ``prospects``, counted and with examples.

    Parameters
    ----------
    prospects
        Its checked rows.
    """
    codes, outcome, done = prospects["prospect"], prospects["outcome"], prospects["outcome_on"]
    decided = outcome.isin(["won", "lost"])
    early = done < prospects["first_seen"]
    no_day, no_number = decided & done.isna(), (outcome == "won") & prospects["account"].isna()
    return [
        *_found("warning", _("have their outcome before the first contact"), codes[early]),
        *_found("warning", _("have evidence dated after their outcome"), _late_evidence(prospects)),
        *_found("warning", _("are won or lost without the day of it"), codes[no_day]),
        *_found("note", _("are won, but not said to be which account"), codes[no_number]),
        *_found("warning", _("have the name of another prospect too"), _namesakes(prospects)),
    ]


def _late_evidence(prospects: pd.DataFrame) -> pd.Series:
    """Code and quality of each piece of evidence that is younger than the outcome."""
    found = [pd.Series(dtype="str")]
    for quality in QUALITIES:
        late = prospects[f"{quality}_date"] > prospects["outcome_on"]
        found.append(prospects.loc[late, "prospect"] + f" {quality}")
    return pd.concat(found).sort_index(kind="stable")


def _namesakes(prospects: pd.DataFrame) -> pd.Series:
    """Code = code of the prospects that repeat an earlier one's name; case and blanks aside."""
    plain = prospects["name"].str.casefold().str.replace(r"\s+", " ", regex=True).str.strip()
    named = prospects[plain.fillna("") != ""]
    first = named["prospect"].groupby(plain[named.index]).transform("first")
    repeated = first != named["prospect"]
    return named.loc[repeated, "prospect"] + " = " + first[repeated]


def _found(severity: str, told: str, where: pd.Series) -> Iterable[Finding]:
    if len(where):
        yield Finding("prospects", severity, told, len(where), ", ".join(where.head(EXAMPLES)))
