"""Capacity: projects in process, what they demand of suites and people, what can be served, and what is lost.

Work that is not served is lost, not queued. Progression to the commercial track uses only the share of innovation
work that the open-access floor guarantees, so nothing feeds back from the commercial track.
"""

from hubmodel.engine.units import (
    Batches,
    BatchesPerProject,
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
    ProjectsPerYear,
    Ratio,
    Share,
    SuiteDays,
    SuiteDaysPerBatch,
    SuiteDaysPerProject,
    SuiteDaysPerYear,
    Years,
)
from hubmodel.engine.words import TINY, each, fold, group, maximum, minimum, nan, previous, total, where

# Projects: three equal stages on each track, two of waiting between the tracks.


def innovation_projects_started(
    enquiries_per_year: ProjectsPerYear,
    win_rate: Share,
    volume_factor: Ratio,
    enquiry_ramp: Share,
    site_of_platform: Membership,
    period_length: Years,
) -> Projects:
    """Innovation projects signed: enquiries won, as the ramp lets them come."""
    return enquiries_per_year * win_rate * volume_factor * each(enquiry_ramp, site_of_platform) * period_length


def innovation_projects_taken_over(
    innovation_opening_stock: Projects, volume_factor: Ratio, opening_pulse: Share, site_of_platform: Membership
) -> Projects:
    """Innovation projects that a running unit brings with it when it opens, a third of them into each stage."""
    return innovation_opening_stock * volume_factor * each(opening_pulse, site_of_platform) / 3


def innovation_stage_time(innovation_duration: Years) -> Years:
    """Time that an innovation project spends in each of its three stages."""
    return innovation_duration / 3


def innovation_first_stage(
    innovation_projects_started: Projects,
    innovation_projects_taken_over: Projects,
    period_length: Years,
    innovation_stage_time: Years,
) -> Projects:
    """Innovation projects in the first third of their work."""
    return fold(
        lambda opening, started, taken_over, length, stage: (opening + started + taken_over) / (1 + length / stage),
        innovation_projects_started,
        innovation_projects_taken_over,
        period_length,
        innovation_stage_time,
    )


def innovation_first_stage_done(
    innovation_first_stage: Projects, innovation_projects_started: Projects, innovation_projects_taken_over: Projects
) -> Projects:
    """Innovation projects that leave the first third of their work."""
    return (
        previous(innovation_first_stage)
        + innovation_projects_started
        + innovation_projects_taken_over
        - innovation_first_stage
    )


def innovation_second_stage(
    innovation_first_stage_done: Projects,
    innovation_projects_taken_over: Projects,
    period_length: Years,
    innovation_stage_time: Years,
) -> Projects:
    """Innovation projects in the second third of their work."""
    return fold(
        lambda opening, arrived, taken_over, length, stage: (opening + arrived + taken_over) / (1 + length / stage),
        innovation_first_stage_done,
        innovation_projects_taken_over,
        period_length,
        innovation_stage_time,
    )


def innovation_second_stage_done(
    innovation_second_stage: Projects, innovation_first_stage_done: Projects, innovation_projects_taken_over: Projects
) -> Projects:
    """Innovation projects that leave the second third of their work."""
    return (
        previous(innovation_second_stage)
        + innovation_first_stage_done
        + innovation_projects_taken_over
        - innovation_second_stage
    )


def innovation_third_stage(
    innovation_second_stage_done: Projects,
    innovation_projects_taken_over: Projects,
    period_length: Years,
    innovation_stage_time: Years,
) -> Projects:
    """Innovation projects in the last third of their work."""
    return fold(
        lambda opening, arrived, taken_over, length, stage: (opening + arrived + taken_over) / (1 + length / stage),
        innovation_second_stage_done,
        innovation_projects_taken_over,
        period_length,
        innovation_stage_time,
    )


def innovation_projects_completed(
    innovation_third_stage: Projects, innovation_second_stage_done: Projects, innovation_projects_taken_over: Projects
) -> Projects:
    """Innovation projects that come due in the period, served or not."""
    return (
        previous(innovation_third_stage)
        + innovation_second_stage_done
        + innovation_projects_taken_over
        - innovation_third_stage
    )


