"""Cost, line by line: people, materials, analyses, facility, and the memos that are never added."""

import numpy as np
import pytest

import hubmodel as hm
from hubmodel.engine.units import Membership
from hubmodel.lines import cost
from hubmodel.study.result import evaluate
from tests.conftest import column

ONLY = Membership("platform", "site", (0,), 1)
FACILITY = (100, 20, 40, 30, 15, 80, 5)  # premises, energy, maintenance, quality, insurance, shared, existing assets


HAND_SUMS = [
    # 30 + 20 of materials, 6 + 4 of analyses, 30 + 10 of people and a course of 1
    (cost.variable_cost, (column(30, 20), column(6, 4), column(30, 10), column(1, 0)), 101),
    (cost.facility_cost, (391, 101), 290),
    # (20 + 10) posts x 500 000 a year x 1.1, for a quarter
    (cost.direct_pay, (20, 10, 500_000, 1.1, 0.25), 4_125_000),
    # 8 posts x 700 000 x 1.1 x a quarter, open for half of it
    (cost.fixed_pay, (8, 0.5, 700_000, 1.1, 0.25), 770_000),
    # 31.42 % of 10 million
    (cost.employer_contributions, (7_000_000, 3_000_000, 0.3142), 3_142_000),
    (cost.pension, (7_000_000, 3_000_000, 0.08), 800_000),
    # 10 million x 0.5 x 20 %, below 36 million a year x a month
    (cost.research_deduction, (10_000_000, 1, 0.5, 0.2, 36_000_000, 1 / 12), 1_000_000),
    # 60 million x 0.5 x 20 % = 6, capped at 3
    (cost.research_deduction, (60_000_000, 1, 0.5, 0.2, 36_000_000, 1 / 12), 3_000_000),
    # off
    (cost.research_deduction, (60_000_000, 0, 0.5, 0.2, 36_000_000, 1 / 12), 0),
    # 7 + 3 + 3.142 + 0.8 - 1
    (cost.staff_cost, (7e6, 3e6, 3_142_000, 800_000, 1e6), 12_942_000),
    # 4 starts x 600 000 + 2 projects x 250 000
    (cost.innovation_material_cost, (4, 600_000, 2, 250_000), 2_900_000),
    # (3 + 1) x 600 000
    (cost.commercial_material_cost, (3, 1, 600_000), 2_400_000),
    # (4 x 350 000 + 2 x 70 000) x 1.1
    (cost.innovation_analyses_cost, (4, 350_000, 2, 70_000, 1.1), 1_694_000),
    # (3 + 1) x 350 000 x 1.1
    (cost.commercial_analyses_cost, (3, 1, 350_000, 1.1), 1_540_000),
    # 100 million x 4 % + 1 million, a quarter, open for half, at 1.1
    (cost.maintenance, (100e6, 0.04, 1e6, 0.5, 0.25, 1.1), 687_500),
    # 2 courses x 60 000 x 1.1
    (cost.training_cost, (2, 60_000, 1.1, ONLY), 132_000),
    # 1 000 + 300 + 60 + 290 + 7
    (cost.operating_cost, (1_000, 300, 60, *FACILITY, 7), 1_657),
    # (4 + 6) starts x 0.1 x (600 000 + 800 h x 700)
    (cost.failed_batch_cost, (4, 6, 0.1, 600_000, 800, 700), 1_160_000),
    # 4 starts x 800 h + 2 projects x 2 500 h x 1.1
    (cost.innovation_hours_at_site, (4, 800, 2, 2_500, 0.1, ONLY), 8_700),
    # of which 2 x 2 500 x 0.1 is guidance
    (cost.guidance_hours, (2, 2_500, 0.1), 500),
    # (3 + 0.5 cancelled + 1) x 800 + 2 transfers x 1 500
    (cost.commercial_hours_at_site, (3, 0.5, 1, 800, 2, 1_500, ONLY), 6_600),
    (cost.innovation_hours_share, (8_700, 5_800), 0.6),
    # nobody works before a site opens
    (cost.innovation_hours_share, (0, 0), 0),
    # 1 000 - 200 x 1.3942
    (cost.direct_staff_cost, (1_000, 200, 0.3142, 0.08), 721.16),
    # 500 h x 700
    (cost.guidance_cost, (500, 700), 350_000),
    # 7 250 000 over 8 700 h + 5 800 h
    (cost.actual_cost_per_hour, (7_250_000, 8_700, 5_800), 500),
    # (3 + 1 million) over 20 + 25 + 5 suite-days
    (cost.actual_cost_per_suite_day, (3e6, 1e6, 20, 25, 5), 80_000),
    # 1.3 million against 1.1 million
    (cost.conversion_cost_above_standard, (1_300_000, 1_100_000), 200_000),
]


