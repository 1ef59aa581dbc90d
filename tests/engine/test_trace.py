"""Tracing: every line of the hub passes, and a mistake of each kind is refused with the line's name."""

import textwrap
from types import ModuleType

import numpy as np
import pytest

import hubmodel as hm
from hubmodel.case.formulas import trace
from hubmodel.case.reading import case_names
from hubmodel.engine.graph import Model
from hubmodel.engine.trace import Expression, trace_line
from hubmodel.engine.units import Membership
from hubmodel.errors import TraceError, UnitError
from hubmodel.study.result import evaluate

# What the planted lines may use: two lists of equal length, one that both lie in, and the hub.
# name: (list, varies over time)
INPUTS = {
    "cost": ("suite", True),
    "paid": ("grant", True),
    "fixed": (None, False),
    "flow": (None, True),
    "other_flow": (None, True),
    "price": (None, False),
    "days": ("suite", False),
    "hours": ("suite", True),
    "share": (None, False),
    "share_of_suite": ("suite", False),
    "rate": (None, False),
    "length": (None, False),
    "started": ("suite", True),
    "site_cost": ("site", True),
    "when": (None, True),
}
MEMBERSHIPS = {
    "site_of_suite": Membership("suite", "site", (0, 0), 1),
    "site_of_grant": Membership("grant", "site", (0, 0), 1),
}


def traced(source, wanted="y"):
    """The formula of a planted line, `y` unless another is wanted, after those before it."""
    toy = ModuleType("toy")
    head = "import math\nimport numpy as np\nfrom hubmodel.engine.units import *\nfrom hubmodel.engine.words import *\n"
    exec(head + textwrap.dedent(source), toy.__dict__)
    model = Model(toy)
    given = dict(MEMBERSHIPS)
    for name in model.inputs - MEMBERSHIPS.keys():
        given[name] = Expression("name", (name,), model.units[name], *INPUTS[name])
    for name in model.order:
        found = trace_line(name, model, given)
        given[name] = Expression("name", (name,), model.units[name], found.list, found.varies)
    return given[wanted]


