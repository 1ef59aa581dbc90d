"""Impact, line by line: economic value, additionality, preparedness, jobs, the public purse."""

import numpy as np
import pytest

from hubmodel.lines import impact
from hubmodel.study.result import evaluate
from tests.conftest import column, row

HAND_SUMS = [
    # 0.6 x 0.8 x 0.75
    (impact.additionality, (0.4, 0.2, 0.25), 0.36),
    (impact.additionality, (0, 0, 0), 1),
    (impact.additionality, (1, 0.2, 0.25), 0),
    # 30 % of what users pay for the work itself: 100 less materials of 20
    (impact.spillover, (100, 20, 0.3), 24),
    # 200 - 170 - 60 - 5 + 30; labour 80 worth a tenth less elsewhere: 8 less
    (impact.economic_flow, (200, 170, 80, 1, 60, 5, 30), -5),
    (impact.economic_flow, (200, 170, 80, 0.9, 60, 5, 30), 3),
    (impact.economic_residual, (8, 5, 1), 13),
    (impact.economic_residual, (8, 0, 0), 0),
    # two years at 3.5 %, prices up by a tenth
    (impact.social_factor, (0.035, 2024, 2026, 1 / 1.1, 1), 1 / 1.035**2 / 1.1),
    (impact.social_factor, (0.035, 2024, 2026, 1, 0), 0),
    # -60 at once; -5 and 13 left, discounted by half
    (impact.economic_net_present_value, (row(-60, -5), row(0, 13), row(1, 0.5)), -56),
    # 100 + 10 at once; 200 + 30 + 13, discounted by half
    (impact.economic_benefit, (row(100, 200), row(10, 30), row(0, 13), row(1, 0.5)), 231.5),
    # benefits 120, net 20: costs 100
    (impact.benefit_cost_ratio, (120, 20), 1.2),
    (impact.benefit_cost_ratio, (80, -20), 0.8),
    (impact.expected_economic_value, (100, 0.36), 36),
    # a million doses a year kept ready at 5.5 SEK, less 2 million for keeping
    (impact.preparedness_value, (1_000_000, 5.5, 1, 2_000_000), 3_500_000),
    # 20 + 10 + 8 in a site open for half of the period, 5 + 2 + 6 in one open for all of it
    (impact.posts, (column(20, 5), column(10, 2), column(8, 6), column(0.5, 1)), 34 + 13),
    (impact.jobs_in_all, (75, 1.8), 135),
    (impact.exports, (200, 0.6), 120),
    # a quarter of (30 + 10) + (6 + 4), over two sites
    (impact.income_tax_on_pay, (column(30, 10), column(6, 4), 0.25), 12.5),
    # 12.5 + (10 + 5.71) at two sites + 3 - 14 + 1 + 2
    (impact.fiscal_effect, (12.5, column(10, 5.71), 3, 14, 1, 2), 20.21),
    # 20 x 0.9 - 10 x 0.8
    (impact.fiscal_net_present_value, (row(20, -10), row(0.9, 0.8)), 10),
    # earnings 30 and pay 80
    (impact.value_added, (30, 80), 110),
]


@pytest.mark.parametrize(("line", "arguments", "expected"), HAND_SUMS, ids=lambda one: getattr(one, "__name__", ""))
def test_hand_sum(line, arguments, expected):
    assert line(*arguments) == pytest.approx(expected, rel=1e-12)


def test_a_ratio_without_costs_has_no_meaning():
    assert np.isnan(impact.benefit_cost_ratio(100, 100))


def test_labour_cost_is_that_of_all_sites():
    np.testing.assert_array_equal(impact.labour_cost(np.array([[1.0, 2.0], [10.0, 20.0]])), [[11, 22]])


@pytest.mark.parametrize(
    "change",
    [
        {"employment_multiplier": 2.5},
        {"export_share": 0.9},
        {"pay_tax_share": 0.33},
        {"reserved_dose_price": 7},
        {"fill_finish_capacity": 1e7},
        {"grant_factor": 0},
        {"tax_rate": 0.3},
    ],
    ids=lambda change: next(iter(change)),
)
def test_taxes_jobs_exports_grants_and_preparedness_are_no_benefits_in_the_economic_value(case, change):
    base, changed = (evaluate(one)["economic_net_present_value"] for one in (case, case.with_(change)))
    assert changed == pytest.approx(base, rel=1e-12)


def test_economic_value_of_the_reference_case_is_that_of_a_loop(case):
    lines = evaluate(case.with_({"shadow_wage_factor": 0.9}))
    level = lines["price_index"][0][lines["end_of_period"][0] > lines["valuation_date"] + 1e-9][0]
    value = 0.0
    for place, date in enumerate(lines["discounting_date"][0]):
        flow = lines["ebitda"][0, place] + 0.1 * lines["labour_cost"][0, place]
        work = lines["total_innovation_revenue"][0, place] - lines["total_innovation_materials"][0, place]
        flow += lines["spillover_rate"] * work
        flow -= lines["spending"][0, place] + lines["reinvestment"][0, place]
        if place == len(case.periods) - 1:
            flow += lines["residual_before_tax"][0, place] + lines["working_capital"][0, place]
        real = flow / lines["price_index"][0, place] * level
        value += real / (1 + lines["social_discount_rate"]) ** (date - lines["valuation_date"])
    assert lines["economic_net_present_value"] == pytest.approx(value, rel=1e-9)


def test_public_purse_gains_by_one_krona_for_each_krona_of_grant_less(case):
    base, without = evaluate(case), evaluate(case.with_({"grant_factor": 0}))
    # a grant lowers tax depreciation, so part of it comes back as tax
    difference = (without["fiscal_effect"] - base["fiscal_effect"]).sum()
    assert difference == pytest.approx(50e6 + (without["tax"] - base["tax"]).sum(), rel=1e-9)


def test_preparedness_is_nothing_without_a_filling_line_and_is_capped_by_it(case):
    assert evaluate(case.with_({"fill_finish_capacity": 0}))["ready_doses_per_year"] == 0
    lines = evaluate(case.with_({"fill_finish_capacity": 100}))
    assert lines["ready_doses_per_year"] == 100
    bulk = evaluate(case.with_({"fill_finish_capacity": 1e12}))
    expected = bulk["surge_capacity"].sum() * bulk["surge_supply_share"]
    assert bulk["ready_doses_per_year"] == pytest.approx(expected)


@pytest.mark.parametrize("change", ["deadweight", "displacement", "leakage"])
def test_each_reduction_by_itself_scales_the_effect(case, change):
    zero = {"deadweight": 0, "displacement": 0, "leakage": 0}
    lines = evaluate(case.with_({**zero, change: 0.3}))
    assert lines["expected_economic_value"] == pytest.approx(0.7 * lines["economic_net_present_value"])
