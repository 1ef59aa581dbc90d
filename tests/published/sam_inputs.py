"""Inputs of the System Advisor Model's families in the words of project finance: units are turned, nothing is computed.

Percent become shares, $/W and $/MWh become $/kW and $/kWh. What a case asks for and this does not cover is refused.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from hubmodel.engine.units import Membership
from hubmodel.errors import InputError
from tests.published.annual import table

GIVEN = ("cf_energy_sales", "cf_energy_purchases")  # the only rows read from a source's results; the second may lack
CLASSES = ("macrs_5", "macrs_15", "sl_5", "sl_15", "sl_20", "sl_39", "custom")
KINDS = ("fixed", "production", "capacity", "fuel", "opt_fuel_1", "opt_fuel_2", "land_lease")
PAYERS = ("fed", "sta", "uti", "oth")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SL_15 = [0.0333, *[0.0667] * 6, *[0.0666, 0.0667] * 4, 0.0333]
TABLES: dict[str, list[float]] = {
    "macrs_5": [0.2, 0.32, 0.192, 0.1152, 0.1152, 0.0576],
    "macrs_15": [0.05, 0.095, 0.0855, 0.077, 0.0693, 0.0623, 0.059, 0.059, *[0.0591, 0.059] * 3, 0.0591, 0.0295],
    "sl_5": [0.1, 0.2, 0.2, 0.2, 0.2, 0.1],
    "sl_15": SL_15,
    "sl_20": [0.025, *[0.05] * 19, 0.025],
    "sl_39": [2.56410256410256e-2 / 2, *[2.56410256410256e-2] * 38, 2.56410256410256e-2 / 2],
}
NOT_COVERED = {
    "en_batt": "batteries",
    "add_om_num_types": "costs of batteries and fuel cells",
    "fuelcell_replacement_option": "fuel cells",
    "system_use_recapitalization": "recapitalisation",
    "is_btm": "plants behind the meter",
}
Inputs = dict[str, Any]


class Source:
    """The inputs of one case, by SAM's own names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data: dict[str, Any] = _read(folder / "inputs_all.json")
        results = _read(folder / "expected_all.json")
        self.given = {name: results[name] for name in GIVEN if name in results}
        if "cf_energy_sales" not in self.given:
            raise InputError(f"{folder / 'expected_all.json'}: needs the row cf_energy_sales, which is taken as given")
        self.years = int(self.number("analysis_period", 0))
        if len(self.given["cf_energy_sales"]) != self.years + 1:
            raise InputError(
                f"{folder}: cf_energy_sales has {len(self.given['cf_energy_sales'])} values, but analysis_period "
                f"{self.years} wants {self.years + 1}; give year 0 and every year of operation"
            )
        for name, what in NOT_COVERED.items():
            if self.number(name):
                raise InputError(f"{folder}: {name} = {self.number(name):g}: {what} are not covered; set it to 0")

    @property
    def periods(self) -> int:
        """Year 0 and the years of operation."""
        return self.years + 1

    def number(self, name: str, default: float = 0.0) -> float:
        """Return a number; a list of one counts as one."""
        value = self.data.get(name, default)
        if isinstance(value, list):
            if len(value) != 1:
                raise InputError(f"{self.folder}: {name} has {len(value)} values; only one number is covered here")
            value = value[0]
        return float(value)

    def percent(self, name: str, default: float = 0.0) -> float:
        """Return a percentage as a share."""
        return self.number(name, default) * 0.01

    def values(self, name: str, default: float = 0.0) -> list[float]:
        """Return a list of numbers; a number counts as a list of one."""
        value = self.data.get(name, default)
        return [float(one) for one in value] if isinstance(value, list) else [float(value)]

    def scheduled(self, name: str) -> bool:
        """Whether an input is a schedule by year and not one value for all."""
        return len(self.values(name)) > 1

    def by_year(self, name: str, default: float = 0.0) -> np.ndarray:
        """Return one value for each year of operation, from a schedule or from one value for all; 0 in year 0."""
        values = self.values(name, default)
        return self.from_year_one(values if len(values) > 1 else values * self.years)

    def from_year_one(self, values: Sequence[float]) -> np.ndarray:
        """Lay values out from year 1; 0 in year 0 and after the last."""
        out = np.zeros(self.periods)
        part = np.asarray(values, dtype=float)[: self.years]
        out[1 : 1 + len(part)] = part
        return out

    def from_year_zero(self, name: str) -> np.ndarray:
        """Return a row that begins with year 0; zeros where there is none."""
        values = self.values(name)
        if values == [0.0]:
            return np.zeros(self.periods)
        if len(values) != self.periods:
            raise InputError(f"{self.folder}: {name} has {len(values)} values; give {self.periods}, year 0 included")
        return np.asarray(values)


