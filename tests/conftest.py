"""What all tests share. Warnings are errors (pyproject.toml)."""

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from hypothesis import settings

Found = TypeVar("Found")

# A slow machine is not a failed test; in CI the examples are the same every time.
settings.register_profile("hubmodel", deadline=None)
settings.register_profile("hubmodel-ci", deadline=None, derandomize=True, database=None, print_blob=True)
settings.load_profile("hubmodel-ci" if settings.get_current_profile_name() == "ci" else "hubmodel")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep in one process what shares a file, and all that opens the browser; ``-n`` runs the rest beside it."""
    from xdist.scheduler import LoadScopeScheduling

    class Beside(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            path = nodeid.partition("::")[0]
            return "browser" if path.startswith("tests/browser/") else path

    return Beside(config, log)


def in_a_thread(work: Callable[[], Found]) -> Found:
    """Return what work gives in a thread of its own: browser tests leave a loop running in this one."""
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(work).result()


@pytest.fixture(autouse=True)
def unforeseen(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Exception]]:
    """Errors that the net of the dashboard has caught: none, or a test that makes some takes them out."""
    found: list[Exception] = []
    if "hubmodel.dashboard.net" in sys.modules:
        monkeypatch.setattr("hubmodel.dashboard.net.record", found.append)
    yield found
    assert found == []
