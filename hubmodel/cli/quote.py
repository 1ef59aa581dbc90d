"""Command that prices a quote, one customer project on both tracks."""

from __future__ import annotations

from typing import Annotated, Any

import typer

import hubmodel as hm
from hubmodel.case.facility import Case
from hubmodel.cli.options import (
    Arguments,
    Format,
    Language,
    Scenario,
    Set,
    app,
    as_text,
    case_of,
    exit_by_checks,
    parse_change,
    print_notes,
    print_out,
    provenance,
    split_arguments,
)
from hubmodel.errors import InputError
from hubmodel.pricing import TRACKS, PricedQuote, Quote, as_dict, quote_of, sections, warnings
from hubmodel.text.language import text


@app.command()
def quote(
    arguments: Arguments = None,
    terms: Annotated[list[str] | None, typer.Option("--terms", help="term=value; repeatable")] = None,
    which: Annotated[str, typer.Option("--quote", help="which quote, where the scenario holds several")] = "",
    out: Annotated[str, typer.Option("-o", "--out", help="write the quote too: FILE.xlsx or FILE.pdf")] = "",
    scenario: Scenario = "",
    changes: Set = None,
    form: Format = "table",
    language: Language = "en",
) -> None:
    """Price one customer project on both tracks: price, full cost, lowest price to sign, earliest start, cash.

    Examples:  hubmodel quote offer.toml -o offer.xlsx  ·  hubmodel quote --terms platform=mRNA --terms signed=2027-01
    --terms start=2027-07 --terms batches=3 --terms batches_per_month=0.5
    """
    name, files = split_arguments(arguments, 0, 1)
    case = case_of(name, scenario, changes, form, language)
    if files:
        case = hm.apply_scenario(case, files[0])
        print_notes(case, language)
    study = hm.run(case, solved=False)
    found = hm.price_quote(study, _quoted(case, which, terms or []))
    if out.lower().endswith(".pdf"):
        hm.write_quote_page(found, out, language=language)
    elif out:
        hm.write_quote(found, out)
    data = {**provenance(study), "file": out or None, **as_dict(found, language)}
    print_out(form, data, _quote_cells(found) if form == "csv" else _quote_rows(found, language))
    if form == "table":
        facts = (case.text_of("title", language), text(case.scenario, language), f"hubmodel {hm.__version__}")
        print(" · ".join([*facts, case.inputs_hash, found.quote.hash]))
    exit_by_checks(study)


def _quoted(case: Case, which: str, terms: list[str]) -> Quote:
    typed = dict(parse_change(term, "--terms", "batches=3") for term in terms)
    if case.quotes or which:
        kept = case.quoted(which)
        return quote_of({"name": kept.name, "reason": kept.reason, **kept.terms, **typed})
    if not typed:
        raise InputError("a quote needs a file with [[quote]] tables, or --terms such as --terms platform=mRNA")
    return quote_of({"name": "own quote", **typed})


def _quote_rows(found: PricedQuote, language: str) -> list[list[str]]:
    rows = [[found.quote.name, *(text(track, language) for track in TRACKS)]]
    for section in sections(found, language):
        rows += [[], [section.title]]
        for row in section.rows:
            values = [row.values[track] for track in TRACKS]
            shown = ["" if value is None else as_text(value, row.unit, language) for value in values]
            rows.append(["  " + row.label, *shown])
    starts = [found.earliest_start[track] for track in TRACKS]
    months = [start.month or text("not within the calendar", language) for start in starts]
    rows += [[], [text("Earliest start", language), *months]]
    rows.append(["  " + text("decided by", language), *(start.bottleneck for start in starts)])
    rows += [[f"{text('note', language)}: {warning}"] for warning in warnings(found, language)]
    return rows


def _quote_cells(found: PricedQuote) -> list[list[Any]]:
    rows: list[list[Any]] = [["name", "month", "unit", *TRACKS]]
    for section in sections(found):
        rows += [[row.name, "", row.unit, *(row.values[track] for track in TRACKS)] for row in section.rows]
    cash = [found.cash(track) for track in TRACKS]
    return rows + [["net_cash", month, "SEK", *(amounts[month] for amounts in cash)] for month in found.months]
