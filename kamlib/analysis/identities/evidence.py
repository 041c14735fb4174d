"""What speaks for two accounts being one company, in words."""

import pandas as pd

from kamlib.analysis.identities.names import NEAR, SAME
from kamlib.words import _, capital, count, day, share


def told_evidence(pairs: pd.DataFrame, names: pd.Series) -> pd.Series:
    """What speaks for each pair, and what against it, in one sentence.

    Parameters
    ----------
    pairs
        ``account``, ``belongs_to`` and the signs: ``how`` the names are alike, ``number``,
        ``address``, ``people``, ``reached``, ``lines`` (0–1), ``older``, ``ended``, ``began``,
        ``akin``, ``elsewhere``, ``moved``.
    names
        The name of every account.
    """
    told = [_evidence(row, names) for row in pairs.itertuples()]
    return pd.Series(told, pairs.index, dtype="str")


def _evidence(row, names: pd.Series) -> str:
    mine, theirs = str(names[row.account]).strip(), str(names[row.belongs_to]).strip()
    parts = [_named(row.how, mine, theirs)]
    if row.number:
        parts.append(_("the numbers differ by a letter that looks like a digit"))
    if row.ended is not pd.NaT:
        parts.append(
            _("{older} ends on {ended} as the other begins on {began}").format(
                older=row.older, ended=day(row.ended), began=day(row.began)
            )
        )
    if row.address:
        parts.append(_("the same address"))
    if row.reached:
        parts.append(_("the same mail address or telephone"))
    if row.people:
        told = _("one person at both") if row.people == 1 else _("{n} persons at both")
        parts.append(told.format(n=count(row.people)))
    if pd.notna(row.lines):
        parts.append(
            _("{share} of what they buy is in the same lines").format(share=share(row.lines, 0))
        )
    if row.akin:
        parts.append(_("the same region and industry"))
    if row.elsewhere:
        parts.append(_("but they are in different regions"))
    if row.moved:
        parts.append(_("but at different addresses"))
    return capital("; ".join(part for part in parts if part))


def _named(how: str, mine: str, theirs: str) -> str:
    if how == SAME and mine == theirs:
        return _('both are called "{mine}"').format(mine=mine)
    told = {
        SAME: _('"{mine}" and "{theirs}" are one name, written in two ways'),
        NEAR: _('"{mine}" and "{theirs}" are nearly one name'),
        "": "",
    }.get(how, _('"{mine}" and "{theirs}" are a slip of the keys apart'))
    return told.format(mine=mine, theirs=theirs)
