"""What a visitor has changed, and the runs that follow from it.

`History` is an immutable list of steps with undo and redo; `Desk` holds the case, runs the model after a change and
tells the page: first the lines (`on_lines`, within milliseconds), then, once the visitor rests, everything that has to
be solved (`on_solved`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import parse_qsl, urlencode

import hubmodel as hm
from hubmodel.case import Case
from hubmodel.errors import HubmodelError, UnknownName
from hubmodel.rows import Row

Overrides = Mapping[str, float]
REST = 0.35  # seconds without a change after which the solved figures are computed
REASON = "moved on the dashboard"


@dataclass(frozen=True)
class History:
    """Steps taken: what is set now, what was set before, and what was undone."""

    present: Overrides = field(default_factory=lambda: MappingProxyType({}))
    past: tuple[Overrides, ...] = ()
    future: tuple[Overrides, ...] = ()

    def change(self, overrides: Overrides, merge: bool = False) -> History:
        """Go on to other overrides; a step that merges replaces the present one (one drag is one step).

        >>> History().change({"commercial_margin": 0.4}).undo().present
        mappingproxy({})
        """
        past = self.past if merge and self.past else (*self.past, self.present)
        return History(MappingProxyType(dict(overrides)), past)

    def undo(self) -> History:
        """One step back."""
        if not self.past:
            return self
        return History(self.past[-1], self.past[:-1], (self.present, *self.future))

    def redo(self) -> History:
        """One step forward again."""
        if not self.future:
            return self
        return History(self.future[0], (*self.past, self.present), self.future[1:])


def to_query(overrides: Overrides, version: str, language: str) -> str:
    """Address of a state: only what differs from the base case, and the version that it was made with.

    >>> to_query({"commercial_margin": 0.4}, "0.1.0", "en")
    'commercial_margin=0.4&version=0.1.0'
    """
    parts: dict[str, object] = dict(overrides)
    if overrides:
        parts["version"] = version
    if language != "en":
        parts["language"] = language
    return urlencode(parts)


def from_query(query: str) -> tuple[dict[str, str], str, str]:
    """Overrides as text, version and language of an address."""
    parts = dict(parse_qsl(query))
    version, language = parts.pop("version", ""), parts.pop("language", "en")
    parts.pop("token", None)
    return parts, version, language if language in ("en", "sv") else "en"


class Desk:
    """One visitor's session on one case.

    Parameters
    ----------
    case
        The case as loaded, scenario included: what every change is measured against.
    """

    def __init__(self, case: Case) -> None:
        self.base = case
        self.history = History()
        self.base_result = hm.run(case, solved=False)
        self.result = self.base_result
        self.solved = False
        self.on_lines: Callable[[], None] = lambda: None
        self.on_solved: Callable[[], None] = lambda: None
        self.on_failed: Callable[[str], None] = lambda message: None
        self._base_solved = False
        self._moving = ""
        self._ticket = 0
        self._planned = False

    def change(self, name: str, value: float) -> None:
        """Set one input; back at its base value it counts as unchanged.

        Raises
        ------
        HubmodelError
            The value breaks a rule of the input; nothing has changed then.
        """
        present = {**self.history.present, name: value}
        if value == self.row(name).value:
            del present[name]
        self.base.with_({name: value}, reason=REASON)
        self._go(self.history.change(present, merge=name == self._moving))
        self._moving = name

    def change_all(self, overrides: Overrides) -> None:
        """Set several inputs at once, as one step; none at all is the base case."""
        if dict(overrides) != dict(self.history.present):
            self.base.with_(dict(overrides), reason=REASON)
            self._go(self.history.change(overrides))

    def undo(self) -> None:
        """Take the last step back."""
        self._go(self.history.undo())

    def redo(self) -> None:
        """Take the undone step again."""
        self._go(self.history.redo())

    def row(self, name: str) -> Row:
        """Row of an input in the case as loaded: ``key[row]``, or the first row of ``key``.

        Raises
        ------
        UnknownName
            The case has no such row.
        """
        key = name.partition("[")[0]
        rows = self.base.by_key.get(key, ())
        for row in rows:
            if name in (key, row.name):
                return row
        raise UnknownName.of("input", name, [row.name for row in rows] or self.base.by_key)

    def value(self, name: str) -> float:
        """Value of an input now, in the unit of its row."""
        return self.history.present.get(name, float(self.row(name).value))

    @property
    def case(self) -> Case:
        """The case with the visitor's changes."""
        changes = dict(self.history.present)
        return self.base.with_(changes, reason=REASON) if changes else self.base

    def start(self) -> None:
        """Compute the solved figures of the case as loaded, after the first picture."""
        self._later(0.0)

    def _go(self, history: History) -> None:
        if history == self.history:
            return
        self.history, self._moving = history, ""
        if not self._planned:
            self._planned = True
            soon(self._repaint)

    def _repaint(self) -> None:
        """Run the lines for the last value that was set; earlier ones that nobody saw are skipped."""
        self._planned = False
        try:
            self.result, self.solved = hm.run(self.case, solved=False), False
        except HubmodelError as error:
            self.on_failed(str(error))
            return
        self.on_lines()
        self._later(REST)

    def _later(self, delay: float) -> None:
        self._ticket += 1
        background(self._solve(self._ticket, delay))

    async def _solve(self, ticket: int, delay: float) -> None:
        await asyncio.sleep(delay)
        if ticket != self._ticket:
            return
        self._moving = ""
        if not self._base_solved:
            self.base_result, self._base_solved = await asyncio.to_thread(hm.run, self.base), True
        result = await asyncio.to_thread(hm.run, self.case) if self.history.present else self.base_result
        if ticket == self._ticket:
            self.result, self.solved = result, True
            self.on_solved()


_tasks: set[asyncio.Task[None]] = set()


def background(work: Coroutine[None, None, None]) -> None:
    """Do work beside the page; without a running loop (a test, a script) do it at once."""
    try:
        task = asyncio.get_running_loop().create_task(work)
    except RuntimeError:
        asyncio.run(work)
        return
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


def soon(function: Callable[[], None]) -> None:
    """Call a function when the messages that wait have been read, so that the last value wins."""
    try:
        asyncio.get_running_loop().call_soon(function)
    except RuntimeError:
        function()
