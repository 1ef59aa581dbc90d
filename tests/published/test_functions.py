"""27 printed results of npv, irr, mirr, xnpv, xirr, loans and savings: only the choice of function is made here."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from hubmodel.engine.words import sum_periods
from hubmodel.lines import funding
from tests.conftest import computed
from tests.published import annuities, returns

FOLDER = Path(__file__).parent / "functions"
INPUTS = {one.pop("id"): one for one in json.loads((FOLDER / "inputs.json").read_text(encoding="utf-8"))}
EXPECTED = {one.pop("id"): one for one in json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))}


def years(dates):
    """Days / 365, as Excel counts."""
    return [date.fromisoformat(one).toordinal() / 365 for one in dates]


def payment(rate, nper, pv):
    return funding.loan_payment(pv, funding.loan_rate_of_period(rate, 1), rate, 1, nper)


def interest(rate, nper, pv):
    """Interest of a loan drawn in a period before the first payment, over all periods."""
    of_period = funding.loan_rate_of_period(rate, 1)
    drawn = funding.loan_drawn(pv, np.array([[0.0] + [1.0] * (nper + 1)]))
    owed = computed(funding.loan_balance, drawn, of_period, 1, payment(rate, nper, pv), pv, 1, nper)
    return sum_periods(funding.loan_interest(owed, of_period))


FUNCTIONS = {
    "npv": lambda values, rate: returns.npv(values, rate),
    "irr": lambda values: returns.irr(values),
    "mirr": lambda values, finance, reinvest: returns.mirr(values, finance, reinvest),
    "xnpv": lambda values, dates, rate: returns.xnpv(values, years(dates), rate),
    "xirr": lambda values, dates: returns.xirr(values, years(dates)),
    "bcr": lambda values, rate: returns.benefit_cost_ratio(np.maximum(values, 0), -np.minimum(values, 0), rate),
    "eff": lambda rate, m: returns.effective_rate(rate, m),
    "fv": lambda rate, nper, pmt, pv: annuities.future_value([-pv, *[-pmt] * nper], rate, timing="end"),
    "fv_begin": lambda rate, nper, pmt, pv: annuities.future_value([-pv - pmt, *[-pmt] * (nper - 1)], rate),
    "nper": lambda rate, pmt, pv: annuities.repayment_time(pv, -pmt, rate),
    "pmt": lambda rate, nper, pv: -payment(rate, nper, pv),
    "loan_interest_total": lambda rate, nper, pv: -interest(rate, nper, pv),
}


def answer(one):
    return float(np.ravel(FUNCTIONS[one["fn"]](**{name: value for name, value in one.items() if name != "fn"}))[0])


def test_there_are_27():
    assert len(INPUTS) == 27
    assert INPUTS.keys() == EXPECTED.keys()


@pytest.mark.parametrize("name", INPUTS)
def test_a_printed_result_comes_out(name):
    expected = EXPECTED[name]
    tolerance = expected.get("tolerance", 1e-9 * abs(expected["value"]))
    assert answer(INPUTS[name]) == pytest.approx(expected["value"], rel=0, abs=tolerance)
