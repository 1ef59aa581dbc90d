"""Checks of a result: identities, which must hold, and warnings, which only call for attention.

Most checks are lines of `hubmodel.lines.checks`; this module has those that cannot be written as a line.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence

import numpy as np

from hubmodel.case.documents import documented, documented_lines, plausibility
from hubmodel.case.facility import Case
from hubmodel.engine import units
from hubmodel.engine.graph import Model
from hubmodel.errors import InputError, Message, UnknownName
from hubmodel.study.check_messages import message_of
from hubmodel.study.result import PLAUSIBLE, Check, Evaluation, evaluate
from hubmodel.text.language import text

SMALL = 1e-9  # tolerance for rounding, relative to the largest amount compared


def _tie(name: str, left: object, right: object, message: str, size: object = 0.0) -> Check:
    a, b = np.broadcast_arrays(np.asarray(left, dtype=float), np.asarray(right, dtype=float))
    difference = float(np.max(np.abs(a - b), initial=0.0))
    tolerance = SMALL * max(1.0, *(float(np.max(np.abs(np.asarray(side)), initial=0.0)) for side in (a, b, size)))
    ok = difference <= tolerance  # False for nan
    return Check(name, "identity", ok, difference, tolerance, "" if ok else message)


def _warn(name: str, raised: bool, difference: float, message: str) -> Check:
    return Check(name, "warning", True, difference, 0.0, message if raised else "")


def _largest_known(value: object) -> float:
    return float(np.fmax.reduce(np.abs(np.asarray(value, dtype=float)), axis=None, initial=0.0))  # leaves out nan


def _largest(value: object) -> float:
    return float(np.max(np.abs(np.asarray(value, dtype=float)), initial=0.0))


@functools.lru_cache(maxsize=8)
def _own_rows(case: Case) -> dict[str, float]:
    result = evaluate(case)
    return {name: _named(result, name) for name in documented_lines(case.folder)}


def _named(result: Evaluation, name: str) -> float:
    """Return the value of a name in [documented]: line, line[row], or either followed by a year."""
    match = re.fullmatch(r"(\w+)(?:\[(.+)\])?(?: (\d{4}))?", name)
    if match is None:
        raise InputError(
            "{case}/case.toml: {name!r} must be a line, line[row] or line[row] 2025", case=result.case.name, name=name
        )
    line, row, year = match[1], match[2] or "", match[3]
    years, rows = result.series(line)
    if row not in rows:
        kind = Message("row of {line} in [documented] of {case}/case.toml", line=line, case=result.case.name)
        raise UnknownName.of(kind, row, rows)
    if year and year not in years:
        raise UnknownName.of("year of the calendar", year, years)
    return rows[row][years.index(year)] if year else float(np.ravel(result[line])[list(rows).index(row)])


def documented_totals(result: Evaluation) -> Check:
    """The rows of the case, before overrides, give the totals printed in its documents."""
    lines = documented_lines(result.case.folder)
    if not lines:
        return Check("documented_totals", "identity", True, 0.0, 0.0, Message("nothing documented"))
    own, facts = _own_rows(result.case.base or result.case), documented(result.case.folder)
    printed = {name: float(facts[key]["value"]) * units.parse(facts[key]["unit"])[0] for name, key in lines.items()}
    wrong = [name for name in lines if abs(own[name] - printed[name]) > SMALL * abs(printed[name])]
    return _tie(
        "documented_totals",
        list(own.values()),
        [printed[name] for name in own],
        Message("the rows do not give what the documents print for {names}; mend the rows", names=", ".join(wrong)),
    )


def grant_as_scheduled(result: Evaluation) -> Check:
    """The total grant received equals the total of the chosen schedule."""
    case = result.case
    planned = sum(row.base for row in case.by_key[f"grant_{case.chosen('grant_schedule')}"]) * result["grant_factor"]
    return _tie(
        "grant_as_scheduled",
        result["grant_total"],
        planned,
        Message("the grant received is not the total of the chosen schedule; look at its dates"),
    )


def second_opinion_on_value(result: Evaluation) -> Check:
    """The net present value equals the value that numpy_financial gives for the same cash flow."""
    import numpy_financial as npf

    rate = (1 + float(result["required_return"])) ** float(result["period_length"]) - 1
    first = float(result["discounting_date"][0, 0])
    to_valuation = (1 + float(result["required_return"])) ** (float(result["valuation_date"]) - first)
    other = npf.npv(rate, result["counted_cash_flow"][0]) * to_valuation
    message = Message("numpy_financial finds another value")
    return _tie("second_opinion_on_value", result["net_present_value"], other, message)


_STOCKS = (
    "_stage", "_active", "_posts", "_posts_hired", "loan_balance", "_losses", "_reserves", "_batches", "unearned_grant",
    "deferred_grant",
)  # fmt: skip


def bounds_of(model: Model) -> dict[str, tuple[float, float, list[str]]]:
    """Return the checks of bounds: the lowest and highest value, and the lines that must lie between them."""
    shares = [name for name in model.lines if name.endswith("_share") or name == "utilisation"]
    stocks = [name for name in model.lines if name.endswith(_STOCKS)]
    return {"shares_are_shares": (0.0, 1.0, shares), "stocks_are_not_negative": (0.0, np.inf, stocks)}


def shares_are_shares(result: Evaluation) -> Check:
    """Every share lies between 0 and 1."""
    return _bounds("shares_are_shares", result)


def stocks_are_not_negative(result: Evaluation) -> Check:
    """No stock falls below zero."""
    return _bounds("stocks_are_not_negative", result)


def _bounds(name: str, result: Evaluation) -> Check:
    low, high, lines = bounds_of(result.case.model)[name]
    worst, where = 0.0, ""
    for line in lines:
        value = np.nan_to_num(np.asarray(result[line], dtype=float), nan=low)
        scale = float(np.max(np.abs(value), initial=1.0))
        out = float(np.max(np.maximum(low - value, value - high), initial=0.0)) / scale
        if out > worst:
            worst, where = out, line
    ok = worst <= SMALL
    message = "" if ok else Message("{line} lies outside its bounds by {excess:.3g}", line=where, excess=worst)
    return Check(name, "identity", ok, worst, SMALL, message)


def inputs_are_graded(result: Evaluation) -> Check:
    """Every input has a grade; an assumption has a note, any other input a source."""
    bad = [row.name for row in result.case.rows if not row.grade or (row.grade != "assumption" and not row.source)]
    bad += [row.name for row in result.case.rows if row.grade == "assumption" and not row.note]
    message = Message("no grade, source or note: {names}", names=", ".join(bad[:5])) if bad else ""
    return Check("inputs_are_graded", "identity", not bad, float(len(bad)), 0.0, message)


def value_is_a_number(result: Evaluation) -> Check:
    """The net present value is a finite number."""
    ok = bool(np.isfinite(result["net_present_value"]))
    message = "" if ok else Message("the net present value is not finite; look for a share of 1 or a time of 0")
    return Check("value_is_a_number", "identity", ok, 0.0 if ok else np.inf, 0.0, message)


def plausible(result: Evaluation) -> list[Check]:
    """Return a warning for each figure in plausibility.csv, raised if the figure lies outside its band."""
    out = []
    for band in plausibility(result.case.folder):
        value = np.asarray(result[band["key"]], dtype=float) / units.parse(band["unit"])[0]
        outside = bool(np.any(value < float(band["low"])) or np.any(value > float(band["high"])))
        shown = f"{value.min():.3g} … {value.max():.3g}" if value.size > 1 else f"{float(value.ravel()[0]):.3g}"
        named = {name: band[name] for name in ("key", "unit", "low", "high", "note")}
        message = Message("{key} is {value} {unit}, outside {low} to {high}: {note}", value=shown, **named)
        out.append(_warn(f"{PLAUSIBLE}{band['key']}", outside, 0.0, message))
    return out


# Checks that are not lines: of the case's documents and rows, by a second calculation, and of bounds over all lines.
BY_PYTHON: tuple[Callable[[Evaluation], Check], ...] = (
    documented_totals,
    grant_as_scheduled,
    second_opinion_on_value,
    shares_are_shares,
    stocks_are_not_negative,
    inputs_are_graded,
    value_is_a_number,
)


def tolerance_of(result: Evaluation, line: str) -> float:
    """Return the tolerance for rounding of a check that is a line, relative to the largest amount compared."""
    sizes = (_largest_known(result[name]) for name in compared(result.case.model, line))
    return SMALL * max([1.0, *sizes])


def compared(model: Model, line: str) -> tuple[str, ...]:
    """Return the ingredients of a check that have its unit; none for a share or a flag, whose scale is 1."""
    unit = model.units[line]
    same = (name for name in model.ingredients[line] if model.units[name] == unit and name != line)
    return tuple(same) if unit.powers else ()


def check_line(result: Evaluation, line: str) -> Check:
    """Return the check made by a line of `hubmodel.lines.checks`."""
    level, worst, tolerance = result.case.model.checks[line], _largest(result[line]), tolerance_of(result, line)
    holds = worst <= tolerance  # False for nan
    return Check(line, level, holds or level == "warning", worst, tolerance, "" if holds else message_of(result, line))


def checks_of(result: Evaluation) -> tuple[Check, ...]:
    """Return all checks of a result, identities first."""
    lines = [check_line(result, line) for line in result.case.model.checks]
    found = (*(check(result) for check in BY_PYTHON), *lines, *plausible(result))
    return tuple(sorted(found, key=lambda check: check.level))


def outcome(checks: Sequence[Check], language: str = "en") -> tuple[str, str]:
    """Return OK or FAILED, and a sentence with the number of identities that hold and of warnings raised."""
    identities = [check for check in checks if check.level == "identity"]
    word = "OK" if all(check.ok for check in checks) else "FAILED"
    sentence = text("{good} of {all} identities hold; {raised} to note", language)
    good = len([check for check in identities if check.ok])
    raised = len([check for check in checks if check.level == "warning" and check.message])
    return text(word, language), sentence.format(good=good, all=len(identities), raised=raised)


def unproven(case: Case) -> dict[str, int]:
    """Return the number of inputs by grade."""
    out: dict[str, int] = {}
    for row in case.rows:
        out[row.grade] = out.get(row.grade, 0) + 1
    return out
