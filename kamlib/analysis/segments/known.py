"""What judging accounts starts from: the frames and side tables of one book, as known on a day."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Known:
    """What a book knows of its accounts when they are judged.

    Attributes
    ----------
    classes
        The table of ``abc_xyz``; all results come in the order of its accounts.
    months, line_quarters, accounts
        The book's frames, ``accounts`` indexed by account.
    record
        The table of ``track_record``; may lack accounts.
    judgements, competitors, prospects, contacts
        The canonical side tables as known at ``as_of``; empty where the data set has none.
    bought
        The table of ``lines_bought``, by which rivals' shares of single lines are weighed.
    as_of, seen_to
        The last day of the quarter, and the last that is known of, before it in an open quarter.
    data_from
        The first day of the sales.
    """

    classes: pd.DataFrame
    accounts: pd.DataFrame
    as_of: pd.Timestamp
    months: pd.DataFrame | None = None
    line_quarters: pd.DataFrame | None = None
    record: pd.DataFrame | None = None
    judgements: pd.DataFrame | None = None
    competitors: pd.DataFrame | None = None
    prospects: pd.DataFrame | None = None
    contacts: pd.DataFrame | None = None
    bought: pd.DataFrame | None = None
    seen_to: pd.Timestamp | None = None
    data_from: pd.Timestamp | None = None


@dataclass(frozen=True)
class Work:
    """Who does what with which account in a quarter.

    Attributes
    ----------
    classes, plays, risk
        The tables of ``abc_xyz`` and ``account_plays``, and that of ``silence_risk`` with
        ``at_risk`` (currency).
    key
        The key accounts.
    managers
        The canonical side table. Accounts without a manager are one portfolio and one list.
    as_of
        The last day of the reported quarter.
    """

    classes: pd.DataFrame
    plays: pd.DataFrame
    risk: pd.DataFrame
    key: pd.Index
    managers: pd.DataFrame
    as_of: pd.Timestamp
