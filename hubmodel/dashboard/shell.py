"""The frame of the dashboard around its pages: header, navigation, answer, levers and the drawer.

A page is built when it is first opened, and repainted only while it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Protocol, cast, runtime_checkable

import ipywidgets as widgets

import hubmodel as hm
from hubmodel.dashboard import fragments
from hubmodel.dashboard.controls import Lever, box, button
from hubmodel.dashboard.drawer import NPV, Drawer, Parcel
from hubmodel.dashboard.net import NET
from hubmodel.dashboard.state import Desk
from hubmodel.errors import HubmodelError, Message
from hubmodel.study.explain import Explanation
from hubmodel.study.result import KeyFigure
from hubmodel.text.language import label, text, translate
from hubmodel.text.numbers import format_value
from hubmodel.text.wording import probability, signed
from hubmodel.uncertainty.draws import has_ranges
from hubmodel.uncertainty.verdict import verdict


class Page(Protocol):
    """The interface of a page."""

    root: widgets.Widget

    def show_lines(self) -> None:
        """Repaint the parts that need the lines only; runs while a lever moves."""

    def show_solved(self) -> None:
        """Repaint solved figures and tables, once the levers rest."""

    def show_bands(self) -> None:
        """Repaint the parts that need draws."""


class Failed:
    """The replacement of a page that could not be built: its error, which does not follow the session."""

    def __init__(self, html: str) -> None:
        self.root = widgets.HTML(html)

    def show_lines(self) -> None:
        """Leave the error as it is."""

    show_solved = show_bands = show_lines


@runtime_checkable
class Receiver(Protocol):
    """A page that accepts files."""

    def receive(self, message: str) -> None:
        """Read a file: its name and content, as the page's script sends them."""


@runtime_checkable
class Editor(Protocol):
    """A page on which an input can be changed."""

    def edit(self, name: str) -> None:
        """Open an input, ``key`` or ``key[row]``."""


@runtime_checkable
class Explaining(Protocol):
    """A page with lines that the run of the hub does not have."""

    def explain(self, name: str, row: str, period: str, depth: int) -> Explanation | None:
        """Explain a line of the page; None for any other name."""


Builder = Callable[["Shell"], Page]


