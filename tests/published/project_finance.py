"""Project finance: a plant from its output to the owner's cash, loans sized on cover, reserves, two tiers of tax.

Loaded only by cases that name it; no other module reads it. All amounts are nominal. The flows of a period fall at
`plant_flow_date`; a period is a year in the published cases. Two tiers of income tax: the national one deducts the
local one. Depreciation is any table of yearly shares given as data, by class of asset. Lists: `plant_cost` (kinds of
running cost), `plant_support` and `plant_grant` (payers), `plant_class` (classes of depreciation), `plant_equipment`
(what is replaced), `plant_vintage` (equipment by year of replacement), `plant_year` (years, to look one ahead).
"""

from hubmodel.engine.units import (
    SEK,
    Count,
    Date,
    Flag,
    Index,
    Membership,
    Output,
    OutputPerHour,
    PerYear,
    Ratio,
    SEKPerOutput,
    SEKPerOutputPerHour,
    SEKPerYear,
    Share,
    Years,
)
from hubmodel.engine.words import (
    TINY,
    cumulative,
    each,
    floor,
    group,
    irr,
    maximum,
    minimum,
    previous,
    sum_periods,
    total,
    where,
)

# Time.


def plant_periods_run(plant_operating: Flag) -> Count:
    """Periods of operation so far, this one included; 0 before operation."""
    return cumulative(plant_operating)


def plant_years_since_start(plant_periods_run: Count, period_length: Years) -> Years:
    """Years from the first period of operation: prices of the first are not escalated."""
    return maximum(0, plant_periods_run - 1) * period_length


def plant_first_period(plant_periods_run: Count, plant_operating: Flag) -> Flag:
    """1 in the first period of operation."""
    return where(plant_periods_run == 1, plant_operating, 0)


def plant_price_index(plant_inflation: PerYear, plant_years_since_start: Years) -> Index:
    """Prices of the period, those of the first period of operation being 1."""
    return (1 + plant_inflation) ** plant_years_since_start


def plant_discount_factor(
    plant_real_rate: PerYear, plant_inflation: PerYear, plant_valuation_date: Date, plant_flow_date: Date
) -> Ratio:
    """Worth at the valuation date of money of the period: a real rate, on top of inflation."""
    return (1 + plant_real_rate) ** (plant_valuation_date - plant_flow_date) * (1 + plant_inflation) ** (
        plant_valuation_date - plant_flow_date
    )


def plant_start_up_part(
    plant_start_up_time: Years, plant_years_since_start: Years, period_length: Years, plant_operating: Flag
) -> Share:
    """Part of the period that is start-up."""
    return plant_operating * maximum(
        0, minimum(1, (plant_start_up_time - plant_years_since_start) / period_length)
    )  # a share of the period, whatever its length


def plant_sales_level(plant_operating: Flag, plant_start_up_part: Share, plant_start_up_sales: Share) -> Share:
    """Share of full sales: less while the plant starts up."""
    return plant_operating - plant_start_up_part * (1 - plant_start_up_sales)


def plant_variable_level(plant_operating: Flag, plant_start_up_part: Share, plant_start_up_variable: Share) -> Share:
    """Share of full variable cost: less while the plant starts up."""
    return plant_operating - plant_start_up_part * (1 - plant_start_up_variable)


def plant_fixed_level(plant_operating: Flag, plant_start_up_part: Share, plant_start_up_fixed: Share) -> Share:
    """Share of full fixed cost: may be less while the plant starts up."""
    return plant_operating - plant_start_up_part * (1 - plant_start_up_fixed)


# Revenue.


def plant_sale_price(
    plant_price: SEKPerOutput, plant_price_escalation: PerYear, plant_years_since_start: Years, plant_operating: Flag
) -> SEKPerOutput:
    """Price of output in the period."""
    return plant_price * (1 + plant_price_escalation) ** plant_years_since_start * plant_operating


def plant_output_net(plant_output: Output, plant_output_bought: Output) -> Output:
    """Output less what the plant itself buys."""
    return plant_output - plant_output_bought


def plant_output_supported(plant_output: Output, plant_output_bought: Output, plant_support_on_net: Flag) -> Output:
    """Output that support and tax credits are paid on: what is sold, less what is bought where they go by the net."""
    return plant_output - plant_output_bought * plant_support_on_net


def plant_output_by_part(plant_output_first_year: Output, plant_degradation: Share, plant_operating: Flag) -> Output:
    """Output by part of the year, as the plant wears."""
    return plant_output_first_year * plant_degradation * plant_operating


def plant_sales_by_part(plant_output_by_part: Output, plant_sale_price: SEKPerOutput) -> SEK:
    """Sales by part of the year."""
    return plant_output_by_part * plant_sale_price


def plant_degradation(
    plant_degradation_rate: PerYear,
    plant_degradation_scheduled: Flag,
    plant_degradation_schedule: Share,
    plant_years_since_start: Years,
) -> Share:
    """Share of first output that a worn plant still gives: by a yearly rate, or less by a schedule."""
    return where(
        plant_degradation_scheduled > 0,
        1 - plant_degradation_schedule,
        (1 + -plant_degradation_rate) ** plant_years_since_start,
    )


def plant_sales(plant_output: Output, plant_sales_level: Share, plant_sale_price: SEKPerOutput) -> SEK:
    """Output sold, at its price."""
    return plant_output * plant_sales_level * plant_sale_price


def plant_output_curtailed(
    plant_output_before_curtailment: Output,
    plant_degradation: Share,
    plant_output_supported: Output,
    plant_operating: Flag,
) -> Output:
    """Output that the grid does not take."""
    return maximum(0, plant_output_before_curtailment * plant_degradation * plant_operating - plant_output_supported)


def plant_curtailment_revenue(
    plant_output_curtailed: Output,
    plant_curtailment_price: SEKPerOutput,
    plant_curtailment_escalation: PerYear,
    plant_years_since_start: Years,
) -> SEK:
    """Pay for output that the grid does not take."""
    return (
        plant_output_curtailed * plant_curtailment_price * (1 + plant_curtailment_escalation) ** plant_years_since_start
    )


def plant_reservation_revenue(
    plant_reservation_fee: SEKPerYear,
    plant_reservation_price: SEKPerOutputPerHour,
    plant_capacity_reserved: OutputPerHour,
    plant_capacity_credit: Share,
    plant_reservation_escalation: PerYear,
    plant_years_since_start: Years,
    period_length: Years,
    plant_operating: Flag,
) -> SEK:
    """Fees for capacity held ready: a sum a year, and a price on the share of capacity that counts."""
    return (
        (plant_reservation_fee * period_length
         + plant_reservation_price * plant_capacity_reserved * plant_capacity_credit)
        * (1 + plant_reservation_escalation) ** plant_years_since_start
        * plant_operating
    )  # fmt: skip


def plant_traded_revenue(
    plant_sales: SEK, plant_other_revenue: SEK, plant_curtailment_revenue: SEK, plant_reservation_revenue: SEK
) -> SEK:
    """What customers pay."""
    return plant_sales + plant_other_revenue + plant_curtailment_revenue + plant_reservation_revenue


def plant_salvage(plant_cost: SEK, plant_salvage_share: Share, plant_ends: Flag) -> SEK:
    """What the plant is sold for at its end."""
    return plant_cost * plant_salvage_share * plant_ends


# Support for each unit of output.


def plant_support_running(
    plant_support_term: Years, plant_years_since_start: Years, period_length: Years, plant_operating: Flag
) -> Flag:
    """1 while a payer supports output."""
    return where(plant_years_since_start + period_length / 2 < plant_support_term, plant_operating, 0)


def plant_support_by_payer(
    plant_support_per_output: SEKPerOutput,
    plant_output_supported: Output,
    plant_support_escalation: PerYear,
    plant_years_since_start: Years,
    plant_support_running: Flag,
) -> SEK:
    """Support for each unit of output, by payer."""
    return (
        plant_support_per_output
        * plant_output_supported
        * (1 + plant_support_escalation) ** plant_years_since_start
        * plant_support_running
    )


def plant_support(plant_support_by_payer: SEK) -> SEK:
    """Support for output, all payers."""
    return total(plant_support_by_payer)


def plant_support_as_revenue_by_payer(plant_support_by_payer: SEK, plant_support_is_revenue: Flag) -> SEK:
    """Support that counts as revenue and so carries debt, by payer."""
    return plant_support_by_payer * plant_support_is_revenue


def plant_support_as_revenue(plant_support_as_revenue_by_payer: SEK) -> SEK:
    """Support that counts as revenue and so carries debt."""
    return total(plant_support_as_revenue_by_payer)


def plant_support_beside(plant_support: SEK, plant_support_as_revenue: SEK) -> SEK:
    """Support that stands beside revenue."""
    return plant_support - plant_support_as_revenue


def plant_local_support_taxed_by_payer(
    plant_support_by_payer: SEK, plant_support_is_revenue: Flag, plant_support_local_taxed: Flag
) -> SEK:
    """Support that local tax takes for income, beside what is revenue already, by payer."""
    return plant_support_by_payer * plant_support_local_taxed * (1 - plant_support_is_revenue)


def plant_local_support_taxed(plant_local_support_taxed_by_payer: SEK) -> SEK:
    """Support that local tax takes for income, beside what is revenue already."""
    return total(plant_local_support_taxed_by_payer)


