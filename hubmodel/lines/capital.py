"""Capital: investment, depreciation in the books and for tax, replacement and residual value.

Tax follows the Swedish rules for equipment: at the end of each year the lower of 70 % of the balance and the
five-year plan, with the excess over the books in untaxed reserves (Income Tax Act 1999:1229, chapter 18).
"""

from hubmodel.engine.units import SEK, Count, Date, Flag, Index, Membership, Once, PerYear, Positive, Share, Years
from hubmodel.engine.words import cumulative, each, floor, group, maximum, minimum, previous, total, where


def spent_at_once(middle_of_period: Date, period_length: Years, completion_date: Date) -> Flag:
    """1 from the period that ends at completion, to which all investment is dated if it is treated as made at once."""
    return where(middle_of_period + period_length > completion_date, 1, 0)


def asset_spent_share(
    end_of_period: Date,
    spending_begins: Date,
    spending_delay: Once[Years],
    spending_time: Once[Positive[Years]],
    spending_timing_at_once: Flag,
    spent_at_once: Flag,
) -> Share:
    """Share of an asset paid by the end of the period: evenly from start to finish or, by choice, all at once."""
    return where(
        spending_timing_at_once > 0,
        spent_at_once,
        maximum(0, minimum(1, (end_of_period - spending_begins - spending_delay) / spending_time)),
    )


def asset_spending(asset_cost: SEK, asset_spent_share: Share) -> SEK:
    """Investment in the period, in cash or in kind, by asset."""
    return asset_cost * (asset_spent_share - previous(asset_spent_share))


def spending_in_kind(asset_spending: SEK, valued: Flag, in_kind: Flag) -> SEK:
    """Investment in kind in the period."""
    return total(asset_spending * valued * in_kind)


def asset_cost_at_site(asset_cost: SEK, site_of_asset: Membership) -> SEK:
    """Reported investment, by site."""
    return group(asset_cost, site_of_asset)


def asset_cost_invoiced(asset_cost: SEK, invoiced: Once[Flag]) -> SEK:
    """Investment invoiced and recorded when the project was reported."""
    return asset_cost * invoiced


def asset_cost_invoiced_at_site(asset_cost_invoiced: SEK, site_of_asset: Membership) -> SEK:
    """Investment invoiced and recorded, by site."""
    return group(asset_cost_invoiced, site_of_asset)


def total_investment(asset_cost: Once[SEK]) -> SEK:
    """Total investment as reported."""
    return total(asset_cost)


def recorded_investment(asset_cost_invoiced: SEK) -> SEK:
    """Investment recorded when the project was reported, excluding amounts not yet invoiced."""
    return total(asset_cost_invoiced)


def spending(asset_spending: SEK) -> SEK:
    """Investment in the period."""
    return total(asset_spending)


def component_spending(asset_spending: SEK, asset_of_component: Membership, component_share: Share) -> SEK:
    """Investment paid, by component: fit-out, process equipment and validation."""
    return each(asset_spending, asset_of_component) * component_share


def component_spending_to_date(component_spending: SEK) -> SEK:
    """Investment paid so far, by component."""
    return cumulative(component_spending)


def component_cost(asset_cost: SEK, asset_of_component: Membership, component_share: Once[Share]) -> SEK:
    """Cost of each component."""
    return each(asset_cost, asset_of_component) * component_share


def years_in_service(end_of_period: Date, opening_date: Date, site_of_component: Membership) -> Years:
    """Time a component has been in use at the end of the period."""
    return maximum(0, end_of_period - each(opening_date, site_of_component))


def renewals(
    middle_of_period: Date,
    last_date: Date,
    renewal_stop: Once[Years],
    opening_date: Date,
    site_of_component: Membership,
    component_life: Once[Positive[Years]],
) -> Count:
    """Number of times a component has been replaced so far: at the end of each life, but not in the last years."""
    return floor(
        maximum(0, minimum(middle_of_period, last_date - renewal_stop) - each(opening_date, site_of_component))
        / component_life
    )


def reinvestment_by_component(component_cost: SEK, renewal_share: Share, renewals: Count, price_index: Index) -> SEK:
    """Cost of replacing a component at the end of each life, at the prices of the time."""
    return component_cost * renewal_share * (renewals - previous(renewals)) * price_index


def reinvestment(reinvestment_by_component: SEK) -> SEK:
    """Cost of replacing worn-out components."""
    return total(reinvestment_by_component)


# Books: straight line by component. A grant reduces the cost of the asset it paid for, or is income over its life.


def component_net_cost(component_spending_to_date: SEK, grant_treatment_net: Flag, component_grant_to_date: SEK) -> SEK:
    """Cost of a component in the books, net of grant where the grant reduces it."""
    return component_spending_to_date - grant_treatment_net * component_grant_to_date


