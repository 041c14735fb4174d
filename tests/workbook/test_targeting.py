"""The workbook's sheets on targeting, read back and calculated again by LibreOffice."""

import math
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
from kamlib.analysis.targeting.gaps import lines_bought
from kamlib.chapters.catalogue import beside_name
from kamlib.chapters.targeting import Targeting
from kamlib.data.files.spreadsheets import sheet_cells
from kamlib.data.work import written_in
from kamlib.settings import PS, Settings, load_settings
from kamlib.show.columns import column
from kamlib.workbook import campaign
from kamlib.workbook.campaign import CARD_ROWS, CARDS_ROW, DROPPED, PAGE_ROWS, ROOM
from kamlib.workbook.formulas import chance_curve
from kamlib.workbook.workbook import write_workbook

# ibis 12 uses names that duckdb and pandas mean to retire.
pytestmark = [
    pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The 'future.infer_string' option"),
]


NAMES = [sheet.name for table in Targeting.told_tables() for sheet in table.sheets]
TARGETS, QUESTIONS, EVIDENCE, CONTACTS, CARDS, CALENDAR, WEEKS, *others = NAMES
WHITESPACE, WHITE_MAP, SCORE_CHECK, SCORECARD = others
SHEETS = [name for name in NAMES if name not in (QUESTIONS, EVIDENCE)]
HEADINGS = {"score": "Score", "completeness": "Completeness", "chance": "Chance",
            "priority": "Priority (EUR)", "rank": "Rank", "by": "Vetoed by"}  # fmt: skip
WEIGHTS = (0.4, 0.3, 0.3)
BUDGET = column("budget").label
HOURS = {team: column(f"{team}_hours").label for team in ("sales", "marketing")}
TIERS = ("one-to-one", "one-to-few", "one-to-many", "find out", "not now")
NASTY = ("=1+1", "+49 30", "-2+3", "@SUM(A1)", "a*b?c~", "<b>&\"'", "北京 😀")
ROLES = ("decides", "signs", "champions", "influences", "uses", "gatekeeps")
LINES = ("Equipment", "Fasteners", "Safety", "Tools", "Service contracts", "a*b?c~")
QUARTER = pd.Timestamp("2026-01-05")


def loop_score(ps, fresh, weights, veto):
    """Score, completeness and the vetoing P's of one target, step by step."""
    logs = known = 0.0
    vetoes = []
    for name, p, f, w in zip(PS, ps, fresh, weights, strict=True):
        if math.isnan(p):
            continue
        if p <= veto and w > 0:
            vetoes.append(name)
        known += w * f
        logs += w * f * math.log(p) if p > 0 else 0.0
    completeness = known / sum(weights) if sum(weights) > 0 else math.nan
    if not sum(weights) > 0:
        return math.nan, completeness, vetoes
    if vetoes:
        return 0.0, completeness, vetoes
    return (math.exp(logs / known) if known > 0 else math.nan), completeness, vetoes


def loop_targets(targets, weights, veto):
    """What the analysis makes of the targets: score, chance, priority and rank, target by target.

    Equal priorities keep the order of ``targets``.
    """
    rows = []
    for code, row in targets.iterrows():
        ps, fresh = [row[n] for n in PS], [row[f"{n}_freshness"] for n in PS]
        score, completeness, vetoes = loop_score(ps, fresh, weights, veto)
        own = row["p_win"] if not math.isnan(row["p_win"]) else score
        rows.append([code, score, completeness, ", ".join(vetoes), own])
    frame = pd.DataFrame(rows, columns=["prospect", "score", "completeness", "by", "own"])
    frame = frame.set_index("prospect")
    middle = frame.loc[frame["by"] == "", "own"].median()
    frame["chance"] = frame["own"].fillna(0.5 if math.isnan(middle) else middle)
    frame.loc[frame["by"] != "", "chance"] = 0.0
    frame["priority"] = frame["chance"] * targets["expected_value"]
    keys = frame[["priority", "chance"]].round(6)
    order = keys.sort_values(
        ["priority", "chance"], ascending=False, kind="stable", na_position="last"
    )
    frame["rank"] = pd.Series(range(1, len(order) + 1), order.index)
    return frame


