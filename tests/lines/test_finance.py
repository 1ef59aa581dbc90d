"""Finance, line by line: statements, tax by calendar year, working capital, valuation."""

import numpy as np
import numpy_financial as npf
import pytest
import pyxirr
from hypothesis import given
from hypothesis import strategies as st

import hubmodel as hm
from hubmodel.lines import calendar, finance
from hubmodel.study.result import evaluate
from tests.conftest import column, computed, row

HAND_SUMS = [
    (finance.ebitda_at_site, (120, 100), 20),
    (finance.ebitda, (200, 170), 30),
    # 30 - 8 of depreciation + 2 of grant released
    (finance.ebit, (30, 8, 2), 24),
    (finance.profit_before_tax, (24, 3), 21),
    # 21 + 8 of the books - 11 of tax - 2 of grant, which lowers the tax value instead; + 5 of grant taxed as income
    (finance.taxable_profit, (21, 8, 11, 2, 0), 16),
    (finance.taxable_profit, (21, 8, 11, 2, 5), 21),
    (finance.assessed_profit, (16, 1), 16),
    (finance.assessed_profit, (16, 0), 0),
    (finance.tax, (100, 0.206), 20.6),
    # 21 - 4 to reserves - 3 of tax - 5 clawed back
    (finance.net_profit, (21, 4, 3, 5), 9),
    # 200 - (30 + 20) - (6 + 4) - (30 + 10) - 1
    (finance.gross_margin, (200, 101), 99),
    # 12 in a month are 144 a year; 30 of 365 days of it
    (finance.receivables, (12, 1 / 12, 30 / 365), 144 * 30 / 365),
    # 7 and 5 at two sites, likewise
    (finance.inventory, (column(7, 5), 1 / 12, 30 / 365), 144 * 30 / 365),
    (finance.payables, (12, 1 / 12, 30 / 365), 144 * 30 / 365),
    # (3 + 5) in a quarter are 32 a year, waiting 6 weeks; on another platform 2 + 1 are 12 a year, waiting 3
    (finance.contract_assets, (column(3, 2), column(5, 1), 0.25, column(42, 21) / 365), (32 * 42 + 12 * 21) / 365),
    # 12 a month: 144 a year x (10 % nine months ahead + 20 % three months ahead)
    (finance.customer_advances, (12, 1 / 12, 0.1, 0.75, 0.2, 0.25), 144 * 0.125),
    (finance.working_capital, (10, 8, 3, 4, 12), 5),
    # 100 - 60 and 30 - 20
    (finance.purchases, (column(100, 30), column(60, 20)), 50),
    # -(60 - 38 in kind + 5)
    (finance.investing_cash_flow, (60, 38, 5), -27),
    # 50 - 1 - 2 + 20 - 3 - 4 + 23 + 7
    (finance.financing_cash_flow, (50, 1, 2, 20, 3, 4, 23, 7), 90),
    (finance.cash_flow, (30, -27, 90), 93),
    (finance.assets_in_balance, (100, 7, 12, 5, 3, 40), 167),
    (finance.liabilities, (8, 12, 6, 4, 18, 2), 50),
    (finance.paid_in_capital, (23, 7), 30),
    (finance.equity, (30, 60), 90),
    (finance.working_capital_released, (5, 1, 1), 5),
    (finance.working_capital_released, (5, 1, 0.4), 2),
    # 30 - 27 + 7 + 5; + 50 - 1; - 2
    (finance.cash_flow_before_grant, (30, -27, 7, 5), 15),
    (finance.cash_flow_before_claw_back, (15, 50, 1), 64),
    (finance.project_cash_flow, (64, 2), 62),
    (finance.counted_cash_flow, (62, 0), 0),
    # 62 + 20 - 3 - 4
    (finance.own_capital_cash_flow, (62, 20, 3, 4), 75),
    # the middle of 2024; its start and end
    (finance.discounting_date, (2024.5, 1, 0, 0), 2024.5),
    (finance.discounting_date, (2024.5, 1, 1, 0), 2024),
    (finance.discounting_date, (2024.5, 1, 0, 1), 2025),
    # nominal 10 %; in real terms at 2.5 % inflation 1.1 / 1.025 - 1
    (finance.required_return, (0.1, 0, 0.025, 1), 0.1),
    (finance.required_return, (0.1, 1, 0.025, 1), 0.075 / 1.025),
    # two years ahead at 10 %; one year behind is compounded
    (finance.discount_factor, (0.1, 2024, 2026), 1 / 1.21),
    (finance.discount_factor, (0.1, 2024, 2023), 1.1),
    # 64 at half its worth and 10 in full; 100 that do not count
    (finance.value_before_claw_back, (row(64, 10, 100), row(0.5, 1, 1), row(1, 1, 0)), 42),
    (finance.discounted_cash_flow, (62, 0.5), 31),
    # 150 in for 120 out
    (finance.profitability_index, (150, 120), 1.25),
    # half of a surplus of 20 a year before the review: 0.5 x 20 x 1.1
    (finance.claw_back_due, (20, 0.1, 2025, 2024, 0.5, 50), 11),
    # never more than the grant, never from a loss
    (finance.claw_back_due, (200, 0.1, 2025, 2024, 0.5, 50), 50),
    (finance.claw_back_due, (-20, 0.1, 2025, 2024, 0.5, 50), 0),
    # two years at 4 %, in prices that stand at 1 / 1.1
    (finance.financial_factor, (0.04, 2024, 2026, 1 / 1.1, 1), 1 / 1.0816 / 1.1),
    (finance.real_flow_before_financing, (11, 1 / 1.1, 1), 10),
    (finance.real_flow_on_own_capital, (11, 1 / 1.1, 0), 0),
    # 20 x 0.9 - 10 x 0.8
    (finance.fnpv_c, (row(20, -10), row(0.9, 0.8)), 10),
    (finance.fnpv_kp, (row(30, -10), row(0.9, 0.8)), 19),
    (finance.discounted_inflow, (31,), 31),
    (finance.discounted_outflow, (31,), 0),
    (finance.discounted_inflow, (-31,), 0),
    (finance.discounted_outflow, (-31,), 31),
]


