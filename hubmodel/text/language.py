"""Texts in the reader's language: English in the code, other languages from gettext catalogues.

A text or label is looked up as it is. A message, such as that of an error, has parts in it and is found by its template
(context ``message`` in the catalogue): {1} stands for its first part, {1!r} for one that is quoted as it was typed.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from hubmodel.errors import Message

LANGUAGES = ("en", "sv")
_PART = re.compile(r"\{(\d+)(!r)?\}")
_ANY, _QUOTED = "(.*?)", r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^'"\s]\S*?|[\[{(].*?[\])}])"""
_DEEPEST = 8  # messages in messages
_LITTLE = 10  # letters: a template with fewer is that of a part, and no message with a place before it

_WRITTEN = {
    "ebitda": "EBITDA", "ebit": "EBIT", "gmp": "GMP", "fnpv c": "FNPV(C)", "fnpv kp": "FNPV(Kp)", "frr c": "FRR(C)",
    "frr kp": "FRR(Kp)", "co financing": "co-financing", "break even": "break-even", "open access": "open-access",
    "suite day": "suite-day", "suite days": "suite-days", "on cost": "on-cost",
    "of hub": "in all", "in hub": "in all", "by hub": "in all",  # whatever a case calls itself
}  # fmt: skip


@functools.cache
def _entries(language: str) -> tuple[tuple[str, str, str], ...]:
    path = Path(__file__).parent / "locale" / f"{language}.po"
    if not path.exists():
        return ()
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        return tuple(
            (one.context or "", str(one.id), str(one.string)) for one in read_po(file) if one.id and one.string
        )


@functools.cache
def catalogue(language: str, context: str = "") -> dict[str, str]:
    """Return the translations of a language, by English text; empty for English. Messages have the context message."""
    return {english: own for found, english, own in _entries(language) if found == context}


def text(message: str, language: str = "en") -> str:
    """Return a text in a language; English where it has no translation.

    >>> text("Revenue")
    'Revenue'
    """
    return catalogue(language).get(message, message)


def label(name: str, language: str = "en") -> str:
    """Return the label of a line, input or key figure.

    >>> label("commercial_price_per_batch")
    'Commercial price per batch'
    """
    words = f" {name.replace('_', ' ')} "
    for plain, written in _WRITTEN.items():
        words = words.replace(f" {plain} ", f" {written} ")
    words = words.strip()
    return text(words[:1].upper() + words[1:], language)


def told(content: Mapping[str, Any], name: str, language: str = "en") -> Any:
    """Return what data say under a name in a language, as title_sv; what they say in English where they do not.

    >>> told({"title": "Without grant", "title_sv": "Utan bidrag"}, "title", "sv")
    'Utan bidrag'
    """
    return content.get(f"{name}_{language}", content.get(name))


def said(message: str, language: str = "en") -> str:
    """Return what an error, a check or a figure without value says, in a language; English where it is not known.

    Parts that are quoted, numbers and names stay as they are; parts that are messages are translated, too.

    >>> said("mine.toml: no input 'commercial_margn'; did you mean 'commercial_margin'?", "sv")
    "mine.toml: indata 'commercial_margn' finns inte; menade du 'commercial_margin'?"
    """
    if language == "en":
        return message
    return "\n".join(_said(line, language, _DEEPEST) for line in message.split("\n"))


def translate(message: str, language: str = "en") -> str:
    """Return a message in a language, its parts too where they are messages; English where it is not known.

    >>> translate(UnknownName.of("input", "commercial_margn", ["commercial_margin"]).message, "sv")
    "indata 'commercial_margn' finns inte; menade du 'commercial_margin'?"
    """
    if language == "en":
        return str(message)
    if not isinstance(message, Message):
        return said(message, language)
    known = catalogue(language, "message")
    template = known.get(message.template) or catalogue(language).get(message.template, message.template)
    parts = {
        name: translate(part, language) if isinstance(part, Message) else part for name, part in message.parts.items()
    }
    return template.format(**parts) if parts else template


def _said(message: str, language: str, deep: int) -> str:
    if message in (messages := catalogue(language, "message")):
        return messages[message]
    if " " in message and message in (texts := catalogue(language)):  # a single word may be a name
        return texts[message]
    if not deep:
        return message
    place, colon, rest = message.partition(": ")
    for template in _templates(language):
        if (not colon or template.letters >= _LITTLE) and (parts := template.parts(message)):
            return template.filled([part if quoted else _said(part, language, deep - 1) for part, quoted in parts])
    return f"{_said(place, language, deep - 1)}: {_said(rest, language, deep - 1)}" if colon else message


@dataclass(frozen=True)
class _Template:
    """A message with parts, and what it is in another language."""

    english: str
    own: str

    @cached_property
    def literals(self) -> list[str]:
        return _PART.split(self.english)[::3]

    @cached_property
    def letters(self) -> int:
        return sum(map(len, self.literals))

    @cached_property
    def quoted(self) -> list[bool]:
        return [mark is not None for mark in _PART.split(self.english)[2::3]]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        first, *rest = map(re.escape, self.literals)
        units: list[str] = []
        for quoted, literal in zip(self.quoted, rest, strict=True):
            if quoted and units:  # its quotes tell where the part before it ends
                units[-1] += _QUOTED + literal
            else:
                units.append((_QUOTED if quoted else _ANY) + literal)
        *inner, last = units
        return re.compile(first + "".join(f"(?>{one})" for one in inner) + last)  # never goes back: time stays linear

    def parts(self, message: str) -> list[tuple[str, bool]]:
        """Return each part of a message and whether it is quoted; none where the message is another one."""
        if not all(literal in message for literal in self.literals):
            return []  # so that hardly any pattern is ever compiled
        match = self.pattern.fullmatch(message)
        return list(zip(match.groups(), self.quoted, strict=True)) if match else []

    def filled(self, parts: list[str]) -> str:
        return _PART.sub(lambda place: parts[int(place[1]) - 1], self.own)


@functools.cache
def _templates(language: str) -> list[_Template]:
    """Return the messages with parts, the one with the longest text of its own first: the most particular."""
    found = [_Template(*both) for both in catalogue(language, "message").items() if _PART.search(both[0])]
    return sorted(found, key=lambda one: -one.letters)
