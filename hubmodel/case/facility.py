"""A facility as data: its rows with their provenance, its lists, its calendar, and the changes of a scenario."""

from __future__ import annotations

import functools
import hashlib
import importlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from hubmodel.case import limits
from hubmodel.case.quote_terms import Quote
from hubmodel.case.rows import PERIOD, Row, first_message
from hubmodel.engine import units
from hubmodel.engine.graph import Model
from hubmodel.engine.units import Membership, Quantity
from hubmodel.errors import InputError, Message, NumberError, UnknownName
from hubmodel.text import numbers
from hubmodel.text.language import in_language
from hubmodel.text.names import canonical
from hubmodel.version import __version__

CHECKS = "checks"  # the line module that belongs to every case
PERIODS = {"month": 12, "quarter": 4, "year": 1}
AMOUNTS = {units.unit(name) for name in ("SEK", "project", "hour", "batch", "dose", "suite-day")}
PACKAGE = Path(__file__).parents[1]
QUOTES = "quote"  # the line module of quotes, which no case loads


@dataclass(frozen=True)
class Override:
    """One changed input: a name as ``key`` or ``key[row]``, its value in the unit of the row, and why."""

    name: str
    value: float | str
    reason: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", canonical(self.name))


@dataclass(frozen=True, eq=False)
class Case:
    """A facility: its lists, rows, calendar and choices, and the changes of a scenario."""

    name: str
    folder: Path
    title: str
    summary: str
    currency: str
    price_year: int
    modules: tuple[str, ...]
    levers: tuple[str, ...]
    noun: Mapping[str, str]
    counterfactual: str
    first: int
    last: int
    choices: Mapping[str, tuple[str, ...]]
    lists: Mapping[str, tuple[str, ...]]
    parents: Mapping[str, Mapping[str, Mapping[str, str]]]
    rows: tuple[Row, ...]
    scenario: str = "base case"
    overrides: tuple[Override, ...] = ()
    quotes: tuple[Quote, ...] = ()  # kept with a scenario; no input of the case
    base: Case | None = field(default=None, compare=False, repr=False)
    texts: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        """Pickle the fields and the hash of the inputs; the other caches are rebuilt."""
        return {field.name: getattr(self, field.name) for field in fields(self)} | {"inputs_hash": self.inputs_hash}

    @cached_property
    def model(self) -> Model:
        """The graph of the case's line modules."""
        return model_of(self.modules)

    @cached_property
    def by_key(self) -> dict[str, tuple[Row, ...]]:
        """The rows of each key, in the order of the file."""
        by_key: dict[str, list[Row]] = {}
        for row in self.rows:
            by_key.setdefault(row.key, []).append(row)
        return {key: tuple(rows) for key, rows in by_key.items()}

    @cached_property
    def members(self) -> dict[str, str]:
        """The list that each member belongs to."""
        return {member: name for name, members in self.lists.items() for member in members}

    @property
    def origin(self) -> dict[str, str]:
        """The provenance of every result: case, scenario, version of the model, hash of the inputs."""
        return {
            "case": self.name,
            "scenario": self.scenario,
            "model_version": __version__,
            "inputs_hash": self.inputs_hash,
        }

    def text_of(self, name: str, language: str = "en") -> Any:
        """Return the title, summary or remarks of the case in a language; in English where it has no translation."""
        return in_language(self.texts, name, language)

    def list_of(self, key: str) -> str | None:
        """Return the list that a key runs over; None for the hub as a whole."""
        rows = self.by_key.get(key)
        if not rows or not rows[0].row:
            return "purchase" if key == "purchase_year" else None
        first = rows[0].row
        return first.removeprefix("each ") if first.startswith("each ") else self.members[first]

    def chosen(self, key: str) -> str:
        """Return the chosen option of a choice."""
        return str(self.by_key[key][0].value)

    @cached_property
    def periods_per_year(self) -> int:
        """The number of periods in a year: 12, 4 or 1."""
        return PERIODS[self.chosen("period")]

    @cached_property
    def periods(self) -> tuple[str, ...]:
        """The names of the periods: 2027-03, 2027-Q1 or 2027."""
        per = self.periods_per_year
        form = {12: "{}-{:02d}", 4: "{}-Q{}", 1: "{}"}[per]
        return tuple(form.format(year, part + 1) for year in range(self.first, self.last + 1) for part in range(per))

    @cached_property
    def memberships(self) -> dict[str, Membership]:
        """All memberships, composites included: site_of_suite, suite_of_platform, site_of_platform …"""
        return {
            f"{role}_of_{child}": Membership(
                child,
                parent,
                tuple(self.lists[parent].index(self._ancestor(child, member, role)) for member in self.lists[child]),
                len(self.lists[parent]),
            )
            for child in self.lists
            for role, parent in self._roles(child)
        }

    def _roles(self, child: str) -> list[tuple[str, str]]:
        roles, waiting = [], list(next(iter(self.parents.get(child, {}).values()), {}) or self._roles_needed(child))
        while waiting:
            role = waiting.pop(0)
            parent = list_of_role(role, self.lists)
            roles.append((role, parent))
            above = next(iter(self.parents.get(parent, {}).values()), {})
            waiting += [next_role for next_role in above if all(next_role != seen for seen, _ in roles)]
        return roles

    def _roles_needed(self, child: str) -> list[str]:
        """Return the roles that lines need from a list without members, whose data cannot name them."""
        ends = f"_of_{child}"
        return (
            []
            if self.lists[child]
            else sorted(name.removesuffix(ends) for name in self.model.memberships if name.endswith(ends))
        )

    def _ancestor(self, child: str, member: str, role: str) -> str:
        links = self.parents[child][member]
        if role in links:
            return links[role]
        for up, parent_member in links.items():
            parent = list_of_role(up, self.lists)
            if any(role == known for known, _ in self._roles(parent)):
                return self._ancestor(parent, parent_member, role)
        raise InputError(
            "{place}: {member!r} has no {role}", place=f"{self.folder.name}/case.toml", member=member, role=role
        )

    @cached_property
    def inputs(self) -> dict[str, Any]:
        """The inputs of the model: arrays (rows, periods) [engine's unit], memberships, choices as 0/1 shares."""
        if self.base is not None and self.chosen("period") == self.base.chosen("period"):
            changed = {override.name.partition("[")[0] for override in self.overrides}
            changed |= {override.name.partition("[")[0] for override in self.base.overrides}
            return {**self.base.inputs, **{name: value for key in changed for name, value in self._values(key)}}
        per = self.periods_per_year
        count = (self.last - self.first + 1) * per
        fixed: dict[str, Any] = {
            "first_date": _scalar(self.first),
            "last_date": _scalar(self.last + 1),
            "period_length": _scalar(1 / per),
            "period_number": np.arange(1.0, count + 1)[None, :],
            "purchase_year": np.array([[float(year)] for year in self.lists["purchase"]]),
        }
        return {
            **fixed,
            **self.memberships,
            **{name: value for key in self.by_key for name, value in self._values(key)},
        }

    def _values(self, key: str) -> Iterator[tuple[str, Quantity]]:
        rows = self.by_key[key]
        if key in self.choices:
            for option in self.choices[key]:
                yield f"{key}_{option}", _scalar(float(rows[0].value == option))
            return
        yield key, self.array_of(key, rows)

    def array_of(self, key: str, rows: Sequence[Row], drawn: Sequence[Quantity] = ()) -> Quantity:
        """Return rows of a key as an array (rows, periods) [engine's unit], or (rows, 1) where none has a period.

        `drawn` replaces the values of the rows [unit of each row], shape (draws,) each; then (draws, rows, periods).
        """
        list_name = self.list_of(key)
        members = self.lists[list_name] if list_name else ("",)
        varies = any(row.period for row in rows)
        shape = (*np.shape(drawn)[1:], len(members), len(self.periods) if varies else 1)
        out = np.full(shape, 0.0 if varies else math.nan)
        chosen: dict[tuple[int, str], int] = {}  # a member's own row overrides the row of every member
        for place in sorted(range(len(rows)), key=lambda at: (not rows[at].row.startswith("each "), rows[at].period)):
            row = rows[place]
            for at in range(len(members)) if row.row.startswith("each ") else (members.index(row.row),):
                chosen.pop((at, row.period), None)
                chosen[at, row.period] = place
        for (at, period), place in chosen.items():
            row, span = rows[place], self._span(rows[place])
            value = np.asarray(drawn[place] * row.factor if len(drawn) else row.base)[..., None] / self._spread_over(
                row
            )
            adds = period and units.parse(row.unit)[1] in AMOUNTS  # two payments of one year are both paid
            out[..., at, span] = out[..., at, span] + value if adds else value
        return out

    def _span(self, row: Row) -> slice:
        match = PERIOD.match(row.period)
        if match is None:
            return slice(None)
        per, month = self.periods_per_year, match["month"]
        begin = (
            (int(match["year"]) - self.first) * per + (int(month) - 1) * per // 12
            if month
            else (int(match["year"]) - self.first) * per
        )
        if units.parse(row.unit)[1] not in AMOUNTS:
            return slice(max(begin, 0), None)
        return slice(begin, begin + (1 if month else per))

    def _spread_over(self, row: Row) -> int:
        falls_in_a_year = len(row.period) == 4 and units.parse(row.unit)[1] in AMOUNTS
        return self.periods_per_year if falls_in_a_year else 1

    @cached_property
    def inputs_hash(self) -> str:
        """Twelve hexadecimal digits that change with any input, choice, list or membership."""
        content = [[row.key, row.row, row.period, row.value if row.unit == "choice" else row.base] for row in self.rows]
        frame = [self.first, self.last, self.lists, self.parents, self.counterfactual]
        text = json.dumps([sorted(content, key=str), frame], default=dict, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def with_(self, changes: Mapping[str, float | str], reason: str = "", scenario: str | None = None) -> Case:
        """Return a case with some inputs changed.

        Parameters
        ----------
        changes
            ``key`` or ``key[row]`` to a number in the unit of its rows, a text as people type it (``35 %``,
            ``61,4 mnkr``, ``2023-03-31``), or an option of a choice.
        reason
            why, kept with each change.
        scenario
            name of the resulting scenario; the present one if not given.

        Raises
        ------
        UnknownName
            for a key or row that does not exist; InputError or NumberError for a value that its row refuses.
        """
        reasons = dict.fromkeys(changes, reason)
        return self.with_overrides(
            tuple(Override(name, value, reasons[name]) for name, value in changes.items()), scenario
        )

    def with_overrides(self, overrides: tuple[Override, ...], scenario: str | None = None) -> Case:
        """Return a case with more overrides; one of the same name as an earlier one replaces it."""
        base = self.base or self
        kept = {override.name: override for override in (*self.overrides, *overrides)}
        rows = list(base.rows)
        for override in kept.values():
            self._apply(rows, override)
        name = scenario or (self.scenario if self.overrides or not overrides else "own changes")
        changed = replace(
            base, rows=tuple(rows), overrides=tuple(kept.values()), quotes=self.quotes, scenario=name, base=base
        )
        for problem in limits.sums_beyond(changed):
            raise InputError(problem)
        return changed

    def with_quotes(self, quotes: tuple[Quote, ...]) -> Case:
        """Return a case with more quotes; one of the same name as an earlier one replaces it."""
        kept = {quote.name: quote for quote in (*self.quotes, *quotes)}
        return replace(self, quotes=tuple(kept.values()), base=self.base or self)

    def quoted(self, name: str = "") -> Quote:
        """Return a quote of the case by its name; blank for the only one.

        Raises
        ------
        UnknownName
            if there is none of that name; InputError if the name is blank and there is not exactly one quote.
        """
        known = {quote.name: quote for quote in self.quotes}
        if not name and len(known) != 1:
            names = Message.joined([*known], "{first!r}, {rest}") if known else Message("none")
            raise InputError(
                "{scenario}: holds {count} quotes ({names}); name the one that is meant",
                scenario=self.scenario, count=len(known), names=names,
            )  # fmt: skip
        if name and name not in known:
            raise UnknownName.of("quote", name, known)
        return known[name] if name else self.quotes[0]

    def _apply(self, rows: list[Row], override: Override) -> None:
        key, _, member = override.name.removesuffix("]").partition("[")
        places = [place for place, row in enumerate(rows) if row.key == key]
        if not places:
            raise UnknownName.of("input", key, self.by_key)
        if member:
            list_name = self.list_of(key)
            if list_name is None or member not in self.lists[list_name]:
                known = self.lists[list_name] if list_name else ()
                raise UnknownName.of(Message("row of {line}", line=key), member, known)
            own = [place for place in places if rows[place].row == member]
            if not own:
                every = [rows[place] for place in places if rows[place].row.startswith("each ")]
                rows.extend(row.model_copy(update={"row": member}) for row in every)
                own = list(range(len(rows) - len(every), len(rows)))
            places = own
        for place in places:
            rows[place] = self._changed(rows[place], override)

    def _changed(self, row: Row, override: Override) -> Row:
        value = override.value
        if row.unit == "choice":
            if value not in self.choices[row.key]:
                raise UnknownName.of(Message("option of {choice}", choice=row.key), str(value), self.choices[row.key])
        elif isinstance(value, (bool, np.bool_)):
            raise InputError(
                "{name} must be a number, got {value}; write 1 for yes, 0 for no", name=override.name, value=value
            )
        elif isinstance(value, str):
            value = _parsed(override.name, value, row.unit)
        note = override.reason.strip() or "set by hand, no reason given"
        update = {"value": value, "grade": "assumption", "source": "", "locator": "", "note": note, "where": ""}
        try:
            changed = Row.model_validate({**row.model_dump(), **update})
        except ValidationError as error:
            raise InputError("{name} {problem}", name=override.name, problem=first_message(error)) from None
        if problem := limits.problem_of(self, changed, override.name, typed=isinstance(override.value, str)):
            raise InputError(problem)
        return changed

    @property
    def notes(self) -> tuple[str, ...]:
        """A note for each value outside the range of its row."""
        return limits.notes_of(self)


def has_counterfactual(case: Case) -> bool:
    """True if the counterfactual is a scenario; "no hub", or "no" with any noun, is nothing at all."""
    return not case.counterfactual.startswith("no ")


def _parsed(name: str, text: str, unit: str) -> float:
    try:
        return numbers.parse_number(text, unit)
    except NumberError as error:
        raise NumberError("{place}: {problem}", place=name, problem=error.message) from None


def _scalar(value: float) -> Quantity:
    return np.array([[float(value)]])


def list_of_role(role: str, lists: Mapping[str, Any]) -> str:
    """Return the list that a role points to: the role itself, or its last word."""
    parent = role if role in lists else role.rpartition("_")[2]
    if parent not in lists:
        raise InputError(
            "case.toml: the role {role!r} ends with no list; known lists: {lists}", role=role, lists=", ".join(lists)
        )
    return parent


def line_modules() -> list[str]:
    """Return the names of the line modules that a case may load."""
    return sorted(path.stem for path in (PACKAGE / "lines").glob("*.py") if path.stem not in ("__init__", CHECKS))


@functools.cache
def module_with(line: str, loaded: tuple[str, ...]) -> str:
    """Return the module that computes a line, of those that are not loaded; blank if none does."""
    return next((name for name in _not_loaded(loaded) if line in model_of((name,)).lines), "")


@functools.cache
def modules_taking(name: str, loaded: tuple[str, ...]) -> tuple[str, ...]:
    """Return the modules whose lines take an input, of those that are not loaded."""
    return tuple(module for module in _not_loaded(loaded) if name in model_of((module,)).inputs)


def _not_loaded(loaded: tuple[str, ...]) -> list[str]:
    return [name for name in line_modules() if name not in (*loaded, QUOTES)]


@functools.cache
def model_of(modules: tuple[str, ...]) -> Model:
    """Build the graph of some line modules, once."""
    known = line_modules()
    for name in modules:
        if name not in known:
            raise UnknownName.of("line module", name, known)
    loaded = (importlib.import_module(f"hubmodel.lines.{name}") for name in modules)
    return Model(*loaded, checks=importlib.import_module(f"hubmodel.lines.{CHECKS}"))