def _read(path: Path) -> dict[str, Any]:
    if not path.exists():
        raise InputError(f"{path} does not exist; name a folder with inputs_all.json and expected_all.json")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def column(values: Sequence[float]) -> np.ndarray:
    """Rows by one period."""
    return np.asarray(values, dtype=float).reshape(-1, 1)


def common(sam: Source) -> Inputs:
    """Return what both families share: time, cost, support, grants, credits and taxes."""
    year = np.arange(sam.periods, dtype=float)
    return {
        "period_length": 1,
        "plant_flow_date": year,
        "plant_valuation_date": 0,
        "plant_operating": (year > 0) * 1.0,
        "plant_before_start": 0,
        "plant_closing": (year == 0) * 1.0,
        "plant_ends": (year == sam.years) * 1.0,
        "plant_life": sam.years,
        "plant_construction_share": (year == 0) * 1.0,
        "plant_year_number": column(range(1, sam.periods)),
        "plant_real_rate": sam.percent("real_discount_rate"),
        "plant_inflation": sam.percent("inflation_rate"),
        "plant_start_up_time": 0,
        **{f"plant_start_up_{part}": 1 for part in ("sales", "variable", "fixed")},
        "plant_cost": sam.number("total_installed_cost"),
        "plant_capacity": sam.number("system_capacity"),
        "plant_salvage_share": sam.percent("salvage_percentage"),
        "plant_working_capital_share": 0,
        "plant_draw_interest_share": 0,
        "plant_earlier_draw_interest_share": 0,
        "plant_losses_used_at_once": 1,
        "plant_tariff_escalation": sam.percent("rate_escalation") if not sam.scheduled("rate_escalation") else 0,
        **_output(sam),
        **_costs(sam),
        **_support(sam),
        **_grants(sam),
        **_taxes(sam),
        **{f"plant_{tier}_{name}": value for tier, short in (("local", "sta"), ("national", "fed"))
           for name, value in _credits(sam, short).items()},
    }  # fmt: skip


def _output(sam: Source) -> Inputs:
    sold = np.asarray(sam.given["cf_energy_sales"], dtype=float)
    bought = -np.asarray(sam.given.get("cf_energy_purchases", np.zeros(sam.periods)), dtype=float)
    lifetime = bool(sam.number("system_use_lifetime_output"))
    scheduled = sam.scheduled("degradation")
    months = sam.values("monthly_energy")
    return {
        "plant_output": sold,
        "plant_output_bought": bought,
        "plant_output_first_year": column(months if len(months) == len(MONTHS) else [0.0] * len(MONTHS)),
        "plant_degradation_rate": 0 if lifetime or scheduled else sam.percent("degradation"),
        "plant_degradation_scheduled": float(scheduled and not lifetime),
        "plant_degradation_schedule": sam.by_year("degradation") * 0.01 if scheduled else 0,
        "plant_output_before_curtailment": sam.number("annual_energy_pre_curtailment_ac"),
    }


def _costs(sam: Source) -> Inputs:
    names = {
        "fixed": ("om_fixed", 1.0),
        "production": ("om_production", 1e-3),  # $/MWh
        "capacity": ("om_capacity", 1.0),
        "fuel": ("om_fuel_cost", 1.0),
        "opt_fuel_1": ("om_opt_fuel_1_cost", 1.0),
        "opt_fuel_2": ("om_opt_fuel_2_cost", 1.0),
        "land_lease": ("om_land_lease", 1.0),
    }
    price = {kind: sam.by_year(name) * unit for kind, (name, unit) in names.items()}
    none = np.zeros(sam.periods)
    quantity = {
        "fuel": sam.number("annual_fuel_usage"),
        "opt_fuel_1": sam.number("om_opt_fuel_1_usage"),
        "opt_fuel_2": sam.number("om_opt_fuel_2_usage"),
        "land_lease": sam.number("land_area"),
    }
    content = {"fuel": sam.number("system_heat_rate") * 1e-3}  # MMBtu/MWh
    if sam.values("annual_fuel_usage_lifetime") != [0.0]:
        raise InputError(f"{sam.folder}: annual_fuel_usage_lifetime is not covered; give annual_fuel_usage")
    return {
        "plant_cost_escalation": column([sam.percent(f"{names[kind][0]}_escal") for kind in KINDS]),
        "plant_cost_indexed": column([not sam.scheduled(names[kind][0]) for kind in KINDS]),
        "plant_cost_per_year": np.stack([price[kind] if kind == "fixed" else none for kind in KINDS]),
        "plant_cost_per_output": np.stack([price[kind] if kind == "production" else none for kind in KINDS]),
        "plant_cost_per_capacity": np.stack([price[kind] if kind == "capacity" else none for kind in KINDS]),
        "plant_cost_per_piece": np.stack([price[kind] if kind in quantity else none for kind in KINDS]),
        "plant_cost_quantity": column([quantity.get(kind, 0.0) for kind in KINDS]),
        "plant_cost_content": column([content.get(kind, 1.0) for kind in KINDS]),
        "plant_assessed_share": sam.percent("prop_tax_cost_assessed_percent", 100),
        "plant_assessed_decline": sam.percent("prop_tax_assessed_decline"),
        "plant_taxed_on_book": 0,
        "plant_property_tax_rate": sam.percent("property_tax_rate"),
        "plant_insured_on_book": 0,
        "plant_insurance_rate": sam.percent("insurance_rate"),
    }


