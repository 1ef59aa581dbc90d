"""The bridge under uncertainty: steps add up, and each has the effect of its change."""

import pytest

import hubmodel as hm
from hubmodel.errors import InputError
from hubmodel.uncertainty.bridging import EXACT, spread_bridge

CHANGES = {"commercial_margin": 0.3, "volume_factor": 1.1}


@pytest.fixture(scope="module")
def found(yearly):
    return spread_bridge(yearly, yearly.with_(CHANGES), draws=256)


def test_the_steps_add_up(found):
    start, end = found.start.summary(), found.end.summary()
    assert start.mean + sum(step.mean for step in found.steps) == pytest.approx(end.mean, rel=1e-9)
    widths = start.standard_deviation + sum(step.standard_deviation for step in found.steps)
    assert widths == pytest.approx(end.standard_deviation, rel=1e-9)
    assert start.below + sum(step.below_zero for step in found.steps) == pytest.approx(end.below, abs=1e-9)


def test_both_ends_are_plain_simulations(yearly, found):
    assert (found.start.values["net_present_value"] == hm.simulate(yearly, 256).values["net_present_value"]).all()
    other = hm.simulate(yearly.with_(CHANGES), 256)
    assert (found.end.values["net_present_value"] == other.values["net_present_value"]).all()


def test_one_change_is_the_whole_difference(yearly):
    found = spread_bridge(yearly, yearly.with_({"commercial_margin": 0.3}), draws=128)
    assert found.steps[0].mean == pytest.approx(found.end.summary().mean - found.start.summary().mean)


def test_many_changes_come_in_the_order_of_the_data(yearly):
    names = ("commercial_margin", "volume_factor", "retention", "win_rate", "direct_hours_share")
    many = {name: float(yearly.by_key[name][0].value) * 1.02 for name in names[: EXACT + 1]}
    found = spread_bridge(yearly, yearly.with_(many), draws=64)
    assert found.order == "in the order of the data"
    assert {step.key for step in found.steps} == set(many)


def test_two_periods_are_refused(yearly):
    with pytest.raises(InputError, match="a bridge needs two scenarios by the same period"):
        spread_bridge(yearly, yearly.with_({"period": "month"}))
