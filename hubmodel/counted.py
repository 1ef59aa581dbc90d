"""Figures that are counted from whole lines of a run, for one run and for many draws at once.

They need an order or a count over the periods that no word of the line items has; in a workbook they are values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from hubmodel import returns
from hubmodel.case import Case
from hubmodel.language import label
from hubmodel.result import KeyFigure, Result
from hubmodel.units import Quantity

Lines = Mapping[str, Any]


@dataclass(frozen=True)
class Counted:
    """One figure: its unit, why it may have no value, the lines that it needs, and its value, shape (...)."""

    unit: str
    why: str
    lines: tuple[str, ...]
    of: Callable[[Lines, Case], Quantity]


def _one(lines: Lines, name: str) -> Quantity:
    return np.asarray(lines[name], dtype=float)[..., 0, 0]


def _row(lines: Lines, name: str) -> Quantity:
    return np.asarray(lines[name], dtype=float)[..., 0, :]


def _timing(case: Case) -> returns.Timing:
    return cast(returns.Timing, case.chosen("discounting"))


def _roots(lines: Lines, case: Case) -> Quantity:
    return np.asarray(returns.irr_roots(_row(lines, "counted_cash_flow"), 1 / case.periods_per_year), dtype=float)


def _modified_rate(lines: Lines, case: Case) -> Quantity:
    received, paid = _one(lines, "present_value_of_inflows"), _one(lines, "present_value_of_outflows")
    years = _one(lines, "last_date") - _one(lines, "valuation_date")
    return returns.modified_rate(received, paid, _one(lines, "required_return"), years)


def _since_valuation(lines: Lines, years: Quantity) -> Quantity:
    # a flow that is never negative has paid back at once
    return np.maximum(0.0, years - (_one(lines, "valuation_date") - _one(lines, "first_date")))


def _payback(lines: Lines, case: Case) -> Quantity:
    years = returns.payback(_row(lines, "counted_cash_flow"), 1 / case.periods_per_year, _timing(case))
    return _since_valuation(lines, years)


def _discounted_payback(lines: Lines, case: Case) -> Quantity:
    flow, rate = _row(lines, "counted_cash_flow"), _one(lines, "required_return")
    years = returns.discounted_payback(flow, rate, 1 / case.periods_per_year, _timing(case))
    return _since_valuation(lines, years)


def _date_of_peak(lines: Lines, case: Case) -> Quantity:
    lowest = np.argmin(_row(lines, "cash_before_owner"), axis=-1)
    return np.asarray(_row(lines, "end_of_period")[..., lowest], dtype=float)


def _ebitda_break_even(lines: Lines, case: Case) -> Quantity:
    ebitda, year = _row(lines, "ebitda"), case.periods_per_year
    ahead = np.lib.stride_tricks.sliding_window_view(ebitda, year, axis=-1).sum(axis=-1)
    lasting = (ebitda[..., : ahead.shape[-1]] > 0) & (ahead > 0)
    date = _row(lines, "middle_of_period")[..., np.argmax(lasting, axis=-1)]
    return np.where(lasting.any(axis=-1), date, np.nan)


_FLOW = ("counted_cash_flow", "valuation_date", "first_date")
COUNTED: dict[str, Counted] = {
    "internal_rate_of_return_roots": Counted("1", "", ("counted_cash_flow",), _roots),
    "modified_internal_rate_of_return": Counted(
        "1/year",
        "there is no outflow to earn a return on",
        ("present_value_of_inflows", "present_value_of_outflows", "required_return", "valuation_date", "last_date"),
        _modified_rate,
    ),
    "payback_years": Counted("year", "the cumulative flow stays negative", _FLOW, _payback),
    "discounted_payback_years": Counted(
        "year",
        "the discounted cumulative flow never turns positive again within the calendar",
        (*_FLOW, "required_return"),
        _discounted_payback,
    ),
    "peak_funding_date": Counted("date", "", ("cash_before_owner", "end_of_period"), _date_of_peak),
    "ebitda_break_even": Counted(
        "date", "EBITDA never turns positive for a year ahead", ("ebitda", "middle_of_period"), _ebitda_break_even
    ),
}


def counted_figures(result: Result) -> list[KeyFigure]:
    """Return the figures that are counted from the lines of one run: roots, payback, dates."""
    lines = {**result.case.inputs, **result.values}
    out = []
    for name, one in COUNTED.items():
        value = float(one.of(lines, result.case))
        finite = bool(np.isfinite(value))
        out.append(KeyFigure(name, value if finite else None, one.unit, label(name), None if finite else one.why))
    return out
