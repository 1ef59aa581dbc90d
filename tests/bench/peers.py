"""Other packages on the same project, each in an environment of its own, made on demand and thrown away.

``make bench PEERS=all`` or ``PEERS=modelx,PySAM``. Each is left at the conventions that it cannot change, so its
answer differs where they do; that is said beside it.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench import dcf

ROOT = Path(__file__).parents[2]
Measured = tuple[str, float, float | None, Callable[[], Any]]


def with_modelx() -> Measured:
    """Cells of modelx, a function of the year each; changed price, then NPV."""
    import modelx

    space = modelx.new_model().new_space()
    space.price, space.facts = dcf.PRICE, dcf

    def earned(year: int) -> float:
        return price * facts.UNITS - facts.OPEX if year > 3 else 0.0  # noqa: F821

    def tax(year: int) -> float:
        written_off = facts.CAPEX / facts.DEPRECIATION if 3 < year <= 3 + facts.DEPRECIATION else 0.0  # noqa: F821
        return facts.TAX * max(earned(year) - written_off, 0.0)  # noqa: F821

    def flow(year: int) -> float:
        return earned(year) - tax(year) - (facts.CAPEX * facts.BUILD[year - 1] if year <= 3 else 0.0)  # noqa: F821

    def worth() -> float:
        return sum(flow(year) / (1 + facts.RATE) ** year for year in range(1, facts.LENGTH + 1))  # noqa: F821

    for cells in (earned, tax, flow, worth):
        space.new_cells(formula=cells)

    def changed() -> float:
        space.price = space.price * (1 + 1e-12)  # clears what was computed
        return float(space.worth())

    return "as here", float(space.worth()), None, changed


def with_openpytea() -> Measured:
    """OpenPyTEA's Plant, the investment as one purchased item."""
    from openpytea import Equipment, Plant

    part = Equipment(name="hub", param=1.0, process_type="Mixed", category="Custom", purchased_cost=dcf.CAPEX * 1e6,
                     cost_year=2024, target_year=2024)  # fmt: skip
    part.direct_cost = dcf.CAPEX * 1e6  # no installation factor on top
    none = (
        "supervision_costs direct_salary_overhead laboratory_charges taxes_insurance_costs rent_of_land_costs "
        "environmental_charges operating_supplies general_plant_overhead interest_working_capital patents_royalties "
        "distribution_selling_costs RnD_costs"
    )
    plant = Plant({
        "plant_name": "hub", "process_type": "Mixed", "currency": "SEK", "loc_factor": 1.0, "equipment": [part],
        "interest_rate": dcf.RATE, "project_lifetime": dcf.LENGTH, "tax_rate": dcf.TAX, "working_capital": 0.0,
        "operators_per_shift": 0, "operators_hired": 0, "operator_hourly_rate": {"rate": 0.0},
        "fixed_capital_components": {"osbl": 0.0, "dne": 0.0, "contingency": 0.0},
        "fixed_opex_components": {**dict.fromkeys(none.split(), 0.0), "maintenance_costs": dcf.OPEX * 1e6},
        "variable_opex_inputs": {}, "capex_ramp": list(dcf.BUILD), "production_ramp": [0, 0, 0],
        "depreciation": {"method": "straight_line", "life": dcf.DEPRECIATION, "service_start_year": 3},
        "plant_products": {"service": {"production": dcf.UNITS / 365, "price": dcf.PRICE * 1e6}},
    })  # fmt: skip
    worth, rate = plant.calculate_npv() / 1e6, plant.calculate_irr()
    return "tax a year late, the last never paid", worth, rate, lambda: (plant.calculate_npv(), plant.calculate_irr())


PEERS: dict[str, tuple[tuple[str, ...], Callable[[], Measured]]] = {
    "modelx": (("modelx", "numpy"), with_modelx),
    "OpenPyTEA": (("openpytea", "numpy"), with_openpytea),
}


def measure(which: str) -> None:
    """Measure the packages asked for: a name, several with commas, or all."""
    if not which:
        print(f"not asked for; make bench PEERS=all measures {', '.join(PEERS)}, each in a new environment (minutes)")
        return
    print(f"{'':<12}{'NPV MSEK':>16}{'IRR %':>16}{'µs':>12}{'import s':>10}   convention")
    for name in PEERS if which == "all" else which.split(","):
        if name not in PEERS:
            print(f"{name:<12}is not among {', '.join(PEERS)}")
            continue
        print(f"{name:<12}{_in_own_environment(name)}", flush=True)


def _in_own_environment(name: str) -> str:
    clean = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"} | {"PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / ("Scripts" if os.name == "nt" else "bin") / "python")
        for command in (("pip", "install", "--quiet", *PEERS[name][0]), ("tests.bench.peers", name)):
            done = subprocess.run([python, "-B", "-m", *command], cwd=folder, env=clean, capture_output=True, text=True)
            if done.returncode:
                return f"not measured: {(done.stderr.strip().splitlines() or ['?'])[-1]}"
    told = json.loads(done.stdout.strip().splitlines()[-1])
    rate = "–" if told["rate"] is None else f"{100 * told['rate']:.9f}"
    return f"{told['worth']:16.9f}{rate:>16}{told['microseconds']:12.1f}{told['import']:10.2f}   {told['convention']}"


def _here(name: str) -> dict[str, Any]:
    begin = time.process_time()
    convention, worth, rate, work = PEERS[name][1]()
    imported = time.process_time() - begin
    took = []
    for _ in range(50):
        begin = time.process_time()
        work()
        took.append(time.process_time() - begin)
    return {"convention": convention, "worth": worth, "rate": rate, "microseconds": 1e6 * min(took), "import": imported}


if __name__ == "__main__":
    print(json.dumps(_here(sys.argv[1])))
