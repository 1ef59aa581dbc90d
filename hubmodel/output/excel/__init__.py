"""The model as an Excel workbook with live formulas: compiled from the line items, so that it cannot drift."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hubmodel.case.facility import Case
from hubmodel.case.formulas import trace
from hubmodel.errors import InputError
from hubmodel.output.excel.book import Book
from hubmodel.output.excel.checksheet import CheckSheet
from hubmodel.output.excel.drivers import DATED, DRIVERS, Drivers, input_blocks, member_ranges, write_lists
from hubmodel.output.excel.front import Live, write_cover, write_figures
from hubmodel.output.excel.inputs import INPUTS, LISTS, Inputs
from hubmodel.output.excel.lines import Lines, finish, head
from hubmodel.output.excel.plan import TOP, Plan, purpose, sheet_names
from hubmodel.output.excel.years import Years
from hubmodel.study.result import Evaluation
from hubmodel.version import __version__

COVER, FIGURES, CHECKS, YEARS = "Cover", "Key figures", "Checks", "By year"
FIXED = (COVER, INPUTS, FIGURES, CHECKS, YEARS, DRIVERS)
CHECKS_ARE = "Checks: what must tie in every period"
DRIVERS_ARE = "Drivers: every input in the model's unit, by member and period"


def write_workbook(
    result: Evaluation, path: str | Path, *, cached: bool = True, record: dict[tuple[str, str], Any] | None = None
) -> int:
    """Write a result as a workbook whose every figure is a live formula, down to the cells of its inputs.

    Parameters
    ----------
    result
        result of `hubmodel.run`.
    path
        file to write; never left half-written.
    cached
        whether cells also carry the values that Python computed, so that previewers show numbers.
    record
        if given, receives the exact value behind every formula, by (sheet, cell).

    Returns
    -------
    The number of formula cells.

    Raises
    ------
    TraceError
        for a line that cannot be compiled, with its name.
    InputError
        if the file cannot be written.
    """
    return save(path, lambda book: fill(book, result), cached, record)


def formula_count(case: Case) -> int:
    """Return about how many formulas a workbook of a case holds, without writing it.

    Counted are inputs, lines and what sheets bring in from others; the sheets in front have a few thousand more.
    """
    modules = sheet_names(case, (*FIXED, LISTS, DATED))
    layout = Plan(case, trace(case), modules, input_blocks(case, TOP)).layout()
    blocks = (*layout.blocks.values(), *layout.links.values())
    return sum(block.rows * (layout.periods if block.varies else 1) for block in blocks)


def save(
    path: str | Path, write: Callable[[Book], None], cached: bool, record: dict[tuple[str, str], Any] | None
) -> int:
    """Write a workbook to a temporary file and rename it; return the number of formula cells.

    Raises
    ------
    InputError
        if the file cannot be written, or its name does not end with .xlsx.
    """
    import xlsxwriter

    path = Path(path)
    if path.suffix.lower() != ".xlsx":
        raise InputError("{name}: a workbook's name ends with .xlsx; write {stem}.xlsx", name=path.name, stem=path.stem)
    temporary = path.with_name(f"{path.name}.part")
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    try:
        workbook = xlsxwriter.Workbook(str(temporary), plain)
        book = Book(workbook, cached, record)
        write(book)
        workbook.close()
        os.replace(temporary, path)
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        raise InputError(
            "{name}: cannot be written: {problem}; choose another place", name=path.name, problem=str(error)
        ) from None
    finally:
        temporary.unlink(missing_ok=True)
    return book.formulas


def fill(book: Book, result: Evaluation) -> None:
    """Write every sheet of a result into a book."""
    from tqdm import tqdm

    case, traced = result.case, result.traced
    modules = sheet_names(case, (*FIXED, LISTS, DATED))
    sheets = {name: book.sheet(name) for name in (*FIXED, *modules.values(), DATED, LISTS)}
    inputs = Inputs(case, sheets[INPUTS], member_ranges(case))
    inputs.write(__version__)
    lookups = write_lists(case, sheets[LISTS], inputs)
    given = Drivers(case, inputs, sheets[DRIVERS], sheets[DATED]).write(TOP)
    layout = Plan(case, traced, modules, given).layout()
    titles = {
        CHECKS: CHECKS_ARE,
        DRIVERS: DRIVERS_ARE,
        **{modules[module]: purpose(case, module) for module in modules},
    }
    for name, title in titles.items():
        head(sheets[name], case, title)
    lines = Lines(case, traced, result.values, sheets, lookups).write(layout)
    for _ in tqdm(lines, total=len(case.model.lines), desc="workbook", disable=None, leave=False):
        pass
    master, invalid = CheckSheet(result, layout, sheets[CHECKS]).write(inputs.holds)
    Years(result, layout, sheets[YEARS]).write()
    write_figures(sheets[FIGURES], result, layout, invalid)
    view = next(place for place, row in enumerate(case.rows) if row.key == "view")
    live = Live(master, inputs.cell[view], invalid, inputs.changed, inputs.holds, inputs.noted)
    write_cover(sheets[COVER], result, layout, __version__, live, titles)
    for name in titles:
        finish(sheets[name], case)
