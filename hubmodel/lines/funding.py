"""Funding: grant, loans and the owner's money; the base of aid, and the grant to be repaid.

A grant received before its spending is a liability. As eligible spending occurs, it reduces the cost of the assets
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
    """Grant received by the chosen schedule: as paid to the company, or as decided for the agency."""
    return grant_factor * (grant_schedule_paid * grant_paid + grant_schedule_decided * grant_decided)


def total_grant_received(grant_received: SEK) -> SEK:
    """Grants received in the period."""
    return total(grant_received)


def grant_total(total_grant_received: SEK) -> SEK:
    """Total grants received."""
    return sum_periods(total_grant_received)


def grant_to_date(total_grant_received: SEK) -> SEK:
    """Grants received so far."""
    return cumulative(total_grant_received)


def asset_eligible_spending(
    asset_spending: SEK, eligible: Share, middle_of_period: Date, repayment_deadline: Date
) -> SEK:
    """Investment eligible for the grant and made before unused grant falls due, by asset."""
    return asset_spending * eligible * (middle_of_period < repayment_deadline)


def eligible_spending(asset_eligible_spending: SEK) -> SEK:
    """Investment eligible for the grant."""
    return total(asset_eligible_spending)


def eligible_to_date(eligible_spending: SEK) -> SEK:
    """Investment eligible for the grant so far."""
    return cumulative(eligible_spending)


def component_eligible_spending(
    asset_eligible_spending: SEK, asset_of_component: Membership, component_share: Share
) -> SEK:
    """Investment eligible for the grant, by component."""
    return each(asset_eligible_spending, asset_of_component) * component_share


def component_eligible_to_date(component_eligible_spending: SEK) -> SEK:
    """Investment eligible for the grant so far, by component."""
    return cumulative(component_eligible_spending)


def grant_used_to_date(grant_to_date: SEK, eligible_to_date: SEK) -> SEK:
    """Grant used so far: the lower of grant received and eligible spending."""
    return minimum(grant_to_date, eligible_to_date)


def grant_used(grant_used_to_date: SEK) -> SEK:
    """Grant used in the period."""
    return grant_used_to_date - previous(grant_used_to_date)


def grant_used_total(grant_used: SEK) -> SEK:
    """Total grant used."""
    return sum_periods(grant_used)


def component_grant_to_date(grant_used_to_date: SEK, component_eligible_to_date: SEK, eligible_to_date: SEK) -> SEK:
    """Grant used so far, allocated to components by their eligible spending."""
    return grant_used_to_date * component_eligible_to_date / maximum(eligible_to_date, TINY)


def grant_repaid_to_date(
    grant_to_date: SEK, grant_used_to_date: SEK, middle_of_period: Date, repayment_deadline: Date
) -> SEK:
    """Grant repaid so far: the amount unused at the deadline."""
    return (grant_to_date - grant_used_to_date) * (middle_of_period > repayment_deadline)


def grant_repaid(grant_repaid_to_date: SEK) -> SEK:
    """Grant repaid in the period."""
    return grant_repaid_to_date - previous(grant_repaid_to_date)


def unearned_grant(grant_to_date: SEK, grant_used_to_date: SEK, grant_repaid_to_date: SEK) -> SEK:
    """Grant received but not yet used: a liability, held in cash that is not free."""
    return grant_to_date - grant_used_to_date - grant_repaid_to_date


def grant_released(grant_treatment_deferred: Flag, grant_released_to_date: SEK) -> SEK:
    """Grant released to income as its asset is depreciated, if deferred; 0 if the grant reduces cost."""
    return grant_treatment_deferred * (grant_released_to_date - previous(grant_released_to_date))


def deferred_grant(grant_treatment_deferred: Flag, grant_used_to_date: SEK, grant_released_to_date: SEK) -> SEK:
    """Deferred income: grant used whose asset is not yet depreciated. 0 if the grant reduces cost."""
    return grant_treatment_deferred * (grant_used_to_date - grant_released_to_date)


# Loans: annuity or straight.


def loan_running(middle_of_period: Date, loan_date: Date) -> Flag:
    """1 from the period in which a loan is drawn, otherwise 0."""
    return where(middle_of_period > loan_date, 1, 0)


def loan_drawn(loan_amount: SEK, loan_running: Flag) -> SEK:
    """Loan drawn in the period, by loan."""
    return loan_amount * (loan_running - previous(loan_running))


def loan_rate_of_period(loan_rate: PerYear, period_length: Years) -> Share:
    """Interest rate per period, from the effective yearly rate."""
    return (1 + loan_rate) ** period_length - 1


def loan_payment(
    loan_amount: Once[SEK],
    loan_rate_of_period: Share,
    loan_rate: Once[PerYear],
    period_length: Years,
    loan_term: Once[Positive[Years]],
) -> SEK:
    """Interest and repayment of an annuity loan, equal in every period; equal repayments if interest-free."""
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
    """Balance of each loan. Repayment begins in the period after the draw."""
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
    """Total debt on loans."""
    return total(loan_balance)


def debt_drawn(loan_drawn: SEK) -> SEK:
    """Loans drawn in the period."""
    return total(loan_drawn)


def debt_repaid(loan_repaid: SEK) -> SEK:
    """Loans repaid in the period."""
    return total(loan_repaid)


def interest(loan_interest: SEK) -> SEK:
    """Interest on all loans."""
    return total(loan_interest)


# Interest during construction: an expense, or part of the cost of the assets.


def construction_share(open_share: Share) -> Share:
    """Share of the period in which at least one site is under construction."""
    return minimum(1, total(1 - open_share))


def interest_capitalised(interest: SEK, interest_treatment_capitalised: Flag, construction_share: Share) -> SEK:
    """Interest during construction that is added to the cost of the assets, by convention."""
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
    """Interest charged to profit: interest not capitalised, plus amortisation of capitalised interest."""
    return interest - (capitalised_interest - previous(capitalised_interest))


# The owner.


def debt_drawn_to_date(debt_drawn: SEK) -> SEK:
    """Loans drawn so far."""
    return cumulative(debt_drawn)


def investment_beside_grant(spending: SEK, grant_used: SEK) -> SEK:
    """Investment in the period not paid by the grant."""
    return spending - grant_used


def investment_beside_grant_to_date(investment_beside_grant: SEK) -> SEK:
    """Investment so far not paid by the grant."""
    return cumulative(investment_beside_grant)


def loan_used_to_date(debt_drawn_to_date: SEK, investment_beside_grant_to_date: SEK) -> SEK:
    """Investment so far paid by loans: loans drawn, up to the investment not paid by the grant."""
    return minimum(debt_drawn_to_date, maximum(0, investment_beside_grant_to_date))


def loan_used(loan_used_to_date: SEK) -> SEK:
    """Investment paid by loans in the period. A loan drawn late refunds the owner's earlier payments."""
    return loan_used_to_date - previous(loan_used_to_date)


