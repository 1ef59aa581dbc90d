"""Risk: the distribution of the result, the inputs that it depends on, and the value of knowing them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from html import escape

import ipywidgets as widgets

import hubmodel as hm
from hubmodel.dashboard import fragments
from hubmodel.dashboard.cards import Plot
from hubmodel.dashboard.controls import box, button
from hubmodel.dashboard.drawer import NPV, panel
from hubmodel.dashboard.shell import Shell
from hubmodel.dashboard.state import background
from hubmodel.dashboard.view import View
from hubmodel.errors import HubmodelError
from hubmodel.output import charts
from hubmodel.uncertainty.shares import Shares
from hubmodel.uncertainty.simulate import Simulation

SHARE_DRAWS = 128
TITLES = {"numbers": "How sure?", "boxes": "Where it loses", "worth": "Worth knowing before deciding"}


class Risk(View):
    """The page of risk, from the draws that the session makes of a scenario once the levers rest."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell, TITLES)
        self.plots = {name: Plot(shell) for name in ("distribution", "tornado", "convergence", "shares")}
        self.more = button(self._("Find what the spread comes from"), lambda: background(self._shares()))
        self.status = widgets.HTML()
        self.status.add_class("hub-live")
        self._shown: Simulation | None = None
        self.place = box("hub-charts hub-first-wide")
        self.boxes["numbers"].add_class("hub-across")
        note = self._("Alone and together with others: takes about two thousand runs of the model.")
        question = widgets.HTML(panel(self._("What the spread comes from"), f'<p class="hub-soft">{escape(note)}</p>'))
        self.root = box(
            "hub-view",
            box("hub-panels", self.boxes["numbers"]),
            box("hub-charts hub-first-wide", *(plot.box for name, plot in self.plots.items() if name != "shares")),
            box("hub-panels", self.boxes["boxes"], self.boxes["worth"]),
            box("hub-card hub-panel", question, self.more, self.status),
            self.place,
        )

    def show_bands(self) -> None:
        """Repaint everything from the draws of the present scenario, once there are enough of them."""
        drawn = self.desk.drawn_well()
        if drawn is not None and drawn is not self._shown:
            self._shown = drawn
            background(self._show(drawn))

    async def _show(self, drawn: Simulation) -> None:
        language, summary = self.language, drawn.summary(NPV)
        found = await asyncio.to_thread(self.desk.worker.tornado, drawn.case)
        for name, figure in {
            "distribution": charts.distribution(drawn, NPV, language),
            "tornado": charts.tornado(found, summary.base or 0.0, 12, language),
            "convergence": charts.convergence(drawn, NPV, language),
        }.items():
            self.plots[name].show(figure)
            self.plots[name].show_twin()
        note = self._("{draws} draws of every input that has a range; ranges are judgements for most.")
        self.write("numbers", fragments.summary(summary, language), note.format(draws=drawn.count))
        self._try("boxes", lambda: fragments.boxes(hm.discover(drawn), language))
        self._try("worth", lambda: fragments.worth(hm.value_of_information(drawn), language))

    def _try(self, name: str, make: Callable[[], str]) -> None:
        try:
            self.write(name, make())
        except HubmodelError as error:
            self.write(name, "", self.refused(error))

    def _variance(self) -> Shares:
        return hm.sobol(self.desk.case, NPV, draws=SHARE_DRAWS, executor=self.desk.worker)

    async def _shares(self) -> None:
        self.status.value = escape(self._("computing"))
        try:
            found = await asyncio.to_thread(self._variance)
        except HubmodelError as error:
            self.status.value = escape(self.refused(error))
            return
        self.status.value = escape(self._("{runs} runs of the model.").format(runs=found.runs))
        self.plots["shares"].stand_in(self.place, True)
        self.plots["shares"].show(charts.variance(found, self.language))
        self.plots["shares"].show_twin()
