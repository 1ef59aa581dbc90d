"""Controls: buttons, boxes, fields, and the levers, each made from its row of data.

A lever is a label, a field for people's numbers, a slider with the row's own range, the grade and source of the row,
a mark with the old value and a reset button. Text that cannot be read stays in the field, with the reason below it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

import ipywidgets as widgets

from hubmodel.case.limits import outside
from hubmodel.case.rows import GRADES, Row
from hubmodel.dashboard import fields
from hubmodel.dashboard.net import pressed, watched
from hubmodel.dashboard.scales import nice_step, settled
from hubmodel.errors import HubmodelError, Message
from hubmodel.text.language import text, translate
from hubmodel.text.numbers import format_value
from hubmodel.text.wording import span


def badge(grade: str, language: str = "en") -> str:
    """Write the grade of a number as a word in a frame with its own colour and border."""
    kind = grade if grade in GRADES else "assumption"
    return f'<span class="hub-badge hub-{kind}">{escape(text(grade, language))}</span>'


def beside(note: str) -> str:
    """Write the note that a value lies outside its range, on amber."""
    return f'<span class="hub-outside">{escape(note)}</span>' if note else ""


def keep_place(text: str, name: str) -> str:
    """Reserve the place of a hidden text, which screen readers skip, too."""
    return f'<span class="{name} hub-kept" data-kept="{escape(text)}"></span>'


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
    for css_class in name.split():
        made.add_class(css_class)
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
    """An input of the page.

    Parameters
    ----------
    row
        Its row of data: value, unit, range, source and grade.
    label
        Name of the input in the page's language.
    language
        ``en`` or ``sv``.
    change
        Called with the new value [unit of the row]; may raise HubmodelError, whose message is then shown.
    """

    def __init__(self, row: Row, label: str, language: str, change: Callable[[float], None]) -> None:
        self.row, self.label, self.language = row, label, language
        self.base = self.value = float(row.value)
        self._change, self._quiet = change, False
        self.field = widgets.Text(value=self._shown(self.base), description=label, continuous_update=False)
        watched(self.field, self._typed)
        parts: list[widgets.Widget] = [self.field]
        self.slider = self._slider()
        self._stood = self.base  # value of the slider
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
        """Show a value that was set elsewhere (undo, reset, an address) without calling `change`."""
        self.value, self._quiet = value, True
        self.field.value = self._shown(value)
        if self.slider is not None:
            self.slider.value = value
            self._stood = settled(self.slider.value)
        self._quiet = False
        self.message.value = ""
        self.box.remove_class("hub-invalid")
        changed = value != self.base
        self.reset.disabled = not changed
        self.source.value = self._source(value)
        (self.box.add_class if changed else self.box.remove_class)("hub-changed")

    def shows(self, value: float) -> bool:
        """True if the lever already shows a value."""
        return self.value == value

    def refuse(self, reason: Message) -> None:
        """Say why a number was refused; the typed text stays."""
        self.message.value = escape(fields.labelled(translate(reason, self.language), {self.row.name: self.label}))
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
            value = fields.read(change["new"], self.row.unit, self.label)
        except HubmodelError as error:
            self.refuse(error.message)
        else:
            self._set(value)

    def _slid(self, change: dict[str, float]) -> None:
        value = settled(change["new"])
        if not self._quiet and value != self._stood:  # the browser echoes a value that was set, with rounding errors
            self._set(value)

    def _set(self, value: float) -> None:
        try:
            self._change(value)
        except HubmodelError as error:
            self.refuse(error.message)
        else:
            self.show(value)

    def _shown(self, value: float) -> str:
        return format_value(value, self.row.unit, self.language) if value else "0"

    def _source(self, value: float) -> str:
        row, language = self.row, self.language
        # the place of the old value is reserved, so that nothing moves under the hand
        old = f"{text('was', language)} {self._shown(self.base)}"
        was = keep_place(old, "hub-old") if value == self.base else f'<span class="hub-old">{escape(old)}</span>'
        source = " · ".join(escape(part) for part in (row.source, row.locator) if part)
        origin = f"{escape(text('Source', language))}: {source or escape(text('none: an assumption', language))}"
        return (
            f'<details class="hub-source"><summary title="{escape(row.note)}">{badge(row.grade, language)}'
            f"{self._range(value)}{was}</summary>"
            f"<p>{escape(row.note)}</p><p>{origin}</p></details>"
        )

    def _range(self, value: float) -> str:
        """Write the range of the row, or a note that the value lies outside it."""
        row, language = self.row, self.language
        if row.low is None or row.high is None:
            return ""
        if note := outside(row, value, language):
            return beside(note)
        return f"<span>{escape(span(row.low, row.high, row.unit, language))}</span>"
