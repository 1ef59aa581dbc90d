"""The sheet Inputs: every input with its provenance, and the memberships."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from hubmodel.case.documents import source_titles
from hubmodel.case.facility import Case
from hubmodel.case.rows import Row
from hubmodel.output.excel.book import FAINT, HEAD, INPUT, Sheet
from hubmodel.output.excel.formulas import column, quoted
from hubmodel.output.excel.validity import FAILS, NOTED, Rule, allowed, as_date, has_range, rule_of, verdict_of
from hubmodel.text.language import label

INPUTS, LISTS = "Inputs", "Lists"
COLUMNS = (
    "Input", "Row", "Period", "Value", "Unit", "Low", "High", "Changed", "Holds", "Grade", "Source", "Section", "Note",
    "Name", "As exported",
)  # fmt: skip
VALUE, UNIT, LOW, HIGH, CHANGED, HOLDS, GRADE, SOURCE, SECTION, NOTE, NAME, EXPORTED = range(3, len(COLUMNS))
WIDTHS = (44, 30, 9, 16, 16, 11, 11, 9, 36, 12, 34, 24, 70, 30, 14)
HEADER = 8  # rows above the first section
MEMBER = "member"  # unit of a cell that names a parent
HOW = (
    "Change the cells with a frame (yellow, blue figures): all else follows. Each is in the unit beside it. Holds says "
    "whether the model can take it; outside low and high is a note, and the import refuses it unless told otherwise."
)
FIXED_PERIOD = "Fixed in a workbook: its columns are the periods. Export again with --set period=… for another."


def direct_memberships(case: Case) -> Iterator[tuple[str, str, str, str]]:
    """Yield every membership that case.toml states: its name, the member, the parent's list, the parent.

    A member of a cross of two lists is named by its parents and cannot move.
    """
    for child, members in case.parents.items():
        if any(member == ", ".join(links.values()) for member, links in members.items()):
            continue
        for role in next(iter(members.values()), {}):
            name = f"{role}_of_{child}"
            for member, links in members.items():
                yield name, member, case.memberships[name].parent, links[role]


def by_module(case: Case) -> dict[str, list[int]]:
    """Return the indices of the case's rows by the module whose lines use them first, a key's rows together."""
    out: dict[str, list[int]] = {module: [] for module in case.modules}
    for key, rows in case.by_key.items():
        names = [f"{key}_{option}" for option in case.choices[key]] if key in case.choices else [key]
        users = {case.model.module[user] for name in names for user in case.model.users.get(name, ())}
        home = next((module for module in case.modules if module in users), case.modules[0])
        out[home] += [place for place, row in enumerate(case.rows) if row in rows and row.key == key]
    return {module: places for module, places in out.items() if places}


def legal_name(key: str) -> str:
    """Return a key as a name that Excel accepts, which does not look like a cell.

    >>> legal_name("tax_rate"), legal_name("tax1"), legal_name("r")
    ('tax_rate', 'tax1_', 'r_')
    """
    plain = re.sub(r"\W", "_", key)
    like_a_cell = re.fullmatch(r"[a-z]{1,3}\d+|r\d*(c\d*)?|c\d*|true|false", plain, re.IGNORECASE)
    return f"{plain}_" if like_a_cell else f"_{plain}" if plain[:1].isdigit() else plain


def write_typed(sheet: Sheet, row: int, at: int, value: float | str, unit: str, look: dict[str, Any]) -> None:
    """Write a value as a person types it: a date as a day, a share in per cent."""
    if isinstance(value, str):
        sheet.text(row, at, value, **look)
    elif unit == "date" and (day := as_date(value)):
        sheet.page.write_datetime(row, at, day, sheet.book.format(num_format="yyyy-mm-dd", align="right", **look))
    else:
        form = {"num_format": "0.00%"} if unit in ("share", "1/year") else {}
        sheet.value(row, at, value, sheet.book.format(**form, **look))


class Inputs:
    """The writer of the sheet, which keeps the cell of each input.

    Parameters
    ----------
    case
        the case whose rows are written.
    sheet
        the empty sheet.
    members
        the range of each list's members on the sheet of lists.
    """

    def __init__(self, case: Case, sheet: Sheet, members: dict[str, str]) -> None:
        self.case, self.sheet, self.members = case, sheet, members
        self.cell: dict[int, str] = {}  # by the index of a row in the case; its name if it has one
        self.parent: dict[tuple[str, str], str] = {}
        self.last, self.noted = HEADER, 0

    @property
    def changed(self) -> str:
        """Return the range that marks changed inputs."""
        return self._range(CHANGED)

    @property
    def holds(self) -> str:
        """Return the range that judges each input."""
        return self._range(HOLDS)

    def _range(self, at: int) -> str:
        return f"{quoted(INPUTS)}${column(at)}${HEADER + 1}:${column(at)}${self.last}"

    def write(self, version: str) -> None:
        """Write every row of the case, and the memberships."""
        sheet, case = self.sheet, self.case
        sheet.text(0, 0, INPUTS, bold=True, font_size=16)
        facts = {
            "Case": case.name,
            "Scenario": case.scenario,
            "Model version": version,
            "Inputs hash": case.inputs_hash,
        }
        for at, (what, value) in enumerate(facts.items(), 1):
            sheet.text(at, 0, what)
            sheet.text(at, VALUE, value)
        sheet.text(5, 0, HOW, **FAINT)
        sheet.texts(HEADER - 1, COLUMNS, **HEAD)
        for at in (VALUE, LOW, HIGH):
            sheet.text(HEADER - 1, at, COLUMNS[at], align="right", **HEAD)
        for at in (UNIT, CHANGED):
            sheet.text(HEADER - 1, at, COLUMNS[at], indent=1, **HEAD)
        row = HEADER
        for module, places in by_module(case).items():
            sheet.text(row, 0, module.replace("_", " ").capitalize(), bold=True)
            for at, place in enumerate(places, row + 1):
                self._input(at, place)
            row += len(places) + 2
        sheet.text(row, 0, "Who belongs where", bold=True)
        for at, membership in enumerate(direct_memberships(case), row + 1):
            self._belongs(at, *membership)
        self.last = sheet.last + 1
        self._dress()

    def _beside(self, row: int, what: dict[int, str]) -> None:
        for at, text in what.items():
            self.sheet.text(row, at, text, **({"indent": 1} if at == UNIT else {}))
        cell, old = f"{column(VALUE)}{row + 1}", f"{column(EXPORTED)}{row + 1}"
        self.sheet.formula(row, CHANGED, f'=IF({cell}={old},"","changed")', "", self.sheet.book.format(indent=1))

    def _belongs(self, at: int, name: str, member: str, list_name: str, parent: str) -> None:
        note = "Structure of the case: moving a member moves everything that follows from it"
        self._beside(at, {0: label(name), 1: member, UNIT: MEMBER, NOTE: note, NAME: name})
        self.sheet.text(at, VALUE, parent, **INPUT)
        self.sheet.text(at, EXPORTED, parent, **FAINT)
        asked = {"validate": "list", "ignore_blank": False, "source": f"={self.members[list_name]}"}
        self.sheet.page.data_validation(at, VALUE, at, VALUE, asked)
        self._judged(at, Rule("member", members=self.members[list_name]), parent)
        self.parent[name, member] = f"{quoted(INPUTS)}${column(VALUE)}${at + 1}"

    def _input(self, at: int, place: int) -> None:
        row, cell = self.case.rows[place], f"{quoted(INPUTS)}${column(VALUE)}${at + 1}"
        note = FIXED_PERIOD if row.key == "period" else row.note
        source = source_titles(self.case.folder).get(row.source, {}).get("title", row.source)
        self._beside(at, {0: label(row.key), 1: row.row, 2: row.period, UNIT: row.unit, GRADE: row.grade,
                          SOURCE: source, SECTION: row.locator, NOTE: note, NAME: row.key})  # fmt: skip
        write_typed(self.sheet, at, VALUE, row.value, row.unit, {} if row.key == "period" else INPUT)
        write_typed(self.sheet, at, EXPORTED, row.value, row.unit, FAINT)
        for where, end in ((LOW, row.low), (HIGH, row.high)):
            if end is not None:
                write_typed(self.sheet, at, where, end, row.unit, {})
        if row.key != "period":
            self.sheet.page.data_validation(at, VALUE, at, VALUE, allowed(row, self.case))
        self._judged(at, rule_of(row, self.case), row)
        self.cell[place] = cell
        if len(self.case.by_key[row.key]) == 1 and not row.row and not row.period:
            self.cell[place] = legal_name(row.key)
            self.sheet.book.workbook.define_name(self.cell[place], f"={cell}")

    def _judged(self, at: int, rule: Rule, what: Row | str) -> None:
        """Write the verdict on the cell of a row, or on the name of a parent."""
        low, high = (f"{column(end)}{at + 1}" for end in (LOW, HIGH))
        ranged = isinstance(what, Row) and has_range(what)
        formula = rule.formula(f"{column(VALUE)}{at + 1}", *((low, high) if ranged else ()))
        verdict = verdict_of(rule, what)
        self.noted += verdict.startswith(NOTED)
        self.sheet.formula(at, HOLDS, formula, verdict)

    def _dress(self) -> None:
        page = self.sheet.page
        bad = self.sheet.book.format(bold=True, font_color="#9C0006", bg_color="#FFC7CE")
        odd = self.sheet.book.format(font_color="#7F6000", bg_color="#FFE699")
        for begin, look in ((FAILS, bad), (NOTED, odd)):
            judged = {"type": "text", "criteria": "begins with", "value": begin, "format": look}
            page.conditional_format(HEADER, HOLDS, self.last, HOLDS, judged)
        for at, width in enumerate(WIDTHS):
            page.set_column(at, at, width)
        page.freeze_panes(HEADER, VALUE + 1)
        page.protect("", {"format_cells": True, "format_columns": True, "format_rows": True})  # no password
        page.set_landscape()
        page.set_paper(8)
        page.fit_to_pages(1, 0)
        page.repeat_rows(HEADER - 1)
        page.print_area(0, 0, self.last - 1, NOTE)
        page.set_footer("&L&A&R&P / &N")
