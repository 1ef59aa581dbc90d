"""Calendar: dates, opening, ramp, maturity and price levels.

Flags, floors and indices are taken at the middle of a period, and shares completed at its end. No date then falls on
the edge of a period, and months, quarters and years agree.
"""

from hubmodel.engine.units import Count, Date, Flag, Index, Once, PerYear, Share, Years
from hubmodel.engine.words import cumulative, floor, maximum, minimum, previous, total, where


def end_of_period(first_date: Date, period_number: Count, period_length: Years) -> Date:
    """Date on which the period ends."""
    return first_date + period_number * period_length


def middle_of_period(end_of_period: Date, period_length: Years) -> Date:
    """Date in the middle of the period."""
    return end_of_period - period_length / 2


def calendar_year(middle_of_period: Date) -> Date:
    """Calendar year in which the period lies."""
    return floor(middle_of_period)


def year_starts(middle_of_period: Date, period_length: Years) -> Flag:
    """1 in the first period of a calendar year, otherwise 0."""
    return where(floor(middle_of_period - period_length) < floor(middle_of_period), 1, 0)


def year_ends(middle_of_period: Date, period_length: Years) -> Flag:
    """1 in the last period of a calendar year, otherwise 0."""
    return where(floor(middle_of_period + period_length) > floor(middle_of_period), 1, 0)


def last_period(middle_of_period: Date, period_length: Years, last_date: Date) -> Flag:
    """1 in the last period of the calendar, where the valuation ends; otherwise 0."""
    return where(middle_of_period + period_length > last_date, 1, 0)


def view_date(
    view_decision: Flag,
    view_completion: Flag,
    view_today: Flag,
    decision_date: Date,
    completion_date: Date,
    today_date: Date,
) -> Date:
    """Date from which the investment is judged, under the chosen view."""
    return view_decision * decision_date + view_completion * completion_date + view_today * today_date


def valuation_date(view_date: Date, undiscounted_date_first_period: Flag, first_date: Date) -> Date:
    """Date to which flows are discounted: the date of the view or, by choice, the start of the first period."""
    return where(undiscounted_date_first_period > 0, first_date, view_date)


def counted(view_today: Flag, middle_of_period: Date, today_date: Date) -> Flag:
    """1 where a flow counts. In the view from today, flows before today are sunk and do not count."""
    return 1 - view_today * (middle_of_period < today_date)


def opening_date(planned_opening: Date, opening_delay: Once[Years]) -> Date:
    """Date on which a site opens for customers, delay included."""
    return planned_opening + opening_delay


def open_share(end_of_period: Date, opening_date: Date, period_length: Years) -> Share:
    """Share of the period in which a site is open."""
    return maximum(0, minimum(1, (end_of_period - opening_date) / period_length))


def opening_pulse(open_share: Share) -> Share:
    """Share of a site's opening that falls in the period; sums to 1.
    It brings in the projects taken over at opening.
    """
    return open_share - previous(open_share)


def enquiry_ramp(
    open_share: Share, middle_of_period: Date, opening_date: Date, ramp_time: Years, enquiry_share_at_opening: Share
) -> Share:
    """Share of the full rate of enquiries that reaches a site: an initial share at opening, then a linear ramp to 1."""
    return open_share * (
        enquiry_share_at_opening
        + (1 - enquiry_share_at_opening) * maximum(0, minimum(1, (middle_of_period - opening_date) / ramp_time))
    )


def maturity_time(innovation_duration: Years, commercial_duration: Years, progression_delay: Years) -> Years:
    """Time from full ramp to maturity: twice the longest project plus the clinical phase between the tracks."""
    return 2 * maximum(innovation_duration, commercial_duration) + progression_delay


def immature(calendar_year: Date, year_ramped: Date, maturity_time: Years) -> Flag:
    """1 in the calendar years in which a site is not yet mature, otherwise 0."""
    return where(calendar_year < year_ramped + maturity_time, 1, 0)


def year_ramped(opening_date: Date, ramp_time: Once[Years]) -> Date:
    """Date on which a site's enquiries reach their full rate."""
    return opening_date + ramp_time


def mature_year_begins(immature: Flag, year_starts: Flag) -> Flag:
    """1 in the first period of each calendar year in which every site is mature, otherwise 0."""
    return where(total(immature) < 1, year_starts, 0)


def mature_years(mature_year_begins: Flag) -> Count:
    """Number of mature calendar years begun so far."""
    return cumulative(mature_year_begins)


def at_maturity(mature_years: Count) -> Flag:
    """1 in the first calendar year in which every site is mature, otherwise 0."""
    return where(mature_years > 0, 1, 0) * (mature_years < 2)


def price_index(
    consumer_price_index: Index,
    consumer_price_index_base: Once[Index],
    price_inflation: PerYear,
    middle_of_period: Date,
    price_index_until: Date,
    price_basis_real: Flag,
) -> Index:
    """General price level, 1 in the price year.
    Actual index first, then assumed inflation; 1 throughout in real terms.
    """
    return where(
        price_basis_real > 0,
        1,
        consumer_price_index
        / consumer_price_index_base
        * (1 + price_inflation) ** maximum(0, middle_of_period - price_index_until),
    )


def wage_index(
    wage_inflation: Once[PerYear], middle_of_period: Date, price_date: Date, price_basis_real: Flag
) -> Index:
    """Pay level, 1 in the middle of the price year; 1 throughout in real terms."""
    return where(price_basis_real > 0, 1, (1 + wage_inflation) ** (middle_of_period - price_date))


def material_index(
    material_inflation: Once[PerYear], middle_of_period: Date, price_date: Date, price_basis_real: Flag
) -> Index:
    """Price level of materials, 1 in the middle of the price year; 1 throughout in real terms."""
    return where(price_basis_real > 0, 1, (1 + material_inflation) ** (middle_of_period - price_date))


def contract_index(
    price_inflation: Once[PerYear], contract_age: Years, indexed_contract_share: Share, price_basis_real: Flag
) -> Index:
    """Ratio of contract prices to today's list: contracts without an index clause lag by their age. 1 in real terms."""
    return where(
        price_basis_real > 0,
        1,
        indexed_contract_share + (1 - indexed_contract_share) / (1 + price_inflation) ** contract_age,
    )


def surge_window(end_of_period: Date, period_length: Years, surge_begins: Date, surge_duration: Once[Years]) -> Share:
    """Share of the period covered by a pandemic surge; 0 throughout if its duration is 0."""
    return maximum(
        0,
        (minimum(end_of_period, surge_begins + surge_duration) - maximum(end_of_period - period_length, surge_begins))
        / period_length,
    )
