import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from kamlib.analysis.abc_xyz.abc import abc_classes, sales_against_margin
from kamlib.analysis.abc_xyz.concentration import lorenz_curve, without_top
from kamlib.analysis.abc_xyz.matrix import matrix
from kamlib.pictures import (
    picture,
    plot_class_history,
    plot_least_stable,
    plot_lenses,
    plot_lorenz,
    plot_matrix,
    plot_migration,
    plot_pareto,
    plot_sales_against_margin,
    plot_without_top,
)
from kamlib.show.theme import ABC_COLOURS, description, new_axes

NAMES = ["Brown & Sons", "客户 $1", "A" * 300, "<script>alert(1)</script>", "😀 🏭 ไทย"]


def made_classes(accounts, seed=1):
    """Accounts as ``abc_xyz`` returns them, as far as the plots look."""
    draw = np.random.default_rng(seed)
    ids = pd.Index([f"a{i:05d}" for i in range(accounts)], name="account", dtype="str")
    value = pd.Series(draw.lognormal(8, 1.6, accounts).round(2), ids)
    if accounts > 20:
        value.iloc[-5:] = -10.0
    table = abc_classes(value, share_cuts=(0.80, 0.95))
    placed = table["abc"] != "D"
    table["name"] = [NAMES[i] if i < len(NAMES) else "" for i in range(accounts)]
    table["revenue"], table["margin"] = table["value"], 0.2 * table["value"]
    for column in ("xyz", "xyz_frequency", "xyz_gap_cv", "xyz_value_cv"):
        table[column] = pd.Series(draw.choice(list("XYZNL"), accounts), table.index)
        table[column] = table[column].where(placed, "")
    table["cell"] = table["abc"].astype("str") + table["xyz"]
    table["stability"] = draw.beta(5, 1, accounts)
    table["nearest_border"] = draw.choice(["A/B", "B/C", "X/Y", "Y/Z"], accounts)
    table["abc_stability"] = table["xyz_stability"] = table["stability"]
    return table


def texts(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def tick_texts(axis):
    axis.axes.figure.draw_without_rendering()
    return [text.get_text() for text in axis.get_ticklabels()]


@pytest.mark.parametrize("width", [4.5, 9])
@pytest.mark.parametrize("accounts", [1, 3, 200, 5900])
def test_pareto_draws_the_largest_and_the_whole_share(accounts, width):
    classes = made_classes(accounts)
    ax = plot_pareto(classes, share_cuts=(0.8, 0.95), currency="GBP", ax=new_axes(width, 4))
    drawn = classes[classes["abc"] != "D"]
    columns = [bar.get_height() for bar in ax.patches if hasattr(bar, "get_height")]
    columns = [height for height in columns if height in set(drawn["value"])]
    assert columns == drawn["value"].tolist()[: len(columns)]
    assert len(columns) >= min(accounts, 3)
    line = ax.figure.axes[1].lines[0]
    np.testing.assert_allclose(line.get_ydata(), drawn["value"].cumsum() / drawn["value"].sum())
    assert (np.diff(line.get_xdata()) > 0).all()
    cuts = [cut.get_ydata()[0] for cut in ax.figure.axes[1].lines[1:]]
    assert cuts == [0.8, 0.95]
    assert ax.get_ylabel() == "Value (GBP)"


def test_pareto_says_how_many_are_in_each_class():
    classes = made_classes(200)
    ax = plot_pareto(classes, measure="Revenue, 12 months")
    key = [text.get_text() for text in ax.figure.axes[1].get_legend().get_texts()]
    for abc, text in zip("ABC", key, strict=True):
        of_class = classes[classes["abc"] == abc]
        assert text.startswith(
            f"{abc}: {len(of_class)} accounts, {100 * of_class['share'].sum():.1f}"
        )
    assert "the other" in " ".join(texts(ax))
    assert ax.get_ylabel() == "Revenue, 12 months"
    assert "Brown & Sons" in description(ax)


def test_pareto_columns_wear_their_class():
    ax = plot_pareto(made_classes(12), ax=new_axes(9, 4))
    colours = [to_hex(bar.get_facecolor()) for bar in ax.containers[0]]
    assert colours == [ABC_COLOURS[abc] for abc in made_classes(12)["abc"][: len(colours)]]


def test_pareto_names_are_short_and_without_mathtext():
    ax = plot_pareto(made_classes(30))
    names = tick_texts(ax.xaxis)
    assert names[0] == "Brown & Sons"
    assert names[1].endswith(r"\$1")
    assert all(len(name) <= 20 for name in names)
    assert names[-1].startswith("a0")  # an account without a name shows its id


def test_pareto_without_positive_value_says_so():
    classes = made_classes(30).tail(5)
    assert "none has a positive value" in description(plot_pareto(classes))


def test_lorenz_draws_the_curve_and_writes_what_most_accounts_hold():
    curve = lorenz_curve(pd.Series([100, 50, 30, 10, 5, 3, 1, 1]))
    ax = plot_lorenz(curve)
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), curve["value_share"])
    assert "80 % hold 35 %" in texts(ax)
    # 80 % of 8 accounts are 6.4: the six smallest hold 50, 0.4 of the next 50 are 20; of 200.
    assert "hold 35.0 % of the value" in description(ax)