def made_targets(accounts, number=60, seed=5, *, weights=(0.4, 0.3, 0.3), validated=False):
    """Prospects and accounts: some unknown, vetoed, equal, without value, with nasty names."""
    draw = np.random.default_rng(seed)
    codes = [f"P{i:03d}" for i in range(number - len(accounts) - 1)] + [*accounts, "0012"]
    frame = pd.DataFrame(index=pd.Index(codes, name="prospect", dtype="str"))
    for name in PS:
        frame[name] = draw.integers(1, 20, number) / 20
        frame[f"{name}_freshness"] = draw.uniform(0.2, 1, number).round(3)
        gone = draw.random(number) < 0.2
        frame.loc[gone, [name, f"{name}_freshness"]] = np.nan
    frame.loc[frame.index[::9], "budget"] = 0.0
    frame["budget_freshness"] = frame["budget_freshness"].fillna(0.5).where(frame["budget"].notna())
    frame.iloc[3, :6] = np.nan
    frame.iloc[8] = frame.iloc[7]
    frame["expected_value"] = draw.lognormal(10, 1, number).round(2)
    frame.loc[frame.index[[8]], "expected_value"] = frame["expected_value"].iloc[7]
    frame.loc[frame.index[[12, 13]], "expected_value"] = np.nan
    frame["p_win"] = np.nan
    found = loop_targets(frame, weights, 0.0)
    if validated:  # a target that nothing is known of has no chance of its own
        frame["p_win"] = 1 / (1 + np.exp(-(2.4 * found["score"] - 2)))
        found = loop_targets(frame, weights, 0.0)
    for name in ("score", "completeness", "priority", "rank"):
        frame[name] = found[name]
    frame["vetoed"] = found["by"] != ""
    unknown = frame["score"].isna() | (frame["completeness"] < 0.5)
    bad = frame["vetoed"] | (frame["score"] < 0.35)
    place = np.select(
        [bad, unknown, frame["rank"] <= 6, frame["rank"] <= 16], [4, 3, 0, 1], default=2
    )
    frame["tier"] = pd.Categorical.from_codes(place, TIERS, ordered=True)
    frame["kind"] = np.where(frame.index.isin(accounts), "account", "prospect")
    frame["name"] = [NASTY[i] if i < len(NASTY) else f"Company {i} Handels AG"
                     for i in range(number)]  # fmt: skip
    missing = [", ".join(n for n in PS if math.isnan(row[n])) for _, row in frame.iterrows()]
    frame = frame.assign(
        owner=draw.choice(["M1 Ann Berg", "M2 Jan Holm"], number),
        missing=missing,
        why="need 0.70: asked for a quotation in November; budget 0.40: revenue is 12 times what "
        "it would buy",
        tier_why="one-to-one: priority 40,120 is among the first 6 that the hours allow",
        fit=draw.random(number).round(2),
        fit_low=0.2,
        fit_high=0.9,
        similar="N1001 Acme Works, N1007 Brook & Sons, N1010 Carter",
        offer_line=draw.choice(LINES[:4], number),
        offer="Trial delivery of bearings with two years of service",
        offer_why="14 of 30 similar accounts buy it",
        second_line="Seals",
        border=np.where(np.arange(number) % 8 == 0, "2 more hours: one-to-one", ""),
        decider="Eva Lang",
        roles_missing="signs, champions",
        industry=draw.choice(["Machinery", "Chemicals"], number),
        region=draw.choice(["North", "South"], number),
        relationship="new",
        source="trade fair",
        competitor="Rivalis",
        rank_best=1.0,
        rank_worst=9.0,
    )
    texts = frame.select_dtypes("str").columns
    return frame.astype(dict.fromkeys(texts, "str")).sort_values(["tier", "rank"])


def made_cards(targets, each=2):
    rows = []
    for i, (code, target) in enumerate(targets.iterrows()):
        for j in range(1 + (i + each) % 3):
            seen = QUARTER - pd.Timedelta(days=20 * (j + i)) if j != 1 else pd.NaT
            rows.append(
                (code, target["name"], f"K{i}-{j}" if i or j else "",
                 NASTY[i] if i < 7 and not j else f"Eva Lang {j}",
                 "Head of purchasing", ROLES[j], "price, delivery on the day, one person to call",
                 "visit", seen, (QUARTER - seen).days if j != 1 else np.nan,
                 "Show the trial of bearings and ask who signs", QUARTER + pd.Timedelta(days=7 * j),
                 target["owner"], "not met for 210 days")
            )  # fmt: skip
    names = ["prospect", "name", "contact", "person", "position", "role", "interests", "channel",
             "last_contact", "silent_days", "next_step", "next_step_due", "owner",
             "finding"]  # fmt: skip
    return pd.DataFrame(rows, columns=names)


def made_campaign(targets, seed=11):
    draw = np.random.default_rng(seed)
    steps = (("letter", "mail"), ("call", "phone"), ("visit", "visit"), ("case study", "email"))
    rows = []
    for i, (code, target) in enumerate(targets.iterrows()):
        if str(target["tier"]) not in TIERS[:3]:
            continue
        for j, (step, channel) in enumerate(steps):
            date = QUARTER + pd.Timedelta(days=int(draw.integers(0, 84)))
            sales = (0.0, 0.5, 3.0, 0.0)[j]
            rows.append((date, code, target["name"], str(target["tier"]), step,
                         "How a factory saved 12 % with our bearings", channel, "Eva Lang",
                         ("a*b?c~" if i % 5 == 0 else target["owner"]),
                         "Mia" if i % 2 else "Ann Berg", sales, 0.0 if sales else 1.5,
                         "needs bearings; decides in spring"))  # fmt: skip
    names = ["date", "prospect", "name", "tier", "step", "content", "channel", "person", "owner",
             "marketing", "sales_hours", "marketing_hours", "why"]  # fmt: skip
    frame = pd.DataFrame(rows, columns=names)
    frame["date"] = pd.to_datetime(frame["date"]).astype("datetime64[us]")
    frame.loc[4, "date"] = pd.NaT  # found no day
    frame.loc[5, ["prospect", "name"]] = ["", "Machinery"]  # a whole cluster
    return frame.sort_values("date", kind="stable", ignore_index=True)


