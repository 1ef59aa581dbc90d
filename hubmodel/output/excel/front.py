"""The cover and the sheet of key figures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from hubmodel.output.excel.book import FAINT, HEAD, SOLVED, Sheet, shown_in
from hubmodel.output.excel.formulas import CONSTANT, Layout, column, quoted
from hubmodel.output.excel.validity import notes
from hubmodel.study.result import Evaluation
from hubmodel.text.language import label

SOLVED_HOLD, VALUE = "hold for these inputs", "Net present value, MSEK"
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
NARROW = 0.88  # width of a letter of plain text, in digits
WIDE = 95  # width of a line of the cover, in digits
SHEETS = {
    "Inputs": "every number that goes in, whether it holds, its range, source and grade; who belongs where",
    "Key figures": "what a board looks at",
    "Checks": "what must tie, live, with a master cell",
    "By year": "the statements, added up from the periods",
    "Drivers": "the inputs in the model's unit, by member and period",
    "Dated inputs": "inputs that change on a date",
    "Lists": "members, and the memberships that follow from those on Inputs",
}


@dataclass(frozen=True)
class Live:
    """The cells to which the cover refers.

    `checks` is the master cell of the checks, `view` the cell of the view, `invalid` the count of inputs that the model
    cannot take; `changed` and `holds` are the ranges that mark changed inputs and judge them; `noted` is the number of
    inputs outside their range as exported.
    """

    checks: str
    view: str
    invalid: str
    changed: str
    holds: str
    noted: int


def figure_places(result: Evaluation, layout: Layout) -> dict[str, str]:
    """Return the cell of each figure that is a line, by its name or, for one of several members, its label."""
    out = {}
    for name, found in result.traced.lines.items():
        block = layout.blocks[name]
        members = result.case.lists[found.list] if found.list else ("",)
        for at, member in enumerate(() if found.varies else members):
            cell = f"{quoted(block.sheet)}${column(CONSTANT)}${block.row + at + 1}"
            out[f"{label(name.replace('_at_site', ''))}, {member}" if member else name] = cell
    return out


def write_figures(sheet: Sheet, result: Evaluation, layout: Layout, invalid: str) -> None:
    """Write the key figures: formulas for those that are lines, marked values for the others.

    `invalid` is the cell that counts the inputs that fail; if any does, no live figure has a value.
    """
    sheet.text(0, 0, "Key figures", bold=True, font_size=16)
    sheet.texts(2, ("Figure", "Value", "Unit shown", "How", "Without a value as exported because"), **HEAD)
    places, last = figure_places(result, layout), 3 + len(result.key_figures)
    for row, figure in enumerate(result.key_figures.values(), 3):
        value, place = (
            math.nan if figure.value is None else figure.value,
            places.get(figure.name, places.get(figure.label)),
        )
        sheet.text(row, 0, figure.title())
        sheet.text(row, 2, shown_in(figure.unit)[0], indent=1)
        if place:
            sheet.formula(row, 1, f"=IF({invalid}=0,{place},NA())", value, sheet.book.number(figure.unit))
        else:
            sheet.value(row, 1, value, sheet.book.number(figure.unit, align="right", **SOLVED))
        sheet.text(row, 3, "live" if place else SOLVED_BY, **FAINT)
        sheet.text(row, 4, figure.why or "", **FAINT)
    if not result.key_figures:
        sheet.text(3, 0, "None: this result was evaluated without them; write the result of hubmodel.run.")
    for at, width in enumerate((52, 14, 16, 48, 60)):
        sheet.page.set_column(at, at, width)
    sheet.page.freeze_panes(3, 1)
    look = {"type": "errors", "format": sheet.book.format(font_color="#A6A6A6")}
    sheet.page.conditional_format(3, 1, last, 1, look)
    _fit_page_width(sheet, last, 4)


def write_cover(
    sheet: Sheet, result: Evaluation, layout: Layout, version: str, live: Live, titles: Mapping[str, str]
) -> None:
    """Write the cover: title, present figures, how to use the workbook, and conventions.

    Parameters
    ----------
    sheet, result, layout, version
        the empty sheet, the result, the layout of its lines, and the version of the model.
    live
        the cells that the cover shows.
    titles
        title of each sheet of lines.
    """
    case = result.case
    sheet.text(0, 0, case.title, bold=True, font_size=18)
    sheet.text(1, 0, case.summary, **FAINT)
    facts = {"Case": case.name, "Scenario": case.scenario, "Valuation view": result.view,
            "Model": f"hubmodel {version}", "Inputs hash as exported": case.inputs_hash}  # fmt: skip
    for row, (what, value) in enumerate(facts.items(), 3):
        sheet.texts(row, (what, value))
        if what == "Valuation view":
            sheet.formula(row, 1, f"={live.view}", value)
    row = _now(sheet, row + 2, result, layout, live)
    row = _write_pairs(sheet, row + 1, "How to use it", {str(at): line for at, line in enumerate(HOW, 1)})
    row = _write_pairs(sheet, row, "Conventions as exported", dict(getattr(result, "conventions", {})))
    order = {name: SHEETS.get(name) or titles[name] for name in sheet.book.names[1:]}
    row = _write_pairs(sheet, row, "Sheets", order, link=True)
    sheet.page.set_column(0, 0, 32)
    sheet.page.set_column(1, 1, WIDE)
    sheet.page.hide_gridlines(2)
    _fit_page_width(sheet, row, 1)
    sheet.page.set_portrait()


def _now(sheet: Sheet, row: int, result: Evaluation, layout: Layout, live: Live) -> int:
    """Write the present figures; return the row below."""
    failed, fine = sum(not check.ok for check in result.checks), "all inputs hold"
    beyond, changed = f"{fine}; outside their range: ", f'COUNTIF({live.changed},"changed")'
    judged = f'IF({notes(live.holds)}=0,"{fine}","{beyond}"&{notes(live.holds)})'
    fails = f'{live.invalid}&" FAIL: the column Holds of the sheet Inputs says why; no figure stands until they hold"'
    rows: dict[str, tuple[str, str | float]] = {
        "Checks": (live.checks, f"{failed} FAIL" if failed else "all identities hold"),
        "Inputs": (f"IF({live.invalid}>0,{fails},{judged})", f"{beyond}{live.noted}" if live.noted else fine),
        "Inputs changed since the export": (changed, 0.0),
    }
    if block := layout.blocks.get("net_present_value"):
        place = f"{quoted(block.sheet)}${column(CONSTANT)}${block.row + 1}"
        rows[VALUE] = f"IF({live.invalid}=0,{place},NA())", float(result["net_present_value"])
    stale = f'IF({changed}=0,"{SOLVED_HOLD}","are those of the export: export again")'
    rows["Figures solved by Python"] = stale, SOLVED_HOLD
    sheet.text(row, 0, "Now", bold=True, font_size=13)
    for at, (what, (formula, value)) in enumerate(rows.items(), row + 1):
        form = {"num_format": shown_in("SEK")[1]} if what == VALUE else {}
        sheet.text(at, 0, what)
        sheet.formula(at, 1, f"={formula}", value, sheet.book.format(bold=True, align="left", **form))
    red = sheet.book.format(bold=True, font_color="#9C0006", bg_color="#FFC7CE")
    look = {"type": "text", "criteria": "containing", "value": "FAIL", "format": red}
    sheet.page.conditional_format(row + 1, 1, row + len(rows), 1, look)
    return row + len(rows) + 1


def _write_pairs(sheet: Sheet, row: int, title: str, what: Mapping[str, str], link: bool = False) -> int:
    sheet.text(row, 0, title, bold=True, font_size=13)
    for at, (name, text) in enumerate(what.items(), row + 1):
        if link:
            blue = sheet.book.format(font_color="#0000FF", underline=1, valign="top")
            sheet.page.write_url(at, 0, f"internal:'{name}'!A1", blue, string=name)
        else:
            sheet.text(at, 0, name, valign="top")
        sheet.text(at, 1, text, text_wrap=True, valign="top")
        lines = math.ceil(NARROW * len(text) / WIDE)
        if lines > 1:
            sheet.page.set_row(at, 15 * lines)
    return row + len(what) + 2


def _fit_page_width(sheet: Sheet, last: int, right: int) -> None:
    sheet.page.set_landscape()
    sheet.page.set_paper(9)
    sheet.page.fit_to_pages(1, 0)
    sheet.page.print_area(0, 0, last, right)
    sheet.page.set_footer("&L&A&R&P / &N")
