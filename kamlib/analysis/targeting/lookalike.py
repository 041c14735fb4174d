"""How much each target resembles today's best accounts, and whom it resembles most."""

import numpy as np
import pandas as pd

from kamlib.analysis.models.lookalike import (
    GROUPS,
    SIZES,
    LookalikeModel,
    company_facts,
    known_facts,
    lookalike_model,
)
from kamlib.settings import Settings
from kamlib.words import _, count, money, share
from kamlib.words import targets as in_targets

_SPEAKS = 0.1  # logit: what moves it by less is not worth a word
_MOST_MODELS = 200  # of those without one best account, for the range
_CHUNK = 2_000_000  # cells held at once
_ORDER = 1e-9  # so little apart is equal: then the lower account number comes first


def best_accounts(classes: pd.DataFrame) -> pd.Index:
    """Today's best accounts: class A and not lost."""
    return classes.index[(classes["abc"].astype("str") == "A") & ~classes["lost"].astype(bool)]


def learning_accounts(accounts: pd.DataFrame, classes: pd.DataFrame) -> pd.DataFrame:
    """The accounts that are known to be among the best or not.

    A new account may still become one and a lost one of class A was one: both are left out,
    as are accounts without a class. Prospects are no examples at all: that a company is no
    account yet does not say that it would be a bad one (positive-unlabelled).
    """
    new = classes["new"].astype(bool) & ~classes.index.isin(best_accounts(classes))
    was = classes["lost"].astype(bool) & (classes["abc"].astype("str") == "A")
    return accounts.reindex(classes.index[~new & ~was])


def lookalike(
    targets: pd.DataFrame,
    accounts: pd.DataFrame,
    best: pd.Index,
    *,
    own: pd.Series | None = None,
    settings: Settings,
) -> pd.DataFrame:
    """How much targets resemble the best accounts in industry, region, employees and revenue.

    A ridge logistic regression of the best accounts against the other ones ranks companies. The
    fit is the share of the best accounts that a target ranks above, each judged by the model
    without that best account (equals count half): 0.5 is as typical as the median best account,
    in every quarter. A target that is itself an account is judged by models without it.

    Parameters
    ----------
    targets
        Prospects and accounts with firmographics; ``kind`` "account" or a filled ``account``
        says which account a target is.
    accounts
        Firmographics and ``name`` of the accounts to learn from: :func:`learning_accounts`,
        without new ones, of which nobody knows yet whether they will be among the best.
    best
        Numbers of the best accounts: :func:`best_accounts`.
    own
        Per target the account that it is, over what its row says.

    Returns
    -------
    Per target: ``fit`` (0–1; NaN without a model or where nothing is known of it); ``fit_low``,
    ``fit_high`` (the fit moved as far as leaving out one best account moves the rank among the
    best; the most influential 200 are tried); ``similar`` (the most similar best accounts with
    number and name), ``similar_accounts`` (their numbers); ``fit_known`` (0–1, share of the
    attributes that the model uses); ``fit_why`` (what speaks for and against it beside the
    average account, or why there is no fit).
    """
    own = _own(targets, own)
    place, first = _alike(targets, own)
    found = _of_each(targets.iloc[first], accounts, best, own.iloc[first], settings)
    return found.iloc[place].set_axis(targets.index)


def lookalike_headline(targets: pd.DataFrame, quality: pd.DataFrame) -> str:
    """Whether firmographics tell the best accounts; if so, how many targets fit as well as those.

    Parameters
    ----------
    targets
        The table of :func:`lookalike`.
    quality
        The table of ``lookalike_quality``.
    """
    measures = quality.set_index("measure")
    verdict = measures["why"]["verdict"]
    fits = targets["fit"].dropna()
    if fits.empty or not measures["value"]["auc_low"] > 0.5:
        return verdict
    return _(
        "{verdict} As typical as the better half of the best accounts: {n} of {all} ({part})."
    ).format(
        verdict=verdict,
        n=count((fits >= 0.5).sum()),
        all=in_targets(len(fits)),
        part=share((fits >= 0.5).mean(), 0),
    )