def made_whitespace(accounts, seed=3):
    draw = np.random.default_rng(seed)
    size = len(accounts) * len(LINES)
    kind = draw.choice(3, size, p=[0.4, 0.4, 0.2])
    value = np.where(kind == 1, draw.lognormal(9, 1, size).round(2), 0.0)
    return pd.DataFrame(
        {
            "account": np.repeat(accounts, len(LINES)),
            "product_line": np.tile(LINES, len(accounts)),
            "expected_value": value,
            "why": "14 of 30 similar accounts buy it, for 12,400 a year in the middle",
            "name": np.repeat([f"Buyer {i} GmbH" for i in range(len(accounts))], len(LINES)),
            "low": value * 0.3,
            "high": value * 2.1,
            "chance": 0.4,
            "value_if_bought": value / 0.4,
            "peers": 30,
            "peer_share": 14 / 30,
            "own_value": np.where(kind == 0, draw.lognormal(10, 1, size), 0.0),
            "stopped": np.where(np.arange(size) % 3 == 0, "2024Q3", ""),
        }
    )


def made_checks():
    models = pd.DataFrame(
        [
            ("score", 312, 120, 0.71, 0.65, 0.77, 0.6, 1.8, 0.2, 0.03, "tells won from lost"),
            ("authority", 312, 120, 0.51, 0.45, 0.57, 0.4, 1.0, 0.25, np.nan,
             "does not discriminate in your data"),
        ],
        columns=["predictor", "n", "won", "auc", "auc_low", "auc_high", "average_precision",
                 "lift_top_fifth", "brier", "calibration", "verdict"],
    )  # fmt: skip
    rates = pd.DataFrame(
        [("budget", "unknown", 72, 10, 0.139, 0.08, 0.23, "wins rarely"),
         ("budget", "=known", 240, 130, 0.54, 0.48, 0.6, "")],
        columns=["attribute", "value", "n", "won", "win_rate", "low", "high", "verdict"],
    )  # fmt: skip
    sources = pd.DataFrame(
        [("trade fair", 80, 40, 12, 0.3, 0.19, 0.43, 120000.0, 140.0),
         ("", 6, 1, 0, np.nan, np.nan, np.nan, 0.0, np.nan)],
        columns=["source", "found", "qualified", "won", "win_rate", "low", "high", "value_won",
                 "days_to_win"],
    )  # fmt: skip
    quality = pd.DataFrame({"measure": ["best accounts", "pairs in right order"],
                            "value": ["34", "81.0 % (72.0–89.0 %)"]})  # fmt: skip
    raci = pd.DataFrame(
        [("Choose the targets", "C", "R", "A", "I", "", "Mia"),
         ("Offer per target", "A/R", "C", "C", "C", "C", "=1+1")],
        columns=["activity", "account_manager", "marketing", "head_of_sales", "inside_sales",
                 "technician", "people"],
    )  # fmt: skip
    card = pd.DataFrame(
        [("decider_known", "Targets whose decider is known", "share", 0.35, 0.41, 0.06, "better"),
         ("talks", "Talks held", "talks", 11.0, 18.0, 7.0, "better"),
         ("pipeline", "Value of open offers", "currency", np.nan, 412000.5, np.nan, "")],
        columns=["measure", "label", "unit", "last_quarter", "this_quarter", "change", "better"],
    )  # fmt: skip
    return {"target_models": models, "win_rates": rates, "lookalike": quality,
            "lead_sources": sources, "raci": raci, "scorecard": card}  # fmt: skip


def made_tables(accounts, **options):
    """All tables of targeting; ``accounts`` are numbers of accounts that are targets too."""
    targets = made_targets(list(accounts), **options)
    gaps = made_whitespace(list(accounts))
    return {
        "targets": targets,
        "contact_cards": made_cards(targets),
        "campaign": made_campaign(targets),
        "whitespace": gaps,
        **made_checks(),
    }


@pytest.fixture(scope="module")
def book():
    return open_book("demo", settings={"stability.resamples": 10, "replay.quarters": 1})


@pytest.fixture(scope="module")
def classes(book):
    return abc_xyz(
        book.months, book.orders, book.accounts, as_of=book.as_of, settings=book.settings
    )


@pytest.fixture(scope="module")
def accounts(classes):
    return list(classes.index[:8])


@pytest.fixture(scope="module")
def tables(classes, accounts):
    return {"abc_xyz": classes.head(12), **made_tables(accounts)}


