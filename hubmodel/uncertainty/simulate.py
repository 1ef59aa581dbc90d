"""Monte Carlo simulation of key figures, in blocks that any executor can run.

It gives quantiles, the mean and its error, probabilities, and the worst draws as scenarios.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Protocol

import numpy as np

from hubmodel.case.facility import Case, Override
from hubmodel.case.formulas import instance_of
from hubmodel.engine import compiled as kernel
from hubmodel.engine.units import Quantity
from hubmodel.errors import InputError, UnknownName
from hubmodel.study import figures as key_figures
from hubmodel.study.result import evaluate, settled
from hubmodel.uncertainty.draws import BLOCK, Draws, Points, rows_at

CHUNK = 256  # draws run at once by NumPy
FEWEST_JOBS, MOST_JOBS = 16, 512  # so that every worker has some, and since each carries a copy of the case
BLOCKS = 4  # blocks of a job between these bounds
LEVELS = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
FEWEST_BLOCKS = 8  # with this many blocks, the error follows from their means
VALUE = "net_present_value"
BINS, OUTERMOST = 40, (0.002, 0.998)  # of a histogram


class Executor(Protocol):
    """Anything that maps a function over jobs: a process pool, joblib, a Dask client."""

    def map(self, function: Callable[[Any], Any], jobs: Any, /) -> Iterable[Any]:
        """Return the result of the function for each job, in the order of the jobs."""


@dataclass(frozen=True)
class Job:
    """The draws of a plan from `begin`, the start of a block, to `end`."""

    draws: Draws
    figures: tuple[str, ...]
    begin: int
    end: int
    compiled: bool = False
    chunk: int = 0  # draws run at once, which limits memory; 0 for the default


@dataclass(frozen=True)
class Summary:
    """Statistics of the draws of a figure [its unit].

    `base` is the figure of the case itself, `standard_error` is that of the mean, and `below` is the share of draws
    under `threshold`. Draws without a value are counted in `undefined`, with the reason in `why`, and left out of all
    other statistics.
    """

    name: str
    label: str
    unit: str
    base: float | None
    draws: int
    mean: float
    standard_error: float
    standard_deviation: float
    quantiles: Mapping[float, float]
    threshold: float
    below: float
    undefined: int
    why: str

    @property
    def above(self) -> float:
        """Share of the draws at or above the threshold."""
        return 1.0 - self.below


@dataclass(frozen=True, eq=False)
class Simulation:
    """Key figures for every draw, in their order; `stopped` if the simulation was interrupted before the last draw."""

    draws: Draws
    values: Mapping[str, Quantity]
    stopped: bool = False

    @property
    def case(self) -> Case:
        """The case that was drawn."""
        return self.draws.case

    def of(self, name: str) -> Quantity:
        """Return a figure for every draw, shape (draws,); UnknownName for a figure not in the simulation."""
        if name not in self.values:
            raise UnknownName.of("figure of this simulation", name, self.values)
        return self.values[name]

    @property
    def count(self) -> int:
        """Number of draws made."""
        return len(next(iter(self.values.values())))

    def summary(self, name: str = VALUE, threshold: float = 0.0) -> Summary:
        """Return statistics of the draws of a figure; InputError where no draw has a value."""
        (entry,) = key_figures.drawn(self.case, [name]).entries
        every = self.of(name)
        known = every[np.isfinite(every)]
        if not known.size:
            raise InputError(
                "{figure} has no value in any of {draws} draws: {why}", figure=name, draws=self.count, why=entry.why
            )
        quantiles = dict(zip(LEVELS, np.quantile(known, LEVELS).tolist(), strict=True))
        return Summary(
            name, entry.label, entry.unit, self.base[name], self.count, float(known.mean()), self.error_of(name),
            float(known.std(ddof=1)) if known.size > 1 else 0.0, quantiles, threshold,
            float(np.mean(known < threshold)), int(every.size - known.size), entry.why,
        )  # fmt: skip

    @cached_property
    def quantiles(self) -> Quantity:
        """Points of the draws, (draws, keys), computed again from the seed."""
        blocks = range(-(-self.count // BLOCK))
        return np.vstack([self.draws.quantiles(block) for block in blocks])[: self.count]

    @cached_property
    def base(self) -> dict[str, float | None]:
        """Figures of the case itself, None where they have no value."""
        values = _values_of(self.case, tuple(self.values), {}, {}, 1)
        return {name: float(value[0]) if np.isfinite(value[0]) else None for name, value in values.items()}

    def error_of(self, name: str = VALUE) -> float:
        """Return the standard error of the mean: from block means for Sobol or Latin points, else from single draws."""
        return self.convergence(name)[-1][2]

    def convergence(self, name: str = VALUE) -> list[tuple[int, float, float]]:
        """Return number of draws, mean and its standard error after every block."""
        return [(len(part), *_mean_and_error(part, self.draws.points)) for part in self._growing(self.of(name))]

    def _growing(self, values: Quantity) -> Iterator[Quantity]:
        ends = [*range(BLOCK, len(values), BLOCK), len(values)]
        return (values[:end] for end in ends)

    def histogram(self, name: str = VALUE) -> tuple[list[float], list[float]]:
        """Return edges of bins [unit of the figure], of one round width, and the share of draws in each bin.

        Zero is among the edges where it lies in their range. The outermost two in a thousand draws on either side are
        left out.
        """
        known = self.of(name)[np.isfinite(self.of(name))]
        low, high = np.quantile(known, OUTERMOST)
        narrowest = 1e-6 * max(abs(low), abs(high), 1.0)  # for a figure that is the same in every draw
        rough = max((high - low) / BINS, narrowest)
        power = 10.0 ** np.floor(np.log10(rough))
        width = next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= rough)
        edges = np.arange(np.floor(low / width), np.floor(high / width) + 2) * width
        counts, _ = np.histogram(known, edges)
        return edges.tolist(), (counts / known.size).tolist()

    def worst(self, count: int = 3, name: str = VALUE) -> list[int]:
        """Return the draws with the lowest values of a figure, the lowest first."""
        order = np.argsort(np.nan_to_num(self.of(name), nan=np.inf), kind="stable")
        return [int(draw) for draw in order[:count]]

    def scenario(self, draw: int) -> Case:
        """Return a draw as a scenario, with every drawn input set to its value.

        Raises
        ------
        InputError
            for a draw that was not made.
        """
        if not 0 <= draw < self.count:
            raise InputError("draw {draw} was not made: there are draws 0 to {last}", draw=draw, last=self.count - 1)
        point = self.draws.quantiles(draw // BLOCK)[draw % BLOCK][None]
        overrides = []
        for at, key in enumerate(self.draws.keys):
            if key not in self.draws.hold:
                values = rows_at(self.case, key, point[:, at])
                overrides += _overrides(self.case, key, [float(drawn[0]) for drawn in values], f"draw {draw}")
        return self.case.with_overrides(tuple(overrides), f"draw {draw}")


def simulate(
    case: Case,
    draws: int = 4096,
    *,
    seed: int = 7,
    figures: Iterable[str] = (VALUE,),
    points: Points = "sobol",
    hold: Iterable[str] = (),
    executor: Executor | None = None,
    progress: bool = False,
    compiled: bool | None = None,
) -> Simulation:
    """Draw the uncertain inputs of a case and compute key figures for each draw.

    Parameters
    ----------
    case
        the case; the range of an input that its scenario changes moves with the value.
    draws, seed
        number of draws, and seed of the points; results are the same for any chunk, executor and machine.
    figures
        key figures that are lines or are counted from lines.
    points
        ``sobol``, ``latin`` or ``plain``.
    hold
        inputs that keep their value.
    executor
        anything with a ``map``, such as a process pool or a Dask client; without one, draws run in this process. On
        Ctrl+C the draws made so far are returned.
    progress
        whether to show a progress bar on a terminal.
    compiled
        whether to run lines compiled to machine code (extra ``fast``), whose results equal those of NumPy but for the
        last digits; if not given, they are compiled where possible.

    Raises
    ------
    InputError
        for fewer than one draw, or a case without ranges; UnknownName for a figure or input that does not exist.

    >>> import hubmodel as hm
    >>> hm.simulate(hm.load("northx"), draws=64).count
    64
    """
    if draws < 1:
        raise InputError(
            "draws must be at least 1, got {draws}; 4096 give a mean within about 2 % of its spread", draws=draws
        )
    plan, names = Draws(case, points, seed, tuple(hold)), tuple(figures)
    key_figures.drawn(case, names)
    plan.root  # noqa: B018  refuses contradictory correlations before anything runs
    size = BLOCK * _blocks(-(-draws // BLOCK))
    fast = kernel.available() if compiled is None else compiled
    jobs = [Job(plan, names, begin, min(begin + size, draws), fast) for begin in range(0, draws, size)]
    done, stopped = [], False
    try:
        for part in with_bar(mapped(executor, run_job, jobs), len(jobs), progress):
            done.append(part)
    except KeyboardInterrupt:
        if not done:
            raise
        stopped = True
    values = {name: np.concatenate([part[name] for part in done]) for name in names}
    return Simulation(plan, values, stopped)


def _blocks(blocks: int) -> int:
    """Return how many of some blocks a job has.

    >>> [_blocks(blocks) for blocks in (4, 40, 1_000, 10_000)]
    [1, 2, 4, 20]
    """
    return max(-(-blocks // MOST_JOBS), min(BLOCKS, blocks // FEWEST_JOBS), 1)


def mapped(executor: Executor | None, function: Callable[[Any], Any], jobs: Sequence[Any]) -> Iterator[Any]:
    """Yield the results of jobs in their order, run here or by an executor; wait for futures."""
    results = map(function, jobs) if executor is None else executor.map(function, jobs)
    return (result.result() if hasattr(result, "result") else result for result in results)


def with_bar(results: Iterator[Any], total: int, shown: bool) -> Iterator[Any]:
    """Yield results, with a progress bar on a terminal if wanted."""
    from tqdm import tqdm

    yield from tqdm(results, total=total, desc="blocks of draws", disable=None if shown else True, leave=False)


def run_job(job: Job) -> dict[str, Quantity]:
    """Run the draws of a job and return each figure, shape (end - begin,)."""
    parts = []
    for begin in range(job.begin, job.end, BLOCK):
        quantiles = job.draws.quantiles(begin // BLOCK)[: job.end - begin]
        chunk = job.chunk or (BLOCK if job.compiled else CHUNK)
        for at in range(0, len(quantiles), chunk):
            parts.append(values_at(job.draws, job.figures, quantiles[at : at + chunk], job.compiled))
    return {name: np.concatenate([part[name] for part in parts]) for name in job.figures}


def values_at(
    draws: Draws, figures: tuple[str, ...], quantiles: Quantity, compiled: bool = False
) -> dict[str, Quantity]:
    """Return figures at points (draws, keys), shape (draws,) each."""
    drawn, case = draws.inputs(quantiles), draws.case
    if not compiled:
        return _values_of(case, figures, drawn, _settled(case, draws.drawn), len(quantiles))
    wanted = key_figures.drawn(case, figures)
    lines = _compiled(case, wanted.lines, draws.drawn)(drawn)
    return wanted.values({**drawn, **lines}, len(quantiles))


@lru_cache(maxsize=4)
def _compiled(case: Case, lines: tuple[str, ...], keys: tuple[str, ...]) -> kernel.Kernel:
    return kernel.compiled(instance_of(case), lines, keys)


def _values_of(
    case: Case, figures: tuple[str, ...], drawn: Mapping[str, Any], known: Mapping[str, Any], count: int
) -> dict[str, Quantity]:
    wanted = key_figures.drawn(case, figures)
    lines = evaluate(case, wanted.lines, changed={**known, **drawn}).values
    return wanted.values({**drawn, **lines}, count)


@lru_cache(maxsize=4)
def _settled(case: Case, keys: tuple[str, ...]) -> dict[str, Any]:
    return settled(case, keys)


def _mean_and_error(values: Quantity, points: str) -> tuple[float, float]:
    known = np.isfinite(values)
    if not known.any():
        return np.nan, np.nan
    mean, whole = float(values[known].mean()), len(values) // BLOCK
    if points != "plain" and whole >= FEWEST_BLOCKS and known.all():
        blocks = values[: whole * BLOCK].reshape(whole, BLOCK).mean(axis=1)
        return mean, float(blocks.std(ddof=1) / np.sqrt(whole))
    return mean, float(values[known].std(ddof=1) / np.sqrt(known.sum())) if known.sum() > 1 else np.nan


def _overrides(case: Case, key: str, values: list[float], reason: str) -> list[Override]:
    rows = case.by_key[key]
    if len({row.row for row in rows}) < len(rows):
        raise InputError(
            "{input} has dated values, which a scenario cannot set one by one; hold it, then draw again", input=key
        )
    every = {row.row.startswith("each "): value for row, value in zip(rows, values, strict=True)}
    whole = [Override(key, every[True], reason)] if True in every else []
    own = [(row, value) for row, value in zip(rows, values, strict=True) if not row.row.startswith("each ")]
    return whole + [Override(row.name, value, reason) for row, value in own]
