"""The page of sources: every document that an input can cite."""

from derived.markdown import page, plain
from hubmodel.case.documents import source_titles

LEAD = """Documents, papers, registers and pages that inputs cite. `hubmodel sources --verify FOLDER` looks up every
quote in the documents' texts."""


def pages() -> dict[str, str]:
    """Return the page of sources, by path."""
    entries = [_entry(one, source) for one, source in source_titles().items()]
    return {"source-documents.md": page("Sources", LEAD, entries)}


def _entry(name: str, source: dict[str, str]) -> str:
    told = [f"*{plain(source['title'])}*", *(plain(source[at]) for at in ("publisher", "reference", "date"))]
    address = f"<{source['url']}>" if source["url"] else ""
    return f"(source-{name})=\n`{name}`: " + ". ".join(one for one in (*told, address) if one)
