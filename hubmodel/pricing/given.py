"""The case of a quote: its terms, and numbers of its platform from the run of the hub, as rows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from hubmodel.case import limits
from hubmodel.case.facility import Case, model_of
from hubmodel.case.quote_terms import UNITS, Quote
from hubmodel.case.rows import Row
from hubmodel.engine.units import Quantity
from hubmodel.errors import InputError, UnknownName
from hubmodel.study.result import Evaluation
from hubmodel.text import numbers
from hubmodel.text.language import label

TRACKS = ("innovation", "commercial")
MODEL = ("quote",)  # the line modules of a quote
# Inputs taken in the month of signing; others in the middle of the work, unless their name ends in another time.
AT_SIGNING = {
    "hourly_rate", "quoted_hours_per_project", "development_materials_fee_per_project",
    "development_analyses_fee_per_project", "working_hours_fee_per_batch", "materials_fee_per_batch",
    "analyses_fee_per_batch", "academic_discount", "commercial_margin", "commercial_price_per_batch",
}  # fmt: skip
EACH_MONTH = {
    "end_of_period", "middle_of_period", "suite_days_available", "innovation_suite_days", "commercial_suite_days",
    "operations_posts", "quality_posts", "hours_demanded_at_site",
}  # fmt: skip
TERMS = {"development_time": "development_months", "batch_pace": "batches_per_month", "payment_time": "payment_days"}
IN_THE_CASE = {"payment_time": "receivable_time"}
OF_A_TRACK = ("deposit_share", "milestone_share")
# Terms that come from the case where the quote has none.
CLAUSES = {*OF_A_TRACK, "failed_batch_customer_share", "cancellation_fee_share", "payment_time"}
DATED_BY = (
    "start_date", "development_time", "batches", "batch_pace", "release_time", "payment_time"
)  # fmt: skip
DATES = ("work_ends", "delivery_date", "balance_paid")


@dataclass(frozen=True)
class Origin:
    """The place in the run of the hub of an input of a quote: line or input, member, month."""

    line: str
    row: str | None
    period: str | None


@dataclass(frozen=True)
class Dated:
    """An input of a quote that depends on the date of its signing, work or delivery, and its value in each month."""

    by: str
    values: Quantity


@dataclass(frozen=True)
class Given:
    """The case of a quote; by key and track, the origins of inputs that are no terms, and the dated inputs."""

    case: Case
    origins: Mapping[tuple[str, str], Origin]
    dated: Mapping[tuple[str, str], Dated]


def month_of(date: float) -> str:
    """Return the month of a date in years.

    >>> month_of(2027.0), month_of(2027 + 11.5 / 12)
    ('2027-01', '2027-12')
    """
    year, month = divmod(math.floor(date * 12 + 1e-6), 12)
    return f"{year}-{month + 1:02d}"


def given(hub: Evaluation, quote: Quote, every_month: bool = False) -> Given:
    """Return the case of a quote.

    Parameters
    ----------
    hub, quote
        a run by the month, and the terms.
    every_month
        whether the case has the calendar of the hub; otherwise it has only the years of the quote.

    Raises
    ------
    UnknownName
        for a platform that the case does not have; InputError for a run that is not by the month, or a quote that
        does not lie in the calendar.
    """
    case, name = hub.case, quote.name
    if case.chosen("period") != "month":
        raise InputError("quote {quote!r}: needs a run by the month; set period=month", quote=name)
    if quote.platform not in case.lists.get("platform", ()):
        raise UnknownName.of("platform", quote.platform, case.lists.get("platform", ()))
    if quote.signed not in case.periods:
        raise InputError(
            "quote {quote!r}: is signed {month}, outside the calendar {first} to {last}; change the month",
            quote=name, month=quote.signed, first=case.first, last=case.last,
        )  # fmt: skip
    if quote.start not in case.periods:
        raise InputError(
            "quote {quote!r}: starts {month}, outside the calendar {first} to {last}; change the month",
            quote=name, month=quote.start, first=case.first, last=case.last,
        )  # fmt: skip
    return _Reader(hub, quote).given(every_month)


class _Reader:
    """A reader of the inputs of a quote from its terms and from the run of the hub."""

    def __init__(self, hub: Evaluation, quote: Quote) -> None:
        self.hub, self.quote, self.model = hub, quote, model_of(MODEL)
        self.origins: dict[tuple[str, str], Origin] = {}
        self.dated: dict[tuple[str, str], Dated] = {}
        self.place = {"platform": quote.platform}
        for parent in ("suite", "site"):
            by = hub.case.memberships[f"{parent}_of_platform"]
            self.place[parent] = hub.case.lists[parent][by.position[hub.case.lists["platform"].index(quote.platform)]]
        self.months = {"signing": quote.signed}
        self._find_months()

    def given(self, every_month: bool) -> Given:
        """Return the case of the quote; it ends with the year of the last payment, unless it has every month."""
        hub = self.hub.case
        first, last = int(self.quote.signed[:4]), int(self.months["last"][:4])
        if every_month:
            first, last = hub.first, hub.last
        months = [month for month in hub.periods if first <= int(month[:4]) <= last]
        rows = [_row("period", "month", "choice", "")]
        for name in sorted(self.model.inputs - {"period_length"}):
            rows += self._rows(name, months)
        case = Case(
            name=self.quote.name,
            folder=hub.folder,
            title=self.quote.name,
            summary=self.quote.reason,
            currency=hub.currency,
            price_year=hub.price_year,
            modules=MODEL,
            levers=(),
            noun=hub.noun,
            counterfactual="no hub",
            first=first,
            last=last,
            choices={"period": ("month",)},
            lists={"track": TRACKS, "purchase": ()},
            parents={},
            rows=tuple(rows),
        )
        for problem in limits.sums_beyond(case):
            raise InputError("the quote {quote!r} does not hold: {problem}", quote=self.quote.name, problem=problem)
        return Given(case, self.origins, self.dated)

    def _find_months(self) -> None:
        """Find the months whose prices and costs apply, and the last month of the quote."""
        case = self.hub.case
        start, ends = self._dates("start_date", "work_ends")
        work = month_of((start + ends) / 2)
        self.months["work"] = work if work in case.periods else case.periods[-1]  # work this late is refused below
        # the dates below may depend on inputs in the month of the work, so that it must be known first
        delivered, paid = self._dates("delivery_date", "balance_paid")
        self.months["delivery"], last = month_of(delivered), month_of(paid)
        self.months["last"] = last
        if last not in case.periods:
            raise InputError(
                "quote {quote!r}: runs to {month}, outside the calendar {first} to {last}; start earlier, or make it "
                "shorter",
                quote=self.quote.name, month=last, first=case.first, last=case.last,
            )  # fmt: skip

    def _dates(self, *names: str) -> list[float]:
        known = {name: np.array([[next(iter(self._rows(name, []))).base]]) for name in DATED_BY}
        found = known | self.model.run(known, [name for name in names if name in self.model.lines])
        return [float(found[name][0, 0]) for name in names]

    def _rows(self, name: str, months: list[str]) -> Iterator[Row]:
        if name in OF_A_TRACK:
            yield from (self._row_by_track(name, track) for track in TRACKS)
        elif name.endswith("_track"):
            for track in TRACKS:
                yield _row(name, float(name.startswith(track)), "flag", f"1 on the {track} track", track)
        elif term := self._term(name):
            yield _row(name, *term, "term of the quote")
        elif name in EACH_MONTH:
            yield from (self._from_run(name, "", month) for month in months)
        else:
            yield self._from_run(name)

    def _term(self, name: str) -> tuple[float, str] | None:
        """Return the value and unit of a term of the quote; None for an input from the case."""
        quote = self.quote
        if name in ("signing_date", "start_date"):
            return numbers.parse_number(quote.signed if name == "signing_date" else quote.start, "date"), "date"
        if name in ("academic", "index_clause"):
            return float(getattr(quote, name)), "flag"
        term = TERMS.get(name, name)
        value = getattr(quote, term, None)
        if value is None:  # by default one analysis for each batch, and an exchange rate of 1
            value = {"analyses": quote.batches, "exchange_rate": 1.0}.get(term)
        return None if value is None else (float(value), UNITS[term])

    def _row_by_track(self, name: str, track: str) -> Row:
        own = getattr(self.quote, name)
        if own is None and track == "commercial":
            return self._from_run(name, track)
        note = "term of the quote" if own is not None else "asked of commercial customers only"
        return _row(name, float(own or 0.0), "share", note, track)

    def _from_run(self, name: str, track: str = "", month: str = "") -> Row:
        hub, case = self.hub, self.hub.case
        line, _, when = (name, "", "") if name in case.model.lines else name.partition("_at_")
        line = IN_THE_CASE.get(line, line.removesuffix("_displaced"))
        displaced = name.endswith("_displaced") or line == "contribution_per_suite_day"
        member = self._displaced() if displaced else self._own(line)
        values = np.atleast_2d(hub[line])
        by = when or ("signing" if name in AT_SIGNING else "work")
        at = (month or self.months.get(by, self.quote.signed)) if values.shape[-1] > 1 else ""
        self.origins[name, track] = Origin(line, member or None, None if month else at or None)
        note = f"{case.scenario}: {', '.join(part for part in (label(line), member, at) if part)}"
        if (own := self._row_of(line, member)) and not at:
            return own.model_copy(update={"key": name, "row": track, "note": note})
        along = values[hub.rows(line).index(member)]
        if name == "contribution_per_suite_day":  # no value where the suite has no work to displace
            along = np.nan_to_num(along, nan=0.0)
        if at and not month:
            self.dated[name, track] = Dated(by, along)
        value = float(along[case.periods.index(at) if at else 0])
        return _row(name, value, self.model.shown_in[name], note, track, month)

    def _row_of(self, key: str, member: str) -> Row | None:
        """Return the row of an input in the case, with its unit, range and source; None for a line."""
        rows = self.hub.case.by_key.get(key, ())
        return next((row for row in rows if row.row == member), next(iter(rows), None))

    def _own(self, line: str) -> str:
        """Return the member whose value applies: the platform of the quote, its suite or its site."""
        traced = self.hub.traced
        list_name = traced.list_of(line) if line in traced.lines else self.hub.case.list_of(line)
        return self.place[list_name] if list_name else ""

    def _displaced(self) -> str:
        """Return the platform in the same suite that earns most per day."""
        case, suites = self.hub.case, self.hub.case.memberships["suite_of_platform"].position
        worth = np.nan_to_num(np.atleast_2d(self.hub["contribution_per_suite_day"])[:, 0], nan=-math.inf)
        beside = [at for at, suite in enumerate(suites) if case.lists["suite"][suite] == self.place["suite"]]
        return case.lists["platform"][max(beside, key=lambda at: float(worth[at]))]


def _row(key: str, value: float | str, unit: str, note: str, track: str = "", period: str = "") -> Row:
    # without validation: terms are valid already, and a line of the hub may be negative or nan
    return Row.model_construct(
        key=key, row=track, period=period, value=value, unit=unit, low=None, high=None, spread="", price_year=None,
        source="", locator="", grade="assumption", note=note, where="",
    )  # fmt: skip
