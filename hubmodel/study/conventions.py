"""The convention card: the name, value and meaning of every convention of a result, and conventions in conflict.

Two tools that disagree on a project nearly always disagree only in these. Every convention is an input of a line item
(a choice, a date, a share), so that the workbook and the explanation show it; this module only describes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from hubmodel.case.facility import Case
from hubmodel.case.validation import uneven_table
from hubmodel.errors import InputError, Message
from hubmodel.study.result import Evaluation
from hubmodel.text.language import text
from hubmodel.text.numbers import format_value

WORDS: dict[str, dict[str, str]] = {
    "discounting": {"start": "start", "middle": "middle", "end": "end"},
    "undiscounted_date": {
        "view": "{date}, the date of the view",
        "first_period": "{date}, the beginning of the first period, whatever the view",
    },
    "price_basis": {
        "nominal": "nominal {currency}; inputs in prices of {year}, escalated to the day from there",
        "real": "constant {currency} of {year}: no price or wage moves against another; the required return less "
        "inflation, {rate}; what is documented in money of the day stays as it is",
    },
    "spending_timing": {
        "as_planned": "as it was made, evenly between its dates",
        "at_once": "all of it in the period that ends at completion",
    },
    "tax_losses_rule": {
        "carried_forward": "carried forward without end, stand-alone",
        "at_once": "used at once against other profit of the group",
        "never": "lost",
    },
    "tax_payment": {
        "same_year": "by calendar year, paid in its last period",
        "year_later": "paid a year later, the last year's in the last period",
        "year_later_last_dropped": "paid a year later, the last year's never",
    },
    "interest_treatment": {
        "expensed": "expensed as it falls due",
        "capitalised": "part of what the assets cost, written off from the opening",
    },
    "grant_treatment": {
        "net": "reduces the cost of the assets",
        "deferred": "income over the assets' life",
    },
    "grant_tax_treatment": {
        "net": "reduces the cost that tax deducts from",
        "income": "taxed as income when used; the whole cost is deducted",
        "none": "never taxed; the whole cost is deducted",
    },
    "tax_depreciation_method": {
        "swedish": "equipment by the Swedish rules: the better of {declining} of the balance and {plan} a year of cost",
        "straight_line": "straight line over {life} years",
        "declining_balance": "declining balance, {balance} a year",
        "sum_of_years": "sum of the years' digits over {life} years",
        "table": "table of {count} yearly shares: {table}",
    },
    "tax_depreciation_begins": {"purchase": "from the year of purchase", "service": "from the year of opening"},
    "first_year": {"whole": "a whole first year", "half": "half a first year"},
}
NAMES = {
    "period": "period",
    "calendar": "calendar",
    "valuation_view": "valuation view",
    "undiscounted_date": "undiscounted date",
    "discounting": "discounting",
    "prices": "prices",
    "spending": "spending",
    "interest_in_construction": "interest in construction",
    "tax_depreciation": "tax depreciation",
    "tax_losses": "tax losses",
    "tax": "tax",
    "grant": "grant",
    "grant_for_tax": "grant for tax",
    "working_capital": "working capital",
    "outturn": "outturn",
}
# Conventions in conflict: the choices, why they conflict, and the cure.
CONFLICTS: tuple[tuple[dict[str, str], Message, Message], ...] = (
    (
        {"view": "today", "undiscounted_date": "first_period"},
        Message("what lies before today is sunk, so the value cannot be dated at the beginning of the calendar"),
        Message("set undiscounted_date=view, or take another view"),
    ),
    (
        {"view": "today", "spending_timing": "at_once"},
        Message("what was spent before today is sunk and cannot be moved"),
        Message("set spending_timing=as_planned, or take another view"),
    ),
    (
        {"tax_depreciation_method": "table", "first_year": "half"},
        Message("a table of yearly shares holds its first year already"),
        Message("set first_year=whole, and write the half year into depreciation_share"),
    ),
    (
        {"tax_depreciation_method": "swedish", "first_year": "half"},
        Message("the Swedish rules give a whole first year"),
        Message("set first_year=whole, or another tax_depreciation_method"),
    ),
    (
        {"tax_depreciation_method": "swedish", "tax_depreciation_begins": "service"},
        Message("the Swedish rules begin with the year of purchase"),
        Message("set tax_depreciation_begins=purchase, or another tax_depreciation_method"),
    ),
)


@dataclass(frozen=True)
class Convention:
    """A convention: its value in the data, and its meaning in words."""

    value: str
    meaning: str


@dataclass(frozen=True, eq=False, repr=False)
class ConventionCard(Mapping[str, str]):
    """Every convention of a result, as a mapping from names to words; remarks of the case come last."""

    period: Convention
    calendar: Convention
    valuation_view: Convention
    undiscounted_date: Convention
    discounting: Convention
    prices: Convention
    spending: Convention
    interest_in_construction: Convention
    tax_depreciation: Convention
    tax_losses: Convention
    tax: Convention
    grant: Convention
    grant_for_tax: Convention
    working_capital: Convention
    outturn: Convention
    remarks: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"

    @cached_property
    def texts(self) -> dict[str, str]:
        """Words by name, in the language of the card."""
        texts = {text(name, self.language): getattr(self, field_name).meaning for field_name, name in NAMES.items()}
        return texts | dict(self.remarks)

    def __getitem__(self, name: str) -> str:
        return self.texts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts)

    def __len__(self) -> int:
        return len(self.texts)

    def __repr__(self) -> str:
        return "\n".join(f"{name}: {phrase}" for name, phrase in self.texts.items())


def card_of(result: Evaluation, outturn: str, language: str = "en") -> ConventionCard:
    """Return the convention card of a result; `outturn` is a sentence on how much of the past is reported."""
    case, facts = result.case, _facts(result, language)
    phrases = {key: text(WORDS[key][case.chosen(key)], language).format(**facts) for key in WORDS}

    def convention(key: str, phrase: str = "") -> Convention:
        return Convention(case.chosen(key), phrase or phrases[key])

    past = text("sunk" if result.view == "today" else "compounded", language)
    discounting = text("{timing} of period at {rate} a year; past flows are {past}", language)
    written_off = (phrases[f"tax_depreciation_{part}"] for part in ("method", "begins"))
    released = text("{share} of it released at the end of the calendar", language)
    years = text("{first} to {last}", language).format(first=case.first, last=case.last)
    return ConventionCard(
        period=convention("period", text(case.chosen("period"), language)),
        calendar=Convention(years, years),
        valuation_view=convention("view", f"{text(result.view, language)} ({date_of(result['view_date'])})"),
        undiscounted_date=convention("undiscounted_date"),
        discounting=convention(
            "discounting", discounting.format(timing=phrases["discounting"], rate=facts["rate"], past=past)
        ),
        prices=convention("price_basis"),
        spending=convention("spending_timing"),
        interest_in_construction=convention("interest_treatment"),
        tax_depreciation=convention("tax_depreciation_method", "; ".join([*written_off, phrases["first_year"]])),
        tax_losses=convention("tax_losses_rule"),
        tax=convention("tax_payment"),
        grant=convention("grant_treatment"),
        grant_for_tax=convention("grant_tax_treatment"),
        working_capital=Convention(facts["released"], released.format(share=facts["released"])),
        outturn=Convention(outturn, outturn),
        remarks=case.text_of("remarks", language),
        language=language,
    )


def _facts(result: Evaluation, language: str) -> dict[str, str]:
    case = result.case
    shares = [f"{float(row.value):.4g}" for row in case.by_key["depreciation_share"]]
    percent = {
        "rate": "required_return",
        "balance": "declining_balance_share",
        "declining": "declining_share",
        "plan": "plan_rate",
        "released": "working_capital_release",
    }
    return {
        **{name: format_value(float(result[line]), "share", language) for name, line in percent.items()},
        "date": date_of(result["valuation_date"]),
        "currency": case.currency,
        "year": str(case.price_year),
        "life": f"{float(result['tax_life']):g}",
        "count": str(len(shares)),
        "table": ", ".join(shares),
    }


def date_of(years: float) -> str:
    """Write a date in years as year and month.

    >>> date_of(2021.75)
    '2021-10'
    """
    whole = int(years + 1e-9)
    month = int((years - whole) * 12 + 1e-6) + 1
    return f"{whole}-{month:02d}"


def conflicts(case: Case) -> list[str]:
    """Return the conflicts between the conventions of a case, one message each with the cure."""
    out = [uneven_table(case)]
    for choices, why, cure in CONFLICTS:
        if all(key in case.by_key and case.chosen(key) == option for key, option in choices.items()):
            chosen = ", ".join(f"{key}={option}" for key, option in choices.items())
            out.append(Message("{choices} cannot hold together: {why}; {cure}", choices=chosen, why=why, cure=cure))
    return [problem for problem in out if problem]


def refuse_conflicts(case: Case) -> None:
    """Raise InputError if conventions of a case are in conflict."""
    if found := conflicts(case):
        raise InputError(Message.joined(found, "{first}\n{rest}"))