def plant_national_support_taxed_by_payer(
    plant_support_by_payer: SEK, plant_support_is_revenue: Flag, plant_support_national_taxed: Flag
) -> SEK:
    """Support that national tax takes for income, beside what is revenue already, by payer."""
    return plant_support_by_payer * plant_support_national_taxed * (1 - plant_support_is_revenue)


def plant_national_support_taxed(plant_national_support_taxed_by_payer: SEK) -> SEK:
    """Support that national tax takes for income, beside what is revenue already."""
    return total(plant_national_support_taxed_by_payer)


# Running cost, property tax and insurance.


def plant_cost_index(
    plant_inflation: PerYear,
    plant_cost_escalation: PerYear,
    plant_cost_indexed: Flag,
    plant_years_since_start: Years,
) -> Index:
    """Prices of a kind of cost: inflation and its own escalation, unless the cost is a schedule in money of its day."""
    return where(plant_cost_indexed > 0, (1 + (plant_inflation + plant_cost_escalation)) ** plant_years_since_start, 1)


def plant_cost_fixed(
    plant_cost_per_year: SEKPerYear,
    period_length: Years,
    plant_cost_per_capacity: SEKPerOutputPerHour,
    plant_capacity: OutputPerHour,
    plant_fixed_level: Share,
    plant_cost_index: Index,
) -> SEK:
    """Running cost that does not follow output, by kind: a sum a year, or a price on capacity a year."""
    return (
        (plant_cost_per_year * period_length + plant_cost_per_capacity * plant_capacity)
        * plant_fixed_level
        * plant_cost_index
    )


def plant_cost_variable(
    plant_cost_per_output: SEKPerOutput,
    plant_output: Output,
    plant_cost_per_piece: SEK,
    plant_cost_content: Ratio,
    plant_cost_quantity: Count,
    plant_variable_level: Share,
    plant_cost_index: Index,
) -> SEK:
    """Running cost that follows output or a quantity used a period (priced pieces in each unit of it), by kind."""
    return (
        (plant_cost_per_output * plant_output + plant_cost_per_piece * plant_cost_content * plant_cost_quantity)
        * plant_variable_level
        * plant_cost_index
    )


def plant_cost_by_kind(plant_cost_fixed: SEK, plant_cost_variable: SEK) -> SEK:
    """Running cost, by kind."""
    return plant_cost_fixed + plant_cost_variable


def plant_running_cost(plant_cost_by_kind: SEK) -> SEK:
    """Running cost."""
    return total(plant_cost_by_kind)


def plant_value_taxed(
    plant_cost: SEK,
    plant_assessed_share: Share,
    plant_assessed_decline: PerYear,
    plant_years_since_start: Years,
    plant_taxed_on_book: Flag,
    plant_book_value: SEK,
    plant_operating: Flag,
) -> SEK:
    """Value that property tax is paid on: installed cost, declining by a share of it a year, or book value."""
    return (
        where(
            plant_taxed_on_book > 0,
            plant_book_value,
            plant_cost * plant_assessed_share * maximum(0, 1 - plant_assessed_decline * plant_years_since_start),
        )
        * plant_operating
    )


def plant_property_tax(plant_value_taxed: SEK, plant_property_tax_rate: PerYear, period_length: Years) -> SEK:
    """Property tax."""
    return plant_value_taxed * plant_property_tax_rate * period_length


def plant_insurance(
    plant_cost: SEK,
    plant_price_index: Index,
    plant_insured_on_book: Flag,
    plant_book_value: SEK,
    plant_insurance_rate: PerYear,
    period_length: Years,
    plant_operating: Flag,
) -> SEK:
    """Insurance: on installed cost at prices of the day, or on book value."""
    return (
        where(plant_insured_on_book > 0, plant_book_value, plant_cost * plant_price_index)
        * plant_insurance_rate
        * period_length
        * plant_operating
    )


def plant_utility_bill(
    plant_utility_charge: SEK,
    plant_output_bought: Output,
    plant_sale_price: SEKPerOutput,
    plant_bought_at_sale_price: Flag,
) -> SEK:
    """What the plant itself buys: a bill, or output bought back at the price of sale."""
    return plant_utility_charge + plant_output_bought * plant_sale_price * plant_bought_at_sale_price


def plant_operating_cost(
    plant_running_cost: SEK, plant_property_tax: SEK, plant_insurance: SEK, plant_utility_bill: SEK
) -> SEK:
    """Operating cost: running cost, property tax, insurance and what the plant itself buys of its output."""
    return plant_running_cost + plant_property_tax + plant_insurance + plant_utility_bill


def plant_operating_cost_net(plant_operating_cost: SEK, plant_salvage: SEK) -> SEK:
    """Operating cost less salvage."""
    return plant_operating_cost - plant_salvage


def plant_revenue(plant_traded_revenue: SEK, plant_support_as_revenue: SEK, plant_salvage: SEK) -> SEK:
    """Revenue: what customers pay, support that counts as revenue, salvage."""
    return plant_traded_revenue + plant_support_as_revenue + plant_salvage


def plant_ebitda(plant_revenue: SEK, plant_operating_cost: SEK) -> SEK:
    """Earnings before interest, tax and depreciation."""
    return plant_revenue - plant_operating_cost


# Replacement of equipment, saved for in equal sums.


def plant_renewal_number(plant_periods_run: Count, period_length: Years, plant_renewal_interval: Years) -> Count:
    """Number of the replacement that is next due, or due now; 0 for equipment that is not replaced."""
    return where(
        plant_renewal_interval > 0,
        0 - floor(TINY - plant_periods_run * period_length / maximum(plant_renewal_interval, TINY)),
        0,
    )


def plant_renewal_time(plant_renewal_number: Count, plant_renewal_interval: Years) -> Years:
    """Years from start to the end of the period in which equipment is next replaced."""
    return plant_renewal_number * plant_renewal_interval


def plant_renewal_price(
    plant_renewal_cost: SEKPerOutputPerHour,
    plant_capacity: OutputPerHour,
    plant_inflation: PerYear,
    plant_renewal_time: Years,
    period_length: Years,
) -> SEK:
    """Cost of the next replacement at the prices of its day."""
    return plant_renewal_cost * plant_capacity * (1 + plant_inflation) ** maximum(0, plant_renewal_time - period_length)


def plant_renewal_saved(
    plant_renewal_price: SEK,
    plant_renewal_time: Years,
    plant_renewal_interval: Years,
    plant_life: Years,
    period_length: Years,
    plant_operating: Flag,
) -> SEK:
    """Put aside for the next replacement, in equal sums, where it comes within the life of the plant."""
    return where(
        plant_renewal_time < plant_life + period_length / 2,
        plant_renewal_price * period_length / maximum(plant_renewal_interval, TINY) * plant_operating,
        0,
    )


def plant_renewal(
    plant_renewal_price: SEK,
    plant_renewal_time: Years,
    plant_periods_run: Count,
    period_length: Years,
    plant_operating: Flag,
) -> SEK:
    """Replacement of equipment, at the end of each interval."""
    return where(
        (plant_renewal_time > 0) * (plant_renewal_time < (plant_periods_run + 1 / 2) * period_length),
        plant_renewal_price * plant_operating,
        0,
    )


def plant_renewal_reserve(plant_renewal_reserve: SEK, plant_renewal_saved: SEK, plant_renewal: SEK) -> SEK:
    """Reserve for replacement, by equipment."""
    return previous(plant_renewal_reserve) + plant_renewal_saved - plant_renewal


def plant_renewal_saving(plant_renewal_saved: SEK, plant_renewal: SEK) -> SEK:
    """Change of the reserve for replacement, by equipment."""
    return plant_renewal_saved - plant_renewal


def plant_renewals_saved(plant_renewal_saved: SEK) -> SEK:
    """Put aside for replacement."""
    return total(plant_renewal_saved)


def plant_renewals(plant_renewal: SEK) -> SEK:
    """Replacement of equipment."""
    return total(plant_renewal)


def plant_renewals_reserve(plant_renewal_reserve: SEK) -> SEK:
    """Reserve for replacement."""
    return total(plant_renewal_reserve)


# What the coming year costs and earns: reserves are held for it.


def plant_year_is(plant_year_number: Count, plant_periods_run: Count, plant_operating: Flag) -> Flag:
    """1 where the period is the year of the row."""
    return where(plant_periods_run == plant_year_number, plant_operating, 0)


def plant_year_is_next(plant_year_number: Count, plant_periods_run: Count, plant_before_start: Flag) -> Flag:
    """1 where the period comes just before the year of the row: closing comes before the first."""
    return where(plant_periods_run == plant_year_number - 1, 1 - plant_before_start, 0)


def plant_operating_cost_in_year(plant_operating_cost: SEK, plant_year_is: Flag) -> SEK:
    """Operating cost, in the row of its year."""
    return plant_operating_cost * plant_year_is


def plant_operating_cost_of_year(plant_operating_cost_in_year: SEK) -> SEK:
    """Operating cost of each year."""
    return sum_periods(plant_operating_cost_in_year)


