"""Blocks: lines that read one another's period before, by hand, as floats and as arrays; and what is refused."""

import math
import pickle
import weakref

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from hubmodel.engine import stepping
from hubmodel.engine.graph import Model
from hubmodel.engine.trace import traced
from hubmodel.engine.units import Membership
from hubmodel.errors import InputError, TraceError, UnknownName
from tests.engine.test_graph import module

AMOUNTS = st.floats(-1e9, 1e9)
EVERY = st.one_of(st.sampled_from([0.0, -0.0, math.nan, math.inf, -math.inf]), AMOUNTS)


def row(*values):
    return np.array([values], dtype=float)


def column(*values):
    return np.array(values, dtype=float)[:, None]


def model(source):
    return Model(module(source))


def balance(parameters, body, unit="SEK"):
    """One line, which reads itself."""
    return model(f"def y(y: {unit}, {parameters}) -> {unit}:\n    return {body}")


def same(one, other):
    return np.array_equal(np.asarray(one, dtype=float), np.asarray(other, dtype=float), equal_nan=True)


class TestOneLine:
    def test_a_loan_with_interest(self):
        loan = balance("paid: SEK, rate: Share", "previous(y, 100) * (1 + rate) - paid", "Ratio")
        # 100 at 10 % less 60: 50; 50 at 10 % less 55: 0
        assert loan.run({"paid": row(60, 55), "rate": row(0.1)})["y"][0] == pytest.approx([50, 0])

    def test_the_first_period_follows_nothing(self):
        assert balance("x: SEK", "previous(y) + x").run({"x": row(5, 1)})["y"].tolist() == [[5, 6]]  # 0 + 5, 5 + 1

    def test_constants_beside_series(self):
        stock = balance("stays: Share, added: SEK", "previous(y) * stays + added")
        # half of what is there stays: 8, 8/2 + 4, 8/2 + 2; each row has its own share
        values = stock.run({"stays": column(0.5, 0), "added": row(8, 4, 2)})
        assert values["y"].tolist() == [[8, 8, 6], [8, 4, 2]]

    def test_a_start_for_each_row(self):
        stock = balance("x: SEK, start: SEK", "previous(y, start) + x")
        # 10 + 1, 11 + 2; 20 + 1, 21 + 2
        assert stock.run({"x": row(1, 2), "start": column(10, 20)})["y"].tolist() == [[11, 13], [21, 23]]

    def test_a_start_that_is_computed(self):
        stock = balance("x: SEK, start: SEK, share: Share", "previous(y, start * share) + x")
        assert stock.run({"x": row(1, 2), "start": row(10), "share": row(0.5)})["y"].tolist() == [[6, 8]]  # 5 + 1, + 2

    def test_a_series_as_a_start_is_its_first_value(self):
        stock = balance("x: SEK, start: SEK", "previous(y, start) + x")
        assert stock.run({"x": row(1, 2), "start": row(10, 99)})["y"].tolist() == [[11, 13]]

    def test_what_opens_twice_is_one_state(self):
        twice = balance("x: SEK", "where(previous(y) > 3, 0, previous(y)) + x")
        assert twice.run({"x": row(2, 2, 1)})["y"].tolist() == [[2, 4, 1]]  # 2, 2 + 2, 4 is above 3: 1

    def test_now_and_before_of_the_same_ingredient(self):
        pair = model("""
            def rise(stock: SEK, sold: SEK) -> SEK:
                return stock - previous(stock) + sold

            def stock(stock: SEK, rise: SEK, made: SEK) -> SEK:
                return previous(stock) + made - previous(rise) / 2
        """)
        assert pair.order == ("stock", "rise")
        # stock 8, 8 + 4 - 9/2, 7.5 + 2 - 0.5/2; rise 8 + 1, 7.5 - 8 + 1, 9.25 - 7.5 + 1
        values = pair.run({"made": row(8, 4, 2), "sold": row(1)})
        assert values["stock"].tolist() == [[8, 7.5, 9.25]]
        assert values["rise"].tolist() == [[9, 0.5, 2.75]]

    def test_dividing_by_nothing_has_no_value_from_then_on(self):
        divided = balance("x: Ratio", "1 + previous(y) / x", "Ratio")
        assert same(divided.run({"x": row(0, 1, 0)})["y"], row(math.nan, math.nan, math.nan))  # 0 / 0

    def test_what_is_infinite_stays_so(self):
        divided = balance("x: Ratio", "1 + previous(y) / x", "Ratio")
        assert same(divided.run({"x": row(1, 0, 2)})["y"], row(1, math.inf, math.inf))  # 1 + 0, 1 + 1/0, 1 + inf/2

    def test_a_running_sum_of_what_reads_it(self):
        saved = model("""
            def saved(paid: SEK) -> SEK:
                return cumulative(paid)

            def paid(saved: SEK, goal: SEK, most: SEK) -> SEK:
                return minimum(most, goal - previous(saved))
        """)
        # at most 4 a period towards 10: 4, 4, 2, 0
        values = saved.run({"goal": row(10), "most": row(4, 4, 4, 4)})
        assert values["paid"].tolist() == [[4, 4, 2, 0]]
        assert values["saved"].tolist() == [[4, 8, 10, 10]]


