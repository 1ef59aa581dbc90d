"""The graph of line items: order, running, freeing, and what it refuses."""

import textwrap
import weakref
from types import ModuleType

import numpy as np
import pytest

import hubmodel as hm
from hubmodel.engine.graph import Model
from hubmodel.engine.units import unit
from hubmodel.errors import TraceError, UnitError, UnknownName
from hubmodel.study.result import evaluate


def module(source, name="toy"):
    """A module of line items, as if it stood in hubmodel/lines."""
    made = ModuleType(name)
    exec(
        "from hubmodel.engine.units import *\nfrom hubmodel.engine.words import *\n" + textwrap.dedent(source),
        made.__dict__,
    )
    return made


WORKSHOP = """
    def profit(revenue: SEK, cost: SEK) -> SEK:
        return revenue - cost

    def revenue(hours: Hours, price: SEKPerHour) -> SEK:
        return hours * price

    def cost(hours: Hours, pay: SEKPerHour, rent: SEK) -> SEK:
        return hours * pay + rent

    def profit_so_far(profit: SEK) -> SEK:
        return cumulative(profit)

    def _helper(x):
        return x
"""
GIVEN = {
    "hours": np.array([[2_000.0, 1_000.0]]),
    "price": np.array([[1_250.0]]),
    "pay": np.array([[500.0]]),
    "rent": np.array([[900_000.0]]),
}


@pytest.fixture(scope="module")
def workshop():
    return Model(module(WORKSHOP))


@pytest.fixture(scope="module")
def case():
    return hm.load("northx")


def test_the_sums_of_a_workshop(workshop):
    values = workshop.run(GIVEN)
    # 2 000 h x 1 250 SEK = 2 500 000, 1 000 h x 1 250 = 1 250 000
    assert values["revenue"].tolist() == [[2_500_000, 1_250_000]]
    # 2 000 h x 500 + 900 000 = 1 900 000, 1 000 h x 500 + 900 000 = 1 400 000
    assert values["cost"].tolist() == [[1_900_000, 1_400_000]]
    # 600 000, then 600 000 - 150 000
    assert values["profit_so_far"].tolist() == [[600_000, 450_000]]


def test_signatures_say_lines_inputs_and_units(workshop):
    assert set(workshop.lines) == {"profit", "revenue", "cost", "profit_so_far"}
    assert workshop.inputs == {"hours", "price", "pay", "rent"}
    assert workshop.units["price"] == unit("SEK/hour")
    assert workshop.ingredients["cost"] == ("hours", "pay", "rent")


def test_what_is_imported_is_no_line():
    borrowed = module("def y(x: SEK) -> SEK:\n    return maximum(x, 0)")
    assert set(Model(borrowed).lines) == {"y"}


def test_every_line_comes_after_its_ingredients(case):
    model, place = case.model, {name: at for at, name in enumerate(case.model.order)}
    late = [
        (line, one)
        for line in model.order
        for one in model.ingredients[line]
        if one in place and place[one] > place[line]
    ]
    assert late == []
    assert set(model.order) == set(model.lines)


def test_only_what_is_wanted_is_returned(workshop):
    assert workshop.run(GIVEN, ["profit"])["profit"].tolist() == [[600_000, -150_000]]
    assert set(workshop.run(GIVEN, ["profit"])) == {"profit"}


def test_what_is_not_needed_is_not_computed(workshop):
    known = {name: value for name, value in GIVEN.items() if name not in ("pay", "rent")}
    assert workshop.run(known, ["revenue"])["revenue"].tolist() == [[2_500_000, 1_250_000]]


def test_a_line_that_is_given_is_taken_as_known(workshop):
    values = workshop.run({**GIVEN, "cost": np.array([[1.0, 2.0]])}, ["profit", "cost"])
    assert values["profit"].tolist() == [[2_499_999, 1_249_998]]
    assert values["cost"].tolist() == [[1.0, 2.0]]


def test_a_value_is_freed_after_its_last_use():
    seen = {}
    toy = module("""
        def first(x: SEK) -> SEK:
            return remember(x * 2)

        def second(first: SEK) -> SEK:
            return first + 1

        def third(second: SEK) -> SEK:
            return second * alive()
    """)

    def remember(value):
        seen["first"] = weakref.ref(value)
        return value

    toy.remember = remember
    toy.alive = lambda: float(seen["first"]() is not None)
    assert Model(toy).run({"x": np.ones((1, 2))}, ["third"])["third"].tolist() == [[0.0, 0.0]]
    assert Model(toy).run({"x": np.ones((1, 2))})["third"].tolist() == [[3.0, 3.0]]  # every line wanted, all kept


def test_running_leaves_the_inputs_alone(workshop):
    given = dict(GIVEN)
    workshop.run(given, ["profit"])
    assert given.keys() == GIVEN.keys()


def test_what_a_change_touches(workshop):
    assert workshop.affected(["price"]) == {"revenue", "profit", "profit_so_far"}
    assert workshop.affected(["rent", "pay"]) == {"cost", "profit", "profit_so_far"}
    assert workshop.affected(["profit_so_far"]) == set()


