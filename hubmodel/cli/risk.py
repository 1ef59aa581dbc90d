"""How sure: tornado, draws, variance shares, discovery."""

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
    Format,
    Language,
    Scenario,
    Set,
    Words,
    app,
    as_text,
    case_of,
    print_out,
    provenance,
    split_words,
)
from hubmodel.errors import InputError, UnknownName
from hubmodel.output import charts
from hubmodel.text import numbers
from hubmodel.text.language import label, said, text
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
        raise InputError(f"--workers must be at least 1, got {workers}")
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
        said = str(error).splitlines()[0]
        raise InputError(f"--scheduler {address}: no Dask scheduler answers ({said}); start one or mend it") from None
    with client:
        yield client


def write_picture(path: str, figure: charts.Figure) -> None:
    """Write a figure as SVG where a path is given."""
    if path and not path.endswith(".svg"):
        raise InputError(f"--chart {path}: a picture's name ends with .svg; write for example --chart {path}.svg")
    if path:
        write_whole(path, charts.svg(figure))


def _unit(case: Case, figure: str) -> str:
    return case.model.shown_in.get(figure, "SEK")


@app.command()
def tornado(
    words: Words = None,
    figure: Figure = VALUE,
    ends: Annotated[str, typer.Option(help="range or p10_p90")] = "range",
    count: Annotated[int, typer.Option(help="how many inputs are shown")] = 15,
    chart: Chart = "",
    scenario: Scenario = "",
    changes: Set = None,
    form: Format = "table",
    language: Language = "en",
) -> None:
    """How far each input moves a figure by itself, from one end of its range to the other, the largest first.

    Examples:  hubmodel tornado   ·   hubmodel tornado northx --ends p10_p90 --chart tornado.svg
    """
    name, _ = split_words(words, 0)
    if ends not in ("range", "p10_p90"):
        raise UnknownName.of("kind of ends", ends, ("range", "p10_p90"))
    case = case_of(name, scenario, changes, form, language)
    found = hm.tornado(case, figure, ends=cast(Literal["range", "p10_p90"], ends))
    base, unit = hm.evaluate(case, [figure])[figure], _unit(case, figure)
    write_picture(chart, charts.tornado(found, base, count, language))
    header = ["input", "at_low", "at_high", "grade"]
    cells = [[one.key, one.at_low, one.at_high, one.grade] for one in found]
    data = {**provenance(case), "figure": figure, "base": base, "ends": ends,
            "inputs": [dict(zip(header, row, strict=True)) for row in cells]}  # fmt: skip
    if form == "table":
        cells = [
            [label(one.key, language), as_text(one.at_low, unit, language), as_text(one.at_high, unit, language),
             text(one.grade, language)] for one in found[:count]
        ]  # fmt: skip
    print_out(form, data, [header, *cells])


