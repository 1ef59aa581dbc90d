"""Each check fails if an input or a line is broken."""

from dataclasses import replace

import numpy as np
import pytest

import hubmodel as hm
from hubmodel.case.documents import plausibility
from hubmodel.study import checks
from hubmodel.study.result import evaluate

BASE = hm.load("northx")
LINES = evaluate(BASE)
IDENTITIES = [check.__name__ for check in checks.BY_PYTHON]
IDENTITIES += [name for name, level in BASE.model.checks.items() if level == "identity"]


def named_check(result, name):
    (found,) = [check for check in checks.checks_of(result) if check.name == name]
    return found


def broken(**lines):
    """Return the base run with some lines changed by functions, and the checks of the changed lines."""
    values = {**LINES.values, **{name: change(LINES.values[name]) for name, change in lines.items()}}
    model = BASE.model
    known = {name: value for name, value in values.items() if model.module[name] != "checks"}
    return replace(LINES, values=values | model.run({**BASE.inputs, **known}, model.checks))


def plus(amount, at=-1):
    """Return a change that adds an amount in one period of every row."""

    def change(value):
        out = np.array(value, dtype=float)
        out[..., at] += amount
        return out

    return change


def put(number):
    """Return a change that puts a number in the last cell."""

    def change(value):
        out = np.array(value, dtype=float)
        out[..., -1, -1] = number
        return out

    return change


def run_of(change):
    """Run the base case with changed rows, which the loader would refuse."""
    return evaluate(replace(BASE, rows=tuple(change(row) for row in BASE.rows)))


def dearer(row):
    return row.model_copy(update={"value": 69.4}) if row.row == "Matfors invoiced" and row.key == "asset_cost" else row


def ungraded(row):
    return row.model_copy(update={"grade": ""}) if row.key == "hours_paid" else row


def unsourced(row):
    return row.model_copy(update={"source": ""}) if row.key == "employer_contribution_share" else row


def unexplained(row):
    return row.model_copy(update={"note": ""}) if row.key == "win_rate" else row


LATE = {"spending_begins[Matfors invoiced]": "2040-01-01", "spending_time[Matfors invoiced]": 2.0}

# check, run with something broken, phrase in the message
BREAKERS = [
    ("documented_totals", lambda: run_of(dearer), "total_investment"),
    ("investment_is_paid_for", lambda: broken(own_contribution=plus(1e3)), "all spent within the calendar"),
    ("investment_is_paid_for", lambda: evaluate(BASE.with_(LATE)), "all spent within the calendar"),
    ("grant_as_scheduled", lambda: broken(grant_total=plus(1e3)), "total of the chosen schedule"),
    ("balance_sheet", lambda: broken(equity=plus(10, at=100)), "liabilities and equity"),
    ("balance_sheet", lambda: broken(equity=put(np.nan)), "liabilities and equity"),
    ("balance_sheet", lambda: evaluate(BASE, changed={"cash": LINES.values["cash"] + 10}), "liabilities and equity"),
    ("cash_ties", lambda: broken(cash_before_loss_funding=plus(10)), "free cash and unearned grant"),
    ("cash_ties", lambda: broken(cash=plus(10, at=30)), "free cash and unearned grant"),
    ("sources_are_uses", lambda: broken(uses=plus(10, at=5)), "sources are not uses"),
    ("sources_are_uses", lambda: broken(sources=plus(10)), "sources are not uses"),
    ("second_opinion_on_value", lambda: broken(net_present_value=plus(10)), "another value"),
    ("second_opinion_on_value", lambda: broken(counted_cash_flow=plus(1e3, at=7)), "another value"),
    ("sites_add_up", lambda: broken(ebitda_at_site=plus(10, at=99)), "sites do not add up"),
    ("full_cost_is_borne", lambda: broken(innovation_full_cost=plus(10)), "not the whole cost"),
    ("shares_are_shares", lambda: broken(people_share=put(1.01)), "people_share lies outside"),
    ("shares_are_shares", lambda: broken(innovation_guaranteed_share=put(-0.01)), "innovation_guaranteed_share"),
    ("shares_are_shares", lambda: broken(utilisation=put(1.2)), "utilisation lies outside"),
    ("stocks_are_not_negative", lambda: broken(innovation_second_stage=put(-0.1)), "innovation_second_stage"),
    ("stocks_are_not_negative", lambda: broken(commercial_projects_active=put(-1)), "commercial_projects_active"),
    ("stocks_are_not_negative", lambda: broken(operations_posts=put(-1)), "operations_posts"),
    ("stocks_are_not_negative", lambda: broken(loan_balance=put(-1)), "loan_balance"),
    ("stocks_are_not_negative", lambda: broken(tax_losses=put(-1)), "tax_losses"),
    ("stocks_are_not_negative", lambda: broken(untaxed_reserves=put(-1e6)), "untaxed_reserves"),
    ("stocks_are_not_negative", lambda: broken(commercial_batches=put(-1)), "commercial_batches"),
    ("stocks_are_not_negative", lambda: broken(unearned_grant=put(-1e6)), "unearned_grant"),
    ("stocks_are_not_negative", lambda: broken(deferred_grant=put(-1e6)), "deferred_grant"),
    ("suites_are_not_overfull", lambda: broken(suite_days_used=plus(1e3)), "more days than it is open"),
    ("tax_and_books_tie", lambda: broken(untaxed_reserves=plus(1e3)), "do not tie to the books"),
    ("tax_and_books_tie", lambda: broken(taxable_profit=plus(1e3, at=3)), "do not tie to the books"),
    ("inputs_are_graded", lambda: run_of(ungraded), "hours_paid"),
    ("inputs_are_graded", lambda: run_of(unsourced), "employer_contribution_share"),
    ("inputs_are_graded", lambda: run_of(unexplained), "win_rate"),
    ("value_is_a_number", lambda: broken(net_present_value=put(np.nan)), "a share of 1 or a time of 0"),
    ("value_is_a_number", lambda: broken(net_present_value=put(np.inf)), "a share of 1 or a time of 0"),
]


