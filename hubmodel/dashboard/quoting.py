"""The quote builder: terms, both tracks side by side, files, and quotes kept with the scenario."""

from __future__ import annotations

import asyncio
from html import escape

import ipywidgets as widgets

import hubmodel as hm
from hubmodel.case.limits import outside
from hubmodel.case.quote_terms import UNITS, quote_of
from hubmodel.dashboard import fields, fragments
from hubmodel.dashboard.cards import Plot
from hubmodel.dashboard.controls import beside, box, button, choice, entry
from hubmodel.dashboard.drawer import panel
from hubmodel.dashboard.exchange import EXCEL, PDF
from hubmodel.dashboard.net import netted, watched
from hubmodel.dashboard.shell import Shell
from hubmodel.dashboard.state import background
from hubmodel.errors import HubmodelError, InputError, Message
from hubmodel.output import charts
from hubmodel.output.pdf.quote import answer
from hubmodel.pricing import TRACKS, PricedQuote, Quote, one_batch, platforms_of, sections, warnings
from hubmodel.pricing.given import CLAUSES
from hubmodel.study.explain import Explanation
from hubmodel.text.language import text, translate
from hubmodel.text.numbers import format_value

CONTENT = {
    "name": "Name of the quote",
    "platform": "Platform",
    "signed": "Month of signing",
    "start": "Month in which work starts",
    "development_hours": "Development, hours",
    "development_months": "Development, months",
    "batches": "Batches",
    "batches_per_month": "Batches a month",
    "analyses": "Panels of analyses",
    "academic": "The customer is a university",
}
CONDITIONS = {
    "discount": "Discount",
    "index_clause": "The price follows the price index",
    "failed_batch_customer_share": "Customer's share of failed batches",
    "cancellation_fee_share": "Fee if the customer cancels late",
    "deposit_share": "Deposit",
    "milestone_share": "Paid at the milestone",
    "payment_days": "Days until an invoice is paid",
    "currency": "Currency, such as EUR",
    "exchange_rate": "Exchange rate, SEK",
    "rate_move": "A move of the rate to look at",
    "rate_move_customer_share": "Customer's share of that move",
}
TERMS = CONTENT | CONDITIONS
FAILED, OUTSIDE = "hub-failed", "hub-outside"
FLAGS = ("academic", "index_clause")


