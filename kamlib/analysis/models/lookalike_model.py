"""A ridge logistic regression of few best accounts, and what it would be without each account.

Leaving an account out moves the coefficients by about one Newton step from where they are
(Pregibon 1981; Rad & Maleki 2020, approximate leave-one-out), so that every account is judged
by a model that has not seen it without a fit for each.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from kamlib.analysis.measures.significant import significant
from kamlib.analysis.models.lookalike import Features, company_facts, features
from kamlib.settings import LookalikeSettings
from kamlib.words import _, count

_DIGITS = 6  # logits that differ by less are equal
_CHUNK = 4_000_000  # cells held at once


@dataclass(frozen=True)
class LookalikeModel:
    """Coefficients (the last is the constant) over the features of the training accounts."""

    features: Features
    accounts: pd.Index
    best: np.ndarray  # of the accounts, whether they are among the best
    rows: np.ndarray  # features of the accounts and a 1
    coefficients: np.ndarray
    without: np.ndarray  # one row of coefficients per account: those without it

    def rows_of(self, companies: pd.DataFrame) -> np.ndarray:
        """Features and a 1, per company."""
        return _with_constant(self.features.design(company_facts(companies)))

    def places(self, accounts: pd.Series) -> np.ndarray:
        """Where the accounts stand in the training; -1 where they do not."""
        return self.accounts.get_indexer(pd.Index(accounts.to_numpy(), dtype="str"))

    def beaten(self, rows: np.ndarray, places: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
        """Chunk by chunk: per company and best account 1 where the company ranks above it.

        Both are judged by the model without that best account, and without the company where
        it is one of the accounts (``places`` >= 0); equals count 0.5.
        """
        best, models = self.rows[self.best], self.without[self.best]
        theirs = np.einsum("ij,ij->i", best, models)
        size = max(1, _CHUNK // max(1, len(best)))
        for start in range(0, len(rows), size):
            part = slice(start, start + size)
            chunk, own = rows[part], places[part]
            ahead = chunk @ models.T - theirs
            known = np.flatnonzero(own >= 0)
            moved = self.without[own[known]] - self.coefficients
            shift = np.einsum("ij,ij->i", chunk[known], moved)[:, None] - moved @ best.T
            ahead[known] += shift
            ahead = np.round(ahead, _DIGITS)
            yield part, np.where(ahead > 0, 1.0, np.where(ahead == 0, 0.5, 0.0))

    def moves(self, rows: np.ndarray, *, most: int) -> tuple[np.ndarray, np.ndarray]:
        """How far down and up the rank among the best moves without one of the best.

        Of the models without one of the best those that move the ranks furthest are tried, at
        most so many.
        """
        best, models = self.rows[self.best], self.without[self.best]
        moved = np.abs((models - self.coefficients) @ self.rows.T).max(axis=1)
        models = models[np.argsort(-np.round(moved, _DIGITS), kind="stable")[:most]]
        now = _share_below(rows, best, self.coefficients)
        low, high = np.zeros(len(rows)), np.zeros(len(rows))
        for coefficients in models:
            move = _share_below(rows, best, coefficients) - now
            low, high = np.minimum(low, move), np.maximum(high, move)
        return low, high


def lookalike_model(
    accounts: pd.DataFrame, best: pd.Index, *, settings: LookalikeSettings
) -> LookalikeModel | str:
    """Learn what the best accounts have in common, or say in words why that cannot be.

    Parameters
    ----------
    accounts
        Firmographics of the accounts known to be best or not (``learning_accounts``).
    """
    accounts = accounts.sort_index(kind="stable")
    is_best = accounts.index.isin(best)
    if is_best.sum() < settings.min_best:
        return _("the best accounts are {n} and should be at least {least}").format(
            n=count(is_best.sum()), least=count(settings.min_best)
        )
    if (~is_best).sum() < settings.min_best:
        return _("the other accounts are {n} and should be at least {least}").format(
            n=count((~is_best).sum()), least=count(settings.min_best)
        )
    facts = company_facts(accounts)
    found = features(facts, int(is_best.sum()), settings=settings)
    if not found.attributes:
        return _("nothing is known of the accounts in which they differ")
    rows = _with_constant(found.design(facts))
    coefficients = _fitted(rows, is_best, settings.penalty)
    without = _without_each(rows, is_best, coefficients, settings.penalty)
    return LookalikeModel(found, accounts.index, is_best, rows, coefficients, without)


def _share_below(rows: np.ndarray, best: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    """The share of the best that each row ranks above, equals half, by one model."""
    theirs = np.sort(np.round(best @ coefficients, _DIGITS), kind="stable")
    mine = np.round(rows @ coefficients, _DIGITS)
    below = np.searchsorted(theirs, mine, "left") + np.searchsorted(theirs, mine, "right")
    return below / (2 * len(theirs))


def _with_constant(design: np.ndarray) -> np.ndarray:
    return np.column_stack([design, np.ones(len(design))])


def _fitted(rows: np.ndarray, best: np.ndarray, penalty: float) -> np.ndarray:
    model = LogisticRegression(
        C=penalty, class_weight="balanced", solver="newton-cholesky", tol=1e-8, max_iter=200
    )
    model.fit(rows[:, :-1], best)
    return significant(np.append(model.coef_[0], model.intercept_[0]))


def _without_each(
    rows: np.ndarray, best: np.ndarray, coefficients: np.ndarray, penalty: float
) -> np.ndarray:
    """One Newton step from the coefficients to those without each account, classes balanced."""
    ridge = np.full(len(coefficients), 1 / penalty)
    ridge[-1] = 0.0
    chance = expit(rows @ coefficients)
    n = len(rows)
    found = np.empty((n, len(coefficients)))
    for left in (best, ~best):
        weight = np.where(left, (n - 1) / (2 * (left.sum() - 1)), (n - 1) / (2 * (~left).sum()))
        slope = (weight * (chance - best))[:, None] * rows
        bend = weight * chance * (1 - chance)
        inverse = np.linalg.inv((rows * bend[:, None]).T @ rows + np.diag(ridge))
        gradient = slope.sum(axis=0) + ridge * coefficients - slope[left]
        own = rows[left]
        spread = own @ inverse
        step = gradient @ inverse
        lever = bend[left] * np.einsum("ij,ij->i", own, spread)
        pull = bend[left] * np.einsum("ij,ij->i", own, step) / (1 - lever)
        found[left] = coefficients - step - spread * pull[:, None]
    return significant(found)
