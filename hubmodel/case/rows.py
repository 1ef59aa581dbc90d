"""One number with its provenance: a row of data, and the rules that it keeps."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from hubmodel.engine import units
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
    where: str = Field(default="", repr=False)

    @field_validator("low", "high", "price_year", mode="before")
    @classmethod
    def _blank_is_none(cls, text: Any) -> Any:
        return None if text == "" else text

    @model_validator(mode="after")
    def _rules(self) -> Row:
        if self.unit == "choice":
            return self
        if not self.unit:
            raise ValueError("has no unit; write one, '1' for a plain number")
        units.parse(self.unit)
        object.__setattr__(self, "value", self._number(self.value))
        if not PERIOD.match(self.period or "2000"):
            raise ValueError(f"period must be blank, 2027 or 2027-03, got {self.period!r}")
        self._is_finite()
        self._has_a_range()
        if self.grade != "assumption" and not self.source:
            raise ValueError(f"is graded {self.grade} without a source; name it, or grade it assumption")
        if self.grade == "assumption" and not self.note:
            raise ValueError("is an assumption without a note; say why this value")
        return self

    def _number(self, text: float | str) -> float:
        if self.unit == "date":
            return numbers.parse_number(text, "date") if isinstance(text, str) else text
        try:
            value = float(text)
        except ValueError:
            raise ValueError(f"must be a number with a decimal point, got {text!r}") from None
        if not math.isfinite(value):
            raise ValueError(f"must be a finite number, got {text}; leave out what is not known")
        return value

    def _is_finite(self) -> None:
        for value in (self.value, self.low, self.high):
            if value is None or not isinstance(value, float):
                continue
            if not math.isfinite(value):
                raise ValueError(f"must be a finite number, got {value}")

    def _has_a_range(self) -> None:
        low, high = self.low, self.high
        if (low is None) != (high is None):
            raise ValueError("has one end of a range; give both low and high, or neither")
        if self.spread and low is None:
            raise ValueError(f"has the spread {self.spread} but no range; give low and high, or leave out the spread")
        if self.spread == "lognormal" and low is not None and low <= 0:
            raise ValueError(f"is lognormal, so low must be above zero, got {low:g}; give another low or spread")
        if self.where and low is not None and high is not None and not low <= float(self.value) <= high:
            raise ValueError(f"must lie in its range, got {low:g} <= {self.value:g} <= {high:g}; mend value or range")

    def spans(self, value: float) -> bool:
        """Return whether a value lies within the row's range; one without a range spans every value."""
        if self.low is None or self.high is None:
            return True
        room = ROUNDING * max(abs(self.low), abs(self.high))
        return self.low - room <= value <= self.high + room

    @property
    def factor(self) -> float:
        """What the written value is multiplied by to reach the engine's unit."""
        return units.parse(self.unit)[0]

    @property
    def base(self) -> float:
        """The value in the engine's unit."""
        return float(self.value) * self.factor

    @property
    def name(self) -> str:
        """``key`` or ``key[row]``, as scenarios name it."""
        return f"{self.key}[{self.row}]" if self.row else self.key


def weakest_grade(rows: Iterable[Row]) -> str:
    """Return the weakest grade among the rows of a key."""
    return max((row.grade for row in rows), key=GRADES.index)


def first_message(error: ValidationError, kind: type[BaseModel] = Row) -> str:
    """Return what is wrong with a row of a kind in one line, to be said after its name."""
    first = error.errors()[0]
    if first["type"] == "value_error":
        return first["msg"].removeprefix("Value error, ")
    column, given = first["loc"][0], first["input"]
    if first["type"] == "literal_error":
        allowed = ", ".join(filter(None, get_args(kind.model_fields[str(column)].annotation)))
        return f"{column} must be one of {allowed}, got {given!r}"
    return f"{column} must be a number with a decimal point, got {given!r}"
