"""Returns of a flow that the published cases ask for and the model does not: worth, modified rate, ratios, dated flows.

Arguments, shapes and errors are as in `hubmodel.engine.returns`, whose own functions stand here too.
"""

from __future__ import annotations

from typing import cast

import numpy as np
import numpy.typing as npt

from hubmodel.engine.returns import (
    Timing,
    _discounted,
    _flows,
    _nearest,
    _times,
    discounted_payback,
    irr,
    irr_roots,
    payback,
)
from hubmodel.engine.roots import Array
from hubmodel.errors import InputError

__all__ = [
    "benefit_cost_ratio",
    "discounted_payback",
    "effective_rate",
    "irr",
    "irr_roots",
    "mirr",
    "modified_rate",
    "npv",
    "payback",
    "profitability_index",
    "xirr",
    "xnpv",
]


def npv(flows: npt.ArrayLike, rate: npt.ArrayLike, period_length: float = 1, timing: Timing = "start") -> Array:
    """Net present value: the flows discounted to the start of the first period, and summed.

    Parameters
    ----------
    flows, rate
        shape (..., periods) [SEK]; yearly, above -100 %, shape (...) or one [1/year].
    period_length, timing
        [year]; the first flow lies at 0, 1/2 or 1 period: "start", "middle" or "end".

    Returns
    -------
    Shape (...) [SEK].

    >>> round(float(npv([-40_000, 5_000, 8_000, 12_000, 30_000], 0.08)), 2)  # the example of numpy_financial
    3065.22
    """
    block = _flows(flows)
    return _worth(block, _times(block, period_length, timing), rate)


def mirr(flows: npt.ArrayLike, finance_rate: npt.ArrayLike, reinvestment_rate: npt.ArrayLike,
         period_length: float = 1) -> Array:  # fmt: skip
    """Modified internal rate of return [1/year]: outlays financed at one rate, income reinvested at another.

    As Excel: flows (..., periods) [SEK] above zero compounded to the last period, over those below zero discounted to
    the first, to the power of one over the years between; yearly rates, shape (...) or one [1/year]. Zeros at the end
    lengthen the time; timing cancels out; nan unless the flow has both signs.

    >>> round(float(mirr([-120_000, 39_000, 30_000, 21_000, 37_000, 46_000], 0.10, 0.12)), 4)  # Excel's own example
    0.1261
    """
    block = _flows(flows)
    times = _times(block, period_length)
    paid = -_worth(np.minimum(block, 0), times, finance_rate)
    received = _worth(np.maximum(block, 0), times, reinvestment_rate)
    return modified_rate(received, paid, reinvestment_rate, times[-1])


def modified_rate(received: npt.ArrayLike, paid: npt.ArrayLike, rate: npt.ArrayLike, years: npt.ArrayLike) -> Array:
    """Modified rate of return [1/year] from present values of what is received and paid [SEK], over some years.

    Both present values are positive and taken at one moment, `years` before the end; what is received earns `rate`
    until then. Shapes (...); nan unless both are above zero and time passes.

    >>> round(float(modified_rate(200, 100, 0.10, 1)), 9)  # 100 grows to 200 x 1.10 in a year
    1.2
    """
    inflow, time = np.asarray(received, dtype=float), np.asarray(years, dtype=float)
    growth = np.power(_ratio(np.where(inflow > 0, inflow, np.nan), np.asarray(paid, dtype=float)),
                      1 / np.where(time > 0, time, np.nan))  # fmt: skip
    return cast(Array, (growth * (1 + np.asarray(rate, dtype=float)) - 1)[()])


def profitability_index(flows: npt.ArrayLike, rate: npt.ArrayLike, period_length: float = 1, timing: Timing = "start",
                        investment: npt.ArrayLike | None = None) -> Array:  # fmt: skip
    """Profitability index [1]: 1 + net present value / present value of the investment; nan where none is made.

    Flows, shape (..., periods) [SEK], are net of the investment, which is positive, of their shape [SEK]; left out, it
    is the negative flows. The rest as in `npv`.

    >>> round(float(profitability_index([-100, 60, 72.6], 0.10)), 4)  # (60/1.1 + 72.6/1.21) / 100
    1.1455
    """
    spent = -np.minimum(_flows(flows), 0) if investment is None else investment
    return 1 + _ratio(npv(flows, rate, period_length, timing), npv(spent, rate, period_length, timing))


def benefit_cost_ratio(benefits: npt.ArrayLike, costs: npt.ArrayLike, rate: npt.ArrayLike, period_length: float = 1,
                       timing: Timing = "start") -> Array:  # fmt: skip
    """Present value of benefits over that of costs [1], both positive, shape (..., periods) [SEK]; nan without costs.

    >>> round(float(benefit_cost_ratio([0, 110, 121], [100, 55, 0], 0.10)), 4)  # (100 + 100) / (100 + 50)
    1.3333
    """
    return _ratio(npv(benefits, rate, period_length, timing), npv(costs, rate, period_length, timing))


def xnpv(flows: npt.ArrayLike, dates: npt.ArrayLike, rate: npt.ArrayLike) -> Array:
    """Net present value [SEK] of dated flows at the first date of the list; an earlier date is compounded.

    Flows have shape (..., dates) [SEK], dates shape (dates), such as 2023.25 [year] (Excel: days / 365).

    >>> round(float(xnpv([-100, 121], [2023.25, 2024.25], 0.10)), 9)  # -100 + 121 / 1.1
    10.0
    """
    block = _flows(flows)
    return _worth(block, _dates(block, dates), rate)


def xirr(flows: npt.ArrayLike, dates: npt.ArrayLike, hurdle: npt.ArrayLike = 0.0) -> Array:
    """Internal rate of return [1/year] of dated flows: as `irr`, with the dates [year] of `xnpv`, in any order.

    >>> round(float(xirr([-100, 121], [2023.25, 2025.25])), 9)  # 100 x 1.1 x 1.1 = 121
    0.1
    """
    block = _flows(flows)
    return _nearest(block, _dates(block, dates), hurdle)


def effective_rate(nominal_rate: npt.ArrayLike, times_a_year: npt.ArrayLike) -> Array:
    """Effective rate [1/year] of a nominal one [1/year] compounded some times a year: (1 + rate/times) ^ times - 1.

    >>> round(float(effective_rate(0.21, 2)), 6)  # 1.105 x 1.105 - 1
    0.221025
    """
    nominal, times = np.asarray(nominal_rate, dtype=float), np.asarray(times_a_year, dtype=float)
    if not np.all(times > 0):
        raise InputError(f"times_a_year must be above 0, got {times_a_year!r}; write 12 for monthly")
    return cast(Array, (np.power(1 + nominal / times, times) - 1)[()])


def _dates(block: Array, dates: npt.ArrayLike) -> Array:
    times = np.asarray(dates, dtype=float)
    if times.shape != block.shape[-1:] or not np.isfinite(times).all():
        raise InputError(f"dates must be {block.shape[-1]} finite years, got {dates!r}; give each flow one, as 2023.25")
    since_first: Array = times - times[0]
    return since_first


def _ratio(above: Array, below: Array) -> Array:
    above, below = np.broadcast_arrays(above, below)
    out = np.full(above.shape, np.nan)
    return cast(Array, np.divide(above, below, out=out, where=below > 0)[()])


def _worth(block: Array, times: Array, rate: npt.ArrayLike) -> Array:
    return cast(Array, _discounted(block, times, rate).sum(axis=-1))
