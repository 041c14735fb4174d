from statistics import mean, pstdev

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamlib.analysis.abc_xyz import xyz
from kamlib.settings import XyzSettings

END = pd.Period("2025-12", "M")


def grid(rows, end=END):
    """Accounts a00, a01, … x months that end with ``end``."""
    values = np.array(rows, dtype=float)
    months = pd.period_range(end=end, periods=values.shape[1], freq="M")
    return pd.DataFrame(values, [f"a{i:02d}" for i in range(len(values))], months)


def month_grid(months, column, **window):
    """One column of the long frame, laid out wide."""
    return xyz.month_grids(months, [column], **window)[column]


def first_orders(table, first=None):
    days = pd.to_datetime([first] * len(table) if not isinstance(first, list) else first)
    return pd.Series(days.as_unit("us"), table.index)


def test_the_grid_is_filled_with_zero_and_cut_to_the_window(frames):
    months, _, _ = frames(
        [
            ("b", "2025-12-03", 5.0, None),
            ("b", "2025-12-09", 2.0, None),
            ("a", "2025-10-01", 7.0, None),
            ("c", "2025-09-30", 9.0, None),
        ],
        ["2025-12-31"],
    )
    wide = month_grid(months, "revenue", end=END, periods=3)
    assert wide.index.tolist() == ["a", "b", "c"]
    assert wide.columns.astype(str).tolist() == ["2025-10", "2025-11", "2025-12"]
    assert wide.to_numpy().tolist() == [[7, 0, 0], [0, 0, 7], [0, 0, 0]]
    margin = month_grid(months, "margin", end=END, periods=3)
    assert (margin == 0).all(axis=None)


def test_the_grid_takes_accounts_and_any_order_of_rows(frames):
    lines = [(f"a{i % 7}", f"2025-{1 + i % 12:02d}-15", float(i), 1.0) for i in range(40)]
    months, _, _ = frames(lines, ["2025-12-31"])
    wanted = pd.Index(["a5", "nobody", "a1"], dtype="str")
    one = month_grid(months, "revenue", end=END, periods=12, accounts=wanted)
    other = month_grid(months[::-1], "revenue", end=END, periods=12, accounts=wanted)
    pd.testing.assert_frame_equal(one, other)
    assert one.loc["nobody"].sum() == 0
    assert one.loc["a5"].sum() == sum(line[2] for line in lines if line[0] == "a5")


def test_frequency_counts_from_the_first_order_ever():
    days = grid([[1, 0, 2, 0], [0, 0, 1, 0], [0, 0, 0, 0]])
    table = xyz.frequency_lens(days, first_orders(days, ["2020-01-01", "2025-11-20", None]))
    assert table["active_months"].tolist() == [2, 1, 0]
    assert table["window_months"].tolist() == [4, 2, 0]
    assert table["active_share"].tolist()[:2] == [0.5, 0.5]
    assert np.isnan(table["active_share"].iloc[2])


def test_a_regular_buyer_looks_irregular_through_the_value_lens():
    # METHODS 2: two-monthly 1.0; quarterly 1.41, and 0 with quarters as periods.
    two_monthly, quarterly, once = [1, 0] * 6, [0, 0, 1] * 4, [0] * 11 + [1]
    table = grid([two_monthly, quarterly, once])
    monthly = xyz.value_lens(table, first_orders(table, "2020-01-01"))["value_cv"]
    assert monthly.tolist() == pytest.approx([1.0, 2**0.5, 11**0.5])
    quarters = xyz.value_lens(table, first_orders(table, "2020-01-01"), period="quarter")
    assert quarters["value_cv"].tolist() == pytest.approx([1 / 3, 0.0, 3**0.5])


def test_value_lens_leaves_out_what_was_before_the_first_order():
    table = grid([[0, 0, 0, 5, 5, 5], [0, -3, 0, 5, 5, 5], [1, -1, -1, 0, 0, 0]])
    first = first_orders(table, ["2025-10-02", "2025-10-02", "2025-07-01"])
    cv = xyz.value_lens(table, first)["value_cv"]
    assert cv.tolist()[:2] == [0.0, 0.0]
    assert np.isnan(cv.iloc[2])


