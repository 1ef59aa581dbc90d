"""Funding: the grant, loans and the owner's money; what aid is a share of, and what must be paid back.

A grant received before its spending is a liability. As eligible spending occurs it reduces the cost of the assets
(or, by choice, becomes income over their life). It is never revenue on receipt.
"""

from hubmodel.engine.units import (
    SEK,
    Date,
    Flag,
    Membership,
    Once,
    PerYear,
    Positive,
    Projects,
    Ratio,
    SEKPerProject,
    SEKPerSuiteDay,
    Share,
    SuiteDays,
    Years,
)
from hubmodel.engine.words import (
    TINY,
    cumulative,
    each,
    lowest,
    maximum,
    minimum,
    nan,
    previous,
    sum_periods,
    total,
    where,
)

# The grant.


def grant_received(
    grant_paid: SEK, grant_decided: SEK, grant_schedule_paid: Flag, grant_schedule_decided: Flag, grant_factor: Ratio
) -> SEK:
    """Grant received, by the chosen schedule: as paid to the company, or as decided for the agency."""
    return grant_factor * (grant_schedule_paid * grant_paid + grant_schedule_decided * grant_decided)


def total_grant_received(grant_received: SEK) -> SEK:
    """Grants received."""
    return total(grant_received)


def grant_total(total_grant_received: SEK) -> SEK:
    """All grants received."""
    return sum_periods(total_grant_received)


def grant_to_date(total_grant_received: SEK) -> SEK:
    """Grants received so far."""
    return cumulative(total_grant_received)


def asset_eligible_spending(
    asset_spending: SEK, eligible: Share, middle_of_period: Date, repayment_deadline: Date
) -> SEK:
    """Investment that the grant may be used for: eligible, and made before unused grant falls due."""
    return asset_spending * eligible * (middle_of_period < repayment_deadline)


def eligible_spending(asset_eligible_spending: SEK) -> SEK:
    """Investment that the grant may be used for."""
    return total(asset_eligible_spending)


def eligible_to_date(eligible_spending: SEK) -> SEK:
    """Investment so far that the grant may be used for."""
    return cumulative(eligible_spending)


def component_eligible_spending(
    asset_eligible_spending: SEK, asset_of_component: Membership, component_share: Share
) -> SEK:
    """Investment that the grant may be used for, by component."""
    return each(asset_eligible_spending, asset_of_component) * component_share


def component_eligible_to_date(component_eligible_spending: SEK) -> SEK:
    """Investment so far that the grant may be used for, by component."""
    return cumulative(component_eligible_spending)


def grant_used_to_date(grant_to_date: SEK, eligible_to_date: SEK) -> SEK:
    """Grant used so far: as far as it is received and there is eligible spending to use it for."""
    return minimum(grant_to_date, eligible_to_date)


def grant_used(grant_used_to_date: SEK) -> SEK:
    """Grant used in the period."""
    return grant_used_to_date - previous(grant_used_to_date)


def grant_used_total(grant_used: SEK) -> SEK:
    """Grant used in all."""
    return sum_periods(grant_used)


def component_grant_to_date(grant_used_to_date: SEK, component_eligible_to_date: SEK, eligible_to_date: SEK) -> SEK:
    """Grant used so far, spread over components by what was spent on them."""
    return grant_used_to_date * component_eligible_to_date / maximum(eligible_to_date, TINY)


def grant_repaid_to_date(
    grant_to_date: SEK, grant_used_to_date: SEK, middle_of_period: Date, repayment_deadline: Date
) -> SEK:
    """Grant repaid so far: what is unused at the deadline."""
    return (grant_to_date - grant_used_to_date) * (middle_of_period > repayment_deadline)


def grant_repaid(grant_repaid_to_date: SEK) -> SEK:
    """Grant repaid in the period."""
    return grant_repaid_to_date - previous(grant_repaid_to_date)


