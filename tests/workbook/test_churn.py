"""The workbook's sheets on churn and winning back, read back and calculated by LibreOffice."""

import re
import time
from dataclasses import replace

import numpy as np
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
from kamlib.analysis.churn.bridge import STEPS, TOTAL, bridge, total_sales
from kamlib.analysis.churn.reasons import reason_word
from kamlib.analysis.churn.states import loss_dynamics
from kamlib.analysis.churn.watch_list import LeavingAccounts, watch_list
from kamlib.analysis.churn.winback import do_not_chase, lifetime_years, winback_list
from kamlib.analysis.churn.winback_attempts import win_chances
from kamlib.analysis.measures.year_value import usual_margin_rate
from kamlib.chapters.catalogue import beside_name
from kamlib.chapters.sheets.abc_xyz import TRY_IT
from kamlib.chapters.sheets.churn import BRIDGE, LEFT_ALONE, LOSSES, WATCH, WINBACK
from kamlib.data.frames import account_part_quarters
from kamlib.settings import LOSS_REASONS, Settings, load_settings
from kamlib.workbook.churn import BY_VALUE
from kamlib.workbook.workbook import write_workbook

# ibis 12 uses names that duckdb and pandas mean to retire.
pytestmark = [
    pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The 'future.infer_string' option"),
]

DUE = pd.Timestamp("2026-01-07")  # as the one list of tasks could have it


SHEETS = tuple(sheet.name for sheet in (WATCH, WINBACK, LEFT_ALONE, BRIDGE, LOSSES))
NASTY = ("=1+1", "+49 30", "-2+3", "@SUM(A1)", "a*b?c~", "<b>&\"'", "北京 😀")
LIVE = {
    "Chance with an offer": "p_win",
    "Margin of the years after (EUR)": "second_lifetime_value",
    "Cost (EUR)": "cost",
    "Net value (EUR)": "net_value",
}
MOVED = {
    "none but chances": {"p_win": (0.3, 0.45, 0.6, 0.1, 0.05, 0.5, 0.4, 0.5, 0.7)},
    "costs and years": {"cost_share": (0.9, 0.4, 0, 0.3, 0.2, 0.01, 0.5, 0.1, 0.3),
                        "value_years": 7, "keep_rate": 0.35},
    "all are kept": {"value_years": 2, "keep_rate": 1.0, "prior_weight": 2.5},
    "dear hours": {"work.hour_cost": 250.0, "work.least_per_hour": 0.5},
    "one year": {"value_years": 1, "keep_rate": 0.0, "prior_weight": 80.0},
}  # fmt: skip


def made_tables(book):
    """The tables of churn, as the analyses shape them."""
    found, rules = book.churn, book.settings
    sales = {
        part: account_part_quarters(book.tables.ledger.table, book.as_of, part)
        for part in ("region", "product_line")
    }
    steps = bridge(
        {TOTAL: total_sales(sales["region"]), **sales},
        quarter=book.quarter,
        base=book.quarter - 4,
    )
    names = book.accounts[["name", "manager"]].reindex(found.states.index)
    return {
        "watch_list": watch_list(
            LeavingAccounts(found.states, names, found.year, found.hints),
            margin_rate=usual_margin_rate(book.months, rules.winback.margin_rate),
            settings=rules.watch,
            currency=book.currency,
        ).assign(due=DUE),
        **winback_tables(book, found.economics, rules),
        "winback_log": found.winback_log,
        "bridge": steps,
        "loss_dynamics": loss_dynamics(
            book.orders,
            book.gaps,
            book.months,
            seen_to=book.seen_to,
            settings=rules,
            quarters=rules.history.quarters,
        ),
    }


def winback_tables(book, economics, rules):
    return {
        "winback": winback_list(economics, currency=book.currency).assign(due=DUE),
        "do_not_chase": do_not_chase(economics, currency=book.currency),
    }


