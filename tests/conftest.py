"""What all tests share. Warnings are errors (pyproject.toml)."""

import inspect
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any, TypeVar

import numpy as np
import pytest
from hypothesis import settings

from hubmodel.engine.graph import Model

Found = TypeVar("Found")

# What takes half a minute or more begins first, longest before shorter: at the end no process works alone.
LONGEST = ("browser", *(f"tests/{name}.py" for name in (
    "test_every_case", "output/excel/test_workbook_parity", "output/excel/test_workbook",
    "output/excel/test_workbook_import", "test_hand_worked_hub", "dashboard/test_dashboard", "test_docs",
    "output/test_bundle", "cli/test_cli")))  # fmt: skip

# A slow machine is not a failed test; in CI the examples are the same every time.
settings.register_profile("hubmodel", deadline=None)
settings.register_profile("hubmodel-ci", deadline=None, derandomize=True, database=None, print_blob=True)
settings.register_profile("hubmodel-quick", deadline=None, max_examples=20)  # make quick
settings.load_profile("hubmodel-ci" if settings.get_current_profile_name() == "ci" else "hubmodel")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep in one process what shares a file, and all that opens the browser; ``-n`` runs the rest beside it."""
    from xdist.scheduler import LoadScopeScheduling

    class Beside(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            path = nodeid.partition("::")[0]
            return "browser" if path.startswith("tests/browser/") else path

        def _assign_work_unit(self, node: Any) -> None:
            self.workqueue.move_to_end(min(self.workqueue, key=place), last=False)
            super()._assign_work_unit(node)

    return Beside(config, log)


def place(scope: str) -> int:
    """Return the place in the queue of what shares a process; what is not among the longest keeps its order."""
    return LONGEST.index(scope) if scope in LONGEST else len(LONGEST)


def in_a_thread(work: Callable[[], Found]) -> Found:
    """Return what work gives in a thread of its own: browser tests leave a loop running in this one."""
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(work).result()


def row(*values: float) -> Any:
    """Return a line of the whole facility over periods, (1, periods)."""
    return np.array([values], dtype=float)


def column(*values: float) -> Any:
    """Return a constant line over rows, (rows, 1)."""
    return np.array(values, dtype=float)[:, None]


def computed(line: Callable[..., Any], *given: Any) -> Any:
    """Return a line's value from its ingredients; a balance, which reads itself, is given all but itself."""
    name, parameters = line.__name__, inspect.signature(line).parameters
    if name not in parameters:
        return line(*given)
    alone = ModuleType(line.__module__)
    setattr(alone, name, line)
    inputs = dict(
        zip((ingredient for ingredient in parameters if ingredient != name), map(np.atleast_2d, given), strict=True)
    )
    return Model(alone).run(inputs)[name]


@pytest.fixture(autouse=True)
def unforeseen(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Exception]]:
    """Errors that the net of the dashboard has caught: none, or a test that makes some takes them out."""
    found: list[Exception] = []
    if "hubmodel.dashboard.net" in sys.modules:
        monkeypatch.setattr("hubmodel.dashboard.net.record", found.append)
    yield found
    assert found == []