def unearned_grant(grant_to_date: SEK, grant_used_to_date: SEK, grant_repaid_to_date: SEK) -> SEK:
    """Grant received and not yet used: a liability, and cash that is not free."""
    return grant_to_date - grant_used_to_date - grant_repaid_to_date


def grant_released(grant_treatment_deferred: Flag, grant_released_to_date: SEK) -> SEK:
    """Grant that becomes income as its asset wears, where it is deferred; 0 where it reduces the cost."""
    return grant_treatment_deferred * (grant_released_to_date - previous(grant_released_to_date))


def deferred_grant(grant_treatment_deferred: Flag, grant_used_to_date: SEK, grant_released_to_date: SEK) -> SEK:
    """Grant used whose asset is not yet worn: deferred income, where the grant is treated so."""
    return grant_treatment_deferred * (grant_used_to_date - grant_released_to_date)


# Loans: annuity or straight.


def loan_running(middle_of_period: Date, loan_date: Date) -> Flag:
    """1 from the period in which a loan is drawn."""
    return where(middle_of_period > loan_date, 1, 0)


def loan_drawn(loan_amount: SEK, loan_running: Flag) -> SEK:
    """Loan drawn in the period."""
    return loan_amount * (loan_running - previous(loan_running))


def loan_rate_of_period(loan_rate: PerYear, period_length: Years) -> Share:
    """Interest rate for the length of a period, from the effective yearly rate."""
    return (1 + loan_rate) ** period_length - 1


def loan_payment(
    loan_amount: Once[SEK],
    loan_rate_of_period: Share,
    loan_rate: Once[PerYear],
    period_length: Years,
    loan_term: Once[Positive[Years]],
) -> SEK:
    """Interest and repayment of an annuity loan, equal in every period; without interest, equal repayments."""
    return where(
        loan_rate > 0,
        loan_amount * loan_rate_of_period / maximum(TINY, 1 - (1 + loan_rate) ** (-loan_term)),
        loan_amount * period_length / loan_term,
    )


def loan_balance(
    loan_balance: SEK,
    loan_drawn: SEK,
    loan_rate_of_period: Share,
    annuity: Once[Flag],
    loan_payment: SEK,
    loan_amount: SEK,
    period_length: Years,
    loan_term: Years,
) -> SEK:
    """Debt on each loan; repayment begins in the period after the draw."""
    opening = previous(loan_balance)
    due = where(annuity, loan_payment - opening * loan_rate_of_period, loan_amount * period_length / loan_term)
    return opening + loan_drawn - minimum(opening, due)


def loan_interest(loan_balance: SEK, loan_rate_of_period: Share) -> SEK:
    """Interest on each loan."""
    return previous(loan_balance) * loan_rate_of_period


def loan_repaid(loan_balance: SEK, loan_drawn: SEK) -> SEK:
    """Repayment of each loan."""
    return previous(loan_balance) + loan_drawn - loan_balance


def debt(loan_balance: SEK) -> SEK:
    """Debt on all loans."""
    return total(loan_balance)


def debt_drawn(loan_drawn: SEK) -> SEK:
    """Loans drawn."""
    return total(loan_drawn)


def debt_repaid(loan_repaid: SEK) -> SEK:
    """Loans repaid."""
    return total(loan_repaid)


def interest(loan_interest: SEK) -> SEK:
    """Interest on all loans."""
    return total(loan_interest)


# Interest while the facility is built: an expense, or a part of what the assets cost.


def construction_share(open_share: Share) -> Share:
    """Share of the period in which some site is still being built."""
    return minimum(1, total(1 - open_share))


def interest_capitalised(interest: SEK, interest_treatment_capitalised: Flag, construction_share: Share) -> SEK:
    """Interest during construction that becomes a part of what the assets cost, by convention."""
    return interest * interest_treatment_capitalised * construction_share


def interest_capitalised_to_date(interest_capitalised: SEK) -> SEK:
    """Interest capitalised so far."""
    return cumulative(interest_capitalised)