def depreciated_share(years_in_service: Years, component_life: Years) -> Share:
    """Elapsed share of a component's life."""
    return minimum(1, years_in_service / component_life)


def renewal_cost_in_use(renewal_cost_in_use: SEK, reinvestment_by_component: SEK) -> SEK:
    """Cost of the latest replacement of each component."""
    return where(reinvestment_by_component > 0, reinvestment_by_component, previous(renewal_cost_in_use))


def renewal_book_value(
    renewal_book_value: SEK,
    reinvestment_by_component: SEK,
    renewal_cost_in_use: SEK,
    period_length: Years,
    component_life: Years,
) -> SEK:
    """Book value of replacements: straight line, never below zero."""
    depreciation = renewal_cost_in_use * period_length / component_life
    return maximum(0, previous(renewal_book_value) + reinvestment_by_component - depreciation)


def book_value_by_component(component_net_cost: SEK, depreciated_share: Share, renewal_book_value: SEK) -> SEK:
    """Book value of each component."""
    return component_net_cost * (1 - depreciated_share) + renewal_book_value


def book_value(book_value_by_component: SEK) -> SEK:
    """Book value of the facility's assets."""
    return total(book_value_by_component)


def component_grant_released_to_date(component_grant_to_date: SEK, depreciated_share: Share) -> SEK:
    """Grant released so far, by component: the part whose asset has been depreciated."""
    return component_grant_to_date * depreciated_share


def grant_released_to_date(component_grant_released_to_date: SEK) -> SEK:
    """Grant released so far as its assets are depreciated, over all components."""
    return total(component_grant_released_to_date)


def net_cost_to_date(component_net_cost: SEK) -> SEK:
    """Cost of the facility's assets in the books, net of grant where the grant reduces it."""
    return total(component_net_cost)


def depreciation(net_cost_to_date: SEK, reinvestment: SEK, book_value: SEK) -> SEK:
    """Depreciation in the books: additions less the increase in book value."""
    return net_cost_to_date - previous(net_cost_to_date) + reinvestment - (book_value - previous(book_value))


def gross_depreciation(depreciation: SEK, grant_treatment_net: Flag, grant_released_to_date: SEK) -> SEK:
    """Depreciation before grant: the full wear of the assets, so that aid subsidises no price."""
    return depreciation + grant_treatment_net * (grant_released_to_date - previous(grant_released_to_date))


# Tax: equipment in one pool, fit-out by plan. A grant reduces the depreciable value, unless chosen otherwise.


def component_tax_cost(
    component_spending_to_date: SEK, component_grant_to_date: SEK, grant_tax_treatment_net: Flag
) -> SEK:
    """Tax cost of a component so far, excluding replacements; net of grant where the grant reduces it."""
    return component_spending_to_date - grant_tax_treatment_net * component_grant_to_date


def grant_taxed(grant_used: SEK, grant_tax_treatment_income: Flag) -> SEK:
    """Grant taxed as income in the period in which it is used, where the rules require it."""
    return grant_used * grant_tax_treatment_income


def grant_never_taxed(grant_used_to_date: SEK, grant_tax_treatment_none: Flag) -> SEK:
    """Grant so far that neither reduces tax cost nor is income: a permanent difference from the books."""
    return grant_used_to_date * grant_tax_treatment_none


def component_tax_addition(component_tax_cost: SEK, reinvestment_by_component: SEK) -> SEK:
    """Addition to the tax value of each component in the period."""
    return component_tax_cost - previous(component_tax_cost) + reinvestment_by_component


def equipment_bought(component_tax_addition: SEK, equipment: Once[Flag]) -> SEK:
    """Equipment purchases for tax."""
    return total(component_tax_addition * equipment)


def fit_out_bought(component_tax_addition: SEK, equipment: Flag) -> SEK:
    """Fit-out purchases for tax."""
    return total(component_tax_addition * (1 - equipment))


def equipment_bought_in_year(equipment_bought: SEK, calendar_year: Date, purchase_year: Date) -> SEK:
    """Equipment purchases in the period, by year of purchase."""
    return where(calendar_year == purchase_year, equipment_bought, 0)


def equipment_bought_to_date(equipment_bought_in_year: SEK) -> SEK:
    """Equipment purchases so far, by year of purchase."""
    return cumulative(equipment_bought_in_year)


def equipment_plan_value_by_year(
    equipment_bought_to_date: SEK, plan_rate: PerYear, end_of_period: Date, purchase_year: Date
) -> SEK:
    """Tax value by the plan, which writes off a fifth of cost per calendar year, year of purchase included."""
    return equipment_bought_to_date * maximum(0, 1 - plan_rate * (end_of_period - purchase_year))


# Rules other than the Swedish: each year's purchases by age, from the year of purchase or of opening.