def test_value_lens_leaves_out_an_incomplete_quarter():
    table = grid([[99, 99, 1, 1, 1, 2, 2, 2]])
    cv = xyz.value_lens(table, first_orders(table, "2020-01-01"), period="quarter")["value_cv"]
    assert cv.iloc[0] == pytest.approx(pstdev([3, 6]) / 4.5)


@given(st.lists(st.integers(1, 400), min_size=1, max_size=30), st.randoms())
def test_gap_lens_equals_the_textbook(gaps, random):
    spread = [[] for _ in range(5)]
    for gap in gaps:
        random.choice(spread).append(gap)
    table = xyz.gap_lens(
        grid([[len(month) for month in spread]]),
        grid([[sum(month) for month in spread]]),
        grid([[sum(gap**2 for gap in month) for month in spread]]),
    )
    assert table["gaps"].iloc[0] == len(gaps)
    assert table["gap_cv"].iloc[0] == pytest.approx(pstdev(gaps) / mean(gaps), abs=1e-9)


def test_no_gap_has_no_variation():
    nothing = grid([[0, 0]])
    assert np.isnan(xyz.gap_lens(nothing, nothing, nothing)["gap_cv"].iloc[0])


def test_a_measure_on_a_cut_is_in_the_better_class():
    frequent = np.array([0.75, 0.75 - 1e-12, 0.7499, 0.33, 0.3299, np.nan])
    assert xyz.xyz_codes(frequent, (0.75, 0.33)).tolist() == [0, 0, 1, 1, 2, 2]
    regular = np.array([0.5, 0.5 + 1e-12, 0.5001, 1.0, 1.0001, np.nan])
    assert xyz.xyz_codes(regular, (0.5, 1.0)).tolist() == [0, 0, 1, 1, 2, 2]


def lenses_of(frames, lines, settings=None, new=(), gone=()):
    as_of = pd.Timestamp("2025-12-31")
    months, orders, _ = frames(lines, [as_of])
    grids = xyz.month_grids(
        months, ["order_days", "revenue", "gaps", "gap_days", "gap_days_squared"],
        end=END, periods=24,
    )  # fmt: skip
    grids["value"] = grids.pop("revenue").iloc[:, -12:]
    grids["order_days"] = grids["order_days"].iloc[:, -12:]
    accounts = grids["value"].index
    status = pd.DataFrame(
        {
            "first_order": orders.set_index("account")["first_order"].reindex(accounts),
            "new": accounts.isin(new),
            "lost": accounts.isin(gone),
        },
        index=accounts,
    )
    return xyz.xyz_lenses(grids, status, settings=settings or XyzSettings())


def test_status_comes_before_rhythm(frames):
    monthly = [(f"2025-{month:02d}-10", 5.0) for month in range(1, 13)]
    lines = [(name, day, value, None) for name in ("l", "n", "ln", "x") for day, value in monthly]
    lines += [("z", "2024-01-05", 3.0, None), ("returns", "2025-03-01", -4.0, None)]
    table = lenses_of(frames, lines, new=["n", "ln"], gone=["l", "ln"])
    expected = {"l": "L", "ln": "L", "n": "N", "returns": "", "x": "X", "z": "Z"}
    assert table["xyz_frequency"].to_dict() == expected
    # A single order leaves no gap to judge, and no value in the window to vary.
    assert table.loc["z", ["xyz_gap_cv", "xyz_value_cv"]].tolist() == ["N", "Z"]
    assert table.loc["x", ["gaps", "active_months", "window_months"]].tolist() == [11, 12, 12]


def test_too_few_gaps_are_new_only_under_the_gap_lens(frames):
    days = ["2025-01-05", "2025-02-05", "2025-03-08", "2025-04-08"]
    lines = [("a", day, 1.0, None) for day in days] + [("b", day, 1.0, None) for day in days[:3]]
    table = lenses_of(frames, lines)
    assert table["xyz_gap_cv"].tolist() == ["X", "N"]
    assert table["xyz_frequency"].tolist() == ["Y", "Z"]
    loose = lenses_of(frames, lines, XyzSettings(min_gaps=2))
    assert loose["xyz_gap_cv"].tolist() == ["X", "X"]


