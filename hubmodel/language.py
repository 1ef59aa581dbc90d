"""Texts in the reader's language: English in the code, other languages from gettext catalogues."""

from __future__ import annotations

import functools
from pathlib import Path

LANGUAGES = ("en", "sv")


@functools.cache
def catalogue(language: str) -> dict[str, str]:
    """Return the translations of a language, by English text; empty for English."""
    path = Path(__file__).parent / "locale" / f"{language}.po"
    if not path.exists():
        return {}
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file) if one.id and one.string}


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
    words = name.replace("_", " ")
    for written, wanted in (
        ("ebitda", "EBITDA"),
        ("ebit ", "EBIT "),
        ("gmp", "GMP"),
        ("fnpv kp", "FNPV(Kp)"),
        ("fnpv c", "FNPV(C)"),
        ("frr kp", "FRR(Kp)"),
        ("frr c", "FRR(C)"),
    ):
        words = words.replace(written, wanted)
    return text(words[:1].upper() + words[1:], language)
