"""Parts of every page: headed panels, downloads, and the drawer that explains a number."""

from __future__ import annotations

import base64
from collections.abc import Callable
from html import escape

import ipywidgets as widgets

from hubmodel.dashboard import fragments
from hubmodel.dashboard.controls import box, button
from hubmodel.dashboard.state import Desk
from hubmodel.errors import HubmodelError
from hubmodel.lines import current_name
from hubmodel.study.explain import Explanation
from hubmodel.text.language import label, text, translate

NPV = "net_present_value"
COUNTED_FROM = {
    "payback_years": ("counted_cash_flow",),
    "funding_gap": ("cash_flow_before_grant", "net_present_value"),
}
Explain = Callable[[str, str, str, int], Explanation | None]  # line, row, period and depth
DEPTH = 3  # levels of ingredients that an explanation opens at once


def panel(title: str, body: str) -> str:
    """Write a panel: a heading, and a body that is HTML already."""
    return f"<h2>{escape(title)}</h2>{body}"


class Parcel:
    """Files for the visitor: the page's script saves each and confirms it."""

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


class Drawer:
    """The panel that explains a number: its formula in words and in numbers, down to sources, with a way back.

    `own` explains lines that the run of the hub does not have, such as those of a quote; None if it knows no such line.
    """

    def __init__(self, desk: Desk, language: str, own: Explain) -> None:
        self.desk, self.language, self.own = desk, language, own
        self.html = widgets.HTML()
        self.trail: list[tuple[str, str, str]] = []
        self.back = button(text("Back", language), self._back, "hub-back")
        close = button(text("Close", language), self.close, "hub-close")
        self.box = box("hub-card hub-drawer", box("hub-drawer-tools", self.back, close), self.html)

    def open(self, name: str) -> None:
        """Explain a key figure, by its lines or, if it is counted from whole runs, by the lines that it rests on."""
        self.trail = []
        self.follow(name)

    def follow(self, name: str, row: str = "", period: str = "") -> None:
        """Explain a line at a row and period (the largest row and a usual period if not given)."""
        self.trail.append((current_name(name), row, period))
        self._show(*self.trail[-1])

    def close(self) -> None:
        """Close the panel and forget its trail."""
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
            return f"<p>{escape(translate(error.message, self.language))}</p>"
        return fragments.explanation(found.as_dict(), self.language)
