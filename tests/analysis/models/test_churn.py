import numpy as np
import pandas as pd
import pytest

from kamlib import open_book
from kamlib.analysis.models.churn import (
    CANDIDATES,
    CNBD,
    COLUMNS,
    LOGISTIC,
    MBG,
    RULE,
    SEASON,
    SILENCE,
    active_probabilities,
    chosen_model,
    churn_models,
    churn_models_headline,
    churn_predictions,
    corrected,
    corrected_predictions,
)
from kamlib.analysis.models.churn_slices import (
    ROW_COLUMNS,
    churn_slices,
    origins_tried,
    slice_dates,
    statistics_dates,
    training_rows,
)
from kamlib.analysis.models.reliability import BAND, BANDS
from kamlib.data.frames import order_gaps, order_statistics
from kamlib.settings import load_settings

AS_OF, FROM = pd.Timestamp("2025-12-31"), pd.Timestamp("2023-01-02")
SETTINGS = load_settings()
COARSE = load_settings(overrides={"churn": {"resamples": 50, "min_events": 5}})


def slices_of(frames, lines, *, as_of=AS_OF, data_from=FROM, settings=COARSE):
    dates = statistics_dates(as_of, data_from, settings=settings)
    months, orders, _ = frames(lines, dates)
    days = pd.DataFrame(
        [(account, pd.Timestamp(day)) for account, day, revenue, _ in lines if revenue > 0],
        columns=["account", "date"],
    ).astype({"account": "str", "date": "datetime64[us]"})
    days = days.drop_duplicates().sort_values(["account", "date"], ignore_index=True)
    return churn_slices(orders, months, days, as_of=as_of, data_from=data_from, settings=settings)


def chosen_from(slices, settings=COARSE):
    return churn_models(slices, said_of(slices, settings), settings=settings)


def said_of(slices, settings=COARSE):
    return corrected_predictions(churn_predictions(slices, settings=settings), settings=settings)


def active_of(slices, model, settings=COARSE):
    said = churn_predictions(slices, settings=settings)
    return active_probabilities(slices, said, model, settings=settings)


def company(accounts=40, seed=6, end=AS_OF):
    """Accounts with a rhythm of their own; each leaves some day, or stays."""
    random = np.random.default_rng(seed)
    lines = []
    for number in range(accounts):
        gap, day = random.uniform(10, 60), FROM + pd.Timedelta(days=int(random.integers(200)))
        leaves = FROM + pd.Timedelta(days=int(random.integers(200, 1800)))
        while day <= min(leaves, end):
            lines.append((f"a{number:02d}", day, float(round(random.lognormal(5, 1), 2)), None))
            day += pd.Timedelta(days=max(1, int(random.normal(gap, gap / 4))))
    return lines


def seasonal_company(accounts=120, seed=2, end=AS_OF):
    """Half of them order in eight months of the year only, which are their own."""
    random = np.random.default_rng(seed)
    lines = []
    for number in range(accounts):
        gap, begins = random.uniform(8, 40), int(random.integers(12))
        months = {(begins + month) % 12 + 1 for month in range(8 if number % 2 else 12)}
        day = FROM + pd.Timedelta(days=int(random.integers(30)))
        leaves = FROM + pd.Timedelta(days=int(random.integers(200, 3000)))
        while day <= min(leaves, end):
            if day.month in months:
                lines.append((f"s{number:02d}", day, 100.0, None))
            day += pd.Timedelta(days=max(1, int(random.exponential(gap))))
    return lines


