"""Swedish tax on profits and pay, depreciation of equipment: through lines of finance, capital and plant cost."""

import json
from pathlib import Path

import numpy as np
import pytest

from hubmodel.lines import capital, finance
from tests.conftest import computed
from tests.published import plant_cost

FOLDER = Path(__file__).parent / "swedish_rules"
GIVEN = json.loads((FOLDER / "inputs.json").read_text(encoding="utf-8"))
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))


def row(*values):
    return np.array([values], dtype=float)


@pytest.mark.parametrize("year", ["2024", "2018"])
def test_employer_contributions_add_up(year):
    parts = GIVEN["employer_contributions_percent"][year]
    shares = np.array(list(parts.values()))[:, None] / 100
    insured = np.array([name != GIVEN["tax_on_pay"] for name in parts], dtype=float)[:, None]
    whole = plant_cost.employer_contribution_rate(shares).item()
    own = plant_cost.insurance_contribution_rate(plant_cost.insurance_contribution(shares, insured)).item()
    assert whole * 100 == pytest.approx(EXPECTED["employer_contributions_percent"][year], rel=1e-9)
    assert own * 100 == pytest.approx(EXPECTED["insurance_contributions_percent"][year], rel=1e-9)


@pytest.mark.parametrize("sold_as_income", [False, True])
def test_the_worked_example_of_depreciation(sold_as_income):
    one, expected = GIVEN["equipment"], EXPECTED["equipment"]
    # the opening value stands in the year before; the plan is far above, so that only the 30 % rule binds
    bought = row(one["opening_tax_value"], one["purchases"] - one["sale_proceeds_of_assets_bought_earlier"])
    value = computed(capital.equipment_tax_value, bought, row(0, 1), one["rate"], 1e9, 1, 0)
    added = row(one["opening_tax_value"], one["purchases"]) if sold_as_income else bought
    deducted = capital.tax_depreciation(added, value, row(0, 0), row(0, 0))[0, 1]
    assert value[0, 1] == pytest.approx(expected["closing"], rel=1e-9)
    name = "depreciation_if_sale_is_income" if sold_as_income else "depreciation"
    assert deducted == pytest.approx(expected[name], rel=1e-9)


def test_the_floor_of_the_plan_is_four_fifths_three_fifths_and_so_on():
    ends = row(2021, 2022, 2023, 2024, 2025)
    left = capital.equipment_plan_value_by_year(row(1, 1, 1, 1, 1), 0.2, ends, 2020)
    np.testing.assert_allclose(left[0], list(GIVEN["share_of_cost_left"].values()), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("year", ["2018", "2020", "2024"])
def test_tax_on_a_profit_of_a_thousand(year):
    rates = GIVEN["corporate_tax"]
    rate = rates[0 if year > "2020" else 1 if year > "2018" else 2]["rate"]
    assert finance.tax(row(1000), rate).item() == pytest.approx(EXPECTED["corporate_tax_on_1000"][year], rel=1e-9)
