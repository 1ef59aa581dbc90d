"""Capacity: demand for suites and people, work served and work lost.

Work that is not served is lost, not queued. Progression to the commercial track uses only the share of innovation
work that the open-access floor guarantees, so nothing feeds back from the commercial track.
"""

from hubmodel.engine.units import (
    Batches,
    Count,
    DaysOfYear,
    Doses,
    DosesPerBatch,
    DosesPerYear,
    Flag,
    Hours,
    HoursPerBatch,
    HoursPerPostYear,
    HoursPerProject,
    Membership,
    Positive,
    Posts,
    Projects,
    Ratio,
    Share,
    SuiteDays,
    SuiteDaysPerBatch,
    SuiteDaysPerProject,
    SuiteDaysPerYear,
    Years,
)
from hubmodel.engine.words import TINY, each, group, maximum, minimum, nan, previous, total, where


def _hired(
    hired: Posts, needed: Posts, crew: Posts, period_length: Years, hiring_lead: Years, notice_time: Years
) -> Posts:
    """Return the posts of a team: the crew at opening, then hired with a lead and given up after a notice."""
    before = previous(hired)
    share = period_length / where(needed > before, hiring_lead, notice_time)
    return (before + crew + needed * share) / (1 + share)


# Failed batches.


def failure_share(batch_success: Share) -> Share:
    """Share of batch starts that fail."""
    return 1 - batch_success


def remake_factor(remake_share: Share, failure_share: Share) -> Ratio:
    """Batch starts per batch due. Some failed batches are remade without being billed."""
    return 1 + remake_share * failure_share


# Suites.


def suite_days_open(
    suites: Count,
    operating_days: DaysOfYear,
    availability: Share,
    open_share: Share,
    site_of_suite: Membership,
    period_length: Years,
) -> SuiteDays:
    """Suite-days offered by open suites, after the yearly requalification shutdown."""
    return suites * operating_days * period_length * availability * each(open_share, site_of_suite)


def surge_suite_days(
    suite_days_open: SuiteDays, suite_of_platform: Membership, surge_share: Share, surge_window: Share
) -> SuiteDays:
    """Suite-days made over to a platform in a pandemic surge."""
    return each(suite_days_open, suite_of_platform) * surge_share * surge_window


def suite_days_surged(surge_suite_days: SuiteDays, suite_of_platform: Membership) -> SuiteDays:
    """Suite-days taken in each suite by a pandemic surge."""
    return group(surge_suite_days, suite_of_platform)


def suite_days_available(suite_days_open: SuiteDays, suite_days_surged: SuiteDays) -> SuiteDays:
    """Suite-days left for customers' projects."""
    return maximum(0, suite_days_open - suite_days_surged)


def innovation_suite_days_demanded(
    innovation_batches_due: Batches,
    remake_factor: Ratio,
    suite_days_per_batch: SuiteDaysPerBatch,
    suite_of_platform: Membership,
    innovation_projects_completed: Projects,
    development_suite_days_per_project: SuiteDaysPerProject,
    development_suite_of_platform: Membership,
) -> SuiteDays:
    """Suite-days required by the innovation track in each suite."""
    return group(innovation_batches_due * remake_factor * suite_days_per_batch, suite_of_platform) + group(
        innovation_projects_completed * development_suite_days_per_project, development_suite_of_platform
    )


def commercial_suite_days_demanded(
    commercial_batches_booked: Batches,
    commercial_batches_due: Batches,
    remake_factor: Ratio,
    suite_days_per_batch: SuiteDaysPerBatch,
    suite_of_platform: Membership,
) -> SuiteDays:
    """Suite-days required by the commercial track in each suite, slots cancelled late included."""
    return group(
        (commercial_batches_due * remake_factor + (commercial_batches_booked - commercial_batches_due))
        * suite_days_per_batch,
        suite_of_platform,
    )


def innovation_guaranteed_share(
    innovation_suite_days_demanded: SuiteDays, open_access_share: Share, suite_days_available: SuiteDays
) -> Share:
    """Share of innovation work guaranteed by the open-access floor. It depends on no commercial line."""
    return where(
        innovation_suite_days_demanded > 0,
        minimum(1, open_access_share * suite_days_available / maximum(innovation_suite_days_demanded, TINY)),
        1,
    )


