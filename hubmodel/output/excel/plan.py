"""The layout of a workbook before it is written: sheets, blocks, and links to other sheets."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from hubmodel.case.facility import Case
from hubmodel.engine.trace import Traced
from hubmodel.output.excel.formulas import Block, Layout, Lookup

TOP = 5  # rows above the first line: title, note, year, period
NEARBY = 4  # a series is linked into a sheet if at least so many rows there read each of its rows


def sheet_names(case: Case, taken: tuple[str, ...]) -> dict[str, str]:
    """Return the name of each line module's sheet."""
    out: dict[str, str] = {}
    for module in dict.fromkeys(case.model.module.values()):
        name = module.replace("_", " ").capitalize()[:25]
        lower = {sheet.lower() for sheet in (*taken, *out.values())}
        out[module] = f"{name} lines" if name.lower() in lower else name
    return out


def purpose(case: Case, module: str) -> str:
    """Return the first line of a line module's docstring."""
    line = next(line for name, line in case.model.lines.items() if case.model.module[name] == module)
    doc = (sys.modules[line.__module__].__doc__ or module).strip()
    return doc.partition("\n")[0].rstrip(".")


@dataclass(frozen=True)
class Plan:
    """The basis of a layout: the case, its formulas, the sheet of each module, and the blocks of inputs."""

    case: Case
    traced: Traced
    sheets: Mapping[str, str]
    given: Mapping[str, Block]

    def layout(self) -> Layout:
        """Return the layout of every block."""
        links = self._links()
        memberships = (self.case.base or self.case).memberships  # those that the formulas were traced with
        lookups = {
            (sheet, id(memberships[name])): Lookup(f"$E${block.row + 1}:$E${block.row + block.rows}", "$D", block.row)
            for (sheet, name), block in links.items()
            if name in memberships
        }
        empty = frozenset(name for name, members in self.case.lists.items() if not members)
        return Layout({**self.given, **self._blocks(links)}, links, lookups, len(self.case.periods), empty)

    def _home(self, name: str) -> Block:
        """Return the sheet and shape of a block, and its row if it is an input's."""
        if name in self.case.memberships:
            by = self.case.memberships[name]
            return Block("", 0, len(by.position) or 1, False, by.list)  # a list without members keeps a blank row
        if name in self.given:
            return self.given[name]
        found = self.traced.lines[name]
        rows = len(self.case.lists[found.list]) or 1 if found.list else 1
        return Block(self.sheets[self.case.model.module[name]], 0, rows, found.varies, found.list)

    def _links(self) -> dict[tuple[str, str], Block]:
        """Return the blocks that are linked in at the top of each sheet, so that formulas refer to cells nearby.

        Constants and memberships of other sheets are all linked, series only if many rows read them.
        """
        model, readers = self.case.model, Counter[tuple[str, str]]()
        for line in model.lines:
            for name in dict.fromkeys(model.ingredients[line]):
                readers[self.sheets[model.module[line]], name] += self._home(line).rows
        out: dict[tuple[str, str], Block] = {}
        rows = dict.fromkeys(self.sheets.values(), TOP + 1)
        for (sheet, name), count in readers.items():
            home = self._home(name)
            if home.sheet != sheet and (not home.varies or count >= NEARBY * home.rows):
                out[sheet, name] = Block(sheet, rows[sheet], home.rows, home.varies, home.list)
                rows[sheet] += home.rows
        return out

    def _blocks(self, links: Mapping[tuple[str, str], Block]) -> dict[str, Block]:
        """Return the block of each line: in the order of its module, below the links of its sheet."""
        rows = dict.fromkeys(self.sheets.values(), TOP)
        for block in links.values():
            rows[block.sheet] = max(rows[block.sheet], block.row + block.rows + 2)
        out: dict[str, Block] = {}
        for name in self.case.model.lines:
            home = self._home(name)
            out[name] = Block(home.sheet, rows[home.sheet], home.rows, home.varies, home.list)
            rows[home.sheet] += home.rows
        return out
