"""Comparable facilities: their investment, area, capacity and outcome."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import Field, FiniteFloat, model_validator

from hubmodel.case.reading import data_folder
from hubmodel.case.side_tables import OptionalNumber, Record, read_records
from hubmodel.errors import InputError, RuleError, UnknownName
from hubmodel.study.result import Evaluation

OUTCOMES = ("operating", "built", "being built", "contract", "sold", "closed", "never opened", "goals not met")
FAILED = ("closed", "never opened", "goals not met")
MONEY = r"(?P<size>[kM]?)(?P<currency>[A-Z]{3})"
SIZES = {"": 1.0, "k": 1e3, "M": 1e6}
UNITS = {
    "area": "m2", "yearly capacity": "dose/year", "reserved capacity": "dose/year", "reservation fee": MONEY + "/year"
}  # fmt: skip


class Comparison(Record):
    """One fact about a facility: a quantity in its unit, or its status, whose note tells the outcome."""

    facility: str
    country: str
    quantity: Literal[
        "status", "public investment", "private investment", "investment", "area", "yearly capacity",
        "reservation fee", "reserved capacity", "sale price",
    ]  # fmt: skip
    value: str
    unit: str
    year: str
    bears_on: str  # the input of a case that it is evidence for

    @model_validator(mode="after")
    def _fits_its_quantity(self) -> Self:
        if self.quantity == "status":
            if self.value not in OUTCOMES:
                raise RuleError(
                    "status must be one of {allowed}, got {value!r}", allowed=", ".join(OUTCOMES), value=self.value
                )
            if not self.note:
                raise RuleError("has a status without a note; say what became of the facility")
            return self
        if not re.fullmatch(r"\d+(\.\d+)?", self.value) or not float(self.value):
            raise RuleError(
                "must be a number above zero, got {value!r}; leave out what is not published", value=self.value
            )
        if not re.fullmatch(UNITS.get(self.quantity, MONEY), self.unit):
            raise RuleError(
                "cannot be in {unit!r}; write area in m2, capacity in dose/year, money in MEUR, fee in MEUR/year",
                unit=self.unit,
            )
        return self


class ExchangeRate(Record):
    """The assumed exchange rate of a foreign currency [SEK]."""

    currency: str
    year: str  # blank for any year that has no row of its own
    value: Annotated[FiniteFloat, Field(gt=0)]
    low: OptionalNumber
    high: OptionalNumber


@dataclass(frozen=True)
class Facility:
    """A facility: its known quantities, in SEK of their own years, m2 and doses a year; None where not published."""

    name: str
    country: str
    status: str
    outcome: str
    known: Mapping[str, float]
    rows: tuple[Comparison, ...] = ()

    @property
    def investment(self) -> float | None:
        """The investment [SEK]: as published, else the sum of its published parts."""
        parts = [self.known[part] for part in ("public investment", "private investment") if part in self.known]
        return self.known.get("investment") or sum(parts) or None

    @property
    def is_whole(self) -> bool:
        """True if the whole investment is known: published as such, or both its parts."""
        return "investment" in self.known or {"public investment", "private investment"} <= self.known.keys()

    @property
    def public_share(self) -> float | None:
        """Public money over the investment [1]; None where the whole investment is not known."""
        public = self.known.get("public investment")
        return public / self.investment if public and self.investment and self.is_whole else None

    @property
    def investment_per_area(self) -> float | None:
        """Investment per square metre [SEK/m2]; a lower bound where only a part of it is published."""
        return _over(self.investment, self.known.get("area"))

    @property
    def sale_price_per_area(self) -> float | None:
        """Sale price per square metre [SEK/m2]."""
        return _over(self.known.get("sale price"), self.known.get("area"))

    @property
    def recovered_share(self) -> float | None:
        """Sale price over the investment [1]."""
        return _over(self.known.get("sale price"), self.investment)

    @property
    def investment_per_yearly_dose(self) -> float | None:
        """Investment per dose of yearly capacity [SEK/(dose/year)]."""
        return _over(self.investment, self.known.get("yearly capacity"))

    @property
    def fee_per_dose_year(self) -> float | None:
        """Fee per reserved dose a year [SEK/dose/year]."""
        return _over(self.known.get("reservation fee"), self.known.get("reserved capacity"))


def _over(numerator: float | None, denominator: float | None) -> float | None:
    return numerator / denominator if numerator and denominator else None


def facilities() -> tuple[Facility, ...]:
    """Return the facilities of data/comparators.csv, those that failed included, in the order of the file.

    Raises
    ------
    InputError
        with one line for each bad row; for a facility without status or with a quantity twice; for a currency without
        a rate in data/exchange_rates.csv.

    >>> [facility.name for facility in facilities() if facility.status == "never opened"]
    ['VMIC, Harwell']
    """
    rates = {(rate.currency, rate.year): rate.value for rate in exchange_rates()}
    by_name: defaultdict[str, list[Comparison]] = defaultdict(list)
    for row in read_records(data_folder() / "comparators.csv", Comparison):
        if row.quantity in [known.quantity for known in by_name[row.facility]]:
            raise InputError(
                "{place}: {facility} has its {quantity} twice; keep one",
                place=row.where, facility=row.facility, quantity=row.quantity,
            )  # fmt: skip
        by_name[row.facility].append(row)
    return tuple(_facility(name, tuple(rows), rates) for name, rows in by_name.items())


def exchange_rates() -> tuple[ExchangeRate, ...]:
    """Return the assumed exchange rates of foreign currencies."""
    return read_records(data_folder() / "exchange_rates.csv", ExchangeRate)


def _facility(name: str, rows: tuple[Comparison, ...], rates: Mapping[tuple[str, str], float]) -> Facility:
    by_quantity = {row.quantity: row for row in rows}
    if "status" not in by_quantity:
        raise InputError(
            "data/comparators.csv: {facility} has no status; add a row that says what became of it", facility=name
        )
    status = by_quantity.pop("status")
    known = {str(quantity): float(row.value) * _factor(row, rates) for quantity, row in by_quantity.items()}
    return Facility(name, status.country, status.value, status.note, known, rows)


def _factor(row: Comparison, rates: Mapping[tuple[str, str], float]) -> float:
    match = re.match(MONEY, row.unit)
    if match is None:
        return 1.0
    size, currency = SIZES[match["size"]], match["currency"]
    rate = 1.0 if currency == "SEK" else rates.get((currency, row.year), rates.get((currency, "")))
    if rate is None:
        problem = UnknownName.of("exchange rate", currency, (known for known, _ in rates)).message
        raise InputError("{place}: {problem}", place=row.where, problem=problem)
    return size * rate


def as_facility(result: Evaluation) -> Facility:
    """Return a case as a facility: its public and private investment, and the doses that it could make in a surge.

    Its area is not known, since it is no input of a case.
    """
    known = {
        "public investment": float(result["grant_used_total"]),
        "private investment": float(result["own_contribution"]),
        "yearly capacity": float(result["total_surge_capacity"]),
    }
    return Facility(result.case.title, "", "this case", result.case.summary, known)
