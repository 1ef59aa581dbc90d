"""hubmodel: what a facility costs, earns and is worth, with every number traced to its source.

>>> import hubmodel as hm
>>> case = hm.load("northx")
>>> result = hm.run(case)
>>> result.key_figures["total_investment"].value
111400000.0
"""

from hubmodel.case.facility import Case
from hubmodel.case.scenario import apply_scenario, scenario_names, write_scenario
from hubmodel.errors import HubmodelError
from hubmodel.output.bundle import Verification, verify_bundle, write_bundle
from hubmodel.output.excel import write_workbook
from hubmodel.output.excel.quote import write_quote
from hubmodel.output.pdf import write_report
from hubmodel.output.pdf.quote import write_quote_page
from hubmodel.portfolio import portfolio
from hubmodel.pricing import PricedQuote, Quote, price_quote
from hubmodel.study.bridge import bridge
from hubmodel.study.presets import apply_preset, compare_presets, presets, vary_conventions
from hubmodel.study.result import evaluate
from hubmodel.study.run import Result, compare, impact, load, run
from hubmodel.study.solve import solve
from hubmodel.uncertainty.bridging import spread_bridge
from hubmodel.uncertainty.discover import discover
from hubmodel.uncertainty.information import value_of_information
from hubmodel.uncertainty.shares import sobol
from hubmodel.uncertainty.simulate import simulate
from hubmodel.uncertainty.tornado import tornado
from hubmodel.uncertainty.verdict import verdict
from hubmodel.version import __version__

__all__ = [
    "Case",
    "HubmodelError",
    "PricedQuote",
    "Quote",
    "Result",
    "Verification",
    "__version__",
    "apply_preset",
    "apply_scenario",
    "bridge",
    "compare",
    "compare_presets",
    "discover",
    "evaluate",
    "impact",
    "load",
    "portfolio",
    "presets",
    "price_quote",
    "run",
    "scenario_names",
    "simulate",
    "sobol",
    "solve",
    "spread_bridge",
    "tornado",
    "value_of_information",
    "vary_conventions",
    "verdict",
    "verify_bundle",
    "write_bundle",
    "write_quote",
    "write_quote_page",
    "write_report",
    "write_scenario",
    "write_workbook",
]
