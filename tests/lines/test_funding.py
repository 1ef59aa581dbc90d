"""Funding, line by line: the grant, loans, the owner, aid intensities, public money."""

import numpy as np
import numpy_financial as npf
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hubmodel as hm
from hubmodel.engine.units import Membership
from hubmodel.lines import calendar, funding
from hubmodel.study.result import evaluate
from tests.conftest import column, computed, row

HAND_SUMS = [
    # 14 as paid, 35 as decided; half of the grant
    (funding.grant_received, (14, 35, 1, 0, 1), 14),
    (funding.grant_received, (14, 35, 0, 1, 1), 35),
    (funding.grant_received, (14, 35, 0, 1, 0.5), 17.5),
    # used: the lesser of what is received and what there is to use it for
    (funding.grant_used_to_date, (50, 30), 30),
    (funding.grant_used_to_date, (14, 30), 14),
    # 40 used over 80 eligible, 20 of it on this component
    (funding.component_grant_to_date, (40, 20, 80), 10),
    (funding.component_grant_to_date, (0, 0, 0), 0),
    # 50 received, 38 used, nothing repaid
    (funding.unearned_grant, (50, 38, 0), 12),
    (funding.unearned_grant, (50, 38, 12), 0),
    (funding.deferred_grant, (1, 38, 8), 30),
    (funding.deferred_grant, (0, 38, 8), 0),
    # 4 % a year is 1.04 ** 0.25 - 1 a quarter: four of them make 4 %
    (funding.loan_rate_of_period, (0.04, 0.25), 1.04**0.25 - 1),
    (funding.loan_rate_of_period, (0.04, 1), 0.04),
    # 69.3 spent, 40 of it granted
    (funding.investment_beside_grant, (69.3, 40), 29.3),
    (funding.own_contribution_in_period, (29.3, 20), 9.3),
    # interest of 4, half of the period under construction; or all of it an expense
    (funding.interest_capitalised, (4, 1, 0.5), 2),
    (funding.interest_capitalised, (4, 0, 0.5), 0),
    # one site still 30 % of the period under construction; two, 80 and 70 %: all of it
    (funding.construction_share, (column(1, 0.7),), 0.3),
    (funding.construction_share, (column(0.2, 0.3),), 1),
    (funding.counted_cash_before_owner, (-98, 1), -98),
    (funding.counted_cash_before_owner, (-98, 0), 0),
    # 30 drawn, 29.3 to pay
    (funding.loan_used_to_date, (30, 29.3), 29.3),
    (funding.loan_used_to_date, (30, -2), 0),
    # of 61.4, 38 in kind
    (funding.own_capital_paid, (61.4, 38), 23.4),
    # 10 - 60 + 50 - 1 - 2 + 20 - 3 - 4
    (funding.cash_flow_before_owner, (10, -60, 50, 1, 2, 20, 3, 4), 10),
    (funding.peak_funding_need, (-98,), 98),
    (funding.peak_funding_need, (5,), 0),
    # 30 short, 12 in hand; 30 short, 40 in hand
    (funding.cash_still_needed, (-30, 12), 18),
    (funding.cash_still_needed, (-30, 40), 0),
    # 50 + 20 + 30 + 5 and 12 earned; a loss of 12 is a use
    (funding.sources, (50, 20, 30, 5, 12), 117),
    (funding.sources, (50, 20, 30, 5, -12), 105),
    (funding.free_cash, (-20, 25), 5),
    # 50 of 111.4, of 107.3; 61.4 for 50
    (funding.aid_intensity, (50, 111.4), 50 / 111.4),
    (funding.aid_intensity_recorded, (50, 107.3), 50 / 107.3),
    (funding.aid_intensity_at_site, (50, 73.4), 50 / 73.4),
    (funding.aid_intensity_at_site_invoiced, (50, 69.3), 50 / 69.3),
    (funding.leverage, (61.4, 50), 1.228),
    (funding.leverage_recorded, (107.3, 50), 1.146),
    (funding.leverage_at_site, (73.4, 50), 0.468),
    (funding.leverage_at_site_invoiced, (69.3, 50), 0.386),
    # 45 % against a ceiling of 40 %: 5 points; not tested: none; below: none
    (funding.aid_above_ceiling, (0.45, 0.40, 1), 0.05),
    (funding.aid_above_ceiling, (0.45, 0.40, 0), 0),
    (funding.aid_above_ceiling, (0.35, 0.40, 1), 0),
    (funding.programme_co_financing_required, (35, 1), 35),
    # 50 - (2 + 3) - (0 + 10) + 4
    (funding.public_cost, (50, row(2, 3), row(0, 10), 4), 39),
    (funding.public_cost_per_innovation_project, (54, 160), 54 / 160),
    (funding.public_cost_per_open_access_suite_day, (54, 6_900), 54 / 6_900),
]


