"""What every page has: headed panels, files handed over, and the drawer that explains a number."""

from __future__ import annotations

import base64
from collections.abc import Callable
from html import escape

import ipywidgets as widgets

from hubmodel.dashboard import fragments
from hubmodel.dashboard.controls import box, button
from hubmodel.dashboard.state import Desk
from hubmodel.errors import HubmodelError
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
            return f"<p>{escape(translate(error.message, self.language))}</p>"
        return fragments.explanation(found.as_dict(), self.language)
