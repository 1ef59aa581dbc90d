"""Check that every quote of a case stands in its document."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hubmodel.case.documents import contradictions, documented, source_titles
from hubmodel.case.facility import Case
from hubmodel.errors import InputError, Message


@dataclass(frozen=True)
class Verified:
    """The documents that were recognised, the number of quotes, and each missing quote as (id of its fact, why)."""

    documents: tuple[str, ...]
    quotes: int
    missing: tuple[tuple[str, Message], ...]


def fold(text: str) -> str:
    """Replace every run of white space in a text by one space."""
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
        raise InputError("{folder}: is no folder; name the one that holds the documents' texts", folder=folder)
    texts = [
        fold(path.read_text(encoding="utf-8", errors="replace")) for path in sorted(folder.iterdir()) if path.is_file()
    ]
    if not texts:
        raise InputError("{folder}: holds no texts; put the documents' texts there", folder=folder)
    facts = [*documented(case.folder).values(), *contradictions(case.folder)]
    known: dict[str, str] = {}
    for source_id, source in source_titles(case.folder).items():
        if source["phrase"]:
            found = [body for body in texts if fold(source["phrase"]) in body]
            if len(found) == 1:
                known[source_id] = found[0]
    missing = []
    for fact in facts:
        document, quote = fact["document"], fact["quote"]
        if document not in known:
            why = Message("no text in the folder is recognised as {document}", document=document)
            missing.append((fact["id"], why))
        elif fold(quote) not in known[document]:
            why = Message("“{quote}” does not stand in {document}", quote=quote, document=document)
            missing.append((fact["id"], why))
    return Verified(tuple(known), len(facts), tuple(missing))
