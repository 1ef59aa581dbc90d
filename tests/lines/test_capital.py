"""Capital, line by line: investment, books, Swedish tax depreciation, untaxed reserves, the end."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubmodel.engine.units import Membership
from hubmodel.lines import calendar, capital
from hubmodel.study.result import evaluate
from tests.conftest import column, computed, row

ASSET = Membership("component", "asset", (0, 0, 1), 2)
SITE = Membership("asset", "site", (1, 0), 2)


HAND_SUMS = [
    # paid from 2021.5 over 2 years: a quarter by 2022, all by 2023.5, none before; a year's delay moves it
    (capital.asset_spent_share, (2022, 2021.5, 0, 2, 0, 0), 0.25),
    (capital.asset_spent_share, (2024, 2021.5, 0, 2, 0, 1), 1),
    (capital.asset_spent_share, (2021, 2021.5, 0, 2, 0, 0), 0),
    (capital.asset_spent_share, (2023, 2021.5, 1, 2, 0, 0), 0.25),
    # or all of it in the period that ends at completion
    (capital.asset_spent_share, (2022, 2021.5, 0, 2, 1, 0), 0),
    (capital.asset_spent_share, (2023, 2021.5, 0, 2, 1, 1), 1),
    # 38 on a valuation, 69.3 invoiced: in kind is the first, or nothing
    (capital.spending_in_kind, (column(38, 69.3), column(1, 0), 1), 38),
    (capital.spending_in_kind, (column(38, 69.3), column(1, 0), 0), 0),
    (capital.asset_cost_invoiced, (69.3, 1), 69.3),
    (capital.asset_cost_invoiced, (4.1, 0), 0),
    # a cost of 100 less a grant of 40; all of it where the grant is deferred
    (capital.component_net_cost, (100, 1, 40), 60),
    (capital.component_net_cost, (100, 0, 40), 100),
    (capital.depreciated_share, (2.5, 10), 0.25),
    (capital.depreciated_share, (25, 10), 1),
    # 60 x 0.75 and 5 of a replacement
    (capital.book_value_by_component, (60, 0.25, 5), 50),
    (capital.component_grant_released_to_date, (40, 0.25), 10),
    (capital.component_tax_cost, (100, 40, 1), 60),
    (capital.component_tax_cost, (100, 40, 0), 100),
    # a grant of 40 that is taxed as income, or never
    (capital.grant_taxed, (40, 1), 40),
    (capital.grant_taxed, (40, 0), 0),
    (capital.grant_never_taxed, (40, 1), 40),
    # 60 and 5 of equipment, 30 and 2 of fit-out
    (capital.equipment_bought, (column(60, 30, 5, 2), column(1, 0, 1, 0)), 65),
    (capital.fit_out_bought, (column(60, 30, 5, 2), column(1, 0, 1, 0)), 32),
    # bought in 2022 for 100: 80 at the end of 2022, 20 at the end of 2025, nothing from 2027 on
    (capital.equipment_plan_value_by_year, (100, 0.2, 2023, 2022), 80),
    (capital.equipment_plan_value_by_year, (100, 0.2, 2026, 2022), 20),
    (capital.equipment_plan_value_by_year, (100, 0.2, 2030, 2022), 0),
    # deferred: 45 in the books, 40 of grant of which 10 is used up
    (capital.component_value_after_grant, (45, 1, 40, 10), 15),
    (capital.component_value_after_grant, (45, 0, 40, 10), 45),
    # a cost of 100 of which a half is left, and one of 60 of which a quarter is
    (capital.equipment_left, (column(100, 60), column(0.5, 0.25)), 65),
    # 65 left of what is being written off; 200 bought, of which 160 have begun: 40 wait for their first year
    (capital.equipment_scheduled_value, (65, 200, 160), 105),
    # 2023 is the second year of what was bought in 2022; in 2020 there is none yet
    (capital.tax_age, (2023, 2022, 1), 2),
    (capital.tax_age, (2020, 2022, 1), 0),
    (capital.first_year_share, (1,), 0.5),
    (capital.first_year_share, (0,), 1),
    # at 1 / 5 a year from the first: 2 years are 0.4; with half a first year 1.5 of 5 years; after 5.5 of 5 nothing
    (capital.straight_line_left, (2, 1, 5, 1), 0.6),
    (capital.straight_line_left, (2, 0.5, 5, 1), 0.7),
    (capital.straight_line_left, (6, 0.5, 5, 1), 0),
    # the first year has not begun: nothing is written off, whatever its share
    (capital.straight_line_left, (0, 0.5, 5, 1), 1),
    # 1 - 0.3 / 2 in the first year, then 70 % a year
    (capital.declining_left, (3, 0.5, 0.3), 0.85 * 0.49),
    # 5 + 4 + 3 + 2 + 1
    (capital.sum_of_years, (5, 1), 15),
    # after the second of five years 3 are left, before it 4; never fewer than none, nor more than all
    (capital.years_to_go, (2, 5, 1), 3),
    (capital.years_to_go, (7, 5, 1), 0),
    (capital.years_to_go_before, (2, 5, 1), 4),
    (capital.years_to_go_before, (0, 5, 1), 5),
    # 3 + 2 + 1 of 15 left; a half first year leaves half of that and half of 4 + 3 + 2 + 1
    (capital.sum_of_years_left, (3, 4, 1, 15), 6 / 15),
    (capital.sum_of_years_left, (3, 4, 0.5, 15), 8 / 15),
    # one method is chosen
    (capital.tax_share_left, (1, 0.1, 0, 0.2, 0, 0.3, 0, 0.4), 0.1),
    (capital.tax_share_left, (0, 0.1, 1, 0.2, 0, 0.3, 0, 0.4), 0.2),
    (capital.tax_share_left, (0, 0.1, 0, 0.2, 1, 0.3, 0, 0.4), 0.3),
    (capital.tax_share_left, (0, 0.1, 0, 0.2, 0, 0.3, 1, 0.4), 0.4),
    # 100 in the books, 60 and 15 for tax, 20 in reserves
    (capital.temporary_difference, (100, 60, 15, 20), 5),
    (capital.liquidation_value, (111.4, 0.1), 11.14),
    # what is fetched 11 is below 30 in the books; and the other way round
    (capital.residual_before_tax, (11, 30, 3), 8),
    (capital.residual_before_tax, (11, 5, 3), 2),
    # 8 - 20 % of (8 - 4 - 1), in the last period only
    (capital.residual_value, (8, 0.2, 4, 1, 1), 7.4),
    (capital.residual_value, (8, 0.2, 4, 1, 0), 0),
    # a loss on the tax value is a tax saved: 2 + 20 % of 3
    (capital.residual_value, (2, 0.2, 4, 1, 1), 2.6),
]


@pytest.mark.parametrize(("line", "arguments", "expected"), HAND_SUMS, ids=lambda one: getattr(one, "__name__", ""))
def test_hand_sum(line, arguments, expected):
    assert line(*arguments) == pytest.approx(expected, rel=1e-12)


# ---- spending ----


@pytest.mark.parametrize("per_year", [1, 4, 12])
@given(begins=st.floats(2020, 2024), time=st.floats(0.02, 3))
def test_an_asset_is_paid_once_whenever_it_is_paid(per_year, begins, time):
    ends = calendar.end_of_period(2020, row(*range(1, 10 * per_year + 1)), 1 / per_year)
    spending = capital.asset_spending(69.3, capital.asset_spent_share(ends, begins, 0, time, 0, 0))
    assert spending.sum() == pytest.approx(69.3)
    assert spending.min() >= 0


def test_spending_falls_evenly_between_its_dates():
    # 100 from 2021.25 over a year: three quarters in 2021, a quarter in 2022
    share = capital.asset_spent_share(row(2022, 2023, 2024), 2021.25, 0, 1, 0, 0)
    np.testing.assert_allclose(capital.asset_spending(100, share), [[75, 25, 0]])


def test_sums_by_site_and_in_all():
    np.testing.assert_allclose(capital.asset_cost_at_site(column(38, 69.3), SITE), [[69.3], [38]])
    np.testing.assert_allclose(capital.asset_cost_invoiced_at_site(column(38, 0), SITE), [[0], [38]])
    for line in (capital.total_investment, capital.recorded_investment, capital.spending):
        np.testing.assert_allclose(line(column(69.3, 4.1, 38)), [[111.4]])


def test_components_share_their_asset():
    # 100 in 0.3 and 0.7, 50 in one
    np.testing.assert_allclose(capital.component_cost(column(100, 50), ASSET, column(0.3, 0.7, 1)), [[30], [70], [50]])
    spent = capital.component_spending(np.array([[100, 0], [0, 50.0]]), ASSET, column(0.3, 0.7, 1))
    np.testing.assert_allclose(spent, [[30, 0], [70, 0], [0, 50]])
    np.testing.assert_allclose(capital.component_spending_to_date(spent), [[30, 30], [70, 70], [0, 50]])


# ---- renewal ----


def test_replacement_comes_at_the_end_of_each_life_and_not_in_the_last_years():
    middle = row(*(year + 0.5 for year in range(2020, 2045)))
    site = Membership("component", "site", (0,), 1)
    count = capital.renewals(middle, 2045, 5, column(2022), site, column(8))
    # opened 2022, a life of 8: in 2030 and 2038; 2046 is past the stop of 2040
    assert dict(zip(*np.unique(count, return_counts=True), strict=True)) == {0: 10, 1: 8, 2: 7}
    bought = capital.reinvestment_by_component(100, 0.6, count, 1.1)
    assert {2020 + place: value for place, value in enumerate(bought[0]) if value} == pytest.approx(
        {2030: 66, 2038: 66}
    )
    np.testing.assert_allclose(capital.reinvestment(bought).sum(), 132)


def test_a_life_that_ends_after_the_stop_is_not_renewed():
    site = Membership("component", "site", (0,), 1)
    middle = row(2038.5, 2039.5, 2040.5)
    np.testing.assert_array_equal(capital.renewals(middle, 2041, 2, column(2029), site, column(10.5)), [[0, 0, 0]])
    np.testing.assert_array_equal(capital.renewals(middle, 2041, 2, column(2029), site, column(9)), [[1, 1, 1]])


def test_years_in_service_begin_at_opening():
    site = Membership("component", "site", (1, 0), 2)
    got = capital.years_in_service(row(2023, 2024), column(2023.75, 2022), site)
    np.testing.assert_allclose(got, [[1, 2], [0, 0.25]])


def test_a_replacement_is_written_off_over_its_life_and_gives_way_to_the_next():
    bought = row(0, 60, 0, 0, 0, 90, 0)
    cost = computed(capital.renewal_cost_in_use, bought)
    np.testing.assert_allclose(cost, [[0, 60, 60, 60, 60, 90, 90]])
    # 60 over 3 years, half a life left is none: 40, 20, 0, 0; then 90: 60, 30
    values = computed(capital.renewal_book_value, bought, cost, 1, 3)
    np.testing.assert_allclose(values, [[0, 40, 20, 0, 0, 60, 30]])


# ---- books ----


def test_depreciation_is_what_was_added_less_what_the_value_rose_by():
    # cost 100 in year 1, 50 replaced in year 3; value 90, 80, 110
    got = capital.depreciation(row(100, 100, 100), row(0, 0, 50), row(90, 80, 110))
    np.testing.assert_allclose(got, [[10, 10, 20]])


def test_gross_depreciation_adds_back_what_the_grant_took_off():
    np.testing.assert_allclose(capital.gross_depreciation(row(6, 6), 1, row(4, 8)), [[10, 10]])
    np.testing.assert_allclose(capital.gross_depreciation(row(10, 10), 0, row(4, 8)), [[10, 10]])


@pytest.mark.parametrize(
    "line",
    [
        capital.book_value,
        capital.grant_released_to_date,
        capital.net_cost_to_date,
        capital.value_after_grant,
        capital.equipment_depreciable,
    ],
)
def test_totals_over_rows(line):
    np.testing.assert_array_equal(line(np.array([[1.0, 2.0], [10.0, 20.0]])), [[11, 22]])


# ---- tax ----


def test_what_tax_adds_is_new_cost_and_replacement():
    np.testing.assert_allclose(capital.component_tax_addition(row(60, 100, 100), row(0, 0, 30)), [[60, 40, 30]])


def test_purchases_are_sorted_by_year():
    got = capital.equipment_bought_in_year(row(5, 7, 9), row(2021, 2021, 2022), column(2021, 2022, 2023))
    np.testing.assert_array_equal(got, [[5, 7, 0], [0, 0, 9], [0, 0, 0]])
    np.testing.assert_array_equal(capital.equipment_bought_to_date(got), [[5, 12, 12], [0, 0, 9], [0, 0, 0]])


def swedish_equipment_values(bought_by_year, declining=0.3, plan=0.2):
    """Tax values at each year's end, year by year: 70 % of balance and purchases, or four fifths, three fifths …"""
    values, opening = [], 0.0
    for year in range(len(bought_by_year)):
        by_rate = (opening + bought_by_year[year]) * (1 - declining)
        by_plan = 0.0
        for bought_in in range(year + 1):
            left = 1 - plan * (year - bought_in + 1)
            if left > 0:
                by_plan += bought_by_year[bought_in] * left
        opening = by_rate if by_rate < by_plan else by_plan
        values.append(opening)
    return values


