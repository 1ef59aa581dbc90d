"""Capacity, line by line: stocks of projects, suites, people, what is served and what is lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hubmodel as hm
from hubmodel.engine.units import Membership
from hubmodel.lines import capacity
from hubmodel.study.result import evaluate

SUITE = Membership("platform", "suite", (0, 0, 1), 2)
SITE = Membership("suite", "site", (1, 0), 2)


def row(*values):
    return np.array([values], dtype=float)


def column(*values):
    return np.array(values, dtype=float)[:, None]


@pytest.fixture(scope="module")
def case():
    return hm.load("northx")


HAND_SUMS = [
    # 48 in stock: 16 into each stage in the period of opening
    (capacity.innovation_stage_time, (1.5,), 0.5),
    (capacity.commercial_stage_time, (0.75,), 0.25),
    (capacity.progression_stage_time, (1.6,), 0.8),
    (capacity.failure_share, (0.93,), 0.07),
    # half of the 10 % that fail are made again
    (capacity.remake_factor, (0.5, 0.1), 1.05),
    # 8 projects x 1.5 batches; 4 x 3
    (capacity.innovation_batches_due, (8, 1.5), 12),
    (capacity.commercial_batches_booked, (4, 3), 12),
    # one slot in twenty is cancelled
    (capacity.commercial_batches_due, (12, 0.05), 11.4),
    # 10 batches x 1.05 x 14 days
    (capacity.innovation_batch_suite_days_demanded, (10, 1.05, 14), 147),
    (capacity.development_suite_days_demanded, (3, 17), 51),
    # (10 x 1.05 + 2 cancelled, never remade) x 14 days
    (capacity.commercial_batch_suite_days_demanded, (12, 10, 1.05, 14), 175),
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
    (capacity.hours_demanded, (16_650, 11_400, 10, 800), 36_050),
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
    (capacity.development_suite_days, (1.5, 17), 25.5),
    # (6.3 made + 1 cancelled) x 10 days
    (capacity.commercial_batch_suite_days, (6.3, 1, 10), 73),
    (capacity.suite_days_used, (63, 73, 10), 146),
    (capacity.utilisation, (63, 84), 0.75),
    (capacity.gmp_suite_days_used, (63, 0), 0),
    (capacity.gmp_suite_days_open, (84, 1), 84),
    # 60 + 90 wanted, 30 + 70 used
    (capacity.unmet_suite_days, (60, 90, 30, 70), 50),
    # (6 + 3 + 1) x 0.9
    (capacity.successful_batches, (6, 3, 1, 0.9), 9),
    (capacity.doses, (9, 1_000, 1), 9_000),
    (capacity.doses, (9, 1_000, 0), 0),
    (capacity.surge_doses_in_bulk, (10, 0.9, 1_000, 1), 9_000),
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


# ---- projects ----


def test_projects_are_won_at_the_ramp_of_their_site():
    ramp = np.array([[0.3, 1.0], [0.5, 1.0]])
    site = Membership("platform", "site", (0, 1), 2)
    started = capacity.innovation_projects_started(column(8, 10), 0.2, 1.5, ramp, site, 0.25)
    # 8 x 0.2 x 1.5 x 0.3 / 4; 10 x 0.2 x 1.5 x 0.5 / 4
    np.testing.assert_allclose(started, [[0.18, 0.6], [0.375, 0.75]])
    returning = np.array([[0.1, 0.1], [0.0, 0.2]])
    both = capacity.commercial_projects_started(column(8, 10), 0.2, 1.5, ramp, site, 0.25, returning)
    np.testing.assert_allclose(both, started + returning)


@pytest.mark.parametrize(
    "taken_over", [capacity.innovation_projects_taken_over, capacity.commercial_projects_taken_over]
)
def test_a_running_unit_brings_a_third_of_its_stock_to_each_stage(taken_over):
    site = Membership("platform", "site", (0, 1), 2)
    pulse = np.array([[1.0, 0.0], [0.25, 0.75]])  # the second site opens over two periods
    # 6 x 1.5 / 3; 2 x 1.5 / 3 x the pulse
    np.testing.assert_allclose(taken_over(column(6, 2), 1.5, pulse, site), [[3, 0], [0.25, 0.75]])


def through_three_stages(started, taken_over, length, stage):
    """Run the lines of the innovation track; returns what is completed and what is active at the end."""
    first = capacity.innovation_first_stage(started, taken_over, length, stage)
    one = capacity.innovation_first_stage_done(first, started, taken_over)
    second = capacity.innovation_second_stage(one, taken_over, length, stage)
    two = capacity.innovation_second_stage_done(second, one, taken_over)
    third = capacity.innovation_third_stage(two, taken_over, length, stage)
    done = capacity.innovation_projects_completed(third, two, taken_over)
    return done, capacity.innovation_projects_active(first, second, third)


def test_a_project_passes_three_stages_of_its_own_length():
    # one project, a stage of one period: a half of it goes on in each step
    done, active = through_three_stages(row(1, 0, 0), row(0, 0, 0), 1, 1)
    # stage 1: 1/2, 1/4, 1/8; stage 2: 1/4, (1/4 + 1/4)/2, (1/4 + 1/8)/2; stage 3: 1/8, (1/8 + 1/4)/2, (3/16 + 3/16)/2
    np.testing.assert_allclose(done, [[1 / 8, 3 / 16, 3 / 16]])
    np.testing.assert_allclose(active, [[1 / 2 + 1 / 4 + 1 / 8, 1 / 4 + 1 / 4 + 3 / 16, 1 / 8 + 3 / 16 + 3 / 16]])


def test_in_the_long_run_as_many_are_completed_as_started_and_the_stock_is_rate_times_duration():
    # 10 a year for 60 years with 1.5 years each: 15 are under way
    done, active = through_three_stages(np.full((1, 720), 10 / 12), np.zeros((1, 720)), 1 / 12, 0.5)
    assert done[0, -12:].sum() == pytest.approx(10, rel=1e-9)
    assert active[0, -1] == pytest.approx(15, rel=1e-9)


@given(
    started=st.lists(st.floats(0, 50), min_size=2, max_size=30),
    stock=st.floats(0, 20),
    length=st.sampled_from([1 / 12, 1 / 4, 1.0]),
    stage=st.floats(0.05, 3),
)
def test_projects_are_neither_lost_nor_invented_nor_negative(started, stock, length, stage):
    taken_over = np.zeros((1, len(started)))
    taken_over[0, 0] = stock / 3
    done, active = through_three_stages(np.array([started]), taken_over, length, stage)
    assert done.sum() + active[0, -1] == pytest.approx(sum(started) + stock, abs=1e-9)
    assert min(done.min(), active.min()) >= -1e-12


def test_completions_lag_by_the_duration():
    # one project in the first month; its completions centre on 12 months, half a month each way for the grid
    started = np.zeros((1, 600))
    started[0, 0] = 1
    done, _ = through_three_stages(started, np.zeros((1, 600)), 1 / 12, 1 / 3)
    assert (done[0] * np.arange(600)).sum() / 12 == pytest.approx(1, abs=1e-9)


def test_progression_takes_what_succeeds_stays_and_was_guaranteed():
    got = capacity.projects_progressing(column(10, 10, 10), 0.6, 0.5, column(1, 0.5), SUITE)
    # 10 x 0.6 x 0.5 in the first suite, half of it in the second
    np.testing.assert_allclose(got, [[3], [3], [1.5]])


def test_progression_waits_two_halves_of_the_clinical_phase():
    stage = capacity.progression_stage_time(2)
    first = capacity.progression_first_stage(row(4, 0), 1, stage)
    done = capacity.progression_first_stage_done(first, row(4, 0))
    second = capacity.progression_second_stage(done, 1, stage)
    # 4 -> 2, 1; 2 -> 1, (1 + 1) / 2
    np.testing.assert_allclose(first, [[2, 1]])
    np.testing.assert_allclose(capacity.projects_returning(second, done), [[1, 1]])


# ---- suites ----


def test_suites_are_open_with_their_site():
    open_share = np.array([[0.0, 1.0], [0.5, 1.0]])
    # 2 suites x 320 days x 0.25 x 0.9 at the second site; 1 x 300 x 0.25 x 0.8 at the first
    got = capacity.suite_days_open(column(2, 1), column(320, 300), column(0.9, 0.8), open_share, SITE, 0.25)
    np.testing.assert_allclose(got, [[72, 144], [0, 60]])


def test_both_kinds_of_innovation_work_meet_in_their_suites():
    development = Membership("platform", "suite", (1, 1, 1), 2)
    got = capacity.innovation_suite_days_demanded(column(1, 2, 4), SUITE, column(10, 20, 40), development)
    np.testing.assert_array_equal(got, [[3], [4 + 70]])
    np.testing.assert_array_equal(
        capacity.innovation_suite_days(column(1, 2, 4), SUITE, column(10, 20, 40), development), [[3], [74]]
    )


@pytest.mark.parametrize(
    "line", [capacity.suite_days_surged, capacity.commercial_suite_days_demanded, capacity.commercial_suite_days]
)
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
    hired = capacity.operations_posts_hired(row(10, 10, 0, 0), 0, row(0, 0, 0, 0), 1, 1, 3)
    # 10/2; (5 + 10)/2; 7.5 / (1 + 1/3); that x 3/4
    np.testing.assert_allclose(hired, [[5, 7.5, 7.5 * 0.75, 7.5 * 0.75**2]])
    np.testing.assert_allclose(capacity.quality_posts_hired(row(10, 10, 0, 0), 0, row(0, 0, 0, 0), 1, 1, 3), hired)


def test_a_site_opens_with_its_crew():
    # (0 + 8 + 0 x 1/2) / (1 + 1/2), the notice of two periods running from the first day
    hired = capacity.operations_posts_hired(row(0, 0), 8, row(1, 0), 1, 1, 2)
    np.testing.assert_allclose(hired, [[8 / 1.5, 8 / 1.5 / 1.5]])


@given(needed=st.lists(st.floats(0, 100), min_size=2, max_size=30), length=st.sampled_from([1 / 12, 0.25, 1.0]))
def test_posts_stay_between_nothing_and_the_most_ever_needed(needed, length):
    hired = capacity.operations_posts_hired(np.array([needed]), 0, np.zeros((1, len(needed))), length, 0.5, 0.25)
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
    np.testing.assert_array_equal(capacity.hours_demanded_at_site(column(1, 2, 4), by), [[5], [2]])


@pytest.mark.parametrize(
    "line",
    [
        capacity.gmp_suite_days_used,
        capacity.gmp_suite_days_open,
        capacity.surge_doses_in_bulk,
    ],
)
def test_totals_over_rows(line):
    np.testing.assert_array_equal(line(column(1, 2, 4)), [[7]])


# ---- the whole track on the reference case ----


@pytest.mark.parametrize("period", ["month", "quarter", "year"])
@pytest.mark.parametrize("track", ["innovation", "commercial"])
def test_mass_balance_on_the_reference_case(case, period, track):
    lines = evaluate(case.with_({"period": period}))
    # a third of the opening stock goes into each of three stages
    came = lines[f"{track}_projects_started"].sum(axis=-1) + 3 * lines[f"{track}_projects_taken_over"].sum(axis=-1)
    left = lines[f"{track}_projects_completed"].sum(axis=-1) + lines[f"{track}_projects_active"][:, -1]
    np.testing.assert_allclose(left, came, rtol=1e-12)
    for stage in ("first", "second", "third"):
        assert lines[f"{track}_{stage}_stage"].min() >= 0
    # nothing runs backwards
    assert lines[f"{track}_projects_completed"].min() >= -1e-12


@pytest.mark.parametrize("period", ["month", "quarter", "year"])
def test_completions_come_after_starts_and_progression_after_completions(case, period):
    lines = evaluate(case.with_({"period": period}))

    def to_date(name):
        return lines[name].cumsum(axis=-1)

    came = to_date("innovation_projects_started") + 3 * to_date("innovation_projects_taken_over")
    assert np.all(to_date("innovation_projects_completed") <= came + 1e-9)
    assert np.all(to_date("projects_returning") <= to_date("projects_progressing") + 1e-9)


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


@pytest.mark.parametrize(
    "change",
    [
        {"commercial_enquiries_per_year[mRNA]": 40},
        {"commercial_win_rate": 0.9},
        {"commercial_margin": 0.6},
        {"batches_per_commercial_project": 12},
        {"late_cancellation_share": 0.15},
    ],
    ids=lambda change: next(iter(change)),
)
def test_progression_does_not_depend_on_commercial_inputs(case, change):
    base, changed = (evaluate(one)["projects_progressing"] for one in (case, case.with_(change)))
    np.testing.assert_array_equal(base, changed)


def test_what_is_billed_does_not_change_what_comes_due(case):
    # people at a tenth of their hours serve less; completions stay
    short = evaluate(case.with_({"direct_hours_share": 0.1, "hiring_lead": 60}))
    base = evaluate(case)
    np.testing.assert_array_equal(short["innovation_projects_completed"], base["innovation_projects_completed"])
    assert short["revenue"].sum() < base["revenue"].sum()


def test_the_development_area_is_never_averaged_into_gmp(case):
    base = evaluate(case)
    more = evaluate(case.with_({"development_suite_days_per_project": 25}))
    np.testing.assert_array_equal(base["gmp_suite_days_used"], more["gmp_suite_days_used"])
    gmp = [place for place, suite in enumerate(case.lists["suite"]) if suite != "Matfors development area"]
    np.testing.assert_allclose(base["gmp_suite_days_used"][0], base["suite_days_used"][gmp].sum(axis=0))