STEPS = {  # of opening and x
    "stock": "(previous(y) + x) / (1 + 0.25)",
    "losses": "maximum(0, previous(y) - x)",
    "losses, the other way round": "maximum(previous(y) - x, 0)",
    "by year": "where(x > 0, 0, previous(y)) + x",
    "lower of two": "where(x < 0, minimum(previous(y) + x, 3), previous(y))",
    "the higher wins": "maximum(previous(y), x)",
    "nothing but a choice": "where(previous(y) == x, x, -previous(y))",
    "whole part": "floor(previous(y) / 2) + x",
    "power": "previous(y) ** 2 * 0 + x",
    "a flag": "where(previous(y) > x, 1, 0) * (x >= 0)",
    "divides": "1 + previous(y) / x",
    "no value": "where(x > 0, nan, previous(y)) + x",
}
MODELS = {name: balance("x: Ratio", body, "Ratio") for name, body in STEPS.items()}
DRAWS = arrays.arrays(float, (5, 2, 4), elements=AMOUNTS)


class TestFloatsEqualArrays:
    @pytest.mark.parametrize("name", STEPS)
    @given(series=arrays.arrays(float, (2, 6), elements=EVERY))
    @example(series=row(0, math.nan, 1, 0, -0.0, 2))
    def test_rows_alone_equal_the_same_rows_among_draws(self, name, series):
        fast = MODELS[name].run({"x": series})["y"]
        slow = MODELS[name].run({"x": np.stack([series, series])})["y"]  # draws do not take the path of floats
        assert same(slow, [fast, fast])

    @pytest.mark.parametrize("name", STEPS)
    @given(draws=DRAWS)
    def test_a_batch_equals_its_members(self, name, draws):
        batch = MODELS[name].run({"x": draws})["y"]
        assert same(batch, [MODELS[name].run({"x": one})["y"] for one in draws])

    @given(arrays.arrays(float, (3, 5), elements=EVERY))
    def test_rows_that_look_at_one_another(self, series):
        values, batch = SHARED.run(shared(series)), SHARED.run(shared(series[None]))
        assert all(same(batch[name][0], value) for name, value in values.items())

    @pytest.mark.parametrize("most", [32, 0])
    def test_floats_are_taken_for_few_rows_without_draws(self, monkeypatch, most):
        """So that the tests above compare two paths, and not one with itself."""
        taken = []
        floats, whole = stepping._Stepper.as_floats, stepping._Stepper.as_arrays
        monkeypatch.setattr(stepping, "MOST_ROWS", most)
        monkeypatch.setattr(stepping._Stepper, "as_floats", lambda *a: taken.append("floats") or floats(*a))
        monkeypatch.setattr(stepping._Stepper, "as_arrays", lambda *a: taken.append("arrays") or whole(*a))
        SHARED.run(shared(np.ones((3, 5))))
        SHARED.run(shared(np.ones((2, 3, 5))))
        assert taken == ["floats" if most else "arrays", "arrays"]


# A pool of money that suites draw on in proportion to their need, by site; what is not covered is need again.
SHARED_SOURCE = """
    def need(need: SEK, paid: SEK, ordered: SEK) -> SEK:
        return previous(need) - previous(paid) + ordered

    def needed_at_site(need: SEK, site_of_suite: Membership) -> SEK:
        return group(need, site_of_suite)

    def cover(needed_at_site: SEK, pool: SEK) -> Share:
        return minimum(1, pool / maximum(needed_at_site, TINY))

    def cover_of_suite(cover: Share, site_of_suite: Membership) -> Share:
        return each(cover, site_of_suite)

    def paid(need: SEK, cover_of_suite: Share) -> SEK:
        return need * cover_of_suite

    def pool(pool: SEK, needed: SEK, income: SEK) -> SEK:
        return maximum(0, previous(pool) - previous(needed)) + income

    def needed(need: SEK, share: Share) -> SEK:
        return total(share * 2 * need)
"""
SHARED = model(SHARED_SOURCE)


