"""Command that lists the inputs of a case with their sources, and verifies quotes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from hubmodel.case.facility import Case
from hubmodel.case.sources import verify_quotes
from hubmodel.cli.options import (
    Arguments,
    Format,
    Language,
    Scenario,
    Set,
    app,
    case_of,
    print_out,
    provenance,
    split_arguments,
)
from hubmodel.text.language import text, translate
from hubmodel.uncertainty.tornado import tornado


@app.command()
def sources(
    arguments: Arguments = None,
    verify: Annotated[str, typer.Option(help="folder with the documents' texts: checks every quote")] = "",
    scenario: Scenario = "",
    changes: Set = None,
    form: Format = "table",
    language: Language = "en",
) -> None:
    """List all inputs with value, range, unit, source and grade, most influential first; --verify checks the quotes."""
    name, _ = split_arguments(arguments, 0)
    case = case_of(name, scenario, changes, form, language)
    if verify:
        _verify(case, Path(verify), form, language)
        return
    ranked = tornado(case)
    spread = {bar.key: bar.spread for bar in ranked}
    ordered = sorted(case.rows, key=lambda row: -spread.get(row.key, 0.0))
    header = ["input", "period", "value", "low", "high", "unit", "grade", "source", "locator", "influence"]
    rows: list[list[Any]] = [
        [row.name, row.period, row.value, row.low, row.high, row.unit, row.grade, row.source, row.locator]
        for row in ordered
    ]
    moves = [spread.get(row.key, 0.0) for row in ordered]
    data = {
        **provenance(case),
        "inputs": [dict(zip(header, [*row, move], strict=True)) for row, move in zip(rows, moves, strict=True)],
    }
    shown = [f"{move / 1e6:.1f}" if form == "table" else move for move in moves]
    print_out(form, data, [header, *([*row, move] for row, move in zip(rows, shown, strict=True))])


def _verify(case: Case, folder: Path, form: str, language: str) -> None:
    found = verify_quotes(case, folder)
    missing = [[place, translate(why, language)] for place, why in found.missing]
    data = {
        "case": case.name,
        "documents": found.documents,
        "quotes": found.quotes,
        "missing": missing,
    }
    there = text("{count} of {all} quotes stand in {documents} documents", language).format(
        count=found.quotes - len(missing), all=found.quotes, documents=len(found.documents)
    )
    print_out(form, data, [*([f"{place}: {why}"] for place, why in missing), [there]])
    if missing:
        raise typer.Exit(1)
