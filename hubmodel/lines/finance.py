"""Finance: three statements, tax by calendar year, and the flows that a valuation discounts."""

from hubmodel.engine.units import SEK, Date, Flag, Index, Once, PerYear, Ratio, Share, Years
from hubmodel.engine.words import (
    TINY,
    cumulative,
    irr,
    lowest,
    maximum,
    minimum,
    nan,
    previous,
    sum_periods,
    total,
    where,
)

# Income statement.


def ebitda_at_site(revenue_at_site: SEK, operating_cost: SEK) -> SEK:
    """Earnings before interest, tax, depreciation and amortisation, by site."""
    return revenue_at_site - operating_cost


def ebitda(revenue: SEK, total_operating_cost: SEK) -> SEK:
    """Earnings before interest, tax, depreciation and amortisation."""
    return revenue - total_operating_cost


def ebit(ebitda: SEK, depreciation: SEK, grant_released: SEK) -> SEK:
    """Earnings before interest and tax."""
    return ebitda - depreciation + grant_released


def profit_before_tax(ebit: SEK, interest_charge: SEK) -> SEK:
    """Profit before appropriations and tax."""
    return ebit - interest_charge


def appropriations(untaxed_reserves: SEK) -> SEK:
    """Transfer to untaxed reserves."""
    return untaxed_reserves - previous(untaxed_reserves)


def taxable_profit(
    profit_before_tax: SEK, depreciation: SEK, tax_depreciation: SEK, grant_released: SEK, grant_taxed: SEK
) -> SEK:
    """Profit for tax: tax depreciation in place of the books'; a grant is income only where it is taxed as such."""
    return profit_before_tax + depreciation - tax_depreciation - grant_released + grant_taxed


def taxable_profit_this_year(taxable_profit_this_year: SEK, taxable_profit: SEK, year_starts: Flag) -> SEK:
    """Taxable profit of the calendar year so far."""
    return where(year_starts, 0, previous(taxable_profit_this_year)) + taxable_profit


def assessed_profit(taxable_profit_this_year: SEK, year_ends: Flag) -> SEK:
    """Taxable profit of the whole year, at its end."""
    return taxable_profit_this_year * year_ends


def tax_losses(tax_losses: SEK, assessed_profit: SEK, tax_losses_rule_carried_forward: Flag) -> SEK:
    """Losses carried forward; none where the rule is another."""
    return maximum(0, previous(tax_losses) - assessed_profit) * tax_losses_rule_carried_forward


def taxed_profit(assessed_profit: SEK, tax_losses: SEK, tax_losses_rule_at_once: Flag) -> SEK:
    """Profit that is taxed, after losses of earlier years; below zero where losses are used at once elsewhere."""
    return where(tax_losses_rule_at_once > 0, assessed_profit, maximum(0, assessed_profit - previous(tax_losses)))


def tax(taxed_profit: SEK, tax_rate: Share) -> SEK:
    """Income tax, by calendar year, due in its last period."""
    return taxed_profit * tax_rate


def tax_deferral(tax_payment_year_later: Flag, tax_payment_year_later_last_dropped: Flag, last_period: Flag) -> Flag:
    """1 where tax is paid a year after it is due; in the last period only if what is left then is never paid."""
    return tax_payment_year_later * (1 - last_period) + tax_payment_year_later_last_dropped


def tax_payable(tax_payable: SEK, tax: SEK, year_ends: Flag, tax_deferral: Flag) -> SEK:
    """Tax due and not yet paid: that of the latest year, where tax is paid a year later."""
    return where(year_ends, tax * tax_deferral, previous(tax_payable))


def tax_paid(tax: SEK, tax_payable: SEK) -> SEK:
    """Income tax as it is paid."""
    return tax + previous(tax_payable) - tax_payable


