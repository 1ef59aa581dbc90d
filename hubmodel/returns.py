"""Returns of a flow: worth, rate and time. Every convention is said; rates are yearly, whatever the period.

Arguments that recur: `flows`, shape (..., periods) [SEK], money in is positive, a nan makes that flow's result nan;
`rate`, `hurdle`, shape (...) or one [1/year]; `period_length` [year]; `timing`, where in its period a flow falls:
"start" (the first is not discounted, as numpy_financial), "middle" or "end" (as Excel's NPV). Results have shape (...).
All raise InputError on a shape, length, timing or rate without meaning.
"""

from __future__ import annotations

from typing import Literal, cast

import numpy as np
import numpy.typing as npt

from hubmodel.errors import InputError
from hubmodel.roots import Array, Count, brackets, polished

Timing = Literal["start", "middle", "end"]
_FIRST = {"start": 0.0, "middle": 0.5, "end": 1.0}


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


def irr(flows: npt.ArrayLike, period_length: float = 1, hurdle: npt.ArrayLike = 0.0) -> Array:
    """Internal rate of return: of the yearly rates that make the net present value zero, the one nearest the hurdle.

    Parameters
    ----------
    flows, period_length, hurdle
        shape (..., periods) [SEK]; [year]; yearly, shape (...) or one [1/year].

    Returns
    -------
    Shape (...) [1/year], between -90 % and +1000 % a year; nan where there is no root; `irr_roots` says how many.

    Notes
    -----
    NPV is scaled and taken on a fine grid of the log discount factor; a change of sign, or a dip that hides two, is
    polished by Newton's method held inside its bracket. A root that is touched and not crossed does not count; of
    three within 1 % of each other one is found.

    >>> round(float(irr([-100, 39, 59, 55, 20])), 5)  # the example of numpy_financial
    0.28095
    """
    block = _flows(flows)
    return _nearest(block, _times(block, period_length), hurdle)


def irr_roots(flows: npt.ArrayLike, period_length: float = 1) -> Count:
    """Count [1] the rates between -90 % and +1000 % a year at which the net present value changes sign.

    Flows of shape (..., periods) [SEK] give shape (...); 0 for a flow that is all zero. With more than one root no
    single rate of return has a meaning (Descartes: at most as many as the flow has changes of sign).

    >>> int(irr_roots([-100, 230, -132]))  # -100 + 230/1.1 - 132/1.1^2 = 0, and the same with 1.2
    2
    """
    block = _flows(flows)
    flat = block.reshape(-1, block.shape[-1])
    rows = brackets(flat, _times(block, period_length))[0]
    return np.bincount(rows, minlength=len(flat)).reshape(block.shape[:-1])[()]


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


def payback(flows: npt.ArrayLike, period_length: float = 1, timing: Timing = "start") -> Array:
    """Years from the start of the first period until the cumulative flow, having been negative, is so no longer.

    It is the last such time: after it no money is missing. 0 if the cumulative flow of flows (..., periods) [SEK] is
    never negative, nan if it ends below zero. Between two flows it grows in a straight line (so timing "end" is also
    right for flows spread over their periods). A residue of 1e-12 of the flows is zero.

    >>> float(payback([-100, 40, 80]))  # 1 + 60 / 80
    1.75
    """
    block = _flows(flows)
    first = _times(block, period_length, timing)[0]
    total = block.cumsum(axis=-1)
    below = total < -1e-12 * np.abs(block).cumsum(axis=-1)
    owed = below.any(axis=-1)
    since = np.where(owed, below[..., ::-1].argmax(axis=-1), 0)[..., None]  # periods after the last one that is below
    place = block.shape[-1] - np.maximum(since, 1)
    left, flow = (np.take_along_axis(part, place, axis=-1)[..., 0] for part in (total, block))
    share = np.clip(1 - np.divide(left, flow, out=np.zeros_like(left), where=flow > 0), 0, 1)
    years = np.where(since[..., 0] > 0, (place[..., 0] - 1 + share) * period_length + first, np.nan)
    years = np.where(owed, years, 0.0)
    return cast(Array, np.where(np.isnan(total[..., -1]), np.nan, years)[()])


def discounted_payback(flows: npt.ArrayLike, rate: npt.ArrayLike, period_length: float = 1,
                       timing: Timing = "start") -> Array:  # fmt: skip
    """Payback [year] of the discounted flows: discounting as in `npv`, time as in `payback`, shapes as there.

    >>> round(float(discounted_payback([-100, 55, 121], 0.10)), 9)  # 55/1.1 = 50, 121/1.21 = 100: 1 + 50 / 100
    1.5
    """
    block = _flows(flows)
    return payback(_discounted(block, _times(block, period_length, timing), rate), period_length, timing)


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


def _flows(flows: npt.ArrayLike) -> Array:
    block = np.asarray(flows, dtype=float)
    if not block.ndim or not block.shape[-1]:
        raise InputError(f"flows must have shape (..., periods), got {block.shape}; put the periods on the last axis")
    if np.isinf(block).any():
        raise InputError("flows must be finite, got an infinity; give nan for what is not known")
    return block


def _times(block: Array, period_length: float, timing: str = "start") -> Array:
    if timing not in _FIRST:
        raise InputError(f"timing must be one of {', '.join(_FIRST)}, got {timing!r}; choose where flows fall")
    if not 0 < period_length < np.inf:
        raise InputError(f"period_length must be above 0 years, got {period_length}; write 1/12 for months")
    return (np.arange(block.shape[-1], dtype=np.float64) + _FIRST[timing]) * period_length


def _dates(block: Array, dates: npt.ArrayLike) -> Array:
    times = np.asarray(dates, dtype=float)
    if times.shape != block.shape[-1:] or not np.isfinite(times).all():
        raise InputError(f"dates must be {block.shape[-1]} finite years, got {dates!r}; give each flow one, as 2023.25")
    since_first: Array = times - times[0]
    return since_first


def _discounted(block: Array, times: Array, rate: npt.ArrayLike) -> Array:
    base = 1 + np.asarray(rate, dtype=float)
    if not np.all(base > 0):
        raise InputError(f"a yearly rate must be above -1, got {rate!r}; write 8 % as 0.08")
    try:
        return block * base[..., None] ** -times
    except ValueError:
        raise InputError(f"rates of shape {base.shape} do not fit flows of {block.shape}; give (...) or one") from None


def _worth(block: Array, times: Array, rate: npt.ArrayLike) -> Array:
    return cast(Array, _discounted(block, times, rate).sum(axis=-1))


def _ratio(above: Array, below: Array) -> Array:
    above, below = np.broadcast_arrays(above, below)
    out = np.full(above.shape, np.nan)
    return cast(Array, np.divide(above, below, out=out, where=below > 0)[()])


def _nearest(block: Array, times: Array, hurdle: npt.ArrayLike) -> Array:
    flat = block.reshape(-1, block.shape[-1])
    rows, low, high, sign = brackets(flat, times)
    rates = np.expm1(polished(flat[rows], times, low, high, sign))
    aim = np.asarray(hurdle, dtype=float)
    if aim.ndim and aim.shape != block.shape[:-1]:
        raise InputError(f"hurdles of shape {aim.shape} do not fit flows of {block.shape}; give (...) or one")
    target = np.broadcast_to(aim, block.shape[:-1]).reshape(-1)
    order = np.lexsort((np.abs(rates - target[rows]), rows))
    found, first = np.unique(rows[order], return_index=True)
    out = np.full(len(flat), np.nan)
    out[found] = rates[order][first]
    return cast(Array, out.reshape(block.shape[:-1])[()])
