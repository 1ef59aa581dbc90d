"""A quote as one A4 page, both tracks side by side: prices, costs and cash."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hubmodel.case.files import write_whole
from hubmodel.errors import InputError
from hubmodel.output.pdf.typeset import typeset
from hubmodel.pricing import TRACKS, PricedQuote, Section, sections, warnings
from hubmodel.text.language import label, text
from hubmodel.text.numbers import format_value
from hubmodel.text.wording import cut
from hubmodel.version import __version__

LEFT = 3  # tables in the left column; the others are in the right one
MONTHS = 12  # of cash that fit; longer projects are shown by the quarter
TITLE, REASON, NAME = 110, 230, 46  # letters that fit


def quote_pdf(priced: PricedQuote, language: str = "en") -> bytes:
    """Set a quote as one page for the business developer; it holds costs and is not for the customer.

    Parameters
    ----------
    priced
        result of `hubmodel.price_quote`.
    language
        ``en`` or ``sv``.

    Returns
    -------
    A PDF of one A4 page, tagged (PDF/UA-1); the same bytes for the same quote.

    Raises
    ------
    InputError
        if Typst is missing, or for a character that no font has.
    """
    return typeset("quote", page(priced, language))


def write_quote_page(priced: PricedQuote, path: str | Path, *, language: str = "en") -> None:
    """Write a quote as one page, FILE.pdf; never left half-written.

    Raises
    ------
    InputError
        for another suffix, a place that cannot be written, or as in `quote_pdf`.
    """
    path = Path(path)
    if path.suffix.lower() != ".pdf":
        raise InputError("{name}: a page's name ends with .pdf; write {stem}.pdf", name=path.name, stem=path.stem)
    write_whole(path, quote_pdf(priced, language))


def page(priced: PricedQuote, language: str) -> dict[str, Any]:
    """Return the data of the template."""
    quote, sentences = priced.quote, answer(priced, language)
    tables = [_table(section, language) for section in sections(priced, language)]
    return {
        "language": language,
        "keywords": [f"hubmodel {__version__}", priced.hub.case.inputs_hash, quote.hash],
        "description": " ".join(sentences),
        "name": text("Quote", language),
        "internal": text("Holds costs: not for the customer", language),
        "title": cut(quote.name, TITLE),
        "summary": cut(" · ".join(filter(None, (quote.platform, quote.reason))), REASON),
        "answer": sentences,
        "warnings": list(warnings(priced, language)),
        "columns": [[*tables[:LEFT], cash(priced, language)], tables[LEFT:]],
        "provenance": provenance(priced, language),
    }


def answer(priced: PricedQuote, language: str) -> list[str]:
    """Return a sentence for each track: its price, the lowest price to sign, and the earliest start."""
    message = text(
        "{track}: {price} at the prices of {month}, a margin of {margin} over full cost; not below {least}. Earliest "
        "start: {start}.",
        language,
    )
    out = []
    for track in TRACKS:
        start = priced.earliest_start[track]
        money = {name: format_value(priced[line, track], "SEK", language) for name, line in _MONEY.items()}
        margin = format_value(priced["margin", track], "share", language)
        when = {"month": priced.quote.signed, "start": start.month or start.why(language)}
        out.append(message.format(track=text(track, language).capitalize(), margin=margin, **money, **when))
    return out


_MONEY = {"price": "price", "least": "lowest_price_to_sign"}


def _table(section: Section, language: str) -> dict[str, Any]:
    rows = [
        [cut(row.label, NAME), *(_shown(row.values[track], row.unit, language) for track in TRACKS)]
        for row in section.rows
    ]
    return {"title": section.title, "head": _head(language), "rows": rows}


def _shown(value: float | None, unit: str, language: str) -> str:
    return "" if value is None else format_value(value, unit, language)


def cash(priced: PricedQuote, language: str) -> dict[str, Any]:
    """Return the cash curve by month, or by quarter for a long project; periods without cash are left out."""
    by = "month" if len(priced.months) <= MONTHS else "quarter"
    periods, along = priced.lines.series("net_cash", by)
    moves = {period: [along[track][at] for track in TRACKS] for at, period in enumerate(periods)}
    rows = [
        [period, *(_shown(amount, "SEK", language) for amount in both)]
        for period, both in moves.items()
        if any(map(round, both))
    ]
    return {"title": label("cash_flow", language), "head": _head(language), "rows": rows}


def _head(language: str) -> list[str]:
    return ["", *(text(track, language) for track in TRACKS)]


def provenance(priced: PricedQuote, language: str) -> list[list[str]]:
    """Return what is needed to make the same page again."""
    case = priced.hub.case
    pairs = {
        text("Case", language): case.name,
        text("Scenario", language): cut(text(case.scenario, language), NAME),
        text("Model", language): f"hubmodel {__version__}",
        text("Inputs", language): case.inputs_hash,
        text("Quote", language): priced.quote.hash,
    }
    return [list(pair) for pair in pairs.items()]
