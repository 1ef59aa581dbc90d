"""Pieces of HTML that a page shows: text in, text out, every piece escaped."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from hubmodel.dashboard.controls import badge
from hubmodel.dashboard.net import line_for
from hubmodel.dashboard.scales import along, cell, tornado_bars
from hubmodel.output import charts
from hubmodel.study.checks import outcome
from hubmodel.text.language import label, text, translate
from hubmodel.text.numbers import format_value
from hubmodel.text.wording import money

if TYPE_CHECKING:
    from hubmodel.study.tables import Table
    from hubmodel.uncertainty.discover import Discovery
    from hubmodel.uncertainty.information import Information
    from hubmodel.uncertainty.simulate import Summary


def pairs(items: Mapping[str, str]) -> str:
    """Write names and values as a description list."""
    rows = "".join(f"<dt>{escape(str(name))}</dt><dd>{escape(str(value))}</dd>" for name, value in items.items())
    return f'<dl class="hub-pairs">{rows}</dl>'


def table(head: Sequence[str], rows: Iterable[Sequence[str]], caption: str, total: bool = False) -> str:
    """Make a table from cells that are HTML already; with `total` the last row is set off."""
    body = [list(row) for row in rows]
    top = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    lines = []
    for number, row in enumerate(body, 1):
        mark = ' class="hub-total"' if total and number == len(body) else ""
        cells = f'<th scope="row">{row[0]}</th>' + "".join(f"<td>{cell}</td>" for cell in row[1:])
        lines.append(f"<tr{mark}>{cells}</tr>")
    name = escape(caption)
    return (
        f'<div class="hub-wide" role="region" tabindex="0" aria-label="{name}"><table><caption>{name}</caption>'
        f"<thead><tr>{top}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def legend(figure: charts.Figure) -> str:
    """Write the names of the series beside a piece of their line or pattern; unlike a drawn legend, they wrap."""
    items = []
    for index, row in enumerate(figure.series):
        dash = " ".join(map(str, charts.dash(index)))
        colour, pattern = charts.colour(index), index % charts.PATTERNS
        line = f'<line x2="30" y1="6" y2="6" stroke="{colour}" stroke-width="3" stroke-dasharray="{dash}"/>'
        mark = f'<svg width="30" height="12" aria-hidden="true">{line}</svg>'
        if figure.kind != "line":
            mark = f'<i class="hub-swatch hub-pattern-{pattern}" style="background-color:{colour}"></i>'
        items.append(f"<li>{mark}{escape(row.name)}</li>")
    return f'<ul class="hub-legend">{"".join(items)}</ul>'


def twin(figure: charts.Figure, case: str, origin: str) -> str:
    """Write the table twin of a chart, closed at first, and the buttons for its files."""
    language = figure.language
    over_time = figure.kind == "line" and not figure.across
    first = text("year", language) if over_time else text("what", language)
    head = [escape(first), *(escape(row.name) for row in figure.series)]
    rows = [
        [escape(name), *(number(value, figure.unit, language) for value in values)]
        for name, values in figure.by_period()
    ]
    caption = f"{figure.title} [{figure.unit_label}]"
    shown = f"<summary>{escape(text('Show as a table', language))}</summary>{table(head, rows, caption)}"
    file = f"{case}_{figure.name}"
    return (
        f'<div class="hub-twin"><details>{shown}</details>'
        f"{download(file + '.csv', charts.csv(figure), origin, figure.title, language)}"
        f"{_picture(file, 'svg', figure.title, language)}{_picture(file, 'png', figure.title, language)}</div>"
    )


def csv_of(rows: Sequence[Sequence[str]]) -> str:
    """Write plain texts as comma-separated values."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def download(file: str, content: str, origin: str, what: str, language: str) -> str:
    """Make a button that saves a table as CSV, with its origin in the first line."""
    hidden = f"<span class='hub-hidden'>: {escape(what)}</span>"
    return (
        f'<span class="hub-file-of"><button type="button" class="hub-download" data-file="{escape(file)}">'
        f"<span class='hub-hidden'>{escape(text('Download', language))} </span>CSV{hidden}</button>"
        f"<template>{escape(f'# {origin}')}\n{escape(content)}</template></span>"
    )


