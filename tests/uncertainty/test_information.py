"""Value of information: the textbook case of a sum of two normals, and the hub."""

import numpy as np
import pytest
from scipy.stats import norm

import hubmodel as hm
from hubmodel.errors import InputError
from hubmodel.uncertainty.information import _worth, fitted, value_of_information


def expected_gain(mean, deviation):
    """Return E max(0, X) - max(0, E X) of a normal X, in closed form."""
    return deviation * norm.pdf(mean / deviation) + mean * norm.cdf(mean / deviation) - max(0.0, mean)


def test_knowing_one_of_two_normals():
    # worth = -1 + 2 x + 1 y, standard normal: knowing x leaves a normal of mean -1 and deviation 2
    ranks = (np.arange(200_000) + 0.5) / 200_000
    x, y = norm.ppf(ranks), norm.ppf(np.random.default_rng(2).permutation(ranks))
    gain = _worth(fitted(ranks, -1 + 2 * x + y), 0.0)
    assert gain == pytest.approx(expected_gain(-1, 2), rel=0.03)  # a cubic is nearly the normal quantile
    everything = _worth(-1 + 2 * x + y, 0.0)
    assert everything == pytest.approx(expected_gain(-1, 5**0.5), rel=0.01)


def test_no_input_is_worth_more_than_everything(drawn):
    found = value_of_information(drawn)
    assert all(0 <= knowing.worth <= found.everything for knowing in found.inputs)
    worths = [knowing.worth for knowing in found.inputs]
    assert worths == sorted(worths, reverse=True)
    values = drawn.values["net_present_value"]
    assert found.everything == pytest.approx(np.maximum(values, 0).mean() - max(0, values.mean()))


def test_what_is_explained_is_the_variance_of_the_fit(drawn):
    found = {knowing.key: knowing for knowing in value_of_information(drawn).inputs}
    rank = drawn.quantiles[:, drawn.draws.keys.index("innovation_hourly_rate")]
    values = drawn.values["net_present_value"]
    # a straight line in the rank explains nearly as much as a cubic: r squared
    assert found["innovation_hourly_rate"].explained == pytest.approx(np.corrcoef(rank, values)[0, 1] ** 2, abs=0.02)


def test_where_the_decision_never_changes_nothing_is_worth_knowing(yearly):
    certain = hm.simulate(yearly.with_({"volume_factor": 2.0, "innovation_hourly_rate": 3000.0}), 512)
    found = value_of_information(certain)
    assert found.inputs[0].worth == pytest.approx(0, abs=1e-6 * found.mean)


def test_too_few_draws_and_holes(yearly, drawn):
    with pytest.raises(InputError, match="value of information needs 500 draws, got 64; draw more"):
        value_of_information(hm.simulate(yearly, 64))
    with pytest.raises(InputError, match=r"payback_years has no value in .* draws; ask about another figure"):
        value_of_information(drawn, "payback_years")