def innovation_projects_active(
    innovation_first_stage: Projects, innovation_second_stage: Projects, innovation_third_stage: Projects
) -> Projects:
    """Innovation projects under way at the end of the period."""
    return innovation_first_stage + innovation_second_stage + innovation_third_stage


def projects_progressing(
    innovation_projects_completed: Projects,
    phase_progression: Share,
    retention: Share,
    innovation_guaranteed_share: Share,
    suite_of_platform: Membership,
) -> Projects:
    """Completed innovation projects that succeed in their phase and stay with the facility for the next."""
    return (
        innovation_projects_completed
        * phase_progression
        * retention
        * each(innovation_guaranteed_share, suite_of_platform)
    )


def progression_first_stage(
    projects_progressing: Projects, period_length: Years, progression_stage_time: Years
) -> Projects:
    """Projects in the first half of the clinical phase between the tracks."""
    return fold(
        lambda opening, arrived, length, stage: (opening + arrived) / (1 + length / stage),
        projects_progressing,
        period_length,
        progression_stage_time,
    )


def progression_stage_time(progression_delay: Years) -> Years:
    """Half of the clinical phase between the tracks."""
    return progression_delay / 2


def progression_first_stage_done(progression_first_stage: Projects, projects_progressing: Projects) -> Projects:
    """Projects that leave the first half of the clinical phase."""
    return previous(progression_first_stage) + projects_progressing - progression_first_stage


def progression_second_stage(
    progression_first_stage_done: Projects, period_length: Years, progression_stage_time: Years
) -> Projects:
    """Projects in the second half of the clinical phase between the tracks."""
    return fold(
        lambda opening, arrived, length, stage: (opening + arrived) / (1 + length / stage),
        progression_first_stage_done,
        period_length,
        progression_stage_time,
    )


def projects_returning(progression_second_stage: Projects, progression_first_stage_done: Projects) -> Projects:
    """Projects that come back to the facility on commercial terms after their clinical phase."""
    return previous(progression_second_stage) + progression_first_stage_done - progression_second_stage


def commercial_projects_started(
    commercial_enquiries_per_year: ProjectsPerYear,
    commercial_win_rate: Share,
    volume_factor: Ratio,
    enquiry_ramp: Share,
    site_of_platform: Membership,
    period_length: Years,
    projects_returning: Projects,
) -> Projects:
    """Commercial projects signed: direct enquiries won, and projects that return from the innovation track."""
    return (
        commercial_enquiries_per_year
        * commercial_win_rate
        * volume_factor
        * each(enquiry_ramp, site_of_platform)
        * period_length
        + projects_returning
    )


def commercial_projects_taken_over(
    commercial_opening_stock: Projects, volume_factor: Ratio, opening_pulse: Share, site_of_platform: Membership
) -> Projects:
    """Commercial projects that a running unit brings with it when it opens, a third of them into each stage."""
    return commercial_opening_stock * volume_factor * each(opening_pulse, site_of_platform) / 3


def commercial_stage_time(commercial_duration: Years) -> Years:
    """Time that a commercial project spends in each of its three stages."""
    return commercial_duration / 3


def commercial_first_stage(
    commercial_projects_started: Projects,
    commercial_projects_taken_over: Projects,
    period_length: Years,
    commercial_stage_time: Years,
) -> Projects:
    """Commercial projects in the first third of their work."""
    return fold(
        lambda opening, started, taken_over, length, stage: (opening + started + taken_over) / (1 + length / stage),
        commercial_projects_started,
        commercial_projects_taken_over,
        period_length,
        commercial_stage_time,
    )


def commercial_first_stage_done(
    commercial_first_stage: Projects, commercial_projects_started: Projects, commercial_projects_taken_over: Projects
) -> Projects:
    """Commercial projects that leave the first third of their work."""
    return (
        previous(commercial_first_stage)
        + commercial_projects_started
        + commercial_projects_taken_over
        - commercial_first_stage
    )