def loan_used_total(loan_used: SEK) -> SEK:
    """Total investment paid by loans."""
    return sum_periods(loan_used)


def own_contribution_in_period(investment_beside_grant: SEK, loan_used: SEK) -> SEK:
    """Owner's part of the investment in the period: paid by neither grant nor loans."""
    return investment_beside_grant - loan_used


def own_contribution(own_contribution_in_period: SEK) -> SEK:
    """Owner's total part of the investment."""
    return sum_periods(own_contribution_in_period)


def own_capital_paid(own_contribution_in_period: SEK, spending_in_kind: SEK) -> SEK:
    """Owner's part of the investment that is paid in cash."""
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
    """Cash flow after grant and loans, before the owner's money."""
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
    """Cumulative cash after grant and loans, before the owner's money."""
    return cumulative(cash_flow_before_owner)


def counted_cash_before_owner(cash_before_owner: SEK, counted: Flag) -> SEK:
    """Cumulative cash before the owner's money in the periods that the view counts; 0 in earlier ones."""
    return cash_before_owner * counted


def lowest_cash_before_owner(counted_cash_before_owner: SEK) -> SEK:
    """Lowest cumulative cash before the owner's money, in the periods that the view counts."""
    return lowest(counted_cash_before_owner)


def peak_funding_need(lowest_cash_before_owner: SEK) -> SEK:
    """Largest amount of the owner's money needed at any time that the view counts."""
    return maximum(0, 0 - lowest_cash_before_owner)


