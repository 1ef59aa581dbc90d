"""Pricing, line by line: fee for service, margin on standard cost, floor, ceiling, revenue."""

import numpy as np
import pytest

from hubmodel.engine.units import Membership
from hubmodel.lines import pricing

# line, arguments in their order, the sum
HAND_SUMS = [
    # 1 500 SEK an hour at a price level of 1.05
    (pricing.hourly_rate, (1_500, 1.05), 1_575),
    # quotes count the standard, or what is worked where prices are set anew
    (pricing.quoted_hours_per_batch, (600, 750, 1, 0), 600),
    (pricing.quoted_hours_per_batch, (600, 750, 0, 1), 750),
    (pricing.quoted_hours_per_project, (2_500, 3_000, 1, 0), 2_500),
    (pricing.quoted_hours_per_project, (2_500, 3_000, 0, 1), 3_000),
    (pricing.quoted_pay, (552_000, 600_000, 1, 0), 552_000),
    (pricing.quoted_pay, (552_000, 600_000, 0, 1), 600_000),
    # 1.5 MSEK x 1.04
    (pricing.material_cost_per_batch, (1_500_000, 1.04), 1_560_000),
    (pricing.material_cost_per_project, (250_000, 1.04), 260_000),
    # 2 000 h x 1 250 SEK
    (pricing.working_hours_fee_per_batch, (2_000, 1_250), 2_500_000),
    # 200 000 and 10 % of handling
    (pricing.materials_fee_per_batch, (200_000, 0.10), 220_000),
    # 500 000 at a price level of 1.1
    (pricing.analyses_fee_per_batch, (500_000, 1.1), 550_000),
    # 2 500 000 + 220 000 + 500 000
    (pricing.fee_for_service_price_per_batch, (2_500_000, 220_000, 500_000), 3_220_000),
    # 30 % are universities, 20 % off: 6 % over all customers
    (pricing.academic_reduction, (0.3, 0.2), 0.06),
    # 3 220 000 - 6 % of the hours fee 2 500 000; materials and analyses are never discounted
    (pricing.innovation_price_per_batch, (3_220_000, 2_500_000, 0.06), 3_070_000),
    # 2 500 h x 1 500
    (pricing.development_hours_fee_per_project, (2_500, 1_500), 3_750_000),
    # 250 000 and 10 % of handling
    (pricing.development_materials_fee_per_project, (250_000, 0.1), 275_000),
    # 100 000 at a price level of 1.1
    (pricing.development_analyses_fee_per_project, (100_000, 1.1), 110_000),
    # 3 750 000 x 0.94 + 275 000 + 100 000
    (pricing.development_price_per_project, (3_750_000, 0.06, 275_000, 100_000), 3_900_000),
    # 560 000 x 1.4 / 1 120 h x 1.03
    (pricing.standard_cost_per_hour, (560_000, 0.4, 1_120, 1.03), 721),
    # 721 and 80 % on top
    (pricing.short_notice_cost_per_hour, (721, 0.8), 1_297.8),
    # 52 MSEK / (1 300 days x 0.5) x 1.1
    (pricing.standard_cost_per_suite_day, (52_000_000, 1_300, 0.5, 1.1), 88_000),
    # 600 h x 721 + 10 days x 88 000 + 350 000 x 1.1 = 432 600 + 880 000 + 385 000
    (pricing.standard_conversion_cost_per_batch, (600, 721, 10, 88_000, 350_000, 1.1), 1_697_600),
    # 1 400 000 / 0.65 + 220 000: the margin is on the price of the work, materials are passed through
    (pricing.price_at_margin, (1_400_000, 0.35, 200_000, 0.10), 1_400_000 / 0.65 + 220_000),
    # 1 500 000 / 0.75 + 1 000 000 x 1.1
    (pricing.price_at_margin, (1_500_000, 0.25, 1_000_000, 0.1), 3_100_000),
    # no margin: cost and materials with handling
    (pricing.price_at_margin, (1_500_000, 0, 1_000_000, 0.1), 2_600_000),
    # 10 MSEK x 1.1
    (pricing.price_ceiling, (10_000_000, 1.1), 11_000_000),
    # 30 % in foreign currency that falls by a tenth
    (pricing.exchange_rate_factor, (0.3, -0.1), 0.97),
    # 5 MSEK x 0.99 x 0.97
    (pricing.commercial_price_collected, (5_000_000, 0.99, 0.97), 4_801_500),
    # a tenth fails, the customer bears 0.4 of those: 1 - 0.1 x 0.6
    (pricing.billed_share, (0.1, 0.4), 0.94),
    (pricing.billed_share, (0.1, 1), 1),
    (pricing.billed_share, (0.1, 0), 0.9),
    # 5 batches x 0.94 x 3 MSEK
    (pricing.innovation_batch_revenue, (5, 0.94, 3_000_000), 14_100_000),
    (pricing.commercial_batch_revenue, (5, 0.94, 3_000_000), 14_100_000),
    (pricing.surge_revenue, (5, 0.94, 3_000_000), 14_100_000),
    # 2.5 projects x 3.9 MSEK
    (pricing.development_revenue, (2.5, 3_900_000), 9_750_000),
    # half of 4 MSEK less 1 MSEK of materials; nothing where materials are dearer than the price
    (pricing.cancellation_fee_per_batch, (4_000_000, 1_000_000, 0.5), 1_500_000),
    (pricing.cancellation_fee_per_batch, (1_000_000, 4_000_000, 0.5), 0),
    # 2 slots x 1.5 MSEK
    (pricing.cancellation_revenue, (2, 1_500_000), 3_000_000),
    # 3 transfers x 5 MSEK x 1.1
    (pricing.technology_transfer_revenue, (3, 5_000_000, 1.1), 16_500_000),
    (pricing.innovation_revenue, (14_100_000, 9_750_000), 23_850_000),
    # batches, cancellations, transfers, surge
    (pricing.commercial_revenue, (14_100_000, 4_000_000, 16_500_000, 1_000_000), 35_600_000),
    # 2 courses x 10 seats x 30 000 x 1.1
    (pricing.training_revenue, (2, 10, 30_000, 1.1), 660_000),
    # 6 MSEK a year, open for a third of the quarter, at 1.1
    (pricing.reservation_revenue, (6_000_000, 1 / 3, 0.25, 1.1), 550_000),
    # both tracks; 400 000 + 260 000 of two courses; 550 000
    (pricing.revenue, (23_850_000, 35_600_000, np.array([[400_000.0], [260_000.0]]), 550_000), 60_660_000),
    # 5 batches x 600 h + 2.5 projects x 2 500 h
    (pricing.quoted_hours, (5, 600, 2.5, 2_500), 9_250),
]


