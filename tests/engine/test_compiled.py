"""Compiled lines: each equals its line on NumPy, whatever is drawn, wanted or chosen; what cannot be compiled too."""

import math
import pickle
import sys
import textwrap
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import hubmodel as hm
from hubmodel.case.formulas import instance_of
from hubmodel.engine import compiled as kernel
from hubmodel.engine.compiled import code, machine, plan
from hubmodel.engine.graph import Model
from hubmodel.engine.trace import Instance, traced
from hubmodel.engine.units import Membership
from hubmodel.errors import InputError, UnknownName
from hubmodel.study.figures import LINE_FIGURES
from hubmodel.study.result import evaluate
from hubmodel.uncertainty.draws import Draws
from tests.engine.small_models import TABLE
from tests.published import annual
from tests.published.test_project_finance import CASES, LIST_OF

DRAWS = 6  # not a whole number of vectors


@pytest.fixture(scope="module")
def northx():
    return hm.load("northx")


def compiled(case, wanted, changed):
    """Compile lines of a case, or of what stands for one here."""
    return kernel.compiled(case if isinstance(case, Instance) else instance_of(case), wanted, changed)


def drawn(case, count=DRAWS):
    """Draws of every uncertain input."""
    made = Draws(case)
    return made.inputs(made.quantiles(0)[:count])


def differs(case, name, one, other, lines):
    """Whether two values of a line differ by more than rounding does, of it or of what it is a difference of."""
    one, other = np.asarray(one), np.asarray(other)
    if one.shape != other.shape or not np.array_equal(np.isnan(one), np.isnan(other)):
        return True
    units = case.model.units
    alike = [lines[part] for part in case.model.ingredients[name] if part in lines and units[part] == units[name]]
    scale = max(float(np.nanmax(np.abs(part), initial=0.0)) for part in (other, *alike))
    return not np.allclose(one, other, rtol=1e-9, atol=1e-13 * scale, equal_nan=True)


def different(case, draws, wanted=None):
    """Names of the lines that come out otherwise than on NumPy."""
    lines = evaluate(case, changed=draws).values
    names = wanted or list(case.model.lines)
    found = compiled(case, names, draws)(draws)
    return [name for name in names if differs(case, name, found[name], lines[name], lines)]


class TestReferenceCase:
    @pytest.mark.slow
    @pytest.mark.parametrize("turn", range(5))
    def test_every_line_with_every_choice(self, northx, turn):
        """Five turns take every option of every choice: each view, month, quarter and year among them."""
        assert max(len(options) for options in northx.choices.values()) == 5
        case = northx.with_({name: options[turn % len(options)] for name, options in northx.choices.items()}, "to see")
        assert different(case, drawn(case)) == []

    @pytest.mark.parametrize("scenario", ["without-grant", "pandemic-surge-2029", "hub-three-years-later"])
    def test_every_line_in_scenarios(self, northx, scenario):
        case = hm.apply_scenario(northx, scenario)
        assert different(case, drawn(case)) == []

    @pytest.mark.parametrize("name", ["ccrm-nordic", "template"])
    def test_every_line_of_a_case_with_lists_without_members(self, name):
        case = hm.load(name)
        assert any(len(members) == 0 for members in case.lists.values())
        assert different(case, drawn(case)) == []

    def test_inputs_with_a_value_for_each_period(self, northx):
        factors = np.array([0.5, 1.0, 1.0, 1.25, 2.0]).reshape(-1, 1, 1)
        names = ("grant_paid", "grant_decided", "consumer_price_index", "programme_funding", "discount_rate")
        assert different(northx, {name: northx.inputs[name] * factors for name in names}) == []

    def test_one_input_alone(self, northx):
        draws = {"commercial_margin": np.array([0.15, 0.25, 0.4]).reshape(-1, 1, 1)}
        assert different(northx, draws) == []

    def test_no_input_at_all(self, northx):
        assert different(northx, {}) == []

    def test_the_key_figures(self, northx):
        figures = [name for name in LINE_FIGURES if name in northx.model.lines]
        assert different(northx, drawn(northx, 33), figures) == []

    def test_the_same_lines_of_another_scenario_are_not_compiled_again(self, northx):
        compiled(northx, ["net_present_value"], drawn(northx))
        before = machine.function.cache_info().misses
        other = hm.apply_scenario(northx, "commercial-heavy")
        compiled(other, ["net_present_value"], drawn(northx))
        assert machine.function.cache_info().misses == before


