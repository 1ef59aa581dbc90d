"""The quote, line by line, on round numbers: 500 h of development and 4 batches, both tracks side by side."""

import numpy as np
import pytest

from hubmodel.lines import quote

# line, arguments in their order, the sum; amounts of money in kSEK unless the line is an hour's or a batch's
HAND_SUMS = [
    # 500 h of 2 500 h in a standard project
    (quote.development_work, (500, 2_500), 0.2),
    # half of the tenth that fails is made again
    (quote.batches_to_start, (4, 1.05), 4.2),
    # 0.2 projects x 3 000 h worked x 1.1 with guidance
    (quote.development_hours_to_work, (0.2, 3_000, 0.1), 660),
    # 4.2 x 800 h
    (quote.batch_hours_to_work, (4.2, 800), 3_360),
    (quote.hours_to_work, (660, 3_360), 4_020),
    # 0.2 x 20 days; 4.2 x 10 days
    (quote.development_days, (0.2, 20), 4),
    (quote.batch_days, (4.2, 10), 42),
    (quote.suite_days_to_use, (4, 42), 46),
    # 500 h x 1.5
    (quote.development_hours_fee, (500, 1.5), 750),
    # 0.2 x 275 of materials with handling, 0.2 x 100 of analyses
    (quote.development_materials_fee, (0.2, 275), 55),
    (quote.development_analyses_fee, (0.2, 100), 20),
    (quote.development_fee, (750, 55, 20), 825),
    # 4 x 1 200; 4 x 660; 5 panels x 500
    (quote.batch_hours_fee, (4, 1_200), 4_800),
    (quote.batch_materials_fee, (4, 660), 2_640),
    (quote.batch_analyses_fee, (5, 500), 2_500),
    (quote.batches_fee, (4_800, 2_640, 2_500), 9_940),
    # a fifth off for universities, for nobody else
    (quote.university_share_off, (1, 0.2), 0.2),
    (quote.university_share_off, (0, 0.2), 0),
    # 500 h x 0.7 + 4 days x 60 + 0.2 x 70 x 1.05
    (quote.development_standard_cost, (500, 0.7, 4, 60, 0.2, 70, 1.05), 604.7),
    # 600 / 0.75 + 55
    (quote.development_at_margin, (600, 0.25, 55), 855),
    # the margin decides, or the fee
    (quote.commercial_development_price, (855, 825), 855),
    (quote.commercial_development_price, (800, 825), 825),
    # 4 x 3 000, and one panel more than batches at 500
    (quote.commercial_batches_price, (4, 3_000, 5, 500), 12_500),
    # two panels fewer
    (quote.commercial_batches_price, (4, 3_000, 2, 500), 11_000),
    # a fifth off the hours only: 825 - 150 and 9 940 - 960
    (quote.development_price, (1, 0, 825, 750, 0.2, 855), 675),
    (quote.batches_price, (1, 0, 9_940, 4_800, 0.2, 12_500), 8_980),
    # commercial customers pay their own price, universities or not
    (quote.development_price, (0, 1, 825, 750, 0.2, 855), 855),
    (quote.batches_price, (0, 1, 9_940, 4_800, 0.2, 12_500), 12_500),
    (quote.list_price, (855, 12_500), 13_355),
    # 10 % of 10 000
    (quote.discount_given, (10_000, 0.1), 1_000),
    (quote.price, (10_000, 1_000), 9_000),
    # the index rises from 1.0 to 1.05 until delivery
    (quote.index_clause_adds, (9_000, 1.05, 1.0), 450),
    (quote.price_at_delivery, (9_000, 1, 450), 9_450),
    (quote.price_at_delivery, (9_000, 0, 450), 9_000),
    # 4 020 h x 0.7
    (quote.people_cost, (4_020, 0.7), 2_814),
    # 0.2 x 250; 4.2 starts x 600
    (quote.development_materials_cost, (0.2, 250), 50),
    (quote.batch_materials_cost, (4.2, 600), 2_520),
    (quote.materials_cost, (50, 2_520), 2_570),
    # 0.2 x 70 x 1.1; 5 panels x 1.05 remade x 350 x 1.1
    (quote.development_analyses_bought, (0.2, 70, 1.1), 15.4),
    (quote.batch_analyses_bought, (5, 1.05, 350, 1.1), 2_021.25),
    (quote.analyses_bought, (15.4, 2_021.25), 2_036.65),
    (quote.work_cost, (2_814, 2_570, 2_036.65), 7_420.65),
    # 46 days x 60
    (quote.suite_days_cost, (46, 60), 2_760),
    (quote.full_cost, (7_420.65, 2_760), 10_180.65),
    # 4 020 h x 0.8 + 2 570 + 2 036.65 + 46 x 100: an emptier hub
    (quote.full_cost_as_used, (4_020, 0.8, 2_570, 2_036.65, 46, 100), 12_422.65),
    (quote.profit, (12_000, 9_000), 3_000),
    # 3 000 of 12 000
    (quote.margin, (3_000, 12_000), 0.25),
    # 9 000 of 12 000 is for batches
    (quote.batches_share_of_price, (9_000, 12_000), 0.75),
    # a tenth of 9 000
    (quote.price_of_failed_batches, (12_000, 0.75, 0.1), 900),
    # the customer pays two thirds of that
    (quote.failed_batches_paid_by_customer, (900, 2 / 3), 600),
    (quote.failed_batches_borne_by_facility, (900, 600), 300),
    (quote.price_collected, (12_000, 300), 11_700),
    # 1 - 9 360 / 11 700
    (quote.margin_collected, (11_700, 9_360), 0.2),
    (quote.collected_share, (11_700, 12_000), 0.975),
    # half a year of development before the batches; 4 batches at 8 a year; two months until release
    (quote.batches_begin, (2027.5, 0.5), 2028),
    (quote.campaign_time, (4, 8), 0.5),
    (quote.work_ends, (2028, 0.5), 2028.5),
    (quote.delivery_date, (2028.5, 1 / 6, 4), 2028.5 + 1 / 6),
    # without batches nothing waits for release
    (quote.delivery_date, (2028.5, 1 / 6, 0), 2028.5),
    # 660 h x 0.5 + 3 360 h x 0.25
    (quote.hours_in_period, (660, 0.5, 3_360, 0.25), 1_170),
    (quote.development_days_in_period, (4, 0.5), 2),
    (quote.batch_days_in_period, (42, 0.25), 10.5),
    # 24 days x 0.3; no floor where scarcity is shared
    (quote.suite_days_reserved, (24, 0.3, 1), 7.2),
    (quote.suite_days_reserved, (24, 0.3, 0), 0),
    (quote.suite_days_idle, (24, 6, 8), 10),
    # 10.5 wanted, 6 idle
    (quote.displaced_days_in_period, (10.5, 6), 4.5),
    # nothing is displaced in an idle suite
    (quote.displaced_days_in_period, (10.5, 12), 0),
    # (10 + 5) posts x 1 200 h x a month - 1 400 h
    (quote.hours_free, (10, 5, 1_200, 1 / 12, 1_400), 100),
    # more is demanded than there is
    (quote.hours_free, (10, 5, 1_200, 1 / 12, 1_600), 0),
    # 4.5 days of work that takes 600 h in 10 days
    (quote.hours_freed_in_period, (4.5, 600, 10), 270),
    # 1 170 - 100 - 270
    (quote.extra_hours_in_period, (1_170, 100, 270), 800),
    (quote.extra_hours_in_period, (300, 100, 270), 0),
    # signed at 2027.0 with half a year to hire
    (quote.short_notice, (2027.4, 2027, 0.5), 1),
    (quote.short_notice, (2027.6, 2027, 0.5), 0),
    # 800 h at 0.7, or at 1.26 on short notice
    (quote.extra_hours_cost_in_period, (800, 0, 0.7, 1.26), 560),
    (quote.extra_hours_cost_in_period, (800, 1, 0.7, 1.26), 1_008),
    # materials, analyses, added hours: neither suite-days nor people who are there anyway
    (quote.marginal_cost, (2_570, 2_030, 560), 5_160),
    # 20 days x 200 x 1.1; work that loses money is gladly displaced
    (quote.displaced_contribution, (20, 200, 1.1), 20 * 200 * 1.1),
    (quote.displaced_contribution, (20, -200, 1.1), 0),
    # (5 160 + 2 640) / 0.975: of 8 000 signed, 7 800 are collected
    (quote.lowest_price_to_sign, (5_160, 2_640, 0.975), 8_000),
    (quote.room_above_lowest, (12_000, 8_000), 4_000),
    # half of 9 000 less 2 640 of materials
    (quote.cancellation_fee, (12_000, 0.75, 2_640, 0.5), 3_180),
    (quote.cancellation_fee, (2_000, 0.75, 2_640, 0.5), 0),
    # 12 000 at 12 a euro
    (quote.price_in_currency, (12_000, 12), 1_000),
    # the euro falls by a tenth, the customer bears a quarter of it
    (quote.rate_move_costs, (12_000, -0.1, 0.25), 900),
    (quote.rate_move_costs, (12_000, 0.1, 0), -1_200),
    (quote.deposit_paid, (2027, 1 / 12), 2027 + 1 / 12),
    (quote.milestone_paid, (2027, 2028.5, 0.25, 1 / 12), 2028.25 + 1 / 12),
    # never invoiced before signing
    (quote.milestone_paid, (2028.4, 2028.5, 0.25, 1 / 12), 2028.4 + 1 / 12),
    (quote.balance_paid, (2028.5, 1 / 12), 2028.5 + 1 / 12),
    # 1 170 h x 0.7 + (50 + 16) x 0.5 + (2 520 + 2 020) x 0.25
    (quote.cash_spent, (1_170, 0.7, 50, 16, 0.5, 2_520, 2_020, 0.25), 819 + 33 + 1_135),
    (quote.net_cash, (5_000, 1_987), 3_013),
]