def capitalised_interest(
    capitalised_interest: SEK,
    interest_capitalised: SEK,
    interest_capitalised_to_date: SEK,
    construction_share: Share,
    period_length: Years,
    capitalised_interest_life: Once[Positive[Years]],
) -> SEK:
    """Book value of capitalised interest: straight line once every site is open."""
    in_use = interest_capitalised_to_date * (1 - construction_share)
    depreciation = in_use * period_length / capitalised_interest_life
    return maximum(0, previous(capitalised_interest) + interest_capitalised - depreciation)


def interest_charge(interest: SEK, capitalised_interest: SEK) -> SEK:
    """Interest that the year's profit bears: what is not capitalised, and what is written off of what was."""
    return interest - (capitalised_interest - previous(capitalised_interest))


# The owner.


def debt_drawn_to_date(debt_drawn: SEK) -> SEK:
    """Loans drawn so far."""
    return cumulative(debt_drawn)


def investment_beside_grant(spending: SEK, grant_used: SEK) -> SEK:
    """Investment of the period that the grant does not pay."""
    return spending - grant_used


def investment_beside_grant_to_date(investment_beside_grant: SEK) -> SEK:
    """Investment so far that the grant does not pay."""
    return cumulative(investment_beside_grant)


def loan_used_to_date(debt_drawn_to_date: SEK, investment_beside_grant_to_date: SEK) -> SEK:
    """Investment so far that loans pay: what is drawn, up to what the grant leaves to pay."""
    return minimum(debt_drawn_to_date, maximum(0, investment_beside_grant_to_date))


def loan_used(loan_used_to_date: SEK) -> SEK:
    """Investment that loans pay in the period; a loan drawn late gives the owner back what was paid before."""
    return loan_used_to_date - previous(loan_used_to_date)


def loan_used_total(loan_used: SEK) -> SEK:
    """Investment that loans pay in all."""
    return sum_periods(loan_used)


def own_contribution_in_period(investment_beside_grant: SEK, loan_used: SEK) -> SEK:
    """The owner's part of the investment: what neither grant nor loans pay."""
    return investment_beside_grant - loan_used


def own_contribution(own_contribution_in_period: SEK) -> SEK:
    """The owner's part of the investment in all."""
    return sum_periods(own_contribution_in_period)


def own_capital_paid(own_contribution_in_period: SEK, spending_in_kind: SEK) -> SEK:
    """The owner's part of the investment that is paid in cash."""
    return own_contribution_in_period - spending_in_kind


def cash_flow_before_owner(
    operating_cash_flow: SEK,
    investing_cash_flow: SEK,
    total_grant_received: SEK,
    grant_repaid: SEK,
    claw_back: SEK,
    debt_drawn: SEK,
    debt_repaid: SEK,
    interest: SEK,
) -> SEK:
    """Cash flow after grant and loans, before any money from the owner."""
    return (
        operating_cash_flow
        + investing_cash_flow
        + total_grant_received
        - grant_repaid
        - claw_back
        + debt_drawn
        - debt_repaid
        - interest
    )


def cash_before_owner(cash_flow_before_owner: SEK) -> SEK:
    """Cumulative cash after grant and loans, before any money from the owner."""
    return cumulative(cash_flow_before_owner)


def counted_cash_before_owner(cash_before_owner: SEK, counted: Flag) -> SEK:
    """Cumulative cash before any money from the owner, in the periods that the view counts; 0 in those behind it."""
    return cash_before_owner * counted


def lowest_cash_before_owner(counted_cash_before_owner: SEK) -> SEK:
    """Lowest cumulative cash before any money from the owner, in the periods that the view counts."""
    return lowest(counted_cash_before_owner)


def peak_funding_need(lowest_cash_before_owner: SEK) -> SEK:
    """Most money that the owner has in the facility at any time that the view counts."""
    return maximum(0, 0 - lowest_cash_before_owner)


