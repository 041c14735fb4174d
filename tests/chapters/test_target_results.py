"""The tables of targeting end to end, against planted truth and plain loops over the raw files."""

import csv
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from kamlib import open_book
from kamlib.analysis.targeting.tiers import CLOSE
from kamlib.chapters import target_tables
from kamlib.chapters.targeting import Targeting
from kamlib.data.book import Book
from kamlib.places import PROJECT
from kamlib.settings import PS

# Few resamples: it is the numbers that are checked here, not how sure they are.
ROUGH = {
    "stability.resamples": 10,
    "replay.quarters": 1,
    "target_check.resamples": 100,
    "target_check.repeats": 3,
    "lookalike.resamples": 20,
}
# The first columns of tables, as readers of tables/*.csv find them.
CONTRACT = {
    "targets": "prospect need budget authority score fit tier missing why kind name owner rank "
    "priority expected_value p_win",
    "whitespace": "account product_line expected_value why name low high chance value_if_bought",
    "target_models": "predictor",
    "win_rates": "attribute value n won win_rate low high",
    "find_out": "prospect name p question ask owner",
    "contact_cards": "prospect name contact person position role interests channel",
    "campaign": "date prospect name tier step content channel person owner",
    "target_evidence": "prospect p value evidence source date age_days freshness used",
    "already_accounts": "prospect name account match match_why",
}
DEMO = PROJECT / "data" / "demo"


def raw(file, **options):
    with Path(file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, **options))


def check_contract(tables):
    for name, wanted in CONTRACT.items():
        frame = tables[name]
        columns = [*filter(None, frame.index.names), *frame.columns]
        assert columns[: len(wanted.split())] == wanted.split(), name
    targets = tables["targets"]
    assert targets.index.is_unique
    texts = targets.select_dtypes("str")
    assert not texts.isna().any(axis=None)


def slow_score(rows, weights, veto_at, veto_months):
    """The score of one target from its pieces in use, one after the other."""
    total = logs = fresh_total = fresh_logs = 0.0
    vetoed = False
    for row in rows:
        weight = weights[PS.index(row.p)]
        old = row.age_days > veto_months * 365.25 / 12
        if row.value <= veto_at:
            if not old and weight > 0:
                vetoed = True
            continue
        total += weight * row.freshness
        logs += weight * row.freshness * math.log(row.value)
        fresh_total += weight * (row.freshness > 0)
        fresh_logs += weight * (row.freshness > 0) * math.log(row.value)
    if vetoed:
        return 0.0
    # That a low P was looked at long ago is no merit.
    return math.exp(min(logs / total, fresh_logs / fresh_total)) if total else math.nan


def check_scores(book, tables):
    """Every score again from the pieces of evidence that are used, by a loop."""
    rules, targets = book.settings.three_p, tables["targets"]
    used = tables["target_evidence"].query("used")
    assert not used.duplicated(["prospect", "p"]).any()
    pieces = {code: list(rows.itertuples()) for code, rows in used.groupby("prospect")}
    slow = [
        slow_score(pieces.get(code, []), rules.weights, rules.veto_at, rules.veto_months)
        for code in targets.index
    ]
    np.testing.assert_allclose(targets["score"], slow, rtol=1e-12)


def check_hours(book, tables):
    """No tier takes more than there is, and the calendar spends what the tiers promise."""
    hours, targets, steps = tables["tier_hours"], tables["targets"], tables["campaign"]
    assert (hours["hours_left"] >= -1e-9).all()
    sales = hours[hours["team"] == "sales"].set_index("owner")
    spent = targets.groupby("owner")["sales_hours"].sum()
    np.testing.assert_allclose(spent.reindex(sales.index), sales["hours_used"])
    marketing = hours.loc[hours["team"] == "marketing", "hours_used"].sum()
    assert targets["marketing_hours"].sum() == pytest.approx(marketing)
    assert steps["sales_hours"].sum() == pytest.approx(sales["hours_used"].sum())
    assert steps["marketing_hours"].sum() == pytest.approx(marketing)