def cash_flow_from_today(
    cash_flow_before_owner: SEK, own_capital_paid: SEK, middle_of_period: Date, today_date: Date
) -> SEK:
    """Cash flow from today on, before the owner covers losses."""
    return (cash_flow_before_owner + own_capital_paid) * (middle_of_period > today_date)


def cash_from_today(cash_flow_from_today: SEK) -> SEK:
    """Cumulative cash flow from today on."""
    return cumulative(cash_flow_from_today)


def lowest_cash_from_today(cash_from_today: SEK) -> SEK:
    """Lowest cumulative cash flow from today on."""
    return lowest(cash_from_today)


def cash_still_needed(lowest_cash_from_today: SEK, opening_cash_today: Once[SEK]) -> SEK:
    """Cash needed from today on: the deepest shortfall ahead, less cash in hand."""
    return maximum(0, 0 - lowest_cash_from_today - opening_cash_today)


def cash_flow_before_loss_funding(cash_flow_before_owner: SEK, own_capital_paid: SEK, unearned_grant: SEK) -> SEK:
    """Free cash flow after grant, loans and the owner's part of the investment. Unearned grant is not free."""
    return cash_flow_before_owner + own_capital_paid - (unearned_grant - previous(unearned_grant))


def cash_before_loss_funding(cash_flow_before_loss_funding: SEK) -> SEK:
    """Cumulative free cash before the owner covers losses."""
    return cumulative(cash_flow_before_loss_funding)


def loss_funding_to_date(loss_funding_to_date: SEK, cash_before_loss_funding: SEK, owner_covers_share: Share) -> SEK:
    """Owner's funding of losses so far: the deepest shortfall to date."""
    return maximum(previous(loss_funding_to_date), -cash_before_loss_funding * owner_covers_share)


def loss_funding(loss_funding_to_date: SEK) -> SEK:
    """Owner's funding of losses in the period."""
    return loss_funding_to_date - previous(loss_funding_to_date)


def owner_funding_of_losses(loss_funding: SEK) -> SEK:
    """Owner's total funding of losses, in addition to the owner's part of the investment."""
    return sum_periods(loss_funding)


def free_cash(cash_before_loss_funding: SEK, loss_funding_to_date: SEK) -> SEK:
    """Cash available to the facility."""
    return cash_before_loss_funding + loss_funding_to_date


def sources(
    total_grant_received: SEK,
    debt_drawn: SEK,
    own_contribution_in_period: SEK,
    loss_funding: SEK,
    operating_cash_flow: SEK,
) -> SEK:
    """Sources of money in the period."""
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
    """Uses of money in the period, including the change in cash."""
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


# Aid intensity. Documents seldom name its base, so several are shown.


def aid_intensity(grant_used_total: SEK, total_investment: SEK) -> Share:
    """Grant used as a share of total reported investment."""
    return grant_used_total / total_investment


def aid_intensity_recorded(grant_used_total: SEK, recorded_investment: SEK) -> Share:
    """Grant used as a share of the investment recorded when the project was reported."""
    return grant_used_total / recorded_investment


def aid_intensity_at_site(grant_used_total: SEK, asset_cost_at_site: SEK) -> Share:
    """Total grant used as a share of the investment at one site; undefined where the grant is larger."""
    return where(asset_cost_at_site > grant_used_total, grant_used_total / maximum(asset_cost_at_site, TINY), nan)