def _alike(targets: pd.DataFrame, own: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Targets of which the same is known are judged once: where each is found, and the first."""
    facts = company_facts(targets).assign(own=own)
    place = facts.groupby(list(facts.columns), sort=False, dropna=False).ngroup().to_numpy()
    return place, np.unique(place, return_index=True)[1]


def _of_each(
    targets: pd.DataFrame,
    accounts: pd.DataFrame,
    best: pd.Index,
    own: pd.Series,
    settings: Settings,
) -> pd.DataFrame:
    model = lookalike_model(accounts, best, settings=settings.lookalike)
    facts, known = company_facts(targets), known_facts(company_facts(targets))
    found = pd.DataFrame(np.nan, targets.index, ["fit", "fit_low", "fit_high"])
    if isinstance(model, str):
        used = known_facts(company_facts(accounts)).any()
        why = np.full(len(targets), _("no fit: {why}").format(why=model), object)
    else:
        used = known.columns.isin(model.features.attributes)
        rows, some = model.rows_of(targets), known.loc[:, used].any(axis=1).to_numpy()
        found.loc[some, :] = _fits(model, rows[some], model.places(own)[some])
        why = np.array(_why(model, rows, facts), object)
        why[~some] = _("no fit: nothing is known of it")
    is_best = accounts[accounts.index.isin(best)]
    similar = similar_accounts(targets, is_best, own, number=settings.lookalike.similar)
    known_share = known.loc[:, used].mean(axis=1).astype(float).fillna(0.0)
    return found.join(similar).assign(
        fit_known=known_share, fit_why=pd.Series(why, targets.index, dtype="str")
    )


def _own(targets: pd.DataFrame, own: pd.Series | None) -> pd.Series:
    text = targets.reindex(columns=["kind", "account"]).astype("str").fillna("")
    found = text["account"].where(text["kind"] != "account", targets.index.astype("str"))
    if own is None:
        return found
    given = own.reindex(targets.index).astype("str").fillna("")
    return given.where(given != "", found)


def _fits(model: LookalikeModel, rows: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Fit, lowest and highest."""
    fit = np.empty(len(rows))
    for part, beaten in model.beaten(rows, places):
        fit[part] = beaten.mean(axis=1)
    low, high = model.moves(rows, most=_MOST_MODELS)
    return np.column_stack([fit, np.clip(fit + low, 0, 1), np.clip(fit + high, 0, 1)])


def _why(model: LookalikeModel, rows: np.ndarray, facts: pd.DataFrame) -> list[str]:
    """Employees and annual revenue go together and speak as one: the size."""
    blocks, used = model.features.blocks, model.features.attributes
    parts = [((name,), _group_words(name, facts[name])) for name in GROUPS if name in used]
    sizes = tuple(name for name in SIZES if name in used)
    if sizes:
        parts.append((sizes, _size_words(facts, sizes)))
    moved = np.column_stack(
        [sum(rows[:, blocks[name]] @ model.coefficients[blocks[name]] for name in names)
         for names, _words in parts]
    )  # fmt: skip
    words = zip(*(words for _names, words in parts), strict=True)
    return [_sentence(*row) for row in zip(moved.round(9).tolist(), words, strict=True)]


def _group_words(name: str, values: pd.Series) -> list[str]:
    known, unknown = {
        "industry": (_("industry {value}"), _("industry unknown")),
        "region": (_("region {value}"), _("region unknown")),
    }[name]
    return [known.format(value=value) if value else unknown for value in values]


def _size_words(facts: pd.DataFrame, sizes: tuple[str, ...]) -> list[str]:
    people = facts["employees"] if "employees" in sizes else [np.nan] * len(facts)
    revenue = facts["annual_revenue"] if "annual_revenue" in sizes else [np.nan] * len(facts)
    return [_size(*row) for row in zip(people, revenue, strict=True)]


def _size(people: float, revenue: float) -> str:
    employees = _("{n} employees").format(n=count(people)) if people > 0 else ""
    earned = _("annual revenue {value}").format(value=money(revenue)) if revenue > 0 else ""
    if employees and earned:
        return _("{employees} with {revenue}").format(employees=employees, revenue=earned)
    return employees or earned or _("size unknown")


def _sentence(moved: list[float], words: tuple[str, ...]) -> str:
    ranked = sorted(zip(moved, words, strict=True), key=lambda part: -abs(part[0]))
    speaks = [word for by, word in ranked if by >= _SPEAKS]
    against = [word for by, word in ranked if by <= -_SPEAKS]
    parts = []
    if speaks:
        parts.append(_("for it: {what}").format(what=_listed(speaks)))
    if against:
        parts.append(_("against it: {what}").format(what=_listed(against)))
    return "; ".join(parts) or _("nothing sets it apart from the average account")


def _listed(words: list[str]) -> str:
    if len(words) == 1:
        return words[0]
    return _("{first} and {last}").format(first=", ".join(words[:-1]), last=words[-1])


def similar_accounts(
    targets: pd.DataFrame, accounts: pd.DataFrame, own: pd.Series, *, number: int
) -> pd.DataFrame:
    """The accounts nearest to each target in what is known of both (Gower 1971).

    Industry and region are 0 apart where equal, else 1; employees and annual revenue by the
    difference of their logarithms over the range among the accounts, at most 1. The distance
    is the mean over the attributes known of both. An account of which less than half is known
    of what is known of the best known one is not compared.

    Parameters
    ----------
    targets, accounts
        Companies with firmographics; ``accounts`` also with ``name``.
    own
        Per target the account it is itself ("" for none), which is not named.
    number
        How many are named.

    Returns
    -------
    Per target: ``similar`` ("N1001 Acme, N1002 Brown"), ``similar_accounts`` ("N1001, N1002"),
    nearest first; empty where nothing is known of both.
    """
    accounts = accounts.sort_index(kind="stable")
    nearest = nearest_accounts(targets, accounts, own, number=number)
    codes = accounts.index.to_numpy(object)
    names = accounts.get("name", pd.Series("", accounts.index)).astype("str").fillna("")
    called = [c if n in ("", c) else f"{c} {n}" for c, n in zip(codes, names, strict=True)]
    table = {
        "similar": _joined(np.array(called, object), nearest),
        "similar_accounts": _joined(codes, nearest),
    }
    return pd.DataFrame(table, targets.index).astype("str")


def nearest_accounts(
    targets: pd.DataFrame, accounts: pd.DataFrame, own: pd.Series, *, number: int
) -> np.ndarray:
    """The places in ``accounts`` of those nearest to each target, by the distance above.

    Returns
    -------
    One row per target, nearest first; -1 where there is no further one to compare with.
    """
    theirs, mine = company_facts(accounts), company_facts(targets)
    columns = [_codes(mine[name], theirs[name]) for name in GROUPS]
    columns += [_logs(mine[name], theirs[name]) for name in SIZES]
    same = accounts.index.get_indexer(pd.Index(own.to_numpy(), dtype="str"))
    number = min(number, len(accounts))
    nearest = np.full((len(targets), number), -1)
    size = max(1, _CHUNK // max(1, len(accounts)))
    for start in range(0, len(targets) if number else 0, size):
        part = slice(start, start + size)
        apart = _apart([(left[part], right) for left, right in columns])
        known = np.flatnonzero(same[part] >= 0)
        apart[known, same[part][known]] = np.inf
        nearest[part] = _least(apart, number)
    return nearest


def _codes(mine: pd.Series, theirs: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    codes, values = pd.factorize(pd.concat([mine, theirs]))
    found = np.where(codes == values.get_indexer([""])[0], np.nan, codes.astype(float))
    found = found * 2  # different groups are at least 1 apart
    return found[: len(mine)], found[len(mine) :]


def _logs(mine: pd.Series, theirs: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    left, right = (np.log(values.to_numpy(float)) for values in (mine, theirs))
    known = right[~np.isnan(right)]
    spread = np.ptp(known) if len(known) else 0.0
    spread = spread if spread > 0 else 1.0
    return left / spread, right / spread


def _apart(columns: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    total = shared = 0.0
    for left, right in columns:
        apart = np.minimum(np.abs(left[:, None] - right), 1.0)
        known = ~np.isnan(apart)
        total, shared = total + np.where(known, apart, 0.0), shared + known
    enough = (shared > 0) & (shared >= shared.max(axis=1, keepdims=True, initial=0) / 2)
    return np.where(enough, total / np.maximum(shared, 1), np.inf)


def _least(apart: np.ndarray, number: int) -> np.ndarray:
    ordered = np.round(apart / _ORDER) * _ORDER + _ORDER / 2 * np.linspace(0, 1, apart.shape[1])
    first = np.argpartition(ordered, number - 1, axis=1)[:, :number]
    rank = np.argsort(np.take_along_axis(ordered, first, axis=1), axis=1, kind="stable")
    first = np.take_along_axis(first, rank, axis=1)
    return np.where(np.isinf(np.take_along_axis(apart, first, axis=1)), -1, first)


def _joined(words: np.ndarray, nearest: np.ndarray) -> list[str]:
    return [", ".join(words[i] for i in row if i >= 0) for row in nearest.tolist()]
