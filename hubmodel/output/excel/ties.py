"""The checks as formulas: gaps of each period, written in the words of line items, and counts over whole blocks.

A check of `hubmodel.study.checks` that stands here under its own name, and reads here all that it reads there, is live
in the workbook; any other is written as the value that Python found, and says so. A test keeps the two alike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hubmodel.engine.words import fold, total

Gap = Callable[..., Any]


def balance_sheet(assets_in_balance: Any, balance_gap: Any) -> Any:
    """Assets are liabilities, untaxed reserves and equity; assets say how large what rounding leaves may be."""
    return balance_gap


def cash_ties(cash: Any, free_cash: Any, unearned_grant: Any) -> Any:
    """Cash from the cash flow is what is free and what is held for the grant."""
    return cash - (free_cash + unearned_grant)


def sources_are_uses(sources: Any, uses: Any) -> Any:
    """What comes in is what goes out, in every period."""
    return sources - uses


def sites_add_up(ebitda_at_site: Any, ebitda: Any) -> Any:
    """The sites' earnings add up to the hub's."""
    return total(ebitda_at_site) - ebitda


def full_cost_is_borne(
    innovation_full_cost: Any,
    commercial_full_cost: Any,
    total_training_cost: Any,
    total_operating_cost: Any,
    gross_depreciation: Any,
) -> Any:
    """The tracks and training bear all operating cost and gross depreciation."""
    borne = innovation_full_cost + commercial_full_cost + total_training_cost
    return borne - (total_operating_cost + gross_depreciation)


def deducted_beyond_books(profit_before_tax: Any, taxable_profit: Any) -> Any:
    """What tax has deducted beyond the books so far (not a check: what the next one reads)."""
    return fold(lambda opening, books, tax: opening + books - tax, profit_before_tax, taxable_profit)


def tax_and_books_tie(
    deducted_beyond_books: Any,
    untaxed_reserves: Any,
    temporary_difference: Any,
    grant_never_taxed: Any,
    year_ends: Any,
) -> Any:
    """What tax has deducted beyond the books stands in reserves and temporary differences, at each year's end."""
    carried = untaxed_reserves + temporary_difference + grant_never_taxed
    return (deducted_beyond_books - carried) * year_ends


GAPS: tuple[Gap, ...] = (balance_sheet, cash_ties, sources_are_uses, sites_add_up, full_cost_is_borne,
                         deducted_beyond_books, tax_and_books_tie)  # fmt: skip
# Lines whose size says what rounding may leave, where it is not only a gap's first.
SCALES = {"cash_ties": ("cash", "cash_before_loss_funding")}
# A check over whole blocks, and the line whose size says what rounding may leave; {line} is its cell or its block.
WHOLE: dict[str, tuple[str, str]] = {
    "investment_is_paid_for": (
        "ABS({grant_used_total}+{loan_used_total}+{own_contribution}-{total_investment})",
        "total_investment",
    ),
    "grant_as_scheduled": (
        "ABS({grant_total}-{grant_factor}*({grant_schedule_paid}*SUM({grant_paid})"
        "+{grant_schedule_decided}*SUM({grant_decided})))",
        "grant_total",
    ),
    "second_opinion_on_value": (
        "ABS({net_present_value}-NPV((1+{required_return})^{period_length}-1,{counted_cash_flow})"
        "*(1+{required_return})^({period_length}+{valuation_date}-INDEX({discounting_date},1,1)))",
        "net_present_value",
    ),
    "suites_are_not_overfull": ("MAX(0,SUMPRODUCT(MAX({suite_days_used}-{suite_days_open})))", ""),
    "value_is_a_number": ("IF(ISNUMBER({net_present_value}),0,1)", ""),
}
# Judgements: the figure, and the condition under which it deserves a note.
NOTES: dict[str, tuple[str, str]] = {
    "commercial_margin_leads": ("{margin_gap}", "<=0"),
    "free_cash_lasts": ("MIN({free_cash})", "<-1"),
    "aid_within_ceiling": ("{aid_above_ceiling}", ">0"),
    "loan_within_investment": ("ROUND(SUM({debt_drawn})-{total_investment},0)", ">0"),
}
# Checks of many lines at once: between which bounds each must lie. Which lines, the check itself says.
BOUNDS: dict[str, tuple[float, float | None]] = {"shares_are_shares": (0, 1), "stocks_are_not_negative": (0, None)}