@pytest.mark.parametrize(("line", "arguments", "expected"), HAND_SUMS, ids=lambda one: getattr(one, "__name__", ""))
def test_hand_sum(line, arguments, expected):
    assert line(*arguments) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        (funding.leverage, (61.4, 0)),
        (funding.leverage_recorded, (107.3, 0)),
        (funding.leverage_at_site, (73.4, 0)),
        (funding.leverage_at_site_invoiced, (69.3, 0)),
        (funding.aid_intensity_at_site, (50, 0)),
        (funding.aid_intensity_at_site_invoiced, (50, 0)),
        (funding.public_cost_per_innovation_project, (54, 0)),
        (funding.public_cost_per_open_access_suite_day, (54, 0)),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_a_ratio_over_nothing_has_no_meaning(line, arguments):
    assert np.isnan(line(*arguments))


# ---- the grant ----


def test_grant_accumulates_and_is_used_as_spending_occurs():
    received = funding.grant_to_date(row(14, 36, 0, 0))
    np.testing.assert_array_equal(received, [[14, 50, 50, 50]])
    eligible = funding.eligible_to_date(row(4, 20, 60, 10))
    used = funding.grant_used_to_date(received, eligible)
    np.testing.assert_array_equal(used, [[4, 24, 50, 50]])
    np.testing.assert_array_equal(funding.grant_used(used), [[4, 20, 26, 0]])
    assert funding.grant_used_total(funding.grant_used(used)) == [[50]]
    # restricted cash and liability until then
    np.testing.assert_array_equal(funding.unearned_grant(received, used, row(0, 0, 0, 0)), [[10, 26, 0, 0]])


def test_spending_after_the_deadline_is_not_eligible():
    got = funding.asset_eligible_spending(row(10, 10, 10), 0.5, row(2022.5, 2023.5, 2024.5), 2024)
    np.testing.assert_array_equal(got, [[5, 5, 0]])
    np.testing.assert_array_equal(funding.eligible_spending(np.array([[5.0, 5, 0], [1, 1, 1]])), [[6, 6, 1]])


def test_what_is_unused_at_the_deadline_goes_back_once():
    repaid = funding.grant_repaid_to_date(
        row(14, 50, 50, 50), row(4, 24, 24, 24), row(2021.5, 2022.5, 2023.5, 2024.5), 2023
    )
    np.testing.assert_array_equal(repaid, [[0, 0, 26, 26]])
    np.testing.assert_array_equal(funding.grant_repaid(repaid), [[0, 0, 26, 0]])


def test_components_share_eligible_spending():
    by = Membership("component", "asset", (0, 0), 1)
    got = funding.component_eligible_spending(row(10, 30), by, column(0.3, 0.7))
    np.testing.assert_allclose(got, [[3, 9], [7, 21]])
    np.testing.assert_allclose(funding.component_eligible_to_date(got), [[3, 12], [7, 28]])


def test_deferred_grant_is_released_as_its_asset_wears():
    np.testing.assert_array_equal(funding.grant_released(1, row(2, 5, 9)), [[2, 3, 4]])
    np.testing.assert_array_equal(funding.grant_released(0, row(2, 5, 9)), [[0, 0, 0]])


