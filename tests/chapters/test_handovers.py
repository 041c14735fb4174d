"""One account handed over judges nobody: the case of the relations, on the demo company."""

import shutil

import pandas as pd
import pytest

from kamlib import open_book

M1, M3 = "Katrin Osterloh", "Ingrid Solheim"
QUICK = {"stability.resamples": 10, "replay.quarters": 1}


def edited(folder, on, *, lines=True, table=True, account="N1155", to="M3"):
    """The demo company with one account handed over on a day."""
    shutil.copytree("data/demo", folder, ignore=shutil.ignore_patterns(".cache"))
    read = {"dtype": "str", "keep_default_na": False}
    if lines:
        rows = pd.read_csv(folder / "transactions.csv", **read)
        rows.loc[(rows["account"] == account) & (rows["date"] >= on), "manager"] = to
        rows.to_csv(folder / "transactions.csv", index=False)
    if table:
        rows = pd.read_csv(folder / "accounts.csv", **read)
        rows.loc[rows["account"] == account, "manager"] = to
        rows.to_csv(folder / "accounts.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def before():
    return open_book("demo", settings=QUICK).segments


@pytest.fixture(scope="module")
def after(tmp_path_factory):
    folder = edited(tmp_path_factory.mktemp("handover") / "demo", "2025-11-15")
    return open_book(folder, settings=QUICK).segments


def test_the_handover_is_found_with_its_money(after):
    row = after.handovers.iloc[0]
    assert len(after.handovers) == 1
    assert row[["account", "from_manager", "to_manager"]].tolist() == ["N1155", "M1", "M3"]
    assert row["on"] == pd.Timestamp("2025-11-15")
    assert row["quarter_by_to"] == pytest.approx(676_999.79)
    assert f"N1155 went from {M1} to {M3} on 2025-11-15: EUR 677,000" in after.managed


def test_nobody_is_judged_by_it(before, after):
    assert f"{M1} is ahead by EUR 215,522" in before.managed
    assert f"{M3} behind by EUR 232,603" in before.managed
    assert f"{M1} is ahead by EUR 221,502" in after.managed
    assert f"{M3} behind by EUR 238,583" in after.managed
    # M3 would reach her plan by six weeks of an account that was never in it.
    assert "3 of 6 managers reach their plan" in before.managed
    assert "3 of 5 managers reach their plan" in after.managed
    assert f"Not judged by the plan: {M3} (N1155 came)" in after.managed
    assert "EUR 5,185,260 against EUR 5,684,000" in after.managed, "all of them stay as they were"


def test_what_was_served_and_what_inherited_stand_beside_each_other(before, after):
    then, now = before.portfolio, after.portfolio
    assert then[["inherited", "passed_on", "quarter_inherited"]].isna().all(axis=None)
    assert now.loc["M3", "inherited"] == now.loc["M1", "passed_on"] == pytest.approx(6_506_845.64)
    assert now.loc["M3", "quarter_inherited"] == pytest.approx(676_999.79)
    served = now["revenue"] - now["inherited"].fillna(0) + now["passed_on"].fillna(0)
    assert served["M3"] == pytest.approx(then.loc["M3", "revenue"] + 676_999.79)
    for name in ("revenue", "actual", "plan", "revenue_before", "expected_change", "new_revenue"):
        assert now[name].sum() == pytest.approx(then[name].sum()), name


def test_the_dossier_has_a_brief_for_the_first_weeks(after):
    file = after.book.account("N1155")
    brief = file.handover
    assert 4 <= len(brief) <= 10
    assert brief["what"].str.contains("clarify stock").any(), "an overdue promise of ours"
    assert brief["what"].str.contains("Tender open: Equipment").any()
    assert brief["what"].str.contains("Be introduced to Gesa Zander").any(), "who decides"
    assert (brief["known_by"] == M1).any()
    shown = file.tables.handover
    assert f"N1155 went from {M1} to {M3} on 2025-11-15" in shown.caption
    assert after.book.account("N1049").tables.handover.html == ""


def test_the_page_shows_it_once(before, after):
    assert "inherited" not in [column.name for column in before.tables.portfolio.columns]
    shown = [column.name for column in after.tables.portfolio.columns]
    assert {"inherited", "quarter_inherited", "plan_doubt"} <= set(shown)
    assert before.handovers is None
    assert before.tables.handovers.html == ""
    assert "N1155" in after.tables.handovers.html


@pytest.mark.long
def test_late_in_a_quarter_it_turns_no_verdict_round_either(tmp_path):
    on = "2025-12-20"
    told = open_book(edited(tmp_path / "demo", on), settings=QUICK).segments.managed
    assert f"{M3} is ahead" not in told
    assert f"{M1} behind" not in told
    assert f"N1155 went from {M1} to {M3}" in told


@pytest.mark.long
def test_the_accounts_table_alone_moves_no_verdict(tmp_path):
    folder = edited(tmp_path / "demo", "2025-11-15", lines=False)
    chapter = open_book(folder, settings=QUICK).segments
    assert f"{M1} is ahead by EUR 215,522" in chapter.managed
    assert (
        "N1155 went from Katrin Osterloh to Ingrid Solheim after its last sale" in chapter.managed
    )


def test_the_demos_own_handover_is_recovered_in_its_quarter():
    truth = {"N1089", "N1110", "N1129", "N1137"}  # with an order before and after 1 July 2024
    book = open_book("demo", "2024Q4", settings=QUICK)
    found = book.segments.handovers
    assert set(found["account"]) == truth
    assert set(zip(found["from_manager"], found["to_manager"], strict=True)) == {("M2", "M1")}
    assert found["on"].between("2024-06-15", "2024-09-03").all()


@pytest.mark.long
def test_sales_without_managers_say_that_nobody_can_see_it(tmp_path):
    folder = edited(tmp_path / "demo", "2025-11-15", lines=False)
    rows = pd.read_csv(folder / "transactions.csv", dtype="str", keep_default_na=False)
    rows.assign(manager="").to_csv(folder / "transactions.csv", index=False)
    chapter = open_book(folder, settings=QUICK).segments
    assert chapter.handovers is None
    assert "nobody can see which accounts changed hands" in chapter.managed