@pytest.mark.parametrize(("line", "arguments", "expected"), HAND_SUMS, ids=lambda one: getattr(one, "__name__", ""))
def test_hand_sum(line, arguments, expected):
    assert line(*arguments) == pytest.approx(expected, rel=1e-12, abs=1e-12)


# ---- tax ----


def swedish_tax(profits, rate):
    """Tax year by year: losses are carried forward without end and used before any profit is taxed."""
    losses, paid = 0.0, []
    for profit in profits:
        if profit < 0:
            losses -= profit
            paid.append(0.0)
        else:
            used = min(losses, profit)
            losses -= used
            paid.append((profit - used) * rate)
    return paid, losses


def run_tax(profit_by_period, per_year, rate=0.206):
    count = len(profit_by_period)
    length = 1 / per_year
    ends = calendar.end_of_period(2021, row(*range(1, count + 1)), length)
    middle = calendar.middle_of_period(ends, length)
    starts = calendar.year_starts(middle, length)
    so_far = computed(finance.taxable_profit_this_year, np.array([profit_by_period]), starts)
    assessed = finance.assessed_profit(so_far, calendar.year_ends(middle, length))
    losses = computed(finance.tax_losses, assessed, 1)
    return finance.tax(finance.taxed_profit(assessed, losses, 0), rate), losses


def test_a_loss_is_carried_forward_and_only_the_rest_is_taxed():
    # -100, 60, 70, 20: 40 left after the second year, 30 taxed in the third, 20 in the fourth
    tax, losses = run_tax([-100.0, 60, 70, 20], 1, rate=0.2)
    np.testing.assert_allclose(tax, [[0, 0, 6, 4]])
    np.testing.assert_allclose(losses, [[100, 40, 0, 0]])


def test_months_of_one_year_are_one_profit_taxed_in_the_last():
    # 10 a month for six months, -5 for six: 30 in the year
    tax, _ = run_tax([10.0] * 6 + [-5.0] * 6, 12, rate=0.2)
    np.testing.assert_allclose(tax[0], [0] * 11 + [6])


@pytest.mark.parametrize("per_year", [1, 4, 12])
@given(data=st.data())
def test_tax_is_a_loop_over_years(per_year, data):
    years = data.draw(st.integers(2, 12))
    size = years * per_year
    profits = data.draw(st.lists(st.floats(-100, 100), min_size=size, max_size=size))
    tax, losses = run_tax(profits, per_year)
    expected, left = swedish_tax(np.reshape(profits, (years, per_year)).sum(axis=1), 0.206)
    np.testing.assert_allclose(tax[0].reshape(years, per_year).sum(axis=1), expected, atol=1e-9)
    assert losses[0, -1] == pytest.approx(left, abs=1e-9)
    # paid in the last period of the year and in no other
    assert np.all(tax[0].reshape(years, per_year)[:, :-1] == 0)