def _picture(file: str, kind: str, what: str, language: str) -> str:
    hidden = f"<span class='hub-hidden'>: {escape(what)}</span>"
    title, name = _kind(kind, language), escape(f"{file}.{kind}")
    return f'<button type="button" class="hub-picture" data-file="{name}">{title}{hidden}</button>'


def _kind(kind: str, language: str) -> str:
    return f"<span class='hub-hidden'>{escape(text('Download', language))} </span>{kind.upper()}"


def stats(items: Mapping[str, str]) -> str:
    """Write names and values side by side, the values large."""
    cells = "".join(
        f'<div class="hub-stat"><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>' for name, value in items.items()
    )
    return f'<dl class="hub-stats">{cells}</dl>'


def band(found: Summary, language: str) -> str:
    """Write the band of eight in ten draws, from P10 to P90."""
    low, high = (format_value(found.quantiles[level], found.unit, language) for level in (0.10, 0.90))
    span = escape(text("{low} to {high}", language).format(low=low, high=high))
    title = escape(text("Eight of ten draws lie between: P10 to P90 over the ranges of all inputs", language))
    return f'<div class="hub-band" title="{title}"><span>P10–P90</span> {span}</div>'


def lines(verdict: Sequence[str], waiting: bool) -> str:
    """Write the three lines of the verdict; the second in grey while draws are being made."""
    made = ""
    for number, line in enumerate(verdict):
        begin, colon, rest = line.partition(": ")
        stale = " hub-stale" if waiting and number == 1 else ""
        bold = f"<b>{escape(begin)}:</b> {escape(rest)}" if colon and not number else escape(line)
        made += f'<p class="hub-line-{number}{stale}">{bold}</p>'
    return made


def soft(sentence: str) -> str:
    """Write a sentence in softer print."""
    return f'<p class="hub-soft">{escape(sentence)}</p>'


def strip(summary: Summary, language: str) -> str:
    """Draw the draws of a figure on a line: P10 to P90, the middle one, zero, and a dot for the case as it is."""
    low, middle, high = (summary.quantiles[level] for level in (0.10, 0.50, 0.90))
    base = summary.base if summary.base is not None else middle
    at = along((low, middle, high, base, 0.0))
    shown = [money(value, language) for value in (low, middle, high, base)]
    named = [f"P10 {shown[0]}", f"{text('the middle one', language)} {shown[1]}", f"P90 {shown[2]}"]
    dot = f"{text('the case as it is', language)} {shown[3]}"
    marks = f'<i class="hub-strip-zero" style="left:{at[4]:.1f}%"></i>'
    marks += f'<i class="hub-strip-bar" style="left:{at[0]:.1f}%;right:calc(100% - {at[2]:.1f}%)"></i>'
    marks += f'<i class="hub-strip-middle" style="left:{at[1]:.1f}%"></i>'
    marks += f'<i class="hub-strip-dot" style="left:{at[3]:.1f}%"></i>'
    legend = "".join(f"<span>{escape(name)}</span>" for name in named)
    name = escape(", ".join([*named, dot]))
    return (
        f'<div class="hub-plot" role="img" aria-label="{name}"><div class="hub-strip-own">{escape(dot)}</div>'
        f'<div class="hub-strip-line">{marks}</div><div class="hub-strip-ends">{legend}</div></div>'
    )


def navigation(links: Iterable[tuple[str, str, bool]], name: str) -> str:
    """Write the links to the pages, with the present one marked."""
    items = "".join(
        f'<li><a href="?page={escape(page)}" data-page="{escape(page)}"{" aria-current=page" if here else ""}>'
        f"{escape(title)}</a></li>"
        for page, title, here in links
    )
    return f'<nav aria-label="{escape(name)}"><ul>{items}</ul></nav>'


def failed(title: str, error: Exception, language: str) -> str:
    """Make the card that replaces a page that could not be shown."""
    sentence = escape(text("This page could not be shown; the others work. Undo the last change, or reload.", language))
    reason = escape(" ".join(translate(line_for(error), language).split())[:300])
    return (
        f'<div class="hub-card hub-page-failed" role="alert"><h2>{escape(title)}</h2><p>{sentence}</p>'
        f'<p class="hub-soft">{reason}</p></div>'
    )