def check_ranks(tables):
    """Priority is chance times value, the rank follows it, and a veto is worth nothing."""
    targets = tables["targets"]
    chance = targets["p_win"].fillna(targets["score"])
    middle = chance[~targets["vetoed"]].median()
    chance = chance.fillna(middle).mask(targets["vetoed"], 0.0)
    whole = chance * targets["expected_value"]
    # More sales to an account on which we depend already count less.
    less = targets["priority"] < whole * (1 - 1e-9)
    assert (targets.loc[less, "kind"] == "account").all() and less.sum() < 10
    np.testing.assert_allclose(targets["priority"][~less], whole[~less])
    by_rank = targets.sort_values("rank")
    assert by_rank["rank"].tolist() == list(range(1, len(targets) + 1))
    assert (by_rank["priority"].fillna(-1).diff().dropna() <= 0).all()
    assert (targets.loc[targets["vetoed"], "tier"] == "not now").all()


@pytest.fixture
def first_quarter(monkeypatch):
    """The quarter before, of which the demo company's tests speak, is left out: half the time."""
    monkeypatch.setattr(Book, "earlier", lambda self, quarters=1: None)


@pytest.fixture(scope="module")
def demo():
    return open_book("demo", settings=ROUGH)


@pytest.fixture(scope="module")
def tables(demo):
    return demo.targeting.files()


def test_the_demo_company_fulfils_the_contract(demo, tables):
    check_contract(tables)
    check_scores(demo, tables)
    check_hours(demo, tables)
    check_ranks(tables)


def test_every_open_prospect_is_a_target_or_an_account(tables):
    prospects = raw(DEMO / "prospects.csv")
    still_open = {row["prospect"] for row in prospects if row["outcome"] == "open"}
    targets = tables["targets"]
    own = set(targets.index[targets["kind"] == "prospect"])
    known = set(tables["already_accounts"].index)
    assert own | known == still_open and not own & known
    planted = {
        row["prospect"]: row["account"]
        for row in raw(DEMO / "truth_prospects.csv")
        if row["already_account"]
    }
    assert tables["already_accounts"]["account"].to_dict() == planted and len(planted) == 2
    assert (tables["already_accounts"]["match"] == "same name").all()
    assert (targets.loc[list(planted.values()), "kind"] == "account").all()


def test_a_prospect_that_buys_is_one_company_of_its_industry(demo, tables):
    """What the evidence counts as known in an industry, counted in the raw files."""
    prospects = raw(DEMO / "prospects.csv")
    known = set(tables["already_accounts"].index)
    industry = demo.accounts["industry"]
    evidence = tables["target_evidence"].query("source == 'derived from its industry'")
    told = evidence.set_index("prospect")["evidence"]
    twice = {row["industry"] for row in prospects if row["prospect"] in known} - {""}
    checked = 0
    for row in prospects:
        if row["prospect"] not in told.index or row["industry"] not in twice:
            continue
        others = [
            other
            for other in prospects
            if other["industry"] == row["industry"]
            and other["outcome"] != "won"
            and other["prospect"] not in known | {row["prospect"]}
        ]
        companies = (industry == row["industry"]).sum() + len(others)
        assert f" of {companies} companies known in {row['industry']} " in told[row["prospect"]]
        checked += 1
    assert checked > 10


def test_planted_qualities_are_found_again(tables):
    truth = pd.DataFrame(raw(DEMO / "truth_prospects.csv")).set_index("prospect")
    targets = tables["targets"]
    own = targets[targets["kind"] == "prospect"]
    truth = truth.loc[own.index]
    chance = own["p_win"].notna()
    # What is noted is blurred, aged and partly unknown, and power to decide counts for nothing.
    found = spearmanr(own["p_win"][chance], truth["p_win"].astype(float)[chance])
    assert found.statistic > 0.3 and found.pvalue < 0.001
    like = truth["lookalike"] == "yes"
    assert own["fit"][like].median() > own["fit"][~like].median()
    models = tables["target_models"].query("sample == 'unseen deals'").set_index("predictor")
    assert "does not discriminate" in models.loc["authority", "verdict"]
    assert models.loc["three P's", "auc"] > models.loc["authority", "auc"]
    recorded = own["need"].notna() & (own["need_freshness"] > 0.7)
    assert spearmanr(own["need"][recorded], truth["need"].astype(float)[recorded])[0] > 0.5


