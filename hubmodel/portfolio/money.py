"""Public money of several cases: by year, decided, planned and paid; each krona counted once."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Self

from pydantic import FiniteFloat, model_validator

from hubmodel.case.facility import Case
from hubmodel.case.reading import documented
from hubmodel.case.side_tables import Record, read_records
from hubmodel.engine import units
from hubmodel.errors import InputError, NumberError, UnknownName
from hubmodel.study.result import Evaluation
from hubmodel.text.numbers import parse_number

STATUSES = ("decided", "planned", "paid")
ROUNDING = 1.0  # SEK: what sums of months may leave
OWN = "own contribution"  # where a case's books hold public money that is no grant of it


class PublicMoney(Record):
    """One amount of public money: what for, who gives it, decided, planned or paid, and in which year."""

    measure: str
    who: str
    status: Literal["decided", "planned", "paid"]
    year: int
    value: FiniteFloat
    unit: str
    within: str  # the measure that this one is a part of, so that its money is not counted again
    books: str  # what the case has it as: one of its grants, or OWN; blank outside the case's books
    quote: str = ""  # of the document, where it is a documented fact

    @property
    def amount(self) -> float:
        """The amount [SEK]."""
        return self.value * units.parse(self.unit)[0]

    @model_validator(mode="after")
    def _is_money(self) -> Self:
        if units.parse(self.unit)[1] != units.unit("SEK"):
            raise ValueError(f"must be an amount in SEK, kSEK or MSEK, got {self.unit!r}; change the unit")
        if self.value < 0:
            raise ValueError(f"must not be negative, got {self.value:g} {self.unit}; give a positive number")
        return self


@dataclass(frozen=True)
class Measure:
    """Public money for one purpose [SEK]: by status and year, from its rows in the first case that has it."""

    name: str
    who: str
    within: str
    rows: tuple[PublicMoney, ...]
    booked: Mapping[str, float]  # what each case has received of it as a grant, in its run
    own: bool  # whether a case has it in its owners' part

    def by_year(self, status: str) -> dict[int, float]:
        """Return the amounts of a status by year [SEK]."""
        out: defaultdict[int, float] = defaultdict(float)
        for row in self.rows:
            if row.status == status:
                out[row.year] += row.amount
        return dict(sorted(out.items()))

    def total(self, status: str) -> float:
        """Return the amounts of a status, all years together [SEK]."""
        return sum(self.by_year(status).values())

    @property
    def allotted(self) -> float:
        """Decided and planned; paid where no decision is known, since a payment is of what was decided [SEK]."""
        return self.total("decided") + self.total("planned") or self.total("paid")


@dataclass(frozen=True)
class Leverage:
    """Money of others for each krona of public money in the facilities' investment [SEK, SEK, 1]."""

    public: float
    other: float

    @property
    def ratio(self) -> float | None:
        """Other money over public money; None where there is none of that."""
        return self.other / self.public if self.public else None


def public_money(case: Case) -> tuple[PublicMoney, ...]:
    """Return the public money that is known of a case, with quotes; none where it has no public_money.csv."""
    rows, facts = read_records(case.folder / "public_money.csv", PublicMoney, case.folder), documented(case.folder)
    known = (OWN, *case.lists["grant"])
    for row in rows:
        if row.books and row.books not in known:
            raise InputError(f"{row.where}: {UnknownName.of('grant', row.books, known)}")
    return tuple(_quoted(row, facts[row.locator]) if row.grade == "documented" else row for row in rows)


def _quoted(row: PublicMoney, fact: Mapping[str, str]) -> PublicMoney:
    """Return a documented row with its quote; refuse one that does not say what its document says."""
    if row.amount != _stated(fact):
        raise InputError(
            f"{row.where}: {row.measure} is {row.value:g} {row.unit}, but {row.locator} states {fact['value']} "
            f"{fact['unit']}; write what the document says"
        )
    return row.model_copy(update={"quote": fact["quote"]})


