"""Fields of a page: typed numbers, read in the unit that the field shows; refusals, under the label of the field."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hubmodel.errors import InputError
from hubmodel.text.numbers import parse_field


def read(typed: str, unit: str, label: str) -> float:
    """Read the text of a field; where the unit is a share, a bare number is per cent.

    Raises
    ------
    NumberError
        for a text that is no number of that unit.
    InputError
        for a share outside 0 to 100 %, under the label of the field.

    >>> read("30", "share", "Commercial margin")
    0.3
    >>> read("-5 %", "share", "Commercial margin")
    Traceback (most recent call last):
    ...
    hubmodel.errors.InputError: Commercial margin must lie between 0 and 100 %, got '-5 %'; type a number from 0 to 100
    """
    value = parse_field(typed, unit)
    if unit == "share" and not 0 <= value <= 1:
        raise InputError(
            "{label} must lie between 0 and 100 %, got {value!r}; type a number from 0 to 100", label=label, value=typed
        )
    return value


def labelled(message: str, labels: Mapping[str, str]) -> str:
    """Return a message with the label of each input in place of its name in the data.

    >>> labelled("hourly_rate must not be negative, got -5", {"hourly_rate": "Hourly rate"})
    'Hourly rate must not be negative, got -5'
    """
    for name, label in labels.items():
        message = re.sub(rf"(?<![\w']){re.escape(name)}(?![\w'])", label.replace("\\", ""), message)
    return message