def shared(ordered, position=(2, 0, 2), share=0.5):
    by = Membership("suite", "site", position, 3)
    return {"ordered": ordered, "site_of_suite": by, "income": row(*[6.0] * ordered.shape[-1]), "share": row(share)}


class TestRows:
    def test_rows_that_share(self):
        values = SHARED.run(shared(np.array([[8.0, 0], [3, 0], [4, 0]])))
        # sites: the second suite alone in the first; 8 + 4 in the third, whose pool of 6 covers a half
        assert values["needed_at_site"].tolist() == [[3, 0], [0, 0], [12, 6]]
        assert values["cover"].tolist() == [[1, 1], [1, 1], [0.5, 1]]
        assert values["paid"].tolist() == [[4, 4], [3, 0], [2, 2]]
        assert values["need"].tolist() == [[8, 4], [3, 0], [4, 2]]
        assert values["needed"].tolist() == [[15, 6]]  # 8 + 3 + 4, each at 0.5 x 2; 4 + 0 + 2
        assert values["pool"].tolist() == [[6, 6]]  # max(0, 6 - 15) + 6

    def test_a_line_that_is_read_before_it_is_known_has_the_rows_of_its_list(self):
        found = traced(SHARED, shared(np.ones((3, 5))), {"ordered": "suite"}.get).lines
        lists = {name: line.list for name, line in found.items()}
        assert lists == {
            "need": "suite", "needed_at_site": "site", "cover": "site", "cover_of_suite": "suite", "paid": "suite",
            "pool": None, "needed": None,
        }  # fmt: skip
        assert all(line.varies for line in found.values())

    @pytest.mark.parametrize("count", [1, 31, 33, 60])
    def test_many_rows_equal_few(self, count):
        """A suite alone in its site does not see the others; above 32 rows arrays are stepped."""
        source = SHARED_SOURCE.replace("previous(pool) - previous(needed)", "previous(pool)")
        ordered = np.random.default_rng(3).uniform(0, 20, (count, 8))
        by = Membership("suite", "site", tuple(range(count)), count)
        whole = model(source).run({**shared(ordered), "site_of_suite": by})
        for at in range(count):
            alone = model(source).run(
                {**shared(ordered[at : at + 1]), "site_of_suite": Membership("suite", "site", (0,), 1)}
            )
            assert same(whole["paid"][at], alone["paid"][0])

    @given(ordered=arrays.arrays(float, (3, 5), elements=st.floats(0, 1e9)))
    def test_padding_with_rows_of_nothing_changes_nothing(self, ordered):
        few = SHARED.run(shared(ordered))
        padded = np.concatenate([ordered, np.zeros((37, 5))])
        many = SHARED.run(shared(padded, (2, 0, 2, *[1] * 37)))
        assert same(many["paid"][:3], few["paid"])
        assert same(many["pool"], few["pool"])

    @pytest.mark.parametrize("leading", [(), (4,)])
    def test_a_list_without_members(self, leading):
        by = Membership("suite", "site", (), 3)
        values = SHARED.run({**shared(np.zeros((*leading, 0, 2))), "site_of_suite": by})
        assert values["need"].shape == values["paid"].shape == (*leading, 0, 2)
        assert same(values["needed_at_site"], np.zeros((*leading, 3, 2)))
        assert same(values["pool"], np.broadcast_to([6.0, 12], (*leading, 1, 2)))  # nothing needed: 6, 6 + 6

    def test_a_list_without_members_that_does_not_look_across(self):
        assert balance("x: SEK", "previous(y) + x").run({"x": np.zeros((0, 3))})["y"].shape == (0, 3)

    def test_a_block_without_any_row(self):
        """Both lines look across, at suites of sites of which there are none."""
        none = model("""
            def at_site(cost: SEK, site_of_suite: Membership) -> SEK:
                return group(cost, site_of_suite)

            def cost(at_site_before: SEK, bought: SEK, site_of_suite: Membership) -> SEK:
                return previous(bought) + each(at_site_before, site_of_suite)

            def at_site_before(at_site: SEK) -> SEK:
                return previous(at_site)
        """)
        by = Membership("suite", "site", (), 0)
        values = none.run({"bought": np.zeros((0, 4)), "site_of_suite": by})
        assert {name: value.shape for name, value in values.items()} == dict.fromkeys(none.lines, (0, 4))

    @pytest.mark.parametrize("rows", [2, 40])
    def test_a_start_with_more_rows_than_its_line(self, rows):
        whole = model("""
            def y(x: SEK, start: SEK, f: SEK) -> SEK:
                return previous(x, start) + f

            def x(y: SEK) -> SEK:
                return total(y)
        """)
        values = whole.run({"start": column(*range(rows)), "f": row(1, 1)})
        first = sum(range(rows)) + rows  # 0 + 1 and 1 + 1, and so on
        assert values["x"].tolist() == [[first, rows * (first + 1)]]
        assert same(values["y"], [[at + 1, first + 1] for at in range(rows)])

    def test_the_same_block_with_another_membership(self):
        """What is written for one shape is not taken for another."""
        ordered = np.array([[8.0, 0], [3, 0], [4, 0]])
        SHARED.run(shared(ordered))
        values = SHARED.run(shared(ordered, (0, 0, 1)))
        assert values["needed_at_site"][:, 0].tolist() == [11, 4, 0]  # 8 + 3; 4
        assert values["paid"][:, 0] == pytest.approx([8 * 6 / 11, 3 * 6 / 11, 4])

    def test_a_block_travels_to_another_process(self):
        block = SHARED.blocks["need"]
        SHARED.run(shared(np.ones((3, 2))))
        there = pickle.loads(pickle.dumps(block))
        assert (tuple(there.formulas), there.programs) == (tuple(block.formulas), {})


