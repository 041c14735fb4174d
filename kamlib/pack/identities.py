"""What is open about who the customer is, before any pack: for ``kam check``."""

import pandas as pd

from kamlib.chapters.catalogue import KeyAccountBook
from kamlib.data.book import book_of
from kamlib.data.tables import Tables
from kamlib.settings import Settings
from kamlib.words import _, count

SHOWN = 10
PROPOSED = (
    *("account", "name", "belongs_to", "belongs_to_name", "kind", "strength", "money"),
    "evidence",
)


class _OursAlone(KeyAccountBook):
    """The book without chapters of the data set's own: a check runs no code of it."""

    def _add_own(self) -> None:
        pass


def identity_proposals(tables: Tables, settings: Settings) -> pd.DataFrame:
    """The accounts that may be one company with another, for a machine to read.

    Returns
    -------
    One row per proposal, the surest first: ``account``, ``belongs_to``, their names, ``kind``,
    ``strength``, ``money`` (currency: revenue that would move) and ``evidence`` (a text).
    """
    book = book_of(tables, settings, kind=_OursAlone)
    return book.identities.candidates[list(PROPOSED)]


def identities_told(tables: Tables, settings: Settings) -> list[str]:
    """How many proposals are open, the first of them, and names that are a chain's.

    Returns
    -------
    Sentences, the one with the number and the money first; none where nothing is open.
    """
    book = book_of(tables, settings, kind=_OursAlone)
    found = book.identities.candidates
    told = [str(book.identities.says.open)] if len(found) else []
    for row in found.head(SHOWN).itertuples():
        told.append(
            _("{account} = {belongs_to} ({kind}, {strength}): {evidence}").format(
                account=row.account,
                belongs_to=row.belongs_to,
                kind=_(row.kind),
                strength=_(str(row.strength)),
                evidence=row.evidence,
            )
        )
    if len(found) > SHOWN:
        told.append(_("… and {n} more").format(n=count(len(found) - SHOWN)))
    chains = book.identities.chains
    if len(chains):
        names = ", ".join(f"{name} ({count(number)})" for name, number in chains.head(3).items())
        more = _(
            "Names of more than {most} accounts each ({n} in all), such as {names}: branches of "
            "one company? A parent in the table accounts says so."
        )
        most = book.settings.identities.most_same
        told.append(more.format(n=count(len(chains)), most=count(most), names=names))
    return told