def plant_operating_cost_next_year(plant_operating_cost_of_year: SEK, plant_year_is_next: Flag) -> SEK:
    """Operating cost of each year, in the period before it."""
    return plant_operating_cost_of_year * plant_year_is_next


def plant_operating_cost_ahead(plant_operating_cost_next_year: SEK) -> SEK:
    """Operating cost of the coming year."""
    return total(plant_operating_cost_next_year)


def plant_traded_revenue_in_year(plant_traded_revenue: SEK, plant_year_is: Flag) -> SEK:
    """What customers pay, in the row of its year."""
    return plant_traded_revenue * plant_year_is


def plant_traded_revenue_of_year(plant_traded_revenue_in_year: SEK) -> SEK:
    """What customers pay in each year."""
    return sum_periods(plant_traded_revenue_in_year)


def plant_traded_revenue_next_year(plant_traded_revenue_of_year: SEK, plant_year_is_next: Flag) -> SEK:
    """What customers pay in each year, in the period before it."""
    return plant_traded_revenue_of_year * plant_year_is_next


def plant_traded_revenue_ahead(plant_traded_revenue_next_year: SEK) -> SEK:
    """What customers pay in the coming year."""
    return total(plant_traded_revenue_next_year)


def plant_debt_payment_in_year(plant_debt_payment: SEK, plant_year_is: Flag) -> SEK:
    """Interest and repayment, in the row of its year."""
    return plant_debt_payment * plant_year_is


def plant_debt_payment_of_year(plant_debt_payment_in_year: SEK) -> SEK:
    """Interest and repayment of each year."""
    return sum_periods(plant_debt_payment_in_year)


def plant_debt_payment_next_year(plant_debt_payment_of_year: SEK, plant_year_is_next: Flag) -> SEK:
    """Interest and repayment of each year, in the period before it."""
    return plant_debt_payment_of_year * plant_year_is_next


def plant_debt_payment_ahead(plant_debt_payment_next_year: SEK) -> SEK:
    """Interest and repayment of the coming year."""
    return total(plant_debt_payment_next_year)


# Reserve accounts for working capital and receivables; debt service follows with the loan.


def plant_working_reserve(
    plant_operating_cost_ahead: SEK, plant_working_reserve_time: Years, period_length: Years
) -> SEK:
    """Reserve for working capital: some months of the coming year's operating cost."""
    return plant_operating_cost_ahead * plant_working_reserve_time / period_length


def plant_working_reserve_change(plant_working_reserve: SEK) -> SEK:
    """Change of the reserve for working capital."""
    return plant_working_reserve - previous(plant_working_reserve)


def plant_working_reserve_funded(plant_working_reserve_change: SEK, plant_ends: Flag) -> SEK:
    """Paid into the reserve for working capital."""
    return plant_working_reserve_change * (1 - plant_ends)


def plant_working_reserve_released(plant_working_reserve_change: SEK, plant_ends: Flag) -> SEK:
    """Change of the reserve for working capital at the end: what comes back, as a negative number."""
    return plant_working_reserve_change * plant_ends


def plant_receivable_reserve(
    plant_traded_revenue_ahead: SEK, plant_receivable_reserve_time: Years, period_length: Years
) -> SEK:
    """Reserve for receivables: some months of what customers pay in the coming year."""
    return plant_traded_revenue_ahead * plant_receivable_reserve_time / period_length


def plant_receivable_reserve_change(plant_receivable_reserve: SEK) -> SEK:
    """Change of the reserve for receivables."""
    return plant_receivable_reserve - previous(plant_receivable_reserve)


def plant_receivable_reserve_funded(plant_receivable_reserve_change: SEK, plant_ends: Flag) -> SEK:
    """Paid into the reserve for receivables."""
    return plant_receivable_reserve_change * (1 - plant_ends)


def plant_receivable_reserve_released(plant_receivable_reserve_change: SEK, plant_ends: Flag) -> SEK:
    """Change of the reserve for receivables at the end: what comes back, as a negative number."""
    return plant_receivable_reserve_change * plant_ends


# Capital grants.


def plant_grant_by_payer(
    plant_grant_amount: SEK,
    plant_grant_share: Share,
    plant_cost: SEK,
    plant_grant_per_capacity: SEKPerOutputPerHour,
    plant_capacity: OutputPerHour,
    plant_grant_ceiling: SEK,
) -> SEK:
    """Capital grant by payer: a sum, a share of cost or a sum for capacity, up to a ceiling."""
    return minimum(
        plant_grant_ceiling,
        plant_grant_amount + plant_grant_share * plant_cost + plant_grant_per_capacity * plant_capacity,
    )


def plant_grant(plant_grant_by_payer: SEK) -> SEK:
    """Capital grants."""
    return total(plant_grant_by_payer)


def plant_local_grant_taxed_by_payer(plant_grant_by_payer: SEK, plant_grant_local_taxed: Flag) -> SEK:
    """Capital grant that local tax takes for income, by payer."""
    return plant_grant_by_payer * plant_grant_local_taxed


def plant_local_grant_taxed(plant_local_grant_taxed_by_payer: SEK) -> SEK:
    """Capital grants that local tax takes for income."""
    return total(plant_local_grant_taxed_by_payer)


def plant_national_grant_taxed_by_payer(plant_grant_by_payer: SEK, plant_grant_national_taxed: Flag) -> SEK:
    """Capital grant that national tax takes for income, by payer."""
    return plant_grant_by_payer * plant_grant_national_taxed


def plant_national_grant_taxed(plant_national_grant_taxed_by_payer: SEK) -> SEK:
    """Capital grants that national tax takes for income."""
    return total(plant_national_grant_taxed_by_payer)


def plant_local_grant_reducing_by_payer(plant_grant_by_payer: SEK, plant_grant_local_reduces: Flag) -> SEK:
    """Capital grant that reduces what local tax lets be depreciated, by payer."""
    return plant_grant_by_payer * plant_grant_local_reduces


def plant_local_grant_reducing(plant_local_grant_reducing_by_payer: SEK) -> SEK:
    """Capital grants that reduce what local tax lets be depreciated."""
    return total(plant_local_grant_reducing_by_payer)


def plant_national_grant_reducing_by_payer(plant_grant_by_payer: SEK, plant_grant_national_reduces: Flag) -> SEK:
    """Capital grant that reduces what national tax lets be depreciated, by payer."""
    return plant_grant_by_payer * plant_grant_national_reduces


def plant_national_grant_reducing(plant_national_grant_reducing_by_payer: SEK) -> SEK:
    """Capital grants that reduce what national tax lets be depreciated."""
    return total(plant_national_grant_reducing_by_payer)


# The loan: how much.


def plant_loan_rate_of_period(plant_loan_rate: PerYear, period_length: Years) -> Share:
    """Interest rate for the length of a period."""
    return (1 + plant_loan_rate) ** period_length - 1


def plant_debt_window(plant_periods_run: Count, period_length: Years, plant_loan_tenor: Years) -> Flag:
    """1 in the periods that the loan is sized on: until its tenor ends."""
    return where((plant_periods_run - 1 / 2) * period_length < plant_loan_tenor, 1, 0)


def plant_debt_running(plant_debt_window: Flag, plant_operating: Flag) -> Flag:
    """1 in the periods of operation in which the loan runs."""
    return plant_debt_window * plant_operating


def plant_cash_for_debt(
    plant_ebitda: SEK, plant_renewals_saved: SEK, plant_receivable_reserve_funded: SEK, plant_debt_window: Flag
) -> SEK:
    """Cash available for debt service: EBITDA after what is put aside for replacement and receivables."""
    return (plant_ebitda - plant_renewals_saved - plant_receivable_reserve_funded) * plant_debt_window


def plant_loan_discount_factor(
    plant_loan_rate: PerYear, plant_periods_run: Count, period_length: Years, plant_debt_window: Flag
) -> Ratio:
    """Worth at closing, at the loan's rate, of cash in the period; cash at closing counts as the first period's."""
    return (1 + plant_loan_rate) ** (-maximum(1, plant_periods_run) * period_length) * plant_debt_window


def plant_cash_for_debt_value(plant_cash_for_debt: SEK, plant_loan_discount_factor: Ratio) -> SEK:
    """Present value of cash available for debt service."""
    return plant_cash_for_debt * plant_loan_discount_factor


def plant_debt_carried_by_period(plant_cash_for_debt_value: SEK, plant_cover_ratio: Ratio) -> SEK:
    """Debt that the cash of the period carries at the cover ratio."""
    return plant_cash_for_debt_value / plant_cover_ratio


def plant_debt_carried(plant_debt_carried_by_period: SEK) -> SEK:
    """Debt that cash carries: present value of cash available for debt service over the cover ratio."""
    return sum_periods(plant_debt_carried_by_period)


def plant_reserve_in_closing(plant_working_reserve: SEK, plant_closing: Flag) -> SEK:
    """Reserve for working capital, in the period of closing."""
    return plant_working_reserve * plant_closing


def plant_working_reserve_at_closing(plant_reserve_in_closing: SEK) -> SEK:
    """Reserve for working capital that closing must fund."""
    return sum_periods(plant_reserve_in_closing)


def plant_receivable_in_closing(plant_receivable_reserve: SEK, plant_closing: Flag) -> SEK:
    """Reserve for receivables, in the period of closing."""
    return plant_receivable_reserve * plant_closing


