"""The small project in this process: plain NumPy, hubmodel, and packages of financial functions."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.bench import dcf, project
from tests.bench.contender import Answers, Contender, Valued


def plain_numpy() -> Valued:
    """The yardstick: every flow of every draw in one array."""

    def evaluate() -> Answers:
        flow = dcf.cash_flow()
        return float(dcf.npv(flow)), dcf.irr(flow), dcf.break_even()

    return Valued(evaluate, lambda *draws: dcf.npv(dcf.cash_flow(*draws)))


def lines_of_hubmodel() -> Valued:
    """Six line items and the engine that runs every case."""

    def evaluate() -> Answers:
        out = project.run("worth", "rate_of_return")
        return out["worth"].item(), out["rate_of_return"].item(), project.break_even()

    def worth(price: dcf.Array, opex: dcf.Array, capex: dcf.Array) -> dcf.Array:
        sales, running_cost, investment = (one[:, None, None] for one in (price * dcf.UNITS, opex, capex))
        return project.run("worth", sales=sales, running_cost=running_cost, investment=investment)["worth"].ravel()

    return Valued(evaluate, worth)


def functions_of_hubmodel() -> Valued:
    """`hubmodel.engine.returns`, which takes the flows of all draws at once."""
    from tests.published import returns

    def npv(flow: dcf.Array) -> Any:
        return returns.npv(flow, dcf.RATE, timing="end")

    return Valued(_of_flow(npv, returns.irr), lambda *draws: npv(dcf.cash_flow(*draws)))


def numpy_financial() -> Valued:
    """numpy_financial, a flow at a time."""
    import numpy_financial as npf

    return _one_by_one(lambda flow: npf.npv(dcf.RATE, flow), npf.irr)


def pyxirr() -> Valued:
    """pyxirr, a flow at a time, with the switch that discounts the first flow."""
    import pyxirr

    return _one_by_one(lambda flow: pyxirr.npv(dcf.RATE, flow, start_from_zero=False), pyxirr.irr)


def _one_by_one(npv: Callable[[dcf.Array], Any], irr: Callable[[dcf.Array], Any]) -> Valued:
    return Valued(_of_flow(npv, irr), lambda *draws: np.array([npv(flow) for flow in dcf.cash_flow(*draws)]))


def _of_flow(npv: Callable[[dcf.Array], Any], irr: Callable[[dcf.Array], Any]) -> Callable[[], Answers]:
    def evaluate() -> Answers:
        flow = dcf.cash_flow()
        return float(npv(flow)), float(irr(flow)), dcf.break_even(lambda price: float(npv(dcf.cash_flow(price))))

    return evaluate


FUNCTIONS = "functions of a flow, which plain NumPy makes"
HERE = (
    Contender("plain NumPy", "numpy", "own", "the yardstick", plain_numpy),
    Contender("hubmodel, lines", "hubmodel", "own", "counts every root of the IRR", lines_of_hubmodel),
    Contender("hubmodel.engine.returns", "hubmodel", "own", f"{FUNCTIONS}; every root", functions_of_hubmodel),
    Contender(
        "numpy_financial",
        "numpy_financial",
        "numpy-financial",
        f"first flow undiscounted; {FUNCTIONS}",
        numpy_financial,
    ),
    Contender("pyxirr", "pyxirr", "excel", FUNCTIONS, pyxirr),
)
