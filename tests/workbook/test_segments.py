"""The workbook's sheets on key accounts, read back and calculated again by LibreOffice."""

import re
import time
import warnings
from dataclasses import replace

import numpy as np
import openpyxl
import pandas as pd
import pytest
from workbook_cells import (
    assert_same_values,
    assert_without_errors,
    cell_of,
    linked_sheets,
    listed,
    load,
    needs_office,
)

from kamlib import open_book
from kamlib.analysis.abc_xyz.abc_xyz import abc_xyz
from kamlib.analysis.segments.criteria import CRITERIA, rank_range, weighted_scores
from kamlib.chapters.catalogue import beside_name, pack_tables
from kamlib.chapters.segments import Segments
from kamlib.chapters.sheets.abc_xyz import TRY_IT
from kamlib.data.describe.schema import ACCOUNT_TYPES, PLAY_PLACES
from kamlib.settings import load_settings
from kamlib.show.columns import column
from kamlib.workbook.workbook import write_workbook

# ibis 12 uses names that duckdb and pandas mean to retire.
pytestmark = [
    pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The 'future.infer_string' option"),
]


# In the made-up company of these tests nothing changed hands, and it has no groups.
KEY_SHEETS = tuple(
    sheet.name
    for member in Segments.told_tables()
    for sheet in member.sheets
    if member.name not in ("handovers", "groups")
)
KEY_ACCOUNTS, KEY_CHANGES, PLAN, PORTFOLIOS, SIX_CRITERIA, TYPES, PLAYS, MISTAKES = KEY_SHEETS
NASTY = ("=1+1", "+49 30", "-2+3", "@SUM(A1)", "a*b?c~", "<b>&\"'", "北京 😀")


def made_segments(classes, weights, random):
    """Six scores of which some are unknown, and what the analysis makes of them."""
    shape = (len(classes), len(CRITERIA))
    scores = pd.DataFrame(random.random(shape).round(2), classes.index, list(CRITERIA))
    scores = scores.mask(random.random(shape) < 0.3)
    scores.iloc[2] = np.nan
    scores.iloc[5] = scores.iloc[4]  # equal scores: the account's number decides
    scores.iloc[6, 0] = 0.0
    known = scores.notna().mul(random.random(shape).round(2))
    found = pd.concat([scores, weighted_scores(scores, known, weights)], axis=1)
    found = found.join(rank_range(scores, weights, 0.5))
    for name in CRITERIA:
        found[f"{name}_known"] = known[name]
        found[f"{name}_evidence"] = [f"{name}: 34 of 36 invoices on time"] * len(found)
    return found.assign(
        **{name: classes[name] for name in ("name", "manager", "revenue", "margin", "cell")},
        types="none",
        rfm="543",
        rfm_segment="loyal",
        attractiveness=0.5,
        strength=0.25,
        quadrant="invest",
        why="as it is",
    )


def made_tables(book, tables, *, accounts=None):
    """The pack's tables with key accounts, made up but whole: as the analyses shape them."""
    random = np.random.default_rng(11)
    classes = tables["abc_xyz"] if accounts is None else tables["abc_xyz"].head(accounts)
    weights = book.settings.criteria.weights
    segments = made_segments(classes, weights, random)
    types = segments[["name"]].copy()
    for i, name in enumerate(ACCOUNT_TYPES):
        types[name] = np.arange(len(types)) % (5 + i) == 0
    types["types"] = [", ".join(t for t in ACCOUNT_TYPES if row[t]) or "none"
                      for _, row in types.iterrows()]  # fmt: skip
    types["type_why"] = "12.3 % of margin"
    segments["types"] = types["types"]
    keys = segments.sort_values("rank").head(20)
    segments["key"] = segments.index.isin(keys.index)
    keys = keys[["name", "manager", "types", "cell", "revenue", "margin", "score"]].assign(
        hours=12.5, key_why="A: brings 3.1 % of revenue; typed"
    )
    plan = made_plan(classes, types, random)
    return {
        **tables,
        "segments": segments,
        "key_accounts": keys,
        "key_changes": pd.DataFrame(
            {
                "name": [keys["name"].iloc[0], "=gone"],
                "manager": ["M1", ""],
                "change": ["entered", "left"],
                "change_why": ["now class A", "class B since this quarter; " * 4],
                "from_cell": ["BX", "AX"],
                "cell": ["AX", ""],
                "revenue_before": [80.0, 900.0],
                "revenue": [120.0, np.nan],
            },
            index=pd.Index([keys.index[0], "gone"], name="account"),
        ),
        "key_left_out": keys.tail(3).assign(
            status="no room", key_why="no hours left: needs 12, there are 3"
        ),
        "types": types,
        "portfolio": made_portfolio(classes, plan, random),
        "plan": plan,
        "plays": made_plays(),
        "mistakes": pd.DataFrame(
            {
                "lateness": random.random(len(classes)).round(2),
                "disputes_open": np.nan,
                "thin_dossier": 0.25,
                "unprepared_meetings": random.random(len(classes)).round(2),
                "product_knowledge": 0.85,
                "mistakes": random.integers(0, 5, len(classes)),
                "mistakes_why": "4 of 12 deliveries late",
            },
            classes.index,
        ),
    }


