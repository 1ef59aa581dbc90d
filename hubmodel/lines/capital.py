"""Capital: what is invested, depreciated in the books and for tax, replaced, and left at the end.

Tax follows the Swedish rules for equipment: at the end of each year the lower of 70 % of the balance and the
five-year plan, the excess over the books in untaxed reserves (Income Tax Act 1999:1229, chapter 18).
"""

from hubmodel.engine.units import SEK, Count, Date, Flag, Index, Membership, Once, PerYear, Positive, Share, Years
from hubmodel.engine.words import cumulative, each, floor, group, maximum, minimum, previous, total, where


def spent_at_once(middle_of_period: Date, period_length: Years, completion_date: Date) -> Flag:
    """1 from the period that ends at completion: where all of the investment falls, if it is taken as made at once."""
    return where(middle_of_period + period_length > completion_date, 1, 0)


def asset_spent_share(
    end_of_period: Date,
    spending_begins: Date,
    spending_delay: Once[Years],
    spending_time: Once[Positive[Years]],
    spending_timing_at_once: Flag,
    spent_at_once: Flag,
) -> Share:
    """Share of an asset paid by the end of the period: evenly from beginning to end, or by choice all at once."""
    return where(
        spending_timing_at_once > 0,
        spent_at_once,
        maximum(0, minimum(1, (end_of_period - spending_begins - spending_delay) / spending_time)),
    )


def asset_spending(asset_cost: SEK, asset_spent_share: Share) -> SEK:
    """Investment as it is made, in cash or in kind."""
    return asset_cost * (asset_spent_share - previous(asset_spent_share))


def spending_in_kind(asset_spending: SEK, valued: Flag, in_kind: Flag) -> SEK:
    """Investment in kind."""
    return total(asset_spending * valued * in_kind)


def asset_cost_at_site(asset_cost: SEK, site_of_asset: Membership) -> SEK:
    """Investment as reported, by site."""
    return group(asset_cost, site_of_asset)


def asset_cost_invoiced(asset_cost: SEK, invoiced: Once[Flag]) -> SEK:
    """Investment that was invoiced and recorded when the project was reported."""
    return asset_cost * invoiced


def asset_cost_invoiced_at_site(asset_cost_invoiced: SEK, site_of_asset: Membership) -> SEK:
    """Investment invoiced and recorded, by site."""
    return group(asset_cost_invoiced, site_of_asset)


def total_investment(asset_cost: Once[SEK]) -> SEK:
    """The whole investment as reported."""
    return total(asset_cost)


def recorded_investment(asset_cost_invoiced: SEK) -> SEK:
    """Investment recorded when the project was reported: without what was not yet invoiced."""
    return total(asset_cost_invoiced)


def spending(asset_spending: SEK) -> SEK:
    """Investment in the period."""
    return total(asset_spending)


def component_spending(asset_spending: SEK, asset_of_component: Membership, component_share: Share) -> SEK:
    """Investment paid, by component: fit-out, process equipment, validation."""
    return each(asset_spending, asset_of_component) * component_share


def component_spending_to_date(component_spending: SEK) -> SEK:
    """Investment paid so far, by component."""
    return cumulative(component_spending)


def component_cost(asset_cost: SEK, asset_of_component: Membership, component_share: Once[Share]) -> SEK:
    """Cost of each component."""
    return each(asset_cost, asset_of_component) * component_share


def years_in_service(end_of_period: Date, opening_date: Date, site_of_component: Membership) -> Years:
    """Time that a component has been in use at the end of the period."""
    return maximum(0, end_of_period - each(opening_date, site_of_component))


def renewals(
    middle_of_period: Date,
    last_date: Date,
    renewal_stop: Once[Years],
    opening_date: Date,
    site_of_component: Membership,
    component_life: Once[Positive[Years]],
) -> Count:
    """Times that a component has been replaced so far: at the end of each life, none in the last years."""
    return floor(
        maximum(0, minimum(middle_of_period, last_date - renewal_stop) - each(opening_date, site_of_component))
        / component_life
    )