@pytest.mark.parametrize(("name", "run", "phrase"), BREAKERS, ids=[f"{row[0]}-{at}" for at, row in enumerate(BREAKERS)])
def test_an_identity_that_is_broken_fails(name, run, phrase):
    check = named_check(run(), name)
    assert not check.ok
    assert check.level == "identity"
    assert phrase in check.message


def test_no_identity_is_left_untested():
    assert {name for name, _, _ in BREAKERS} == set(IDENTITIES)


@pytest.mark.parametrize("name", IDENTITIES)
def test_an_identity_that_holds_says_nothing(name):
    check = named_check(LINES, name)
    assert check.ok
    assert check.message == ""
    assert check.difference <= check.tolerance


def test_an_override_of_a_documented_number_breaks_no_documented_total():
    # the total is that of the case's own rows, before overrides
    check = named_check(evaluate(BASE.with_({"asset_cost[Matfors invoiced]": 80})), "documented_totals")
    assert check.ok


def test_nan_is_never_a_tie():
    nothing = broken(unearned_grant=lambda value: np.full_like(value, np.nan))
    assert not named_check(nothing, "cash_ties").ok


# ---- warnings: always ok, a message when raised ----

# check, run that raises it, phrase in the message, run that does not
WARNINGS = [
    (
        "commercial_margin_leads",
        lambda: evaluate(BASE.with_({"commercial_margin": 0, "innovation_hourly_rate": 3000, "normal_utilisation": 1})),
        "does not exceed the innovation margin",
        lambda: broken(margin_gap=put(0.1)),
    ),
    (
        "free_cash_lasts",
        lambda: broken(free_cash=put(-2_500_000)),
        "free cash falls to -2.5 MSEK; who covers it?",
        lambda: broken(free_cash=put(0)),
    ),
    (
        "free_cash_lasts",
        lambda: evaluate(BASE.with_({"owner_covers_share": 0.5})),
        "who covers it?",
        lambda: evaluate(BASE.with_({"owner_covers_share": 1})),
    ),
    (
        "co_financing_each_year",
        lambda: broken(own_contribution_in_period=np.zeros_like, loss_funding=np.zeros_like),
        "less than the grant used in 2021, 2022",
        lambda: evaluate(BASE.with_({"grant_factor": 0})),
    ),
    (
        "aid_within_ceiling",
        lambda: evaluate(BASE.with_({"aid_ceiling_tested": 1, "aid_ceiling": 0.40})),
        # 50 / 111.4 = 44.9 %
        "exceeds the ceiling by 4.9%",
        lambda: evaluate(BASE.with_({"aid_ceiling_tested": 1, "aid_ceiling": 0.45})),
    ),
    (
        "loan_within_investment",
        lambda: evaluate(BASE.with_({"loan_amount": 200})),
        "loans of 200.0 MSEK exceed the investment of 111.4 MSEK",
        lambda: evaluate(BASE.with_({"loan_amount": 111})),
    ),
]


@pytest.mark.parametrize(
    ("name", "raised", "phrase", "silent"), WARNINGS, ids=[f"{row[0]}-{at}" for at, row in enumerate(WARNINGS)]
)
def test_a_warning_is_raised_and_stays_ok(name, raised, phrase, silent):
    check = named_check(raised(), name)
    assert check.ok
    assert check.level == "warning"
    assert phrase in check.message
    assert named_check(silent(), name).message == ""


def test_no_warning_is_left_untested():
    assert {row[0] for row in WARNINGS} == {name for name, level in BASE.model.checks.items() if level == "warning"}


BANDS = plausibility(BASE.folder)


@pytest.mark.parametrize("end", ["low", "high"])
@pytest.mark.parametrize("band", BANDS, ids=lambda band: band["key"])
def test_a_figure_outside_its_band_says_so(band, end):
    factor = 1e6 if "MSEK" in band["unit"] else 1
    edge, width = float(band[end]), float(band["high"]) - float(band["low"])

    def at(share):
        value = (edge + (share if end == "high" else -share) * width) * factor
        return broken(**{band["key"]: lambda line: np.full_like(line, value)})

    name = f"plausible_{band['key']}"
    outside = named_check(at(0.01), name)
    assert outside.ok
    assert f"outside {band['low']} to {band['high']}" in outside.message
    assert band["note"] in outside.message
    assert named_check(at(-0.01), name).message == ""


def test_one_row_outside_its_band_is_enough():
    check = named_check(broken(commercial_price_per_batch=put(1e9)), "plausible_commercial_price_per_batch")
    assert "outside 1 to 40" in check.message


def test_unproven_counts_every_row_once():
    counts = checks.unproven(BASE)
    assert sum(counts.values()) == len(BASE.rows)
    assert counts["documented"] == sum(row.grade == "documented" for row in BASE.rows)