@pytest.fixture(scope="module")
def dossiers(accounts):
    # A prospect's code that by chance has a dossier's name leads nowhere.
    return {code: f"accounts/{code.lower()}.html" for code in [*accounts[:3], "P001"]}


@pytest.fixture(scope="module")
def written(book, tables, dossiers, tmp_path_factory):
    path = tmp_path_factory.mktemp("workbook") / "pack.xlsx"
    write_workbook(path, book, tables, dossiers=dossiers)
    return path


def place_of(workbook, sheet, table, heading, row):
    """The address of a table's cell, rows counted from 0."""
    top, *rows = workbook[sheet][workbook[sheet].tables[table].ref]
    col = [cell.value for cell in top].index(heading)
    return f"{sheet}!{rows[row][col].coordinate}"


def inputs(weights=None, veto=None, least=None):
    cells = {} if weights is None else dict(
        zip((f"three_p_weight_{name}" for name in PS), weights, strict=True)
    )  # fmt: skip
    cells |= {} if veto is None else {"veto_at": veto}
    return cells | ({} if least is None else {"target_min_score": least})


def assert_scored(workbook, targets, weights, veto=0.0):
    """The sheet holds what the slow loop gives; equal ones keep their place in the pack."""
    found = listed(workbook, TARGETS, "targets").set_index("Target")
    assert sorted(found.index) == sorted(targets.index)
    order = targets.sort_values("rank")
    wanted = loop_targets(order, weights, veto).reindex(found.index)
    for name in ("score", "completeness", "chance", "priority"):
        numbers = pd.to_numeric(found[HEADINGS[name]], errors="coerce")
        np.testing.assert_allclose(numbers, wanted[name], rtol=1e-9, atol=1e-9, err_msg=name)
    assert found[HEADINGS["by"]].fillna("").tolist() == wanted["by"].tolist()
    assert found[HEADINGS["rank"]].tolist() == wanted["rank"].tolist()
    return found, wanted


def test_sheets_are_there_and_linked_from_the_summary(written):
    workbook = load(written)
    assert set(SHEETS) <= set(workbook.sheetnames)
    targets = linked_sheets(workbook)
    assert {f"'{name}'!A1" for name in SHEETS} <= targets
    assert_without_errors(workbook)


def test_stored_scores_are_those_of_the_analysis(written, tables):
    found, _wanted = assert_scored(load(written), tables["targets"], WEIGHTS)
    assert found["Rank in the pack"].tolist() == found["Rank"].tolist()
    assert found["Tier"].tolist() == tables["targets"].reindex(found.index)["tier"].tolist()


@needs_office
def test_formulas_give_the_stored_values(written, recalculated):
    again = recalculated(written, {})
    assert_without_errors(again)
    assert_same_values(load(written), again, SHEETS)
    assert cell_of(again, "targets_banner").value in (None, "")


@needs_office
def test_moved_settings_give_what_the_loop_gives(written, tables, recalculated):
    weights, veto, least = (0.7, 0, 0.2), 0.3, 0.6  # budget neither counts nor vetoes
    workbook = recalculated(written, inputs(weights, veto, least))
    assert_without_errors(workbook)
    found, wanted = assert_scored(workbook, tables["targets"], weights, veto)
    assert found["Rank"].tolist() != found["Rank in the pack"].tolist()
    assert set(wanted["by"]) == {"", "need", "authority", "need, authority"}
    assert found["Tier"].tolist() == tables["targets"].reindex(found.index)["tier"].tolist()
    ranks = pd.to_numeric(found["Rank by score"], errors="coerce").dropna().sort_values()
    assert ranks.tolist() == list(range(1, wanted["score"].notna().sum() + 1))
    assert (wanted.loc[ranks.index, "score"].diff().dropna() < 1e-8).all()
    below = found["Below least score"].fillna("") == "below"
    assert below.tolist() == (wanted["score"] < least - 1e-9).tolist()
    assert "5 of these settings differ" in workbook[TARGETS]["A3"].value


def test_who_is_below_the_least_score_is_marked(written, tables, book):
    found = listed(load(written), TARGETS, "targets").set_index("Target")
    score, least = tables["targets"]["score"].reindex(found.index), book.settings.tiers.min_score
    assert (found["Below least score"] == "below").tolist() == (score < least - 1e-9).tolist()


def test_a_chance_from_past_deals_follows_the_score_on_their_curve():
    score = pd.Series([0.0, 0.1, 0.3, 0.5, 0.62, 0.9, np.nan])
    chance = (1 / (1 + np.exp(-(2.4 * score - 2)))).clip(0.14, 0.4)
    base, slope, low, high = chance_curve(score, chance)
    assert (base, slope) == pytest.approx((-2, 2.4)) and (low, high) == (0.14, 0.4)
    assert chance_curve(score, chance.sort_values(ascending=False, ignore_index=True)) == ()
    assert chance_curve(score, score) == chance_curve(score, score * np.nan) == ()


