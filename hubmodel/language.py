"""Texts in the reader's language: English in the code, other languages from gettext catalogues."""

from __future__ import annotations

import functools
from pathlib import Path

LANGUAGES = ("en", "sv")


_WRITTEN = {
    "ebitda": "EBITDA", "ebit": "EBIT", "gmp": "GMP", "fnpv c": "FNPV(C)", "fnpv kp": "FNPV(Kp)", "frr c": "FRR(C)",
    "frr kp": "FRR(Kp)", "co financing": "co-financing", "break even": "break-even", "open access": "open-access",
    "suite day": "suite-day", "suite days": "suite-days", "on cost": "on-cost",
    "of hub": "in all", "in hub": "in all", "by hub": "in all",  # whatever a case calls itself
}  # fmt: skip


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
    words = f" {name.replace('_', ' ')} "
    for plain, written in _WRITTEN.items():
        words = words.replace(f" {plain} ", f" {written} ")
    words = words.strip()
    return text(words[:1].upper() + words[1:], language)
