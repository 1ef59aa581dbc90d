"""Strict readers of TOML and CSV: bounded, names in canonical form, errors with the file and line."""

from __future__ import annotations

import csv
import io
import tomllib
from pathlib import Path
from typing import Any

from hubmodel.case.facility import PACKAGE
from hubmodel.errors import InputError, Message
from hubmodel.text.names import all_canonical, canonical
from hubmodel.text.third_party import third_party_message

COLUMNS = (
    "key", "row", "period", "value", "unit", "low", "high", "spread", "price_year", "source", "locator", "grade", "note"
)  # fmt: skip


def data_folder() -> Path:
    """Return the folder of cases: beside the package in a checkout, inside it where installed."""
    beside = PACKAGE.parent / "data"
    return beside if (beside / "sources.csv").is_file() else PACKAGE / "_data"


def case_names() -> list[str]:
    """Return the names of the shipped cases."""
    return sorted(path.parent.name for path in data_folder().glob("*/case.toml"))


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; an error names the file, line and column."""
    try:
        return dict(all_canonical(tomllib.loads(path.read_bytes().decode("utf-8"))))
    except FileNotFoundError:
        raise InputError("{file}: there is no such file; give the path of a TOML file", file=path.name) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problem = third_party_message(str(error))
        raise InputError(
            "{file}: not valid TOML: {problem}; mend that place", file=short_path(path), problem=problem
        ) from None
    except OSError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError) -> InputError:
    problem = third_party_message(error.strerror or str(error))
    return InputError("{file}: cannot be read: {problem}; check the file", file=short_path(path), problem=problem)


def read_csv(path: Path, columns: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """Read a CSV with exactly these columns: (line number, row). UTF-8, commas, no byte-order mark."""
    place, header = short_path(path), ",".join(columns)
    lines = _lines_of(path, header)
    if not lines or not any(lines[0][1]):
        raise InputError("{file}: is empty; its first line must be {header}", file=place, header=header)
    names = lines[0][1]
    if len(names) == 1 and ";" in names[0]:
        raise InputError("{file}: is separated by semicolons; save it with commas", file=place)
    if problem := _wrong_columns(names, columns):
        raise InputError(
            "{file}: {problem}; its first line must be {header}", file=place, problem=problem, header=header
        )
    rows = []
    for number, cells in lines[1:]:
        if any(cells):
            if len(cells) != len(names):
                raise InputError(
                    "{file} line {line}: has {count} cells, not {wanted}; quote cells with commas",
                    file=place, line=number, count=len(cells), wanted=len(names),
                )  # fmt: skip
            rows.append((number, dict(zip(names, cells, strict=True))))
    return rows


def _lines_of(path: Path, header: str) -> list[tuple[int, list[str]]]:
    """Return the lines of a CSV, the header included, with their numbers."""
    place = short_path(path)
    try:
        text = canonical(path.read_bytes().decode("utf-8"))
    except UnicodeDecodeError:
        raise InputError("{file}: is not UTF-8 text; save it as CSV in UTF-8", file=place) from None
    except FileNotFoundError:
        raise InputError("{file}: is missing; add it, with the header {header}", file=place, header=header) from None
    except OSError as error:
        raise _unreadable(path, error) from None
    if text.startswith("\ufeff"):
        raise InputError("{file}: begins with a byte-order mark; save it as CSV in UTF-8 without BOM", file=place)
    if "\0" in text:
        raise InputError("{file}: is not text; save it as CSV in UTF-8", file=place)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        raise InputError(
            "{file} line {line}: {problem}; mend the quotes there",
            file=place, line=reader.line_num, problem=third_party_message(str(error)),
        ) from None  # fmt: skip


def _wrong_columns(header: list[str], columns: tuple[str, ...]) -> str:
    missing = ", ".join(c for c in columns if c not in header)
    extra = ", ".join(c for at, c in enumerate(header) if c not in columns or c in header[:at])
    if missing and extra:
        return Message("lacks the column {missing} and has the extra column {extra}", missing=missing, extra=extra)
    if missing:
        return Message("lacks the column {missing}", missing=missing)
    return Message("has the extra column {extra}", extra=extra) if extra else ""


def short_path(path: Path) -> str:
    """Return the last parts of a path, enough to find the file."""
    return "/".join(path.parts[-3:] if "data" in path.parts[-3:] else path.parts[-2:])