def net_profit(profit_before_tax: SEK, appropriations: SEK, tax: SEK, claw_back: SEK) -> SEK:
    """Net profit, after untaxed reserves, tax and any grant clawed back."""
    return profit_before_tax - appropriations - tax - claw_back


def gross_margin(revenue: SEK, variable_cost: SEK) -> SEK:
    """Revenue less the cost of the work itself."""
    return revenue - variable_cost


# Working capital.


def receivables(revenue: SEK, period_length: Years, receivable_time: Years) -> SEK:
    """Invoiced and not yet paid by customers."""
    return revenue / period_length * receivable_time


def contract_assets(
    innovation_batch_revenue: SEK, commercial_batch_revenue: SEK, period_length: Years, release_time: Years
) -> SEK:
    """Batches made and waiting for release, over all platforms."""
    return total((innovation_batch_revenue + commercial_batch_revenue) / period_length * release_time)


def inventory(material_cost: SEK, period_length: Years, inventory_time: Years) -> SEK:
    """Materials bought ahead of use."""
    return total(material_cost) / period_length * inventory_time


def purchases(operating_cost: SEK, staff_cost: SEK) -> SEK:
    """Operating cost that is bought from others."""
    return total(operating_cost - staff_cost)


def payables(purchases: SEK, period_length: Years, payable_time: Years) -> SEK:
    """Bought and not yet paid to suppliers."""
    return purchases / period_length * payable_time


def customer_advances(
    total_commercial_revenue: SEK,
    period_length: Years,
    deposit_share: Share,
    deposit_lead: Years,
    milestone_share: Share,
    milestone_lead: Years,
) -> SEK:
    """Deposits and milestones that customers pay ahead of the work."""
    return total_commercial_revenue / period_length * (deposit_share * deposit_lead + milestone_share * milestone_lead)


def working_capital(
    receivables: SEK, contract_assets: SEK, inventory: SEK, payables: SEK, customer_advances: SEK
) -> SEK:
    """Money tied up in running the facility."""
    return receivables + contract_assets + inventory - payables - customer_advances


# Cash flow.


def operating_cash_flow(ebitda: SEK, tax_paid: SEK, working_capital: SEK) -> SEK:
    """Cash from running the facility, after tax."""
    return ebitda - tax_paid - (working_capital - previous(working_capital))


def investing_cash_flow(spending: SEK, spending_in_kind: SEK, reinvestment: SEK) -> SEK:
    """Cash into assets, as a negative number."""
    return -(spending - spending_in_kind + reinvestment)


def financing_cash_flow(
    grant_received_in_period: SEK,
    grant_repaid: SEK,
    claw_back: SEK,
    debt_drawn: SEK,
    debt_repaid: SEK,
    interest: SEK,
    own_capital_paid: SEK,
    loss_funding: SEK,
) -> SEK:
    """Cash from the grant, lenders and the owner."""
    return (
        grant_received_in_period
        - grant_repaid
        - claw_back
        + debt_drawn
        - debt_repaid
        - interest
        + own_capital_paid
        + loss_funding
    )


def cash_flow(operating_cash_flow: SEK, investing_cash_flow: SEK, financing_cash_flow: SEK) -> SEK:
    """Change in cash over the period."""
    return operating_cash_flow + investing_cash_flow + financing_cash_flow


def cash(cash_flow: SEK) -> SEK:
    """Cash, free and restricted."""
    return cumulative(cash_flow)


# Balance sheet.


def assets_in_balance(
    book_value: SEK, capitalised_interest: SEK, receivables: SEK, contract_assets: SEK, inventory: SEK, cash: SEK
) -> SEK:
    """Assets: plant with capitalised interest, what customers owe, stocks and cash."""
    return book_value + capitalised_interest + receivables + contract_assets + inventory + cash


def liabilities(
    payables: SEK, customer_advances: SEK, unearned_grant: SEK, deferred_grant: SEK, debt: SEK, tax_payable: SEK
) -> SEK:
    """Liabilities: suppliers, advances, grant not yet earned, loans and tax not yet paid."""
    return payables + customer_advances + unearned_grant + deferred_grant + debt + tax_payable


