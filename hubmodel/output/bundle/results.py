"""The results of a run as files, and the differences between two sets of results, figure by figure."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hubmodel.errors import InputError
from hubmodel.study import tables
from hubmodel.study.run import Result

FOLDER = "results"
CHECKS = f"{FOLDER}/checks.json"
KEY_FIGURES = f"{FOLDER}/key_figures.csv"
TABLES = (*tables.TABLES, "capital", "plausibility")
CLOSE = 1e-9  # relative: processors differ in the last digits
RESIDUE = 1e-6  # of the largest figure of a file in the same unit: a smaller figure may be rounding error


@dataclass(frozen=True)
class Difference:
    """A figure that differs from the bundle: its place, the value kept and the value computed now."""

    file: str
    name: str
    column: str
    kept: str
    now: str


def results_of(study: Result) -> dict[str, bytes]:
    """Return the results of a run as files by name: key figures and tables [engine's units] as CSV, checks as JSON."""
    figures = [
        [figure.name, figure.value, figure.unit, figure.label, figure.why if figure.value is None else ""]
        for figure in study.key_figures.values()
    ]
    checks = {
        **study.case.origin,
        "view": study.view,
        "conventions": dict(study.conventions),
        "checks": [{**vars(check), "difference": _finite(check.difference)} for check in study.checks],
    }
    return {
        CHECKS: (json.dumps(checks, ensure_ascii=False, indent=1) + "\n").encode(),
        KEY_FIGURES: to_csv([["name", "value", "unit", "label", "why"], *figures]),
        **{f"{FOLDER}/{name}.csv": to_csv(_table(study, name)) for name in TABLES},
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _table(study: Result, name: str) -> list[list[Any]]:
    frame = study.table(name)
    columns = [str(column) for column in frame.columns]
    units = [] if "unit" in columns else ["unit"]
    rows = [
        [label, *([unit] if units else []), *cells]
        for label, unit, cells in zip(frame.index, frame.attrs["units"], frame.to_numpy().tolist(), strict=True)
    ]
    return [["label", *units, *columns], *rows]


def to_csv(rows: Iterable[Sequence[Any]]) -> bytes:
    """Write rows as CSV with all digits of each number; a missing value is blank."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([["" if cell is None or cell != cell else cell for cell in row] for row in rows])
    return out.getvalue().encode()


@dataclass(frozen=True)
class _Cell:
    """One cell of results, as written, with the unit of its row."""

    text: str
    unit: str = ""

    @property
    def number(self) -> float | None:
        try:
            value = float(self.text)
        except ValueError:
            return None
        return value if math.isfinite(value) else None


Place = tuple[str, str, str]  # file, name of the row, column


def number_cells(files: Mapping[str, bytes]) -> dict[Place, float]:
    """Return the numbers of results by file, name of the row and column."""
    return {place: cell.number for place, cell in _cells(files).items() if cell.number is not None}


def figures_in(files: Mapping[str, bytes]) -> int:
    """Count the figures of results: numbers, and outcomes of checks."""
    return sum(cell.number is not None or place[0] == CHECKS for place, cell in _cells(files).items())


def differences(kept: Mapping[str, bytes], now: Mapping[str, bytes]) -> Iterator[Difference]:
    """Yield the differences between two sets of results, key figures first.

    Numbers differ if they are more than `CLOSE` apart, relative to themselves (near zero, to `RESIDUE` of the largest
    figure of the file in that unit); texts and outcomes of checks, if they are not equal.

    Parameters
    ----------
    kept, now
        files of `results_of`: those of the bundle, and new ones.
    """
    old, new, largest = _cells(kept), _cells(now), dict[tuple[str, str], float]()
    for (file, *_), cell in new.items():
        largest[file, cell.unit] = max(largest.get((file, cell.unit), 0.0), abs(cell.number or 0.0))
    for place in {**old, **new}:
        before, after = old.get(place, _Cell("")), new.get(place, _Cell(""))
        if not _same(before, after, RESIDUE * largest.get((place[0], after.unit), 0.0)):
            yield Difference(*place, before.text, after.text)


def _same(kept: _Cell, now: _Cell, least: float) -> bool:
    if kept.number is None or now.number is None:
        return kept.text == now.text
    return abs(kept.number - now.number) <= CLOSE * max(abs(kept.number), abs(now.number), least)


def _cells(files: Mapping[str, bytes]) -> dict[Place, _Cell]:
    out: dict[Place, _Cell] = {}
    for file in sorted(files, key=lambda name: (name != KEY_FIGURES, name)):
        try:
            out |= _verdicts(files[file]) if file == CHECKS else _figures(file, files[file])
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError, csv.Error):
            raise InputError("{file}: is not laid out as results of a run; get the bundle anew", file=file) from None
    return out


def _verdicts(content: bytes) -> dict[Place, _Cell]:
    checks = json.loads(content)["checks"]
    return {(CHECKS, check["name"], "ok"): _Cell("holds" if check["ok"] else "fails") for check in checks}


def _figures(file: str, content: bytes) -> dict[Place, _Cell]:
    out: dict[Place, _Cell] = {}
    for row in csv.DictReader(io.StringIO(content.decode(), newline=""), strict=True):
        (_, name), *cells = row.items()
        out |= {(file, name, column): _Cell(cell, row["unit"]) for column, cell in cells}
    return out
