"""Pricing: fee for service on the innovation track, a margin on standard cost on the commercial track.

Standard cost is a set of inputs of its own. Draws or overrides of actual hours, pay, yield or utilisation do not change
it, so inefficiency never raises a price. Repricing to actual hours and pay is an explicit choice.
"""

from hubmodel.engine.units import (
    SEK,
    Batches,
    Change,
    Count,
    Courses,
    CoursesPerYear,
    Flag,
    Hours,
    HoursPerBatch,
    HoursPerPostYear,
    HoursPerProject,
    Index,
    Markup,
    Membership,
    Projects,
    Ratio,
    SeatsPerCourse,
    SEKPerBatch,
    SEKPerHour,
    SEKPerPostYear,
    SEKPerProject,
    SEKPerSeat,
    SEKPerSuiteDay,
    SEKPerYear,
    Share,
    SuiteDaysPerBatch,
    SuiteDaysPerYear,
    Years,
)
from hubmodel.engine.words import each, group, maximum, minimum, total, where

# Innovation track: hours, materials and analyses at market price; the hourly rate carries the facility.


def hourly_rate(innovation_hourly_rate: SEKPerHour, price_index: Index) -> SEKPerHour:
    """Hourly rate of the innovation track, at today's prices."""
    return innovation_hourly_rate * price_index


def quoted_hours_per_batch(
    standard_hours_per_batch: HoursPerBatch,
    hours_per_batch: HoursPerBatch,
    pricing_basis_standard: Flag,
    pricing_basis_actual: Flag,
) -> HoursPerBatch:
    """Hours per batch used in a quote: the case's standard, or actual hours where prices are set anew."""
    return pricing_basis_standard * standard_hours_per_batch + pricing_basis_actual * hours_per_batch


def quoted_hours_per_project(
    standard_development_hours: HoursPerProject,
    development_hours_per_project: HoursPerProject,
    pricing_basis_standard: Flag,
    pricing_basis_actual: Flag,
) -> HoursPerProject:
    """Hours per development project used in a quote: standard, or actual where prices are set anew."""
    return pricing_basis_standard * standard_development_hours + pricing_basis_actual * development_hours_per_project


def material_cost_per_batch(materials_per_batch: SEKPerBatch, material_index: Index) -> SEKPerBatch:
    """Materials of a batch, at today's prices."""
    return materials_per_batch * material_index


def material_cost_per_project(development_materials_per_project: SEKPerProject, material_index: Index) -> SEKPerProject:
    """Materials of a development project, at today's prices."""
    return development_materials_per_project * material_index


def working_hours_fee_per_batch(quoted_hours_per_batch: HoursPerBatch, hourly_rate: SEKPerHour) -> SEKPerBatch:
    """Fee for the working hours of a batch."""
    return quoted_hours_per_batch * hourly_rate


def materials_fee_per_batch(material_cost_per_batch: SEKPerBatch, material_handling: Share) -> SEKPerBatch:
    """Fee for the materials of a batch: cost and handling."""
    return material_cost_per_batch * (1 + material_handling)


def analyses_fee_per_batch(analyses_price_per_batch: SEKPerBatch, price_index: Index) -> SEKPerBatch:
    """Fee for the analyses of a batch."""
    return analyses_price_per_batch * price_index


def fee_for_service_price_per_batch(
    working_hours_fee_per_batch: SEKPerBatch, materials_fee_per_batch: SEKPerBatch, analyses_fee_per_batch: SEKPerBatch
) -> SEKPerBatch:
    """List price of a batch on the innovation track: working hours, materials and analyses."""
    return working_hours_fee_per_batch + materials_fee_per_batch + analyses_fee_per_batch


def academic_reduction(academic_share: Share, academic_discount: Share) -> Share:
    """Average reduction of the hours fee on the innovation track, from the discount for universities."""
    return academic_share * academic_discount


def innovation_price_per_batch(
    fee_for_service_price_per_batch: SEKPerBatch, working_hours_fee_per_batch: SEKPerBatch, academic_reduction: Share
) -> SEKPerBatch:
    """Average price per batch paid by innovation customers, after the university discount."""
    return fee_for_service_price_per_batch - working_hours_fee_per_batch * academic_reduction


def development_hours_fee_per_project(
    quoted_hours_per_project: HoursPerProject, hourly_rate: SEKPerHour
) -> SEKPerProject:
    """Fee for the working hours of a development project."""
    return quoted_hours_per_project * hourly_rate


def development_materials_fee_per_project(
    material_cost_per_project: SEKPerProject, material_handling: Share
) -> SEKPerProject:
    """Fee for the materials of a development project: cost and handling."""
    return material_cost_per_project * (1 + material_handling)


def development_analyses_fee_per_project(
    development_analyses_price: SEKPerProject, price_index: Index
) -> SEKPerProject:
    """Fee for the analyses of a development project."""
    return development_analyses_price * price_index