@pytest.mark.parametrize("column", ["revenue", "margin"])
def test_without_top_draws_what_is_left(column):
    left = without_top(made_classes(200)["revenue"], made_classes(200)["margin"], top=(1, 5, 10))
    ax = plot_without_top(left, currency="GBP", column=column)
    assert [bar.get_width() for bar in ax.containers[1]] == left[column].tolist()
    assert tick_texts(ax.yaxis) == [
        *("as it is", "without the largest", "without the top 5", "without the top 10")
    ]


PLACES = pd.DataFrame(
    [
        *(("A", "X", 3, 700.0, 0.7), ("A", "N", 1, 200.0, 0.2), ("C", "Z", 12, 100.0, 0.1)),
        ("D", "", 4, -50.0, np.nan),
    ],
    columns=["abc", "xyz", "accounts", "revenue", "share"],
)


@pytest.mark.parametrize(
    ("show", "expected"),
    [
        ("accounts", ["3", "accounts", "1", "accounts", "12", "accounts", "4"]),
        ("money", ["EUR 700", "70.0 %", "EUR 200", "20.0 %", "EUR 100", "10.0 %", "4"]),
        ("both", ["3", "EUR 700 · 70.0 %", "1", "EUR 200 · 20.0 %", "12", "EUR 100 · 10.0 %", "4"]),
    ],
)
def test_matrix_writes_accounts_and_money(show, expected):
    ax = plot_matrix(PLACES, show, currency="EUR")
    assert texts(ax) == [*expected, "without positive value: EUR -50"]
    assert "20 accounts. Most money is in AX: 3 accounts, EUR 700" in description(ax)


def test_matrix_shades_by_what_it_shows():
    places = matrix(made_classes(300))
    for show, column in (("accounts", "accounts"), ("both", "revenue")):
        ax = plot_matrix(places, show)
        darkness = [1 - sum(tile.get_facecolor()[:3]) / 3 for tile in ax.patches]
        assert len(ax.patches) == 16
        ranked = places[column].clip(lower=0).rank()
        assert pd.Series(darkness).corr(ranked, method="spearman") > 0.99


def test_sales_against_margin_marks_who_earns_little():
    revenue = pd.Series({"a": 80.0, "b": 15.0, "c": 5.0})
    cross = sales_against_margin(revenue, pd.Series({"a": -1.0, "b": 9.0, "c": 1.0}),
                                 share_cuts=(0.8, 0.95))  # fmt: skip
    ax = plot_sales_against_margin(cross, currency="GBP")
    assert sorted(texts(ax)) == sorted(["·"] * 13 + ["1"] * 3 + ["GBP 80", "GBP 15", "GBP 5"])
    worse = ax.collections[0]  # A by revenue and D by margin is its last field of the first row
    red, _green, blue, _alpha = worse.get_facecolors()[3]
    assert red > blue
    assert "lower by margin than by revenue (orange): 1 account with GBP 80" in description(ax)


PAIRS = pd.DataFrame(
    [
        ("AX", "AX", 9, 900.0, 950.0, 50.0),
        ("AX", "BY", 2, 2_000.0, 1_000.0, -1_000.0),
        ("BY", "AX", 1, 300.0, 4_000.0, 3_700.0),
        ("", "CN", 5, 0.0, 250.0, 250.0),
        ("D", "", 1, -3.0, 0.0, 3.0),
    ],
    columns=["from_cell", "to_cell", "accounts", "revenue_before", "revenue", "change"],
)


def test_migration_draws_who_moved():
    ax = plot_migration(PAIRS, currency="GBP")
    assert sorted(texts(ax)) == sorted(["2.0k", "4.0k", "250", "0"])
    assert tick_texts(ax.xaxis) == ["AX", "BY", "CN", "gone"]
    assert tick_texts(ax.yaxis) == ["AX", "BY", "D", "first seen"]
    assert "9 accounts moved; the most money from BY to AX: 1 account," in description(ax)
    assert sorted(texts(plot_migration(PAIRS, "accounts"))) == ["1", "1", "2", "5"]


def test_migration_down_is_orange_and_up_is_blue():
    drawn = plot_migration(PAIRS).collections
    down, up = (fields.get_facecolors()[~fields.get_array().mask.ravel()][0] for fields in drawn)
    assert down[0] > down[2]
    assert up[0] < up[2]


def test_migration_of_nobody_says_so():
    ax = plot_migration(PAIRS.head(1))
    assert "no account moved" in description(ax)
    assert picture(ax).png


def every_pair():
    cells = [*(abc + xyz for abc in "ABC" for xyz in "XYZNL"), "D", ""]
    rows = [(a, b, 3, 1234.0, 99_900.0, 1.0) for a in cells for b in cells if a != b]
    return pd.DataFrame(rows, columns=PAIRS.columns)


