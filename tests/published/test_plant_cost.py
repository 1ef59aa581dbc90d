"""Capital build-up, streams and the cost of a unit, against two published cases: inputs in, lines out."""

import json
from pathlib import Path

import numpy as np
import pytest

from hubmodel.engine import units
from hubmodel.engine.graph import Model
from tests.published import plant_cost

HERE = Path(__file__).parent
MODEL = Model(plant_cost)


def read(folder, name):
    return json.loads((HERE / folder / f"{name}.json").read_text(encoding="utf-8"))


def column(*values):
    return np.array(values, dtype=float)[:, None]


def run(wanted, **inputs):
    return MODEL.run({name: np.atleast_2d(np.asarray(value, dtype=float)) for name, value in inputs.items()}, wanted)


def test_cost_of_a_unit_by_a_fixed_charge_rate():
    given = read("unit_cost_by_fixed_charge", "inputs")
    got = run(
        ["unit_cost"],
        fixed_charge_rate=given["fixed_charge_rate"],
        capital_cost=given["capital_cost"],
        fixed_cost=given["fixed_operating_cost"],
        units_made=given["annual_energy"],
        variable_cost_per_unit=given["variable_operating_cost"],
    )
    assert got["unit_cost"].item() == pytest.approx(read("unit_cost_by_fixed_charge", "expected")["lcoe_fcr"], rel=1e-9)


@pytest.fixture(scope="module")
def reformer():
    given = read("capital_build_up", "inputs")
    per_day, price = zip(*given["daily"].values(), strict=True)
    return run(
        None,
        inside_cost=given["ISBL"],
        outside_share=given["OSBL_factor"],
        design_share=given["design_factor"],
        contingency_share=given["contingency_factor"],
        stream_use=column(*per_day) * units.parse("1/day")[0],
        stream_price=column(*price),
        running_share=given["utilization"],
        contribution=0,
        insured=0,
        **dict.fromkeys(("fixed_charge_rate", "capital_cost", "fixed_cost", "variable_cost_per_unit"), 0),
        units_made=1,
    )


# Half of the last printed digit, and as much of the rounded cost inside the battery limits as reaches the line.
HALF = 0.005


@pytest.mark.parametrize(
    ("printed", "line", "factor"),
    [
        ("OSBL", "outside_cost", 0.3),
        ("design", "design_cost", 1.3 * 0.3),
        ("contingency", "contingency", 1.3 * 0.1),
        ("FCI", "fixed_capital", 1.3 * 1.4),
    ],
)
def test_capital_is_built_up_as_printed(reformer, printed, line, factor):
    expected = read("capital_build_up", "expected")[printed]
    assert reformer[line].item() == pytest.approx(expected, rel=0, abs=HALF * (1 + factor))


def test_streams_cost_what_is_printed(reformer):
    printed = read("capital_build_up", "expected")
    expected = [printed[name] for name in read("capital_build_up", "inputs")["daily"]]
    np.testing.assert_allclose(reformer["stream_cost"][:, 0], expected, rtol=0, atol=HALF)
    assert reformer["variable_cost"].item() == pytest.approx(printed["variable_opex"], rel=0, abs=HALF)
