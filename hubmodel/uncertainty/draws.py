"""Draws of the uncertain inputs: points in the unit cube, block by block, and the values of inputs at them.

All rows and periods of an input take the same quantile, each of its own range. A block of points depends only on the
seed and the number of the block, so that a result does not depend on chunks, workers or their order.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from hubmodel.case.documents import correlations
from hubmodel.case.facility import Case
from hubmodel.case.rows import Row
from hubmodel.engine.units import Quantity
from hubmodel.errors import InputError, UnknownName
from hubmodel.uncertainty.ranges import is_uncertain, value_at
from hubmodel.uncertainty.sheet import Sheet

Points = Literal["sobol", "latin", "plain"]
POINTS = ("sobol", "latin", "plain")
BLOCK = 512  # draws made together; Sobol points need a power of two
_INSIDE = 1e-12  # distance of points from 0 and 1, where a normal quantile is infinite


def has_ranges(case: Case) -> bool:
    """True if any input of a case can be drawn."""
    return any(is_uncertain(row) for row in (case.base or case).rows)


def uncertain_keys(case: Case) -> tuple[str, ...]:
    """Return the inputs that are drawn, in the order of the data: those with a range, except documented facts.

    Raises
    ------
    InputError
        when no input of the case has a range.
    """
    rows = (case.base or case).by_key
    keys = tuple(key for key in rows if any(is_uncertain(row) for row in rows[key]))
    if not keys:
        raise InputError(
            "{case}: no input has a range, so there is nothing to draw; give rows low and high", case=case.name
        )
    return keys


def chosen_keys(case: Case, names: Iterable[str]) -> tuple[str, ...]:
    """Return the named inputs without duplicates; InputError or UnknownName for one that cannot be drawn."""
    known = uncertain_keys(case)
    for name in names:
        if name not in case.by_key:
            raise UnknownName.of("input", name, case.by_key)
        if name not in known:
            raise InputError(
                "{input} has no range, or is a documented fact: it is not drawn; give its rows low and high", input=name
            )
    return tuple(dict.fromkeys(names))


@dataclass(frozen=True)
class Draws:
    """A plan for drawing the uncertain inputs of a case.

    Parameters
    ----------
    case
        the case; inputs that its scenario changes keep their range, moved with the value.
    points
        ``sobol`` (scrambled, a new scramble for each block), ``latin`` hypercube or ``plain`` random.
    seed
        of all blocks; 0 or above.
    hold
        inputs that keep their value.
    """

    case: Case
    points: Points = "sobol"
    seed: int = 7
    hold: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.points not in POINTS:
            raise UnknownName.of("kind of points", self.points, POINTS)
        if self.seed < 0:
            raise InputError("seed must be 0 or above, got {seed}", seed=self.seed)
        chosen_keys(self.case, self.hold)

    def __reduce__(self) -> tuple[Callable[[bytes], Draws], tuple[bytes]]:
        """Pickle the fields once for all jobs; each process unpickles them once."""
        return _unpickled, (self._pickled,)

    @cached_property
    def _pickled(self) -> bytes:
        return pickle.dumps((self.case, self.points, self.seed, self.hold), pickle.HIGHEST_PROTOCOL)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Every uncertain input by name, held or not, so that holding one or moving rows changes no other."""
        return tuple(sorted(uncertain_keys(self.case)))

    @cached_property
    def drawn(self) -> tuple[str, ...]:
        """The inputs that vary."""
        return tuple(key for key in self.keys if key not in self.hold)

    @cached_property
    def columns(self) -> list[int]:
        """Columns of the points that belong to the inputs that vary."""
        return [at for at, key in enumerate(self.keys) if key not in self.hold]

    @cached_property
    def root(self) -> Quantity | None:
        """Cholesky factor of the correlations of normal scores, (keys, keys); None where all inputs are independent."""
        return _root(self.case, self.keys)

    def quantiles(self, block: int) -> Quantity:
        """Return the points of a block, (BLOCK, keys), with the rank correlations of the case."""
        from scipy.stats import qmc

        random = np.random.default_rng(np.random.SeedSequence([self.seed, block]))
        if self.points == "sobol":
            return self.correlated(qmc.Sobol(len(self.keys), rng=random).random(BLOCK))
        if self.points == "latin":
            return self.correlated(qmc.LatinHypercube(len(self.keys), rng=random).random(BLOCK))
        return self.correlated(random.random((BLOCK, len(self.keys))))

    def correlated(self, points: Quantity) -> Quantity:
        """Correlate independent points (draws, keys) through normal scores (a Gaussian copula)."""
        if self.root is None:
            return points
        from scipy.special import ndtr, ndtri

        tied = self.tied
        scores = ndtri(np.clip(points[:, tied], _INSIDE, 1 - _INSIDE)) @ self.root[np.ix_(tied, tied)].T
        out = points.copy()
        out[:, tied] = ndtr(scores)
        return out

    @cached_property
    def tied(self) -> npt.NDArray[np.intp]:
        """Columns of the points that are correlated with others."""
        alone = np.eye(len(self.keys)) if self.root is None else self.root
        return np.flatnonzero(((alone != 0).sum(axis=1) > 1) | ((alone != 0).sum(axis=0) > 1))

    def inputs(self, quantiles: Quantity) -> dict[str, Quantity]:
        """Return the drawn inputs at points (draws, keys): arrays (draws, rows, periods) [engine's unit]."""
        return self._sheet.inputs(quantiles[:, self.columns])

    @cached_property
    def _sheet(self) -> Sheet:
        case = self.case
        return Sheet(case, {key: [origin_of(case, row) for row in case.by_key[key]] for key in self.drawn})


