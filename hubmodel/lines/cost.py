"""Cost: people, materials, analyses and facility, by site; money is positive as a cost."""

from hubmodel.engine.units import (
    SEK,
    Batches,
    Courses,
    Flag,
    Hours,
    HoursPerBatch,
    HoursPerProject,
    Index,
    Membership,
    PerYear,
    Posts,
    Projects,
    SEKPerBatch,
    SEKPerCourse,
    SEKPerHour,
    SEKPerPostYear,
    SEKPerProject,
    SEKPerSuiteDay,
    SEKPerYear,
    Share,
    SuiteDays,
    SuiteDaysPerBatch,
    Years,
)
from hubmodel.engine.words import TINY, each, group, maximum, minimum, nan, total, where


def direct_pay(
    operations_posts: Posts, quality_posts: Posts, pay_per_post: SEKPerPostYear, wage_index: Index, period_length: Years
) -> SEK:
    """Pay of the posts in development, production and quality."""
    return (operations_posts + quality_posts) * pay_per_post * wage_index * period_length


def fixed_pay(
    fixed_posts: Posts, open_share: Share, fixed_pay_per_post: SEKPerPostYear, wage_index: Index, period_length: Years
) -> SEK:
    """Pay of the posts that do not follow the work: management, sales, technical and supply functions."""
    return fixed_posts * open_share * fixed_pay_per_post * wage_index * period_length


def employer_contributions(direct_pay: SEK, fixed_pay: SEK, employer_contribution_share: Share) -> SEK:
    """Statutory employer contributions."""
    return (direct_pay + fixed_pay) * employer_contribution_share


def pension(direct_pay: SEK, fixed_pay: SEK, pension_share: Share) -> SEK:
    """Collective pension and insurance."""
    return (direct_pay + fixed_pay) * pension_share


def research_deduction(
    direct_pay: SEK,
    research_deduction_on: Flag,
    research_pay_share: Share,
    research_deduction_rate: Share,
    research_deduction_cap: SEKPerYear,
    period_length: Years,
) -> SEK:
    """Deduction on employer contributions for research and development, where the case takes it."""
    return research_deduction_on * minimum(
        direct_pay * research_pay_share * research_deduction_rate, research_deduction_cap * period_length
    )


def staff_cost(
    direct_pay: SEK, fixed_pay: SEK, employer_contributions: SEK, pension: SEK, research_deduction: SEK
) -> SEK:
    """Cost of the facility's own people, by site."""
    return direct_pay + fixed_pay + employer_contributions + pension - research_deduction


def innovation_material_cost(
    innovation_batch_starts: Batches,
    material_cost_per_batch: SEKPerBatch,
    development_projects: Projects,
    material_cost_per_project: SEKPerProject,
) -> SEK:
    """Materials of the innovation track, remakes included."""
    return innovation_batch_starts * material_cost_per_batch + development_projects * material_cost_per_project


def commercial_material_cost(
    commercial_batch_starts: Batches, surge_batches: Batches, material_cost_per_batch: SEKPerBatch
) -> SEK:
    """Materials of the commercial track, remakes and surge included."""
    return (commercial_batch_starts + surge_batches) * material_cost_per_batch


def innovation_analyses_cost(
    innovation_batch_starts: Batches,
    analyses_cost_per_batch: SEKPerBatch,
    development_projects: Projects,
    development_analyses_cost: SEKPerProject,
    price_index: Index,
) -> SEK:
    """Analyses of the innovation track."""
    return (
        innovation_batch_starts * analyses_cost_per_batch + development_projects * development_analyses_cost
    ) * price_index


def commercial_analyses_cost(
    commercial_batch_starts: Batches, surge_batches: Batches, analyses_cost_per_batch: SEKPerBatch, price_index: Index
) -> SEK:
    """Analyses of the commercial track."""
    return (commercial_batch_starts + surge_batches) * analyses_cost_per_batch * price_index


def material_cost(innovation_material_cost: SEK, commercial_material_cost: SEK, site_of_platform: Membership) -> SEK:
    """Materials, by site."""
    return group(innovation_material_cost, site_of_platform) + group(commercial_material_cost, site_of_platform)