def development_price_per_project(
    development_hours_fee_per_project: SEKPerProject,
    academic_reduction: Share,
    development_materials_fee_per_project: SEKPerProject,
    development_analyses_fee_per_project: SEKPerProject,
) -> SEKPerProject:
    """Price of a project's development work: working hours, materials and, where they apply, analyses."""
    return (
        development_hours_fee_per_project * (1 - academic_reduction)
        + development_materials_fee_per_project
        + development_analyses_fee_per_project
    )


# Commercial track: a margin on standard conversion cost, materials passed through, a floor and a ceiling.


def quoted_pay(
    standard_pay: SEKPerPostYear, pay_per_post: SEKPerPostYear, pricing_basis_standard: Flag, pricing_basis_actual: Flag
) -> SEKPerPostYear:
    """Pay per post used in a quote: standard, or actual where prices are set anew."""
    return pricing_basis_standard * standard_pay + pricing_basis_actual * pay_per_post


def standard_cost_per_hour(
    quoted_pay: SEKPerPostYear,
    standard_on_cost_share: Share,
    standard_hours_per_post: HoursPerPostYear,
    wage_index: Index,
) -> SEKPerHour:
    """Standard cost per hour of customers' work: pay and on-costs, divided by the hours per post."""
    return quoted_pay * (1 + standard_on_cost_share) / standard_hours_per_post * wage_index


def short_notice_cost_per_hour(standard_cost_per_hour: SEKPerHour, short_notice_premium: Markup) -> SEKPerHour:
    """Cost per hour of work that comes too soon to hire for: overtime or temporary staff."""
    return standard_cost_per_hour * (1 + short_notice_premium)


def standard_cost_per_suite_day(
    standard_facility_cost: SEKPerYear,
    standard_suite_days: SuiteDaysPerYear,
    normal_utilisation: Share,
    price_index: Index,
) -> SEKPerSuiteDay:
    """Standard cost of a suite-day: facility cost with gross depreciation, at normal utilisation."""
    return standard_facility_cost / (standard_suite_days * normal_utilisation) * price_index


def standard_conversion_cost_per_batch(
    quoted_hours_per_batch: HoursPerBatch,
    standard_cost_per_hour: SEKPerHour,
    standard_suite_days_per_batch: SuiteDaysPerBatch,
    standard_cost_per_suite_day: SEKPerSuiteDay,
    standard_analyses_cost_per_batch: SEKPerBatch,
    price_index: Index,
) -> SEKPerBatch:
    """Standard conversion cost per batch, excluding materials: hours, suite-days and analyses."""
    return (
        quoted_hours_per_batch * standard_cost_per_hour
        + standard_suite_days_per_batch * standard_cost_per_suite_day
        + standard_analyses_cost_per_batch * price_index
    )


def price_at_margin(
    standard_conversion_cost_per_batch: SEKPerBatch,
    commercial_margin: Share,
    material_cost_per_batch: SEKPerBatch,
    material_handling: Share,
) -> SEKPerBatch:
    """Price at the commercial margin on standard conversion cost, plus materials at cost and handling."""
    return standard_conversion_cost_per_batch / (1 - commercial_margin) + material_cost_per_batch * (
        1 + material_handling
    )


def price_ceiling(market_price_ceiling: SEKPerBatch, price_index: Index) -> SEKPerBatch:
    """Highest price the market pays for a batch, at today's prices."""
    return market_price_ceiling * price_index


def commercial_price_per_batch(
    price_ceiling: SEKPerBatch, price_at_margin: SEKPerBatch, fee_for_service_price_per_batch: SEKPerBatch
) -> SEKPerBatch:
    """Commercial price per batch: the price at margin, at least fee for service, at most the market's ceiling."""
    return minimum(price_ceiling, maximum(price_at_margin, fee_for_service_price_per_batch))


def on_floor(commercial_price_per_batch: SEKPerBatch, price_at_margin: SEKPerBatch) -> Flag:
    """1 where fee for service sets the commercial price as a floor, otherwise 0."""
    return where(commercial_price_per_batch > price_at_margin, 1, 0)


def on_ceiling(commercial_price_per_batch: SEKPerBatch, price_at_margin: SEKPerBatch) -> Flag:
    """1 where the market's ceiling limits the commercial price, otherwise 0."""
    return where(commercial_price_per_batch < price_at_margin, 1, 0)


def platforms_on_floor(on_floor: Flag) -> Count:
    """Number of platforms whose commercial price is set by the fee-for-service floor."""
    return total(on_floor)


def platforms_on_ceiling(on_ceiling: Flag) -> Count:
    """Number of platforms whose commercial price is limited by the market's ceiling."""
    return total(on_ceiling)


def exchange_rate_factor(foreign_currency_share: Share, exchange_rate_change: Change) -> Ratio:
    """Ratio of commercial prices to plan after the exchange-rate change on the share in foreign currency."""
    return 1 + foreign_currency_share * exchange_rate_change


