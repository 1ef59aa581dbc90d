"""Tornado: an input at its ends, all others at base, except those correlated with it."""

import pytest

import hubmodel as hm
from hubmodel.case.rows import weakest_grade
from hubmodel.errors import InputError
from hubmodel.uncertainty.ranges import value_at


@pytest.fixture(scope="module")
def case():
    return hm.load("northx")


@pytest.fixture(scope="module")
def found(case):
    return hm.tornado(case)


def npv(case):
    return hm.evaluate(case)["net_present_value"]


def test_the_largest_comes_first(found):
    assert [influence.spread for influence in found] == sorted((influence.spread for influence in found), reverse=True)


@pytest.mark.parametrize("key", ["commercial_margin", "innovation_hourly_rate", "discount_rate", "volume_factor"])
def test_an_input_at_its_ends(case, found, key):
    (influence,) = (influence for influence in found if influence.key == key)
    row = case.by_key[key][0]
    assert influence.at_low == npv(case.with_({key: row.low}))
    assert influence.at_high == npv(case.with_({key: row.high}))


def test_the_rows_of_a_key_move_together(case, found):
    (influence,) = (influence for influence in found if influence.key == "fixed_posts")
    low = {row.name: row.low for row in case.by_key["fixed_posts"]}
    assert influence.at_low == npv(case.with_(low))


def test_percentiles_lie_within_the_ends(case, found):
    inner = {influence.key: influence for influence in hm.tornado(case, ends="p10_p90")}
    for influence in found[:5]:
        low, high = sorted((influence.at_low, influence.at_high))
        assert low < inner[influence.key].at_low < high
        assert low < inner[influence.key].at_high < high
    margin = case.by_key["commercial_margin"][0]
    at_p10 = float(value_at(margin, 0.1))
    assert inner["commercial_margin"].at_low == pytest.approx(npv(case.with_({"commercial_margin": at_p10})))


def test_what_is_correlated_follows_by_its_rank(case, found):
    # wages at their lowest, rank 0: prices at rank 0.5 + 0.6 x (0 - 0.5) = 0.2, materials at 0.5 - 0.36 x 0.5 = 0.32
    (influence,) = (influence for influence in found if influence.key == "wage_inflation")
    ranks = {"wage_inflation": 0.0, "price_inflation": 0.2, "material_inflation": 0.32}
    moved = {key: float(value_at(case.by_key[key][0], rank)) for key, rank in ranks.items()}
    assert influence.at_low == pytest.approx(npv(case.with_(moved)), rel=1e-12)


def test_every_uncertain_input_is_there_and_no_fact(case, found):
    wanted = {row.key for row in case.rows if row.low is not None and row.low < row.high}
    assert {influence.key for influence in found} == {
        key for key in wanted if weakest_grade(case.by_key[key]) != "documented"
    }


def test_of_another_figure(case):
    found = {influence.key: influence for influence in hm.tornado(case, "own_contribution")}
    assert found["commercial_margin"].spread == 0.0


def test_a_line_over_time_is_no_figure(case):
    with pytest.raises(InputError, match="revenue is not a single number; name a figure such as net_present_value"):
        hm.tornado(case, "revenue")


def test_the_weakest_grade_of_a_key_counts(case):
    rows = case.by_key["opening_delay"]
    assert sorted(row.grade for row in rows) == ["assumption", "documented"]
    assert weakest_grade(rows) == "assumption"
