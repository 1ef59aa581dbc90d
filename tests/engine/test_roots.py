"""The zero of a function between two ends: exact where it is known, in few steps, and also where it is awkward."""

import math

import pytest

from hubmodel.engine.roots import root_between


def found(function, low, high):
    """Return the root, and how often the function was asked for it."""
    asked = []

    def counted(x):
        asked.append(x)
        return function(x)

    return root_between(counted, (low, high), (function(low), function(high))), len(asked)


@pytest.mark.parametrize(
    ("function", "low", "high", "root", "most"),
    [
        (lambda x: 3 * x - 1.5, 0, 2, 0.5, 1),  # a straight line is met at once
        (lambda x: x - 1, 1, 2, 1, 0),  # the root is an end
        (lambda x: 2 - x, 1, 2, 2, 0),
        (lambda x: math.exp(x) - 2, 0, 1, math.log(2), 6),
        (lambda x: math.exp(-x) - 0.1, 0, 5, math.log(10), 10),
        (lambda x: max(x - 0.3, 5 * (x - 0.3)), 0, 1, 0.3, 60),  # a bend at the root: halved
        (lambda x: x**3, -1, 2, 0, 60),  # flat at the root: known to 1e-4 only
        (lambda x: -1.0 if x < math.pi else 1.0, 0, 4, math.pi, 60),  # a jump: halved until nothing is left
    ],
)
def test_a_known_root_in_few_steps(function, low, high, root, most):
    x, asked = found(function, low, high)
    assert x == pytest.approx(root, rel=1e-13, abs=1e-4 if root == 0 else 0)
    assert asked <= most


def test_ends_in_either_order_give_the_same_root():
    def parabola(x):
        return x * x - 2

    assert found(parabola, 0, 2)[0] == pytest.approx(found(parabola, 2, 0)[0], rel=1e-15)


def test_a_value_that_is_not_known_ends_the_search_beside_it():
    x, _ = found(lambda x: math.nan if x < 0.5 else x + 1, 0.5, 1)
    assert x == 0.5
