"""Funding and impact: sources of money, aid, the need for it, and what the country gets."""

from __future__ import annotations

import asyncio

import hubmodel as hm
from hubmodel.case.documents import contradictions
from hubmodel.dashboard import fragments
from hubmodel.dashboard.cards import Card, Plot
from hubmodel.dashboard.controls import box
from hubmodel.dashboard.shell import Shell
from hubmodel.dashboard.state import background
from hubmodel.dashboard.view import View
from hubmodel.output import charts

CARDS = (
    "grant_total",
    "own_contribution",
    "aid_intensity",
    "leverage",
    "funding_gap",
    "smallest_grant",
    "economic_net_present_value",
    "benefit_cost_ratio",
    "fnpv_c",
    "fnpv_kp",
    "public_cost_per_innovation_project",
    "public_cost_per_open_access_suite_day",
)
TITLES = {
    "sources": "Sources and uses",
    "programme": "The public programme",
    "impact": "With and without",
    "contradictions": "Where the documents disagree",
}


class Funding(View):
    """The page of funding and impact."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell, TITLES)
        self.cards = [Card(name, shell) for name in CARDS]
        self.plots = {name: Plot(shell) for name in ("intensity", "programme")}
        self.root = box(
            "hub-view",
            box("hub-cards", *(card.box for card in self.cards)),
            box("hub-charts", *(plot.box for plot in self.plots.values())),
            box("hub-panels hub-one", *self.boxes.values()),
        )
        self._disagreements()

    def show_lines(self) -> None:
        """Repaint cards and charts."""
        result, language = self.desk.result, self.language
        for card in self.cards:
            card.show()
        self.plots["intensity"].show(charts.aid_intensities(result, language))
        title = self._("Public programme by part")
        self.plots["programme"].show(charts.by_member(result, "programme_funding", title, "SEK", language))

    def show_solved(self) -> None:
        """Repaint solved figures and tables."""
        for card in self.cards:
            card.show()
        for plot in self.plots.values():
            plot.show_twin()
        background(self._tables())

    def show_bands(self) -> None:
        """Write the band of each key figure."""
        for card in self.cards:
            card.show_band()

    async def _tables(self) -> None:
        result, language = self.desk.result, self.language
        for name, table in {"sources": "funding", "programme": "programme"}.items():
            shown = await asyncio.to_thread(result.tabulate, table, "year", language)
            caption = f"{self._(TITLES[name])} [{self._('MSEK, nominal')}]"
            file = f"{result.case.name}_{table}.csv", self.shell.origin
            self.write(name, fragments.statement(shown, caption, language, file))
        found = await asyncio.to_thread(hm.impact, result)
        head = [self._(heading) for heading in ("Key figure", "with", "without", "difference", "expected")]
        rows = [
            [result.key_figures[effect.name].title(language),
             *(fragments.shown(value, effect.unit, language) for value in
               (effect.factual, effect.counterfactual, effect.difference, effect.expected))]
            for effect in found
        ]  # fmt: skip
        note = self._("Expected is the difference after deadweight, displacement and leakage; counterfactual: {name}.")
        caption = self._("Factual less counterfactual")
        self.write("impact", self.table(head, rows, caption, "impact"), note.format(name=result.case.counterfactual))

    def _disagreements(self) -> None:
        found = contradictions(self.desk.case.folder)
        if not found:
            self.write("contradictions", "", self._("none is known"))
            return
        head = [
            self._("question"),
            self._("version"),
            self._("value"),
            self._("used"),
            self._("reason"),
            self._("quote"),
        ]
        rows = [
            [
                version["question"],
                version["version"],
                version["value"],
                version["used"],
                version["reason"],
                version["quote"],
            ]
            for version in found
        ]
        note = self._("Shown, not hidden: every version, and the one that the base case uses.")
        self.write("contradictions", self.table(head, rows, self._("Documents"), "contradictions", wraps=True), note)
