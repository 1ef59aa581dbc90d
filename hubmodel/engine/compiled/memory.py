"""Draws as the compiled program wants them: a vector of draws beside one another for each row and period."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from hubmodel.engine.compiled.section import LANES
from hubmodel.engine.units import Quantity


def aligned(*shape: int) -> Quantity:
    """Return memory that begins where a line of the cache does: vectors across two lines cost a tenth of the speed."""
    size = prod(shape)
    spare = np.empty(size + 8)
    start = -spare.ctypes.data // 8 % 8
    return spare[start : start + size].reshape(shape)


def packed(blocks: Sequence[Quantity], count: int) -> Quantity:
    """Return blocks (draws, rows, periods) as one of shape (vectors, all rows, periods, LANES).

    >>> packed([np.array([[[1.0]], [[2.0]], [[3.0]]])], 3).tolist()
    [[[[1.0, 2.0, 3.0, 0.0]]]]
    """
    if not blocks:
        return aligned(0)
    rows, periods = sum(block.shape[1] for block in blocks), blocks[0].shape[2]
    beside = np.zeros((-(-count // LANES) * LANES, rows, periods))
    np.concatenate(blocks, axis=1, out=beside[:count])
    out = aligned(len(beside) // LANES, rows, periods, LANES)
    out[:] = beside.reshape(len(out), LANES, rows, periods).transpose(0, 2, 3, 1)
    return out


def unpacked(vectors: Quantity, count: int) -> Quantity:
    """Return (vectors, rows, periods, LANES) as (draws, rows, periods).

    >>> unpacked(packed([np.array([[[1.0]], [[2.0]], [[3.0]]])], 3), 3).tolist()
    [[[1.0]], [[2.0]], [[3.0]]]
    """
    many, rows, periods, _ = vectors.shape
    return vectors.transpose(0, 3, 1, 2).reshape(many * LANES, rows, periods)[:count]