class Quoting:
    """The builder of a quote for one customer project on both tracks.

    Parameters
    ----------
    shell
        the frame, with the visitor's session and its downloads.
    """

    def __init__(self, shell: Shell) -> None:
        self.shell, self.desk, self.language = shell, shell.desk, shell.language
        self.priced: PricedQuote | None = None
        self._quiet, self._folded = False, True
        self.fields = {name: self._field(name) for name in (*CONTENT, *CONDITIONS)}
        self.reason = entry(self._("Why is it quoted?"), lambda _: None)
        self.status, self.found = widgets.HTML(), widgets.HTML()
        self.status.add_class("hub-live")
        self.found.add_class("hub-found")
        self.kept = choice(self._("Quotes kept with the scenario"), {"–": ""}, self._open)
        self.keep = button(self._("Keep with the scenario"), self._keep)
        self.conditions = box("hub-terms hub-none", *(self.fields[name] for name in CONDITIONS))
        self.cost, self.cash = Plot(shell), Plot(shell)
        self.place = box("hub-charts")
        self.box = box("hub-quoting", self._form(), box("hub-card hub-panel", self.status, self.found), self.place)
        try:
            self.fill(one_batch(self.desk.result, self._("One batch")))
        except InputError as error:
            self._refuse(error.message)

    def _(self, message: str) -> str:
        return text(message, self.language)

    def _form(self) -> widgets.Widget:
        heading = widgets.HTML(
            panel(
                self._("Quote for one customer project"),
                f'<p class="hub-soft">{escape(self._("What is left blank is as in the case."))}</p>',
            )
        )
        tools = box(
            "hub-tools",
            button(self._("Conditions"), self._fold, "hub-fold"),
            button(self._("Download the quote (Excel)"), lambda: self._send("quote_workbook", "xlsx")),
            button(self._("Download the quote (PDF)"), lambda: self._send("quote_page", "pdf")),
        )
        content = box("hub-terms", *(self.fields[name] for name in CONTENT))
        kept = box("hub-row", self.kept, self.reason, box("hub-tools", self.keep))
        return box("hub-card hub-panel hub-track", heading, content, self.conditions, tools, kept)

    def _field(self, name: str) -> widgets.Widget:
        label = self._(TERMS[name])
        if name in FLAGS:
            mark = widgets.Checkbox(description=label, indent=False)
            watched(mark, lambda _: self._changed())
            return mark
        if name == "platform":
            platforms = self.desk.case.lists.get("platform", ())
            return choice(label, {self._(platform): platform for platform in platforms}, self._changed)
        return entry(label, lambda _: self._changed())

    def fill(self, quote: Quote) -> None:
        """Fill the terms of a quote into the fields, and price it."""
        self._quiet = True
        for name, field in self.fields.items():
            field.value = self._typed(name, getattr(quote, name))
        self.reason.value = quote.reason
        self._quiet = False
        self._changed()

    def _typed(self, name: str, value: float | str | bool | None) -> str | bool:
        if name not in UNITS:
            return value if isinstance(value, bool) else str(value or "")
        default = Quote.__dataclass_fields__[name].default
        return "" if value is None or value == default else format_value(float(value), UNITS[name], self.language, None)

    def show_lines(self) -> None:
        """List the kept quotes, which undo may have changed."""
        names = [quote.name for quote in self.desk.case.quotes]
        options = (("–", ""), *((name, name) for name in names))
        if self.kept.options != options:
            self._quiet, self.kept.options = True, options
            self._quiet = False
        (self.kept.remove_class if names else self.kept.add_class)("hub-none")

    def show_solved(self) -> None:
        """Price the quote again, as the hub may have changed."""
        self._price()

    def explain(self, name: str, row: str, period: str, depth: int) -> Explanation | None:
        """Explain a line or term of the present quote; None for any other name."""
        if self.priced is None or name not in self.priced:
            return None
        return self.priced.explain(name, row or TRACKS[0], period or None, depth, self.language)

    def _quote(self) -> Quote:
        platforms_of(self.desk.case)
        given = {name: field.value for name, field in self.fields.items() if field.value not in ("", False)}
        numbers = {name: self._number(name, value) for name, value in given.items() if name in UNITS}
        return quote_of({**given, **numbers, "reason": self.reason.value.strip()})

    def _number(self, name: str, typed: str) -> float:
        """Read a typed number; echo a share with its unit."""
        value = fields.read(typed, UNITS[name], self._(TERMS[name]))
        if UNITS[name] == "share":
            self._quiet, quiet = True, self._quiet
            self.fields[name].value = format_value(value, UNITS[name], self.language, None) if value else "0 %"
            self._quiet = quiet
        return value

    def _beside(self, quote: Quote) -> str:
        """Write notes on conditions outside the range of the case's own row."""
        made = ""
        for name in CLAUSES & UNITS.keys():
            value, rows = getattr(quote, name), self.desk.case.by_key.get(name, ())
            if value is not None and rows and (note := outside(rows[0], value, self.language)):
                made += f"<p>{escape(self._(TERMS[name]))}: {beside(note)}</p>"
        return made

    def _changed(self) -> None:
        if not self._quiet:
            self._price()

    def _price(self) -> None:
        try:
            self.priced = hm.price_quote(self.desk.result, self._quote())
        except HubmodelError as error:
            self._refuse(error.message)
            return
        if FAILED in self.status.value or OUTSIDE in self.status.value:
            self.status.value = ""
        self.status.value = self._beside(self.priced.quote) or self.status.value
        self.found.remove_class("hub-stale")
        self._show(self.priced)

    def _refuse(self, reason: Message) -> None:
        """Say in one line what is wrong; the last good quote stays, in grey."""
        line = self._labelled(translate(reason, self.language))
        self.status.value = f'<span class="{FAILED}">{escape(line)}</span>'
        self.found.add_class("hub-stale")

    def _labelled(self, message: str) -> str:
        """Return a message with the labels of terms whose names in a file are no plain words."""
        return fields.labelled(message, {name: self._(label) for name, label in TERMS.items() if "_" in name})

    def _show(self, priced: PricedQuote) -> None:
        beware = "".join(f"<li>{escape(warning)}</li>" for warning in warnings(priced, self.language))
        body = "".join(f"<p>{escape(sentence)}</p>" for sentence in answer(priced, self.language))
        body += f'<ul class="hub-beware">{beware}</ul>' if beware else ""
        self.found.value = panel(priced.quote.name, body + self._tables(priced))
        self.place.children = (self.cost.box, self.cash.box)
        self.cost.show(charts.cost_of_quote(priced, self.language))
        self.cash.show(charts.cash_of_quote(priced, self.language))
        for plot in (self.cost, self.cash):
            plot.show_twin()

    def _tables(self, priced: PricedQuote) -> str:
        head = [escape(self._("line")), *(escape(self._(track)) for track in TRACKS)]
        plain = [["section", "line", "unit", *TRACKS]]
        made = ""
        for section in sections(priced, self.language):
            rows = []
            for row in section.rows:
                values = [row.values[track] for track in TRACKS]
                rows.append([fragments.named(row.name, row.label), *(self._cell(value, row.unit) for value in values)])
                exact = ("" if value is None else repr(value) for value in values)
                plain.append([section.title, row.name, row.unit, *exact])
            made += fragments.table(head, rows, section.title)
        origin = f"{self.shell.origin} · {priced.quote.hash}"
        file = fragments.download(
            f"{self.desk.case.name}_quote.csv", fragments.csv_of(plain), origin, priced.quote.name, self.language
        )
        return fragments.offers(made) + file

    def _cell(self, value: float | None, unit: str) -> str:
        shown = "" if value is None else format_value(value, unit, self.language)
        return escape(shown) if value is None else fragments.coloured(value, shown)

    def _fold(self) -> None:
        self._folded = not self._folded
        (self.conditions.add_class if self._folded else self.conditions.remove_class)("hub-none")

    def _open(self) -> None:
        if not self._quiet and self.kept.value:
            self.fill(self.desk.case.quoted(self.kept.value))

    def _keep(self) -> None:
        try:
            quote = self._quote()
            if not quote.reason:
                raise InputError("quote {name!r}: lacks a reason; say why it is quoted", name=quote.name)
            hm.price_quote(self.desk.result, quote)
        except HubmodelError as error:
            self._refuse(error.message)
            return
        self.desk.keep(quote)
        self.status.value = escape(self._("Kept: it goes into the scenario file, not into the address."))

    def _send(self, what: str, suffix: str) -> None:
        if self.priced is not None:
            self.status.value = escape(self._("writing the quote"))
            background(netted(self._sent(self.priced, what, suffix), self._refuse))

    async def _sent(self, priced: PricedQuote, what: str, suffix: str) -> None:
        data = await asyncio.to_thread(self.desk.worker.quote, what, priced, self.language)
        self.status.value = ""
        name = f"{self.desk.case.name}_quote_{priced.quote.hash}.{suffix}"
        self.shell.parcel.send(name, {"xlsx": EXCEL, "pdf": PDF}[suffix], data)
