"""Commands for goals and conventions: solve, conventions."""

from __future__ import annotations

from typing import Annotated, Any

import typer

import hubmodel as hm
from hubmodel.cli.options import (
    Arguments,
    Format,
    Language,
    Scenario,
    Set,
    app,
    as_text,
    case_of,
    parse_change,
    print_card,
    print_out,
    print_pairs,
    provenance,
    split_arguments,
)
from hubmodel.errors import InputError
from hubmodel.lines import current_name
from hubmodel.study.presets import Reported, compare_presets, explained, lever_of
from hubmodel.text import numbers
from hubmodel.text.language import label, text


@app.command()
def solve(
    arguments: Arguments = None,
    by: Annotated[str, typer.Option("--by", help="the input to change")] = "",
    scenario: Scenario = "",
    changes: Set = None,
    form: Format = "table",
    language: Language = "en",
) -> None:
    """Seek a goal: find the value of one input at which a figure meets it.

    Example:  hubmodel solve net_present_value=0 --by commercial_margin
    """
    name, (goal,) = split_arguments(arguments, 1)
    if not by:
        raise InputError("--by is missing; name the input to change, such as --by commercial_margin")
    case = case_of(name, scenario, changes, form, language)
    figure, wanted = parse_change(goal)
    unit = case.model.shown_in.get(current_name(figure), "1")
    found = hm.solve(case, {figure: numbers.parse_number(wanted, unit)}, by=by)
    data = {
        **provenance(case),
        "figure": found.figure,
        "target": found.target,
        "by": found.by,
        "value": found.value,
        "unit": found.unit,
        "was": found.was,
        "solutions": found.roots,
    }
    rows = [["by", "value", "unit", "was"], [found.by, f"{found.value:.6g}", found.unit, f"{found.was:.6g}"]]
    print_out(form, data, rows)


@app.command()
def conventions(
    arguments: Arguments = None,
    by: Annotated[str, typer.Option("--by", help="the input whose break-even is sought; the first lever")] = "",
    scenario: Scenario = "",
    changes: Set = None,
    form: Format = "table",
    language: Language = "en",
) -> None:
    """Show the convention card, and what the case would report under the conventions of others.

    Examples:  hubmodel conventions   ·   hubmodel conventions northx --by commercial_margin
    """
    name, _ = split_arguments(arguments, 0)
    case = case_of(name, scenario, changes, form, language)
    by = by or lever_of(case)
    found, study = compare_presets(case, by, language=language), hm.run(case, solved=False)
    unit = case.by_key[by.partition("[")[0]][0].unit
    header = ["preset", "net_present_value", "internal_rate_of_return", "break_even", "difference", "why"]
    data = {
        **provenance(study),
        "by": by,
        "unit": unit,
        "conventions": dict(study.conventions),
        "reported": [
            {"title": preset.title, "set": preset.changes} | dict(zip(header, _reported_cells(preset), strict=True))
            for preset in found
        ],
    }
    if form == "table":
        rows: list[list[Any]] = [["", "NPV", "IRR", f"{text('break-even', language)}: {label(by, language)}"]]
        rows += [
            [
                preset.title,
                as_text(preset.net_present_value, "SEK", language),
                as_text(preset.internal_rate_of_return, "1/year", language),
                as_text(preset.break_even, unit, language),
            ]
            for preset in found
        ]
    else:
        rows = [header, *map(_reported_cells, found)]
    print_out(form, data, rows)
    if form == "table":
        print()
        whys = [(preset.title, explained(preset, language)) for preset in found if preset.changes]
        print_pairs(text("Why they differ from this case", language), whys)
        print()
        print_card(study.card(language), language)


def _reported_cells(preset: Reported) -> list[Any]:
    names = ("name", "net_present_value", "internal_rate_of_return", "break_even", "difference", "why")
    return [getattr(preset, name) for name in names]