@pytest.mark.parametrize(("line", "arguments", "expected"), HAND_SUMS, ids=lambda one: getattr(one, "__name__", ""))
def test_hand_sum(line, arguments, expected):
    assert line(*arguments) == pytest.approx(expected, rel=1e-12)


# ceiling, price at margin, fee for service -> price, on floor, on ceiling
@pytest.mark.parametrize(
    ("ceiling", "at_margin", "fee", "price", "on_floor", "on_ceiling"),
    [
        (10, 6, 5, 6, 0, 0),  # in between: the margin decides
        (10, 4, 5, 5, 1, 0),  # commercial customers never pay less than the innovation track's list price
        (10, 12, 5, 10, 0, 1),  # nor more than the market does
        (4, 6, 5, 4, 0, 1),  # the market is below both: it decides
        (5, 3, 8, 5, 1, 0),  # fee for service lifts it, as far as the market goes
        (6, 6, 5, 6, 0, 0),  # exactly on the edge is neither
    ],
)
def test_floor_and_ceiling(ceiling, at_margin, fee, price, on_floor, on_ceiling):
    got = pricing.commercial_price_per_batch(ceiling, at_margin, fee)
    assert got == price
    assert pricing.on_floor(got, at_margin) == on_floor
    assert pricing.on_ceiling(got, at_margin) == on_ceiling


def test_platforms_on_floor_and_ceiling_are_counted():
    flags = np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 0.0]])
    np.testing.assert_array_equal(pricing.platforms_on_floor(flags), [[2, 1]])
    np.testing.assert_array_equal(pricing.platforms_on_ceiling(flags), [[2, 1]])


def test_margin_is_on_the_price_of_the_work_and_not_a_mark_up_on_cost():
    # 650 000 of work at 35 %: 1 000 000, of which 350 000 is margin; a mark-up of 35 % would give 877 500
    price = pricing.price_at_margin(650_000, 0.35, 0, 0.1)
    assert (price - 650_000) / price == pytest.approx(0.35)


def test_dearer_materials_earn_their_handling_and_nothing_else():
    before, after = (pricing.price_at_margin(1_400_000, 0.35, cost, 0.1) for cost in (200_000, 500_000))
    # 300 000 more in cost, 330 000 more in price
    assert after - before == pytest.approx(300_000 * 1.1)


def test_courses_are_held_where_and_while_their_site_is_open():
    by = Membership("course", "site", (1, 0), 2)
    open_share = np.array([[1.0, 1.0], [0.0, 0.5]])  # the second site opens in the middle of the second quarter
    held = pricing.courses_held(np.array([[8.0], [4.0]]), open_share, by, 0.25)
    # 8 a year x 0.25 x 0.5; 4 a year x 0.25
    np.testing.assert_allclose(held, [[0, 1], [1, 1]])


def test_revenue_goes_to_the_site_that_earns_it():
    platforms, courses = Membership("platform", "site", (0, 1, 0), 2), Membership("course", "site", (1,), 2)
    innovation, commercial = np.array([[1.0], [2.0], [4.0]]), np.array([[10.0], [20.0], [40.0]])
    got = pricing.revenue_at_site(
        innovation, commercial, platforms, np.array([[100.0]]), courses, np.array([[7.0], [9.0]])
    )
    # first site 1 + 4 + 10 + 40 + 7, second 2 + 20 + 100 + 9
    np.testing.assert_array_equal(got, [[62], [131]])


def test_revenue_of_the_facility_adds_up_courses_and_sites():
    courses, reserved = np.array([[1.0, 2.0], [10.0, 20.0]]), np.array([[100.0, 200.0], [1_000.0, 2_000.0]])
    # 7 + 8 + 11 + 1 100, 7 + 8 + 22 + 2 200
    got = pricing.revenue(np.array([[7.0, 7.0]]), np.array([[8.0, 8.0]]), courses, reserved)
    np.testing.assert_array_equal(got, [[1_126, 2_237]])


@pytest.mark.parametrize("line", [pricing.total_innovation_revenue, pricing.total_commercial_revenue])
def test_totals_over_rows(line):
    np.testing.assert_array_equal(line(np.array([[1.0, 2.0], [10.0, 20.0]])), [[11, 22]])
