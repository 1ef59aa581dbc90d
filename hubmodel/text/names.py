"""Names: their canonical form, comparison as a reader or Excel makes it, and refusal of unknown ones."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from hubmodel.errors import UnknownName


def canonical(text: str) -> str:
    """Return a text in Unicode's composed form, so that a letter typed in two ways is one character.

    >>> canonical("a" + chr(0x30A)) == "å"
    True
    """
    return unicodedata.normalize("NFC", text)


def folded(name: str) -> str:
    """Fold a name as a reader, or a look-up in Excel, compares it: without case, blanks and forms of a character.

    >>> folded("Suite A") == folded("suite  a")
    True
    """
    return "".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).split())


def all_canonical(content: Any) -> Any:
    """Return the content of a file with all its names and texts in canonical form, tables and lists included."""
    if isinstance(content, str):
        return canonical(content)
    if isinstance(content, Mapping):
        return {canonical(name): all_canonical(part) for name, part in content.items()}
    return [all_canonical(part) for part in content] if isinstance(content, list) else content


def refuse_unknown(place: str, kind: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Refuse the first name that is not known, with its place and the nearest known names.

    >>> refuse_unknown("northx/case.toml", "key", ["levrs"], ["levers", "title"])
    Traceback (most recent call last):
    ...
    hubmodel.errors.UnknownName: northx/case.toml: no key 'levrs'; did you mean 'levers'?
    """
    names = list(known)
    for name in given:
        if name not in names:
            raise UnknownName("{place}: {problem}", place=place, problem=UnknownName.of(kind, name, names).message)
