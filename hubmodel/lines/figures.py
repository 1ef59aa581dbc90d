"""Figures: what a board looks at, each a line of its own.

*At maturity* is the first calendar year that is mature; money there is in prices of the price year, so that a later
maturity does not make it look larger.
"""

from hubmodel.engine.units import (
    SEK,
    Batches,
    Date,
    Flag,
    Index,
    Membership,
    Posts,
    PostYears,
    Ratio,
    SEKPerBatch,
    SEKPerSuiteDay,
    Share,
    SuiteDays,
    Years,
)
from hubmodel.engine.words import TINY, group, lowest, maximum, nan, sum_periods, total, where


def maturity_time_in_period(at_maturity: Flag, period_length: Years) -> Years:
    """Length of the period if it lies in the mature year."""
    return at_maturity * period_length


def calendar_year_if_mature(at_maturity: Flag, calendar_year: Date, last_date: Date) -> Date:
    """Calendar year in the mature year, the end of the calendar elsewhere."""
    return where(at_maturity > 0, calendar_year, last_date)


def earliest_mature_year(calendar_year_if_mature: Date) -> Date:
    """The first mature calendar year, or the end of the calendar if there is none."""
    return lowest(calendar_year_if_mature)


def maturity_year(earliest_mature_year: Date, last_date: Date) -> Date:
    """The first mature calendar year; without meaning if the calendar ends first."""
    return where(earliest_mature_year < last_date, earliest_mature_year, nan)


def revenue_at_maturity(revenue: SEK, at_maturity: Flag, price_index: Index) -> SEK:
    """Revenue of the first mature year."""
    return sum_periods(revenue * at_maturity / price_index)


def ebitda_at_maturity(ebitda: SEK, at_maturity: Flag, price_index: Index) -> SEK:
    """EBITDA of the first mature year."""
    return sum_periods(ebitda * at_maturity / price_index)


def ebitda_margin_at_maturity(ebitda_at_maturity: SEK, revenue_at_maturity: SEK) -> Share:
    """EBITDA over revenue in the first mature year."""
    return where(revenue_at_maturity > 0, ebitda_at_maturity / maximum(revenue_at_maturity, TINY), nan)


def gmp_days_used_at_maturity(gmp_suite_days_used: SuiteDays, at_maturity: Flag) -> SuiteDays:
    """GMP suite-days used in the first mature year."""
    return sum_periods(gmp_suite_days_used * at_maturity)


def gmp_days_open_at_maturity(gmp_suite_days_open: SuiteDays, at_maturity: Flag) -> SuiteDays:
    """GMP suite-days open in the first mature year."""
    return sum_periods(gmp_suite_days_open * at_maturity)


def utilisation_at_maturity(gmp_days_used_at_maturity: SuiteDays, gmp_days_open_at_maturity: SuiteDays) -> Share:
    """Share of the open GMP suite-days used in the first mature year; the development area is not averaged in."""
    return where(
        gmp_days_open_at_maturity > 0, gmp_days_used_at_maturity / maximum(gmp_days_open_at_maturity, TINY), nan
    )


# Margins over full cost: every krona of operating cost and gross depreciation is borne by a track.


def total_commercial_suite_days(commercial_suite_days: SuiteDays) -> SuiteDays:
    """Suite-days used by the commercial track."""
    return total(commercial_suite_days)


def total_surge_suite_days(suite_days_surged: SuiteDays) -> SuiteDays:
    """Suite-days used by a pandemic surge."""
    return total(suite_days_surged)


def innovation_use_share(
    total_innovation_suite_days: SuiteDays,
    total_commercial_suite_days: SuiteDays,
    total_surge_suite_days: SuiteDays,
) -> Share:
    """Innovation's share of the suite-days used."""
    return where(
        total_innovation_suite_days + total_commercial_suite_days + total_surge_suite_days > 0,
        total_innovation_suite_days
        / maximum(total_innovation_suite_days + total_commercial_suite_days + total_surge_suite_days, TINY),
        0,
    )


def total_innovation_materials(innovation_material_cost: SEK) -> SEK:
    """Materials of the innovation track."""
    return total(innovation_material_cost)


def total_training_cost(training_cost: SEK) -> SEK:
    """Cost of training."""
    return total(training_cost)


def innovation_full_cost(
    total_innovation_materials: SEK,
    innovation_analyses_cost: SEK,
    direct_staff_cost: SEK,
    innovation_hours_share: Share,
    facility_cost: SEK,
    gross_depreciation: SEK,
    innovation_use_share: Share,
) -> SEK:
    """Full cost of the innovation track: materials, analyses, people by hours, facility by suite-days."""
    return (
        total_innovation_materials
        + total(innovation_analyses_cost)
        + total(direct_staff_cost * innovation_hours_share)
        + (facility_cost + gross_depreciation) * innovation_use_share
    )


def commercial_full_cost(
    total_operating_cost: SEK, gross_depreciation: SEK, total_training_cost: SEK, innovation_full_cost: SEK
) -> SEK:
    """Full cost of the commercial track: all that training and innovation do not bear."""
    return total_operating_cost + gross_depreciation - total_training_cost - innovation_full_cost


