"""Fixtures: the reference case by the year, which runs fast, and draws of it."""

import pytest

import hubmodel as hm


@pytest.fixture(scope="package")
def yearly():
    return hm.load("northx").with_({"period": "year"})


@pytest.fixture(scope="package")
def drawn(yearly):
    """Return 2048 draws of three figures."""
    return hm.simulate(yearly, 2048, figures=("net_present_value", "payback_years", "ebitda_margin_at_maturity"))