def test_migration_is_readable_with_all_places():
    ax = plot_migration(every_pair())
    ax.figure.draw_without_rendering()
    tile = ax.get_window_extent().width / len(ax.get_xticks())
    assert max(text.get_window_extent().width for text in ax.texts if text.get_text()) < tile


def made_history():
    rows = [
        ("2011Q2", "A", "X", "AX", 10, 5_000.0),
        ("2011Q2", "D", "", "D", 2, -9.0),
        ("2011Q3", "A", "X", "AX", 8, 4_000.0),
        ("2011Q3", "A", "L", "AL", 4, 1_000.0),
        ("2011Q3", "C", "Z", "CZ", 30, 500.0),
    ]
    history = pd.DataFrame(rows, columns=["quarter", "abc", "xyz", "cell", "accounts", "revenue"])
    return history.assign(quarter=pd.PeriodIndex(history["quarter"], freq="Q"))


@pytest.mark.parametrize(
    ("by", "show", "expected"),
    [
        ("abc", "accounts", {"A": [10, 12], "B": [0, 0], "C": [0, 30], "D": [2, 0]}),
        ("abc", "revenue", {"A": [5_000, 5_000], "B": [0, 0], "C": [0, 500]}),
        ("xyz", "accounts", {"X": [10, 8], "Y": [0, 0], "Z": [0, 30], "N": [0, 0], "L": [0, 4]}),
    ],
)
def test_class_history_stacks_the_classes(by, show, expected):
    ax = plot_class_history(made_history(), by, show)
    drawn = {bars.get_label(): [bar.get_height() for bar in bars] for bars in ax.containers}
    assert drawn == expected
    assert tick_texts(ax.xaxis) == ["2011Q2", "2011Q3"]


def test_class_history_stars_quarters_with_a_short_window():
    history = made_history()
    covered = history["quarter"] > "2011Q2"
    ax = plot_class_history(history.assign(covered=covered))
    assert tick_texts(ax.xaxis) == ["2011Q2*", "2011Q3"]
    assert "do not reach back" in ax.get_xlabel()
    assert "2011Q2 to 2011Q3: A: 10 → 12" in description(ax)


def test_class_history_of_a_companys_own_year():
    history = made_history()
    quarters = pd.PeriodIndex(history["quarter"].astype("str"), freq="Q-JAN")
    ax = plot_class_history(history.assign(quarter=quarters))
    assert tick_texts(ax.xaxis) == ["FY2010Q2", "FY2010Q3"]
    assert "FY2010Q2 to FY2010Q3: A: 10" in description(ax)


def test_least_stable_shows_the_largest_doubtful_accounts():
    classes = made_classes(200)
    doubtful = classes[classes["stability"] < 0.95].head(6)
    classes.loc[doubtful.index[0], "xyz_stability"] = 0.1
    ax = plot_least_stable(classes, top=6)
    assert [text.rsplit(" ", 1)[1] for text in texts(ax)] == ["XYZ"] + ["ABC"] * 5
    np.testing.assert_array_equal(ax.collections[1].get_offsets()[:, 0], doubtful["stability"])
    assert len(tick_texts(ax.yaxis)) == 6


def test_lenses_count_the_combinations():
    lenses = pd.DataFrame(
        [("X", "X", "X")] * 4 + [("X", "Y", "Z")] * 2 + [("Z", "N", "Z")] + [("", "", "")],
        columns=["xyz_frequency", "xyz_gap_cv", "xyz_value_cv"],
    )
    ax = plot_lenses(lenses)
    assert [bar.get_width() for bar in ax.containers[0]] == [4, 2, 1]
    assert texts(ax)[:12] == [*"XXX", "4", *"XYZ", "2", *"ZNZ", "1"]
    assert "agree on 5 of 7 accounts" in description(ax)
    assert "2 others" in texts(plot_lenses(lenses, top=1))


EMPTY = made_classes(30).iloc[:0]


@pytest.mark.parametrize(
    ("plot", "frame"),
    [
        (plot_pareto, EMPTY),
        (plot_lorenz, lorenz_curve(pd.Series(dtype=float))),
        (plot_without_top, without_top(pd.Series({"a": 0.0}), None, top=(1,))),
        (plot_matrix, matrix(EMPTY)),
        (plot_migration, PAIRS.iloc[:0]),
        (plot_class_history, made_history().iloc[:0]),
        (plot_least_stable, EMPTY),
        (plot_lenses, EMPTY),
    ],
)
def test_nothing_to_show_is_drawn_and_described(plot, frame):
    ax = plot(frame)
    assert description(ax)
    assert picture(ax).png


@pytest.mark.parametrize("plot", [plot_pareto, plot_least_stable, plot_lenses, plot_matrix])
def test_plots_draw_into_given_axes_and_leave_the_frame_alone(plot):
    frame = made_classes(40)
    frame = matrix(frame) if plot is plot_matrix else frame
    before = frame.copy()
    ax = new_axes(4.5, 3)
    assert plot(frame, ax=ax) is ax
    pd.testing.assert_frame_equal(frame, before)
