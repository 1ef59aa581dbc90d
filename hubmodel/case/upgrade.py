"""Upgrade of older cases to the present version of their files.

======= ==========================================================================================================
version shape of its files
======= ==========================================================================================================
0       a range stands in one column, ``range``, written ``0.3..0.7``; case.toml has no ``schema_version``
1       a range stands in two columns, ``low`` and ``high``
2       rows of enquiries and projects stand in demand.csv, not in capacity.csv; some lines have other names
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
from hubmodel.case.documents import ACTUALS_COLUMNS, PLAUSIBILITY_COLUMNS
from hubmodel.case.loading import SCHEMA, case_folder, load_case, schema_of
from hubmodel.case.reading import COLUMNS, read_csv, read_toml
from hubmodel.errors import InputError, Message
from hubmodel.lines import RENAMED
from hubmodel.text.third_party import third_party_message


@dataclass(frozen=True)
class Upgraded:
    """The result of an upgrade: the folder, the kept old folder, both versions, and every changed row."""

    folder: Path
    kept: Path | None
    version: int
    now: int
    changes: tuple[Message, ...]


def upgrade(case: str | Path) -> Upgraded:
    """Bring a case of an older version to the present one; the old folder is kept beside it.

    In a case of the present version, an outdated datapackage.json is rewritten.

    Parameters
    ----------
    case
        its name or folder.

    Raises
    ------
    InputError
        if the version is newer, an old folder is in the way, or a row cannot be read. Nothing has changed then.
    """
    folder = case_folder(case)
    version = schema_of(read_toml(folder / "case.toml"), f"{folder.name}/case.toml")
    if version == SCHEMA:
        return Upgraded(folder, None, version, version, _described(folder))
    kept, beside = folder.with_name(f"{folder.name}.version-{version}"), folder.with_name(f".{folder.name}.part")
    part = beside / folder.name
    if kept.exists():
        raise InputError("{folder}: is in the way of the old folder that is kept; move it", folder=kept.name)
    changes: list[Message] = []
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
        raise InputError(
            "{folder}: cannot be written: {problem}; check the folder",
            folder=folder, problem=third_party_message(error.strerror or str(error)),
        ) from None  # fmt: skip
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return Upgraded(folder, kept, version, SCHEMA, tuple(changes))


def _described(folder: Path) -> tuple[Message, ...]:
    """Rewrite datapackage.json where it is outdated, and return that change."""
    return (Message("{file}: written anew", file=NAME),) if write_datapackage(load_case(folder)) else ()


def _ranges_in_two_columns(folder: Path) -> list[Message]:
    """Split the column ``range`` into ``low`` and ``high`` (version 0 to 1)."""
    before, changes = tuple("range" if name == "low" else name for name in COLUMNS if name != "high"), []
    for module in read_toml(folder / "case.toml")["modules"]:
        path = folder / f"{module}.csv"
        if not path.exists():
            continue
        rows = []
        for line, cells in read_csv(path, before):
            written = cells.pop("range")
            low, dots, high = written.partition("..")
            if written and not dots:
                raise InputError(
                    "{file} line {line}: range must be written 0.3..0.7, got {value!r}; mend it",
                    file=path.name, line=line, value=written,
                )  # fmt: skip
            low, high = low.strip(), high.strip()
            rows.append(cells | {"low": low, "high": high})
            if written:
                name = f"{cells['key']}[{cells['row']}]" if cells["row"] else cells["key"]
                changes.append(
                    Message("{file}: {name}: range {range} is now low {low}, high {high}",
                            file=path.name, name=name, range=written, low=low, high=high)
                )  # fmt: skip
        _write_csv(path, rows)
    return changes


_OF_DEMAND = (
    "enquiries_per_year", "win_rate", "volume_factor", "innovation_opening_stock", "innovation_duration",
    "phase_progression", "retention", "commercial_enquiries_per_year", "commercial_win_rate",
    "commercial_opening_stock", "commercial_duration", "batches_per_innovation_project",
    "batches_per_commercial_project", "late_cancellation_share",
)  # fmt: skip


def _demand_in_a_file_of_its_own(folder: Path) -> list[Message]:
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
    return [
        Message("demand.csv: {count} rows of projects, from capacity.csv; their values are unchanged", count=len(moved))
    ]


def _present_names_of_lines(folder: Path) -> list[Message]:
    """Version 1 to 2: the names of lines in plausibility.csv, actuals.csv and [documented] of case.toml."""
    changes = []
    for name, columns in (("plausibility.csv", PLAUSIBILITY_COLUMNS), ("actuals.csv", ACTUALS_COLUMNS)):
        rows = [cells for _, cells in read_csv(folder / name, columns)] if (folder / name).exists() else []
        old = [cells[columns[0]] for cells in rows if cells[columns[0]] in RENAMED]
        if old:
            _write_csv(folder / name, [cells | {columns[0]: _renamed(cells[columns[0]])} for cells in rows], columns)
        changes += [_renaming(name, line) for line in dict.fromkeys(old)]
    frame = folder / "case.toml"
    text = frame.read_text(encoding="utf-8")
    section = re.search(r"^\[documented\].*?(?=^\[|\Z)", text, flags=re.MULTILINE | re.DOTALL)
    if section and (found := _OLD_NAME.findall(section[0])):
        frame.write_text(text.replace(section[0], _renamed(section[0])), encoding="utf-8")
        changes += [_renaming(frame.name, line) for line in dict.fromkeys(found)]
    return changes


_OLD_NAME = re.compile(rf"\b({'|'.join(RENAMED)})\b")


def _renamed(text: str) -> str:
    return _OLD_NAME.sub(lambda found: RENAMED[found[0]], text)


def _renaming(file: str, line: str) -> Message:
    return Message("{file}: the line {old} is now called {new}", file=file, old=line, new=RENAMED[line])


def _version_2(folder: Path) -> list[Message]:
    """Take both steps from version 1 to 2."""
    return [*_demand_in_a_file_of_its_own(folder), *_present_names_of_lines(folder)]


# The step at n leads from n to n + 1.
STEPS: tuple[Callable[[Path], list[Message]], ...] = (_ranges_in_two_columns, _version_2)


def _write_csv(path: Path, rows: list[dict[str, str]], columns: tuple[str, ...] = COLUMNS) -> None:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8")


def _state_version(path: Path) -> None:
    """Write the present version into a case.toml, at its head where it has none."""
    text, line = path.read_text(encoding="utf-8"), f"schema_version = {SCHEMA}"
    changed, count = re.subn(r"^schema_version *= *\d+", line, text, count=1, flags=re.MULTILINE)
    path.write_text(changed if count else f"{line}\n{text}", encoding="utf-8")
