"""Command that shows what a case rests on: sources."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from hubmodel.case.facility import Case
from hubmodel.case.sources import verify_quotes
from hubmodel.cli.options import (
    Format,
    Language,
    Scenario,
    Set,
    Words,
    app,
    case_of,
    print_out,
    provenance,
    split_words,
)
from hubmodel.text.language import said, text
from hubmodel.uncertainty.tornado import tornado


@app.command()
def sources(
    words: Words = None,
    verify: Annotated[str, typer.Option(help="folder with the documents' texts: checks every quote")] = "",
    scenario: Scenario = "",
    changes: Set = None,
    form: Format = "table",
    language: Language = "en",
) -> None:
    """Every input with value, range, unit, source and grade, the most influential first; --verify checks the quotes."""
    name, _ = split_words(words, 0)
    case = case_of(name, scenario, changes, form, language)
    if verify:
        _verify(case, Path(verify), form, language)
        return
    ranked = tornado(case)
    spread = {one.key: one.spread for one in ranked}
    ordered = sorted(case.rows, key=lambda row: -spread.get(row.key, 0.0))
    header = ["input", "period", "value", "low", "high", "unit", "grade", "source", "locator", "influence"]
    rows: list[list[Any]] = [
        [one.name, one.period, one.value, one.low, one.high, one.unit, one.grade, one.source, one.locator]
        for one in ordered
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
    missing = [[place, said(why, language)] for place, why in found.missing]
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