def cash_flow_from_today(
    cash_flow_before_owner: SEK, own_capital_paid: SEK, middle_of_period: Date, today_date: Date
) -> SEK:
    """Cash flow still to come, before the owner covers losses."""
    return (cash_flow_before_owner + own_capital_paid) * (middle_of_period > today_date)


def cash_from_today(cash_flow_from_today: SEK) -> SEK:
    """Cumulative cash flow still to come."""
    return cumulative(cash_flow_from_today)


def lowest_cash_from_today(cash_from_today: SEK) -> SEK:
    """Lowest cumulative cash flow still to come."""
    return lowest(cash_from_today)


def cash_still_needed(lowest_cash_from_today: SEK, opening_cash_today: Once[SEK]) -> SEK:
    """Money still needed from today: the deepest shortfall to come, less cash in hand."""
    return maximum(0, 0 - lowest_cash_from_today - opening_cash_today)


def cash_flow_before_loss_funding(cash_flow_before_owner: SEK, own_capital_paid: SEK, unearned_grant: SEK) -> SEK:
    """Free cash flow after grant, loans and the owner's part of the investment; unearned grant is not free."""
    return cash_flow_before_owner + own_capital_paid - (unearned_grant - previous(unearned_grant))


def cash_before_loss_funding(cash_flow_before_loss_funding: SEK) -> SEK:
    """Cumulative free cash before the owner covers losses."""
    return cumulative(cash_flow_before_loss_funding)


def loss_funding_to_date(loss_funding_to_date: SEK, cash_before_loss_funding: SEK, owner_covers_share: Share) -> SEK:
    """What the owner has put in to cover losses so far: the deepest shortfall yet."""
    return maximum(previous(loss_funding_to_date), -cash_before_loss_funding * owner_covers_share)


def loss_funding(loss_funding_to_date: SEK) -> SEK:
    """What the owner puts in to cover losses in the period."""
    return loss_funding_to_date - previous(loss_funding_to_date)


def owner_funding_of_losses(loss_funding: SEK) -> SEK:
    """What the owner puts in to cover losses, in all, beside the part of the investment."""
    return sum_periods(loss_funding)


def free_cash(cash_before_loss_funding: SEK, loss_funding_to_date: SEK) -> SEK:
    """Cash that the facility may use."""
    return cash_before_loss_funding + loss_funding_to_date


def sources(
    total_grant_received: SEK,
    debt_drawn: SEK,
    own_contribution_in_period: SEK,
    loss_funding: SEK,
    operating_cash_flow: SEK,
) -> SEK:
    """Where money comes from in the period."""
    return (
        total_grant_received + debt_drawn + own_contribution_in_period + loss_funding + maximum(0, operating_cash_flow)
    )


def uses(
    spending: SEK,
    reinvestment: SEK,
    grant_repaid: SEK,
    claw_back: SEK,
    debt_repaid: SEK,
    interest: SEK,
    cash: SEK,
    operating_cash_flow: SEK,
) -> SEK:
    """Where money goes in the period, into cash among the rest."""
    return (
        spending
        + reinvestment
        + grant_repaid
        + claw_back
        + debt_repaid
        + interest
        + cash
        - previous(cash)
        + maximum(0, -operating_cash_flow)
    )


# Aid: a share of what? Documents seldom name the base, so several are shown.


def aid_intensity(grant_used_total: SEK, total_investment: SEK) -> Share:
    """Grant over the whole investment as reported."""
    return grant_used_total / total_investment


def aid_intensity_recorded(grant_used_total: SEK, recorded_investment: SEK) -> Share:
    """Grant over what was recorded when the project was reported."""
    return grant_used_total / recorded_investment


def aid_intensity_at_site(grant_used_total: SEK, asset_cost_at_site: SEK) -> Share:
    """The whole grant over the investment at one site; without meaning where the grant exceeds it."""
    return where(asset_cost_at_site > grant_used_total, grant_used_total / maximum(asset_cost_at_site, TINY), nan)


