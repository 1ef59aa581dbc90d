"""Data frames for notebooks, laid out as Excel would show them; nothing of the model is computed here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from hubmodel.case import documents
from hubmodel.case.facility import Case
from hubmodel.errors import InputError, UnknownName
from hubmodel.text.language import label
from hubmodel.text.numbers import format_value

if TYPE_CHECKING:
    import pandas as pd

    from hubmodel.study.presets import Alone, Reported
    from hubmodel.study.result import Evaluation, KeyFigure
    from hubmodel.uncertainty.discover import Discovery
    from hubmodel.uncertainty.information import Information
    from hubmodel.uncertainty.simulate import Simulation
    from hubmodel.uncertainty.tornado import Influence


def master_check(result: Evaluation) -> str:
    """Summarise the checks: whether every identity holds, then a note for each warning.

    >>> import hubmodel as hm
    >>> master_check(hm.run(hm.load("northx"), solved=False)).partition(":")[0]
    'Master check'
    """
    bad = [check for check in result.checks if not check.ok]
    notes = [check for check in result.checks if check.ok and check.level == "warning" and check.message]
    whole = sum(check.level == "identity" for check in result.checks)
    first = f"{len(bad)} of {whole} identities FAIL" if bad else f"all {whole} identities hold"
    return "\n".join(
        [f"Master check: {first}", *(f"  note: {check.message or check.name}" for check in [*bad, *notes])]
    )


def side_by_side(results: Mapping[str, Evaluation], *names: str, digits: int = 3) -> pd.DataFrame:
    """Return key figures of several results as text, rounded and with their unit.

    Parameters
    ----------
    results
        result of each column, by its heading.
    names
        key figures, separated by blanks if one text names several; all of the first result's if none is given.
    digits
        significant digits.

    Returns
    -------
    Labels by headings, as text.

    Raises
    ------
    UnknownName
        for a key figure that does not exist.
    """
    import pandas as pd

    first = next(iter(results.values()))
    wanted = " ".join(names).split() or list(first.key_figures)
    columns = {
        heading: [
            format_value(figure_of(result, name).value, figure_of(result, name).unit, digits=digits) for name in wanted
        ]
        for heading, result in results.items()
    }
    return pd.DataFrame(columns, index=[figure_of(first, name).label for name in wanted])


def say(result: Evaluation, sentence: str, digits: int = 3) -> str:
    """Fill the values of key figures into a sentence that names them in braces.

    >>> import hubmodel as hm
    >>> say(hm.run(hm.load("northx"), solved=False), "The grant is {grant_total}.").replace(chr(160), " ")
    'The grant is 50.0 MSEK.'
    """
    figures = result.key_figures.values()
    return sentence.format_map(
        {figure.name: format_value(figure.value, figure.unit, digits=digits) for figure in figures}
    )


def figure_of(result: Evaluation, name: str) -> KeyFigure:
    """Return a key figure by name; raise UnknownName with a suggestion if there is none."""
    if name not in result.key_figures:
        raise UnknownName.of("key figure", name, result.key_figures)
    return result.key_figures[name]


def pick(result: Evaluation, name: str, row: str = "", period: str = "") -> float:
    """Return one number of a line or input [engine's unit].

    Parameters
    ----------
    result
        the run.
    name, row
        line or input, and its member; blank for the hub.
    period
        2030 or 2030-06; amounts are added up over a year, levels averaged; blank for a constant.

    >>> import hubmodel as hm
    >>> pick(hm.run(hm.load("northx"), solved=False), "asset_cost", "Stockholm unit")
    38000000.0
    """
    return _at(result, name, period)[result.rows(name).index(row)]


def members(result: Evaluation, *names: str, period: str = "") -> pd.DataFrame:
    """Return lines of one list side by side, a row for each member, in one month or year [engine's unit].

    A text may name several lines, separated by blanks; lines of the whole hub come in every row; `period` as in `pick`.
    """
    import pandas as pd

    wanted = " ".join(names).split()
    rows = max((result.rows(name) for name in wanted), key=len)
    columns = {label(name): _at(result, name, period) for name in wanted}
    return pd.DataFrame({name: list(values) * (len(rows) // len(values)) for name, values in columns.items()}, rows)


def _at(result: Evaluation, name: str, period: str) -> list[float]:
    width = getattr(result[name], "shape", (1, 1))[-1]
    periods, values = result.series(name, "month" if "-" in period else "year", "mean" if width == 1 else None)
    if period and period not in periods:
        raise InputError(
            "{period} is not in the calendar, {first} to {last}; choose one of its periods",
            period=period,
            first=periods[0],
            last=periods[-1],
        )
    return [row[periods.index(period) if period else 0] for row in values.values()]


def by_influence(
    case: Case, found: Sequence[Influence], count: int = 8, grade: str = "", what: str = "NPV", unit: str = "SEK"
) -> pd.DataFrame:
    """Return the inputs that move a figure most, the largest effect first.

    Parameters
    ----------
    case
        the case, for the rows of each input.
    found
        what `tornado` returned.
    count
        how many.
    grade
        only inputs of this grade; all if blank.
    what, unit
        name and unit of the figure; net present value unless `tornado` was asked for another.

    Returns
    -------
    Value and range as written, unit, grade, the figure at both ends as text, and why this value.
    """
    import pandas as pd

    chosen = [influence for influence in found if grade in ("", influence.grade)][:count]
    rows = [case.by_key[influence.key] for influence in chosen]
    return pd.DataFrame(
        {
            **{
                end: [written([getattr(row, end) for row in group]) for group in rows]
                for end in ("value", "low", "high")
            },
            "unit": [group[0].unit for group in rows],
            "grade": [influence.grade for influence in chosen],
            f"{what} at low": [format_value(influence.at_low, unit, digits=3) for influence in chosen],
            f"{what} at high": [format_value(influence.at_high, unit, digits=3) for influence in chosen],
            "why this value": [group[0].note for group in rows],
        },
        index=[influence.label for influence in chosen],
    )


def written(values: Sequence[float | str | None]) -> str:
    """Write numbers as one text: the single number, or the smallest to the largest; blank for none."""
    numbers = sorted({float(value) for value in values if value is not None})
    return f"{numbers[0]:g}" if len(numbers) == 1 else f"{numbers[0]:g} to {numbers[-1]:g}" if numbers else ""


def timeline(case: Case) -> pd.DataFrame:
    """Return the dates that a case's documents state, in order, with section and quote."""
    import pandas as pd

    known = [fact for fact in documents.documented(case.folder).values() if fact["unit"] in ("date", "month")]
    columns = {"date": "value", "what": "what", "who": "entity", "document": "document", "quote": "quote"}
    rows = [{heading: fact[name] for heading, name in columns.items()} for fact in known]
    return pd.DataFrame(rows, columns=[*columns]).sort_values("date", kind="stable").set_index("date")


def documented_money(case: Case) -> pd.DataFrame:
    """Return the amounts that a case's documents state [MSEK], with section and quote."""
    import pandas as pd

    scale = {"MSEK": 1.0, "SEK": 1e-6}
    known = [fact for fact in documents.documented(case.folder).values() if fact["unit"] in scale]
    rows = [
        {"id": fact["id"], "MSEK": float(fact["value"]) * scale[fact["unit"]]}
        | {name: fact[name] for name in ("what", "document", "section", "quote")}
        for fact in known
    ]
    return pd.DataFrame(rows, columns=["id", "MSEK", "what", "document", "section", "quote"]).set_index("id")


def contradictions(case: Case) -> pd.DataFrame:
    """Return the contradictions between a case's documents: each version, which one is used, and why."""
    import pandas as pd

    names = ("question", "version", "value", "used", "reason", "document", "quote")
    rows = [{name: version[name] for name in names} for version in documents.contradictions(case.folder)]
    return pd.DataFrame(rows, columns=[*names]).set_index(["question", "version"])


def as_reported(found: Sequence[Reported], unit: str) -> pd.DataFrame:
    """Return the figures of a case under its own and other conventions; `unit` is that of the break-even."""
    import pandas as pd

    return pd.DataFrame(
        {
            "NPV": [format_value(report.net_present_value, "SEK", digits=3) for report in found],
            "IRR": [format_value(report.internal_rate_of_return, "1/year", digits=3) for report in found],
            "break-even": [format_value(report.break_even, unit, digits=4) for report in found],
            "why it differs": [report.why for report in found],
        },
        index=[report.title for report in found],
    )


def by_convention(found: Sequence[Alone]) -> pd.DataFrame:
    """Return the effect of each other option of a convention by itself, as text."""
    import pandas as pd

    rows = [
        {
            "instead": change.option.replace("_", " "),
            "NPV": format_value(change.net_present_value, "SEK", digits=3),
            "difference": format_value(change.difference, "SEK", digits=3),
        }
        for change in found
    ]
    return pd.DataFrame(rows, index=[label(change.key) for change in found])


def by_draws(drawn: Simulation, threshold: float = 0.0) -> pd.DataFrame:
    """Summarise the draws of each figure as text, rounded and with its unit.

    `threshold` applies to the first figure [its unit].
    """
    import pandas as pd

    columns = {}
    for place, name in enumerate(drawn.values):
        summary = drawn.summary(name, threshold if place == 0 else 0.0)
        rows = {"case as it is": summary.base, "mean": summary.mean, "standard error": summary.standard_error,
                **{f"P{100 * level:g}": summary.quantiles[level] for level in (0.1, 0.5, 0.9)}}  # fmt: skip
        digits = {"standard error": 2}
        column = {row: format_value(value, summary.unit, digits=digits.get(row, 3)) for row, value in rows.items()}
        limit = format_value(summary.threshold, summary.unit) if summary.threshold else "0"
        column |= {f"below {limit}": format_value(summary.below, "share", digits=2)} if place == 0 else {}
        columns[summary.label] = column | {"draws without value": f"{summary.undefined} of {summary.draws}"}
    return pd.DataFrame(columns).fillna("")


def boxes(found: Discovery) -> pd.DataFrame:
    """Return the boxes of a discovery as text: each limit with its grade, and density and coverage of the box."""
    import pandas as pd

    rows = [
        {
            "box": place,
            "input": limit.label,
            "from": format_value(limit.values[0][1], limit.unit),
            "to": format_value(limit.values[0][2], limit.unit),
            "grade": limit.grade,
            "density": format_value(box.density, "share", digits=2),
            "coverage": format_value(box.coverage, "share", digits=2),
        }
        for place, box in enumerate(found.boxes, 1)
        for limit in box.limits
    ]
    columns = ["box", "input", "from", "to", "grade", "density", "coverage"]  # none where no box stands out
    return pd.DataFrame(rows, columns=columns).set_index(["box", "input"])


def worth_knowing(found: Information, count: int = 8, unit: str = "SEK") -> pd.DataFrame:
    """Return the value of knowing each input before deciding, largest first, as text.

    A value that is lost in the noise of the draws is marked as such.
    """
    import pandas as pd

    rows = {"everything": {"worth": format_value(found.everything, unit, digits=3), "grade": ""}}
    for entry in found.inputs[:count]:
        worth = format_value(entry.worth, unit, digits=3) if entry.worth > found.noise else "not told from nothing"
        explained = format_value(entry.explained, "share", digits=2)
        rows[entry.label] = {"worth": worth, "grade": entry.grade, "of the variance": explained}
    return pd.DataFrame.from_dict(rows, orient="index").fillna("")


RESOURCES = {
    "commercial_suite_share": "suite for commercial work",
    "innovation_suite_share": "suite for innovation work",
    "operations_share": "people in production",
    "quality_share": "people in quality",
}


def bottlenecks(result: Evaluation, by: str = "year") -> pd.DataFrame:
    """Return the scarcest resource of each month, quarter or year, the share of demand it serves [1], and demand lost.

    Nothing is scarce where 99.95 % is served; lost demand is in suite-days.
    """
    import pandas as pd

    served = {f"{what}, {row}": values for name, what in RESOURCES.items()
              for row, values in result.series(name, by)[1].items()}  # fmt: skip
    periods, lost = result.series("unmet_suite_days", by)
    shares = pd.DataFrame(served, index=periods)
    least = shares.min(axis=1)
    return pd.DataFrame(
        {
            "narrowest": shares.idxmin(axis=1).where(least < 0.9995, "nothing"),
            "share it can serve": least,
            "demand lost, suite-days": pd.DataFrame(lost, index=periods).sum(axis=1).round(1),
        }
    )


def cost_per_batch(result: Evaluation, year: str) -> pd.DataFrame:
    """Return the actual conversion cost per batch, mean of a year, beside the standard cost that prices rest on.

    By platform: standard, actual, and actual less standard [SEK/batch]; nothing before the hub opens. Materials are
    passed through, and excluded.
    """
    lines = "standard_conversion_cost_per_batch actual_conversion_cost_per_batch conversion_cost_above_standard"
    return members(result, lines, period=year).set_axis(["standard", "actual", "difference"], axis=1)
