"""Parts of a page: a key-figure card, a chart with its twin, the panel that explains a number, files handed over."""

from __future__ import annotations

import base64
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING

import ipywidgets as widgets
from ipecharts import EChartsRawWidget

from hubmodel.dashboard import fragments
from hubmodel.dashboard.controls import box, button
from hubmodel.dashboard.state import Desk
from hubmodel.errors import HubmodelError
from hubmodel.output import charts
from hubmodel.study.explain import Explanation
from hubmodel.text.language import label, said, text
from hubmodel.text.numbers import format_value

if TYPE_CHECKING:
    from hubmodel.dashboard.shell import Shell

COUNTED_FROM = {
    "payback_years": ("counted_cash_flow",),
    "funding_gap": ("cash_flow_before_grant", "net_present_value"),
}
LONGEST = 12  # letters of a value that stand in large print
FEW = 6  # rows of spans that fit into the height of a chart
Explain = Callable[[str, str, str, int], Explanation | None]  # line, row, period and depth
DEPTH = 3  # levels of ingredients that an explanation opens at once
NPV, RATE, ROOTS = "net_present_value", "internal_rate_of_return", "internal_rate_of_return_roots"


def panel(title: str, body: str) -> str:
    """Write a panel: its heading and what stands under it, HTML already."""
    return f"<h2>{escape(title)}</h2>{body}"


class Parcel:
    """Files for the visitor: each is handed to the page's script, which saves it and says so."""

    def __init__(self) -> None:
        self.html = widgets.HTML()
        self.html.add_class("hub-parcel")

    def send(self, name: str, kind: str, data: bytes) -> None:
        """Hand over a file: its name, its media type and its content."""
        content = base64.b64encode(data).decode()
        self.html.value = f'<i data-file="{escape(name)}" data-type="{kind}">{content}</i>'

    def sent(self) -> None:
        """Forget a file that the page has saved."""
        self.html.value = ""


class Card:
    """One key figure: label, value, change against the base case, its band, and a button that explains it."""

    def __init__(self, name: str, shell: Shell) -> None:
        self.name, self.shell = name, shell
        self.html, self.band = widgets.HTML(), widgets.HTML()
        label = shell.label(name)
        explain = button(
            shell._("Explain"), lambda: shell.drawer.open(name), "hub-explain", tooltip=f"{shell._('Explain')} {label}"
        )
        self.box = box("hub-card hub-figure", self.html, self.band, explain)
        if name == NPV:
            self.box.add_class("hub-first")
        if name == RATE:
            self.box.add_class("hub-roomy")  # it may have to say more than the others in its row

    def show(self) -> None:
        """Write the figure of the present run, and how it differs from the case as loaded."""
        shell, figure = self.shell, self.shell.figure(self.name)
        value, extra = shell._("computing"), ""
        kind = "hub-computing"
        if figure is not None:
            value = format_value(figure.value, figure.unit, shell.language)
            kind = "hub-negative" if figure.value is not None and figure.value < 0 else ""
            kind += " hub-long" if len(value) > LONGEST else ""
            change = shell.change(self.name)
            extra = (
                f"{change} {escape(shell._('from base'))}" if change else escape(said(figure.why or "", shell.language))
            )
        roots = shell.figure(ROOTS) if self.name == RATE else None
        if roots is not None and roots.value is not None and roots.value > 1:
            warning = escape(shell._("{roots} roots: read with care").format(roots=int(roots.value)))
            extra = "<br>".join(filter(None, [extra, warning]))
        self.html.value = (
            f'<div class="hub-label">{escape(shell.label(self.name))}</div>'
            f'<div class="hub-value {kind}">{escape(value)}</div><div class="hub-extra">{extra}</div>'
        )

    def show_band(self) -> None:
        """Write where eight of ten draws lie; while they are being made, the last ones stand in grey."""
        drawn = self.shell.desk.drawn_now()
        if drawn is None or self.name not in drawn.values:
            (self.band.add_class if self.band.value else self.band.remove_class)("hub-stale")
            return
        self.band.remove_class("hub-stale")
        self.band.value = fragments.band(drawn.summary(self.name), self.shell.language)


class Plot:
    """One chart: heading, takeaway, picture, table twin and files."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        waiting = f'<p class="hub-computing">{escape(text("computing", shell.language))}</p>'
        self.heading, self.twin = widgets.HTML(waiting), widgets.HTML()
        self.chart = EChartsRawWidget(renderer="svg")
        self.box = box("hub-card hub-chart", self.heading)

    def show(self, figure: charts.Figure) -> None:
        """Draw a figure."""
        self.figure = figure
        title = f'<h2>{escape(figure.title)}</h2><p class="hub-soft">{escape(figure.takeaway)}</p>'
        self.heading.value = title + (fragments.legend(figure) if figure.kind != "heat" else "")
        self.chart.option = charts.echarts(figure)
        tall = figure.kind == "span" and len(figure.periods) > FEW
        (self.box.add_class if tall else self.box.remove_class)("hub-spans")
        if self.chart not in self.box.children:
            self.box.children = (self.heading, self.chart, self.twin)

    def stand_in(self, place: widgets.Box, shown: bool) -> None:
        """Put the chart into its place, or take it out: one that is drawn unseen would not know its size."""
        wanted = (self.box,) if shown else ()
        if place.children != wanted:
            place.children = wanted

    def show_twin(self) -> None:
        """Write the table twin and the files of the figure that is drawn."""
        self.twin.value = fragments.twin(self.figure, self.shell.desk.case.name, self.shell.origin)


class Drawer:
    """The panel that explains a number: formula in words and in numbers, down to sources, and a way back.

    `own` explains what a page knows and the run of the hub does not, such as a line of a quote; it may return None.
    """

    def __init__(self, desk: Desk, language: str, own: Explain) -> None:
        self.desk, self.language, self.own = desk, language, own
        self.html = widgets.HTML()
        self.trail: list[tuple[str, str, str]] = []
        self.back = button(text("Back", language), self._back, "hub-back")
        close = button(text("Close", language), self.close, "hub-close")
        self.box = box("hub-card hub-drawer", box("hub-drawer-tools", self.back, close), self.html)

    def open(self, name: str) -> None:
        """Explain a key figure; one that is counted from whole runs is explained by the lines that it rests on."""
        self.trail = []
        self.follow(name)

    def follow(self, name: str, row: str = "", period: str = "") -> None:
        """Go on to a line at a row and period (the largest row and a usual period if not given)."""
        self.trail.append((name, row, period))
        self._show(name, row, period)

    def close(self) -> None:
        """Close the panel; what is explained next begins anew."""
        self.trail = []
        self.box.remove_class("hub-open")

    def _back(self) -> None:
        if len(self.trail) > 1:
            self.trail.pop()
            self._show(*self.trail[-1])

    def _show(self, name: str, row: str, period: str) -> None:
        counted = COUNTED_FROM.get(name)
        note = text("Counted or solved from whole runs; it rests on:", self.language) if counted else ""
        body = "".join(self._explained(line, row, period) for line in counted or (name,))
        self.html.value = f'<h2>{escape(label(name, self.language))}</h2><p class="hub-soft">{escape(note)}</p>{body}'
        self.back.disabled = len(self.trail) < 2
        self.box.add_class("hub-open")

    def _explained(self, line: str, row: str, period: str) -> str:
        try:
            found = self.own(line, row, period, DEPTH)
            found = found or self.desk.result.explain(line, row or None, period or None, DEPTH, self.language)
        except HubmodelError as error:
            return f"<p>{escape(said(str(error), self.language))}</p>"
        return fragments.explanation(found.as_dict(), self.language)