_HEAD_AND_ALL = ("Manager", "All of these")


def made_plays():
    hours = [float(i) / 2 for i in range(len(PLAY_PLACES))]
    texts = {name: f"{name} of some length" for name in ("strategy", "lead", "offer", "next_step")}
    plays = pd.DataFrame({"hours": hours, **texts}, pd.Index(PLAY_PLACES, name="place"))
    return plays.assign(own=plays.index == "AX")[
        ["strategy", "hours", "lead", "offer", "next_step", "own"]
    ]


def made_plan(classes, types, random):
    plan = classes[["manager", "name", "cell"]].rename_axis("account").reset_index()
    plan["place"] = plan["cell"].where(plan["cell"].str.len() == 2, "D")
    plan["place"] = plan["place"].mask(plan["cell"].str.endswith("N"), "N")
    plan["place"] = plan["place"].mask(plan["cell"].str.endswith("L"), "L")
    days = pd.to_timedelta(random.integers(1, 90, len(plan)), unit="D")
    due = (pd.Timestamp("2026-01-01") + days).astype("datetime64[us]")
    fits = random.random(len(plan)) < 0.7
    return plan.assign(
        play="Grow: sell the second line",
        hours=random.integers(1, 30, len(plan)) / 2,
        due=pd.Series(due).where(fits),
        types=types["types"].tolist(),
        value=classes["revenue"].tolist(),
        lead="account manager with head of sales",
        offer="a frame contract for a year against a fixed volume",
        next_step="meet the head of purchasing and go through the year",
        fits=fits,
        why="the largest first",
        key=random.random(len(plan)) < 0.2,
    )


def made_portfolio(classes, plan, random):
    groups = classes.groupby("manager")
    portfolio = pd.DataFrame(
        {
            "accounts": groups.size(),
            "revenue": groups["revenue"].sum(),
            "margin": groups["margin"].sum(),
        }
    )
    portfolio.loc["M99"] = [0, 0.0, np.nan]  # has hours and a plan but no account yet
    size = len(portfolio)
    own = plan.groupby("manager")["hours"].sum().reindex(portfolio.index).fillna(0)
    return portfolio.assign(
        at_risk=portfolio["revenue"] * 0.1,
        hours_needed=own,
        hours_available=[*[200.0] * (size - 1), np.nan],
        plan=[np.nan, *(portfolio["revenue"].iloc[1:-1] * 0.3), np.nan],
        actual=portfolio["revenue"] * random.uniform(0.2, 0.4, size),
        run_rate=portfolio["revenue"] * 0.3,
        plan_gap=portfolio["revenue"] * random.uniform(-0.1, 0.1, size),
        name="Ann",
        growth=random.uniform(-0.2, 0.3, size),
        kept_growth=0.04,
        expected_growth=0.05,
        against_mix=portfolio["revenue"] * random.uniform(-0.2, 0.2, size),
        largest_share=0.21,
        effective_accounts=9.4,
        key_accounts=1,
    )


