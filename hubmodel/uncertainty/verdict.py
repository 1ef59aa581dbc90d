"""The verdict: three lines for a board, the same on the dashboard, in the report and on the command line.

They state the value at the most likely inputs, the share of combinations of the ranges that fall short, and the effect
of the grant. The odds come from the same draws everywhere: `DRAWS` of them, with `SEED`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from hubmodel.case.facility import Case
from hubmodel.case.scenario import titles_of
from hubmodel.errors import HubmodelError, InputError
from hubmodel.study.conventions import date_of
from hubmodel.study.result import Evaluation
from hubmodel.study.solve import grant_is_past, without_grant
from hubmodel.text.language import text, translate
from hubmodel.text.numbers import NOTHING, format_value
from hubmodel.text.wording import fraction, money, pair, probability
from hubmodel.uncertainty.draws import has_ranges
from hubmodel.uncertainty.simulate import VALUE, Executor, Simulation, simulate

DRAWS, SEED = 2048, 7
NEAR = 0.15  # share of the investment within which a value "just" pays or falls short: affects wording only


@dataclass(frozen=True)
class Odds:
    """Odds from draws: their number and seed, how many fall short or have no value, and the median.

    `below` and `median` [SEK] are of the draws with a value; `why` is the reason why the others have none.
    """

    draws: int
    seed: int
    below: int
    undefined: int
    median: float
    why: str = ""

    @property
    def known(self) -> int:
        """Number of draws with a value."""
        return self.draws - self.undefined

    @property
    def share_below(self) -> float:
        """Share of draws below zero, among those with a value."""
        return self.below / self.known

    def parts(self, language: str = "en") -> dict[str, Any]:
        """Return the odds as plain data, with the reason in a language."""
        return {**asdict(self), "share_below": self.share_below, "why": translate(self.why, language)}

    def line(self, language: str = "en") -> str:
        """Return a sentence on how many combinations of the ranges fall short, and on the median."""
        line = text("{odds} combinations of the ranges fall short ({share} of {draws}); the middle one is {median}",
                    language)  # fmt: skip
        if self.below == 0:
            line = text("None of {draws} combinations of the ranges falls short; the middle one is {median}", language)
        elif self.below == self.known:
            line = text("All {draws} combinations of the ranges fall short; the middle one is {median}", language)
        odds, share = fraction(self.share_below, language), probability(self.share_below, language)
        line = line.format(odds=odds, share=share, draws=self.known, median=money(self.median, language))
        if self.undefined:
            others = text("{line}; {count} more have no value: {why}", language)
            line = others.format(line=line, count=self.undefined, why=translate(self.why, language))
        return f"{line}."


@dataclass(frozen=True, repr=False)
class Verdict:
    """The verdict on a result, as numbers and as three lines.

    Parameters
    ----------
    value
        net present value at the inputs as they are [SEK], None where it has none.
    required_return
        the return at which flows are discounted [share a year].
    total_investment
        the investment [SEK], of which `NEAR` is a share.
    view, date
        the view, and its date.
    scenario
        title of the scenario by language; empty for the base case.
    ranged
        whether any input has a range, so that the inputs can be called the most likely ones.
    odds, why_no_odds
        odds from draws, or why there are none.
    grant_total, without_grant
        the grant, and the value without it [SEK]; None where there is no such value.
    grant_is_spent
        whether some of the grant was received before the date from which flows count: it cannot be left out.
    """

    value: float | None
    required_return: float
    total_investment: float
    view: str
    date: str
    scenario: Mapping[str, str]
    ranged: bool
    odds: Odds | None
    why_no_odds: str
    grant_total: float
    without_grant: float | None
    grant_is_spent: bool

    def __repr__(self) -> str:
        return "\n".join(self.lines())

    def _repr_markdown_(self) -> str:
        return "\n".join(f"- {line}" for line in self.lines())

    def lines(self, language: str = "en") -> tuple[str, str, str]:
        """Return three lines in a language: on the value, the odds and the grant."""
        return self._value_line(language), self._odds_line(language), self._grant_line(language)

    def parts(self, language: str = "en") -> dict[str, Any]:
        """Return the verdict as plain data, with its lines in a language."""
        odds = self.odds.parts(language) if self.odds else None
        parts = {**asdict(self), "scenario": self.scenario.get(language, ""), "odds": odds}
        return {**parts, "why_no_odds": translate(self.why_no_odds, language), "lines": list(self.lines(language))}

    def _value_line(self, language: str) -> str:
        inputs = text("Most likely values", language) if self.ranged else text("Values as given", language)
        if self.scenario:
            inputs = text("Scenario “{scenario}”", language).format(scenario=self.scenario[language])
        if self.view != "decision":
            view = text(", {view} view ({date})", language)
            inputs += view.format(view=text(self.view, language), date=self.date)
        if self.value is None:
            return text("{inputs}: there is no value, a flow is not finite.", language).format(inputs=inputs)
        rate = format_value(round(self.required_return, 4), "share", language, digits=None)
        return text("{inputs}: {judged}, {value} at the required return of {rate}.", language).format(
            inputs=inputs, judged=self._judged(self.value, language), value=money(self.value, language), rate=rate
        )

    def _judged(self, value: float, language: str) -> str:
        if format_value(value, "SEK", digits=2) == NOTHING:
            return text("breaks even", language)
        if abs(value) <= NEAR * self.total_investment:
            return text("just pays", language) if value > 0 else text("just falls short", language)
        return text("pays", language) if value > 0 else text("falls short", language)

    def _odds_line(self, language: str) -> str:
        if self.odds:
            return self.odds.line(language)
        why = translate(self.why_no_odds, language)
        return text("How sure this is cannot be said: {why}.", language).format(why=why)

    def _grant_line(self, language: str) -> str:
        if not self.grant_total:
            return text("There is no grant.", language)
        if self.grant_is_spent:
            spent = text(
                "What the grant changed is seen in the decision view: by {date} it is received, in part at least.",
                language,
            )
            return spent.format(date=self.date)
        if self.value is None or self.without_grant is None:
            return text("What the grant changes cannot be said: there is no value.", language)
        without, value = pair(self.without_grant, self.value, language)
        return self._change(self.without_grant, self.value, language).format(without=without, value=value)

    @staticmethod
    def _change(without: float, value: float, language: str) -> str:
        if without == value:
            return text("The grant changes nothing: {value} with and without it.", language)
        if (without < 0) != (value < 0):
            return text("The grant turns {without} into {value}.", language)
        if without > value:
            return text("The grant lowers {without} to {value}.", language)
        if value < 0:
            return text("The grant lifts {without} to {value}, which is not enough.", language)
        return text("The grant lifts {without} to {value}; it would pay without.", language)


def verdict(result: Evaluation, simulation: Simulation | None = None, *, unsaid: str = "") -> Verdict:
    """Return the verdict on a result.

    Parameters
    ----------
    result
        a result of `hubmodel.run`.
    simulation
        draws of the same inputs; made as `draw` does if not given.
    unsaid
        why there are no odds; if given, nothing is drawn.

    Returns
    -------
    The verdict. Where nothing can be drawn, it has the reason: no input has a range, or a package is missing.

    Raises
    ------
    InputError
        for draws of other inputs.

    >>> import hubmodel as hm
    >>> print(hm.verdict(hm.run(hm.load("northx")), unsaid="nobody asked").lines()[1])
    How sure this is cannot be said: nobody asked.
    """
    case, value, spent = result.case, float(result[VALUE]), grant_is_past(result)
    odds, why = (None, unsaid) if unsaid else _odds(case, simulation)
    without = _without_grant(result) if result["grant_total"] and not spent else None
    return Verdict(
        value if np.isfinite(value) else None, float(result["required_return"]), float(result["total_investment"]),
        case.chosen("view"), date_of(result["view_date"]), titles_of(case), has_ranges(case), odds, why,
        float(result["grant_total"]), without, spent,
    )  # fmt: skip


def draw(
    case: Case, figures: Iterable[str] = (VALUE,), executor: Executor | None = None, progress: bool = False
) -> Simulation:
    """Draw a case with the number of draws and the seed of every verdict.

    Raises
    ------
    InputError
        where no input has a range, or a package for drawing is missing.
    """
    try:
        return simulate(case, DRAWS, seed=SEED, figures=figures, executor=executor, progress=progress)
    except ImportError as error:
        package = (error.name or "scipy").partition(".")[0]
        raise InputError("draws need the package {package}, which is not here; install it", package=package) from None


def _odds(case: Case, simulation: Simulation | None) -> tuple[Odds | None, str]:
    if simulation is not None and simulation.case.inputs_hash != case.inputs_hash:
        drawn = simulation.case.inputs_hash
        raise InputError(
            "the draws are of inputs {drawn}, the result of {inputs}; draw that case",
            drawn=drawn, inputs=case.inputs_hash,
        )  # fmt: skip
    try:
        return odds_of(simulation or draw(case)), ""
    except HubmodelError as error:
        return None, error.message


def odds_of(simulation: Simulation) -> Odds:
    """Return the odds from draws of the net present value; InputError where none has a value."""
    summary, values = simulation.summary(VALUE), simulation.of(VALUE)
    below = int(np.sum(values[np.isfinite(values)] < 0))
    return Odds(
        summary.draws, simulation.draws.seed, below, summary.undefined, summary.quantiles[0.50],
        summary.why if summary.undefined else "",
    )  # fmt: skip


def _without_grant(result: Evaluation) -> float | None:
    value = float(without_grant(result, [VALUE])[VALUE])
    return value if np.isfinite(value) else None
