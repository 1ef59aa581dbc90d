"""Rules for the values of input cells, judged by Python and live by a formula beside the cell."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from hubmodel.case.facility import Case
from hubmodel.case.rows import Row
from hubmodel.engine import units
from hubmodel.errors import NumberError
from hubmodel.text import numbers

OK, FAILS, NOTED = "ok", "FAILS", "note"
EXCEL_BEGINS = datetime.date(1900, 3, 1)  # Excel counts 29 February 1900, which never was
EXCEL_COUNTS_FROM = datetime.date(1899, 12, 30)
A_DATE = "Write a date such as 2023-03-31, within the calendar."
Judgement = tuple[str, Callable[[Any], bool], str]  # condition in Excel, condition in Python, verdict


def as_date(value: float) -> datetime.date | None:
    """Return a date in years as a day; None if it is no whole day or lies before Excel's calendar.

    >>> as_date(2023.25), as_date(2023.2501)
    (datetime.date(2023, 4, 1), None)
    """
    try:
        day = datetime.date.fromisoformat(numbers.format_value(value, "date"))
        same = abs(numbers.parse_number(day.isoformat(), "date") - value) < 1e-9
    except (ValueError, NumberError):
        return None
    return day if same and day >= EXCEL_BEGINS else None


def serial(day: datetime.date) -> int:
    """Return Excel's serial number of a day.

    >>> serial(datetime.date(2024, 1, 1))
    45292
    """
    return (day - EXCEL_COUNTS_FROM).days


@dataclass(frozen=True)
class Rule:
    """The rule for the value of an input cell.

    `kind` is number, date, choice or member; `least` and `most` are bounds in the unit of the cell; `above` must be
    exceeded; `options` are those of a choice, `members` the cells that name the members of a list; `beyond` is the
    reason given outside the bounds, instead of the bound itself.
    """

    kind: str = "number"
    least: float | None = None
    most: float | None = None
    above: float | None = None
    whole: bool = False
    options: tuple[str, ...] = ()
    members: str = ""
    beyond: str = ""

    def formula(self, cell: str, low: str = "", high: str = "") -> str:
        """Return the formula that judges a cell; `low` and `high` are the cells of its range, if any."""
        out = f'"{OK}"'
        for asked, _, verdict in reversed([*self._rules(), *_range(low, high)]):
            out = f'IF({asked.format(cell=cell)},"{verdict}",{out})'
        return f"={out}"

    def verdict(self, value: Any, low: Any = None, high: Any = None) -> str:
        """Return the verdict of the formula on a value: ok, or FAILS or note with the reason.

        >>> Rule(least=0, most=1).verdict(35.0), Rule(least=0).verdict(3.0, 4.0, 5.0), Rule().verdict(2.0)
        ('FAILS: above 1', 'note: below the range', 'ok')
        """
        rules = [*self._rules(), *(_range("low", "high", low, high) if low is not None else ())]
        return next((verdict for _, broken, verdict in rules if broken(value)), OK)

    def _rules(self) -> Iterator[Judgement]:
        yield "ISBLANK({cell})", lambda value: value is None, f"{FAILS}: blank"
        if self.kind == "member":
            yield f"ISERROR(MATCH({{cell}},{self.members},0))", lambda _: False, f"{FAILS}: not a member of the list"
        elif self.kind == "choice":
            verdict, options = f"{FAILS}: not one of the options", self.options
            yield "NOT(ISTEXT({cell}))", lambda value: not isinstance(value, str), verdict
            exact = ",".join('EXACT({cell},"' + option.replace('"', '""') + '")' for option in options)
            yield f"NOT(OR({exact}))", lambda value: value not in options, verdict
        else:
            yield "NOT(ISNUMBER({cell}))", lambda value: isinstance(value, str), f"{FAILS}: not a {self.kind}"
            yield from self._limits()

    def _limits(self) -> Iterator[Judgement]:
        least, most, above = self.least, self.most, self.above
        if least is not None:
            yield f"{{cell}}<{least:g}", lambda value: value < least, f"{FAILS}: {self.beyond or f'below {least:g}'}"
        if above is not None:
            verdict = f"{FAILS}: {self.beyond or f'not above {above:g}'}"
            yield f"{{cell}}<={above:g}", lambda value: value <= above, verdict
        if most is not None:
            yield f"{{cell}}>{most:g}", lambda value: value > most, f"{FAILS}: {self.beyond or f'above {most:g}'}"
        if self.whole:
            yield "{cell}<>INT({cell})", lambda value: value != int(value), f"{FAILS}: not a whole number"


def _range(low: str, high: str, least: Any = 0, most: Any = 0) -> Iterator[Judgement]:
    if low and high:
        yield f"{{cell}}<{low}", lambda value: value < least, f"{NOTED}: below the range"
        yield f"{{cell}}>{high}", lambda value: value > most, f"{NOTED}: above the range"


def number_rule(row: Row, case: Case) -> Rule:
    """Return the bounds of a row's number in its unit, as the model of the case declares them."""
    limits, factor = case.model.limits[row.key], units.parse(row.unit)[0]
    low, high = (None if math.isinf(end) else end / factor for end in (limits.low, limits.high))
    return Rule(least=None if limits.above else low, most=high, above=low if limits.above else None)


