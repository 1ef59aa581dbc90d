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
    fold,
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

    def test_fold_is_a_loan_with_interest(self):
        # 100 at 10 % less 60: 50; 50 at 10 % less 55: 0
        balance = fold(lambda opening, paid: opening * 1.1 - paid, np.array([[60.0, 55.0]]), start=100.0)
        assert balance[0] == pytest.approx([50.0, 0.0])

    def test_fold_takes_constants_beside_series(self):
        # half of what is there stays: 8, 8/2 + 4, 8/2 + 2; each row has its own share
        stays = np.array([[0.5], [0.0]])
        got = fold(lambda opening, share, added: opening * share + added, stays, np.array([[8.0, 4.0, 2.0]]))
        assert got.tolist() == [[8.0, 8.0, 6.0], [8.0, 4.0, 2.0]]

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


STEPS = {
    "stock": lambda opening, x: (opening + x) / (1 + 0.25),
    "losses": lambda opening, x: maximum(0, opening - x),
    "by year": lambda opening, x: where(x > 0, 0, opening) + x,
    "lower of two": lambda opening, x: where(x < 0, minimum(opening + x, 3), opening),
    "whole part": lambda opening, x: floor(opening / 2) + x,
    "divides": lambda opening, x: 1 + opening / x,
}


class TestFold:
    @pytest.mark.parametrize("name", STEPS)
    @given(series=arrays.arrays(float, (1, 6), elements=st.one_of(st.sampled_from([0.0, math.nan]), AMOUNTS)))
    def test_one_row_by_floats_equals_the_same_row_by_arrays(self, name, series):
        with np.errstate(all="ignore"):
            fast = fold(STEPS[name], series)
            slow = fold(STEPS[name], np.repeat(series, 2, axis=0))  # two rows do not take the fast path
        assert same(np.repeat(fast, 2, axis=0), slow)

    def test_dividing_by_nothing_is_no_traceback(self):
        with np.errstate(all="ignore"):
            got = fold(lambda opening, x: 1 + opening / x, np.array([[0.0, 1.0, 0.0]]))
        assert same(got, [[math.nan, math.nan, math.nan]])  # 0 / 0 has no value, and carries on

    @pytest.mark.parametrize("name", STEPS)
    @given(draws=DRAWS)
    def test_a_batch_equals_its_members(self, name, draws):
        with np.errstate(all="ignore"):
            batch = fold(STEPS[name], draws)
            assert same(batch, [fold(STEPS[name], one) for one in draws])

    def test_only_what_is_uncertain_grows_the_axis(self):
        rates = np.array([0.1, 0.2]).reshape(2, 1, 1)
        got = fold(lambda opening, rate, x: opening * (1 + rate) + x, rates, np.array([[100.0, 0.0]]))
        assert got.shape == (2, 1, 2)
        assert got[:, 0, 1] == pytest.approx([110, 120])  # 100 x 1.1, 100 x 1.2

    def test_a_start_for_each_row(self):
        got = fold(lambda opening, x: opening + x, np.array([[1.0, 2.0]]), start=np.array([[10.0], [20.0]]))
        assert got.tolist() == [[11.0, 13.0], [21.0, 23.0]]


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


def test_a_fold_refuses_constants_only():
    with pytest.raises(InputError, match="needs at least one series with a value for each period"):
        fold(lambda opening, x: opening + x, CONSTANT)


def test_input_is_left_as_it_was():
    before = X.copy()
    for word in WORDS.values():
        word(X)
    fold(lambda opening, x: opening + x, X)
    assert same(X, before)
