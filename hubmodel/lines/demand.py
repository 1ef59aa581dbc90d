"""Demand: enquiries won, projects in progress and batches due.

A project passes through three stages of a third of its duration each, and through two between the tracks. Projects
leave a stage at a rate of one over its mean time, so that a start spreads over time as projects of different lengths
would.
"""

from hubmodel.engine.units import Batches, BatchesPerProject, Membership, Projects, ProjectsPerYear, Ratio, Share, Years
from hubmodel.engine.words import each, previous


def _stage(stage: Projects, arrived: Projects, period_length: Years, stage_time: Years) -> Projects:
    """Return the projects in a stage at the end of the period, which leave it after the stage's time on average."""
    return (previous(stage) + arrived) / (1 + period_length / stage_time)


def _leaving(stage: Projects, arrived: Projects) -> Projects:
    """Return the projects that leave a stage in the period."""
    return previous(stage) + arrived - stage


def innovation_projects_started(
    enquiries_per_year: ProjectsPerYear,
    win_rate: Share,
    volume_factor: Ratio,
    enquiry_ramp: Share,
    site_of_platform: Membership,
    period_length: Years,
) -> Projects:
    """Innovation projects signed: enquiries won, scaled by the ramp."""
    return enquiries_per_year * win_rate * volume_factor * each(enquiry_ramp, site_of_platform) * period_length


def innovation_projects_taken_over(
    innovation_opening_stock: Projects, volume_factor: Ratio, opening_pulse: Share, site_of_platform: Membership
) -> Projects:
    """Innovation projects of a running unit taken over at opening, one third into each stage."""
    return innovation_opening_stock * volume_factor * each(opening_pulse, site_of_platform) / 3


def innovation_stage_time(innovation_duration: Years) -> Years:
    """Time an innovation project spends in each of its three stages."""
    return innovation_duration / 3


def innovation_first_stage(
    innovation_first_stage: Projects,
    innovation_projects_started: Projects,
    innovation_projects_taken_over: Projects,
    period_length: Years,
    innovation_stage_time: Years,
) -> Projects:
    """Innovation projects in the first third of their work."""
    arrived = innovation_projects_started + innovation_projects_taken_over
    return _stage(innovation_first_stage, arrived, period_length, innovation_stage_time)


def innovation_first_stage_done(
    innovation_first_stage: Projects, innovation_projects_started: Projects, innovation_projects_taken_over: Projects
) -> Projects:
    """Innovation projects that complete the first third of their work."""
    return _leaving(innovation_first_stage, innovation_projects_started + innovation_projects_taken_over)


def innovation_second_stage(
    innovation_second_stage: Projects,
    innovation_first_stage_done: Projects,
    innovation_projects_taken_over: Projects,
    period_length: Years,
    innovation_stage_time: Years,
) -> Projects:
    """Innovation projects in the second third of their work."""
    arrived = innovation_first_stage_done + innovation_projects_taken_over
    return _stage(innovation_second_stage, arrived, period_length, innovation_stage_time)


def innovation_second_stage_done(
    innovation_second_stage: Projects, innovation_first_stage_done: Projects, innovation_projects_taken_over: Projects
) -> Projects:
    """Innovation projects that complete the second third of their work."""
    return _leaving(innovation_second_stage, innovation_first_stage_done + innovation_projects_taken_over)


def innovation_third_stage(
    innovation_third_stage: Projects,
    innovation_second_stage_done: Projects,
    innovation_projects_taken_over: Projects,
    period_length: Years,
    innovation_stage_time: Years,
) -> Projects:
    """Innovation projects in the last third of their work."""
    arrived = innovation_second_stage_done + innovation_projects_taken_over
    return _stage(innovation_third_stage, arrived, period_length, innovation_stage_time)


def innovation_projects_completed(
    innovation_third_stage: Projects, innovation_second_stage_done: Projects, innovation_projects_taken_over: Projects
) -> Projects:
    """Innovation projects due in the period, served or not."""
    return _leaving(innovation_third_stage, innovation_second_stage_done + innovation_projects_taken_over)


def innovation_projects_active(
    innovation_first_stage: Projects, innovation_second_stage: Projects, innovation_third_stage: Projects
) -> Projects:
    """Innovation projects in progress at the end of the period."""
    return innovation_first_stage + innovation_second_stage + innovation_third_stage


def projects_progressing(
    innovation_projects_completed: Projects,
    phase_progression: Share,
    retention: Share,
    innovation_guaranteed_share: Share,
    suite_of_platform: Membership,
) -> Projects:
    """Completed innovation projects that succeed in their phase and stay with the facility for the next one."""
    return (
        innovation_projects_completed
        * phase_progression
        * retention
        * each(innovation_guaranteed_share, suite_of_platform)
    )


def progression_first_stage(
    progression_first_stage: Projects,
    projects_progressing: Projects,
    period_length: Years,
    progression_stage_time: Years,
) -> Projects:
    """Projects in the first half of the clinical phase between the tracks."""
    return _stage(progression_first_stage, projects_progressing, period_length, progression_stage_time)


