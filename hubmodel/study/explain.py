"""Explanations of numbers: formula in words and figures, ingredients, and the row, section and quote of each input."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from hubmodel.case.documents import documented, source_titles
from hubmodel.case.facility import Case
from hubmodel.case.rows import Row
from hubmodel.engine.stepping import evaluated
from hubmodel.engine.trace import Expression, Traced
from hubmodel.engine.units import Membership
from hubmodel.engine.words import TINY
from hubmodel.errors import InputError, Message, UnknownName
from hubmodel.lines import current_name
from hubmodel.text import numbers
from hubmodel.text.language import label, text

_SIGNS = {"*": "×", "/": "÷", "-": "−", "**": "^", "==": "=", "<=": "≤", ">=": "≥"}
_BLOCKS = ("each", "group", "total", "previous")
_OVER_PERIODS = ("sum_periods", "lowest")
_RANK = {"**": 4, "neg": 3, "*": 2, "/": 2, "+": 1, "-": 1}


@dataclass(frozen=True)
class Source:
    """The source of an input."""

    grade: str
    title: str
    publisher: str
    reference: str
    date: str
    section: str
    quote: str
    low: float | None
    high: float | None
    unit: str
    note: str

    def lines(self, language: str = "en") -> list[str]:
        """Return the source as lines of text: grade, range and document; quote; note."""
        origin = [text(self.grade, language)]
        if self.low is not None:
            origin.append(f"{text('range', language)} {self.low:g} – {self.high:g} {self.unit}")
        if self.title:
            origin.append("; ".join(part for part in (self.publisher, self.title, self.reference, self.date) if part))
        if self.section:
            origin.append(f"{text('section', language)} {self.section}")
        out = [" · ".join(origin)]
        if self.quote:
            out.append(f"“{self.quote}”")
        return out + ([self.note] if self.note else [])


@dataclass(frozen=True)
class Explanation:
    """A number with its formula, its ingredients and the sources of its inputs."""

    name: str
    label: str
    row: str
    period: str
    value: float | None
    unit: str
    doc: str
    words: str
    numbers: str
    ingredients: tuple[Explanation, ...]
    sources: tuple[Source, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the explanation as plain data."""
        return asdict(self)

    def lines(self, language: str = "en", indent: str = "") -> list[str]:
        """Return the explanation as lines of indented text."""
        place = ", ".join(part for part in (self.row, self.period) if part)
        shown = numbers.format_value(self.value, self.unit, language, digits=4)
        out = [f"{indent}{self.label}{f' ({place})' if place else ''} = {shown}"]
        if self.words:
            out += [f"{indent}  {self.doc}", f"{indent}  = {self.words}", f"{indent}  = {self.numbers}"]
        for source in self.sources:
            out += [f"{indent}  {part}" for part in source.lines(language)]
        for ingredient in self.ingredients:
            out += ingredient.lines(language, indent + "    ")
        return out

    def __str__(self) -> str:
        return "\n".join(self.lines())


def _guarded(e: Expression) -> Expression | None:
    """Return the operand x of maximum(x, TINY), or None for any other maximum."""
    tiny = [operand.kind == "number" and operand.of[0] == TINY for operand in e.of]
    return e.of[0] if tiny[1] else e.of[1] if tiny[0] else None


def _at(value: Any, row: int, when: int) -> float:
    return float(value[row if value.shape[-2] > 1 else 0, when if value.shape[-1] > 1 else 0])


def _uncapitalised(name: str) -> str:
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


