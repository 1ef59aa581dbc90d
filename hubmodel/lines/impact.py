"""Impact: the facility's value to the country, in tables that are never added to one another.

Economic value is users' willingness to pay less resources used, plus spillovers. Taxes, jobs and exports are shown
beside it, not inside. Preparedness is also shown beside it, unless a contract pays for it.
"""

from hubmodel.engine.units import (
    SEK,
    Date,
    DosesPerYear,
    Flag,
    Markup,
    Once,
    PerYear,
    Posts,
    Ratio,
    SEKPerDoseYear,
    SEKPerYear,
    Share,
    Years,
)
from hubmodel.engine.words import TINY, maximum, nan, sum_periods, total, where


def additionality(deadweight: Once[Share], displacement: Once[Share], leakage: Once[Share]) -> Share:
    """Share of the facility's effect left after deadweight, displacement in the country and leakage to others."""
    return (1 - deadweight) * (1 - displacement) * (1 - leakage)


def labour_cost(staff_cost: SEK) -> SEK:
    """Total cost of the facility's own staff."""
    return total(staff_cost)


def spillover(total_innovation_revenue: SEK, total_innovation_materials: SEK, spillover_rate: Markup) -> SEK:
    """Knowledge gained by others from users' research at the facility. Materials generate none."""
    return (total_innovation_revenue - total_innovation_materials) * spillover_rate


def economic_flow(
    revenue: SEK,
    total_operating_cost: SEK,
    labour_cost: SEK,
    shadow_wage_factor: Ratio,
    spending: SEK,
    reinvestment: SEK,
    spillover: SEK,
) -> SEK:
    """Economic benefit less cost in the period: users' willingness to pay, less resources used, plus spillovers.
    Labour is counted at its shadow wage.
    """
    return (
        revenue - (total_operating_cost - labour_cost * (1 - shadow_wage_factor)) - spending - reinvestment + spillover
    )


def economic_residual(residual_before_tax: SEK, working_capital_released: SEK, last_period: Flag) -> SEK:
    """Residual value before tax, plus working capital released."""
    return residual_before_tax * last_period + working_capital_released


def social_factor(
    social_discount_rate: Once[PerYear], valuation_date: Date, discounting_date: Date, deflator: Ratio, counted: Flag
) -> Ratio:
    """Real social discount factor: value at the valuation date of one nominal krona in the period."""
    return (1 + social_discount_rate) ** (valuation_date - discounting_date) * deflator * counted


def economic_net_present_value(economic_flow: SEK, economic_residual: SEK, social_factor: Ratio) -> SEK:
    """Economic net present value of the facility compared with no facility, before deadweight."""
    return sum_periods((economic_flow + economic_residual) * social_factor)


def economic_benefit(revenue: SEK, spillover: SEK, economic_residual: SEK, social_factor: Ratio) -> SEK:
    """Present value of benefits over the whole calendar, at the social discount rate."""
    return sum_periods((revenue + spillover + economic_residual) * social_factor)


def benefit_cost_ratio(economic_benefit: SEK, economic_net_present_value: SEK) -> Ratio:
    """Ratio of benefits to costs, both at the social discount rate."""
    return where(
        economic_benefit - economic_net_present_value > 0,
        economic_benefit / maximum(economic_benefit - economic_net_present_value, TINY),
        nan,
    )


def expected_economic_value(economic_net_present_value: SEK, additionality: Share) -> SEK:
    """Economic net present value after deadweight, displacement and leakage."""
    return economic_net_present_value * additionality


# Preparedness: shown beside economic value, never inside it.


def preparedness_value(
    ready_doses_per_year: DosesPerYear,
    reserved_dose_price: SEKPerDoseYear,
    one_year: Years,
    preparedness_cost: SEKPerYear,
) -> SEKPerYear:
    """Cost of the reserved doses elsewhere, less the cost of readiness here; limited by the narrowest step."""
    return ready_doses_per_year * one_year * reserved_dose_price - preparedness_cost


# Jobs, exports and the public purse: shown beside economic value.


def posts(operations_posts: Posts, quality_posts: Posts, fixed_posts: Posts, open_share: Share) -> Posts:
    """Posts in the facility."""
    return total(operations_posts + quality_posts + fixed_posts * open_share)


def jobs_in_all(posts: Posts, employment_multiplier: Ratio) -> Posts:
    """Total posts in the facility and at its suppliers."""
    return posts * employment_multiplier


def exports(revenue: SEK, export_share: Share) -> SEK:
    """Revenue from customers abroad."""
    return revenue * export_share


def income_tax_on_pay(direct_pay: SEK, fixed_pay: SEK, pay_tax_share: Share) -> SEK:
    """Income tax paid by the facility's staff."""
    return (total(direct_pay) + total(fixed_pay)) * pay_tax_share


def fiscal_effect(
    income_tax_on_pay: SEK,
    employer_contributions: SEK,
    tax: SEK,
    total_grant_received: SEK,
    grant_repaid: SEK,
    claw_back: SEK,
) -> SEK:
    """Net gain of the public purse in the period: taxes on pay and profit, less the grant net of repayments."""
    return income_tax_on_pay + total(employer_contributions) + tax - total_grant_received + grant_repaid + claw_back


def fiscal_net_present_value(fiscal_effect: SEK, social_factor: Ratio) -> SEK:
    """Net gain of the public purse, at the social discount rate, before deadweight."""
    return sum_periods(fiscal_effect * social_factor)


def value_added(ebitda: SEK, labour_cost: SEK) -> SEK:
    """Value added: EBITDA plus the cost of staff."""
    return ebitda + labour_cost