def test_planted_committees_are_found_again(tables):
    truth = pd.DataFrame(raw(DEMO / "truth_prospects.csv")).set_index("prospect")["committee"]
    targets = tables["targets"]
    own = targets[targets["kind"] == "prospect"]
    truth = truth[own.index]
    named = own["decider"] != ""
    assert not named[truth.isin(["", "no decider"])].any()
    assert named[truth == "covered"].all() and named[truth == "nobody"].all()
    assert own["decider_reached"][truth == "covered"].all()
    assert not own["decider_reached"][truth.isin(["nobody", "no decider", "single thread"])].any()
    single = own["single_thread"]
    assert not single[truth != "single thread"].any()
    assert single[truth == "single thread"].mean() > 0.8


def test_a_source_is_told_to_win_as_the_check_of_the_scores_has_it(demo, tables):
    """With 7 of 11 referrals won no group stands out among all: the sentences say the same."""
    rates = tables["win_rates"].query("attribute == 'source'").set_index("value")["verdict"]
    sources = tables["lead_sources"].set_index("source")
    assert sources["verdict"].to_dict() == rates.to_dict()
    said = demo.targeting.says
    assert "none stands out" in said.checked and "most often" not in said.sources
    assert "referral has the highest share of wins so far (64 % of 11)" in said.sources


def test_the_scorecard_counts_talks_with_targets_worked_on_and_what_the_won_ones_bought(
    demo, tables
):
    """One talk and one purchase after the other, for both quarters."""
    card = tables["scorecard"].set_index("measure")
    for book, column in ((demo, "this_quarter"), (demo.earlier(), "last_quarter")):
        tiers = book.targeting.targets["tier"].astype("str")
        begin = book.as_of.to_period("Q").start_time
        talks = [
            talk for talk in book.known("interactions").to_dict("records")
            if begin <= talk["date"] <= book.seen_to and tiers.get(talk["account"]) in CLOSE
            and talk["kind"] not in ("brief", "complaint", "request")
        ]  # fmt: skip
        assert card.loc["talks", column] == len(talks)
        won = book.targeting.decided.query("outcome == 'won'")
        won = won[won["outcome_on"].between(begin, book.seen_to)]
        months = book.months.reset_index()  # of account and month
        year = months["month"] > book.as_of.to_period("M") - 12
        bought = months[year & months["account"].isin(won["account"])]["revenue"].sum()
        assert card.loc["value_won", column] == pytest.approx(bought)
        assert bought > 0


def test_steps_go_by_who_is_reached_and_who_is_against_us(tables):
    steps = tables["campaign"][tables["campaign"]["tier"] == "one-to-one"]
    committees = tables["committees"]
    against = steps["prospect"].map(committees["opposing"]).str.split(", ")
    introducing = steps["step"] == "Introduction"
    pairs = zip(steps["person"][introducing], against[introducing], strict=True)
    assert introducing.any() and not [one for one, names in pairs if one in names]
    reached = steps["prospect"].map(committees["decider_reached"])
    looked_for = steps["step"].isin(["Research brief", "Introduction", "Find the way in"])
    assert reached.any() and not looked_for[reached].any()