@pytest.mark.parametrize(("schedule", "in_2021"), [("paid", 14e6), ("decided", 35e6)])
@pytest.mark.parametrize("period", ["month", "quarter", "year"])
def test_both_schedules_bring_fifty_million_and_none_of_it_is_revenue(case, schedule, in_2021, period):
    lines = evaluate(case.with_({"grant_schedule": schedule, "period": period}))
    per_year = case.with_({"period": period}).periods_per_year
    by_year = lines["total_grant_received"][0].reshape(-1, per_year).sum(axis=1)
    # 14 + 36 as paid, 21 + 14 and 15 as decided
    np.testing.assert_allclose(by_year, [in_2021, 50e6 - in_2021] + [0] * 18, rtol=1e-12)
    none = evaluate(case.with_({"grant_schedule": schedule, "period": period, "grant_factor": 0}))
    for line in ("revenue", "ebitda"):
        np.testing.assert_array_equal(lines[line], none[line])


@pytest.mark.parametrize("schedule", ["paid", "decided"])
def test_the_schedule_changes_when_and_not_how_much(case, schedule):
    lines = evaluate(case.with_({"grant_schedule": schedule}))
    assert lines["grant_used_total"] == pytest.approx(50e6, rel=1e-12)
    assert lines["own_contribution"] == pytest.approx(61.4e6, rel=1e-12)
    assert lines["grant_repaid"].sum() == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("scenario", ["", "repayment-deadline-2023", "equipment-delay", "grant-as-decided"])
def test_net_and_deferred_treatment_differ_in_the_books_only(case, scenario):
    one = hm.load("northx", scenario) if scenario else case
    net, deferred = (evaluate(one.with_({"grant_treatment": treatment})) for treatment in ("net", "deferred"))
    # the grant lowers depreciation or is released beside it: the same profit in every period, hence the same tax
    np.testing.assert_allclose(net["profit_before_tax"], deferred["profit_before_tax"], atol=1e-3)
    np.testing.assert_allclose(net["tax"], deferred["tax"], atol=1e-3)
    np.testing.assert_allclose(net["untaxed_reserves"], deferred["untaxed_reserves"], atol=1e-3)
    assert net["net_present_value"] == pytest.approx(deferred["net_present_value"], rel=1e-9)
    # gross depreciation is what the facility wears, however the grant is booked
    np.testing.assert_allclose(net["gross_depreciation"], deferred["gross_depreciation"], atol=1e-3)
    # deferred, the balance is longer by what is not yet released
    np.testing.assert_allclose(
        deferred["assets_in_balance"] - net["assets_in_balance"], deferred["deferred_grant"], atol=1e-3
    )


def test_late_spending_sends_the_unused_grant_back_at_the_deadline(case):
    # all of the spending a year and more after the deadline of December 2023
    late = case.with_({f"spending_begins[{asset}]": "2025-01-01" for asset in case.lists["asset"]})
    lines = evaluate(late)
    assert lines["grant_used_total"] == 0
    assert lines["grant_repaid"].sum() == pytest.approx(50e6)
    assert lines["own_contribution"] == pytest.approx(111.4e6)
    when = late.periods[int(np.flatnonzero(lines["grant_repaid"][0])[0])]
    assert when == "2023-12"
    assert np.count_nonzero(lines["grant_repaid"]) == 1


def test_the_first_deadline_with_slow_spending_sends_a_part_back(case):
    lines = evaluate(hm.load("northx", "repayment-deadline-2023"))
    # 69.3 from 2022-07-01 over 1.25 years; by 2023-03-31, 9 of 15 months: 0.6 x 69.3 = 41.58 of 50
    assert lines["grant_used_total"] == pytest.approx(0.6 * 69.3e6, rel=1e-9)
    assert lines["grant_repaid"].sum() == pytest.approx(50e6 - 0.6 * 69.3e6, rel=1e-9)
    assert lines["grant_used_total"] + lines["own_contribution"] == pytest.approx(111.4e6, rel=1e-12)


def test_a_part_that_is_not_eligible_is_the_owners(case):
    lines = evaluate(case.with_({"eligible[Matfors invoiced]": 0.5, "eligible[Stockholm unit]": 0}))
    # 69.3 / 2 + 4.1 before the deadline: 34.65 and two thirds of 4.1 or so; never more than 38.75
    assert 34.65e6 <= lines["grant_used_total"] <= 38.75e6
    assert lines["grant_repaid"].sum() == pytest.approx(50e6 - lines["grant_used_total"])