@pytest.mark.parametrize("period", ["month", "quarter", "year"])
def test_tax_of_the_reference_case_is_that_of_the_loop(case, period):
    one = case.with_({"period": period})
    lines = evaluate(one)
    profits = lines["taxable_profit"].reshape(-1, one.periods_per_year).sum(axis=1)
    expected, left = swedish_tax(profits, lines["tax_rate"])
    np.testing.assert_allclose(lines["tax"].reshape(-1, one.periods_per_year).sum(axis=1), expected, atol=1e-3)
    assert lines["tax_losses"][0, -1] == pytest.approx(left, abs=1e-3)


@pytest.mark.parametrize(
    ("carried", "at_once", "expected"),
    [
        (1, 0, [0, 0, 6, 4]),  # 100 lost: 60 used, 40 used, 30 and 20 taxed
        (0, 1, [-20, 12, 14, 4]),  # 20 back in the first year
        (0, 0, [0, 12, 14, 4]),  # lost
    ],
)
def test_losses_are_carried_forward_used_at_once_or_lost(carried, at_once, expected):
    profit = row(-100, 60, 70, 20)
    losses = computed(finance.tax_losses, profit, carried)
    np.testing.assert_allclose(finance.tax(finance.taxed_profit(profit, losses, at_once), 0.2), [expected])


@pytest.mark.parametrize(
    ("later", "dropped", "paid", "payable"),
    [
        (0, 0, [0, 6, 0, 4], [0, 0, 0, 0]),
        (1, 0, [0, 0, 0, 10], [0, 6, 6, 0]),  # 6 of the first year at the end of the second, with the second's 4
        (0, 1, [0, 0, 0, 6], [0, 6, 6, 4]),  # the second year's 4 is never paid
    ],
)
def test_tax_is_paid_in_its_year_or_a_year_later(later, dropped, paid, payable):
    due, ends = row(0, 6, 0, 4), row(0, 1, 0, 1)  # two years of two periods
    left = computed(finance.tax_payable, due, ends, finance.tax_deferral(later, dropped, row(0, 0, 0, 1)))
    np.testing.assert_allclose(left, [payable])
    np.testing.assert_allclose(finance.tax_paid(due, left), [paid])


def test_principal_is_never_deducted(case):
    # deductions of a loan are its interest: a straight loan of 20, taxable profit lower by interest alone
    base, lent = evaluate(case), evaluate(case.with_({"loan_amount": 20, "annuity": 0}))
    np.testing.assert_allclose(base["taxable_profit"] - lent["taxable_profit"], lent["interest"], atol=1e-3)


# ---- lines over time ----


def test_differences_over_time():
    np.testing.assert_array_equal(finance.appropriations(row(0, 90, 99)), [[0, 90, 9]])
    # 30 - 5 - (12 - 0); 30 - 5 - (10 - 12)
    np.testing.assert_array_equal(finance.operating_cash_flow(row(30, 30), row(5, 5), row(12, 10)), [[13, 27]])
    np.testing.assert_array_equal(finance.claw_back(11, row(0, 1, 1)), [[0, 11, 0]])
    np.testing.assert_array_equal(finance.claw_back_reviewed(row(2032.5, 2033.5, 2034.5), 2033.25), [[0, 1, 1]])


@pytest.mark.parametrize("line", [finance.cash, finance.paid_in_capital_to_date, finance.retained_earnings])
def test_running_sums(line):
    np.testing.assert_array_equal(line(row(1, -2, 4)), [[1, -1, 3]])


@pytest.mark.parametrize(
    "line",
    [finance.net_present_value, finance.present_value_of_inflows, finance.present_value_of_outflows],
)
def test_sums_over_time(line):
    np.testing.assert_array_equal(line(row(1, -2, 4)), [[3]])


@pytest.mark.parametrize("date", [2023, 2023.1, 2023.99])
def test_price_level_is_taken_in_the_one_period_that_holds_the_date(date):
    got = finance.deflator(row(2022.5, 2023.5, 2024.5), date, 1, row(1, 1.1, 1.21))
    # 1.1 at the date over the level of each period
    np.testing.assert_allclose(got, [[1.1, 1, 1 / 1.1]], rtol=1e-12)


@pytest.mark.parametrize("line", [finance.zero_value_rate, finance.zero_value_rate_c, finance.zero_value_rate_kp])
def test_rates_of_return_are_yearly_whatever_the_period(line):
    # 100 paid, 121 received two years on: 10 % a year
    assert line(row(-100, 0, 121), 1)[0, 0] == pytest.approx(0.1)
    assert line(row(-100, *[0] * 23, 121), 1 / 12)[0, 0] == pytest.approx(0.1)
    # money in only has no rate
    assert np.isnan(line(row(100, 0, 121), 1)[0, 0])


