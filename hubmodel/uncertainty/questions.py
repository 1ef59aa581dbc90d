"""Questions that a new case leaves open, those about the most influential rows first."""

from __future__ import annotations

from dataclasses import dataclass

from hubmodel.case.facility import Case
from hubmodel.text.numbers import format_value
from hubmodel.uncertainty.ranges import is_uncertain
from hubmodel.uncertainty.tornado import tornado

TO_FILL = "To fill:"  # begins the note of a row whose value is a placeholder


@dataclass(frozen=True)
class Question:
    """A row to fill: its name, the question, the placeholder, and how far its range moves net present value [SEK]."""

    name: str
    period: str
    question: str
    value: float | str
    unit: str
    influence: float


def questions(case: Case) -> list[Question]:
    """Return the rows whose notes begin with "To fill:", the largest effect on net present value first.

    >>> import hubmodel as hm
    >>> questions(hm.load("northx"))
    []
    """
    rows = [row for row in case.rows if row.note.startswith(TO_FILL)]
    ranked = tornado(case) if rows and any(is_uncertain(row) for row in case.rows) else []
    moves = {influence.key: influence.spread for influence in ranked}
    found = []
    for row in rows:
        asked, effect = row.note.removeprefix(TO_FILL).strip(), moves.get(row.key, 0.0)
        value = format_value(float(row.value), "date") if row.unit == "date" else row.value
        found.append(Question(row.name, row.period, asked, value, row.unit, effect))
    return sorted(found, key=lambda question: -question.influence)
