"""Names: their one form, when two are the same to a reader or to Excel, and names that nobody knows."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from hubmodel.errors import UnknownName


def canonical(text: str) -> str:
    """Return a text with each letter as one sign, whichever way it was typed.

    >>> canonical("a" + chr(0x30A)) == "å"
    True
    """
    return unicodedata.normalize("NFC", text)


def folded(name: str) -> str:
    """Return what is left of a name to a reader, or to a look-up in Excel: no case, no blanks, one form of each sign.

    >>> folded("Suite A") == folded("suite  a")
    True
    """
    return "".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).split())


def all_canonical(content: Any) -> Any:
    """Return what a file holds with its names and texts in their one form, tables and lists included."""
    if isinstance(content, str):
        return canonical(content)
    if isinstance(content, Mapping):
        return {canonical(name): all_canonical(part) for name, part in content.items()}
    return [all_canonical(part) for part in content] if isinstance(content, list) else content


def refuse_unknown(place: str, kind: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Refuse the first name that is not known, with its place, and the nearest that are.

    >>> refuse_unknown("northx/case.toml", "key", ["levrs"], ["levers", "title"])
    Traceback (most recent call last):
    ...
    hubmodel.errors.UnknownName: northx/case.toml: no key 'levrs'; did you mean 'levers'?
    """
    names = list(known)
    for name in given:
        if name not in names:
            raise UnknownName(f"{place}: {UnknownName.of(kind, name, names)}")
