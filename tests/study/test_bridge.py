"""The bridge adds up exactly and is the average over every order of changes."""

from itertools import permutations

import pytest

import hubmodel as hm
from hubmodel.errors import InputError
from hubmodel.study.bridge import EXACT
from hubmodel.study.result import evaluate

CHANGES = {"commercial_margin": 0.3, "volume_factor": 0.9, "grant_factor": 0.0}
MANY = CHANGES | {
    "innovation_hourly_rate": 1600,
    "tax_rate": 0.25,
    "opening_delay[Matfors]": 12,
    "batch_success": 0.85,
    "fixed_posts[Matfors]": 9,
    "pension_share": 0.2,
    "grant_treatment": "deferred",
}


@pytest.fixture(scope="module")
def case():
    return hm.load("northx")


def npv(case, figure="net_present_value"):
    return float(evaluate(case, [figure])[figure])


class TestBridge:
    def test_the_average_over_every_order(self, case):
        found = hm.bridge(case, case.with_(CHANGES))
        wanted = dict.fromkeys(CHANGES, 0.0)
        for order in permutations(CHANGES):  # 6 orders, each run step by step
            at = case
            for key in order:
                after = at.with_({key: CHANGES[key]})
                wanted[key] += (npv(after) - npv(at)) / 6
                at = after
        assert {step.key: step.contribution for step in found.steps} == pytest.approx(wanted, rel=1e-9, abs=1e-3)
        assert found.order == "average over all orders"

    @pytest.mark.parametrize("count", [1, 2, 5, EXACT, EXACT + 1, len(MANY)])
    def test_the_steps_add_up(self, case, count):
        other = case.with_(dict(list(MANY.items())[:count]))
        found = hm.bridge(case, other)
        assert (found.start, found.end) == (npv(case), pytest.approx(npv(other), rel=1e-12))
        assert found.start + sum(step.contribution for step in found.steps) == pytest.approx(found.end, abs=1e-4)
        assert len(found.steps) == count

    def test_one_change_is_the_whole_difference(self, case):
        other = case.with_({"commercial_margin": 0.3})
        (step,) = hm.bridge(case, other).steps
        assert step.contribution == pytest.approx(npv(other) - npv(case))

    def test_many_changes_come_in_the_order_of_the_data(self, case):
        found, at = hm.bridge(case, case.with_(MANY)), case
        assert found.order == "in the order of the data"
        for step in found.steps:
            (name,) = (name for name in MANY if name.partition("[")[0] == step.key)
            after = at.with_({name: MANY[name]})
            assert step.contribution == pytest.approx(npv(after) - npv(at), rel=1e-9, abs=1e-3)
            at = after

    def test_back_is_the_opposite(self, case):
        other = case.with_(CHANGES)
        there, back = hm.bridge(case, other), hm.bridge(other, case)
        assert [-step.contribution for step in back.steps] == pytest.approx([step.contribution for step in there.steps])

    def test_a_choice_is_one_change(self, case):
        other = case.with_({"grant_treatment": "deferred", "view": "completion"})
        assert {step.key for step in hm.bridge(case, other).steps} == {"grant_treatment", "view"}

    def test_what_has_no_effect_contributes_nothing(self, case):
        other = case.with_({"commercial_margin": 0.3, "employment_multiplier": 2.5})
        steps = {step.key: step.contribution for step in hm.bridge(case, other).steps}
        assert steps["employment_multiplier"] == 0.0

    def test_another_figure(self, case):
        found = hm.bridge(case, case.with_({"grant_factor": 0.5}), figure="own_contribution")
        assert found.steps[0].contribution == pytest.approx(25e6)  # half of 50 MSEK is the owner's instead

    def test_nothing_differs(self, case):
        found = hm.bridge(case, case)
        assert (found.steps, found.start) == ((), found.end)

    def test_a_line_over_time_is_no_figure(self, case):
        with pytest.raises(InputError, match="revenue is not a single number; name a figure such as net_present_value"):
            hm.bridge(case, case.with_(CHANGES), figure="revenue")

    def test_two_periods_are_refused(self, case):
        with pytest.raises(InputError, match="a bridge needs two scenarios by the same period; set period alike"):
            hm.bridge(case, case.with_({"period": "year"}))
