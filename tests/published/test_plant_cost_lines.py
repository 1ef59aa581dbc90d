"""Plant cost, line by line."""

import numpy as np
import pytest

from tests.published import plant_cost

HAND_SUMS = [
    (plant_cost.outside_cost, (100, 0.3), 30),
    # a tenth of 100 + 30
    (plant_cost.design_cost, (100, 30, 0.1), 13),
    (plant_cost.contingency, (100, 30, 0.1), 13),
    (plant_cost.fixed_capital, (100, 30, 13, 13), 156),
    # 2 a day at 5, running 95 % of the year
    (plant_cost.stream_cost, (2 * 365, 5, 0.95), 3467.5),
    (plant_cost.insurance_contribution, (0.1, 1), 0.1),
    (plant_cost.insurance_contribution, (0.1, 0), 0),
    # (10 % of 1 000 + 50) / 300 + 2
    (plant_cost.unit_cost, (0.1, 1000, 50, 300, 2), 2.5),
]


@pytest.mark.parametrize(("line", "arguments", "expected"), HAND_SUMS, ids=lambda one: getattr(one, "__name__", ""))
def test_hand_sum(line, arguments, expected):
    assert line(*arguments) == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    "line", [plant_cost.variable_cost, plant_cost.employer_contribution_rate, plant_cost.insurance_contribution_rate]
)
def test_totals_over_rows(line):
    np.testing.assert_array_equal(line(np.array([[1.0, 2.0], [10.0, 20.0]])), [[11, 22]])


@pytest.mark.parametrize("line", [plant_cost.outside_cost, plant_cost.design_cost])
def test_doubling_the_plant_doubles_the_line(line):
    shares = (0.3,) if line is plant_cost.outside_cost else (60, 0.3)
    doubled = (0.3,) if line is plant_cost.outside_cost else (120, 0.3)
    assert line(200, *doubled) == pytest.approx(2 * line(100, *shares))
