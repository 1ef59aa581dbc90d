"""Pricing desk: both tracks side by side, break-even of each price, pairs of equal value, and quotes."""

from __future__ import annotations

import asyncio
from html import escape

import ipywidgets as widgets

import hubmodel as hm
from hubmodel.case.facility import Case
from hubmodel.dashboard import fragments
from hubmodel.dashboard.cards import Card, Plot
from hubmodel.dashboard.controls import box, button
from hubmodel.dashboard.drawer import NPV, panel
from hubmodel.dashboard.quoting import Quoting
from hubmodel.dashboard.shell import Shell
from hubmodel.dashboard.state import background
from hubmodel.dashboard.view import View
from hubmodel.errors import HubmodelError
from hubmodel.output import charts, frames
from hubmodel.study.explain import Explanation
from hubmodel.study.solve import equal_value, possible
from hubmodel.text.numbers import format_value

CARDS = (
    "net_present_value",
    "innovation_margin",
    "commercial_margin_realised",
    "margin_gap",
    "revenue_at_maturity",
    "ebitda_margin_at_maturity",
)
TRACKS = {
    "innovation": (
        "Innovation track: fee for service",
        ("innovation_hourly_rate", "material_handling", "analyses_price_per_batch", "academic_discount"),
    ),
    "commercial": (
        "Commercial track: a margin on standard cost",
        ("commercial_margin", "failed_batch_customer_share", "deposit_share", "indexed_contract_share"),
    ),
}
RATE, MARGIN = "innovation_hourly_rate", "commercial_margin"
PRICES = (
    "fee_for_service_price_per_batch standard_conversion_cost_per_batch price_at_margin price_ceiling "
    "commercial_price_per_batch"
)


class BreakEven:
    """A button beside a lever that finds the break-even or says why there is none, and a button that sets it."""

    def __init__(self, view: Pricing, key: str) -> None:
        self.view, self.key, self.found = view, key, 0.0
        self.answer = widgets.HTML()
        self.answer.add_class("hub-live")
        name = view.shell.label(key)
        ask = view._("Break-even")
        self.ask = button(ask, lambda: background(self._solve()), "hub-break-even", tooltip=f"{ask}: {name}")
        self.go = button(view._("Set it"), self._set, "hub-none", tooltip=f"{view._('Set it')}: {name}")
        self.box = box("hub-row", self.ask, self.answer, self.go)

    async def _solve(self) -> None:
        view, row = self.view, self.view.desk.row(self.key)
        self.answer.value = escape(view._("computing"))
        try:
            found = await asyncio.to_thread(hm.solve, view.desk.case, {NPV: 0.0}, by=row.name, within=possible(row))
        except HubmodelError as error:
            self.go.add_class("hub-none")
            self.answer.value = f'<span class="hub-soft">{escape(view.refused(error))}</span>'
            return
        self.found = found.value
        shown = format_value(found.value, row.unit, view.language)
        self.answer.value = escape(view._("worth nothing at {value}").format(value=shown))
        self.go.remove_class("hub-none")

    def _set(self) -> None:
        row = self.view.desk.row(self.key)
        self.view.desk.change(row.name, self.found, self.view._("break-even"))
        self.clear()

    def clear(self) -> None:
        """Forget the break-even, which holds for other values."""
        self.answer.value = ""
        self.go.add_class("hub-none")


class Pricing(View):
    """The page of prices."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell, {"prices": "Prices by platform"})
        self.cards = [Card(name, shell) for name in CARDS]
        self.plot, self.place = Plot(shell), box("hub-charts hub-first-wide")
        self.break_evens: list[BreakEven] = []
        self.quoting = Quoting(shell)
        tracks = [self._track(title, keys) for title, keys in TRACKS.values()]
        tools = box("hub-tools", button(self._("Undo"), self.desk.undo), button(self._("Redo"), self.desk.redo),
                    button(self._("Reset all"), shell.reset_all))  # fmt: skip
        self.root = box(
            "hub-view",
            box("hub-cards", *(card.box for card in self.cards)),
            box("hub-card hub-row", tools),
            box("hub-panels", *tracks),
            self.place,
            box("hub-panels hub-one", self.boxes["prices"]),
            self.quoting.box,
        )
        self._drawn_for: Case | None = None

    def show_lines(self) -> None:
        """Repaint the cards; forget break-evens, which hold no longer."""
        for card in self.cards:
            card.show()
        for break_even in self.break_evens:
            break_even.clear()
        self.quoting.show_lines()

    def show_solved(self) -> None:
        """Repaint prices, and the line of equal value."""
        background(self._prices())
        self.quoting.show_solved()
        if self._drawn_for is not self.desk.case:
            self._drawn_for = self.desk.case
            background(self._equal_value())

    def explain(self, name: str, row: str, period: str, depth: int) -> Explanation | None:
        """Explain a line of the quote."""
        return self.quoting.explain(name, row, period, depth)

    def show_bands(self) -> None:
        """Write the band of each key figure."""
        for card in self.cards:
            card.show_band()

    def _track(self, title: str, keys: tuple[str, ...]) -> widgets.VBox:
        known = [key for key in keys if key in self.desk.case.by_key]
        parts = []
        for key in known:
            row = self.desk.row(key)
            parts.append(self.shell.lever(row.name).box)
            if row.low is not None:
                self.break_evens.append(BreakEven(self, key))
                parts.append(self.break_evens[-1].box)
        return box("hub-card hub-panel hub-track", widgets.HTML(panel(self._(title), "")), *parts)

    async def _prices(self) -> None:
        result, year = self.desk.result, self.shell.figure("maturity_year")
        period = f"{year.value:.0f}" if year and year.value is not None else str(result.case.last)
        frame = await asyncio.to_thread(frames.members, result, PRICES, period=period)
        head = [self._("platform"), *(self._(str(name)) for name in frame.columns)]
        rows = [[str(name), *(fragments.shown(value, "SEK", self.language) for value in values)]
                for name, values in zip(frame.index, frame.to_numpy().tolist(), strict=True)]  # fmt: skip
        note = self._("Price of a batch in {year}, nominal.").format(year=period)
        self.write("prices", self.table(head, rows, note, "prices"))

    async def _equal_value(self) -> None:
        case = self.desk.case
        try:
            pairs = await asyncio.to_thread(equal_value, case, RATE, MARGIN)
        except HubmodelError as error:
            self.shell.show_failure(error.message)
            return
        if self.desk.case is case:
            title = self._("Pairs worth the same: hourly rate and commercial margin")
            self.plot.stand_in(self.place, True)
            self.plot.show(
                charts.equal_value_line(pairs, title, self.shell.label(RATE), "commercial margin", self.language)
            )
            self.plot.show_twin()
