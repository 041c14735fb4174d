"""The demo company as it lies in the repository: bytes, size, truth, references."""

from pathlib import Path

import pandas as pd
import pytest

from kamlib.data.describe import schema
from kamlib.demo import write_demo
from kamlib.demo.dirt import UNKNOWN_ACCOUNTS
from kamlib.demo.workdays import holidays

DEMO = Path(__file__).parents[2] / "data" / "demo"
# Who is the same is found in the demo, not yet settled; all its sales are in one currency.
TABLES = {
    name: table for name, table in schema.TABLES.items() if name not in ("identities", "rates")
}
# Nothing is known of these in the demo, so that no file has them.
NOT_KNOWN = {
    "transactions": {"cost", "currency"},
    "accounts": {"address", "order_cycle_days"},
    "contacts": {"dotted_to", "mail", "phone"},
    "tenders": {"lot", "won_amount"},
}
IN_PARTS = {"deliveries": 98, "payments": 138}  # documents in two rows each
LAST_DAY = pd.Timestamp("2025-12-31")
CHOICES = [
    (table.name, column.name, column.choices)
    for table in TABLES.values()
    for column in table.columns
    if column.choices
]


def read(name: str) -> pd.DataFrame:
    """A file of the demo company; all text, nothing empty turned into a number."""
    return pd.read_csv(DEMO / f"{name}.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def truth() -> pd.DataFrame:
    frame = read("truth").set_index("account")
    for column in ("first_order", "last_order", "left_on", "left_line_on", "returned_on"):
        frame[column] = pd.to_datetime(frame[column].replace("", None))
    return frame


@pytest.fixture(scope="module")
def lines() -> pd.DataFrame:
    """The lines that must be kept, with typed columns."""
    frame = read("transactions")
    bad = read("truth_rows")["row"].astype(int) - 2
    frame = frame.drop(index=bad)
    frame = frame[~frame["product"].str.startswith("FREIGHT")]
    frame["date"] = pd.to_datetime(frame["date"])
    return frame.astype({"revenue": float, "margin": float})


def test_regenerating_gives_the_committed_bytes(tmp_path):
    write_demo(tmp_path / "again")
    written = _bytes_in(tmp_path / "again")
    committed = _bytes_in(DEMO)
    assert sorted(written) == sorted(committed)
    assert [name for name in written if written[name] != committed[name]] == []


def test_another_seed_gives_another_company(tmp_path):
    write_demo(tmp_path, seed=3)
    for name in ("transactions", "accounts", "payments", "prospects"):
        path = f"{name}.csv"
        assert (tmp_path / path).read_bytes() != (DEMO / path).read_bytes()


def test_size(lines, truth):
    size = sum(path.stat().st_size for path in DEMO.iterdir() if _is_data(path))
    assert size < 8_000_000
    assert 38_000 < len(read("transactions")) < 43_000
    assert 190 <= len(read("accounts")) <= 210
    assert len(read("prospects")) == 250
    assert read("managers")["team"].tolist() == ["sales"] * 6 + ["marketing"] * 2
    assert lines["product_line"].nunique() == 6
    assert lines["date"].min().year == 2023
    assert lines["date"].max() >= LAST_DAY - pd.Timedelta(days=7)
    assert set(truth.index) >= set(lines["account"])


def test_files_have_the_canonical_headers_and_unix_line_ends():
    for name, table in TABLES.items():
        content = (DEMO / f"{name}.csv").read_bytes()
        left_out = NOT_KNOWN.get(name, set())
        expected = [column for column in table.names if column not in left_out]
        assert content.decode("utf-8").split("\n")[0].split(",") == expected
        assert b"\r" not in content
        assert content.endswith(b"\n")


@pytest.mark.parametrize(("table", "column", "choices"), CHOICES)
def test_choices_are_kept(table, column, choices):
    assert set(read(table)[column]) <= {"", *choices}


def test_numbers_and_dates_fit_the_schema():
    for name, table in TABLES.items():
        frame = read(name)
        if name == "transactions":
            frame = frame.drop(index=read("truth_rows")["row"].astype(int) - 2)
        for column in table.columns:
            if column.name not in frame:
                continue
            values = frame.loc[frame[column.name] != "", column.name]
            if column.required:
                assert len(values) == len(frame), (name, column.name)
            if column.kind == "date":
                assert pd.to_datetime(values, format="%Y-%m-%d").notna().all()
            if column.kind == "number":
                numbers = values.astype(float)
                assert column.low is None or (numbers >= column.low).all()
                assert column.high is None or (numbers <= column.high).all()


def test_keys_are_unique_save_what_is_planted():
    planted = {"contacts": 1, **IN_PARTS}
    for name, table in TABLES.items():
        rows = read(name)
        doubled = rows.duplicated([key for key in table.key if key in rows]).sum()
        assert doubled == planted.get(name, 0), name


def test_lines_reconcile_with_the_planted_totals(lines):
    totals = read("truth_totals").set_index(["step", "detail"])
    everything = read("transactions")
    assert len(everything) == int(totals.loc[("read", ""), "rows"])
    steps = totals["rows"].astype(int).groupby("step").first()
    assert steps["read"] == steps["rejected"] + steps["excluded"] + steps["kept"]
    kept = totals.loc[("kept", "")]
    assert len(lines) == int(kept["rows"])
    assert lines["revenue"].sum() == pytest.approx(float(kept["revenue"]), abs=0.005)
    assert lines["margin"].sum() == pytest.approx(float(kept["margin"]), abs=0.005)
    per_year = lines.groupby(lines["date"].dt.year)["revenue"].sum()
    for year, revenue in per_year.items():
        assert revenue == pytest.approx(
            float(totals.loc[("kept", str(year)), "revenue"]), abs=0.005
        )


def test_bad_rows_are_where_the_truth_says():
    bad = read("truth_rows")
    assert len(bad) == 12
    rows = read("transactions").iloc[bad["row"].astype(int) - 2].reset_index(drop=True)
    assert rows.equals(bad[list(rows.columns)])
    faulty = {
        "account is empty": rows["account"] == "",
        "date is impossible": pd.to_datetime(rows["date"], errors="coerce").isna(),
        "revenue is empty": rows["revenue"] == "",
        "revenue is not a number": rows["revenue"].str.contains("[a-z]"),
    }
    for reason, mask in faulty.items():
        assert (mask == (bad["reason"] == reason)).all(), reason


def test_no_order_on_weekends_and_holidays(lines):
    assert (lines["date"].dt.day_of_week < 5).all()
    closed = {day for year in (2023, 2024, 2025) for day in holidays(year)}
    assert not closed & set(lines["date"].dt.date)


def test_prices_rise_each_january(lines):
    goods = lines[(lines["revenue"] > 0) & (lines["quantity"] != "")]
    paid = goods["revenue"] / goods["quantity"].astype(float)
    giant = goods["account"] == _one(read("truth"), "giant")
    level = paid[giant].groupby([goods["product"], goods["date"].dt.year]).median()
    before, between, after = (level.xs(year, level="date") for year in (2023, 2024, 2025))
    assert (before < between).all()
    assert (between < after).all()


def test_giant_breadwinner_and_thin_margin(lines, truth):
    sales = lines[lines["date"].dt.year == 2025].groupby("account")[["revenue", "margin"]].sum()
    shares = sales / sales.sum()
    giant, second, thin = (
        _one(truth.reset_index(), archetype)
        for archetype in ("giant", "breadwinner", "thin-margin")
    )
    assert 0.33 < shares.loc[giant, "revenue"] < 0.37
    breadwinners = truth.index[truth["types"] == "breadwinner"]
    assert set(shares.index[shares["margin"] >= 0.10]) == {giant, second} == set(breadwinners)
    assert shares["revenue"].rank(ascending=False)[thin] <= 5
    assert sales.loc[thin, "margin"] / sales.loc[thin, "revenue"] < 0.06


def test_leavers_have_left(lines, truth):
    leavers = truth[truth["archetype"].isin(["leaver", "sleeper"])]
    assert len(leavers) >= 28
    last = lines.groupby("account")["date"].max()
    assert (last[leavers.index] < leavers["left_on"]).all()
    assert set(read("losses")["account"]) <= set(truth.index[truth["reason"] != ""])


def test_partial_leavers_have_left_their_line_only(lines, truth):
    partial = truth[truth["archetype"] == "partial-leaver"]
    assert len(partial) == 7
    for account, row in partial.iterrows():
        sold = lines[(lines["account"] == account) & (lines["revenue"] > 0)]
        line = sold[sold["product_line"] == row["left_line"]]["date"]
        assert line.min() < row["left_line_on"]
        assert line.max() < row["left_line_on"] < sold["date"].max()


def test_returners_were_silent_and_came_back(lines, truth):
    orders = lines[lines["revenue"] > 0]
    for account, row in truth[truth["archetype"] == "returner"].iterrows():
        days = orders[orders["account"] == account]["date"].drop_duplicates().sort_values()
        gaps = days.diff().dt.days
        assert gaps.max() > 200
        assert days[gaps.idxmax()] == row["returned_on"]
    won = read("winbacks").query("outcome == 'won'")
    assert sorted(won["account"]) == sorted(truth.index[truth["won_back"] == "yes"])


def test_rising_declining_and_newcomers(lines, truth):
    yearly = lines.groupby(["account", lines["date"].dt.year])["revenue"].sum()
    first, last = yearly.xs(2023, level="date"), yearly.xs(2025, level="date")
    rising = truth.index[truth["archetype"] == "rising"]
    declining = truth.index[truth["archetype"] == "declining"]
    assert (last[rising] > 1.5 * first[rising]).all()
    assert (last[declining] < 0.75 * first[declining]).all()
    fresh = truth[truth["archetype"].isin(["newcomer", "prospective"])]["first_order"]
    assert fresh.min() >= pd.Timestamp("2024-07-01")
    assert (fresh[truth.loc[fresh.index, "types"] == "prospective"].dt.year == 2025).all()


def test_return_heavy_accounts_net_little(lines, truth):
    heavy = lines[lines["account"].isin(truth.index[truth["archetype"] == "return-heavy"])]
    net = heavy.groupby(["account", pd.PeriodIndex(heavy["date"], freq="Q")])["revenue"].sum()
    assert (net.groupby("account").min() < 0).all()
    assert (heavy[heavy["date"].dt.year == 2025].groupby("account")["revenue"].sum() < 0).any()


def test_merger_doublets_and_typing_error(truth):
    merged = truth[truth["merged_into"] != ""].iloc[0]
    successor = truth.loc[merged["merged_into"]]
    assert merged["last_order"] < pd.Timestamp(merged["merged_on"]) <= successor["first_order"]
    assert successor["name"] == merged["name"]
    doublets = truth[truth["same_company_as"] != ""]
    originals = truth.loc[doublets["same_company_as"], "name"].to_numpy()
    assert len(doublets) == 3
    assert (doublets["name"].to_numpy() != originals).all()
    (typed,) = truth.index[truth["typo_of"] != ""]
    assert typed.replace("O", "0") == truth.loc[typed, "typo_of"]
    assert typed not in set(read("accounts")["account"])


def test_all_nine_cells_are_inhabited(lines):
    """A plain count of active months against the default cuts, at the end of 2025."""
    year = lines[lines["date"].dt.year == 2025]
    revenue = year.groupby("account")["revenue"].sum().sort_values(ascending=False)
    revenue = revenue[revenue > 0]
    before = (revenue.cumsum() - revenue) / revenue.sum()
    abc = pd.cut(before, [-1, 0.80 - 1e-9, 0.95 - 1e-9, 1], labels=list("ABC")).astype(str)
    orders = year[year["revenue"] > 0]
    months = orders["date"].dt.month.groupby(orders["account"]).nunique()[revenue.index]
    xyz = pd.cut(months / 12, [0, 0.33, 0.75 - 1e-9, 1], labels=list("ZYX")).astype(str)
    last = orders.groupby("account")["date"].max()[revenue.index]
    first = lines[lines["revenue"] > 0].groupby("account")["date"].min()[revenue.index]
    old = (first < "2025-01-01") & (last > LAST_DAY - pd.Timedelta(days=180))
    assert set((abc + xyz)[old]) == {a + x for a in "ABC" for x in "XYZ"}


def test_side_tables_refer_to_accounts():
    known = {*read("accounts")["account"], *read("prospects")["prospect"]}
    (typed,) = read("truth").query("archetype == 'typo'")["account"]
    for name, table in TABLES.items():
        if "account" not in table.names or name in ("accounts", "transactions"):
            continue
        unknown = set(read(name)["account"]) - known - ({""} if name == "prospects" else set())
        assert unknown <= {*UNKNOWN_ACCOUNTS, typed}, name
    faults = read("truth_faults").query("finding == 'account is not in accounts'")
    assert sorted(faults["account"]) == sorted(UNKNOWN_ACCOUNTS)


def test_documents_contacts_and_managers_are_known():
    documents = set(read("transactions")["document"])
    managers = set(read("managers")["manager"])
    for name in ("deliveries", "payments"):
        assert set(read(name)["document"]) == {d for d in documents if d.startswith("R")}
    for name in ("accounts", "interactions", "plans", "transactions"):
        assert set(read(name)["manager"]) <= managers
    people = read("contacts")
    codes = set(people["account"] + people["contact"])
    above = people[people["reports_to"] != ""]
    planted = above["account"].isin(UNKNOWN_ACCOUNTS)
    assert set((above["account"] + above["reports_to"])[~planted]) <= codes


def test_paid_and_delivered_after_the_invoice():
    lines = read("transactions").drop_duplicates("document").set_index("document")["date"]
    for name, column in (("payments", "paid_on"), ("deliveries", "delivered_on")):
        done = read(name).set_index("document")[column]
        done = done[done != ""]
        assert (done >= lines[done.index]).all()
        assert (done <= "2025-12-31").all()


def test_reasons_show_in_the_tables(truth):
    """Half a year before leaving, against the same accounts' evidence for other reasons."""
    leavers = truth[truth["archetype"] == "leaver"]
    evidence = pd.DataFrame(
        [_evidence(account, row["left_on"]) for account, row in leavers.iterrows()],
        index=leavers.index,
    )
    by_reason = evidence.groupby(leavers["reason"]).mean()
    others = evidence[~leavers["reason"].isin(["missed deadlines"])]["late"].mean()
    assert by_reason.loc["missed deadlines", "late"] > 0.5 > 5 * others
    assert (evidence[leavers["reason"] == "forgotten"]["silent_days"] > 140).all()
    assert (evidence[leavers["reason"] != "forgotten"]["silent_days"] < 120).all()
    assert (evidence[leavers["reason"] == "price"]["price_lost"] >= 2).all()
    assert (evidence[leavers["reason"] == "product quality"]["complaints"] >= 2).all()


def test_tender_prices_fit_the_results():
    tenders = read("tenders")
    closed = tenders[tenders["result"] != "open"].astype(
        {"our_price": float, "winning_price": float}
    )
    won = closed["result"] == "won"
    by_price = (closed["reason"] == "price") & ~won
    assert (closed["winning_price"] == closed["our_price"])[won].all()
    assert (closed["winning_price"] < closed["our_price"])[by_price].all()
    assert (closed["winning_price"] >= closed["our_price"])[~won & ~by_price].all()
    assert (tenders[tenders["result"] == "open"]["winning_price"] == "").all()


def test_prospects_follow_their_planted_chances():
    planted = read("truth_prospects").astype({"p_win": float, "need": float, "budget": float})
    noted = read("prospects")
    assert (planted["prospect"] == noted["prospect"]).all()
    assert (planted["outcome"] == noted["outcome"]).all()
    closed = planted[planted["outcome"] != "open"]
    mean = closed.groupby("outcome")[["p_win", "need", "budget"]].mean()
    assert (mean.loc["won"] > mean.loc["lost"] + [0.1, 0.05, 0.05]).all()
    alike = closed["lookalike"] == "yes"
    assert (closed["outcome"] == "won")[alike].mean() > (closed["outcome"] == "won")[~alike].mean()
    accounts = read("accounts").set_index("account")["since"]
    won = planted[planted["outcome"] == "won"]["account"]
    assert (accounts[won].to_numpy() == noted.loc[won.index, "outcome_on"].to_numpy()).all()
    assert (planted["already_account"] == "yes").sum() == 2


def test_prospects_say_what_else_is_known_of_them():
    truth, noted = read("truth_prospects"), read("prospects")
    assert (noted["account"] == truth["account"].where(truth["outcome"] == "won", "")).all()
    assert set(noted["relationship"]) == {"new", "past"}
    named = noted["product_line"] != ""
    assert (noted["product_line"] == truth["need_line"])[named].all()
    assert 0.6 < named.mean() < 0.8
    for column in ("value", "manager"):
        assert 0.4 < (noted[column] != "").mean() < 0.6, column


def test_committees_of_prospects_are_as_planted():
    truth = read("truth_prospects").set_index("prospect")
    planted = truth["committee"][truth["committee"] != ""]
    assert planted.value_counts().to_dict() == {
        "no decider": 15, "covered": 14, "single thread": 13, "nobody": 6,
    }  # fmt: skip
    assert (truth.loc[planted.index, "outcome"] == "open").all()
    people = read("contacts").query("account in @planted.index")
    talks = read("interactions").query("account in @planted.index")
    assert sorted(people["account"].unique()) == sorted(planted.index)
    recent = talks[talks["date"] >= "2025-07-01"]
    reached = recent.groupby("account")["contact"].nunique().reindex(planted.index, fill_value=0)
    deciders = set(people.loc[people["role"] == "decides", "account"])
    met = set(recent.loc[recent["contact"] == "C1", "account"])
    kinds = {kind: set(planted.index[planted == kind]) for kind in planted.unique()}
    assert kinds["covered"] <= deciders & met
    assert not kinds["no decider"] & deciders
    assert (reached[list(kinds["single thread"])] == 1).all()
    assert not kinds["single thread"] & met
    assert (reached[list(kinds["nobody"])] == 0).all()
    first_seen = read("prospects").set_index("prospect")["first_seen"]
    assert (talks["date"].to_numpy() > first_seen[talks["account"]].to_numpy()).all()


def _evidence(account: str, left_on: pd.Timestamp) -> dict[str, float]:
    end, begin = (day.strftime("%Y-%m-%d") for day in (left_on, left_on - pd.Timedelta(days=180)))
    delivered = _of("deliveries", account, "promised_on", begin, end)
    talks = _of("interactions", account, "date", "2022-01-01", end)
    recent = talks[talks["date"] >= begin]
    lost = _of("tenders", account, "date", begin, end).query("result == 'lost'")
    last = pd.Timestamp(talks["date"].max() if len(talks) else "2022-12-31")
    return {
        "late": (delivered["delivered_on"] > delivered["promised_on"]).mean(),
        "silent_days": (left_on - last).days,
        "complaints": (recent["kind"] == "complaint").sum(),
        "price_lost": (lost["reason"] == "price").sum(),
    }


def _of(table: str, account: str, column: str, begin: str, end: str) -> pd.DataFrame:
    frame = read(table)
    return frame[(frame["account"] == account) & frame[column].between(begin, end)]


def _one(truth: pd.DataFrame, archetype: str) -> str:
    (account,) = truth.loc[truth["archetype"] == archetype, "account"]
    return account


def _bytes_in(folder: Path) -> dict[str, bytes]:
    """What the generator writes: tables, descriptions, and the lists that came back."""
    paths = [*filter(_is_data, folder.iterdir()), *folder.glob("returned/todo-2025Q4-*")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _is_data(path: Path) -> bool:
    return path.suffix in (".csv", ".toml")
