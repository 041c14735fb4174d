"""Fit to the best accounts: by hand, against refits, on the planted lookalikes and real data."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as rules
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import RepeatedStratifiedKFold

from kamlib.analysis.models.lookalike import (
    MEASURES,
    company_facts,
    lookalike_model,
    lookalike_quality,
)
from kamlib.analysis.models.lookalike import features as made_features
from kamlib.analysis.targeting.lookalike import (
    best_accounts,
    learning_accounts,
    lookalike,
    lookalike_headline,
    similar_accounts,
)
from kamlib.settings import LookalikeSettings, Settings

SETTINGS = Settings()
ALL = ["industry", "region", "employees", "annual_revenue"]


def companies(*rows, names="A"):
    index = pd.Index([f"{names}{number:02d}" for number in range(len(rows))], dtype="str")
    table = pd.DataFrame(rows, index, ALL)
    table = table.astype({"industry": "str", "region": "str", "employees": float,
                          "annual_revenue": float})  # fmt: skip
    return table.assign(name=[f"Firm {code}" for code in index])


SHIPS, FARMS = ("Ships", "North", None, None), ("Farms", "North", None, None)
HAND = companies(*[SHIPS] * 10, *[FARMS] * 10)
BEST = HAND.index[:10]


def test_fit_by_hand():
    """All best accounts build ships: who does too is as good as each of them, half of each tie."""
    targets = companies(SHIPS, FARMS, (None, "North", 50, None), names="P")
    table = lookalike(targets, HAND, BEST, settings=SETTINGS)
    assert table["fit"].tolist()[:2] == [0.5, 0.0] and np.isnan(table["fit"].iloc[2])
    assert table["fit_known"].tolist() == [1.0, 1.0, 0.0]  # the accounts differ in nothing else
    assert table["fit_why"].tolist() == [
        "for it: industry Ships",
        "against it: industry Farms",
        "no fit: nothing is known of it",
    ]
    assert table["similar"].iloc[0] == "A00 Firm A00, A01 Firm A01, A02 Firm A02"
    quality = lookalike_quality(HAND, BEST, settings=SETTINGS)
    assert quality["measure"].tolist() == list(MEASURES)
    values = quality.set_index("measure")["value"]
    assert values[["best accounts", "other accounts", "features", "auc"]].tolist() == [10, 10, 2, 1]
    headline = lookalike_headline(table, quality)
    assert "in 100 of 100 pairs" in headline and "1 of 2 targets" in headline


def test_a_target_that_is_an_account_is_not_compared_with_itself():
    accounts, best = mixed(8, 60, best=12)
    kinds = {
        kind: lookalike(accounts.assign(kind=kind), accounts, best, settings=SETTINGS)
        for kind in ("account", "prospect")
    }
    seen, unseen = kinds["prospect"]["fit"], kinds["account"]["fit"]
    assert seen[best].mean() > unseen[best].mean()  # who is learnt from looks better than it is
    assert seen.drop(best).mean() < unseen.drop(best).mean()
    named = kinds["account"]["similar_accounts"]
    assert not any(code in named[code] for code in best)
    assert all(named[code].split(", ")[0] != "" for code in best)
    prospect = companies(SHIPS, names="P")
    for own in (pd.Series({"P00": "A03"}), None):
        row = lookalike(
            prospect.assign(account="A03"), HAND, BEST, own=own, settings=SETTINGS
        ).iloc[0]
        assert row["similar_accounts"] == "A00, A01, A02"
        assert row["fit"] == 0.5
    other = lookalike(prospect, HAND, BEST, own=pd.Series({"P00": "A01"}), settings=SETTINGS)
    assert other["similar_accounts"].iloc[0] == "A00, A02, A03"


def mixed(seed, n, *, best=None, names="A"):
    """Companies of which the larger ones in two industries tend to be the best."""
    random = np.random.default_rng(seed)
    size = random.lognormal(5, 1, n)
    table = companies(
        *zip(
            random.choice(["Ships", "Farms", "Mines", ""], n),
            random.choice(["North", "South"], n),
            np.where(random.random(n) < 0.2, np.nan, size),
            np.where(random.random(n) < 0.3, np.nan, size * random.uniform(1e5, 3e5, n)),
            strict=True,
        ),
        names=names,
    )
    if best is None:
        return table
    pull = np.log(size) + table["industry"].eq("Ships") + random.gumbel(size=n)
    return table, pull.sort_values().index[-best:]


def test_the_fit_is_that_of_models_fitted_without_each_account():
    accounts, best = mixed(3, 70, best=16)
    targets = pd.concat([mixed(4, 5, names="P"), accounts.iloc[:5].assign(kind="account")])
    model = lookalike_model(accounts, best, settings=SETTINGS.lookalike)

    def refitted(*left):
        kept = ~model.accounts.isin(left)
        model_ = LogisticRegression(
            C=SETTINGS.lookalike.penalty, class_weight="balanced", solver="newton-cholesky"
        )
        return model_.fit(model.rows[kept, :-1], model.best[kept])

    expected = []
    for code, row in zip(targets.index, model.rows_of(targets), strict=True):
        ranks = []
        for one in model.accounts[model.best]:
            fitted = refitted(one, code)
            theirs = model.rows[model.accounts.get_loc(one), :-1]
            mine, their = fitted.decision_function([row[:-1], theirs])
            ranks.append(0.5 if abs(mine - their) < 1e-6 else float(mine > their))
        expected.append(np.mean(ranks))
    found = lookalike(targets, accounts, best, settings=SETTINGS)["fit"]
    assert np.abs(found - expected).max() <= 1 / 16 + 1e-9  # at most one rank
    assert np.abs(found - expected).mean() < 0.01


def test_the_auc_agrees_with_repeated_folds():
    accounts, best = mixed(5, 120, best=30)
    values = lookalike_quality(accounts, best, settings=SETTINGS).set_index("measure")["value"]
    model = lookalike_model(accounts, best, settings=SETTINGS.lookalike)
    rows, event = model.rows[:, :-1], model.best
    folds = RepeatedStratifiedKFold(n_splits=5, n_repeats=5, random_state=1)
    aucs = []
    for kept, tried in folds.split(rows, event):
        fitted = LogisticRegression(C=SETTINGS.lookalike.penalty, class_weight="balanced")
        fitted.fit(rows[kept], event[kept])
        aucs.append(roc_auc_score(event[tried], fitted.decision_function(rows[tried])))
    assert values["auc"] == pytest.approx(np.mean(aucs), abs=0.03)
    assert 0.5 < values["auc_low"] < values["auc"] < values["auc_high"] < 1
    assert -1 <= values["rank_correlation_min"] <= values["rank_correlation_median"] <= 1


def test_noise_tells_nothing():
    accounts = mixed(6, 150)
    quality = lookalike_quality(accounts, accounts.index[::5], settings=SETTINGS)
    assert "do not tell your best accounts" in quality["why"].iloc[-1]
    table = lookalike(accounts[:20], accounts, accounts.index[::5], settings=SETTINGS)
    assert lookalike_headline(table, quality) == quality["why"].iloc[-1]


@rules(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 1000))
def test_order_and_currency_do_not_matter(seed, rate):
    accounts, best = mixed(seed, 50, best=12)
    targets = pd.concat([mixed(seed + 1, 8, names="P"), accounts.iloc[:6].assign(kind="account")])
    table = lookalike(targets, accounts, best, settings=SETTINGS)
    some = table.dropna(subset="fit")
    assert (some["fit_low"] <= some["fit"]).all() and (some["fit"] <= some["fit_high"]).all()
    assert (some["fit_low"] >= 0).all() and (some["fit_high"] <= 1).all()
    turned = lookalike(targets[::-1], accounts.sample(frac=1, random_state=seed), best[::-1],
                       settings=SETTINGS)  # fmt: skip
    pd.testing.assert_frame_equal(turned[::-1], table)

    def other_currency(frame):
        return frame.assign(annual_revenue=frame["annual_revenue"] * rate)

    exchanged = lookalike(*map(other_currency, (targets, accounts)), best, settings=SETTINGS)
    assert np.allclose(exchanged["fit"], table["fit"], equal_nan=True)


def test_similar_by_hand():
    """Ranges of the logarithms: employees from 10 to 1000, annual revenue from 1 to 10."""
    accounts = companies(
        ("Ships", "North", 10, 1),  # 0 + 1 + 0.5 + 0 of 4
        ("Ships", "South", 1000, 10),  # 0 + 0 + 0.5 + 1
        ("Farms", "South", 100, 1),  # 1 + 0 + 0 + 0
        (None, "North", 100, None),  # 1 + 0 of 2
        (None, "South", None, None),  # nothing but the region: too little to compare
    )
    target = companies(("Ships", "South", 100, 1), names="P")
    none = pd.Series("", target.index)
    table = similar_accounts(target, accounts, none, number=9)
    assert table["similar_accounts"].iloc[0] == "A02, A00, A01, A03"
    unnamed = similar_accounts(target, accounts.drop(columns="name"), none, number=1)
    assert unnamed["similar"].iloc[0] == "A02"
    own = similar_accounts(target, accounts, none + "A02", number=2)
    assert own["similar"].iloc[0] == "A00 Firm A00, A01 Firm A01"
    unknown = companies((None,) * 4, names="P")
    assert similar_accounts(unknown, accounts, none, number=3)["similar"].tolist() == [""]


def test_features_are_no_more_than_the_best_can_bear():
    random = np.random.default_rng(2)
    rows = [(f"I{random.integers(12)}", f"R{random.integers(9)}", *random.uniform(1, 9, 2))
            for _ in range(300)]  # fmt: skip
    facts = company_facts(companies(*rows))
    for n_best, at_most in ((80, 23), (20, 10), (8, 6)):
        found = made_features(facts, n_best, settings=LookalikeSettings())
        assert 6 <= found.number <= at_most
        design = found.design(facts)
        assert design.shape == (300, found.number)
        assert np.allclose(design.mean(axis=0), 0)
    huge = company_facts(companies(("I1", "nowhere", 1e15, -5.0)))
    row = found.design(huge)[0]
    assert row.max() <= found.high.max() and np.isfinite(row).all()


def test_nothing_to_learn_from():
    targets = companies(SHIPS, names="P")
    for accounts, best, why in (
        (HAND, BEST[:3], "the best accounts are 3 and should be at least 8"),
        (HAND, HAND.index, "the other accounts are 0"),
        (HAND.iloc[:0], BEST, "the best accounts are 0"),
        (companies(*[SHIPS] * 20), BEST, "nothing is known of the accounts in which they differ"),
        (HAND.drop(columns=ALL), BEST, "nothing is known"),
    ):
        table = lookalike(targets, accounts, best, settings=SETTINGS)
        assert table[["fit", "fit_low", "fit_high"]].isna().all(axis=None)
        assert why in table["fit_why"].iloc[0]
        quality = lookalike_quality(accounts, best, settings=SETTINGS)
        assert why in quality["why"].iloc[-1]
        assert "cannot be said" in lookalike_headline(table, quality)
    empty = lookalike(targets.iloc[:0], HAND, BEST, settings=SETTINGS)
    assert empty.empty and empty.columns.tolist() == table.columns.tolist()
    unknown = companies(*[(None,) * 4] * 3, names="P")
    assert lookalike(unknown, HAND, BEST, settings=SETTINGS)["fit"].isna().all()


def test_who_is_learnt_from():
    classes = pd.DataFrame(
        {"abc": ["A", "A", "A", "B", "B"], "lost": [False, True, False, False, True],
         "new": [False, False, True, True, False]}, list("abcde"))  # fmt: skip
    assert best_accounts(classes).tolist() == ["a", "c"]
    known = learning_accounts(HAND.iloc[:5].set_axis(list("abcde")), classes)
    assert known.index.tolist() == ["a", "c", "e"]


def classed(keys):
    return learning_accounts(keys.book.accounts, keys.classes), best_accounts(keys.classes)


def test_the_planted_lookalikes_of_the_demo_company_fit_best(demo_keys):
    book = demo_keys.book
    accounts, best = classed(demo_keys)
    prospects = book.known("prospects").set_index("prospect")
    truth = pd.read_csv(book.dataset.folder / "truth_prospects.csv", dtype=str)
    planted = truth.set_index("prospect")["lookalike"].reindex(prospects.index) == "yes"
    table = lookalike(prospects, accounts, best, settings=SETTINGS)
    assert roc_auc_score(planted, table["fit"]) > 0.8
    named = table["similar_accounts"].str.split(", ").explode()
    assert named.isin(best).all() and len(named) == 3 * len(prospects)
    quality = lookalike_quality(accounts, best, settings=SETTINGS)
    assert "Firmographics tell the best accounts" in lookalike_headline(table, quality)
    own = lookalike(accounts.loc[best].assign(kind="account"), accounts, best, settings=SETTINGS)
    assert own["fit"].median() == pytest.approx(0.5, abs=0.05)


def test_resellers_are_told_by_industry(works_keys):
    accounts, best = classed(works_keys)
    targets = accounts.assign(kind="account")
    table = lookalike(targets, accounts, best, settings=SETTINGS)
    values = lookalike_quality(accounts, best, settings=SETTINGS).set_index("measure")["value"]
    assert 0.65 < values["auc_low"] < values["auc_high"] < 0.8
    others = ~table.index.isin(best)
    assert 1 - table.loc[others, "fit"].mean() == pytest.approx(values["auc"])
    assert table["fit_why"].str.contains("against it: industry Specialty Bike Shop").sum() > 50


def test_the_country_alone_hardly_tells(online_retail):
    lines = pd.read_parquet(online_retail / "online_retail_II.parquet",
                            columns=["Customer ID", "Country", "Quantity", "Price"])  # fmt: skip
    lines = lines[lines["Customer ID"].notna()]
    number = lines["Customer ID"].astype("int64").astype("str").rename("account")
    spent = (lines["Quantity"] * lines["Price"]).astype(float).groupby(number).sum()
    region = lines["Country"].astype("str").groupby(number).first()
    best = spent.sort_values().index[-500:]
    accounts = region.to_frame("region").assign(name="")
    quality = lookalike_quality(accounts, best, settings=SETTINGS)
    assert quality["value"].iloc[3] == pytest.approx(0.52, abs=0.04)
    assert "Firmographics hardly tell" in quality["why"].iloc[-1]
    table = lookalike(accounts.iloc[:500], accounts, best, settings=SETTINGS)
    assert table["fit"].notna().all()