# kind of mistake: a line body, its parameters, its return unit, what the refusal says
VOCABULARY = {
    "if on a value": ("flow: SEK", "SEK", "return flow if flow > 0 else 0", "must not branch on a value; use where"),
    "if statement": ("flow: SEK", "SEK", "if flow:\n        return flow\n    return 0", "must not branch on a value"),
    "and": ("flow: SEK, when: Date", "Flag", "return (flow > 0) and (when > 0)", "must not branch on a value"),
    "not": ("flow: SEK", "Flag", "return not flow", "must not branch on a value"),
    "between": ("flow: SEK", "Flag", "return 0 < flow < 0", "must not branch on a value"),
    "Python's max": ("flow: SEK, fixed: SEK", "SEK", "return max(flow, fixed)", "must not branch on a value"),
    "if inside a fold": (
        "flow: SEK",
        "SEK",
        "return fold(lambda o, f: o + f if o > 0 else f, flow)",
        "must not branch on a value",
    ),
    "float()": ("flow: SEK", "SEK", "return float(flow)", r"float\(\).*use the words of hubmodel.engine.words"),
    "int()": ("share: Share", "Share", "return int(share)", r"int\(\).*use the words of hubmodel.engine.words"),
    "math.exp": ("share: Share", "Share", "return math.exp(share)", "use the words of hubmodel.engine.words"),
    "np.sqrt": ("share: Share", "Share", "return np.sqrt(share)", "sqrt is not in the vocabulary"),
    "np.maximum": ("flow: SEK", "SEK", "return np.maximum(flow, 0)", "maximum is not in the vocabulary"),
    "np.sum": ("flow: SEK", "SEK", "return np.sum(flow)", "is not in the vocabulary"),
    "np.where": ("flow: SEK", "SEK", "return np.where(flow > 0, flow, 0)", "must not branch on a value"),
    "np.cumsum": ("flow: SEK", "SEK", "return np.cumsum(flow)", "is not something that a line item may use"),
    "abs": ("flow: SEK", "SEK", "return abs(flow)", "absolute is not in the vocabulary"),
    "whole division": ("flow: SEK, price: SEK", "Ratio", "return flow // price", "floor_divide is not in the voc"),
    "remainder": ("flow: SEK, price: SEK", "SEK", "return flow % price", "remainder is not in the vocabulary"),
    "bitwise and": ("flow: SEK", "Flag", "return (flow > 0) & (flow < 0)", "bitwise_and is not in the vocabulary"),
    "a method": ("flow: SEK", "SEK", "return flow.sum()", "'sum'.*use the words of hubmodel.engine.words"),
    "an index": ("flow: SEK", "SEK", "return flow[0]", "use the words of hubmodel.engine.words"),
    "a loop": ("flow: SEK", "SEK", "return sum(one for one in flow)", "use the words of hubmodel.engine.words"),
    "len": ("flow: SEK", "Count", "return len(flow)", "use the words of hubmodel.engine.words"),
    "a list": ("flow: SEK", "SEK", "return flow + [1, 2]", "not something that a line item may use"),
    "an array": ("flow: SEK", "SEK", "return flow * np.ones(3)", "not something that a line item may use"),
    "a text": ("flow: SEK", "SEK", "return 'flow'", "not something that a line item may use"),
    "nothing": ("flow: SEK", "SEK", "flow * 2", "None is not something that a line item may use"),
    "+=": ("flow: SEK, fixed: SEK", "SEK", "flow += fixed\n    return flow", r"\+= changes an ingredient"),
    "*=": ("flow: SEK, share: Share", "SEK", "flow *= share\n    return flow", r"\*= changes an ingredient"),
    "a comparison as a term": (
        "share: Share, flow: SEK",
        "Share",
        "return share + (flow > 0)",
        "a comparison is a condition or a factor",
    ),
    "a comparison taken away": ("flow: SEK", "Share", "return 1 - (flow > 0)", "a comparison is a condition or a fac"),
    "a membership as a number": (
        "cost: SEK, site_of_suite: Membership",
        "SEK",
        "return cost * site_of_suite",
        "not something that a line",
    ),
}
BLOCKS = {
    "total of an unnamed expression": ("cost: SEK", "SEK", "return total(cost * 2)", r"total\(\) reads a block"),
    "group of an unnamed expression": (
        "cost: SEK, site_of_suite: Membership",
        "SEK",
        "return group(cost + cost, site_of_suite)",
        "reads a block",
    ),
    "each of an unnamed expression": (
        "site_cost: SEK, site_of_suite: Membership",
        "SEK",
        "return each(2 * site_cost, site_of_suite)",
        "reads a bl",
    ),
    "sum_periods of an unnamed expression": ("flow: SEK", "SEK", "return sum_periods(-flow)", "reads a block"),
    "fold of an unnamed expression": (
        "flow: SEK",
        "SEK",
        "return fold(lambda o, f: o + f, flow * 2)",
        "give each of its series a line of its own",
    ),
    "fold inside an operation": (
        "flow: SEK",
        "SEK",
        "return 2 * fold(lambda o, f: o + f, flow)",
        r"fold\(\) must be a line of its own",
    ),
    "cumulative inside an operation": (
        "flow: SEK, fixed: SEK",
        "SEK",
        "return cumulative(flow) + fixed",
        r"cumulative\(\) must be a line of its own",
    ),
    "total inside an operation": (
        "cost: SEK, flow: SEK",
        "SEK",
        "return flow - total(cost)",
        r"total\(\) must be a line of its own",
    ),
    "total inside a fold": (
        "cost: SEK",
        "SEK",
        "return fold(lambda o, c: total(o) + c, cost)",
        r"total\(\) reads a block",
    ),
    "previous of a constant": (
        "fixed: SEK",
        "SEK",
        "return previous(fixed)",
        r"previous\(fixed\) needs something that",
    ),
    "cumulative of a constant": (
        "fixed: SEK",
        "SEK",
        "return cumulative(fixed)",
        "needs something that varies in time",
    ),
    "sum_periods of a constant": ("fixed: SEK", "SEK", "return sum_periods(fixed)", "needs something that varies in"),
    "lowest of a constant": ("fixed: SEK", "SEK", "return lowest(fixed)", "needs something that varies in time"),
    "irr of a constant": ("fixed: SEK, length: Years", "PerYear", "return irr(fixed, length)", "varies in time"),
    "fold of constants": (
        "fixed: SEK",
        "SEK",
        "return fold(lambda o, f: o + f, fixed)",
        "a series that varies in time",
    ),
}
LISTS = {
    "two lists of equal length": ("cost: SEK, paid: SEK", "SEK", "return cost - paid", "mixes rows of grant and suite"),
    "two lists in a word": ("cost: SEK, paid: SEK", "SEK", "return maximum(cost, paid)", "mixes rows of grant and sui"),
    "two lists in a condition": (
        "cost: SEK, paid: SEK",
        "SEK",
        "return where(paid > 0, cost, 0)",
        "mixes rows of grant and suite",
    ),
    "two lists in a fold": (
        "cost: SEK, paid: SEK",
        "SEK",
        "return fold(lambda o, c, p: o + c - p, cost, paid)",
        "mixes rows of grant and",
    ),
    "a list and its parent": (
        "cost: SEK, site_cost: SEK",
        "SEK",
        "return cost + site_cost",
        "mixes rows of site and su",
    ),
    "group with the wrong list": (
        "paid: SEK, site_of_suite: Membership",
        "SEK",
        "return group(paid, site_of_suite)",
        "needs rows of suite, got gr",
    ),
    "group of the hub": (
        "flow: SEK, site_of_suite: Membership",
        "SEK",
        "return group(flow, site_of_suite)",
        "of suite, got the facility",
    ),
    "group of the parent": (
        "site_cost: SEK, site_of_suite: Membership",
        "SEK",
        "return group(site_cost, site_of_suite)",
        "got site",
    ),
    "each of the member": (
        "cost: SEK, site_of_suite: Membership",
        "SEK",
        "return each(cost, site_of_suite)",
        "needs rows of site, got suite",
    ),
    "each of the hub": (
        "flow: SEK, site_of_suite: Membership",
        "SEK",
        "return each(flow, site_of_suite)",
        "got the facility",
    ),
    "group by a number": ("cost: SEK, site_cost: SEK", "SEK", "return group(cost, site_cost)", "'parent'"),
}
UNITS = {
    "a sum of unlike units": ("flow: SEK, hours: Hours", "SEK", "return flow + hours", r"combines SEK and hour"),
    "a difference of unlike units": ("flow: SEK, share: Share", "SEK", "return flow - share", "combines 1 and SEK"),
    "a number added to money": ("flow: SEK", "SEK", "return flow + 1000", "combines 1 and SEK"),
    "a comparison of unlike units": ("flow: SEK, when: Date", "Flag", "return flow > when", "combines SEK and year"),
    "a comparison with a number": ("flow: SEK", "Flag", "return flow > 100", "combines 1 and SEK"),
    "the larger of unlike units": ("flow: SEK, hours: Hours", "SEK", "return maximum(flow, hours)", "maximum combines"),
    "branches of unlike units": (
        "flow: SEK, hours: Hours",
        "SEK",
        "return where(flow > 0, flow, hours)",
        "where combines SEK and hour",
    ),
    "the wrong return unit": (
        "hours: Hours, price: SEKPerHour",
        "Hours",
        "return hours * price",
        "it gives SEK but is an",
    ),
    "a rate as an amount": ("price: SEKPerYear", "SEK", "return price * 2", "it gives SEK/year but is annotated SEK"),
    "a rate without its period": (
        "flow: SEK, rate: PerYear",
        "SEK",
        "return flow * rate",
        "it gives SEK/year but is annotated SEK",
    ),
    "a rate used without ** years": (
        "flow: SEK, rate: PerYear",
        "SEK",
        "return flow * (1 + rate)",
        "must be raised to a number of years",
    ),
    "a rate returned without ** years": ("rate: PerYear", "Index", "return 1 + rate", "annotated 1"),
    "divided by a rate without ** years": (
        "flow: SEK, rate: PerYear",
        "SEK",
        "return flow / (1 + rate)",
        "must be raised to a number of years",
    ),
    "a rate raised to a plain number": (
        "rate: PerYear, share: Share",
        "Index",
        "return (1 + rate) ** share",
        "only (\\(1 \\+ 1/year\\)|.*) \\*\\* year has",
    ),
    "a share raised to years": (
        "share: Share, length: Years",
        "Index",
        "return (1 + share) ** length",
        "has no meaning",
    ),
    "a square of money": ("flow: SEK", "SEK", "return flow ** 2", "has no meaning"),
    "a share and a rate": (
        "share: Share, rate: PerYear",
        "Share",
        "return share * share + rate",
        "combines 1 and 1/year",
    ),
    "a fold in another unit": (
        "flow: SEK, hours: Hours",
        "SEK",
        "return fold(lambda o, f, h: o * h, flow, hours)",
        "the step gives SEK",
    ),
    "a fold that opens in another unit": (
        "flow: SEK, price: SEKPerHour",
        "SEK",
        "return fold(lambda o, f: o + f, flow, start=price)",
        "combines SEK and S",
    ),
    "previous that starts in another unit": (
        "flow: SEK, length: Years",
        "SEK",
        "return previous(flow, length)",
        "previous combines SEK and year",
    ),
    "a wrong length for irr": ("flow: SEK, price: SEK", "PerYear", "return irr(flow, price)", "irr's period length"),
    "a constant with a unit": ("flow: SEK", "SEK", "return 5", "it gives 1 but is annotated SEK"),
}


