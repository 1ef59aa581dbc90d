"""Older cases: what has changed in the shape of their files, version by version, and a folder brought up to date.

======= ==========================================================================================================
version what its files look like
======= ==========================================================================================================
0       a range stands in one column, ``range``, written ``0.3..0.7``; case.toml has no ``schema_version``
1       a range stands in two columns, ``low`` and ``high``
2       rows of enquiries and projects stand in demand.csv, not in capacity.csv
======= ==========================================================================================================
"""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hubmodel.case.datapackage import NAME, write_datapackage
from hubmodel.case.reading import COLUMNS, SCHEMA, case_folder, load_case, read_csv, read_toml, schema_of
from hubmodel.errors import InputError


@dataclass(frozen=True)
class Upgraded:
    """What was done to a case: where it is, where the old one is kept, both versions, and every changed number."""

    folder: Path
    kept: Path | None
    version: int
    now: int
    changes: tuple[str, ...]


def upgrade(case: str | Path) -> Upgraded:
    """Bring a case of an older version to the present one; the old folder is kept beside it.

    A case of the present version gets its datapackage.json anew where that does not describe it any more.

    Parameters
    ----------
    case
        its name or folder.

    Raises
    ------
    InputError
        in one line: a newer version, an old folder in the way, or a row that cannot be read. Nothing has changed then.
    """
    folder = case_folder(case)
    version = schema_of(read_toml(folder / "case.toml"), f"{folder.name}/case.toml")
    if version == SCHEMA:
        return Upgraded(folder, None, version, version, _described(folder))
    kept, beside = folder.with_name(f"{folder.name}.version-{version}"), folder.with_name(f".{folder.name}.part")
    part = beside / folder.name
    if kept.exists():
        raise InputError(f"{kept.name}: is in the way of the old folder that is kept; move it")
    changes: list[str] = []
    shutil.rmtree(beside, ignore_errors=True)
    try:
        shutil.copytree(folder, part)
        for step in STEPS[version:]:
            changes += step(part)
        _state_version(part / "case.toml")
        _described(part)
        os.replace(folder, kept)
        os.replace(part, folder)
    except OSError as error:
        raise InputError(f"{folder}: cannot be written: {error.strerror}; check the folder") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return Upgraded(folder, kept, version, SCHEMA, tuple(changes))


def _described(folder: Path) -> tuple[str, ...]:
    return (f"{NAME}: written anew",) if write_datapackage(load_case(folder)) else ()


def _ranges_in_two_columns(folder: Path) -> list[str]:
    """Version 0 to 1: from a column ``range`` to ``low`` and ``high``."""
    before, changes = tuple("range" if one == "low" else one for one in COLUMNS if one != "high"), []
    for module in read_toml(folder / "case.toml")["modules"]:
        path = folder / f"{module}.csv"
        if not path.exists():
            continue
        rows = []
        for line, cells in read_csv(path, before):
            written = cells.pop("range")
            low, dots, high = written.partition("..")
            if written and not dots:
                raise InputError(f"{path.name} line {line}: range must be written 0.3..0.7, got {written!r}; mend it")
            rows.append(cells | {"low": low.strip(), "high": high.strip()})
            if written:
                name = f"{cells['key']}[{cells['row']}]" if cells["row"] else cells["key"]
                changes.append(f"{path.name}: {name}: range {written} is now low {low.strip()}, high {high.strip()}")
        _write_csv(path, rows)
    return changes


_OF_DEMAND = (
    "enquiries_per_year", "win_rate", "volume_factor", "innovation_opening_stock", "innovation_duration",
    "phase_progression", "retention", "commercial_enquiries_per_year", "commercial_win_rate",
    "commercial_opening_stock", "commercial_duration", "batches_per_innovation_project",
    "batches_per_commercial_project", "late_cancellation_share",
)  # fmt: skip


def _demand_in_a_file_of_its_own(folder: Path) -> list[str]:
    """Version 1 to 2: the rows of projects from capacity.csv to demand.csv, and the module's name in case.toml."""
    frame, capacity, demand = folder / "case.toml", folder / "capacity.csv", folder / "demand.csv"
    if not capacity.exists() or "demand" in read_toml(frame)["modules"]:
        return []
    rows = [cells for _, cells in read_csv(capacity, COLUMNS)]
    moved = [cells for cells in rows if cells["key"] in _OF_DEMAND]
    _write_csv(capacity, [cells for cells in rows if cells["key"] not in _OF_DEMAND])
    _write_csv(demand, moved)
    text = frame.read_text(encoding="utf-8")
    changed = re.sub(
        r"""(^modules *= *\[[^\]]*?)(["'])capacity\2""", r"\1\2demand\2, \2capacity\2", text, flags=re.MULTILINE
    )
    frame.write_text(changed, encoding="utf-8")
    return [f"demand.csv: {len(moved)} rows of projects, from capacity.csv; their values are as they were"]


# The step at n leads from n to n + 1.
STEPS: tuple[Callable[[Path], list[str]], ...] = (_ranges_in_two_columns, _demand_in_a_file_of_its_own)


def _write_csv(path: Path, rows: list[dict[str, str]]) -> None:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8")


def _state_version(path: Path) -> None:
    """Write the present version into a case.toml, at its head where none stands; the rest stays as it is."""
    text, line = path.read_text(encoding="utf-8"), f"schema_version = {SCHEMA}"
    changed, count = re.subn(r"^schema_version *= *\d+", line, text, count=1, flags=re.MULTILINE)
    path.write_text(changed if count else f"{line}\n{text}", encoding="utf-8")
