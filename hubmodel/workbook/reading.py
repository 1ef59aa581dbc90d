"""Back in: the sheet Inputs of a workbook as a scenario, with what differs; every other sheet is ignored.

A workbook may come from anywhere: nothing in it is computed, followed or unpacked beyond fixed bounds.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from pydantic import ValidationError

from hubmodel import numbers
from hubmodel.assumptions import load_case
from hubmodel.case import Case, Override
from hubmodel.errors import HubmodelError, InputError, NumberError
from hubmodel.rows import Row, first_message
from hubmodel.workbook.formulas import column
from hubmodel.workbook.inputs import COLUMNS, EXPORTED, HEADER, INPUTS, VALUE, direct_memberships

LARGEST_FILE, LARGEST_PART, LARGEST_SHEETS, TIGHTEST = 50_000_000, 20_000_000, 150_000_000, 200
MOST_PARTS, MOST_ROWS = 400, 20_000
SAME = 1e-12  # a workbook keeps sixteen digits
KEY, ROW, PERIOD, UNIT = (COLUMNS.index(name) for name in ("Name", "Row", "Period", "Unit"))
OPENS_AS_ZIP, PROTECTED = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Difference:
    """One input that differs from the case: its cell, its name, what the case has and what the workbook has."""

    cell: str
    name: str
    period: str
    was: float | str
    now: float | str
    unit: str


@dataclass(frozen=True)
class Imported:
    """What a workbook says: the case with its changes as overrides, and each cell that differs."""

    case: Case
    differences: tuple[Difference, ...]
    version: str


@dataclass(frozen=True)
class _Cell:
    at: str
    row: int
    value: Any
    exported: Any
    unit: str


def read_workbook(
    source: str | Path | bytes, reason: str = "", case: Case | None = None, beyond_range: bool = False
) -> Imported:
    """Read the sheet Inputs of a workbook that `write_workbook` wrote.

    Parameters
    ----------
    source
        the file, or its content as the dashboard's upload has it.
    reason
        why, kept with each change.
    case
        the case to compare with; the one that the workbook names if not given.
    beyond_range
        whether a changed value may lie outside the range of its row.

    Raises
    ------
    InputError
        in one line: no workbook, protected, too large, or the cell that breaks a rule or fits this model no more.
    """
    name = "workbook" if isinstance(source, bytes) else Path(source).name
    table = _table(source, name)
    told = {str(row[0]): str(row[VALUE] or "") for row in table[: HEADER - 1] if row and row[0]}
    if len(table) < HEADER or tuple(table[HEADER - 1][: len(COLUMNS)]) != COLUMNS:
        raise InputError(f"{name}: {INPUTS}!A{HEADER} is not the heading that hubmodel writes; export the case again")
    try:
        case = case or load_case(told.get("Case", ""))
    except HubmodelError as error:
        raise InputError(f"{name}: {INPUTS}!{column(VALUE)}2 names the case: {error}") from None
    reader = _Reader(name, case.base or case, reason, beyond_range)
    differences = tuple(reader.differences(table[HEADER:]))
    changed = reader.base.with_overrides(tuple(reader.overrides(differences)), told.get("Scenario") or None)
    return Imported(changed if differences else reader.base, differences, told.get("Model version", ""))


class _Reader:
    """Compares the cells of a sheet with the rows of a case."""

    def __init__(self, name: str, base: Case, reason: str, beyond_range: bool) -> None:
        self.name, self.base, self.reason, self.beyond_range = name, base, reason, beyond_range

    def differences(self, table: list[tuple[Any, ...]]) -> Iterator[Difference]:
        """Give every cell that differs; the first that breaks a rule ends the reading."""
        cells = self._cells(table)
        self._parents(cells)
        for row in self.base.rows:
            cell = cells.pop((row.key, row.row, row.period), None)
            if cell is None:
                raise InputError(f"{self.name}: {INPUTS} lacks {row.name} {row.period}".rstrip() + "; export the case again")  # fmt: skip
            yield from self._compared(row, cell)
        for (key, member, period), cell in cells.items():
            of = self.base.list_of(key) if key in self.base.by_key else None
            every = [row for row in self.base.by_key.get(key, ()) if row.row == f"each {of}" and row.period == period]
            if not every or member not in self.base.lists[of or ""]:
                raise InputError(f"{self.name}: {cell.at}: the model has no input {key}[{member}] {period}".rstrip() + "; export the case again")  # fmt: skip
            yield from self._compared(every[0].model_copy(update={"row": member}), cell)

    def _cells(self, table: list[tuple[Any, ...]]) -> dict[tuple[str, str, str], _Cell]:
        out: dict[tuple[str, str, str], _Cell] = {}
        for number, cells in enumerate(table, HEADER + 1):
            cells = (*cells, *(None,) * len(COLUMNS))
            key, at = cells[KEY], f"{INPUTS}!{column(VALUE)}{number}"
            if key is None:
                if cells[VALUE] is not None:
                    raise InputError(f"{self.name}: {at} holds a value without a name in column {column(KEY)}; export the case again")  # fmt: skip
                continue
            place = str(key), str(cells[ROW] or ""), str(cells[PERIOD] or "")
            if place in out:
                raise InputError(f"{self.name}: {at}: {key} stands twice, also in {out[place].at}; delete one row")
            out[place] = _Cell(at, number, cells[VALUE], cells[EXPORTED], str(cells[UNIT] or ""))
        return out

    def _parents(self, cells: dict[tuple[str, str, str], _Cell]) -> None:
        for name, member, _, parent in direct_memberships(self.base):
            cell = cells.pop((name, member, ""), None)
            if cell is None:
                raise InputError(f"{self.name}: {INPUTS} lacks {name} of {member}; export the case again")
            if cell.value != parent:
                raise InputError(
                    f"{self.name}: {cell.at}: {member!r} belongs to {_short(cell.value)}, in the case to {parent!r}; a "
                    "scenario changes numbers only: write the move into case.toml, or put the cell back"
                )

    def _compared(self, row: Row, cell: _Cell) -> Iterator[Difference]:
        if cell.unit != row.unit:
            raise InputError(f"{self.name}: {cell.at}: {row.name} is in {cell.unit[:20]!r}, the model has it in {row.unit!r}; export the case again")  # fmt: skip
        value = self._value(row, cell)
        if _same(value, row.value):
            return
        if row.unit == "choice":
            if value not in self.base.choices[row.key]:
                raise InputError(f"{self.name}: {cell.at}: {row.key} must be one of {', '.join(self.base.choices[row.key])}, got {_short(value)}")  # fmt: skip
        else:
            self._in_range(row, cell, value)
        yield Difference(cell.at, row.name, row.period, row.value, value, row.unit)

    def _value(self, row: Row, cell: _Cell) -> float | str:
        value = cell.value
        if value is None or isinstance(value, bool):
            raise InputError(f"{self.name}: {cell.at}: {row.name} has no number; write one in {row.unit}")
        if isinstance(value, datetime.datetime):
            if row.unit != "date":
                raise InputError(f"{self.name}: {cell.at}: {row.name} holds a date; write a number in {row.unit}")
            value = value.date().isoformat()
        if row.unit == "choice" or isinstance(value, (int, float)):
            return str(value) if row.unit == "choice" else float(value)
        try:
            return numbers.parse_number(str(value), row.unit)
        except NumberError as error:
            raise InputError(f"{self.name}: {cell.at}: {row.name}: {error}") from None

    def _in_range(self, row: Row, cell: _Cell, value: float | str) -> None:
        try:
            Row.model_validate({**row.model_dump(), "value": value, "where": ""})
        except ValidationError as error:
            raise InputError(f"{self.name}: {cell.at}: {row.name} {first_message(error)}") from None
        exported = cell.exported == cell.value  # left as it was written: the scenario had it
        if row.low is None or row.high is None or self.beyond_range or exported:
            return
        if not row.low <= float(value) <= row.high:
            ends = " to ".join(numbers.format_value(end, row.unit, digits=None) for end in (row.low, row.high))
            raise InputError(f"{self.name}: {cell.at}: {row.name} lies outside its range {ends}; mend it, or allow it with --beyond-range")  # fmt: skip

    def overrides(self, differences: tuple[Difference, ...]) -> Iterator[Override]:
        """Give the changes as a scenario names them, which has one value for all periods of a row."""
        for name in dict.fromkeys(one.name for one in differences):
            own = [one for one in differences if one.name == name]
            key, _, member = name.removesuffix("]").partition("[")
            rows = [row for row in self.base.by_key[key] if row.row == member] or [self.base.by_key[key][0]]
            if len(own) < len(rows) or any(not _same(one.now, own[0].now) for one in own):
                raise InputError(
                    f"{self.name}: {own[0].cell}: {name} has a value for each of {len(rows)} dates, a scenario one for all; "
                    "give all of them the same value, or change the rows of the case"
                )
            value = own[0].now
            if own[0].unit == "date":
                value = numbers.format_value(float(value), "date") if _is_day(float(value)) else value
            for one in self._members(key, member, {place.name for place in differences}):
                yield Override(one, value, self.reason)

    def _members(self, key: str, member: str, changed: set[str]) -> list[str]:
        """Return the names that reach a row: `each platform` beside rows of its own is named member by member."""
        if not member.startswith("each "):
            return [f"{key}[{member}]" if member else key]
        if len({row.row for row in self.base.by_key[key]}) == 1 and not any(one.startswith(f"{key}[") and not one.startswith(f"{key}[each ") for one in changed):  # fmt: skip
            return [key]
        own = {row.row for row in self.base.by_key[key]}
        names = (f"{key}[{one}]" for one in self.base.lists[member.removeprefix("each ")] if one not in own)
        return [name for name in names if name not in changed]


def _same(one: float | str, other: float | str) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return abs(one - other) <= SAME * max(abs(one), abs(other))


def _is_day(value: float) -> bool:
    return abs(numbers.parse_number(numbers.format_value(value, "date"), "date") - value) < 1e-9


def _short(value: object) -> str:
    return repr(str(value)[:40])


def _table(source: str | Path | bytes, name: str) -> list[tuple[Any, ...]]:
    """Return the rows of the sheet Inputs, within bounds."""
    try:
        size = len(source) if isinstance(source, bytes) else Path(source).stat().st_size
        if size > LARGEST_FILE:
            raise InputError(f"{name}: has {size / 1e6:.0f} MB, more than {LARGEST_FILE / 1e6:.0f}; it is no export of this model")  # fmt: skip
        with io.BytesIO(source) if isinstance(source, bytes) else Path(source).open("rb") as file:
            _sound(file, name)
            return _rows(file, name)
    except FileNotFoundError:
        raise InputError(f"{name}: there is no such file; give the path of a workbook") from None
    except OSError as error:
        raise InputError(f"{name}: cannot be read: {error.strerror or error}; check the file") from None


def _sound(file: IO[bytes], name: str) -> None:
    """Refuse what is no plain workbook, by its table of contents, before anything is unpacked."""
    begin = file.read(4)
    if begin == PROTECTED:
        raise InputError(f"{name}: is protected by a password or an old .xls; save it as .xlsx without a password")
    if begin != OPENS_AS_ZIP:
        raise InputError(f"{name}: is not an Excel workbook (.xlsx); give a file that hubmodel excel wrote")
    try:
        with zipfile.ZipFile(file) as book:
            _check_parts(book, name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, UnicodeDecodeError) as error:
        raise InputError(f"{name}: is damaged: {error}; export it again") from None
    file.seek(0)


def _check_parts(book: zipfile.ZipFile, name: str) -> None:
    parts = book.infolist()
    if "xl/workbook.xml" not in book.namelist():
        raise InputError(f"{name}: is not an Excel workbook (.xlsx); give a file that hubmodel excel wrote")
    if any(part.filename.startswith("xl/externalLinks/") for part in parts):
        raise InputError(f"{name}: holds links to other workbooks, which this one must not need; break the links")
    if any(part.flag_bits & 1 for part in parts):
        raise InputError(f"{name}: is protected by a password; save it without one")
    sheets = sum(part.file_size for part in parts if part.filename.startswith("xl/worksheets/"))
    others = max(part.file_size for part in parts if not part.filename.startswith("xl/worksheets/"))
    bomb = any(part.file_size > max(1_000_000, TIGHTEST * part.compress_size) for part in parts)
    if bomb or len(parts) > MOST_PARTS or sheets > LARGEST_SHEETS or others > LARGEST_PART:
        raise InputError(f"{name}: unpacks to far more than a model needs; it is no export of this model")
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            with book.open(part) as file:
                if b"<!DOCTYPE" in file.read(2000):
                    raise InputError(f"{name}: {part.filename[:60]} declares a document type, which no workbook does")


def _rows(file: IO[bytes], name: str) -> list[tuple[Any, ...]]:
    import warnings

    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what openpyxl leaves aside
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        if INPUTS not in book.sheetnames:
            raise InputError(f"{name}: has no sheet {INPUTS!r}; give a file that hubmodel excel wrote")
        sheet = book[INPUTS]
        out = []
        for row in sheet.iter_rows(max_col=len(COLUMNS), values_only=True):
            out.append(tuple(cell[:32_000] if isinstance(cell, str) else cell for cell in row))
            if len(out) > MOST_ROWS:
                raise InputError(f"{name}: {INPUTS} has more than {MOST_ROWS} rows; it is no export of this model")
    except InputError:
        raise
    except Exception as error:  # a broken part makes openpyxl raise whatever it stumbled over
        said = " ".join(str(error).split())[:120]
        raise InputError(f"{name}: cannot be read as a workbook ({type(error).__name__}: {said}); export it again") from None  # fmt: skip
    while out and not any(cell is not None for cell in out[-1]):
        out.pop()
    return out