def _stated(fact: Mapping[str, str]) -> float:
    try:
        return parse_number(f"{fact['value']} {fact['unit']}", "SEK")
    except NumberError:
        return math.nan  # a fact that is no amount


def measures(results: Sequence[Evaluation]) -> tuple[Measure, ...]:
    """Return the public money around several cases, each measure once, however many of them name it.

    Raises
    ------
    InputError
        where two cases state different amounts for one measure, or a measure lies within one that is a part itself.
    UnknownName
        where a measure lies within one that nobody names.
    """
    found: dict[str, Measure] = {}
    stated_by: dict[str, str] = {}
    for result in results:
        for name, rows in _grouped(public_money(result.case)).items():
            one = _measure(name, rows, result)
            known = found.get(name, one)
            if any(known.by_year(status) != one.by_year(status) for status in STATUSES):
                raise InputError(
                    f"public_money.csv: {stated_by[name]} and {result.case.name} state different amounts for {name!r}; "
                    "one measure is counted once, so give both the same rows"
                )
            found[name] = replace(known, booked={**known.booked, **one.booked}, own=known.own or one.own)
            stated_by.setdefault(name, result.case.name)
    _refuse_parts_of_nothing(found)
    return tuple(found.values())


def _refuse_parts_of_nothing(found: Mapping[str, Measure]) -> None:
    for one in found.values():
        if one.within and one.within not in found:
            raise UnknownName.of(f"measure that {one.name!r} lies within", one.within, found)
        if one.within and found[one.within].within:
            raise InputError(
                f"public_money.csv: {one.name!r} lies within {one.within!r}, which is a part itself; name the outermost"
            )


def _grouped(rows: Iterable[PublicMoney]) -> dict[str, tuple[PublicMoney, ...]]:
    out: defaultdict[str, tuple[PublicMoney, ...]] = defaultdict(tuple)
    for row in rows:
        out[row.measure] += (row,)
    return out


def _measure(name: str, rows: tuple[PublicMoney, ...], result: Evaluation) -> Measure:
    books = {row.books for row in rows}
    received = result.series("grant_received")[1]
    grants = [sum(received[grant]) for grant in books & received.keys()]
    booked = {result.case.name: sum(grants)} if grants else {}
    return Measure(name, rows[0].who, rows[0].within, rows, booked, OWN in books)


def counted_once(found: Iterable[Measure], status: str) -> dict[int, float]:
    """Return public money of a status by year [SEK], without what is a part of another measure."""
    out: defaultdict[int, float] = defaultdict(float)
    for one in found:
        for year, amount in one.by_year(status).items() if not one.within else ():
            out[year] += amount
    return dict(sorted(out.items()))


def allotted_once(found: Iterable[Measure]) -> float:
    """Return all public money, each krona once [SEK]: decided and planned, paid where no decision is known."""
    return sum(one.allotted for one in found if not one.within)


def unstated(results: Iterable[Evaluation], found: Sequence[Measure]) -> dict[str, float]:
    """Return what each case receives in grants that are of no measure [SEK], where it receives any."""
    rest = {one.case.name: float(one["grant_total"]) for one in results}
    for measure in found:
        for case, amount in measure.booked.items():
            rest[case] -= amount
    return {case: amount for case, amount in rest.items() if amount > ROUNDING}


def leverage(results: Sequence[Evaluation], found: Iterable[Measure]) -> Leverage:
    """Return the leverage of several facilities' investment, public money counted once and on its own side.

    Public is what the cases use of their grants, other what their owners put into the investment. Public money that a
    case holds as its owners' part is moved to the public side, unless another case has it as a grant already.
    """
    own = [one for one in found if one.own]
    public = sum(float(one["grant_used_total"]) for one in results)
    other = sum(float(one["own_contribution"]) for one in results)
    return Leverage(
        public + sum(one.allotted for one in own if not one.booked), other - sum(one.allotted for one in own)
    )
