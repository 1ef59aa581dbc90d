"""What a quote says: its tables with both tracks side by side, what to beware of, and all of it as plain data."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hubmodel.pricing.given import TRACKS
from hubmodel.pricing.priced import PricedQuote
from hubmodel.text import numbers
from hubmodel.text.language import label, text

SECTIONS: dict[str, str] = {
    "What is quoted": "development_hours batches analyses hours_to_work suite_days_to_use delivery_date",
    "Fee for service, line by line": "development_hours_fee development_materials_fee development_analyses_fee "
    "batch_hours_fee batch_materials_fee batch_analyses_fee",
    "What may be quoted": "development_price batches_price list_price discount_given price index_clause_adds "
    "price_at_delivery",
    "Full cost and margin": "people_cost materials_cost analyses_bought suite_days_cost full_cost profit margin "
    "full_cost_as_used",
    "How far the price may fall": "extra_hours_cost marginal_cost displaced_days displaced_contribution "
    "lowest_price_to_sign room_above_lowest",
    "If a batch fails": "price_of_failed_batches failed_batches_paid_by_customer failed_batches_borne_by_facility "
    "price_collected margin_collected",
    "If the customer cancels late": "cancellation_fee",
    "When the money comes": "deposit_paid milestone_paid balance_paid deepest_cash",
}
CURRENCY = {"Currency": "price_in_currency rate_move_costs"}
INNOVATION_ONLY = {*SECTIONS["Fee for service, line by line"].split()}


@dataclass(frozen=True)
class Shown:
    """A row of a table: a line or term, and its value on each track [unit]; None where it has none."""

    name: str
    label: str
    unit: str
    values: Mapping[str, float | None]


@dataclass(frozen=True)
class Section:
    """A table of a quote."""

    title: str
    rows: tuple[Shown, ...]


def sections(priced: PricedQuote, language: str = "en") -> tuple[Section, ...]:
    """Return the tables of a quote, both tracks side by side [engine's units]."""
    wanted = SECTIONS | (CURRENCY if priced.quote.currency else {})
    return tuple(
        Section(text(title, language), tuple(_shown(priced, name, language) for name in names.split()))
        for title, names in wanted.items()
    )


def _shown(priced: PricedQuote, name: str, language: str) -> Shown:
    values = {track: _finite(priced[name, track]) if _applies(priced, name, track) else None for track in TRACKS}
    said, unit = label(name, language), priced.lines.case.model.shown_in[name]
    if name == "price_in_currency":
        said, unit = text("Price in {currency}", language).format(currency=priced.quote.currency), "1"
    return Shown(name, said, unit, values)


def _applies(priced: PricedQuote, name: str, track: str) -> bool:
    paid = name.replace("_paid", "_share")
    nothing_due = name in ("deposit_paid", "milestone_paid") and not priced[paid, track]
    return not nothing_due and (track == "innovation" or name not in INNOVATION_ONLY)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def warnings(priced: PricedQuote, language: str = "en") -> tuple[str, ...]:
    """Return what to beware of before the quote is sent, one sentence each."""
    return tuple(_warnings(priced, language))


def _warnings(priced: PricedQuote, language: str) -> Iterator[str]:
    for track in TRACKS:
        yield from _of_track(priced, track, language)
    if np.sum(priced.lines["short_notice"] * priced.lines["extra_hours_in_period"]) >= 1:  # an hour, not a residue
        yield text("part of the work begins before anyone can be hired: it takes overtime or hired people", language)
    if priced.quote.batches and _at_signing(priced, "on_ceiling"):
        yield text("the market holds the commercial price of a batch below the wanted margin", language)
    if priced.quote.batches and _at_signing(priced, "on_floor"):
        yield text("fee for service lifts the commercial price of a batch above the wanted margin", language)


def _of_track(priced: PricedQuote, track: str, language: str) -> Iterator[str]:
    of, start = text(track, language), priced.earliest_start[track]
    if priced["room_above_lowest", track] < 0:
        least = numbers.format_value(priced["lowest_price_to_sign", track], "SEK", language)
        yield text("{track}: the price is below the lowest to sign, {least}", language).format(track=of, least=least)
    elif priced["profit", track] < 0:
        cost = numbers.format_value(priced["full_cost", track], "SEK", language)
        yield text("{track}: the price does not carry its full cost, {cost}", language).format(track=of, cost=cost)
    if not start.as_wanted:
        said = text("{track}: {suite} has too few free days for the wanted start; earliest start: {month}", language)
        yield said.format(
            track=of, suite=start.bottleneck, month=start.month or text("not within the calendar", language)
        )


def _at_signing(priced: PricedQuote, flag: str) -> bool:
    case, quote = priced.hub.case, priced.quote
    at = case.lists["platform"].index(quote.platform), case.periods.index(quote.signed)
    shape = (len(case.lists["platform"]), len(case.periods))
    return bool(np.broadcast_to(priced.hub[flag], shape)[at])


def as_dict(priced: PricedQuote, language: str = "en") -> dict[str, Any]:
    """Return a quote as plain data: terms, every row of its tables, starts, cash by month, warnings."""
    quote = priced.quote
    rows = [row for section in sections(priced, language) for row in section.rows]
    starts = {}
    for track, start in priced.earliest_start.items():
        found = {"month": start.month, "bottleneck": start.bottleneck, "as_wanted": start.as_wanted}
        starts[track] = found if start.month else found | {"why": start.why(language)}
    return {
        "name": quote.name,
        "reason": quote.reason,
        "quote_hash": quote.hash,
        "terms": quote.terms,
        "lines": {row.name: {"label": row.label, "unit": row.unit, **row.values} for row in rows},
        "earliest_start": starts,
        "cash": {"months": list(priced.months), **{track: list(priced.cash(track).values()) for track in TRACKS}},
        "warnings": list(warnings(priced, language)),
    }