@pytest.mark.parametrize(("line", "arguments", "expected"), HAND_SUMS, ids=lambda one: getattr(one, "__name__", ""))
def test_hand_sum(line, arguments, expected):
    assert line(*arguments) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    "line",
    [
        cost.premises,
        cost.energy,
        cost.quality_and_regulatory,
        cost.insurance,
        cost.shared_services,
        cost.opportunity_cost,
    ],
)
def test_yearly_costs_of_a_site_run_while_it_is_open(line):
    # 4 million a year x a quarter x open for half of it x 1.1
    assert line(4e6, 0.5, 0.25, 1.1) == pytest.approx(550_000)
    assert line(4e6, 0, 0.25, 1.1) == 0


@pytest.mark.parametrize("line", [cost.material_cost, cost.analyses_cost])
def test_tracks_add_up_at_the_site_of_their_platform(line):
    by = Membership("platform", "site", (1, 0, 1), 2)
    got = line(np.array([[1.0], [2.0], [4.0]]), np.array([[10.0], [20.0], [40.0]]), by)
    np.testing.assert_array_equal(got, [[22], [55]])


def test_hours_and_courses_add_up_at_their_site():
    by = Membership("member", "site", (1, 0, 1), 3)  # an empty site keeps its row
    count = np.array([[1.0], [2.0], [4.0]])
    # 1, 2 and 4 starts x 10 h and as many projects x 5 h x 1.2: 16 h for each
    hours = cost.innovation_hours_at_site(count, 10.0, count, 5.0, 0.2, by)
    np.testing.assert_array_equal(hours, [[32], [16 + 64], [0]])
    # as many starts, cancelled slots and batches of a surge x 10 h, and transfers x 7 h: 37 h for each
    hours = cost.commercial_hours_at_site(count, count, count, 10.0, count, 7.0, by)
    np.testing.assert_array_equal(hours, [[74], [37 + 148], [0]])
    # courses x 100 x 1.5
    np.testing.assert_array_equal(cost.training_cost(count, 100.0, 1.5, by), [[300], [150 + 600], [0]])


def test_operating_cost_of_the_hub_is_that_of_its_sites():
    np.testing.assert_array_equal(cost.total_operating_cost(np.array([[1.0, 2.0], [10.0, 20.0]])), [[11, 22]])


def test_what_is_not_direct_is_fixed():
    # pay 1 000 direct and 200 fixed, on-costs 39.42 %
    staff = cost.staff_cost(1_000, 200, 1_200 * 0.3142, 1_200 * 0.08, 0)
    direct = cost.direct_staff_cost(staff, 200, 0.3142, 0.08)
    assert staff - direct == pytest.approx(200 * 1.3942)
    # with materials of 300, analyses of 60 and courses of 7 the rest of operating cost is fixed pay and the facility
    operating = np.array([[cost.operating_cost(staff, 300, 60, *FACILITY, 7)]])
    variable = cost.variable_cost(300, 60, direct, 7)
    # 200 x 1.3942 + 290
    assert cost.facility_cost(operating, variable) == pytest.approx(200 * 1.3942 + 290)


def test_facility_cost_of_the_reference_case_is_that_of_its_parts():
    lines = evaluate(hm.load("northx"))
    parts = ("premises", "energy", "maintenance", "quality_and_regulatory", "insurance", "shared_services",
             "opportunity_cost")  # fmt: skip
    on_costs = 1 + lines["employer_contribution_share"] + lines["pension_share"]
    fixed = lines["fixed_pay"] * on_costs + sum(lines[part] for part in parts)
    np.testing.assert_allclose(lines["facility_cost"][0], fixed.sum(axis=0), rtol=1e-9, atol=1e-6)


def test_without_work_an_hour_and_a_suite_day_have_no_actual_cost():
    # people and plant are paid before a site opens, for no hour and no day that could bear them
    assert np.isnan(cost.actual_cost_per_hour(1e6, np.zeros((1, 1)), np.zeros((1, 1)))).all()
    assert np.isnan(cost.actual_cost_per_suite_day(1e6, 1e6, 0.0, np.zeros((1, 1)), 0.0)).all()


def test_a_batch_costs_what_an_hour_costs_at_its_site():
    site = Membership("platform", "site", (1, 0), 2)
    hourly = np.array([[500.0], [1_000.0]])
    got = cost.actual_conversion_cost_per_batch(
        np.array([[600.0], [800.0]]), hourly, site, 10.0, 80_000.0, 350_000.0, 1.1
    )
    # 600 h x 1 000 + 10 x 80 000 + 350 000 x 1.1; 800 h x 500 + the same
    np.testing.assert_allclose(got, [[600_000 + 800_000 + 385_000], [400_000 + 800_000 + 385_000]])
