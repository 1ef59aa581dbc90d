"""The glossary in English and Swedish: names from the model where it has one, definitions from one file.

A row with a `name` is a line, an input or a key figure: its two terms are its labels, and a line's definition in
English is its docstring.
"""

import csv
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from derived.declared import Declared
from derived.markdown import page, plain, prose
from hubmodel.text.language import label

LEAD = """Terms of the trade as this model uses them, in English and in Swedish."""


@dataclass(frozen=True)
class Term:
    """A term and what it means, in both languages."""

    name: str
    english: str
    swedish: str
    definition: str
    definition_sv: str


def read_terms(path: Path, declared: Declared) -> dict[str, Term]:
    """Return the terms by the name of what they stand for, or by themselves where the model has no such name."""
    with path.open(encoding="utf-8", newline="") as file:
        terms = [_term(row, declared) for row in csv.DictReader(file, strict=True)]
    return {one.name or one.english: one for one in terms}


def _term(row: Mapping[str, str], declared: Declared) -> Term:
    name, line = row["name"], declared.model.lines.get(row["name"])
    return Term(
        name,
        label(name) if name else row["en"],
        label(name, "sv") if name else row["sv"],
        " ".join((inspect.getdoc(line) or "").split()) if line else row["definition"],
        row["definition_sv"],
    )


def pages(terms: Mapping[str, Term]) -> dict[str, str]:
    """Return the page of the glossary, by path."""
    entries = "\n\n".join(_entry(one) for one in terms.values())
    return {"glossary.md": page("Glossary", LEAD, [f"````{{glossary}}\n:sorted:\n\n{entries}\n````"])}


def _entry(term: Term) -> str:
    heads = dict.fromkeys(one[:1].upper() + one[1:] for one in (term.english, term.swedish))
    more = f" [In the model](#{term.name})." if term.name else ""
    own = f'<span lang="sv">{plain(term.definition_sv)}</span>'
    return "\n".join([*heads, f"  {prose(term.definition)}{more}", "", f"  {own}"])
