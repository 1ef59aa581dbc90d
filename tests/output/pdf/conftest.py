"""A result and a few draws of it, shared by the tests of the report."""

import pytest

import hubmodel as hm


@pytest.fixture(scope="session")
def study():
    return hm.run(hm.load("northx"))


@pytest.fixture(scope="session")
def simulation(study):
    return hm.simulate(study.case, draws=64)


@pytest.fixture(scope="session")
def without():
    return hm.run(hm.load("northx", "without-grant"))
