"""Goal seek, and the key figures that need further runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hubmodel.case.facility import Case, has_counterfactual
from hubmodel.case.formulas import trace
from hubmodel.case.rows import Row
from hubmodel.case.scenario import apply_scenario
from hubmodel.engine.roots import root_between
from hubmodel.errors import Message, SolveError, UnknownName
from hubmodel.lines import current_name
from hubmodel.study.result import Evaluation, KeyFigure, evaluate
from hubmodel.study.seeker import Seeker, unmoved
from hubmodel.text.language import label

POINTS = 33  # tried at once, to find and count the solutions
OPEN_END = 0.95  # upper limit of a share: prices divide by one minus it
TEN_TIMES = 10.0


@dataclass(frozen=True)
class Solution:
    """The value of an input at which a figure meets its goal.

    `was` is the current value of the input, `roots` the number of solutions within the range.
    """

    figure: str
    target: float
    by: str
    value: float
    unit: str
    was: float
    roots: int


def solve(
    case: Case, goal: Mapping[str, float], *, by: str, within: tuple[float, float] | None = None,
    lines: Evaluation | None = None,
) -> Solution:  # fmt: skip
    """Find the value of one input at which a figure meets its goal.

    Parameters
    ----------
    case
        the case.
    goal
        a figure, which is a line with a single number, and the value wanted [engine's unit].
    by
        the input, ``key`` or ``key[row]``; its rows must have the same value.
    within
        the range to search [unit of the row]; that of the row if not given.
    lines
        all lines of the case, if they are known already.

    Returns
    -------
    The solution nearest to the current value.

    Raises
    ------
    SolveError
        when there is none; the message has the figure at both ends.
    """
    (name, target), (key, row) = next(iter(goal.items())), row_of(case, by)
    figure = current_name(name)
    if figure not in case.model.lines:
        raise UnknownName.of("figure to solve for", name, case.model.lines)
    low, high = within or _range_of(row)
    formula = trace(case).lines[figure]
    if formula.varies or formula.list:
        raise SolveError("{figure} is not a single number; name a figure such as net_present_value", figure=figure)
    seeker = Seeker(case, key, row, figure, target, lines)
    points = np.linspace(low, high, POINTS)
    gaps = seeker.gaps(points)
    if not np.any(np.isfinite(gaps)):
        raise SolveError(
            "{figure} has no value for any {input} from {low:g} to {high:g} {unit}; look at its checks",
            figure=figure, input=by, low=low, high=high, unit=row.unit,
        )  # fmt: skip
    crossings = [at for at in range(POINTS - 1) if _crosses(gaps, at)]
    if not crossings:
        ends = Message(
            "{least} at {low:g} and {most} at {high:g}",
            least=_shown(gaps[0] + target), low=low, most=_shown(gaps[-1] + target), high=high,
        )  # fmt: skip
        raise SolveError(
            "no {input} between {low:g} and {high:g} {unit} gives {figure} = {goal}: it is {ends}; "
            "change another input too, or widen the range of the row",
            input=by, low=low, high=high, unit=row.unit, figure=figure, goal=_shown(target), ends=ends,
        )  # fmt: skip
    was = float(row.value)
    at = min(crossings, key=lambda place: abs(points[place] - was))
    value = root_between(seeker.gap, (points[at], points[at + 1]), (gaps[at], gaps[at + 1]))
    return Solution(figure, target, by, value, row.unit, was, len(crossings))


def _crosses(gaps: np.ndarray[Any, np.dtype[np.float64]], at: int) -> bool:
    left, right = gaps[at], gaps[at + 1]
    begins = right != 0 and left == 0 and (at == 0 or gaps[at - 1] == 0)  # a root on a point counts once, to its left
    return bool(left * right < 0 or (right == 0 and left != 0) or begins)


def row_of(case: Case, by: str) -> tuple[str, Row]:
    """Return the key and the row of an input, ``key`` or ``key[row]``; SolveError where its rows differ in value."""
    key, _, member = by.removesuffix("]").partition("[")
    if key not in case.by_key:
        raise UnknownName.of("input", key, case.by_key)
    rows = case.by_key[key]
    if member:
        rows = tuple(row for row in rows if row.row == member)
        if not rows:
            raise UnknownName.of(Message("row of {line}", line=key), member, [row.row for row in case.by_key[key]])
    if len({row.value for row in rows}) > 1 or isinstance(rows[0].value, str):
        names = ", ".join(row.name for row in rows if row.row in case.members) or Message("a member's")
        raise SolveError("{input} has several values; name one row, such as {names}", input=by, names=names)
    return key, rows[0]


def _range_of(row: Row) -> tuple[float, float]:
    if row.low is None or row.high is None:
        raise SolveError("{input} has no range in the data; give its row low and high", input=row.name)
    return row.low, row.high


def _shown(value: float) -> str:
    return Message("{value:,.1f} million", value=value / 1e6) if abs(value) >= 1e5 else f"{value:.4g}"


def possible(row: Row) -> tuple[float, float]:
    """Return the lowest and the highest value that make sense for a row, wider than its range of likely values."""
    return (0.0, OPEN_END) if row.unit == "share" else (0.0, TEN_TIMES * max(float(row.value), row.high or 0.0))


def _break_even(result: Evaluation, name: str, by: str) -> KeyFigure:
    case = result.case
    key, row = row_of(case, by)
    unit = case.model.shown_in[key]
    try:
        found = solve(case, {"net_present_value": 0.0}, by=by, within=possible(row), lines=result)
    except SolveError as error:
        return KeyFigure(name, None, unit, label(name), error.message)
    return KeyFigure(name, found.value * row.factor, unit, label(name))


def counterfactual(case: Case) -> Case | None:
    """Return the counterfactual of a case: that of a scenario, or None where it is no hub at all."""
    return apply_scenario(case, case.counterfactual) if has_counterfactual(case) else None


def solved_figures(result: Evaluation) -> list[KeyFigure]:
    """Return the figures that need further runs: value without grant, funding gap, smallest grant, break-evens."""
    break_evens = [
        _break_even(result, "break_even_commercial_margin", "commercial_margin"),
        _break_even(result, "break_even_hourly_rate", "innovation_hourly_rate"),
        _break_even(result, "break_even_volume", "volume_factor"),
    ]
    return [*_without_grant(result), *break_evens]


def grant_is_past(result: Evaluation) -> bool:
    """True if some of the grant was received before the date from which the view counts: it cannot be undone."""
    return bool(np.any(result["total_grant_received"] * (1 - result["counted"]) > 0))


def without_grant(result: Evaluation, wanted: Iterable[str]) -> Evaluation:
    """Return lines of the same case without the grant; only lines that depend on it are computed again."""
    case, known = result.case, unmoved(result, "grant_factor")
    return evaluate(case, wanted, changed={**known, "grant_factor": 0 * case.inputs["grant_factor"]})


def _without_grant(result: Evaluation) -> list[KeyFigure]:
    names = ("net_present_value_without_grant", "funding_gap", "smallest_grant")
    if grant_is_past(result):
        why = Message("seen from today the grant has been received, and leaving it out would change the past")
        return [KeyFigure(name, None, "SEK", label(name), why) for name in names]
    value_without = float(without_grant(result, ["net_present_value"])["net_present_value"])
    beside = _counterfactual_without_grant(result.case)
    return [
        KeyFigure(names[0], value_without, "SEK", label(names[0])),
        KeyFigure(names[1], max(0.0, beside - value_without), "SEK", label(names[1])),
        _smallest_grant(result, value_without),
    ]


def _counterfactual_without_grant(case: Case) -> float:
    if not has_counterfactual(case):
        return 0.0
    other = counterfactual(case.with_({"grant_factor": 0.0}, "both runs without any grant"))
    return float(evaluate(other, ["net_present_value"])["net_present_value"]) if other else 0.0


def _smallest_grant(result: Evaluation, value_without: float) -> KeyFigure:
    case, name = result.case, "smallest_grant"
    if value_without >= 0:
        return KeyFigure(name, 0.0, "SEK", label(name))
    scheduled = sum(row.base for row in case.by_key[f"grant_{case.chosen('grant_schedule')}"])
    whole = sum(row.base for row in case.by_key["asset_cost"])
    if not scheduled:
        return KeyFigure(name, None, "SEK", label(name), Message("the schedule holds no grant to scale"))
    try:
        found = solve(
            case, {"net_present_value": 0.0}, by="grant_factor", within=(0.0, whole / scheduled), lines=result
        )
    except SolveError:
        why = Message("not even a grant of the whole investment reaches the hurdle")
        return KeyFigure(name, None, "SEK", label(name), why)
    return KeyFigure(name, found.value * scheduled, "SEK", label(name))


def equal_value(
    case: Case, across: str, by: str, figure: str = "net_present_value", points: int = 9
) -> list[tuple[float, float | None]]:
    """Return pairs of values of two inputs at which a figure stays the same.

    Parameters
    ----------
    case
        the case, whose own values are one such pair.
    across
        the input that takes values over the range of its row, ``key`` or ``key[row]``.
    by
        the input that compensates for it.
    figure
        a line that is a single number.
    points
        number of values of the first input.

    Returns
    -------
    Pairs of values, each in the unit of its rows; None where no sensible value of the second compensates.

    Raises
    ------
    SolveError
        where the first input has no range, or either has several values.
    """
    goal, sought = {figure: float(evaluate(case, [figure])[figure])}, possible(row_of(case, by)[1])
    low, high = _range_of(row_of(case, across)[1])
    pairs: list[tuple[float, float | None]] = []
    for value in np.linspace(low, high, points).tolist():
        try:
            pairs.append(
                (value, solve(case.with_({across: value}, "to draw the line"), goal, by=by, within=sought).value)
            )
        except SolveError:
            pairs.append((value, None))
    return pairs
