"""What the last quarter's list said, what was tried, and what happened, in two sentences."""

import pandas as pd

from kamlib.quarters import quarter_label
from kamlib.words import _, counted, rounded

CLOSED = ("won", "refused", "no answer")


def last_quarter_words(judged: pd.DataFrame, attempts: pd.DataFrame, currency: str = "") -> str:
    """What the last list called at risk and what became of it; what win-back attempts brought.

    Parameters
    ----------
    judged
        The table of ``accountability``; its last row counts.
    attempts
        Each logged attempt to win back: ``outcome``, ``margin_after``, ``cost`` (currency).

    Returns
    -------
    Sentences; "" where no list is old enough and no attempt came to its end.
    """
    told = []
    called = 0 if judged.empty else int(judged.iloc[-1][["hits", "false_alarms"]].sum())
    if called:
        row = judged.iloc[-1]
        text = _("{accounts} that the list of {quarter} called at risk: {hits}, {money} a year.")
        hits = counted(row["hits"], _("1 has not ordered since"), _("{n} have not ordered since"))
        accounts = counted(called, _("Of 1 account"), _("Of {n} accounts"))
        told.append(
            text.format(
                accounts=accounts,
                quarter=quarter_label(judged.index[-1]),
                hits=hits,
                money=rounded(row["revenue_hit"], currency),
            )
        )
    closed = attempts[attempts["outcome"].isin(CLOSED)]
    won = closed[closed["outcome"] == "won"]
    if len(closed):
        text = _("{attempts} to win back, {won} so far, for {cost}.")
        told.append(
            text.format(
                attempts=counted(len(closed), _("1 attempt"), _("{n} attempts")),
                won=counted(len(won), _("1 won"), _("{n} won")),
                cost=rounded(closed["cost"].sum(), currency),
            )
        )
    return " ".join(told)
