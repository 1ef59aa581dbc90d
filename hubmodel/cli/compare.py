"""Command that compares scenarios: differences, the bridge between them, and the drivers of mean and spread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

import hubmodel as hm
from hubmodel.cli.options import Arguments, Format, Language, Set, app, as_text, case_of, print_out, split_arguments
from hubmodel.cli.risk import Chart, write_picture
from hubmodel.output import charts
from hubmodel.study.run import Comparison, Result
from hubmodel.text.language import label, text
from hubmodel.uncertainty.bridging import SpreadBridge


@app.command()
def compare(
    arguments: Arguments = None,
    draws: Annotated[int, typer.Option(help="draws with which to see what moves the mean and the spread")] = 0,
    chart: Chart = "",
    changes: Set = None,
    form: Format = "table",
    language: Language = "en",
) -> None:
    """Compare scenarios: what differs between them, and the exact bridge from the first to the last.

    Examples:  hubmodel compare without-grant   ·   hubmodel compare low-utilisation high-utilisation --draws 1024
    """
    name, names = split_arguments(arguments, 1, 99)
    scenarios = names if len(names) > 1 else ["", *names]
    studies = [hm.run(case_of(name, scenario, changes, form, language)) for scenario in scenarios]
    found = hm.compare(*studies)
    spread = hm.spread_bridge(studies[0].case, studies[-1].case, draws=draws) if draws else None
    write_picture(
        chart, charts.spread_waterfall(spread, language) if spread else charts.waterfall(found.bridge, language)
    )
    print_out(form, _data(studies, found, spread, language), _rows(studies, found, spread, form, language))


def _data(studies: Sequence[Result], found: Comparison, spread: SpreadBridge | None, language: str) -> dict[str, Any]:
    steps = [
        {"key": step.key, "label": label(step.key, language), "contribution": step.contribution}
        for step in found.bridge.steps
    ]
    bridge = found.bridge
    return {
        "case": studies[0].case.name,
        "model_version": hm.__version__,
        "scenarios": [study.case.scenario for study in studies],
        "inputs_hashes": [study.case.inputs_hash for study in studies],
        "inputs": found.inputs,
        "key_figures": found.figures,
        "bridge": {"figure": bridge.figure, "start": bridge.start, "end": bridge.end, "order": bridge.order,
                   "steps": steps},
        "spread": _spread(spread) if spread else None,
    }  # fmt: skip


def _spread(found: SpreadBridge) -> dict[str, Any]:
    start, end = (simulation.summary(found.figure) for simulation in (found.start, found.end))
    names = ("mean", "standard_deviation", "below")
    return {
        "draws": found.start.count,
        "order": found.order,
        "start": {name: getattr(start, name) for name in names},
        "end": {name: getattr(end, name) for name in names},
        "steps": [{"key": step.key, "mean": step.mean, "standard_deviation": step.standard_deviation,
                   "below": step.below_zero} for step in found.steps],
    }  # fmt: skip


def _rows(
    studies: Sequence[Result], found: Comparison, spread: SpreadBridge | None, form: str, language: str
) -> list[list[Any]]:
    def shown(value: float | None, unit: str) -> Any:
        return value if form == "csv" else as_text(value, unit, language)

    first = studies[0].key_figures
    rows: list[list[Any]] = [["", *(study.case.scenario for study in studies)]]
    rows += [[key, *given] for key, given in found.inputs.items()] or [[text("no differences", language)]]
    rows += [
        [first[key].title(language), *(shown(value, first[key].unit) for value in values)]
        for key, values in found.figures.items()
    ]
    bridge = text("bridge", language)
    rows += [[f"{bridge}: {label(step.key, language)}", shown(step.contribution, "SEK")] for step in found.bridge.steps]
    if spread:
        rows.append([text("what moves the mean, the standard deviation and the share of draws below zero", language)])
        rows += [
            [
                f"{bridge}: {label(step.key, language)}",
                shown(step.mean, "SEK"),
                shown(step.standard_deviation, "SEK"),
                shown(step.below_zero, "share"),
            ]
            for step in spread.steps
        ]
    return rows