@pytest.fixture(scope="module")
def draws(northx):
    return drawn(northx, 11)


@pytest.fixture(scope="module")
def figures(northx, draws):
    return compiled(northx, ["net_present_value", "internal_rate_of_return", "cash", "surge_doses"], draws)


class TestProjectFinance:
    """Other lines than those of the hub, by the year; cash flows that wait for six passes over them."""

    @pytest.mark.parametrize("name", CASES)
    def test_every_line(self, name):
        model, given = annual.model(), CASES[name]()
        inputs = {key: one if isinstance(one, Membership) else np.atleast_2d(one) for key, one in given.items()}
        case = bare(model, inputs, LIST_OF.get, len(given["plant_flow_date"]))
        factors = np.array([0.98, 1.0, 1.01, 1.03, 1.1]).reshape(-1, 1, 1)
        money = [key for key in model.inputs - model.memberships if "SEK" in str(model.units[key])]
        draws = {key: inputs[key] * factors for key in money}
        lines = model.run({**inputs, **draws})
        found = compiled(case, model.lines, draws)
        values = found(draws)
        assert [name for name in model.lines if differs(case, name, values[name], lines[name], lines)] == []
        assert len(found.plan.lines) > 150
        assert max(found.plan.passes.values()) == 6


class TestDraws:
    def test_a_batch_equals_its_members_bit_for_bit(self, figures, draws):
        batch = figures(draws)
        for at in range(11):
            alone = figures({name: one[at] for name, one in draws.items()})
            for name, value in batch.items():
                assert np.array_equal(value[at], alone[name], equal_nan=True), name

    @pytest.mark.parametrize("at_once", [1, 4, 5])
    def test_blocks_make_no_difference(self, figures, draws, monkeypatch, at_once):
        whole = figures(draws)
        monkeypatch.setattr(kernel, "BLOCK", at_once)
        assert all(np.array_equal(one, whole[name], equal_nan=True) for name, one in figures(draws).items())

    def test_threads_may_share_it(self, figures, draws):
        whole = figures(draws)
        parts = [{name: one[at : at + 3] for name, one in draws.items()} for at in range(0, 11, 3)]
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(figures, parts))
        for name, value in whole.items():
            assert np.array_equal(np.concatenate([part[name] for part in found]), value, equal_nan=True)

    def test_it_travels_to_another_process(self, figures, draws):
        """The machine code stays behind and is made again there."""
        whole, there = figures(draws), pickle.loads(pickle.dumps(figures))(draws)
        assert all(np.array_equal(one, whole[name], equal_nan=True) for name, one in there.items())

    def test_draws_may_have_several_axes(self, figures, draws):
        """As where one set of draws is crossed with another."""
        flat = figures({name: one[:6] for name, one in draws.items()})
        shaped = {name: one[:6].reshape(2, 3, *one.shape[1:]) for name, one in draws.items()}
        assert all(np.array_equal(np.ravel(one), np.ravel(flat[name])) for name, one in figures(shaped).items())
        assert figures(shaped)["cash"].shape == (2, 3, 1, 240)

    def test_an_input_that_is_not_given_is_as_in_the_case(self, figures, northx, draws):
        some = {"discount_rate": draws["discount_rate"]}
        expected = evaluate(northx, ["net_present_value"], changed=some)["net_present_value"]
        assert figures(some)["net_present_value"] == pytest.approx(expected, rel=1e-9)

    def test_what_no_draw_moves_has_no_draws(self, northx, draws):
        found = compiled(northx, ["total_investment", "net_present_value"], ["discount_rate"])
        values = found({"discount_rate": draws["discount_rate"]})
        assert values["total_investment"].tolist() == [[111.4e6]]
        assert values["net_present_value"].shape == (11, 1, 1)

    def test_memory_does_not_grow_with_the_draws(self, northx):
        few, many = ({"commercial_margin": np.full((count, 1, 1), 0.3)} for count in (2_048, 6_144))
        run = compiled(northx, ["net_present_value", "internal_rate_of_return"], few)  # the latter from whole flows
        assert peak(run, many) < 1.05 * peak(run, few) + 3 * many["commercial_margin"].nbytes