# net present value falls through zero at a return, and rises through it at the cost of a loan
RATES = [
    (finance.zero_value_rate, finance.value_fall_in_period, finance.internal_rate_of_return),
    (finance.zero_value_rate_c, finance.value_fall_c_in_period, finance.frr_c),
    (finance.zero_value_rate_kp, finance.value_fall_kp_in_period, finance.frr_kp),
]


@pytest.mark.parametrize("lines", RATES, ids=lambda lines: lines[-1].__name__)
@pytest.mark.parametrize(
    ("flow", "rate"),
    [
        ((-100, 0, 121), 0.1),  # 100 x 1.1 x 1.1 = 121
        ((100, 0, -121), np.nan),  # a loan at 10 %
        ((-100, 230, -132), np.nan),  # worth nothing at 10 %, where it rises, and at 20 %, where it falls
        ((100, -230, 132), 0.1),  # falls at 10 %
        ((100, 0, 121), np.nan),
    ],
)
def test_a_rate_of_return_is_one_at_which_value_falls(lines, flow, rate):
    zero_value_rate, fall_in_period, line = lines
    found = zero_value_rate(row(*flow), 1)
    falls = fall_in_period(row(*flow), found, row(2020.5, 2021.5, 2022.5), 2020, 1)
    np.testing.assert_allclose(line(found, falls), [[rate]], rtol=1e-9)


def test_an_index_without_outflow_has_no_meaning():
    assert np.isnan(finance.profitability_index(150, 0))


def test_the_modified_rate_is_counted_from_the_first_flow():
    # nothing, 100 out at 2021.5, 150 in a year later; the calendar ends 2023.5: 100 grow for two years
    dates = finance.flow_date(row(0, -100, 150), row(2020.5, 2021.5, 2022.5), 2023.5)
    np.testing.assert_array_equal(dates, [[2023.5, 2021.5, 2022.5]])
    # at 20 %: 150 x 1.2 = 180 at the end, a factor of 1.8 over two years; index = 150 / 1.2 / 100 = 1.25
    got = finance.modified_internal_rate_of_return(1.25, 0.2, finance.first_flow_date(dates)[0, 0], 2023.5, 1)
    assert got == pytest.approx(1.8**0.5 - 1, rel=1e-12)
    assert np.isnan(finance.modified_internal_rate_of_return(np.nan, 0.2, 2021.5, 2023.5, 1))
    assert np.isnan(finance.modified_internal_rate_of_return(1.25, 0.2, 2023.5, 2023.5, 1))


# ---- second opinions on the reference case ----


@pytest.mark.parametrize("period", ["month", "quarter", "year"])
@pytest.mark.parametrize("view", ["decision", "completion", "today"])
def test_value_is_that_of_numpy_financial_and_pyxirr(case, period, view):
    lines = evaluate(case.with_({"period": period, "view": view}))
    flow, rate, length = lines["counted_cash_flow"][0], lines["discount_rate"], lines["period_length"]
    of_period = (1 + rate) ** length - 1
    # both put the first flow at time 0: from there to the valuation date
    shift = (1 + rate) ** (lines["valuation_date"] - lines["discounting_date"][0, 0])
    assert lines["net_present_value"] == pytest.approx(npf.npv(of_period, flow) * shift, rel=1e-9)
    assert lines["net_present_value"] == pytest.approx(pyxirr.npv(of_period, flow) * shift, rel=1e-9)


@pytest.mark.parametrize("scenario", ["", "without-grant"])
@pytest.mark.parametrize("period", ["month", "quarter", "year"])
def test_rate_of_return_is_a_root_that_pyxirr_confirms(case, period, scenario):
    one = hm.load("northx", scenario) if scenario else case
    lines = evaluate(one.with_({"period": period}))
    flow, length = lines["counted_cash_flow"][0], lines["period_length"]
    rate = lines["internal_rate_of_return"]
    of_period = (1 + rate) ** length - 1
    scale = np.abs(flow).sum()
    assert pyxirr.npv(of_period, flow) == pytest.approx(0, abs=1e-9 * scale)
    assert npf.npv(of_period, flow) == pytest.approx(0, abs=1e-9 * scale)
    # a solver that starts beside it ends on it
    assert pyxirr.irr(flow, guess=of_period * 1.05) == pytest.approx(of_period, rel=1e-6)


@pytest.mark.parametrize("period", ["month", "quarter", "year"])
def test_conventions_of_discounting_differ_by_half_a_period_each(case, period):
    values = {
        timing: evaluate(case.with_({"discounting": timing, "period": period}), ["net_present_value"])
        for timing in ("start", "middle", "end")
    }
    rate = evaluate(case)["discount_rate"]
    half = (1 + rate) ** (0.5 / case.with_({"period": period}).periods_per_year)
    middle = values["middle"]["net_present_value"]
    assert values["start"]["net_present_value"] == pytest.approx(middle * half, rel=1e-9)
    assert values["end"]["net_present_value"] == pytest.approx(middle / half, rel=1e-9)