def progression_stage_time(progression_delay: Years) -> Years:
    """Half the length of the clinical phase between the tracks."""
    return progression_delay / 2


def progression_first_stage_done(progression_first_stage: Projects, projects_progressing: Projects) -> Projects:
    """Projects that complete the first half of the clinical phase."""
    return _leaving(progression_first_stage, projects_progressing)


def progression_second_stage(
    progression_second_stage: Projects,
    progression_first_stage_done: Projects,
    period_length: Years,
    progression_stage_time: Years,
) -> Projects:
    """Projects in the second half of the clinical phase between the tracks."""
    return _stage(progression_second_stage, progression_first_stage_done, period_length, progression_stage_time)


def projects_returning(progression_second_stage: Projects, progression_first_stage_done: Projects) -> Projects:
    """Projects that return to the facility on commercial terms after their clinical phase."""
    return _leaving(progression_second_stage, progression_first_stage_done)


def commercial_projects_started(
    commercial_enquiries_per_year: ProjectsPerYear,
    commercial_win_rate: Share,
    volume_factor: Ratio,
    enquiry_ramp: Share,
    site_of_platform: Membership,
    period_length: Years,
    projects_returning: Projects,
) -> Projects:
    """Commercial projects signed: direct enquiries won, plus projects that return from the innovation track."""
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
    """Commercial projects of a running unit taken over at opening, one third into each stage."""
    return commercial_opening_stock * volume_factor * each(opening_pulse, site_of_platform) / 3


def commercial_stage_time(commercial_duration: Years) -> Years:
    """Time a commercial project spends in each of its three stages."""
    return commercial_duration / 3


def commercial_first_stage(
    commercial_first_stage: Projects,
    commercial_projects_started: Projects,
    commercial_projects_taken_over: Projects,
    period_length: Years,
    commercial_stage_time: Years,
) -> Projects:
    """Commercial projects in the first third of their work."""
    arrived = commercial_projects_started + commercial_projects_taken_over
    return _stage(commercial_first_stage, arrived, period_length, commercial_stage_time)


def commercial_first_stage_done(
    commercial_first_stage: Projects, commercial_projects_started: Projects, commercial_projects_taken_over: Projects
) -> Projects:
    """Commercial projects that complete the first third of their work."""
    return _leaving(commercial_first_stage, commercial_projects_started + commercial_projects_taken_over)


def commercial_second_stage(
    commercial_second_stage: Projects,
    commercial_first_stage_done: Projects,
    commercial_projects_taken_over: Projects,
    period_length: Years,
    commercial_stage_time: Years,
) -> Projects:
    """Commercial projects in the second third of their work."""
    arrived = commercial_first_stage_done + commercial_projects_taken_over
    return _stage(commercial_second_stage, arrived, period_length, commercial_stage_time)


def commercial_second_stage_done(
    commercial_second_stage: Projects, commercial_first_stage_done: Projects, commercial_projects_taken_over: Projects
) -> Projects:
    """Commercial projects that complete the second third of their work."""
    return _leaving(commercial_second_stage, commercial_first_stage_done + commercial_projects_taken_over)


def commercial_third_stage(
    commercial_third_stage: Projects,
    commercial_second_stage_done: Projects,
    commercial_projects_taken_over: Projects,
    period_length: Years,
    commercial_stage_time: Years,
) -> Projects:
    """Commercial projects in the last third of their work."""
    arrived = commercial_second_stage_done + commercial_projects_taken_over
    return _stage(commercial_third_stage, arrived, period_length, commercial_stage_time)


def commercial_projects_completed(
    commercial_third_stage: Projects, commercial_second_stage_done: Projects, commercial_projects_taken_over: Projects
) -> Projects:
    """Commercial projects due in the period, served or not."""
    return _leaving(commercial_third_stage, commercial_second_stage_done + commercial_projects_taken_over)


def commercial_projects_active(
    commercial_first_stage: Projects, commercial_second_stage: Projects, commercial_third_stage: Projects
) -> Projects:
    """Commercial projects in progress at the end of the period."""
    return commercial_first_stage + commercial_second_stage + commercial_third_stage


def innovation_batches_due(
    innovation_projects_completed: Projects, batches_per_innovation_project: BatchesPerProject
) -> Batches:
    """Batches required by innovation projects."""
    return innovation_projects_completed * batches_per_innovation_project


def commercial_batches_booked(
    commercial_projects_completed: Projects, batches_per_commercial_project: BatchesPerProject
) -> Batches:
    """Batches for which commercial projects have booked slots."""
    return commercial_projects_completed * batches_per_commercial_project


def commercial_batches_due(commercial_batches_booked: Batches, late_cancellation_share: Share) -> Batches:
    """Booked commercial batches that are not cancelled."""
    return commercial_batches_booked * (1 - late_cancellation_share)
