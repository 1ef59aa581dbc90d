"""The yardstick itself: whoever is measured gives the reference numbers, and what is printed beside them is right."""

import subprocess
from dataclasses import replace

import numpy as np
import pytest

import hubmodel as hm
from hubmodel.engine.units import Membership
from hubmodel.study.presets import Reported
from tests.bench import apart, bound, dcf, project, table
from tests.bench.contender import Row
from tests.bench.here import HERE
from tests.bench.peers import PEERS
from tests.published import returns

BY_NAME = {one.package: one for one in HERE}
# numpy_financial does not discount the first flow: a year less on every flow
COMPOUNDED = {"numpy_financial": 1 + dcf.RATE}


def test_plain_numpy_by_hand() -> None:
    # year 5: 100 x 0.50 - 30 = 20 earned, 11.14 written off, 20.6 % of 8.86 in tax = 1.82516
    assert dcf.cash_flow()[4] == pytest.approx(20 - 1.82516, abs=1e-12)


@pytest.mark.parametrize("package", BY_NAME)
def test_a_package_here_gives_the_reference(package: str) -> None:
    npv, irr, break_even = BY_NAME[package].build().evaluate()
    assert npv == pytest.approx(dcf.NPV * COMPOUNDED.get(package, 1), abs=5e-10 * COMPOUNDED.get(package, 1))
    assert irr == pytest.approx(dcf.IRR, abs=5e-12)
    assert break_even == pytest.approx(dcf.BREAK_EVEN, abs=5e-10)


@pytest.mark.parametrize("package", BY_NAME)
def test_a_package_here_values_each_draw(package: str) -> None:
    price, opex, capex = dcf.draws(3)
    one_by_one = [float(dcf.npv(dcf.cash_flow(*draw))) for draw in zip(price, opex, capex, strict=True)]
    found = BY_NAME[package].build().worth(price, opex, capex) / COMPOUNDED.get(package, 1)
    assert found.tolist() == pytest.approx(one_by_one, rel=1e-12)


def test_draws_equal_runs_one_by_one() -> None:
    prices = np.array([0.40, 0.50, 0.60])
    together = project.run("worth", sales=prices[:, None, None] * dcf.UNITS)["worth"].ravel()
    assert together.tolist() == [
        project.run("worth", sales=np.array([[price * dcf.UNITS]]))["worth"].item() for price in prices
    ]


def test_fewer_draws_are_the_first_of_more() -> None:
    for few, more in zip(dcf.draws(3), dcf.draws(10), strict=True):
        assert few.tolist() == more[:3].tolist()


def test_the_rate_has_one_root() -> None:
    assert returns.irr_roots(dcf.cash_flow()).item() == 1


def test_every_package_names_conventions_that_exist() -> None:
    assert {one.preset for one in (*HERE, *PEERS.values())} <= {"own", *hm.presets()}


def test_packages_are_asked_for_by_name() -> None:
    assert [one.package for one in apart.chosen("all")] == list(PEERS)
    assert [one.package for one in apart.chosen(" pySAM,modelx,")] == ["PySAM", "modelx"]
    assert apart.chosen("") == []


def test_an_unknown_package_is_one_line_and_the_others_go_on() -> None:
    said, other = apart.chosen("biosteem,modelx")
    assert said == "no package 'biosteem'; known: BioSTEAM, OpenPyTEA, PySAM, modelx"
    assert other is PEERS["modelx"]


def test_a_package_without_its_python_is_one_line() -> None:
    assert apart.measured(replace(PEERS["BioSTEAM"], python="2.99")) == (
        "BioSTEAM not measured: it needs Python 2.99, and there is no python2.99 here"
    )


def test_a_package_that_does_not_install_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = subprocess.CompletedProcess((), 1, "", "WARNING: slow\nERROR: no such distribution\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    assert apart.measured(PEERS["modelx"]) == "modelx not measured: ERROR: no such distribution"


OURS = Reported("own", "", 40e6, 0.10, 0.50e6, 0.0, "", {})
ROW = Row("one", "1.0", 40.0, 0.10, 0.50, 39.0, 0.2, 3e-6, 0.006, "own", "of note")


def test_a_difference_is_the_largest_of_the_three() -> None:
    assert table.difference(ROW, OURS) == 0
    # 40.4 / 40 = 1.01 and 0.102 / 0.10 = 1.02
    assert table.difference(replace(ROW, npv=40.4, irr=0.102), OURS) == pytest.approx(0.02)
    assert table.difference(ROW, replace(OURS, break_even=None)) == float("inf")


def test_a_row_has_its_ratios_and_says_where_it_differs() -> None:
    yardstick = replace(ROW, once=2e-6, drawn=0.001)
    # 3 µs / 2 µs = 1.5; 0.006 s / 0.001 s = 6
    assert table.line(ROW, OURS, yardstick).split()[-7:] == ["0.200", "3.0", "1.5", "0.00600", "6.0", "of", "note"]
    assert "NOT: 1e-02" in table.line(replace(ROW, npv=40.4), OURS, yardstick)


def test_the_numbers_that_a_small_model_moves() -> None:
    # earned reads 1 sale + 1 cost + 23 years of operation; tax 23 + 1 + 23 + 1; flow 23 + 23 + 1 + 23: 25 + 48 + 70
    values = {**project.INPUTS, **project.MODEL.run(project.INPUTS)}
    assert bound.numbers_moved(project.MODEL, values, ["flow"]) == (25 + 48 + 70, 3 * 23)
    # and for its worth the discounted flow reads 23 + 23 and writes 23, the worth reads 23 and writes 1
    assert bound.numbers_moved(project.MODEL, values, ["worth"]) == (143 + 46 + 23, 69 + 23 + 1)


def test_a_membership_is_read_as_one_position_a_row() -> None:
    assert bound.size(Membership("suite", "site", (0, 0, 1), 2)) == 3


def test_bandwidth_counts_two_arrays_for_a_copy_and_five_for_a_triad(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bound, "seconds", lambda work: (0.5, work()))
    # arrays of 800 bytes: 2 x 800 / 0.5 s and 5 x 800 / 0.5 s
    assert bound.bandwidth(800) == {"copy": 3_200, "triad": 8_000}