class Shell:
    """The frame around the pages, in one language.

    Parameters
    ----------
    desk
        The visitor's session.
    pages
        By name, in the order of the navigation: title and builder of each page, and whether levers are beside it.
    language
        ``en`` or ``sv``.
    """

    def __init__(self, desk: Desk, pages: Mapping[str, tuple[str, Builder, bool]], language: str = "en") -> None:
        self.desk, self.language, self.notice, self.pages = desk, language, "", pages
        desk.on_lines, desk.on_solved, desk.on_failed = self.show_lines, self.show_solved, self.show_failure
        desk.on_bands, NET.tell = self.show_bands, self.show_failure
        self.head, self.nav, self.foot, self.answer, self.address = (widgets.HTML() for _ in range(5))
        self.status, self.odds, self.plot = (widgets.HTML() for _ in range(3))
        for name in ("head", "nav", "foot", "address", "status", "odds"):
            getattr(self, name).add_class(f"hub-{name}")
        self.plot.add_class("hub-plot-place")
        self.turn = "0"  # number of the last message about a page that was answered
        self.odds_line = ""
        self.levers: dict[str, list[Lever]] = {}
        self.parcel, self.drawer = Parcel(), Drawer(desk, language, self._explained)
        self.undo = button(self._("Undo"), desk.undo)
        self.redo = button(self._("Redo"), desk.redo)
        self.reset = button(self._("Reset all"), self.reset_all)
        self.built: dict[str, Page] = {}
        self.name = next(iter(pages))
        self.body = box("hub-body")
        self.side = self._side()
        self.root = self._layout()
        self.ready = False

    def _(self, message: str) -> str:
        return text(message, self.language)

    @property
    def page(self) -> Page:
        """Return the present page."""
        return self.built[self.name]

    def open(self, name: str) -> None:
        """Show a page, built when it is first opened; a page that fails is replaced by its error."""
        self.name = name if name in self.pages else next(iter(self.pages))
        title, build, levers = self.pages[self.name]
        try:
            if isinstance(self.built.get(self.name, Failed("")), Failed):
                self.built[self.name] = build(self)
            self._paint()
        except Exception as error:  # of any kind: the visitor gets a sentence and the other pages
            self.built[self.name] = Failed(fragments.failed(self._(title), error, self.language))
        self.body.children = (self.page.root,)
        (self.root.remove_class if levers else self.root.add_class)("hub-alone")
        self._show_frame()

    def _paint(self) -> None:
        self.show_lines()
        if self.desk.solved:
            self.page.show_solved()
        self.page.show_bands()

    def lever(self, name: str) -> Lever:
        """Make a lever of an input that follows the session."""
        row, desk = self.desk.row(name), self.desk
        title = ", ".join([label(row.key, self.language), *([row.row] if row.row else [])])
        made = Lever(row, title, self.language, lambda value: desk.change(row.name, value))
        made.show(desk.value(row.name))
        self.levers.setdefault(row.name, []).append(made)
        return made

    def label(self, name: str) -> str:
        """Return the label of a key figure in the page's language."""
        return label(name, self.language)

    def figure(self, name: str) -> KeyFigure | None:
        """Find a key figure of the present run; None while it is being computed."""
        return self.desk.result.key_figures.get(name)

    def answered(self, number: str) -> None:
        """Record in the address which message about a page has been answered."""
        self.turn = number
        self._show_address()

    def change(self, name: str) -> str:
        """Return the difference of a key figure from the case as loaded, as HTML; blank if nothing was changed."""
        now, base = self.figure(name), self.desk.base_result.key_figures.get(name)
        if not self.desk.changed or now is None or base is None or now.value is None or base.value is None:
            return ""
        shown = signed(now.value - base.value, now.unit, self.language)
        return f'<span class="hub-moved">{escape(shown)}</span>'

    def show_lines(self) -> None:
        """Repaint the parts that need the lines only; runs while a lever moves."""
        desk = self.desk
        self._show_address()  # first, so that Back finds the state of any value that was seen
        self.status.value = self._announcement()
        self._say_verdict()
        self.page.show_lines()
        for name, levers in self.levers.items():
            for lever in levers:
                if not lever.shows(desk.value(name)):
                    lever.show(desk.value(name))
        self.undo.disabled, self.redo.disabled = not desk.history.past, not desk.history.future
        self.reset.disabled = not desk.changed

    def show_solved(self) -> None:
        """Repaint solved figures, once the levers rest."""
        self.ready = True
        self._safely(lambda: self.page.show_solved())
        self._show_frame()

    def show_bands(self) -> None:
        """Repaint the parts that need draws."""
        self._say_verdict()
        self._safely(lambda: self.page.show_bands())

    def show_failure(self, message: Message) -> None:
        """Say why a run was refused; the last good numbers stay."""
        self.status.value = f"{escape(self._('Not computed'))}: {escape(translate(message, self.language))}"

    def receive(self, message: str) -> None:
        """Take a file from the browser to the page that asked for it."""
        if isinstance(self.page, Receiver):
            self.page.receive(message)

    def edit(self, name: str) -> None:
        """Open an input for a change, on the page that can."""
        if isinstance(self.page, Editor):
            self._safely(lambda: cast(Editor, self.page).edit(name))

    def _explained(self, name: str, row: str, period: str, depth: int) -> Explanation | None:
        page = self.built.get(self.name)
        return page.explain(name, row, period, depth) if isinstance(page, Explaining) else None

    def reset_all(self) -> None:
        """Reset every lever to its row, and drop texts that could not be read."""
        self.desk.reset()
        for levers in self.levers.values():
            for lever in levers:
                lever.show(lever.base)

    def _safely(self, paint: Callable[[], None]) -> None:
        try:
            paint()
        except HubmodelError as error:
            self.show_failure(error.message)

    def _side(self) -> widgets.VBox:
        """Lay out the strip with the value, its change and its odds, and the levers; both stay in view."""
        title = widgets.HTML(
            f"<h2>{escape(self._('What if?'))}</h2>"
            f'<p class="hub-soft">{escape(self._("Move a lever or type a number."))}</p>'
        )
        tools = box("hub-tools", self.undo, self.redo, self.reset)
        made = (self.lever(name) for name in self.desk.loaded.levers)
        ask = widgets.HTML(f'<button type="button" class="hub-what-if">{escape(self._("What if?"))}</button>')
        strip = box("hub-strip", self.status, self.odds, ask)
        return box("hub-side", strip, box("hub-card hub-levers", title, tools, *(lever.box for lever in made)))

    def _layout(self) -> widgets.VBox:
        return box(
            "hub-page", self.head, self.nav, box("hub-answer", self.answer, self.plot), self.side, self.body,
            self.foot, self.drawer.box, self.parcel.html,
        )  # fmt: skip

    def _show_frame(self) -> None:
        self._show_head()
        links = [(name, self._(title), name == self.name) for name, (title, _, _) in self.pages.items()]
        self.nav.value = fragments.navigation(links, self._("Pages"))
        self._say_verdict()
        self._show_address()

    def _show_address(self) -> None:
        query = self.query(self.language)
        ready = "yes" if self.ready else "no"
        self.address.value = (
            f'<i data-query="{escape(query)}" data-language="{self.language}" data-ready="{ready}" '
            f'data-turn="{escape(self.turn)}" data-origin="{escape(self.origin)}"></i>'
        )

    def query(self, language: str) -> str:
        """Return the query of the present state: page, changes to the base case, model version and language."""
        first = self.name == next(iter(self.pages))
        return "&".join(filter(None, [self.desk.query(language), "" if first else f"page={self.name}"]))

    @property
    def origin(self) -> str:
        """Return the origin that every export carries: case, scenario, model version and hash of the inputs."""
        case = self.desk.case
        return f"{case.name} · {case.scenario} · hubmodel {hm.__version__} · {case.inputs_hash}"

    def _say_verdict(self) -> None:
        """Show the three lines and the odds; while draws are being made the last odds are grey."""
        drawn = self.desk.drawn_now()
        if drawn is not None and NPV not in drawn.values:
            drawn = None
        waiting = drawn is None and has_ranges(self.desk.case)
        found = verdict(self.desk.result, drawn, unsaid=Message("nothing was drawn") if waiting else "")
        lines = found.lines(self.language)
        if not waiting:
            self.odds_line = lines[1]
        if found.odds and drawn:
            share = probability(found.odds.share_below, self.language)
            self.odds.value = escape(self._("below zero in {share} of the draws").format(share=share))
            self.plot.value = fragments.strip(drawn.summary(NPV), self.language)
        shown = (lines[0], self.odds_line or self._("computing"), lines[2])
        self.answer.value = fragments.lines(shown, waiting) + fragments.soft(self.desk.result.basis(self.language))
        for part in (self.odds, self.plot):
            (part.add_class if waiting else part.remove_class)("hub-stale")

    def _show_head(self) -> None:
        case, result = self.desk.case, self.desk.result
        light = f"<li>{escape(self._('Checks'))}: {fragments.light(result.checks, self.language)}</li>"
        other, name = {"en": ("sv", "Svenska"), "sv": ("en", "English")}[self.language]
        query = self.query(other) or f"language={other}"
        switch = f'<a lang="{other}" hreflang="{other}" href="?{escape(query)}">{name}</a>'
        top = f'<div class="hub-top"><h1>{escape(case.text_of("title", self.language))}</h1>{switch}</div>'
        self.head.value = f"{top}{self._fact_list({'Scenario': self._(case.scenario)}, light)}"
        facts = {"View": self._(result.view), "Model": hm.__version__, "Inputs": case.inputs_hash}
        self.foot.value = self._fact_list(facts)

    def _fact_list(self, facts: Mapping[str, str], more: str = "") -> str:
        items = "".join(f"<li>{escape(self._(name))}: <b>{escape(value)}</b></li>" for name, value in facts.items())
        return f'<ul class="hub-facts">{items}{more}</ul>'

    def _announcement(self) -> str:
        now = self.figure(NPV)
        if now is None:
            return ""
        change = self.change(NPV)
        since = f"{change} {escape(self._('from the base case'))}" if change else escape(self._("the case as loaded"))
        notice = f" ({escape(self.notice)})" if self.notice else ""
        value = escape(format_value(now.value, now.unit, self.language))
        return (
            f'<span class="hub-strip-name">{escape(self.label(NPV))}</span> <b>{value}</b>'
            f'<span class="hub-hidden">:</span> <span class="hub-since">{since}{notice}</span>'
        )