@pytest.mark.parametrize(("line", "arguments", "expected"), HAND_SUMS, ids=lambda one: getattr(one, "__name__", ""))
def test_hand_sum(line, arguments, expected):
    assert line(*arguments) == pytest.approx(expected, rel=1e-12)


# on the innovation and on the commercial track; 24 days available, 7.2 of them reserved for open access
@pytest.mark.parametrize(
    ("innovation", "commercial", "free"),
    [
        (10, 6, (8, 8)),  # innovation uses more than what is reserved: both may book what is idle
        (4, 6, (14, 10.8)),  # 3.2 reserved days are idle: commercial work may not book them
        (4, 19, (3.2, 0)),  # 1 idle, but 3.2 are reserved for innovation; commercial work has 2.2 too many already
    ],
)
def test_open_access_is_kept_free(innovation, commercial, free):
    idle = quote.suite_days_idle(24, innovation, commercial)
    tracks = np.array([[1.0], [0.0]]), np.array([[0.0], [1.0]])
    got = quote.suite_days_free(*tracks, idle, 24, 7.2, innovation, commercial)
    np.testing.assert_allclose(got, np.array(free)[:, None])


MONTHS = np.array([[2027 + at / 12 for at in range(1, 13)]])  # ends of the months of 2027


def test_work_is_spread_evenly_over_its_time():
    # development from April to June, then two batches in August
    development = quote.development_in_period(quote.development_done(MONTHS, 2027.25, 0.25))
    np.testing.assert_allclose(development, [[0, 0, 0, 1 / 3, 1 / 3, 1 / 3, 0, 0, 0, 0, 0, 0]], atol=1e-9)
    batches = quote.batches_in_period(quote.batches_done(MONTHS, 2027 + 7 / 12, 1 / 12))
    np.testing.assert_allclose(batches, [[0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]], atol=1e-9)