def commercial_second_stage(
    commercial_first_stage_done: Projects,
    commercial_projects_taken_over: Projects,
    period_length: Years,
    commercial_stage_time: Years,
) -> Projects:
    """Commercial projects in the second third of their work."""
    return fold(
        lambda opening, arrived, taken_over, length, stage: (opening + arrived + taken_over) / (1 + length / stage),
        commercial_first_stage_done,
        commercial_projects_taken_over,
        period_length,
        commercial_stage_time,
    )


def commercial_second_stage_done(
    commercial_second_stage: Projects, commercial_first_stage_done: Projects, commercial_projects_taken_over: Projects
) -> Projects:
    """Commercial projects that leave the second third of their work."""
    return (
        previous(commercial_second_stage)
        + commercial_first_stage_done
        + commercial_projects_taken_over
        - commercial_second_stage
    )


def commercial_third_stage(
    commercial_second_stage_done: Projects,
    commercial_projects_taken_over: Projects,
    period_length: Years,
    commercial_stage_time: Years,
) -> Projects:
    """Commercial projects in the last third of their work."""
    return fold(
        lambda opening, arrived, taken_over, length, stage: (opening + arrived + taken_over) / (1 + length / stage),
        commercial_second_stage_done,
        commercial_projects_taken_over,
        period_length,
        commercial_stage_time,
    )


def commercial_projects_completed(
    commercial_third_stage: Projects, commercial_second_stage_done: Projects, commercial_projects_taken_over: Projects
) -> Projects:
    """Commercial projects that come due in the period, served or not."""
    return (
        previous(commercial_third_stage)
        + commercial_second_stage_done
        + commercial_projects_taken_over
        - commercial_third_stage
    )


def commercial_projects_active(
    commercial_first_stage: Projects, commercial_second_stage: Projects, commercial_third_stage: Projects
) -> Projects:
    """Commercial projects under way at the end of the period."""
    return commercial_first_stage + commercial_second_stage + commercial_third_stage


# Batches that come due.


def failure_share(batch_success: Share) -> Share:
    """Share of batch starts that fail."""
    return 1 - batch_success


def remake_factor(remake_share: Share, failure_share: Share) -> Ratio:
    """Batch starts for each batch that is due: some failed batches are made again, unbilled."""
    return 1 + remake_share * failure_share


def innovation_batches_due(
    innovation_projects_completed: Projects, batches_per_innovation_project: BatchesPerProject
) -> Batches:
    """Batches that innovation projects call for."""
    return innovation_projects_completed * batches_per_innovation_project


def commercial_batches_booked(
    commercial_projects_completed: Projects, batches_per_commercial_project: BatchesPerProject
) -> Batches:
    """Batches that commercial projects have booked slots for."""
    return commercial_projects_completed * batches_per_commercial_project


def commercial_batches_due(commercial_batches_booked: Batches, late_cancellation_share: Share) -> Batches:
    """Booked commercial batches that are not cancelled."""
    return commercial_batches_booked * (1 - late_cancellation_share)


# Suites.


def suite_days_open(
    suites: Count,
    operating_days: DaysOfYear,
    availability: Share,
    open_share: Share,
    site_of_suite: Membership,
    period_length: Years,
) -> SuiteDays:
    """Suite-days that open suites offer, after the yearly requalification shutdown."""
    return suites * operating_days * period_length * availability * each(open_share, site_of_suite)


def surge_suite_days(
    suite_days_open: SuiteDays, suite_of_platform: Membership, surge_share: Share, surge_window: Share
) -> SuiteDays:
    """Suite-days that a pandemic surge turns over to a platform."""
    return each(suite_days_open, suite_of_platform) * surge_share * surge_window


def suite_days_surged(surge_suite_days: SuiteDays, suite_of_platform: Membership) -> SuiteDays:
    """Suite-days that a pandemic surge takes in each suite."""
    return group(surge_suite_days, suite_of_platform)


def suite_days_available(suite_days_open: SuiteDays, suite_days_surged: SuiteDays) -> SuiteDays:
    """Suite-days left for customers' projects."""
    return maximum(0, suite_days_open - suite_days_surged)