def innovation_suite_days_guaranteed(
    innovation_suite_days_demanded: SuiteDays,
    commercial_suite_days_demanded: SuiteDays,
    open_access_share: Share,
    suite_days_available: SuiteDays,
    priority_floor: Flag,
    priority_pro_rata: Flag,
) -> SuiteDays:
    """Suite-days kept for innovation: up to the floor, or in proportion to the demand of both tracks."""
    return priority_floor * minimum(
        innovation_suite_days_demanded, open_access_share * suite_days_available
    ) + priority_pro_rata * innovation_suite_days_demanded * minimum(
        1, suite_days_available / maximum(innovation_suite_days_demanded + commercial_suite_days_demanded, TINY)
    )


def commercial_suite_days_served(
    commercial_suite_days_demanded: SuiteDays,
    suite_days_available: SuiteDays,
    innovation_suite_days_guaranteed: SuiteDays,
) -> SuiteDays:
    """Suite-days given to commercial work: first in line, except for days that open access reserves and needs."""
    return minimum(commercial_suite_days_demanded, suite_days_available - innovation_suite_days_guaranteed)


def innovation_suite_days_served(
    innovation_suite_days_demanded: SuiteDays,
    suite_days_available: SuiteDays,
    commercial_suite_days_served: SuiteDays,
) -> SuiteDays:
    """Suite-days given to innovation work: those left by commercial work, at least the guaranteed ones."""
    return minimum(innovation_suite_days_demanded, suite_days_available - commercial_suite_days_served)


def open_access_suite_days_forgone(
    commercial_suite_days_demanded: SuiteDays,
    suite_days_available: SuiteDays,
    commercial_suite_days_served: SuiteDays,
) -> SuiteDays:
    """Commercial suite-days turned away because of the open-access floor."""
    return minimum(commercial_suite_days_demanded, suite_days_available) - commercial_suite_days_served


def innovation_suite_share(innovation_suite_days_served: SuiteDays, innovation_suite_days_demanded: SuiteDays) -> Share:
    """Share of the innovation track's demand that a suite can serve; 1 where there is no demand."""
    return where(
        innovation_suite_days_demanded > 0,
        innovation_suite_days_served / maximum(innovation_suite_days_demanded, TINY),
        1,
    )


def commercial_suite_share(commercial_suite_days_served: SuiteDays, commercial_suite_days_demanded: SuiteDays) -> Share:
    """Share of the commercial track's demand that a suite can serve; 1 where there is no demand."""
    return where(
        commercial_suite_days_demanded > 0,
        commercial_suite_days_served / maximum(commercial_suite_days_demanded, TINY),
        1,
    )


# People: posts follow the work demanded, with a hiring lead and a notice; a minimum crew does not.


def innovation_hours_demanded(
    innovation_batches_due: Batches,
    remake_factor: Ratio,
    hours_per_batch: HoursPerBatch,
    innovation_projects_completed: Projects,
    development_hours_per_project: HoursPerProject,
    guidance_share: Share,
) -> Hours:
    """Working hours required by the innovation track. Guidance in development is worked but not billed."""
    return innovation_batches_due * remake_factor * hours_per_batch + (
        innovation_projects_completed * development_hours_per_project * (1 + guidance_share)
    )


def technology_transfers(commercial_projects_started: Projects, technology_transfer_share: Share) -> Projects:
    """Commercial projects that begin with a technology transfer, which is billed separately."""
    return commercial_projects_started * technology_transfer_share


def commercial_hours_demanded(
    commercial_batches_booked: Batches,
    commercial_batches_due: Batches,
    remake_factor: Ratio,
    hours_per_batch: HoursPerBatch,
    technology_transfers: Projects,
    technology_transfer_hours: HoursPerProject,
) -> Hours:
    """Working hours required by the commercial track. A slot cancelled late still occupies its crew."""
    return (
        commercial_batches_due * remake_factor + (commercial_batches_booked - commercial_batches_due)
    ) * hours_per_batch + technology_transfers * technology_transfer_hours