def summary(found: Summary, language: str) -> str:
    """Write the statistics of a figure's draws as names and values."""

    def shown(value: float | None, digits: int = 3) -> str:
        return format_value(value, found.unit, language, digits)

    rows = {
        text("case as it is", language): shown(found.base),
        text("mean", language): shown(found.mean),
        text("standard error", language): shown(found.standard_error, 2),
        **{f"P{level * 100:g}": shown(found.quantiles[level]) for level in (0.1, 0.5, 0.9)},
        text("below zero", language): format_value(found.below, "share", language, 2),
    }
    return stats(rows)


def boxes(found: Discovery, language: str) -> str:
    """Write the boxes of a discovery: density, coverage, and limits with their grades."""
    out = []
    for box in found.boxes:
        caption = text(
            "Within these limits {density} of the draws are below zero; {coverage} of all such lie there.", language
        )
        density, coverage = (format_value(value, "share", language, 2) for value in (box.density, box.coverage))
        head = [escape(text(name, language)) for name in ("input", "from", "to")]
        rows = [
            [f"{escape(label(limit.key, language))} {badge(limit.grade, language)}",
             *(escape(format_value(value, limit.unit, language)) for value in limit.values[0][1:])]
            for limit in box.limits
        ]  # fmt: skip
        out.append(table(head, rows, caption.format(density=density, coverage=coverage)))
    return "".join(out)


def worth(found: Information, language: str, shown: int = 6) -> str:
    """Write the value of knowing each input before deciding."""
    note = text(
        "The decision is to go ahead or not, by the mean. Knowing an input first would be worth at most this:", language
    )
    head = [escape(text(name, language)) for name in ("input", "worth", "share of the variance")]
    rows = [[escape(text("everything", language)), number(found.everything, "SEK", language), ""]]
    for entry in found.inputs[:shown]:
        value = number(entry.worth, "SEK", language) if entry.worth > found.noise else escape(text("nothing", language))
        rows.append([f"{escape(label(entry.key, language))} {badge(entry.grade, language)}", value,
                     escape(format_value(entry.explained, "share", language, 2))])  # fmt: skip
    return f'<p class="hub-soft">{escape(note)}</p>{table(head, rows, text("MSEK, nominal", language))}'


def offers(tables: str) -> str:
    """Put the tables of a quote side by side where there is room."""
    return f'<div class="hub-offers">{tables}</div>'


def named(line: str, label: str) -> str:
    """Name a line in a table: a button that explains it."""
    return f'<button type="button" class="hub-follow hub-named" data-line="{escape(line)}">{escape(label)}</button>'


def number(value: float | None, unit: str, language: str) -> str:
    """Format a value for the cell of a table, in colour if negative."""
    if value is None or value != value:
        return ""
    return coloured(value, cell(value, unit, language))


def coloured(value: float, shown: str) -> str:
    """Colour a negative value; its brackets or minus mark it, too."""
    return f'<span class="hub-negative">{escape(shown)}</span>' if value < 0 else escape(shown)


def tabulated(found: Table, first: str, caption: str, language: str, total: bool = False) -> str:
    """Format a table of the result, each row in its unit, with a name that explains it; `first` heads the names."""
    head = [escape(text(name, language)) for name in (first, *found.columns)]
    rows = [
        [named(f"{row.line}|{row.member}", row.label), *(number(value, row.unit, language) for value in row.values)]
        for row in found.rows
    ]
    return table(head, rows, caption, total)


def statement(found: Table, caption: str, language: str, file: tuple[str, str]) -> str:
    """Format a table of the result over time, with its CSV (name, origin) at full precision."""
    plain = [["", "unit", *found.columns], *([row.label, row.unit, *map(repr, row.values)] for row in found.rows)]
    shown = tabulated(found, "line", caption, language)
    return shown + download(file[0], csv_of(plain), file[1], caption, language)


def shown(value: float | None, unit: str, language: str) -> str:
    """Write a value for people."""
    return format_value(value, unit, language)


def figures(shell: Any, names: Iterable[str]) -> dict[str, str]:
    """Return key figures of the present run as names and values."""
    found = (shell.figure(name) for name in names)
    return {
        figure.title(shell.language): format_value(figure.value, figure.unit, shell.language)
        for figure in found
        if figure
    }