@needs_office
def test_without_weights_there_is_no_score_and_nothing_breaks(written, recalculated):
    workbook = recalculated(written, inputs((0, 0, 0)))
    assert "All weights are 0" in workbook[TARGETS]["A3"].value
    found = listed(workbook, TARGETS, "targets")
    assert set(found["Score"]) == {"no weight"}
    assert_without_errors(workbook)


@pytest.fixture(scope="module")
def edits(written):
    """What somebody types: a P found out, another day of a step, a step that is dropped."""
    workbook = load(written)
    targets = listed(workbook, TARGETS, "targets")
    steps = listed(workbook, CALENDAR, "campaign")
    unknown = int(np.flatnonzero(targets[BUDGET].isna() & targets["Need"].notna())[0])
    moved = int(np.flatnonzero((steps[HOURS["sales"]] == 3) & steps["Day"].notna())[0])
    dropped = int(np.flatnonzero((steps[HOURS["sales"]] == 0.5) & steps["Day"].notna())[0])
    day = pd.Timestamp("2026-03-18").to_pydatetime()
    places = ((TARGETS, "targets", BUDGET, unknown, 0.8),
              (CALENDAR, "campaign", "Day", moved, day),
              (CALENDAR, "campaign", "Status", dropped, DROPPED))  # fmt: skip
    changes = {place_of(workbook, *place): value for *place, value in places}
    return unknown, moved, dropped, day, changes


@pytest.fixture(scope="module")
def edited(written, edits, recalculated):
    return recalculated(written, edits[-1])


@needs_office
def test_a_p_that_was_found_out_counts_as_fresh(edited, edits, tables):
    row, found = edits[0], listed(edited, TARGETS, "targets")
    code = found["Target"][row]
    typed = tables["targets"].sort_values("rank")
    typed.loc[code, ["budget", "budget_freshness"]] = [0.8, 1.0]
    wanted = loop_targets(typed, WEIGHTS, 0.0).loc[code]
    assert found["Score"][row] == pytest.approx(wanted["score"])
    assert found["Completeness"][row] == pytest.approx(wanted["completeness"])


def test_input_cells_are_open_checked_and_hold_settings_and_defaults(written, book):
    workbook = load(written, data_only=False)
    rules, standard = book.settings, Settings()
    for name, value in inputs(
        rules.three_p.weights, rules.three_p.veto_at, rules.tiers.min_score
    ).items():
        cell = cell_of(workbook, name)
        assert cell.value == pytest.approx(value) and not cell.protection.locked
        assert cell.offset(0, 3).value == pytest.approx(value)
        assert any(cell.coordinate in rule.sqref
                   for rule in cell.parent.data_validations.dataValidation)  # fmt: skip
    assert cell_of(workbook, "target_min_score").offset(0, 2).value == standard.tiers.min_score


def test_only_accounts_lead_to_dossiers(written, dossiers, accounts):
    workbook = load(written)
    for name in (
        TARGETS,
        CONTACTS,
        CALENDAR,
        WHITESPACE,
        WHITE_MAP,
    ):
        links = {
            cell.value: cell.hyperlink.target.replace("\\", "/")
            for row in workbook[name].iter_rows()
            for cell in row
            if cell.hyperlink and cell.hyperlink.target
        }
        assert set(links) <= set(accounts) and links
        assert all(dossiers[code] == address for code, address in links.items())


def test_lists_have_filters_frozen_heads_and_room_to_write(written):
    workbook = load(written, data_only=False)
    lists = {TARGETS: "targets", CONTACTS: "contact_cards",
             CALENDAR: "campaign", WHITESPACE: "whitespace"}  # fmt: skip
    for name, table in lists.items():
        sheet = workbook[name]
        assert sheet.tables[table].autoFilter is not None and sheet.freeze_panes
        assert not sheet.protection.sheet, "a protected sheet cannot be sorted"
        for heading in ("Notes", "Done on"):
            place = place_of(workbook, name, table, heading, 0).split("!")[1]
            assert not sheet[place].protection.locked
            assert sheet[place].border.left.style == "thin"