def aid_intensity_at_site_invoiced(grant_used_total: SEK, asset_cost_invoiced_at_site: SEK) -> Share:
    """The whole grant over what was invoiced at one site; without meaning where the grant exceeds it."""
    return where(
        asset_cost_invoiced_at_site > grant_used_total,
        grant_used_total / maximum(asset_cost_invoiced_at_site, TINY),
        nan,
    )


def leverage(own_contribution: SEK, grant_used_total: SEK) -> Ratio:
    """The owner's part of the investment for each krona of grant."""
    return where(grant_used_total > 0, own_contribution / maximum(grant_used_total, TINY), nan)


def leverage_recorded(recorded_investment: SEK, grant_used_total: SEK) -> Ratio:
    """The owner's part of what was recorded when the project was reported, for each krona of grant."""
    return where(grant_used_total > 0, (recorded_investment - grant_used_total) / maximum(grant_used_total, TINY), nan)


def leverage_at_site(asset_cost_at_site: SEK, grant_used_total: SEK) -> Ratio:
    """The owner's part of the investment at one site for each krona of the whole grant."""
    return where(
        (grant_used_total > 0) * (asset_cost_at_site > grant_used_total),
        (asset_cost_at_site - grant_used_total) / maximum(grant_used_total, TINY),
        nan,
    )


def leverage_at_site_invoiced(asset_cost_invoiced_at_site: SEK, grant_used_total: SEK) -> Ratio:
    """The owner's part of what was invoiced at one site for each krona of the whole grant."""
    return where(
        (grant_used_total > 0) * (asset_cost_invoiced_at_site > grant_used_total),
        (asset_cost_invoiced_at_site - grant_used_total) / maximum(grant_used_total, TINY),
        nan,
    )


def aid_above_ceiling(aid_intensity: Share, aid_ceiling: Once[Share], aid_ceiling_tested: Once[Flag]) -> Share:
    """By how much the aid exceeds a ceiling, where one is tested."""
    return aid_ceiling_tested * maximum(0, aid_intensity - aid_ceiling)


# Public money: the programme around the facility, and what the facility costs the public.


def programme_co_financing_required(programme_funding: SEK, co_financing_rule: Ratio) -> SEK:
    """Private money that the rule asks for beside the programme's: at least an equal share."""
    return programme_funding * co_financing_rule


def programme_funding_total(programme_funding: SEK) -> SEK:
    """Public money decided or planned for the facility and what stands around it."""
    return total(programme_funding)


def public_cost(grant_total: SEK, grant_repaid: SEK, claw_back: SEK, preparation_cost: Once[SEK]) -> SEK:
    """What the facility costs the public: grant, less what comes back, and what prepared it."""
    return grant_total - sum_periods(grant_repaid) - sum_periods(claw_back) + preparation_cost


def total_development_projects(development_projects: Projects) -> Projects:
    """Innovation projects served."""
    return total(development_projects)


def innovation_projects_served(total_development_projects: Projects) -> Projects:
    """Innovation projects served in all."""
    return sum_periods(total_development_projects)


def total_innovation_suite_days(innovation_suite_days: SuiteDays) -> SuiteDays:
    """Suite-days used by the innovation track."""
    return total(innovation_suite_days)


def open_access_suite_days(total_innovation_suite_days: SuiteDays) -> SuiteDays:
    """Suite-days used by the innovation track in all."""
    return sum_periods(total_innovation_suite_days)


def public_cost_per_innovation_project(public_cost: SEK, innovation_projects_served: Projects) -> SEKPerProject:
    """Public money for each innovation project served."""
    return where(innovation_projects_served > 0, public_cost / maximum(innovation_projects_served, TINY), nan)


def public_cost_per_open_access_suite_day(public_cost: SEK, open_access_suite_days: SuiteDays) -> SEKPerSuiteDay:
    """Public money for each suite-day used by the innovation track."""
    return where(open_access_suite_days > 0, public_cost / maximum(open_access_suite_days, TINY), nan)