def run_equipment(bought_by_year, per_year, shares):
    """The same purchases through the lines of the model, spread over the periods of each year."""
    years = len(bought_by_year)
    ends = calendar.end_of_period(2021, row(*range(1, years * per_year + 1)), 1 / per_year)
    middle = calendar.middle_of_period(ends, 1 / per_year)
    bought = np.outer(bought_by_year, shares).reshape(1, -1)
    year_ends = calendar.year_ends(middle, 1 / per_year)
    purchase_year = column(*range(2021, 2021 + years))
    by_year = capital.equipment_bought_in_year(bought, calendar.calendar_year(middle), purchase_year)
    plan = capital.equipment_plan_value_by_year(capital.equipment_bought_to_date(by_year), 0.2, ends, purchase_year)
    values = computed(capital.equipment_tax_value, bought, year_ends, 0.3, plan, 1, 0 * bought)
    return values[0, per_year - 1 :: per_year]


def test_five_year_plan_overtakes_the_declining_rule():
    # 100 in one year: 70, 49, 34.3; then the plan: 20 in year 4 (24.01 by the rate), 0 in year 5
    np.testing.assert_allclose(run_equipment([100, 0, 0, 0, 0, 0], 1, [1]), [70, 49, 34.3, 20, 0, 0], atol=1e-9)
    np.testing.assert_allclose(swedish_equipment_values([100, 0, 0, 0, 0, 0]), [70, 49, 34.3, 20, 0, 0], atol=1e-9)