def innovation_batch_suite_days_demanded(
    innovation_batches_due: Batches, remake_factor: Ratio, suite_days_per_batch: SuiteDaysPerBatch
) -> SuiteDays:
    """Suite-days that innovation batches need, changeover, cleaning and remakes included."""
    return innovation_batches_due * remake_factor * suite_days_per_batch


def development_suite_days_demanded(
    innovation_projects_completed: Projects, development_suite_days_per_project: SuiteDaysPerProject
) -> SuiteDays:
    """Days in the development area that innovation projects need."""
    return innovation_projects_completed * development_suite_days_per_project


def innovation_suite_days_demanded(
    innovation_batch_suite_days_demanded: SuiteDays,
    suite_of_platform: Membership,
    development_suite_days_demanded: SuiteDays,
    development_suite_of_platform: Membership,
) -> SuiteDays:
    """Suite-days that the innovation track needs of each suite."""
    return group(innovation_batch_suite_days_demanded, suite_of_platform) + group(
        development_suite_days_demanded, development_suite_of_platform
    )


def commercial_batch_suite_days_demanded(
    commercial_batches_booked: Batches,
    commercial_batches_due: Batches,
    remake_factor: Ratio,
    suite_days_per_batch: SuiteDaysPerBatch,
) -> SuiteDays:
    """Suite-days that commercial batches need; a slot cancelled late is lost too."""
    return (
        commercial_batches_due * remake_factor + (commercial_batches_booked - commercial_batches_due)
    ) * suite_days_per_batch


def commercial_suite_days_demanded(
    commercial_batch_suite_days_demanded: SuiteDays, suite_of_platform: Membership
) -> SuiteDays:
    """Suite-days that the commercial track needs of each suite."""
    return group(commercial_batch_suite_days_demanded, suite_of_platform)


def innovation_guaranteed_share(
    innovation_suite_days_demanded: SuiteDays, open_access_share: Share, suite_days_available: SuiteDays
) -> Share:
    """Share of the innovation work that the open-access floor guarantees; depends on no commercial line."""
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
    """Suite-days kept for innovation: up to the floor, or in proportion to what both tracks demand."""
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
    """Commercial work comes first, but never into the suite-days that open access reserves and needs."""
    return minimum(commercial_suite_days_demanded, suite_days_available - innovation_suite_days_guaranteed)


def innovation_suite_days_served(
    innovation_suite_days_demanded: SuiteDays,
    suite_days_available: SuiteDays,
    commercial_suite_days_served: SuiteDays,
) -> SuiteDays:
    """Innovation work takes what commercial work leaves, never less than what is guaranteed."""
    return minimum(innovation_suite_days_demanded, suite_days_available - commercial_suite_days_served)


def open_access_suite_days_forgone(
    commercial_suite_days_demanded: SuiteDays,
    suite_days_available: SuiteDays,
    commercial_suite_days_served: SuiteDays,
) -> SuiteDays:
    """Commercial suite-days that could have been served without the open-access floor."""
    return minimum(commercial_suite_days_demanded, suite_days_available) - commercial_suite_days_served


def innovation_suite_share(innovation_suite_days_served: SuiteDays, innovation_suite_days_demanded: SuiteDays) -> Share:
    """Share of the innovation track's demand that a suite can serve, 1 where nothing is demanded."""
    return where(
        innovation_suite_days_demanded > 0,
        innovation_suite_days_served / maximum(innovation_suite_days_demanded, TINY),
        1,
    )


def commercial_suite_share(commercial_suite_days_served: SuiteDays, commercial_suite_days_demanded: SuiteDays) -> Share:
    """Share of the commercial track's demand that a suite can serve, 1 where nothing is demanded."""
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
    """Working hours that the innovation track needs; guidance in development is not billed but worked."""
    return innovation_batches_due * remake_factor * hours_per_batch + (
        innovation_projects_completed * development_hours_per_project * (1 + guidance_share)
    )


def technology_transfers(commercial_projects_started: Projects, technology_transfer_share: Share) -> Projects:
    """Commercial projects that begin with a technology transfer, paid for as such."""
    return commercial_projects_started * technology_transfer_share


