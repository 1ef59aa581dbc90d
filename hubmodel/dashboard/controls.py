"""Levers: one factory makes every input of a page from its row of data.

A lever is a label, a field for people's numbers, a slider with the row's own range, the grade and source of the row,
a mark with the old value and a reset button. What was typed stays when it cannot be read; the reason stands under it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

import ipywidgets as widgets

from hubmodel.dashboard.net import pressed, watched
from hubmodel.dashboard.scales import nice_step
from hubmodel.errors import HubmodelError
from hubmodel.language import said, text
from hubmodel.numbers import format_value, parse_number
from hubmodel.rows import GRADES, Row


def badge(grade: str, language: str = "en") -> str:
    """Grade of a number as a word in a coloured, differently bordered frame."""
    kind = grade if grade in GRADES else "assumption"
    return f'<span class="hub-badge hub-{kind}">{escape(text(grade, language))}</span>'


def button(label: str, action: Callable[[], None], *classes: str, tooltip: str = "") -> widgets.Button:
    """Make a button that calls a function without arguments."""
    made = widgets.Button(description=label, tooltip=tooltip or label)
    for name in classes:
        made.add_class(name)
    pressed(made, action)
    return made


def box(name: str, *children: widgets.Widget) -> widgets.VBox:
    """Make a box with classes for the stylesheet (no sizes in Python)."""
    made = widgets.VBox(list(children))
    for one in name.split():
        made.add_class(one)
    return made


def choice(label: str, options: Mapping[str, str], action: Callable[[], None]) -> widgets.Dropdown:
    """Make a labelled list to choose from (text to value) that calls a function when another is chosen."""
    made = widgets.Dropdown(description=label, options=list(options.items()))
    watched(made, lambda _: action())
    return made


def entry(label: str, action: Callable[[str], None]) -> widgets.Text:
    """Make a labelled field of text that calls a function with what was typed."""
    made = widgets.Text(description=label, continuous_update=False)
    watched(made, lambda change: action(change["new"]))
    return made


class Lever:
    """One input of the page.

    Parameters
    ----------
    row
        The row of data behind it: value, unit, range, source and grade.
    label
        Name of the input in the page's language.
    language
        ``en`` or ``sv``.
    change
        Called with the new value [unit of the row]; may raise HubmodelError, whose text is then shown.
    """

    def __init__(self, row: Row, label: str, language: str, change: Callable[[float], None]) -> None:
        self.row, self.label, self.language = row, label, language
        self.base = self.value = float(row.value)
        self._change, self._quiet = change, False
        self.field = widgets.Text(value=self._shown(self.base), description=label, continuous_update=False)
        watched(self.field, self._typed)
        parts: list[widgets.Widget] = [self.field]
        self.slider = self._slider()
        if self.slider is not None:
            watched(self.slider, self._slid)
            parts.append(self.slider)
        self.source = widgets.HTML(self._source(self.base))
        self.reset = button(
            text("Reset", language),
            lambda: self._set(self.base),
            "hub-reset",
            tooltip=f"{text('Reset', language)}: {label}",
        )
        self.reset.disabled = True
        self.message = widgets.HTML()
        self.message.add_class("hub-message")
        self.box = box("hub-lever", *parts, self.message, box("hub-under", self.source, self.reset))

    def show(self, value: float) -> None:
        """Show a value that was set elsewhere (undo, reset, an address) without calling back."""
        self.value, self._quiet = value, True
        self.field.value = self._shown(value)
        if self.slider is not None:
            self.slider.value = value
        self._quiet = False
        self.message.value = ""
        self.box.remove_class("hub-invalid")
        changed = value != self.base
        self.reset.disabled = not changed
        self.source.value = self._source(value)
        (self.box.add_class if changed else self.box.remove_class)("hub-changed")

    def shows(self, value: float) -> bool:
        """Whether the lever already stands at a value."""
        return self.value == value

    def refuse(self, reason: str) -> None:
        """Say why a number was not taken; what was typed stays."""
        self.message.value = escape(said(reason, self.language))
        self.box.add_class("hub-invalid")

    def _slider(self) -> widgets.FloatSlider | None:
        low, high = self.row.low, self.row.high
        if low is None or high is None or not low < high:
            return None
        return widgets.FloatSlider(
            value=self.base, min=low, max=high, step=nice_step(low, high), readout=False, continuous_update=True
        )

    def _typed(self, change: dict[str, str]) -> None:
        if self._quiet:
            return
        try:
            value = parse_number(change["new"], self.row.unit)
        except HubmodelError as error:
            self.refuse(str(error))
        else:
            self._set(value)

    def _slid(self, change: dict[str, float]) -> None:
        if not self._quiet:
            self._set(change["new"])

    def _set(self, value: float) -> None:
        try:
            self._change(value)
        except HubmodelError as error:
            self.refuse(str(error))
        else:
            self.show(value)

    def _shown(self, value: float) -> str:
        return format_value(value, self.row.unit, self.language) if value else "0"

    def _source(self, value: float) -> str:
        row, language = self.row, self.language
        span = (
            ""
            if self.slider is None
            else f"{self._shown(self.slider.min)} {text('to', language)} {self._shown(self.slider.max)}"
        )
        old = f'<span class="hub-old">{escape(text("was", language))} {escape(self._shown(self.base))}</span>'
        source = " · ".join(escape(part) for part in (row.source, row.locator) if part)
        origin = f"{escape(text('Source', language))}: {source or escape(text('none: an assumption', language))}"
        return (
            f'<details class="hub-source"><summary title="{escape(row.note)}">{badge(row.grade, language)}'
            f"<span>{escape(span)}</span>{old if value != self.base else ''}</summary>"
            f"<p>{escape(row.note)}</p><p>{origin}</p></details>"
        )