def component_depreciable_cost(
    component_tax_cost: SEK,
    tax_depreciation_begins_service: Flag,
    calendar_year: Date,
    opening_date: Date,
    site_of_component: Membership,
) -> SEK:
    """Cost of a component depreciable for tax so far: from purchase or, by choice, from the year its site opens."""
    return component_tax_cost * where(
        calendar_year < floor(each(opening_date, site_of_component)), 1 - tax_depreciation_begins_service, 1
    )


def depreciable_addition(component_depreciable_cost: SEK, reinvestment_by_component: SEK, equipment: Flag) -> SEK:
    """Equipment whose tax depreciation begins in the period, by component."""
    return (component_depreciable_cost - previous(component_depreciable_cost) + reinvestment_by_component) * equipment


def equipment_depreciable(depreciable_addition: SEK) -> SEK:
    """Equipment whose tax depreciation begins in the period."""
    return total(depreciable_addition)


def equipment_depreciable_in_year(equipment_depreciable: SEK, calendar_year: Date, purchase_year: Date) -> SEK:
    """Equipment whose tax depreciation begins in the period, by year."""
    return where(calendar_year == purchase_year, equipment_depreciable, 0)


def equipment_depreciable_by_year(equipment_depreciable_in_year: SEK) -> SEK:
    """Equipment whose tax depreciation has begun so far, by year."""
    return cumulative(equipment_depreciable_in_year)


def equipment_depreciable_to_date(equipment_depreciable: SEK) -> SEK:
    """Equipment whose tax depreciation has begun so far."""
    return cumulative(equipment_depreciable)


def equipment_cost_to_date(equipment_bought: SEK) -> SEK:
    """Equipment purchases so far, for tax."""
    return cumulative(equipment_bought)


def tax_age(calendar_year: Date, purchase_year: Date, one_year: Years) -> Count:
    """Years of tax depreciation at the end of the calendar year, 1 in the first; by year of purchase."""
    return maximum(0, (calendar_year - purchase_year) / one_year + 1)


def first_year_share(first_year_half: Flag) -> Share:
    """Share of a full year's tax depreciation allowed in the first year."""
    return 1 - first_year_half / 2


def straight_line_left(tax_age: Count, first_year_share: Share, tax_life: Years, one_year: Years) -> Share:
    """Share of cost remaining under straight-line depreciation."""
    return maximum(0, 1 - maximum(0, tax_age - 1 + first_year_share) * one_year / tax_life)


def declining_left(tax_age: Count, first_year_share: Share, declining_balance_share: Share) -> Share:
    """Share of cost remaining under declining balance, without a switch to straight line."""
    return (1 - declining_balance_share * first_year_share) * (1 - declining_balance_share) ** maximum(0, tax_age - 1)


def sum_of_years(tax_life: Once[Positive[Years]], one_year: Once[Positive[Years]]) -> Count:
    """Sum of the digits of the years of the tax life."""
    return tax_life / one_year * (tax_life / one_year + 1) / 2


def years_to_go(tax_age: Count, tax_life: Years, one_year: Years) -> Count:
    """Years of the tax life remaining at the end of the year."""
    return maximum(0, tax_life / one_year - tax_age)


def years_to_go_before(tax_age: Count, tax_life: Years, one_year: Years) -> Count:
    """Years of the tax life remaining at the beginning of the year."""
    return maximum(0, tax_life / one_year - maximum(0, tax_age - 1))


def sum_of_years_left(
    years_to_go: Count, years_to_go_before: Count, first_year_share: Share, sum_of_years: Count
) -> Share:
    """Share of cost remaining by sum of the years' digits. A half first year moves half of each year to the next."""
    return (
        first_year_share * years_to_go * (years_to_go + 1)
        + (1 - first_year_share) * years_to_go_before * (years_to_go_before + 1)
    ) / (2 * sum_of_years)


def table_written_off(
    depreciation_share: Share,
    depreciation_age: Count,
    tax_age: Count,
    depreciation_year_of_write_off: Membership,
    purchase_of_write_off: Membership,
) -> Share:
    """Share of cost written off by the table so far, by year of purchase and year of the table."""
    return each(depreciation_share, depreciation_year_of_write_off) * (
        each(tax_age, purchase_of_write_off) >= each(depreciation_age, depreciation_year_of_write_off)
    )


def table_left(table_written_off: Share, purchase_of_write_off: Membership) -> Share:
    """Share of cost remaining by the table of yearly shares."""
    return 1 - group(table_written_off, purchase_of_write_off)


def tax_share_left(
    tax_depreciation_method_straight_line: Flag,
    straight_line_left: Share,
    tax_depreciation_method_declining_balance: Flag,
    declining_left: Share,
    tax_depreciation_method_sum_of_years: Flag,
    sum_of_years_left: Share,
    tax_depreciation_method_table: Flag,
    table_left: Share,
) -> Share:
    """Share of cost remaining at the end of the year by the chosen method, by year of purchase."""
    return (
        tax_depreciation_method_straight_line * straight_line_left
        + tax_depreciation_method_declining_balance * declining_left
        + tax_depreciation_method_sum_of_years * sum_of_years_left
        + tax_depreciation_method_table * table_left
    )


