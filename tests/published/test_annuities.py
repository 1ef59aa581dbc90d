"""Equal payments: future value and time of repayment."""

import numpy as np
import numpy_financial as npf
import pytest

from hubmodel.errors import InputError
from tests.published.annuities import future_value, repayment_time


def test_a_deposit_grows_from_where_it_falls():
    # 100 at the start, middle or end of the only year at 21 %
    assert future_value([100], 0.21) == pytest.approx(121)
    assert future_value([100], 0.21, timing="middle") == pytest.approx(110)
    assert future_value([100], 0.21, timing="end") == pytest.approx(100)
    # two half-years: 100 x 1.21 + 100 x 1.1
    assert future_value([100, 100], 0.21, period_length=0.5) == pytest.approx(231)


@pytest.mark.parametrize("when", ["end", "begin"])
def test_future_value_is_that_of_numpy_financial(when):
    timing = {"end": "end", "begin": "start"}[when]
    assert future_value([50.0] * 24, 0.01, timing=timing) == pytest.approx(-npf.fv(0.01, 24, 50, 0, when), rel=1e-12)


def test_draws_are_leading_axes():
    flows, rates = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), np.array([0.1, 0.2])
    alone = [future_value(flow, rate) for flow, rate in zip(flows, rates, strict=True)]
    np.testing.assert_array_equal(future_value(flows, rates), alone)
    np.testing.assert_array_equal(
        repayment_time([100, 200], 30, rates), [repayment_time(100, 30, 0.1), repayment_time(200, 30, 0.2)]
    )


def test_time_of_repayment_is_that_of_numpy_financial_and_longer_for_more_debt():
    assert repayment_time(8000, 150, 0.07 / 12) == pytest.approx(npf.nper(0.07 / 12, -150, 8000), rel=1e-12)
    assert repayment_time(8001, 150, 0.07 / 12) > repayment_time(8000, 150, 0.07 / 12)


def test_a_payment_that_only_covers_interest_never_repays():
    assert np.isnan(repayment_time(1000, 100, 0.1))


def test_a_rate_of_zero_is_refused():
    with pytest.raises(InputError, match="must be above 0, got 0; without interest divide debt by payment"):
        repayment_time(1000, 100, 0)