def surge_batches(surge_suite_days: SuiteDays, suite_days_per_batch: SuiteDaysPerBatch) -> Batches:
    """Batches started in a pandemic surge."""
    return surge_suite_days / suite_days_per_batch


def hours_demanded_at_site(
    innovation_hours_demanded: Hours,
    commercial_hours_demanded: Hours,
    surge_batches: Batches,
    hours_per_batch: HoursPerBatch,
    site_of_platform: Membership,
) -> Hours:
    """Working hours required at each site."""
    return group(
        innovation_hours_demanded + commercial_hours_demanded + surge_batches * hours_per_batch, site_of_platform
    )


def hours_per_post(hours_paid: Positive[HoursPerPostYear], direct_hours_share: Positive[Share]) -> HoursPerPostYear:
    """Hours per year that a post spends on customers' work."""
    return hours_paid * direct_hours_share


def operations_hours_demanded(hours_demanded_at_site: Hours, quality_hours_share: Share) -> Hours:
    """Hours required in process development and production."""
    return hours_demanded_at_site * (1 - quality_hours_share)


def quality_hours_demanded(hours_demanded_at_site: Hours, quality_hours_share: Share) -> Hours:
    """Hours required in quality control, assurance and release."""
    return hours_demanded_at_site * quality_hours_share


def operations_posts_needed(
    operations_hours_demanded: Hours, period_length: Years, hours_per_post: HoursPerPostYear, staffing_headroom: Share
) -> Posts:
    """Posts in development and production required by the work demanded."""
    return operations_hours_demanded / period_length / hours_per_post * (1 + staffing_headroom)


def quality_posts_needed(
    quality_hours_demanded: Hours, period_length: Years, hours_per_post: HoursPerPostYear, staffing_headroom: Share
) -> Posts:
    """Posts in quality control, assurance and release required by the work demanded."""
    return quality_hours_demanded / period_length / hours_per_post * (1 + staffing_headroom)


def operations_posts_hired(
    operations_posts_hired: Posts,
    operations_posts_needed: Posts,
    minimum_operations_posts: Posts,
    opening_pulse: Share,
    period_length: Years,
    hiring_lead: Positive[Years],
    notice_time: Positive[Years],
) -> Posts:
    """Posts in development and production: the crew at opening, then hired with a lead and given up after a notice."""
    crew = minimum_operations_posts * opening_pulse
    return _hired(operations_posts_hired, operations_posts_needed, crew, period_length, hiring_lead, notice_time)


def quality_posts_hired(
    quality_posts_hired: Posts,
    quality_posts_needed: Posts,
    minimum_quality_posts: Posts,
    opening_pulse: Share,
    period_length: Years,
    hiring_lead: Years,
    notice_time: Years,
) -> Posts:
    """Posts in quality: the crew at opening, then hired with a lead and given up after a notice."""
    crew = minimum_quality_posts * opening_pulse
    return _hired(quality_posts_hired, quality_posts_needed, crew, period_length, hiring_lead, notice_time)


def operations_posts(operations_posts_hired: Posts, minimum_operations_posts: Posts, open_share: Share) -> Posts:
    """Posts in process development and production, never fewer than the crew that the licence requires."""
    return maximum(operations_posts_hired, minimum_operations_posts * open_share)


def quality_posts(quality_posts_hired: Posts, minimum_quality_posts: Posts, open_share: Share) -> Posts:
    """Posts in quality control, assurance and release, never fewer than the crew that the licence requires."""
    return maximum(quality_posts_hired, minimum_quality_posts * open_share)


def operations_share(
    operations_posts: Posts,
    hours_per_post: HoursPerPostYear,
    period_length: Years,
    operations_hours_demanded: Hours,
) -> Share:
    """Share of the hours demanded that development and production can work; 1 where there is no demand."""
    return where(
        operations_hours_demanded > 0,
        minimum(1, operations_posts * hours_per_post * period_length / maximum(operations_hours_demanded, TINY)),
        1,
    )


