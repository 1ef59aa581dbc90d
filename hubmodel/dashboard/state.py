"""What a visitor has changed, and the runs that follow from it.

`History` is an immutable stack of scenarios with undo and redo; `Desk` holds the case, runs the model after a change
and tells the page: first the lines (`on_lines`, within milliseconds), then, once the visitor rests, everything that has
to be solved (`on_solved`).
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
from hubmodel.dashboard.net import guarded, netted
from hubmodel.dashboard.worker import Worker
from hubmodel.errors import HubmodelError, UnknownName
from hubmodel.study.result import compile_lines
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
    """Scenarios in the order of their making: the one that is shown, those before it, and those that were undone."""

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
        """One step back."""
        if not self.past:
            return self
        return History(self.past[-1], self.past[:-1], (self.present, *self.future))

    def redo(self) -> History:
        """One step forward again."""
        if not self.future:
            return self
        return History(self.future[0], (*self.past, self.present), self.future[1:])


WORDS = ("version", "language", "page", "token")  # of an address, that name no input


def from_query(query: str) -> tuple[tuple[Override, ...], str, str, str]:
    """Changes, version, language and page of an address."""
    words = dict(parse_qsl(query))
    language = words.get("language", "en")
    changes = (one for one in scenario.from_query(query) if one.name not in WORDS)
    language = language if language in LANGUAGES else "en"
    return tuple(changes), words.get("version", ""), language, words.get("page", "")


class Desk:
    """One visitor's session on one case.

    Parameters
    ----------
    case
        The case as loaded, scenario included: what every change is measured against.
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
        self.on_failed: Callable[[str], None] = lambda message: None
        self._base_solved = False
        self._moving = ""
        self._ticket = 0
        self._planned = self._drawing = False

    @property
    def case(self) -> Case:
        """The scenario that is shown."""
        return self.history.present

    @property
    def changed(self) -> bool:
        """Whether anything differs from the case as loaded."""
        return self.case.overrides != self.loaded.overrides

    def change(self, name: str, value: float | str, reason: str = REASON) -> None:
        """Set one input; back at its value as loaded it counts as unchanged.

        Raises
        ------
        HubmodelError
            The value breaks a rule of the input; nothing has changed then.
        """
        kept = {one.name: one for one in self.case.overrides if one.name != name}
        if value == self.row(name).value:
            kept |= {one.name: one for one in self.loaded.overrides if one.name == name}
        else:
            kept[name] = Override(name, value, reason)
        self._go(self.history.change(self._scenario(kept.values(), OWN), merge=name == self._moving))
        self._moving = name

    def take(self, overrides: Iterable[Override], name: str = OWN, quotes: tuple[Quote, ...] = ()) -> None:
        """Go to other changes of the base case, as one step; a value that breaks a rule is refused as in `change`.

        Quotes that are kept stay, and these are kept too.
        """
        case = self._scenario(overrides, name)
        case = case.with_quotes(quotes) if quotes else case
        if (case.overrides, case.quotes) != (self.case.overrides, self.case.quotes):
            self._go(self.history.change(case))

    def restore(self, overrides: Iterable[Override], changed: bool) -> None:
        """Go to the changes of an earlier address as `take`, with the reasons that are known; unchanged: as loaded."""
        known = {(one.name, one.value): one for one in (*self.loaded.overrides, *self.case.overrides)}
        wanted = tuple(known.get((one.name, one.value), one) for one in overrides)
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
        """Row of an input in the case as loaded: ``key[row]``, or the first row of ``key``.

        Raises
        ------
        UnknownName
            The case has no such row.
        """
        return _row(self.loaded, name)

    def value(self, name: str) -> float:
        """Value of an input now, in the unit of its row."""
        return float(_row(self.case, name).value)

    def query(self, language: str) -> str:
        """Address of what is shown: what differs from the base case, the model version, and the language."""
        changes = [scenario.to_query(self.case.overrides), f"version={hm.__version__}"] if self.changed else []
        return "&".join(filter(None, [*changes, f"language={language}" if language != "en" else ""]))

    def start(self) -> None:
        """Compute the draws and the solved figures of the case as loaded, after the first picture."""
        self._later(0.0)

    def drawn_well(self) -> Simulation | None:
        """Draws of the scenario that is shown, enough of them for a page of their own; None before that."""
        found = self.drawn_now()
        return found if found is not None and found.count == DRAWS else None

    def drawn_now(self) -> Simulation | None:
        """Draws of the scenario that is shown; None while they are being made."""
        return self.drawn if self.drawn is not None and self.drawn.case is self.case else None

    def _go(self, history: History) -> None:
        if history is self.history:
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
        """Draw once more, with a small error, now that the visitor rests."""
        found = await asyncio.to_thread(self._simulate, self.case, DRAWS) if self.bands else None
        if ticket == self._ticket and found is not None:
            self.drawn = found
            self.on_bands()

    async def _draw(self) -> None:
        """Draw the bands of the scenario that is shown; one draw at a time, of the latest."""
        if self._drawing or not self.bands:
            return
        self._drawing = True
        try:
            while self.drawn_now() is None:
                case = self.case
                self.drawn = await asyncio.to_thread(self._simulate, case, QUICK_DRAWS)
                self.on_bands()
        except HubmodelError as error:
            self.on_failed(str(error))
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
    """Do work beside the page; without a running loop (a test, a script) do it at once."""
    try:
        task = asyncio.get_running_loop().create_task(netted(work))
    except RuntimeError:
        asyncio.run(netted(work))
        return
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


def soon(function: Callable[[], None]) -> None:
    """Call a function when the messages that wait have been read, so that the last value wins."""
    try:
        asyncio.get_running_loop().call_soon(guarded(function))
    except RuntimeError:
        guarded(function)()
