from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamlib.analysis.abc_xyz import stability
from kamlib.analysis.abc_xyz.abc import abc_classes, abc_codes
from kamlib.analysis.abc_xyz.stability import class_stability, resampled_periods
from kamlib.analysis.abc_xyz.xyz import share_from_sums, xyz_codes

ABC_CUTS, XYZ_CUTS = (0.8, 0.95), (0.75, 0.33)
DRAWS = {"resamples": 40, "block_months": 3, "seed": 5}


def stabilities(value, active, classes, **draws):
    terms = active.to_numpy(float), np.ones(active.shape)
    return class_stability(
        classes,
        value,
        terms,
        abc_rule=partial(abc_codes, share_cuts=ABC_CUTS),
        xyz_rule=lambda *sums: xyz_codes(share_from_sums(*sums), XYZ_CUTS),
        **{**DRAWS, **draws},
    )


def company(seed=1, accounts=9, months=12):
    random = np.random.default_rng(seed)
    active = random.random((accounts, months)) < random.random((accounts, 1))
    amounts = np.round(active * random.lognormal(3, 1.5, (accounts, 1)), 2)
    amounts[-1] = -1.0
    names = [f"a{i}" for i in range(accounts)]
    value = pd.DataFrame(amounts, names)
    abc = abc_classes(value.sum(axis=1).round(6), share_cuts=ABC_CUTS)["abc"].reindex(names)
    xyz = pd.Series(["XYZ"[code] for code in xyz_codes(active.mean(axis=1), XYZ_CUTS)], names)
    xyz = xyz.mask(abc == "D", "")
    xyz.iloc[0], xyz.iloc[1] = "N", "L"
    return value, pd.DataFrame(active, names), pd.DataFrame({"abc": abc.astype("str"), "xyz": xyz})


def test_a_slow_loop_agrees():
    value, active, classes = company()
    found = stabilities(value, active, classes)
    counts = resampled_periods(12, 40, block=3, seed=5)
    placed = classes.index[classes["abc"] != "D"]
    for name in placed:
        same = []
        for drawn in counts:
            months = [month for month in range(12) for _ in range(int(drawn[month]))]
            totals = value.loc[placed].iloc[:, months].sum(axis=1).round(6)
            abc = abc_classes(totals, share_cuts=ABC_CUTS)["abc"][name]
            share = active.loc[name].iloc[months].mean()
            xyz = "X" if share >= 0.75 else "Y" if share >= 0.33 else "Z"
            same.append((abc == classes.abc[name], xyz == classes.xyz[name]))
        abc_same, xyz_same = np.array(same).T
        judged = classes.xyz[name] in "XYZ"
        assert found.abc_stability[name] == pytest.approx(abc_same.mean())
        expected = (abc_same & xyz_same).mean() if judged else abc_same.mean()
        assert found.stability[name] == pytest.approx(expected)
        if judged:
            assert found.xyz_stability[name] == pytest.approx(xyz_same.mean())


def test_status_is_not_resampled():
    value, active, classes = company()
    found = stabilities(value, active, classes)
    outside = classes["abc"] == "D"
    assert found[outside].isna().all(axis=None)
    status = classes["xyz"].isin(["N", "L"]) & ~outside
    assert found.loc[status, "xyz_stability"].isna().all()
    assert found.loc[status, "stability"].equals(found.loc[status, "abc_stability"])


def test_a_company_without_chance_is_stable():
    value = pd.DataFrame(np.outer([80.0, 15.0, 5.0], np.ones(12)), list("abc"))
    classes = pd.DataFrame({"abc": list("ABC"), "xyz": list("XXX")}, list("abc"))
    found = stabilities(value, value > 0, classes)
    assert (found == 1.0).all(axis=None)


def test_the_pieces_it_is_cut_into_do_not_matter(monkeypatch):
    whole = stabilities(*company())
    monkeypatch.setattr(stability, "CHUNK_VALUES", 20)
    pd.testing.assert_frame_equal(stabilities(*company()), whole)


def test_the_seed_decides():
    assert stabilities(*company()).equals(stabilities(*company()))
    assert not stabilities(*company()).equals(stabilities(*company(), seed=6))


def test_nobody_has_a_place():
    value, active, classes = company()
    nobody = stabilities(value, active, classes.assign(abc="D", xyz=""))
    assert nobody.isna().all(axis=None)
    empty = stabilities(value.iloc[:0], active.iloc[:0], classes.iloc[:0])
    assert len(empty) == 0


@given(st.integers(1, 30), st.integers(1, 12))
def test_every_resample_is_as_long_as_the_window(periods, block):
    counts = resampled_periods(periods, 20, block=block, seed=1)
    assert (counts.sum(axis=1) == periods).all()


def test_circular_blocks_draw_every_month_alike():
    counts = resampled_periods(12, 20_000, block=3, seed=1)
    assert counts.mean(axis=0) == pytest.approx(1.0, abs=0.03)


def test_months_come_in_blocks():
    counts = resampled_periods(12, 500, block=12, seed=1)
    assert (counts == 1).all(axis=None)