def analyses_cost(innovation_analyses_cost: SEK, commercial_analyses_cost: SEK, site_of_platform: Membership) -> SEK:
    """Analyses, by site."""
    return group(innovation_analyses_cost, site_of_platform) + group(commercial_analyses_cost, site_of_platform)


def premises(premises_cost: SEKPerYear, open_share: Share, period_length: Years, price_index: Index) -> SEK:
    """Rent and running of premises."""
    return premises_cost * open_share * period_length * price_index


def energy(energy_cost: SEKPerYear, open_share: Share, period_length: Years, price_index: Index) -> SEK:
    """Energy, most of it for ventilation."""
    return energy_cost * open_share * period_length * price_index


def maintenance(
    asset_cost_at_site: SEK,
    maintenance_share: PerYear,
    small_replacements: SEKPerYear,
    open_share: Share,
    period_length: Years,
    price_index: Index,
) -> SEK:
    """Maintenance of what was invested, and small replacements that are expensed."""
    return (asset_cost_at_site * maintenance_share + small_replacements) * open_share * period_length * price_index


def quality_and_regulatory(
    quality_system_cost: SEKPerYear, open_share: Share, period_length: Years, price_index: Index
) -> SEK:
    """Quality system, inspections and permits beyond the facility's own posts."""
    return quality_system_cost * open_share * period_length * price_index


def insurance(insurance_cost: SEKPerYear, open_share: Share, period_length: Years, price_index: Index) -> SEK:
    """Insurance."""
    return insurance_cost * open_share * period_length * price_index


def shared_services(
    shared_services_charge: SEKPerYear, open_share: Share, period_length: Years, price_index: Index
) -> SEK:
    """Charge for services shared with the rest of the company, at cost."""
    return shared_services_charge * open_share * period_length * price_index


def opportunity_cost(
    existing_assets_charge: SEKPerYear, open_share: Share, period_length: Years, price_index: Index
) -> SEK:
    """Charge for existing assets that the facility uses."""
    return existing_assets_charge * open_share * period_length * price_index


def training_cost(
    courses_held: Courses, cost_per_course: SEKPerCourse, price_index: Index, site_of_course: Membership
) -> SEK:
    """Cost of training, by site."""
    return group(courses_held * cost_per_course * price_index, site_of_course)


def operating_cost(
    staff_cost: SEK,
    material_cost: SEK,
    analyses_cost: SEK,
    premises: SEK,
    energy: SEK,
    maintenance: SEK,
    quality_and_regulatory: SEK,
    insurance: SEK,
    shared_services: SEK,
    opportunity_cost: SEK,
    training_cost: SEK,
) -> SEK:
    """Operating cost, by site: the sum of its lines."""
    return (
        staff_cost
        + material_cost
        + analyses_cost
        + premises
        + energy
        + maintenance
        + quality_and_regulatory
        + insurance
        + shared_services
        + opportunity_cost
        + training_cost
    )


def total_operating_cost(operating_cost: SEK) -> SEK:
    """Operating cost of the facility."""
    return total(operating_cost)


def variable_cost(material_cost: SEK, analyses_cost: SEK, direct_staff_cost: SEK, training_cost: SEK) -> SEK:
    """Cost of the work itself: materials, analyses, the posts that follow it, and training."""
    return total(material_cost + analyses_cost + direct_staff_cost + training_cost)


def facility_cost(total_operating_cost: SEK, variable_cost: SEK) -> SEK:
    """Cost of the facility whether or not a batch is made."""
    return total_operating_cost - variable_cost


# Memos: an of-which of what stands above, never added.


def failed_batch_cost(
    innovation_batch_starts: Batches,
    commercial_batch_starts: Batches,
    failure_share: Share,
    material_cost_per_batch: SEKPerBatch,
    quoted_hours_per_batch: HoursPerBatch,
    standard_cost_per_hour: SEKPerHour,
) -> SEK:
    """Materials and standard hours that went into failed batches."""
    return (
        (innovation_batch_starts + commercial_batch_starts)
        * failure_share
        * (material_cost_per_batch + quoted_hours_per_batch * standard_cost_per_hour)
    )


def guidance_hours(
    development_projects: Projects, development_hours_per_project: HoursPerProject, guidance_share: Share
) -> Hours:
    """An of-which of innovation hours: guidance that customers are not billed for."""
    return development_projects * development_hours_per_project * guidance_share


