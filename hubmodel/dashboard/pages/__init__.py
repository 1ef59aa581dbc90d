"""Pages of the dashboard. Every number comes from a result, none is computed here."""

from __future__ import annotations

from hubmodel.dashboard.pages.business import Business
from hubmodel.dashboard.pages.capacity import Capacity
from hubmodel.dashboard.pages.explain import Explain
from hubmodel.dashboard.pages.funding import Funding
from hubmodel.dashboard.pages.inputs import Inputs
from hubmodel.dashboard.pages.overview import Overview
from hubmodel.dashboard.pages.pricing import Pricing
from hubmodel.dashboard.pages.risk import Risk
from hubmodel.dashboard.pages.scenarios import Scenarios
from hubmodel.dashboard.shell import Builder

# by name, in readers' order: title, builder, and whether the levers are beside the page
PAGES: dict[str, tuple[str, Builder, bool]] = {
    "overview": ("Overview", Overview, True),
    "pricing": ("Pricing desk", Pricing, False),
    "capacity": ("Capacity", Capacity, True),
    "business": ("Business case", Business, True),
    "risk": ("Risk", Risk, True),
    "funding": ("Funding and impact", Funding, True),
    "explain": ("Explain", Explain, False),
    "scenarios": ("Scenarios", Scenarios, False),
    "inputs": ("Inputs", Inputs, False),
}


def beginning_with(first: str) -> dict[str, tuple[str, Builder, bool]]:
    """Return the pages with the first one of a notebook in front."""
    return {first: PAGES[first], **PAGES}