def test_writing_off_begins_with_the_purchase_or_in_the_year_of_opening():
    year, site = row(2021, 2022, 2023), Membership("component", "site", (0,), 1)
    at_once, at_opening = (
        capital.component_depreciable_cost(row(60, 100, 100), begins, year, column(2022.7), site) for begins in (0, 1)
    )
    np.testing.assert_array_equal(at_once, [[60, 100, 100]])
    np.testing.assert_array_equal(at_opening, [[0, 100, 100]])
    # new cost and the replacement, for equipment only
    added = capital.depreciable_addition(at_once, row(0, 0, 30), 1)
    np.testing.assert_array_equal(added, [[60, 40, 30]])
    np.testing.assert_array_equal(capital.depreciable_addition(at_once, row(0, 0, 30), 0), [[0, 0, 0]])
    by_year = capital.equipment_depreciable_in_year(added, year, column(2021, 2022))
    np.testing.assert_array_equal(by_year, [[60, 0, 0], [0, 40, 0]])
    np.testing.assert_array_equal(capital.equipment_depreciable_by_year(by_year), [[60, 60, 60], [0, 40, 40]])


@pytest.mark.parametrize("line", [capital.equipment_depreciable_to_date, capital.equipment_cost_to_date])
def test_running_sums(line):
    np.testing.assert_array_equal(line(row(60, 40, 30)), [[60, 100, 130]])