def peak(run, draws):
    """Most memory that a run takes [byte]."""
    tracemalloc.start()
    try:
        run(draws)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def bare(model, inputs, list_of, periods):
    """What can be compiled of nothing but lines and what they read."""
    by = [one for one in inputs.values() if isinstance(one, Membership)]
    members = {list_of(name): len(one) for name, one in inputs.items() if not isinstance(one, Membership)}
    for one in by:
        members |= {one.list: len(one.position), one.parent: one.parents}
    return Instance(model, traced(model, inputs, list_of).lines, inputs, members, periods)


def toy(source, **inputs):
    """A few lines over three periods, with rows of suites and sites; the second site is empty."""
    lines = ModuleType("toy")
    exec(
        "from hubmodel.engine.units import *\nfrom hubmodel.engine.words import *\n" + textwrap.dedent(source),
        lines.__dict__,
    )
    given = {name: np.array(one, dtype=float) for name, one in inputs.items()}
    given["site_of_suite"] = Membership("suite", "site", (2, 0, 2), 3)
    return bare(Model(lines), given, {"suites": "suite", "sites": "site"}.get, 3)


GIVEN = {
    "flow": [[1, -2, 4]],
    "suites": [[1, 2, 3], [8, 16, 32], [64, 0, 128]],
    "sites": [[5], [6], [7]],
    "rate": [[0.5]],
}
SUITES = "suites: SEK, site_of_suite: Membership"
# word: parameters, unit and body of a line; what it gives for the values above
WORDS = {
    "add": ("flow: SEK, suites: SEK", "SEK", "suites + flow", [[2, 0, 7], [9, 14, 36], [65, -2, 132]]),
    "subtract": ("flow: SEK, sites: SEK", "SEK", "flow - sites", [[-4, -7, -1], [-5, -8, -2], [-6, -9, -3]]),
    "multiply": ("flow: SEK, rate: Share", "SEK", "flow * rate * 3", [[1.5, -3, 6]]),
    "divide": ("flow: SEK, rate: Share", "SEK", "flow / rate", [[2, -4, 8]]),
    "negative": ("flow: SEK", "SEK", "-flow", [[-1, 2, -4]]),
    "power over time": ("flow: Ratio, rate: Share", "Ratio", "rate ** flow", [[1 / 2, 2 * 2, 1 / 16]]),
    "power of a series": ("flow: Ratio, rate: Share", "Ratio", "flow ** (rate * 4)", [[1, 4, 16]]),  # squares
    "power of a constant": ("sites: Ratio, rate: Share", "Ratio", "sites ** (rate * 4)", [[25], [36], [49]]),
    "floor": ("flow: Count, rate: Share", "Count", "floor(flow * rate)", [[0, -1, 2]]),  # of 0.5, -1, 2
    "less": ("flow: Count", "Count", "5 * (flow < 1)", [[0, 5, 0]]),
    "less or equal": ("flow: Count", "Count", "5 * (flow <= 1)", [[5, 5, 0]]),
    "greater": ("flow: Count", "Count", "5 * (flow > 1)", [[0, 0, 5]]),
    "greater or equal": ("flow: Count", "Count", "5 * (flow >= 1)", [[5, 0, 5]]),
    "equal": ("flow: Count", "Count", "5 * (flow == 1)", [[5, 0, 0]]),
    "not equal": ("flow: Count", "Count", "5 * (flow != 1)", [[0, 5, 5]]),
    "where": ("flow: SEK, rate: Share", "SEK", "where(flow > 0, flow * rate, 0)", [[0.5, 0, 2]]),
    "where on a factor": ("flow: SEK, rate: Share", "SEK", "where(rate, flow, 0)", [[1, -2, 4]]),
    "maximum": ("flow: SEK, rate: SEK", "SEK", "maximum(flow, rate)", [[1, 0.5, 4]]),
    "maximum with a number": ("flow: SEK", "SEK", "maximum(0, flow) - maximum(-flow, 0)", [[1, -2, 4]]),
    "minimum": ("flow: SEK, rate: SEK", "SEK", "minimum(rate, flow)", [[0.5, -2, 0.5]]),
    "minimum with a number": ("flow: SEK", "SEK", "minimum(flow, 0)", [[0, -2, 0]]),
    "total": ("suites: SEK", "SEK", "total(suites)", [[73, 18, 163]]),  # 1 + 8 + 64, 2 + 16, 3 + 32 + 128
    "group": (SUITES, "SEK", "group(suites, site_of_suite)", [[8, 16, 32], [0, 0, 0], [65, 2, 131]]),
    "each": (
        f"sites: SEK, {SUITES}",
        "SEK",
        "suites + each(sites, site_of_suite)",
        [[8, 9, 10], [13, 21, 37], [71, 7, 135]],
    ),
    "previous": ("flow: SEK", "SEK", "flow - previous(flow)", [[1, -3, 6]]),
    "previous from a start": (
        "flow: SEK, sites: SEK",
        "SEK",
        "previous(flow, sites)",
        [[5, 1, -2], [6, 1, -2], [7, 1, -2]],
    ),
    "previous of itself": (  # 5 / 2 + 1 = 3.5, 3.5 / 2 - 2 = -0.25, -0.25 / 2 + 4 = 3.875, and so on
        "y: SEK, flow: SEK, rate: Share, sites: SEK",
        "SEK",
        "previous(y, sites) * rate + flow",
        [[3.5, -0.25, 3.875], [4, 0, 4], [4.5, 0.25, 4.125]],
    ),
    "cumulative": ("flow: SEK", "SEK", "cumulative(flow)", [[1, -1, 3]]),
    "sum_periods": ("suites: SEK", "SEK", "sum_periods(suites)", [[6], [56], [192]]),
    "lowest": ("suites: SEK", "SEK", "lowest(suites)", [[1], [8], [0]]),
    "share of a sum": ("flow: SEK", "Share", "flow / sum_periods(flow)", [[1 / 3, -2 / 3, 4 / 3]]),
    "nan": ("flow: Count", "Count", "where(flow > 0, 8 / maximum(flow, TINY), nan)", [[8, math.nan, 2]]),
}


