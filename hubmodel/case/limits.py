"""Limits of the inputs of a case, the same for files, page, command line and workbook.

What an input can be is declared where a line item takes it (`hubmodel.engine.units`: Share, Positive[Years],
Once[SEK]); a value beyond is refused. What it is likely to be is the range of its row; a value outside is only noted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Protocol

from hubmodel.case.rows import ROUNDING, Row
from hubmodel.engine import units
from hubmodel.engine.graph import Model
from hubmodel.engine.units import Limits
from hubmodel.errors import Message, UnknownName
from hubmodel.text import numbers
from hubmodel.text.language import text
from hubmodel.text.wording import span

OF_A_PRICE = ("deposit_share", "milestone_share")


class Inputs(Protocol):
    """The parts of a case that limits depend on."""

    @property
    def model(self) -> Model:
        """The line items."""

    @property
    def by_key(self) -> Mapping[str, tuple[Row, ...]]:
        """The rows."""

    @property
    def choices(self) -> Collection[str]:
        """The keys that are choices."""

    @property
    def first(self) -> int:
        """The first year of the calendar."""

    @property
    def last(self) -> int:
        """The last year of the calendar."""


def bounds_of(case: Inputs, key: str) -> tuple[float, float]:
    """Return the lowest and highest value that an input may have [engine's unit]; infinite where it has no limit.

    Raises
    ------
    UnknownName
        for what is no input with a number.

    >>> from hubmodel.case.loading import load_case
    >>> bounds_of(load_case("northx"), "tax_rate")
    (0, 1)
    """
    if key not in case.model.limits:
        raise UnknownName.of("input", key, case.model.limits)
    if case.model.shown_in[key] == "date":
        return case.first, case.last + 1
    limits = case.model.limits[key]
    return limits.low, limits.high


def problem_of(case: Inputs, row: Row, name: str = "", typed: bool = False) -> Message:
    """Return what is wrong with the value, range or period of a row; blank if nothing.

    Parameters
    ----------
    case, row
        the case, and one of its rows.
    name
        the name for the row in the message, its key if not given.
    typed
        whether the value was read from a text, in which only per cent can be more than the whole.
    """
    name, key = name or row.key, row.key
    if key in case.choices or case.model.units.get(key) != units.parse(row.unit)[1]:
        return Message("")
    limits = case.model.limits[key]
    if limits.once and row.period:
        return Message(
            "{name} has one value for the whole calendar, got one for {period}; leave the period blank",
            name=name, period=row.period,
        )  # fmt: skip
    is_date = case.model.shown_in[key] == "date"
    if is_date and not Limits(*bounds_of(case, key)).hold(row.base):
        problem = Message(
            "{date} lies outside the calendar {first} to {last}; change the date or the calendar",
            date=numbers.format_value(row.base, "date"), first=case.first, last=case.last,
        )  # fmt: skip
        return Message("{place}: {problem}", place=name, problem=problem)
    if typed and row.unit == "share" and row.base > 1 and (problem := beyond(name, 100 * row.base, "%", limits)):
        return problem  # 206 % is read as 2.06, which must not be taken for 2.06 %
    values = [float(value) for value in (row.value, row.low, row.high) if value is not None]
    return next(filter(None, (beyond(name, value, row.unit, limits) for value in values)), Message(""))


def beyond(name: str, value: float, unit: str, limits: Limits) -> Message:
    """Return what is wrong with a value [unit] outside its limits [engine's unit]; blank if nothing.

    >>> beyond("tax_rate", 206.0, "%", Limits(0, 1))
    'tax_rate must be a share between 0 and 1, got 206 %; give 100 % at most'
    """
    base = value * units.parse(unit)[0]
    if limits.hold(base) or limits.hold(round(base, 12)):
        return Message("")
    shown = with_unit(value, unit)
    if limits.high == 1 and base > 1:
        if unit == "share" and value <= 100:
            return Message(
                "{name} must be a share between 0 and 1, got {value:g}; write {value:g} % as {share:g}",
                name=name, value=value, share=value / 100,
            )  # fmt: skip
        return Message(
            "{name} must be a share between 0 and 1, got {value}; give 100 % at most", name=name, value=shown
        )
    if limits.high == 1 and base < 0:
        return Message("{name} must be a share between 0 and 1, got {value}; give 0 % at least", name=name, value=shown)
    low, high = (with_unit(end / units.parse(unit)[0], unit) for end in (limits.low, limits.high))
    if base > limits.high:
        return Message(
            "{name} must be {high} at most, got {value}; give a smaller number", name=name, high=high, value=shown
        )
    if limits.above:
        return Message("{name} must be above {low}, got {value}; give a larger number", name=name, low=low, value=shown)
    return Message(
        "{name} must not be negative, got {value:g} {unit}; give a positive number", name=name, value=value, unit=unit
    )


def with_unit(value: float, unit: str) -> str:
    """Write a value with its unit, or without where it is a plain number.

    >>> with_unit(0.25, "share"), with_unit(25.0, "%"), with_unit(0.08, "1/year")
    ('0.25', '25 %', '0.08')
    """
    factor, base = units.parse(unit)
    plain = factor == 1 and str(base) in ("1", "1/year")
    return f"{value:g}" if plain else f"{value:g} {unit}"


def sums_beyond(case: Inputs) -> Iterator[Message]:
    """Yield the problem that the shares of one price add up to more than the whole, with its place."""
    rows = [row for key in OF_A_PRICE for row in case.by_key.get(key, ())]
    if any(sum(_largest(case, key, row.row) for key in OF_A_PRICE) > 1 + ROUNDING for row in rows):
        problem = Message("deposit_share and milestone_share are more than the whole price together; lower one of them")
        yield Message("{place}: {problem}", place=rows[0].where, problem=problem) if rows[0].where else problem


def _largest(case: Inputs, key: str, label: str) -> float:
    """Return the largest value of an input for a member, over the periods."""
    rows = case.by_key.get(key, ())
    own = [row for row in rows if row.row == label]
    every = [row for row in rows if not row.row or row.row.startswith("each ")]
    return max((row.base for row in own or every), default=0.0)


def outside(row: Row, value: float, language: str = "en") -> str:
    """Return a note that a value lies outside the range of its row; blank where it does not.

    >>> row = Row(key="margin", row="", period="", value=0.25, unit="share", low=0.17, high=0.32, spread="",
    ...           price_year=None, source="", locator="", grade="assumption", note="a guess")
    >>> outside(row, 0.45).replace(chr(160), " "), outside(row, 0.3)
    ('outside its range 17–32 %', '')
    """
    if row.low is None or row.high is None or row.spans(value):
        return ""
    return text("outside its range {span}", language).format(span=span(row.low, row.high, row.unit, language))


def notes_of(case: Inputs, language: str = "en") -> tuple[str, ...]:
    """Return a note for each value outside the range of its row: possible, but not likely.

    >>> from hubmodel.case.loading import load_case
    >>> notes_of(load_case("northx").with_({"discount_rate": 1}))[0].replace(numbers.NBSP, " ")
    'discount_rate is 100 %/year, outside its range 8 %/year to 14 %/year'
    """
    note = text("{name} is {value}, outside its range {low} to {high}", language)
    notes = []
    for row in _outside_range(case):
        value, low, high = (
            numbers.format_value(end, row.unit, language, digits=None) if end else "0"
            for end in (float(row.value), row.low, row.high)
        )
        name = f"{row.name} {row.period}" if row.period else row.name
        notes.append(note.format(name=name, value=value, low=low, high=high))
    return tuple(notes)


def _outside_range(case: Inputs) -> Iterator[Row]:
    for row in (row for rows in case.by_key.values() for row in rows):
        if row.low is not None and row.high is not None and not row.spans(float(row.value)):
            yield row
