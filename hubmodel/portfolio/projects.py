"""Projects of several cases, handed on along chains such as test bed, hub and cluster, each counted once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Literal, Self

from pydantic import FiniteFloat, model_validator

from hubmodel.case.facility import Case
from hubmodel.case.rows import out_of_range
from hubmodel.case.side_tables import OptionalNumber, Record, read_records
from hubmodel.errors import InputError, RuleError, UnknownName
from hubmodel.study.result import Evaluation

Years = Mapping[int, float]  # projects by year
Path = tuple[str, ...]  # operations, from the first to the last that has the project


class Handover(Record):
    """The share of a case's innovation projects that come from the operation before it in a chain."""

    chain: str
    before: str  # operations before the giver, from the first; blank if there are none
    giver: str
    row: str  # the platform of the projects; blank for all platforms
    value: FiniteFloat  # share of the innovation projects that the case starts
    unit: Literal["share"]
    low: OptionalNumber
    high: OptionalNumber

    @property
    def way(self) -> Path:
        """The operations that have the project before the case, from the first to the giver."""
        return (*filter(None, self.before.split("; ")), self.giver)

    @model_validator(mode="after")
    def _is_a_share(self) -> Self:
        low, high = (self.value if end is None else end for end in (self.low, self.high))
        for value in (self.value, low, high):
            if not 0 <= value <= 1:
                raise RuleError(
                    "must be a share between 0 and 1, got {value:g}; write {value:g} % as {share:g}",
                    value=value, share=value / 100,
                )  # fmt: skip
        if not low <= self.value <= high:
            raise out_of_range(low, self.value, high)
        return self


@dataclass(frozen=True)
class HandedOn:
    """Projects that a case receives through one link of a chain, by year, and whether another case had them before."""

    link: Handover
    receiver: str
    counted: bool
    projects: Years


@dataclass(frozen=True)
class Projects:
    """Innovation projects of several cases by year: those that each case starts, and those handed on."""

    started: Mapping[str, Years]
    handed_on: tuple[HandedOn, ...]
    chains: Mapping[str, tuple[Path, ...]]

    @property
    def twice(self) -> dict[int, float]:
        """Projects that a case starts after another case has had them, by year."""
        return _added(link.projects for link in self.handed_on if link.counted)

    @property
    def once(self) -> dict[int, float]:
        """Projects by year, each counted in the first case that starts it."""
        twice = self.twice
        return {year: count - twice.get(year, 0.0) for year, count in _added(self.started.values()).items()}


def handovers(case: Case) -> tuple[Handover, ...]:
    """Return the handovers to a case; none where it has no handovers.csv."""
    rows, platforms = read_records(case.folder / "handovers.csv", Handover, case.folder), case.lists["platform"]
    for row in rows:
        if row.row and row.row not in platforms:
            problem = UnknownName.of("platform", row.row, platforms).message
            raise InputError("{place}: {problem}", place=row.where, problem=problem)
    for platform in platforms:
        shares = sum(row.value for row in rows if row.row in ("", platform))
        if shares > 1:
            raise InputError(
                "{place}: the shares of {platform} add up to {sum:g}, more than all of its projects; "
                "lower one of them",
                place=f"{case.name}/handovers.csv", platform=platform, sum=shares,
            )  # fmt: skip
    return rows


def projects(results: Sequence[Evaluation]) -> Projects:
    """Return the innovation projects of several cases, those handed from one to another counted once.

    Projects that a running unit brings with it when it opens are not counted: no case starts them.

    Raises
    ------
    InputError
        if a case hands on more projects than it starts, or a chain runs in a circle.
    """
    links = {result.case.name: handovers(result.case) for result in results}
    by_platform = {result.case.name: _by_platform(result) for result in results}
    handed_on = tuple(
        HandedOn(link, name, not links.keys().isdisjoint(link.way), _handed(link, by_platform[name]))
        for name, own in links.items()
        for link in own
    )
    started = {name: _added(rows.values()) for name, rows in by_platform.items()}
    _check_handed_on(started, handed_on)
    return Projects(started, handed_on, _chains(links))


def _by_platform(result: Evaluation) -> dict[str, Years]:
    years, rows = result.series("innovation_projects_started")
    return {name: dict(zip(map(int, years), values, strict=True)) for name, values in rows.items()}


def _handed(link: Handover, started: Mapping[str, Years]) -> dict[int, float]:
    received = _added([started[link.row]] if link.row else started.values())
    return {year: count * link.value for year, count in received.items()}


def _added(rows: Iterable[Years]) -> dict[int, float]:
    counts: defaultdict[int, float] = defaultdict(float)
    for row in rows:
        for year, count in row.items():
            counts[year] += count
    return dict(sorted(counts.items()))


def _check_handed_on(started: Mapping[str, Years], handed_on: Iterable[HandedOn]) -> None:
    """Refuse a case that hands on more projects than it starts."""
    given: defaultdict[str, float] = defaultdict(float)
    for handover in handed_on:
        for name in started.keys() & {*handover.link.way}:
            given[name] += sum(handover.projects.values())
    for name, count in given.items():
        if count > (total := sum(started[name].values())):
            raise InputError(
                "handovers.csv: {case} would hand on {count:.1f} projects but starts {total:.1f}; "
                "lower the shares of those who receive them",
                case=name, count=count, total=total,
            )  # fmt: skip


def _chains(links: Mapping[str, Iterable[Handover]]) -> dict[str, tuple[Path, ...]]:
    after: defaultdict[str, dict[str, dict[str, None]]] = defaultdict(dict)  # chain, giver, its receivers in order
    for name, own in links.items():
        for link in own:
            for giver, receiver in pairwise((*link.way, name)):
                after[link.chain].setdefault(giver, {})[receiver] = None
    return {chain: _paths(chain, steps) for chain, steps in after.items()}


def _paths(chain: str, after: Mapping[str, Iterable[str]]) -> tuple[Path, ...]:
    try:
        TopologicalSorter(after).prepare()
    except CycleError as error:
        circle = " → ".join(reversed(error.args[1]))
        raise InputError(
            "handovers.csv: {chain!r} runs in a circle, {circle}; a chain has a beginning", chain=chain, circle=circle
        ) from None
    received = {receiver for receivers in after.values() for receiver in receivers}
    return tuple(path for giver in after if giver not in received for path in _onward(giver, after))


def _onward(operation: str, after: Mapping[str, Iterable[str]]) -> list[Path]:
    onward = [path for receiver in after.get(operation, ()) for path in _onward(receiver, after)]
    return [(operation, *path) for path in onward] or [(operation,)]