class TestWords:
    @pytest.mark.parametrize("word", WORDS)
    def test_a_word(self, word):
        """Every input drawn, and every input but one, which then is a constant of the program."""
        parameters, unit, body, expected = WORDS[word]
        names = [one.partition(":")[0] for one in parameters.split(", ")]
        case = toy(f"def y({parameters}) -> {unit}:\n    return {body}", **{n: GIVEN[n] for n in names if n in GIVEN})
        inputs = [name for name in names if name in GIVEN]
        for changed in [inputs, *([name] for name in inputs)]:
            draws = {name: case.inputs[name] * np.array([1, 3, 0, -1, 0.5]).reshape(-1, 1, 1) for name in changed}
            found = compiled(case, ["y"], changed)
            assert found.plan.left == ()
            assert found(draws)["y"][0] == pytest.approx(np.array(expected), rel=1e-14, nan_ok=True)
            assert found(draws)["y"] == pytest.approx(evaluated(case, draws), rel=1e-14, nan_ok=True)

    def test_every_word_has_its_instructions(self):
        assert code._WRITE.keys() == plan.KINDS


def evaluated(case, draws, wanted="y"):
    """A line on NumPy."""
    return case.model.run({**case.inputs, **draws}, [wanted])[wanted]


class TestPasses:
    """What a line sums over all periods is known to others only after the last one."""

    CHAIN = """
        def weight(x: SEK) -> SEK:
            return maximum(0, x)

        def whole(weight: SEK) -> SEK:
            return sum_periods(weight)

        def part(weight: SEK, whole: SEK) -> Share:
            return weight / whole

        def part_before(part: Share) -> Share:
            return previous(part)

        def least(part: Share) -> Share:
            return lowest(part)

        def above(part: Share, least: Share, part_before: Share) -> Share:
            return part - least + 10 * part_before

        def above_to_date(above: Share) -> Share:
            return cumulative(above)
    """

    def test_what_is_summed_is_kept_from_an_earlier_pass(self):
        source = """
            def half(x: SEK) -> SEK:
                return x / 2

            def part(z: SEK) -> Share:
                return z / sum_periods(z)

            def mean(half: SEK, part: Share) -> SEK:
                return sum_periods(half * part)
        """
        case = toy(source, x=[[2, 6, 8]], z=[[1, 1, 2]])
        found = compiled(case, ["mean"], ["x", "z"])
        assert found.plan.passes == {"half": 0, "part": 1, "mean": 2}
        values = found({"x": case.inputs["x"] * np.array([1, 2]).reshape(-1, 1, 1)})
        assert values["mean"].ravel().tolist() == [3, 6]  # 1 / 4 + 3 / 4 + 4 / 2, and twice as much

    def test_draws_of_nothing_but_an_empty_list(self):
        found = compiled(TABLE["lists without members"].instance, ["money"], ["suite_cost"])
        assert found({"suite_cost": np.zeros((5, 0, 3))})["money"].tolist() == [[[2, 4, 8]]] * 5

    def test_three_passes(self):
        case = toy(self.CHAIN, x=[[2, 6, 8]])
        found = compiled(case, ["above_to_date", "least", "part", "whole"], ["x"])
        assert max(found.plan.passes.values()) == 2
        values = found({"x": np.array([[[2.0, 6.0, 8.0]], [[-1.0, 1.0, 3.0]]])})
        assert values["whole"][:, 0, 0].tolist() == [16, 4]  # 2 + 6 + 8, 0 + 1 + 3
        assert values["part"][:, 0].tolist() == [[0.125, 0.375, 0.5], [0, 0.25, 0.75]]  # 2/16, 6/16, 8/16; 0, 1/4, 3/4
        assert values["least"][:, 0, 0].tolist() == [0.125, 0]
        # 0 + 0; 0.25 + 1.25; 0.375 + 3.75: 0, 1.5, 5.625. Then 0; 0.25 + 0; 0.75 + 2.5: 0, 0.25, 3.5
        assert values["above_to_date"][:, 0] == pytest.approx(np.array([[0, 1.5, 5.625], [0, 0.25, 3.5]]))