def paid_in_capital(own_contribution_in_period: SEK, loss_funding: SEK) -> SEK:
    """What the owner puts in, in cash and in kind."""
    return own_contribution_in_period + loss_funding


def paid_in_capital_to_date(paid_in_capital: SEK) -> SEK:
    """What the owner has put in so far."""
    return cumulative(paid_in_capital)


def retained_earnings(net_profit: SEK) -> SEK:
    """Profits kept so far."""
    return cumulative(net_profit)


def equity(paid_in_capital_to_date: SEK, retained_earnings: SEK) -> SEK:
    """Equity."""
    return paid_in_capital_to_date + retained_earnings


# Valuation.


def working_capital_released(working_capital: SEK, last_period: Flag, working_capital_release: Share) -> SEK:
    """Working capital that comes back at the end: all of it, or a share."""
    return working_capital * last_period * working_capital_release


def cash_flow_before_grant(
    operating_cash_flow: SEK, investing_cash_flow: SEK, residual_value: SEK, working_capital_released: SEK
) -> SEK:
    """Cash flow of the project before any financing, with what is left at the end."""
    return operating_cash_flow + investing_cash_flow + residual_value + working_capital_released


def cash_flow_before_claw_back(cash_flow_before_grant: SEK, grant_received_in_period: SEK, grant_repaid: SEK) -> SEK:
    """Cash flow of the project with the grant, before any of it is clawed back."""
    return cash_flow_before_grant + grant_received_in_period - grant_repaid


def discounting_date(
    middle_of_period: Date, period_length: Years, discounting_start: Flag, discounting_end: Flag
) -> Date:
    """Date at which a period's flow is thought to fall: its start, middle or end, by convention."""
    return middle_of_period + period_length * (discounting_end - discounting_start) / 2


def required_return(
    discount_rate: Once[PerYear], price_basis_real: Flag, price_inflation: PerYear, one_year: Years
) -> PerYear:
    """Return that the company asks for: the nominal rate, or where flows are real the same less inflation."""
    return where(
        price_basis_real > 0,
        ((1 + discount_rate) ** one_year / (1 + price_inflation) ** one_year - 1) / one_year,
        discount_rate,
    )


def discount_factor(required_return: PerYear, valuation_date: Date, discounting_date: Date) -> Ratio:
    """Worth at the valuation date of a krona in the period; past flows are compounded."""
    return (1 + required_return) ** (valuation_date - discounting_date)


def value_before_claw_back(cash_flow_before_claw_back: SEK, discount_factor: Ratio, counted: Flag) -> SEK:
    """Net present value before claw-back."""
    return sum_periods(cash_flow_before_claw_back * discount_factor * counted)


def claw_back_due(
    value_before_claw_back: SEK,
    required_return: PerYear,
    claw_back_date: Date,
    valuation_date: Date,
    claw_back_share: Once[Share],
    grant_total: SEK,
) -> SEK:
    """Grant to be paid back where the facility earns more than its hurdle; never more than the grant."""
    return minimum(
        grant_total,
        claw_back_share
        * maximum(0, value_before_claw_back * (1 + required_return) ** (claw_back_date - valuation_date)),
    )


def claw_back_reviewed(middle_of_period: Date, claw_back_date: Date) -> Flag:
    """1 from the period in which claw-back is reviewed."""
    return where(middle_of_period > claw_back_date, 1, 0)


def claw_back(claw_back_due: SEK, claw_back_reviewed: Flag) -> SEK:
    """Grant clawed back in the period."""
    return claw_back_due * (claw_back_reviewed - previous(claw_back_reviewed))


def project_cash_flow(cash_flow_before_claw_back: SEK, claw_back: SEK) -> SEK:
    """Cash flow of the project with the grant: what the company's valuation rests on."""
    return cash_flow_before_claw_back - claw_back