def test_last_quarter_knows_nothing_of_this_one(demo):
    before = demo.earlier()
    judged = before.targeting
    day = before.as_of
    assert not (judged.evidence["date"] > day).any()
    assert not (judged.contact_cards["last_contact"] > day).any()
    prospects = {row["prospect"]: row for row in raw(DEMO / "prospects.csv")}
    own = judged.targets.index[judged.targets["kind"] == "prospect"]
    for code in own:
        row = prospects[code]
        assert row["first_seen"] <= f"{day:%Y-%m-%d}"
        assert row["outcome"] == "open" or row["outcome_on"] > f"{day:%Y-%m-%d}"
    since = [code for code in own if prospects[code]["outcome"] == "won"]
    assert len(since) == 3  # won in the quarter after: still a prospect, no account
    assert not set(judged.decided_scores.index) & set(own)


def test_the_order_of_rows_changes_nothing(demo):
    """Every side table shuffled: the same frames; lists stand in the order of the prospects."""
    side = {
        name: replace(table, rows=table.rows.sample(frac=1, random_state=3, ignore_index=True))
        for name, table in demo.tables.side.items()
    }
    shuffled = replace(demo, tables=replace(demo.tables, side=side))
    keys = {
        "targets": [],
        "tier_hours": [],
        "evidence": ["prospect", "p", "source"],
        "committees": ["prospect"],
        "offers": ["prospect"],
        "contact_cards": ["prospect", "contact", "finding"],
        "find_out": ["prospect", "p"],
    }
    for name, by in keys.items():
        one, other = (getattr(book.targeting, name).reset_index() for book in (demo, shuffled))
        if by:
            one, other = (
                frame.drop(columns="index", errors="ignore").sort_values(by, ignore_index=True)
                for frame in (one, other)
            )
        pd.testing.assert_frame_equal(one, other, obj=name)


def test_salvirt_says_what_won_and_what_did_not(salvirt, first_quarter):
    book = open_book(salvirt, settings=ROUGH)
    tables = book.targeting.files()
    headlines = book.targeting.says
    said = f"{headlines.checked} {headlines.predictors}"
    toml = (book.dataset.folder / "dataset.toml").read_text(encoding="utf-8").splitlines()
    source = next(line.split('"')[1] for line in toml if "b2b_sales.csv" in line)
    counts = {"budget unknown": [0, 0], "new": [0, 0]}
    levels = {level: [0, 0] for level in ("High", "Mid", "Low")}
    for row in raw(source, delimiter=";"):
        won = row["Status"] == "Won"
        if row["Budgt_alloc"] == "Unknown":
            counts["budget unknown"][won] += 1
        if row["Client"] == "New":
            counts["new"][won] += 1
        levels[row["Authority"]][won] += 1
    rates = tables["win_rates"].set_index(["attribute", "value"])
    for place, name in (
        (("budget", "unknown"), "budget unknown"),
        (("relationship", "new"), "new"),
    ):
        lost, won = counts[name]
        assert rates.loc[place, ["n", "won"]].tolist() == [lost + won, won]
        assert rates.loc[place, "verdict"] == "wins rarely"
    assert "budget unknown: 13.9 % won" in said.replace("\u00a0", " ")
    assert "New clients: 17.1 % won" in said.replace("\u00a0", " ")
    for level, (lost, won) in levels.items():
        assert rates.loc[("authority", level.lower()), ["n", "won"]].tolist() == [lost + won, won]
    scores = book.targeting.says.predictors
    nothing = scores.split("Does not discriminate in your data: ")[1].split("Too few")[0]
    assert "power to decide alone" in nothing
    assert tables["targets"].empty and tables["campaign"].empty
    check_contract(tables)
    left_out = headlines.unused
    assert "448" in left_out and "without a date" in left_out


def test_without_prospects_existing_accounts_are_the_targets(adventureworks, first_quarter):
    book = open_book(adventureworks, settings=ROUGH)
    tables, said = book.targeting.files(), book.targeting.says
    check_contract(tables)
    check_scores(book, tables)
    check_hours(book, tables)
    check_ranks(tables)
    targets = tables["targets"]
    assert len(targets) > 200 and (targets["kind"] == "account").all()
    assert targets["p_win"].isna().all()
    assert "unvalidated" in said.checked and "unvalidated" in said.grounds
    assert targets["tier"].isin(CLOSE).any()
    assert said.known.startswith(f"{len(targets)} accounts that could grow: ")