def classed(book):
    return abc_xyz(
        book.months, book.orders, book.accounts, as_of=book.as_of, settings=book.settings
    )


def with_nasty_texts(frame):
    """Names and sentences that look like formulas, conditions or markup."""
    frame = frame.copy()
    for name in ("name", "why", "offer_words", "key"):
        if name in frame:
            nasty = pd.Series((NASTY * (1 + len(frame) // len(NASTY)))[: len(frame)], frame.index)
            frame[name] = frame[name].where(np.arange(len(frame)) % 2 == 0, nasty)
    return frame


@pytest.fixture(scope="module")
def book():
    return open_book("demo", settings={"stability.resamples": 10, "replay.quarters": 1})


@pytest.fixture(scope="module")
def tables(book):
    made = {"abc_xyz": classed(book), **made_tables(book)}
    for key in ("watch_list", "winback", "do_not_chase"):
        made[key] = with_nasty_texts(made[key])
    keys = made["bridge"]["key"].mask(made["bridge"]["key"] == "Nordics", "=1+1")
    return made | {"bridge": made["bridge"].assign(key=keys)}


@pytest.fixture(scope="module")
def dossiers(tables):
    few = [*tables["winback"].index[:3], *tables["watch_list"].index[:2]]
    return {account: f"accounts/{account.lower()}.html" for account in few}


@pytest.fixture(scope="module")
def written(book, tables, dossiers, tmp_path_factory):
    path = tmp_path_factory.mktemp("workbook") / "pack.xlsx"
    write_workbook(path, book, tables, dossiers=dossiers)
    return path


def setting(name):
    return name if "." in name else f"winback.{name}"


def winback_cells(changes):
    """The input cells that stand for changed settings."""
    cells = {}
    for name, value in changes.items():
        if name in ("p_win", "cost_share"):
            slugs = [code.replace(" ", "_") for code in LOSS_REASONS]
            cells |= {f"{name}_{slug}": v for slug, v in zip(slugs, value, strict=True)}
        else:
            cells[setting(name).replace(".", "_")] = value
    return cells


def assert_valued(workbook, economics):
    """Both lists hold what the analysis gives, and so does the table of effects."""
    ours = listed(workbook, WINBACK.name, "winback").set_index("Account")
    left = listed(workbook, LEFT_ALONE.name, "do_not_chase").set_index("Account")
    assert sorted([*ours.index, *left.index]) == sorted(economics.index)
    for found in (ours, left):
        wanted = economics.reindex(found.index)
        for heading, name in LIVE.items():
            np.testing.assert_allclose(
                found[heading].to_numpy(float), wanted[name].to_numpy(float), rtol=1e-9, atol=1e-9
            )
        good = wanted["why_not"] == ""
        assert ((found.filter(regex="ays off").iloc[:, 0] == "yes") == good).all()
    wanted = economics.reindex(ours.index)
    assert set(wanted["why_not"]) <= {"", *BY_VALUE}
    np.testing.assert_allclose(
        ours["Discount at most"].to_numpy(float), wanted["discount_ceiling"], rtol=1e-9, atol=1e-9
    )
    ranks = wanted["net_value"].rank(method="min", ascending=False)
    assert ours["Rank"].tolist() == ranks.tolist()
    assert_effect(workbook, economics[economics["why_not"] == ""])


def assert_effect(workbook, worth):
    rows = {row[0]: row for row in workbook[TRY_IT.name].iter_rows(values_only=True)}
    heads = rows["Reason"]
    accounts, net = heads.index("Accounts now"), heads.index("Net value now (EUR)")
    for code in LOSS_REASONS:
        own = worth.loc[worth["reason"] == code, "net_value"]
        assert rows[reason_word(code)][accounts] == len(own)
        assert rows[reason_word(code)][net] == pytest.approx(own.sum())
    assert rows["All reasons"][accounts] == len(worth)
    assert rows["All reasons"][net] == pytest.approx(worth["net_value"].sum())


def test_sheets_are_there_and_linked_from_the_summary(written):
    workbook = load(written)
    assert set(SHEETS) <= set(workbook.sheetnames)
    targets = linked_sheets(workbook)
    assert {f"'{name}'!A1" for name in SHEETS} <= targets
    assert_without_errors(workbook)


def test_stored_values_are_those_of_the_analysis(written, book):
    assert_valued(load(written), book.churn.economics)


@needs_office
def test_formulas_give_the_stored_values(written, recalculated):
    again = recalculated(written, {})
    assert_same_values(load(written), again, SHEETS)
    assert cell_of(again, "winback_banner").value in (None, "")


@needs_office
@pytest.mark.parametrize("changes", MOVED.values(), ids=MOVED)
def test_moved_assumptions_give_what_the_analysis_gives(written, book, recalculated, changes):
    overrides = {setting(name): value for name, value in changes.items()}
    settings = load_settings(overrides=overrides)
    workbook = recalculated(written, winback_cells(changes))
    economics = book.churn.under(settings).economics
    assert not np.allclose(
        economics["net_value"], book.churn.economics["net_value"].reindex(economics.index)
    )
    assert_valued(workbook, economics)
    assert_without_errors(workbook)
    lifetime = cell_of(workbook, "winback_lifetime").value
    assert lifetime == pytest.approx(lifetime_years(settings.winback))
    for sheet in (WINBACK.name, LEFT_ALONE.name):
        assert "assumptions differ from the pack" in workbook[sheet]["A3"].value


@needs_office
def test_an_impossible_assumption_is_said(written, recalculated):
    workbook = recalculated(written, {"p_win_price": 1.2})
    for sheet in (WINBACK.name, LEFT_ALONE.name):
        assert "impossible" in workbook[sheet]["A3"].value


def test_input_cells_are_open_checked_and_hold_settings_and_defaults(written, book):
    workbook = load(written, data_only=False)
    rules, standard = book.settings.winback, Settings().winback
    wanted = {name: getattr(rules, name) for name in
              ("p_win", "cost_share", "value_years", "keep_rate", "prior_weight")}  # fmt: skip
    default = winback_cells({name: getattr(standard, name) for name in wanted})
    for name, value in winback_cells(wanted).items():
        cell = cell_of(workbook, name)
        assert cell.value == pytest.approx(value)
        unit = not name.startswith(("p_win", "cost_share"))  # stands between
        assert cell.offset(0, 1 + unit).value == pytest.approx(default[name])
        assert cell.offset(0, 2 + unit).value == pytest.approx(value)
        assert not cell.protection.locked
        assert any(cell.coordinate in rule.sqref
                   for rule in cell.parent.data_validations.dataValidation)  # fmt: skip


def test_logged_attempts_stand_beside_the_assumed_chance(written, tables, book):
    workbook = load(written)
    chances = win_chances(tables["winback_log"], settings=book.settings.winback)
    rows = {row[0]: row for row in workbook[TRY_IT.name].iter_rows(values_only=True)}
    heads = rows["Reason"]
    for code, row in chances.iterrows():
        found = rows[reason_word(code)]
        assert found[heads.index("Logged attempts that show it")] == pytest.approx(row["tries"])
        assert found[heads.index("Returns beyond those unasked")] == pytest.approx(row["returns"])
        assert found[heads.index("Chance added, in use")] == pytest.approx(row["p_win"])
    assert chances["attempts"].sum() > 0


@needs_office
def test_without_the_log_the_chance_itself_is_the_assumption(book, tables, tmp_path, recalculated):
    alone = {name: tables[name] for name in ("abc_xyz", "winback")}
    write_workbook(tmp_path / "alone.xlsx", book, alone)
    again = recalculated(tmp_path / "alone.xlsx", {})
    assert_same_values(load(tmp_path / "alone.xlsx"), again, SHEETS)
    forgotten = tables["winback"].query("reason == 'forgotten'")["uplift"].iloc[0]
    assert cell_of(again, "p_win_forgotten").value == pytest.approx(forgotten)


@needs_office
def test_recorded_costs_stay(written, tables, recalculated):
    workbook = recalculated(written, winback_cells({"cost_share": (1.0,) * 9}))
    found = listed(workbook, WINBACK.name, "winback").set_index("Account")["Cost (EUR)"]
    recorded = tables["winback"]["cost_source"] == "recorded"
    whole = tables["winback"]["margin_a_year"] + 60 * tables["winback"]["hours"]
    wanted = tables["winback"]["cost"].where(recorded, whole)
    np.testing.assert_allclose(found.to_numpy(float), wanted.reindex(found.index))
    assert recorded.any() and not recorded.all()


def test_the_watch_list_is_by_manager_with_room_to_write(written, tables):
    workbook = load(written, data_only=False)
    sheet = workbook[WATCH.name]
    assert sheet.tables["watch_list"].autoFilter is not None
    found = listed(load(written), WATCH.name, "watch_list")
    watched = tables["watch_list"]
    assert found["Account"].tolist() == watched.index.tolist()
    assert pd.to_datetime(found["Due"]).tolist() == watched["due"].tolist()
    np.testing.assert_allclose(found["Margin at risk (EUR)"], watched["at_risk"])
    assert found[["Notes", "Done on"]].isna().all(axis=None)
    for name, head in ((WATCH.name, 8), (WINBACK.name, 8)):
        heads = [cell.value for cell in workbook[name][head]]
        for heading in ("Notes", "Done on"):
            cell = workbook[name].cell(head + 1, heads.index(heading) + 1)
            assert not cell.protection.locked and cell.border.left.style == "thin"
        assert workbook[name].freeze_panes
        assert not workbook[name].protection.sheet, "a protected sheet cannot be sorted"


def test_an_account_with_a_dossier_leads_to_it(written, dossiers, tables):
    workbook = load(written)
    for name, key in ((WATCH.name, "watch_list"), (WINBACK.name, "winback")):
        links = {
            cell.value: cell.hyperlink.target.replace("\\", "/")
            for row in workbook[name].iter_rows()
            for cell in row
            if cell.hyperlink and cell.hyperlink.target  # none leads to the sheet Try it
        }
        assert links == {account: dossiers[account] for account in dossiers
                         if account in tables[key].index}  # fmt: skip
        assert links


def test_the_bridge_adds_up_by_every_direction(written, tables):
    rows = list(load(written)[BRIDGE.name].iter_rows(values_only=True))
    top = next(i for i, row in enumerate(rows) if row[0] == "Direction")
    table = tables["bridge"]
    words = {"total": "total", "region": "region", "product_line": "product line"}
    by_word = {row[0]: row for row in rows[top + 1 : top + 4]}
    for direction, word in words.items():
        sums = table.loc[table["direction"] == direction, ["before", *STEPS, "after"]].sum()
        np.testing.assert_allclose(by_word[word][2:10], sums)
        assert by_word[word][10] == pytest.approx(sums["after"] - sums["before"])
        assert by_word[word][11] == "adds up"


def test_the_waterfall_stands_on_an_invisible_base(written, tables):
    sheet = load(written)[BRIDGE.name]
    (chart,) = sheet._charts
    base, above, below = chart.series
    assert base.graphicalProperties.noFill and not above.graphicalProperties.noFill
    assert chart.grouping == "stacked" and len(above.dPt) == len(below.dPt) == 8
    rows = [[cell.value for cell in row] for row in sheet["A5:G12"]]
    total = tables["bridge"].query("direction == 'total'").iloc[0]
    level = total["before"]
    for step, (_name, amount, after, low, high, under, top) in zip(STEPS, rows[1:7], strict=True):
        assert amount == pytest.approx(total[step])
        assert [low, low + high] == pytest.approx(sorted([level, level + amount]))
        level += amount
        assert after == pytest.approx(level) and under == 0
        assert top == pytest.approx(low + high)
    assert rows[7][1:5] == pytest.approx([level, level, 0, level])


@needs_office
@pytest.mark.parametrize(
    ("before", "steps"),
    [(50.0, (0.0, 0.0, 10.0, 0.0, -80.0, -20.0)), (-30.0, (20.0, 0.0, 40.0, -90.0, 0.0, 0.0))],
    ids=["falls below zero", "starts below zero"],
)
def test_a_waterfall_through_zero(book, tables, tmp_path, recalculated, before, steps):
    row = {"direction": "total", "key": "", "before": before, "after": before + sum(steps)}
    row |= dict(zip(STEPS, steps, strict=True))
    made = {"abc_xyz": tables["abc_xyz"], "bridge": pd.DataFrame([row])}
    write_workbook(tmp_path / "zero.xlsx", book, made)
    again = recalculated(tmp_path / "zero.xlsx", {})
    assert_same_values(load(tmp_path / "zero.xlsx"), again, SHEETS)
    level = before
    cells = again[BRIDGE.name]["A6:F11"]
    for step, line in zip(steps, cells, strict=True):
        base, above, below = (cell.value for cell in line[3:6])
        ends = {max(base, 0) + above, min(base, 0) + below} | ({base} if base else set())
        assert {level, level + step} - {0.0} <= ends | {0.0}
        level += step


def test_losses_by_quarter_with_sums_and_a_chart(written, tables):
    sheet = load(written)[LOSSES.name]
    found = listed(load(written), LOSSES.name, "loss_dynamics")
    dynamics = tables["loss_dynamics"]
    assert found["Quarter"].tolist() == [str(quarter) for quarter in dynamics.index]
    np.testing.assert_allclose(found["Share lost"].astype(float), dynamics["loss_rate"])
    rows = {row[0]: row for row in sheet.iter_rows(values_only=True)}
    heads = rows["Quarter"]
    for heading, name in {"Lost": "lost", "Revenue lost (EUR)": "revenue_lost"}.items():
        assert rows["All of these"][heads.index(heading)] == pytest.approx(dynamics[name].sum())
    assert len(sheet._charts) == 1


def test_texts_are_texts_whatever_they_look_like(written):
    workbook, seen = load(written, data_only=False), set()
    for name in SHEETS:
        for row in workbook[name].iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value in NASTY:
                    assert cell.data_type == "s", cell
                    seen.add(name)
    assert seen == {WATCH.name, WINBACK.name, LEFT_ALONE.name, BRIDGE.name}


def test_every_formula_is_old_and_looks_only_at_its_row_or_at_whole_columns(written):
    known = {
        *("IF", "SUM", "SUMIF", "SUMIFS", "COUNTIFS", "SUBTOTAL", "SUMPRODUCT", "MIN", "MAX"),
        *("ROUND", "INDEX", "ISNUMBER", "RANK", "AND", "OR", "INT"),
    }
    workbook = load(written, data_only=False)
    for name in SHEETS:
        for row in workbook[name].iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert set(re.findall(r"([A-Z.]+)\(", cell.value)) <= known, cell
                    own = re.findall(r"\$[A-Z]+(\d+)", cell.value)
                    assert {int(number) for number in own} <= {cell.row}, cell.value


def test_same_inputs_give_the_same_bytes(written, book, tables, dossiers, tmp_path):
    write_workbook(tmp_path / written.name, book, tables, dossiers=dossiers)
    for name in (written.name, beside_name(written.name)):
        assert (tmp_path / name).read_bytes() == (written.parent / name).read_bytes()


@pytest.mark.parametrize(
    ("key", "sheets"),
    [
        ("watch_list", {WATCH.name}),
        ("winback", {WINBACK.name}),
        ("do_not_chase", {LEFT_ALONE.name}),
        ("bridge", {BRIDGE.name}),
        ("loss_dynamics", {LOSSES.name}),
    ],
)
def test_each_sheet_stands_alone_and_goes_with_its_table(book, tables, tmp_path, key, sheets):
    alone = {name: tables[name] for name in ("abc_xyz", key)}
    write_workbook(tmp_path / "alone.xlsx", book, alone)
    assert set(load(tmp_path / "alone.xlsx").sheetnames) & set(SHEETS) == sheets
    empty = {"abc_xyz": tables["abc_xyz"], key: tables[key].head(0)}
    write_workbook(tmp_path / "empty.xlsx", book, empty)
    assert not set(load(tmp_path / "empty.xlsx").sheetnames) & set(SHEETS)


@needs_office
def test_no_rows_at_all(book, tables, tmp_path, recalculated):
    bare = {name: frame if name == "abc_xyz" else frame.head(0) for name, frame in tables.items()}
    write_workbook(tmp_path / "bare.xlsx", book, bare)
    again = recalculated(tmp_path / "bare.xlsx", {})
    assert_without_errors(again)
    assert_same_values(load(tmp_path / "bare.xlsx"), again, SHEETS)


@needs_office
def test_nothing_known_at_all_is_sensible(book, tables, tmp_path, recalculated):
    bare = {}
    for name, frame in tables.items():
        kept = name in ("abc_xyz", "winback_log")
        floats = frame.columns[[pd.api.types.is_float_dtype(kind) for kind in frame.dtypes]]
        numbers = [] if kept else list(floats)
        bare[name] = frame.assign(**dict.fromkeys(numbers, np.nan))
        if name in ("winback", "watch_list"):
            bare[name]["due"] = pd.NaT
    write_workbook(tmp_path / "bare.xlsx", book, bare)
    again = recalculated(tmp_path / "bare.xlsx", {})
    assert_without_errors(again)
    assert_same_values(load(tmp_path / "bare.xlsx"), again, SHEETS)


@needs_office
@pytest.mark.parametrize(
    ("case", "quarter"),
    [
        ("adventureworks", "latest"),
        pytest.param("online_retail_parquet", "2011Q3", marks=pytest.mark.long),
    ],
)
def test_real_companies_calculate_to_the_stored_values(
    case, quarter, request, tmp_path, recalculated
):
    few = {"stability.resamples": 10, "replay.quarters": 1}
    book = open_book(request.getfixturevalue(case), quarter, settings=few)
    made = {"abc_xyz": classed(book).head(60), **made_tables(book)}
    write_workbook(tmp_path / "real.xlsx", book, made)
    again = recalculated(tmp_path / "real.xlsx", {})
    assert_without_errors(again)
    assert_same_values(load(tmp_path / "real.xlsx"), again, SHEETS)


@pytest.mark.long
def test_rows_beyond_the_limit_are_counted(book, tables, tmp_path):
    short = replace(book, settings=load_settings(overrides={"pack.sheet_rows": 100}))
    many = many_lost(tables, 300)
    write_workbook(tmp_path / "short.xlsx", short, many)
    workbook = load(tmp_path / "short.xlsx")
    assert len(listed(workbook, WINBACK.name, "winback")) == 100
    assert "first 100" in workbook[WINBACK.name]["A4"].value
    assert "300 lost accounts" in workbook[WINBACK.name]["A2"].value
    assert "first 100" in workbook[LEFT_ALONE.name]["A5"].value


def test_thousands_of_lost_accounts_are_written_in_seconds(book, tables, tmp_path):
    many = many_lost(tables, 2500)
    start = time.process_time()
    write_workbook(tmp_path / "many.xlsx", book, many)
    assert time.process_time() - start < 20


def many_lost(tables, rows):
    many = dict(tables)
    for key in ("winback", "do_not_chase"):
        frame = pd.concat([tables[key]] * (1 + rows // len(tables[key]))).head(rows)
        many[key] = frame.set_axis(pd.Index([f"T{i}" for i in range(rows)], name="account"))
    return many
