"""The source's convention in place of ours: it deducts the whole loan payment, repayment included. Wrong, and so here.

A loan is not income and its repayment is no cost: only interest is deductible (the product's own line). With this one
line the figures that the source printed come out; without it, those of the same plant taxed as the law has it.
"""

from hubmodel.engine.units import SEK


def plant_deductible_interest(plant_interest: SEK, plant_repaid: SEK) -> SEK:
    """Interest and repayment, both deducted as the source does."""
    return plant_interest + plant_repaid
