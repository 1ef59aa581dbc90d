"""Two families of SAM's cases through the lines of project finance: ``python -m tests.published.sam FOLDER``.

The folder holds inputs_all.json and, of expected_all.json, the rows that are taken as given (the output sold). Prints
net_present_value, internal_rate_of_return and the annual rows, under the source's own names, as JSON. Nothing is
computed here: inputs are passed, lines are picked; a row's factor turns a share into percent, a price into cents, or
gives an outflow the source's sign.
"""

import json
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from hubmodel.errors import HubmodelError, InputError
from tests.published import annual
from tests.published.sam_inputs import (
    CLASSES,
    KINDS,
    MONTHS,
    PAYERS,
    TABLES,
    Inputs,
    Source,
    column,
    common,
    vintages,
)

Row = tuple[str, int, float]  # line, row of its list, factor

SHARED: dict[str, Row] = {
    "cf_federal_tax_frac": ("plant_national_tax_rate", 0, 1),
    "cf_state_tax_frac": ("plant_local_tax_rate", 0, 1),
    "cf_effective_tax_frac": ("plant_effective_tax_rate", 0, 1),
    "cf_energy_net": ("plant_output_net", 0, 1),
    "cf_energy_sales": ("plant_output", 0, 1),
    "cf_energy_purchases": ("plant_output_bought", 0, -1),
    "cf_om_fixed_expense": ("plant_cost_by_kind", KINDS.index("fixed"), 1),
    "cf_om_production_expense": ("plant_cost_by_kind", KINDS.index("production"), 1),
    "cf_om_capacity_expense": ("plant_cost_by_kind", KINDS.index("capacity"), 1),
    "cf_om_fuel_expense": ("plant_cost_by_kind", KINDS.index("fuel"), 1),
    "cf_om_opt_fuel_1_expense": ("plant_cost_by_kind", KINDS.index("opt_fuel_1"), 1),
    "cf_om_opt_fuel_2_expense": ("plant_cost_by_kind", KINDS.index("opt_fuel_2"), 1),
    "cf_property_tax_assessed_value": ("plant_value_taxed", 0, 1),
    "cf_property_tax_expense": ("plant_property_tax", 0, 1),
    "cf_insurance_expense": ("plant_insurance", 0, 1),
    "cf_net_salvage_value": ("plant_salvage", 0, 1),
    "cf_debt_balance": ("plant_debt_balance", 0, 1),
    "cf_debt_payment_interest": ("plant_interest", 0, 1),
    "cf_debt_payment_principal": ("plant_repaid", 0, 1),
    "cf_debt_payment_total": ("plant_debt_payment", 0, 1),
    **{f"cf_pbi_total_{payer}": ("plant_support_by_payer", row, 1) for row, payer in enumerate(PAYERS)},
    "cf_pbi_total": ("plant_support", 0, 1),
    "cf_ptc_fed": ("plant_national_output_credit", 0, 1),
    "cf_ptc_sta": ("plant_local_output_credit", 0, 1),
    "cf_itc_fed_amount": ("plant_national_credit_amount", 0, 1),
    "cf_itc_sta_amount": ("plant_local_credit_amount", 0, 1),
    "cf_itc_fed_percent_amount": ("plant_national_credit_by_share", 0, 1),
    "cf_itc_sta_percent_amount": ("plant_local_credit_by_share", 0, 1),
    "cf_itc_fed": ("plant_national_investment_credit", 0, 1),
    "cf_itc_sta": ("plant_local_investment_credit", 0, 1),
    "cf_itc_total": ("plant_investment_credits", 0, 1),
}
CASH_LOAN: dict[str, Row] = {
    **SHARED,
    "cf_energy_value": ("plant_savings_by_source", 0, 1),
    "cf_thermal_value": ("plant_savings_by_source", 1, 1),
    "cf_value_added": ("plant_value_added", 0, 1),
    "cf_operating_expenses": ("plant_operating_cost_net", 0, 1),
    "cf_deductible_expenses": ("plant_deductible_cost", 0, -1),
    "cf_sta_depr_sched": ("plant_local_depreciation_table", 0, 1),
    "cf_sta_depreciation": ("plant_local_depreciation", 0, 1),
    "cf_sta_incentive_income_less_deductions": ("plant_local_income_with_aid", 0, 1),
    "cf_sta_taxable_income_less_deductions": ("plant_local_income", 0, 1),
    "cf_sta_tax_savings": ("plant_local_tax_saving", 0, 1),
    "cf_sta_taxable_incentive_income": ("plant_local_aid_taxed", 0, 1),
    "cf_fed_taxable_incentive_income": ("plant_national_aid_taxed", 0, 1),
    "cf_fed_depr_sched": ("plant_national_depreciation_table", 0, 1),
    "cf_fed_depreciation": ("plant_national_depreciation", 0, 1),
    "cf_fed_incentive_income_less_deductions": ("plant_national_income_with_aid", 0, 1),
    "cf_fed_taxable_income_less_deductions": ("plant_national_income", 0, 1),
    "cf_fed_tax_savings": ("plant_national_tax_saving", 0, 1),
    "cf_sta_and_fed_tax_savings": ("plant_tax_saving", 0, 1),
    "cf_ptc_total": ("plant_output_credits", 0, 1),
    "cf_after_tax_net_equity_cost_flow": ("plant_cost_flow", 0, 1),
    "cf_after_tax_cash_flow": ("plant_flow", 0, 1),
    "cf_discounted_costs": ("plant_discounted_cost", 0, 1),
    "cf_discounted_savings": ("plant_discounted_savings", 0, 1),
    "cf_discounted_payback": ("plant_discounted_gain", 0, 1),
    "cf_discounted_cumulative_payback": ("plant_discounted_gain_to_date", 0, 1),
    "cf_payback_with_expenses": ("plant_flow_without_loan", 0, 1),
    "cf_cumulative_payback_with_expenses": ("plant_flow_without_loan_to_date", 0, 1),
    "cf_payback_without_expenses": ("plant_flow_without_cost", 0, 1),
    "cf_cumulative_payback_without_expenses": ("plant_flow_without_cost_to_date", 0, 1),
    "cf_nte": ("plant_price_not_to_exceed", 0, 100),
    "cf_util_escal_rate": ("plant_tariff_index", 0, 1),
}
SINGLE_OWNER: dict[str, Row] = {
    **SHARED,
    "cf_utility_bill": ("plant_utility_bill", 0, 1),
    "cf_land_lease_expense": ("plant_cost_by_kind", KINDS.index("land_lease"), 1),
    "cf_ppa_price": ("plant_sale_price", 0, 100),
    "cf_energy_value": ("plant_sales", 0, 1),
    "cf_energy_sales_dispatch1": ("plant_output", 0, 1),
    "cf_revenue_dispatch1": ("plant_sales", 0, 1),
    **{f"cf_energy_sales_{month}": ("plant_output_by_part", row, 1) for row, month in enumerate(MONTHS)},
    **{f"cf_revenue_{month}": ("plant_sales_by_part", row, 1) for row, month in enumerate(MONTHS)},
    "cf_thermal_value": ("plant_other_revenue", 0, 1),
    "cf_energy_curtailed": ("plant_output_curtailed", 0, 1),
    "cf_curtailment_value": ("plant_curtailment_revenue", 0, 1),
    "cf_capacity_payment": ("plant_reservation_revenue", 0, 1),
    "cf_total_revenue": ("plant_revenue", 0, 1),
    "cf_operating_expenses": ("plant_operating_cost", 0, 1),
    "cf_ebitda": ("plant_ebitda", 0, 1),
    **{f"cf_{short}depr_{name}": (f"plant_{tier}_class_depreciation", row, 1)
       for short, tier in (("sta", "local"), ("fed", "national")) for row, name in enumerate(CLASSES)},
    **{f"cf_{short}depr_me{row + 1}": (f"plant_{tier}_renewal_depreciation", row, 1)
       for short, tier in (("sta", "local"), ("fed", "national")) for row in range(3)},
    "cf_stadepr_total": ("plant_local_depreciation", 0, 1),
    "cf_feddepr_total": ("plant_national_depreciation", 0, 1),
    "cf_statax_income_prior_incentives": ("plant_local_profit", 0, 1),
    "cf_statax_taxable_incentives": ("plant_local_aid_taxed", 0, 1),
    "cf_statax_income_with_incentives": ("plant_local_income", 0, 1),
    "cf_statax": ("plant_local_tax", 0, -1),
    "cf_fedtax_income_prior_incentives": ("plant_national_profit", 0, 1),
    "cf_fedtax_taxable_incentives": ("plant_national_aid_taxed", 0, 1),
    "cf_fedtax_income_with_incentives": ("plant_national_income", 0, 1),
    "cf_fedtax": ("plant_national_tax", 0, -1),
    "cf_pbi_statax_total": ("plant_local_support_taxed", 0, 1),
    "cf_pbi_fedtax_total": ("plant_national_support_taxed", 0, 1),
    "cf_reserve_debtservice": ("plant_debt_reserve", 0, 1),
    "cf_reserve_om": ("plant_working_reserve", 0, 1),
    "cf_reserve_receivables": ("plant_receivable_reserve", 0, 1),
    "cf_reserve_total": ("plant_reserves", 0, 1),
    "cf_reserve_interest": ("plant_reserve_interest", 0, 1),
    "cf_funding_debtservice": ("plant_debt_reserve_funded", 0, 1),
    "cf_funding_om": ("plant_working_reserve_funded", 0, 1),
    "cf_funding_receivables": ("plant_receivable_reserve_funded", 0, 1),
    "cf_disbursement_debtservice": ("plant_debt_reserve_released", 0, 1),
    "cf_disbursement_om": ("plant_working_reserve_released", 0, 1),
    "cf_disbursement_receivables": ("plant_receivable_reserve_released", 0, 1),
    **{f"cf_reserve_equip{row + 1}": ("plant_renewal_reserve", row, 1) for row in range(3)},
    **{f"cf_funding_equip{row + 1}": ("plant_renewal_saved", row, 1) for row in range(3)},
    **{f"cf_disbursement_equip{row + 1}": ("plant_renewal", row, -1) for row in range(3)},
    **{f"cf_project_me{row + 1}ra": ("plant_renewal_saving", row, -1) for row in range(3)},
    **{f"cf_project_me{row + 1}cs": ("plant_renewal", row, -1) for row in range(3)},
    "cf_project_dsra": ("plant_debt_reserve_change", 0, -1),
    "cf_project_wcra": ("plant_working_reserve_change", 0, -1),
    "cf_project_receivablesra": ("plant_receivable_reserve_change", 0, -1),
    "cf_project_ra": ("plant_reserves_change", 0, -1),
    "cf_project_mecs": ("plant_renewals", 0, -1),
    "cf_cash_for_ds": ("plant_cash_for_debt", 0, 1),
    "cf_pv_interest_factor": ("plant_loan_discount_factor", 0, 1),
    "cf_pv_cash_for_ds": ("plant_cash_for_debt_value", 0, 1),
    "cf_debt_size": ("plant_debt_by_period", 0, 1),
    "cf_pretax_dscr": ("plant_cover", 0, 1),
    "cf_project_operating_activities": ("plant_operating_flow", 0, 1),
    "cf_project_investing_activities": ("plant_investing_flow", 0, 1),
    "cf_project_financing_activities": ("plant_financing_flow", 0, 1),
    "cf_pretax_cashflow": ("plant_cash_before_tax", 0, 1),
    "cf_project_return_pretax": ("plant_flow_before_tax", 0, 1),
    "cf_project_return_pretax_irr": ("plant_return_before_tax_to_date", 0, 100),
    "cf_project_return_pretax_npv": ("plant_worth_to_date_before_tax", 0, 1),
    "cf_project_return_aftertax_cash": ("plant_flow_before_tax", 0, 1),
    "cf_project_return_aftertax": ("plant_flow", 0, 1),
    "cf_project_return_aftertax_irr": ("plant_return_to_date", 0, 100),
    "cf_project_return_aftertax_max_irr": ("plant_highest_return", 0, 100),
    "cf_project_return_aftertax_npv": ("plant_worth_to_date", 0, 1),
    "cf_annual_costs": ("plant_cost_of_output", 0, 1),
}  # fmt: skip


