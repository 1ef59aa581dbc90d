"""Safe opening of workbooks from anywhere: nothing is computed or followed, nothing unpacked beyond fixed bounds."""

from __future__ import annotations

import io
import warnings
import zipfile
from pathlib import Path
from typing import IO, Any

from hubmodel.errors import InputError
from hubmodel.output.excel.inputs import COLUMNS, HEADER, HOLDS, INPUTS
from hubmodel.text.third_party import third_party_message

LARGEST_FILE, LARGEST_PART, LARGEST_SHEETS = 50_000_000, 20_000_000, 150_000_000  # bytes, the last two unpacked
TIGHTEST = 200  # the largest unpacked size of a part, over its packed size
UNSIZED = 30_000_000  # bytes of sheets that do not state their size, which have to be read to the end
MOST_PARTS, MOST_ROWS, LONGEST_TEXT = 400, 20_000, 32_767
WORKBOOK, PROTECTED = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
Table = list[tuple[Any, ...]]


def read_table(source: str | Path | bytes, name: str) -> Table:
    """Return the rows of the sheet Inputs.

    Parameters
    ----------
    source, name
        the file or its content, and its name in errors.

    Raises
    ------
    InputError
        for a file that is no plain workbook, or larger than a model needs.
    """
    try:
        size = len(source) if isinstance(source, bytes) else Path(source).stat().st_size
        if size > LARGEST_FILE:
            raise InputError(
                "{file}: has {size:.0f} MB; no export of this model has more than 50", file=name, size=size / 1e6
            )
        with io.BytesIO(source) if isinstance(source, bytes) else Path(source).open("rb") as file:
            _check(file, name)
            return _with_holds(_rows(file, name))
    except FileNotFoundError:
        raise InputError("{file}: there is no such file; give the path of a workbook", file=name) from None
    except OSError as error:
        problem = third_party_message(error.strerror or str(error))
        raise InputError("{file}: cannot be read: {problem}; check the file", file=name, problem=problem) from None


def _with_holds(table: Table) -> Table:
    """Add a blank column Holds to a sheet of an older version that lacks it; return any other unchanged."""
    before = COLUMNS[:HOLDS] + COLUMNS[HOLDS + 1 :]
    if len(table) < HEADER or table[HEADER - 1][: len(before)] != before:
        return table
    with_it = [(*row[:HOLDS], None, *row[HOLDS : len(before)]) for row in table]
    return [*with_it[: HEADER - 1], COLUMNS, *with_it[HEADER:]]


def _check(file: IO[bytes], name: str) -> None:
    """Refuse a file that is no plain workbook by its table of contents, before anything is unpacked."""
    begin = file.read(4)
    if begin == PROTECTED:
        raise InputError(
            "{file}: is protected by a password, or an old .xls; save it as .xlsx without a password", file=name
        )
    if begin != WORKBOOK:
        raise InputError("{file}: is not an Excel workbook (.xlsx); give a file that hubmodel excel wrote", file=name)
    try:
        with zipfile.ZipFile(file) as book:
            _check_parts(book, name)
    except (zipfile.BadZipFile, RuntimeError, EOFError, ValueError) as error:
        raise InputError(
            "{file}: is damaged ({problem}); export it again", file=name, problem=third_party_message(str(error))
        ) from None
    file.seek(0)


def _check_parts(book: zipfile.ZipFile, name: str) -> None:
    parts = book.infolist()
    if "xl/workbook.xml" not in book.namelist():
        raise InputError("{file}: is not an Excel workbook (.xlsx); give a file that hubmodel excel wrote", file=name)
    if any(part.flag_bits & 1 for part in parts):
        raise InputError("{file}: is protected by a password; save it without one", file=name)
    if any(part.filename.startswith("xl/externalLinks/") for part in parts):
        raise InputError("{file}: holds links to other workbooks, which an export does not; break the links", file=name)
    sheets = sum(part.file_size for part in parts if part.filename.startswith("xl/worksheets/"))
    others = max(part.file_size for part in parts if not part.filename.startswith("xl/worksheets/"))
    bomb = any(part.file_size > max(1_000_000, TIGHTEST * part.compress_size) for part in parts)
    if bomb or len(parts) > MOST_PARTS or sheets > LARGEST_SHEETS or others > LARGEST_PART:
        raise InputError("{file}: unpacks to far more than a model needs; it is no export of this model", file=name)
    unsized = 0
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            with book.open(part) as file:
                begin = file.read(2000)
            if b"<!DOCTYPE" in begin:
                raise InputError(
                    "{file}: {part} declares a document type, which no export does", file=name, part=part.filename[:60]
                )
            unsized += (
                part.file_size if part.filename.startswith("xl/worksheets/") and b"<dimension" not in begin else 0
            )
    if unsized > UNSIZED:
        raise InputError("{file}: has sheets without end; it is no export of this model", file=name)


def _rows(file: IO[bytes], name: str) -> Table:
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about parts that openpyxl ignores
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            if INPUTS not in book.sheetnames:
                raise InputError(
                    "{file}: has no sheet {sheet!r}; give a file that hubmodel excel wrote", file=name, sheet=INPUTS
                )
            return _bounded(book[INPUTS], name)
    except InputError:
        raise
    except Exception as error:  # openpyxl raises errors of any kind on a broken part
        raise InputError(
            "{file}: cannot be read as a workbook ({kind}: {problem}); export it again",
            file=name,
            kind=type(error).__name__,
            problem=" ".join(str(error).split())[:100],
        ) from None


def _bounded(sheet: Any, name: str) -> Table:
    out: Table = []
    for row in sheet.iter_rows(max_col=len(COLUMNS), values_only=True):
        out.append(tuple(cell[:LONGEST_TEXT] if isinstance(cell, str) else cell for cell in row))
        if len(out) > MOST_ROWS:
            raise InputError(
                "{file}: {sheet} has more than {most} rows; it is no export of this model",
                file=name,
                sheet=INPUTS,
                most=MOST_ROWS,
            )
    while out and not any(cell is not None for cell in out[-1]):
        out.pop()
    return out