def plant_receivable_reserve_at_closing(plant_receivable_in_closing: SEK) -> SEK:
    """Reserve for receivables that closing must fund."""
    return sum_periods(plant_receivable_in_closing)


def plant_cost_before_loan(
    plant_cost: SEK,
    plant_construction_financing: SEK,
    plant_closing_cost: SEK,
    plant_other_financing: SEK,
    plant_working_reserve_at_closing: SEK,
    plant_grant: SEK,
) -> SEK:
    """What must be financed before the loan's own fee and reserve: cost, closing and working capital, less grants."""
    return (
        plant_cost
        + plant_construction_financing
        + plant_closing_cost
        + plant_other_financing
        + plant_working_reserve_at_closing
        - plant_grant
    )


def plant_debt_limit(
    plant_cost_before_loan: SEK, plant_fee_share: Share, plant_cost: SEK, plant_debt_share_limit: Share
) -> SEK:
    """Most debt that lenders allow: a share of cost, its fee estimated on the cost of the plant."""
    return plant_debt_share_limit * (plant_cost_before_loan + plant_fee_share * plant_cost)


def plant_sculpted_debt(plant_debt_carried: SEK, plant_debt_limited: Flag, plant_debt_limit: SEK) -> SEK:
    """Debt sized on cover, within the limit where there is one."""
    return where(plant_debt_limited > 0, maximum(0, minimum(plant_debt_carried, plant_debt_limit)), plant_debt_carried)


def plant_annuity_share(
    plant_loan_rate: PerYear,
    plant_loan_rate_of_period: Share,
    plant_loan_tenor: Years,
    plant_loan_grace: Years,
    period_length: Years,
) -> Share:
    """Interest and repayment of a period for each unit of an annuity loan, once it is repaid."""
    return where(
        plant_loan_rate > 0,
        plant_loan_rate_of_period / maximum(TINY, 1 - (1 + plant_loan_rate) ** (plant_loan_grace - plant_loan_tenor)),
        period_length / maximum(TINY, plant_loan_tenor - plant_loan_grace),
    )


def plant_straight_share(plant_loan_tenor: Years, plant_loan_grace: Years, period_length: Years) -> Share:
    """Repayment of a period for each unit of a straight loan."""
    return period_length / maximum(TINY, plant_loan_tenor - plant_loan_grace)


def plant_first_payment_share(
    plant_loan_rate_of_period: Share,
    plant_loan_grace: Years,
    plant_straight: Flag,
    plant_straight_share: Share,
    plant_annuity_share: Share,
) -> Share:
    """First payment for each unit of the loan: interest only in a grace period."""
    return where(
        plant_loan_grace > 0,
        plant_loan_rate_of_period,
        where(plant_straight > 0, plant_loan_rate_of_period + plant_straight_share, plant_annuity_share),
    )


def plant_debt_reserve_share(
    plant_first_payment_share: Share, plant_debt_reserve_time: Years, period_length: Years
) -> Share:
    """Reserve for debt service at closing for each unit of the loan."""
    return plant_first_payment_share * plant_debt_reserve_time / period_length


def plant_debt_on_cost(plant_debt_share: Share, plant_fee_share: Share, plant_fee_counted_once: Flag) -> Share:
    """Loan for each unit of what is financed before its fee: it bears its share of the fee, the fee on that included.
    Some count the fee once, on the loan before the fee, and leave the owner a little more than the rest.
    """
    return where(
        plant_fee_counted_once > 0,
        plant_debt_share * (1 + plant_debt_share * plant_fee_share),
        plant_debt_share / (1 - plant_debt_share * plant_fee_share),
    )


def plant_debt_by_share(
    plant_debt_on_cost: Share, plant_cost_before_loan: SEK, plant_debt_reserve_share: Share, plant_loan_tenor: Years
) -> SEK:
    """Loan as a share of cost, its own fee and reserve included: the fixed point of that circle, solved."""
    return where(
        plant_loan_tenor > 0,
        plant_debt_on_cost * plant_cost_before_loan / (1 - plant_debt_on_cost * plant_debt_reserve_share),
        0,
    )


def plant_debt_size(plant_sculpted: Flag, plant_sculpted_debt: SEK, plant_debt_by_share: SEK) -> SEK:
    """Size of the loan: what cash carries at the cover ratio, or a share of cost."""
    return where(plant_sculpted > 0, plant_sculpted_debt, plant_debt_by_share)


# The loan: drawn, interest, repaid.


def plant_cover_applied(plant_cover_ratio: Ratio, plant_debt_carried: SEK, plant_sculpted_debt: SEK) -> Ratio:
    """Cover ratio that the payments keep: above the agreed one where a limit holds the loan down."""
    return where(
        plant_sculpted_debt > 0,
        plant_cover_ratio * (plant_debt_carried / maximum(plant_sculpted_debt, TINY)),
        plant_cover_ratio,
    )


def plant_debt_drawn(plant_debt_size: SEK, plant_construction_share: Share) -> SEK:
    """Loan drawn, as the plant is built."""
    return plant_debt_size * plant_construction_share


def plant_amortising(
    plant_debt_running: Flag,
    plant_sculpted: Flag,
    plant_years_since_start: Years,
    period_length: Years,
    plant_loan_grace: Years,
) -> Flag:
    """1 in the periods in which the loan is repaid: after the grace period, at once where it is sculpted."""
    return where(
        plant_years_since_start + period_length / 2 < plant_loan_grace,
        plant_sculpted * plant_debt_running,
        plant_debt_running,
    )


def plant_scheduled_payment(
    plant_sculpted: Flag,
    plant_cash_for_debt: SEK,
    plant_cover_applied: Ratio,
    plant_debt_size: SEK,
    plant_annuity_share: Share,
    plant_amortising: Flag,
) -> SEK:
    """Interest and repayment due: cash over cover, or equal sums."""
    return (
        where(plant_sculpted > 0, plant_cash_for_debt / plant_cover_applied, plant_debt_size * plant_annuity_share)
        * plant_amortising
    )


def plant_scheduled_repayment(plant_debt_size: SEK, plant_straight_share: Share, plant_amortising: Flag) -> SEK:
    """Repayment due on a straight loan."""
    return plant_debt_size * plant_straight_share * plant_amortising


def plant_repaid_straight(plant_straight: Flag, plant_sculpted: Flag) -> Flag:
    """1 for a straight loan; a sculpted one never is."""
    return plant_straight * (1 - plant_sculpted)


def plant_debt_balance(
    plant_debt_balance: SEK,
    plant_debt_drawn: SEK,
    plant_loan_rate_of_period: Share,
    plant_amortising: Flag,
    plant_scheduled_payment: SEK,
    plant_scheduled_repayment: SEK,
    plant_repaid_straight: Flag,
) -> SEK:
    """Debt at the end of the period."""
    opening = previous(plant_debt_balance)
    interest = opening * plant_loan_rate_of_period * plant_amortising
    repaid = where(plant_repaid_straight > 0, plant_scheduled_repayment, plant_scheduled_payment - interest)
    return opening + plant_debt_drawn - repaid


def plant_interest(plant_debt_balance: SEK, plant_loan_rate_of_period: Share, plant_debt_running: Flag) -> SEK:
    """Interest in operation."""
    return previous(plant_debt_balance) * plant_loan_rate_of_period * plant_debt_running


def plant_construction_interest(
    plant_debt_drawn: SEK,
    plant_draw_interest_share: Share,
    plant_debt_balance: SEK,
    plant_earlier_draw_interest_share: Share,
    plant_loan_rate_of_period: Share,
    plant_operating: Flag,
) -> SEK:
    """Interest in construction, paid in cash: on the period's draw and on earlier draws, each as far as agreed."""
    return (
        (plant_debt_drawn * plant_draw_interest_share
         + previous(plant_debt_balance) * plant_earlier_draw_interest_share)
        * plant_loan_rate_of_period
        * (1 - plant_operating)
    )  # fmt: skip


def plant_repaid(plant_debt_balance: SEK, plant_debt_drawn: SEK) -> SEK:
    """Repayment."""
    return previous(plant_debt_balance) + plant_debt_drawn - plant_debt_balance


def plant_debt_payment(plant_interest: SEK, plant_repaid: SEK) -> SEK:
    """Interest and repayment."""
    return plant_interest + plant_repaid


def plant_cover(plant_cash_for_debt: SEK, plant_debt_payment: SEK) -> Ratio:
    """Cash available for debt service over debt service; 0 where nothing is due."""
    return where(
        plant_debt_payment == 0,
        0,
        plant_cash_for_debt / where(plant_debt_payment == 0, TINY, plant_debt_payment),
    )


def plant_debt_reserve(plant_debt_payment_ahead: SEK, plant_debt_reserve_time: Years, period_length: Years) -> SEK:
    """Reserve for debt service: some months of the coming year's interest and repayment."""
    return plant_debt_payment_ahead * plant_debt_reserve_time / period_length


def plant_debt_reserve_change(plant_debt_reserve: SEK) -> SEK:
    """Change of the reserve for debt service."""
    return plant_debt_reserve - previous(plant_debt_reserve)