def test_four_denominators_of_the_aid_intensity(case):
    lines = evaluate(case)
    assert lines["aid_intensity"] == pytest.approx(50 / 111.4, abs=1e-12)
    assert lines["aid_intensity_recorded"] == pytest.approx(50 / (69.3 + 38.0), abs=1e-12)
    assert lines["aid_intensity_at_site"][0, 0] == pytest.approx(50 / (69.3 + 4.1), abs=1e-12)
    assert lines["aid_intensity_at_site_invoiced"][0, 0] == pytest.approx(50 / 69.3, abs=1e-12)
    assert lines["leverage"] == pytest.approx(61.4 / 50, abs=1e-12)
    assert lines["own_contribution"] == pytest.approx(61.4e6, rel=1e-12)


# ---- loans ----


def test_a_loan_takes_the_place_of_the_owners_money(case):
    # 111.4 - 50 - 40 = 21.4; the whole of what the grant leaves at most, 61.4
    some, all_of_it, more = (evaluate(case.with_({"loan_amount": amount})) for amount in (40, 61.4, 200))
    assert [some["loan_used_total"], some["own_contribution"]] == pytest.approx([40e6, 21.4e6], rel=1e-9)
    assert [all_of_it["loan_used_total"], all_of_it["own_contribution"]] == pytest.approx([61.4e6, 0], abs=1)
    assert [more["loan_used_total"], more["own_contribution"]] == pytest.approx([61.4e6, 0], abs=1)


def run_loan(amount, rate, term, per_year, years, annuity=1.0, drawn_at=2021.5):
    """One loan through the lines of the model: balance, interest and repayment by period."""
    length = 1 / per_year
    ends = calendar.end_of_period(2021, row(*range(1, years * per_year + 1)), length)
    running = funding.loan_running(calendar.middle_of_period(ends, length), drawn_at)
    drawn = funding.loan_drawn(amount, running)
    of_period = funding.loan_rate_of_period(rate, length)
    payment = funding.loan_payment(amount, of_period, rate, length, term)
    balance = computed(funding.loan_balance, drawn, of_period, annuity, payment, amount, length, term)
    interest = funding.loan_interest(balance, of_period)
    return drawn[0], payment, balance[0], interest[0], funding.loan_repaid(balance, drawn)[0]


@pytest.mark.parametrize("per_year", [1, 4, 12])
@pytest.mark.parametrize(("rate", "term"), [(0.05, 10), (0.08, 3), (0.01, 7)])
def test_annuity_is_that_of_numpy_financial(per_year, rate, term):
    amount, periods = 20_000_000, term * per_year
    drawn, payment, balance, interest, repaid = run_loan(amount, rate, term, per_year, term + 3)
    of_period = (1 + rate) ** (1 / per_year) - 1
    assert payment == pytest.approx(-npf.pmt(of_period, periods, amount), rel=1e-9)
    at = int(np.flatnonzero(drawn)[0])
    number = np.arange(1, periods + 1)
    after = slice(at + 1, at + 1 + periods)
    np.testing.assert_allclose(interest[after], -npf.ipmt(of_period, number, periods, amount), rtol=1e-7, atol=1e-3)
    np.testing.assert_allclose(repaid[after], -npf.ppmt(of_period, number, periods, amount), rtol=1e-7)
    np.testing.assert_allclose(balance[at + periods :], 0, atol=1e-2)
    assert interest[at] == 0


def test_straight_loan_is_repaid_in_equal_parts():
    drawn, _, balance, interest, repaid = run_loan(12, 0.10, 3, 1, 6, annuity=0.0)
    # drawn in 2022 (the middle of 2021 is not after 2021.5): 4 a year, 10 % on what is left
    np.testing.assert_allclose(drawn, [0, 12, 0, 0, 0, 0])
    np.testing.assert_allclose(repaid, [0, 0, 4, 4, 4, 0], atol=1e-12)
    np.testing.assert_allclose(balance, [0, 12, 8, 4, 0, 0], atol=1e-12)
    np.testing.assert_allclose(interest, [0, 0, 1.2, 0.8, 0.4, 0], atol=1e-12)


def test_annuity_without_interest_is_not_a_loan_that_lasts_for_ever():
    # 0 %: the annuity formula is 0 / 0, and the debt must still be paid
    _, _, balance, interest, repaid = run_loan(12, 0.0, 3, 1, 6, annuity=1.0)
    assert interest.sum() == 0
    assert repaid.sum() == pytest.approx(12)
    assert balance[-1] == pytest.approx(0)