def quality_share(
    quality_posts: Posts, hours_per_post: HoursPerPostYear, period_length: Years, quality_hours_demanded: Hours
) -> Share:
    """Share of the hours demanded that quality can work and release; 1 where there is no demand."""
    return where(
        quality_hours_demanded > 0,
        minimum(1, quality_posts * hours_per_post * period_length / maximum(quality_hours_demanded, TINY)),
        1,
    )


def people_share(operations_share: Share, quality_share: Share) -> Share:
    """Share of the work demanded that the staff of a site can do, limited by the scarcer of the two teams."""
    return minimum(operations_share, quality_share)


# Work served: the lower of suites and people. People freed are not moved to other work.


def innovation_served_share(
    innovation_suite_share: Share,
    suite_of_platform: Membership,
    people_share: Share,
    site_of_platform: Membership,
) -> Share:
    """Share of innovation batches that are made."""
    return minimum(each(innovation_suite_share, suite_of_platform), each(people_share, site_of_platform))


def development_served_share(
    innovation_suite_share: Share,
    development_suite_of_platform: Membership,
    people_share: Share,
    site_of_platform: Membership,
) -> Share:
    """Share of development work that is done."""
    return minimum(each(innovation_suite_share, development_suite_of_platform), each(people_share, site_of_platform))


def commercial_served_share(
    commercial_suite_share: Share,
    suite_of_platform: Membership,
    people_share: Share,
    site_of_platform: Membership,
) -> Share:
    """Share of commercial batches that are made."""
    return minimum(each(commercial_suite_share, suite_of_platform), each(people_share, site_of_platform))


def innovation_batches(innovation_batches_due: Batches, innovation_served_share: Share) -> Batches:
    """Innovation batches made, excluding remakes."""
    return innovation_batches_due * innovation_served_share


def innovation_batch_starts(innovation_batches: Batches, remake_factor: Ratio) -> Batches:
    """Innovation batches started, including remakes."""
    return innovation_batches * remake_factor


def development_projects(innovation_projects_completed: Projects, development_served_share: Share) -> Projects:
    """Development projects carried out."""
    return innovation_projects_completed * development_served_share


def commercial_batches(commercial_batches_due: Batches, commercial_served_share: Share) -> Batches:
    """Commercial batches made, excluding remakes."""
    return commercial_batches_due * commercial_served_share


def commercial_batch_starts(commercial_batches: Batches, remake_factor: Ratio) -> Batches:
    """Commercial batches started, including remakes."""
    return commercial_batches * remake_factor


def commercial_batches_cancelled(
    commercial_batches_booked: Batches, commercial_batches_due: Batches, commercial_served_share: Share
) -> Batches:
    """Commercial batches cancelled by the customer too late to refill the slot."""
    return (commercial_batches_booked - commercial_batches_due) * commercial_served_share


def innovation_batch_suite_days(
    innovation_batch_starts: Batches, suite_days_per_batch: Positive[SuiteDaysPerBatch]
) -> SuiteDays:
    """Suite-days used by innovation batches."""
    return innovation_batch_starts * suite_days_per_batch


def commercial_batch_suite_days(
    commercial_batch_starts: Batches, commercial_batches_cancelled: Batches, suite_days_per_batch: SuiteDaysPerBatch
) -> SuiteDays:
    """Suite-days used by commercial batches and by slots cancelled late."""
    return (commercial_batch_starts + commercial_batches_cancelled) * suite_days_per_batch


def innovation_suite_days(
    innovation_batch_suite_days: SuiteDays,
    suite_of_platform: Membership,
    development_projects: Projects,
    development_suite_days_per_project: SuiteDaysPerProject,
    development_suite_of_platform: Membership,
) -> SuiteDays:
    """Suite-days used by the innovation track in each suite."""
    return group(innovation_batch_suite_days, suite_of_platform) + group(
        development_projects * development_suite_days_per_project, development_suite_of_platform
    )


def commercial_suite_days(commercial_batch_suite_days: SuiteDays, suite_of_platform: Membership) -> SuiteDays:
    """Suite-days used by the commercial track in each suite."""
    return group(commercial_batch_suite_days, suite_of_platform)


