"""One small project in plain NumPy, the yardstick for speed: no line of hubmodel is used.

111.4 spent over three years, twenty years of 100 units at 0.50 each and 30 a year in cost, all in MSEK and constant
prices; straight-line depreciation over ten years, tax on each year's profit and none back on a loss. Flows fall at the
ends of years 1 to 23; there is no debt, no grant and no working capital.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

CAPEX, PRICE, OPEX = 111.4, 0.50, 30.0  # MSEK; MSEK a unit; MSEK a year
BUILD = (0.30, 0.50, 0.20)
UNITS, OPERATION, DEPRECIATION, TAX, RATE = 100.0, 20, 10, 0.206, 0.08
PRICE_SD, OPEX_SD, CAPEX_SD, SEED = 0.05, 3.0, 0.15 * CAPEX, 7  # of the draws, in the units above

# Known from several published packages, each brought to these conventions.
NPV, IRR, BREAK_EVEN = 39.607192777, 0.12551712718, 0.435997745

LENGTH = len(BUILD) + OPERATION
BUILDING = np.r_[BUILD, np.zeros(OPERATION)]
OPERATING = np.r_[np.zeros(len(BUILD)), np.ones(OPERATION)]
WRITTEN_OFF = np.r_[np.zeros(len(BUILD)), np.full(DEPRECIATION, 1 / DEPRECIATION), np.zeros(OPERATION - DEPRECIATION)]
DISCOUNT = (1 + RATE) ** -np.arange(1.0, LENGTH + 1)


def cash_flow(price: npt.ArrayLike = PRICE, opex: npt.ArrayLike = OPEX, capex: npt.ArrayLike = CAPEX) -> Array:
    """Cash flow after tax, (..., 23) [MSEK]; the arguments are (...)."""
    price, opex, capex = (np.asarray(one, dtype=float)[..., None] for one in (price, opex, capex))
    earned = (price * UNITS - opex) * OPERATING
    return np.asarray(earned - TAX * np.maximum(earned - capex * WRITTEN_OFF, 0) - capex * BUILDING)


def npv(flow: Array) -> Array:
    """Net present value at the start of year 1 [MSEK]."""
    return np.asarray(flow @ DISCOUNT)


def irr(flow: Array) -> float:
    """Internal rate of return of one flow, by Newton's method on the discount factor."""
    years, factor = np.arange(float(len(flow))), 0.9
    for _ in range(50):
        present = flow * factor**years
        step = present.sum() / (present @ years) * factor
        factor -= step
        if abs(step) < 1e-14:
            break
    return float(1 / factor - 1)


def break_even(worth: Callable[[float], float] = lambda price: float(npv(cash_flow(price)))) -> float:
    """Price at which a project whose worth rises with it is worth nothing [MSEK a unit], by secants."""
    low, high = 0.3, 0.6
    at_low, at_high = worth(low), worth(high)
    for _ in range(50):
        if at_low == at_high or abs(at_high) < 1e-12:
            break
        low, high, at_low = high, high - at_high * (high - low) / (at_high - at_low), at_high
        at_high = worth(high)
    return high


def draws(count: int) -> tuple[Array, Array, Array]:
    """Price, operating cost and investment, (count,) each: normal and independent; more draws begin with the same."""
    price, opex, capex = np.random.default_rng(SEED).standard_normal((count, 3)).T
    return PRICE + PRICE_SD * price, OPEX + OPEX_SD * opex, CAPEX + CAPEX_SD * capex