def commercial_price_collected(
    commercial_price_per_batch: SEKPerBatch, contract_index: Index, exchange_rate_factor: Ratio
) -> SEKPerBatch:
    """Commercial price under running contracts, including index clauses and currency."""
    return commercial_price_per_batch * contract_index * exchange_rate_factor


# Revenue.


def billed_share(failure_share: Share, failed_batch_customer_share: Share) -> Share:
    """Share of batches made that is billed. A failed batch is billed only for the share that the customer bears."""
    return 1 - failure_share * (1 - failed_batch_customer_share)


def innovation_batch_revenue(
    innovation_batches: Batches, billed_share: Share, innovation_price_per_batch: SEKPerBatch
) -> SEK:
    """Revenue from batches on the innovation track."""
    return innovation_batches * billed_share * innovation_price_per_batch


def development_revenue(development_projects: Projects, development_price_per_project: SEKPerProject) -> SEK:
    """Revenue from development work on the innovation track."""
    return development_projects * development_price_per_project


def commercial_batch_revenue(
    commercial_batches: Batches, billed_share: Share, commercial_price_collected: SEKPerBatch
) -> SEK:
    """Revenue from commercial batches."""
    return commercial_batches * billed_share * commercial_price_collected


def cancellation_fee_per_batch(
    commercial_price_collected: SEKPerBatch, materials_fee_per_batch: SEKPerBatch, cancellation_fee_share: Share
) -> SEKPerBatch:
    """Fee for a slot cancelled late: a share of the price excluding materials, which are never bought."""
    return maximum(0, commercial_price_collected - materials_fee_per_batch) * cancellation_fee_share


def cancellation_revenue(commercial_batches_cancelled: Batches, cancellation_fee_per_batch: SEKPerBatch) -> SEK:
    """Revenue from fees for slots cancelled too late to refill."""
    return commercial_batches_cancelled * cancellation_fee_per_batch


def technology_transfer_revenue(
    technology_transfers: Projects, technology_transfer_fee: SEKPerProject, price_index: Index
) -> SEK:
    """Revenue from transferring processes developed elsewhere."""
    return technology_transfers * technology_transfer_fee * price_index


def surge_revenue(surge_batches: Batches, billed_share: Share, commercial_price_collected: SEKPerBatch) -> SEK:
    """Revenue from batches made in a pandemic surge, at commercial prices."""
    return surge_batches * billed_share * commercial_price_collected


def innovation_revenue(innovation_batch_revenue: SEK, development_revenue: SEK) -> SEK:
    """Revenue of the innovation track, by platform."""
    return innovation_batch_revenue + development_revenue


def commercial_revenue(
    commercial_batch_revenue: SEK, cancellation_revenue: SEK, technology_transfer_revenue: SEK, surge_revenue: SEK
) -> SEK:
    """Revenue of the commercial track, by platform."""
    return commercial_batch_revenue + cancellation_revenue + technology_transfer_revenue + surge_revenue


def courses_held(
    courses_per_year: CoursesPerYear, open_share: Share, site_of_course: Membership, period_length: Years
) -> Courses:
    """Number of courses held."""
    return courses_per_year * each(open_share, site_of_course) * period_length


def training_revenue(
    courses_held: Courses, seats_per_course: SeatsPerCourse, price_per_seat: SEKPerSeat, price_index: Index
) -> SEK:
    """Revenue from seminars and hands-on courses."""
    return courses_held * seats_per_course * price_per_seat * price_index


def reservation_revenue(
    reservation_contract: SEKPerYear, open_share: Share, period_length: Years, price_index: Index
) -> SEK:
    """Revenue from a contract that reserves capacity for a pandemic, by site."""
    return reservation_contract * open_share * period_length * price_index


def revenue_at_site(
    innovation_revenue: SEK,
    commercial_revenue: SEK,
    site_of_platform: Membership,
    training_revenue: SEK,
    site_of_course: Membership,
    reservation_revenue: SEK,
) -> SEK:
    """Revenue of each site."""
    return (
        group(innovation_revenue, site_of_platform)
        + group(commercial_revenue, site_of_platform)
        + group(training_revenue, site_of_course)
        + reservation_revenue
    )


def total_innovation_revenue(innovation_revenue: SEK) -> SEK:
    """Total revenue of the innovation track."""
    return total(innovation_revenue)


def total_commercial_revenue(commercial_revenue: SEK) -> SEK:
    """Total revenue of the commercial track."""
    return total(commercial_revenue)


def revenue(
    total_innovation_revenue: SEK, total_commercial_revenue: SEK, training_revenue: SEK, reservation_revenue: SEK
) -> SEK:
    """Revenue of the facility, over all tracks."""
    return total_innovation_revenue + total_commercial_revenue + total(training_revenue) + total(reservation_revenue)


def quoted_hours(
    innovation_batches: Batches,
    quoted_hours_per_batch: HoursPerBatch,
    development_projects: Projects,
    quoted_hours_per_project: HoursPerProject,
) -> Hours:
    """Hours billed on the innovation track."""
    return innovation_batches * quoted_hours_per_batch + development_projects * quoted_hours_per_project