def suite_days_used(
    innovation_suite_days: SuiteDays, commercial_suite_days: SuiteDays, suite_days_surged: SuiteDays
) -> SuiteDays:
    """Suite-days used in each suite."""
    return innovation_suite_days + commercial_suite_days + suite_days_surged


def utilisation(suite_days_used: SuiteDays, suite_days_open: SuiteDays) -> Share:
    """Share of a suite's open days that is used; undefined before the suite opens."""
    return where(suite_days_open > 0, suite_days_used / maximum(suite_days_open, TINY), nan)


def gmp_suite_days_used(suite_days_used: SuiteDays, gmp: Flag) -> SuiteDays:
    """GMP suite-days used in the whole facility."""
    return total(suite_days_used * gmp)


def gmp_suite_days_open(suite_days_open: SuiteDays, gmp: Flag) -> SuiteDays:
    """GMP suite-days open in the whole facility."""
    return total(suite_days_open * gmp)


def unmet_suite_days(
    innovation_suite_days_demanded: SuiteDays,
    commercial_suite_days_demanded: SuiteDays,
    innovation_suite_days: SuiteDays,
    commercial_suite_days: SuiteDays,
) -> SuiteDays:
    """Demand lost for lack of suites or people, in suite-days."""
    return (
        innovation_suite_days_demanded + commercial_suite_days_demanded - innovation_suite_days - commercial_suite_days
    )


def successful_batches(
    innovation_batch_starts: Batches, commercial_batch_starts: Batches, surge_batches: Batches, batch_success: Share
) -> Batches:
    """Batches that pass release."""
    return (innovation_batch_starts + commercial_batch_starts + surge_batches) * batch_success


def doses(successful_batches: Batches, doses_per_batch: DosesPerBatch, makes_doses: Flag) -> Doses:
    """Doses in released bulk, before filling. Doses formulated by another platform are counted there."""
    return successful_batches * doses_per_batch * makes_doses


# Pandemic readiness.


def surge_doses_in_bulk(
    surge_batches: Batches, batch_success: Share, doses_per_batch: DosesPerBatch, makes_doses: Flag
) -> Doses:
    """Doses in bulk made in a surge, over all platforms."""
    return total(surge_batches * batch_success * doses_per_batch * makes_doses)


def surge_doses(
    surge_doses_in_bulk: Doses, surge_supply_share: Share, fill_finish_capacity: DosesPerYear, period_length: Years
) -> Doses:
    """Doses that reach people in a surge, limited by the narrowest of bulk, imported supplies and fill-finish."""
    return minimum(surge_doses_in_bulk * surge_supply_share, fill_finish_capacity * period_length)


def surge_capacity(
    suites: Count,
    operating_days: SuiteDaysPerYear,
    availability: Share,
    suite_of_platform: Membership,
    surge_share: Share,
    suite_days_per_batch: SuiteDaysPerBatch,
    batch_success: Share,
    doses_per_batch: DosesPerBatch,
    makes_doses: Flag,
) -> DosesPerYear:
    """Doses in bulk per year that a platform could make with the surge share of its suite."""
    return (
        each(suites, suite_of_platform)
        * each(operating_days, suite_of_platform)
        * each(availability, suite_of_platform)
        * surge_share
        / suite_days_per_batch
        * batch_success
        * doses_per_batch
        * makes_doses
    )


def total_surge_capacity(surge_capacity: DosesPerYear) -> DosesPerYear:
    """Doses in bulk per year that the facility could make in a surge."""
    return total(surge_capacity)


def ready_doses_per_year(
    total_surge_capacity: DosesPerYear, surge_supply_share: Share, fill_finish_capacity: DosesPerYear
) -> DosesPerYear:
    """Doses per year that could reach people in a surge: the narrowest of bulk, supplies and fill-finish."""
    return minimum(total_surge_capacity * surge_supply_share, fill_finish_capacity)


def time_to_first_dose(transfer_time: Years, batch_time: Years, release_time: Years) -> Years:
    """Time from the call to the first released batch: transfer, batch and release."""
    return transfer_time + batch_time + release_time