def reinvestment_by_component(component_cost: SEK, renewal_share: Share, renewals: Count, price_index: Index) -> SEK:
    """Replacement at the end of each life, at the prices of that day."""
    return component_cost * renewal_share * (renewals - previous(renewals)) * price_index


def reinvestment(reinvestment_by_component: SEK) -> SEK:
    """Replacement of worn-out components."""
    return total(reinvestment_by_component)


# Books: straight line by component; a grant reduces the cost of what it paid for, or is income over its life.


def component_net_cost(component_spending_to_date: SEK, grant_treatment_net: Flag, component_grant_to_date: SEK) -> SEK:
    """Cost of a component in the books, after the grant where the grant reduces it."""
    return component_spending_to_date - grant_treatment_net * component_grant_to_date


def depreciated_share(years_in_service: Years, component_life: Years) -> Share:
    """Share of a component's life that has passed."""
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
    """Part of the grant whose asset has been used up so far."""
    return component_grant_to_date * depreciated_share


def grant_released_to_date(component_grant_released_to_date: SEK) -> SEK:
    """Grant used up with its assets so far, over all components."""
    return total(component_grant_released_to_date)


def net_cost_to_date(component_net_cost: SEK) -> SEK:
    """Cost of the facility's assets in the books, after the grant where the grant reduces it."""
    return total(component_net_cost)


def depreciation(net_cost_to_date: SEK, reinvestment: SEK, book_value: SEK) -> SEK:
    """Depreciation in the books: what was added less what the book value rose by."""
    return net_cost_to_date - previous(net_cost_to_date) + reinvestment - (book_value - previous(book_value))


def gross_depreciation(depreciation: SEK, grant_treatment_net: Flag, grant_released_to_date: SEK) -> SEK:
    """Depreciation before the grant: what the facility really wears, so that aid subsidises no price."""
    return depreciation + grant_treatment_net * (grant_released_to_date - previous(grant_released_to_date))


# Tax: equipment in one pool, fit-out by plan. A grant reduces the value that tax deducts from, unless chosen otherwise.


def component_tax_cost(
    component_spending_to_date: SEK, component_grant_to_date: SEK, grant_tax_treatment_net: Flag
) -> SEK:
    """Cost of a component for tax so far, replacements apart; after the grant where the grant reduces it."""
    return component_spending_to_date - grant_tax_treatment_net * component_grant_to_date


def grant_taxed(grant_used: SEK, grant_tax_treatment_income: Flag) -> SEK:
    """Grant that is taxed as income in the period in which it is used, where the rules say so."""
    return grant_used * grant_tax_treatment_income


def grant_never_taxed(grant_used_to_date: SEK, grant_tax_treatment_none: Flag) -> SEK:
    """Grant so far that neither reduces the cost for tax nor is income: a lasting difference to the books."""
    return grant_used_to_date * grant_tax_treatment_none


def component_tax_addition(component_tax_cost: SEK, reinvestment_by_component: SEK) -> SEK:
    """What tax adds to the value of each component in the period."""
    return component_tax_cost - previous(component_tax_cost) + reinvestment_by_component


def equipment_bought(component_tax_addition: SEK, equipment: Once[Flag]) -> SEK:
    """Equipment bought, for tax."""
    return total(component_tax_addition * equipment)


def fit_out_bought(component_tax_addition: SEK, equipment: Flag) -> SEK:
    """Fit-out bought, for tax."""
    return total(component_tax_addition * (1 - equipment))


def equipment_bought_in_year(equipment_bought: SEK, calendar_year: Date, purchase_year: Date) -> SEK:
    """Equipment bought, sorted by year of purchase."""
    return where(calendar_year == purchase_year, equipment_bought, 0)


def equipment_bought_to_date(equipment_bought_in_year: SEK) -> SEK:
    """Equipment bought so far, by year of purchase."""
    return cumulative(equipment_bought_in_year)


def equipment_plan_value_by_year(
    equipment_bought_to_date: SEK, plan_rate: PerYear, end_of_period: Date, purchase_year: Date
) -> SEK:
    """Value by the plan: a fifth of the cost written off for each calendar year since purchase, that year included."""
    return equipment_bought_to_date * maximum(0, 1 - plan_rate * (end_of_period - purchase_year))