class Explainer:
    """Explains the numbers of one run.

    Parameters
    ----------
    case, traced, values
        the case, the formulas of its lines, and the array (rows, periods) of each line.
    """

    def __init__(self, case: Case, traced: Traced, values: Mapping[str, Any], language: str = "en") -> None:
        self.case, self.traced, self.language = case, traced, language
        self.values = {**case.inputs, **values}

    def explain(self, name: str, row: str | None = None, period: str | None = None, depth: int = 2) -> Explanation:
        """Explain one number.

        Raises
        ------
        UnknownName
            for a line, row or period that does not exist.
        """
        name = current_name(name)
        if name not in self.values or isinstance(self.values[name], Membership):
            raise UnknownName.of("line or assumption", name, self.values)
        list_name = self._list(name)
        members = self.case.lists[list_name] if list_name else ()
        if row is not None and row not in members:
            raise UnknownName.of(Message("row of {line}", line=name), row, members)
        if period is not None and period not in self.case.periods:
            raise UnknownName.of("period", period, self.case.periods)
        if list_name and not members:
            raise InputError(
                "{name} has no rows: the list {list!r} has no members; add one to case.toml", name=name, list=list_name
            )
        at = members.index(row) if row is not None else self._largest(name)
        when = self.case.periods.index(period) if period is not None else self._usual_period()
        return self._explanation(name, at, when, depth, set())

    def words(self, name: str) -> str:
        """Return the formula of a line in words, the same for every row and period."""
        return self._text(self.traced.lines[name], 0, 0, False)

    def named(self, name: str) -> str:
        """Return the name of a line or input as used in a formula in words."""
        return _uncapitalised(label(name, self.language))

    def _list(self, name: str) -> str | None:
        return self.traced.list_of(name) if name in self.traced.lines else self.case.list_of(name)

    def _usual_period(self) -> int:
        mature = self.values.get("at_maturity")
        if mature is not None and np.any(mature):
            return int(np.flatnonzero(mature.ravel())[0])
        return len(self.case.periods) // 2

    def _largest(self, name: str) -> int:
        totals = np.nan_to_num(np.abs(self.values[name])).sum(axis=-1)
        return int(np.argmax(totals))

    def _at(self, name: str, row: int, when: int) -> float:
        return _at(self.values[name], row, when)

    def _explanation(self, name: str, row: int, when: int, depth: int, seen: set[tuple[str, int, int]]) -> Explanation:
        list_name, value = self._list(name), self._at(name, row, when)
        member = self.case.lists[list_name][row] if list_name else ""
        period = self.case.periods[when] if self.values[name].shape[-1] > 1 else ""
        unit = self._unit(name)
        if name not in self.traced.lines:
            shown = Explanation(name, label(name, self.language), member, period, value, unit, "", "", "", (), ())
            return self.given(shown, depth)
        formula = self.traced.lines[name]
        in_words, in_figures = self.words(name), self._text(formula, row, when, True)
        doc = (self.case.model.lines[name].__doc__ or "").strip().split("\n")[0]
        inner: list[Explanation] = []
        if depth > 0:
            parts = [part for part in self._parts(formula, row, when) if part not in seen]
            seen.update([*parts, (name, row, when)])  # first, so that parts listed here are not repeated further down
            inner = [self._explanation(*part, depth - 1, seen) for part in parts]
        return Explanation(
            name, label(name, self.language), member, period, value, unit, doc, in_words, in_figures, tuple(inner), ()
        )

    def given(self, shown: Explanation, depth: int) -> Explanation:
        """Return the explanation of an input with its sources."""
        return replace(shown, sources=self._sources(shown.name, shown.row))

    def _parts(self, formula: Expression, row: int, when: int) -> list[tuple[str, int, int]]:
        """Return the name, row and period of each part that a formula reads; for a sum, its largest term."""
        return list(dict.fromkeys(self._place(*part) for part in self._read(formula, row, when)))

    def _place(self, name: str, row: int, when: int) -> tuple[str, int, int]:
        rows, periods = self.values[name].shape[-2:]
        return name, row if rows > 1 else 0, when if periods > 1 else 0

    def _read(self, e: Expression, row: int, when: int) -> Iterator[tuple[str, int, int]]:
        if e.is_name:
            yield e.of[0], row if e.list else 0, when
        elif e.kind == "each":
            yield e.of[0].of[0], e.of[1].position[row], when
        elif e.kind == "previous":
            yield from self._read(e.of[0], row, when - 1) if when else self._read(e.of[1], row, when)
        elif e.kind in ("total", "group"):
            rows = self._members(e, row)
            if rows:
                value = self._value(e.of[0])
                yield from self._read(e.of[0], max(rows, key=lambda at: abs(_at(value, at, when))), when)
        elif e.kind in _OVER_PERIODS:
            yield from self._read(e.of[0], row, self._main_period(e, row))
        elif e.kind != "number":
            for operand in e.of:
                yield from self._read(operand, row, when)

    def _members(self, e: Expression, row: int) -> list[int]:
        """Return the rows that a total or group adds up."""
        if e.kind == "group":
            return [int(at) for at in e.of[1].children[row]]
        return list(range(len(self._value(e.of[0]))))

    def _main_period(self, e: Expression, row: int) -> int:
        """Return the period with the largest absolute value, or for `lowest` the smallest value."""
        read = self._value(e.of[0])
        along = read[row if read.shape[-2] > 1 else 0]
        return int(np.argmin(along) if e.kind == "lowest" else np.argmax(np.nan_to_num(np.abs(along))))

    def _value(self, e: Expression) -> Any:
        return evaluated(e, self.values)

    def _text(self, e: Expression, row: int, when: int, figures: bool, rank: float = 0) -> str:
        if e.kind == "number":
            return text("no value", self.language) if e.of[0] != e.of[0] else f"{e.of[0]:g}"
        if e.kind == "name":
            return self._figure(e.of[0], row if e.list else 0, when) if figures else self.named(e.of[0])
        if e.kind == "neg":
            return f"−{self._text(e.of[0], row, when, figures, 3)}"
        if e.kind in _BLOCKS:
            return self._block(e, row, when, figures)
        if e.kind == "maximum" and (kept := _guarded(e)) is not None:
            return self._text(kept, row, when, figures, rank)
        if e.kind == "where":
            condition, yes, no = (self._text(operand, row, when, figures) for operand in e.of)
            return f"{text('if', self.language)}({condition}; {yes}; {no})"
        if e.kind in _RANK or e.kind in ("<", "<=", ">", ">=", "==", "!="):
            mine = _RANK.get(e.kind, 0.5)
            left, right = (
                self._text(e.of[0], row, when, figures, mine),
                self._text(e.of[1], row, when, figures, mine + 0.1),
            )
            whole = f"{left} {_SIGNS.get(e.kind, e.kind)} {right}"
            return f"({whole})" if mine < rank else whole
        if e.kind in _OVER_PERIODS and figures:
            when = self._main_period(e, row)
            shown = f"{len(self.case.periods)} {text('periods', self.language)}, {self.case.periods[when]}: "
            return f"{text(e.kind.replace('_', ' '), self.language)}({shown}{self._text(e.of[0], row, when, True)})"
        inner = "; ".join(self._text(operand, row, when, figures) for operand in e.of)
        return f"{text(e.kind.replace('_', ' '), self.language)}({inner})"

    def _block(self, e: Expression, row: int, when: int, figures: bool) -> str:
        inner = e.of[0]
        if e.kind == "previous":
            if figures:
                return self._text(inner, row, when - 1, True) if when else self._text(e.of[1], row, when, True)
            return f"{text('previous', self.language)} {self.named(inner.of[0])}"
        if e.kind == "each":
            return self._figure(inner.of[0], e.of[1].position[row], when) if figures else self.named(inner.of[0])
        if not figures:
            summed = self._text(inner, row, when, False)
            return f"{text('sum of', self.language)} {summed if inner.is_name else f'({summed})'}"
        return "(" + (" + ".join(self._text(inner, at, when, True, 1) for at in self._members(e, row)) or "0") + ")"

    def _figure(self, name: str, row: int, when: int) -> str:
        value = self._at(name, row, when)
        return numbers.format_value(value, self._unit(name), self.language, digits=4) if value else "0"

    def _unit(self, name: str) -> str:
        return self.case.model.shown_in.get(name, "1")

    def _sources(self, name: str, member: str) -> tuple[Source, ...]:
        rows = self.case.by_key.get(name, ())
        own = [row for row in rows if row.row == member] or list(rows)
        return tuple(source_of(row, self.case) for row in own[:12])


def source_of(row: Row, case: Case) -> Source:
    """Return the source of a row, with a quote from the document if there is one."""
    known = source_titles(case.folder).get(row.source, {})
    fact = documented(case.folder).get(row.locator.split(",")[0].strip(), {})
    return Source(
        row.grade,
        known.get("title", ""),
        known.get("publisher", ""),
        known.get("reference", ""),
        known.get("date", ""),
        fact.get("section", row.locator),
        fact.get("quote", ""),
        row.low,
        row.high,
        row.unit,
        row.note,
    )
