"""Formulas of a case: its lines, traced once for explanations, checks of units, workbook and machine code."""

from __future__ import annotations

import functools

from hubmodel.case.facility import Case
from hubmodel.engine.trace import Instance, Traced, traced


def trace(case: Case) -> Traced:
    """Trace the formulas of all lines of a case, which checks their units and lists."""
    return _trace(case.base or case)  # a scenario changes values, never a list


@functools.lru_cache(maxsize=8)
def _trace(case: Case) -> Traced:
    return traced(case.model, case.inputs, case.list_of)


def instance_of(case: Case) -> Instance:
    """Return the model of a case with its inputs, for the compiler."""
    members = {name: len(lines) for name, lines in case.lists.items()}
    return Instance(case.model, trace(case).lines, case.inputs, members, len(case.periods))