# Other rules than the Swedish: each year's purchases by their age, from the year of purchase or of opening.


def component_depreciable_cost(
    component_tax_cost: SEK,
    tax_depreciation_begins_service: Flag,
    calendar_year: Date,
    opening_date: Date,
    site_of_component: Membership,
) -> SEK:
    """Cost of a component that tax writes off so far: as bought, or by choice from the year in which its site opens."""
    return component_tax_cost * where(
        calendar_year < floor(each(opening_date, site_of_component)), 1 - tax_depreciation_begins_service, 1
    )


def depreciable_addition(component_depreciable_cost: SEK, reinvestment_by_component: SEK, equipment: Flag) -> SEK:
    """Equipment of which the writing-off begins, by component."""
    return (component_depreciable_cost - previous(component_depreciable_cost) + reinvestment_by_component) * equipment


def equipment_depreciable(depreciable_addition: SEK) -> SEK:
    """Equipment of which the writing-off begins in the period."""
    return total(depreciable_addition)


def equipment_depreciable_in_year(equipment_depreciable: SEK, calendar_year: Date, purchase_year: Date) -> SEK:
    """Equipment of which the writing-off begins, sorted by year."""
    return where(calendar_year == purchase_year, equipment_depreciable, 0)


def equipment_depreciable_by_year(equipment_depreciable_in_year: SEK) -> SEK:
    """Equipment of which the writing-off has begun so far, by year."""
    return cumulative(equipment_depreciable_in_year)


def equipment_depreciable_to_date(equipment_depreciable: SEK) -> SEK:
    """Equipment of which the writing-off has begun so far."""
    return cumulative(equipment_depreciable)


def equipment_cost_to_date(equipment_bought: SEK) -> SEK:
    """Equipment bought so far, for tax."""
    return cumulative(equipment_bought)


def tax_age(calendar_year: Date, purchase_year: Date, one_year: Years) -> Count:
    """Years of writing-off at the end of the calendar year, 1 in the first; by year of purchase."""
    return maximum(0, (calendar_year - purchase_year) / one_year + 1)


def first_year_share(first_year_half: Flag) -> Share:
    """Share of a full year's depreciation that tax gives in the first year."""
    return 1 - first_year_half / 2


def straight_line_left(tax_age: Count, first_year_share: Share, tax_life: Years, one_year: Years) -> Share:
    """Share of the cost left by straight line."""
    return maximum(0, 1 - maximum(0, tax_age - 1 + first_year_share) * one_year / tax_life)


def declining_left(tax_age: Count, first_year_share: Share, declining_balance_share: Share) -> Share:
    """Share of the cost left by declining balance, without a change to straight line."""
    return (1 - declining_balance_share * first_year_share) * (1 - declining_balance_share) ** maximum(0, tax_age - 1)


def sum_of_years(tax_life: Once[Positive[Years]], one_year: Once[Positive[Years]]) -> Count:
    """Sum of the digits of the years of the tax life."""
    return tax_life / one_year * (tax_life / one_year + 1) / 2


def years_to_go(tax_age: Count, tax_life: Years, one_year: Years) -> Count:
    """Years of the tax life that are left at the end of the year."""
    return maximum(0, tax_life / one_year - tax_age)


def years_to_go_before(tax_age: Count, tax_life: Years, one_year: Years) -> Count:
    """Years of the tax life that were left at the beginning of the year."""
    return maximum(0, tax_life / one_year - maximum(0, tax_age - 1))


def sum_of_years_left(
    years_to_go: Count, years_to_go_before: Count, first_year_share: Share, sum_of_years: Count
) -> Share:
    """Share of the cost left by the sum of the years' digits; a half first year moves half of each to the next."""
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
    """Share of the cost written off by the table so far, by year of purchase and year of the table."""
    return each(depreciation_share, depreciation_year_of_write_off) * (
        each(tax_age, purchase_of_write_off) >= each(depreciation_age, depreciation_year_of_write_off)
    )


