"""All lines compiled for single runs: each equals NumPy's to twelve digits, however often and by whomever it is run."""

import gc
import pickle
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import hubmodel as hm
from hubmodel.case import formulas
from hubmodel.case.formulas import instance_of
from hubmodel.case.reading import case_names
from hubmodel.engine.compiled import resident, single
from hubmodel.errors import InputError, UnknownName
from hubmodel.study import computing
from hubmodel.study.computing import compile_lines
from hubmodel.study.result import evaluate

DIGITS = 1e-12  # of a line's scale


@pytest.fixture(scope="module")
def northx():
    return hm.load("northx")


@pytest.fixture(scope="module")
def lines(northx):
    return resident(instance_of(northx))


def factors(case, *of):
    """Inputs of a case times a factor each."""
    return {name: case.inputs[name] * factor for name, factor in of}


MARGIN = ("commercial_margin", 1.1)
RATE = ("discount_rate", 0.5)


def unlike(model, found, expected):
    """Names of lines that differ by more than rounding does, of them or of what they are sums and differences of."""
    out = []
    for name, other in expected.items():
        one, other = np.asarray(found[name]), np.asarray(other)
        read = [part for part in model.ingredients[name] if part in expected]
        alike = [expected[part] for part in read if model.units[part] == model.units[name]]
        scale = max(np.nanmax(np.abs(part), initial=0.0) for part in (other, *alike))
        same = one.shape == other.shape and np.allclose(one, other, rtol=0, atol=DIGITS * scale, equal_nan=True)
        out += [] if same else [name]
    return out


def different(case, run, changed):
    return unlike(case.model, run.run(changed), case.model.run({**case.inputs, **changed}))


def moved(case, base):
    """Inputs of a scenario that are not those of the case."""
    return {name: value for name, value in case.inputs.items() if value is not base.inputs[name]}


class TestEqualsNumPy:
    @pytest.mark.slow
    @pytest.mark.parametrize("period", ["month", "quarter", "year"])
    @pytest.mark.parametrize("name", case_names())
    def test_every_line_of_every_case(self, name, period):
        case = hm.load(name).with_({"period": period})
        run = resident(instance_of(case))
        numbers = [key for key, value in case.inputs.items() if isinstance(value, np.ndarray)]
        assert different(case, run, {}) == []
        assert different(case, run, factors(case, *((key, 0.97) for key in numbers if case.model.units.get(key)))) == []
        assert different(case, run, {}) == []  # as at first

    @pytest.mark.parametrize("scenario", ["without-grant", "pandemic-surge-2029", "hub-three-years-later"])
    def test_scenarios(self, northx, lines, scenario):
        case = hm.apply_scenario(northx, scenario)
        assert moved(case, northx)
        assert different(case, lines, moved(case, northx)) == []

    def test_every_option_of_every_choice(self, northx, lines):
        for turn in range(max(len(options) for options in northx.choices.values())):
            options = {name: given[turn % len(given)] for name, given in northx.choices.items()}
            case = northx.with_({**options, "period": northx.chosen("period")})
            assert different(case, lines, moved(case, northx)) == []

    def test_a_factor_for_each_period(self, northx, lines):
        rising = np.linspace(0.5, 2, len(northx.periods))
        names = ("grant_paid", "consumer_price_index", "programme_funding")
        assert different(northx, lines, {name: northx.inputs[name] * rising for name in names}) == []


