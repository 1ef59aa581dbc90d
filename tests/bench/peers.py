"""Other packages on the small project, each by its own interface; a function each, run where that package is installed.

Each is left at the conventions that it cannot change, so its answer differs where they do. Money is in their currency
unit, a million to one of ours. None of them is a dependency: apart.py makes an environment for each.
"""

import contextlib
import io
import json
import sys
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np

from tests.bench import dcf
from tests.bench.contender import Answers, Contender, Valued, measure

MILLION = 1e6
BASE = (dcf.PRICE, dcf.OPEX, dcf.CAPEX)
NOT_IN_A_HUB = (  # what OpenPyTEA would add to a plant's fixed costs
    "supervision_costs direct_salary_overhead laboratory_charges taxes_insurance_costs rent_of_land_costs "
    "environmental_charges operating_supplies general_plant_overhead interest_working_capital patents_royalties "
    "distribution_selling_costs RnD_costs"
)


def modelx() -> Valued:
    """Cells of modelx, a function of the year each; what depends on a changed input is computed again."""
    import modelx

    space = modelx.new_model().new_space()
    space.facts = dcf
    space.price, space.opex, space.capex = BASE

    def earned(year: int) -> float:
        return price * facts.UNITS - opex if year > 3 else 0.0  # noqa: F821

    def tax(year: int) -> float:
        written_off = capex / facts.DEPRECIATION if 3 < year <= 3 + facts.DEPRECIATION else 0.0  # noqa: F821
        return facts.TAX * max(earned(year) - written_off, 0.0)  # noqa: F821

    def flow(year: int) -> float:
        return earned(year) - tax(year) - (capex * facts.BUILD[year - 1] if year <= 3 else 0.0)  # noqa: F821

    def worth() -> float:
        return sum(flow(year) / (1 + facts.RATE) ** year for year in range(1, facts.LENGTH + 1))  # noqa: F821

    for cells in (earned, tax, flow, worth):
        space.new_cells(formula=cells)

    def at(price: float, opex: float = dcf.OPEX, capex: float = dcf.CAPEX) -> float:
        space.price, space.opex, space.capex = float(price), float(opex), float(capex)
        return float(space.worth())

    def evaluate() -> Answers:
        price = dcf.break_even(at)
        npv = at(dcf.PRICE)
        return npv, dcf.irr(np.array([space.flow(year) for year in range(1, dcf.LENGTH + 1)])), price

    return Valued(evaluate, lambda *draws: np.array([at(*one) for one in zip(*draws, strict=True)]))


def openpytea() -> Valued:
    """OpenPyTEA's Plant, the investment as one purchased item; its own monte_carlo."""
    from openpytea import Plant, monte_carlo

    plant = Plant(_plant())

    def at(price: float) -> float:
        plant.plant_products["service"]["price"] = price * MILLION
        return float(plant.calculate_npv()) / MILLION

    def evaluate() -> Answers:
        break_even = dcf.break_even(at)
        return at(dcf.PRICE), float(plant.calculate_irr()), break_even

    def worth(price: dcf.Array, opex: dcf.Array, capex: dcf.Array) -> dcf.Array:
        with contextlib.redirect_stderr(io.StringIO()):  # its progress bar
            found = monte_carlo(plant, num_samples=len(price), batch_size=len(price), random_seed=dcf.SEED)
        return np.asarray(found["metrics"]["NPV"]) / MILLION

    return Valued(evaluate, worth)