def test_a_table_writes_off_the_shares_of_the_years_so_far():
    # shares of 50, 30 and 20 %; one purchase in its second year, another not yet made
    table, purchase = (
        Membership("write_off", "year", (0, 1, 2) * 2, 3),
        Membership("write_off", "purchase", (0, 0, 0, 1, 1, 1), 2),
    )
    written = capital.table_written_off(column(0.5, 0.3, 0.2), column(1, 2, 3), column(2, 0), table, purchase)
    np.testing.assert_array_equal(written, column(0.5, 0.3, 0, 0, 0, 0))
    np.testing.assert_allclose(capital.table_left(written, purchase), [[0.2], [1]])


def test_spent_at_once_begins_with_the_period_that_ends_at_completion():
    np.testing.assert_array_equal(capital.spent_at_once(row(2021.5, 2022.5, 2023.5), 1, 2024), [[0, 0, 1]])
    np.testing.assert_array_equal(capital.spent_at_once(row(2021.5, 2022.5, 2023.5), 1, 2023), [[0, 1, 1]])


@pytest.mark.parametrize("per_year", [1, 4, 12])
@given(bought=st.lists(st.floats(0, 100), min_size=2, max_size=15), first=st.floats(0, 1))
def test_swedish_tax_depreciation_is_a_loop_over_years(per_year, bought, first):
    # all of a year's purchases share the year, whether they fall in its first or its last period
    shares = np.zeros(per_year)
    shares[0] += first
    shares[-1] += 1 - first
    np.testing.assert_allclose(run_equipment(bought, per_year, shares), swedish_equipment_values(bought), atol=1e-9)


