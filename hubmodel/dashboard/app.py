"""The dashboard as a widget, which the second cell of a dashboard notebook shows.

The case and the scenario come from the environment (HUBMODEL_CASE, HUBMODEL_SCENARIO), which `serve` sets; changes to
them come from the address. A hidden bridge of three widgets carries the heartbeat and the address between the browser
and this process.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from html import escape

import ipywidgets as widgets

import hubmodel as hm
from hubmodel.dashboard.controls import box
from hubmodel.dashboard.net import line_for, watched
from hubmodel.dashboard.pages import beginning_with
from hubmodel.dashboard.pages.overview import CARDS
from hubmodel.dashboard.shell import Shell
from hubmodel.dashboard.state import Desk, from_query
from hubmodel.errors import HubmodelError
from hubmodel.study.figures import drawable
from hubmodel.text.language import text


def app(first: str = "overview") -> widgets.Widget:
    """Build the dashboard of the case that the environment names.

    Parameters
    ----------
    first
        The page that it opens with, and the first in its navigation.

    Returns
    -------
    ipywidgets.Widget
        The page, or a card with one line on what is wrong and what to do.
    """
    try:
        case = hm.load(os.environ.get("HUBMODEL_CASE", "northx"), scenario=os.environ.get("HUBMODEL_SCENARIO") or None)
        return Session(Desk(case, drawable(case, CARDS)), first).root
    except Exception as error:  # of any kind: the visitor gets one line
        return failure(line_for(error))


def failure(reason: str) -> widgets.HTML:
    """Make the card that replaces a page that cannot start."""
    return widgets.HTML(
        '<div class="hub-card hub-failure" role="alert"><h2>The dashboard could not start</h2>'
        f"<p>{escape(reason)}</p><p>Correct it, then reload this page.</p></div>"
    )


class Session:
    """The frame with its pages, and the bridge to the browser."""

    def __init__(self, desk: Desk, first: str = "overview") -> None:
        self.desk, self.pages = desk, beginning_with(first)
        self.ask, self.echo = widgets.Text(continuous_update=False), widgets.HTML()
        self.ask.add_class("hub-ask")
        self.echo.add_class("hub-echo")
        watched(self.ask, self._asked)
        self.root = widgets.VBox()
        self.build("en")
        desk.start()

    def build(self, language: str, page: str = "") -> None:
        """Build the frame in a language, on the same desk, with a page open."""
        self.shell = Shell(self.desk, self.pages, language)
        bridge = box("hub-bridge", self.ask, self.echo, self.shell.address)
        self.root.children = (self.shell.root, bridge)
        self.shell.open(page)

    def _asked(self, change: dict[str, str]) -> None:
        number, _, message = change["new"].partition(" ")  # each message is new by its number
        word, _, rest = message.partition(" ")
        answers: dict[str, Callable[[str], None]] = {
            "ping": self._answer_ping,
            "open": self.open,
            "return": self.return_to,
            "page": lambda page: self.shell.open(page),
            "follow": lambda line: self.shell.drawer.follow(*line.split("|")[:3]),
            "file": lambda message: self.shell.receive(message),
            "edit": lambda name: self.shell.edit(name),
            "saved": lambda _: self.shell.parcel.sent(),
        }
        if word in answers:
            answers[word](rest)
        if word in ("open", "return", "page"):
            self.shell.answered(number)

    def _answer_ping(self, number: str) -> None:
        self.echo.value = f'<i data-echo="{escape(number)}"></i>'

    def open(self, query: str) -> None:
        """Restore the state of an address; note another version and report parts that cannot be read."""
        written, version, language, page = from_query(query)
        if language != self.shell.language:
            self.build(language, page)
        elif page:
            self.shell.open(page)
        if version and version != hm.__version__:
            message = text("this address was made with model version {version}", language)
            self.shell.notice = message.format(version=version)
        if not (written or version):
            return
        try:
            self.desk.take(written)
        except HubmodelError as error:
            self.shell.show_failure(error.message)

    def return_to(self, query: str) -> None:
        """Go to an earlier address (Back, Forward): its page, and its state if that differs."""
        written, version, _, page = from_query(query)
        self.shell.open(page)
        try:
            self.desk.restore(written, bool(written or version))
        except HubmodelError as error:
            self.shell.show_failure(error.message)
