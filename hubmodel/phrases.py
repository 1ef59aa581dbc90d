"""What page and paper say alike: the sign of a change, a probability, whether the checks hold; cut where need be."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

from hubmodel.language import label, text
from hubmodel.numbers import NBSP, format_value
from hubmodel.result import Check
from hubmodel.rows import Row

_UNIT = re.compile(f"{NBSP}[^0-9].*")  # behind a number, whose groups are digits
PLAUSIBLE = "plausible_"  # begins the name of a check that a figure lies within its band


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
    """Format a probability as per cent; none at all is 0 %.

    >>> probability(0.2246).replace(chr(160), " ")
    '22 %'
    """
    return format_value(value, "share", language, digits=2) if value else "0\u00a0%"


def span(low: float, high: float, unit: str, language: str = "en") -> str:
    """Format a range with its unit once; with a negative end it is said in words.

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


def outside(row: Row, value: float, language: str = "en") -> str:
    """Return that a value lies outside the range of its row; blank where it does not.

    >>> row = Row(key="margin", row="", period="", value=0.25, unit="share", low=0.17, high=0.32, spread="",
    ...           price_year=None, source="", locator="", grade="assumption", note="a guess")
    >>> outside(row, 0.45).replace(chr(160), " "), outside(row, 0.3)
    ('outside its range 17–32 %', '')
    """
    if row.low is None or row.high is None or row.spans(value):
        return ""
    return text("outside its range {span}", language).format(span=span(row.low, row.high, row.unit, language))


def verdict(checks: Sequence[Check], language: str = "en") -> tuple[str, str]:
    """Return OK or FAILED as a word, and how many identities hold and judgements are raised as a sentence."""
    identities = [one for one in checks if one.level == "identity"]
    word = "OK" if all(one.ok for one in checks) else "FAILED"
    said = text("{good} of {all} identities hold; {raised} to note", language)
    good = len([one for one in identities if one.ok])
    raised = len([one for one in checks if one.level == "warning" and one.message])
    return text(word, language), said.format(good=good, all=len(identities), raised=raised)


def check_title(check: Check, language: str = "en") -> str:
    """Return what a check is called.

    >>> check_title(Check("plausible_jobs_direct", "warning", True, 0.0, 0.0, ""))
    'Plausible: Jobs direct'
    """
    if check.name.startswith(PLAUSIBLE):
        figure = label(check.name.removeprefix(PLAUSIBLE), language)
        return text("Plausible: {figure}", language).format(figure=figure)
    return label(check.name, language)


def cut(said: str, most: int) -> str:
    """Return a text of so many letters at most; what is longer ends at a word with an ellipsis.

    >>> cut("a hub for vaccines", 12), cut("x" * 20, 5)
    ('a hub for …', 'xxxx…')
    """
    if len(said) <= most:
        return said
    short = textwrap.shorten(said, most, placeholder=" …")
    return short if len(short) > most // 2 else said[: most - 1] + "…"