def test_disagreements_are_about_x_y_and_z():
    columns = [f"xyz_{lens}" for lens in xyz.LENSES]
    rows = {
        "same": "XXX",
        "one": "XYN",
        "two": "ZYX",
        "new": "NNN",
        "d": ["", "", ""],
        "half": "XNN",
    }
    table = pd.DataFrame([list(row) for row in rows.values()], list(rows), columns)
    found = xyz.lens_disagreements(table)
    assert found["steps_apart"].to_dict() == {"two": 2, "one": 1}
    assert xyz.lens_disagreements(table.iloc[:0]).empty


def test_demand_pattern_of_the_book():
    # METHODS 2: ADI 2.0, CV2 0.15625, so intermittent.
    table = xyz.demand_pattern(grid([[0, 0, 3, 0, 5, 4, 0, 0, 6, 2]]), adi_cut=1.32, cv2_cut=0.49)
    assert table.iloc[0].tolist() == [2.0, 0.15625, "intermittent"]


def test_the_four_patterns_and_none():
    table = xyz.demand_pattern(
        grid([[2, 2, 2, 2], [1, 9, 1, 1], [2, 0, 0, 2], [1, 0, 0, 9], [5, 0, 0, -2], [0] * 4]),
        adi_cut=1.32,
        cv2_cut=0.49,
    )
    names = ["smooth", "erratic", "intermittent", "lumpy", "", ""]
    assert table["pattern"].tolist() == names
    assert table["adi"].tolist()[:5] == [1, 1, 2, 2, 4]
    outside = xyz.demand_pattern(grid([[np.nan, np.nan, 2, 2]]), adi_cut=1.32, cv2_cut=0.49)
    assert outside["adi"].tolist() == [1.0]


def test_a_perfect_season_leaves_no_residual():
    season = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    table = grid([season * 2, season * 2, [0] * 24])
    cv = xyz.residual_cv(table, first_orders(table, ["2024-01-31", "2024-02-01", "2023-01-01"]))
    assert cv.iloc[0] == 0.0
    assert cv.iloc[1:].isna().all()
    assert xyz.residual_cv(table.iloc[:, 1:], first_orders(table, "2020-01-01")).isna().all()


def test_the_residual_of_noise_is_root_two_times_its_variation():
    noise = np.random.default_rng(7).normal(100, 10, (4000, 24))
    table = grid(noise)
    cv = xyz.residual_cv(table, first_orders(table, "2020-01-01"))
    own = xyz.value_lens(table.iloc[:, 12:], first_orders(table, "2020-01-01"))["value_cv"]
    assert cv.mean() / own.mean() == pytest.approx(2**0.5, rel=0.01)


def test_no_account(frames):
    table = lenses_of(frames, [])
    assert table.empty
    assert "xyz_value_cv" in table


def test_published_claim_on_the_retail_data(quick, retail_lines):
    """METHODS 2: value_cv monthly at 0.5/1.0 leaves X 17, Y 208, Z 5,625.

    That count stands on the 24 whole months to November 2011, zero-filled from the start of
    the data, returns left out and postage kept in. Without postage it is 17, 205, 5,602; and
    with kamlib's net value since the first order, 301, 613, 4,894.
    """
    lines = retail_lines[retail_lines["date"] < "2011-12-01"]
    end = pd.Timestamp("2011-11-30")
    first = lines[lines["revenue"] > 0].groupby("account")["date"].min()

    def counts(of, first_order):
        months, _, _ = quick(of, [end])
        value = month_grid(months, "revenue", end=end.to_period("M"), periods=24)
        cv = xyz.value_lens(value, first_order.reindex(value.index))["value_cv"].dropna()
        return np.bincount(xyz.xyz_codes(cv, (0.5, 1.0)), minlength=3).tolist()

    always = pd.Series(pd.Timestamp("2009-12-01"), first.index)
    assert counts(lines[lines["revenue"] > 0], always) == [17, 205, 5602]
    assert counts(lines, first) == [301, 613, 4894]