def _shares(sam: Source, name: str, values: list[float]) -> np.ndarray:
    return annual.table(f"{sam.folder.name}: {name}", values, sam.periods)


def cash_loan(sam: Source) -> Inputs:
    """Return the inputs of a plant whose owner saves purchases and takes a loan: homes and firms."""
    business, mortgage = sam.number("market", 1), sam.number("mortgage")
    none = np.zeros((1, sam.periods))
    tables = {short: _own_table(sam, short) if business else none[0] for short in ("sta", "fed")}
    savings = np.stack([sam.from_year_zero("annual_energy_value"), sam.from_year_zero("annual_thermal_value")])
    savings[:, 0] = 0
    return {
        **common(sam),
        **_no_sales(),
        **vintages(sam, 1, [1.0], [1.0]),
        "plant_savings_by_source": savings,
        "plant_savings_taxed": business,
        "plant_bill_with": sam.from_year_zero("utility_bill_w_sys"),
        "plant_bill_without": sam.from_year_zero("utility_bill_wo_sys"),
        "plant_utility_charge": none,
        "plant_bought_at_sale_price": 0,
        "plant_support_on_net": 0,
        "plant_costs_deductible": business,
        "plant_interest_deductible": float(bool(business or mortgage)),
        "plant_sculpted": 0,
        "plant_straight": 0,
        "plant_cover_ratio": 1,
        "plant_debt_limited": 0,
        "plant_debt_share_limit": 1,
        "plant_debt_share": sam.percent("debt_fraction"),
        "plant_loan_rate": sam.percent("loan_rate"),
        "plant_loan_tenor": sam.number("loan_term"),
        "plant_loan_grace": 0,
        "plant_fee_share": 0,
        "plant_fee_counted_once": 1,
        **{f"plant_{name}": 0 for name in ("closing_cost", "other_financing", "construction_financing")},
        **{f"plant_{name}_reserve_time": 0 for name in ("debt", "working", "receivable")},
        "plant_reserve_rate": 0,
        "plant_renewal_cost": 0,
        "plant_renewal_interval": column([0]),
        "plant_class_share": column([1]),
        "plant_class_amount": column([0]),
        "plant_class_reduced_first": column([1]),
        "plant_local_reduced_pro_rata": 1,
        "plant_national_reduced_pro_rata": 1,
        "plant_local_qualifies": column([1]),
        "plant_national_qualifies": column([1]),
        "plant_local_bonus_share": column([0]),
        "plant_national_bonus_share": column([0]),
        "plant_local_depreciation_table": tables["sta"].reshape(1, -1),
        "plant_national_depreciation_table": tables["fed"].reshape(1, -1),
    }