def equipment_left(equipment_depreciable_by_year: SEK, tax_share_left: Share) -> SEK:
    """Tax value, by the chosen method, of equipment whose tax depreciation has begun."""
    return total(equipment_depreciable_by_year * tax_share_left)


def equipment_scheduled_value(
    equipment_left: SEK, equipment_cost_to_date: SEK, equipment_depreciable_to_date: SEK
) -> SEK:
    """Tax value of equipment by the chosen method, including equipment not yet in its first year."""
    return equipment_left + equipment_cost_to_date - equipment_depreciable_to_date


def equipment_tax_value(
    equipment_tax_value: SEK,
    equipment_bought: SEK,
    year_ends: Flag,
    declining_share: Share,
    equipment_plan_value_by_year: SEK,
    tax_depreciation_method_swedish: Flag,
    equipment_scheduled_value: SEK,
) -> SEK:
    """Tax value of equipment: at year end the lower of 70 % of the balance and the five-year plan.
    By choice, the value by another method.
    """
    balance = previous(equipment_tax_value) + equipment_bought
    written_down = minimum(balance * (1 - declining_share), total(equipment_plan_value_by_year))
    return where(year_ends, where(tax_depreciation_method_swedish, written_down, equipment_scheduled_value), balance)


def fit_out_cost_to_date(fit_out_bought: SEK) -> SEK:
    """Fit-out purchases so far, for tax."""
    return cumulative(fit_out_bought)


def fit_out_tax_value(
    fit_out_tax_value: SEK,
    fit_out_bought: SEK,
    fit_out_cost_to_date: SEK,
    fit_out_rate: PerYear,
    period_length: Years,
) -> SEK:
    """Tax value of fit-out: straight line at its own rate."""
    depreciation = fit_out_cost_to_date * fit_out_rate * period_length
    return maximum(0, previous(fit_out_tax_value) + fit_out_bought - depreciation)


def tax_depreciation(
    equipment_bought: SEK, equipment_tax_value: SEK, fit_out_bought: SEK, fit_out_tax_value: SEK
) -> SEK:
    """Depreciation deducted for tax: purchases less the increase in tax values."""
    return (
        equipment_bought
        - (equipment_tax_value - previous(equipment_tax_value))
        + fit_out_bought
        - (fit_out_tax_value - previous(fit_out_tax_value))
    )


def component_value_after_grant(
    book_value_by_component: SEK,
    grant_treatment_deferred: Flag,
    component_grant_to_date: SEK,
    component_grant_released_to_date: SEK,
) -> SEK:
    """Book value of a component less the part of its grant not yet released."""
    return book_value_by_component - grant_treatment_deferred * (
        component_grant_to_date - component_grant_released_to_date
    )


def value_after_grant(component_value_after_grant: SEK) -> SEK:
    """Book value of all assets, net of grant."""
    return total(component_value_after_grant)


def untaxed_reserves(
    untaxed_reserves: SEK, component_value_after_grant: SEK, equipment: Flag, equipment_tax_value: SEK, year_ends: Flag
) -> SEK:
    """Untaxed reserves: excess of tax depreciation of equipment over the books, set at each year end."""
    return where(
        year_ends,
        maximum(0, total(component_value_after_grant * equipment) - equipment_tax_value),
        previous(untaxed_reserves),
    )


def temporary_difference(
    value_after_grant: SEK, equipment_tax_value: SEK, fit_out_tax_value: SEK, untaxed_reserves: SEK
) -> SEK:
    """Excess of book value over tax value that is not in untaxed reserves."""
    return value_after_grant - equipment_tax_value - fit_out_tax_value - untaxed_reserves


# Residual value.


def liquidation_value(total_investment: SEK, liquidation_share: Once[Share]) -> SEK:
    """Expected proceeds from selling the assets."""
    return total_investment * liquidation_share


def residual_before_tax(liquidation_value: SEK, value_after_grant: SEK, decommissioning_cost: SEK) -> SEK:
    """Residual value before tax: the lower of book and liquidation value, less decommissioning."""
    return minimum(liquidation_value, value_after_grant) - decommissioning_cost


def residual_value(
    residual_before_tax: SEK, tax_rate: Share, equipment_tax_value: SEK, fit_out_tax_value: SEK, last_period: Flag
) -> SEK:
    """Residual value after tax on its difference from tax value: assets sold, decommissioning paid."""
    return (
        residual_before_tax - tax_rate * (residual_before_tax - equipment_tax_value - fit_out_tax_value)
    ) * last_period
