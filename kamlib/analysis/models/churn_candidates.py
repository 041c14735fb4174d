"""The five ways to tell who will fall silent, from the simplest to the most elaborate."""

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from kamlib.analysis.measures.significant import significant

SILENCE = "silence"
RULE = "silence + own gap"
MBG = "MBG/NBD"
CNBD = "MBG/CNBD-k"
LOGISTIC = "logistic regression"
# In order of complexity: each has to beat the one that is kept so far.
CANDIDATES = (SILENCE, RULE, MBG, CNBD, LOGISTIC)
_PURCHASE = {MBG: "p_mbg", CNBD: "p_cnbd"}
_CLASSES = (0, 1, 3)  # A, B, D against C


def silence_probabilities(train: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The probability of each candidate that an account stays silent over the horizon.

    The two rules become probabilities by a logistic regression on silence, and on silence and
    own mean gap. The purchase models are probabilities already. The last candidate learns from
    recency, own mean gap, their ratio, frequency, tenure, trend of value, class and P(active),
    which may stand at a bound: it judges itself what that is worth.

    Parameters
    ----------
    train, rows
        Rows of ``ChurnSlices``: closed ones to learn from, and those to judge.

    Returns
    -------
    Like ``rows``, one column per candidate (0–1); NaN where a candidate cannot be had: nothing
    to learn from, or a purchase model that is not usable.
    """
    found = {
        SILENCE: _learned(_silence(train), train, _silence(rows)),
        RULE: _learned(_with_gap(train), train, _with_gap(rows)),
    }
    for name, column in _PURCHASE.items():
        found[name] = 1 - rows[column].where(rows[f"{column}_usable"]).to_numpy(float)
    found[LOGISTIC] = _learned(*_all_features(train, rows))
    return pd.DataFrame(found, rows.index)[list(CANDIDATES)]


def _learned(features: np.ndarray, train: pd.DataFrame, wanted: np.ndarray) -> np.ndarray:
    silent = train["silent"].to_numpy()
    if not len(wanted) or len(np.unique(silent)) < 2:
        return np.full(len(wanted), np.nan)
    # To the end, by Newton's steps: a search that stops on its way stops elsewhere elsewhere.
    curve = LogisticRegression(solver="newton-cholesky", tol=1e-10, max_iter=200)
    model = make_pipeline(StandardScaler(), curve)
    return significant(model.fit(features, silent).predict_proba(wanted)[:, 1])


def _silence(rows: pd.DataFrame) -> np.ndarray:
    return np.log1p(rows[["silence_days"]].to_numpy(float))


def _with_gap(rows: pd.DataFrame) -> np.ndarray:
    """Silence and own gap, told apart for who is in time and who is overdue.

    In time, a long gap means silence ahead; overdue, a short one means that something is wrong.
    """
    silence, overdue = _silence(rows)[:, 0], (~rows["at_risk"]).to_numpy(float)
    gap = np.log1p(_gap(rows))
    return np.column_stack([silence, gap, overdue, overdue * silence, overdue * gap])


def _gap(rows: pd.DataFrame) -> np.ndarray:
    """The own mean gap in days; without one what is usual; 0 where nobody has a gap."""
    return rows["gap_mean_days"].fillna(rows["typical_gap_days"]).fillna(0.0).to_numpy(float)


def _all_features(
    train: pd.DataFrame, rows: pd.DataFrame
) -> tuple[np.ndarray, pd.DataFrame, np.ndarray]:
    """What the last candidate learns from; P(active) only where every slice has it."""
    usable = [
        column
        for column in _PURCHASE.values()
        if train[column].notna().all() and rows[column].notna().all()
    ]
    return _features(train, usable), train, _features(rows, usable)


def _features(rows: pd.DataFrame, usable: list[str]) -> np.ndarray:
    gap = _gap(rows)
    columns = [
        _silence(rows)[:, 0],
        np.log1p(gap),
        np.log1p(rows["silence_days"].to_numpy(float) / np.maximum(gap, 1.0)),
        (~rows["at_risk"]).to_numpy(float),
        np.log(rows["orders"].to_numpy(float)),
        np.log1p(rows["tenure_days"].to_numpy(float)),
        rows["trend"].to_numpy(float),
        *((rows["abc"] == code).to_numpy(float) for code in _CLASSES),
        *(_logit(rows[column].to_numpy(float)) for column in usable),
    ]
    return np.column_stack(columns)


def _logit(probability: np.ndarray) -> np.ndarray:
    inside = np.clip(probability, 1e-6, 1 - 1e-6)
    return np.log(inside / (1 - inside))
