"""Pages of the dashboard: which figures stand where. Every number comes from a result, none is computed here."""

from __future__ import annotations

from hubmodel.dashboard.pages.overview import Overview
from hubmodel.dashboard.pages.risk import Risk
from hubmodel.dashboard.pages.scenarios import Scenarios
from hubmodel.dashboard.shell import Builder

# name, title, builder, and whether the levers stand beside it; readers' order
PAGES: dict[str, tuple[str, Builder, bool]] = {
    "overview": ("Overview", Overview, True),
    "risk": ("Risk", Risk, True),
    "scenarios": ("Scenarios", Scenarios, False),
}