def test_work_that_takes_no_time_is_done_at_once_and_once():
    assert quote.campaign_time(0, 0) == 0
    np.testing.assert_allclose(quote.batches_in_period(quote.batches_done(MONTHS, 2027.25, 0.0)).sum(), 1)


def test_the_price_is_paid_in_three_parts_and_no_more():
    share = quote.share_paid(MONTHS, 0.1, 2027.05, 0.2, 2027.3, 2027.55)
    # a tenth in January, a fifth in April, the rest in July
    got = quote.cash_received(1_000.0, share)
    np.testing.assert_allclose(got, [[100, 0, 0, 200, 0, 0, 700, 0, 0, 0, 0, 0]])


def test_cash_to_date_and_its_deepest_point():
    to_date = quote.cash_to_date(np.array([[100.0, -300.0, -50.0, 400.0]]))
    np.testing.assert_allclose(to_date, [[100, -200, -250, 150]])
    np.testing.assert_allclose(quote.deepest_cash(to_date), [[-250]])
    np.testing.assert_allclose(quote.deepest_cash(np.array([[100.0, 40.0]])), 0)  # before it is signed there is none


def test_sums_over_the_months():
    np.testing.assert_allclose(quote.displaced_days(np.array([[1.0, 2.0, 0.0]])), [[3]])
    np.testing.assert_allclose(quote.extra_hours_cost(np.array([[10.0, 0.0, 5.0]])), [[15]])


def test_a_quote_that_is_given_away_has_no_margin():
    nothing = np.array([[0.0]])
    assert np.isnan(quote.margin(nothing - 10, nothing)).all()
    assert np.isnan(quote.margin_collected(nothing, nothing + 10)).all()
    assert quote.batches_share_of_price(nothing, nothing) == 0
    assert quote.collected_share(nothing, nothing) == 1


def test_draws_are_priced_one_by_one():
    rates = np.array([1.2, 1.5, 2.0]).reshape(3, 1, 1)
    tracks = np.array([[1.0], [0.0]]), np.array([[0.0], [1.0]])
    together = quote.development_price(*tracks, rates * 500, rates * 500, 0.2, 900.0)
    assert together.shape == (3, 2, 1)
    for at, rate in enumerate(rates.ravel()):
        alone = quote.development_price(*tracks, rate * 500, rate * 500, 0.2, 900.0)
        np.testing.assert_array_equal(together[at], alone)
