"""Key figures of members: names, order and reasons."""

import pytest

import hubmodel as hm
from hubmodel.study.figures import ranked

RANKED = "contribution_per_suite_day_"


@pytest.fixture(scope="module")
def result():
    return hm.run(hm.load("northx"), solved=False)


def test_the_platform_that_earns_most_on_a_scarce_suite_day_comes_first(result):
    first, *_ = result.key_figures.values()
    assert ranked(result.key_figures.values())[0] is first  # what is not ranked stays where it is
    found = [figure for figure in ranked(result.key_figures.values()) if figure.name.startswith(RANKED)]
    values = dict(zip(result.case.lists["platform"], result["contribution_per_suite_day"].ravel(), strict=True))
    best = sorted(values, key=lambda platform: -values[platform])
    assert [figure.label for figure in found] == [f"Contribution per suite-day, {platform}" for platform in best]
    assert [figure.value for figure in found] == [values[platform] for platform in best]


def test_a_platform_without_batches_comes_last_and_says_why(result):
    none = {"enquiries_per_year[lipid formulation]": 0, "commercial_enquiries_per_year[lipid formulation]": 0}
    idle = {"innovation_opening_stock[lipid formulation]": 0, "commercial_opening_stock[lipid formulation]": 0}
    figures = hm.run(result.case.with_({**none, **idle}), solved=False).key_figures
    *_, last = (figure for figure in ranked(figures.values()) if figure.name.startswith(RANKED))
    assert (last.name, last.value) == (f"{RANKED}lipid_formulation", None)
    assert last.why == "the platform has no batch in the first mature year"
