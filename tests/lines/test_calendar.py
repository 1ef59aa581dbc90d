"""Calendar, line by line: dates, opening, ramp, maturity, price levels."""

import numpy as np
import pytest

from hubmodel.lines import calendar
from tests.conftest import row


def periods(first, years, per_year):
    """Ends, middles and length of the periods of some years."""
    ends = calendar.end_of_period(first, row(*range(1, years * per_year + 1)), 1 / per_year)
    return ends, calendar.middle_of_period(ends, 1 / per_year), 1 / per_year


def test_periods_end_and_centre():
    # third quarter of 2021 ends at 2021 + 3/4, its middle is an eighth of a year before
    assert calendar.end_of_period(2021, 3, 0.25) == 2021.75
    assert calendar.middle_of_period(2021.75, 0.25) == 2021.625
    assert calendar.calendar_year(np.array([2021.625])) == [2021]


@pytest.mark.parametrize("per_year", [1, 4, 12])
def test_each_year_starts_once_and_ends_once(per_year):
    _, middle, length = periods(2021, 3, per_year)
    first, last = [1] + [0] * (per_year - 1), [0] * (per_year - 1) + [1]
    np.testing.assert_array_equal(calendar.year_starts(middle, length), [first * 3])
    np.testing.assert_array_equal(calendar.year_ends(middle, length), [last * 3])


@pytest.mark.parametrize("per_year", [1, 4, 12])
def test_only_one_period_is_the_last(per_year):
    _, middle, length = periods(2021, 3, per_year)
    last = calendar.last_period(middle, length, 2024)
    assert last.sum() == 1
    assert last[0, -1] == 1


@pytest.mark.parametrize(
    ("view", "expected"), [((1, 0, 0), 2021.75), ((0, 1, 0), 2023.75), ((0, 0, 1), 2026.9)], ids=str
)
def test_view_date_is_that_of_the_view(view, expected):
    assert calendar.view_date(*view, 2021.75, 2023.75, 2026.9) == expected


def test_the_undiscounted_date_is_that_of_the_view_or_the_beginning():
    assert calendar.valuation_date(2023.75, 0, 2021) == 2023.75
    assert calendar.valuation_date(2023.75, 1, 2021) == 2021


def test_only_the_view_from_today_drops_the_past():
    middle = row(2025.5, 2026.5, 2027.5)
    np.testing.assert_array_equal(calendar.counted(0, middle, 2026.92), [[1, 1, 1]])
    np.testing.assert_array_equal(calendar.counted(1, middle, 2026.92), [[0, 0, 1]])


def test_opening_is_as_planned_plus_delay():
    # 2023-04-01 and six months
    assert calendar.opening_date(2023.25, 0.5) == 2023.75


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (2023.75, 0),  # ends on the day of opening
        (2023.80, 0.2),  # 0.05 of 0.25 years
        (2024.00, 1),
        (2030.00, 1),
    ],
)
def test_open_share_of_a_quarter(end, expected):
    assert calendar.open_share(end, 2023.75, 0.25) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("opening", [2021.0, 2022.3, 2022.99])
def test_open_shares_of_months_average_to_that_of_the_year(opening):
    ends, _, length = periods(2021, 3, 12)
    months = calendar.open_share(ends, opening, length)[0].reshape(3, 12).mean(axis=1)
    ends, _, length = periods(2021, 3, 1)
    np.testing.assert_allclose(months, calendar.open_share(ends, opening, length)[0], atol=1e-9)


@pytest.mark.parametrize("per_year", [1, 4, 12])
def test_opening_pulse_is_one_in_all(per_year):
    ends, _, length = periods(2021, 3, per_year)
    pulse = calendar.opening_pulse(calendar.open_share(ends, 2022.3, length))
    assert pulse.sum() == pytest.approx(1)
    assert pulse.min() == 0


@pytest.mark.parametrize(
    ("middle", "open_share", "expected"),
    [
        (2024.0, 0, 0),  # not open
        (2024.0, 1, 0.3),  # the day of opening: the going concern
        (2024.75, 1, 0.3 + 0.7 * 0.75 / 1.5),  # half of the ramp
        (2025.5, 1, 1),
        (2030.0, 1, 1),
    ],
)
def test_enquiry_ramp(middle, open_share, expected):
    ramp = calendar.enquiry_ramp(open_share, middle, 2024.0, ramp_time=1.5, enquiry_share_at_opening=0.3)
    assert ramp == pytest.approx(expected)