def test_cards_are_two_beside_each_other_and_break_between_cards(written, tables):
    sheet = load(written)[CARDS]
    tiers = tables["targets"]["tier"].astype("str")
    cards = tables["contact_cards"]
    carried = cards[cards["prospect"].map(tiers).isin(["one-to-one", "one-to-few"])]
    heads = [sheet.cell(row, col).value
             for row in range(CARDS_ROW + 1, sheet.max_row + 1, CARD_ROWS)
             for col in (1, 4)]  # fmt: skip
    assert sorted(filter(None, heads)) == sorted(carried["person"])
    apart = " people and 1 who is still unknown (who decides) at "
    assert (carried["contact"] == "").sum() == 1
    assert sheet.cell(2, 1).value.startswith(f"{len(carried) - 1}{apart}one-to-one and one-to-few")
    note = load(written)[CONTACTS].cell(2, 1).value
    assert note.startswith(f"{len(cards) - 1}{apart}{cards['prospect'].nunique()} targets")
    assert len(carried) > 2 * PAGE_ROWS
    breaks = [cut.id for cut in sheet.row_breaks.brk]
    assert breaks and all((cut - CARDS_ROW) % (PAGE_ROWS * CARD_ROWS) == 0 for cut in breaks)
    assert sheet.page_setup.orientation == "portrait" and sheet.page_setup.paperSize == 9
    # Excel heeds page breaks only where it does not fit pages.
    assert not (sheet.sheet_properties.pageSetUpPr and sheet.sheet_properties.pageSetUpPr.fitToPage)
    first = carried[carried["person"] == heads[0]].iloc[0]
    told = [sheet.cell(CARDS_ROW + 1 + line, 2).value for line in range(2, CARD_ROWS - 2)]
    assert first["position"] in told and first["next_step"] in told and first["owner"] in told
    mind = CARDS_ROW + 3 + [name for name, _height in campaign.LINES].index("finding")
    assert sheet.cell(mind, 1).value == "To mind"
    assert sheet.cell(mind, 2).value == first["finding"] and sheet.cell(mind, 2).alignment.wrap_text
    # What is cut fits its line; three cards and the title fit a page of A4 (points).
    assert all(len(sheet.cell(CARDS_ROW + 3 + line, 2).value or "") <= ROOM[height]
               for line, (_name, height) in enumerate(campaign.LINES))  # fmt: skip
    high = sum(sheet.row_dimensions[row].height or 15
               for row in range(1, CARDS_ROW + PAGE_ROWS * CARD_ROWS + 1))  # fmt: skip
    assert high * sheet.page_setup.scale / 100 < 842 - 72 * 1.3
    assert sheet.cell(3, 1).value == (
        f"All {len(cards)} are on the sheet Contacts and in tables/contact_cards.csv."
    )


def test_targets_print_one_page_wide_from_rank_to_offer(written):
    sheet = load(written)[TARGETS]
    head = sheet.tables["targets"].ref.split(":")[0].strip("A")
    assert sheet.print_title_rows == f"${head}:${head}"
    left, right = sheet.print_area.split("!")[1].replace("$", "").split(":")
    columns = {cell.value: cell.column_letter for cell in sheet[head]}
    assert (
        left == "A1" and columns["Rank"] == "A" and columns["Offer"] == right.rstrip("0123456789")
    )
    assert sheet[right].row == sheet.max_row
    printed = [cell.column_letter for cell in sheet[head][: sheet[right].column]]
    widths = [sheet.column_dimensions[letter].width for letter in printed]
    assert len(printed) <= 16 and sum(widths) < 280  # in letters: more would print too small
    assert not any(sheet.column_dimensions[letter].hidden for letter in printed)
    page = sheet.page_setup
    assert page.orientation == "landscape" and sheet.sheet_properties.pageSetUpPr.fitToPage
    assert page.fitToWidth in (None, 1) and page.fitToHeight == 0


@needs_office
def test_hours_by_week_follow_the_calendar(written, edited, edits):
    _unknown, row, dropped, day, _changes = edits
    again = edited
    assert_without_errors(again)
    assert listed(again, CALENDAR, "campaign")["Week"][row] == 12
    steps = listed(load(written), CALENDAR, "campaign")
    steps.loc[row, "Day"] = day
    steps = steps.drop(index=dropped)
    week = pd.to_datetime(steps["Day"])
    week = week - pd.to_timedelta(week.dt.day_of_week, unit="D")
    lines = list(again[WEEKS].iter_rows(values_only=True))
    for title, heading, hours in (("Sales", "Sales", HOURS["sales"]),
                                  ("Marketing", "Marketing", HOURS["marketing"])):  # fmt: skip
        start = next(i for i, line in enumerate(lines) if line[0] == title)
        mondays = lines[start + 1][3:-2]
        people = sorted(set(steps[heading]))
        for i, person in enumerate(people, start + 2):
            assert lines[i][0] == person
            own = steps[steps[heading] == person]
            for monday, value in zip(mondays, lines[i][3:], strict=False):
                if monday is not None:
                    inside = own.loc[week == pd.Timestamp(monday), hours].sum()
                    assert value == pytest.approx(inside)
            assert lines[i][-2] == pytest.approx(own[hours].sum())
            assert lines[i][-1] == pytest.approx(own.loc[own["Day"].isna(), hours].sum())
    assert len(again[WEEKS].conditional_formatting) >= 2


def test_the_week_is_that_of_iso_8601_also_at_new_year(written):
    steps = listed(load(written), CALENDAR, "campaign")
    days = pd.to_datetime(steps["Day"])
    assert steps["Week"].dropna().tolist() == days.dropna().dt.isocalendar().week.tolist()
    assert "WEEKNUM" in str(load(written, data_only=False)[CALENDAR]["B9"].value)


