"""Figures, line by line: the mature year, margins over full cost, ranking of platforms, jobs."""

import numpy as np
import pytest

import hubmodel as hm
from hubmodel.engine.units import Membership
from hubmodel.lines import figures
from hubmodel.study.result import evaluate
from tests.conftest import column, row

ONLY = Membership("platform", "suite", (0,), 1)


HAND_SUMS = [
    (figures.ebitda_margin_at_maturity, (28, 200), 0.14),
    (figures.utilisation_at_maturity, (644, 1_150), 0.56),
    # 300 of 1 000 suite-days used
    (figures.innovation_use_share, (300, 600, 100), 0.3),
    (figures.innovation_use_share, (0, 0, 0), 0),
    # 10 + 1.5 + 0.5 + (30 x 0.6 + 4 x 0.5) + (50 + 10) x 0.3
    (figures.innovation_full_cost, (10, column(1.5, 0.5), column(30, 4), column(0.6, 0.5), 50, 10, 0.3), 50),
    # 170 + 10 - 1 - 50
    (figures.commercial_full_cost, (170, 10, 1, 50), 129),
    # 1 - 95 / 100; a loss where cost is more than what is collected
    (figures.innovation_margin, (100, 95), 0.05),
    (figures.innovation_margin, (100, 120), -0.2),
    (figures.commercial_margin_realised, (150, 120), 0.2),
    (figures.margin_gap, (0.2, 0.05), 0.15),
    # 30 + 60 - (2 + 3) batches x (1 + 1.25 x 1.12)
    (figures.platform_contribution, (30, 60, 2, 3, 1, 1.25, 1.12), 78),
    (figures.contribution_per_suite_day, (78, 13), 6),
    # 60 - 10 - 2
    (figures.commercial_contribution_at_suite, (60, 10, 2, ONLY), 48),
    # 5 days turned away at 480 / 60 a day
    (figures.open_access_cost, (5, 480, 60), 40),
    (figures.open_access_cost, (5, 480, 0), 0),
    # 50 post-years in two periods of a third of a year each
    (figures.jobs_direct, (50, row(1 / 3, 1 / 3, 0)), 75),
    # 0.8 around each post in the hub
    (figures.jobs_indirect, (75, 1.8), 60),
    (figures.maturity_time_in_period, (1, 1 / 12), 1 / 12),
    (figures.calendar_year_if_mature, (1, 2029, 2041), 2029),
    (figures.calendar_year_if_mature, (0, 2029, 2041), 2041),
    (figures.maturity_year, (2029, 2041), 2029),
    # 6 + 4 days and 3 + 2, of which the later lie outside the year
    (figures.platform_suite_days_at_maturity, (row(6, 3), row(4, 2), row(1, 0)), 10),
    # 74 posts for a quarter and 78 for a quarter
    (figures.post_time_at_maturity, (row(70, 74, 78), row(0, 0.25, 0.25)), 38),
]


@pytest.mark.parametrize(("line", "arguments", "expected"), HAND_SUMS, ids=lambda one: getattr(one, "__name__", ""))
def test_hand_sum(line, arguments, expected):
    assert line(*arguments) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        (figures.ebitda_margin_at_maturity, (0, 0)),
        (figures.utilisation_at_maturity, (0, 0)),
        (figures.innovation_margin, (0, 10)),
        (figures.commercial_margin_realised, (0, 10)),
        (figures.contribution_per_suite_day, (0, 0)),
        (figures.jobs_direct, (0, row(0, 0))),
        (figures.maturity_year, (2041, 2041)),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_a_figure_without_a_mature_year_has_no_meaning(line, arguments):
    assert np.isnan(line(*arguments))


DAYS_AT_MATURITY = [
    figures.gmp_days_used_at_maturity,
    figures.gmp_days_open_at_maturity,
]
MONEY_AT_MATURITY = [
    figures.revenue_at_maturity,
    figures.ebitda_at_maturity,
    figures.innovation_revenue_at_maturity,
    figures.innovation_cost_at_maturity,
    figures.commercial_revenue_at_maturity,
    figures.commercial_cost_at_maturity,
    figures.platform_contribution_at_maturity,
]


@pytest.mark.parametrize("line", DAYS_AT_MATURITY, ids=lambda line: line.__name__)
def test_only_the_mature_year_counts(line):
    # 2 + 4
    np.testing.assert_array_equal(line(row(1, 2, 4, 8), row(0, 1, 1, 0)), [[6]])


@pytest.mark.parametrize("line", MONEY_AT_MATURITY, ids=lambda line: line.__name__)
def test_money_of_the_mature_year_is_in_prices_of_the_price_year(line):
    # 2 / 1.25 + 4 / 1.6
    got = line(row(1, 2, 4, 8), row(0, 1, 1, 0), row(1, 1.25, 1.6, 2))
    np.testing.assert_allclose(got, [[1.6 + 2.5]], rtol=1e-12)