def _plant() -> dict[str, Any]:
    from openpytea import Equipment

    part = Equipment(name="hub", param=1.0, process_type="Mixed", category="Custom", cost_year=2024, target_year=2024,
                     purchased_cost=dcf.CAPEX * MILLION)  # fmt: skip
    part.direct_cost = dcf.CAPEX * MILLION  # no installation factor on top
    return {
        "plant_name": "hub", "process_type": "Mixed", "currency": "SEK", "loc_factor": 1.0, "equipment": [part],
        "interest_rate": dcf.RATE, "project_lifetime": dcf.LENGTH, "tax_rate": dcf.TAX, "working_capital": 0.0,
        "operators_per_shift": 0, "operators_hired": 0, "operator_hourly_rate": {"rate": 0.0},
        "fixed_capital_components": {"osbl": 0.0, "dne": 0.0, "contingency": 0.0},
        "fixed_opex_components": {**dict.fromkeys(NOT_IN_A_HUB.split(), 0.0), "maintenance_costs": dcf.OPEX * MILLION},
        "variable_opex_inputs": {}, "capex_ramp": list(dcf.BUILD), "production_ramp": [0, 0, 0],
        "depreciation": {"method": "straight_line", "life": dcf.DEPRECIATION, "service_start_year": 3},
        "plant_products": {"service": {"production": dcf.UNITS / 365, "price": dcf.PRICE * MILLION,
                                       "price_uncertainty": _normal(dcf.PRICE_SD * MILLION)}},
        "project_uncertainties": {"fixed_capital_factor": _normal(dcf.CAPEX_SD / dcf.CAPEX),
                                  "fixed_opex_factor": _normal(dcf.OPEX_SD / dcf.OPEX),
                                  "project_lifetime": {"dist_id": 1, "loc": dcf.LENGTH},  # 1 is fixed
                                  "interest_rate": {"dist_id": 1, "loc": dcf.RATE}},
    }  # fmt: skip


def _normal(deviation: float) -> dict[str, float]:
    return {"dist_id": 3, "std": deviation, "min": 1e-6, "max": 1e12}  # 3 is normal


def biosteam() -> Valued:
    """A BioSTEAM system of one unit that costs the investment; its Model evaluates the draws, one after the other."""
    import biosteam as bst

    hub, service, finance = _biorefinery()
    model = bst.Model(finance.system)
    model.metric(lambda: finance.NPV / MILLION, name="NPV", units="MSEK")
    places = ((service, "price", "isolated"), (finance, "opex", "isolated"), (hub, "capex", "cost"))
    for owner, name, kind in places:
        model.parameter(partial(setattr, owner, name), name=name, element=hub, kind=kind)

    def evaluate() -> Answers:
        return finance.NPV / MILLION, float(finance.solve_IRR()), float(finance.solve_price(service)) / MILLION

    def worth(*draws: dcf.Array) -> dcf.Array:
        model.load_samples(np.column_stack(draws) * MILLION, sort=False)
        with contextlib.redirect_stdout(io.StringIO()):
            model.evaluate()
        for (owner, name, _), value in zip(places, BASE, strict=True):
            setattr(owner, name, value * MILLION)
        finance.system.simulate()
        return model.table.iloc[:, -1].to_numpy(float)

    return Valued(evaluate, worth)


def _biorefinery() -> tuple[Any, Any, Any]:
    import biosteam as bst

    class Hub(bst.Unit):
        capex = dcf.CAPEX * MILLION

        def _run(self) -> None:
            self.outs[0].copy_like(self.ins[0])

        def _cost(self) -> None:
            self.baseline_purchase_costs["hub"], self.F_BM["hub"] = self.capex, 1.0

    class Finance(bst.TEA):
        opex = dcf.OPEX * MILLION

        def _DPI(self, cost: float) -> float:
            return cost

        _TDC = _FCI = _DPI

        def _FOC(self, cost: float) -> float:
            return self.opex

    bst.settings.set_thermo(["Water"])
    service = bst.Stream("service", price=dcf.PRICE * MILLION)
    hub = Hub("hub", ins=bst.Stream("feed", Water=dcf.UNITS / (365 * 24), units="kg/hr"), outs=service)
    system = bst.System("project", path=[hub])
    system.simulate()
    return hub, service, Finance(
        system, IRR=dcf.RATE, duration=(2004, 2004 + dcf.OPERATION), depreciation=f"SL{dcf.DEPRECIATION}",
        income_tax=dcf.TAX, operating_days=365, lang_factor=None, construction_schedule=dcf.BUILD, startup_months=0,
        startup_FOCfrac=1, startup_VOCfrac=1, startup_salesfrac=1, WC_over_FCI=0, finance_interest=0, finance_years=0,
        finance_fraction=0,
    )  # fmt: skip


