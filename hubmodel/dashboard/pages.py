"""Pages of the dashboard: which figures stand where. Every number comes from a result, none is computed here."""

from __future__ import annotations

import asyncio
from html import escape

import ipywidgets as widgets

import hubmodel as hm
from hubmodel import charts
from hubmodel.dashboard import fragments
from hubmodel.dashboard.controls import Lever, box, button
from hubmodel.dashboard.exchange import Exchange
from hubmodel.dashboard.parts import NPV, Card, Drawer, Plot
from hubmodel.dashboard.scales import signed
from hubmodel.dashboard.state import Desk, background
from hubmodel.language import label, text
from hubmodel.numbers import format_value
from hubmodel.result import KeyFigure

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
    """Management's page: the answer, key figures, eight levers, charts, Table 1 and what it all rests on."""

    def __init__(self, desk: Desk, language: str = "en") -> None:
        self.desk, self.language, self.notice = desk, language, ""
        desk.on_lines, desk.on_solved, desk.on_failed = self.show_lines, self.show_solved, self.show_failure
        self.head, self.answer, self.status = (widgets.HTML() for _ in range(3))
        self.status.add_class("hub-status")
        self.address = widgets.HTML()
        self.address.add_class("hub-address")
        self.cards = [Card(name, self) for name in CARDS]
        self.levers = {desk.row(name).name: self._lever(name) for name in desk.loaded.levers}
        self.undo = button(self._("Undo"), desk.undo)
        self.redo = button(self._("Redo"), desk.redo)
        self.reset = button(self._("Reset all"), self.reset_all)
        self.plots = {name: Plot() for name in ("cash", "revenue", "utilisation")}
        panels = ("capital", "break_evens", "rests_on", "checks", "conventions")
        self.panels = {name: widgets.HTML() for name in panels}
        self.exchange = Exchange(desk, language)
        self.drawer = Drawer(desk, language)
        self.root = self._layout()
        self._fill()

    def _(self, message: str) -> str:
        return text(message, self.language)

    def label(self, name: str) -> str:
        """Label of a key figure in the page's language."""
        return label(name, self.language)

    def figure(self, name: str) -> KeyFigure | None:
        """Find a key figure of the present run; None while it is being computed."""
        return self.desk.result.key_figures.get(name)

    def change(self, name: str) -> str:
        """Difference of a key figure from the case as loaded, as HTML; empty where nothing was changed."""
        now, base = self.figure(name), self.desk.base_result.key_figures.get(name)
        if not self.desk.changed or now is None or base is None or now.value is None or base.value is None:
            return ""
        shown = signed(now.value - base.value, now.unit, self.language)
        return f'<span class="hub-moved">{escape(shown)}</span>'

    def show_lines(self) -> None:
        """Repaint what follows from the lines alone; runs while a lever moves."""
        desk, language = self.desk, self.language
        self.cards[0].show()
        self.status.value = self._announcement()
        without = charts.without_grant(desk.result)
        self.plots["cash"].show(charts.cash_over_time(desk.result, without, language))
        self.plots["revenue"].show(charts.revenue_by_track(desk.result, language))
        self.plots["utilisation"].show(charts.utilisation_by_suite(desk.result, language))
        for card in self.cards[1:]:
            card.show()
        for key, lever in self.levers.items():
            if not lever.shows(desk.value(key)):
                lever.show(desk.value(key))
        self.undo.disabled, self.redo.disabled = not desk.history.past, not desk.history.future
        self.reset.disabled = not desk.changed

    def show_solved(self) -> None:
        """Repaint what had to be solved or tabulated, once the levers rest."""
        desk, language = self.desk, self.language
        self.answer.value = f"<p>{escape(desk.result.answer(language))}</p>"
        for card in self.cards:
            card.show()
        for plot in self.plots.values():
            plot.show_twin(desk.loaded.name)
        caption = self._("Outturn by asset; the grant is on the whole [MSEK, nominal]")
        self._panel(
            "capital",
            self._("Table 1 as reported"),
            fragments.frame_table(desk.result.table("capital", language=language), caption, language),
        )
        self._panel("checks", self._("Checks"), fragments.checks(desk.result.checks, language))
        self._show_break_evens()
        self._show_head()
        query = desk.query(language)
        self.address.value = f'<i data-query="{escape(query)}" data-language="{language}" data-ready="yes"></i>'

    def show_failure(self, message: str) -> None:
        """Say why a run was refused; the last good numbers stay."""
        self.status.value = f"{escape(self._('Not computed'))}: {escape(message)}"

    def reset_all(self) -> None:
        """Bring every lever back to its row, and forget what could not be read."""
        self.desk.reset()
        for lever in self.levers.values():
            lever.show(lever.base)

    def _lever(self, name: str) -> Lever:
        row, desk = self.desk.row(name), self.desk
        shown = ", ".join([label(row.key, self.language), *([row.row] if row.row else [])])
        return Lever(row, shown, self.language, lambda value: desk.change(row.name, value))

    def _layout(self) -> widgets.VBox:
        tools = box("hub-tools", self.undo, self.redo, self.reset)
        title = widgets.HTML(
            f"<h2>{escape(self._('What if?'))}</h2>"
            f'<p class="hub-soft">{escape(self._("Move a lever or type a number."))}</p>'
        )
        levers = box("hub-card hub-levers", title, tools, *(lever.box for lever in self.levers.values()))
        panels = {name: box(f"hub-card hub-panel hub-{name}", html) for name, html in self.panels.items()}
        panels["rests_on"].add_class("hub-across")
        heading = widgets.HTML(f"<h2>{escape(self._('Scenario: out and in'))}</h2>")
        panels["exchange"] = box("hub-card hub-panel", heading, self.exchange.box)
        self.head.add_class("hub-head")
        return box(
            "hub-page", self.head, box("hub-answer", self.answer, self.status),
            box("hub-cards", *(card.box for card in self.cards)), levers,
            box("hub-charts", *(plot.box for plot in self.plots.values())),
            box("hub-panels", *panels.values()), self.drawer.box,
        )  # fmt: skip

    def _fill(self) -> None:
        waiting = f'<p class="hub-computing">{escape(self._("computing"))}</p>'
        self.answer.value = f"<p>{escape(self.desk.result.answer(self.language))}</p>"
        titles = {"capital": "Table 1 as reported", "rests_on": "What this rests on", "checks": "Checks"}
        for name, title in titles.items():
            self._panel(name, self._(title), waiting)
        card = fragments.pairs(self.desk.result.card(self.language))
        self._panel("conventions", self._("Conventions"), card)
        self._show_break_evens()
        self._show_head()
        self.show_lines()
        self.address.value = f'<i data-query="" data-language="{self.language}" data-ready="no"></i>'

    def _panel(self, name: str, title: str, body: str) -> None:
        self.panels[name].value = f"<h2>{escape(title)}</h2>{body}"

    def _show_head(self) -> None:
        case, result = self.desk.case, self.desk.result
        facts = {"Scenario": self._(case.scenario), "View": self._(result.view), "Model": hm.__version__}
        facts["Inputs"] = case.inputs_hash
        items = "".join(f"<li>{escape(self._(name))}: <b>{escape(value)}</b></li>" for name, value in facts.items())
        items += f"<li>{escape(self._('Checks'))}: {fragments.light(result.checks, self.language)}</li>"
        other, name = {"en": ("sv", "Svenska"), "sv": ("en", "English")}[self.language]
        query = self.desk.query(other) or f"language={other}"
        switch = f'<a lang="{other}" hreflang="{other}" href="?{escape(query)}">{name}</a>'
        top = f'<div class="hub-top"><h1>{escape(case.title)}</h1>{switch}</div>'
        self.head.value = f'{top}<ul class="hub-facts">{items}</ul>'

    def _show_break_evens(self) -> None:
        shown = {self.label(name): self._break_even(name, now) for name, now in BREAK_EVENS.items()}
        note = f'<p class="hub-soft">{escape(self._("Where the net present value is zero, all else equal."))}</p>'
        self._panel("break_evens", self._("Break-even"), note + fragments.pairs(shown))

    def _break_even(self, name: str, input_name: str) -> str:
        found = self.figure(name)
        if found is None:
            return self._("computing")
        if found.value is None:
            return found.why or "–"
        rows = self.desk.case.by_key.get(input_name, ())
        unit = "share" if rows and rows[0].unit == "share" else found.unit
        now = format_value(self.desk.result[input_name], unit, self.language)
        return f"{format_value(found.value, unit, self.language)} ({self._('now')} {now})"

    def _announcement(self) -> str:
        now = self.figure(NPV)
        if now is None:
            return ""
        value = format_value(now.value, now.unit, self.language)
        change = self.change(NPV)
        said = f"{change} {escape(self._('from the base case'))}" if change else escape(self._("the case as loaded"))
        notice = f" ({escape(self.notice)})" if self.notice else ""
        return f"{escape(self.label(NPV))} {escape(value)}: {said}{notice}"

    async def rests_on(self) -> None:
        """Fill in what the result rests on: takes seconds, so it runs beside the page."""
        items = await asyncio.to_thread(hm.influence, self.desk.loaded)
        base = self.desk.base_result["net_present_value"]
        self._panel("rests_on", self._("What this rests on"), fragments.influences(items, base, self.language))

    def start(self) -> None:
        """Begin what is computed after the first repaint."""
        self.desk.start()
        background(self.rests_on())