def commercial_hours_demanded(
    commercial_batches_booked: Batches,
    commercial_batches_due: Batches,
    remake_factor: Ratio,
    hours_per_batch: HoursPerBatch,
    technology_transfers: Projects,
    technology_transfer_hours: HoursPerProject,
) -> Hours:
    """Working hours that the commercial track needs; a slot cancelled late has its crew waiting."""
    return (
        commercial_batches_due * remake_factor + (commercial_batches_booked - commercial_batches_due)
    ) * hours_per_batch + technology_transfers * technology_transfer_hours


def surge_batches(surge_suite_days: SuiteDays, suite_days_per_batch: SuiteDaysPerBatch) -> Batches:
    """Batches started in a pandemic surge."""
    return surge_suite_days / suite_days_per_batch


def hours_demanded(
    innovation_hours_demanded: Hours,
    commercial_hours_demanded: Hours,
    surge_batches: Batches,
    hours_per_batch: HoursPerBatch,
) -> Hours:
    """Working hours that each platform needs."""
    return innovation_hours_demanded + commercial_hours_demanded + surge_batches * hours_per_batch


def hours_demanded_at_site(hours_demanded: Hours, site_of_platform: Membership) -> Hours:
    """Working hours that each site needs."""
    return group(hours_demanded, site_of_platform)


def hours_per_post(hours_paid: Positive[HoursPerPostYear], direct_hours_share: Positive[Share]) -> HoursPerPostYear:
    """Hours a year that a post gives to customers' work."""
    return hours_paid * direct_hours_share


def operations_hours_demanded(hours_demanded_at_site: Hours, quality_hours_share: Share) -> Hours:
    """Hours that process development and production need."""
    return hours_demanded_at_site * (1 - quality_hours_share)


def quality_hours_demanded(hours_demanded_at_site: Hours, quality_hours_share: Share) -> Hours:
    """Hours that quality control, assurance and release need."""
    return hours_demanded_at_site * quality_hours_share


def operations_posts_needed(
    operations_hours_demanded: Hours, period_length: Years, hours_per_post: HoursPerPostYear, staffing_headroom: Share
) -> Posts:
    """Posts that the demanded work in development and production calls for."""
    return operations_hours_demanded / period_length / hours_per_post * (1 + staffing_headroom)


def quality_posts_needed(
    quality_hours_demanded: Hours, period_length: Years, hours_per_post: HoursPerPostYear, staffing_headroom: Share
) -> Posts:
    """Posts that the demanded work in quality control, assurance and release calls for."""
    return quality_hours_demanded / period_length / hours_per_post * (1 + staffing_headroom)


def operations_posts_hired(
    operations_posts_needed: Posts,
    minimum_operations_posts: Posts,
    opening_pulse: Share,
    period_length: Years,
    hiring_lead: Positive[Years],
    notice_time: Positive[Years],
) -> Posts:
    """Posts in development and production: hired from the crew at opening with a lead, given up after a notice."""
    return fold(
        lambda opening, needed, crew, pulse, length, lead, notice: (
            (opening + crew * pulse + needed * length / where(needed > opening, lead, notice))
            / (1 + length / where(needed > opening, lead, notice))
        ),
        operations_posts_needed,
        minimum_operations_posts,
        opening_pulse,
        period_length,
        hiring_lead,
        notice_time,
    )


def quality_posts_hired(
    quality_posts_needed: Posts,
    minimum_quality_posts: Posts,
    opening_pulse: Share,
    period_length: Years,
    hiring_lead: Years,
    notice_time: Years,
) -> Posts:
    """Posts in quality: hired from the crew at opening with a lead, given up after a notice."""
    return fold(
        lambda opening, needed, crew, pulse, length, lead, notice: (
            (opening + crew * pulse + needed * length / where(needed > opening, lead, notice))
            / (1 + length / where(needed > opening, lead, notice))
        ),
        quality_posts_needed,
        minimum_quality_posts,
        opening_pulse,
        period_length,
        hiring_lead,
        notice_time,
    )