@pytest.fixture(scope="module")
def power():
    case = toy(
        "def y(base: Ratio, exponent: Ratio) -> Ratio:\n    return base ** exponent",
        base=[[1]],
        exponent=[[1, 2, 3]],
    )
    return compiled(case, ["y"], ["base", "exponent"])


class TestNotANumber:
    """A value that does not exist comes and goes as on NumPy."""

    SOURCE = """
        def larger(a: Count, b: Count) -> Count:
            return maximum(a, b)

        def smaller(a: Count, b: Count) -> Count:
            return minimum(a, b)

        def never(a: Count) -> Count:
            return maximum(nan, a)

        def never_negated(a: Count) -> Count:
            return maximum(a, -nan) + minimum(-nan, a)

        def guarded(a: Count) -> Count:
            return maximum(0, a) + minimum(a, 1)

        def chosen(a: Count, b: Count) -> Count:
            return where(a > b, 1, 2) + where(a, 10, 20) + 100 * (a != b) + 1000 * (a == b)

        def whole(a: Count) -> Count:
            return floor(a)

        def least(a: Count) -> Count:
            return lowest(a)

        def ratio(a: Count, b: Count) -> Count:
            return a / b

        def raised(b: Count, a: Count) -> Count:
            return b ** a
    """
    ODD = (math.nan, math.inf, -math.inf, 0.0, -0.0, 1.0, -1.5, 2.0, -3.0, 0.5, 1e-310, 1e308, -1e308, 800.0)

    def test_every_pair(self):
        case = toy(self.SOURCE, a=[[1, 2, 3]], b=[[2]])
        a, b = np.meshgrid(self.ODD, self.ODD)
        draws = {"a": np.repeat(a.reshape(-1, 1, 1), 3, axis=2), "b": b.reshape(-1, 1, 1)}
        for name, value in compiled(case, case.model.lines, draws)(draws).items():
            expected = evaluated(case, draws, name)
            assert np.allclose(value, expected, rtol=1e-12, atol=0, equal_nan=True), name

    def test_a_power_does_not_depend_on_the_draws_beside_it(self, power):
        bases, exponents = np.linspace(0.5, 2, 400).reshape(-1, 1, 1), np.array([[7.3, 2.0, 11.1]])
        odd = bases.copy()
        odd[3::4] = -1.0  # one of each vector has no logarithm
        regular, beside = (power({"base": one, "exponent": exponents})["y"] for one in (bases, odd))
        assert np.array_equal(regular[0::4], beside[0::4])
        assert np.isnan(beside[3::4, 0, 0]).all()

    @given(st.floats(0.01, 10), st.floats(-50, 50))
    @example(1.105, 20.0)
    def test_powers(self, power, base, exponent):
        draws = {"base": np.array([[[base]]]), "exponent": np.full((1, 1, 3), exponent)}
        assert power(draws)["y"] == pytest.approx(base**exponent, rel=1e-13)


