"""Commands for bundles, runs kept for evaluation: bundle, verify."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

import hubmodel as hm
from hubmodel.case.loading import SCHEMA
from hubmodel.cli.options import (
    Arguments,
    Format,
    Language,
    Scenario,
    Set,
    app,
    case_of,
    check_options,
    exit_by_checks,
    print_out,
    provenance,
    split_arguments,
)
from hubmodel.errors import InputError
from hubmodel.output.bundle import Verification
from hubmodel.text.language import text, translate

MOST_DIFFERENCES = 20  # in a table


@app.command()
def bundle(
    arguments: Arguments = None,
    out: Annotated[str, typer.Option("-o", "--out", help="the bundle to write, FILE.zip")] = "",
    notebooks: Annotated[bool, typer.Option(help="run the notebooks on the case, about a minute")] = True,
    date: Annotated[str, typer.Option(help="of the bundle, such as 2026-03-31; today if left out")] = "",
    scenario: Scenario = "",
    changes: Set = None,
    form: Format = "table",
    language: Language = "en",
) -> None:
    """Keep a run for evaluation in one file: inputs, sources, results, notebooks, versions, hashes, data dictionary.

    Examples:  hubmodel bundle northx -o northx.zip   ·   hubmodel bundle --scenario without-grant -o without.zip
    """
    name, _ = split_arguments(arguments, 0)
    if not out:
        raise InputError("-o is missing; name the bundle to write, such as -o northx.zip")
    study = hm.run(case_of(name, scenario, changes, form, language))
    written = hm.write_bundle(study, out, notebooks=notebooks, day=date)
    rows = [["file", "files", "notebooks", "MB"], [out, *_counted(written), f"{written['bytes'] / 1e6:.2f}"]]
    print_out(form, {**provenance(study), "file": out, **written}, rows)
    exit_by_checks(study)


def _counted(written: dict[str, int]) -> list[str]:
    return [str(written[name]) for name in ("files", "notebooks")]


@app.command()
def verify(
    file: Annotated[str, typer.Argument(help="what hubmodel bundle wrote", metavar="FILE.zip")],
    form: Format = "table",
    language: Language = "en",
) -> None:
    """Verify a bundle: check every file by its hash and compute every figure again; exit 1 if anything differs.

    The figures of a bundle that another version wrote are not computed again; its totals are added up.

    Example:  hubmodel verify northx.zip
    """
    check_options(form, language)
    found = hm.verify_bundle(file)
    problems = [{"file": problem.file, "message": translate(problem.message, language)} for problem in found.problems]
    differences = [asdict(difference) for difference in found.differences]
    counts = {"files": found.files, "figures": found.figures}
    data = {**found.origin, "file": file, "verified": found.ok, "computed_again": not found.other_version, **counts}
    rows: list[list[Any]] = [["file", "name", "column", "kept", "now", "message"]]
    if form == "csv":
        rows += [[problem["file"], "", "", "", "", problem["message"]] for problem in problems]
        rows += [[*difference.values(), ""] for difference in differences]
    else:
        rows = [[line] for line in _lines(found, language)]
    print_out(form, data | {"problems": problems, "differences": differences}, rows)
    if not found.ok:
        raise typer.Exit(1)


def _lines(found: Verification, language: str) -> list[str]:
    lines = [f"{problem.file}: {translate(problem.message, language)}" for problem in found.problems]
    differs = text("{place}: {kept} in the bundle, {now} computed again", language)
    if found.other_version:
        differs = text("{place}: {kept} in the bundle, {now} by its other figures", language)
    for difference in found.differences[:MOST_DIFFERENCES]:
        name = " ".join(filter(None, (difference.name, difference.column)))
        place = ": ".join(filter(None, (difference.file, name)))
        lines.append(differs.format(place=place, kept=difference.kept or "–", now=difference.now or "–"))
    if len(found.differences) > MOST_DIFFERENCES:
        more = text("… and {count} more: --format json lists all", language)
        lines.append(more.format(count=len(found.differences) - MOST_DIFFERENCES))
    return [*lines, _verdict(found, language)]


def _verdict(found: Verification, language: str) -> str:
    if found.problems:
        verdict = text("not verified: {count} of {files} files are not as they were, no figure was compared", language)
    elif found.differences and found.other_version:
        verdict = text("not verified: {files} files are as they were, {count} of {figures} totals differ", language)
    elif found.differences:
        verdict = text("not verified: {files} files are as they were, {count} of {figures} figures differ", language)
    elif found.other_version:
        verdict = text("verified: {files} files, {figures} totals", language)
    else:
        verdict = text("verified: {files} files, {figures} figures", language)
    count = len(found.problems or found.differences)
    counts = {"count": count, "files": found.files, "figures": found.figures}
    facts = [text(fact, language) for fact in found.origin.values() if fact]
    return " · ".join([verdict.format(**counts), *facts, *_writer(found, language)])


def _writer(found: Verification, language: str) -> list[str]:
    """Say which version wrote a bundle, if it is another than this."""
    if not found.other_version:
        return []
    names = {"version": found.origin["model_version"], "schema": found.schema_version, "own": hm.__version__}
    written = text("written by hubmodel {version} for cases of schema version {schema}", language)
    again = text("not computed again with hubmodel {own} (schema version {own_schema}), as lines may differ", language)
    return [f"{written}; {again}".format(**names, own_schema=SCHEMA)]
