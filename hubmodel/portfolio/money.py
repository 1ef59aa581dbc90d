"""Public money of several cases by year: decided, planned and paid, each krona counted once."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Self

from pydantic import FiniteFloat, model_validator

from hubmodel.case.documents import documented
from hubmodel.case.facility import Case
from hubmodel.case.side_tables import Record, read_records
from hubmodel.engine import units
from hubmodel.errors import InputError, Message, NumberError, RuleError, UnknownName
from hubmodel.study.result import Evaluation
from hubmodel.text.numbers import parse_number

STATUSES = ("decided", "planned", "paid")
ROUNDING = 1.0  # SEK: what sums of months may leave
OWN = "own contribution"  # in a case's books: public money that is not one of its grants


class PublicMoney(Record):
    """One amount of public money: its measure, giver, status (decided, planned or paid) and year."""

    measure: str
    who: str
    status: Literal["decided", "planned", "paid"]
    year: int
    value: FiniteFloat
    unit: str
    within: str  # the measure that this one is part of, so that its money is not counted again
    books: str  # how the case's books hold it: one of its grants, or OWN; blank where they do not
    quote: str = ""  # from the document, if it is a documented fact

    @property
    def amount(self) -> float:
        """The amount [SEK]."""
        return self.value * units.parse(self.unit)[0]

    @model_validator(mode="after")
    def _is_money(self) -> Self:
        if units.parse(self.unit)[1] != units.unit("SEK"):
            raise RuleError("must be an amount in SEK, kSEK or MSEK, got {unit!r}; change the unit", unit=self.unit)
        if self.value < 0:
            raise RuleError(
                "must not be negative, got {value:g} {unit}; give a positive number", value=self.value, unit=self.unit
            )
        return self


@dataclass(frozen=True)
class Measure:
    """Public money for one purpose [SEK] by status and year, from the rows of the first case that has it."""

    name: str
    who: str
    within: str
    rows: tuple[PublicMoney, ...]
    booked: Mapping[str, float]  # received as a grant by each case, in its run
    own: bool  # whether a case counts it as own contribution

    def by_year(self, status: str) -> dict[int, float]:
        """Return the amounts of a status by year [SEK]."""
        amounts: defaultdict[int, float] = defaultdict(float)
        for row in self.rows:
            if row.status == status:
                amounts[row.year] += row.amount
        return dict(sorted(amounts.items()))

    def total(self, status: str) -> float:
        """Return the total of a status over all years [SEK]."""
        return sum(self.by_year(status).values())

    @property
    def allotted(self) -> float:
        """Decided and planned money; paid money where no decision is known, since it must have been decided [SEK]."""
        return self.total("decided") + self.total("planned") or self.total("paid")


@dataclass(frozen=True)
class Leverage:
    """Public and other money in the investment of the facilities [SEK], and their ratio [1]."""

    public: float
    other: float

    @property
    def ratio(self) -> float | None:
        """Other money over public money; None where there is no public money."""
        return self.other / self.public if self.public else None


def public_money(case: Case) -> tuple[PublicMoney, ...]:
    """Return the rows of a case's public money, with quotes; none where it has no public_money.csv."""
    rows, facts = read_records(case.folder / "public_money.csv", PublicMoney, case.folder), documented(case.folder)
    known = (OWN, *case.lists["grant"])
    for row in rows:
        if row.books and row.books not in known:
            problem = UnknownName.of("grant", row.books, known).message
            raise InputError("{place}: {problem}", place=row.where, problem=problem)
    return tuple(_quoted(row, facts[row.locator]) if row.grade == "documented" else row for row in rows)


def _quoted(row: PublicMoney, fact: Mapping[str, str]) -> PublicMoney:
    """Return a documented row with its quote; refuse it if its amount is not that of its document."""
    if row.amount != _stated(fact):
        raise InputError(
            "{place}: {measure} is {value:g} {unit}, but {fact} states {stated} {stated_unit}; "
            "write what the document says",
            place=row.where, measure=row.measure, value=row.value, unit=row.unit,
            fact=row.locator, stated=fact["value"], stated_unit=fact["unit"],
        )  # fmt: skip
    return row.model_copy(update={"quote": fact["quote"]})


