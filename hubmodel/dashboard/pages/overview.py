"""Overview, for management and funders: key figures, cash, revenue, capacity, and what it all rests on."""

from __future__ import annotations

import asyncio
from html import escape

import ipywidgets as widgets

import hubmodel as hm
from hubmodel import charts
from hubmodel.dashboard import fragments
from hubmodel.dashboard.controls import box
from hubmodel.dashboard.parts import Card, Plot, panel
from hubmodel.dashboard.shell import Shell
from hubmodel.dashboard.state import background
from hubmodel.numbers import format_value

CARDS = (
    "net_present_value",
    "internal_rate_of_return",
    "modified_internal_rate_of_return",
    "payback_years",
    "peak_funding_need",
    "ebitda_margin_at_maturity",
    "utilisation_at_maturity",
    "innovation_margin",
    "commercial_margin_realised",
    "aid_intensity",
    "funding_gap",
    "economic_net_present_value",
)
BREAK_EVENS = {
    "break_even_commercial_margin": "commercial_margin",
    "break_even_hourly_rate": "innovation_hourly_rate",
    "break_even_volume": "volume_factor",
    "smallest_grant": "grant_total",
}


class Overview:
    """Management's page."""

    def __init__(self, shell: Shell) -> None:
        self.shell, self.desk, self.language = shell, shell.desk, shell.language
        self.cards = [Card(name, shell) for name in CARDS]
        self.plots = {name: Plot(shell) for name in ("cash", "revenue", "utilisation")}
        names = ("capital", "break_evens", "rests_on", "checks", "conventions")
        self.panels = {name: widgets.HTML() for name in names}
        self.root = self._layout()
        self._fill()
        background(self._rests_on())

    def _(self, message: str) -> str:
        return self.shell._(message)

    def show_lines(self) -> None:
        """Repaint what follows from the lines alone: the value first."""
        result, language = self.desk.result, self.language
        self.cards[0].show()
        without = charts.without_grant(result)
        self.plots["cash"].show(charts.cash_over_time(result, without, language))
        self.plots["revenue"].show(charts.revenue_by_track(result, language))
        self.plots["utilisation"].show(charts.utilisation_by_suite(result, language))
        for card in self.cards[1:]:
            card.show()

    def show_solved(self) -> None:
        """Repaint what had to be solved or tabulated."""
        result, language = self.desk.result, self.language
        for card in self.cards:
            card.show()
        for plot in self.plots.values():
            plot.show_twin()
        caption = self._("Outturn by asset; the grant is on the whole [MSEK, nominal]")
        table = fragments.frame_table(result.table("capital", language=language), caption, language)
        self._panel("capital", "Table 1 as reported", table)
        self._panel("checks", "Checks", fragments.checks(result.checks, language))
        self._show_break_evens()

    def show_bands(self) -> None:
        """Write the band of each key figure."""
        for card in self.cards:
            card.show_band()

    def _layout(self) -> widgets.VBox:
        panels = {name: box(f"hub-card hub-panel hub-{name}", html) for name, html in self.panels.items()}
        panels["rests_on"].add_class("hub-across")
        return box(
            "hub-view", box("hub-cards", *(card.box for card in self.cards)),
            box("hub-charts hub-first-wide", *(plot.box for plot in self.plots.values())),
            box("hub-panels", *panels.values()),
        )  # fmt: skip

    def _fill(self) -> None:
        waiting = f'<p class="hub-computing">{escape(self._("computing"))}</p>'
        for name, title in {
            "capital": "Table 1 as reported",
            "rests_on": "What this rests on",
            "checks": "Checks",
        }.items():
            self._panel(name, title, waiting)
        self._panel("conventions", "Conventions", fragments.pairs(self.desk.result.card(self.language)))
        self._show_break_evens()

    def _panel(self, name: str, title: str, body: str) -> None:
        self.panels[name].value = panel(self._(title), body)

    def _show_break_evens(self) -> None:
        shown = {self.shell.label(name): self._break_even(name, now) for name, now in BREAK_EVENS.items()}
        note = f'<p class="hub-soft">{escape(self._("Where the net present value is zero, all else equal."))}</p>'
        self._panel("break_evens", "Break-even", note + fragments.pairs(shown))

    def _break_even(self, name: str, input_name: str) -> str:
        found = self.shell.figure(name)
        if found is None:
            return self._("computing")
        if found.value is None:
            return found.why or "–"
        rows = self.desk.case.by_key.get(input_name, ())
        unit = "share" if rows and rows[0].unit == "share" else found.unit
        now = format_value(self.desk.result[input_name], unit, self.language)
        return f"{format_value(found.value, unit, self.language)} ({self._('now')} {now})"

    async def _rests_on(self) -> None:
        """Fill in what the result rests on: takes a moment, so it runs beside the page."""
        items = await asyncio.to_thread(hm.influence, self.desk.loaded)
        base = self.desk.base_result["net_present_value"]
        self._panel("rests_on", "What this rests on", fragments.influences(items, base, self.language))
