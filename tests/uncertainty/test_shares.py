"""Variance shares: the textbook function, SALib as oracle, groups of correlated inputs."""

import numpy as np
import pytest
from SALib.analyze import sobol as salib
from scipy.stats import qmc

import hubmodel as hm
from hubmodel.errors import InputError, UnknownName
from hubmodel.uncertainty import shares as module
from hubmodel.uncertainty.shares import _groups, indices, run_share_job, sobol


def evaluated(function, inputs, draws=2**14):
    """Return a function of uniform numbers at points A, at points B, and at A with each column from B."""
    both = qmc.Sobol(2 * inputs, rng=np.random.default_rng(1)).random(draws)
    a, b = both[:, :inputs], both[:, inputs:]
    mixed = [np.where(np.arange(inputs) == at, b, a) for at in range(inputs)]
    return np.stack([function(points) for points in (a, b, *mixed)], axis=1)


def ishigami(points):
    x = np.pi * (2 * points - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_the_textbook_function_has_its_known_shares():
    # Ishigami and Homma 1990, a = 7, b = 0.1: first order 0.3139, 0.4424, 0; total 0.5576, 0.4424, 0.2437
    first, total = indices(evaluated(ishigami, 3))
    assert first.tolist() == pytest.approx([0.3139, 0.4424, 0.0], abs=0.01)
    assert total.tolist() == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.01)


def test_a_sum_has_no_shares_together():
    # 3x + y + 0z: variances 9/12, 1/12 and 0 of 10/12
    first, total = indices(evaluated(lambda points: points @ [3.0, 1.0, 0.0], 3))
    assert first.tolist() == pytest.approx([0.9, 0.1, 0.0], abs=0.005)
    assert total.tolist() == pytest.approx([0.9, 0.1, 0.0], abs=0.005)


def test_salib_agrees(yearly):
    """SALib's estimators on the same runs of the hub agree."""
    found = sobol(yearly, draws=256, inputs=("volume_factor", "innovation_hourly_rate", "direct_hours_share"))
    groups = tuple(share.keys for share in found.shares)
    job = module._Job(hm.simulate(yearly, 1).draws, "net_present_value", groups, 0, 256, True)
    values = run_share_job(job)
    ordered = np.column_stack([values[:, 0], values[:, 2:], values[:, 1]]).ravel()  # A, each mix, B, point by point
    problem = {
        "num_vars": len(groups),
        "names": [str(at) for at in range(len(groups))],
        "bounds": [[0, 1]] * len(groups),
    }
    analysed = salib.analyze(problem, ordered, calc_second_order=False, seed=1)
    assert [share.total for share in found.shares] == pytest.approx(analysed["ST"].tolist(), rel=1e-9)
    assert [share.first for share in found.shares] == pytest.approx(analysed["S1"].tolist(), rel=1e-9)


def test_shares_of_the_hub_add_up_and_lie_in_their_intervals(yearly):
    found = sobol(yearly, draws=512)
    assert sum(share.first for share in found.shares) == pytest.approx(1, abs=0.2)
    for share in found.shares:
        assert share.first_interval[0] <= share.first <= share.first_interval[1]
        assert share.total_interval[0] <= share.total <= share.total_interval[1]
    assert [share.total for share in found.shares] == sorted((share.total for share in found.shares), reverse=True)
    assert found.runs == 512 * (len(found.shares) + 2)
    drawn = hm.simulate(yearly, 2048).summary().standard_deviation
    assert np.sqrt(found.variance) == pytest.approx(drawn, rel=0.1)


def test_what_is_correlated_moves_together(yearly):
    keys = hm.simulate(yearly, 1).draws.keys
    groups = _groups(yearly, keys, ("wage_inflation", "volume_factor", "price_inflation"))
    assert set(groups[0]) == {"wage_inflation", "price_inflation", "material_inflation"}
    assert groups[1] == ("volume_factor",)
    assert len(groups) == 3
    assert sorted(key for group in groups for key in group) == sorted(keys)


def test_an_input_that_does_nothing_has_no_share(yearly):
    # nothing is reserved in the base case, so the price of a reserved dose moves no company figure
    found = sobol(yearly, draws=64, inputs=("reserved_dose_price", "volume_factor"))
    (idle,) = (share for share in found.shares if share.keys == ("reserved_dose_price",))
    assert (idle.first, idle.total) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        ({"draws": 32}, InputError, "draws must be at least 64 for variance shares, got 32"),
        ({"inputs": ("volume_facto",)}, UnknownName, "did you mean 'volume_factor'"),
        ({"figure": "payback_years", "draws": 64}, InputError, "payback_years has no value in .* of 64 draws"),
    ],
)
def test_what_cannot_be_shared(yearly, ask, error, message):
    with pytest.raises(error, match=message):
        sobol(yearly, **ask)
