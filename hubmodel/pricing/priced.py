"""A priced quote: its lines on both tracks, each explained down to its terms and to rows of the hub."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from hubmodel.case.facility import Case
from hubmodel.case.quote_terms import Quote
from hubmodel.errors import InputError, UnknownName
from hubmodel.pricing.given import TRACKS, Origin, given, month_of
from hubmodel.pricing.slots import Start, earliest_starts
from hubmodel.study.explain import Explainer, Explanation, Source
from hubmodel.study.result import Evaluation, evaluate
from hubmodel.text.language import text


@dataclass(frozen=True, eq=False)
class PricedQuote:
    """A quote with its prices, costs and cash on both tracks.

    `hub` is the run on which it rests, `lines` has every line of the quote, rows by track and columns by month, and
    `origins` the place in the run of each input that is no term.
    """

    quote: Quote
    hub: Evaluation
    lines: Evaluation
    origins: Mapping[tuple[str, str], Origin]
    earliest_start: Mapping[str, Start]

    def __getitem__(self, at: tuple[str, str]) -> float:
        """Return a line or input on a track, a single number [engine's unit]; UnknownName for a line by month."""
        name, track = at
        values = np.atleast_2d(self.lines[name])
        if track not in TRACKS:
            raise UnknownName.of("track", track, TRACKS)
        if values.shape[-1] > 1:
            raise UnknownName(
                "{line!r} is a line by month; ask for .by_month({line!r}, {track!r})", line=name, track=track
            )
        return float(values[TRACKS.index(track) if values.shape[0] > 1 else 0, 0])

    def __contains__(self, name: str) -> bool:
        """True if a name is a line or a term of the quote, and not an input from the hub."""
        case = self.lines.case
        return name in case.model.lines or (name in case.by_key and all(name != key for key, _ in self.origins))

    def by_month(self, name: str, track: str) -> dict[str, float]:
        """Return a line over the months of the quote [engine's unit]."""
        periods, rows = self.lines.series(name, "month")
        return dict(zip(periods, rows.get(track) or rows[""], strict=True))

    @property
    def months(self) -> tuple[str, ...]:
        """Months of the quote, from signing to the last payment."""
        periods, last = self.lines.case.periods, month_of(self["balance_paid", TRACKS[0]])
        return periods[periods.index(self.quote.signed) : periods.index(last) + 1]

    def cash(self, track: str) -> dict[str, float]:
        """Return net cash of the project [SEK] in each month of the quote."""
        along = self.by_month("net_cash", track)
        return {month: along[month] for month in self.months}

    def explain(
        self, name: str, track: str = "innovation", month: str | None = None, depth: int = 3, language: str = "en"
    ) -> Explanation:
        """Explain a line of the quote, down to its terms and to rows and sources of the hub."""
        row = track if len(self.lines.rows(name)) > 1 else None
        return _QuoteExplainer(self, language).explain(name, row, month, depth)


class _QuoteExplainer(Explainer):
    """An explainer that continues in the run of the hub where the lines of a quote end."""

    def __init__(self, priced: PricedQuote, language: str) -> None:
        super().__init__(priced.lines.case, priced.lines.traced, priced.lines.values, language)
        self.priced = priced

    def given(self, shown: Explanation, depth: int) -> Explanation:
        """Return the explanation of an input: a term of the quote, or a number of the hub."""
        origin = self.priced.origins.get((shown.name, shown.row)) or self.priced.origins.get((shown.name, ""))
        if origin is None:
            term = Source(text("term of the quote", self.language), "", "", "", "", "", "", None, None, "", "")
            return replace(shown, sources=(term,))
        hub = self.priced.hub
        return hub.explain(origin.line, origin.row, origin.period or shown.period or None, depth, self.language)


def price_quote(result: Evaluation, quote: Quote) -> PricedQuote:
    """Price a quote on both tracks.

    Parameters
    ----------
    result
        a run of the hub by the month, with or without key figures.
    quote
        the terms.

    Raises
    ------
    UnknownName
        for a platform that the case does not have; InputError for a run that is not by the month, or a quote that
        does not lie in the calendar.
    """
    found = given(result, quote)
    lines = evaluate(found.case)
    return PricedQuote(quote, result, lines, found.origins, earliest_starts(result, quote, lines))


def one_batch(hub: Evaluation, name: str) -> Quote:
    """Return a first quote: one batch of the first platform, in January of the first mature year.

    Raises
    ------
    InputError
        where the case has no platform.

    >>> import hubmodel as hm
    >>> one_batch(hm.run(hm.load("northx"), solved=False), "One batch").start
    '2029-01'
    """
    mature = np.flatnonzero(hub["at_maturity"])
    year, _, _ = hub.case.periods[mature[0] if len(mature) else 0].partition("-")
    month = f"{year}-01"
    return Quote(name, platforms_of(hub.case)[0], month, month, batches=1, batches_per_month=1)


def platforms_of(case: Case) -> tuple[str, ...]:
    """Return the platforms for which a quote is possible.

    Raises
    ------
    InputError
        where the case has no platform.
    """
    if not (platforms := case.lists.get("platform", ())):
        raise InputError(
            "{case} has no platform, so there is nothing to quote; add one to [lists.platform]", case=case.name
        )
    return platforms
