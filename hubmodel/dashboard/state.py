"""The state of a visitor's session, and the runs that follow from it.

`History` is an immutable stack of scenarios with undo and redo; `Desk` holds the case, runs the model after a change
and notifies the page: first of the lines (`on_lines`, within milliseconds) and then, once the visitor rests, of the
solved figures (`on_solved`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl

import hubmodel as hm
from hubmodel.case import scenario
from hubmodel.case.facility import Case, Override
from hubmodel.case.quote_terms import Quote
from hubmodel.case.rows import Row
from hubmodel.dashboard.net import Tell, guarded, netted
from hubmodel.dashboard.worker import Worker
from hubmodel.errors import HubmodelError, UnknownName
from hubmodel.study.computing import compile_lines
from hubmodel.study.run import Result
from hubmodel.text.language import LANGUAGES
from hubmodel.uncertainty.simulate import Simulation
from hubmodel.uncertainty.verdict import DRAWS, SEED

REST = 0.35  # seconds without a change after which the solved figures are computed
QUICK_DRAWS = 256  # while a lever moves; once it rests, those of the verdict
REASON = "moved on the dashboard"
OWN = "own changes"


@dataclass(frozen=True, eq=False)
class History:
    """Scenarios in the order of their making: the present one, those before it, and those that were undone."""

    present: Case
    past: tuple[Case, ...] = ()
    future: tuple[Case, ...] = ()

    def change(self, case: Case, merge: bool = False) -> History:
        """Go on to another scenario; a step that merges replaces the present one (one drag is one step).

        >>> case = hm.load("northx")
        >>> History(case).change(case.with_({"commercial_margin": 0.4})).undo().present is case
        True
        """
        past = self.past if merge and self.past else (*self.past, self.present)
        return History(case, past)

    def undo(self) -> History:
        """Go one step back."""
        if not self.past:
            return self
        return History(self.past[-1], self.past[:-1], (self.present, *self.future))

    def redo(self) -> History:
        """Go one step forward again."""
        if not self.future:
            return self
        return History(self.future[0], (*self.past, self.present), self.future[1:])


WORDS = ("version", "language", "page", "token")  # names in an address that are no inputs


def from_query(query: str) -> tuple[tuple[Override, ...], str, str, str]:
    """Return the changes, version, language and page of an address."""
    parts = dict(parse_qsl(query))
    language = parts.get("language", "en")
    changes = (override for override in scenario.from_query(query) if override.name not in WORDS)
    language = language if language in LANGUAGES else "en"
    return tuple(changes), parts.get("version", ""), language, parts.get("page", "")


class Desk:
    """A visitor's session on a case.

    Parameters
    ----------
    case
        The case as loaded, scenario included, with which every change is compared.
    bands
        Key figures whose spread is drawn after each change.
    """

    def __init__(self, case: Case, bands: Iterable[str] = ()) -> None:
        self.bands, self.worker = tuple(bands), Worker()
        self.drawn: Simulation | None = None
        self.loaded, self.origin = case, case.base or case
        self.history = History(case)
        self.base_result = hm.run(case, solved=False)
        self.result = self.base_result
        self.solved = False
        self.on_lines: Callable[[], None] = lambda: None
        self.on_solved: Callable[[], None] = lambda: None
        self.on_bands: Callable[[], None] = lambda: None
        self.on_failed: Tell = lambda message: None
        self._base_solved = False
        self._moving = ""
        self._ticket = 0
        self._planned = self._drawing = False

    @property
    def case(self) -> Case:
        """Return the present scenario."""
        return self.history.present

    @property
    def changed(self) -> bool:
        """True if anything differs from the case as loaded."""
        return self.case.overrides != self.loaded.overrides

    def change(self, name: str, value: float | str, reason: str = REASON) -> None:
        """Set an input; at its value as loaded it counts as unchanged.

        Raises
        ------
        HubmodelError
            The value breaks a rule of the input; nothing has changed then.
        """
        kept = {override.name: override for override in self.case.overrides if override.name != name}
        if value == self.row(name).value:
            kept |= {override.name: override for override in self.loaded.overrides if override.name == name}
        else:
            kept[name] = Override(name, value, reason)
        self._go(self.history.change(self._scenario(kept.values(), OWN), merge=name == self._moving))
        self._moving = name

    def take(self, overrides: Iterable[Override], name: str = OWN, quotes: tuple[Quote, ...] = ()) -> None:
        """Replace the changes of the base case, as one step; a value that breaks a rule is refused as in `change`.

        The given quotes are kept beside those that are kept already.
        """
        case = self._scenario(overrides, name)
        case = case.with_quotes(quotes) if quotes else case
        if (case.overrides, case.quotes) != (self.case.overrides, self.case.quotes):
            self._go(self.history.change(case))

    def restore(self, overrides: Iterable[Override], changed: bool) -> None:
        """Take the changes of an earlier address, with their reasons if known; if unchanged, the case as loaded."""
        known = {
            (override.name, override.value): override for override in (*self.loaded.overrides, *self.case.overrides)
        }
        wanted = tuple(known.get((override.name, override.value), override) for override in overrides)
        self.take(wanted if changed else self.loaded.overrides)

    def keep(self, quote: Quote) -> None:
        """Keep a quote with the scenario, as one step; one of the same name is replaced."""
        self._go(self.history.change(self.case.with_quotes((quote,))))

    def reset(self) -> None:
        """Go back to the case as loaded, as one step."""
        self.take(self.loaded.overrides)

    def _scenario(self, overrides: Iterable[Override], name: str) -> Case:
        given, quotes = tuple(overrides), self.case.quotes
        if given == self.loaded.overrides:
            case = self.loaded
        else:
            case = self.origin.with_overrides(given, name) if given else self.origin
        return case.with_quotes(quotes) if quotes != case.quotes else case

    def undo(self) -> None:
        """Take the last step back."""
        self._go(self.history.undo())

    def redo(self) -> None:
        """Take the undone step again."""
        self._go(self.history.redo())

    def row(self, name: str) -> Row:
        """Return the row of an input in the case as loaded: ``key[row]``, or the first row of ``key``.

        Raises
        ------
        UnknownName
            The case has no such row.
        """
        return _row(self.loaded, name)

    def value(self, name: str) -> float:
        """Return the present value of an input, in the unit of its row."""
        return float(_row(self.case, name).value)

    def query(self, language: str) -> str:
        """Return the query of the present state: changes to the base case, model version and language."""
        changes = [scenario.to_query(self.case.overrides), f"version={hm.__version__}"] if self.changed else []
        return "&".join(filter(None, [*changes, f"language={language}" if language != "en" else ""]))

    def start(self) -> None:
        """Compute the draws and the solved figures of the case as loaded, once the page is shown."""
        self._later(0.0)

    def drawn_well(self) -> Simulation | None:
        """Return the draws of the present scenario if there are enough for the page of risk, else None."""
        found = self.drawn_now()
        return found if found is not None and found.count == DRAWS else None

    def drawn_now(self) -> Simulation | None:
        """Return the draws of the present scenario; None while they are being made."""
        return self.drawn if self.drawn is not None and self.drawn.case is self.case else None

    def _go(self, history: History) -> None:
        if history is self.history:
            return
        self.history, self._moving = history, ""
        if not self._planned:
            self._planned = True
            soon(self._repaint)

    def _repaint(self) -> None:
        """Run the lines for the last value that was set; earlier ones that were never shown are skipped."""
        self._planned = False
        try:
            self.result, self.solved = hm.run(self.case, solved=False), False
        except HubmodelError as error:
            self.on_failed(error.message)
            return
        self.on_lines()
        self.on_bands()
        self._later(REST)

    def _later(self, delay: float) -> None:
        self._ticket += 1
        background(self._solve(self._ticket, delay))

    async def _solve(self, ticket: int, delay: float) -> None:
        await self._draw()
        await asyncio.sleep(delay)
        if ticket != self._ticket:
            return
        self._moving = ""
        if not self._base_solved:
            self.base_result, self._base_solved = await asyncio.to_thread(self._base), True
        result = await asyncio.to_thread(hm.run, self.case) if self.changed else self.base_result
        if ticket == self._ticket:
            self.result, self.solved = result, True
            self.on_solved()
            await self._draw_well(ticket)

    def _base(self) -> Result:
        """Run the case as loaded with compiled lines, as all later runs: what no lever moves is the same bit by bit."""
        compile_lines(self.origin)
        return hm.run(self.loaded)

    def _simulate(self, case: Case, draws: int) -> Simulation:
        return hm.simulate(case, draws, seed=SEED, figures=self.bands, executor=self.worker)

    async def _draw_well(self, ticket: int) -> None:
        """Make more draws, for a smaller error, now that the visitor rests."""
        found = await asyncio.to_thread(self._simulate, self.case, DRAWS) if self.bands else None
        if ticket == self._ticket and found is not None:
            self.drawn = found
            self.on_bands()

    async def _draw(self) -> None:
        """Draw the bands of the present scenario; one simulation at a time, of the latest scenario."""
        if self._drawing or not self.bands:
            return
        self._drawing = True
        try:
            while self.drawn_now() is None:
                case = self.case
                self.drawn = await asyncio.to_thread(self._simulate, case, QUICK_DRAWS)
                self.on_bands()
        except HubmodelError as error:
            self.on_failed(error.message)
        finally:
            self._drawing = False


def _row(case: Case, name: str) -> Row:
    key = name.partition("[")[0]
    rows = case.by_key.get(key, ())
    for row in rows:
        if name in (key, row.name):
            return row
    raise UnknownName.of("input", name, [row.name for row in rows] or case.by_key)


_tasks: set[asyncio.Task[None]] = set()


def background(work: Coroutine[None, None, None]) -> None:
    """Start work in the background; without a running loop (a test, a script) do it at once."""
    try:
        task = asyncio.get_running_loop().create_task(netted(work))
    except RuntimeError:
        asyncio.run(netted(work))
        return
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


def soon(function: Callable[[], None]) -> None:
    """Call a function once all waiting messages have been read, so that the last value wins."""
    try:
        asyncio.get_running_loop().call_soon(guarded(function))
    except RuntimeError:
        guarded(function)()