def _own_table(sam: Source, short: str) -> np.ndarray:
    kind, years = int(sam.number(f"depr_{short}_type")), int(sam.number(f"depr_{short}_sl_years"))
    if kind == 0 or (kind == 2 and years == 0):
        return np.zeros(sam.periods)
    if kind == 3:
        return _shares(sam, f"depr_{short}_custom", [one * 0.01 for one in sam.values(f"depr_{short}_custom")])
    return _shares(sam, f"depr_{short}_type", TABLES["macrs_5"] if kind == 1 else [1 / years] * years)


def _no_sales() -> Inputs:
    names = ("curtailment_price", "curtailment_escalation", "reservation_fee", "reservation_price",
             "capacity_reserved", "capacity_credit", "reservation_escalation", "other_revenue", "price",
             "price_escalation")  # fmt: skip
    return {f"plant_{name}": 0 for name in names}


def single_owner(sam: Source) -> Inputs:
    """Return the inputs of a plant that sells at an agreed price, its debt sized on cover or as a share of cost."""
    _refuse(sam)
    interval = [sam.number(f"equip{one}_reserve_freq") for one in (1, 2, 3)]
    return {
        **common(sam),
        **_sales(sam),
        **_loan(sam),
        **_depreciation(sam),
        "plant_savings_by_source": np.zeros((2, sam.periods)),
        "plant_savings_taxed": 0,
        "plant_bill_with": 0,
        "plant_bill_without": 0,
        "plant_utility_charge": sam.from_year_zero("utility_bill_w_sys"),
        "plant_bought_at_sale_price": float(sam.number("en_electricity_rates") != 1),
        "plant_support_on_net": 0,
        "plant_costs_deductible": 1,
        "plant_interest_deductible": 1,
        "plant_reserve_rate": sam.percent("reserves_interest"),
        "plant_renewal_cost": column([1000 * sam.number(f"equip{one}_reserve_cost") for one in (1, 2, 3)]),  # $/W
        "plant_renewal_interval": column(interval),
    }


