"""Key figures for a board, for one run or for many draws at once.

Most are lines. The counted ones need an order or a count over all periods, which no formula of a line can express; in a
workbook they are values.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from hubmodel.case.facility import Case
from hubmodel.case.formulas import trace
from hubmodel.engine import returns
from hubmodel.engine.units import Quantity
from hubmodel.errors import Message, UnknownName
from hubmodel.lines import current_name
from hubmodel.study.result import Evaluation, KeyFigure
from hubmodel.text.language import label

Lines = Mapping[str, Any]

# Why a figure may have no value.
_NO_MATURITY = Message("the calendar ends before every site is mature")
_NO_RATE = Message("the flow has no rate between -90 % and +1000 % a year at which it is worth nothing")
_RISES = Message(
    "net present value rises, not falls, at the rate nearest zero at which it is zero: money comes in before it goes "
    "out, and that rate is no return"
)
_NO_GRANT = Message("there is no grant")
_OVER_SITE = Message("there is no grant, or the whole of it exceeds the investment at this site")
# Lines that are key figures: the unit in which people read them, and why each may have no value.
LINE_FIGURES: dict[str, tuple[str, str]] = {
    "net_present_value": ("SEK", Message("a flow is not finite")),
    "internal_rate_of_return": ("1/year", _NO_RATE),
    "modified_internal_rate_of_return": (
        "1/year",
        Message("there is no outflow to earn a return on, or nothing comes in"),
    ),
    "profitability_index": ("1", Message("there is no outflow to compare with")),
    "peak_funding_need": ("SEK", ""),
    "cash_still_needed": ("SEK", ""),
    "owner_funding_of_losses": ("SEK", ""),
    "maturity_year": ("calendar year", _NO_MATURITY),
    "revenue_at_maturity": ("SEK", _NO_MATURITY),
    "ebitda_margin_at_maturity": ("share", _NO_MATURITY),
    "utilisation_at_maturity": ("share", _NO_MATURITY),
    "innovation_margin": ("share", _NO_MATURITY),
    "commercial_margin_realised": ("share", _NO_MATURITY),
    "margin_gap": ("share", _NO_MATURITY),
    "contribution_per_suite_day": ("SEK/suite-day", Message("the platform has no batch in the first mature year")),
    "total_investment": ("SEK", ""),
    "recorded_investment": ("SEK", ""),
    "grant_total": ("SEK", ""),
    "grant_used_total": ("SEK", ""),
    "own_contribution": ("SEK", ""),
    "leverage": ("1", _NO_GRANT),
    "leverage_recorded": ("1", _NO_GRANT),
    "leverage_at_site": ("1", _OVER_SITE),
    "leverage_at_site_invoiced": ("1", _OVER_SITE),
    "aid_intensity": ("share", ""),
    "aid_intensity_recorded": ("share", ""),
    "aid_intensity_at_site": ("share", _OVER_SITE),
    "aid_intensity_at_site_invoiced": ("share", _OVER_SITE),
    "fnpv_c": ("SEK", ""),
    "frr_c": ("1/year", _NO_RATE),
    "fnpv_kp": ("SEK", ""),
    "frr_kp": ("1/year", _NO_RATE),
    "economic_net_present_value": ("SEK", ""),
    "benefit_cost_ratio": ("1", Message("there is no cost")),
    "additionality": ("share", ""),
    "expected_economic_value": ("SEK", ""),
    "fiscal_net_present_value": ("SEK", ""),
    "public_cost": ("SEK", ""),
    "public_cost_per_innovation_project": ("SEK/project", Message("no innovation project is served")),
    "public_cost_per_open_access_suite_day": ("SEK/suite-day", Message("no suite-day is used by the innovation track")),
    "jobs_direct": ("post", _NO_MATURITY),
    "jobs_indirect": ("post", _NO_MATURITY),
    "ready_doses_per_year": ("dose/year", ""),
    "preparedness_value": ("SEK/year", ""),
}
# A second reason why a figure has no value; it applies where this line has a value.
WHY_ELSE = {
    "internal_rate_of_return": ("zero_value_rate", _RISES),
    "frr_c": ("zero_value_rate_c", _RISES),
    "frr_kp": ("zero_value_rate_kp", _RISES),
}
RANKED = {"contribution_per_suite_day"}  # sorted, largest first: which work to take when suites are short


@dataclass(frozen=True)
class Counted:
    """A counted figure: its unit, why it may have no value, the lines it needs, and its value of shape (...)."""

    unit: str
    why: str
    lines: tuple[str, ...]
    value: Callable[[Lines, Case], Quantity]


def _number(lines: Lines, name: str) -> Quantity:
    return np.asarray(lines[name], dtype=float)[..., 0, 0]


def _row(lines: Lines, name: str) -> Quantity:
    return np.asarray(lines[name], dtype=float)[..., 0, :]


def _timing(case: Case) -> returns.Timing:
    return cast(returns.Timing, case.chosen("discounting"))


def _roots(lines: Lines, case: Case) -> Quantity:
    return np.asarray(returns.irr_roots(_row(lines, "counted_cash_flow"), 1 / case.periods_per_year), dtype=float)


def _since_valuation(lines: Lines, years: Quantity) -> Quantity:
    # a flow that is never negative has paid back at once
    return np.maximum(0.0, years - (_number(lines, "valuation_date") - _number(lines, "first_date")))


def _payback(lines: Lines, case: Case) -> Quantity:
    years = returns.payback(_row(lines, "counted_cash_flow"), 1 / case.periods_per_year, _timing(case))
    return _since_valuation(lines, years)


def _discounted_payback(lines: Lines, case: Case) -> Quantity:
    flow, rate = _row(lines, "counted_cash_flow"), _number(lines, "required_return")
    years = returns.discounted_payback(flow, rate, 1 / case.periods_per_year, _timing(case))
    return _since_valuation(lines, years)


def _date_of_peak(lines: Lines, case: Case) -> Quantity:
    cash = _row(lines, "counted_cash_before_owner")
    date = _row(lines, "end_of_period")[..., np.argmin(cash, axis=-1)]
    return np.where(cash.min(axis=-1) < 0, date, np.nan)


def _ebitda_break_even(lines: Lines, case: Case) -> Quantity:
    ebitda, year = _row(lines, "ebitda"), case.periods_per_year
    ahead = np.lib.stride_tricks.sliding_window_view(ebitda, year, axis=-1).sum(axis=-1)
    lasting = (ebitda[..., : ahead.shape[-1]] > 0) & (ahead > 0)
    date = _row(lines, "middle_of_period")[..., np.argmax(lasting, axis=-1)]
    return np.where(lasting.any(axis=-1), date, np.nan)


_FLOW = ("counted_cash_flow", "valuation_date", "first_date")
COUNTED: dict[str, Counted] = {
    "internal_rate_of_return_roots": Counted("1", "", ("counted_cash_flow",), _roots),
    "payback_years": Counted(
        "year", Message("the cumulative flow is negative at the end of the calendar"), _FLOW, _payback
    ),
    "discounted_payback_years": Counted(
        "year",
        Message("the discounted cumulative flow is negative at the end of the calendar"),
        (*_FLOW, "required_return"),
        _discounted_payback,
    ),
    "peak_funding_date": Counted(
        "date",
        Message("the owner never has money in the facility in the periods that the view counts"),
        ("counted_cash_before_owner", "end_of_period"),
        _date_of_peak,
    ),
    "ebitda_break_even": Counted(
        "date",
        Message("EBITDA never turns positive for a year ahead"),
        ("ebitda", "middle_of_period"),
        _ebitda_break_even,
    ),
}


@dataclass(frozen=True)
class _Entry:
    """A key figure of a case: its name, unit, label, why it may have no value, the lines it needs, and its value."""

    name: str
    unit: str
    label: str
    why: str
    lines: tuple[str, ...]
    value: Callable[[Lines, Case], Quantity]


def _entries(case: Case) -> Iterator[_Entry]:
    for line, (unit, why) in LINE_FIGURES.items():
        list_name = trace(case).list_of(line)
        for at, member in enumerate(case.lists[list_name] if list_name else ("",)):
            name = _name_of_member(line, member) if member else line
            title = f"{label(line.replace('_at_site', ''))}, {member}" if member else label(line)
            yield _Entry(name, unit, title, why, (line,), _picked(line, at))
    for name, counted in COUNTED.items():
        yield _Entry(name, counted.unit, label(name), counted.why, counted.lines, counted.value)


def _picked(line: str, at: int) -> Callable[[Lines, Case], Quantity]:
    return lambda lines, case: np.asarray(lines[line], dtype=float)[..., at, 0]


def _name_of_member(line: str, member: str) -> str:
    return line.replace("_at_site", f"_{slug(member)}") if "_at_site" in line else f"{line}_{slug(member)}"


def slug(member: str) -> str:
    """Return the name of a member in the form used in names of key figures.

    >>> slug("Västerås site")
    'vasteras_site'
    """
    plain = unicodedata.normalize("NFKD", member).encode("ascii", "ignore").decode().lower()
    return re.sub(r"\W+", "_", plain).strip("_")


def figures_of(result: Evaluation) -> list[KeyFigure]:
    """Return the key figures of a run that need no further run."""
    lines = {**result.case.inputs, **result.values}
    out = []
    for entry in _entries(result.case):
        value = float(entry.value(lines, result.case))
        if np.isfinite(value):
            out.append(KeyFigure(entry.name, value, entry.unit, entry.label))
        else:
            out.append(KeyFigure(entry.name, None, entry.unit, entry.label, _why(entry, lines)))
    return out


def _why(entry: _Entry, lines: Lines) -> str:
    line, why = WHY_ELSE.get(entry.name, ("", entry.why))
    return why if not line or np.isfinite(_number(lines, line)) else entry.why


def ranked(figures: Iterable[KeyFigure]) -> list[KeyFigure]:
    """Return key figures in their order, but the members of each ranked one by value, the largest first."""
    out = list(figures)
    for line in RANKED:
        places = [at for at, figure in enumerate(out) if figure.name.startswith(f"{line}_")]
        best = sorted((out[at] for at in places), key=lambda figure: (figure.value is None, -(figure.value or 0.0)))
        for at, figure in zip(places, best, strict=True):
            out[at] = figure
    return out


@dataclass(frozen=True)
class Drawn:
    """Key figures to compute for many draws."""

    case: Case
    entries: tuple[_Entry, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """Names of the lines that the figures need, without inputs."""
        names = dict.fromkeys(line for entry in self.entries for line in entry.lines)
        return tuple(name for name in names if name in self.case.model.lines)

    def values(self, lines: Lines, draws: int) -> dict[str, Quantity]:
        """Return each figure for each draw, shape (draws,); nan where it has no value."""
        given = {**self.case.inputs, **lines}
        return {
            entry.name: np.array(np.broadcast_to(entry.value(given, self.case), (draws,)), dtype=float)
            for entry in self.entries
        }


def drawable(case: Case, names: Iterable[str]) -> tuple[str, ...]:
    """Return those of some key figures that can be drawn: lines and counted figures, not solved ones."""
    known = {entry.name for entry in _entries(case)}
    return tuple(name for name in names if name in known)


def drawn(case: Case, names: Iterable[str]) -> Drawn:
    """Return key figures, by name, to compute for many draws.

    Raises
    ------
    UnknownName
        for a figure that the case does not have, or that needs further runs.
    """
    known = {entry.name: entry for entry in _entries(case)}
    wanted = tuple(dict.fromkeys(map(current_name, names)))
    for name in wanted:
        if name not in known:
            raise UnknownName.of("key figure that is a line or counted", name, known)
    return Drawn(case, tuple(known[name] for name in wanted))
