"""Scenarios: opened, compared side by side, exported and imported as files."""

from __future__ import annotations

import asyncio
from html import escape

import ipywidgets as widgets

import hubmodel as hm
from hubmodel.case import scenario
from hubmodel.case.facility import Case
from hubmodel.dashboard.cards import Plot
from hubmodel.dashboard.controls import box, button
from hubmodel.dashboard.exchange import Exchange
from hubmodel.dashboard.net import watched
from hubmodel.dashboard.shell import Shell
from hubmodel.dashboard.state import background
from hubmodel.dashboard.view import View
from hubmodel.errors import HubmodelError
from hubmodel.output import charts
from hubmodel.study.run import Comparison, Result
from hubmodel.text.language import label
from hubmodel.text.numbers import format_value

SHOWN = "what is shown"
TITLES = {"listed": "Scenarios of this case", "differ": "Side by side: only what differs"}


class Scenarios(View):
    """The page of scenarios. Files stay with the visitor; the server keeps none."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell, TITLES)
        self.exchange, self.plot = Exchange(shell), Plot(shell)
        self.names = ["", *scenario.scenario_names(self.desk.origin)]
        self.marks = {name: widgets.Checkbox(description=self._title(name), indent=False) for name in self.names}
        for mark in self.marks.values():
            watched(mark, lambda _: self.show_solved())
        self.place = box("hub-charts hub-first-wide")
        rows = [box("hub-row hub-choice", self.marks[name], self._opener(name), self._why(name)) for name in self.names]
        note = self._("Mark some to set them beside what is shown; the last one marked ends the bridge.")
        self.control("listed", *rows, note=note)
        heading = widgets.HTML(f"<h2>{escape(self._('Scenario: out and in'))}</h2>")
        files = box("hub-card hub-panel", heading, self.exchange.box)
        self.root = box("hub-view", box("hub-panels", self.boxes["listed"], files),
                        box("hub-panels hub-one", self.boxes["differ"]),
                        self.place)  # fmt: skip

    def receive(self, message: str) -> None:
        """Read a file that the visitor has chosen."""
        self.exchange.receive(message)

    def show_solved(self) -> None:
        """Compare the present scenario with those that are marked."""
        background(self._compare([name for name, mark in self.marks.items() if mark.value]))

    def _title(self, name: str) -> str:
        return scenario.title_of(self.desk.origin, name, self.language)[0] if name else self._("base case")

    def _why(self, name: str) -> widgets.HTML:
        description = scenario.title_of(self.desk.origin, name, self.language)[1] if name else ""
        return widgets.HTML(f'<span class="hub-soft">{escape(description)}</span>')

    def _opener(self, name: str) -> widgets.Button:
        tooltip = f"{self._('Open')}: {self._title(name)}"
        return button(self._("Open"), lambda: self._open(name), tooltip=tooltip)

    def _case(self, name: str) -> Case:
        return scenario.apply_scenario(self.desk.origin, name) if name else self.desk.origin

    def _open(self, name: str) -> None:
        case = self._case(name)
        self.desk.take(case.overrides, case.scenario, case.quotes)

    async def _compare(self, names: list[str]) -> None:
        if not names:
            self.write("differ", "", self._("Mark at least one scenario above."))
            self.plot.stand_in(self.place, False)
            return
        try:
            studies = [self.desk.result, *[await asyncio.to_thread(hm.run, self._case(name)) for name in names]]
            found = await asyncio.to_thread(hm.compare, *studies)
        except HubmodelError as error:
            self.write("differ", "", self.refused(error))
            return
        self._show(found, [self._(SHOWN), *map(self._title, names)], studies[0])

    def _show(self, found: Comparison, heads: list[str], first: Result) -> None:
        if not found.inputs:
            self.write("differ", "", self._("no differences"))
            self.plot.stand_in(self.place, False)
            return
        inputs = [[self._named(name), *map(self._plain, given)] for name, given in found.inputs.items()]
        figures = [
            [first.key_figures[name].title(self.language),
             *(format_value(value, first.key_figures[name].unit, self.language) for value in given)]
            for name, given in found.figures.items()
        ]  # fmt: skip
        body = self.table([self._("Input"), *heads], inputs, self._("Inputs that differ"), "inputs_that_differ")
        body += self.table([self._("Key figure"), *heads], figures, self._("Key figures"), "figures_that_differ")
        self.write("differ", body)
        self.plot.stand_in(self.place, True)
        self.plot.show(charts.waterfall(found.bridge, self.language))
        self.plot.show_twin()

    def _named(self, name: str) -> str:
        key, bracket, rest = name.partition("[")
        period = "" if bracket else key.partition(" ")[2]
        return ", ".join(filter(None, [label(key.partition(" ")[0], self.language), rest.replace("]", ""), period]))

    def _plain(self, value: object) -> str:
        return f"{value:g}" if isinstance(value, float) else str(value if value is not None else "–")