class TestRuns:
    def test_an_input_that_is_not_given_is_as_in_the_case_again(self, northx, lines):
        first = dict(lines.run())
        lines.run(factors(northx, MARGIN))
        lines.run(factors(northx, RATE))
        assert all(np.array_equal(value, first[name], equal_nan=True) for name, value in lines.run().items())

    def test_only_what_has_changed_is_written(self, northx, lines):
        """The hurdle that stands in memory by hand stays there, until it is given or goes back to that of the case."""
        changed = factors(northx, MARGIN)
        own = lines.run(changed, ["net_present_value"])["net_present_value"]
        place, was = lines._inputs["discount_rate"], northx.inputs["discount_rate"].copy()
        place[:] = 0.5 * was
        by_hand = lines.run(changed, ["net_present_value"])["net_present_value"]
        assert by_hand == lines.run(changed | factors(northx, RATE), ["net_present_value"])["net_present_value"]
        assert lines.run(changed, ["net_present_value"])["net_present_value"] == own
        assert np.array_equal(place, was)

    def test_one_value_for_all_rows_or_periods(self, northx, lines):
        whole = np.full_like(northx.inputs["asset_cost"], 7e6)
        one = lines.run({"asset_cost": np.array([[7e6]])}, ["total_investment"])["total_investment"]
        assert one == lines.run({"asset_cost": whole}, ["total_investment"])["total_investment"] == 7e6 * len(whole)

    def test_wanted_lines_are_copies_that_can_be_written_to(self, lines):
        names = ["net_present_value", "revenue", "internal_rate_of_return"]
        found, whole = lines.run(wanted=names), lines.run()
        assert list(found) == names
        for name, value in found.items():
            assert np.array_equal(value, whole[name])
            value[:] = 0
        assert np.array_equal(lines.run(wanted=["revenue"])["revenue"], whole["revenue"])


class TestMemory:
    def test_later_runs_overwrite_nothing(self, northx, lines):
        first = lines.run()
        before = {name: value.copy() for name, value in first.items()}
        kept = first["revenue"]
        for at in range(2 * single.SPARE):
            lines.run(factors(northx, ("commercial_margin", 1 + at / 10)))
        assert all(np.array_equal(value, before[name], equal_nan=True) for name, value in first.items())
        del first
        gc.collect()
        for at in range(2 * single.SPARE):
            lines.run(factors(northx, ("commercial_margin", 1 + at / 10)))
        assert np.array_equal(kept, before["revenue"])  # one view is enough to keep its block

    def test_what_is_handed_out_cannot_be_written_to(self, lines):
        with pytest.raises(ValueError, match="read-only"):
            lines.run()["revenue"][:] = 0

    def test_blocks_are_used_again(self, lines):
        gc.collect()
        places = set()
        for _ in range(5):
            found = lines.run()
            places.add(found["revenue"].ctypes.data)
            del found
        assert len(places) == 1

    def test_no_more_than_a_few_blocks_wait(self, lines):
        several = [lines.run() for _ in range(3 * single.SPARE)]
        del several
        assert len(lines._spare) == single.SPARE

    def test_lines_travel_as_a_dict(self, lines):
        found = lines.run()
        there = pickle.loads(pickle.dumps(found))
        assert list(there) == list(found) == list(lines.instance.model.order)
        assert all(np.array_equal(value, found[name], equal_nan=True) for name, value in there.items())


class TestThreads:
    def test_they_may_share_it(self, northx, lines):
        given = [factors(northx, ("commercial_margin", 1 + at / 50)) for at in range(40)]
        given[::4] = [factors(northx, ("discount_rate", 1 + at / 50)) for at in range(10)]
        alone = [dict(lines.run(changed)) for changed in given]
        with ThreadPoolExecutor(4) as pool:
            together = list(pool.map(lines.run, given))
        for one, other in zip(alone, together, strict=True):
            assert all(np.array_equal(value, other[name], equal_nan=True) for name, value in one.items())


