"""Overview, for management and funders: key figures, cash, revenue, capacity, and the inputs that matter most."""

from __future__ import annotations

import asyncio

from hubmodel.case.documents import documented_lines
from hubmodel.dashboard import fragments
from hubmodel.dashboard.cards import Card, Plot
from hubmodel.dashboard.controls import box
from hubmodel.dashboard.shell import Shell
from hubmodel.dashboard.state import background
from hubmodel.dashboard.view import View
from hubmodel.output import charts
from hubmodel.text.language import translate
from hubmodel.text.numbers import format_value

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
ASKED = (
    "cash_still_needed",
    "ebitda_break_even",
    "owner_funding_of_losses",
    "public_cost_per_innovation_project",
    "public_cost_per_open_access_suite_day",
)
TITLES = {
    "asked": "Asked in the first meeting",
    "capital": "Table 1 as reported",
    "break_evens": "Break-even",
    "rests_on": "What this rests on",
    "checks": "Checks",
    "conventions": "Conventions",
}


class Overview(View):
    """The page of key figures, for management and funders."""

    def __init__(self, shell: Shell) -> None:
        reported = "total_investment" in documented_lines(shell.desk.origin.folder)
        super().__init__(shell, TITLES if reported else TITLES | {"capital": "Investment by asset"})
        self.cards = [Card(name, shell) for name in CARDS]
        self.plots = {name: Plot(shell) for name in ("cash", "revenue", "utilisation")}
        self.boxes["rests_on"].add_class("hub-across")
        self.root = box(
            "hub-view",
            box("hub-cards", *(card.box for card in self.cards)),
            box("hub-charts hub-first-wide", *(plot.box for plot in self.plots.values())),
            box("hub-panels", *self.boxes.values()),
        )
        self.write("conventions", fragments.pairs(self.desk.result.card(self.language)))
        background(self._rests_on())

    def show_lines(self) -> None:
        """Repaint the parts that need the lines only, the value first."""
        result, language = self.desk.result, self.language
        self.cards[0].show()
        without = charts.without_grant(result)
        self.plots["cash"].show(charts.cash_over_time(result, without, language))
        self.plots["revenue"].show(charts.revenue_by_track(result, language))
        self.plots["utilisation"].show(charts.utilisation_by_suite(result, language))
        for card in self.cards[1:]:
            card.show()

    def show_solved(self) -> None:
        """Repaint solved figures and tables."""
        result, language = self.desk.result, self.language
        for card in self.cards:
            card.show()
        for plot in self.plots.values():
            plot.show_twin()
        caption = self._("Outturn by asset; the grant is on the whole [MSEK, nominal]")
        capital = result.tabulate("capital", language=language)
        self.write("capital", fragments.tabulated(capital, "asset", caption, language, total=True))
        self.write("checks", fragments.checks(result.checks, language))
        note = self._("Where the net present value is zero, all else equal.")
        shown = {self.shell.label(name): self._break_even(name, now) for name, now in BREAK_EVENS.items()}
        self.write("break_evens", fragments.pairs(shown), note)
        self.write("asked", fragments.pairs(self._asked()))

    def show_bands(self) -> None:
        """Write the band of each key figure."""
        for card in self.cards:
            card.show_band()

    def _asked(self) -> dict[str, str]:
        figures = (self.shell.figure(name) for name in ASKED)
        shown = {
            figure.title(self.language): translate(figure.why or "", self.language)
            if figure.value is None
            else format_value(figure.value, figure.unit, self.language)
            for figure in figures
            if figure is not None
        }
        return shown | {self._("Contribution per suite-day, best platform first"): self._ranked()}

    def _ranked(self) -> str:
        _, values = self.desk.result.series("contribution_per_suite_day")
        ranked = sorted(((row[0], name) for name, row in values.items() if row[0] == row[0]), reverse=True)
        return " · ".join(f"{name} {format_value(value, 'SEK', self.language)}" for value, name in ranked)

    def _break_even(self, name: str, input_name: str) -> str:
        found = self.shell.figure(name)
        if found is None:
            return self._("computing")
        if found.value is None:
            return translate(found.why or "–", self.language)
        rows = self.desk.case.by_key.get(input_name, ())
        unit = "share" if rows and rows[0].unit == "share" else found.unit
        now = format_value(self.desk.result[input_name], unit, self.language)
        return f"{format_value(found.value, unit, self.language)} ({self._('now')} {now})"

    async def _rests_on(self) -> None:
        """Fill in the inputs that the result rests on; this takes a moment, so it runs in the background."""
        items = await asyncio.to_thread(self.desk.worker.tornado, self.desk.loaded)
        base = self.desk.base_result["net_present_value"]
        self.write("rests_on", fragments.influences(items, base, self.language))
