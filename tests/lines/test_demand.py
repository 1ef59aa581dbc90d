"""Demand, line by line: projects won, their stages, the wait between the tracks, the batches that come due."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubmodel.engine.units import Membership
from hubmodel.lines import demand
from hubmodel.study.result import evaluate
from tests.conftest import column, computed, row

SUITE = Membership("platform", "suite", (0, 0, 1), 2)
TRACKS = pytest.mark.parametrize("track", ["innovation", "commercial"])


HAND_SUMS = [
    # a third of a project's time in each stage, half of the clinical phase in each of two
    (demand.innovation_stage_time, (1.5,), 0.5),
    (demand.commercial_stage_time, (0.75,), 0.25),
    (demand.progression_stage_time, (1.6,), 0.8),
    # 8 projects x 1.5 batches; 4 x 3
    (demand.innovation_batches_due, (8, 1.5), 12),
    (demand.commercial_batches_booked, (4, 3), 12),
    # one slot in twenty is cancelled
    (demand.commercial_batches_due, (12, 0.05), 11.4),
]


@pytest.mark.parametrize(("line", "arguments", "expected"), HAND_SUMS, ids=lambda part: getattr(part, "__name__", ""))
def test_hand_sum(line, arguments, expected):
    assert line(*arguments) == pytest.approx(expected, rel=1e-12)


def test_projects_are_won_at_the_ramp_of_their_site():
    ramp = np.array([[0.3, 1.0], [0.5, 1.0]])
    site = Membership("platform", "site", (0, 1), 2)
    started = demand.innovation_projects_started(column(8, 10), 0.2, 1.5, ramp, site, 0.25)
    # 8 x 0.2 x 1.5 x 0.3 / 4; 10 x 0.2 x 1.5 x 0.5 / 4
    np.testing.assert_allclose(started, [[0.18, 0.6], [0.375, 0.75]])
    returning = np.array([[0.1, 0.1], [0.0, 0.2]])
    both = demand.commercial_projects_started(column(8, 10), 0.2, 1.5, ramp, site, 0.25, returning)
    np.testing.assert_allclose(both, started + returning)


@pytest.mark.parametrize("taken_over", [demand.innovation_projects_taken_over, demand.commercial_projects_taken_over])
def test_a_running_unit_brings_a_third_of_its_stock_to_each_stage(taken_over):
    site = Membership("platform", "site", (0, 1), 2)
    pulse = np.array([[1.0, 0.0], [0.25, 0.75]])  # the second site opens over two periods
    # 6 x 1.5 / 3; 2 x 1.5 / 3 x the pulse
    np.testing.assert_allclose(taken_over(column(6, 2), 1.5, pulse, site), [[3, 0], [0.25, 0.75]])


def through_three_stages(track, started, taken_over, length, stage):
    """Run the stages of a track; returns what is completed and what is active at the end."""
    lines = {name.removeprefix(f"{track}_"): line for name, line in vars(demand).items() if name.startswith(track)}
    arrived, stages = started, []
    for place, leaving in (
        ("first", "first_stage_done"),
        ("second", "second_stage_done"),
        ("third", "projects_completed"),
    ):
        stages.append(computed(lines[f"{place}_stage"], arrived, taken_over, length, stage))
        arrived = lines[leaving](stages[-1], arrived, taken_over)
    return arrived, lines["projects_active"](*stages)


@TRACKS
def test_a_project_passes_three_stages_of_its_own_length(track):
    # one project, a stage of one period: a half of it goes on in each step
    done, active = through_three_stages(track, row(1, 0, 0), row(0, 0, 0), 1, 1)
    # stage 1: 1/2, 1/4, 1/8; stage 2: 1/4, (1/4 + 1/4)/2, (1/4 + 1/8)/2; stage 3: 1/8, (1/8 + 1/4)/2, (3/16 + 3/16)/2
    np.testing.assert_allclose(done, [[1 / 8, 3 / 16, 3 / 16]])
    np.testing.assert_allclose(active, [[1 / 2 + 1 / 4 + 1 / 8, 1 / 4 + 1 / 4 + 3 / 16, 1 / 8 + 3 / 16 + 3 / 16]])


@TRACKS
def test_in_the_long_run_as_many_are_completed_as_started_and_the_stock_is_rate_times_duration(track):
    # 10 a year for 60 years with 1.5 years each: 15 are under way
    done, active = through_three_stages(track, np.full((1, 720), 10 / 12), np.zeros((1, 720)), 1 / 12, 0.5)
    assert done[0, -12:].sum() == pytest.approx(10, rel=1e-9)
    assert active[0, -1] == pytest.approx(15, rel=1e-9)


@TRACKS
@given(
    started=st.lists(st.floats(0, 50), min_size=2, max_size=30),
    stock=st.floats(0, 20),
    length=st.sampled_from([1 / 12, 1 / 4, 1.0]),
    stage=st.floats(0.05, 3),
)
def test_projects_are_neither_lost_nor_invented_nor_negative(track, started, stock, length, stage):
    taken_over = np.zeros((1, len(started)))
    taken_over[0, 0] = stock / 3
    done, active = through_three_stages(track, np.array([started]), taken_over, length, stage)
    assert done.sum() + active[0, -1] == pytest.approx(sum(started) + stock, abs=1e-9)
    assert min(done.min(), active.min()) >= -1e-12


@TRACKS
def test_completions_lag_by_the_duration(track):
    # one project in the first month; its completions centre on 12 months, half a month each way for the grid
    started = np.zeros((1, 600))
    started[0, 0] = 1
    done, _ = through_three_stages(track, started, np.zeros((1, 600)), 1 / 12, 1 / 3)
    assert (done[0] * np.arange(600)).sum() / 12 == pytest.approx(1, abs=1e-9)


def test_progression_takes_what_succeeds_stays_and_was_guaranteed():
    got = demand.projects_progressing(column(10, 10, 10), 0.6, 0.5, column(1, 0.5), SUITE)
    # 10 x 0.6 x 0.5 in the first suite, half of it in the second
    np.testing.assert_allclose(got, [[3], [3], [1.5]])


def test_progression_waits_two_halves_of_the_clinical_phase():
    stage = demand.progression_stage_time(2)
    first = computed(demand.progression_first_stage, row(4, 0), 1, stage)
    done = demand.progression_first_stage_done(first, row(4, 0))
    second = computed(demand.progression_second_stage, done, 1, stage)
    # 4 -> 2, 1; 2 -> 1, (1 + 1) / 2
    np.testing.assert_allclose(first, [[2, 1]])
    np.testing.assert_allclose(demand.projects_returning(second, done), [[1, 1]])


# ---- on the reference case ----


@pytest.mark.parametrize("period", ["month", "quarter", "year"])
@TRACKS
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
    base, changed = (evaluate(each)["projects_progressing"] for each in (case, case.with_(change)))
    np.testing.assert_array_equal(base, changed)


def test_what_is_billed_does_not_change_what_comes_due(case):
    # people at a tenth of their hours serve less; completions stay
    short = evaluate(case.with_({"direct_hours_share": 0.1, "hiring_lead": 60}))
    base = evaluate(case)
    np.testing.assert_array_equal(short["innovation_projects_completed"], base["innovation_projects_completed"])
    assert short["revenue"].sum() < base["revenue"].sum()