def pysam() -> Valued:
    """SAM's single owner, all that an electricity plant has beside set to nothing."""
    plant = _single_owner()

    def at(price: float, opex: float, capex: float) -> float:
        plant.Revenue.ppa_soln_mode, plant.Revenue.ppa_price_input = 1, (price,)
        plant.SystemCosts.om_fixed, plant.SystemCosts.total_installed_cost = (opex * MILLION,), capex * MILLION
        plant.execute(0)
        return float(plant.Outputs.project_return_aftertax_npv) / MILLION

    def evaluate() -> Answers:
        npv, rate = at(*BASE), plant.Outputs.project_return_aftertax_irr / 100
        plant.Revenue.ppa_soln_mode = 0  # now for the price at which the target rate is earned
        plant.execute(0)
        return npv, float(rate), float(plant.Outputs.ppa) / 100

    return Valued(evaluate, lambda *draws: np.array([at(*one) for one in zip(*draws, strict=True)]))


def _single_owner() -> Any:
    import PySAM.Singleowner as single_owner

    plant = single_owner.default("CustomGenerationProfileSingleOwner")
    zero = ("construction_financing_cost cost_debt_fee debt_option debt_percent dscr_reserve_months inflation_rate "
            "insurance_rate months_working_reserve reserves_interest term_tenor")  # fmt: skip
    output = dcf.UNITS * MILLION  # kWh: a unit is a million, so that its price is one that SAM seeks, 0 to 100 cents
    plant.assign({
        "FinancialParameters": {**dict.fromkeys(zero.split(), 0), "analysis_period": dcf.OPERATION,
                                "federal_tax_rate": (100 * dcf.TAX,), "state_tax_rate": (0,),
                                "real_discount_rate": 100 * dcf.RATE, "system_capacity": output},
        "Lifetime": {"inflation_rate": 0},
        "Depreciation": {"depr_alloc_sl_20_percent": 0, "depr_alloc_custom_percent": 100,
                         "depr_custom_schedule": (100 / dcf.DEPRECIATION,) * dcf.DEPRECIATION},
        "SystemCosts": {"om_capacity": (0,), "om_fuel_cost": (0,)},
        "Revenue": {"ppa_escalation": 0, "dispatch_tod_factors": (1,) * 9, "flip_target_percent": 100 * dcf.RATE,
                    "flip_target_year": dcf.OPERATION},
        "SystemOutput": {"gen": (output / 8760,) * 8760, "system_capacity": output},
        "ElectricityRates": {"en_electricity_rates": 1},  # without, it asks for the price that it is to solve for
    })  # fmt: skip
    return plant


PEERS = {
    one.package: one
    for one in (
        Contender("modelx", "modelx", "own", "as written here; IRR and break-even by plain NumPy", modelx, 500,
                  ("modelx==0.33.0", "numpy")),
        Contender("OpenPyTEA", "openpytea", "openpytea", "tax a year late, the last never paid; break-even by secants; "
                  "draws: its own, with ROI, payback and cost per unit", openpytea, requirements=("openpytea==3.2.1",)),
        # newer releases of the two do not import on Python 3.11
        Contender("BioSTEAM", "biosteam", "biosteam", "valued at the end of construction; solvers begin at their last "
                  "answer", biosteam, requirements=("biosteam==2.51.19", "thermosteam==0.51.17"), python="3.11"),
        Contender("PySAM", "PySAM.Singleowner", "sam", "all of the investment in year 0, operation in years 1 to 20",
                  pysam, 100, ("NREL-PySAM==7.1.1.post1", "numpy")),
    )
}  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(asdict(measure(PEERS[sys.argv[1]]))))
