"""Terms of a quote: what a customer asks for and on which conditions; frozen, validated and hashed."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from hubmodel.errors import InputError, Message, NumberError, UnknownName
from hubmodel.text import numbers

_MONTH = re.compile(r"[1-9]\d{3}-(0[1-9]|1[0-2])")
_YES = {"yes": True, "true": True, "ja": True, "no": False, "false": False, "nej": False}


def _term(unit: str, default: float | None = 0.0) -> Any:
    return field(default=default, metadata={"unit": unit})


@dataclass(frozen=True)
class Quote:
    """One customer project to be quoted.

    Parameters
    ----------
    name, reason
        name of the project, and why it is quoted.
    platform
        the platform of the case that it runs on.
    signed, start
        month of signing and month in which the work starts, such as 2027-03.
    development_hours, development_months
        development work [hour], and the months before the batches over which it is spread [month].
    batches, batches_per_month
        batches [batch] and their pace [batch/month].
    analyses
        panels of analyses [as for one batch]; None: one for each batch.
    academic, index_clause
        whether the customer is a university; whether the price follows the price index until delivery.
    discount
        discount on the list price [share].
    failed_batch_customer_share, cancellation_fee_share, deposit_share, milestone_share
        conditions [share]; None: the case's, whose deposits and milestones apply to the commercial track only.
    payment_days
        days that the customer takes to pay an invoice [day]; None: the case's.
    currency, exchange_rate
        a currency such as EUR, blank for the case's own, and its exchange rate [SEK].
    rate_move, rate_move_customer_share
        a move of that rate to test [ratio, a fall of a tenth is -0.1], and the customer's share of it [share].

    Raises
    ------
    InputError
        for the first term that is not valid, in one line.

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
            raise InputError("the quote {name!r} does not hold: {problem}", name=self.name, problem=problem)

    def _problems(self) -> Iterator[Message]:
        if not self.name.strip():
            yield Message("has no name; give it one")
        for name in ("signed", "start"):
            if not _MONTH.fullmatch(month := getattr(self, name)):
                yield Message(
                    "{name} must be a month, got {month!r}; write for example 2027-03", name=name, month=month
                )
        if self.start < self.signed:
            yield Message(
                "starts {start}, before it is signed, {signed}; change one of them",
                start=self.start, signed=self.signed,
            )  # fmt: skip
        for name, unit in UNITS.items():
            yield from _problems_of_value(name, unit, getattr(self, name))
        yield from self._problems_of_work()
        yield from self._problems_of_conditions()

    def _problems_of_work(self) -> Iterator[Message]:
        if not self.development_hours and not self.batches:
            yield Message("has neither development_hours nor batches; give at least one of them")
        if self.batches != int(self.batches):
            yield Message("batches must be a whole number, got {count:g}; quote whole batches", count=self.batches)
        if self.batches and not self.batches_per_month:
            yield Message("has batches but no pace; say batches_per_month")
        if self.development_hours and not self.development_months:
            yield Message("has development_hours but no time for them; say development_months")

    def _problems_of_conditions(self) -> Iterator[Message]:
        if (self.deposit_share or 0) + (self.milestone_share or 0) > 1:
            yield Message("deposit_share and milestone_share are more than the whole price together; lower one of them")
        if self.currency and not re.fullmatch("[A-Z]{3}", self.currency):
            yield Message(
                "currency must be three capitals, got {currency!r}; write for example EUR", currency=self.currency
            )
        if self.currency and not self.exchange_rate:
            yield Message(
                "is in {currency} but has no exchange_rate; say what one {currency} is worth", currency=self.currency
            )
        if not self.currency and (self.exchange_rate or self.rate_move):
            yield Message("has an exchange rate but no currency; name it, such as EUR, or leave the rate out")

    @property
    def terms(self) -> dict[str, Any]:
        """Every term that differs from its default, without name and reason."""
        given = {term.name: getattr(self, term.name) for term in fields(self)}
        defaults = {term.name: term.default for term in fields(self)} | {"name": self.name, "reason": self.reason}
        return {name: value for name, value in given.items() if value != defaults[name]}

    @property
    def hash(self) -> str:
        """Twelve hexadecimal digits that change with any term."""
        return hashlib.sha256(json.dumps(self.terms, sort_keys=True).encode()).hexdigest()[:12]


UNITS = {term.name: str(term.metadata["unit"]) for term in fields(Quote) if "unit" in term.metadata}


def _problems_of_value(name: str, unit: str, value: float | None) -> Iterator[Message]:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        yield Message(
            "{name} must be a number, got {value!r}; write a finite number of {unit}", name=name, value=value, unit=unit
        )
    elif name == "rate_move":
        if value <= -1:
            yield Message("rate_move must be above -1, got {value:g}; write a fall of a tenth as -0.1", value=value)
    elif value < 0:
        yield Message(
            "{name} must not be negative, got {value:g} {unit}; give a positive number",
            name=name, value=value, unit=unit,
        )  # fmt: skip
    elif unit == "share" and value > 100:
        yield Message(
            "{name} must be a share between 0 and 1, got {value:g}; give a number from 0 to 1", name=name, value=value
        )
    elif unit == "share" and value > 1:
        yield Message(
            "{name} must be a share between 0 and 1, got {value:g}; write {value:g} % as {share:g}",
            name=name, value=value, share=value / 100,
        )  # fmt: skip


def quote_of(terms: Mapping[str, Any]) -> Quote:
    """Build a quote from terms as a file or a person gives them: numbers, or texts such as ``35 %``.

    Raises
    ------
    UnknownName
        for a term that does not exist; InputError or NumberError for one that is missing or cannot be read.

    >>> quote_of({"name": "Pilot", "platform": "mRNA", "signed": "2027-01", "start": "2027-06",
    ...           "development_hours": "1 800 h", "development_months": 6, "discount": "5 %"}).discount
    0.05
    """
    known = [term.name for term in fields(Quote)]
    for name in terms:
        if name not in known:
            raise UnknownName.of("term of a quote", name, known)
    quote = str(terms.get("name", ""))
    missing = [name for name in known[:4] if name not in terms]
    if missing:
        raise InputError("quote {quote!r}: lacks {terms}; say it", quote=quote, terms=", ".join(missing))
    return Quote(**{name: _read_term(quote, name, value) for name, value in terms.items()})


def _read_term(quote: str, name: str, value: Any) -> Any:
    if name in ("academic", "index_clause"):
        if isinstance(value, bool):
            return value
        if str(value).lower() not in _YES:
            raise InputError(
                "quote {quote!r}: {name} must be yes or no, got {value!r}; write one of them",
                quote=quote, name=name, value=value,
            )  # fmt: skip
        return _YES[str(value).lower()]
    if name not in UNITS:
        return str(value)
    if not isinstance(value, str):
        return value
    try:
        number = numbers.parse_number(value, UNITS[name])
    except NumberError as error:
        raise NumberError("quote {quote!r}: {name}: {problem}", quote=quote, name=name, problem=error.message) from None
    if UNITS[name] == "share" and number > 1:  # 110 % is read as 1.1, which must not be taken for 1.1 %
        problem = Message(
            "{name} must be a share between 0 and 1, got {value}; give 100 % at most",
            name=name, value=f"{100 * number:g} %",
        )  # fmt: skip
        raise InputError("quote {quote!r}: {problem}", quote=quote, problem=problem)
    return number