class TestWhatIsLeftToNumPy:
    @pytest.mark.parametrize("word", ["floor", "previous", "where", "sum_periods"])
    def test_a_word_without_instructions_falls_back(self, northx, monkeypatch, word):
        """The lines with it, and those that hang on them, are computed by NumPy: no number is other than before."""
        monkeypatch.setattr(plan, "KINDS", plan.KINDS - {word})
        draws = drawn(northx)
        figures = ["net_present_value", "book_value", "revenue", "leverage"]
        assert compiled(northx, figures, draws).plan.left != ()
        assert different(northx, draws, figures) == []

    def test_a_balance_that_opens_with_a_series_falls_back(self):
        source = "def y(y: SEK, x: SEK, z: SEK) -> SEK:\n    return previous(y, z) + x"
        case = toy(source, x=[[1, 2, 3]], z=[[10, 20, 30]])
        found = compiled(case, ["y"], ["x"])
        assert found.plan.left == ("y",)
        assert found({"x": np.array([[[1.0, 2.0, 3.0]]])})["y"].tolist() == [[[11, 13, 16]]]  # from 10, as NumPy

    def test_rates_of_return_are_found_by_numpy_from_compiled_flows(self, northx):
        found = compiled(northx, ["internal_rate_of_return"], ["commercial_margin"])
        assert (found.plan.left, found.plan.results) == (("internal_rate_of_return",), ("counted_cash_flow",))


class TestRefusals:
    def test_no_llvm(self, northx, monkeypatch):
        monkeypatch.setitem(sys.modules, "llvmlite.binding", None)
        machine.function.cache_clear()
        with pytest.raises(
            InputError, match=r"compiled by numba's LLVM, which is not installed; install hubmodel\[fast\]"
        ):
            compiled(northx, ["net_present_value"], ["discount_rate"])

    def test_what_the_machine_cannot_compile(self):
        with pytest.raises(
            InputError, match=r"LLVM cannot compile the lines on this machine: (?s:.*); run them with eval"
        ):
            machine.function("define void @run() { call void @nothing() }")

    @pytest.mark.parametrize(
        ("wanted", "changed", "said"),
        [
            ("net_present_valu", "discount_rate", "no line 'net_present_valu'; did you mean 'net_present_value'"),
            ("net_present_value", "discount_rat", "no input to draw 'discount_rat'; did you mean 'discount_rate'"),
            ("net_present_value", "site_of_suite", "no input to draw 'site_of_suite'"),
            ("net_present_value", "revenue", "no input to draw 'revenue'"),
        ],
    )
    def test_names(self, northx, wanted, changed, said):
        with pytest.raises(UnknownName, match=said):
            compiled(northx, [wanted], [changed])

    def test_an_input_that_it_was_not_compiled_for(self, northx):
        found = compiled(northx, ["net_present_value"], ["discount_rate"])
        with pytest.raises(UnknownName, match="no input among those that the kernel was compiled for 'tax_rate'"):
            found({"tax_rate": np.array([[[0.2]]])})

    @pytest.mark.parametrize("shape", [(2, 2, 1), (2, 1, 3), (2,)])
    def test_a_shape_that_is_not_the_case(self, northx, shape):
        found = compiled(northx, ["net_present_value"], ["discount_rate"])
        with pytest.raises(
            InputError, match=r"draws of discount_rate must have shape \(draws, 1, 1\), got \(2,.*; draw the"
        ):
            found({"discount_rate": np.full(shape, 0.1)})
