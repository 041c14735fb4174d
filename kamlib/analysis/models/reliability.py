"""Whether the chances can be taken at their word: what was said on earlier days, and what came."""

import numpy as np
import pandas as pd

COLUMNS = ("by", "group", "n", "said", "came")
# Bands of silence and their ends, in usual gaps of an account; they tell, and decide nothing.
BANDS = {
    "up to 1 usual gap": 1.0,
    "1 to 2 usual gaps": 2.0,
    "2 to 4 usual gaps": 4.0,
    "more than 4 usual gaps": np.inf,
}
BAND = pd.CategoricalDtype(list(BANDS), ordered=True)


def silence_bands(rows: pd.DataFrame) -> pd.Series:
    """The band of each row's ``silence_days``, in its ``typical_gap_days``; missing without one."""
    gaps = rows["silence_days"] / rows["typical_gap_days"]
    return pd.cut(gaps, [-np.inf, *BANDS.values()], labels=list(BANDS))


def reliability(predictions: pd.DataFrame, model: str) -> pd.DataFrame:
    """How many accounts were said to fall silent on earlier days, and how many did.

    Only accounts at risk are judged: that who is gone orders nothing is no feat.

    Parameters
    ----------
    predictions
        Chances to fall silent as they were shown on each tested day (``corrected_predictions``).
    model
        Whose chances: the model in use.

    Returns
    -------
    One row per group that was judged at all: ``by`` ("silence": the days without an order as
    usual gaps of the account; "rhythm"), ``group``; ``n`` (judgements), ``said`` (mean chance),
    ``came`` (share that fell silent; 0–1).
    """
    judged = predictions[predictions["at_risk"].astype(bool)]
    parts = [
        judged.groupby(group, observed=True)
        .agg(n=("silent", "size"), said=(model, "mean"), came=("silent", "mean"))
        .rename_axis("group")
        .reset_index()
        .assign(by=name)
        for name, group in (("silence", judged["band"]), ("rhythm", judged["rhythm"]))
    ]
    table = pd.concat(parts, ignore_index=True).astype({"group": "str", "by": "str"})
    return table.assign(said=table["said"].round(9), came=table["came"].round(9))[list(COLUMNS)]
