"""Capacity, line by line: suites, people, what is served and what is lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubmodel.engine.units import Membership
from hubmodel.lines import capacity
from hubmodel.study.result import evaluate
from tests.conftest import column, computed, row

SUITE = Membership("platform", "suite", (0, 0, 1), 2)
SITE = Membership("suite", "site", (1, 0), 2)
ONLY = Membership("platform", "suite", (0,), 1)


HAND_SUMS = [
    (capacity.failure_share, (0.93,), 0.07),
    # half of the 10 % that fail are made again
    (capacity.remake_factor, (0.5, 0.1), 1.05),
    # 10 batches x 1.05 x 14 days + 3 projects x 17 days, in the only suite
    (capacity.innovation_suite_days_demanded, (10, 1.05, 14, ONLY, 3, 17, ONLY), 198),
    # (10 x 1.05 + 2 cancelled, never remade) x 14 days
    (capacity.commercial_suite_days_demanded, (12, 10, 1.05, 14, ONLY), 175),
    # 30 % of 100 days for 60: half; nothing demanded: all; enough: all
    (capacity.innovation_guaranteed_share, (60, 0.3, 100), 0.5),
    (capacity.innovation_guaranteed_share, (0, 0.3, 100), 1),
    (capacity.innovation_guaranteed_share, (20, 0.3, 100), 1),
    # the floor: the lesser of 60 wanted and 30 reserved; of 20 wanted and 30
    (capacity.innovation_suite_days_guaranteed, (60, 90, 0.3, 100, 1, 0), 30),
    (capacity.innovation_suite_days_guaranteed, (20, 90, 0.3, 100, 1, 0), 20),
    # in proportion: 60 x 100 / (60 + 90); nothing is scarce: all of it
    (capacity.innovation_suite_days_guaranteed, (60, 90, 0.3, 100, 0, 1), 40),
    (capacity.innovation_suite_days_guaranteed, (20, 30, 0.3, 100, 0, 1), 20),
    # commercial work may take 100 - 30 of the 90 it wants, or all of 40
    (capacity.commercial_suite_days_served, (90, 100, 30), 70),
    (capacity.commercial_suite_days_served, (40, 100, 30), 40),
    # innovation takes what is left: 100 - 70; or all that it wants
    (capacity.innovation_suite_days_served, (60, 100, 70), 30),
    (capacity.innovation_suite_days_served, (60, 100, 20), 60),
    # 90 were wanted, 70 served: 20 forgone; of 120 wanted, 100 could have been
    (capacity.open_access_suite_days_forgone, (90, 100, 70), 20),
    (capacity.open_access_suite_days_forgone, (120, 100, 70), 30),
    (capacity.innovation_suite_share, (30, 60), 0.5),
    (capacity.innovation_suite_share, (0, 0), 1),
    (capacity.commercial_suite_share, (70, 90), 70 / 90),
    (capacity.suite_days_available, (100, 30), 70),
    (capacity.suite_days_available, (100, 130), 0),
    # 10 batches x 1.05 x 800 h + 3 projects x 2 500 h x 1.1
    (capacity.innovation_hours_demanded, (10, 1.05, 800, 3, 2_500, 0.1), 16_650),
    (capacity.technology_transfers, (4, 0.5), 2),
    # (10 x 1.05 + 2 cancelled of 12 booked) x 800 + 2 x 1 500
    (capacity.commercial_hours_demanded, (12, 10, 1.05, 800, 2, 1_500), 13_000),
    (capacity.surge_batches, (140, 14), 10),
    # 16 650 + 11 400 + 10 x 800
    (capacity.hours_demanded_at_site, (16_650, 11_400, 10, 800, ONLY), 36_050),
    # 1 600 paid hours x 68 %
    (capacity.hours_per_post, (1_600, 0.68), 1_088),
    (capacity.operations_hours_demanded, (10_000, 0.35), 6_500),
    (capacity.quality_hours_demanded, (10_000, 0.35), 3_500),
    # 1 360 h in a quarter are 5 440 a year: 5 posts of 1 088 h, and a tenth of headroom
    (capacity.operations_posts_needed, (1_360, 0.25, 1_088, 0.1), 5.5),
    (capacity.quality_posts_needed, (1_360, 0.25, 1_088, 0), 5),
    # never below the licence's crew, and none before opening
    (capacity.operations_posts, (5, 8, 1), 8),
    (capacity.operations_posts, (9, 8, 1), 9),
    (capacity.quality_posts, (0, 4, 0.5), 2),
    # 4 posts x 1 000 h x a quarter for 2 000 h: half; for 500 h: all; for none: all
    (capacity.operations_share, (4, 1_000, 0.25, 2_000), 0.5),
    (capacity.operations_share, (4, 1_000, 0.25, 500), 1),
    (capacity.quality_share, (4, 1_000, 0.25, 2_000), 0.5),
    (capacity.quality_share, (0, 1_000, 0.25, 0), 1),
    (capacity.people_share, (0.8, 0.6), 0.6),
    (capacity.innovation_batches, (10, 0.6), 6),
    (capacity.innovation_batch_starts, (6, 1.05), 6.3),
    (capacity.development_projects, (3, 0.5), 1.5),
    (capacity.commercial_batches, (10, 0.6), 6),
    (capacity.commercial_batch_starts, (6, 1.05), 6.3),
    # 2 of 12 booked are cancelled; where only half is served, half of them matter
    (capacity.commercial_batches_cancelled, (12, 10, 0.5), 1),
    (capacity.innovation_batch_suite_days, (6.3, 10), 63),
    # 63 + 1.5 projects x 17 days
    (capacity.innovation_suite_days, (63, ONLY, 1.5, 17, ONLY), 88.5),
    # (6.3 made + 1 cancelled) x 10 days
    (capacity.commercial_batch_suite_days, (6.3, 1, 10), 73),
    (capacity.suite_days_used, (63, 73, 10), 146),
    (capacity.utilisation, (63, 84), 0.75),
    # 63 in the suite under GMP, 20 in the development area; 84 and 30 open
    (capacity.gmp_suite_days_used, (column(63, 20), column(1, 0)), 63),
    (capacity.gmp_suite_days_open, (column(84, 30), column(1, 0)), 84),
    # 60 + 90 wanted, 30 + 70 used
    (capacity.unmet_suite_days, (60, 90, 30, 70), 50),
    # (6 + 3 + 1) x 0.9
    (capacity.successful_batches, (6, 3, 1, 0.9), 9),
    (capacity.doses, (9, 1_000, 1), 9_000),
    (capacity.doses, (9, 1_000, 0), 0),
    # 10 batches x 0.9 x 1 000 doses, and 4 x 0.9 x 500; the third platform makes none
    (capacity.surge_doses_in_bulk, (column(10, 4, 7), 0.9, column(1_000, 500, 200), column(1, 1, 0)), 10_800),
    # 9 000 in bulk, 70 % of supplies arrive: 6 300; the line fills 20 000 a year, 5 000 in a quarter
    (capacity.surge_doses, (9_000, 0.7, 20_000, 0.25), 5_000),
    (capacity.surge_doses, (9_000, 0.7, 40_000, 0.25), 6_300),
    (capacity.ready_doses_per_year, (100_000, 0.7, 80_000), 70_000),
    (capacity.ready_doses_per_year, (100_000, 0.7, 0), 0),
    # 3 months, 10 days, 6 weeks
    (capacity.time_to_first_dose, (0.25, 10 / 365, 42 / 365), 0.25 + 52 / 365),
]


@pytest.mark.parametrize(("line", "arguments", "expected"), HAND_SUMS, ids=lambda one: getattr(one, "__name__", ""))
def test_hand_sum(line, arguments, expected):
    assert line(*arguments) == pytest.approx(expected, rel=1e-12)


def test_utilisation_has_no_meaning_before_opening():
    assert np.isnan(capacity.utilisation(0, 0))


# ---- suites ----


def test_suites_are_open_with_their_site():
    open_share = np.array([[0.0, 1.0], [0.5, 1.0]])
    # 2 suites x 320 days x 0.25 x 0.9 at the second site; 1 x 300 x 0.25 x 0.8 at the first
    got = capacity.suite_days_open(column(2, 1), column(320, 300), column(0.9, 0.8), open_share, SITE, 0.25)
    np.testing.assert_allclose(got, [[72, 144], [0, 60]])


DEVELOPMENT = Membership("platform", "suite", (1, 1, 1), 2)


def test_both_kinds_of_innovation_work_meet_in_their_suites():
    # batches x 1.5 x 2 days: 3 + 6 in the first suite, 12 in the second, with 7 projects x 10 days of development
    demanded = capacity.innovation_suite_days_demanded(
        column(1, 2, 4), 1.5, column(2, 2, 2), SUITE, column(1, 2, 4), column(10, 10, 10), DEVELOPMENT
    )
    np.testing.assert_array_equal(demanded, [[3 + 6], [12 + 70]])
    # the same batches as 3, 6 and 12 days used
    used = capacity.innovation_suite_days(column(3, 6, 12), SUITE, column(1, 2, 4), column(10, 10, 10), DEVELOPMENT)
    np.testing.assert_array_equal(used, demanded)


def test_commercial_batches_add_up_in_their_suite():
    # 1 x 1.5 + 1 cancelled, 2 x 1.5, 4 x 1.5 + 4 cancelled; 2 days each
    got = capacity.commercial_suite_days_demanded(column(2, 2, 8), column(1, 2, 4), 1.5, column(2, 2, 2), SUITE)
    np.testing.assert_array_equal(got, [[5 + 6], [20]])


@pytest.mark.parametrize("line", [capacity.suite_days_surged, capacity.commercial_suite_days])
def test_platforms_add_up_in_their_suite(line):
    np.testing.assert_array_equal(line(column(1, 2, 4), SUITE), [[3], [4]])


def test_a_surge_takes_its_share_of_the_suite_while_it_lasts():
    # half of 80 open days, a quarter of the period
    got = capacity.surge_suite_days(column(80, 40), SUITE, column(0.5, 0, 1), 0.25)
    np.testing.assert_allclose(got, [[10], [0], [10]])


def test_surge_capacity_follows_suite_share_time_and_yield():
    got = capacity.surge_capacity(
        column(1, 2), column(320, 300), column(0.9, 0.8), SUITE, column(0.5, 0, 1), column(10, 10, 12), 0.9, 1_000, 1
    )
    # 1 x 320 x 0.9 x 0.5 / 10 x 0.9 x 1 000; none; 2 x 300 x 0.8 / 12 x 900
    np.testing.assert_allclose(got, [[12_960], [0], [36_000]])
    np.testing.assert_allclose(capacity.total_surge_capacity(got), [[48_960]])


@given(
    innovation=st.floats(0, 500), commercial=st.floats(0, 500), available=st.floats(0, 300), floor=st.floats(0, 1),
    rule=st.sampled_from([(1, 0), (0, 1)]),
)  # fmt: skip
def test_open_access_floor_holds_and_no_suite_day_is_used_twice(innovation, commercial, available, floor, rule):
    kept = capacity.innovation_suite_days_guaranteed(innovation, commercial, floor, available, *rule)
    sold = capacity.commercial_suite_days_served(commercial, available, kept)
    used = capacity.innovation_suite_days_served(innovation, available, sold)
    assert used + sold <= available + 1e-9
    assert used >= kept - 1e-9
    assert min(used, sold) >= -1e-9
    if rule == (1, 0):
        assert used >= min(innovation, floor * available) - 1e-9
    # nothing stands idle while somebody waits
    assert used + sold == pytest.approx(min(innovation + commercial, available), abs=1e-9)


# ---- people ----


def test_people_are_hired_with_a_lead_and_leave_after_a_notice():
    # 10 posts needed, a lead of one period: half of the gap is closed each period; then 0 needed, notice of three
    hired = computed(capacity.operations_posts_hired, row(10, 10, 0, 0), 0, row(0, 0, 0, 0), 1, 1, 3)
    # 10/2; (5 + 10)/2; 7.5 / (1 + 1/3); that x 3/4
    np.testing.assert_allclose(hired, [[5, 7.5, 7.5 * 0.75, 7.5 * 0.75**2]])
    np.testing.assert_allclose(
        computed(capacity.quality_posts_hired, row(10, 10, 0, 0), 0, row(0, 0, 0, 0), 1, 1, 3), hired
    )


def test_a_site_opens_with_its_crew():
    # (0 + 8 + 0 x 1/2) / (1 + 1/2), the notice of two periods running from the first day
    hired = computed(capacity.operations_posts_hired, row(0, 0), 8, row(1, 0), 1, 1, 2)
    np.testing.assert_allclose(hired, [[8 / 1.5, 8 / 1.5 / 1.5]])


@given(needed=st.lists(st.floats(0, 100), min_size=2, max_size=30), length=st.sampled_from([1 / 12, 0.25, 1.0]))
def test_posts_stay_between_nothing_and_the_most_ever_needed(needed, length):
    hired = computed(
        capacity.operations_posts_hired, np.array([needed]), 0, np.zeros((1, len(needed))), length, 0.5, 0.25
    )
    assert hired.min() >= -1e-9
    assert hired.max() <= max(needed) + 1e-9


def test_the_scarcest_of_suite_and_people_decides():
    suite, people = column(0.9, 0.4), column(0.6)
    site = Membership("platform", "site", (0, 0, 0), 1)
    expected = [[0.6], [0.6], [0.4]]
    np.testing.assert_array_equal(capacity.innovation_served_share(suite, SUITE, people, site), expected)
    np.testing.assert_array_equal(capacity.commercial_served_share(suite, SUITE, people, site), expected)
    np.testing.assert_array_equal(capacity.development_served_share(suite, SUITE, people, site), expected)


def test_hours_meet_at_their_site():
    by = Membership("platform", "site", (0, 1, 0), 2)
    # 1 + 10 + 2 batches x 5 h, 2 + 20, 4 + 40
    got = capacity.hours_demanded_at_site(column(1, 2, 4), column(10, 20, 40), column(2, 0, 0), column(5, 5, 5), by)
    np.testing.assert_array_equal(got, [[21 + 44], [22]])


# ---- on the reference case ----


@pytest.mark.parametrize("period", ["month", "quarter", "year"])
@pytest.mark.parametrize("volume", [0.5, 1, 3, 10])
@pytest.mark.parametrize("priority", ["floor", "pro_rata"])
def test_no_suite_is_overfull_and_the_floor_holds_at_any_volume(case, period, volume, priority):
    lines = evaluate(case.with_({"period": period, "volume_factor": volume, "priority": priority}))
    assert np.nanmax(lines["utilisation"]) <= 1 + 1e-12
    assert lines["unmet_suite_days"].min() >= -1e-9
    served, demanded = lines["innovation_suite_days_served"], lines["innovation_suite_days_demanded"]
    if priority == "floor":
        kept = np.minimum(demanded, lines["open_access_share"] * lines["suite_days_available"])
        assert np.all(served >= kept - 1e-9)


def test_work_that_is_not_served_is_lost(case):
    # ten times the volume: much is turned away, yet projects come due as if it were not, ten times as many
    once, tenfold = (evaluate(case.with_({"volume_factor": volume})) for volume in (1, 10))
    assert tenfold["unmet_suite_days"].sum() > 100 * once["unmet_suite_days"].sum()
    np.testing.assert_allclose(
        tenfold["innovation_projects_completed"], 10 * once["innovation_projects_completed"], rtol=1e-12
    )
    assert tenfold["suite_days_used"].sum() < 3 * once["suite_days_used"].sum()


def test_the_development_area_is_never_averaged_into_gmp(case):
    base = evaluate(case)
    more = evaluate(case.with_({"development_suite_days_per_project": 25}))
    np.testing.assert_array_equal(base["gmp_suite_days_used"], more["gmp_suite_days_used"])
    gmp = [place for place, suite in enumerate(case.lists["suite"]) if suite != "Matfors development area"]
    np.testing.assert_allclose(base["gmp_suite_days_used"][0], base["suite_days_used"][gmp].sum(axis=0))