def planted(mistakes):
    return [pytest.param(*mistake, id=name) for name, mistake in mistakes.items()]


def line(parameters, result, body):
    return f"def y({parameters}) -> {result}:\n    {body}"


@pytest.mark.parametrize(("parameters", "result", "body", "said"), planted(VOCABULARY))
def test_what_is_outside_the_vocabulary_is_refused(parameters, result, body, said):
    with pytest.raises(TraceError, match=rf"(?s)line 'y' \(toy\): .*{said}"):
        traced(line(parameters, result, body))


@pytest.mark.parametrize(("parameters", "result", "body", "said"), planted(BLOCKS))
def test_what_is_no_block_of_its_own_is_refused(parameters, result, body, said):
    with pytest.raises(TraceError, match=rf"line 'y' \(toy\): .*{said}"):
        traced(line(parameters, result, body))


@pytest.mark.parametrize(("parameters", "result", "body", "said"), planted(LISTS))
def test_rows_of_two_lists_are_refused(parameters, result, body, said):
    with pytest.raises(TraceError, match=rf"line 'y' \(toy\): .*{said}"):
        traced(line(parameters, result, body))


@pytest.mark.parametrize(("parameters", "result", "body", "said"), planted(UNITS))
def test_units_that_do_not_fit_are_refused(parameters, result, body, said):
    with pytest.raises(UnitError, match=rf"line 'y' \(toy\): .*{said}"):
        traced(line(parameters, result, body))


