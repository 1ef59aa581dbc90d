"""What can go wrong, said in one line that names the thing, the value, the rule and the cure.

HubmodelError
 ├─ InputError      a row, file or argument breaks a rule
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
    """A sentence for a person: it reads as English, and keeps the template and parts that other languages need.

    Parameters
    ----------
    template
        the English sentence with named places for its parts, as `str.format` fills them.
    parts
        what stands in those places; a part that is a message is translated with the sentence around it.

    >>> Message("no {kind} {name!r}", kind="line", name="ebitd")
    "no line 'ebitd'"
    """

    template: str
    parts: Mapping[str, Any]

    def __new__(cls, template: str, /, **parts: Any) -> Message:
        message = super().__new__(cls, template.format(**parts) if parts else template)
        message.template, message.parts = template, parts
        return message

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        return (self.template,), dict(self.parts)

    @classmethod
    def joined(cls, parts: Sequence[Any], template: str = "{first}; {rest}") -> Message:
        """Return several parts as one message; the template says how one stands before those that follow.

        >>> Message.joined(["ebit", "ebitda"], "{first!r} or {rest}")
        "'ebit' or 'ebitda'"
        """
        *before, last = parts
        message = cls(template[: template.index("}") + 1], first=last)
        for part in reversed(before):
            message = cls(template, first=part, rest=message)
        return message


class HubmodelError(Exception):
    """Anything that hubmodel refuses; its text is for the person in front of it.

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


class UnknownName(HubmodelError):
    """A name that nothing answers to."""

    @classmethod
    def of(cls, kind: str, name: str, known: Iterable[str]) -> UnknownName:
        """Build the error with the nearest known names; the kind is a message.

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
    """A line item leaves the vocabulary or mixes two lists."""


class SolveError(HubmodelError):
    """A goal cannot be reached within the range of the input."""