@lru_cache(maxsize=2)
def _unpickled(content: bytes) -> Draws:
    return Draws(*pickle.Unpickler(io.BytesIO(content)).load())


def rows_at(case: Case, key: str, quantiles: Quantity) -> list[Quantity]:
    """Return the value of each row of an input at quantiles of its range [unit of the row], (draws,) each."""
    out = []
    for row in case.by_key[key]:
        origin = origin_of(case, row)
        known = is_uncertain(origin)
        out.append(
            value_at(row, quantiles, float(origin.value)) if known else np.full(len(quantiles), float(row.value))
        )
    return out


def origin_of(case: Case, row: Row) -> Row:
    """Return the row of the base case from which a row comes: the range was judged around its value."""
    rows = (case.base or case).by_key[row.key]
    own = (base for base in rows if (base.row, base.period) == (row.row, row.period))
    each = (base for base in rows if base.row.startswith("each ") and base.period == row.period)
    return next(own, next(each, row))


def _root(case: Case, keys: Collection[str]) -> Quantity | None:
    pairs, places = correlations(case.folder), {key: at for at, key in enumerate(keys)}
    if not pairs:
        return None
    matrix = np.eye(len(places))
    for pair in pairs:
        for name in (pair.key, pair.other):
            if name not in places:
                raise InputError(
                    "{place}: {input} has no range, so it cannot be correlated; mend the name or row",
                    place=pair.where, input=name,
                )  # fmt: skip
        key, other = places[pair.key], places[pair.other]
        # from the rank correlation to that of normal scores (Pearson 1907)
        matrix[key, other] = matrix[other, key] = 2 * np.sin(np.pi / 6 * pair.correlation)
    try:
        return np.asarray(np.linalg.cholesky(matrix))
    except np.linalg.LinAlgError:
        least = float(np.linalg.eigvalsh(matrix)[0])
        listed = ", ".join(f"{pair.key} – {pair.other} {pair.correlation:g}" for pair in pairs)
        raise InputError(
            "{case}/correlation.csv: the correlations contradict each other (least eigenvalue {least:.2g}, "
            "not above 0): {pairs}; bring some of them nearer to 0",
            case=case.name, least=least, pairs=listed,
        ) from None  # fmt: skip
