"""Whether every quoted fact stands in its document."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hubmodel.case.facility import Case
from hubmodel.case.reading import contradictions, documented, source_titles
from hubmodel.errors import InputError


@dataclass(frozen=True)
class Verified:
    """What was recognised and what was not found: (where, what)."""

    documents: tuple[str, ...]
    quotes: int
    missing: tuple[tuple[str, str], ...]


def fold(text: str) -> str:
    """Return a text with every run of white space as one space."""
    return " ".join(text.split())


def verify_quotes(case: Case, folder: Path) -> Verified:
    """Check that every quote of a case stands in the document that it names.

    Parameters
    ----------
    case
        the case, with documented.csv and contradictions.csv.
    folder
        texts of the documents, under any name; each is recognised by its phrase in sources.csv.

    Raises
    ------
    InputError
        when the folder is missing or holds no text.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: is no folder; name the one that holds the documents' texts")
    texts = [
        fold(path.read_text(encoding="utf-8", errors="replace")) for path in sorted(folder.iterdir()) if path.is_file()
    ]
    if not texts:
        raise InputError(f"{folder}: holds no texts; put the documents' texts there")
    facts = [*documented(case.folder).values(), *contradictions(case.folder)]
    known: dict[str, str] = {}
    for one, source in source_titles(case.folder).items():
        if source["phrase"]:
            found = [body for body in texts if fold(source["phrase"]) in body]
            if len(found) == 1:
                known[one] = found[0]
    missing = []
    for fact in facts:
        if fact["document"] not in known:
            missing.append((fact["id"], f"no text in the folder is recognised as {fact['document']}"))
        elif fold(fact["quote"]) not in known[fact["document"]]:
            missing.append((fact["id"], f"“{fact['quote']}” does not stand in {fact['document']}"))
    return Verified(tuple(known), len(facts), tuple(missing))
