"""The cover and the key figures: what it is, how to use it, and what it says."""

from __future__ import annotations

import math
from collections.abc import Mapping

from hubmodel.language import label
from hubmodel.result import Result
from hubmodel.workbook.book import FAINT, HEAD, SOLVED, Sheet, shown_in
from hubmodel.workbook.formulas import CONSTANT, Layout, column, quoted

SOLVED_BY = "value, solved by Python for the inputs as exported"
HOW = (
    "Change framed cells on the sheet Inputs: every figure marked live follows at once, here too.",
    "The model stands on the sheets of lines: one row for each line and member, one column for each period. "
    "Constants of other sheets are brought in at the top (green).",
    "Cells hold SEK, shares and years; formats show MSEK, kSEK and per cent. #N/A is a ratio without meaning.",
    "Grey italics are values that Python solved or counted over whole runs: they stay as exported.",
    "The length of the period stays, too: the columns are the periods.",
    "Back into Python: hubmodel import FILE.xlsx -o scenario.toml reads the sheet Inputs and nothing else.",
)  # fmt: skip
WIDE = 120  # characters on a line of the cover
SHEETS = {
    "Inputs": "every number that goes in, with range, source and grade; who belongs where",
    "Key figures": "what a board looks at",
    "Checks": "what must tie, live, with a master cell",
    "By year": "the statements, added up from the periods",
    "Drivers": "the inputs in the model's unit, by member and period",
    "Dated inputs": "inputs that change on a date",
    "Lists": "members, and the memberships that follow from those on Inputs",
}


def figure_places(result: Result, layout: Layout) -> dict[str, str]:
    """Return the cell of each figure that is a line, by its name or, for one of several members, its label."""
    out = {}
    for name, found in result.traced.lines.items():
        block = layout.blocks[name]
        members = result.case.lists[found.list] if found.list else ("",)
        for at, member in enumerate(() if found.varies else members):
            cell = f"{quoted(block.sheet)}${column(CONSTANT)}${block.row + at + 1}"
            out[f"{label(name.replace('_at_site', ''))}, {member}" if member else name] = cell
    return out


def write_figures(sheet: Sheet, result: Result, layout: Layout) -> None:
    """Write the key figures: those that are lines point at them, the others are values and say so."""
    sheet.text(0, 0, "Key figures", bold=True, font_size=16)
    sheet.texts(2, ("Figure", "Value", "Unit shown", "How", "Without a value as exported because"), **HEAD)
    places, last = figure_places(result, layout), 3 + len(result.key_figures)
    for row, one in enumerate(result.key_figures.values(), 3):
        value, place = math.nan if one.value is None else one.value, places.get(one.name, places.get(one.label))
        sheet.text(row, 0, one.title())
        sheet.text(row, 2, shown_in(one.unit)[0], indent=1)
        if place:
            sheet.formula(row, 1, f"={place}", value, sheet.book.number(one.unit))
        else:
            sheet.value(row, 1, value, sheet.book.number(one.unit, align="right", **SOLVED))
        sheet.text(row, 3, "live" if place else SOLVED_BY, **FAINT)
        sheet.text(row, 4, one.why or "", **FAINT)
    if not result.key_figures:
        sheet.text(3, 0, "None: this result was evaluated without them; write the result of hubmodel.run.")
    for at, width in enumerate((52, 14, 16, 48, 60)):
        sheet.page.set_column(at, at, width)
    sheet.page.freeze_panes(3, 1)
    look = {"type": "errors", "format": sheet.book.format(font_color="#A6A6A6")}
    sheet.page.conditional_format(3, 1, last, 1, look)
    _one_page_wide(sheet, last, 4)


def write_cover(
    sheet: Sheet, result: Result, layout: Layout, version: str, live: Mapping[str, str], titles: Mapping[str, str]
) -> None:
    """Write the cover: what it is, what it says now, by which conventions, and how to use it.

    Parameters
    ----------
    sheet, result, layout, version
        the empty sheet, what is shown, where lines stand, and the version of the model.
    live
        the master cell of the checks, the range that marks changed inputs, and the cell of the view.
    titles
        what each sheet of lines is about.
    """
    case, bold = result.case, sheet.book.format(bold=True, align="left")
    sheet.text(0, 0, case.title, bold=True, font_size=18)
    sheet.text(1, 0, case.summary, **FAINT)
    told = {"Case": case.name, "Scenario": case.scenario, "Valuation view": result.view,
            "Model": f"hubmodel {version}", "Inputs hash": case.inputs_hash}  # fmt: skip
    for row, (what, said) in enumerate(told.items(), 3):
        sheet.texts(row, (what, said))
        if what == "Valuation view":
            sheet.formula(row, 1, f"={live['view']}", said)
    row += 2
    ok = all(one.ok for one in result.checks)
    failed = sum(not one.ok for one in result.checks)
    sheet.text(row, 0, "Now", bold=True, font_size=13)
    sheet.text(row + 1, 0, "Checks")
    sheet.formula(row + 1, 1, f"={live['checks']}", "all identities hold" if ok else f"{failed} FAIL", bold)
    sheet.text(row + 2, 0, "Inputs changed since the export")
    sheet.formula(row + 2, 1, f'=COUNTIF({live["changed"]},"changed")', 0.0, bold)
    if block := layout.blocks.get("net_present_value"):
        money = sheet.book.number("SEK", bold=True, align="left")
        sheet.text(row + 3, 0, "Net present value, MSEK")
        place = f"={quoted(block.sheet)}${column(CONSTANT)}${block.row + 1}"
        sheet.formula(row + 3, 1, place, float(result["net_present_value"]), money)
    sheet.text(row + 4, 0, "Figures solved by Python")
    said = '=IF(COUNTIF({},"changed")=0,"hold for these inputs","are those of the export: export again")'
    sheet.formula(row + 4, 1, said.format(live["changed"]), "hold for these inputs", bold)
    row = _told(sheet, row + 6, "How to use it", {str(at): one for at, one in enumerate(HOW, 1)})
    row = _told(sheet, row, "Conventions as exported", dict(getattr(result, "conventions", {})))
    order = {name: SHEETS.get(name) or titles[name] for name in sheet.book.names[1:]}
    row = _told(sheet, row, "Sheets", order, link=True)
    sheet.page.set_column(0, 0, 32)
    sheet.page.set_column(1, 1, WIDE)
    sheet.page.hide_gridlines(2)
    _one_page_wide(sheet, row, 1)


def _told(sheet: Sheet, row: int, title: str, what: Mapping[str, str], link: bool = False) -> int:
    sheet.text(row, 0, title, bold=True, font_size=13)
    for at, (name, said) in enumerate(what.items(), row + 1):
        if link:
            sheet.page.write_url(at, 0, f"internal:'{name}'!A1", string=name)
        else:
            sheet.text(at, 0, name, valign="top")
        sheet.text(at, 1, said, text_wrap=True, valign="top")
        if len(said) > WIDE:
            sheet.page.set_row(at, 15 * math.ceil(len(said) / WIDE))
    return row + len(what) + 2


def _one_page_wide(sheet: Sheet, last: int, right: int) -> None:
    sheet.page.set_landscape()
    sheet.page.set_paper(9)
    sheet.page.fit_to_pages(1, 0)
    sheet.page.print_area(0, 0, last, right)
    sheet.page.set_footer("&L&A&R&P / &N")