def rule_of(row: Row, case: Case) -> Rule:
    """Return the rule for the cell of a row."""
    if row.unit == "choice":
        options = (str(row.value),) if row.key == "period" else case.choices[row.key]  # the columns are the periods
        return Rule("choice", options=options)
    if row.unit == "date":
        first, last = float(case.first), float(case.last + 1)
        if as_date(float(row.value)):
            first, last = (float(serial(datetime.date(year, 1, 1))) for year in (case.first, case.last + 1))
        return Rule("date", first, last, beyond=f"outside the calendar {case.first} to {case.last}")
    return number_rule(row, case)


def has_range(row: Row) -> bool:
    """True if the cells of a row's range are comparable with its value: dates are either all days or all years."""
    if row.low is None or row.high is None:
        return False
    return row.unit != "date" or len({as_date(float(end)) is None for end in (row.value, row.low, row.high)}) == 1


def verdict_of(rule: Rule, what: Row | str) -> str:
    """Return the verdict of a rule on the value of a row as exported, or on the name of a member.

    A date is judged as a day if its cell holds one.
    """
    if isinstance(what, str):
        return rule.verdict(what)
    ends = (what.low, what.high) if has_range(what) else ()
    value, *ranged = (_held(number, what.unit) for number in (what.value, *ends))
    return rule.verdict(value, *ranged)


def _held(value: Any, unit: str) -> Any:
    day = as_date(float(value)) if unit == "date" else None
    return serial(day) if day else value


def failures(cells: str) -> str:
    """Return the formula, without the equals sign, that counts the cells of a range that say FAILS."""
    return f'SUMPRODUCT(--(LEFT({cells},{len(FAILS)})="{FAILS}"))'


def notes(cells: str) -> str:
    """Return the formula, without the equals sign, that counts the cells of a range that say note."""
    return f'SUMPRODUCT(--(LEFT({cells},{len(NOTED)})="{NOTED}"))'


def allowed(row: Row, case: Case) -> dict[str, Any]:
    """Return Excel's validation of a row's cell: a warning outside its range or, without one, the bounds."""
    rule = rule_of(row, case)
    if rule.kind == "choice":
        return _asked("list", source=list(rule.options))
    if rule.kind == "date" and as_date(float(row.value)):  # its cell holds a day, not a date in years
        first, last = (datetime.date(year, 1, 1) for year in (case.first, case.last + 1))
        return _asked("date", A_DATE, criteria="between", minimum=first, maximum=last)
    if has_range(row):
        message = f"The range is {row.low:g} to {row.high:g} {row.unit}; the import refuses more unless told otherwise."
        between = {"criteria": "between", "minimum": row.low, "maximum": row.high}
        return _asked("decimal", message, error_type="warning", error_title="Outside the range", **between)
    return numeric(rule, row.unit)


def numeric(rule: Rule, unit: str) -> dict[str, Any]:
    """Return Excel's validation of a cell whose rule asks for a number."""
    if rule.kind == "date":
        message = "Write a date in years, such as 2023.25, within the calendar."
    elif unit == "share":
        message = "Write a share between 0 and 1, or a percentage."
    else:
        message = "Write a number, below zero only where it has a meaning."
    if rule.least is not None and rule.most is not None:
        kind = "integer" if rule.whole else "decimal"
        return _asked(kind, message, criteria="between", minimum=rule.least, maximum=rule.most)
    return _asked("decimal", message, criteria=">=", value=-1e290 if rule.least is None else rule.least)


def _asked(kind: str, message: str = "", **more: Any) -> dict[str, Any]:
    # Excel then validates a cell that is emptied, too
    return {"validate": kind, "ignore_blank": False, **({"error_message": message} if message else {}), **more}
