"""Equal payments: what they grow to, and how long they take to repay a debt; shapes and timing as in returns."""

from __future__ import annotations

from typing import cast

import numpy as np
import numpy.typing as npt

from hubmodel.engine.roots import Array
from hubmodel.errors import InputError
from tests.published.returns import Timing, npv


def future_value(
    flows: npt.ArrayLike, rate: npt.ArrayLike, period_length: float = 1, timing: Timing = "start"
) -> Array:
    """Future value: the flows compounded to the end of the last period, and summed.

    Parameters
    ----------
    flows, rate
        shape (..., periods) [SEK]; yearly, above -100 %, shape (...) or one [1/year].
    period_length, timing
        [year]; the first flow lies at 0, 1/2 or 1 period: "start", "middle" or "end".

    Returns
    -------
    Shape (...) [SEK].

    >>> round(float(future_value([100, 100], 0.10)), 9)  # 100 x 1.21 + 100 x 1.1
    231.0
    >>> round(float(future_value([100, 100], 0.10, timing="end")), 9)  # 100 x 1.1 + 100
    210.0
    """
    years = np.asarray(flows).shape[-1] * period_length
    return cast(Array, npv(flows, rate, period_length, timing) * (1 + np.asarray(rate, dtype=float)) ** years)


def repayment_time(debt: npt.ArrayLike, payment: npt.ArrayLike, rate: npt.ArrayLike) -> Array:
    """Number of equal payments [1] that repay a debt with interest; nan where they never do.

    Parameters
    ----------
    debt, payment
        shape (...) or one, positive [SEK]; the payments fall at the ends of their periods.
    rate
        interest of a period, above 0, shape (...) or one [1].

    Returns
    -------
    Shape (...) [1], a fraction where the last payment is smaller.

    Raises
    ------
    InputError
        for a rate of 0 or less: then it is debt over payment.

    >>> round(float(repayment_time(210, 121, 0.10)), 9)  # 210 = 121 / 1.1 + 121 / 1.21: two payments
    2.0
    >>> float(repayment_time(1000, 100, 0.10))  # all of it is interest
    nan
    """
    of_period = np.asarray(rate, dtype=float)
    if not np.all(of_period > 0):
        raise InputError(f"the rate of a period must be above 0, got {rate!r}; without interest divide debt by payment")
    left = 1 - np.asarray(debt, dtype=float) * of_period / np.asarray(payment, dtype=float)
    return cast(Array, (-np.log(np.where(left > 0, left, np.nan)) / np.log1p(of_period))[()])