def test_days_go_back_in_steps_to_where_data_is_too_short():
    days = slice_dates(AS_OF, AS_OF - pd.Timedelta(weeks=60), settings=SETTINGS)
    assert [(AS_OF - day).days // 7 for day in days] == [39, 26, 13, 0]
    half = load_settings(overrides={"churn": {"horizon_weeks": 26, "step_weeks": 10}})
    dates = statistics_dates(AS_OF, AS_OF - pd.Timedelta(weeks=60), settings=half)
    # Slices 40, 30, 20, 10 and 0 weeks back; of their horizons' ends those that are known.
    assert [(AS_OF - day).days // 7 for day in dates] == [40, 30, 20, 14, 10, 4, 0]
    # However long the data, no more than are needed.
    assert len(slice_dates(AS_OF, pd.Timestamp("1990-01-01"), settings=SETTINGS)) == 19


def test_a_slice_by_hand(frames):
    day = AS_OF - pd.Timedelta(weeks=13)  # 1 October 2025
    lines = [
        ("regular", "2025-06-02", 100.0, None),
        ("regular", "2025-07-02", 100.0, None),
        ("regular", "2025-08-01", 300.0, None),
        ("regular", "2025-08-31", 300.0, None),
        ("regular", "2025-11-01", 100.0, None),
        ("gone", "2025-03-05", 50.0, None),
        ("gone", "2025-04-04", 50.0, None),
        ("returned only", "2025-04-04", -50.0, None),
        ("later", "2025-10-02", 50.0, None),
    ]
    found = slices_of(frames, lines, data_from=pd.Timestamp("2025-03-05"))
    assert list(found.rows) == list(ROW_COLUMNS)
    rows = found.rows[found.rows["origin"] == day].set_index("account")
    assert rows.index.tolist() == ["gone", "regular"]
    assert rows["silent"].tolist() == [1.0, 0.0]
    # Only "regular" has three gaps, of 30 days: 31 days are within two of them, 180 are not.
    assert rows["silence_days"].tolist() == [180, 31]
    assert rows["typical_gap_days"].tolist() == [30, 30]
    assert rows["overdue"].tolist() == [True, False]
    # Within 13 weeks, however many gaps that are.
    assert rows["at_risk"].tolist() == [False, True]
    # July to September 700 against June's 100; October has begun and does not count.
    assert rows["trend"].tolist() == pytest.approx([-1.0, (700 - 100) / 800])
    assert rows["repeats"].tolist() == [1, 3]
    assert (7 * rows["age_weeks"]).tolist() == pytest.approx([210, 121])
    assert (7 * rows["last_weeks"]).tolist() == pytest.approx([30, 90])
    assert rows["ahead_weeks"].tolist() == [13, 13]
    assert rows["tenure_days"].tolist() == [210, 121]
    last = found.rows[found.rows["origin"] == AS_OF]
    assert last["silent"].isna().all()
    assert last["account"].tolist() == ["gone", "later", "regular"]
    assert set(found.fits["status"]) == {"too few"}


def test_a_model_learns_only_from_horizons_that_are_over(frames):
    slices = slices_of(frames, company())
    origins = origins_tried(slices, settings=COARSE)
    assert len(origins) >= 3
    for origin in origins:
        train = training_rows(slices, origin)
        assert (train["closes"] <= origin).all()
        assert train["origin"].nunique() >= COARSE.churn.min_train_days
    assert all(origin + pd.Timedelta(weeks=13) <= AS_OF for origin in origins)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_comes_after_the_last_day_changes_nothing(frames, seed):
    """Shift, drop and add everything after the last day."""
    end = pd.Timestamp("2025-06-30")
    lines = company(accounts=20, seed=seed) + seasonal_company(accounts=6, seed=seed)
    past = [line for line in lines if line[1] <= end]
    future = [line for line in lines if line[1] > end]
    shifted = [(account, day + pd.Timedelta(days=37), 9 * v, m) for account, day, v, m in future]
    added = [(f"a{n:02d}", end + pd.Timedelta(days=1), 1e6, None) for n in range(30)]
    known = slices_of(frames, past, as_of=end)
    for other in (past + future, past + shifted, past + added):
        found = slices_of(frames, other, as_of=end)
        pd.testing.assert_frame_equal(found.rows, known.rows)
        pd.testing.assert_frame_equal(found.fits, known.fits)


def test_later_rows_of_the_frames_are_not_read(frames):
    """Frames that reach further than the last day give the same."""
    end, lines = pd.Timestamp("2025-06-30"), company(accounts=20)
    days = pd.DataFrame(lines, columns=["account", "date", "revenue", "margin"])
    days = days[["account", "date"]].drop_duplicates().astype({"account": "str"})
    dates = statistics_dates(end, FROM, settings=COARSE)
    months, orders, _ = frames(lines, [*dates, AS_OF])
    whole = churn_slices(orders, months, days, as_of=end, data_from=FROM, settings=COARSE)
    known = slices_of(frames, [line for line in lines if line[1] <= end], as_of=end)
    pd.testing.assert_frame_equal(whole.rows, known.rows)


def test_the_order_of_the_rows_does_not_matter(frames):
    lines = company(accounts=15)
    one, other = slices_of(frames, lines), slices_of(frames, lines[::-1])
    pd.testing.assert_frame_equal(one.rows, other.rows)


def test_one_table_with_every_candidate_and_population(frames):
    models = chosen_from(slices_of(frames, company()))
    assert list(models) == list(COLUMNS)
    assert models.groupby("population").size().to_dict() == {"all": 6, "at risk": 6}
    assert models["model"].tolist() == 2 * list(CANDIDATES)
    assert models.loc[models["chosen"], "model"].nunique() == 1
    told = models.dropna(subset="auc")
    assert told["auc"].between(0, 1).all()
    assert told["brier"].between(0, 1).all()
    assert (models["events"] <= models["n"]).all()


def made_predictions(better):
    """200 accounts whose truth only ``better`` knows; the others say the same noise."""
    random = np.random.default_rng(8)
    silent = (random.random(400) < 0.4).astype(float)
    noise = random.random(400)
    frame = pd.DataFrame(
        {
            "origin": AS_OF,
            "closes": AS_OF,
            "rhythm": "weekly",
            "account": [f"a{n}" for n in np.repeat(np.arange(200), 2)],
            "silent": silent,
            "at_risk": True,
        }
    )
    told = np.clip(silent * 0.6 + random.random(400) * 0.5, 0, 1)
    return frame.assign(**{name: told if name in better else noise for name in CANDIDATES})


@pytest.mark.parametrize(
    ("better", "chosen"),
    [
        ([], SILENCE),
        ([RULE], RULE),
        ([SEASON], SEASON),
        ([LOGISTIC], LOGISTIC),
        # All alike good: the simplest of them.
        ([MBG, CNBD, LOGISTIC], MBG),
        (CANDIDATES, SILENCE),
    ],
)
def test_the_simplest_is_kept_unless_beaten(frames, better, chosen):
    settings = load_settings(overrides={"churn": {"resamples": 50}})
    slices = slices_of(frames, company(accounts=3))
    models = churn_models(slices, made_predictions(better), settings=settings)
    assert chosen_model(models) == chosen
    held = models[models["gain"].notna()]
    assert len(held) == 5
    assert (held["gain_low"] <= held["gain_high"]).all()


def test_well_ranked_but_wrong_chances_are_not_chosen(frames):
    """Who ranks better, but says a tenth of what comes, has the larger squared error."""
    predictions = made_predictions([])
    random = np.random.default_rng(1)
    silent = predictions["silent"]
    predictions[SILENCE] = 0.4
    predictions[MBG] = 0.04 * np.clip(silent * 0.3 + random.random(400) * 0.7, 0, 1)
    settings = load_settings(overrides={"churn": {"resamples": 50}})
    models = churn_models(slices_of(frames, company(accounts=3)), predictions, settings=settings)
    at_risk = models[models["population"] == "at risk"].set_index("model")
    assert at_risk.loc[MBG, "auc"] > at_risk.loc[SILENCE, "auc"] + 0.1
    assert chosen_model(models) == SILENCE


def off_predictions(share, said, days=6, accounts=400):
    """Each day a part of the accounts falls silent, and something else was said."""
    random = np.random.default_rng(4)
    origins = [AS_OF - pd.Timedelta(weeks=13 * back) for back in range(days, 0, -1)]
    parts = []
    for origin in origins:
        rows = pd.DataFrame({"origin": origin, "account": np.arange(accounts).astype(str)})
        rows["closes"] = origin + pd.Timedelta(weeks=13)
        rows["at_risk"] = rows.index < 300
        rows = rows.assign(rhythm="weekly", band=pd.Series(list(BANDS)[0], rows.index, dtype=BAND))
        rows["silent"] = (random.random(accounts) < share).astype(float)
        told = np.clip(said * random.uniform(0.5, 1.5, accounts), 0.001, 0.999)
        parts.append(rows.assign(**dict.fromkeys(CANDIDATES, told)))
    return pd.concat(parts, ignore_index=True)


def test_chances_whose_record_is_off_are_corrected_from_the_days_before():
    """Said 2.4 % where 9.2 % fell silent: from the fourth day on it says what comes."""
    said = off_predictions(0.092, 0.024)
    found = corrected_predictions(said, settings=COARSE)
    means = found[found["at_risk"]].groupby("origin")[MBG].mean()
    # Three days must be over: the first three are as they were.
    assert means.iloc[:3].tolist() == pytest.approx([0.024] * 3, abs=0.002)
    assert means.iloc[3:].tolist() == pytest.approx([0.092] * 3, abs=0.02)
    rest = ~said["at_risk"]
    assert (found.loc[rest, MBG] == said.loc[rest, MBG]).all()
    # What comes on a day, and after it, does not change what is said on it.
    last = said["origin"] >= said["origin"].unique()[4]
    turned = said.assign(silent=said["silent"].mask(last, 1 - said["silent"]))
    again = corrected_predictions(turned, settings=COARSE)
    early = said["origin"] <= said["origin"].unique()[4]
    pd.testing.assert_series_equal(again.loc[early, MBG], found.loc[early, MBG])


def test_each_band_of_silence_has_its_own_record():
    """Who is silent for many gaps falls silent for good, and only of them too little was said."""
    said = off_predictions(0.1, 0.1)
    long = said.index % 3 == 0
    random = np.random.default_rng(2)
    said.loc[long, "band"] = list(BANDS)[-1]
    said["silent"] = said["silent"].mask(long, (random.random(len(said)) < 0.6).astype(float))
    found = corrected_predictions(said, settings=COARSE)
    late = said["at_risk"] & (said["origin"] > said["origin"].unique()[3])
    assert found.loc[late & long, MBG].mean() == pytest.approx(0.6, abs=0.06)
    assert (found.loc[late & ~long, MBG] == said.loc[late & ~long, MBG]).all()


def test_chances_that_came_true_stay_as_they_are():
    said = off_predictions(0.09, 0.09)
    last = said[said["origin"] == said["origin"].max()]
    before = said[said["closes"] <= last["origin"].iloc[0]]
    assert (corrected(before, last, MBG, settings=COARSE) == last[MBG]).all()


def test_a_weekly_company_keeps_its_events(frames):
    """Who orders every week is gone after two gaps, but was there within the horizon."""
    random = np.random.default_rng(3)
    lines = []
    for number in range(60):
        leaves = FROM + pd.Timedelta(days=int(random.integers(100, 1500)))
        day = FROM + pd.Timedelta(days=int(random.integers(7)))
        while day <= min(leaves, AS_OF):
            lines.append((f"w{number:02d}", day, 10.0, None))
            day += pd.Timedelta(days=int(random.integers(5, 10)))
    said = said_of(slices_of(frames, lines))
    at_risk = said[said["at_risk"]]
    left = at_risk["silent"].sum()
    # Two of three accounts leave within the 8 quarters tried: each is judged when it goes.
    last = (
        pd.DataFrame(lines, columns=["account", "date", "r", "m"]).groupby("account")["date"].max()
    )
    origins = sorted(said["origin"].unique())
    gone = last.between(origins[0] - pd.Timedelta(weeks=13), origins[-1]).sum()
    assert gone > 15
    assert left == gone


def test_a_seasonal_company_is_told_by_its_calendar(frames):
    """Each seasonal candidate beats what knows of no season, and the calendar is chosen."""
    slices = slices_of(frames, seasonal_company())
    said = said_of(slices)
    models = churn_models(slices, said, settings=COARSE)
    at_risk = models[models["population"] == "at risk"].set_index("model")
    assert at_risk.loc[SEASON, "gain_low"] > 0
    assert (at_risk.loc[MBG, "against"], chosen_model(models)) == (SEASON, MBG)
    # Who is about to rest as each year: only the calendar says so.
    known = said.merge(slices.rows[["origin", "account", "ahead_weeks"]])
    resting = known[known["at_risk"] & (known["ahead_weeks"] < 1)]
    assert len(resting) > 20
    assert resting["silent"].mean() > 0.9
    assert (resting[MBG] > 0.5).mean() > 0.6
    assert (resting[RULE] > 0.5).mean() < 0.1


def test_too_few_events_keep_the_rule(frames):
    slices = slices_of(frames, company(accounts=12))
    models = chosen_from(slices, load_settings(overrides={"churn": {"min_events": 5000}}))
    assert chosen_model(models) == RULE
    assert models["status"].str.contains("at least 5,000 are needed").any()
    assert churn_models_headline(models).startswith("No model was chosen: too few accounts")
    ranked = models.assign(auc=0.7)
    assert churn_models_headline(ranked).startswith("No model was chosen: too few accounts")


def test_the_probability_comes_from_the_chosen_model_or_says_from_what(frames):
    slices = slices_of(frames, company())
    said = active_of(slices, LOGISTIC)
    assert said["p_active"].between(0, 1).all()
    assert set(said["model"]) == {LOGISTIC}
    last = slices.fits[(slices.fits["origin"] == AS_OF) & (slices.fits["model"] == MBG)]
    said = active_of(slices, MBG)
    assert set(said["model"]) == {MBG if last["status"].iloc[0] == "converged" else RULE}


BAD = {
    "no account": [],
    "one account": [("a", "2024-01-01", 5.0, None), ("a", "2025-12-01", 5.0, None)],
    "returns only": [("a", "2024-01-01", -5.0, None), ("b", "2025-01-01", -5.0, None)],
    "nobody came back": [(f"a{n}", f"2024-{n % 12 + 1:02d}-05", 5.0, None) for n in range(60)],
    "everyone lost": [
        (f"a{n}", f"2023-0{m}-05", 5.0, None) for n in range(30) for m in range(1, 5)
    ],
    "all orders on one day": [(f"a{n}", "2024-05-05", 5.0, None) for n in range(30)],
    "first seen after the last day": [("a", "2026-02-02", 5.0, None)],
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_no_exception(frames, name):
    lines = [(account, pd.Timestamp(day), v, m) for account, day, v, m in BAD[name]]
    slices = slices_of(frames, lines)
    models = chosen_from(slices)
    assert chosen_model(models) == RULE
    assert churn_models_headline(models).startswith("No model was chosen")
    said = active_of(slices, chosen_model(models))
    assert said["p_active"].dropna().between(0, 1).all()


def test_two_months_are_too_short(frames):
    lines = [line for line in company() if line[1] >= pd.Timestamp("2025-11-01")]
    slices = slices_of(frames, lines, data_from=pd.Timestamp("2025-11-01"))
    models = chosen_from(slices)
    assert chosen_model(models) == RULE
    assert (models["status"] == "the history is too short to try models").all()
    assert active_of(slices, RULE)["p_active"].isna().all()


def opened(folder, quarter, settings=None):
    book = open_book(folder, quarter, settings or {})
    dates = statistics_dates(book.seen_to, book.tables.data_from, settings=book.settings)
    ledger = book.tables.ledger.table
    slices = churn_slices(
        order_statistics(ledger, dates),
        book.months,
        order_gaps(ledger, book.seen_to),
        as_of=book.seen_to,
        data_from=book.tables.data_from,
        settings=book.settings,
    )
    return slices, chosen_from(slices, book.settings)


def test_online_retail(online_retail_parquet):
    """The holdout prefers k = 1 although the gaps and the likelihood say 2: METHODS, section 5."""
    slices, models = opened(online_retail_parquet, "2011Q2")
    assert models["origins"].iloc[0] == 3
    at_risk = models[models["population"] == "at risk"].set_index("model")
    assert chosen_model(models) == MBG
    assert at_risk.loc[MBG, "auc"] == pytest.approx(0.756, abs=0.005)
    assert at_risk.loc[MBG, "brier"] == pytest.approx(0.203, abs=0.005)
    assert at_risk.loc[SILENCE, "auc"] < 0.65
    assert at_risk.loc[CNBD, "brier"] > at_risk.loc[MBG, "brier"]
    last = slices.fits[slices.fits["origin"] == slices.as_of].set_index("model")
    assert last["regularity"].to_dict() == {MBG: 1, CNBD: 2}
    assert last["status"].tolist() == ["converged", "converged"]


def test_adventureworks_ends_in_a_status(adventureworks):
    """Resellers order every quarter to the day: the rates do not differ, parameters run away."""
    slices, models = opened(adventureworks, "2020Q1")
    assert "at a bound" in set(slices.fits["status"])
    assert not (slices.fits["status"] == "converged").any()
    purchase = models[models["model"].isin([MBG, CNBD])]
    assert purchase["auc"].isna().all()
    assert purchase["status"].str.startswith("at a bound on").all()
    # Who ordered within the quarter falls silent alike, however long ago: nothing beats that.
    assert chosen_model(models) == SILENCE


def test_planted_losses_of_the_demo_company_are_told(demo_truth):
    """Who has left is thought unlikely to order within a quarter, who stays likely."""
    slices, models = opened("demo", "latest")
    said = active_of(slices, chosen_model(models), SETTINGS)["p_active"]
    truth = demo_truth.reindex(said.index)
    gone = truth["left_on"] < slices.as_of - pd.Timedelta(days=180)
    stays = truth["left_on"].isna() & truth["archetype"].str.startswith("regular").fillna(False)
    assert gone.sum() > 10 and stays.sum() > 10
    assert said[gone].max() < 0.5
    assert said[stays].mean() > 0.85


@pytest.fixture
def demo_truth():
    folder = open_book("demo").dataset.folder
    truth = pd.read_csv(folder / "truth.csv", parse_dates=["left_on"], dtype={"account": "str"})
    return truth.set_index("account")
