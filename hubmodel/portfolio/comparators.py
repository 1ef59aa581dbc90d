"""Other facilities beside a case: what was invested, for what area and capacity, and what became of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import Field, FiniteFloat, model_validator

from hubmodel.case.reading import data_folder
from hubmodel.case.side_tables import OptionalNumber, Record, read_records
from hubmodel.errors import InputError, UnknownName
from hubmodel.study.result import Evaluation

OUTCOMES = ("operating", "built", "being built", "contract", "sold", "closed", "never opened", "goals not met")
FAILED = ("closed", "never opened", "goals not met")
MONEY = r"(?P<size>[kM]?)(?P<currency>[A-Z]{3})"
SIZES = {"": 1.0, "k": 1e3, "M": 1e6}
UNITS = {
    "area": "m2", "yearly capacity": "dose/year", "reserved capacity": "dose/year", "reservation fee": MONEY + "/year"
}  # fmt: skip


class Comparison(Record):
    """One thing known of a facility: a quantity in its unit, or its status, whose note says what became of it."""

    facility: str
    country: str
    quantity: Literal[
        "status", "public investment", "private investment", "investment", "area", "yearly capacity",
        "reservation fee", "reserved capacity", "sale price",
    ]  # fmt: skip
    value: str
    unit: str
    year: str
    bears_on: str  # the input of a case that it says something about

    @model_validator(mode="after")
    def _fits_its_quantity(self) -> Self:
        if self.quantity == "status":
            if self.value not in OUTCOMES:
                raise ValueError(f"status must be one of {', '.join(OUTCOMES)}, got {self.value!r}")
            if not self.note:
                raise ValueError("has a status without a note; say what became of the facility")
            return self
        if not re.fullmatch(r"\d+(\.\d+)?", self.value) or not float(self.value):
            raise ValueError(f"must be a number above zero, got {self.value!r}; leave out what is not published")
        if not re.fullmatch(UNITS.get(self.quantity, MONEY), self.unit):
            raise ValueError(
                f"cannot be in {self.unit!r}; write area in m2, capacity in dose/year, money in MEUR, fee in MEUR/year"
            )
        return self


class ExchangeRate(Record):
    """What one unit of a foreign currency is taken to be worth [SEK]."""

    currency: str
    year: str  # blank for any year that has no row of its own
    value: Annotated[FiniteFloat, Field(gt=0)]
    low: OptionalNumber
    high: OptionalNumber


@dataclass(frozen=True)
class Facility:
    """A facility: what is known of it, in SEK of its own years, m2 and doses a year; what is not published is None."""

    name: str
    country: str
    status: str
    outcome: str
    known: Mapping[str, float]
    rows: tuple[Comparison, ...] = ()

    @property
    def investment(self) -> float | None:
        """What was invested [SEK]: as published, else what is published of its parts."""
        parts = [self.known[one] for one in ("public investment", "private investment") if one in self.known]
        return self.known.get("investment") or sum(parts) or None

    @property
    def is_whole(self) -> bool:
        """Whether the investment is all of it: published as such, or from both its parts."""
        return "investment" in self.known or {"public investment", "private investment"} <= self.known.keys()

    @property
    def public_share(self) -> float | None:
        """Public money over the investment [1], where all of that is known."""
        public = self.known.get("public investment")
        return public / self.investment if public and self.investment and self.is_whole else None

    @property
    def investment_per_area(self) -> float | None:
        """Investment for each square metre [SEK/m2]; at least that where only a part of it is published."""
        return _over(self.investment, self.known.get("area"))

    @property
    def sale_price_per_area(self) -> float | None:
        """Price at which it was sold, for each square metre [SEK/m2]."""
        return _over(self.known.get("sale price"), self.known.get("area"))

    @property
    def recovered_share(self) -> float | None:
        """Price at which it was sold over what was invested [1]."""
        return _over(self.known.get("sale price"), self.investment)

    @property
    def investment_per_yearly_dose(self) -> float | None:
        """Investment for each dose that it can make in a year [SEK/(dose/year)]."""
        return _over(self.investment, self.known.get("yearly capacity"))

    @property
    def fee_per_dose_year(self) -> float | None:
        """What a reserved dose a year costs [SEK/dose/year]."""
        return _over(self.known.get("reservation fee"), self.known.get("reserved capacity"))


def _over(above: float | None, below: float | None) -> float | None:
    return above / below if above and below else None


def facilities() -> tuple[Facility, ...]:
    """Return the facilities of data/comparators.csv, those that failed included, in the order of the file.

    Raises
    ------
    InputError
        with one line for each bad row; for a facility without status or with a quantity twice; for a currency without
        a rate in data/exchange_rates.csv.

    >>> [one.name for one in facilities() if one.status == "never opened"]
    ['VMIC, Harwell']
    """
    rates = {(one.currency, one.year): one.value for one in exchange_rates()}
    rows: defaultdict[str, list[Comparison]] = defaultdict(list)
    for row in read_records(data_folder() / "comparators.csv", Comparison):
        if row.quantity in [one.quantity for one in rows[row.facility]]:
            raise InputError(f"{row.where}: {row.facility} has its {row.quantity} twice; keep one")
        rows[row.facility].append(row)
    return tuple(_facility(name, tuple(of), rates) for name, of in rows.items())


def exchange_rates() -> tuple[ExchangeRate, ...]:
    """Return what foreign currencies are taken to be worth."""
    return read_records(data_folder() / "exchange_rates.csv", ExchangeRate)


def _facility(name: str, rows: tuple[Comparison, ...], rates: Mapping[tuple[str, str], float]) -> Facility:
    by_quantity = {row.quantity: row for row in rows}
    if "status" not in by_quantity:
        raise InputError(f"data/comparators.csv: {name} has no status; add a row that says what became of it")
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
        raise InputError(f"{row.where}: {UnknownName.of('exchange rate', currency, (one for one, _ in rates))}")
    return size * rate


def as_facility(result: Evaluation) -> Facility:
    """Return a case in the same shape: its investment, by whom, and the doses in bulk that it could make in a surge.

    Its area is not among the inputs of a case.
    """
    known = {
        "public investment": float(result["grant_used_total"]),
        "private investment": float(result["own_contribution"]),
        "yearly capacity": float(result["total_surge_capacity"]),
    }
    return Facility(result.case.title, "", "this case", result.case.summary, known)