@pytest.mark.parametrize("period", ["month", "quarter", "year"])
def test_swedish_tax_depreciation_of_the_reference_case(case, period):
    lines = evaluate(case.with_({"period": period}))
    per_year = case.with_({"period": period}).periods_per_year
    bought = lines["equipment_bought"].reshape(-1, per_year).sum(axis=1)
    at_ends = lines["equipment_tax_value"][0, per_year - 1 :: per_year]
    np.testing.assert_allclose(at_ends, swedish_equipment_values(list(bought)), atol=1e-3)


def test_fit_out_is_written_off_by_its_own_rate():
    bought = row(100, 0, 100, 0, 0)
    to_date = capital.fit_out_cost_to_date(bought)
    # 40 % of what was bought: 60, 20, 120 - 80, then 0 left and never below
    values = computed(capital.fit_out_tax_value, bought, to_date, 0.4, 1)
    np.testing.assert_allclose(values, [[60, 20, 40, 0, 0]])


def test_tax_depreciation_is_what_was_bought_less_the_rise_of_both_values():
    got = capital.tax_depreciation(row(100, 0), row(70, 49), row(40, 0), row(38, 36))
    np.testing.assert_allclose(got, [[30 + 2, 21 + 2]])


def test_untaxed_reserves_are_set_at_year_ends_only_and_never_negative():
    book = np.array([[60.0, 50, 50, 4], [40, 40, 30, 6], [99, 99, 99, 99]])  # the last is no equipment
    got = computed(capital.untaxed_reserves, book, column(1, 1, 0), row(100, 70, 60, 30), row(0, 1, 0, 1))
    # 50 + 40 - 70 at the end of the first year, kept until 4 + 6 - 30 is below nothing
    np.testing.assert_allclose(got, [[0, 20, 20, 0]])


def test_tax_deducts_in_all_what_the_owner_paid(case):
    # investment net of grant, and replacements; what is left at the end is the tax value
    for period in ("month", "quarter", "year"):
        lines = evaluate(case.with_({"period": period}))
        paid = lines["total_investment"] - lines["grant_used_total"] + lines["reinvestment"].sum()
        left = lines["equipment_tax_value"][0, -1] + lines["fit_out_tax_value"][0, -1]
        assert lines["tax_depreciation"].sum() + left == pytest.approx(paid, rel=1e-9)


def test_books_depreciate_in_all_what_was_paid_less_what_is_left(case):
    for treatment in ("net", "deferred"):
        lines = evaluate(case.with_({"grant_treatment": treatment}))
        net = lines["grant_used_total"] if treatment == "net" else 0
        paid = lines["total_investment"] - net + lines["reinvestment"].sum()
        assert lines["depreciation"].sum() + lines["book_value"][0, -1] == pytest.approx(paid, rel=1e-9)


def test_a_delay_of_opening_moves_no_reported_spending(case):
    base, late = evaluate(case), evaluate(case.with_({"opening_delay[Matfors]": 18}))
    np.testing.assert_array_equal(base["spending"], late["spending"])
    np.testing.assert_array_equal(base["grant_received"], late["grant_received"])
