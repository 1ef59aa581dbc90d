"""Figures of speed: each with its goal and what it was, as a table, as a file, and beside those of an earlier run."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SLOWER = 1.15  # times as slow as before: less is the machine's own noise
HEADER = f"{'figure':<68}{'value':>12}{'goal':>10}{'before':>12}  unit"


@dataclass(frozen=True)
class Figure:
    """A measured figure: its value, the goal and what it was in version 0.1, where they are known [unit]."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    before: str = ""

    @property
    def more_is_better(self) -> bool:
        """True for a rate or a ratio to be reached; all else is time or memory."""
        return self.unit.endswith("/s") or self.unit == "times as fast"

    @property
    def line(self) -> str:
        """The row of the table."""
        goal = "" if self.goal is None else _shown(self.goal)
        return f"{self.name:<68}{_shown(self.value):>12}{goal:>10}{self.before:>12}  {self.unit}{self._remark()}"

    def _remark(self) -> str:
        if self.goal is None or (self.value >= self.goal if self.more_is_better else self.value <= self.goal):
            return ""
        return "  (goal not reached)"


def _shown(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def printed(figures: Iterable[Figure]) -> Iterator[Figure]:
    """Print each figure as it comes, under a header, and pass it on."""
    print(HEADER)
    for figure in figures:
        print(figure.line, flush=True)
        yield figure


def write(path: Path, figures: Iterable[Figure], **more: Any) -> None:
    """Write figures, and what else there is, as JSON."""
    content = {figure.name: {"value": figure.value, "unit": figure.unit, "goal": figure.goal} for figure in figures}
    path.write_text(json.dumps({**more, "figures": content}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read(path: Path) -> dict[str, float]:
    """Return the values of an earlier run by the names of their figures."""
    content = json.loads(path.read_text(encoding="utf-8"))["figures"]
    return {name: float(figure["value"]) for name, figure in content.items()}


def slower(figures: Iterable[Figure], earlier: Mapping[str, float], times: float = SLOWER) -> list[str]:
    """Return a line for each figure that has become slower or larger than it was, the worst first."""
    found = []
    for figure in figures:
        was = earlier.get(figure.name, math.nan)
        ratio = was / figure.value if figure.more_is_better else figure.value / was
        if ratio > times:  # False where it was not measured
            found.append(
                (
                    ratio,
                    f"{figure.name}: {_shown(was)} → {_shown(figure.value)} {figure.unit}, {ratio:.2f} times as slow",
                )
            )
    return [line for _, line in sorted(found, key=lambda pair: -pair[0])]