def test_the_map_of_whitespace_sums_the_list(written, tables, book):
    sheet = load(written)[WHITE_MAP]
    gaps = tables["whitespace"]
    rows = list(sheet.iter_rows(min_row=5, values_only=True))
    lines = rows[0][3:-1]
    value = gaps.set_index(["account", "product_line"])["expected_value"]
    bought = lines_bought(book.line_quarters, end=book.quarter)
    buys = 0
    for row in rows[2:-2]:
        for line, found in zip(lines, row[3:-1], strict=True):
            if bought.get(line, {}).get(row[0], 0) > 0 and not value[row[0], line]:
                assert found == "buys"
                buys += 1
            else:
                assert found == pytest.approx(value[row[0], line])
        assert row[-1] == pytest.approx(value[row[0]].sum())
    assert buys
    assert rows[-2][0] == "These accounts"
    assert rows[-1][-1] == pytest.approx(value.sum())
    listed_gaps = listed(load(written), WHITESPACE, "whitespace")
    assert listed_gaps["Expected a year (EUR)"].tolist() == sorted(
        gaps["expected_value"][gaps["expected_value"] > 0], reverse=True
    )
    stopped = gaps.loc[gaps["expected_value"] > 0, "stopped"].value_counts()
    assert 0 < stopped["2024Q3"] == (listed_gaps["Bought until"] == "2024Q3").sum()


def test_checks_say_what_holds_and_figures_have_their_units(written):
    workbook = load(written)
    cells = [cell.value for row in workbook[SCORE_CHECK].iter_rows() for cell in row]
    assert {"does not discriminate in your data", "wins rarely", "trade fair"} <= set(cells)
    sheet = workbook[SCORECARD]
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    formats = {row[0].value: row[2].number_format for row in sheet.iter_rows() if row[0].value}
    assert formats["Targets whose decider is known"] == "0.0%"
    assert formats["Talks held"] == formats["Value of open offers"] == "#,##0"


def test_texts_are_texts_whatever_they_look_like(written):
    workbook, seen = load(written, data_only=False), set()
    for name in SHEETS:
        for row in workbook[name].iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value in (*NASTY, "0012"):
                    assert cell.data_type == "s", cell
                    seen.add(name)
    assert {
        TARGETS,
        CONTACTS,
        CARDS,
        CALENDAR,
        WEEKS,
    } <= seen
    assert {WHITESPACE, WHITE_MAP, SCORECARD} <= seen


def test_every_formula_is_old_and_looks_only_at_its_row_or_at_whole_columns(written):
    known = {
        *("IF", "SUM", "SUMIFS", "SUBTOTAL", "SUMPRODUCT", "MIN", "MAX", "ROUND", "ISNUMBER"),
        *("RANK", "OR", "AND", "INT", "EXP", "LN", "MID", "MEDIAN", "COUNT", "WEEKNUM", "WEEKDAY"),
    }
    workbook = load(written, data_only=False)
    for name in SHEETS:
        for row in workbook[name].iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert set(re.findall(r"([A-Z.]+)\(", cell.value)) <= known, cell
                    if name in (TARGETS, CALENDAR) and "!" not in cell.value:
                        own = re.findall(r"\$[A-Z]+(\d+)", cell.value)
                        assert {int(number) for number in own} <= {cell.row}, cell.value


def test_same_inputs_give_the_same_bytes(written, book, tables, dossiers, tmp_path):
    write_workbook(tmp_path / written.name, book, tables, dossiers=dossiers)
    for name in (written.name, beside_name(written.name)):
        assert (tmp_path / name).read_bytes() == (written.parent / name).read_bytes()


def test_questions_have_room_for_answers_and_evidence_its_words(book, tables, tmp_path):
    question = ("P1", "=1+1", "authority", "Who decides?", "Ann, Buyer", "M1", 120.0)
    columns = ["prospect", "name", "p", "question", "ask", "owner", "at_stake"]
    piece = (
        "P1",
        "need",
        0.4,
        "asked",
        "recorded",
        pd.Timestamp("2025-11-25"),
        36.0,
        0.9,
        True,
        "",
    )
    names = ["prospect", "p", "value", "evidence", "source", "date", "age_days", "freshness",
             "used", "left_out"]  # fmt: skip
    given = {
        "abc_xyz": tables["abc_xyz"].head(9),
        "find_out": pd.DataFrame([question], columns=columns),
        "target_evidence": pd.DataFrame([piece], columns=names),
    }
    write_workbook(tmp_path / "known.xlsx", book, given)
    workbook = load(tmp_path / "known.xlsx")
    asked = listed(workbook, QUESTIONS, "find_out").iloc[0]
    assert asked["Name"] == "=1+1" and asked["Question"] == "Who decides?"
    assert "power to decide" in asked.tolist() and "Notes" in asked.index
    known = listed(workbook, EVIDENCE, "target_evidence").iloc[0]
    assert {"P1", "need", 0.4, "asked"} <= set(known)
    write_workbook(tmp_path / "none.xlsx", book, given | {"find_out": given["find_out"].head(0)})
    assert QUESTIONS not in load(tmp_path / "none.xlsx").sheetnames


