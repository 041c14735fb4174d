import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamlib.analysis.abc_xyz.abc import (
    abc_classes,
    abc_codes,
    computed_limits,
    cut_ties,
    cuts_tried,
    sales_against_margin,
    thin_margins,
)

CUTS = (0.80, 0.95)
# Cents, with many ties, zeros and returns.
VALUES = st.lists(st.integers(-300, 2000).map(lambda cents: cents / 100), max_size=25)


def of(values):
    names = pd.Index([f"a{i:02d}" for i in range(len(values))], dtype="str")
    return pd.Series(values, names, dtype=float)


def test_another_end_of_a_by_hand():
    """Shares 40, 30, 20, 6, 4; before each stand 0, 40, 70, 90, 96 per cent."""
    value, names = of([40.0, 30.0, 20.0, 6.0, 4.0]), pd.Series({"a01": "Brown", "a02": "Cole"})
    tried = cuts_tried(value, names, (0.65, 0.92))
    assert tried.index.tolist() == [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9]
    assert tried.index[tried["in_force"]].tolist() == [0.65]
    numbers = ["a_accounts", "b_accounts", "c_accounts"]
    assert tried.loc[[0.5, 0.65, 0.7, 0.75], numbers].values.tolist() == [
        [2, 2, 1], [2, 2, 1], [2, 2, 1], [3, 1, 1]
    ]  # fmt: skip
    assert tried["a_share"].round(9).tolist() == [0.7] * 5 + [0.9] * 4
    assert tried["words"].tolist() == [""] * 5 + ["A as well: Cole."] * 4
    fewer = cuts_tried(value, names, (0.9, 0.92))["words"]
    assert fewer[0.5] == "No longer A: Cole." and fewer[0.9] == ""


def slow_abc(value, cuts):
    """One account after the other, in exact cents."""
    cents = sorted((-round(100 * amount), name) for name, amount in value.items())
    total = -sum(amount for amount, _ in cents if amount < 0)
    found, before = {}, 0
    for amount, name in cents:
        if amount >= 0:
            found[name] = "D"
        else:
            share = round(before / total, 9)
            found[name] = "A" if share < cuts[0] else "B" if share < cuts[1] else "C"
            before -= amount
    return found


def test_six_accounts_by_hand():
    classes = abc_classes(
        pd.Series({"f": -20.0, "a": 600.0, "c": 100.0, "b": 250.0, "d": 50.0, "e": 0.0}),
        share_cuts=CUTS,
    )
    expected = pd.DataFrame(
        {
            "value": [600.0, 250.0, 100.0, 50.0, 0.0, -20.0],
            "share": [0.6, 0.25, 0.1, 0.05, np.nan, np.nan],
            "share_before": [0.0, 0.6, 0.85, 0.95, np.nan, np.nan],
            "abc": pd.Categorical(list("AABCDD"), categories=list("ABCD"), ordered=True),
            "value_before": [0.0, 600.0, 850.0, 950.0, np.nan, np.nan],
        },
        index=pd.Index(list("abcdef"), name="account"),
    )
    pd.testing.assert_frame_equal(classes, expected)


def test_one_giant_is_a():
    # METHODS 1: the rule "cumulative <= 0.80" would give B, B, C, C and no A.
    assert abc_classes(of([85, 10, 3, 2]), share_cuts=CUTS)["abc"].tolist() == list("ABCC")


def test_a_share_on_a_cut_belongs_to_the_class_below_whatever_the_float_says():
    # 0.1 + 0.2 + … does not reach 0.8 exactly; to nine digits it does.
    value = of([0.1] * 10)
    assert abc_classes(value, share_cuts=CUTS)["abc"].tolist() == list("AAAAAAAABB")


def test_equal_values_rank_by_account():
    classes = abc_classes(of([5, 5, 5, 5])[::-1], share_cuts=(0.5, 0.75))
    assert classes.index.tolist() == ["a00", "a01", "a02", "a03"]
    assert classes["abc"].tolist() == list("AABC")


@pytest.mark.parametrize("values", [[], [0.0, -3.0]])
def test_nothing_positive(values):
    classes = abc_classes(of(values), share_cuts=CUTS)
    assert classes["abc"].tolist() == ["D"] * len(values)
    assert classes[["share", "share_before"]].isna().all(axis=None)


def test_a_single_account_is_a():
    assert abc_classes(of([3.0]), share_cuts=CUTS)["abc"].tolist() == ["A"]


@given(VALUES, st.randoms(use_true_random=False))
def test_the_slow_loop_agrees_in_any_order(values, random):
    value = of(values)
    shuffled = value.sample(frac=1, random_state=random.randrange(1000))
    expected = slow_abc(value, CUTS)
    classes = abc_classes(shuffled, share_cuts=CUTS)
    assert classes["abc"].to_dict() == expected
    codes = abc_codes(value.to_numpy(), share_cuts=CUTS)
    assert ["ABCD"[code] for code in codes] == [expected[name] for name in value.index]


@given(VALUES, st.sampled_from([0.01, 7.0, 1e6]))
def test_scaling_leaves_shares_alone(values, scale):
    one = abc_classes(of(values), share_cuts=CUTS)
    other = abc_classes(of(values) * scale, share_cuts=CUTS)
    pd.testing.assert_frame_equal(one[["share", "abc"]], other[["share", "abc"]])


@given(VALUES)
def test_shares_add_up(values):
    classes = abc_classes(of(values), share_cuts=CUTS)
    assert classes["share"].sum() == pytest.approx(1.0 if max(values, default=0) > 0 else 0.0)


