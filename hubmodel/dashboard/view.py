"""The common base of pages: panels by name, texts in the page's language, and repainting that does nothing."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import ipywidgets as widgets

from hubmodel.dashboard import fragments
from hubmodel.dashboard.controls import box
from hubmodel.dashboard.drawer import panel
from hubmodel.dashboard.shell import Shell
from hubmodel.errors import HubmodelError
from hubmodel.text.language import translate


class View:
    """A page in the shell, which shows the visitor's session.

    Parameters
    ----------
    shell
        The frame.
    titles
        Name and English title of each panel of HTML.
    """

    root: widgets.Widget

    def __init__(self, shell: Shell, titles: Mapping[str, str] = {}) -> None:
        self.shell, self.desk, self.language = shell, shell.desk, shell.language
        self.titles = dict(titles)
        self.panels = {name: widgets.HTML() for name in titles}
        self._headed: set[str] = set()
        self.boxes = {name: box(f"hub-card hub-panel hub-{name}", html) for name, html in self.panels.items()}
        for name in titles:
            self.write(name, f'<p class="hub-computing">{escape(self._("computing"))}</p>')

    def _(self, message: str) -> str:
        return self.shell._(message)

    def refused(self, error: HubmodelError) -> str:
        """Return the message of an error in the page's language."""
        return translate(error.message, self.language)

    def write(self, name: str, body: str, note: str = "") -> None:
        """Write a panel under its title: a note as text, then HTML."""
        soft = f'<p class="hub-soft">{escape(note)}</p>' if note else ""
        self.panels[name].value = soft + body if name in self._headed else panel(self._(self.titles[name]), soft + body)

    def control(self, name: str, *controls: widgets.Widget, note: str = "") -> None:
        """Put controls between the title and the body of a panel."""
        self._headed.add(name)
        soft = f'<p class="hub-soft">{escape(note)}</p>' if note else ""
        heading = widgets.HTML(panel(self._(self.titles[name]), soft))
        self.boxes[name].children = (heading, *controls, self.panels[name])
        self.write(name, "")

    def table(self, head: list[str], rows: list[list[str]], caption: str, file: str = "", wraps: bool = False) -> str:
        """Make a table of plain texts, with its CSV if a file is named; `wraps` is for words, aligned left."""
        cells = [[escape(cell) for cell in row] for row in rows]
        made = fragments.table([escape(cell) for cell in head], cells, caption)
        made = f'<div class="hub-words">{made}</div>' if wraps else made
        if not file:
            return made
        content = fragments.csv_of([head, *rows])
        name = f"{self.desk.case.name}_{file}.csv"
        return made + fragments.download(name, content, self.shell.origin, caption, self.language)

    def show_lines(self) -> None:
        """Repaint the parts that need the lines only."""

    def show_solved(self) -> None:
        """Repaint solved figures and tables."""

    def show_bands(self) -> None:
        """Repaint the parts that need draws."""
