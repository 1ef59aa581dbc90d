"""What the tests of lines share."""

import pytest

import hubmodel as hm
from hubmodel.case.facility import Case


@pytest.fixture(scope="module")
def case() -> Case:
    """Return the reference case."""
    return hm.load("northx")