def _refuse(sam: Source) -> None:
    if sam.number("ppa_soln_mode") != 1:
        raise InputError(
            f"{sam.folder}: ppa_soln_mode {sam.number('ppa_soln_mode'):g} solves the price for a target return, which "
            "is not covered; set it to 1 and give ppa_price_input"
        )
    if set(sam.values("dispatch_tod_factors", 1)) != {1.0}:
        raise InputError(f"{sam.folder}: dispatch_tod_factors other than 1 need hourly output; they are not covered")
    if sam.scheduled("grid_curtailment_price") and sam.number("system_use_lifetime_output"):
        raise InputError(f"{sam.folder}: curtailment over a lifetime of hourly output is not covered")


def _sales(sam: Source) -> Inputs:
    price, curtailed = sam.scheduled("ppa_price_input"), sam.scheduled("grid_curtailment_price")
    fee, by_capacity = sam.by_year("cp_capacity_payment_amount"), sam.number("cp_capacity_payment_type") == 0
    scheduled = sam.scheduled("cp_capacity_payment_amount")
    return {
        "plant_price": sam.by_year("ppa_price_input"),
        "plant_price_escalation": 0 if price else sam.percent("ppa_escalation"),
        "plant_other_revenue": sam.from_year_zero("annual_thermal_value"),
        "plant_curtailment_price": sam.by_year("grid_curtailment_price"),
        "plant_curtailment_escalation": 0 if curtailed else sam.percent("grid_curtailment_price_esc"),
        "plant_reservation_fee": 0 if by_capacity else fee,
        "plant_reservation_price": fee if by_capacity else 0,
        "plant_capacity_reserved": sam.number("cp_system_nameplate"),
        "plant_capacity_credit": sam.by_year("cp_capacity_credit_percent") * 0.01,
        "plant_reservation_escalation": 0 if scheduled else sam.percent("cp_capacity_payment_esc"),
    }


