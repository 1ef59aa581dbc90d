"""Plant cost: capital built up by shares, what streams and payroll cost, and the cost of a unit by a fixed charge rate.

Only cases that name this module load it; no other module reads it. Money is in the case's own currency.
"""

from hubmodel.engine.units import SEK, Flag, PerYear, SEKPerYear, Share
from hubmodel.engine.words import total

# Capital, built up from the equipment inside the battery limits (Towler and Sinnott, Chemical Engineering Design).


def outside_cost(inside_cost: SEK, outside_share: Share) -> SEK:
    """Cost outside the battery limits: roads, utilities, storage."""
    return inside_cost * outside_share


def design_cost(inside_cost: SEK, outside_cost: SEK, design_share: Share) -> SEK:
    """Design and engineering, on what stands inside and outside the battery limits."""
    return (inside_cost + outside_cost) * design_share


def contingency(inside_cost: SEK, outside_cost: SEK, contingency_share: Share) -> SEK:
    """Contingency, on what stands inside and outside the battery limits."""
    return (inside_cost + outside_cost) * contingency_share


def fixed_capital(inside_cost: SEK, outside_cost: SEK, design_cost: SEK, contingency: SEK) -> SEK:
    """Fixed capital investment."""
    return inside_cost + outside_cost + design_cost + contingency


# Running.


def stream_cost(stream_use: PerYear, stream_price: SEK, running_share: Share) -> SEKPerYear:
    """Cost of each stream: what it takes at full running, its price, and the share of the year in which it runs."""
    return stream_use * stream_price * running_share


def variable_cost(stream_cost: SEKPerYear) -> SEKPerYear:
    """Cost of all streams."""
    return total(stream_cost)


def employer_contribution_rate(contribution: Share) -> Share:
    """What an employer pays on top of pay: the sum of its contributions."""
    return total(contribution)


def insurance_contribution(contribution: Share, insured: Flag) -> Share:
    """A contribution, if it pays for an insurance of the employee and is no plain tax on pay."""
    return contribution * insured


def insurance_contribution_rate(insurance_contribution: Share) -> Share:
    """The part of an employer's contributions that pays for insurance."""
    return total(insurance_contribution)


# Cost of a unit.


def unit_cost(
    fixed_charge_rate: PerYear,
    capital_cost: SEK,
    fixed_cost: SEKPerYear,
    units_made: PerYear,
    variable_cost_per_unit: SEK,
) -> SEK:
    """Cost of a unit: capital at a fixed yearly charge and fixed costs over the units of a year, and what each takes.
    The simple method of the National Renewable Energy Laboratory's levelised-cost calculator.
    """
    return (fixed_charge_rate * capital_cost + fixed_cost) / units_made + variable_cost_per_unit