@given(rate=st.floats(0.001, 0.15), term=st.floats(0.5, 15), annuity=st.sampled_from([0.0, 1.0]))
def test_a_loan_is_repaid_once_and_in_full(rate, term, annuity):
    drawn, _, balance, _, repaid = run_loan(10, rate, term, 12, 20, annuity)
    assert repaid.sum() == pytest.approx(drawn.sum(), abs=1e-6)
    assert min(repaid.min(), balance.min()) >= -1e-9


@pytest.mark.parametrize(
    "line",
    [funding.debt, funding.debt_drawn, funding.debt_repaid, funding.interest, funding.total_grant_received,
     funding.programme_funding_total, funding.total_development_projects, funding.total_innovation_suite_days],
)  # fmt: skip
def test_totals_over_rows(line):
    np.testing.assert_array_equal(line(np.array([[1.0, 2.0], [10.0, 20.0]])), [[11, 22]])


@pytest.mark.parametrize(
    "line",
    [funding.grant_total, funding.loan_used_total, funding.own_contribution, funding.owner_funding_of_losses,
     funding.innovation_projects_served, funding.open_access_suite_days],
)  # fmt: skip
def test_sums_over_time(line):
    np.testing.assert_array_equal(line(row(1, 2, 4)), [[7]])


@pytest.mark.parametrize("period", ["month", "quarter", "year"])
def test_a_loan_does_not_move_the_project_but_moves_the_owners_capital(case, period):
    base = evaluate(case.with_({"period": period}))
    lent = evaluate(case.with_({"period": period, "loan_amount": 20}))
    assert lent["debt_drawn"].sum() == pytest.approx(20e6)
    assert lent["debt_repaid"].sum() == pytest.approx(20e6)
    # with interest deducted, less tax; the project's flow before financing differs by nothing else
    np.testing.assert_allclose(
        lent["project_cash_flow"] - base["project_cash_flow"], base["tax"] - lent["tax"], atol=1e-2
    )
    flow = lent["own_capital_cash_flow"] - lent["project_cash_flow"]
    np.testing.assert_allclose(flow, lent["debt_drawn"] - lent["debt_repaid"] - lent["interest"], atol=1e-2)


def test_capitalised_interest_is_written_off_once_every_site_is_open():
    added = row(6, 3, 0, 0, 0)
    to_date = funding.interest_capitalised_to_date(added)
    np.testing.assert_array_equal(to_date, [[6, 9, 9, 9, 9]])
    # 6; 6 + 3, of which half a period's third of 9 goes; then 3 a year of 9 over three years, never below nothing
    value = computed(funding.capitalised_interest, added, to_date, row(1, 0.5, 0, 0, 0), 1, 3)
    np.testing.assert_allclose(value, [[6, 7.5, 4.5, 1.5, 0]])
    # interest of 6, 6, 1, 1, 1 less what the asset rose by: 6, 1.5, -3, -3, -1.5
    np.testing.assert_allclose(funding.interest_charge(row(6, 6, 1, 1, 1), value), [[0, 4.5, 4, 4, 2.5]])


# ---- the owner ----


@pytest.mark.parametrize("line", [funding.debt_drawn_to_date, funding.investment_beside_grant_to_date])
def test_running_sums(line):
    np.testing.assert_array_equal(line(row(1, -2, 4)), [[1, -1, 3]])


def test_a_loan_drawn_late_gives_the_owner_back_what_was_paid_before():
    # 10 and 20 to pay, 25 drawn in the second period: nothing, then 25 of the 30 so far
    used = funding.loan_used(funding.loan_used_to_date(row(0, 25, 25), row(10, 30, 40)))
    np.testing.assert_array_equal(used, [[0, 25, 0]])
    np.testing.assert_array_equal(funding.own_contribution_in_period(row(10, 20, 10), used), [[10, -5, 10]])


