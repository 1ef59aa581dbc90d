"""Pieces of HTML that a page shows: text in, text out, every piece escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from hubmodel import charts
from hubmodel.dashboard.controls import badge
from hubmodel.dashboard.scales import cell, tornado
from hubmodel.language import label, text
from hubmodel.numbers import format_value


def pairs(items: Mapping[str, str]) -> str:
    """Names and values as a description list."""
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
    return (
        f'<div class="hub-wide" aria-label="{escape(caption)}"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{top}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def legend(figure: charts.Figure) -> str:
    """Names of the series beside a piece of their line or pattern; wraps where a drawn legend would overlap."""
    items = []
    for index, one in enumerate(figure.series):
        dash = " ".join(map(str, charts.DASHES[index]))
        line = (
            f'<line x2="30" y1="6" y2="6" stroke="{charts.COLOURS[index]}" stroke-width="3" stroke-dasharray="{dash}"/>'
        )
        mark = f'<svg width="30" height="12" aria-hidden="true">{line}</svg>'
        if figure.kind == "bar":
            mark = f'<i class="hub-swatch hub-pattern-{index}" style="background-color:{charts.COLOURS[index]}"></i>'
        items.append(f"<li>{mark}{escape(one.name)}</li>")
    return f'<ul class="hub-legend">{"".join(items)}</ul>'


def twin(figure: charts.Figure, case: str) -> str:
    """Table twin of a chart, closed until asked for, and its CSV, handed over by the page's script."""
    language = figure.language
    head = [escape(text("year", language)), *(escape(one.name) for one in figure.series)]
    rows = [
        [period, *(number(value, figure.unit, language) for value in values)] for period, values in figure.by_period()
    ]
    caption = f"{figure.title} [{figure.unit_label}]"
    return (
        f'<div class="hub-twin"><details><summary>{escape(text("Show as a table", language))}</summary>'
        f"{table(head, rows, caption)}</details>"
        f'<button type="button" class="hub-download" data-file="{escape(case)}_{figure.name}.csv">'
        f"{escape(text('Download CSV', language))}<span class='hub-hidden'>: {escape(figure.title)}</span></button>"
        f"<template>{escape(charts.csv(figure))}</template></div>"
    )


def number(value: float | None, unit: str, language: str) -> str:
    """Format a value for a table's cell; a negative one also has its colour."""
    if value is None or value != value:
        return ""
    return coloured(value, cell(value, unit, language))


def coloured(value: float, shown: str) -> str:
    """Colour what is negative; its brackets or minus say so too."""
    return f'<span class="hub-negative">{escape(shown)}</span>' if value < 0 else escape(shown)


def frame_table(frame: Any, caption: str, language: str) -> str:
    """Format a table of the result (labels by columns, SEK), its last row being the total."""
    head = [escape(text("asset", language)), *(escape(text(str(name), language)) for name in frame.columns)]
    rows = [
        [escape(str(name)), *(number(value, "SEK", language) for value in values)]
        for name, values in zip(frame.index, frame.to_numpy().tolist(), strict=True)
    ]
    return table(head, rows, caption, total=True)


def influences(items: Sequence[Any], base: float, language: str, shown: int = 12) -> str:
    """What the result rests on: the inputs that move NPV most, with grade and a bar for low and high."""
    bars = tornado([(item.at_low, item.at_high) for item in items[:shown]], base)
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
    """OK or FAILED, as a word beside its light."""
    word, kind = ("OK", "ok") if all(item.ok for item in items) else ("FAILED", "failed")
    return f'<span class="hub-light hub-{kind}">{escape(text(word, language))}</span>'


def checks(items: Sequence[Any], language: str) -> str:
    """Light with a word, and every check in a list that opens."""
    failed = [item for item in items if not item.ok]
    raised = [item for item in items if item.level == "warning" and item.message]
    identities = [item for item in items if item.level == "identity"]
    summary = text("{good} of {all} identities hold; {raised} to note", language).format(
        good=len([item for item in identities if item.ok]), all=len(identities), raised=len(raised)
    )
    lines = "".join(_check(item, language) for item in items)
    notes = "".join(_check(item, language) for item in [*failed, *raised])
    return (
        f'<p>{light(items, language)} <span class="hub-soft">{escape(summary)}</span></p>'
        f'<ul class="hub-list">{notes}</ul>'
        f'<details><summary>{escape(text("All checks", language))}</summary><ul class="hub-list">{lines}</ul></details>'
    )


def _check(item: Any, language: str) -> str:
    state = "failed" if not item.ok else "warning" if item.message else "ok"
    word = {"failed": "FAILED", "warning": "Note", "ok": "OK"}[state]
    message = f'<br><span class="hub-soft">{escape(item.message)}</span>' if item.message else ""
    name = escape(label(item.name, language))
    return f'<li><b class="hub-{state}">{escape(text(word, language))}</b><span>{name}{message}</span></li>'


def explanation(tree: Mapping[str, Any], language: str, depth: int = 0) -> str:
    """Formula in words, in numbers, then its ingredients down to rows with source, section, quote and grade."""
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
