"""Texts in the reader's language: English in the code, other languages from gettext catalogues.

A text or label is looked up as it is. A message, such as that of an error, is looked up by its template, in the context
``message`` of the catalogue, and then filled with its parts.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hubmodel.errors import Message

LANGUAGES = ("en", "sv")

_WRITTEN = {
    "ebitda": "EBITDA", "ebit": "EBIT", "gmp": "GMP", "fnpv c": "FNPV(C)", "fnpv kp": "FNPV(Kp)", "frr c": "FRR(C)",
    "frr kp": "FRR(Kp)", "co financing": "co-financing", "break even": "break-even", "open access": "open-access",
    "suite day": "suite-day", "suite days": "suite-days", "on cost": "on-cost",
}  # fmt: skip


@functools.cache
def _entries(language: str) -> tuple[tuple[str, str, str], ...]:
    path = Path(__file__).parent / "locale" / f"{language}.po"
    if not path.exists():
        return ()
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        return tuple(
            (entry.context or "", str(entry.id), str(entry.string))
            for entry in read_po(file)
            if entry.id and entry.string
        )


@functools.cache
def catalogue(language: str, context: str = "") -> dict[str, str]:
    """Return the translations of a language by English text; empty for English. Messages have the context message."""
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
    phrase = f" {name.replace('_', ' ')} "
    for plain, written in _WRITTEN.items():
        phrase = phrase.replace(f" {plain} ", f" {written} ")
    phrase = phrase.strip()
    return text(phrase[:1].upper() + phrase[1:], language)


def in_language(content: Mapping[str, Any], name: str, language: str = "en") -> Any:
    """Return a text of the data in a language, such as title_sv; the English one where there is no translation.

    >>> in_language({"title": "Without grant", "title_sv": "Utan bidrag"}, "title", "sv")
    'Utan bidrag'
    """
    return content.get(f"{name}_{language}", content.get(name))


def translate(message: str, language: str = "en") -> str:
    """Return a message in a language, with those of its parts that are messages; English where it has no translation.

    >>> from hubmodel.errors import UnknownName
    >>> translate(UnknownName.of("input", "commercial_margn", ["commercial_margin"]).message, "sv")
    "indata 'commercial_margn' finns inte; menade du 'commercial_margin'?"
    """
    if language == "en":
        return str(message)
    template, parts = (message.template, message.parts) if isinstance(message, Message) else (message, {})
    own = catalogue(language, "message").get(template) or text(template, language)
    translated = {
        name: translate(part, language) if isinstance(part, Message) else part for name, part in parts.items()
    }
    return own.format(**translated) if parts else own