def plant_debt_ends(
    plant_debt_running: Flag, plant_periods_run: Count, period_length: Years, plant_loan_tenor: Years
) -> Flag:
    """1 in the period in which the loan ends."""
    return where((plant_periods_run + 1 / 2) * period_length > plant_loan_tenor, plant_debt_running, 0)


def plant_debt_reserve_funded(plant_debt_reserve_change: SEK, plant_debt_ends: Flag) -> SEK:
    """Paid into the reserve for debt service."""
    return plant_debt_reserve_change * (1 - plant_debt_ends)


def plant_debt_reserve_released(plant_debt_reserve_change: SEK, plant_debt_ends: Flag) -> SEK:
    """Change of the reserve for debt service as the loan ends: what comes back, as a negative number."""
    return plant_debt_reserve_change * plant_debt_ends


def plant_reserves(
    plant_debt_reserve: SEK, plant_working_reserve: SEK, plant_receivable_reserve: SEK, plant_renewals_reserve: SEK
) -> SEK:
    """All reserve accounts."""
    return plant_debt_reserve + plant_working_reserve + plant_receivable_reserve + plant_renewals_reserve


def plant_reserve_interest(plant_reserves: SEK, plant_reserve_rate: PerYear, period_length: Years) -> SEK:
    """Interest earned on the reserve accounts."""
    return previous(plant_reserves) * plant_reserve_rate * period_length


def plant_reserves_change(plant_reserves: SEK) -> SEK:
    """Change of the reserve accounts."""
    return plant_reserves - previous(plant_reserves)


# What closing must finance.


def plant_debt_by_period(
    plant_sculpted: Flag, plant_cash_for_debt_value: SEK, plant_cover_applied: Ratio, plant_repaid: SEK
) -> SEK:
    """Debt by the period that pays for it: what its cash carries, or what it repays."""
    return where(plant_sculpted > 0, plant_cash_for_debt_value / plant_cover_applied, plant_repaid)


def plant_fee(plant_fee_share: Share, plant_debt_size: SEK) -> SEK:
    """Upfront fee on the loan."""
    return plant_fee_share * plant_debt_size


def plant_debt_reserve_in_closing(plant_debt_reserve: SEK, plant_closing: Flag) -> SEK:
    """Reserve for debt service, in the period of closing."""
    return plant_debt_reserve * plant_closing


def plant_debt_reserve_at_closing(plant_debt_reserve_in_closing: SEK) -> SEK:
    """Reserve for debt service that closing must fund."""
    return sum_periods(plant_debt_reserve_in_closing)


def plant_purchase_price(
    plant_cost: SEK,
    plant_construction_financing: SEK,
    plant_closing_cost: SEK,
    plant_other_financing: SEK,
    plant_fee: SEK,
    plant_grant: SEK,
) -> SEK:
    """What the plant costs, closing and fee included, less grants; without reserves."""
    return (
        plant_cost + plant_construction_financing + plant_closing_cost + plant_other_financing + plant_fee - plant_grant
    )


def plant_installed_cost(
    plant_purchase_price: SEK,
    plant_debt_reserve_at_closing: SEK,
    plant_working_reserve_at_closing: SEK,
    plant_receivable_reserve_at_closing: SEK,
) -> SEK:
    """All that closing finances: the plant less grants, and the reserves."""
    return (
        plant_purchase_price
        + plant_debt_reserve_at_closing
        + plant_working_reserve_at_closing
        + plant_receivable_reserve_at_closing
    )


def plant_equity(plant_installed_cost: SEK, plant_debt_size: SEK) -> SEK:
    """What the owner puts in at closing."""
    return plant_installed_cost - plant_debt_size


# Depreciation by tables of yearly shares, and tax credits on investment.


def plant_depreciable_cost(plant_cost: SEK, plant_construction_financing: SEK, plant_other_financing: SEK) -> SEK:
    """Cost that may be depreciated: the plant, its construction loan and other costs of finance; never reserves."""
    return plant_cost + plant_construction_financing + plant_other_financing


def plant_class_cost(plant_class_share: Share, plant_depreciable_cost: SEK, plant_class_amount: SEK) -> SEK:
    """Cost by class of depreciation: a share of the whole, or a sum."""
    return plant_class_share * plant_depreciable_cost + plant_class_amount


def plant_class_share_in_all(plant_class_share: Share) -> Share:
    """Share of cost that is in any class of depreciation."""
    return total(plant_class_share)


def plant_class_pro_rata(plant_class_share: Share, plant_class_share_in_all: Share) -> Share:
    """Share of a class in all that is depreciated."""
    return where(
        plant_class_share_in_all > 0, plant_class_share / maximum(plant_class_share_in_all, TINY), plant_class_share
    )


def plant_local_class_net(
    plant_class_cost: SEK,
    plant_local_reduced_pro_rata: Flag,
    plant_class_pro_rata: Share,
    plant_class_reduced_first: Flag,
    plant_local_grant_reducing: SEK,
) -> SEK:
    """Cost by class after grants, for local tax: grants reduce all classes alike, or one of them."""
    return plant_class_cost - plant_local_grant_reducing * where(
        plant_local_reduced_pro_rata > 0, plant_class_pro_rata, plant_class_reduced_first
    )


def plant_national_class_net(
    plant_class_cost: SEK,
    plant_national_reduced_pro_rata: Flag,
    plant_class_pro_rata: Share,
    plant_class_reduced_first: Flag,
    plant_national_grant_reducing: SEK,
) -> SEK:
    """Cost by class after grants, for national tax: grants reduce all classes alike, or one of them."""
    return plant_class_cost - plant_national_grant_reducing * where(
        plant_national_reduced_pro_rata > 0, plant_class_pro_rata, plant_class_reduced_first
    )


def plant_local_credited(plant_local_class_net: SEK, plant_local_qualifies: Flag) -> SEK:
    """Cost by class that earns a local credit on investment."""
    return plant_local_class_net * plant_local_qualifies


def plant_local_credited_total(plant_local_credited: SEK) -> SEK:
    """Cost that earns a local credit on investment."""
    return total(plant_local_credited)


def plant_local_credit_by_share(
    plant_local_credited_total: SEK, plant_local_credit_share: Share, plant_local_credit_ceiling: SEK
) -> SEK:
    """Local credit on investment that is a share of cost, up to a ceiling."""
    return minimum(plant_local_credit_ceiling, plant_local_credit_share * plant_local_credited_total)


def plant_local_investment_credit(plant_local_credit_by_share: SEK, plant_local_credit_amount: SEK) -> SEK:
    """Local credit on investment."""
    return plant_local_credit_by_share + plant_local_credit_amount


def plant_local_credit_by_share_total(plant_local_credit_by_share: SEK) -> SEK:
    """All of the local credit that is a share of cost."""
    return sum_periods(plant_local_credit_by_share)


def plant_local_credit_amount_total(plant_local_credit_amount: SEK) -> SEK:
    """All of the local credit that is a sum."""
    return sum_periods(plant_local_credit_amount)


def plant_national_credited(plant_national_class_net: SEK, plant_national_qualifies: Flag) -> SEK:
    """Cost by class that earns a national credit on investment."""
    return plant_national_class_net * plant_national_qualifies


def plant_national_credited_total(plant_national_credited: SEK) -> SEK:
    """Cost that earns a national credit on investment."""
    return total(plant_national_credited)


def plant_national_credit_by_share(
    plant_national_credited_total: SEK, plant_national_credit_share: Share, plant_national_credit_ceiling: SEK
) -> SEK:
    """National credit on investment that is a share of cost, up to a ceiling."""
    return minimum(plant_national_credit_ceiling, plant_national_credit_share * plant_national_credited_total)


def plant_national_investment_credit(plant_national_credit_by_share: SEK, plant_national_credit_amount: SEK) -> SEK:
    """National credit on investment."""
    return plant_national_credit_by_share + plant_national_credit_amount


def plant_national_credit_by_share_total(plant_national_credit_by_share: SEK) -> SEK:
    """All of the national credit that is a share of cost."""
    return sum_periods(plant_national_credit_by_share)


def plant_national_credit_amount_total(plant_national_credit_amount: SEK) -> SEK:
    """All of the national credit that is a sum."""
    return sum_periods(plant_national_credit_amount)


def plant_local_credit_part(plant_local_credited: SEK, plant_local_credited_total: SEK) -> Share:
    """Share of a class in the local credit on investment."""
    return where(plant_local_credited_total > 0, plant_local_credited / maximum(plant_local_credited_total, TINY), 0)


def plant_national_credit_part(plant_national_credited: SEK, plant_national_credited_total: SEK) -> Share:
    """Share of a class in the national credit on investment."""
    return where(
        plant_national_credited_total > 0, plant_national_credited / maximum(plant_national_credited_total, TINY), 0
    )


def plant_local_credit_reducing_local(
    plant_credit_reducing_share: Share,
    plant_local_credit_by_share_total: SEK,
    plant_local_share_reduces_local: Flag,
    plant_local_credit_amount_total: SEK,
    plant_local_amount_reduces_local: Flag,
) -> SEK:
    """Part of the local credit on investment that local tax takes off what may be depreciated."""
    return plant_credit_reducing_share * (
        plant_local_credit_by_share_total * plant_local_share_reduces_local
        + plant_local_credit_amount_total * plant_local_amount_reduces_local
    )


