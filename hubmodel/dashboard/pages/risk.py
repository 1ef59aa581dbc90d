"""Risk: where the result may fall, what it depends on, and what would be worth knowing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from html import escape

import ipywidgets as widgets

import hubmodel as hm
from hubmodel import charts
from hubmodel.dashboard import fragments
from hubmodel.dashboard.controls import box, button
from hubmodel.dashboard.parts import NPV, Plot, panel
from hubmodel.dashboard.shell import Shell
from hubmodel.dashboard.state import background
from hubmodel.errors import HubmodelError
from hubmodel.uncertainty.simulate import Simulation

SHARE_DRAWS = 128


class Risk:
    """The page on how sure we are: the draws that the session makes of a scenario once the levers rest."""

    def __init__(self, shell: Shell) -> None:
        self.shell, self.desk, self.language = shell, shell.desk, shell.language
        self.plots = {name: Plot(shell) for name in ("distribution", "tornado", "shares", "convergence")}
        self.panels = {name: widgets.HTML() for name in ("numbers", "boxes", "worth")}
        self.more = button(self._("Find what the spread comes from"), lambda: background(self._shares()))
        self.status = widgets.HTML()
        self.status.add_class("hub-live")
        self._shown: Simulation | None = None
        panels = [box("hub-card hub-panel", html) for html in self.panels.values()]
        panels[0].add_class("hub-across")
        ask = box("hub-card hub-panel hub-across", widgets.HTML(self._asked()), self.more, self.status)
        self.root = box(
            "hub-view", box("hub-panels", panels[0]),
            box("hub-charts hub-first-wide", self.plots["distribution"].box, self.plots["tornado"].box,
                self.plots["convergence"].box),
            box("hub-panels", *panels[1:], ask), box("hub-charts", self.plots["shares"].box),
        )  # fmt: skip
        self.plots["shares"].box.add_class("hub-none")
        for name in self.panels:
            self._wait(name)

    def _(self, message: str) -> str:
        return self.shell._(message)

    def show_lines(self) -> None:
        """Nothing here follows a lever at once; the band of the overview does."""

    def show_solved(self) -> None:
        """What is solved stands on other pages."""

    def show_bands(self) -> None:
        """Repaint everything from the draws of the scenario that is shown, once there are enough of them."""
        drawn = self.desk.drawn_well()
        if drawn is not None and drawn is not self._shown:
            self._shown = drawn
            background(self._show(drawn))

    async def _show(self, drawn: Simulation) -> None:
        language, base = self.language, drawn.summary(NPV).base or 0.0
        tornado = charts.tornado(await asyncio.to_thread(hm.influence, drawn.case), base, 12, language)
        for name, figure in {"distribution": charts.distribution(drawn, NPV, language), "tornado": tornado,
                             "convergence": charts.convergence(drawn, NPV, language)}.items():  # fmt: skip
            self.plots[name].show(figure)
            self.plots[name].show_twin()
        note = self._("{draws} draws of every input that has a range; ranges are judgements for most.")
        self._panel(
            "numbers", "How sure?", note.format(draws=drawn.count), fragments.summary(drawn.summary(), language)
        )
        self._try("boxes", "Where it loses", lambda: fragments.boxes(hm.discover(drawn), language))
        self._try("worth", "Worth knowing before deciding",
                  lambda: fragments.worth(hm.value_of_information(drawn), language))  # fmt: skip

    def _try(self, name: str, title: str, make: Callable[[], str]) -> None:
        try:
            body = make()
        except HubmodelError as error:
            body = f"<p>{escape(str(error))}</p>"
        self._panel(name, title, "", body)

    async def _shares(self) -> None:
        self.status.value = escape(self._("computing"))
        try:
            found = await asyncio.to_thread(hm.variance_shares, self.desk.case, NPV, SHARE_DRAWS)
        except HubmodelError as error:
            self.status.value = escape(str(error))
            return
        said = self._("{runs} runs of the model; the intervals are in the table.").format(runs=found.runs)
        self.status.value = escape(said)
        self.plots["shares"].box.remove_class("hub-none")
        self.plots["shares"].show(charts.variance(found, self.language))
        self.plots["shares"].show_twin()

    def _asked(self) -> str:
        note = self._("Alone and together with others: takes about two thousand runs of the model.")
        return panel(self._("What the spread comes from"), f'<p class="hub-soft">{escape(note)}</p>')

    def _wait(self, name: str) -> None:
        titles = {"numbers": "How sure?", "boxes": "Where it loses", "worth": "Worth knowing before deciding"}
        waiting = f'<p class="hub-computing">{escape(self._("computing"))}</p>'
        self.panels[name].value = panel(self._(titles[name]), waiting)

    def _panel(self, name: str, title: str, note: str, body: str) -> None:
        soft = f'<p class="hub-soft">{escape(note)}</p>' if note else ""
        self.panels[name].value = panel(self._(title), soft + body)