class TestRefusals:
    @pytest.mark.parametrize(
        ("changed", "wanted", "kind", "said"),
        [
            ({"discount_rat": [[0.1]]}, None, UnknownName, "no numeric input 'discount_rat'; did you mean 'discount_r"),
            ({"site_of_suite": [[0.1]]}, None, UnknownName, "no numeric input 'site_of_suite'"),
            ({"revenue": [[0.1]]}, None, UnknownName, "no numeric input 'revenue'"),
            ({"discount_rate": 0.1}, None, InputError, r"discount_rate must have shape \(1, 1\), got \(\)"),
            ({"discount_rate": [[0.1, 0.2]]}, None, InputError, r"shape \(1, 1\), got \(1, 2\); run other shapes with"),
            ({"discount_rate": [[[0.1]], [[0.2]]]}, None, InputError, r"got \(2, 1, 1\)"),
            ({}, ["net_present_valu"], UnknownName, "no line 'net_present_valu'; did you mean 'net_present_value'"),
        ],
    )
    def test_what_it_cannot_run(self, lines, changed, wanted, kind, said):
        assert lines.takes(changed) == (not changed)
        with pytest.raises(kind, match=said):
            lines.run(changed, wanted)

    def test_no_such_line(self, lines):
        found = lines.run()
        assert found.get("net_present_valu") is None
        with pytest.raises(KeyError):
            found["net_present_valu"]


@pytest.fixture(scope="module")
def compiled_case():
    """A case whose lines are compiled."""
    case = hm.load("northx")
    compile_lines(case)
    return case


class TestCases:
    """`evaluate` takes compiled lines where somebody has compiled them, and only then."""

    def test_a_run_alone_compiles_nothing(self, northx):
        assert northx not in computing._compiled
        assert isinstance(evaluate(northx).values, dict)
        hm.run(northx)
        assert northx not in computing._compiled

    @pytest.mark.parametrize("scenario", [None, "without-grant", "commercial-heavy"])
    def test_a_case_and_its_scenarios(self, compiled_case, northx, scenario):
        case = hm.apply_scenario(compiled_case, scenario) if scenario else compiled_case
        plain = hm.apply_scenario(northx, scenario) if scenario else northx
        found = hm.run(case)
        assert isinstance(found.values, single.Lines)
        other = hm.run(plain)
        assert unlike(case.model, found.values, other.values) == []
        assert [check.ok for check in found.checks] == [check.ok for check in other.checks]
        for name, figure in other.key_figures.items():
            one = found.key_figures[name]
            assert (one.value is None, one.why) == (figure.value is None, figure.why)
            assert figure.value is None or one.value == pytest.approx(figure.value, rel=1e-9), name

    def test_changed_inputs(self, compiled_case, northx):
        changed = factors(northx, MARGIN)
        found = evaluate(compiled_case, ["revenue"], changed=changed).values
        assert unlike(northx.model, found, evaluate(northx, ["revenue"], changed=changed).values) == []

    def test_numpy_goes_on_where_they_do_not_fit(self, compiled_case, northx):
        """Draws, lines that are known, another calendar."""
        draws = {"discount_rate": np.array([0.05, 0.1]).reshape(-1, 1, 1)}
        known = {"total_investment": np.array([[1e6]])}
        for changed in (draws, known):
            found = evaluate(compiled_case, ["net_present_value"], changed=changed)["net_present_value"]
            assert np.array_equal(found, evaluate(northx, ["net_present_value"], changed=changed)["net_present_value"])
        yearly = {"period": "year"}
        found = evaluate(compiled_case.with_(yearly))
        assert isinstance(found.values, dict)
        assert found["net_present_value"] == evaluate(northx.with_(yearly))["net_present_value"]

    def test_what_no_change_moves_is_the_same_to_the_last_bit(self, compiled_case):
        base, other = evaluate(compiled_case), evaluate(compiled_case.with_({"commercial_margin": 0.4}))
        still = base.values.keys() - compiled_case.model.affected(["commercial_margin"])
        assert "total_investment" in still
        assert all(np.array_equal(base.values[name], other.values[name], equal_nan=True) for name in still)

    def test_without_llvm_numpy_goes_on(self, monkeypatch):
        case = hm.load("northx")
        monkeypatch.setattr(computing.compiled, "available", lambda: False)
        compile_lines(case)
        assert isinstance(evaluate(case).values, dict)

    def test_a_case_that_is_gone_takes_its_lines_along(self):
        case = hm.load("northx")
        compile_lines(case)
        left = weakref.ref(computing._compiled[case])
        del case
        formulas._trace.cache_clear()  # which keeps the last few cases
        gc.collect()
        assert left() is None