def plant_national_credit_reducing_local(
    plant_credit_reducing_share: Share,
    plant_national_credit_by_share_total: SEK,
    plant_national_share_reduces_local: Flag,
    plant_national_credit_amount_total: SEK,
    plant_national_amount_reduces_local: Flag,
) -> SEK:
    """Part of the national credit on investment that local tax takes off what may be depreciated."""
    return plant_credit_reducing_share * (
        plant_national_credit_by_share_total * plant_national_share_reduces_local
        + plant_national_credit_amount_total * plant_national_amount_reduces_local
    )


def plant_local_credit_reducing_national(
    plant_credit_reducing_share: Share,
    plant_local_credit_by_share_total: SEK,
    plant_local_share_reduces_national: Flag,
    plant_local_credit_amount_total: SEK,
    plant_local_amount_reduces_national: Flag,
) -> SEK:
    """Part of the local credit on investment that national tax takes off what may be depreciated."""
    return plant_credit_reducing_share * (
        plant_local_credit_by_share_total * plant_local_share_reduces_national
        + plant_local_credit_amount_total * plant_local_amount_reduces_national
    )


def plant_national_credit_reducing_national(
    plant_credit_reducing_share: Share,
    plant_national_credit_by_share_total: SEK,
    plant_national_share_reduces_national: Flag,
    plant_national_credit_amount_total: SEK,
    plant_national_amount_reduces_national: Flag,
) -> SEK:
    """Part of the national credit on investment that national tax takes off what may be depreciated."""
    return plant_credit_reducing_share * (
        plant_national_credit_by_share_total * plant_national_share_reduces_national
        + plant_national_credit_amount_total * plant_national_amount_reduces_national
    )


def plant_local_basis(
    plant_local_class_net: SEK,
    plant_local_credit_part: Share,
    plant_local_credit_reducing_local: SEK,
    plant_national_credit_part: Share,
    plant_national_credit_reducing_local: SEK,
) -> SEK:
    """What local tax lets be depreciated, by class: after grants and its part of credits on investment."""
    return (
        plant_local_class_net
        - plant_local_credit_part * plant_local_credit_reducing_local
        - plant_national_credit_part * plant_national_credit_reducing_local
    )


def plant_national_basis(
    plant_national_class_net: SEK,
    plant_local_credit_part: Share,
    plant_local_credit_reducing_national: SEK,
    plant_national_credit_part: Share,
    plant_national_credit_reducing_national: SEK,
) -> SEK:
    """What national tax lets be depreciated, by class: after grants and its part of credits on investment."""
    return (
        plant_national_class_net
        - plant_local_credit_part * plant_local_credit_reducing_national
        - plant_national_credit_part * plant_national_credit_reducing_national
    )


def plant_local_bonus(plant_local_basis: SEK, plant_local_bonus_share: Share, plant_first_period: Flag) -> SEK:
    """Local bonus depreciation by class: a share at once."""
    return plant_local_basis * plant_local_bonus_share * plant_first_period


def plant_national_bonus(plant_national_basis: SEK, plant_national_bonus_share: Share, plant_first_period: Flag) -> SEK:
    """National bonus depreciation by class: a share at once."""
    return plant_national_basis * plant_national_bonus_share * plant_first_period


def plant_local_class_depreciation(
    plant_local_basis: SEK, plant_local_bonus_share: Share, plant_local_depreciation_table: Share
) -> SEK:
    """Depreciation for local tax by class: its table of yearly shares on what the bonus leaves."""
    return plant_local_basis * (1 - plant_local_bonus_share) * plant_local_depreciation_table


def plant_national_class_depreciation(
    plant_national_basis: SEK, plant_national_bonus_share: Share, plant_national_depreciation_table: Share
) -> SEK:
    """Depreciation for national tax by class: its table of yearly shares on what the bonus leaves."""
    return plant_national_basis * (1 - plant_national_bonus_share) * plant_national_depreciation_table


def plant_vintage_is(plant_vintage_year: Count, plant_periods_run: Count, plant_operating: Flag) -> Flag:
    """1 where the period is the year of the vintage."""
    return where(plant_periods_run == plant_vintage_year, plant_operating, 0)


def plant_vintage_in_year(plant_renewal: SEK, equipment_of_vintage: Membership, plant_vintage_is: Flag) -> SEK:
    """Replacement, in the row of its vintage."""
    return each(plant_renewal, equipment_of_vintage) * plant_vintage_is


def plant_vintage_cost(plant_vintage_in_year: SEK) -> SEK:
    """Replacement of each vintage."""
    return sum_periods(plant_vintage_in_year)


def plant_local_vintage_depreciation(plant_vintage_cost: SEK, plant_local_vintage_table: Share) -> SEK:
    """Depreciation of replacements for local tax, by vintage."""
    return plant_vintage_cost * plant_local_vintage_table


def plant_local_renewal_depreciation(plant_local_vintage_depreciation: SEK, equipment_of_vintage: Membership) -> SEK:
    """Depreciation of replacements for local tax, by equipment."""
    return group(plant_local_vintage_depreciation, equipment_of_vintage)


def plant_national_vintage_depreciation(plant_vintage_cost: SEK, plant_national_vintage_table: Share) -> SEK:
    """Depreciation of replacements for national tax, by vintage."""
    return plant_vintage_cost * plant_national_vintage_table


def plant_national_renewal_depreciation(
    plant_national_vintage_depreciation: SEK, equipment_of_vintage: Membership
) -> SEK:
    """Depreciation of replacements for national tax, by equipment."""
    return group(plant_national_vintage_depreciation, equipment_of_vintage)


def plant_local_table_depreciation(plant_local_class_depreciation: SEK) -> SEK:
    """Depreciation by table for local tax."""
    return total(plant_local_class_depreciation)


def plant_local_bonus_depreciation(plant_local_bonus: SEK) -> SEK:
    """Bonus depreciation for local tax."""
    return total(plant_local_bonus)


def plant_local_renewals_depreciation(plant_local_renewal_depreciation: SEK) -> SEK:
    """Depreciation of replacements for local tax."""
    return total(plant_local_renewal_depreciation)


def plant_local_depreciation(
    plant_local_table_depreciation: SEK, plant_local_bonus_depreciation: SEK, plant_local_renewals_depreciation: SEK
) -> SEK:
    """Depreciation for local tax."""
    return plant_local_table_depreciation + plant_local_bonus_depreciation + plant_local_renewals_depreciation


def plant_national_table_depreciation(plant_national_class_depreciation: SEK) -> SEK:
    """Depreciation by table for national tax."""
    return total(plant_national_class_depreciation)


def plant_national_bonus_depreciation(plant_national_bonus: SEK) -> SEK:
    """Bonus depreciation for national tax."""
    return total(plant_national_bonus)


def plant_national_renewals_depreciation(plant_national_renewal_depreciation: SEK) -> SEK:
    """Depreciation of replacements for national tax."""
    return total(plant_national_renewal_depreciation)


def plant_national_depreciation(
    plant_national_table_depreciation: SEK,
    plant_national_bonus_depreciation: SEK,
    plant_national_renewals_depreciation: SEK,
) -> SEK:
    """Depreciation for national tax."""
    return plant_national_table_depreciation + plant_national_bonus_depreciation + plant_national_renewals_depreciation


def plant_depreciated_to_date(
    plant_depreciated_to_date: SEK, plant_national_table_depreciation: SEK, plant_national_bonus_depreciation: SEK
) -> SEK:
    """Depreciation of the plant so far, as national tax has it."""
    return previous(plant_depreciated_to_date) + plant_national_table_depreciation + plant_national_bonus_depreciation


def plant_book_value(plant_depreciable_cost: SEK, plant_depreciated_to_date: SEK) -> SEK:
    """Book value of the plant at the start of the period."""
    return plant_depreciable_cost - previous(plant_depreciated_to_date)


# Tax credits on output.


def plant_local_output_credit_rate(
    plant_local_output_credit_per_output: SEKPerOutput,
    plant_local_output_credit_escalation: PerYear,
    plant_years_since_start: Years,
    plant_output_credit_step: SEKPerOutput,
    plant_local_output_credit_rounded: Flag,
) -> SEKPerOutput:
    """Local tax credit for a unit of output: escalated, and rounded to the step in which the law states it."""
    return where(
        plant_local_output_credit_rounded > 0,
        floor(
            plant_local_output_credit_per_output
            * (1 + plant_local_output_credit_escalation) ** plant_years_since_start
            / plant_output_credit_step
            + 1 / 2
        )
        * plant_output_credit_step,
        plant_local_output_credit_per_output,
    )


def plant_local_output_credit(
    plant_local_output_credit_rate: SEKPerOutput,
    plant_output_supported: Output,
    plant_local_output_credit_term: Years,
    plant_years_since_start: Years,
    period_length: Years,
    plant_operating: Flag,
) -> SEK:
    """Local tax credit on output, while its term lasts."""
    return where(
        plant_years_since_start + period_length / 2 < plant_local_output_credit_term,
        plant_local_output_credit_rate * plant_output_supported * plant_operating,
        0,
    )