def test_lines_outside_what_a_change_touches_do_not_move(case):
    key = "commercial_margin"
    one, other = evaluate(case), evaluate(case.with_({key: 0.3}))
    moved = {name for name in one.values if not np.array_equal(one.values[name], other.values[name], equal_nan=True)}
    assert moved <= case.model.affected([key])
    assert "net_present_value" in moved


# Draws are leading axes that no line mentions.
DRAWN = {
    "commercial_margin": (0.15, 0.25, 0.4),
    "volume_factor": (0.75, 1.0, 1.25),
    "discount_rate": (0.08, 0.105, 0.14),
    "grant_factor": (0.0, 0.5, 1.0),
    "loan_amount": (0.0, 5e6, 2e7),
    "failed_batch_customer_share": (0.0, 0.5, 1.0),
}
SHIFTED = {"opening_delay": (0.0, 0.5, 1.5)}
SCALED = {"hours_per_batch": (0.9, 1.0, 1.3), "grant_paid": (0.5, 1.0, 1.0)}


@pytest.fixture(scope="module")
def draws(case):
    def moves(values):
        return np.array(values).reshape(-1, 1, 1)

    whole = {key: moves(values) + np.zeros_like(case.inputs[key]) for key, values in DRAWN.items()}
    shifted = {key: case.inputs[key] + moves(values) for key, values in SHIFTED.items()}
    return whole | shifted | {key: case.inputs[key] * moves(values) for key, values in SCALED.items()}


def test_a_batch_equals_its_members_bit_for_bit(case, draws):
    batch = evaluate(case, changed=draws).values
    singles = [evaluate(case, changed={key: one[at] for key, one in draws.items()}).values for at in range(3)]
    wrong = []
    for name, value in batch.items():
        alone = np.stack([single[name] for single in singles])
        if not np.array_equal(np.broadcast_to(value, alone.shape), alone, equal_nan=True):
            wrong.append(name)
    assert wrong == []


def test_only_what_depends_on_a_draw_grows(case, draws):
    batch = evaluate(case, changed={"commercial_margin": draws["commercial_margin"]}).values
    grown = {name for name, value in batch.items() if value.ndim > 2}
    assert grown <= case.model.affected(["commercial_margin"])
    assert batch["net_present_value"].shape == (3, 1, 1)


class TestRefusals:
    def test_a_wanted_line_that_does_not_exist(self, workshop):
        with pytest.raises(UnknownName, match="no line 'profti'; did you mean 'profit'"):
            workshop.run(GIVEN, ["profti"])

    def test_an_input_that_is_missing(self, workshop):
        with pytest.raises(UnknownName, match=r"line 'cost' needs 'rent', which no line.*add its rows to toy\.csv"):
            workshop.run({name: value for name, value in GIVEN.items() if name != "rent"})

    def test_a_line_defined_twice(self):
        one, other = module("def y(x: SEK) -> SEK:\n    return x"), module("def y(x: SEK) -> SEK:\n    return 2 * x")
        with pytest.raises(TraceError, match="line 'y' is defined in toy and in toy"):
            Model(one, other)

    def test_a_line_that_feeds_back(self):
        loop = module("""
            def interest(debt: SEK, rate: Share) -> SEK:
                return debt * rate

            def debt(interest: SEK, drawn: SEK) -> SEK:
                return previous(drawn) + interest
        """)
        with pytest.raises(TraceError, match="'debt' and 'interest' depend on one another within a period; put one of"):
            Model(loop)

    def test_a_parameter_in_another_unit_than_its_line(self):
        mixed = module("""
            def hours(posts: Posts, hours_per_post: HoursPerPostYear, length: Years) -> Hours:
                return posts * hours_per_post * length

            def pay(hours: Years, price: SEKPerYear) -> SEK:
                return hours * price
        """)
        with pytest.raises(UnitError, match="line 'pay' takes 'hours' in year, but 'hours' has it in hour"):
            Model(mixed)

    def test_two_lines_that_take_an_input_in_two_units(self):
        mixed = module("""
            def one(rate: Share, amount: SEK) -> SEK:
                return rate * amount

            def two(rate: PerYear, amount: SEK, length: Years) -> SEK:
                return rate * amount * length
        """)
        with pytest.raises(
            UnitError, match=r"line 'two' takes 'rate' in 1/year, but 'one' has it in 1; write the same"
        ):
            Model(mixed)

    @pytest.mark.parametrize(
        ("source", "what"),
        [
            ("def y(x) -> SEK:\n    return x", "'x'"),
            ("def y(x: SEK):\n    return x", "what it returns"),
            ("def y(x: float) -> SEK:\n    return x", "'x'"),
        ],
    )
    def test_a_line_that_does_not_say_a_unit(self, source, what):
        with pytest.raises(UnitError, match=f"line 'y' does not say the unit of {what}; annotate it"):
            Model(module(source))