@pytest.mark.parametrize("cuts", [(0.95, 0.8), (0.8, 0.8), (0.0, 0.9), (0.8, 1.0)])
def test_cuts_must_rise(cuts):
    with pytest.raises(ValueError, match="share_cuts must rise within 0–1"):
        abc_classes(of([1.0]), share_cuts=cuts)


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_value_must_be_known(wrong):
    with pytest.raises(ValueError, match="finite number; it is not for 1: a01"):
        abc_classes(of([1.0, wrong]), share_cuts=CUTS)


def test_an_account_occurs_once():
    with pytest.raises(ValueError, match="a has several"):
        abc_classes(pd.Series([1.0, 2.0], ["a", "a"]), share_cuts=CUTS)


def test_computed_limits_by_hand():
    # Curve: (.2, .5) (.4, .8) (.6, .9) (.8, .96) (1, 1); squared distances to (0, 1):
    # .29, .20, .37; the mean is 20, reached by 50 and 30. To (.4, 1): .04, .05, .16.
    limits = computed_limits(of([50, 30, 10, 6, 4]))
    assert limits.loc["A"].tolist()[:2] == pytest.approx([0.4, 0.8])
    assert limits["note"].str.contains("same account").all()


def test_computed_limits_where_they_tell_something():
    # Mean 16.75: reached by three of sixteen, which ends A; the fourth is the point nearest to
    # (0, 1), so B ends at the point nearest to (4/16, 1): that of the sixth.
    limits = computed_limits(of([100, 60, 30, 16, 14, 12, 10, 8, 6, 4, 2, 2, 1, 1, 1, 1]))
    assert limits["share_of_accounts"].tolist() == pytest.approx([3 / 16, 6 / 16])
    assert limits["share_of_value"].tolist() == pytest.approx([190 / 268, 232 / 268])
    assert limits["informative"].all()


def test_b_ends_beyond_the_later_of_the_two_points_as_the_package_does():
    # By a slow loop, on values that fall evenly. On the package's own example, the inhabitants of
    # 2,896 Swiss communes, it gives A .2217 and B .3715 (the package .221 and .372).
    falling = [1000 * 0.97**place for place in range(300)]
    limits = computed_limits(of(falling))["share_of_accounts"]
    x = [place / 300 for place in range(301)]
    y = [sum(falling[:place]) / sum(falling) for place in range(301)]
    nearest = min(range(301), key=lambda place: x[place] ** 2 + (1 - y[place]) ** 2)
    even = sum(value >= sum(falling) / 300 for value in falling)
    later = max(x[nearest], x[even])
    ends = min(range(301), key=lambda place: (x[place] - later) ** 2 + (1 - y[place]) ** 2)
    assert limits.tolist() == pytest.approx([min(x[nearest], x[even]), x[ends]])
    assert ends > max(nearest, even)


def test_a_b_of_one_account_tells_nothing():
    limits = computed_limits(of([40, 30, 17, 5, 4, 4]))
    assert limits["share_of_accounts"].tolist() == pytest.approx([1 / 3, 1 / 2])
    assert limits["note"].tolist() == ["B would be one account"] * 2


@pytest.mark.parametrize(
    ("values", "note"),
    [([7.0] * 10, "equal value"), ([1000.0] + [1.0] * 9, "same account"), ([], "fewer than three")],
)
def test_computed_limits_that_degenerate_say_so(values, note):
    limits = computed_limits(of(values))
    assert not limits["informative"].any()
    assert limits["note"].str.contains(note).all()


def test_who_sells_much_and_earns_little():
    # a sells most and earns least.
    revenue = pd.Series({"a": 900.0, "b": 80.0, "c": 20.0})
    margin = pd.Series({"a": 1.0, "b": 90.0, "c": 9.0})
    table = sales_against_margin(revenue, margin, share_cuts=CUTS)
    found = table[table["accounts"] > 0].set_index(["abc_revenue", "abc_margin"])
    assert len(table) == 16
    assert found["accounts"].to_dict() == {("A", "C"): 1, ("B", "A"): 1, ("C", "B"): 1}
    assert found.loc[("A", "C"), ["revenue", "margin"]].tolist() == [900.0, 1.0]


def test_thin_margins_are_measured_against_the_company_s_own():
    classes = pd.DataFrame(
        {
            "name": ["big thin", "good", "unknown", "returns"],
            "manager": "M1",
            "revenue": [600.0, 400.0, 50.0, -10.0],
            "margin": [30.0, 170.0, float("nan"), -5.0],
        },
        index=pd.Index(["a", "b", "c", "d"], name="account"),
    )
    table = thin_margins(classes)  # the company keeps 200 of 1,000
    assert table.index.tolist() == ["a"]
    assert table.loc["a", "margin_rate"] == 0.05
    assert table.loc["a", "missing_margin"] == 90.0  # 20 % of 600 less the 30 it earns


def test_ties_are_told_only_where_a_cut_parts_them():
    found = cut_ties(abc_classes(of([50, 20, 20, 6, 2, 2]), share_cuts=(0.80, 0.95)))
    assert found.empty, "both pairs of equals stand within one class"
    found = cut_ties(abc_classes(of([40, 40, 10, 10, -3, -3]), share_cuts=(0.80, 0.85)))
    assert found["split"].tolist() == ["1 B, 1 C"] * 2 and found["alike"].tolist() == [0.5, 0.5]
