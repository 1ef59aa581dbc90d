"""The vocabulary: hand sums, floats equal to arrays, draws passed through, and what each word refuses."""

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from hubmodel.engine.units import Membership
from hubmodel.engine.words import (
    TINY,
    cumulative,
    each,
    floor,
    group,
    irr,
    lowest,
    maximum,
    minimum,
    previous,
    sum_periods,
    total,
    where,
)
from hubmodel.errors import InputError

X = np.array([[1.0, -2.0, 4.0], [8.0, 16.0, -32.0]])  # two rows, three periods
BY = Membership("suite", "site", (2, 0), 3)  # the second of three sites has no suite
EVERY = st.floats(allow_nan=True, allow_infinity=True)
AMOUNTS = st.floats(-1e9, 1e9)
DRAWS = arrays.arrays(float, (5, 2, 4), elements=AMOUNTS)


def same(one, other):
    return np.array_equal(np.asarray(one, dtype=float), np.asarray(other, dtype=float), equal_nan=True)


class TestHandSums:
    def test_total(self):
        assert total(X).tolist() == [[9.0, 14.0, -28.0]]  # 1 + 8, -2 + 16, 4 - 32

    def test_group_keeps_an_empty_parent(self):
        assert group(X, BY).tolist() == [[8.0, 16.0, -32.0], [0.0, 0.0, 0.0], [1.0, -2.0, 4.0]]

    def test_group_adds_members_of_one_parent(self):
        assert group(X, Membership("suite", "site", (0, 0), 1)).tolist() == total(X).tolist()

    def test_each_puts_the_parent_beside_the_member(self):
        assert each(np.array([[10.0], [20.0], [30.0]]), BY).tolist() == [[30.0], [10.0]]

    def test_previous(self):
        assert previous(X).tolist() == [[0.0, 1.0, -2.0], [0.0, 8.0, 16.0]]

    def test_previous_from_a_start(self):
        assert previous(X, np.array([[5.0], [6.0]])).tolist() == [[5.0, 1.0, -2.0], [6.0, 8.0, 16.0]]

    def test_cumulative(self):
        assert cumulative(X).tolist() == [[1.0, -1.0, 3.0], [8.0, 24.0, -8.0]]

    def test_sum_periods(self):
        assert sum_periods(X).tolist() == [[3.0], [-8.0]]

    def test_lowest(self):
        assert lowest(X).tolist() == [[-2.0], [-32.0]]

    def test_irr_is_yearly(self):
        # 100 out, 121 in after two half-years: 1.21 a year
        assert irr(np.array([[-100.0, 0.0, 121.0]]), np.array([[0.5]]))[0, 0] == pytest.approx(0.21, abs=1e-12)

    def test_irr_without_root_has_no_value(self):
        assert np.isnan(irr(np.array([[1.0, 2.0]]), np.array([[1.0]]))).tolist() == [[True]]

    def test_floor_rounds_down_below_zero_too(self):
        assert floor(np.array([[2.9, -2.1]])).tolist() == [[2.0, -3.0]]

    def test_a_guarded_ratio_has_no_value_where_it_has_no_meaning(self):
        hours = np.array([[4.0, 0.0]])
        rate = where(hours > 0, 100 / maximum(hours, TINY), math.nan)
        assert same(rate, [[25.0, math.nan]])


class TestFloatsEqualArrays:
    @given(EVERY, EVERY)
    @example(math.nan, 1.0)
    @example(1.0, math.nan)
    def test_maximum_and_minimum(self, a, b):
        assert same(maximum(a, b), np.maximum(a, b))
        assert same(minimum(a, b), np.minimum(a, b))
        assert same(maximum(a, b), maximum(np.array([[a]]), b).ravel()[0])

    @given(st.one_of(st.booleans(), EVERY), EVERY, EVERY)
    def test_where(self, condition, yes, no):
        assert same(where(condition, yes, no), np.where(condition, yes, no))

    @given(st.floats(-1e15, 1e15))
    def test_floor(self, x):
        assert float(floor(x)) == math.floor(x)

    @pytest.mark.parametrize("x", [math.nan, math.inf, -math.inf])
    def test_floor_leaves_what_is_not_finite(self, x):
        assert same(floor(x), x)


WORDS = {
    "total": total,
    "group": lambda x: group(x, BY),
    "each": lambda x: each(x, Membership("batch", "suite", (1, 1, 0), 2)),
    "previous": previous,
    "cumulative": cumulative,
    "sum_periods": sum_periods,
    "lowest": lowest,
    "floor": floor,
    "maximum": lambda x: maximum(x, 1.0),
    "minimum": lambda x: minimum(x, 1.0),
    "where": lambda x: where(x > 0, x, 0),
    "irr": lambda x: irr(x, np.array([[1.0]])),
}


@pytest.mark.parametrize("name", WORDS)
@given(draws=DRAWS)
def test_a_batch_equals_its_members_bit_for_bit(name, draws):
    assert same(WORDS[name](draws), [WORDS[name](one) for one in draws])


@given(DRAWS)
def test_what_is_grouped_adds_up_to_the_total(draws):
    assert total(group(draws, BY)) == pytest.approx(total(draws), rel=1e-12, abs=1e-3)


@given(DRAWS)
def test_the_running_sum_ends_at_the_sum(draws):
    assert cumulative(draws)[..., -1:] == pytest.approx(sum_periods(draws), rel=1e-12, abs=1e-3)


@given(DRAWS)
def test_the_change_of_a_running_sum_is_what_was_added(draws):
    running = cumulative(draws)
    assert running - previous(running) == pytest.approx(draws, rel=1e-9, abs=1e-3)


CONSTANT = np.array([[3.0], [4.0]])


@pytest.mark.parametrize("word", [previous, cumulative, sum_periods, lowest, lambda x: irr(x, np.array([[1.0]]))])
def test_a_word_over_time_refuses_a_constant(word):
    with pytest.raises(InputError, match="needs a value for each period; got one constant"):
        word(CONSTANT)


def test_a_rate_of_return_refuses_periods_of_several_lengths():
    with pytest.raises(InputError, match=r"irr needs one period length for all draws, got \[0.25, 0.5\]; do not draw"):
        irr(X, np.array([0.5, 0.25]).reshape(2, 1, 1))


def test_input_is_left_as_it_was():
    before = X.copy()
    for word in WORDS.values():
        word(X)
    assert same(X, before)