def innovation_revenue_at_maturity(total_innovation_revenue: SEK, at_maturity: Flag, price_index: Index) -> SEK:
    """Innovation revenue of the first mature year."""
    return sum_periods(total_innovation_revenue * at_maturity / price_index)


def innovation_cost_at_maturity(innovation_full_cost: SEK, at_maturity: Flag, price_index: Index) -> SEK:
    """Full cost of innovation in the first mature year."""
    return sum_periods(innovation_full_cost * at_maturity / price_index)


def innovation_margin(innovation_revenue_at_maturity: SEK, innovation_cost_at_maturity: SEK) -> Share:
    """Collected less full cost, over collected, on the innovation track in the first mature year."""
    return where(
        innovation_revenue_at_maturity > 0,
        1 - innovation_cost_at_maturity / maximum(innovation_revenue_at_maturity, TINY),
        nan,
    )


def commercial_revenue_at_maturity(total_commercial_revenue: SEK, at_maturity: Flag, price_index: Index) -> SEK:
    """Commercial revenue of the first mature year."""
    return sum_periods(total_commercial_revenue * at_maturity / price_index)


def commercial_cost_at_maturity(commercial_full_cost: SEK, at_maturity: Flag, price_index: Index) -> SEK:
    """Full cost of commercial work in the first mature year."""
    return sum_periods(commercial_full_cost * at_maturity / price_index)


def commercial_margin_realised(commercial_revenue_at_maturity: SEK, commercial_cost_at_maturity: SEK) -> Share:
    """Collected less full cost, over collected, on the commercial track in the first mature year."""
    return where(
        commercial_revenue_at_maturity > 0,
        1 - commercial_cost_at_maturity / maximum(commercial_revenue_at_maturity, TINY),
        nan,
    )


def margin_gap(commercial_margin_realised: Share, innovation_margin: Share) -> Share:
    """By how much the commercial margin exceeds the innovation margin."""
    return commercial_margin_realised - innovation_margin


# The bottleneck's ranking key, and what the open-access floor costs.


def platform_contribution(
    innovation_batch_revenue: SEK,
    commercial_batch_revenue: SEK,
    innovation_batch_starts: Batches,
    commercial_batch_starts: Batches,
    material_cost_per_batch: SEKPerBatch,
    analyses_cost_per_batch: SEKPerBatch,
    price_index: Index,
) -> SEK:
    """What a platform's batches earn over their materials and analyses; development is done outside its suite."""
    return (
        innovation_batch_revenue
        + commercial_batch_revenue
        - (innovation_batch_starts + commercial_batch_starts)
        * (material_cost_per_batch + analyses_cost_per_batch * price_index)
    )


def platform_contribution_at_maturity(platform_contribution: SEK, at_maturity: Flag, price_index: Index) -> SEK:
    """Contribution of a platform in the first mature year."""
    return sum_periods(platform_contribution * at_maturity / price_index)


def platform_suite_days_at_maturity(
    innovation_batch_suite_days: SuiteDays, commercial_batch_suite_days: SuiteDays, at_maturity: Flag
) -> SuiteDays:
    """Suite-days of a platform in the first mature year."""
    return sum_periods((innovation_batch_suite_days + commercial_batch_suite_days) * at_maturity)


def contribution_per_suite_day(
    platform_contribution_at_maturity: SEK, platform_suite_days_at_maturity: SuiteDays
) -> SEKPerSuiteDay:
    """Contribution of a platform for each suite-day in the first mature year: its rank when suites are short."""
    return where(
        platform_suite_days_at_maturity > 0,
        platform_contribution_at_maturity / maximum(platform_suite_days_at_maturity, TINY),
        nan,
    )


def commercial_contribution_at_suite(
    commercial_batch_revenue: SEK,
    commercial_material_cost: SEK,
    commercial_analyses_cost: SEK,
    suite_of_platform: Membership,
) -> SEK:
    """Commercial contribution that each suite earns."""
    return group(commercial_batch_revenue - commercial_material_cost - commercial_analyses_cost, suite_of_platform)


def open_access_cost(
    open_access_suite_days_forgone: SuiteDays,
    commercial_contribution_at_suite: SEK,
    commercial_suite_days: SuiteDays,
) -> SEK:
    """What the open-access floor costs: the contribution of commercial work that it turns away."""
    return where(
        commercial_suite_days > 0,
        open_access_suite_days_forgone * commercial_contribution_at_suite / maximum(commercial_suite_days, TINY),
        0,
    )


# People.


def post_time_at_maturity(posts: Posts, maturity_time_in_period: Years) -> PostYears:
    """Post-years in the first mature year."""
    return sum_periods(posts * maturity_time_in_period)


def jobs_direct(post_time_at_maturity: PostYears, maturity_time_in_period: Years) -> Posts:
    """Posts in the facility in the first mature year."""
    return where(
        sum_periods(maturity_time_in_period) > 0,
        post_time_at_maturity / maximum(sum_periods(maturity_time_in_period), TINY),
        nan,
    )


def jobs_indirect(jobs_direct: Posts, employment_multiplier: Ratio) -> Posts:
    """Posts at suppliers and around in the first mature year."""
    return jobs_direct * (employment_multiplier - 1)