def test_who_decides_is_asked_at_each_target_worked_on_of_which_nobody_is_known(tables):
    targets, people = tables["targets"], tables["committees"]["people"]
    known = [code for code, number in people.items() if number > 0]
    nobody = set(targets.index[targets["tier"].isin(CLOSE)]) - set(known)
    asked = tables["find_out"].query("p == 'authority'")
    assert targets.loc[sorted(nobody), "authority"].notna().any()
    assert nobody <= set(asked["prospect"])
    assert not tables["find_out"].duplicated(["prospect", "p"]).any()


def test_noted_values_stand_beside_the_sources(demo):
    said = demo.targeting.says
    assert said.noted_values.startswith("8 won deals had a value noted and a whole year behind")
    assert said.sources.endswith(said.noted_values)


def test_other_weights_judge_anew_what_is_known_once(demo, monkeypatch):
    own = demo.targeting
    assert len(own.targets)
    lazy = own.settings.three_p.model_copy(update={"weights": (1.0, 0.0, 0.0)})
    tried = own.under(own.settings.model_copy(update={"three_p": lazy}))
    monkeypatch.setattr(target_tables, "whitespace", None)  # what is not weighed is not made anew
    pd.testing.assert_frame_equal(tried.committees, own.committees)
    pd.testing.assert_frame_equal(tried.listed, own.listed)
    assert tried.targets.index.sort_values().equals(own.targets.index.sort_values())
    alone = tried.scores.query("not vetoed and need.notna()")
    np.testing.assert_allclose(alone["score"], alone["need"])
    assert not np.allclose(own.scores["score"].fillna(0), tried.scores["score"].fillna(0))
    assert (own.evidence["prospect"].isin(own.targets.index)).all()


def test_tables_hold_codes_and_pages_and_headings_words(demo):
    questions = demo.targeting.find_out
    assert set(questions["p"]) <= set(PS)
    assert "power to decide" in demo.targeting.tables.find_out.plain
    assert ">authority<" not in demo.targeting.tables.find_out.html
    said = demo.targeting.columns("find_out").set_index("column")["heading"]
    assert said["p"] == "Of the three P's"


def test_views_of_the_targets_lead_to_the_file_of_the_targets(demo):
    shown = demo.targeting.tables
    assert "tables/targets.csv" in shown.close.note
    assert shown.resembled.note == ""  # fifteen of them are shown, and all of these
    assert [len(shown[name].shown) for name in ("resembled", "offered")] == [15, 15]
    files = set(demo.targeting.files())
    views = [m.name for m in Targeting.members.values() if m.kind == "view"]
    assert len(views) > 4 and set(views) <= files


def test_a_page_without_any_target_says_what_is_lacking_and_draws_nothing(salvirt, first_quarter):
    chapter = open_book(salvirt, settings=ROUGH).targeting
    assert chapter.says.summary == chapter.says.lacking != ""
    assert chapter.says.grounds == ""
    for name in ("score_and_fit", "hours", "three_ps", "committee_grid", "white_map", "steps"):
        assert getattr(chapter, name) is None, name
        assert chapter.pictures[name].html == ""
    for name in ("close", "near_border", "first_evidence", "find_out", "campaign", "whitespace"):
        assert chapter.tables[name].html == "", name
    assert chapter.told_apart is not None  # its decided deals are still judged


def test_the_sheets_of_targeting_stand_in_their_order():
    names = [sheet.name for table in Targeting.told_tables() for sheet in table.sheets]
    assert names[:3] == ["Targets", "Questions", "Evidence"]
    assert names[-2:] == ["Check of scores", "RACI and scorecard"]
    for table in Targeting.told_tables():
        for sheet in table.sheets:
            assert sheet.about and sheet.tab == "targets", sheet.name
            assert set(sheet.fold.split()) <= set(sheet.widths), sheet.name
