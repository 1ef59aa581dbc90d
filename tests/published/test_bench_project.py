"""One project, as five packages report it: the same lines, other conventions."""

import json
from pathlib import Path

import pytest

import hubmodel as hm

FOLDER = Path(__file__).parent / "bench_project"
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
MSEK = 1e6


@pytest.fixture(scope="module")
def case():
    return hm.load(FOLDER)


@pytest.fixture(scope="module")
def found(case):
    return {one.name: one for one in hm.compare_presets(case)}


@pytest.mark.parametrize("package", EXPECTED)
def test_a_packages_net_present_value_comes_out(case, found, package):
    one = EXPECTED[package]
    # BioSTEAM's, noted at the beginning of construction, is compounded back to its own year 0: x 1.08 ** 3
    expected = one["net_present_value"] * (1 + 0.08) ** one.get("years_compounded", 0)
    assert found[one["preset"]].net_present_value / MSEK == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("package", [name for name, one in EXPECTED.items() if "internal_rate_of_return" in one])
def test_a_packages_rate_of_return_comes_out(found, package):
    one = EXPECTED[package]
    tolerance = one.get("internal_rate_of_return_tolerance", 1e-9)
    assert found[one["preset"]].internal_rate_of_return == pytest.approx(one["internal_rate_of_return"], rel=tolerance)


@pytest.mark.parametrize("package", [name for name, one in EXPECTED.items() if "break_even" in one])
def test_a_packages_break_even_comes_out(found, package):
    one = EXPECTED[package]
    assert found[one["preset"]].break_even / MSEK == pytest.approx(one["break_even"], rel=1e-9)


def test_a_levelised_cost_before_tax_is_a_break_even_without_tax(case):
    one = EXPECTED["OpenPyTEA"]
    untaxed = hm.apply_preset(case, one["preset"]).with_({"tax_rate": 0.0})
    price = hm.solve(untaxed, {"net_present_value": 0.0}, by="price_per_seat", within=(0, MSEK)).value
    assert price / MSEK == pytest.approx(one["levelised_cost_before_tax"], rel=1e-9)


def test_the_tie_of_every_identity(case):
    assert [check.name for check in hm.run(case, solved=False).checks if not check.ok] == []