def test_views_differ_by_compounding_alone_unless_the_past_is_sunk(case):
    decision, completion, today = (evaluate(case.with_({"view": view})) for view in ("decision", "completion", "today"))
    years = completion["valuation_date"] - decision["valuation_date"]
    growth = (1 + decision["discount_rate"]) ** years
    assert completion["net_present_value"] == pytest.approx(decision["net_present_value"] * growth, rel=1e-9)
    np.testing.assert_array_equal(today["project_cash_flow"], decision["project_cash_flow"])
    past = today["middle_of_period"][0] < today["today_date"]
    assert np.all(today["counted_cash_flow"][0, past] == 0)


# ---- claw-back ----


def test_claw_back_is_off_in_the_base_case(case):
    assert not evaluate(case)["claw_back"].any()


@pytest.mark.parametrize("share", [0.25, 0.5, 1])
@pytest.mark.parametrize("margin", [0.25, 0.6])
def test_claw_back_takes_its_share_of_the_surplus_and_never_more_than_the_grant(case, share, margin):
    lines = evaluate(case.with_({"claw_back_share": share, "commercial_margin": margin}))
    surplus = max(0, lines["value_before_claw_back"])
    years = lines["claw_back_date"] - lines["valuation_date"]
    due = min(50e6, share * surplus * (1 + lines["discount_rate"]) ** years)
    assert lines["claw_back"].sum() == pytest.approx(due, rel=1e-9)
    assert lines["claw_back"].sum() <= 50e6 * (1 + 1e-12)
    # it is paid once and is no deductible cost
    assert np.count_nonzero(lines["claw_back"]) == (1 if due > 0 else 0)
    np.testing.assert_allclose(lines["tax"], evaluate(case.with_({"commercial_margin": margin}))["tax"], atol=1e-6)


def test_claw_back_of_a_rich_hub_is_the_whole_grant(case):
    lines = evaluate(case.with_({"claw_back_share": 1, "innovation_hourly_rate": 4000}))
    assert lines["claw_back"].sum() == pytest.approx(50e6)


# ---- statements ----


@pytest.mark.parametrize("period", ["month", "quarter", "year"])
@pytest.mark.parametrize("change", [{}, {"loan_amount": 20}, {"in_kind": 1}, {"claw_back_share": 0.5}], ids=str)
def test_statements_tie_in_every_period(case, period, change):
    lines = evaluate(case.with_({"period": period, **change}))
    size = np.abs(lines["assets_in_balance"]).max()
    assert np.abs(lines["balance_sheet"]).max() <= 1e-9 * size
    np.testing.assert_allclose(np.diff(lines["cash"][0]), lines["cash_flow"][0, 1:], atol=1e-9 * size)
    np.testing.assert_allclose(lines["sources"], lines["uses"], atol=1e-9 * size)
    np.testing.assert_allclose(lines["ebitda_at_site"].sum(axis=0), lines["ebitda"][0], atol=1e-9 * size)


def test_working_capital_comes_back_at_the_end(case):
    lines = evaluate(case)
    # what was tied up over time and what is released at the end are the same
    tied = np.diff(lines["working_capital"][0], prepend=0).sum()
    assert lines["working_capital_released"].sum() == pytest.approx(tied)


def test_without_grant_and_loan_the_flow_on_own_capital_is_that_of_the_project(case):
    lines = evaluate(case.with_({"grant_factor": 0}))
    np.testing.assert_allclose(lines["own_capital_cash_flow"], lines["cash_flow_before_grant"])
    assert lines["fnpv_kp"] == pytest.approx(lines["fnpv_c"])
    assert lines["frr_kp"] == pytest.approx(lines["frr_c"])


def test_real_return_discounts_deflated_flows(case):
    # a plain loop: nominal flow, brought to the prices of the valuation date, discounted at the real rate
    lines = evaluate(case)
    level = lines["price_index"][0][lines["end_of_period"][0] > lines["valuation_date"] + 1e-9][0]
    value = 0.0
    for flow, index, date in zip(
        lines["cash_flow_before_grant"][0], lines["price_index"][0], lines["discounting_date"][0], strict=True
    ):
        value += flow / index * level / (1 + lines["financial_rate"]) ** (date - lines["valuation_date"])
    assert lines["fnpv_c"] == pytest.approx(value, rel=1e-9)
