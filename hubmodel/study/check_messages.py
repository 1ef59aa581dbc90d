"""Messages of checks that are lines, for results in which they do not hold."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from hubmodel.errors import Message
from hubmodel.study.result import Evaluation

_IDENTITIES = {
    "investment_is_paid_for": Message(
        "grant used, loans and own contribution are not the investment; is it all spent within the calendar?"
    ),
    "balance_sheet": Message("assets are not liabilities and equity"),
    "cash_ties": Message("cash from the cash flow is not free cash and unearned grant"),
    "sources_are_uses": Message("sources are not uses"),
    "sites_add_up": Message("sites do not add up"),
    "full_cost_is_borne": Message("full cost by track is not the whole cost"),
    "suites_are_not_overfull": Message("a suite is used for more days than it is open"),
    "tax_and_books_tie": Message("tax depreciation and untaxed reserves do not tie to the books"),
}


def _commercial_margin_leads(result: Evaluation) -> Message:
    gap = float(result["margin_gap"])
    if math.isnan(gap):
        return Message("no year of the calendar is mature, so the margins of the tracks cannot be compared")
    return Message("the commercial margin does not exceed the innovation margin (gap {gap:.1%})", gap=gap)


def _free_cash_lasts(result: Evaluation) -> Message:
    lowest = float(np.min(result["free_cash"]))
    return Message("free cash falls to {lowest:.1f} MSEK; who covers it?", lowest=lowest / 1e6)


def _co_financing_each_year(result: Evaluation) -> Message:
    years, short = result.series("co_financing_each_year", how="sum")
    named = ", ".join(year for year, amount in zip(years, short[""], strict=True) if amount > 1)
    return Message("the owner puts in less than the grant used in {years}", years=named)


def _aid_within_ceiling(result: Evaluation) -> Message:
    excess = float(result["aid_above_ceiling"])
    return Message("the aid exceeds the ceiling by {excess:.1%} of the investment", excess=excess)


def _loan_within_investment(result: Evaluation) -> Message:
    return Message(
        "loans of {loans:.1f} MSEK exceed the investment of {investment:.1f} MSEK; what for?",
        loans=float(np.sum(result["debt_drawn"])) / 1e6,
        investment=float(result["total_investment"]) / 1e6,
    )


_WARNINGS: dict[str, Callable[[Evaluation], Message]] = {
    "commercial_margin_leads": _commercial_margin_leads,
    "free_cash_lasts": _free_cash_lasts,
    "co_financing_each_year": _co_financing_each_year,
    "aid_within_ceiling": _aid_within_ceiling,
    "loan_within_investment": _loan_within_investment,
}


def message_of(result: Evaluation, line: str) -> Message:
    """Return the message of a check that does not hold for a result."""
    return _WARNINGS[line](result) if line in _WARNINGS else _IDENTITIES[line]
