"""A page of the dashboard, ready to show: what the second cell of a dashboard notebook calls.

The case and the scenario come from the environment (HUBMODEL_CASE, HUBMODEL_SCENARIO), which `serve` sets; what differs
from them comes from the address. A hidden bridge of three widgets carries the heartbeat and the address between the
browser and this process.
"""

from __future__ import annotations

import os
from html import escape

import ipywidgets as widgets

import hubmodel as hm
from hubmodel.dashboard.controls import box
from hubmodel.dashboard.pages import Overview
from hubmodel.dashboard.state import Desk, from_query
from hubmodel.errors import HubmodelError
from hubmodel.language import text


def app() -> widgets.Widget:
    """Build the overview page of the case that the environment names.

    Returns
    -------
    ipywidgets.Widget
        The page, or a card with one line that says what is wrong and what to do.
    """
    try:
        case = hm.load(os.environ.get("HUBMODEL_CASE", "northx"), scenario=os.environ.get("HUBMODEL_SCENARIO") or None)
        return Session(Desk(case)).root
    except HubmodelError as error:
        return failure(str(error))


def failure(reason: str) -> widgets.HTML:
    """Make the card that stands where the page cannot."""
    return widgets.HTML(
        '<div class="hub-card hub-failure" role="alert"><h2>The dashboard could not start</h2>'
        f"<p>{escape(reason)}</p><p>Correct it, then reload this page.</p></div>"
    )


class Session:
    """A page and its bridge to the browser."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.ask, self.echo = widgets.Text(continuous_update=False), widgets.HTML()
        self.ask.add_class("hub-ask")
        self.echo.add_class("hub-echo")
        self.ask.observe(self._asked, "value")
        self.root = widgets.VBox()
        self.build("en")

    def build(self, language: str) -> None:
        """Build the page in a language, on the same desk."""
        self.page = Overview(self.desk, language)
        bridge = box("hub-bridge", self.ask, self.echo, self.page.address)
        self.root.children = (self.page.root, bridge)
        self.page.start()

    def _asked(self, change: dict[str, str]) -> None:
        word, _, rest = change["new"].partition(" ")[2].partition(" ")  # a number comes first: each message is new
        if word == "ping":
            self.echo.value = f'<i data-echo="{escape(rest)}"></i>'
        elif word == "open":
            self.open(rest)
        elif word == "follow":
            self.page.drawer.follow(*rest.split("|"))
        elif word == "file":
            self.page.exchange.receive(rest)
        elif word == "saved":
            self.page.exchange.sent()

    def open(self, query: str) -> None:
        """Restore the state that an address holds; say so where the version differs or a part cannot be read."""
        written, version, language = from_query(query)
        if language != self.page.language:
            self.build(language)
        if version and version != hm.__version__:
            message = text("this address was made with model version {version}", language)
            self.page.notice = message.format(version=version)
        if not (written or version):
            return
        try:
            self.desk.take(written)
        except HubmodelError as error:
            self.page.show_failure(str(error))