class TestDraws:
    def test_only_what_is_uncertain_grows_the_axis(self):
        loan = balance("rate: Share, x: SEK", "previous(y) * (1 + rate) + x")
        got = loan.run({"rate": column(0.1, 0.2)[..., None], "x": row(100, 0)})["y"]
        assert got.shape == (2, 1, 2)
        assert got[:, 0, 1] == pytest.approx([110, 120])  # 100 x 1.1, 100 x 1.2

    def test_a_start_may_be_drawn(self):
        stock = balance("x: SEK, start: SEK", "previous(y, start) + x")
        got = stock.run({"start": np.array([[[1.0], [2]], [[3], [4]]]), "x": row(10, 20)})["y"]
        # two draws of two rows: 1 + 10, 11 + 20 and so on
        assert got.tolist() == [[[11, 31], [12, 32]], [[13, 33], [14, 34]]]

    def test_several_axes(self):
        stock = balance("rate: Share, x: SEK", "previous(y) * rate + x")
        rate, x = np.array([0.5, 2]).reshape(2, 1, 1, 1), np.array([[[8.0, 0]], [[4, 4]], [[0, 2]]])
        got = stock.run({"rate": rate, "x": x})["y"]
        # crossed: 8/2, 4/2 + 4, 0 + 2; 8 x 2, 4 x 2 + 4, 0 + 2
        assert got.shape == (2, 3, 1, 2)
        assert got[..., 0, 1].tolist() == [[4, 6, 2], [16, 12, 2]]

    @given(arrays.arrays(float, (4, 3, 5), elements=AMOUNTS), arrays.arrays(float, (4, 1, 1), elements=st.floats(0, 1)))
    def test_a_batch_equals_its_members_bit_for_bit(self, ordered, share):
        batch = SHARED.run({**shared(ordered), "share": share})
        for at in range(4):
            alone = SHARED.run({**shared(ordered[at]), "share": share[at]})
            for name, value in batch.items():
                assert same(value[at], alone[name]), name


QUEUE = """
    def due(stage: Projects, stage_length: Share) -> Projects:
        return previous(stage) * stage_length

    def served(due: Projects, staff: Projects) -> Projects:
        return minimum(due, staff)

    def staff(staff: Projects, due: Projects) -> Projects:
        return previous(staff, 1) + where(previous(due) > previous(staff), 1, 0)

    def stage(stage: Projects, arrived: Projects, served: Projects) -> Projects:
        return previous(stage) + arrived - served

    def done(served: Projects) -> Projects:
        return cumulative(served)

    def share_done(done: Projects, arrived: Projects) -> Ratio:
        return done / sum_periods(arrived)
"""
ARRIVED = {"arrived": row(4, 0, 0, 0), "stage_length": row(1)}
# stage 4; due 4, staff 1 (period 1: due 0): 3; due 3, staff 2: 1; due 1, staff 3: 0
SERVED = [0, 1, 2, 1]