def _support(sam: Source) -> Inputs:
    amounts = [f"pbi_{payer}_amount" for payer in PAYERS]
    return {
        "plant_support_per_output": np.stack([sam.by_year(name) for name in amounts]),
        "plant_support_escalation": column(
            [0.0 if sam.scheduled(f"pbi_{payer}_amount") else sam.percent(f"pbi_{payer}_escal") for payer in PAYERS]
        ),
        "plant_support_term": column(
            [sam.years if sam.scheduled(f"pbi_{payer}_amount") else sam.number(f"pbi_{payer}_term") for payer in PAYERS]
        ),
        "plant_support_is_revenue": column([sam.number(f"pbi_{payer}_for_ds") for payer in PAYERS]),
        "plant_support_local_taxed": column([sam.number(f"pbi_{payer}_tax_sta") for payer in PAYERS]),
        "plant_support_national_taxed": column([sam.number(f"pbi_{payer}_tax_fed") for payer in PAYERS]),
    }


def _grants(sam: Source) -> Inputs:
    keys = [f"{kind.format(payer)}" for kind in ("ibi_{}_amount", "ibi_{}_percent", "cbi_{}") for payer in PAYERS]
    ceiling = [1e38 if key.endswith("amount") else sam.number(f"{key}_maxvalue", 1e38) for key in keys]
    return {
        "plant_grant_amount": column([sam.number(key) if key.endswith("amount") else 0.0 for key in keys]),
        "plant_grant_share": column([sam.percent(key) if key.endswith("percent") else 0.0 for key in keys]),
        "plant_grant_per_capacity": column(
            [1000 * sam.number(f"{key}_amount") if key.startswith("cbi") else 0.0 for key in keys]  # $/W
        ),
        "plant_grant_ceiling": column(ceiling),
        **{f"plant_grant_{tier}_taxed": column([sam.number(f"{key}_tax_{short}") for key in keys])
           for tier, short in (("local", "sta"), ("national", "fed"))},
        **{f"plant_grant_{tier}_reduces": column([sam.number(f"{key}_deprbas_{short}") for key in keys])
           for tier, short in (("local", "sta"), ("national", "fed"))},
    }  # fmt: skip


def _taxes(sam: Source) -> Inputs:
    return {
        "plant_local_tax_rate": sam.by_year("state_tax_rate") * 0.01,
        "plant_national_tax_rate": sam.by_year("federal_tax_rate") * 0.01,
        "plant_credit_reducing_share": 0.5,  # half of a credit on investment comes off what may be depreciated
        "plant_output_credit_step": 1e-3,  # stated in whole $/MWh
    }


def _credits(sam: Source, short: str) -> Inputs:
    tiers = {"sta": "local", "fed": "national"}
    output = f"ptc_{short}_amount"
    return {
        "output_credit_per_output": sam.by_year(output),
        "output_credit_rounded": float(not sam.scheduled(output)),
        "output_credit_escalation": sam.percent(f"ptc_{short}_escal"),
        "output_credit_term": sam.years if sam.scheduled(output) else sam.number(f"ptc_{short}_term"),
        "credit_amount": sam.from_year_one(sam.values(f"itc_{short}_amount")),
        "credit_share": sam.from_year_one(sam.values(f"itc_{short}_percent")) * 0.01,
        "credit_ceiling": sam.by_year(f"itc_{short}_percent_maxvalue", 1e38),
        **{f"{kind}_reduces_{tiers[other]}": sam.number(f"itc_{short}_{word}_deprbas_{other}")
           for kind, word in (("share", "percent"), ("amount", "amount")) for other in tiers},
    }  # fmt: skip


def vintages(sam: Source, equipment: int, local: Sequence[float], national: Sequence[float]) -> Inputs:
    """Return the tables of what is replaced, one row for each equipment and year of replacement."""
    years = [year for _ in range(equipment) for year in range(1, sam.periods)]
    of = tuple(one for one in range(equipment) for _ in range(1, sam.periods))
    return {
        "equipment_of_vintage": Membership("plant_vintage", "plant_equipment", of, equipment),
        "plant_vintage_year": column(years),
        "plant_local_vintage_table": np.stack(
            [table("replacements, local tax", local, sam.periods, year) for year in years]
        ),
        "plant_national_vintage_table": np.stack(
            [table("replacements, national tax", national, sam.periods, year) for year in years]
        ),
    }