def operations_posts(operations_posts_hired: Posts, minimum_operations_posts: Posts, open_share: Share) -> Posts:
    """Posts in process development and production, never below the crew that a licence needs."""
    return maximum(operations_posts_hired, minimum_operations_posts * open_share)


def quality_posts(quality_posts_hired: Posts, minimum_quality_posts: Posts, open_share: Share) -> Posts:
    """Posts in quality control, assurance and release, never below the crew that a licence needs."""
    return maximum(quality_posts_hired, minimum_quality_posts * open_share)


def operations_share(
    operations_posts: Posts,
    hours_per_post: HoursPerPostYear,
    period_length: Years,
    operations_hours_demanded: Hours,
) -> Share:
    """Share of the demanded hours that development and production can work, 1 where nothing is demanded."""
    return where(
        operations_hours_demanded > 0,
        minimum(1, operations_posts * hours_per_post * period_length / maximum(operations_hours_demanded, TINY)),
        1,
    )


def quality_share(
    quality_posts: Posts, hours_per_post: HoursPerPostYear, period_length: Years, quality_hours_demanded: Hours
) -> Share:
    """Share of the demanded hours that quality can work and release, 1 where nothing is demanded."""
    return where(
        quality_hours_demanded > 0,
        minimum(1, quality_posts * hours_per_post * period_length / maximum(quality_hours_demanded, TINY)),
        1,
    )


def people_share(operations_share: Share, quality_share: Share) -> Share:
    """Share of the demanded work that the people of a site can do: the scarcer of the two teams binds."""
    return minimum(operations_share, quality_share)


# What is served: the least of suites and people. Freed people are not moved to other work.


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
    """Innovation batches made, remakes not counted."""
    return innovation_batches_due * innovation_served_share


def innovation_batch_starts(innovation_batches: Batches, remake_factor: Ratio) -> Batches:
    """Innovation batches started, remakes included."""
    return innovation_batches * remake_factor


def development_projects(innovation_projects_completed: Projects, development_served_share: Share) -> Projects:
    """Development projects carried out."""
    return innovation_projects_completed * development_served_share


def commercial_batches(commercial_batches_due: Batches, commercial_served_share: Share) -> Batches:
    """Commercial batches made, remakes not counted."""
    return commercial_batches_due * commercial_served_share


def commercial_batch_starts(commercial_batches: Batches, remake_factor: Ratio) -> Batches:
    """Commercial batches started, remakes included."""
    return commercial_batches * remake_factor


def commercial_batches_cancelled(
    commercial_batches_booked: Batches, commercial_batches_due: Batches, commercial_served_share: Share
) -> Batches:
    """Commercial batches that the customer cancels too late to fill the slot."""
    return (commercial_batches_booked - commercial_batches_due) * commercial_served_share


def innovation_batch_suite_days(
    innovation_batch_starts: Batches, suite_days_per_batch: Positive[SuiteDaysPerBatch]
) -> SuiteDays:
    """Suite-days used by innovation batches."""
    return innovation_batch_starts * suite_days_per_batch


def development_suite_days(
    development_projects: Projects, development_suite_days_per_project: SuiteDaysPerProject
) -> SuiteDays:
    """Days used in the development area."""
    return development_projects * development_suite_days_per_project


def commercial_batch_suite_days(
    commercial_batch_starts: Batches, commercial_batches_cancelled: Batches, suite_days_per_batch: SuiteDaysPerBatch
) -> SuiteDays:
    """Suite-days used by commercial batches and by slots cancelled late."""
    return (commercial_batch_starts + commercial_batches_cancelled) * suite_days_per_batch


def innovation_suite_days(
    innovation_batch_suite_days: SuiteDays,
    suite_of_platform: Membership,
    development_suite_days: SuiteDays,
    development_suite_of_platform: Membership,
) -> SuiteDays:
    """Suite-days that the innovation track uses of each suite."""
    return group(innovation_batch_suite_days, suite_of_platform) + group(
        development_suite_days, development_suite_of_platform
    )


