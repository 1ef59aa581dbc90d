"""Where everything stands in memory: each area holds the rows of some names, one after another."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from hubmodel.engine.compiled.plan import Plan
from hubmodel.engine.compiled.section import LANES, ONE, OVER_TIME, Width


@dataclass(frozen=True, eq=False)
class Layout:
    """The areas of memory.

    Parameters
    ----------
    plan
        what is compiled.
    width
        how many draws run beside one another.
    areas
        by area and name: the place of its first row. ``drawn`` and ``dated`` are the changed inputs, without and with
        a value for each period; ``fixed`` and ``series`` what does not move; ``state`` what passes on from one period
        to the next, and what does not vary in time; ``kept`` lines over time that a later pass reads and nobody
        else; ``ends`` and ``paths`` the results, without and with a value for each period.
    slots
        the places of the state; more are added while lines are compiled.
    """

    plan: Plan
    width: Width
    areas: dict[str, dict[str, int]]
    slots: dict[Hashable, int] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Plan, lanes: int = LANES) -> Layout:
        """Give every name that the lines read or hand out its places."""
        read = {read for name in plan.lines for read in plan.instance.model.ingredients[name]}
        known = sorted(read - plan.lines.keys() - set(plan.drawn) - plan.instance.model.memberships)
        names = {
            **_halves(plan, plan.drawn, "drawn", "dated"),
            **_halves(plan, known, "fixed", "series"),
            **_halves(plan, plan.results, "ends", "paths"),
            "kept": [name for name in plan.lines if name in plan.later and name not in plan.results],
        }
        layout = cls(plan, Width(lanes), {area: _places(plan, placed) for area, placed in names.items()})
        layout.areas["state"] = {name: layout._first_slot(name) for name, line in plan.lines.items() if not line.varies}
        return layout

    def home(self, name: str) -> tuple[str, int]:
        """Return the area and the first place of a name."""
        return self._homes[name]

    @cached_property
    def _homes(self) -> dict[str, tuple[str, int]]:
        from_last = ("paths", "kept", "state", "series", "fixed", "dated", "drawn")
        return {name: (area, first) for area in from_last for name, first in self.areas[area].items()}

    def stores(self, name: str) -> list[tuple[str, int]]:
        """Return the areas and first places where the value of a line is put."""
        areas = ("state", "kept", "ends", "paths")
        return [(area, self.areas[area][name]) for area in areas if name in self.areas[area]]

    def slot(self, key: Hashable) -> int:
        """Return the place of something in the state."""
        return self.slots.setdefault(key, len(self.slots))

    def size(self, area: str) -> int:
        """Return how many places an area has."""
        if area == "state":
            return len(self.slots)
        return sum(self.plan.shape(name)[0] for name in self.areas[area])

    def steps(self, area: str) -> tuple[int, int]:
        """Return how far the next row and the next period are [places].

        Results of a single run stand period after period: to write one row far from the other takes a fifth longer.
        """
        if area not in OVER_TIME:
            return 1, 0
        return (1, self.size(area)) if area == "paths" and self.width.lanes == ONE else (self.plan.instance.periods, 1)

    def _first_slot(self, name: str) -> int:
        rows = range(self.plan.shape(name)[0])
        return min((self.slot((name, row)) for row in rows), default=0)  # of a list without members nothing is read


def _halves(plan: Plan, names: Iterable[str], timeless: str, over_time: str) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {timeless: [], over_time: []}
    for name in names:
        out[over_time if plan.shape(name)[1] > 1 else timeless].append(name)
    return out


def _places(plan: Plan, names: Iterable[str]) -> dict[str, int]:
    out, place = {}, 0
    for name in names:
        out[name] = place
        place += plan.shape(name)[0]
    return out