class TestOrder:
    def test_within_a_period_each_comes_after_what_it_reads(self):
        queue = model(QUEUE)
        place = {name: at for at, name in enumerate(queue.blocks["stage"].formulas)}
        assert place.keys() == {"due", "served", "staff", "stage"}
        assert place["due"] < place["served"] < place["stage"]
        assert place["staff"] < place["served"]
        assert queue.order[-2:] == ("done", "share_done")

    def test_the_order_in_the_file_does_not_matter(self):
        lines = ["    def " + one for one in QUEUE.split("    def ")[1:]]
        queues = [model("".join(one)) for one in (lines, lines[::-1], lines[3:] + lines[:3])]
        for queue in queues:
            values = queue.run(ARRIVED)
            assert values["served"].tolist() == [SERVED]
            assert values["share_done"].tolist() == [[0, 0.25, 0.75, 1]]  # 0, 1, 3 and 4 of 4

    def test_lines_that_no_cycle_holds_stand_in_no_block(self):
        assert model(QUEUE).blocks.keys() == {"due", "served", "staff", "stage"}

    def test_two_cycles_are_two_blocks(self):
        two = model("""
            def b(b: SEK, a: SEK) -> SEK:
                return previous(b) + a

            def a(a: SEK, x: SEK) -> SEK:
                return previous(a) + x
        """)
        assert two.blocks["a"] is not two.blocks["b"]
        assert two.run({"x": row(1, 1, 1)})["b"].tolist() == [[1, 3, 6]]  # 1, 1 + 2, 3 + 3


class TestKnown:
    def test_a_line_given_as_known_cuts_the_block(self):
        queue = model(QUEUE)
        values = queue.run({**ARRIVED, "staff": row(9, 9, 9, 9)})
        assert values["served"].tolist() == [[0, 4, 0, 0]]  # staff for all that is due
        assert values["stage"].tolist() == [[4, 0, 0, 0]]
        assert values["staff"].tolist() == [[9, 9, 9, 9]]

    def test_what_is_left_is_resolved_again(self):
        queue = model(QUEUE)
        values = queue.run({**ARRIVED, "stage": row(2, 5, 7, 0)})
        assert values["due"].tolist() == [[0, 2, 5, 7]]  # what stood in the stage before
        assert values["staff"].tolist() == [[1, 1, 2, 3]]  # 2 due > 1, 5 due > 2
        assert values["served"].tolist() == [[0, 1, 2, 3]]
        assert queue.run(ARRIVED)["served"].tolist() == [SERVED]  # and the whole block as before

    def test_a_known_line_may_have_draws(self):
        staff = np.array([[[9.0, 9, 9, 9]], [[0, 0, 0, 2]]])
        values = model(QUEUE).run({**ARRIVED, "staff": staff}, ["served"])
        assert values["served"][:, 0].tolist() == [[0, 4, 0, 0], [0, 0, 0, 2]]

    def test_a_balance_that_is_known_is_not_stepped(self):
        stock = balance("x: SEK", "previous(y) + x")
        assert stock.run({"x": row(1, 2), "y": row(7, 7)})["y"].tolist() == [[7, 7]]

    def test_what_a_cut_leaves_unneeded_is_not_asked_for(self):
        known = {"arrived": ARRIVED["arrived"], "stage": row(2, 5, 7, 0), "due": row(0, 0, 9, 9)}
        values = model(QUEUE).run(known, ["served"])  # without stage_length
        assert values["served"].tolist() == [[0, 0, 1, 2]]  # staff 1, 1, 1, 1 + (9 > 1)


class TestWanted:
    def test_one_line_of_a_block(self):
        values = model(QUEUE).run(ARRIVED, ["served"])
        assert {name: one.tolist() for name, one in values.items()} == {"served": [SERVED]}

    def test_every_line_alone_is_as_among_all(self):
        queue = model(QUEUE)
        whole = queue.run(ARRIVED)
        assert all(same(queue.run(ARRIVED, [name])[name], whole[name]) for name in queue.lines)

    def test_what_a_block_read_is_freed(self):
        seen = {}
        toy = module("""
            def first(x: SEK) -> SEK:
                return remember(x * 2)

            def y(y: SEK, first: SEK) -> SEK:
                return previous(y) + first

            def last(y: SEK) -> SEK:
                return y * alive()
        """)

        def remember(value):
            if isinstance(value, np.ndarray):
                seen["first"] = weakref.ref(value)
            return value

        toy.remember = remember
        toy.alive = lambda: float("first" in seen and seen["first"]() is not None)
        freed = Model(toy)
        assert freed.run({"x": row(1, 1)}, ["last"])["last"].tolist() == [[0, 0]]
        assert freed.run({"x": row(1, 1)}, ["last", "first"])["last"].tolist() == [[2, 4]]  # kept: it is wanted

    def test_a_line_of_a_block_that_only_the_block_reads_is_computed_once(self, monkeypatch):
        runs = []
        real = stepping.run_block
        monkeypatch.setattr("hubmodel.engine.graph.run_block", lambda *a: runs.append(1) or real(*a))
        model(QUEUE).run(ARRIVED, ["share_done"])
        assert len(runs) == 1