def test_numpy_alone_would_not_notice_two_lists():
    """Why the list check exists: shapes agree, meanings do not."""
    suites, grants = np.ones((2, 3)), np.full((2, 3), 5.0)
    assert (suites - grants).tolist() == [[-4.0] * 3] * 2


def test_a_mistake_in_a_line_that_another_reads_is_named():
    source = """
        def first(flow: SEK, hours: Hours) -> SEK:
            return flow + hours

        def y(first: SEK) -> SEK:
            return first * 2
    """
    with pytest.raises(UnitError, match="line 'first'"):
        traced(source)


class TestRight:
    """What the rules allow: the formula has the unit, list and variation that its parts give it."""

    @pytest.mark.parametrize(
        ("parameters", "result", "body", "rows", "varies"),
        [
            ("hours: Hours, price: SEKPerHour", "SEK", "return hours * price", "suite", True),
            ("flow: SEK, rate: PerYear, length: Years", "SEK", "return flow * (1 + rate) ** length", None, True),
            ("flow: SEK, rate: PerYear, length: Years", "SEK", "return flow / (rate + 1) ** length", None, True),
            ("rate: PerYear, share: Share, length: Years", "Index", "return (rate * share + 1) ** length", None, False),
            ("cost: SEK, site_of_suite: Membership", "SEK", "return group(cost, site_of_suite)", "site", True),
            (
                "site_cost: SEK, site_of_suite: Membership",
                "SEK",
                "return each(site_cost, site_of_suite)",
                "suite",
                True,
            ),
            ("cost: SEK", "SEK", "return total(cost)", None, True),
            ("cost: SEK", "SEK", "return sum_periods(cost)", "suite", False),
            ("cost: SEK", "SEK", "return lowest(cost)", "suite", False),
            ("flow: SEK, length: Years", "PerYear", "return irr(flow, length)", None, False),
            (
                "fixed: SEK, days: SuiteDays",
                "SEKPerSuiteDay",
                "return where(days > 0, fixed / maximum(days, TINY), nan)",
                "suite",
                False,
            ),
            (
                "cost: SEK, share: Share",
                "SEK",
                "return fold(lambda o, c, s: (o + c) * (1 - s), cost, share)",
                "suite",
                True,
            ),
            ("flow: SEK, when: Date", "SEK", "return flow * (when > 0)", None, True),
            ("flow: SEK", "SEK", "return -flow", None, True),
            ("flow: SEK", "SEK", "return 0", None, False),
        ],
    )
    def test_a_line_that_keeps_the_rules(self, parameters, result, body, rows, varies):
        found = traced(line(parameters, result, body))
        assert (found.list, found.varies) == (rows, varies)


@pytest.fixture(scope="module", params=case_names())
def case(request):
    return hm.load(request.param)


def test_every_line_of_the_hub_passes(case):
    assert trace(case).lines.keys() == case.model.lines.keys()


def test_what_is_inferred_is_what_runs(case):
    values, formulas = evaluate(case).values, trace(case).lines
    wrong = {}
    for name, found in formulas.items():
        rows = len(case.lists[found.list]) if found.list else 1
        if values[name].shape != (rows, len(case.periods) if found.varies else 1):
            wrong[name] = values[name].shape, found.list, found.varies
    assert wrong == {}


def test_a_scenario_is_traced_as_its_case(case):
    assert trace(case.with_({"view": "today"})) is trace(case)


def test_a_mistake_planted_in_the_hub_is_refused_at_load(case, monkeypatch):
    def ebitda(revenue, total_operating_cost):
        return revenue - total_operating_cost if revenue > 0 else 0

    monkeypatch.setitem(case.model.lines, "ebitda", ebitda)
    monkeypatch.setitem(case.model.ingredients, "ebitda", ("revenue", "total_operating_cost"))
    with pytest.raises(TraceError, match=r"line 'ebitda' \(finance\): a line item must not branch on a value"):
        hm.load(case.name)