@pytest.mark.parametrize(
    "line",
    [figures.total_commercial_suite_days, figures.total_surge_suite_days, figures.total_innovation_materials,
     figures.total_training_cost],
    ids=lambda line: line.__name__,
)  # fmt: skip
def test_totals_over_rows(line):
    np.testing.assert_array_equal(line(np.array([[1.0, 2.0], [10.0, 20.0]])), [[11, 22]])


def test_earliest_mature_year_is_the_lowest():
    assert figures.earliest_mature_year(row(2041, 2029, 2029, 2041)) == [[2029]]


def test_jobs_are_post_years_over_the_length_of_the_year():
    # 74, 75, 76, 77 posts in four quarters: 75.5
    quarters = row(0.25, 0.25, 0.25, 0.25)
    years = figures.post_time_at_maturity(row(74, 75, 76, 77), quarters)
    assert figures.jobs_direct(years, quarters) == pytest.approx(75.5)


def test_commercial_contribution_meets_in_its_suite():
    by = Membership("platform", "suite", (1, 0, 1), 2)
    # 11 - 7 - 3, 12 - 7 - 3, 14 - 7 - 3
    got = figures.commercial_contribution_at_suite(column(11, 12, 14), column(7, 7, 7), column(3, 3, 3), by)
    np.testing.assert_array_equal(got, [[2], [5]])


@pytest.mark.parametrize("period", ["month", "quarter", "year"])
def test_figures_at_maturity_are_those_of_the_calendar_year(case, period):
    result = hm.run(case.with_({"period": period}), solved=False)
    year = str(int(result["maturity_year"]))
    at = slice(
        *np.searchsorted([int(one[:4]) for one in case.with_({"period": period}).periods], [int(year), int(year) + 1])
    )
    revenue, ebitda = ((result[line] / result["price_index"])[0, at].sum() for line in ("revenue", "ebitda"))
    assert result["revenue_at_maturity"] == pytest.approx(revenue)
    assert result["ebitda_margin_at_maturity"] == pytest.approx(ebitda / revenue)
    assert result["maturity_time_in_period"].sum() == pytest.approx(1)


def test_a_later_maturity_brings_no_inflation(case):
    # steady volumes from 2030 on: a year later nothing is larger but for pay, which rises by more than prices
    base, later = (evaluate(case.with_({"ramp_time": ramp})) for ramp in (2.0, 4.0))
    years = later["maturity_year"] - base["maturity_year"]
    nominal = [one.series("revenue")[1][""][int(one["maturity_year"]) - case.first] for one in (base, later)]
    inflation = (1 + base["price_inflation"]) ** years
    grown = later["revenue_at_maturity"] / base["revenue_at_maturity"]
    assert years > 0
    assert grown == pytest.approx(nominal[1] / nominal[0] / inflation, rel=2e-3)


def test_maturity_waits_for_the_slowest_site(case):
    # Matfors opens in 2023.75 or so with a ramp of 1.5; twice the longest project, the delay between the tracks
    base = evaluate(case)
    wait = 2 * max(base["innovation_duration"], base["commercial_duration"]) + base["progression_delay"]
    ready = float(np.max(base["opening_date"])) + base["ramp_time"] + wait
    assert base["maturity_year"] == np.ceil(ready)
    later = evaluate(case.with_({"opening_delay[Stockholm]": 60}))
    ready = float(np.max(later["opening_date"])) + base["ramp_time"] + wait
    assert later["maturity_year"] == np.ceil(ready)


def test_a_calendar_too_short_for_maturity_gives_no_figure_and_says_why(case):
    figures_ = hm.run(case.with_({"opening_delay[Matfors]": 180}), solved=False).key_figures
    for name in ("maturity_year", "ebitda_margin_at_maturity", "jobs_direct", "margin_gap", "utilisation_at_maturity"):
        assert figures_[name].value is None
        assert figures_[name].why == "the calendar ends before every site is mature"


def test_full_cost_is_borne_by_the_tracks_and_training(case):
    lines = evaluate(case)
    borne = lines["innovation_full_cost"] + lines["commercial_full_cost"] + lines["total_training_cost"]
    np.testing.assert_allclose(borne, lines["total_operating_cost"] + lines["gross_depreciation"], rtol=1e-9)


def test_the_floor_costs_nothing_where_nobody_is_turned_away(case):
    assert evaluate(case.with_({"open_access_share": 0}))["open_access_suite_days_forgone"].sum() == pytest.approx(
        0, abs=1e-9
    )
    crowded = case.with_({"volume_factor": 4, "open_access_share": 0.6})
    lines = evaluate(crowded)
    assert lines["open_access_cost"].sum() > 1e6
    assert lines["open_access_cost"].min() >= -1e-6