REFUSED = {
    "a line that needs itself": (
        "def y(y: SEK, x: SEK) -> SEK:\n    return y + x",
        "'y' depends on itself within a period; read it under previous()",
    ),
    "two lines within a period": (
        """
        def interest(debt: SEK, rate: Share) -> SEK:
            return debt * rate

        def debt(debt: SEK, interest: SEK) -> SEK:
            return previous(debt) + interest
        """,
        "'debt' and 'interest' depend on one another within a period; put one of them under previous()",
    ),
    "three lines within a period, the fourth left out": (
        """
        def a(c: SEK, d: SEK) -> SEK:
            return c + d

        def b(a: SEK) -> SEK:
            return a * 2

        def c(b: SEK) -> SEK:
            return b * 2

        def d(a: SEK) -> SEK:
            return previous(a)
        """,
        "'a' and 'b' and 'c' depend on one another within a period",
    ),
    "a sum over all periods": (
        """
        def part(y: SEK, x: SEK) -> Share:
            return previous(y) / sum_periods(y) + x / x

        def y(part: Share, x: SEK) -> SEK:
            return x * part
        """,
        "line 'part' reads all periods of 'y', which depends on it; use cumulative() or read it under previous()",
    ),
    "a sum of products": (
        """
        def part(y: SEK, x: Share) -> SEK:
            return sum_periods(x * y)

        def y(part: SEK, x: Share) -> SEK:
            return x * part
        """,
        "line 'part' reads all periods of 'y'",
    ),
    "the lowest value": (
        "def y(y: SEK, x: SEK) -> SEK:\n    return x - lowest(y)",
        "line 'y' reads all periods of 'y', which depends on it",
    ),
    "a rate of return": (
        """
        def rate(flow: SEK, length: Years) -> PerYear:
            return irr(flow, length)

        def flow(flow: SEK, rate: PerYear, length: Years, x: SEK) -> SEK:
            return previous(flow) * rate * length + x
        """,
        "line 'rate' reads all periods of 'flow', which depends on it",
    ),
    "a start that depends on the block": (
        """
        def y(y: SEK, z: SEK, x: SEK) -> SEK:
            return previous(y, z) + x

        def z(y: SEK) -> SEK:
            return previous(y)
        """,
        "previous(y) starts with a line that depends on it; start elsewhere",
    ),
    "a condition as a term": (
        "def y(y: Ratio, x: Ratio) -> Ratio:\n    return previous(y) + (x > 0) * (previous(y) > 0)",
        "line 'y' (toy): a comparison is a condition or a factor, never a term",
    ),
}


class TestRefusals:
    @pytest.mark.parametrize("name", REFUSED)
    def test_what_cannot_be_stepped(self, name):
        source, said = REFUSED[name]
        with pytest.raises(TraceError) as refused:
            model(source)
        assert said in str(refused.value)

    @pytest.mark.parametrize("body", ["previous(y) + x", "previous(y, 100) * 2 + x * 0", "previous(y, 5)"])
    def test_constants_only(self, body):
        with pytest.raises(InputError, match="y: a balance needs at least one series with a value for each period; go"):
            balance("x: SEK", body).run({"x": column(3, 4)})

    def test_an_input_that_is_missing_is_named(self):
        with pytest.raises(UnknownName, match=r"line 'due' needs 'stage_length', which no line and no data row gives"):
            model(QUEUE).run({"arrived": row(4, 0)})

    def test_inputs_are_left_as_they_were(self):
        given_values = {name: value.copy() for name, value in ARRIVED.items()}
        model(QUEUE).run(given_values)
        assert all(same(given_values[name], value) for name, value in ARRIVED.items())
