"""Checks, line by line: gaps that are zero where the books tie, and judgements that ask for attention."""

import numpy as np
import pytest

from hubmodel.lines import checks
from tests.conftest import column, computed, row

HAND_SUMS = [
    # 40 of grant, 20 of loans and 10 of the owner for 70; for 75
    (checks.investment_is_paid_for, (40, 20, 10, 70), 0),
    (checks.investment_is_paid_for, (40, 20, 10, 75), -5),
    # 160 of assets; 50 owed, 20 of untaxed reserves, 90 of equity; of 100
    (checks.balance_sheet, (160, 50, 20, 90), 0),
    (checks.balance_sheet, (160, 50, 20, 100), -10),
    # -20 before losses are covered by 25, and 12 held for the grant
    (checks.cash_ties, (17, -20, 25, 12), 0),
    (checks.cash_ties, (20, -20, 25, 12), 3),
    (checks.sources_are_uses, (117, 117), 0),
    (checks.sources_are_uses, (117, 110), 7),
    # sites earn 20 and 10
    (checks.sites_add_up, (column(20, 10), 30), 0),
    (checks.sites_add_up, (column(20, 10), 28), 2),
    # tracks bear 50 and 129, training 1: 170 of operating cost and 10 of depreciation
    (checks.full_cost_is_borne, (50, 129, 1, 170, 10), 0),
    (checks.full_cost_is_borne, (50, 129, 1, 170, 14), -4),
    (checks.suites_are_not_overfull, (80, 84), 0),
    (checks.suites_are_not_overfull, (90, 84), 6),
    # 25 beyond the books: 20 in reserves, 4 of temporary difference, 1 of grant that is never taxed; at year's end
    (checks.tax_and_books_tie, (25, 20, 4, 1, 1), 0),
    (checks.tax_and_books_tie, (25, 10, 4, 1, 1), 10),
    (checks.tax_and_books_tie, (25, 10, 4, 1, 0), 0),
    # a gap of 5 points between the margins, none, or the other way round
    (checks.commercial_margin_leads, (0.05,), 0),
    (checks.commercial_margin_leads, (0,), 1),
    (checks.commercial_margin_leads, (-0.05,), 1),
    (checks.commercial_margin_leads, (np.nan,), np.nan),  # before any year is mature
    (checks.free_cash_lasts, (12,), 0),
    (checks.free_cash_lasts, (-12,), 12),
    # 5 less than the grant used, seen at the end of the year only; 5 more is no shortfall
    (checks.co_financing_each_year, (-5, 1), 5),
    (checks.co_financing_each_year, (-5, 0), 0),
    (checks.co_financing_each_year, (5, 1), 0),
    (checks.aid_within_ceiling, (0.05,), 0.05),
    (checks.aid_within_ceiling, (-0.05,), 0),
    # 30 and 20 drawn for an investment of 40; of 60
    (checks.loan_within_investment, (row(30, 20), 40), 10),
    (checks.loan_within_investment, (row(30, 20), 60), 0),
]


@pytest.mark.parametrize(("line", "arguments", "expected"), HAND_SUMS, ids=lambda part: getattr(part, "__name__", ""))
def test_hand_sum(line, arguments, expected):
    assert line(*arguments) == pytest.approx(expected, rel=1e-12, abs=1e-12, nan_ok=True)


def test_what_tax_deducts_beyond_the_books_runs_up():
    # 21 - 16, then 10 - 14
    np.testing.assert_array_equal(computed(checks.deducted_beyond_books, row(21, 10), row(16, 14)), [[5, 1]])


def test_the_owners_money_is_set_against_the_grant_year_by_year():
    # two half-years: 10 + 2 - 20 = -8, then 5 - 1 beyond it; the next year begins anew with 3 - 4
    paid, losses, used, starts = row(10, 5, 0), row(2, 0, 3), row(20, 1, 4), row(1, 0, 1)
    np.testing.assert_array_equal(
        computed(checks.owner_less_grant_this_year, paid, losses, used, starts), [[-8, -4, -1]]
    )