def innovation_hours_at_site(
    innovation_batch_starts: Batches,
    hours_per_batch: HoursPerBatch,
    development_projects: Projects,
    development_hours_per_project: HoursPerProject,
    guidance_share: Share,
    site_of_platform: Membership,
) -> Hours:
    """Hours worked on the innovation track, by site."""
    return group(
        innovation_batch_starts * hours_per_batch
        + development_projects * development_hours_per_project * (1 + guidance_share),
        site_of_platform,
    )


def commercial_hours_at_site(
    commercial_batch_starts: Batches,
    commercial_batches_cancelled: Batches,
    surge_batches: Batches,
    hours_per_batch: HoursPerBatch,
    technology_transfers: Projects,
    technology_transfer_hours: HoursPerProject,
    site_of_platform: Membership,
) -> Hours:
    """Hours worked on the commercial track, by site."""
    return group(
        (commercial_batch_starts + commercial_batches_cancelled + surge_batches) * hours_per_batch
        + technology_transfers * technology_transfer_hours,
        site_of_platform,
    )


def innovation_hours_share(innovation_hours_at_site: Hours, commercial_hours_at_site: Hours) -> Share:
    """Innovation's share of the hours worked at a site."""
    return where(
        innovation_hours_at_site + commercial_hours_at_site > 0,
        innovation_hours_at_site / maximum(innovation_hours_at_site + commercial_hours_at_site, TINY),
        0,
    )


def direct_staff_cost(staff_cost: SEK, fixed_pay: SEK, employer_contribution_share: Share, pension_share: Share) -> SEK:
    """Cost of the posts that follow the work, by site."""
    return staff_cost - fixed_pay * (1 + employer_contribution_share + pension_share)


def guidance_cost(guidance_hours: Hours, standard_cost_per_hour: SEKPerHour) -> SEK:
    """An of-which of the cost of people: unbilled guidance, at the standard cost of an hour."""
    return guidance_hours * standard_cost_per_hour


# What it came to: the actual cost of the work, beside the standard that prices rest on.


def actual_cost_per_hour(
    direct_staff_cost: SEK, innovation_hours_at_site: Hours, commercial_hours_at_site: Hours
) -> SEKPerHour:
    """What an hour of customers' work cost at a site: those who follow the work, over the hours they worked."""
    return where(
        innovation_hours_at_site + commercial_hours_at_site > 0,
        direct_staff_cost / maximum(innovation_hours_at_site + commercial_hours_at_site, TINY),
        nan,
    )


def actual_cost_per_suite_day(
    facility_cost: SEK,
    gross_depreciation: SEK,
    total_innovation_suite_days: SuiteDays,
    total_commercial_suite_days: SuiteDays,
    total_surge_suite_days: SuiteDays,
) -> SEKPerSuiteDay:
    """What a used suite-day cost: facility and gross depreciation, over the days used."""
    return where(
        total_innovation_suite_days + total_commercial_suite_days + total_surge_suite_days > 0,
        (facility_cost + gross_depreciation)
        / maximum(total_innovation_suite_days + total_commercial_suite_days + total_surge_suite_days, TINY),
        nan,
    )


def actual_conversion_cost_per_batch(
    hours_per_batch: HoursPerBatch,
    actual_cost_per_hour: SEKPerHour,
    site_of_platform: Membership,
    suite_days_per_batch: SuiteDaysPerBatch,
    actual_cost_per_suite_day: SEKPerSuiteDay,
    analyses_cost_per_batch: SEKPerBatch,
    price_index: Index,
) -> SEKPerBatch:
    """What turning materials into a batch cost: hours, suite-days and analyses as they were."""
    return (
        hours_per_batch * each(actual_cost_per_hour, site_of_platform)
        + suite_days_per_batch * actual_cost_per_suite_day
        + analyses_cost_per_batch * price_index
    )


def conversion_cost_above_standard(
    actual_conversion_cost_per_batch: SEKPerBatch, standard_conversion_cost_per_batch: SEKPerBatch
) -> SEKPerBatch:
    """By how much a batch cost more than the standard; below zero in a hub that is fuller than normal."""
    return actual_conversion_cost_per_batch - standard_conversion_cost_per_batch
