"""Wording shared by page and paper: changes with their sign, probabilities, ranges, shortened texts."""

from __future__ import annotations

import re
import textwrap

from hubmodel.text.language import text
from hubmodel.text.numbers import NBSP, NOTHING, format_value

_UNIT = re.compile(f"{NBSP}[^0-9].*")  # behind a number, whose groups are digits
FRACTIONS = {
    0.0: "Hardly any", 1 / 10: "One in ten", 1 / 5: "One in five", 1 / 4: "One in four", 1 / 3: "One in three",
    2 / 5: "Two in five", 1 / 2: "Half of all", 3 / 5: "Three in five", 2 / 3: "Two in three", 3 / 4: "Three in four",
    4 / 5: "Four in five", 9 / 10: "Nine in ten", 1.0: "Nearly all",
}  # fmt: skip
MOST_DIGITS = 6  # until two values that differ are shown as different
NEARLY = 0.99  # above it two digits may make a probability a certainty


def signed(value: float, unit: str, language: str = "en") -> str:
    """Format a change with its sign; a change of a share is in percentage points.

    >>> signed(0.0, "SEK")
    'unchanged'
    """
    if not value:
        return text("unchanged", language)
    share = unit in ("share", "1/year")
    points = text("-points", language) if share else ""
    return ("+" if value > 0 else "") + format_value(value, "share" if share else unit, language) + points


def probability(value: float, language: str = "en") -> str:
    """Format a probability as per cent; none at all is 0 %, and near certainty it has four digits.

    >>> probability(0.2246).replace(NBSP, " "), probability(2047 / 2048).replace(NBSP, " ")
    ('22 %', '99.95 %')
    """
    digits = 4 if NEARLY < value < 1 else 2
    return format_value(value, "share", language, digits) if value else f"0{NBSP}%"


def fraction(share: float, language: str = "en") -> str:
    """Return the simple fraction nearest to a share, in words.

    >>> fraction(0.79), fraction(0.62), fraction(0.999)
    ('Four in five', 'Three in five', 'Nearly all')
    """
    return text(FRACTIONS[min(FRACTIONS, key=lambda simple: abs(simple - share))], language)


def money(value: float, language: str = "en", digits: int = 2) -> str:
    """Format an amount with its sign, in at least two digits.

    >>> money(16.18e6).replace(NBSP, " "), money(0.0)
    ('+16 MSEK', '0')
    """
    shown = format_value(value, "SEK", language, digits)
    return "0" if shown == NOTHING else f"+{shown}" if value > 0 else shown


def pair(first: float, second: float, language: str = "en") -> tuple[str, str]:
    """Format two amounts that are read together, with enough digits to tell them apart and a common unit once.

    >>> pair(-27.2e6, 16.2e6)[0], pair(-27.22e6, -27.16e6)[0]
    ('−27', '−27.22')
    """
    for digits in range(2, MOST_DIGITS + 1):
        shown, other = money(first, language, digits), money(second, language, digits)
        if shown != other or first == second:
            break
    number, _, unit = shown.rpartition(NBSP)
    return (number if number and other.endswith(f"{NBSP}{unit}") else shown), other


def span(low: float, high: float, unit: str, language: str = "en") -> str:
    """Format a range with its unit once, with a dash, or with "to" where the lower end is negative.

    >>> span(0.17, 0.32, "share").replace(chr(160), " "), span(1100, 2000, "SEK/hour").replace(chr(160), " ")
    ('17–32 %', '1 100–2 000 SEK/h')
    """
    exact = None if "SEK" not in unit else 3
    first, last = (format_value(end, unit, language, exact) if end else "0" for end in (low, high))
    shared = _UNIT.search(last)
    if shared and first.endswith(shared[0]):
        first = first.removesuffix(shared[0])
    between = "–" if low >= 0 else f" {text('to', language)} "
    return f"{first}{between}{last}"


def cut(content: str, most: int) -> str:
    """Shorten a text to a number of characters; it then ends after a word, with an ellipsis.

    >>> cut("a hub for vaccines", 12), cut("x" * 20, 5)
    ('a hub for …', 'xxxx…')
    """
    if len(content) <= most:
        return content
    short = textwrap.shorten(content, most, placeholder=" …")
    return short if len(short) > most // 2 else content[: most - 1] + "…"
