"""Capacity that several cases offer alike: suite-days open, used and free, side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hubmodel.case.reading import platform_kinds
from hubmodel.engine.units import Quantity
from hubmodel.lines.quote import suite_days_idle
from hubmodel.study.result import Evaluation

Years = Mapping[int, float]  # suite-days by year
NOT_SURGED = ("suite_days_available", "innovation_suite_days", "commercial_suite_days")
DEVELOPMENT = "process development"  # the kind of every development suite


@dataclass(frozen=True)
class Offer:
    """What one case offers of a kind: its platforms, the suites that they share with others, suite-days by year."""

    case: str
    platforms: tuple[str, ...]
    suites: tuple[str, ...]
    open: Years
    used: Years
    free: Years


@dataclass(frozen=True)
class Overlap:
    """A kind of work that several cases offer."""

    kind: str
    offers: tuple[Offer, ...]


def overlaps(results: Sequence[Evaluation]) -> tuple[Overlap, ...]:
    """Return the kinds of work that more than one case offers, in the order of the first case that does.

    A platform is of the kind that ``[kinds]`` in case.toml says, else of its own name.
    """
    offers: defaultdict[str, list[Offer]] = defaultdict(list)
    for result in results:
        for kind, platforms in _kinds(result).items():
            offers[kind].append(_offer(result, kind, platforms))
    return tuple(Overlap(kind, tuple(found)) for kind, found in offers.items() if len(found) > 1)


def _kinds(result: Evaluation) -> dict[str, tuple[str, ...]]:
    said, platforms = platform_kinds(result.case), result.case.lists["platform"]
    out: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for platform in platforms:
        out[said.get(platform, platform)] += (platform,)
    return {**out, DEVELOPMENT: platforms}


def _offer(result: Evaluation, kind: str, platforms: tuple[str, ...]) -> Offer:
    role = "development_suite" if kind == DEVELOPMENT else "suite"
    suites = tuple(dict.fromkeys(result.case.parents["platform"][one][role] for one in platforms))
    years = [int(year) for year in result.series("suite_days_open")[0]]
    free = suite_days_idle(*(_days(result, line, suites) for line in NOT_SURGED))
    given = (_days(result, line, suites) for line in ("suite_days_open", "suite_days_used"))
    return Offer(result.case.name, platforms, suites, *(_by_year(years, days) for days in (*given, free)))


def _days(result: Evaluation, line: str, suites: Sequence[str]) -> Quantity:
    _, rows = result.series(line)
    days: Quantity = np.sum([rows[suite] for suite in suites], axis=0)
    return days


def _by_year(years: Sequence[int], days: Quantity) -> dict[int, float]:
    return dict(zip(years, days.tolist(), strict=True))
