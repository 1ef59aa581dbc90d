"""The grounds of a result on the board's page: grades of inputs, conventions, checks and provenance."""

from __future__ import annotations

from typing import Any

from hubmodel.case.rows import GRADES
from hubmodel.study.checks import outcome, unproven
from hubmodel.study.conventions import NAMES, date_of
from hubmodel.study.run import Result
from hubmodel.text.language import label, text
from hubmodel.text.numbers import format_value
from hubmodel.text.wording import cut
from hubmodel.uncertainty.draws import has_ranges
from hubmodel.uncertainty.simulate import Simulation
from hubmodel.uncertainty.tornado import tornado
from hubmodel.version import __version__

CARD = ("period", "calendar", "discounting", "prices", "tax_losses", "grant", "working_capital", "outturn")
MOST_INFLUENTIAL = 5
NAME, WORDS, NOTES = 46, 130, 230  # letters that fit


def rests_on(study: Result, language: str) -> dict[str, Any]:
    """Return the number of inputs by grade, and the inputs that move the net present value most."""
    counts = unproven(study.case)
    grades = ", ".join(f"{text(grade, language)} {counts.get(grade, 0)}" for grade in GRADES)
    ranked = tornado(study.case)[:MOST_INFLUENTIAL] if has_ranges(study.case) else []
    rows = [
        [cut(label(influence.key, language), NAME), text(influence.grade, language),
         *(format_value(end, "SEK", language) for end in (influence.at_low, influence.at_high))]
        for influence in ranked
    ]  # fmt: skip
    sentence = text("Inputs by grade: {grades}.", language).format(grades=grades)
    follows = text("These move the net present value most:", language) if rows else ""
    ends = text("NPV at its low end", language), text("NPV at its high end", language)
    return {
        "title": text("What this rests on", language),
        "sentence": f"{sentence} {follows}".strip(),
        "head": [text("Input", language), text("Grade", language), *ends],
        "rows": rows,
    }


def conventions(study: Result, language: str) -> dict[str, Any]:
    """Return the conventions on which two tools most often disagree."""
    card = study.card(language)
    pairs = [[text(NAMES[name], language), cut(getattr(card, name).meaning, WORDS)] for name in CARD]
    return {"title": text("Conventions", language), "pairs": pairs}


def checks(study: Result, language: str) -> dict[str, Any]:
    """Return the outcome of the checks as a word, and the checks to note."""
    word, sentence = outcome(study.checks, language)
    noted = [check for check in study.checks if not check.ok or (check.level == "warning" and check.message)]
    names = ", ".join(check.title(language) for check in noted)
    return {
        "title": text("Checks", language),
        "word": word,
        "ok": all(check.ok for check in study.checks),
        "sentence": cut(f"{sentence}: {names}" if names else sentence, NOTES),
    }


def provenance(study: Result, simulation: Simulation | None, language: str) -> list[list[str]]:
    """Return what is needed to make the same page again."""
    case = study.case
    pairs = {
        text("Case", language): case.name,
        text("Scenario", language): cut(text(case.scenario, language), NAME),
        text("View", language): f"{text(study.view, language)} ({date_of(study['view_date'])})",
        text("Model", language): f"hubmodel {__version__}",
        text("Inputs", language): case.inputs_hash,
    }
    if simulation is not None:
        seed = text("{draws} (seed {seed})", language).format(draws=simulation.count, seed=simulation.draws.seed)
        pairs[text("Draws", language)] = seed
    return [list(pair) for pair in pairs.items()]