def _loan(sam: Source) -> Inputs:
    sculpted = float(sam.number("debt_option", 1) == 1)
    return {
        "plant_sculpted": sculpted,
        "plant_straight": float(sam.number("payment_option") == 1),
        "plant_cover_ratio": sam.number("dscr", 1.5),
        "plant_debt_limited": sam.number("dscr_limit_debt_fraction"),
        "plant_debt_share_limit": sam.percent("dscr_maximum_debt_fraction", 100),
        "plant_debt_share": sam.percent("debt_percent"),
        "plant_loan_rate": sam.percent("term_int_rate"),
        "plant_loan_tenor": sam.number("term_tenor"),
        "plant_loan_grace": sam.number("loan_moratorium"),
        "plant_fee_share": sam.percent("cost_debt_fee"),
        "plant_fee_counted_once": 1,
        "plant_closing_cost": sam.number("cost_debt_closing"),
        "plant_other_financing": sam.number("cost_other_financing"),
        "plant_construction_financing": sam.number("construction_financing_cost"),
        "plant_debt_reserve_time": sam.number("dscr_reserve_months") / 12,
        "plant_working_reserve_time": sam.number("months_working_reserve") / 12,
        "plant_receivable_reserve_time": sam.number("months_receivables_reserve") / 12,
    }


