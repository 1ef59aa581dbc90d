"""Scales for the screen: steps of a slider, bars of a tornado, cells of a table."""

from __future__ import annotations

import math
from collections.abc import Sequence

from babel.numbers import format_decimal

from hubmodel.text.numbers import NOTHING, format_value


def cell(value: float, unit: str, language: str = "en") -> str:
    """Format a value for a table whose header has the unit: money in millions, a negative in brackets.

    >>> cell(111.4e6, "SEK"), cell(-2.5e6, "SEK")
    ('111.4', '(2.5)')
    """
    if unit == "SEK":
        shown = format_decimal(abs(value) / 1e6, "0.0", locale=language)
        return f"({shown})" if value < 0 else shown if value else NOTHING
    return format_value(value, unit, language, parentheses=True)


def nice_step(low: float, high: float) -> float:
    """Return the step of a slider between two values: a power of ten or five times one, for 50 to 250 steps.

    >>> nice_step(900, 1600), nice_step(0.2, 0.5), nice_step(0, 1)
    (10.0, 0.005, 0.01)
    """
    step: float = 10.0 ** math.floor(math.log10((high - low) / 50))
    return step * 5 if (high - low) / step > 250 else step


def settled(value: float) -> float:
    """Round floating-point errors off the value of a slider.

    >>> settled(0.30000000000000004), settled(1500.0)
    (0.3, 1500.0)
    """
    return float(f"{value:.12g}")


def along(values: Sequence[float], margin: float = 4.0) -> list[float]:
    """Place values along a line, in per cent of its length, with a margin at both ends.

    >>> along([-10, 0, 10])
    [4.0, 50.0, 96.0]
    """
    low, high = min(values), max(values)
    return [margin + (100 - 2 * margin) * ((value - low) / (high - low) if high > low else 0.5) for value in values]


def tornado_bars(ends: Sequence[tuple[float, float]], base: float) -> list[str]:
    """Draw the bars of a tornado as HTML: each input's low and high end, measured from the base value, to one scale."""
    largest = max((abs(end - base) for pair in ends for end in pair), default=0.0) or 1.0
    return [_half(low - base, largest, "down") + _half(high - base, largest, "up") for low, high in ends]


def _half(value: float, largest: float, kind: str) -> str:
    share = 50 * abs(value) / largest
    start = 50 if value >= 0 else 50 - share
    return f'<i class="hub-{kind}" style="left:{start:.1f}%;width:{share:.1f}%"></i>'
