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

from collections.abc import Iterable
from difflib import get_close_matches


class HubmodelError(Exception):
    """Anything that hubmodel refuses; its text is for the person in front of it."""


class InputError(HubmodelError):
    """A row, file or argument breaks a rule."""


class UnknownName(HubmodelError):
    """A name that nothing answers to."""

    @classmethod
    def of(cls, kind: str, name: str, known: Iterable[str]) -> UnknownName:
        """Build the error with the nearest known names.

        >>> print(UnknownName.of("line or assumption", "comercial_margin", ["commercial_margin"]))
        no line or assumption 'comercial_margin'; did you mean 'commercial_margin'?
        """
        names = sorted(set(known))
        near = get_close_matches(name, names, n=2, cutoff=0.6)
        if near:
            return cls(f"no {kind} {name!r}; did you mean {' or '.join(map(repr, near))}?")
        some = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
        return cls(f"no {kind} {name!r}; known: {some or 'none'}")


class NumberError(HubmodelError):
    """A number that a person typed cannot be read."""


class UnitError(HubmodelError):
    """Two units do not fit together, or a unit is not known."""


class TraceError(HubmodelError):
    """A line item leaves the vocabulary or mixes two lists."""


class SolveError(HubmodelError):
    """A goal cannot be reached within the range of the input."""
