"""The biorefinery with the parameters of a report of 2011: NPV, IRR and the price at which nothing is earned."""

import json

import pytest

from tests.published import annual
from tests.published.biorefinery import adapter, replaced

EXPECTED = json.loads((adapter.FOLDER / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def found():
    return adapter.reproduce()


@pytest.mark.parametrize("figure", ["net_present_value", "internal_rate_of_return", "price_at_no_value"])
def test_printed_figure(found, figure):
    within = 1e-9 if figure == "net_present_value" else 1e-6  # the source solves rate and price to about 1e-7
    assert found[figure] == pytest.approx(EXPECTED[figure], rel=within)


@pytest.mark.parametrize("name", EXPECTED["rows_recomputed_in_millions"])
def test_annual_row(found, name):
    row = EXPECTED["rows_recomputed_in_millions"][name]
    assert found["rows"][name] / 1e6 == pytest.approx(row, rel=1e-9, abs=1e-12)


def test_one_line_makes_the_difference_to_the_law():
    inputs, worth = adapter.inputs(), ("plant_net_present_value", "plant_national_taxed")
    ours, theirs = annual.run(inputs, worth), annual.run(inputs, worth, (replaced.plant_deductible_interest,))
    # the source deducts a repayment of 60 % of 356 million from what is taxed
    deducted = ours["plant_national_taxed"].sum() - theirs["plant_national_taxed"].sum()
    assert deducted == pytest.approx(0.6 * 356_095_007.53, rel=1e-9)
    assert ours["plant_net_present_value"].item() < theirs["plant_net_present_value"].item()


def test_years_by_hand(found):
    # year -2: 8 % of 356.1 million built, 60 % of it borrowed, 8 % interest paid on the draw
    built = 0.08 * 356_095_007.53042364
    assert found["rows"]["Cash flow"][0] == pytest.approx(-built * (1 - 0.6 + 0.6 * 0.08), rel=1e-12)
    # first year: a quarter at half sales; 10 years at 8 %: 0.6 x 356.1 x 0.08 / (1 - 1.08^-10) a year
    assert found["rows"]["Sales"][3] == pytest.approx(0.875 * 184829336.37833443 * 0.7198608114634679, rel=1e-12)
    payment = 0.6 * 356_095_007.53042364 * 0.08 / (1 - 1.08**-10)
    assert found["rows"]["Loan payment"][3:13] == pytest.approx(payment, rel=1e-12)
