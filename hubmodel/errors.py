"""Errors of hubmodel; each names in one line the thing, the value, the rule and the cure.

HubmodelError
 ├─ InputError      a row, file or argument breaks a rule
 ├─ RuleError       a field of a row breaks a rule, found by pydantic
 ├─ UnknownName     no such case, scenario, line, row or key figure ("did you mean …?")
 ├─ NumberError     a number that a person typed cannot be read
 ├─ UnitError       two units do not fit together
 ├─ TraceError      a line item uses something outside the vocabulary, or mixes two lists
 └─ SolveError      a goal cannot be reached
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any


class Message(str):
    """A sentence for a person: an English string that keeps its template and parts for translation.

    Parameters
    ----------
    template
        the English sentence with named fields, as for `str.format`.
    parts
        the values of the fields; a part that is itself a message is translated too.

    >>> Message("no {kind} {name!r}", kind="line", name="ebitd")
    "no line 'ebitd'"
    """

    template: str
    parts: Mapping[str, Any]

    def __new__(cls, template: str, /, **parts: Any) -> Message:
        """Fill the template; without parts it is taken as it is."""
        message = super().__new__(cls, template.format(**parts) if parts else template)
        message.template, message.parts = template, parts
        return message

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        return (self.template,), dict(self.parts)

    @classmethod
    def joined(cls, parts: Sequence[Any], template: str = "{first}; {rest}") -> Message:
        """Join several parts into one message; the template says how `first` stands before the `rest`.

        >>> Message.joined(["ebit", "ebitda"], "{first!r} or {rest}")
        "'ebit' or 'ebitda'"
        """
        if len(parts) == 1:
            return cls(template[: template.index("}") + 1], first=parts[0])
        if "{first}" not in template:  # each part is formatted by itself
            return cls(template, first=parts[0], rest=cls.joined(parts[1:], template))
        half = len(parts) // 2  # in halves, so that a thousand parts are nested ten deep
        return cls(template, first=cls.joined(parts[:half], template), rest=cls.joined(parts[half:], template))


class HubmodelError(Exception):
    """Base of all errors that hubmodel raises; its text is written for the user.

    Parameters
    ----------
    message
        a message, or the template of one.
    parts
        the parts of the template, by name.
    """

    def __init__(self, message: str, /, **parts: Any) -> None:
        self.message = message if isinstance(message, Message) and not parts else Message(message, **parts)
        super().__init__(self.message)


class InputError(HubmodelError):
    """A row, file or argument breaks a rule."""


class RuleError(HubmodelError, ValueError):
    """A field of a row breaks a rule; a ValueError, so that pydantic collects it."""


class UnknownName(HubmodelError):
    """No such case, scenario, line, row or key figure."""

    @classmethod
    def of(cls, kind: str, name: str, known: Iterable[str]) -> UnknownName:
        """Build the error, with the nearest known names as its cure.

        >>> print(UnknownName.of("line or assumption", "comercial_margin", ["commercial_margin"]))
        no line or assumption 'comercial_margin'; did you mean 'commercial_margin'?
        """
        kind, names = (kind if isinstance(kind, Message) else Message(kind)), sorted(set(known))
        near = get_close_matches(name, names, n=2, cutoff=0.6)
        if near:
            names_near = Message.joined(near, "{first!r} or {rest}")
            return cls("no {kind} {name!r}; did you mean {near}?", kind=kind, name=name, near=names_near)
        some = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
        return cls("no {kind} {name!r}; known: {known}", kind=kind, name=name, known=some or Message("none"))


class NumberError(HubmodelError):
    """A number that a person typed cannot be read."""


class UnitError(HubmodelError):
    """Two units do not fit together, or a unit is not known."""


class TraceError(HubmodelError):
    """A line item uses something outside the vocabulary, or mixes two lists."""


class SolveError(HubmodelError):
    """A goal cannot be reached within the range of the input."""
