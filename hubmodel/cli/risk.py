"""Commands on uncertainty: tornado, simulate, sobol, discover."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated, Any, Literal, cast

import typer

import hubmodel as hm
from hubmodel.case.facility import Case
from hubmodel.case.files import write_whole
from hubmodel.cli.options import (
    Arguments,
    Format,
    Language,
    Scenario,
    Set,
    app,
    as_text,
    case_of,
    print_out,
    provenance,
    split_arguments,
)
from hubmodel.errors import InputError, UnknownName
from hubmodel.lines import current_name
from hubmodel.output import charts
from hubmodel.text import numbers
from hubmodel.text.language import label, text, translate
from hubmodel.text.third_party import third_party_message
from hubmodel.uncertainty.draws import Points
from hubmodel.uncertainty.simulate import VALUE, Executor, Simulation, Summary

Figure = Annotated[str, typer.Option(help="the key figure, a line that is a single number")]
Draws = Annotated[int, typer.Option(help="how many draws")]
Seed = Annotated[int, typer.Option(help="of the random numbers")]
Chart = Annotated[str, typer.Option(help="a picture to write, FILE.svg")]
Workers = Annotated[int, typer.Option(help="processes to run in")]
Scheduler = Annotated[str, typer.Option(help="address of a Dask scheduler to run on")]


@contextmanager
def _executor(workers: int, scheduler: str) -> Iterator[Executor | None]:
    if workers < 1:
        raise InputError("--workers must be at least 1, got {count}", count=workers)
    if scheduler:
        with _cluster(scheduler) as client:
            yield client
    elif workers > 1:
        with ProcessPoolExecutor(workers) as pool:
            yield pool
    else:
        yield None


@contextmanager
def _cluster(address: str) -> Iterator[Any]:
    try:
        from dask.distributed import Client
    except ImportError:
        raise InputError("--scheduler needs Dask; install hubmodel[cluster]") from None
    try:
        client: Any = Client(address, timeout="10s", set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise InputError(
            "--scheduler {address}: no Dask scheduler answers ({problem}); start one or mend it",
            address=address, problem=third_party_message(str(error).splitlines()[0]),
        ) from None  # fmt: skip
    with client:
        yield client


def write_picture(path: str, figure: charts.Figure) -> None:
    """Write a figure as SVG where a path is given."""
    if path and not path.endswith(".svg"):
        raise InputError(
            "--chart {file}: a picture's name ends with .svg; write for example --chart {file}.svg", file=path
        )
    if path:
        write_whole(path, charts.svg(figure))


def _unit(case: Case, figure: str) -> str:
    return case.model.shown_in.get(current_name(figure), "SEK")


@app.command()
def tornado(
    arguments: Arguments = None,
    figure: Figure = VALUE,
    ends: Annotated[str, typer.Option(help="range or p10_p90")] = "range",
    count: Annotated[int, typer.Option(help="how many inputs are shown")] = 15,
    chart: Chart = "",
    scenario: Scenario = "",
    changes: Set = None,
    form: Format = "table",
    language: Language = "en",
) -> None:
    """Show how far each input by itself moves a figure, from one end of its range to the other, the largest first.

    Examples:  hubmodel tornado   ·   hubmodel tornado northx --ends p10_p90 --chart tornado.svg
    """
    name, _ = split_arguments(arguments, 0)
    if ends not in ("range", "p10_p90"):
        raise UnknownName.of("kind of ends", ends, ("range", "p10_p90"))
    case = case_of(name, scenario, changes, form, language)
    found = hm.tornado(case, figure, ends=cast(Literal["range", "p10_p90"], ends))
    base, unit = hm.evaluate(case, [figure])[figure], _unit(case, figure)
    write_picture(chart, charts.tornado(found, base, count, language))
    header = ["input", "at_low", "at_high", "grade"]
    cells = [[bar.key, bar.at_low, bar.at_high, bar.grade] for bar in found]
    data = {**provenance(case), "figure": figure, "base": base, "ends": ends,
            "inputs": [dict(zip(header, row, strict=True)) for row in cells]}  # fmt: skip
    if form == "table":
        cells = [
            [label(bar.key, language), as_text(bar.at_low, unit, language), as_text(bar.at_high, unit, language),
             text(bar.grade, language)] for bar in found[:count]
        ]  # fmt: skip
    print_out(form, data, [header, *cells])


@app.command()
def simulate(
    arguments: Arguments = None,
    draws: Draws = 4096,
    seed: Seed = 7,
    figures: Annotated[str, typer.Option(help="key figures, with commas")] = VALUE,
    points: Annotated[str, typer.Option(help="sobol, latin or plain")] = "sobol",
    hold: Annotated[str, typer.Option(help="inputs that stay at their value, with commas")] = "",
    below: Annotated[str, typer.Option(help="a threshold of the first figure")] = "0",
    worst: Annotated[int, typer.Option(help="how many of the worst draws to write as scenarios")] = 0,
    out: Annotated[str, typer.Option("-o", "--out", help="where: NAME.toml becomes NAME-1.toml …")] = "worst.toml",
    workers: Workers = 1,
    scheduler: Scheduler = "",
    chart: Chart = "",
    scenario: Scenario = "",
    changes: Set = None,
    form: Format = "table",
    language: Language = "en",
) -> None:
    """Run Monte Carlo: quantiles, mean with its standard error, and how often a figure lies below a threshold.

    Examples:  hubmodel simulate --draws 10000 --workers 2
    ·  hubmodel simulate --figures net_present_value,payback_years --worst 3 -o bad.toml
    """
    name, _ = split_arguments(arguments, 0)
    case = case_of(name, scenario, changes, form, language)
    names, held = _names_in(figures), _names_in(hold)
    if not names:
        raise InputError("--figures names none; name some, such as --figures net_present_value")
    with _executor(workers, scheduler) as executor:
        found = hm.simulate(
            case,
            draws,
            seed=seed,
            figures=names,
            points=cast(Points, points),
            hold=held,
            executor=executor,
            progress=True,
        )
    first = found.summary(names[0])
    summaries = [found.summary(names[0], numbers.parse_number(below, first.unit)), *map(found.summary, names[1:])]
    write_picture(chart, charts.distribution(found, names[0], language))
    files = _write_worst(found, worst, out, names[0])
    data = {**provenance(case), "draws": found.count, "seed": seed, "points": points, "stopped": found.stopped,
            "figures": {summary.name: _data_of(summary) for summary in summaries}, "worst": files}  # fmt: skip
    rows = _rows_of(summaries, language) if form == "table" else _plain_rows(summaries)
    print_out(form, data, rows)
    if form == "table":
        _remarks(found, summaries, files, language)


def _names_in(listed: str) -> tuple[str, ...]:
    """Return the names in a list with commas."""
    return tuple(filter(None, map(str.strip, listed.split(","))))


def _data_of(summary: Summary) -> dict[str, Any]:
    return {**asdict(summary), "quantiles": {f"{level:g}": value for level, value in summary.quantiles.items()}}


def _rows_of(summaries: list[Summary], language: str) -> list[list[str]]:
    first = summaries[0]
    values: dict[str, list[float | None]] = {
        "case as it is": [summary.base for summary in summaries],
        "mean": [summary.mean for summary in summaries],
        "standard error": [summary.standard_error for summary in summaries],
        "standard deviation": [summary.standard_deviation for summary in summaries],
        **{f"P{level * 100:g}": [summary.quantiles[level] for summary in summaries] for level in first.quantiles},
    }
    rows = [["", *(text(summary.label, language) for summary in summaries)]]
    for name, row in values.items():
        cells = (as_text(value, each.unit, language) for value, each in zip(row, summaries, strict=True))
        rows.append([text(name, language), *cells])
    limit = _limit(first.threshold, first.unit, language)
    name = text("share of draws below {threshold}", language).format(threshold=limit)
    return [*rows, [name, as_text(first.below, "share", language)]]


def _limit(value: float, unit: str, language: str) -> str:
    return as_text(value, unit, language) if value else "0"


def _plain_rows(summaries: list[Summary]) -> list[list[Any]]:
    head = ["figure", "unit", "base", "draws", "mean", "standard_error", "standard_deviation",
            *(f"p{level * 100:g}" for level in summaries[0].quantiles), "threshold", "below", "undefined"]  # fmt: skip
    rows = [
        [summary.name, summary.unit, summary.base, summary.draws, summary.mean, summary.standard_error,
         summary.standard_deviation, *summary.quantiles.values(), summary.threshold, summary.below, summary.undefined]
        for summary in summaries
    ]  # fmt: skip
    return [head, *rows]


def _remarks(found: Simulation, summaries: list[Summary], files: list[str], language: str) -> None:
    for summary in summaries:
        if summary.undefined:
            line = text("{figure} has no value in {count} of {draws} draws: {why}", language)
            print(line.format(figure=text(summary.label, language), count=summary.undefined, draws=summary.draws,
                              why=translate(summary.why, language)))  # fmt: skip
    if found.stopped:
        print(text("stopped: {count} draws were made", language).format(count=found.count))
    if files:
        print(text("worst draws written to {files}", language).format(files=", ".join(files)))


def _write_worst(found: Simulation, count: int, out: str, figure: str) -> list[str]:
    if count and not out.endswith(".toml"):
        raise InputError("-o {file}: a scenario's name ends with .toml; write for example -o {stem}.toml",
                         file=out, stem=out)  # fmt: skip
    files = []
    for place, draw in enumerate(found.worst(count, figure) if count else [], 1):
        path = f"{out.removesuffix('.toml')}-{place}.toml"
        hm.write_scenario(
            found.scenario(draw), path, title=f"{figure}: draw {draw} of {found.count}", why="one of the worst draws"
        )
        files.append(path)
    return files


@app.command()
def sobol(
    arguments: Arguments = None,
    draws: Draws = 1024,
    seed: Seed = 7,
    figure: Figure = VALUE,
    inputs: Annotated[str, typer.Option(help="inputs with a share of their own, with commas")] = "",
    workers: Workers = 1,
    scheduler: Scheduler = "",
    chart: Chart = "",
    scenario: Scenario = "",
    changes: Set = None,
    form: Format = "table",
    language: Language = "en",
) -> None:
    """Compute variance shares: how much of a figure's spread each input causes, alone and together; 90 % intervals.

    Examples:  hubmodel sobol   ·   hubmodel sobol --draws 4096 --inputs volume_factor,commercial_margin --workers 2
    """
    name, _ = split_arguments(arguments, 0)
    case = case_of(name, scenario, changes, form, language)
    chosen = _names_in(inputs)
    with _executor(workers, scheduler) as executor:
        found = hm.sobol(case, figure, draws=draws, seed=seed, inputs=chosen, executor=executor, progress=True)
    write_picture(chart, charts.variance(found, language))
    header = ["inputs", "grade", "alone", "alone_low", "alone_high", "together", "together_low", "together_high"]
    cells: list[list[Any]] = [
        [" ".join(share.keys), share.grade, share.first, *share.first_interval, share.total, *share.total_interval]
        for share in found.shares
    ]
    data = {**provenance(case), "figure": figure, "runs": found.runs, "variance": found.variance,
            "shares": [dict(zip(header, row, strict=True)) for row in cells]}  # fmt: skip
    if form == "table":
        header = [text(column, language) for column in ("input", "grade", "alone", "together with others")]
        cells = [
            [charts.named(share.label, language), text(share.grade, language),
             _interval(share.first, share.first_interval), _interval(share.total, share.total_interval)]
            for share in found.shares
        ]  # fmt: skip
    print_out(form, data, [header, *cells])


def _interval(value: float, ends: tuple[float, float]) -> str:
    return f"{value:.3f} ({ends[0]:.2f} … {ends[1]:.2f})"


@app.command()
def discover(
    arguments: Arguments = None,
    draws: Draws = 4096,
    seed: Seed = 7,
    figure: Figure = VALUE,
    threshold: Annotated[str, typer.Option(help="of the figure")] = "0",
    above: Annotated[bool, typer.Option("--above/--below", help="which draws are sought")] = False,
    density: Annotated[float, typer.Option(help="share of sought draws that a box should reach")] = 0.9,
    workers: Workers = 1,
    scheduler: Scheduler = "",
    scenario: Scenario = "",
    changes: Set = None,
    form: Format = "table",
    language: Language = "en",
) -> None:
    """Find the ranges of inputs that put a figure below (or above) a threshold, and what it is worth to know more.

    Examples:  hubmodel discover   ·   hubmodel discover --above --density 0.6
    """
    name, _ = split_arguments(arguments, 0)
    if not 0 < density <= 1:
        raise InputError("--density must be a share above 0 and at most 1, got {value:g}", value=density)
    case = case_of(name, scenario, changes, form, language)
    with _executor(workers, scheduler) as executor:
        drawn = hm.simulate(case, draws, seed=seed, figures=(figure,), executor=executor, progress=True)
    unit = drawn.summary(figure).unit
    found = hm.discover(
        drawn, figure, threshold=numbers.parse_number(threshold, unit), below=not above, density=density
    )
    known = hm.value_of_information(drawn, figure)
    data = {**provenance(case), **asdict(found), "information": asdict(known)}
    rows: list[list[Any]] = [["box", "input", "row", "low", "high", "unit", "density", "coverage"]]
    for place, box in enumerate(found.boxes, 1):
        for limit in box.limits:
            rows += [[place, limit.key, member, low, high, limit.unit, box.density, box.coverage]
                     for member, low, high in limit.values]  # fmt: skip
    if form != "table":
        print_out(form, data, rows)
        return
    line = text("{share} of {draws} draws have {figure} {side} {threshold}", language)
    print(line.format(
        share=as_text(found.share, "share", language), draws=found.draws, figure=label(figure, language).lower(),
        side=text("not below" if above else "below", language), threshold=_limit(found.threshold, unit, language),
    ))  # fmt: skip
    for box in found.boxes:
        _print_box(box, language)
    _print_information(known, unit, language)


def _print_box(box: Any, language: str) -> None:
    line = text("Of the draws within these limits {density} are such; they hold {coverage} of all such:", language)
    density, coverage = (
        numbers.format_value(share, "share", language, digits=2) for share in (box.density, box.coverage)
    )
    print("\n" + line.format(density=density, coverage=coverage))
    for limit in box.limits:
        member, low, high = limit.values[0]
        ends = [numbers.format_value(end, limit.unit, language) for end in (low, high)]
        more = text(" (and the other rows alike)", language) if len(limit.values) > 1 else ""
        place = f", {member}" if member else ""
        print(f"  {label(limit.key, language)}{place}: {ends[0]} … {ends[1]}{more}  [{text(limit.grade, language)}]")


def _print_information(known: Any, unit: str, language: str) -> None:
    print("\n" + text("What knowing it before deciding would be worth (go ahead or not, by the mean):", language))
    rows = [[text("everything", language), as_text(known.everything, unit, language), ""]]
    rows += [[label(gain.key, language), as_text(gain.worth, unit, language), text(gain.grade, language)]
             for gain in known.inputs[:8] if gain.worth > known.noise]  # fmt: skip
    print_out("table", {}, rows)
