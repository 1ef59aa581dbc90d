"""Scenario discovery: a known box is found, with the labels of its inputs."""

import numpy as np
import pytest

from hubmodel.errors import InputError, UnknownName
from hubmodel.uncertainty.discover import MOST_LIMITS, SMALLEST, discover, peeled, within


def test_a_known_box_is_found():
    # wanted: the first input below 0.3 and the third above 0.6, 12 % of all; nothing else matters
    points = np.random.default_rng(3).random((4000, 5))
    wanted = (points[:, 0] < 0.3) & (points[:, 2] > 0.6)
    path = peeled(points, wanted)
    shares = [wanted[within(points, limits)].mean() for limits in path]
    dense = path[next(at for at, share in enumerate(shares) if share > 0.97)]
    assert dense[1, 0] == pytest.approx(0.3, abs=0.02)
    assert dense[0, 2] == pytest.approx(0.6, abs=0.02)
    assert np.isnan(dense[:, [1, 3, 4]]).sum() >= 4  # at most a stray limit among the rest
    assert shares == sorted(shares)


def test_peeling_ends_before_the_box_is_too_small_and_limits_few_inputs():
    points = np.random.default_rng(3).random((1000, 8))
    wanted = points.sum(axis=1) > 4.5
    for limits in peeled(points, wanted):
        assert within(points, limits).mean() >= SMALLEST - 0.001
        assert np.isfinite(limits).any(axis=0).sum() <= MOST_LIMITS


def test_a_box_of_the_hub_says_what_it_holds(drawn):
    found = discover(drawn)
    values, wanted = drawn.values["net_present_value"], drawn.values["net_present_value"] < 0
    assert found.share == pytest.approx(wanted.mean())
    box = found.boxes[0]
    inside = np.ones(drawn.count, dtype=bool)
    for limit in box.limits:
        column = drawn.quantiles[:, drawn.draws.keys.index(limit.key)]
        inside &= (column >= limit.quantiles[0]) & (column <= limit.quantiles[1])
    assert box.mass == pytest.approx(inside.mean())
    assert box.density == pytest.approx((values[inside] < 0).mean())
    assert box.coverage == pytest.approx((values[inside] < 0).sum() / wanted.sum())
    assert box.density >= 0.9


def test_the_other_side_is_the_other_question(drawn):
    below, above = discover(drawn), discover(drawn, below=False, density=0.6)
    assert below.share + above.share == pytest.approx(1)
    limits = {limit.key: limit.quantiles for limit in above.boxes[0].limits}
    # a high rate makes the hub pay: the box of good outcomes leaves out its low end
    assert limits["innovation_hourly_rate"][0] > 0.2
    assert limits["innovation_hourly_rate"][1] == 1.0


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        ({"threshold": 1e12}, "is below 1e\\+12 in every draw, so no range tells; give another threshold"),
        ({"threshold": -1e12}, "is not below -1e\\+12 in every draw"),
        ({"below": False, "threshold": -1e12}, "is not below -1e\\+12 in every draw"),
    ],
)
def test_a_question_that_every_draw_answers_alike(drawn, ask, message):
    with pytest.raises(InputError, match=message):
        discover(drawn, **ask)


def test_a_figure_that_was_not_drawn(drawn):
    with pytest.raises(UnknownName, match="no figure of this simulation 'revenue_at_maturity'"):
        discover(drawn, "revenue_at_maturity")
