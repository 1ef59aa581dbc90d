"""What all tests share. Warnings are errors (pyproject.toml)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from hypothesis import settings

Found = TypeVar("Found")

# A slow machine is not a failed test; in CI the examples are the same every time.
settings.register_profile("hubmodel", deadline=None)
settings.register_profile("hubmodel-ci", deadline=None, derandomize=True, database=None, print_blob=True)
settings.load_profile("hubmodel-ci" if settings.get_current_profile_name() == "ci" else "hubmodel")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep in one process what shares a file, and all that opens the browser; ``-n`` runs the rest beside it."""
    for item in items:
        group = "browser" if item.get_closest_marker("browser") else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))


def in_a_thread(work: Callable[[], Found]) -> Found:
    """Return what work gives in a thread of its own: browser tests leave a loop running in this one."""
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(work).result()