def test_maturity_is_twice_the_longest_project_and_the_delay_between_the_tracks():
    # 2 x max(1, 1.5) + 1.6
    assert calendar.maturity_time(1, 1.5, 1.6) == pytest.approx(4.6)
    # opened 2023.75 with a ramp of 1.5 years: full in 2025.25, mature from 2029.85, so in the calendar year 2030
    assert calendar.year_ramped(2023.75, 1.5) == 2025.25
    np.testing.assert_array_equal(calendar.immature(row(2029, 2030), 2025.25, 4.6), [[1, 0]])


def test_the_mature_year_is_the_first_in_which_no_site_is_young():
    immature = np.array([[1, 1, 0, 0, 0, 0], [1, 1, 1, 1, 0, 0]], dtype=float)  # two sites, half-years
    starts = row(1, 0, 1, 0, 1, 0)
    # 2, 2, 1, 1, 0 and 0 sites are young
    begins = calendar.mature_year_begins(immature, starts)
    np.testing.assert_array_equal(begins, [[0, 0, 0, 0, 1, 0]])
    np.testing.assert_array_equal(calendar.mature_years(begins), [[0, 0, 0, 0, 1, 1]])
    np.testing.assert_array_equal(calendar.at_maturity(calendar.mature_years(begins)), [[0, 0, 0, 0, 1, 1]])


def test_only_one_year_is_at_maturity():
    np.testing.assert_array_equal(calendar.at_maturity(row(0, 1, 1, 2, 3)), [[0, 1, 1, 0, 0]])


@pytest.mark.parametrize(
    ("middle", "expected"),
    [
        (2023.5, 390 / 415),  # actual index, no assumed inflation yet
        (2025.5, 390 / 415),  # the last year with an index
        (2027.5, 390 / 415 * 1.025**2),
    ],
)
def test_price_index_is_actual_and_then_assumed(middle, expected):
    assert calendar.price_index(390, 415, 0.025, middle, 2025.5, 0) == pytest.approx(expected)


def test_price_index_is_one_in_the_price_year():
    assert calendar.price_index(415, 415, 0.025, 2024.5, 2025.5, 0) == 1


@pytest.mark.parametrize("index", [calendar.wage_index, calendar.material_index])
def test_pay_and_materials_grow_both_ways_from_the_price_year(index):
    # 1.03 squared, and one year back
    assert index(0.03, 2026.5, 2024.5, 0) == pytest.approx(1.0609)
    assert index(0.03, 2023.5, 2024.5, 0) == pytest.approx(1 / 1.03)
    assert index(0.03, 2024.5, 2024.5, 0) == 1


def test_contracts_without_a_clause_lag_by_their_age():
    # 70 % keep up, 30 % are one year old at 2.5 %
    assert calendar.contract_index(0.025, 1, 0.7, 0) == pytest.approx(0.7 + 0.3 / 1.025)
    assert calendar.contract_index(0.025, 1, 1, 0) == 1
    assert calendar.contract_index(0, 5, 0, 0) == 1


def test_every_index_is_one_in_real_terms():
    assert calendar.price_index(390, 415, 0.025, 2030.5, 2025.5, 1) == 1
    assert calendar.wage_index(0.03, 2030.5, 2024.5, 1) == 1
    assert calendar.material_index(0.02, 2030.5, 2024.5, 1) == 1
    assert calendar.contract_index(0.025, 1, 0.7, 1) == 1


@pytest.mark.parametrize(
    ("end", "begins", "duration", "expected"),
    [
        (2030, 2029, 1, 1),  # all of the year
        (2030, 2029.75, 1, 0.25),  # the last quarter
        (2031, 2029.75, 1, 0.75),  # the rest of it
        (2030, 2029.25, 0.5, 0.5),  # within the year
        (2029, 2029, 1, 0),  # the year before
        (2030, 2029, 0, 0),  # off
    ],
)
def test_surge_window_of_a_year(end, begins, duration, expected):
    assert calendar.surge_window(end, 1, begins, duration) == pytest.approx(expected)