def counted_cash_flow(project_cash_flow: SEK, counted: Flag) -> SEK:
    """Cash flow of the project, as far as the chosen view counts it."""
    return project_cash_flow * counted


def discounted_cash_flow(counted_cash_flow: SEK, discount_factor: Ratio) -> SEK:
    """Cash flow of the project at the valuation date."""
    return counted_cash_flow * discount_factor


def net_present_value(discounted_cash_flow: SEK) -> SEK:
    """Net present value to the company, grant included."""
    return sum_periods(discounted_cash_flow)


def zero_value_rate(counted_cash_flow: SEK, period_length: Years) -> PerYear:
    """Yearly rate nearest zero at which the project with the grant is worth nothing."""
    return irr(counted_cash_flow, period_length)


def value_fall_in_period(
    counted_cash_flow: SEK, zero_value_rate: PerYear, middle_of_period: Date, first_date: Date, period_length: Years
) -> SEK:
    """How much the period makes net present value fall as the rate rises beyond the one at which it is zero."""
    return _fall(counted_cash_flow, zero_value_rate, middle_of_period - first_date, period_length)


def internal_rate_of_return(zero_value_rate: PerYear, value_fall_in_period: SEK) -> PerYear:
    """Yearly internal rate of return of the project with the grant, where net present value falls through zero.

    Where it rises, money comes in before it goes out, and the rate is the cost of a loan, not a return.
    """
    return where(sum_periods(value_fall_in_period) > 0, zero_value_rate, nan)


def _fall(flow: SEK, rate: PerYear, time: Years, period_length: Years) -> SEK:
    """Fall of a flow's worth for a small rise of the rate, but for a factor that is the same in every period."""
    return flow * (time / period_length) * (1 + rate) ** (-time)


def discounted_inflow(discounted_cash_flow: SEK) -> SEK:
    """Positive cash flow at the valuation date."""
    return maximum(0, discounted_cash_flow)


def discounted_outflow(discounted_cash_flow: SEK) -> SEK:
    """Negative cash flow at the valuation date, as a positive number."""
    return maximum(0, -discounted_cash_flow)


def present_value_of_inflows(discounted_inflow: SEK) -> SEK:
    """Present value of all positive flows."""
    return sum_periods(discounted_inflow)


def present_value_of_outflows(discounted_outflow: SEK) -> SEK:
    """Present value of all negative flows, as a positive number."""
    return sum_periods(discounted_outflow)


def profitability_index(present_value_of_inflows: SEK, present_value_of_outflows: SEK) -> Ratio:
    """What comes in for each krona that goes out, both at present value."""
    return where(
        present_value_of_outflows > 0, present_value_of_inflows / maximum(present_value_of_outflows, TINY), nan
    )


def flow_date(counted_cash_flow: SEK, discounting_date: Date, last_date: Date) -> Date:
    """Date of the period's flow; the end of the calendar where there is none."""
    return where(counted_cash_flow != 0, discounting_date, last_date)


def first_flow_date(flow_date: Date) -> Date:
    """Date of the first flow that the view counts."""
    return lowest(flow_date)


def modified_internal_rate_of_return(
    profitability_index: Ratio, required_return: PerYear, first_flow_date: Date, last_date: Date, one_year: Years
) -> PerYear:
    """Yearly return if all money that comes in earns the required return until the end of the calendar.

    Counted from the first flow, so that it does not depend on the date at which flows are valued.
    """
    return where(
        (profitability_index > 0) * (first_flow_date < last_date),
        (
            (1 + required_return) ** one_year
            * maximum(profitability_index, TINY)
            ** (one_year / where(first_flow_date < last_date, last_date - first_flow_date, one_year))
            - 1
        )
        / one_year,
        nan,
    )