def plant_national_output_credit_rate(
    plant_national_output_credit_per_output: SEKPerOutput,
    plant_national_output_credit_escalation: PerYear,
    plant_years_since_start: Years,
    plant_output_credit_step: SEKPerOutput,
    plant_national_output_credit_rounded: Flag,
) -> SEKPerOutput:
    """National tax credit for a unit of output: escalated, and rounded to the step in which the law states it."""
    return where(
        plant_national_output_credit_rounded > 0,
        floor(
            plant_national_output_credit_per_output
            * (1 + plant_national_output_credit_escalation) ** plant_years_since_start
            / plant_output_credit_step
            + 1 / 2
        )
        * plant_output_credit_step,
        plant_national_output_credit_per_output,
    )


def plant_national_output_credit(
    plant_national_output_credit_rate: SEKPerOutput,
    plant_output_supported: Output,
    plant_national_output_credit_term: Years,
    plant_years_since_start: Years,
    period_length: Years,
    plant_operating: Flag,
) -> SEK:
    """National tax credit on output, while its term lasts."""
    return where(
        plant_years_since_start + period_length / 2 < plant_national_output_credit_term,
        plant_national_output_credit_rate * plant_output_supported * plant_operating,
        0,
    )


# Income tax: local, then national, which deducts the local one.


def plant_deductible_cost(plant_operating_cost_net: SEK, plant_costs_deductible: Flag, plant_property_tax: SEK) -> SEK:
    """Operating cost that tax deducts: all of it, or for a household only property tax."""
    return where(plant_costs_deductible > 0, plant_operating_cost_net, plant_property_tax)


def plant_deductible_interest(plant_interest: SEK, plant_interest_deductible: Flag) -> SEK:
    """Interest that tax deducts; repayment never is."""
    return plant_interest * plant_interest_deductible


def plant_profit_before_depreciation(
    plant_traded_revenue: SEK,
    plant_support_as_revenue: SEK,
    plant_deductible_cost: SEK,
    plant_reserve_interest: SEK,
    plant_deductible_interest: SEK,
) -> SEK:
    """Profit for tax before depreciation."""
    return (
        plant_traded_revenue
        + plant_support_as_revenue
        - plant_deductible_cost
        + plant_reserve_interest
        - plant_deductible_interest
    )


def plant_local_profit(plant_profit_before_depreciation: SEK, plant_local_depreciation: SEK) -> SEK:
    """Profit for local tax before grants and support."""
    return plant_profit_before_depreciation - plant_local_depreciation


def plant_local_aid_taxed(
    plant_local_support_taxed: SEK, plant_local_grant_taxed: SEK, plant_first_period: Flag
) -> SEK:
    """Grants, in the first period of operation, and support that local tax takes for income."""
    return plant_local_support_taxed + plant_local_grant_taxed * plant_first_period


def plant_local_income(plant_local_profit: SEK, plant_local_aid_taxed: SEK) -> SEK:
    """Income for local tax."""
    return plant_local_profit + plant_local_aid_taxed


def plant_local_income_with_aid(
    plant_local_profit: SEK, plant_support_beside: SEK, plant_grant: SEK, plant_first_period: Flag
) -> SEK:
    """Profit for local tax with all grants and support, taxed or not."""
    return plant_local_profit + plant_support_beside + plant_grant * plant_first_period


def plant_local_losses(plant_local_losses: SEK, plant_local_income: SEK) -> SEK:
    """Losses carried forward for local tax."""
    return maximum(0, previous(plant_local_losses) - plant_local_income)


def plant_local_taxed(plant_local_income: SEK, plant_local_losses: SEK, plant_losses_used_at_once: Flag) -> SEK:
    """Income that local tax is paid on: losses used at once elsewhere, or carried forward."""
    return where(
        plant_losses_used_at_once > 0,
        plant_local_income,
        maximum(0, plant_local_income - previous(plant_local_losses)),
    )


def plant_local_tax(plant_local_taxed: SEK, plant_local_tax_rate: Share) -> SEK:
    """Local income tax before credits; below zero where a loss is used at once."""
    return plant_local_taxed * plant_local_tax_rate


def plant_local_credits(plant_local_output_credit: SEK, plant_local_investment_credit: SEK) -> SEK:
    """Credits against local tax."""
    return plant_local_output_credit + plant_local_investment_credit


def plant_local_tax_saving(plant_local_credits: SEK, plant_local_tax: SEK) -> SEK:
    """Local credits less local tax."""
    return plant_local_credits - plant_local_tax


def plant_national_profit(
    plant_profit_before_depreciation: SEK, plant_national_depreciation: SEK, plant_local_tax_saving: SEK
) -> SEK:
    """Profit for national tax before grants and support: local tax, less its credits, is deducted."""
    return plant_profit_before_depreciation - plant_national_depreciation + plant_local_tax_saving


def plant_national_aid_taxed(
    plant_national_support_taxed: SEK, plant_national_grant_taxed: SEK, plant_first_period: Flag
) -> SEK:
    """Grants, in the first period of operation, and support that national tax takes for income."""
    return plant_national_support_taxed + plant_national_grant_taxed * plant_first_period


def plant_national_income(plant_national_profit: SEK, plant_national_aid_taxed: SEK) -> SEK:
    """Income for national tax."""
    return plant_national_profit + plant_national_aid_taxed


def plant_national_income_with_aid(
    plant_national_profit: SEK, plant_support_beside: SEK, plant_grant: SEK, plant_first_period: Flag
) -> SEK:
    """Profit for national tax with all grants and support, taxed or not."""
    return plant_national_profit + plant_support_beside + plant_grant * plant_first_period


def plant_national_losses(plant_national_losses: SEK, plant_national_income: SEK) -> SEK:
    """Losses carried forward for national tax."""
    return maximum(0, previous(plant_national_losses) - plant_national_income)


def plant_national_taxed(
    plant_national_income: SEK, plant_national_losses: SEK, plant_losses_used_at_once: Flag
) -> SEK:
    """Income that national tax is paid on: losses used at once elsewhere, or carried forward."""
    return where(
        plant_losses_used_at_once > 0,
        plant_national_income,
        maximum(0, plant_national_income - previous(plant_national_losses)),
    )


def plant_national_tax(plant_national_taxed: SEK, plant_national_tax_rate: Share) -> SEK:
    """National income tax before credits; below zero where a loss is used at once."""
    return plant_national_taxed * plant_national_tax_rate


def plant_national_credits(plant_national_output_credit: SEK, plant_national_investment_credit: SEK) -> SEK:
    """Credits against national tax."""
    return plant_national_output_credit + plant_national_investment_credit


def plant_national_tax_saving(plant_national_credits: SEK, plant_national_tax: SEK) -> SEK:
    """National credits less national tax."""
    return plant_national_credits - plant_national_tax


def plant_tax_saving(plant_local_tax_saving: SEK, plant_national_tax_saving: SEK) -> SEK:
    """Credits less income tax, both tiers."""
    return plant_local_tax_saving + plant_national_tax_saving


def plant_output_credits(plant_local_output_credit: SEK, plant_national_output_credit: SEK) -> SEK:
    """Tax credits on output, both tiers."""
    return plant_local_output_credit + plant_national_output_credit


def plant_investment_credits(plant_local_investment_credit: SEK, plant_national_investment_credit: SEK) -> SEK:
    """Tax credits on investment, both tiers."""
    return plant_local_investment_credit + plant_national_investment_credit


def plant_effective_tax_rate(plant_local_tax_rate: Share, plant_national_tax_rate: Share) -> Share:
    """Both tiers in one rate."""
    return plant_local_tax_rate + (1 - plant_local_tax_rate) * plant_national_tax_rate


# The owner's cash.


def plant_operating_flow(
    plant_ebitda: SEK, plant_reserve_interest: SEK, plant_interest: SEK, plant_support_beside: SEK
) -> SEK:
    """Cash from operation, after interest."""
    return plant_ebitda + plant_reserve_interest - plant_interest + plant_support_beside


def plant_purchase(plant_purchase_price: SEK, plant_construction_share: Share) -> SEK:
    """Paid for the plant, as it is built."""
    return plant_purchase_price * plant_construction_share


def plant_working_capital_change(
    plant_cost: SEK, plant_working_capital_share: Share, plant_closing: Flag, plant_ends: Flag
) -> SEK:
    """Working capital put in at closing and taken out at the end: a share of cost."""
    return plant_cost * plant_working_capital_share * (plant_closing - plant_ends)


def plant_investing_flow(
    plant_purchase: SEK, plant_reserves_change: SEK, plant_renewals: SEK, plant_working_capital_change: SEK
) -> SEK:
    """Cash into the plant, its reserves, replacements and working capital, as a negative number."""
    return -(plant_purchase + plant_reserves_change + plant_renewals + plant_working_capital_change)


def plant_equity_paid(plant_equity: SEK, plant_closing: Flag) -> SEK:
    """What the owner puts in, at closing."""
    return plant_equity * plant_closing


def plant_financing_flow(
    plant_equity_paid: SEK, plant_debt_drawn: SEK, plant_repaid: SEK, plant_construction_interest: SEK
) -> SEK:
    """Cash from the owner and lenders."""
    return plant_equity_paid + plant_debt_drawn - plant_repaid - plant_construction_interest


def plant_cash_before_tax(plant_operating_flow: SEK, plant_investing_flow: SEK, plant_financing_flow: SEK) -> SEK:
    """Change of cash before income tax, the owner's own money included."""
    return plant_operating_flow + plant_investing_flow + plant_financing_flow