def table_left(table_written_off: Share, purchase_of_write_off: Membership) -> Share:
    """Share of the cost left by the table of yearly shares."""
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
    """Share of the cost left at the end of the year by the chosen method, by year of purchase."""
    return (
        tax_depreciation_method_straight_line * straight_line_left
        + tax_depreciation_method_declining_balance * declining_left
        + tax_depreciation_method_sum_of_years * sum_of_years_left
        + tax_depreciation_method_table * table_left
    )


def equipment_left(equipment_depreciable_by_year: SEK, tax_share_left: Share) -> SEK:
    """Value by the chosen method of the equipment of which the writing-off has begun."""
    return total(equipment_depreciable_by_year * tax_share_left)


def equipment_scheduled_value(
    equipment_left: SEK, equipment_cost_to_date: SEK, equipment_depreciable_to_date: SEK
) -> SEK:
    """Tax value of equipment by the chosen method, with what waits for its first year."""
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
    """Tax value of equipment: at the end of a year the lower of 70 % of the balance and the five-year plan.
    By choice the value by another method.
    """
    balance = previous(equipment_tax_value) + equipment_bought
    written_down = minimum(balance * (1 - declining_share), total(equipment_plan_value_by_year))
    return where(year_ends, where(tax_depreciation_method_swedish, written_down, equipment_scheduled_value), balance)


def fit_out_cost_to_date(fit_out_bought: SEK) -> SEK:
    """Fit-out bought so far, for tax."""
    return cumulative(fit_out_bought)


def fit_out_tax_value(
    fit_out_tax_value: SEK,
    fit_out_bought: SEK,
    fit_out_cost_to_date: SEK,
    fit_out_rate: PerYear,
    period_length: Years,
) -> SEK:
    """Tax value of fit-out: straight line by its own rate."""
    depreciation = fit_out_cost_to_date * fit_out_rate * period_length
    return maximum(0, previous(fit_out_tax_value) + fit_out_bought - depreciation)


def tax_depreciation(
    equipment_bought: SEK, equipment_tax_value: SEK, fit_out_bought: SEK, fit_out_tax_value: SEK
) -> SEK:
    """Depreciation that tax deducts: what was bought less what the tax values rose by."""
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
    """Book value after the part of the grant that is not yet used up."""
    return book_value_by_component - grant_treatment_deferred * (
        component_grant_to_date - component_grant_released_to_date
    )


def value_after_grant(component_value_after_grant: SEK) -> SEK:
    """Book value of all assets after grant."""
    return total(component_value_after_grant)


def untaxed_reserves(
    untaxed_reserves: SEK, component_value_after_grant: SEK, equipment: Flag, equipment_tax_value: SEK, year_ends: Flag
) -> SEK:
    """Untaxed reserves: by how much tax has written equipment down further than the books, set at each year's end."""
    return where(
        year_ends,
        maximum(0, total(component_value_after_grant * equipment) - equipment_tax_value),
        previous(untaxed_reserves),
    )


def temporary_difference(
    value_after_grant: SEK, equipment_tax_value: SEK, fit_out_tax_value: SEK, untaxed_reserves: SEK
) -> SEK:
    """Book value over tax value that does not stand in untaxed reserves."""
    return value_after_grant - equipment_tax_value - fit_out_tax_value - untaxed_reserves


# The end.


def liquidation_value(total_investment: SEK, liquidation_share: Once[Share]) -> SEK:
    """What the assets would fetch."""
    return total_investment * liquidation_share


def residual_before_tax(liquidation_value: SEK, value_after_grant: SEK, decommissioning_cost: SEK) -> SEK:
    """The lower of book and liquidation value, less decommissioning."""
    return minimum(liquidation_value, value_after_grant) - decommissioning_cost


def residual_value(
    residual_before_tax: SEK, tax_rate: Share, equipment_tax_value: SEK, fit_out_tax_value: SEK, last_period: Flag
) -> SEK:
    """What is left at the end: sold and cleared away, after tax on the difference to the tax value."""
    return (
        residual_before_tax - tax_rate * (residual_before_tax - equipment_tax_value - fit_out_tax_value)
    ) * last_period
