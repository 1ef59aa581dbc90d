"""Capacity of the same kind that several cases offer: suite-days open, used and free."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hubmodel.case.documents import platform_kinds
from hubmodel.engine.units import Quantity
from hubmodel.lines.quote import suite_days_idle
from hubmodel.study.result import Evaluation

Years = Mapping[int, float]  # suite-days by year
NOT_SURGED = ("suite_days_available", "innovation_suite_days", "commercial_suite_days")
DEVELOPMENT = "process development"  # the kind of every development suite


@dataclass(frozen=True)
class Offer:
    """Capacity of one kind in one case: its platforms, their suites, and suite-days by year."""

    case: str
    platforms: tuple[str, ...]
    suites: tuple[str, ...]
    open: Years
    used: Years
    free: Years


@dataclass(frozen=True)
class Overlap:
    """A kind of work that several cases offer, and the offer of each."""

    kind: str
    offers: tuple[Offer, ...]


def overlaps(results: Sequence[Evaluation]) -> tuple[Overlap, ...]:
    """Return the kinds of work that more than one case offers, in the order of the first case that does.

    The kind of a platform is given by ``[kinds]`` in case.toml; without an entry it is the platform's own name.
    """
    offers: defaultdict[str, list[Offer]] = defaultdict(list)
    for result in results:
        for kind, platforms in _kinds(result).items():
            offers[kind].append(_offer(result, kind, platforms))
    return tuple(Overlap(kind, tuple(found)) for kind, found in offers.items() if len(found) > 1)


def _kinds(result: Evaluation) -> dict[str, tuple[str, ...]]:
    kinds, platforms = platform_kinds(result.case), result.case.lists["platform"]
    by_kind: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for platform in platforms:
        by_kind[kinds.get(platform, platform)] += (platform,)
    return {**by_kind, DEVELOPMENT: platforms}


def _offer(result: Evaluation, kind: str, platforms: tuple[str, ...]) -> Offer:
    role = "development_suite" if kind == DEVELOPMENT else "suite"
    suites = tuple(dict.fromkeys(result.case.parents["platform"][platform][role] for platform in platforms))
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
