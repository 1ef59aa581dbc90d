"""Inputs: every row of the case, searched and filtered, and changed with a reason."""

from __future__ import annotations

from html import escape

import ipywidgets as widgets

from hubmodel.case.limits import outside
from hubmodel.case.rows import GRADES, Row
from hubmodel.dashboard import fields, fragments
from hubmodel.dashboard.controls import badge, beside, box, button, choice, entry
from hubmodel.dashboard.net import watched
from hubmodel.dashboard.shell import Shell
from hubmodel.dashboard.view import View
from hubmodel.errors import HubmodelError
from hubmodel.text.language import label
from hubmodel.text.numbers import format_value
from hubmodel.text.wording import span

SHOWN = 60  # rows of the table at once
ALL = "all"


class Inputs(View):
    """The page of every input."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell, {"edit": "Change an input", "rows": "Every input"})
        self.search = entry(self._("Search"), lambda _: self._list())
        self.grade = choice(self._("Grade"), {self._(grade): grade for grade in (ALL, *GRADES)}, self._list)
        self.differs = widgets.Checkbox(description=self._("only what differs from the base case"), indent=False)
        watched(self.differs, lambda _: self._list())
        self.editing: Row | None = None
        self.last: Row | None = None  # the row that was set last on this page
        self.value = entry(self._("New value"), self._typed)
        self.reason = entry(self._("Why?"), lambda _: None)
        self.message, self.outcome = widgets.HTML(), widgets.HTML()
        for line in (self.message, self.outcome):
            line.add_class("hub-live")
        tools = box("hub-tools", button(self._("Set"), self._set), button(self._("Close"), self._close))
        form = box("hub-field", self.value, self.reason, self.message, tools)
        self.boxes["edit"].children = (self.panels["edit"], form)
        self.control("rows", box("hub-row", self.search, self.grade, self.differs), self.outcome)
        self.root = box("hub-view", box("hub-panels hub-one", self.boxes["edit"], self.boxes["rows"]))
        self._close()

    def show_lines(self) -> None:
        """List again, as values have changed."""
        self._list()
        self._say_outcome()

    def edit(self, name: str) -> None:
        """Open a row for a change, with its value, range, source and note."""
        row = self.desk.row(name)
        self.editing, self.value.value, self.reason.value = row, "", ""
        self.message.value = ""
        facts = {
            self._("value"): self._shown(row.value, row.unit),
            self._("range"): span(row.low, row.high, row.unit, self.language)
            if row.low is not None and row.high is not None
            else "–",
            self._("grade"): self._(row.grade),
            self._("source"): " · ".join(filter(None, [row.source, row.locator])) or self._("none: an assumption"),
            self._("note"): row.note,
        }
        options = self.desk.case.choices.get(row.key)
        if options:
            facts[self._("options")] = ", ".join(options)
        self.write("edit", fragments.pairs(facts), self._name(row))
        self.boxes["edit"].remove_class("hub-none")

    def _set(self) -> None:
        row = self.editing
        if row is None:
            return
        if not self.reason.value.strip():
            self._refuse(self._("Say why: the reason is kept with it."))
            return
        try:
            value = self._read(row)
            self.desk.change(row.name, value, self.reason.value.strip())
        except HubmodelError as error:
            self._refuse(self._labelled(error, row))
            return
        self.last = row
        self._say_outcome()
        self._close()

    def _typed(self, typed: str) -> None:
        """Echo a typed value in its unit before it is set, with a note if it lies outside the range."""
        row = self.editing
        if row is None or not typed.strip():
            return
        try:
            value = self._read(row)
        except HubmodelError as error:
            self._refuse(self._labelled(error, row))
            return
        self.message.value = self._note(row, value)

    def _read(self, row: Row) -> float | str:
        typed = self.value.value
        return typed.strip() if row.unit == "choice" else fields.read(typed, row.unit, self._name(row))

    def _labelled(self, error: HubmodelError, row: Row) -> str:
        return fields.labelled(self.refused(error), {row.name: self._name(row)})

    def _note(self, row: Row, value: float | str) -> str:
        """Write a value with its unit, and a note if it lies outside the range of its row."""
        return f"{escape(self._shown(value, row.unit))} {self._beside(row, value)}".rstrip()

    def _beside(self, row: Row, value: float | str) -> str:
        return "" if isinstance(value, str) else beside(outside(row, value, self.language))

    def _say_outcome(self) -> None:
        """Show the value of the row that was set last, which the table may not show."""
        row = self.last
        if row is not None and row.unit != "choice":
            self.outcome.value = f"{escape(self._name(row))}: {self._note(row, self.desk.value(row.name))}"

    def _refuse(self, reason: str) -> None:
        self.message.value = f'<span class="hub-failed">{escape(reason)}</span>'

    def _close(self) -> None:
        self.editing = None
        self.write("edit", "")
        self.boxes["edit"].add_class("hub-none")

    def _list(self) -> None:
        origin = {(row.name, row.period): row.value for row in self.desk.origin.rows}
        found = [row for row in self.desk.case.rows if self._wanted(row, origin)]
        head = [
            self._(heading) for heading in ("Input", "value", "base case", "low", "high", "grade", "source", "Change")
        ]
        rows = [self._cells(row, origin.get((row.name, row.period))) for row in found[:SHOWN]]
        caption = self._("{shown} of {all} rows").format(shown=len(rows), all=len(self.desk.case.rows))
        more = "" if len(found) <= SHOWN else f" · {self._('search for more')}"
        self.write("rows", fragments.table([escape(heading) for heading in head], rows, caption + more))

    def _wanted(self, row: Row, origin: dict[tuple[str, str], float | str]) -> bool:
        if self.grade.value not in (ALL, row.grade):
            return False
        if self.differs.value and origin.get((row.name, row.period)) == row.value:
            return False
        text = f"{self._name(row)} {row.name} {row.note} {row.source}".lower()
        return all(word in text for word in self.search.value.lower().split())

    def _name(self, row: Row) -> str:
        return ", ".join(filter(None, [label(row.key, self.language), row.row, row.period]))

    def _shown(self, value: float | str | None, unit: str) -> str:
        if value is None or isinstance(value, str):
            return value or ""
        return format_value(value, unit, self.language) if value else "0"

    def _cells(self, row: Row, base: float | str | None) -> list[str]:
        name = escape(self._name(row))
        content = f"{self._('Change')}<span class='hub-hidden'>: {name}</span>"
        ask = f'<button type="button" class="hub-edit" data-input="{escape(row.name)}">{content}</button>'
        changed = base != row.value
        value = escape(self._shown(row.value, row.unit))
        note = self._beside(row, row.value)
        cells = [
            (f"<b>{value}</b> {note}" if changed else f"{value} {note}").rstrip(),
            escape(self._shown(base, row.unit)) if changed else "",
        ]
        cells += [escape(self._shown(end, row.unit)) for end in (row.low, row.high)]
        return [name, *cells, badge(row.grade, self.language), escape(row.source), ask]
