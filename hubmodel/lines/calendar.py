"""Calendar: dates, opening, ramp, maturity and price levels.

Flags, floors and indices look at the middle of a period, shares completed at its end, so that nothing sits on an
edge and months, quarters and years agree.
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
    """Calendar year that the period lies in."""
    return floor(middle_of_period)


def year_starts(middle_of_period: Date, period_length: Years) -> Flag:
    """1 in the first period of a calendar year."""
    return where(floor(middle_of_period - period_length) < floor(middle_of_period), 1, 0)


def year_ends(middle_of_period: Date, period_length: Years) -> Flag:
    """1 in the last period of a calendar year."""
    return where(floor(middle_of_period + period_length) > floor(middle_of_period), 1, 0)


def last_period(middle_of_period: Date, period_length: Years, last_date: Date) -> Flag:
    """1 in the last period of the calendar, where the valuation ends."""
    return where(middle_of_period + period_length > last_date, 1, 0)


def view_date(
    view_decision: Flag,
    view_completion: Flag,
    view_today: Flag,
    decision_date: Date,
    completion_date: Date,
    today_date: Date,
) -> Date:
    """Date from which the investment is judged, by the chosen view."""
    return view_decision * decision_date + view_completion * completion_date + view_today * today_date


def valuation_date(view_date: Date, undiscounted_date_first_period: Flag, first_date: Date) -> Date:
    """Date whose flow is not discounted: that of the view, or by choice the beginning of the first period."""
    return where(undiscounted_date_first_period > 0, first_date, view_date)


def counted(view_today: Flag, middle_of_period: Date, today_date: Date) -> Flag:
    """1 where a flow counts: always, except that in the view from today what lies behind is sunk."""
    return 1 - view_today * (middle_of_period < today_date)


def opening_date(planned_opening: Date, opening_delay: Once[Years]) -> Date:
    """Date on which a site opens for customers."""
    return planned_opening + opening_delay


def open_share(end_of_period: Date, opening_date: Date, period_length: Years) -> Share:
    """Share of the period in which a site is open."""
    return maximum(0, minimum(1, (end_of_period - opening_date) / period_length))


def opening_pulse(open_share: Share) -> Share:
    """Where a site opens: sums to 1 over the calendar; brings in the projects that it opens with."""
    return open_share - previous(open_share)


def enquiry_ramp(
    open_share: Share, middle_of_period: Date, opening_date: Date, ramp_time: Years, enquiry_share_at_opening: Share
) -> Share:
    """Share of the full rate of enquiries that reaches a site: a going concern at opening, then a ramp."""
    return open_share * (
        enquiry_share_at_opening
        + (1 - enquiry_share_at_opening) * maximum(0, minimum(1, (middle_of_period - opening_date) / ramp_time))
    )


def maturity_time(innovation_duration: Years, commercial_duration: Years, progression_delay: Years) -> Years:
    """Time from a full ramp to maturity: twice the longest project and the clinical phase between the tracks."""
    return 2 * maximum(innovation_duration, commercial_duration) + progression_delay


def immature(calendar_year: Date, year_ramped: Date, maturity_time: Years) -> Flag:
    """1 in the calendar years in which a site is not yet mature."""
    return where(calendar_year < year_ramped + maturity_time, 1, 0)


def year_ramped(opening_date: Date, ramp_time: Once[Years]) -> Date:
    """Date on which a site's enquiries have reached their full rate."""
    return opening_date + ramp_time


def mature_year_begins(immature: Flag, year_starts: Flag) -> Flag:
    """1 in the first period of each calendar year in which every site is mature."""
    return where(total(immature) < 1, year_starts, 0)


def mature_years(mature_year_begins: Flag) -> Count:
    """Number of mature calendar years begun so far."""
    return cumulative(mature_year_begins)


def at_maturity(mature_years: Count) -> Flag:
    """1 in the first calendar year in which every site is mature."""
    return where(mature_years > 0, 1, 0) * (mature_years < 2)


def price_index(
    consumer_price_index: Index,
    consumer_price_index_base: Once[Index],
    price_inflation: PerYear,
    middle_of_period: Date,
    price_index_until: Date,
    price_basis_real: Flag,
) -> Index:
    """General price level, 1 in the price year: the actual index, then assumed inflation; 1 throughout if real."""
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
    """Level of pay, 1 in the middle of the price year; 1 throughout if real."""
    return where(price_basis_real > 0, 1, (1 + wage_inflation) ** (middle_of_period - price_date))


def material_index(
    material_inflation: Once[PerYear], middle_of_period: Date, price_date: Date, price_basis_real: Flag
) -> Index:
    """Level of material prices, 1 in the middle of the price year; 1 throughout if real."""
    return where(price_basis_real > 0, 1, (1 + material_inflation) ** (middle_of_period - price_date))


def contract_index(
    price_inflation: Once[PerYear], contract_age: Years, indexed_contract_share: Share, price_basis_real: Flag
) -> Index:
    """Commercial prices against today's list: contracts without an index clause lag by their age; none if real."""
    return where(
        price_basis_real > 0,
        1,
        indexed_contract_share + (1 - indexed_contract_share) / (1 + price_inflation) ** contract_age,
    )


def surge_window(end_of_period: Date, period_length: Years, surge_begins: Date, surge_duration: Once[Years]) -> Share:
    """Share of the period in which a pandemic surge runs; 0 throughout where its duration is 0."""
    return maximum(
        0,
        (minimum(end_of_period, surge_begins + surge_duration) - maximum(end_of_period - period_length, surge_begins))
        / period_length,
    )
