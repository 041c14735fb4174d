"""Pieces of evidence of the three P's: one row each, whatever they were derived from."""

import numpy as np
import pandas as pd

PS = ("need", "budget", "authority")
PIECES = ("prospect", "p", "value", "evidence", "source", "date")
RECORDED = "recorded"
INDUSTRY = "derived from its industry"
DECIDED = ("won", "lost")


def pieces(
    prospect: pd.Index,
    p: str,
    value: np.ndarray,
    evidence: list[str],
    source: str | list[str],
    date: pd.Series | np.ndarray | pd.Timestamp,
) -> pd.DataFrame:
    """The frame of pieces; rows without a value are no pieces."""
    found = pd.DataFrame(
        {
            "prospect": np.asarray(prospect, dtype=object),
            "p": p,
            "value": np.asarray(value, dtype=float),
            "evidence": evidence,
            "source": source,
            "date": pd.DatetimeIndex(date).as_unit("us"),
        }
    )
    found = found.astype(dict.fromkeys(("prospect", "p", "evidence", "source"), "str"))
    return found[found["value"].notna()]


def evidence_days(targets: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """The day on which each target is judged: of a decided one the day of its outcome.

    What became known after the outcome must not count as a sign of it.
    """
    decided = targets["outcome"].isin(DECIDED) & (targets["outcome_on"] <= as_of)
    days = targets["outcome_on"].where(decided, pd.Timestamp(as_of))
    return days.astype("datetime64[us]")


def text_of(values: pd.Series) -> pd.Series:
    """Text without NaN, stripped."""
    return values.astype("str").fillna("").str.strip()
