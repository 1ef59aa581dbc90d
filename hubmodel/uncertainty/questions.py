"""What of a new case is still to fill, the most influential rows first."""

from __future__ import annotations

from dataclasses import dataclass

from hubmodel.case.facility import Case
from hubmodel.text.numbers import format_value
from hubmodel.uncertainty.ranges import is_uncertain
from hubmodel.uncertainty.tornado import tornado

TO_FILL = "To fill:"


@dataclass(frozen=True)
class Question:
    """One row that is still to fill: its name, what is asked, the placeholder, and how far its range moves NPV."""

    name: str
    period: str
    question: str
    value: float | str
    unit: str
    influence: float


def questions(case: Case) -> list[Question]:
    """Return the rows whose notes still begin with "To fill:", the largest effect on net present value [SEK] first.

    >>> import hubmodel as hm
    >>> questions(hm.load("northx"))
    []
    """
    rows = [row for row in case.rows if row.note.startswith(TO_FILL)]
    ranked = tornado(case) if rows and any(is_uncertain(row) for row in case.rows) else []
    moves = {one.key: one.spread for one in ranked}
    found = []
    for row in rows:
        asked, effect = row.note.removeprefix(TO_FILL).strip(), moves.get(row.key, 0.0)
        value = format_value(float(row.value), "date") if row.unit == "date" else row.value
        found.append(Question(row.name, row.period, asked, value, row.unit, effect))
    return sorted(found, key=lambda one: -one.influence)