def own_capital_cash_flow(project_cash_flow: SEK, debt_drawn: SEK, debt_repaid: SEK, interest: SEK) -> SEK:
    """Cash flow on the company's own capital: after grant and loans."""
    return project_cash_flow + debt_drawn - debt_repaid - interest


# Financial return in real terms, as public appraisal asks for it.


def deflator(middle_of_period: Date, valuation_date: Date, period_length: Years, price_index: Index) -> Ratio:
    """Turns a nominal flow into the prices of the valuation date."""
    return (
        sum_periods(
            price_index
            * (middle_of_period - period_length / 2 <= valuation_date)
            * (middle_of_period + period_length / 2 > valuation_date)
        )
        / price_index
    )


def financial_factor(
    financial_rate: Once[PerYear], valuation_date: Date, discounting_date: Date, deflator: Ratio, counted: Flag
) -> Ratio:
    """Real financial discounting: worth at the valuation date of a nominal krona in the period."""
    return (1 + financial_rate) ** (valuation_date - discounting_date) * deflator * counted


def real_flow_before_financing(cash_flow_before_grant: SEK, deflator: Ratio, counted: Flag) -> SEK:
    """Cash flow before any financing, in the prices of the valuation date."""
    return cash_flow_before_grant * deflator * counted


def real_flow_on_own_capital(own_capital_cash_flow: SEK, deflator: Ratio, counted: Flag) -> SEK:
    """Cash flow on the company's own capital, in the prices of the valuation date."""
    return own_capital_cash_flow * deflator * counted


def fnpv_c(cash_flow_before_grant: SEK, financial_factor: Ratio) -> SEK:
    """FNPV(C): financial net present value of the investment, without any financing, real."""
    return sum_periods(cash_flow_before_grant * financial_factor)


def zero_value_rate_c(real_flow_before_financing: SEK, period_length: Years) -> PerYear:
    """Real rate nearest zero at which the investment, without any financing, is worth nothing."""
    return irr(real_flow_before_financing, period_length)


def value_fall_c_in_period(
    real_flow_before_financing: SEK,
    zero_value_rate_c: PerYear,
    middle_of_period: Date,
    first_date: Date,
    period_length: Years,
) -> SEK:
    """How much the period makes FNPV(C) fall as the rate rises beyond the one at which it is zero."""
    return _fall(real_flow_before_financing, zero_value_rate_c, middle_of_period - first_date, period_length)


def frr_c(zero_value_rate_c: PerYear, value_fall_c_in_period: SEK) -> PerYear:
    """FRR(C): real financial rate of return of the investment, without any financing, where its value falls there."""
    return where(sum_periods(value_fall_c_in_period) > 0, zero_value_rate_c, nan)


def fnpv_kp(own_capital_cash_flow: SEK, financial_factor: Ratio) -> SEK:
    """FNPV(Kp): financial net present value on the company's own capital, real."""
    return sum_periods(own_capital_cash_flow * financial_factor)


def zero_value_rate_kp(real_flow_on_own_capital: SEK, period_length: Years) -> PerYear:
    """Real rate nearest zero at which the flow on the company's own capital is worth nothing."""
    return irr(real_flow_on_own_capital, period_length)


def value_fall_kp_in_period(
    real_flow_on_own_capital: SEK,
    zero_value_rate_kp: PerYear,
    middle_of_period: Date,
    first_date: Date,
    period_length: Years,
) -> SEK:
    """How much the period makes FNPV(Kp) fall as the rate rises beyond the one at which it is zero."""
    return _fall(real_flow_on_own_capital, zero_value_rate_kp, middle_of_period - first_date, period_length)


def frr_kp(zero_value_rate_kp: PerYear, value_fall_kp_in_period: SEK) -> PerYear:
    """FRR(Kp): real financial rate of return on the company's own capital, where its value falls there."""
    return where(sum_periods(value_fall_kp_in_period) > 0, zero_value_rate_kp, nan)