@pytest.mark.parametrize(
    ("key", "sheets"),
    [
        ("targets", {TARGETS}),
        ("contact_cards", {CONTACTS, CARDS}),
        ("campaign", {CALENDAR, WEEKS}),
        ("whitespace", {WHITESPACE, WHITE_MAP}),
        ("win_rates", {SCORE_CHECK}),
        ("scorecard", {SCORECARD}),
    ],
)
def test_each_sheet_stands_alone_and_goes_with_its_table(book, tables, tmp_path, key, sheets):
    alone = {"abc_xyz": tables["abc_xyz"].head(9), key: tables[key]}
    write_workbook(tmp_path / "alone.xlsx", book, alone)
    assert set(load(tmp_path / "alone.xlsx").sheetnames) & set(SHEETS) == sheets
    write_workbook(tmp_path / "empty.xlsx", book, alone | {key: tables[key].head(0)})
    assert not set(load(tmp_path / "empty.xlsx").sheetnames) & set(SHEETS)


@needs_office
@pytest.mark.parametrize("case", ["nothing known", "chances of past deals"])
def test_odd_tables_calculate_to_the_stored_values(
    book, tables, accounts, tmp_path, recalculated, case
):
    made = {"abc_xyz": tables["abc_xyz"].head(9)} | {k: v for k, v in tables.items()
                                                    if k != "abc_xyz"}  # fmt: skip
    if case == "nothing known":
        targets = made["targets"]
        numbers = list(targets.select_dtypes("number").columns.drop("rank"))
        made["targets"] = targets.assign(**dict.fromkeys(numbers, np.nan), vetoed=False)
        made["campaign"] = made["campaign"].assign(date=pd.NaT)
        made["whitespace"] = made["whitespace"].assign(expected_value=np.nan)
    else:
        made["targets"] = made_targets(accounts, validated=True)
    write_workbook(tmp_path / "odd.xlsx", book, made)
    again = recalculated(tmp_path / "odd.xlsx", {})
    assert_without_errors(again)
    assert_same_values(load(tmp_path / "odd.xlsx"), again, SHEETS)
    if case == "chances of past deals":
        assert_scored(again, made["targets"], WEIGHTS)


@pytest.mark.long
def test_rows_beyond_the_limit_are_counted_and_hundreds_take_no_time(
    book, tables, accounts, tmp_path
):
    many = pd.concat([tables["targets"]] * 10)
    many.index = pd.Index([f"T{i:05d}" for i in range(len(many))], name="prospect")
    many["rank"] = np.arange(1.0, len(many) + 1)
    short = replace(book, settings=load_settings(overrides={"pack.sheet_rows": 100}))
    alone = {"abc_xyz": tables["abc_xyz"].head(9), "targets": many}
    write_workbook(tmp_path / "short.xlsx", short, alone)
    sheet = load(tmp_path / "short.xlsx")[TARGETS]
    assert "first 100" in sheet["A2"].value and "600 targets" in sheet["A2"].value
    start = time.process_time()
    write_workbook(tmp_path / "many.xlsx", book, alone)
    assert time.process_time() - start < 5


def test_what_is_written_into_the_lists_and_cards_is_read_back(written, tmp_path):
    workbook = load(written, data_only=False)
    for sheet in workbook:
        for row in sheet.iter_rows(max_row=20):
            heads = {cell.value: cell.column for cell in row if cell.value}
            if {"Done on", "Notes"} <= set(heads):
                assert sheet.row_dimensions[row[0].row - 1].hidden, sheet.title
                below = row[0].row + 1
                sheet.cell(below, heads["Done on"]).value = "2.2.2026"
                sheet.cell(below, heads["Notes"]).value = f"on {sheet.title}"
    cards = workbook["Contact cards"]
    label = next(cell for row in cards.iter_rows() for cell in row if cell.value == "Notes")
    cards.cell(label.row, label.column + 1).value = "on a card"
    rows, notes = [], []
    for name, book in {"back.xlsx": workbook.first, "more.xlsx": workbook.second}.items():
        book.save(tmp_path / name)
        cells = sheet_cells(tmp_path / name)
        found, doubts, _lists = written_in(cells, file=name, saved="", freq="Q-DEC")
        rows, notes = rows + found, notes + doubts
    own = {row["notes"]: row for row in rows if row["list"] != "todo"}
    lists = {TARGETS: "targets", CONTACTS: "contact_cards", CALENDAR: "campaign",
             WHITESPACE: "whitespace"}  # fmt: skip
    for title, name in lists.items():
        row = own[f"on {title}"]
        assert (row["list"], row["done_on"]) == (name, pd.Timestamp("2026-02-02")), title
        assert row["subject"] and row["quarter"] == "2026Q1", title
    assert own["on a card"]["list"] == "contact_cards"
    assert notes == []
