"""Charts: their content (`time`, `risk`, `steps`) and their drawing (`echarts` on a page, `svg` elsewhere)."""

from hubmodel.output.charts.echarts import echarts
from hubmodel.output.charts.figure import PATTERNS, Figure, Mark, Series, colour, csv, dash
from hubmodel.output.charts.risk import (
    by_preset,
    convergence,
    distribution,
    named,
    tornado,
    variance,
)
from hubmodel.output.charts.steps import cash_of_quote, cost_of_quote, spread_waterfall, waterfall
from hubmodel.output.charts.svg import svg
from hubmodel.output.charts.time import (
    CASH_LINE,
    REVENUE_LINES,
    aid_intensities,
    by_member,
    cash_over_time,
    equal_value_line,
    over_time,
    revenue_by_track,
    stacked,
    suites_in_use,
    utilisation_by_suite,
    without_grant,
)

__all__ = [
    "CASH_LINE",
    "Figure",
    "Mark",
    "PATTERNS",
    "REVENUE_LINES",
    "Series",
    "aid_intensities",
    "by_member",
    "by_preset",
    "colour",
    "cash_of_quote",
    "cash_over_time",
    "convergence",
    "cost_of_quote",
    "csv",
    "dash",
    "distribution",
    "echarts",
    "equal_value_line",
    "named",
    "over_time",
    "revenue_by_track",
    "spread_waterfall",
    "stacked",
    "suites_in_use",
    "svg",
    "tornado",
    "utilisation_by_suite",
    "variance",
    "waterfall",
    "without_grant",
]
