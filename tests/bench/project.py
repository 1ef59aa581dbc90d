"""The same project as lines of hubmodel, to time the engine beside plain NumPy. Amounts in MSEK."""

import sys

import numpy as np

from hubmodel.engine.graph import Model
from hubmodel.engine.units import SEK, PerYear, Share, Years
from hubmodel.engine.words import irr, maximum, sum_periods
from tests.bench import dcf


def earned(sales: SEK, running_cost: SEK, operating: Share) -> SEK:
    """Earned before depreciation and tax."""
    return (sales - running_cost) * operating


def tax(earned: SEK, investment: SEK, written_off: Share, tax_rate: Share) -> SEK:
    """Tax on the year's profit; a loss gives none back."""
    return tax_rate * maximum(earned - investment * written_off, 0)


def flow(earned: SEK, tax: SEK, investment: SEK, building: Share) -> SEK:
    """Cash flow after tax."""
    return earned - tax - investment * building


def discounted_flow(flow: SEK, discount: Share) -> SEK:
    """The flow as it is worth at the start of the first year."""
    return flow * discount


def worth(discounted_flow: SEK) -> SEK:
    """Net present value."""
    return sum_periods(discounted_flow)


def rate_of_return(flow: SEK, period_length: Years) -> PerYear:
    """Internal rate of return."""
    return irr(flow, period_length)


MODEL = Model(sys.modules[__name__])
INPUTS = {
    **{
        name: np.array([[value]])
        for name, value in {
            "sales": dcf.PRICE * dcf.UNITS,
            "running_cost": dcf.OPEX,
            "investment": dcf.CAPEX,
            "tax_rate": dcf.TAX,
            "period_length": 1.0,
        }.items()
    },
    "operating": dcf.OPERATING[None],
    "building": dcf.BUILDING[None],
    "written_off": dcf.WRITTEN_OFF[None],
    "discount": dcf.DISCOUNT[None],
}


def run(*wanted: str, **changed: dcf.Array) -> dict[str, dcf.Array]:
    """Run some lines, with changed inputs (..., 1, 1)."""
    return MODEL.run({**INPUTS, **changed}, wanted)


def break_even() -> float:
    """Price at which the project is worth nothing [MSEK a unit]."""
    return dcf.break_even(lambda price: run("worth", sales=np.array([[price * dcf.UNITS]]))["worth"].item())