def test_the_owner_covers_the_deepest_shortfall_and_never_takes_it_back():
    flow = row(-10, -5, 20, -8, -12)
    cash = funding.cash_before_loss_funding(flow)
    np.testing.assert_array_equal(cash, [[-10, -15, 5, -3, -15]])
    covered = computed(funding.loss_funding_to_date, cash, 1)
    np.testing.assert_array_equal(covered, [[10, 15, 15, 15, 15]])
    np.testing.assert_array_equal(funding.loss_funding(covered), [[10, 5, 0, 0, 0]])
    np.testing.assert_array_equal(funding.free_cash(cash, covered), [[0, 0, 20, 12, 0]])


def test_an_owner_who_covers_half_leaves_half_of_the_hole():
    cash = row(-10, -20, 5)
    covered = computed(funding.loss_funding_to_date, cash, 0.5)
    np.testing.assert_array_equal(funding.free_cash(cash, covered), [[-5, -10, 15]])


def test_lowest_cash():
    cash = funding.cash_before_owner(row(-10, 4, -9, 30))
    np.testing.assert_array_equal(cash, [[-10, -6, -15, 15]])
    assert funding.lowest_cash_before_owner(cash) == [[-15]]


def test_unearned_grant_is_not_free_cash():
    # 50 received, 20 of it still unearned; 30 is free
    got = funding.cash_flow_before_loss_funding(row(50, -20), row(0, 0), row(20, 0))
    np.testing.assert_array_equal(got, [[30, 0]])


def test_from_today_only_what_is_to_come_counts():
    flow = funding.cash_flow_from_today(row(-5, -6, 7), row(1, 2, 3), row(2025.5, 2026.95, 2027.5), 2026.9)
    np.testing.assert_array_equal(flow, [[0, -4, 10]])
    cash = funding.cash_from_today(flow)
    assert funding.lowest_cash_from_today(cash) == [[-4]]


def test_uses_of_money():
    # 60 invested, 5 replaced, 1 + 2 given back, 3 + 4 to lenders, cash up by 10 and then down by 6, a loss of 12
    got = funding.uses(row(60, 0), row(5, 0), row(1, 0), row(2, 0), row(3, 0), row(4, 0), row(10, 4), row(30, -12))
    np.testing.assert_array_equal(got, [[85, -6 + 12]])


def test_peak_funding_need_is_the_owners_money_in_all(case):
    # the part of the investment and the losses: what the owner has in the hub at its deepest
    lines = evaluate(case)
    assert lines["own_contribution"] + lines["owner_funding_of_losses"] == pytest.approx(lines["peak_funding_need"])


class TestInterestDuringConstruction:
    """A loan of 10 MSEK at 5 % from 2022, sites open in 2023: interest until then is expensed, or capitalised."""

    @pytest.fixture
    def runs(self):
        loan = {"loan_amount": 10, "loan_rate": 0.05, "loan_date": "2022-01-01"}
        case = hm.load("northx").with_(loan)
        capitalised = case.with_({"interest_treatment": "capitalised", "capitalised_interest_life": 10})
        return hm.run(case, solved=False), hm.run(capitalised, solved=False)

    def test_what_is_capitalised_is_the_interest_before_the_last_site_opens(self, runs):
        _, capitalised = runs
        building = capitalised["end_of_period"][0] < 2023.74  # Matfors opens at the end of September 2023
        assert capitalised["interest_capitalised"][0, building].sum() == pytest.approx(
            capitalised["interest"][0, building].sum(), rel=1e-12
        )
        assert not capitalised["interest_capitalised"][0, capitalised["middle_of_period"][0] > 2023.8].any()

    def test_it_is_written_off_in_full_and_profit_bears_the_same_interest_over_all(self, runs):
        expensed, capitalised = runs
        # ten years from September 2023 lie inside the calendar
        assert capitalised["capitalised_interest"][0, -1] == pytest.approx(0, abs=1e-6)
        assert capitalised["interest_charge"].sum() == pytest.approx(expensed["interest_charge"].sum(), rel=1e-9)
        assert capitalised["interest_charge"][0, :24].sum() == pytest.approx(0, abs=1e-6)

    def test_no_cash_moves_but_tax_and_every_identity_holds(self, runs):
        expensed, capitalised = runs
        np.testing.assert_array_equal(expensed["interest"], capitalised["interest"])
        assert [one.name for one in capitalised.checks if not one.ok] == []
