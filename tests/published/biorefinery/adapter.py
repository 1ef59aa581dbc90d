"""The biorefinery through the lines of project finance: inputs are passed, lines are picked."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from hubmodel.engine.units import Membership
from tests.published import annual
from tests.published.biorefinery import replaced

FOLDER = Path(__file__).parent
ROWS = {
    "Depreciation": "plant_national_depreciation",
    "Loan payment": "plant_debt_payment",
    "Loan principal": "plant_debt_balance",
    "Annual operating cost": "plant_operating_cost",
    "Sales": "plant_sales",
    "Tax": "plant_national_tax",
    "Taxed earnings": "plant_national_taxed",
    "Cash flow": "plant_flow",
    "NPV": "plant_discounted_flow",
    "Cumulative NPV": "plant_worth_to_date",
}


def inputs(folder: Path = FOLDER) -> dict[str, Any]:
    """Return the inputs: construction up to year 0, to which is discounted, then operation."""
    of = json.loads((folder / "inputs.json").read_text(encoding="utf-8"))
    built = len(of["construction_schedule"])
    year = np.arange(1.0 - built, of["operating_years"] + 1)
    one = np.ones((1, 1))
    none = dict.fromkeys(annual.model().inputs, 0.0)
    return {
        **none,
        "equipment_of_vintage": Membership("plant_vintage", "plant_equipment", (0,), 1),
        "period_length": 1,
        "plant_flow_date": year,
        "plant_operating": (year > 0) * 1.0,
        "plant_before_start": (year < 0) * 1.0,
        "plant_closing": (year == 0) * 1.0,
        "plant_ends": (year == year[-1]) * 1.0,
        "plant_life": of["operating_years"],
        "plant_construction_share": annual.table("construction", of["construction_schedule"], len(year), first=0),
        "plant_real_rate": of["discount_rate"],
        "plant_start_up_time": of["startup_months"] / 12,
        "plant_start_up_sales": of["startup_salesfrac"],
        "plant_start_up_variable": of["startup_VOCfrac"],
        "plant_start_up_fixed": of["startup_FOCfrac"],
        "plant_output": of["annual_units"],
        "plant_price": of["price"],
        "plant_other_revenue": of["other_sales"] * (year > 0),
        "plant_cost": of["FCI"],
        "plant_cost_per_year": of["FOC"] * one,
        "plant_cost_per_piece": of["VOC"] * one,
        "plant_cost_content": one,
        "plant_cost_quantity": one,
        "plant_working_capital_share": of["WC_over_FCI"],
        "plant_debt_share": of["loan_fraction"],
        "plant_loan_rate": of["loan_interest"],
        "plant_loan_tenor": of["loan_years"],
        "plant_draw_interest_share": 1,
        "plant_earlier_draw_interest_share": 0,
        "plant_cover_ratio": 1,
        "plant_class_amount": of["TDC"],
        "plant_local_depreciation_table": np.zeros((1, len(year))),
        "plant_national_depreciation_table": annual.table("MACRS 7", of["depreciation_table"], len(year), first=built),
        "plant_costs_deductible": 1,
        "plant_interest_deductible": 1,
        "plant_national_tax_rate": of["tax"],
        "plant_grant_ceiling": 1e38,
        "plant_output_credit_step": 1,
        "plant_year_number": np.arange(1.0, of["operating_years"] + 1).reshape(-1, 1),
        "plant_local_credit_share": np.zeros((1, len(year))),
        "plant_national_credit_share": np.zeros((1, len(year))),
        "plant_local_credit_amount": np.zeros((1, len(year))),
        "plant_national_credit_amount": np.zeros((1, len(year))),
    }


def reproduce() -> dict[str, Any]:
    """Return net present value, internal rate of return, the price at no value and the annual rows, as the source."""
    given, line = inputs(), (replaced.plant_deductible_interest,)
    wanted = [*ROWS.values(), "plant_net_present_value", "plant_internal_rate_of_return"]
    found = annual.run(given, wanted, line)
    return {
        "net_present_value": found["plant_net_present_value"].item(),
        "internal_rate_of_return": found["plant_internal_rate_of_return"].item(),
        "price_at_no_value": annual.seek(given, "plant_price", "plant_net_present_value", (0.1, 2.0), line),
        "rows": {name: found[one].ravel() for name, one in ROWS.items()},
    }
