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

from hubmodel.engine.roots import Array, Count, brackets, polished
from hubmodel.errors import InputError

Timing = Literal["start", "middle", "end"]
_FIRST = {"start": 0.0, "middle": 0.5, "end": 1.0}


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


def _discounted(block: Array, times: Array, rate: npt.ArrayLike) -> Array:
    base = 1 + np.asarray(rate, dtype=float)
    if not np.all(base > 0):
        raise InputError(f"a yearly rate must be above -1, got {rate!r}; write 8 % as 0.08")
    try:
        return block * base[..., None] ** -times
    except ValueError:
        raise InputError(f"rates of shape {base.shape} do not fit flows of {block.shape}; give (...) or one") from None


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
