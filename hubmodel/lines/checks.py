"""Checks: gaps that must be zero, and judgements that call for attention if they are not zero.

A gap holds if it is zero apart from rounding, relative to the largest amount compared. The module belongs to every
case; a check is left out if it reads a line that the case does not have.
"""

from hubmodel.engine.units import SEK, Flag, Gap, Judgement, Ratio, SuiteDays
from hubmodel.engine.words import maximum, nan, previous, sum_periods, total, where

# Gaps.


def investment_is_paid_for(
    grant_used_total: SEK, loan_used_total: SEK, own_contribution: SEK, total_investment: SEK
) -> Gap[SEK]:
    """Grant used, loans and the owner's part equal the total investment."""
    return grant_used_total + loan_used_total + own_contribution - total_investment


def balance_sheet(assets_in_balance: SEK, liabilities: SEK, untaxed_reserves: SEK, equity: SEK) -> Gap[SEK]:
    """Assets equal liabilities, untaxed reserves and equity in every period."""
    return assets_in_balance - liabilities - untaxed_reserves - equity


def cash_ties(cash: SEK, cash_before_loss_funding: SEK, loss_funding_to_date: SEK, unearned_grant: SEK) -> Gap[SEK]:
    """Cash equals free cash before loss funding, the owner's funding of losses and unearned grant in every period."""
    return cash - (cash_before_loss_funding + loss_funding_to_date + unearned_grant)


def sources_are_uses(sources: SEK, uses: SEK) -> Gap[SEK]:
    """Sources equal uses in every period."""
    return sources - uses


def sites_add_up(ebitda_at_site: SEK, ebitda: SEK) -> Gap[SEK]:
    """The EBITDA of the sites adds up to the EBITDA of the facility."""
    return total(ebitda_at_site) - ebitda


def full_cost_is_borne(
    innovation_full_cost: SEK,
    commercial_full_cost: SEK,
    total_training_cost: SEK,
    total_operating_cost: SEK,
    gross_depreciation: SEK,
) -> Gap[SEK]:
    """The full cost of both tracks and training equals total operating cost and gross depreciation."""
    borne = innovation_full_cost + commercial_full_cost + total_training_cost
    return borne - (total_operating_cost + gross_depreciation)


def suites_are_not_overfull(suite_days_used: SuiteDays, suite_days_open: SuiteDays) -> Gap[SuiteDays]:
    """No suite is used on more days than it is open."""
    return maximum(0, suite_days_used - suite_days_open)


def deducted_beyond_books(deducted_beyond_books: SEK, profit_before_tax: SEK, taxable_profit: SEK) -> SEK:
    """Deductions for tax in excess of the books so far."""
    return previous(deducted_beyond_books) + profit_before_tax - taxable_profit


def tax_and_books_tie(
    deducted_beyond_books: SEK,
    untaxed_reserves: SEK,
    temporary_difference: SEK,
    grant_never_taxed: SEK,
    year_ends: Flag,
) -> Gap[SEK]:
    """Deductions for tax in excess of the books equal untaxed reserves and other differences at each year end."""
    return (deducted_beyond_books - untaxed_reserves - temporary_difference - grant_never_taxed) * year_ends


# Judgements.


def commercial_margin_leads(margin_gap: Ratio) -> Judgement[Flag]:
    """The commercial margin exceeds the innovation margin, as the documents require."""
    return where(margin_gap > 0, 0, where(margin_gap <= 0, 1, nan))  # no value without a mature year


def free_cash_lasts(free_cash: SEK) -> Judgement[SEK]:
    """Free cash is never negative."""
    return maximum(0, -free_cash)


def owner_less_grant_this_year(
    owner_less_grant_this_year: SEK,
    own_contribution_in_period: SEK,
    loss_funding: SEK,
    grant_used: SEK,
    year_starts: Flag,
) -> SEK:
    """Owner's contributions less grant used, in the calendar year so far."""
    before = where(year_starts, 0, previous(owner_less_grant_this_year))
    return before + own_contribution_in_period + loss_funding - grant_used


def co_financing_each_year(owner_less_grant_this_year: SEK, year_ends: Flag) -> Judgement[SEK]:
    """The owner's money at least equals the grant used in every calendar year."""
    return maximum(0, -owner_less_grant_this_year) * year_ends


def aid_within_ceiling(aid_above_ceiling: Ratio) -> Judgement[Ratio]:
    """Aid intensity does not exceed the ceiling, if the case sets one to be tested."""
    return maximum(0, aid_above_ceiling)


def loan_within_investment(debt_drawn: SEK, total_investment: SEK) -> Judgement[SEK]:
    """Loans do not exceed the investment they finance."""
    return maximum(0, sum_periods(debt_drawn) - total_investment)
