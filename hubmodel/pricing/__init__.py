"""Quotes: a customer project priced on both tracks, from a run of the hub.

>>> import hubmodel as hm
>>> hub = hm.run(hm.load("northx"), solved=False)
>>> three = Quote("Pilot", "plasmid DNA", "2027-01", "2027-07", batches=3, batches_per_month=0.5)
>>> found = price_quote(hub, three)
>>> found["price", "commercial"] > found["price", "innovation"] > found["lowest_price_to_sign", "innovation"]
True
"""

from hubmodel.case.quote_terms import Quote, quote_of
from hubmodel.pricing.given import TRACKS
from hubmodel.pricing.priced import PricedQuote, one_batch, platforms_of, price_quote
from hubmodel.pricing.shown import Section, Shown, as_dict, sections, warnings
from hubmodel.pricing.slots import Start

__all__ = [
    "TRACKS",
    "PricedQuote",
    "Quote",
    "Section",
    "Shown",
    "Start",
    "as_dict",
    "one_batch",
    "platforms_of",
    "price_quote",
    "quote_of",
    "sections",
    "warnings",
]
