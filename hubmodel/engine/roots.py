"""Roots: the rates at which a flow is worth nothing, and the zero of any function between two ends.

A flow has brackets on a grid of rates, then Newton steps kept inside them. Rates are searched between -90 % and +1000 %
a year, in log(1 + rate): wider, roots are artefacts of the grid.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import cast

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Count = npt.NDArray[np.int64]
_LOWEST, _HIGHEST = -0.9, 10.0
_CHUNK = 4096  # rows searched at once, which bounds the memory
_NARROW, _SMALL, _STEPS = 1e-15, 1e-14, 100  # relative: width and value at which a search ends; and steps at most


def brackets(flat: Array, times: Array) -> tuple[Count, Array, Array, Array]:
    """Row, ends in log(1 + rate) and sign at the lower end of every bracket with one root, in order of the rate."""
    parts = [_brackets_of(flat[start : start + _CHUNK], times, start) for start in range(0, len(flat), _CHUNK)]
    rows, low, high, sign = (np.concatenate(part) for part in zip(*parts, strict=True)) if parts else [np.empty(0)] * 4
    order = np.lexsort((low, rows))
    return rows[order].astype(np.int64), low[order], high[order], sign[order]


def _brackets_of(flat: Array, times: Array, start: int) -> list[Array]:
    size = np.abs(flat).max(axis=1, initial=0, keepdims=True)
    flows = np.divide(flat, size, out=np.zeros_like(flat), where=size > 0)  # a nan compares false: no flow, no root
    flows *= (flows.min(axis=1, keepdims=True) < 0) & (flows.max(axis=1, keepdims=True) > 0)
    used = np.flatnonzero(flows.any(axis=0))
    if not used.size:
        return [np.empty(0)] * 4
    flows, times = flows[:, used], times[used]
    points, weights, slopes = _grid(times.tobytes())
    values, slope = flows @ weights, flows @ slopes
    above = values >= 0
    rows, cells = np.nonzero(above[:, 1:] != above[:, :-1])
    crossing = [rows + start, points[cells], points[cells + 1], np.where(above[rows, cells], 1.0, -1.0)]
    rises = slope > 0
    dips, cells = np.nonzero(rises[:, 1:] != rises[:, :-1])  # few of all cells, so what follows costs little
    near, steep = np.abs(values[dips, cells]), np.abs(slope[dips, cells]) * (points[1] - points[0])
    real = (near <= steep) & (above[dips, cells] == above[dips, cells + 1]) & (above[dips, cells] != rises[dips, cells])
    dips, cells = dips[real], cells[real]  # it turns towards zero, so steeply that it may reach it
    low, high, sign = points[cells], points[cells + 1], np.where(above[dips, cells], 1.0, -1.0)
    bottom, real = _bottoms(flows[dips], times, low, high, sign)
    dips, low, bottom, high, sign = dips[real], low[real], bottom[real], high[real], sign[real]
    hidden = [np.r_[dips, dips] + start, np.r_[low, bottom], np.r_[bottom, high], np.r_[sign, -sign]]
    return [np.concatenate(pair) for pair in zip(crossing, hidden, strict=True)]


@lru_cache(maxsize=32)
def _grid(times: bytes) -> tuple[Array, Array, Array]:
    """Points of log(1 + rate), finer for a longer flow; each flow's weight there and its slope, (times, points)."""
    moments = np.frombuffer(times)
    ends = np.log1p(_LOWEST) - 1e-12, np.log1p(_HIGHEST) + 1e-12
    points = np.linspace(*ends, num=int(np.clip(20 * np.ptp(moments), 512, 4096)))
    weights = _weights(points, moments).T
    return points, np.ascontiguousarray(weights), weights * (moments.min() - moments)[:, None]


def _weights(points: Array, times: Array) -> Array:
    # Discount factors scaled to at most 1, which moves no root: a century at -90 % would overflow.
    origin = np.where(points > 0, times.min(), times.max())
    return cast(Array, np.exp(points[:, None] * (origin[:, None] - times)))


def _bottoms(flows: Array, times: Array, low: Array, high: Array, sign: Array) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Where a flow turns between two points of one sign, and whether it has crossed zero there: two hidden roots."""
    for _ in range(40 if len(flows) else 0):
        middle = (low + high) / 2
        falls = sign * (flows * _weights(middle, times) * (times.min() - times)).sum(axis=1) < 0
        low, high = np.where(falls, middle, low), np.where(falls, high, middle)
    part = flows * _weights(low, times)
    return low, sign * part.sum(axis=1) < -1e-13 * np.abs(part).sum(axis=1)


def polished(flows: Array, times: Array, low: Array, high: Array, sign: Array) -> Array:
    """Newton's method, halving where it would leave its bracket; each row by itself, so that a batch is its members."""
    x, live, since = (low + high) / 2, np.arange(len(low)), times - times.min()
    flows = flows / np.abs(flows).max(axis=1, initial=0, keepdims=True)
    for _ in range(100):
        part = flows[live] * _weights(x[live], times)
        value, slope = part.sum(axis=1), -(part * since).sum(axis=1)
        ahead = value * sign[live] > 0
        low[live], high[live] = np.where(ahead, x[live], low[live]), np.where(ahead, high[live], x[live])
        step = np.divide(value, slope, out=np.full(len(live), np.inf), where=slope != 0)
        inside = (x[live] - step >= low[live]) & (x[live] - step <= high[live])
        moved = np.where(inside, x[live] - step, (low[live] + high[live]) / 2)
        still = np.abs(moved - x[live]) > 1e-14
        x[live], live = moved, live[still]
        if not live.size:
            break
    return x


def root_between(function: Callable[[float], float], ends: tuple[float, float], values: tuple[float, float]) -> float:
    """Find the zero of a function between two ends at which its values differ in sign (Chandrupatla, 1997).

    Each step interpolates by an inverse parabola where that is safe, and halves the bracket where it is not.

    >>> round(root_between(lambda x: x * x - 2, (0.0, 2.0), (-2.0, 2.0)), 12)
    1.414213562373
    """
    (b, a), (value_b, value_a) = map(float, ends), map(float, values)
    small = _SMALL * max(abs(value_a), abs(value_b))
    share = value_a / (value_a - value_b)  # of the way from a to b: a straight line first
    for _ in range(_STEPS):
        best, least = (a, value_a) if abs(value_a) < abs(value_b) else (b, value_b)
        narrow = _NARROW * abs(best)
        if abs(least) <= small or abs(b - a) <= 2 * narrow:
            break
        limit = narrow / abs(b - a)
        new = a + min(max(share, limit), 1 - limit) * (b - a)
        value = function(new)
        if (value < 0) == (value_a < 0):
            c, value_c = a, value_a
        else:
            c, value_c, b, value_b = b, value_b, a, value_a
        a, value_a = new, value
        share = _share(a, b, c, value_a, value_b, value_c)
    return best


def _share(a: float, b: float, c: float, at_a: float, at_b: float, at_c: float) -> float:
    """Return the share of the way from a to b at which an inverse parabola through three points is zero, or half."""
    place, height = (a - b) / (c - b), (at_a - at_b) / (at_c - at_b)
    if not (height**2 < place and (1 - height) ** 2 < 1 - place):
        return 0.5
    return at_a / (at_b - at_a) * at_c / (at_b - at_c) + (c - a) / (b - a) * at_a / (at_c - at_a) * at_b / (at_c - at_b)