def aid_intensity_at_site_invoiced(grant_used_total: SEK, asset_cost_invoiced_at_site: SEK) -> Share:
    """Total grant used as a share of the investment invoiced at one site; undefined where the grant is larger."""
    return where(
        asset_cost_invoiced_at_site > grant_used_total,
        grant_used_total / maximum(asset_cost_invoiced_at_site, TINY),
        nan,
    )


def leverage(own_contribution: SEK, grant_used_total: SEK) -> Ratio:
    """Owner's part of the investment per krona of grant."""
    return where(grant_used_total > 0, own_contribution / maximum(grant_used_total, TINY), nan)


def leverage_recorded(recorded_investment: SEK, grant_used_total: SEK) -> Ratio:
    """Owner's part of the investment recorded when the project was reported, per krona of grant."""
    return where(grant_used_total > 0, (recorded_investment - grant_used_total) / maximum(grant_used_total, TINY), nan)


def leverage_at_site(asset_cost_at_site: SEK, grant_used_total: SEK) -> Ratio:
    """Owner's part of the investment at one site per krona of total grant."""
    return where(
        (grant_used_total > 0) * (asset_cost_at_site > grant_used_total),
        (asset_cost_at_site - grant_used_total) / maximum(grant_used_total, TINY),
        nan,
    )


def leverage_at_site_invoiced(asset_cost_invoiced_at_site: SEK, grant_used_total: SEK) -> Ratio:
    """Owner's part of the investment invoiced at one site per krona of total grant."""
    return where(
        (grant_used_total > 0) * (asset_cost_invoiced_at_site > grant_used_total),
        (asset_cost_invoiced_at_site - grant_used_total) / maximum(grant_used_total, TINY),
        nan,
    )


def aid_above_ceiling(aid_intensity: Share, aid_ceiling: Once[Share], aid_ceiling_tested: Once[Flag]) -> Share:
    """Excess of aid intensity over the ceiling, if one is tested."""
    return aid_ceiling_tested * maximum(0, aid_intensity - aid_ceiling)


# Public money: the programme around the facility, and the public cost of the facility.


def programme_co_financing_required(programme_funding: SEK, co_financing_rule: Ratio) -> SEK:
    """Private money required beside the programme's by its rule: at least an equal share."""
    return programme_funding * co_financing_rule


def programme_funding_total(programme_funding: SEK) -> SEK:
    """Total public money decided or planned for the facility and the programme around it."""
    return total(programme_funding)


def public_cost(grant_total: SEK, grant_repaid: SEK, claw_back: SEK, preparation_cost: Once[SEK]) -> SEK:
    """Public cost of the facility: grant less repayments and claw-back, plus the cost of preparation."""
    return grant_total - sum_periods(grant_repaid) - sum_periods(claw_back) + preparation_cost


def total_development_projects(development_projects: Projects) -> Projects:
    """Innovation projects served in the period."""
    return total(development_projects)


def innovation_projects_served(total_development_projects: Projects) -> Projects:
    """Total innovation projects served."""
    return sum_periods(total_development_projects)


def total_innovation_suite_days(innovation_suite_days: SuiteDays) -> SuiteDays:
    """Suite-days used by the innovation track in the period."""
    return total(innovation_suite_days)


def open_access_suite_days(total_innovation_suite_days: SuiteDays) -> SuiteDays:
    """Total suite-days used by the innovation track."""
    return sum_periods(total_innovation_suite_days)


def public_cost_per_innovation_project(public_cost: SEK, innovation_projects_served: Projects) -> SEKPerProject:
    """Public cost per innovation project served."""
    return where(innovation_projects_served > 0, public_cost / maximum(innovation_projects_served, TINY), nan)


def public_cost_per_open_access_suite_day(public_cost: SEK, open_access_suite_days: SuiteDays) -> SEKPerSuiteDay:
    """Public cost per suite-day used by the innovation track."""
    return where(open_access_suite_days > 0, public_cost / maximum(open_access_suite_days, TINY), nan)
