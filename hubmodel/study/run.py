"""Functions to load, run and compare cases, with checks and solved figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from hubmodel.case.facility import Case
from hubmodel.case.loading import load_case
from hubmodel.case.scenario import apply_scenario
from hubmodel.study.bridge import Bridge, bridge
from hubmodel.study.checks import checks_of, unproven
from hubmodel.study.conventions import ConventionCard, card_of, refuse_conflicts
from hubmodel.study.figures import figures_of
from hubmodel.study.result import Evaluation, evaluate
from hubmodel.study.solve import counterfactual, solved_figures
from hubmodel.text.language import text


@dataclass(frozen=True, eq=False)
class Result(Evaluation):
    """A result with its convention card."""

    @cached_property
    def conventions(self) -> ConventionCard:
        """The convention card in English."""
        return self.card()

    def card(self, language: str = "en") -> ConventionCard:
        """Return the convention card in a language."""
        return card_of(self, self._outturn(language), language)

    def _outturn(self, language: str) -> str:
        reported = self.beside_actuals()
        until = int(float(self["today_date"]))
        if not reported:
            sentence = text("{first} to {until} is modelled, not reported", language)
            return sentence.format(first=self.case.first, until=until)
        line = max(reported, key=lambda row: abs(row["difference"]))["label"]
        sentence = text("{count} reported values beside the model; the largest difference is in {line}", language)
        return sentence.format(count=len(reported), line=text(line, language))

    def basis(self, language: str = "en") -> str:
        """Return a sentence on how many of the inputs are documented."""
        line = text("{known} of {all} inputs are documented; those that matter most are assumptions.", language)
        return line.format(known=unproven(self.case).get("documented", 0), all=len(self.case.rows))


def load(name: str | Path = "northx", scenario: str | None = None) -> Case:
    """Load a case, and apply one of its scenarios if named.

    >>> load("northx", "without-grant").scenario
    'without-grant'
    """
    from hubmodel.case.formulas import trace

    case = load_case(name)
    trace(case)  # checks units and lists of every line
    return apply_scenario(case, scenario) if scenario else case


def run(case: Case, solved: bool = True) -> Result:
    """Run a case.

    Parameters
    ----------
    case
        the case.
    solved
        whether to compute the figures that need further runs (break-evens, smallest grant, funding gap).

    Returns
    -------
    All lines, key figures and checks.
    """
    refuse_conflicts(case)
    lines = evaluate(case)
    figures = [*figures_of(lines), *(solved_figures(lines) if solved else [])]
    return Result(case, lines.values, {figure.name: figure for figure in figures}, checks_of(lines))


@dataclass(frozen=True)
class Impact:
    """The impact of the hub on a key figure: factual less counterfactual, and the additional part of the difference."""

    name: str
    label: str
    unit: str
    factual: float
    counterfactual: float
    difference: float
    expected: float


def impact(study: Result) -> list[Impact]:
    """Return factual, counterfactual, difference and expected impact for each key figure that is an amount.

    The counterfactual is that of the case: no hub, where every amount is zero, or a scenario such as a later hub. The
    expected impact is the difference after deadweight, displacement and leakage. Amounts are money, posts and doses;
    ratios have no such impact.
    """
    other = counterfactual(study.case)
    beside = run(other, solved=False).key_figures if other else {}
    out = []
    for name, figure in study.key_figures.items():
        if figure.value is not None and figure.unit in ("SEK", "SEK/year", "post", "dose/year"):
            without = (beside[name].value or 0.0) if name in beside else 0.0
            difference = figure.value - without
            expected = difference * float(study["additionality"])
            out.append(Impact(name, figure.label, figure.unit, figure.value, without, difference, expected))
    return out


@dataclass(frozen=True)
class Comparison:
    """Differences between results, and the bridge from the first to the last."""

    inputs: Mapping[str, tuple[Any, ...]]
    figures: Mapping[str, tuple[float | None, ...]]
    bridge: Bridge


def compare(*results: Evaluation) -> Comparison:
    """Return inputs and key figures that differ between results, and the bridge from the first to the last."""
    cases = [result.case for result in results]
    names = list(
        dict.fromkeys(row.name + (f" {row.period}" if row.period else "") for case in cases for row in case.rows)
    )
    values = [{row.name + (f" {row.period}" if row.period else ""): row.value for row in case.rows} for case in cases]
    inputs = {name: tuple(by_name.get(name) for by_name in values) for name in names}
    figures = {
        name: tuple(figure.value if (figure := result.key_figures.get(name)) else None for result in results)
        for name in results[0].key_figures
    }
    return Comparison(
        {name: given for name, given in inputs.items() if len(set(given)) > 1},
        {name: given for name, given in figures.items() if len(set(given)) > 1},
        bridge(cases[0], cases[-1]),
    )
