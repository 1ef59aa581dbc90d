"""What page and paper say alike: the sign of a change, a probability, whether the checks hold; cut where need be."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from hubmodel.language import label, text
from hubmodel.numbers import format_value
from hubmodel.result import Check

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
