"""Ranges: their quantiles, by hand, also for a changed value."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hubmodel.case.rows import Row, first_message
from hubmodel.errors import HubmodelError
from hubmodel.uncertainty.ranges import SPREADS, ends_of, is_uncertain, value_at


def row(value, low, high, spread="", unit="ratio", **more):
    cells = {"key": "x", "row": "", "period": "", "price_year": None, "source": "", "locator": "", "note": "why"}
    return Row(**cells | {"value": value, "low": low, "high": high, "spread": spread, "unit": unit,
                          "grade": "assumption"} | more)  # fmt: skip


def test_a_triangle_by_hand():
    # from 0 over 2 to 10: the area left of the mode is 2/10; at the mode the quantile is 0.2
    triangle = row(2, 0, 10)
    assert value_at(triangle, [0, 0.2, 1]).tolist() == [0, 2, 10]
    # left: F = x^2 / (10 x 2), so F = 0.05 at x = 1; right: 1 - F = (10 - x)^2 / (10 x 8), so F = 0.8 at x = 6
    assert value_at(triangle, [0.05, 0.8]).tolist() == pytest.approx([1, 6])


def test_a_blank_spread_is_triangular():
    points = np.linspace(0, 1, 9)
    assert value_at(row(2, 0, 10), points).tolist() == value_at(row(2, 0, 10, "triangular"), points).tolist()


def test_uniform_and_discrete_by_hand():
    assert value_at(row(2, 0, 10, "uniform"), [0, 0.25, 1]).tolist() == [0, 2.5, 10]
    # three values, a third each
    assert value_at(row(2, 0, 10, "discrete"), [0, 0.3, 0.4, 0.7, 1]).tolist() == [0, 0, 2, 10, 10]
    # the value is one of the ends: two values, a half each
    assert value_at(row(0, 0, 10, "discrete"), [0.49, 0.51]).tolist() == [0, 10]


@pytest.mark.parametrize(("spread", "unit"), [("normal", "ratio"), ("lognormal", "ratio")])
def test_normal_spreads_have_their_value_as_median_and_their_ends_at_p10_and_p90(spread, unit):
    normal = row(20, 10, 50, spread, unit)
    assert value_at(normal, [0.1, 0.5, 0.9]).tolist() == pytest.approx([10, 20, 50])
    assert ends_of(normal) == (0.1, 0.9)


def test_pert_is_the_beta_of_its_definition():
    # mean (low + 4 mode + high) / 6 = (0 + 4 x 2 + 10) / 6 = 3
    drawn = value_at(row(2, 0, 10, "pert"), (np.arange(20000) + 0.5) / 20000)
    assert drawn.mean() == pytest.approx(3, abs=1e-4)
    assert drawn.tolist()[::4000] == pytest.approx(
        (10 * stats.beta(1.8, 4.2).ppf((np.arange(20000) + 0.5) / 20000)).tolist()[::4000]
    )


@given(st.sampled_from(sorted(SPREADS)), st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_a_higher_quantile_is_no_lower_value_and_shares_stay_shares(spread, quantile, other):
    drawn = value_at(row(0.8, 0.5, 0.95, spread, "share"), sorted((quantile, other, 1e-9, 1 - 1e-9)))
    assert (np.diff(drawn) >= 0).all()
    assert 0 <= drawn[0] <= drawn[-1] <= 1


def test_a_changed_value_takes_its_range_along():
    # 20 in 10 to 40, changed to 30: 15 to 60
    assert value_at(row(30, 10, 40), [0, 1], was=20).tolist() == [15, 60]
    # a share: 0.8 in 0.6 to 1, changed to 0.9: 0.675 to 1.125, of which a share keeps 1
    assert value_at(row(0.9, 0.6, 1, unit="share"), [0, 1], was=0.8).tolist() == pytest.approx([0.675, 1])
    # from zero, and for dates, by the difference
    assert value_at(row(0.2, 0, 0.5), [0, 1], was=0).tolist() == [0.2, 0.7]
    assert value_at(row(2024.0, 2023, 2025, unit="date"), [0, 1], was=2023.5).tolist() == [2023.5, 2025.5]


def test_a_batch_is_its_members():
    lognormal, points = row(2, 1, 10, "lognormal"), np.linspace(0.01, 0.99, 7)
    assert value_at(lognormal, points).tolist() == [float(value_at(lognormal, point)) for point in points]


def test_a_fact_and_a_point_are_not_drawn():
    assert is_uncertain(row(2, 0, 10))
    assert not is_uncertain(row(2, 2, 2))
    assert not is_uncertain(row(2, None, None))
    assert not is_uncertain(row(2, 0, 10, grade="documented", source="x"))


@pytest.mark.parametrize(
    ("made", "message"),
    [
        ({"value": 2, "low": None, "high": None, "spread": "pert"}, "has the spread pert but no range"),
        ({"value": 2, "low": 0, "high": 10, "spread": "lognormal"}, "lognormal, so low must be above zero, got 0"),
        ({"value": 2, "low": 5, "high": 10, "where": "x line 1"}, "must lie in its range, got 5 <= 2 <= 10"),
    ],
)
def test_a_range_without_meaning_is_refused(made, message):
    with pytest.raises((ValueError, HubmodelError)) as refused:
        row(**made)
    assert message in first_message(refused.value)