def influences(items: Sequence[Any], base: float, language: str, shown: int = 12) -> str:
    """Write the inputs that move NPV most, each with its grade and a bar for low and high."""
    bars = tornado_bars([(item.at_low, item.at_high) for item in items[:shown]], base)
    head = [escape(text(name, language)) for name in ("input", "NPV at its low end", "NPV at its high end", "range")]
    rows = [
        [f"{escape(label(item.key, language))} {badge(item.grade, language)}", number(item.at_low, "SEK", language),
         number(item.at_high, "SEK", language), f'<span class="hub-bar" aria-hidden="true">{bar}</span>']
        for item, bar in zip(items[:shown], bars, strict=True)
    ]  # fmt: skip
    caption = text(
        "Net present value with one input at the ends of its range, all else as in the case [MSEK, nominal]", language
    )
    return table(head, rows, caption)


def light(items: Sequence[Any], language: str) -> str:
    """Write OK or FAILED as a word beside its light."""
    kind = "ok" if all(item.ok for item in items) else "failed"
    return f'<span class="hub-light hub-{kind}">{escape(outcome(items, language)[0])}</span>'


def checks(items: Sequence[Any], language: str) -> str:
    """Write the light of the checks, and every check in a list that opens."""
    failed = [item for item in items if not item.ok]
    raised = [item for item in items if item.level == "warning" and item.message]
    lines = "".join(_check(item, language) for item in items)
    notes = "".join(_check(item, language) for item in [*failed, *raised])
    return (
        f'<p>{light(items, language)} <span class="hub-soft">{escape(outcome(items, language)[1])}</span></p>'
        f'<ul class="hub-list">{notes}</ul>'
        f'<details><summary>{escape(text("All checks", language))}</summary><ul class="hub-list">{lines}</ul></details>'
    )


def _check(item: Any, language: str) -> str:
    state = "failed" if not item.ok else "warning" if item.message else "ok"
    word = {"failed": "FAILED", "warning": "Note", "ok": "OK"}[state]
    message = f'<br><span class="hub-soft">{escape(translate(item.message, language))}</span>' if item.message else ""
    name = escape(item.title(language))
    return f'<li><b class="hub-{state}">{escape(text(word, language))}</b><span>{name}{message}</span></li>'


def explanation(tree: Mapping[str, Any], language: str, depth: int = 0) -> str:
    """Write a formula in words and in numbers, then its ingredients, down to rows with source, quote and grade."""
    place = ", ".join(escape(part) for part in (tree["row"], tree["period"]) if part)
    value = escape(format_value(tree["value"], tree["unit"], language))
    head = f"{escape(tree['label'])} = <b>{value}</b>" + (f' <span class="hub-soft">{place}</span>' if place else "")
    mark = badge(tree["sources"][0]["grade"], language) if tree["sources"] else ""
    body = f'<p class="hub-soft">{escape(tree["doc"])}</p>' if tree["doc"] else ""
    body += "".join(f'<p class="hub-formula">= {escape(tree[part])}</p>' for part in ("words", "numbers") if tree[part])
    body += "".join(_source(source, language) for source in tree["sources"][:3])
    body += "".join(explanation(part, language, depth + 1) for part in tree["ingredients"])
    if tree["words"] and not tree["ingredients"]:
        where = escape("|".join((tree["name"], tree["row"], tree["period"])))
        body += (
            f'<button type="button" class="hub-follow" data-line="{where}">{escape(text("Follow", language))}</button>'
        )
    opened = " open" if depth < 2 else ""
    return f'<details class="hub-tree"{opened}><summary>{head} {mark}</summary>{body}</details>'


def _source(source: Mapping[str, Any], language: str) -> str:
    quote = f"<blockquote>“{escape(source['quote'])}”</blockquote>" if source["quote"] else ""
    parts = [source["publisher"], source["title"], source["reference"], source["date"]]
    parts += [f"{text('section', language)} {source['section']}"] if source["section"] else []
    origin = " · ".join(escape(part) for part in parts if part) or escape(text("none: an assumption", language))
    note = f"<br>{escape(source['note'])}" if source["note"] else ""
    return f'{quote}<p class="hub-soft">{escape(text("Source", language))}: {origin}{note}</p>'
