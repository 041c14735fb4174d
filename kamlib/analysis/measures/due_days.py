"""When what is on a list is to be done: so many a week per person, the first rows first."""

import numpy as np
import pandas as pd

WEEK = 5


def paced_due_days(owners: pd.Series, *, as_of: pd.Timestamp, a_week: int, weeks: int) -> pd.Series:
    """Due days in working days after ``as_of``, in the order of the list, for each owner apart.

    The first ``a_week`` of an owner are due within the first five working days (Monday to
    Friday; holidays are not known), the next ones within the next five, and so on. What does
    not fit into ``weeks`` has no due day.

    Returns
    -------
    ``due`` (day, missing without room), indexed as ``owners``.

    >>> owners = pd.Series(["Ann", "Ann", "Bob", "Ann"])
    >>> due = paced_due_days(owners, as_of=pd.Timestamp("2025-12-31"), a_week=1, weeks=2)
    >>> due.dt.strftime("%m-%d").tolist()
    ['01-07', '01-14', '01-07', nan]
    """
    place = owners.groupby(owners, dropna=False).cumcount().to_numpy()
    week = place // a_week
    start = np.datetime64(as_of.date(), "D")
    days = np.busday_offset(start, WEEK * (np.minimum(week, weeks) + 1), roll="backward")
    due = pd.Series(days.astype("datetime64[us]"), owners.index, name="due")
    return due.where(week < weeks)