def commercial_suite_days(commercial_batch_suite_days: SuiteDays, suite_of_platform: Membership) -> SuiteDays:
    """Suite-days that the commercial track uses of each suite."""
    return group(commercial_batch_suite_days, suite_of_platform)


def suite_days_used(
    innovation_suite_days: SuiteDays, commercial_suite_days: SuiteDays, suite_days_surged: SuiteDays
) -> SuiteDays:
    """Suite-days used, of each suite."""
    return innovation_suite_days + commercial_suite_days + suite_days_surged


def utilisation(suite_days_used: SuiteDays, suite_days_open: SuiteDays) -> Share:
    """Share of a suite's open days that are used; without meaning before it opens."""
    return where(suite_days_open > 0, suite_days_used / maximum(suite_days_open, TINY), nan)


def gmp_suite_days_used(suite_days_used: SuiteDays, gmp: Flag) -> SuiteDays:
    """Suite-days used in suites under GMP; the development area is never averaged in."""
    return suite_days_used * gmp


def gmp_suite_days_open(suite_days_open: SuiteDays, gmp: Flag) -> SuiteDays:
    """Open suite-days in suites under GMP."""
    return suite_days_open * gmp


def gmp_suite_days_used(gmp_suite_days_used: SuiteDays) -> SuiteDays:
    """Suite-days used under GMP in the whole facility."""
    return total(gmp_suite_days_used)


def gmp_suite_days_open(gmp_suite_days_open: SuiteDays) -> SuiteDays:
    """Open suite-days under GMP in the whole facility."""
    return total(gmp_suite_days_open)


def unmet_suite_days(
    innovation_suite_days_demanded: SuiteDays,
    commercial_suite_days_demanded: SuiteDays,
    innovation_suite_days: SuiteDays,
    commercial_suite_days: SuiteDays,
) -> SuiteDays:
    """Demand lost for want of suites or people, in suite-days."""
    return (
        innovation_suite_days_demanded + commercial_suite_days_demanded - innovation_suite_days - commercial_suite_days
    )


def successful_batches(
    innovation_batch_starts: Batches, commercial_batch_starts: Batches, surge_batches: Batches, batch_success: Share
) -> Batches:
    """Batches that pass release."""
    return (innovation_batch_starts + commercial_batch_starts + surge_batches) * batch_success


def doses(successful_batches: Batches, doses_per_batch: DosesPerBatch, makes_doses: Flag) -> Doses:
    """Doses in released bulk, not filled; what another platform formulates is counted there."""
    return successful_batches * doses_per_batch * makes_doses


# Readiness for a pandemic.


def surge_doses_in_bulk(
    surge_batches: Batches, batch_success: Share, doses_per_batch: DosesPerBatch, makes_doses: Flag
) -> Doses:
    """Doses in bulk that a surge makes."""
    return surge_batches * batch_success * doses_per_batch * makes_doses


def surge_doses_in_bulk(surge_doses_in_bulk: Doses) -> Doses:
    """Doses in bulk that a surge makes in the whole facility."""
    return total(surge_doses_in_bulk)


def surge_doses(
    surge_doses_in_bulk: Doses,
    surge_supply_share: Share,
    fill_finish_capacity: DosesPerYear,
    period_length: Years,
) -> Doses:
    """Doses that reach people in a surge: the narrowest of bulk, imported supplies and fill-finish."""
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
    """Doses in bulk a year that a platform could make if the surge share of its suite turned to it."""
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
    """Doses in bulk a year that the facility could make in a surge."""
    return total(surge_capacity)


def ready_doses_per_year(
    total_surge_capacity: DosesPerYear, surge_supply_share: Share, fill_finish_capacity: DosesPerYear
) -> DosesPerYear:
    """Doses a year that could reach people in a surge: the narrowest of bulk, supplies and fill-finish."""
    return minimum(total_surge_capacity * surge_supply_share, fill_finish_capacity)


def time_to_first_dose(transfer_time: Years, batch_time: Years, release_time: Years) -> Years:
    """Time from the call to the first released batch: transfer, batch and release."""
    return transfer_time + batch_time + release_time
