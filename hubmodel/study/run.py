"""What a person asks for: load a case, run it with checks and solved figures, compare, answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from hubmodel.case.facility import Case
from hubmodel.case.reading import load_case
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
    """A result with what a person reads first."""

    @cached_property
    def conventions(self) -> ConventionCard:
        """The convention card: two tools that disagree on one project nearly always disagree only here."""
        return self.card()

    def card(self, language: str = "en") -> ConventionCard:
        """Return the convention card in a language."""
        return card_of(self, self._outturn(language), language)

    def _outturn(self, language: str) -> str:
        reported = self.beside_actuals()
        until = int(float(self["today_date"]))
        if not reported:
            said = text("{first} to {until} is modelled, not reported", language)
            return said.format(first=self.case.first, until=until)
        line = max(reported, key=lambda one: abs(one["difference"]))["label"]
        said = text("{count} reported values beside the model; the largest difference is in {line}", language)
        return said.format(count=len(reported), line=text(line, language))

    def basis(self, language: str = "en") -> str:
        """Return how many of the inputs are documented, as a sentence."""
        line = text("{known} of {all} inputs are documented; those that matter most are assumptions.", language)
        return line.format(known=unproven(self.case).get("documented", 0), all=len(self.case.rows))


def load(name: str | Path = "northx", scenario: str | None = None) -> Case:
    """Load a case, with one of its scenarios if named.

    >>> load("northx", "without-grant").scenario
    'without-grant'
    """
    from hubmodel.case.formulas import trace

    case = load_case(name)
    trace(case)  # the unit and list check of every line, at every load
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
    Every line, the key figures and the checks.
    """
    refuse_conflicts(case)
    lines = evaluate(case)
    figures = [*figures_of(lines), *(solved_figures(lines) if solved else [])]
    return Result(case, lines.values, {one.name: one for one in figures}, checks_of(lines))


@dataclass(frozen=True)
class Impact:
    """What one key figure owes to the hub: factual less counterfactual, and what of it is additional."""

    name: str
    label: str
    unit: str
    factual: float
    counterfactual: float
    difference: float
    expected: float


def impact(study: Result) -> list[Impact]:
    """Return every key figure that can be compared as factual, counterfactual, difference and expected impact.

    The counterfactual is the case's: no hub, where every amount is zero, or a scenario in which the hub comes later.
    Expected is the difference after deadweight, displacement and leakage; amounts, posts and doses only, since a
    share of a share has no such meaning.
    """
    other = counterfactual(study.case)
    beside = run(other, solved=False).key_figures if other else {}
    out = []
    for name, one in study.key_figures.items():
        if one.value is not None and one.unit in ("SEK", "SEK/year", "post", "dose/year"):
            without = (beside[name].value or 0.0) if name in beside else 0.0
            difference = one.value - without
            expected = difference * float(study["additionality"])
            out.append(Impact(name, one.label, one.unit, one.value, without, difference, expected))
    return out


@dataclass(frozen=True)
class Comparison:
    """Several results side by side: what differs between them, and the bridge from the first to the last."""

    inputs: Mapping[str, tuple[Any, ...]]
    figures: Mapping[str, tuple[float | None, ...]]
    bridge: Bridge


def compare(*results: Evaluation) -> Comparison:
    """Return what differs between results, inputs and key figures, and the exact bridge from first to last."""
    cases = [result.case for result in results]
    names = list(
        dict.fromkeys(row.name + (f" {row.period}" if row.period else "") for case in cases for row in case.rows)
    )
    values = [{row.name + (f" {row.period}" if row.period else ""): row.value for row in case.rows} for case in cases]
    inputs = {name: tuple(one.get(name) for one in values) for name in names}
    figures = {
        name: tuple(one.value if (one := result.key_figures.get(name)) else None for result in results)
        for name in results[0].key_figures
    }
    return Comparison(
        {name: given for name, given in inputs.items() if len(set(given)) > 1},
        {name: given for name, given in figures.items() if len(set(given)) > 1},
        bridge(cases[0], cases[-1]),
    )
