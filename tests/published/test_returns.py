"""Returns: hand sums, laws, draws as leading axes, refusals, and two other packages as oracles."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import numpy_financial
import pytest
import pyxirr
from hypothesis import given
from hypothesis import strategies as st

from hubmodel.errors import InputError
from tests.published import returns

PROJECT = [-100.0, 39.0, 59.0, 55.0, 20.0]
TWO_ROOTS = [-100.0, 230.0, -132.0]

amounts = st.floats(-1e6, 1e6).map(lambda x: round(x, 2))
flows_of_a_year = st.lists(amounts, min_size=2, max_size=40)
rates = st.floats(-0.5, 1.0)


@st.composite
def investments(draw: st.DrawFn) -> list[float]:
    """Money out first and in afterwards: exactly one rate."""
    out = draw(st.lists(st.floats(10, 1000), min_size=1, max_size=5))
    back = draw(st.lists(st.floats(1, 500), min_size=3, max_size=30))
    return [-x for x in out] + back


def from_rates(found: list[float]) -> npt.NDArray[np.float64]:
    """Flow whose net present value is zero at these rates and at no other: the product of 1 - (1 + rate) d."""
    flow = np.array([-1.0])
    for rate in found:
        flow = np.convolve(flow, [1.0, -(1 + rate)])
    return flow


def monthly(seed: int, *shape: int) -> npt.NDArray[np.float64]:
    """Twenty years by month: two years of building, then noisy surpluses."""
    flow = np.random.default_rng(seed).normal(1.0, 2.0, (*shape, 240))
    flow[..., :24] -= 8.0
    return flow


def worth_of_all(flow: npt.ArrayLike, rate: float, length: float = 1) -> float:
    """Present value without the signs: the size against which a rounding error is small."""
    return float(returns.npv(np.abs(flow), rate, length))


class TestHandSums:
    def test_npv_start_middle_end(self) -> None:
        # start: -100 + 60 / 1.21 + 60 / 1.21^2; middle: that / 1.1 (sqrt of 1.21); end: that / 1.21
        start = -100 + 60 / 1.21 + 60 / 1.4641
        flow = [-100, 60, 60]
        assert returns.npv(flow, 0.21) == pytest.approx(start, rel=1e-14)
        assert returns.npv(flow, 0.21, timing="middle") == pytest.approx(start / 1.1, rel=1e-14)
        assert returns.npv(flow, 0.21, timing="end") == pytest.approx(start / 1.21, rel=1e-14)

    def test_npv_by_half_years_takes_the_rate_as_yearly(self) -> None:
        # half a year at 21 % a year is a factor of 1.1: 110 / 1.1 + 121 / 1.1^2 = 100 + 100
        assert returns.npv([0, 110, 121], 0.21, period_length=0.5) == pytest.approx(200, rel=1e-14)

    def test_irr_of_one_year(self) -> None:
        assert returns.irr([-100, 110]) == pytest.approx(0.10, abs=1e-14)  # 110 / 100 - 1

    def test_irr_of_one_month_is_yearly(self) -> None:
        # 1 % a month: 1.01^12 - 1 a year
        assert returns.irr([-100, 101], 1 / 12) == pytest.approx(1.01**12 - 1, abs=1e-12)

    def test_irr_of_zero(self) -> None:
        assert returns.irr([-100, 40, 60]) == pytest.approx(0, abs=1e-14)  # 40 + 60 = 100

    @pytest.mark.parametrize("rate", [-0.9, 10.0])
    def test_irr_at_the_ends_of_the_range(self, rate: float) -> None:
        assert returns.irr([-100, 100 * (1 + rate)]) == pytest.approx(rate, rel=1e-10)

    @pytest.mark.parametrize("rate", [-0.91, 10.1])
    def test_irr_outside_the_range_is_none(self, rate: float) -> None:
        flow = [-100, 100 * (1 + rate)]
        assert math.isnan(returns.irr(flow))
        assert returns.irr_roots(flow) == 0

    @pytest.mark.parametrize(("hurdle", "nearest"), [(0.0, 0.10), (0.14, 0.10), (0.16, 0.20), (0.5, 0.20)])
    def test_two_roots_the_nearest_to_the_hurdle(self, hurdle: float, nearest: float) -> None:
        # at 10 %: 230 / 1.1 = 209.09, 132 / 1.21 = 109.09; at 20 %: 230 / 1.2 = 191.67, 132 / 1.44 = 91.67
        assert returns.irr_roots(TWO_ROOTS) == 2
        assert returns.irr(TWO_ROOTS, hurdle=hurdle) == pytest.approx(nearest, abs=1e-12)

    def test_roots_are_sought_by_the_year(self) -> None:
        # -100 (1 - 1.01 d) (1 - 1.5 d): 1 % and 50 % a period. By the year both are rates of return. By the month the
        # second is 1.5^12 - 1 = 12 875 % a year, which a search of each period's rate up to 1000 % would report.
        flow = [-100, 251, -151.5]
        assert returns.irr_roots(flow) == 2
        assert returns.irr_roots(flow, 1 / 12) == 1
        assert returns.irr(flow, 1 / 12, hurdle=100.0) == pytest.approx(1.01**12 - 1, abs=1e-12)

    def test_roots_closer_than_the_grid(self) -> None:
        flow = from_rates([0.10, 0.1001])
        assert returns.irr_roots(flow) == 2
        assert returns.irr(flow) == pytest.approx(0.10, abs=1e-9)
        assert returns.irr(flow, hurdle=1.0) == pytest.approx(0.1001, abs=1e-9)

    def test_a_root_that_is_touched_is_none(self) -> None:
        flow = [-100, 220, -121]  # -100 (1 - 1.1 d)^2 is never above zero
        assert returns.irr_roots(flow) == 0
        assert math.isnan(returns.irr(flow))

    @pytest.mark.parametrize("flow", [[0, 0, 0], [1, 2, 3], [-1, -2, -3], [-100, math.nan, 300], [math.nan] * 3, [5]])
    def test_no_root(self, flow: list[float]) -> None:
        assert math.isnan(returns.irr(flow))
        assert returns.irr_roots(flow) == 0

    def test_zeros_before_and_after_do_not_matter(self) -> None:
        flow = [0.0] * 400 + [-100.0, 110.0] + [0.0] * 400
        assert returns.irr(flow) == pytest.approx(0.10, abs=1e-12)
        assert returns.irr_roots(flow) == 1

    def test_mirr(self) -> None:
        # paid 100 + 22 / 1.1 = 120, received 72 x 1.2 + 86.4 = 172.8 at the end of the third year
        flow = [-100, -22, 72, 86.4]
        assert returns.mirr(flow, 0.10, 0.20) == pytest.approx((172.8 / 120) ** (1 / 3) - 1, rel=1e-13)
        # the same by half years: yearly rates of 21 % and 44 % are 10 % and 20 % of half a year
        assert returns.mirr(flow, 0.21, 0.44, 0.5) == pytest.approx((172.8 / 120) ** (1 / 1.5) - 1, rel=1e-13)

    @pytest.mark.parametrize("flow", [[1, 2], [-1, -2], [0, 0], [-1], [math.nan, 1, -1]])
    def test_mirr_needs_both_signs_and_time(self, flow: list[float]) -> None:
        assert math.isnan(returns.mirr(flow, 0.10, 0.10))

    @pytest.mark.parametrize(
        ("flow", "years"),
        [
            ([-100, 40, 80], 1.75),  # after one year 60 are missing, of the next 80: 1 + 60 / 80
            ([-100, 40, 60], 2.0),  # on the last flow
            ([14, -50, 10, 52], 2.5),  # money came first: 14, -36, -26, 26: 2 + 26 / 52
            ([-100, 150, -200, 300], 2.5),  # the last time counts: -100, 50, -150, 150: 2 + 150 / 300
            ([-100, 150, -200, 100], math.nan),  # paid back for a while, then short to the end
            ([50, -60, 20, -20, 40], 3 + 10 / 40),  # money came first: 50, -10, 10, -10, 30
            ([14, -4, 3], 0.0),  # never negative
            ([0, 0], 0.0),
            ([-100, 40, 50], math.nan),
            ([-100, math.nan, 500], math.nan),
            ([-0.3, 0.1, 0.2], 2.0),  # -0.3 + 0.1 + 0.2 leaves a residue of 1e-17
        ],
    )
    def test_payback(self, flow: list[float], years: float) -> None:
        assert returns.payback(flow) == pytest.approx(years, rel=1e-12, nan_ok=True)

    def test_payback_by_month_and_timing(self) -> None:
        # 120 out, then 10 a month: twelve months after the outlay
        flow = [-120] + [10] * 24
        assert returns.payback(flow, 1 / 12) == pytest.approx(1.0, rel=1e-12)
        assert returns.payback(flow, 1 / 12, timing="middle") == pytest.approx(1 + 1 / 24, rel=1e-12)
        assert returns.payback(flow, 1 / 12, timing="end") == pytest.approx(1 + 1 / 12, rel=1e-12)

    def test_discounted_payback(self) -> None:
        # 110 / 1.1 = 100 and 121 / 1.21 = 100 against 150: 1 + 50 / 100
        assert returns.discounted_payback([-150, 110, 121], 0.10) == pytest.approx(1.5, rel=1e-12)
        assert returns.discounted_payback([-150, 110, 121], 0.10, timing="end") == pytest.approx(2.5, rel=1e-12)

    def test_profitability_index(self) -> None:
        # -100 - 22 / 1.1 + 181.5 / 1.21 = 30, of 100 + 22 / 1.1 = 120: 1 + 30 / 120; of an investment of 100: 1 + 0.3
        flow = [-100, -22, 181.5]
        assert returns.profitability_index(flow, 0.10) == pytest.approx(1.25, rel=1e-13)
        assert returns.profitability_index(flow, 0.10, investment=[100, 0, 0]) == pytest.approx(1.3, rel=1e-13)
        assert math.isnan(returns.profitability_index([1, 2], 0.10))

    def test_benefit_cost_ratio(self) -> None:
        # (110 / 1.1 + 121 / 1.21) / (100 + 55 / 1.1) = 200 / 150
        assert returns.benefit_cost_ratio([0, 110, 121], [100, 55, 0], 0.10) == pytest.approx(4 / 3, rel=1e-13)
        assert math.isnan(returns.benefit_cost_ratio([1, 1], [0, 0], 0.10))

    def test_xnpv_between_the_years(self) -> None:
        # half a year at 21 %: 110 / 1.1 = 100; an earlier date is compounded: 10 x 1.21
        assert returns.xnpv([-90, 110], [2023.25, 2023.75], 0.21) == pytest.approx(10, rel=1e-12)
        assert returns.xnpv([-90, 10], [2023.25, 2022.25], 0.21) == pytest.approx(-90 + 12.1, rel=1e-12)

    def test_xirr_in_any_order(self) -> None:
        assert returns.xirr([110, -100], [2024.5, 2023.5]) == pytest.approx(0.10, abs=1e-12)

    def test_effective_rate(self) -> None:
        assert returns.effective_rate(0.20, [1, 2, 4]) == pytest.approx([0.20, 1.1**2 - 1, 1.05**4 - 1], rel=1e-13)


class TestLaws:
    @given(flows_of_a_year, rates, st.floats(-3, 3))
    def test_npv_is_linear_in_the_flows(self, flow: list[float], rate: float, factor: float) -> None:
        first, second = np.array(flow), np.array(flow[::-1])
        both = returns.npv(first, rate) + factor * returns.npv(second, rate)
        size = worth_of_all(first, rate) + abs(factor) * worth_of_all(second, rate)
        assert returns.npv(first + factor * second, rate) == pytest.approx(both, abs=1e-12 * size + 1e-12)

    @given(flows_of_a_year)
    def test_npv_at_zero_is_the_sum(self, flow: list[float]) -> None:
        assert returns.npv(flow, 0.0, 1 / 12, "middle") == pytest.approx(math.fsum(flow), rel=1e-9, abs=1e-6)

    @given(flows_of_a_year, st.floats(0, 0.5))
    def test_irr_makes_npv_zero(self, flow: list[float], hurdle: float) -> None:
        rate = returns.irr(flow, 0.25, hurdle)
        if not math.isnan(rate):
            size = worth_of_all(flow, float(rate), 0.25)
            assert returns.npv(flow, rate, 0.25) == pytest.approx(0, abs=1e-10 * size)

    @given(st.lists(st.integers(-16, 60), min_size=1, max_size=5, unique=True), st.integers(-40, 80))
    def test_all_roots_are_found(self, twentieths: list[int], hurdle: int) -> None:
        known = [one / 20 for one in twentieths]  # from -80 % to 300 %, at least five points apart
        flow = from_rates(known)
        nearest = min(abs(one - hurdle / 20) for one in known)
        assert returns.irr_roots(flow) == len(known)
        assert abs(returns.irr(flow, hurdle=hurdle / 20) - hurdle / 20) == pytest.approx(nearest, abs=1e-7)

    @given(investments(), st.floats(1e-9, 1e9))
    def test_irr_does_not_depend_on_the_currency(self, flow: list[float], factor: float) -> None:
        rate = returns.irr(flow)
        assert returns.irr(np.array(flow) * factor) == pytest.approx(rate, abs=1e-11, nan_ok=True)

    @given(investments(), st.floats(0, 0.5))
    def test_mirr_at_the_irr_is_the_irr(self, flow: list[float], hurdle: float) -> None:
        rate = returns.irr(flow, hurdle=hurdle)
        if not math.isnan(rate):
            assert returns.mirr(flow, rate, rate) == pytest.approx(rate, abs=1e-9)

    @given(investments(), st.floats(-0.3, 0.5))
    def test_index_above_one_means_worth_above_zero(self, flow: list[float], rate: float) -> None:
        worth = returns.npv(flow, rate)
        spent = worth_of_all(np.minimum(flow, 0), rate)
        assert (returns.profitability_index(flow, rate) - 1) * spent == pytest.approx(worth, abs=1e-9 * spent)

    @given(investments())
    def test_payback_without_a_rate_is_discounted_payback_at_zero(self, flow: list[float]) -> None:
        assert returns.discounted_payback(flow, 0.0) == pytest.approx(returns.payback(flow), nan_ok=True)

    @given(st.lists(st.integers(-100, 100), min_size=1, max_size=12))
    def test_nothing_is_missing_after_payback_and_something_before(self, flow: list[int]) -> None:
        years, running = float(returns.payback(flow)), np.cumsum(flow)
        if math.isnan(years):
            assert running[-1] < 0
        elif years == 0:
            assert running.min() >= 0
        else:
            assert running[math.ceil(years) :].min() >= 0
            assert running[math.ceil(years) - 1] < 0

    @given(investments(), st.floats(0.01, 0.3))
    def test_discounting_never_shortens_payback(self, flow: list[float], rate: float) -> None:
        plain, discounted = returns.payback(flow), returns.discounted_payback(flow, rate)
        assert math.isnan(discounted) or plain <= discounted + 1e-9

    @given(investments())
    def test_a_month_long_flow_by_quarters(self, flow: list[float]) -> None:
        stretched = np.zeros(3 * len(flow))
        stretched[::3] = flow  # by the month, with a flow every third month
        assert returns.irr(stretched, 1 / 12) == pytest.approx(returns.irr(flow, 1 / 4), abs=1e-11, nan_ok=True)

    @given(investments(), rates)
    def test_even_dates_are_periods(self, flow: list[float], rate: float) -> None:
        dates = 2023.5 + np.arange(len(flow)) / 2
        size = worth_of_all(flow, rate, 0.5)
        assert returns.xnpv(flow, dates, rate) == pytest.approx(returns.npv(flow, rate, 0.5), abs=1e-10 * size)
        assert returns.xirr(flow, dates) == pytest.approx(returns.irr(flow, 0.5), abs=1e-10, nan_ok=True)


BATCHES: dict[str, Callable[[Any], Any]] = {
    "npv": lambda x: returns.npv(x, 0.08, 1 / 12, "middle"),
    "irr": lambda x: returns.irr(x, 1 / 12, 0.08),
    "irr_roots": lambda x: returns.irr_roots(x, 1 / 12),
    "mirr": lambda x: returns.mirr(x, 0.08, 0.05, 1 / 12),
    "payback": lambda x: returns.payback(x, 1 / 12),
    "discounted_payback": lambda x: returns.discounted_payback(x, 0.08, 1 / 12),
    "profitability_index": lambda x: returns.profitability_index(x, 0.08, 1 / 12),
    "benefit_cost_ratio": lambda x: returns.benefit_cost_ratio(np.maximum(x, 0), -np.minimum(x, 0), 0.08, 1 / 12),
    "xnpv": lambda x: returns.xnpv(x, 2021 + np.arange(240) / 12, 0.08),
    "xirr": lambda x: returns.xirr(x, 2021 + np.arange(240) / 12, 0.08),
}


class TestDraws:
    @pytest.mark.parametrize("name", BATCHES)
    def test_a_batch_equals_its_members_to_the_bit(self, name: str) -> None:
        flows = monthly(7, 5, 3)
        flows[0, 0], flows[1, 1, 30] = 0.0, math.nan  # no flow, and an unknown one, beside the others
        batch = BATCHES[name](flows)
        members = np.array([[BATCHES[name](flow) for flow in row] for row in flows])
        assert batch.shape == (5, 3)
        np.testing.assert_array_equal(batch, members)

    def test_a_rate_for_each_draw(self) -> None:
        flows, rate = monthly(8, 4), np.array([0.02, 0.05, 0.08, 0.11])
        one_by_one = [returns.npv(flow, x, 1 / 12) for flow, x in zip(flows, rate, strict=True)]
        np.testing.assert_array_equal(returns.npv(flows, rate, 1 / 12), one_by_one)

    def test_one_flow_at_many_rates(self) -> None:
        # -100 + 110 / 1.1 = 0 and -100 + 110 / 1.0 = 10
        assert returns.npv([-100, 110], [0.10, 0.0]) == pytest.approx([0, 10], abs=1e-12)

    def test_a_hurdle_for_each_draw(self) -> None:
        found = returns.irr([TWO_ROOTS, TWO_ROOTS], hurdle=[0.0, 1.0])
        assert found == pytest.approx([0.10, 0.20], abs=1e-12)

    def test_more_draws_than_are_searched_at_once(self) -> None:
        rate = np.linspace(0.01, 0.5, 5000)
        flows = np.stack([-np.ones(5000), 1 + rate], axis=-1)
        np.testing.assert_allclose(returns.irr(flows), rate, rtol=0, atol=1e-12)
        assert returns.irr_roots(flows).tolist() == [1] * 5000

    def test_no_draws(self) -> None:
        assert returns.irr(np.empty((0, 12))).shape == (0,)
        assert returns.irr_roots(np.empty((0, 12))).shape == (0,)


class TestRefusals:
    def test_a_number_is_no_flow(self) -> None:
        with pytest.raises(InputError, match=r"flows must have shape \(..., periods\), got \(\); put the periods"):
            returns.npv(5.0, 0.1)

    def test_no_periods(self) -> None:
        with pytest.raises(InputError, match=r"flows must have shape .* got \(0,\)"):
            returns.irr([])

    def test_infinite_flow(self) -> None:
        with pytest.raises(InputError, match="flows must be finite, got an infinity; give nan"):
            returns.payback([-1, math.inf])

    def test_rate_of_everything(self) -> None:
        with pytest.raises(InputError, match=r"a yearly rate must be above -1, got -1; write 8 % as 0\.08"):
            returns.npv(PROJECT, -1)

    def test_rate_that_is_nan(self) -> None:
        with pytest.raises(InputError, match="a yearly rate must be above -1, got nan"):
            returns.mirr(PROJECT, math.nan, 0.1)

    def test_rates_that_do_not_fit(self) -> None:
        with pytest.raises(InputError, match=r"rates of shape \(3,\) do not fit flows of \(2, 5\)"):
            returns.npv([PROJECT, PROJECT], [0.1, 0.2, 0.3])

    @pytest.mark.parametrize("length", [0, -1, math.inf, math.nan])
    def test_period_length(self, length: float) -> None:
        with pytest.raises(InputError, match=r"period_length must be above 0 years, got .*; write 1/12 for months"):
            returns.irr(PROJECT, length)

    def test_timing(self) -> None:
        timing: Any = "mid"
        with pytest.raises(InputError, match="timing must be one of start, middle, end, got 'mid'"):
            returns.npv(PROJECT, 0.1, timing=timing)

    @pytest.mark.parametrize("dates", [[2021], [2021, math.nan], [[2021, 2022]]])
    def test_dates(self, dates: Any) -> None:
        with pytest.raises(InputError, match=r"dates must be 2 finite years, got .*; give each flow one, as 2023.25"):
            returns.xirr([-1, 2], dates)

    def test_hurdles_that_do_not_fit(self) -> None:
        with pytest.raises(InputError, match=r"hurdles of shape \(3,\) do not fit flows of \(2, 5\)"):
            returns.irr([PROJECT, PROJECT], hurdle=[0.1, 0.2, 0.3])

    def test_times_a_year(self) -> None:
        with pytest.raises(InputError, match="times_a_year must be above 0, got 0; write 12 for monthly"):
            returns.effective_rate(0.1, 0)


dated = st.lists(st.integers(1, 4000), min_size=3, max_size=12, unique=True).map(sorted)


class TestOracles:
    @given(flows_of_a_year, rates)
    def test_npv(self, flow: list[float], rate: float) -> None:
        size = worth_of_all(flow, rate) + 1e-9
        assert returns.npv(flow, rate) == pytest.approx(numpy_financial.npv(rate, flow), abs=1e-10 * size)
        assert returns.npv(flow, rate) == pytest.approx(pyxirr.npv(rate, flow), abs=1e-10 * size)
        end = pyxirr.npv(rate, flow, start_from_zero=False)
        assert returns.npv(flow, rate, timing="end") == pytest.approx(end, abs=2e-10 * size)

    @given(investments())
    def test_irr(self, flow: list[float]) -> None:
        rate = pyxirr.irr(flow)
        if rate is not None and -0.8 < rate < 9:
            assert returns.irr(flow) == pytest.approx(rate, abs=1e-9)
            assert returns.irr_roots(flow) == 1
            assert returns.irr(flow) == pytest.approx(numpy_financial.irr(flow), abs=1e-8)

    @given(investments(), st.floats(0, 0.4), st.floats(0, 0.4))
    def test_mirr(self, flow: list[float], finance: float, reinvestment: float) -> None:
        found = returns.mirr(flow, finance, reinvestment)
        assert found == pytest.approx(numpy_financial.mirr(flow, finance, reinvestment), abs=1e-11)
        assert found == pytest.approx(pyxirr.mirr(flow, finance, reinvestment), abs=1e-11)

    @given(dated, st.floats(0.2, 3), rates)
    def test_dated(self, days: list[int], factor: float, rate: float) -> None:
        start = datetime.date(2021, 6, 17)
        dates = [start, *(start + datetime.timedelta(days=day) for day in days)]
        flow = [-100.0, *([100.0 * factor / len(days)] * len(days))]
        years = [2021.0 + (day - start).days / 365 for day in dates]
        worth = pyxirr.xnpv(rate, dates, flow)
        assert returns.xnpv(flow, years, rate) == pytest.approx(worth, rel=1e-8, abs=1e-7)
        found = pyxirr.xirr(dates, flow)
        if found is not None and -0.8 < found < 9:
            assert returns.xirr(flow, years) == pytest.approx(found, abs=1e-7)

    def test_monthly_flow_of_twenty_years(self) -> None:
        for flow in monthly(9, 20):
            yearly = (1 + (pyxirr.irr(flow) or math.nan)) ** 12 - 1
            assert returns.irr(flow, 1 / 12, hurdle=yearly) == pytest.approx(yearly, abs=1e-9)

    def test_count_of_roots_of_polynomials(self) -> None:
        for flow in np.random.default_rng(3).normal(size=(300, 9)):
            zeros = np.roots(flow[::-1])
            real = 1 / zeros[(abs(zeros.imag) < 1e-9) & (zeros.real > 0)].real - 1
            assert returns.irr_roots(flow) == np.sum((real > -0.9) & (real < 10))