def _depreciation(sam: Source) -> Inputs:
    custom = [one * 0.01 for one in sam.values("depr_custom_schedule")]
    all_tables = {**TABLES, "custom": custom}
    used = {name: sam.percent(f"depr_alloc_{name}_percent") for name in CLASSES}
    laid_out = np.stack(
        [_shares(sam, name, all_tables[name]) if used[name] else np.zeros(sam.periods) for name in CLASSES]
    )
    replaced = {short: all_tables[CLASSES[int(sam.number(f"equip_reserve_depr_{short}"))]] for short in ("sta", "fed")}
    return {
        **vintages(sam, 3, replaced["sta"], replaced["fed"]),
        "plant_class_share": column(list(used.values())),
        "plant_class_amount": column([0.0] * len(CLASSES)),
        "plant_class_reduced_first": column([float(name == "macrs_5") for name in CLASSES]),
        "plant_local_reduced_pro_rata": sam.number("depr_stabas_method", 1),
        "plant_national_reduced_pro_rata": sam.number("depr_fedbas_method", 1),
        **{f"plant_{tier}_qualifies": column([sam.number(f"depr_itc_{short}_{name}") for name in CLASSES])
           for tier, short in (("local", "sta"), ("national", "fed"))},
        **{f"plant_{tier}_bonus_share": column(
            [sam.percent(f"depr_bonus_{short}") if sam.number(f"depr_bonus_{short}_{name}") else 0.0
             for name in CLASSES]) for tier, short in (("local", "sta"), ("national", "fed"))},
        **{f"plant_{tier}_depreciation_table": laid_out for tier in ("local", "national")},
    }  # fmt: skip


def inputs_of(folder: Path) -> tuple[Inputs, Mapping[str, Row]]:
    """Return the inputs of a case and the lines that its rows are."""
    sam = Source(folder)
    if "ppa_price_input" in sam.data:
        return single_owner(sam), SINGLE_OWNER
    if "loan_term" in sam.data:
        return cash_loan(sam), CASH_LOAN
    raise InputError(
        f"{folder}: neither ppa_price_input (single owner) nor loan_term (cash loan) is in inputs_all.json"
    )


def reproduce(folder: Path) -> dict[str, Any]:
    """Return net present value, internal rate of return (a share a year) and the annual rows of a case."""
    inputs, rows = inputs_of(folder)
    figures = ("plant_net_present_value", "plant_internal_rate_of_return", "plant_debt_size", "plant_equity")
    lines = {line for line, _, _ in rows.values()} | set(figures)
    found = annual.run(inputs, lines)
    periods = len(inputs["plant_flow_date"])
    npv, rate, debt, equity = (_number(found[name]) for name in figures)
    return {
        "net_present_value": npv,
        "internal_rate_of_return": rate,
        "size_of_debt": debt,
        "size_of_equity": equity,
        "rows": {
            name: (np.broadcast_to(found[line], (found[line].shape[0], periods))[row] * factor).tolist()
            for name, (line, row, factor) in rows.items()
        },
    }


def _number(value: np.ndarray) -> float | None:
    number = float(value.ravel()[0])
    return None if math.isnan(number) else number


def main(arguments: list[str]) -> int:
    """Print one case as JSON; 1 and one line where it is refused."""
    if len(arguments) != 1:
        print("usage: python -m tests.published.sam FOLDER", file=sys.stderr)
        return 2
    try:
        print(json.dumps(reproduce(Path(arguments[0])), indent=1))
    except HubmodelError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