def plant_flow_before_tax(plant_cash_before_tax: SEK, plant_equity_paid: SEK) -> SEK:
    """The owner's cash flow before income tax."""
    return plant_cash_before_tax - plant_equity_paid


def plant_savings(plant_savings_by_source: SEK) -> SEK:
    """Purchases that the plant saves its owner."""
    return total(plant_savings_by_source)


def plant_savings_after_tax(plant_savings: SEK, plant_savings_taxed: Flag, plant_effective_tax_rate: Share) -> SEK:
    """Purchases that the plant saves its owner, less the tax that they would have spared."""
    return plant_savings * (1 - plant_effective_tax_rate * plant_savings_taxed)


def plant_cost_flow(plant_flow_before_tax: SEK, plant_tax_saving: SEK) -> SEK:
    """The owner's cash flow after income tax, before purchases that the plant saves."""
    return plant_flow_before_tax + plant_tax_saving


def plant_flow(plant_cost_flow: SEK, plant_savings_after_tax: SEK) -> SEK:
    """The owner's cash flow after income tax."""
    return plant_cost_flow + plant_savings_after_tax


def plant_discounted_flow(plant_flow: SEK, plant_discount_factor: Ratio) -> SEK:
    """The owner's cash flow at the valuation date."""
    return plant_flow * plant_discount_factor


def plant_discounted_flow_before_tax(plant_flow_before_tax: SEK, plant_discount_factor: Ratio) -> SEK:
    """The owner's cash flow before income tax, at the valuation date."""
    return plant_flow_before_tax * plant_discount_factor


def plant_net_present_value(plant_discounted_flow: SEK) -> SEK:
    """Net present value to the owner."""
    return sum_periods(plant_discounted_flow)


def plant_internal_rate_of_return(plant_flow: SEK, period_length: Years) -> PerYear:
    """Yearly internal rate of return to the owner."""
    return irr(plant_flow, period_length)


def plant_worth_to_date(plant_discounted_flow: SEK) -> SEK:
    """Net present value of the flows so far."""
    return cumulative(plant_discounted_flow)


def plant_worth_to_date_before_tax(plant_discounted_flow_before_tax: SEK) -> SEK:
    """Net present value of the flows before income tax so far."""
    return cumulative(plant_discounted_flow_before_tax)


def plant_flow_until_year(plant_flow: SEK, plant_year_number: Count, plant_periods_run: Count) -> SEK:
    """The owner's cash flow until the year of the row."""
    return plant_flow * (plant_periods_run <= plant_year_number)


def plant_return_until_year(plant_flow_until_year: SEK, period_length: Years) -> PerYear:
    """Internal rate of return if the plant ended in the year of the row."""
    return irr(plant_flow_until_year, period_length)


def plant_return_in_year(plant_return_until_year: PerYear, period_length: Years, plant_year_is: Flag) -> PerYear:
    """Internal rate of return if the plant ended then, in the period of the row's year; 0 where there is none."""
    return where((plant_year_is > 0) * (plant_return_until_year * period_length > -1), plant_return_until_year, 0)


def plant_return_to_date(plant_return_in_year: PerYear) -> PerYear:
    """Internal rate of return if the plant ended in the period."""
    return total(plant_return_in_year)


def plant_highest_return(plant_highest_return: PerYear, plant_return_to_date: PerYear) -> PerYear:
    """Highest internal rate of return so far, from 0."""
    return maximum(previous(plant_highest_return), plant_return_to_date)


def plant_return_before_tax_in_year(
    plant_return_before_tax_until_year: PerYear, period_length: Years, plant_year_is: Flag
) -> PerYear:
    """Internal rate of return before income tax if the plant ended then, in the period of the row's year."""
    return where(
        (plant_year_is > 0) * (plant_return_before_tax_until_year * period_length > -1),
        plant_return_before_tax_until_year,
        0,
    )


def plant_return_before_tax_to_date(plant_return_before_tax_in_year: PerYear) -> PerYear:
    """Internal rate of return before income tax if the plant ended in the period."""
    return total(plant_return_before_tax_in_year)


def plant_flow_before_tax_until_year(
    plant_flow_before_tax: SEK, plant_year_number: Count, plant_periods_run: Count
) -> SEK:
    """The owner's cash flow before income tax until the year of the row."""
    return plant_flow_before_tax * (plant_periods_run <= plant_year_number)


def plant_return_before_tax_until_year(plant_flow_before_tax_until_year: SEK, period_length: Years) -> PerYear:
    """Internal rate of return before income tax if the plant ended in the year of the row."""
    return irr(plant_flow_before_tax_until_year, period_length)


def plant_cost_of_output(plant_flow: SEK, plant_traded_revenue: SEK, plant_receivable_reserve_released: SEK) -> SEK:
    """The owner's cash flow without what customers pay, late payment included: what output costs, below zero."""
    return plant_flow - plant_traded_revenue + plant_receivable_reserve_released


# Payback as the owner of a plant that saves purchases counts it.


def plant_flow_without_loan(
    plant_flow: SEK,
    plant_interest: SEK,
    plant_interest_deductible: Flag,
    plant_effective_tax_rate: Share,
    plant_repaid: SEK,
    plant_debt_drawn: SEK,
) -> SEK:
    """The owner's cash flow as if there were no loan."""
    return (
        plant_flow
        + plant_interest * (1 - plant_effective_tax_rate * plant_interest_deductible)
        + plant_repaid
        - plant_debt_drawn
    )


def plant_flow_without_loan_to_date(plant_flow_without_loan: SEK) -> SEK:
    """The owner's cash flow as if there were no loan, so far."""
    return cumulative(plant_flow_without_loan)


def plant_flow_without_cost(
    plant_flow_without_loan: SEK, plant_deductible_cost: SEK, plant_effective_tax_rate: Share
) -> SEK:
    """The owner's cash flow as if there were no loan and no operating cost."""
    return plant_flow_without_loan + plant_deductible_cost * (1 - plant_effective_tax_rate)


def plant_flow_without_cost_to_date(plant_flow_without_cost: SEK) -> SEK:
    """The owner's cash flow as if there were no loan and no operating cost, so far."""
    return cumulative(plant_flow_without_cost)


def plant_discounted_cost(
    plant_cost_flow: SEK,
    plant_debt_payment: SEK,
    plant_interest: SEK,
    plant_interest_deductible: Flag,
    plant_effective_tax_rate: Share,
    plant_debt_drawn: SEK,
    plant_discount_factor: Ratio,
) -> SEK:
    """Cost after tax as if there were no loan, at the valuation date, as a positive number."""
    return (
        plant_interest * plant_interest_deductible * plant_effective_tax_rate
        + plant_debt_drawn
        - plant_cost_flow
        - plant_debt_payment
    ) * plant_discount_factor


def plant_discounted_savings(plant_savings_after_tax: SEK, plant_discount_factor: Ratio) -> SEK:
    """Purchases saved after tax, at the valuation date."""
    return plant_savings_after_tax * plant_discount_factor


def plant_discounted_gain(plant_discounted_savings: SEK, plant_discounted_cost: SEK) -> SEK:
    """Purchases saved less cost, at the valuation date."""
    return plant_discounted_savings - plant_discounted_cost


def plant_discounted_gain_to_date(plant_discounted_gain: SEK) -> SEK:
    """Purchases saved less cost, at the valuation date, so far."""
    return cumulative(plant_discounted_gain)


def plant_discounted_purchases_saved(plant_savings: SEK, plant_discount_factor: Ratio) -> SEK:
    """Purchases saved before tax, at the valuation date."""
    return plant_savings * plant_discount_factor


def plant_purchases_saved_to_date(plant_discounted_purchases_saved: SEK) -> SEK:
    """Purchases saved before tax so far, at the valuation date."""
    return cumulative(plant_discounted_purchases_saved)


def plant_purchases_saved_value(plant_discounted_purchases_saved: SEK) -> SEK:
    """Purchases saved before tax over the whole life, at the valuation date."""
    return sum_periods(plant_discounted_purchases_saved)


def plant_value_added(
    plant_purchases_saved_value: SEK,
    plant_purchases_saved_to_date: SEK,
    plant_discount_factor: Ratio,
    plant_salvage: SEK,
    plant_operating: Flag,
) -> SEK:
    """What the plant adds to the value of its house: purchases still to be saved, at the start of the period."""
    return (plant_purchases_saved_value - previous(plant_purchases_saved_to_date)) / previous(
        plant_discount_factor, 1
    ) * plant_operating + plant_salvage


def plant_price_not_to_exceed(plant_bill_without: SEK, plant_bill_with: SEK, plant_output_net: Output) -> SEKPerOutput:
    """Highest price of output at which the owner's bills do not rise."""
    return where(plant_output_net > 0, (plant_bill_without - plant_bill_with) / maximum(plant_output_net, TINY), 0)


def plant_tariff_index(
    plant_inflation: PerYear, plant_tariff_escalation: PerYear, plant_years_since_start: Years, plant_operating: Flag
) -> Index:
    """Tariffs of the period: inflation and their own escalation."""
    return (1 + (plant_inflation + plant_tariff_escalation)) ** plant_years_since_start * plant_operating
