"""Parts of a page: a key-figure card, and a chart with its twin."""

from __future__ import annotations

from html import escape

import ipywidgets as widgets
from ipecharts import EChartsRawWidget

from hubmodel.dashboard import fragments
from hubmodel.dashboard.controls import box, button
from hubmodel.dashboard.drawer import NPV
from hubmodel.dashboard.shell import Shell
from hubmodel.output import charts
from hubmodel.text.language import text, translate
from hubmodel.text.numbers import format_value

LONGEST = 12  # letters of a value in large print
FEW = 6  # rows of spans that fit into the height of a chart
RATE, ROOTS = "internal_rate_of_return", "internal_rate_of_return_roots"


class Card:
    """A key figure: label, value, change from the base case, band, and a button that explains it."""

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
            self.box.add_class("hub-roomy")  # its text may be longer than that of the others in its row

    def show(self) -> None:
        """Write the figure of the present run, and its change from the case as loaded."""
        shell, figure = self.shell, self.shell.figure(self.name)
        value, extra = shell._("computing"), ""
        kind = "hub-computing"
        if figure is not None:
            value = format_value(figure.value, figure.unit, shell.language)
            kind = "hub-negative" if figure.value is not None and figure.value < 0 else ""
            kind += " hub-long" if len(value) > LONGEST else ""
            change = shell.change(self.name)
            why = escape(translate(figure.why or "", shell.language))
            extra = f"{change} {escape(shell._('from base'))}" if change else why
        roots = shell.figure(ROOTS) if self.name == RATE else None
        if roots is not None and roots.value is not None and roots.value > 1:
            warning = escape(shell._("{roots} roots: read with care").format(roots=int(roots.value)))
            extra = "<br>".join(filter(None, [extra, warning]))
        self.html.value = (
            f'<div class="hub-label">{escape(shell.label(self.name))}</div>'
            f'<div class="hub-value {kind}">{escape(value)}</div><div class="hub-extra">{extra}</div>'
        )

    def show_band(self) -> None:
        """Write the band of eight in ten draws; while new ones are being made, the last band is grey."""
        drawn = self.shell.desk.drawn_now()
        if drawn is None or self.name not in drawn.values:
            (self.band.add_class if self.band.value else self.band.remove_class)("hub-stale")
            return
        self.band.remove_class("hub-stale")
        self.band.value = fragments.band(drawn.summary(self.name), self.shell.language)


class Plot:
    """A chart: heading, takeaway, picture, table twin and files."""

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
        """Put the chart into its place, or take it out: a chart drawn while hidden has no size."""
        wanted = (self.box,) if shown else ()
        if place.children != wanted:
            place.children = wanted

    def show_twin(self) -> None:
        """Write the table twin and the files of the figure."""
        self.twin.value = fragments.twin(self.figure, self.shell.desk.case.name, self.shell.origin)
