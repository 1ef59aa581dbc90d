"""The yardstick itself: plain NumPy, hubmodel's lines and hubmodel.returns give the reference numbers."""

import numpy as np
import pytest

from hubmodel import returns
from tests.bench import dcf, project


def test_plain_numpy_gives_the_reference() -> None:
    flow = dcf.cash_flow()
    # year 5: 100 x 0.50 - 30 = 20 earned, 11.14 written off, 20.6 % of 8.86 in tax = 1.82516
    assert flow[4] == pytest.approx(20 - 1.82516, abs=1e-12)
    assert dcf.npv(flow) == pytest.approx(dcf.NPV, abs=5e-10)
    assert dcf.irr(flow) == pytest.approx(dcf.IRR, abs=5e-12)
    assert dcf.break_even() == pytest.approx(dcf.BREAK_EVEN, abs=5e-10)


def test_lines_of_hubmodel_give_the_reference() -> None:
    out = project.run("worth", "rate_of_return")
    assert out["worth"].item() == pytest.approx(dcf.NPV, abs=5e-10)
    assert out["rate_of_return"].item() == pytest.approx(dcf.IRR, abs=5e-12)
    assert project.break_even() == pytest.approx(dcf.BREAK_EVEN, abs=5e-10)


def test_returns_give_the_reference() -> None:
    flow = dcf.cash_flow()
    assert returns.npv(flow, dcf.RATE, timing="end").item() == pytest.approx(dcf.NPV, abs=5e-10)
    assert returns.irr(flow).item() == pytest.approx(dcf.IRR, abs=5e-12)
    assert returns.irr_roots(flow).item() == 1


def test_draws_equal_runs_one_by_one() -> None:
    prices = np.array([0.40, 0.50, 0.60])
    together = project.run("worth", sales=prices[:, None, None] * dcf.UNITS)["worth"].ravel()
    assert together.tolist() == [
        project.run("worth", sales=np.array([[price * dcf.UNITS]]))["worth"].item() for price in prices
    ]
    assert together == pytest.approx(dcf.npv(dcf.cash_flow(prices)), abs=1e-10)
