"""The terms of a quote: what a customer asks for and on which conditions; frozen, validated, with their own hash."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from hubmodel.errors import InputError, NumberError, UnknownName
from hubmodel.text import numbers

_MONTH = re.compile(r"[1-9]\d{3}-(0[1-9]|1[0-2])")
_YES = {"yes": True, "true": True, "ja": True, "no": False, "false": False, "nej": False}


def _term(unit: str, default: float | None = 0.0) -> Any:
    return field(default=default, metadata={"unit": unit})


@dataclass(frozen=True)
class Quote:
    """One customer project, as it is to be quoted.

    Parameters
    ----------
    name, reason
        what it is called, and why it is quoted.
    platform
        the platform of the case that it is for.
    signed, start
        month of signing and month in which the work starts, such as 2027-03.
    development_hours, development_months
        hours of development [hour], over how many months before the batches [month].
    batches, batches_per_month
        batches [batch] and their pace [batch/month].
    analyses
        panels of analyses [batch: as for one]; None: one for each batch.
    academic, index_clause
        whether the customer is a university; whether the price follows the price index until delivery.
    discount
        part of the list price that is given away [share].
    failed_batch_customer_share, cancellation_fee_share, deposit_share, milestone_share
        conditions [share]; None: the case's, where deposits and milestones are of the commercial track only.
    payment_days
        time that the customer takes to pay an invoice [day]; None: the case's.
    currency, exchange_rate
        a currency such as EUR, blank for the case's own, and what one unit of it is worth [SEK].
    rate_move, rate_move_customer_share
        a move of that rate to look at [ratio, a fall of a tenth is -0.1], and what the customer bears of it [share].

    Raises
    ------
    InputError
        for terms that have no meaning, in one line.

    >>> Quote("Pilot", "mRNA", "2027-01", "2027-06", batches=2, batches_per_month=1).batches
    2
    """

    name: str
    platform: str
    signed: str
    start: str
    reason: str = ""
    development_hours: float = _term("hour")
    development_months: float = _term("month")
    batches: float = _term("batch")
    batches_per_month: float = _term("batch/month")
    analyses: float | None = _term("batch", None)
    academic: bool = False
    discount: float = _term("share")
    index_clause: bool = False
    failed_batch_customer_share: float | None = _term("share", None)
    cancellation_fee_share: float | None = _term("share", None)
    deposit_share: float | None = _term("share", None)
    milestone_share: float | None = _term("share", None)
    payment_days: float | None = _term("day", None)
    currency: str = ""
    exchange_rate: float | None = _term("SEK/currency", None)
    rate_move: float = _term("ratio")
    rate_move_customer_share: float = _term("share")

    def __post_init__(self) -> None:
        for problem in self._problems():
            raise InputError(f"the quote {self.name!r} does not hold: {problem}")

    def _problems(self) -> Iterator[str]:
        if not self.name.strip():
            yield "has no name; give it one"
        for one in ("signed", "start"):
            if not _MONTH.fullmatch(getattr(self, one)):
                yield f"{one} must be a month, got {getattr(self, one)!r}; write for example 2027-03"
        if self.start < self.signed:
            yield f"starts {self.start}, before it is signed, {self.signed}; change one of them"
        for name, unit in UNITS.items():
            yield from _bounds(name, unit, getattr(self, name))
        yield from self._content()
        yield from self._conditions()

    def _content(self) -> Iterator[str]:
        if not self.development_hours and not self.batches:
            yield "has neither development_hours nor batches; give at least one of them"
        if self.batches != int(self.batches):
            yield f"batches must be a whole number, got {self.batches:g}; quote whole batches"
        if self.batches and not self.batches_per_month:
            yield "has batches but no pace; say batches_per_month"
        if self.development_hours and not self.development_months:
            yield "has development_hours but no time for them; say development_months"

    def _conditions(self) -> Iterator[str]:
        if (self.deposit_share or 0) + (self.milestone_share or 0) > 1:
            yield "deposit_share and milestone_share are more than the whole price together; lower one of them"
        if self.currency and not re.fullmatch("[A-Z]{3}", self.currency):
            yield f"currency must be three capitals, got {self.currency!r}; write for example EUR"
        if self.currency and not self.exchange_rate:
            yield f"is in {self.currency} but has no exchange_rate; say what one {self.currency} is worth"
        if not self.currency and (self.exchange_rate or self.rate_move):
            yield "has an exchange rate but no currency; name it, such as EUR, or leave the rate out"

    @property
    def terms(self) -> dict[str, Any]:
        """What was said: every term that is not left as it is by default, without name and reason."""
        said = {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name) != one.default}
        return {name: value for name, value in said.items() if name not in ("name", "reason")}

    @property
    def hash(self) -> str:
        """Twelve digits that change with any term."""
        return hashlib.sha256(json.dumps(self.terms, sort_keys=True).encode()).hexdigest()[:12]


UNITS = {one.name: str(one.metadata["unit"]) for one in fields(Quote) if "unit" in one.metadata}


def _bounds(name: str, unit: str, value: float | None) -> Iterator[str]:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        yield f"{name} must be a number, got {value!r}; write a finite number of {unit}"
    elif name == "rate_move":
        if value <= -1:
            yield f"rate_move must be above -1, got {value:g}; write a fall of a tenth as -0.1"
    elif value < 0:
        yield f"{name} must not be negative, got {value:g} {unit}; give a positive number"
    elif unit == "share" and value > 100:
        yield f"{name} must be a share between 0 and 1, got {value:g}; give a number from 0 to 1"
    elif unit == "share" and value > 1:
        yield f"{name} must be a share between 0 and 1, got {value:g}; write {value:g} % as {value / 100:g}"


def quote_of(terms: Mapping[str, Any]) -> Quote:
    """Return a quote from terms as a file or a person gives them: numbers, or texts such as ``35 %``.

    Raises
    ------
    UnknownName
        for a term that does not exist; InputError or NumberError for one that is missing or cannot be read.

    >>> quote_of({"name": "Pilot", "platform": "mRNA", "signed": "2027-01", "start": "2027-06",
    ...           "development_hours": "1 800 h", "development_months": 6, "discount": "5 %"}).discount
    0.05
    """
    known = [one.name for one in fields(Quote)]
    for name in terms:
        if name not in known:
            raise UnknownName.of("term of a quote", name, known)
    said = str(terms.get("name", ""))
    missing = [name for name in known[:4] if name not in terms]
    if missing:
        raise InputError(f"quote {said!r}: lacks {', '.join(missing)}; say it")
    return Quote(**{name: _read(said, name, value) for name, value in terms.items()})


def _read(quote: str, name: str, value: Any) -> Any:
    if name in ("academic", "index_clause"):
        if isinstance(value, bool):
            return value
        if str(value).lower() not in _YES:
            raise InputError(f"quote {quote!r}: {name} must be yes or no, got {value!r}; write one of them")
        return _YES[str(value).lower()]
    if name not in UNITS:
        return str(value)
    if not isinstance(value, str):
        return value
    try:
        return numbers.parse_number(value, UNITS[name])
    except NumberError as error:
        raise NumberError(f"quote {quote!r}: {name}: {error}") from None
