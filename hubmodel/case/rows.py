"""A row of data, one number with its provenance, and the rules for it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, SkipValidation, ValidationError, field_validator, model_validator

from hubmodel.engine import units
from hubmodel.errors import Message, RuleError
from hubmodel.text import numbers

GRADES = ("documented", "published", "estimate", "assumption")  # from the strongest to the weakest
SIGNED = {"ratio", "date", "1/year", "choice"}
ROUNDING = 1e-9  # of the ends of a range: a slider steps in floats
PERIOD = re.compile(r"(?P<year>\d{4})(-(?P<month>0[1-9]|1[0-2]))?$")


class Row(BaseModel):
    """One number with its provenance; `value` is as written, in `unit`."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    key: str
    row: str
    period: str
    value: float | str
    unit: str
    low: float | None
    high: float | None
    spread: Literal["", "triangular", "pert", "uniform", "normal", "lognormal", "discrete", "none"]
    price_year: int | None
    source: str
    locator: str
    grade: Literal["documented", "published", "estimate", "assumption"]
    note: str
    where: SkipValidation[str] = Field(default="", repr=False)  # a message stays a message

    @field_validator("low", "high", "price_year", mode="before")
    @classmethod
    def _blank_is_none(cls, text: Any) -> Any:
        return None if text == "" else text

    @model_validator(mode="after")
    def _rules(self) -> Row:
        if self.unit == "choice":
            return self
        if not self.unit:
            raise RuleError("has no unit; write one, '1' for a plain number")
        units.parse(self.unit)
        object.__setattr__(self, "value", self._number(self.value))
        if not PERIOD.match(self.period or "2000"):
            raise RuleError("period must be blank, 2027 or 2027-03, got {period!r}", period=self.period)
        self._is_finite()
        self._has_a_range()
        if self.grade != "assumption" and not self.source:
            raise RuleError("is graded {grade} without a source; name it, or grade it assumption", grade=self.grade)
        if self.grade == "assumption" and not self.note:
            raise RuleError("is an assumption without a note; say why this value")
        return self

    def _number(self, text: float | str) -> float:
        if self.unit == "date":
            return numbers.parse_number(text, "date") if isinstance(text, str) else text
        try:
            value = float(text)
        except ValueError:
            raise RuleError("must be a number with a decimal point, got {value!r}", value=text) from None
        if not math.isfinite(value):
            raise RuleError("must be a finite number, got {value}; leave out what is not known", value=text)
        return value

    def _is_finite(self) -> None:
        for value in (self.value, self.low, self.high):
            if value is None or not isinstance(value, float):
                continue
            if not math.isfinite(value):
                raise RuleError("must be a finite number, got {value}", value=value)

    def _has_a_range(self) -> None:
        low, high = self.low, self.high
        if (low is None) != (high is None):
            raise RuleError("has one end of a range; give both low and high, or neither")
        if self.spread and low is None:
            raise RuleError(
                "has the spread {spread} but no range; give low and high, or leave out the spread", spread=self.spread
            )
        if self.spread == "lognormal" and low is not None and low <= 0:
            raise RuleError("is lognormal, so low must be above zero, got {low:g}; give another low or spread", low=low)
        if self.where and low is not None and high is not None and not low <= float(self.value) <= high:
            raise out_of_range(low, float(self.value), high)

    def spans(self, value: float) -> bool:
        """True if a value lies within the row's range, or the row has no range."""
        if self.low is None or self.high is None:
            return True
        room = ROUNDING * max(abs(self.low), abs(self.high))
        return self.low - room <= value <= self.high + room

    @property
    def factor(self) -> float:
        """The factor from the row's unit to the engine's unit."""
        return units.parse(self.unit)[0]

    @property
    def base(self) -> float:
        """The value in the engine's unit."""
        return float(self.value) * self.factor

    @property
    def name(self) -> str:
        """``key`` or ``key[row]``, as scenarios name it."""
        return f"{self.key}[{self.row}]" if self.row else self.key


def out_of_range(low: float, value: float, high: float) -> RuleError:
    """Build the error for a value outside the range of its own row."""
    return RuleError(
        "must lie in its range, got {low:g} <= {value:g} <= {high:g}; mend value or range",
        low=low, value=value, high=high,
    )  # fmt: skip


def weakest_grade(rows: Iterable[Row]) -> str:
    """Return the weakest grade among the rows of a key."""
    return max((row.grade for row in rows), key=GRADES.index)


def first_message(error: ValidationError, kind: type[BaseModel] = Row) -> Message:
    """Return the first problem of a row in one line that follows the row's name."""
    first = error.errors()[0]
    if first["type"] == "value_error":
        rule = first["ctx"]["error"]
        return rule.message if isinstance(rule, RuleError) else Message(str(rule))
    column, value = first["loc"][0], first["input"]
    if first["type"] == "literal_error":
        allowed = ", ".join(filter(None, get_args(kind.model_fields[str(column)].annotation)))
        return Message("{column} must be one of {allowed}, got {value!r}", column=column, allowed=allowed, value=value)
    return Message("{column} must be a number with a decimal point, got {value!r}", column=column, value=value)
