"""Scenarios: out of the page and back in, as files that the visitor keeps."""

from __future__ import annotations

from html import escape

import ipywidgets as widgets

from hubmodel.dashboard.controls import box
from hubmodel.dashboard.exchange import Exchange
from hubmodel.dashboard.shell import Shell


class Scenarios:
    """The page of scenarios."""

    def __init__(self, shell: Shell) -> None:
        self.shell, self.exchange = shell, Exchange(shell)
        heading = widgets.HTML(f"<h2>{escape(shell._('Scenario: out and in'))}</h2>")
        self.root = box("hub-view", box("hub-panels", box("hub-card hub-panel", heading, self.exchange.box)))

    def receive(self, message: str) -> None:
        """Read a file that the visitor has chosen."""
        self.exchange.receive(message)

    def show_lines(self) -> None:
        """Nothing here follows a lever."""

    def show_solved(self) -> None:
        """Nothing here is solved."""

    def show_bands(self) -> None:
        """Nothing here is drawn."""