@pytest.fixture(scope="module")
def book():
    return open_book("demo", settings={"stability.resamples": 10, "replay.quarters": 1})


@pytest.fixture(scope="module")
def classes(book):
    return pack_tables(book)


@pytest.fixture(scope="module")
def tables(book, classes):
    few = set(classes["abc_xyz"].index[::3])
    months, orders = (frame[frame["account"].isin(few)] for frame in (book.months, book.orders))
    found = abc_xyz(months, orders, book.accounts, as_of=book.as_of, settings=book.settings)
    made = made_tables(book, {"abc_xyz": found[found.index.isin(few)]})
    for key in ("key_accounts", "segments", "types", "plan", "mistakes", "key_left_out"):
        made[key] = with_nasty_texts(made[key])
    return made


@pytest.fixture(scope="module")
def dossiers(tables):
    return {account: f"accounts/{account.lower()}.html" for account in tables["key_accounts"].index}


@pytest.fixture(scope="module")
def written(book, tables, dossiers, tmp_path_factory):
    path = tmp_path_factory.mktemp("workbook") / "pack.xlsx"
    write_workbook(path, book, tables, dossiers=dossiers)
    return path


def with_nasty_texts(frame):
    """Every text column with texts that look like formulas, conditions or markup."""
    frame = frame.copy()
    for name in (
        "name",
        "why",
        "types",
        "key_why",
        "type_why",
        "next_step",
        "mistakes_why",
        "reason",
    ):
        if name in frame:
            nasty = pd.Series((NASTY * (1 + len(frame) // len(NASTY)))[: len(frame)], frame.index)
            frame[name] = frame[name].where(np.arange(len(frame)) % 2 == 0, nasty)
    return frame


def numbers(values):
    return pd.to_numeric(values.replace("", None)).to_numpy(float)


def under(segments, weights):
    """What the analysis makes of the scores with other weights."""
    scores = segments[list(CRITERIA)]
    known = segments[[f"{name}_known" for name in CRITERIA]]
    return weighted_scores(scores, known, weights).join(rank_range(scores, weights, 0.5)["rank"])


def assert_scored(workbook, segments, expected):
    """Score, completeness and rank of both sheets are those of the analysis."""
    for sheet, table in (
        (SIX_CRITERIA, "criteria"),
        (KEY_ACCOUNTS, "key_accounts"),
    ):
        found = listed(workbook, sheet, table).set_index("Account")
        assert set(found.index) <= set(segments.index)
        wanted = expected.reindex(found.index)
        for heading in ("Score", "Completeness", "Rank"):
            np.testing.assert_allclose(
                numbers(found[heading]), wanted[heading.lower()].to_numpy(float), atol=1e-9
            )


def weight_cells(weights):
    return {f"weight_{name}": weight for name, weight in zip(CRITERIA, weights, strict=True)}


def test_sheets_are_there_and_linked_from_the_summary(written):
    workbook = load(written)
    assert set(KEY_SHEETS) <= set(workbook.sheetnames)
    targets = linked_sheets(workbook)
    assert {f"'{name}'!A1" for name in KEY_SHEETS} <= targets
    assert_without_errors(workbook)


def test_stored_scores_are_those_of_the_analysis(written, tables):
    segments = tables["segments"]
    assert_scored(load(written), segments, segments)
    assert segments["score"].isna().any(), "an account without any known criterion"


@needs_office
def test_formulas_give_the_stored_values(written, recalculated):
    again = recalculated(written, {})
    assert_same_values(load(written), again)
    assert cell_of(again, "weights_banner").value in (None, "")


@needs_office
def test_the_analyses_own_tables_agree_in_every_formula(book, classes, tmp_path, recalculated):
    made = {"abc_xyz": classes["abc_xyz"], **book.segments.files()}
    write_workbook(tmp_path / "real.xlsx", book, made)
    stored = load(tmp_path / "real.xlsx")
    again = recalculated(tmp_path / "real.xlsx", {})
    assert_same_values(stored, again)
    assert_scored(again, made["segments"], made["segments"])
    found = listed(again, PORTFOLIOS, "portfolio").set_index("Manager")
    portfolio = made["portfolio"].rename(index={"": "(none)"})
    for heading, name in {
        "Accounts": "accounts",
        "Key accounts": "key_accounts",
        "Revenue (EUR)": "revenue",
        "Margin (EUR)": "margin",
        "Hours by plays": "hours_needed",
    }.items():
        np.testing.assert_allclose(
            found[heading].to_numpy(float), portfolio.reindex(found.index)[name].to_numpy(float)
        )
    plan = listed(again, PLAN, "plan")
    assert plan["Account"].tolist() == made["plan"]["account"].tolist(), "the order of doing"


@needs_office
@pytest.mark.parametrize(
    "weights",
    [(0, 1, 2, 0.5, 0, 3), (0, 0, 0, 0, 0, 7)],
    ids=["some", "one"],
)
def test_moved_weights_give_what_the_analysis_gives(written, tables, recalculated, weights):
    workbook = recalculated(written, weight_cells(weights))
    expected = under(tables["segments"], weights)
    assert (expected["rank"] != tables["segments"]["rank"]).any(), "nothing moved"
    assert_scored(workbook, tables["segments"], expected)
    assert_without_errors(workbook)
    for sheet in (KEY_ACCOUNTS, SIX_CRITERIA):
        assert "weights differ from the pack" in workbook[sheet]["A3"].value


@needs_office
def test_weights_times_a_number_change_no_score(written, book, tables, recalculated):
    weights = [40 * weight for weight in book.settings.criteria.weights]
    workbook = recalculated(written, weight_cells(weights))
    assert_scored(workbook, tables["segments"], tables["segments"])


@needs_office
def test_weights_of_zero_are_said_and_are_no_error(written, recalculated):
    workbook = recalculated(written, weight_cells([0] * 6))
    for sheet, table in (
        (KEY_ACCOUNTS, "key_accounts"),
        (SIX_CRITERIA, "criteria"),
    ):
        assert "All weights are 0" in workbook[sheet]["A3"].value
        assert set(listed(workbook, sheet, table)["Score"]) == {"no weight"}
    assert_without_errors(workbook)


@needs_office
def test_a_weight_below_zero_is_said(written, recalculated):
    workbook = recalculated(written, {"weight_growth": -0.1})
    assert "below 0" in workbook[SIX_CRITERIA]["A3"].value


def test_weight_cells_are_named_open_checked_and_hold_the_settings(written, book):
    workbook = load(written, data_only=False)
    for name, weight in weight_cells(book.settings.criteria.weights).items():
        cell = cell_of(workbook, name)
        assert cell.value == weight
        assert not cell.protection.locked
        assert any(cell.coordinate in rule.sqref
                   for rule in cell.parent.data_validations.dataValidation)  # fmt: skip


def test_unknown_stays_blank_and_zero_stays_zero(written, tables):
    found = listed(load(written), SIX_CRITERIA, "criteria").set_index("Account")
    segments = tables["segments"].reindex(found.index)
    for name in CRITERIA:
        shown = numbers(found[column(name).label])
        np.testing.assert_array_equal(shown, segments[name].to_numpy(float))
    assert (segments["income"] == 0).any()


def test_an_account_with_a_dossier_leads_to_it(written, dossiers):
    workbook = load(written)
    for name in (
        KEY_ACCOUNTS,
        PLAN,
        SIX_CRITERIA,
        MISTAKES,
    ):
        found = {
            cell.value: cell.hyperlink.target
            for row in workbook[name].iter_rows()
            for cell in row
            if cell.hyperlink and cell.hyperlink.target
        }
        assert set(found) <= set(dossiers), name
        assert set(found) == set(dossiers) or name == PLAN
        for account, target in found.items():
            assert target.replace("\\", "/") == dossiers[account]


def test_texts_are_texts_whatever_they_look_like(written):
    workbook, seen = load(written, data_only=False), set()
    for name in KEY_SHEETS:
        for row in workbook[name].iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value in NASTY:
                    assert cell.data_type == "s", cell
                    seen.add((name, cell.value))
    assert {name for name, _text in seen} == set(KEY_SHEETS) - {
        PORTFOLIOS,
        PLAYS,
    }


def test_portfolios_agree_with_the_accounts_and_the_plan(written, tables):
    workbook = load(written)
    found = listed(workbook, PORTFOLIOS, "portfolio").set_index("Manager")
    groups = tables["abc_xyz"].groupby("manager")
    hours = tables["plan"].groupby("manager")["hours"].sum()
    fitting = tables["plan"].query("fits").groupby("manager")["hours"].sum()
    keys = tables["key_accounts"].groupby("manager").size()
    for heading, expected in {
        "Accounts": groups.size(),
        "Revenue (EUR)": groups["revenue"].sum(),
        "Margin (EUR)": groups["margin"].sum(),
        "Hours by plays": hours,
        "Hours in the list": fitting,
        "Key accounts": keys,
    }.items():
        np.testing.assert_allclose(
            found[heading].to_numpy(float), expected.reindex(found.index).fillna(0).to_numpy(float)
        )
    rows = {row[0]: row for row in workbook[PORTFOLIOS].iter_rows(values_only=True)}
    total = tables["abc_xyz"]["revenue"].sum()
    place = list(rows["Manager"]).index("Revenue (EUR)")
    assert rows["All of these"][place] == pytest.approx(total, abs=0.005)
    assert rows["All accounts"][place] == pytest.approx(total, abs=0.005)
    assert rows["Accounts of others"][place] == 0


def test_all_portfolios_hold_sales_against_plans_only_of_those_who_have_both(written, tables):
    rows = [*load(written)[PORTFOLIOS].iter_rows(values_only=True)]
    heads, total = ([row for row in rows if row[0] == name][0] for name in _HEAD_AND_ALL)
    portfolio = tables["portfolio"]
    planned = portfolio[portfolio["plan"].notna()]
    for heading, name in {"Plan (EUR)": "plan", "Actual (EUR)": "actual",
                          "Gap to plan (EUR)": "plan_gap"}.items():  # fmt: skip
        assert total[heads.index(heading)] == pytest.approx(planned[name].sum()), heading
        assert planned["actual"].sum() < portfolio["actual"].sum()
    told = [
        row[0] for row in rows if isinstance(row[0], str) and "without one are left out" in row[0]
    ]
    assert [text.rpartition("; ")[2] for text in told] == [
        f"1 of {len(portfolio)} without one are left out."
    ]


def test_portfolios_have_two_charts(written):
    assert len(load(written)[PORTFOLIOS]._charts) == 2


def test_the_plan_is_one_table_by_manager_and_due_date_with_room_to_write(written, tables):
    workbook = load(written, data_only=False)
    sheet = workbook[PLAN]
    (table,) = sheet.tables.values()
    assert table.autoFilter is not None
    found = listed(load(written), PLAN, "plan")
    expected = tables["plan"].sort_values(["manager", "due"], kind="stable", na_position="last")
    assert found["Account"].tolist() == expected["account"].tolist()
    assert pd.to_datetime(found["Due"]).tolist() == expected["due"].tolist()
    assert ((found["Fits the hours"] == "yes") == expected["fits"].to_numpy()).all()
    assert found[["Notes", "Done on"]].isna().all(axis=None)
    heads = [cell.value for cell in sheet[8]]
    for heading in ("Notes", "Done on"):
        cell = sheet.cell(9, heads.index(heading) + 1)
        assert not cell.protection.locked
        assert cell.border.left.style == "thin"
    assert not sheet.protection.sheet, "a protected sheet cannot be sorted"


def test_the_plan_says_whose_steps_ask_for_how_many_hours(written, tables):
    said = load(written)[PLAN]["A4"].value
    there = tables["portfolio"]["hours_available"].dropna()
    needed = tables["plan"].groupby("manager")["hours"].sum()
    assert said.count(" of ") == 1 + len(there) > 2
    for manager, hours in there.items():
        assert f"{int(needed[manager] + 0.5)} of {hours:.0f}" in said, manager


def test_types_add_up_with_those_without_one(written, tables):
    rows = {row[0]: row for row in load(written)[TYPES].iter_rows(values_only=True, max_row=9)}
    heads = list(rows["Type"])
    accounts, revenue = heads.index("Accounts"), heads.index("Revenue (EUR)")
    types, money = tables["types"], tables["abc_xyz"]["revenue"]
    for name in ACCOUNT_TYPES:
        row = rows[column(name).label]
        assert row[accounts] == types[name].sum()
        assert row[revenue] == pytest.approx(money[types[name]].sum())
    none = ~types[list(ACCOUNT_TYPES)].any(axis=1)
    assert rows["None"][accounts] == none.sum()
    assert rows["None"][revenue] == pytest.approx(money[none].sum())


def test_plays_count_the_plan(written, tables):
    found = listed(load(written), PLAYS, "plays").set_index("Place")
    places = tables["plan"].groupby("place")["hours"]
    for heading, expected in {
        "Accounts in the plan": places.size(),
        "Hours in the plan": places.sum(),
    }.items():
        assert found[heading].tolist() == expected.reindex(found.index).fillna(0).tolist()


def test_every_formula_is_old_and_looks_only_at_its_row_or_at_whole_columns(written):
    known = {
        *("IF", "SUM", "SUMIF", "SUMIFS", "COUNTIF", "COUNTA", "SUBTOTAL", "SUMPRODUCT", "MIN"),
        *("ROUND", "INDEX", "MATCH", "ISNUMBER", "RANK"),
    }
    workbook = load(written, data_only=False)
    for name in KEY_SHEETS:
        for row in workbook[name].iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert set(re.findall(r"([A-Z.]+)\(", cell.value)) <= known, cell
                    own = re.findall(r"\$[A-Z]+(\d+)", cell.value)
                    assert {int(number) for number in own} <= {cell.row}, cell.value


@pytest.mark.parametrize(
    ("key", "sheet"),
    [
        ("key_accounts", KEY_ACCOUNTS),
        ("key_changes", KEY_CHANGES),
        ("key_left_out", KEY_CHANGES),
        ("segments", SIX_CRITERIA),
        ("types", TYPES),
        ("portfolio", PORTFOLIOS),
        ("plan", PLAN),
        ("plays", PLAYS),
        ("mistakes", MISTAKES),
    ],
)
def test_each_sheet_stands_alone_and_goes_with_its_table(book, tables, tmp_path, key, sheet):
    alone = {name: tables[name] for name in ("abc_xyz", key)}
    write_workbook(tmp_path / "alone.xlsx", book, alone)
    assert set(load(tmp_path / "alone.xlsx").sheetnames) & set(KEY_SHEETS) == {sheet}
    empty = {"abc_xyz": tables["abc_xyz"], key: tables[key].head(0)}
    write_workbook(tmp_path / "empty.xlsx", book, empty)
    assert not set(load(tmp_path / "empty.xlsx").sheetnames) & set(KEY_SHEETS)


def test_without_the_list_the_criteria_follow_the_weights(book, tables, tmp_path):
    alone = {name: tables[name] for name in ("abc_xyz", "segments")}
    write_workbook(tmp_path / "alone.xlsx", book, alone)
    workbook = load(tmp_path / "alone.xlsx")
    assert cell_of(workbook, "weight_income").parent.title == TRY_IT.name
    sheet, place = next(workbook.defined_names["weights"].destinations)
    weights = [cell.value for row in workbook[sheet][place.replace("$", "")] for cell in row]
    assert sheet == SIX_CRITERIA
    assert weights == pytest.approx(book.settings.criteria.weights)


@pytest.mark.long
@needs_office
def test_accounts_left_out_keep_the_ranks_and_sums_of_the_pack(
    book, classes, tmp_path, recalculated
):
    settings = load_settings(overrides={"pack.sheet_rows": 100})
    book = replace(book, settings=settings)
    tables = made_tables(book, {"abc_xyz": classes["abc_xyz"]})
    last = tables["segments"].sort_values("rank").index[150]
    keys = pd.concat([tables["key_accounts"], tables["key_accounts"].tail(1).rename({
        tables["key_accounts"].index[-1]: last})])  # fmt: skip
    write_workbook(tmp_path / "short.xlsx", book, {**tables, "key_accounts": keys})
    again = recalculated(tmp_path / "short.xlsx", {})
    assert_same_values(load(tmp_path / "short.xlsx"), again)
    assert_scored(again, tables["segments"], tables["segments"])
    assert len(listed(again, SIX_CRITERIA, "criteria")) == 100
    assert "100 best of 200" in again[SIX_CRITERIA]["A2"].value


@needs_office
def test_nothing_known_at_all_is_sensible(book, tables, tmp_path, recalculated):
    bare = {}
    for name, frame in tables.items():
        frame = frame.copy()
        if name in ("segments", "portfolio", "mistakes", "plan", "key_accounts"):
            for label, values in frame.items():
                if pd.api.types.is_float_dtype(values) and label != "revenue":
                    frame[label] = np.nan
        bare[name] = frame
    write_workbook(tmp_path / "bare.xlsx", book, bare)
    again = recalculated(tmp_path / "bare.xlsx", {})
    assert_without_errors(again)
    assert_same_values(load(tmp_path / "bare.xlsx"), again)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """Sales only: no margin, no names, no managers."""
    folder = tmp_path_factory.mktemp("plain") / "plain"
    folder.mkdir()
    days = pd.date_range("2024-01-05", "2025-12-30", freq="11D")
    rows = [(f"K{i % 9}", day.date(), f"D{i}", 100 + i) for i, day in enumerate(days)]
    pd.DataFrame(rows, columns=["account", "date", "document", "revenue"]).to_csv(
        folder / "lines.csv", index=False
    )
    text = 'title = "Plain"\ncurrency = "EUR"\n[transactions]\nsource = "lines.csv"\n'
    (folder / "dataset.toml").write_text(text)
    return open_book(folder, "2025Q4")


@pytest.mark.long
@needs_office
def test_without_managers_names_and_margins(plain, tmp_path, recalculated):
    made = made_tables(plain, pack_tables(plain))
    write_workbook(tmp_path / "plain.xlsx", plain, made)
    again = recalculated(tmp_path / "plain.xlsx", {})
    assert_without_errors(again)
    assert_same_values(load(tmp_path / "plain.xlsx"), again)
    assert_scored(again, made["segments"], made["segments"])
    assert "Manager" not in listed(again, PLAN, "plan").columns
    assert "Margin (EUR)" not in listed(again, PORTFOLIOS, "portfolio").columns


def test_5000_accounts_are_written_in_seconds(book, classes, tmp_path):
    parts = [classes["abc_xyz"].rename(lambda account, i=i: f"{account}-{i}") for i in range(25)]
    many = {"abc_xyz": pd.concat(parts)}
    made = made_tables(book, many)
    made.pop("abc_xyz")
    started = time.process_time()
    write_workbook(tmp_path / "many.xlsx", book, {**made, "abc_xyz": classes["abc_xyz"]})
    assert time.process_time() - started < 30
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        workbook = openpyxl.load_workbook(tmp_path / "many.xlsx", read_only=True)
    assert sum(1 for _row in workbook[SIX_CRITERIA].iter_rows(min_row=9, max_col=1)) == 5000
    workbook.close()


def test_same_inputs_give_the_same_bytes(written, book, tables, dossiers, tmp_path):
    write_workbook(tmp_path / written.name, book, tables, dossiers=dossiers)
    for name in (written.name, beside_name(written.name)):
        assert (tmp_path / name).read_bytes() == (written.parent / name).read_bytes()


def test_tables_are_not_changed(book, classes, tmp_path):
    made = made_tables(book, classes)
    before = {name: frame.copy() for name, frame in made.items()}
    write_workbook(tmp_path / "pack.xlsx", book, made)
    for name, frame in before.items():
        pd.testing.assert_frame_equal(frame, made[name])