def _stated(fact: Mapping[str, str]) -> float:
    try:
        return parse_number(f"{fact['value']} {fact['unit']}", "SEK")
    except NumberError:
        return math.nan  # a fact that is no amount


def measures(results: Sequence[Evaluation]) -> tuple[Measure, ...]:
    """Return the measures of several cases, each once even if several of them name it.

    Raises
    ------
    InputError
        if two cases state different amounts for one measure, or a measure lies within one that is itself a part.
    UnknownName
        if a measure lies within one that no case names.
    """
    found: dict[str, Measure] = {}
    stated_by: dict[str, str] = {}
    for result in results:
        for name, rows in _grouped(public_money(result.case)).items():
            measure = _measure(name, rows, result)
            known = found.get(name, measure)
            if any(known.by_year(status) != measure.by_year(status) for status in STATUSES):
                raise InputError(
                    "public_money.csv: {first} and {second} state different amounts for {measure!r}; "
                    "one measure is counted once, so give both the same rows",
                    first=stated_by[name], second=result.case.name, measure=name,
                )  # fmt: skip
            found[name] = replace(known, booked={**known.booked, **measure.booked}, own=known.own or measure.own)
            stated_by.setdefault(name, result.case.name)
    _check_wholes(found)
    return tuple(found.values())


def _check_wholes(measures: Mapping[str, Measure]) -> None:
    """Refuse a measure within one that is not known or is itself a part."""
    for measure in measures.values():
        if measure.within and measure.within not in measures:
            kind = Message("measure that {measure!r} lies within", measure=measure.name)
            raise UnknownName.of(kind, measure.within, measures)
        if measure.within and measures[measure.within].within:
            raise InputError(
                "public_money.csv: {part!r} lies within {whole!r}, which is a part itself; name the outermost",
                part=measure.name, whole=measure.within,
            )  # fmt: skip


def _grouped(rows: Iterable[PublicMoney]) -> dict[str, tuple[PublicMoney, ...]]:
    by_measure: defaultdict[str, tuple[PublicMoney, ...]] = defaultdict(tuple)
    for row in rows:
        by_measure[row.measure] += (row,)
    return by_measure


def _measure(name: str, rows: tuple[PublicMoney, ...], result: Evaluation) -> Measure:
    books = {row.books for row in rows}
    received = result.series("grant_received")[1]
    grants = [sum(received[grant]) for grant in books & received.keys()]
    booked = {result.case.name: sum(grants)} if grants else {}
    return Measure(name, rows[0].who, rows[0].within, rows, booked, OWN in books)


def counted_once(found: Iterable[Measure], status: str) -> dict[int, float]:
    """Return public money of a status by year [SEK], without measures that are part of another one."""
    amounts: defaultdict[int, float] = defaultdict(float)
    for measure in found:
        for year, amount in measure.by_year(status).items() if not measure.within else ():
            amounts[year] += amount
    return dict(sorted(amounts.items()))


def allotted_once(found: Iterable[Measure]) -> float:
    """Return the total public money, each krona once [SEK]: decided and planned, or paid where nothing was decided."""
    return sum(measure.allotted for measure in found if not measure.within)


def unstated(results: Iterable[Evaluation], found: Sequence[Measure]) -> dict[str, float]:
    """Return the grants of each case that belong to no measure [SEK], for cases that have any."""
    rest = {result.case.name: float(result["grant_total"]) for result in results}
    for measure in found:
        for case, amount in measure.booked.items():
            rest[case] -= amount
    return {case: amount for case, amount in rest.items() if amount > ROUNDING}


def leverage(results: Sequence[Evaluation], found: Iterable[Measure]) -> Leverage:
    """Return the leverage of the investment in several facilities, with each krona of public money counted once.

    Public is the part of the grants that is used, other the owners' contribution to the investment. Public money that a
    case holds as own contribution is moved to the public side, unless another case already has it as a grant.
    """
    own = [measure for measure in found if measure.own]
    public = sum(float(result["grant_used_total"]) for result in results)
    other = sum(float(result["own_contribution"]) for result in results)
    unbooked = sum(measure.allotted for measure in own if not measure.booked)
    return Leverage(public + unbooked, other - sum(measure.allotted for measure in own))