@app.command()
def simulate(
    words: Words = None,
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
    """Monte Carlo: quantiles, mean with its standard error, and how often a figure lies below a threshold.

    Examples:  hubmodel simulate --draws 10000 --workers 2
    ·  hubmodel simulate --figures net_present_value,payback_years --worst 3 -o bad.toml
    """
    name, _ = split_words(words, 0)
    case = case_of(name, scenario, changes, form, language)
    names, held = (tuple(one.strip() for one in given.split(",") if one.strip()) for given in (figures, hold))
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
    told = [found.summary(names[0], numbers.parse_number(below, first.unit)), *map(found.summary, names[1:])]
    write_picture(chart, charts.distribution(found, names[0], language))
    files = _write_worst(found, worst, out, names[0])
    data = {**provenance(case), "draws": found.count, "seed": seed, "points": points, "stopped": found.stopped,
            "figures": {one.name: _summary(one) for one in told}, "worst": files}  # fmt: skip
    rows = _rows_of(told, language) if form == "table" else _plain_rows(told)
    print_out(form, data, rows)
    if form == "table":
        _remarks(found, told, files, language)


def _summary(one: Summary) -> dict[str, Any]:
    said = asdict(one)
    return {**said, "quantiles": {f"{level:g}": value for level, value in one.quantiles.items()}}


def _rows_of(told: list[Summary], language: str) -> list[list[str]]:
    head = ["", *(text(one.label, language) for one in told)]
    rows: dict[str, list[float | None]] = {
        "case as it is": [one.base for one in told],
        "mean": [one.mean for one in told],
        "standard error": [one.standard_error for one in told],
        "standard deviation": [one.standard_deviation for one in told],
        **{f"P{level * 100:g}": [one.quantiles[level] for one in told] for level in told[0].quantiles},
    }
    out = [[text(name, language), *(as_text(value, one.unit, language) for value, one in zip(row, told, strict=True))]
           for name, row in rows.items()]  # fmt: skip
    first = told[0]
    limit = _limit(first.threshold, first.unit, language)
    said = text("share of draws below {threshold}", language).format(threshold=limit)
    return [head, *out, [said, as_text(first.below, "share", language)]]


def _limit(value: float, unit: str, language: str) -> str:
    return as_text(value, unit, language) if value else "0"


def _plain_rows(told: list[Summary]) -> list[list[Any]]:
    head = ["figure", "unit", "base", "draws", "mean", "standard_error", "standard_deviation",
            *(f"p{level * 100:g}" for level in told[0].quantiles), "threshold", "below", "undefined"]  # fmt: skip
    return [head, *([one.name, one.unit, one.base, one.draws, one.mean, one.standard_error, one.standard_deviation,
                     *one.quantiles.values(), one.threshold, one.below, one.undefined] for one in told)]  # fmt: skip


def _remarks(found: Simulation, told: list[Summary], files: list[str], language: str) -> None:
    for one in told:
        if one.undefined:
            line = text("{figure} has no value in {count} of {draws} draws: {why}", language)
            print(line.format(figure=text(one.label, language), count=one.undefined, draws=one.draws,
                              why=said(one.why, language)))  # fmt: skip
    if found.stopped:
        print(text("stopped: {count} draws were made", language).format(count=found.count))
    if files:
        print(text("worst draws written to {files}", language).format(files=", ".join(files)))


def _write_worst(found: Simulation, count: int, out: str, figure: str) -> list[str]:
    if count and not out.endswith(".toml"):
        raise InputError(f"-o {out}: a scenario's name ends with .toml; write for example -o {out}.toml")
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
    words: Words = None,
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
    """Variance shares: how much of a figure's spread each input causes, alone and together; 90 % intervals.

    Examples:  hubmodel sobol   ·   hubmodel sobol --draws 4096 --inputs volume_factor,commercial_margin --workers 2
    """
    name, _ = split_words(words, 0)
    case = case_of(name, scenario, changes, form, language)
    chosen = tuple(one.strip() for one in inputs.split(",") if one.strip())
    with _executor(workers, scheduler) as executor:
        found = hm.sobol(case, figure, draws=draws, seed=seed, inputs=chosen, executor=executor, progress=True)
    write_picture(chart, charts.variance(found, language))
    header = ["inputs", "grade", "alone", "alone_low", "alone_high", "together", "together_low", "together_high"]
    cells: list[list[Any]] = [
        [" ".join(one.keys), one.grade, one.first, *one.first_interval, one.total, *one.total_interval]
        for one in found.shares
    ]
    data = {**provenance(case), "figure": figure, "runs": found.runs, "variance": found.variance,
            "shares": [dict(zip(header, row, strict=True)) for row in cells]}  # fmt: skip
    if form == "table":
        header = [text(said, language) for said in ("input", "grade", "alone", "together with others")]
        cells = [
            [charts.named(one.label, language), text(one.grade, language), _interval(one.first, one.first_interval),
             _interval(one.total, one.total_interval)] for one in found.shares
        ]  # fmt: skip
    print_out(form, data, [header, *cells])


def _interval(value: float, ends: tuple[float, float]) -> str:
    return f"{value:.3f} ({ends[0]:.2f} … {ends[1]:.2f})"


@app.command()
def discover(
    words: Words = None,
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
    """Which ranges of which inputs put a figure below (or above) a threshold; and what it is worth to know more.

    Examples:  hubmodel discover   ·   hubmodel discover --above --density 0.6
    """
    name, _ = split_words(words, 0)
    if not 0 < density <= 1:
        raise InputError(f"--density must be a share above 0 and at most 1, got {density:g}")
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
    said = text("{share} of {draws} draws have {figure} {side} {threshold}", language).format(
        share=as_text(found.share, "share", language), draws=found.draws, figure=label(figure, language).lower(),
        side=text("not below" if above else "below", language), threshold=_limit(found.threshold, unit, language),
    )  # fmt: skip
    print(said)
    for box in found.boxes:
        _print_box(box, language)
    _print_information(known, unit, language)


def _print_box(box: Any, language: str) -> None:
    said = text("Of the draws within these limits {density} are such; they hold {coverage} of all such:", language)
    density, coverage = (numbers.format_value(one, "share", language, digits=2) for one in (box.density, box.coverage))
    print("\n" + said.format(density=density, coverage=coverage))
    for limit in box.limits:
        member, low, high = limit.values[0]
        ends = [numbers.format_value(one, limit.unit, language) for one in (low, high)]
        more = text(" (and the other rows alike)", language) if len(limit.values) > 1 else ""
        place = f", {member}" if member else ""
        print(f"  {label(limit.key, language)}{place}: {ends[0]} … {ends[1]}{more}  [{text(limit.grade, language)}]")


def _print_information(known: Any, unit: str, language: str) -> None:
    print("\n" + text("What knowing it before deciding would be worth (go ahead or not, by the mean):", language))
    rows = [[text("everything", language), as_text(known.everything, unit, language), ""]]
    rows += [[label(one.key, language), as_text(one.worth, unit, language), text(one.grade, language)]
             for one in known.inputs[:8] if one.worth > known.noise]  # fmt: skip
    print_out("table", {}, rows)
